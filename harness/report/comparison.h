/* Two runs, case by case: what got better, what got worse. */
#ifndef JS_COMPARISON_H
#define JS_COMPARISON_H

#include "base/bytes.h"
#include "record/record.h"

enum change {
    CHANGE_WORSE,
    CHANGE_BETTER,
    CHANGE_OTHER, /* as bad as before, for another reason */
    CHANGE_NEW,
    CHANGE_GONE,
    CHANGE_NONE,
};

struct comparison {
    int counts[CHANGE_NONE + 1];
};

/* Worse to better: failed; error and inconclusive; warning; unsupported;
 * note; passed. */
enum change comparison_of(
    const struct record_case *before, const struct record_case *now);
/* Appends a line per case that changed, the worse ones first, and the counts.
 */
struct comparison comparison_print(const struct record_run *before,
    const struct record_run *now, struct buffer *out);

#endif
