/* XPath as scripts write it: prefixes from one table, and a name without a
 * prefix means that local name in any namespace. */
#ifndef JS_SCRIPT_XPATH_H
#define JS_SCRIPT_XPATH_H

#include "base/error.h"
#include "base/memory.h"

#include <libxml/xpath.h>

struct xpath_prefix {
    const char *prefix, *ns;
};
/* c (jabber:client), jingle, ft, ft3, ft4, s5b, ibb (0261), ib (0047), socks
 * (0065), hashes, jet, jet-omemo, axolotl, jmi (0353), err (stanza errors),
 * jerr (jingle errors), disco, items, caps, ping, thumb, stream, delay,
 * carbons, pubsub, event ...; ends with prefix NULL. */
extern const struct xpath_prefix xpath_prefixes[];

/* Checks and expands ("content/@name" to "*[local-name()='content']/@name").
 * Returns the expansion in the arena or NULL with an error that names the
 * column inside expr. ${...} inside is kept as it stands. */
char *xpath_expand(struct arena *arena, const char *expr, struct error *error);

/* Evaluates an expanded expression at a node; the caller frees the object
 * (xmlXPathFreeObject). NULL: error. The context's document is the node's. */
xmlXPathObjectPtr xpath_eval(
    xmlNodePtr node, const char *expanded, struct error *error);
/* True when a node set is not empty, a boolean true, a string not empty, a
 * number not 0. */
bool xpath_true(xmlXPathObjectPtr object);

#endif
