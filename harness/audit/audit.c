#include "audit/audit.h"

#include "audit/claim.h"
#include "audit/compile.h"
#include "audit/corrected.h"
#include "audit/cross.h"
#include "audit/example.h"
#include "audit/prose.h"
#include "base/file.h"

#include <ctype.h>
#include <libxml/xmlschemastypes.h>
#include <stdio.h>
#include <string.h>

enum { ENTITIES_MAX = 4 << 20 };

static bool is_xep_file(const char *name)
{
    return strncmp(name, "xep-", 4) == 0 && isdigit((unsigned char)name[4]) &&
           strlen(name) == strlen("xep-0000.xml") &&
           strcmp(name + 8, ".xml") == 0;
}

static bool is_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits <= 4 && text[digits] == '\0';
}

/* "166", "0166", "XEP-0166" and "xep-0166.xml" name the same document. */
static bool names_file(const char *wanted, const char *file)
{
    if (strncasecmp(wanted, "xep-", 4) == 0 && is_number(wanted + 4))
        wanted += 4;
    if (!is_number(wanted))
        return strcmp(wanted, file) == 0;
    char name[32];
    snprintf(name, sizeof name, "xep-%04ld.xml", strtol(wanted, NULL, 10));
    return strcmp(name, file) == 0;
}

static bool is_wanted(const struct audit_options *options, const char *file)
{
    if (options->wanted == NULL || options->wanted[0] == NULL)
        return true;
    for (size_t i = 0; options->wanted[i] != NULL; i++)
        if (names_file(options->wanted[i], file))
            return true;
    return false;
}

static bool status_wanted(const char *list, const char *status)
{
    size_t n = strlen(status);
    for (const char *p = list; p != NULL && *p != '\0';) {
        p += strspn(p, " ");
        size_t len = strcspn(p, ",");
        if (len == n && strncasecmp(p, status, n) == 0)
            return true;
        p += len + (p[len] == ',');
    }
    return list == NULL;
}

/* A mistyped status would let nothing through, and so find nothing. */
static bool statuses_known(
    const struct checkout *c, const char *list, struct error *error)
{
    for (const char *p = list; p != NULL && *p != '\0';) {
        p += strspn(p, " ");
        size_t len = strcspn(p, ",");
        bool known = false;
        for (size_t i = 0; i < c->documents.count && !known; i++) {
            const char *status = c->documents.items[i]->status;
            known = strlen(status) == len && strncasecmp(p, status, len) == 0;
        }
        if (!known)
            return error_set(error,
                "no XEP of the checkout has the status '%.*s': statuses are "
                "Experimental, Proposed, Deferred, Draft, Final, Active, "
                "Deprecated, Obsolete, Retracted, Rejected",
                (int)len, p);
        p += len + (p[len] == ',');
    }
    return true;
}

static void add(struct checkout *c, const struct audit_options *options,
    const char *path, bool wanted, audit_complain_fn *complain)
{
    struct error error = {0};
    struct document *document = document_read(path, c->entities, &error);
    if (document == NULL) {
        if (wanted) {
            c->broken++;
            complain(error.message);
        }
        return;
    }
    wanted = wanted && status_wanted(options->status, document->status);
    vec_push(&c->documents, document);
    vec_push(&c->wanted, wanted);
}

/* A file replaces the checkout's document of the same number. */
static void drop_same_number(struct checkout *c, const char *number)
{
    size_t last = c->documents.count - 1;
    for (size_t i = 0; i < last; i++) {
        if (strcmp(c->documents.items[i]->number, number) != 0)
            continue;
        document_free(c->documents.items[i]);
        vec_remove(&c->documents, i);
        vec_remove(&c->wanted, i);
        return;
    }
}

static bool read_entities(struct checkout *c, const char *xeps)
{
    char *path = file_join(xeps, "xep.ent");
    struct buffer text = {0};
    struct error error;
    bool ok = file_read(path, ENTITIES_MAX, &text, &error);
    c->entities = entity_table_new(c->arena, NULL);
    if (ok)
        entity_table_read(c->entities, buffer_text(&text), text.len);
    buffer_free(&text);
    free(path);
    return ok;
}

static bool read_documents(struct checkout *c,
    const struct audit_options *options, audit_complain_fn *complain,
    struct error *error)
{
    char **names;
    size_t count;
    if (!file_names(options->xeps, &names, &count, error))
        return false;
    size_t xeps = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_xep_file(names[i]))
            continue;
        xeps++;
        char *path = file_join(options->xeps, names[i]);
        add(c, options, path, is_wanted(options, names[i]), complain);
        free(path);
    }
    file_names_free(names, count);
    if (xeps == 0)
        return error_set(error,
            "%s holds no xep-NNNN.xml: give a checkout of "
            "https://github.com/xsf/xeps with --xeps",
            options->xeps);
    for (size_t i = 0; options->wanted != NULL && options->wanted[i] != NULL;
         i++) {
        const char *wanted = options->wanted[i];
        size_t before = c->documents.count;
        bool named = false;
        for (size_t k = 0; k < before; k++)
            named |= names_file(wanted, c->documents.items[k]->file);
        if (named && !file_exists(wanted))
            continue;
        if (strchr(wanted, '.') == NULL && strchr(wanted, '/') == NULL) {
            char line[256];
            snprintf(
                line, sizeof line, "%s has no XEP %s", options->xeps, wanted);
            complain(line);
            c->broken++;
            continue;
        }
        add(c, options, wanted, true, complain);
        if (c->documents.count > before)
            drop_same_number(
                c, c->documents.items[c->documents.count - 1]->number);
    }
    return true;
}

bool checkout_wants(const struct checkout *c, const struct document *document)
{
    for (size_t i = 0; i < c->documents.count; i++)
        if (c->documents.items[i] == document)
            return c->wanted.items[i];
    return false;
}

static void (*const layers[])(struct audit *, struct schema *) = {
    wellformed_check, structure_check, reference_check, determinism_check,
    compile_check};

static void check_schemas(struct checkout *c)
{
    struct audit *audit = c->audit;
    for (size_t i = 0; i < c->documents.count; i++)
        schema_extract(audit, c->documents.items[i]);
    for (size_t k = 0; k < sizeof layers / sizeof *layers; k++)
        for (size_t i = 0; i < audit->catalog.schemas.count; i++)
            if (audit->catalog.schemas.items[i]->skipped == NULL)
                layers[k](audit, audit->catalog.schemas.items[i]);
}

static void check_document(struct checkout *c, struct document *document)
{
    struct audit *audit = c->audit;
    const struct prose *prose = prose_read(audit->arena, document);
    examples_check_form(audit, document, prose);
    const struct examples *examples = examples_read(audit, document);
    schema_version_check(audit, document, prose, examples);
    struct claims *claims = claims_new(audit, document, prose, examples);
    claims_read_tables(claims);
    claims_read_sentences(claims);
    claims_read_lists(claims);
    claims_find_unused(claims);
    examples_check(audit, examples, prose);
}

void checkout_check(struct checkout *c, const struct document *document)
{
    for (size_t i = 0; i < c->documents.count; i++) {
        if (c->documents.items[i] != document || c->checked.items[i])
            continue;
        c->checked.items[i] = true;
        check_document(c, c->documents.items[i]);
    }
}

/* What other documents were told stays told. */
static void tell(struct audit *audit, struct finding *const *findings,
    size_t count, const struct document *except)
{
    for (size_t i = 0; i < count; i++)
        if (findings[i]->document != except)
            vec_push(&audit->told, findings[i]);
}

/* A view with the changed document's schemas among the others' as they are;
 * it is checked alone. */
static struct checkout *new_view(struct checkout *checkout,
    const struct document *original, struct document *changed)
{
    struct checkout *view = mem_alloc(sizeof *view);
    view->arena = arena_new();
    view->audit = arena_alloc(view->arena, sizeof *view->audit);
    struct audit *audit = view->audit;
    audit->arena = view->arena;
    audit->findings = findings_new();
    const struct catalog *all = &checkout->audit->catalog;
    bool extracted = false; /* in the place of the original's */
    for (size_t i = 0; i < all->schemas.count; i++) {
        if (all->schemas.items[i]->document != original)
            vec_push(&audit->catalog.schemas, all->schemas.items[i]);
        else if (!extracted)
            schema_extract(audit, changed);
        extracted |= all->schemas.items[i]->document == original;
    }
    if (!extracted)
        schema_extract(audit, changed);
    tell(audit, checkout->audit->findings->list.items,
        checkout->audit->findings->list.count, original);
    tell(audit, checkout->audit->told.items, checkout->audit->told.count,
        original);
    for (size_t k = 0; k < sizeof layers / sizeof *layers; k++)
        for (size_t i = 0; i < audit->catalog.schemas.count; i++)
            if (audit->catalog.schemas.items[i]->document == changed &&
                audit->catalog.schemas.items[i]->skipped == NULL)
                layers[k](audit, audit->catalog.schemas.items[i]);
    missing_schema_check(audit, changed);
    check_document(view, changed);
    return view;
}

struct checkout *audit_recheck(struct checkout *checkout,
    const struct document *original, struct document *changed)
{
    compile_start();
    struct checkout *view = new_view(checkout, original, changed);
    cross_check_types(view->audit, changed);
    cross_check_uses(checkout, view->audit, changed);
    compile_end();
    return view;
}

/* Whether a text speaks of a namespace that `of` has a schema for. */
static bool speaks_of(
    const struct audit *audit, const struct document *of, const char *text)
{
    for (size_t i = 0; i < audit->catalog.schemas.count; i++) {
        const struct schema *s = audit->catalog.schemas.items[i];
        if (s->document == of && *s->ns != '\0' && strstr(text, s->ns) != NULL)
            return true;
    }
    return false;
}

/* Whether a schema of the document is built on one of `of`. */
static bool builds_on(const struct audit *audit,
    const struct document *document, const struct document *of)
{
    for (size_t i = 0; i < audit->catalog.schemas.count; i++) {
        const struct schema *s = audit->catalog.schemas.items[i];
        if (s->document == document && speaks_of(audit, of, s->text.data))
            return true;
    }
    return false;
}

struct checkout *audit_recheck_all(struct checkout *checkout,
    const struct document *original, struct document *changed)
{
    compile_start();
    struct checkout *view = new_view(checkout, original, changed);
    for (size_t i = 0; i < checkout->documents.count; i++) {
        struct document *d = checkout->documents.items[i];
        bool is_changed = d == original;
        vec_push(&view->documents, is_changed ? changed : d);
        vec_push(&view->wanted, is_changed);
        vec_push(&view->checked, true);
        bool touched = is_changed ||
                       speaks_of(checkout->audit, original, d->source) ||
                       speaks_of(view->audit, changed, d->source);
        vec_push(&view->foreign, touched ? NULL : checkout->foreign.items[i]);
        if (!is_changed && touched &&
            (builds_on(checkout->audit, d, original) ||
                builds_on(view->audit, d, changed)))
            check_document(view, d);
    }
    cross_check_around(view, changed);
    compile_end();
    return view;
}

void audit_recheck_end(struct checkout *view)
{
    vec_free(&view->documents);
    vec_free(&view->wanted);
    vec_free(&view->checked);
    vec_free(&view->foreign);
    vec_free(&view->audit->told);
    vec_free(&view->audit->catalog.schemas);
    findings_free(view->audit->findings);
    arena_free(view->arena);
    free(view);
}

/* The context was checked to be repaired; its findings are not asked for. */
static void keep_wanted(struct checkout *c)
{
    struct findings *findings = c->audit->findings;
    size_t kept = 0;
    for (size_t i = 0; i < findings->list.count; i++) {
        struct finding *f = findings->list.items[i];
        if (checkout_wants(c, f->document))
            findings->list.items[kept++] = f;
        else
            vec_push(&c->audit->told, f);
    }
    findings->list.count = kept;
}

struct checkout *audit_run(const struct audit_options *options,
    audit_complain_fn *complain, struct error *error)
{
    struct checkout *c = mem_alloc(sizeof *c);
    c->arena = arena_new();
    c->audit = arena_alloc(c->arena, sizeof *c->audit);
    c->audit->arena = c->arena;
    c->audit->findings = findings_new();
    bool entities = read_entities(c, options->xeps);
    if (!read_documents(c, options, complain, error) ||
        !statuses_known(c, options->status, error)) {
        checkout_free(c);
        return NULL;
    }
    if (!entities) {
        char line[512];
        snprintf(line, sizeof line,
            "%.400s has no xep.ent: entities stay unresolved", options->xeps);
        complain(line);
    }
    xmlSchemaInitTypes();
    compile_start();
    check_schemas(c);
    VEC(bool) asked = {0};
    for (size_t i = 0; i < c->documents.count; i++) {
        vec_push(&asked, c->wanted.items[i]);
        c->wanted.items[i] |= options->whole;
        vec_push(&c->checked, false);
        vec_push(&c->foreign, NULL);
        missing_schema_check(c->audit, c->documents.items[i]);
    }
    for (size_t i = 0; i < c->documents.count; i++)
        if (c->wanted.items[i])
            checkout_check(c, c->documents.items[i]);
    cross_check(c);
    c->schemas = options->schemas == NULL
                     ? NULL
                     : arena_strdup(c->arena, options->schemas);
    corrected_check(c);
    compile_end();
    for (size_t i = 0; i < asked.count; i++)
        c->wanted.items[i] = asked.items[i];
    vec_free(&asked);
    keep_wanted(c);
    findings_sort(c->audit->findings);
    return c;
}

size_t checkout_wanted(const struct checkout *checkout)
{
    size_t wanted = 0;
    for (size_t i = 0; i < checkout->wanted.count; i++)
        wanted += checkout->wanted.items[i];
    return wanted;
}

void checkout_free(struct checkout *checkout)
{
    if (checkout == NULL)
        return;
    for (size_t i = 0; i < checkout->documents.count; i++)
        document_free(checkout->documents.items[i]);
    vec_free(&checkout->documents);
    vec_free(&checkout->wanted);
    vec_free(&checkout->checked);
    vec_free(&checkout->foreign);
    vec_free(&checkout->audit->told);
    vec_free(&checkout->audit->catalog.schemas);
    findings_free(checkout->audit->findings);
    arena_free(checkout->arena);
    free(checkout);
}
