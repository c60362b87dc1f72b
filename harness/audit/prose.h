/* The text of a XEP without header, code and examples, in passages. */
#ifndef JS_AUDIT_PROSE_H
#define JS_AUDIT_PROSE_H

#include "audit/document.h"

struct passage {
    const struct tree_node *node; /* p, li, td, dt, dd ... */
    const char *text;             /* white space collapsed */
};

struct prose {
    struct arena *arena;
    const struct document *document;
    VEC(struct passage);
};

/* In document order, in the document's arena; never NULL. */
struct prose *prose_read(struct arena *arena, const struct document *document);

/* Whether the text marks `name` as a name: in quotes, as <name/>, or alone in
 * a cell or term. The first such passage, or NULL. */
const struct passage *prose_names(const struct prose *prose, const char *name);
/* Whether name stands as a word anywhere, marked or not. */
const struct passage *prose_has_word(
    const struct prose *prose, const char *name);
/* The same for one text; marked: only as prose_names says. */
bool text_has(const char *text, const char *name, bool marked);

/* "Section (anchor), line N" of a node, for evidence. */
const char *prose_place(struct arena *arena, const struct document *document,
    const struct tree_node *node);
/* A short quotation around `name` for evidence at run time. */
const char *prose_quote(
    struct arena *arena, const char *text, const char *name);

#endif
