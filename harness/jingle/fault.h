/* The faults that can be seeded into the reference client, one at a time, to
 * prove that a case can fail. Each is a small deviation at the place of the
 * decision: if (fault(client, FAULT_X)). The table of mutants ties each to
 * the requirement and the case that must catch it. */
#ifndef JS_JINGLE_FAULT_H
#define JS_JINGLE_FAULT_H

#include "jingle/fault_table.h"

enum fault {
    FAULT_NONE,
#define X(id, name, breaks) FAULT_##id,
    FAULT_TABLE(X)
#undef X
        FAULT_COUNT
};

struct fault_row {
    const char *name;   /* kebab-case; "none" for FAULT_NONE */
    const char *breaks; /* one line: what is wrong, and what it breaks */
};

extern const struct fault_row fault_rows[FAULT_COUNT];

/* FAULT_COUNT when there is none of that name. */
enum fault fault_find(const char *name);

#endif
