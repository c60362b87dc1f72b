#include "jingle/safe_name.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { EXTENSION_MAX = 16 };

static int needs_escape(const char *name, const char *at)
{
    unsigned char byte = (unsigned char)*at;
    return byte < 0x20 || byte == 0x7f || strchr("/\\:*?\"<>|", byte) ||
           (at == name && (byte == '.' || byte == '~' || byte == '-')) ||
           (!at[1] && (byte == '.' || byte == ' '));
}

/* Steps back from a byte that continues a UTF-8 character. */
static size_t character_start(const char *text, size_t at)
{
    while (at && ((unsigned char)text[at] & 0xc0) == 0x80) {
        at--;
    }
    return at;
}

char *safe_name(const char *name)
{
    struct buffer out = {0};
    for (const char *at = name ? name : ""; *at; at++) {
        if (needs_escape(name, at)) {
            buffer_printf(&out, "%%%02X", (unsigned char)*at);
        } else {
            buffer_add(&out, at, 1);
        }
    }
    if (!out.len) {
        buffer_add_text(&out, "file");
    }
    if (out.len > SAFE_NAME_MAX) {
        char *whole = buffer_take(&out);
        const char *dot = strrchr(whole, '.');
        size_t extension = dot ? strlen(dot) : 0;
        if (extension > EXTENSION_MAX) {
            extension = 0;
        }
        memset(&out, 0, sizeof out);
        buffer_add(
            &out, whole, character_start(whole, SAFE_NAME_MAX - extension));
        buffer_add_text(&out, extension ? dot : "");
        free(whole);
    }
    return buffer_take(&out);
}
