/* jinglespec run: cases against a subject. */
#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "command/again.h"
#include "command/command.h"
#include "command/options.h"
#include "command/suite.h"
#include "command/workers.h"
#include "jingle/variant.h"
#include "record/catalogue.h"
#include "record/known.h"
#include "record/results.h"
#include "record/software.h"
#include "report/directory.h"
#include "report/report.h"
#include "xmpp/socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    struct suite_choice choice;
    VEC(const char *) files;
    VEC(const char *) known;
    VEC(struct subject_key) variant;
    struct venue_options venue;
    const char *format, *report, *write_known, *mutant;
    int processes;
    bool strict, allow_inconclusive, quiet, seed_given;
    char *line; /* the command line, for the record */
    char *variant_text;
    const char *variant_name;
    struct buffer again; /* what of it runs one case again */
};

struct progress {
    const struct options *options;
    struct record_run *run;
    struct script *const *scripts;
    size_t total, done, bad;
    bool tap, bar;
    const char *program; /* of again_set */
    const struct known *known;
};

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec run [OPTION...] [PATTERN...]\n"
        "Runs the cases whose id holds PATTERN (with * and ? it must fit "
        "whole).\n\n"
        "  -f, --filter PATTERN    the same as PATTERN\n"
        "      --case ID           exactly this case\n"
        "  -t, --tag TAG           only cases with this tag; !TAG: without\n"
        "      --file FILE         scripts from this file or folder instead "
        "of cases/\n"
        "      --subject NAME      the client under test: builtin (default), "
        "passive,\n"
        "                          exec, lines, manual\n"
        "      --target COMMAND    adapter of an external subject\n"
        "      --can LIST          what the subject can do, instead of what it "
        "says\n"
        "      --dropdir DIR       where a passive or manual subject stores "
        "files\n"
        "      --advertise ADDRESS where a subject on another machine finds "
        "us\n"
        "      --plain             no TLS for a client from outside\n"
        "      --mutant NAME       seed one fault into the builtin subject\n"
        "      --variant NAME      a legal but unusual builtin subject, or "
        "one\n"
        "                          setting as KEY=VALUE\n"
        "      --server NAME       prosody (default), ejabberd\n"
        "  -j, --jobs N            worker processes (default 1)\n"
        "      --report DIR        leave results.json and reports there\n"
        "      --format NAME       on standard output: tap (default), json, "
        "junit, markdown, none\n"
        "      --known FILE        known issues, several times; none: without\n"
        "                          the subject's own\n"
        "      --write-known FILE  write what is not ok there, to annotate\n"
        "      --strict            a broken SHOULD fails\n"
        "      --allow-inconclusive  inconclusive cases do not fail\n"
        "      --seed N            repeat the random choices of a run\n"
        "      --time-factor X     stretch all deadlines\n"
        "      --settle MS         wait after a fence (external subjects)\n"
        "      --shard K/N         only the K-th of N parts\n"
        "      --keep              keep the directories of all cases\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

enum {
    OPT_CASE = 256,
    OPT_FILE,
    OPT_SUBJECT,
    OPT_TARGET,
    OPT_CAN,
    OPT_DROPDIR,
    OPT_PLAIN,
    OPT_ADVERTISE,
    OPT_MUTANT,
    OPT_VARIANT,
    OPT_SERVER,
    OPT_REPORT,
    OPT_FORMAT,
    OPT_KNOWN,
    OPT_WRITE_KNOWN,
    OPT_STRICT,
    OPT_INCONCLUSIVE,
    OPT_SEED,
    OPT_FACTOR,
    OPT_SETTLE,
    OPT_SHARD,
    OPT_KEEP
};

static const struct option long_options[] = {
    {"filter", required_argument, NULL, 'f'},
    {"case", required_argument, NULL, OPT_CASE},
    {"tag", required_argument, NULL, 't'},
    {"file", required_argument, NULL, OPT_FILE},
    {"subject", required_argument, NULL, OPT_SUBJECT},
    {"target", required_argument, NULL, OPT_TARGET},
    {"can", required_argument, NULL, OPT_CAN},
    {"dropdir", required_argument, NULL, OPT_DROPDIR},
    {"advertise", required_argument, NULL, OPT_ADVERTISE},
    {"plain", no_argument, NULL, OPT_PLAIN},
    {"mutant", required_argument, NULL, OPT_MUTANT},
    {"variant", required_argument, NULL, OPT_VARIANT},
    {"server", required_argument, NULL, OPT_SERVER},
    {"jobs", required_argument, NULL, 'j'},
    {"report", required_argument, NULL, OPT_REPORT},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"write-known", required_argument, NULL, OPT_WRITE_KNOWN},
    {"known", required_argument, NULL, OPT_KNOWN},
    {"strict", no_argument, NULL, OPT_STRICT},
    {"allow-inconclusive", no_argument, NULL, OPT_INCONCLUSIVE},
    {"seed", required_argument, NULL, OPT_SEED},
    {"time-factor", required_argument, NULL, OPT_FACTOR},
    {"settle", required_argument, NULL, OPT_SETTLE},
    {"shard", required_argument, NULL, OPT_SHARD},
    {"keep", no_argument, NULL, OPT_KEEP},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool bad(const char *format, const char *value)
{
    fprintf(stderr, "jinglespec run: ");
    fprintf(stderr, format, value);
    fprintf(stderr, "\n");
    return false;
}

static const char *mutant_name(size_t i)
{
    return i + 1 < FAULT_COUNT ? fault_rows[i + 1].name : NULL;
}

static const char *subject_name(size_t i)
{
    return subject_drivers[i] != NULL ? subject_drivers[i]->name : NULL;
}

static const char *server_name(size_t i)
{
    return server_kinds()[i];
}

static const char *variant_name(size_t i)
{
    return i < variant_count ? variants[i].name : NULL;
}

static const char *format_name(size_t i)
{
    return i == 0 ? "none" : report_formats[i - 1].name;
}

static bool set_mutant(struct options *options, const char *name)
{
    options->mutant = name;
    options->venue.subject.fault = fault_find(name);
    return options->venue.subject.fault == FAULT_NONE ||
           option_word("run", "--mutant", name, mutant_name,
               "jinglespec mutants lists them");
}

static bool can_listen(const char *address)
{
    struct error error = {{0}};
    uint16_t port = 0;
    int fd = socket_listen(address, &port, &error);
    if (fd >= 0)
        close(fd);
    return fd >= 0 || bad("--advertise wants an address of this machine: %s",
                          error.message);
}

/* The settings of a named variant, "key: value" a line. */
static bool name_variant(struct options *options, const char *name)
{
    if (!option_word("run", "--variant", name, variant_name,
            "jinglespec list --variants lists them, and a setting is "
            "KEY=VALUE"))
        return false;
    const struct variant *variant = variant_find(name);
    char *line = mem_strdup(variant->settings);
    options->variant_text = line;
    options->variant_name = variant->name;
    while (*line != 0) {
        size_t len = strcspn(line, "\n"), colon = strcspn(line, ":");
        char *next = line + len + (line[len] == '\n');
        line[len] = 0;
        if (colon < len) {
            line[colon] = 0;
            struct subject_key key = {
                line, line + colon + 1 + strspn(line + colon + 1, " ")};
            vec_push(&options->variant, key);
        }
        line = next;
    }
    return true;
}

static bool set_variant(struct options *options, char *text)
{
    char *equal = strchr(text, '=');
    if (equal == NULL)
        return name_variant(options, text);
    *equal = 0;
    struct error error = {{0}};
    struct subject_key key = {text, equal + 1};
    if (!subject_key_check(key.name, key.value, &error))
        return bad("--variant: %s", error.message);
    vec_push(&options->variant, key);
    return true;
}

static bool set_shard(struct options *options, const char *text)
{
    struct suite_choice *choice = &options->choice;
    int used = 0;
    bool ok =
        sscanf(text, "%d/%d%n", &choice->shard, &choice->shards, &used) == 2 &&
        text[used] == 0 && choice->shard >= 1 &&
        choice->shard <= choice->shards;
    return ok || bad("--shard wants K/N with 1 <= K <= N, not '%s'", text);
}

static bool set_option(struct options *options, int option, char *value)
{
    double number = 0;
    switch (option) {
    case 'f':
        vec_push(&options->choice.patterns, value);
        return true;
    case 't':
        vec_push(&options->choice.tags, value);
        return true;
    case OPT_CASE:
        vec_push(&options->choice.cases, value);
        return true;
    case 'j':
        if (!option_number("run", "--jobs", value, 1, 256, &number))
            return false;
        options->processes = (int)number;
        return true;
    case OPT_FILE:
        vec_push(&options->files, value);
        return true;
    case OPT_SUBJECT:
        options->venue.subject.driver = value;
        return option_word("run", "--subject", value, subject_name,
            "ci/conformance --subject NAME runs the clients of "
            "fixtures/subjects/");
    case OPT_TARGET:
        options->venue.subject.target = value;
        return true;
    case OPT_CAN:
        options->venue.subject.capabilities = value;
        return true;
    case OPT_DROPDIR:
        options->venue.subject.dropdir = value;
        return true;
    case OPT_PLAIN:
        options->venue.plain = true;
        return true;
    case OPT_ADVERTISE:
        options->venue.advertise = value;
        return can_listen(value);
    case OPT_MUTANT:
        return set_mutant(options, value);
    case OPT_VARIANT:
        return set_variant(options, value);
    case OPT_SERVER:
        options->venue.server = value;
        return option_word("run", "--server", value, server_name, "");
    case OPT_REPORT:
        options->report = value;
        return true;
    case OPT_FORMAT:
        options->format = value;
        return option_word("run", "--format", value, format_name, "");
    case OPT_WRITE_KNOWN:
        options->write_known = value;
        return true;
    case OPT_KNOWN:
        vec_push(&options->known, value);
        return true;
    case OPT_STRICT:
        options->strict = true;
        return true;
    case OPT_INCONCLUSIVE:
        options->allow_inconclusive = true;
        return true;
    case OPT_SEED:
        options->seed_given = true;
        return option_seed("run", value, &options->venue.seed);
    case OPT_FACTOR:
        return option_number("run", "--time-factor", value, 0.1, 1000,
            &options->venue.time_factor);
    case OPT_SETTLE:
        if (!option_number("run", "--settle", value, 0, 600000, &number))
            return false;
        options->venue.settle_ms = (int64_t)number;
        return true;
    case OPT_SHARD:
        return set_shard(options, value);
    default: /* OPT_KEEP */
        options->venue.keep = true;
        return true;
    }
}

/* -1: go on; else an exit code. */
static int read_options(struct options *options, int argc, char **argv)
{
    struct buffer line = {0};
    for (int i = 1; i < argc; i++)
        buffer_printf(&line, "%s%s", i > 1 ? " " : "", argv[i]);
    options->line = buffer_take(&line);
    int option, at = 0;
    optind = 1;
    while ((option = option_next(argc, argv, "f:t:j:h", long_options, &at)) !=
           -1) {
        if (option == 'h')
            return usage(stdout);
        if (option == '?')
            return EXIT_UNABLE;
        if (option >= OPT_CASE) /* --variant cuts its value */
            again_add(&options->again, long_options[at].name, optarg);
        if (!set_option(options, option, optarg))
            return EXIT_UNABLE;
    }
    for (; optind < argc; optind++)
        vec_push(&options->choice.patterns, argv[optind]);
    return -1;
}

/* --- output --- */

static void show_bar(const struct progress *progress, const char *id)
{
    if (!progress->bar)
        return;
    fprintf(stderr, "\r\033[K[%zu/%zu] %s%zu not ok  %.50s", progress->done,
        progress->total, "", progress->bad, id);
    fflush(stderr);
}

static void on_begun(void *owner, size_t index)
{
    const struct progress *progress = owner;
    show_bar(progress, progress->scripts[index]->id);
}

static void on_finished(void *owner, struct record_case *c, size_t index)
{
    struct progress *progress = owner;
    (void)index;
    known_apply_case(progress->known, progress->run, c);
    again_set(progress->run, c, progress->program,
        buffer_text(&progress->options->again), progress->options->venue.seed);
    progress->done++;
    progress->bad += !record_case_ok(progress->run, c);
    if (!progress->tap)
        return;
    struct buffer out = {0};
    if (progress->bar)
        fprintf(stderr, "\r\033[K");
    report_tap_case(progress->run, c, progress->done, &out);
    fwrite(out.data, 1, out.len, stdout);
    fflush(stdout);
    buffer_free(&out);
}

/* The files of --known, and the subject's own unless "none" is among them. */
static bool load_known(const struct options *options, const struct suite *suite,
    struct known *known, struct error *error)
{
    size_t count = suite->scripts.items.count;
    const char **ids = mem_alloc((count + 1) * sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = suite->scripts.items.items[i]->id;
    bool none = false, ok = true;
    for (size_t i = 0; ok && i < options->known.count; i++) {
        const char *path = options->known.items[i];
        if (strcmp(path, "none") == 0)
            none = true;
        else
            ok = known_load(known, path, error);
    }
    ok = ok &&
         (none || known_load_own(known, options->venue.home,
                      options->venue.subject.driver, options->venue.server,
                      error)) &&
         (options->files.count > 0 || known_check(known, ids, count, error));
    free(ids);
    return ok;
}

static void describe_run(const struct options *options, struct record_run *run)
{
    command_describe(run);
    const char *driver = options->venue.subject.driver;
    const char *fault = options->mutant, *variant = options->variant_name;
    if (fault != NULL || variant != NULL)
        run->subject =
            arena_printf(run->arena, "builtin " JINGLESPEC_VERSION " (%s %s)",
                fault != NULL ? "mutant" : "variant",
                fault != NULL ? fault : variant);
    else if (driver == NULL || strcmp(driver, "builtin") == 0)
        run->subject = "builtin " JINGLESPEC_VERSION;
    else
        run->subject = arena_strdup(run->arena, driver);
    run->options = arena_strdup(run->arena, options->line);
    if (options->choice.shards > 0)
        run->shard = arena_printf(
            run->arena, "%d/%d", options->choice.shard, options->choice.shards);
    run->seed = options->venue.seed;
    run->strict = options->strict;
    run->allow_inconclusive = options->allow_inconclusive;
}

/* Of a client whose driver only knows its own name: what the client said. */
static void learn_subject(const struct options *options, struct record_run *run)
{
    const char *driver = options->venue.subject.driver;
    const char *name = driver != NULL && strcmp(run->subject, driver) == 0 &&
                               strcmp(driver, "builtin") != 0
                           ? software_of_subject(run)
                           : NULL;
    if (name != NULL)
        run->subject = arena_printf(run->arena, "%s (%s)", name, driver);
}

static bool write_known(
    const char *path, const struct record_run *run, struct error *error)
{
    struct buffer out = {0};
    known_print(run, &out);
    bool ok = file_write(path, buffer_bytes(&out), error);
    buffer_free(&out);
    return ok;
}

static int run_chosen(struct options *options, const struct known *known,
    struct script **chosen, size_t count, bool complete)
{
    struct error error = {{0}};
    struct record_run *run = record_run_new();
    describe_run(options, run);
    bool tap = options->format == NULL || strcmp(options->format, "tap") == 0;
    char *program = again_program();
    struct progress progress = {.options = options,
        .run = run,
        .scripts = chosen,
        .total = count,
        .tap = tap,
        .bar = isatty(STDERR_FILENO) && !options->quiet,
        .program = program,
        .known = known};
    struct workers workers = {.options = &options->venue,
        .scripts = chosen,
        .count = count,
        .processes = options->processes,
        .run = run,
        .begun = on_begun,
        .finished = on_finished,
        .owner = &progress};
    struct buffer out = {0};
    if (tap) {
        report_tap_begin(count, &out);
        fwrite(out.data, 1, out.len, stdout);
        fflush(stdout);
        buffer_clear(&out);
    }
    int64_t began = clock_us();
    bool ran = workers_run(&workers, &error);
    run->duration_us = clock_us() - began;
    if (progress.bar)
        fprintf(stderr, "\r\033[K");
    record_sort(run);
    learn_subject(options, run);
    record_attach_catalogue(run, command_home(), NULL);
    known_finish(known, run, complete);
    if (tap)
        report_tap_end(run, &out);
    else if (strcmp(options->format, "none") != 0)
        report_format_find(options->format)->print(&run, 1, &out);
    fwrite(buffer_text(&out), 1, out.len, stdout);
    buffer_free(&out);
    if (options->write_known != NULL &&
        !write_known(options->write_known, run, &error))
        ran = false;
    if (options->report != NULL && run->cases.count > 0 &&
        !report_directory_write(run, options->report, &error))
        ran = false;
    int code = ran ? record_exit_code(run) : EXIT_UNABLE;
    if (!ran)
        fprintf(stderr, "jinglespec run: %s\n", error.message);
    record_run_free(run);
    free(program);
    return code;
}

/* Before a run of an hour, not after it. */
static bool can_write(const struct options *options)
{
    struct error error = {{0}};
    const char *option = "--report";
    bool ok = options->report == NULL ||
              report_directory_ready(options->report, &error);
    if (ok && options->write_known != NULL) {
        option = "--write-known";
        ok = file_can_write(options->write_known, &error);
    }
    if (!ok)
        fprintf(stderr, "jinglespec run: %s %s\n", option, error.message);
    return ok;
}

/* All cases that run unless they are asked for. */
static bool is_everything(const struct suite_choice *choice)
{
    return choice->patterns.count == 0 && choice->cases.count == 0 &&
           choice->tags.count == 0 && choice->shards == 0;
}

static int run_suite(struct options *options, struct suite *suite)
{
    VEC(struct script *) chosen = {0};
    int number = 0;
    for (size_t i = 0; i < suite->scripts.items.count; i++) {
        struct script *script = suite->scripts.items.items[i];
        if (!suite_chosen(&options->choice, script))
            continue;
        bool mine =
            options->choice.shards == 0 ||
            number % options->choice.shards == options->choice.shard - 1;
        number++;
        if (mine)
            vec_push(&chosen, script);
    }
    int code = EXIT_UNABLE;
    struct error error = {{0}};
    char *directory = NULL;
    struct known *known = known_new();
    if (!suite_has_named(suite, &options->choice) || !can_write(options))
        code = EXIT_UNABLE;
    else if (chosen.count == 0)
        fprintf(stderr, "jinglespec run: no case is chosen; jinglespec list "
                        "shows all\n");
    else if (!load_known(options, suite, known, &error) ||
             (directory = file_make_temp("jinglespec", &error)) == NULL)
        fprintf(stderr, "jinglespec run: %s\n", error.message);
    else {
        options->venue.directory = directory;
        code = run_chosen(options, known, chosen.items, chosen.count,
            options->files.count == 0 && is_everything(&options->choice));
        if (options->venue.keep)
            fprintf(stderr, "jinglespec run: kept in %s\n", directory);
        else
            file_remove_tree(directory);
    }
    free(directory);
    known_free(known);
    vec_free(&chosen);
    return code;
}

static int run(int argc, char **argv)
{
    struct options options = {.processes = 1};
    options.venue.time_factor = 1;
    options.venue.settle_ms = 100;
    options.venue.home = command_home();
    const char *factor = getenv("JINGLESPEC_TIME_FACTOR");
    int code = -1;
    if (factor != NULL) {
        again_add(&options.again, "time-factor", factor);
        if (!option_number("run", "JINGLESPEC_TIME_FACTOR", factor, 0.1, 1000,
                &options.venue.time_factor))
            code = EXIT_UNABLE;
    }
    if (code < 0)
        code = read_options(&options, argc, argv);
    if (!options.seed_given) {
        random_secret(&options.venue.seed, sizeof options.venue.seed);
        options.venue.seed %= 1000000000;
    }
    options.venue.subject.variant = options.variant.items;
    options.venue.subject.variant_count = options.variant.count;
    const struct subject_driver *driver =
        subject_driver_find(options.venue.subject.driver);
    if (driver != NULL && driver->alone)
        options.processes = 1;
    if (code < 0 && options.venue.advertise != NULL &&
        driver == subject_driver_find("builtin")) {
        bad("--advertise %s is for a --subject on another machine",
            options.venue.advertise);
        code = EXIT_UNABLE;
    }
    if (code < 0) {
        struct suite suite = {0};
        code = suite_load(&suite, options.venue.home, options.files.items,
                   options.files.count)
                   ? run_suite(&options, &suite)
                   : EXIT_UNABLE;
        suite_free(&suite);
    }
    free(options.line);
    free(options.variant_text);
    buffer_free(&options.again);
    suite_choice_free(&options.choice);
    vec_free(&options.files);
    vec_free(&options.known);
    vec_free(&options.variant);
    return code;
}

const struct command command_run = {
    "run", "[OPTION...] [PATTERN...]", "run cases against a client", run};
