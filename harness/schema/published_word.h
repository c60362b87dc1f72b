/* schemas/CHANGES.tsv, seen from a violation: what the published schema says
 * of the component where ours says something else. */
#ifndef JS_PUBLISHED_WORD_H
#define JS_PUBLISHED_WORD_H

#include "base/error.h"

#include <libxml/tree.h>

struct published_words;

struct published_words *published_words_read(
    const char *dir, struct error *error);
/* NULL is allowed. */
void published_words_free(struct published_words *words);
/* NULL when the published schema says the same as ours. Lives as long as
 * words. */
const char *published_words_find(const struct published_words *words,
    const char *ns, const xmlNode *element, const char *attribute);

#endif
