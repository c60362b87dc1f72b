/* Layer 7: where this suite's corrected schemas say something else than the
 * published ones (schemas/CHANGES.tsv). Notes: they accuse nobody. */
#ifndef JS_AUDIT_CORRECTED_H
#define JS_AUDIT_CORRECTED_H

#include "audit/audit.h"
#include "audit/example.h"

/* By CHANGES.tsv beside the schemas; where there is none: nothing. */
void corrected_check(struct checkout *checkout);
/* XEPs that define elements and print no schema for their namespace. */
void missing_schema_check(struct audit *audit, struct document *document);
/* Schemas that stayed at another version than the document's examples. */
void schema_version_check(struct audit *audit, struct document *document,
    const struct prose *prose, const struct examples *examples);

#endif
