/* What happened in a case as a ladder: actors are columns, events are arrows
 * from top to bottom. One model, drawn as text and as SVG. */
#ifndef JS_LADDER_H
#define JS_LADDER_H

#include "base/bytes.h"
#include "base/vec.h"
#include "record/record.h"

#include <stddef.h>

enum { LADDER_COLUMNS = 8 };

struct ladder_row {
    const struct record_event *event; /* NULL: a gap */
    size_t index;                     /* of the event in the case */
    size_t left_out;                  /* events that this gap stands for */
    const char *login; /* the gap is a login of this actor; NULL: left out */
    int line;          /* of the case's own script; 0: none, or in a scene */
    int from, to;      /* columns; -1: none. Equal or one only: a mark there */
};

struct ladder {
    const char *columns[LADDER_COLUMNS]; /* names; "server" in the middle */
    int column_count;
    VEC(struct ladder_row) rows;
    size_t background; /* events not shown, see ladder_fold.h */
};

/* At most max_rows rows: the beginning, what is around the failure and the end
 * stay. all: without folding logins or leaving out the background. The case
 * must outlive the ladder. */
void ladder_make(struct ladder *ladder, const struct record_case *c,
    size_t max_rows, bool all);
void ladder_free(struct ladder *ladder);

/* Is line number `line` (from 1) of the script, but for white space around
 * it, this text? Steps of scenes carry the line of another file. */
bool ladder_script_line(
    const struct record_case *c, int line, const char *text);

/* Plain text, no line longer than 80 columns. */
void ladder_print_text(const struct ladder *ladder, struct buffer *out);
/* An <svg> element; arrows link to #PREFIX-INDEX, styles are the page's. */
void ladder_print_svg(
    const struct ladder *ladder, const char *prefix, struct buffer *out);

#endif
