/* jinglespec mutants: every seeded fault must be caught by the case that is
 * meant for it, for that case's own requirement. */
#include "subject/mutants.h"

#include "base/file.h"
#include "base/random.h"
#include "command/command.h"
#include "command/suite.h"
#include "command/workers.h"

#include <getopt.h>
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
        "  -a, --all         against all cases, and print the matrix\n"
        "  -s, --sample N    only N of them, chosen by --seed\n"
        "      --seed TEXT   what the sample depends on\n"
        "  -j, --jobs N      worker processes (default 1)\n"
        "      --names       names alone\n"
        "      --time-factor X  stretch all deadlines\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

struct hunt {
    struct suite suite;
    struct venue_options venue;
    VEC(const struct mutant *) chosen;
    bool run, all, names;
    long sample;
    const char *seed;
    int processes;
    VEC(int) catches; /* by script: how many mutants it caught */
};

static bool carries_failure(
    const struct script_steps *steps, const struct record_case *c)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        const struct script_step *step = &steps->list.items[i];
        if (step->carries && step->line == c->failed_line)
            return true;
        for (size_t b = 0; b < step->branches.count; b++) {
            if (carries_failure(step->branches.items[b], c))
                return true;
        }
    }
    return false;
}

/* A failure counts at a step that carries the requirement, or by a schema
 * violation of the subject; never the harness's own fault. */
static bool caught(const struct script *script, const struct record_case *c)
{
    bool broken = c->verdict == VERDICT_FAILED ||
                  c->verdict == VERDICT_WARNING || c->verdict == VERDICT_NOTE;
    return broken &&
           (c->failed_line == 0 || carries_failure(&script->steps, c));
}

static bool meant_for(const struct script *script, const char *base)
{
    return strcmp(script->base_id, base) == 0 || strcmp(script->id, base) == 0;
}

/* How one mutant fared: by the case meant for it, by others. */
struct score {
    bool meant, exists;
    int others;
    const char *why; /* what the meant case said instead */
};

static bool run_mutant(struct hunt *hunt, const struct mutant *mutant,
    struct score *score, struct arena *arena, struct error *error)
{
    VEC(struct script *) scripts = {0};
    for (size_t i = 0; i < hunt->suite.scripts.items.count; i++) {
        struct script *script = hunt->suite.scripts.items.items[i];
        bool meant = meant_for(script, mutant->caught_by);
        score->exists |= meant;
        bool wanted = hunt->all && !script_has_tag(script, "slow") &&
                      !script_has_tag(script, "selftest");
        if (meant || wanted)
            vec_push(&scripts, script);
    }
    if (!score->exists) {
        vec_free(&scripts);
        return true;
    }
    struct record_run *run = record_run_new();
    run->subject = "builtin";
    hunt->venue.subject.fault = mutant->fault;
    struct workers workers = {&hunt->venue, scripts.items, scripts.count,
        hunt->processes, run, NULL, NULL, NULL};
    bool ok = workers_run(&workers, error);
    for (size_t i = 0; i < scripts.count; i++) {
        const struct script *script = scripts.items[i];
        const struct record_case *c = record_case_find(run, script->id);
        bool found = c != NULL && caught(script, c);
        if (meant_for(script, mutant->caught_by)) {
            score->meant |= found;
            if (!found && c != NULL)
                score->why = arena_printf(arena, "%s: %s%s%s", c->id,
                    verdict_name(c->verdict), c->message != NULL ? ": " : "",
                    c->message != NULL ? c->message : "");
        } else {
            score->others += found;
        }
        for (size_t k = 0; found && k < hunt->suite.scripts.items.count; k++) {
            if (hunt->suite.scripts.items.items[k] == script)
                hunt->catches.items[k]++;
        }
    }
    record_run_free(run);
    vec_free(&scripts);
    return ok;
}

static int report_idle(const struct hunt *hunt)
{
    int idle = 0;
    for (size_t i = 0; i < hunt->suite.scripts.items.count; i++) {
        const struct script *script = hunt->suite.scripts.items.items[i];
        if (hunt->catches.items[i] > 0 || script_has_tag(script, "selftest") ||
            script_has_tag(script, "slow"))
            continue;
        /* One case of a list of values that catches is enough. */
        bool sibling = false;
        for (size_t k = 0; k < hunt->suite.scripts.items.count; k++)
            sibling |= hunt->catches.items[k] > 0 &&
                       strcmp(hunt->suite.scripts.items.items[k]->base_id,
                           script->base_id) == 0;
        if (sibling)
            continue;
        printf("idle      %s\n", script->id);
        idle++;
    }
    return idle;
}

static int hunt_all(struct hunt *hunt)
{
    struct error error = {{0}};
    struct arena *arena = arena_new();
    int survived = 0;
    for (size_t i = 0; i < hunt->suite.scripts.items.count; i++)
        vec_push(&hunt->catches, 0);
    bool ok = true;
    for (size_t i = 0; ok && i < hunt->chosen.count; i++) {
        const struct mutant *mutant = hunt->chosen.items[i];
        struct score score = {0};
        ok = run_mutant(hunt, mutant, &score, arena, &error);
        const char *name = fault_rows[mutant->fault].name;
        survived += !score.meant;
        printf("%-9s %-36s %-36s others %d%s%s\n",
            score.meant        ? "caught"
            : !score.exists    ? "no case"
            : score.others > 0 ? "by others"
                               : "SURVIVED",
            name, mutant->caught_by, score.others,
            score.meant || score.why == NULL ? "" : "\n          ",
            score.meant || score.why == NULL ? "" : score.why);
        fflush(stdout);
    }
    int idle = ok && hunt->all ? report_idle(hunt) : 0;
    if (ok)
        printf("# %zu mutants, %d not caught by the case meant for them%s",
            hunt->chosen.count, survived, hunt->all ? "" : "\n");
    else
        fprintf(stderr, "jinglespec mutants: %s\n", error.message);
    if (ok && hunt->all)
        printf(", %d idle cases\n", idle);
    arena_free(arena);
    vec_free(&hunt->catches);
    return !ok                        ? EXIT_UNABLE
           : survived > 0 || idle > 0 ? EXIT_FAILED
                                      : EXIT_PASSED;
}

/* The named ones, or a sample, or all. */
static bool choose(struct hunt *hunt, int argc, char **argv)
{
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
    struct random random = {random_seed(1, hunt->seed)};
    while (hunt->sample > 0 && hunt->chosen.count > (size_t)hunt->sample) {
        size_t at = random_next(&random) % hunt->chosen.count;
        vec_remove(&hunt->chosen, at);
    }
    return true;
}

static int list_chosen(const struct hunt *hunt)
{
    for (size_t i = 0; i < hunt->chosen.count; i++) {
        const struct mutant *mutant = hunt->chosen.items[i];
        const struct fault_row *row = &fault_rows[mutant->fault];
        if (hunt->names)
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
        code = hunt_all(hunt);
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
        {"sample", required_argument, NULL, 's'},
        {"seed", required_argument, NULL, 'S'},
        {"jobs", required_argument, NULL, 'j'},
        {"names", no_argument, NULL, 'n'},
        {"time-factor", required_argument, NULL, 'T'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct hunt hunt = {.processes = 1, .seed = ""};
    hunt.venue.time_factor = 1;
    hunt.venue.home = command_home();
    hunt.venue.seed = 1;
    const char *factor = getenv("JINGLESPEC_TIME_FACTOR");
    if (factor != NULL && atof(factor) > 0)
        hunt.venue.time_factor = atof(factor);
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, "ras:j:h", options, NULL)) != -1) {
        switch (option) {
        case 'r':
            hunt.run = true;
            break;
        case 'a':
            hunt.run = hunt.all = true;
            break;
        case 's':
            hunt.sample = atol(optarg);
            break;
        case 'S':
            hunt.seed = optarg;
            break;
        case 'j':
            hunt.processes = atoi(optarg) > 0 ? atoi(optarg) : 1;
            break;
        case 'n':
            hunt.names = true;
            break;
        case 'T':
            hunt.venue.time_factor = atof(optarg) > 0 ? atof(optarg) : 1;
            break;
        default:
            return usage(option == 'h' ? stdout : stderr);
        }
    }
    int code = EXIT_UNABLE;
    if (choose(&hunt, argc - optind, argv + optind))
        code = hunt.run ? run_chosen(&hunt) : list_chosen(&hunt);
    vec_free(&hunt.chosen);
    return code;
}

const struct command command_mutants = {
    "mutants", "[OPTION...] [NAME...]", "list or run the seeded faults", run};
