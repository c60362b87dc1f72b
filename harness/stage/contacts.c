/* The header "contacts: yes": mutual subscription with all other actors,
 * made before anybody logs in (RFC 6121 s3.1), by logins of their own that
 * stay out of the transcript. */
#include "base/xml.h"
#include "stage/stage.h"

#include <stdlib.h>
#include <string.h>

struct contact_login {
    struct player *player;
    struct wire_link *link;
    struct actor *actor;
    int pongs;
};

struct contacts {
    struct contact_login *logins;
    size_t count;
    int round;
};

static bool wants(const struct player *player)
{
    const char *value = script_actor_key(player->role, "contacts");
    return value != NULL && strcmp(value, "yes") == 0;
}

static void add_presence(
    struct buffer *out, const char *type, const struct player *to)
{
    buffer_add_text(out, "<presence");
    xml_add_attr(out, "type", type);
    xml_add_attr(out, "to", to->jid);
    buffer_add_text(out, "/>");
}

static bool paired(const struct player *a, const struct player *b)
{
    return a->user != b->user && (wants(a) || wants(b));
}

/* Round 0: the earlier asks; 1: the later grants and asks; 2: the earlier
 * grants. A ping of the server ends each. */
static void compose(
    const struct contacts *contacts, size_t at, int round, struct buffer *out)
{
    const struct player *self = contacts->logins[at].player;
    for (size_t i = 0; i < contacts->count; i++) {
        const struct player *other = contacts->logins[i].player;
        if (i == at || !paired(self, other))
            continue;
        if (at < i && round == 0)
            add_presence(out, "subscribe", other);
        if ((at > i && round == 1) || (at < i && round == 2))
            add_presence(out, "subscribed", other);
        if (at > i && round == 1)
            add_presence(out, "subscribe", other);
    }
    buffer_add_text(
        out, "<iq type='get' id='contacts'><ping xmlns='urn:xmpp:ping'/></iq>");
}

void contacts_observe(struct stage *stage, const struct wire_event *event)
{
    struct contacts *contacts = stage->contacts;
    const xmlNode *stanza = event->doc != NULL ? edit_stanza(event->doc) : NULL;
    const char *id = xml_attr(stanza, "id");
    if (event->direction != WIRE_DOWN || id == NULL ||
        strcmp(id, "contacts") != 0)
        return;
    for (size_t i = 0; contacts != NULL && i < contacts->count; i++) {
        if (contacts->logins[i].link == event->link)
            contacts->logins[i].pongs++;
    }
}

static enum poll poll_ready(struct stage *stage, void *owner)
{
    const struct contacts *contacts = owner;
    (void)stage;
    for (size_t i = 0; i < contacts->count; i++) {
        enum actor_state state = actor_state(contacts->logins[i].actor);
        if (state != ACTOR_READY)
            return state == ACTOR_FAILED ? POLL_NEVER : POLL_WAIT;
    }
    return POLL_HOLDS;
}

static enum poll poll_round(struct stage *stage, void *owner)
{
    const struct contacts *contacts = owner;
    (void)stage;
    for (size_t i = 0; i < contacts->count; i++) {
        if (contacts->logins[i].pongs <= contacts->round)
            return POLL_WAIT;
    }
    return POLL_HOLDS;
}

static bool log_in(struct stage *stage, struct contacts *contacts)
{
    struct error error = {{0}};
    for (size_t i = 0; i < stage->player_count; i++) {
        struct player *player = &stage->players[i];
        bool shared = false;
        for (size_t k = 0; k < contacts->count; k++)
            shared |= contacts->logins[k].player->user == player->user;
        if (shared)
            continue;
        struct contact_login *login = &contacts->logins[contacts->count];
        login->player = player;
        login->link = wire_link_new(
            stage->venue->wire, player->role->name, "127.0.0.1", &error);
        if (login->link == NULL)
            return stage_trouble(stage, "%s", error.message);
        struct actor_options options = {
            .loop = stage->venue->loop,
            .link = login->link,
            .jid = player->jid,
            .password = player->password,
        };
        login->actor = actor_new(&options);
        contacts->count++;
        if (!actor_connect(login->actor, &error))
            return stage_trouble(stage, "%s", error.message);
    }
    return stage_wait(
        stage, stage_deadline(stage, 10000), poll_ready, contacts);
}

static bool befriend(struct stage *stage, struct contacts *contacts)
{
    struct error error = {{0}};
    bool ok = log_in(stage, contacts);
    for (; ok && contacts->round < 3; contacts->round++) {
        for (size_t i = 0; ok && i < contacts->count; i++) {
            struct buffer out = {0};
            compose(contacts, i, contacts->round, &out);
            ok = actor_send(
                contacts->logins[i].actor, buffer_bytes(&out), &error);
            buffer_free(&out);
        }
        ok = ok && stage_wait(stage, stage_deadline(stage, 10000), poll_round,
                       contacts);
    }
    return ok || stage_trouble(stage, "cannot make the actors contacts%s%s",
                     error.message[0] != 0 ? ": " : "", error.message);
}

bool contacts_make(struct stage *stage)
{
    bool any = false;
    for (size_t i = 0; i < stage->player_count; i++)
        any |= wants(&stage->players[i]);
    if (!any)
        return true;
    struct contacts contacts = {0};
    contacts.logins = mem_alloc(stage->player_count * sizeof *contacts.logins);
    stage->contacts = &contacts;
    bool ok = befriend(stage, &contacts);
    stage->contacts = NULL;
    for (size_t i = 0; i < contacts.count; i++) {
        actor_free(contacts.logins[i].actor);
        wire_link_free(contacts.logins[i].link);
    }
    free(contacts.logins);
    return ok;
}
