/* The reference client: a Jingle file transfer client without any I/O.
 * Stanzas, connection events, user actions and the time go in; stanzas,
 * bytes, file accesses and events come out through struct client_host.
 * (XEP-0166, 0234, 0260, 0065, 0261, 0047, 0300, 0030, 0115, 0353.)
 *
 * Rules of the house, for whoever runs one:
 * - Everything is synchronous. The core calls the host from inside client_*
 *   functions; the host never calls back into the core from inside a host
 *   function (it queues and calls later from its loop).
 * - Time is what client_tick() was last told, in milliseconds of any
 *   monotonic clock. Call client_tick() before handing in anything, and
 *   whenever client_next_deadline() has come.
 * - Ids of connections and listeners, and handles of files, are the host's.
 * - Text that goes in is copied; text that comes out lives until the host
 *   function returns. */
#ifndef JS_JINGLE_CLIENT_H
#define JS_JINGLE_CLIENT_H

#include "base/bytes.h"
#include "base/error.h"
#include "jingle/fault.h"
#include "jingle/policy.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client;
struct security;

/* What a file is, as the host sees it. */
struct client_file_info {
    uint64_t size;
    int64_t modified_s; /* seconds since 1970 (UTC); 0: unknown */
};

enum client_event_kind {
    CLIENT_OFFERED,   /* the peer offers us content (session or content-add) */
    CLIENT_REQUESTED, /* the peer asks for a file of ours */
    CLIENT_PROPOSED,  /* XEP-0353: the peer proposes a session */
    CLIENT_RINGING,   /* our offer is pending at the peer */
    CLIENT_ACCEPTED,  /* the content was accepted, by us or by the peer */
    CLIENT_CONNECTED, /* the transport of the content is ready; text names it:
                         "ibb", "s5b direct", "s5b proxy" ... */
    CLIENT_PROGRESS,  /* bytes moved; at most ten a file */
    CLIENT_FILE_DONE, /* all bytes were moved and the content is finished */
    CLIENT_RECEIVED,  /* the peer confirmed that it has the file */
    CLIENT_FAILED,    /* one content failed; reason and text say why */
    CLIENT_ENDED,     /* the session is over; reason as in the terminate */
    CLIENT_NOTICE     /* something worth showing to the user */
};

enum client_verdict {
    CLIENT_UNCHECKED, /* no hash to compare with */
    CLIENT_GOOD,
    CLIENT_BAD
};

struct client_event {
    enum client_event_kind kind;
    const char *sid;     /* session (or propose id); "" when none */
    const char *peer;    /* JID as known, full where possible */
    const char *content; /* name of the content; "" for a whole session */
    const char *file;    /* name given to host->file_create, or sent; or "" */
    bool sending;        /* we send the bytes */
    uint64_t bytes;      /* moved so far */
    uint64_t size;       /* announced; UINT64_MAX when unknown */
    enum client_verdict hash;
    const char *reason; /* a condition of XEP-0166 s7.4 ("success") or "" */
    const char *text;   /* for humans; "" when none */
};

/* What the core needs from the world. Every function gets the owner given to
 * client_new() first. All must be set. */
struct client_host {
    /* Sends one stanza: serialised XML, namespace jabber:client implied. */
    void (*send)(void *owner, struct bytes stanza);
    /* Listens for SOCKS5 on an address ("127.0.0.1", "::1"), any free port
     * when *port is 0. Returns the listener's id (> 0) and sets *port, or 0
     * when it can't. Accepted connections come by client_accepted(). */
    int (*listen)(void *owner, const char *address, uint16_t *port);
    void (*unlisten)(void *owner, int listener);
    /* Starts to connect to a host name or address; returns the connection's
     * id (> 0), or 0 when that is hopeless at once. The result comes by
     * client_connection_event(). */
    int (*connect)(void *owner, const char *address, uint16_t port);
    /* Writes without blocking; returns how many bytes were taken (0..len) at
     * once. The core keeps the rest and asks for CLIENT_WRITABLE by watch().
     * A broken connection takes nothing and reports CLIENT_CLOSED later. */
    size_t (*write)(void *owner, int connection, const void *data, size_t len);
    /* Which events the core wants of a connection from now on: data to read,
     * room to write (level-triggered, once a turn while wanted). New
     * connections: read yes, write no. With read off the host must not read,
     * so that the peer feels the back-pressure; CLIENT_CLOSED may then come
     * late. */
    void (*watch)(void *owner, int connection, bool read, bool write);
    /* Closes after the bytes taken so far were sent (no RST). The id is dead
     * at once: no more events of it. */
    void (*close)(void *owner, int connection);

    /* Opens a file of the user's for reading, by the path that the user
     * action named. NULL: can't. */
    void *(*file_open)(
        void *owner, const char *path, struct client_file_info *info);
    /* Reads at offset; returns how many bytes, 0 at the end, -1 on error. */
    int64_t (*file_read)(
        void *owner, void *file, uint64_t offset, void *out, size_t len);
    /* Creates a received file, in the host's directory of downloads. name is
     * one path component that safe_name() made (never "..", no slash), not
     * unique: the host makes it so. With keep > 0 a file of that name that
     * is there already is continued behind its first keep bytes (resuming).
     * The handle also serves file_read. NULL: can't. */
    void *(*file_create)(void *owner, const char *name, uint64_t keep);
    bool (*file_write)(void *owner, void *file, const void *data, size_t len);
    /* Ends either kind of handle. good: the file is whole and its hash (when
     * there is one) right; else the host may remove or mark what it has. */
    void (*file_finish)(void *owner, void *file, bool good);

    void (*event)(void *owner, const struct client_event *event);
    /* One line for a debug log; never needed to judge anything. */
    void (*log)(void *owner, const char *line);
};

struct client_config {
    struct client_policy policy; /* by value; start from policy_default() */
    enum fault fault;            /* FAULT_NONE or the one seeded fault */
    unsigned char *consulted;    /* NULL, or FAULT_COUNT bytes, by fault: set
                                    to 1 where it could have changed what the
                                    client does */
    uint64_t seed;               /* of ids; JIDs are mixed in at login */
    const char *software;        /* jabber:iq:version; NULL: "jinglespec" */
    const char *version;
    const struct security *security; /* XEP-0391; NULL: no encryption */
};

/* config is copied (but not what security points to). */
struct client *client_new(const struct client_config *config,
    const struct client_host *host, void *owner);
/* Closes connections, listeners and files; sends nothing. NULL is allowed. */
void client_free(struct client *client);

/* --- the world tells --- */

/* The stream is ready: sends initial presence with caps. A second call (after
 * a reconnect) forgets the sessions of the old stream. full_jid may have no
 * resource (a component). */
void client_login_done(struct client *client, const char *full_jid);
/* The stream is gone: sessions fail with "connectivity-error" without a
 * stanza. */
void client_stream_lost(struct client *client);
/* One stanza from the wire, a namespace-correct tree. Borrowed. Stanzas that
 * are none of its business are ignored or answered as RFC 6120 asks. */
void client_stanza(struct client *client, xmlNodePtr stanza);
/* Reads one stanza from text; for tests and fuzzing. False when it is no
 * well-formed XML of at most 1 MiB and 100 levels. */
bool client_stanza_text(
    struct client *client, const char *xml, size_t len, struct error *error);

/* A listener accepted a connection. */
void client_accepted(struct client *client, int listener, int connection);
enum client_connection_event {
    CLIENT_OPEN,     /* a connect() succeeded */
    CLIENT_REFUSED,  /* a connect() failed; the id is dead */
    CLIENT_DATA,     /* data, len: bytes that were read; all are consumed */
    CLIENT_WRITABLE, /* there is room, and the core had asked for it */
    CLIENT_CLOSED    /* the peer closed, or it broke; the id is dead */
};
/* data: only with CLIENT_DATA. Hand in large pieces (256 KiB): they are
 * hashed and written to the file as they are, without a copy. Unknown ids
 * are ignored. */
void client_connection_event(struct client *client, int connection,
    enum client_connection_event event, const void *data, size_t len);

/* The time. Fires the timers that are due. */
void client_tick(struct client *client, int64_t now_ms);
/* When client_tick() is needed next; INT64_MAX: never. */
int64_t client_next_deadline(const struct client *client);
/* True when the core will send nothing and open nothing on its own account
 * before client_next_deadline(): no byte waiting to move, no user action half
 * done. Iqs that wait for an answer do not count, nor do connections whose
 * peer has to write: the host knows which are still being made and which have
 * bytes to read. A proxy counts. */
bool client_idle(const struct client *client);

/* --- the user does: false and a message when that makes no sense now --- */

struct client_send {
    const char *peer; /* full JID, or bare: chosen by presence, or proposed
                         by XEP-0353 */
    const char *const *paths;
    size_t path_count;
    const char *name; /* instead of the path's last component (one file) */
    const char *description; /* of the file; NULL: none */
    bool encrypt;            /* by config.security; fails without */
};
/* Offers files in one session. Discovers the peer first when it is unknown. */
bool client_send_files(
    struct client *client, const struct client_send *send, struct error *error);

struct client_request {
    const char *peer;
    const char *name; /* what is asked for: name or hash, or both */
    const char *hash_algorithm, *hash; /* hash in hex; NULL: none */
    uint64_t offset, length;           /* range; length 0: to the end */
    bool encrypt;
};
/* Asks the peer for a file (XEP-0234 s5, senders='responder'). */
bool client_request_file(struct client *client,
    const struct client_request *request, struct error *error);
/* Files that peers may request; by their last path component or hash. */
void client_share_file(struct client *client, const char *path);

/* Answers the oldest offer, request or proposal that waits; when none waits
 * yet the answer is kept for the next one. Accepts all its contents. */
bool client_accept(struct client *client, struct error *error);
/* Likewise, and asks for a part of the file only: a range in the accept.
 * length 0: to the end. */
bool client_accept_range(struct client *client, uint64_t offset,
    uint64_t length, struct error *error);
bool client_decline(struct client *client, struct error *error);
/* Cancels the newest session (state pending or active). */
bool client_cancel(struct client *client, struct error *error);
/* Takes one file out of the newest session (content-remove); name is the
 * content's or the file's. */
bool client_remove_file(
    struct client *client, const char *name, struct error *error);
/* Adds a file to the newest session (content-add). */
bool client_add_file(
    struct client *client, const char *path, struct error *error);
/* Offers to replace the transport of the newest session's running content:
 * transport is "ibb" or "s5b". */
bool client_replace_transport(
    struct client *client, const char *transport, struct error *error);
/* A session-info ping to the peer of the newest session. */
bool client_ping_session(struct client *client, struct error *error);
/* Changes the policy while it runs: what policy_set() takes. */
bool client_set_policy(struct client *client, const char *key,
    const char *value, struct error *error);

/* --- for those who look inside --- */

/* The JID of client_login_done(), "" before. */
const char *client_jid(const struct client *client);
/* Sessions that are not over. */
size_t client_session_count(const struct client *client);
/* Unanswered offers, requests and proposals. */
size_t client_waiting_count(const struct client *client);

#endif
