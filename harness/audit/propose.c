#include "audit/propose.h"

#include <string.h>

struct seen {
    const char *name;
    size_t count;
};

struct names {
    VEC(struct seen);
};

struct shape { /* of an element */
    const char *name;
    size_t count;
    struct names attributes, children;
    bool text, foreign, language;
};

struct shapes {
    VEC(struct shape);
};

static void see(struct arena *arena, struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i].name, name) == 0) {
            names->items[i].count++;
            return;
        }
    struct seen seen = {name, 1};
    list_push(arena, names, seen);
}

static struct shape *shape_of(
    struct arena *arena, struct shapes *shapes, const char *name)
{
    for (size_t i = 0; i < shapes->count; i++)
        if (strcmp(shapes->items[i].name, name) == 0)
            return &shapes->items[i];
    struct shape shape = {.name = name};
    list_push(arena, shapes, shape);
    return &shapes->items[shapes->count - 1];
}

static void look(struct arena *arena, struct shapes *shapes,
    const struct tree_node *n, const char *ns)
{
    struct shape *shape = shape_of(arena, shapes, n->local);
    shape->count++;
    for (size_t i = 0; i < n->attr_count; i++) {
        const struct tree_attr *a = &n->attrs[i];
        if (strncmp(a->name, "xmlns", 5) == 0)
            continue;
        if (*a->prefix != '\0')
            shape->language = true;
        else
            see(arena, &shape->attributes, a->local);
    }
    for (const struct tree_node *c = n->first; c != NULL; c = c->next) {
        if (c->text != NULL)
            shape->text |= c->text[strspn(c->text, " \t\r\n")] != '\0';
        else if (c->ns != NULL && strcmp(c->ns, ns) == 0)
            see(arena, &shape->children, c->local);
        else
            shape->foreign = true;
    }
}

static void add_attributes(
    struct buffer *out, const struct shape *shape, const char *indent)
{
    for (size_t i = 0; i < shape->attributes.count; i++) {
        const struct seen *a = &shape->attributes.items[i];
        buffer_printf(out,
            "%s<xs:attribute name='%s' type='xs:string' use='%s'/>\n", indent,
            a->name, a->count == shape->count ? "required" : "optional");
    }
    if (shape->language)
        buffer_printf(out,
            "%s<xs:anyAttribute "
            "namespace='http://www.w3.org/XML/1998/namespace' "
            "processContents='lax'/>\n",
            indent);
}

static void add_element(struct buffer *out, const struct shape *shape)
{
    bool children = shape->children.count > 0 || shape->foreign;
    bool attributes = shape->attributes.count > 0 || shape->language;
    if (!children && !attributes) {
        buffer_printf(out, "  <xs:element name='%s' type='%s'/>\n\n",
            shape->name, shape->text ? "xs:string" : "empty");
        return;
    }
    buffer_printf(out, "  <xs:element name='%s'>\n    <xs:complexType%s>\n",
        shape->name, children && shape->text ? " mixed='true'" : "");
    if (children) {
        buffer_add_text(
            out, "      <xs:choice minOccurs='0' maxOccurs='unbounded'>\n");
        for (size_t i = 0; i < shape->children.count; i++)
            buffer_printf(out, "        <xs:element ref='%s'/>\n",
                shape->children.items[i].name);
        buffer_add_text(out,
            "        <xs:any namespace='##other' processContents='lax'/>\n"
            "      </xs:choice>\n");
        add_attributes(out, shape, "      ");
    } else {
        buffer_printf(out,
            "      <xs:simpleContent>\n"
            "        <xs:extension base='%s'>\n",
            shape->text ? "xs:string" : "empty");
        add_attributes(out, shape, "          ");
        buffer_add_text(out, "        </xs:extension>\n"
                             "      </xs:simpleContent>\n");
    }
    buffer_add_text(out, "    </xs:complexType>\n  </xs:element>\n\n");
}

/* The shapes of all elements of the namespace in the document's blocks. */
static struct shapes look_at_blocks(
    struct arena *arena, const struct document *d, const char *ns)
{
    struct shapes shapes = {0};
    for (size_t i = 0; i < d->blocks.count; i++) {
        const struct block *b = &d->blocks.items[i];
        if (strstr(b->text.data, ns) == NULL)
            continue;
        const struct tree *tree =
            tree_parse(arena, b->text.data, b->text.len, NULL);
        for (const struct tree_node *n = tree->document->first; n != NULL;
             n = tree_following(n, tree->document))
            if (n->name != NULL && n->ns != NULL && strcmp(n->ns, ns) == 0)
                look(arena, &shapes, n, ns);
    }
    return shapes;
}

/* Declarations in the manner of a schema that is there. */
struct writer {
    struct buffer *out;
    const struct schema *schema;
    const char *xs; /* its prefix with colon */
    struct shapes *shapes;
};

enum { NESTING = 8 };

static const struct shape *find_shape(
    const struct shapes *shapes, const char *name)
{
    for (size_t i = 0; i < shapes->count; i++)
        if (strcmp(shapes->items[i].name, name) == 0)
            return &shapes->items[i];
    return NULL;
}

/* A local element of an unqualified schema would be in no namespace. */
static bool qualified(const struct schema *schema)
{
    const char *form = tree_value(schema->root, "elementFormDefault");
    return form != NULL && strcmp(form, "qualified") == 0;
}

static void write_element(const struct writer *w, const struct shape *shape,
    int depth, const char *occurs)
{
    const char *xs = w->xs;
    bool children = shape->children.count > 0 || shape->foreign;
    int in = 2 + 6 * depth;
    buffer_printf(
        w->out, "%*s<%selement name='%s'%s", in, "", xs, shape->name, occurs);
    if (!children && shape->attributes.count == 0) {
        bool empty = schema_global(w->schema, "type", "empty") != NULL;
        if (shape->text || empty)
            buffer_printf(w->out, " type='%s'/>\n",
                shape->text
                    ? arena_printf(w->schema->document->arena, "%sstring", xs)
                    : "empty");
        else
            buffer_printf(w->out, "><%scomplexType/></%selement>\n", xs, xs);
        return;
    }
    buffer_printf(w->out, ">\n%*s<%scomplexType%s>\n", in + 2, "", xs,
        children && shape->text ? " mixed='true'" : "");
    if (children)
        buffer_printf(w->out, "%*s<%ssequence>\n", in + 4, "", xs);
    for (size_t i = 0; i < shape->children.count && depth < NESTING; i++) {
        const char *name = shape->children.items[i].name;
        bool many = shape->children.items[i].count > shape->count;
        const char *how =
            many ? " minOccurs='0' maxOccurs='unbounded'" : " minOccurs='0'";
        const struct shape *child = find_shape(w->shapes, name);
        if (schema_global(w->schema, "element", name) == NULL &&
            qualified(w->schema) && child != NULL)
            write_element(w, child, depth + 1, how);
        else
            buffer_printf(w->out, "%*s<%selement ref='%s'%s/>\n", in + 6, "",
                xs, name, how);
    }
    if (shape->foreign)
        buffer_printf(w->out,
            "%*s<%sany namespace='##other' processContents='lax' "
            "minOccurs='0' maxOccurs='unbounded'/>\n",
            in + 6, "", xs);
    if (children)
        buffer_printf(w->out, "%*s</%ssequence>\n", in + 4, "", xs);
    bool simple = !children && shape->text;
    if (simple)
        buffer_printf(w->out,
            "%*s<%ssimpleContent>\n%*s<%sextension base='%sstring'>\n", in + 4,
            "", xs, in + 6, "", xs, xs);
    for (size_t i = 0; i < shape->attributes.count; i++) {
        const struct seen *a = &shape->attributes.items[i];
        buffer_printf(w->out,
            "%*s<%sattribute name='%s' type='%sstring' "
            "use='%s'/>\n",
            simple ? in + 8 : in + 4, "", xs, a->name, xs,
            a->count == shape->count ? "required" : "optional");
    }
    if (simple)
        buffer_printf(w->out, "%*s</%sextension>\n%*s</%ssimpleContent>\n",
            in + 6, "", xs, in + 4, "", xs);
    buffer_printf(w->out, "%*s</%scomplexType>\n%*s</%selement>\n", in + 2, "",
        xs, in, "", xs);
}

const char *propose_element(
    struct arena *arena, const struct schema *schema, const char *name)
{
    struct shapes shapes = look_at_blocks(arena, schema->document, schema->ns);
    struct buffer out = {0};
    struct writer w = {&out, schema, schema_prefix(arena, schema), &shapes};
    const struct shape *shape = find_shape(&shapes, name);
    if (shape != NULL)
        write_element(&w, shape, 0, "");
    for (size_t i = 0; shape != NULL && i < shape->children.count; i++) {
        const struct shape *child =
            find_shape(&shapes, shape->children.items[i].name);
        if (!qualified(schema) && child != NULL && child != shape &&
            schema_global(schema, "element", child->name) == NULL)
            write_element(&w, child, 0, "");
    }
    const char *text =
        out.len == 0 ? NULL
                     : arena_strndup(arena, buffer_text(&out), out.len - 1);
    buffer_free(&out);
    return text;
}

const char *propose_schema(
    struct arena *arena, const struct document *d, const char *ns)
{
    struct shapes shapes = look_at_blocks(arena, d, ns);
    if (shapes.count == 0)
        return NULL;
    struct buffer out = {0};
    buffer_printf(&out,
        "<?xml version='1.0' encoding='UTF-8'?>\n\n"
        "<xs:schema\n"
        "    xmlns:xs='" XSD_NS "'\n"
        "    targetNamespace='%s'\n"
        "    xmlns='%s'\n"
        "    elementFormDefault='qualified'>\n\n"
        "  <xs:annotation>\n"
        "    <xs:documentation>\n"
        "      The protocol documented by this schema is defined in\n"
        "      XEP-%s: http://www.xmpp.org/extensions/xep-%s.html\n"
        "    </xs:documentation>\n"
        "  </xs:annotation>\n\n",
        ns, ns, d->number, d->number);
    for (size_t i = 0; i < shapes.count; i++)
        add_element(&out, &shapes.items[i]);
    if (strstr(buffer_text(&out), "='empty'") != NULL)
        buffer_add_text(&out, "  <xs:simpleType name='empty'>\n"
                              "    <xs:restriction base='xs:string'>\n"
                              "      <xs:enumeration value=''/>\n"
                              "    </xs:restriction>\n"
                              "  </xs:simpleType>\n\n");
    buffer_add_text(&out, "</xs:schema>\n");
    const char *text = arena_strdup(arena, buffer_text(&out));
    buffer_free(&out);
    return text;
}
