/* JET in the reference client: what stands behind struct security (see
 * security.h). Makes and reads <security/> elements by a table of envelopes,
 * and filters the bytes of contents. */
#ifndef JS_JINGLE_JET_CLIENT_H
#define JS_JINGLE_JET_CLIENT_H

#include "jingle/jet.h"
#include "jingle/security.h"
#include "omemo/omemo.h"

struct jet_client;

/* With the methods of the table, which outlives it. */
struct jet_client *jet_client_new(const struct jet *jet);
/* With OMEMO on this device, which is taken over. */
struct jet_client *jet_client_omemo(struct omemo_device *device);
/* After client_free(). NULL is allowed. */
void jet_client_free(struct jet_client *jet);

/* For client_config.security. */
const struct security *jet_client_security(struct jet_client *jet);
/* The OMEMO account inside, for decisions about trust; NULL without. */
struct omemo_account *jet_client_account(struct jet_client *jet);

#endif
