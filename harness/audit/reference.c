/* Layer 2: every name a schema refers to exists, where it says, and is of
 * the right kind. Imports are resolved by namespace over the checkout. */
#include "audit/schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct checker {
    struct audit *audit;
    struct schema *schema;
    struct edits edits;
};

struct reference {
    const struct tree_node *node;
    const struct tree_attr *attr;
    const char *kind;  /* "type", "element", ... */
    const char *value; /* one QName */
    struct qname name;
};

/* A finding about a name, wherever it is used: path is the schema. */
static struct finding *report(struct checker *c, const struct reference *r,
    const char *class, const char *detail, const char *message)
{
    c->schema->faulty = true;
    struct finding *f = finding_add(c->audit->findings, c->schema->document,
        c->schema->text.origin[r->node->at], SEVERITY_ERROR, class,
        c->schema->ns, "", detail, message);
    if (f != NULL)
        finding_evidence(c->audit->findings, f, "used by %s",
            schema_path(c->audit->arena, r->node));
    return f;
}

static const char *kind_of(
    const struct tree_node *node, const struct tree_attr *attr)
{
    const char *a = attr->name;
    if (strcmp(a, "type") == 0 || strcmp(a, "base") == 0 ||
        strcmp(a, "itemType") == 0 || strcmp(a, "memberTypes") == 0)
        return "type";
    if (strcmp(a, "substitutionGroup") == 0)
        return "element";
    return strcmp(a, "ref") == 0 ? xsd_name(node) : NULL;
}

static void mend(struct checker *c, struct finding *f,
    const struct edits *edits, const char *fix)
{
    if (f != NULL)
        schema_fix(c->audit, c->schema, f, edits, fix);
    for (size_t i = 0; i < edits->count; i++)
        list_push(c->audit->arena, &c->edits, edits->items[i]);
}

static void edit(struct checker *c, struct edits *edits, size_t at, size_t len,
    const char *text)
{
    struct edit e = {at, len, text};
    list_push(c->audit->arena, edits, e);
}

static void rename_to(struct checker *c, struct edits *edits,
    const struct reference *r, const char *value)
{
    const char *data = c->schema->text.data;
    size_t len = strlen(r->value);
    for (size_t at = r->attr->value_at;
         at + len <= r->attr->value_at + r->attr->value_len; at++) {
        if (strncmp(data + at, r->value, len) == 0) {
            edit(c, edits, at, len, value);
            return;
        }
    }
}

/* Names of XSD's types that authors write by habit of other languages. */
static const char *built_in_meant(const char *name)
{
    static const struct {
        const char *wrong, *right;
    } rows[] = {{"bool", "boolean"}, {"unsignedInteger", "unsignedInt"},
        {"int32", "int"}, {"uint", "unsignedInt"}, {"uri", "anyURI"},
        {"url", "anyURI"}, {"URI", "anyURI"}, {"base64", "base64Binary"},
        {"hex", "hexBinary"}, {"number", "decimal"}, {"text", "string"},
        {"str", "string"}, {"timestamp", "dateTime"}, {"lang", "language"},
        {"JID", "string"}, {"jid", "string"}, {"any", "anyType"},
        {"empty", "string"}, {"binary", "base64Binary"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].wrong, name) == 0)
            return rows[i].right;
    static const char *const types[] = {"string", "boolean", "decimal", "float",
        "double", "duration", "dateTime", "time", "date", "hexBinary",
        "base64Binary", "anyURI", "integer", "int", "long", "short", "byte",
        "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
        "positiveInteger", "nonNegativeInteger", "NCName", "NMTOKEN",
        "language", "token", "normalizedString", "Name", "QName", "ID",
        "IDREF"};
    const char *best = NULL;
    int distance = 3;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        int d =
            strcasecmp(types[i], name) == 0 ? 0 : edit_distance(types[i], name);
        if (d < distance) {
            distance = d;
            best = types[i];
        }
    }
    return best;
}

/* A global component of the schema whose name is a slip away. */
static const char *similar_global(
    struct checker *c, const char *kind, const char *name)
{
    const char *best = NULL;
    int distance = strlen(name) > 5 ? 3 : 2;
    for (const struct tree_node *n = tree_child(c->schema->root, NULL);
         n != NULL; n = tree_next(n, NULL)) {
        const char *value = tree_value(n, "name");
        bool type = xsd_is(n, "complexType") || xsd_is(n, "simpleType");
        if (value == NULL ||
            !(strcmp(kind, "type") == 0 ? type
                                        : strcmp(xsd_name(n), kind) == 0))
            continue;
        int d = edit_distance(value, name);
        if (d < distance) {
            distance = d;
            best = value;
        }
    }
    return best;
}

/* Whether the type reference stands where the type must be simple. */
static bool wants_simple(const struct reference *r)
{
    if (strcmp(r->attr->name, "itemType") == 0 ||
        strcmp(r->attr->name, "memberTypes") == 0)
        return true;
    if (xsd_is(r->node, "attribute"))
        return true;
    return xsd_is(r->node, "restriction") &&
           xsd_is(r->node->parent, "simpleType");
}

static void define_empty(struct checker *c, struct edits *edits)
{
    const char *p = schema_prefix(c->audit->arena, c->schema);
    edit(c, edits, c->schema->root->end, 0,
        arena_printf(c->audit->arena,
            "  <%ssimpleType name='empty'>\n"
            "    <%srestriction base='%sstring'>\n"
            "      <%senumeration value=''/>\n"
            "    </%srestriction>\n"
            "  </%ssimpleType>\n\n",
            p, p, p, p, p, p));
}

/* The prefix bound to ns at the root, "" for the default; NULL: none. */
static const char *prefix_for(struct checker *c, const char *ns)
{
    const struct tree_node *root = c->schema->root;
    const char *fallback = NULL;
    for (size_t i = 0; i < root->attr_count; i++) {
        const struct tree_attr *a = &root->attrs[i];
        if (strncmp(a->name, "xmlns", 5) != 0 || strcmp(a->value, ns) != 0)
            continue;
        if (a->name[5] == '\0')
            return "";
        fallback = arena_printf(c->audit->arena, "%s:", a->name + 6);
    }
    return fallback;
}

static void use_other_type(
    struct checker *c, struct edits *edits, const struct reference *r)
{
    const char *p = schema_prefix(c->audit->arena, c->schema);
    /* Keep the audit going: what is undefined may be anything. */
    if (strcmp(r->kind, "type") == 0) {
        bool simple =
            wants_simple(r) || (xsd_is(r->node->parent, "simpleContent"));
        rename_to(c, edits, r,
            arena_printf(
                c->audit->arena, "%s%s", p, simple ? "string" : "anyType"));
    } else {
        edit(c, edits, r->node->at, r->node->end_end - r->node->at, "");
    }
}

/* A name in the target namespace, or in none, that nothing declares. */
static void undefined_here(struct checker *c, const struct reference *r)
{
    struct arena *arena = c->audit->arena;
    struct edits edits = {0};
    const char *class = arena_printf(arena, "undefined-%s", r->kind);
    const char *similar = similar_global(c, r->kind, r->name.local);
    bool built_in = strcmp(r->kind, "type") == 0 && xsd_builtin(r->value);
    if (built_in)
        similar = NULL;
    /* <xs:element name='someType'>: its content was meant. */
    bool as_element =
        strcmp(r->kind, "type") == 0 &&
        schema_global(c->schema, "element", r->name.local) != NULL;
    struct finding *f = report(c, r, class, r->value,
        built_in ? arena_printf(arena,
                       "the type '%s' is one of XML Schema and needs its "
                       "prefix: '%s%s'",
                       r->value, schema_prefix(arena, c->schema), r->value)
                 : arena_printf(arena,
                       "the %s '%s' is used and nowhere defined%s%s%s", r->kind,
                       r->value, similar == NULL ? "" : "; '",
                       similar == NULL ? "" : similar,
                       similar == NULL ? as_element
                                             ? ": there is an element of that "
                                               "name"
                                             : ""
                                       : "' is"));
    const char *colon = strchr(r->value, ':');
    const char *prefix = colon == NULL ? ""
                                       : arena_strndup(arena, r->value,
                                             (size_t)(colon - r->value) + 1);
    if (similar != NULL) {
        rename_to(c, &edits, r, arena_printf(arena, "%s%s", prefix, similar));
        mend(c, f, &edits, "use the name that is defined");
    } else if (strcmp(r->name.local, "empty") == 0 &&
               strcmp(r->kind, "type") == 0) {
        if (f != NULL) {
            define_empty(c, &edits);
            mend(c, f, &edits, "define the type 'empty' as other XEPs do");
        }
    } else if (strcmp(r->kind, "type") == 0 &&
               built_in_meant(r->name.local) != NULL) {
        rename_to(c, &edits, r,
            arena_printf(arena, "%s%s", schema_prefix(arena, c->schema),
                built_in_meant(r->name.local)));
        mend(c, f, &edits, "use the type of XML Schema");
    } else {
        use_other_type(c, &edits, r);
        mend(c, NULL, &edits, "");
        if (f != NULL)
            f->fix =
                as_element ? "make that a type, with its content" : "define it";
    }
}

static void undefined_built_in(struct checker *c, const struct reference *r)
{
    struct arena *arena = c->audit->arena;
    const char *meant = built_in_meant(r->name.local);
    struct edits edits = {0};
    if (strcmp(r->kind, "type") != 0) {
        report(c, r, "missing-import", r->value,
            arena_printf(arena,
                "'%s' is of XML Schema's own schema, which this one does not "
                "import",
                r->value));
        use_other_type(c, &edits, r);
        mend(c, NULL, &edits, "");
        return;
    }
    /* The schema's own name under the prefix of XML Schema? */
    bool own = strcmp(r->kind, "type") == 0 &&
               schema_global(c->schema, "type", r->name.local) != NULL;
    struct finding *f = report(c, r, "undefined-type", r->value,
        arena_printf(arena, "XML Schema has no type '%s'%s%s%s", r->value,
            own             ? "; this schema has"
            : meant == NULL ? ""
                            : "; '",
            own || meant == NULL ? "" : meant,
            own || meant == NULL ? "" : "' is meant"));
    const char *prefix = schema_prefix(arena, c->schema);
    if (own && prefix_for(c, c->schema->ns) != NULL) {
        rename_to(c, &edits, r,
            arena_printf(
                arena, "%s%s", prefix_for(c, c->schema->ns), r->name.local));
        mend(c, f, &edits, "use this schema's type");
    } else if (meant != NULL) {
        rename_to(c, &edits, r, arena_printf(arena, "%s%s", prefix, meant));
        mend(c, f, &edits, "use the type of XML Schema");
    } else {
        use_other_type(c, &edits, r);
        mend(c, NULL, &edits, "");
    }
}

/* Every use of the reference: an element of that namespace, whichever. */
static void any_instead(struct checker *c, const struct reference *r,
    const char *ns, struct edits *edits)
{
    struct arena *arena = c->audit->arena;
    const char *p = schema_prefix(arena, c->schema);
    for (const struct tree_node *n = c->schema->root; n != NULL;
         n = tree_following(n, c->schema->root)) {
        const struct tree_attr *ref = tree_attr(n, "ref");
        if (!xsd_is(n, "element") || ref == NULL ||
            strcmp(ref->value, r->value) != 0 || !n->empty)
            continue;
        edit(c, edits, n->at + 1, strlen(n->name),
            arena_printf(arena, "%sany", p));
        edit(c, edits, ref->at, ref->end - ref->at,
            arena_printf(arena, "namespace='%s' processContents='lax'", ns));
    }
}

/* ref='urn:xmpp:forward:0': a namespace that the checkout has a schema for. */
static bool names_namespace(struct checker *c, const struct reference *r)
{
    return strcmp(r->kind, "element") == 0 && r->node->empty &&
           strcmp(r->attr->name, "ref") == 0 &&
           published_find(&c->audit->catalog, r->value, c->schema->document) !=
               NULL;
}

static void undeclared_prefix(struct checker *c, const struct reference *r)
{
    struct arena *arena = c->audit->arena;
    if (names_namespace(c, r)) {
        struct edits any = {0};
        any_instead(c, r, r->value, &any);
        mend(c,
            report(c, r, "undefined-element", r->value,
                arena_printf(arena,
                    "'%s' is a namespace, where the name of an element is "
                    "asked for",
                    r->value)),
            &any, "allow an element of that namespace (or name the one)");
        return;
    }
    const char *prefix = arena_strndup(arena, r->value, strcspn(r->value, ":"));
    struct finding *f = report(c, r, "undeclared-prefix", prefix,
        arena_printf(arena,
            "the prefix '%s' of '%s' is not declared in the schema", prefix,
            r->value));
    struct edits edits = {0};
    use_other_type(c, &edits, r);
    mend(c, NULL, &edits, "");
    if (f != NULL)
        f->fix = "declare the prefix";
}

static void missing_import(struct checker *c, const struct reference *r)
{
    struct arena *arena = c->audit->arena;
    const char *ns = r->name.ns;
    bool xml = strcmp(ns, XML_NS) == 0;
    struct finding *f = report(c, r, "missing-import", ns,
        arena_printf(arena,
            "'%s' is used, but the schema does not import the namespace "
            "'%s'",
            r->value, ns));
    if (f == NULL)
        return;
    const char *p = schema_prefix(arena, c->schema);
    struct edits edits = {0};
    edit(c, &edits, schema_import_place(c->schema), 0,
        arena_printf(arena, "\n\n  <%simport namespace='%s'%s/>", p, ns,
            xml ? "\n             "
                  "schemaLocation='http://www.w3.org/2001/xml.xsd'"
                : ""));
    mend(c, f, &edits, "import it");
}

static void undefined_there(struct checker *c, const struct reference *r)
{
    struct arena *arena = c->audit->arena;
    const struct catalog *catalog = &c->audit->catalog;
    const struct schema *there =
        published_find(catalog, r->name.ns, c->schema->document);
    if (there == NULL || tree_child(there->root, "include") != NULL ||
        tree_child(there->root, "redefine") != NULL ||
        published_global(catalog, r->name.ns, r->kind, r->name.local,
            c->schema->document, NULL) != NULL)
        return;
    const char *local = "";
    for (const struct tree_node *n = there->root;
         n != NULL && strcmp(r->kind, "element") == 0;
         n = tree_following(n, there->root))
        if (xsd_is(n, "element") && tree_value(n, "name") != NULL &&
            strcmp(tree_value(n, "name"), r->name.local) == 0)
            local = "; it is declared there inside another element only, "
                    "which cannot be referred to";
    struct finding *f =
        report(c, r, arena_printf(arena, "undefined-%s", r->kind), r->value,
            arena_printf(arena,
                "the schema of '%s' (XEP-%s) defines no global %s '%s'%s",
                r->name.ns, there->document->number, r->kind, r->name.local,
                local));
    if (f == NULL || strcmp(r->kind, "element") != 0 ||
        strcmp(r->attr->name, "ref") != 0)
        return;
    struct edits edits = {0};
    any_instead(c, r, r->name.ns, &edits);
    schema_fix(c->audit, c->schema, f, &edits,
        "allow an element of that namespace (or make it global there)");
}

static bool structure_told(
    const struct checker *c, const struct tree_node *node)
{
    const struct findings *findings = c->audit->findings;
    const char *path = schema_path(c->audit->arena, node);
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (f->document == c->schema->document &&
            strcmp(f->class, "structure") == 0 &&
            strcmp(f->ns, c->schema->ns) == 0 && strcmp(f->path, path) == 0)
            return true;
    }
    return false;
}

/* A complex type where only a simple one may stand, and the reverse. */
static void check_misuse(struct checker *c, const struct reference *r)
{
    struct arena *arena = c->audit->arena;
    const struct schema *where = NULL;
    const struct tree_node *type = NULL;
    bool built_in = strcmp(r->name.ns, XSD_NS) == 0;
    if (!built_in)
        type = published_global(&c->audit->catalog, r->name.ns, "type",
            r->name.local, c->schema->document, &where);
    if (!built_in && type == NULL)
        return;
    bool simple = built_in ? strcmp(r->name.local, "anyType") != 0
                           : xsd_is(type, "simpleType");
    bool simple_content =
        simple || (type != NULL && tree_child(type, "simpleContent") != NULL);
    const struct tree_node *parent = r->node->parent;
    const char *message = NULL;
    struct edits edits = {0};
    if (wants_simple(r) && !simple) {
        message = arena_printf(arena,
            "'%s' is a complex type, and only a simple one may stand here",
            r->value);
    } else if (xsd_is(parent, "simpleContent") && !simple_content) {
        message = arena_printf(arena,
            "'%s' has element content, so that simpleContent cannot be "
            "derived from it",
            r->value);
        const struct tree_node *node = parent;
        edit(c, &edits, node->at + 1, strlen(node->name),
            arena_printf(
                arena, "%scomplexContent", schema_prefix(arena, c->schema)));
        edit(c, &edits, node->end + 2, strlen(node->name),
            arena_printf(
                arena, "%scomplexContent", schema_prefix(arena, c->schema)));
    } else if (xsd_is(parent, "simpleContent") && simple &&
               xsd_is(r->node, "restriction")) {
        message = arena_printf(arena,
            "in simpleContent, the simple type '%s' can be extended, not "
            "restricted",
            r->value);
        bool facets = false;
        for (const struct tree_node *n = tree_child(r->node, NULL); n != NULL;
             n = tree_next(n, NULL))
            facets |= strncmp(n->local, "attribute", 9) != 0 &&
                      strcmp(n->local, "anyAttribute") != 0;
        if (!facets) {
            const char *name = arena_printf(
                arena, "%sextension", schema_prefix(arena, c->schema));
            edit(c, &edits, r->node->at + 1, strlen(r->node->name), name);
            if (!r->node->empty)
                edit(c, &edits, r->node->end + 2, strlen(r->node->name), name);
        }
    } else if (xsd_is(parent, "complexContent") && simple) {
        message = arena_printf(arena,
            "'%s' is a simple type, so that complexContent cannot be derived "
            "from it",
            r->value);
        bool model = tree_child(r->node, "sequence") != NULL ||
                     tree_child(r->node, "choice") != NULL ||
                     tree_child(r->node, "all") != NULL;
        if (!model) {
            const char *name = arena_printf(
                arena, "%ssimpleContent", schema_prefix(arena, c->schema));
            edit(c, &edits, parent->at + 1, strlen(parent->name), name);
            edit(c, &edits, parent->end + 2, strlen(parent->name), name);
        }
    }
    if (message == NULL)
        return;
    /* Where the structure was told and mended, this is our repair. */
    if (built_in && structure_told(c, r->node))
        return;
    struct finding *f =
        built_in ? schema_finding(c->audit, c->schema, r->node, SEVERITY_ERROR,
                       "type-misuse", r->value, message)
                 : report(c, r, "type-misuse", r->value, message);
    if (edits.count > 0)
        mend(
            c, f, &edits, "derive it by the kind of content that its base has");
}

static void check_reference(struct checker *c, const struct reference *r)
{
    const struct schema *s = c->schema;
    if (r->name.ns == NULL) {
        undeclared_prefix(c, r);
        return;
    }
    bool type = strcmp(r->kind, "type") == 0;
    if (strcmp(r->name.ns, XSD_NS) == 0) {
        if (!type || !xsd_builtin(r->name.local))
            undefined_built_in(c, r);
        else
            check_misuse(c, r);
        return;
    }
    if (strcmp(r->name.ns, s->ns) == 0) {
        if (schema_in_parts(&c->audit->catalog, s))
            return; /* what it includes may define it */
        if (schema_global(s, r->kind, r->name.local) == NULL &&
            published_global(&c->audit->catalog, s->ns, r->kind, r->name.local,
                s->document, NULL) == NULL)
            undefined_here(c, r);
        else if (type)
            check_misuse(c, r);
        return;
    }
    if (*r->name.ns == '\0') {
        if (schema_global(s, r->kind, r->name.local) != NULL ||
            schema_import(s, "") == NULL)
            undefined_here(c, r);
        return;
    }
    if (schema_import(s, r->name.ns) == NULL) {
        missing_import(c, r);
        return;
    }
    undefined_there(c, r);
    if (type)
        check_misuse(c, r);
}

static void check_attribute(struct checker *c, const struct tree_node *node,
    const struct tree_attr *attr)
{
    const char *kind = kind_of(node, attr);
    if (kind == NULL || *kind == '\0')
        return;
    struct reference r = {.node = node, .attr = attr, .kind = kind};
    const char *at = attr->value;
    while (*at != '\0') {
        at += strspn(at, " \t\r\n");
        size_t len = strcspn(at, " \t\r\n");
        if (len == 0)
            break;
        r.value = arena_strndup(c->audit->arena, at, len);
        r.name = schema_qname(c->audit->arena, node, r.value);
        check_reference(c, &r);
        at += len;
    }
}

/* ^ and $ are ordinary characters in the patterns of XML Schema, which match
 * the whole value anyway (Part 2, appendix F). */
static void check_pattern(struct checker *c, const struct tree_node *node)
{
    const struct tree_attr *value = tree_attr(node, "value");
    size_t len = value == NULL ? 0 : strlen(value->value);
    if (!xsd_is(node, "pattern") || len < 2 || len != value->value_len)
        return;
    bool start = value->value[0] == '^';
    bool end = value->value[len - 1] == '$' && value->value[len - 2] != '\\';
    if (!start && !end)
        return;
    struct finding *f = schema_finding(c->audit, c->schema, node,
        SEVERITY_ERROR, "pattern", "anchor",
        "'^' and '$' in a pattern of XML Schema stand for themselves, so that "
        "this one refuses every value that was meant");
    struct edits edits = {0};
    if (start)
        edit(c, &edits, value->value_at, 1, "");
    if (end)
        edit(c, &edits, value->value_at + len - 1, 1, "");
    mend(c, f, &edits, "drop the anchors: a pattern matches the whole value");
}

/* A value the type cannot have: enumerations, defaults. */
static void check_values(struct checker *c, const struct tree_node *node)
{
    struct arena *arena = c->audit->arena;
    bool enumeration = xsd_is(node, "enumeration");
    const char *value =
        enumeration ? tree_value(node, "value") : tree_value(node, "default");
    if (value == NULL && !enumeration)
        value = tree_value(node, "fixed");
    if (value == NULL || (!enumeration && !xsd_is(node, "attribute")))
        return;
    const char *base = enumeration ? NULL : tree_value(node, "type");
    const char *builtin = schema_base_type(
        c->audit, c->schema, enumeration ? node->parent : node);
    if (builtin != NULL && !xsd_value_ok(builtin, value)) {
        struct finding *f =
            schema_finding(c->audit, c->schema, node, SEVERITY_ERROR, "value",
                value, arena_printf(arena, "'%s' is no xs:%s", value, builtin));
        struct edits edits = {0};
        if (enumeration && strstr(builtin, "NCName") != NULL &&
            tree_attr(node->parent, "base") != NULL) {
            const struct tree_attr *attr = tree_attr(node->parent, "base");
            edit(c, &edits, attr->value_at, attr->value_len,
                arena_printf(
                    arena, "%sstring", schema_prefix(arena, c->schema)));
            mend(c, f, &edits, "restrict xs:string instead");
        }
        return;
    }
    (void)base;
    /* A default that its own enumeration lacks. */
    const struct tree_node *inner =
        enumeration ? NULL : tree_child(node, "simpleType");
    const struct tree_node *by =
        inner == NULL ? NULL : tree_child(inner, "restriction");
    const struct tree_node *first =
        by == NULL ? NULL : tree_child(by, "enumeration");
    if (first == NULL)
        return;
    for (const struct tree_node *n = first; n != NULL;
         n = tree_next(n, "enumeration")) {
        const char *allowed = tree_value(n, "value");
        if (allowed != NULL && strcmp(allowed, value) == 0)
            return;
    }
    schema_finding(c->audit, c->schema, node, SEVERITY_ERROR, "value", value,
        arena_printf(arena,
            "the default '%s' is none of the values that the attribute may "
            "have",
            value));
}

static bool other_schema_of(const struct checker *c, const char *ns)
{
    const struct catalog *catalog = &c->audit->catalog;
    for (size_t i = 0; i < catalog->schemas.count; i++)
        if (catalog->schemas.items[i] != c->schema &&
            catalog->schemas.items[i]->document == c->schema->document &&
            strcmp(catalog->schemas.items[i]->ns, ns) == 0)
            return true;
    return false;
}

/* xmlns='a' targetNamespace='b': unprefixed names refer to the wrong one. */
static void check_default(struct checker *c, const char *target)
{
    struct schema *s = c->schema;
    const char *by_default = tree_value(s->root, "xmlns");
    if (by_default == NULL || *by_default == '\0' ||
        strcmp(by_default, target) == 0 || strcmp(by_default, XSD_NS) == 0)
        return;
    struct arena *arena = c->audit->arena;
    bool target_taken = other_schema_of(c, target) ||
                        (strstr(s->block->section, by_default) != NULL &&
                            strcmp(s->block->section, target) != 0);
    struct finding *f = schema_finding(c->audit, s, NULL, SEVERITY_ERROR,
        "target", "default",
        arena_printf(arena,
            "the schema declares for '%s' (targetNamespace) but takes its own "
            "names from '%s' (xmlns)%s",
            target, by_default,
            target_taken ? "; another schema of this document is for the "
                           "former"
                         : ""));
    const struct tree_attr *wrong =
        tree_attr(s->root, target_taken ? "targetNamespace" : "xmlns");
    struct edits edits = {0};
    edit(c, &edits, wrong->value_at, wrong->value_len,
        target_taken ? by_default : target);
    mend(c, f, &edits,
        arena_printf(arena, "make the %s '%s', too",
            target_taken ? "targetNamespace" : "xmlns",
            target_taken ? by_default : target));
}

static void check_target(struct checker *c)
{
    struct schema *s = c->schema;
    const char *attr = tree_value(s->root, "targetNamespace");
    if (attr == NULL || *attr == '\0') {
        schema_finding(c->audit, s, NULL, SEVERITY_WARNING, "target", "none",
            "the schema names no targetNamespace, so that what it declares "
            "is in no namespace");
        return;
    }
    check_default(c, attr);
    const char *form = tree_value(s->root, "elementFormDefault");
    bool local = false;
    for (const struct tree_node *n = s->root; n != NULL && !local;
         n = tree_following(n, s->root))
        local = xsd_is(n, "element") && tree_value(n, "name") != NULL &&
                !xsd_is(n->parent, "schema") && tree_attr(n, "form") == NULL;
    if (local && (form == NULL || strcmp(form, "qualified") != 0)) {
        struct finding *f = schema_finding(c->audit, s, NULL, SEVERITY_WARNING,
            "unqualified", "",
            "elementFormDefault is not 'qualified', so that the schema puts "
            "the child elements into no namespace; XMPP inherits the "
            "parent's");
        struct edits edits = {0};
        const struct tree_attr *old = tree_attr(s->root, "elementFormDefault");
        if (old != NULL)
            edit(c, &edits, old->value_at, old->value_len, "qualified");
        else
            edit(c, &edits, tree_attr(s->root, "targetNamespace")->end, 0,
                "\n    elementFormDefault='qualified'");
        mend(c, f, &edits, "say elementFormDefault='qualified'");
    }
}

void reference_check(struct audit *audit, struct schema *schema)
{
    for (int round = 0; round < 3; round++) {
        struct checker c = {.audit = audit, .schema = schema};
        if (round == 0)
            check_target(&c);
        if (round == 0 && c.edits.count > 0) {
            schema_edit(audit, schema, &c.edits);
            c.edits.count = 0;
        }
        for (const struct tree_node *n = schema->root; n != NULL;
             n = tree_following(n, schema->root)) {
            if (*xsd_name(n) == '\0')
                continue;
            for (size_t i = 0; i < n->attr_count; i++)
                check_attribute(&c, n, &n->attrs[i]);
            check_values(&c, n);
            check_pattern(&c, n);
        }
        if (c.edits.count == 0)
            return;
        schema_edit(audit, schema, &c.edits);
        if (schema->root == NULL) {
            schema->skipped = "it cannot be mended";
            return;
        }
    }
}
