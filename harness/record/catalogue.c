#include "record/catalogue.h"

#include "base/file.h"
#include "record/catalogue_rows.h"

#include <stdlib.h>
#include <string.h>

static const struct catalogue_row *row_of(
    const struct catalogue_rows *rows, const char *xep, const char *id)
{
    for (size_t i = 0; i < rows->list.count; i++) {
        const struct catalogue_row *row = &rows->list.items[i];
        if (strcmp(row->xep, xep) == 0 && strcmp(row->id, id) == 0)
            return row;
    }
    return NULL;
}

static void fill(struct record_run *run, const struct catalogue_rows *rows,
    struct record_requirement *requirement)
{
    if (requirement->xep == NULL || requirement->id == NULL)
        catalogue_name(
            run->arena, requirement->text, &requirement->xep, &requirement->id);
    if (requirement->xep == NULL || requirement->id == NULL)
        return;
    const struct catalogue_row *row =
        row_of(rows, requirement->xep, requirement->id);
    if (row == NULL)
        return;
    requirement->section = row->section;
    requirement->anchor = row->anchor;
    requirement->paraphrase = row->paraphrase;
}

/* Where the tree lies on this machine is nobody's business. */
static void shorten_path(struct record_case *c, const char *home)
{
    static const char cases[] = "/cases/";
    size_t len = strlen(home);
    if (c->path != NULL && strncmp(c->path, home, len) == 0 &&
        strncmp(c->path + len, cases, sizeof cases - 1) == 0)
        c->path += len + sizeof cases - 1;
}

static void attach(
    struct record_run *run, const struct catalogue_rows *rows, const char *home)
{
    for (size_t i = 0; i < run->cases.count; i++) {
        struct record_case *c = run->cases.items[i];
        shorten_path(c, home);
        for (size_t j = 0; j < c->requirements.count; j++)
            fill(run, rows, &c->requirements.items[j]);
    }
    run->xeps = rows->versions;
    run->coverage.count = 0;
    for (size_t i = 0; i < rows->list.count; i++) {
        const struct catalogue_row *row = &rows->list.items[i];
        struct record_coverage coverage = {row->xep, row->id, row->section,
            row->anchor, row->level, row->paraphrase, row->reason, row->cases};
        vec_push(&run->coverage, coverage);
    }
}

bool record_attach_catalogue(
    struct record_run *run, const char *home, struct error *error)
{
    struct catalogue_rows rows = {0};
    char *cases = file_join(home, "cases");
    char *requirements = file_join(cases, "requirements");
    bool ok =
        catalogue_rows_read(&rows, run->arena, requirements, cases, error);
    if (ok)
        attach(run, &rows, home);
    vec_free(&rows.list);
    free(requirements);
    free(cases);
    return ok;
}
