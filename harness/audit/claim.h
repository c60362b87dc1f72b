/* Layer 5: what the text claims, held against the schema: who is required,
 * of which type, which values and children there are. */
#ifndef JS_AUDIT_CLAIM_H
#define JS_AUDIT_CLAIM_H

#include "audit/example.h"

/* An element that the document's schemas declare. */
struct own_element {
    struct schema *schema;
    const struct tree_node *node;
    const char *name;
    struct attribute_uses attributes;
    const struct model *model;
};

enum claim_level { CLAIM_NONE, CLAIM_REQUIRED, CLAIM_OPTIONAL };

struct claims {
    struct audit *audit;
    const struct document *document;
    const struct prose *prose;
    const struct examples *examples;
    VEC(struct own_element) elements;
};

/* Reads the document's schemas; in the audit's arena. */
struct claims *claims_new(struct audit *audit, const struct document *document,
    const struct prose *prose, const struct examples *examples);

/* Elements of that name, from index *at on; NULL: no more. */
struct own_element *claims_element(
    const struct claims *claims, const char *name, size_t *at);

/* The text at `node` says that the attribute (or, when the element has none
 * of that name, the child) is required or optional. Reports a disagreement.
 * table: a table says so, not a sentence. */
void claim_level(struct claims *claims, struct own_element *element,
    const char *name, enum claim_level level, const struct tree_node *node,
    const char *text, bool table);
/* The text says that the element may have the attribute, or child. */
void claim_attribute(struct claims *claims, struct own_element *element,
    const char *name, const struct tree_node *node, const char *text);
void claim_child(struct claims *claims, struct own_element *element,
    const char *name, const struct tree_node *node, const char *text);
/* The text says that the element may have the child more than once. */
void claim_many(struct claims *claims, struct own_element *element,
    const char *name, const struct tree_node *node, const char *text);
/* Whether the element has the attribute, or child, of that name. */
bool claims_declares(
    const struct own_element *element, const char *name, bool child);
/* The text says of what type the attribute or child (NULL: the element
 * itself) is: one of XSD's built-in types. */
void claim_type(struct claims *claims, struct own_element *element,
    const char *name, const char *type, const struct tree_node *node,
    const char *text);

/* Readers of claims. */
void claims_read_tables(struct claims *claims);
void claims_read_sentences(struct claims *claims);
/* Of one sentence of the passage, quotes made plain: what an element has to
 * possess. */
void claims_read_clauses(
    struct claims *claims, const struct passage *passage, const char *sentence);
/* The same, and one row of a table on an attribute: its values. */
void claims_read_values(
    struct claims *claims, const struct passage *passage, const char *sentence);
void claims_read_value_row(struct claims *claims, struct own_element *element,
    const char *name, const struct tree_node *row, const char *text);
void claims_read_lists(struct claims *claims);
/* Attributes that the schema has and nobody else: no example of the element,
 * no sentence that speaks of both. */
void claims_find_unused(struct claims *claims);

/* The name in a cell or term: "<foo/>", "'foo'", "foo*"; NULL: no name. */
const char *claim_name(struct arena *arena, const char *text);

#endif
