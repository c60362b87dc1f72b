/* One case in plain text of 80 columns: what `jinglespec show` prints and a
 * failure bundle keeps. */
#include "base/utf8.h"
#include "report/difference.h"
#include "report/ladder.h"
#include "report/report.h"
#include "report/wrap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LADDER_ROWS = 400, LINE_LIMIT = 400, LOG_LINES = 40 };

static void add_pair(struct buffer *out, const char *name, const char *text)
{
    if (text == NULL || *text == 0)
        return;
    buffer_printf(out, "%-12s ", name);
    utf8_add_line(out, text, 4 * LINE_LIMIT);
    buffer_add_text(out, "\n");
}

static void add_heading(struct buffer *out, const char *title)
{
    buffer_printf(out, "\n%s\n", title);
}

/* A line of a script by its number, the failed one with a mark; -1: no
 * numbers. */
static void add_margin(struct buffer *out, size_t number, int failed_line)
{
    if (failed_line < 0)
        buffer_add_text(out, "  ");
    else
        buffer_printf(
            out, "%c%3zu  ", number == (size_t)failed_line ? '>' : ' ', number);
}

static void add_lines(
    struct buffer *out, const char *text, int failed_line, size_t limit)
{
    char *copy = mem_strdup(text), *rest = copy, *line;
    for (size_t number = 1; (line = strsep(&rest, "\n")) != NULL; number++) {
        if (rest == NULL && *line == 0)
            break;
        if (number > limit) {
            buffer_add_text(out, "     ...\n");
            break;
        }
        add_margin(out, number, failed_line);
        for (; *line == '\t'; line++)
            buffer_add_text(out, "    ");
        utf8_add_line(out, line, LINE_LIMIT);
        buffer_add_text(out, "\n");
    }
    free(copy);
}

/* The last lines of a log. */
static void add_tail(struct buffer *out, const char *text)
{
    const char *from = text + strlen(text);
    for (int lines = 0; from > text && lines <= LOG_LINES; from--)
        lines += from[-1] == '\n';
    add_lines(out, from, -1, LOG_LINES + 1);
}

static void add_head(struct buffer *out, const struct record_case *c)
{
    report_case_name(c, out);
    buffer_printf(out, ": %s", verdict_name(c->verdict));
    buffer_add_text(out, c->unexpected_pass ? " (unexpectedly)\n" : "\n");
    add_pair(out, "title", c->title);
    add_pair(out, "why", c->message);
    add_pair(out, "known", c->known);
    for (size_t i = 0; i < c->requirements.count; i++) {
        struct buffer text = {0};
        report_requirement(&c->requirements.items[i], c->level, &text);
        add_pair(out, "requirement", buffer_text(&text));
        buffer_free(&text);
    }
    add_pair(out, "level", level_name(c->level));
    add_pair(out, "rationale", c->rationale);
    add_pair(out, "script", c->path);
    buffer_printf(out, "%-12s ", "time");
    report_seconds(c->duration_us, out);
    buffer_printf(out, " s\n%-12s %" PRIu64 "\n", "seed", c->seed);
    if (c->settle_ms > 0)
        buffer_printf(out,
            "%-12s nothing seen for %" PRId64 " ms (not proved)\n", "settled",
            c->settle_ms);
    add_pair(out, "bundle", c->bundle);
}

void report_difference(const struct record_case *c, struct buffer *out)
{
    struct difference difference;
    if (c->diff != NULL) {
        buffer_add_text(out, c->diff);
    } else if (difference_make(&difference, c->expected, c->received)) {
        difference_print(&difference, out);
        difference_free(&difference);
    }
}

static void add_comparison(struct buffer *out, const struct record_case *c)
{
    struct buffer text = {0};
    report_difference(c, &text);
    if (text.len > 0) {
        add_heading(out, "Expected (-) against received (+); . was not asked "
                         "about");
        add_lines(out, buffer_text(&text), -1, 400);
    } else {
        if (c->expected != NULL) {
            add_heading(out, "Expected");
            add_lines(out, c->expected, -1, 100);
        }
        if (c->received != NULL) {
            add_heading(out, "Received");
            add_lines(out, c->received, -1, 100);
        }
    }
    buffer_free(&text);
}

static void add_violations(struct buffer *out, const struct record_case *c)
{
    if (c->violations.count > 0)
        add_heading(out, "Schema violations");
    for (size_t i = 0; i < c->violations.count && i < 50; i++) {
        const struct record_violation *v = &c->violations.items[i];
        buffer_add_text(out, "  ");
        utf8_add_line(out, v->severity ? v->severity : "?", 20);
        buffer_add_text(out, " by ");
        utf8_add_line(out, v->actor ? v->actor : "?", 60);
        buffer_add_text(out, v->by_subject ? " (the subject) at " : " at ");
        utf8_add_line(out, v->xpath ? v->xpath : "?", LINE_LIMIT);
        buffer_add_text(out, "\n    ");
        utf8_add_line(out, v->rule ? v->rule : "?", LINE_LIMIT);
        buffer_add_text(out, "\n");
        if (v->published != NULL) {
            buffer_add_text(out, "    published schema: ");
            utf8_add_line(out, v->published, LINE_LIMIT);
            buffer_add_text(out, "\n");
        }
    }
}

static void add_streams(struct buffer *out, const struct record_case *c)
{
    if (c->streams.count > 0)
        add_heading(out, "Byte streams");
    for (size_t i = 0; i < c->streams.count && i < 50; i++) {
        const struct record_stream *s = &c->streams.items[i];
        const char *const parts[] = {
            s->kind, s->name, "from", s->from, "to", s->to};
        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++) {
            buffer_add_text(out, j == 0 ? "  " : " ");
            utf8_add_line(out, parts[j] ? parts[j] : "?", 60);
        }
        buffer_printf(out, ": %" PRId64 " bytes, sha-256 ", s->bytes);
        utf8_add_line(out, s->sha256 ? s->sha256 : "?", 64);
        buffer_add_text(out, "\n    starts with ");
        utf8_add_line(out, s->first_bytes ? s->first_bytes : "nothing", 128);
        buffer_add_text(out, "\n");
    }
}

static void add_ladder(
    struct buffer *out, const struct record_case *c, bool all)
{
    struct ladder ladder;
    add_heading(out, "What happened");
    ladder_make(&ladder, c, LADDER_ROWS, all);
    ladder_print_text(&ladder, out);
    ladder_free(&ladder);
}

static void add_findings(struct buffer *out, const struct record_case *c)
{
    if (c->findings.count > 0)
        add_heading(out, "Findings");
    for (size_t i = 0; i < c->findings.count && i < 50; i++) {
        buffer_printf(out, "  %s ", verdict_name(c->findings.items[i].verdict));
        utf8_add_line(out, c->findings.items[i].key, 200);
        buffer_add_text(out, ": ");
        utf8_add_line(out, c->findings.items[i].message, LINE_LIMIT);
        buffer_add_text(out, "\n");
    }
}

static void add_script(struct buffer *out, const struct record_case *c)
{
    if (c->script == NULL)
        return;
    add_heading(out, "Script");
    struct report_step step = report_failed_step(c);
    bool here = ladder_script_line(c, step.line, step.text);
    add_lines(out, c->script, here ? step.line : 0, 400);
    if (!here)
        add_pair(out, "failed in a scene:", step.text);
}

static void add_logs(struct buffer *out, const struct record_case *c)
{
    for (size_t i = 0; i < c->logs.count; i++) {
        struct buffer title = {0};
        buffer_add_text(&title, "Log of ");
        utf8_add_line(&title, c->logs.items[i].name, 60);
        add_heading(out, buffer_text(&title));
        if (c->logs.items[i].text != NULL)
            add_tail(out, c->logs.items[i].text);
        buffer_free(&title);
    }
}

void report_case_text(const struct record_case *c, bool all, struct buffer *out)
{
    enum { PAIRS = 13 }; /* where the values of add_pair() begin */
    struct buffer text = {0};
    add_head(&text, c);
    wrap_text(buffer_text(&text), PAIRS, out);
    if (c->command != NULL)
        wrap_command("run again", c->command, out);
    buffer_clear(&text);
    add_script(&text, c);
    wrap_text(buffer_text(&text), 0, out);
    add_ladder(out, c, all);
    buffer_clear(&text);
    add_comparison(&text, c);
    add_violations(&text, c);
    add_findings(&text, c);
    add_streams(&text, c);
    add_logs(&text, c);
    wrap_text(buffer_text(&text), 0, out);
    buffer_free(&text);
}
