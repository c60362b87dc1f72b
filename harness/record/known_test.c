#include "record/known.h"

#include "base/test.h"
#include "report/sample_run.h"

static struct known *parse(const char *text)
{
    struct error error = {0};
    struct known *known = known_new();
    known_parse(known, bytes_text(text), "k.tsv", &error);
    CHECK_TEXT(error.message, "");
    return known;
}

/* Applies rows to a run of one case. */
static struct record_run *apply(
    const char *rows, enum verdict verdict, bool complete)
{
    struct known *known = parse(rows);
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "0261-seq", verdict);
    vec_push(&c->findings, ((struct record_finding){"schema:urn:x:order",
                               "a before b", VERDICT_FAILED}));
    sample_case(run, "other", VERDICT_PASSED);
    known_apply(known, run, complete);
    known_free(known);
    return run;
}

#define ROW "0261-*\tfailed\tseq is 7\twe count from 7\thttps://x/1\n"

TEST(a_case_that_fails_as_its_row_says_is_ok)
{
    struct record_run *run = apply("# head\n\n" ROW, VERDICT_FAILED, true);
    CHECK_TEXT(run->cases.items[0]->known, "we count from 7, https://x/1");
    CHECK_INT(record_exit_code(run), 0);
    record_run_free(run);
}

TEST(an_unexpected_pass_fails)
{
    struct record_run *run = apply(ROW, VERDICT_PASSED, true);
    CHECK(run->cases.items[0]->unexpected_pass);
    CHECK_INT(record_exit_code(run), 1);
    record_run_free(run);
}

TEST(a_row_with_another_message_or_verdict_fails)
{
    struct record_run *run =
        apply("0261-seq\tfailed\tno such\twhy\t-\n", VERDICT_FAILED, true);
    CHECK(run->cases.items[0]->known == NULL);
    CHECK_INT(run->problems.count, 1);
    record_run_free(run);
    run = apply(ROW, VERDICT_WARNING, true);
    CHECK_INT(record_exit_code(run), 1);
    record_run_free(run);
}

TEST(what_fails_only_sometimes_is_ok_either_way)
{
    const char *row = "0261-seq\tfailed,passed\tseq is 7\twhy\t-\n";
    struct record_run *run = apply(row, VERDICT_FAILED, true);
    CHECK_TEXT(run->cases.items[0]->known, "why");
    CHECK_INT(record_exit_code(run), 0);
    record_run_free(run);
    run = apply(row, VERDICT_PASSED, true);
    CHECK(run->cases.items[0]->known == NULL);
    CHECK(!run->cases.items[0]->unexpected_pass);
    CHECK_INT(record_exit_code(run), 0);
    record_run_free(run);
    run = apply(row, VERDICT_INCONCLUSIVE, true);
    CHECK_INT(record_exit_code(run), 1);
    record_run_free(run);
    run =
        apply("schema:urn:y:*\tpassed,failed\t-\twhy\n", VERDICT_PASSED, true);
    CHECK_INT(run->problems.count, 0);
    record_run_free(run);
}

TEST(a_case_with_nothing_but_known_findings_is_passed)
{
    struct record_run *run =
        apply("schema:urn:x:*\tfailed\t-\twhy\n", VERDICT_FAILED, true);
    CHECK_INT(run->cases.items[0]->verdict, VERDICT_PASSED);
    record_run_free(run);
}

TEST(a_finding_row_that_met_nothing_is_stale_after_a_complete_run)
{
    const char *row = "schema:urn:y:*\tfailed\t-\twhy\n";
    struct record_run *run = apply(row, VERDICT_PASSED, true);
    CHECK_INT(run->problems.count, 1);
    record_run_free(run);
    run = apply(row, VERDICT_PASSED, false);
    CHECK_INT(run->problems.count, 0);
    record_run_free(run);
}

TEST(one_known_finding_does_not_hide_another)
{
    struct known *known = parse("schema:urn:x:*\tfailed\t-\twhy\n");
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "a", VERDICT_FAILED);
    vec_push(&c->findings,
        ((struct record_finding){"schema:urn:x:a", "m", VERDICT_FAILED}));
    vec_push(
        &c->findings, ((struct record_finding){"a:seq", "m", VERDICT_FAILED}));
    known_apply(known, run, true);
    CHECK(c->known == NULL);
    known_free(known);
    record_run_free(run);
}

TEST(an_unknown_case_is_named)
{
    struct error error = {0};
    static const char *const ids[] = {"0261-seq", "0047-ack"};
    struct known *known = parse(ROW "0261-seq size=1\terror\t-\tr\n"
                                    "0262-x\tfailed\t-\tr\n");
    CHECK(!known_check(known, ids, 2, &error));
    CHECK_TEXT(error.message, "k.tsv:3: there is no case '0262-x'");
    known_free(known);
}

TEST(malformed_rows_are_refused_with_their_line)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"a\tfailed\t-\n",
            "k.tsv:1: a row is PATTERN, VERDICT, MESSAGE or -, REASON, LINK "
            "or -, separated by tabs"},
        {"\na\tbroken\t-\tr\n",
            "k.tsv:2: 'broken' is no verdict (failed, warning, inconclusive, "
            "error ...)"},
        {"a\tpassed\t-\tr\n", "k.tsv:1: a case that passes is no known issue"},
        {"a\tfailed\t-\tr\tl\tx\n", "k.tsv:1: more than five columns"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error error = {0};
        struct known *known = known_new();
        CHECK(!known_parse(known, bytes_text(rows[i].text), "k.tsv", &error));
        known_free(known);
        CHECK_TEXT(error.message, rows[i].message);
    }
}

TEST(what_is_not_ok_is_written_as_rows_to_annotate)
{
    struct record_run *run = record_run_new();
    struct record_case *c = record_case_new(run);
    c->id = "0047-send";
    c->verdict = VERDICT_FAILED;
    c->message = "it\tdid not come";
    c->failed_line = 3;
    struct buffer out = {0};
    known_print(run, &out);
    CHECK_TEXT(buffer_text(&out), "0047-send\tfailed\tit\twhy?\t-\n");
    buffer_free(&out);
    record_run_free(run);
}

TEST(rows_of_several_files_explain_a_case_together)
{
    struct error error = {0};
    struct known *known = parse("schema:urn:x:*\tfailed\t-\twhy\n");
    CHECK(known_parse(known, bytes_text("schema:urn:y:*\tfailed\t-\twhy\n"),
        "l.tsv", &error));
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "0261-seq", VERDICT_FAILED);
    vec_push(&c->findings,
        ((struct record_finding){"schema:urn:x:a", "a", VERDICT_FAILED}));
    vec_push(&c->findings,
        ((struct record_finding){"schema:urn:y:b", "b", VERDICT_FAILED}));
    known_apply(known, run, true);
    CHECK_INT(c->verdict, VERDICT_PASSED);
    CHECK_INT(record_exit_code(run), 0);
    known_free(known);
    record_run_free(run);
}

TEST(a_case_that_failed_of_known_findings_alone_passes_unexpectedly)
{
    struct known *known = parse("schema:urn:x:*\tfailed\t-\twhy\n"
                                "0261-seq\tfailed\t-\tits steps\n");
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "0261-seq", VERDICT_FAILED);
    vec_push(&c->findings,
        ((struct record_finding){"schema:urn:x:a", "a", VERDICT_FAILED}));
    known_apply(known, run, true);
    CHECK(c->unexpected_pass);
    known_free(known);
    record_run_free(run);
}

TEST(the_message_tells_of_the_finding_that_is_not_known)
{
    struct known *known = parse("schema:urn:x:*\tfailed\t-\twhy\n");
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "0261-seq", VERDICT_FAILED);
    vec_push(&c->findings,
        ((struct record_finding){"schema:urn:x:a", "a", VERDICT_FAILED}));
    vec_push(&c->findings,
        ((struct record_finding){"schema:urn:y:b", "b", VERDICT_FAILED}));
    vec_push(&c->violations,
        ((struct record_violation){.by_subject = true,
            .stanza = -1,
            .xpath = "/iq",
            .rule = "b",
            .ns = "urn:y",
            .xep = "XEP-0261",
            .section = "2"}));
    known_apply(known, run, true);
    CHECK_INT(c->verdict, VERDICT_FAILED);
    CHECK_TEXT(c->message, "not valid against the schema of urn:y: b at /iq "
                           "(XEP-0261 s2)");
    known_free(known);
    record_run_free(run);
}

/* A case whose own step was warned of, and a stanza of which broke a MUST. */
static struct record_case *warned_and_failed(struct record_run *run)
{
    struct record_case *c = sample_case(run, "0261-seq", VERDICT_FAILED);
    c->failed_line = 7;
    vec_push(&c->findings,
        ((struct record_finding){"0261-seq:ack", "slow", VERDICT_WARNING}));
    vec_push(&c->findings,
        ((struct record_finding){"schema:urn:x:a", "a", VERDICT_FAILED}));
    return c;
}

TEST(known_findings_leave_the_warning_of_the_case)
{
    struct known *known = parse("schema:urn:x:*\tfailed\t-\twhy\n");
    struct record_run *run = sample_run();
    struct record_case *c = warned_and_failed(run);
    known_apply(known, run, true);
    CHECK_INT(c->verdict, VERDICT_WARNING);
    CHECK_TEXT(c->message, "slow");
    known_free(known);
    record_run_free(run);
}

TEST(a_row_of_the_case_fits_the_warning_that_is_left)
{
    struct known *known = parse("schema:urn:x:*\tfailed\t-\twhy\n"
                                "0261-seq\twarning\tslow\tby design\n");
    struct record_run *run = sample_run();
    struct record_case *c = warned_and_failed(run);
    known_apply(known, run, true);
    CHECK_TEXT(c->known, "by design");
    CHECK_INT(run->problems.count, 0);
    known_free(known);
    record_run_free(run);
}

TEST(a_warning_hides_no_unknown_finding)
{
    struct known *known = parse("other\tfailed\t-\twhy\n");
    struct record_run *run = sample_run();
    struct record_case *c = warned_and_failed(run);
    known_apply(known, run, false);
    CHECK_INT(c->verdict, VERDICT_FAILED);
    CHECK(c->known == NULL);
    known_free(known);
    record_run_free(run);
}
