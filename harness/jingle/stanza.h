/* What stanzas need beside base/xml.h: texts, numbers, JIDs. */
#ifndef JS_JINGLE_STANZA_H
#define JS_JINGLE_STANZA_H

#include "base/bytes.h"
#include "base/xml.h"

#include <stdbool.h>
#include <stdint.h>

/* "" for no element. */
const char *stanza_name(const xmlNode *node);
/* The value of an attribute, "" when it is missing. */
const char *stanza_attr(const xmlNode *node, const char *name);
/* The text inside, to be freed with free(). Never NULL. */
char *stanza_text(const xmlNode *node);
/* Decimal digits only, nothing else, at most max. text may be NULL. */
bool stanza_number(const char *text, uint64_t max, uint64_t *out);
/* True for an XML Nmtoken of ASCII letters, digits, ".", "-", "_", ":" or of
 * any character beyond ASCII. */
bool stanza_is_nmtoken(const char *text);

void stanza_add_number(struct buffer *out, const char *name, uint64_t value);
/* "<name>text</name>". */
void stanza_add_text(struct buffer *out, const char *name, const char *text);

/* JIDs. */
/* Up to the first slash; in bytes. */
size_t jid_bare_len(const char *jid);
bool jid_same_bare(const char *a, const char *b);
bool jid_is_bare(const char *jid);
/* The domain part; to be freed. */
char *jid_domain(const char *jid);

#endif
