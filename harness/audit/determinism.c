/* Unique Particle Attribution (XML Schema Part 1, 3.8.6): a parser must know
 * by an element's name alone which particle it belongs to. libxml2 misses
 * cases. And Element Declarations Consistent: one name, one type. */
#include "audit/model.h"

#include <stdio.h>
#include <string.h>

static bool wildcards_meet(const struct position *a, const struct position *b)
{
    bool a_other = strncmp(a->wildcard, "##", 2) == 0 &&
                   strcmp(a->wildcard, "##other") == 0;
    bool b_other = strcmp(b->wildcard, "##other") == 0;
    if (strcmp(a->wildcard, "##any") == 0 ||
        strcmp(b->wildcard, "##any") == 0 || (a_other && b_other))
        return true;
    if (b_other) {
        const struct position *swap = a;
        a = b;
        b = swap;
    }
    /* b is a list of namespaces. */
    const char *words = b->wildcard;
    while (*words != '\0') {
        words += strspn(words, " \t\r\n");
        size_t len = strcspn(words, " \t\r\n");
        char ns[512];
        if (len == 0 || len >= sizeof ns)
            return false;
        snprintf(ns, sizeof ns, "%.*s", (int)len, words);
        if (strcmp(ns, "##targetNamespace") == 0)
            snprintf(ns, sizeof ns, "%s", b->schema->ns);
        if (strcmp(ns, "##local") == 0)
            ns[0] = '\0';
        if (model_wildcard_allows(a, ns))
            return true;
        words += len;
    }
    return false;
}

static bool compete(const struct position *a, const struct position *b)
{
    if (a->particle == b->particle)
        return false;
    if (a->name == NULL && b->name == NULL)
        return wildcards_meet(a, b);
    if (a->name == NULL)
        return model_wildcard_allows(a, b->ns);
    if (b->name == NULL)
        return model_wildcard_allows(b, a->ns);
    return strcmp(a->name, b->name) == 0 && strcmp(a->ns, b->ns) == 0;
}

static const char *shown(struct arena *arena, const struct position *p)
{
    return p->name != NULL
               ? arena_printf(arena, "<%s/>", p->name)
               : arena_printf(arena, "any element (%s)", p->wildcard);
}

static bool conflict_in(const struct model *model,
    const struct position_set *set, size_t *one, size_t *other)
{
    for (size_t i = 0; i < model->count; i++) {
        if (!position_set_has(set, i))
            continue;
        for (size_t j = i + 1; j < model->count; j++) {
            if (position_set_has(set, j) &&
                compete(&model->positions[i], &model->positions[j])) {
                *one = i;
                *other = j;
                return true;
            }
        }
    }
    return false;
}

static void report_ambiguous(struct audit *audit, struct schema *schema,
    const struct tree_node *type, const struct position *a,
    const struct position *b)
{
    struct arena *arena = audit->arena;
    const char *x = shown(arena, a), *y = shown(arena, b);
    const char *message =
        strcmp(x, y) == 0
            ? arena_printf(arena,
                  "the content model is ambiguous: %s may belong to either of "
                  "two "
                  "particles (XML Schema Part 1, Unique Particle Attribution)",
                  x)
            : arena_printf(arena,
                  "the content model is ambiguous: where %s may come, so may "
                  "%s, "
                  "and both take the same element (XML Schema Part 1, Unique "
                  "Particle Attribution)",
                  x, y);
    struct finding *f = schema_finding(audit, schema, type, SEVERITY_ERROR,
        "ambiguous", arena_printf(arena, "%s %s", x, y), message);
    if (f != NULL) {
        f->fix = "write the model so that an element's name decides: join "
                 "the alternatives that begin alike, or replace ##any by "
                 "##other";
        f->proposal = true;
    }
}

static bool same_type(
    struct arena *arena, const struct position *a, const struct position *b)
{
    const char *x = tree_value(a->particle, "type");
    const char *y = tree_value(b->particle, "type");
    if (x == NULL || y == NULL)
        return x == y && tree_child(a->particle, NULL) == NULL &&
               tree_child(b->particle, NULL) == NULL;
    struct qname p = schema_qname(arena, a->particle, x);
    struct qname q = schema_qname(arena, b->particle, y);
    return p.ns != NULL && q.ns != NULL && strcmp(p.ns, q.ns) == 0 &&
           strcmp(p.local, q.local) == 0;
}

static void check_consistent(struct audit *audit, struct schema *schema,
    const struct tree_node *type, const struct model *model)
{
    for (size_t i = 0; i < model->count; i++) {
        for (size_t j = i + 1; j < model->count; j++) {
            const struct position *a = &model->positions[i];
            const struct position *b = &model->positions[j];
            if (a->particle == b->particle || a->name == NULL ||
                b->name == NULL || strcmp(a->name, b->name) != 0 ||
                strcmp(a->ns, b->ns) != 0 || a->declaration == b->declaration ||
                tree_attr(a->particle, "ref") != NULL ||
                tree_attr(b->particle, "ref") != NULL ||
                same_type(audit->arena, a, b))
                continue;
            schema_finding(audit, schema, type, SEVERITY_ERROR, "inconsistent",
                a->name,
                arena_printf(audit->arena,
                    "<%s/> is declared twice in one content model with "
                    "different types (XML Schema Part 1, Element "
                    "Declarations Consistent)",
                    a->name));
            return;
        }
    }
}

static void check_type(
    struct audit *audit, struct schema *schema, const struct tree_node *type)
{
    const struct model *model = model_of(audit, schema, type);
    if (model->truncated || model->any)
        return;
    size_t a = 0, b = 0;
    bool found = conflict_in(model, &model->first, &a, &b);
    for (size_t i = 0; i < model->count && !found; i++)
        found = conflict_in(model, &model->follow[i], &a, &b);
    if (found)
        report_ambiguous(
            audit, schema, type, &model->positions[a], &model->positions[b]);
    else
        check_consistent(audit, schema, type, model);
}

void determinism_check(struct audit *audit, struct schema *schema)
{
    for (const struct tree_node *n = schema->root; n != NULL;
         n = tree_following(n, schema->root))
        if (xsd_is(n, "complexType"))
            check_type(audit, schema, n);
}
