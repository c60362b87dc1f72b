#include "audit/propose.h"

#include "audit/schema.h"

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

const char *propose_schema(
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
    buffer_add_text(&out, "  <xs:simpleType name='empty'>\n"
                          "    <xs:restriction base='xs:string'>\n"
                          "      <xs:enumeration value=''/>\n"
                          "    </xs:restriction>\n"
                          "  </xs:simpleType>\n\n"
                          "</xs:schema>\n");
    const char *text = arena_strdup(arena, buffer_text(&out));
    buffer_free(&out);
    return text;
}
