/* What the words around a stanza in a log say: who sent it, and whether the
 * log is one of those that leave something out. */
#ifndef JS_LOG_HINT_H
#define JS_LOG_HINT_H

#include "schema/log_reader.h"

/* The direction that the text before a stanza names: "SEND:", "RECV:",
 * "Received[c2s]:", "XMPP OUT [...]", "<!-- In 12:00 -->". */
enum log_direction log_hint(const char *before);
/* The direction of a transcript's dir attribute: out, in, c2s, s2c. */
enum log_direction log_hint_word(const char *word);
/* Dino with hide-ns prints elements without any namespace: such a stanza
 * says nothing. Told by an iq whose payload has none. */
bool log_hides_namespaces(const char *stanza);

#endif
