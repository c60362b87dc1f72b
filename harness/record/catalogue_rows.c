#include "record/catalogue_rows.h"

#include "base/bytes.h"
#include "record/coverage.h"
#include "record/requirement.h"

enum { CASES_MOST = 20 };

static const char *cases_of(struct arena *arena,
    const struct coverage *coverage, const char *xep, const char *id)
{
    struct buffer cases = {0};
    const struct coverage_entry *entry;
    for (size_t i = 0; i < CASES_MOST &&
                       (entry = coverage_case(coverage, xep, id, i)) != NULL;
         i++)
        buffer_printf(&cases, "%s%s", i > 0 ? ", " : "", entry->case_id);
    const char *text =
        cases.len > 0 ? arena_strdup(arena, buffer_text(&cases)) : NULL;
    buffer_free(&cases);
    return text;
}

static void add_table(struct catalogue_rows *rows, struct arena *arena,
    const struct requirement_table *table, const struct coverage *coverage)
{
    const char *xep = arena_strdup(arena, table->xep);
    for (size_t i = 0; i < table->count; i++) {
        const struct requirement *r = &table->rows[i];
        struct catalogue_row row = {
            .xep = xep,
            .id = arena_strdup(arena, r->id),
            .section = arena_strdup(arena, r->section),
            .anchor = arena_strdup(arena, r->anchor),
            .level = requirement_level_name(r->level),
            .paraphrase = arena_strdup(arena, r->paraphrase),
            .reason = arena_strdup(arena, r->reason),
            .cases = cases_of(arena, coverage, table->xep, r->id),
        };
        vec_push(&rows->list, row);
    }
}

bool catalogue_rows_read(struct catalogue_rows *rows, struct arena *arena,
    const char *requirements_dir, const char *cases_dir, struct error *error)
{
    struct coverage coverage;
    if (!coverage_read(&coverage, arena, cases_dir, error))
        return false;
    struct requirement_catalogue *catalogue =
        requirement_catalogue_read(requirements_dir, error);
    if (catalogue == NULL)
        return false;
    struct buffer versions = {0};
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct requirement_table *table = &catalogue->tables[i];
        add_table(rows, arena, table, &coverage);
        if (table->version != NULL)
            buffer_printf(&versions, "%s%.4s %s", versions.len > 0 ? ", " : "",
                table->xep, table->version);
    }
    if (versions.len > 0)
        rows->versions = arena_strdup(arena, buffer_text(&versions));
    buffer_free(&versions);
    requirement_catalogue_free(catalogue);
    return true;
}

bool catalogue_name(
    struct arena *arena, const char *text, const char **xep, const char **id)
{
    struct requirement_name name;
    if (text == NULL || !requirement_name_parse(&name, text, NULL))
        return false;
    *xep = arena_strdup(arena, name.xep);
    *id = arena_strdup(arena, name.id);
    return true;
}
