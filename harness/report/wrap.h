/* Long lines broken for a terminal of 80 columns. */
#ifndef JS_WRAP_H
#define JS_WRAP_H

#include "base/bytes.h"

/* Appends text with each line broken at blanks, where there are any, so that
 * none is wider than 80 columns; what is broken off stands two columns deeper
 * than its line. hang > 0: that deep instead, for lines that begin a field
 * (not with a blank). Characters from U+1100 on count as two columns. */
void wrap_text(const char *text, int hang, struct buffer *out);
/* A command for a shell: broken between options, outside of quotes, by a
 * backslash, so that it can be copied as it stands; a longer word stays
 * whole. */
void wrap_command(const char *name, const char *command, struct buffer *out);

#endif
