#include "jingle/actions.h"

#include "jingle/propose.h"

#include "jingle/transfer.h"

#include <string.h>

enum { SESSIONS_MAX = 4096 }; /* of all peers together */

static const struct {
    const char *name;
    action_fn *fn;
} actions[] = {
    {"session-initiate", action_session_initiate},
    {"session-accept", action_session_accept},
    {"session-info", action_session_info},
    {"session-terminate", action_session_terminate},
    {"description-info", action_description_info},
    {"security-info", action_security_info},
    {"content-add", action_content_add},
    {"content-accept", action_content_accept},
    {"content-reject", action_content_reject},
    {"content-modify", action_content_modify},
    {"content-remove", action_content_remove},
    {"transport-info", action_transport_info},
    {"transport-replace", action_transport_replace},
    {"transport-accept", action_transport_accept},
    {"transport-reject", action_transport_reject},
};

void request_ok(struct request *request)
{
    if (!request->answered) {
        request->answered = true;
        if (!fault(request->c, FAULT_JINGLE_UNACKED)) {
            iq_reply(request->c, request->iq, NULL);
        }
    }
}

void request_fail(struct request *request, enum stanza_error error)
{
    if (error == ERROR_OUT_OF_ORDER &&
        fault(request->c, FAULT_OUT_OF_ORDER_ACKED)) {
        request_ok(request);
    }
    if (!request->answered) {
        request->answered = true;
        iq_error(request->c, request->iq, error);
    }
}

static action_fn *find_action(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (!strcmp(actions[i].name, name)) {
            return actions[i].fn;
        }
    }
    return NULL;
}

/* Seeded faults: malformed offers that are acknowledged. */
static bool takes_malformed(const struct client *c, xmlNodePtr jingle)
{
    xmlNodePtr content = xml_child(jingle, NS_JINGLE, "content");
    xmlNodePtr description = xml_child(content, NULL, "description");
    xmlNodePtr transport = xml_child(content, NULL, "transport");
    return (!*stanza_attr(jingle, "sid") &&
               fault(c, FAULT_OFFER_WITHOUT_SID_TAKEN)) ||
           (!content && fault(c, FAULT_OFFER_WITHOUT_CONTENT_TAKEN)) ||
           (content && !xml_attr(content, "name") &&
               fault(c, FAULT_OFFER_WITHOUT_NAME_TAKEN)) ||
           (content && !description &&
               fault(c, FAULT_OFFER_WITHOUT_DESCRIPTION_TAKEN)) ||
           (content && !transport &&
               fault(c, FAULT_OFFER_WITHOUT_TRANSPORT_TAKEN)) ||
           (((description && xml_next(description, NULL, "description")) ||
                (transport && xml_next(transport, NULL, "transport"))) &&
               fault(c, FAULT_OFFER_DOUBLED_TAKEN));
}

void jingle_request(struct client *c, xmlNodePtr iq, xmlNodePtr jingle)
{
    const char *from = stanza_attr(iq, "from");
    const char *sid = stanza_attr(jingle, "sid");
    action_fn *fn = find_action(stanza_attr(jingle, "action"));
    if (fn == action_session_initiate && takes_malformed(c, jingle)) {
        iq_reply(c, iq, NULL);
        return;
    }
    if (strlen(sid) > 1000 && fault(c, FAULT_LONG_SID_UNANSWERED)) {
        return;
    }
    bool set = !strcmp(stanza_attr(iq, "type"), "set") ||
               fault(c, FAULT_GET_TAKEN_AS_SET);
    if (!set || !fn || !*sid || !*from) {
        struct session *session = session_find(c, from, sid);
        if (session && fault(c, FAULT_UNKNOWN_ACTION_ENDS)) {
            session_ended(session, "general-error", NULL);
        }
        if (!fn && (fault(c, FAULT_UNKNOWN_ACTION_ACKED) ||
                       (!xml_attr(jingle, "action") &&
                           fault(c, FAULT_MISSING_ACTION_ACKED)))) {
            iq_reply(c, iq, NULL);
        } else {
            iq_error(c, iq, ERROR_BAD_REQUEST);
        }
        return;
    }
    struct request request = {c, iq, jingle, session_find(c, from, sid), false};
    if (request.session) {
        request.session->last_heard_ms = c->now_ms;
        const char *initiator = xml_attr(jingle, "initiator");
        const char *responder = xml_attr(jingle, "responder");
        if ((initiator && strcmp(initiator, from) &&
                fault(c, FAULT_INITIATOR_COMPARED)) ||
            (responder && strcmp(responder, from) &&
                fault(c, FAULT_RESPONDER_COMPARED))) {
            iq_error(c, iq, ERROR_BAD_REQUEST);
            return;
        }
    } else if (fn != action_session_initiate) {
        if (fault(c, FAULT_UNKNOWN_SESSION_ACKED)) {
            iq_reply(c, iq, NULL);
        } else {
            iq_error(c, iq, ERROR_UNKNOWN_SESSION);
        }
        return;
    }
    fn(&request);
    request_ok(&request);
}

/* --- session-initiate --- */

/* Both offered at the same time: the lower sid wins, or the lower JID
 * (XEP-0166 s7.2.16). Ours counts while it is not acknowledged. */
static bool loses_tie(
    struct client *c, const char *from, const char *sid, bool *won)
{
    *won = false;
    for (size_t i = 0; i < c->sessions.count; i++) {
        struct session *ours = c->sessions.items[i];
        if (!ours->initiator || ours->state != SESSION_PENDING ||
            ours->acknowledged || strcmp(ours->peer, from)) {
            continue;
        }
        int order = strcmp(ours->sid, sid);
        order = order ? order : strcmp(c->jid, from);
        if (fault(c, FAULT_TIE_HIGHER_SID)) {
            order = -order;
        }
        if (order < 0) {
            return true;
        }
        *won = true;
    }
    return false;
}

static bool dispositions_are_fine(const struct client *c, xmlNodePtr jingle)
{
    xmlNodePtr second =
        xml_next(xml_child(jingle, NS_JINGLE, "content"), NS_JINGLE, "content");
    if (second && xml_attr(second, "disposition") &&
        fault(c, FAULT_DISPOSITION_ALL)) {
        return false;
    }
    for (xmlNodePtr at = xml_child(jingle, NS_JINGLE, "content"); at;
         at = xml_next(at, NS_JINGLE, "content")) {
        const char *disposition = xml_attr(at, "disposition");
        if (!disposition && fault(c, FAULT_DISPOSITION_DEMANDED)) {
            return false;
        }
        if (!disposition || !strcmp(disposition, "session")) {
            return true;
        }
    }
    return false;
}

static size_t sessions_with(const struct client *c, const char *peer)
{
    size_t count = 0;
    for (size_t i = 0; i < c->sessions.count; i++) {
        const struct session *at = c->sessions.items[i];
        count += at->state != SESSION_ENDED && jid_same_bare(at->peer, peer);
    }
    return count;
}

/* Reads all contents; the fate of the last bad one, or CONTENT_MALFORMED as
 * soon as there is one. */
static enum content_fate read_contents(struct session *session,
    xmlNodePtr jingle, size_t *good, struct buffer *refused)
{
    enum content_fate bad = CONTENT_GOOD;
    for (xmlNodePtr at = xml_child(jingle, NS_JINGLE, "content"); at;
         at = xml_next(at, NS_JINGLE, "content")) {
        struct content *content;
        enum content_fate fate = content_read_offer(session, at, &content);
        if (fate == CONTENT_MALFORMED) {
            return fate;
        }
        if (fate == CONTENT_GOOD) {
            ++*good;
        } else {
            bad = fate;
            buffer_add_text(refused, "<content");
            xml_add_attr(refused, "creator", xml_attr(at, "creator"));
            xml_add_attr(refused, "name", xml_attr(at, "name"));
            buffer_add_text(refused, "/>");
        }
    }
    return bad;
}

static void refuse_some(struct session *session, enum content_fate fate,
    const struct buffer *refused)
{
    const char *detail;
    const char *reason = content_fate_reason(fate, &detail);
    struct buffer out = {0};
    session_begin(session, "content-remove", &out);
    buffer_add_text(&out, buffer_text(refused));
    reason_write(reason, detail, NULL, &out);
    session_send(session, &out, NULL, NULL);
}

/* Another session with the same peer that runs, or NULL. */
static const struct session *alternative_to(const struct session *session)
{
    const struct client *c = session->c;
    for (size_t i = 0; i < c->sessions.count; i++) {
        const struct session *other = c->sessions.items[i];
        if (other != session && other->state == SESSION_ACTIVE &&
            !strcmp(other->peer, session->peer)) {
            return other;
        }
    }
    return NULL;
}

/* Ends an offer without asking the user, when policy says so. */
static bool ends_by_policy(struct session *session)
{
    const struct client *c = session->c;
    if (policy(c)->refuse_offers == REFUSE_BUSY) {
        session_end(session,
            fault(c, FAULT_BUSY_AS_DECLINE) ? "decline" : "busy", NULL, NULL);
        return true;
    }
    const struct session *other = alternative_to(session);
    if (policy(c)->refuse_offers != REFUSE_ALTERNATIVE || !other) {
        return false;
    }
    struct buffer sid = {0};
    if (!fault(c, FAULT_ALTERNATIVE_WITHOUT_SID)) {
        stanza_add_text(&sid, "sid",
            fault(c, FAULT_ALTERNATIVE_OTHER_SID) ? session->sid : other->sid);
    }
    session_end(session, "alternative-session", buffer_text(&sid), NULL);
    buffer_free(&sid);
    return true;
}

void action_session_initiate(struct request *request)
{
    struct client *c = request->c;
    xmlNodePtr jingle = request->jingle;
    const char *from = stanza_attr(request->iq, "from");
    const char *sid = stanza_attr(jingle, "sid");
    /* both may even have drawn the same sid: then the JIDs decide */
    bool crossing = request->session && request->session->initiator &&
                    request->session->state == SESSION_PENDING &&
                    !request->session->acknowledged;
    if (request->session && !crossing) {
        request_fail(request, fault(c, FAULT_REPEATED_INITIATE_AS_BAD)
                                  ? ERROR_BAD_REQUEST
                                  : ERROR_OUT_OF_ORDER);
        return;
    }
    if (!xml_child(jingle, NS_JINGLE, "content") ||
        (!dispositions_are_fine(c, jingle) &&
            !fault(c, FAULT_DISPOSITION_UNCHECKED))) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    if (fault(c, FAULT_RESOURCE_DEMANDED) && jid_is_bare(from)) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    bool won;
    if (loses_tie(c, from, sid, &won) && !fault(c, FAULT_TIE_IGNORED)) {
        request_fail(request, ERROR_CONFLICT_TIE_BREAK);
        return;
    }
    if (*policy(c)->redirect) {
        if (fault(c, FAULT_REDIRECT_OTHER_ERROR)) {
            request_fail(request, ERROR_NOT_ACCEPTABLE);
            return;
        }
        request->answered = true;
        iq_redirect(c, request->iq, policy(c)->redirect);
        return;
    }
    if (fault(c, FAULT_STRANGER_OTHER_ERROR) && !disco_is_online(c, from)) {
        request_fail(request, ERROR_ITEM_NOT_FOUND);
        return;
    }
    if (fault(c, FAULT_LIMIT_OTHER_ERROR) && sessions_with(c, from) >= 2) {
        request_fail(request, ERROR_NOT_ACCEPTABLE);
        return;
    }
    if (sessions_with(c, from) >= policy(c)->session_limit ||
        c->sessions.count >= SESSIONS_MAX) {
        request_fail(request, ERROR_NO_RESOURCES);
        return;
    }
    /* whom "initiator" names is nobody we know to be authorised by the
     * sender: it is ignored (XEP-0166 s7.1) */
    const char *peer = from;
    if (fault(c, FAULT_INITIATOR_TRUSTED) && xml_attr(jingle, "initiator")) {
        peer = xml_attr(jingle, "initiator");
    }
    struct session *session = session_new(c, peer, sid, false);
    size_t good = 0;
    struct buffer refused = {0};
    enum content_fate bad = read_contents(session, jingle, &good, &refused);
    enum stanza_error error = ERROR_NONE;
    if (bad == CONTENT_MALFORMED || (fault(c, FAULT_INITIATOR_DEMANDED) &&
                                        !xml_attr(jingle, "initiator"))) {
        error = ERROR_BAD_REQUEST;
    } else if (!good && policy(c)->strict == STRICT_ERRORS &&
               (bad == CONTENT_BAD_PARAMETERS || bad == CONTENT_INSECURE)) {
        error = ERROR_NOT_ACCEPTABLE;
    }
    if (error != ERROR_NONE) {
        request_fail(request, error);
        session->state = SESSION_ENDED;
        session->dead = true;
        buffer_free(&refused);
        return;
    }
    session->proposed = propose_was_accepted(c, from, sid);
    if ((bad == CONTENT_NO_TRANSPORT &&
            fault(c, FAULT_UNKNOWN_TRANSPORT_REFUSED)) ||
        (bad == CONTENT_NO_APPLICATION &&
            fault(c, FAULT_UNKNOWN_APPLICATION_REFUSED))) {
        request_fail(request, ERROR_NOT_IMPLEMENTED);
    }
    request_ok(request);
    if (!good) {
        const char *detail;
        const char *reason = content_fate_reason(bad, &detail);
        if (bad == CONTENT_NO_TRANSPORT &&
            fault(c, FAULT_UNKNOWN_TRANSPORT_CANCELLED)) {
            reason = "cancel";
        }
        if (bad == CONTENT_NO_APPLICATION &&
            fault(c, FAULT_UNKNOWN_APPLICATION_DECLINED)) {
            reason = "decline";
        }
        session_end(session, reason, detail, NULL);
    } else if (!ends_by_policy(session)) {
        if (refused.len) {
            refuse_some(session, bad, &refused);
        }
        offer_ask_user(session);
    }
    buffer_free(&refused);
}

/* --- session-accept --- */

/* One content of the peer's accept, checked and applied. */
static bool apply_accept(struct session *session, xmlNodePtr node)
{
    struct client *c = session->c;
    struct content *content = content_named(session, node);
    xmlNodePtr description = xml_child(node, NULL, "description");
    xmlNodePtr transport = xml_child(node, NULL, "transport");
    if (!content && fault(c, FAULT_ACCEPT_ANY_CONTENT)) {
        content = session->contents.items[0];
    }
    if (content && !transport &&
        fault(c, FAULT_ACCEPT_WITHOUT_TRANSPORT_TAKEN)) {
        content->state = CONTENT_ACCEPTED;
        return true;
    }
    if (!content || !content->ours || content->state != CONTENT_OFFERED ||
        !description || !transport) {
        return false;
    }
    if (!xml_is(transport, content->transport->type->ns, NULL)) {
        if (!fault(c, FAULT_ACCEPT_TRANSPORT_UNCHECKED))
            return false;
        content->state = CONTENT_ACCEPTED;
        return true;
    }
    struct file_description file = {0};
    xmlNodePtr node_file = xml_child(description, NS_FILE, "file");
    if (!xml_is(description, NS_FILE, NULL) ||
        (node_file && !file_description_read(&file, node_file)) ||
        content->transport->type->read(content->transport, transport, true) !=
            ERROR_NONE) {
        file_description_clear(&file);
        return false;
    }
    if (file.range.present || !content->sending) {
        /* what we are to send, or what the sender says it will send */
        if (file.range.present &&
            (file.range.offset || file.range.has_length)) {
            content->range = file.range;
        }
    }
    if (!content->sending) {
        struct file_range asked = content->range;
        file_description_clear(&content->file);
        content->file = file;
        content->range = asked;
    } else {
        file_description_clear(&file);
    }
    if (fault(content->session->c, FAULT_ACCEPT_DROPS_SECURITY) &&
        !xml_child(node, NULL, "security")) {
        content_drop_filter(content);
    }
    content->state = CONTENT_ACCEPTED;
    return true;
}

static bool apply_all(struct request *request)
{
    xmlNodePtr first = xml_child(request->jingle, NS_JINGLE, "content");
    for (xmlNodePtr at = first; at; at = xml_next(at, NS_JINGLE, "content")) {
        if (!apply_accept(request->session, at)) {
            return false;
        }
    }
    return first != NULL;
}

/* How much of a file we asked for is learned from the accept. */
static bool is_too_large(const struct content *content)
{
    const struct client *c = content->session->c;
    const struct file_range *range = &content->range;
    uint64_t size = content->file.size;
    size -= range->offset < size ? range->offset : size;
    if (range->has_length && range->length < size) {
        size = range->length;
    }
    return !content->sending && content->file.has_size &&
           size > policy(c)->file_limit && !fault(c, FAULT_FILE_LIMIT_IGNORED);
}

static void refuse_large(struct session *session)
{
    for (size_t i = session->contents.count; i-- > 0;) {
        struct content *at = session->contents.items[i];
        if (at->state == CONTENT_ACCEPTED && at->ours && is_too_large(at)) {
            content_fail(at, "media-error",
                "<file-too-large xmlns='" NS_FILE_ERRORS "'/>",
                "the file is larger than allowed");
        }
        if (session->state == SESSION_ENDED) {
            return;
        }
    }
}

/* What the peer has accepted just now starts. */
static void start_accepted(struct session *session)
{
    refuse_large(session);
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        bool held = at->add && at->ours && session->initiator &&
                    fault(session->c, FAULT_ADDED_NEVER_SENT);
        if (at->state == CONTENT_ACCEPTED && at->transport &&
            !at->transport->started && !held) {
            session_notify(session, at, CLIENT_ACCEPTED, "", NULL);
            content_start(at);
        }
        if (session->state == SESSION_ENDED) {
            return;
        }
    }
}

void action_session_accept(struct request *request)
{
    struct session *session = request->session;
    struct client *c = request->c;
    if (!session->initiator || session->state != SESSION_PENDING ||
        (fault(c, FAULT_ACCEPT_BEFORE_ACK_REFUSED) && !session->acknowledged)) {
        request_fail(request, ERROR_OUT_OF_ORDER);
        if (fault(c, FAULT_DOUBLED_ACCEPT_ENDS)) {
            session_end(session, "general-error", NULL, NULL);
        }
        return;
    }
    if (!apply_all(request)) {
        request_fail(request, ERROR_BAD_REQUEST);
        session_end(session, "incompatible-parameters", NULL,
            "the answer does not fit the offer");
        return;
    }
    request_ok(request);
    session->state = SESSION_ACTIVE;
    const char *responder = xml_attr(request->jingle, "responder");
    if (responder && fault(c, FAULT_RESPONDER_TRUSTED)) {
        free(session->peer);
        session->peer = mem_strdup(responder);
    }
    if (fault(c, FAULT_INITIATOR_ANSWERS_BARE)) {
        session->peer[jid_bare_len(session->peer)] = 0;
    }
    /* what the accept leaves out is not part of the session */
    for (size_t i = session->contents.count; i-- > 0;) {
        struct content *at = session->contents.items[i];
        if (at->ours && !at->add && at->state == CONTENT_OFFERED) {
            session_notify(session, at, CLIENT_FAILED, "",
                "the peer did not accept this file");
            content_remove(at);
        }
    }
    start_accepted(session);
}

void action_content_accept(struct request *request)
{
    struct session *session = request->session;
    bool fits = session->state != SESSION_PREPARING;
    xmlNodePtr node = xml_child(request->jingle, NS_JINGLE, "content");
    for (xmlNodePtr at = node; at; at = xml_next(at, NS_JINGLE, "content")) {
        const struct content *content = content_named(session, at);
        fits = fits && content && content->ours && content->add &&
               content->state == CONTENT_OFFERED;
    }
    if (!fits) {
        request_fail(request, ERROR_OUT_OF_ORDER);
        return;
    }
    if (!apply_all(request)) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    request_ok(request);
    session->add_in_flight = false;
    start_accepted(session);
}

/* --- the rest of the session's actions --- */

/* Seeded faults: ends that are refused for their reasons. */
static bool refuses_reason(const struct client *c, xmlNodePtr reason)
{
    static const char defined[] =
        " alternative-session busy cancel connectivity-error decline expired "
        "failed-application failed-transport general-error gone "
        "incompatible-parameters media-error security-error success timeout "
        "unsupported-applications unsupported-transports text ";
    unsigned count = 0, unknown = 0, foreign = 0;
    for (xmlNodePtr at = xml_child(reason, NULL, NULL); at;
         at = xml_next(at, NULL, NULL)) {
        char *word = mem_printf(" %s ", stanza_name(at));
        bool ours = !strcmp(xml_ns(at), NS_JINGLE);
        count += ours && strcmp(stanza_name(at), "text") != 0;
        unknown += ours && !strstr(defined, word);
        foreign += !ours;
        free(word);
    }
    return fault(c, FAULT_END_WITHOUT_REASON_REFUSED)   ? !reason
           : fault(c, FAULT_END_EMPTY_REASON_REFUSED)   ? !count
           : fault(c, FAULT_END_TWO_REASONS_REFUSED)    ? count > 1
           : fault(c, FAULT_END_UNKNOWN_REASON_REFUSED) ? unknown > 0
           : fault(c, FAULT_END_FOREIGN_REASON_REFUSED) ? foreign > 0
                                                        : false;
}

void action_session_terminate(struct request *request)
{
    struct session *session = request->session;
    if (session->contents.count &&
        session->contents.items[0]->state == CONTENT_MOVING) {
        deaf_by(request->c, FAULT_TERMINATE_MIDWAY_HANGS);
    }
    xmlNodePtr reason = xml_child(request->jingle, NS_JINGLE, "reason");
    if (refuses_reason(request->c, reason)) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    const char *condition = "";
    for (xmlNodePtr at = xml_child(reason, NS_JINGLE, NULL); at;
         at = xml_next(at, NS_JINGLE, NULL)) {
        if (strcmp(stanza_name(at), "text")) {
            condition = stanza_name(at);
            break;
        }
    }
    if (!*condition && fault(request->c, FAULT_TERMINATE_REASON_DEMANDED)) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    char *text = stanza_text(xml_child(reason, NS_JINGLE, "text"));
    bool active = session->state == SESSION_ACTIVE;
    if (!fault(request->c, FAULT_TERMINATE_UNACKED) &&
        !(active && fault(request->c, FAULT_ACTIVE_TERMINATE_UNACKED))) {
        request_ok(request);
    } else {
        request->answered = true;
    }
    if (!fault(request->c, FAULT_TERMINATE_IGNORED)) {
        session_ended(session, condition, text);
    }
    free(text);
}

/* By creator and name; without them, when there is one content only, that
 * one: they are a SHOULD (XEP-0234 s8.1, s8.2). */
static struct content *content_meant(
    const struct session *session, xmlNodePtr node)
{
    if (xml_attr(node, "name")) {
        return content_named(session, node);
    }
    return session->contents.count == 1 ? session->contents.items[0] : NULL;
}

static void take_checksum(struct request *request, xmlNodePtr checksum)
{
    struct file_description file = {0};
    struct content *content = content_meant(request->session, checksum);
    xmlNodePtr node = xml_child(checksum, NS_FILE, "file");
    if (!node || !file_description_read(&file, node)) {
        request_fail(request, ERROR_BAD_REQUEST);
    } else if (!content) {
        request_fail(request, ERROR_ITEM_NOT_FOUND);
    } else {
        request_ok(request);
        transfer_checksum(content, &file);
    }
    file_description_clear(&file);
}

void action_session_info(struct request *request)
{
    struct session *session = request->session;
    struct client *c = request->c;
    xmlNodePtr payload = xml_child(request->jingle, NULL, NULL);
    if (!payload) {
        if (fault(c, FAULT_SESSION_PING_REFUSED)) {
            request_fail(request, ERROR_UNSUPPORTED_INFO);
        }
        request->answered =
            request->answered || fault(c, FAULT_SESSION_PING_UNANSWERED);
        return; /* a ping */
    }
    if (xml_is(payload, NS_FILE, "received")) {
        struct content *content = content_meant(session, payload);
        if (!content) {
            request_fail(request, ERROR_ITEM_NOT_FOUND);
            return;
        }
        request_ok(request);
        if (content->sending && !content->received) {
            content->received = true;
            session_notify(session, content, CLIENT_RECEIVED, "", NULL);
            session_check(session);
        }
    } else if (xml_is(payload, NS_FILE, "checksum")) {
        if (fault(c, FAULT_CHECKSUM_REFUSED)) {
            request_fail(request, ERROR_UNSUPPORTED_INFO);
        } else {
            take_checksum(request, payload);
        }
    } else if (fault(c, FAULT_UNKNOWN_INFO_ENDS)) {
        request->answered = true;
        session_end(session, "general-error", NULL, NULL);
    } else if (!fault(c, FAULT_UNKNOWN_INFO_ACKED)) {
        request_fail(request, ERROR_UNSUPPORTED_INFO);
    }
}

void action_description_info(struct request *request)
{
    xmlNodePtr node = xml_child(request->jingle, NS_JINGLE, "content");
    xmlNodePtr description = xml_child(node, NULL, "description");
    if (!node) {
        request_fail(request, ERROR_BAD_REQUEST);
    } else if (!content_named(request->session, node)) {
        request_fail(request, ERROR_ITEM_NOT_FOUND);
    } else if (!xml_is(description, NS_FILE, "description")) {
        request_fail(request, ERROR_UNSUPPORTED_INFO);
    }
}

void action_security_info(struct request *request)
{
    request_fail(request, ERROR_UNSUPPORTED_INFO);
}
