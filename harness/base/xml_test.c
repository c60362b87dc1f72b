#include "base/test.h"
#include "base/xml.h"

#include <string.h>

static xmlDoc *parsed(const char *text)
{
    struct error error;
    xmlDoc *doc = xml_parse(bytes_text(text), &error);
    if (doc == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    return doc;
}

TEST(a_document_type_is_refused)
{
    struct error error;
    const char *text = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";
    CHECK(xml_parse(bytes_text(text), &error) == NULL);
    CHECK_TEXT(error.message,
        "the XML holds a document type declaration, which is refused");
}

TEST(broken_xml_is_an_error_with_its_line)
{
    struct error error;
    CHECK(xml_parse(bytes_text("<a>\n<b></a>"), &error) == NULL);
    CHECK(strstr(error.message, "line 2") != NULL);
    CHECK(xml_parse(bytes_text("<x:a/>"), &error) == NULL);
    CHECK(xml_parse(bytes_text("<a>&b;</a>"), &error) == NULL);
    CHECK(xml_parse(bytes_text(""), &error) == NULL);
}

TEST(a_warning_does_not_hide_an_error)
{
    struct error error;
    CHECK(xml_parse(bytes_text("<x:a>\n<b xmlns='not.absolute'/></x:a>"),
              &error) == NULL);
    CHECK(strstr(error.message, "line 1: Namespace prefix x") != NULL);
}

TEST(children_are_found_by_namespace_and_name)
{
    xmlDoc *doc = parsed("<a xmlns='u:1'>t<b/><b xmlns='u:2' c='&lt;1'/></a>");
    xmlNode *root = xmlDocGetRootElement(doc);
    CHECK_TEXT(xml_attr(xml_child(root, "u:2", "b"), "c"), "<1");
    CHECK(xml_child(root, "u:3", "b") == NULL);
    CHECK(xml_next(xml_child(root, NULL, "b"), NULL, "b") != NULL);
    xmlFreeDoc(doc);
}

TEST(find_goes_through_the_tree_in_document_order)
{
    xmlDoc *doc = parsed("<a><b i='1'><b i='2'/></b><c/><b i='3'/></a>");
    xmlNode *root = xmlDocGetRootElement(doc), *at = NULL;
    for (int i = 1; i <= 3; i++) {
        at = xml_find(root, at, NULL, "b");
        uint64_t number = 0;
        CHECK(xml_attr_number(at, "i", 9, &number));
        CHECK_INT(number, i);
    }
    CHECK(xml_find(root, at, NULL, "b") == NULL);
    xmlFreeDoc(doc);
}

TEST(numbers_are_bounded_decimals)
{
    xmlDoc *doc = parsed("<a b='10' c='-1' d='1x' e='' f='18446744073709551616'"
                         " g='18446744073709551615'/>");
    xmlNode *root = xmlDocGetRootElement(doc);
    uint64_t n = 0;
    CHECK(xml_attr_number(root, "b", 10, &n) && n == 10);
    CHECK(!xml_attr_number(root, "b", 9, &n));
    CHECK(!xml_attr_number(root, "c", 9, &n));
    CHECK(!xml_attr_number(root, "d", 9, &n));
    CHECK(!xml_attr_number(root, "e", 9, &n));
    CHECK(!xml_attr_number(root, "f", UINT64_MAX, &n));
    CHECK(xml_attr_number(root, "g", UINT64_MAX, &n) && n == UINT64_MAX);
    CHECK(!xml_attr_number(root, "h", 9, &n));
    xmlFreeDoc(doc);
}

TEST(text_is_the_elements_own)
{
    xmlDoc *doc = parsed("<a>one<b>no</b><![CDATA[<two>]]></a>");
    struct buffer text = {0};
    xml_text(xmlDocGetRootElement(doc), &text);
    CHECK_TEXT(buffer_text(&text), "one<two>");
    buffer_free(&text);
    xmlFreeDoc(doc);
}
