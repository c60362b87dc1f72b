/* A file between two reference clients in one loop over SOCKS5 direct on
 * loopback, SHA-256 at both ends, against one bare thread that polls and moves
 * the same bytes with the same digests. Neither stores what arrives. Prints
 * ratios; decides nothing. */
#include "base/clock.h"
#include "base/file.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/vec.h"
#include "subject/builtin_io.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SIZE = 1 << 30, BLOCK = 256 << 10, ROUNDS = 3 };

struct bench;

struct peer {
    struct bench *bench;
    struct peer *other;
    const char *jid;
    struct client *client;
    struct builtin_io *io;
    VEC(char *) inbox;
    uint64_t got;
    bool done;
};

struct bench {
    struct loop *loop;
    struct peer peers[2];
    char *downloads, *file;
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

static struct span speed_since(struct span then)
{
    struct span at = now();
    return (struct span){
        SIZE / (at.wall - then.wall), SIZE / (at.cpu - then.cpu)};
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

/* What a server does: says who sent it. */
static void on_send(void *owner, struct bytes stanza)
{
    struct buffer text = {0};
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
        if (event->hash != CLIENT_GOOD || of(owner)->got != SIZE)
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

static void peer_begin(struct bench *bench, int index, const char *jid)
{
    static const char *const settings[][2] = {{"transports", "s5b"},
        {"candidates", "direct"}, {"hash-when", "later"},
        {"auto-accept", "yes"}, {"end-timeout", "100ms"},
        {"message-initiation", "never"}};
    struct peer *peer = &bench->peers[index];
    struct client_config config = {.policy = policy_default(), .seed = 1};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        policy_set(&config.policy, settings[i][0], settings[i][1], NULL);
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
    struct span speed = speed_since(began);
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
    uint64_t got;
};

/* Over TCP on loopback, as the clients' bytes go. */
static void bare_connect(struct bare *bare)
{
    struct sockaddr_in name = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bare->out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&name, len) != 0 ||
        listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&name, &len) != 0 ||
        connect(bare->out, (struct sockaddr *)&name, len) != 0)
        die(strerror(errno));
    bare->in = accept(listener, NULL, NULL);
    close(listener);
    fcntl(bare->out, F_SETFL, O_NONBLOCK);
    fcntl(bare->in, F_SETFL, O_NONBLOCK);
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

static struct span bare_transfer(const struct bench *bench)
{
    struct bare bare = {.block = mem_alloc(BLOCK), .arrived = mem_alloc(BLOCK)};
    uint8_t digests[2][EVP_MAX_MD_SIZE];
    struct span began = now();
    bare.file = open(bench->file, O_RDONLY | O_CLOEXEC);
    bare_connect(&bare);
    for (int i = 0; i < 2; i++) {
        bare.digest[i] = EVP_MD_CTX_new();
        EVP_DigestInit_ex(bare.digest[i], EVP_sha256(), NULL);
    }
    while (bare.got < SIZE) {
        struct pollfd ready[2] = {{bare.out, POLLOUT, 0}, {bare.in, POLLIN, 0}};
        poll(ready, 2, -1);
        if (ready[0].revents != 0)
            bare_push(&bare);
        if (ready[1].revents != 0)
            bare_pull(&bare);
    }
    for (int i = 0; i < 2; i++) {
        EVP_DigestFinal_ex(bare.digest[i], digests[i], NULL);
        EVP_MD_CTX_free(bare.digest[i]);
    }
    struct span speed = speed_since(began);
    if (memcmp(digests[0], digests[1], 32) != 0)
        die("the bare bytes did not arrive whole");
    close(bare.file);
    close(bare.out);
    close(bare.in);
    free(bare.block);
    free(bare.arrived);
    return speed;
}

/* Sparse: no disk on either side. Read once, so that the first reader does
 * not pay for the page cache. */
static void make_file(const struct bench *bench)
{
    int fd = open(bench->file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, SIZE) != 0)
        die(strerror(errno));
    uint8_t *block = mem_alloc(BLOCK);
    while (read(fd, block, BLOCK) > 0) {
    }
    free(block);
    close(fd);
}

static void measure_direct(struct bench *bench)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct span bare = bare_transfer(bench);
        long before = memory_of("VmRSS:");
        forget_peak();
        struct span ours = transfer(bench);
        long growth = memory_of("VmHWM:") - before;
        printf("S5B direct, 1 GiB with SHA-256: %.0f MB/s, bare poll loop "
               "%.0f MB/s: ratio %.2f; by CPU time %.0f and %.0f: ratio %.2f "
               "(goal 0.9 at least); memory +%ld KiB at the peak (goal 4096 "
               "at most)\n",
            ours.wall, bare.wall, ours.wall / bare.wall, ours.cpu, bare.cpu,
            ours.cpu / bare.cpu, growth);
        fflush(stdout);
    }
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
    make_file(&bench);
    peer_begin(&bench, 0, "romeo@bench.test/a");
    peer_begin(&bench, 1, "juliet@bench.test/b");
    measure_direct(&bench);
    peer_end(&bench.peers[0]);
    peer_end(&bench.peers[1]);
    loop_free(bench.loop);
    file_remove_tree(directory);
    free(bench.downloads);
    free(bench.file);
    free(directory);
    return 0;
}
