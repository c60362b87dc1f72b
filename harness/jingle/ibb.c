/* The Jingle side of in-band bytestreams, and the blocks that go out. */
#include "jingle/ibb_stream.h"

#include <string.h>

static void pump(struct transport *t);

static void make(
    struct transport *t, uint64_t block_size, enum policy_stanza stanza)
{
    t->ibb = mem_alloc(sizeof *t->ibb);
    t->ibb->stanza = stanza;
    ibb_stream_add(t, t->sid, block_size);
}

static void prepare(struct transport *t)
{
    if (!t->ibb) { /* else read from the peer's offer */
        make(t, policy(t->c)->block_size,
            (enum policy_stanza)policy(t->c)->ibb_stanza);
    }
}

struct ibb_stream *ibb_stream_add(
    struct transport *t, const char *sid, uint64_t block_size)
{
    struct ibb_stream *stream = mem_alloc(sizeof *stream);
    stream->t = t;
    stream->sid = mem_strdup(sid);
    stream->block_size = block_size;
    vec_push(&t->ibb->streams, stream);
    return stream;
}

static struct ibb_stream *first(const struct transport *t)
{
    return t->ibb->streams.items[0];
}

bool ibb_any_open(const struct transport *t)
{
    for (size_t i = 0; i < t->ibb->streams.count; i++) {
        const struct ibb_stream *stream = t->ibb->streams.items[i];
        if (stream->opened && !stream->over && !stream->close_sent) {
            return true;
        }
    }
    return false;
}

bool ibb_read_stanza_kind(xmlNodePtr node, enum policy_stanza *out)
{
    const char *stanza = xml_attr(node, "stanza");
    if (stanza && !strcmp(stanza, "message")) {
        *out = STANZA_MESSAGE;
        return true;
    }
    *out = STANZA_IQ;
    return !stanza || !strcmp(stanza, "iq");
}

static enum stanza_error read_transport(
    struct transport *t, xmlNodePtr node, bool answer)
{
    uint64_t size = 0;
    const char *text = xml_attr(node, "block-size");
    bool sized = text && stanza_number(text, BLOCK_SIZE_MAX, &size) && size;
    if (answer) {
        const char *sid = stanza_attr(node, "sid");
        if (strcmp(sid, t->sid) || (text && !sized)) {
            return ERROR_BAD_REQUEST;
        }
        /* it may be lowered, never raised (XEP-0261 s2.2) */
        if (sized && size < first(t)->block_size &&
            !fault(t->c, FAULT_IBB_LOWER_SIZE_IGNORED)) {
            first(t)->block_size = size;
        }
        return ERROR_NONE;
    }
    enum policy_stanza stanza;
    if (!sized || !ibb_read_stanza_kind(node, &stanza)) {
        return ERROR_BAD_REQUEST;
    }
    uint64_t limit = policy(t->c)->block_limit;
    make(t, size > limit ? limit : size, stanza);
    if (fault(t->c, FAULT_IBB_SIZE_RAISED)) {
        first(t)->block_size = size + 1 < BLOCK_SIZE_MAX ? size * 2 : size;
    }
    return ERROR_NONE;
}

static void write_element(const struct transport *t,
    const struct ibb_stream *stream, bool sized, struct buffer *out)
{
    buffer_add_text(out, "<transport xmlns='" NS_JINGLE_IBB "'");
    if (sized) {
        stanza_add_number(out, "block-size", stream->block_size);
    }
    xml_add_attr(out, "sid", stream->sid);
    if (t->ibb->stanza == STANZA_MESSAGE) {
        xml_add_attr(out, "stanza", "message");
    }
    buffer_add_text(out, "/>");
}

static void write_transport(
    const struct transport *t, bool answer, struct buffer *out)
{
    bool sized = !fault(t->c, FAULT_IBB_OFFER_WITHOUT_SIZE) || answer;
    write_element(t, first(t), sized, out);
}

/* Another stream beside the first (XEP-0261 s2.3). */
static enum stanza_error check_info(struct transport *t, xmlNodePtr node)
{
    uint64_t size;
    enum policy_stanza stanza;
    if (fault(t->c, FAULT_IBB_STREAM_REFUSED)) {
        return ERROR_UNSUPPORTED_INFO;
    }
    if (!stanza_is_nmtoken(xml_attr(node, "sid")) ||
        !stanza_number(xml_attr(node, "block-size"), BLOCK_SIZE_MAX, &size) ||
        !size || !ibb_read_stanza_kind(node, &stanza) ||
        stanza != t->ibb->stanza ||
        ibb_find(t->c, t->content->session->peer, stanza_attr(node, "sid"))) {
        return ERROR_BAD_REQUEST;
    }
    if (!t->started) {
        return ERROR_OUT_OF_ORDER;
    }
    if (t->over || t->draining) {
        return ERROR_NOT_ACCEPTABLE;
    }
    return size > policy(t->c)->block_limit       ? ERROR_CONSTRAINT
           : t->ibb->streams.count >= STREAMS_MAX ? ERROR_NO_RESOURCES
                                                  : ERROR_NONE;
}

static void apply_info(struct transport *t, xmlNodePtr node)
{
    uint64_t size = 0;
    stanza_number(xml_attr(node, "block-size"), BLOCK_SIZE_MAX, &size);
    ibb_stream_add(t, stanza_attr(node, "sid"), size);
}

/* --- opening --- */

static void add_streams(struct transport *t);

void ibb_opened(struct ibb_stream *stream)
{
    struct transport *t = stream->t;
    stream->opened = true;
    if (stream != first(t)) {
        pump(t);
        return;
    }
    timer_forget(t->c, t);
    t->ready = true;
    content_connected(t->content, "ibb");
    if (t->content->sending && !t->over) {
        add_streams(t);
    }
}

/* Without the first there is no bytestream; without another it does. */
static void open_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c;
    (void)stanza;
    struct ibb_stream *stream = owner;
    struct transport *t = stream->t;
    if (stream->opened || stream->over) {
        return;
    }
    if (outcome == IQ_RESULT) {
        ibb_opened(stream);
        return;
    }
    stream->over = true;
    if (stream == first(t)) {
        t->over = true;
        content_transport_failed(t->content, "the bytestream was refused");
    }
}

static void open_stream(struct ibb_stream *stream)
{
    struct transport *t = stream->t;
    struct client *c = t->c;
    uint64_t size = stream->block_size;
    if (fault(c, FAULT_IBB_OPEN_OTHER_SIZE)) {
        size = size > 1 ? size - 1 : 2;
    }
    if (fault(c, FAULT_IBB_OPEN_HUGE)) {
        size += BLOCK_SIZE_MAX;
    }
    struct buffer out = {0};
    buffer_add_text(&out, "<open xmlns='" NS_IBB "'");
    if (!fault(c, FAULT_IBB_OPEN_WITHOUT_SIZE)) {
        stanza_add_number(&out, "block-size", size);
    }
    xml_add_attr(&out, "sid",
        fault(c, FAULT_IBB_OPEN_OTHER_SID) ? t->content->session->sid
                                           : stream->sid);
    if (t->ibb->stanza == STANZA_MESSAGE) {
        xml_add_attr(&out, "stanza", "message");
    }
    buffer_add_text(&out, "/>");
    iq_send(c, t->content->session->peer, "set", buffer_text(&out),
        open_answered, stream);
    buffer_free(&out);
}

static void send_open(struct transport *t)
{
    t->ibb->open_sent = true;
    if (fault(t->c, FAULT_IBB_OPEN_MISSING)) {
        ibb_opened(first(t));
        return;
    }
    open_stream(first(t));
}

static void added(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c;
    (void)stanza;
    struct ibb_stream *stream = owner;
    struct transport *t = stream->t;
    if (outcome != IQ_RESULT || t->over || t->draining || t->ibb->done) {
        stream->over = true;
        return;
    }
    open_stream(stream);
}

/* The others that policy asks for, each allowed by a transport-info. */
static void add_streams(struct transport *t)
{
    struct content *content = t->content;
    for (uint64_t i = 1; i < policy(t->c)->ibb_streams; i++) {
        char *sid = core_id(t->c);
        struct ibb_stream *stream =
            ibb_stream_add(t, sid, first(t)->block_size);
        free(sid);
        if (fault(t->c, FAULT_IBB_STREAM_UNANNOUNCED)) {
            open_stream(stream);
            continue;
        }
        struct buffer out = {0};
        session_begin(content->session, "transport-info", &out);
        content_begin(content, &out);
        write_element(t, stream, true, &out);
        buffer_add_text(&out, "</content>");
        session_send(content->session, &out, added, stream);
    }
}

static void open_timed_out(struct client *c, void *owner)
{
    (void)c;
    struct transport *t = owner;
    t->over = true;
    content_transport_failed(t->content, "nobody opened the bytestream");
}

static void start(struct transport *t)
{
    t->started = true;
    bool opener = t->content->session->initiator;
    if (fault(t->c, FAULT_IBB_RESPONDER_OPENS)) {
        opener = !opener;
    }
    if (opener) {
        /* the last bytes of what this one replaces come first */
        if (!t->content->old) {
            send_open(t);
        }
    } else {
        timer_set(t->c, open_timed_out, t, policy(t->c)->transport_timeout_ms);
    }
}

static void answer_open(struct transport *t)
{
    xmlNodePtr iq = t->ibb->waiting_open;
    t->ibb->waiting_open = NULL;
    iq_reply(t->c, iq, NULL);
    xmlFreeNode(iq);
    ibb_opened(first(t));
}

static void old_timed_out(struct client *c, void *owner)
{
    (void)c;
    content_old_gone(((struct transport *)owner)->content);
}

void ibb_take_open(struct ibb_stream *stream, xmlNodePtr iq)
{
    struct transport *t = stream->t;
    bool early = t->content->old && !t->content->sending;
    if (!early || stream != first(t)) {
        if (!fault(stream->t->c, FAULT_IBB_OPEN_UNACKED)) {
            iq_reply(t->c, iq, NULL);
        }
        ibb_opened(stream);
    } else if (!t->ibb->waiting_open) {
        t->ibb->waiting_open = xmlCopyNode(iq, 2);
        timer_forget(t->c, t);
        timer_set(t->c, old_timed_out, t, policy(t->c)->end_timeout_ms);
    }
}

static void resume(struct transport *t)
{
    if (t->ibb && t->ibb->waiting_open) {
        answer_open(t);
    } else if (t->started && t->content->session->initiator &&
               !t->ibb->open_sent) {
        send_open(t);
    }
}

/* --- closing --- */

static void close_stream(struct ibb_stream *stream);

static void close_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)stanza;
    struct ibb_stream *stream = owner;
    struct transport *t = stream->t;
    if (outcome == IQ_ERROR && fault(c, FAULT_IBB_CLOSE_REPEATED)) {
        t->ibb->closing--;
        close_stream(stream);
        return;
    }
    if (--t->ibb->closing) {
        return;
    }
    if (t->draining) {
        content_old_gone(t->content);
    } else if (t->content->sending && t->content->state == CONTENT_MOVING &&
               t->ibb->done) {
        transfer_sent(t->content);
    }
}

static void close_stream(struct ibb_stream *stream)
{
    struct transport *t = stream->t;
    stream->close_sent = true;
    if (fault(t->c, FAULT_IBB_CLOSE_MISSING)) {
        return;
    }
    t->ibb->closing++;
    struct buffer out = {0};
    buffer_add_text(&out, "<close xmlns='" NS_IBB "'");
    xml_add_attr(&out, "sid",
        fault(t->c, FAULT_IBB_CLOSE_OTHER_SID) ? t->content->session->sid
                                               : stream->sid);
    buffer_add_text(&out, "/>");
    iq_send(t->c, t->content->session->peer, "set", buffer_text(&out),
        close_answered, stream);
    buffer_free(&out);
}

void ibb_send_close(struct transport *t)
{
    for (size_t i = 0; !t->over && i < t->ibb->streams.count; i++) {
        struct ibb_stream *stream = t->ibb->streams.items[i];
        if (stream->opened && !stream->close_sent && !stream->over) {
            close_stream(stream);
        }
    }
}

/* A bytestream that went wrong is closed, and its content fails. */
void ibb_broken(struct transport *t, const char *text)
{
    if (fault(t->c, FAULT_IBB_BROKEN_NOT_CLOSED)) {
        return;
    }
    if (policy(t->c)->ibb_broken == BROKEN_CLOSES) {
        ibb_send_close(t);
    }
    t->over = true;
    content_fail(t->content, "failed-transport", NULL, text);
}

/* --- sending --- */

static void pump_again(struct client *c, void *owner)
{
    (void)c;
    pump(owner);
}

static void all_sent(struct transport *t)
{
    struct ibb *ibb = t->ibb;
    if (ibb->done) {
        return;
    }
    ibb->done = true;
    transfer_send_checksum(t->content);
    if (policy(t->c)->ibb_close_by == SIDE_SENDER) {
        ibb_send_close(t);
        if (!fault(t->c, FAULT_IBB_CLOSE_MISSING)) {
            return;
        }
    }
    transfer_sent(t->content);
}

/* A block did not get there, or was refused; false: go on all the same. */
static bool block_failed(
    struct transport *t, enum iq_outcome outcome, xmlNodePtr stanza)
{
    const char *condition = iq_condition(stanza);
    bool gone = outcome == IQ_TIMEOUT ||
                !strcmp(condition, "recipient-unavailable") ||
                !strcmp(condition, "service-unavailable") ||
                !strcmp(condition, "remote-server-timeout");
    if (fault(t->c, FAULT_IBB_ERROR_IGNORED) ||
        (gone && fault(t->c, FAULT_DELIVERY_ERROR_IGNORED))) {
        return false;
    }
    ibb_broken(
        t, gone ? "the peer can't be reached" : "the peer refused a block");
    return true;
}

static void block_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    struct transport *t = ((struct ibb_stream *)owner)->t;
    t->ibb->in_flight--;
    if (outcome != IQ_RESULT && block_failed(t, outcome, stanza)) {
        return;
    }
    if (t->draining) {
        if (!t->ibb->in_flight) {
            ibb_send_close(t);
        }
        return;
    }
    if (policy(c)->block_delay_ms) {
        timer_set(c, pump_again, t, policy(c)->block_delay_ms);
    } else {
        pump(t);
    }
}

static void add_payload(
    struct transport *t, const uint8_t *data, size_t len, struct buffer *out)
{
    if (fault(t->c, FAULT_IBB_DATA_AS_TEXT)) {
        struct buffer text = {0};
        for (size_t i = 0; i < len; i++) {
            uint8_t byte = data[i] < 0x80 ? data[i] : '?';
            buffer_add(&text, &byte, 1);
        }
        base64_encode(out, text.data, text.len);
        buffer_free(&text);
        return;
    }
    base64_encode(out, data, len);
    if (fault(t->c, FAULT_IBB_PADDING_MISSING)) {
        while (out->len && out->data[out->len - 1] == '=') {
            out->len--;
        }
    }
}

static void send_block(
    struct ibb_stream *stream, const uint8_t *data, size_t len)
{
    struct transport *t = stream->t;
    struct client *c = t->c;
    struct ibb *ibb = t->ibb;
    uint64_t seq = stream->seq_out++;
    if (fault(c, FAULT_IBB_STREAM_SEQ_SHARED)) {
        seq = ibb->blocks;
    }
    ibb->blocks++;
    if (!fault(c, FAULT_IBB_SEQ_NO_WRAP)) {
        seq &= 0xffff;
    }
    if (fault(c, FAULT_IBB_SEQ_FROM_ONE)) {
        seq++;
    }
    if (fault(c, FAULT_IBB_SEQ_STUCK)) {
        seq = 0;
    }
    bool message = ibb->stanza == STANZA_MESSAGE;
    if (fault(c, FAULT_IBB_STANZA_IGNORED)) {
        message = !message;
    }
    const char *peer = t->content->session->peer;
    if (message) {
        buffer_clear(&c->stanza);
        buffer_add_text(&c->stanza, "<message");
        xml_add_attr(&c->stanza, "to", peer);
        buffer_printf(&c->stanza, " id='b%llu'>", (unsigned long long)seq);
    } else {
        iq_begin(c, peer, "set", block_answered, stream);
        ibb->in_flight++;
    }
    buffer_printf(&c->stanza, "<data xmlns='" NS_IBB "' seq='%llu'",
        (unsigned long long)seq);
    if (!fault(c, FAULT_IBB_DATA_WITHOUT_SID)) {
        xml_add_attr(&c->stanza, "sid", stream->sid);
    }
    buffer_add_text(&c->stanza, ">");
    add_payload(t, data, len, &c->stanza);
    buffer_add_text(&c->stanza, "</data>");
    if (message) {
        buffer_add_text(&c->stanza, "</message>");
        core_send(c, &c->stanza);
    } else {
        iq_end(c);
    }
}

/* The open streams take turns: stanzas arrive in the order they were sent, so
 * the file's bytes do. NULL: all were closed. */
static struct ibb_stream *next_stream(struct ibb *ibb)
{
    for (size_t i = 0; i < ibb->streams.count; i++) {
        struct ibb_stream *stream =
            ibb->streams.items[ibb->turn++ % ibb->streams.count];
        if (stream->opened && !stream->over && !stream->close_sent) {
            return stream;
        }
    }
    return NULL;
}

static void pump(struct transport *t)
{
    struct client *c = t->c;
    struct ibb *ibb = t->ibb;
    struct content *content = t->content;
    if (!ibb_any_open(t) || t->over || t->draining || ibb->done ||
        !content->sending || content->state != CONTENT_MOVING) {
        return;
    }
    uint64_t window =
        fault(c, FAULT_IBB_WINDOW_IGNORED) ? UINT64_MAX : policy(c)->window;
    bool message = ibb->stanza == STANZA_MESSAGE;
    uint64_t sent = 0;
    while (ibb->in_flight < window && sent < window) {
        const uint8_t *data;
        struct ibb_stream *stream = next_stream(ibb);
        if (!stream) {
            return;
        }
        size_t size = (size_t)stream->block_size;
        if (fault(c, FAULT_IBB_BLOCK_TOO_LARGE)) {
            size++;
        }
        size_t len = transfer_next(content, &data, size);
        if (!len) {
            if (!ibb->in_flight) {
                all_sent(t);
            }
            return;
        }
        send_block(stream, data, len);
        transfer_used(content, len);
        sent++;
        if (policy(c)->block_delay_ms) {
            break;
        }
    }
    if (message) { /* no result paces these */
        int64_t delay = policy(c)->block_delay_ms;
        timer_set(c, pump_again, t, delay ? delay : 1);
    }
}

static void drain(struct transport *t)
{
    if (!ibb_any_open(t) || t->over || t->ibb->closing) {
        content_old_gone(t->content);
    } else if (t->content->sending && !t->ibb->in_flight) {
        ibb_send_close(t);
    }
}

static void close_transport(struct transport *t)
{
    if (t->ibb) {
        ibb_send_close(t);
        t->over = true;
    }
}

static void free_transport(struct transport *t)
{
    for (size_t i = 0; t->ibb && i < t->ibb->streams.count; i++) {
        struct ibb_stream *stream = t->ibb->streams.items[i];
        iq_forget(t->c, stream);
        free(stream->sid);
        free(stream);
    }
    if (t->ibb) {
        xmlFreeNode(t->ibb->waiting_open);
        vec_free(&t->ibb->streams);
    }
    free(t->ibb);
}

const struct transport_type transport_ibb = {TRANSPORT_IBB, NS_JINGLE_IBB,
    "ibb", prepare, read_transport, write_transport, check_info, apply_info,
    start, pump, resume, drain, close_transport, free_transport};
