/* Layer 2: the schema is a schema. Which elements and attributes of XSD may
 * stand where (XML Schema Part 1, the schema for schemas), and the rules that
 * authors trip over. */
#include "audit/schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define ATTRIBUTES "attribute attributeGroup"
#define PARTICLES "element group choice sequence any"
#define FACETS                                                                 \
    "enumeration pattern length minLength maxLength minInclusive "             \
    "maxInclusive minExclusive maxExclusive totalDigits fractionDigits "       \
    "whiteSpace"

/* Children of each element: groups in their order, ":1" at most one. */
static const struct {
    const char *parent, *children;
} contents[] = {
    {"schema", "import include redefine annotation;element attribute "
               "simpleType complexType group attributeGroup notation "
               "annotation"},
    {"element", "annotation:1;simpleType complexType:1;unique key keyref"},
    {"attribute", "annotation:1;simpleType:1"},
    {"complexType",
        "annotation:1;simpleContent complexContent group all choice "
        "sequence:1;" ATTRIBUTES ";anyAttribute:1"},
    {"simpleContent", "annotation:1;restriction extension:1"},
    {"complexContent", "annotation:1;restriction extension:1"},
    {"extension", "annotation:1;group all choice sequence:1;" ATTRIBUTES
                  ";anyAttribute:1"},
    {"simpleType", "annotation:1;restriction list union:1"},
    {"list", "annotation:1;simpleType:1"},
    {"union", "annotation:1;simpleType"},
    {"all", "annotation:1;element"},
    {"choice", "annotation:1;" PARTICLES},
    {"sequence", "annotation:1;" PARTICLES},
    {"group", "annotation:1;all choice sequence:1"},
    {"attributeGroup", "annotation:1;" ATTRIBUTES ";anyAttribute:1"},
    {"any", "annotation:1"},
    {"anyAttribute", "annotation:1"},
    {"import", "annotation:1"},
    {"include", "annotation:1"},
    {"annotation", "appinfo documentation"},
    {"unique", "annotation:1;selector:1;field"},
    {"key", "annotation:1;selector:1;field"},
    {"keyref", "annotation:1;selector:1;field"},
};
static const char complex_restriction[] =
    "annotation:1;group all choice sequence:1;" ATTRIBUTES ";anyAttribute:1";
static const char simple_content_restriction[] =
    "annotation:1;simpleType:1;" FACETS ";" ATTRIBUTES ";anyAttribute:1";
static const char simple_restriction[] = "annotation:1;simpleType:1;" FACETS;

/* Attributes of each element ("id" is everywhere); global ones behind '|'. */
static const struct {
    const char *element, *local, *global;
} attributes[] = {
    {"schema",
        "targetNamespace elementFormDefault attributeFormDefault "
        "blockDefault finalDefault version xml:lang",
        NULL},
    {"element",
        "name type ref minOccurs maxOccurs default fixed nillable form block",
        "name type default fixed nillable block final abstract "
        "substitutionGroup"},
    {"attribute", "name type ref use default fixed form",
        "name type default fixed"},
    {"complexType", "mixed", "name mixed abstract block final"},
    {"simpleType", "", "name final"},
    {"simpleContent", "", NULL},
    {"complexContent", "mixed", NULL},
    {"extension", "base", NULL},
    {"restriction", "base", NULL},
    {"list", "itemType", NULL},
    {"union", "memberTypes", NULL},
    {"all", "minOccurs maxOccurs", NULL},
    {"choice", "minOccurs maxOccurs", NULL},
    {"sequence", "minOccurs maxOccurs", NULL},
    {"group", "ref minOccurs maxOccurs", "name"},
    {"attributeGroup", "ref", "name"},
    {"any", "namespace processContents minOccurs maxOccurs", NULL},
    {"anyAttribute", "namespace processContents", NULL},
    {"import", "namespace schemaLocation", NULL},
    {"include", "schemaLocation", NULL},
};

struct checker {
    struct audit *audit;
    struct schema *schema;
    struct edits edits; /* of this round */
};

/* Whether `word` is one of the space-separated words before ':' or the end. */
static bool has_word(const char *words, size_t len, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= len; i++) {
        bool start = i == 0 || words[i - 1] == ' ';
        bool end = i + n == len || words[i + n] == ' ' || words[i + n] == ':';
        if (start && end && memcmp(words + i, word, n) == 0)
            return true;
    }
    return false;
}

static const char *contents_of(const struct tree_node *node)
{
    const char *name = xsd_name(node);
    if (strcmp(name, "restriction") == 0) {
        if (xsd_is(node->parent, "complexContent"))
            return complex_restriction;
        return xsd_is(node->parent, "simpleContent")
                   ? simple_content_restriction
                   : simple_restriction;
    }
    if (strcmp(name, "extension") == 0 && xsd_is(node->parent, "simpleContent"))
        return "annotation:1;" ATTRIBUTES ";anyAttribute:1";
    if (has_word(FACETS, strlen(FACETS), name) && *name != '\0')
        return "annotation:1";
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        if (strcmp(contents[i].parent, name) == 0)
            return contents[i].children;
    return NULL;
}

static struct finding *report(struct checker *c, const struct tree_node *node,
    const char *class, const char *detail, const char *message)
{
    return schema_finding(
        c->audit, c->schema, node, SEVERITY_ERROR, class, detail, message);
}

/* Makes edits the fix of a finding and part of this round. */
static void mend(struct checker *c, struct finding *f,
    const struct edits *edits, const char *fix)
{
    if (edits->count == 0)
        return;
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

/* Removing an attribute takes the white space before it along. */
static void drop_attr(
    struct checker *c, struct edits *edits, const struct tree_attr *attr)
{
    size_t at = attr->at;
    while (at > 0 && isspace((unsigned char)c->schema->text.data[at - 1]))
        at--;
    edit(c, edits, at, attr->end - at, "");
}

/* The indentation of the line a node starts on. */
static const char *indent_of(struct checker *c, size_t at)
{
    size_t start = at;
    while (start > 0 && c->schema->text.data[start - 1] != '\n')
        start--;
    size_t end = start;
    while (end < at && (c->schema->text.data[end] == ' ' ||
                           c->schema->text.data[end] == '\t'))
        end++;
    return arena_strndup(
        c->audit->arena, c->schema->text.data + start, end - start);
}

/* Wraps the siblings first..last into <open>...</close>. */
static void wrap(struct checker *c, struct edits *edits,
    const struct tree_node *first, const struct tree_node *last,
    const char *open, const char *close)
{
    const char *indent = indent_of(c, first->at);
    edit(c, edits, first->at, 0,
        arena_printf(c->audit->arena, "%s\n%s", open, indent));
    edit(c, edits, last->end_end, 0,
        arena_printf(c->audit->arena, "\n%s%s", indent, close));
}

static const struct tree_node *last_of_run(
    const struct tree_node *first, const char *words)
{
    const struct tree_node *last = first;
    for (const struct tree_node *n = tree_next(first, NULL);
         n != NULL && has_word(words, strlen(words), xsd_name(n));
         n = tree_next(n, NULL))
        last = n;
    return last;
}

/* "<xs:a><xs:b>" of "a b", or "</xs:b></xs:a>". */
static const char *tags(struct checker *c, const char *names, bool close)
{
    struct arena *arena = c->audit->arena;
    const char *p = schema_prefix(arena, c->schema), *out = "";
    char *words = arena_strdup(arena, names), *save = NULL;
    for (char *w = strtok_r(words, " ", &save); w != NULL;
         w = strtok_r(NULL, " ", &save)) {
        size_t len = strcspn(w, "@");
        out = close ? arena_printf(arena, "</%s%.*s>%s", p, (int)len, w, out)
              : w[len] == '@'
                  ? arena_printf(arena, "%s<%s%.*s base='%sstring'>", out, p,
                        (int)len, w, p)
                  : arena_printf(arena, "%s<%s%s>", out, p, w);
    }
    return out;
}

/* Wraps all children of those kinds, from the first on, into one level that
 * stands before the attributes; in simpleContent nothing else stays. */
static void gather(struct checker *c, struct edits *edits,
    const struct tree_node *first, const char *kinds, const char *open,
    const char *close)
{
    struct arena *arena = c->audit->arena;
    const struct tree_node *last = last_of_run(first, kinds), *front = NULL;
    bool scattered = false, alone = xsd_is(first->parent, "simpleContent");
    for (const struct tree_node *n = tree_child(first->parent, NULL);
         n != NULL && n != first; n = tree_next(n, NULL))
        if (strncmp(xsd_name(n), "attribute", 9) == 0 && front == NULL)
            front = n;
    for (const struct tree_node *n = tree_next(last, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        scattered |= has_word(kinds, strlen(kinds), xsd_name(n));
        if (alone && !has_word(kinds, strlen(kinds), xsd_name(n)))
            edit(c, edits, n->at, n->end_end - n->at, "");
    }
    if (front == NULL && !scattered) {
        wrap(c, edits, first, last, open, close);
        return;
    }
    if (front == NULL)
        front = first;
    const char *indent = indent_of(c, front->at), *all = open;
    for (const struct tree_node *n = first; n != NULL; n = tree_next(n, NULL)) {
        if (!has_word(kinds, strlen(kinds), xsd_name(n)))
            continue;
        all = arena_printf(arena, "%s\n%s  %.*s", all, indent,
            (int)(n->end_end - n->at), c->schema->text.data + n->at);
        edit(c, edits, n->at, n->end_end - n->at, "");
    }
    edit(c, edits, front->at, 0,
        arena_printf(arena, "%s\n%s%s\n%s", all, indent, close, indent));
}

/* Children whose parent lacks something in between. */
static bool mend_missing_level(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    static const struct {
        const char *children, *parents, *between, *fix;
    } rows[] = {
        {"element any", "complexType extension", "sequence",
            "put it into a sequence"},
        {"element any", "element", "complexType sequence",
            "put it into a complexType"},
        {"choice sequence all group", "element", "complexType",
            "put it into a complexType"},
        {"restriction list union", "attribute element", "simpleType",
            "put it into a simpleType"},
        {"attribute attributeGroup anyAttribute", "simpleContent", "extension@",
            "put it into an extension"},
    };
    const char *name = xsd_name(child), *parent = xsd_name(child->parent);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!has_word(rows[i].children, strlen(rows[i].children), name) ||
            !has_word(rows[i].parents, strlen(rows[i].parents), parent))
            continue;
        struct edits edits = {0};
        const struct tree_attr *type = tree_attr(child->parent, "type");
        if (type != NULL)
            drop_attr(c, &edits, type);
        gather(c, &edits, child, rows[i].children,
            tags(c, rows[i].between, false), tags(c, rows[i].between, true));
        mend(c, f, &edits, rows[i].fix);
        return true;
    }
    return false;
}

/* <xs:simpleType base="..."><xs:enumeration/>: the restriction is missing. */
static bool mend_missing_restriction(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    static const char facets[] = FACETS;
    if (!xsd_is(child->parent, "simpleType") ||
        !has_word(facets, strlen(facets), xsd_name(child)))
        return false;
    struct arena *arena = c->audit->arena;
    const struct tree_attr *base = tree_attr(child->parent, "base");
    const char *p = schema_prefix(arena, c->schema);
    struct edits edits = {0};
    if (base != NULL)
        drop_attr(c, &edits, base);
    wrap(c, &edits, child, last_of_run(child, facets),
        arena_printf(arena, "<%srestriction base='%s'>", p,
            base != NULL ? base->value : arena_printf(arena, "%sstring", p)),
        arena_printf(arena, "</%srestriction>", p));
    mend(c, f, &edits, "put the values into a restriction");
    return true;
}

/* A complexType straight in another: one of the two is too many. */
static bool mend_doubled(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    if (strcmp(xsd_name(child), xsd_name(child->parent)) != 0 ||
        child->attr_count > 0 || child->empty || *xsd_name(child) == '\0')
        return false;
    struct edits edits = {0};
    edit(c, &edits, child->at, child->at_end - child->at, "");
    edit(c, &edits, child->end, child->end_end - child->end, "");
    mend(c, f, &edits, "drop one of the two");
    return true;
}

/* <any/> in a schema that writes <xs:any/>. */
static bool mend_prefix(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    const char *p = schema_prefix(c->audit->arena, c->schema);
    if (*xsd_name(child) != '\0' || *child->prefix != '\0' || *p == '\0')
        return false;
    const char *rule = contents_of(child->parent);
    if (rule == NULL || !has_word(rule, strlen(rule), child->local))
        return false;
    struct edits edits = {0};
    edit(c, &edits, child->at + 1, 0, p);
    if (!child->empty)
        edit(c, &edits, child->end + 2, 0, p);
    mend(c, f, &edits, "give it the prefix of XML Schema");
    return true;
}

/* Whether the type that `base` names has element content, as far as seen. */
static bool complex_base(struct checker *c, const struct tree_node *node)
{
    const char *base = tree_value(node, "base");
    if (base == NULL)
        return true;
    struct qname q = schema_qname(c->audit->arena, node, base);
    if (q.ns == NULL || strcmp(q.ns, XSD_NS) == 0)
        return false;
    const struct tree_node *type = schema_global(c->schema, "type", q.local);
    return type != NULL && xsd_is(type, "complexType") &&
           tree_child(type, "simpleContent") == NULL;
}

/* <xs:extension/> straight in a complexType. */
static bool mend_missing_content(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    if (!xsd_is(child->parent, "complexType") ||
        (!xsd_is(child, "extension") && !xsd_is(child, "restriction")))
        return false;
    bool complex =
        complex_base(c, child) || tree_child(child, "sequence") != NULL ||
        tree_child(child, "choice") != NULL || tree_child(child, "all") != NULL;
    const char *content = complex ? "complexContent" : "simpleContent";
    const char *p = schema_prefix(c->audit->arena, c->schema);
    struct edits edits = {0};
    wrap(c, &edits, child, child,
        arena_printf(c->audit->arena, "<%s%s>", p, content),
        arena_printf(c->audit->arena, "</%s%s>", p, content));
    mend(c, f, &edits,
        arena_printf(c->audit->arena, "put it into %s%s", p, content));
    return true;
}

/* <xs:element type="base64Binary"><xs:attribute/></xs:element> */
static bool mend_attribute_in_element(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    static const char attrs[] = ATTRIBUTES " anyAttribute";
    if (!xsd_is(child->parent, "element") ||
        !has_word(attrs, strlen(attrs), xsd_name(child)))
        return false;
    const struct tree_node *element = child->parent;
    if (tree_child(element, "complexType") != NULL)
        return false;
    const struct tree_attr *type = tree_attr(element, "type");
    const char *p = schema_prefix(c->audit->arena, c->schema);
    struct arena *arena = c->audit->arena;
    struct edits edits = {0};
    if (type == NULL) {
        wrap(c, &edits, child, last_of_run(child, attrs),
            arena_printf(arena, "<%scomplexType>", p),
            arena_printf(arena, "</%scomplexType>", p));
    } else {
        drop_attr(c, &edits, type);
        wrap(c, &edits, child, last_of_run(child, attrs),
            arena_printf(arena,
                "<%scomplexType><%ssimpleContent><%sextension base='%s'>", p, p,
                p, type->value),
            arena_printf(arena,
                "</%sextension></%ssimpleContent></%scomplexType>", p, p, p));
    }
    mend(c, f, &edits, "put the attributes into a complexType");
    return true;
}

/* xs:all takes elements only, each at most once: a repeated choice says what
 * was meant. */
static void mend_all(
    struct checker *c, struct finding *f, const struct tree_node *all)
{
    const char *p = schema_prefix(c->audit->arena, c->schema);
    struct edits edits = {0};
    const char *occurs = " minOccurs='0' maxOccurs='unbounded'";
    for (size_t i = 0; i < all->attr_count; i++)
        if (strcmp(all->attrs[i].local, "minOccurs") == 0 ||
            strcmp(all->attrs[i].local, "maxOccurs") == 0)
            drop_attr(c, &edits, &all->attrs[i]);
    edit(c, &edits, all->at + 1, strlen(all->name),
        arena_printf(c->audit->arena, "%schoice%s", p, occurs));
    if (!all->empty)
        edit(c, &edits, all->end + 2, strlen(all->name),
            arena_printf(c->audit->arena, "%schoice", p));
    mend(c, f, &edits,
        "make it a choice with minOccurs='0' and maxOccurs='unbounded'");
}

/* An xs:all inside another model. */
static bool mend_all_in_model(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    if (!xsd_is(child, "all"))
        return false;
    mend_all(c, f, child);
    return true;
}

static bool mend_any_in_all(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    if (!xsd_is(child->parent, "all"))
        return false;
    mend_all(c, f, child->parent);
    return true;
}

/* <xs:sequence> around <xs:attribute>: drop what cannot be kept there by
 * moving the attribute behind the model. */
static bool mend_attribute_in_model(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    static const char attrs[] = ATTRIBUTES;
    const struct tree_node *model = child->parent;
    if (!has_word(attrs, strlen(attrs), xsd_name(child)))
        return false;
    while (xsd_is(model->parent, "sequence") ||
           xsd_is(model->parent, "choice") || xsd_is(model->parent, "all"))
        model = model->parent;
    if (!xsd_is(model, "sequence") && !xsd_is(model, "choice") &&
        !xsd_is(model, "all"))
        return false;
    const struct tree_node *last = last_of_run(child, attrs);
    const char *moved = arena_strndup(c->audit->arena,
        c->schema->text.data + child->at, last->end_end - child->at);
    struct edits edits = {0};
    edit(c, &edits, child->at, last->end_end - child->at, "");
    edit(c, &edits, model->end_end, 0,
        arena_printf(
            c->audit->arena, "\n%s%s", indent_of(c, model->at), moved));
    mend(c, f, &edits, "move it behind the content model");
    return true;
}

static bool mend_drop(
    struct checker *c, struct finding *f, const struct tree_node *child)
{
    struct edits edits = {0};
    for (const struct tree_node *n = child; n != NULL; n = tree_next(n, NULL))
        if (strcmp(n->name, child->name) == 0)
            edit(c, &edits, n->at, n->end_end - n->at, "");
    mend(c, NULL, &edits, "");
    (void)f;
    return true;
}

/* Rows: the first that can mends a child that may not stand where it does.
 * The last keeps the audit going without being a proposal. */
static bool (*const misplaced_mends[])(struct checker *, struct finding *,
    const struct tree_node *) = {mend_prefix, mend_missing_level,
    mend_missing_restriction, mend_missing_content, mend_attribute_in_element,
    mend_any_in_all, mend_all_in_model, mend_doubled, mend_attribute_in_model,
    mend_drop};

/* Elements of XSD that do not exist: a slip of the pen. */
static bool unknown_element(struct checker *c, const struct tree_node *node)
{
    if (node->ns == NULL || strcmp(node->ns, XSD_NS) != 0 ||
        contents_of(node) != NULL)
        return false;
    static const char others[] = "documentation appinfo selector field "
                                 "redefine notation";
    if (has_word(others, strlen(others), node->local))
        return false;
    const char *best = NULL;
    int distance = 3;
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        int d = edit_distance(contents[i].parent, node->local);
        if (d < distance) {
            distance = d;
            best = contents[i].parent;
        }
    }
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
    edit(c, &edits, node->at + 1 + skip, strlen(node->local), best);
    if (!node->empty)
        edit(c, &edits, node->end + 2 + skip, strlen(node->local), best);
    mend(c, f, &edits, "spell it right");
    return true;
}

static void misplaced(struct checker *c, const struct tree_node *child)
{
    struct arena *arena = c->audit->arena;
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
    for (size_t i = 0; i < sizeof misplaced_mends / sizeof *misplaced_mends;
         i++)
        if (misplaced_mends[i](c, f, child))
            return;
}

static void out_of_order(struct checker *c, const struct tree_node *child,
    const struct tree_node *before)
{
    struct arena *arena = c->audit->arena;
    struct finding *f = report(c, child->parent, "order",
        arena_printf(arena, "%s after %s", child->local, before->local),
        arena_printf(arena, "in <%s>, <%s> must stand before <%s>",
            child->parent->name, child->name, before->name));
    /* Move the child to the front of what must follow it. */
    const struct tree_node *front = before;
    for (const struct tree_node *n = before; n != NULL; n = n->previous)
        if (n->name != NULL && strcmp(xsd_name(n), xsd_name(before)) == 0)
            front = n;
    struct edits edits = {0};
    const char *moved = arena_strndup(
        arena, c->schema->text.data + child->at, child->end_end - child->at);
    edit(c, &edits, front->at, 0,
        arena_printf(arena, "%s\n%s", moved, indent_of(c, front->at)));
    size_t from = child->at;
    while (from > 0 && isspace((unsigned char)c->schema->text.data[from - 1]))
        from--;
    edit(c, &edits, from, child->end_end - from, "");
    mend(c, f, &edits, "change the order");
}

static void check_children(struct checker *c, const struct tree_node *node)
{
    const char *rule = contents_of(node);
    if (rule == NULL)
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
            if (*name != '\0' && has_word(p, len, name) &&
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

static void unknown_attr(struct checker *c, const struct tree_node *node,
    const struct tree_attr *attr, const char *allowed, bool global)
{
    struct arena *arena = c->audit->arena;
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
    struct edits edits = {0};
    struct finding *f = report(c, node, "attribute",
        arena_printf(arena, "%s on %s", attr->name, node->local),
        best != NULL
            ? arena_printf(arena, "<%s> has no attribute '%s': '%s' is meant",
                  node->name, attr->name, best)
            : arena_printf(arena, "%s <%s> has no attribute '%s'",
                  global ? "a global" : "an", node->name, attr->name));
    if (best != NULL) {
        edit(c, &edits, attr->at, strlen(attr->name), best);
        mend(c, f, &edits, "spell it right");
    } else {
        drop_attr(c, &edits, attr);
        mend(c, f, &edits, "drop the attribute");
    }
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
            !has_word(words[i].values, strlen(words[i].values), attr->value))
            return words[i].values;
    if (strcmp(attr->name, "maxOccurs") == 0 &&
        strcmp(attr->value, "unbounded") != 0 &&
        !xsd_value_ok("nonNegativeInteger", attr->value))
        return "nonNegativeInteger or unbounded";
    (void)node;
    return NULL;
}

static void check_attrs(struct checker *c, const struct tree_node *node)
{
    struct arena *arena = c->audit->arena;
    const char *name = xsd_name(node), *allowed = NULL;
    bool global = xsd_is(node->parent, "schema");
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(attributes[i].element, name) == 0)
            allowed = global && attributes[i].global != NULL
                          ? attributes[i].global
                          : attributes[i].local;
    if (allowed == NULL)
        return;
    for (size_t i = 0; i < node->attr_count; i++) {
        const struct tree_attr *attr = &node->attrs[i];
        if (strncmp(attr->name, "xmlns", 5) == 0 ||
            strcmp(attr->name, "id") == 0 ||
            (*attr->prefix != '\0' && strcmp(attr->prefix, "xml") != 0))
            continue;
        if (!has_word(allowed, strlen(allowed), attr->name)) {
            bool told = xsd_is(node, "simpleType") &&
                        strcmp(attr->name, "base") == 0 &&
                        tree_child(node, "restriction") == NULL;
            if (strcmp(attr->prefix, "xml") != 0 && !told)
                unknown_attr(c, node, attr, allowed, global);
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
        drop_attr(c, &edits, attr);
        mend(c, f, &edits, "drop it");
    }
}

static bool value_is(
    const struct tree_node *node, const char *name, const char *value)
{
    const char *is = tree_value(node, name);
    return is != NULL && strcmp(is, value) == 0;
}

/* Two things that exclude each other on one element. */
static void check_pairs(struct checker *c, const struct tree_node *node)
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
        drop_attr(c, &edits, type);
        mend(c, f, &edits, "keep the type inside");
    } else if (ref != NULL && tree_attr(node, "name") != NULL) {
        struct finding *f = report(c, node, "name-and-ref", "",
            arena_printf(arena, "<%s> has both name and ref", node->name));
        drop_attr(c, &edits, tree_attr(node, "name"));
        mend(c, f, &edits, "keep ref");
    } else if (ref != NULL && (type != NULL || inner != NULL)) {
        struct finding *f = report(c, node, "ref-and-type", "",
            arena_printf(arena, "<%s> refers to a declaration and gives a type",
                node->name));
        if (type != NULL)
            drop_attr(c, &edits, type);
        else
            edit(c, &edits, inner->at, inner->end_end - inner->at, "");
        mend(c, f, &edits, "keep ref");
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
        drop_attr(c, &edits, initial);
        mend(c, f, &edits,
            "drop the default if the attribute is required, else make it "
            "optional");
        if (f != NULL)
            f->proposal = true;
    }
    (void)use;
}

static bool many(const struct tree_node *node)
{
    const char *max = tree_value(node, "maxOccurs");
    return max != NULL && strcmp(max, "0") != 0 && strcmp(max, "1") != 0;
}

static void check_all(struct checker *c, const struct tree_node *all)
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
    struct checker *c, const struct tree_node *a, const struct tree_node *b)
{
    size_t len = a->end_end - a->at;
    return b->end_end - b->at == len &&
           memcmp(c->schema->text.data + a->at, c->schema->text.data + b->at,
               len) == 0;
}

static void check_duplicates(struct checker *c, const struct tree_node *node)
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
            struct finding *f = report(c, o, "duplicate", "",
                arena_printf(arena, "%s '%s' is declared twice%s", o->local,
                    name, same_text(c, n, o) ? "" : ", and not the same way"));
            struct edits edits = {0};
            size_t from = o->at;
            while (from > 0 &&
                   isspace((unsigned char)c->schema->text.data[from - 1]))
                from--;
            edit(c, &edits, from, o->end_end - from, "");
            mend(c, f, &edits, "drop the second");
        }
    }
}

static void check_stray_text(struct checker *c, const struct tree_node *node)
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
        edit(c, &edits, n->at, n->at_end - n->at, "");
        mend(c, f, &edits, "drop it");
        return;
    }
}

static void check_node(struct checker *c, const struct tree_node *node)
{
    check_stray_text(c, node);
    check_children(c, node);
    check_attrs(c, node);
    check_pairs(c, node);
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

void structure_check(struct audit *audit, struct schema *schema)
{
    /* Each round mends what it saw; edits inside moved text wait for the
     * next. */
    for (int round = 0; round < 6; round++) {
        struct checker c = {.audit = audit, .schema = schema};
        for (const struct tree_node *n = schema->root; n != NULL;
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
