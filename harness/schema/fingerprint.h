/* Texts as numbers: what is only compared need not be kept. */
#ifndef JS_SCHEMA_FINGERPRINT_H
#define JS_SCHEMA_FINGERPRINT_H

#include "base/random.h"

/* Of a text behind what `before` is the fingerprint of; 1: it is the first.
 * Never 0, which may stand for none; always odd. */
static inline uint64_t fingerprint(uint64_t before, const char *text)
{
    return random_seed(before, text) | 1;
}

#endif
