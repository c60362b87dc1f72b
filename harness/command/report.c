/* jinglespec report: results in another form. */
#include "report/report.h"

#include "base/file.h"
#include "command/command.h"
#include "command/options.h"
#include "record/catalogue.h"
#include "record/results.h"
#include "record/shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec report [OPTION...] RESULTS.json...\n"
        "Prints results in another form. With several, html and markdown "
        "compare them.\n\n"
        "  -f, --format NAME   html (default), junit, tap, json, markdown\n"
        "  -o, --output FILE   where to; - is standard output (default)\n"
        "      --schema        print the JSON Schema of results.json\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static int complain(const struct error *error)
{
    fprintf(stderr, "jinglespec report: %s\n", error->message);
    return EXIT_UNABLE;
}

static int print_schema(void)
{
    struct buffer out = {0};
    shape_print_schema(&out);
    fwrite(out.data, 1, out.len, stdout);
    buffer_free(&out);
    return EXIT_PASSED;
}

static int print_runs(const struct report_format *format,
    struct record_run *const *runs, size_t count, const char *path)
{
    struct error error = {0};
    struct buffer out = {0};
    format->print(runs, count, &out);
    bool ok = file_write(path, buffer_bytes(&out), &error);
    buffer_free(&out);
    return ok ? EXIT_PASSED : complain(&error);
}

static int report_files(const struct report_format *format, char **paths,
    size_t count, const char *output)
{
    struct error error = {0};
    if (count > 1 && !format->several) {
        fprintf(stderr,
            "jinglespec report: --format %s takes one results file; "
            "'jinglespec merge' makes one of several\n",
            format->name);
        return EXIT_UNABLE;
    }
    struct record_run **runs = mem_alloc(count * sizeof *runs);
    size_t read = 0;
    while (read < count && (runs[read] = results_read(paths[read], &error)))
        read++;
    /* Results of a bare run know no catalogue; without one here the page of
     * coverage says so. */
    if (read == count && runs[0]->coverage.count == 0)
        record_attach_catalogue(runs[0], command_home(), NULL);
    int code = read == count ? print_runs(format, runs, count, output)
                             : complain(&error);
    for (size_t i = 0; i < read; i++)
        record_run_free(runs[i]);
    free(runs);
    return code;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {
        {"format", required_argument, NULL, 'f'},
        {"output", required_argument, NULL, 'o'},
        {"schema", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char *name = "html", *output = "-";
    int option;
    while ((option = option_next(argc, argv, "f:o:h", options, NULL)) != -1) {
        if (option == 's')
            return print_schema();
        if (option == 'h')
            return usage(stdout);
        if (option == 'f')
            name = optarg;
        else if (option == 'o')
            output = optarg;
        else
            return EXIT_UNABLE;
    }
    const struct report_format *format = report_format_find(name);
    if (format == NULL) {
        fprintf(stderr,
            "jinglespec report: there is no format '%s'; html, junit, tap, "
            "json and markdown are\n",
            name);
        return EXIT_UNABLE;
    }
    if (optind == argc)
        return usage(stderr);
    return report_files(format, argv + optind, (size_t)(argc - optind), output);
}

const struct command command_report = {
    "report",
    "[OPTION...] RESULTS.json...",
    "print results as HTML, JUnit, TAP, JSON or Markdown",
    run,
};
