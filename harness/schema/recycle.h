/* Frees a document but for the nodes, which its parser uses again for the
 * next: of a log of small stanzas, a third of the time goes into memory. */
#ifndef JS_RECYCLE_H
#define JS_RECYCLE_H

#include <libxml/parser.h>

/* doc: what parser made last; NULL is allowed. */
void recycle_doc(xmlParserCtxt *parser, xmlDoc *doc);

#endif
