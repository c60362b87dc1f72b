/* The corrected schemas compiled into one set: a driver schema imports every
 * file of the catalog, so that a wildcard anywhere validates each namespace
 * that is known. */
#ifndef JS_SCHEMA_SET_H
#define JS_SCHEMA_SET_H

#include "base/error.h"
#include "schema/catalog.h"

#include <libxml/xmlschemas.h>
#include <stdbool.h>

/* Compiles; free with xmlSchemaFree. strict: processContents='lax' becomes
 * 'strict' everywhere. NULL with file, line and libxml2's message. */
xmlSchema *schema_set_compile(const char *dir, const struct catalog *catalog,
    bool strict, struct error *error);

#endif
