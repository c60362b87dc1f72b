/* The catalogue of requirements as plain text rows, for the record: the
 * catalogue's own types stay behind this. */
#ifndef JS_CATALOGUE_ROWS_H
#define JS_CATALOGUE_ROWS_H

#include "base/error.h"
#include "base/memory.h"
#include "base/vec.h"

#include <stdbool.h>

/* All text is the arena's; see struct record_coverage. */
struct catalogue_row {
    const char *xep, *id, *section, *anchor, *level, *paraphrase, *reason;
    const char *cases; /* "a, b", or NULL */
};

struct catalogue_rows {
    VEC(struct catalogue_row) list;
    const char *versions; /* of the XEPs: "0030 2.5.0, 0047 2.0.1"; NULL */
};

/* Appends all rows of the tables in requirements_dir with the cases of
 * cases_dir that name them. Free the list with vec_free. */
bool catalogue_rows_read(struct catalogue_rows *rows, struct arena *arena,
    const char *requirements_dir, const char *cases_dir, struct error *error);
/* What a script's "## requirement:" names; false when it names nothing. */
bool catalogue_name(
    struct arena *arena, const char *text, const char **xep, const char **id);

#endif
