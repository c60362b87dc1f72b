/* Variants of the reference client: legal but unusual ways to behave, each a
 * name for a few policy settings. What fails a case under a variant is a
 * fault of the case. */
#ifndef JS_JINGLE_VARIANT_H
#define JS_JINGLE_VARIANT_H

#include "base/error.h"
#include "jingle/policy.h"

struct variant {
    const char *name;
    const char *settings; /* "key: value" lines */
    const char *doc;      /* which freedom it uses, and whose text gives it */
};

extern const struct variant variants[];
extern const unsigned variant_count;

/* NULL: there is none of that name. */
const struct variant *variant_find(const char *name);
/* Sets all its settings. */
bool variant_apply(const struct variant *variant, struct client_policy *policy,
    struct error *error);

#endif
