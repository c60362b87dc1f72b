/* Stanzas as scripts write them: in the namespace jabber:client, with the
 * prefixes stream: and scansion: declared. */
#ifndef JS_SCRIPT_STANZA_H
#define JS_SCRIPT_STANZA_H

#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* The namespace of scansion:strict and its like in a parsed stanza. */
#define STANZA_SCANSION_NS "https://matthewwild.co.uk/projects/scansion"

/* Reads one element whose ${values} are put in. Returns a document whose
 * root is a wrapper and whose stanza is stanza_root(doc); free it with
 * xmlFreeDoc. NULL: *line (from 1) and *column (from 1, in bytes; 0 unknown)
 * say where; both may be NULL. */
xmlDoc *stanza_parse(
    const char *xml, int *line, int *column, struct error *error);
xmlNode *stanza_root(const xmlDoc *doc);

/* What a text of a stanza that is waited for asks: {scansion:any}, or
 * {scansion:capture:NAME} (also {scansion:capture('NAME')}). */
enum stanza_mark { MARK_NONE, MARK_ANY, MARK_CAPTURE, MARK_UNKNOWN };
/* name, of at least 64 bytes, receives NAME. The text is looked at without
 * the blanks around it. */
enum stanza_mark stanza_mark(const char *text, char *name);

#endif
