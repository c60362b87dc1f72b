/* What a script expected against what came, as a readable XML difference: a
 * line per element, attributes on lines of their own where they differ. It
 * knows scansion's rules: what the script does not ask about is no
 * difference, {scansion:any} and ${...} stand for any value. */
#ifndef JS_DIFFERENCE_H
#define JS_DIFFERENCE_H

#include "base/bytes.h"
#include "base/memory.h"
#include "base/vec.h"

#include <stdbool.h>

enum difference_mark {
    DIFFERENCE_SAME = ' ',
    DIFFERENCE_MISSING = '-', /* expected, did not come */
    DIFFERENCE_INSTEAD = '+', /* came in its place, or was not allowed */
    DIFFERENCE_BESIDE = '.',  /* came too; nobody asked */
};

struct difference_line {
    enum difference_mark mark;
    int depth;
    const char *text; /* one printable line */
};

struct difference {
    struct arena *arena;
    VEC(struct difference_line) lines;
    int differences; /* lines marked - or + */
    bool cut;        /* there were more lines than it holds */
};

/* False when either text is missing or no XML stanza; nothing to free then. */
bool difference_make(
    struct difference *difference, const char *expected, const char *received);
void difference_free(struct difference *difference);
/* "- <a/>\n+ <b/>\n": the mark, a blank, two blanks a level, the line. */
void difference_print(const struct difference *difference, struct buffer *out);

#endif
