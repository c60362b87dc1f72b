#include "report/difference.h"

#include "base/test.h"

static const char *differ(const char *expected, const char *received)
{
    static struct buffer out;
    struct difference difference;
    buffer_clear(&out);
    if (!difference_make(&difference, expected, received))
        return "no XML";
    difference_print(&difference, &out);
    difference_free(&difference);
    return buffer_text(&out);
}

TEST(what_nobody_asked_about_is_no_difference)
{
    struct difference d;
    CHECK(difference_make(&d, "<iq type='set'><a xmlns='x'/></iq>",
        "<iq id='1' type='set'><b xmlns='y'/><a xmlns='x'>t</a></iq>"));
    CHECK_INT(d.differences, 0);
    difference_free(&d);
}

TEST(a_wrong_attribute_stands_against_the_expected_one)
{
    CHECK_TEXT(differ("<iq type='set'/>", "<iq id='1' type='get'/>"),
        "  <iq\n"
        "-     type='set'\n"
        "+     type='get'\n"
        ".     id='1'\n"
        "    >\n");
}

TEST(a_missing_child_stands_against_what_came_instead)
{
    CHECK_TEXT(differ("<iq><a xmlns='x' k='1'/></iq>",
                   "<iq><b xmlns='x'>text</b></iq>"),
        "  <iq>\n"
        "-   <a xmlns='x' k='1'/>\n"
        "+   <b xmlns='x'>\n"
        "+     text\n");
}

TEST(of_several_children_the_most_alike_is_compared)
{
    CHECK_TEXT(differ("<iq><a k='2' l='3'/></iq>",
                   "<iq><a k='1'/><a k='2' l='4'/></iq>"),
        "  <iq>\n"
        "    <a\n"
        "        k='2'\n"
        "-       l='3'\n"
        "+       l='4'\n"
        "      >\n"
        ".   <a k='1'/>\n");
}

TEST(strict_matching_shows_what_should_not_be_there)
{
    CHECK_TEXT(differ("<iq scansion:strict='true'><a xmlns='x'/></iq>",
                   "<iq id='1'><a xmlns='x'/><b xmlns='x'/></iq>"),
        "  <iq\n"
        "+     id='1'\n"
        "    >\n"
        "    <a xmlns='x'>\n"
        "+   <b xmlns='x'/>\n");
}

TEST(any_and_captures_fit_every_value)
{
    struct difference d;
    CHECK(difference_make(&d, "<iq id='{scansion:any}' to='${x}'>${y}</iq>",
        "<iq id='1' to='2'>3</iq>"));
    CHECK_INT(d.differences, 0);
    difference_free(&d);
}

TEST(a_description_is_no_xml)
{
    CHECK_TEXT(differ("a connection", "<iq/>"), "no XML");
    CHECK_TEXT(differ("<iq/>", NULL), "no XML");
    CHECK_TEXT(differ("<iq>", "<iq/>"), "no XML");
}

TEST(a_flood_of_children_is_cut)
{
    struct buffer flood = {0};
    buffer_add_text(&flood, "<iq>");
    for (int i = 0; i < 5000; i++)
        buffer_add_text(&flood, "<a xmlns='x'/>");
    buffer_add_text(&flood, "</iq>");
    struct difference d;
    CHECK(difference_make(&d, buffer_text(&flood), buffer_text(&flood)));
    CHECK(d.lines.count <= 400);
    difference_free(&d);
    buffer_free(&flood);
}
