/* Jingle Message Initiation (XEP-0353): sessions to a bare JID. */
#ifndef JS_JINGLE_PROPOSE_H
#define JS_JINGLE_PROPOSE_H

#include "jingle/session.h"

struct proposal;

/* Proposes a prepared session (its peer is a bare JID) and starts it when a
 * resource says proceed. */
void propose_session(struct session *session);
/* A message with a payload of NS_PROPOSE came in. */
void propose_message(struct client *c, xmlNodePtr message, xmlNodePtr payload);
/* True when we said proceed to this session. */
bool propose_was_accepted(struct client *c, const char *peer, const char *sid);
/* The user's answer to the oldest proposal; false: there is none. */
bool propose_answer(struct client *c, const struct answer *answer);
size_t propose_waiting(const struct client *c);
/* The user withdraws what was proposed; false: nothing was. */
bool propose_retract(struct client *c, struct session *session);
/* Tells the end of a session that was proposed, or of one that was agreed to;
 * migrated: id of the session that takes its place, or NULL. */
void propose_finish(struct client *c, const char *to, const char *id,
    const char *reason, const char *migrated);
/* This full JID went offline: the offer that we agreed to will not come. What
 * was not answered stands (s2: works with devices that are offline). */
void propose_peer_gone(struct client *c, const char *jid);
void propose_clear(struct client *c);

#endif
