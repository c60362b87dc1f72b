/* Judges the stanzas of logs: what the reader finds, parsed, validated, with
 * each finding placed in the input. Memory is bounded by one stanza. */
#ifndef JS_LOG_LINT_H
#define JS_LOG_LINT_H

#include "schema/log_reader.h"
#include "schema/validator.h"

struct lint_finding {
    const char *file;
    uint64_t line, column;
    const char *sender; /* a JID, "client", "server", or "" */
    bool judged;        /* --as: is it the client's that was asked for? */
    const struct violation *violation; /* NULL: broken says what */
    const char *broken;
    const char *stanza; /* its first tag, cut at 200 bytes */
    xmlNode *node;      /* the parsed stanza, or NULL when broken */
};

typedef void lint_fn(void *owner, const struct lint_finding *finding);
/* Called for every stanza that could be parsed, before its findings. */
typedef void lint_stanza_fn(
    void *owner, const struct log_item *item, xmlNode *stanza);

struct lint_counts {
    uint64_t stanzas, tags, broken, must, should, note;
};

struct lint;

/* as: NULL, a JID (bare or full) whose stanzas alone are judged, or another
 * name: then those that the log's own client sent. stanza_fn may be NULL. */
struct lint *lint_new(const struct validator *validator, const char *as,
    lint_fn *fn, lint_stanza_fn *stanza_fn, void *owner);
void lint_free(struct lint *lint);

/* A file begins: what stanzas say of each other starts anew. The name is
 * borrowed until lint_end. */
void lint_begin(struct lint *lint, const char *file);
void lint_feed(struct lint *lint, const void *data, size_t len);
void lint_end(struct lint *lint);
/* One stanza known by other means, between lint_begin and lint_end. */
void lint_item(struct lint *lint, const struct log_item *item);

/* Over all files; must, should and note count the judged alone. */
const struct lint_counts *lint_counts(const struct lint *lint);
/* Calls fn with each namespace met: spec NULL when it has no schema. */
typedef void lint_namespace_fn(
    void *owner, const char *ns, const char *spec, uint64_t elements);
void lint_namespaces(
    const struct lint *lint, lint_namespace_fn *fn, void *owner);
/* Elements of further namespaces without a schema, which are too many to be
 * named one by one (1000 a file). */
uint64_t lint_more_elements(const struct lint *lint);

#endif
