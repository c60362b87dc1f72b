/* The transport secret of a KeyTransportElement. */
#include "jingle/jet_omemo.h"

#include <string.h>

static void note(struct buffer *notes, const char *text)
{
    if (notes != NULL)
        buffer_printf(notes, "%s\n", text);
}

/* Whether the IV was cut out of the key, wherever. */
static bool is_part(struct bytes key, struct bytes iv)
{
    for (size_t at = 0; at + iv.len <= key.len; at++) {
        if (memcmp(key.data + at, iv.data, iv.len) == 0)
            return true;
    }
    return false;
}

bool jet_omemo_secret(struct bytes key, struct bytes iv,
    struct jet_secret *secret, struct buffer *notes, struct error *error)
{
    size_t key_len = jet_cipher_key_len(secret->cipher);
    if (secret->cipher == JET_AES_256_GCM && key.len == 16) {
        note(notes, "the cipher's name is AES-256's, but the key has 16 bytes: "
                    "AES-128 it is");
        secret->cipher = JET_AES_128_GCM;
        key_len = 16;
    }
    if (key.len != key_len && key.len != key_len + JET_TAG_LEN)
        return error_set(error,
            "the key element holds %zu bytes; %s has %zu, or %zu with a tag",
            key.len, jet_cipher_name(secret->cipher), key_len,
            key_len + JET_TAG_LEN);
    if (iv.len != 12 && iv.len != 16)
        return error_set(error, "the IV has %zu bytes, not 12 or 16", iv.len);
    memcpy(secret->key, key.data, key_len);
    memcpy(secret->iv, iv.data, iv.len);
    secret->iv_len = iv.len;
    secret->has_tag = key.len > key_len;
    if (secret->has_tag) {
        memcpy(secret->tag, key.data + key_len, JET_TAG_LEN);
        note(notes, "a tag stands behind the key in the key element");
    }
    if (iv.len == 16)
        note(notes, "the IV has 16 bytes, XEP-0391 s5 says 12");
    if (is_part(bytes_of(key.data, key_len), iv))
        return error_set(error, "the IV is made of the key, and so the key is "
                                "readable for everybody "
                                "(XEP-0391 s7)");
    return true;
}
