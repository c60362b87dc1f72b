/* Asks a port whether it serves a domain: opens a client stream there and
 * waits for its features. */
#ifndef JS_SERVER_PROBE_H
#define JS_SERVER_PROBE_H

#include "base/loop.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct probe;

/* Called once, from the loop; the probe is gone then. */
typedef void probe_fn(void *owner, bool serves);

/* The peer that never answers is given up by probe_cancel. */
struct probe *probe_start(struct loop *loop, const char *address, uint16_t port,
    const char *domain, probe_fn *told, void *owner);
/* Not after it told. NULL is allowed. */
void probe_cancel(struct probe *probe);

/* A non-blocking TCP connection in progress to a numeric address (IPv4 or
 * IPv6), without Nagle; -1 with errno. The caller closes it. */
int probe_connect(const char *address, uint16_t port);

#endif
