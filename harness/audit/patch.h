/* A patch for a XEP: the fixes of its findings, applied and checked anew
 * before anybody sees them. */
#ifndef JS_AUDIT_PATCH_H
#define JS_AUDIT_PATCH_H

#include "audit/audit.h"

struct patch {
    char *source; /* the document after it; NULL: there is no patch */
    VEC(const struct finding *) fixed; /* findings that are gone by it */
    bool compiles;   /* every schema of the document does afterwards */
    const char *why; /* there is no patch although there are fixes; or NULL */
};

/* The largest set of a document's fixes after which these findings are gone
 * and no other has come. In the checkout's arena but for source. */
struct patch patch_make(
    struct checkout *checkout, const struct document *document);
void patch_free(struct patch *patch);

#endif
