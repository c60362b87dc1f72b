/* A schema for a namespace that has none, from what the examples show. */
#ifndef JS_AUDIT_PROPOSE_H
#define JS_AUDIT_PROPOSE_H

#include "audit/schema.h"

/* The text of a schema document, in arena; NULL: the examples show nothing.
 * An attribute is required where all have it, a type is one that all values
 * fit; what this suite's own schema (in `schemas`, may be NULL) knows better
 * goes first. */
const char *propose_schema(struct arena *arena, const struct document *document,
    const char *ns, const char *schemas);
/* A global declaration of one element that the schema lacks, as the examples
 * show it, to stand in that schema; in arena; NULL: they show nothing. */
const char *propose_element(
    struct arena *arena, const struct schema *schema, const char *name);

#endif
