/* Reading a line of a script: what belongs together, and the nearest word to
 * a mistyped one. Positions are bytes from 0. */
#ifndef JS_SCRIPT_SCAN_H
#define JS_SCRIPT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* A longer line of a step is refused: what is below may be quadratic. */
enum { SCAN_LINE_MAX = 2000 };

/* The position behind the unit at pos: a whole quoted text, group of brackets
 * or parentheses, or ${...}; else one byte. What is not closed counts as a
 * byte. A quote opens only where no letter or digit stands before it, so that
 * the apostrophe of a name is none. */
size_t scan_next(const char *text, size_t len, size_t pos);
/* The next "${" at or behind pos, or len. */
size_t scan_value(const char *text, size_t len, size_t pos);
/* The position behind the "}" that closes the "${" at pos; 0 when none. */
size_t scan_value_end(const char *text, size_t len, size_t pos);
/* Trims blanks from both ends. */
void scan_trim(const char *text, size_t *start, size_t *end);
/* Letters, digits, "-", not "-" first. */
bool scan_is_name(const char *text, size_t len);
bool scan_is_digit(char c);
bool scan_is_letter(char c);

/* Finds the word that is nearest to a mistyped one. Zero to begin. */
struct nearest {
    const char *best;
    size_t distance;
};
void nearest_offer(
    struct nearest *nearest, const char *typed, const char *word);
/* " (did you mean X?)" or "", in a buffer of at least 100 bytes. */
const char *nearest_hint(
    const struct nearest *nearest, char *hint, size_t size);

#endif
