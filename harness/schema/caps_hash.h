/* The verification string of entity capabilities (XEP-0115 section 5.1). */
#ifndef JS_CAPS_HASH_H
#define JS_CAPS_HASH_H

#include "base/bytes.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* Appends the 'ver' of a disco#info <query/> under the algorithm ("sha-1").
 * False: an algorithm that is not known here, or an answer too large to be
 * judged (1024 entries of a kind). */
bool caps_hash(const xmlNode *query, const char *algorithm, struct buffer *out);

#endif
