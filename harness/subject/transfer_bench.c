/* A file between two reference clients in one loop over SOCKS5, SHA-256 at
 * both ends, against one bare thread that polls and moves the same bytes with
 * the same digests: direct on loopback, then through a private server's proxy.
 * Then over IBB against the same stanzas by bare sockets. Neither stores what
 * arrives. Prints ratios; decides nothing. */
#include "base/clock.h"
#include "base/file.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "server/probe.h"
#include "server/server.h"
#include "subject/builtin_io.h"
#include "xmpp/actor.h"
#include "xmpp/parser.h"
#include "xmpp/register.h"
#include "xmpp/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    DIRECT_SIZE = 1 << 30,
    PROXY_SIZE = 100 << 20,
    IBB_SIZE = 20 << 20,
    IBB_BLOCK = 65535,
    IBB_WINDOW = 8,
    BLOCK = 256 << 10,
    ROUNDS = 3
};

struct bench;

struct peer {
    struct bench *bench;
    struct peer *other;
    const char *jid;
    struct actor *actor; /* NULL: stanzas go straight to the other */
    struct wire_link *link;
    struct client *client; /* NULL before the login */
    struct builtin_io *io;
    VEC(char *) inbox;
    uint64_t got;
    bool done;
};

struct bench {
    struct loop *loop;
    struct peer peers[2];
    char *downloads, *file;
    uint64_t size;
    struct server *server;
    struct wire *wire;
    bool activated; /* the bare pair's connection */
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "transfer_bench: %s\n", what);
    exit(2);
}

/* One thread on both sides: its CPU time tells on a busy machine what the wall
 * clock tells on a quiet one. */
struct span {
    double wall, cpu; /* us; as a speed: MB/s */
};

static struct span now(void)
{
    struct timespec cpu;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    return (struct span){(double)clock_us(),
        (double)cpu.tv_sec * 1e6 + (double)cpu.tv_nsec / 1e3};
}

static struct span speed_since(struct span then, uint64_t size)
{
    struct span at = now();
    return (struct span){(double)size / (at.wall - then.wall),
        (double)size / (at.cpu - then.cpu)};
}

/* A line of /proc/self/status, in KiB. */
static long memory_of(const char *name)
{
    char line[256];
    long value = -1;
    FILE *status = fopen("/proc/self/status", "re");
    if (status == NULL)
        die("/proc/self/status");
    while (fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtol(line + strlen(name), NULL, 10);
    fclose(status);
    return value;
}

/* From here on VmHWM is the peak since now. */
static void forget_peak(void)
{
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "5", 1) != 1)
        die("/proc/self/clear_refs");
    close(fd);
}

/* --- the clients' world --- */

static struct peer *of(void *owner)
{
    return owner;
}

/* By the server; without one says who sent it, as a server does. */
static void on_send(void *owner, struct bytes stanza)
{
    struct buffer text = {0};
    struct error error;
    if (of(owner)->actor != NULL) {
        if (!actor_send(of(owner)->actor, stanza, &error))
            die(error.message);
        return;
    }
    const char *xml = (const char *)stanza.data;
    size_t name = 0;
    while (name < stanza.len && strchr(" />", xml[name]) == NULL)
        name++;
    buffer_add(&text, xml, name);
    buffer_printf(&text, " from='%s'", of(owner)->jid);
    buffer_add(&text, xml + name, stanza.len - name);
    vec_push(&of(owner)->other->inbox, buffer_take(&text));
}

static int on_listen(void *owner, const char *address, uint16_t *port)
{
    return builtin_listen(of(owner)->io, address, port);
}

static void on_unlisten(void *owner, int listener)
{
    builtin_unlisten(of(owner)->io, listener);
}

static int on_connect(void *owner, const char *address, uint16_t port)
{
    return builtin_connect(of(owner)->io, address, port);
}

static size_t on_write(void *owner, int id, const void *data, size_t len)
{
    return builtin_write(of(owner)->io, id, data, len);
}

static void on_watch(void *owner, int id, bool read, bool write)
{
    builtin_watch(of(owner)->io, id, read, write);
}

static void on_close(void *owner, int id)
{
    builtin_close(of(owner)->io, id);
}

static void *on_open(
    void *owner, const char *path, struct client_file_info *info)
{
    (void)owner;
    return builtin_file_open(path, info);
}

static int64_t on_read(
    void *owner, void *file, uint64_t offset, void *out, size_t len)
{
    (void)owner;
    return builtin_file_read(file, offset, out, len);
}

static void *on_create(void *owner, const char *name, uint64_t keep)
{
    return builtin_file_create(of(owner)->bench->downloads, name, keep);
}

static bool on_file_write(void *owner, void *file, const void *data, size_t len)
{
    (void)file, (void)data;
    of(owner)->got += len;
    return true;
}

static void on_finish(void *owner, void *file, bool good)
{
    (void)owner;
    builtin_file_finish(file, good);
}

static void on_event(void *owner, const struct client_event *event)
{
    if (event->kind == CLIENT_FAILED)
        die(event->text);
    if (event->kind == CLIENT_FILE_DONE && !event->sending) {
        if (event->hash != CLIENT_GOOD ||
            of(owner)->got != of(owner)->bench->size)
            die("the file did not arrive whole");
        of(owner)->done = true;
    }
}

static void on_log(void *owner, const char *line)
{
    (void)owner, (void)line;
}

static const struct client_host host = {on_send, on_listen, on_unlisten,
    on_connect, on_write, on_watch, on_close, on_open, on_read, on_create,
    on_file_write, on_finish, on_event, on_log};

static void on_accepted(void *owner, int listener, int id)
{
    client_tick(of(owner)->client, clock_ms());
    client_accepted(of(owner)->client, listener, id);
}

static void on_connection(void *owner, int id,
    enum client_connection_event event, const void *data, size_t len)
{
    client_tick(of(owner)->client, clock_ms());
    client_connection_event(of(owner)->client, id, event, data, len);
}

static void deliver(struct peer *peer)
{
    struct error error;
    while (peer->inbox.count > 0) {
        char *text = peer->inbox.items[0];
        vec_remove(&peer->inbox, 0);
        client_tick(peer->client, clock_ms());
        if (!client_stanza_text(peer->client, text, strlen(text), &error))
            die(error.message);
        free(text);
    }
}

static void turn(struct bench *bench)
{
    deliver(&bench->peers[0]);
    deliver(&bench->peers[1]);
    int64_t at = clock_ms(), until = at + 1000;
    for (int i = 0; i < 2; i++) {
        client_tick(bench->peers[i].client, at);
        int64_t next = client_next_deadline(bench->peers[i].client);
        until = next < until ? next : until;
        until = builtin_turn(bench->peers[i].io) ? at : until;
    }
    if (bench->peers[0].inbox.count + bench->peers[1].inbox.count > 0)
        until = at;
    loop_turn(bench->loop, until);
}

static void peer_begin(struct bench *bench, int index, const char *jid,
    const char *transports, const char *candidates, const char *proxies)
{
    const char *const settings[][2] = {{"transports", transports},
        {"block-size", "65535"}, {"candidates", candidates},
        {"proxies", proxies}, {"hash-when", "later"}, {"auto-accept", "yes"},
        {"end-timeout", "100ms"}, {"message-initiation", "never"}};
    struct error error;
    struct peer *peer = &bench->peers[index];
    struct client_config config = {.policy = policy_default(), .seed = 1};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!policy_set(&config.policy, settings[i][0], settings[i][1], &error))
            die(error.message);
    peer->bench = bench;
    peer->other = &bench->peers[1 - index];
    peer->jid = jid;
    peer->io = builtin_io_new(bench->loop, on_accepted, on_connection, peer);
    peer->client = client_new(&config, &host, peer);
    client_tick(peer->client, clock_ms());
    client_login_done(peer->client, jid);
}

static void peer_end(struct peer *peer)
{
    client_free(peer->client);
    builtin_io_free(peer->io);
    for (size_t i = 0; i < peer->inbox.count; i++)
        free(peer->inbox.items[i]);
    vec_free(&peer->inbox);
}

/* The speed of one file, offer and farewell included. */
static struct span transfer(struct bench *bench)
{
    const char *paths[] = {bench->file};
    struct client_send send = {
        .peer = bench->peers[1].jid, .paths = paths, .path_count = 1};
    struct error error;
    bench->peers[1].done = false;
    bench->peers[1].got = 0;
    struct span began = now();
    if (!client_send_files(bench->peers[0].client, &send, &error))
        die(error.message);
    while (!bench->peers[1].done)
        turn(bench);
    struct span speed = speed_since(began, bench->size);
    while (client_session_count(bench->peers[0].client) +
               client_session_count(bench->peers[1].client) >
           0)
        turn(bench);
    file_remove_tree(bench->downloads);
    file_make_dirs(bench->downloads, NULL);
    return speed;
}

/* --- the bare thread --- */

struct bare {
    int file, out, in;
    EVP_MD_CTX *digest[2];
    uint8_t *block;   /* read, not all sent */
    uint8_t *arrived; /* as much as one recv gives */
    size_t at, have;
    uint64_t sent, got;
};

/* Over TCP on loopback, as the clients' bytes go. */
static void bare_connect(int fds[2])
{
    struct sockaddr_in name = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&name, len) != 0 ||
        listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&name, &len) != 0 ||
        connect(fds[0], (struct sockaddr *)&name, len) != 0)
        die(strerror(errno));
    fds[1] = accept(listener, NULL, NULL);
    close(listener);
}

/* A bare SOCKS5 client of the proxy (XEP-0065 s6.3). */
static int bare_socks(uint16_t port, const char *address)
{
    struct sockaddr_in name = {.sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char request[64], reply[47];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int len =
        snprintf(request, sizeof request, "\5\1%c\3(%s%c%c", 0, address, 0, 0);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) != 0 ||
        send(fd, "\5\1", 3, MSG_NOSIGNAL) != 3 ||
        recv(fd, reply, 2, MSG_WAITALL) != 2 || reply[1] != 0 ||
        send(fd, request, (size_t)len, MSG_NOSIGNAL) != len ||
        recv(fd, reply, sizeof reply, MSG_WAITALL) != sizeof reply ||
        reply[1] != 0)
        die("the proxy refused a bare client");
    return fd;
}

/* Both ends through the proxy, activated. */
static void bare_proxy(struct bench *bench, int round, int fds[2])
{
    struct server_proxy proxy = server_proxy(bench->server);
    const char *from = bench->peers[0].jid, *to = bench->peers[1].jid;
    struct buffer hex = {0};
    uint8_t sha1[SHA_DIGEST_LENGTH];
    struct error error;
    char *text = mem_printf("bare%d%s%s", round, from, to);
    SHA1((const uint8_t *)text, strlen(text), sha1);
    for (size_t i = 0; i < sizeof sha1; i++)
        buffer_printf(&hex, "%02x", sha1[i]);
    fds[1] = bare_socks(proxy.port, buffer_text(&hex));
    fds[0] = bare_socks(proxy.port, buffer_text(&hex));
    free(text);
    buffer_free(&hex);
    text = mem_printf("<iq type='set' id='bare' to='%s'><query sid='bare%d' "
                      "xmlns='http://jabber.org/protocol/bytestreams'>"
                      "<activate>%s</activate></query></iq>",
        proxy.jid, round, to);
    bench->activated = false;
    if (!actor_send(bench->peers[0].actor, bytes_text(text), &error))
        die(error.message);
    free(text);
    int64_t end = clock_ms() + 10000;
    while (!bench->activated && clock_ms() < end)
        turn(bench);
    if (!bench->activated)
        die("the proxy did not activate the bare pair");
}

/* Until the socket is full or the file ends. */
static void bare_push(struct bare *bare)
{
    for (;;) {
        if (bare->at == bare->have) {
            ssize_t part = read(bare->file, bare->block, BLOCK);
            if (part <= 0)
                return;
            EVP_DigestUpdate(bare->digest[0], bare->block, (size_t)part);
            bare->at = 0;
            bare->have = (size_t)part;
        }
        ssize_t put = send(bare->out, bare->block + bare->at,
            bare->have - bare->at, MSG_NOSIGNAL);
        if (put <= 0)
            return;
        bare->at += (size_t)put;
        bare->sent += (uint64_t)put;
    }
}

static void bare_pull(struct bare *bare)
{
    ssize_t part = recv(bare->in, bare->arrived, BLOCK, 0);
    if (part == 0)
        die("a bare socket closed");
    if (part > 0) {
        EVP_DigestUpdate(bare->digest[1], bare->arrived, (size_t)part);
        bare->got += (uint64_t)part;
    }
}

/* Connected sockets in, closed out. */
static struct span bare_transfer(const struct bench *bench, int out, int in)
{
    struct bare bare = {.out = out,
        .in = in,
        .block = mem_alloc(BLOCK),
        .arrived = mem_alloc(BLOCK)};
    uint8_t digests[2][EVP_MAX_MD_SIZE];
    struct span began = now();
    fcntl(out, F_SETFL, O_NONBLOCK);
    fcntl(in, F_SETFL, O_NONBLOCK);
    bare.file = open(bench->file, O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < 2; i++) {
        bare.digest[i] = EVP_MD_CTX_new();
        EVP_DigestInit_ex(bare.digest[i], EVP_sha256(), NULL);
    }
    while (bare.got < bench->size) {
        bool more = bare.sent < bench->size;
        struct pollfd ready[2] = {
            {out, more ? POLLOUT : 0, 0}, {in, POLLIN, 0}};
        poll(ready, 2, -1);
        if (ready[0].revents != 0)
            bare_push(&bare);
        if (more && bare.sent == bench->size)
            shutdown(out, SHUT_WR); /* as the clients do behind the file */
        if (ready[1].revents != 0)
            bare_pull(&bare);
    }
    for (int i = 0; i < 2; i++) {
        EVP_DigestFinal_ex(bare.digest[i], digests[i], NULL);
        EVP_MD_CTX_free(bare.digest[i]);
    }
    struct span speed = speed_since(began, bench->size);
    if (memcmp(digests[0], digests[1], 32) != 0)
        die("the bare bytes did not arrive whole");
    close(bare.file);
    close(out);
    close(in);
    free(bare.block);
    free(bare.arrived);
    return speed;
}

/* Sparse: no disk on either side. Read once, so that the first reader does
 * not pay for the page cache. */
static void make_file(const struct bench *bench)
{
    int fd = open(bench->file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)bench->size) != 0)
        die(strerror(errno));
    uint8_t *block = mem_alloc(BLOCK);
    while (read(fd, block, BLOCK) > 0) {
    }
    free(block);
    close(fd);
}

static void report(const char *what, struct span ours, struct span bare)
{
    printf("%s: %.0f MB/s, bare sockets %.0f MB/s: ratio %.2f; by CPU time "
           "%.0f and %.0f: ratio %.2f (goal 0.9 at least)\n",
        what, ours.wall, bare.wall, ours.wall / bare.wall, ours.cpu, bare.cpu,
        ours.cpu / bare.cpu);
}

static void measure_direct(struct bench *bench)
{
    peer_begin(bench, 0, "romeo@bench.test/a", "s5b", "direct", "");
    peer_begin(bench, 1, "juliet@bench.test/b", "s5b", "direct", "");
    for (int i = 0; i < ROUNDS; i++) {
        int fds[2];
        bare_connect(fds);
        struct span bare = bare_transfer(bench, fds[0], fds[1]);
        long before = memory_of("VmRSS:");
        forget_peak();
        struct span ours = transfer(bench);
        long growth = memory_of("VmHWM:") - before;
        report("S5B direct, 1 GiB with SHA-256", ours, bare);
        printf("  memory +%ld KiB at the peak (goal 4096 at most)\n", growth);
        fflush(stdout);
    }
    peer_end(&bench->peers[0]);
    peer_end(&bench->peers[1]);
}

static void observe(void *owner, struct wire_event *event)
{
    struct bench *bench = owner;
    xmlNode *stanza = event->direction == WIRE_DOWN && event->doc != NULL
                          ? stream_stanza(event->doc)
                          : NULL;
    if (stanza == NULL)
        return;
    const char *id = xml_attr(stanza, "id"), *type = xml_attr(stanza, "type");
    if (id != NULL && strcmp(id, "bare") == 0 && type != NULL &&
        strcmp(type, "result") == 0)
        bench->activated = true;
    for (int i = 0; i < 2; i++) {
        struct peer *peer = &bench->peers[i];
        if (peer->link != event->link || peer->client == NULL)
            continue;
        client_tick(peer->client, clock_ms());
        client_stanza(peer->client, stanza);
    }
}

static void log_in(struct bench *bench, int index, const char *user)
{
    struct error error;
    struct peer *peer = &bench->peers[index];
    char *jid = mem_printf("%s@%s", user, server_domain(bench->server));
    peer->link = wire_link_new(bench->wire, user, "127.0.0.1", &error);
    struct actor_options options = {.loop = bench->loop,
        .link = peer->link,
        .jid = jid,
        .password = "secret"};
    if (peer->link == NULL)
        die(error.message);
    peer->actor = actor_new(&options);
    int64_t end = clock_ms() + 10000;
    actor_connect(peer->actor, NULL);
    while (actor_state(peer->actor) != ACTOR_READY && clock_ms() < end)
        loop_turn(bench->loop, end);
    if (actor_state(peer->actor) != ACTOR_READY)
        die("an actor cannot log in");
    peer_begin(bench, index, actor_full_jid(peer->actor), "s5b", "proxy",
        server_proxy(bench->server).jid);
    free(jid);
}

/* --- IBB --- */

/* A bare client: a blocking socket and a buffer. */
struct line {
    int fd;
    struct buffer in;
    char jid[256];
};

static void line_send(struct line *line, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t put = send(line->fd, text, len, MSG_NOSIGNAL);
        if (put < 0)
            die(strerror(errno));
        text += put;
        len -= (size_t)put;
    }
}

/* Reads until text stands in the buffer; drops all up to its end. */
static void line_await(struct line *line, const char *text)
{
    const char *at;
    while ((at = strstr(buffer_text(&line->in), text)) == NULL) {
        char part[65536];
        ssize_t got = recv(line->fd, part, sizeof part, 0);
        if (got <= 0)
            die("the server closed a bare connection");
        buffer_add(&line->in, part, (size_t)got);
    }
    buffer_drop(
        &line->in, (size_t)(at - (const char *)line->in.data) + strlen(text));
}

static void line_open(struct line *line, const char *domain)
{
    char *head =
        mem_printf("<stream:stream xmlns='jabber:client' version='1.0' to='%s' "
                   "xmlns:stream='http://etherx.jabber.org/streams'>",
            domain);
    line_send(line, head, strlen(head));
    line_await(line, "</stream:features>");
    free(head);
}

static struct line line_login(struct server *server, const char *user)
{
    struct line line = {
        .fd = probe_connect(server_address(server), server_port(server))};
    fcntl(line.fd, F_SETFL, 0);
    struct pollfd ready = {line.fd, POLLOUT, 0};
    poll(&ready, 1, -1);
    line_open(&line, server_domain(server));
    struct buffer plain = {0}, auth = {0};
    buffer_printf(&plain, "%c%s%csecret", 0, user, 0);
    buffer_add_text(&auth,
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>");
    base64_encode(&auth, plain.data, plain.len);
    buffer_add_text(&auth, "</auth>");
    line_send(&line, buffer_text(&auth), auth.len);
    line_await(&line, "<success");
    line_await(&line, ">");
    line_open(&line, server_domain(server));
    static const char bind[] =
        "<iq type='set' id='b'><bind "
        "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
    line_send(&line, bind, sizeof bind - 1);
    line_await(&line, "<jid>");
    while (strstr(buffer_text(&line.in), "</jid>") == NULL) {
        char part[4096];
        ssize_t got = recv(line.fd, part, sizeof part, 0);
        if (got <= 0)
            die("no bind result");
        buffer_add(&line.in, part, (size_t)got);
    }
    snprintf(line.jid, sizeof line.jid, "%.*s",
        (int)strcspn(buffer_text(&line.in), "<"), buffer_text(&line.in));
    line_await(&line, "</iq>");
    buffer_free(&plain);
    buffer_free(&auth);
    return line;
}

static void line_block(struct line *from, const struct line *to, size_t len)
{
    struct buffer text = {0};
    size_t coded = (len + 2) / 3 * 4;
    buffer_printf(&text,
        "<iq type='set' id='x' to='%s'><data sid='s' seq='0' "
        "xmlns='http://jabber.org/protocol/ibb'>",
        to->jid);
    memset(buffer_reserve(&text, coded), 'A', coded);
    text.len += coded;
    buffer_add_text(&text, "</data></iq>");
    line_send(from, buffer_text(&text), text.len);
    buffer_free(&text);
}

/* Blocks and their results, nothing decoded, no digests. */
static struct span line_transfer(
    struct line *from, struct line *to, uint64_t size)
{
    char *result = mem_printf("<iq type='result' id='x' to='%s'/>", from->jid);
    struct span began = now();
    uint64_t sent = 0, got = 0;
    while (got < size) {
        while (sent < size && sent - got < IBB_WINDOW * IBB_BLOCK) {
            size_t len = size - sent < IBB_BLOCK ? size - sent : IBB_BLOCK;
            line_block(from, to, len);
            sent += len;
        }
        line_await(to, "</iq>");
        line_send(to, result, strlen(result));
        line_await(from, "/>");
        got += size - got < IBB_BLOCK ? size - got : IBB_BLOCK;
    }
    free(result);
    return speed_since(began, size);
}

static void measure_ibb(struct bench *bench)
{
    struct line from = line_login(bench->server, "romeo");
    struct line to = line_login(bench->server, "juliet");
    bench->size = IBB_SIZE;
    make_file(bench);
    for (int i = 0; i < 2; i++) {
        struct peer *peer = &bench->peers[i];
        peer_end(peer);
        peer_begin(bench, i, actor_full_jid(peer->actor), "ibb", "direct", "");
    }
    for (int i = 0; i < ROUNDS; i++) {
        struct span bare = line_transfer(&from, &to, bench->size);
        report("IBB on Prosody, 20 MiB, 64 KiB blocks, window 8",
            transfer(bench), bare);
        fflush(stdout);
    }
    close(from.fd);
    close(to.fd);
    buffer_free(&from.in);
    buffer_free(&to.in);
}

/* On a private server, the clients' stanzas through wire and actors. */
static void measure_proxy(struct bench *bench)
{
    struct error error;
    struct account accounts[] = {{"romeo", "secret"}, {"juliet", "secret"}};
    bench->server = server_open(
        bench->loop, &(struct server_options){.kind = NULL}, &error);
    if (bench->server == NULL ||
        !register_accounts(bench->loop, server_address(bench->server),
            server_port(bench->server), server_domain(bench->server), accounts,
            2, clock_ms() + 10000, &error))
        die(error.message);
    bench->wire = wire_new(bench->loop, server_address(bench->server),
        server_port(bench->server), observe, bench);
    log_in(bench, 0, "romeo");
    log_in(bench, 1, "juliet");
    for (int i = 0; i < ROUNDS; i++) {
        int fds[2];
        bare_proxy(bench, i, fds);
        struct span bare = bare_transfer(bench, fds[0], fds[1]);
        report("S5B by Prosody's proxy, 100 MiB with SHA-256", transfer(bench),
            bare);
        fflush(stdout);
    }
    measure_ibb(bench);
    for (int i = 0; i < 2; i++) {
        peer_end(&bench->peers[i]);
        actor_free(bench->peers[i].actor);
    }
    wire_free(bench->wire);
    server_free(bench->server);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    struct error error;
    char *directory = file_make_temp("transfer-bench", &error);
    if (directory == NULL)
        die(error.message);
    struct bench bench = {.loop = loop_new(),
        .downloads = file_join(directory, "downloads"),
        .file = file_join(directory, "file")};
    file_make_dirs(bench.downloads, NULL);
    bench.size = DIRECT_SIZE;
    make_file(&bench);
    measure_direct(&bench);
    bench.size = PROXY_SIZE;
    make_file(&bench);
    memset(bench.peers, 0, sizeof bench.peers);
    const char *missing = server_missing(NULL);
    if (missing == NULL)
        measure_proxy(&bench);
    else
        printf("S5B by the proxy: not measured: %s\n", missing);
    loop_free(bench.loop);
    file_remove_tree(directory);
    free(bench.downloads);
    free(bench.file);
    free(directory);
    return 0;
}
