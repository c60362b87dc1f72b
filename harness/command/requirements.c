/* jinglespec requirements: the catalogue, what covers it, and what the XEPs'
 * current text says otherwise. */
#include "audit/drift.h"
#include "base/file.h"
#include "command/command.h"
#include "command/options.h"
#include "record/coverage.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct options {
    const char *xeps; /* a checkout, or NULL */
    const char *cases;
    bool json, uncovered;
    char **names; /* of XEPs; none: all */
    int name_count;
};

/* One table with all that is known of it. */
struct view {
    const struct requirement_table *table;
    bool has_text;
    struct sentence_list text;
    struct drift_list drift;
    size_t rows[LEVEL_COUNT], testable[LEVEL_COUNT], covered[LEVEL_COUNT];
};

struct report {
    struct options options;
    struct arena *arena;
    struct requirement_catalogue *catalogue;
    struct coverage coverage;
    struct view *views;
    size_t count;
    size_t must_rows, must_testable, must_covered; /* that bind a client */
    size_t problems;                               /* in the cases' headers */
    size_t drifts;
};

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec requirements [OPTION...] [XEP...]\n\n"
        "Shows how many of the requirements have a case, by XEP and level; "
        "with XEPs\n(\"0260\"), their rows.\n\n"
        "  --xeps DIR      a checkout of the XEPs: shows the sentences, and "
        "those that are\n                  new, changed or gone (exit 1)\n"
        "  --cases DIR     the cases (default: cases/)\n"
        "  --uncovered     only rows that could have a case and have none\n"
        "  --format FORM   text (default) or json\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static int unable(const char *message)
{
    fprintf(stderr, "jinglespec requirements: %s\n", message);
    return EXIT_UNABLE;
}

static bool selected(const struct options *options, const char *xep)
{
    for (int i = 0; i < options->name_count; i++) {
        const char *name = options->names[i];
        if (strncmp(name, "XEP-", 4) == 0)
            name += 4;
        if (strcmp(name, xep) == 0)
            return true;
    }
    return options->name_count == 0;
}

/* Older texts lie beside a checkout; they may be missing, the others not. */
static bool read_text(
    struct report *report, struct view *view, struct error *error)
{
    const char *source = view->table->source;
    char *path = file_join(report->options.xeps, source);
    bool beside = strncmp(source, "../", 3) == 0;
    bool right = true;
    if (!beside || file_exists(path)) {
        right = sentence_list_read(&view->text, report->arena, path, error);
        view->has_text = right;
    }
    free(path);
    if (view->has_text) {
        drift_find(&view->drift, report->arena, view->table, &view->text);
        report->drifts += view->drift.count;
    }
    return right;
}

static bool is_covered(const struct report *report,
    const struct requirement_table *table, const struct requirement *row)
{
    return coverage_case(&report->coverage, table->xep, row->id, 0) != NULL;
}

static void count_rows(struct report *report, struct view *view)
{
    for (size_t i = 0; i < view->table->count; i++) {
        const struct requirement *row = &view->table->rows[i];
        bool covered = is_covered(report, view->table, row);
        bool must =
            (row->level == LEVEL_MUST || row->level == LEVEL_MUST_NOT) &&
            (row->bound & BOUND_ANY_CLIENT) != 0;
        view->rows[row->level]++;
        view->testable[row->level] += row->reason == NULL;
        view->covered[row->level] += covered;
        report->must_rows += must;
        report->must_testable += must && row->reason == NULL;
        report->must_covered += must && covered;
    }
}

static bool load(struct report *report, struct error *error)
{
    report->arena = arena_new();
    char *dir = file_join(report->options.cases, "requirements");
    report->catalogue = requirement_catalogue_read(dir, error);
    free(dir);
    if (report->catalogue == NULL ||
        !coverage_read(
            &report->coverage, report->arena, report->options.cases, error))
        return false;
    for (int i = 0; i < report->options.name_count; i++) {
        const char *name = report->options.names[i];
        if (requirement_table_of(report->catalogue, name) == NULL)
            return error_set(error,
                "the catalogue has no table of '%s'; without a name all are "
                "shown",
                name);
    }
    report->views = arena_alloc(
        report->arena, report->catalogue->count * sizeof *report->views);
    for (size_t i = 0; i < report->catalogue->count; i++) {
        const struct requirement_table *table = &report->catalogue->tables[i];
        if (!selected(&report->options, table->xep))
            continue;
        struct view *view = &report->views[report->count++];
        view->table = table;
        count_rows(report, view);
        if (report->options.xeps != NULL && !read_text(report, view, error))
            return false;
    }
    return true;
}

/* Why a case's header names nothing; NULL when it is right. */
static const char *problem_of(
    const struct report *report, const struct coverage_entry *entry)
{
    if (entry->wrong != NULL)
        return entry->wrong;
    const struct requirement_table *table =
        requirement_table_of(report->catalogue, entry->name.xep);
    if (table == NULL)
        return "the catalogue has no such XEP";
    return requirement_of(table, entry->name.id) == NULL
               ? "the XEP's table has no such requirement"
               : NULL;
}

static const char *level_text(enum requirement_level level)
{
    static const char *const texts[] = {
        [LEVEL_MUST] = "MUST",
        [LEVEL_MUST_NOT] = "MUST NOT",
        [LEVEL_SHOULD] = "SHOULD",
        [LEVEL_SHOULD_NOT] = "SHOULD NOT",
        [LEVEL_PROSE] = "prose",
    };
    return texts[level];
}

static void print_row(
    const struct report *report, const struct view *view, size_t index)
{
    const struct requirement *row = &view->table->rows[index];
    char bound[80];
    requirement_bound_text(row->bound, bound, sizeof bound);
    printf("XEP-%s s%s %s (%s; %s)\n    %s\n", view->table->xep, row->section,
        row->id, level_text(row->level), bound, row->paraphrase);
    const struct sentence *sentence =
        view->has_text ? drift_sentence_of(&view->text, row) : NULL;
    if (sentence != NULL)
        printf("    text: %s\n", sentence->text);
    if (row->reason != NULL)
        printf("    no case: %s\n", row->reason);
    const struct coverage_entry *entry;
    for (size_t n = 0; (entry = coverage_case(&report->coverage,
                            view->table->xep, row->id, n)) != NULL;
         n++)
        printf("    case: %s\n", entry->case_id);
    if (row->reason == NULL && !is_covered(report, view->table, row))
        printf("    UNCOVERED\n");
}

static void print_rows(const struct report *report, const struct view *view)
{
    for (size_t i = 0; i < view->table->count; i++) {
        const struct requirement *row = &view->table->rows[i];
        bool open =
            row->reason == NULL && !is_covered(report, view->table, row);
        if (!report->options.uncovered || open)
            print_row(report, view, i);
    }
}

static void print_drift(const struct view *view)
{
    for (size_t i = 0; i < view->drift.count; i++) {
        const struct drift *drift = &view->drift.items[i];
        const struct sentence *sentence = drift->sentence;
        printf("XEP-%s s%s %s: %s\n", view->table->xep,
            sentence != NULL ? sentence->section : drift->row->section,
            drift_kind_name(drift->kind),
            drift->row != NULL ? drift->row->id : "(no row)");
        if (sentence != NULL)
            printf("    %s:%d: %s %s\n", view->table->source, sentence->line,
                sentence->fingerprint, sentence->text);
        if (drift->row != NULL)
            printf("    row: %s\n", drift->row->paraphrase);
    }
}

static void print_problems(struct report *report)
{
    for (size_t i = 0; i < report->coverage.count; i++) {
        const struct coverage_entry *entry = &report->coverage.entries[i];
        const char *problem = problem_of(report, entry);
        if (problem == NULL)
            continue;
        report->problems++;
        if (!report->options.json)
            printf("%s:%d: %s: XEP-%s %s\n", entry->path, entry->line, problem,
                entry->name.xep, entry->name.id);
    }
}

static void print_table(const struct report *report)
{
    printf("With a case / could have one / rows in all:\n%-13s", "");
    for (int level = 0; level < LEVEL_COUNT; level++)
        printf(" %-13s", level_text((enum requirement_level)level));
    printf("\n");
    for (size_t i = 0; i < report->count; i++) {
        const struct view *view = &report->views[i];
        printf("XEP-%-9s", view->table->xep);
        for (int level = 0; level < LEVEL_COUNT; level++) {
            char cell[64];
            snprintf(cell, sizeof cell, "%zu/%zu/%zu", view->covered[level],
                view->testable[level], view->rows[level]);
            printf(" %-13s", view->rows[level] > 0 ? cell : "-");
        }
        printf("%s\n", report->options.xeps != NULL && !view->has_text
                           ? " (text not there: not compared)"
                           : "");
    }
    printf("MUST and MUST NOT that bind a client: %zu rows; %zu of them can "
           "have a case, %zu (%zu %%) have one.\n",
        report->must_rows, report->must_testable, report->must_covered,
        report->must_testable > 0
            ? report->must_covered * 100 / report->must_testable
            : 0);
}

static void print_text(struct report *report)
{
    bool detailed = report->options.name_count > 0 || report->options.uncovered;
    for (size_t i = 0; i < report->count; i++) {
        if (detailed)
            print_rows(report, &report->views[i]);
    }
    for (size_t i = 0; i < report->count; i++)
        print_drift(&report->views[i]);
    print_problems(report);
    print_table(report);
    if (report->options.xeps != NULL)
        printf("%zu differences between the texts and the catalogue.\n",
            report->drifts);
}

static json_t *json_row(
    const struct report *report, const struct view *view, size_t index)
{
    const struct requirement *row = &view->table->rows[index];
    char bound[80];
    requirement_bound_text(row->bound, bound, sizeof bound);
    json_t *cases = json_array();
    const struct coverage_entry *entry;
    for (size_t n = 0; (entry = coverage_case(&report->coverage,
                            view->table->xep, row->id, n)) != NULL;
         n++)
        json_array_append_new(cases, json_string(entry->case_id));
    json_t *out = json_pack("{ss ss ss ss ss ss ss sb so}", "id", row->id,
        "section", row->section, "anchor", row->anchor, "level",
        requirement_level_name(row->level), "bound", bound, "fingerprint",
        row->fingerprint, "paraphrase", row->paraphrase, "testable",
        row->reason == NULL, "cases", cases);
    if (row->reason != NULL)
        json_object_set_new(out, "reason", json_string(row->reason));
    const struct sentence *sentence =
        view->has_text ? drift_sentence_of(&view->text, row) : NULL;
    if (sentence != NULL)
        json_object_set_new(out, "sentence", json_string(sentence->text));
    return out;
}

static json_t *json_drift(const struct drift *drift)
{
    json_t *out = json_pack("{ss}", "kind", drift_kind_name(drift->kind));
    if (drift->row != NULL)
        json_object_set_new(out, "id", json_string(drift->row->id));
    if (drift->sentence != NULL) {
        json_object_set_new(
            out, "section", json_string(drift->sentence->section));
        json_object_set_new(
            out, "sentence", json_string(drift->sentence->text));
        json_object_set_new(
            out, "fingerprint", json_string(drift->sentence->fingerprint));
        json_object_set_new(out, "line", json_integer(drift->sentence->line));
    }
    return out;
}

static void print_json(struct report *report)
{
    json_t *xeps = json_array();
    for (size_t i = 0; i < report->count; i++) {
        const struct view *view = &report->views[i];
        json_t *rows = json_array(), *differences = json_array();
        for (size_t k = 0; k < view->table->count; k++)
            json_array_append_new(rows, json_row(report, view, k));
        for (size_t k = 0; k < view->drift.count; k++)
            json_array_append_new(
                differences, json_drift(&view->drift.items[k]));
        json_array_append_new(xeps,
            json_pack("{ss ss* sb so so}", "xep", view->table->xep, "version",
                view->table->version, "compared", view->has_text, "rows", rows,
                "differences", differences));
    }
    print_problems(report);
    json_t *out = json_pack("{so sI sI sI sI}", "xeps", xeps, "must_rows",
        (json_int_t)report->must_rows, "must_testable",
        (json_int_t)report->must_testable, "must_covered",
        (json_int_t)report->must_covered, "wrong_headers",
        (json_int_t)report->problems);
    json_dumpf(out, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(out);
}

static bool read_options(struct options *options, int argc, char **argv)
{
    static const struct option longs[] = {
        {"xeps", required_argument, NULL, 'x'},
        {"cases", required_argument, NULL, 'c'},
        {"format", required_argument, NULL, 'f'},
        {"uncovered", no_argument, NULL, 'u'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    optind = 0;
    for (int c; (c = option_next(argc, argv, "h", longs, NULL)) != -1;) {
        if (c == 'x')
            options->xeps = optarg;
        else if (c == 'c')
            options->cases = optarg;
        else if (c == 'u')
            options->uncovered = true;
        else if (c == 'f' && strcmp(optarg, "json") == 0)
            options->json = true;
        else if (c == 'f' && strcmp(optarg, "text") != 0) {
            fprintf(stderr,
                "jinglespec requirements: there is no format '%s'; text and "
                "json are\n",
                optarg);
            return false;
        } else if (c != 'f') {
            if (c == 'h')
                usage(stderr);
            return false;
        }
    }
    options->names = argv + optind;
    options->name_count = argc - optind;
    return true;
}

static int run(int argc, char **argv)
{
    if (argc == 2 &&
        (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return usage(stdout);
    char *cases = file_join(command_home(), "cases");
    struct report report = {.options = {.cases = cases}};
    struct error error = {0};
    int code = EXIT_UNABLE;
    if (!read_options(&report.options, argc, argv)) {
        code = EXIT_UNABLE;
    } else if (!load(&report, &error)) {
        unable(error.message);
    } else {
        if (report.options.json)
            print_json(&report);
        else
            print_text(&report);
        code = report.drifts + report.problems > 0 ? EXIT_FAILED : EXIT_PASSED;
    }
    requirement_catalogue_free(report.catalogue);
    arena_free(report.arena);
    free(cases);
    return code;
}

const struct command command_requirements = {
    .name = "requirements",
    .arguments = "[OPTION...] [XEP...]",
    .summary = "what the XEPs ask, and which cases check it",
    .run = run,
};
