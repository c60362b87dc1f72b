/* The audit of the published schemas: over a checkout of the XEPs, or some of
 * them with the checkout as context. */
#ifndef JS_AUDIT_AUDIT_H
#define JS_AUDIT_AUDIT_H

#include "audit/example.h"
#include "audit/schema.h"

struct audit_options {
    const char *xeps;          /* the checkout's directory */
    const char *const *wanted; /* numbers or files; NULL-terminated; may be
                                  empty: all */
    const char *schemas;       /* of this suite, with CHANGES.tsv, or NULL */
    const char *status;        /* comma-separated statuses, or NULL: all */
    bool whole; /* check the context, too, as audit_recheck_all needs it */
};

struct checkout {
    struct arena *arena;
    struct entity_table *entities;
    VEC(struct document *) documents; /* wanted ones and context */
    VEC(bool) wanted;                 /* one per document */
    VEC(bool) checked;                /* its examples and text are */
    size_t broken;                    /* documents that cannot be read */
    const char *schemas;              /* of this suite, or NULL */
    VEC(struct examples *)
    foreign; /* of each, against other schemas; may
                be NULL */
    struct audit *audit;
};

/* Reads the checkout and checks what is wanted; what cannot be read is told
 * in one line each by `complain`. NULL: nothing to check (error says). Free
 * with checkout_free. Findings are in checkout->audit->findings, sorted, of
 * wanted documents only. */
typedef void audit_complain_fn(const char *line);
struct checkout *audit_run(const struct audit_options *options,
    audit_complain_fn *complain, struct error *error);
void checkout_free(struct checkout *checkout);
/* Checks a document of the context alone, once: what it is told at home is not
 * told to those who use it. */
void checkout_check(struct checkout *checkout, const struct document *document);
/* Whether that document was asked for. */
bool checkout_wants(
    const struct checkout *checkout, const struct document *document);
/* How many documents were asked for and read. */
size_t checkout_wanted(const struct checkout *checkout);

/* A view of the checkout in which `changed` stands for `original` and is
 * checked alone (its schemas, examples and text; types against other XEPs).
 * Findings are the view's. End it before changed is freed. */
struct checkout *audit_recheck(struct checkout *checkout,
    const struct document *original, struct document *changed);
/* The same, and what the change does to other XEPs: findings of all that it
 * can touch. The checkout was checked whole. */
struct checkout *audit_recheck_all(struct checkout *checkout,
    const struct document *original, struct document *changed);
void audit_recheck_end(struct checkout *view);

#endif
