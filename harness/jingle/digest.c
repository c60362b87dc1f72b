#include "jingle/digest.h"

#include "base/memory.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* OpenSSL knows BLAKE2b with 512 bits only, whatever the wanted length: its
 * parameters are part of the hash, so the 256-bit one comes from libsodium. */
static const struct {
    const char *name;
    const EVP_MD *(*md)(void);
    size_t size;
} kinds_table[DIGEST_KINDS] = {
    [DIGEST_MD5] = {"md5", EVP_md5, 16},
    [DIGEST_SHA1] = {"sha-1", EVP_sha1, 20},
    [DIGEST_SHA224] = {"sha-224", EVP_sha224, 28},
    [DIGEST_SHA256] = {"sha-256", EVP_sha256, 32},
    [DIGEST_SHA384] = {"sha-384", EVP_sha384, 48},
    [DIGEST_SHA512] = {"sha-512", EVP_sha512, 64},
    [DIGEST_SHA3_224] = {"sha3-224", EVP_sha3_224, 28},
    [DIGEST_SHA3_256] = {"sha3-256", EVP_sha3_256, 32},
    [DIGEST_SHA3_384] = {"sha3-384", EVP_sha3_384, 48},
    [DIGEST_SHA3_512] = {"sha3-512", EVP_sha3_512, 64},
    [DIGEST_BLAKE2B_256] = {"blake2b-256", NULL, 32},
    [DIGEST_BLAKE2B_512] = {"blake2b-512", EVP_blake2b512, 64},
};

struct digest {
    unsigned kinds;
    EVP_MD_CTX *evp[DIGEST_KINDS];
    crypto_generichash_state *blake;
};

const char *digest_name(enum digest_kind kind)
{
    return kinds_table[kind].name;
}

enum digest_kind digest_find(const char *name)
{
    int kind = 0;
    while (kind < DIGEST_KINDS && strcmp(kinds_table[kind].name, name)) {
        kind++;
    }
    return (enum digest_kind)kind;
}

size_t digest_size(enum digest_kind kind)
{
    return kinds_table[kind].size;
}

struct digest *digest_new(unsigned kinds)
{
    struct digest *digest = mem_alloc(sizeof *digest);
    digest->kinds = kinds;
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        if (!(kinds & (1u << kind))) {
            continue;
        }
        if (kinds_table[kind].md) {
            digest->evp[kind] = EVP_MD_CTX_new();
            EVP_DigestInit_ex(digest->evp[kind], kinds_table[kind].md(), NULL);
        } else {
            /* the state wants 64-byte alignment */
            digest->blake = aligned_alloc(64, 384);
            crypto_generichash_init(
                digest->blake, NULL, 0, kinds_table[kind].size);
        }
    }
    return digest;
}

void digest_free(struct digest *digest)
{
    if (digest) {
        for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
            EVP_MD_CTX_free(digest->evp[kind]);
        }
        free(digest->blake);
        free(digest);
    }
}

void digest_update(struct digest *digest, const void *data, size_t len)
{
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        if (digest->evp[kind]) {
            EVP_DigestUpdate(digest->evp[kind], data, len);
        }
    }
    if (digest->blake) {
        crypto_generichash_update(digest->blake, data, len);
    }
}

bool digest_value(
    const struct digest *digest, enum digest_kind kind, uint8_t *out)
{
    if (!digest || !(digest->kinds & (1u << kind))) {
        return false;
    }
    if (!kinds_table[kind].md) {
        _Alignas(64) crypto_generichash_state copy = *digest->blake;
        crypto_generichash_final(&copy, out, kinds_table[kind].size);
        return true;
    }
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    EVP_MD_CTX_copy_ex(copy, digest->evp[kind]);
    EVP_DigestFinal_ex(copy, out, NULL);
    EVP_MD_CTX_free(copy);
    return true;
}

unsigned digest_kinds(const struct digest *digest)
{
    return digest ? digest->kinds : 0;
}

void digest_once(
    enum digest_kind kind, const void *data, size_t len, uint8_t *out)
{
    struct digest *digest = digest_new(1u << kind);
    digest_update(digest, data, len);
    digest_value(digest, kind, out);
    digest_free(digest);
}
