#include "jingle/session.h"

#include "jingle/propose.h"
#include "jingle/proxies.h"
#include "jingle/transfer.h"
#include "jingle/transport.h"

#include <string.h>

static const char *const senders_names[] = {
    "both", "initiator", "responder", "none"};

/* --- lifetime --- */

struct session *session_new(
    struct client *c, const char *peer, const char *sid, bool initiator)
{
    struct session *session = mem_alloc(sizeof *session);
    session->c = c;
    session->peer = mem_strdup(peer);
    session->sid = sid                               ? mem_strdup(sid)
                   : fault(c, FAULT_SID_CONSTANT)    ? mem_strdup("session")
                   : fault(c, FAULT_SID_NOT_NMTOKEN) ? mem_strdup("my session")
                                                     : core_id(c);
    session->initiator = initiator;
    session->state = initiator ? SESSION_PREPARING : SESSION_PENDING;
    session->peer_s5b = session->peer_ibb = true;
    session->last_heard_ms = c->now_ms;
    vec_push(&c->sessions, session);
    return session;
}

void session_free(struct session *session)
{
    struct client *c = session->c;
    while (session->contents.count) {
        struct content *content =
            session->contents.items[session->contents.count - 1];
        session->contents.count--;
        content_free(content);
    }
    vec_free(&session->contents);
    timer_forget(c, session);
    iq_forget(c, session);
    disco_forget(c, session);
    proxies_forget(c, session);
    free(session->peer);
    free(session->sid);
    free(session);
}

struct session *session_find(
    const struct client *c, const char *peer, const char *sid)
{
    for (size_t i = 0; i < c->sessions.count; i++) {
        struct session *at = c->sessions.items[i];
        bool same = !strcmp(at->peer, peer) ||
                    fault(c, FAULT_SESSION_FROM_UNCHECKED) ||
                    (fault(c, FAULT_BARE_JID_IDENTIFIES) &&
                        jid_same_bare(at->peer, peer));
        bool over = at->state == SESSION_ENDED &&
                    !fault(c, FAULT_ENDED_SESSION_ANSWERED);
        if (!over && same && !strcmp(at->sid, sid)) {
            return at;
        }
    }
    return NULL;
}

struct session *session_newest(const struct client *c)
{
    for (size_t i = c->sessions.count; i-- > 0;) {
        if (c->sessions.items[i]->state != SESSION_ENDED) {
            return c->sessions.items[i];
        }
    }
    return NULL;
}

struct content *content_new(
    struct session *session, const char *name, bool ours, enum senders senders)
{
    struct content *content = mem_alloc(sizeof *content);
    content->session = session;
    content->name = mem_strdup(name);
    content->ours = ours;
    content->senders = senders;
    content->sending =
        senders == (session->initiator ? SENDERS_INITIATOR : SENDERS_RESPONDER);
    content->state = ours ? CONTENT_PREPARING : CONTENT_OFFERED;
    content->add = session->state != SESSION_PREPARING;
    vec_push(&session->contents, content);
    return content;
}

/* Whatever could still call back. */
static void content_shut(struct content *content)
{
    struct client *c = content->session->c;
    transfer_free(content);
    timer_forget(c, content);
    iq_forget(c, content);
    proxies_forget(c, content);
    if (content->seal == SEAL_PREPARING) {
        c->config.security->forget(c->config.security->owner, c, content);
        content->seal = SEAL_NONE;
    }
    transport_free(content->transport);
    transport_free(content->replacement);
    transport_free(content->old);
    transport_free(content->dead_transport);
    content->transport = content->replacement = content->old = NULL;
    content->dead_transport = NULL;
    content_drop_filter(content);
}

void content_drop_filter(struct content *content)
{
    if (content->filter) {
        content->filter->free(content->filter);
        content->filter = NULL;
    }
}

void content_free(struct content *content)
{
    content_shut(content);
    file_description_clear(&content->file);
    free(content->name);
    free(content->path);
    free(content->safe_name);
    free(content->security);
    free(content);
}

struct content *content_find(
    const struct session *session, bool by_initiator, const char *name)
{
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (!strcmp(at->name, name) &&
            (at->ours == session->initiator) == by_initiator) {
            return at;
        }
    }
    return NULL;
}

bool content_is_over(const struct content *content)
{
    return content->state == CONTENT_DONE || content->state == CONTENT_FAILED ||
           (content->state == CONTENT_MOVED && content->sending);
}

/* Freed when the core leaves: callers up the stack may still look at it. */
void content_remove(struct content *content)
{
    struct session *session = content->session;
    for (size_t i = 0; i < session->contents.count; i++) {
        if (session->contents.items[i] == content) {
            vec_remove(&session->contents, i);
            break;
        }
    }
    content->state = CONTENT_FAILED;
    timer_forget(session->c, content);
    if (content->transport) {
        timer_forget(session->c, content->transport);
        content->transport->type->close(content->transport);
    }
    vec_push(&session->c->dead_contents, content);
}

void content_fail(struct content *content, const char *reason,
    const char *detail, const char *text)
{
    struct session *session = content->session;
    if (content->state == CONTENT_FAILED || session->state == SESSION_ENDED) {
        return;
    }
    size_t running = 0;
    for (size_t i = 0; i < session->contents.count; i++) {
        running += !content_is_over(session->contents.items[i]);
    }
    session_notify(session, content, CLIENT_FAILED, reason, text);
    if (session->state != SESSION_ACTIVE || running <= 1) {
        content->state = CONTENT_FAILED;
        session_end(session, reason, detail, text);
        return;
    }
    struct buffer out = {0};
    session_begin(session, "content-remove", &out);
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (at == content || fault(session->c, FAULT_REMOVE_REPEATS_ALL)) {
            content_begin(at, &out);
            buffer_add_text(&out, "</content>");
        }
    }
    reason_write(reason, detail, NULL, &out);
    session_send(session, &out, NULL, NULL);
    content_remove(content);
    session_check(session);
}

/* --- the end --- */

static void reap(struct client *c, void *owner)
{
    (void)c;
    struct session *session = owner;
    session->dead = true;
}

/* A file whose last bytes are still on their way by SOCKS5 although the peer
 * has said that all went well (a stanza may overtake them). */
static bool has_bytes_coming(const struct session *session)
{
    for (size_t i = 0; i < session->contents.count; i++) {
        const struct content *at = session->contents.items[i];
        if (!at->sending && at->state == CONTENT_MOVING && at->transport &&
            at->transport->s5b && at->transport->ready &&
            !at->transport->over) {
            return true;
        }
    }
    return false;
}

void session_ended(
    struct session *session, const char *reason, const char *text)
{
    struct client *c = session->c;
    if (session->state == SESSION_ENDED) {
        return;
    }
    bool started = session->state != SESSION_PREPARING;
    session->state = SESSION_ENDED;
    session->waiting = false;
    timer_forget(c, session);
    if (!strcmp(reason, "success") && has_bytes_coming(session) &&
        !fault(c, FAULT_TERMINATE_DROPS_BYTES)) {
        session->lingering = true;
        timer_set(c, reap, session, policy(c)->end_timeout_ms);
    } else {
        session->dead = !fault(c, FAULT_ENDED_SESSION_ANSWERED);
        for (size_t i = 0; i < session->contents.count; i++) {
            struct content *at = session->contents.items[i];
            if (!strcmp(reason, "success")) {
                transfer_settle(at);
            }
            timer_forget(c, at);
            timer_forget(c, &at->transfer);
            if (at->transport) {
                timer_forget(c, at->transport);
                at->transport->over = true;
            }
        }
    }
    if (started && c->online && session->proposed) {
        propose_finish(
            c, session->peer, session->sid, reason, session->migrated);
    }
    session_notify(session, NULL, CLIENT_ENDED, reason, text);
}

static void terminate_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c, (void)outcome, (void)stanza;
    session_ended(owner, "cancel", NULL);
}

void session_end(struct session *session, const char *reason,
    const char *detail, const char *text)
{
    struct client *c = session->c;
    if (session->state == SESSION_ENDED) {
        return;
    }
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (at->transport && at->transport->type->kind == TRANSPORT_IBB) {
            at->transport->type->close(at->transport);
        }
    }
    bool silent = session->state == SESSION_PREPARING ||
                  (fault(c, FAULT_CANCEL_BEFORE_ACK_LOST) &&
                      session->initiator && !session->acknowledged) ||
                  fault(c, FAULT_TERMINATE_MISSING);
    if (!silent) {
        if (fault(c, FAULT_TERMINATE_REASON_WRONG)) {
            reason = strcmp(reason, "success") ? "success" : "general-error";
        }
        struct buffer out = {0};
        session_begin(session, "session-terminate", &out);
        if (fault(c, FAULT_REASON_INVENTED)) {
            reason = "boredom";
        }
        if (fault(c, FAULT_REASON_TEXT_ONLY)) {
            buffer_add_text(&out, "<reason><text>No.</text></reason>");
        } else if (!fault(c, FAULT_TERMINATE_WITHOUT_REASON)) {
            reason_write(reason, detail, text, &out);
        }
        if (fault(c, FAULT_ENDED_AT_ACK_ONLY)) {
            session_send(session, &out, terminate_answered, session);
            return;
        }
        session_send(session, &out, NULL, NULL);
    }
    session_ended(session, reason, text);
}

static void end_timed_out(struct client *c, void *owner)
{
    (void)c;
    session_end(owner, "success", NULL, NULL);
}

void session_check(struct session *session)
{
    struct client *c = session->c;
    if (session->state == SESSION_ENDED) {
        bool lingers = session->lingering && has_bytes_coming(session);
        session->dead = session->dead || !lingers;
        return;
    }
    if (session->state != SESSION_ACTIVE || fault(c, FAULT_NEVER_ENDS)) {
        return;
    }
    bool receiving = false, sending = false, confirmed = true;
    for (size_t i = 0; i < session->contents.count; i++) {
        const struct content *at = session->contents.items[i];
        if (!content_is_over(at)) {
            session->ending = false;
            timer_cancel(c, end_timed_out, session);
            return;
        }
        receiving = receiving || !at->sending;
        sending = sending || at->sending;
        confirmed = confirmed && (!at->sending || at->received);
    }
    bool now;
    if (policy(c)->terminate_by == SIDE_RECEIVER) {
        now = receiving && confirmed;
    } else {
        now = sending && (confirmed || !policy(c)->wait_for_received);
    }
    if (now || !session->contents.count) {
        session_end(session, "success", NULL, NULL);
    } else if (!session->ending) {
        session->ending = true;
        timer_set(c, end_timed_out, session, policy(c)->end_timeout_ms);
    }
}

/* --- stanzas out --- */

void session_begin(
    struct session *session, const char *action, struct buffer *out)
{
    struct client *c = session->c;
    bool initiate = !strcmp(action, "session-initiate");
    bool accept = !strcmp(action, "session-accept");
    buffer_add_text(out, "<jingle xmlns='" NS_JINGLE "'");
    if (fault(c, FAULT_UNDEFINED_ACTION) && !strcmp(action, "session-info")) {
        action = "file-info";
    }
    if (!(initiate && fault(c, FAULT_OFFER_WITHOUT_ACTION))) {
        xml_add_attr(out, "action", action);
    }
    if ((initiate && policy(c)->initiator_attribute &&
            !fault(c, FAULT_OFFER_WITHOUT_INITIATOR)) ||
        fault(c, FAULT_INITIATOR_EVERYWHERE)) {
        xml_add_attr(
            out, "initiator", session->initiator ? c->jid : session->peer);
    }
    if ((accept && policy(c)->responder_attribute &&
            !fault(c, FAULT_ACCEPT_WITHOUT_RESPONDER)) ||
        fault(c, FAULT_RESPONDER_EVERYWHERE)) {
        xml_add_attr(
            out, "responder", session->initiator ? session->peer : c->jid);
    }
    bool other = fault(c, FAULT_SID_CHANGED) && !initiate;
    if (!(initiate && fault(c, FAULT_OFFER_WITHOUT_SID))) {
        xml_add_attr(out, "sid", other ? "another" : session->sid);
    }
    buffer_add_text(out, ">");
}

static void info_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c, (void)stanza;
    if (outcome == IQ_ERROR) {
        session_end(owner, "failed-application", NULL, NULL);
    }
}

void session_send(
    struct session *session, struct buffer *out, iq_fn *fn, void *owner)
{
    bool info = strstr(buffer_text(out), "session-info");
    if (strstr(buffer_text(out), "transport-info") &&
        fault(session->c, FAULT_INFO_WITHOUT_PAYLOAD)) {
        out->len =
            (size_t)(strchr(buffer_text(out), '>') + 1 - buffer_text(out));
    }
    buffer_add_text(out, "</jingle>");
    if (info && fault(session->c, FAULT_INFO_AS_MESSAGE)) {
        struct buffer message = {0};
        buffer_add_text(&message, "<message");
        xml_add_attr(&message, "to", session->peer);
        buffer_printf(&message, ">%s</message>", buffer_text(out));
        core_send(session->c, &message);
        buffer_free(&message);
        buffer_free(out);
        return;
    }
    if (!fn && fault(session->c, FAULT_INFO_ERROR_IS_FAILURE)) {
        fn = info_answered;
        owner = session;
    }
    iq_send(session->c, session->peer, "set", buffer_text(out), fn, owner);
    buffer_free(out);
}

void content_begin(const struct content *content, struct buffer *out)
{
    const struct session *session = content->session;
    const struct client *c = session->c;
    bool by_initiator = content->ours == session->initiator;
    if (fault(c, FAULT_CREATOR_SELF)) {
        by_initiator = session->initiator;
    }
    if (fault(c, FAULT_CREATOR_DEFAULT_RESPONDER)) {
        by_initiator = false;
    }
    buffer_add_text(out, "<content");
    if (!fault(c, FAULT_CREATOR_MISSING)) {
        xml_add_attr(out, "creator", by_initiator ? "initiator" : "responder");
    }
    if (fault(c, FAULT_OFFER_DISPOSITION_OTHER)) {
        xml_add_attr(out, "disposition", "render");
    }
    if (fault(c, FAULT_OFFER_DISPOSITION_INVENTED)) {
        xml_add_attr(out, "disposition", "file");
    }
    if (!fault(c, FAULT_CONTENT_WITHOUT_NAME)) {
        bool renamed = fault(c, FAULT_CONTENT_NAME_CHANGED) && !content->ours;
        xml_add_attr(out, "name", renamed ? "file" : content->name);
    }
    bool is_default = content->senders == SENDERS_BOTH;
    if ((!is_default || policy(c)->senders_attribute) &&
        !fault(c, FAULT_SENDERS_MISSING)) {
        xml_add_attr(out, "senders",
            fault(c, FAULT_SENDERS_BOTH) ? "both"
                                         : senders_names[content->senders]);
    }
    buffer_add_text(out, ">");
}

void content_write(
    const struct content *content, bool answer, struct buffer *out)
{
    const struct client *c = content->session->c;
    struct file_description file;
    file_description_copy(&file, &content->file);
    file.range = content->range;
    if (answer && fault(c, FAULT_ACCEPT_RANGE_MISSING)) {
        memset(&file.range, 0, sizeof file.range);
    }
    if (fault(c, FAULT_OFFER_HASH_WRONG) && content->sending) {
        for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
            file.values[kind][0] ^= 1;
        }
    }
    if (fault(c, FAULT_OFFER_HASH_MISSING) && content->sending) {
        file.hashes = file.used = 0;
    }
    if (fault(c, FAULT_OFFER_SIZE_WRONG) && content->sending) {
        file.size++;
    }
    bool reversed = policy(c)->reverse_order;
    struct buffer description = {0}, transport = {0};
    buffer_add_text(&description,
        fault(c, FAULT_FILE_VERSION_OLD)
            ? "<description xmlns='urn:xmpp:jingle:apps:file-transfer:4'>"
            : "<description xmlns='" NS_FILE "'>");
    file_description_write(&file, reversed, &description);
    const char *security = content->security ? content->security : "";
    bool misplaced = fault(c, FAULT_SECURITY_IN_DESCRIPTION);
    buffer_add_text(&description, misplaced ? security : "");
    buffer_add_text(&description, "</description>");
    content->transport->type->write(content->transport, answer, &transport);
    if (answer && fault(c, FAULT_ACCEPT_OTHER_TRANSPORT) &&
        content->transport->type->kind == TRANSPORT_IBB) {
        buffer_clear(&transport);
        buffer_add_text(&transport, "<transport xmlns='" NS_JINGLE_S5B "'");
        xml_add_attr(&transport, "sid", content->transport->sid);
        buffer_add_text(&transport, "/>");
    }

    content_begin(content, out);
    if (!(answer && fault(c, FAULT_ACCEPT_DESCRIPTION_MISSING)) && !reversed) {
        buffer_add_text(out, buffer_text(&description));
    }
    if (!(answer && fault(c, FAULT_ACCEPT_TRANSPORT_MISSING))) {
        buffer_add_text(out, buffer_text(&transport));
    }
    buffer_add_text(out, misplaced ? "" : security);
    if (reversed) {
        buffer_add_text(out, buffer_text(&description));
    }
    buffer_add_text(out, "</content>");
    buffer_free(&description);
    buffer_free(&transport);
    file_description_clear(&file);
}

void content_transport_info(struct content *content, const char *transport_xml)
{
    struct buffer out = {0};
    session_begin(content->session, "transport-info", &out);
    content_begin(content, &out);
    buffer_add_text(&out, transport_xml);
    buffer_add_text(&out, "</content>");
    session_send(content->session, &out, NULL, NULL);
}

void reason_write(const char *reason, const char *detail, const char *text,
    struct buffer *out)
{
    if (detail && !strcmp(reason, "alternative-session")) {
        /* the only condition that holds something (XEP-0166 s7.4) */
        buffer_printf(out, "<reason><%s>%s</%s>", reason, detail, reason);
        detail = NULL;
    } else {
        buffer_printf(out, "<reason><%s/>", reason);
    }
    if (text) {
        stanza_add_text(out, "text", text);
    }
    buffer_add_text(out, detail ? detail : "");
    buffer_add_text(out, "</reason>");
}

void session_notify(struct session *session, struct content *content,
    enum client_event_kind kind, const char *reason, const char *text)
{
    struct client *c = session->c;
    struct client_event event = {0};
    event.kind = kind;
    event.sid = session->sid;
    event.peer = session->peer;
    event.content = content ? content->name : "";
    event.file = "";
    event.size = UINT64_MAX;
    event.reason = reason ? reason : "";
    event.text = text ? text : "";
    if (content) {
        const char *name =
            content->sending ? content->file.name : content->safe_name;
        event.file = name ? name : "";
        event.sending = content->sending;
        event.bytes = content->transfer.at - content->transfer.start;
        event.size = content->file.has_size ? content->file.size : UINT64_MAX;
        event.hash = content->verdict;
    }
    c->host->event(c->owner, &event);
}
