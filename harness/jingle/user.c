/* What the user does. */
#include "jingle/session.h"

#include "jingle/propose.h"
#include "jingle/transport.h"

#include <string.h>

static bool nothing_runs(struct error *error)
{
    return error_set(error, "no session is running");
}

/* Decides whom a session goes to: a resource, or a proposal to all of them.
 * NULL: nobody is there. */
static const char *choose_peer(
    struct client *c, const char *peer, bool *propose, struct error *error)
{
    bool always = policy(c)->message_initiation == PROPOSE_ALWAYS;
    bool never = policy(c)->message_initiation == PROPOSE_NEVER;
    /* components and servers have no resources */
    bool account = memchr(peer, '@', jid_bare_len(peer)) != NULL;
    *propose = false;
    if (!jid_is_bare(peer) && !always) {
        return peer;
    }
    if (!account) {
        if (fault(c, FAULT_RESOURCE_DEMANDED)) {
            error_set(error, "%s has no resource", peer);
            return NULL;
        }
        return peer;
    }
    const char *resource = disco_resource(c, peer);
    if (resource && !always) {
        return resource;
    }
    if (never) {
        error_set(error,
            "%s has no resource that is online, and message-initiation is "
            "never",
            peer);
        return NULL;
    }
    *propose = true;
    return peer;
}

/* A UUIDv4, as XEP-0353 recommends for ids that are global. */
static char *uuid(struct client *c)
{
    if (fault(c, FAULT_PROPOSE_ID_SHORT)) {
        return core_id(c);
    }
    uint64_t a = random_next(&c->random), b = random_next(&c->random);
    if (fault(c, FAULT_PROPOSE_ID_CONSTANT)) {
        a = b = 1;
    }
    return mem_printf("%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
        (unsigned)(a >> 16) & 0xffff, (unsigned)a & 0xfff,
        ((unsigned)(b >> 48) & 0x3fff) | 0x8000,
        (unsigned long long)(b & 0xffffffffffffULL));
}

static struct session *begin_session(
    struct client *c, const char *to, bool *propose, struct error *error)
{
    if (!c->online) {
        error_set(error, "not logged in");
        return NULL;
    }
    const char *peer = choose_peer(c, to, propose, error);
    if (!peer) {
        return NULL;
    }
    char *bare = mem_strndup(peer, jid_bare_len(peer));
    char *sid = *propose ? uuid(c) : NULL;
    struct session *session = session_new(c, *propose ? bare : peer, sid, true);
    free(sid);
    free(bare);
    return session;
}

static void go(struct session *session, bool propose)
{
    if (propose) {
        propose_session(session);
    } else {
        offer_advance(session->c, session);
    }
}

static bool can_encrypt(
    const struct client *c, bool encrypt, struct error *error)
{
    return !encrypt || c->config.security ||
           error_set(error, "this client has no encryption of files");
}

bool client_send_files(
    struct client *c, const struct client_send *send, struct error *error)
{
    bool propose;
    if (!send->path_count) {
        return error_set(error, "no file was named");
    }
    if (!can_encrypt(c, send->encrypt, error)) {
        return false;
    }
    core_enter(c);
    struct session *session = begin_session(c, send->peer, &propose, error);
    bool good = session != NULL;
    for (size_t i = 0; i < send->path_count && good; i++) {
        good = offer_file(session, send->paths[i],
            send->path_count == 1 ? send->name : NULL, send->description,
            send->encrypt, error);
    }
    if (good) {
        go(session, propose);
    } else if (session) {
        session->state = SESSION_ENDED;
        session->dead = true;
    }
    core_leave(c);
    return good;
}

static bool fill_request(struct file_description *file,
    const struct client_request *request, struct error *error)
{
    file->name = mem_strdup(request->name);
    if (!request->hash) {
        return request->name ||
               error_set(error, "a request needs a name or a hash");
    }
    enum digest_kind kind = digest_find(
        request->hash_algorithm ? request->hash_algorithm : "sha-256");
    struct buffer value = {0};
    bool good = kind != DIGEST_KINDS &&
                hex_decode(&value, request->hash, strlen(request->hash)) &&
                value.len == digest_size(kind);
    if (good) {
        memcpy(file->values[kind], value.data, value.len);
        file->hashes = 1u << kind;
    }
    buffer_free(&value);
    return good || error_set(error, "the hash is malformed or unknown");
}

bool client_request_file(
    struct client *c, const struct client_request *request, struct error *error)
{
    struct file_description file = {0};
    bool propose;
    if (!can_encrypt(c, request->encrypt, error) ||
        !fill_request(&file, request, error)) {
        file_description_clear(&file);
        return false;
    }
    core_enter(c);
    struct session *session = begin_session(c, request->peer, &propose, error);
    if (session) {
        struct content *content =
            content_new(session, "request", true, SENDERS_RESPONDER);
        content->file = file;
        content->encrypt =
            request->encrypt && !fault(c, FAULT_JET_REQUEST_PLAIN);
        if (request->offset || request->length) {
            content->range.present = true;
            content->range.offset = request->offset;
            content->range.has_length = request->length != 0;
            content->range.length = request->length;
            content->keep = policy(c)->overwrite_resume ? request->offset : 0;
        }
        go(session, propose);
    } else {
        file_description_clear(&file);
    }
    core_leave(c);
    return session != NULL;
}

void client_share_file(struct client *c, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct shared_file shared = {
        mem_strdup(path), mem_strdup(slash ? slash + 1 : path)};
    vec_push(&c->shared, shared);
}

/* --- answers --- */

static bool give_answer(struct client *c, const struct answer *answer)
{
    core_enter(c);
    struct session *oldest = NULL;
    for (size_t i = 0; i < c->sessions.count && !oldest; i++) {
        if (c->sessions.items[i]->waiting) {
            oldest = c->sessions.items[i];
        }
    }
    if (oldest) {
        offer_answer(oldest, answer);
    } else if (!propose_answer(c, answer)) {
        vec_push(&c->answers, *answer);
    }
    core_leave(c);
    return true;
}

bool client_accept(struct client *c, struct error *error)
{
    (void)error;
    struct answer answer = {.accept = true};
    return give_answer(c, &answer);
}

bool client_accept_range(
    struct client *c, uint64_t offset, uint64_t length, struct error *error)
{
    (void)error;
    struct answer answer = {true, offset, length};
    return give_answer(c, &answer);
}

bool client_decline(struct client *c, struct error *error)
{
    (void)error;
    struct answer answer = {0};
    return give_answer(c, &answer);
}

/* --- in a session --- */

bool client_cancel(struct client *c, struct error *error)
{
    struct session *session = session_newest(c);
    if (!session) {
        return nothing_runs(error);
    }
    core_enter(c);
    if (propose_retract(c, session)) {
        session_ended(session, "cancel", NULL);
    } else {
        session_end(session, "cancel", NULL, NULL);
    }
    core_leave(c);
    return true;
}

static struct content *find_file(
    const struct session *session, const char *name)
{
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (!strcmp(at->name, name) ||
            (at->file.name && !strcmp(at->file.name, name))) {
            return at;
        }
    }
    return NULL;
}

bool client_remove_file(struct client *c, const char *name, struct error *error)
{
    struct session *session = session_newest(c);
    if (!session) {
        return nothing_runs(error);
    }
    struct content *content = find_file(session, name);
    if (!content) {
        return error_set(error, "the session has no file \"%s\"", name);
    }
    core_enter(c);
    content_fail(content, "cancel", NULL, NULL);
    core_leave(c);
    return true;
}

bool client_add_file(struct client *c, const char *path, struct error *error)
{
    struct session *session = session_newest(c);
    if (!session) {
        return nothing_runs(error);
    }
    core_enter(c);
    bool good = offer_file(session, path, NULL, NULL, false, error);
    if (good && session->state != SESSION_PREPARING) {
        session_check(session);
        offer_advance(c, session);
    }
    core_leave(c);
    return good;
}

bool client_replace_transport(
    struct client *c, const char *transport, struct error *error)
{
    struct session *session = session_newest(c);
    if (!session) {
        return nothing_runs(error);
    }
    unsigned kind = TRANSPORT_S5B;
    while (kind <= TRANSPORT_IBB &&
           strcmp(transport, transport_of_kind(kind)->name)) {
        kind++;
    }
    if (kind > TRANSPORT_IBB) {
        return error_set(
            error, "\"%s\" is no transport: s5b or ibb", transport);
    }
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        bool running =
            at->state == CONTENT_ACCEPTED || at->state == CONTENT_MOVING;
        if (running && !at->replacing && !at->old) {
            core_enter(c);
            content_replace(at, kind);
            core_leave(c);
            return true;
        }
    }
    return error_set(error, "no file is being transferred");
}

bool client_ping_session(struct client *c, struct error *error)
{
    struct session *session = session_newest(c);
    if (!session || session->state == SESSION_PREPARING) {
        return nothing_runs(error);
    }
    core_enter(c);
    struct buffer out = {0};
    session_begin(session, "session-info", &out);
    session_send(session, &out, NULL, NULL);
    core_leave(c);
    return true;
}
