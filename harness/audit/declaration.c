#include "audit/declaration.h"

#include "audit/model.h"

#include <ctype.h>
#include <libxml/xmlregexp.h>
#include <stdlib.h>
#include <string.h>

enum { DECLARATION_DEPTH = 16 };

static const struct tree_node *restriction_of(const struct tree_node *type)
{
    const struct tree_node *content = tree_child(type, "simpleContent");
    if (content == NULL)
        content = tree_child(type, "complexContent");
    if (content == NULL)
        content = type;
    const struct tree_node *by = tree_child(content, "extension");
    return by != NULL ? by : tree_child(content, "restriction");
}

static void add_attributes(struct audit *audit, const struct schema *schema,
    const struct tree_node *parent, struct attribute_uses *uses, int depth);

static void add_use(struct audit *audit, const struct schema *schema,
    const struct tree_node *node, struct attribute_uses *uses)
{
    struct attribute_use use = {.ns = "",
        .node = node,
        .declaration = node,
        .schema = schema,
        .name = tree_value(node, "name")};
    const char *how = tree_value(node, "use"), *ref = tree_value(node, "ref");
    use.required = how != NULL && strcmp(how, "required") == 0;
    use.prohibited = how != NULL && strcmp(how, "prohibited") == 0;
    if (ref != NULL) {
        struct qname q = schema_qname(audit->arena, node, ref);
        use.ns = q.ns == NULL ? "" : q.ns;
        use.name = q.local;
        use.declaration = published_global(&audit->catalog, use.ns, "attribute",
            q.local, schema->document, &use.schema);
    }
    if (use.name != NULL)
        list_push(audit->arena, uses, use);
}

static void add_group(struct audit *audit, const struct schema *schema,
    const struct tree_node *node, struct attribute_uses *uses, int depth)
{
    const char *ref = tree_value(node, "ref");
    struct qname q =
        ref == NULL ? (struct qname){0} : schema_qname(audit->arena, node, ref);
    const struct tree_node *group =
        q.ns == NULL ? NULL
                     : published_global(&audit->catalog, q.ns, "attributeGroup",
                           q.local, schema->document, &schema);
    if (group == NULL)
        uses->any = true;
    else
        add_attributes(audit, schema, group, uses, depth + 1);
}

static void add_attributes(struct audit *audit, const struct schema *schema,
    const struct tree_node *parent, struct attribute_uses *uses, int depth)
{
    if (depth > DECLARATION_DEPTH)
        return;
    for (const struct tree_node *n = tree_child(parent, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        if (xsd_is(n, "attribute"))
            add_use(audit, schema, n, uses);
        else if (xsd_is(n, "anyAttribute"))
            uses->any = true;
        else if (xsd_is(n, "attributeGroup"))
            add_group(audit, schema, n, uses, depth);
    }
}

static void add_type(struct audit *audit, const struct schema *schema,
    const struct tree_node *type, struct attribute_uses *uses, int depth)
{
    if (depth > DECLARATION_DEPTH)
        return;
    add_attributes(audit, schema, type, uses, depth);
    bool derived = tree_child(type, "simpleContent") != NULL ||
                   tree_child(type, "complexContent") != NULL;
    const struct tree_node *by = derived ? restriction_of(type) : NULL;
    if (by == NULL)
        return;
    add_attributes(audit, schema, by, uses, depth);
    const char *base = tree_value(by, "base");
    struct qname q =
        base == NULL ? (struct qname){0} : schema_qname(audit->arena, by, base);
    if (q.ns == NULL || strcmp(q.ns, XSD_NS) == 0)
        return;
    const struct tree_node *base_type = published_global(
        &audit->catalog, q.ns, "type", q.local, schema->document, &schema);
    if (base_type == NULL)
        uses->any = true;
    else if (xsd_is(base_type, "complexType"))
        add_type(audit, schema, base_type, uses, depth + 1);
}

struct attribute_uses declaration_attributes(struct audit *audit,
    const struct schema *schema, const struct tree_node *declaration)
{
    struct attribute_uses uses = {0};
    const struct schema *where = schema;
    const struct tree_node *type = model_type(audit, &where, declaration);
    if (type != NULL) {
        add_type(audit, where, type, &uses, 0);
        return uses;
    }
    /* No type at all is anyType; a simple one has no attributes. */
    const char *name = tree_value(declaration, "type");
    if (name == NULL) {
        uses.any = tree_child(declaration, "simpleType") == NULL;
        return uses;
    }
    struct qname q = schema_qname(audit->arena, declaration, name);
    uses.any = q.ns == NULL || strcmp(q.local, "anyType") == 0 ||
               (strcmp(q.ns, XSD_NS) != 0 &&
                   published_global(&audit->catalog, q.ns, "type", q.local,
                       schema->document, NULL) == NULL);
    return uses;
}

const struct attribute_use *attribute_use_find(
    const struct attribute_uses *uses, const char *ns, const char *name)
{
    for (size_t i = 0; i < uses->count; i++)
        if (strcmp(uses->items[i].name, name) == 0 &&
            strcmp(uses->items[i].ns, ns) == 0)
            return &uses->items[i];
    return NULL;
}

static const char *collapse(struct arena *arena, const char *value)
{
    struct buffer out = {0};
    for (; *value != '\0'; value++) {
        if (!isspace((unsigned char)*value))
            buffer_add(&out, value, 1);
        else if (out.len > 0 && out.data[out.len - 1] != ' ')
            buffer_add_text(&out, " ");
    }
    if (out.len > 0 && out.data[out.len - 1] == ' ')
        out.len--;
    const char *text = arena_strndup(
        arena, out.data == NULL ? "" : (const char *)out.data, out.len);
    buffer_free(&out);
    return text;
}

/* Anchors are ordinary characters in XML Schema; the schema's author meant
 * none, and is told so elsewhere. */
static const char *without_anchors(struct arena *arena, const char *pattern)
{
    size_t len = strlen(pattern);
    if (len < 2 || (pattern[0] != '^' && pattern[len - 1] != '$'))
        return pattern;
    size_t from = pattern[0] == '^', to = len - (pattern[len - 1] == '$');
    return arena_strndup(arena, pattern + from, to - from);
}

static bool matches(const char *pattern, const char *value)
{
    xmlRegexpPtr regexp = xmlRegexpCompile((const xmlChar *)pattern);
    if (regexp == NULL)
        return true;
    bool ok = xmlRegexpExec(regexp, (const xmlChar *)value) != 0;
    xmlRegFreeRegexp(regexp);
    return ok;
}

static size_t characters(const char *value)
{
    size_t n = 0;
    for (; *value != '\0'; value++)
        n += (*value & 0xc0) != 0x80;
    return n;
}

static bool facets_allow(
    struct arena *arena, const struct tree_node *by, const char *value)
{
    bool enumerated = false, listed = false, patterned = false, fits = false;
    for (const struct tree_node *n = tree_child(by, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        const char *facet = xsd_name(n), *limit = tree_value(n, "value");
        if (limit == NULL)
            continue;
        if (strcmp(facet, "enumeration") == 0) {
            enumerated = true;
            listed |= strcmp(limit, value) == 0;
        } else if (strcmp(facet, "pattern") == 0) {
            patterned = true;
            fits |= matches(without_anchors(arena, limit), value);
        } else if (strcmp(facet, "minLength") == 0) {
            if (characters(value) < strtoul(limit, NULL, 10))
                return false;
        } else if (strcmp(facet, "maxLength") == 0) {
            if (characters(value) > strtoul(limit, NULL, 10))
                return false;
        } else if (strcmp(facet, "minInclusive") == 0) {
            if (isdigit((unsigned char)*value) &&
                strtod(value, NULL) < strtod(limit, NULL))
                return false;
        } else if (strcmp(facet, "maxInclusive") == 0) {
            if (isdigit((unsigned char)*value) &&
                strtod(value, NULL) > strtod(limit, NULL))
                return false;
        }
    }
    return (!enumerated || listed) && (!patterned || fits);
}

static bool type_allows(struct audit *audit, const struct schema *schema,
    const struct tree_node *type, const char *value, int depth);

static bool name_allows(struct audit *audit, const struct schema *schema,
    const struct tree_node *at, const char *name, const char *value, int depth)
{
    struct qname q = schema_qname(audit->arena, at, name);
    if (q.ns == NULL)
        return true;
    if (strcmp(q.ns, XSD_NS) == 0)
        return xsd_value_ok(q.local, value);
    const struct tree_node *type = published_global(
        &audit->catalog, q.ns, "type", q.local, schema->document, &schema);
    return type == NULL || type_allows(audit, schema, type, value, depth + 1);
}

static bool union_allows(struct audit *audit, const struct schema *schema,
    const struct tree_node *node, const char *value, int depth)
{
    const char *members = tree_value(node, "memberTypes");
    while (members != NULL && *members != '\0') {
        members += strspn(members, " \t\r\n");
        size_t len = strcspn(members, " \t\r\n");
        if (len > 0 &&
            name_allows(audit, schema, node,
                arena_strndup(audit->arena, members, len), value, depth))
            return true;
        members += len;
    }
    for (const struct tree_node *n = tree_child(node, "simpleType"); n != NULL;
         n = tree_next(n, "simpleType"))
        if (type_allows(audit, schema, n, value, depth + 1))
            return true;
    return false;
}

static bool type_allows(struct audit *audit, const struct schema *schema,
    const struct tree_node *type, const char *value, int depth)
{
    if (depth > DECLARATION_DEPTH)
        return true;
    const struct tree_node *joined = tree_child(type, "union");
    if (joined != NULL)
        return union_allows(audit, schema, joined, value, depth);
    if (tree_child(type, "list") != NULL)
        return true;
    const struct tree_node *by = restriction_of(type);
    if (by == NULL)
        return true;
    const char *base = tree_value(by, "base");
    const struct tree_node *inner = tree_child(by, "simpleType");
    if (base != NULL && !name_allows(audit, schema, by, base, value, depth))
        return false;
    if (inner != NULL && !type_allows(audit, schema, inner, value, depth + 1))
        return false;
    return facets_allow(audit->arena, by, value);
}

static const struct tree_node *inner_type(const struct tree_node *declaration)
{
    const struct tree_node *type = tree_child(declaration, "simpleType");
    return type != NULL ? type : tree_child(declaration, "complexType");
}

bool declaration_allows(struct audit *audit, const struct schema *schema,
    const struct tree_node *declaration, const char *value)
{
    const char *base = schema_base_type(audit, schema, declaration);
    bool keep = base != NULL && strcmp(base, "string") == 0;
    if (!keep)
        value = collapse(audit->arena, value);
    const struct tree_node *inner = inner_type(declaration);
    if (inner != NULL)
        return type_allows(audit, schema, inner, value, 0);
    const char *name = tree_value(declaration, "type");
    return name == NULL ||
           name_allows(audit, schema, declaration, name, value, 0);
}

struct values declaration_values(struct audit *audit,
    const struct schema *schema, const struct tree_node *declaration)
{
    struct values values = {0};
    const struct tree_node *type = inner_type(declaration);
    const char *name = tree_value(declaration, "type");
    if (type == NULL && name != NULL) {
        struct qname q = schema_qname(audit->arena, declaration, name);
        if (q.ns != NULL && strcmp(q.ns, XSD_NS) != 0)
            type = published_global(
                &audit->catalog, q.ns, "type", q.local, schema->document, NULL);
    }
    const struct tree_node *by = type == NULL ? NULL : restriction_of(type);
    for (const struct tree_node *n = by == NULL ? NULL
                                                : tree_child(by, "enumeration");
         n != NULL; n = tree_next(n, "enumeration")) {
        const char *value = tree_value(n, "value");
        if (value != NULL)
            list_push(audit->arena, &values, value);
    }
    return values;
}
