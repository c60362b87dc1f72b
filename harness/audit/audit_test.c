#include "audit/audit_sample.h"
#include "audit/output.h"
#include "base/file.h"
#include "base/test.h"

#include <stdio.h>
#include <string.h>

TEST(a_sound_schema_has_no_findings)
{
    check_found("<xs:element name='a' type='xs:string'/>", "", "");
}

TEST(a_misspelt_built_in_type_is_found)
{
    check_found(
        "<xs:element name='a' type='xs:bool'/>", "", "error undefined-type ");
}

TEST(a_required_attribute_with_default_is_found)
{
    check_found("<xs:element name='a'><xs:complexType><xs:attribute name='b' "
                "use='required' default='x' type='xs:string'/>"
                "</xs:complexType></xs:element>",
        "", "error required-with-default a/@b");
}

TEST(an_attribute_before_the_content_model_is_found_once)
{
    check_found("<xs:element name='a'><xs:complexType><xs:attribute name='b'/>"
                "<xs:sequence><xs:any namespace='##other'/></xs:sequence>"
                "</xs:complexType></xs:element>",
        "", "error order a");
}

TEST(an_ambiguous_content_model_is_found)
{
    check_found("<xs:element name='a'><xs:complexType><xs:sequence>"
                "<xs:element name='b' type='xs:string' minOccurs='0'/>"
                "<xs:any namespace='##any' processContents='lax' "
                "minOccurs='0'/></xs:sequence></xs:complexType></xs:element>",
        "", "error ambiguous a");
}

TEST(a_missing_import_of_the_xml_namespace_is_found)
{
    check_found("<xs:element name='a'><xs:complexType><xs:attribute "
                "ref='xml:lang'/></xs:complexType></xs:element>",
        "", "error missing-import ");
}

TEST(an_unclosed_tag_is_one_finding_and_no_cascade)
{
    check_found("<xs:element name='a'><xs:complexType><xs:attribute name='b'>"
                "<xs:simpleType><xs:restriction base='xs:string'>"
                "<xs:enumeration value='c'>\n<xs:enumeration value='d'/>"
                "</xs:restriction></xs:simpleType></xs:attribute>"
                "</xs:complexType></xs:element>",
        "", "error wellformed a/@b=c");
}

TEST(a_forgotten_prefix_is_one_finding_and_no_cascade)
{
    check_found("<xs:element name='a'><xs:complexType><xs:sequence>"
                "<element name='b' type='xs:string'/>"
                "<element name='c' type='xs:string'/></xs:sequence>"
                "</xs:complexType></xs:element>",
        "<section1 topic='P'><example caption='E'><![CDATA[<a xmlns='urn:x'>"
        "<b/><c/></a>]]></example></section1>\n",
        "error structure ");
}

TEST(what_an_undeclared_element_holds_is_checked_as_far_as_it_is_declared)
{
    check_found("<xs:element name='a' type='xs:boolean'/>",
        "<section1 topic='P'><example caption='E'><![CDATA[<l xmlns='urn:x'>"
        "<a>perhaps</a><b/></l>]]></example></section1>\n",
        "warning example-element l; warning example-text a");
}

TEST(the_checkout_is_audited_whole)
{
    struct audit_options options = {.xeps = test_xeps_or_skip()};
    struct error error;
    struct checkout *checkout = audit_run(&options, test_complain, &error);
    CHECK(checkout != NULL);
    CHECK(checkout->documents.count > 500);
    CHECK(findings_have(checkout->audit->findings,
        "0234|urn:xmpp:jingle:apps:file-transfer:5|wellformed|type:"
        "fileTransferElementType|mismatched-end xs:sequence"));
    checkout_free(checkout);
}

static const char open_element[] =
    "<xs:element name='a'><xs:complexType><xs:attribute name='b' "
    "type='xs:string' use='optional'/></xs:complexType></xs:element>";

TEST(an_attribute_that_a_table_requires_is_found)
{
    check_found(open_element,
        "<section1 topic='P'><p>The attributes of the &lt;a/&gt; element "
        "are:</p><table caption='a attributes'><tr><th>Attribute</th>"
        "<th>Inclusion</th></tr><tr><td>b</td><td>REQUIRED</td></tr></table>"
        "</section1>\n",
        "error text-required a/@b");
}

TEST(an_attribute_of_an_example_that_is_not_declared_is_found)
{
    check_found(open_element,
        "<section1 topic='P'><example caption='E'><![CDATA[<a xmlns='urn:x' "
        "colour='red'/>]]></example></section1>\n",
        "warning example-attribute a");
}

TEST(an_elided_example_accuses_nobody)
{
    check_found("<xs:element name='a'><xs:complexType><xs:sequence>"
                "<xs:element name='b' type='xs:string'/></xs:sequence>"
                "</xs:complexType></xs:element>",
        "<section1 topic='P'><example caption='E'><![CDATA[<a xmlns='urn:x'>"
        "...</a>]]></example></section1>\n",
        "");
}

TEST(a_broken_example_is_found)
{
    check_found(open_element,
        "<section1 topic='P'><example caption='E'><![CDATA[<m><a xmlns='urn:x'"
        "></b></m>]]></example></section1>\n",
        "warning example-wellformed E");
}

/* What cannot be read is told by its place and checks nothing. */
TEST(a_document_that_is_cut_off_is_refused)
{
    static const char cut[] = "<xep><header>\n<title>x";
    struct error error;
    CHECK(document_parse("cut.xml", cut, strlen(cut), NULL, &error) == NULL);
    CHECK(strncmp(error.message, "cut.xml:2: ", 11) == 0);
}

TEST(a_schema_of_another_version_than_the_examples_is_found)
{
    struct error error;
    char *dir = file_make_temp("audit", &error);
    CHECK(dir != NULL);
    static const char xep[] =
        "<xep><header><title>T</title><number>0999</number><status>Draft"
        "</status><type>Standards Track</type></header><section1 topic='U'>"
        "<example caption='E'><![CDATA[<a xmlns='urn:xmpp:v:1'/>]]></example>"
        "</section1><section1 topic='XML Schema'><code><![CDATA[\n"
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
        "targetNamespace='urn:xmpp:v:0' xmlns='urn:xmpp:v:0' "
        "elementFormDefault='qualified'><xs:element name='a' "
        "type='xs:string'/></xs:schema>]]></code></section1></xep>\n";
    char *path = file_join(dir, "xep-0999.xml");
    struct bytes all = {(const unsigned char *)xep, strlen(xep)};
    CHECK(file_write(path, all, &error));
    struct audit_options options = {.xeps = dir};
    struct checkout *checkout = audit_run(&options, test_complain, &error);
    CHECK(checkout != NULL);
    CHECK(findings_have(
        checkout->audit->findings, "0999|urn:xmpp:v:0|target||version"));
    checkout_free(checkout);
    file_remove_tree(dir);
    free(path);
    free(dir);
}

/* The change that a finding proposes, applied, holds what is asked for. */
TEST(an_element_that_the_text_names_is_declared_as_examples_show_it)
{
    struct checkout *checkout = audit_of(open_element,
        "<section1 topic='P'><p>It sends an &lt;e/&gt; element.</p><example "
        "caption='E'><![CDATA[<e xmlns='urn:x' id='1'><f>t</f></e>]]></example>"
        "</section1>\n");
    CHECK_INT((int)checkout->audit->findings->list.count, 1);
    const struct finding *f = checkout->audit->findings->list.items[0];
    CHECK_TEXT(f->class, "example-element");
    CHECK_INT((int)f->edits.count, 1);
    CHECK_TEXT(f->edits.items[0].text,
        "\n\n  <xs:element name='e'>\n    <xs:complexType>\n"
        "      <xs:sequence>\n"
        "        <xs:element name='f' minOccurs='0' type='xs:string'/>\n"
        "      </xs:sequence>\n"
        "      <xs:attribute name='id' type='xs:string' use='required'/>\n"
        "    </xs:complexType>\n  </xs:element>");
    checkout_free(checkout);
}

TEST(a_schema_of_a_draft_of_xml_schema_is_found_and_read_on)
{
    struct error error;
    char *dir = file_make_temp("audit", &error);
    CHECK(dir != NULL);
    static const char xep[] =
        "<jep><header><title>T</title><number>0999</number><status>Draft"
        "</status><type>Standards Track</type></header><section1 topic='S'>"
        "<code><![CDATA[<x:schema targetNamespace='urn:x' xmlns='urn:x' "
        "xmlns:x='http://www.w3.org/2000/10/XMLSchema' "
        "elementFormDefault='qualified'><x:element name='a' type='x:sting'/>"
        "</x:schema>]]></code></section1></jep>\n";
    char *path = file_join(dir, "xep-0999.xml");
    struct bytes all = {(const unsigned char *)xep, strlen(xep)};
    CHECK(file_write(path, all, &error));
    struct audit_options options = {.xeps = dir, .status = "Draft, Draft"};
    struct checkout *checkout = audit_run(&options, test_complain, &error);
    CHECK(checkout != NULL);
    const struct findings *findings = checkout->audit->findings;
    CHECK_INT(findings->list.count, 2);
    CHECK(findings_have(findings, "0999|urn:x|structure||draft"));
    CHECK(findings_have(findings, "0999|urn:x|undefined-type||x:sting"));
    checkout_free(checkout);
    file_remove_tree(dir);
    free(path);
    free(dir);
}

TEST(a_status_that_no_document_has_is_refused)
{
    struct audit_options options = {
        .xeps = test_xeps_or_skip(), .status = "Draft,Drafd"};
    struct error error;
    CHECK(audit_run(&options, test_complain, &error) == NULL);
    CHECK(strstr(error.message, "'Drafd'") != NULL);
}
