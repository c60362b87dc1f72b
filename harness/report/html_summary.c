/* The summary: by XEP, and inside by section and level. */
#include "report/page.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* One row: the cases of one XEP, or of one section and level of it. */
struct row {
    const char *xep, *section;
    enum level level;
    int counts[VERDICT_ERROR + 1];
};

struct rows {
    VEC(struct row) list;
};

static struct row *row_of(
    struct rows *rows, const char *xep, const char *section, enum level level)
{
    for (size_t i = 0; i < rows->list.count; i++) {
        struct row *row = &rows->list.items[i];
        if (same_text(row->xep, xep) && same_text(row->section, section) &&
            row->level == level)
            return row;
    }
    vec_push(&rows->list, ((struct row){xep, section, level, {0}}));
    return &rows->list.items[rows->list.count - 1];
}

static const char *section_of(const struct record_case *c)
{
    return c->requirements.count == 0 ? NULL : c->requirements.items[0].section;
}

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    int order = strcmp(a->xep ? a->xep : "", b->xep ? b->xep : "");
    if (order == 0)
        order = strverscmp(
            a->section ? a->section : "", b->section ? b->section : "");
    return order != 0 ? order : (int)a->level - (int)b->level;
}

static void collect(
    const struct page *page, struct rows *xeps, struct rows *sections)
{
    for (size_t r = 0; r < page->count; r++) {
        for (size_t i = 0; i < page->runs[r]->cases.count; i++) {
            const struct record_case *c = page->runs[r]->cases.items[i];
            row_of(xeps, c->xep, NULL, LEVEL_MUST)->counts[c->verdict]++;
            row_of(sections, c->xep, section_of(c), c->level)
                ->counts[c->verdict]++;
        }
    }
    qsort(xeps->list.items, xeps->list.count, sizeof(struct row), compare_rows);
    qsort(sections->list.items, sections->list.count, sizeof(struct row),
        compare_rows);
}

static void add_counts(struct page *page, const int *counts)
{
    for (unsigned i = 0; i <= VERDICT_ERROR; i++) {
        buffer_add_text(page->out, "<td class=\"n\">");
        if (counts[i] > 0)
            buffer_printf(page->out, "<span class=\"v %s\">%d</span>",
                verdict_name((enum verdict)i), counts[i]);
        buffer_add_text(page->out, "</td>");
    }
}

static void add_verdict_heads(struct page *page)
{
    for (unsigned i = 0; i <= VERDICT_ERROR; i++)
        buffer_printf(page->out, "<th class=\"n\" scope=\"col\">%s</th>",
            verdict_name((enum verdict)i));
    buffer_add_text(page->out, "</tr></thead><tbody>\n");
}

static void add_sections(
    struct page *page, const struct rows *sections, const struct row *xep)
{
    buffer_add_text(page->out,
        "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Section</th>"
        "<th scope=\"col\">Level</th>");
    add_verdict_heads(page);
    for (size_t i = 0; i < sections->list.count; i++) {
        const struct row *row = &sections->list.items[i];
        if (!same_text(row->xep, xep->xep))
            continue;
        buffer_add_text(page->out, "<tr><th scope=\"row\">");
        page_line(page, row->section ? row->section : "\xe2\x80\x93", 60);
        buffer_printf(page->out, "</th><td>%s</td>", level_name(row->level));
        add_counts(page, row->counts);
        buffer_add_text(page->out, "</tr>\n");
    }
    buffer_add_text(page->out, "</tbody></table></div>");
}

static void add_xep(
    struct page *page, const struct rows *sections, const struct row *row)
{
    buffer_add_text(page->out, "<details><summary>");
    page_bar(page, row->counts);
    buffer_add_text(page->out, " <strong>");
    page_xep_name(page, row->xep);
    buffer_add_text(page->out, "</strong>");
    for (unsigned i = 0; i <= VERDICT_ERROR; i++) {
        if (row->counts[i] > 0)
            buffer_printf(page->out, " <span class=\"v %s\">%d %s</span>",
                verdict_name((enum verdict)i), row->counts[i],
                verdict_name((enum verdict)i));
    }
    buffer_add_text(page->out, " <a href=\"#cases\" data-only-xep=\"");
    page_line(page, row->xep ? row->xep : "-", 40);
    buffer_add_text(page->out, "\">cases</a></summary>");
    add_sections(page, sections, row);
    buffer_add_text(page->out, "</details>\n");
}

void page_summary(struct page *page)
{
    struct rows xeps = {0}, sections = {0};
    collect(page, &xeps, &sections);
    buffer_add_text(page->out, "<h2 id=\"summary\">Summary</h2>\n");
    for (size_t i = 0; i < xeps.list.count; i++)
        add_xep(page, &sections, &xeps.list.items[i]);
    vec_free(&xeps.list);
    vec_free(&sections.list);
}
