#include "schema/table.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/vec.h"

#include <string.h>

enum { table_bytes_max = 16 << 20 };

/* Cuts line at its tabs, in place; false when the number is another. */
static bool split(char *line, const char **cells, size_t count)
{
    size_t found = 0;
    for (char *cell = line; cell != NULL;) {
        char *tab = strchr(cell, '\t');
        if (tab != NULL)
            *tab = 0;
        if (found == count)
            return false;
        cells[found++] = cell;
        cell = tab == NULL ? NULL : tab + 1;
    }
    return found == count;
}

static bool header_fits(
    const char **cells, const char *const *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(cells[i], columns[i]) != 0)
            return false;
    }
    return true;
}

static bool read_rows(const char *path, char *text, const char *const *columns,
    struct table *out, struct error *error)
{
    size_t width = 0;
    while (columns[width] != NULL)
        width++;
    VEC(struct table_row) rows = {0};
    bool header = true, ok = true;
    unsigned number = 0;
    for (char *line = text; line != NULL && ok;) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = 0;
        number++;
        if (*line != 0 && *line != '#') {
            struct table_row row = {
                number, arena_alloc(out->arena, width * sizeof(char *))};
            if (!split(line, row.cells, width))
                ok = error_set(error, "%s:%u: not %zu cells between tabs", path,
                    number, width);
            else if (!header)
                vec_push(&rows, row);
            else if (!header_fits(row.cells, columns, width))
                ok = error_set(error,
                    "%s:%u: the header row must begin with "
                    "'%s'",
                    path, number, columns[0]);
            header = false;
        }
        line = end == NULL ? NULL : end + 1;
    }
    if (ok && header)
        ok = error_set(error, "%s: empty, not even a header row", path);
    out->rows = arena_alloc(out->arena, (rows.count + 1) * sizeof *rows.items);
    if (rows.count > 0)
        memcpy(out->rows, rows.items, rows.count * sizeof *rows.items);
    out->count = rows.count;
    vec_free(&rows);
    return ok;
}

bool table_read(const char *path, const char *const *columns, struct table *out,
    struct error *error)
{
    *out = (struct table){.arena = arena_new()};
    struct buffer content = {0};
    bool ok = file_read(path, table_bytes_max, &content, error);
    if (ok) {
        char *text = arena_strdup(out->arena, buffer_text(&content));
        ok = read_rows(path, text, columns, out, error);
    }
    buffer_free(&content);
    if (!ok)
        table_free(out);
    return ok;
}

void table_free(struct table *table)
{
    arena_free(table->arena);
    *table = (struct table){0};
}
