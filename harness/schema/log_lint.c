#include "schema/log_lint.h"

#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "schema/log_clark.h"
#include "schema/log_place.h"
#include "schema/recycle.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

#define HEADER                                                                 \
    "<stream:stream xmlns='jabber:client' "                                    \
    "xmlns:stream='http://etherx.jabber.org/streams'>"
#define CLIENT "jabber:client"
#define FOOTER "</stream:stream>"

struct named_count {
    char *ns;
    const char *spec;
    uint64_t elements;
};

/* Stanzas wait to be parsed together: a document of its own costs each more
 * than its parsing. */
enum { batch_bytes = 16 << 10, batch_items = 256 };

struct batch {
    struct buffer text;                 /* the header, then the stanzas */
    struct log_item items[batch_items]; /* text.data is an offset in text */
    size_t offsets[batch_items], count;
    struct arena *arena; /* of the items' strings */
};

/* What libxml2 found first in a text; what follows is often its echo. */
struct fault {
    char message[400]; /* "": nothing */
    int line, column;  /* in the text, from 1 */
};

struct lint {
    const struct validator *validator;
    const char *as;
    lint_fn *fn;
    lint_stanza_fn *stanza_fn;
    void *owner;
    const char *file;
    struct log_reader *reader;
    struct validation *validation;
    xmlParserCtxt *parser;
    struct fault fault;
    struct buffer text, clark;
    struct lint_counts counts;
    struct batch batch;
    VEC(struct named_count) namespaces;
    uint64_t more_elements; /* of namespaces beyond those */
    unsigned number;
    bool unstamped; /* the file has a client's own words, without a from */
    /* of the stanza being judged */
    const struct log_item *item;
    xmlNode *stanza;
    const char *sender;
    bool judged;
};

static void on_fault(void *owner, xmlError *error)
{
    xmlParserCtxt *parser = owner;
    struct lint *lint = parser->_private;
    struct fault *fault = &lint->fault;
    if (error->level < XML_ERR_ERROR || fault->message[0] != 0 ||
        error->message == NULL)
        return;
    snprintf(fault->message, sizeof fault->message, "%s", error->message);
    fault->message[strcspn(fault->message, "\n")] = 0;
    /* "mismatch: a line 1 and b": a line of the stanza, not of the log. */
    char *inner = strstr(fault->message, " line ");
    char *rest = inner == NULL ? NULL : strstr(inner, " and ");
    if (error->code == XML_ERR_TAG_NAME_MISMATCH && rest != NULL)
        memmove(inner, rest, strlen(rest) + 1);
    fault->line = error->line;
    fault->column = error->int2;
}

static xmlParserCtxt *parser_new(struct lint *lint)
{
    xmlParserCtxt *parser = xmlNewParserCtxt();
    parser->_private = lint;
    parser->sax->serror = (xmlStructuredErrorFunc)on_fault;
    return parser;
}

struct lint *lint_new(const struct validator *validator, const char *as,
    lint_fn *fn, lint_stanza_fn *stanza_fn, void *owner)
{
    struct lint *lint = mem_alloc(sizeof *lint);
    lint->validator = validator;
    lint->as = as;
    lint->fn = fn;
    lint->stanza_fn = stanza_fn;
    lint->owner = owner;
    lint->parser = parser_new(lint);
    return lint;
}

void lint_free(struct lint *lint)
{
    if (lint == NULL)
        return;
    for (size_t i = 0; i < lint->namespaces.count; i++)
        free(lint->namespaces.items[i].ns);
    vec_free(&lint->namespaces);
    xmlFreeParserCtxt(lint->parser);
    buffer_free(&lint->text);
    buffer_free(&lint->clark);
    buffer_free(&lint->batch.text);
    arena_free(lint->batch.arena);
    free(lint);
}

static void first_tag(const struct log_item *item, char *out, size_t max)
{
    const char *text = (const char *)item->text.data;
    const char *end = memchr(text, '>', item->text.len);
    size_t len = end == NULL ? item->text.len : (size_t)(end - text) + 1;
    if (len >= max)
        len = max - 1;
    memcpy(out, text, len);
    out[len] = 0;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)out[i] < ' ')
            out[i] = ' ';
    }
}

static void tell(struct lint *lint, const struct violation *violation,
    const char *broken, uint64_t line, uint64_t column)
{
    char tag[201];
    first_tag(lint->item, tag, sizeof tag);
    struct lint_finding finding = {lint->file, line, column, lint->sender,
        lint->judged, violation, broken, tag, lint->stanza};
    lint->fn(lint->owner, &finding);
}

static void on_violation(void *owner, const struct violation *violation)
{
    struct lint *lint = owner;
    uint64_t line = lint->item->line, column = lint->item->column;
    log_place(lint->item, lint->stanza, violation->element,
        violation->attribute, &line, &column);
    if (lint->judged) {
        uint64_t *counts[] = {
            &lint->counts.must, &lint->counts.should, &lint->counts.note};
        (*counts[violation->severity])++;
    }
    tell(lint, violation, NULL, line, column);
}

static void on_item(void *owner, const struct log_item *item)
{
    lint_item(owner, item);
}

void lint_begin(struct lint *lint, const char *file)
{
    lint->file = file;
    lint->reader = log_reader_new(0, on_item, lint);
    lint->validation = validation_new(lint->validator, on_violation, lint);
    lint->number = 0;
    lint->unstamped = false;
}

void lint_feed(struct lint *lint, const void *data, size_t len)
{
    log_reader_feed(lint->reader, data, len);
}

static void add_namespace(
    struct lint *lint, const char *ns, const char *spec, uint64_t elements)
{
    for (size_t i = 0; i < lint->namespaces.count; i++) {
        if (strcmp(lint->namespaces.items[i].ns, ns) == 0) {
            lint->namespaces.items[i].elements += elements;
            return;
        }
    }
    vec_push(&lint->namespaces,
        ((struct named_count){mem_strdup(ns), spec, elements}));
}

static void batch_flush(struct lint *lint);

void lint_end(struct lint *lint)
{
    log_reader_end(lint->reader);
    batch_flush(lint);
    log_reader_free(lint->reader);
    const struct validation *v = lint->validation;
    size_t elements = 0;
    for (size_t i = 0; i < validation_known_count(v); i++) {
        const char *ns = validation_known(v, i, &elements);
        if (elements > 0)
            add_namespace(
                lint, ns, validator_spec(lint->validator, ns), elements);
    }
    for (size_t i = 0; i < validation_unknown_count(v); i++) {
        const char *ns = validation_unknown(v, i, &elements);
        add_namespace(lint, ns, NULL, elements);
    }
    lint->more_elements += validation_unknown_more(v);
    validation_free(lint->validation);
    lint->validation = NULL;
    lint->reader = NULL;
}

/* libxml2's word on the text, placed in the log; why when it has none. */
static void tell_broken(struct lint *lint, const char *why)
{
    const struct log_item *item = lint->item;
    const struct fault *fault = &lint->fault;
    uint64_t line = item->line, column = item->column;
    bool known = fault->message[0] != 0 && fault->line > 0;
    size_t header = lint->text.len - item->text.len - strlen(FOOTER);
    if (known) {
        line += (uint64_t)fault->line - 1;
        /* The wrapper around it stands on its first line. */
        if (fault->line > 1)
            column = (uint64_t)fault->column;
        else if ((size_t)fault->column > header)
            column += (uint64_t)fault->column - header - 1;
    }
    lint->counts.broken++;
    tell(lint, NULL, known ? fault->message : why, line, column);
}

static const char *header_of(const struct log_item *item)
{
    bool own = item->header != NULL && strstr(item->header, "/>") == NULL;
    return own ? item->header : HEADER;
}

/* A parser keeps every name that it has met, slower with each, and refuses
 * all when they are too many: then another goes on. */
static void renew_parser(struct lint *lint)
{
    enum { names_max = 16384 };
    if (xmlDictSize(lint->parser->dict) < names_max)
        return;
    xmlFreeParserCtxt(lint->parser);
    lint->parser = parser_new(lint);
}

static xmlDoc *parse_text(struct lint *lint, const struct buffer *text)
{
    renew_parser(lint);
    lint->fault.message[0] = 0;
    return xmlCtxtReadMemory(lint->parser, buffer_text(text), (int)text->len,
        NULL, NULL,
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
            XML_PARSE_COMPACT);
}

static xmlDoc *parse(struct lint *lint)
{
    struct bytes text = lint->item->text;
    buffer_clear(&lint->text);
    buffer_add_text(&lint->text, header_of(lint->item));
    if (lint->item->clark) {
        buffer_clear(&lint->clark);
        log_clark_to_xml(text, &lint->clark);
        text = buffer_bytes(&lint->clark);
    }
    buffer_add(&lint->text, text.data, text.len);
    buffer_add_text(&lint->text, FOOTER);
    return parse_text(lint, &lint->text);
}

static bool is_bare_of(const char *bare, const char *jid)
{
    size_t len = strlen(bare);
    return strncmp(jid, bare, len) == 0 && (jid[len] == 0 || jid[len] == '/');
}

static bool is_judged(const struct lint *lint)
{
    if (lint->as == NULL)
        return true;
    if (strchr(lint->as, '@') != NULL)
        return is_bare_of(lint->as, lint->sender);
    return lint->item->direction != LOG_TO_CLIENT;
}

/* Where a log does not say it: a server has stamped what has a from. Where
 * all have one no connection is seen, but two parties: one of them, by the
 * order of their names, is taken for the client. */
static bool is_from_client(
    struct lint *lint, const xmlNode *stanza, struct stanza_origin *origin)
{
    const struct log_item *item = lint->item;
    const char *from = xml_attr(stanza, "from"), *to = xml_attr(stanza, "to");
    if (item->direction != LOG_UNKNOWN)
        return item->direction == LOG_FROM_CLIENT;
    lint->unstamped =
        lint->unstamped || (from == NULL && xml_is(stanza, CLIENT, NULL));
    if (from == NULL || to == NULL || lint->unstamped)
        return from == NULL;
    bool first = strcmp(from, to) < 0;
    if (origin->jid == NULL)
        origin->jid = first ? from : to;
    return first;
}

static void judge(struct lint *lint, xmlNode *stanza)
{
    const struct log_item *item = lint->item;
    lint->stanza = stanza;
    lint->counts.stanzas++;
    struct stanza_origin origin = {
        .jid = *item->session != 0 ? item->session : NULL,
        .number = ++lint->number};
    const char *from = xml_attr(stanza, "from");
    bool from_client = is_from_client(lint, stanza, &origin);
    lint->sender = from != NULL          ? from
                   : !from_client        ? "server"
                   : *item->session != 0 ? item->session
                   : *item->actor != 0   ? item->actor
                                         : "client";
    lint->judged = is_judged(lint);
    if (lint->stanza_fn != NULL)
        lint->stanza_fn(lint->owner, item, stanza);
    origin.actor = lint->sender;
    origin.from_client = from_client;
    validation_stanza(lint->validation, stanza, &origin);
    lint->stanza = NULL;
}

/* The header of a stream: a start tag alone. */
static void look_at_header(struct lint *lint)
{
    const struct bytes text = lint->item->text;
    buffer_clear(&lint->text);
    buffer_add(&lint->text, text.data, text.len);
    buffer_add_text(&lint->text, FOOTER);
    xmlDoc *doc = parse_text(lint, &lint->text);
    if (doc != NULL) {
        judge(lint, xmlDocGetRootElement(doc));
        lint->counts.stanzas--;
    }
    recycle_doc(lint->parser, doc);
}

/* One item by itself. */
static void look_at(struct lint *lint, const struct log_item *item)
{
    lint->item = item;
    lint->stanza = NULL;
    lint->sender = "";
    lint->judged = true;
    if (item->kind == LOG_TAG)
        lint->counts.tags++;
    if (item->kind == LOG_HEADER)
        look_at_header(lint);
    if (item->kind == LOG_TAG || item->kind == LOG_HEADER)
        return;
    bool whole = item->kind == LOG_STANZA;
    /* Where tags do not match libxml2 knows better which. */
    bool parsed = whole || strncmp(item->problem, "end tags", 8) == 0;
    lint->fault.message[0] = 0;
    xmlDoc *doc = parsed ? parse(lint) : NULL;
    xmlNode *stanza =
        doc == NULL ? NULL : xml_child(xmlDocGetRootElement(doc), NULL, NULL);
    /* A document with an undeclared prefix is one without namespaces. */
    if (stanza != NULL && whole && lint->parser->nsWellFormed)
        judge(lint, stanza);
    else
        tell_broken(lint, whole ? "not well-formed" : item->problem);
    recycle_doc(lint->parser, doc);
}

static const char *keep(struct batch *batch, const char *text)
{
    return *text == 0 ? "" : arena_strdup(batch->arena, text);
}

static void batch_add(struct lint *lint, const struct log_item *item)
{
    struct batch *batch = &lint->batch;
    if (batch->count == 0) {
        batch->arena = arena_new();
        buffer_clear(&batch->text);
        buffer_add_text(&batch->text, header_of(item));
    }
    size_t index = batch->count++;
    batch->items[index] = *item;
    batch->items[index].session = keep(batch, item->session);
    batch->items[index].actor = keep(batch, item->actor);
    batch->offsets[index] = batch->text.len;
    buffer_add(&batch->text, item->text.data, item->text.len);
}

/* The root's children are the stanzas, one for one: else something in one of
 * them reaches into the next, and each is looked at by itself. */
static bool batch_fits(const struct batch *batch, const xmlNode *root)
{
    size_t count = 0;
    for (const xmlNode *node = root->children; node != NULL; node = node->next)
        count += node->type == XML_ELEMENT_NODE ? 1 : batch_items;
    return count == batch->count;
}

static void batch_flush(struct lint *lint)
{
    struct batch *batch = &lint->batch;
    if (batch->count == 0)
        return;
    buffer_add_text(&batch->text, FOOTER);
    for (size_t i = 0; i < batch->count; i++)
        batch->items[i].text.data = batch->text.data + batch->offsets[i];
    xmlDoc *doc = parse_text(lint, &batch->text);
    xmlNode *root = doc == NULL ? NULL : xmlDocGetRootElement(doc);
    bool fits =
        root != NULL && lint->parser->nsWellFormed && batch_fits(batch, root);
    xmlNode *stanza = fits ? root->children : NULL;
    for (size_t i = 0; i < batch->count; i++) {
        if (fits) {
            lint->item = &batch->items[i];
            judge(lint, stanza);
            stanza = stanza->next;
        } else {
            look_at(lint, &batch->items[i]);
        }
    }
    recycle_doc(lint->parser, doc);
    batch->count = 0;
    arena_free(batch->arena);
    batch->arena = NULL;
}

void lint_item(struct lint *lint, const struct log_item *item)
{
    bool alone =
        item->kind != LOG_STANZA || item->clark || item->text.len > batch_bytes;
    if (alone || lint->batch.count == batch_items ||
        lint->batch.text.len + item->text.len > 2 * batch_bytes)
        batch_flush(lint);
    if (alone)
        look_at(lint, item);
    else
        batch_add(lint, item);
}

const struct lint_counts *lint_counts(const struct lint *lint)
{
    return &lint->counts;
}

void lint_namespaces(
    const struct lint *lint, lint_namespace_fn *fn, void *owner)
{
    for (size_t i = 0; i < lint->namespaces.count; i++)
        fn(owner, lint->namespaces.items[i].ns, lint->namespaces.items[i].spec,
            lint->namespaces.items[i].elements);
}

uint64_t lint_more_elements(const struct lint *lint)
{
    return lint->more_elements;
}
