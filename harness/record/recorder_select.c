/* Who is who, and what of a log belongs into a script. */
#include "record/recorder_parts.h"

#include <string.h>

const xmlNode *recorder_jingle(const xmlNode *stanza)
{
    return xml_child(stanza, NS_JINGLE, "jingle");
}

const char *recorder_action(const xmlNode *stanza)
{
    return xml_attr(recorder_jingle(stanza), "action");
}

static size_t bare_length(const char *jid)
{
    return strcspn(jid, "/");
}

/* The same client as far as both names say. */
static bool same_jid(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return false;
    size_t len = bare_length(a);
    if (len != bare_length(b) || strncmp(a, b, len) != 0)
        return false;
    return a[len] == 0 || b[len] == 0 || strcmp(a + len, b + len) == 0;
}

int recorder_actor_of(const struct recorder *recorder, const char *jid)
{
    for (size_t i = 0; i < recorder->actors.count; i++) {
        if (same_jid(recorder->actors.items[i].jid, jid))
            return (int)i;
    }
    return -1;
}

static int actor_of_owner(const struct recorder *recorder, const char *owner)
{
    for (size_t i = 0; i < recorder->actors.count; i++) {
        const char *other = recorder->actors.items[i].owner;
        if (other != NULL && strcmp(other, owner) == 0)
            return (int)i;
    }
    return -1;
}

/* The full JID that an entry tells of its owner, or NULL. */
static const char *own_jid(
    struct recorder *recorder, const struct recorded_entry *entry)
{
    if (!entry->out) {
        const xmlNode *bind = xml_child(
            entry->stanza, "urn:ietf:params:xml:ns:xmpp-bind", "bind");
        const xmlNode *jid = xml_child(bind, NULL, "jid");
        if (jid != NULL) {
            struct buffer text = {0};
            xml_text(jid, &text);
            const char *copy =
                arena_strdup(recorder->arena, buffer_text(&text));
            buffer_free(&text);
            return copy;
        }
    }
    const char *own = xml_attr(entry->stanza, entry->out ? "from" : "to");
    return own != NULL && strchr(own, '/') != NULL && strchr(own, '@') != NULL
               ? own
               : NULL;
}

static void learn_owners(struct recorder *recorder)
{
    for (size_t i = 0; i < recorder->entries.count; i++) {
        const struct recorded_entry *entry = &recorder->entries.items[i];
        if (entry->stanza == NULL)
            continue;
        int at = actor_of_owner(recorder, entry->owner);
        if (at < 0) {
            struct recorded_actor actor = {.owner = entry->owner};
            if (strchr(entry->owner, '@') != NULL)
                actor.jid = entry->owner;
            vec_push(&recorder->actors, actor);
            at = (int)recorder->actors.count - 1;
        }
        struct recorded_actor *actor = &recorder->actors.items[at];
        if (actor->jid == NULL || strchr(actor->jid, '/') == NULL) {
            const char *jid = own_jid(recorder, entry);
            if (jid != NULL)
                actor->jid = jid;
        }
    }
}

static bool is_transfer(const xmlNode *stanza)
{
    return recorder_jingle(stanza) != NULL ||
           xml_child(stanza, NS_OPEN, NULL) != NULL;
}

/* The peer's JID of an entry. */
static const char *peer_jid(const struct recorded_entry *entry)
{
    return xml_attr(entry->stanza, entry->out ? "to" : "from");
}

static bool choose_subject(struct recorder *recorder, struct error *error)
{
    if (recorder->clients_only)
        return true;
    int at = -1;
    if (recorder->subject != NULL) {
        at = actor_of_owner(recorder, recorder->subject);
        if (at < 0)
            at = recorder_actor_of(recorder, recorder->subject);
        if (at < 0) { /* a peer of the log's own client */
            struct recorded_actor actor = {.jid = recorder->subject};
            vec_push(&recorder->actors, actor);
            at = (int)recorder->actors.count - 1;
        }
    } else if (recorder->actors.count > 0) {
        at = 0;
    }
    if (at < 0)
        return error_set(error, "the log holds no stanza");
    recorder->actors.items[at].subject = true;
    return true;
}

/* Peers that no wire of their own was recorded of become puppets when a
 * transfer was theirs. */
static void find_peers(struct recorder *recorder)
{
    for (size_t i = 0; i < recorder->entries.count; i++) {
        const struct recorded_entry *entry = &recorder->entries.items[i];
        if (entry->stanza == NULL || !is_transfer(entry->stanza))
            continue;
        const char *jid = peer_jid(entry);
        int at = jid == NULL ? -1 : recorder_actor_of(recorder, jid);
        if (jid == NULL || strchr(jid, '@') == NULL)
            continue;
        if (at < 0) {
            struct recorded_actor actor = {.jid = jid};
            vec_push(&recorder->actors, actor);
        } else if (strchr(jid, '/') != NULL &&
                   strchr(recorder->actors.items[at].jid, '/') == NULL) {
            recorder->actors.items[at].jid = jid;
        }
    }
}

static void name_actors(struct recorder *recorder)
{
    static const char *const names[] = {
        "Romeo", "Mercutio", "Benvolio", "Tybalt", "Paris", "Rosaline"};
    size_t next = 0;
    for (size_t i = 0; i < recorder->actors.count; i++) {
        struct recorded_actor *actor = &recorder->actors.items[i];
        if (actor->name != NULL)
            continue;
        if (actor->subject)
            actor->name = "Juliet";
        else if (next < sizeof names / sizeof *names)
            actor->name = names[next++];
        else
            actor->name = arena_printf(recorder->arena, "Client%zu", next++);
    }
}

/* What a client does by itself, and puppets with manners answer. */
static bool is_manners(const xmlNode *stanza)
{
    static const char *const spaces[] = {
        "http://jabber.org/protocol/disco#info",
        "http://jabber.org/protocol/disco#items", "urn:xmpp:ping",
        "jabber:iq:version", "urn:xmpp:time", "jabber:iq:last", "vcard-temp",
        "urn:ietf:params:xml:ns:vcard-4.0", "http://jabber.org/protocol/pubsub",
        "http://jabber.org/protocol/pubsub#event", "jabber:iq:roster",
        "urn:ietf:params:xml:ns:xmpp-bind"};
    for (const xmlNode *child = xml_child(stanza, NULL, NULL); child != NULL;
         child = xml_next(child, NULL, NULL)) {
        for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
            if (strcmp(xml_ns(child), spaces[i]) == 0)
                return true;
        }
    }
    return false;
}

static bool is_answer(const xmlNode *stanza)
{
    const char *type = xml_attr(stanza, "type");
    return xml_is(stanza, NULL, "iq") && type != NULL &&
           (strcmp(type, "result") == 0 || strcmp(type, "error") == 0);
}

/* Was the request of this answer taken, the other way? */
static bool request_taken(
    const struct recorder *recorder, const struct take *answer)
{
    const char *id = xml_attr(answer->stanza, "id");
    for (size_t i = recorder->takes.count; id != NULL && i-- > 0;) {
        const struct take *take = &recorder->takes.items[i];
        const char *other = take->stanza ? xml_attr(take->stanza, "id") : NULL;
        if (other != NULL && take->puppet == answer->puppet &&
            take->sent != answer->sent && !is_answer(take->stanza) &&
            strcmp(other, id) == 0)
            return true;
    }
    return false;
}

/* Nobody can ask a subject to chat, so only messages that belong to transfers
 * are replayed. */
static bool is_message(const xmlNode *stanza)
{
    return xml_child(stanza, NS_JMI, NULL) != NULL ||
           xml_child(stanza, NS_OPEN, NULL) != NULL;
}

static bool is_kept(const struct recorder *recorder, const struct take *take)
{
    bool iq = xml_is(take->stanza, NULL, "iq");
    if (recorder->clients_only)
        return xml_child(take->stanza, "urn:ietf:params:xml:ns:xmpp-bind",
                   NULL) == NULL;
    if (!iq && !xml_is(take->stanza, NULL, "message") &&
        !xml_is(take->stanza, NULL, "presence"))
        return false;
    if (is_answer(take->stanza))
        return request_taken(recorder, take);
    return !xml_is(take->stanza, NULL, "presence") &&
           !is_manners(take->stanza) && (iq || is_message(take->stanza));
}

/* A server's log of what its clients sent shows no receiving side. */
static bool hears_nothing(const struct recorder *recorder, const char *owner)
{
    for (size_t i = 0; i < recorder->entries.count; i++) {
        const struct recorded_entry *entry = &recorder->entries.items[i];
        if (entry->stanza != NULL && !entry->out &&
            strcmp(entry->owner, owner) == 0)
            return false;
    }
    return true;
}

static void select_entry(
    struct recorder *recorder, const struct recorded_entry *entry)
{
    struct take take = {.puppet = -1,
        .peer = -1,
        .sent = entry->out,
        .injected = entry->injected,
        .stanza = entry->stanza,
        .sentence = entry->sentence};
    if (entry->sentence != NULL) {
        vec_push(&recorder->takes, take);
        return;
    }
    int owner = actor_of_owner(recorder, entry->owner);
    const char *jid = peer_jid(entry);
    int peer = jid == NULL ? -1 : recorder_actor_of(recorder, jid);
    take.puppet = owner;
    take.peer = peer;
    if (entry->injected && recorder->actors.items[owner].subject) {
        vec_push(&recorder->takes, take);
        return;
    }
    bool stanza = xml_is(entry->stanza, "jabber:client", NULL);
    if (recorder->clients_only ? !stanza : peer < 0 || peer == owner)
        return;
    if (!recorder->clients_only) {
        bool by_subject = recorder->actors.items[owner].subject;
        const char *other = recorder->actors.items[peer].owner;
        if (by_subject && other != NULL &&
            !(entry->out && hears_nothing(recorder, other)))
            return; /* the puppet's own wire tells it */
        if (!by_subject && !recorder->actors.items[peer].subject)
            return;
        if (by_subject) {
            take.puppet = peer;
            take.peer = owner;
            take.sent = !entry->out;
        }
    }
    if (is_kept(recorder, &take))
        vec_push(&recorder->takes, take);
}

/* A step's event stands where the step began; what a puppet sent before may
 * show on the wire only after it. So checks go to the end, and a client leaves
 * after the last that was seen of it. */
static size_t place_of(const struct recorder *recorder, size_t index)
{
    const struct take *take = &recorder->takes.items[index];
    bool leaves = strstr(take->sentence, " disconnects") != NULL ||
                  strstr(take->sentence, " goes offline") != NULL;
    bool checks = strstr(take->sentence, " has ") != NULL ||
                  strstr(take->sentence, " is still usable") != NULL;
    bool asks = strstr(take->sentence, " is asked to ") != NULL;
    size_t place = index, len = strcspn(take->sentence, " ");
    /* Users are asked after what the puppet sent for them to see. */
    while (asks && place + 1 < recorder->takes.count &&
           recorder->takes.items[place + 1].sentence == NULL &&
           recorder->takes.items[place + 1].sent)
        place++;
    if (asks)
        return place;
    for (size_t i = index + 1; i < recorder->takes.count; i++) {
        const struct take *other = &recorder->takes.items[i];
        if (other->sentence != NULL) {
            if (leaves && strncmp(other->sentence, take->sentence, len) == 0)
                break;
            continue;
        }
        const char *name = recorder->actors.items[other->puppet].name;
        if (checks || (leaves && strlen(name) == len &&
                          strncmp(name, take->sentence, len) == 0))
            place = i;
    }
    return place;
}

static void order_sentences(struct recorder *recorder)
{
    for (size_t i = recorder->takes.count; i-- > 0;) {
        struct take moved = recorder->takes.items[i];
        if (moved.sentence == NULL)
            continue;
        size_t place = place_of(recorder, i);
        memmove(recorder->takes.items + i, recorder->takes.items + i + 1,
            (place - i) * sizeof moved);
        recorder->takes.items[place] = moved;
    }
}

bool recorder_select(struct recorder *recorder, struct error *error)
{
    learn_owners(recorder);
    if (!choose_subject(recorder, error))
        return false;
    if (!recorder->clients_only)
        find_peers(recorder);
    name_actors(recorder);
    for (size_t i = 0; i < recorder->entries.count; i++)
        select_entry(recorder, &recorder->entries.items[i]);
    order_sentences(recorder);
    size_t stanzas = 0;
    for (size_t i = 0; i < recorder->takes.count; i++)
        stanzas += recorder->takes.items[i].stanza != NULL;
    return stanzas > 0 ||
           error_set(error, "there is no stanza between two clients to make "
                            "a script of");
}
