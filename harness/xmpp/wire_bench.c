/* What wire and actors cost: logins, messages and data through them, against
 * bare sockets straight to the same server in the same run. Prints ratios;
 * decides nothing. */
#include "base/bench_span.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/xml.h"
#include "server/server.h"
#include "xmpp/actor.h"
#include "xmpp/bench_line.h"
#include "xmpp/parser.h"
#include "xmpp/register.h"
#include "xmpp/wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOGINS = 100, ROUNDS = 1000, BLOCKS = 3000, BLOCK = 5464 };

/* The same through wire and actors. */
struct rig {
    struct loop *loop;
    struct server *server;
    struct wire *wire;
    struct wire_link *links[2];
    struct actor *actors[2];
    size_t messages; /* that reached the second actor */
};

static void observe(void *owner, struct wire_event *event)
{
    struct rig *rig = owner;
    if (event->link == rig->links[1] && event->direction == WIRE_DOWN &&
        xml_is(stream_stanza(event->doc), NULL, "message"))
        rig->messages++;
}

static void await_ready(struct rig *rig, struct actor *actor)
{
    int64_t end = clock_ms() + 10000;
    while (actor_state(actor) != ACTOR_READY && clock_ms() < end)
        loop_turn(rig->loop, end);
    if (actor_state(actor) != ACTOR_READY)
        bench_die("an actor cannot log in");
}

static void await_messages(struct rig *rig, size_t count)
{
    int64_t end = clock_ms() + 60000;
    while (rig->messages < count && clock_ms() < end)
        loop_turn(rig->loop, end);
    if (rig->messages < count)
        bench_die("a message did not arrive");
}

static void set_up(struct rig *rig)
{
    struct error error = {""};
    struct server_options options = {.kind = getenv("JS_TEST_SERVER")};
    struct account accounts[] = {{"romeo", "secret"}, {"juliet", "secret"}};
    rig->loop = loop_new();
    rig->server = server_open(rig->loop, &options, &error);
    if (rig->server == NULL ||
        !register_accounts(rig->loop, server_address(rig->server),
            server_port(rig->server), server_domain(rig->server), accounts, 2,
            clock_ms() + 10000, &error))
        bench_die(error.message);
    rig->wire = wire_new(rig->loop, server_address(rig->server),
        server_port(rig->server), observe, rig);
    for (size_t i = 0; i < 2; i++) {
        char *jid =
            mem_printf("%s@%s", accounts[i].user, server_domain(rig->server));
        rig->links[i] =
            wire_link_new(rig->wire, accounts[i].user, "127.0.0.1", &error);
        struct actor_options actor = {.loop = rig->loop,
            .link = rig->links[i],
            .jid = jid,
            .password = "secret"};
        rig->actors[i] = actor_new(&actor);
        free(jid);
    }
}

static void report(
    const char *what, const char *unit, double bare, double through)
{
    printf("%-34s bare %9.3f, wire and actors %9.3f %s: %.2f times\n", what,
        bare, through, unit, through / bare);
}

static double since(int64_t start_us)
{
    return (double)(clock_us() - start_us) / 1000;
}

static void measure_logins(struct rig *rig)
{
    int64_t start = clock_us();
    for (int i = 0; i < LOGINS; i++) {
        struct bench_line bare = bench_line_login(rig->server, "romeo");
        bench_line_close(&bare);
    }
    double bare = since(start) / LOGINS;
    start = clock_us();
    for (int i = 0; i < LOGINS; i++) {
        actor_connect(rig->actors[0], NULL);
        await_ready(rig, rig->actors[0]);
        actor_kill(rig->actors[0]);
    }
    report("a login", "ms", bare, since(start) / LOGINS);
}

static void measure_messages(
    struct rig *rig, struct bench_line *from, struct bench_line *to)
{
    char *bare_text =
        mem_printf("<message to='%s'><body>x</body></message>", to->jid);
    char *text = mem_printf("<message to='%s'><body>x</body></message>",
        actor_full_jid(rig->actors[1]));
    int64_t start = clock_us();
    for (int i = 0; i < ROUNDS; i++) {
        bench_line_send(from, bare_text, strlen(bare_text));
        bench_line_await(to, "</message>");
    }
    double bare = since(start) / ROUNDS;
    start = clock_us();
    for (size_t i = 1; i <= ROUNDS; i++) {
        actor_send(rig->actors[0], bytes_text(text), NULL);
        await_messages(rig, i);
    }
    report("a message, one way", "ms", bare, since(start) / ROUNDS);
    free(bare_text);
    free(text);
}

static char *block_to(const char *jid)
{
    struct buffer text = {0};
    buffer_printf(&text, "<message to='%s' type='headline'><data>", jid);
    memset(buffer_reserve(&text, BLOCK), 'A', BLOCK);
    text.len += BLOCK;
    buffer_add_text(&text, "</data></message>");
    return buffer_take(&text);
}

/* In bursts, so that the server's queue stays short on both ways. */
static void measure_data(
    struct rig *rig, struct bench_line *from, struct bench_line *to)
{
    enum { BURST = 20 };
    char *bare_text = block_to(to->jid);
    char *text = block_to(actor_full_jid(rig->actors[1]));
    double mib = (double)BLOCKS * BLOCK / (1 << 20);
    int64_t start = clock_us();
    for (int i = 0; i < BLOCKS; i += BURST) {
        for (int j = 0; j < BURST; j++)
            bench_line_send(from, bare_text, strlen(bare_text));
        for (int j = 0; j < BURST; j++)
            bench_line_await(to, "</message>");
    }
    double bare = since(start) / mib;
    rig->messages = 0;
    start = clock_us();
    for (size_t i = 0; i < BLOCKS; i += BURST) {
        for (int j = 0; j < BURST; j++)
            actor_send(rig->actors[0], bytes_text(text), NULL);
        await_messages(rig, i + BURST);
    }
    report("a MiB in stanzas of 5.5 kB", "ms", bare, since(start) / mib);
    free(bare_text);
    free(text);
}

int main(void)
{
    struct rig rig = {0};
    signal(SIGPIPE, SIG_IGN);
    const char *missing = server_missing(getenv("JS_TEST_SERVER"));
    if (missing != NULL)
        bench_die(missing);
    set_up(&rig);
    measure_logins(&rig);
    struct bench_line romeo = bench_line_login(rig.server, "romeo");
    struct bench_line juliet = bench_line_login(rig.server, "juliet");
    for (size_t i = 0; i < 2; i++) {
        actor_connect(rig.actors[i], NULL);
        await_ready(&rig, rig.actors[i]);
    }
    measure_messages(&rig, &romeo, &juliet);
    measure_data(&rig, &romeo, &juliet);
    bench_line_close(&romeo);
    bench_line_close(&juliet);
    for (size_t i = 0; i < 2; i++)
        actor_free(rig.actors[i]);
    wire_free(rig.wire);
    server_free(rig.server);
    loop_free(rig.loop);
    return 0;
}
