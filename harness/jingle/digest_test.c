#include "base/test.h"
#include "jingle/digest.h"

#include <string.h>

/* of "abc", from the algorithms' own publications */
static const struct {
    const char *name, *hex;
} vectors[] = {
    {"sha-1", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"sha-256",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"sha-512",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {"sha3-256",
        "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
    {"sha3-512",
        "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
        "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"},
    {"blake2b-256",
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
    {"blake2b-512",
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"},
};

TEST(every_algorithm_gives_its_published_value)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        enum digest_kind kind = digest_find(vectors[i].name);
        CHECK(kind != DIGEST_KINDS);
        uint8_t value[DIGEST_MAX];
        digest_once(kind, "abc", 3, value);
        struct buffer hex = {0};
        hex_encode(&hex, value, digest_size(kind));
        CHECK_TEXT(buffer_text(&hex), vectors[i].hex);
        buffer_free(&hex);
    }
}

TEST(several_run_at_once_and_byte_by_byte)
{
    struct digest *digest =
        digest_new(1u << DIGEST_SHA256 | 1u << DIGEST_BLAKE2B_256);
    digest_update(digest, "a", 1);
    digest_update(digest, "b", 1);
    digest_update(digest, "c", 1);
    uint8_t value[DIGEST_MAX], once[DIGEST_MAX];
    CHECK(digest_value(digest, DIGEST_BLAKE2B_256, value));
    digest_once(DIGEST_BLAKE2B_256, "abc", 3, once);
    CHECK_BYTES(value, 32, once, 32);
    CHECK(digest_value(digest, DIGEST_SHA256, value));
    digest_once(DIGEST_SHA256, "abc", 3, once);
    CHECK_BYTES(value, 32, once, 32);
    CHECK(!digest_value(digest, DIGEST_SHA1, value));
    digest_free(digest);
}

TEST(unknown_names_are_not_found)
{
    CHECK_INT(digest_find("SHA-256"), DIGEST_KINDS);
    CHECK_INT(digest_find(""), DIGEST_KINDS);
}

TEST(names_follow_the_enum)
{
    const char *at = DIGEST_NAMES;
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        size_t len = strcspn(at, "|");
        const char *name = digest_name((enum digest_kind)kind);
        CHECK_BYTES(at, len, name, strlen(name));
        at += len + (at[len] == '|');
    }
    CHECK(!*at);
}
