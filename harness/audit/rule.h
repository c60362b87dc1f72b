/* What XML Schema 1.0 allows where (Part 1, the schema for schemas). Lists are
 * words with a space between, groups in their order with ';', ":1" for at most
 * one of a group. */
#ifndef JS_AUDIT_RULE_H
#define JS_AUDIT_RULE_H

#include "audit/schema.h"

#define RULE_ATTRIBUTES "attribute attributeGroup"
#define RULE_FACETS                                                            \
    "enumeration pattern length minLength maxLength minInclusive "             \
    "maxInclusive minExclusive maxExclusive totalDigits fractionDigits "       \
    "whiteSpace"

/* Whether word is one of the first len bytes of words. */
bool rule_has(const char *words, size_t len, const char *word);
/* The children an element of XSD takes where it stands; NULL: no such
 * element. */
const char *rule_contents(const struct tree_node *node);
/* The attributes it takes ("id" is everywhere); NULL: not told. */
const char *rule_attributes(const struct tree_node *node);
/* The element of XSD whose name is a slip away; NULL: none. */
const char *rule_similar(const char *name);

#endif
