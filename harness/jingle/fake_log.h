/* Looks into what the clients of a fake world have sent: lines of its log. */
#ifndef JS_JINGLE_FAKE_LOG_H
#define JS_JINGLE_FAKE_LOG_H

#include "jingle/fake_world.h"

/* The last stanza that holds both texts, "" when there is none. Valid until
 * the next call. */
const char *world_line(
    const struct world *world, const char *one, const char *two);
/* The first such attribute behind the text in a line, "" when it is missing.
 * Valid until the next call. */
const char *line_value(const char *line, const char *behind, const char *name);
/* Drops what is for clients that the test plays itself: it stays in the log.
 * A filter for worlds with one client. */
bool world_to_nobody(struct world *world, xmlNodePtr stanza, void *owner);

#endif
