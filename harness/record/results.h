/* results.json: a run's record as a file, and back.
 * The format is versioned and described by reports/results.schema.json. */
#ifndef JS_RESULTS_H
#define JS_RESULTS_H

#include "base/bytes.h"
#include "base/error.h"
#include "record/record.h"

#include <stdbool.h>

/* Appends the run as JSON: valid UTF-8 whatever the strings hold. */
void results_print(const struct record_run *run, struct buffer *out);
/* Writes it to path ("-": standard output), whole or not at all. */
bool results_write(
    const struct record_run *run, const char *path, struct error *error);

/* Reads what results_print wrote. Members it does not know are ignored;
 * another version is read as far as its members fit. NULL: not JSON (with
 * line and column), not a results file, or a member of the wrong type (with
 * its path); name stands before the message. */
struct record_run *results_parse(
    struct bytes text, const char *name, struct error *error);
/* The same from a file ("-": standard input) of at most 512 MiB. */
struct record_run *results_read(const char *path, struct error *error);

#endif
