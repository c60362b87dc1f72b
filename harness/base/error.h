/* One way to report an error: a function that can fail returns false (or
 * NULL) and fills a struct error with one line that a person can act on:
 * what is wrong, where, and the way out. */
#ifndef JS_ERROR_H
#define JS_ERROR_H

#include <stdbool.h>

struct error {
    char message[1024];
};

/* Writes the message (cut at 1023 bytes) and returns false, so that callers
 * can say "return error_set(error, ...)". error may be NULL. */
bool error_set(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Puts a prefix before what is already there; returns false. */
bool error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
