/* Tables of tab-separated rows with a header row, as schemas/ holds them.
 * Lines that are empty or begin with '#' are comments. */
#ifndef JS_TABLE_H
#define JS_TABLE_H

#include "base/error.h"

#include <stddef.h>

struct table_row {
    unsigned line;      /* in the file, from 1 */
    const char **cells; /* as many as columns were asked for; never NULL */
};

struct table {
    struct arena *arena;
    struct table_row *rows;
    size_t count;
};

/* columns: NULL-terminated names that the header row must have, in this
 * order. A row with another number of cells is an error. Free the result with
 * table_free; all strings live as long. */
bool table_read(const char *path, const char *const *columns, struct table *out,
    struct error *error);
void table_free(struct table *table);

#endif
