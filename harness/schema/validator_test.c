#include "schema/validator.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "base/xml.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct buffer said;

static void say(void *owner, const struct violation *violation)
{
    (void)owner;
    buffer_printf(&said, "%s %s: %s\n", violation->rule_id, violation->xpath,
        violation->message);
}

static struct validator *chosen;

/* Judges by another validator from now on; returns the one before. */
static struct validator *swap_validator(struct validator *other)
{
    struct validator *before = chosen;
    chosen = other;
    return before;
}

static struct validator *the_validator(void)
{
    static struct validator *validator;
    if (chosen != NULL)
        return chosen;
    if (validator == NULL) {
        char *dir = file_join(test_source(), "schemas");
        struct error error = {{0}};
        validator = validator_new(dir, NULL, &error);
        free(dir);
        if (validator == NULL)
            test_fail(__FILE__, __LINE__, "%s", error.message);
    }
    return validator;
}

/* Judges the stanzas, one after the other, as a client's; returns what was
 * said. */
static const char *judge(const char *stanzas)
{
    char *text = mem_printf(
        "<stream:stream xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams'>%s</stream:stream>",
        stanzas);
    xmlDoc *doc =
        xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NOWARNING);
    CHECK(doc != NULL);
    buffer_free(&said);
    struct validation *validation = validation_new(the_validator(), say, NULL);
    struct stanza_origin origin = {.actor = "Romeo", .from_client = true};
    for (xmlNode *node = xmlDocGetRootElement(doc)->children; node != NULL;
         node = node->next) {
        origin.number++;
        if (node->type == XML_ELEMENT_NODE)
            validation_stanza(validation, node, &origin);
    }
    validation_free(validation);
    xmlFreeDoc(doc);
    free(text);
    return buffer_text(&said);
}

TEST(a_correct_stanza_breaks_nothing)
{
    CHECK_TEXT(judge("<message to='a@b/c'><body>x</body></message>"), "");
}

TEST(a_wrong_attribute_is_named_with_its_path)
{
    CHECK(
        strstr(judge("<iq type='set' id='1'><jingle action='nonsense' sid='1' "
                     "xmlns='urn:xmpp:jingle:1'/></iq>"),
            "schema /iq/jingle/@action: ") != NULL);
}

TEST(a_child_too_many_breaks_a_rule)
{
    CHECK(strstr(judge("<iq type='set' id='1'><jingle action='session-info' "
                       "sid='1' xmlns='urn:xmpp:jingle:1'><reason><busy/>"
                       "</reason><reason><busy/></reason></jingle></iq>"),
              "j-jingle-reason /iq/jingle/reason[2]: ") != NULL);
}

TEST(a_lax_wildcard_still_validates_a_known_namespace)
{
    CHECK(strstr(judge("<message><x xmlns='urn:x'><jingle sid='1' "
                       "xmlns='urn:xmpp:jingle:1'/></x></message>"),
              "/message/x/jingle") != NULL);
}

TEST(an_element_that_its_namespace_does_not_define_is_found)
{
    CHECK(strstr(judge("<message><jungle xmlns='urn:xmpp:jingle:1'/>"
                       "</message>"),
              "no element that XEP-0166") != NULL);
}

TEST(addresses_are_taken_and_refused_as_rfc_7622_has_them)
{
    static const char *const good[] = {
        "a@b/c d", "b", "[::1]", "a[1]@b", "b/c@d", "a@b/c/d"};
    static const char *const bad[] = {
        "", "@b", "a@", "a@b/", "a@b@c", "a:b@c", "a b@c", "/c"};
    char stanza[64];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(stanza, sizeof stanza, "<message to='%s'/>", good[i]);
        CHECK_TEXT(judge(stanza), "");
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(stanza, sizeof stanza, "<message to='%s'/>", bad[i]);
        CHECK(strstr(judge(stanza), "message-address /message/@to") != NULL);
    }
}

TEST(the_strict_set_refuses_what_no_schema_knows)
{
    char *dir = file_join(test_source(), "schemas");
    struct error error = {{0}};
    struct validator *validator =
        validator_new(dir, &(struct validator_options){.strict = true}, &error);
    free(dir);
    CHECK_TEXT(error.message, "");
    struct validator *lax = swap_validator(validator);
    CHECK(strstr(judge("<message><x xmlns='urn:x'/></message>"),
              "schema /message/x: ") != NULL);
    swap_validator(lax);
    validator_free(validator);
}

TEST(a_stanza_like_a_valid_one_is_judged_by_its_own_values)
{
    const char *said_of =
        judge("<iq type='set' id='1' to='a@b/c'><data sid='a' seq='0' "
              "xmlns='http://jabber.org/protocol/ibb'>YWJj</data></iq>"
              "<iq type='set' id='2' to='a@b/c'><data sid='a' seq='1' "
              "xmlns='http://jabber.org/protocol/ibb'>YW*j</data></iq>"
              "<iq type='set' id='3' to='a@b/c'><data sid='a' seq='2' "
              "xmlns='http://jabber.org/protocol/ibb'>YWJk</data></iq>"
              "<iq type='set' id='4' to='a@b/c'><data sid='a' seq='70000' "
              "xmlns='http://jabber.org/protocol/ibb'>YWJk</data></iq>");
    CHECK(strstr(said_of, "schema /iq/data: ") != NULL);
    CHECK(strstr(said_of, "schema /iq/data/@seq: ") != NULL);
}

#define ACTION(action, inside)                                                 \
    "<iq type='set' id='1' to='a@b/c'><jingle xmlns='urn:xmpp:jingle:1' "      \
    "sid='s' action='" action "'>" inside "</jingle></iq>"
#define FILE_INFO(inside)                                                      \
    ACTION("session-info",                                                     \
        "<checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5' name='n' "     \
        "creator='initiator'><file>" inside "</file></checksum>")
#define MOVED(inside)                                                          \
    ACTION("transport-info",                                                   \
        "<content creator='initiator' name='n'><transport sid='t' "            \
        "xmlns='urn:xmpp:jingle:transports:s5b:1'>" inside                     \
        "</transport></content>")
#define HASH "<hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>"
#define SHA1 "2jmj7l5rSw0yVb/vlWAYkK/YBwk="

TEST(the_text_of_a_reason_may_tell_its_language)
{
    CHECK_TEXT(judge(ACTION("session-terminate",
                   "<reason><success/><text xml:lang='en'>x</text></reason>")),
        "");
}

TEST(what_is_empty_may_hold_white_space_and_what_others_add)
{
    CHECK_TEXT(judge(ACTION("session-terminate",
                   "<reason><success xmlns:e='urn:e' e:a='1'>\n <e:b/>"
                   "</success></reason>")),
        "");
    CHECK_TEXT(judge(MOVED("<candidate-error> </candidate-error>")), "");
    CHECK_TEXT(judge(MOVED("<candidate cid='c' host='h' jid='a@b/c' port='1' "
                           "priority='1'>\n<e xmlns='urn:e'/></candidate>")),
        "");
    CHECK_TEXT(judge("<iq type='set' id='1'><close sid='a' "
                     "xmlns='http://jabber.org/protocol/ibb'>\n</close></iq>"),
        "");
}

TEST(numbers_may_stand_in_white_space_and_have_their_range)
{
#define NUMBERS(port, priority)                                                \
    MOVED("<candidate cid='c' host='h' jid='a@b/c' port='" port "' "           \
          "priority='" priority "'/>")
    CHECK_TEXT(judge(NUMBERS(" 65535 ", "\n8388607 ")), "");
    CHECK(strstr(judge(NUMBERS("65536", "1")), "/candidate/@port: ") != NULL);
    CHECK(strstr(judge(NUMBERS("0", "1")), "/candidate/@port: ") != NULL);
    CHECK(strstr(judge(NUMBERS("-1", "1")), "/candidate/@port: ") != NULL);
    CHECK(strstr(judge(NUMBERS("1", "4294967296")), "schema /iq/jingle/content"
                                                    "/transport/candidate"
                                                    "/@priority: ") != NULL);
    CHECK(strstr(judge(NUMBERS("1", "1 2")), "schema /iq/jingle/content"
                                             "/transport/candidate"
                                             "/@priority: ") != NULL);
}

TEST(what_is_empty_holds_no_text_and_nothing_of_its_own_namespace)
{
    CHECK(strstr(judge(ACTION("session-terminate",
                     "<reason><success>x</success></reason>")),
              "schema /iq/jingle/reason/success: ") != NULL);
    CHECK(strstr(judge(ACTION("session-terminate",
                     "<reason><success><busy/></success></reason>")),
              "schema /iq/jingle/reason/success/busy: ") != NULL);
    CHECK(strstr(judge(ACTION(
                     "session-terminate", "<reason><success a='b'/></reason>")),
              "schema /iq/jingle/reason/success/@a: ") != NULL);
}

TEST(elements_with_text_may_have_attributes_of_other_namespaces)
{
    CHECK_TEXT(
        judge(FILE_INFO(
            "<name xml:lang='en' xmlns:e='urn:e' e:a='1'>n</name>"
            "<size xmlns:e='urn:e' e:a='1'>5</size>" HASH SHA1 "</hash>")),
        "");
    CHECK(strstr(judge(FILE_INFO("<name a='1'>n</name>" HASH SHA1 "</hash>")),
              "/name/@a: ") != NULL);
}

TEST(base64_has_no_other_characters)
{
    CHECK(strstr(judge(FILE_INFO(HASH "*" SHA1 "</hash>")),
              "schema /iq/jingle/checksum/file/hash: ") != NULL);
    CHECK(strstr(judge("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                       "mechanism='PLAIN'>*</auth>"),
              "schema /auth: ") != NULL);
}
