/* One case: why, what was required, its script beside its ladder, expected
 * against received, violations, streams, transcript and logs. */
#include "base/utf8.h"
#include "report/difference.h"
#include "report/ladder.h"
#include "report/page.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_BYTES = 250, ROWS_LEAST = 10, LINE_LIMIT = 600 };

struct case_page {
    struct page *page;
    const struct record_case *c;
    size_t share;
    int failed_line;         /* of the script; 0: it failed elsewhere */
    const char *failed_text; /* of the step, or NULL */
    char prefix[48];         /* of the ids of its events */
};

static void add_summary(struct case_page *view, bool ok)
{
    struct page *page = view->page;
    const struct record_case *c = view->c;
    buffer_add_text(page->out, "<summary>");
    page_verdict(page, c->verdict);
    if (c->unexpected_pass)
        buffer_add_text(
            page->out, " <span class=\"v failed\">unexpectedly</span>");
    buffer_add_text(page->out, " <span class=\"id\">");
    page_line(page, c->id ? c->id : "?", 120);
    buffer_add_text(page->out, "</span>");
    if (c->values != NULL) {
        buffer_add_text(page->out, "<code>");
        page_line(page, c->values, 120);
        buffer_add_text(page->out, "</code> ");
    }
    page_line(page, c->title, 200);
    buffer_printf(page->out, "<span class=\"ms\">%" PRId64 ".%d ms</span>",
        c->duration_us / 1000, (int)(c->duration_us / 100 % 10));
    if (c->message != NULL && (c->verdict != VERDICT_PASSED || !ok)) {
        buffer_add_text(page->out, "<span class=\"why\">");
        page_line(page, c->message, LINE_LIMIT);
        buffer_add_text(page->out, "</span>");
    }
    if (c->known != NULL) {
        buffer_add_text(page->out, "<span class=\"why dim\">known: ");
        page_line(page, c->known, LINE_LIMIT);
        buffer_add_text(page->out, "</span>");
    }
    buffer_add_text(page->out, "</summary>\n");
}

static void add_requirements(struct case_page *view)
{
    struct page *page = view->page;
    const struct record_case *c = view->c;
    for (size_t i = 0; i < c->requirements.count && i < 20; i++) {
        const struct record_requirement *r = &c->requirements.items[i];
        buffer_printf(page->out, "<p><span class=\"level\">%s</span> ",
            level_name(c->level));
        page_section_link(page, r->xep, r->section, r->anchor);
        buffer_add_text(page->out, r->xep ? " \xe2\x80\x93 " : "");
        if (r->paraphrase != NULL)
            page_line(page, r->paraphrase, LINE_LIMIT);
        else
            page_line(page, r->text ? r->text : r->id, LINE_LIMIT);
        buffer_add_text(page->out, "</p>\n");
    }
    if (c->rationale != NULL) {
        buffer_printf(page->out, "<p><span class=\"level\">%s</span> ",
            level_name(c->level));
        page_line(page, c->rationale, 1200);
        buffer_add_text(page->out, "</p>\n");
    }
    if (c->settle_ms > 0)
        buffer_printf(page->out,
            "<p class=\"dim\">\"Nothing arrives\" means here: not seen for "
            "%" PRId64 " ms.</p>\n",
            c->settle_ms);
}

static void add_script_line(
    struct case_page *view, const char *line, int number)
{
    bool failed = number == view->failed_line;
    const char *class = failed         ? " class=\"bad\""
                        : *line == '#' ? " class=\"d\""
                                       : "";
    buffer_printf(view->page->out, "<li%s>", class);
    for (; *line == '\t'; line++)
        buffer_add_text(view->page->out, "\t");
    page_line(view->page, line, LINE_LIMIT);
    buffer_add_text(view->page->out, "</li>\n");
}

static void add_script(struct case_page *view)
{
    const struct record_case *c = view->c;
    if (c->script == NULL)
        return;
    buffer_add_text(view->page->out, "<div><h3>Script");
    if (c->path != NULL) {
        buffer_add_text(view->page->out, " <span class=\"dim\">");
        page_line(view->page, c->path, 200);
        buffer_add_text(view->page->out, "</span>");
    }
    buffer_add_text(view->page->out, "</h3>\n");
    if (view->failed_line == 0 && view->failed_text != NULL) {
        buffer_add_text(view->page->out,
            "<p class=\"elsewhere mono\"><strong>Failed in a scene:</strong> ");
        page_line(view->page, view->failed_text, LINE_LIMIT);
        buffer_add_text(view->page->out, "</p>");
    }
    buffer_add_text(view->page->out, "<ol class=\"script\">\n");
    char *copy = mem_strdup(c->script), *rest = copy, *line;
    for (int number = 1; (line = strsep(&rest, "\n")) != NULL; number++) {
        if (rest == NULL && *line == 0)
            break;
        add_script_line(view, line, number);
        if (number == 1000)
            break;
    }
    free(copy);
    buffer_add_text(view->page->out, "</ol></div>\n");
}

static void add_ladder(struct case_page *view, const struct ladder *ladder)
{
    if (view->c->events.count == 0)
        return;
    buffer_add_text(view->page->out,
        "<div><h3>What happened</h3>\n<div class=\"rail\" tabindex=\"0\" "
        "role=\"region\" aria-label=\"Ladder\">\n");
    ladder_print_svg(ladder, view->prefix, view->page->out);
    if (ladder->background > 0)
        buffer_printf(view->page->out,
            "<p class=\"dim\">%zu more in the background: presence, pings, "
            "discovery; the transcript has them.</p>\n",
            ladder->background);
    buffer_add_text(view->page->out, "</div></div>\n");
}

static void add_difference(struct page *page, const struct difference *d)
{
    buffer_add_text(page->out,
        "<h3>Expected against received</h3>\n<p class=\"dim\"><code>-</code> "
        "expected, <code>+</code> came instead, <code>.</code> came too and "
        "was not asked about</p><div class=\"diff mono\">");
    for (size_t i = 0; i < d->lines.count; i++) {
        const struct difference_line *line = &d->lines.items[i];
        const char *class = line->mark == DIFFERENCE_MISSING   ? " class=\"x\""
                            : line->mark == DIFFERENCE_INSTEAD ? " class=\"y\""
                            : line->mark == DIFFERENCE_BESIDE  ? " class=\"z\""
                                                               : "";
        buffer_printf(page->out, "<span%s>%c %*s", class, (char)line->mark,
            line->depth * 2, "");
        page_line(page, line->text, LINE_LIMIT);
        buffer_add_text(page->out, "</span>");
    }
    buffer_add_text(page->out, d->cut ? "<span>\xe2\x80\xa6</span>" : "");
    buffer_add_text(page->out, "</div>\n");
}

static void add_pre(
    struct page *page, const char *title, const char *text, size_t limit)
{
    if (text == NULL || *text == 0)
        return;
    buffer_printf(page->out, "<h3>%s</h3><pre class=\"log\">", title);
    page_text(page, text, limit);
    buffer_add_text(page->out, "</pre>\n");
}

static void add_comparison(struct case_page *view)
{
    const struct record_case *c = view->c;
    struct difference difference;
    if (difference_make(&difference, c->expected, c->received)) {
        add_difference(view->page, &difference);
        difference_free(&difference);
    } else {
        add_pre(view->page, "Expected", c->expected, view->share / 8);
        add_pre(view->page, "Received", c->received, view->share / 8);
        add_pre(view->page, "Difference", c->diff, view->share / 8);
    }
}

static void add_violation(
    struct case_page *view, const struct record_violation *v)
{
    struct page *page = view->page;
    buffer_add_text(
        page->out, "<div class=\"violation\"><p><span class=\"level\">");
    page_line(page, v->severity ? v->severity : "must", 20);
    buffer_add_text(page->out, "</span> by <strong>");
    page_line(page, v->actor ? v->actor : "?", 60);
    buffer_printf(page->out, "</strong>%s at <code>",
        v->by_subject ? " (the subject)" : "");
    page_line(page, v->xpath, 300);
    buffer_add_text(page->out, "</code>");
    if (v->stanza >= 0 && (size_t)v->stanza < view->c->events.count)
        buffer_printf(page->out, " in <a href=\"#%s-%d\">this stanza</a>",
            view->prefix, v->stanza);
    buffer_add_text(page->out, "</p><dl>");
    page_pair(page, "Corrected schema", v->rule);
    page_pair(page, "Published schema",
        v->published ? v->published : "no difference is listed");
    page_pair(page, "Namespace", v->ns);
    if (v->xep != NULL) {
        buffer_add_text(page->out, "<dt>Text</dt><dd>");
        page_section_link(page, v->xep, v->section, NULL);
        buffer_add_text(page->out, "</dd>");
    }
    buffer_add_text(page->out, "</dl></div>\n");
}

static bool is_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* One of the same rule came before. */
static bool is_repeated(const struct record_case *c, size_t index)
{
    const struct record_violation *v = &c->violations.items[index];
    for (size_t i = 0; i < index; i++) {
        const struct record_violation *other = &c->violations.items[i];
        if (other->by_subject == v->by_subject &&
            is_text(other->rule, v->rule) && is_text(other->xpath, v->xpath))
            return true;
    }
    return false;
}

/* One line: it is not about the subject. */
static void add_violation_line(
    struct case_page *view, const struct record_violation *v)
{
    struct page *page = view->page;
    buffer_add_text(page->out, "<li><span class=\"level\">");
    page_line(page, v->severity ? v->severity : "must", 20);
    buffer_add_text(page->out, "</span> ");
    page_line(page, v->actor ? v->actor : "?", 60);
    buffer_add_text(page->out, ": ");
    page_line(page, v->rule, 300);
    buffer_add_text(page->out, " ");
    page_section_link(page, v->xep, v->section, NULL);
    if (v->published != NULL) {
        buffer_add_text(page->out, "; the published schema: ");
        page_line(page, v->published, 300);
    }
    buffer_add_text(page->out, "</li>");
}

/* Those of the subject are what the case is about; those of the server and
 * the puppets stand behind a click. */
static void add_violations_of(struct case_page *view, bool by_subject)
{
    const struct record_case *c = view->c;
    const struct record_violation *blamed = report_violation(c);
    int shown = 0;
    if (by_subject && blamed != NULL) {
        buffer_add_text(view->page->out,
            "<h3>The schema violation for which it failed</h3>\n");
        add_violation(view, blamed);
    }
    for (size_t i = 0; i < c->violations.count && shown < 20; i++) {
        if (c->violations.items[i].by_subject != by_subject ||
            &c->violations.items[i] == blamed || is_repeated(c, i))
            continue;
        if (shown++ == 0)
            buffer_add_text(view->page->out,
                by_subject ? blamed ? "<h3>Its other schema violations</h3>\n"
                                    : "<h3>Schema violations of the subject"
                                      "</h3>\n"
                           : "<details><summary>Schema violations of others"
                             "</summary><ul>\n");
        if (by_subject)
            add_violation(view, &c->violations.items[i]);
        else
            add_violation_line(view, &c->violations.items[i]);
    }
    if (shown > 0 && !by_subject)
        buffer_add_text(view->page->out, "</ul></details>\n");
}

static void add_findings(struct case_page *view)
{
    const struct record_case *c = view->c;
    if (c->findings.count > 0)
        buffer_add_text(view->page->out, "<h3>Findings</h3><ul>\n");
    for (size_t i = 0; i < c->findings.count && i < 30; i++) {
        buffer_add_text(view->page->out, "<li>");
        page_verdict(view->page, c->findings.items[i].verdict);
        buffer_add_text(view->page->out, " ");
        page_line(view->page, c->findings.items[i].message, LINE_LIMIT);
        buffer_add_text(view->page->out, " <code class=\"dim\">");
        page_line(view->page, c->findings.items[i].key, 200);
        buffer_add_text(view->page->out, "</code></li>\n");
    }
    if (c->findings.count > 0)
        buffer_add_text(view->page->out, "</ul>\n");
}

static void add_streams(struct case_page *view)
{
    const struct record_case *c = view->c;
    struct page *page = view->page;
    if (c->streams.count == 0)
        return;
    buffer_add_text(page->out,
        "<h3>Byte streams</h3>\n<div class=\"wide\"><table><thead><tr><th>"
        "Stream</th><th>From</th><th>To</th><th class=\"n\">Bytes</th><th>"
        "SHA-256</th><th>Starts with</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < c->streams.count && i < 20; i++) {
        const struct record_stream *s = &c->streams.items[i];
        buffer_add_text(page->out, "<tr><td>");
        page_line(page, s->kind, 20);
        buffer_add_text(page->out, " ");
        page_line(page, s->name, 60);
        buffer_add_text(page->out, "</td><td>");
        page_line(page, s->from, 60);
        buffer_add_text(page->out, "</td><td>");
        page_line(page, s->to, 60);
        buffer_printf(page->out,
            "</td><td class=\"n\">%" PRId64 "</td><td class=\"mono\">",
            s->bytes);
        page_line(page, s->sha256, 64);
        buffer_add_text(page->out, "</td><td class=\"mono\">");
        page_line(page, s->first_bytes, 32);
        buffer_add_text(page->out, "</td></tr>\n");
    }
    buffer_add_text(page->out, "</tbody></table></div>\n");
}

static void add_event(struct case_page *view, size_t index, size_t limit)
{
    struct page *page = view->page;
    const struct record_event *e = &view->c->events.items[index];
    buffer_printf(page->out, "<li id=\"%s-%zu\"%s><i>", view->prefix, index,
        e->failed ? " class=\"bad\"" : "");
    report_seconds(e->time_us, page->out);
    buffer_add_text(page->out, "</i> ");
    page_line(page, e->from, 40);
    if (e->to != NULL) {
        buffer_add_text(page->out, " \xe2\x86\x92 ");
        page_line(page, e->to, 40);
    }
    buffer_add_text(page->out, " <b>");
    page_line(page, e->label, 160);
    buffer_add_text(page->out, "</b>");
    if (e->mark != NULL) {
        buffer_add_text(page->out, " (");
        page_line(page, e->mark, 40);
        buffer_add_text(page->out, ")");
    }
    if (e->data != NULL) {
        buffer_add_text(page->out, "<pre>");
        page_text(page, e->data, limit);
        buffer_add_text(page->out, "</pre>");
    }
    buffer_add_text(page->out, "</li>\n");
}

static size_t size_of_event(const struct record_event *e, size_t limit)
{
    size_t data = e->data != NULL ? strlen(e->data) : 0;
    return 150 + (data > limit ? limit : data);
}

/* What failed, broke a schema or is shown by the ladder: links lead here; then
 * the others from the beginning, as far as there is room. */
static void choose_events(const struct case_page *view,
    const struct ladder *ladder, size_t limit, bool *wanted)
{
    const struct record_event *events = view->c->events.items;
    size_t room = view->share / 2;
    for (size_t i = 0; i < view->c->events.count; i++)
        wanted[i] = events[i].failed;
    for (size_t i = 0; i < view->c->violations.count; i++) {
        const struct record_violation *v = &view->c->violations.items[i];
        if (v->by_subject && v->stanza >= 0 &&
            (size_t)v->stanza < view->c->events.count)
            wanted[v->stanza] = true;
    }
    for (size_t i = 0; i < ladder->rows.count; i++) {
        if (ladder->rows.items[i].event != NULL)
            wanted[ladder->rows.items[i].index] = true;
    }
    for (size_t i = 0; i < view->c->events.count; i++) {
        size_t size = wanted[i] ? size_of_event(&events[i], limit) : 0;
        room = room > size ? room - size : 0;
    }
    for (size_t i = 0; i < view->c->events.count; i++) {
        size_t size = size_of_event(&events[i], limit);
        if (wanted[i] || size > room)
            continue;
        wanted[i] = true;
        room -= size;
    }
}

/* The ladder in words, with the bytes: also what a screen reader reads. */
static void add_transcript(struct case_page *view, const struct ladder *ladder)
{
    struct buffer *out = view->page->out;
    size_t limit = view->share / 20;
    size_t left_out = 0, count = view->c->events.count;
    if (count == 0)
        return;
    bool *wanted = mem_alloc(count * sizeof *wanted);
    choose_events(view, ladder, limit, wanted);
    buffer_printf(out,
        "<details><summary>Transcript (%zu events)</summary>\n"
        "<ol class=\"transcript mono\">\n",
        count);
    for (size_t i = 0; i < count; i++) {
        if (wanted[i])
            add_event(view, i, limit);
        left_out += !wanted[i];
    }
    free(wanted);
    buffer_add_text(out, "</ol>\n");
    if (left_out > 0)
        buffer_printf(out,
            "<p class=\"dim\">%zu events are not shown here; all are in "
            "results.json.</p>\n",
            left_out);
    buffer_add_text(out, "</details>\n");
}

/* Nobody reads the logs of what passed. */
static void add_logs(struct case_page *view, bool ok)
{
    if (ok && view->c->known == NULL)
        return;
    for (size_t i = 0; i < view->c->logs.count && i < 8; i++) {
        const struct record_log *log = &view->c->logs.items[i];
        size_t len = log->text ? strlen(log->text) : 0;
        size_t room = view->share / 8;
        if (len == 0)
            continue;
        buffer_add_text(view->page->out, "<details><summary>Log of ");
        page_line(view->page, log->name, 60);
        buffer_add_text(view->page->out, "</summary><pre class=\"log\">");
        /* The end of a log tells more than its beginning. */
        page_text(
            view->page, log->text + (len > room ? len - room : 0), room + 4);
        buffer_add_text(view->page->out, "</pre></details>\n");
    }
}

static void add_again(struct case_page *view)
{
    struct page *page = view->page;
    const struct record_case *c = view->c;
    buffer_printf(page->out, "<dl><dt>Seed</dt><dd>%" PRIu64 "</dd>", c->seed);
    page_pair(page, "Role", c->role);
    page_pair(page, "Tags", c->tags);
    page_pair(page, "Bundle", c->bundle);
    buffer_add_text(page->out, "</dl>\n");
    if (c->command == NULL)
        return;
    buffer_add_text(page->out, "<p class=\"again\"><code>");
    page_line(page, c->command, 1000);
    buffer_add_text(page->out,
        "</code><button type=\"button\" class=\"copy\" data-copy>Copy"
        "</button></p>\n");
}

void page_case(struct page *page, size_t run, size_t index)
{
    const struct record_case *c = page->runs[run]->cases.items[index];
    bool ok = record_case_ok(page->runs[run], c);
    struct case_page view = {
        page, c, ok ? page->share_ok : page->share_bad, 0, NULL, ""};
    struct report_step step = report_failed_step(c);
    view.failed_text = step.text;
    if (ladder_script_line(c, step.line, step.text))
        view.failed_line = step.line;
    snprintf(view.prefix, sizeof view.prefix, "e%zu-%zu", run, index);
    struct ladder ladder;
    size_t rows = view.share / 2 / ROW_BYTES;
    ladder_make(&ladder, c, rows < ROWS_LEAST ? ROWS_LEAST : rows, false);
    buffer_printf(page->out,
        "<details class=\"case%s\" id=\"c%zu-%zu\" data-v=\"%s\" "
        "data-r=\"%zu\" "
        "data-x=\"",
        ok ? "" : " notok", run, index, verdict_name(c->verdict), run);
    page_line(page, c->xep ? c->xep : "-", 40);
    buffer_add_text(page->out, "\" data-t=\"");
    if (c->requirements.count > 0)
        page_line(page, c->requirements.items[0].text, 200);
    buffer_add_text(page->out, " ");
    page_line(page, c->tags, 200);
    buffer_add_text(page->out, "\">");
    add_summary(&view, ok);
    buffer_add_text(page->out, "<div class=\"body\">\n");
    add_requirements(&view);
    buffer_add_text(page->out, "<div class=\"side\">\n");
    add_script(&view);
    add_ladder(&view, &ladder);
    buffer_add_text(page->out, "</div>\n");
    add_comparison(&view);
    add_violations_of(&view, true);
    add_findings(&view);
    add_streams(&view);
    add_violations_of(&view, false);
    add_transcript(&view, &ladder);
    ladder_free(&ladder);
    add_logs(&view, ok);
    add_again(&view);
    buffer_add_text(page->out, "</div></details>\n");
}
