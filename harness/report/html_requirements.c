/* The page of requirements: which normative sentence is checked by which
 * case, and how that went. */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Links to the cases of all runs that name the requirement. */
static int add_cases(struct page *page, const struct record_coverage *row)
{
    int found = 0;
    for (size_t r = 0; r < page->count; r++) {
        const struct record_run *run = page->runs[r];
        for (size_t i = 0; i < run->cases.count; i++) {
            const struct record_case *c = run->cases.items[i];
            bool names = false;
            for (size_t j = 0; j < c->requirements.count && !names; j++)
                names = same_text(c->requirements.items[j].xep, row->xep) &&
                        same_text(c->requirements.items[j].id, row->id);
            if (!names)
                continue;
            if (++found > 12)
                continue;
            buffer_printf(page->out, "%s<a href=\"#c%zu-%zu\">",
                found > 1 ? "<br>" : "", r, i);
            page_verdict(page, c->verdict);
            buffer_add_text(page->out, " ");
            page_line(page, c->id, 80);
            buffer_add_text(page->out, "</a>");
        }
    }
    if (found > 12)
        buffer_printf(page->out, "<br>and %d more", found - 12);
    return found;
}

static void add_row(struct page *page, const struct record_coverage *row)
{
    buffer_add_text(page->out, "<tr><th scope=\"row\">");
    page_section_link(page, row->xep, row->section, row->anchor);
    buffer_add_text(page->out, "<br><span class=\"dim\">");
    page_line(page, row->id, 80);
    buffer_add_text(page->out, "</span></th><td><span class=\"level\">");
    page_line(page, row->level, 20);
    buffer_add_text(page->out, "</span></td><td>");
    page_line(page, row->paraphrase, 600);
    buffer_add_text(page->out, "</td><td>");
    if (add_cases(page, row) == 0) {
        buffer_add_text(page->out, "<span class=\"dim\">");
        if (row->reason != NULL) {
            buffer_add_text(page->out, "cannot be checked: ");
            page_line(page, row->reason, 300);
        } else if (row->cases != NULL) {
            buffer_add_text(page->out, "not in this run: ");
            page_line(page, row->cases, 300);
        } else {
            buffer_add_text(page->out, "no case yet");
        }
        buffer_add_text(page->out, "</span>");
    }
    buffer_add_text(page->out, "</td></tr>\n");
}

struct tally {
    int rows, checked, excused;
};

static struct tally count(const struct record_run *run, const char *xep)
{
    struct tally tally = {0};
    for (size_t i = 0; i < run->coverage.count; i++) {
        const struct record_coverage *row = &run->coverage.items[i];
        if (!same_text(row->xep, xep))
            continue;
        tally.rows++;
        tally.checked += row->cases != NULL;
        tally.excused += row->cases == NULL && row->reason != NULL;
    }
    return tally;
}

static void add_xep(
    struct page *page, const struct record_run *run, const char *xep)
{
    struct tally tally = count(run, xep);
    buffer_add_text(page->out, "<details><summary><strong>");
    page_xep_name(page, xep);
    buffer_printf(page->out,
        "</strong>: %d requirements, %d checked by a case, %d that no case can "
        "check</summary>\n<div class=\"wide\"><table><thead><tr><th "
        "scope=\"col\">Section</th><th scope=\"col\">Level</th><th "
        "scope=\"col\">In our words</th><th scope=\"col\">Cases</th></tr>"
        "</thead><tbody>\n",
        tally.rows, tally.checked, tally.excused);
    for (size_t i = 0; i < run->coverage.count; i++) {
        if (same_text(run->coverage.items[i].xep, xep))
            add_row(page, &run->coverage.items[i]);
    }
    buffer_add_text(page->out, "</tbody></table></div></details>\n");
}

void page_requirements(struct page *page)
{
    const struct record_run *run = page->runs[0];
    buffer_add_text(page->out, "<h2 id=\"requirements\">Requirements</h2>\n");
    if (run->coverage.count == 0)
        buffer_add_text(page->out,
            "<p class=\"dim\">These results hold no catalogue of "
            "requirements.</p>\n");
    for (size_t i = 0; i < run->coverage.count; i++) {
        const char *xep = run->coverage.items[i].xep;
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = same_text(run->coverage.items[j].xep, xep);
        if (!seen)
            add_xep(page, run, xep);
    }
}
