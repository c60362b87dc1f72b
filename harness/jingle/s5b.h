/* SOCKS5 bytestreams as a transport (XEP-0260, XEP-0065): reports and
 * nomination in s5b.c, candidates in s5b_candidates.c, connections in
 * s5b_connect.c. Private to
 * jingle/. */
#ifndef JS_JINGLE_S5B_H
#define JS_JINGLE_S5B_H

#include "jingle/socks5.h"
#include "jingle/transport.h"

enum { S5B_DSTADDR_LEN = 40, S5B_CANDIDATES_MAX = 32 };

struct candidate {
    char *cid, *host, *jid;
    uint16_t port;
    uint64_t priority;
    enum candidate_type type;
    int listener; /* ours: who listens for it; 0: a proxy */
    bool tried;   /* theirs */
};

enum report { REPORT_NONE, REPORT_USED, REPORT_ERROR };

struct s5b {
    char dstaddr_ours[S5B_DSTADDR_LEN + 1];   /* for our candidates */
    char dstaddr_theirs[S5B_DSTADDR_LEN + 1]; /* for the peer's */
    char *given;  /* dstaddr that the peer wrote, for its proxies; or NULL */
    bool offered; /* our candidates are collected */
    VEC(struct candidate) ours, theirs; /* as they came; never moved */
    enum report mine, peers;
    size_t mine_index;  /* in theirs, with REPORT_USED */
    size_t peers_index; /* in ours */
    bool decided, nominated_ours;
    bool activated; /* the peer says so */
    bool proxies_may_start;
    struct connection *stream; /* the nominated one */
};

/* A TCP connection that the host made or accepted. */
struct connection {
    struct client *c;
    int id;
    struct transport *t; /* NULL: accepted, its DST.ADDR not known yet */
    bool incoming;
    int listener;
    bool own_proxy;   /* ours to our own proxy, after nomination */
    size_t candidate; /* index in theirs (or ours with own_proxy) */
    struct socks5 socks;
    struct buffer early; /* what came before it was nominated */
};

/* SHA-1 of sid and the two JIDs in hex (XEP-0065 s5.3.2); out has
 * S5B_DSTADDR_LEN + 1 bytes. */
void s5b_dstaddr(
    const char *sid, const char *requester, const char *target, char *out);
/* XEP-0260 s2.3. */
uint64_t s5b_priority(enum candidate_type type, uint64_t local);

/* --- s5b_candidates.c --- */

const char *s5b_type_name(enum candidate_type type);
struct s5b *s5b_new(struct transport *t);
void candidate_free(struct candidate *candidate);
/* Collects our candidates, unless that was done. */
void s5b_prepare(struct transport *t);
/* The transport of an offer or an answer. */
void s5b_write(const struct transport *t, bool answer, struct buffer *out);
enum stanza_error s5b_read(struct transport *t, xmlNodePtr node, bool answer);
void s5b_write_candidates(const struct s5b *s5b, struct buffer *out);
/* We send our candidates by transport-info, after our answer. */
bool s5b_is_late(const struct transport *t);
/* One of the peer's; false: malformed. The candidate is to be freed. */
bool s5b_read_candidate(xmlNodePtr node, struct candidate *out);
/* Adds all inside the node to the peer's. */
enum stanza_error s5b_read_candidates(struct transport *t, xmlNodePtr node);

/* --- s5b_connect.c --- */

/* Opens the listeners that policy wants, unless they are open. */
void s5b_listen(struct client *c);
/* Closes them when no transport needs them any more. */
void s5b_unlisten(struct client *c, const struct transport *but);
/* Tries the peer's candidates: the next one when its time has come. */
void s5b_try(struct transport *t);
/* Gives up the candidates of a priority of at most that, and the attempts at
 * them but one (NULL: all). */
void s5b_stop_trying(
    struct transport *t, uint64_t priority, const struct connection *but);
bool s5b_is_trying(const struct transport *t);
/* Connects to our own proxy, the nominated candidate. */
void s5b_connect_proxy(struct transport *t, size_t candidate);
/* Closes all connections of a transport but one (NULL: all). */
void s5b_close_all(struct transport *t, const struct connection *but);
/* The accepted, open connection to that listener; NULL: none. */
struct connection *s5b_accepted(const struct transport *t, int listener);
/* Reading goes on with what had come early. */
void s5b_read_on(struct connection *connection);
void s5b_client_accepted(struct client *c, int listener, int id);
void s5b_client_event(struct client *c, int id,
    enum client_connection_event event, const void *data, size_t len);
void s5b_free_connections(struct client *c);

/* --- s5b.c, called by s5b_connect.c --- */

/* A connection of ours has shaken hands. */
void s5b_connected(struct transport *t, struct connection *connection);
/* No attempt is left. */
void s5b_exhausted(struct transport *t);
void s5b_proxy_failed(struct transport *t);
/* Bytes, the end, or room on the nominated connection. */
void s5b_stream_data(struct transport *t, const void *data, size_t len);
void s5b_stream_closed(struct transport *t);
void s5b_stream_writable(struct transport *t);

#endif
