/* JUnit XML as Jenkins' common schema (xunit plugin, junit-10.xsd) wants it,
 * which GitHub's and GitLab's readers take too: a testsuite per XEP, its
 * properties above its cases. That schema has no properties in a testcase, so
 * those of a case are properties of its suite named "CASE.NAME", and lines of
 * its system-out, which all three show. */
#include "base/utf8.h"
#include "report/ladder.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_LIMIT = 32 << 10 };

enum outcome { OUTCOME_OK, OUTCOME_SKIPPED, OUTCOME_FAILURE, OUTCOME_ERROR };

static enum outcome outcome_of(
    const struct record_run *run, const struct record_case *c)
{
    if (c->unexpected_pass)
        return OUTCOME_FAILURE;
    if (record_case_ok(run, c))
        return c->known != NULL || c->verdict == VERDICT_UNSUPPORTED ||
                       c->verdict == VERDICT_INCONCLUSIVE
                   ? OUTCOME_SKIPPED
                   : OUTCOME_OK;
    return c->verdict == VERDICT_FAILED || c->verdict == VERDICT_WARNING
               ? OUTCOME_FAILURE
               : OUTCOME_ERROR;
}

static void add_cut(struct buffer *out, const char *text)
{
    size_t len = strlen(text);
    buffer_add_xml(out, text, len > TEXT_LIMIT ? TEXT_LIMIT : len);
    if (len > TEXT_LIMIT)
        buffer_add_text(out, "\n(cut; all of it is in results.json)");
}

static void add_attribute(
    struct buffer *out, const char *name, const char *text)
{
    struct buffer line = {0};
    utf8_add_line(&line, text, 1000);
    buffer_printf(out, " %s=\"", name);
    buffer_add_xml(out, buffer_text(&line), line.len);
    buffer_add_text(out, "\"");
    buffer_free(&line);
}

static void add_property(struct buffer *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    buffer_add_text(out, "<property");
    add_attribute(out, "name", name);
    add_attribute(out, "value", text);
    buffer_add_text(out, "/>\n");
}

static void add_paragraph(
    struct buffer *out, const char *title, const char *text)
{
    if (text == NULL || *text == 0)
        return;
    buffer_printf(out, "%s:%s", title, strchr(text, '\n') ? "\n" : " ");
    add_cut(out, text);
    buffer_add_text(out, "\n");
}

static void add_requirements(struct buffer *out, const struct record_case *c)
{
    for (size_t i = 0; i < c->requirements.count; i++) {
        struct buffer text = {0};
        report_requirement(&c->requirements.items[i], c->level, &text);
        add_paragraph(out, "requirement", buffer_text(&text));
        buffer_free(&text);
    }
    add_paragraph(out, "rationale", c->rationale);
}

static void add_details(struct buffer *out, const struct record_case *c)
{
    add_paragraph(out, "message", c->message);
    add_requirements(out, c);
    add_paragraph(out, "script", c->path);
    struct report_step step = report_failed_step(c);
    bool here = ladder_script_line(c, step.line, step.text);
    if (here)
        buffer_printf(out, "line: %d\n", step.line);
    add_paragraph(out, here ? "step" : "step of a scene", step.text);
    add_paragraph(out, "expected", c->expected);
    add_paragraph(out, "received", c->received);
    struct buffer difference = {0};
    report_difference(c, &difference);
    add_paragraph(out, "difference", buffer_text(&difference));
    buffer_free(&difference);
    const struct record_violation *violation = report_violation(c);
    if (violation != NULL) {
        add_paragraph(out, "violation", violation->rule);
        add_paragraph(out, "at", violation->xpath);
        add_paragraph(out, "by the published schema", violation->published);
    }
    for (size_t i = 0; i < c->findings.count && i < 20; i++)
        add_paragraph(out, "finding", c->findings.items[i].message);
    add_paragraph(out, "run again", c->command);
}

static void add_outcome(
    struct buffer *out, enum outcome outcome, const struct record_case *c)
{
    static const char *const names[] = {
        [OUTCOME_SKIPPED] = "skipped",
        [OUTCOME_FAILURE] = "failure",
        [OUTCOME_ERROR] = "error",
    };
    buffer_printf(out, "<%s type=\"%s\"", names[outcome],
        c->unexpected_pass ? "unexpected pass" : verdict_name(c->verdict));
    add_attribute(out, "message",
        outcome == OUTCOME_SKIPPED && c->known != NULL ? c->known
        : c->message != NULL                           ? c->message
                             : verdict_name(c->verdict));
    buffer_add_text(out, ">");
    if (outcome != OUTCOME_SKIPPED)
        add_details(out, c);
    buffer_printf(out, "</%s>\n", names[outcome]);
}

static void add_case(struct buffer *out, const struct record_run *run,
    const struct record_case *c, const char *suite)
{
    struct buffer name = {0};
    report_case_name(c, &name);
    buffer_add_text(out, "<testcase");
    add_attribute(out, "name", buffer_text(&name));
    add_attribute(out, "classname", suite);
    buffer_add_text(out, " time=\"");
    report_seconds(c->duration_us, out);
    buffer_add_text(out, "\">\n");
    enum outcome outcome = outcome_of(run, c);
    if (outcome != OUTCOME_OK)
        add_outcome(out, outcome, c);
    buffer_add_text(out, "<system-out>");
    add_paragraph(out, "title", c->title);
    if (outcome == OUTCOME_OK && c->verdict != VERDICT_PASSED)
        add_paragraph(out, verdict_name(c->verdict), c->message);
    add_requirements(out, c);
    buffer_add_text(out, "</system-out>\n</testcase>\n");
    buffer_free(&name);
}

static void add_case_properties(struct buffer *out, const struct record_case *c)
{
    struct buffer case_name = {0};
    report_case_name(c, &case_name);
    for (size_t i = 0; i < c->requirements.count; i++) {
        const struct record_requirement *r = &c->requirements.items[i];
        const struct {
            const char *name, *value;
        } rows[] = {{"xep", r->xep}, {"section", r->section},
            {"requirement", r->text ? r->text : r->id}};
        for (size_t j = 0; j < sizeof rows / sizeof *rows; j++) {
            char *name =
                mem_printf("%s.%s", buffer_text(&case_name), rows[j].name);
            add_property(out, name, rows[j].value);
            free(name);
        }
    }
    buffer_free(&case_name);
}

static bool same_suite(const struct record_case *a, const struct record_case *b)
{
    return a->xep == NULL || b->xep == NULL ? a->xep == b->xep
                                            : strcmp(a->xep, b->xep) == 0;
}

struct tally {
    int tests, failures, errors, skipped;
    int64_t time_us;
};

static void count_case(struct tally *tally, const struct record_run *run,
    const struct record_case *c)
{
    enum outcome outcome = outcome_of(run, c);
    tally->tests++;
    tally->failures += outcome == OUTCOME_FAILURE;
    tally->errors += outcome == OUTCOME_ERROR;
    tally->skipped += outcome == OUTCOME_SKIPPED;
    tally->time_us += c->duration_us;
}

static void add_tally(struct buffer *out, const struct tally *tally)
{
    buffer_printf(out, " tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"",
        tally->tests, tally->failures, tally->errors);
    report_seconds(tally->time_us, out);
    buffer_add_text(out, "\"");
}

static void add_suite(struct buffer *out, const struct record_run *run,
    const struct record_case *first, bool several)
{
    struct tally tally = {0};
    struct buffer name = {0}, properties = {0}, cases = {0};
    buffer_printf(&name, "jinglespec.%s%s%s", first->xep ? "XEP-" : "other",
        first->xep ? first->xep : "", several ? "." : "");
    if (several)
        utf8_add_line(&name, run->subject, 100);
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *c = run->cases.items[i];
        if (!same_suite(first, c))
            continue;
        count_case(&tally, run, c);
        add_case_properties(&properties, c);
        add_case(&cases, run, c, buffer_text(&name));
    }
    buffer_add_text(out, "<testsuite");
    add_attribute(out, "name", buffer_text(&name));
    add_tally(out, &tally);
    buffer_printf(out, " skipped=\"%d\"", tally.skipped);
    if (run->began != NULL)
        add_attribute(out, "timestamp", run->began);
    buffer_add_text(out, ">\n<properties>\n");
    add_property(out, "suite", run->suite);
    add_property(out, "server", run->server);
    add_property(out, "subject", run->subject);
    add_property(out, "xeps", run->xeps);
    char *seed = mem_printf("%" PRIu64, run->seed);
    add_property(out, "seed", seed);
    free(seed);
    add_property(out, "options", run->options);
    add_property(out, "xep", first->xep);
    buffer_add(out, properties.data, properties.len);
    buffer_add_text(out, "</properties>\n");
    buffer_add(out, cases.data, cases.len);
    buffer_add_text(out, "</testsuite>\n");
    buffer_free(&name);
    buffer_free(&properties);
    buffer_free(&cases);
}

static bool seen_before(const struct record_run *run, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (same_suite(run->cases.items[i], run->cases.items[index]))
            return true;
    }
    return false;
}

/* What is wrong with the run itself is an error of its own, so that a reader
 * of JUnit alone does not see green. */
static void add_problems(struct buffer *out, const struct record_run *run)
{
    size_t count = run->problems.count;
    if (count == 0)
        return;
    buffer_printf(out,
        "<testsuite name=\"jinglespec.run\" tests=\"%zu\" failures=\"0\" "
        "errors=\"%zu\" skipped=\"0\">\n",
        count, count);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(out,
            "<testcase name=\"problem %zu\" classname=\"jinglespec.run\">"
            "<error type=\"problem\"",
            i + 1);
        add_attribute(out, "message", run->problems.items[i]);
        buffer_add_text(out, "/></testcase>\n");
    }
    buffer_add_text(out, "</testsuite>\n");
}

void report_junit(
    struct record_run *const *runs, size_t count, struct buffer *out)
{
    struct tally all = {0};
    for (size_t r = 0; r < count; r++) {
        for (size_t i = 0; i < runs[r]->cases.count; i++)
            count_case(&all, runs[r], runs[r]->cases.items[i]);
        all.tests += (int)runs[r]->problems.count;
        all.errors += (int)runs[r]->problems.count;
    }
    buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<testsuites name=\"jinglespec\"");
    add_tally(out, &all);
    buffer_add_text(out, ">\n");
    for (size_t r = 0; r < count; r++) {
        for (size_t i = 0; i < runs[r]->cases.count; i++) {
            if (!seen_before(runs[r], i))
                add_suite(out, runs[r], runs[r]->cases.items[i], count > 1);
        }
        add_problems(out, runs[r]);
    }
    buffer_add_text(out, "</testsuites>\n");
}
