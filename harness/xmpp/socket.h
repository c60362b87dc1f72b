/* One side of a relayed connection: a non-blocking socket with what is yet to
 * be written to it. */
#ifndef JS_XMPP_SOCKET_H
#define JS_XMPP_SOCKET_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/loop.h"
#include "xmpp/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct side {
    int fd; /* -1: closed */
    struct loop *loop;
    struct loop_watch *watch; /* NULL while nothing is waited for */
    loop_fd_fn *ready;
    void *owner;
    struct buffer out;
    size_t sent; /* of out */
    /* At most so many bytes a write, and a pause after each; 0: no bound. */
    size_t segment;
    int pause_ms;
    struct loop_timer *pause;
    int64_t paused_until_ms; /* 0: nothing was written lately */
    struct tls *tls; /* owned; NULL: plain */
    bool connecting;
    bool shut;   /* wrote its end */
    bool broken; /* cannot be written to any more */
    bool ended;  /* sends no more */
};

/* A listening socket at *port, or at a free one when that is 0, above the
 * descriptors that select() can hold; -1 on error. */
int socket_listen(const char *address, uint16_t *port, struct error *error);
/* The same, not yet listening: connections are refused. */
int socket_bind(const char *address, uint16_t *port, struct error *error);
/* A copy of the descriptor above 1023 when the limits allow one, else the
 * descriptor itself. libstrophe's select() needs those below. */
int socket_move_up(int fd);
/* Lifts the soft limit of open files to what a run can need. */
void socket_raise_limit(void);

/* fd -1 is a side that never was. */
void side_open(struct side *side, struct loop *loop, int fd, bool connecting,
    loop_fd_fn *ready, void *owner);
/* reset: what is in flight is lost and the peer sees RST. */
void side_close(struct side *side, bool reset);
/* Bytes not yet written. */
size_t side_backlog(const struct side *side);
void side_add(struct side *side, struct bytes data);
/* Writes what can be written now; false when the peer is gone (errno). */
bool side_flush(struct side *side);
/* Bytes read, 0 at the end, -1 with errno (EAGAIN: nothing now). */
ssize_t side_read(struct side *side, void *out, size_t size);
/* Says that nothing more is written. */
void side_shut(struct side *side);
/* Tells the loop what to wait for: more bytes when reading, room when there
 * is a backlog. */
void side_update(struct side *side, bool reading);

#endif
