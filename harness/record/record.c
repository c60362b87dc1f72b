#include "record/record.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const char *const verdict_names[] = {
    [VERDICT_PASSED] = "passed",
    [VERDICT_FAILED] = "failed",
    [VERDICT_WARNING] = "warning",
    [VERDICT_NOTE] = "note",
    [VERDICT_UNSUPPORTED] = "unsupported",
    [VERDICT_INCONCLUSIVE] = "inconclusive",
    [VERDICT_ERROR] = "error",
};

static const char *const level_names[] = {
    [LEVEL_MUST] = "must",
    [LEVEL_SHOULD] = "should",
    [LEVEL_SAFETY] = "safety",
    [LEVEL_ROBUSTNESS] = "robustness",
};

static const char *const event_kind_names[] = {
    [EVENT_STANZA] = "stanza",
    [EVENT_STREAM] = "stream",
    [EVENT_CONNECTION] = "connection",
    [EVENT_SOCKS5] = "socks5",
    [EVENT_BYTES] = "bytes",
    [EVENT_FAULT] = "fault",
    [EVENT_STEP] = "step",
    [EVENT_USER] = "user",
    [EVENT_NOTE] = "note",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *name_of(
    const char *const *names, size_t count, unsigned index)
{
    return index < count ? names[index] : "?";
}

static bool index_of(
    const char *const *names, size_t count, const char *name, unsigned *index)
{
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

const char *verdict_name(enum verdict verdict)
{
    return name_of(verdict_names, COUNT(verdict_names), verdict);
}

bool verdict_parse(const char *name, enum verdict *verdict)
{
    unsigned index;
    if (!index_of(verdict_names, COUNT(verdict_names), name, &index))
        return false;
    *verdict = (enum verdict)index;
    return true;
}

const char *level_name(enum level level)
{
    return name_of(level_names, COUNT(level_names), level);
}

bool level_parse(const char *name, enum level *level)
{
    unsigned index;
    if (!index_of(level_names, COUNT(level_names), name, &index))
        return false;
    *level = (enum level)index;
    return true;
}

const char *event_kind_name(enum event_kind kind)
{
    return name_of(event_kind_names, COUNT(event_kind_names), kind);
}

bool event_kind_parse(const char *name, enum event_kind *kind)
{
    unsigned index;
    if (!index_of(event_kind_names, COUNT(event_kind_names), name, &index))
        return false;
    *kind = (enum event_kind)index;
    return true;
}

struct record_run *record_run_new(void)
{
    struct record_run *run = mem_alloc(sizeof *run);
    run->arena = arena_new();
    return run;
}

static void case_free(struct record_case *c)
{
    vec_free(&c->requirements);
    vec_free(&c->events);
    vec_free(&c->streams);
    vec_free(&c->violations);
    vec_free(&c->findings);
    vec_free(&c->logs);
    vec_free(&c->attachments);
}

void record_run_free(struct record_run *run)
{
    if (run == NULL)
        return;
    for (size_t i = 0; i < run->cases.count; i++)
        case_free(run->cases.items[i]);
    vec_free(&run->cases);
    vec_free(&run->namespaces);
    vec_free(&run->coverage);
    vec_free(&run->problems);
    for (size_t i = 0; i < run->merged.count; i++)
        arena_free(run->merged.items[i]);
    vec_free(&run->merged);
    arena_free(run->arena);
    free(run);
}

struct record_case *record_case_new(struct record_run *run)
{
    struct record_case *c = arena_alloc(run->arena, sizeof *c);
    vec_push(&run->cases, c);
    return c;
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void record_blame_violation(struct record_run *run, struct record_case *c,
    const struct record_violation *violation)
{
    c->message = arena_printf(run->arena,
        "not valid against the schema of %s: %s at %s (%s s%s)", violation->ns,
        violation->rule, violation->xpath, violation->xep, violation->section);
    for (size_t i = 0; i < c->events.count; i++)
        c->events.items[i].failed = violation->stanza == (int)i;
}

struct record_case *record_case_find(
    const struct record_run *run, const char *id)
{
    for (size_t i = 0; i < run->cases.count; i++) {
        struct record_case *c = run->cases.items[i];
        size_t len = c->id == NULL ? 0 : strlen(c->id);
        if (c->id == NULL || strncmp(c->id, id, len) != 0)
            continue;
        if (id[len] == 0 || (id[len] == ' ' && same(id + len + 1, c->values)))
            return c;
    }
    return NULL;
}

static int compare_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int compare_cases(const void *left, const void *right)
{
    const struct record_case *a = *(struct record_case *const *)left;
    const struct record_case *b = *(struct record_case *const *)right;
    int order = compare_text(a->xep, b->xep);
    if (order == 0)
        order = compare_text(a->id, b->id);
    /* Shorter values first, so that size=64 stands before size=4096. */
    size_t a_len = a->values == NULL ? 0 : strlen(a->values);
    size_t b_len = b->values == NULL ? 0 : strlen(b->values);
    if (order == 0 && a_len != b_len)
        order = a_len < b_len ? -1 : 1;
    return order != 0 ? order : compare_text(a->values, b->values);
}

void record_sort(struct record_run *run)
{
    if (run->cases.count > 1)
        qsort(run->cases.items, run->cases.count, sizeof *run->cases.items,
            compare_cases);
}

static const struct record_case *held_by_both(
    struct record_run *run, struct record_run *from)
{
    record_sort(run);
    for (size_t i = 0; i < from->cases.count && run->cases.count > 0; i++) {
        if (bsearch(&from->cases.items[i], run->cases.items, run->cases.count,
                sizeof *run->cases.items, compare_cases) != NULL)
            return from->cases.items[i];
    }
    return NULL;
}

static void add_namespace(
    struct record_run *run, const struct record_namespace *other)
{
    for (size_t i = 0; i < run->namespaces.count; i++) {
        if (same(run->namespaces.items[i].ns, other->ns)) {
            run->namespaces.items[i].count += other->count;
            return;
        }
    }
    vec_push(&run->namespaces, *other);
}

static void take_environment(
    struct record_run *run, const struct record_run *from)
{
    run->suite = from->suite;
    run->began = from->began;
    run->server = from->server;
    run->subject = from->subject;
    run->xeps = from->xeps;
    run->options = from->options;
    run->seed = from->seed;
    run->strict = from->strict;
    run->allow_inconclusive = from->allow_inconclusive;
}

bool record_merge(
    struct record_run *run, struct record_run *from, struct error *error)
{
    if (run->cases.count == 0 && run->subject == NULL)
        take_environment(run, from);
    if (!same(run->subject, from->subject) || !same(run->server, from->server))
        return error_set(error,
            "results of %s on %s cannot be merged into those of %s on %s; "
            "'jinglespec report' compares them instead",
            from->subject ? from->subject : "no subject",
            from->server ? from->server : "no server",
            run->subject ? run->subject : "no subject",
            run->server ? run->server : "no server");
    if (!same(run->suite, from->suite))
        return error_set(error,
            "results of jinglespec %s cannot be merged into those of %s; run "
            "all shards with one version",
            from->suite ? from->suite : "without version",
            run->suite ? run->suite : "no version");
    const struct record_case *twice = held_by_both(run, from);
    if (twice != NULL)
        return error_set(error, "both results hold the case %s%s%s",
            twice->id ? twice->id : "without id", twice->values ? " " : "",
            twice->values ? twice->values : "");
    for (size_t i = 0; i < from->cases.count; i++)
        vec_push(&run->cases, from->cases.items[i]);
    for (size_t i = 0; i < from->namespaces.count; i++)
        add_namespace(run, &from->namespaces.items[i]);
    for (size_t i = run->coverage.count; i < from->coverage.count; i++)
        vec_push(&run->coverage, from->coverage.items[i]);
    for (size_t i = 0; i < from->problems.count; i++)
        vec_push(&run->problems, from->problems.items[i]);
    for (size_t i = 0; i < from->merged.count; i++)
        vec_push(&run->merged, from->merged.items[i]);
    vec_push(&run->merged, from->arena);
    if (from->duration_us > run->duration_us)
        run->duration_us = from->duration_us;
    from->cases.count = from->merged.count = 0;
    from->arena = NULL;
    record_run_free(from);
    return true;
}

struct record_counts record_count(const struct record_run *run)
{
    struct record_counts counts = {0};
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *c = run->cases.items[i];
        counts.verdicts[c->verdict]++;
        counts.known += c->known != NULL;
        counts.bad += !record_case_ok(run, c);
    }
    return counts;
}

bool record_case_ok(const struct record_run *run, const struct record_case *c)
{
    if (c->unexpected_pass)
        return false;
    if (c->known != NULL)
        return true;
    switch (c->verdict) {
    case VERDICT_PASSED:
    case VERDICT_NOTE:
    case VERDICT_UNSUPPORTED:
        return true;
    case VERDICT_WARNING:
        return !run->strict;
    case VERDICT_INCONCLUSIVE:
        return run->allow_inconclusive;
    case VERDICT_FAILED:
    case VERDICT_ERROR:
        break;
    }
    return false;
}

int record_exit_code(const struct record_run *run)
{
    struct record_counts counts = record_count(run);
    if (counts.verdicts[VERDICT_PASSED] + counts.verdicts[VERDICT_FAILED] +
            counts.verdicts[VERDICT_WARNING] + counts.verdicts[VERDICT_NOTE] ==
        0)
        return 2;
    return counts.bad > 0 || run->problems.count > 0;
}
