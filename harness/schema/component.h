/* A schema as a list of components and what it says of each, so that two
 * schemas of one namespace can be compared whatever their style: named or
 * nested types, references or local elements. Annotations do not count. */
#ifndef JS_COMPONENT_H
#define JS_COMPONENT_H

#include "base/memory.h"
#include "base/vec.h"
#include "schema/rules.h"

#include <libxml/tree.h>

struct component {
    /* "{ns}jingle/content", "{ns}jingle/content@creator" */
    const char *path;
    /* element: "1..1; children in order, foreign"; attribute: "required;
     * string" */
    const char *fact;
    const char *section; /* of our schemas: what they are written from */
};

struct component_list {
    VEC(struct component) items;
};

/* Appends the components of a schema, in its order; strings live in arena.
 * rules: what stands beside it (NULL: nothing). Broken schemas give what can
 * be told. */
void components_read(const xmlDoc *schema, const struct rules *rules,
    struct arena *arena, struct component_list *out);
/* NULL when it is not there. */
const struct component *components_find(
    const struct component_list *list, const char *path);

#endif
