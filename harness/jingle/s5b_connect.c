#include "jingle/s5b.h"

#include <string.h>

enum { CONNECTIONS_MAX = 256 };

/* --- listeners --- */

static struct listener *find_listener(struct client *c, const char *address)
{
    for (size_t i = 0; i < c->listeners.count; i++) {
        if (!strcmp(c->listeners.items[i].address, address)) {
            return &c->listeners.items[i];
        }
    }
    return NULL;
}

void s5b_listen(struct client *c)
{
    const char *at = policy(c)->addresses;
    while (*at) {
        at += strspn(at, " ,");
        size_t len = strcspn(at, " ,");
        char *address = mem_strndup(at, len);
        at += len;
        uint16_t port = 0;
        int id = len && !find_listener(c, address)
                     ? c->host->listen(c->owner, address, &port)
                     : 0;
        if (id) {
            struct listener listener = {id, address, port};
            vec_push(&c->listeners, listener);
        } else {
            free(address);
        }
    }
}

static bool uses_s5b(const struct transport *t, const struct transport *but)
{
    return t && t != but && t->s5b;
}

void s5b_unlisten(struct client *c, const struct transport *but)
{
    for (size_t i = 0; i < c->sessions.count; i++) {
        const struct session *session = c->sessions.items[i];
        for (size_t k = 0; k < session->contents.count; k++) {
            const struct content *content = session->contents.items[k];
            if (uses_s5b(content->transport, but) ||
                uses_s5b(content->replacement, but) ||
                uses_s5b(content->old, but)) {
                return;
            }
        }
    }
    while (c->listeners.count) {
        struct listener *last = &c->listeners.items[c->listeners.count - 1];
        c->host->unlisten(c->owner, last->id);
        free(last->address);
        c->listeners.count--;
    }
    vec_free(&c->listeners);
}

/* --- connections --- */

static struct connection *connection_new(struct client *c, int id)
{
    struct connection *connection = mem_alloc(sizeof *connection);
    connection->c = c;
    connection->id = id;
    vec_push(&c->connections, connection);
    return connection;
}

static struct connection *find_connection(const struct client *c, int id)
{
    for (size_t i = 0; i < c->connections.count; i++) {
        if (c->connections.items[i]->id == id) {
            return c->connections.items[i];
        }
    }
    return NULL;
}

/* Takes it out of the list and frees it; the host's end is gone or closed. */
static void drop(struct connection *connection)
{
    struct client *c = connection->c;
    timer_forget(c, connection);
    for (size_t i = 0; i < c->connections.count; i++) {
        if (c->connections.items[i] == connection) {
            vec_remove(&c->connections, i);
            break;
        }
    }
    if (connection->t && connection->t->s5b &&
        connection->t->s5b->stream == connection) {
        connection->t->s5b->stream = NULL;
    }
    buffer_free(&connection->early);
    free(connection);
}

static void hang_up(struct connection *connection)
{
    connection->c->host->close(connection->c->owner, connection->id);
    drop(connection);
}

void s5b_free_connections(struct client *c)
{
    while (c->connections.count) {
        hang_up(c->connections.items[c->connections.count - 1]);
    }
    vec_free(&c->connections);
}

void s5b_close_all(struct transport *t, const struct connection *but)
{
    struct client *c = t->c;
    for (size_t i = c->connections.count; i-- > 0;) {
        struct connection *at = c->connections.items[i];
        if (at->t == t && at != but) {
            if (but && fault(c, FAULT_S5B_LOSERS_KEPT)) {
                continue;
            }
            hang_up(at);
        }
    }
}

struct connection *s5b_accepted(const struct transport *t, int listener)
{
    struct client *c = t->c;
    for (size_t i = c->connections.count; i-- > 0;) {
        struct connection *at = c->connections.items[i];
        if (at->t == t && at->incoming && at->listener == listener &&
            at->socks.state == SOCKS5_OPEN) {
            return at;
        }
    }
    return NULL;
}

/* What the handshake wants to say; small, so a fresh socket takes it. */
static void flush(struct connection *connection)
{
    struct socks5 *socks = &connection->socks;
    struct client *c = connection->c;
    if (socks->out_len) {
        c->host->write(c->owner, connection->id, socks->out, socks->out_len);
        socks->out_len = 0;
    }
}

/* --- trying the peer's candidates --- */

static void attempt_over(struct connection *connection);

static void attempt_timed_out(struct client *c, void *owner)
{
    (void)c;
    struct connection *connection = owner;
    struct transport *t = connection->t;
    bool own_proxy = connection->own_proxy;
    hang_up(connection);
    if (own_proxy) {
        s5b_proxy_failed(t);
    } else if (t) {
        s5b_try(t);
    }
}

static void try_again(struct client *c, void *owner)
{
    (void)c;
    s5b_try(owner);
}

static void proxies_may_start(struct client *c, void *owner)
{
    (void)c;
    struct transport *t = owner;
    t->s5b->proxies_may_start = true;
    s5b_try(t);
}

bool s5b_is_trying(const struct transport *t)
{
    for (size_t i = 0; i < t->c->connections.count; i++) {
        const struct connection *at = t->c->connections.items[i];
        if (at->t == t && !at->incoming && !at->own_proxy) {
            return true;
        }
    }
    return false;
}

/* The DST.ADDR for a candidate of the peer's. */
static const char *address_for(
    const struct transport *t, const struct candidate *candidate)
{
    const struct s5b *s5b = t->s5b;
    bool given = s5b->given && candidate->type == CANDIDATE_PROXY;
    return given ? s5b->given : s5b->dstaddr_theirs;
}

static struct connection *connect_to(
    struct transport *t, const struct candidate *candidate, const char *address)
{
    struct client *c = t->c;
    int id = c->host->connect(c->owner, candidate->host, candidate->port);
    if (!id) {
        return NULL;
    }
    bool odd_port = fault(c, FAULT_SOCKS5_PORT_NOT_ZERO) ||
                    (candidate->type == CANDIDATE_PROXY &&
                        fault(c, FAULT_SOCKS5_PROXY_PORT));
    struct connection *connection = connection_new(c, id);
    connection->t = t;
    socks5_client(&connection->socks, address, odd_port ? candidate->port : 0);
    timer_set(
        c, attempt_timed_out, connection, policy(c)->candidate_timeout_ms);
    return connection;
}

/* The one of the highest priority, the first among equals. */
static struct candidate *next_untried(struct transport *t)
{
    struct s5b *s5b = t->s5b;
    bool lowest = fault(t->c, FAULT_S5B_LOWEST_FIRST);
    struct candidate *best = NULL;
    for (size_t i = 0; i < s5b->theirs.count; i++) {
        struct candidate *at = &s5b->theirs.items[i];
        if (at->tried) {
            continue;
        }
        if (!best || (lowest ? at->priority <= best->priority
                             : at->priority > best->priority)) {
            best = at;
        }
    }
    return best;
}

void s5b_try(struct transport *t)
{
    struct client *c = t->c;
    struct s5b *s5b = t->s5b;
    while (!t->over && s5b->mine == REPORT_NONE) {
        struct candidate *candidate = next_untried(t);
        if (!candidate) {
            timer_cancel(c, try_again, t);
            if (!s5b_is_trying(t)) {
                s5b_exhausted(t);
            }
            return;
        }
        bool trying = s5b_is_trying(t);
        if (candidate->type == CANDIDATE_PROXY && trying &&
            !s5b->proxies_may_start && policy(c)->proxy_wait_ms) {
            timer_set(c, proxies_may_start, t, policy(c)->proxy_wait_ms);
            return;
        }
        candidate->tried = true;
        struct connection *connection =
            connect_to(t, candidate, address_for(t, candidate));
        if (connection) {
            connection->candidate = (size_t)(candidate - s5b->theirs.items);
            if (!fault(c, FAULT_S5B_NO_STAGGER)) {
                timer_set(c, try_again, t, policy(c)->candidate_stagger_ms);
            }
            return;
        }
    }
}

void s5b_stop_trying(
    struct transport *t, uint64_t priority, const struct connection *but)
{
    struct client *c = t->c;
    struct s5b *s5b = t->s5b;
    for (size_t i = 0; i < s5b->theirs.count; i++) {
        if (s5b->theirs.items[i].priority <= priority) {
            s5b->theirs.items[i].tried = true;
        }
    }
    for (size_t i = c->connections.count; i-- > 0;) {
        struct connection *at = c->connections.items[i];
        if (at->t == t && at != but && !at->incoming && !at->own_proxy &&
            s5b->theirs.items[at->candidate].priority <= priority) {
            hang_up(at);
        }
    }
}

void s5b_connect_proxy(struct transport *t, size_t candidate)
{
    struct connection *connection =
        connect_to(t, &t->s5b->ours.items[candidate], t->s5b->dstaddr_ours);
    if (!connection) {
        s5b_proxy_failed(t);
        return;
    }
    connection->own_proxy = true;
    connection->candidate = candidate;
}

/* A connection broke before it was the stream. */
static void attempt_over(struct connection *connection)
{
    struct transport *t = connection->t;
    bool own_proxy = connection->own_proxy;
    bool incoming = connection->incoming;
    drop(connection);
    if (own_proxy) {
        s5b_proxy_failed(t);
    } else if (t && !incoming) {
        s5b_try(t);
    }
}

/* --- the peer's connections to us --- */

static void greeting_timed_out(struct client *c, void *owner)
{
    (void)c;
    hang_up(owner);
}

void s5b_client_accepted(struct client *c, int listener, int id)
{
    if (c->connections.count >= CONNECTIONS_MAX) {
        c->host->close(c->owner, id);
        return;
    }
    struct connection *connection = connection_new(c, id);
    connection->incoming = true;
    connection->listener = listener;
    socks5_server(&connection->socks);
    timer_set(
        c, greeting_timed_out, connection, policy(c)->candidate_timeout_ms);
}

static bool wants(const struct transport *t, const struct socks5 *socks)
{
    return t && t->s5b && !t->over &&
           ((socks->address_len == S5B_DSTADDR_LEN &&
                !memcmp(
                    socks->address, t->s5b->dstaddr_ours, S5B_DSTADDR_LEN)) ||
               fault(t->c, FAULT_S5B_DSTADDR_UNCHECKED));
}

static struct transport *wanted_by(
    const struct client *c, const struct socks5 *socks)
{
    for (size_t i = 0; i < c->sessions.count; i++) {
        const struct session *session = c->sessions.items[i];
        for (size_t k = 0; k < session->contents.count; k++) {
            struct content *content = session->contents.items[k];
            if (wants(content->transport, socks)) {
                return content->transport;
            }
            if (wants(content->replacement, socks)) {
                return content->replacement;
            }
        }
    }
    return NULL;
}

static void decide(struct connection *connection)
{
    struct client *c = connection->c;
    struct socks5 *socks = &connection->socks;
    connection->t = wanted_by(c, socks);
    if (!connection->t) {
        static const enum socks5_reply replies[] = {
            [REFUSAL_NOT_ALLOWED] = SOCKS5_NOT_ALLOWED,
            [REFUSAL_GENERAL] = SOCKS5_GENERAL_FAILURE,
            [REFUSAL_UNREACHABLE] = SOCKS5_HOST_UNREACHABLE,
            [REFUSAL_REFUSED] = SOCKS5_CONNECTION_REFUSED};
        socks5_answer(socks, replies[policy(c)->socks5_refusal]);
        return;
    }
    timer_cancel(c, greeting_timed_out, connection);
    if (fault(c, FAULT_SOCKS5_BOUND_WRONG)) {
        socks->address[0] = socks->address[0] == 'x' ? 'y' : 'x';
    }
    socks5_answer(socks, SOCKS5_SUCCEEDED);
}

/* --- what the host tells --- */

static void take_early(
    struct connection *connection, const uint8_t *data, size_t len)
{
    struct client *c = connection->c;
    buffer_add(&connection->early, data, len);
    c->host->watch(c->owner, connection->id, false, false);
}

static void take_data(
    struct connection *connection, const uint8_t *data, size_t len)
{
    struct client *c = connection->c;
    struct socks5 *socks = &connection->socks;
    bool was_open = socks->state == SOCKS5_OPEN;
    while (!was_open && len && socks->state != SOCKS5_OPEN &&
           socks->state != SOCKS5_FAILED) {
        size_t used = socks5_take(socks, data, len);
        data += used;
        len -= used;
        if (socks->state == SOCKS5_DECIDE) {
            decide(connection);
        }
        flush(connection);
    }
    if (connection->incoming && socks->in_len &&
        fault(c, FAULT_SOCKS5_WHOLE_READS)) {
        hang_up(connection);
        return;
    }
    if (socks->state == SOCKS5_FAILED) {
        c->host->close(c->owner, connection->id);
        attempt_over(connection);
        return;
    }
    if (socks->state != SOCKS5_OPEN) {
        return;
    }
    struct transport *t = connection->t;
    if (t->s5b->stream == connection) {
        if (len) {
            s5b_stream_data(t, data, len);
        }
        return;
    }
    /* not nominated yet: nothing more is read until it is */
    take_early(connection, data, len);
    if (!was_open && !connection->incoming) {
        timer_cancel(c, attempt_timed_out, connection);
        s5b_connected(t, connection);
    }
}

void s5b_read_on(struct connection *connection)
{
    struct client *c = connection->c;
    struct buffer early = connection->early;
    memset(&connection->early, 0, sizeof connection->early);
    c->host->watch(c->owner, connection->id, true, false);
    if (early.len) {
        s5b_stream_data(connection->t, early.data, early.len);
    }
    buffer_free(&early);
}

void s5b_client_event(struct client *c, int id,
    enum client_connection_event event, const void *data, size_t len)
{
    struct connection *connection = find_connection(c, id);
    if (!connection) {
        return;
    }
    struct transport *t = connection->t;
    bool stream = t && t->s5b && t->s5b->stream == connection;
    switch (event) {
    case CLIENT_OPEN:
        flush(connection);
        break;
    case CLIENT_DATA:
        take_data(connection, data, len);
        break;
    case CLIENT_WRITABLE:
        if (stream) {
            s5b_stream_writable(t);
        }
        break;
    case CLIENT_REFUSED:
    case CLIENT_CLOSED:
        if (stream) {
            drop(connection);
            s5b_stream_closed(t);
        } else {
            attempt_over(connection);
        }
        break;
    }
}
