/* Layer 6: XEPs against each other: examples of one against the schema of
 * another, one thing typed differently, versions that have moved on. */
#ifndef JS_AUDIT_CROSS_H
#define JS_AUDIT_CROSS_H

#include "audit/audit.h"

/* Reads all documents of the checkout; reports for each side. */
void cross_check(struct checkout *checkout);

#endif
