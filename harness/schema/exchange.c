#include "schema/exchange.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/xml.h"
#include "schema/caps_hash.h"
#include "schema/negotiation.h"
#include "schema/replies.h"
#include "schema/sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT "jabber:client"
#define DISCO "http://jabber.org/protocol/disco#info"
#define CAPS "http://jabber.org/protocol/caps"
#define JINGLE "urn:xmpp:jingle:1"
#define IBB "http://jabber.org/protocol/ibb"

/* requests_max is a power of two: slots are counted round. */
enum { requests_max = 256, announced_max = 128, text_max = 512, crowds = 1024 };

struct request {
    char *link, *id, *peer; /* peer "": the server or not said */
    struct asked asked;
    struct jingle_asked jingle;
    uint64_t opens; /* an in-band bytestream; 0: none */
};

/* What a client has said in its presence. */
struct announced {
    char *jid, *node, *ver, *hash;
};

struct exchange {
    const struct rules *rules;
    rule_broken_fn *broken;
    void *owner;
    struct negotiation *negotiation;
    struct sessions *sessions;
    struct request requests[requests_max];
    uint64_t keys[requests_max]; /* of their links and ids, to look through */
    uint16_t crowd[crowds];      /* how many keys fall into each place */
    struct announced announced[announced_max];
    unsigned next_request, next_announced;
};

struct exchange *exchange_new(
    const struct rules *rules, rule_broken_fn *broken, void *owner)
{
    struct exchange *exchange = mem_alloc(sizeof *exchange);
    exchange->rules = rules;
    exchange->broken = broken;
    exchange->owner = owner;
    exchange->negotiation = negotiation_new(rules, broken, owner);
    exchange->sessions = sessions_new(rules, broken, owner);
    return exchange;
}

static void request_clear(struct request *request)
{
    free(request->link);
    free(request->id);
    free(request->peer);
    free(request->asked.node);
    *request = (struct request){0};
}

static void announced_clear(struct announced *announced)
{
    free(announced->jid);
    free(announced->node);
    free(announced->ver);
    free(announced->hash);
    *announced = (struct announced){0};
}

void exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    for (size_t i = 0; i < requests_max; i++)
        request_clear(&exchange->requests[i]);
    for (size_t i = 0; i < announced_max; i++)
        announced_clear(&exchange->announced[i]);
    negotiation_free(exchange->negotiation);
    sessions_free(exchange->sessions);
    free(exchange);
}

static void say(struct exchange *exchange, const char *id,
    const xmlNode *element, const char *attribute, const char *seen)
{
    const struct rule *rule = rules_find(exchange->rules, id);
    if (rule == NULL)
        return;
    char message[1024];
    snprintf(message, sizeof message, "%s: %s", seen, rule->message);
    exchange->broken(exchange->owner, rule, element, attribute, message);
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* A server is addressed and answers in several ways: "" fits anyone. */
static bool same_peer(const char *a, const char *b)
{
    return *a == 0 || *b == 0 || strcmp(a, b) == 0;
}

struct party {
    char name[2 * text_max];
};

/* One log may hold what both parties sent and received: whose stanzas belong
 * together is told by the link and the other party. */
static const char *party(struct party *out, const char *link, const char *peer)
{
    snprintf(out->name, sizeof out->name, "%s\n%s", link, peer);
    return out->name;
}

static const char *peer_of(
    const xmlNode *stanza, const struct stanza_origin *origin)
{
    return or_empty(xml_attr(stanza, origin->from_client ? "to" : "from"));
}

/* Of all that a request is looked for by, but its peer. */
static uint64_t request_key(
    const char *link, const char *id, bool from_client, bool answered)
{
    uint64_t seed = 1u + (from_client ? 2u : 0u) + (answered ? 4u : 0u);
    return random_seed(random_seed(seed, link), id) | 1;
}

static void set_key(struct exchange *exchange, size_t slot, uint64_t key)
{
    if (exchange->keys[slot] != 0)
        exchange->crowd[exchange->keys[slot] / 2 % crowds]--;
    exchange->keys[slot] = key;
    exchange->crowd[key / 2 % crowds]++;
}

/* The newest request of that direction that is answered, or is not; or
 * NULL. Ids may be used again: Prosody asks every contact as 'disco'. */
static struct request *find_request(struct exchange *exchange, const char *link,
    const char *id, const char *peer, bool from_client, bool answered)
{
    uint64_t key = request_key(link, id, from_client, answered);
    if (exchange->crowd[key / 2 % crowds] == 0)
        return NULL; /* most often it is not there */
    for (unsigned i = 1; i <= requests_max; i++) {
        unsigned slot = (exchange->next_request - i) % requests_max;
        struct request *r = &exchange->requests[slot];
        if (exchange->keys[slot] == key && strcmp(r->id, id) == 0 &&
            strcmp(r->link, link) == 0 && same_peer(r->peer, peer))
            return r;
    }
    return NULL;
}

static void note_request(struct exchange *exchange, const char *link,
    const xmlNode *iq, const char *peer, bool from_client)
{
    const char *id = or_empty(xml_attr(iq, "id"));
    /* Of two open requests with one id nobody knows which is answered. */
    struct request *twin =
        find_request(exchange, link, id, peer, from_client, false);
    if (twin != NULL) {
        free(twin->asked.node);
        twin->asked = (struct asked){0};
        twin->jingle = (struct jingle_asked){0};
        twin->opens = 0;
    }
    unsigned slot = exchange->next_request++ % requests_max;
    struct request *r = &exchange->requests[slot];
    request_clear(r);
    set_key(exchange, slot, request_key(link, id, from_client, false));
    r->link = mem_strdup(link);
    r->id = mem_strdup(id);
    r->peer = mem_strdup(peer);
    struct jingle_asked jingle = {0};
    if (xml_child(iq, JINGLE, "jingle") != NULL &&
        strcmp(or_empty(xml_attr(iq, "type")), "set") == 0)
        jingle =
            sessions_action(exchange->sessions, link, peer, from_client, iq);
    if (twin != NULL)
        return;
    r->asked = asked_read(iq);
    r->jingle = jingle;
    r->opens = negotiation_stream(
        party(&(struct party){0}, link, peer), xml_child(iq, IBB, "open"));
}

static void note_reply(struct exchange *exchange, const char *link,
    const xmlNode *iq, const char *peer, bool from_client)
{
    const char *id = or_empty(xml_attr(iq, "id"));
    struct request *request =
        find_request(exchange, link, id, peer, !from_client, false);
    if (request != NULL) {
        set_key(exchange, (size_t)(request - exchange->requests),
            request_key(link, id, !from_client, true));
        bool result = strcmp(or_empty(xml_attr(iq, "type")), "result") == 0;
        if (result)
            asked_judge(&request->asked, iq, exchange->rules, exchange->broken,
                exchange->owner);
        if (result && request->opens != 0)
            negotiation_opened(exchange->negotiation, request->opens);
        sessions_reply(exchange->sessions, &request->jingle, from_client, iq);
        return;
    }
    const char *rule = NULL;
    if (find_request(exchange, link, id, peer, !from_client, true) != NULL)
        rule = "iq-second-reply";
    else if (find_request(exchange, link, id, peer, from_client, true) != NULL)
        rule = "iq-reply-to-reply";
    if (rule == NULL)
        return;
    char seen[256];
    snprintf(seen, sizeof seen, "the id '%.100s'", id);
    say(exchange, rule, iq, "id", seen);
}

static void note_caps(
    struct exchange *exchange, const char *jid, const xmlNode *caps)
{
    if (*jid == 0 || xml_attr(caps, "hash") == NULL)
        return;
    struct announced *a = NULL;
    for (size_t i = 0; a == NULL && i < announced_max; i++) {
        if (exchange->announced[i].jid != NULL &&
            strcmp(exchange->announced[i].jid, jid) == 0)
            a = &exchange->announced[i];
    }
    if (a == NULL)
        a = &exchange->announced[exchange->next_announced++ % announced_max];
    announced_clear(a);
    a->jid = mem_strdup(jid);
    a->node = mem_strdup(or_empty(xml_attr(caps, "node")));
    a->ver = mem_strdup(or_empty(xml_attr(caps, "ver")));
    a->hash = mem_strdup(or_empty(xml_attr(caps, "hash")));
}

/* Is it the answer for that very node? An answer that names no node was asked
 * without one: it describes the same client. */
static bool answers_for(const struct announced *a, const xmlNode *query)
{
    const char *node = xml_attr(query, "node");
    size_t len = strlen(a->node);
    return node == NULL ||
           (strncmp(node, a->node, len) == 0 && node[len] == '#' &&
               strcmp(node + len + 1, a->ver) == 0);
}

static bool has_feature(const xmlNode *query, const char *var)
{
    const xmlNode *feature = xml_child(query, DISCO, "feature");
    while (feature != NULL && strcmp(or_empty(xml_attr(feature, "var")), var))
        feature = xml_next(feature, DISCO, "feature");
    return feature != NULL;
}

static void check_caps(
    struct exchange *exchange, const char *jid, const xmlNode *query)
{
    for (size_t i = 0; i < announced_max; i++) {
        const struct announced *a = &exchange->announced[i];
        if (a->jid == NULL || strcmp(a->jid, jid) != 0 ||
            !answers_for(a, query))
            continue;
        if (!has_feature(query, CAPS))
            say(exchange, "caps-feature", query, NULL, a->jid);
        struct buffer ver = {0};
        if (caps_hash(query, a->hash, &ver) &&
            strcmp(buffer_text(&ver), a->ver) != 0) {
            char seen[512];
            snprintf(seen, sizeof seen,
                "'%.100s' was announced, this answer hashes to '%s'", a->ver,
                buffer_text(&ver));
            say(exchange, "caps-ver", query, NULL, seen);
        }
        buffer_free(&ver);
    }
}

static bool is_one_of(const char *text, const char *a, const char *b)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0;
}

static void look_at_iq(struct exchange *exchange, const xmlNode *iq,
    const struct stanza_origin *origin, const char *link, const char *sender)
{
    const char *type = or_empty(xml_attr(iq, "type"));
    const char *peer = peer_of(iq, origin);
    if (is_one_of(type, "get", "set"))
        note_request(exchange, link, iq, peer, origin->from_client);
    else
        note_reply(exchange, link, iq, peer, origin->from_client);
    const xmlNode *query = xml_child(iq, DISCO, "query");
    if (query != NULL && strcmp(type, "result") == 0)
        check_caps(exchange, sender, query);
    if (strcmp(type, "set") == 0)
        negotiation_payload(exchange->negotiation,
            party(&(struct party){0}, link, peer), origin->from_client,
            xml_child(iq, NULL, NULL));
}

void exchange_stanza(struct exchange *exchange, const xmlNode *stanza,
    const struct stanza_origin *origin)
{
    if (!xml_is(stanza, CLIENT, NULL))
        return;
    const char *link = or_empty(origin->jid);
    const char *sender = xml_attr(stanza, "from");
    if (sender == NULL)
        sender = origin->from_client ? link : "";
    if (strlen(or_empty(xml_attr(stanza, "id"))) > text_max)
        return;
    if (xml_is(stanza, NULL, "iq")) {
        look_at_iq(exchange, stanza, origin, link, sender);
    } else if (xml_is(stanza, NULL, "presence")) {
        const xmlNode *caps = xml_child(stanza, CAPS, "c");
        if (caps != NULL)
            note_caps(exchange, sender, caps);
    } else if (xml_child(stanza, IBB, "data")) {
        negotiation_payload(exchange->negotiation,
            party(&(struct party){0}, link, peer_of(stanza, origin)),
            origin->from_client, xml_child(stanza, IBB, "data"));
    }
}
