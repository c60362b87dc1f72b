/* What a client called itself on the wire, for subjects whose driver does not
 * know: the answer to a question for its version (XEP-0092), or the identity
 * of its disco#info (XEP-0030). */
#ifndef JS_SOFTWARE_H
#define JS_SOFTWARE_H

#include "record/record.h"

/* "Dino 0.4.2", "Gajim", or NULL: it never said. In the run's arena. */
const char *software_of_subject(const struct record_run *run);

#endif
