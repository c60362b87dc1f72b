#include "script/parser.h"

#include "base/bytes.h"
#include "script/scan.h"

#include <libxml/xmlstring.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SOURCE_MAX = 4 * 1024 * 1024,
    SHOWN_MAX = 110, /* characters of a line */
    SHOWN_BEFORE = 60,
    ERRORS_MAX = 200
};

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

static size_t characters(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += starts_character(text[i]);
    return count;
}

static void add_shown(struct buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\t')
            buffer_add_text(out, "    ");
        else if ((unsigned char)text[i] >= ' ')
            buffer_add(out, text + i, 1);
    }
}

static void add_caret(
    struct buffer *out, char with, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\t')
            buffer_printf(out, "%c%c%c%c", with, with, with, with);
        else if (starts_character(text[i]))
            buffer_add(out, &with, 1);
    }
}

/* The line, cut around the place, and the carets below it. */
static void show(
    struct buffer *out, const struct line *line, size_t start, size_t len)
{
    const char *text = line->text;
    size_t from = 0, to = line->len;
    if (to > SHOWN_MAX && start > SHOWN_BEFORE)
        from = start - SHOWN_BEFORE;
    else
        from = line->tabs < start ? line->tabs : start;
    if (to - from > SHOWN_MAX)
        to = from + SHOWN_MAX;
    while (from > 0 && !starts_character(text[from]))
        from--;
    while (to < line->len && !starts_character(text[to]))
        to++;
    if (start + len > to)
        len = to > start ? to - start : 0;
    buffer_add_text(out, "\n    ");
    add_shown(out, text + from, to - from);
    buffer_add_text(out, "\n    ");
    add_caret(out, ' ', text + from, start - from);
    buffer_add_text(out, "^");
    if (len > 1) {
        size_t first = 1;
        while (first < len && !starts_character(text[start + first]))
            first++;
        add_caret(out, '~', text + start + first, len - first);
    }
}

static bool is_new(const struct script_errors *errors, const char *text)
{
    for (size_t i = 0; i < errors->items.count; i++) {
        if (strcmp(errors->items.items[i], text) == 0)
            return false;
    }
    return true;
}

static void add(struct parser *p, size_t line, size_t start, size_t len,
    const char *message)
{
    const struct source *source = p->source;
    struct buffer out = {0};
    if (line < source->count) {
        const struct line *shown = &source->lines[line];
        if (start > shown->len)
            start = shown->len;
        if (len > shown->len - start)
            len = shown->len - start;
        buffer_printf(&out, "%s:%zu:%zu: %s", source->path, line + 1,
            characters(shown->text, start) + 1, message);
        show(&out, shown, start, len);
    } else {
        buffer_printf(&out, "%s:%zu:1: %s", source->path,
            source->count > 0 ? source->count : 1, message);
    }
    if (p->errors->items.count < ERRORS_MAX &&
        is_new(p->errors, buffer_text(&out)))
        vec_push(&p->errors->items, buffer_take(&out));
    p->errors->found = true;
    buffer_free(&out);
}

bool complain(
    struct parser *p, size_t start, size_t len, const char *format, ...)
{
    char message[600];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    add(p, p->line, start, len, message);
    return false;
}

bool complain_at(struct parser *p, size_t line, size_t start, size_t len,
    const char *format, ...)
{
    char message[600];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    add(p, line, start, len, message);
    return false;
}

void script_errors_free(struct script_errors *errors)
{
    for (size_t i = 0; i < errors->items.count; i++)
        free(errors->items.items[i]);
    vec_free(&errors->items);
}

static struct line make_line(struct parser *p, const char *text, size_t len)
{
    struct line line = {.len = len};
    if (len > 0 && text[len - 1] == '\r')
        line.len = len - 1;
    line.text = arena_strndup(p->arena, text, line.len);
    while (line.text[line.tabs] == '\t')
        line.tabs++;
    const char *rest = line.text + line.tabs;
    line.blank = rest[strspn(rest, " \t")] == 0 || rest[0] == '#';
    return line;
}

bool source_read(
    struct parser *p, const char *path, const char *text, struct source *source)
{
    *source = (struct source){.path = path};
    p->source = source;
    size_t len = strlen(text);
    if (len > SOURCE_MAX)
        return complain(p, 0, 0, "the file is larger than 4 MiB");
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3, len -= 3;
    size_t count = 1;
    for (size_t i = 0; i < len; i++)
        count += text[i] == '\n';
    struct line *lines = arena_alloc(p->arena, count * sizeof *lines);
    source->lines = lines;
    for (size_t i = 0; i < count; i++) {
        size_t line_len = strcspn(text, "\n");
        lines[source->count++] = make_line(p, text, line_len);
        text += line_len + (text[line_len] != 0);
        if (!xmlCheckUTF8((const xmlChar *)lines[i].text)) {
            lines[i].len = 0;
            return complain_at(p, i, 0, 0, "this line is not UTF-8");
        }
    }
    return true;
}
