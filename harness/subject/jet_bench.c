/* Files between two reference clients over SOCKS5 direct on loopback, plain
 * and encrypted, against one bare thread that does the same to the same
 * bytes: read, SHA-256, AES-128-GCM, socket, AES-128-GCM, SHA-256, write.
 * Prints ratios; decides nothing. */
#include "base/clock.h"
#include "base/file.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "jingle/fake_pubsub.h"
#include "jingle/jet_client.h"
#include "omemo/puppet.h"
#include "subject/builtin_io.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SIZE = 256 << 20, BLOCK = 256 << 10, ROUNDS = 5 };

struct bench;

struct peer {
    struct bench *bench;
    const char *jid;
    struct client *client;
    struct builtin_io *io;
    struct jet_client *jet;
    bool done;
};

struct waiting_stanza {
    struct peer *from;
    char *text;
};

struct bench {
    struct loop *loop;
    struct fake_pubsub *pubsub;
    struct peer peers[2];
    VEC(struct waiting_stanza) queue;
    char *downloads, *file;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "jet_bench: %s\n", what);
    exit(2);
}

/* Both sides are one thread that never waits for another machine: its CPU time
 * tells on a busy machine what the wall clock tells on a quiet one. */
struct span {
    double wall, cpu; /* us */
};

static struct span now(void)
{
    struct timespec cpu;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    return (struct span){(double)clock_us(),
        (double)cpu.tv_sec * 1e6 + (double)cpu.tv_nsec / 1e3};
}

/* MB/s since then. */
static struct span speed_since(struct span then)
{
    struct span at = now();
    return (struct span){
        SIZE / (at.wall - then.wall), SIZE / (at.cpu - then.cpu)};
}

/* --- the clients' world --- */

static struct peer *of(void *owner)
{
    return owner;
}

static void on_send(void *owner, struct bytes stanza)
{
    struct waiting_stanza waiting = {
        owner, mem_strndup((const char *)stanza.data, stanza.len)};
    vec_push(&of(owner)->bench->queue, waiting);
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
    (void)owner;
    return builtin_file_write(file, data, len);
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
        if (event->hash != CLIENT_GOOD)
            die("the hash was not compared");
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

static void put_stanza(
    struct bench *bench, const char *to, const char *from, const char *xml)
{
    struct error error;
    char *whole = mem_printf("<stream xmlns='jabber:client'>%s</stream>", xml);
    xmlDoc *doc = xml_parse(bytes_text(whole), &error);
    if (doc == NULL)
        die(error.message);
    xmlNode *stanza = xml_child(xmlDocGetRootElement(doc), NULL, NULL);
    xmlSetProp(stanza, (const xmlChar *)"from", (const xmlChar *)from);
    for (int i = 0; i < 2; i++) {
        struct peer *peer = &bench->peers[i];
        if (strcmp(peer->jid, to) != 0)
            continue;
        client_tick(peer->client, clock_ms());
        client_stanza(peer->client, stanza);
    }
    xmlFreeDoc(doc);
    free(whole);
}

/* What a server does: personal eventing, and routing by the full JID. */
static void route(struct bench *bench, const struct waiting_stanza *waiting)
{
    struct error error;
    xmlDoc *doc = xml_parse(bytes_text(waiting->text), &error);
    if (doc == NULL)
        die(error.message);
    const xmlNode *root = xmlDocGetRootElement(doc);
    const xmlNode *pubsub = xml_child(root, NULL, "pubsub");
    const char *to = xml_attr(root, "to");
    const char *owner = to == NULL ? waiting->from->jid : to;
    char *bare = mem_strndup(owner, strcspn(owner, "/"));
    if (pubsub != NULL) {
        struct buffer result = {0}, event = {0};
        bool good =
            fake_pubsub_request(bench->pubsub, bare, pubsub, &result, &event);
        char *answer = mem_printf("<iq type='%s' id='%s'>%s</iq>",
            good ? "result" : "error", xml_attr(root, "id"),
            buffer_text(&result));
        put_stanza(bench, waiting->from->jid, bare, answer);
        free(answer);
        buffer_free(&result);
        buffer_free(&event);
    } else if (to != NULL) {
        put_stanza(bench, to, waiting->from->jid, waiting->text);
    }
    free(bare);
    xmlFreeDoc(doc);
}

static void turn(struct bench *bench)
{
    while (bench->queue.count > 0) {
        struct waiting_stanza waiting = bench->queue.items[0];
        vec_remove(&bench->queue, 0);
        route(bench, &waiting);
        free(waiting.text);
    }
    int64_t at = clock_ms(), until = at + 1000;
    for (int i = 0; i < 2; i++) {
        client_tick(bench->peers[i].client, at);
        int64_t next = client_next_deadline(bench->peers[i].client);
        until = next < until ? next : until;
        until = builtin_turn(bench->peers[i].io) ? at : until;
    }
    loop_turn(bench->loop, bench->queue.count > 0 ? at : until);
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
    peer->jid = jid;
    peer->io = builtin_io_new(bench->loop, on_accepted, on_connection, peer);
    peer->jet = jet_client_omemo(omemo_device_new());
    config.security = jet_client_security(peer->jet);
    peer->client = client_new(&config, &host, peer);
    client_tick(peer->client, clock_ms());
    client_login_done(peer->client, jid);
}

/* MB/s of one file, offer and farewell included. */
static struct span transfer(struct bench *bench, bool encrypt)
{
    const char *paths[] = {bench->file};
    struct client_send send = {.peer = bench->peers[1].jid,
        .paths = paths,
        .path_count = 1,
        .encrypt = encrypt};
    struct error error;
    bench->peers[1].done = false;
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
    EVP_MD_CTX *digest[2];
    EVP_CIPHER_CTX *cipher[2];
};

static void bare_pass(struct bare *bare, int end, bool encrypt,
    const uint8_t *in, size_t len, uint8_t *out)
{
    int made = 0;
    if (end == 0)
        EVP_DigestUpdate(bare->digest[0], in, len);
    if (encrypt)
        EVP_CipherUpdate(bare->cipher[end], out, &made, in, (int)len);
    else
        memcpy(out, in, len);
    if (end == 1)
        EVP_DigestUpdate(bare->digest[1], out, len);
}

/* Through a socket in pieces that it takes at once. */
static void bare_cross(int fds[2], const uint8_t *in, uint8_t *out, size_t len)
{
    size_t sent = 0, got = 0;
    while (got < len) {
        ssize_t put = sent < len ? send(fds[0], in + sent, len - sent,
                                       MSG_DONTWAIT | MSG_NOSIGNAL)
                                 : 0;
        sent += put > 0 ? (size_t)put : 0;
        ssize_t part = recv(fds[1], out + got, len - got, 0);
        if (part <= 0)
            die("recv");
        got += (size_t)part;
    }
}

static struct span bare_transfer(const struct bench *bench, bool encrypt)
{
    static const uint8_t key[16], iv[12];
    struct bare bare;
    int fds[2];
    uint8_t *a = mem_alloc(BLOCK), *b = mem_alloc(BLOCK);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
        die("socketpair");
    for (int i = 0; i < 2; i++) {
        bare.digest[i] = EVP_MD_CTX_new();
        EVP_DigestInit_ex(bare.digest[i], EVP_sha256(), NULL);
        bare.cipher[i] = EVP_CIPHER_CTX_new();
        EVP_CipherInit_ex(
            bare.cipher[i], EVP_aes_128_gcm(), NULL, key, iv, i == 0);
    }
    char *path = file_join(bench->downloads, "bare");
    struct span began = now();
    int from = open(bench->file, O_RDONLY | O_CLOEXEC);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (size_t at = 0; at < SIZE; at += BLOCK) {
        if (read(from, a, BLOCK) != BLOCK)
            die("read");
        bare_pass(&bare, 0, encrypt, a, BLOCK, b);
        bare_cross(fds, b, a, BLOCK);
        bare_pass(&bare, 1, encrypt, a, BLOCK, b);
        if (write(to, b, BLOCK) != BLOCK)
            die("write");
    }
    struct span speed = speed_since(began);
    close(from);
    close(to);
    close(fds[0]);
    close(fds[1]);
    unlink(path);
    free(path);
    for (int i = 0; i < 2; i++) {
        EVP_MD_CTX_free(bare.digest[i]);
        EVP_CIPHER_CTX_free(bare.cipher[i]);
    }
    free(a);
    free(b);
    return speed;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct span median(const struct span *values)
{
    double wall[ROUNDS], cpu[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        wall[i] = values[i].wall;
        cpu[i] = values[i].cpu;
    }
    qsort(wall, ROUNDS, sizeof *wall, compare);
    qsort(cpu, ROUNDS, sizeof *cpu, compare);
    return (struct span){wall[ROUNDS / 2], cpu[ROUNDS / 2]};
}

static void make_file(struct bench *bench)
{
    struct buffer content = {0};
    struct error error;
    memset(buffer_reserve(&content, SIZE), 0x5a, SIZE);
    content.len = SIZE;
    if (!file_write(bench->file, buffer_bytes(&content), &error))
        die(error.message);
    buffer_free(&content);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    struct error error;
    char *directory = file_make_temp("jet-bench", &error);
    if (directory == NULL)
        die(error.message);
    struct bench bench = {.loop = loop_new(),
        .pubsub = fake_pubsub_new(),
        .downloads = file_join(directory, "downloads"),
        .file = file_join(directory, "file")};
    file_make_dirs(bench.downloads, NULL);
    make_file(&bench);
    int64_t began = clock_us();
    peer_begin(&bench, 0, "romeo@bench.test/a");
    peer_begin(&bench, 1, "juliet@bench.test/b");
    printf("a device's keys: %.1f ms\n", (double)(clock_us() - began) / 2000);
    struct span ours[2][ROUNDS], theirs[2][ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        for (int encrypt = 0; encrypt < 2; encrypt++) {
            theirs[encrypt][i] = bare_transfer(&bench, encrypt == 1);
            ours[encrypt][i] = transfer(&bench, encrypt == 1);
        }
    }
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        struct span a = median(ours[encrypt]), b = median(theirs[encrypt]);
        printf("%s S5B direct with SHA-256: %.0f MB/s, bare thread %.0f MB/s: "
               "ratio %.2f; by CPU time %.0f and %.0f: ratio %.2f%s\n",
            encrypt ? "encrypted" : "plain", a.wall, b.wall, a.wall / b.wall,
            a.cpu, b.cpu, a.cpu / b.cpu,
            encrypt ? " (goal 0.85 at least)" : "");
    }
    for (int i = 0; i < 2; i++) {
        client_free(bench.peers[i].client);
        builtin_io_free(bench.peers[i].io);
        jet_client_free(bench.peers[i].jet);
    }
    fake_pubsub_free(bench.pubsub);
    file_remove_tree(directory);
    return 0;
}
