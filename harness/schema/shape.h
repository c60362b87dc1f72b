/* The shape of a stanza: a number for all that its verdict by the schemas
 * depends on. Two stanzas that differ in values which their types take either
 * way - any string, a number within the type's range, base64 - have one
 * shape, so the verdict of the first is the second's too. */
#ifndef JS_SCHEMA_SHAPE_H
#define JS_SCHEMA_SHAPE_H

#include "base/memory.h"
#include "schema/catalog.h"

#include <libxml/tree.h>
#include <stdint.h>

/* Notes in entry->values the types that are known here, of the elements and
 * attributes declared below the root of a schema. A name that is declared
 * with different types counts as of none. */
void shape_note_types(
    struct catalog_entry *entry, const xmlNode *schema, struct arena *arena);

/* 0: it has none (comments, entities, deep trees, long values of a type that
 * is not known here). */
uint64_t shape_of(const struct catalog *catalog, const xmlNode *stanza);

/* Shapes of stanzas that were valid: the newest of each of its places. */
struct shapes {
    uint64_t valid[4096];
};

#endif
