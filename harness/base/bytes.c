#include "base/bytes.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes bytes_of(const void *data, size_t len)
{
    return (struct bytes){data, len};
}

struct bytes bytes_text(const char *text)
{
    return bytes_of(text, text == NULL ? 0 : strlen(text));
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t len)
{
    if (buffer->capacity - buffer->len < len + 1) {
        size_t want = buffer->len + len + 1;
        size_t grown = buffer->capacity * 2;
        buffer->capacity = want > grown ? want : grown;
        if (buffer->capacity < 64)
            buffer->capacity = 64;
        buffer->data = mem_realloc(buffer->data, buffer->capacity);
    }
    return buffer->data + buffer->len;
}

void buffer_add(struct buffer *buffer, const void *data, size_t len)
{
    uint8_t *room = buffer_reserve(buffer, len);
    if (len > 0)
        memcpy(room, data, len);
    buffer->len += len;
    buffer->data[buffer->len] = 0;
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        abort();
    char *room = (char *)buffer_reserve(buffer, (size_t)len);
    vsnprintf(room, (size_t)len + 1, format, again);
    va_end(again);
    buffer->len += (size_t)len;
}

/* The length of the UTF-8 sequence at p that XML 1.0 allows, or 0. */
static size_t xml_char_len(const uint8_t *p, size_t len)
{
    uint8_t first = p[0];
    if (first < 0x80)
        return first >= 0x20 || first == '\t' || first == '\n' || first == '\r';
    size_t need = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || need > len)
        return 0;
    uint32_t code = first & (0xffU >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[need] || code > 0x10ffff ||
        (code >= 0xd800 && code <= 0xdfff) || code == 0xfffe || code == 0xffff)
        return 0;
    return need;
}

void buffer_add_clean(struct buffer *buffer, const void *data, size_t len)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < len;) {
        size_t run = xml_char_len(p + i, len - i);
        if (run == 0)
            buffer_add_text(buffer, "\xef\xbf\xbd");
        else
            buffer_add(buffer, p + i, run);
        i += run ? run : 1;
    }
}

static const char *xml_entity(char c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    default:
        return NULL;
    }
}

void buffer_add_xml(struct buffer *buffer, const char *text, size_t len)
{
    const uint8_t *p = (const uint8_t *)text;
    for (size_t i = 0; i < len;) {
        size_t run = xml_char_len(p + i, len - i);
        const char *entity = xml_entity(text[i]);
        if (run == 0)
            buffer_add_text(buffer, "\xef\xbf\xbd");
        else if (entity != NULL)
            buffer_add_text(buffer, entity);
        else
            buffer_add(buffer, text + i, run);
        i += run ? run : 1;
    }
}

void buffer_drop(struct buffer *buffer, size_t len)
{
    if (len == 0)
        return;
    buffer->len -= len;
    memmove(buffer->data, buffer->data + len, buffer->len + 1);
}

const char *buffer_text(const struct buffer *buffer)
{
    return buffer->data == NULL ? "" : (const char *)buffer->data;
}

struct bytes buffer_bytes(const struct buffer *buffer)
{
    return bytes_of(buffer->data, buffer->len);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->len = 0;
    if (buffer->data != NULL)
        buffer->data[0] = 0;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

char *buffer_take(struct buffer *buffer)
{
    if (buffer->data == NULL)
        buffer_add(buffer, "", 0);
    char *text = (char *)buffer->data;
    *buffer = (struct buffer){0};
    return text;
}

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct buffer *out, const void *data, size_t len)
{
    const uint8_t *in = data;
    char *to = (char *)buffer_reserve(out, (len + 2) / 3 * 4);
    char *start = to;
    size_t whole = len - len % 3;
    for (size_t i = 0; i < whole; i += 3) {
        uint32_t word =
            (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | in[i + 2];
        *to++ = alphabet[word >> 18];
        *to++ = alphabet[word >> 12 & 63];
        *to++ = alphabet[word >> 6 & 63];
        *to++ = alphabet[word & 63];
    }
    if (whole < len) {
        bool two = len - whole == 2;
        uint32_t word = (uint32_t)in[whole] << 16 |
                        (two ? (uint32_t)in[whole + 1] << 8 : 0);
        *to++ = alphabet[word >> 18];
        *to++ = alphabet[word >> 12 & 63];
        *to++ = two ? alphabet[word >> 6 & 63] : '=';
        *to++ = '=';
    }
    *to = 0;
    out->len += (size_t)(to - start);
}

/* The digit's value and one, so that 0 is no digit. */
static const uint8_t digit_values[256] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 63, 0, 0, 0, 64, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 0,
    0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
    18, 19, 20, 21, 22, 23, 24, 25, 26, 0, 0, 0, 0, 0, 0, 27, 28, 29, 30, 31,
    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50,
    51, 52, 0, 0, 0, 0, 0};

/* Whole groups of four digits, up to the first that has something else in it;
 * returns how many characters it took. */
static size_t decode_groups(uint8_t *out, const uint8_t *in, size_t len)
{
    size_t at = 0;
    for (; len - at >= 4; at += 4) {
        uint32_t a = digit_values[in[at]], b = digit_values[in[at + 1]];
        uint32_t c = digit_values[in[at + 2]], d = digit_values[in[at + 3]];
        if (a == 0 || b == 0 || c == 0 || d == 0)
            break;
        uint32_t word = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
        *out++ = (uint8_t)(word >> 16);
        *out++ = (uint8_t)(word >> 8);
        *out++ = (uint8_t)word;
    }
    return at;
}

bool base64_decode(struct buffer *out, const char *text, size_t len, bool lax)
{
    uint8_t *room = buffer_reserve(out, len / 4 * 3 + 3);
    size_t start = decode_groups(room, (const uint8_t *)text, len);
    size_t wrote = start / 4 * 3, digits = start, padding = 0;
    uint32_t word = 0;
    for (size_t i = start; i < len; i++) {
        char c = text[i];
        if (lax && (c == ' ' || c == '\n' || c == '\r' || c == '\t'))
            continue;
        if (c == '=') {
            padding++;
            continue;
        }
        uint8_t value = digit_values[(uint8_t)c];
        if (value == 0 || padding > 0)
            return false;
        word = word << 6 | (uint32_t)(value - 1);
        if (++digits % 4 == 0) {
            room[wrote++] = (uint8_t)(word >> 16);
            room[wrote++] = (uint8_t)(word >> 8);
            room[wrote++] = (uint8_t)word;
            word = 0;
        }
    }
    size_t rest = digits % 4;
    if (rest == 1 || padding != (rest == 0 ? 0 : 4 - rest))
        return false;
    /* RFC 4648 s3.5: the bits that pad are zero. */
    if ((rest == 2 && (word & 15) != 0) || (rest == 3 && (word & 3) != 0))
        return false;
    if (rest >= 2)
        room[wrote++] = (uint8_t)(rest == 2 ? word >> 4 : word >> 10);
    if (rest == 3)
        room[wrote++] = (uint8_t)(word >> 2);
    out->len += wrote;
    out->data[out->len] = 0;
    return true;
}

void hex_encode(struct buffer *out, const void *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *in = data;
    uint8_t *to = buffer_reserve(out, len * 2);
    for (size_t i = 0; i < len; i++) {
        *to++ = (uint8_t)digits[in[i] >> 4];
        *to++ = (uint8_t)digits[in[i] & 15];
    }
    *to = 0;
    out->len += len * 2;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_decode(struct buffer *out, const char *text, size_t len)
{
    if (len % 2 != 0)
        return false;
    uint8_t *room = buffer_reserve(out, len / 2);
    for (size_t i = 0; i < len; i += 2) {
        int high = hex_value(text[i]), low = hex_value(text[i + 1]);
        if (high < 0 || low < 0)
            return false;
        room[i / 2] = (uint8_t)(high << 4 | low);
    }
    out->len += len / 2;
    out->data[out->len] = 0;
    return true;
}
