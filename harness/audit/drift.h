/* What a XEP's text and its table of requirements no longer share: sentences
 * without a row, rows without a sentence. */
#ifndef JS_DRIFT_H
#define JS_DRIFT_H

#include "audit/sentence.h"
#include "record/requirement.h"

#include <stdbool.h>
#include <stddef.h>

enum drift_kind {
    DRIFT_NEW,     /* a sentence with a keyword, and no row */
    DRIFT_CHANGED, /* a row's sentence is gone, and its section has a new one */
    DRIFT_GONE,    /* a row whose sentence is nowhere */
    DRIFT_MOVED,   /* the sentence stands in another section now */
    DRIFT_LEVEL    /* the row's level is none of the sentence's keywords */
};

struct drift {
    enum drift_kind kind;
    const struct requirement *row;   /* NULL: DRIFT_NEW */
    const struct sentence *sentence; /* NULL: DRIFT_GONE */
};

struct drift_list {
    const struct drift *items; /* the arena's */
    size_t count;
};

/* Compares all of the text that the table covers (its sections). */
void drift_find(struct drift_list *out, struct arena *arena,
    const struct requirement_table *table, const struct sentence_list *text);

/* The row's sentence, in the row's section if it stands there. NULL: gone. */
const struct sentence *drift_sentence_of(
    const struct sentence_list *text, const struct requirement *row);

/* "new", "changed", "gone", "moved", "level". */
const char *drift_kind_name(enum drift_kind kind);

#endif
