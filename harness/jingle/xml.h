/* Reading what the peer sent (libxml2 trees, borrowed) and writing stanzas as
 * text. */
#ifndef JS_JINGLE_XML_H
#define JS_JINGLE_XML_H

#include "base/bytes.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

/* ns NULL: any. False for NULL nodes. */
bool xml_is(xmlNodePtr node, const char *name, const char *ns);
/* First and next child element of that name and namespace; either may be
 * NULL: any. */
xmlNodePtr xml_child(xmlNodePtr parent, const char *name, const char *ns);
xmlNodePtr xml_next(xmlNodePtr node, const char *name, const char *ns);
const char *xml_name(xmlNodePtr node);
const char *xml_ns(xmlNodePtr node);
/* The value of an attribute without namespace, or NULL. Lives as long as the
 * tree; a value that libxml2 holds in pieces counts as missing. */
const char *xml_attribute(xmlNodePtr node, const char *name);
/* The same, "" when missing. */
const char *xml_attribute_or_empty(xmlNodePtr node, const char *name);
/* The text inside, to be freed with free(). Never NULL. */
char *xml_text(xmlNodePtr node);
/* Decimal digits only, nothing else, at most max. */
bool xml_number(const char *text, uint64_t max, uint64_t *out);

/* True for an XML Nmtoken of ASCII letters, digits, ".", "-", "_", ":" or of
 * any character beyond ASCII. */
bool xml_is_nmtoken(const char *text);

/* " name='value'" with the value escaped; nothing when value is NULL. */
void xml_put(struct buffer *out, const char *name, const char *value);
void xml_put_number(struct buffer *out, const char *name, uint64_t value);
/* "<name>text</name>". */
void xml_put_text(struct buffer *out, const char *name, const char *text);

/* JIDs. */
/* Up to the first slash; len in bytes. */
size_t jid_bare_len(const char *jid);
bool jid_same_bare(const char *a, const char *b);
bool jid_is_bare(const char *jid);
/* The domain part; to be freed. */
char *jid_domain(const char *jid);

#endif
