/* Where in a stanza an element or attribute stands, for people: local names
 * with positions among namesakes, from the stanza on. */
#ifndef JS_NODE_PATH_H
#define JS_NODE_PATH_H

#include "base/bytes.h"

#include <libxml/tree.h>

/* Appends "/iq/jingle/content[2]/@senders"; top is the stanza (inclusive),
 * node is top or below, attribute may be NULL. */
void node_path(struct buffer *out, const xmlNode *top, const xmlNode *node,
    const char *attribute);

#endif
