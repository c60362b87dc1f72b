/* One direction of an XMPP stream (RFC 6120 s4): bytes in, in any
 * segmentation, events out. Every stanza becomes a document of its own: the
 * stream's root with one child, namespaces as the stream declared them.
 * No I/O, no entity expansion, no DTD, nothing loaded from anywhere. */
#ifndef JS_XMPP_PARSER_H
#define JS_XMPP_PARSER_H

#include "base/bytes.h"
#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* What a hostile peer may make us hold. */
enum {
    STREAM_STANZA_LIMIT = 1 << 20, /* bytes of one stanza */
    STREAM_HEADER_LIMIT = 1 << 14, /* bytes of a header */
    STREAM_DEPTH_LIMIT = 100,      /* elements in each other, the stanza 1 */
    STREAM_ATTRIBUTE_LIMIT = 256,  /* of one element, namespaces included */
};

enum stream_event_kind {
    STREAM_NOTHING, /* all bytes were taken, no event is complete */
    STREAM_OPENED,  /* a stream header; doc is its empty root */
    STREAM_STANZA,  /* a complete child of the root */
    STREAM_SPACE,   /* white space between stanzas (RFC 6120 s4.6.1) */
    STREAM_CLOSED,  /* </stream:stream> */
    STREAM_ERROR,   /* malformed or over a limit; the parser is dead now */
    STREAM_UNPARSED /* bytes that came after an error */
};

struct stream_event {
    enum stream_event_kind kind;
    /* Exactly the bytes of this event; all events' raw in order are the bytes
     * fed. Valid until the next call with this parser. */
    struct bytes raw;
    /* STREAM_OPENED, STREAM_STANZA: owned by the caller now, who frees it with
     * xmlFreeDoc. Else NULL. */
    xmlDoc *doc;
    /* STREAM_OPENED: not the first header (after SASL or STARTTLS). */
    bool restarted;
    /* STREAM_ERROR: what is wrong, without a full stop. Valid like raw. */
    const char *reason;
};

struct stream_parser;

struct stream_parser *stream_parser_new(void);
/* NULL is allowed. */
void stream_parser_free(struct stream_parser *parser);
/* Takes bytes up to the end of the first complete event and returns how many;
 * call again with the rest until it gives STREAM_NOTHING or nothing is left.
 * A new header between stanzas restarts the stream by itself. */
size_t stream_parser_feed(struct stream_parser *parser, struct bytes data,
    struct stream_event *event);
/* The bytes taken that no event has brought yet; valid until the next feed. */
struct bytes stream_parser_pending(const struct stream_parser *parser);
/* The start tag of the current stream's root; empty before the first. */
struct bytes stream_parser_header(const struct stream_parser *parser);
/* Parses bytes as they would stand in this stream now, without touching its
 * state: one stanza to a document that the caller frees, or NULL when they are
 * anything else; the reason then is in error (may be NULL). */
xmlDoc *stream_parser_stanza(
    const struct stream_parser *parser, struct bytes data, struct error *error);

/* The stanza of a document (the root's first child element) or NULL. */
xmlNode *stream_stanza(const xmlDoc *doc);

#endif
