/* Layer 6: XEPs against each other: examples of one against the schema of
 * another, one thing typed differently, versions that have moved on. */
#ifndef JS_AUDIT_CROSS_H
#define JS_AUDIT_CROSS_H

#include "audit/audit.h"

/* Reads all documents of the checkout; reports for each side. */
void cross_check(struct checkout *checkout);
/* Of it: attributes of one document typed otherwise than where it builds. */
void cross_check_types(struct audit *audit, const struct document *of);

#endif
