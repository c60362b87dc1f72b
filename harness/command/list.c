/* jinglespec list: the cases, one a line. */
#include "command/command.h"
#include "command/options.h"
#include "command/suite.h"
#include "jingle/variant.h"

#include <stdio.h>

static int usage(FILE *out)
{
    fprintf(out, "Usage: jinglespec list [--ids] [-t TAG] [PATTERN...]\n"
                 "Lists cases: id, level, title.\n\n"
                 "      --ids       ids alone\n"
                 "  -t, --tag TAG   only cases with this tag; !TAG: without\n"
                 "      --ctest     as tests for CMake, to be included by "
                 "ctest\n"
                 "      --variants  the legal variants of the builtin subject "
                 "instead\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

/* One test a case, with labels for its XEP; the file's variable JINGLESPEC is
 * the program. */
static void print_ctest(const struct script *script)
{
    printf("add_test(\"case.%s\" \"${JINGLESPEC}\" run --case \"%s\")\n",
        script->id, script->id);
    printf("set_tests_properties(\"case.%s\" PROPERTIES LABELS \"case;%.4s\" "
           "SKIP_RETURN_CODE 77 TIMEOUT 120)\n",
        script->id, script_has_tag(script, "selftest") ? "self" : script->id);
}

static int list(int argc, char **argv)
{
    static const struct option options[] = {
        {"ids", no_argument, NULL, 'i'},
        {"ctest", no_argument, NULL, 'c'},
        {"variants", no_argument, NULL, 'v'},
        {"tag", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct suite_choice choice = {0};
    bool ids = false, ctest = false, variants_only = false;
    int option;
    optind = 1;
    while ((option = option_next(argc, argv, "t:h", options, NULL)) != -1) {
        if (option == 'h' || option == '?') {
            suite_choice_free(&choice);
            return option == 'h' ? usage(stdout) : EXIT_UNABLE;
        }
        if (option == 'i')
            ids = true;
        else if (option == 'c')
            ctest = true;
        else if (option == 'v')
            variants_only = true;
        else
            vec_push(&choice.tags, optarg);
    }
    for (; optind < argc; optind++)
        vec_push(&choice.patterns, argv[optind]);
    if (variants_only) {
        for (unsigned i = 0; i < variant_count; i++)
            printf("%-24s %s\n", variants[i].name, variants[i].doc);
        suite_choice_free(&choice);
        return EXIT_PASSED;
    }
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
            if (ctest)
                print_ctest(script);
            else if (ids)
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

const struct command command_list = {
    "list", "[OPTION...] [PATTERN...]", "list the cases", list};
