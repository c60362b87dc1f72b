#include "schema/recycle.h"

#include <stdbool.h>

enum { kept_max = 8192 };

/* The lists are those from which libxml2's xmlTextReader lets a parser take
 * its nodes; xmlFreeParserCtxt frees them. */
static void keep_node(xmlParserCtxt *parser, xmlNode *node)
{
    if (parser->freeElemsNr >= kept_max) {
        xmlFree(node);
        return;
    }
    node->next = parser->freeElems;
    parser->freeElems = node;
    parser->freeElemsNr++;
}

static void keep_attribute(xmlParserCtxt *parser, xmlAttr *attribute)
{
    if (parser->freeAttrsNr >= kept_max) {
        xmlFree(attribute);
        return;
    }
    attribute->next = parser->freeAttrs;
    parser->freeAttrs = attribute;
    parser->freeAttrsNr++;
}

static void recycle_nodes(xmlParserCtxt *parser, xmlNode *node);

static void recycle_attributes(xmlParserCtxt *parser, xmlNode *element)
{
    for (xmlAttr *a = element->properties, *next; a != NULL; a = next) {
        next = a->next;
        if (a->atype == XML_ATTRIBUTE_ID) {
            xmlFreeProp(a);
            continue;
        }
        recycle_nodes(parser, a->children);
        keep_attribute(parser, a);
    }
    if (element->nsDef != NULL)
        xmlFreeNsList(element->nsDef);
}

/* Short text lies in the node itself. */
static void recycle_text(xmlParserCtxt *parser, xmlNode *text)
{
    bool own = text->content != NULL &&
               text->content != (xmlChar *)&text->properties &&
               xmlDictOwns(parser->dict, text->content) == 0;
    if (own)
        xmlFree(text->content);
    keep_node(parser, text);
}

static void recycle_nodes(xmlParserCtxt *parser, xmlNode *node)
{
    for (xmlNode *next; node != NULL; node = next) {
        next = node->next;
        if (node->type == XML_ELEMENT_NODE) {
            recycle_nodes(parser, node->children);
            recycle_attributes(parser, node);
            keep_node(parser, node);
        } else if (node->type == XML_TEXT_NODE) {
            recycle_text(parser, node);
        } else {
            xmlFreeNode(node);
        }
    }
}

void recycle_doc(xmlParserCtxt *parser, xmlDoc *doc)
{
    bool ours = doc != NULL && doc->dict == parser->dict &&
                doc->children != NULL && doc->children->next == NULL &&
                doc->children->type == XML_ELEMENT_NODE;
    if (ours) {
        recycle_nodes(parser, doc->children);
        doc->children = doc->last = NULL;
    }
    xmlFreeDoc(doc);
}
