#include "xmpp/actor.h"

#include "base/clock.h"
#include "base/memory.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <sys/select.h>

enum {
    TICK_MS = 100,
    /* libstrophe prints each stanza for its debug log and throws it away: the
     * half of what a block of a bytestream costs. */
    LARGE = 4096
};

struct actor {
    struct loop *loop;
    struct wire_link *link;
    char *jid, *login_jid, *password;
    actor_changed_fn *changed;
    void *owner;
    enum actor_state state;
    char error[256];
    xmpp_mem_t memory;
    xmpp_ctx_t *context;
    xmpp_conn_t *connection;
    int fd; /* libstrophe's; -1: none */
    struct loop_watch *watch;
    struct loop_hook *hook;
    struct loop_timer *tick;
    /* libstrophe has something to do that no descriptor shows: something was
     * sent, or the wire moved a byte. */
    bool due;
    bool running;  /* inside libstrophe, which cannot be freed then */
    bool kill_due; /* was asked for while running */
    bool releasing;
};

/* libstrophe hands its sockets to a callback that knows nothing but the
 * connection. So each of its blocks of memory, of which the connection is one,
 * stands behind a note of whose it is. */
union owned {
    struct actor *actor;
    max_align_t align;
};

static void *owned_realloc(void *old, size_t size, void *actor)
{
    union owned *block = old == NULL ? NULL : (union owned *)old - 1;
    block = mem_realloc(block, sizeof *block + size);
    block->actor = actor;
    return block + 1;
}

static void *owned_alloc(size_t size, void *actor)
{
    return owned_realloc(NULL, size, actor);
}

static void owned_free(void *old, void *actor)
{
    (void)actor;
    if (old != NULL)
        free((union owned *)old - 1);
}

static struct actor *actor_of(xmpp_conn_t *connection)
{
    return ((union owned *)(void *)connection - 1)->actor;
}

static void mark_due(void *owner)
{
    struct actor *actor = owner;
    /* The wire may still move bytes for an actor that was killed. */
    actor->due = actor->context != NULL;
}

static void drop_fd(struct actor *actor)
{
    loop_unwatch(actor->watch);
    actor->watch = NULL;
    actor->fd = -1;
}

static void become(struct actor *actor, enum actor_state state)
{
    if (actor->state == state)
        return;
    actor->state = state;
    if (actor->changed != NULL)
        actor->changed(actor->owner, actor);
}

static void fd_ready(void *owner, short revents)
{
    (void)revents;
    mark_due(owner);
}

/* Called for each socket libstrophe makes, before it connects. Its select()
 * aborts the process at descriptors it cannot hold. */
static int take_socket(xmpp_conn_t *connection, void *socket)
{
    struct actor *actor = actor_of(connection);
    int fd = *(int *)socket;
    if (fd >= FD_SETSIZE) {
        snprintf(actor->error, sizeof actor->error,
            "no file descriptor below %d is left for another actor: use "
            "fewer actors at once",
            FD_SETSIZE);
        return -1;
    }
    /* Two small stanzas in a row would else wait for a delayed ACK: 40 ms. */
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    drop_fd(actor);
    actor->fd = fd;
    actor->watch =
        loop_watch_fd(actor->loop, fd, POLLIN | POLLOUT, fd_ready, actor);
    return 0;
}

/* libstrophe's reasons are useless: what the wire saw says more. */
static void note_end(struct actor *actor)
{
    static const char *const until[] = {
        [WIRE_STATE_IDLE] = "the wire was not reached",
        [WIRE_STATE_OPEN] = "the connection ended before the login was done",
        [WIRE_STATE_AUTHENTICATED] = "the connection ended before a resource "
                                     "was bound",
        [WIRE_STATE_BOUND] = "the connection ended during the login",
        [WIRE_STATE_CLOSED] = "the connection ended before the login was done",
    };
    if (actor->error[0] == 0)
        snprintf(actor->error, sizeof actor->error, "%s cannot log in: %s",
            actor->jid, until[wire_link_state(actor->link)]);
}

static void connection_event(xmpp_conn_t *connection, xmpp_conn_event_t event,
    int code, xmpp_stream_error_t *stream_error, void *owner)
{
    struct actor *actor = owner;
    (void)connection, (void)code, (void)stream_error;
    if (actor->releasing)
        return;
    if (event == XMPP_CONN_CONNECT) {
        become(actor, ACTOR_READY);
        return;
    }
    if (event == XMPP_CONN_RAW_CONNECT)
        return;
    drop_fd(actor);
    if (actor->state == ACTOR_CONNECTING) {
        note_end(actor);
        become(actor, ACTOR_FAILED);
    } else {
        become(actor, ACTOR_CLOSED);
    }
}

/* Which events poll waits for. */
static void watch_right(struct actor *actor)
{
    if (actor->watch == NULL)
        return;
    bool writes = xmpp_conn_is_connecting(actor->connection) ||
                  xmpp_conn_send_queue_len(actor->connection) > 0;
    loop_watch_events(
        actor->watch, (short)(writes ? POLLIN | POLLOUT : POLLIN));
}

static void run(struct actor *actor)
{
    actor->running = true;
    xmpp_run_once(actor->context, 0);
    actor->running = false;
}

/* Before every poll. Twice: what the first run reads, the second answers. */
static bool run_if_due(void *owner)
{
    struct actor *actor = owner;
    if (!actor->due)
        return false;
    actor->due = false;
    if (actor->context == NULL)
        return false; /* killed: what the wire still moves is not its own */
    run(actor);
    run(actor);
    if (actor->kill_due)
        actor_kill(actor);
    watch_right(actor);
    return true;
}

/* libstrophe's own timers: login time-outs, retries. */
static void tick(void *owner)
{
    struct actor *actor = owner;
    actor->due = true;
    actor->tick = loop_timer_at(actor->loop, clock_ms() + TICK_MS, tick, actor);
}

static void release_connection(struct actor *actor)
{
    drop_fd(actor);
    loop_timer_cancel(actor->tick);
    actor->tick = NULL;
    actor->due = false;
    actor->releasing = true;
    if (actor->connection != NULL)
        xmpp_conn_release(actor->connection);
    actor->releasing = false;
    if (actor->context != NULL)
        xmpp_ctx_free(actor->context);
    actor->connection = NULL;
    actor->context = NULL;
}

struct actor *actor_new(const struct actor_options *options)
{
    struct actor *actor = mem_alloc(sizeof *actor);
    *actor = (struct actor){.loop = options->loop,
        .link = options->link,
        .jid = mem_strdup(options->jid),
        .password = mem_strdup(options->password),
        .changed = options->changed,
        .owner = options->owner,
        .fd = -1};
    actor->login_jid =
        options->resource == NULL
            ? mem_strdup(options->jid)
            : mem_printf("%s/%s", options->jid, options->resource);
    actor->hook = loop_hook_add(actor->loop, run_if_due, actor);
    wire_link_on_touch(actor->link, mark_due, actor);
    wire_link_skip_large(actor->link, LARGE);
    return actor;
}

void actor_free(struct actor *actor)
{
    if (actor == NULL)
        return;
    actor->changed = NULL;
    wire_link_on_touch(actor->link, NULL, NULL);
    wire_link_skip_large(actor->link, 0);
    release_connection(actor);
    loop_hook_remove(actor->hook);
    free(actor->jid);
    free(actor->login_jid);
    free(actor->password);
    free(actor);
}

bool actor_connect(struct actor *actor, struct error *error)
{
    if (actor->state == ACTOR_CONNECTING || actor->state == ACTOR_READY ||
        actor->state == ACTOR_CLOSING)
        return error_set(error, "%s is connected already", actor->jid);
    release_connection(actor);
    actor->error[0] = 0;
    actor->memory = (xmpp_mem_t){owned_alloc, owned_free, owned_realloc, actor};
    actor->context = xmpp_ctx_new(&actor->memory, NULL);
    actor->connection = xmpp_conn_new(actor->context);
    xmpp_conn_set_jid(actor->connection, actor->login_jid);
    xmpp_conn_set_pass(actor->connection, actor->password);
    xmpp_conn_set_flags(actor->connection,
        XMPP_CONN_FLAG_DISABLE_TLS | XMPP_CONN_FLAG_DISABLE_SM);
    xmpp_conn_set_sockopt_callback(actor->connection, take_socket);
    if (xmpp_connect_client(actor->connection, "127.0.0.1",
            wire_link_port(actor->link), connection_event, actor) != XMPP_EOK) {
        note_end(actor);
        release_connection(actor);
        become(actor, ACTOR_FAILED);
        return error_set(error, "%s", actor->error);
    }
    actor->due = true;
    actor->tick = loop_timer_at(actor->loop, clock_ms() + TICK_MS, tick, actor);
    become(actor, ACTOR_CONNECTING);
    return true;
}

bool actor_send(struct actor *actor, struct bytes data, struct error *error)
{
    if (actor->connection == NULL || !xmpp_conn_is_connected(actor->connection))
        return error_set(
            error, "%s is not connected: it cannot send", actor->jid);
    xmpp_send_raw(actor->connection, (const char *)data.data, data.len);
    actor->due = true;
    watch_right(actor);
    return true;
}

void actor_disconnect(struct actor *actor)
{
    if (actor->state != ACTOR_READY && actor->state != ACTOR_CONNECTING)
        return;
    if (actor->state == ACTOR_CONNECTING ||
        !actor_send(actor, bytes_text("</stream:stream>"), NULL))
        actor_kill(actor);
    else
        become(actor, ACTOR_CLOSING);
}

void actor_kill(struct actor *actor)
{
    if (actor->running) {
        actor->kill_due = true;
        return;
    }
    actor->kill_due = false;
    release_connection(actor);
    if (actor->state != ACTOR_IDLE && actor->state != ACTOR_FAILED)
        become(actor, ACTOR_CLOSED);
}

enum actor_state actor_state(const struct actor *actor)
{
    return actor->state;
}

const char *actor_error(const struct actor *actor)
{
    return actor->error;
}

const char *actor_jid(const struct actor *actor)
{
    return actor->jid;
}

const char *actor_full_jid(const struct actor *actor)
{
    return wire_link_jid(actor->link);
}

struct wire_link *actor_link(const struct actor *actor)
{
    return actor->link;
}
