#include "report/ladder.h"

#include "base/memory.h"
#include "report/ladder_fold.h"

#include <stdlib.h>
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

bool ladder_script_line(const struct record_case *c, int line, const char *text)
{
    const char *at = c->script;
    if (at == NULL || line <= 0 || text == NULL)
        return false;
    for (int i = 1; i < line; i++) {
        at = strchr(at, '\n');
        if (at == NULL)
            return false;
        at++;
    }
    at += strspn(at, " \t");
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    return len > 0 && strncmp(at, text, len) == 0 &&
           strspn(at + len, " \t\r") == strcspn(at + len, "\n");
}

static void add_row(
    struct ladder *ladder, const struct record_case *c, size_t index, int line)
{
    const struct record_event *e = &c->events.items[index];
    struct ladder_row row = {e, index, 0, NULL, line,
        column_of(ladder, e->from), column_of(ladder, e->to)};
    vec_push(&ladder->rows, row);
}

static void add_gap(
    struct ladder *ladder, size_t index, size_t events, const char *login)
{
    size_t count = ladder->rows.count;
    struct ladder_row *last = count > 0 ? &ladder->rows.items[count - 1] : NULL;
    if (last != NULL && last->event == NULL && last->login == NULL &&
        login == NULL) {
        last->left_out += events;
        return;
    }
    struct ladder_row row = {NULL, index, events, login, 0, -1, -1};
    vec_push(&ladder->rows, row);
}

/* Of the events of a long case, the i-th that may be shown. */
static bool is_kept(size_t index, size_t count, size_t failed, size_t max_rows)
{
    size_t third = max_rows / 3;
    if (count <= max_rows)
        return true;
    size_t head = failed < count ? third : 2 * third;
    return index < head || index + third >= count ||
           (failed < count && index + 2 * third / 3 >= failed &&
               index <= failed + third / 3);
}

static bool is_shown(const struct fold *fold)
{
    return fold->login > 0 || (!fold->background && !fold->in_login);
}

static void make_rows(struct ladder *ladder, const struct record_case *c,
    const struct fold *folds, size_t max_rows)
{
    size_t count = 0, failed = SIZE_MAX, index = 0;
    for (size_t i = 0; i < c->events.count; i++) {
        if (c->events.items[i].failed && failed == SIZE_MAX)
            failed = count;
        count += is_shown(&folds[i]);
        ladder->background += folds[i].background;
    }
    int line = 0;
    for (size_t i = 0; i < c->events.count; i++) {
        const struct record_event *e = &c->events.items[i];
        if (e->kind == EVENT_STEP)
            line = ladder_script_line(c, e->line, e->label) ? e->line : 0;
        if (!is_shown(&folds[i]))
            continue;
        bool kept = is_kept(index++, count, failed, max_rows);
        if (kept && folds[i].login > 0)
            add_gap(ladder, i, folds[i].login, folds[i].actor);
        else if (kept)
            add_row(ladder, c, i, line);
        else
            add_gap(ladder, i, folds[i].login > 0 ? folds[i].login : 1, NULL);
    }
}

void ladder_make(struct ladder *ladder, const struct record_case *c,
    size_t max_rows, bool all)
{
    *ladder = (struct ladder){0};
    make_columns(ladder, c);
    struct fold *folds =
        all ? mem_alloc((c->events.count + 1) * sizeof *folds) : fold_events(c);
    make_rows(ladder, c, folds, max_rows);
    free(folds);
}

void ladder_free(struct ladder *ladder)
{
    vec_free(&ladder->rows);
}
