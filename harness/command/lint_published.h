/* lint --published: what the XEPs' own schemas say of the same stanzas. A
 * namespace whose printed schema does not compile has no verdict but that. */
#ifndef JS_LINT_PUBLISHED_H
#define JS_LINT_PUBLISHED_H

#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>

struct lint_published;

/* NULL when the directory holds no XEPs. */
struct lint_published *lint_published_new(const char *dir, struct error *error);
/* NULL is allowed. */
void lint_published_free(struct lint_published *published);

/* Validates each part of the stanza that has a published schema; the verdicts
 * stand until the next stanza. */
void lint_published_judge(struct lint_published *published, xmlNode *stanza);
/* The verdict on the part that holds the element: "valid", "invalid: ...",
 * "its schema does not compile: ...", or "no schema published". The part
 * counts as found faulty by our schemas too. */
const char *lint_published_verdict(
    struct lint_published *published, const xmlNode *element);
/* The parts that are invalid by the published schema alone: calls fn for
 * each, and forgets the stanza. */
typedef void lint_published_fn(
    void *owner, const char *ns, const char *element, const char *verdict);
void lint_published_flush(
    struct lint_published *published, lint_published_fn *fn, void *owner);

#endif
