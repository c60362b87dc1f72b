/* A unified diff of two texts. */
#ifndef JS_AUDIT_DIFF_H
#define JS_AUDIT_DIFF_H

#include "base/bytes.h"

/* Adds the diff from one text to another, for a file of that name, as
 * `git apply` takes it; nothing when they are equal. */
void diff_unified(
    struct buffer *out, const char *file, const char *from, const char *to);

#endif
