/* Finds where the pieces of an XML stream end, byte by byte: headers,
 * stanzas, white space, the end. It counts depth and refuses what XMPP forbids
 * (RFC 6120 s11.1); whether a piece is well-formed is for libxml2 to say. */
#ifndef JS_XMPP_SCANNER_H
#define JS_XMPP_SCANNER_H

#include "base/bytes.h"

#include <stdbool.h>

enum scan_result {
    SCAN_MORE,   /* all taken; the piece is not complete */
    SCAN_TOKEN,  /* a piece of markup inside a stanza is complete */
    SCAN_PROLOG, /* an XML declaration; the header follows */
    SCAN_HEADER, /* the root's start tag; restarts when depth was 1 before */
    SCAN_STANZA, /* a child of the root is complete */
    SCAN_SPACE,  /* white space outside stanzas is complete */
    SCAN_CLOSE,  /* the root's end tag */
    SCAN_ERROR   /* reason says why */
};

/* Zero is the start of a stream. */
struct scanner {
    int state;
    unsigned depth; /* open elements, the root included */
    unsigned attributes;
    unsigned seen; /* bytes of the token so far, saturating */
    uint8_t quote, last, before_last;
    bool in_prolog, closed, opened;
    uint8_t name[64]; /* of the tag at hand, cut */
    size_t name_len;
    uint8_t root[64];
    size_t root_len;
    const char *reason;
};

/* Takes bytes up to the end of a piece; *used says how many. */
enum scan_result scanner_take(
    struct scanner *scanner, struct bytes data, size_t *used);
/* True between pieces, white space aside. */
bool scanner_idle(const struct scanner *scanner);

#endif
