/* jinglespec lint: judges the stanzas in files. */
#include "base/file.h"
#include "base/memory.h"
#include "command/command.h"
#include "command/lint_published.h"
#include "command/lint_report.h"
#include "command/options.h"
#include "record/results.h"
#include "schema/log_lint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { chunk = 256 << 10 };

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec lint [OPTION...] FILE... | -\n"
        "Judges the stanzas in logs, transcripts and results.json by the "
        "corrected schemas\nand the table of rules. Reads raw streams, "
        "<transcript> files, and XML among other\ntext, as Gajim's and Psi's "
        "consoles, Dino --print-xmpp, Conversations and Prosody\nwrite it.\n\n"
        "      --as CLIENT      judge only what CLIENT sent: a JID, or any "
        "name for the\n                       client that wrote the log\n"
        "  -f, --format NAME    text (default), json, junit\n"
        "      --all            print every finding, not 10 of a kind\n"
        "      --strict         a broken SHOULD fails too\n"
        "      --published DIR  say beside it what the schemas printed in this "
        "checkout of\n                       the XEPs make of the stanza\n"
        "      --schemas DIR    other schemas than the suite's own\n\n"
        "Columns count characters; the lines of results.json are its events.\n"
        "Exit codes: 0 clean, 1 violations or broken XML, 2 could not read.\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static int complain(const char *message)
{
    fprintf(stderr, "jinglespec lint: %s\n", message);
    return EXIT_UNABLE;
}

struct output {
    struct lint_report report;
    struct lint_published *published; /* NULL: not asked for */
};

static void on_finding(void *owner, const struct lint_finding *finding)
{
    struct output *output = owner;
    output->report.published = NULL;
    if (output->published != NULL && finding->violation != NULL)
        output->report.published = lint_published_verdict(
            output->published, finding->violation->element);
    lint_report_finding(&output->report, finding);
}

static void on_stanza(void *owner, const struct log_item *item, xmlNode *stanza)
{
    struct output *output = owner;
    lint_published_flush(
        output->published, lint_report_by_published, &output->report);
    output->report.line = item->line;
    lint_published_judge(output->published, stanza);
}

/* As some shells write what they redirect. XMPP itself is UTF-8 alone. */
static bool is_utf16(const char *data, ssize_t len)
{
    return len >= 2 && (memcmp(data, "\xff\xfe", 2) == 0 ||
                           memcmp(data, "\xfe\xff", 2) == 0);
}

static bool lint_stream(
    struct lint *lint, const char *path, int fd, struct error *error)
{
    char *data = mem_alloc(chunk);
    ssize_t got = 0;
    bool begins = true;
    while ((got = read(fd, data, chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        if (begins && is_utf16(data, got)) {
            free(data);
            return error_set(error,
                "%s: is UTF-16; make it UTF-8 first, as with iconv -f UTF-16 "
                "-t UTF-8",
                path);
        }
        begins = false;
        lint_feed(lint, data, (size_t)got);
    }
    free(data);
    return got == 0 || error_set(error, "%s: %s", path, strerror(errno));
}

/* Our own record: each case is a log of its own. */
static void lint_case(struct lint *lint, const struct record_case *c)
{
    for (size_t i = 0; i < c->events.count; i++) {
        const struct record_event *event = &c->events.items[i];
        if (event->kind != EVENT_STANZA || event->data == NULL)
            continue;
        bool to_client =
            event->from != NULL && strcmp(event->from, "server") == 0;
        const char *client = to_client ? event->to : event->from;
        lint_item(
            lint, &(struct log_item){.kind = LOG_STANZA,
                      .text = bytes_text(event->data),
                      .line = i + 1,
                      .column = 1,
                      .direction = to_client ? LOG_TO_CLIENT : LOG_FROM_CLIENT,
                      .session = client == NULL ? "" : client,
                      .actor = client == NULL ? "" : client});
    }
}

static bool lint_results(
    struct lint *lint, const char *path, struct error *error)
{
    struct record_run *run = results_read(path, error);
    if (run == NULL)
        return false;
    for (size_t i = 0; i < run->cases.count; i++) {
        char *name = mem_printf("%s(%s)", path, run->cases.items[i]->id);
        lint_begin(lint, name);
        lint_case(lint, run->cases.items[i]);
        lint_end(lint);
        free(name);
    }
    record_run_free(run);
    return true;
}

static bool lint_file(struct lint *lint, const char *path, struct error *error)
{
    size_t len = strlen(path);
    if (len > 5 && strcmp(path + len - 5, ".json") == 0)
        return lint_results(lint, path, error);
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(error, "%s: %s", path, strerror(errno));
    const struct lint_counts before = *lint_counts(lint);
    lint_begin(lint, standard ? "-" : path);
    bool ok = lint_stream(lint, path, fd, error);
    lint_end(lint);
    if (!standard)
        close(fd);
    const struct lint_counts *after = lint_counts(lint);
    if (!ok || after->stanzas != before.stanzas ||
        after->broken != before.broken)
        return ok;
    return error_set(error,
        after->tags == before.tags
            ? "%s: holds no stanza"
            : "%s: shows no stanza whole: let the program log them so, with "
              "their namespaces (Prosody's mod_stanza_debug does)",
        path);
}

struct choice {
    const char *as, *format, *schemas, *published;
    bool all, strict;
};

static int lint_files(const struct choice *choice, char **paths, int count)
{
    struct error error = {0};
    struct output output = {
        .report = {.format = lint_format_find(choice->format),
            .out = stdout,
            .strict = choice->strict,
            .repeats_max = choice->all ? (size_t)-1 : 10}};
    if (output.report.format == NULL)
        return complain("the formats are text, json and junit");
    char *own = file_join(command_home(), "schemas");
    struct validator *validator = validator_new(
        choice->schemas == NULL ? own : choice->schemas, NULL, &error);
    free(own);
    if (validator == NULL)
        return complain(error.message);
    if (choice->published != NULL) {
        output.published = lint_published_new(choice->published, &error);
        if (output.published == NULL) {
            validator_free(validator);
            return complain(error.message);
        }
    }
    struct lint *lint = lint_new(validator, choice->as, on_finding,
        output.published == NULL ? NULL : on_stanza, &output);
    bool unread = false;
    lint_report_begin(&output.report);
    for (int i = 0; i < count; i++) {
        output.report.file = paths[i];
        if (!lint_file(lint, paths[i], &error)) {
            unread = true;
            complain(error.message);
        }
        if (output.published != NULL)
            lint_published_flush(
                output.published, lint_report_by_published, &output.report);
    }
    lint_report_end(&output.report, lint);
    const struct lint_counts *counts = lint_counts(lint);
    bool failed = counts->must > 0 || counts->broken > 0 ||
                  (choice->strict && counts->should > 0);
    lint_free(lint);
    lint_published_free(output.published);
    validator_free(validator);
    return unread ? EXIT_UNABLE : failed ? EXIT_FAILED : EXIT_PASSED;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {
        {"as", required_argument, NULL, 'a'},
        {"format", required_argument, NULL, 'f'},
        {"all", no_argument, NULL, 'A'},
        {"strict", no_argument, NULL, 's'},
        {"schemas", required_argument, NULL, 'd'},
        {"published", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct choice choice = {.format = "text"};
    int option;
    while ((option = option_next(argc, argv, "f:h", options, NULL)) != -1) {
        if (option == 'h')
            return usage(stdout);
        if (option == 'a')
            choice.as = optarg;
        else if (option == 'f')
            choice.format = optarg;
        else if (option == 'd')
            choice.schemas = optarg;
        else if (option == 'p')
            choice.published = optarg;
        else if (option == 'A')
            choice.all = true;
        else if (option == 's')
            choice.strict = true;
        else
            return EXIT_UNABLE;
    }
    if (optind == argc)
        return usage(stderr);
    return lint_files(&choice, argv + optind, argc - optind);
}

const struct command command_lint = {
    "lint",
    "[OPTION...] FILE... | -",
    "judge the stanzas in logs by the schemas",
    run,
};
