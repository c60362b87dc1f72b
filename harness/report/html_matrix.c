/* Several results side by side: clients by case. */
#include "report/page.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_case(const struct record_case *a, const struct record_case *b)
{
    return same_text(a->id, b->id) && same_text(a->values, b->values);
}

static size_t find(const struct record_run *run, const struct record_case *c)
{
    size_t i = 0;
    while (i < run->cases.count && !same_case(run->cases.items[i], c))
        i++;
    return i;
}

static void add_cell(struct page *page, size_t run, const struct record_case *c)
{
    size_t index = find(page->runs[run], c);
    buffer_add_text(page->out, "<td>");
    if (index < page->runs[run]->cases.count) {
        buffer_printf(page->out, "<a href=\"#c%zu-%zu\">", run, index);
        page_verdict(page, page->runs[run]->cases.items[index]->verdict);
        buffer_add_text(page->out, "</a>");
    }
    buffer_add_text(page->out, "</td>");
}

static void add_row(struct page *page, const struct record_case *c)
{
    buffer_add_text(page->out, "<tr><th scope=\"row\">");
    page_line(page, c->id ? c->id : "?", 100);
    buffer_add_text(page->out, " ");
    page_line(page, c->values, 100);
    buffer_add_text(page->out, "</th>");
    for (size_t r = 0; r < page->count; r++)
        add_cell(page, r, c);
    buffer_add_text(page->out, "</tr>\n");
}

static bool in_earlier_run(
    const struct page *page, size_t run, const struct record_case *c)
{
    for (size_t r = 0; r < run; r++) {
        if (find(page->runs[r], c) < page->runs[r]->cases.count)
            return true;
    }
    return false;
}

void page_matrix(struct page *page)
{
    if (page->count < 2)
        return;
    buffer_add_text(page->out,
        "<h2 id=\"matrix\">Matrix</h2>\n<div class=\"wide\" tabindex=\"0\">"
        "<table class=\"matrix\"><thead><tr><th scope=\"col\">Case</th>");
    for (size_t r = 0; r < page->count; r++) {
        buffer_add_text(page->out, "<th scope=\"col\">");
        page_line(page,
            page->runs[r]->subject ? page->runs[r]->subject : "no subject", 80);
        buffer_add_text(page->out, "<br><span class=\"dim\">");
        page_line(page, page->runs[r]->server, 60);
        buffer_add_text(page->out, "</span></th>");
    }
    buffer_add_text(page->out, "</tr></thead><tbody>\n");
    for (size_t r = 0; r < page->count; r++) {
        for (size_t i = 0; i < page->runs[r]->cases.count; i++) {
            if (!in_earlier_run(page, r, page->runs[r]->cases.items[i]))
                add_row(page, page->runs[r]->cases.items[i]);
        }
    }
    buffer_add_text(page->out, "</tbody></table></div>\n");
}
