#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

static size_t sequence_length(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

size_t utf8_next(const char *text, size_t len, uint32_t *character)
{
    const uint8_t *p = (const uint8_t *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t need = sequence_length(p[0]);
    *character = UTF8_REPLACEMENT;
    if (need == 0 || need > len)
        return 1;
    uint32_t code = need == 1 ? p[0] : p[0] & (0xffU >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 1;
        code = code << 6 | (p[i] & 0x3fU);
    }
    if (code < least[need] || code > 0x10ffff ||
        (code >= 0xd800 && code <= 0xdfff))
        return 1;
    *character = code;
    return need;
}

void utf8_add(struct buffer *buffer, uint32_t c)
{
    uint8_t out[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len; i-- > 1; c >>= 6)
        out[i] = (uint8_t)(0x80 | (c & 0x3f));
    out[0] = (uint8_t)(lead[len] | c);
    buffer_add(buffer, out, len);
}

bool utf8_printable(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0, 0x1f}, {0x7f, 0x9f},
        {0x200b, 0x200f},   /* zero width, direction marks */
        {0x2028, 0x202e},   /* separators, direction overrides */
        {0x2060, 0x206f},   /* invisible operators, isolates */
        {0xd800, 0xdfff},   /* surrogates */
        {0xfdd0, 0xfdef},   /* non-characters */
        {0xfeff, 0xfeff},   /* byte order mark */
        {0xfff9, 0xfffb},   /* interlinear marks */
        {0xe0000, 0xe007f}, /* tags */
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        if (c >= hidden[i].first && c <= hidden[i].last)
            return false;
    }
    return c <= 0x10ffff && (c & 0xfffe) != 0xfffe;
}

size_t utf8_length(const char *text)
{
    size_t len = strlen(text), count = 0;
    uint32_t c;
    for (size_t i = 0; i < len; count++)
        i += utf8_next(text + i, len - i, &c);
    return count;
}

void utf8_add_line(struct buffer *buffer, const char *text, size_t limit)
{
    if (text == NULL)
        return;
    size_t len = strlen(text);
    bool cut = limit > 3 && utf8_length(text) > limit;
    size_t room = cut ? limit - 3 : SIZE_MAX;
    for (size_t i = 0; i < len && room > 0; room--) {
        uint32_t c;
        i += utf8_next(text + i, len - i, &c);
        if (c == '\n' || c == '\t' || c == '\r')
            c = ' ';
        utf8_add(buffer, utf8_printable(c) ? c : UTF8_REPLACEMENT);
    }
    if (cut)
        buffer_add_text(buffer, "...");
}

void utf8_add_json(struct buffer *buffer, const char *text)
{
    size_t len = strlen(text);
    buffer_add_text(buffer, "\"");
    for (size_t i = 0; i < len;) {
        uint32_t c;
        i += utf8_next(text + i, len - i, &c);
        if (c == '"' || c == '\\')
            buffer_printf(buffer, "\\%c", (int)c);
        else if (c == '\n')
            buffer_add_text(buffer, "\\n");
        else if (c == '\t')
            buffer_add_text(buffer, "\\t");
        else if (c < 0x20 || c == 0x7f || c == '<' || c == 0x2028 ||
                 c == 0x2029)
            buffer_printf(buffer, "\\u%04x", (unsigned)c);
        else
            utf8_add(buffer, c);
    }
    buffer_add_text(buffer, "\"");
}
