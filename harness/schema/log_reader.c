#include "schema/log_reader.h"

#include "base/memory.h"
#include "schema/log_hint.h"
#include "schema/log_place.h"
#include "schema/log_scan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    stanza_default_max = 4 << 20,
    tag_max = 64 << 10, /* of a start tag outside of a stanza */
    depth_max = 256,
    name_max = 128,
    before_max = 256 /* text kept before a tag, for hints */
};

enum state {
    IN_TEXT,    /* outside of any stanza, or character data in one */
    IN_LESS,    /* right behind "<" */
    IN_TAG,     /* in a tag, outside of quotes */
    IN_QUOTE,   /* in an attribute's value */
    IN_COMMENT, /* behind "<!--" */
    IN_CDATA,   /* behind "<![CDATA[" */
    IN_PI,      /* behind "<?" */
    IN_DTD      /* behind "<!" and anything else */
};

struct log_reader {
    log_item_fn *fn;
    void *owner;
    size_t stanza_max;
    enum state state;
    char quote;
    bool coloured;      /* the stanza had colours: Dino's terminal output */
    bool escape;        /* in a terminal's colour sequence */
    struct buffer text; /* the stanza, or the tag, being collected */
    size_t tag_start;   /* of the last "<" in text */
    unsigned depth;     /* open elements of the stanza; 0: outside */
    uint32_t names[depth_max]; /* their names' hashes */
    bool mismatch, oversized;
    bool skipping;               /* in what was too deep or too large */
    unsigned brackets;           /* in a DTD */
    uint64_t line, column;       /* of the next character */
    uint64_t at_line, at_column; /* of the stanza's or tag's "<" */
    char before[before_max];     /* ring of what came before the tag */
    size_t before_len;
    enum log_direction wrapped; /* said by <stanza dir='..'> */
    enum log_direction hinted;
    char session[256], actor[256];
    char *header;
};

struct log_reader *log_reader_new(
    size_t stanza_max, log_item_fn *fn, void *owner)
{
    struct log_reader *r = mem_alloc(sizeof *r);
    r->fn = fn;
    r->owner = owner;
    r->stanza_max = stanza_max == 0 ? stanza_default_max : stanza_max;
    r->line = r->column = 1;
    return r;
}

void log_reader_free(struct log_reader *r)
{
    if (r == NULL)
        return;
    buffer_free(&r->text);
    free(r->header);
    free(r);
}

static void emit_text(struct log_reader *r, enum log_kind kind,
    struct bytes text, const char *problem)
{
    struct log_item item = {.kind = kind,
        .text = text,
        .line = r->at_line,
        .column = r->at_column,
        .direction = r->wrapped != LOG_UNKNOWN ? r->wrapped : r->hinted,
        .session = r->session,
        .actor = r->actor,
        .header = r->header,
        .problem = problem,
        .clark = text.len > 1 && text.data[0] == '<' && text.data[1] == '{'};
    r->fn(r->owner, &item);
}

static void emit(struct log_reader *r, enum log_kind kind, const char *problem)
{
    emit_text(r, kind, buffer_bytes(&r->text), problem);
}

/* Back to the text between stanzas. */
static void leave(struct log_reader *r)
{
    r->state = IN_TEXT;
    r->depth = 0;
    r->mismatch = r->oversized = r->coloured = false;
    buffer_clear(&r->text);
}

static void remember(struct log_reader *r, const char *data, size_t len)
{
    if (len >= before_max) {
        data += len - (before_max - 1);
        len = before_max - 1;
    }
    if (r->before_len + len >= before_max) {
        size_t drop = r->before_len + len - (before_max - 1);
        memmove(r->before, r->before + drop, r->before_len - drop);
        r->before_len -= drop;
    }
    memcpy(r->before + r->before_len, data, len);
    r->before_len += len;
    r->before[r->before_len] = 0;
}

static void advance(struct log_reader *r, const char *data, size_t len)
{
    const char *end = data + len, *newline;
    while ((newline = memchr(data, '\n', (size_t)(end - data))) != NULL) {
        r->line++;
        r->column = 1;
        data = newline + 1;
    }
    r->column += log_columns(data, (size_t)(end - data));
}

static bool is_name_end(char c)
{
    return c == 0 || isspace((unsigned char)c) || c == '>' || c == '/';
}

/* The name behind "<" or "</" in the text, with its prefix or {namespace}:. */
static void name_at(const char *tag, char out[name_max])
{
    size_t len = 0;
    tag++;
    if (*tag == '/')
        tag++;
    bool braces = false;
    for (; *tag != 0 && (braces || !is_name_end(*tag)); tag++) {
        braces = *tag == '{' || (braces && *tag != '}');
        if (len + 1 < name_max)
            out[len++] = *tag;
    }
    out[len] = 0;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0)
            return true;
    }
    return false;
}

static bool is_core(const char *name)
{
    static const char *const core[] = {
        "iq", "message", "presence", "stream:features", "stream:error", NULL};
    return is_one_of(name, core);
}

static uint32_t name_hash(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name != 0; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}

/* The value of an attribute of the tag; false when it is not there or too
 * long. For our own wrappers: no entity is resolved. */
static bool tag_value(const char *tag, const char *name, char *out, size_t max)
{
    size_t len = strlen(name);
    for (const char *at = strstr(tag, name); at != NULL;
         at = strstr(at + 1, name)) {
        if (!isspace((unsigned char)at[-1]) || at[len] != '=' ||
            (at[len + 1] != '\'' && at[len + 1] != '"'))
            continue;
        const char *value = at + len + 2;
        const char *end = strchr(value, at[len + 1]);
        if (end == NULL || (size_t)(end - value) >= max)
            return false;
        memcpy(out, value, (size_t)(end - value));
        out[end - value] = 0;
        return true;
    }
    return false;
}

/* Does the start tag open an element of a stream? */
static bool opens_stanza(const char *tag, const char *name)
{
    return is_core(name) || name[0] == '{' || strstr(tag, " xmlns=") != NULL ||
           strstr(tag, "\nxmlns=") != NULL;
}

static bool is_empty_tag(const struct buffer *text)
{
    return text->len >= 2 && text->data[text->len - 2] == '/';
}

/* A wrapper of our transcripts: what it says holds until it ends. */
static void open_wrapper(struct log_reader *r, const char *tag)
{
    char dir[16] = "";
    tag_value(tag, "dir", dir, sizeof dir);
    r->wrapped = log_hint_word(dir);
    if (!tag_value(tag, "session", r->session, sizeof r->session))
        r->session[0] = 0;
    if (!tag_value(tag, "actor", r->actor, sizeof r->actor) &&
        !tag_value(tag, "client", r->actor, sizeof r->actor))
        r->actor[0] = 0;
}

/* A whole tag stands outside of any stanza. */
static void top_tag(struct log_reader *r)
{
    char name[name_max];
    const char *tag = buffer_text(&r->text);
    name_at(tag, name);
    if (tag[1] == '/') {
        if (strcmp(name, "stanza") == 0) {
            r->wrapped = LOG_UNKNOWN;
            r->session[0] = r->actor[0] = 0;
        }
    } else if (strcmp(name, "stanza") == 0) {
        open_wrapper(r, tag);
    } else if (strcmp(name, "stream:stream") == 0) {
        r->hinted = log_hint(r->before);
        emit(r, LOG_HEADER, NULL);
        r->skipping = false;
        free(r->header);
        r->header = mem_strdup(tag);
    } else if (r->skipping ? is_core(name) : opens_stanza(tag, name)) {
        r->skipping = false;
        r->hinted = log_hint(r->before);
        r->names[0] = name_hash(name);
        r->depth = 1;
        r->state = IN_TEXT;
        r->before_len = 0;
        r->before[0] = 0;
        if (!is_empty_tag(&r->text))
            return;
        emit(r, LOG_STANZA, NULL);
    } else {
        remember(r, tag, strlen(tag));
    }
    leave(r);
}

static void finish(struct log_reader *r)
{
    const char *text = buffer_text(&r->text);
    if (r->oversized)
        emit(r, LOG_BROKEN, "larger than the limit");
    else if (r->mismatch)
        emit(r, LOG_BROKEN, "end tags do not match their start tags");
    else if (r->coloured && log_hides_namespaces(text))
        emit(r, LOG_TAG, "the log hides the namespaces");
    else
        emit(r, LOG_STANZA, NULL);
    leave(r);
}

/* A stanza inside of another without a namespace of its own: the outer one
 * was never closed. The tag begins anew. */
static void restart(struct log_reader *r)
{
    struct buffer tag = {0};
    buffer_add(&tag, r->text.data + r->tag_start, r->text.len - r->tag_start);
    r->text.len = r->tag_start;
    r->text.data[r->text.len] = 0;
    const char *end = strchr(buffer_text(&r->text), '>');
    bool only_tag = r->depth == 1 && !r->mismatch && end != NULL &&
                    strchr(end, '<') == NULL;
    if (only_tag)
        emit(r, LOG_TAG, "only the first tag is printed");
    else
        emit(r, LOG_BROKEN, "it has no end before the next one begins");
    leave(r);
    uint64_t len = log_columns((const char *)tag.data, tag.len);
    r->at_line = r->line;
    r->at_column = r->column > len ? r->column - len : 1;
    buffer_add(&r->text, tag.data, tag.len);
    buffer_free(&tag);
    r->tag_start = 0;
    top_tag(r);
}

static void inner_tag(struct log_reader *r)
{
    char name[name_max];
    const char *tag = buffer_text(&r->text) + r->tag_start;
    name_at(tag, name);
    uint32_t hash = name_hash(name);
    r->state = IN_TEXT;
    if (tag[1] == '/') {
        bool fits = hash == r->names[r->depth - 1];
        r->mismatch = r->mismatch || !fits;
        r->depth--;
        if (r->depth == 0 || (!fits && hash == r->names[0]))
            finish(r);
        return;
    }
    if (is_core(name) && strstr(tag, "xmlns") == NULL) {
        restart(r);
        return;
    }
    if (is_empty_tag(&r->text))
        return;
    if (r->depth == depth_max) {
        emit(r, LOG_BROKEN, "nested deeper than 256 elements");
        leave(r);
        r->skipping = true;
        return;
    }
    r->names[r->depth++] = hash;
}

static void tag_ends(struct log_reader *r)
{
    if (r->depth == 0)
        top_tag(r);
    else
        inner_tag(r);
}

/* Adds to what is collected; a stanza beyond the limit is only counted. */
static void collect(struct log_reader *r, const char *data, size_t len)
{
    if (!r->oversized)
        buffer_add(&r->text, data, len);
    size_t max = r->depth == 0 ? tag_max : r->stanza_max;
    if (r->text.len <= max || r->oversized)
        return;
    if (r->depth == 0) { /* no tag after all, but text that has a "<" */
        char name[name_max];
        name_at(buffer_text(&r->text), name);
        if (is_core(name))
            emit(r, LOG_BROKEN, "its first tag is larger than 64 KiB");
        leave(r);
        return;
    }
    emit(r, LOG_BROKEN, "larger than the limit");
    leave(r);
    r->skipping = true;
}

/* Is the stanza so far one start tag, a line's end, and the beginning of a
 * line that is no XML? Prosody prints stanzas so. */
static bool only_first_tag(struct log_reader *r, char next)
{
    return r->depth == 1 && r->text.len >= 2 &&
           r->text.data[r->text.len - 1] == '\n' &&
           r->text.data[r->text.len - 2] == '>' && r->tag_start == 0 &&
           !isspace((unsigned char)next) && next != '<';
}

/* A whole plain stanza outside of any other; how much it is, or 0. */
static size_t eat_whole(struct log_reader *r, const char *data, size_t len)
{
    size_t size = r->coloured ? 0 : log_scan(data, len);
    if (size == 0 || size > r->stanza_max)
        return 0;
    r->at_line = r->line;
    r->at_column = r->column;
    r->hinted = log_hint(r->before);
    r->before_len = 0;
    r->before[0] = 0;
    r->skipping = false;
    emit_text(
        r, LOG_STANZA, (struct bytes){(const unsigned char *)data, size}, NULL);
    advance(r, data, size);
    return size;
}

static size_t eat_text(struct log_reader *r, const char *data, size_t len)
{
    if (only_first_tag(r, *data)) {
        emit(r, LOG_TAG, "only the first tag is printed");
        leave(r);
    }
    const char *less = memchr(data, '<', len);
    size_t run = less == NULL ? len : (size_t)(less - data);
    if (r->depth == 0) {
        remember(r, data, run);
    } else if (run > 0) {
        /* byte by byte around the first line's end, for the check above */
        if (r->depth == 1 && r->tag_start == 0 && *data == '\n')
            run = 1;
        collect(r, data, run);
        if (r->depth == 0)
            remember(r, data, run);
    }
    advance(r, data, run);
    if (run == len || data[run] != '<')
        return run;
    if (r->depth == 0) {
        size_t whole = eat_whole(r, data + run, len - run);
        if (whole > 0)
            return run + whole;
        r->at_line = r->line;
        r->at_column = r->column;
        buffer_clear(&r->text);
    }
    r->tag_start = r->text.len;
    collect(r, "<", 1);
    r->column++;
    r->state = IN_LESS;
    return run + 1;
}

static bool starts_name(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == '{' || c == '/' ||
           (unsigned char)c >= 128;
}

/* Decides what "<" begins. "<!" needs a few bytes more. */
static size_t eat_less(struct log_reader *r, const char *data)
{
    size_t have = r->text.len - r->tag_start;
    const char *tag = buffer_text(&r->text) + r->tag_start;
    char c = *data;
    if (have == 1 && c != '!' && c != '?' && !starts_name(c)) {
        if (r->depth == 0) {
            remember(r, tag, have);
            leave(r);
        } else {
            r->state = IN_TEXT; /* libxml2 will say that it is broken */
        }
        return 0;
    }
    collect(r, data, 1);
    advance(r, data, 1);
    tag = buffer_text(&r->text) + r->tag_start;
    have = r->text.len - r->tag_start;
    if (c == '?' && have == 2)
        r->state = IN_PI;
    else if (have == 2 && c != '!')
        r->state = IN_TAG;
    else if (strcmp(tag, "<!--") == 0)
        r->state = IN_COMMENT;
    else if (strcmp(tag, "<![CDATA[") == 0)
        r->state = IN_CDATA;
    else if (strncmp("<!--", tag, have) != 0 &&
             strncmp("<![CDATA[", tag, have) != 0) {
        r->state = IN_DTD;
        r->brackets = 0;
    }
    return 1;
}

/* Text of the log with a "<" in it; inside a stanza it is broken XML. */
static void not_a_tag(struct log_reader *r)
{
    if (r->depth == 0) {
        remember(r, buffer_text(&r->text), r->text.len);
        leave(r);
    }
    r->state = IN_TEXT;
    r->mismatch = r->depth > 0;
}

static bool behind_equals(const struct buffer *text)
{
    size_t len = text->len;
    while (len > 0 && isspace((unsigned char)text->data[len - 1]))
        len--;
    return len > 0 && text->data[len - 1] == '=';
}

static size_t eat_tag(struct log_reader *r, const char *data, size_t len)
{
    size_t run = 0;
    while (run < len && data[run] != '>' && data[run] != '\'' &&
           data[run] != '"' && data[run] != '<')
        run++;
    enum state before = r->state;
    collect(r, data, run);
    advance(r, data, run);
    if (run == len || r->state != before)
        return run;
    if (data[run] == '<' || (data[run] != '>' && !behind_equals(&r->text))) {
        not_a_tag(r);
        return run;
    }
    collect(r, data + run, 1);
    r->column++;
    if (data[run] == '>') {
        tag_ends(r);
    } else {
        r->quote = data[run];
        r->state = IN_QUOTE;
    }
    return run + 1;
}

/* Up to and with the byte `until`; then the state `next`. */
static size_t eat_until(struct log_reader *r, const char *data, size_t len,
    char until, enum state next)
{
    const char *end = memchr(data, until, len);
    size_t run = end == NULL ? len : (size_t)(end - data) + 1;
    enum state before = r->state;
    collect(r, data, run);
    advance(r, data, run);
    if (end != NULL && r->state == before)
        r->state = next;
    return run;
}

static size_t eat_quote(struct log_reader *r, const char *data, size_t len)
{
    const char *less = memchr(data, '<', len);
    size_t plain = less == NULL ? len : (size_t)(less - data);
    if (plain == 0) { /* XML 1.0 has no "<" in an attribute's value */
        not_a_tag(r);
        return 0;
    }
    return eat_until(r, data, plain, r->quote, IN_TAG);
}

static bool text_ends(const struct buffer *text, const char *end)
{
    size_t len = strlen(end);
    return text->len >= len &&
           memcmp(text->data + text->len - len, end, len) == 0;
}

/* Comments, CDATA sections, processing instructions: until their mark. */
static size_t eat_section(struct log_reader *r, const char *data, size_t len)
{
    enum state section = r->state;
    const char *mark = section == IN_COMMENT ? "-->"
                       : section == IN_CDATA ? "]]>"
                                             : "?>";
    size_t run = eat_until(r, data, len, '>', IN_TEXT);
    if (r->state != IN_TEXT)
        return run;
    if (r->text.len > 0 && !text_ends(&r->text, mark)) {
        r->state = section;
        return run;
    }
    if (r->depth == 0) {
        remember(r, buffer_text(&r->text), r->text.len);
        leave(r);
    }
    return run;
}

static size_t eat_dtd(struct log_reader *r, const char *data, size_t len)
{
    size_t run = 0;
    enum state before = r->state;
    for (; run < len && r->state == before; run++) {
        char c = data[run];
        r->brackets += c == '[';
        r->brackets -= c == ']' && r->brackets > 0;
        if (c != '>' || r->brackets > 0)
            continue;
        run++;
        break;
    }
    bool ends = run > 0 && data[run - 1] == '>' && r->brackets == 0;
    collect(r, data, run);
    advance(r, data, run);
    if (!ends || r->state != before)
        return run;
    if (r->depth == 0) {
        if (strncmp(buffer_text(&r->text), "<!DOCTYPE", 9) == 0)
            emit(r, LOG_BROKEN,
                "a document type declaration: XMPP forbids "
                "it (RFC 6120 section 11.1); not read");
        leave(r);
    } else {
        r->state = IN_TEXT;
    }
    return run;
}

static size_t eat(struct log_reader *r, const char *data, size_t len)
{
    switch (r->state) {
    case IN_TEXT:
        return eat_text(r, data, len);
    case IN_LESS:
        return eat_less(r, data);
    case IN_TAG:
        return eat_tag(r, data, len);
    case IN_QUOTE:
        return eat_quote(r, data, len);
    case IN_COMMENT:
    case IN_CDATA:
    case IN_PI:
        return eat_section(r, data, len);
    case IN_DTD:
        return eat_dtd(r, data, len);
    }
    return len;
}

/* Drops a terminal's colours, ESC [ ... letter: no XML has an ESC. */
static size_t skip_escape(struct log_reader *r, const char *data, size_t len)
{
    size_t run = 0;
    r->coloured = true;
    while (run < len && r->escape) {
        char c = data[run++];
        if (c != 27 && c != '[' && c >= '@')
            r->escape = false;
    }
    return run;
}

static void eat_all(struct log_reader *r, const char *data, size_t len)
{
    while (len > 0) {
        size_t eaten = eat(r, data, len);
        data += eaten;
        len -= eaten;
    }
}

/* Up to the next byte that is no text: an ESC, or a NUL, which would end
 * strings and becomes another character that XML forbids. */
static size_t plain_length(const char *data, size_t len)
{
    const char *escape = memchr(data, 27, len);
    size_t plain = escape == NULL ? len : (size_t)(escape - data);
    const char *zero = memchr(data, 0, plain);
    return zero == NULL ? plain : (size_t)(zero - data);
}

void log_reader_feed(struct log_reader *r, const void *bytes, size_t len)
{
    const char *data = bytes;
    while (len > 0) {
        size_t run = r->escape ? 0 : plain_length(data, len);
        eat_all(r, data, run);
        if (run < len && !r->escape && data[run] == 0) {
            eat_all(r, "\x01", 1);
            run++;
        } else if (run < len) {
            r->escape = true;
            run += skip_escape(r, data + run, len - run);
        }
        data += run;
        len -= run;
    }
}

void log_reader_end(struct log_reader *r)
{
    if (r->depth > 0) {
        const char *text = buffer_text(&r->text);
        const char *end = strchr(text, '>');
        bool only_tag = end != NULL && end[1 + strspn(end + 1, "\r\n")] == 0;
        if (only_tag)
            emit(r, LOG_TAG, "only the first tag is printed");
        else
            emit(r, LOG_BROKEN, "the input ends before its end");
    }
    leave(r);
}
