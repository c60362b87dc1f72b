/* Layer 6: where the XEPs name a namespace, and as what: of an element, a
 * schema, a feature, in a registry's submission, in the text. */
#ifndef JS_AUDIT_MENTION_H
#define JS_AUDIT_MENTION_H

#include "audit/audit.h"

enum mention_role {
    MENTION_TEXT,    /* a sentence */
    MENTION_XMLNS,   /* of an element that is shown */
    MENTION_TARGET,  /* of a schema */
    MENTION_FEATURE, /* <feature var=''/> */
    MENTION_NODE,    /* node='' */
    MENTION_VALUE,   /* any other content or attribute of a block */
};

struct mention {
    const char *name; /* "urn:xmpp:jingle:1" */
    enum mention_role role;
    bool registrar;    /* in a section of considerations for the registrar */
    const char *local; /* the element that has it; MENTION_TEXT: "" */
    const char *text;  /* MENTION_TEXT: the sentence; else "" */
    const struct document *document;
    const struct block *block;  /* NULL: MENTION_TEXT */
    const struct tree_node *in; /* MENTION_TEXT: the passage */
    size_t at;                  /* offset in the document's file */
};

struct mentions {
    VEC(struct mention);
};

/* Those of namespaces of XMPP in all documents behind their headers, sorted
 * by name, then document, then place. In the arena. */
struct mentions *mentions_read(
    struct arena *arena, const struct checkout *checkout);
/* Whether a node stands in considerations for the registrar. */
bool mention_for_registrar(const struct tree_node *node);

/* How one namespace is almost another. */
enum nearness {
    NEAR_NOT,
    NEAR_VERSION,     /* urn:xmpp:x:0, urn:xmpp:x:1 */
    NEAR_UNVERSIONED, /* urn:xmpp:x, urn:xmpp:x:0 */
    NEAR_SEGMENT,     /* urn:xmpp:a:x:0, urn:xmpp:x:0 */
    NEAR_LETTERS,     /* urn:xmpp:transport:x, urn:xmpp:transports:x */
};
enum nearness mention_nearness(const char *a, const char *b);

#endif
