#include "report/report.h"

#include "base/file.h"
#include "base/test.h"
#include "base/utf8.h"
#include "report/sample_run.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <stdio.h>
#include <stdlib.h>

static struct buffer print(report_fn *report)
{
    struct buffer out = {0};
    struct record_run *run = sample_full_run();
    report(&run, 1, &out);
    record_run_free(run);
    return out;
}

static int count_of(const struct buffer *text, const char *needle)
{
    int count = 0;
    const char *p = buffer_text(text);
    while ((p = strstr(p, needle)) != NULL) {
        p += strlen(needle);
        count++;
    }
    return count;
}

/* Every form, and every way in which its text could do harm. */
TEST(hostile_text_is_bounded_valid_utf8_without_control_characters)
{
    for (const struct report_format *f = report_formats; f->name; f++) {
        struct buffer out = print(f->print);
        CHECK(out.len > 0);
        CHECK(strlen(buffer_text(&out)) == out.len);
        /* results.json keeps all; the others cut the megabytes. */
        CHECK(out.len < (strcmp(f->name, "json") == 0 ? 32U << 20 : 1U << 20));
        for (size_t i = 0; i < out.len;) {
            uint32_t c;
            size_t len = utf8_next((const char *)out.data + i, out.len - i, &c);
            CHECK(c != UTF8_REPLACEMENT || len == 3);
            CHECK(c == '\n' || c == '\t' || c == '\r' || c >= 0x20);
            i += len;
        }
        buffer_free(&out);
    }
}

TEST(a_case_in_plain_text_is_bounded_and_clean)
{
    struct record_run *run = sample_full_run();
    struct buffer out = {0};
    report_case_text(run->cases.items[run->cases.count - 1], true, &out);
    CHECK(out.len < 1U << 16);
    for (size_t i = 0; i < out.len; i++)
        CHECK(out.data[i] == '\n' || out.data[i] >= 0x20);
    CHECK_INT(count_of(&out, "\x7f"), 0);
    buffer_free(&out);
    record_run_free(run);
}

TEST(hostile_text_makes_no_markup)
{
    static report_fn *const forms[] = {
        report_html, report_markdown, report_junit};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct buffer out = print(forms[i]);
        CHECK_INT(count_of(&out, "<img"), 0);
        CHECK_INT(count_of(&out, "<script>alert"), 0);
        buffer_free(&out);
    }
}

static void check_junit(struct buffer *junit)
{
    char *path = file_join(test_source(), "reports/junit.xsd");
    xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(path);
    xmlSchema *schema = xmlSchemaParse(parser);
    xmlSchemaValidCtxt *valid = xmlSchemaNewValidCtxt(schema);
    xmlDoc *doc = xmlReadMemory((const char *)junit->data, (int)junit->len,
        NULL, NULL, XML_PARSE_NONET);
    int fault = doc == NULL ? -1 : xmlSchemaValidateDoc(valid, doc);
    xmlFreeDoc(doc);
    xmlSchemaFreeValidCtxt(valid);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    free(path);
    CHECK_INT(fault, 0);
}

TEST(junit_is_valid_by_the_schema_of_jenkins)
{
    struct buffer out = print(report_junit);
    check_junit(&out);
    buffer_free(&out);
}

static void silent(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

TEST(the_schema_of_jenkins_refuses_properties_in_a_testcase)
{
    char *path = file_join(test_source(), "reports/junit.xsd");
    xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(path);
    xmlSchema *schema = xmlSchemaParse(parser);
    xmlSchemaValidCtxt *valid = xmlSchemaNewValidCtxt(schema);
    static const char bad[] =
        "<testsuites><testsuite name='a' tests='1' failures='0' errors='0'>"
        "<testcase name='b'><properties/></testcase></testsuite></testsuites>";
    xmlDoc *doc = xmlReadMemory(bad, sizeof bad - 1, NULL, NULL, 0);
    xmlSetGenericErrorFunc(NULL, silent);
    CHECK(xmlSchemaValidateDoc(valid, doc) != 0);
    xmlSetGenericErrorFunc(NULL, NULL);
    xmlFreeDoc(doc);
    xmlSchemaFreeValidCtxt(valid);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    free(path);
}

static double junit_number(const struct buffer *junit, const char *xpath)
{
    xmlDoc *doc = xmlReadMemory((const char *)junit->data, (int)junit->len,
        NULL, NULL, XML_PARSE_NONET);
    xmlXPathContext *context = xmlXPathNewContext(doc);
    xmlXPathObject *result =
        xmlXPathEvalExpression((const xmlChar *)xpath, context);
    double number = result->floatval;
    xmlXPathFreeObject(result);
    xmlXPathFreeContext(context);
    xmlFreeDoc(doc);
    return number;
}

TEST(junit_counts_what_it_lists)
{
    struct buffer out = print(report_junit);
    CHECK_INT(junit_number(&out, "count(//testcase)"), 9);
    CHECK_INT(junit_number(&out, "number(/*/@tests)"), 9);
    CHECK_INT(junit_number(&out, "count(//failure)"), 2);
    CHECK_INT(junit_number(&out, "number(/*/@failures)"), 2);
    CHECK_INT(junit_number(&out, "count(//testcase/error)"), 3);
    CHECK_INT(junit_number(&out, "number(/*/@errors)"), 3);
    CHECK_INT(junit_number(&out, "count(//skipped)"), 1);
    CHECK_INT(
        junit_number(&out,
            "count(//property[@name='0261-failed.section' and @value='2.2'])"),
        1);
    buffer_free(&out);
}

/* Runs prove over the text; its last lines say how it took it. */
static int prove(const struct buffer *tap, char *said, size_t size)
{
    struct error error = {0};
    char *dir = file_make_temp("report-test", &error);
    CHECK(dir != NULL);
    char *path = file_join(dir, "results.tap");
    CHECK(file_write(path, buffer_bytes(tap), &error));
    char *command =
        mem_printf("prove -v --norc --nocolor -e cat '%s' 2>&1", path);
    FILE *pipe = popen(command, "r");
    size_t len = fread(said, 1, size - 1, pipe);
    said[len] = 0;
    int status = pclose(pipe);
    file_remove_tree(dir);
    free(command);
    free(path);
    free(dir);
    return status;
}

TEST(prove_reads_the_tap)
{
    if (system("prove --version >/dev/null 2>&1") != 0)
        test_skip("prove is not installed");
    static char said[1 << 20];
    struct buffer out = print(report_tap);
    CHECK(prove(&out, said, sizeof said) != 0);
    CHECK(strstr(said, "Tests: 9 Failed: 5)") != NULL);
    CHECK(strstr(said, "Parse errors") == NULL);
    buffer_free(&out);
}

TEST(prove_reads_a_run_that_passed)
{
    if (system("prove --version >/dev/null 2>&1") != 0)
        test_skip("prove is not installed");
    static char said[1 << 16];
    struct buffer out = {0};
    struct record_run *run = sample_run();
    sample_case(run, "a", VERDICT_PASSED);
    sample_case(run, "b", VERDICT_UNSUPPORTED);
    sample_case(run, "c", VERDICT_NOTE);
    report_tap(&run, 1, &out);
    CHECK_INT(prove(&out, said, sizeof said), 0);
    CHECK(strstr(said, "Result: PASS") != NULL);
    buffer_free(&out);
    record_run_free(run);
}

/* With the very reader of prove, and with a strict one of all YAML. */
TEST(the_details_of_the_tap_are_yaml)
{
    if (system("perl -MTAP::Parser -e1 >/dev/null 2>&1") != 0)
        test_skip("perl's TAP::Parser is not installed");
    struct error error = {0};
    struct buffer out = print(report_tap);
    char *dir = file_make_temp("report-test", &error);
    char *path = file_join(dir, "results.tap");
    CHECK(file_write(path, buffer_bytes(&out), &error));
    char *command = mem_printf(
        "perl -MTAP::Parser -e '"
        "local $/; open F, $ARGV[0]; my $p = TAP::Parser->new({tap => <F>});"
        "$/ = \"\\n\"; my %%n; while (my $r = $p->next) { $n{$r->type}++;"
        "if ($r->is_yaml) { my $d = $r->data; $n{keys} += "
        "defined $d->{verdict} && defined $d->{message}; } }"
        "print \"$n{test} $n{yaml} $n{keys} \", $n{unknown} || 0' '%s'",
        path);
    FILE *pipe = popen(command, "r");
    char said[256] = "";
    CHECK(fgets(said, sizeof said, pipe) != NULL);
    CHECK_INT(pclose(pipe), 0);
    CHECK_TEXT(said, "9 6 6 0");
    file_remove_tree(dir);
    free(command);
    free(path);
    free(dir);
    buffer_free(&out);
}

TEST(several_runs_make_a_matrix_and_interop_tags_another)
{
    struct record_run *runs[2] = {sample_full_run(), sample_full_run()};
    struct record_case *c = sample_case(runs[1], "i", VERDICT_PASSED);
    c->tags = "interop, sender:dino, receiver:gajim, transport:ibb, "
              "encryption:none";
    struct buffer out = {0};
    report_html(runs, 2, &out);
    CHECK_INT(count_of(&out, "id=\"matrix\""), 1);
    CHECK_INT(count_of(&out, "id=\"interop\""), 1);
    CHECK_INT(count_of(&out, "ibb, none"), 1);
    buffer_free(&out);
    record_run_free(runs[0]);
    record_run_free(runs[1]);
}

TEST(markdown_fits_a_screen_however_many_cases_failed)
{
    struct record_run *run = sample_run();
    for (int i = 0; i < 500; i++)
        sample_case(
            run, arena_printf(run->arena, "case-%d", i), VERDICT_FAILED);
    struct buffer out = {0};
    report_markdown(&run, 1, &out);
    CHECK(count_of(&out, "\n") < 60);
    CHECK_INT(count_of(&out, "and 460 more"), 1);
    buffer_free(&out);
    record_run_free(run);
}

TEST(a_report_of_500_long_cases_stays_below_5_megabytes)
{
    struct record_run *run = sample_run();
    char *data = arena_alloc(run->arena, 2001);
    memset(data, 'x', 2000);
    data[0] = '<';
    for (int i = 0; i < 500; i++) {
        struct record_case *c =
            sample_case(run, arena_printf(run->arena, "case-%d", i),
                i % 5 == 0 ? VERDICT_FAILED : VERDICT_PASSED);
        c->expected = c->received = data;
        for (int j = 0; j < 100; j++)
            vec_push(&c->events,
                ((struct record_event){j, EVENT_STANZA, "Romeo", "server",
                    "iq set session-initiate", data, NULL, 3, j == 50}));
        vec_push(&c->logs, ((struct record_log){"server", data}));
    }
    struct buffer out = {0};
    report_html(&run, 1, &out);
    CHECK(out.len < 5000000);
    buffer_free(&out);
    record_run_free(run);
}

TEST(every_arrow_that_links_finds_its_stanza)
{
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "long", VERDICT_PASSED);
    for (int j = 0; j < 300; j++)
        vec_push(&c->events,
            ((struct record_event){j, EVENT_STANZA, "Romeo", "server",
                "iq set x", "<iq type='set'/>", NULL, 3, false}));
    struct buffer out = {0};
    report_html(&run, 1, &out);
    int links = 0;
    for (const char *p = buffer_text(&out);
         (p = strstr(p, "<a href=\"#e0-0-")) != NULL; p++, links++) {
        char *id =
            mem_printf("<li id=\"%.*s\"", (int)strcspn(p + 10, "\""), p + 10);
        CHECK(strstr(buffer_text(&out), id) != NULL);
        free(id);
    }
    CHECK(links > 5);
    buffer_free(&out);
    record_run_free(run);
}

TEST(a_case_is_told_in_80_columns)
{
    struct record_run *run = sample_full_run();
    run->cases.items[0]->command = "jinglespec run --seed 7 --case x";
    struct buffer out = {0};
    report_case_text(run->cases.items[0], true, &out);
    for (const char *p = buffer_text(&out); *p != 0; p += strcspn(p, "\n") + 1)
        CHECK(strcspn(p, "\n") <= 80);
    buffer_free(&out);
    record_run_free(run);
}
