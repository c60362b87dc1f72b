/* Two reference clients in one loop, for benches: real sockets and files, the
 * stanzas by whatever way the bench gives them. What goes wrong ends the
 * bench. */
#ifndef JS_SUBJECT_BENCH_PAIR_H
#define JS_SUBJECT_BENCH_PAIR_H

#include "base/bench_span.h"
#include "base/loop.h"
#include "base/vec.h"
#include "jingle/client.h"
#include "subject/builtin_io.h"

struct bench_pair;

struct bench_peer {
    struct bench_pair *pair;
    const char *jid; /* the caller's */
    struct client *client;
    struct builtin_io *io;
    uint64_t got; /* bytes of the file at hand */
    bool done;    /* the file came whole, and its hash was right */
};

/* A stanza on its way without a server. */
struct bench_stanza {
    struct bench_peer *from;
    char *text;
};

struct bench_pair {
    struct loop *loop;
    char *directory, *downloads, *file;
    uint64_t size;
    bool stores; /* what arrives is written to disk; false: thrown away */
    struct bench_peer peers[2];
    /* Takes a stanza of a client. NULL: it waits in the queue, and route is
     * called for each in turn; text is the pair's. */
    void (*send)(struct bench_peer *from, struct bytes stanza);
    void (*route)(struct bench_peer *from, const char *text);
    VEC(struct bench_stanza) queue;
    void *owner;
};

/* A directory and a loop. */
void bench_pair_open(struct bench_pair *pair, const char *name);
void bench_pair_close(struct bench_pair *pair);
/* The file to send: so many zeros, sparse. Read once, so that the first reader
 * does not pay for the page cache. */
void bench_pair_make_file(struct bench_pair *pair, uint64_t size);
/* A client that has logged in. settings: "key value" words one after another,
 * ended by NULL, on top of those of every bench. */
void bench_peer_begin(struct bench_pair *pair, int index, const char *jid,
    const char *const *settings, const struct security *security);
void bench_peer_end(struct bench_peer *peer);
/* Route for two clients without a server: to the other, saying who sent it. */
void bench_pair_straight(struct bench_peer *from, const char *text);
void bench_pair_turn(struct bench_pair *pair);
/* The speed of one file, offer and farewell included. */
struct bench_span bench_pair_transfer(struct bench_pair *pair, bool encrypt);

#endif
