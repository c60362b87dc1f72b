/* reports/upstream/INDEX.md: what the audit finds in the whole checkout, and
 * how far each finding is (found, sent, accepted ...), without a word of the
 * XEPs. */
#ifndef JS_AUDIT_INDEX_H
#define JS_AUDIT_INDEX_H

#include "audit/audit.h"

/* The index of the checkout's errors and warnings. before: an earlier index,
 * or "": the last column of its rows is kept, whatever a person wrote there;
 * a row whose finding is gone is kept only where that is not "found". */
void index_write(
    const struct checkout *checkout, const char *before, struct buffer *out);
/* Whether an index was made on this checkout, by what it says itself. */
bool index_is_of(const struct checkout *checkout, const char *index);

#endif
