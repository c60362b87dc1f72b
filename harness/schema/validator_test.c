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
