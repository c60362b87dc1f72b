/* The contents of a session: reading offers, adding, removing, modifying
 * (XEP-0166 s7.2.1 to s7.2.5). */
#include "jingle/actions.h"

#include "jingle/jet.h"

#include <string.h>

struct content *content_named(const struct session *session, xmlNodePtr node)
{
    const char *creator = xml_attr(node, "creator");
    const char *name = xml_attr(node, "name");
    if (!name) {
        return NULL;
    }
    bool by_initiator = !creator || !strcmp(creator, "initiator");
    if (fault(session->c, FAULT_CONTENT_KEY_NAME_ONLY)) {
        by_initiator = content_find(session, true, name) != NULL;
    }
    return content_find(session, by_initiator, name);
}

static const struct {
    const char *reason, *detail;
} fates[] = {
    [CONTENT_GOOD] = {"success", NULL},
    [CONTENT_MALFORMED] = {"general-error", NULL},
    [CONTENT_NO_APPLICATION] = {"unsupported-applications", NULL},
    [CONTENT_NO_TRANSPORT] = {"unsupported-transports", NULL},
    [CONTENT_BAD_PARAMETERS] = {"incompatible-parameters", NULL},
    [CONTENT_INSECURE] = {"security-error", NULL},
    [CONTENT_TOO_LARGE] = {"media-error",
        "<file-too-large xmlns='" NS_FILE_ERRORS "'/>"},
    [CONTENT_NO_FILE] = {"failed-application",
        "<file-not-available xmlns='" NS_FILE_ERRORS "'/>"},
};

const char *content_fate_reason(enum content_fate fate, const char **detail)
{
    *detail = fates[fate].detail;
    return fates[fate].reason;
}

static enum senders read_senders(const struct session *session, xmlNodePtr node)
{
    const char *text = xml_attr(node, "senders");
    if (!text || !strcmp(text, "both")) {
        /* undefined for files (XEP-0234 s4); whoever offers sends */
        if (fault(session->c, FAULT_SENDERS_DEMANDED)) {
            return SENDERS_COUNT;
        }
        return session->initiator ? SENDERS_RESPONDER : SENDERS_INITIATOR;
    }
    return !strcmp(text, "initiator")   ? SENDERS_INITIATOR
           : !strcmp(text, "responder") ? SENDERS_RESPONDER
           : !strcmp(text, "none")      ? SENDERS_NONE
                                        : SENDERS_COUNT;
}

static bool is_shaped(const struct session *session, xmlNodePtr node)
{
    const char *creator = xml_attr(node, "creator");
    const char *name = xml_attr(node, "name");
    const char *theirs = session->initiator ? "responder" : "initiator";
    xmlNodePtr description = xml_child(node, NULL, "description");
    xmlNodePtr transport = xml_child(node, NULL, "transport");
    bool right = creator ? !strcmp(creator, theirs)
                         : fault(session->c, FAULT_CREATOR_DEFAULT_RESPONDER);
    return right && name && *name && description && transport &&
           !xml_next(description, NULL, "description") &&
           !xml_next(transport, NULL, "transport") &&
           !content_named(session, node) &&
           session->contents.count < policy(session->c)->content_limit;
}

static enum content_fate read_transport(
    struct content *content, xmlNodePtr node)
{
    struct client *c = content->session->c;
    const struct transport_type *type = transport_of_ns(xml_ns(node));
    if (!type || !policy_list_has(&policy(c)->transports, type->kind)) {
        return CONTENT_NO_TRANSPORT;
    }
    const char *sid = xml_attr(node, "sid");
    if (!sid || !*sid) {
        return CONTENT_MALFORMED;
    }
    content->transport = transport_new(content, type, sid);
    switch (type->read(content->transport, node, false)) {
    case ERROR_NONE:
        return CONTENT_GOOD;
    case ERROR_NOT_ACCEPTABLE:
        return CONTENT_NO_TRANSPORT;
    default:
        return CONTENT_MALFORMED;
    }
}

/* The seeded ways to take a content for plain that is not. */
static bool falls_back(const struct client *c, xmlNodePtr node)
{
    struct jet_security parts;
    bool read = jet_security_parse(node, &parts, NULL);
    return fault(c, FAULT_UNREADABLE_ENVELOPE_PLAINTEXT) ||
           (fault(c, FAULT_UNKNOWN_CIPHER_PLAINTEXT) && !read) ||
           (fault(c, FAULT_WRONG_DEVICE_PLAINTEXT) && read);
}

/* What was met on the way, a notice a line. */
static void notice_lines(struct content *content, struct buffer *notes)
{
    char *save = NULL;
    char *text = buffer_take(notes);
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        session_notify(content->session, content, CLIENT_NOTICE, "", line);
    }
    free(text);
}

/* Encrypted contents are opened, or refused: never taken for plain ones
 * (XEP-0391 s7). */
static enum content_fate read_security(struct content *content, xmlNodePtr node)
{
    struct session *session = content->session;
    const struct security *security = session->c->config.security;
    bool unnamed = node && !xml_attr(node, "name") &&
                   fault(session->c, FAULT_SECURITY_UNNAMED_IGNORED);
    if (!node || unnamed || fault(session->c, FAULT_SECURITY_IGNORED)) {
        return !node && fault(session->c, FAULT_SECURITY_DEMANDED)
                   ? CONTENT_INSECURE
                   : CONTENT_GOOD;
    }
    bool doubled = xml_next(node, NULL, "security") &&
                   !fault(session->c, FAULT_TWO_SECURITY_FIRST_TAKEN);
    if (!security || !xml_is(node, NS_JET, NULL) || doubled) {
        return falls_back(session->c, node) ? CONTENT_GOOD : CONTENT_INSECURE;
    }
    struct buffer notes = {0};
    struct security_content about = {session->peer, session->sid, content->name,
        content->sending, content->path, &notes};
    struct error error = {{0}};
    content->filter =
        security->open(security->owner, session->c, &about, node, &error);
    notice_lines(content, &notes);
    if (!content->filter) {
        session_notify(
            session, content, CLIENT_NOTICE, "security-error", error.message);
        return falls_back(session->c, node) ? CONTENT_GOOD : CONTENT_INSECURE;
    }
    struct buffer xml = {0};
    security->answer(security->owner, session->c, &about, &xml);
    content->security = buffer_take(&xml);
    content->encrypt = true;
    return CONTENT_GOOD;
}

static bool is_positive(const char *text, uint64_t max)
{
    uint64_t value;
    return stanza_number(text, max, &value) && value;
}

/* What a strict client asks of an offer on top of the texts: a name that is no
 * path, size and hash, and candidates that somebody could connect to. */
static bool is_strictly_fine(
    const struct content *content, xmlNodePtr transport)
{
    const struct file_description *file = &content->file;
    const char *name = file->name;
    bool path = name && (!*name || strpbrk(name, "/\\") || !strcmp(name, ".") ||
                            !strcmp(name, ".."));
    if (!content->sending &&
        (path || !file->has_size || !(file->hashes | file->used))) {
        return false;
    }
    for (xmlNodePtr at = xml_child(transport, NS_JINGLE_S5B, "candidate"); at;
         at = xml_next(at, NS_JINGLE_S5B, "candidate")) {
        const char *host = xml_attr(at, "host");
        if (!host || !*host || strpbrk(host, " \t\n") ||
            !is_positive(xml_attr(at, "port"), 65535) ||
            !is_positive(xml_attr(at, "priority"), 0x7fffffff)) {
            return false;
        }
    }
    return true;
}

static enum content_fate read_file(struct content *content, xmlNodePtr node)
{
    struct client *c = content->session->c;
    struct file_description *file = &content->file;
    if (!node || xml_next(node, NS_FILE, "file") ||
        !file_description_read(file, node)) {
        deaf_by(c, FAULT_MALFORMED_FILE_HANGS);
        return CONTENT_MALFORMED;
    }
    for (xmlNodePtr at = xml_child(node, NS_HASHES, "hash"); at;
         at = xml_next(at, NS_HASHES, "hash")) {
        if (digest_find(stanza_attr(at, "algo")) == DIGEST_KINDS &&
            fault(c, FAULT_UNKNOWN_HASH_REFUSED)) {
            return CONTENT_BAD_PARAMETERS;
        }
    }
    content->range = file->range;
    if (!content->sending) {
        bool large = file->has_size && file->size > policy(c)->file_limit;
        return large && !fault(c, FAULT_FILE_LIMIT_IGNORED) ? CONTENT_TOO_LARGE
                                                            : CONTENT_GOOD;
    }
    return offer_find_shared(content)                ? CONTENT_GOOD
           : fault(c, FAULT_FILE_MISSING_AS_DECLINE) ? CONTENT_BAD_PARAMETERS
                                                     : CONTENT_NO_FILE;
}

enum content_fate content_read_offer(
    struct session *session, xmlNodePtr node, struct content **out)
{
    struct client *c = session->c;
    xmlNodePtr description = xml_child(node, NULL, "description");
    enum senders senders = read_senders(session, node);
    if (!is_shaped(session, node) || senders == SENDERS_COUNT) {
        return CONTENT_MALFORMED;
    }
    bool other = !xml_is(description, NS_FILE, NULL) &&
                 !(fault(c, FAULT_FILE_VERSION_ANY) &&
                     strstr(xml_ns(description), "apps:file-transfer:"));
    if (other) {
        return CONTENT_NO_APPLICATION;
    }
    if (senders == SENDERS_NONE) {
        return CONTENT_BAD_PARAMETERS;
    }
    struct content *content =
        content_new(session, xml_attr(node, "name"), false, senders);
    enum content_fate fate =
        read_file(content, xml_child(description, NULL, "file"));
    if (fate == CONTENT_GOOD && policy(c)->strict != STRICT_NOT &&
        !is_strictly_fine(content, xml_child(node, NULL, "transport"))) {
        fate = CONTENT_BAD_PARAMETERS;
    }
    if (fate == CONTENT_GOOD) {
        fate = read_transport(content, xml_child(node, NULL, "transport"));
    }
    if (fate == CONTENT_GOOD) {
        fate = read_security(content, xml_child(node, NULL, "security"));
    }
    if (fate == CONTENT_INSECURE && policy(c)->jet_check != CHECK_OFFER) {
        content->insecure = true;
        fate = CONTENT_GOOD;
    }
    if (fate == CONTENT_GOOD) {
        *out = content;
    } else {
        content_remove(content);
    }
    return fate;
}

/* --- content-add --- */

static void reject(
    struct session *session, xmlNodePtr jingle, enum content_fate fate)
{
    const char *detail;
    const char *reason = content_fate_reason(fate, &detail);
    struct buffer out = {0};
    session_begin(session, "content-reject", &out);
    for (xmlNodePtr at = xml_child(jingle, NS_JINGLE, "content"); at;
         at = xml_next(at, NS_JINGLE, "content")) {
        buffer_add_text(&out, "<content");
        xml_add_attr(&out, "creator", xml_attr(at, "creator"));
        xml_add_attr(&out, "name", xml_attr(at, "name"));
        xml_add_attr(&out, "senders", xml_attr(at, "senders"));
        buffer_add_text(&out, "/>");
    }
    reason_write(reason, detail, NULL, &out);
    session_send(session, &out, NULL, NULL);
}

void action_content_add(struct request *request)
{
    struct session *session = request->session;
    struct client *c = request->c;
    /* both at once: the initiator's overrules (XEP-0166 s7.2.16) */
    if (session->add_in_flight && session->initiator &&
        !fault(c, FAULT_TIE_IGNORED)) {
        request_fail(request, ERROR_CONFLICT_TIE_BREAK);
        return;
    }
    xmlNodePtr first = xml_child(request->jingle, NS_JINGLE, "content");
    enum content_fate fate = first ? CONTENT_GOOD : CONTENT_MALFORMED;
    VEC(struct content *) added = {0};
    for (xmlNodePtr at = first; at && fate == CONTENT_GOOD;
         at = xml_next(at, NS_JINGLE, "content")) {
        struct content *content = NULL;
        fate = content_read_offer(session, at, &content);
        if (content) {
            content->add = true;
            vec_push(&added, content);
        }
    }
    if (fate != CONTENT_GOOD) {
        for (size_t i = 0; i < added.count; i++) {
            content_remove(added.items[i]);
        }
    }
    vec_free(&added);
    if (fate == CONTENT_MALFORMED) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    request_ok(request);
    if (fault(c, FAULT_ADD_UNANSWERED)) {
        return;
    }
    if (fate != CONTENT_GOOD) {
        reject(session, request->jingle, fate);
        session_check(session);
    } else {
        session_check(session); /* it is not about to end any more */
        offer_ask_user(session);
    }
}

/* --- the others --- */

/* All contents named are known; else answers item-not-found. */
static bool all_known(struct request *request)
{
    xmlNodePtr first = xml_child(request->jingle, NS_JINGLE, "content");
    if (!first) {
        request_fail(request, ERROR_BAD_REQUEST);
        return false;
    }
    for (xmlNodePtr at = first; at; at = xml_next(at, NS_JINGLE, "content")) {
        if (!xml_attr(at, "name")) {
            request_fail(request, ERROR_BAD_REQUEST);
            return false;
        }
        if (!content_named(request->session, at)) {
            request_fail(request, ERROR_ITEM_NOT_FOUND);
            return false;
        }
    }
    return true;
}

/* A session without contents is void: it is ended (XEP-0166 s7.2.4). */
static void end_if_void(struct session *session)
{
    if (session->contents.count) {
        session_check(session);
    } else if (!fault(session->c, FAULT_VOID_SESSION_KEPT)) {
        session_end(session, "cancel", NULL, NULL);
    }
}

static void remove_named(struct request *request, const char *text)
{
    struct session *session = request->session;
    for (xmlNodePtr at = xml_child(request->jingle, NS_JINGLE, "content"); at;
         at = xml_next(at, NS_JINGLE, "content")) {
        struct content *content = content_named(session, at);
        if (content) {
            xmlNodePtr reason = xml_child(request->jingle, NS_JINGLE, "reason");
            session_notify(session, content, CLIENT_FAILED,
                stanza_name(xml_child(reason, NS_JINGLE, NULL)), text);
            content_remove(content);
        }
    }
    end_if_void(session);
}

void action_content_remove(struct request *request)
{
    xmlNodePtr first = xml_child(request->jingle, NS_JINGLE, "content");
    if (fault(request->c, FAULT_UNKNOWN_REMOVE_ENDS) &&
        !content_named(request->session, first)) {
        request_ok(request);
        session_end(request->session, "cancel", NULL, NULL);
        return;
    }
    if (!all_known(request)) {
        return;
    }
    request_ok(request);
    if (fault(request->c, FAULT_REMOVE_IGNORED)) {
        return;
    }
    remove_named(request, "the peer removed this file");
}

void action_content_reject(struct request *request)
{
    if (!all_known(request)) {
        return;
    }
    for (xmlNodePtr at = xml_child(request->jingle, NS_JINGLE, "content"); at;
         at = xml_next(at, NS_JINGLE, "content")) {
        const struct content *content = content_named(request->session, at);
        if (!content->ours || content->state != CONTENT_OFFERED) {
            request_fail(request, ERROR_OUT_OF_ORDER);
            return;
        }
    }
    request_ok(request);
    request->session->add_in_flight = false;
    remove_named(request, "the peer rejected this file");
}

void action_content_modify(struct request *request)
{
    if (!all_known(request)) {
        return;
    }
    for (xmlNodePtr at = xml_child(request->jingle, NS_JINGLE, "content"); at;
         at = xml_next(at, NS_JINGLE, "content")) {
        const char *senders = xml_attr(at, "senders");
        if (!senders ||
            (strcmp(senders, "both") && strcmp(senders, "none") &&
                strcmp(senders, "initiator") && strcmp(senders, "responder"))) {
            request_fail(request, ERROR_BAD_REQUEST);
            return;
        }
    }
    request_ok(request);
    /* a file has one direction: the new one is not followed, which is one of
     * the answers that XEP-0166 s7.2.3 allows */
    if (fault(request->c, FAULT_MODIFY_ACCEPTED)) {
        struct buffer out = {0};
        session_begin(request->session, "content-accept", &out);
        content_write(request->session->contents.items[0], true, &out);
        session_send(request->session, &out, NULL, NULL);
    }
}
