#include "report/comparison.h"

#include "base/test.h"
#include "report/sample_run.h"

TEST(worse_comes_first_and_everything_is_counted)
{
    struct record_run *old = sample_run(), *now = sample_run();
    sample_case(old, "a", VERDICT_PASSED);
    sample_case(now, "a", VERDICT_FAILED);
    sample_case(old, "b", VERDICT_ERROR);
    sample_case(now, "b", VERDICT_PASSED);
    sample_case(old, "c", VERDICT_PASSED);
    sample_case(now, "d", VERDICT_NOTE);
    sample_case(old, "e", VERDICT_FAILED)->message = "one";
    sample_case(now, "e", VERDICT_FAILED)->message = "two";
    sample_case(old, "f", VERDICT_PASSED);
    sample_case(now, "f", VERDICT_PASSED);
    struct buffer out = {0};
    struct comparison comparison = comparison_print(old, now, &out);
    CHECK_TEXT(buffer_text(&out),
        "worse      a: passed -> failed: the seq is 7, not 1\n"
        "better     b: error -> passed\n"
        "otherwise  e: failed -> failed: two\n"
        "new        d: note: the seq is 7, not 1\n"
        "gone       c: passed\n"
        "1 worse, 1 better, 1 otherwise, 1 new, 1 gone, 1 unchanged\n");
    CHECK_INT(comparison.counts[CHANGE_WORSE], 1);
    buffer_free(&out);
    record_run_free(old);
    record_run_free(now);
}

TEST(a_feature_that_is_no_longer_there_is_worse)
{
    struct record_case a = {.verdict = VERDICT_PASSED};
    struct record_case b = {.verdict = VERDICT_UNSUPPORTED};
    CHECK_INT(comparison_of(&a, &b), CHANGE_WORSE);
}
