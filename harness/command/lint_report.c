#include "command/lint_report.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/vec.h"

#include <inttypes.h>
#include <jansson.h>
#include <libxml/xmlstring.h>
#include <stdlib.h>
#include <string.h>

enum { seen_max = 4096 };

struct seen {
    uint64_t key;
    size_t count;
};

/* How often was the like of it told before? A bounded table: what it has no
 * room for counts as new. */
static size_t times_seen(
    struct lint_report *report, const char *what, const char *message)
{
    uint64_t key = random_seed(random_seed(1, what), message);
    struct seen *seen = report->seen;
    struct seen *slot = &seen[key % seen_max];
    if (slot->key != key)
        *slot = (struct seen){key, 0};
    return slot->count++;
}

void lint_report_begin(struct lint_report *report)
{
    report->seen = mem_alloc(seen_max * sizeof(struct seen));
    report->format->begin(report);
}

void lint_report_finding(
    struct lint_report *report, const struct lint_finding *finding)
{
    const struct violation *v = finding->violation;
    if (times_seen(report, v == NULL ? "broken" : v->rule_id,
            v == NULL ? finding->broken : v->message) >= report->repeats_max) {
        report->held_back++;
        return;
    }
    report->format->finding(report, finding);
    report->printed++;
}

void lint_report_by_published(
    void *owner, const char *ns, const char *element, const char *verdict)
{
    struct lint_report *report = owner;
    report->by_published++;
    if (times_seen(report, ns, verdict) >= report->repeats_max)
        report->held_back++;
    else if (report->format->by_published != NULL)
        report->format->by_published(report, ns, element, verdict);
}

void lint_report_end(struct lint_report *report, const struct lint *lint)
{
    report->format->end(report, lint);
    free(report->seen);
    fflush(report->out);
}

/* A log is a stranger's text: nothing of it may steer the terminal. */
static void print_safe(FILE *out, const char *text)
{
    bool utf8 = xmlCheckUTF8((const unsigned char *)text) != 0;
    unsigned char before = 0;
    for (const char *at = text; *at != 0; at++) {
        unsigned char c = (unsigned char)*at;
        bool control = c < 32 || c == 127 || (c >= 128 && !utf8) ||
                       (before == 0xc2 && c < 0xa0);
        fputc(control ? '?' : c, out);
        before = c;
    }
}

static void text_begin(struct lint_report *report)
{
    (void)report;
}

static void text_finding(
    struct lint_report *report, const struct lint_finding *finding)
{
    const struct violation *v = finding->violation;
    FILE *out = report->out;
    struct buffer line = {0};
    buffer_printf(&line, "%s:%" PRIu64 ":%" PRIu64 ": ", finding->file,
        finding->line, finding->column);
    if (v == NULL)
        buffer_printf(&line, "broken: %s", finding->broken);
    else
        buffer_printf(&line, "%s: %s: %s", severity_name(v->severity), v->xpath,
            v->message);
    print_safe(out, buffer_text(&line));
    buffer_clear(&line);
    fputs("\n    ", out);
    if (v == NULL)
        buffer_add_text(&line, finding->stanza);
    else
        buffer_printf(&line, "%s%s%s, rule %s, sent by %s%s", v->spec,
            *v->section != 0 ? " s" : "", v->section, v->rule_id,
            *finding->sender != 0 ? finding->sender : "?",
            finding->judged ? "" : " (not judged)");
    print_safe(out, buffer_text(&line));
    fputc('\n', out);
    buffer_free(&line);
    if (v == NULL)
        return;
    if (v->published != NULL)
        fprintf(out, "    the published schema says: %s\n", v->published);
    if (report->published != NULL) {
        fputs("    by the published schemas: ", out);
        print_safe(out, report->published);
        fputc('\n', out);
    }
}

static void text_by_published(struct lint_report *report, const char *ns,
    const char *element, const char *verdict)
{
    struct buffer line = {0};
    buffer_printf(&line,
        "%s:%" PRIu64 ": published: <%s xmlns='%s'/> is valid by ours; the "
        "published schema: %s",
        report->file, report->line, element, ns, verdict);
    print_safe(report->out, buffer_text(&line));
    fputc('\n', report->out);
    buffer_free(&line);
}

static void text_namespace(
    void *owner, const char *ns, const char *spec, uint64_t elements)
{
    fprintf(owner, "  %8" PRIu64 "  ", elements);
    print_safe(owner, ns);
    fprintf(owner, "%s%s\n", spec == NULL ? "  no schema" : "  ",
        spec == NULL ? "" : spec);
}

static void text_end(struct lint_report *report, const struct lint *lint)
{
    const struct lint_counts *counts = lint_counts(lint);
    if (report->held_back > 0)
        fprintf(report->out, "%zu more of the same kinds (--all shows them)\n",
            report->held_back);
    fprintf(report->out,
        "%" PRIu64 " stanzas: %" PRIu64 " must, %" PRIu64 " should, %" PRIu64
        " note; %" PRIu64 " broken",
        counts->stanzas, counts->must, counts->should, counts->note,
        counts->broken);
    if (counts->tags > 0)
        fprintf(report->out,
            "; %" PRIu64 " of which the log shows too "
            "little to judge",
            counts->tags);
    if (report->by_published > 0)
        fprintf(report->out,
            "; %zu parts are invalid by the published schemas alone: faults "
            "of those",
            report->by_published);
    fprintf(report->out, "\nElements by namespace:\n");
    lint_namespaces(lint, text_namespace, report->out);
    if (lint_more_elements(lint) > 0)
        fprintf(report->out,
            "%10" PRIu64 "  of further namespaces without a schema, not named "
            "here: 1000 a file are\n",
            lint_more_elements(lint));
}

static void print_json(FILE *out, json_t *object)
{
    json_dumpf(object, out, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(object);
}

/* jansson refuses what is not UTF-8: a log may hold anything. */
static json_t *text_value(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *value = json_string(text);
    if (value != NULL)
        return value;
    struct buffer clean = {0};
    for (const char *c = text; *c != 0; c++)
        buffer_add(&clean, (unsigned char)*c < 128 ? c : "?", 1);
    value = json_string(buffer_text(&clean));
    buffer_free(&clean);
    return value;
}

static void json_begin(struct lint_report *report)
{
    fputs("{\"findings\":[", report->out);
}

static void json_finding(
    struct lint_report *report, const struct lint_finding *finding)
{
    const struct violation *v = finding->violation;
    json_t *object = json_object();
    json_object_set_new(object, "file", text_value(finding->file));
    json_object_set_new(
        object, "line", json_integer((json_int_t)finding->line));
    json_object_set_new(
        object, "column", json_integer((json_int_t)finding->column));
    json_object_set_new(object, "severity",
        text_value(v == NULL ? "broken" : severity_name(v->severity)));
    json_object_set_new(object, "message",
        text_value(v == NULL ? finding->broken : v->message));
    json_object_set_new(object, "sender", text_value(finding->sender));
    json_object_set_new(object, "judged", json_boolean(finding->judged));
    json_object_set_new(object, "stanza", text_value(finding->stanza));
    if (v != NULL) {
        json_object_set_new(object, "xpath", text_value(v->xpath));
        json_object_set_new(object, "rule", text_value(v->rule_id));
        json_object_set_new(object, "spec", text_value(v->spec));
        json_object_set_new(object, "section", text_value(v->section));
        json_object_set_new(object, "namespace", text_value(v->ns));
        json_object_set_new(object, "published", text_value(v->published));
        if (report->published != NULL)
            json_object_set_new(
                object, "by_published", text_value(report->published));
    }
    fputs(report->printed > 0 ? ",\n" : "\n", report->out);
    print_json(report->out, object);
}

static void json_by_published(struct lint_report *report, const char *ns,
    const char *element, const char *verdict)
{
    json_t *object = json_object();
    json_object_set_new(object, "file", text_value(report->file));
    json_object_set_new(object, "line", json_integer((json_int_t)report->line));
    json_object_set_new(object, "severity", text_value("published"));
    json_object_set_new(object, "namespace", text_value(ns));
    json_object_set_new(object, "element", text_value(element));
    json_object_set_new(object, "by_published", text_value(verdict));
    fputs(report->printed > 0 ? ",\n" : "\n", report->out);
    report->printed++;
    print_json(report->out, object);
}

static void json_namespace(
    void *owner, const char *ns, const char *spec, uint64_t elements)
{
    json_t *object = json_object();
    json_object_set_new(object, "namespace", text_value(ns));
    json_object_set_new(object, "spec", text_value(spec));
    json_object_set_new(object, "elements", json_integer((json_int_t)elements));
    json_array_append_new(owner, object);
}

static void json_end(struct lint_report *report, const struct lint *lint)
{
    const struct lint_counts *counts = lint_counts(lint);
    json_t *names = json_array();
    lint_namespaces(lint, json_namespace, names);
    fprintf(report->out,
        "\n],\"held_back\":%zu,\"stanzas\":%" PRIu64 ",\"must\":%" PRIu64
        ",\"should\":%" PRIu64 ",\"note\":%" PRIu64 ",\"broken\":%" PRIu64
        ",\"not_shown\":%" PRIu64 ",\"more_namespaces_elements\":%" PRIu64
        ",\n\"namespaces\":",
        report->held_back, counts->stanzas, counts->must, counts->should,
        counts->note, counts->broken, counts->tags, lint_more_elements(lint));
    print_json(report->out, names);
    fputs("}\n", report->out);
}

static void print_xml(FILE *out, const char *text)
{
    struct buffer escaped = {0};
    buffer_add_xml(&escaped, text, strlen(text));
    fputs(buffer_text(&escaped), out);
    buffer_free(&escaped);
}

static void junit_begin(struct lint_report *report)
{
    report->body = tmpfile();
    if (report->body == NULL)
        fprintf(stderr, "jinglespec lint: no temporary file: JUnit will lack "
                        "the findings\n");
}

static bool fails(
    const struct lint_report *report, const struct lint_finding *finding)
{
    const struct violation *v = finding->violation;
    return v == NULL ||
           (finding->judged &&
               (v->severity == SEVERITY_MUST ||
                   (report->strict && v->severity == SEVERITY_SHOULD)));
}

static void junit_finding(
    struct lint_report *report, const struct lint_finding *finding)
{
    const struct violation *v = finding->violation;
    FILE *out = report->body;
    bool failed = fails(report, finding);
    if (out == NULL)
        return;
    (*(failed ? &report->failures : &report->skipped))++;
    fputs("<testcase classname='", out);
    print_xml(out, v == NULL ? "broken" : v->ns);
    fprintf(out, "' name='");
    print_xml(out, finding->file);
    fprintf(out, ":%" PRIu64 ":%" PRIu64 " %s'>", finding->line,
        finding->column, v == NULL ? "broken" : v->rule_id);
    fputs(failed ? "<failure message='" : "<skipped message='", out);
    print_xml(out, v == NULL ? finding->broken : v->message);
    fputs("'>", out);
    if (v != NULL) {
        print_xml(out, v->xpath);
        fprintf(out, " (%s %s, sent by ", v->spec, v->section);
        print_xml(out, finding->sender);
        fputs(")", out);
        if (v->published != NULL) {
            fputs("\nthe published schema says: ", out);
            print_xml(out, v->published);
        }
        if (report->published != NULL) {
            fputs("\nby the published schemas: ", out);
            print_xml(out, report->published);
        }
    }
    fputs(failed ? "</failure></testcase>\n" : "</skipped></testcase>\n", out);
}

static void copy_body(struct lint_report *report)
{
    char piece[8192];
    size_t got = 0;
    rewind(report->body);
    while ((got = fread(piece, 1, sizeof piece, report->body)) > 0)
        fwrite(piece, 1, got, report->out);
    fclose(report->body);
    report->body = NULL;
}

static void junit_namespace(
    void *owner, const char *ns, const char *spec, uint64_t elements)
{
    FILE *out = owner;
    fputs("<property name='elements of ", out);
    print_xml(out, *ns == 0 ? "no namespace" : ns);
    fprintf(out, "' value='%" PRIu64 "%s'/>\n", elements,
        spec == NULL ? ", no schema" : "");
}

static void junit_end(struct lint_report *report, const struct lint *lint)
{
    fprintf(report->out,
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        "<testsuites><testsuite name='jinglespec lint' tests='%zu' "
        "failures='%zu' errors='0' skipped='%zu'>\n",
        report->failures + report->skipped + 1, report->failures,
        report->skipped);
    fputs("<properties>\n", report->out);
    lint_namespaces(lint, junit_namespace, report->out);
    fprintf(report->out,
        "<property name='elements of further namespaces' value='%" PRIu64
        "'/>\n<property name='broken' value='%" PRIu64 "'/>\n</properties>\n",
        lint_more_elements(lint), lint_counts(lint)->broken);
    if (report->body != NULL)
        copy_body(report);
    fprintf(report->out,
        "<testcase classname='lint' name='%" PRIu64 " stanzas read'/>\n"
        "</testsuite></testsuites>\n",
        lint_counts(lint)->stanzas);
}

static const struct lint_format formats[] = {
    {"text", text_begin, text_finding, text_by_published, text_end},
    {"json", json_begin, json_finding, json_by_published, json_end},
    {"junit", junit_begin, junit_finding, NULL, junit_end},
};

const struct lint_format *lint_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    }
    return NULL;
}
