#include "audit/tree_reader.h"

#include <ctype.h>
#include <string.h>

bool reader_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == ':' ||
           ((unsigned char)c & 0x80);
}

bool reader_name_char(char c)
{
    return reader_name_start(c) || isdigit((unsigned char)c) || c == '-' ||
           c == '.';
}

bool reader_starts(const struct reader *r, size_t at, const char *what)
{
    size_t n = strlen(what);
    return r->len - at >= n && memcmp(r->text + at, what, n) == 0;
}

size_t reader_seek(const struct reader *r, size_t at, const char *what)
{
    const char *found =
        at >= r->len ? NULL
                     : memmem(r->text + at, r->len - at, what, strlen(what));
    return found == NULL ? r->len : (size_t)(found - r->text);
}

size_t reader_skip_space(const struct reader *r, size_t at)
{
    while (at < r->len && isspace((unsigned char)r->text[at]))
        at++;
    return at;
}

struct tree_fault *reader_fault(struct reader *r, enum tree_fault_kind kind,
    size_t at, const struct tree_node *node, const char *detail,
    const char *message)
{
    struct tree_fault f = {.kind = kind,
        .at = at,
        .node = node,
        .detail = detail,
        .message = message};
    list_push(r->arena, &r->tree->faults, f);
    return &r->tree->faults.items[r->tree->faults.count - 1];
}

void reader_mend(struct reader *r, struct tree_fault *f, size_t at, size_t len,
    const char *text)
{
    struct edit edit = {at, len, text};
    list_push(r->arena, &f->edits, edit);
}

const char *reader_resolve(struct reader *r, size_t at, size_t len)
{
    struct buffer out = {0};
    size_t end = at + len;
    while (at < end) {
        const char *amp = memchr(r->text + at, '&', end - at);
        size_t plain = amp == NULL ? end - at : (size_t)(amp - r->text) - at;
        buffer_add(&out, r->text + at, plain);
        at += plain;
        if (amp == NULL)
            break;
        size_t name = at + 1, stop = name;
        while (stop < end &&
               (reader_name_char(r->text[stop]) || r->text[stop] == '#'))
            stop++;
        if (stop < end && r->text[stop] == ';' && stop > name) {
            if (!entity_text(r->entities, r->text + name, stop - name, &out)) {
                const char *what =
                    arena_strndup(r->arena, r->text + name, stop - name);
                reader_fault(r, TREE_BAD_REFERENCE, at, r->top, what,
                    arena_printf(
                        r->arena, "the entity &%s; is not declared", what));
                buffer_add(&out, r->text + at, stop + 1 - at);
            }
            at = stop + 1;
            continue;
        }
        struct tree_fault *f = reader_fault(r, TREE_BAD_REFERENCE, at, r->top,
            "&", "a bare '&' must be written '&amp;'");
        reader_mend(r, f, at, 1, "&amp;");
        buffer_add_text(&out, "&");
        at++;
    }
    const char *text = arena_strndup(r->arena, buffer_text(&out), out.len);
    buffer_free(&out);
    return text;
}
