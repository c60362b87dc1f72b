#include "schema/sessions.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JINGLE "urn:xmpp:jingle:1"

enum { sessions_max = 64, names_max = 32 };

enum { BY_INITIATOR = 1, BY_RESPONDER = 2 };

struct content_name {
    uint64_t name;
    unsigned creators; /* of the contents of that name, or'ed */
};

struct session {
    uint64_t key;       /* of link, peer and sid; 0: free */
    bool initiator_dir; /* from_client of the initiator's stanzas */
    bool accepted;
    bool ended[2]; /* by the party with that from_client */
    struct content_name names[names_max];
    unsigned name_count;
    bool overflowed; /* more names than are kept */
};

struct sessions {
    const struct rules *rules;
    rule_broken_fn *broken;
    void *owner;
    struct session sessions[sessions_max];
    unsigned next;
};

struct sessions *sessions_new(
    const struct rules *rules, rule_broken_fn *broken, void *owner)
{
    struct sessions *s = mem_alloc(sizeof *s);
    s->rules = rules;
    s->broken = broken;
    s->owner = owner;
    return s;
}

void sessions_free(struct sessions *sessions)
{
    free(sessions);
}

__attribute__((format(printf, 5, 6))) static void say(struct sessions *s,
    const char *id, const xmlNode *element, const char *attribute,
    const char *format, ...)
{
    const struct rule *rule = rules_find(s->rules, id);
    if (rule == NULL)
        return;
    char seen[512], message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(seen, sizeof seen, format, args);
    va_end(args);
    snprintf(message, sizeof message, "%s: %s", seen, rule->message);
    s->broken(s->owner, rule, element, attribute, message);
}

static const char *attr(const xmlNode *node, const char *name)
{
    const char *value = xml_attr(node, name);
    return value == NULL ? "" : value;
}

static uint64_t session_key(const char *link, const char *peer, const char *sid)
{
    uint64_t key = random_seed(random_seed(1, link), "\n");
    return random_seed(random_seed(random_seed(key, peer), "\n"), sid) | 1;
}

static struct session *session_find(struct sessions *s, uint64_t key)
{
    for (size_t i = 0; i < sessions_max; i++) {
        if (s->sessions[i].key == key)
            return &s->sessions[i];
    }
    return NULL;
}

static struct content_name *name_find(struct session *session, const char *name)
{
    uint64_t key = random_seed(1, name);
    for (unsigned i = 0; i < session->name_count; i++) {
        if (session->names[i].name == key)
            return &session->names[i];
    }
    return NULL;
}

static unsigned creator_of(const xmlNode *content)
{
    const char *creator = attr(content, "creator");
    return strcmp(creator, "initiator") == 0   ? BY_INITIATOR
           : strcmp(creator, "responder") == 0 ? BY_RESPONDER
                                               : 0;
}

static void note_contents(struct session *session, const xmlNode *jingle)
{
    for (xmlNode *node = xml_child(jingle, JINGLE, "content"); node != NULL;
         node = xml_next(node, JINGLE, "content")) {
        struct content_name *name = name_find(session, attr(node, "name"));
        if (name == NULL && session->name_count < names_max) {
            name = &session->names[session->name_count++];
            name->name = random_seed(1, attr(node, "name"));
        }
        if (name == NULL)
            session->overflowed = true;
        else
            name->creators |= creator_of(node);
    }
}

/* The contents that an action speaks of. */
static void check_contents(
    struct sessions *s, struct session *session, const xmlNode *jingle)
{
    for (xmlNode *node = xml_child(jingle, JINGLE, "content");
         node != NULL && !session->overflowed;
         node = xml_next(node, JINGLE, "content")) {
        const struct content_name *name =
            name_find(session, attr(node, "name"));
        unsigned creator = creator_of(node);
        if (name == NULL)
            say(s, "jingle-content-known", node, "name", "'%.100s'",
                attr(node, "name"));
        else if (creator != 0 && name->creators != 0 &&
                 (name->creators & creator) == 0)
            say(s, "jingle-creator-kept", node, "creator",
                "'%.20s' of the content '%.100s'", attr(node, "creator"),
                attr(node, "name"));
    }
}

static void add_contents(struct sessions *s, struct session *session,
    const xmlNode *jingle, bool from_initiator)
{
    unsigned role = from_initiator ? BY_INITIATOR : BY_RESPONDER;
    for (xmlNode *node = xml_child(jingle, JINGLE, "content"); node != NULL;
         node = xml_next(node, JINGLE, "content")) {
        unsigned creator = creator_of(node);
        if (creator != 0 && creator != role)
            say(s, "jingle-responder-creates", node, "creator",
                "'%.20s' in a content-add of the %s", attr(node, "creator"),
                from_initiator ? "initiator" : "responder");
    }
    note_contents(session, jingle);
}

static struct jingle_asked initiate(struct sessions *s, struct session *old,
    uint64_t key, bool from_client, const xmlNode *jingle)
{
    struct jingle_asked asked = {.session = key, .initiates = true};
    if (old != NULL && old->accepted && !old->ended[0] && !old->ended[1]) {
        if (old->initiator_dir == from_client)
            say(s, "jingle-sid-unique", jingle, "sid", "'%.100s'",
                attr(jingle, "sid"));
        return (struct jingle_asked){0};
    }
    struct session *session =
        old != NULL ? old : &s->sessions[s->next++ % sessions_max];
    *session = (struct session){.key = key, .initiator_dir = from_client};
    note_contents(session, jingle);
    return asked;
}

struct jingle_asked sessions_action(struct sessions *s, const char *link,
    const char *peer, bool from_client, const xmlNode *iq)
{
    const xmlNode *jingle = xml_child(iq, JINGLE, "jingle");
    const char *action = attr(jingle, "action");
    uint64_t key = session_key(link, peer, attr(jingle, "sid"));
    struct session *session = session_find(s, key);
    if (strcmp(action, "session-initiate") == 0)
        return initiate(s, session, key, from_client, jingle);
    if (session == NULL)
        return (struct jingle_asked){0};
    bool over = session->ended[0] || session->ended[1];
    bool terminate = strcmp(action, "session-terminate") == 0;
    struct jingle_asked asked = {.session = key,
        /* Two that cross: section 6.7 demands an acknowledgement, and in the
         * note behind it the error. */
        .ended = session->ended[!from_client] && !terminate,
        .ping = session->accepted && !over &&
                strcmp(action, "session-info") == 0 &&
                xml_child(jingle, NULL, NULL) == NULL};
    if (strcmp(action, "content-add") == 0)
        add_contents(s, session, jingle, from_client == session->initiator_dir);
    else
        check_contents(s, session, jingle);
    session->accepted =
        session->accepted || strcmp(action, "session-accept") == 0;
    session->ended[from_client] = session->ended[from_client] || terminate;
    return asked;
}

void sessions_reply(struct sessions *s, const struct jingle_asked *asked,
    bool from_client, const xmlNode *iq)
{
    bool error = strcmp(attr(iq, "type"), "error") == 0;
    struct session *session =
        asked->session == 0 ? NULL : session_find(s, asked->session);
    if (asked->initiates && error && session != NULL)
        session->key = 0; /* it never began */
    if (asked->ended && !error)
        say(s, "jingle-after-terminate", iq, "type", "a result");
    /* An error may be the server's, for a client that has gone. */
    if (asked->ping && error && from_client)
        say(s, "jingle-ping-answer", iq, "type", "an error");
    else if (asked->ping && !error && xml_child(iq, NULL, NULL) != NULL)
        say(s, "jingle-ping-answer", iq, NULL, "a result that is not empty");
}
