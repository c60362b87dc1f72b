#include "xmpp/wire.h"

#include "base/memory.h"
#include "xmpp/relay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool sweep(void *owner);

struct wire *wire_new(struct loop *loop, const char *server, uint16_t port,
    wire_observer_fn *observer, void *owner)
{
    struct wire *wire = mem_alloc(sizeof *wire);
    *wire = (struct wire){.loop = loop,
        .server = mem_strdup(server),
        .port = port,
        .observer = observer,
        .owner = owner,
        .limits = {256 << 20, 1000000}};
    wire->hook = loop_hook_add(loop, sweep, wire);
    socket_raise_limit();
    return wire;
}

void wire_free(struct wire *wire)
{
    if (wire == NULL)
        return;
    while (wire->links.count > 0)
        wire_link_free(wire->links.items[wire->links.count - 1]);
    vec_free(&wire->links);
    loop_hook_remove(wire->hook);
    free(wire->server);
    free(wire);
}

void wire_set_server(struct wire *wire, const char *server, uint16_t port)
{
    char *copy = mem_strdup(server);
    free(wire->server);
    wire->server = copy;
    wire->port = port;
}

void wire_set_limits(struct wire *wire, struct wire_limits limits)
{
    wire->limits = limits;
}

/* Before every poll: frees the connections that ended. */
static bool sweep(void *owner)
{
    struct wire *wire = owner;
    for (size_t i = 0; i < wire->links.count; i++) {
        struct wire_link *link = wire->links.items[i];
        for (size_t j = link->relays.count; j-- > 0;) {
            struct relay *relay = link->relays.items[j];
            if (relay->dead) {
                vec_remove(&link->relays, j);
                relay_free(relay);
            }
        }
    }
    return false;
}

/* The newest open connection, or NULL. */
static struct relay *newest(const struct wire_link *link)
{
    for (size_t i = link->relays.count; i-- > 0;) {
        if (!link->relays.items[i]->dead)
            return link->relays.items[i];
    }
    return NULL;
}

/* A fault of the link itself, told as the client's. */
static void tell_error(struct wire_link *link, const char *reason)
{
    struct relay none = {.link = link, .number = link->connections};
    struct flow flow = {.relay = &none, .direction = WIRE_UP};
    flow_tell(&flow, WIRE_ERROR, reason);
}

static void accept_client(void *owner, short revents)
{
    struct wire_link *link = owner;
    (void)revents;
    int fd = accept4(link->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
            loop_unwatch(link->watch);
            link->watch = NULL;
            tell_error(link, "cannot accept a connection: too many open "
                             "files; raise the limit (ulimit -n)");
        }
        return;
    }
    link->connections++;
    if (wire_link_open_connections(link) >= RELAYS_AT_ONCE ||
        link->connections > RELAYS_IN_ALL) {
        close(fd);
        tell_error(link, "too many connections: this one was refused");
        return;
    }
    struct relay *relay = relay_new(link, link->connections, fd);
    vec_push(&link->relays, relay);
    if (link->touch != NULL)
        link->touch(link->touch_owner);
}

struct wire_link *wire_link_new(struct wire *wire, const char *name,
    const char *address, struct error *error)
{
    return wire_link_new_at(wire, name, address, 0, error);
}

struct wire_link *wire_link_new_at(struct wire *wire, const char *name,
    const char *address, uint16_t port, struct error *error)
{
    int fd = socket_listen(address, &port, error);
    if (fd < 0)
        return NULL;
    struct wire_link *link = mem_alloc(sizeof *link);
    *link = (struct wire_link){
        .wire = wire, .name = mem_strdup(name), .fd = fd, .port = port};
    link->watch = loop_watch_fd(wire->loop, fd, POLLIN, accept_client, link);
    vec_push(&wire->links, link);
    return link;
}

void wire_link_free(struct wire_link *link)
{
    if (link == NULL)
        return;
    struct wire *wire = link->wire;
    for (size_t i = 0; i < wire->links.count; i++) {
        if (wire->links.items[i] == link) {
            vec_remove(&wire->links, i);
            break;
        }
    }
    for (size_t i = 0; i < link->relays.count; i++)
        relay_free(link->relays.items[i]);
    vec_free(&link->relays);
    loop_unwatch(link->watch);
    close(link->fd);
    free(link->name);
    free(link->jid);
    free(link);
}

const char *wire_link_name(const struct wire_link *link)
{
    return link->name;
}

uint16_t wire_link_port(const struct wire_link *link)
{
    return link->port;
}

void wire_link_set_owner(struct wire_link *link, void *owner)
{
    link->owner = owner;
}

void *wire_link_owner(const struct wire_link *link)
{
    return link->owner;
}

void wire_link_set_tls(struct wire_link *link, struct tls_authority *authority)
{
    link->authority = authority;
}

enum wire_state wire_link_state(const struct wire_link *link)
{
    const struct relay *relay = newest(link);
    if (relay == NULL)
        return link->connections > 0 ? WIRE_STATE_CLOSED : WIRE_STATE_IDLE;
    if (relay->bound)
        return WIRE_STATE_BOUND;
    return relay->authenticated ? WIRE_STATE_AUTHENTICATED : WIRE_STATE_OPEN;
}

const char *wire_link_jid(const struct wire_link *link)
{
    return link->jid;
}

const char *wire_link_other_jid(const struct wire_link *link)
{
    for (size_t i = 0; i < link->relays.count; i++) {
        const struct relay *relay = link->relays.items[i];
        if (!relay->dead && relay->bound && strcmp(relay->jid, link->jid) != 0)
            return relay->jid;
    }
    return NULL;
}

const char *wire_link_refusal(
    const struct wire_link *link, unsigned *count, int64_t *since_ms)
{
    if (count != NULL)
        *count = link->refusals;
    if (since_ms != NULL)
        *since_ms = link->refused_ms;
    return link->refusal[0] != 0 ? link->refusal : NULL;
}

unsigned wire_link_connections(const struct wire_link *link)
{
    return link->connections;
}

unsigned wire_link_open_connections(const struct wire_link *link)
{
    unsigned count = 0;
    for (size_t i = 0; i < link->relays.count; i++)
        count += !link->relays.items[i]->dead;
    return count;
}

void wire_link_set_filter(
    struct wire_link *link, wire_filter_fn *filter, void *owner)
{
    link->filter = filter;
    link->filter_owner = owner;
}

static struct flow *flow_of(struct relay *relay, enum wire_direction direction)
{
    return direction == WIRE_UP ? &relay->up : &relay->down;
}

size_t wire_release(struct wire_link *link, enum wire_direction direction)
{
    size_t count = 0;
    for (size_t i = 0; i < link->relays.count; i++) {
        struct relay *relay = link->relays.items[i];
        if (relay->dead)
            continue;
        count += flow_release(flow_of(relay, direction), true);
        relay_settle(relay);
    }
    return count;
}

bool wire_inject(struct wire_link *link, enum wire_direction direction,
    struct bytes data, struct error *error)
{
    struct relay *relay = newest(link);
    if (relay == NULL)
        return error_set(
            error, "%s is not connected: nothing can be injected", link->name);
    if (relay->greeting != NULL)
        return error_set(
            error, "%s has no TLS yet: nothing can be injected", link->name);
    flow_inject(flow_of(relay, direction), data);
    relay_settle(relay);
    return true;
}

void wire_cut(struct wire_link *link, bool reset)
{
    for (size_t i = 0; i < link->relays.count; i++)
        relay_close(link->relays.items[i], reset, false, "cut by the script");
}

void wire_stall(
    struct wire_link *link, enum wire_direction direction, bool stalled)
{
    link->stalled[direction] = stalled;
    for (size_t i = 0; i < link->relays.count; i++) {
        flow_of(link->relays.items[i], direction)->stalled = stalled;
        relay_settle(link->relays.items[i]);
    }
}

void wire_pace(struct wire_link *link, enum wire_direction direction,
    size_t segment, int pause_ms)
{
    for (size_t i = 0; i < link->relays.count; i++) {
        struct side *to = flow_of(link->relays.items[i], direction)->to;
        to->segment = segment;
        to->pause_ms = pause_ms;
        relay_settle(link->relays.items[i]);
    }
}

void wire_link_skip_large(struct wire_link *link, size_t beyond)
{
    link->skipped_beyond = beyond;
}

void wire_link_on_touch(
    struct wire_link *link, wire_touch_fn *touch, void *owner)
{
    link->touch = touch;
    link->touch_owner = owner;
}

const char *wire_kind_name(enum wire_kind kind)
{
    static const char *const names[] = {
        [WIRE_CONNECTED] = "connected",
        [WIRE_OPENED] = "opened",
        [WIRE_STANZA] = "stanza",
        [WIRE_SPACE] = "space",
        [WIRE_ENDED] = "ended",
        [WIRE_ERROR] = "error",
        [WIRE_UNPARSED] = "unparsed",
        [WIRE_SECURED] = "secured",
        [WIRE_CLOSED] = "closed",
    };
    return names[kind];
}

const char *wire_fate_name(enum wire_fate fate)
{
    static const char *const names[] = {
        [WIRE_PASSED] = "passed",
        [WIRE_DROPPED] = "dropped",
        [WIRE_HELD] = "held",
        [WIRE_REPLACED] = "replaced",
        [WIRE_RELEASED] = "released",
        [WIRE_SUBSTITUTE] = "substitute",
        [WIRE_COPY] = "copy",
        [WIRE_INJECTED] = "injected",
    };
    return names[fate];
}
