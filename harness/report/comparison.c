#include "report/comparison.h"

#include "base/utf8.h"
#include "report/report.h"

#include <string.h>

static const int badness[] = {
    [VERDICT_PASSED] = 0,
    [VERDICT_NOTE] = 1,
    [VERDICT_UNSUPPORTED] = 2,
    [VERDICT_WARNING] = 3,
    [VERDICT_INCONCLUSIVE] = 4,
    [VERDICT_ERROR] = 4,
    [VERDICT_FAILED] = 5,
};

static const char *const change_names[] = {
    [CHANGE_WORSE] = "worse",
    [CHANGE_BETTER] = "better",
    [CHANGE_OTHER] = "otherwise",
    [CHANGE_NEW] = "new",
    [CHANGE_GONE] = "gone",
    [CHANGE_NONE] = "unchanged",
};

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

enum change comparison_of(
    const struct record_case *before, const struct record_case *now)
{
    if (before == NULL)
        return CHANGE_NEW;
    if (now == NULL)
        return CHANGE_GONE;
    int was = badness[before->verdict], is = badness[now->verdict];
    if (was != is)
        return was < is ? CHANGE_WORSE : CHANGE_BETTER;
    return before->verdict == now->verdict &&
                   same_text(before->message, now->message)
               ? CHANGE_NONE
               : CHANGE_OTHER;
}

static const struct record_case *counterpart(
    const struct record_run *run, const struct record_case *c)
{
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *other = run->cases.items[i];
        if (same_text(other->id, c->id) && same_text(other->values, c->values))
            return other;
    }
    return NULL;
}

static void print_change(struct buffer *out, enum change change,
    const struct record_case *before, const struct record_case *now)
{
    const struct record_case *c = now != NULL ? now : before;
    buffer_printf(out, "%-9s  ", change_names[change]);
    report_case_name(c, out);
    buffer_add_text(out, ": ");
    if (change == CHANGE_NEW || change == CHANGE_GONE)
        buffer_add_text(out, verdict_name(c->verdict));
    else
        buffer_printf(out, "%s -> %s", verdict_name(before->verdict),
            verdict_name(now->verdict));
    if (c->message != NULL && c->verdict != VERDICT_PASSED) {
        buffer_add_text(out, ": ");
        utf8_add_line(out, c->message, 400);
    }
    buffer_add_text(out, "\n");
}

/* The cases of run of one kind of change; for those gone, run is the old. */
static int print_changes(struct buffer *out, enum change wanted,
    const struct record_run *run, const struct record_run *other, bool old)
{
    int count = 0;
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *c = run->cases.items[i];
        const struct record_case *with = counterpart(other, c);
        const struct record_case *before = old ? c : with;
        const struct record_case *now = old ? with : c;
        if (comparison_of(before, now) != wanted)
            continue;
        count++;
        if (wanted != CHANGE_NONE)
            print_change(out, wanted, before, now);
    }
    return count;
}

struct comparison comparison_print(const struct record_run *before,
    const struct record_run *now, struct buffer *out)
{
    struct comparison comparison;
    for (unsigned i = 0; i <= CHANGE_NONE; i++) {
        enum change change = (enum change)i;
        bool gone = change == CHANGE_GONE;
        comparison.counts[i] = print_changes(
            out, change, gone ? before : now, gone ? now : before, gone);
    }
    for (unsigned i = 0; i <= CHANGE_NONE; i++)
        buffer_printf(out, "%s%d %s", i == 0 ? "" : ", ", comparison.counts[i],
            change_names[i]);
    buffer_add_text(out, "\n");
    return comparison;
}
