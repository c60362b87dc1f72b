/* Judges stanzas by the corrected schemas and the table of rules.
 * A validator is the compiled set: made once, usable by any number of sessions
 * of one thread, for which it remembers what was valid (shape.h). A validation
 * is one session (a case, a log): it carries what one stanza says about
 * another, as a request and its reply. */
#ifndef JS_VALIDATOR_H
#define JS_VALIDATOR_H

#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

struct validator;

struct validator_options {
    bool strict; /* wildcards demand a declaration: to audit, not to judge */
};

/* Reads and compiles SCHEMA_DIR (the repository's schemas/). options may be
 * NULL. NULL with the file and the reason when a schema, the catalog or a row
 * of the rules is wrong. */
struct validator *validator_new(const char *schema_dir,
    const struct validator_options *options, struct error *error);
/* No session may be left. NULL is allowed. */
void validator_free(struct validator *validator);
/* "XEP-0166" for a namespace with a schema, NULL for one without. */
const char *validator_spec(const struct validator *validator, const char *ns);

enum severity { SEVERITY_MUST, SEVERITY_SHOULD, SEVERITY_NOTE };
/* "must", "should", "note" */
const char *severity_name(enum severity severity);

/* Whose stanza it is and where it was seen. Borrowed for the call. */
struct stanza_origin {
    const char *actor; /* who sent it: "Romeo", "server"; may be NULL */
    const char *jid;   /* full JID of the link's client; NULL: not known */
    bool from_client;  /* sent by the link's client, not by the server */
    unsigned number;   /* of the stanza, as the caller counts */
};

/* One thing wrong with one stanza. All strings live until the callback
 * returns; none but published and attribute is NULL. */
struct violation {
    const char *actor; /* the origin's, or "" */
    bool from_client;
    unsigned stanza;
    const char *xpath;     /* /iq/jingle/content[2]/@senders, local names */
    const char *rule_id;   /* of the row in rules.tsv, or "schema" */
    const char *message;   /* what is wrong and what our rule is */
    const char *published; /* the published schema's word where it differs */
    const char *spec;      /* "XEP-0166", "RFC 6120" */
    const char *section;   /* "7.2", or "" */
    const char *ns;        /* of the element at fault */
    enum severity severity;
    const xmlNode *element; /* the element at fault, inside the stanza */
    const char *attribute;  /* its attribute at fault, or NULL */
};

typedef void violation_fn(void *owner, const struct violation *violation);

struct validation;

struct validation *validation_new(
    const struct validator *validator, violation_fn *fn, void *owner);
void validation_free(struct validation *validation);

/* Judges one element of the stream, in a document as the wire makes it: the
 * stream's root with the stanza as child. Calls fn for each violation, in
 * document order of kind (schema, then rules); returns how many. An element
 * of a namespace without a schema is counted and otherwise let pass. */
size_t validation_stanza(struct validation *validation, const xmlNode *stanza,
    const struct stanza_origin *origin);

/* Namespaces met that have no schema, with the number of elements (roots of a
 * subtree of that namespace) seen. index < validation_unknown_count. */
size_t validation_unknown_count(const struct validation *validation);
const char *validation_unknown(
    const struct validation *validation, size_t index, size_t *elements);
/* Elements of further such namespaces, which are not kept one by one. */
size_t validation_unknown_more(const struct validation *validation);
/* Elements judged, per namespace with a schema: 0 <= index < the catalog's
 * number of rows. */
size_t validation_known_count(const struct validation *validation);
const char *validation_known(
    const struct validation *validation, size_t index, size_t *elements);

#endif
