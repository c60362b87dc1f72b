#include "jingle/jet_client.h"

#include "base/memory.h"
#include "jingle/core.h"
#include "jingle/jet_filter.h"
#include "jingle/jet_omemo.h"
#include "omemo/device.h"

#include <stdlib.h>
#include <string.h>

/* A content that waits until it can be sealed. */
struct waiting {
    char *peer;
    security_ready_fn *ready;
    void *token;
};

/* A stanza that can't be judged before an answer of the server came, and
 * those of the same peer behind it. */
struct parked {
    char *peer;
    xmlDoc *doc;
};

enum { PARKED_MAX = 256 };

struct jet_client {
    struct security security;
    struct jet jet;
    struct omemo_account *account; /* owned; NULL without OMEMO */
    struct client *c;              /* since login */
    VEC(struct waiting) waiting;
    VEC(struct parked) parked;
    bool releasing, given_up;
    bool has_last; /* for the fault of reused secrets */
    struct jet_secret last;
};

/* The filter and the account look at a seeded fault themselves: each that
 * they know counts as consulted. */
static enum fault filter_fault(const struct client *c)
{
    static const enum fault known[] = {FAULT_JET_PLAINTEXT_SENT,
        FAULT_JET_CIPHERTEXT_STORED, FAULT_JET_TAG_IGNORED,
        FAULT_JET_TRUNCATED_ACCEPTED, FAULT_JET_TRAILING_ACCEPTED};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (fault(c, known[i]))
            return known[i];
    }
    return FAULT_NONE;
}

static enum omemo_fault account_fault(const struct client *c)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        enum omemo_fault known = omemo_fault_find(fault_rows[i].name);
        if (known != OMEMO_FAULT_NONE && fault(c, (enum fault)i))
            return known;
    }
    return OMEMO_FAULT_NONE;
}

static void send_stanza(void *owner, struct bytes stanza)
{
    struct jet_client *jet = owner;
    struct buffer copy = {0};
    buffer_add(&copy, stanza.data, stanza.len);
    core_send(jet->c, &copy);
    buffer_free(&copy);
}

/* --- waiting for the server --- */

static void timed_out(struct client *c, void *owner);

static void watch_time(struct jet_client *jet)
{
    if (jet->waiting.count + jet->parked.count > 0)
        timer_set(jet->c, timed_out, jet, policy(jet->c)->iq_timeout_ms);
    else
        timer_cancel(jet->c, timed_out, jet);
}

/* Takes one entry out and tells its content. */
static void tell(
    struct jet_client *jet, size_t index, bool ready, const char *why_not)
{
    struct waiting waiting = jet->waiting.items[index];
    vec_remove(&jet->waiting, index);
    free(waiting.peer);
    waiting.ready(jet->c, waiting.token, ready, why_not);
}

static void check_waiting(struct jet_client *jet)
{
    for (size_t i = 0; i < jet->waiting.count;) {
        struct error error = {{0}};
        enum jet_state state =
            jet_prepare(&jet->jet, jet->waiting.items[i].peer, &error);
        if (state == JET_WAITING && jet->given_up) {
            error_set(&error, "the server does not tell the peer's devices");
            state = JET_FAILED;
        }
        if (state == JET_WAITING) {
            i++;
            continue;
        }
        tell(jet, i, state == JET_READY, error.message);
        i = 0; /* what was told may have changed the list */
    }
}

static bool must_wait(struct jet_client *jet, const xmlNode *stanza)
{
    const xmlNode *security = NULL;
    const char *peer = NULL;
    struct error error;
    while (jet_offered_security(stanza, &security, &peer)) {
        if (jet_expect(&jet->jet, peer, security, &error) == JET_WAITING)
            return true;
    }
    return false;
}

static bool is_parked(const struct jet_client *jet, const char *peer)
{
    for (size_t i = 0; i < jet->parked.count; i++) {
        if (strcmp(jet->parked.items[i].peer, peer) == 0)
            return true;
    }
    return false;
}

/* Keeps the stanzas of one peer in their order. */
static bool park(struct jet_client *jet, const xmlNode *stanza)
{
    const char *peer = jet_stanza_from(stanza);
    if (jet->releasing || peer == NULL || jet->parked.count >= PARKED_MAX ||
        (!is_parked(jet, peer) && !must_wait(jet, stanza)))
        return false;
    xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNode *copy = doc == NULL
                        ? NULL
                        : xmlDocCopyNode((xmlNode *)(uintptr_t)stanza, doc, 1);
    if (copy == NULL)
        abort();
    xmlDocSetRootElement(doc, copy);
    struct parked parked = {mem_strdup(peer), doc};
    vec_push(&jet->parked, parked);
    return true;
}

/* Hands on, in order, whatever need not wait any more. */
static void check_parked(struct jet_client *jet)
{
    for (size_t i = 0; i < jet->parked.count;) {
        struct parked parked = jet->parked.items[i];
        const xmlNode *root = xmlDocGetRootElement(parked.doc);
        bool blocked = false;
        for (size_t k = 0; k < i && !blocked; k++)
            blocked = strcmp(jet->parked.items[k].peer, parked.peer) == 0;
        if (blocked || (!jet->given_up && must_wait(jet, root))) {
            i++;
            continue;
        }
        vec_remove(&jet->parked, i);
        jet->releasing = true;
        client_stanza(jet->c, (xmlNode *)(uintptr_t)root);
        jet->releasing = false;
        free(parked.peer);
        xmlFreeDoc(parked.doc);
        i = 0;
    }
}

static void check_all(struct jet_client *jet)
{
    check_waiting(jet);
    check_parked(jet);
    watch_time(jet);
}

static void timed_out(struct client *c, void *owner)
{
    (void)c;
    struct jet_client *jet = owner;
    jet->given_up = true;
    check_all(jet);
    jet->given_up = false;
}

/* --- what the core asks --- */

static void prepare(void *owner, struct client *c, const char *peer,
    security_ready_fn *ready, void *token)
{
    struct jet_client *jet = owner;
    jet->c = c;
    struct waiting waiting = {mem_strdup(peer), ready, token};
    vec_push(&jet->waiting, waiting);
    check_waiting(jet);
    watch_time(jet);
}

static void forget(void *owner, struct client *c, void *token)
{
    (void)c;
    struct jet_client *jet = owner;
    for (size_t i = jet->waiting.count; i-- > 0;) {
        if (jet->waiting.items[i].token != token)
            continue;
        free(jet->waiting.items[i].peer);
        vec_remove(&jet->waiting, i);
    }
}

static struct jet_writing writing_of(const struct client *c)
{
    const struct client_policy *chosen = policy(c);
    struct jet_writing writing = {
        .cipher = (enum jet_cipher)chosen->jet_cipher,
        .cipher_name = (enum jet_cipher_reading)chosen->jet_cipher_name,
        .write_name =
            chosen->jet_name && !fault(c, FAULT_SECURITY_WITHOUT_NAME),
        .iv_len = chosen->jet_iv_length == JET_IV_OF_16 ? 16 : 12,
        .tag_in_key = chosen->jet_tag == JET_TAG_IN_KEY,
    };
    if (fault(c, FAULT_JET_CIPHER_256))
        writing.cipher = JET_AES_256_GCM;
    if (fault(c, FAULT_JET_CIPHER_CBC))
        writing.cipher_text = "urn:xmpp:ciphers:aes-128-cbc";
    if (fault(c, FAULT_JET_TYPE_OMEMO_2))
        writing.type = "urn:xmpp:omemo:2";
    return writing;
}

static void make_secret(struct jet_client *jet,
    const struct jet_writing *writing, struct jet_secret *secret)
{
    const struct client *c = jet->c;
    jet_secret_make(secret, writing->cipher, writing->iv_len);
    if (fault(c, FAULT_IV_FROM_KEY))
        memcpy(secret->iv, secret->key, secret->iv_len);
    if (fault(c, FAULT_JET_SECRET_REUSED) && jet->has_last)
        *secret = jet->last;
    jet->last = *secret;
    jet->has_last = true;
}

/* The tag of the whole file, when it has to travel in the key element: the
 * file must be encrypted before it is offered. */
static bool compute_tag(struct client *c, const char *path,
    struct jet_secret *secret, struct error *error)
{
    enum { BLOCK = 65536 };
    struct client_file_info info = {0};
    void *file =
        path == NULL ? NULL : c->host->file_open(c->owner, path, &info);
    if (file == NULL)
        return error_set(error, "the file can't be read to compute its tag");
    struct jet_stream *stream = jet_encrypt_new(secret, false);
    struct buffer ignored = {0};
    uint8_t *block = mem_alloc(BLOCK);
    int64_t got;
    for (uint64_t at = 0;
         (got = c->host->file_read(c->owner, file, at, block, BLOCK)) > 0;
         at += (uint64_t)got) {
        jet_stream_add(stream, block, (size_t)got, &ignored);
        buffer_clear(&ignored);
    }
    jet_encrypt_end(stream, &ignored);
    jet_encrypt_tag(stream, secret->tag);
    secret->has_tag = true;
    jet_stream_free(stream);
    buffer_free(&ignored);
    free(block);
    c->host->file_finish(c->owner, file, true);
    return got == 0 || error_set(error, "the file can't be read");
}

static struct stream_filter *seal(void *owner, struct client *c,
    const struct security_content *content, struct buffer *xml,
    struct error *error)
{
    struct jet_client *jet = owner;
    jet->c = c;
    struct jet_secret secret;
    struct jet_writing writing = writing_of(c);
    make_secret(jet, &writing, &secret);
    if (writing.tag_in_key && content->sending &&
        !compute_tag(c, content->path, &secret, error))
        return NULL;
    struct stream_filter *filter = NULL;
    if (jet_wrap(&jet->jet, &writing, content->peer, content->name, &secret,
            xml, error)) {
        if (fault(c, FAULT_JET_IV_RANDOM_ELSEWHERE))
            secret.iv[0] ^= 1;
        filter = jet_filter_new(&secret, content->sending, filter_fault(c));
    }
    jet_secret_clear(&secret);
    return filter;
}

static struct stream_filter *open_content(void *owner, struct client *c,
    const struct security_content *content, xmlNodePtr security,
    struct error *error)
{
    struct jet_client *jet = owner;
    jet->c = c;
    struct jet_secret secret;
    if (jet_expect(&jet->jet, content->peer, security, error) != JET_READY)
        return NULL;
    const char *name =
        fault(c, FAULT_JET_CONTENT_UNCHECKED) ? NULL : content->name;
    if (!jet_unwrap(&jet->jet, content->peer, name, security, &secret,
            content->notes, error))
        return NULL;
    struct jet_security parts;
    bool odd = jet_security_parse(security, &parts, NULL) &&
               parts.cipher_name != JET_NAME_URN_VERSIONED;
    if ((odd && fault(c, FAULT_JET_CIPHER_ONE_SPELLING)) ||
        (!secret.has_tag && fault(c, FAULT_JET_KEY_TAG_APPENDED_LOST)) ||
        (secret.cipher == JET_AES_256_GCM &&
            fault(c, FAULT_JET_AES_128_ONLY)) ||
        (secret.iv_len == JET_IV_MAX && fault(c, FAULT_JET_IV_12_ONLY))) {
        error_set(error, "refused by a seeded fault");
        return NULL;
    }
    if (fault(c, FAULT_JET_TAG_BEHIND_KEY_IGNORED))
        secret.has_tag = false;
    if (fault(c, FAULT_JET_RESUME_OLD_SECRET) && content->sending) {
        if (jet->has_last)
            secret = jet->last;
        jet->last = secret;
        jet->has_last = true;
    }
    enum fault seeded = filter_fault(c);
    if (content->sending && fault(c, FAULT_JET_REQUEST_ANSWERED_PLAIN))
        seeded = FAULT_JET_PLAINTEXT_SENT;
    struct stream_filter *filter =
        jet_filter_new(&secret, content->sending, seeded);
    jet_secret_clear(&secret);
    return filter;
}

/* The secret of the offer serves; XEP-0391 has nothing more to say. */
static void answer(void *owner, struct client *c,
    const struct security_content *content, struct buffer *xml)
{
    (void)owner, (void)c, (void)content, (void)xml;
}

static bool take_stanza(void *owner, struct client *c, xmlNodePtr stanza)
{
    struct jet_client *jet = owner;
    jet->c = c;
    if (jet_stanza(&jet->jet, stanza)) {
        check_all(jet);
        return true;
    }
    bool parked = park(jet, stanza);
    if (parked)
        watch_time(jet);
    return parked;
}

static void forget_all(struct jet_client *jet)
{
    for (size_t i = 0; i < jet->waiting.count; i++)
        free(jet->waiting.items[i].peer);
    for (size_t i = 0; i < jet->parked.count; i++) {
        free(jet->parked.items[i].peer);
        xmlFreeDoc(jet->parked.items[i].doc);
    }
    vec_free(&jet->waiting);
    vec_free(&jet->parked);
}

static void login(void *owner, struct client *c)
{
    struct jet_client *jet = owner;
    forget_all(jet);
    jet->c = c;
    jet_attach(&jet->jet, send_stanza, jet);
    if (jet->account != NULL) {
        omemo_account_set_fault(jet->account, account_fault(c));
        omemo_account_own_devices(jet->account, policy(c)->omemo_own_devices);
        omemo_account_trust_by_default(jet->account,
            policy(c)->omemo_trust == OMEMO_TRUST_ALL ? OMEMO_BLIND
                                                      : OMEMO_DISTRUSTED);
    }
    jet_login(&jet->jet, c->jid);
}

static bool idle(void *owner)
{
    const struct jet_client *jet = owner;
    return jet->waiting.count == 0 && jet->parked.count == 0 &&
           (jet->account == NULL || omemo_account_idle(jet->account));
}

/* Every method has urn:xmpp:jingle:jet:0; disco#info must have it once. */
static bool is_of_earlier_row(
    const struct jet_client *jet, size_t row, const char *name)
{
    for (size_t i = 0; i < row; i++) {
        const char *const *names = jet->jet.rows[i].envelope->features;
        for (; *names != NULL; names++) {
            if (strcmp(*names, name) == 0)
                return true;
        }
    }
    return false;
}

static const char *feature(void *owner, const struct client *c, size_t index)
{
    const struct jet_client *jet = owner;
    for (size_t row = 0; row < jet->jet.count; row++) {
        const char *const *names = jet->jet.rows[row].envelope->features;
        for (; *names != NULL; names++) {
            bool left_out =
                is_of_earlier_row(jet, row, *names) ||
                (fault(c, FAULT_FEATURE_JET_MISSING) &&
                    strcmp(*names, JET_NS) == 0) ||
                (fault(c, FAULT_FEATURE_JET_OMEMO_MISSING) &&
                    strcmp(*names, JET_OMEMO_NS) == 0) ||
                (fault(c, FAULT_DEVICELIST_NOTIFY_MISSING) &&
                    strcmp(*names, OMEMO_DEVICES_NODE "+notify") == 0);
            if (!left_out && index-- == 0)
                return *names;
        }
    }
    return NULL;
}

struct jet_client *jet_client_new(const struct jet *table)
{
    struct jet_client *jet = mem_alloc(sizeof *jet);
    jet->jet = *table;
    jet->security = (struct security){
        .owner = jet,
        .prepare = prepare,
        .forget = forget,
        .seal = seal,
        .open = open_content,
        .answer = answer,
        .stanza = take_stanza,
        .login = login,
        .idle = idle,
        .feature = feature,
    };
    return jet;
}

struct jet_client *jet_client_omemo(struct omemo_device *device)
{
    struct omemo_account *account = omemo_account_new(device);
    struct jet table = {.count = 0};
    jet_add(&table, &jet_omemo, account);
    struct jet_client *jet = jet_client_new(&table);
    jet->account = account;
    return jet;
}

void jet_client_free(struct jet_client *jet)
{
    if (jet == NULL)
        return;
    forget_all(jet);
    omemo_account_free(jet->account);
    jet_secret_clear(&jet->last);
    free(jet);
}

const struct security *jet_client_security(struct jet_client *jet)
{
    return &jet->security;
}

struct omemo_account *jet_client_account(struct jet_client *jet)
{
    return jet->account;
}
