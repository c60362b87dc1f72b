/* Layer 2: the schema is a schema. What may stand where (rule.h), and the
 * rules that authors trip over. */
#include "audit/mend.h"
#include "audit/rule.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static struct finding *report(struct mender *c, const struct tree_node *node,
    const char *class, const char *detail, const char *message)
{
    return schema_finding(
        c->audit, c->schema, node, SEVERITY_ERROR, class, detail, message);
}

/* The line of the child that is wrong, where the path is its parent's. */
static void at_line(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    if (f != NULL && child->at < c->schema->text.len)
        f->line = document_line(
            c->schema->document, c->schema->text.origin[child->at]);
}

/* Elements of XSD that do not exist: a slip of the pen. */
static bool unknown_element(struct mender *c, const struct tree_node *node)
{
    if (node->ns == NULL || strcmp(node->ns, XSD_NS) != 0 ||
        rule_contents(node) != NULL)
        return false;
    static const char others[] = "documentation appinfo selector field "
                                 "redefine notation";
    if (rule_has(others, strlen(others), node->local))
        return false;
    const char *best = rule_similar(node->local);
    struct arena *arena = c->audit->arena;
    struct finding *f = report(c, node, "no-such-element", node->local,
        arena_printf(arena, "XML Schema 1.0 has no element <%s>%s%s%s",
            node->name, best == NULL ? "" : ": <", best == NULL ? "" : best,
            best == NULL ? "" : "> is meant"));
    struct edits edits = {0};
    if (best == NULL) {
        (void)mend_drop(c, f, node);
        return true;
    }
    size_t skip = strlen(node->name) - strlen(node->local);
    mend_edit(c, &edits, node->at + 1 + skip, strlen(node->local), best);
    if (!node->empty)
        mend_edit(c, &edits, node->end + 2 + skip, strlen(node->local), best);
    mend_by(c, f, &edits, "spell it right");
    return true;
}

static bool forgot_prefix(const struct tree_node *node)
{
    struct tree_node as_meant = *node;
    as_meant.ns = XSD_NS;
    return *node->prefix == '\0' && node->ns != NULL &&
           strcmp(node->ns, XSD_NS) != 0 && rule_contents(&as_meant) != NULL;
}

/* <element> for <xs:element>: once for the schema, all mended at once. */
static bool without_prefix(struct mender *c, const struct tree_node *child)
{
    struct arena *arena = c->audit->arena;
    const char *prefix = schema_prefix(arena, c->schema);
    if (*prefix == '\0' || !forgot_prefix(child))
        return false;
    struct finding *f = report(c, c->schema->root, "structure", "prefix",
        arena_printf(arena,
            "<%s> is none of XML Schema's elements without its prefix: <%s%s> "
            "is meant",
            child->name, prefix, child->local));
    if (f == NULL)
        return true;
    at_line(c, f, child);
    struct edits edits = {0};
    for (const struct tree_node *n = c->schema->root; n != NULL;
         n = tree_following(n, c->schema->root)) {
        if (n->name == NULL || !forgot_prefix(n))
            continue;
        mend_edit(c, &edits, n->at + 1, 0, prefix);
        if (!n->empty && n->end_end > n->end)
            mend_edit(c, &edits, n->end + 2, 0, prefix);
    }
    mend_by(c, f, &edits, "write the prefix");
    return true;
}

static void misplaced(struct mender *c, const struct tree_node *child)
{
    struct arena *arena = c->audit->arena;
    if (without_prefix(c, child))
        return;
    /* One finding per parent and kind of child. */
    for (const struct tree_node *n = child->previous; n != NULL;
         n = n->previous)
        if (n->name != NULL && strcmp(xsd_name(n), xsd_name(child)) == 0 &&
            *xsd_name(n) != '\0')
            return;
    const char *shown = child->name;
    if (unknown_element(c, child))
        return;
    bool facet = xsd_is(child->parent, "simpleType");
    struct finding *f = report(c, facet ? child->parent : child, "structure",
        arena_printf(arena, "%s in %s", child->local, child->parent->local),
        arena_printf(arena, "<%s> may not stand in <%s>%s", shown,
            child->parent->name,
            xsd_is(child->parent, "all") ? ": an xs:all takes elements only"
                                         : ""));
    at_line(c, f, child);
    mend_misplaced(c, f, child);
}

static void out_of_order(struct mender *c, const struct tree_node *child,
    const struct tree_node *before)
{
    struct arena *arena = c->audit->arena;
    struct finding *f = report(c, child->parent, "order",
        arena_printf(arena, "%s after %s", child->local, before->local),
        arena_printf(arena, "in <%s>, <%s> must stand before <%s>",
            child->parent->name, child->name, before->name));
    at_line(c, f, child);
    /* Move the child to the front of what must follow it. */
    const struct tree_node *front = before;
    for (const struct tree_node *n = before; n != NULL; n = n->previous)
        if (n->name != NULL && strcmp(xsd_name(n), xsd_name(before)) == 0)
            front = n;
    struct edits edits = {0};
    const char *moved = arena_strndup(
        arena, c->schema->text.data + child->at, child->end_end - child->at);
    mend_edit(c, &edits, front->at, 0,
        arena_printf(arena, "%s\n%s", moved, mend_indent(c, front->at)));
    size_t from = child->at;
    while (from > 0 && isspace((unsigned char)c->schema->text.data[from - 1]))
        from--;
    mend_edit(c, &edits, from, child->end_end - from, "");
    mend_by(c, f, &edits, "change the order");
}

/* xs:simpleContent around a content model: one slip, whatever else in it may
 * not stand there. */
static bool text_only(struct mender *c, const struct tree_node *node)
{
    static const char *const models[] = {"sequence", "choice", "all", NULL};
    const struct tree_node *model = NULL;
    for (size_t i = 0;
         models[i] != NULL && model == NULL && xsd_is(node, "simpleContent");
         i++)
        model = tree_child(node, models[i]);
    if (model == NULL)
        return false;
    struct finding *f = report(c, node, "structure",
        arena_printf(c->audit->arena, "%s in %s", model->local, node->local),
        arena_printf(c->audit->arena,
            "<%s> may not stand in <%s>, which is for text with attributes",
            model->name, node->name));
    at_line(c, f, model);
    mend_text_only(c, f, node, model);
    return true;
}

static void check_children(struct mender *c, const struct tree_node *node)
{
    const char *rule = rule_contents(node);
    if (rule == NULL || text_only(c, node))
        return;
    size_t group = 0, taken = 0;
    const char *at = rule;
    const struct tree_node *previous = NULL;
    for (const struct tree_node *n = tree_child(node, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        const char *name = xsd_name(n);
        const char *found = NULL;
        size_t g = 0, found_group = 0;
        for (const char *p = rule; *p != '\0'; g++) {
            size_t len = strcspn(p, ";");
            if (*name != '\0' && rule_has(p, len, name) &&
                (found == NULL || g <= group)) {
                found = p;
                found_group = g;
            }
            p += len + (p[len] == ';');
        }
        if (found == NULL) {
            misplaced(c, n);
            continue;
        }
        if (found_group < group) {
            out_of_order(c, n, previous);
            return; /* the next round sees the rest */
        }
        size_t len = strcspn(found, ";");
        bool once = len > 2 && strncmp(found + len - 2, ":1", 2) == 0;
        if (found != at) {
            at = found;
            taken = 0;
        }
        group = found_group;
        if (++taken > 1 && once) {
            struct finding *f = report(c, n, "structure",
                arena_printf(
                    c->audit->arena, "second %s in %s", n->local, node->local),
                arena_printf(c->audit->arena,
                    "<%s> takes one of <%s>, <%s>, not both", node->name,
                    previous->name, n->name));
            (void)mend_drop(c, f, n);
        }
        previous = n;
    }
}

/* The attribute that is a slip away and not there; NULL: none. */
static const char *attr_meant(struct arena *arena, const struct tree_node *node,
    const struct tree_attr *attr, const char *allowed)
{
    const char *best = NULL;
    int distance = 3;
    char *words = arena_strdup(arena, allowed), *save = NULL;
    for (char *w = strtok_r(words, " ", &save); w != NULL;
         w = strtok_r(NULL, " ", &save)) {
        int d = edit_distance(attr->name, w);
        size_t common = 0;
        while (w[common] != '\0' && w[common] == attr->name[common])
            common++;
        if (strcasecmp(attr->name, w) == 0 || common >= 6)
            d = 1;
        if (d < distance && tree_attr(node, w) == NULL) {
            distance = d;
            best = w;
        }
    }
    return best;
}

static void misspelt_attr(struct mender *c, const struct tree_node *node,
    const struct tree_attr *attr, const char *meant)
{
    struct arena *arena = c->audit->arena;
    struct finding *f = report(c, node, "attribute",
        arena_printf(arena, "%s on %s", attr->name, node->local),
        arena_printf(arena, "<%s> has no attribute '%s': '%s' is meant",
            node->name, attr->name, meant));
    struct edits edits = {0};
    mend_edit(c, &edits, attr->at, strlen(attr->name), meant);
    mend_by(c, f, &edits, "spell it right");
}

/* A prefix for a namespace: "forward" for urn:xmpp:forward:0. */
static const char *prefix_for(struct arena *arena, const char *ns)
{
    const char *prefix = "other";
    for (const char *at = ns; *at != '\0';) {
        size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
        if (len > 0 && *at != '-')
            prefix = arena_strndup(arena, at, len);
        at += len + (at[len] != '\0');
    }
    return prefix;
}

/* What an attribute of the wrong kind of element was meant to say: use on an
 * element is minOccurs, namespace on one is a reference to another schema's,
 * required on an attribute is use. False: nobody knows. */
static bool meant_attr(struct mender *c, const struct tree_node *node,
    const struct tree_attr *attr)
{
    struct arena *arena = c->audit->arena;
    bool local = !xsd_is(node->parent, "schema");
    bool element = xsd_is(node, "element") && local;
    const struct tree_attr *name = tree_attr(node, "name");
    struct edits edits = {0};
    const char *fix = NULL;
    if (element && strcmp(attr->name, "use") == 0 &&
        strcmp(attr->value, "optional") == 0 &&
        tree_attr(node, "minOccurs") == NULL) {
        mend_edit(c, &edits, attr->at, attr->end - attr->at, "minOccurs='0'");
        fix = "write minOccurs='0', which is what makes an element optional";
    } else if (xsd_is(node, "attribute") && local &&
               strcmp(attr->name, "required") == 0 &&
               strcmp(attr->value, "true") == 0 &&
               tree_attr(node, "use") == NULL) {
        mend_edit(c, &edits, attr->at, attr->end - attr->at, "use='required'");
        fix = "write use='required'";
    } else if (element && strcmp(attr->name, "namespace") == 0 &&
               name != NULL && tree_attr(node, "type") == NULL &&
               strcmp(attr->value, c->schema->ns) != 0) {
        const char *prefix = prefix_for(arena, attr->value);
        mend_edit(c, &edits, name->at, name->end - name->at,
            arena_printf(arena, "ref='%s:%s'", prefix, name->value));
        mend_edit(c, &edits, attr->at, attr->end - attr->at,
            arena_printf(arena, "xmlns:%s='%s'", prefix, attr->value));
        if (schema_import(c->schema, attr->value) == NULL)
            mend_edit(c, &edits, schema_import_place(c->schema), 0,
                arena_printf(arena, "\n\n  <%simport namespace='%s'/>",
                    schema_prefix(arena, c->schema), attr->value));
        fix = "import that namespace, and refer to its element by ref";
    } else {
        return false;
    }
    struct finding *f = report(c, node, "attribute",
        arena_printf(arena, "%s on %s", attr->name, node->local),
        arena_printf(
            arena, "an <%s> has no attribute '%s'", node->name, attr->name));
    mend_by(c, f, &edits, fix);
    return true;
}

/* What the element has no attribute of: minOccurs and maxOccurs on a global
 * element are one slip. */
static void unknown_attrs(struct mender *c, const struct tree_node *node,
    const struct tree_attr *const *attrs, size_t count)
{
    struct arena *arena = c->audit->arena;
    const char *names = "", *shown = "";
    struct edits edits = {0};
    for (size_t i = 0; i < count; i++) {
        names = arena_printf(
            arena, "%s%s%s", names, i == 0 ? "" : " ", attrs[i]->name);
        shown = arena_printf(arena, "%s%s'%s'", shown,
            i == 0           ? ""
            : i + 1 == count ? " and "
                             : ", ",
            attrs[i]->name);
        mend_drop_attr(c, &edits, attrs[i]);
    }
    struct finding *f = report(c, node, "attribute",
        arena_printf(arena, "%s on %s", names, node->local),
        arena_printf(arena, "%s <%s> has no attribute%s %s",
            xsd_is(node->parent, "schema") ? "a global" : "an", node->name,
            count == 1 ? "" : "s", shown));
    mend_by(c, f, &edits,
        count == 1 ? "drop the attribute" : "drop the attributes");
}

static const char *value_fault(
    const struct tree_node *node, const struct tree_attr *attr)
{
    static const struct {
        const char *name, *type;
    } types[] = {{"minOccurs", "nonNegativeInteger"}, {"name", "NCName"},
        {"nillable", "boolean"}, {"abstract", "boolean"}, {"mixed", "boolean"}};
    static const struct {
        const char *name, *values;
    } words[] = {{"use", "optional required prohibited"},
        {"form", "qualified unqualified"},
        {"elementFormDefault", "qualified unqualified"},
        {"attributeFormDefault", "qualified unqualified"},
        {"processContents", "lax strict skip"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, attr->name) == 0 &&
            !xsd_value_ok(types[i].type, attr->value))
            return types[i].type;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, attr->name) == 0 &&
            !rule_has(words[i].values, strlen(words[i].values), attr->value))
            return words[i].values;
    if (strcmp(attr->name, "maxOccurs") == 0 &&
        strcmp(attr->value, "unbounded") != 0 &&
        !xsd_value_ok("nonNegativeInteger", attr->value))
        return "nonNegativeInteger or unbounded";
    (void)node;
    return NULL;
}

static void check_attrs(struct mender *c, const struct tree_node *node)
{
    struct arena *arena = c->audit->arena;
    const char *allowed = rule_attributes(node);
    enum { UNKNOWN_MAX = 8 };
    const struct tree_attr *unknown[UNKNOWN_MAX];
    size_t unknown_count = 0;
    if (allowed == NULL)
        return;
    for (size_t i = 0; i < node->attr_count; i++) {
        const struct tree_attr *attr = &node->attrs[i];
        if (strncmp(attr->name, "xmlns", 5) == 0 ||
            strcmp(attr->name, "id") == 0 ||
            (*attr->prefix != '\0' && strcmp(attr->prefix, "xml") != 0))
            continue;
        if (!rule_has(allowed, strlen(allowed), attr->name)) {
            bool told = xsd_is(node, "simpleType") &&
                        strcmp(attr->name, "base") == 0 &&
                        tree_child(node, "restriction") == NULL;
            if (strcmp(attr->prefix, "xml") == 0 || told)
                continue;
            const char *meant = attr_meant(arena, node, attr, allowed);
            if (meant != NULL)
                misspelt_attr(c, node, attr, meant);
            else if (!meant_attr(c, node, attr) && unknown_count < UNKNOWN_MAX)
                unknown[unknown_count++] = attr;
            continue;
        }
        const char *wanted = value_fault(node, attr);
        if (wanted == NULL)
            continue;
        struct finding *f = report(c, node, "attribute-value", attr->name,
            arena_printf(arena, "'%s' is no value for %s (%s)", attr->value,
                attr->name, wanted));
        struct edits edits = {0};
        if (strcmp(attr->name, "name") == 0 || strcmp(attr->name, "use") == 0)
            continue;
        mend_drop_attr(c, &edits, attr);
        mend_by(c, f, &edits, "drop it");
    }
    if (unknown_count > 0)
        unknown_attrs(c, node, unknown, unknown_count);
}

static bool value_is(
    const struct tree_node *node, const char *name, const char *value)
{
    const char *is = tree_value(node, name);
    return is != NULL && strcmp(is, value) == 0;
}

/* Two things that exclude each other on one element. */
static void check_pairs(struct mender *c, const struct tree_node *node)
{
    struct arena *arena = c->audit->arena;
    struct edits edits = {0};
    bool element = xsd_is(node, "element"),
         attribute = xsd_is(node, "attribute");
    if (!element && !attribute)
        return;
    const struct tree_attr *type = tree_attr(node, "type");
    const struct tree_attr *ref = tree_attr(node, "ref");
    const struct tree_attr *initial = tree_attr(node, "default");
    const struct tree_attr *use = tree_attr(node, "use");
    const struct tree_node *inner = tree_child(node, "simpleType");
    if (inner == NULL)
        inner = tree_child(node, "complexType");
    if (type != NULL && inner != NULL) {
        struct finding *f = report(c, node, "type-twice", "",
            arena_printf(arena,
                "<%s> has a type attribute and a type inside, one too many",
                node->name));
        if (!mend_type_twice(c, f, node, inner)) {
            mend_drop_attr(c, &edits, type);
            mend_by(c, f, &edits, "keep the type inside");
        }
    } else if (ref != NULL && tree_attr(node, "name") != NULL) {
        struct finding *f = report(c, node, "name-and-ref", "",
            arena_printf(arena, "<%s> has both name and ref", node->name));
        mend_drop_attr(c, &edits, tree_attr(node, "name"));
        mend_by(c, f, &edits, "keep ref");
    } else if (ref != NULL && (type != NULL || inner != NULL)) {
        struct finding *f = report(c, node, "ref-and-type", "",
            arena_printf(arena, "<%s> refers to a declaration and gives a type",
                node->name));
        if (type != NULL)
            mend_drop_attr(c, &edits, type);
        else
            mend_edit(c, &edits, inner->at, inner->end_end - inner->at, "");
        mend_by(c, f, &edits, "keep ref");
    } else if (ref == NULL && tree_attr(node, "name") == NULL) {
        struct finding *f = report(c, node, "no-name",
            arena_printf(arena, "%s in %s", node->local, node->parent->local),
            arena_printf(arena, "<%s> has neither name nor ref", node->name));
        (void)mend_drop(c, f, node);
    }
    if (initial != NULL && value_is(node, "use", "required")) {
        struct finding *f = report(c, node, "required-with-default", "",
            arena_printf(arena,
                "a required attribute cannot have a default ('%s')",
                initial->value));
        edits = (struct edits){0};
        mend_drop_attr(c, &edits, initial);
        mend_by(c, f, &edits,
            "drop the default if the attribute is required, else make it "
            "optional");
        if (f != NULL)
            f->proposal = true;
    }
    (void)use;
}

/* A name without a type is an element of any content; with a global element
 * of that name in the schema, a reference was meant. */
static void check_untyped(struct mender *c, const struct tree_node *node)
{
    const struct tree_attr *name = tree_attr(node, "name");
    if (!xsd_is(node, "element") || name == NULL ||
        xsd_is(node->parent, "schema") || tree_attr(node, "type") != NULL ||
        tree_attr(node, "ref") != NULL || tree_child(node, NULL) != NULL)
        return;
    const struct tree_node *global =
        schema_global(c->schema, "element", name->value);
    if (global == NULL ||
        (tree_attr(global, "type") == NULL && tree_child(global, NULL) == NULL))
        return;
    struct finding *f = schema_finding(c->audit, c->schema, node,
        SEVERITY_WARNING, "untyped", "",
        arena_printf(c->audit->arena,
            "<%s/> is declared here anew and without a type, so that it may "
            "hold anything, beside the global element of that name",
            name->value));
    struct edits edits = {0};
    mend_edit(c, &edits, name->at, strlen("name"), "ref");
    mend_by(c, f, &edits, "refer to the global element");
}

static bool many(const struct tree_node *node)
{
    const char *max = tree_value(node, "maxOccurs");
    return max != NULL && strcmp(max, "0") != 0 && strcmp(max, "1") != 0;
}

static void check_all(struct mender *c, const struct tree_node *all)
{
    struct arena *arena = c->audit->arena;
    const struct tree_node *parent = all->parent;
    bool top = xsd_is(parent, "complexType") || xsd_is(parent, "group") ||
               xsd_is(parent, "extension") || xsd_is(parent, "restriction");
    if (!top)
        return; /* misplaced, said already */
    const struct tree_node *repeated = many(all) ? all : NULL;
    for (const struct tree_node *n = tree_child(all, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        if (!xsd_is(n, "element"))
            return; /* misplaced, and mended there */
        if (repeated == NULL && many(n))
            repeated = n;
    }
    if (repeated == NULL)
        return;
    struct finding *f = report(c, repeated, "all-repeated", "",
        arena_printf(arena,
            "nothing in an xs:all may occur more than once (maxOccurs='%s')",
            tree_value(repeated, "maxOccurs")));
    mend_all(c, f, all);
}

/* Whether two declarations say the same. */
static bool same_text(
    struct mender *c, const struct tree_node *a, const struct tree_node *b)
{
    size_t len = a->end_end - a->at;
    return b->end_end - b->at == len &&
           memcmp(c->schema->text.data + a->at, c->schema->text.data + b->at,
               len) == 0;
}

static void check_duplicates(struct mender *c, const struct tree_node *node)
{
    struct arena *arena = c->audit->arena;
    bool top = xsd_is(node, "schema");
    for (const struct tree_node *n = tree_child(node, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        const char *name = tree_value(n, "name");
        if (name == NULL || (!top && !xsd_is(n, "attribute")))
            continue;
        bool type = xsd_is(n, "complexType") || xsd_is(n, "simpleType");
        for (const struct tree_node *o = tree_next(n, NULL); o != NULL;
             o = tree_next(o, NULL)) {
            bool other_type =
                xsd_is(o, "complexType") || xsd_is(o, "simpleType");
            if (!value_is(o, "name", name) ||
                !(type ? other_type : strcmp(xsd_name(o), xsd_name(n)) == 0))
                continue;
            bool same = same_text(c, n, o);
            struct finding *f = report(c, o, "duplicate", "",
                arena_printf(arena, "%s '%s' is declared twice%s", o->local,
                    name, same ? "" : ", and not the same way"));
            struct edits edits = {0};
            /* The one that says more stays. */
            bool first = !same && tree_child(n, NULL) == NULL &&
                         tree_child(o, NULL) != NULL;
            const struct tree_node *drop = first ? n : o;
            size_t from = drop->at;
            while (from > 0 &&
                   isspace((unsigned char)c->schema->text.data[from - 1]))
                from--;
            mend_edit(c, &edits, from, drop->end_end - from, "");
            mend_by(c, f, &edits,
                first ? "drop the first, which says less" : "drop the second");
            if (first)
                break;
        }
    }
}

static void check_stray_text(struct mender *c, const struct tree_node *node)
{
    if (xsd_is(node, "documentation") || xsd_is(node, "appinfo") ||
        *xsd_name(node) == '\0')
        return;
    for (const struct tree_node *n = node->first; n != NULL; n = n->next) {
        if (n->text == NULL)
            continue;
        const char *text = tree_text(c->audit->arena, n);
        if (*text == '\0')
            continue;
        struct finding *f = report(c, node, "stray-text",
            arena_strndup(c->audit->arena, text, 20),
            arena_printf(c->audit->arena, "text ('%.40s') stands in <%s>", text,
                node->name));
        struct edits edits = {0};
        mend_edit(c, &edits, n->at, n->at_end - n->at, "");
        mend_by(c, f, &edits, "drop it");
        return;
    }
}

static void check_node(struct mender *c, const struct tree_node *node)
{
    check_stray_text(c, node);
    check_children(c, node);
    check_attrs(c, node);
    check_pairs(c, node);
    check_untyped(c, node);
    if (xsd_is(node, "all"))
        check_all(c, node);
    check_duplicates(c, node);
}

static bool in_annotation(const struct tree_node *node)
{
    for (; node != NULL && node->name != NULL; node = node->parent)
        if (xsd_is(node, "documentation") || xsd_is(node, "appinfo"))
            return true;
    return false;
}

/* "http://www.w3.org/2000/10/XMLSchema": of a draft of XML Schema. */
static void check_draft(struct mender *c)
{
    const struct tree_node *root = c->schema->root;
    if (root->ns == NULL || strcmp(root->ns, XSD_NS) == 0 ||
        strncmp(root->ns, "http://www.w3.org/", 18) != 0 ||
        strstr(root->ns, "XMLSchema") == NULL)
        return;
    struct finding *f = report(c, root, "structure", "draft",
        arena_printf(c->audit->arena,
            "the schema is in '%s', of a draft of XML Schema: no processor "
            "takes it",
            root->ns));
    struct edits edits = {0};
    for (size_t i = 0; i < root->attr_count; i++)
        if (strncmp(root->attrs[i].name, "xmlns", 5) == 0 &&
            strcmp(root->attrs[i].value, root->ns) == 0)
            mend_edit(c, &edits, root->attrs[i].value_at,
                root->attrs[i].value_len, XSD_NS);
    mend_by(c, f, &edits, "write '" XSD_NS "'");
}

void structure_check(struct audit *audit, struct schema *schema)
{
    /* Each round mends what it saw; edits inside moved text wait for the
     * next. */
    for (int round = 0; round < 6; round++) {
        struct mender c = {.audit = audit, .schema = schema};
        check_draft(&c);
        bool draft = c.edits.count > 0;
        for (const struct tree_node *n = schema->root; n != NULL && !draft;
             n = tree_following(n, schema->root))
            if (n->name != NULL && !in_annotation(n))
                check_node(&c, n);
        if (c.edits.count == 0)
            return;
        schema_edit(audit, schema, &c.edits);
        if (schema->root == NULL) {
            schema->skipped = "it cannot be mended";
            return;
        }
    }
}
