#include "command/again.h"

#include "base/test.h"
#include "report/sample_run.h"

#include <stdlib.h>

static const char *again(const struct buffer *options)
{
    static char text[512];
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "0047-seq", VERDICT_FAILED);
    again_set(run, c, "jinglespec", buffer_text(options), 7);
    strncpy(text, c->command, sizeof text - 1);
    record_run_free(run);
    return text;
}

TEST(what_chose_cases_is_left_out_and_the_subject_stays)
{
    struct buffer options = {0};
    again_add(&options, "jobs", "4");
    again_add(&options, "report", "out");
    again_add(&options, "mutant", "bad-seq");
    again_add(&options, "filter", "x");
    again_add(&options, "strict", NULL);
    CHECK_TEXT(again(&options),
        "jinglespec run --mutant bad-seq --strict --seed 7 --case 0047-seq");
    buffer_free(&options);
}

TEST(words_are_quoted_for_a_shell)
{
    struct buffer options = {0};
    again_add(&options, "target", "my client's $HOME");
    CHECK_TEXT(again(&options), "jinglespec run --target 'my client'\\''s "
                                "$HOME' --seed 7 --case 0047-seq");
    buffer_free(&options);
}

TEST(a_value_that_looks_like_an_option_stays_one_word)
{
    struct buffer options = {0};
    again_add(&options, "target", "-x");
    CHECK_TEXT(
        again(&options), "jinglespec run --target=-x --seed 7 --case 0047-seq");
    buffer_free(&options);
}
