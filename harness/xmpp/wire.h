/* The wire: the recording relay between every client and the server. A link
 * is one listener on 127.0.0.1 for one actor or client; each connection it
 * accepts gets a connection to the server of its own. Bytes go through at
 * stanza granularity, untouched unless a filter says otherwise; both
 * directions are parsed, time-stamped and told to one observer.
 * Needs SIGPIPE ignored. */
#ifndef JS_XMPP_WIRE_H
#define JS_XMPP_WIRE_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/loop.h"
#include "xmpp/tls.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

struct wire;
struct wire_link;

enum wire_direction {
    WIRE_UP,  /* from the client to the server */
    WIRE_DOWN /* from the server to the client */
};

enum wire_kind {
    WIRE_CONNECTED, /* UP: the client connected; DOWN: the server answered */
    WIRE_OPENED,    /* a stream header */
    WIRE_STANZA,    /* a first-level element, SASL and features included */
    WIRE_SPACE,     /* white space between stanzas */
    WIRE_ENDED,     /* </stream:stream> */
    WIRE_ERROR,     /* malformed or over a limit: reason says what. Bytes of
                     * this direction go on unparsed, or no more are read when
                     * a limit of the wire was hit */
    WIRE_UNPARSED,  /* bytes after an error; malformed bytes injected */
    WIRE_SECURED,   /* the client's TLS handshake is done */
    WIRE_CLOSED     /* this side sends no more: closed, reset or cut */
};

enum wire_fate {
    WIRE_PASSED,     /* sent by one side, on its way to the other */
    WIRE_DROPPED,    /* sent, and a filter threw it away */
    WIRE_HELD,       /* sent, and a filter keeps it for now */
    WIRE_REPLACED,   /* sent, and a filter put other bytes in its place */
    WIRE_RELEASED,   /* was held; goes on now */
    WIRE_SUBSTITUTE, /* the other bytes, on their way */
    WIRE_COPY,       /* the second of a doubled stanza, on its way */
    WIRE_INJECTED    /* by wire_inject: nobody sent it */
};

struct wire_event {
    struct wire_link *link;
    enum wire_direction direction;
    enum wire_kind kind;
    enum wire_fate fate;
    bool sent;           /* the sending side sent this */
    bool delivered;      /* the other side gets this */
    bool restarted;      /* WIRE_OPENED: after SASL or STARTTLS */
    unsigned connection; /* the link's first is 1 */
    int64_t time_us;     /* clock_us() when its last byte was read */
    /* WIRE_OPENED, WIRE_STANZA (see parser.h); NULL when what a filter or an
     * injection brought is not one stanza. To keep it, take it and set it to
     * NULL; else the wire frees it after the call. */
    xmlDoc *doc;
    struct bytes raw;   /* exact bytes; valid during the call */
    const char *reason; /* WIRE_ERROR, WIRE_CLOSED; else NULL */
};

/* Told about everything, in order. Must not free the link or the wire. */
typedef void wire_observer_fn(void *owner, struct wire_event *event);

/* server: a numeric address. The loop must outlive the wire. Raises the soft
 * limit of open files as far as allowed. */
struct wire *wire_new(struct loop *loop, const char *server, uint16_t port,
    wire_observer_fn *observer, void *owner);
/* Frees all links too. NULL is allowed. */
void wire_free(struct wire *wire);
/* Connections accepted from now on go there (a server that restarted). */
void wire_set_server(struct wire *wire, const char *server, uint16_t port);

/* How much one direction of one link may send in all before it is no longer
 * read, and a WIRE_ERROR says so. Default 256 MiB, 1,000,000 events. */
struct wire_limits {
    uint64_t bytes, events;
};
void wire_set_limits(struct wire *wire, struct wire_limits limits);

/* A link on a free port. address: "127.0.0.1" unless told to advertise
 * another. NULL on error. name is copied, for messages. */
struct wire_link *wire_link_new(struct wire *wire, const char *name,
    const char *address, struct error *error);
/* Closes its connections without telling the observer. NULL is allowed. */
void wire_link_free(struct wire_link *link);
/* The same on a port of the caller's choice; 0: a free one. */
struct wire_link *wire_link_new_at(struct wire *wire, const char *name,
    const char *address, uint16_t port, struct error *error);
const char *wire_link_name(const struct wire_link *link);
uint16_t wire_link_port(const struct wire_link *link);
/* For whoever owns the link: any pointer. */
void wire_link_set_owner(struct wire_link *link, void *owner);
void *wire_link_owner(const struct wire_link *link);

/* From the next connection on the link demands TLS of its clients: direct TLS
 * (XEP-0368) when a handshake comes first, else STARTTLS. The server is still
 * reached in plain, on loopback; it is connected when the TLS stands, so the
 * wire itself speaks the stream before it: what it says is WIRE_INJECTED, what
 * the client says there WIRE_DROPPED (it never reaches the server). The server
 * sees no TLS and so offers no channel binding. authority NULL: plain again. It
 * must outlive the link. */
void wire_link_set_tls(struct wire_link *link, struct tls_authority *authority);

enum wire_state {
    WIRE_STATE_IDLE,          /* nobody connected yet */
    WIRE_STATE_OPEN,          /* connected */
    WIRE_STATE_AUTHENTICATED, /* SASL success was seen */
    WIRE_STATE_BOUND,         /* has a full JID (RFC 6120 s7) */
    WIRE_STATE_CLOSED         /* the last connection is gone */
};
/* State of the newest connection. */
enum wire_state wire_link_state(const struct wire_link *link);
/* The full JID the server bound, of the newest connection that has one; it
 * stays when that closed. NULL before. */
const char *wire_link_jid(const struct wire_link *link);
/* The full JID of an open connection that is another one; NULL: none. */
const char *wire_link_other_jid(const struct wire_link *link);
/* How the server refused the newest login, as a sentence with the condition
 * (RFC 6120 s6.5, s4.9.3, s7.7). NULL: it did not, or a later attempt went
 * further. count: how often in a row; since_ms: when last, of clock_ms(). Both
 * may be NULL. */
const char *wire_link_refusal(
    const struct wire_link *link, unsigned *count, int64_t *since_ms);
/* Connections accepted so far; those open now. */
unsigned wire_link_connections(const struct wire_link *link);
unsigned wire_link_open_connections(const struct wire_link *link);

/* What to do with a WIRE_OPENED, WIRE_STANZA, WIRE_SPACE or WIRE_ENDED. */
enum wire_action {
    WIRE_PASS,
    WIRE_DROP,
    WIRE_DOUBLE,
    WIRE_HOLD,    /* until until_ms of clock_ms() or wire_release */
    WIRE_REPLACE, /* by replacement, which the wire copies */
    WIRE_CUT      /* pass nothing; end the connection as wire_cut does */
};

struct wire_verdict {
    enum wire_action action;
    int64_t until_ms; /* WIRE_HOLD; 0: until wire_release */
    bool in_order;    /* WIRE_HOLD: what follows waits too (a delay); false:
                       * what follows overtakes it (a reordering) */
    bool reset;       /* WIRE_CUT */
    struct bytes replacement;
};

/* Asked before the observer is told. The event's doc must not be taken. */
typedef struct wire_verdict wire_filter_fn(
    void *owner, const struct wire_event *event);
/* One filter for a link, NULL for none. */
void wire_link_set_filter(
    struct wire_link *link, wire_filter_fn *filter, void *owner);
/* Sends all that is held in this direction, in the order it came; returns how
 * many. */
size_t wire_release(struct wire_link *link, enum wire_direction direction);

/* Puts bytes between two stanzas of the newest connection; the observer is
 * told at once (one event a stanza; WIRE_UNPARSED for what is malformed).
 * False when the link has no open connection. */
bool wire_inject(struct wire_link *link, enum wire_direction direction,
    struct bytes data, struct error *error);

/* Ends all connections of the link on both sides at once; reset: by RST, what
 * is in flight is lost. */
void wire_cut(struct wire_link *link, bool reset);
/* Stops or resumes reading in a direction: a peer that stalls. */
void wire_stall(
    struct wire_link *link, enum wire_direction direction, bool stalled);

/* Writes at most segment bytes of a direction at once and pauses after each: a
 * slow or chopped path. Turns of the loop that come late make up for the
 * pauses they missed. segment 0: as fast as it goes; SIZE_MAX: not chopped,
 * slow alone. Of connections open now; the next one is fast. */
void wire_pace(struct wire_link *link, enum wire_direction direction,
    size_t segment, int pause_ms);

/* Stanzas of more bytes than this towards a bound client are told and not
 * written to it: for a client in this process, who takes what arrives from the
 * observer. 0: all are written. */
void wire_link_skip_large(struct wire_link *link, size_t beyond);

/* Called whenever bytes went to or came from the client, or its connection
 * ended; the actor on the link sets it. */
typedef void wire_touch_fn(void *owner);
void wire_link_on_touch(
    struct wire_link *link, wire_touch_fn *touch, void *owner);

/* Text for messages and reports: "stanza", "dropped", ... */
const char *wire_kind_name(enum wire_kind kind);
const char *wire_fate_name(enum wire_fate fate);

#endif
