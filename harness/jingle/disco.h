/* Who can do what: our own features, truthfully (XEP-0030), announced by
 * caps (XEP-0115), and those of peers, by caps or by asking. */
#ifndef JS_JINGLE_DISCO_H
#define JS_JINGLE_DISCO_H

#include "jingle/core.h"

/* The peer's features are known; features is NULL when it could not be asked
 * or answered with an error. */
struct features {
    VEC(char *) names;
};
typedef void disco_fn(
    struct client *c, void *owner, const struct features *features);

bool features_have(const struct features *features, const char *name);

/* Finds out; calls back at once when caps told already. */
void disco_lookup(struct client *c, const char *jid, disco_fn *fn, void *owner);
void disco_forget(struct client *c, const void *owner);

/* Answers a disco#info or disco#items request to us. */
void disco_answer(struct client *c, xmlNodePtr iq);
/* The <c/> of our presence, and our initial presence itself. */
void disco_put_caps(const struct client *c, struct buffer *out);
void disco_send_presence(struct client *c, const char *to);
/* Notes who is there and with which caps. */
void disco_presence(struct client *c, xmlNodePtr presence);
/* The full JID of an available resource of a bare JID that was not found to
 * lack Jingle, or NULL. */
const char *disco_resource(const struct client *c, const char *bare);
bool disco_is_online(const struct client *c, const char *jid);
/* Forgets all peers (a new stream). */
void disco_clear(struct client *c);

#endif
