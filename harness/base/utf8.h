/* Text of doubtful origin, one character at a time. */
#ifndef JS_UTF8_H
#define JS_UTF8_H

#include "base/bytes.h"

#include <stddef.h>
#include <stdint.h>

/* What stands for bytes that are no UTF-8. */
#define UTF8_REPLACEMENT 0xfffdU

/* The character at text (len > 0) and the bytes it takes, at least 1.
 * Malformed bytes are U+FFFD, one byte each; surrogates and overlong forms
 * count as malformed. */
size_t utf8_next(const char *text, size_t len, uint32_t *character);
/* Appends one character. */
void utf8_add(struct buffer *buffer, uint32_t character);
/* A character that a terminal, a log or a page shows as itself: no control
 * character, no direction override, no surrogate or non-character. Line feed
 * and tab are not printable either. */
_Bool utf8_printable(uint32_t character);
/* The number of characters, malformed bytes counting one each. */
size_t utf8_length(const char *text);
/* Appends text as one line of at most limit characters (0: no limit): line
 * feeds and tabs become spaces, what is malformed or not printable U+FFFD;
 * "..." ends what was cut. NULL adds nothing. */
void utf8_add_line(struct buffer *buffer, const char *text, size_t limit);
/* Appends a JSON string with its quotes (RFC 8259 s7); always valid UTF-8.
 * '<' is escaped too, so that the result may stand in an HTML script. */
void utf8_add_json(struct buffer *buffer, const char *text);

#endif
