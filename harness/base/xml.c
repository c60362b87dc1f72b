#include "base/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

/* What a parse met: hung on the parser. */
struct trouble {
    bool dtd;
    struct error first; /* message "" without an error */
};

/* SAX handler: a document type declaration is where entities and external
 * references come from, so it ends the parse. */
static void refuse_dtd(void *parser, const xmlChar *name,
    const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    xmlParserCtxt *context = parser;
    ((struct trouble *)context->_private)->dtd = true;
    context->wellFormed = 0;
    xmlStopParser(context);
}

static void silence(void *owner, const char *format, ...)
{
    (void)owner, (void)format;
}

/* The first error: a warning after it must not hide it. */
static void hear(void *owner, xmlErrorPtr told)
{
    struct trouble *trouble = ((xmlParserCtxt *)owner)->_private;
    if (told->level < XML_ERR_ERROR || told->message == NULL ||
        trouble->first.message[0] != 0)
        return;
    size_t len = strcspn(told->message, "\n");
    error_set(&trouble->first, "the XML is not well-formed: line %d: %.*s",
        told->line, (int)len, told->message);
}

static bool report(const struct trouble *trouble, struct error *error)
{
    if (trouble->dtd)
        return error_set(error,
            "the XML holds a document type declaration, which is refused");
    if (trouble->first.message[0] == 0)
        return error_set(error, "the XML is not well-formed");
    return error_set(error, "%s", trouble->first.message);
}

xmlDoc *xml_parse(struct bytes text, struct error *error)
{
    if (text.len == 0 || text.len > INT32_MAX) {
        error_set(error, "the XML is %s", text.len == 0 ? "empty" : "too long");
        return NULL;
    }
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (parser == NULL)
        abort();
    struct trouble trouble = {.dtd = false};
    parser->_private = &trouble;
    parser->sax->internalSubset = refuse_dtd;
    parser->sax->error = silence;
    parser->sax->warning = silence;
    parser->sax->fatalError = silence;
    parser->sax->serror = hear;
    xmlDoc *doc =
        xmlCtxtReadMemory(parser, (const char *)text.data, (int)text.len, NULL,
            NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (doc != NULL && (parser->wellFormed == 0 || parser->nsWellFormed == 0)) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    if (doc == NULL)
        report(&trouble, error);
    xmlFreeParserCtxt(parser);
    return doc;
}

const char *xml_ns(const xmlNode *node)
{
    /* An element's parent may be its document, which has no such field. */
    return node->type != XML_ELEMENT_NODE || node->ns == NULL ||
                   node->ns->href == NULL
               ? ""
               : (const char *)node->ns->href;
}

bool xml_is(const xmlNode *node, const char *ns, const char *name)
{
    return node != NULL && node->type == XML_ELEMENT_NODE &&
           (name == NULL || strcmp((const char *)node->name, name) == 0) &&
           (ns == NULL || strcmp(xml_ns(node), ns) == 0);
}

static xmlNode *first_from(xmlNode *node, const char *ns, const char *name)
{
    while (node != NULL && !xml_is(node, ns, name))
        node = node->next;
    return node;
}

xmlNode *xml_child(const xmlNode *parent, const char *ns, const char *name)
{
    return parent == NULL ? NULL : first_from(parent->children, ns, name);
}

xmlNode *xml_next(const xmlNode *node, const char *ns, const char *name)
{
    return first_from(node->next, ns, name);
}

xmlNode *xml_find(
    const xmlNode *root, const xmlNode *after, const char *ns, const char *name)
{
    const xmlNode *node = after == NULL ? root : after;
    bool fresh = after == NULL;
    while (node != NULL) {
        if (fresh && xml_is(node, ns, name))
            return (xmlNode *)(uintptr_t)node;
        fresh = true;
        if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
            node = node->children;
            continue;
        }
        while (node != root && node->next == NULL)
            node = node->parent;
        if (node == root)
            return NULL;
        node = node->next;
    }
    return NULL;
}

const char *xml_attr(const xmlNode *node, const char *name)
{
    if (node == NULL || node->type != XML_ELEMENT_NODE)
        return NULL;
    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        if (attr->ns != NULL || !xml_named(attr->name, name))
            continue;
        if (attr->children == NULL || attr->children->content == NULL)
            return "";
        return (const char *)attr->children->content;
    }
    return NULL;
}

const char *xml_attr_text(const xmlNode *node, const char *name)
{
    const char *value = xml_attr(node, name);
    return value == NULL ? "" : value;
}

bool xml_attr_number(
    const xmlNode *node, const char *name, uint64_t max, uint64_t *out)
{
    const char *text = xml_attr(node, name);
    if (text == NULL || *text == 0)
        return false;
    uint64_t value = 0;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (value > (max - digit) / 10 || digit > max)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

void xml_text(const xmlNode *node, struct buffer *out)
{
    for (const xmlNode *part = node->children; part; part = part->next) {
        bool text =
            part->type == XML_TEXT_NODE || part->type == XML_CDATA_SECTION_NODE;
        if (text && part->content != NULL)
            buffer_add_text(out, (const char *)part->content);
    }
}

void xml_add_attr(struct buffer *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buffer_printf(out, " %s='", name);
    buffer_add_xml(out, value, strlen(value));
    buffer_add_text(out, "'");
}

void xml_print(const xmlNode *node, struct buffer *out)
{
    xmlBuffer *text = xmlBufferCreate();
    if (text == NULL)
        abort();
    int len = xmlNodeDump(text, node->doc, (xmlNode *)(uintptr_t)node, 0, 0);
    if (len > 0)
        buffer_add(out, xmlBufferContent(text), (size_t)len);
    xmlBufferFree(text);
}
