/* The content model of a complex type as an automaton of positions
 * (Glushkov): for the determinism check, and to hold examples against it,
 * also against models that no parser would compile. */
#ifndef JS_AUDIT_MODEL_H
#define JS_AUDIT_MODEL_H

#include "audit/schema.h"

enum { MODEL_POSITIONS = 512 };

struct position_set {
    uint64_t bits[MODEL_POSITIONS / 64];
};

struct position {
    const struct tree_node *particle; /* xs:element or xs:any */
    const struct schema *schema;      /* the one the particle stands in */
    const char *ns, *name;            /* of an element; name NULL: wildcard */
    const char *wildcard;             /* its namespace constraint */
    const struct tree_node *declaration; /* the particle, or what ref names */
    const struct schema *declared_in;
};

struct model {
    struct position *positions;
    size_t count;
    struct position_set first, last;
    struct position_set *follow;
    bool nullable;  /* empty content will do */
    bool mixed;     /* text is allowed */
    bool simple;    /* simple content: text, no elements */
    bool any;       /* no type known, or anyType: everything goes */
    bool truncated; /* more positions than we follow */
};

/* The model of an element declaration (or of a complexType). */
struct model *model_of(struct audit *audit, const struct schema *schema,
    const struct tree_node *declaration);

bool position_set_has(const struct position_set *set, size_t index);
/* Whether a wildcard of a schema lets a namespace through. */
bool model_wildcard_allows(const struct position *position, const char *ns);
/* Whether an element fits a position. */
bool model_fits(
    const struct position *position, const char *ns, const char *name);

/* The complexType a declaration has (inside, or by name); NULL: none. */
const struct tree_node *model_type(struct audit *audit,
    const struct schema **schema, const struct tree_node *declaration);

#endif
