/* The table of mutants: each seeded fault of the reference client with the
 * case that must catch it. */
#ifndef JS_SUBJECT_MUTANTS_H
#define JS_SUBJECT_MUTANTS_H

#include "jingle/fault.h"

struct mutant {
    enum fault fault;
    const char *caught_by; /* base id of the case meant for it */
};

extern const struct mutant mutants[];
extern const unsigned mutant_count;

#endif
