#include "stage/befriend.h"

#include "base/clock.h"
#include "base/xml.h"
#include "xmpp/actor.h"

#include <string.h>

enum { DEADLINE_MS = 10000 };

struct friends {
    struct loop *loop;
    struct wire *wire;
    struct wire_link *links[2];
    struct actor *actors[2];
    int pongs[2];
    int64_t deadline_ms;
};

static void observe(void *owner, struct wire_event *event)
{
    struct friends *friends = owner;
    if (event->kind != WIRE_STANZA || event->direction != WIRE_DOWN ||
        event->doc == NULL)
        return;
    const xmlNode *stanza =
        xml_child(xmlDocGetRootElement(event->doc), NULL, NULL);
    const char *id = xml_attr(stanza, "id");
    for (int i = 0; i < 2; i++) {
        if (event->link == friends->links[i] && id != NULL &&
            strcmp(id, "befriend") == 0)
            friends->pongs[i]++;
    }
}

static bool log_in(struct friends *friends,
    const struct befriend_account *accounts, struct error *error)
{
    for (int i = 0; i < 2; i++) {
        friends->links[i] =
            wire_link_new(friends->wire, "befriend", "127.0.0.1", error);
        if (friends->links[i] == NULL)
            return false;
        friends->actors[i] = actor_new(&(struct actor_options){
            .loop = friends->loop,
            .link = friends->links[i],
            .jid = accounts[i].jid,
            .password = accounts[i].password,
        });
        if (!actor_connect(friends->actors[i], error))
            return false;
    }
    while (actor_state(friends->actors[0]) != ACTOR_READY ||
           actor_state(friends->actors[1]) != ACTOR_READY) {
        if (clock_ms() > friends->deadline_ms)
            return error_set(error, "cannot log in to make contacts: %s%s",
                actor_error(friends->actors[0]),
                actor_error(friends->actors[1]));
        loop_turn(friends->loop, friends->deadline_ms);
    }
    return true;
}

/* Sends presence of a type to the other, and a ping behind it. */
static bool tell(struct friends *friends, int who, const char *type,
    const char *to, struct error *error)
{
    struct buffer out = {0};
    buffer_add_text(&out, "<presence");
    xml_add_attr(&out, "type", type);
    xml_add_attr(&out, "to", to);
    buffer_add_text(&out,
        "/><iq type='get' id='befriend'><ping xmlns='urn:xmpp:ping'/></iq>");
    int before = friends->pongs[who];
    bool ok = actor_send(friends->actors[who], buffer_bytes(&out), error);
    buffer_free(&out);
    while (ok && friends->pongs[who] == before) {
        if (clock_ms() > friends->deadline_ms)
            return error_set(error, "the server does not answer a ping");
        loop_turn(friends->loop, friends->deadline_ms);
    }
    return ok;
}

bool befriend(struct loop *loop, const char *server, uint16_t port,
    const struct befriend_account accounts[2], struct error *error)
{
    struct friends friends = {
        .loop = loop, .deadline_ms = clock_ms() + DEADLINE_MS};
    friends.wire = wire_new(loop, server, port, observe, &friends);
    bool ok = friends.wire != NULL && log_in(&friends, accounts, error);
    for (int i = 0; ok && i < 2; i++)
        ok = tell(&friends, i, "subscribe", accounts[1 - i].jid, error) &&
             tell(&friends, 1 - i, "subscribed", accounts[i].jid, error);
    for (int i = 0; i < 2; i++)
        actor_free(friends.actors[i]);
    wire_free(friends.wire);
    return ok;
}
