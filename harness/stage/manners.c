/* What every decent client does by itself, so that scripts need not: answers
 * disco#info, version and ping, acknowledges iq-sets, announces caps, and
 * sets presence, roster pushes, messages and PEP events aside. A step that is
 * written for a stanza comes first. */
#include "base/xml.h"
#include "jingle/digest.h"
#include "script/scan.h"
#include "script/xpath.h"
#include "stage/stage.h"

#include <stdlib.h>
#include <string.h>

#define DISCO "http://jabber.org/protocol/disco#info"

static const char *const default_features[] = {
    "http://jabber.org/protocol/bytestreams",
    "http://jabber.org/protocol/caps",
    DISCO,
    "http://jabber.org/protocol/ibb",
    "jabber:iq:version",
    "urn:xmpp:hash-function-text-names:sha-1",
    "urn:xmpp:hash-function-text-names:sha-256",
    "urn:xmpp:hashes:2",
    "urn:xmpp:jingle:1",
    "urn:xmpp:jingle:apps:file-transfer:5",
    "urn:xmpp:jingle:transports:ibb:1",
    "urn:xmpp:jingle:transports:s5b:1",
    "urn:xmpp:ping",
};

typedef VEC(const char *) feature_list;

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A feature that stands twice makes the whole answer worthless (XEP-0115
 * s5.4). */
static bool is_among(const feature_list *features, const char *word)
{
    for (size_t i = 0; i < features->count; i++) {
        if (strcmp(features->items[i], word) == 0)
            return true;
    }
    return false;
}

/* "features: urn:a, -urn:b": adds and takes away; "none" takes all. */
static void features_of(const struct player *player, feature_list *features)
{
    struct arena *arena = player->stage->arena;
    for (size_t i = 0; i < sizeof default_features / sizeof *default_features;
         i++)
        vec_push(features, default_features[i]);
    const char *given = script_actor_key(player->role, "features");
    while (given != NULL && *given != 0) {
        given += strspn(given, " ,");
        size_t len = strcspn(given, " ,");
        char *word = arena_strndup(arena, given, len);
        given += len;
        if (strcmp(word, "none") == 0) {
            features->count = 0;
        } else if (word[0] == '-') {
            for (size_t i = features->count; i-- > 0;) {
                if (strcmp(features->items[i], word + 1) == 0)
                    vec_remove(features, i);
            }
        } else if (len > 0 && !is_among(features, word)) {
            vec_push(features, word);
        }
    }
    qsort(features->items, features->count, sizeof *features->items, by_text);
}

/* The verification string of XEP-0115 s5.1. */
static void add_caps_ver(const feature_list *features, struct buffer *out)
{
    struct buffer text = {0};
    buffer_add_text(&text, "client/pc//jinglespec puppet<");
    for (size_t i = 0; i < features->count; i++)
        buffer_printf(&text, "%s<", features->items[i]);
    uint8_t hash[DIGEST_MAX];
    digest_once(DIGEST_SHA1, text.data, text.len, hash);
    base64_encode(out, hash, 20);
    buffer_free(&text);
}

void manners_presence(struct player *player)
{
    const char *presence = script_actor_key(player->role, "presence");
    if (presence != NULL && strcmp(presence, "no") == 0)
        return;
    const char *caps = script_actor_key(player->role, "caps");
    struct buffer out = {0};
    buffer_add_text(&out, "<presence>");
    if (caps == NULL || strcmp(caps, "no") != 0) {
        feature_list features = {0};
        features_of(player, &features);
        buffer_add_text(&out,
            "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
            "node='urn:jinglespec:puppet' ver='");
        add_caps_ver(&features, &out);
        buffer_add_text(&out, "'/>");
        vec_free(&features);
    }
    buffer_add_text(&out, "</presence>");
    player_send(player, buffer_bytes(&out));
    buffer_free(&out);
}

static void begin_reply(
    struct buffer *out, const xmlNode *stanza, const char *type)
{
    buffer_printf(out, "<iq type='%s'", type);
    xml_add_attr(out, "id", xml_attr(stanza, "id"));
    xml_add_attr(out, "to", xml_attr(stanza, "from"));
    buffer_add_text(out, ">");
}

/* Who went offline answers no more what was still on its way. */
static void send_reply(struct player *player, struct buffer *out)
{
    buffer_add_text(out, "</iq>");
    if (actor_state(player->actor) != ACTOR_CLOSED)
        player_send(player, buffer_bytes(out));
    buffer_free(out);
}

static void answer_disco(struct player *player, const xmlNode *stanza)
{
    struct buffer out = {0};
    begin_reply(&out, stanza, "result");
    buffer_add_text(&out, "<query xmlns='" DISCO "'");
    xml_add_attr(
        &out, "node", xml_attr(xml_child(stanza, DISCO, "query"), "node"));
    buffer_add_text(&out,
        "><identity category='client' type='pc' name='jinglespec puppet'/>");
    feature_list features = {0};
    features_of(player, &features);
    for (size_t i = 0; i < features.count; i++) {
        buffer_add_text(&out, "<feature");
        xml_add_attr(&out, "var", features.items[i]);
        buffer_add_text(&out, "/>");
    }
    vec_free(&features);
    buffer_add_text(&out, "</query>");
    send_reply(player, &out);
}

static void answer_version(struct player *player, const xmlNode *stanza)
{
    struct buffer out = {0};
    begin_reply(&out, stanza, "result");
    buffer_add_text(&out,
        "<query xmlns='jabber:iq:version'><name>jinglespec puppet</name>"
        "<version>" JINGLESPEC_VERSION "</version></query>");
    send_reply(player, &out);
}

static void answer_empty(struct player *player, const xmlNode *stanza)
{
    struct buffer out = {0};
    begin_reply(&out, stanza, "result");
    send_reply(player, &out);
}

/* RFC 6120 s8.3.3: the type that goes with a condition, where it says one. */
static const struct {
    const char *condition, *type;
} error_types[] = {
    {"bad-request", "modify"},
    {"jid-malformed", "modify"},
    {"not-acceptable", "modify"},
    {"policy-violation", "modify"},
    {"redirect", "modify"},
    {"forbidden", "auth"},
    {"not-authorized", "auth"},
    {"registration-required", "auth"},
    {"subscription-required", "auth"},
    {"recipient-unavailable", "wait"},
    {"remote-server-timeout", "wait"},
    {"resource-constraint", "wait"},
    {"unexpected-request", "wait"},
};

void manners_error(
    struct player *player, xmlNode *stanza, const char *condition)
{
    const char *type = "cancel";
    for (size_t i = 0; i < sizeof error_types / sizeof *error_types; i++) {
        if (strcmp(error_types[i].condition, condition) == 0)
            type = error_types[i].type;
    }
    struct buffer out = {0};
    begin_reply(&out, stanza, "error");
    buffer_printf(&out,
        "<error type='%s'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
        "</error>",
        type, condition);
    send_reply(player, &out);
}

/* Has every kept name in ${...} a value by now? */
static bool values_known(const struct stage *stage, const char *text)
{
    for (const char *at = strstr(text, "${"); at != NULL;
         at = strstr(at + 2, "${")) {
        size_t len = strcspn(at + 2, "}");
        if (!scan_is_name(at + 2, len))
            continue;
        char *name = mem_strndup(at + 2, len);
        bool known = stage_kept(stage, name) != NULL;
        free(name);
        if (!known)
            return false;
    }
    return true;
}

/* Is one of the steps still to come written for this stanza? */
static const struct script_step *step_for(
    struct player *player, xmlNode *stanza)
{
    struct stage *stage = player->stage;
    for (size_t i = 0; i < stage->pending.count; i++) {
        const struct script_step *step = stage->pending.items[i];
        if (step->args[0].actor != player->index)
            continue;
        bool fits = false;
        if (step->verb->id == VERB_RECEIVE) {
            struct match match = {.wild = true};
            xmlDoc *doc = edit_parse(stage, step->xml);
            if (doc == NULL)
                return NULL;
            fits = match_stanza(&match, edit_stanza(doc), stanza);
            vec_free(&match.captures);
            xmlFreeDoc(doc);
        } else {
            /* A path with values that are not known yet fits nothing. */
            struct error error;
            const char *path = step->args[1].xpath;
            const char *expr =
                values_known(stage, path) ? stage_xpath(stage, path) : NULL;
            xmlXPathObjectPtr found =
                expr == NULL ? NULL : xpath_eval(stanza, expr, &error);
            fits = found != NULL && xpath_true(found);
            xmlXPathFreeObject(found);
        }
        if (fits)
            return step;
    }
    return NULL;
}

static const struct {
    const char *ns, *name;
    void (*answer)(struct player *player, const xmlNode *stanza);
} gets[] = {
    {DISCO, "query", answer_disco},
    {"jabber:iq:version", "query", answer_version},
    {"urn:xmpp:ping", "ping", answer_empty},
};

static void answer_get(struct player *player, xmlNode *stanza)
{
    for (size_t i = 0; i < sizeof gets / sizeof *gets; i++) {
        if (xml_child(stanza, gets[i].ns, gets[i].name) != NULL) {
            gets[i].answer(player, stanza);
            return;
        }
    }
    manners_error(player, stanza, "service-unavailable");
}

void manners_stanza(struct player *player, struct received *received)
{
    xmlNode *stanza = received->stanza;
    const char *type = xml_attr(stanza, "type");
    bool iq = xml_is(stanza, NULL, "iq");
    const struct script_step *step = step_for(player, stanza);
    if (!iq || type == NULL) {
        received->aside =
            step == NULL && !(type != NULL && strcmp(type, "error") == 0);
        return;
    }
    if (strcmp(type, "result") == 0) {
        received->aside = true;
    } else if (strcmp(type, "get") == 0 && step == NULL) {
        received->aside = true;
        answer_get(player, stanza);
    } else if (strcmp(type, "set") == 0) {
        received->aside = step == NULL && xml_child(stanza, "jabber:iq:roster",
                                              "query") != NULL;
        if (step == NULL ||
            (script_clause(step, CLAUSE_UNACKNOWLEDGED) == NULL &&
                script_clause(step, CLAUSE_ERROR) == NULL))
            answer_empty(player, stanza);
    }
}
