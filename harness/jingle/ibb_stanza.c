/* In-band bytestreams: the stanzas that come in (XEP-0047). */
#include "jingle/ibb.h"

#include "jingle/ibb_stream.h"
#include "jingle/transfer.h"

#include <string.h>

static struct ibb_stream *with_sid(const struct transport *t, const char *sid)
{
    for (size_t i = 0; t && t->ibb && t->started && i < t->ibb->streams.count;
         i++) {
        if (!strcmp(t->ibb->streams.items[i]->sid, sid)) {
            return t->ibb->streams.items[i];
        }
    }
    return NULL;
}

struct ibb_stream *ibb_find(
    const struct client *c, const char *from, const char *sid)
{
    for (size_t i = 0; i < c->sessions.count; i++) {
        struct session *session = c->sessions.items[i];
        bool peer =
            !strcmp(session->peer, from) || fault(c, FAULT_IBB_FROM_UNCHECKED);
        for (size_t k = 0; peer && k < session->contents.count; k++) {
            struct content *content = session->contents.items[k];
            struct ibb_stream *stream = with_sid(content->transport, sid);
            stream = stream ? stream : with_sid(content->old, sid);
            if (stream && session->state != SESSION_ENDED) {
                return stream;
            }
        }
    }
    return NULL;
}

static void take_open(
    struct client *c, xmlNodePtr iq, xmlNodePtr open, struct ibb_stream *stream)
{
    uint64_t size;
    enum policy_stanza stanza;
    if (!stanza_number(xml_attr(open, "block-size"), BLOCK_SIZE_MAX, &size) ||
        !ibb_read_stanza_kind(open, &stanza) ||
        !stanza_is_nmtoken(xml_attr(open, "sid"))) {
        iq_error(c, iq, ERROR_BAD_REQUEST);
    } else if (!stream && fault(c, FAULT_IBB_OPEN_UNKNOWN_ACKED)) {
        iq_reply(c, iq, NULL);
    } else if (stream && stream->opened &&
               fault(c, FAULT_IBB_SECOND_OPEN_TAKEN)) {
        iq_reply(c, iq, NULL);
    } else if (!stream || stream->over || stream->t->over || stream->opened) {
        iq_error(c, iq, ERROR_NOT_ACCEPTABLE);
    } else if (size != stream->block_size &&
               !fault(c, FAULT_IBB_OPEN_SIZE_UNCHECKED)) {
        iq_error(c, iq, ERROR_CONSTRAINT);
    } else if (stanza != stream->t->ibb->stanza) {
        iq_error(c, iq, ERROR_NOT_ACCEPTABLE);
    } else if (stream->t->content->insecure &&
               policy(c)->jet_check == CHECK_OPEN) {
        iq_error(c, iq, ERROR_NOT_ACCEPTABLE);
    } else {
        ibb_take_open(stream, iq);
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
        ibb_send_close(t);
        transfer_finish(t->content);
    } else {
        timer_set(t->c, close_timed_out, t, policy(t->c)->end_timeout_ms);
    }
}

/* What is wrong with a block, ERROR_NONE: nothing. Fills payload. */
static enum stanza_error check_block(
    const struct ibb_stream *stream, xmlNodePtr data, struct buffer *payload)
{
    struct client *c = stream->t->c;
    uint64_t seq;
    if (!stanza_number(xml_attr(data, "seq"), 65535, &seq)) {
        deaf_by(c, FAULT_IBB_BAD_SEQ_HANGS);
        return ERROR_BAD_REQUEST;
    }
    if (seq != stream->seq_in && !fault(c, FAULT_IBB_SEQ_IGNORED)) {
        return ERROR_UNEXPECTED;
    }
    char *text = stanza_text(data);
    bool lax = fault(c, FAULT_IBB_BASE64_LAX);
    bool good = base64_decode(payload, text, strlen(text), lax);
    free(text);
    if (!good && fault(c, FAULT_IBB_BASE64_IGNORED)) {
        good = true;
    }
    bool fits = payload->len <= stream->block_size ||
                fault(c, FAULT_IBB_OVERSIZE_ACCEPTED);
    if (!good && fault(c, FAULT_IBB_BASE64_OTHER_ERROR)) {
        return ERROR_NOT_ACCEPTABLE;
    }
    return good && fits ? ERROR_NONE : ERROR_BAD_REQUEST;
}

static void take_data(struct client *c, xmlNodePtr stanza, xmlNodePtr data,
    struct ibb_stream *stream)
{
    bool iq = xml_is(stanza, NULL, "iq");
    if (!stream || stream->over || stream->t->over || !stream->opened) {
        if (iq && fault(c, FAULT_IBB_UNKNOWN_SID_ACKED)) {
            iq_reply(c, stanza, NULL);
        } else {
            iq_error(c, stanza, ERROR_ITEM_NOT_FOUND);
        }
        return;
    }
    if (!iq && fault(c, FAULT_IBB_MESSAGES_DROPPED)) {
        return;
    }
    struct transport *t = stream->t;
    struct buffer payload = {0};
    enum stanza_error error = check_block(stream, data, &payload);
    if (c->deaf || (payload.len > stream->block_size &&
                       fault(c, FAULT_IBB_OVERSIZE_UNANSWERED))) {
        buffer_free(&payload);
        return;
    }
    if (error != ERROR_NONE) {
        iq_error(c, stanza, error);
        buffer_free(&payload);
        ibb_broken(t, error == ERROR_UNEXPECTED
                          ? "a block is missing or doubled"
                          : "a block is malformed");
        return;
    }
    stream->seq_in++;
    if (iq && !fault(c, FAULT_IBB_DATA_UNACKED)) {
        iq_reply(c, stanza, NULL);
    }
    struct content *content = t->content;
    bool lost = stream->seq_in == 2 && fault(c, FAULT_IBB_BLOCK_LOST);
    if (!content->sending && content->state == CONTENT_MOVING && !lost) {
        if (!payload.len ||
            transfer_received(content, payload.data, payload.len)) {
            received(t);
        }
    }
    buffer_free(&payload);
}

/* The last stream of a bytestream was closed by the peer. */
static void all_closed(struct transport *t)
{
    struct content *content = t->content;
    t->over = true;
    timer_forget(t->c, t);
    if (content->old == t) {
        content_old_gone(content);
    } else if (content->sending && content->state == CONTENT_MOVING) {
        if (t->ibb->done || (policy(t->c)->ibb_close_by == SIDE_RECEIVER &&
                                !t->ibb->in_flight)) {
            transfer_sent(content);
        } else {
            deaf_by(t->c, FAULT_CLOSE_MIDWAY_HANGS);
            content_fail(content, "failed-transport", NULL,
                "the peer closed the bytestream before its end");
        }
    } else {
        if (content->state == CONTENT_MOVING && !transfer_is_whole(content)) {
            deaf_by(t->c, FAULT_CLOSE_MIDWAY_HANGS);
        }
        transfer_stream_ended(content);
    }
}

static void take_close(
    struct client *c, xmlNodePtr iq, struct ibb_stream *stream)
{
    if (!stream || stream->over || stream->t->over || !stream->opened) {
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
    if (stream->t->content->sending && !stream->t->ibb->done &&
        fault(c, FAULT_IBB_CLOSE_IGNORED)) {
        return;
    }
    stream->over = true;
    if (!ibb_any_open(stream->t) || fault(c, FAULT_IBB_STREAM_CLOSES_ALL)) {
        all_closed(stream->t);
    }
}

void ibb_stanza(struct client *c, xmlNodePtr stanza, xmlNodePtr payload)
{
    const char *from = stanza_attr(stanza, "from");
    const char *sid = stanza_attr(payload, "sid");
    struct ibb_stream *stream = ibb_find(c, from, sid);
    const char *name = stanza_name(payload);
    if (!strcmp(name, "data")) {
        take_data(c, stanza, payload, stream);
    } else if (!xml_is(stanza, NULL, "iq")) {
        return;
    } else if (!strcmp(name, "open")) {
        take_open(c, stanza, payload, stream);
    } else if (!strcmp(name, "close")) {
        take_close(c, stanza, stream);
    } else {
        iq_error(c, stanza, ERROR_BAD_REQUEST);
    }
}
