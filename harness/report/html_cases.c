/* The list of cases with its filters. */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

static void add_verdict_buttons(struct page *page)
{
    int counts[VERDICT_ERROR + 1] = {0};
    for (size_t r = 0; r < page->count; r++) {
        struct record_counts of_run = record_count(page->runs[r]);
        for (unsigned i = 0; i <= VERDICT_ERROR; i++)
            counts[i] += of_run.verdicts[i];
    }
    for (unsigned i = 0; i <= VERDICT_ERROR; i++) {
        const char *name = verdict_name((enum verdict)i);
        if (counts[i] > 0)
            buffer_printf(page->out,
                "<button type=\"button\" class=\"v %s\" data-verdict=\"%s\" "
                "aria-pressed=\"true\">%s %d</button>\n",
                name, name, name, counts[i]);
    }
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void add_xep_choice(struct page *page)
{
    VEC(const char *) xeps = {0};
    for (size_t r = 0; r < page->count; r++) {
        for (size_t i = 0; i < page->runs[r]->cases.count; i++) {
            const struct record_case *c = page->runs[r]->cases.items[i];
            vec_push(&xeps, c->xep ? c->xep : "-");
        }
    }
    if (xeps.count > 0)
        qsort(xeps.items, xeps.count, sizeof *xeps.items, compare_names);
    buffer_add_text(page->out,
        "<select id=\"xep\" aria-label=\"XEP\"><option value=\"\">all "
        "XEPs</option>");
    for (size_t i = 0; i < xeps.count; i++) {
        if (i > 0 && strcmp(xeps.items[i - 1], xeps.items[i]) == 0)
            continue;
        buffer_add_text(page->out, "<option value=\"");
        page_line(page, xeps.items[i], 40);
        buffer_add_text(page->out, "\">");
        page_xep_name(
            page, strcmp(xeps.items[i], "-") == 0 ? NULL : xeps.items[i]);
        buffer_add_text(page->out, "</option>");
    }
    buffer_add_text(page->out, "</select>\n");
    vec_free(&xeps);
}

static void add_run_choice(struct page *page)
{
    if (page->count < 2)
        return;
    buffer_add_text(page->out,
        "<select id=\"run\" aria-label=\"Subject\"><option value=\"\">all "
        "subjects</option>");
    for (size_t i = 0; i < page->count; i++) {
        buffer_printf(page->out, "<option value=\"%zu\">", i);
        page_line(page,
            page->runs[i]->subject ? page->runs[i]->subject : "no subject", 80);
        buffer_add_text(page->out, "</option>");
    }
    buffer_add_text(page->out, "</select>\n");
}

void page_cases(struct page *page)
{
    buffer_add_text(page->out,
        "<h2 id=\"cases\">Cases</h2>\n<div class=\"filters\" role=\"search\">\n"
        "<input id=\"search\" type=\"search\" placeholder=\"Words of id, title,"
        " message or requirement\" aria-label=\"Filter by text\">\n");
    add_xep_choice(page);
    add_run_choice(page);
    add_verdict_buttons(page);
    buffer_add_text(page->out,
        "<button type=\"button\" id=\"expand\" aria-expanded=\"false\">Open all"
        "</button>\n<span id=\"shown\" role=\"status\"></span></div>\n");
    for (size_t r = 0; r < page->count; r++) {
        for (size_t i = 0; i < page->runs[r]->cases.count; i++)
            page_case(page, r, i);
    }
}
