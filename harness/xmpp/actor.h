/* An actor: a client on libstrophe that logs in through a link of the wire
 * and then sends what it is told. What arrives is taken from the wire, never
 * from libstrophe: once bound it has no handlers and answers nothing, so that
 * stanzas of more than 4 KiB are not even written to it (wire.h). Runs inside
 * the loop, never blocks. */
#ifndef JS_XMPP_ACTOR_H
#define JS_XMPP_ACTOR_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/loop.h"
#include "xmpp/wire.h"

#include <stdbool.h>

struct actor;

enum actor_state {
    ACTOR_IDLE,       /* not connected yet */
    ACTOR_CONNECTING, /* up to the bind result */
    ACTOR_READY,      /* bound: may send */
    ACTOR_CLOSING,    /* sent </stream:stream>, waits for the other side's */
    ACTOR_CLOSED,     /* ended, by either side */
    ACTOR_FAILED      /* never got ready: actor_error says why */
};

/* Called when the state changed; may not free the actor. */
typedef void actor_changed_fn(void *owner, struct actor *actor);

struct actor_options {
    struct loop *loop;
    struct wire_link *link; /* outlives the actor; the actor sets its touch */
    const char *jid;        /* bare JID; all strings are copied */
    const char *password;
    const char *resource;      /* NULL: the server chooses */
    actor_changed_fn *changed; /* may be NULL */
    void *owner;
};

/* Connects nothing yet. */
struct actor *actor_new(const struct actor_options *options);
/* Ends the connection at once, without a farewell. NULL is allowed. */
void actor_free(struct actor *actor);

/* Starts to log in, also again after ACTOR_CLOSED or ACTOR_FAILED; what comes
 * of it is told by the state. */
bool actor_connect(struct actor *actor, struct error *error);
/* Queues bytes exactly as they are; in any state from the connected stream
 * on. False when there is no connection. */
bool actor_send(struct actor *actor, struct bytes data, struct error *error);
/* Closes the stream (RFC 6120 s4.4); done when the state is ACTOR_CLOSED. The
 * stage gives up by actor_kill after its own deadline. */
void actor_disconnect(struct actor *actor);
/* Drops the connection at once, as a crashed client would. */
void actor_kill(struct actor *actor);

enum actor_state actor_state(const struct actor *actor);
/* Why it failed, one line; "" before. */
const char *actor_error(const struct actor *actor);
/* The bare JID given; the full JID bound (from the wire) or NULL. */
const char *actor_jid(const struct actor *actor);
const char *actor_full_jid(const struct actor *actor);
struct wire_link *actor_link(const struct actor *actor);

#endif
