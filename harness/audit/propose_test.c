/* The schema that is proposed for a XEP that prints none. */
#include "audit/audit_sample.h"
#include "audit/patch.h"
#include "audit/propose.h"

#define XEP(prose)                                                             \
    "<xep><header><title>T</title><number>0991</number><status>Draft"          \
    "</status><type>Standards Track</type></header><section1 topic='U'>" prose \
    "</section1>\n"
#define EXAMPLE(body) "<example caption='E'><![CDATA[" body "]]></example>"

static void check_proposed(const char *xep, const char *ns, const char *want)
{
    struct error error;
    struct document *d =
        document_parse("xep-0991.xml", xep, strlen(xep), NULL, &error);
    CHECK(d != NULL);
    const char *text = propose_schema(d->arena, d, ns, NULL);
    const char *from = strstr(text, "  <xs:element");
    const char *to = strstr(text, "\n</xs:schema>");
    CHECK(from != NULL && to != NULL);
    CHECK_TEXT(arena_strndup(d->arena, from, (size_t)(to - from)), want);
    document_free(d);
}

TEST(an_attribute_is_required_where_all_have_it_and_typed_by_its_values)
{
    check_proposed(XEP(EXAMPLE("<a xmlns='urn:xmpp:v:0' size='12' on='true' "
                               "id='7' at='2026-01-01T00:00:00Z'/>")
                           EXAMPLE("<a xmlns='urn:xmpp:v:0' size='3' "
                                   "on='false' id='8' by='x'/>")) "</xep>",
        "urn:xmpp:v:0",
        "  <xs:element name='a'>\n"
        "    <xs:complexType>\n"
        "      <xs:attribute name='size' type='xs:unsignedInt' "
        "use='required'/>\n"
        "      <xs:attribute name='on' type='xs:boolean' use='required'/>\n"
        "      <xs:attribute name='id' type='xs:string' use='required'/>\n"
        "      <xs:attribute name='at' type='xs:dateTime' use='optional'/>\n"
        "      <xs:attribute name='by' type='xs:string' use='optional'/>\n"
        "    </xs:complexType>\n"
        "  </xs:element>\n");
}

TEST(what_stands_inside_one_element_only_is_declared_there)
{
    check_proposed(
        XEP(EXAMPLE("<a xmlns='urn:xmpp:v:0'><b>1</b><b>2</b></a>")) "</xep>",
        "urn:xmpp:v:0",
        "  <xs:element name='a'>\n"
        "    <xs:complexType>\n"
        "      <xs:sequence>\n"
        "        <xs:element name='b' type='xs:unsignedInt' "
        "maxOccurs='unbounded'/>\n"
        "      </xs:sequence>\n"
        "    </xs:complexType>\n"
        "  </xs:element>\n");
}

TEST(no_order_is_prescribed_by_an_example)
{
    check_proposed(
        XEP(EXAMPLE("<a xmlns='urn:xmpp:v:0'><b>x</b><c/></a>")
                EXAMPLE("<a xmlns='urn:xmpp:v:0'><b>y</b></a>")) "</xep>",
        "urn:xmpp:v:0",
        "  <xs:element name='a'>\n"
        "    <xs:complexType>\n"
        "      <xs:all>\n"
        "        <xs:element name='b' type='xs:string'/>\n"
        "        <xs:element name='c' type='empty' minOccurs='0'/>\n"
        "      </xs:all>\n"
        "    </xs:complexType>\n"
        "  </xs:element>\n\n"
        "  <xs:simpleType name='empty'>\n"
        "    <xs:restriction base='xs:string'>\n"
        "      <xs:enumeration value=''/>\n"
        "    </xs:restriction>\n"
        "  </xs:simpleType>\n");
}

TEST(one_or_more_in_the_text_is_unbounded)
{
    check_proposed(
        XEP("<p>It holds one or more &lt;b/&gt; elements.</p>" EXAMPLE(
            "<a xmlns='urn:xmpp:v:0'><b>x</b></a>")) "</xep>",
        "urn:xmpp:v:0",
        "  <xs:element name='a'>\n"
        "    <xs:complexType>\n"
        "      <xs:sequence>\n"
        "        <xs:element name='b' type='xs:string' "
        "maxOccurs='unbounded'/>\n"
        "      </xs:sequence>\n"
        "    </xs:complexType>\n"
        "  </xs:element>\n");
}

/* One section of that name, whatever was in it. */
static void check_placed(const char *rest, const char *want)
{
    char xep[2000];
    snprintf(xep, sizeof xep,
        XEP("<p>It is in 'urn:xmpp:v:0'.</p>" EXAMPLE(
            "<a xmlns='urn:xmpp:v:0' b='1'/>")) "%s</xep>\n",
        rest);
    const char *const all[] = {xep, NULL};
    struct checkout *c = audit_of_all(all);
    CHECK_INT((int)c->audit->findings->list.count, 1);
    CHECK_TEXT(c->audit->findings->list.items[0]->class, "no-schema");
    struct patch patch = patch_make(c, c->documents.items[0]);
    CHECK(patch.source != NULL);
    CHECK(patch.compiles);
    const char *at = strstr(patch.source, want);
    CHECK(at != NULL);
    CHECK(strstr(at + strlen(want), "topic='XML Schema'") == NULL);
    CHECK(strstr(patch.source, "TODO") == NULL);
    patch_free(&patch);
    checkout_free(c);
}

TEST(a_proposal_takes_the_place_of_a_promise)
{
    check_placed(
        "<section1 topic='XML Schema' anchor='schema'>\n  <p>TODO</p>\n"
        "</section1>\n",
        "<section1 topic='XML Schema' anchor='schema'>\n  <code><![CDATA[\n");
}

TEST(a_proposal_without_a_section_gets_one_before_the_acknowledgements)
{
    check_placed("<section1 topic='Acknowledgements'/>\n",
        "<section1 topic='XML Schema' anchor='schema'>\n  <code><![CDATA[\n");
}

/* What the text demands of the families that schemas/ covers. */
TEST(the_schemas_of_jet_say_what_ours_do)
{
    static const struct {
        const char *number, *ns, *says;
    } rows[] = {
        {"0391", "urn:xmpp:jingle:jet:0",
            "<xs:attribute name='cipher' type='xs:anyURI' use='required'/>"},
        {"0391", "urn:xmpp:jingle:jet:0",
            "<xs:attribute name='type' type='xs:anyURI' use='required'/>"},
        {"0391", "urn:xmpp:jingle:jet:0",
            "<xs:attribute name='name' type='xs:string' use='optional'/>"},
        {"0391", "urn:xmpp:jingle:jet:0", "<xs:any namespace='##other'"},
        {"0396", "eu.siacs.conversations.axolotl",
            "<xs:attribute name='sid' type='xs:unsignedInt' use='required'/>"},
        {"0396", "eu.siacs.conversations.axolotl",
            "<xs:attribute name='rid' type='xs:unsignedInt' use='required'/>"},
        {"0396", "eu.siacs.conversations.axolotl",
            "<xs:attribute name='prekey' type='xs:boolean' use='optional'/>"},
        {"0396", "eu.siacs.conversations.axolotl",
            "<xs:extension base='xs:base64Binary'>"},
        {"0396", "eu.siacs.conversations.axolotl",
            "<xs:element name='iv' type='xs:base64Binary'/>"},
    };
    const char *xeps = test_xeps_or_skip();
    char *schemas = file_join(test_source(), "schemas");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error error;
        char path[500];
        snprintf(path, sizeof path, "%s/xep-%s.xml", xeps, rows[i].number);
        struct document *d = document_read(path, NULL, &error);
        CHECK(d != NULL);
        const char *text = propose_schema(d->arena, d, rows[i].ns, schemas);
        CHECK(text != NULL && strstr(text, rows[i].says) != NULL);
        document_free(d);
    }
    free(schemas);
}
