#include "audit/propose.h"

#include "audit/ours.h"
#include "audit/prose.h"
#include "audit/shape.h"

#include <string.h>

/* Declarations in the manner of a schema that is there. */
struct writer {
    struct buffer *out;
    const struct schema *schema;
    const char *xs; /* its prefix with colon */
    struct shapes *shapes;
};

enum { NESTING = 8 };

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
        const struct shape *child = shape_find(w->shapes, name);
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
    struct shapes shapes = shapes_read(arena, schema->document, schema->ns);
    struct buffer out = {0};
    struct writer w = {&out, schema, schema_prefix(arena, schema), &shapes};
    const struct shape *shape = shape_find(&shapes, name);
    if (shape != NULL)
        write_element(&w, shape, 0, "");
    for (size_t i = 0; shape != NULL && i < shape->children.count; i++) {
        const struct shape *child =
            shape_find(&shapes, shape->children.items[i].name);
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

/* A schema of its own. */
struct proposal {
    struct buffer *out;
    struct arena *arena;
    const struct shapes *shapes;
    const struct prose *prose;
    struct ours *ours; /* what this suite knows of the namespace, or NULL */
    bool empty, xml;   /* the type and the import are needed */
};

/* Declared once for all: what stands alone, in several places, or in itself. */
static bool is_global(const struct shape *shape)
{
    return shape->root || shape->parents.count != 1 ||
           strcmp(shape->parents.items[0].name, shape->name) == 0;
}

/* "one or more <item/>", "multiple <item/>". */
static bool text_says_many(const struct proposal *p, const char *name)
{
    static const char *const words[] = {"one or more", "zero or more",
        "multiple", "any number of", "list of", "several", NULL};
    for (size_t i = 0; i < p->prose->count; i++)
        for (size_t k = 0; words[k] != NULL; k++)
            if (strstr(p->prose->items[i].text,
                    arena_printf(p->arena, "%s <%s", words[k], name)) != NULL)
                return true;
    return false;
}

static const char *number_or(const char *type, unsigned types)
{
    bool wide =
        strcmp(type, "nonNegativeInteger") == 0 || strcmp(type, "integer") == 0;
    return wide && (types & SHAPE_NUMBER || types == 0) ? "unsignedInt" : type;
}

static const char *text_type(const struct proposal *p, const struct shape *s)
{
    const char *type = p->ours == NULL ? NULL : ours_text(p->ours, s->name);
    return type == NULL ? shape_type(s->types) : number_or(type, s->types);
}

static void add_attributes(
    struct proposal *p, const struct shape *shape, int in)
{
    for (size_t i = 0; i < shape->attributes.count; i++) {
        const struct seen *a = &shape->attributes.items[i];
        bool required = a->in == shape->count;
        const char *type = NULL;
        if (p->ours == NULL ||
            !ours_attribute(p->ours, shape->name, a->name, &required, &type) ||
            type == NULL)
            type = shape_type(a->types);
        if (strcmp(type, "string") == 0)
            type = shape_type(a->types & SHAPE_URI);
        buffer_printf(p->out,
            "%*s<xs:attribute name='%s' type='xs:%s' use='%s'/>\n", in, "",
            a->name, number_or(type, a->types),
            required ? "required" : "optional");
    }
    if (shape->language) {
        p->xml = true;
        buffer_printf(p->out,
            "%*s<xs:attribute ref='xml:lang' use='optional'/>\n", in, "");
    }
    if (shape->foreign_attributes)
        buffer_printf(p->out,
            "%*s<xs:anyAttribute namespace='##other' "
            "processContents='lax'/>\n",
            in, "");
}

static void add_element(struct proposal *p, const struct shape *shape,
    const char *occurs, int depth, int in);

/* One kind of child: how often it comes. Several, each at most once: in any
 * order. Else any number of each in any order: examples prescribe none. */
static void add_children(
    struct proposal *p, const struct shape *shape, int depth, int in)
{
    bool once = !shape->foreign;
    bool single = shape->children.count + shape->foreign == 1;
    for (size_t i = 0; i < shape->children.count; i++)
        once &= shape->children.items[i].most == 1 &&
                !text_says_many(p, shape->children.items[i].name);
    const char *model = single ? "sequence" : once ? "all" : "choice";
    buffer_printf(p->out, "%*s<xs:%s%s>\n", in, "", model,
        single || once ? "" : " minOccurs='0' maxOccurs='unbounded'");
    for (size_t i = 0; i < shape->children.count; i++) {
        const struct seen *c = &shape->children.items[i];
        const struct shape *child = shape_find(p->shapes, c->name);
        const char *occurs = !single && !once ? ""
                             : single && !once
                                 ? c->in < shape->count
                                       ? " minOccurs='0' maxOccurs='unbounded'"
                                       : " maxOccurs='unbounded'"
                             : c->in < shape->count ? " minOccurs='0'"
                                                    : "";
        if (child == NULL || is_global(child) || depth >= NESTING)
            buffer_printf(p->out, "%*s<xs:element ref='%s'%s/>\n", in + 2, "",
                c->name, occurs);
        else
            add_element(p, child, occurs, depth + 1, in + 2);
    }
    if (shape->foreign)
        buffer_printf(p->out,
            "%*s<xs:any namespace='##other' processContents='lax'%s/>\n",
            in + 2, "", single ? " minOccurs='0' maxOccurs='unbounded'" : "");
    buffer_printf(p->out, "%*s</xs:%s>\n", in, "", model);
}

static void add_element(struct proposal *p, const struct shape *shape,
    const char *occurs, int depth, int in)
{
    bool children = shape->children.count > 0 || shape->foreign;
    bool attributes = shape->attributes.count > 0 || shape->language ||
                      shape->foreign_attributes;
    buffer_printf(p->out, "%*s<xs:element name='%s'", in, "", shape->name);
    if (!children && !attributes) {
        if (shape->text)
            buffer_printf(p->out, " type='xs:%s'", text_type(p, shape));
        else
            buffer_add_text(p->out, " type='empty'");
        buffer_printf(p->out, "%s/>\n", occurs);
        p->empty |= !shape->text;
        return;
    }
    buffer_printf(p->out, "%s>\n%*s<xs:complexType%s>\n", occurs, in + 2, "",
        children && shape->text ? " mixed='true'" : "");
    if (children)
        add_children(p, shape, depth, in + 4);
    if (!children && shape->text) {
        buffer_printf(p->out,
            "%*s<xs:simpleContent>\n%*s<xs:extension base='xs:%s'>\n", in + 4,
            "", in + 6, "", text_type(p, shape));
        add_attributes(p, shape, in + 8);
        buffer_printf(p->out, "%*s</xs:extension>\n%*s</xs:simpleContent>\n",
            in + 6, "", in + 4, "");
    } else {
        add_attributes(p, shape, in + 4);
    }
    buffer_printf(
        p->out, "%*s</xs:complexType>\n%*s</xs:element>\n", in + 2, "", in, "");
}

const char *propose_schema(struct arena *arena, const struct document *d,
    const char *ns, const char *schemas)
{
    struct shapes shapes = shapes_read(arena, d, ns);
    if (shapes.count == 0)
        return NULL;
    struct buffer body = {0}, out = {0};
    struct proposal p = {.out = &body,
        .arena = arena,
        .shapes = &shapes,
        .prose = prose_read(arena, d),
        .ours = ours_read(arena, schemas, ns)};
    for (size_t i = 0; i < shapes.count; i++)
        if (is_global(&shapes.items[i])) {
            add_element(&p, &shapes.items[i], "", 0, 2);
            buffer_add_text(&body, "\n");
        }
    if (p.empty)
        buffer_add_text(&body, "  <xs:simpleType name='empty'>\n"
                               "    <xs:restriction base='xs:string'>\n"
                               "      <xs:enumeration value=''/>\n"
                               "    </xs:restriction>\n"
                               "  </xs:simpleType>\n\n");
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
        "      XEP-%s: https://xmpp.org/extensions/xep-%s.html\n"
        "    </xs:documentation>\n"
        "  </xs:annotation>\n\n%s%s</xs:schema>\n",
        ns, ns, d->number, d->number,
        p.xml ? "  <xs:import namespace='" XML_NS "'\n"
                "             schemaLocation='https://www.w3.org/2001/xml.xsd'"
                "/>\n\n"
              : "",
        buffer_text(&body));
    const char *text = arena_strdup(arena, buffer_text(&out));
    buffer_free(&body);
    buffer_free(&out);
    return text;
}
