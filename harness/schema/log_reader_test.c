#include "schema/log_reader.h"

#include "base/test.h"
#include "schema/log_clark.h"

#include <stdio.h>
#include <string.h>

static struct buffer said;

static void say(void *owner, const struct log_item *item)
{
    static const char *const kinds[] = {"stanza", "header", "tag", "broken"};
    static const char *const directions[] = {"?", "out", "in"};
    (void)owner;
    buffer_printf(&said, "%s %llu:%llu %s%s%s %.*s|", kinds[item->kind],
        (unsigned long long)item->line, (unsigned long long)item->column,
        directions[item->direction], *item->session != 0 ? " " : "",
        item->session, (int)item->text.len, (const char *)item->text.data);
}

/* What is found, fed in pieces of that size. */
static const char *read_in(const char *text, size_t piece)
{
    buffer_free(&said);
    struct log_reader *reader = log_reader_new(0, say, NULL);
    for (size_t at = 0, len = strlen(text); at < len; at += piece)
        log_reader_feed(reader, text + at, len - at < piece ? len - at : piece);
    log_reader_end(reader);
    log_reader_free(reader);
    return buffer_text(&said);
}

/* The same whole and byte by byte. */
static void check_read(const char *text, const char *want)
{
    CHECK_TEXT(read_in(text, strlen(text) + 1), want);
    CHECK_TEXT(read_in(text, 1), want);
}

TEST(concatenated_stanzas_are_found_one_by_one)
{
    check_read("<iq/>\n<message><body>a&lt;</body></message>",
        "stanza 1:1 ? <iq/>|"
        "stanza 2:1 ? <message><body>a&lt;</body></message>|");
}

TEST(the_stream_header_is_told_and_its_end_passed_over)
{
    check_read("<?xml version='1.0'?><stream:stream to='a'><iq/>"
               "</stream:stream>",
        "header 1:22 ? <stream:stream to='a'>|stanza 1:44 ? <iq/>|");
}

TEST(a_transcript_tells_direction_and_session)
{
    check_read("<transcript><stanza dir='c2s' session='a@b/c'><iq/></stanza>"
               "<stanza dir='in'><iq/></stanza></transcript>",
        "stanza 1:47 out a@b/c <iq/>|stanza 1:78 in <iq/>|");
}

TEST(text_around_stanzas_is_passed_over)
{
    check_read("10:00 a < b <INFO> x<y it's\n10:01 RECV: <iq/> ok\nSEND: <iq/>",
        "stanza 2:13 in <iq/>|stanza 3:7 out <iq/>|");
}

TEST(a_comment_tells_the_direction)
{
    check_read("<!-- In 12:00 <iq> -->\n<iq/>\n<!-- Out -->\n<iq/>",
        "stanza 2:1 in <iq/>|stanza 4:1 out <iq/>|");
}

TEST(prosodys_first_tags_are_no_stanzas)
{
    check_read("c2s1 debug Received[c2s]: <iq id='1' type='set'>\n"
               "c2s1 debug Sending[c2s]: <iq id='1' type='result'>\n",
        "tag 1:27 out <iq id='1' type='set'>\n|"
        "tag 2:26 in <iq id='1' type='result'>\n|");
}

TEST(a_stanza_without_an_end_ends_where_the_next_begins)
{
    check_read("<iq><query>\n<message/>",
        "broken 1:1 ? <iq><query>\n|stanza 2:1 ? <message/>|");
}

TEST(an_end_tag_of_the_stanza_ends_it_whatever_is_open)
{
    check_read("<iq><query></iq><iq/>",
        "broken 1:1 ? <iq><query></iq>|stanza 1:17 ? <iq/>|");
}

TEST(a_forwarded_message_is_part_of_its_stanza)
{
    check_read("<message><f><message xmlns='jabber:client'/></f></message>",
        "stanza 1:1 ? "
        "<message><f><message xmlns='jabber:client'/></f></message>|");
}

TEST(tags_in_cdata_and_comments_are_no_tags)
{
    const char *stanza = "<message a='/>'><!-- </message> -->"
                         "<![CDATA[</message>]]></message>";
    char want[256];
    snprintf(want, sizeof want, "stanza 1:1 ? %s|", stanza);
    check_read(stanza, want);
}

TEST(a_document_type_is_refused)
{
    check_read("<!DOCTYPE a [<!ENTITY b 'c'>]><iq/>",
        "broken 1:1 ? <!DOCTYPE a [<!ENTITY b 'c'>]>|stanza 1:31 ? <iq/>|");
}

TEST(colours_are_dropped)
{
    check_read("\033[33m<\033[0mmessage/>", "stanza 1:1 ? <message/>|");
}

TEST(an_element_with_a_namespace_is_a_stanza)
{
    check_read("<r xmlns='urn:xmpp:sm:3'/><b/>",
        "stanza 1:1 ? <r xmlns='urn:xmpp:sm:3'/>|");
}

TEST(a_stanza_that_never_ends_is_told)
{
    check_read("<message><body>x", "broken 1:1 ? <message><body>x|");
}

TEST(too_large_a_stanza_is_skipped)
{
    buffer_free(&said);
    struct log_reader *reader = log_reader_new(100, say, NULL);
    log_reader_feed(reader, "<message><body>", 15);
    for (int i = 0; i < 100; i++)
        log_reader_feed(reader, "aaaaaaaaaa", 10);
    log_reader_feed(reader, "</body></message><iq/>", 22);
    log_reader_end(reader);
    log_reader_free(reader);
    CHECK(strncmp(buffer_text(&said), "broken 1:1 ", 11) == 0);
    CHECK(strstr(buffer_text(&said), "stanza 1:1033 ? <iq/>|") != NULL);
}

TEST(dinos_print_becomes_xml)
{
    struct buffer out = {0};
    log_clark_to_xml(
        bytes_text("<{jabber:client}:iq {jabber:client}:id='1' "
                   "{http://www.w3.org/2000/xmlns/}:xmlns='x'>\n  "
                   "<{urn:a}:b {http://www.w3.org/XML/1998/namespace}:lang='e'"
                   " />\n  <{urn:a}:c>\n    x & y\n  </{urn:a}:c>\n"
                   "</{jabber:client}:iq>\n"),
        &out);
    CHECK_TEXT(buffer_text(&out),
        "<iq xmlns='jabber:client' id='1'><b xmlns='urn:a' xml:lang='e'/>"
        "<c xmlns='urn:a'>x &amp; y</c></iq>");
    buffer_free(&out);
}

TEST(prosodys_stanza_debug_is_the_servers_view)
{
    check_read("Nov 22 c2s55f1a\tdebug\tRECV: <iq/>\n"
               "Nov 22 c2s55f1a\tdebug\tSEND: <iq/>\n",
        "stanza 1:29 out <iq/>|stanza 2:29 in <iq/>|");
}

TEST(a_nul_in_a_log_ends_nothing)
{
    buffer_free(&said);
    struct log_reader *reader = log_reader_new(0, say, NULL);
    log_reader_feed(reader, "a\0b<message>\0</message><iq/>", 28);
    log_reader_end(reader);
    log_reader_free(reader);
    CHECK(strstr(buffer_text(&said), "stanza 1:24 ? <iq/>|") != NULL);
}

TEST(dinos_log_tells_the_direction)
{
    check_read("XMPP OUT [a@b stream:0x1 thread:0x2 12:00]\n"
               "<{jabber:client}:presence />\n"
               "XMPP IN [a@b stream:0x1 thread:0x2 12:00]\n"
               "<{jabber:client}:presence />\n",
        "stanza 2:1 out <{jabber:client}:presence />|"
        "stanza 4:1 in <{jabber:client}:presence />|");
}

TEST(what_is_nested_too_deep_is_told_once)
{
    struct buffer text = {0};
    buffer_add_text(&text, "<message>");
    for (int i = 0; i < 1000; i++)
        buffer_add_text(&text, "<a xmlns='u'>");
    for (int i = 0; i < 1000; i++)
        buffer_add_text(&text, "</a>");
    buffer_add_text(&text, "</message><iq/>");
    const char *found = read_in(buffer_text(&text), text.len);
    CHECK(strncmp(found, "broken 1:1 ?", 12) == 0);
    CHECK_TEXT(strchr(found, '|'), "|stanza 1:17020 ? <iq/>|");
    buffer_free(&text);
}
