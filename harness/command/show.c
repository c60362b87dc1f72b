/* jinglespec show: one case of a results file in the terminal. */
#include "base/bytes.h"
#include "base/utf8.h"
#include "command/command.h"
#include "command/options.h"
#include "record/results.h"
#include "report/report.h"

#include <stdio.h>

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec show [--all] RESULTS.json [CASE]\n"
        "Prints a case with its script and its ladder diagram; without CASE, "
        "one line per case.\n\n"
        "  -a, --all   leave nothing out of the ladder: logins, presence, "
        "pings\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static void print_list(const struct record_run *run, struct buffer *out)
{
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *c = run->cases.items[i];
        buffer_printf(out, "%-12s ", verdict_name(c->verdict));
        report_case_name(c, out);
        if (c->message != NULL && c->verdict != VERDICT_PASSED) {
            buffer_add_text(out, ": ");
            utf8_add_line(out, c->message, 200);
        }
        buffer_add_text(out, "\n");
    }
    report_counts(run, out);
    buffer_add_text(out, "\n");
}

static int show(
    const struct record_run *run, const char *path, const char *id, bool all)
{
    struct buffer out = {0};
    int code = EXIT_PASSED;
    const struct record_case *c = id ? record_case_find(run, id) : NULL;
    if (id == NULL) {
        print_list(run, &out);
    } else if (c == NULL) {
        fprintf(stderr,
            "jinglespec show: %s holds no case '%s'; 'jinglespec show %s' "
            "lists them\n",
            path, id, path);
        code = EXIT_UNABLE;
    } else {
        report_case_text(c, all, &out);
    }
    fwrite(buffer_text(&out), 1, out.len, stdout);
    buffer_free(&out);
    return code;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {
        {"all", no_argument, NULL, 'a'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    bool all = false;
    int option;
    while ((option = option_next(argc, argv, "ah", options, NULL)) != -1) {
        if (option == 'h')
            return usage(stdout);
        if (option != 'a')
            return EXIT_UNABLE;
        all = true;
    }
    int count = argc - optind;
    if (count < 1 || count > 2)
        return usage(stderr);
    const char *path = argv[optind], *id = count == 2 ? argv[optind + 1] : NULL;
    struct error error = {0};
    struct record_run *results = results_read(path, &error);
    if (results == NULL) {
        fprintf(stderr, "jinglespec show: %s\n", error.message);
        return EXIT_UNABLE;
    }
    int code = show(results, path, id, all);
    record_run_free(results);
    return code;
}

const struct command command_show = {
    "show",
    "[--all] RESULTS.json [CASE]",
    "print a case with its ladder diagram",
    run,
};
