/* jinglespec list: the cases, one a line; jinglespec mutants: the faults. */
#include "command/command.h"
#include "command/suite.h"
#include "subject/mutants.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static int usage(FILE *out)
{
    fprintf(out, "Usage: jinglespec list [--ids] [-t TAG] [PATTERN...]\n"
                 "Lists cases: id, level, title.\n\n"
                 "      --ids       ids alone\n"
                 "  -t, --tag TAG   only cases with this tag; !TAG: without\n"
                 "      --slow      cases tagged slow too\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static int list(int argc, char **argv)
{
    static const struct option options[] = {
        {"ids", no_argument, NULL, 'i'},
        {"tag", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct suite_choice choice = {0};
    bool ids = false;
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, "t:h", options, NULL)) != -1) {
        if (option == 'h' || option == '?') {
            suite_choice_free(&choice);
            return usage(option == 'h' ? stdout : stderr);
        }
        if (option == 'i')
            ids = true;
        else
            vec_push(&choice.tags, optarg);
    }
    for (; optind < argc; optind++)
        vec_push(&choice.patterns, argv[optind]);
    struct suite suite = {0};
    int code = EXIT_UNABLE;
    if (suite_load(&suite, command_home(), NULL, 0)) {
        size_t shown = 0;
        for (size_t i = 0; i < suite.scripts.items.count; i++) {
            const struct script *script = suite.scripts.items.items[i];
            if (!suite_chosen(&choice, script))
                continue;
            const char *level = script_tag(script, "level");
            shown++;
            if (ids)
                printf("%s\n", script->id);
            else
                printf("%-40s %-10s %s\n", script->id,
                    level != NULL ? level : "must", script->title);
        }
        code = shown > 0 ? EXIT_PASSED : EXIT_UNABLE;
        if (shown == 0)
            fprintf(stderr, "jinglespec list: no case is chosen\n");
    }
    suite_free(&suite);
    suite_choice_free(&choice);
    return code;
}

static int list_mutants(int argc, char **argv)
{
    if (argc > 1) {
        bool help = strcmp(argv[1], "--help") == 0;
        fprintf(help ? stdout : stderr,
            "Usage: jinglespec mutants\nLists the faults that --mutant seeds: "
            "name, the case that must catch it, what it breaks.\n");
        return help ? EXIT_PASSED : EXIT_UNABLE;
    }
    for (unsigned i = 0; i < mutant_count; i++)
        printf("%-32s %-36s %s\n", fault_rows[mutants[i].fault].name,
            mutants[i].caught_by, fault_rows[mutants[i].fault].breaks);
    return EXIT_PASSED;
}

const struct command command_list = {
    "list", "[OPTION...] [PATTERN...]", "list the cases", list};
const struct command command_mutants = {
    "mutants", "", "list the seeded faults", list_mutants};
