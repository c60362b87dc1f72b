/* What the audit found. A finding's key stays when lines move: XEP, target
 * namespace, class, component path, detail. */
#ifndef JS_AUDIT_FINDING_H
#define JS_AUDIT_FINDING_H

#include "audit/document.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct finding {
    enum severity severity;
    const char *class;    /* "wellformed", "undefined-type", ... */
    const char *xep, *ns; /* "0166", target namespace or "" */
    const char *path;     /* component, "jingle/@action"; "" the schema */
    const char *detail;   /* what tells it from others at that path */
    const char *message;
    const char *file; /* path of the document */
    int line;
    VEC(const char *) evidence;
    const char *fix;    /* what to change, NULL: no proposal */
    struct edits edits; /* the fix as edits of the file; may be empty */
    bool proposal;      /* the fix needs a choice by the authors */
    const char *key;
    const struct document *document;
};

struct findings {
    struct arena *arena; /* everything in them */
    VEC(struct finding *) list;
};

struct findings *findings_new(void);
void findings_free(struct findings *findings);

/* Adds a copy of what is given (strings are copied, edits kept); its key is
 * made here. A finding with a key that is there already is dropped and NULL
 * returned: one fault is one finding. at: offset in the document's file. */
struct finding *finding_add(struct findings *findings,
    const struct document *document, size_t at, enum severity severity,
    const char *class, const char *ns, const char *path, const char *detail,
    const char *message);
void finding_evidence(struct findings *findings, struct finding *finding,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
bool findings_have(const struct findings *findings, const char *key);
/* By XEP, file, line, key. */
void findings_sort(struct findings *findings);
const char *finding_severity(enum severity severity);

#endif
