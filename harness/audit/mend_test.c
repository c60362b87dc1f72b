/* What a finding proposes: in words, and applied to the document. */
#include "audit/audit_sample.h"

#define HEAD(number)                                                           \
    "<xep><header><title>T</title><number>" number "</number><status>Draft"    \
    "</status><type>Standards Track</type></header>"
#define SCHEMA(ns, body)                                                       \
    "<section1 topic='XML Schema'><code><![CDATA[\n"                           \
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "                  \
    "targetNamespace='" ns "' xmlns='" ns                                      \
    "' elementFormDefault='qualified'>" body                                   \
    "</xs:schema>]]></code></section1>"
#define EXAMPLE(body)                                                          \
    "<section1 topic='U'><p>P.</p><example caption='E'><![CDATA[" body         \
    "]]></example></section1>"

/* The one finding of a schema and an example; what its edits make of them
 * holds `want`. */
static void check_mended(const char *schema, const char *prose,
    const char *message, const char *fix, const char *want)
{
    struct checkout *checkout = audit_of(schema, prose);
    CHECK_INT((int)checkout->audit->findings->list.count, 1);
    const struct finding *f = checkout->audit->findings->list.items[0];
    CHECK_TEXT(f->message, message);
    CHECK_TEXT(f->fix, fix);
    if (want != NULL) {
        char *after = edits_apply(
            f->document->source, f->document->source_len, &f->edits, NULL);
        CHECK(strstr(after, want) != NULL);
        free(after);
    }
    checkout_free(checkout);
}

TEST(a_type_of_text_beside_attributes_is_extended_by_them)
{
    check_mended("  <xs:element name='a' type='xs:string'>\n"
                 "    <xs:complexType>\n"
                 "      <xs:attribute name='b' type='xs:string'/>\n"
                 "    </xs:complexType>\n"
                 "  </xs:element>",
        "", "<xs:element> has a type attribute and a type inside, one too many",
        "extend the one by the attributes of the other",
        "  <xs:element name='a'>\n"
        "    <xs:complexType>\n"
        "      <xs:simpleContent>\n"
        "        <xs:extension base='xs:string'>\n"
        "          <xs:attribute name='b' type='xs:string'/>\n"
        "        </xs:extension>\n"
        "      </xs:simpleContent>\n"
        "    </xs:complexType>\n"
        "  </xs:element>");
}

TEST(simple_content_around_a_sequence_is_one_slip)
{
    check_mended(
        "  <xs:element name='a'>\n"
        "    <xs:complexType>\n"
        "      <xs:simpleContent>\n"
        "        <xs:attribute name='b' type='xs:string'/>\n"
        "        <xs:sequence><xs:any namespace='##other'/></xs:sequence>\n"
        "      </xs:simpleContent>\n"
        "    </xs:complexType>\n"
        "  </xs:element>",
        "",
        "<xs:sequence> may not stand in <xs:simpleContent>, which is for text "
        "with attributes",
        "drop the simpleContent, and put the content model first",
        "    <xs:complexType>\n"
        "      <xs:sequence><xs:any namespace='##other'/></xs:sequence>\n"
        "        <xs:attribute name='b' type='xs:string'/>\n"
        "    </xs:complexType>\n");
}

static const char plain[] = "<xs:element name='a' type='xs:string'/>";

TEST(a_start_tag_in_place_of_an_end_tag_is_named)
{
    check_mended(plain, EXAMPLE("<m><v>x<v></m>"),
        "the example is not well-formed: <v> is followed by another one where "
        "its end tag should be",
        "complete the tag", "<m><v>x</v></m>");
}

TEST(an_element_in_one_of_its_kind_is_no_missing_end_tag)
{
    check_found(plain, EXAMPLE("<m><v>x<v>y</v></v></m>"), "");
}

TEST(the_fix_of_an_example_fits_its_fault)
{
    check_mended(plain, EXAMPLE("<m><v/><w/></v></m>"),
        "the example is not well-formed: <v/> is closed in its tag, and again "
        "by </v> behind what belongs into it",
        "drop the '/' in its start tag", "<m><v><w/></v></m>");
    check_mended(plain, EXAMPLE("<m a='1' a='2'/>"),
        "the example is not well-formed: attribute 'a' stands twice in the tag",
        "keep one of the two", NULL);
}

static const char list[] =
    "<xs:element name='a'><xs:complexType><xs:sequence><xs:element name='b' "
    "type='xs:string' maxOccurs='unbounded'/><xs:element name='c' "
    "type='xs:string' minOccurs='0'/></xs:sequence></xs:complexType>"
    "</xs:element>";

TEST(a_child_out_of_place_is_not_called_repeated)
{
    check_mended(list, EXAMPLE("<a xmlns='urn:x'><b>1</b><c>2</c><b>3</b></a>"),
        "the content model of <a/> (its order, or a choice in it) refuses <b/> "
        "behind <c/>, where an example has it",
        "do not prescribe what the text does not demand", NULL);
}

TEST(a_child_too_often_is_called_repeated)
{
    check_mended(list, EXAMPLE("<a xmlns='urn:x'><b>1</b><c>2</c><c>3</c></a>"),
        "an example has <c/> more than once in <a/>, which the schema does not "
        "allow",
        "raise maxOccurs", NULL);
}

TEST(an_empty_element_lacks_its_content_not_one_child)
{
    check_mended(list, EXAMPLE("<a xmlns='urn:x'/>"),
        "the schema requires content of <a/> (<b/> comes first), but an "
        "example has it empty",
        "make the whole content of <a/> optional, or fill the example", NULL);
}

TEST(several_of_a_child_in_one_example_are_one_example)
{
    check_mended(plain,
        EXAMPLE("<m><a xmlns='urn:x' k='1'/><a xmlns='urn:x' k='2'/></m>"),
        "an example has the attribute 'k' on <a/>, which the schema does not "
        "declare",
        "declare the attribute, or correct the example", NULL);
}

TEST(what_several_xeps_take_up_from_inside_a_schema_is_told_to_it)
{
    static const char user[] = EXAMPLE("<m><f xmlns='urn:xmpp:v:0'>1</f></m>");
    char one[2000], two[2000];
    snprintf(one, sizeof one, HEAD("0992") "%s</xep>", user);
    snprintf(two, sizeof two, HEAD("0993") "%s</xep>", user);
    const char *const all[] = {
        HEAD("0991") SCHEMA("urn:xmpp:v:0",
            "<xs:element name='a'><xs:complexType><xs:sequence><xs:element "
            "name='f' type='xs:string'/></xs:sequence></xs:complexType>"
            "</xs:element>") "</xep>",
        one, two, NULL};
    struct checkout *checkout = audit_of_all(all);
    CHECK_INT((int)checkout->audit->findings->list.count, 1);
    const struct finding *f = checkout->audit->findings->list.items[0];
    CHECK_TEXT(f->key, "0991|urn:xmpp:v:0|use-elsewhere|f|element ");
    checkout_free(checkout);
}

TEST(a_schema_for_the_namespace_of_another_is_not_called_missing)
{
    const char *const all[] = {
        HEAD("0991") EXAMPLE("<b xmlns='urn:xmpp:w:0'>1</b>") SCHEMA(
            "urn:xmpp:v:0",
            "<xs:element name='b' type='xs:string'/>") "<section1 "
                                                       "topic='Protocol "
                                                       "Namespaces' "
                                                       "anchor='ns'><p>The "
                                                       "namespace is "
                                                       "'urn:xmpp:w:0'.</p></"
                                                       "section1></xep>",
        NULL};
    struct checkout *checkout = audit_of_all(all);
    CHECK_INT((int)checkout->audit->findings->list.count, 1);
    const struct finding *f = checkout->audit->findings->list.items[0];
    CHECK_TEXT(f->key, "0991|urn:xmpp:v:0|target||b");
    CHECK_TEXT(f->fix, "make its target namespace 'urn:xmpp:w:0'");
    checkout_free(checkout);
}

/* The quotation shows the words that the finding is about. */
TEST(evidence_is_quoted_where_the_text_says_it)
{
    struct checkout *checkout = audit_of(
        "<xs:element name='a'><xs:complexType><xs:attribute name='name' "
        "type='xs:string' use='required'/></xs:complexType></xs:element>",
        "<section1 topic='P'><p>The &lt;a/&gt; element is qualified by the "
        "'urn:x' namespace, and by no other namespace that anybody ever heard "
        "of or that will be made up some day by whomever it may please; the "
        "&lt;a/&gt; element MAY possess a 'name' attribute.</p></section1>\n");
    CHECK_INT((int)checkout->audit->findings->list.count, 1);
    const struct finding *f = checkout->audit->findings->list.items[0];
    CHECK_TEXT(f->class, "text-optional");
    CHECK(strstr(f->evidence.items[0], "MAY possess a 'name'") != NULL);
    checkout_free(checkout);
}

TEST(of_two_declarations_the_fuller_one_stays)
{
    check_mended(
        "<xs:element name='a' type='xs:string'/>\n<xs:element name='a'>"
        "<xs:complexType/></xs:element>",
        "", "element 'a' is declared twice, and not the same way",
        "drop the first, which says less",
        "qualified'>\n<xs:element name='a'><xs:complexType/></xs:element>");
}

TEST(a_namespace_in_place_of_a_name_is_called_so)
{
    check_mended("<xs:element name='a'><xs:complexType><xs:sequence>"
                 "<xs:element ref='urn:x'/></xs:sequence></xs:complexType>"
                 "</xs:element>",
        "", "'urn:x' is a namespace, where the name of an element is asked for",
        "allow an element of that namespace (or name the one)",
        "<xs:any namespace='urn:x' processContents='lax'/>");
}

TEST(a_start_tag_shown_alone_accuses_nobody)
{
    check_found(plain, EXAMPLE("<m b='1'>"), "note example-wellformed E");
}

/* "Full" is a state in the text, no value of b. */
TEST(a_word_of_another_list_is_no_value_of_this_one)
{
    check_mended("<xs:element name='a'><xs:complexType><xs:attribute name='b'>"
                 "<xs:simpleType><xs:restriction base='xs:string'>"
                 "<xs:enumeration value='one'/><xs:enumeration value='two'/>"
                 "</xs:restriction></xs:simpleType></xs:attribute>"
                 "</xs:complexType></xs:element>",
        "<section1 "
        "topic='P'><ul><li>Full</li><li>Empty</li></ul></section1>" EXAMPLE(
            "<a xmlns='urn:x' b='Full'/>"),
        "an example has b='Full' on <a/>, which is none of the values that the "
        "schema allows",
        "add the value to the schema, or correct the example", NULL);
}

TEST(use_on_an_element_is_written_as_min_occurs)
{
    check_mended("<xs:element name='a'><xs:complexType><xs:sequence>"
                 "<xs:element name='b' type='xs:int' use='optional'/>"
                 "</xs:sequence></xs:complexType></xs:element>",
        EXAMPLE("<a xmlns='urn:x'/>"), "an <xs:element> has no attribute 'use'",
        "write minOccurs='0', which is what makes an element optional",
        "<xs:element name='b' type='xs:int' minOccurs='0'/>");
}

TEST(required_on_an_attribute_is_written_as_use)
{
    check_mended("<xs:element name='a'><xs:complexType><xs:attribute name='b' "
                 "type='xs:int' required='true'/></xs:complexType>"
                 "</xs:element>",
        EXAMPLE("<a xmlns='urn:x' b='1'/>"),
        "an <xs:attribute> has no attribute 'required'", "write use='required'",
        "type='xs:int' use='required'/>");
}

TEST(namespace_on_an_element_is_a_reference_to_another_schema)
{
    static const char *const texts[] = {
        HEAD("0991")
            EXAMPLE("<a xmlns='urn:xmpp:a:0'><b xmlns='urn:xmpp:b:0'/></a>")
                SCHEMA("urn:xmpp:a:0",
                    "<xs:element name='a'><xs:complexType><xs:choice>"
                    "<xs:element name='b' namespace='urn:xmpp:b:0' "
                    "minOccurs='0'/></xs:choice></xs:complexType></"
                    "xs:element>") "</xep>",
        HEAD("0992") EXAMPLE("<b xmlns='urn:xmpp:b:0'/>") SCHEMA(
            "urn:xmpp:b:0", "<xs:element name='b' type='xs:string'/>") "</xep>",
        NULL};
    struct checkout *checkout = audit_of_all(texts);
    CHECK_INT((int)checkout->audit->findings->list.count, 1);
    const struct finding *f = checkout->audit->findings->list.items[0];
    CHECK_TEXT(
        f->fix, "import that namespace, and refer to its element by ref");
    char *after = edits_apply(
        f->document->source, f->document->source_len, &f->edits, NULL);
    CHECK(strstr(after, "<xs:import namespace='urn:xmpp:b:0'/>") != NULL);
    CHECK(strstr(after, "<xs:element ref='b:b' xmlns:b='urn:xmpp:b:0' "
                        "minOccurs='0'/>") != NULL);
    free(after);
    checkout_free(checkout);
}

TEST(a_restriction_with_attributes_is_no_simple_content_of_a_built_in_type)
{
    check_mended("<xs:complexType name='t'><xs:restriction base='xs:string'>"
                 "<xs:enumeration value=''/></xs:restriction>"
                 "<xs:attribute name='b' type='xs:int'/></xs:complexType>"
                 "<xs:element name='a' type='t'/>",
        "", "<xs:restriction> may not stand in <xs:complexType>",
        "make the restriction a simpleType of its own, and extend that by the "
        "attributes in simpleContent",
        NULL);
}

static const char four[] =
    "<xs:element name='a'><xs:complexType><xs:sequence>"
    "<xs:element name='b' type='xs:string'/>"
    "<xs:element name='c' type='xs:string'/></xs:sequence>"
    "<xs:attribute name='n' type='xs:unsignedByte'/>"
    "</xs:complexType></xs:element>";

TEST(a_child_before_which_another_is_required_is_not_told_as_out_of_order)
{
    check_mended(four, EXAMPLE("<a xmlns='urn:x'><c/></a>"),
        "the content model of <a/> requires <b/> before <c/>, but an example "
        "has <c/> as first child",
        "make <b/> optional (minOccurs='0'), where the text does not demand it",
        NULL);
    check_mended(four, EXAMPLE("<a xmlns='urn:x'><c/><b/></a>"),
        "the content model of <a/> requires <b/> before <c/>, but an example "
        "has <c/> as first child",
        "make <b/> optional (minOccurs='0'), where the text does not demand it",
        NULL);
}

TEST(a_built_in_type_is_named_and_a_cut_example_is_not_counted)
{
    check_mended(four,
        EXAMPLE("<a xmlns='urn:x' n='500'><b/><c/></a>")
            EXAMPLE("<a xmlns='urn:x' n='500'><b/><c/></a>")
                EXAMPLE("<r><a xmlns='urn:x' n='500'><b/><c/></a>[...]"),
        "all 2 whole examples of it have n='500' on <a/>, which its type "
        "xs:unsignedByte does not allow",
        "correct the type, or the example", NULL);
}

TEST(an_element_with_the_type_of_another_is_one_finding)
{
    check_mended("<xs:complexType name='t'><xs:attribute name='i' "
                 "type='xs:string' use='required'/></xs:complexType>"
                 "<xs:element name='one' type='t'/>"
                 "<xs:element name='all' type='t'/>",
        EXAMPLE("<all xmlns='urn:x'><item n='1'/></all>")
            EXAMPLE("<all xmlns='urn:x'><item n='2'/></all>")
                EXAMPLE("<one xmlns='urn:x' i='1'/>"),
        "all 2 examples of it have <item/> in <all/>, which the schema does "
        "not declare; nor have they 'i', which it requires",
        "give <all/> a type that its examples fit: it has another's", NULL);
}

TEST(an_ampersand_in_a_cdata_section_is_all_that_is_replaced)
{
    static const char *const texts[] = {
        "<!DOCTYPE xep [<!ENTITY ns 'urn:xmpp:a:0'>]>" HEAD("0991")
            EXAMPLE("<a xmlns=']]>&ns;<![CDATA['>u?b&c=1</a>") EXAMPLE(
                "<a xmlns=']]>&ns;<![CDATA['>v</a>") SCHEMA("urn:xmpp:a:0",
                "<xs:element name='a' type='xs:string'/>") "</xep>",
        NULL};
    struct checkout *checkout = audit_of_all(texts);
    CHECK_INT((int)checkout->audit->findings->list.count, 1);
    const struct finding *f = checkout->audit->findings->list.items[0];
    char *after = edits_apply(
        f->document->source, f->document->source_len, &f->edits, NULL);
    CHECK(strstr(after, "'>u?b&amp;c=1</a>]]></example>") != NULL);
    free(after);
    checkout_free(checkout);
}
