#include "schema/log_clark.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define XMLNS "http://www.w3.org/2000/xmlns/"
#define XML "http://www.w3.org/XML/1998/namespace"

struct cursor {
    const char *at, *end;
};

static bool starts(const struct cursor *c, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(c->end - c->at) >= len && memcmp(c->at, text, len) == 0;
}

/* Reads "{namespace}:" when it is there; else an empty namespace. */
static struct bytes read_namespace(struct cursor *c)
{
    struct bytes ns = {NULL, 0};
    if (c->at == c->end || *c->at != '{')
        return ns;
    const char *close = memchr(c->at, '}', (size_t)(c->end - c->at));
    if (close == NULL)
        return ns;
    ns = bytes_of(c->at + 1, (size_t)(close - c->at - 1));
    c->at = close + 1;
    if (c->at < c->end && *c->at == ':')
        c->at++;
    return ns;
}

static struct bytes read_name(struct cursor *c)
{
    const char *start = c->at;
    while (c->at < c->end && !isspace((unsigned char)*c->at) &&
           strchr("=/>", *c->at) == NULL)
        c->at++;
    return bytes_of(start, (size_t)(c->at - start));
}

static void skip_space(struct cursor *c)
{
    while (c->at < c->end && isspace((unsigned char)*c->at))
        c->at++;
}

/* Escapes what the log did not; an entity that stands there is taken for an
 * ampersand of the text, as Dino prints the value itself. */
static void add_escaped(struct buffer *out, struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = (char)text.data[i];
        if (c == '&')
            buffer_add_text(out, "&amp;");
        else if (c == '<')
            buffer_add_text(out, "&lt;");
        else if (c == '\'')
            buffer_add_text(out, "&apos;");
        else
            buffer_add(out, &c, 1);
    }
}

/* One attribute; false when the tag goes on otherwise. */
static bool read_attribute(struct cursor *c, struct buffer *out)
{
    struct bytes ns = read_namespace(c), name = read_name(c);
    if (name.len == 0 || c->at == c->end || *c->at != '=')
        return false;
    c->at++;
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    const char *value = c->at + 1;
    const char *end = memchr(value, *c->at, (size_t)(c->end - value));
    if (end == NULL)
        return false;
    c->at = end + 1;
    if (bytes_equal(ns, bytes_text(XMLNS)))
        return true; /* each element tells its own namespace */
    buffer_add_text(out, bytes_equal(ns, bytes_text(XML)) ? " xml:" : " ");
    buffer_add(out, name.data, name.len);
    buffer_add_text(out, "='");
    add_escaped(out, bytes_of(value, (size_t)(end - value)));
    buffer_add_text(out, "'");
    return true;
}

static void read_tag(struct cursor *c, struct buffer *out)
{
    c->at++; /* "<" */
    bool closes = c->at < c->end && *c->at == '/';
    c->at += closes;
    struct bytes ns = read_namespace(c), name = read_name(c);
    buffer_add_text(out, closes ? "</" : "<");
    buffer_add(out, name.data, name.len);
    if (!closes && ns.data != NULL) {
        buffer_add_text(out, " xmlns='");
        add_escaped(out, ns);
        buffer_add_text(out, "'");
    }
    skip_space(c);
    while (c->at < c->end && !starts(c, ">") && !starts(c, "/>")) {
        if (!read_attribute(c, out))
            break;
        skip_space(c);
    }
    if (starts(c, "/>")) {
        buffer_add_text(out, "/>");
        c->at += 2;
    } else if (starts(c, ">")) {
        buffer_add_text(out, ">");
        c->at++;
    } else if (c->at < c->end) {
        buffer_add(out, c->at++, 1); /* malformed: let the parser say it */
    }
}

/* A tag is "<{" or "</{"; any other "<" is text that was not escaped. */
static bool at_tag(const struct cursor *c)
{
    return starts(c, "<{") || starts(c, "</{");
}

static void read_text(struct cursor *c, struct buffer *out)
{
    const char *start = c->at;
    do
        c->at++;
    while (c->at < c->end && !at_tag(c));
    const char *end = c->at;
    while (start < end && isspace((unsigned char)*start))
        start++;
    while (end > start && isspace((unsigned char)end[-1]))
        end--;
    add_escaped(out, bytes_of(start, (size_t)(end - start)));
}

void log_clark_to_xml(struct bytes text, struct buffer *out)
{
    struct cursor cursor = {
        (const char *)text.data, (const char *)text.data + text.len};
    while (cursor.at < cursor.end) {
        if (at_tag(&cursor))
            read_tag(&cursor, out);
        else
            read_text(&cursor, out);
    }
}
