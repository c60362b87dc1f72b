/* jinglespec audit: what is wrong in the published schemas. */
#include "audit/audit.h"
#include "audit/index.h"
#include "audit/output.h"
#include "audit/pull_request.h"
#include "base/file.h"
#include "command/command.h"
#include "command/options.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

extern const struct command command_audit;

struct options {
    struct audit_options audit;
    const char *format, *out, *reports, *initials, *baseline, *index;
};

static const char help[] =
    "Usage: jinglespec audit [OPTION...] [XEP... | FILE...]\n"
    "Checks the schemas that the XEPs print: against XML Schema, their own "
    "examples,\ntheir text and each other. XEP is a number (0234); none: "
    "all of the checkout.\n\n"
    "  --xeps DIR         a checkout of https://github.com/xsf/xeps\n"
    "                     (default: $XEPS_DIR, or ../shared/xeps)\n"
    "  --format FORMAT    text (default), json, html, junit\n"
    "  -o, --output FILE  where to (default: standard output)\n"
    "  --status LIST      only XEPs of these statuses: Draft,Experimental\n"
    "  --baseline FILE    earlier JSON: exit 1 on new findings only\n"
    "  --reports DIR      also write DIR/xep-NNNN/report.md and fix.patch\n"
    "  --initials XX      who signs the patches' revisions (default: XX)\n"
    "  --index FILE       also write the table of findings anew, as in\n"
    "                     reports/upstream/INDEX.md; states in it are kept\n"
    "  -h, --help         this text\n\n"
    "Exit codes: 0 nothing found, 1 errors or warnings, 2 could not run, or "
    "could not\nread all and found nothing in the rest.\n";

static void complain(const char *line)
{
    fprintf(stderr, "jinglespec audit: %s\n", line);
}

static bool read_options(int argc, char **argv, struct options *o, int *code)
{
    static const struct option longs[] = {
        {"xeps", required_argument, NULL, 'x'},
        {"format", required_argument, NULL, 'f'},
        {"output", required_argument, NULL, 'o'},
        {"status", required_argument, NULL, 's'},
        {"baseline", required_argument, NULL, 'b'},
        {"reports", required_argument, NULL, 'r'},
        {"index", required_argument, NULL, 'i'},
        {"initials", required_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int c;
    optind = 0;
    while ((c = option_next(argc, argv, "o:f:h", longs, NULL)) != -1) {
        switch (c) {
        case 'x':
            o->audit.xeps = optarg;
            break;
        case 'f':
            o->format = optarg;
            break;
        case 'o':
            o->out = optarg;
            break;
        case 's':
            o->audit.status = optarg;
            break;
        case 'b':
            o->baseline = optarg;
            break;
        case 'r':
            o->reports = optarg;
            break;
        case 'i':
            o->index = optarg;
            break;
        case 'n':
            o->initials = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            *code = EXIT_PASSED;
            return false;
        default:
            *code = EXIT_UNABLE;
            return false;
        }
    }
    o->audit.wanted = (const char *const *)(argv + optind);
    return true;
}

/* Marks the keys of an earlier run; false: no such JSON. */
static json_t *read_baseline(const char *path, struct error *error)
{
    json_error_t fault;
    json_t *whole = json_load_file(path, 0, &fault);
    json_t *keys = json_object();
    json_t *list = json_object_get(whole, "findings");
    if (!json_is_array(list)) {
        if (!file_exists(path))
            error_set(error, "%s: no such file", path);
        else if (whole == NULL)
            error_set(error, "%s:%d: no JSON (%s): make it with --format json",
                path, fault.line > 0 ? fault.line : 1, fault.text);
        else
            error_set(error,
                "%s is no JSON of an earlier audit (made with --format json)",
                path);
        json_decref(whole);
        json_decref(keys);
        return NULL;
    }
    size_t i;
    json_t *finding;
    json_array_foreach(list, i, finding)
    {
        const char *key = json_string_value(json_object_get(finding, "key"));
        if (key != NULL)
            json_object_set_new(keys, key, json_true());
    }
    json_decref(whole);
    return keys;
}

static int verdict(const struct checkout *checkout, const json_t *known)
{
    const struct findings *findings = checkout->audit->findings;
    size_t count = 0;
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (f->severity == SEVERITY_NOTE ||
            (known != NULL && json_object_get(known, f->key) != NULL))
            continue;
        if (known != NULL)
            fprintf(stderr, "new: %s:%d: %s\n", f->file, f->line, f->message);
        count++;
    }
    return count == 0 ? EXIT_PASSED : EXIT_FAILED;
}

/* A new file, or the old one with its states. */
static bool write_index(
    const struct checkout *checkout, const char *path, struct error *error)
{
    enum { INDEX_MAX = 4 << 20 };
    struct buffer before = {0}, out = {0};
    bool ok = !file_exists(path) || file_read(path, INDEX_MAX, &before, error);
    if (ok) {
        index_write(checkout, buffer_text(&before), &out);
        ok = file_write(path, buffer_bytes(&out), error);
    }
    buffer_free(&before);
    buffer_free(&out);
    return ok;
}

static const char *find_xeps(char **owned)
{
    const char *from_environment = getenv("XEPS_DIR");
    if (from_environment != NULL)
        return from_environment;
    *owned = file_join(command_home(), "../shared/xeps");
    return file_is_dir(*owned) ? *owned : NULL;
}

static int fail(const struct error *error)
{
    complain(error->message);
    return EXIT_UNABLE;
}

static int audit(struct options *o, json_t *known)
{
    struct error error = {0};
    output_fn *output = output_named(o->format);
    if (output == NULL) {
        error_set(&error, "no format '%s': text, json, html, junit", o->format);
        return fail(&error);
    }
    if (!file_can_write(o->out, &error) ||
        (o->index != NULL && !file_can_write(o->index, &error)))
        return fail(&error);
    char *schemas = file_join(command_home(), "schemas");
    o->audit.schemas = schemas;
    o->audit.whole = o->reports != NULL;
    struct checkout *checkout = audit_run(&o->audit, complain, &error);
    free(schemas);
    if (checkout == NULL)
        return fail(&error);
    if (checkout_wanted(checkout) == 0 && checkout->broken == 0) {
        checkout_free(checkout);
        error_set(&error,
            "none of the XEPs asked for has a status of '%s': nothing checked",
            o->audit.status);
        return fail(&error);
    }
    struct buffer out = {0};
    output(checkout, &out);
    bool written = o->reports == NULL || pull_requests_write(checkout,
                                             o->reports, o->initials, &error);
    written = written &&
              (o->index == NULL || write_index(checkout, o->index, &error));
    int code = verdict(checkout, known);
    if (!written || !file_write(o->out, buffer_bytes(&out), &error))
        code = fail(&error);
    else if (code == EXIT_PASSED && checkout->broken > 0)
        code = EXIT_UNABLE;
    buffer_free(&out);
    checkout_free(checkout);
    return code;
}

static int run(int argc, char **argv)
{
    struct options o = {.format = "text", .out = "-", .initials = "XX"};
    struct error error = {0};
    char *owned = NULL;
    int code;
    if (!read_options(argc, argv, &o, &code))
        return code;
    if (o.audit.xeps == NULL)
        o.audit.xeps = find_xeps(&owned);
    json_t *known = NULL;
    if (o.index != NULL &&
        (o.audit.status != NULL || o.audit.wanted[0] != NULL)) {
        error_set(&error, "--index is of the whole checkout: leave out "
                          "--status and the XEPs");
        code = fail(&error);
    } else if (*o.initials == '\0' || strpbrk(o.initials, "<>&\n") != NULL) {
        error_set(&error, "--initials takes letters, as in --initials psa");
        code = fail(&error);
    } else if (o.audit.xeps == NULL) {
        error_set(&error, "no checkout of the XEPs: give --xeps DIR "
                          "(git clone https://github.com/xsf/xeps)");
        code = fail(&error);
    } else if (o.baseline != NULL &&
               (known = read_baseline(o.baseline, &error)) == NULL) {
        code = fail(&error);
    } else {
        code = audit(&o, known);
    }
    json_decref(known);
    free(owned);
    return code;
}

const struct command command_audit = {
    .name = "audit",
    .arguments = "[OPTION...] [XEP... | FILE...]",
    .summary = "find what is wrong in the published schemas",
    .run = run,
};
