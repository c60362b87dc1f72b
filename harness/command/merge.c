/* jinglespec merge: the results of shards of one run become one. */
#include "command/command.h"
#include "command/options.h"
#include "record/results.h"

#include <stdio.h>

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec merge [-o OUT.json] RESULTS.json...\n"
        "Makes one results file of several that hold different cases of the "
        "same subject and\nserver (the shards of a CI). Different subjects "
        "are compared by 'jinglespec report'.\n\n"
        "  -o, --output FILE   where to; - is standard output (default)\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static bool merge_files(
    struct record_run *all, char **paths, int count, struct error *error)
{
    for (int i = 0; i < count; i++) {
        struct record_run *one = results_read(paths[i], error);
        if (one == NULL)
            return false;
        if (!record_merge(all, one, error)) {
            record_run_free(one);
            return error_prefix(error, "%s: ", paths[i]);
        }
    }
    record_sort(all);
    return true;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char *output = "-";
    int option;
    while ((option = option_next(argc, argv, "o:h", options, NULL)) != -1) {
        if (option == 'h')
            return usage(stdout);
        if (option != 'o')
            return EXIT_UNABLE;
        output = optarg;
    }
    if (optind == argc)
        return usage(stderr);
    struct error error = {0};
    struct record_run *all = record_run_new();
    bool ok = merge_files(all, argv + optind, argc - optind, &error) &&
              results_write(all, output, &error);
    if (!ok)
        fprintf(stderr, "jinglespec merge: %s\n", error.message);
    record_run_free(all);
    return ok ? EXIT_PASSED : EXIT_UNABLE;
}

const struct command command_merge = {
    "merge",
    "[-o OUT.json] RESULTS.json...",
    "make one results file of several shards",
    run,
};
