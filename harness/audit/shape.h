/* What a document's examples show of a namespace: each element, its attributes
 * and children, how often, and what their values look like. */
#ifndef JS_AUDIT_SHAPE_H
#define JS_AUDIT_SHAPE_H

#include "audit/document.h"
#include "audit/list.h"

enum shape_type { /* what all values seen may be; 0: text */
    SHAPE_BOOLEAN = 1,
    SHAPE_NUMBER = 2,
    SHAPE_DATE_TIME = 4,
    SHAPE_BASE64 = 8,
    SHAPE_URI = 16,
    SHAPE_ALL = 31,
};

struct seen { /* an attribute or a child */
    const char *name;
    size_t count; /* in all */
    size_t in;    /* how many of the elements have it */
    size_t most;  /* how many at most in one of them */
    unsigned types;
};

struct names {
    VEC(struct seen);
};

struct shape { /* of an element */
    const char *name;
    size_t count;
    struct names attributes, children;
    struct names parents; /* of the same namespace; none for a root */
    bool root;            /* it stood in another namespace, or at the top */
    bool text, foreign, language, foreign_attributes;
    unsigned types; /* of its text */
};

struct shapes {
    VEC(struct shape);
};

struct shapes shapes_read(
    struct arena *arena, const struct document *document, const char *ns);
const struct shape *shape_find(const struct shapes *shapes, const char *name);
/* The built-in type for what was seen: "string", "unsignedInt" ... */
const char *shape_type(unsigned types);

#endif
