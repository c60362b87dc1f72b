/* Inside the wire: one relayed connection, its two sides and its two flows.
 * wire.c owns links and listeners, relay.c moves bytes between the sides,
 * flow.c turns the bytes of one direction into events and back. */
#ifndef JS_XMPP_RELAY_H
#define JS_XMPP_RELAY_H

#include "base/vec.h"
#include "xmpp/parser.h"
#include "xmpp/socket.h"
#include "xmpp/wire.h"

struct relay;

enum {
    OUT_HIGH = 1 << 18,     /* backlog at which the sender is no longer read */
    HELD_HIGH = 4 << 20,    /* the same for what filters hold */
    RELAYS_AT_ONCE = 16,    /* connections of one link open at once */
    RELAYS_IN_ALL = 100000, /* and in its life */
    READ_SIZE = 1 << 16
};

/* Bytes that a filter keeps back. */
struct held {
    enum wire_kind kind;
    char *data;
    size_t len;
    int64_t until_ms; /* -1: until released; 0: as soon as in order */
    bool in_order;
};

/* One direction of a connection. */
struct flow {
    struct relay *relay;
    enum wire_direction direction;
    struct side *from, *to;
    struct stream_parser *parser;
    VEC(struct held) held;
    size_t held_bytes;
    uint64_t bytes, events;
    bool stalled, limited, told_closed;
};

struct relay {
    struct wire_link *link;
    unsigned number;
    struct side client, server;
    struct flow up, down;
    struct loop_timer *timer; /* for what is held until a time */
    /* Until the client's TLS stands; the server is not connected before. */
    struct greeting *greeting;
    bool authenticated, bound;
    char *jid; /* that was bound */
    bool dead; /* closed; wire.c frees it before the next poll */
};

struct wire_link {
    struct wire *wire;
    char *name;
    int fd;
    uint16_t port;
    struct loop_watch *watch;
    VEC(struct relay *) relays; /* the newest last */
    unsigned connections;
    char *jid;
    char refusal[192]; /* of the newest login; "": none */
    unsigned refusals; /* in a row */
    int64_t refused_ms;
    struct tls_authority *authority; /* NULL: plain */
    wire_filter_fn *filter;
    void *filter_owner;
    wire_touch_fn *touch;
    void *touch_owner;
    void *owner;
    size_t skipped_beyond; /* 0: nothing is skipped */
    bool stalled[2];
};

struct wire {
    struct loop *loop;
    struct loop_hook *hook;
    char *server;
    uint16_t port;
    wire_observer_fn *observer;
    void *owner;
    struct wire_limits limits;
    VEC(struct wire_link *) links;
};

/* Takes the accepted descriptor. */
struct relay *relay_new(struct wire_link *link, unsigned number, int fd);
/* Opens the connection to the server and begins to relay. */
void relay_connect(struct relay *relay);
/* Closes both sides at once; tells the observer unless silent. */
void relay_close(
    struct relay *relay, bool reset, bool silent, const char *reason);
void relay_free(struct relay *relay);
/* Writes what is due, ends what has ended, says what to wait for. After
 * anything was added to a side from outside. */
void relay_settle(struct relay *relay);

void flow_open(struct flow *flow, struct relay *relay,
    enum wire_direction direction, struct side *from, struct side *to);
void flow_free(struct flow *flow);
/* Bytes that the from side sent. */
void flow_take(struct flow *flow, struct bytes data);
/* The from side sends no more. */
void flow_end(struct flow *flow, const char *reason);
void flow_inject(struct flow *flow, struct bytes data);
/* Sends what is held and due; all of it when forced. */
size_t flow_release(struct flow *flow, bool forced);
/* The earliest time at which something held is due; INT64_MAX: none. */
int64_t flow_next_ms(const struct flow *flow);
/* May the from side be read? */
bool flow_reads(const struct flow *flow);
/* Tells the observer about a piece that does not go through this flow: the
 * wire's own part of a greeting. The piece's doc is taken. */
void flow_tell_piece(
    struct flow *flow, struct stream_event *piece, enum wire_fate fate);
/* Tells the observer about something that is not a piece of the stream. */
void flow_tell(struct flow *flow, enum wire_kind kind, const char *reason);

#endif
