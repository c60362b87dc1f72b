#include "subject/bench_house.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/xml.h"
#include "xmpp/parser.h"
#include "xmpp/register.h"

#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 10000 };

static void observe(void *owner, struct wire_event *event)
{
    struct bench_house *house = owner;
    xmlNode *stanza = event->direction == WIRE_DOWN && event->doc != NULL
                          ? stream_stanza(event->doc)
                          : NULL;
    if (stanza == NULL)
        return;
    const char *id = xml_attr(stanza, "id"), *type = xml_attr(stanza, "type");
    if (id != NULL && strcmp(id, house->awaited) == 0 && type != NULL &&
        strcmp(type, "result") == 0)
        house->awaited[0] = 0;
    for (int i = 0; i < 2; i++) {
        struct client *client = house->pair->peers[i].client;
        if (house->links[i] != event->link || client == NULL)
            continue;
        client_tick(client, clock_ms());
        client_stanza(client, stanza);
    }
}

static void send_stanza(struct bench_peer *from, struct bytes stanza)
{
    struct bench_house *house = from->pair->owner;
    struct error error;
    if (!actor_send(house->actors[from - from->pair->peers], stanza, &error))
        bench_die(error.message);
}

static void log_in(struct bench_house *house, int index, const char *user)
{
    struct error error;
    struct loop *loop = house->pair->loop;
    char *jid = mem_printf("%s@%s", user, server_domain(house->server));
    house->links[index] = wire_link_new(house->wire, user, "127.0.0.1", &error);
    if (house->links[index] == NULL)
        bench_die(error.message);
    struct actor_options options = {.loop = loop,
        .link = house->links[index],
        .jid = jid,
        .password = "secret"};
    struct actor *actor = actor_new(&options);
    int64_t end = clock_ms() + WAIT_MS;
    actor_connect(actor, NULL);
    while (actor_state(actor) != ACTOR_READY && clock_ms() < end)
        loop_turn(loop, end);
    if (actor_state(actor) != ACTOR_READY)
        bench_die("an actor cannot log in");
    house->actors[index] = actor;
    free(jid);
}

void bench_house_open(struct bench_house *house, struct bench_pair *pair)
{
    struct error error;
    struct account accounts[] = {{"romeo", "secret"}, {"juliet", "secret"}};
    *house = (struct bench_house){.pair = pair};
    pair->owner = house;
    pair->send = send_stanza;
    house->server =
        server_open(pair->loop, &(struct server_options){.kind = NULL}, &error);
    if (house->server == NULL ||
        !register_accounts(pair->loop, server_address(house->server),
            server_port(house->server), server_domain(house->server), accounts,
            2, clock_ms() + WAIT_MS, &error))
        bench_die(error.message);
    house->wire = wire_new(pair->loop, server_address(house->server),
        server_port(house->server), observe, house);
    log_in(house, 0, "romeo");
    log_in(house, 1, "juliet");
}

void bench_house_close(struct bench_house *house)
{
    for (int i = 0; i < 2; i++)
        actor_free(house->actors[i]);
    wire_free(house->wire);
    server_free(house->server);
}

void bench_house_begin(struct bench_house *house, const char *const *settings)
{
    for (int i = 0; i < 2; i++)
        bench_peer_begin(
            house->pair, i, actor_full_jid(house->actors[i]), settings, NULL);
}

void bench_house_ask(struct bench_house *house, const char *stanza)
{
    struct error error;
    int64_t end = clock_ms() + WAIT_MS;
    if (!actor_send(house->actors[0], bytes_text(stanza), &error))
        bench_die(error.message);
    while (house->awaited[0] != 0 && clock_ms() < end)
        bench_pair_turn(house->pair);
    if (house->awaited[0] != 0)
        bench_die("no answer from the server");
}
