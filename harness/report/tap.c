/* TAP 13. `prove` rejects "TAP version 14". The details use only the YAML
 * that TAP::Parser::YAMLish reads and every other YAML reader reads alike:
 * plain keys, double-quoted scalars, literal blocks and lists. */
#include "base/utf8.h"
#include "report/ladder.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_LINES = 60, LINE_LIMIT = 400 };

void report_tap_begin(size_t cases, struct buffer *out)
{
    buffer_printf(out, "TAP version 13\n1..%zu\n", cases);
}

/* A description: '#' would start a directive, a leading digit a number. */
static void add_description(struct buffer *out, const char *text)
{
    struct buffer line = {0};
    utf8_add_line(&line, text, LINE_LIMIT);
    for (const char *p = buffer_text(&line); *p != 0; p++) {
        if (*p == '#' || *p == '\\')
            buffer_add_text(out, "\\");
        buffer_add(out, p, 1);
    }
    buffer_free(&line);
}

static void add_scalar(struct buffer *out, const char *key, const char *text)
{
    if (text == NULL)
        return;
    struct buffer line = {0};
    utf8_add_line(&line, text, LINE_LIMIT);
    buffer_printf(out, "  %s: \"", key);
    for (const char *p = buffer_text(&line); *p != 0; p++) {
        if (*p == '"' || *p == '\\')
            buffer_add_text(out, "\\");
        buffer_add(out, p, 1);
    }
    buffer_add_text(out, "\"\n");
    buffer_free(&line);
}

/* Takes one line off text; NULL at its end. */
static char *next_line(char **text)
{
    return *text == NULL || **text == 0 ? NULL : strsep(text, "\n");
}

/* A literal block. The first line is a sign of where the block's indentation
 * ends, so it must not start with a space; blank lines get a dot, because
 * TAP::Parser takes a line without indentation for the end. */
static void add_block(struct buffer *out, const char *key, const char *text)
{
    if (text == NULL || *text == 0)
        return;
    if (strchr(text, '\n') == NULL && utf8_length(text) < 60) {
        add_scalar(out, key, text);
        return;
    }
    char *copy = mem_strdup(text), *rest = copy, *line;
    buffer_printf(out, "  %s: |\n", key);
    for (int i = 0; (line = next_line(&rest)) != NULL; i++) {
        if (i == BLOCK_LINES) {
            buffer_add_text(out, "    (more in results.json)\n");
            break;
        }
        bool blank = line[strspn(line, " \t\r")] == 0;
        bool indented = i == 0 && (*line == ' ' || *line == '\t');
        buffer_add_text(out, indented && !blank ? "    .\n    " : "    ");
        if (blank)
            buffer_add_text(out, ".");
        else
            utf8_add_line(out, line, LINE_LIMIT);
        buffer_add_text(out, "\n");
    }
    free(copy);
}

static void add_requirements(struct buffer *out, const struct record_case *c)
{
    for (size_t i = 0; i < c->requirements.count; i++) {
        struct buffer text = {0};
        report_requirement(&c->requirements.items[i], c->level, &text);
        add_scalar(out, i == 0 ? "requirement" : "and_requirement",
            buffer_text(&text));
        buffer_free(&text);
        if (i == 1)
            break; /* keys are unique in YAML; results.json has them all */
    }
}

static void add_details(struct buffer *out, const struct record_case *c)
{
    buffer_add_text(out, "  ---\n");
    add_scalar(out, "verdict", verdict_name(c->verdict));
    add_scalar(out, "message", c->message);
    add_scalar(out, "known", c->known);
    add_requirements(out, c);
    add_scalar(out, "level", level_name(c->level));
    add_scalar(out, "rationale", c->rationale);
    add_scalar(out, "script", c->path);
    struct report_step step = report_failed_step(c);
    bool here = ladder_script_line(c, step.line, step.text);
    if (here)
        buffer_printf(out, "  line: %d\n", step.line);
    add_block(out, here ? "step" : "step_of_a_scene", step.text);
    add_block(out, "expected", c->expected);
    add_block(out, "received", c->received);
    struct buffer difference = {0};
    report_difference(c, &difference);
    add_block(out, "difference", buffer_text(&difference));
    buffer_free(&difference);
    const struct record_violation *violation = report_violation(c);
    if (violation != NULL)
        add_scalar(out, "violation", violation->rule);
    add_scalar(out, "again", c->command);
    add_scalar(out, "bundle", c->bundle);
    buffer_add_text(out, "  ...\n");
}

void report_tap_case(const struct record_run *run, const struct record_case *c,
    size_t number, struct buffer *out)
{
    struct buffer name = {0};
    report_case_name(c, &name);
    buffer_printf(
        out, "%s %zu - ", record_case_ok(run, c) ? "ok" : "not ok", number);
    add_description(out, buffer_text(&name));
    buffer_free(&name);
    if (c->title != NULL) {
        buffer_add_text(out, ": ");
        add_description(out, c->title);
    }
    if (c->verdict == VERDICT_UNSUPPORTED && !c->unexpected_pass) {
        buffer_add_text(out, " # SKIP unsupported: ");
        add_description(out, c->message ? c->message : "the subject said so");
    }
    buffer_add_text(out, "\n");
    bool told =
        c->verdict == VERDICT_PASSED || c->verdict == VERDICT_UNSUPPORTED;
    if (!told || c->unexpected_pass)
        add_details(out, c);
}

void report_tap_end(const struct record_run *run, struct buffer *out)
{
    for (size_t i = 0; i < run->problems.count; i++) {
        buffer_add_text(out, "# problem: ");
        utf8_add_line(out, run->problems.items[i], LINE_LIMIT);
        buffer_add_text(out, "\n");
    }
    buffer_add_text(out, "# ");
    report_counts(run, out);
    buffer_add_text(out, "\n");
    if (record_exit_code(run) == 2)
        buffer_add_text(out, "Bail out! No case passed or failed\n");
}

void report_tap(
    struct record_run *const *runs, size_t count, struct buffer *out)
{
    const struct record_run *run = runs[0];
    (void)count;
    /* Here, unlike in a live run, the problems can be counted in the plan: no
     * exit code speaks for them. */
    report_tap_begin(run->cases.count + run->problems.count, out);
    for (size_t i = 0; i < run->cases.count; i++)
        report_tap_case(run, run->cases.items[i], i + 1, out);
    for (size_t i = 0; i < run->problems.count; i++) {
        buffer_printf(out, "not ok %zu - ", run->cases.count + i + 1);
        add_description(out, run->problems.items[i]);
        buffer_add_text(out, "\n");
    }
    report_tap_end(run, out);
}
