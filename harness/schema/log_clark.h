/* Dino prints <{namespace}:name {namespace}:attribute='value'> with every text
 * on an indented line of its own, and nothing escaped. */
#ifndef JS_LOG_CLARK_H
#define JS_LOG_CLARK_H

#include "base/bytes.h"

/* Appends the same element as XML, white space around text removed. What is
 * malformed stays so, for the parser to refuse. */
void log_clark_to_xml(struct bytes text, struct buffer *out);

#endif
