/* A relayed connection: moves bytes between client and server, follows both
 * ends' closing, and keeps either from running ahead of the other. */
#include "xmpp/relay.h"

#include "base/clock.h"
#include "base/memory.h"
#include "server/probe.h"
#include "xmpp/greeting.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void touch(struct relay *relay)
{
    struct wire_link *link = relay->link;
    if (link->touch != NULL)
        link->touch(link->touch_owner);
}

void relay_close(
    struct relay *relay, bool reset, bool silent, const char *reason)
{
    if (relay->dead)
        return;
    relay->dead = true;
    side_close(&relay->client, reset);
    side_close(&relay->server, reset);
    loop_timer_cancel(relay->timer);
    relay->timer = NULL;
    if (silent)
        return;
    struct flow *flows[] = {&relay->up, &relay->down};
    for (size_t i = 0; i < 2; i++) {
        if (!flows[i]->told_closed) {
            flows[i]->told_closed = true;
            flow_tell(flows[i], WIRE_CLOSED, reason);
        }
    }
    touch(relay);
}

void relay_free(struct relay *relay)
{
    relay_close(relay, false, true, NULL);
    greeting_free(relay->greeting);
    flow_free(&relay->up);
    flow_free(&relay->down);
    free(relay->jid);
    free(relay);
}

static void held_due(void *owner)
{
    struct relay *relay = owner;
    relay->timer = NULL;
    flow_release(&relay->up, false);
    flow_release(&relay->down, false);
    relay_settle(relay);
}

static void set_timer(struct relay *relay)
{
    int64_t up = flow_next_ms(&relay->up);
    int64_t down = flow_next_ms(&relay->down);
    int64_t next = up < down ? up : down;
    loop_timer_cancel(relay->timer);
    relay->timer = NULL;
    if (next != INT64_MAX)
        relay->timer =
            loop_timer_at(relay->link->wire->loop, next, held_due, relay);
}

/* Writes what the flow brought; a side that is gone ends its own flow. */
static void flush(struct relay *relay, struct flow *flow)
{
    size_t before = side_backlog(flow->to);
    struct flow *back = flow == &relay->up ? &relay->down : &relay->up;
    bool open = side_flush(flow->to);
    if (side_backlog(flow->to) != before && flow->direction == WIRE_DOWN)
        touch(relay);
    if (!open)
        flow_end(back, strerror(errno));
}

/* The from side sends no more and all it sent is written: passes that on. */
static void pass_end(struct flow *flow)
{
    struct side *to = flow->to;
    if (!flow->from->ended || flow->held.count > 0 || to->shut ||
        to->connecting || side_backlog(to) > 0)
        return;
    side_shut(to);
}

void relay_settle(struct relay *relay)
{
    struct flow *up = &relay->up, *down = &relay->down;
    if (relay->dead || relay->greeting != NULL)
        return;
    flush(relay, up);
    flush(relay, down);
    if (relay->dead)
        return;
    pass_end(up);
    pass_end(down);
    bool client_gone =
        relay->client.ended && (relay->client.shut || relay->client.broken);
    bool server_gone =
        relay->server.ended && (relay->server.shut || relay->server.broken);
    if ((client_gone && relay->server.shut) ||
        (server_gone && relay->client.shut)) {
        relay_close(relay, false, false, "the other side is gone");
        return;
    }
    side_update(&relay->client, flow_reads(up));
    side_update(&relay->server, flow_reads(down));
    set_timer(relay);
}

/* Reads once: other connections get their turn. */
static void read_side(struct relay *relay, struct flow *flow)
{
    uint8_t part[READ_SIZE];
    ssize_t got = side_read(flow->from, part, sizeof part);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got < 0)
        flow->from->broken = true;
    int code = errno;
    if (got > 0)
        flow_take(flow, bytes_of(part, (size_t)got));
    if (got <= 0 || (flow->from->tls != NULL && tls_has_ended(flow->from->tls)))
        flow_end(flow, got >= 0 ? "closed" : strerror(code));
    if (flow->direction == WIRE_UP)
        touch(relay);
}

static void client_ready(void *owner, short revents)
{
    struct relay *relay = owner;
    if (relay->greeting != NULL) {
        greeting_go_on(relay->greeting);
        return;
    }
    if (revents & (POLLIN | POLLHUP | POLLERR) && !relay->client.ended &&
        flow_reads(&relay->up))
        read_side(relay, &relay->up);
    relay_settle(relay);
}

static void server_connected(struct relay *relay)
{
    int code = 0;
    socklen_t len = sizeof code;
    getsockopt(relay->server.fd, SOL_SOCKET, SO_ERROR, &code, &len);
    if (code != 0) {
        char reason[160];
        snprintf(reason, sizeof reason, "cannot connect to the server: %s",
            strerror(code));
        relay_close(relay, false, false, reason);
        return;
    }
    relay->server.connecting = false;
    flow_tell(&relay->down, WIRE_CONNECTED, NULL);
}

static void server_ready(void *owner, short revents)
{
    struct relay *relay = owner;
    if (relay->server.connecting)
        server_connected(relay);
    else if (revents & (POLLIN | POLLHUP | POLLERR) && !relay->server.ended &&
             flow_reads(&relay->down))
        read_side(relay, &relay->down);
    relay_settle(relay);
}

void relay_connect(struct relay *relay)
{
    struct wire *wire = relay->link->wire;
    int fd = probe_connect(wire->server, wire->port);
    if (fd < 0) {
        char reason[160];
        snprintf(reason, sizeof reason, "cannot connect to the server: %s",
            strerror(errno));
        relay_close(relay, false, false, reason);
        return;
    }
    side_open(&relay->server, wire->loop, fd, true, server_ready, relay);
    relay_settle(relay);
}

struct relay *relay_new(struct wire_link *link, unsigned number, int fd)
{
    struct relay *relay = mem_alloc(sizeof *relay);
    struct loop *loop = link->wire->loop;
    relay->link = link;
    relay->number = number;
    side_open(&relay->client, loop, fd, false, client_ready, relay);
    side_open(&relay->server, loop, -1, true, server_ready, relay);
    flow_open(&relay->up, relay, WIRE_UP, &relay->client, &relay->server);
    flow_open(&relay->down, relay, WIRE_DOWN, &relay->server, &relay->client);
    flow_tell(&relay->up, WIRE_CONNECTED, NULL);
    if (link->authority != NULL)
        relay->greeting = greeting_new(relay);
    else
        relay_connect(relay);
    return relay;
}
