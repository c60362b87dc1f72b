/* Which case checks which requirement: read from the cases' own headers
 * ("## id:", "## requirement:"), so that it is written down once. */
#ifndef JS_COVERAGE_H
#define JS_COVERAGE_H

#include "base/error.h"
#include "base/memory.h"
#include "record/requirement.h"

#include <stddef.h>

struct coverage_entry {
    const char *case_id; /* the file's name where it has no id */
    const char *path;
    int line;
    const char *wrong; /* why name could not be read, or NULL */
    struct requirement_name name;
};

struct coverage {
    const struct coverage_entry *entries; /* the arena's; by path */
    size_t count;
};

/* Scans all scripts below dir (not requirements/, no *.md, no hidden files)
 * without parsing them. False when dir can't be read. */
bool coverage_read(struct coverage *coverage, struct arena *arena,
    const char *dir, struct error *error);

/* The n-th case (from 0) that names the requirement; NULL when there is no
 * further one. */
const struct coverage_entry *coverage_case(
    const struct coverage *coverage, const char *xep, const char *id, size_t n);

#endif
