#include "schema/component.h"

#include "base/test.h"

#include <libxml/parser.h>
#include <string.h>

#define SCHEMA(inside)                                                         \
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "                  \
    "targetNamespace='urn:x'>" inside "</xs:schema>"
#define TYPE(inside)                                                           \
    SCHEMA("<xs:element name='a'><xs:complexType>" inside                      \
           "</xs:complexType></xs:element>")

static char said[512];

/* What the schema says of that component; "" when it is not there. */
static const char *fact(const char *schema, const char *path)
{
    struct arena *arena = arena_new();
    struct component_list list = {0};
    xmlDoc *doc = xmlReadMemory(schema, (int)strlen(schema), NULL, NULL, 0);
    components_read(doc, NULL, arena, &list);
    const struct component *found = components_find(&list, path);
    snprintf(said, sizeof said, "%s", found == NULL ? "" : found->fact);
    vec_free(&list.items);
    xmlFreeDoc(doc);
    arena_free(arena);
    return said;
}

TEST(a_default_and_a_fixed_value_belong_to_an_attribute)
{
    CHECK_TEXT(fact(TYPE("<xs:attribute name='b' default='1'/>"), "{urn:x}a@b"),
        "optional; string; default 1");
    CHECK_TEXT(fact(TYPE("<xs:attribute name='b' fixed='1'/>"), "{urn:x}a@b"),
        "optional; string; fixed 1");
}

TEST(a_wildcard_is_told_with_what_is_special_about_it)
{
    CHECK_TEXT(fact(TYPE("<xs:sequence><xs:any namespace='##other' "
                         "processContents='lax'/></xs:sequence>"),
                   "{urn:x}a"),
        "children, foreign only");
    CHECK_TEXT(fact(TYPE("<xs:sequence><xs:any/></xs:sequence>"), "{urn:x}a"),
        "children, foreign of ##any strict only");
}

TEST(foreign_attributes_are_one_component_for_all_elements)
{
    CHECK_TEXT(fact(TYPE(""), "{urn:x}*@*"), "no foreign attributes");
    CHECK_TEXT(fact(TYPE("<xs:anyAttribute namespace='##other' "
                         "processContents='lax'/>"),
                   "{urn:x}*@*"),
        "foreign attributes on each element");
    CHECK_TEXT(
        fact(TYPE("<xs:anyAttribute namespace='##other'/>"), "{urn:x}*@*"),
        "foreign attributes on a: foreign strict");
}

TEST(facets_belong_to_a_type)
{
    CHECK_TEXT(fact(TYPE("<xs:attribute name='b'><xs:simpleType>"
                         "<xs:restriction base='xs:byte'><xs:minInclusive "
                         "value='1'/></xs:restriction></xs:simpleType>"
                         "</xs:attribute>"),
                   "{urn:x}a@b"),
        "optional; byte minInclusive 1");
}
