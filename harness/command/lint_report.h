/* What jinglespec lint prints, as text, JSON or JUnit. Written as it comes:
 * a log of a gigabyte has more findings than memory. */
#ifndef JS_LINT_REPORT_H
#define JS_LINT_REPORT_H

#include "schema/log_lint.h"

#include <stdbool.h>
#include <stdio.h>

struct lint_report;

struct lint_format {
    const char *name;
    void (*begin)(struct lint_report *report);
    void (*finding)(
        struct lint_report *report, const struct lint_finding *finding);
    /* Valid by ours, invalid by the published schema; NULL: not told. */
    void (*by_published)(struct lint_report *report, const char *ns,
        const char *element, const char *verdict);
    void (*end)(struct lint_report *report, const struct lint *lint);
};

struct lint_report {
    const struct lint_format *format;
    FILE *out;
    bool strict;           /* a broken SHOULD fails too */
    size_t repeats_max;    /* of one finding at one path that are printed */
    const char *published; /* the verdict of the published schemas on the
                              stanza at hand, or NULL */
    const char *file;      /* and place of that stanza */
    uint64_t line;
    size_t by_published; /* parts invalid by them alone */
    size_t printed, held_back;
    void *seen; /* findings so far, counted */
    FILE *body; /* of JUnit, whose head counts it: a file without a name */
    size_t failures, skipped;
};

/* NULL when there is none of that name. */
const struct lint_format *lint_format_find(const char *name);
void lint_report_begin(struct lint_report *report);
void lint_report_finding(
    struct lint_report *report, const struct lint_finding *finding);
void lint_report_by_published(
    void *report, const char *ns, const char *element, const char *verdict);
void lint_report_end(struct lint_report *report, const struct lint *lint);

#endif
