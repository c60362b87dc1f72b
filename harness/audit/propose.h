/* A schema for a namespace that has none, from what the examples show. */
#ifndef JS_AUDIT_PROPOSE_H
#define JS_AUDIT_PROPOSE_H

#include "audit/document.h"

/* The text of a schema document, in arena; NULL: the examples show nothing.
 */
const char *propose_schema(
    struct arena *arena, const struct document *document, const char *ns);

#endif
