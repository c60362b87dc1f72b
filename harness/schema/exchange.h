/* What one stanza says about another: requests and their replies, the caps
 * hash and the disco answer. Bounded memory: the oldest is forgotten. */
#ifndef JS_EXCHANGE_H
#define JS_EXCHANGE_H

#include "schema/rules.h"
#include "schema/validator.h"

struct exchange;

/* sink: outlives it. */
struct exchange *exchange_new(const struct rule_sink *sink);
/* NULL is allowed. */
void exchange_free(struct exchange *exchange);
/* Looks at one stanza, reports, remembers. */
void exchange_stanza(struct exchange *exchange, const xmlNode *stanza,
    const struct stanza_origin *origin);

#endif
