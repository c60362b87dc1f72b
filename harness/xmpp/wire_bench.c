/* What wire and actors cost: logins, messages and data through them, against
 * bare sockets straight to the same server in the same run. Prints ratios;
 * decides nothing. */
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/xml.h"
#include "server/probe.h"
#include "server/server.h"
#include "xmpp/actor.h"
#include "xmpp/parser.h"
#include "xmpp/register.h"
#include "xmpp/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOGINS = 100, ROUNDS = 1000, BLOCKS = 3000, BLOCK = 5464 };

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "wire_bench: %s\n", what);
    exit(2);
}

/* A bare client: a blocking socket and a buffer. */
struct bare {
    int fd;
    struct buffer in;
    char jid[256];
};

static void bare_send(struct bare *bare, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t put = send(bare->fd, text, len, MSG_NOSIGNAL);
        if (put < 0)
            die(strerror(errno));
        text += put;
        len -= (size_t)put;
    }
}

/* Reads until text stands in the buffer; drops all up to its end. */
static void bare_await(struct bare *bare, const char *text)
{
    const char *at;
    while ((at = strstr(buffer_text(&bare->in), text)) == NULL) {
        char part[65536];
        ssize_t got = recv(bare->fd, part, sizeof part, 0);
        if (got <= 0)
            die("the server closed a bare connection");
        buffer_add(&bare->in, part, (size_t)got);
    }
    buffer_drop(
        &bare->in, (size_t)(at - (const char *)bare->in.data) + strlen(text));
}

static void bare_open(struct bare *bare, const char *domain)
{
    char *head =
        mem_printf("<stream:stream xmlns='jabber:client' version='1.0' to='%s' "
                   "xmlns:stream='http://etherx.jabber.org/streams'>",
            domain);
    bare_send(bare, head, strlen(head));
    bare_await(bare, "</stream:features>");
    free(head);
}

static struct bare bare_login(struct server *server, const char *user)
{
    struct bare bare = {
        .fd = probe_connect(server_address(server), server_port(server))};
    fcntl(bare.fd, F_SETFL, 0);
    struct pollfd ready = {bare.fd, POLLOUT, 0};
    poll(&ready, 1, -1);
    bare_open(&bare, server_domain(server));
    struct buffer plain = {0}, auth = {0};
    buffer_printf(&plain, "%c%s%csecret", 0, user, 0);
    buffer_add_text(&auth,
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>");
    base64_encode(&auth, plain.data, plain.len);
    buffer_add_text(&auth, "</auth>");
    bare_send(&bare, buffer_text(&auth), auth.len);
    bare_await(&bare, "<success");
    bare_await(&bare, ">");
    bare_open(&bare, server_domain(server));
    static const char bind[] =
        "<iq type='set' id='b'><bind "
        "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
    bare_send(&bare, bind, sizeof bind - 1);
    bare_await(&bare, "<jid>");
    while (strstr(buffer_text(&bare.in), "</jid>") == NULL) {
        char part[4096];
        ssize_t got = recv(bare.fd, part, sizeof part, 0);
        if (got <= 0)
            die("no bind result");
        buffer_add(&bare.in, part, (size_t)got);
    }
    snprintf(bare.jid, sizeof bare.jid, "%.*s",
        (int)strcspn(buffer_text(&bare.in), "<"), buffer_text(&bare.in));
    bare_await(&bare, "</iq>");
    buffer_free(&plain);
    buffer_free(&auth);
    return bare;
}

static void bare_close(struct bare *bare)
{
    close(bare->fd);
    buffer_free(&bare->in);
}

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
        die("an actor cannot log in");
}

static void await_messages(struct rig *rig, size_t count)
{
    int64_t end = clock_ms() + 60000;
    while (rig->messages < count && clock_ms() < end)
        loop_turn(rig->loop, end);
    if (rig->messages < count)
        die("a message did not arrive");
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
        die(error.message);
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
        struct bare bare = bare_login(rig->server, "romeo");
        bare_close(&bare);
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
    struct rig *rig, struct bare *from, struct bare *to)
{
    char *bare_text =
        mem_printf("<message to='%s'><body>x</body></message>", to->jid);
    char *text = mem_printf("<message to='%s'><body>x</body></message>",
        actor_full_jid(rig->actors[1]));
    int64_t start = clock_us();
    for (int i = 0; i < ROUNDS; i++) {
        bare_send(from, bare_text, strlen(bare_text));
        bare_await(to, "</message>");
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
static void measure_data(struct rig *rig, struct bare *from, struct bare *to)
{
    enum { BURST = 20 };
    char *bare_text = block_to(to->jid);
    char *text = block_to(actor_full_jid(rig->actors[1]));
    double mib = (double)BLOCKS * BLOCK / (1 << 20);
    int64_t start = clock_us();
    for (int i = 0; i < BLOCKS; i += BURST) {
        for (int j = 0; j < BURST; j++)
            bare_send(from, bare_text, strlen(bare_text));
        for (int j = 0; j < BURST; j++)
            bare_await(to, "</message>");
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
        die(missing);
    set_up(&rig);
    measure_logins(&rig);
    struct bare romeo = bare_login(rig.server, "romeo");
    struct bare juliet = bare_login(rig.server, "juliet");
    for (size_t i = 0; i < 2; i++) {
        actor_connect(rig.actors[i], NULL);
        await_ready(&rig, rig.actors[i]);
    }
    measure_messages(&rig, &romeo, &juliet);
    measure_data(&rig, &romeo, &juliet);
    bare_close(&romeo);
    bare_close(&juliet);
    for (size_t i = 0; i < 2; i++)
        actor_free(rig.actors[i]);
    wire_free(rig.wire);
    server_free(rig.server);
    loop_free(rig.loop);
    return 0;
}
