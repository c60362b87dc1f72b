#include "schema/exchange.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/xml.h"
#include "schema/caps_hash.h"
#include "schema/fingerprint.h"
#include "schema/negotiation.h"
#include "schema/replies.h"
#include "schema/sessions.h"

#include <stdlib.h>
#include <string.h>

#define CLIENT "jabber:client"
#define DISCO "http://jabber.org/protocol/disco#info"
#define CAPS "http://jabber.org/protocol/caps"
#define JINGLE "urn:xmpp:jingle:1"
#define IBB "http://jabber.org/protocol/ibb"

/* requests_max is a power of two: slots are counted round. */
enum { requests_max = 256, announced_max = 128, crowds = 1024 };

/* An iq or a message as it is looked at. */
struct seen {
    const xmlNode *stanza;
    const char *id;
    uint64_t link;  /* tells the connections of several clients apart */
    uint64_t party; /* the other one there */
    bool to_anyone; /* it is the server or not said */
    bool from_client;
};

/* Of an iq that asks. */
struct request {
    uint64_t party;
    bool to_anyone;
    struct asked asked;
    struct jingle_asked jingle;
    uint64_t opens; /* an in-band bytestream; 0: none */
};

/* What a client has said in its presence. */
struct announced {
    char *jid, *node, *ver, *hash;
};

struct exchange {
    const struct rule_sink *sink;
    struct negotiation *negotiation;
    struct sessions *sessions;
    struct request requests[requests_max];
    uint64_t keys[requests_max]; /* of their links and ids, to look through */
    uint16_t crowd[crowds];      /* how many keys fall into each place */
    struct announced announced[announced_max];
    unsigned next_request, next_announced;
};

struct exchange *exchange_new(const struct rule_sink *sink)
{
    struct exchange *exchange = mem_alloc(sizeof *exchange);
    exchange->sink = sink;
    exchange->negotiation = negotiation_new(sink);
    exchange->sessions = sessions_new(sink);
    return exchange;
}

static void request_clear(struct request *request)
{
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

static struct seen seen_of(
    const xmlNode *stanza, const struct stanza_origin *origin)
{
    bool from_client = origin->from_client;
    const char *peer = xml_attr_text(stanza, from_client ? "to" : "from");
    uint64_t link = fingerprint(1, origin->jid == NULL ? "" : origin->jid);
    return (struct seen){stanza, xml_attr_text(stanza, "id"), link,
        fingerprint(link, peer), *peer == 0, from_client};
}

/* A server is addressed and answers in several ways: that fits anyone. */
static bool same_party(const struct request *request, const struct seen *seen)
{
    return request->to_anyone || seen->to_anyone ||
           request->party == seen->party;
}

/* Of all that a request is looked for by, but its party. */
static uint64_t request_key(
    const struct seen *seen, bool from_client, bool answered)
{
    return fingerprint(
        seen->link + (from_client ? 2u : 0u) + (answered ? 4u : 0u), seen->id);
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
static struct request *find_request(struct exchange *exchange,
    const struct seen *seen, bool from_client, bool answered)
{
    uint64_t key = request_key(seen, from_client, answered);
    if (exchange->crowd[key / 2 % crowds] == 0)
        return NULL; /* most often it is not there */
    for (unsigned i = 1; i <= requests_max; i++) {
        unsigned slot = (exchange->next_request - i) % requests_max;
        struct request *r = &exchange->requests[slot];
        if (exchange->keys[slot] == key && same_party(r, seen))
            return r;
    }
    return NULL;
}

static void note_request(
    struct exchange *exchange, const struct seen *seen, bool is_set)
{
    const xmlNode *iq = seen->stanza;
    /* Of two open requests with one id nobody knows which is answered. */
    struct request *twin =
        find_request(exchange, seen, seen->from_client, false);
    if (twin != NULL) {
        free(twin->asked.node);
        twin->asked = (struct asked){0};
        twin->jingle = (struct jingle_asked){0};
        twin->opens = 0;
    }
    unsigned slot = exchange->next_request++ % requests_max;
    struct request *r = &exchange->requests[slot];
    request_clear(r);
    set_key(exchange, slot, request_key(seen, seen->from_client, false));
    r->party = seen->party;
    r->to_anyone = seen->to_anyone;
    struct jingle_asked jingle = {0};
    if (is_set && xml_child(iq, JINGLE, "jingle") != NULL)
        jingle = sessions_action(
            exchange->sessions, seen->party, seen->from_client, iq);
    if (twin != NULL)
        return;
    r->asked = asked_read(iq);
    r->jingle = jingle;
    r->opens = negotiation_stream(seen->party, xml_child(iq, IBB, "open"));
}

static void note_reply(
    struct exchange *exchange, const struct seen *seen, bool is_result)
{
    const xmlNode *iq = seen->stanza;
    bool asker = !seen->from_client;
    struct request *request = find_request(exchange, seen, asker, false);
    if (request != NULL) {
        set_key(exchange, (size_t)(request - exchange->requests),
            request_key(seen, asker, true));
        if (is_result)
            asked_judge(&request->asked, iq, exchange->sink);
        if (is_result && request->opens != 0)
            negotiation_opened(exchange->negotiation, request->opens);
        sessions_reply(
            exchange->sessions, &request->jingle, seen->from_client, iq);
        return;
    }
    const char *rule = NULL;
    if (find_request(exchange, seen, asker, true) != NULL)
        rule = "iq-second-reply";
    else if (find_request(exchange, seen, seen->from_client, true) != NULL)
        rule = "iq-reply-to-reply";
    if (rule != NULL)
        rule_say(exchange->sink, rule, iq, "id", "the id '%.100s'", seen->id);
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
    a->node = mem_strdup(xml_attr_text(caps, "node"));
    a->ver = mem_strdup(xml_attr_text(caps, "ver"));
    a->hash = mem_strdup(xml_attr_text(caps, "hash"));
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
    while (feature != NULL && strcmp(xml_attr_text(feature, "var"), var))
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
            rule_say(
                exchange->sink, "caps-feature", query, NULL, "%.500s", a->jid);
        struct buffer ver = {0};
        if (caps_hash(query, a->hash, &ver) &&
            strcmp(buffer_text(&ver), a->ver) != 0)
            rule_say(exchange->sink, "caps-ver", query, NULL,
                "'%.100s' was announced, this answer hashes to '%.200s'",
                a->ver, buffer_text(&ver));
        buffer_free(&ver);
    }
}

static void look_at_iq(
    struct exchange *exchange, const struct seen *seen, const char *sender)
{
    const xmlNode *iq = seen->stanza;
    const char *type = xml_attr_text(iq, "type");
    bool is_set = strcmp(type, "set") == 0;
    bool is_result = strcmp(type, "result") == 0;
    if (is_set || strcmp(type, "get") == 0)
        note_request(exchange, seen, is_set);
    else
        note_reply(exchange, seen, is_result);
    const xmlNode *query = is_result ? xml_child(iq, DISCO, "query") : NULL;
    if (query != NULL)
        check_caps(exchange, sender, query);
    if (is_set)
        negotiation_payload(exchange->negotiation, seen->party,
            seen->from_client, xml_child(iq, NULL, NULL));
}

void exchange_stanza(struct exchange *exchange, const xmlNode *stanza,
    const struct stanza_origin *origin)
{
    if (!xml_is(stanza, CLIENT, NULL))
        return;
    const char *sender = xml_attr(stanza, "from");
    if (sender == NULL)
        sender = origin->from_client && origin->jid != NULL ? origin->jid : "";
    if (xml_is(stanza, NULL, "iq")) {
        struct seen seen = seen_of(stanza, origin);
        look_at_iq(exchange, &seen, sender);
    } else if (xml_is(stanza, NULL, "presence")) {
        const xmlNode *caps = xml_child(stanza, CAPS, "c");
        if (caps != NULL)
            note_caps(exchange, sender, caps);
    } else if (xml_child(stanza, IBB, "data")) {
        struct seen seen = seen_of(stanza, origin);
        negotiation_payload(exchange->negotiation, seen.party, seen.from_client,
            xml_child(stanza, IBB, "data"));
    }
}
