/* Inside of the reader of XML that names and mends what is broken: tree.c has
 * the elements, tree_attrs.c their attributes. */
#ifndef JS_AUDIT_TREE_READER_H
#define JS_AUDIT_TREE_READER_H

#include "audit/tree.h"

struct reader {
    struct arena *arena;
    const struct entity_table *entities;
    struct tree *tree;
    const char *text;
    size_t len, at;
    struct tree_node *top; /* innermost open element */
    int depth;
};

bool reader_name_start(char c);
bool reader_name_char(char c);
bool reader_starts(const struct reader *r, size_t at, const char *what);
/* Where `what` stands from at on; the text's length: nowhere. */
size_t reader_seek(const struct reader *r, size_t at, const char *what);
size_t reader_skip_space(const struct reader *r, size_t at);
/* Tells of a fault; reader_mend adds an edit that mends it. */
struct tree_fault *reader_fault(struct reader *r, enum tree_fault_kind kind,
    size_t at, const struct tree_node *node, const char *detail,
    const char *message);
void reader_mend(struct reader *r, struct tree_fault *f, size_t at, size_t len,
    const char *text);
/* Text with its references resolved; faults for what is no reference. */
const char *reader_resolve(struct reader *r, size_t at, size_t len);
/* Reads the attributes of a tag: r->at is behind the name, and behind the tag
 * at the end. */
void reader_attrs(struct reader *r, struct tree_node *node);

#endif
