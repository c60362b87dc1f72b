#include "schema/component.h"

#include "base/bytes.h"
#include "base/xml.h"
#include "schema/catalog.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define XS "http://www.w3.org/2001/XMLSchema"

enum { depth_max = 8, facets_max = 64 };

/* One schema while it is read. */
struct reading {
    const xmlNode *root;
    const char *ns;
    const struct rules *rules;
    struct arena *arena;
    struct component_list *out;
    /* Which elements take foreign attributes, by their paths. */
    struct buffer with_attributes;
    unsigned with, without;
};

/* What the content of an element was found to be. */
struct content {
    unsigned particles;     /* child elements declared */
    bool ordered;           /* by a sequence of several */
    bool alternative;       /* one of several */
    const char *foreign;    /* elements of other namespaces; NULL: none */
    const char *attributes; /* the same of attributes */
    bool mixed;
    const char *text; /* type of its character data, or NULL */
};

/* Where a particle stands: how often, and below what path. */
struct place {
    const char *path;
    const char *element; /* its local name */
    unsigned min, max;   /* UINT_MAX: unbounded */
    unsigned depth;
    const char *see;
};

static bool is_xs(const xmlNode *node, const char *name)
{
    return xml_is(node, XS, name);
}

static const char *local(const char *qname)
{
    const char *colon = strchr(qname, ':');
    return colon == NULL ? qname : colon + 1;
}

/* The namespace that a QName in the schema means. */
static const char *ns_of(const xmlNode *node, const char *qname)
{
    char prefix[64];
    const char *colon = strchr(qname, ':');
    snprintf(prefix, sizeof prefix, "%.*s",
        (int)(colon == NULL ? 0 : colon - qname), qname);
    const xmlNs *ns = xmlSearchNs(
        node->doc, (xmlNode *)node, colon == NULL ? NULL : BAD_CAST prefix);
    return ns == NULL ? "" : (const char *)ns->href;
}

/* The global declaration of that kind and name in the schema (or, for our
 * shared types, in types.xsd), or NULL. */
static const xmlNode *find_global(
    const struct reading *r, const char *kind, const char *name)
{
    for (const xmlNode *node = xml_child(r->root, XS, kind); node != NULL;
         node = xml_next(node, XS, kind)) {
        const char *own = xml_attr(node, "name");
        if (own != NULL && strcmp(own, name) == 0)
            return node;
    }
    return NULL;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "one of a|b|c", whatever order the schema lists them in. */
static const char *enumeration(
    const struct reading *r, const xmlNode *restriction)
{
    const char *values[facets_max];
    size_t count = 0;
    for (const xmlNode *node = xml_child(restriction, XS, "enumeration");
         node != NULL && count < facets_max;
         node = xml_next(node, XS, "enumeration"))
        values[count++] =
            xml_attr(node, "value") == NULL ? "" : xml_attr(node, "value");
    if (count == 0)
        return NULL;
    if (count == 1 && *values[0] == 0)
        return "empty";
    qsort(values, count, sizeof *values, compare_text);
    struct buffer text = {0};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&text, "%s%s", i == 0 ? "one of " : "|", values[i]);
    const char *result = arena_strdup(r->arena, buffer_text(&text));
    buffer_free(&text);
    return result;
}

static const char *type_fact(
    const struct reading *r, const xmlNode *at, const char *qname);

/* A simpleType, by its restriction. */
static const char *simple_fact(const struct reading *r, const xmlNode *simple)
{
    const xmlNode *restriction = xml_child(simple, XS, "restriction");
    if (restriction == NULL)
        return "a union";
    const char *listed = enumeration(r, restriction);
    if (listed != NULL)
        return listed;
    const char *base = xml_attr(restriction, "base");
    struct buffer text = {0};
    buffer_add_text(
        &text, base == NULL ? "?" : type_fact(r, restriction, base));
    for (const xmlNode *facet = xml_child(restriction, XS, NULL); facet != NULL;
         facet = xml_next(facet, XS, NULL)) {
        const char *value = xml_attr(facet, "value");
        if (value != NULL)
            buffer_printf(&text, " %s %s", (const char *)facet->name, value);
    }
    const char *result = arena_strdup(r->arena, buffer_text(&text));
    buffer_free(&text);
    return result;
}

/* Our shared types keep their names; those for elements are called like the
 * types of their text, with attributes beside it. */
static const char *shared_fact(const struct reading *r, const char *name)
{
    static const char suffix[] = "Element";
    size_t len = strlen(name), tail = sizeof suffix - 1;
    bool element = len > tail && strcmp(name + len - tail, suffix) == 0;
    return arena_strndup(r->arena, name, element ? len - tail : len);
}

/* A type by name: built-in, or defined here; our shared types keep their
 * names. NULL: it is a complex type. */
static const char *type_fact(
    const struct reading *r, const xmlNode *at, const char *qname)
{
    const char *name = local(qname);
    const char *ns = ns_of(at, qname);
    if (strcmp(ns, "urn:jinglespec:types") == 0)
        return shared_fact(r, name);
    if (strcmp(name, "empty") == 0 && xml_child(r->root, XS, "include") != NULL)
        return "empty"; /* the one of empty.xsd */
    const xmlNode *simple = find_global(r, "simpleType", name);
    if (simple != NULL && strcmp(ns, XS) != 0)
        return simple_fact(r, simple);
    if (find_global(r, "complexType", name) != NULL && strcmp(ns, XS) != 0)
        return NULL;
    if (strcmp(ns, XS) != 0 && strcmp(name, "empty") == 0)
        return "'empty', which is not defined";
    return arena_strdup(r->arena, name);
}

static void add(const struct reading *r, const char *path, const char *fact,
    const char *see)
{
    if (components_find(r->out, path) != NULL)
        return; /* the first declaration tells */
    vec_push(&r->out->items, ((struct component){path, fact, see}));
}

static const char *section_of(
    const xmlNode *node, const char *inherited, struct arena *arena)
{
    xmlChar *see = xmlGetNsProp(node, BAD_CAST "see", BAD_CAST CATALOG_NOTES);
    if (see == NULL)
        return inherited;
    const char *copy = arena_strdup(arena, (const char *)see);
    xmlFree(see);
    return copy;
}

static void read_attribute(
    const struct reading *r, const xmlNode *node, const struct place *place)
{
    const char *name = xml_attr(node, "name");
    const char *fixed = xml_attr(node, "fixed");
    const char *value = fixed != NULL ? fixed : xml_attr(node, "default");
    const char *type = xml_attr(node, "type");
    const char *use = xml_attr(node, "use");
    const xmlNode *simple = xml_child(node, XS, "simpleType");
    if (name == NULL)
        return; /* xml:lang and its like may stand anywhere */
    const char *fact = simple != NULL ? simple_fact(r, simple)
                       : type != NULL ? type_fact(r, node, type)
                                      : "string";
    add(r, arena_printf(r->arena, "%s@%s", place->path, name),
        arena_printf(r->arena, "%s; %s%s%s",
            use != NULL && strcmp(use, "required") == 0 ? "required"
                                                        : "optional",
            fact == NULL ? "a complex type" : fact,
            value == NULL   ? ""
            : fixed != NULL ? "; fixed "
                            : "; default ",
            value == NULL ? "" : value),
        section_of(node, place->see, r->arena));
}

static void read_element(
    struct reading *r, const xmlNode *node, const struct place *place);

static unsigned number(const xmlNode *node, const char *name)
{
    const char *value = xml_attr(node, name);
    unsigned result = 1;
    if (value != NULL && strcmp(value, "unbounded") == 0)
        return UINT_MAX;
    return value != NULL && sscanf(value, "%u", &result) == 1 ? result : 1;
}

static unsigned times(unsigned a, unsigned b)
{
    if (a == 0 || b == 0)
        return 0;
    return a == UINT_MAX || b == UINT_MAX ? UINT_MAX : a * b;
}

static unsigned count_particles(const xmlNode *group)
{
    unsigned count = 0;
    for (const xmlNode *node = xml_child(group, XS, NULL); node != NULL;
         node = xml_next(node, XS, NULL))
        count += !is_xs(node, "annotation");
    return count;
}

/* "foreign", with the namespaces and the processing where these are others
 * than any other namespace's, as far as they are known. */
static const char *wildcard_fact(const struct reading *r, const xmlNode *node)
{
    const char *ns = xml_attr(node, "namespace");
    const char *process = xml_attr(node, "processContents");
    bool other = ns != NULL && strcmp(ns, "##other") == 0;
    bool lax = process != NULL && strcmp(process, "lax") == 0;
    return arena_printf(r->arena, "foreign%s%s%s%s", other ? "" : " of ",
        other        ? ""
        : ns == NULL ? "##any"
                     : ns,
        lax ? "" : " ",
        lax               ? ""
        : process == NULL ? "strict"
                          : process);
}

/* What stands in a type, a group or (in broken schemas) in an element:
 * declarations found at any depth of grouping. */
static void read_inside(struct reading *r, const xmlNode *inside,
    struct place place, struct content *content)
{
    for (const xmlNode *node = xml_child(inside, XS, NULL); node != NULL;
         node = xml_next(node, XS, NULL)) {
        struct place here = place;
        const char *base = xml_attr(node, "base");
        if (is_xs(node, "element")) {
            content->particles++;
            here.min = times(place.min, number(node, "minOccurs"));
            here.max = times(place.max, number(node, "maxOccurs"));
            read_element(r, node, &here);
        } else if (is_xs(node, "attribute")) {
            read_attribute(r, node, &place);
        } else if (is_xs(node, "any")) {
            content->foreign = wildcard_fact(r, node);
        } else if (is_xs(node, "anyAttribute")) {
            content->attributes = wildcard_fact(r, node);
        } else if (is_xs(node, "sequence") || is_xs(node, "choice") ||
                   is_xs(node, "all")) {
            bool several = count_particles(node) > 1;
            here.min = times(place.min, number(node, "minOccurs"));
            here.max = times(place.max, number(node, "maxOccurs"));
            if (is_xs(node, "choice") && several)
                here.min = 0;
            content->ordered =
                content->ordered ||
                (is_xs(node, "sequence") && several && here.max == 1);
            content->alternative =
                content->alternative ||
                (is_xs(node, "choice") && several && here.max == 1);
            read_inside(r, node, here, content);
        } else if (!is_xs(node, "annotation") && !is_xs(node, "simpleType")) {
            const char *mixed = xml_attr(node, "mixed");
            content->mixed =
                content->mixed || (mixed != NULL && strcmp(mixed, "true") == 0);
            if (base != NULL)
                content->text = type_fact(r, node, base);
            read_inside(r, node, here, content);
        }
    }
}

static void read_type(struct reading *r, const xmlNode *node,
    const struct place *place, struct content *content)
{
    const char *type = xml_attr(node, "type");
    const xmlNode *simple = xml_child(node, XS, "simpleType");
    struct place inner = *place;
    inner.min = inner.max = 1;
    if (simple != NULL)
        content->text = simple_fact(r, simple);
    else if (type != NULL)
        content->text = type_fact(r, node, type);
    if (type != NULL && content->text == NULL)
        read_inside(
            r, find_global(r, "complexType", local(type)), inner, content);
    read_inside(r, node, inner, content);
    /* Our shared types of elements take attributes. */
    if (type != NULL && content->attributes == NULL &&
        (strcmp(ns_of(node, type), "urn:jinglespec:types") == 0 ||
            (strcmp(local(type), "empty") == 0 &&
                xml_child(r->root, XS, "include") != NULL)))
        content->attributes = "foreign";
}

static void count_attributes(
    struct reading *r, const char *path, const struct content *content)
{
    if (content->attributes == NULL) {
        r->without++;
        return;
    }
    r->with++;
    buffer_printf(&r->with_attributes, "%s%s: %s", r->with == 1 ? "" : ", ",
        strchr(path, '}') + 1, content->attributes);
}

static const char *content_fact(
    const struct reading *r, const struct content *content)
{
    if (content->particles == 0 && content->foreign == NULL)
        return content->text == NULL ? "empty" : content->text;
    return arena_printf(r->arena, "children%s%s%s%s%s",
        content->ordered       ? " in order"
        : content->alternative ? " of one kind"
                               : "",
        content->foreign == NULL ? "" : ", ",
        content->foreign == NULL ? "" : content->foreign,
        content->mixed ? ", text" : "", content->particles == 0 ? " only" : "");
}

/* Beside our schemas stands the table of rules, which counts. */
static void count_by_rules(const struct reading *r, const char *parent,
    const char *child, unsigned *min, unsigned *max)
{
    for (size_t i = 0; r->rules != NULL && i < rules_count(r->rules); i++) {
        const struct rule *rule = rules_at(r->rules, i);
        if (rule->kind == RULE_CHILDREN && rule->attribute == NULL &&
            strcmp(rule->entry->uri, r->ns) == 0 &&
            strcmp(rule->element, parent) == 0 && rule->child_ns != NULL &&
            strcmp(rule->child_ns, r->ns) == 0 &&
            strcmp(rule->child, child) == 0) {
            *min = rule->min;
            *max = rule->max;
        }
    }
}

static const char *times_fact(
    const struct reading *r, unsigned min, unsigned max)
{
    if (max == UINT_MAX)
        return arena_printf(r->arena, "%u..*; ", min);
    return arena_printf(r->arena, "%u..%u; ", min, max);
}

static void read_element(
    struct reading *r, const xmlNode *node, const struct place *place)
{
    const char *name = xml_attr(node, "name"), *ref = xml_attr(node, "ref");
    const xmlNode *declared = node;
    if (ref != NULL) {
        name = local(ref);
        declared =
            strcmp(ns_of(node, ref), r->ns) == 0 || strchr(ref, ':') == NULL
                ? find_global(r, "element", name)
                : NULL;
        if (declared == NULL)
            return; /* another namespace's: a foreign element to ours */
    }
    if (name == NULL || place->depth == depth_max)
        return;
    bool global = place->element == NULL;
    struct place here = {
        global ? arena_printf(r->arena, "{%s}%s", r->ns, name)
               : arena_printf(r->arena, "%s/%s", place->path, name),
        name, place->min, place->max, place->depth + 1,
        section_of(declared, place->see, r->arena)};
    if (!global)
        count_by_rules(r, place->element, name, &here.min, &here.max);
    /* In its place before its children, whose reading fills it in. */
    if (components_find(r->out, here.path) != NULL)
        return;
    size_t index = r->out->items.count;
    add(r, here.path, "", here.see);
    struct content content = {0};
    read_type(r, declared, &here, &content);
    count_attributes(r, here.path, &content);
    r->out->items.items[index].fact = arena_printf(r->arena, "%s%s",
        global ? "" : times_fact(r, here.min, here.max),
        content_fact(r, &content));
}

/* One component for all elements: ours take foreign attributes everywhere. */
static void add_attributes(const struct reading *r)
{
    const char *list = buffer_text(&r->with_attributes);
    bool special = strstr(list, ": foreign ") != NULL;
    if (r->with + r->without == 0)
        return;
    add(r, arena_printf(r->arena, "{%s}*@*", r->ns),
        r->with == 0 ? "no foreign attributes"
        : r->without == 0 && !special
            ? "foreign attributes on each element"
            : arena_printf(r->arena, "foreign attributes on %s", list),
        "");
}

void components_read(const xmlDoc *schema, const struct rules *rules,
    struct arena *arena, struct component_list *out)
{
    const xmlNode *root = xmlDocGetRootElement(schema);
    /* A broken one may have its schema element somewhere below. */
    root = root == NULL ? NULL : xml_find(root, NULL, XS, "schema");
    if (root == NULL)
        return;
    const char *ns = xml_attr(root, "targetNamespace");
    struct reading reading = {.root = root,
        .ns = ns == NULL ? "" : ns,
        .rules = rules,
        .arena = arena,
        .out = out};
    const struct place top = {.min = 1, .max = 1};
    for (const xmlNode *node = xml_child(root, XS, "element"); node != NULL;
         node = xml_next(node, XS, "element"))
        read_element(&reading, node, &top);
    add_attributes(&reading);
    buffer_free(&reading.with_attributes);
}

const struct component *components_find(
    const struct component_list *list, const char *path)
{
    for (size_t i = 0; i < list->items.count; i++) {
        if (strcmp(list->items.items[i].path, path) == 0)
            return &list->items.items[i];
    }
    return NULL;
}
