/* Seeded faults that are seen in the text of an offer alone. */
#ifndef JS_JINGLE_MISPRINT_H
#define JS_JINGLE_MISPRINT_H

#include "base/bytes.h"

struct client;

/* Changes the stanza in out as the client's fault says; mostly not at all. */
void misprint(const struct client *c, struct buffer *out);

#endif
