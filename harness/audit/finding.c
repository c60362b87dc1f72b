#include "audit/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct findings *findings_new(void)
{
    struct findings *findings = mem_alloc(sizeof *findings);
    findings->arena = arena_new();
    return findings;
}

void findings_free(struct findings *findings)
{
    if (findings == NULL)
        return;
    arena_free(findings->arena);
    free(findings);
}

bool findings_have(const struct findings *findings, const char *key)
{
    for (size_t i = 0; i < findings->list.count; i++)
        if (strcmp(findings->list.items[i]->key, key) == 0)
            return true;
    return false;
}

struct finding *finding_add(struct findings *findings,
    const struct document *document, size_t at, enum severity severity,
    const char *class, const char *ns, const char *path, const char *detail,
    const char *message)
{
    struct arena *arena = findings->arena;
    const char *key = arena_printf(
        arena, "%s|%s|%s|%s|%s", document->number, ns, class, path, detail);
    if (findings_have(findings, key))
        return NULL;
    struct finding *f = arena_alloc(arena, sizeof *f);
    *f = (struct finding){.severity = severity,
        .class = arena_strdup(arena, class),
        .xep = arena_strdup(arena, document->number),
        .ns = arena_strdup(arena, ns),
        .path = arena_strdup(arena, path),
        .detail = arena_strdup(arena, detail),
        .message = arena_strdup(arena, message),
        .file = arena_strdup(arena, document->path),
        .line = document_line(document, at),
        .key = key,
        .document = document};
    list_push(arena, &findings->list, f);
    return f;
}

void finding_evidence(
    struct findings *findings, struct finding *finding, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    const char *copy = arena_strdup(findings->arena, line);
    list_push(findings->arena, &finding->evidence, copy);
}

static int by_place(const void *a, const void *b)
{
    const struct finding *x = *(struct finding *const *)a;
    const struct finding *y = *(struct finding *const *)b;
    int order = strcmp(x->xep, y->xep);
    if (order == 0)
        order = strcmp(x->file, y->file);
    if (order == 0)
        order = (x->line > y->line) - (x->line < y->line);
    return order != 0 ? order : strcmp(x->key, y->key);
}

void findings_sort(struct findings *findings)
{
    if (findings->list.count > 1)
        qsort(findings->list.items, findings->list.count,
            sizeof *findings->list.items, by_place);
}

const char *finding_severity(enum severity severity)
{
    static const char *const names[] = {"note", "warning", "error"};
    return names[severity];
}
