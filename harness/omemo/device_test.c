#include "omemo/device.h"

#include "base/test.h"

#include <string.h>

static const char romeo[] = "romeo@montague.example";
static const char juliet[] = "juliet@capulet.example";

struct pair {
    struct omemo_device *romeo, *juliet;
};

static void build(struct omemo_device *from, struct omemo_device *to,
    const char *jid, uint64_t index)
{
    struct omemo_bundle bundle = {.identity = {0}};
    struct error error;
    omemo_device_bundle(to, &bundle);
    if (!omemo_device_build_session(
            from, jid, omemo_device_id(to), &bundle, index, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    omemo_bundle_free(&bundle);
}

/* Romeo has a session with Juliet; she knows nothing of it. */
static struct pair pair_new(void)
{
    struct pair pair = {omemo_device_new(), omemo_device_new()};
    build(pair.romeo, pair.juliet, juliet, 7);
    return pair;
}

static void pair_free(struct pair *pair)
{
    omemo_device_free(pair->romeo);
    omemo_device_free(pair->juliet);
}

static struct buffer sent(
    const struct pair *pair, const char *text, bool *prekey)
{
    struct buffer out = {0};
    CHECK(omemo_device_encrypt(pair->romeo, juliet,
        omemo_device_id(pair->juliet), bytes_text(text), &out, prekey, NULL));
    return out;
}

static enum omemo_result opened(const struct pair *pair,
    const struct buffer *message, bool prekey, struct buffer *plain)
{
    return omemo_device_decrypt(pair->juliet, romeo,
        omemo_device_id(pair->romeo), buffer_bytes(message), prekey, plain,
        NULL, NULL);
}

TEST(a_message_crosses_and_the_answer_is_no_prekey_message)
{
    struct pair pair = pair_new();
    bool prekey = false;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK(prekey);
    CHECK_INT(opened(&pair, &message, true, &plain), OMEMO_OPENED);
    CHECK_TEXT(buffer_text(&plain), "key");
    buffer_clear(&message);
    buffer_clear(&plain);
    CHECK(omemo_device_encrypt(pair.juliet, romeo, omemo_device_id(pair.romeo),
        bytes_text("back"), &message, &prekey, NULL));
    CHECK(!prekey);
    CHECK_INT(
        omemo_device_decrypt(pair.romeo, juliet, omemo_device_id(pair.juliet),
            buffer_bytes(&message), false, &plain, NULL, NULL),
        OMEMO_OPENED);
    CHECK_TEXT(buffer_text(&plain), "back");
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

TEST(a_used_pre_key_is_gone_and_renewed_under_a_new_id)
{
    struct pair pair = pair_new();
    bool prekey = false;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK(!omemo_device_renew(pair.juliet));
    CHECK_INT(opened(&pair, &message, true, &plain), OMEMO_OPENED);
    CHECK(omemo_device_renew(pair.juliet));
    struct omemo_bundle bundle = {.identity = {0}};
    omemo_device_bundle(pair.juliet, &bundle);
    CHECK_INT(bundle.pre_keys.count, OMEMO_PRE_KEYS);
    for (size_t i = 0; i < bundle.pre_keys.count; i++)
        CHECK(bundle.pre_keys.items[i].id != 8);
    CHECK_INT(bundle.pre_keys.items[99].id, 101);
    omemo_bundle_free(&bundle);
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

TEST(a_replay_is_told_from_a_broken_message)
{
    struct pair pair = pair_new();
    bool prekey = false;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK_INT(opened(&pair, &message, true, &plain), OMEMO_OPENED);
    CHECK_INT(opened(&pair, &message, true, &plain), OMEMO_REPLAYED);
    struct buffer second = sent(&pair, "key", &prekey);
    second.data[second.len - 12] ^= 1;
    CHECK_INT(opened(&pair, &second, true, &plain), OMEMO_BAD);
    buffer_free(&second);
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

TEST(the_content_and_not_the_attribute_says_what_a_message_is)
{
    struct pair pair = pair_new();
    bool prekey = false;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK_INT(opened(&pair, &message, false, &plain), OMEMO_OPENED);
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

TEST(a_pre_key_used_by_two_serves_the_first_only)
{
    struct pair pair = pair_new();
    struct omemo_device *mercutio = omemo_device_new();
    build(mercutio, pair.juliet, juliet, 7);
    bool prekey = false;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK_INT(opened(&pair, &message, true, &plain), OMEMO_OPENED);
    buffer_clear(&message);
    CHECK(omemo_device_encrypt(mercutio, juliet, omemo_device_id(pair.juliet),
        bytes_text("late"), &message, &prekey, NULL));
    CHECK_INT(omemo_device_decrypt(pair.juliet, "mercutio@verona.example",
                  omemo_device_id(mercutio), buffer_bytes(&message), true,
                  &plain, NULL, NULL),
        OMEMO_NO_KEY);
    omemo_device_free(mercutio);
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

TEST(without_a_session_nothing_is_encrypted)
{
    struct omemo_device *device = omemo_device_new();
    struct buffer out = {0};
    bool prekey;
    struct error error;
    CHECK(!omemo_device_encrypt(
        device, juliet, 5, bytes_text("x"), &out, &prekey, &error));
    CHECK_TEXT(error.message,
        "nothing can be encrypted to juliet@capulet.example/5: there is no "
        "session with that device");
    omemo_device_free(device);
}

/* Brings both to a state without pre-key messages. */
static void settle(const struct pair *pair)
{
    bool prekey;
    struct buffer message = sent(pair, "a", &prekey), plain = {0};
    CHECK_INT(opened(pair, &message, true, &plain), OMEMO_OPENED);
    buffer_clear(&message);
    CHECK(
        omemo_device_encrypt(pair->juliet, romeo, omemo_device_id(pair->romeo),
            bytes_text("b"), &message, &prekey, NULL));
    CHECK_INT(
        omemo_device_decrypt(pair->romeo, juliet, omemo_device_id(pair->juliet),
            buffer_bytes(&message), false, &plain, NULL, NULL),
        OMEMO_OPENED);
    buffer_free(&message);
    buffer_free(&plain);
}

TEST(a_lost_session_is_named)
{
    struct pair pair = pair_new();
    settle(&pair);
    CHECK(omemo_device_forget_session(
        pair.juliet, romeo, omemo_device_id(pair.romeo)));
    bool prekey;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK(!prekey);
    CHECK_INT(opened(&pair, &message, prekey, &plain), OMEMO_NO_SESSION);
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

TEST(a_corrupt_session_opens_nothing)
{
    for (int deep = 0; deep < 2; deep++) {
        struct pair pair = pair_new();
        settle(&pair);
        CHECK(omemo_device_corrupt_session(
            pair.juliet, romeo, omemo_device_id(pair.romeo), deep == 1));
        bool prekey;
        struct buffer message = sent(&pair, "key", &prekey), plain = {0};
        CHECK_INT(opened(&pair, &message, prekey, &plain), OMEMO_BAD);
        CHECK_INT(plain.len, 0);
        buffer_free(&message);
        buffer_free(&plain);
        pair_free(&pair);
    }
}

TEST(a_distrusted_device_is_not_read)
{
    struct pair pair = pair_new();
    settle(&pair);
    omemo_device_set_trust(
        pair.juliet, romeo, omemo_device_id(pair.romeo), OMEMO_DISTRUSTED);
    bool prekey;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK_INT(opened(&pair, &message, prekey, &plain), OMEMO_UNTRUSTED);
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

TEST(another_identity_under_a_known_id_is_not_read)
{
    struct pair pair = pair_new();
    uint8_t other[OMEMO_KEY_LEN];
    memcpy(other, omemo_device_identity(pair.juliet), OMEMO_KEY_LEN);
    CHECK(omemo_device_remember(
        pair.juliet, romeo, omemo_device_id(pair.romeo), other));
    bool prekey;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK_INT(opened(&pair, &message, prekey, &plain), OMEMO_UNTRUSTED);
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

TEST(a_forged_signature_builds_no_session)
{
    struct pair pair = {omemo_device_new(), omemo_device_new()};
    struct omemo_bundle bundle = {.identity = {0}};
    omemo_device_bundle(pair.juliet, &bundle);
    bundle.signature[5] ^= 1;
    struct error error;
    CHECK(
        !omemo_device_build_session(pair.romeo, juliet, 9, &bundle, 0, &error));
    CHECK_TEXT(error.message,
        "no session with juliet@capulet.example/9 can be built: a key in its "
        "bundle is none, or the signature is wrong");
    omemo_bundle_free(&bundle);
    pair_free(&pair);
}

TEST(a_device_saved_and_loaded_goes_on)
{
    struct pair pair = pair_new();
    settle(&pair);
    struct buffer json = {0};
    omemo_device_save(pair.juliet, &json);
    uint32_t id = omemo_device_id(pair.juliet);
    omemo_device_free(pair.juliet);
    struct error error;
    pair.juliet = omemo_device_load(buffer_bytes(&json), &error);
    CHECK(pair.juliet != NULL);
    CHECK_INT(omemo_device_id(pair.juliet), id);
    bool prekey;
    struct buffer message = sent(&pair, "key", &prekey), plain = {0};
    CHECK_INT(opened(&pair, &message, prekey, &plain), OMEMO_OPENED);
    buffer_free(&json);
    buffer_free(&message);
    buffer_free(&plain);
    pair_free(&pair);
}

/* Loads a saved device after one change of its text. */
static void check_load(const char *from, const char *to, const char *message)
{
    struct omemo_device *device = omemo_device_new();
    struct buffer json = {0}, changed = {0};
    omemo_device_save(device, &json);
    omemo_device_free(device);
    const char *at = strstr(buffer_text(&json), from);
    CHECK(at != NULL);
    buffer_add(&changed, json.data, (size_t)(at - buffer_text(&json)));
    buffer_add_text(&changed, to);
    buffer_add_text(&changed, at + strlen(from));
    struct error error = {{0}};
    CHECK(omemo_device_load(buffer_bytes(&changed), &error) == NULL);
    CHECK_TEXT(error.message, message);
    buffer_free(&json);
    buffer_free(&changed);
}

TEST(what_is_wrong_with_a_store_is_named)
{
    check_load("\"device_id\": ", "\"device_id\": -",
        "\"device_id\" is missing or no whole number from 1 to 2147483647");
    check_load(
        "\"pre_keys\"", "\"no_keys\"", "\"pre_keys\" is missing or no list");
    check_load("\"identity_key_private\": \"", "\"identity_key_private\": \"!",
        "\"identity_key_private\" is no base64");
    check_load("\"identity_key_public\": \"B", "\"identity_key_public\": \"C",
        "\"identity_key_public\" does not belong to "
        "\"identity_key_private\"");
    check_load("   \"id\": 1,\n   \"record\": \"CAES",
        "   \"id\": 2,\n   \"record\": \"CAES",
        "\"signed_pre_keys\": the record of id 2 is no record of libsignal "
        "with that id");
    check_load("\"sessions\": []", "\"sessions\": [{}]",
        "\"sessions\"[0]: \"name\" is missing or no string");
}
