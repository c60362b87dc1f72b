#include "audit/mend.h"

#include "audit/rule.h"

#include <ctype.h>
#include <string.h>

/* Makes edits the fix of a finding and part of this round. */
void mend_by(struct mender *c, struct finding *f, const struct edits *edits,
    const char *fix)
{
    if (edits->count == 0)
        return;
    if (f != NULL)
        schema_fix(c->audit, c->schema, f, edits, fix);
    for (size_t i = 0; i < edits->count; i++)
        list_push(c->audit->arena, &c->edits, edits->items[i]);
}

void mend_edit(struct mender *c, struct edits *edits, size_t at, size_t len,
    const char *text)
{
    struct edit e = {at, len, text};
    list_push(c->audit->arena, edits, e);
}

/* Removing an attribute takes the white space before it along. */
void mend_drop_attr(
    struct mender *c, struct edits *edits, const struct tree_attr *attr)
{
    size_t at = attr->at;
    while (at > 0 && isspace((unsigned char)c->schema->text.data[at - 1]))
        at--;
    mend_edit(c, edits, at, attr->end - at, "");
}

/* The indentation of the line a node starts on. */
const char *mend_indent(struct mender *c, size_t at)
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

/* One step of indentation as the text has it. */
static const char *step(const char *indent)
{
    return strchr(indent, '\t') != NULL ? "\t" : "  ";
}

/* Tags, one a line: "<a>\n<b>" further in with each (end: "</b>\n</a>" further
 * out), the first on the line that is there. levels: how many. */
static const char *staircase(struct mender *c, const char *tags,
    const char *indent, bool end, size_t *levels)
{
    struct arena *arena = c->audit->arena;
    char *lines = arena_strdup(arena, tags), *save = NULL;
    size_t count = 1, level = 0;
    for (const char *p = tags; *p != '\0'; p++)
        count += *p == '\n';
    const char *out = "";
    for (char *line = strtok_r(lines, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save), level++) {
        out = arena_printf(arena, "%s%s%s", out, level > 0 ? "\n" : "",
            level > 0 || end ? indent : "");
        for (size_t i = 0; i < (end ? count - 1 - level : level); i++)
            out = arena_printf(arena, "%s%s", out, step(indent));
        out = arena_printf(arena, "%s%s", out, line);
    }
    *levels = count;
    return out;
}

/* Moves the lines of from..to further in, but for the first. */
static void shift(struct mender *c, struct edits *edits, size_t from, size_t to,
    const char *by)
{
    const char *text = c->schema->text.data;
    for (size_t at = from; at < to; at++)
        if (text[at] == '\n' && at + 1 < to && text[at + 1] != '\n')
            mend_edit(c, edits, at + 1, 0, by);
}

/* Wraps the siblings first..last into <open>...</close>, a tag a line. */
static void wrap(struct mender *c, struct edits *edits,
    const struct tree_node *first, const struct tree_node *last,
    const char *open, const char *close)
{
    struct arena *arena = c->audit->arena;
    const char *indent = mend_indent(c, first->at), *by = "";
    size_t levels = 0;
    const char *before = staircase(c, open, indent, false, &levels);
    for (size_t i = 0; i < levels; i++)
        by = arena_printf(arena, "%s%s", by, step(indent));
    mend_edit(c, edits, first->at, 0,
        arena_printf(arena, "%s\n%s%s", before, indent, by));
    shift(c, edits, first->at, last->end_end, by);
    mend_edit(c, edits, last->end_end, 0,
        arena_printf(
            arena, "\n%s", staircase(c, close, indent, true, &levels)));
}

static const struct tree_node *last_of_run(
    const struct tree_node *first, const char *words)
{
    const struct tree_node *last = first;
    for (const struct tree_node *n = tree_next(first, NULL);
         n != NULL && rule_has(words, strlen(words), xsd_name(n));
         n = tree_next(n, NULL))
        last = n;
    return last;
}

/* "<xs:a>\n<xs:b>" of "a b", or "</xs:b>\n</xs:a>". */
static const char *tags(struct mender *c, const char *names, bool close)
{
    struct arena *arena = c->audit->arena;
    const char *p = schema_prefix(arena, c->schema), *out = "";
    char *words = arena_strdup(arena, names), *save = NULL;
    for (char *w = strtok_r(words, " ", &save); w != NULL;
         w = strtok_r(NULL, " ", &save)) {
        size_t len = strcspn(w, "@");
        const char *line = *out == '\0' ? "" : "\n";
        out = close ? arena_printf(
                          arena, "</%s%.*s>%s%s", p, (int)len, w, line, out)
              : w[len] == '@'
                  ? arena_printf(arena, "%s%s<%s%.*s base='%sstring'>", out,
                        line, p, (int)len, w, p)
                  : arena_printf(arena, "%s%s<%s%s>", out, line, p, w);
    }
    return out;
}

/* Wraps all children of those kinds, from the first on, into one level that
 * stands before the attributes; in simpleContent nothing else stays. */
static void gather(struct mender *c, struct edits *edits,
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
        scattered |= rule_has(kinds, strlen(kinds), xsd_name(n));
        if (alone && !rule_has(kinds, strlen(kinds), xsd_name(n)))
            mend_edit(c, edits, n->at, n->end_end - n->at, "");
    }
    if (front == NULL && !scattered) {
        wrap(c, edits, first, last, open, close);
        return;
    }
    if (front == NULL)
        front = first;
    const char *indent = mend_indent(c, front->at), *by = "";
    size_t levels = 0;
    const char *all = staircase(c, open, indent, false, &levels);
    for (size_t i = 0; i < levels; i++)
        by = arena_printf(arena, "%s%s", by, step(indent));
    for (const struct tree_node *n = first; n != NULL; n = tree_next(n, NULL)) {
        if (!rule_has(kinds, strlen(kinds), xsd_name(n)))
            continue;
        all = arena_printf(arena, "%s\n%s%s%.*s", all, indent, by,
            (int)(n->end_end - n->at), c->schema->text.data + n->at);
        mend_edit(c, edits, n->at, n->end_end - n->at, "");
    }
    mend_edit(c, edits, front->at, 0,
        arena_printf(arena, "%s\n%s\n%s", all,
            staircase(c, close, indent, true, &levels), indent));
}

/* A stray element beside the model that it belongs into. */
static bool mend_beside_model(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    if (!xsd_is(child, "element") && !xsd_is(child, "any"))
        return false;
    const struct tree_node *model = tree_child(child->parent, "sequence");
    if (model == NULL)
        model = tree_child(child->parent, "choice");
    if (model == NULL || model->empty || !xsd_is(child->parent, "complexType"))
        return false;
    struct edits edits = {0};
    bool before = child->at < model->at;
    mend_edit(c, &edits, child->at, child->end_end - child->at, "");
    const char *moved = arena_strndup(c->audit->arena,
        c->schema->text.data + child->at, child->end_end - child->at);
    const char *indent = mend_indent(c, model->at);
    if (before)
        mend_edit(c, &edits, model->at_end, 0,
            arena_printf(c->audit->arena, "\n%s  %s", indent, moved));
    else
        mend_edit(c, &edits, model->end, 0,
            arena_printf(c->audit->arena, "  %s\n%s", moved, indent));
    mend_by(c, f, &edits,
        arena_printf(
            c->audit->arena, "move it into the %s beside it", model->local));
    return true;
}

/* Children whose parent lacks something in between. */
static bool mend_missing_level(
    struct mender *c, struct finding *f, const struct tree_node *child)
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
        if (!rule_has(rows[i].children, strlen(rows[i].children), name) ||
            !rule_has(rows[i].parents, strlen(rows[i].parents), parent))
            continue;
        struct edits edits = {0};
        const struct tree_attr *type = tree_attr(child->parent, "type");
        if (type != NULL)
            mend_drop_attr(c, &edits, type);
        gather(c, &edits, child, rows[i].children,
            tags(c, rows[i].between, false), tags(c, rows[i].between, true));
        mend_by(c, f, &edits, rows[i].fix);
        return true;
    }
    return false;
}

/* <xs:simpleType base="..."><xs:enumeration/>: the restriction is missing. */
static bool mend_missing_restriction(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    static const char facets[] = RULE_FACETS;
    if (!xsd_is(child->parent, "simpleType") ||
        !rule_has(facets, strlen(facets), xsd_name(child)))
        return false;
    struct arena *arena = c->audit->arena;
    const struct tree_attr *base = tree_attr(child->parent, "base");
    const char *p = schema_prefix(arena, c->schema);
    struct edits edits = {0};
    if (base != NULL)
        mend_drop_attr(c, &edits, base);
    wrap(c, &edits, child, last_of_run(child, facets),
        arena_printf(arena, "<%srestriction base='%s'>", p,
            base != NULL ? base->value : arena_printf(arena, "%sstring", p)),
        arena_printf(arena, "</%srestriction>", p));
    mend_by(c, f, &edits, "put the values into a restriction");
    return true;
}

/* A complexType straight in another: one of the two is too many. */
static bool mend_doubled(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    if (strcmp(xsd_name(child), xsd_name(child->parent)) != 0 ||
        child->attr_count > 0 || child->empty || *xsd_name(child) == '\0')
        return false;
    struct edits edits = {0};
    mend_edit(c, &edits, child->at, child->at_end - child->at, "");
    mend_edit(c, &edits, child->end, child->end_end - child->end, "");
    mend_by(c, f, &edits, "drop one of the two");
    return true;
}

/* <any/> in a schema that writes <xs:any/>. */
static bool mend_prefix(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    const char *p = schema_prefix(c->audit->arena, c->schema);
    if (*xsd_name(child) != '\0' || *child->prefix != '\0' || *p == '\0')
        return false;
    const char *rule = rule_contents(child->parent);
    if (rule == NULL || !rule_has(rule, strlen(rule), child->local))
        return false;
    struct edits edits = {0};
    mend_edit(c, &edits, child->at + 1, 0, p);
    if (!child->empty)
        mend_edit(c, &edits, child->end + 2, 0, p);
    mend_by(c, f, &edits, "give it the prefix of XML Schema");
    return true;
}

/* Whether the type that `base` names has element content, as far as seen. */
static bool complex_base(struct mender *c, const struct tree_node *node)
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
    struct mender *c, struct finding *f, const struct tree_node *child)
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
    if (!complex && xsd_is(child, "restriction")) {
        /* Which simple type to extend is for the author to say. */
        mend_by(c, NULL, &edits, "");
        if (f != NULL)
            f->fix = "make the restriction a simpleType of its own, and extend "
                     "that by the attributes in simpleContent";
        return true;
    }
    mend_by(c, f, &edits,
        arena_printf(c->audit->arena, "put it into %s%s", p, content));
    return true;
}

/* <xs:element type="base64Binary"><xs:attribute/></xs:element> */
static bool mend_attribute_in_element(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    static const char attrs[] = RULE_ATTRIBUTES " anyAttribute";
    if (!xsd_is(child->parent, "element") ||
        !rule_has(attrs, strlen(attrs), xsd_name(child)))
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
        mend_drop_attr(c, &edits, type);
        wrap(c, &edits, child, last_of_run(child, attrs),
            arena_printf(arena,
                "<%scomplexType>\n<%ssimpleContent>\n<%sextension base='%s'>",
                p, p, p, type->value),
            arena_printf(arena,
                "</%sextension>\n</%ssimpleContent>\n</%scomplexType>", p, p,
                p));
    }
    mend_by(c, f, &edits, "put the attributes into a complexType");
    return true;
}

/* xs:all takes elements only, each at most once: a repeated choice says what
 * was meant. */
void mend_all(struct mender *c, struct finding *f, const struct tree_node *all)
{
    const char *p = schema_prefix(c->audit->arena, c->schema);
    struct edits edits = {0};
    const char *occurs = " minOccurs='0' maxOccurs='unbounded'";
    for (size_t i = 0; i < all->attr_count; i++)
        if (strcmp(all->attrs[i].local, "minOccurs") == 0 ||
            strcmp(all->attrs[i].local, "maxOccurs") == 0)
            mend_drop_attr(c, &edits, &all->attrs[i]);
    mend_edit(c, &edits, all->at + 1, strlen(all->name),
        arena_printf(c->audit->arena, "%schoice%s", p, occurs));
    if (!all->empty)
        mend_edit(c, &edits, all->end + 2, strlen(all->name),
            arena_printf(c->audit->arena, "%schoice", p));
    mend_by(c, f, &edits,
        "make it a choice with minOccurs='0' and maxOccurs='unbounded'");
}

/* An xs:all inside another model. */
static bool mend_all_in_model(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    if (!xsd_is(child, "all"))
        return false;
    mend_all(c, f, child);
    return true;
}

static bool mend_any_in_all(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    if (!xsd_is(child->parent, "all"))
        return false;
    mend_all(c, f, child->parent);
    return true;
}

/* <xs:sequence> around <xs:attribute>: drop what cannot be kept there by
 * moving the attribute behind the model. */
static bool mend_attribute_in_model(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    static const char attrs[] = RULE_ATTRIBUTES;
    const struct tree_node *model = child->parent;
    if (!rule_has(attrs, strlen(attrs), xsd_name(child)))
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
    mend_edit(c, &edits, child->at, last->end_end - child->at, "");
    mend_edit(c, &edits, model->end_end, 0,
        arena_printf(
            c->audit->arena, "\n%s%s", mend_indent(c, model->at), moved));
    mend_by(c, f, &edits, "move it behind the content model");
    return true;
}

bool mend_drop(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    struct edits edits = {0};
    for (const struct tree_node *n = child; n != NULL; n = tree_next(n, NULL))
        if (strcmp(n->name, child->name) == 0)
            mend_edit(c, &edits, n->at, n->end_end - n->at, "");
    mend_by(c, NULL, &edits, "");
    (void)f;
    return true;
}

/* Whether a type is one of text: built in, or a simple one of the schema. */
static bool is_simple(
    struct mender *c, const struct tree_node *node, const char *type)
{
    struct qname q = schema_qname(c->audit->arena, node, type);
    if (q.ns != NULL && strcmp(q.ns, XSD_NS) == 0)
        return xsd_builtin(q.local);
    const struct tree_node *global = schema_global(c->schema, "type", q.local);
    return global != NULL && xsd_is(global, "simpleType");
}

bool mend_type_twice(struct mender *c, struct finding *f,
    const struct tree_node *node, const struct tree_node *inner)
{
    static const char attrs[] = RULE_ATTRIBUTES " anyAttribute";
    const struct tree_attr *type = tree_attr(node, "type");
    const struct tree_node *first = tree_child(inner, NULL);
    while (first != NULL && xsd_is(first, "annotation"))
        first = tree_next(first, NULL);
    if (!xsd_is(inner, "complexType") || first == NULL ||
        !is_simple(c, node, type->value))
        return false;
    const struct tree_node *last = last_of_run(first, attrs);
    if (!rule_has(attrs, strlen(attrs), xsd_name(first)) ||
        tree_next(last, NULL) != NULL)
        return false;
    const char *p = schema_prefix(c->audit->arena, c->schema);
    struct edits edits = {0};
    mend_drop_attr(c, &edits, type);
    wrap(c, &edits, first, last,
        arena_printf(c->audit->arena,
            "<%ssimpleContent>\n<%sextension base='%s'>", p, p, type->value),
        arena_printf(
            c->audit->arena, "</%sextension>\n</%ssimpleContent>", p, p));
    mend_by(c, f, &edits, "extend the one by the attributes of the other");
    return true;
}

void mend_text_only(struct mender *c, struct finding *f,
    const struct tree_node *content, const struct tree_node *model)
{
    struct arena *arena = c->audit->arena;
    struct edits edits = {0};
    const char *text = c->schema->text.data;
    const struct tree_node *first = tree_child(content, NULL);
    size_t from = content->end, to = content->end_end;
    while (from > 0 && isspace((unsigned char)text[from - 1]))
        from--;
    if (first == model) {
        mend_edit(c, &edits, content->at, first->at - content->at, "");
    } else {
        size_t gap = model->at;
        while (gap > 0 && isspace((unsigned char)text[gap - 1]))
            gap--;
        mend_edit(c, &edits, content->at, first->at - content->at,
            arena_printf(arena, "%.*s\n%s", (int)(model->end_end - model->at),
                text + model->at, mend_indent(c, first->at)));
        mend_edit(c, &edits, gap, model->end_end - gap, "");
    }
    if (from >= model->end_end)
        mend_edit(c, &edits, from, to - from, "");
    mend_by(c, f, &edits,
        first == model ? "drop the simpleContent"
                       : "drop the simpleContent, and put the content model "
                         "first");
}

/* Rows: the first that can mends a child that may not stand where it does.
 * The last keeps the audit going without being a proposal. */
static bool (*const misplaced_mends[])(
    struct mender *, struct finding *, const struct tree_node *) = {mend_prefix,
    mend_beside_model, mend_missing_level, mend_missing_restriction,
    mend_missing_content, mend_attribute_in_element, mend_any_in_all,
    mend_all_in_model, mend_doubled, mend_attribute_in_model, mend_drop};

void mend_misplaced(
    struct mender *c, struct finding *f, const struct tree_node *child)
{
    for (size_t i = 0; i < sizeof misplaced_mends / sizeof *misplaced_mends;
         i++)
        if (misplaced_mends[i](c, f, child))
            return;
}
