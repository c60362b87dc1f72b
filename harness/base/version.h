/* Which jinglespec this is. */
#ifndef JS_VERSION_H
#define JS_VERSION_H

/* The commit that the program was built from, "476ae70c2" or "476ae70c2 with
 * changes"; "" when it was not built from a repository, and in tests. */
extern const char version_commit[];

#endif
