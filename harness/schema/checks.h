/* Checks of the table of rules that need code: digests, hashes, numbers. */
#ifndef JS_CHECKS_H
#define JS_CHECKS_H

#include "schema/rules.h"

/* NULL when there is none of that id. */
rule_check_fn *check_find(const char *id);
/* The ids, for the test that each has its row. NULL behind the last. */
const char *check_id(size_t index);

#endif
