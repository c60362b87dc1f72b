/* A world in memory for tests of the reference client: a server that routes,
 * a network with back-pressure, a SOCKS5 proxy, files, and a clock that only
 * moves when nothing else can. No socket, no file, no real time. */
#ifndef JS_JINGLE_FAKE_WORLD_H
#define JS_JINGLE_FAKE_WORLD_H

#include "base/bytes.h"
#include "jingle/client.h"
#include "jingle/fake_pubsub.h"
#include "jingle/jet_client.h"

enum { WORLD_CLIENTS_MAX = 4, WORLD_FILES_MAX = 32, WORLD_EVENTS_MAX = 256 };

struct world_file {
    char name[256];
    struct buffer content;
    bool finished, good;
    bool ours;     /* put there by the test */
    uint64_t size; /* of a file that is not kept: pattern bytes */
};

struct world_event {
    enum client_event_kind kind;
    char reason[48], text[160], content[64];
    enum client_verdict hash;
    bool sending;
    uint64_t bytes;
};

struct world;

struct world_client {
    struct world *world;
    struct client *core;
    char jid[128];
    struct world_file files[WORLD_FILES_MAX];
    size_t file_count;
    struct world_event events[WORLD_EVENTS_MAX];
    size_t event_count;
    bool discard;           /* received bytes are counted, not kept */
    struct jet_client *jet; /* NULL: no encryption */
};

/* Called for each stanza before it is delivered; false drops it. It may
 * change the tree. */
typedef bool world_filter_fn(
    struct world *world, xmlNodePtr stanza, void *owner);

struct world {
    struct world_client clients[WORLD_CLIENTS_MAX];
    size_t client_count;
    int64_t now_ms;
    size_t segment;              /* bytes per delivery; 0: 64 KiB */
    size_t turns; /* world_run() stops after so many in which something moved;
                     0: when nothing moves any more */
    bool no_direct;              /* connections to clients are refused */
    bool no_proxy;               /* connections to the proxy are refused */
    struct world_client *walled; /* its own connections are refused */
    bool net_first;              /* bytes are faster than stanzas */
    bool hangs; /* connections to clients get no answer at all */
    bool activation_refused;
    bool has_proxy;
    unsigned activations;
    bool secure; /* clients to come have OMEMO, or these methods */
    const struct jet *methods;
    struct fake_pubsub *pubsub;
    const char *hangs_host;   /* connections to that host get no answer */
    struct buffer handshakes; /* first bytes written on each connection, and
                                 who closed */
    world_filter_fn *filter;
    void *filter_owner;
    struct buffer log; /* every stanza sent, one a line, with from= */
    struct world_net *net;
};

struct world *world_new(bool has_proxy);
void world_free(struct world *world);
/* A client that is logged in. settings: "key: value" lines or NULL. */
struct world_client *world_client(struct world *world, const char *jid,
    const char *settings, enum fault fault);
/* A file of a user: content is len bytes of a pattern. */
void world_put(struct world_client *client, const char *path, uint64_t len);
/* Runs until nothing happens any more before that time (of the world's
 * clock), moving the clock as timers want it. */
void world_run(struct world *world, int64_t until_ms);
/* Sends one stanza to a client as from somebody; from is stamped. */
void world_inject(struct world *world, const char *xml);
/* How many stanzas in the log hold the text. */
size_t world_count(const struct world *world, const char *text);
/* The last event of that kind; when there was none, one whose texts say so. */
const struct world_event *world_find(
    const struct world_client *client, enum client_event_kind kind);
bool world_saw(const struct world_client *client, enum client_event_kind kind);
/* Closes all connections of a client; it learns nothing of that itself. */
void world_cut(struct world_client *client);
/* Somebody connects to the first listener, and says nothing. */
void world_intrude(struct world *world);
/* Connections that are open, proxy's ends included. */
size_t world_connections(const struct world *world);
size_t world_listeners(const struct world *world);
/* The last received file; when there is none, an empty one that is not good. */
const struct world_file *world_received(const struct world_client *client);
bool world_has_received(const struct world_client *client);
/* True when that received file equals the sender's. */
bool world_same(const struct world_client *to, const struct world_client *from,
    const char *path);
/* The byte at an offset of every pattern. */
uint8_t world_byte(uint64_t offset);

#endif
