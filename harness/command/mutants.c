/* jinglespec mutants: every seeded fault must be caught by the case that is
 * meant for it, for that case's own requirement. */
#include "command/hunt.h"

#include "base/file.h"
#include "base/random.h"
#include "command/command.h"
#include "command/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec mutants [OPTION...] [NAME...]\n"
        "Lists the faults that --mutant seeds: name, the case that must catch "
        "it, what it\nbreaks. With --run it runs them.\n\n"
        "  -r, --run         run each against the case meant for it\n"
        "  -a, --all         against all cases that could see it; print the "
        "matrix and\n"
        "                    the cases that catch nothing\n"
        "      --until-proved  with --all: a case that has caught something "
        "meets no other\n"
        "                    faults than those meant for it\n"
        "      --minutes N   with --all: let no further pair begin after N "
        "minutes\n"
        "      --slow        also the cases tagged slow, with the faults meant "
        "for them\n"
        "      --matrix FILE every pair that ran: mutant, case, what came of "
        "it\n"
        "  -s, --sample N    only N of them, chosen by --seed\n"
        "      --seed TEXT   what the sample depends on\n"
        "  -j, --jobs N      worker processes (default 1)\n"
        "      --names       names alone\n"
        "      --time-factor X  stretch all deadlines\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

struct options {
    struct hunt hunt;
    bool run, names;
    long sample;
    const char *seed;
};

/* The named ones, or a sample, or all. */
static bool choose(struct options *options, int argc, char **argv)
{
    struct hunt *hunt = &options->hunt;
    for (int i = 0; i < argc; i++) {
        bool found = false;
        for (unsigned k = 0; k < mutant_count; k++) {
            if (strcmp(fault_rows[mutants[k].fault].name, argv[i]) == 0) {
                vec_push(&hunt->chosen, &mutants[k]);
                found = true;
            }
        }
        if (!found) {
            fprintf(stderr, "jinglespec mutants: there is no mutant '%s'\n",
                argv[i]);
            return false;
        }
    }
    for (unsigned k = 0; argc == 0 && k < mutant_count; k++)
        vec_push(&hunt->chosen, &mutants[k]);
    struct random random = {random_seed(1, options->seed)};
    while (
        options->sample > 0 && hunt->chosen.count > (size_t)options->sample) {
        size_t at = random_next(&random) % hunt->chosen.count;
        vec_remove(&hunt->chosen, at);
    }
    hunt->part = hunt->chosen.count < mutant_count;
    return true;
}

static int list_chosen(const struct options *options)
{
    const struct hunt *hunt = &options->hunt;
    for (size_t i = 0; i < hunt->chosen.count; i++) {
        const struct mutant *mutant = hunt->chosen.items[i];
        const struct fault_row *row = &fault_rows[mutant->fault];
        if (options->names)
            printf("%s\n", row->name);
        else
            printf(
                "%-36s %-36s %s\n", row->name, mutant->caught_by, row->breaks);
    }
    return EXIT_PASSED;
}

static int run_chosen(struct hunt *hunt)
{
    struct error error = {{0}};
    int code = EXIT_UNABLE;
    char *directory = file_make_temp("jinglespec", &error);
    hunt->venue.directory = directory;
    if (directory == NULL)
        fprintf(stderr, "jinglespec mutants: %s\n", error.message);
    else if (suite_load(&hunt->suite, command_home(), NULL, 0))
        code = hunt_run(hunt);
    suite_free(&hunt->suite);
    if (directory != NULL)
        file_remove_tree(directory);
    free(directory);
    return code;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {
        {"run", no_argument, NULL, 'r'},
        {"all", no_argument, NULL, 'a'},
        {"until-proved", no_argument, NULL, 'u'},
        {"minutes", required_argument, NULL, 'm'},
        {"slow", no_argument, NULL, 'L'},
        {"sample", required_argument, NULL, 's'},
        {"seed", required_argument, NULL, 'S'},
        {"jobs", required_argument, NULL, 'j'},
        {"names", no_argument, NULL, 'n'},
        {"matrix", required_argument, NULL, 'M'},
        {"time-factor", required_argument, NULL, 'T'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct options all = {.hunt.processes = 1, .seed = ""};
    struct hunt *hunt = &all.hunt;
    hunt->venue.time_factor = 1;
    hunt->venue.home = command_home();
    hunt->venue.seed = 1;
    const char *factor = getenv("JINGLESPEC_TIME_FACTOR");
    if (factor != NULL && atof(factor) > 0)
        hunt->venue.time_factor = atof(factor);
    double number = 0;
    int option;
    optind = 1;
    while ((option = option_next(argc, argv, "ras:j:h", options, NULL)) != -1) {
        switch (option) {
        case 'r':
            all.run = true;
            break;
        case 'a':
            all.run = hunt->all = true;
            break;
        case 'u':
            all.run = hunt->all = hunt->until_proved = true;
            break;
        case 'm':
            if (!option_number(argv[0], "--minutes", optarg, 0, 1e5, &number))
                return EXIT_UNABLE;
            hunt->limit_ms = (int64_t)(number * 60000);
            break;
        case 'L':
            hunt->slow = true;
            break;
        case 's':
            if (!option_number(argv[0], "--sample", optarg, 1, 1e6, &number))
                return EXIT_UNABLE;
            all.sample = (long)number;
            break;
        case 'S':
            all.seed = optarg;
            break;
        case 'j':
            if (!option_number(argv[0], "--jobs", optarg, 1, 256, &number))
                return EXIT_UNABLE;
            hunt->processes = (int)number;
            break;
        case 'M':
            hunt->matrix = optarg;
            break;
        case 'n':
            all.names = true;
            break;
        case 'T':
            if (!option_number(argv[0], "--time-factor", optarg, 0.1, 1000,
                    &hunt->venue.time_factor))
                return EXIT_UNABLE;
            break;
        default:
            return option == 'h' ? usage(stdout) : EXIT_UNABLE;
        }
    }
    int code = EXIT_UNABLE;
    if (choose(&all, argc - optind, argv + optind))
        code = all.run ? run_chosen(hunt) : list_chosen(&all);
    vec_free(&hunt->chosen);
    return code;
}

const struct command command_mutants = {
    "mutants", "[OPTION...] [NAME...]", "list or run the seeded faults", run};
