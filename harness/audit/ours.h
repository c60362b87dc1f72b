/* What this suite's own schema of a namespace says: the catalog in schemas/,
 * where a schema is proposed for a XEP that prints none. */
#ifndef JS_AUDIT_OURS_H
#define JS_AUDIT_OURS_H

#include "audit/schema.h"

struct ours;

/* In arena; NULL: no directory, or no schema of that namespace in it. */
struct ours *ours_read(struct arena *arena, const char *dir, const char *ns);
/* Of an attribute of the element of that name, wherever it is declared: whether
 * it is required, and the built-in type below its own (NULL: unknown). False:
 * nothing is known of it. */
bool ours_attribute(struct ours *ours, const char *element,
    const char *attribute, bool *required, const char **type);
/* The built-in type of the element's text; NULL: unknown. */
const char *ours_text(struct ours *ours, const char *element);

#endif
