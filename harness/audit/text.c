#include "audit/text.h"

#include <string.h>

struct text text_part(
    struct arena *arena, const struct text *text, size_t at, size_t end)
{
    struct text part = {.len = end - at};
    part.data = arena_strndup(arena, text->data + at, part.len);
    part.origin = text->origin + at;
    return part;
}

struct text text_edited(
    struct arena *arena, const struct text *text, const struct edits *edits)
{
    /* One pass with a marker array: the edited text once for the bytes, once
     * more for the places, by the same rules as edits_apply. */
    size_t len;
    char *data = edits_apply(text->data, text->len, edits, &len);
    uint32_t *origin = arena_alloc(arena, (len + 1) * sizeof *origin);
    struct edits sorted = {0};
    for (size_t i = 0; i < edits->count; i++) {
        list_push(arena, &sorted, edits->items[i]);
        size_t k = sorted.count - 1;
        for (; k > 0 && sorted.items[k - 1].at > sorted.items[k].at; k--) {
            struct edit swap = sorted.items[k];
            sorted.items[k] = sorted.items[k - 1];
            sorted.items[k - 1] = swap;
        }
    }
    size_t at = 0, out = 0;
    for (size_t i = 0; i < sorted.count; i++) {
        const struct edit *edit = &sorted.items[i];
        if (edit->at < at || edit->at + edit->len > text->len)
            continue;
        while (at < edit->at)
            origin[out++] = text->origin[at++];
        for (size_t k = 0; k < strlen(edit->text); k++)
            origin[out++] = text->origin[at];
        at += edit->len;
    }
    while (out <= len)
        origin[out++] = text->origin[at++];
    struct text edited = {arena_strndup(arena, data, len), len, origin};
    free(data);
    return edited;
}

/* Whether the place in the file is inside a CDATA section. */
static bool in_cdata(const char *file, size_t at)
{
    size_t from = at;
    while (from > 0) {
        from--;
        if (at - from >= 3 && strncmp(file + from, "]]>", 3) == 0)
            return false;
        if (strncmp(file + from, "<![CDATA[", 9) == 0)
            return true;
    }
    return false;
}

bool text_edits_in_file(struct arena *arena, const struct text *text,
    const char *file, size_t file_len, const struct edits *edits,
    struct edits *out)
{
    for (size_t i = 0; i < edits->count; i++) {
        const struct edit *edit = &edits->items[i];
        size_t from = text->origin[edit->at], to = from;
        if (edit->len > 0) {
            size_t last = edit->at + edit->len - 1;
            to = (size_t)text->origin[last] + 1;
            for (size_t k = edit->at; k <= last; k++)
                if (text->origin[k] >= file_len ||
                    (file[text->origin[k]] != text->data[k] &&
                        file[text->origin[k]] != '&'))
                    return false;
            if (file[text->origin[last]] == '&' &&
                !in_cdata(file, text->origin[last])) {
                const char *end = memchr(file + to, ';', file_len - to);
                if (end == NULL)
                    return false;
                to = (size_t)(end - file) + 1;
            }
        } else if (edit->at > 0) {
            /* An insertion stands right behind the byte before it, so that it
             * stays inside the CDATA section. */
            size_t before = text->origin[edit->at - 1];
            if (before < file_len && file[before] != '&')
                from = to = before + 1;
        }
        struct edit in_file = {from, to - from, edit->text};
        if (!in_cdata(file, from) && strpbrk(edit->text, "<>&") != NULL) {
            struct buffer escaped = {0};
            for (const char *c = edit->text; *c != '\0'; c++) {
                if (*c == '<')
                    buffer_add_text(&escaped, "&lt;");
                else if (*c == '>')
                    buffer_add_text(&escaped, "&gt;");
                else if (*c == '&')
                    buffer_add_text(&escaped, "&amp;");
                else
                    buffer_add(&escaped, c, 1);
            }
            in_file.text = arena_strdup(arena, buffer_text(&escaped));
            buffer_free(&escaped);
        }
        list_push(arena, out, in_file);
    }
    return true;
}
