/* OMEMO's nodes in personal eventing (XEP-0384 s4.2 to s4.4, XEP-0163) as
 * stanzas in text, and what comes back. */
#ifndef JS_OMEMO_PEP_H
#define JS_OMEMO_PEP_H

#include "base/bytes.h"
#include "omemo/element.h"

#include <libxml/tree.h>
#include <stdint.h>

/* Publish on the own account under an item id ("current" by XEP-0060
 * s12.20). access: "open" or "presence" by publish-options; NULL: without. */
void pep_publish_list(struct buffer *out, const char *iq_id,
    const struct omemo_list *list, const char *item, const char *access);
void pep_publish_bundle(struct buffer *out, const char *iq_id, uint32_t device,
    const struct omemo_bundle *bundle, const char *access);
/* Ask an account (bare JID; NULL: the own one). */
void pep_get_list(struct buffer *out, const char *iq_id, const char *jid);
void pep_get_bundle(
    struct buffer *out, const char *iq_id, const char *jid, uint32_t device);

/* The <list/> or <bundle/> in an iq result, or in a message with an event of
 * the devices' node; NULL when it has none. */
const xmlNode *pep_result(const xmlNode *iq, const char *name);
const xmlNode *pep_event_list(const xmlNode *message);

#endif
