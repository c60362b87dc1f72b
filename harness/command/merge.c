/* jinglespec merge: the results of shards of one run become one. */
#include "base/vec.h"
#include "command/command.h"
#include "command/options.h"
#include "record/results.h"

#include <stdio.h>

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec merge [-o OUT.json] [--partial] RESULTS.json...\n"
        "Makes one results file of several that hold different cases of the "
        "same subject and\nserver (the shards of a CI). Different subjects "
        "are compared by 'jinglespec report'.\n\n"
        "  -o, --output FILE   where to; - is standard output (default)\n"
        "      --partial       although a shard is missing\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

/* The parts of one run that are there. Zero is a valid start. */
struct shards {
    int total;               /* 0: no file is a part */
    VEC(const char *) paths; /* by number; NULL: not yet seen */
};

static bool take_shard(struct shards *shards, const char *path,
    const char *shard, struct error *error)
{
    enum { MOST = 10000 };
    int part = 0, total = 0;
    if (shard == NULL)
        return true;
    if (sscanf(shard, "%d/%d", &part, &total) != 2 || part < 1 ||
        part > total || total > MOST)
        return error_set(error, "'%.40s' is not a shard K/N", shard);
    if (shards->total == 0) {
        shards->total = total;
        for (int i = 0; i < total; i++)
            vec_push(&shards->paths, NULL);
    }
    if (total != shards->total)
        return error_set(error,
            "it is shard %s, and the files before are shards of %d", shard,
            shards->total);
    const char **seen = &shards->paths.items[part - 1];
    if (*seen != NULL)
        return error_set(
            error, "it is shard %s, as %s was already", shard, *seen);
    *seen = path;
    return true;
}

static bool all_are_there(const struct shards *shards, struct error *error)
{
    for (int i = 0; i < shards->total; i++) {
        if (shards->paths.items[i] == NULL)
            return error_set(error,
                "shard %d/%d is missing; --partial merges the others", i + 1,
                shards->total);
    }
    return true;
}

static bool merge_files(struct record_run *all, struct shards *shards,
    char **paths, int count, struct error *error)
{
    for (int i = 0; i < count; i++) {
        struct record_run *one = results_read(paths[i], error);
        if (one == NULL)
            return false;
        if (!take_shard(shards, paths[i], one->shard, error) ||
            !record_merge(all, one, error)) {
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
        {"partial", no_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char *output = "-";
    bool partial = false;
    int option;
    while ((option = option_next(argc, argv, "o:h", options, NULL)) != -1) {
        if (option == 'h')
            return usage(stdout);
        if (option == 'o')
            output = optarg;
        else if (option == 'p')
            partial = true;
        else
            return EXIT_UNABLE;
    }
    if (optind == argc)
        return usage(stderr);
    struct error error = {0};
    struct record_run *all = record_run_new();
    struct shards shards = {0};
    bool ok = merge_files(all, &shards, argv + optind, argc - optind, &error) &&
              (partial || all_are_there(&shards, &error)) &&
              results_write(all, output, &error);
    if (!ok)
        fprintf(stderr, "jinglespec merge: %s\n", error.message);
    vec_free(&shards.paths);
    record_run_free(all);
    return ok ? EXIT_PASSED : EXIT_UNABLE;
}

const struct command command_merge = {
    "merge",
    "[-o OUT.json] [--partial] RESULTS.json...",
    "make one results file of several shards",
    run,
};
