/* What Jingle offers and answers say about each other and about the
 * bytestream that follows: XEP-0260 section 2.2, XEP-0261 section 2.2,
 * XEP-0047 section 2.2. Bounded: the oldest session is forgotten. */
#ifndef JS_NEGOTIATION_H
#define JS_NEGOTIATION_H

#include "schema/rules.h"

#include <stdint.h>

struct negotiation;

/* sink: outlives it. */
struct negotiation *negotiation_new(const struct rule_sink *sink);
/* NULL is allowed. */
void negotiation_free(struct negotiation *negotiation);
/* party: the fingerprint that tells the connections of several clients, and on
 * each the other parties, apart. payload: the first child element of an iq set
 * or a message. */
void negotiation_payload(struct negotiation *negotiation, uint64_t party,
    bool from_client, const xmlNode *payload);
/* The in-band bytestream of an <open/>; 0 for NULL. */
uint64_t negotiation_stream(uint64_t party, const xmlNode *open);
/* The <open/> of that stream got its result. */
void negotiation_opened(struct negotiation *negotiation, uint64_t stream);

#endif
