#include "schema/sessions.h"

#include "base/memory.h"
#include "base/xml.h"
#include "schema/fingerprint.h"

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
    uint64_t key;       /* of party and sid; 0: free */
    bool initiator_dir; /* from_client of the initiator's stanzas */
    bool accepted;
    bool ended[2]; /* by the party with that from_client */
    struct content_name names[names_max];
    unsigned name_count;
    bool overflowed; /* more names than are kept */
};

struct sessions {
    const struct rule_sink *sink;
    struct session sessions[sessions_max];
    unsigned next;
};

struct sessions *sessions_new(const struct rule_sink *sink)
{
    struct sessions *s = mem_alloc(sizeof *s);
    s->sink = sink;
    return s;
}

void sessions_free(struct sessions *sessions)
{
    free(sessions);
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
    uint64_t key = fingerprint(1, name);
    for (unsigned i = 0; i < session->name_count; i++) {
        if (session->names[i].name == key)
            return &session->names[i];
    }
    return NULL;
}

static unsigned creator_of(const xmlNode *content)
{
    const char *creator = xml_attr_text(content, "creator");
    return strcmp(creator, "initiator") == 0   ? BY_INITIATOR
           : strcmp(creator, "responder") == 0 ? BY_RESPONDER
                                               : 0;
}

static void note_contents(struct session *session, const xmlNode *jingle)
{
    for (xmlNode *node = xml_child(jingle, JINGLE, "content"); node != NULL;
         node = xml_next(node, JINGLE, "content")) {
        struct content_name *name =
            name_find(session, xml_attr_text(node, "name"));
        if (name == NULL && session->name_count < names_max) {
            name = &session->names[session->name_count++];
            name->name = fingerprint(1, xml_attr_text(node, "name"));
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
            name_find(session, xml_attr_text(node, "name"));
        unsigned creator = creator_of(node);
        if (name == NULL)
            rule_say(s->sink, "jingle-content-known", node, "name", "'%.100s'",
                xml_attr_text(node, "name"));
        else if (creator != 0 && name->creators != 0 &&
                 (name->creators & creator) == 0)
            rule_say(s->sink, "jingle-creator-kept", node, "creator",
                "'%.20s' of the content '%.100s'",
                xml_attr_text(node, "creator"), xml_attr_text(node, "name"));
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
            rule_say(s->sink, "jingle-responder-creates", node, "creator",
                "'%.20s' in a content-add of the %s",
                xml_attr_text(node, "creator"),
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
            rule_say(s->sink, "jingle-sid-unique", jingle, "sid", "'%.100s'",
                xml_attr_text(jingle, "sid"));
        return (struct jingle_asked){0};
    }
    struct session *session =
        old != NULL ? old : &s->sessions[s->next++ % sessions_max];
    *session = (struct session){.key = key, .initiator_dir = from_client};
    note_contents(session, jingle);
    return asked;
}

struct jingle_asked sessions_action(
    struct sessions *s, uint64_t party, bool from_client, const xmlNode *iq)
{
    const xmlNode *jingle = xml_child(iq, JINGLE, "jingle");
    const char *action = xml_attr_text(jingle, "action");
    uint64_t key = fingerprint(party, xml_attr_text(jingle, "sid"));
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
    bool error = strcmp(xml_attr_text(iq, "type"), "error") == 0;
    struct session *session =
        asked->session == 0 ? NULL : session_find(s, asked->session);
    if (asked->initiates && error && session != NULL)
        session->key = 0; /* it never began */
    if (asked->ended && !error)
        rule_say(s->sink, "jingle-after-terminate", iq, "type", "a result");
    /* An error may be the server's, for a client that has gone. */
    if (asked->ping && error && from_client)
        rule_say(s->sink, "jingle-ping-answer", iq, "type", "an error");
    else if (asked->ping && !error && xml_child(iq, NULL, NULL) != NULL)
        rule_say(s->sink, "jingle-ping-answer", iq, NULL,
            "a result that is not empty");
}
