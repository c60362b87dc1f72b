#include "omemo/element.h"

#include "base/test.h"
#include "base/xml.h"
#include "omemo/omemo.h"

#include <string.h>

#define E "<encrypted xmlns='eu.siacs.conversations.axolotl'>"
#define IV "<iv>AAAAAAAAAAAAAAAA</iv>"

static xmlDoc *parsed(const char *text)
{
    struct error error;
    xmlDoc *doc = xml_parse(bytes_text(text), &error);
    if (doc == NULL)
        test_fail(__FILE__, __LINE__, "%s: %s", text, error.message);
    return doc;
}

TEST(a_key_transport_is_read_and_printed_the_same)
{
    const char *text = E "<header sid='27183'><key rid='31415'>AQID</key>"
                         "<key prekey='true' rid='12321'>BAUG</key>" IV
                         "</header></encrypted>";
    xmlDoc *doc = parsed(text);
    struct omemo_encrypted encrypted = {0};
    CHECK(omemo_encrypted_parse(xmlDocGetRootElement(doc), &encrypted, NULL));
    CHECK_INT(encrypted.sid, 27183);
    CHECK_INT(encrypted.keys.count, 2);
    CHECK(encrypted.keys.items[1].prekey && !encrypted.has_payload);
    struct buffer printed = {0};
    omemo_encrypted_print(&encrypted, &printed);
    CHECK_TEXT(buffer_text(&printed), text);
    buffer_free(&printed);
    omemo_encrypted_free(&encrypted);
    xmlFreeDoc(doc);
}

TEST(white_space_in_base64_is_no_fault)
{
    xmlDoc *doc = parsed(E "<header sid='1'><iv>\n  AAAAAAAA\n  AAAAAAAA\n"
                           "</iv></header><payload> AQ== </payload>"
                           "</encrypted>");
    struct omemo_encrypted encrypted = {0};
    CHECK(omemo_encrypted_parse(xmlDocGetRootElement(doc), &encrypted, NULL));
    CHECK_INT(encrypted.iv.len, 12);
    CHECK_INT(encrypted.payload.len, 1);
    omemo_encrypted_free(&encrypted);
    xmlFreeDoc(doc);
}

TEST(what_is_wrong_with_an_envelope_is_named)
{
    static const struct {
        const char *xml, *message;
    } rows[] = {
        {"<encrypted xmlns='urn:xmpp:omemo:2'/>",
            "the element is no <encrypted "
            "xmlns='eu.siacs.conversations.axolotl'/>"},
        {E "</encrypted>", "<encrypted/> has no <header/>"},
        {E "<header/><header/></encrypted>",
            "<encrypted/> has more than one <header/>"},
        {E "<header/></encrypted>", "<header/> has no sid"},
        {E "<header sid='0'/></encrypted>",
            "<header/> has sid='0', which is no such number"},
        {E "<header sid='4294967296'/></encrypted>",
            "<header/> has sid='4294967296', which is no such number"},
        {E "<header sid='1'/></encrypted>", "<header/> has no <iv/>"},
        {E "<header sid='1'><iv>?</iv></header></encrypted>",
            "<iv/> is no base64"},
        {E "<header sid='1'><iv>AAAA</iv></header></encrypted>",
            "<iv/> has 3 bytes, fewer than 12 or too many"},
        {E "<header sid='1'><iv>AAAAAAAAAAAAAAAAAAA=</iv></header></encrypted>",
            "<iv/> has 14 bytes, not 12 or 16"},
        {E "<header sid='1'><key>AA==</key>" IV "</header></encrypted>",
            "<key/> has no rid"},
        {E "<header sid='1'><key rid='x'>AA==</key>" IV "</header></encrypted>",
            "<key/> has rid='x', which is no such number"},
        {E "<header sid='1'><key rid='1'/>" IV "</header></encrypted>",
            "<key/> has 0 bytes, fewer than 1 or too many"},
        {E "<header sid='1'>" IV "</header><payload>=</payload></encrypted>",
            "<payload/> is no base64"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        xmlDoc *doc = parsed(rows[i].xml);
        struct omemo_encrypted encrypted = {0};
        struct error error = {{0}};
        CHECK(!omemo_encrypted_parse(
            xmlDocGetRootElement(doc), &encrypted, &error));
        CHECK_TEXT(error.message, rows[i].message);
        omemo_encrypted_free(&encrypted);
        xmlFreeDoc(doc);
    }
}

static struct omemo_bundle some_bundle(void)
{
    struct omemo_bundle bundle = {.identity = {5, 1},
        .signed_id = 3,
        .signed_key = {5, 2},
        .signature = {7}};
    for (uint32_t i = 1; i <= 3; i++) {
        struct omemo_pre_key key = {.id = i, .key = {5, (uint8_t)i}};
        vec_push(&bundle.pre_keys, key);
    }
    return bundle;
}

TEST(a_bundle_is_printed_and_read_the_same)
{
    struct omemo_bundle bundle = some_bundle(), read = {.identity = {0}};
    struct buffer text = {0}, again = {0};
    omemo_bundle_print(&bundle, &text);
    xmlDoc *doc = parsed(buffer_text(&text));
    CHECK(omemo_bundle_parse(xmlDocGetRootElement(doc), &read, NULL));
    omemo_bundle_print(&read, &again);
    CHECK_TEXT(buffer_text(&again), buffer_text(&text));
    xmlFreeDoc(doc);
    omemo_bundle_free(&read);
    omemo_bundle_free(&bundle);
    buffer_free(&text);
    buffer_free(&again);
}

/* Parses the bundle's text after one change. */
static void check_bundle(const char *from, const char *to, const char *message)
{
    struct omemo_bundle bundle = some_bundle(), read = {.identity = {0}};
    struct buffer text = {0}, changed = {0};
    struct error error = {{0}};
    omemo_bundle_print(&bundle, &text);
    const char *at = strstr(buffer_text(&text), from);
    CHECK(at != NULL);
    buffer_add(&changed, text.data, (size_t)(at - buffer_text(&text)));
    buffer_add_text(&changed, to);
    buffer_add_text(&changed, at + strlen(from));
    xmlDoc *doc = parsed(buffer_text(&changed));
    CHECK(!omemo_bundle_parse(xmlDocGetRootElement(doc), &read, &error));
    CHECK_TEXT(error.message, message);
    xmlFreeDoc(doc);
    omemo_bundle_free(&read);
    omemo_bundle_free(&bundle);
    buffer_free(&text);
    buffer_free(&changed);
}

TEST(what_is_wrong_with_a_bundle_is_named)
{
    check_bundle(" signedPreKeyId='3'", "",
        "<signedPreKeyPublic/> has no signedPreKeyId");
    check_bundle("<identityKey>", "<identityKey>AAAA",
        "<identityKey/> has 36 bytes, not 33");
    check_bundle("<identityKey>B", "<identityKey>A",
        "<identityKey/> begins with 0x01, not with 0x05");
    check_bundle("<signedPreKeySignature>Bw", "<signedPreKeySignature>B",
        "<signedPreKeySignature/> is no base64");
    check_bundle("<prekeys>", "<prekeys/><prekeys>",
        "<bundle/> has more than one <prekeys/>");
    check_bundle("preKeyId='2'", "id='2'", "<preKeyPublic/> has no preKeyId");
}

TEST(a_device_list_holds_each_device_once_and_may_be_empty)
{
    xmlDoc *doc = parsed("<list xmlns='" OMEMO_NS "'><device id='5'/>"
                         "<device id='7'/><device id='5'/></list>");
    struct omemo_list list = {{0}};
    CHECK(omemo_list_parse(xmlDocGetRootElement(doc), &list, NULL));
    CHECK_INT(list.devices.count, 2);
    CHECK(omemo_list_has(&list, 7) && !omemo_list_has(&list, 6));
    omemo_list_free(&list);
    xmlFreeDoc(doc);
    doc = parsed("<list xmlns='" OMEMO_NS "'/>");
    CHECK(omemo_list_parse(xmlDocGetRootElement(doc), &list, NULL));
    CHECK_INT(list.devices.count, 0);
    xmlFreeDoc(doc);
}

TEST(a_device_id_outside_its_range_is_refused)
{
    xmlDoc *doc =
        parsed("<list xmlns='" OMEMO_NS "'><device id='2147483648'/></list>");
    struct omemo_list list = {{0}};
    struct error error;
    CHECK(!omemo_list_parse(xmlDocGetRootElement(doc), &list, &error));
    CHECK_TEXT(error.message,
        "<device/> has id='2147483648', which is no such number");
    omemo_list_free(&list);
    xmlFreeDoc(doc);
}
