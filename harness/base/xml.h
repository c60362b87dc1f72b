/* XML from strangers as libxml2 trees: bounded (libxml2's own limits on depth
 * and size stay on), no DTD, no entities but XML's five, no network. */
#ifndef JS_XML_H
#define JS_XML_H

#include "base/bytes.h"
#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <string.h>

/* Parses one whole document; free it with xmlFreeDoc. NULL with the parser's
 * line and message when it is not well-formed, has undeclared prefixes, or
 * holds a document type declaration. */
xmlDoc *xml_parse(struct bytes text, struct error *error);

/* Most names differ in their first letter: no call for those. */
static inline bool xml_named(const xmlChar *name, const char *wanted)
{
    return (char)*name == *wanted && strcmp((const char *)name, wanted) == 0;
}

/* Is it an element of that name? ns or name NULL: any; ns "" means none. */
bool xml_is(const xmlNode *node, const char *ns, const char *name);
/* The first such child element, or NULL. parent may be NULL. */
xmlNode *xml_child(const xmlNode *parent, const char *ns, const char *name);
/* The next such sibling element, or NULL. */
xmlNode *xml_next(const xmlNode *node, const char *ns, const char *name);
/* The first such element among node itself and its descendants in document
 * order, or NULL; the search after `after` when it is not NULL. */
xmlNode *xml_find(const xmlNode *root, const xmlNode *after, const char *ns,
    const char *name);
/* The namespace of an element, "" when it has none or is another node. */
const char *xml_ns(const xmlNode *node);
/* The value of an attribute without a namespace, or NULL. Borrowed from the
 * tree. node may be NULL. */
const char *xml_attr(const xmlNode *node, const char *name);
/* The same, "" when it is missing. */
const char *xml_attr_text(const xmlNode *node, const char *name);
/* Reads an attribute as a whole decimal number of at most max; false when it
 * is missing or anything else. */
bool xml_attr_number(
    const xmlNode *node, const char *name, uint64_t max, uint64_t *out);
/* Appends the element's own character data (not its children's). */
void xml_text(const xmlNode *node, struct buffer *out);
/* Appends ` name='value'`, escaped; nothing when value is NULL. */
void xml_add_attr(struct buffer *out, const char *name, const char *value);
/* Appends the serialised element. */
void xml_print(const xmlNode *node, struct buffer *out);

#endif
