/* The HTML report: summary, matrix, cases, requirements. Each part is in its
 * own file; this one puts the page together. */
#include "report/page.h"
#include "report/report.h"

#include <inttypes.h>

/* A report of the whole suite stays under 5 MB, so a case takes its share of
 * 2.4 MB: what failed is told at length, what passed in short. */
enum {
    BUDGET = 2400000,
    SHARE_BAD_MOST = 120000,
    SHARE_BAD_LEAST = 6000,
    SHARE_OK_MOST = 40000,
    SHARE_OK_LEAST = 4000,
};

static size_t within(size_t value, size_t least, size_t most)
{
    return value < least ? least : value > most ? most : value;
}

static void share_out(struct page *page)
{
    size_t cases = 0, bad = 0;
    for (size_t i = 0; i < page->count; i++) {
        cases += page->runs[i]->cases.count;
        bad += (size_t)record_count(page->runs[i]).bad;
    }
    size_t least = (cases - bad) * SHARE_OK_LEAST;
    size_t room = least < BUDGET ? BUDGET - least : 0;
    page->share_bad =
        within(bad == 0 ? 0 : room / bad, SHARE_BAD_LEAST, SHARE_BAD_MOST);
    size_t left =
        bad * page->share_bad > BUDGET ? 0 : BUDGET - bad * page->share_bad;
    page->share_ok = within(
        cases == bad ? 0 : left / (cases - bad), SHARE_OK_LEAST, SHARE_OK_MOST);
}

static void add_banner(struct page *page, const struct record_run *run)
{
    struct record_counts counts = record_count(run);
    int code = record_exit_code(run);
    buffer_printf(page->out, "<p class=\"banner%s\">", code == 0 ? "" : " bad");
    if (code == 2)
        buffer_add_text(
            page->out, "Nothing was decided: no case passed or failed");
    else if (code == 0)
        buffer_printf(
            page->out, "All %zu cases are as they should be", run->cases.count);
    else
        buffer_printf(page->out,
            counts.bad == 1 ? "%d of %zu cases is not as it should be"
                            : "%d of %zu cases are not as they should be",
            counts.bad, run->cases.count);
    buffer_add_text(page->out, " \xe2\x80\x93 ");
    report_counts(run, page->out);
    buffer_add_text(page->out, "</p>\n");
    for (size_t i = 0; i < run->problems.count && i < 50; i++) {
        buffer_add_text(page->out, "<p class=\"banner bad\">");
        page_line(page, run->problems.items[i], 600);
        buffer_add_text(page->out, "</p>\n");
    }
}

static void add_environment(struct page *page, const struct record_run *run)
{
    struct buffer seed = {0}, time = {0};
    buffer_printf(&seed, "%" PRIu64, run->seed);
    report_seconds(run->duration_us, &time);
    buffer_add_text(&time, " s");
    buffer_add_text(page->out, "<dl>");
    page_pair(page, "Subject", run->subject);
    page_pair(page, "Server", run->server);
    page_pair(page, "Suite", run->suite);
    page_pair(page, "XEPs", run->xeps);
    page_pair(page, "Began", run->began);
    page_pair(page, "Took", buffer_text(&time));
    page_pair(page, "Seed", buffer_text(&seed));
    page_pair(page, "Options", run->options);
    if (run->strict)
        page_pair(page, "Strict", "warnings fail");
    if (run->allow_inconclusive)
        page_pair(page, "Inconclusive", "does not fail");
    buffer_add_text(page->out, "</dl>\n");
    buffer_free(&seed);
    buffer_free(&time);
}

static void add_header(struct page *page)
{
    buffer_add_text(page->out,
        "<header>\n<h1>jinglespec: Jingle file transfer, checked</h1>\n");
    for (size_t i = 0; i < page->count; i++) {
        add_banner(page, page->runs[i]);
        add_environment(page, page->runs[i]);
    }
    buffer_add_text(page->out, "<nav aria-label=\"Sections\"><ul>"
                               "<li><a href=\"#summary\">Summary</a></li>");
    if (page->count > 1)
        buffer_add_text(page->out, "<li><a href=\"#matrix\">Matrix</a></li>");
    buffer_add_text(page->out,
        "<li><a href=\"#cases\">Cases</a></li>"
        "<li><a href=\"#requirements\">Requirements</a></li>"
        "</ul></nav>\n</header>\n<main>\n");
}

static void add_namespaces(struct page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct record_run *run = page->runs[i];
        if (run->namespaces.count == 0)
            continue;
        buffer_add_text(page->out,
            "<h2>Seen without a schema</h2>\n<p class=\"dim\">Elements of "
            "these namespaces were not validated, for there is no schema of "
            "them here.</p><ul>");
        for (size_t j = 0; j < run->namespaces.count && j < 200; j++) {
            buffer_add_text(page->out, "<li><code>");
            page_line(page, run->namespaces.items[j].ns, 200);
            buffer_printf(page->out, "</code>: %" PRId64 "</li>",
                run->namespaces.items[j].count);
        }
        buffer_add_text(page->out, "</ul>\n");
    }
}

void report_html(
    struct record_run *const *runs, size_t count, struct buffer *out)
{
    struct page page = {out, runs, count, 0, 0};
    struct buffer title = {0};
    share_out(&page);
    buffer_add_text(&title, "jinglespec: ");
    report_counts(runs[0], &title);
    page_begin(&page, buffer_text(&title));
    add_header(&page);
    page_summary(&page);
    page_matrix(&page);
    page_cases(&page);
    page_requirements(&page);
    add_namespaces(&page);
    buffer_add_text(out,
        "</main>\n<footer class=\"dim\"><p>Made from results.json by "
        "jinglespec " JINGLESPEC_VERSION ". Verdicts come from what the wire "
        "and the files showed.</p></footer>\n");
    page_end(&page);
    buffer_free(&title);
}
