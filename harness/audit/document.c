#include "audit/document.h"

#include "base/file.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <string.h>

enum { DOCUMENT_MAX = 8 << 20 };

static const struct tree_node *section_of(const struct tree_node *node)
{
    for (; node != NULL && node->name != NULL; node = node->parent)
        if (strncmp(node->name, "section", 7) == 0)
            return node;
    return NULL;
}

const char *document_section(const struct tree_node *node)
{
    const struct tree_node *section = section_of(node);
    const char *topic = section == NULL ? NULL : tree_value(section, "topic");
    return topic == NULL ? "" : topic;
}

const char *document_anchor(const struct tree_node *node)
{
    const struct tree_node *section = section_of(node);
    const char *anchor = section == NULL ? NULL : tree_value(section, "anchor");
    return anchor == NULL ? "" : anchor;
}

/* Markup of the XEPs' own vocabulary inside a block is layout, not text. */
static bool layout_tag(const char *tag, size_t len)
{
    static const char *const names[] = {"em", "strong", "link", "cite", "tt",
        "span", "note", "br", "p", "img", "code", "example", "b", "i", NULL};
    while (len > 0 && *tag == '/')
        tag++, len--;
    size_t n = 0;
    while (n < len && isalnum((unsigned char)tag[n]))
        n++;
    for (size_t i = 0; names[i] != NULL; i++)
        if (strlen(names[i]) == n && strncmp(tag, names[i], n) == 0)
            return true;
    return false;
}

struct sink {
    struct buffer text;
    VEC(uint32_t) origin;
};

static void put(
    struct sink *sink, const char *text, size_t len, size_t at, bool spelled)
{
    buffer_add(&sink->text, text, len);
    for (size_t i = 0; i < len; i++)
        vec_push(&sink->origin, (uint32_t)(spelled ? at + i : at));
}

static struct text block_text(struct document *d, const struct tree_node *node)
{
    struct sink sink = {0};
    const char *s = d->source;
    size_t at = node->at_end, end = node->end;
    while (at < end) {
        size_t left = end - at;
        if (left >= 9 && strncmp(s + at, "<![CDATA[", 9) == 0) {
            const char *close = memmem(s + at, left, "]]>", 3);
            size_t stop = close == NULL ? end : (size_t)(close - s);
            put(&sink, s + at + 9, stop - at - 9, at + 9, true);
            at = close == NULL ? end : stop + 3;
        } else if (left >= 4 && strncmp(s + at, "<!--", 4) == 0) {
            const char *close = memmem(s + at, left, "-->", 3);
            at = close == NULL ? end : (size_t)(close - s) + 3;
        } else if (s[at] == '<') {
            const char *close = memchr(s + at, '>', left);
            size_t stop = close == NULL ? end : (size_t)(close - s) + 1;
            if (!layout_tag(s + at + 1, stop - at - 1))
                put(&sink, s + at, stop - at, at, true);
            at = stop;
        } else if (s[at] == '&') {
            const char *semicolon = memchr(s + at, ';', left);
            size_t before = sink.text.len;
            struct buffer value = {0};
            if (semicolon != NULL &&
                entity_text(d->entities, s + at + 1,
                    (size_t)(semicolon - s) - at - 1, &value))
                put(&sink, buffer_text(&value), value.len, at, false);
            buffer_free(&value);
            if (sink.text.len == before && semicolon == NULL) {
                put(&sink, s + at, 1, at, true);
                at++;
                continue;
            }
            at = semicolon == NULL ? at + 1 : (size_t)(semicolon - s) + 1;
        } else {
            put(&sink, s + at, 1, at, true);
            at++;
        }
    }
    vec_push(&sink.origin, (uint32_t)end);
    struct text text = {.len = sink.text.len};
    text.data = arena_strndup(d->arena, buffer_text(&sink.text), sink.text.len);
    uint32_t *origin =
        arena_alloc(d->arena, sink.origin.count * sizeof *origin);
    memcpy(origin, sink.origin.items, sink.origin.count * sizeof *origin);
    text.origin = origin;
    buffer_free(&sink.text);
    vec_free(&sink.origin);
    return text;
}

static void find_blocks(struct document *d)
{
    int number = 0;
    const struct tree_node *top = d->tree->document;
    for (struct tree_node *n = top->first; n != NULL;
         n = tree_following(n, top)) {
        if (n->name == NULL || n->empty)
            continue;
        bool example = strcmp(n->name, "example") == 0;
        if (!example && strcmp(n->name, "code") != 0)
            continue;
        const char *caption = tree_value(n, "caption");
        struct block block = {.example = example,
            .caption = caption == NULL ? "" : caption,
            .section = document_section(n),
            .anchor = document_anchor(n),
            .line = document_line(d, n->at),
            .number = example ? ++number : 0,
            .node = n,
            .text = block_text(d, n)};
        vec_push(&d->blocks, block);
    }
}

static const char *header_text(
    struct document *d, const struct tree_node *header, const char *name)
{
    const struct tree_node *node = tree_child(header, name);
    return node == NULL ? "" : tree_text(d->arena, node);
}

/* Our reader reads on past every fault; what was cut off or does not nest is
 * no document to judge others by. Entities are ours to resolve. */
static bool well_formed(const struct document *d, struct error *error)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    xmlDocPtr doc = xmlCtxtReadMemory(parser, d->source, (int)d->source_len,
        NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const xmlError *fault = xmlCtxtGetLastError(parser);
    bool ok = parser->wellFormed ||
              (fault != NULL && fault->code == XML_ERR_UNDECLARED_ENTITY);
    if (!ok) {
        const char *why = fault == NULL ? "?" : fault->message;
        error_set(error, "%s:%d: the XEP is not well-formed: %.*s", d->path,
            fault == NULL ? 1 : fault->line, (int)strcspn(why, "\n"), why);
    }
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(parser);
    return ok;
}

static bool read_header(struct document *d, struct error *error)
{
    struct tree_node *xep = tree_child(d->tree->document, "xep");
    if (xep == NULL) /* before 2006 */
        xep = tree_child(d->tree->document, "jep");
    const struct tree_node *header =
        xep == NULL ? NULL : tree_child(xep, "header");
    if (header == NULL)
        return error_set(
            error, "%s is no XEP: it has no <xep> with a <header>", d->path);
    d->number = header_text(d, header, "number");
    d->title = header_text(d, header, "title");
    d->status = header_text(d, header, "status");
    d->type = header_text(d, header, "type");
    d->version = d->date = "";
    const struct tree_node *revision = tree_child(header, "revision");
    if (revision != NULL) {
        d->version = header_text(d, revision, "version");
        d->date = header_text(d, revision, "date");
    }
    return true;
}

struct document *document_parse(const char *path, const char *source,
    size_t len, const struct entity_table *entities, struct error *error)
{
    struct document *d = mem_alloc(sizeof *d);
    d->arena = arena_new();
    d->path = arena_strdup(d->arena, path);
    const char *slash = strrchr(d->path, '/');
    d->file = slash == NULL ? d->path : slash + 1;
    d->source = arena_strndup(d->arena, source, len);
    d->source_len = strlen(d->source);
    d->entities = entity_table_new(d->arena, entities);
    const char *head = strstr(d->source, "<header");
    entity_table_read(
        d->entities, d->source, head == NULL ? 0 : (size_t)(head - d->source));
    VEC(uint32_t) starts = {0};
    list_push(d->arena, &starts, 0);
    for (size_t i = 0; i < d->source_len; i++)
        if (d->source[i] == '\n')
            list_push(d->arena, &starts, (uint32_t)(i + 1));
    d->line_starts = starts.items;
    d->line_count = starts.count;
    d->tree = tree_parse(d->arena, d->source, d->source_len, d->entities);
    if (!read_header(d, error) || !well_formed(d, error)) {
        document_free(d);
        return NULL;
    }
    find_blocks(d);
    return d;
}

struct document *document_read(
    const char *path, const struct entity_table *entities, struct error *error)
{
    struct buffer source = {0};
    struct document *document = NULL;
    if (file_read(path, DOCUMENT_MAX, &source, error))
        document = document_parse(
            path, buffer_text(&source), source.len, entities, error);
    buffer_free(&source);
    return document;
}

void document_free(struct document *document)
{
    if (document == NULL)
        return;
    vec_free(&document->blocks);
    arena_free(document->arena);
    free(document);
}

bool document_is_over(const struct document *document)
{
    static const char *const statuses[] = {
        "Obsolete", "Retracted", "Rejected", "Deprecated", NULL};
    for (size_t i = 0; statuses[i] != NULL; i++)
        if (strcmp(document->status, statuses[i]) == 0)
            return true;
    return false;
}

int document_line(const struct document *d, size_t at)
{
    size_t low = 0, high = d->line_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (d->line_starts[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return (int)low + 1;
}

static bool next_block(struct shown *s)
{
    const struct document *d = s->document;
    while (s->next < d->blocks.count) {
        s->block = &d->blocks.items[s->next++];
        if (strstr(s->block->text.data, s->ns) == NULL)
            continue;
        s->top = s->node =
            tree_parse(s->arena, s->block->text.data, s->block->text.len, NULL)
                ->document;
        return true;
    }
    return false;
}

bool shown_next(struct shown *s)
{
    while (s->node != NULL || next_block(s)) {
        s->node = tree_following(s->node, s->top);
        if (s->node != NULL && s->node->name != NULL && s->node->ns != NULL &&
            strcmp(s->node->ns, s->ns) == 0)
            return true;
    }
    return false;
}

const char *block_title(struct arena *arena, const struct block *block)
{
    if (!block->example)
        return arena_printf(arena, "code in section \"%s\"", block->section);
    if (*block->caption == '\0')
        return arena_printf(arena, "Example %d, in section \"%s\"",
            block->number, block->section);
    return arena_printf(
        arena, "Example %d, \"%s\"", block->number, block->caption);
}
