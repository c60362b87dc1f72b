#include "audit/claim.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct claims *claims_new(struct audit *audit, const struct document *document,
    const struct prose *prose, const struct examples *examples)
{
    struct claims *c = arena_alloc(audit->arena, sizeof *c);
    c->audit = audit;
    c->document = document;
    c->prose = prose;
    c->examples = examples;
    for (size_t i = 0; i < audit->catalog.schemas.count; i++) {
        struct schema *s = audit->catalog.schemas.items[i];
        if (s->document != document || s->skipped != NULL)
            continue;
        for (const struct tree_node *n = s->root; n != NULL;
             n = tree_following(n, s->root)) {
            if (!xsd_is(n, "element") || tree_value(n, "name") == NULL)
                continue;
            struct own_element e = {.schema = s,
                .node = n,
                .name = tree_value(n, "name"),
                .attributes = declaration_attributes(audit, s, n),
                .model = model_of(audit, s, n)};
            list_push(audit->arena, &c->elements, e);
        }
    }
    return c;
}

struct own_element *claims_element(
    const struct claims *c, const char *name, size_t *at)
{
    for (; *at < c->elements.count; (*at)++)
        if (strcmp(c->elements.items[*at].name, name) == 0)
            return &c->elements.items[(*at)++];
    return NULL;
}

const char *claim_name(struct arena *arena, const char *text)
{
    text += strspn(text, " \t\n'\"<@/");
    /* Typographic quotes. */
    while ((unsigned char)text[0] == 0xe2 && (unsigned char)text[1] == 0x80)
        text += 3;
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || text[len] == '-' ||
           text[len] == '_' || text[len] == '.')
        len++;
    if (len == 0 || !isalpha((unsigned char)*text))
        return NULL;
    const char *rest = text + len;
    if ((unsigned char)rest[0] == 0xe2 && (unsigned char)rest[1] == 0x80)
        rest += 3;
    rest += strspn(rest, " '\"/>*:");
    if (*rest != '\0')
        return NULL;
    while (len > 0 && text[len - 1] == '.')
        len--;
    return arena_strndup(arena, text, len);
}

static struct finding *report(struct claims *c, struct own_element *e,
    const struct tree_node *at, enum severity severity, const char *class,
    const char *detail, const char *message, const struct tree_node *node,
    const char *text, const char *quote)
{
    /* What the examples or the compiler told already is not told again. */
    struct finding *f = schema_finding(
        c->audit, e->schema, at, severity, class, detail, message);
    if (f != NULL)
        finding_evidence(c->audit->findings, f, "%s: %s",
            prose_place(c->audit->arena, c->document, node),
            prose_quote(c->audit->arena, text, quote));
    return f;
}

/* Whether a fault of the schema that was told explains what is seen at a
 * component of that name. */
static bool told(
    const struct claims *c, const struct own_element *e, const char *name)
{
    const struct findings *findings = c->audit->findings;
    const char *path = schema_path(c->audit->arena, e->node);
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (f->document != c->document || strcmp(f->ns, e->schema->ns) != 0 ||
            strncmp(f->class, "example-", 8) == 0)
            continue;
        if ((strncmp(f->class, "undefined-", 10) == 0 &&
                strcmp(f->detail, name) == 0) ||
            (strcmp(f->class, "structure") == 0 && strcmp(f->path, path) == 0))
            return true;
        const char *last = strrchr(f->path, '/');
        last = last == NULL ? f->path : last + 1;
        if (strcmp(*last == '@' ? last + 1 : last, name) == 0 &&
            strncmp(f->path, path, strlen(path)) == 0)
            return true;
    }
    return false;
}

static const struct attribute_use *attribute_of(
    const struct own_element *e, const char *name)
{
    for (size_t i = 0; i < e->attributes.count; i++)
        if (strcmp(e->attributes.items[i].name, name) == 0)
            return &e->attributes.items[i];
    return NULL;
}

static const struct position *child_of(
    const struct own_element *e, const char *name)
{
    for (size_t i = 0; i < e->model->count; i++)
        if (e->model->positions[i].name != NULL &&
            strcmp(e->model->positions[i].name, name) == 0)
            return &e->model->positions[i];
    return NULL;
}

static bool zero(const struct tree_node *node)
{
    const char *min = tree_value(node, "minOccurs");
    return min != NULL && strcmp(min, "0") == 0;
}

/* A sequence of several that may be left out as a whole: an element that is
 * empty when it takes something back. */
static bool all_or_none(const struct tree_node *node)
{
    return (xsd_is(node, "sequence") || xsd_is(node, "all")) &&
           tree_next(tree_child(node, NULL), NULL) != NULL;
}

/* Whether the particle must come: it and all around it, and no choice; where
 * the whole content may be left out, whether it must come beside the rest. */
static bool particle_required(const struct tree_node *node)
{
    for (; node != NULL && !xsd_is(node, "complexType") &&
           !xsd_is(node, "group") && !xsd_is(node, "extension");
         node = node->parent)
        if ((zero(node) && !all_or_none(node)) ||
            (xsd_is(node, "choice") && tree_next(tree_child(node, NULL), NULL)))
            return false;
    return true;
}

/* One of several: a choice, also the repeated one that means "in any order". */
static bool in_choice(const struct tree_node *node)
{
    for (; node != NULL && !xsd_is(node, "complexType"); node = node->parent)
        if (xsd_is(node, "choice") && tree_next(tree_child(node, NULL), NULL))
            return true;
    return false;
}

/* Whether examples show the element without what the text requires. */
static bool examples_lack(
    const struct claims *c, const struct own_element *e, const char *name)
{
    return examples_count(c->examples, e->node) >
           examples_attribute_count(c->examples, e->node, name);
}

/* Sets an attribute of a declaration, or adds it behind the name. */
static void set_attribute(struct claims *c, struct own_element *e,
    struct finding *f, const struct tree_node *at, const char *name,
    const char *value, const char *fix)
{
    struct arena *arena = c->audit->arena;
    const struct tree_attr *there = tree_attr(at, name);
    const struct tree_attr *behind = tree_attr(at, "name");
    if (behind == NULL)
        behind = tree_attr(at, "ref");
    if (there == NULL && behind == NULL)
        return;
    struct edit edit =
        there != NULL ? (struct edit){there->value_at, there->value_len, value}
                      : (struct edit){behind->end, 0,
                            arena_printf(arena, " %s='%s'", name, value)};
    struct edits edits = {0};
    list_push(arena, &edits, edit);
    schema_fix(c->audit, e->schema, f, &edits, fix);
}

void claim_level(struct claims *c, struct own_element *e, const char *name,
    enum claim_level level, const struct tree_node *node, const char *text,
    bool table)
{
    struct arena *arena = c->audit->arena;
    const struct attribute_use *use = attribute_of(e, name);
    const struct position *child = use == NULL ? child_of(e, name) : NULL;
    if ((use == NULL && child == NULL) || told(c, e, name))
        return;
    bool required =
        use != NULL ? use->required : particle_required(child->particle);
    const struct tree_node *at = use != NULL ? use->node : child->particle;
    if (at == NULL || use == NULL ? child->schema != e->schema : false)
        return;
    const char *what = use != NULL ? "attribute" : "child";
    if (level == CLAIM_REQUIRED && !required) {
        bool lack = examples_lack(
            c, e, use != NULL ? name : arena_printf(arena, "<%s", name));
        /* A sentence may speak of one use of the element (a request, a
         * retraction); examples without the attribute say that it does. */
        if ((!table || use == NULL) && lack)
            return;
        if (use == NULL && in_choice(at))
            return;
        const char *initial = tree_value(at, "default");
        if (initial != NULL && !table)
            return;
        struct finding *f = report(c, e, at,
            lack ? SEVERITY_WARNING : SEVERITY_ERROR, "text-required", name,
            arena_printf(arena,
                "the text says that the %s '%s' of <%s/> is REQUIRED, the "
                "schema makes it optional",
                what, name, e->name),
            node, text, name);
        if (f != NULL && use != NULL && !lack)
            set_attribute(
                c, e, f, at, "use", "required", "make it use='required'");
        else if (f != NULL)
            f->fix =
                use != NULL ? "make it use='required'" : "drop minOccurs='0'";
        if (f != NULL && lack)
            finding_evidence(c->audit->findings, f,
                "but examples of <%s/> come without it", e->name);
    } else if (level == CLAIM_OPTIONAL && required) {
        struct finding *f = report(c, e, at, SEVERITY_ERROR, "text-optional",
            name,
            arena_printf(arena,
                "the text says that the %s '%s' of <%s/> is not REQUIRED, the "
                "schema requires it",
                what, name, e->name),
            node, text, name);
        if (f != NULL)
            set_attribute(c, e, f, at, use != NULL ? "use" : "minOccurs",
                use != NULL ? "optional" : "0",
                use != NULL ? "make it use='optional'" : "say minOccurs='0'");
    }
}

bool claims_declares(const struct own_element *e, const char *name, bool child)
{
    return child ? child_of(e, name) != NULL : attribute_of(e, name) != NULL;
}

/* Whether the model lets the child come more than once: by itself, by what is
 * around it, or at several places. */
static bool many(const struct own_element *e, const char *name)
{
    size_t places = 0;
    for (size_t i = 0; i < e->model->count; i++) {
        const struct position *p = &e->model->positions[i];
        if (p->name == NULL || strcmp(p->name, name) != 0)
            continue;
        places++;
        if (position_set_has(&e->model->follow[i], i))
            return true;
    }
    return places != 1;
}

void claim_many(struct claims *c, struct own_element *e, const char *name,
    const struct tree_node *node, const char *text)
{
    const struct position *child = child_of(e, name);
    if (child == NULL || child->schema != e->schema || e->model->any ||
        e->model->truncated || many(e, name) || told(c, e, name))
        return;
    struct finding *f =
        report(c, e, child->particle, SEVERITY_ERROR, "text-repeated", name,
            arena_printf(c->audit->arena,
                "the text lets <%s/> come more than once in <%s/>, the schema "
                "allows it once",
                name, e->name),
            node, text, name);
    if (f != NULL)
        set_attribute(c, e, f, child->particle, "maxOccurs", "unbounded",
            "say maxOccurs='unbounded'");
}

/* Whether all elements of that name lack it, so that no other is meant. */
static bool all_lack(
    const struct claims *c, const char *element, const char *name, bool child)
{
    size_t at = 0;
    const struct own_element *e;
    while ((e = claims_element(c, element, &at)) != NULL) {
        if (e->attributes.any && !child)
            return false;
        if (e->model->any && child)
            return false;
        if (attribute_of(e, name) != NULL || child_of(e, name) != NULL)
            return false;
        for (size_t i = 0; child && i < e->model->count; i++)
            if (e->model->positions[i].name == NULL)
                return false; /* a wildcard takes it */
    }
    return true;
}

void claim_attribute(struct claims *c, struct own_element *e, const char *name,
    const struct tree_node *node, const char *text)
{
    if (!all_lack(c, e->name, name, false) || told(c, e, name))
        return;
    const char *key = arena_printf(c->audit->arena,
        "%s|%s|example-attribute|%s|%s", c->document->number, e->schema->ns,
        schema_path(c->audit->arena, e->node), name);
    if (findings_have(c->audit->findings, key))
        return;
    struct finding *f = report(c, e, e->node, SEVERITY_ERROR, "text-attribute",
        name,
        arena_printf(c->audit->arena,
            "the text gives <%s/> the attribute '%s', which the schema does "
            "not declare",
            e->name, name),
        node, text, name);
    if (f != NULL)
        f->fix = "declare the attribute";
}

void claim_child(struct claims *c, struct own_element *e, const char *name,
    const struct tree_node *node, const char *text)
{
    if (!all_lack(c, e->name, name, true) || told(c, e, name))
        return;
    const char *path = schema_path(c->audit->arena, e->node);
    const char *key = arena_printf(c->audit->arena, "%s|%s|example-child|%s|%s",
        c->document->number, e->schema->ns, path, name);
    const char *other =
        arena_printf(c->audit->arena, "%s|%s|example-child|%s|##other",
            c->document->number, e->schema->ns, path);
    if (findings_have(c->audit->findings, key) ||
        findings_have(c->audit->findings, other))
        return;
    struct finding *f = report(c, e, e->node, SEVERITY_ERROR, "text-child",
        name,
        arena_printf(c->audit->arena,
            "the text gives <%s/> the child <%s/>, which the schema does not "
            "allow",
            e->name, name),
        node, text, name);
    if (f != NULL)
        f->fix = "declare the child";
}

/* Families of types, and how many values they have: a claim of a narrower
 * type against a wider one is a disagreement, too. */
static const struct {
    const char *name;
    enum { TEXT, NUMBER, TIME, TRUTH, BINARY, URI } family;
    int width; /* of integers: bits; negative: signed; 0: unbounded */
} types[] = {
    {"string", TEXT, 0},
    {"normalizedString", TEXT, 0},
    {"token", TEXT, 0},
    {"NMTOKEN", TEXT, 0},
    {"NCName", TEXT, 0},
    {"Name", TEXT, 0},
    {"ID", TEXT, 0},
    {"language", TEXT, 0},
    {"anyURI", URI, 0},
    {"boolean", TRUTH, 0},
    {"dateTime", TIME, 1},
    {"date", TIME, 2},
    {"time", TIME, 3},
    {"base64Binary", BINARY, 1},
    {"hexBinary", BINARY, 2},
    {"decimal", NUMBER, -1000},
    {"float", NUMBER, -1000},
    {"double", NUMBER, -1000},
    {"integer", NUMBER, -999},
    {"long", NUMBER, -64},
    {"int", NUMBER, -32},
    {"short", NUMBER, -16},
    {"byte", NUMBER, -8},
    {"nonNegativeInteger", NUMBER, 999},
    {"positiveInteger", NUMBER, 999},
    {"unsignedLong", NUMBER, 64},
    {"unsignedInt", NUMBER, 32},
    {"unsignedShort", NUMBER, 16},
    {"unsignedByte", NUMBER, 8},
};

static int type_row(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* Whether a declared built-in type contradicts a claimed one. */
static bool contradicts(const char *declared, const char *claimed)
{
    int d = type_row(declared), k = type_row(claimed);
    if (d < 0 || k < 0 || d == k)
        return false;
    if (types[d].family != types[k].family)
        return !(types[d].family == TEXT && types[k].family == URI) &&
               !(types[d].family == URI && types[k].family == TEXT) &&
               !(types[k].family == TEXT);
    if (types[d].family == TIME || types[d].family == BINARY)
        return true;
    if (types[d].family == NUMBER) {
        int wd = types[d].width, wk = types[k].width;
        /* "integer" in the text means no more than a number. */
        if (abs(wk) >= 999)
            return false;
        return wd != wk;
    }
    return false;
}

void claim_type(struct claims *c, struct own_element *e, const char *name,
    const char *type, const struct tree_node *node, const char *text)
{
    struct arena *arena = c->audit->arena;
    const struct attribute_use *use =
        name == NULL ? NULL : attribute_of(e, name);
    const struct position *child =
        name == NULL || use != NULL ? NULL : child_of(e, name);
    const struct tree_node *at = use != NULL     ? use->declaration
                                 : child != NULL ? child->declaration
                                 : name == NULL  ? e->node
                                                 : NULL;
    const struct schema *where = use != NULL     ? use->schema
                                 : child != NULL ? child->declared_in
                                                 : e->schema;
    if (at == NULL || where != e->schema ||
        declaration_values(c->audit, where, at).count > 0 ||
        told(c, e, name == NULL ? e->name : name))
        return;
    const char *declared = schema_base_type(c->audit, where, at);
    if (declared == NULL || !contradicts(declared, type) ||
        declaration_values(c->audit, where, at).count > 0)
        return;
    /* A derived type may narrow it by facets: that we cannot compare. */
    const char *direct = tree_value(at, "type");
    struct qname q =
        direct == NULL ? (struct qname){0} : schema_qname(arena, at, direct);
    if (q.ns == NULL || strcmp(q.ns, XSD_NS) != 0)
        return;
    const char *wrong = name == NULL ? e->name : name;
    struct finding *f = report(c, e, at, SEVERITY_WARNING, "text-type", "",
        arena_printf(arena,
            "the text describes '%s'%s%s%s as xs:%s, the schema types it "
            "xs:%s",
            wrong, name == NULL ? "" : " of <", name == NULL ? "" : e->name,
            name == NULL ? "" : "/>", type, declared),
        node, text, wrong);
    if (f == NULL)
        return;
    const struct tree_attr *attr = tree_attr(at, "type");
    struct edit edit = {attr->value_at, attr->value_len,
        arena_printf(arena, "%s%s", schema_prefix(arena, e->schema), type)};
    struct edits edits = {0};
    list_push(arena, &edits, edit);
    schema_fix(c->audit, e->schema, f, &edits,
        arena_printf(
            arena, "type it %s%s", schema_prefix(arena, e->schema), type));
}
