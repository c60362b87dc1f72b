#include "schema/log_place.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Eight bytes at a time: those that go on a character (10xxxxxx) have the
 * highest bit and lack the next. */
uint64_t log_columns(const char *text, size_t len)
{
    uint64_t columns = len;
    for (; len >= 8; text += 8, len -= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        word = (word >> 7) & ~(word >> 6) & 0x0101010101010101u;
        columns -= (word * 0x0101010101010101u) >> 56;
    }
    for (size_t i = 0; i < len; i++)
        columns -= ((unsigned char)text[i] & 0xc0) == 0x80;
    return columns;
}

/* The next node in document order below top, or NULL. */
static const xmlNode *next_node(const xmlNode *top, const xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children != NULL)
        return node->children;
    while (node != top && node->next == NULL)
        node = node->parent;
    return node == top ? NULL : node->next;
}

/* How many elements of the stanza begin before this one? */
static size_t index_of(const xmlNode *stanza, const xmlNode *element)
{
    size_t index = 0;
    for (const xmlNode *node = stanza; node != NULL && node != element;
         node = next_node(stanza, node))
        index += node->type == XML_ELEMENT_NODE;
    return index;
}

/* Behind the mark, or the end. */
static size_t skip_to(const char *text, size_t len, size_t at, const char *mark)
{
    size_t size = strlen(mark);
    while (at + size <= len && memcmp(text + at, mark, size) != 0)
        at++;
    return at + size <= len ? at + size : len;
}

static size_t skip_tag(const char *text, size_t len, size_t at)
{
    char quote = 0;
    for (; at < len; at++) {
        if (quote != 0)
            quote = text[at] == quote ? 0 : quote;
        else if (text[at] == '\'' || text[at] == '"')
            quote = text[at];
        else if (text[at] == '>')
            return at + 1;
    }
    return len;
}

static bool has(const char *text, size_t len, size_t at, const char *mark)
{
    size_t size = strlen(mark);
    return at + size <= len && memcmp(text + at, mark, size) == 0;
}

/* Where the index-th start tag begins. */
static size_t tag_offset(const char *text, size_t len, size_t index)
{
    for (size_t at = 0; at < len;) {
        const char *less = memchr(text + at, '<', len - at);
        if (less == NULL)
            break;
        at = (size_t)(less - text);
        if (has(text, len, at, "<!--"))
            at = skip_to(text, len, at, "-->");
        else if (has(text, len, at, "<![CDATA["))
            at = skip_to(text, len, at, "]]>");
        else if (has(text, len, at, "<?"))
            at = skip_to(text, len, at, "?>");
        else if (!has(text, len, at, "</") && index-- == 0)
            return at;
        else
            at = skip_tag(text, len, at);
    }
    return 0;
}

/* The attribute's name inside the tag at offset, or the tag itself. */
static size_t attribute_offset(
    const char *text, size_t len, size_t offset, const char *attribute)
{
    size_t end = skip_tag(text, len, offset), size = strlen(attribute);
    char quote = 0;
    for (size_t at = offset + 1; at + size < end; at++) {
        if (quote != 0)
            quote = text[at] == quote ? 0 : quote;
        else if (text[at] == '\'' || text[at] == '"')
            quote = text[at];
        else if ((isspace((unsigned char)text[at - 1]) ||
                     text[at - 1] == ':') &&
                 memcmp(text + at, attribute, size) == 0 &&
                 text[at + size] == '=')
            return at;
    }
    return offset;
}

void log_place(const struct log_item *item, const xmlNode *stanza,
    const xmlNode *element, const char *attribute, uint64_t *line,
    uint64_t *column)
{
    const char *text = (const char *)item->text.data;
    size_t offset = tag_offset(text, item->text.len, index_of(stanza, element));
    if (attribute != NULL)
        offset = attribute_offset(text, item->text.len, offset, attribute);
    *line = item->line;
    *column = item->column;
    for (size_t at = 0; at < offset; at++) {
        if (text[at] == '\n') {
            (*line)++;
            *column = 1;
        } else {
            *column += log_columns(text + at, 1);
        }
    }
}
