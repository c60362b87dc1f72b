#include "command/again.h"

#include "base/test.h"
#include "report/sample_run.h"

#include <stdlib.h>

static const char *again(int argc, char *const *argv)
{
    static char text[512];
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "0047-seq", VERDICT_FAILED);
    char *options = again_options(argc, argv);
    again_set(run, options, 7);
    free(options);
    strncpy(text, c->command, sizeof text - 1);
    record_run_free(run);
    return text;
}

TEST(what_chose_cases_is_left_out_and_the_subject_stays)
{
    char *argv[] = {"run", "ibb", "-j4", "--report", "out", "--mutant",
        "bad-seq", "-f", "x", "--strict", "--shard=1/4"};
    CHECK_TEXT(again(11, argv),
        "jinglespec run --mutant bad-seq --strict --seed 7 --case 0047-seq");
}

TEST(words_are_quoted_for_a_shell)
{
    char *argv[] = {"run", "--target", "my client's $HOME"};
    CHECK_TEXT(again(3, argv), "jinglespec run --target 'my client'\\''s "
                               "$HOME' --seed 7 --case 0047-seq");
}
