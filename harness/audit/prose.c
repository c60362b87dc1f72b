#include "audit/prose.h"

#include <ctype.h>
#include <string.h>

static bool is_passage(const struct tree_node *n)
{
    static const char *const names[] = {
        "p", "li", "td", "th", "dt", "dd", "para", "div", NULL};
    for (size_t i = 0; n->name != NULL && names[i] != NULL; i++)
        if (strcmp(names[i], n->name) == 0)
            return true;
    return false;
}

static bool is_block(const struct tree_node *n)
{
    return n->name != NULL &&
           (strcmp(n->name, "code") == 0 || strcmp(n->name, "example") == 0);
}

/* The text of a passage, what belongs to passages inside it left out. */
static void add_text(struct buffer *out, const struct tree_node *node)
{
    for (const struct tree_node *n = node->first; n != NULL; n = n->next) {
        if (n->text != NULL) {
            for (const char *t = n->text; *t != '\0'; t++) {
                if (!isspace((unsigned char)*t))
                    buffer_add(out, t, 1);
                else if (out->len > 0 && out->data[out->len - 1] != ' ')
                    buffer_add_text(out, " ");
            }
        } else if (!is_passage(n) &&
                   (!is_block(n) || strcmp(node->name, "p") == 0) &&
                   strcmp(n->name, "note") != 0) {
            add_text(out, n);
        }
    }
}

struct prose *prose_read(struct arena *arena, const struct document *document)
{
    struct prose *prose = arena_alloc(arena, sizeof *prose);
    prose->arena = arena;
    prose->document = document;
    const struct tree_node *top = document->tree->document;
    const struct tree_node *section = tree_child(top, "xep");
    for (const struct tree_node *n = section == NULL ? top->first : section;
         n != NULL; n = tree_following(n, top)) {
        if (n->name != NULL && strcmp(n->name, "header") == 0) {
            const struct tree_node *end = n;
            while (n != NULL && n->next == NULL)
                n = n->parent;
            n = n == NULL ? NULL : n->next;
            if (n == NULL || n == end)
                break;
        }
        if (n->name == NULL || !is_passage(n))
            continue;
        struct buffer out = {0};
        add_text(&out, n);
        while (out.len > 0 && out.data[out.len - 1] == ' ')
            out.data[--out.len] = '\0';
        if (out.len > 0) {
            struct passage passage = {
                n, arena_strndup(arena, buffer_text(&out), out.len)};
            list_push(arena, prose, passage);
        }
        buffer_free(&out);
    }
    return prose;
}

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static bool marked_at(const char *text, const char *at, size_t len)
{
    char before = at == text ? '\0' : at[-1], after = at[len];
    if ((before == '\'' || before == '"') && (after == before || after == '='))
        return true;
    if (before == '<' || before == '@' || (before == '#' && after != ' '))
        return true;
    /* Typographic quotes end in 0x98 or 0x9c, as UTF-8. */
    bool typographic =
        at - text >= 3 && (unsigned char)at[-3] == 0xe2 &&
        ((unsigned char)at[-1] == 0x98 || (unsigned char)at[-1] == 0x9c);
    return typographic || (before == '/' && at - text >= 2 && at[-2] == '<') ||
           (before == '\0' && after == '\0');
}

bool text_has(const char *text, const char *name, bool marked)
{
    size_t len = strlen(name);
    for (const char *at = strstr(text, name); at != NULL && len > 0;
         at = strstr(at + 1, name)) {
        if ((at != text && word_char(at[-1])) || word_char(at[len]))
            continue;
        if (!marked || marked_at(text, at, len))
            return true;
    }
    return false;
}

const struct passage *prose_names(const struct prose *prose, const char *name)
{
    for (size_t i = 0; i < prose->count; i++)
        if (text_has(prose->items[i].text, name, true))
            return &prose->items[i];
    return NULL;
}

const struct passage *prose_has_word(
    const struct prose *prose, const char *name)
{
    for (size_t i = 0; i < prose->count; i++)
        if (text_has(prose->items[i].text, name, false))
            return &prose->items[i];
    return NULL;
}

const char *prose_place(struct arena *arena, const struct document *document,
    const struct tree_node *node)
{
    const char *topic = document_section(node);
    const char *anchor = document_anchor(node);
    return arena_printf(arena, "section \"%s\"%s%s%s, line %d", topic,
        *anchor ? " (#" : "", anchor, *anchor ? ")" : "",
        document_line(document, node->at));
}

/* How far the nearest key word of RFC 2119 stands before `at`, in its sentence;
 * SIZE_MAX: none does. */
static size_t behind_keyword(const char *text, const char *at)
{
    static const char *const words[] = {"MUST", "SHALL", "SHOULD", "MAY",
        "REQUIRED", "RECOMMENDED", "OPTIONAL", NULL};
    for (const char *p = at; p > text; p--) {
        if (p < at && p[0] == ' ' && p[-1] == '.')
            break;
        for (size_t i = 0; words[i] != NULL; i++)
            if (strncmp(p - 1, words[i], strlen(words[i])) == 0)
                return (size_t)(at - p);
    }
    return SIZE_MAX;
}

/* Where the passage says something of the name: where it stands in quotes or
 * as a tag, soon after a key word; else where it stands at all. */
static const char *said_of(const char *text, const char *name)
{
    size_t len = strlen(name), nearest = SIZE_MAX;
    const char *best = NULL, *word = NULL;
    for (const char *at = strstr(text, name); at != NULL && len > 0;
         at = strstr(at + 1, name)) {
        if ((at != text && word_char(at[-1])) || word_char(at[len]))
            continue;
        word = word == NULL ? at : word;
        if (!marked_at(text, at, len))
            continue;
        size_t far = behind_keyword(text, at);
        if (best == NULL || far < nearest) {
            best = at;
            nearest = far;
        }
    }
    return best != NULL ? best : word != NULL ? word : strstr(text, name);
}

const char *prose_quote(struct arena *arena, const char *text, const char *name)
{
    enum { AROUND = 90 };
    size_t len = strlen(text);
    if (len <= 2 * AROUND)
        return text;
    const char *at = said_of(text, name);
    size_t middle = at == NULL ? 0 : (size_t)(at - text);
    size_t from = middle > AROUND ? middle - AROUND : 0;
    while (from > 0 && text[from] != ' ')
        from--;
    size_t to = from + 2 * AROUND < len ? from + 2 * AROUND : len;
    while (to < len && text[to] != ' ')
        to++;
    return arena_printf(arena, "%s%.*s%s", from > 0 ? "..." : "",
        (int)(to - from), text + from, to < len ? " ..." : "");
}
