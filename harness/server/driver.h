/* What the kinds of servers differ in. server.c owns the process and the
 * states; a driver is a row of its table. */
#ifndef JS_SERVER_DRIVER_H
#define JS_SERVER_DRIVER_H

#include "base/error.h"
#include "server/server.h"

#include <stdbool.h>
#include <stdint.h>

/* What a driver writes its configuration from. */
struct server_plan {
    const char *directory; /* exists, empty at the first start */
    const char *log;       /* file that takes stdout and stderr */
    const char *domain;
    const char *proxy_jid;
    const char *proxy_address; /* numeric: where it listens, what it tells */
    uint16_t proxy_port;       /* reserved; 0 when the driver has no proxy */
};

enum { SERVER_ARGUMENTS = 32 };

/* NULL-terminated; strings are freed by the server. */
struct server_command {
    char *argv[SERVER_ARGUMENTS];
    char *environment[8];
};

struct server_driver {
    const char *kind;
    /* What must be on this machine; NULL when nothing is. */
    const char *program;
    const char *missing; /* the line for when it is not there */
    const char *const *features;
    bool proxy;
    /* What stands before its version in its log; NULL: it does not say. */
    const char *version_mark;
    /* Keeps data in memory for a while: a restart asks it to end (SIGTERM)
     * and waits, where a kill would lose accounts. */
    bool ends_slowly;
    /* Writes the configuration and tells how to start. */
    bool (*prepare)(const struct server_plan *plan,
        struct server_command *command, struct error *error);
};

extern const struct server_driver server_prosody;
extern const struct server_driver server_ejabberd;
extern const struct server_driver server_external;

#endif
