#include "script/xpath.h"

#include "base/bytes.h"
#include "base/test.h"
#include "base/xml.h"

#include <stdlib.h>

static void expands(const char *expr, const char *want)
{
    struct arena *arena = arena_new();
    struct error error = {{0}};
    const char *got = xpath_expand(arena, expr, &error);
    CHECK_TEXT(error.message, "");
    CHECK_TEXT(got, want);
    arena_free(arena);
}

static void refuses(const char *expr, const char *message)
{
    struct arena *arena = arena_new();
    struct error error = {{0}};
    CHECK(xpath_expand(arena, expr, &error) == NULL);
    CHECK_TEXT(error.message, message);
    arena_free(arena);
}

static bool finds(const char *xml, const char *expr)
{
    struct arena *arena = arena_new();
    struct error error = {{0}};
    xmlDoc *doc = xml_parse(bytes_text(xml), &error);
    const char *expanded = xpath_expand(arena, expr, &error);
    xmlXPathObjectPtr found =
        xpath_eval(xmlDocGetRootElement(doc), expanded, &error);
    bool holds = xpath_true(found);
    xmlXPathFreeObject(found);
    xmlFreeDoc(doc);
    arena_free(arena);
    CHECK_TEXT(error.message, "");
    return holds;
}

TEST(a_name_without_prefix_means_any_namespace)
{
    expands("//content/@name", "//*[local-name()='content']/@name");
}

TEST(prefixes_functions_axes_and_literals_stay)
{
    expands("//s5b:candidate[@host='a b' or not(position() > 1)]",
        "//s5b:candidate[@host='a b' or not(position() > 1)]");
    expands("self::iq/@id", "self::*[local-name()='iq']/@id");
    expands("attribute::name", "attribute::name");
}

TEST(operators_are_told_from_names_by_their_place)
{
    expands("div div or", "*[local-name()='div'] div *[local-name()='or']");
    expands("* * 2", "* * 2");
}

TEST(values_stay_as_they_are)
{
    expands("//a[@p='${near port}' and @q=${n}]",
        "//*[local-name()='a'][@p='${near port}' and @q=${n}]");
}

TEST(errors_name_the_column)
{
    refuses("//x:y", "column 3 of '//x:y': there is no prefix 'x'");
    refuses("//a[contain(@b,'c')]",
        "column 5 of '//a[contain(@b,'c')]': XPath has no function 'contain' "
        "(did you mean contains?)");
    refuses("//a[@b='c]", "column 8 of '//a[@b='c]': the quote is not closed");
    refuses("//a[", "column 4 of '//a[': this is no XPath 1.0 expression");
    refuses("", "column 1 of '': expected an XPath");
}

TEST(what_is_found_is_true)
{
    const char *xml = "<iq id='1'><jingle xmlns='urn:xmpp:jingle:1' "
                      "action='session-accept'/></iq>";
    CHECK(finds(xml, "//jingle[@action='session-accept']"));
    CHECK(finds(xml, "jingle:jingle"));
    CHECK(finds(xml, "self::iq[@id='1']"));
    CHECK(finds(xml, "@id = '1'"));
    CHECK(!finds(xml, "//ibb:jingle"));
}

TEST(every_prefix_can_be_used)
{
    for (const struct xpath_prefix *row = xpath_prefixes; row->prefix; row++) {
        char *expr = mem_printf("//%s:*", row->prefix);
        CHECK(!finds("<a/>", expr));
        free(expr);
    }
}
