/* Layer 4: the XEP's own examples against its own repaired schemas. Each
 * disagreement is judged: the schema, the example, or neither. */
#ifndef JS_AUDIT_EXAMPLE_H
#define JS_AUDIT_EXAMPLE_H

#include "audit/declaration.h"
#include "audit/model.h"
#include "audit/prose.h"

enum disagreement_kind {
    UNDECLARED_ATTRIBUTE,
    MISSING_ATTRIBUTE,
    WRONG_VALUE,
    UNDECLARED_CHILD,
    MISSING_CHILD,
    REPEATED_CHILD,
    WRONG_ORDER,
    WRONG_TEXT,
    UNDECLARED_ELEMENT,
};

/* One kind of disagreement at one component, over all examples. */
struct disagreement {
    enum disagreement_kind kind;
    const struct schema *schema;
    const struct tree_node *declaration; /* of the element it is about */
    const char *element;                 /* its name */
    const char *name;                    /* the attribute or child, or "" */
    const char *value;                   /* the first offending value; of a
                                            wrong order, the child before; "empty"
                                            where every child is missing */
    const struct block *block, *last;    /* the first example, and the last */
    size_t at;                           /* offset in the document's file */
    size_t count;                        /* how often */
    size_t examples;                     /* in how many of them */
    size_t instances;                    /* how many of the element were seen */
    const char *skipped;                 /* of a wrong order: the child that has
                                            to come first, "" when it is no
                                            matter of a missing one */
    struct edits edits; /* mends the example (of the block's text) */
};

struct usage { /* of an element declaration in the examples */
    const struct tree_node *declaration;
    size_t count;
    struct {
        VEC(const char *);
    } attributes; /* names seen, one entry per instance; "<x" for a child */
};

struct examples {
    struct audit *audit;
    const struct document *document;
    bool foreign; /* against the schemas of other XEPs */
    VEC(struct disagreement) disagreements;
    VEC(struct usage) usages;
    VEC(const char *) elements; /* "ns name" of every element seen, once */
};

/* Walks every example of the document. In the audit's arena. */
struct examples *examples_read(
    struct audit *audit, const struct document *document);
/* The same against other XEPs' schemas: of namespaces that the document has
 * no schema for. */
struct examples *examples_read_foreign(
    struct audit *audit, const struct document *document);
/* How often an attribute was seen on instances of a declaration. */
size_t examples_attribute_count(const struct examples *examples,
    const struct tree_node *declaration, const char *name);
size_t examples_count(
    const struct examples *examples, const struct tree_node *declaration);
bool examples_have_element(
    const struct examples *examples, const char *ns, const char *name);

/* Reports examples that are no XML. */
void examples_check_form(struct audit *audit, const struct document *document,
    const struct prose *prose);
/* Whether a fault of the schema itself that was told explains this. */
bool examples_explained(
    const struct audit *audit, const struct disagreement *disagreement);
/* The class of findings for a kind of disagreement. */
/* An undeclared attribute whose name is declared in the schema's namespace: it
 * refers to a global attribute, and so asks for a prefix. */
bool disagreement_asks_prefix(
    struct audit *audit, const struct disagreement *d);
const char *disagreement_class(enum disagreement_kind kind);
/* Judges and reports. */
void examples_check(struct audit *audit, const struct examples *examples,
    const struct prose *prose);

#endif
