#include "jingle/ibb.h"

#include "jingle/transfer.h"
#include "jingle/transport.h"

#include <string.h>

enum { BLOCK_SIZE_MAX = 65535 };

struct ibb {
    uint64_t block_size;
    enum policy_stanza stanza;
    bool open_sent, opened, close_sent, done;
    bool whole;       /* receiving: all bytes are there, the close is awaited */
    uint64_t seq_out; /* not cut to 16 bits, so that a fault can show it */
    uint16_t seq_in;
    uint64_t in_flight;
};

static void pump(struct transport *t);

static void prepare(struct transport *t)
{
    if (t->ibb) {
        return; /* read from the peer's offer */
    }
    t->ibb = mem_alloc(sizeof *t->ibb);
    t->ibb->block_size = policy(t->c)->block_size;
    t->ibb->stanza = (enum policy_stanza)policy(t->c)->ibb_stanza;
}

static bool read_stanza_kind(xmlNodePtr node, enum policy_stanza *out)
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
        if (sized && size < t->ibb->block_size &&
            !fault(t->c, FAULT_IBB_LOWER_SIZE_IGNORED)) {
            t->ibb->block_size = size;
        }
        return ERROR_NONE;
    }
    enum policy_stanza stanza;
    if (!sized || !read_stanza_kind(node, &stanza)) {
        return ERROR_BAD_REQUEST;
    }
    t->ibb = mem_alloc(sizeof *t->ibb);
    t->ibb->stanza = stanza;
    t->ibb->block_size = size;
    if (size > policy(t->c)->block_limit) {
        t->ibb->block_size = policy(t->c)->block_limit;
    }
    if (fault(t->c, FAULT_IBB_SIZE_RAISED)) {
        t->ibb->block_size = size + 1 < BLOCK_SIZE_MAX ? size * 2 : size;
    }
    return ERROR_NONE;
}

static void write_transport(
    const struct transport *t, bool answer, struct buffer *out)
{
    buffer_add_text(out, "<transport xmlns='" NS_JINGLE_IBB "'");
    if (!fault(t->c, FAULT_IBB_OFFER_WITHOUT_SIZE) || answer) {
        stanza_add_number(out, "block-size", t->ibb->block_size);
    }
    xml_add_attr(out, "sid", t->sid);
    if (t->ibb->stanza == STANZA_MESSAGE) {
        xml_add_attr(out, "stanza", "message");
    }
    buffer_add_text(out, "/>");
}

static enum stanza_error check_info(struct transport *t, xmlNodePtr node)
{
    (void)t;
    (void)node;
    return ERROR_UNSUPPORTED_INFO; /* no second stream beside a file's */
}

static void apply_info(struct transport *t, xmlNodePtr node)
{
    (void)t;
    (void)node;
}

/* --- opening --- */

static void opened(struct transport *t)
{
    timer_forget(t->c, t);
    t->ibb->opened = true;
    t->ready = true;
    content_connected(t->content, "ibb");
}

static void open_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c;
    struct transport *t = owner;
    (void)stanza;
    if (t->ibb->opened) {
        return;
    }
    if (outcome == IQ_RESULT) {
        opened(t);
    } else {
        t->over = true;
        content_transport_failed(t->content, "the bytestream was refused");
    }
}

static void send_open(struct transport *t)
{
    struct client *c = t->c;
    struct ibb *ibb = t->ibb;
    ibb->open_sent = true;
    if (fault(c, FAULT_IBB_OPEN_MISSING)) {
        opened(t);
        return;
    }
    uint64_t size = ibb->block_size;
    if (fault(c, FAULT_IBB_OPEN_OTHER_SIZE)) {
        size = size > 1 ? size - 1 : 2;
    }
    struct buffer out = {0};
    buffer_add_text(&out, "<open xmlns='" NS_IBB "'");
    stanza_add_number(&out, "block-size", size);
    xml_add_attr(&out, "sid",
        fault(c, FAULT_IBB_OPEN_OTHER_SID) ? t->content->session->sid : t->sid);
    if (ibb->stanza == STANZA_MESSAGE) {
        xml_add_attr(&out, "stanza", "message");
    }
    buffer_add_text(&out, "/>");
    iq_send(c, t->content->session->peer, "set", buffer_text(&out),
        open_answered, t);
    buffer_free(&out);
}

static void open_timed_out(struct client *c, void *owner)
{
    (void)c;
    struct transport *t = owner;
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

static void resume(struct transport *t)
{
    if (t->started && t->content->session->initiator && !t->ibb->open_sent) {
        send_open(t);
    }
}

/* --- closing --- */

static void close_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c;
    (void)outcome;
    (void)stanza;
    struct transport *t = owner;
    if (t->draining) {
        content_old_gone(t->content);
    } else if (t->content->sending && t->content->state == CONTENT_MOVING &&
               t->ibb->done) {
        transfer_sent(t->content);
    }
}

static void send_close(struct transport *t)
{
    if (t->over || !t->ibb->opened || t->ibb->close_sent) {
        return;
    }
    t->ibb->close_sent = true;
    if (fault(t->c, FAULT_IBB_CLOSE_MISSING)) {
        return;
    }
    struct buffer out = {0};
    buffer_add_text(&out, "<close xmlns='" NS_IBB "'");
    xml_add_attr(&out, "sid",
        fault(t->c, FAULT_IBB_CLOSE_OTHER_SID) ? t->content->session->sid
                                               : t->sid);
    buffer_add_text(&out, "/>");
    iq_send(t->c, t->content->session->peer, "set", buffer_text(&out),
        close_answered, t);
    buffer_free(&out);
}

/* A bytestream that went wrong is closed, and its content fails. */
static void broken(struct transport *t, const char *text)
{
    if (!fault(t->c, FAULT_IBB_BROKEN_NOT_CLOSED)) {
        send_close(t);
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
        send_close(t);
        if (!fault(t->c, FAULT_IBB_CLOSE_MISSING)) {
            return;
        }
    }
    transfer_sent(t->content);
}

static void block_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    struct transport *t = owner;
    t->ibb->in_flight--;
    if (outcome != IQ_RESULT && !fault(c, FAULT_IBB_ERROR_IGNORED)) {
        const char *condition = iq_condition(stanza);
        bool gone = outcome == IQ_TIMEOUT ||
                    !strcmp(condition, "recipient-unavailable") ||
                    !strcmp(condition, "service-unavailable") ||
                    !strcmp(condition, "remote-server-timeout");
        broken(
            t, gone ? "the peer can't be reached" : "the peer refused a block");
        return;
    }
    if (t->draining) {
        if (!t->ibb->in_flight) {
            send_close(t);
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

static void send_block(struct transport *t, const uint8_t *data, size_t len)
{
    struct client *c = t->c;
    struct ibb *ibb = t->ibb;
    uint64_t seq = ibb->seq_out++;
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
        iq_begin(c, peer, "set", block_answered, t);
        ibb->in_flight++;
    }
    buffer_printf(&c->stanza, "<data xmlns='" NS_IBB "' seq='%llu'",
        (unsigned long long)seq);
    if (!fault(c, FAULT_IBB_DATA_WITHOUT_SID)) {
        xml_add_attr(&c->stanza, "sid", t->sid);
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

static void pump(struct transport *t)
{
    struct client *c = t->c;
    struct ibb *ibb = t->ibb;
    struct content *content = t->content;
    if (!ibb->opened || t->over || t->draining || ibb->done ||
        !content->sending || content->state != CONTENT_MOVING) {
        return;
    }
    uint64_t window =
        fault(c, FAULT_IBB_WINDOW_IGNORED) ? UINT64_MAX : policy(c)->window;
    size_t size = (size_t)ibb->block_size;
    if (fault(c, FAULT_IBB_BLOCK_TOO_LARGE)) {
        size++;
    }
    bool message = ibb->stanza == STANZA_MESSAGE;
    uint64_t sent = 0;
    while (ibb->in_flight < window && sent < window) {
        const uint8_t *data;
        size_t len = transfer_next(content, &data, size);
        if (!len) {
            if (!ibb->in_flight) {
                all_sent(t);
            }
            return;
        }
        send_block(t, data, len);
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
    if (!t->ibb->opened || t->over || t->ibb->close_sent) {
        content_old_gone(t->content);
    } else if (t->content->sending && !t->ibb->in_flight) {
        send_close(t);
    }
}

static void close_transport(struct transport *t)
{
    if (t->ibb) {
        send_close(t);
        t->over = true;
    }
}

static void free_transport(struct transport *t)
{
    free(t->ibb);
}

const struct transport_type transport_ibb = {TRANSPORT_IBB, NS_JINGLE_IBB,
    "ibb", prepare, read_transport, write_transport, check_info, apply_info,
    start, pump, resume, drain, close_transport, free_transport};

/* --- what comes in --- */

static struct transport *with_sid(struct transport *t, const char *sid)
{
    return t && t->ibb && t->started && !strcmp(t->sid, sid) ? t : NULL;
}

static struct transport *find(
    const struct client *c, const char *from, const char *sid)
{
    for (size_t i = 0; i < c->sessions.count; i++) {
        struct session *session = c->sessions.items[i];
        bool peer =
            !strcmp(session->peer, from) || fault(c, FAULT_IBB_FROM_UNCHECKED);
        for (size_t k = 0; peer && k < session->contents.count; k++) {
            struct content *content = session->contents.items[k];
            struct transport *t = with_sid(content->transport, sid);
            t = t ? t : with_sid(content->old, sid);
            if (t && session->state != SESSION_ENDED) {
                return t;
            }
        }
    }
    return NULL;
}

static void take_open(
    struct client *c, xmlNodePtr iq, xmlNodePtr open, struct transport *t)
{
    uint64_t size;
    enum policy_stanza stanza;
    if (!stanza_number(xml_attr(open, "block-size"), BLOCK_SIZE_MAX, &size) ||
        !read_stanza_kind(open, &stanza) ||
        !stanza_is_nmtoken(xml_attr(open, "sid"))) {
        iq_error(c, iq, ERROR_BAD_REQUEST);
    } else if (!t || t->over || t->ibb->opened) {
        iq_error(c, iq, ERROR_NOT_ACCEPTABLE);
    } else if (size != t->ibb->block_size &&
               !fault(c, FAULT_IBB_OPEN_SIZE_UNCHECKED)) {
        iq_error(c, iq, ERROR_CONSTRAINT);
    } else if (stanza != t->ibb->stanza) {
        iq_error(c, iq, ERROR_NOT_ACCEPTABLE);
    } else {
        iq_reply(c, iq, NULL);
        opened(t);
    }
}

static void close_timed_out(struct client *c, void *owner)
{
    (void)c;
    struct transport *t = owner;
    transfer_finish(t->content);
}

static void received(struct transport *t)
{
    if (t->ibb->whole || t->draining || t->content->state != CONTENT_MOVING ||
        !transfer_is_whole(t->content)) {
        return;
    }
    t->ibb->whole = true;
    if (policy(t->c)->ibb_close_by == SIDE_RECEIVER) {
        send_close(t);
        transfer_finish(t->content);
    } else {
        timer_set(t->c, close_timed_out, t, policy(t->c)->end_timeout_ms);
    }
}

/* What is wrong with a block, ERROR_NONE: nothing. Fills payload. */
static enum stanza_error check_block(
    struct transport *t, xmlNodePtr data, struct buffer *payload)
{
    struct client *c = t->c;
    uint64_t seq;
    if (!stanza_number(xml_attr(data, "seq"), 65535, &seq)) {
        return ERROR_BAD_REQUEST;
    }
    if (seq != t->ibb->seq_in && !fault(c, FAULT_IBB_SEQ_IGNORED)) {
        return ERROR_UNEXPECTED;
    }
    char *text = stanza_text(data);
    bool lax = fault(c, FAULT_IBB_BASE64_LAX);
    bool good = base64_decode(payload, text, strlen(text), lax);
    free(text);
    if (!good && fault(c, FAULT_IBB_BASE64_IGNORED)) {
        good = true;
    }
    bool fits = payload->len <= t->ibb->block_size ||
                fault(c, FAULT_IBB_OVERSIZE_ACCEPTED);
    return good && fits ? ERROR_NONE : ERROR_BAD_REQUEST;
}

static void take_data(
    struct client *c, xmlNodePtr stanza, xmlNodePtr data, struct transport *t)
{
    bool iq = xml_is(stanza, NULL, "iq");
    if (!t || t->over || !t->ibb->opened) {
        if (iq && fault(c, FAULT_IBB_UNKNOWN_SID_ACKED)) {
            iq_reply(c, stanza, NULL);
        } else {
            iq_error(c, stanza, ERROR_ITEM_NOT_FOUND);
        }
        return;
    }
    struct buffer payload = {0};
    enum stanza_error error = check_block(t, data, &payload);
    if (error != ERROR_NONE) {
        iq_error(c, stanza, error);
        buffer_free(&payload);
        broken(t, error == ERROR_UNEXPECTED ? "a block is missing or doubled"
                                            : "a block is malformed");
        return;
    }
    t->ibb->seq_in++;
    if (iq && !fault(c, FAULT_IBB_DATA_UNACKED)) {
        iq_reply(c, stanza, NULL);
    }
    struct content *content = t->content;
    if (!content->sending && content->state == CONTENT_MOVING) {
        if (!payload.len ||
            transfer_received(content, payload.data, payload.len)) {
            received(t);
        }
    }
    buffer_free(&payload);
}

static void take_close(struct client *c, xmlNodePtr iq, struct transport *t)
{
    if (!t || t->over || !t->ibb->opened) {
        if (fault(c, FAULT_IBB_UNKNOWN_CLOSE_ACKED)) {
            iq_reply(c, iq, NULL);
        } else {
            iq_error(c, iq, ERROR_ITEM_NOT_FOUND);
        }
        return;
    }
    if (!fault(c, FAULT_IBB_CLOSE_UNACKED)) {
        iq_reply(c, iq, NULL);
    }
    struct content *content = t->content;
    t->over = true;
    timer_forget(c, t);
    if (content->old == t) {
        content_old_gone(content);
    } else if (content->sending && content->state == CONTENT_MOVING) {
        if (t->ibb->done ||
            (policy(c)->ibb_close_by == SIDE_RECEIVER && !t->ibb->in_flight)) {
            transfer_sent(content);
        } else {
            content_fail(content, "failed-transport", NULL,
                "the peer closed the bytestream before its end");
        }
    } else {
        transfer_stream_ended(content);
    }
}

void ibb_stanza(struct client *c, xmlNodePtr stanza, xmlNodePtr payload)
{
    const char *from = stanza_attr(stanza, "from");
    const char *sid = stanza_attr(payload, "sid");
    struct transport *t = find(c, from, sid);
    const char *name = stanza_name(payload);
    if (!strcmp(name, "data")) {
        take_data(c, stanza, payload, t);
    } else if (!xml_is(stanza, NULL, "iq")) {
        return;
    } else if (!strcmp(name, "open")) {
        take_open(c, stanza, payload, t);
    } else if (!strcmp(name, "close")) {
        take_close(c, stanza, t);
    } else {
        iq_error(c, stanza, ERROR_BAD_REQUEST);
    }
}
