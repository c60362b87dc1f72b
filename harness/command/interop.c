/* Foreign clients among themselves: every sender by every receiver by
 * transport by encryption. */
#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "base/utf8.h"
#include "command/again.h"
#include "command/command.h"
#include "command/options.h"
#include "report/directory.h"
#include "report/report.h"
#include "stage/pairing.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 16, SIZE = 200000 };

/* Asked to end from outside; a second time it ends at once. */
static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    interrupted = signal;
}

static void catch_ending(void)
{
    static const int endings[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {
        .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        sigaction(endings[i], &action, NULL);
}

struct names {
    const char *items[NAMES_MAX];
    /* The adapter of NAME=COMMAND; NULL: NAME is a folder of ours. */
    const char *commands[NAMES_MAX];
    size_t count;
};

struct options {
    struct names subjects, senders, receivers, transports, encryptions;
    const char *report;
    int64_t size;
    double time_factor;
    uint64_t seed;
};

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec interop --subjects NAME,NAME... [OPTION...]\n"
        "Lets foreign clients (folders of fixtures/subjects with an adapter) "
        "send each other files,\neach to each and to itself, and judges by the "
        "wire, the file and the captured streams.\nRun it in a network of its "
        "own: fixtures/subjects/stage-network build/jinglespec interop ...\n\n"
        "      --subjects LIST     senders and receivers; NAME=COMMAND brings "
        "an\n"
        "                          adapter of your own\n"
        "      --senders LIST      other senders\n"
        "      --receivers LIST    other receivers\n"
        "      --transports LIST   any (default: the sender's choice), s5b, "
        "ibb\n"
        "      --encryption LIST   none, omemo (default: both)\n"
        "      --size BYTES        of the file (default %d)\n"
        "      --report DIR        leave results.json and reports there\n"
        "      --time-factor X     stretch all deadlines\n"
        "      --seed N            the file's bytes\n",
        SIZE);
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static bool bad(const char *format, const char *value)
{
    fprintf(stderr, "jinglespec interop: ");
    fprintf(stderr, format, value);
    fprintf(stderr, "\n");
    return false;
}

static bool split(char *text, const char *allowed, struct names *names)
{
    names->count = 0;
    for (char *save = NULL, *word = strtok_r(text, ",", &save); word != NULL;
         word = strtok_r(NULL, ",", &save)) {
        char padded[80];
        snprintf(padded, sizeof padded, " %.70s ", word);
        if (allowed != NULL && strstr(allowed, padded) == NULL)
            return bad("'%s' is not one of its words", word);
        if (names->count == NAMES_MAX)
            return bad("more than 16 words: %s ...", word);
        char *equal = allowed == NULL ? strchr(word, '=') : NULL;
        if (equal != NULL)
            *equal++ = 0;
        if (*word == 0 || (equal != NULL && *equal == 0))
            return bad("'%s=' wants NAME=COMMAND", word);
        names->commands[names->count] = equal;
        names->items[names->count++] = word;
    }
    return names->count > 0 || bad("%s is empty", "a list");
}

static char *target_of(const struct names *names, size_t i)
{
    const char *name = names->items[i];
    if (names->commands[i] != NULL)
        return mem_strdup(names->commands[i]);
    char *path =
        mem_printf("%s/fixtures/subjects/%s/adapter", command_home(), name);
    bool sound = strchr(name, '/') == NULL && file_exists(path);
    if (!sound) {
        bad("there is no adapter for '%s' in fixtures/subjects; your own is "
            "named as NAME=COMMAND",
            name);
        free(path);
        path = NULL;
    }
    return path;
}

static bool report_ready(const char *path)
{
    struct error error = {{0}};
    return report_directory_ready(path, &error) ||
           bad("--report %s", error.message);
}

static bool set_option(struct options *options, int option, char *value)
{
    double number = 0;
    switch (option) {
    case 'a':
        return split(value, NULL, &options->subjects);
    case 's':
        return split(value, NULL, &options->senders);
    case 'r':
        return split(value, NULL, &options->receivers);
    case 't':
        return split(value, " any s5b ibb ", &options->transports);
    case 'e':
        return split(value, " none omemo ", &options->encryptions);
    case 'b':
        if (!option_number("interop", "--size", value, 4096, 1 << 30, &number))
            return false;
        options->size = (int64_t)number;
        return true;
    case 'd':
        options->report = value;
        return report_ready(value);
    case 'f':
        return option_number("interop", "--time-factor", value, 0.1, 1000,
            &options->time_factor);
    default: /* 'n' */
        return option_seed("interop", value, &options->seed);
    }
}

/* -1: go on; else an exit code. */
static int read_options(struct options *options, int argc, char **argv)
{
    static const struct option longs[] = {
        {"subjects", required_argument, NULL, 'a'},
        {"senders", required_argument, NULL, 's'},
        {"receivers", required_argument, NULL, 'r'},
        {"transports", required_argument, NULL, 't'},
        {"encryption", required_argument, NULL, 'e'},
        {"size", required_argument, NULL, 'b'},
        {"report", required_argument, NULL, 'd'},
        {"time-factor", required_argument, NULL, 'f'},
        {"seed", required_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    optind = 0;
    for (int option;
         (option = option_next(argc, argv, "h", longs, NULL)) != -1;) {
        if (option == 'h')
            return usage(stdout);
        if (option == '?')
            return EXIT_UNABLE;
        if (!set_option(options, option, optarg))
            return EXIT_UNABLE;
    }
    if (options->senders.count == 0)
        options->senders = options->subjects;
    if (options->receivers.count == 0)
        options->receivers = options->subjects;
    if (options->senders.count == 0 || options->receivers.count == 0) {
        bad("no clients are named; %s", "--subjects dino,libervia names two");
        return EXIT_UNABLE;
    }
    return -1;
}

struct matrix {
    const struct options *options;
    struct record_run *run;
    size_t done;
    struct buffer table; /* Markdown */
};

static void print_case(struct matrix *matrix, const struct record_case *c)
{
    struct buffer out = {0};
    report_tap_case(matrix->run, c, ++matrix->done, &out);
    fwrite(out.data, 1, out.len, stdout);
    fflush(stdout);
    buffer_free(&out);
}

static struct record_case *new_case(struct matrix *matrix, const char *sender,
    const char *receiver, const char *transport, bool encrypted)
{
    struct record_case *c = record_case_new(matrix->run);
    struct arena *arena = matrix->run->arena;
    const char *how = encrypted ? "omemo" : "none";
    c->id = arena_printf(
        arena, "interop-%s-%s-%s-%s", sender, receiver, transport, how);
    c->title = arena_printf(arena, "%s sends a file to %s by %s, %s", sender,
        receiver, strcmp(transport, "any") == 0 ? "its own choice" : transport,
        encrypted ? "with JET-OMEMO" : "in plain");
    /* From these the page makes its matrix of senders and receivers. */
    c->tags = arena_printf(arena,
        "interop, sender:%s, receiver:%s, transport:%s, encryption:%s", sender,
        receiver, transport, how);
    char *program = again_program();
    c->command = arena_printf(arena,
        "%s interop --senders %s --receivers %s --transports %s --encryption "
        "%s --size %" PRId64 " --seed %" PRIu64 " --time-factor %g",
        program, sender, receiver, transport, how, matrix->options->size,
        matrix->options->seed, matrix->options->time_factor);
    free(program);
    if (encrypted)
        c->rationale = "What its user was promised to be encrypted must not be "
                       "seen on the way.";
    return c;
}

/* A cell of the table: one line without a bar. */
static void add_cell(struct buffer *out, const char *text)
{
    struct buffer line = {0};
    utf8_add_line(&line, text, 300);
    for (const char *p = buffer_text(&line); *p != 0; p++) {
        if (strchr("|<>`", *p) != NULL)
            buffer_printf(out, "&#%d;", *p);
        else
            buffer_add(out, p, 1);
    }
    buffer_free(&line);
}

static void run_pair(struct matrix *matrix, const char *sender,
    const char *receiver, struct pairing *pairing, const struct error *error)
{
    const struct options *options = matrix->options;
    for (size_t t = 0; t < options->transports.count; t++) {
        for (size_t e = 0; e < options->encryptions.count && !interrupted;
             e++) {
            const char *transport = options->transports.items[t];
            bool any = strcmp(transport, "any") == 0;
            bool encrypted =
                strcmp(options->encryptions.items[e], "omemo") == 0;
            struct record_case *c =
                new_case(matrix, sender, receiver, transport, encrypted);
            if (pairing != NULL) {
                pairing_run(
                    pairing, matrix->run, c, any ? NULL : transport, encrypted);
            } else {
                c->verdict = VERDICT_ERROR;
                c->message = arena_strdup(matrix->run->arena, error->message);
            }
            print_case(matrix, c);
            const char *went =
                pairing != NULL ? pairing_transport(pairing) : "";
            buffer_printf(&matrix->table, "| %s | %s | %s | %s | %s | %s | ",
                sender, receiver, transport, encrypted ? "JET-OMEMO" : "none",
                verdict_name(c->verdict), went[0] != 0 ? went : "-");
            add_cell(&matrix->table, c->message);
            buffer_add_text(&matrix->table, " |\n");
        }
    }
}

/* The versions of all that took part: "interop: dino 0.4.2, gajim 1.7.3". */
static void note_versions(struct record_run *run, const struct pairing *pairing)
{
    char *server = pairing_server(pairing);
    run->server = arena_strdup(run->arena, server);
    free(server);
    for (int side = 0; side < 2; side++) {
        const char *version = pairing_version(pairing, side == 0);
        if (version == NULL || strstr(run->subject, version) != NULL)
            continue;
        const char *colon = strchr(run->subject, ':');
        run->subject = arena_printf(run->arena, "%s%s%s", run->subject,
            colon != NULL ? ", " : ": ", version);
    }
}

static void run_all(struct matrix *matrix, const char *directory)
{
    const struct options *options = matrix->options;
    buffer_add_text(&matrix->table,
        "| sender | receiver | asked | encryption | verdict | went by | why |\n"
        "|---|---|---|---|---|---|---|\n");
    for (size_t s = 0; s < options->senders.count; s++) {
        for (size_t r = 0; r < options->receivers.count && !interrupted; r++) {
            const char *sender = options->senders.items[s];
            const char *receiver = options->receivers.items[r];
            char *from = target_of(&options->senders, s);
            char *to = target_of(&options->receivers, r);
            struct error error = {{0}};
            struct pairing_options pair = {
                .sender = sender,
                .receiver = receiver,
                .sender_target = from,
                .receiver_target = to,
                .directory = directory,
                .seed = options->seed,
                .time_factor = options->time_factor,
                .size = options->size,
                .interrupted = &interrupted,
            };
            struct pairing *pairing = pairing_open(&pair, &error);
            if (pairing != NULL)
                note_versions(matrix->run, pairing);
            run_pair(matrix, sender, receiver, pairing, &error);
            pairing_close(pairing);
            free(from);
            free(to);
        }
    }
}

static bool write_reports(struct matrix *matrix, struct error *error)
{
    const char *dir = matrix->options->report;
    char *table = file_join(dir, "interop.md");
    bool ok = file_make_dirs(dir, error) &&
              file_write(table, buffer_bytes(&matrix->table), error);
    free(table);
    ok = ok && report_directory_write(matrix->run, dir, error);
    return ok;
}

static bool all_exist(const struct names *names)
{
    bool ok = true;
    for (size_t i = 0; i < names->count; i++) {
        char *target = target_of(names, i);
        ok = target != NULL && ok;
        free(target);
    }
    return ok;
}

static int run_matrix(const struct options *options)
{
    struct error error = {{0}};
    struct record_run *run = record_run_new();
    struct matrix matrix = {.options = options, .run = run};
    command_describe(run);
    run->subject = "interop";
    run->seed = options->seed;
    char *directory = file_make_temp("jinglespec", &error);
    if (directory == NULL) {
        bad("%s", error.message);
        record_run_free(run);
        return EXIT_UNABLE;
    }
    /* What adapters that are killed leave goes with it. */
    setenv("TMPDIR", directory, 1);
    catch_ending();
    int64_t began_us = clock_us();
    struct buffer out = {0};
    size_t count = options->senders.count * options->receivers.count *
                   options->transports.count * options->encryptions.count;
    report_tap_begin(count, &out);
    fwrite(out.data, 1, out.len, stdout);
    buffer_clear(&out);
    run_all(&matrix, directory);
    run->duration_us = clock_us() - began_us;
    if (interrupted)
        vec_push(&run->problems,
            arena_printf(run->arena, "interrupted: %zu of %zu pairs were run",
                run->cases.count, count));
    report_tap_end(run, &out);
    fwrite(out.data, 1, out.len, stdout);
    int code = interrupted ? EXIT_UNABLE : record_exit_code(run);
    if (options->report != NULL && !write_reports(&matrix, &error)) {
        bad("%s", error.message);
        code = EXIT_UNABLE;
    }
    file_remove_tree(directory);
    free(directory);
    buffer_free(&out);
    buffer_free(&matrix.table);
    record_run_free(run);
    return code;
}

static int run(int argc, char **argv)
{
    struct options options = {
        .transports = {.items = {"any"}, .count = 1},
        .encryptions = {.items = {"none", "omemo"}, .count = 2},
        .size = SIZE,
        .time_factor = 1,
    };
    int code = read_options(&options, argc, argv);
    if (code >= 0)
        return code;
    if (!all_exist(&options.senders) || !all_exist(&options.receivers))
        return EXIT_UNABLE;
    return run_matrix(&options);
}

const struct command command_interop = {"interop",
    "--subjects LIST [OPTION...]", "let real clients send each other files",
    run};
