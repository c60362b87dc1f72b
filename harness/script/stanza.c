#include "script/stanza.h"

#include "base/bytes.h"
#include "script/parser.h"
#include "script/scan.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

/* On one line, so that the lines of the stanza keep their numbers. */
static const char opening[] = "<stanza xmlns='jabber:client' "
                              "xmlns:stream='http://etherx.jabber.org/streams' "
                              "xmlns:scansion='" STANZA_SCANSION_NS "'>\n";
static const char closing[] = "\n</stanza>";

static void silence(void *owner, const xmlError *error)
{
    (void)owner, (void)error;
}

static void refuse_dtd(void *parser, const xmlChar *name,
    const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    xmlParserCtxt *context = parser;
    context->wellFormed = 0;
    xmlStopParser(context);
}

static void place(int *line, int *column, int at_line, int at_column)
{
    if (line != NULL)
        *line = at_line;
    if (column != NULL)
        *column = at_column;
}

static int count_lines(const char *text)
{
    int count = 1;
    for (; *text != 0; text++)
        count += *text == '\n';
    return count;
}

static void report(xmlParserCtxt *parser, const char *xml, int *line,
    int *column, struct error *error)
{
    const xmlError *last = xmlCtxtGetLastError(parser);
    const char *message = last != NULL && last->message != NULL
                              ? last->message
                              : "a document type declaration is refused";
    int last_line = count_lines(xml);
    int at = last != NULL ? last->line - 1 : 1;
    int where = last != NULL ? last->int2 : 0;
    if (at > last_line || strstr(message, "stanza line") != NULL) {
        /* The end of the wrapper was reached within the stanza. */
        at = last_line;
        where = 0;
        message = "an element is not closed";
    }
    place(line, column, at < 1 ? 1 : at, where);
    error_set(error, "the stanza is not well-formed: %.*s",
        (int)strcspn(message, "\n"), message);
}

static bool is_blank_text(const xmlNode *node)
{
    if (node->type == XML_COMMENT_NODE)
        return true;
    const char *text = (const char *)node->content;
    return node->type == XML_TEXT_NODE &&
           (text == NULL || text[strspn(text, " \t\r\n")] == 0);
}

xmlNode *stanza_root(const xmlDoc *doc)
{
    xmlNode *wrapper = xmlDocGetRootElement(doc);
    return wrapper == NULL ? NULL : xmlFirstElementChild(wrapper);
}

static bool is_single(
    const xmlDoc *doc, int *line, int *column, struct error *error)
{
    const xmlNode *wrapper = xmlDocGetRootElement(doc);
    int elements = 0;
    for (const xmlNode *n = wrapper->children; n != NULL; n = n->next) {
        if (is_blank_text(n))
            continue;
        int at = (int)xmlGetLineNo(n) - 1;
        if (n->type != XML_ELEMENT_NODE) {
            place(line, column, at < 1 ? 1 : at, 0);
            return error_set(error, "expected an element, not text");
        }
        if (++elements > 1) {
            place(line, column, at, 0);
            return error_set(error,
                "expected one stanza: a second one needs a step of its own");
        }
    }
    place(line, column, 1, 0);
    return elements == 1 || error_set(error, "expected a stanza");
}

xmlDoc *stanza_parse(
    const char *xml, int *line, int *column, struct error *error)
{
    struct buffer text = {0};
    buffer_add_text(&text, opening);
    buffer_add_text(&text, xml);
    buffer_add_text(&text, closing);
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (parser == NULL)
        abort();
    parser->sax->internalSubset = refuse_dtd;
    parser->sax->serror = (xmlStructuredErrorFunc)silence;
    xmlDoc *doc = NULL;
    if (text.len < INT32_MAX)
        doc = xmlCtxtReadMemory(parser, (const char *)text.data, (int)text.len,
            NULL, NULL,
            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    bool good =
        doc != NULL && parser->wellFormed != 0 && parser->nsWellFormed != 0;
    if (!good)
        report(parser, xml, line, column, error);
    else
        good = is_single(doc, line, column, error);
    xmlFreeParserCtxt(parser);
    buffer_free(&text);
    if (!good && doc != NULL) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    return doc;
}

enum stanza_mark stanza_mark(const char *text, char *name)
{
    static const char capture[] = "{scansion:capture";
    size_t start = 0, end = strlen(text);
    while (end > 0 && strchr(" \t\r\n", text[end - 1]) != NULL)
        end--;
    while (start < end && strchr(" \t\r\n", text[start]) != NULL)
        start++;
    text += start;
    end -= start;
    if (end < 12 || memcmp(text, "{scansion:", 10) != 0 || text[end - 1] != '}')
        return MARK_NONE;
    if (end == 14 && memcmp(text, "{scansion:any}", 14) == 0)
        return MARK_ANY;
    size_t len = sizeof capture - 1;
    if (end <= len || memcmp(text, capture, len) != 0)
        return MARK_UNKNOWN;
    const char *from = text + len, *to = text + end - 1;
    while (from < to && strchr(":('\"", *from) != NULL)
        from++;
    while (to > from && strchr(")'\"", to[-1]) != NULL)
        to--;
    size_t size = (size_t)(to - from);
    if (size >= 64 || !scan_is_name(from, size))
        return MARK_UNKNOWN;
    memcpy(name, from, size);
    name[size] = 0;
    return MARK_CAPTURE;
}

/* The text with each ${...} replaced by as many letters. */
static char *without_values(struct arena *arena, const char *xml)
{
    char *copy = arena_strdup(arena, xml);
    size_t len = strlen(copy);
    for (size_t pos = scan_value(copy, len, 0); pos < len;) {
        size_t end = scan_value_end(copy, len, pos);
        if (end == 0)
            break;
        for (; pos < end; pos++) {
            if (copy[pos] != '\n')
                copy[pos] = 'x';
        }
        pos = scan_value(copy, len, end);
    }
    return copy;
}

struct mark_place {
    struct parser *p;
    size_t first_line;
};

static bool check_mark(
    const struct mark_place *at, const xmlNode *node, const xmlChar *text)
{
    char name[64];
    if (text == NULL || stanza_mark((const char *)text, name) != MARK_UNKNOWN)
        return true;
    size_t line = at->first_line + (size_t)xmlGetLineNo(node) - 2;
    return complain_at(at->p, line, 0, 0,
        "'%.60s' is unknown: expected {scansion:any} or "
        "{scansion:capture:NAME}",
        (const char *)text);
}

static bool check_attribute(
    const struct mark_place *at, const xmlNode *node, const xmlAttr *attr)
{
    xmlChar *text = xmlNodeGetContent((const xmlNode *)attr);
    bool good = check_mark(at, node, text);
    if (attr->ns != NULL &&
        strcmp((const char *)attr->ns->href, STANZA_SCANSION_NS) == 0 &&
        (strcmp((const char *)attr->name, "strict") != 0 ||
            (strcmp((const char *)text, "true") != 0 &&
                strcmp((const char *)text, "false") != 0)))
        good = complain_at(at->p,
            at->first_line + (size_t)xmlGetLineNo(node) - 2, 0, 0,
            "scansion:%s is unknown: expected scansion:strict='true' or "
            "'false'",
            (const char *)attr->name);
    xmlFree(text);
    return good;
}

static const xmlNode *next_node(const xmlNode *node, const xmlNode *root)
{
    if (node->type == XML_ELEMENT_NODE && node->children != NULL)
        return node->children;
    while (node != root && node->next == NULL)
        node = node->parent;
    return node == root ? NULL : node->next;
}

static bool check_marks(struct parser *p, const xmlDoc *doc, size_t first_line)
{
    struct mark_place at = {p, first_line};
    const xmlNode *root = stanza_root(doc);
    bool good = true;
    for (const xmlNode *n = root; n != NULL; n = next_node(n, root)) {
        if (n->type == XML_TEXT_NODE && n->parent != NULL)
            good &= check_mark(&at, n->parent, n->content);
        if (n->type != XML_ELEMENT_NODE)
            continue;
        for (const xmlAttr *a = n->properties; a != NULL; a = a->next)
            good &= check_attribute(&at, n, a);
    }
    return good;
}

bool stanza_check(
    struct parser *p, const char *xml, size_t first_line, size_t tabs)
{
    struct error error;
    int line = 1, column = 0;
    xmlDoc *doc =
        stanza_parse(without_values(p->arena, xml), &line, &column, &error);
    if (doc == NULL) {
        size_t at = first_line + (size_t)line - 1;
        const struct line *shown =
            at < p->source->count ? &p->source->lines[at] : NULL;
        size_t start = column > 0 ? (size_t)column - 1 + tabs
                       : shown    ? shown->tabs
                                  : 0;
        return complain_at(p, at, start, 1, "%s", error.message);
    }
    bool good = check_marks(p, doc, first_line);
    xmlFreeDoc(doc);
    return good;
}
