/* Further tables of the case language: tags, user actions, words. They end
 * with a NULL name. */
#ifndef JS_SCRIPT_WORDS_H
#define JS_SCRIPT_WORDS_H

#include "script/verb.h"

/* "## tag: value" of a script. */
extern const struct header_key tag_keys[];
/* "SUBJECT is asked to WORD VALUE" beyond the verbs of their own. */
extern const struct capability ask_words[];
/* What a driver can say of a transfer. */
extern const char *const reported_words[];
/* RFC 6120 s8.3.3. */
extern const char *const stanza_errors[];

#endif
