/* Actors through the wire on a real server: $JS_TEST_SERVER, or Prosody. */
#include "xmpp/actor.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/test.h"
#include "base/vec.h"
#include "base/xml.h"
#include "server/server.h"
#include "xmpp/parser.h"
#include "xmpp/register.h"
#include "xmpp/wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

enum { DEADLINE_MS = 10000 };

struct scene {
    struct loop *loop;
    struct server *server;
    struct wire *wire;
    struct wire_link **links;
    struct actor **actors;
    size_t count;
    struct buffer log; /* "romeo down stanza message;" ... */
};

static void observe(void *owner, struct wire_event *event)
{
    struct scene *scene = owner;
    const xmlNode *stanza = stream_stanza(event->doc);
    buffer_printf(&scene->log, "%s %s %s%s%s%s%s;", wire_link_name(event->link),
        event->direction == WIRE_UP ? "up" : "down",
        wire_kind_name(event->kind), stanza != NULL ? " " : "",
        stanza != NULL ? (const char *)stanza->name : "",
        event->reason != NULL ? " " : "",
        event->reason != NULL ? event->reason : "");
}

static void make_accounts(struct scene *scene)
{
    struct error error = {""};
    struct account *accounts = mem_alloc(scene->count * sizeof *accounts);
    for (size_t i = 0; i < scene->count; i++)
        accounts[i] = (struct account){mem_printf("actor%zu", i), "secret"};
    int64_t start = clock_us();
    bool ok = register_accounts(scene->loop, server_address(scene->server),
        server_port(scene->server), server_domain(scene->server), accounts,
        scene->count, clock_ms() + DEADLINE_MS, &error);
    printf("# %zu accounts in %.1f ms\n", scene->count,
        (double)(clock_us() - start) / 1000);
    for (size_t i = 0; i < scene->count; i++)
        free((char *)accounts[i].user);
    free(accounts);
    if (!ok)
        test_fail(__FILE__, __LINE__, "%s", error.message);
}

static struct scene open_scene(size_t count)
{
    const char *missing = server_missing(getenv("JS_TEST_SERVER"));
    struct error error = {""};
    if (missing != NULL)
        test_skip("%s", missing);
    signal(SIGPIPE, SIG_IGN);
    struct scene scene = {.loop = loop_new(), .count = count};
    struct server_options options = {.kind = getenv("JS_TEST_SERVER")};
    scene.server = server_open(scene.loop, &options, &error);
    if (scene.server == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    make_accounts(&scene);
    scene.links = mem_alloc(count * sizeof *scene.links);
    scene.actors = mem_alloc(count * sizeof *scene.actors);
    return scene;
}

/* After the scene has its final address. */
static void add_actors(struct scene *scene)
{
    struct error error = {""};
    scene->wire = wire_new(scene->loop, server_address(scene->server),
        server_port(scene->server), observe, scene);
    for (size_t i = 0; i < scene->count; i++) {
        char *name = mem_printf("actor%zu", i);
        char *jid = mem_printf("%s@%s", name, server_domain(scene->server));
        scene->links[i] = wire_link_new(scene->wire, name, "127.0.0.1", &error);
        CHECK(scene->links[i] != NULL);
        struct actor_options options = {.loop = scene->loop,
            .link = scene->links[i],
            .jid = jid,
            .password = "secret"};
        scene->actors[i] = actor_new(&options);
        free(jid);
        free(name);
    }
}

static void close_scene(struct scene *scene)
{
    for (size_t i = 0; i < scene->count; i++)
        actor_free(scene->actors[i]);
    wire_free(scene->wire);
    server_free(scene->server);
    loop_free(scene->loop);
    buffer_free(&scene->log);
    free(scene->links);
    free(scene->actors);
}

static bool all_are(const struct scene *scene, enum actor_state state)
{
    for (size_t i = 0; i < scene->count; i++) {
        if (actor_state(scene->actors[i]) != state)
            return false;
    }
    return true;
}

static void wait_for(struct scene *scene, enum actor_state state)
{
    int64_t end = clock_ms() + DEADLINE_MS;
    while (!all_are(scene, state) && clock_ms() < end)
        loop_turn(scene->loop, end);
    for (size_t i = 0; i < scene->count; i++) {
        const char *why = actor_error(scene->actors[i]);
        if (state == ACTOR_READY && *why != 0)
            printf("# %s\n", why);
    }
}

static bool wait_for_log(struct scene *scene, const char *text)
{
    int64_t end = clock_ms() + DEADLINE_MS;
    while (strstr(buffer_text(&scene->log), text) == NULL && clock_ms() < end)
        loop_turn(scene->loop, end);
    return strstr(buffer_text(&scene->log), text) != NULL;
}

static void log_in(struct scene *scene)
{
    struct error error = {""};
    for (size_t i = 0; i < scene->count; i++) {
        if (!actor_connect(scene->actors[i], &error))
            test_fail(__FILE__, __LINE__, "%s", error.message);
    }
    wait_for(scene, ACTOR_READY);
    CHECK(all_are(scene, ACTOR_READY));
}

TEST(two_actors_exchange_a_message_that_the_wire_sees)
{
    struct scene scene = open_scene(2);
    add_actors(&scene);
    int64_t start = clock_us();
    log_in(&scene);
    printf("# two logins in %.2f ms\n", (double)(clock_us() - start) / 1000);
    char *text = mem_printf("<message to='%s'><body>hi</body></message>",
        actor_full_jid(scene.actors[1]));
    CHECK(actor_send(scene.actors[0], bytes_text(text), NULL));
    free(text);
    CHECK(wait_for_log(&scene, "actor0 up stanza message;"));
    CHECK(wait_for_log(&scene, "actor1 down stanza message;"));
    close_scene(&scene);
}

TEST(a_message_takes_less_than_an_actors_tick)
{
    struct scene scene = open_scene(2);
    add_actors(&scene);
    log_in(&scene);
    int64_t start = clock_us();
    enum { ROUNDS = 100 };
    for (int i = 0; i < ROUNDS; i++) {
        buffer_clear(&scene.log);
        char *text = mem_printf("<message to='%s'><body>%d</body></message>",
            actor_full_jid(scene.actors[1]), i);
        CHECK(actor_send(scene.actors[0], bytes_text(text), NULL));
        free(text);
        CHECK(wait_for_log(&scene, "actor1 down stanza message;"));
    }
    double each = (double)(clock_us() - start) / 1000 / ROUNDS;
    printf("# a message in %.3f ms\n", each);
    close_scene(&scene);
    CHECK(each < 50);
}

TEST(an_actor_disconnects_by_closing_its_stream)
{
    struct scene scene = open_scene(1);
    add_actors(&scene);
    log_in(&scene);
    int64_t start = clock_us();
    actor_disconnect(scene.actors[0]);
    wait_for(&scene, ACTOR_CLOSED);
    printf("# a farewell in %.2f ms\n", (double)(clock_us() - start) / 1000);
    CHECK_INT(actor_state(scene.actors[0]), ACTOR_CLOSED);
    CHECK(wait_for_log(&scene, "actor0 up ended;"));
    CHECK(wait_for_log(&scene, "actor0 down ended;"));
    CHECK(wait_for_log(&scene, "actor0 up closed"));
    close_scene(&scene);
}

TEST(an_actor_logs_in_again_after_it_was_killed)
{
    struct scene scene = open_scene(1);
    add_actors(&scene);
    log_in(&scene);
    actor_kill(scene.actors[0]);
    CHECK_INT(actor_state(scene.actors[0]), ACTOR_CLOSED);
    CHECK(wait_for_log(&scene, "actor0 up closed"));
    log_in(&scene);
    CHECK_INT(wire_link_connections(scene.links[0]), 2);
    close_scene(&scene);
}

TEST(a_wrong_password_fails_with_a_line)
{
    struct scene scene = open_scene(1);
    add_actors(&scene);
    actor_free(scene.actors[0]);
    char *jid = mem_printf("actor0@%s", server_domain(scene.server));
    struct actor_options options = {.loop = scene.loop,
        .link = scene.links[0],
        .jid = jid,
        .password = "wrong"};
    scene.actors[0] = actor_new(&options);
    free(jid);
    CHECK(actor_connect(scene.actors[0], NULL));
    wait_for(&scene, ACTOR_FAILED);
    CHECK_INT(actor_state(scene.actors[0]), ACTOR_FAILED);
    CHECK(strstr(actor_error(scene.actors[0]), "cannot log in") != NULL);
    close_scene(&scene);
}

TEST(a_server_killed_ends_the_actors)
{
    struct scene scene = open_scene(2);
    add_actors(&scene);
    log_in(&scene);
    kill(server_pid(scene.server), SIGKILL);
    wait_for(&scene, ACTOR_CLOSED);
    CHECK(all_are(&scene, ACTOR_CLOSED));
    CHECK(wait_for_log(&scene, "actor0 down closed"));
    CHECK_INT(server_settled_state(scene.server), SERVER_DIED);
    close_scene(&scene);
}

TEST(actors_come_back_when_the_server_restarts)
{
    struct scene scene = open_scene(2);
    struct error error = {""};
    add_actors(&scene);
    log_in(&scene);
    CHECK(server_restart(scene.server, &error));
    if (!server_wait(scene.server, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    wire_set_server(
        scene.wire, server_address(scene.server), server_port(scene.server));
    wait_for(&scene, ACTOR_CLOSED);
    log_in(&scene);
    close_scene(&scene);
}

TEST(an_actor_sends_malformed_bytes_as_they_are)
{
    struct scene scene = open_scene(1);
    add_actors(&scene);
    log_in(&scene);
    CHECK(actor_send(
        scene.actors[0], bytes_text("<message><body></message>"), NULL));
    CHECK(wait_for_log(&scene, "actor0 up error malformed stanza"));
    CHECK(wait_for_log(&scene, "actor0 down stanza error;"));
    close_scene(&scene);
}

static void ignore(void *owner, struct wire_event *event)
{
    (void)owner, (void)event;
}

TEST(an_actor_without_a_descriptor_below_1024_is_refused)
{
    struct loop *loop = loop_new();
    struct wire *wire = wire_new(loop, "127.0.0.1", 1, ignore, NULL);
    struct actor_options options = {.loop = loop,
        .link = wire_link_new(wire, "romeo", "127.0.0.1", NULL),
        .jid = "romeo@montague.example",
        .password = "secret"};
    struct actor *actor = actor_new(&options);
    struct error error = {""};
    int taken[1100], count = 0;
    while (count < 1100 && (taken[count] = dup(0)) >= 0 &&
           taken[count] < FD_SETSIZE)
        count++;
    bool connected = actor_connect(actor, &error);
    if (count < 1100 && taken[count] >= 0)
        close(taken[count]);
    while (count > 0)
        close(taken[--count]);
    CHECK(!connected);
    CHECK(strstr(error.message, "no file descriptor below 1024") != NULL);
    CHECK_INT(actor_state(actor), ACTOR_FAILED);
    actor_free(actor);
    wire_free(wire);
    loop_free(loop);
}

TEST(two_hundred_actors_log_in)
{
    struct scene scene = open_scene(200);
    add_actors(&scene);
    int64_t start = clock_us();
    log_in(&scene);
    printf("# 200 logins in %.1f ms\n", (double)(clock_us() - start) / 1000);
    close_scene(&scene);
}

TEST(an_account_cannot_be_registered_twice)
{
    struct scene scene = open_scene(1);
    struct account account = {"actor0", "secret"};
    struct error error = {""};
    add_actors(&scene);
    bool ok = register_accounts(scene.loop, server_address(scene.server),
        server_port(scene.server), server_domain(scene.server), &account, 1,
        clock_ms() + DEADLINE_MS, &error);
    close_scene(&scene);
    CHECK(!ok);
    CHECK(strstr(error.message, "conflict") != NULL);
}
