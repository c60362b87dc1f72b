#include "report/wrap.h"

#include "base/utf8.h"

#include <string.h>

enum { WIDTH = 80, DEEPEST = 24 };

static int columns_of(uint32_t character)
{
    return character >= 0x1100 ? 2 : 1;
}

/* How many bytes of the line fit into room columns: up to a blank, when there
 * is one in the second half. */
static size_t fitting(const char *line, size_t len, int room)
{
    size_t at = 0, blank = 0;
    int used = 0;
    while (at < len) {
        uint32_t c;
        size_t bytes = utf8_next(line + at, len - at, &c);
        if (used + columns_of(c) > room)
            return blank > 0 && c != ' ' ? blank : at;
        used += columns_of(c);
        if (c == ' ' && used > room / 2)
            blank = at;
        at += bytes;
    }
    return len;
}

static void add_line(const char *line, size_t len, int hang, struct buffer *out)
{
    int depth = (int)strspn(line, " ");
    depth = hang > 0 && depth == 0 ? hang : depth + 2;
    if (depth > DEEPEST)
        depth = DEEPEST;
    size_t part = fitting(line, len, WIDTH);
    buffer_add(out, line, part);
    while (part < len) {
        line += part;
        len -= part;
        size_t blanks = strspn(line, " ");
        if (blanks >= len)
            break;
        line += blanks;
        len -= blanks;
        buffer_printf(out, "\n%*s", depth, "");
        part = fitting(line, len, WIDTH - depth);
        buffer_add(out, line, part);
    }
    buffer_add_text(out, "\n");
}

void wrap_text(const char *text, int hang, struct buffer *out)
{
    while (*text != 0) {
        size_t len = strcspn(text, "\n");
        add_line(text, len, hang, out);
        text += len + (text[len] == '\n');
    }
}

void wrap_command(const char *name, const char *command, struct buffer *out)
{
    int x = 13;
    buffer_printf(out, "%-12s ", name);
    while (*command != 0) {
        /* A word with what is quoted in it, and the blank behind it. */
        size_t len = 0;
        char quote = 0;
        for (; command[len] != 0 && (quote != 0 || command[len] != ' '); len++)
            if (command[len] == '\'')
                quote = quote == 0 ? '\'' : 0;
        if (x > 13 && x + (int)len + 2 > WIDTH) {
            buffer_printf(out, "\\\n%*s", 15, "");
            x = 15;
        }
        struct buffer word = {0};
        buffer_add(&word, command, len);
        utf8_add_line(out, buffer_text(&word), 1000);
        buffer_free(&word);
        x += (int)len + 1;
        command += len + (command[len] == ' ');
        buffer_add_text(out, *command != 0 ? " " : "");
    }
    buffer_add_text(out, "\n");
}
