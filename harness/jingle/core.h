/* What the modules of the reference client share: the client itself, its
 * timers, its way out. Private to jingle/. */
#ifndef JS_JINGLE_CORE_H
#define JS_JINGLE_CORE_H

#include "base/bytes.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/vec.h"
#include "jingle/client.h"
#include "jingle/names.h"
#include "jingle/stanza.h"

struct session;
struct content;
struct connection;
struct peer;
struct iq;
struct proposal;
struct question;

typedef void timer_fn(struct client *c, void *owner);

struct timer {
    int64_t at_ms;
    timer_fn *fn;
    void *owner;
};

/* A stanza that policy holds back. */
struct held {
    int64_t at_ms;
    char *stanza;
    size_t len;
};

/* The user's answer that waits for an offer, or belongs to one. */
struct answer {
    bool accept;
    uint64_t offset, length;
};

struct shared_file {
    char *path;
    char *name;
};

struct proxy {
    char *jid, *host;
    uint16_t port;
};

struct waiter {
    timer_fn *fn;
    void *owner;
};

enum lookup { LOOKUP_NEVER, LOOKUP_RUNNING, LOOKUP_DONE };

struct listener {
    int id;
    char *address;
    uint16_t port;
};

struct client {
    struct client_config config;
    const struct client_host *host;
    void *owner;
    char *software, *version;
    struct random random;
    char *jid; /* "" before login */
    bool online;
    int64_t now_ms;
    unsigned depth; /* of calls from the host */
    bool deaf;      /* by a seeded fault: takes nothing in any more */

    VEC(struct timer) timers;
    VEC(struct held) held;
    VEC(struct iq *) iqs;
    uint64_t next_iq;
    VEC(struct session *) sessions; /* oldest first */
    VEC(struct content *) dead_contents;
    VEC(struct connection *) connections;
    VEC(struct listener) listeners;
    VEC(struct peer *) peers;
    VEC(struct proposal *) proposals;
    VEC(struct answer) answers; /* kept for offers to come */
    VEC(struct shared_file) shared;

    enum lookup proxy_lookup;
    unsigned proxy_queries;
    VEC(struct proxy) proxies;
    VEC(struct waiter) proxy_waiters;
    VEC(struct question *) questions;

    struct buffer stanza; /* scratch of data blocks: no allocation each */
};

static inline const struct client_policy *policy(const struct client *c)
{
    return &c->config.policy;
}

/* True when the one seeded fault is this. Every decision that a fault can
 * change asks here, so that who records what is consulted misses none. */
static inline bool fault(const struct client *c, enum fault id)
{
    if (c->config.consulted != NULL)
        c->config.consulted[id] = 1;
    return c->config.fault == id;
}

/* The seeded ways to hang, as by a crash or an endless loop. */
static inline void deaf_by(struct client *c, enum fault id)
{
    if (fault(c, id))
        c->deaf = true;
}

/* A fresh id of 16 characters, to be freed. */
char *core_id(struct client *c);
/* Sends at once; core_reply() sends as policy's reply-delay says, and keeps
 * the order of replies. */
void core_send(struct client *c, const struct buffer *stanza);
void core_reply(struct client *c, const struct buffer *stanza);
void core_log(struct client *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One timer per fn and owner: setting it again moves it. after_ms from now. */
void timer_set(struct client *c, timer_fn *fn, void *owner, int64_t after_ms);
void timer_cancel(struct client *c, timer_fn *fn, void *owner);
/* All timers of an owner that goes away. */
void timer_forget(struct client *c, const void *owner);

/* Every entry point is bracketed by these: what died during the call is freed
 * when the outermost one leaves. */
void core_enter(struct client *c);
void core_leave(struct client *c);

#endif
