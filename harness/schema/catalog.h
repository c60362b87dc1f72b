/* The catalog of the corrected schemas: schemas/catalog.tsv, a row per
 * namespace, and what the files themselves say of their components: which
 * elements are global, which of them may stand on the stream, and the section
 * of the specification that each component is written from. */
#ifndef JS_CATALOG_H
#define JS_CATALOG_H

#include "base/error.h"

#include <libxml/hash.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

/* Attributes of this namespace annotate our schemas: see='SECTION' on a
 * component, at='stream' on a global element that a stream may carry as its
 * child. */
#define CATALOG_NOTES "urn:jinglespec:schema"

struct catalog_entry {
    const char *uri;        /* the namespace */
    const char *file;       /* its schema, beside the catalog */
    const char *prefix;     /* short name in rules.tsv and CHANGES.tsv */
    const char *spec;       /* "XEP-0166", "RFC 6120" */
    const char *version;    /* of the specification that we wrote from */
    xmlHashTable *globals;  /* element name -> "stream" or "" */
    xmlHashTable *sections; /* "element", "element@attribute" -> section */
    xmlHashTable *values;   /* element name -> types; see shape.h */
    void *rules;            /* element name -> rules; see rules.h */
};

struct catalog;

/* Reads DIR/catalog.tsv and every schema it names. NULL when a row is wrong
 * or a file is missing or is no schema of its namespace. */
struct catalog *catalog_read(const char *dir, struct error *error);
void catalog_free(struct catalog *catalog);

size_t catalog_count(const struct catalog *catalog);
struct catalog_entry *catalog_at(const struct catalog *catalog, size_t index);
/* NULL when there is no schema of that namespace. */
struct catalog_entry *catalog_find(
    const struct catalog *catalog, const char *uri);
struct catalog_entry *catalog_by_prefix(
    const struct catalog *catalog, const char *prefix);
/* The section that the component is written from: the attribute's (NULL:
 * none), else the element's, else "". "4.7" of the entry's specification, or
 * with another's name: "RFC 6121 4.7", "XEP-0086". */
const char *catalog_section(const struct catalog_entry *entry,
    const char *element, const char *attribute);

#endif
