/* Puts what the catalogue of requirements says into a run's record: section,
 * anchor and paraphrase of what each case checks, all rows for the page of
 * coverage, and the versions of the XEPs that they were read from. Paths of
 * scripts become relative to home/cases. */
#ifndef JS_CATALOGUE_H
#define JS_CATALOGUE_H

#include "base/error.h"
#include "record/record.h"

#include <stdbool.h>

/* home: the directory that holds cases/ and cases/requirements/. False when
 * they can't be read; the record is as it was then. */
bool record_attach_catalogue(
    struct record_run *run, const char *home, struct error *error);

#endif
