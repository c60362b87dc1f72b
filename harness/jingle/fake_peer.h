/* A peer that the test plays against one client of a fake world: Romeo's
 * stanzas are written by hand, Juliet answers them. Juliet has either role. */
#ifndef JS_JINGLE_FAKE_PEER_H
#define JS_JINGLE_FAKE_PEER_H

#include "jingle/fake_world.h"
#include "jingle/names.h"

#define ROMEO "romeo@world.test/orchard"
#define JULIET "juliet@world.test/balcony"
#define THE_FILE                                                               \
    "<description xmlns='" NS_FILE "'><file><name>p</name><size>4</size>"      \
    "</file></description>"
#define OVER_IBB NS_JINGLE_IBB "' block-size='4096"

enum { RESPONDER, INITIATOR, ROLES }; /* Juliet's */

/* A session between Romeo and Juliet. */
struct running {
    struct world *world;
    struct world_client *juliet;
    char sid[64], content[64], stream[64];
    int stanzas; /* for their ids */
};

/* Juliet alone in a world that has a proxy. */
struct running peer_alone(const char *settings);
/* Juliet offers "/poem". */
void peer_offer(struct running *r, uint64_t size);
/* Sends the offer to Juliet, or the accept of hers; returns the answer. */
const char *peer_negotiate(struct running *r, int role, bool juliet_sends,
    const char *description, const char *transport);
/* A file goes over IBB: Juliet's or Romeo's; the initiator's; Juliet's. */
struct running peer_begin_either(
    int role, bool juliet_sends, const char *settings);
struct running peer_begin(int role, const char *settings);
struct running peer_begin_sending(int role, const char *settings);
extern const char peer_over_ibb[]; /* settings for them */
/* One session still runs; frees the world. */
void peer_end(struct running *r);

/* Any iq of Romeo's. */
void peer_say(
    struct running *r, const char *type, const char *id, const char *payload);
/* Sends a request; returns what Juliet answered with. */
const char *peer_request(struct running *r, const char *payload);
/* The same for an action with that inside. */
const char *peer_ask(struct running *r, const char *action, const char *inside);
/* The same, inside a content of that name. */
const char *peer_ask_of(struct running *r, const char *action,
    const char *content, const char *rest);
/* Answers the last request of Juliet's with a result. */
void peer_agree(struct running *r);

bool is_result(const char *answer);
void check_answer(const char *answer, const char *holds);
/* The value of the first such attribute behind the text in the log; out has
 * 64 bytes. */
void peer_find(
    struct running *r, const char *behind, const char *name, char *out);

#endif
