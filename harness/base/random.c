#include "base/random.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

void random_fill(struct random *random, void *out, size_t len)
{
    uint8_t *to = out;
    while (len > 0) {
        uint64_t word = random_next(random);
        size_t part = len < sizeof word ? len : sizeof word;
        memcpy(to, &word, part);
        to += part;
        len -= part;
    }
}

void random_id(struct random *random, char *out, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (size_t i = 0; i + 1 < len; i++)
        out[i] = letters[random_next(random) % (i == 0 ? 26 : 36)];
    if (len > 0)
        out[len - 1] = 0;
}

uint64_t random_seed(uint64_t seed, const char *text)
{
    uint64_t hash = 0xcbf29ce484222325U ^ seed;
    for (; *text != 0; text++)
        hash = (hash ^ (uint8_t)*text) * 0x100000001b3U;
    return hash;
}

void random_secret(void *out, size_t len)
{
    if (RAND_bytes(out, (int)len) != 1) {
        fprintf(stderr, "jinglespec: OpenSSL has no random bytes\n");
        abort();
    }
}
