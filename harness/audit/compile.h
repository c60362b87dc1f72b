/* Compiling a repaired schema with libxml2, its imports stubbed. */
#ifndef JS_AUDIT_COMPILE_H
#define JS_AUDIT_COMPILE_H

#include "audit/schema.h"

#include <libxml/xmlschemas.h>

/* Around all uses: lets libxml2 read stubs from memory. */
void compile_start(void);
void compile_end(void);

struct compiled {
    xmlSchemaPtr schema;
    xmlDocPtr doc;
};

/* NULL with *complaint set: it does not compile; *line in the schema's text.
 * Free with compiled_free. */
struct compiled *compile_schema(struct audit *audit, struct schema *schema,
    const char **complaint, int *line);
void compiled_free(struct compiled *compiled);
/* What libxml2 says first of a schema as it is printed, alone; NULL: nothing.
 */
const char *compile_printed(
    struct arena *arena, const char *schema, size_t len);

#endif
