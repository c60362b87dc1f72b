#include "xmpp/parser.h"

#include "base/memory.h"
#include "base/test.h"
#include "base/xml.h"

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                   \
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "               \
    "xmlns:stream='http://etherx.jabber.org/streams' to='a.example' "          \
    "version='1.0'>"
#define SASL "urn:ietf:params:xml:ns:xmpp-sasl"

/* Feeds text in pieces of step bytes; notes what comes as one letter each and
 * the last document, reason and all raw bytes. */
struct heard {
    struct buffer kinds, raw, reason;
    xmlDoc *doc;
};

static void hear(struct heard *heard, const struct stream_event *event)
{
    static const char letters[] = "-OS.CEU";
    buffer_add(&heard->raw, event->raw.data, event->raw.len);
    if (event->kind == STREAM_NOTHING || event->kind == STREAM_SPACE)
        return;
    buffer_add(&heard->kinds, &letters[event->kind], 1);
    if (event->restarted)
        buffer_add_text(&heard->kinds, "'");
    if (event->reason != NULL)
        buffer_add_text(&heard->reason, event->reason);
    if (event->doc != NULL) {
        xmlFreeDoc(heard->doc);
        heard->doc = event->doc;
    }
}

static struct heard listen_to(const char *text, size_t step)
{
    struct stream_parser *parser = stream_parser_new();
    struct heard heard = {0};
    size_t len = strlen(text);
    for (size_t at = 0; at < len; at += step) {
        struct bytes part =
            bytes_of(text + at, len - at < step ? len - at : step);
        while (part.len > 0) {
            struct stream_event event;
            size_t used = stream_parser_feed(parser, part, &event);
            part = bytes_of(part.data + used, part.len - used);
            hear(&heard, &event);
        }
    }
    struct bytes rest = stream_parser_pending(parser);
    buffer_add(&heard.raw, rest.data, rest.len);
    stream_parser_free(parser);
    return heard;
}

static void forget(struct heard *heard)
{
    xmlFreeDoc(heard->doc);
    buffer_free(&heard->kinds);
    buffer_free(&heard->raw);
    buffer_free(&heard->reason);
}

/* The same events, and the very bytes, in every segmentation; what is left
 * after an error differs and is not looked at. */
static void expect(const char *text, const char *kinds, const char *reason)
{
    static const size_t steps[] = {1, 2, 3, 7, 64, 100000000};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct heard heard = listen_to(text, steps[i]);
        size_t len = heard.kinds.len;
        while (len > 0 && heard.kinds.data[len - 1] == 'U')
            heard.kinds.data[--len] = 0;
        char *got = mem_strdup(buffer_text(&heard.kinds));
        char *why = mem_strdup(buffer_text(&heard.reason));
        bool same = heard.raw.len == strlen(text) &&
                    memcmp(heard.raw.data, text, heard.raw.len) == 0;
        forget(&heard);
        CHECK_TEXT(got, kinds);
        CHECK(same);
        if (reason != NULL && strstr(why, reason) == NULL)
            CHECK_TEXT(why, reason);
        free(got);
        free(why);
    }
}

static char *value_of(xmlDoc *doc, const char *path)
{
    xmlXPathContext *context = xmlXPathNewContext(doc);
    xmlXPathRegisterNs(context, BAD_CAST "c", BAD_CAST "jabber:client");
    xmlXPathObject *found = xmlXPathEval(BAD_CAST path, context);
    char *text = (char *)xmlXPathCastToString(found);
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return text;
}

static void expect_value(const char *text, const char *path, const char *want)
{
    static const size_t steps[] = {1, 100000000};
    for (size_t i = 0; i < 2; i++) {
        struct heard heard = listen_to(text, steps[i]);
        char *got = value_of(heard.doc, path);
        forget(&heard);
        CHECK_TEXT(got, want);
        free(got);
    }
}

TEST(a_header_opens_the_stream)
{
    expect(HEAD, "O", NULL);
}

TEST(each_child_of_the_root_is_a_stanza)
{
    expect(HEAD "<presence/><message><body>hi</body></message><iq></iq>",
        "OSSS", NULL);
}

TEST(the_end_tag_closes_the_stream)
{
    expect(HEAD "<presence/></stream:stream>", "OSC", NULL);
}

TEST(white_space_between_stanzas_is_kept_apart)
{
    expect(HEAD "\n<presence/> \t\n<presence/>\n", "OSS", NULL);
}

TEST(a_stanza_has_the_namespace_of_its_stream)
{
    expect_value(HEAD "<message><body>hi</body></message>",
        "string(/*/c:message/c:body)", "hi");
}

TEST(a_stanza_knows_the_prefixes_of_its_header)
{
    expect_value(HEAD "<stream:features><m xmlns='" SASL
                      "'/></stream:features>",
        "namespace-uri(/*/*)", "http://etherx.jabber.org/streams");
}

TEST(xml_lang_keeps_its_namespace)
{
    expect_value(HEAD "<message xml:lang='de'/>",
        "string(/*/c:message/@xml:lang)", "de");
}

TEST(the_five_entities_and_characters_are_resolved)
{
    expect_value(HEAD "<m a='&lt;&amp;&#x41;'>&quot;&apos;&gt;&#66;</m>",
        "concat(/*/c:m/@a, /*/c:m)", "<&A\"'>B");
}

TEST(cdata_is_text)
{
    expect_value(
        HEAD "<m>a<![CDATA[<b>]]]]>c</m>", "string(/*/c:m)", "a<b>]]c");
}

TEST(a_greater_than_sign_in_an_attribute_ends_nothing)
{
    expect_value(HEAD "<m a=\"x>'/>y\"><n/>></m>", "concat(/*/c:m/@a, /*/c:m)",
        "x>'/>y>");
}

TEST(a_second_header_restarts_the_stream)
{
    expect(HEAD "<success xmlns='" SASL "'/>" HEAD "<iq/>", "OSO'S", NULL);
}

TEST(a_second_header_without_declaration_restarts_too)
{
    expect(HEAD "<iq/><stream:stream xmlns='jabber:client' xmlns:stream="
                "'http://etherx.jabber.org/streams'><iq/>",
        "OSO'S", NULL);
}

TEST(two_stanzas_do_not_share_a_document)
{
    expect_value(HEAD "<a/><b/>", "count(/*/*)", "1");
}

TEST(a_dtd_is_refused)
{
    expect("<!DOCTYPE x [<!ENTITY a 'b'>]>" HEAD, "E", "a document type");
}

TEST(a_dtd_between_stanzas_is_refused)
{
    expect(HEAD "<!DOCTYPE x><iq/>", "OE", "a document type");
}

TEST(a_comment_is_refused)
{
    expect(HEAD "<m><!-- x --></m>", "OE", "a comment");
}

TEST(a_processing_instruction_is_refused)
{
    expect(HEAD "<m><?xml-stylesheet a?></m>", "OE", "a processing");
    expect(HEAD "<?php ?><m/>", "OE", "a processing");
}

TEST(an_undeclared_entity_is_refused)
{
    expect(HEAD "<m>&nbsp;</m><iq/>", "OE", "malformed stanza");
}

TEST(an_undeclared_prefix_is_refused)
{
    expect(HEAD "<x:m/><iq/>", "OE", "malformed stanza");
}

TEST(a_wrong_end_tag_is_refused)
{
    expect(HEAD "<m><a></b></m>", "OE", "malformed stanza");
}

TEST(a_repeated_attribute_is_refused)
{
    expect(HEAD "<m a='' a=''/><iq/>", "OE", "malformed stanza");
}

TEST(a_wrong_end_of_the_stream_is_refused)
{
    expect(HEAD "<iq/></stream:wrong>", "OSE", "does not name its root");
}

TEST(bytes_that_are_not_utf8_are_refused)
{
    expect(HEAD "<m>\xc3\x28</m><iq/>", "OE", "malformed stanza");
}

TEST(another_encoding_is_refused)
{
    expect("<?xml version='1.0' encoding='iso-8859-1'?>"
           "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>"
           "<a/>",
        "E", "not UTF-8");
}

TEST(utf8_declared_in_any_case_is_accepted)
{
    expect("<?xml version='1.0' encoding=\"utf-8\"?>\n"
           "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>"
           "<a/>",
        "OS", NULL);
}

TEST(text_between_stanzas_is_refused)
{
    expect(HEAD "<iq/>x<iq/>", "OSE", "text between stanzas");
}

TEST(a_root_of_another_namespace_is_refused)
{
    expect("<stream:stream xmlns:stream='x:y'><a/>", "E", "bad stream header");
}

TEST(an_element_after_the_end_is_refused)
{
    expect(HEAD "</stream:stream><iq/>", "OCE", "after the end");
}

TEST(an_invalid_namespace_name_is_no_error)
{
    expect(HEAD "<m xmlns='not a uri'/>", "OS", NULL);
}

static char *nested(size_t depth)
{
    struct buffer text = {0};
    buffer_add_text(&text, HEAD);
    for (size_t i = 0; i < depth; i++)
        buffer_add_text(&text, "<a>");
    for (size_t i = 0; i < depth; i++)
        buffer_add_text(&text, "</a>");
    return buffer_take(&text);
}

TEST(a_hundred_elements_in_each_other_are_accepted)
{
    char *text = nested(100);
    expect(text, "OS", NULL);
    free(text);
}

TEST(a_hundred_and_one_are_refused)
{
    char *text = nested(101);
    expect(text, "OE", "100 elements");
    free(text);
}

/* A stanza of exactly so many bytes. */
static char *large(size_t size)
{
    struct buffer text = {0};
    buffer_add_text(&text, HEAD "<m>");
    memset(buffer_reserve(&text, size - 7), 'x', size - 7);
    text.len += size - 7;
    buffer_add_text(&text, "</m>");
    return buffer_take(&text);
}

TEST(a_stanza_of_1_mib_is_accepted)
{
    char *text = large(STREAM_STANZA_LIMIT);
    expect(text, "OS", NULL);
    free(text);
}

TEST(a_larger_one_is_refused)
{
    char *text = large(STREAM_STANZA_LIMIT + 1);
    expect(text, "OE", "1 MiB");
    free(text);
}

TEST(a_stanza_that_never_ends_is_refused_in_time)
{
    char *text = large(3 * STREAM_STANZA_LIMIT);
    struct heard heard = listen_to(text, 4096);
    CHECK_TEXT(buffer_text(&heard.reason), "more than 1 MiB in one piece");
    forget(&heard);
    free(text);
}

TEST(an_element_of_300_attributes_is_refused)
{
    struct buffer text = {0};
    buffer_add_text(&text, HEAD "<m");
    for (int i = 0; i < 300; i++)
        buffer_printf(&text, " a%d=''", i);
    buffer_add_text(&text, "/>");
    expect(buffer_text(&text), "OE", "256 attributes");
    buffer_free(&text);
}

TEST(a_malformed_stanza_is_seen_before_its_end)
{
    struct heard heard = listen_to(HEAD "<m><a></b>", 1);
    CHECK_TEXT(buffer_text(&heard.kinds), "OE");
    forget(&heard);
}

TEST(many_names_do_not_grow_the_parser_without_bound)
{
    struct stream_parser *parser = stream_parser_new();
    struct stream_event event;
    stream_parser_feed(parser, bytes_text(HEAD), &event);
    xmlFreeDoc(event.doc);
    for (int i = 0; i < 20000; i++) {
        char *text =
            mem_printf("<a%d-a-name-of-some-eighty-bytes-or-so-to-fill-the-"
                       "dictionary-with-much-that-is-no-use/>",
                i);
        stream_parser_feed(parser, bytes_text(text), &event);
        free(text);
        CHECK_INT(event.kind, STREAM_STANZA);
        xmlFreeDoc(event.doc);
    }
    stream_parser_free(parser);
}

TEST(a_stanza_can_be_parsed_aside)
{
    struct stream_parser *parser = stream_parser_new();
    struct stream_event event;
    struct error error = {""};
    stream_parser_feed(parser, bytes_text(HEAD), &event);
    xmlFreeDoc(event.doc);
    xmlDoc *doc = stream_parser_stanza(parser, bytes_text("<iq/>"), &error);
    CHECK(xml_is(stream_stanza(doc), "jabber:client", "iq"));
    xmlFreeDoc(doc);
    CHECK(!stream_parser_stanza(parser, bytes_text("<iq/><iq/>"), &error));
    CHECK(!stream_parser_stanza(parser, bytes_text("<iq></m>"), &error));
    stream_parser_free(parser);
}
