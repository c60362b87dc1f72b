#include "jingle/jet.h"

#include "base/memory.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct jet_stream {
    EVP_CIPHER_CTX *context;
    bool encrypting, tag_in_stream;
    bool has_tag; /* the secret carried one */
    uint8_t tag[JET_TAG_LEN];
    uint8_t held[JET_TAG_LEN]; /* decrypting: what may be the tag */
    size_t held_len;
    uint64_t plain;
};

/* OpenSSL refuses only what is a mistake of ours. */
static void must(int result, const char *what)
{
    if (result == 1)
        return;
    fprintf(stderr, "jinglespec: OpenSSL failed to %s\n", what);
    abort();
}

static struct jet_stream *stream_new(
    const struct jet_secret *secret, bool encrypting)
{
    struct jet_stream *stream = mem_alloc(sizeof *stream);
    stream->encrypting = encrypting;
    stream->has_tag = secret->has_tag;
    memcpy(stream->tag, secret->tag, JET_TAG_LEN);
    stream->context = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *cipher = secret->cipher == JET_AES_256_GCM
                                   ? EVP_aes_256_gcm()
                                   : EVP_aes_128_gcm();
    must(stream->context != NULL, "make a cipher");
    must(EVP_CipherInit_ex(
             stream->context, cipher, NULL, NULL, NULL, encrypting),
        "choose AES-GCM");
    must(EVP_CIPHER_CTX_ctrl(stream->context, EVP_CTRL_AEAD_SET_IVLEN,
             (int)secret->iv_len, NULL),
        "set the length of the IV");
    must(EVP_CipherInit_ex(
             stream->context, NULL, NULL, secret->key, secret->iv, encrypting),
        "set the key");
    return stream;
}

struct jet_stream *jet_encrypt_new(
    const struct jet_secret *secret, bool tag_in_stream)
{
    struct jet_stream *stream = stream_new(secret, true);
    stream->tag_in_stream = tag_in_stream;
    return stream;
}

struct jet_stream *jet_decrypt_new(const struct jet_secret *secret)
{
    return stream_new(secret, false);
}

void jet_stream_free(struct jet_stream *stream)
{
    if (stream == NULL)
        return;
    EVP_CIPHER_CTX_free(stream->context);
    OPENSSL_cleanse(stream, sizeof *stream);
    free(stream);
}

size_t jet_stream_overhead(const struct jet_stream *stream)
{
    bool none = stream->encrypting ? !stream->tag_in_stream : stream->has_tag;
    return none ? 0 : JET_TAG_LEN;
}

static size_t update(
    struct jet_stream *stream, const uint8_t *data, size_t len, uint8_t *out)
{
    size_t written = 0;
    while (len > 0) {
        int part = len > 1 << 30 ? 1 << 30 : (int)len, made = 0;
        must(
            EVP_CipherUpdate(stream->context, out + written, &made, data, part),
            "go on with AES-GCM");
        data += part;
        len -= (size_t)part;
        written += (size_t)made;
    }
    stream->plain += written;
    return written;
}

size_t jet_stream_transform(
    struct jet_stream *stream, const void *data, size_t len, uint8_t *out)
{
    if (stream->encrypting)
        return update(stream, data, len, out);
    /* Everything but the last bytes, held and new taken together, can't be
     * the tag. */
    const uint8_t *from = data;
    size_t all = stream->held_len + len;
    if (all <= JET_TAG_LEN) {
        if (len > 0)
            memcpy(stream->held + stream->held_len, from, len);
        stream->held_len = all;
        return 0;
    }
    size_t free_len = all - JET_TAG_LEN;
    size_t of_held = free_len < stream->held_len ? free_len : stream->held_len;
    size_t of_new = free_len - of_held;
    size_t written = update(stream, stream->held, of_held, out);
    written += update(stream, from, of_new, out + written);
    stream->held_len -= of_held;
    memmove(stream->held, stream->held + of_held, stream->held_len);
    memcpy(stream->held + stream->held_len, from + of_new, len - of_new);
    stream->held_len += len - of_new;
    return written;
}

void jet_stream_add(
    struct jet_stream *stream, const void *data, size_t len, struct buffer *out)
{
    uint8_t *room = buffer_reserve(out, len + JET_TAG_LEN);
    out->len += jet_stream_transform(stream, data, len, room);
    out->data[out->len] = 0;
}

void jet_encrypt_end(struct jet_stream *stream, struct buffer *out)
{
    int none = 0;
    uint8_t nothing[JET_TAG_LEN];
    must(EVP_CipherFinal_ex(stream->context, nothing, &none), "end AES-GCM");
    must(EVP_CIPHER_CTX_ctrl(
             stream->context, EVP_CTRL_AEAD_GET_TAG, JET_TAG_LEN, stream->tag),
        "give the tag");
    if (stream->tag_in_stream)
        buffer_add(out, stream->tag, JET_TAG_LEN);
}

void jet_encrypt_tag(const struct jet_stream *stream, uint8_t tag[JET_TAG_LEN])
{
    memcpy(tag, stream->tag, JET_TAG_LEN);
}

static bool is_right(EVP_CIPHER_CTX *context, uint8_t tag[JET_TAG_LEN])
{
    int none = 0;
    uint8_t nothing[JET_TAG_LEN];
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, JET_TAG_LEN, tag),
        "take the tag");
    return EVP_CipherFinal_ex(context, nothing, &none) == 1;
}

/* The held bytes are ciphertext, the tag came with the key. */
static bool end_by_key(struct jet_stream *stream, struct buffer *out)
{
    uint8_t *room = buffer_reserve(out, JET_TAG_LEN);
    size_t len = update(stream, stream->held, stream->held_len, room);
    stream->held_len = 0;
    if (!is_right(stream->context, stream->tag))
        return false;
    out->len += len;
    out->data[out->len] = 0;
    return true;
}

enum jet_tag_verdict jet_decrypt_end(
    struct jet_stream *stream, uint64_t plain_size, struct buffer *out)
{
    bool whole = stream->plain + stream->held_len == plain_size;
    if (stream->has_tag && whole)
        return end_by_key(stream, out) ? JET_TAG_RIGHT : JET_TAG_WRONG;
    bool either = stream->has_tag && plain_size == UINT64_MAX;
    if (stream->held_len < JET_TAG_LEN)
        return either && end_by_key(stream, out) ? JET_TAG_RIGHT
                                                 : JET_TAG_MISSING;
    EVP_CIPHER_CTX *as_was = either ? EVP_CIPHER_CTX_new() : NULL;
    if (either)
        must(as_was != NULL && EVP_CIPHER_CTX_copy(as_was, stream->context),
            "copy a cipher");
    bool right = is_right(stream->context, stream->held);
    if (!right && either) {
        EVP_CIPHER_CTX_free(stream->context);
        stream->context = as_was;
        as_was = NULL;
        right = end_by_key(stream, out);
    }
    EVP_CIPHER_CTX_free(as_was);
    stream->held_len = 0;
    return right ? JET_TAG_RIGHT : JET_TAG_WRONG;
}

const char *jet_tag_verdict_text(enum jet_tag_verdict verdict)
{
    static const char *const texts[] = {
        [JET_TAG_RIGHT] = "the tag is right",
        [JET_TAG_WRONG] =
            "the tag is wrong: the stream was cut or changed, or the key or "
            "IV is another",
        [JET_TAG_MISSING] =
            "the stream ended before the tag's 16 bytes were there",
    };
    return texts[verdict];
}

uint64_t jet_stream_plain(const struct jet_stream *stream)
{
    return stream->plain;
}
