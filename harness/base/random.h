/* Two kinds of chance: a seeded generator for everything that a report must
 * be able to repeat (ids, file contents), and secrets from OpenSSL. */
#ifndef JS_RANDOM_H
#define JS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* splitmix64: the same seed gives the same sequence everywhere. */
struct random {
    uint64_t state;
};

uint64_t random_next(struct random *random);
void random_fill(struct random *random, void *out, size_t len);
/* Writes len-1 characters of [a-z0-9], the first a letter, and a NUL. */
void random_id(struct random *random, char *out, size_t len);
/* A seed from text, for "the same seed and the same case": FNV-1a. */
uint64_t random_seed(uint64_t seed, const char *text);

/* Unpredictable bytes; ends the program when OpenSSL has none. */
void random_secret(void *out, size_t len);

#endif
