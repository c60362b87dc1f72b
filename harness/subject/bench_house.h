/* A private server and two actors behind the wire, who carry the stanzas of a
 * pair of reference clients. For benches; what goes wrong ends the bench. */
#ifndef JS_SUBJECT_BENCH_HOUSE_H
#define JS_SUBJECT_BENCH_HOUSE_H

#include "server/server.h"
#include "subject/bench_pair.h"
#include "xmpp/actor.h"
#include "xmpp/wire.h"

struct bench_house {
    struct bench_pair *pair;
    struct server *server;
    struct wire *wire;
    struct wire_link *links[2];
    struct actor *actors[2];
    /* The id of an iq of the bench's own: set to "" when its result came. */
    char awaited[32];
};

/* Starts the server, makes the accounts romeo and juliet (password "secret")
 * and logs both in; the pair's stanzas go through them from now on. */
void bench_house_open(struct bench_house *house, struct bench_pair *pair);
void bench_house_close(struct bench_house *house);
/* The pair's clients behind the actors. */
void bench_house_begin(struct bench_house *house, const char *const *settings);
/* Sends by the first actor and waits for the result of the awaited id. */
void bench_house_ask(struct bench_house *house, const char *stanza);

#endif
