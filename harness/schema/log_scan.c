#include "schema/log_scan.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { depth_max = 64 };

struct name {
    const char *text;
    size_t len;
};

struct scan {
    const char *at, *end;
    struct name open[depth_max];
    unsigned depth;
};

static bool is(const struct name *name, const char *text)
{
    return strlen(text) == name->len &&
           memcmp(name->text, text, name->len) == 0;
}

static bool is_stanza(const struct name *name)
{
    return is(name, "iq") || is(name, "message") || is(name, "presence");
}

static bool ends_name(char c)
{
    return c == '>' || c == '/' || c == ' ' || (c >= '\t' && c <= '\r');
}

static struct name read_name(struct scan *scan)
{
    const char *start = scan->at;
    while (scan->at < scan->end && !ends_name(*scan->at))
        scan->at++;
    return (struct name){start, (size_t)(scan->at - start)};
}

/* Behind the ">" of a start tag; false where it is none. */
static bool skip_attributes(struct scan *scan)
{
    const char *at = scan->at;
    for (; at < scan->end && *at != '>'; at++) {
        if (*at == '<')
            return false;
        if (*at != '\'' && *at != '"')
            continue;
        if (at[-1] != '=')
            return false;
        const char *close = memchr(at + 1, *at, (size_t)(scan->end - at) - 1);
        if (close == NULL || memchr(at, '<', (size_t)(close - at)) != NULL)
            return false;
        at = close;
    }
    scan->at = at + 1;
    return at < scan->end;
}

static bool end_tag(struct scan *scan)
{
    scan->at++;
    struct name name = read_name(scan);
    const struct name *open = &scan->open[scan->depth - 1];
    if (scan->at == scan->end || *scan->at != '>' || name.len != open->len ||
        memcmp(name.text, open->text, name.len) != 0)
        return false;
    scan->at++;
    scan->depth--;
    return true;
}

/* A log that prints the first tag alone goes on with a line of its own. */
static bool is_first_tag_alone(const struct scan *scan)
{
    return scan->end - scan->at < 2 ||
           (scan->at[0] == '\n' && scan->at[1] != '<' &&
               !isspace((unsigned char)scan->at[1]));
}

static bool start_tag(struct scan *scan)
{
    const char *start = scan->at;
    struct name name = read_name(scan);
    unsigned char first = name.len == 0 ? 0 : (unsigned char)*start;
    if (!isalpha(first) && first != '_' && first < 128)
        return false;
    bool stanza = is_stanza(&name);
    if (scan->depth == 0 ? !stanza
                         : stanza || is(&name, "stream:features") ||
                               is(&name, "stream:error"))
        return false;
    if (!skip_attributes(scan))
        return false;
    if (scan->at[-2] == '/')
        return true;
    if (scan->depth == depth_max ||
        (scan->depth == 0 && is_first_tag_alone(scan)))
        return false;
    scan->open[scan->depth++] = name;
    return true;
}

size_t log_scan(const char *data, size_t len)
{
    struct scan scan = {.at = data, .end = data + len};
    do {
        const char *less = memchr(scan.at, '<', (size_t)(scan.end - scan.at));
        if (less == NULL || scan.end - less < 2)
            return 0;
        scan.at = less + 1;
        bool closes = *scan.at == '/' && scan.depth > 0;
        if (!(closes ? end_tag(&scan) : start_tag(&scan)))
            return 0;
    } while (scan.depth > 0);
    return (size_t)(scan.at - data);
}
