/* jinglespec record: a script of what happened. */
#include "base/file.h"
#include "command/command.h"
#include "command/options.h"
#include "record/recorder.h"
#include "record/results.h"
#include "schema/log_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOG_LIMIT = 256 << 20 };

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec record [OPTION...] LOG > new.scs\n"
        "       jinglespec record [OPTION...] RESULTS.json CASE > new.scs\n"
        "Turns a log (anything 'jinglespec lint' reads) or a case of a results "
        "file into a\nscript that runs: the subject's peers become puppets "
        "that do what they did then;\nids, addresses, times and files are "
        "generalised.\n\n"
        "      --subject WHO   whose client to test: a JID, or its name in the "
        "log\n                      (default: the client that wrote the log)\n"
        "      --id ID         of the new case (default: recorded)\n"
        "  -o, --output FILE   where to; - is standard output (default)\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static void on_item(void *owner, const struct log_item *item)
{
    struct recorder *recorder = owner;
    if (item->kind != LOG_STANZA || item->direction == LOG_UNKNOWN)
        return;
    const char *who = *item->session != 0 ? item->session : item->actor;
    recorder_stanza(recorder, who, item->direction == LOG_FROM_CLIENT,
        item->text, item->header);
}

static bool read_log(
    struct recorder *recorder, const char *path, struct error *error)
{
    struct buffer text = {0};
    bool ok = file_read(path, LOG_LIMIT, &text, error);
    if (ok) {
        struct log_reader *reader = log_reader_new(0, on_item, recorder);
        log_reader_feed(reader, text.data, text.len);
        log_reader_end(reader);
        log_reader_free(reader);
    }
    buffer_free(&text);
    return ok;
}

struct job {
    const char *source, *case_id, *subject, *id, *output;
};

static bool print_script(
    struct recorder *recorder, const struct job *job, struct error *error)
{
    struct buffer out = {0};
    const char *slash = strrchr(job->source, '/');
    char *title =
        mem_printf("Recorded from %s%s%s", slash ? slash + 1 : job->source,
            job->case_id ? " " : "", job->case_id ? job->case_id : "");
    if (job->subject != NULL)
        recorder_subject(recorder, job->subject);
    bool ok = recorder_print(recorder, title, job->id, &out, error) &&
              file_write(job->output, buffer_bytes(&out), error);
    free(title);
    buffer_free(&out);
    return ok;
}

/* The results must outlive the recorder. */
static bool record_case_of(
    struct recorder *recorder, const struct job *job, struct error *error)
{
    struct record_run *run = results_read(job->source, error);
    if (run == NULL)
        return false;
    const struct record_case *c = record_case_find(run, job->case_id);
    bool ok = c != NULL || error_set(error, "%s holds no case '%s'",
                               job->source, job->case_id);
    if (ok) {
        recorder_case(recorder, c);
        ok = print_script(recorder, job, error);
    }
    record_run_free(run);
    return ok;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {
        {"subject", required_argument, NULL, 's'},
        {"id", required_argument, NULL, 'i'},
        {"output", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct job job = {.id = "recorded", .output = "-"};
    int option;
    while ((option = option_next(argc, argv, "o:h", options, NULL)) != -1) {
        if (option == 'h')
            return usage(stdout);
        if (option == 's')
            job.subject = optarg;
        else if (option == 'i')
            job.id = optarg;
        else if (option == 'o')
            job.output = optarg;
        else
            return EXIT_UNABLE;
    }
    if (argc - optind < 1 || argc - optind > 2)
        return usage(stderr);
    job.source = argv[optind];
    job.case_id = argc - optind == 2 ? argv[optind + 1] : NULL;
    struct error error = {0};
    struct recorder *recorder = recorder_new();
    bool ok = job.case_id != NULL ? record_case_of(recorder, &job, &error)
                                  : read_log(recorder, job.source, &error) &&
                                        print_script(recorder, &job, &error);
    recorder_free(recorder);
    if (!ok)
        fprintf(stderr, "jinglespec record: %s\n", error.message);
    return ok ? EXIT_PASSED : EXIT_UNABLE;
}

const struct command command_record = {
    "record",
    "[OPTION...] LOG | RESULTS.json CASE",
    "make a script of a log or of a case",
    run,
};
