/* Offers, requests and the answers to them, up to the moment when both sides
 * have agreed on a content. */
#include "jingle/session.h"

#include "jingle/iq.h"
#include "jingle/misprint.h"
#include "jingle/propose.h"
#include "jingle/transfer.h"
#include "jingle/transport.h"

#include <string.h>

/* --- making an offer --- */

static const char *last_component(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Digests a whole open file; false: can't be read. */
static bool digest_file(struct client *c, void *file, uint64_t size,
    unsigned kinds, uint8_t values[][DIGEST_MAX])
{
    struct digest *digest = digest_new(kinds);
    size_t room = 65536;
    uint8_t *block = mem_alloc(room);
    uint64_t at = 0;
    while (at < size) {
        int64_t got = c->host->file_read(c->owner, file, at, block, room);
        if (got <= 0) {
            break;
        }
        digest_update(digest, block, (size_t)got);
        at += (uint64_t)got;
    }
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        digest_value(digest, (enum digest_kind)kind, values[kind]);
    }
    free(block);
    digest_free(digest);
    return at >= size;
}

static unsigned policy_kinds(const struct client *c)
{
    unsigned kinds = 0;
    for (unsigned i = 0; i < policy(c)->hashes.count; i++) {
        kinds |= 1u << policy(c)->hashes.items[i];
    }
    return kinds;
}

/* "de=Ein Gedicht|en=A poem": a description for each language. */
static void add_descriptions(
    const struct client *c, struct file_description *file)
{
    char text[POLICY_TEXT_MAX], *rest = text, *one;
    memcpy(text, policy(c)->descriptions, sizeof text);
    while ((one = strsep(&rest, "|")) != NULL) {
        char *equals = strchr(one, '=');
        if (!equals) {
            continue;
        }
        *equals = 0;
        bool plain = fault(c, FAULT_DESC_LANGUAGE_MISSING);
        const char *language = plain ? NULL : one;
        file_description_add_text(file, language, equals + 1);
    }
}

/* Describes one of our files as policy wants it; desc NULL: as policy says. */
static bool describe(struct client *c, const char *path, const char *name,
    const char *desc, struct file_description *file)
{
    const struct client_policy *p = policy(c);
    struct client_file_info info = {0};
    void *handle = c->host->file_open(c->owner, path, &info);
    if (!handle) {
        return false;
    }
    if (!file->name && p->file_name) {
        file->name = mem_strdup(name ? name : last_component(path));
    }
    file->has_size = p->file_size;
    file->size = info.size;
    file->modified_s = p->file_date ? info.modified_s : 0;
    file->media_type = *p->media_type ? mem_strdup(p->media_type) : NULL;
    if (fault(c, FAULT_MEDIA_TYPE_MISSING)) {
        free(file->media_type);
        file->media_type = NULL;
    }
    if (fault(c, FAULT_OFFER_SIZE_MISSING)) {
        file->has_size = false;
    }
    if (file->name && fault(c, FAULT_NAME_WITH_PATH)) {
        free(file->name);
        file->name = mem_strdup(path);
    }
    desc = desc ? desc : p->description;
    if (*desc) {
        file_description_add_text(file, NULL, desc);
    }
    add_descriptions(c, file);
    file->range.present = p->range;
    file->used = policy_kinds(c);
    bool good = true;
    if (p->hash_when == HASH_IN_OFFER && info.size <= p->hash_offer_limit) {
        file->hashes = file->used;
        good = digest_file(c, handle, info.size, file->hashes, file->values);
    }
    c->host->file_finish(c->owner, handle, true);
    return good;
}

static char *fresh_name(struct session *session)
{
    if (fault(session->c, FAULT_CONTENT_NAMES_EQUAL)) {
        return mem_strdup("file");
    }
    return mem_printf("file-%u", ++session->names);
}

bool offer_file(struct session *session, const char *path, const char *name,
    const char *description, bool encrypt, struct error *error)
{
    struct client *c = session->c;
    struct file_description file = {0};
    if (!describe(c, path, name, description, &file)) {
        file_description_clear(&file);
        return error_set(error, "%s: can't be read", path);
    }
    char *content_name = fresh_name(session);
    struct content *content = content_new(session, content_name, true,
        session->initiator ? SENDERS_INITIATOR : SENDERS_RESPONDER);
    free(content_name);
    content->path = mem_strdup(path);
    content->file = file;
    content->range = file.range;
    content->encrypt = encrypt;
    content->checksum_due = policy(c)->hash_when != HASH_NEVER &&
                            (!file.hashes || policy(c)->checksum_repeat) &&
                            file.used;
    return true;
}

static void initiate_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    struct session *session = owner;
    if (session->state == SESSION_ENDED) {
        return;
    }
    if (outcome == IQ_RESULT) {
        session->acknowledged = true;
        if (session->state == SESSION_PENDING) {
            session_notify(session, NULL, CLIENT_RINGING, "", NULL);
        }
        return;
    }
    if (outcome == IQ_TIMEOUT) {
        if (session->state == SESSION_PENDING) {
            session_ended(session, "timeout", "the peer does not answer");
        }
        return;
    }
    if (fault(c, FAULT_ERROR_TO_OFFER_IGNORED) ||
        fault(c, FAULT_UNACKNOWLEDGED_KEPT)) {
        return;
    }
    xmlNodePtr error = xml_child(stanza, NULL, "error");
    xmlNodePtr redirect = xml_child(error, NS_STANZAS, "redirect");
    if (redirect && session->state == SESSION_PENDING) {
        char *to = stanza_text(redirect);
        const char *jid = strncmp(to, "xmpp:", 5) ? to : to + 5;
        /* only within the same account (XEP-0166 s11.5) */
        bool follow = jid_same_bare(jid, session->peer) &&
                      strcmp(jid, session->peer) && !session->redirected;
        if (follow || fault(c, FAULT_REDIRECT_ANYWHERE)) {
            session->redirected = true;
            free(session->peer);
            session->peer = mem_strdup(jid);
            session->state = SESSION_PREPARING;
            session->looked_up = false;
            for (size_t i = 0; i < session->contents.count; i++) {
                struct content *at = session->contents.items[i];
                transport_free(at->transport);
                at->transport = NULL;
                at->state = CONTENT_PREPARING;
            }
            free(to);
            offer_advance(c, session);
            return;
        }
        free(to);
    }
    session_ended(session,
        iq_has_jingle_error(stanza, "tie-break") ? "tie-break"
                                                 : iq_condition(stanza),
        "the peer refused the session");
}

static void add_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c;
    struct session *session = owner;
    session->add_in_flight = false;
    if (outcome == IQ_RESULT || session->state == SESSION_ENDED) {
        return;
    }
    bool tie = outcome == IQ_ERROR && iq_has_jingle_error(stanza, "tie-break");
    for (size_t i = session->contents.count; i-- > 0;) {
        struct content *at = session->contents.items[i];
        if (!at->ours || !at->add || at->state != CONTENT_OFFERED) {
            continue;
        }
        if (tie) { /* theirs comes first; ours again after it */
            at->state = CONTENT_PREPARING;
        } else {
            session_notify(session, at, CLIENT_FAILED, "",
                "the peer refused the added file");
            content_remove(at);
        }
    }
    if (tie) {
        offer_advance(c, session);
    } else {
        session_check(session);
    }
}

static void unanswered(struct client *c, void *owner)
{
    (void)c;
    struct session *session = owner;
    if (session->state == SESSION_PENDING) {
        session_end(session, "timeout", NULL, "nobody answered the offer");
    }
}

static void looked_up(
    struct client *c, void *owner, const struct features *features)
{
    struct session *session = owner;
    if (session->state == SESSION_ENDED) {
        return;
    }
    bool ignore = fault(c, FAULT_PEER_FEATURES_IGNORED);
    if (!ignore && (!features_have(features, NS_JINGLE) ||
                       !features_have(features, NS_FILE))) {
        session_ended(session, "unsupported-applications",
            "the peer does not support Jingle file transfer");
        return;
    }
    session->peer_s5b = ignore || features_have(features, NS_JINGLE_S5B);
    session->peer_ibb = ignore || features_have(features, NS_JINGLE_IBB);
    session->peer_jet = ignore || features_have(features, NS_JET) ||
                        fault(c, FAULT_JET_UNANNOUNCED_OFFERED);
    offer_advance(c, session);
}

static void sealed(
    struct client *c, void *token, bool ready, const char *why_not)
{
    struct content *content = token;
    if (!ready && fault(c, FAULT_JET_NO_BUNDLE_PLAINTEXT)) {
        content->encrypt = false;
        ready = true;
    }
    if (!ready) {
        content->seal = SEAL_NONE;
        content_fail(content, "security-error", NULL, why_not);
        return;
    }
    content->seal = SEAL_READY;
    /* when it was ready at once, offer_advance() is not through yet */
    if (!content->session->advancing) {
        offer_advance(c, content->session);
    }
}

/* Everything that one content needs before it can be offered. */
static bool content_is_ready(struct content *content)
{
    struct session *session = content->session;
    struct client *c = session->c;
    const struct security *security = c->config.security;
    if (content->encrypt && !session->peer_jet) {
        content_fail(content, "security-error", NULL,
            "the peer does not announce encrypted transfers (" NS_JET ")");
        return false;
    }
    if (content->encrypt && content->seal == SEAL_NONE) {
        content->seal = SEAL_PREPARING;
        security->prepare(security->owner, c, session->peer, sealed, content);
        if (session->state == SESSION_ENDED) {
            return false;
        }
    }
    if (content->encrypt && content->seal != SEAL_READY) {
        return false;
    }
    int kind = transport_choose(content);
    if (kind < 0) {
        content_fail(content, "unsupported-transports", NULL,
            "no transport in common with the peer");
        return false;
    }
    return transport_ready(c, (unsigned)kind, offer_advance, session);
}

/* Some take size and hash for those of the encrypted stream: policy decides
 * what we write. */
static void announce_sealed(struct content *content)
{
    struct client *c = content->session->c;
    const struct client_policy *p = policy(c);
    if (p->jet_hash == JET_OF_CIPHERTEXT ||
        fault(c, FAULT_JET_HASH_OF_CIPHERTEXT)) {
        transfer_hash_sealed(content);
    }
    if (p->jet_size == JET_OF_CIPHERTEXT ||
        fault(c, FAULT_JET_SIZE_OF_CIPHERTEXT)) {
        content->file.size += content->filter->overhead;
    }
}

static bool seal(struct content *content)
{
    struct session *session = content->session;
    const struct security *security = session->c->config.security;
    if (!content->encrypt || content->filter) {
        return true;
    }
    struct security_content about = {session->peer, session->sid, content->name,
        content->sending, content->path, NULL};
    struct buffer xml = {0};
    struct error error = {{0}};
    content->filter =
        security->seal(security->owner, session->c, &about, &xml, &error);
    content->security = buffer_take(&xml);
    if (!content->filter) {
        content_fail(content, "security-error", NULL, error.message);
        return false;
    }
    if (content->sending) {
        announce_sealed(content);
    }
    return true;
}

static bool make_offer(struct content *content)
{
    if (!seal(content)) {
        return false;
    }
    if (!content->transport) {
        int kind = transport_choose(content);
        content->transport =
            transport_new(content, transport_of_kind((unsigned)kind), NULL);
    }
    content->transport->type->prepare(content->transport);
    content->state = CONTENT_OFFERED;
    return true;
}

void offer_advance(struct client *c, void *owner)
{
    struct session *session = owner;
    bool initiate = session->state == SESSION_PREPARING;
    if (session->state == SESSION_ENDED) {
        return;
    }
    if (!session->looked_up && session->initiator) {
        session->looked_up = true;
        if (policy(c)->discover != DISCOVER_NEVER &&
            !fault(c, FAULT_OFFERS_UNDISCOVERED)) {
            disco_lookup(c, session->peer, looked_up, session);
            return;
        }
        session->peer_jet = true;
    }
    size_t ready = 0;
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (at->state != CONTENT_PREPARING) {
            continue;
        }
        session->advancing = true;
        bool can = content_is_ready(at);
        session->advancing = false;
        if (!can) {
            return;
        }
        ready++;
    }
    if (!ready) {
        return;
    }
    struct buffer out = {0};
    session_begin(session, initiate ? "session-initiate" : "content-add", &out);
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (at->state == CONTENT_PREPARING) {
            if (!make_offer(at)) {
                buffer_free(&out);
                return;
            }
            content_write(at, false, &out);
        } else if (!initiate && fault(c, FAULT_ADD_REPEATS_OLD)) {
            content_write(at, false, &out);
        }
    }
    misprint(c, &out);
    if (initiate && fault(c, FAULT_SI_BEFORE_JINGLE)) {
        iq_send(c, session->peer, "set",
            "<si xmlns='http://jabber.org/protocol/si' id='a'/>", NULL, NULL);
        session_ended(session, "cancel", "by stream initiation");
        buffer_free(&out);
    } else if (initiate) {
        session->state = SESSION_PENDING;
        timer_set(c, unanswered, session, policy(c)->session_timeout_ms);
        session_send(session, &out, initiate_answered, session);
    } else {
        session->add_in_flight = true;
        session_send(session, &out, add_answered, session);
    }
}

/* --- answering one --- */

static void accept_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c;
    (void)stanza;
    struct session *session = owner;
    if (outcome == IQ_ERROR) {
        session_ended(session, "general-error", "the peer refused our accept");
    }
}

/* Sends what our user accepted once its transports are ready. */
static void accept_advance(struct client *c, void *owner)
{
    struct session *session = owner;
    if (session->state == SESSION_ENDED) {
        return;
    }
    VEC(struct content *) accepted = {0};
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (at->state != CONTENT_ACCEPTING) {
            continue;
        }
        if (!transport_ready(
                c, at->transport->type->kind, accept_advance, session)) {
            vec_free(&accepted);
            return;
        }
        vec_push(&accepted, at);
    }
    if (!accepted.count) {
        return;
    }
    bool first = session->state == SESSION_PENDING && !session->initiator;
    struct buffer out = {0};
    session_begin(session, first ? "session-accept" : "content-accept", &out);
    for (size_t i = 0; i < accepted.count; i++) {
        struct content *at = accepted.items[i];
        at->state = CONTENT_ACCEPTED;
        at->transport->type->prepare(at->transport);
        if (!fault(c, FAULT_ACCEPT_WITHOUT_CONTENT)) {
            content_write(at, true, &out);
        }
    }
    if (first && fault(c, FAULT_ANSWERS_BARE_JID)) {
        session->peer[jid_bare_len(session->peer)] = 0;
    }
    if (first) {
        session->state = SESSION_ACTIVE;
    }
    if (!fault(c, FAULT_ACCEPT_MISSING)) {
        session_send(session, &out, accept_answered, session);
    }
    buffer_free(&out);
    for (size_t i = 0; i < accepted.count; i++) {
        session_notify(session, accepted.items[i], CLIENT_ACCEPTED, "", NULL);
        if (!content_given_up(accepted.items[i], CHECK_ACCEPT)) {
            content_start(accepted.items[i]);
        }
    }
    vec_free(&accepted);
}

static void take_range(struct content *content, const struct answer *answer)
{
    struct client *c = content->session->c;
    if (content->sending || (!answer->offset && !answer->length)) {
        return;
    }
    content->range.present = true;
    content->range.offset = answer->offset;
    content->range.has_length = answer->length != 0;
    content->range.length = answer->length;
    content->keep = policy(c)->overwrite_resume ? answer->offset : 0;
}

static void reject_added(struct session *session)
{
    struct buffer out = {0};
    session_begin(session, "content-reject", &out);
    for (size_t i = session->contents.count; i-- > 0;) {
        struct content *at = session->contents.items[i];
        if (!at->ours && at->state == CONTENT_OFFERED) {
            content_begin(at, &out);
            buffer_add_text(&out, "</content>");
            content_remove(at);
        }
    }
    reason_write("decline", NULL, NULL, &out);
    session_send(session, &out, NULL, NULL);
    session_check(session);
}

void offer_answer(struct session *session, const struct answer *answer)
{
    struct client *c = session->c;
    session->waiting = false;
    bool first = session->state == SESSION_PENDING && !session->initiator;
    if (!answer->accept) {
        if (first) {
            session_end(session, "decline", NULL, NULL);
        } else {
            reject_added(session);
        }
        return;
    }
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (!at->ours && at->state == CONTENT_OFFERED) {
            at->state = CONTENT_ACCEPTING;
            take_range(at, answer);
        }
    }
    accept_advance(c, session);
}

static void answer_now(struct client *c, void *owner)
{
    (void)c;
    struct session *session = owner;
    if (session->state != SESSION_ENDED && session->waiting) {
        offer_answer(session, &session->answer);
    }
}

void offer_ask_user(struct session *session)
{
    struct client *c = session->c;
    session->waiting = true;
    for (size_t i = 0; i < session->contents.count; i++) {
        struct content *at = session->contents.items[i];
        if (!at->ours && at->state == CONTENT_OFFERED) {
            session_notify(session, at,
                at->sending ? CLIENT_REQUESTED : CLIENT_OFFERED, "", NULL);
        }
    }
    bool decided = session->proposed || policy(c)->auto_accept ||
                   fault(c, FAULT_ACCEPTS_UNASKED);
    struct answer yes = {.accept = true};
    session->answer = yes;
    if (c->answers.count) {
        session->answer = c->answers.items[0];
        vec_remove(&c->answers, 0);
        decided = true;
    }
    if (!decided) {
        return;
    }
    if (policy(c)->accept_delay_ms) {
        timer_set(c, answer_now, session, policy(c)->accept_delay_ms);
    } else {
        answer_now(c, session);
    }
}

/* --- requests of the peer --- */

static bool matches(struct client *c, const struct shared_file *shared,
    const struct file_description *wanted)
{
    if (wanted->name && strcmp(wanted->name, shared->name)) {
        return false;
    }
    if (!wanted->name && !wanted->hashes) {
        return false;
    }
    struct client_file_info info = {0};
    void *file = c->host->file_open(c->owner, shared->path, &info);
    if (!file) {
        return false;
    }
    uint8_t values[DIGEST_KINDS][DIGEST_MAX];
    bool good = !wanted->has_size || wanted->size == info.size;
    if (good && wanted->hashes) {
        good = digest_file(c, file, info.size, wanted->hashes, values);
        for (unsigned kind = 0; good && kind < DIGEST_KINDS; kind++) {
            good = !(wanted->hashes & (1u << kind)) ||
                   !memcmp(values[kind], wanted->values[kind],
                       digest_size((enum digest_kind)kind));
        }
    }
    c->host->file_finish(c->owner, file, true);
    return good;
}

bool offer_find_shared(struct content *content)
{
    struct client *c = content->session->c;
    for (size_t i = 0; i < c->shared.count; i++) {
        const struct shared_file *shared = &c->shared.items[i];
        if (!matches(c, shared, &content->file)) {
            continue;
        }
        struct file_description file = {0};
        if (!describe(c, shared->path, shared->name, NULL, &file)) {
            file_description_clear(&file);
            return false;
        }
        content->range = content->file.range;
        file_description_clear(&content->file);
        content->file = file;
        content->path = mem_strdup(shared->path);
        content->checksum_due =
            policy(c)->hash_when != HASH_NEVER && !file.hashes && file.used;
        return true;
    }
    return false;
}
