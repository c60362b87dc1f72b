/* A test on an element, written in a part of XPath 1.0 and evaluated some
 * fifty times faster than libxml2's XPath does it: rules are checked at every
 * element of every stanza.
 *
 * What it knows: or, and, = < <= > >= !=, not(), count(), contains(),
 * starts-with(), local-name(), numbers, 'strings', parentheses, and paths of
 * the steps
 *   .  ..  @name  @xml:lang  name tests prefix:name prefix:* *
 * with the axes self, child, parent, ancestor, following-sibling and with
 * predicates in brackets. Nothing else: no positions, unions or arithmetic. */
#ifndef JS_PREDICATE_H
#define JS_PREDICATE_H

#include "base/error.h"
#include "base/memory.h"
#include "schema/catalog.h"

#include <libxml/tree.h>
#include <stdbool.h>

struct predicate;

/* Prefixes are the catalog's; all memory comes from the arena. NULL with
 * what is not understood. */
const struct predicate *predicate_parse(const char *text,
    const struct catalog *catalog, struct arena *arena, struct error *error);
bool predicate_holds(const struct predicate *predicate, const xmlNode *node);

#endif
