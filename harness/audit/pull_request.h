/* What to send to the XSF: a report and a patch for each XEP. */
#ifndef JS_AUDIT_PULL_REQUEST_H
#define JS_AUDIT_PULL_REQUEST_H

#include "audit/audit.h"

/* Writes dir/xep-NNNN/report.md, and fix.patch where one was verified, for
 * each wanted XEP with errors or warnings. initials: who signs the revisions.
 */
bool pull_requests_write(struct checkout *checkout, const char *dir,
    const char *initials, struct error *error);

#endif
