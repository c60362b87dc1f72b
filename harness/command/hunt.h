/* Hunts mutants: every seeded fault against the cases that could see it.
 *
 * First all cases run without a fault, and the reference client records which
 * faults it asks for on its way. Up to the first of these questions a run with
 * the fault is the same run, so a case that never asks for a fault cannot see
 * it: leaving that pair out is exact.
 *
 * Of the other pairs those run first that are meant to catch; then every case
 * gets its next fault in turn, the faults that few cases ask for first. So the
 * proof that no mutant survives and no case is idle stands long before the
 * matrix is whole, and a hunt may end with it. */
#ifndef JS_COMMAND_HUNT_H
#define JS_COMMAND_HUNT_H

#include "base/vec.h"
#include "command/suite.h"
#include "stage/venue.h"
#include "subject/mutants.h"

#include <stdint.h>
#include <stdio.h>

typedef VEC(const struct mutant *) mutant_list;

/* What became of one case beside one fault. */
enum catch {
    CATCH_BLIND = 0, /* the case never asks for the fault: not run */
    CATCH_PASSED,
    CATCH_CARRIED,   /* failed at a step that carries its requirement, or
                        broke a schema's rule of the requirement's section */
    CATCH_SCHEMA,    /* passed its steps, but what the subject sent breaks a
                        schema */
    CATCH_ELSEWHERE, /* stopped before its requirement: says nothing */
    CATCH_BROKEN     /* the harness broke: says nothing */
};

struct hunt {
    struct suite suite;
    struct venue_options venue;
    mutant_list chosen;
    bool all;  /* all cases, not only those meant for the chosen */
    bool slow; /* also the cases tagged slow, with what is meant for them */
    /* A case that has caught something meets no other fault than those that
     * are meant for it. */
    bool until_proved;
    bool part; /* not all mutants are chosen: no case is called idle */
    /* So long after the runs without a fault no further pair begins but those
     * that are meant to catch; 0: no limit. */
    int64_t limit_ms;
    int processes;
    const char *matrix; /* file for every pair that ran; NULL: none */
};

/* Runs them and prints a line for each mutant and each idle case. Returns an
 * exit code: 1 when a mutant is not caught by the case meant for it, a case
 * catches nothing, or a case does not pass without a fault. */
int hunt_run(struct hunt *hunt);

#endif
