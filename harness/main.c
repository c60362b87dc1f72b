/* The table of sub-commands, nothing else. */
#include "base/suggest.h"
#include "base/version.h"
#include "command/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

extern const struct command command_audit;
extern const struct command command_check;
extern const struct command command_diff;
extern const struct command command_merge;
extern const struct command command_interop;
extern const struct command command_jet;
extern const struct command command_lint;
extern const struct command command_list;
extern const struct command command_mutants;
extern const struct command command_record;
extern const struct command command_report;
extern const struct command command_run;
extern const struct command command_show;
extern const struct command command_requirements;

/* One line each, in the order of --help. */
static const struct command *const commands[] = {
    &command_audit,
    &command_run,
    &command_list,
    &command_check,
    &command_mutants,
    &command_requirements,
    &command_show,
    &command_record,
    &command_report,
    &command_diff,
    &command_merge,
    &command_lint,
    &command_interop,
    &command_jet,
    NULL,
};

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec COMMAND [OPTION...] [ARGUMENT...]\n"
        "Interoperability and conformance tests for XMPP clients that transfer "
        "files with Jingle.\n\nCommands:\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        fprintf(out, "  %-13s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(out,
        "\njinglespec COMMAND --help tells more. Exit codes: 0 all passed, "
        "1 something failed,\n2 could not run.\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return usage(stdout);
    if (strcmp(argv[1], "--version") == 0) {
        printf("jinglespec %s%s%s%s\n", JINGLESPEC_VERSION,
            *version_commit ? " (" : "", version_commit,
            *version_commit ? ")" : "");
        return EXIT_PASSED;
    }
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (strcmp(argv[1], commands[i]->name) == 0)
            return commands[i]->run(argc - 1, argv + 1);
    }
    struct suggest suggest = {.typed = argv[1]};
    for (size_t i = 0; commands[i] != NULL; i++)
        suggest_try(&suggest, commands[i]->name);
    fprintf(stderr, "jinglespec: there is no command '%s'", argv[1]);
    if (suggest.best != NULL)
        fprintf(stderr, "; did you mean '%s'?", suggest.best);
    fprintf(stderr, "%s jinglespec --help lists them\n",
        suggest.best != NULL ? "" : ";");
    return EXIT_UNABLE;
}
