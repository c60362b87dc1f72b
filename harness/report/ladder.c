#include "report/ladder.h"

#include <string.h>

static int column_of(const struct ladder *ladder, const char *name)
{
    for (int i = 0; name != NULL && i < ladder->column_count; i++) {
        if (strcmp(ladder->columns[i], name) == 0)
            return i;
    }
    return -1;
}

static bool stands_in_the_middle(const char *name)
{
    return strcmp(name, "server") == 0 || strcmp(name, "wire") == 0;
}

static void add_column(struct ladder *ladder, const char *name)
{
    if (name != NULL && !stands_in_the_middle(name) &&
        column_of(ladder, name) < 0 &&
        ladder->column_count < LADDER_COLUMNS - 2)
        ladder->columns[ladder->column_count++] = name;
}

static bool takes_part(const struct record_case *c, const char *name)
{
    for (size_t i = 0; i < c->events.count; i++) {
        const struct record_event *e = &c->events.items[i];
        if ((e->from != NULL && strcmp(e->from, name) == 0) ||
            (e->to != NULL && strcmp(e->to, name) == 0))
            return true;
    }
    return false;
}

static void insert_column(struct ladder *ladder, int at, const char *name)
{
    memmove(ladder->columns + at + 1, ladder->columns + at,
        (size_t)(ladder->column_count - at) * sizeof *ladder->columns);
    ladder->columns[at] = name;
    ladder->column_count++;
}

static void make_columns(struct ladder *ladder, const struct record_case *c)
{
    for (size_t i = 0; i < c->events.count; i++) {
        add_column(ladder, c->events.items[i].from);
        add_column(ladder, c->events.items[i].to);
    }
    int middle = (ladder->column_count + 1) / 2;
    if (takes_part(c, "wire"))
        insert_column(ladder, middle, "wire");
    if (takes_part(c, "server"))
        insert_column(ladder, middle, "server");
}

static size_t failed_event(const struct record_case *c)
{
    for (size_t i = 0; i < c->events.count; i++) {
        if (c->events.items[i].failed)
            return i;
    }
    return c->events.count;
}

/* Of more events than rows a third is kept at the start, a third around the
 * failure (or in the middle of nothing: at the start) and a third at the
 * end. */
static bool is_kept(
    const struct record_case *c, size_t index, size_t failed, size_t max_rows)
{
    size_t third = max_rows / 3, count = c->events.count;
    if (count <= max_rows)
        return true;
    size_t head = failed < count ? third : 2 * third;
    return index < head || index + third >= count ||
           (failed < count && index + 2 * third / 3 >= failed &&
               index <= failed + third / 3);
}

void ladder_make(
    struct ladder *ladder, const struct record_case *c, size_t max_rows)
{
    *ladder = (struct ladder){0};
    make_columns(ladder, c);
    size_t failed = failed_event(c);
    for (size_t i = 0; i < c->events.count; i++) {
        const struct record_event *e = &c->events.items[i];
        size_t rows = ladder->rows.count;
        if (is_kept(c, i, failed, max_rows)) {
            vec_push(&ladder->rows,
                ((struct ladder_row){e, i, 0, column_of(ladder, e->from),
                    column_of(ladder, e->to)}));
        } else if (rows > 0 && ladder->rows.items[rows - 1].event == NULL) {
            ladder->rows.items[rows - 1].left_out++;
        } else {
            vec_push(&ladder->rows, ((struct ladder_row){NULL, i, 1, -1, -1}));
        }
    }
}

void ladder_free(struct ladder *ladder)
{
    vec_free(&ladder->rows);
}
