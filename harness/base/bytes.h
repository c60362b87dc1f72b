/* Runs of bytes that carry their length, and a buffer that grows.
 * Text that is known to be text travels as NUL-terminated char pointers;
 * whatever came from a peer or may hold a NUL travels as struct bytes. */
#ifndef JS_BYTES_H
#define JS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed: whoever made it says how long it lives. */
struct bytes {
    const uint8_t *data;
    size_t len;
};

struct bytes bytes_of(const void *data, size_t len);
struct bytes bytes_text(const char *text);
bool bytes_equal(struct bytes a, struct bytes b);

/* Owned, growing; zero is an empty buffer. data is NUL-terminated behind len
 * whenever it is not NULL, so that text can be used in place. */
struct buffer {
    uint8_t *data;
    size_t len, capacity;
};

void buffer_add(struct buffer *buffer, const void *data, size_t len);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds text with the five XML characters escaped and characters that XML 1.0
 * forbids replaced by U+FFFD; malformed UTF-8 is replaced too. */
void buffer_add_xml(struct buffer *buffer, const char *text, size_t len);
/* Adds text as well-formed UTF-8 of characters that XML 1.0 allows: anything
 * else becomes U+FFFD. Nothing is escaped. */
void buffer_add_clean(struct buffer *buffer, const void *data, size_t len);
/* Room for len more bytes; write there, then add what was written to len. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t len);
/* Drops the first len bytes. */
void buffer_drop(struct buffer *buffer, size_t len);
/* The content as text; "" when nothing was ever added. */
const char *buffer_text(const struct buffer *buffer);
struct bytes buffer_bytes(const struct buffer *buffer);
/* Empties, keeping the memory. */
void buffer_clear(struct buffer *buffer);
/* Frees the memory; the buffer is a valid empty one afterwards. */
void buffer_free(struct buffer *buffer);
/* Hands the memory (NUL-terminated, never NULL) to the caller, who frees it. */
char *buffer_take(struct buffer *buffer);

/* Base64 with padding (RFC 4648 s4). Decoding is strict: the alphabet only,
 * right padding; with white space allowed when lax. False: malformed, out
 * unchanged. */
void base64_encode(struct buffer *out, const void *data, size_t len);
bool base64_decode(struct buffer *out, const char *text, size_t len, bool lax);
void hex_encode(struct buffer *out, const void *data, size_t len);
bool hex_decode(struct buffer *out, const char *text, size_t len);

#endif
