/* What a declaration allows: its attributes and its values. */
#ifndef JS_AUDIT_DECLARATION_H
#define JS_AUDIT_DECLARATION_H

#include "audit/schema.h"

struct attribute_use {
    const char *ns, *name;
    bool required, prohibited;
    const struct tree_node *node;        /* the xs:attribute */
    const struct tree_node *declaration; /* it, or what its ref names */
    const struct schema *schema;         /* of the declaration */
};

struct attribute_uses {
    VEC(struct attribute_use);
    bool any; /* anyAttribute, or a type we do not have */
};

/* The attributes of an element declaration (or complexType). */
struct attribute_uses declaration_attributes(struct audit *audit,
    const struct schema *schema, const struct tree_node *declaration);
const struct attribute_use *attribute_use_find(
    const struct attribute_uses *uses, const char *ns, const char *name);

/* Whether the value is allowed by the declaration's simple type (of an
 * attribute, or of an element with simple content). Unknown types allow all.
 */
bool declaration_allows(struct audit *audit, const struct schema *schema,
    const struct tree_node *declaration, const char *value);
/* The enumerated values of its type, in order; empty: not enumerated. */
struct values {
    VEC(const char *);
};
struct values declaration_values(struct audit *audit,
    const struct schema *schema, const struct tree_node *declaration);

#endif
