/* A summary of one screen for the job page of a CI: counts, a row per XEP,
 * and what is not ok. */
#include "base/utf8.h"
#include "report/report.h"

#include <inttypes.h>
#include <string.h>

enum { ROWS = 40 };

/* Text in a table's cell: no character may be Markdown's or HTML's. */
static void add_cell(struct buffer *out, const char *text, size_t limit)
{
    struct buffer line = {0};
    utf8_add_line(&line, text, limit);
    for (const char *p = buffer_text(&line); *p != 0; p++) {
        if (*p == '<')
            buffer_add_text(out, "&lt;");
        else if (*p == '>')
            buffer_add_text(out, "&gt;");
        else if (*p == '&')
            buffer_add_text(out, "&amp;");
        else if (*p == '@')
            buffer_add_text(out, "&#64;"); /* no mention of a user */
        else if (strchr("\\`*_{}[]()#|!~:", *p) != NULL)
            buffer_printf(out, "\\%c", *p);
        else
            buffer_add(out, p, 1);
    }
    buffer_free(&line);
}

static const char *mark_of(
    const struct record_run *run, const struct record_case *c)
{
    if (!record_case_ok(run, c))
        return c->verdict == VERDICT_WARNING ? "⚠️" : "❌";
    return c->known != NULL ? "🔕" : "";
}

static bool same_xep(const struct record_case *a, const struct record_case *b)
{
    return a->xep == NULL || b->xep == NULL ? a->xep == b->xep
                                            : strcmp(a->xep, b->xep) == 0;
}

static void add_xep_row(struct buffer *out, const struct record_run *run,
    const struct record_case *first)
{
    int counts[VERDICT_ERROR + 1] = {0};
    for (size_t i = 0; i < run->cases.count; i++) {
        if (same_xep(first, run->cases.items[i]))
            counts[run->cases.items[i]->verdict]++;
    }
    buffer_add_text(out, first->xep ? "| XEP-" : "| other");
    add_cell(out, first->xep, 20);
    buffer_printf(out, " | %d | %d | %d | %d | %d |\n", counts[VERDICT_PASSED],
        counts[VERDICT_FAILED], counts[VERDICT_WARNING] + counts[VERDICT_NOTE],
        counts[VERDICT_UNSUPPORTED],
        counts[VERDICT_INCONCLUSIVE] + counts[VERDICT_ERROR]);
}

static void add_xeps(struct buffer *out, const struct record_run *run)
{
    buffer_add_text(out,
        "\n| | passed | failed | warnings, notes | unsupported | "
        "inconclusive, errors |\n|:--|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < run->cases.count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = same_xep(run->cases.items[j], run->cases.items[i]);
        if (!seen)
            add_xep_row(out, run, run->cases.items[i]);
    }
}

static void add_bad_row(struct buffer *out, const struct record_run *run,
    const struct record_case *c)
{
    buffer_printf(out, "| %s %s | ", mark_of(run, c), verdict_name(c->verdict));
    add_cell(out, c->id, 80);
    if (c->values != NULL) {
        buffer_add_text(out, " ");
        add_cell(out, c->values, 80);
    }
    buffer_add_text(out, " | ");
    add_cell(out, c->known ? c->known : c->message, 240);
    buffer_add_text(out, " | ");
    if (c->requirements.count > 0) {
        struct buffer text = {0};
        report_requirement(&c->requirements.items[0], c->level, &text);
        add_cell(out, buffer_text(&text), 160);
        buffer_free(&text);
    }
    buffer_add_text(out, " |\n");
}

static void add_bad(struct buffer *out, const struct record_run *run)
{
    int rows = 0, left = 0;
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *c = run->cases.items[i];
        if (record_case_ok(run, c) && c->known == NULL)
            continue;
        if (rows == ROWS) {
            left++;
            continue;
        }
        if (rows++ == 0)
            buffer_add_text(out, "\n| verdict | case | why | requirement |\n"
                                 "|:--|:--|:--|:--|\n");
        add_bad_row(out, run, c);
    }
    if (left > 0)
        buffer_printf(out, "\n... and %d more in the report.\n", left);
}

static void add_run(struct buffer *out, const struct record_run *run)
{
    int code = record_exit_code(run);
    buffer_printf(out, "## %s jinglespec: ",
        code == 0   ? "✅"
        : code == 1 ? "❌"
                    : "⛔");
    report_counts(run, out);
    buffer_add_text(out, "\n\n**");
    add_cell(out, run->subject ? run->subject : "no subject", 100);
    buffer_add_text(out, "** on ");
    add_cell(out, run->server ? run->server : "no server", 100);
    buffer_add_text(out, ", jinglespec ");
    add_cell(out, run->suite ? run->suite : "?", 40);
    buffer_add_text(out, ", ");
    report_seconds(run->duration_us, out);
    buffer_printf(out, " s, seed %" PRIu64 "\n", run->seed);
    if (run->xeps != NULL) {
        buffer_add_text(out, "\nXEPs: ");
        add_cell(out, run->xeps, 400);
        buffer_add_text(out, "\n");
    }
    for (size_t i = 0; i < run->problems.count && i < ROWS; i++) {
        buffer_add_text(out, "\n- ❌ ");
        add_cell(out, run->problems.items[i], 300);
    }
    if (run->problems.count > 0)
        buffer_add_text(out, "\n");
    add_xeps(out, run);
    add_bad(out, run);
}

void report_markdown(
    struct record_run *const *runs, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        buffer_add_text(out, i == 0 ? "" : "\n");
        add_run(out, runs[i]);
    }
}
