/* What --report DIR leaves: every form of the report, and a bundle for each
 * case that is not ok. */
#ifndef JS_REPORT_DIRECTORY_H
#define JS_REPORT_DIRECTORY_H

#include "base/error.h"
#include "record/record.h"

#include <stdbool.h>

/* Makes dir; can a report be written there? */
bool report_directory_ready(const char *dir, struct error *error);
/* Makes dir; what is there already is written over, bundles of an earlier
 * run are removed. */
bool report_directory_write(
    struct record_run *run, const char *dir, struct error *error);

#endif
