/* In-band bytestreams as a transport (XEP-0047, XEP-0261): the stanzas that
 * come in from outside of Jingle. */
#ifndef JS_JINGLE_IBB_H
#define JS_JINGLE_IBB_H

#include "jingle/core.h"

/* <open/>, <data/> or <close/> in an iq-set, or <data/> in a message. */
void ibb_stanza(struct client *c, xmlNodePtr stanza, xmlNodePtr payload);

#endif
