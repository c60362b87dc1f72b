/* The same element in several XEPs: a candidate, a payload type. */
#include "audit/cross.h"
#include "audit/declaration.h"

#include <string.h>

bool cross_is_number(const char *type)
{
    return strstr(type, "nt") != NULL || strstr(type, "hort") != NULL ||
           strstr(type, "yte") != NULL || strcmp(type, "long") == 0 ||
           strcmp(type, "unsignedLong") == 0;
}

/* Two declarations of one element: same name, and most attributes shared. */
enum { SHARED_ATTRIBUTES = 4, SHARED_BY_COUSINS = 3 };

struct twin {
    struct schema *schema;
    const struct tree_node *node;
    struct attribute_uses attributes;
};

struct twins {
    VEC(struct twin);
};

static bool refers_to(const struct document *a, const struct document *b)
{
    return strstr(a->source, arena_printf(a->arena, "XEP-%s", b->number)) !=
               NULL ||
           strstr(a->source, arena_printf(a->arena, "&xep%s;", b->number)) !=
               NULL;
}

static size_t shared(const struct twin *a, const struct twin *b)
{
    size_t count = 0;
    for (size_t i = 0; i < a->attributes.count; i++)
        count += attribute_use_find(
                     &b->attributes, "", a->attributes.items[i].name) != NULL;
    return count;
}

/* A type that names a range which the other keeps to: any number here, a port
 * there. */
static bool unbounded(const char *type)
{
    return strcmp(type, "integer") == 0 || strcmp(type, "long") == 0 ||
           strcmp(type, "positiveInteger") == 0 ||
           strcmp(type, "nonNegativeInteger") == 0;
}

static void wider(struct audit *audit, const struct twin *a,
    const struct attribute_use *use, const struct twin *b,
    const struct attribute_use *other, const char *one, const char *two)
{
    struct finding *f = schema_finding(audit, a->schema, use->node,
        SEVERITY_WARNING, "typed-elsewhere", "",
        arena_printf(audit->arena,
            "'%s' is xs:%s here, without an upper bound, and xs:%s in the same "
            "element of XEP-%s",
            use->name, one, two, b->schema->document->number));
    if (f == NULL)
        return;
    finding_evidence(audit->findings, f, "XEP-%s, line %d, %s",
        b->schema->document->number,
        document_line(
            b->schema->document, b->schema->text.origin[other->node->at]),
        schema_path(audit->arena, other->node));
    const struct tree_attr *type = tree_attr(use->node, "type");
    if (type == NULL)
        return;
    struct edit edit = {type->value_at, type->value_len,
        arena_printf(
            audit->arena, "%s%s", schema_prefix(audit->arena, a->schema), two)};
    struct edits edits = {0};
    list_push(audit->arena, &edits, edit);
    schema_fix(audit, a->schema, f, &edits,
        arena_printf(audit->arena, "type it %s%s",
            schema_prefix(audit->arena, a->schema), two));
}

static void compare_ranges(
    struct audit *audit, const struct twin *a, const struct twin *b)
{
    for (size_t i = 0; i < a->attributes.count; i++) {
        const struct attribute_use *use = &a->attributes.items[i];
        const struct attribute_use *other =
            attribute_use_find(&b->attributes, "", use->name);
        if (other == NULL || use->declaration == NULL ||
            other->declaration == NULL)
            continue;
        const char *one = schema_base_type(audit, a->schema, use->declaration);
        const char *two =
            schema_base_type(audit, b->schema, other->declaration);
        if (one != NULL && two != NULL && unbounded(one) &&
            strcmp(two, "unsignedShort") == 0)
            wider(audit, a, use, b, other, one, two);
    }
}

/* A number here, text there: the example of there is refused here. */
static void compare_twins(
    struct audit *audit, const struct twin *a, const struct twin *b)
{
    for (size_t i = 0; i < a->attributes.count; i++) {
        const struct attribute_use *use = &a->attributes.items[i];
        const struct attribute_use *other =
            attribute_use_find(&b->attributes, "", use->name);
        if (other == NULL || use->declaration == NULL ||
            other->declaration == NULL)
            continue;
        const char *one = schema_base_type(audit, a->schema, use->declaration);
        const char *two =
            schema_base_type(audit, b->schema, other->declaration);
        if (one == NULL || two == NULL || !cross_is_number(one) ||
            strcmp(two, "string") != 0)
            continue;
        struct finding *f = schema_finding(audit, a->schema, use->node,
            SEVERITY_WARNING, "typed-elsewhere", b->schema->ns,
            arena_printf(audit->arena,
                "'%s' is xs:%s here, so that values that XEP-%s allows in "
                "the same element (xs:string) are refused",
                use->name, one, b->schema->document->number));
        if (f == NULL)
            continue;
        finding_evidence(audit->findings, f, "XEP-%s, line %d",
            b->schema->document->number,
            document_line(
                b->schema->document, b->schema->text.origin[other->node->at]));
        f->fix = "type it the same in both";
    }
}

static bool repeats(const struct tree_node *node)
{
    const char *max = tree_value(node, "maxOccurs");
    return max != NULL && strcmp(max, "1") != 0 && strcmp(max, "0") != 0;
}

/* One child here, any number in every twin that refers to it. */
static void compare_occurrence(
    struct audit *audit, const struct twins *twins, size_t index)
{
    const struct twin *a = &twins->items[index];
    if (xsd_is(a->node->parent, "schema") || repeats(a->node) ||
        repeats(a->node->parent))
        return;
    size_t many = 0;
    const struct twin *example = NULL;
    for (size_t i = 0; i < twins->count; i++) {
        const struct twin *b = &twins->items[i];
        if (b->schema->document == a->schema->document ||
            xsd_is(b->node->parent, "schema") ||
            shared(a, b) < SHARED_ATTRIBUTES)
            continue;
        if (!repeats(b->node))
            return;
        many++;
        example = b;
    }
    if (many < 2)
        return;
    struct finding *f = schema_finding(audit, a->schema, a->node,
        SEVERITY_WARNING, "occurs-elsewhere", "",
        arena_printf(audit->arena,
            "<%s/> may occur once here, and any number of times in the same "
            "place of %zu sibling XEPs",
            tree_value(a->node, "name"), many));
    if (f == NULL)
        return;
    finding_evidence(audit->findings, f, "XEP-%s, line %d",
        example->schema->document->number,
        document_line(example->schema->document,
            example->schema->text.origin[example->node->at]));
    f->fix = "raise maxOccurs";
}

static bool related(const struct document *a, const struct document *b)
{
    return a != b && !document_is_over(b) &&
           (refers_to(a, b) || refers_to(b, a));
}

static void check_twins_of(struct audit *audit, const struct twins *twins)
{
    for (size_t i = 0; i < twins->count; i++) {
        const struct twin *a = &twins->items[i];
        if (document_is_over(a->schema->document))
            continue;
        compare_occurrence(audit, twins, i);
        for (size_t k = 0; k < twins->count; k++) {
            const struct twin *b = &twins->items[k];
            if (!related(a->schema->document, b->schema->document))
                continue;
            if (shared(a, b) >= SHARED_ATTRIBUTES)
                compare_twins(audit, a, b);
            if (shared(a, b) >= SHARED_BY_COUSINS)
                compare_ranges(audit, a, b);
        }
    }
}

void twins_check(struct audit *audit)
{
    struct catalog *catalog = &audit->catalog;
    struct arena *arena = audit->arena;
    struct twins all = {0};
    for (size_t i = 0; i < catalog->schemas.count; i++) {
        struct schema *s = catalog->schemas.items[i];
        for (const struct tree_node *n = s->root;
             s->skipped == NULL && n != NULL; n = tree_following(n, s->root)) {
            if (!xsd_is(n, "element") || tree_value(n, "name") == NULL)
                continue;
            struct twin twin = {s, n, declaration_attributes(audit, s, n)};
            if (twin.attributes.count >= SHARED_ATTRIBUTES)
                list_push(arena, &all, twin);
        }
    }
    for (size_t i = 0; i < all.count; i++) {
        const char *name = tree_value(all.items[i].node, "name");
        struct twins twins = {0};
        bool first = true;
        for (size_t k = 0; k < all.count; k++) {
            if (strcmp(tree_value(all.items[k].node, "name"), name) != 0)
                continue;
            first &= k >= i;
            list_push(arena, &twins, all.items[k]);
        }
        if (first && twins.count > 1)
            check_twins_of(audit, &twins);
    }
}
