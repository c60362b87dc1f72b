#include "record/record.h"

#include "base/test.h"
#include "report/sample_run.h"

static int exit_code_of(enum verdict verdict, bool strict, bool inconclusive)
{
    struct record_run *run = sample_run();
    run->strict = strict;
    run->allow_inconclusive = inconclusive;
    sample_case(run, "a", VERDICT_PASSED);
    sample_case(run, "b", verdict);
    int code = record_exit_code(run);
    record_run_free(run);
    return code;
}

TEST(words_parse_back_and_unknown_words_do_not)
{
    enum verdict verdict;
    for (unsigned i = 0; i <= VERDICT_ERROR; i++) {
        CHECK(verdict_parse(verdict_name((enum verdict)i), &verdict));
        CHECK_INT(verdict, i);
    }
    CHECK(!verdict_parse("fine", &verdict));
}

TEST(failures_errors_and_inconclusive_cases_fail_a_run)
{
    CHECK_INT(exit_code_of(VERDICT_FAILED, false, false), 1);
    CHECK_INT(exit_code_of(VERDICT_ERROR, false, false), 1);
    CHECK_INT(exit_code_of(VERDICT_INCONCLUSIVE, false, false), 1);
    CHECK_INT(exit_code_of(VERDICT_INCONCLUSIVE, false, true), 0);
    CHECK_INT(exit_code_of(VERDICT_UNSUPPORTED, false, false), 0);
    CHECK_INT(exit_code_of(VERDICT_NOTE, true, false), 0);
}

TEST(a_warning_fails_a_strict_run_only)
{
    CHECK_INT(exit_code_of(VERDICT_WARNING, false, false), 0);
    CHECK_INT(exit_code_of(VERDICT_WARNING, true, false), 1);
}

TEST(a_run_that_decided_nothing_could_not_run)
{
    struct record_run *run = sample_run();
    CHECK_INT(record_exit_code(run), 2);
    sample_case(run, "a", VERDICT_UNSUPPORTED);
    sample_case(run, "b", VERDICT_ERROR);
    CHECK_INT(record_exit_code(run), 2);
    record_run_free(run);
}

TEST(a_problem_of_the_run_fails_it)
{
    struct record_run *run = sample_run();
    sample_case(run, "a", VERDICT_PASSED);
    vec_push(&run->problems, "stale");
    CHECK_INT(record_exit_code(run), 1);
    record_run_free(run);
}

TEST(merged_runs_hold_the_cases_of_both_in_order)
{
    struct record_run *a = record_run_new(), *b = sample_run();
    struct record_run *c = sample_run();
    sample_case(b, "z", VERDICT_PASSED);
    sample_case(c, "y", VERDICT_FAILED);
    CHECK(record_merge(a, b, NULL));
    CHECK(record_merge(a, c, NULL));
    record_sort(a);
    CHECK_INT(a->cases.count, 2);
    CHECK_TEXT(a->cases.items[0]->id, "y");
    CHECK_TEXT(a->subject, "builtin");
    record_run_free(a);
}

TEST(runs_that_do_not_belong_together_do_not_merge)
{
    struct error error = {0};
    struct record_run *a = sample_run(), *b = sample_run();
    sample_case(a, "x", VERDICT_PASSED);
    sample_case(b, "x", VERDICT_PASSED);
    CHECK(!record_merge(a, b, &error));
    CHECK_TEXT(error.message, "both results hold the case x");
    b->subject = "dino 0.4";
    CHECK(!record_merge(a, b, &error));
    CHECK(strstr(error.message, "dino 0.4 on prosody") != NULL);
    b->subject = a->subject;
    b->suite = "0.0.9";
    CHECK(!record_merge(a, b, &error));
    CHECK(strstr(error.message, "run all shards with one version") != NULL);
    record_run_free(a);
    record_run_free(b);
}

TEST(a_case_is_found_by_id_and_values)
{
    struct record_run *run = sample_run();
    sample_case(run, "a", VERDICT_PASSED)->values = "size=1";
    sample_case(run, "a", VERDICT_PASSED)->values = "size=2";
    CHECK(record_case_find(run, "a size=2") == run->cases.items[1]);
    CHECK(record_case_find(run, "a") == run->cases.items[0]);
    CHECK(record_case_find(run, "b") == NULL);
    record_run_free(run);
}
