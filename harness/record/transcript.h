/* The stanzas of a case as a transcript: what `jinglespec lint`, `record` and
 * `jet open` read. */
#ifndef JS_TRANSCRIPT_H
#define JS_TRANSCRIPT_H

#include "base/bytes.h"
#include "record/record.h"

/* Appends <transcript/> with a <stanza t= dir= actor= mark=> around each
 * stanza; what does not parse is left out. */
void record_transcript(const struct record_case *c, struct buffer *out);

#endif
