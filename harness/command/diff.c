/* jinglespec diff: two results files, case by case. */
#include "base/bytes.h"
#include "command/command.h"
#include "record/results.h"
#include "report/comparison.h"

#include <stdio.h>
#include <string.h>

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec diff OLD.json NEW.json\n"
        "Says which cases got better and which got worse; exit code 1 when "
        "any got worse.\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static int compare(const struct record_run *old, const struct record_run *now)
{
    struct buffer out = {0};
    struct comparison comparison = comparison_print(old, now, &out);
    fwrite(out.data, 1, out.len, stdout);
    buffer_free(&out);
    return comparison.counts[CHANGE_WORSE] > 0 ? EXIT_FAILED : EXIT_PASSED;
}

static int run(int argc, char **argv)
{
    if (argc > 1 &&
        (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return usage(stdout);
    if (argc != 3)
        return usage(stderr);
    struct error error = {0};
    struct record_run *old = results_read(argv[1], &error);
    struct record_run *now = old ? results_read(argv[2], &error) : NULL;
    int code = EXIT_UNABLE;
    if (now == NULL)
        fprintf(stderr, "jinglespec diff: %s\n", error.message);
    else
        code = compare(old, now);
    record_run_free(old);
    record_run_free(now);
    return code;
}

const struct command command_diff = {
    "diff",
    "OLD.json NEW.json",
    "say what got better and what got worse",
    run,
};
