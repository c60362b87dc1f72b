#include "jingle/jet.h"

#include "base/memory.h"
#include "base/test.h"
#include "base/xml.h"
#include "jingle/fake_envelope.h"
#include "jingle/jet_omemo.h"

#include <stdlib.h>
#include <string.h>

static struct jet stubbed(void)
{
    struct jet jet = {0};
    jet_add(&jet, &stub, NULL);
    return jet;
}

/* Wraps a fresh secret and returns the tree of <security/>. */
static xmlDoc *wrapped(
    struct jet *jet, struct jet_writing writing, struct jet_secret *secret)
{
    struct buffer xml = {0};
    struct error error;
    jet_secret_make(secret, JET_AES_128_GCM, 12);
    CHECK(jet_prepare(jet, "r@x", &error) == JET_READY);
    CHECK(jet_wrap(jet, &writing, "r@x", "file", secret, &xml, &error));
    xmlDoc *doc = xml_parse(buffer_bytes(&xml), &error);
    CHECK(doc != NULL);
    buffer_free(&xml);
    return doc;
}

TEST(a_new_method_is_one_row)
{
    struct jet jet = stubbed();
    struct jet_secret sent, got;
    struct error error;
    xmlDoc *doc = wrapped(&jet, jet_writing_default(), &sent);
    xmlNode *security = xmlDocGetRootElement(doc);
    CHECK(jet_expect(&jet, "j@x", security, &error) == JET_READY);
    CHECK(jet_unwrap(&jet, "j@x", "file", security, &got, NULL, &error));
    CHECK_BYTES(got.key, 16, sent.key, 16);
    CHECK_BYTES(got.iv, got.iv_len, sent.iv, 12);
    xmlFreeDoc(doc);
}

static bool see_stanza(void *owner, const xmlNode *stanza)
{
    (void)stanza;
    ++*(int *)owner;
    return false;
}

static bool other_unwrap(void *owner, const char *peer, const xmlNode *envelope,
    struct jet_secret *secret, struct buffer *notes, struct error *error)
{
    ++*(int *)owner;
    return stub_unwrap(owner, peer, envelope, secret, notes, error);
}

TEST(two_methods_stand_side_by_side)
{
    static const struct jet_envelope other = {.type = "urn:example:other",
        .features = stub_features,
        .stanza = see_stanza,
        .wrap = stub_wrap,
        .unwrap = other_unwrap};
    int seen = 0;
    struct jet jet = stubbed();
    jet_add(&jet, &other, &seen);
    struct jet_secret sent, got;
    struct error error;
    struct jet_writing writing = jet_writing_default();
    xmlDoc *doc = wrapped(&jet, writing, &sent);
    xmlNode *security = xmlDocGetRootElement(doc);
    CHECK(jet_unwrap(&jet, "j@x", "file", security, &got, NULL, &error));
    CHECK_INT(seen, 0);
    CHECK(!jet_stanza(&jet, security));
    CHECK_INT(seen, 1);
    xmlFreeDoc(doc);
    char *text = mem_printf("<security xmlns='" JET_NS "' cipher="
                            "'aes-128-gcm-nopadding' type='urn:example:other'>"
                            "<other xmlns='urn:example:other'>"
                            "AAAAAAAAAAAAAAAAAAAAAA==AQAAAAAAAAAAAAAA</other>"
                            "</security>");
    doc = xml_parse(bytes_text(text), &error);
    CHECK(jet_unwrap(
        &jet, "j@x", "file", xmlDocGetRootElement(doc), &got, NULL, &error));
    CHECK_INT(seen, 2);
    CHECK_INT(got.iv[0], 1);
    free(text);
    xmlFreeDoc(doc);
}

TEST(every_reading_of_the_ciphers_name_is_written_and_read)
{
    static const char *const names[] = {
        "urn:xmpp:ciphers:aes-128-gcm-nopadding",
        "urn:xmpp:ciphers:aes-128-gcm-nopadding:0", "aes-128-gcm-nopadding:0",
        "aes-128-gcm-nopadding"};
    struct jet jet = stubbed();
    for (int i = 0; i < 4; i++) {
        struct jet_writing writing = jet_writing_default();
        writing.cipher_name = (enum jet_cipher_reading)i;
        struct jet_secret secret;
        xmlDoc *doc = wrapped(&jet, writing, &secret);
        xmlNode *security = xmlDocGetRootElement(doc);
        CHECK_TEXT(xml_attr(security, "cipher"), names[i]);
        struct jet_security parts;
        CHECK(jet_security_parse(security, &parts, NULL));
        CHECK_INT(parts.cipher_name, i);
        CHECK_INT(parts.cipher, JET_AES_128_GCM);
        xmlFreeDoc(doc);
    }
}

TEST(a_missing_name_is_accepted_and_noted)
{
    struct jet jet = stubbed();
    struct jet_writing writing = jet_writing_default();
    writing.write_name = false;
    struct jet_secret secret, got;
    xmlDoc *doc = wrapped(&jet, writing, &secret);
    struct buffer notes = {0};
    CHECK(jet_unwrap(
        &jet, "j@x", "file", xmlDocGetRootElement(doc), &got, &notes, NULL));
    CHECK(strstr(buffer_text(&notes), "does not name the content") != NULL);
    buffer_free(&notes);
    xmlFreeDoc(doc);
}

TEST(the_bytes_of_a_key_element_are_read_in_every_reading)
{
    static const struct {
        enum jet_cipher named;
        size_t key, iv;
        bool read, tag;
        enum jet_cipher is;
    } rows[] = {
        {JET_AES_128_GCM, 16, 12, true, false, JET_AES_128_GCM},
        {JET_AES_128_GCM, 16, 16, true, false, JET_AES_128_GCM},
        {JET_AES_128_GCM, 32, 12, true, true, JET_AES_128_GCM},
        {JET_AES_256_GCM, 32, 12, true, false, JET_AES_256_GCM},
        {JET_AES_256_GCM, 48, 16, true, true, JET_AES_256_GCM},
        {JET_AES_256_GCM, 16, 12, true, false, JET_AES_128_GCM},
        {JET_AES_128_GCM, 15, 12, false, false, JET_AES_128_GCM},
        {JET_AES_128_GCM, 48, 12, false, false, JET_AES_128_GCM},
        {JET_AES_128_GCM, 0, 12, false, false, JET_AES_128_GCM},
        {JET_AES_128_GCM, 16, 13, false, false, JET_AES_128_GCM},
        {JET_AES_128_GCM, 16, 3, false, false, JET_AES_128_GCM},
        {JET_AES_128_GCM, 16, 0, false, false, JET_AES_128_GCM},
    };
    uint8_t key[48], iv[16] = {200, 1, 2};
    for (uint8_t i = 0; i < sizeof key; i++)
        key[i] = i;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct jet_secret secret = {.cipher = rows[i].named};
        struct error error;
        bool read = jet_omemo_secret(bytes_of(key, rows[i].key),
            bytes_of(iv, rows[i].iv), &secret, NULL, &error);
        CHECK_INT(read, rows[i].read);
        if (!read)
            continue;
        CHECK_INT(secret.has_tag, rows[i].tag);
        CHECK_INT(secret.cipher, rows[i].is);
        CHECK_INT(secret.iv_len, rows[i].iv);
    }
}

TEST(an_iv_that_was_cut_out_of_the_key_is_refused)
{
    uint8_t key[32];
    for (uint8_t i = 0; i < sizeof key; i++)
        key[i] = i;
    for (size_t at = 0; at + 12 <= sizeof key; at++) {
        struct jet_secret secret = {.cipher = JET_AES_256_GCM};
        struct error error;
        CHECK(!jet_omemo_secret(bytes_of(key, sizeof key),
            bytes_of(key + at, 12), &secret, NULL, &error));
    }
}

TEST(an_envelope_for_another_content_is_refused)
{
    struct jet jet = stubbed();
    struct jet_secret secret, got;
    struct error error;
    xmlDoc *doc = wrapped(&jet, jet_writing_default(), &secret);
    CHECK(!jet_unwrap(
        &jet, "j@x", "other", xmlDocGetRootElement(doc), &got, NULL, &error));
    CHECK_TEXT(error.message,
        "<security/> is for the content 'file', not for 'other'");
    xmlFreeDoc(doc);
}

TEST(what_is_wrong_with_a_security_element_is_named)
{
    static const struct {
        const char *xml, *message;
    } rows[] = {
        {"<security/>",
            "the element is no <security xmlns='urn:xmpp:jingle:jet:0'/>"},
        {"<security xmlns='urn:xmpp:jingle:jet:0'/>",
            "<security/> has no cipher"},
        {"<security xmlns='urn:xmpp:jingle:jet:0' cipher='rot13'/>",
            "<security/> names the unknown cipher 'rot13'"},
        {"<security xmlns='urn:xmpp:jingle:jet:0' "
         "cipher='aes-128-gcm-nopadding'/>",
            "<security/> has no type"},
        {"<security xmlns='urn:xmpp:jingle:jet:0' "
         "cipher='aes-128-gcm-nopadding' type='a:b'><c/></security>",
            "<security/> has no envelope in the namespace of its type 'a:b'"},
        {"<security xmlns='urn:xmpp:jingle:jet:0' "
         "cipher='aes-128-gcm-nopadding' type='a:b'><c "
         "xmlns='a:b'/></security>",
            "the envelope's type 'a:b' is none that is spoken here"},
        {"<security xmlns='urn:xmpp:jingle:jet:0' "
         "cipher='aes-128-gcm-nopadding' type='a:b'><c xmlns='a:b'/>"
         "<d xmlns='a:b'/></security>",
            "<security/> has more than one envelope"},
    };
    struct jet jet = stubbed();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error error = {{0}};
        xmlDoc *doc = xml_parse(bytes_text(rows[i].xml), &error);
        CHECK(doc != NULL);
        CHECK(jet_expect(&jet, "j@x", xmlDocGetRootElement(doc), &error) ==
              JET_FAILED);
        CHECK_TEXT(error.message, rows[i].message);
        xmlFreeDoc(doc);
    }
}

enum { FILE_LEN = 1000 };

struct crossing {
    struct jet_secret secret;
    uint8_t plain[FILE_LEN];
    struct buffer wire, got;
};

static void encrypt(struct crossing *crossing, enum jet_cipher cipher,
    size_t iv_len, size_t step, bool tag_in_stream)
{
    memset(crossing, 0, sizeof *crossing);
    jet_secret_make(&crossing->secret, cipher, iv_len);
    for (size_t i = 0; i < FILE_LEN; i++)
        crossing->plain[i] = (uint8_t)(i * 7);
    struct jet_stream *stream =
        jet_encrypt_new(&crossing->secret, tag_in_stream);
    for (size_t i = 0; i < FILE_LEN; i += step) {
        size_t part = FILE_LEN - i < step ? FILE_LEN - i : step;
        jet_stream_add(stream, crossing->plain + i, part, &crossing->wire);
    }
    jet_encrypt_end(stream, &crossing->wire);
    jet_encrypt_tag(stream, crossing->secret.tag);
    jet_stream_free(stream);
}

static enum jet_tag_verdict decrypt(
    struct crossing *crossing, size_t step, uint64_t plain_size)
{
    struct jet_stream *stream = jet_decrypt_new(&crossing->secret);
    for (size_t i = 0; i < crossing->wire.len; i += step) {
        size_t left = crossing->wire.len - i;
        jet_stream_add(stream, crossing->wire.data + i,
            left < step ? left : step, &crossing->got);
    }
    enum jet_tag_verdict verdict =
        jet_decrypt_end(stream, plain_size, &crossing->got);
    jet_stream_free(stream);
    return verdict;
}

static void crossing_free(struct crossing *crossing)
{
    buffer_free(&crossing->wire);
    buffer_free(&crossing->got);
}

TEST(what_was_encrypted_is_decrypted_whatever_the_pieces)
{
    static const size_t steps[] = {1, 2, 15, 16, 17, 33, 999, 1000, 5000};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        for (int k = 0; k < 4; k++) {
            struct crossing crossing;
            encrypt(&crossing, k & 1 ? JET_AES_256_GCM : JET_AES_128_GCM,
                k & 2 ? 16 : 12, steps[i], true);
            CHECK_INT(crossing.wire.len, FILE_LEN + JET_TAG_LEN);
            CHECK_INT(
                decrypt(&crossing, steps[8 - i], UINT64_MAX), JET_TAG_RIGHT);
            CHECK_BYTES(
                crossing.got.data, crossing.got.len, crossing.plain, FILE_LEN);
            crossing_free(&crossing);
        }
    }
}

TEST(a_flipped_byte_anywhere_is_noticed)
{
    struct crossing crossing;
    encrypt(&crossing, JET_AES_128_GCM, 12, 100, true);
    for (size_t i = 0; i < crossing.wire.len; i += 13) {
        crossing.wire.data[i] ^= 1;
        buffer_clear(&crossing.got);
        CHECK_INT(decrypt(&crossing, 100, FILE_LEN), JET_TAG_WRONG);
        crossing.wire.data[i] ^= 1;
    }
    crossing_free(&crossing);
}

TEST(a_cut_stream_is_noticed_and_a_very_short_one_named)
{
    struct crossing crossing;
    encrypt(&crossing, JET_AES_128_GCM, 12, 100, true);
    size_t whole = crossing.wire.len;
    for (size_t cut = 1; cut < whole; cut += 7) {
        crossing.wire.len = whole - cut;
        buffer_clear(&crossing.got);
        CHECK_INT(decrypt(&crossing, 100, FILE_LEN),
            whole - cut < 16 ? JET_TAG_MISSING : JET_TAG_WRONG);
    }
    crossing_free(&crossing);
}

TEST(a_tag_in_the_key_element_is_the_other_reading)
{
    struct crossing crossing;
    encrypt(&crossing, JET_AES_128_GCM, 12, 100, false);
    CHECK_INT(crossing.wire.len, FILE_LEN);
    crossing.secret.has_tag = true;
    CHECK_INT(decrypt(&crossing, 100, FILE_LEN), JET_TAG_RIGHT);
    CHECK_BYTES(crossing.got.data, crossing.got.len, crossing.plain, FILE_LEN);
    crossing.wire.data[3] ^= 1;
    CHECK_INT(decrypt(&crossing, 100, FILE_LEN), JET_TAG_WRONG);
    crossing_free(&crossing);
}

TEST(a_tag_in_the_key_element_serves_when_no_size_is_known)
{
    static const size_t lengths[] = {0, 5, 16, 1000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (int behind = 0; behind < 2; behind++) {
            uint8_t file[1000] = {7};
            struct jet_secret secret;
            struct buffer stream = {0}, plain = {0};
            jet_secret_make(&secret, JET_AES_128_GCM, 12);
            struct jet_stream *sender = jet_encrypt_new(&secret, behind == 1);
            jet_stream_add(sender, file, lengths[i], &stream);
            jet_encrypt_end(sender, &stream);
            jet_encrypt_tag(sender, secret.tag);
            jet_stream_free(sender);
            secret.has_tag = true;
            struct jet_stream *receiver = jet_decrypt_new(&secret);
            jet_stream_add(receiver, stream.data, stream.len, &plain);
            CHECK_INT(
                jet_decrypt_end(receiver, UINT64_MAX, &plain), JET_TAG_RIGHT);
            CHECK_BYTES(plain.data, plain.len, file, lengths[i]);
            jet_stream_free(receiver);
            buffer_free(&stream);
            buffer_free(&plain);
        }
    }
}

TEST(an_empty_file_is_its_tag_alone)
{
    struct crossing crossing = {.wire = {0}};
    jet_secret_make(&crossing.secret, JET_AES_128_GCM, 12);
    struct jet_stream *stream = jet_encrypt_new(&crossing.secret, true);
    jet_encrypt_end(stream, &crossing.wire);
    jet_stream_free(stream);
    CHECK_INT(crossing.wire.len, JET_TAG_LEN);
    CHECK_INT(decrypt(&crossing, 5, 0), JET_TAG_RIGHT);
    CHECK_INT(crossing.got.len, 0);
    crossing_free(&crossing);
}
