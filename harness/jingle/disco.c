#include "jingle/disco.h"

#include "jingle/digest.h"
#include "jingle/iq.h"
#include "jingle/security.h"

#include <stdlib.h>
#include <string.h>

enum { FEATURES_MAX = 1024, PEERS_MAX = 4096 };

static const char caps_node[] = "https://jinglespec.invalid/client";

/* One known resource of somebody. */
struct peer {
    char *jid;
    bool online;
    char *ver; /* of caps, NULL: none */
    char *node;
    bool known;  /* features holds for ver, or was asked for */
    bool unable; /* seeded faults: taken for a client of no use */
    struct features features;
};

/* One question under way. */
struct question {
    char *jid;
    disco_fn *fn;
    void *owner;
    bool by_caps;
};

bool features_have(const struct features *features, const char *name)
{
    for (size_t i = 0; features && i < features->names.count; i++) {
        if (!strcmp(features->names.items[i], name)) {
            return true;
        }
    }
    return false;
}

static void features_clear(struct features *features)
{
    for (size_t i = 0; i < features->names.count; i++) {
        free(features->names.items[i]);
    }
    vec_free(&features->names);
}

static void features_read(struct features *features, xmlNodePtr query)
{
    features_clear(features);
    for (xmlNodePtr at = xml_child(query, NS_DISCO_INFO, "feature");
         at && features->names.count < FEATURES_MAX;
         at = xml_next(at, NS_DISCO_INFO, "feature")) {
        vec_push(&features->names, mem_strdup(stanza_attr(at, "var")));
    }
}

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* --- our own --- */

static void own_features(const struct client *c, struct features *out)
{
    const struct client_policy *p = policy(c);
    bool s5b = policy_list_has(&p->transports, TRANSPORT_S5B);
    bool ibb = policy_list_has(&p->transports, TRANSPORT_IBB);
    const struct {
        const char *name;
        bool have;
    } rows[] = {
        {NS_DISCO_INFO, !fault(c, FAULT_DISCO_INFO_MISSING)},
        {NS_DISCO_ITEMS, true},
        {NS_CAPS, p->caps && !fault(c, FAULT_DISCO_CAPS_MISSING)},
        {NS_PING, p->ping},
        {NS_VERSION, p->version},
        {NS_JINGLE, !fault(c, FAULT_DISCO_JINGLE_MISSING)},
        {NS_FILE, !fault(c, FAULT_DISCO_FILE_MISSING)},
        {NS_JINGLE_S5B, s5b && !fault(c, FAULT_DISCO_S5B_MISSING)},
        {NS_S5B, s5b},
        {NS_JINGLE_IBB, ibb && !fault(c, FAULT_DISCO_IBB_MISSING)},
        {NS_IBB, ibb},
        {NS_HASHES, !fault(c, FAULT_DISCO_HASHES_MISSING)},
        {NS_PROPOSE, p->message_initiation != PROPOSE_NEVER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].have) {
            vec_push(&out->names, mem_strdup(rows[i].name));
        }
    }
    const struct security *security = c->config.security;
    const char *name;
    for (size_t i = 0;
         security && (name = security->feature(security->owner, c, i)) != NULL;
         i++) {
        vec_push(&out->names, mem_strdup(name));
    }
    bool few = fault(c, FAULT_ALGO_UNANNOUNCED);
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        if (few && kind != DIGEST_SHA1) {
            continue;
        }
        vec_push(&out->names, mem_printf(NS_HASH_NAME "%s", digest_name(kind)));
    }
}

/* XEP-0115 s5.1 over identities already sorted and written, features, no
 * forms. */
static char *verification(
    const char *identities, struct features *features, bool unsorted)
{
    struct buffer text = {0};
    buffer_add_text(&text, identities);
    if (features->names.count && !unsorted) {
        qsort(features->names.items, features->names.count, sizeof(char *),
            by_octets);
    }
    for (size_t i = 0; i < features->names.count; i++) {
        buffer_printf(&text, "%s<", features->names.items[i]);
    }
    uint8_t sum[DIGEST_MAX];
    digest_once(DIGEST_SHA1, text.data, text.len, sum);
    struct buffer out = {0};
    base64_encode(&out, sum, digest_size(DIGEST_SHA1));
    buffer_free(&text);
    return buffer_take(&out);
}

static char *own_ver(const struct client *c)
{
    struct features features = {0};
    own_features(c, &features);
    if (fault(c, FAULT_CAPS_VER_WRONG)) {
        vec_push(&features.names, mem_strdup("urn:example:not-there"));
    }
    char *identity =
        mem_printf(fault(c, FAULT_CAPS_WITHOUT_SLASHES) ? "client/pc/%s<"
                                                        : "client/pc//%s<",
            c->software);
    char *ver =
        verification(identity, &features, fault(c, FAULT_CAPS_UNSORTED));
    free(identity);
    features_clear(&features);
    return ver;
}

void disco_put_caps(const struct client *c, struct buffer *out)
{
    if (!policy(c)->caps || fault(c, FAULT_CAPS_LEFT_OUT)) {
        return;
    }
    char *ver = own_ver(c);
    if (fault(c, FAULT_CAPS_VER_HEX)) {
        free(ver);
        ver = mem_strdup("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }
    if (fault(c, FAULT_CAPS_VER_SPACED)) {
        char *spaced = mem_printf("%.14s %s", ver, ver + 14);
        free(ver);
        ver = spaced;
    }
    buffer_add_text(out, "<c xmlns='" NS_CAPS "'");
    if (!fault(c, FAULT_CAPS_WITHOUT_HASH)) {
        xml_add_attr(
            out, "hash", fault(c, FAULT_CAPS_HASH_INVENTED) ? "sha1" : "sha-1");
    }
    if (!fault(c, FAULT_CAPS_WITHOUT_NODE)) {
        xml_add_attr(out, "node",
            fault(c, FAULT_CAPS_NODE_PLAIN) ? "jinglespec" : caps_node);
    }
    if (!fault(c, FAULT_CAPS_WITHOUT_VER)) {
        xml_add_attr(out, "ver", ver);
    }
    buffer_add_text(out, "/>");
    free(ver);
}

void disco_send_presence(struct client *c, const char *to)
{
    struct buffer out = {0};
    buffer_add_text(&out, "<presence");
    xml_add_attr(&out, "to", to);
    buffer_add_text(&out, ">");
    if (!(to && fault(c, FAULT_DIRECTED_WITHOUT_CAPS))) {
        disco_put_caps(c, &out);
    }
    buffer_add_text(&out, "</presence>");
    core_send(c, &out);
    buffer_free(&out);
}

static bool is_our_node(const struct client *c, const char *node)
{
    size_t len = strlen(caps_node);
    if (strncmp(node, caps_node, len) || node[len] != '#') {
        return false;
    }
    char *ver = own_ver(c);
    bool same = !strcmp(node + len + 1, ver);
    free(ver);
    return same;
}

static void put_identities(struct client *c, xmlNodePtr iq, struct buffer *out)
{
    bool other =
        fault(c, FAULT_IDENTITY_CHANGES) && (*stanza_attr(iq, "id") & 1) != 0;
    if (!fault(c, FAULT_DISCO_WITHOUT_IDENTITY)) {
        buffer_add_text(out, "<identity category='client'");
        if (!fault(c, FAULT_IDENTITY_WITHOUT_TYPE)) {
            xml_add_attr(out, "type", other ? "phone" : "pc");
        }
        xml_add_attr(out, "name", c->software);
        buffer_add_text(out, "/>");
    }
    if (fault(c, FAULT_IDENTITY_DOUBLED)) {
        buffer_add_text(
            out, "<identity category='client' type='pc' name='another'/>");
    }
    if (fault(c, FAULT_IDENTITY_NAMES_DIFFER)) {
        buffer_add_text(
            out, "<identity category='client' type='bot' name='another'/>");
    }
}

static void put_items(struct client *c, const char *node, struct buffer *out)
{
    buffer_add_text(out, "<query xmlns='" NS_DISCO_ITEMS "'");
    xml_add_attr(out, "node", node);
    buffer_add_text(out, ">");
    if (fault(c, FAULT_ITEM_WITHOUT_JID)) {
        buffer_add_text(out, "<item name='files'/>");
    }
    if (fault(c, FAULT_CAPS_NODE_AS_ITEM)) {
        buffer_add_text(out, "<item");
        xml_add_attr(out, "jid", c->jid);
        xml_add_attr(out, "node", caps_node);
        buffer_add_text(out, "/>");
    }
    buffer_add_text(out, "</query>");
}

void disco_answer(struct client *c, xmlNodePtr iq)
{
    xmlNodePtr query = xml_child(iq, NULL, "query");
    const char *node = xml_attr(query, "node");
    bool items = xml_is(query, NS_DISCO_ITEMS, "query");
    if (fault(c, items ? FAULT_ITEMS_UNANSWERED : FAULT_DISCO_UNANSWERED)) {
        return;
    }
    if (node && !is_our_node(c, node)) {
        if (!fault(c, FAULT_UNKNOWN_NODE_UNANSWERED)) {
            iq_error(c, iq, ERROR_ITEM_NOT_FOUND);
        }
        return;
    }
    if (items && fault(c, FAULT_NO_ITEMS_AS_ERROR)) {
        iq_error(c, iq, ERROR_ITEM_NOT_FOUND);
        return;
    }
    struct buffer out = {0};
    if (items) {
        put_items(c, node, &out);
    } else {
        struct features features = {0};
        own_features(c, &features);
        buffer_add_text(&out, "<query xmlns='" NS_DISCO_INFO "'");
        if (!fault(c, FAULT_DISCO_NODE_MISSING)) {
            xml_add_attr(&out, "node", node);
        }
        buffer_add_text(&out, ">");
        put_identities(c, iq, &out);
        if (fault(c, FAULT_FEATURE_WITHOUT_VAR)) {
            buffer_add_text(&out, "<feature/>");
        }
        if (fault(c, FAULT_FEATURE_WITH_CHILD)) {
            buffer_add_text(&out,
                "<feature var='urn:example:x'><x xmlns='urn:example:x'/>"
                "</feature>");
        }
        for (size_t i = 0; i < features.names.count; i++) {
            buffer_add_text(&out, "<feature");
            xml_add_attr(&out, "var", features.names.items[i]);
            buffer_add_text(&out, "/>");
        }
        buffer_add_text(&out, "</query>");
        features_clear(&features);
    }
    iq_reply(c, iq, buffer_text(&out));
    buffer_free(&out);
}

/* --- others --- */

static struct peer *find_peer(const struct client *c, const char *jid)
{
    for (size_t i = 0; i < c->peers.count; i++) {
        if (!strcmp(c->peers.items[i]->jid, jid)) {
            return c->peers.items[i];
        }
    }
    return NULL;
}

static void peer_free(struct peer *peer)
{
    free(peer->jid);
    free(peer->ver);
    free(peer->node);
    features_clear(&peer->features);
    free(peer);
}

static struct peer *make_peer(struct client *c, const char *jid)
{
    struct peer *peer = find_peer(c, jid);
    if (!peer) {
        if (c->peers.count == PEERS_MAX) {
            peer_free(c->peers.items[0]);
            vec_remove(&c->peers, 0);
        }
        peer = mem_alloc(sizeof *peer);
        peer->jid = mem_strdup(jid);
        vec_push(&c->peers, peer);
    }
    return peer;
}

void disco_clear(struct client *c)
{
    for (size_t i = 0; i < c->peers.count; i++) {
        peer_free(c->peers.items[i]);
    }
    vec_free(&c->peers);
    while (c->questions.count) {
        struct question *question = c->questions.items[0];
        iq_forget(c, question);
        vec_remove(&c->questions, 0);
        free(question->jid);
        free(question);
    }
    vec_free(&c->questions);
}

void disco_presence(struct client *c, xmlNodePtr presence)
{
    const char *from = stanza_attr(presence, "from");
    const char *type = xml_attr(presence, "type");
    if (!*from || (type && strcmp(type, "unavailable"))) {
        return;
    }
    struct peer *peer = make_peer(c, from);
    peer->online = !type;
    xmlNodePtr caps = type ? NULL : xml_child(presence, NS_CAPS, "c");
    const char *ver = xml_attr(caps, "ver");
    const char *hash = xml_attr(caps, "hash");
    const char *node = xml_attr(caps, "node");
    bool old = ver && !hash && fault(c, FAULT_LEGACY_VER_CACHED);
    bool strange = ver && hash && strcmp(hash, "sha-1") &&
                   fault(c, FAULT_UNKNOWN_HASH_CACHED);
    if (!old && !strange && (!ver || !hash || strcmp(hash, "sha-1") || !node)) {
        peer->unable = fault(
            c, caps ? FAULT_LEGACY_CAPS_BREAK : FAULT_MISSING_CAPS_FORGET);
        ver = NULL;
    }
    if (fault(c, FAULT_CAPS_ASKED_EACH_PRESENCE)) {
        peer->known = false;
    }
    if (!ver || !peer->ver || strcmp(ver, peer->ver)) {
        peer->known = false;
        free(peer->ver);
        free(peer->node);
        peer->ver = mem_strdup(ver);
        peer->node = ver ? mem_strdup(node) : NULL;
    }
}

const char *disco_resource(const struct client *c, const char *bare)
{
    for (size_t i = c->peers.count; i-- > 0;) {
        const struct peer *peer = c->peers.items[i];
        bool fits = peer->online && !jid_is_bare(peer->jid) &&
                    jid_same_bare(peer->jid, bare);
        if (fits &&
            (!peer->known || features_have(&peer->features, NS_JINGLE))) {
            return peer->jid;
        }
    }
    return NULL;
}

bool disco_is_online(const struct client *c, const char *jid)
{
    const struct peer *peer = find_peer(c, jid);
    return peer && peer->online;
}

/* The same caps, verified, from another resource. */
static const struct features *known_caps(
    const struct client *c, const struct peer *peer)
{
    if (fault(c, FAULT_EVERY_CONTACT_ASKED)) {
        return NULL;
    }
    for (size_t i = 0; peer->ver && i < c->peers.count; i++) {
        const struct peer *other = c->peers.items[i];
        if (other->known && other->ver && !strcmp(other->ver, peer->ver)) {
            return &other->features;
        }
    }
    return NULL;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool any_doubled(char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            if (!strcmp(names[i], names[k])) {
                return true;
            }
        }
    }
    return false;
}

/* Whether the answer is well-formed and hashes to the announced ver (XEP-0115
 * s5.4). Answers with forms are not cached: asking again is always right. */
static bool verified(const struct client *c, const struct features *features,
    xmlNodePtr query, const char *ver)
{
    if (fault(c, FAULT_LEGACY_VER_CACHED) ||
        fault(c, FAULT_UNKNOWN_HASH_CACHED) ||
        fault(c, FAULT_POISONED_CAPS_CACHED)) {
        return true;
    }
    if (xml_child(query, "jabber:x:data", "x") ||
        (any_doubled(features->names.items, features->names.count) &&
            !fault(c, FAULT_DOUBLED_FEATURE_CACHED))) {
        return false;
    }
    VEC(char *) identities = {0};
    for (xmlNodePtr at = xml_child(query, NS_DISCO_INFO, "identity"); at;
         at = xml_next(at, NS_DISCO_INFO, "identity")) {
        const xmlChar *lang = NULL;
        for (xmlAttrPtr attr = at->properties; attr; attr = attr->next) {
            if (attr->ns && !strcmp((const char *)attr->name, "lang") &&
                attr->children) {
                lang = attr->children->content;
            }
        }
        vec_push(&identities,
            mem_printf("%s/%s/%s/%s<", stanza_attr(at, "category"),
                stanza_attr(at, "type"), lang ? (const char *)lang : "",
                stanza_attr(at, "name")));
    }
    if (identities.count) {
        qsort(identities.items, identities.count, sizeof(char *), compare_text);
    }
    bool doubled = any_doubled(identities.items, identities.count) &&
                   !fault(c, FAULT_DOUBLED_IDENTITY_CACHED);
    struct buffer text = {0};
    for (size_t i = 0; i < identities.count; i++) {
        buffer_add_text(&text, identities.items[i]);
        free(identities.items[i]);
    }
    vec_free(&identities);
    struct features sorted = {0};
    for (size_t i = 0; i < features->names.count; i++) {
        vec_push(&sorted.names, mem_strdup(features->names.items[i]));
    }
    char *sum = verification(buffer_text(&text), &sorted, false);
    bool same = !strcmp(sum, ver);
    free(sum);
    features_clear(&sorted);
    buffer_free(&text);
    return same && !doubled;
}

void disco_forget(struct client *c, const void *owner)
{
    for (size_t i = 0; i < c->questions.count; i++) {
        if (c->questions.items[i]->owner == owner) {
            c->questions.items[i]->fn = NULL;
        }
    }
}

static void question_free(struct client *c, struct question *question)
{
    for (size_t i = 0; i < c->questions.count; i++) {
        if (c->questions.items[i] == question) {
            vec_remove(&c->questions, i);
            break;
        }
    }
    free(question->jid);
    free(question);
}

static void question_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    struct question *question = owner;
    struct peer *peer = make_peer(c, question->jid);
    const struct features *features = NULL;
    xmlNodePtr query = xml_child(stanza, NS_DISCO_INFO, "query");
    if (outcome == IQ_RESULT && query) {
        features_read(&peer->features, query);
        features = &peer->features;
        peer->known = question->by_caps && peer->ver &&
                      verified(c, features, query, peer->ver);
        if (fault(c, FAULT_INFO_FEATURE_DEMANDED) &&
            !features_have(features, NS_DISCO_INFO)) {
            features = NULL;
        }
    }
    disco_fn *fn = question->fn;
    void *fn_owner = question->owner;
    question_free(c, question);
    if ((outcome == IQ_ERROR && fault(c, FAULT_DISCO_ERROR_HANGS)) ||
        (outcome == IQ_RESULT && !query && fault(c, FAULT_DISCO_EMPTY_HANGS))) {
        return;
    }
    if (fn) {
        fn(c, fn_owner, features);
    }
}

void disco_lookup(struct client *c, const char *jid, disco_fn *fn, void *owner)
{
    struct peer *peer = make_peer(c, jid);
    bool caps = policy(c)->discover == DISCOVER_CAPS;
    const struct features *known = !caps         ? NULL
                                   : peer->known ? &peer->features
                                                 : known_caps(c, peer);
    if (known) {
        fn(c, owner, known);
        return;
    }
    if (peer->unable) {
        fn(c, owner, NULL);
        return;
    }
    struct question *question = mem_alloc(sizeof *question);
    question->jid = mem_strdup(jid);
    question->fn = fn;
    question->owner = owner;
    question->by_caps = caps && peer->ver;
    vec_push(&c->questions, question);
    struct buffer payload = {0};
    buffer_add_text(&payload, "<query xmlns='" NS_DISCO_INFO "'");
    if (question->by_caps) {
        bool plain = fault(c, FAULT_CAPS_REQUEST_WITHOUT_VER);
        char *node = plain ? mem_strdup(peer->node)
                           : mem_printf("%s#%s", peer->node, peer->ver);
        if (!fault(c, FAULT_CAPS_REQUEST_WITHOUT_NODE)) {
            xml_add_attr(&payload, "node", node);
        }
        free(node);
    } else if (fault(c, FAULT_NODE_WITHOUT_CAPS)) {
        xml_add_attr(&payload, "node", caps_node);
    }
    buffer_add_text(&payload, fault(c, FAULT_DISCO_REQUEST_FILLED)
                                  ? "><feature var='x'/></query>"
                                  : "/>");
    bool bare = fault(c, FAULT_CAPS_BARE_JID_ASKED);
    char *to = bare ? mem_strndup(jid, jid_bare_len(jid)) : mem_strdup(jid);
    iq_send(c, to, "get", buffer_text(&payload), question_answered, question);
    free(to);
    buffer_free(&payload);
}
