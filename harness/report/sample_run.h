/* For unit tests of the record and its reports alone: a small run whose
 * strings are as hostile as a client can make them. Included by tests, so
 * everything is static. */
#ifndef JS_SAMPLE_RUN_H
#define JS_SAMPLE_RUN_H

#include "record/record.h"

#include <string.h>

/* Markup, quotes, ends of whatever block it may be printed in, control
 * characters, a direction override, malformed UTF-8, a backslash at the end. */
#define SAMPLE_HOSTILE                                                         \
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\n...\n"    \
    "not ok 99 - forged # SKIP\nok 1\n---\n  ]]> -->| `x` *b* [l](http://e) "  \
    "@user ${a} %s%n \"q\" 'a' &amp; &#0;\x01\x1b[31m\x7f\xe2\x80\xae\xff\xc3" \
    "\xed\xa0\x80\xef\xbf\xbf javascript:alert(3)\r\n\tend\\"

__attribute__((unused)) static struct record_case *sample_case(
    struct record_run *run, const char *id, enum verdict verdict)
{
    struct record_case *c = record_case_new(run);
    c->id = id;
    c->title = "A title";
    c->xep = "0261";
    c->path = "0261/case.scs";
    c->script =
        "# A title\n## id: x\n\nRomeo connects\nRomeo sends:\n\t<iq/>\n";
    c->verdict = verdict;
    c->duration_us = 12345;
    c->seed = UINT64_MAX;
    c->message = verdict == VERDICT_PASSED ? NULL : "the seq is 7, not 1";
    vec_push(&c->requirements,
        ((struct record_requirement){
            "XEP-0261 s2.2 data (MUST)", "0261", "2.2", "data", NULL, NULL}));
    return c;
}

/* Every string of the case hostile, and one of a megabyte. */
__attribute__((unused)) static struct record_case *sample_hostile_case(
    struct record_run *run)
{
    struct record_case *c = sample_case(run, SAMPLE_HOSTILE, VERDICT_FAILED);
    const char *bad = SAMPLE_HOSTILE;
    char *big = arena_alloc(run->arena, (1 << 20) + 1);
    memset(big, '<', 1 << 20);
    c->title = c->path = c->script = c->values = c->tags = bad;
    c->xep = c->role = c->rationale = c->message = c->command = bad;
    c->expected = "<iq type='result'/>";
    c->received = c->diff = c->failed_text = bad;
    c->failed_line = 3;
    vec_push(&c->requirements,
        ((struct record_requirement){bad, bad, bad, bad, bad, bad}));
    vec_push(&c->events, ((struct record_event){0, EVENT_STANZA, bad, bad, bad,
                             bad, bad, 3, true}));
    vec_push(&c->events, ((struct record_event){1, EVENT_STANZA, "Romeo",
                             "server", big, big, NULL, 3, false}));
    vec_push(&c->streams,
        ((struct record_stream){bad, bad, bad, bad, 0, 1, 2, bad, bad}));
    vec_push(&c->violations, ((struct record_violation){bad, true, true, 0, bad,
                                 bad, bad, bad, bad, bad, bad}));
    vec_push(&c->findings, ((struct record_finding){bad, bad, VERDICT_FAILED}));
    vec_push(&c->logs, ((struct record_log){bad, big}));
    return c;
}

__attribute__((unused)) static struct record_run *sample_run(void)
{
    struct record_run *run = record_run_new();
    run->suite = "0.1.0";
    run->began = "2026-11-22T12:00:00Z";
    run->server = "prosody 0.12.3";
    run->subject = "builtin";
    run->seed = UINT64_MAX;
    run->duration_us = 1500000;
    return run;
}

/* One case of each verdict, and the hostile one. */
__attribute__((unused)) static struct record_run *sample_full_run(void)
{
    static const char *const ids[] = {"0261-passed", "0261-failed",
        "0261-warning", "0261-note", "0261-unsupported", "0261-inconclusive",
        "0261-error"};
    struct record_run *run = sample_run();
    for (unsigned i = 0; i <= VERDICT_ERROR; i++)
        sample_case(run, ids[i], (enum verdict)i);
    sample_hostile_case(run);
    const char *bad = SAMPLE_HOSTILE;
    run->suite = run->began = run->server = run->subject = bad;
    run->xeps = run->options = bad;
    vec_push(&run->namespaces, ((struct record_namespace){bad, 1}));
    vec_push(&run->coverage,
        ((struct record_coverage){bad, bad, bad, bad, bad, bad, bad, bad}));
    vec_push(&run->problems, bad);
    vec_push(&run->coverage,
        ((struct record_coverage){"0261", "data", "2.2", "data", "must",
            "Data go in blocks.", NULL, "0261-passed"}));
    vec_push(&run->coverage,
        ((struct record_coverage){bad, bad, bad, bad, bad, bad, bad, bad}));
    vec_push(&run->namespaces, ((struct record_namespace){SAMPLE_HOSTILE, 3}));
    return run;
}

#endif
