#include "schema/log_lint.h"

#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "schema/log_clark.h"
#include "schema/log_place.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

#define HEADER                                                                 \
    "<stream:stream xmlns='jabber:client' "                                    \
    "xmlns:stream='http://etherx.jabber.org/streams'>"
#define FOOTER "</stream:stream>"

struct named_count {
    char *ns;
    const char *spec;
    uint64_t elements;
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
    struct buffer text, clark;
    struct lint_counts counts;
    VEC(struct named_count) namespaces;
    unsigned number;
    /* of the stanza being judged */
    const struct log_item *item;
    xmlNode *stanza;
    const char *sender;
    bool judged;
};

struct lint *lint_new(const struct validator *validator, const char *as,
    lint_fn *fn, lint_stanza_fn *stanza_fn, void *owner)
{
    struct lint *lint = mem_alloc(sizeof *lint);
    lint->validator = validator;
    lint->as = as;
    lint->fn = fn;
    lint->stanza_fn = stanza_fn;
    lint->owner = owner;
    lint->parser = xmlNewParserCtxt();
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

void lint_end(struct lint *lint)
{
    log_reader_end(lint->reader);
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
    validation_free(lint->validation);
    lint->validation = NULL;
    lint->reader = NULL;
}

/* libxml2's last word on the text, placed in the log. */
static void tell_broken(struct lint *lint, const char *why)
{
    const struct log_item *item = lint->item;
    const xmlError *error = xmlCtxtGetLastError(lint->parser);
    char message[512];
    uint64_t line = item->line, column = item->column;
    snprintf(message, sizeof message, "%s", why);
    if (error != NULL && error->message != NULL && error->line > 0) {
        snprintf(message, sizeof message, "%s", error->message);
        message[strcspn(message, "\n")] = 0;
        line += (uint64_t)error->line - 1;
        /* The wrapper around it stands on its first line. */
        if (error->line > 1)
            column = (uint64_t)error->int2;
        else if ((size_t)error->int2 > lint->text.len - item->text.len)
            column += (uint64_t)error->int2 -
                      (lint->text.len - item->text.len - strlen(FOOTER));
    }
    lint->counts.broken++;
    tell(lint, NULL, message, line, column);
}

static xmlDoc *parse(struct lint *lint)
{
    const struct log_item *item = lint->item;
    struct bytes text = item->text;
    buffer_clear(&lint->text);
    bool own = item->header != NULL && strstr(item->header, "/>") == NULL;
    buffer_add_text(&lint->text, own ? item->header : HEADER);
    if (item->clark) {
        buffer_clear(&lint->clark);
        log_clark_to_xml(text, &lint->clark);
        text = buffer_bytes(&lint->clark);
    }
    buffer_add(&lint->text, text.data, text.len);
    buffer_add_text(&lint->text, FOOTER);
    xmlCtxtResetLastError(lint->parser);
    return xmlCtxtReadMemory(lint->parser, buffer_text(&lint->text),
        (int)lint->text.len, NULL, NULL,
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
            XML_PARSE_COMPACT);
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

static void judge(struct lint *lint, xmlDoc *doc)
{
    const struct log_item *item = lint->item;
    xmlNode *stanza = xml_child(xmlDocGetRootElement(doc), NULL, NULL);
    if (stanza == NULL)
        return;
    lint->stanza = stanza;
    lint->counts.stanzas++;
    /* Where a log does not say it: a server has stamped what has a from. */
    const char *from = xml_attr(stanza, "from");
    bool from_client = item->direction == LOG_FROM_CLIENT ||
                       (item->direction == LOG_UNKNOWN && from == NULL);
    lint->sender = from != NULL          ? from
                   : !from_client        ? "server"
                   : *item->session != 0 ? item->session
                   : *item->actor != 0   ? item->actor
                                         : "client";
    lint->judged = is_judged(lint);
    if (lint->stanza_fn != NULL)
        lint->stanza_fn(lint->owner, item, stanza);
    struct stanza_origin origin = {lint->sender,
        *item->session != 0 ? item->session : NULL, from_client,
        ++lint->number};
    validation_stanza(lint->validation, stanza, &origin);
    lint->stanza = NULL;
}

void lint_item(struct lint *lint, const struct log_item *item)
{
    lint->item = item;
    lint->stanza = NULL;
    lint->sender = "";
    lint->judged = true;
    if (item->kind == LOG_TAG)
        lint->counts.tags++;
    if (item->kind == LOG_TAG || item->kind == LOG_HEADER)
        return;
    bool whole = item->kind == LOG_STANZA;
    /* Where tags do not match libxml2 knows better which. */
    bool parsed = whole || strncmp(item->problem, "end tags", 8) == 0;
    xmlCtxtResetLastError(lint->parser);
    xmlDoc *doc = parsed ? parse(lint) : NULL;
    if (doc != NULL && whole)
        judge(lint, doc);
    else
        tell_broken(lint, whole ? "not well-formed" : item->problem);
    xmlFreeDoc(doc);
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
