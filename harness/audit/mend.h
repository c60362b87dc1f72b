/* The repairs of a schema's structure: small edits, so that what follows can
 * be read; where one says what was meant it is the finding's fix. */
#ifndef JS_AUDIT_MEND_H
#define JS_AUDIT_MEND_H

#include "audit/schema.h"

struct mender {
    struct audit *audit;
    struct schema *schema;
    struct edits edits; /* of this round, of the schema's text */
};

/* Makes edits the fix of a finding (or NULL) and part of this round. */
void mend_by(struct mender *m, struct finding *f, const struct edits *edits,
    const char *fix);
void mend_edit(struct mender *m, struct edits *edits, size_t at, size_t len,
    const char *text);
/* Removing an attribute takes the white space before it along. */
void mend_drop_attr(
    struct mender *m, struct edits *edits, const struct tree_attr *attr);
/* The indentation of the line a place is on. */
const char *mend_indent(struct mender *m, size_t at);

/* A child that may not stand where it does: as was meant, or dropped. */
void mend_misplaced(
    struct mender *m, struct finding *f, const struct tree_node *child);
/* A declaration with a type of text and, inside, one that only adds attributes:
 * they are joined. False: it is not so. */
bool mend_type_twice(struct mender *m, struct finding *f,
    const struct tree_node *node, const struct tree_node *inner);
/* An xs:simpleContent around a content model. */
void mend_text_only(struct mender *m, struct finding *f,
    const struct tree_node *content, const struct tree_node *model);
/* An xs:all that holds what it cannot. */
void mend_all(struct mender *m, struct finding *f, const struct tree_node *all);
/* Drops a node and those of its name behind it, to keep the audit going: no
 * proposal. */
bool mend_drop(
    struct mender *m, struct finding *f, const struct tree_node *child);

#endif
