/* What the text says of a schema, found; and what it does not say, not. */
#include "audit/audit_sample.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

/* The same of prose in a section. */
static void check_claims(
    const char *schema, const char *prose, const char *want)
{
    char *section = mem_printf("<section1 topic='P'>%s</section1>", prose);
    check_found(schema, section, want);
    free(section);
}

/* An element <a b='...'/> that the example shows, its attribute so declared. */
static void check_attribute(
    const char *declaration, const char *sentence, const char *want)
{
    char schema[512], prose[1024];
    snprintf(schema, sizeof schema,
        "<xs:element name='a'><xs:complexType>%s</xs:complexType>"
        "</xs:element>",
        declaration);
    snprintf(prose, sizeof prose,
        "<p>%s</p><example caption='E'><![CDATA[<a xmlns='urn:x' b='1' "
        "c='2'/>]]></example>",
        sentence);
    check_claims(schema, prose, want);
}

#define OPTIONAL_B                                                             \
    "<xs:attribute name='b' type='xs:string'/>"                                \
    "<xs:attribute name='c' type='xs:string' use='required'/>"

TEST(an_attribute_in_a_row_of_required_ones_is_found)
{
    check_attribute(OPTIONAL_B,
        "Each &lt;a/&gt; element MUST possess the 'c' and 'b' attributes.",
        "error text-required a/@b");
}

TEST(an_attribute_required_by_a_relative_clause_is_found)
{
    check_attribute(OPTIONAL_B,
        "It sends an &lt;a/&gt; element qualified by the 'urn:x' namespace, "
        "which MUST include a 'b' attribute.",
        "error text-required a/@b");
}

TEST(an_attribute_required_in_some_case_is_no_finding)
{
    check_attribute(OPTIONAL_B,
        "The &lt;a/&gt; element MUST possess a 'b' attribute if it is red.",
        "");
    check_attribute(OPTIONAL_B,
        "The &lt;a/&gt; element MUST possess a 'b' or 'c' attribute.", "");
}

TEST(an_attribute_that_only_should_be_there_and_is_required_is_found)
{
    check_attribute(OPTIONAL_B,
        "The &lt;a/&gt; element SHOULD contain 'b' and 'c' attributes.",
        "error text-optional a/@c");
}

#define CHILD(occurs)                                                          \
    "<xs:element name='a'><xs:complexType><xs:sequence><xs:element name='k' "  \
    "type='xs:string' " occurs                                                 \
    "/></xs:sequence></xs:complexType></xs:element>"
#define SHOWN                                                                  \
    "<example caption='E'><![CDATA[<a xmlns='urn:x'><k>1</k></a>]]></example>"

TEST(a_child_that_may_be_repeated_by_the_text_alone_is_found)
{
    check_claims(CHILD(""),
        "<p>The &lt;a/&gt; element MUST contain one or more &lt;k/&gt; "
        "children.</p>" SHOWN,
        "error text-repeated a/k");
    check_claims(CHILD("maxOccurs='unbounded'"),
        "<p>The &lt;a/&gt; element MUST contain one or more &lt;k/&gt; "
        "children.</p>" SHOWN,
        "");
}

TEST(a_child_that_the_text_requires_is_found)
{
    check_claims(CHILD("minOccurs='0'"),
        "<p>The &lt;a/&gt; element MUST contain exactly one &lt;k/&gt; "
        "child.</p>" SHOWN,
        "error text-required a/k");
}

/* A content that may be left out as a whole takes nothing from what a table
 * requires of it. */
TEST(a_content_that_is_all_or_none_is_no_finding)
{
    static const char schema[] =
        "<xs:element name='a'><xs:complexType><xs:sequence minOccurs='0'>"
        "<xs:element name='j' type='xs:string'/><xs:element name='k' "
        "type='xs:string'/></xs:sequence></xs:complexType></xs:element>";
    check_claims(schema,
        "<p>The children of &lt;a/&gt;:</p><table caption='a'><tr><th>Element"
        "</th><th>Inclusion</th></tr><tr><td>j</td><td>REQUIRED</td></tr>"
        "<tr><td>k</td><td>REQUIRED</td></tr></table>",
        "");
    check_claims(schema,
        "<p>The children of &lt;a/&gt;:</p><table caption='a'><tr><th>Element"
        "</th><th>Inclusion</th></tr><tr><td>j</td><td>REQUIRED</td></tr>"
        "<tr><td>k</td><td>OPTIONAL</td></tr></table>",
        "error text-optional a/k");
}

TEST(a_table_of_yes_and_no_is_read)
{
    check_claims("<xs:element name='a'><xs:complexType>" OPTIONAL_B
                 "</xs:complexType></xs:element>",
        "<p>The attributes of &lt;a/&gt;:</p><table caption='a'><tr><th>"
        "Attribute</th><th>Required?</th></tr><tr><td>'b' attribute</td><td>"
        "Yes</td></tr><tr><td>c</td><td>yes</td></tr></table>",
        "error text-required a/@b");
}

#define VALUES(values)                                                         \
    "<xs:attribute name='b'><xs:simpleType><xs:restriction "                   \
    "base='xs:string'><xs:enumeration value='1'/>" values                      \
    "</xs:restriction></xs:simpleType></xs:attribute><xs:attribute name='c'/>"

TEST(a_value_that_a_sentence_lists_is_found)
{
    check_attribute(VALUES("<xs:enumeration value='red'/>"),
        "The values of the 'b' attribute are \"1\", \"red\" and \"blue\".",
        "error list-value a/@b");
    check_attribute(VALUES("<xs:enumeration value='red'/>"),
        "The value of the 'b' attribute MUST NOT be \"1\", \"red\" or "
        "\"blue\".",
        "");
}

TEST(a_range_that_the_type_cannot_hold_is_found)
{
    static const char byte[] = "<xs:attribute name='b' type='xs:unsignedByte'/>"
                               "<xs:attribute name='c'/>";
    check_attribute(byte, "The 'b' attribute is a number between 0 and 65535.",
        "error text-range a/@b");
    check_attribute(byte, "The 'b' attribute is the delay in milliseconds.",
        "warning text-range a/@b");
    check_attribute(
        byte, "The 'b' attribute is a number between 0 and 255.", "");
}

TEST(an_attribute_that_nobody_ever_speaks_of_is_found)
{
    check_claims("<xs:element name='a'><xs:complexType><xs:attribute name='b'/>"
                 "<xs:attribute name='stage'/></xs:complexType></xs:element>",
        "<example caption='E'><![CDATA[<a xmlns='urn:x' b='1'/>]]></example>"
        "<example caption='F'><![CDATA[<a xmlns='urn:x' b='1'/>]]></example>",
        "warning unused a/@stage");
}

TEST(a_prefix_that_a_stanza_does_not_declare_is_found)
{
    check_attribute(OPTIONAL_B,
        "</p><example caption='F'><![CDATA[<iq><y:y/></iq>]]></example><p>",
        "warning example-prefix ");
    check_attribute(OPTIONAL_B,
        "</p><example caption='F'><![CDATA[<iq><db:y/></iq>]]></example><p>",
        "");
}

TEST(an_address_where_a_number_is_due_is_found)
{
    check_claims("<xs:element name='a'><xs:complexType><xs:attribute name='b' "
                 "type='xs:integer'/></xs:complexType></xs:element>",
        "<example caption='E'><![CDATA[<a xmlns='urn:x' b='juliet@capulet."
        "example'/>]]></example>",
        "warning example-value a");
    check_claims("<xs:element name='a'><xs:complexType><xs:attribute name='b' "
                 "type='xs:integer'/></xs:complexType></xs:element>",
        "<example caption='E'><![CDATA[<a xmlns='urn:x' b='port-number'/>]]>"
        "</example>",
        "");
}

TEST(global_attributes_that_examples_have_without_prefix_are_one_finding)
{
    check_claims(
        "<xs:attribute name='b' type='xs:string'/><xs:attribute name='c' "
        "type='xs:string'/><xs:element name='a'><xs:complexType>"
        "<xs:attribute ref='b'/><xs:attribute ref='c'/></xs:complexType>"
        "</xs:element>",
        "<example caption='E'><![CDATA[<a xmlns='urn:x' b='1' c='2'/>]]>"
        "</example>",
        "error example-form ");
}
