#include "schema/exchange.h"

#include "base/memory.h"

#include <stdlib.h>

struct exchange {
    const struct rules *rules;
    rule_broken_fn *broken;
    void *owner;
};

struct exchange *exchange_new(
    const struct rules *rules, rule_broken_fn *broken, void *owner)
{
    struct exchange *exchange = mem_alloc(sizeof *exchange);
    *exchange = (struct exchange){rules, broken, owner};
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    free(exchange);
}

void exchange_stanza(struct exchange *exchange, const xmlNode *stanza,
    const struct stanza_origin *origin)
{
    (void)exchange;
    (void)stanza;
    (void)origin;
}
