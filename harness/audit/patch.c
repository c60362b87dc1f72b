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
 * as they are. all: and what it does to the other XEPs. */
static struct attempt recheck(struct checkout *checkout,
    const struct document *original, const char *source, bool all)
{
    struct attempt a = {.checkout = checkout, .original = original};
    a.document = document_parse(
        original->path, source, strlen(source), checkout->entities, NULL);
    if (a.document == NULL)
        return a;
    a.view = all ? audit_recheck_all(checkout, original, a.document)
                 : audit_recheck(checkout, original, a.document);
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
    static const char *const skipped[] = {"old-namespace", "corrected", NULL};
    for (size_t i = 0; skipped[i] != NULL; i++)
        if (strcmp(f->class, skipped[i]) == 0)
            return false;
    return true;
}

static bool was_told(const struct audit *audit, const char *key)
{
    for (size_t i = 0; i < audit->told.count; i++)
        if (strcmp(audit->told.items[i]->key, key) == 0)
            return true;
    return findings_have(audit->findings, key);
}

/* Whether the attempt shows a finding, of this XEP or another, that the
 * original did not have. */
static const struct finding *something_new(const struct attempt *a)
{
    const struct findings *now = a->view->audit->findings;
    for (size_t i = 0; i < now->list.count; i++) {
        const struct finding *f = now->list.items[i];
        if (f->severity != SEVERITY_NOTE &&
            !was_told(a->checkout->audit, f->key))
            return f;
    }
    return NULL;
}

static char *apply(const struct document *d, const struct edits *edits)
{
    return edits_apply(d->source, d->source_len, edits, NULL);
}

/* The section of schemas that the document has, NULL: none. */
static const struct tree_node *schema_section(const struct document *d)
{
    const struct tree_node *top = d->tree->document;
    for (const struct tree_node *n = top->first; n != NULL;
         n = tree_following(n, top)) {
        const char *topic = tree_value(n, "topic");
        if (n->name != NULL && strcmp(n->name, "section1") == 0 &&
            topic != NULL && strcasestr(topic, "schema") != NULL && !n->empty)
            return n;
    }
    return NULL;
}

/* Nothing but "TODO" or "to be supplied". */
static bool only_promises(const struct tree_node *section)
{
    for (const struct tree_node *n = tree_child(section, NULL); n != NULL;
         n = tree_next(n, NULL))
        if (strcmp(n->name, "p") != 0)
            return false;
    return true;
}

/* Proposed schemas stand in the document's section of schemas, in place of a
 * promise; or in a section of their own, before the acknowledgements. */
static struct edit place_proposals(
    struct arena *arena, const struct document *d, const char *code)
{
    const struct tree_node *section = schema_section(d);
    if (section != NULL && only_promises(section)) {
        size_t end = section->end;
        while (end > section->at_end &&
               (d->source[end - 1] == ' ' || d->source[end - 1] == '\t'))
            end--;
        return (struct edit){section->at_end, end - section->at_end,
            arena_printf(arena, "\n%s", code)};
    }
    if (section != NULL)
        return (struct edit){section->end, 0, code};
    const char *at = strstr(d->source, "<section1 topic='Acknowledgements'");
    if (at == NULL)
        at = strstr(d->source, "<section1 topic=\"Acknowledgements\"");
    if (at == NULL)
        at = strstr(d->source, "</xep>");
    if (at == NULL)
        return (struct edit){0};
    while (at > d->source && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    return (struct edit){(size_t)(at - d->source), 0,
        arena_printf(arena,
            "<section1 topic='XML Schema' anchor='schema'>\n%s</section1>\n%s",
            code, *at == '<' && at[1] == '/' ? "" : "\n")};
}

static void add_proposals(struct checkout *c, const struct findings *findings,
    const struct document *d, struct edits *edits)
{
    struct buffer out = {0};
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (!concerns(f, d) || strcmp(f->class, "no-schema") != 0)
            continue;
        const char *schema = propose_schema(c->arena, d, f->ns, c->schemas);
        if (schema != NULL)
            buffer_printf(&out, "  <code><![CDATA[\n%s]]></code>\n", schema);
    }
    if (out.len > 0) {
        struct edit edit = place_proposals(
            c->arena, d, arena_strdup(c->arena, buffer_text(&out)));
        if (edit.text != NULL)
            list_push(c->arena, edits, edit);
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

/* What a patch leaves alone. */
struct plan {
    const char *without; /* a finding's key, or NULL */
    bool no_examples;    /* the schema only */
    struct {
        VEC(const char *);
    } namespaces; /* of schemas that it could not make compile */
};

static bool planned(const struct plan *plan, const struct finding *f)
{
    if (plan->without != NULL && strcmp(plan->without, f->key) == 0)
        return false;
    /* The fix of "example-text" and its like is one of the schema. */
    bool example = strcmp(f->class, "example-wellformed") == 0;
    if (plan->no_examples && example)
        return false;
    for (size_t i = 0; i < plan->namespaces.count; i++)
        if (!example && strcmp(plan->namespaces.items[i], f->ns) == 0)
            return false;
    return true;
}

/* Applies what `findings` propose for the document; NULL: nothing. */
static char *apply_fixes(struct checkout *c, const struct findings *findings,
    const struct document *d, const struct plan *plan)
{
    struct arena *arena = c->arena;
    struct edits edits = {0};
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (concerns(f, d) && planned(plan, f))
            add_edits(arena, f, &edits);
    }
    add_proposals(c, findings, d, &edits);
    return edits.count == 0 ? NULL : apply(d, &edits);
}

/* Fixes round by round, since some stand in the way of others. */
static char *fix_all(struct checkout *c, const struct document *original,
    const struct plan *plan)
{
    char *source = NULL;
    const struct findings *findings = c->audit->findings;
    struct attempt a = {0};
    const struct document *d = original;
    for (int round = 0; round < ROUNDS; round++) {
        char *next = apply_fixes(c, findings, d, plan);
        attempt_end(&a);
        if (next == NULL)
            break;
        free(source);
        source = next;
        a = recheck(c, original, source, false);
        if (a.view == NULL)
            break;
        findings = a.view->audit->findings;
        d = a.document;
    }
    attempt_end(&a);
    return source;
}

static bool sound(const struct schema *s)
{
    return s->skipped == NULL && s->compiles && !s->repaired;
}

/* Whether all schemas of the changed document compile as they stand; those
 * that do not are added to the plan's. */
static bool all_compile(
    const struct attempt *a, struct arena *arena, struct plan *plan)
{
    const struct catalog *catalog = &a->view->audit->catalog;
    bool all = true;
    for (size_t i = 0; i < catalog->schemas.count; i++) {
        const struct schema *s = catalog->schemas.items[i];
        if (s->document != a->document || sound(s))
            continue;
        all = false;
        const char *ns = arena_strdup(arena, s->ns);
        list_push(arena, &plan->namespaces, ns);
    }
    return all;
}

/* Whether the patch may be: nothing new, something gone. broken: gets the
 * namespaces of schemas that do not compile even so. */
static bool judge(struct checkout *c, const struct document *original,
    struct patch *patch, struct plan *broken)
{
    struct attempt a = recheck(c, original, patch->source, true);
    const struct finding *worse = a.view == NULL ? NULL : something_new(&a);
    bool good = a.view != NULL && worse == NULL;
    size_t trim = worse == NULL ? 0 : strlen(worse->message);
    while (trim > 0 && worse->message[trim - 1] == '.')
        trim--;
    if (worse != NULL)
        patch->why = arena_printf(c->arena,
            "with the changes below applied, something new would show, in "
            "XEP-%s: %.*s",
            worse->xep, (int)trim, worse->message);
    const struct findings *before = c->audit->findings;
    for (size_t i = 0; good && i < before->list.count; i++) {
        const struct finding *f = before->list.items[i];
        if (concerns(f, original) && rechecked(f) &&
            !findings_have(a.view->audit->findings, f->key))
            list_push(c->arena, &patch->fixed, f);
    }
    patch->compiles = good && all_compile(&a, c->arena, broken);
    if (good && !patch->compiles)
        patch->why = "with the changes below applied, a schema of this "
                     "document would still not compile";
    attempt_end(&a);
    return good && patch->fixed.count > 0;
}

/* Carries a plan out; keeps it in best when it is the better one. A schema
 * that does not compile afterwards is no reason to touch it: what is left of
 * the plan without it is tried, too. */
static void consider(struct checkout *c, const struct document *original,
    const struct plan *plan, struct patch *best)
{
    struct plan now = *plan;
    for (int tries = 0; tries < 2; tries++) {
        struct patch patch = {.source = fix_all(c, original, &now)};
        struct plan broken = {0};
        bool good = patch.source != NULL && judge(c, original, &patch, &broken);
        if (good && patch.compiles && patch.fixed.count > best->fixed.count) {
            free(best->source);
            *best = patch;
            return;
        }
        free(patch.source);
        if (best->why == NULL)
            best->why = patch.why;
        if (!good || broken.namespaces.count == 0)
            return;
        now.namespaces.items = broken.namespaces.items;
        now.namespaces.count = broken.namespaces.count;
    }
}

static bool has_fix(const struct finding *f, const struct document *d)
{
    return concerns(f, d) && f->edits.count > 0;
}

struct patch patch_make(struct checkout *c, const struct document *original)
{
    struct patch best = {0};
    struct plan all = {0};
    const struct findings *findings = c->audit->findings;
    size_t fixes = 0;
    for (size_t i = 0; i < findings->list.count; i++)
        fixes += has_fix(findings->list.items[i], original) ||
                 (concerns(findings->list.items[i], original) &&
                     strcmp(findings->list.items[i]->class, "no-schema") == 0);
    if (fixes == 0)
        return best;
    consider(c, original, &all, &best);
    if (best.fixed.count >= fixes)
        return best;
    /* Something stands in the way: one of them, or the examples. */
    struct plan schema = {.no_examples = true};
    consider(c, original, &schema, &best);
    for (size_t i = 0; i < findings->list.count; i++) {
        if (!has_fix(findings->list.items[i], original))
            continue;
        struct plan plan = {.without = findings->list.items[i]->key};
        consider(c, original, &plan, &best);
        if (best.fixed.count + 1 >= fixes)
            break;
    }
    return best;
}

void patch_free(struct patch *patch)
{
    free(patch->source);
    patch->source = NULL;
}
