/* Personal eventing for the world in memory: nodes of bare JIDs, the last
 * item each, events to everybody. */
#ifndef JS_JINGLE_FAKE_PUBSUB_H
#define JS_JINGLE_FAKE_PUBSUB_H

#include "base/bytes.h"

#include <libxml/tree.h>
#include <stdbool.h>

struct fake_pubsub;

struct fake_pubsub *fake_pubsub_new(void);
void fake_pubsub_free(struct fake_pubsub *pubsub);
/* Answers a request with <pubsub/> to the bare JID: the payload of the
 * result, or false (an error). event: what goes to everybody, or empty. */
bool fake_pubsub_request(struct fake_pubsub *pubsub, const char *jid,
    const xmlNode *payload, struct buffer *result, struct buffer *event);
/* Puts an item there, as its owner would. */
void fake_pubsub_put(struct fake_pubsub *pubsub, const char *jid,
    const char *node, const char *item);
/* The item, or NULL. */
const char *fake_pubsub_item(
    const struct fake_pubsub *pubsub, const char *jid, const char *node);

#endif
