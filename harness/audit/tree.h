/* A tolerant XML reader for what the XEPs print: schemas, examples and the
 * XEPs themselves. It keeps the place of every tag and attribute, and where
 * XML would stop it names the fault, says which edit of the text would mend
 * it, and reads on as if it were mended. libxml2 has the last word on what is
 * well-formed; this says what is wrong and where. */
#ifndef JS_AUDIT_TREE_H
#define JS_AUDIT_TREE_H

#include "audit/entity.h"
#include "audit/list.h"

/* Replace len bytes at offset `at` of a text. */
struct edit {
    size_t at, len;
    const char *text;
};
struct edits {
    VEC(struct edit);
}; /* grows in an arena */

struct tree_attr {
    const char *name;           /* as written, with its prefix */
    const char *prefix;         /* "" when none */
    const char *local, *ns;     /* ns "" when none; NULL: undeclared prefix */
    const char *value;          /* references resolved */
    size_t at, end;             /* the whole attribute, without leading space */
    size_t value_at, value_len; /* between the quotes */
};

struct tree_node {
    const char *name; /* NULL: text */
    const char *prefix, *local, *ns;
    const char *text; /* of a text node */
    struct tree_attr *attrs;
    size_t attr_count;
    struct tree_node *parent, *first, *last, *next, *previous;
    size_t at, at_end;   /* the start tag, or the text; at_end is behind it */
    size_t end, end_end; /* the end tag; equal to at, at_end when empty */
    bool empty;          /* written <so/> */
};

enum tree_fault_kind {
    TREE_UNCLOSED,
    TREE_MISMATCH,
    TREE_STRAY_END,
    TREE_DUPLICATE_ATTRIBUTE,
    TREE_BAD_TAG,
    TREE_BAD_ATTRIBUTE,
    TREE_BAD_REFERENCE,
    TREE_UNDECLARED_PREFIX,
    TREE_BAD_COMMENT,
    TREE_STRAY_TEXT,
};

struct tree_fault {
    enum tree_fault_kind kind;
    size_t at;
    const struct tree_node *node; /* the element it concerns, or around it */
    const char *message, *detail; /* detail: short, for a key */
    const char *fix;    /* what the edits do; NULL: what its kind asks for */
    struct edits edits; /* may be empty: cannot be mended */
};

struct tree {
    struct tree_node *document;    /* its children are the top-level nodes */
    VEC(struct tree_fault) faults; /* about in order of the text */
    const char *text;
    size_t len;
};

/* Everything is taken from arena. text (NUL-terminated) must live as long as
 * the tree. Nesting below TREE_DEPTH_MAX is flattened. */
enum { TREE_DEPTH_MAX = 200 };
struct tree *tree_parse(struct arena *arena, const char *text, size_t len,
    const struct entity_table *entities);

/* The first element at the top, or NULL. */
struct tree_node *tree_root(const struct tree *tree);
/* NULL when absent; name as written without a namespace ("xml:lang" too). */
const struct tree_attr *tree_attr(
    const struct tree_node *node, const char *name);
/* The value, or NULL. */
const char *tree_value(const struct tree_node *node, const char *name);
/* First/next child element; local NULL: any. */
struct tree_node *tree_child(const struct tree_node *node, const char *local);
struct tree_node *tree_next(const struct tree_node *node, const char *local);
/* The node after this one in document order, below `top`; NULL at the end. */
struct tree_node *tree_following(
    const struct tree_node *node, const struct tree_node *top);
/* All text below the node, white space collapsed, in arena. */
const char *tree_text(struct arena *arena, const struct tree_node *node);
/* The namespace a prefix ("" the default) has at a node; NULL: undeclared. */
const char *tree_namespace(const struct tree_node *node, const char *prefix);
bool tree_is(const struct tree_node *node, const char *ns, const char *local);
/* 1-based line of an offset. */
int tree_line(const char *text, size_t at);

/* Applies edits (sorted here, overlapping ones dropped); free the result. */
char *edits_apply(
    const char *text, size_t len, const struct edits *edits, size_t *out_len);
/* Whether text other than space stands straight in the node. */
bool tree_has_words(const struct tree_node *node);

#endif
