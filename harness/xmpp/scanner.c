#include "xmpp/scanner.h"

#include "xmpp/parser.h"

#include <limits.h>
#include <string.h>

enum {
    IN_TEXT,
    AFTER_LT,
    IN_START_TAG,
    IN_END_TAG,
    IN_PI,
    AFTER_BANG, /* must become <![CDATA[ */
    IN_CDATA
};

static const char cdata_open[] = "<![CDATA[";

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum scan_result refuse(struct scanner *scanner, const char *reason)
{
    scanner->reason = reason;
    return SCAN_ERROR;
}

/* Is the start tag at hand, between two stanzas, a new stream header? */
static bool is_new_header(const struct scanner *scanner)
{
    static const char suffix[] = ":stream";
    size_t len = sizeof suffix - 1;
    if (scanner->depth == 0 || scanner->in_prolog)
        return true;
    if (scanner->depth != 1)
        return false;
    if (scanner->name_len == scanner->root_len &&
        memcmp(scanner->name, scanner->root, scanner->root_len) == 0)
        return true;
    return scanner->name_len > len &&
           memcmp(scanner->name + scanner->name_len - len, suffix, len) == 0;
}

static enum scan_result end_start_tag(struct scanner *scanner)
{
    bool empty = scanner->last == '/';
    scanner->state = IN_TEXT;
    if (scanner->depth <= 1 && is_new_header(scanner)) {
        if (empty)
            return refuse(scanner, "the stream header is an empty element");
        memcpy(scanner->root, scanner->name, scanner->name_len);
        scanner->root_len = scanner->name_len;
        scanner->depth = 1;
        scanner->in_prolog = false;
        scanner->opened = true;
        return SCAN_HEADER;
    }
    if (scanner->depth > STREAM_DEPTH_LIMIT)
        return refuse(scanner, "more than 100 elements in each other");
    if (!empty) {
        scanner->depth++;
        return SCAN_TOKEN;
    }
    return scanner->depth == 1 ? SCAN_STANZA : SCAN_TOKEN;
}

static enum scan_result end_end_tag(struct scanner *scanner)
{
    scanner->state = IN_TEXT;
    if (scanner->depth == 0 || scanner->in_prolog)
        return refuse(scanner, "an end tag before the stream header");
    scanner->depth--;
    if (scanner->depth == 0) {
        scanner->closed = true;
        return SCAN_CLOSE;
    }
    return scanner->depth == 1 ? SCAN_STANZA : SCAN_TOKEN;
}

static enum scan_result take_start_tag(struct scanner *scanner, uint8_t c)
{
    if (scanner->quote != 0) {
        if (c == '<')
            return refuse(scanner, "'<' inside an attribute's value");
        if (c == scanner->quote)
            scanner->quote = 0;
        return SCAN_MORE;
    }
    if (c == '>')
        return end_start_tag(scanner);
    if (c == '<')
        return refuse(scanner, "'<' inside a tag");
    if (c == '"' || c == '\'') {
        scanner->quote = c;
        if (++scanner->attributes > STREAM_ATTRIBUTE_LIMIT)
            return refuse(scanner, "more than 256 attributes in one element");
    } else if (scanner->name_len == scanner->seen - 2 && !is_space(c) &&
               c != '/' && scanner->name_len < sizeof scanner->name) {
        scanner->name[scanner->name_len++] = c;
    }
    return SCAN_MORE;
}

static enum scan_result take_after_lt(struct scanner *scanner, uint8_t c)
{
    scanner->name_len = 0;
    scanner->attributes = 0;
    scanner->quote = 0;
    if (scanner->closed)
        return refuse(scanner, "an element after the end of the stream");
    if (c == '/') {
        scanner->state = IN_END_TAG;
        return SCAN_MORE;
    }
    if (c == '?') {
        scanner->state = IN_PI;
        return scanner->depth <= 1 && !scanner->in_prolog
                   ? SCAN_MORE
                   : refuse(scanner, "a processing instruction");
    }
    if (c == '!') {
        scanner->state = AFTER_BANG;
        return SCAN_MORE;
    }
    scanner->state = IN_START_TAG;
    return take_start_tag(scanner, c);
}

static enum scan_result take_pi(struct scanner *scanner, uint8_t c)
{
    static const char start[] = "<?xml";
    unsigned at = scanner->seen - 1;
    if (at < 5 && c != (uint8_t)start[at])
        return refuse(scanner, "a processing instruction");
    if (at == 5 && !is_space(c))
        return refuse(scanner, "a processing instruction");
    if (c != '>' || scanner->last != '?' || at < 6)
        return SCAN_MORE;
    scanner->state = IN_TEXT;
    scanner->in_prolog = true;
    return SCAN_PROLOG;
}

static enum scan_result take_bang(struct scanner *scanner, uint8_t c)
{
    unsigned at = scanner->seen - 1;
    if (c != (uint8_t)cdata_open[at])
        return refuse(scanner,
            c == '-' ? "a comment" : "a document type or other declaration");
    if (scanner->depth < 2)
        return refuse(scanner, "text between stanzas");
    if (at == sizeof cdata_open - 2)
        scanner->state = IN_CDATA;
    return SCAN_MORE;
}

static enum scan_result take_cdata(struct scanner *scanner, uint8_t c)
{
    bool end = c == '>' && scanner->last == ']' &&
               scanner->before_last == ']' &&
               scanner->seen >= sizeof cdata_open + 2;
    if (!end)
        return SCAN_MORE;
    scanner->state = IN_TEXT;
    return SCAN_TOKEN;
}

static enum scan_result take_end_tag(struct scanner *scanner, uint8_t c)
{
    if (c == '<')
        return refuse(scanner, "'<' inside a tag");
    return c == '>' ? end_end_tag(scanner) : SCAN_MORE;
}

static enum scan_result take_markup(struct scanner *scanner, uint8_t c)
{
    if (scanner->seen < UINT_MAX)
        scanner->seen++;
    enum scan_result result = SCAN_MORE;
    switch (scanner->state) {
    case AFTER_LT:
        result = take_after_lt(scanner, c);
        break;
    case IN_START_TAG:
        result = take_start_tag(scanner, c);
        break;
    case IN_END_TAG:
        result = take_end_tag(scanner, c);
        break;
    case IN_PI:
        result = take_pi(scanner, c);
        break;
    case AFTER_BANG:
        result = take_bang(scanner, c);
        break;
    default:
        result = take_cdata(scanner, c);
        break;
    }
    scanner->before_last = scanner->last;
    scanner->last = c;
    return result;
}

static bool outside(const struct scanner *scanner)
{
    return scanner->state == IN_TEXT && scanner->depth <= 1;
}

bool scanner_idle(const struct scanner *scanner)
{
    return outside(scanner) && !scanner->in_prolog;
}

/* Text up to the next '<'; false when there is none in data. */
static bool skip_text(struct bytes data, size_t *at)
{
    const uint8_t *lt = memchr(data.data + *at, '<', data.len - *at);
    *at = lt == NULL ? data.len : (size_t)(lt - data.data);
    return lt != NULL;
}

static enum scan_result take_space(
    struct scanner *scanner, struct bytes data, size_t *used)
{
    size_t start = *used;
    while (*used < data.len && is_space(data.data[*used]))
        ++*used;
    if (*used < data.len && data.data[*used] != '<') {
        ++*used;
        return refuse(scanner, scanner->opened
                                   ? "text between stanzas"
                                   : "text before the stream header");
    }
    /* White space behind an XML declaration belongs to the header. */
    return *used > start && !scanner->in_prolog ? SCAN_SPACE : SCAN_MORE;
}

enum scan_result scanner_take(
    struct scanner *scanner, struct bytes data, size_t *used)
{
    enum scan_result result = SCAN_MORE;
    *used = 0;
    while (*used < data.len && result == SCAN_MORE) {
        if (outside(scanner)) {
            result = take_space(scanner, data, used);
            if (result != SCAN_MORE || *used == data.len)
                break;
        } else if (scanner->state == IN_TEXT && !skip_text(data, used)) {
            break;
        }
        uint8_t c = data.data[(*used)++];
        if (scanner->state == IN_TEXT) {
            scanner->state = AFTER_LT;
            scanner->seen = 1;
            scanner->last = c;
        } else {
            result = take_markup(scanner, c);
        }
    }
    return result;
}
