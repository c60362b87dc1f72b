#include "xmpp/parser.h"

#include "base/memory.h"
#include "base/xml.h"
#include "xmpp/scanner.h"

#include <libxml/dict.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_STREAM "http://etherx.jabber.org/streams"

enum {
    XML_OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING,
    /* Names of strangers stay in the parser's dictionary: start a new one
     * beyond this. */
    DICTIONARY_LIMIT = 1 << 20
};

struct stream_parser {
    struct scanner scanner;
    struct buffer piece; /* bytes of the piece at hand */
    size_t complete;     /* of piece: up to the last complete token */
    size_t fed;          /* of piece: given to libxml2 */
    size_t declaration;  /* of piece: length of an XML declaration */
    bool finished;       /* piece was told: the next feed drops it */
    bool dead, opened;
    struct buffer header; /* the root's start tag, to be replayed */
    xmlParserCtxt *context;
    char fault[160]; /* first error libxml2 told */
    char reason[256];
};

/* libxml2 calls it for this context alone. */
static void note_fault(void *context, xmlError *error)
{
    struct stream_parser *parser = ((xmlParserCtxt *)context)->_private;
    if (parser == NULL || parser->fault[0] != 0 ||
        error->level < XML_ERR_ERROR || error->code == XML_WAR_NS_URI)
        return;
    snprintf(parser->fault, sizeof parser->fault, "%s",
        error->message != NULL ? error->message : "not well-formed");
    parser->fault[strcspn(parser->fault, "\r\n")] = 0;
}

struct stream_parser *stream_parser_new(void)
{
    return mem_alloc(sizeof(struct stream_parser));
}

static void free_context(struct stream_parser *parser)
{
    if (parser->context == NULL)
        return;
    xmlFreeDoc(parser->context->myDoc);
    xmlFreeParserCtxt(parser->context);
    parser->context = NULL;
}

void stream_parser_free(struct stream_parser *parser)
{
    if (parser == NULL)
        return;
    free_context(parser);
    buffer_free(&parser->piece);
    buffer_free(&parser->header);
    free(parser);
}

struct bytes stream_parser_pending(const struct stream_parser *parser)
{
    if (parser->finished)
        return (struct bytes){0};
    return buffer_bytes(&parser->piece);
}

struct bytes stream_parser_header(const struct stream_parser *parser)
{
    return buffer_bytes(&parser->header);
}

/* A context that stands behind the replayed header. */
static bool start_context(struct stream_parser *parser)
{
    parser->fault[0] = 0;
    if (parser->context != NULL &&
        xmlDictGetUsage(parser->context->dict) > DICTIONARY_LIMIT)
        free_context(parser);
    const char *header = buffer_text(&parser->header);
    int len = (int)parser->header.len;
    if (parser->context == NULL) {
        parser->context =
            xmlCreatePushParserCtxt(NULL, NULL, header, len, NULL);
        if (parser->context == NULL)
            return false;
        parser->context->_private = parser;
        parser->context->sax->serror = note_fault;
    } else {
        xmlFreeDoc(parser->context->myDoc);
        parser->context->myDoc = NULL;
        if (xmlCtxtResetPush(parser->context, header, len, NULL, NULL) != 0)
            return false;
    }
    return xmlCtxtUseOptions(parser->context, XML_OPTIONS) == 0;
}

/* Gives libxml2 the tokens that are complete. False: malformed. */
static bool feed_context(struct stream_parser *parser)
{
    if (parser->fed == 0 && !start_context(parser)) {
        snprintf(parser->fault, sizeof parser->fault, "out of memory");
        return false;
    }
    const char *start = (const char *)parser->piece.data + parser->fed;
    int len = (int)(parser->complete - parser->fed);
    parser->fed = parser->complete;
    xmlParseChunk(parser->context, start, len, 0);
    if (parser->fault[0] == 0 && parser->context->wellFormed == 0)
        snprintf(parser->fault, sizeof parser->fault, "not well-formed");
    return parser->fault[0] == 0;
}

xmlNode *stream_stanza(const xmlDoc *doc)
{
    xmlNode *root = doc == NULL ? NULL : xmlDocGetRootElement(doc);
    return root == NULL ? NULL : xmlFirstElementChild(root);
}

/* The document, once its only stanza is complete. */
static xmlDoc *take_doc(struct stream_parser *parser)
{
    xmlParserCtxt *context = parser->context;
    xmlNode *stanza = stream_stanza(context->myDoc);
    if (stanza == NULL || stanza->next != NULL || context->nameNr != 1) {
        snprintf(parser->fault, sizeof parser->fault,
            "an element ends where another is open");
        return NULL;
    }
    xmlDoc *doc = context->myDoc;
    context->myDoc = NULL;
    return doc;
}

static void fail(struct stream_parser *parser, struct stream_event *event,
    const char *what, const char *detail)
{
    snprintf(parser->reason, sizeof parser->reason, "%s%s", what, detail);
    parser->dead = true;
    event->kind = STREAM_ERROR;
    event->reason = parser->reason;
}

/* RFC 6120 s11.6: UTF-8 and nothing else. */
static bool declaration_is_good(struct bytes declaration, struct error *error)
{
    static const char *const key = "encoding";
    struct buffer text = {0};
    buffer_add(&text, declaration.data, declaration.len);
    buffer_add_text(&text, "<x/>");
    const char *at = strstr(buffer_text(&text), key);
    bool good = true;
    if (at != NULL) {
        at += strlen(key);
        at += strspn(at, " \t\r\n=");
        good = (*at == '\'' || *at == '"') &&
               strncasecmp(at + 1, "UTF-8", 5) == 0 && at[6] == *at;
    }
    if (!good) {
        error_set(error, "the XML declaration's encoding is not UTF-8");
    } else {
        xmlDoc *doc = xml_parse(buffer_bytes(&text), error);
        good = doc != NULL;
        xmlFreeDoc(doc);
    }
    buffer_free(&text);
    return good;
}

/* The header alone as a document. */
static xmlDoc *parse_header(struct bytes tag, struct error *error)
{
    struct buffer text = {0};
    size_t name = 1;
    while (name < tag.len && strchr(" \t\r\n/>", tag.data[name]) == NULL)
        name++;
    buffer_add(&text, tag.data, tag.len);
    buffer_add_text(&text, "</");
    buffer_add(&text, tag.data + 1, name - 1);
    buffer_add_text(&text, ">");
    xmlDoc *doc = xml_parse(buffer_bytes(&text), error);
    buffer_free(&text);
    if (doc != NULL &&
        !xml_is(xmlDocGetRootElement(doc), NS_STREAM, "stream")) {
        error_set(error, "the root is not <stream/> in " NS_STREAM);
        xmlFreeDoc(doc);
        doc = NULL;
    }
    return doc;
}

static void tell_header(
    struct stream_parser *parser, struct stream_event *event)
{
    struct error error = {""};
    struct bytes piece = buffer_bytes(&parser->piece);
    if (piece.len > STREAM_HEADER_LIMIT) {
        fail(parser, event, "a stream header of more than 16 KiB", "");
        return;
    }
    if (parser->declaration > 0 &&
        !declaration_is_good(
            bytes_of(piece.data, parser->declaration), &error)) {
        fail(parser, event, "bad XML declaration: ", error.message);
        return;
    }
    const uint8_t *tag = piece.data + parser->declaration;
    tag = memchr(tag, '<', piece.len - parser->declaration);
    buffer_clear(&parser->header);
    buffer_add(&parser->header, tag, piece.len - (size_t)(tag - piece.data));
    event->doc = parse_header(buffer_bytes(&parser->header), &error);
    if (event->doc == NULL) {
        fail(parser, event, "bad stream header: ", error.message);
        return;
    }
    event->kind = STREAM_OPENED;
    event->restarted = parser->opened;
    parser->opened = true;
}

static void tell_stanza(
    struct stream_parser *parser, struct stream_event *event)
{
    parser->complete = parser->piece.len;
    if (feed_context(parser))
        event->doc = take_doc(parser);
    if (event->doc == NULL)
        fail(parser, event, "malformed stanza: ", parser->fault);
    else
        event->kind = STREAM_STANZA;
}

/* The root's end tag must name the root. */
static void tell_close(struct stream_parser *parser, struct stream_event *event)
{
    const struct scanner *scanner = &parser->scanner;
    struct bytes piece = buffer_bytes(&parser->piece);
    size_t len = 0;
    while (len < piece.len && strchr(" \t\r\n>", piece.data[len]) == NULL)
        len++;
    if (len - 2 >= sizeof scanner->root
            ? scanner->root_len == sizeof scanner->root
            : bytes_equal(bytes_of(piece.data + 2, len - 2),
                  bytes_of(scanner->root, scanner->root_len)))
        event->kind = STREAM_CLOSED;
    else
        fail(parser, event, "the stream's end tag does not name its root", "");
}

static void tell(struct stream_parser *parser, enum scan_result result,
    struct stream_event *event)
{
    switch (result) {
    case SCAN_HEADER:
        tell_header(parser, event);
        break;
    case SCAN_STANZA:
        tell_stanza(parser, event);
        break;
    case SCAN_CLOSE:
        tell_close(parser, event);
        break;
    case SCAN_SPACE:
        event->kind = STREAM_SPACE;
        break;
    case SCAN_ERROR:
        fail(parser, event, parser->scanner.reason, "");
        break;
    default:
        return;
    }
    event->raw = buffer_bytes(&parser->piece);
    parser->finished = true;
}

static void begin_piece(struct stream_parser *parser)
{
    if (!parser->finished)
        return;
    buffer_clear(&parser->piece);
    parser->complete = parser->fed = parser->declaration = 0;
    parser->finished = false;
}

/* All bytes were taken and the piece goes on: what is there may be bad. */
static void check_unfinished(
    struct stream_parser *parser, struct stream_event *event)
{
    if (parser->piece.len > STREAM_STANZA_LIMIT)
        fail(parser, event, "more than 1 MiB in one piece", "");
    else if (parser->complete > parser->fed && !feed_context(parser))
        fail(parser, event, "malformed stanza: ", parser->fault);
    else
        return;
    event->raw = buffer_bytes(&parser->piece);
    parser->finished = true;
}

size_t stream_parser_feed(
    struct stream_parser *parser, struct bytes data, struct stream_event *event)
{
    *event = (struct stream_event){.kind = STREAM_NOTHING};
    if (data.len == 0)
        return 0;
    if (parser->dead) {
        event->kind = STREAM_UNPARSED;
        event->raw = data;
        return data.len;
    }
    begin_piece(parser);
    size_t taken = 0;
    while (taken < data.len && event->kind == STREAM_NOTHING) {
        size_t room = STREAM_STANZA_LIMIT + 1 - parser->piece.len;
        size_t left = data.len - taken;
        struct bytes part =
            bytes_of(data.data + taken, left < room ? left : room);
        size_t used = 0;
        enum scan_result result = scanner_take(&parser->scanner, part, &used);
        buffer_add(&parser->piece, part.data, used);
        taken += used;
        if (result == SCAN_TOKEN)
            parser->complete = parser->piece.len;
        if (result == SCAN_PROLOG)
            parser->declaration = parser->piece.len;
        if (parser->piece.len > STREAM_STANZA_LIMIT || taken == data.len) {
            /* Below: a piece over the limit is refused even when complete. */
            if (result < SCAN_HEADER ||
                parser->piece.len > STREAM_STANZA_LIMIT) {
                check_unfinished(parser, event);
                break;
            }
        }
        tell(parser, result, event);
    }
    return taken;
}

/* Parses with a parser of its own, primed with this stream's header. */
xmlDoc *stream_parser_stanza(
    const struct stream_parser *parser, struct bytes data, struct error *error)
{
    struct stream_parser *own = stream_parser_new();
    struct stream_event event = {0};
    xmlDoc *doc = NULL;
    if (parser->header.len > 0)
        stream_parser_feed(own, buffer_bytes(&parser->header), &event);
    xmlFreeDoc(event.doc);
    size_t taken = stream_parser_feed(own, data, &event);
    if (event.kind == STREAM_STANZA && taken == data.len)
        doc = event.doc;
    else if (event.kind == STREAM_ERROR)
        error_set(error, "%s", event.reason);
    else
        error_set(error, "not one complete stanza");
    if (doc == NULL)
        xmlFreeDoc(event.doc);
    stream_parser_free(own);
    return doc;
}
