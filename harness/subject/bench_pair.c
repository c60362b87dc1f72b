#include "subject/bench_pair.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 256 << 10 };

static struct bench_peer *of(void *owner)
{
    return owner;
}

static void on_send(void *owner, struct bytes stanza)
{
    struct bench_pair *pair = of(owner)->pair;
    if (pair->send != NULL) {
        pair->send(owner, stanza);
        return;
    }
    struct bench_stanza waiting = {
        owner, mem_strndup((const char *)stanza.data, stanza.len)};
    vec_push(&pair->queue, waiting);
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
    return builtin_file_create(of(owner)->pair->downloads, name, keep);
}

static bool on_file_write(void *owner, void *file, const void *data, size_t len)
{
    of(owner)->got += len;
    return !of(owner)->pair->stores || builtin_file_write(file, data, len);
}

static void on_finish(void *owner, void *file, bool good)
{
    (void)owner;
    builtin_file_finish(file, good);
}

static void on_event(void *owner, const struct client_event *event)
{
    if (event->kind == CLIENT_FAILED)
        bench_die(event->text);
    if (event->kind != CLIENT_FILE_DONE || event->sending)
        return;
    if (event->hash != CLIENT_GOOD || of(owner)->got != of(owner)->pair->size)
        bench_die("the file did not arrive whole");
    of(owner)->done = true;
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

void bench_pair_open(struct bench_pair *pair, const char *name)
{
    struct error error;
    pair->loop = loop_new();
    pair->directory = file_make_temp(name, &error);
    if (pair->directory == NULL)
        bench_die(error.message);
    pair->downloads = file_join(pair->directory, "downloads");
    pair->file = file_join(pair->directory, "file");
    file_make_dirs(pair->downloads, NULL);
}

void bench_pair_close(struct bench_pair *pair)
{
    for (size_t i = 0; i < pair->queue.count; i++)
        free(pair->queue.items[i].text);
    vec_free(&pair->queue);
    loop_free(pair->loop);
    file_remove_tree(pair->directory);
    free(pair->directory);
    free(pair->downloads);
    free(pair->file);
}

void bench_pair_make_file(struct bench_pair *pair, uint64_t size)
{
    int fd = open(pair->file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        bench_die(strerror(errno));
    uint8_t *block = mem_alloc(BLOCK);
    while (read(fd, block, BLOCK) > 0) {
    }
    free(block);
    close(fd);
    pair->size = size;
}

static void set(struct client_policy *policy, const char *const *settings)
{
    struct error error;
    for (; *settings != NULL; settings += 2)
        if (!policy_set(policy, settings[0], settings[1], &error))
            bench_die(error.message);
}

void bench_peer_begin(struct bench_pair *pair, int index, const char *jid,
    const char *const *settings, const struct security *security)
{
    static const char *const common[] = {"hash-when", "later", "auto-accept",
        "yes", "end-timeout", "100ms", "message-initiation", "never", NULL};
    struct bench_peer *peer = &pair->peers[index];
    struct client_config config = {
        .policy = policy_default(), .seed = 1, .security = security};
    set(&config.policy, common);
    set(&config.policy, settings);
    peer->pair = pair;
    peer->jid = jid;
    peer->io = builtin_io_new(pair->loop, on_accepted, on_connection, peer);
    peer->client = client_new(&config, &host, peer);
    client_tick(peer->client, clock_ms());
    client_login_done(peer->client, jid);
}

void bench_peer_end(struct bench_peer *peer)
{
    client_free(peer->client);
    builtin_io_free(peer->io);
    peer->client = NULL;
}

void bench_pair_straight(struct bench_peer *from, const char *text)
{
    struct bench_pair *pair = from->pair;
    struct bench_peer *to = &pair->peers[from == &pair->peers[0] ? 1 : 0];
    struct buffer stamped = {0};
    struct error error;
    size_t name = strcspn(text, " />");
    buffer_add(&stamped, text, name);
    buffer_printf(&stamped, " from='%s'", from->jid);
    buffer_add_text(&stamped, text + name);
    client_tick(to->client, clock_ms());
    if (!client_stanza_text(
            to->client, buffer_text(&stamped), stamped.len, &error))
        bench_die(error.message);
    buffer_free(&stamped);
}

void bench_pair_turn(struct bench_pair *pair)
{
    while (pair->queue.count > 0) {
        struct bench_stanza waiting = pair->queue.items[0];
        vec_remove(&pair->queue, 0);
        pair->route(waiting.from, waiting.text);
        free(waiting.text);
    }
    int64_t at = clock_ms(), until = at + 1000;
    for (int i = 0; i < 2; i++) {
        client_tick(pair->peers[i].client, at);
        int64_t next = client_next_deadline(pair->peers[i].client);
        until = next < until ? next : until;
        until = builtin_turn(pair->peers[i].io) ? at : until;
    }
    bool done = pair->peers[0].done || pair->peers[1].done;
    loop_turn(pair->loop, done || pair->queue.count > 0 ? at : until);
}

struct bench_span bench_pair_transfer(struct bench_pair *pair, bool encrypt)
{
    const char *paths[] = {pair->file};
    struct client_send send = {.peer = pair->peers[1].jid,
        .paths = paths,
        .path_count = 1,
        .encrypt = encrypt};
    struct error error;
    pair->peers[1].done = false;
    pair->peers[1].got = 0;
    struct bench_span began = bench_now();
    if (!client_send_files(pair->peers[0].client, &send, &error))
        bench_die(error.message);
    while (!pair->peers[1].done)
        bench_pair_turn(pair);
    struct bench_span speed = bench_speed_since(began, pair->size);
    while (client_session_count(pair->peers[0].client) +
               client_session_count(pair->peers[1].client) >
           0)
        bench_pair_turn(pair);
    file_remove_tree(pair->downloads);
    file_make_dirs(pair->downloads, NULL);
    return speed;
}
