/* Known-issues files: failures that a maintainer knows of and does not want
 * to be woken by, and nothing more. One row a line, columns separated by
 * tabs; blank lines and lines that start with # are left out:
 *
 *   PATTERN  VERDICT  MESSAGE  REASON  LINK
 *
 * PATTERN   a case's id, or "ID VALUES", with * and ? (a case row); or a
 *           finding's key, which always holds a colon (a finding row)
 * VERDICT   what is expected: failed, warning, inconclusive, error ...; what
 *           comes only sometimes has several, as "failed,passed"
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

struct known *known_new(void);
/* NULL is allowed. */
void known_free(struct known *known);
/* Adds a file's rows to those of other files: together they explain a case.
 * False with file, line and what is wrong. */
bool known_load(struct known *known, const char *path, struct error *error);
bool known_parse(struct known *known, struct bytes text, const char *name,
    struct error *error);
/* Adds the subject's own under home, when there are any: those on any server,
 * and those on this one alone ("known-issues.prosody.tsv"). driver NULL:
 * builtin; server NULL: prosody. */
bool known_load_own(struct known *known, const char *home, const char *driver,
    const char *server, struct error *error);

/* Does every case row fit one of these ids (of all cases that exist, selected
 * or not)? False names the first that does not: exit code 2. */
bool known_check(const struct known *known, const char *const *ids,
    size_t count, struct error *error);

/* Sets known and unexpected_pass of one case as it finishes. A case against
 * which nothing stands but known findings of its stanzas is passed. */
void known_apply_case(
    const struct known *known, struct record_run *run, struct record_case *c);
/* Adds a problem for each row that fits no longer: when complete says that all
 * cases ran, a finding row that met nothing and one of a case that ran with
 * other values only. */
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
