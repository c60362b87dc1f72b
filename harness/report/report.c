#include "report/report.h"

#include "base/utf8.h"
#include "record/results.h"

#include <inttypes.h>
#include <string.h>

const struct report_format report_formats[] = {
    {"json", "results.json", false, report_json},
    {"html", "index.html", true, report_html},
    {"junit", "junit.xml", true, report_junit},
    {"tap", "results.tap", false, report_tap},
    {"markdown", "summary.md", true, report_markdown},
    {NULL, NULL, false, NULL},
};

const struct report_format *report_format_find(const char *name)
{
    for (const struct report_format *row = report_formats; row->name; row++) {
        if (strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}

void report_json(
    struct record_run *const *runs, size_t count, struct buffer *out)
{
    (void)count;
    results_print(runs[0], out);
}

void report_case_name(const struct record_case *c, struct buffer *out)
{
    utf8_add_line(out, c->id == NULL ? "?" : c->id, 200);
    /* An id with a dot holds them already. */
    if (c->values != NULL && (c->id == NULL || strchr(c->id, '.') == NULL)) {
        buffer_add_text(out, " ");
        utf8_add_line(out, c->values, 200);
    }
}

void report_requirement(const struct record_requirement *requirement,
    enum level level, struct buffer *out)
{
    /* The script's own words hold all of it; the parts are for machines. */
    if (requirement->text != NULL) {
        utf8_add_line(out, requirement->text, 400);
    } else if (requirement->xep != NULL) {
        buffer_add_text(out, "XEP-");
        utf8_add_line(out, requirement->xep, 20);
        buffer_add_text(out, requirement->section ? " s" : "");
        utf8_add_line(out, requirement->section, 100);
        buffer_printf(out, " (%s)", level_name(level));
    }
}

void report_seconds(int64_t time_us, struct buffer *out)
{
    if (time_us < 0)
        time_us = 0;
    buffer_printf(out, "%" PRId64 ".%03" PRId64, time_us / 1000000,
        time_us / 1000 % 1000);
}

void report_counts(const struct record_run *run, struct buffer *out)
{
    static const enum verdict order[] = {VERDICT_ERROR, VERDICT_FAILED,
        VERDICT_INCONCLUSIVE, VERDICT_WARNING, VERDICT_NOTE,
        VERDICT_UNSUPPORTED, VERDICT_PASSED};
    struct record_counts counts = record_count(run);
    const char *comma = "";
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        int n = counts.verdicts[order[i]];
        if (n == 0)
            continue;
        buffer_printf(out, "%s%d %s", comma, n, verdict_name(order[i]));
        comma = ", ";
    }
    if (*comma == 0)
        buffer_add_text(out, "no case");
    if (counts.known > 0)
        buffer_printf(out, " (%d known)", counts.known);
}

const struct record_violation *report_violation(const struct record_case *c)
{
    for (size_t i = 0; i < c->violations.count; i++) {
        const struct record_violation *v = &c->violations.items[i];
        if (v->by_subject && v->stanza >= 0 &&
            (size_t)v->stanza < c->events.count &&
            c->events.items[v->stanza].failed)
            return v;
    }
    return NULL;
}

struct report_step report_failed_step(const struct record_case *c)
{
    struct report_step step = {c->failed_line, c->failed_text};
    if (step.line > 0 || step.text != NULL ||
        (c->verdict != VERDICT_FAILED && c->verdict != VERDICT_WARNING))
        return step;
    for (size_t i = 0; i < c->events.count; i++) {
        const struct record_event *e = &c->events.items[i];
        if (e->kind == EVENT_STEP) {
            step.line = e->line;
            step.text = e->label;
        }
        if (e->failed)
            return step;
    }
    return (struct report_step){0, NULL};
}
