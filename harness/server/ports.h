/* Loopback ports that are ours for sure: which TCP ports a process listens
 * on (Linux: /proc), and a port kept free until a server has taken it. */
#ifndef JS_SERVER_PORTS_H
#define JS_SERVER_PORTS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The ports (IPv4 and IPv6) the process listens on, at most limit; returns how
 * many. */
size_t ports_of(pid_t pid, uint16_t *ports, size_t limit);

/* Binds a free port of 127.0.0.1 without listening: nobody is given it by
 * chance, and a server that sets SO_REUSEADDR can still bind it. Returns the
 * socket, which the caller closes once the server listens, or -1. */
int port_reserve(uint16_t *port, struct error *error);

#endif
