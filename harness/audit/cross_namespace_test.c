#include "audit/audit_sample.h"
#include "audit/mention.h"

static const char schema[] = "<xs:element name='a' type='xs:string'/>";

TEST(names_that_are_almost_each_other_are_told_apart_by_how)
{
    CHECK(mention_nearness("urn:xmpp:x:0", "urn:xmpp:x:1") == NEAR_VERSION);
    CHECK(
        mention_nearness("urn:xmpp:x:0#y", "urn:xmpp:x:12#y") == NEAR_VERSION);
    CHECK(mention_nearness("urn:xmpp:x", "urn:xmpp:x:0") == NEAR_UNVERSIONED);
    CHECK(mention_nearness("urn:xmpp:a:x:0", "urn:xmpp:x:0") == NEAR_SEGMENT);
    CHECK(mention_nearness("urn:xmpp:x:0", "urn:xmpp:x:a:0") == NEAR_SEGMENT);
    CHECK(mention_nearness("urn:xmpp:jingle:transport:x",
              "urn:xmpp:jingle:transports:x") == NEAR_LETTERS);
    CHECK(mention_nearness("urn:xmpp:rap:0", "urn:xmpp:fis:0") == NEAR_NOT);
    CHECK(mention_nearness("urn:xmpp:x:0", "urn:xmpp:x:0") == NEAR_NOT);
}

/* A XEP whose elements are in urn:xmpp:sample:1, and this. */
static void check_names(const char *rest, const char *want)
{
    struct buffer prose = {0};
    buffer_printf(&prose,
        "<section1 topic='Use'><p>An element qualified by the "
        "'urn:xmpp:sample:1' namespace.</p><example caption='One'><![CDATA[<m "
        "xmlns='urn:xmpp:sample:1'/>]]></example><example caption='Two'>"
        "<![CDATA[<m xmlns='urn:xmpp:sample:1'/>]]></example>%s</section1>",
        rest);
    check_found(schema, buffer_text(&prose), want);
    buffer_free(&prose);
}

TEST(an_advertised_version_that_nobody_defines_is_found)
{
    check_names("<example caption='Three'><![CDATA[<feature "
                "var='urn:xmpp:sample:0'/>]]></example>",
        "warning feature ");
}

TEST(a_feature_that_the_text_calls_the_previous_one_is_none)
{
    check_names("<p>The previous version was 'urn:xmpp:sample:0'.</p>"
                "<example caption='Three'><![CDATA[<feature "
                "var='urn:xmpp:sample:0'/>]]></example>",
        "");
}

TEST(two_advertised_versions_are_none)
{
    check_names("<example caption='Three'><![CDATA[<feature "
                "var='urn:xmpp:sample:0'/><feature "
                "var='urn:xmpp:sample:1'/>]]></example>",
        "");
}

TEST(a_registered_name_that_nothing_uses_is_found)
{
    check_names("<section2 topic='XMPP Registrar Considerations'><ul>"
                "<li>urn:xmpp:sample:sample:1</li></ul></section2>",
        "warning registry ");
}

TEST(a_name_of_two_wanted_is_registered_rightly)
{
    check_names("<section2 topic='XMPP Registrar Considerations'><ul>"
                "<li>urn:xmpp:sample:1</li>"
                "<li>urn:xmpp:sample:more:1</li></ul></section2>",
        "");
}

TEST(an_element_shown_once_elsewhere_is_found)
{
    check_names("<example caption='Three'><![CDATA[<m "
                "xmlns='urn:xmpp:smple:1'/>]]></example>",
        "warning namespace ");
}

TEST(a_submission_keeps_to_the_form_and_its_own_number)
{
    check_found(schema,
        "<section1 topic='Registrar Considerations'>"
        "<code><![CDATA[<transport><name>The name.</name><desc>A text.</desc>"
        "<type>Whether it is \"streaming\" or \"datagram\".</type>"
        "</transport>]]></code><code><![CDATA[<transport><name>x</name>"
        "<desc>X</desc><type>reliable</type></transport>\n<var><name>y</name>"
        "<desc>Y</desc><doc>XEP-xxxx</doc></var>]]></code></section1>",
        "warning registry transport x; warning registry ");
}
