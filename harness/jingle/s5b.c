#include "jingle/s5b.h"

#include "jingle/transfer.h"

#include <string.h>

/* Bytes moved in one go before others get their turn. */
enum { PUMP_BYTES = 4 << 20 };

/* --- reports and nomination --- */

static void send_info(struct transport *t, const char *name, const char *cid)
{
    struct buffer out = {0};
    buffer_add_text(&out, "<transport xmlns='" NS_JINGLE_S5B "'");
    xml_add_attr(&out, "sid",
        fault(t->c, FAULT_S5B_INFO_OTHER_SID) ? t->content->session->sid
                                              : t->sid);
    buffer_printf(&out, "><%s", name);
    xml_add_attr(&out, "cid", cid);
    buffer_add_text(&out, "/></transport>");
    content_transport_info(t->content, buffer_text(&out));
    buffer_free(&out);
}

static void failed(struct transport *t, const char *text)
{
    t->over = true;
    timer_forget(t->c, t);
    iq_forget(t->c, t);
    s5b_close_all(t, NULL);
    content_transport_failed(t->content, text);
}

static const struct candidate *nominated(const struct s5b *s5b)
{
    return s5b->nominated_ours ? &s5b->ours.items[s5b->peers_index]
                               : &s5b->theirs.items[s5b->mine_index];
}

/* The stream stands. */
static void use(struct transport *t, struct connection *connection)
{
    struct s5b *s5b = t->s5b;
    s5b->stream = connection;
    t->ready = true;
    timer_forget(t->c, t);
    char how[32];
    snprintf(how, sizeof how, "s5b %s", s5b_type_name(nominated(s5b)->type));
    content_connected(t->content, how);
    if (t->content->transfer.stream &&
        fault(t->c, FAULT_REPLACE_NEVER_RESUMES)) {
        return;
    }
    if (s5b->stream && !t->content->old && !t->content->sending) {
        s5b_read_on(s5b->stream);
    }
}

static struct connection *own_connection(const struct transport *t)
{
    const struct s5b *s5b = t->s5b;
    const struct client *c = t->c;
    for (size_t i = 0; i < c->connections.count; i++) {
        struct connection *at = c->connections.items[i];
        bool it = s5b->nominated_ours
                      ? at->own_proxy
                      : !at->own_proxy && at->candidate == s5b->mine_index;
        if (at->t == t && !at->incoming && it &&
            at->socks.state == SOCKS5_OPEN) {
            return at;
        }
    }
    return NULL;
}

static void activate_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)stanza;
    struct transport *t = owner;
    struct connection *connection = own_connection(t);
    if (outcome != IQ_RESULT || !connection) {
        s5b_proxy_failed(t);
        return;
    }
    if (!fault(c, FAULT_S5B_ACTIVATED_MISSING)) {
        send_info(t,
            fault(c, FAULT_S5B_ACTIVATED_NAME) ? "candidate-activated"
                                               : "activated",
            nominated(t->s5b)->cid);
    }
    use(t, connection);
}

static void activate(struct transport *t)
{
    struct client *c = t->c;
    const char *peer = t->content->session->peer;
    struct buffer out = {0};
    buffer_add_text(&out, "<query xmlns='" NS_S5B "'");
    xml_add_attr(&out, "sid", t->sid);
    buffer_add_text(&out, ">");
    stanza_add_text(
        &out, "activate", fault(c, FAULT_S5B_ACTIVATE_SELF) ? c->jid : peer);
    if (fault(c, FAULT_S5B_ACTIVATES_TWO)) {
        stanza_add_text(&out, "activate", c->jid);
    }
    buffer_add_text(&out, "</query>");
    iq_send(c, nominated(t->s5b)->jid, "set", buffer_text(&out),
        activate_answered, t);
    buffer_free(&out);
}

void s5b_proxy_failed(struct transport *t)
{
    if (t->over || t->ready) {
        return;
    }
    if (!fault(t->c, FAULT_S5B_PROXY_ERROR_MISSING)) {
        send_info(t, "proxy-error", NULL);
    }
    if (fault(t->c, FAULT_S5B_PROXY_NO_FALLBACK)) {
        content_fail(t->content, "cancel", NULL, "the proxy can't be used");
        return;
    }
    failed(t, "the proxy can't be used");
}

static bool choose_ours(const struct transport *t)
{
    const struct s5b *s5b = t->s5b;
    if (s5b->mine != REPORT_USED || s5b->peers != REPORT_USED) {
        return s5b->peers == REPORT_USED;
    }
    uint64_t mine = s5b->theirs.items[s5b->mine_index].priority;
    uint64_t peers = s5b->ours.items[s5b->peers_index].priority;
    bool initiator = t->content->session->initiator;
    if (fault(t->c, FAULT_S5B_TIE_TO_RESPONDER)) {
        initiator = !initiator;
    }
    if (fault(t->c, FAULT_S5B_LOWER_NOMINATED)) {
        return peers < mine || (peers == mine && !initiator);
    }
    return peers > mine || (peers == mine && !initiator);
}

/* Both have reported: XEP-0260 s2.4. */
static void decide(struct transport *t)
{
    struct s5b *s5b = t->s5b;
    if (s5b->decided || s5b->mine == REPORT_NONE || s5b->peers == REPORT_NONE) {
        return;
    }
    s5b->decided = true;
    if (s5b->mine == REPORT_ERROR && s5b->peers == REPORT_ERROR) {
        failed(t, "no candidate can be reached");
        return;
    }
    s5b->nominated_ours = choose_ours(t);
    const struct candidate *best = nominated(s5b);
    if (!s5b->nominated_ours) {
        struct connection *connection = own_connection(t);
        s5b_close_all(t, connection);
        if (!connection) {
            failed(t, "the nominated connection is gone");
        } else if (best->type != CANDIDATE_PROXY || s5b->activated ||
                   fault(t->c, FAULT_S5B_ACTIVATION_NOT_AWAITED)) {
            use(t, connection);
        }
        return;
    }
    if (best->type == CANDIDATE_PROXY) {
        s5b_close_all(t, NULL);
        if (fault(t->c, FAULT_S5B_ACTIVATE_UNCONNECTED)) {
            activate(t);
        } else {
            s5b_connect_proxy(t, s5b->peers_index);
        }
        return;
    }
    struct connection *connection = s5b_accepted(t, best->listener);
    s5b_close_all(t, connection);
    if (connection) {
        use(t, connection);
    } else {
        failed(t, "the peer is not connected to the candidate it named");
    }
}

void s5b_connected(struct transport *t, struct connection *connection)
{
    struct s5b *s5b = t->s5b;
    struct client *c = t->c;
    if (connection->own_proxy) {
        if (fault(c, FAULT_S5B_PROXY_NOT_ACTIVATED)) {
            send_info(t, "activated", nominated(s5b)->cid);
            use(t, connection);
        } else {
            activate(t);
        }
        return;
    }
    if (s5b->mine != REPORT_NONE) {
        return; /* a loser; closed when the nomination is known */
    }
    s5b->mine = REPORT_USED;
    s5b->mine_index = connection->candidate;
    if (!fault(c, FAULT_S5B_LOSERS_KEPT)) {
        s5b_stop_trying(t, UINT64_MAX, connection);
    }
    if (!fault(c, FAULT_S5B_USED_MISSING)) {
        send_info(t, "candidate-used",
            fault(c, FAULT_S5B_USED_WRONG_CID)
                ? "nonesuch"
                : s5b->theirs.items[s5b->mine_index].cid);
    }
    decide(t);
}

static void report_error(struct transport *t)
{
    struct s5b *s5b = t->s5b;
    if (s5b->mine != REPORT_NONE) {
        return;
    }
    s5b->mine = REPORT_ERROR;
    if (!fault(t->c, FAULT_S5B_ERROR_MISSING)) {
        send_info(t, "candidate-error", NULL);
    }
    decide(t);
}

static void no_more_came(struct client *c, void *owner)
{
    (void)c;
    report_error(owner);
}

void s5b_exhausted(struct transport *t)
{
    struct s5b *s5b = t->s5b;
    /* an empty list may be filled by transport-infos (XEP-0260 s2.2) */
    if (!s5b->theirs.count && s5b->peers == REPORT_NONE) {
        timer_set(t->c, no_more_came, t, policy(t->c)->candidate_timeout_ms);
    } else {
        report_error(t);
    }
}

static size_t find_cid(const struct s5b *s5b, const char *cid)
{
    size_t i = 0;
    while (i < s5b->ours.count && strcmp(s5b->ours.items[i].cid, cid)) {
        i++;
    }
    return i;
}

static enum stanza_error check_info(struct transport *t, xmlNodePtr node)
{
    struct s5b *s5b = t->s5b;
    xmlNodePtr payload = xml_child(node, NULL, NULL);
    if (!payload || xml_is(payload, NS_JINGLE_S5B, "candidate-error") ||
        xml_is(payload, NS_JINGLE_S5B, "proxy-error")) {
        return ERROR_NONE;
    }
    if (xml_is(payload, NS_JINGLE_S5B, "candidate-used")) {
        const char *cid = xml_attr(payload, "cid");
        if (fault(t->c, FAULT_S5B_UNKNOWN_CID_ACCEPTED)) {
            return ERROR_NONE;
        }
        return !cid                                    ? ERROR_BAD_REQUEST
               : find_cid(s5b, cid) == s5b->ours.count ? ERROR_ITEM_NOT_FOUND
                                                       : ERROR_NONE;
    }
    if (xml_is(payload, NS_JINGLE_S5B, "activated")) {
        bool early =
            fault(t->c, FAULT_S5B_EARLY_ACTIVATED_REFUSED) && !s5b->decided;
        return xml_attr(payload, "cid") && !early ? ERROR_NONE
                                                  : ERROR_BAD_REQUEST;
    }
    if (xml_is(payload, NS_JINGLE_S5B, "candidate")) {
        for (; payload;
             payload = xml_next(payload, NS_JINGLE_S5B, "candidate")) {
            struct candidate candidate;
            if (!s5b_read_candidate(payload, &candidate)) {
                return ERROR_BAD_REQUEST;
            }
            candidate_free(&candidate);
        }
        return ERROR_NONE;
    }
    return ERROR_UNSUPPORTED_INFO;
}

static void take_used(struct transport *t, const char *cid)
{
    struct s5b *s5b = t->s5b;
    if (s5b->peers != REPORT_NONE) {
        return;
    }
    size_t index = find_cid(s5b, cid);
    if (index == s5b->ours.count) {
        return; /* only with a fault */
    }
    s5b->peers = REPORT_USED;
    s5b->peers_index = index;
    if (s5b->mine == REPORT_NONE && t->started) {
        uint64_t priority = s5b->ours.items[index].priority;
        if (!fault(t->c, FAULT_S5B_GIVES_UP_HIGHER)) {
            s5b_stop_trying(t, priority, NULL);
        } else {
            s5b_stop_trying(t, UINT64_MAX, NULL);
        }
        s5b_try(t);
    }
    decide(t);
}

static void take_activated(struct transport *t)
{
    struct s5b *s5b = t->s5b;
    s5b->activated = true;
    if (s5b->decided && !s5b->nominated_ours && !t->ready && !t->over) {
        struct connection *connection = own_connection(t);
        if (connection) {
            use(t, connection);
        }
    }
}

static void apply_info(struct transport *t, xmlNodePtr node)
{
    struct s5b *s5b = t->s5b;
    xmlNodePtr payload = xml_child(node, NULL, NULL);
    if (s5b->peers == REPORT_ERROR &&
        fault(t->c, FAULT_S5B_REPORT_TWICE_FAILS) &&
        xml_is(payload, NULL, "candidate-error")) {
        failed(t, "the peer reports twice");
        return;
    }
    if (t->over || t->ready) {
        return;
    }
    if (xml_is(payload, NULL, "candidate-used")) {
        take_used(t, stanza_attr(payload, "cid"));
    } else if (xml_is(payload, NULL, "candidate-error")) {
        if (s5b->peers == REPORT_NONE) {
            s5b->peers = REPORT_ERROR;
            if (t->started && !s5b->theirs.count) {
                report_error(t);
            }
            decide(t);
        }
    } else if (xml_is(payload, NULL, "proxy-error")) {
        if (fault(t->c, FAULT_S5B_PROXY_ERROR_IS_END)) {
            session_end(t->content->session, "success", NULL, NULL);
            return;
        }
        failed(t, "the peer can't use the proxy");
    } else if (xml_is(payload, NULL, "activated")) {
        take_activated(t);
    } else if (payload) {
        s5b_read_candidates(t, node);
        if (t->started) {
            timer_cancel(t->c, no_more_came, t);
            s5b_try(t);
        }
    }
}

/* --- life --- */

static void timed_out(struct client *c, void *owner)
{
    (void)c;
    failed(owner, "the peer did not report on its candidates in time");
}

static void start(struct transport *t)
{
    t->started = true;
    timer_set(t->c, timed_out, t, policy(t->c)->transport_timeout_ms);
    if (s5b_is_late(t) && t->s5b->ours.count) {
        struct buffer out = {0};
        buffer_add_text(&out, "<transport xmlns='" NS_JINGLE_S5B "'");
        xml_add_attr(&out, "sid", t->sid);
        buffer_add_text(&out, ">");
        s5b_write_candidates(t->s5b, &out);
        buffer_add_text(&out, "</transport>");
        content_transport_info(t->content, buffer_text(&out));
        buffer_free(&out);
    }
    s5b_try(t);
}

static void stream_done(struct transport *t)
{
    transfer_send_checksum(t->content);
    if (policy(t->c)->s5b_close_after_file) {
        t->over = true;
        s5b_close_all(t, NULL);
    } else if (t->s5b->stream) {
        t->c->host->watch(t->c->owner, t->s5b->stream->id, true, false);
    }
    transfer_sent(t->content);
}

static void pump(struct transport *t)
{
    struct client *c = t->c;
    struct content *content = t->content;
    struct connection *stream = t->s5b->stream;
    if (!stream || !t->ready || t->over || t->draining || !content->sending ||
        content->state != CONTENT_MOVING) {
        return;
    }
    size_t budget = PUMP_BYTES;
    while (true) {
        const uint8_t *data;
        size_t len = transfer_next(content, &data, SIZE_MAX);
        if (!len) {
            stream_done(t);
            return;
        }
        size_t took = c->host->write(c->owner, stream->id, data, len);
        transfer_used(content, took);
        budget -= took < budget ? took : budget;
        if (took < len || !budget) {
            c->host->watch(c->owner, stream->id, true, true);
            return;
        }
    }
}

void s5b_stream_writable(struct transport *t)
{
    pump(t);
}

void s5b_stream_data(struct transport *t, const void *data, size_t len)
{
    struct content *content = t->content;
    if (content->sending || content->state != CONTENT_MOVING) {
        return; /* nothing is expected in this direction, or any more */
    }
    if (fault(t->c, FAULT_CHUNK_IS_FILE) && content->transfer.at) {
        return;
    }
    if (!transfer_received(content, data, len) || !t->s5b->stream) {
        return;
    }
    if (content->transport == t && transfer_is_whole(content) &&
        !fault(t->c, FAULT_S5B_WAITS_FOR_CLOSE)) {
        transfer_finish(content);
    }
}

void s5b_stream_closed(struct transport *t)
{
    struct content *content = t->content;
    t->over = true;
    if (content->old == t) {
        content_old_gone(content);
    } else if (content->sending && content->state == CONTENT_MOVING) {
        content_fail(content,
            fault(t->c, FAULT_CUT_ENDS_WITH_SUCCESS) ? "success"
                                                     : "connectivity-error",
            NULL, "the peer closed the bytestream before its end");
    } else {
        transfer_stream_ended(content);
    }
}

static void resume(struct transport *t)
{
    if (t->ready && t->s5b->stream && !t->content->sending) {
        s5b_read_on(t->s5b->stream);
    }
}

static void drain(struct transport *t)
{
    if (!t->ready || t->over || t->content->sending) {
        t->over = true;
        s5b_close_all(t, NULL);
        content_old_gone(t->content);
    }
}

static void close_transport(struct transport *t)
{
    t->over = true;
    s5b_close_all(t, NULL);
}

static void free_transport(struct transport *t)
{
    struct s5b *s5b = t->s5b;
    if (!s5b) {
        return;
    }
    s5b_close_all(t, NULL);
    s5b_unlisten(t->c, t);
    for (size_t i = 0; i < s5b->ours.count; i++) {
        candidate_free(&s5b->ours.items[i]);
    }
    for (size_t i = 0; i < s5b->theirs.count; i++) {
        candidate_free(&s5b->theirs.items[i]);
    }
    vec_free(&s5b->ours);
    vec_free(&s5b->theirs);
    free(s5b->given);
    free(s5b);
}

const struct transport_type transport_s5b = {TRANSPORT_S5B, NS_JINGLE_S5B,
    "s5b", s5b_prepare, s5b_read, s5b_write, check_info, apply_info, start,
    pump, resume, drain, close_transport, free_transport};
