#include "audit/model.h"

#include <stdlib.h>
#include <string.h>

enum { MODEL_DEPTH = 24, UNROLLED = 4 };

struct part {
    struct position_set first, last;
    bool nullable;
};

struct builder {
    struct audit *audit;
    struct model *model;
    VEC(struct position) positions;
    VEC(struct position_set) follow;
};

bool position_set_has(const struct position_set *set, size_t index)
{
    return (set->bits[index / 64] >> (index % 64)) & 1;
}

static void unite(struct position_set *set, const struct position_set *other)
{
    for (size_t i = 0; i < MODEL_POSITIONS / 64; i++)
        set->bits[i] |= other->bits[i];
}

/* Everything in `last` may be followed by everything in `first`. */
static void connect(struct builder *b, const struct position_set *last,
    const struct position_set *first)
{
    for (size_t i = 0; i < b->positions.count; i++)
        if (position_set_has(last, i))
            unite(&b->follow.items[i], first);
}

static struct part sequence_of(
    struct builder *b, struct part left, struct part right)
{
    connect(b, &left.last, &right.first);
    struct part both = {.first = left.first,
        .last = right.last,
        .nullable = left.nullable && right.nullable};
    if (left.nullable)
        unite(&both.first, &right.first);
    if (right.nullable)
        unite(&both.last, &left.last);
    return both;
}

static struct part nothing(void)
{
    return (struct part){.nullable = true};
}

static struct part leaf(struct builder *b, struct position position)
{
    struct part part = {0};
    if (b->positions.count >= MODEL_POSITIONS) {
        b->model->truncated = true;
        return nothing();
    }
    size_t index = b->positions.count;
    struct arena *arena = b->audit->arena;
    list_push(arena, &b->positions, position);
    struct position_set none = {0};
    list_push(arena, &b->follow, none);
    part.first.bits[index / 64] |= (uint64_t)1 << (index % 64);
    part.last = part.first;
    return part;
}

static struct part particle(struct builder *b, const struct schema *schema,
    const struct tree_node *node, int depth);

static bool is_qualified(
    const struct schema *schema, const struct tree_node *node)
{
    const char *form = tree_value(node, "form");
    if (form == NULL)
        form = tree_value(schema->root, "elementFormDefault");
    return form != NULL && strcmp(form, "qualified") == 0;
}

static struct part element(struct builder *b, const struct schema *schema,
    const struct tree_node *node)
{
    struct position p = {.particle = node,
        .schema = schema,
        .declaration = node,
        .declared_in = schema};
    const char *ref = tree_value(node, "ref");
    if (ref == NULL) {
        p.name = tree_value(node, "name");
        p.ns = is_qualified(schema, node) ? schema->ns : "";
        if (p.name == NULL)
            return nothing();
        return leaf(b, p);
    }
    struct qname q = schema_qname(b->audit->arena, node, ref);
    if (q.ns == NULL)
        return nothing();
    p.name = q.local;
    p.ns = q.ns;
    p.declaration = published_global(&b->audit->catalog, q.ns, "element",
        q.local, schema->document, &p.declared_in);
    return leaf(b, p);
}

static struct part wildcard(const struct schema *schema, struct builder *b,
    const struct tree_node *node)
{
    const char *ns = tree_value(node, "namespace");
    struct position p = {.particle = node,
        .schema = schema,
        .wildcard = ns == NULL ? "##any" : ns};
    return leaf(b, p);
}

static struct part group(struct builder *b, const struct schema *schema,
    const struct tree_node *node, int depth)
{
    const char *ref = tree_value(node, "ref");
    const struct tree_node *definition = node;
    if (ref != NULL) {
        struct qname q = schema_qname(b->audit->arena, node, ref);
        definition = q.ns == NULL
                         ? NULL
                         : published_global(&b->audit->catalog, q.ns, "group",
                               q.local, schema->document, &schema);
        if (definition == NULL && q.ns != NULL) {
            /* Unknown: anything of its namespace. */
            struct position p = {
                .particle = node, .schema = schema, .wildcard = q.ns};
            return leaf(b, p);
        }
    }
    for (const struct tree_node *n =
             definition == NULL ? NULL : tree_child(definition, NULL);
         n != NULL; n = tree_next(n, NULL))
        if (!xsd_is(n, "annotation"))
            return particle(b, schema, n, depth);
    return nothing();
}

static bool is_particle(const struct tree_node *n)
{
    return xsd_is(n, "element") || xsd_is(n, "any") || xsd_is(n, "group") ||
           xsd_is(n, "sequence") || xsd_is(n, "choice") || xsd_is(n, "all");
}

static struct part once(struct builder *b, const struct schema *schema,
    const struct tree_node *node, int depth)
{
    if (depth > MODEL_DEPTH)
        return nothing();
    if (xsd_is(node, "element"))
        return element(b, schema, node);
    if (xsd_is(node, "any"))
        return wildcard(schema, b, node);
    if (xsd_is(node, "group"))
        return group(b, schema, node, depth + 1);
    bool sequence = xsd_is(node, "sequence"), all = xsd_is(node, "all");
    struct part whole = {.nullable = sequence || all};
    bool any = false;
    for (const struct tree_node *n = tree_child(node, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        if (!is_particle(n))
            continue;
        struct part part = particle(b, schema, n, depth + 1);
        any = true;
        if (sequence) {
            whole = sequence_of(b, whole, part);
            continue;
        }
        if (all) { /* any order; that each comes once is counted elsewhere */
            connect(b, &whole.last, &part.first);
            connect(b, &part.last, &whole.first);
            whole.nullable = whole.nullable && part.nullable;
        } else {
            whole.nullable = whole.nullable || part.nullable;
        }
        unite(&whole.first, &part.first);
        unite(&whole.last, &part.last);
    }
    return any ? whole : nothing();
}

static long occurs(
    const struct tree_node *node, const char *name, long otherwise)
{
    const char *value = tree_value(node, name);
    if (value == NULL)
        return otherwise;
    return strcmp(value, "unbounded") == 0 ? -1 : strtol(value, NULL, 10);
}

static struct part particle(struct builder *b, const struct schema *schema,
    const struct tree_node *node, int depth)
{
    long min = occurs(node, "minOccurs", 1), max = occurs(node, "maxOccurs", 1);
    if (max == 0 || depth > MODEL_DEPTH)
        return nothing();
    if (max > 1 && max <= UNROLLED) {
        struct part whole = nothing();
        for (long i = 0; i < max; i++) {
            struct part copy = once(b, schema, node, depth);
            copy.nullable |= i >= min;
            whole = sequence_of(b, whole, copy);
        }
        return whole;
    }
    struct part part = once(b, schema, node, depth);
    if (max != 1)
        connect(b, &part.last, &part.first);
    part.nullable |= min == 0;
    return part;
}

const struct tree_node *model_type(struct audit *audit,
    const struct schema **schema, const struct tree_node *declaration)
{
    if (xsd_is(declaration, "complexType"))
        return declaration;
    const struct tree_node *inner = tree_child(declaration, "complexType");
    const char *name = tree_value(declaration, "type");
    if (inner != NULL || name == NULL)
        return inner;
    struct qname q = schema_qname(audit->arena, declaration, name);
    if (q.ns == NULL || strcmp(q.ns, XSD_NS) == 0)
        return NULL;
    const struct tree_node *type = published_global(
        &audit->catalog, q.ns, "type", q.local, (*schema)->document, schema);
    return xsd_is(type, "complexType") ? type : NULL;
}

static struct part type_content(struct builder *b, const struct schema *schema,
    const struct tree_node *type, int depth)
{
    struct part whole = nothing();
    const char *mixed = tree_value(type, "mixed");
    if (mixed != NULL && strcmp(mixed, "true") == 0)
        b->model->mixed = true;
    if (tree_child(type, "simpleContent") != NULL) {
        b->model->simple = true;
        return whole;
    }
    const struct tree_node *content = tree_child(type, "complexContent");
    if (content != NULL && depth < MODEL_DEPTH) {
        const struct tree_node *by = tree_child(content, "extension");
        bool extends = by != NULL;
        if (by == NULL)
            by = tree_child(content, "restriction");
        const char *base = by == NULL ? NULL : tree_value(by, "base");
        if (base == NULL)
            return whole;
        struct qname q = schema_qname(b->audit->arena, by, base);
        const struct schema *there = schema;
        const struct tree_node *base_type =
            q.ns == NULL ? NULL
                         : published_global(&b->audit->catalog, q.ns, "type",
                               q.local, schema->document, &there);
        if (extends && base_type == NULL)
            b->model->any = true;
        if (extends && base_type != NULL)
            whole = type_content(b, there, base_type, depth + 1);
        type = by;
    }
    for (const struct tree_node *n = tree_child(type, NULL); n != NULL;
         n = tree_next(n, NULL))
        if (is_particle(n))
            whole = sequence_of(b, whole, particle(b, schema, n, depth));
    return whole;
}

struct model *model_of(struct audit *audit, const struct schema *schema,
    const struct tree_node *declaration)
{
    struct model *model = arena_alloc(audit->arena, sizeof *model);
    struct builder b = {.audit = audit, .model = model};
    const struct tree_node *type = model_type(audit, &schema, declaration);
    model->nullable = true;
    if (type == NULL) {
        const char *name = tree_value(declaration, "type");
        bool inner = tree_child(declaration, "simpleType") != NULL;
        struct qname q = name == NULL
                             ? (struct qname){0}
                             : schema_qname(audit->arena, declaration, name);
        model->any = (name == NULL && !inner) ||
                     (q.local != NULL && strcmp(q.local, "anyType") == 0);
        if (name != NULL && !model->any &&
            schema_base_type(audit, schema, declaration) == NULL)
            model->any = true; /* a type of a namespace we do not have */
        model->simple = !model->any;
        return model;
    }
    struct part whole = type_content(&b, schema, type, 0);
    model->positions = b.positions.items;
    model->count = b.positions.count;
    model->follow = b.follow.items;
    model->first = whole.first;
    model->last = whole.last;
    model->nullable = whole.nullable;
    return model;
}

bool model_wildcard_allows(const struct position *p, const char *ns)
{
    const char *words = p->wildcard;
    const char *target = p->schema->ns;
    if (strcmp(words, "##any") == 0)
        return true;
    if (strcmp(words, "##other") == 0)
        return strcmp(ns, target) != 0 && *ns != '\0';
    while (*words != '\0') {
        words += strspn(words, " \t\r\n");
        size_t len = strcspn(words, " \t\r\n");
        if ((len == strlen(ns) && strncmp(words, ns, len) == 0 && len > 0) ||
            (len == 17 && strncmp(words, "##targetNamespace", 17) == 0 &&
                strcmp(ns, target) == 0) ||
            (len == 7 && strncmp(words, "##local", 7) == 0 && *ns == '\0'))
            return true;
        words += len;
    }
    return false;
}

bool model_fits(const struct position *p, const char *ns, const char *name)
{
    if (p->name == NULL)
        return model_wildcard_allows(p, ns);
    return strcmp(p->name, name) == 0 && strcmp(p->ns, ns) == 0;
}
