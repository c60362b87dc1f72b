#include "jingle/jet_record.h"

#include "base/file.h"
#include "base/test.h"
#include "base/xml.h"
#include "jingle/digest.h"
#include "jingle/jet.h"

#include <stdlib.h>
#include <string.h>

static const char romeo[] = "romeo@montague.example";
static const char juliet[] = "juliet@capulet.example";

/* A recorded transfer of 3000 bytes between two accounts of ours. */
struct transfer {
    struct omemo_device *romeo, *juliet;
    struct jet_secret secret;
    struct buffer file, stream, transcript;
    struct buffer plain, report;
    struct error error;
    uint64_t size;     /* to announce */
    bool hash_of_file; /* else of something else */
    size_t key_len;    /* of the key in the envelope; 0: the cipher's */
    uint32_t rid;      /* 0: Juliet's */
    const char *sid;   /* to ask for */
    const char *content;
};

static struct transfer transfer_new(void)
{
    struct transfer transfer = {.romeo = omemo_device_new(),
        .juliet = omemo_device_new(),
        .size = 3000,
        .hash_of_file = true};
    struct omemo_bundle bundle = {.identity = {0}};
    omemo_device_bundle(transfer.juliet, &bundle);
    CHECK(omemo_device_build_session(transfer.romeo, juliet,
        omemo_device_id(transfer.juliet), &bundle, 3, NULL));
    omemo_bundle_free(&bundle);
    for (int i = 0; i < 3000; i++)
        buffer_add(&transfer.file, &(uint8_t){(uint8_t)(i * 3)}, 1);
    jet_secret_make(&transfer.secret, JET_AES_128_GCM, 12);
    struct jet_stream *stream = jet_encrypt_new(&transfer.secret, true);
    jet_stream_add(
        stream, transfer.file.data, transfer.file.len, &transfer.stream);
    jet_encrypt_end(stream, &transfer.stream);
    jet_stream_free(stream);
    return transfer;
}

static void transfer_free(struct transfer *transfer)
{
    omemo_device_free(transfer->romeo);
    omemo_device_free(transfer->juliet);
    buffer_free(&transfer->file);
    buffer_free(&transfer->stream);
    buffer_free(&transfer->transcript);
    buffer_free(&transfer->plain);
    buffer_free(&transfer->report);
}

static void add_envelope(struct transfer *transfer)
{
    struct omemo_encrypted encrypted = {
        .sid = omemo_device_id(transfer->romeo)};
    struct omemo_key key = {.rid = transfer->rid != 0
                                       ? transfer->rid
                                       : omemo_device_id(transfer->juliet)};
    uint8_t bytes[64] = {0};
    memcpy(bytes, transfer->secret.key, 16);
    CHECK(omemo_device_encrypt(transfer->romeo, juliet,
        omemo_device_id(transfer->juliet),
        bytes_of(bytes, transfer->key_len == 0 ? 16 : transfer->key_len),
        &key.data, &key.prekey, NULL));
    buffer_add(&encrypted.iv, transfer->secret.iv, 12);
    vec_push(&encrypted.keys, key);
    omemo_encrypted_print(&encrypted, &transfer->transcript);
    omemo_encrypted_free(&encrypted);
}

static void add_offer(struct transfer *transfer, const char *sid)
{
    struct buffer *out = &transfer->transcript;
    uint8_t digest[DIGEST_MAX];
    digest_once(DIGEST_SHA256,
        transfer->hash_of_file ? transfer->file.data : digest,
        transfer->hash_of_file ? transfer->file.len : 0, digest);
    buffer_printf(out,
        "<stanza dir='c2s' session='%s/a'><iq><jingle "
        "xmlns='urn:xmpp:jingle:1' sid='%s'><content><description "
        "xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><size>%llu</size>"
        "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>",
        romeo, sid, (unsigned long long)transfer->size);
    base64_encode(out, digest, 32);
    buffer_add_text(out,
        "</hash></file></description><security xmlns='" JET_NS
        "' cipher='urn:xmpp:ciphers:aes-128-gcm-nopadding:0' type='" OMEMO_NS
        "'>");
    add_envelope(transfer);
    buffer_add_text(out, "</security></content></jingle></iq></stanza>");
}

static enum jet_record_verdict open_transcript(struct transfer *transfer)
{
    struct buffer whole = {0};
    buffer_printf(&whole, "<transcript>%s</transcript>",
        buffer_text(&transfer->transcript));
    xmlDoc *doc = xml_parse(buffer_bytes(&whole), &transfer->error);
    CHECK(doc != NULL);
    const struct jet_record record = {transfer->juliet,
        xmlDocGetRootElement(doc), transfer->sid, transfer->content,
        buffer_bytes(&transfer->stream)};
    buffer_clear(&transfer->plain);
    buffer_clear(&transfer->report);
    enum jet_record_verdict verdict = jet_record_open(
        &record, &transfer->plain, &transfer->report, &transfer->error);
    buffer_free(&whole);
    xmlFreeDoc(doc);
    return verdict;
}

static void check_report(const struct transfer *transfer, const char *line)
{
    if (strstr(buffer_text(&transfer->report), line) == NULL)
        test_fail(__FILE__, __LINE__, "no \"%s\" in:\n%s", line,
            buffer_text(&transfer->report));
}

TEST(a_good_transfer_opens_with_every_verdict_said)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    CHECK_BYTES(transfer.plain.data, transfer.plain.len, transfer.file.data,
        transfer.file.len);
    check_report(&transfer, "message 0 of its chain, a PreKeySignalMessage by "
                            "pre-key 4 and signed pre-key 1");
    check_report(&transfer, "the tag is right");
    check_report(&transfer, "the size: 3000 bytes, as announced");
    check_report(&transfer, "the hash: sha-256 is right");
    check_report(&transfer, "<security/> does not name the content");
    transfer_free(&transfer);
}

TEST(a_stanza_recorded_twice_is_no_replay)
{
    struct transfer transfer = transfer_new();
    buffer_printf(&transfer.transcript, "<message from='%s/a'>", romeo);
    add_envelope(&transfer);
    buffer_add_text(&transfer.transcript, "</message>");
    char *once = mem_strdup(buffer_text(&transfer.transcript));
    buffer_add_text(&transfer.transcript, once);
    free(once);
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    check_report(&transfer, "earlier message: from device");
    check_report(&transfer, "message 1 of its chain");
    transfer_free(&transfer);
}

TEST(a_changed_byte_is_said_and_makes_it_unsafe)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    transfer.stream.data[100] ^= 1;
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNSAFE);
    check_report(&transfer, "the tag is wrong");
    transfer_free(&transfer);
}

TEST(a_cut_stream_and_bytes_behind_the_tag_are_told_apart)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    transfer.stream.len -= 5;
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNSAFE);
    check_report(&transfer, "the stream has 3011 bytes; a file of 3000 needs "
                            "3016 with its tag: it was cut");
    transfer_free(&transfer);
    transfer = transfer_new();
    add_offer(&transfer, "s1");
    buffer_add(&transfer.stream, "more", 4);
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNSAFE);
    check_report(&transfer, "it would be right for the first 3016 bytes: 4 "
                            "more follow the tag");
    transfer_free(&transfer);
}

TEST(a_wrong_hash_and_a_wrong_size_are_said)
{
    struct transfer transfer = transfer_new();
    transfer.hash_of_file = false;
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_NOT_GOOD);
    check_report(&transfer, "the hash: sha-256 is wrong");
    transfer_free(&transfer);
    transfer = transfer_new();
    transfer.size = 2999;
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_NOT_GOOD);
    check_report(&transfer, "the size: 3000 bytes, but 2999 were announced");
    transfer_free(&transfer);
}

TEST(the_size_of_the_encrypted_stream_is_a_reading)
{
    struct transfer transfer = transfer_new();
    transfer.size = 3016;
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    check_report(&transfer, "announced was 3016, which is the encrypted "
                            "stream's");
    transfer_free(&transfer);
}

TEST(an_envelope_without_our_device_names_those_it_has)
{
    struct transfer transfer = transfer_new();
    transfer.rid = 4711;
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    char *want = mem_printf(
        "the envelope has no key for device %u, whose keys these are; it has "
        "keys for: 4711",
        omemo_device_id(transfer.juliet));
    CHECK_TEXT(transfer.error.message, want);
    free(want);
    transfer_free(&transfer);
}

TEST(a_key_of_a_wrong_length_is_named)
{
    struct transfer transfer = transfer_new();
    transfer.key_len = 20;
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK_TEXT(transfer.error.message,
        "the key element holds 20 bytes; aes-128-gcm has 16, or 32 with a "
        "tag");
    transfer_free(&transfer);
}

TEST(a_replayed_envelope_is_named)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK(strstr(transfer.error.message, "it is a replay") != NULL);
    transfer_free(&transfer);
}

TEST(several_transfers_ask_for_a_choice)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    add_offer(&transfer, "s2");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK_TEXT(transfer.error.message,
        "the transcript has more than one encrypted transfer: choose one with "
        "--sid, such as 's1' or 's2'");
    transfer.sid = "s2";
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    transfer.sid = "s3";
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    transfer_free(&transfer);
}

TEST(a_transcript_without_encryption_is_named)
{
    struct transfer transfer = transfer_new();
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK(strstr(transfer.error.message, "nothing was encrypted by JET"));
    transfer_free(&transfer);
}

TEST(a_wrong_tag_leaves_size_and_hash_told)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    transfer.stream.data[3010] ^= 1; /* of the tag: the file is right */
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNSAFE);
    check_report(&transfer, "the size: 3000 bytes, as announced");
    check_report(&transfer, "the hash: sha-256 is right");
    transfer_free(&transfer);
}

TEST(a_handshake_before_the_stream_is_recognised)
{
    struct transfer transfer = transfer_new();
    struct buffer whole = {0};
    add_offer(&transfer, "s1");
    buffer_add(&whole, "\5\0\5\0\0\3\2ab\0\0", 11);
    buffer_add(&whole, transfer.stream.data, transfer.stream.len);
    buffer_free(&transfer.stream);
    transfer.stream = whole;
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNSAFE);
    check_report(&transfer, "it would be right without the first 11 bytes, "
                            "which are a SOCKS5 handshake");
    transfer_free(&transfer);
}

TEST(an_envelope_used_in_two_sessions_is_a_replay)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    char *again = mem_strdup(buffer_text(&transfer.transcript));
    *strstr(again, "sid='s1'") = 'x'; /* no sid at all */
    buffer_add_text(&transfer.transcript, again);
    free(again);
    transfer.sid = "";
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK(strstr(transfer.error.message, "it is a replay") != NULL);
    transfer_free(&transfer);
}

TEST(a_pre_key_that_is_gone_is_named)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    omemo_device_forget_session(
        transfer.juliet, romeo, omemo_device_id(transfer.romeo));
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    check_report(&transfer, "pre-key 4 is not among the keys");
    transfer_free(&transfer);
}

/* One message back, after which Romeo's are no PreKeySignalMessages. */
static void answer(struct transfer *transfer)
{
    struct buffer sent = {0}, got = {0};
    bool prekey = false;
    uint32_t romeos = omemo_device_id(transfer->romeo);
    uint32_t juliets = omemo_device_id(transfer->juliet);
    CHECK(omemo_device_encrypt(transfer->romeo, juliet, juliets,
        bytes_of("ask", 3), &sent, &prekey, NULL));
    CHECK_INT(omemo_device_decrypt(transfer->juliet, romeo, romeos,
                  buffer_bytes(&sent), prekey, &got, NULL, NULL),
        OMEMO_OPENED);
    buffer_clear(&sent);
    CHECK(omemo_device_encrypt(transfer->juliet, romeo, romeos,
        bytes_of("say", 3), &sent, &prekey, NULL));
    CHECK_INT(omemo_device_decrypt(transfer->romeo, juliet, juliets,
                  buffer_bytes(&sent), prekey, &got, NULL, NULL),
        OMEMO_OPENED);
    buffer_free(&sent);
    buffer_free(&got);
}

TEST(a_session_that_is_missing_is_named)
{
    struct transfer transfer = transfer_new();
    answer(&transfer);
    add_offer(&transfer, "s1");
    omemo_device_forget_session(
        transfer.juliet, romeo, omemo_device_id(transfer.romeo));
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK(strstr(transfer.error.message, "there is no session") != NULL);
    check_report(&transfer, "no session with that device is among the keys");
    transfer_free(&transfer);
}

TEST(a_session_of_the_recorded_keys_serves)
{
    struct transfer transfer = transfer_new();
    answer(&transfer);
    add_offer(&transfer, "s1");
    struct buffer json = {0};
    omemo_device_save(transfer.juliet, &json);
    omemo_device_free(transfer.juliet);
    transfer.juliet = omemo_device_load(buffer_bytes(&json), &transfer.error);
    CHECK(transfer.juliet != NULL);
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    check_report(&transfer, "message 0 of its chain\n");
    buffer_free(&json);
    transfer_free(&transfer);
}

TEST(a_distrusted_device_is_named)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    omemo_device_set_trust(transfer.juliet, romeo,
        omemo_device_id(transfer.romeo), OMEMO_DISTRUSTED);
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK(strstr(transfer.error.message, "is distrusted") != NULL);
    transfer_free(&transfer);
}

TEST(several_contents_ask_for_a_choice)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    buffer_add_text(&transfer.transcript,
        "<iq><jingle xmlns='urn:xmpp:jingle:1' sid='s1'><content name='a'>"
        "<security xmlns='" JET_NS "'/></content><content name='b'><security "
        "xmlns='" JET_NS "'/></content></jingle></iq>");
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK(strstr(transfer.error.message, "choose one with --content") != NULL);
    transfer.content = "c";
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK_TEXT(transfer.error.message,
        "no <security/> belongs to a content of the name 'c'");
    transfer.content = "";
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    transfer_free(&transfer);
}

/* The stream in-band, in blocks of 1000 bytes from one to another. */
static void add_blocks(
    struct transfer *transfer, const char *wrapper, unsigned left_out)
{
    struct buffer *out = &transfer->transcript;
    buffer_add_text(out,
        "<iq><jingle xmlns='urn:xmpp:jingle:1' sid='s1'><content><transport "
        "xmlns='urn:xmpp:jingle:transports:ibb:1' sid='b1'/></content>"
        "</jingle></iq>");
    for (unsigned seq = 0; seq * 1000 < transfer->stream.len; seq++) {
        size_t len = transfer->stream.len - seq * 1000;
        if (seq == left_out)
            continue;
        buffer_printf(out,
            "<stanza %s><iq><data xmlns='http://jabber.org/protocol/ibb' "
            "sid='b1' seq='%u'>",
            wrapper, seq);
        base64_encode(
            out, transfer->stream.data + seq * 1000, len < 1000 ? len : 1000);
        buffer_add_text(out, "</data></iq></stanza>");
    }
}

TEST(in_band_blocks_are_the_stream_when_none_is_given)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    add_blocks(&transfer, "dir='c2s' session='romeo@montague.example/a'", 99);
    add_blocks(&transfer, "dir='s2c' session='juliet@capulet.example/a'", 99);
    add_blocks(&transfer, "dir='s2c' session='juliet@capulet.example/a'", 99);
    buffer_free(&transfer.stream);
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    check_report(&transfer, "the stream: 3016 bytes in 4 in-band blocks");
    CHECK_BYTES(transfer.plain.data, transfer.plain.len, transfer.file.data,
        transfer.file.len);
    transfer_free(&transfer);
}

TEST(a_missing_block_and_missing_bytes_are_named)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    struct bytes stream = buffer_bytes(&transfer.stream);
    add_blocks(&transfer, "dir='c2s'", 2);
    transfer.stream = (struct buffer){0};
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK_TEXT(transfer.error.message,
        "the in-band bytestream 'b1' goes on with block 3 where block 2 was "
        "next: the transcript is not whole");
    transfer_free(&transfer);
    free((void *)(uintptr_t)stream.data);
    transfer = transfer_new();
    add_offer(&transfer, "s1");
    buffer_free(&transfer.stream);
    CHECK_INT(open_transcript(&transfer), JET_RECORD_UNOPENED);
    CHECK(strstr(transfer.error.message, "holds no in-band bytes") != NULL);
    transfer_free(&transfer);
}

TEST(the_copy_that_arrived_counts)
{
    struct transfer transfer = transfer_new();
    add_offer(&transfer, "s1");
    transfer.stream.data[5] ^= 1;
    add_blocks(&transfer, "dir='out' actor='Romeo'", 99);
    transfer.stream.data[5] ^= 1;
    add_blocks(&transfer, "dir='in' actor='Juliet'", 99);
    buffer_free(&transfer.stream);
    CHECK_INT(open_transcript(&transfer), JET_RECORD_GOOD);
    transfer_free(&transfer);
}

static void read_part(const char *dir, const char *name, struct buffer *out)
{
    struct error error;
    char *path = file_join(dir, name);
    if (!file_read(path, 1 << 20, out, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    free(path);
}

/* Opens keys.json, stanzas.xml and stream.bin of a directory, and compares
 * with plain.bin. */
static void open_directory(const char *dir)
{
    struct buffer keys = {0}, stanzas = {0}, want = {0};
    struct transfer transfer = {0};
    read_part(dir, "keys.json", &keys);
    read_part(dir, "stanzas.xml", &stanzas);
    read_part(dir, "stream.bin", &transfer.stream);
    read_part(dir, "plain.bin", &want);
    transfer.juliet = omemo_device_load(buffer_bytes(&keys), &transfer.error);
    CHECK(transfer.juliet != NULL);
    xmlDoc *doc = xml_parse(buffer_bytes(&stanzas), NULL);
    const struct jet_record record = {.device = transfer.juliet,
        .transcript = xmlDocGetRootElement(doc),
        .stream = buffer_bytes(&transfer.stream)};
    CHECK_INT(jet_record_open(
                  &record, &transfer.plain, &transfer.report, &transfer.error),
        JET_RECORD_GOOD);
    CHECK_BYTES(transfer.plain.data, transfer.plain.len, want.data, want.len);
    xmlFreeDoc(doc);
    buffer_free(&keys);
    buffer_free(&stanzas);
    buffer_free(&want);
    transfer_free(&transfer);
}

TEST(a_recorded_transfer_of_our_own_opens)
{
    char *dir = mem_printf("%s/fixtures/transcripts/jet", test_source());
    open_directory(dir);
    free(dir);
}

TEST(a_transfer_between_two_dinos_opens)
{
    char *dir = mem_printf("%s/transcripts/dino-jet", test_shared_or_skip());
    open_directory(dir);
    free(dir);
}
