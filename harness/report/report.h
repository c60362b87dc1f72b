/* All forms of a report. Each is made from the record alone; text that came
 * from clients is escaped, bounded and harmless in each of them. */
#ifndef JS_REPORT_H
#define JS_REPORT_H

#include "base/bytes.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the report of count >= 1 runs; only html and markdown have a matrix
 * for several, the others print one after the other or take the first. */
typedef void report_fn(
    struct record_run *const *runs, size_t count, struct buffer *out);

struct report_format {
    const char *name;      /* of --format */
    const char *file_name; /* in a --report DIR */
    bool several;          /* takes more than one run */
    report_fn *print;
};

/* Ends with a row whose name is NULL. */
extern const struct report_format report_formats[];
/* NULL when there is no such format. */
const struct report_format *report_format_find(const char *name);

report_fn report_json, report_tap, report_junit, report_html, report_markdown;

/* TAP 13 as it happens: the version and plan, then a case as it finishes
 * (number counts from 1; its YAML block tells why it is not passed), then the
 * problems of the run and the counts, as comments. */
void report_tap_begin(size_t cases, struct buffer *out);
void report_tap_case(const struct record_run *run, const struct record_case *c,
    size_t number, struct buffer *out);
void report_tap_end(const struct record_run *run, struct buffer *out);

/* "ID" or "ID VALUES", one line. */
void report_case_name(const struct record_case *c, struct buffer *out);
/* "XEP-0260 s2.2 own-candidates (must)"; "" when there is none. */
void report_requirement(const struct record_requirement *requirement,
    enum level level, struct buffer *out);
/* One case in plain text of 80 columns with its script and its ladder; ends
 * with a line feed. all: the ladder leaves nothing out
 * (logins, presence, pings). */
void report_case_text(
    const struct record_case *c, bool all, struct buffer *out);
/* The case's expected against received as text (see difference.h); nothing
 * when they are no XML. */
void report_difference(const struct record_case *c, struct buffer *out);
/* The step at which the case failed: as recorded, or the one that ran when
 * the stanza came for which it failed; line 0 and NULL: none. */
struct report_step {
    int line;
    const char *text;
};
struct report_step report_failed_step(const struct record_case *c);
/* The subject's violation of a schema for which the case failed, or NULL. */
const struct record_violation *report_violation(const struct record_case *c);
/* "0.123" seconds of microseconds. */
void report_seconds(int64_t time_us, struct buffer *out);
/* "3 failed, 1 unsupported, 40 passed (1 known)"; verdicts with none are left
 * out. */
void report_counts(const struct record_run *run, struct buffer *out);

#endif
