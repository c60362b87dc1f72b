/* The published schemas: what a checkout of the XEPs prints, as it is. */
#ifndef JS_PUBLISHED_SET_H
#define JS_PUBLISHED_SET_H

#include "base/error.h"

#include <libxml/tree.h>
#include <libxml/xmlschemas.h>
#include <stddef.h>

struct published_schema {
    const char *ns;
    const char *xep; /* "0166" */
    const char *file;
    int line;
    xmlDoc *doc;         /* as much as can be parsed; may be NULL */
    xmlSchema *schema;   /* NULL when it does not compile */
    const char *problem; /* then why: "not well-formed: ...", ... */
};

struct published_set;

/* Reads the schemas that DIR/xep-NNNN.xml print. only: NULL-terminated
 * numbers, or NULL for all. Where a namespace is printed twice the first
 * stands. NULL when DIR holds no XEP. */
struct published_set *published_set_read(
    const char *dir, const char *const *only, struct error *error);
/* The same of one file, whatever its name. */
bool published_set_add(
    struct published_set *published, const char *path, struct error *error);
void published_set_free(struct published_set *published);
size_t published_set_count(const struct published_set *published);
const struct published_schema *published_set_at(
    const struct published_set *published, size_t index);
const struct published_schema *published_set_find(
    const struct published_set *published, const char *ns);

#endif
