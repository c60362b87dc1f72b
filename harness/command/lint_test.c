#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "command/command.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct command command_lint;

static struct buffer printed;

/* Runs lint on a file of that content; returns its exit code, keeps what it
 * printed. */
static int lint(const char *content, const char *option, const char *value)
{
    struct error error = {{0}};
    char *dir = file_make_temp("lint", &error);
    CHECK(dir != NULL);
    char *log = file_join(dir, "log"), *out = file_join(dir, "out");
    if (content != NULL)
        CHECK(file_write(log, bytes_text(content), &error));
    char *argv[] = {
        "lint", log, (char *)(uintptr_t)option, (char *)(uintptr_t)value, NULL};
    int argc = option == NULL ? 2 : value == NULL ? 3 : 4;
    fflush(stdout);
    int saved = dup(STDOUT_FILENO), saved_error = dup(STDERR_FILENO);
    int fd = open(out, O_WRONLY | O_CREAT, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    optind = 0;
    int code = command_lint.run(argc, argv);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    dup2(saved_error, STDERR_FILENO);
    close(saved);
    close(saved_error);
    close(fd);
    buffer_free(&printed);
    CHECK(file_read(out, 1 << 20, &printed, &error));
    file_remove_tree(dir);
    free(log);
    free(out);
    free(dir);
    return code;
}

static bool says(const char *text)
{
    return strstr(buffer_text(&printed), text) != NULL;
}

#define GOOD "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"

TEST(a_clean_log_exits_0)
{
    CHECK_INT(lint(GOOD, NULL, NULL), 0);
    CHECK(says("1 stanzas: 0 must"));
}

TEST(a_violation_exits_1_with_line_and_column)
{
    CHECK_INT(lint("x\n  <iq type='put' id='1'/>", NULL, NULL), 1);
    CHECK(says("/log:2:7: must: /iq/@type: "));
}

TEST(broken_xml_exits_1_and_the_rest_is_read)
{
    CHECK_INT(lint("<iq><a></iq>\n" GOOD, NULL, NULL), 1);
    CHECK(says("broken: "));
    CHECK(says("1 stanzas: 0 must"));
}

TEST(a_file_without_a_stanza_exits_2)
{
    CHECK_INT(lint("", NULL, NULL), 2);
    CHECK(says("holds no stanza"));
}

TEST(what_shows_no_stanza_whole_exits_2)
{
    CHECK_INT(
        lint("debug\tReceived[c2s]: <iq id='1' type='get'>\nx\n", NULL, NULL),
        2);
    CHECK(says("shows no stanza whole"));
}

TEST(broken_xml_is_told_by_its_first_fault_with_its_place)
{
    lint(GOOD "\n <message><body>x</message>\n", NULL, NULL);
    CHECK(
        says("/log:2:28: broken: Opening and ending tag mismatch: body and "));
}

TEST(an_undeclared_prefix_is_broken_xml)
{
    CHECK_INT(lint("<message>\n <foo:bar/></message>" GOOD, NULL, NULL), 1);
    CHECK(says("/log:2:10: broken: Namespace prefix foo on bar is not defin"));
    CHECK(says("1 stanzas: 0 must"));
}

TEST(what_is_of_no_namespace_is_told_with_a_section)
{
    CHECK_INT(lint("<message><x xmlns=''/></message>", NULL, NULL), 1);
    CHECK(says("RFC 6120 s8.4"));
}

TEST(columns_count_characters)
{
    lint("\xc3\xa4\xc3\xb6\xe2\x82\xac <presence><show>x</show></presence>",
        NULL, NULL);
    CHECK(says("/log:1:15: must"));
}

TEST(namespaces_beyond_the_bound_are_counted_together)
{
    struct buffer log = {0};
    for (int i = 0; i < 1010; i++)
        buffer_printf(&log, "<message><x xmlns='urn:%d'/></message>\n", i);
    CHECK_INT(lint(buffer_text(&log), NULL, NULL), 0);
    CHECK(says("10  of further namespaces without a schema"));
    buffer_free(&log);
}

#define NAMED(from, to, id, type, inside)                                      \
    "<iq from='" from "' to='" to "' id='" id "' type='" type "'>" inside      \
    "</iq>\n"

TEST(what_two_parties_say_is_paired_without_a_connection)
{
    const char *ping = "<query xmlns='http://jabber.org/protocol/disco#info' "
                       "node='n'/>";
    struct buffer log = {0};
    buffer_printf(&log, NAMED("b@x/r", "a@x/r", "1", "get", "%s"), ping);
    buffer_add_text(&log, NAMED("a@x/r", "b@x/r", "1", "result", ""));
    CHECK_INT(lint(buffer_text(&log), NULL, NULL), 1);
    CHECK(says("rule disco-answer"));
    buffer_free(&log);
}

#define STREAM(from)                                                           \
    NAMED(from, "d@e/f", "1", "set",                                           \
        "<query xmlns='http://jabber.org/protocol/bytestreams' sid='s' "       \
        "dstaddr='0123456789012345678901234567890123456789'><streamhost "      \
        "jid='a' host='h' port='1'/></query>")

TEST(a_dstaddr_is_judged_by_the_addresses_unless_a_room_is_between)
{
    CHECK_INT(lint(STREAM("x@y/z"), NULL, NULL), 1);
    CHECK(says("rule bs-dstaddr"));
    CHECK_INT(lint(STREAM("r@conference.y/z"), NULL, NULL), 0);
}

TEST(a_missing_file_exits_2)
{
    CHECK_INT(lint(NULL, NULL, NULL), 2);
    CHECK(says("No such file"));
}

TEST(a_should_fails_when_strict_alone)
{
    const char *log = "<iq type='set' id='1'><jingle sid='1' "
                      "xmlns='urn:xmpp:jingle:1' action='session-info' "
                      "initiator='a@b/c'/></iq>";
    CHECK_INT(lint(log, NULL, NULL), 0);
    CHECK_INT(lint(log, "--strict", NULL), 1);
}

TEST(others_stanzas_are_told_and_not_judged)
{
    const char *log = "<transcript><stanza dir='in'><iq type='put' id='1' "
                      "from='a@b/c'/></stanza></transcript>";
    CHECK_INT(lint(log, "--as", "romeo"), 0);
    CHECK(says("(not judged)"));
    CHECK_INT(lint(log, "--as", "a@b"), 1);
    CHECK_INT(lint(log, "--as", "d@e"), 0);
}

TEST(a_namespace_without_a_schema_is_named)
{
    CHECK_INT(lint("<message><x xmlns='urn:x'/></message>", NULL, NULL), 0);
    CHECK(says("1  urn:x  no schema"));
}

TEST(control_characters_never_reach_the_terminal)
{
    lint("<iq type='\x07' id='1'/>", NULL, NULL);
    CHECK(!says("\x07"));
}

/* Lints beside a checkout whose XEP-0172 knows no nickname but "x". */
static int lint_by_published(const char *content)
{
    struct error error = {{0}};
    char *dir = file_make_temp("xeps", &error);
    CHECK(dir != NULL);
    char *path = file_join(dir, "xep-0172.xml");
    CHECK(file_write(path,
        bytes_text(
            "<xep><header><title>T</title><number>0172</number>"
            "<status>Draft</status></header><section1><code><![CDATA[\n"
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
            "targetNamespace='http://jabber.org/protocol/nick' "
            "elementFormDefault='qualified'><xs:element name='nick'>"
            "<xs:simpleType><xs:restriction base='xs:string'>"
            "<xs:enumeration value='x'/></xs:restriction></xs:simpleType>"
            "</xs:element></xs:schema>]]></code></section1></xep>\n"),
        &error));
    int code = lint(content, "--published", dir);
    file_remove_tree(dir);
    free(path);
    free(dir);
    return code;
}

#define NICK(inside)                                                           \
    "<stream:stream xmlns='jabber:client' "                                    \
    "xmlns:stream='http://etherx.jabber.org/streams'><message><nick "          \
    "xmlns='http://jabber.org/protocol/nick'>" inside "</nick></message>"      \
    "</stream:stream>"

TEST(what_the_published_schemas_say_stands_beside_it)
{
    CHECK_INT(lint_by_published(NICK("x")), 0);
    CHECK(!says("published: "));
    CHECK_INT(lint_by_published(NICK("y")), 0);
    CHECK(says("published: <nick xmlns='http://jabber.org/protocol/nick'/> is "
               "valid by ours; the published schema: invalid: <nick/>"));
    CHECK_INT(lint_by_published(NICK("<a/>")), 1);
    CHECK(says("by the published schemas: invalid: <nick/>"));
}

TEST(a_verdict_of_the_published_schemas_steers_no_terminal)
{
    lint_by_published(NICK("&#x9b;31m"));
    CHECK(says("published: "));
    CHECK(!says("\xc2\x9b"));
}

TEST(json_and_junit_hold_the_finding)
{
    CHECK_INT(lint("<iq type='put' id='1'/>", "--format", "json"), 1);
    CHECK(says("\"xpath\":\"/iq/@type\""));
    CHECK_INT(lint("<iq type='put' id='1'/>", "--format", "junit"), 1);
    CHECK(says("<failure message="));
    CHECK(says("<property name='elements of jabber:client' value='1'/>"));
    CHECK_INT(lint(GOOD, "--format", "csv"), 2);
}

TEST(junit_counts_what_it_holds)
{
    const char *log = "<iq type='put' id='1'/><iq><a></iq>"
                      "<iq type='set' id='1'><jingle sid='1' "
                      "xmlns='urn:xmpp:jingle:1' action='session-info' "
                      "initiator='a@b/c'/></iq>";
    lint(log, "--format", "junit");
    CHECK(says("tests='4' failures='2' errors='0' skipped='1'"));
}

TEST(utf_16_is_refused_with_a_way_out)
{
    CHECK_INT(lint("\xff\xfe<", NULL, NULL), 2);
    CHECK(says("iconv"));
}
