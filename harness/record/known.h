/* Known-issues files: failures that a maintainer knows of and does not want
 * to be woken by, and nothing more. One row a line, columns separated by
 * tabs; blank lines and lines that start with # are left out:
 *
 *   PATTERN  VERDICT  MESSAGE  REASON  LINK
 *
 * PATTERN   a case's id, or "ID VALUES", with * and ? (a case row); or a
 *           finding's key, which always holds a colon (a finding row)
 * VERDICT   what is expected: failed, warning, inconclusive, error ...
 * MESSAGE   part of the message, or - for any
 * REASON    shown in every report; may not be empty
 * LINK      an address of the issue, or - (the column may be left out)
 *
 * A case that is as its row says is ok. One that passes although a row says
 * otherwise fails, and so does the run when a row fits no longer. */
#ifndef JS_KNOWN_H
#define JS_KNOWN_H

#include "base/bytes.h"
#include "base/error.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>

struct known;

/* NULL with file, line and what is wrong. */
struct known *known_load(const char *path, struct error *error);
struct known *known_parse(
    struct bytes text, const char *name, struct error *error);
void known_free(struct known *known);
/* Where the known issues of a subject stand under home: those on any server,
 * and those on this one alone ("known-issues.prosody.tsv"). driver NULL:
 * builtin; server NULL: prosody. Both to be freed; neither need exist. */
void known_own_paths(
    const char *home, const char *driver, const char *server, char *paths[2]);

/* Does every case row fit one of these ids (of all cases that exist, selected
 * or not)? False names the first that does not: exit code 2. */
bool known_check(const struct known *known, const char *const *ids,
    size_t count, struct error *error);

/* Sets known and unexpected_pass of one case as it finishes. A case against
 * which nothing stands but known findings of its stanzas is passed. */
void known_apply_case(
    const struct known *known, struct record_run *run, struct record_case *c);
/* Adds a problem for each row that fits no longer. A finding row that met
 * nothing counts as stale only when complete says that all cases ran. */
void known_finish(
    const struct known *known, struct record_run *run, bool complete);
/* Both, for a run that is over. */
void known_apply(
    const struct known *known, struct record_run *run, bool complete);

/* Appends a file of rows for all that is not ok in the run, with the reasons
 * to be written by a person: findings of the schemas once each, else the
 * case. A row as it stands is refused by nobody, so annotate it. */
void known_print(const struct record_run *run, struct buffer *out);

#endif
