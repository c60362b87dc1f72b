/* A private XMPP server: started from a generated configuration in a
 * temporary directory, on ports of its own on loopback, with a domain of its
 * own, and killed with all its processes. One interface for all kinds. */
#ifndef JS_SERVER_H
#define JS_SERVER_H

#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

enum server_state {
    SERVER_STARTING,
    SERVER_READY,  /* a stream to its domain opens */
    SERVER_FAILED, /* never got ready */
    SERVER_DIED,   /* was ready, its process is gone */
    SERVER_STOPPED /* by server_stop */
};

struct server_options {
    const char *kind; /* a row of server_kinds(); NULL: "prosody" */
    /* What makes the domain's name random; 0: from the system. */
    uint64_t seed;
    /* external only: numeric address or a name, port, domain. */
    const char *address;
    uint16_t port;
    const char *domain;
    const char *below;  /* where its directory is made; NULL: a temporary one */
    bool keep;          /* leave the directory behind */
    double time_factor; /* of the start's deadline; 0: 1 */
    /* Where its SOCKS5 proxy listens and is told to be, for clients on other
     * machines; NULL: loopback. */
    const char *proxy_address;
};

/* Names of all kinds, NULL-terminated, the default first. */
const char *const *server_kinds(void);
/* NULL when a server of this kind can be started here; else one line that
 * says what is missing and how to get it. kind NULL: the default. */
const char *server_missing(const char *kind);

/* Starts it and returns at once; NULL when it cannot even be started. Turn
 * the loop until the state is no longer SERVER_STARTING (its own deadline is
 * 60 s times time_factor; a process that ends is noticed at once). */
struct server *server_start(struct loop *loop,
    const struct server_options *options, struct error *error);
/* Turns the loop until it is ready. False: failed, with reason and the last
 * log lines in error; the server is still to be freed. */
bool server_wait(struct server *server, struct error *error);
/* Both in one; NULL on error. */
struct server *server_open(struct loop *loop,
    const struct server_options *options, struct error *error);

/* Looks whether the process still lives (a system call, no waiting). */
enum server_state server_state(struct server *server);
/* The same, and waits for a process that is going down: its connections end
 * a moment before it can be seen dead. For who asks why one ended. */
enum server_state server_settled_state(struct server *server);
/* Why it failed or died, with the last lines of its log; "" before. */
const char *server_error(struct server *server);

/* Kills the process group; accounts and data stay. */
void server_stop(struct server *server);
/* Stops it if it runs and starts it again on the same domain and data; the
 * port may be another one when it is ready. */
bool server_restart(struct server *server, struct error *error);
/* Stops, removes the directory unless told to keep it. NULL is allowed. */
void server_free(struct server *server);

const char *server_kind(const struct server *server);
const char *server_domain(const struct server *server);
/* Numeric; valid when ready. */
const char *server_address(const struct server *server);
uint16_t server_port(const struct server *server);
/* The temporary directory, NULL for external. */
const char *server_directory(const struct server *server);
int server_pid(const struct server *server);

/* The server's SOCKS5 proxy (XEP-0065); jid is NULL when it has none. The
 * JID is that of the component: a streamhost's own JID may differ
 * (ejabberd's carries a resource), so ask the component for the streamhost
 * and activate that JID. */
struct server_proxy {
    const char *jid;
    const char *host;
    uint16_t port;
};
struct server_proxy server_proxy(const struct server *server);

/* What it offers, NULL-terminated words of one vocabulary: "pep", "carbons",
 * "mam", "proxy65", "register". */
const char *const *server_features(const struct server *server);
bool server_has(const struct server *server, const char *feature);

/* Its kind and, when its log told it, its version: "prosody 0.12.3". Free
 * it. */
char *server_version(const struct server *server);

/* The last lines of its log ("" when it has none); free it. */
char *server_log(const struct server *server, size_t lines);

#endif
