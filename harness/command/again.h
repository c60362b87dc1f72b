/* The one command that runs just one case again, with the same seed and
 * against the same subject. */
#ifndef JS_AGAIN_H
#define JS_AGAIN_H

#include "record/record.h"

#include <stdint.h>

/* The words after "jinglespec run" as given, without what chose cases, split
 * them or wrote reports, quoted for a shell. Free it. */
char *again_options(int argc, char *const *argv);
/* Sets the command of every case: "jinglespec run OPTIONS --seed N --case ID".
 */
void again_set(struct record_run *run, const char *options, uint64_t seed);

#endif
