/* Finds the end of a stanza that is plain XML, in one pass over bytes that
 * are all there: what most of most logs is. What is not plain, the reader
 * (log_reader.h) takes apart by its rules. */
#ifndef JS_LOG_SCAN_H
#define JS_LOG_SCAN_H

#include <stddef.h>

/* The length of the iq, message or presence that begins at data[0]; 0 when it
 * does not end within len or is anything but tags that match and text: no
 * comment, section or instruction, no stanza inside of it that declares no
 * namespace, at most 64 levels. The data hold no NUL. */
size_t log_scan(const char *data, size_t len);

#endif
