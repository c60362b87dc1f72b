#include "omemo/crypto.h"

#include "base/memory.h"
#include "base/random.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int random_fill_secret(uint8_t *data, size_t len, void *owner)
{
    (void)owner;
    random_secret(data, len);
    return SG_SUCCESS;
}

static int hmac_init(
    void **context, const uint8_t *key, size_t key_len, void *owner)
{
    (void)owner;
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *made = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string("digest", digest, 0),
        OSSL_PARAM_construct_end()};
    if (made == NULL || EVP_MAC_init(made, key, key_len, params) != 1) {
        EVP_MAC_CTX_free(made);
        return SG_ERR_NOMEM;
    }
    *context = made;
    return SG_SUCCESS;
}

static int hmac_update(
    void *context, const uint8_t *data, size_t len, void *owner)
{
    (void)owner;
    return EVP_MAC_update(context, data, len) == 1 ? SG_SUCCESS
                                                   : SG_ERR_UNKNOWN;
}

static int give(signal_buffer **output, const uint8_t *data, size_t len)
{
    *output = signal_buffer_create(data, len);
    return *output == NULL ? SG_ERR_NOMEM : SG_SUCCESS;
}

static int hmac_final(void *context, signal_buffer **output, void *owner)
{
    (void)owner;
    uint8_t out[EVP_MAX_MD_SIZE];
    size_t len = 0;
    if (EVP_MAC_final(context, out, &len, sizeof out) != 1)
        return SG_ERR_UNKNOWN;
    return give(output, out, len);
}

static void hmac_cleanup(void *context, void *owner)
{
    (void)owner;
    EVP_MAC_CTX_free(context);
}

static int digest_init(void **context, void *owner)
{
    (void)owner;
    EVP_MD_CTX *made = EVP_MD_CTX_new();
    if (made == NULL || EVP_DigestInit_ex(made, EVP_sha512(), NULL) != 1) {
        EVP_MD_CTX_free(made);
        return SG_ERR_NOMEM;
    }
    *context = made;
    return SG_SUCCESS;
}

static int digest_update(
    void *context, const uint8_t *data, size_t len, void *owner)
{
    (void)owner;
    return EVP_DigestUpdate(context, data, len) == 1 ? SG_SUCCESS
                                                     : SG_ERR_UNKNOWN;
}

/* libsignal goes on using the context afterwards, from the start. */
static int digest_final(void *context, signal_buffer **output, void *owner)
{
    (void)owner;
    uint8_t out[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (EVP_DigestFinal_ex(context, out, &len) != 1 ||
        EVP_DigestInit_ex(context, EVP_sha512(), NULL) != 1)
        return SG_ERR_UNKNOWN;
    return give(output, out, len);
}

static void digest_cleanup(void *context, void *owner)
{
    (void)owner;
    EVP_MD_CTX_free(context);
}

static const EVP_CIPHER *find_aes(int cipher, size_t key_len)
{
    bool cbc = cipher == SG_CIPHER_AES_CBC_PKCS5;
    if (!cbc && cipher != SG_CIPHER_AES_CTR_NOPADDING)
        return NULL;
    switch (key_len) {
    case 16:
        return cbc ? EVP_aes_128_cbc() : EVP_aes_128_ctr();
    case 24:
        return cbc ? EVP_aes_192_cbc() : EVP_aes_192_ctr();
    case 32:
        return cbc ? EVP_aes_256_cbc() : EVP_aes_256_ctr();
    default:
        return NULL;
    }
}

struct aes_call {
    int cipher;
    bool encrypting;
    const uint8_t *key;
    size_t key_len;
    const uint8_t *iv;
    size_t iv_len;
    const uint8_t *in;
    size_t in_len;
};

static int aes(const struct aes_call *call, signal_buffer **output)
{
    enum { BLOCK = 16, MOST = 1 << 24 };
    const EVP_CIPHER *cipher = find_aes(call->cipher, call->key_len);
    if (cipher == NULL || call->iv_len != BLOCK || call->in_len > MOST)
        return SG_ERR_INVAL;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *out = mem_alloc(call->in_len + BLOCK);
    int made = 0, last = 0, result = SG_ERR_UNKNOWN;
    if (context != NULL &&
        EVP_CipherInit_ex(context, cipher, NULL, call->key, call->iv,
            call->encrypting) == 1 &&
        EVP_CipherUpdate(context, out, &made, call->in, (int)call->in_len) ==
            1 &&
        EVP_CipherFinal_ex(context, out + made, &last) == 1)
        result = give(output, out, (size_t)(made + last));
    OPENSSL_cleanse(out, call->in_len + BLOCK);
    free(out);
    EVP_CIPHER_CTX_free(context);
    return result;
}

static int aes_encrypt(signal_buffer **output, int cipher, const uint8_t *key,
    size_t key_len, const uint8_t *iv, size_t iv_len, const uint8_t *plain,
    size_t len, void *owner)
{
    (void)owner;
    const struct aes_call call = {
        cipher, true, key, key_len, iv, iv_len, plain, len};
    return aes(&call, output);
}

static int aes_decrypt(signal_buffer **output, int cipher, const uint8_t *key,
    size_t key_len, const uint8_t *iv, size_t iv_len, const uint8_t *text,
    size_t len, void *owner)
{
    (void)owner;
    const struct aes_call call = {
        cipher, false, key, key_len, iv, iv_len, text, len};
    return aes(&call, output);
}

signal_context *omemo_crypto_context(void)
{
    const signal_crypto_provider provider = {
        .random_func = random_fill_secret,
        .hmac_sha256_init_func = hmac_init,
        .hmac_sha256_update_func = hmac_update,
        .hmac_sha256_final_func = hmac_final,
        .hmac_sha256_cleanup_func = hmac_cleanup,
        .sha512_digest_init_func = digest_init,
        .sha512_digest_update_func = digest_update,
        .sha512_digest_final_func = digest_final,
        .sha512_digest_cleanup_func = digest_cleanup,
        .encrypt_func = aes_encrypt,
        .decrypt_func = aes_decrypt,
    };
    signal_context *context = NULL;
    if (signal_context_create(&context, NULL) != SG_SUCCESS ||
        signal_context_set_crypto_provider(context, &provider) != SG_SUCCESS) {
        fprintf(stderr, "jinglespec: libsignal can't be set up\n");
        abort();
    }
    return context;
}

const char *omemo_crypto_error(int result)
{
    static const struct {
        int result;
        const char *text;
    } rows[] = {
        {SG_SUCCESS, "no error"},
        {SG_ERR_NOMEM, "no memory"},
        {SG_ERR_INVAL, "a part has a wrong value"},
        {SG_ERR_DUPLICATE_MESSAGE,
            "this message was decrypted before: it is a replay"},
        {SG_ERR_INVALID_KEY, "a key in it is no Curve25519 key"},
        {SG_ERR_INVALID_KEY_ID,
            "it uses a pre-key that this device does not have (never had, or "
            "used up)"},
        {SG_ERR_INVALID_MAC, "its MAC is wrong"},
        {SG_ERR_INVALID_MESSAGE,
            "it does not decrypt with any session with that device: changed, "
            "or the session is lost or corrupt"},
        {SG_ERR_INVALID_VERSION, "its version is not 3"},
        {SG_ERR_LEGACY_MESSAGE, "its version is older than 3"},
        {SG_ERR_NO_SESSION, "there is no session with that device"},
        {SG_ERR_STALE_KEY_EXCHANGE, "its key exchange is stale"},
        {SG_ERR_UNTRUSTED_IDENTITY,
            "the identity key of that device is distrusted, or not the one "
            "known before"},
        {SG_ERR_VRF_SIG_VERIF_FAILED, "a signature is wrong"},
        {SG_ERR_INVALID_PROTO_BUF, "it is no protobuf message of its kind"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].result == result)
            return rows[i].text;
    }
    return "libsignal failed";
}
