#include "schema/shape.h"

#include "base/xml.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define XS "http://www.w3.org/2001/XMLSchema"

enum { depth_max = 64, value_max = 1024, attributes_max = 12 };

/* Of a type every value of which some test here tells to be valid. */
enum value_type {
    VALUE_NONE, /* whatever else: the value itself belongs to the shape */
    VALUE_STRING,
    VALUE_NOT_EMPTY,
    VALUE_SHORT,
    VALUE_NUMBER,
    VALUE_BASE64,
};

struct type_name {
    const char *name;
    enum value_type type;
};

static const struct type_name type_names[] = {
    {"xs:string", VALUE_STRING},
    {"t:nonEmpty", VALUE_NOT_EMPTY},
    {"t:unsignedShort", VALUE_SHORT},
    {"t:unsignedInt", VALUE_NUMBER},
    {"xs:nonNegativeInteger", VALUE_NUMBER},
    {"t:base64Binary", VALUE_BASE64},
    {"t:base64", VALUE_BASE64},
    {"t:stringElement", VALUE_STRING},
    {"t:nonEmptyElement", VALUE_NOT_EMPTY},
    {"t:nonNegativeIntegerElement", VALUE_NUMBER},
    {"t:base64BinaryElement", VALUE_BASE64},
    {"t:base64Element", VALUE_BASE64},
};

static enum value_type type_named(const char *name)
{
    size_t count = sizeof type_names / sizeof *type_names;
    for (size_t i = 0; name != NULL && i < count; i++) {
        if (strcmp(type_names[i].name, name) == 0)
            return type_names[i].type;
    }
    return VALUE_NONE;
}

/* What is known of the elements of one name. */
struct element_values {
    enum value_type text;
    bool text_known;
    size_t count;
    struct {
        const char *name;
        enum value_type type;
    } attributes[attributes_max];
};

struct noting {
    struct arena *arena;
    struct element_values *values;
};

static struct element_values *values_of(
    const struct catalog_entry *entry, const xmlChar *element)
{
    return xmlHashLookup(entry->values, element);
}

static enum value_type attribute_type(
    const struct element_values *values, const xmlChar *name)
{
    for (size_t i = 0; values != NULL && i < values->count; i++) {
        if (strcmp(values->attributes[i].name, (const char *)name) == 0)
            return values->attributes[i].type;
    }
    return VALUE_NONE;
}

static void note_text(struct element_values *values, enum value_type type)
{
    bool agrees = !values->text_known || values->text == type;
    values->text = agrees ? type : VALUE_NONE;
    values->text_known = true;
}

static void note_attribute(
    struct noting *noting, const char *name, enum value_type type)
{
    struct element_values *values = noting->values;
    for (size_t i = 0; i < values->count; i++) {
        if (strcmp(values->attributes[i].name, name) != 0)
            continue;
        if (values->attributes[i].type != type)
            values->attributes[i].type = VALUE_NONE;
        return;
    }
    if (values->count == attributes_max)
        return;
    values->attributes[values->count].name = arena_strdup(noting->arena, name);
    values->attributes[values->count++].type = type;
}

/* The complexType that a type's name means in that schema, or NULL. */
static const xmlNode *complex_named(const xmlNode *schema, const char *name)
{
    const char *local = name == NULL ? NULL : strchr(name, ':');
    for (const xmlNode *node = xml_child(schema, XS, "complexType");
         local != NULL && node != NULL;
         node = xml_next(node, XS, "complexType")) {
        const char *own = xml_attr(node, "name");
        if (own != NULL && strcmp(own, local + 1) == 0)
            return node;
    }
    return NULL;
}

static void note_attributes(struct noting *noting, const xmlNode *within)
{
    for (const xmlNode *node = xml_child(within, XS, NULL); node != NULL;
         node = xml_next(node, XS, NULL)) {
        const char *name = xml_attr(node, "name");
        if (xml_is(node, XS, "element"))
            continue;
        if (xml_is(node, XS, "attribute") && name != NULL)
            note_attribute(noting, name,
                xml_attr(node, "fixed") != NULL
                    ? VALUE_NONE
                    : type_named(xml_attr(node, "type")));
        else
            note_attributes(noting, node);
    }
}

static void note_element(
    struct noting *noting, const xmlNode *schema, const xmlNode *element)
{
    const char *type = xml_attr(element, "type");
    const xmlNode *complex = xml_child(element, XS, "complexType");
    if (complex == NULL)
        complex = complex_named(schema, type);
    const xmlNode *extension =
        xml_child(xml_child(complex, XS, "simpleContent"), XS, "extension");
    note_text(noting->values,
        type_named(complex == NULL ? type : xml_attr(extension, "base")));
    if (complex != NULL)
        note_attributes(noting, complex);
}

void shape_note_types(
    struct catalog_entry *entry, const xmlNode *schema, struct arena *arena)
{
    for (const xmlNode *node = xml_find(schema, NULL, XS, "element");
         node != NULL; node = xml_find(schema, node, XS, "element")) {
        const char *name = xml_attr(node, "name");
        if (name == NULL)
            continue;
        struct noting noting = {arena, values_of(entry, BAD_CAST name)};
        if (noting.values == NULL) {
            noting.values = arena_alloc(arena, sizeof *noting.values);
            (void)xmlHashAddEntry(entry->values, BAD_CAST name, noting.values);
        }
        note_element(&noting, schema, node);
    }
}

struct shaping {
    const struct catalog *catalog;
    uint64_t hash;
    bool none; /* it has no shape */
    const xmlNs *ns;
    const struct catalog_entry *entry; /* of ns */
};

static void mix(struct shaping *s, uint64_t word)
{
    s->hash = (s->hash ^ word) * 0x9e3779b97f4a7c15u;
    s->hash ^= s->hash >> 29;
}

static void mix_text(struct shaping *s, const char *text, size_t len)
{
    mix(s, len);
    for (; len >= 8; text += 8, len -= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        mix(s, word);
    }
    uint64_t word = 0;
    memcpy(&word, text, len);
    mix(s, word);
}

/* Digits alone, too few to leave the type's range. */
static bool is_number(const char *value, size_t len, size_t max)
{
    for (size_t i = 0; i < len; i++) {
        if (!isdigit((unsigned char)value[i]))
            return false;
    }
    return len > 0 && len <= max;
}

/* Whole groups of four, without white space, the bits that pad 0. */
static bool is_base64(const char *value, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t plain = strspn(value, digits), pads = len - plain;
    if (plain == 0 || len % 4 != 0 || pads > 2)
        return false;
    if (pads == 0)
        return true;
    const char *last = pads == 1 ? "AEIMQUYcgkosw048" : "AQgw";
    return strchr(last, value[plain - 1]) != NULL && value[plain] == '=' &&
           value[len - 1] == '=';
}

static bool is_valid(enum value_type type, const char *value, size_t len)
{
    switch (type) {
    case VALUE_NONE:
        return false;
    case VALUE_STRING:
        return true;
    case VALUE_NOT_EMPTY:
        return len > 0;
    case VALUE_SHORT:
        return is_number(value, len, 4) ||
               (is_number(value, len, 5) && memcmp(value, "65535", 5) <= 0);
    case VALUE_NUMBER:
        return is_number(value, len, 9);
    case VALUE_BASE64:
        return is_base64(value, len);
    }
    return false;
}

static void mix_value(
    struct shaping *s, enum value_type type, const xmlNode *text)
{
    const char *value = text == NULL || text->content == NULL
                            ? ""
                            : (const char *)text->content;
    size_t len = strlen(value);
    if (is_valid(type, value, len))
        mix(s, UINT64_MAX - type);
    else if (len > value_max)
        s->none = true;
    else
        mix_text(s, value, len);
}

static void mix_name(struct shaping *s, const xmlNs *ns, const xmlChar *name)
{
    if (ns != s->ns) {
        const char *uri = ns == NULL ? "" : (const char *)ns->href;
        s->ns = ns;
        s->entry = ns == NULL ? NULL : catalog_find(s->catalog, uri);
    }
    if (s->entry != NULL)
        mix(s, (uintptr_t)s->entry);
    else if (ns != NULL)
        mix_text(s, (const char *)ns->href, strlen((const char *)ns->href));
    mix_text(s, (const char *)name, strlen((const char *)name));
}

static void mix_attributes(struct shaping *s, const xmlNode *element,
    const struct element_values *values)
{
    for (const xmlAttr *a = element->properties; a != NULL; a = a->next) {
        const xmlNode *value = a->children;
        if (value != NULL &&
            (value->type != XML_TEXT_NODE || value->next != NULL))
            s->none = true;
        if (a->ns != NULL)
            mix_text(s, (const char *)a->ns->href,
                strlen((const char *)a->ns->href));
        mix_text(s, (const char *)a->name, strlen((const char *)a->name));
        mix_value(s,
            a->ns != NULL ? VALUE_NONE : attribute_type(values, a->name),
            value);
    }
}

static void mix_element(struct shaping *s, const xmlNode *element, int depth)
{
    mix(s, UINT64_MAX);
    mix_name(s, element->ns, element->name);
    const struct element_values *values =
        s->entry == NULL ? NULL : values_of(s->entry, element->name);
    mix_attributes(s, element, values);
    mix(s, UINT64_MAX);
    const xmlNode *child = element->children;
    if (child != NULL && child->next == NULL && child->type == XML_TEXT_NODE) {
        mix_value(s, values == NULL ? VALUE_NONE : values->text, child);
        child = NULL;
    }
    for (; child != NULL && !s->none; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && depth < depth_max)
            mix_element(s, child, depth + 1);
        else if (child->type == XML_TEXT_NODE)
            mix_value(s, VALUE_NONE, child);
        else
            s->none = true;
    }
    mix(s, UINT64_MAX - 16);
}

uint64_t shape_of(const struct catalog *catalog, const xmlNode *stanza)
{
    struct shaping s = {.catalog = catalog, .hash = 0x243f6a8885a308d3u};
    mix_element(&s, stanza, 0);
    return s.none ? 0 : s.hash | 1;
}
