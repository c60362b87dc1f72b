/* Runs cases in worker processes, each with a venue of its own. A worker that
 * dies takes no other case with it, and the parent says which it was at. */
#ifndef JS_COMMAND_WORKERS_H
#define JS_COMMAND_WORKERS_H

#include "record/known.h"
#include "record/record.h"
#include "script/script.h"
#include "stage/venue.h"

/* index is the script's; the case is in run already. */
typedef void worker_case_fn(void *owner, struct record_case *c, size_t index);
/* A case begins. */
typedef void worker_begin_fn(void *owner, size_t index);

/* Every index may have a seeded fault of its own. Then nothing is kept of a
 * case but its verdict: finished gets a case with id, verdict, message and
 * failed_line, valid for the call. */
struct workers {
    const struct venue_options *options;
    struct script *const *scripts;
    size_t count;
    int processes;            /* at least 1 */
    const enum fault *faults; /* by index; NULL: that of the options */
    /* With faults: FAULT_COUNT bytes for each index, in memory that is shared
     * with child processes, for what the subject consults; NULL: not. */
    unsigned char *consulted;
    /* By index, in shared memory; finished may set it: not wanted any more,
     * is left out if it has not begun. NULL: all are wanted. */
    const volatile unsigned char *unwanted;
    const struct known *known; /* with faults: applied before the verdict */
    struct record_run *run;
    worker_begin_fn *begun;   /* may be NULL */
    worker_case_fn *finished; /* may be NULL */
    void *owner;
};

/* False: no worker could start (no server ...); error says why. */
bool workers_run(const struct workers *workers, struct error *error);

#endif
