#include "audit/patch.h"

#include "audit/compile.h"
#include "audit/cross.h"
#include "audit/propose.h"

#include <string.h>

enum { ROUNDS = 5 };

struct attempt {
    struct checkout *checkout;
    const struct document *original;
    struct checkout *view; /* the changed document alone is wanted */
    struct document *document;
};

/* The XEP's findings once its source is `source`; all other schemas are taken
 * as they are. */
static struct attempt recheck(struct checkout *checkout,
    const struct document *original, const char *source)
{
    struct attempt a = {.checkout = checkout, .original = original};
    a.document = document_parse(
        original->path, source, strlen(source), checkout->entities, NULL);
    if (a.document == NULL)
        return a;
    a.view = audit_recheck(checkout, original, a.document);
    return a;
}

static void attempt_end(struct attempt *a)
{
    if (a->view != NULL)
        audit_recheck_end(a->view);
    document_free(a->document);
    a->view = NULL;
    a->document = NULL;
}

static bool concerns(const struct finding *f, const struct document *d)
{
    return strcmp(f->xep, d->number) == 0 && f->severity != SEVERITY_NOTE &&
           strcmp(f->file, d->path) == 0;
}

/* Classes that the recheck does not look for. */
static bool rechecked(const struct finding *f)
{
    static const char *const skipped[] = {"use-elsewhere", "example-elsewhere",
        "old-namespace", "occurs-elsewhere", "corrected", NULL};
    for (size_t i = 0; skipped[i] != NULL; i++)
        if (strcmp(f->class, skipped[i]) == 0)
            return false;
    return true;
}

/* Whether the attempt shows a finding that the original did not have. */
static bool something_new(const struct attempt *a)
{
    const struct findings *now = a->view->audit->findings;
    for (size_t i = 0; i < now->list.count; i++) {
        const struct finding *f = now->list.items[i];
        if (concerns(f, a->original) &&
            !findings_have(a->checkout->audit->findings, f->key))
            return true;
    }
    return false;
}

static char *apply(const struct document *d, const struct edits *edits)
{
    return edits_apply(d->source, d->source_len, edits, NULL);
}

/* A section with the proposed schemas, before the acknowledgements. */
static void add_proposals(struct arena *arena, const struct findings *findings,
    const struct document *d, struct edits *edits)
{
    struct buffer out = {0};
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (!concerns(f, d) || strcmp(f->class, "no-schema") != 0)
            continue;
        const char *schema = propose_schema(arena, d, f->ns);
        if (schema != NULL)
            buffer_printf(&out, "  <code><![CDATA[\n%s]]></code>\n", schema);
    }
    const char *at = strstr(d->source, "<section1 topic='Acknowledgements'");
    if (at == NULL)
        at = strstr(d->source, "<section1 topic=\"Acknowledgements\"");
    if (at == NULL)
        at = strstr(d->source, "</xep>");
    if (out.len > 0 && at != NULL) {
        struct edit edit = {(size_t)(at - d->source), 0,
            arena_printf(arena,
                "<section1 topic='XML Schema' anchor='schema'>\n%s"
                "</section1>\n",
                buffer_text(&out))};
        list_push(arena, edits, edit);
    }
    buffer_free(&out);
}

static void add_edits(
    struct arena *arena, const struct finding *f, struct edits *edits)
{
    for (size_t k = 0; k < f->edits.count; k++) {
        const struct edit *e = &f->edits.items[k];
        for (size_t i = 0; i < edits->count; i++)
            if (edits->items[i].at == e->at && edits->items[i].len == e->len &&
                strcmp(edits->items[i].text, e->text) == 0)
                return; /* the same mend, found twice */
        list_push(arena, edits, *e);
    }
}

/* Applies what `findings` propose for the document; NULL: nothing. When
 * `only` is given, that one alone. */
static char *apply_fixes(struct arena *arena, const struct findings *findings,
    const struct document *d, const struct finding *only)
{
    struct edits edits = {0};
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (concerns(f, d) && (only == NULL || f == only))
            add_edits(arena, f, &edits);
    }
    if (only == NULL)
        add_proposals(arena, findings, d, &edits);
    return edits.count == 0 ? NULL : apply(d, &edits);
}

/* Fixes round by round, since some stand in the way of others. */
static char *fix_all(struct checkout *c, const struct document *original)
{
    char *source = NULL;
    const struct findings *findings = c->audit->findings;
    struct attempt a = {0};
    const struct document *d = original;
    for (int round = 0; round < ROUNDS; round++) {
        char *next = apply_fixes(c->arena, findings, d, NULL);
        attempt_end(&a);
        if (next == NULL)
            break;
        free(source);
        source = next;
        a = recheck(c, original, source);
        if (a.view == NULL)
            break;
        findings = a.view->audit->findings;
        d = a.document;
    }
    attempt_end(&a);
    return source;
}

/* One fix after the other, those that bring something new left out. */
static char *fix_some(struct checkout *c, const struct document *original)
{
    char *source = NULL;
    const struct findings *findings = c->audit->findings;
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (!concerns(f, original) || f->edits.count == 0)
            continue;
        /* Places move: find this finding in what is there now. */
        struct attempt before = {0};
        const struct finding *now = f;
        const struct document *d = original;
        if (source != NULL) {
            before = recheck(c, original, source);
            now = NULL;
            const struct findings *list =
                before.view == NULL ? NULL : before.view->audit->findings;
            for (size_t k = 0; list != NULL && k < list->list.count; k++)
                if (strcmp(list->list.items[k]->key, f->key) == 0)
                    now = list->list.items[k];
            d = before.document;
        }
        char *next =
            now == NULL
                ? NULL
                : apply_fixes(c->arena,
                      source == NULL ? findings : before.view->audit->findings,
                      d, now);
        attempt_end(&before);
        if (next == NULL)
            continue;
        struct attempt after = recheck(c, original, next);
        bool good = after.view != NULL && !something_new(&after);
        attempt_end(&after);
        if (good) {
            free(source);
            source = next;
        } else {
            free(next);
        }
    }
    return source;
}

static bool all_compile(const struct attempt *a)
{
    const struct catalog *catalog = &a->view->audit->catalog;
    for (size_t i = 0; i < catalog->schemas.count; i++) {
        const struct schema *s = catalog->schemas.items[i];
        if (s->document == a->document &&
            (s->skipped != NULL || !s->compiles || s->repaired))
            return false;
    }
    return true;
}

static bool judge(
    struct checkout *c, const struct document *original, struct patch *patch)
{
    struct attempt a = recheck(c, original, patch->source);
    bool good = a.view != NULL && !something_new(&a);
    const struct findings *before = c->audit->findings;
    for (size_t i = 0; good && i < before->list.count; i++) {
        const struct finding *f = before->list.items[i];
        if (concerns(f, original) && rechecked(f) &&
            !findings_have(a.view->audit->findings, f->key))
            list_push(c->arena, &patch->fixed, f);
    }
    patch->compiles = good && all_compile(&a);
    attempt_end(&a);
    return good && patch->fixed.count > 0;
}

struct patch patch_make(struct checkout *c, const struct document *original)
{
    struct patch patch = {.source = fix_all(c, original)};
    if (patch.source != NULL && judge(c, original, &patch))
        return patch;
    free(patch.source);
    patch = (struct patch){.source = fix_some(c, original)};
    if (patch.source != NULL && judge(c, original, &patch))
        return patch;
    free(patch.source);
    return (struct patch){0};
}

void patch_free(struct patch *patch)
{
    free(patch->source);
    patch->source = NULL;
}
