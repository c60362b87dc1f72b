/* From an element of a parsed stanza back to its line and column in the log. */
#ifndef JS_LOG_PLACE_H
#define JS_LOG_PLACE_H

#include "schema/log_reader.h"

#include <libxml/tree.h>

/* line and column of the start tag of element (or of the attribute's name in
 * it, when attribute is not NULL and stands there); stanza is the root of
 * what item's text was parsed to. */
void log_place(const struct log_item *item, const xmlNode *stanza,
    const xmlNode *element, const char *attribute, uint64_t *line,
    uint64_t *column);

/* Columns that the UTF-8 text takes: its characters. */
uint64_t log_columns(const char *text, size_t len);

#endif
