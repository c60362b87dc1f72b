/* The sentences of a XEP's source, in its order: what the catalogue of
 * requirements is compared with.
 *
 * A sentence is normalised: markup dropped (<tt/>, <em/>, links keep their
 * text), entities written by their name (&xep0166; is "XEP-0166"), white space
 * folded. A paragraph, a list item, a definition, a footnote and a row of a
 * table each hold their own sentences; a row of a table whose cells hold no
 * full sentence is one sentence, its cells joined by " | ". Examples, code,
 * schemas, the header and the paragraph about key words are left out. */
#ifndef JS_SENTENCE_H
#define JS_SENTENCE_H

#include "base/error.h"
#include "base/memory.h"
#include "record/requirement.h"

#include <stdbool.h>
#include <stddef.h>

struct sentence {
    const char *text;
    const char *section;  /* "2.2", "" before the first section */
    const char *anchor;   /* "negotiate"; the number where there is none */
    const char *within;   /* anchors of all sections around it: "#a#b#" */
    char fingerprint[17]; /* first 16 hex digits of the text's SHA-256 */
    unsigned levels;      /* bit 1 << requirement_level per keyword in it */
    int line;
};

struct sentence_list {
    const struct sentence *items; /* the arena's */
    size_t count;
    const char *title, *version;
};

/* Reads a XEP's file. Nothing is loaded but that file. False: not readable or
 * not a XEP; the message says which. */
bool sentence_list_read(struct sentence_list *list, struct arena *arena,
    const char *path, struct error *error);
/* The same of text in memory; name is for messages. */
bool sentence_list_parse(struct sentence_list *list, struct arena *arena,
    struct bytes text, const char *name, struct error *error);

#endif
