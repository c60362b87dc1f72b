/* The one command that runs just one case again, with the same seed and
 * against the same subject. */
#ifndef JS_AGAIN_H
#define JS_AGAIN_H

#include "base/bytes.h"
#include "record/record.h"

#include <stdint.h>

/* Appends " --NAME VALUE", quoted for a shell, when this option of `run`
 * matters to one case; what chose cases, split them or wrote reports is left
 * out. value NULL: a flag. */
void again_add(struct buffer *out, const char *name, const char *value);
/* The program as a shell in this directory finds it: "build/jinglespec"; the
 * whole path when it lies elsewhere. Free it. */
char *again_program(void);
/* Sets the command of a case: "PROGRAM run OPTIONS --seed N --case ID". */
void again_set(struct record_run *run, struct record_case *c,
    const char *program, const char *options, uint64_t seed);

#endif
