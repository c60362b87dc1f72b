/* What a block of a XEP shows, by its text and caption. */
#ifndef JS_AUDIT_EXAMPLE_FORM_H
#define JS_AUDIT_EXAMPLE_FORM_H

#include "audit/document.h"
#include "audit/tree.h"

/* Dots, brackets or comments by which authors leave something out. */
bool example_elides(const char *text, size_t len);
/* A caption that speaks of what must not be done, or what others do. */
bool example_shows_fault(const struct block *block);
/* From "<" to ">", and no DTD or schema. */
bool example_is_xml(const struct block *block);
/* Faults that a stanza torn from its stream has. */
bool example_fault_is_harmless(const struct tree_fault *fault);

#endif
