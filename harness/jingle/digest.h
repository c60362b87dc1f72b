/* Digests by their XEP-0300 names, several over the same bytes at once. */
#ifndef JS_JINGLE_DIGEST_H
#define JS_JINGLE_DIGEST_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of enum digest_kind. */
#define DIGEST_NAMES                                                           \
    "md5|sha-1|sha-224|sha-256|sha-384|sha-512|sha3-224|sha3-256|sha3-384|"    \
    "sha3-512|blake2b-256|blake2b-512"

enum digest_kind {
    DIGEST_MD5,
    DIGEST_SHA1,
    DIGEST_SHA224,
    DIGEST_SHA256,
    DIGEST_SHA384,
    DIGEST_SHA512,
    DIGEST_SHA3_224,
    DIGEST_SHA3_256,
    DIGEST_SHA3_384,
    DIGEST_SHA3_512,
    DIGEST_BLAKE2B_256,
    DIGEST_BLAKE2B_512,
    DIGEST_KINDS
};

enum { DIGEST_MAX = 64 };

const char *digest_name(enum digest_kind kind);
/* DIGEST_KINDS when the name is unknown. Names are lower case (XEP-0300). */
enum digest_kind digest_find(const char *name);
size_t digest_size(enum digest_kind kind);
/* The digest of one run of bytes; out has room for DIGEST_MAX. */
void digest_once(
    enum digest_kind kind, const void *data, size_t len, uint8_t *out);

/* Running digests of one stream. */
struct digest;

/* kinds is a set of bits (1u << kind); 0 is allowed. */
struct digest *digest_new(unsigned kinds);
/* NULL is allowed. */
void digest_free(struct digest *digest);
void digest_update(struct digest *digest, const void *data, size_t len);
/* The value so far, written to out (DIGEST_MAX bytes); more may be added
 * afterwards. False when that kind does not run. */
bool digest_value(
    const struct digest *digest, enum digest_kind kind, uint8_t *out);
unsigned digest_kinds(const struct digest *digest);

#endif
