/* What was seen and decided in a run: the one record from which every report
 * is made. The stage fills it; record/results reads and writes it as
 * results.json; report/ knows nothing else.
 * All strings live in the run's arena, are NUL-terminated UTF-8 (bytes that
 * are not were replaced) and are NULL when there is nothing to say. */
#ifndef JS_RECORD_H
#define JS_RECORD_H

#include "base/error.h"
#include "base/memory.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum verdict {
    VERDICT_PASSED,
    VERDICT_FAILED,       /* a requirement broken by the subject */
    VERDICT_WARNING,      /* a SHOULD broken: fails under --strict only */
    VERDICT_NOTE,         /* level robustness: never a failure */
    VERDICT_UNSUPPORTED,  /* the subject said that it cannot (TAP: SKIP) */
    VERDICT_INCONCLUSIVE, /* the harness could not tell (TAP: not ok) */
    VERDICT_ERROR,        /* the harness's own fault */
};

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_SAFETY, LEVEL_ROBUSTNESS };

/* "passed", "failed" ...; "must", "should" ... The parsers return false for
 * an unknown word. */
const char *verdict_name(enum verdict verdict);
bool verdict_parse(const char *name, enum verdict *verdict);
const char *level_name(enum level level);
bool level_parse(const char *name, enum level *level);

struct record_requirement {
    const char *text;       /* as the script says it */
    const char *xep;        /* "0260"; NULL for a safety rationale alone */
    const char *section;    /* "2.2" or an anchor; may be NULL */
    const char *id;         /* own id in the catalogue; may be NULL */
    const char *anchor;     /* of the section; from the catalogue, or NULL */
    const char *paraphrase; /* likewise */
};

enum event_kind {
    EVENT_STANZA,     /* a stanza or another first-level element on a wire */
    EVENT_STREAM,     /* a stream header, a restart, an end */
    EVENT_CONNECTION, /* a client's TCP connection to the server: up, gone */
    EVENT_SOCKS5,     /* a SOCKS5 connection or handshake step */
    EVENT_BYTES,      /* a byte stream began, ended, failed */
    EVENT_FAULT,      /* the wire or a socket was told to misbehave */
    EVENT_STEP,       /* a step of the script began */
    EVENT_USER,       /* the subject was asked to do something, or told us */
    EVENT_NOTE,       /* which reading of an unclear text was used, and such */
};

const char *event_kind_name(enum event_kind kind);
bool event_kind_parse(const char *name, enum event_kind *kind);

/* One arrow (or mark) of the ladder, in order of time. */
struct record_event {
    int64_t time_us; /* since the case began */
    enum event_kind kind;
    const char *from;  /* actor's name, "server", "wire"; may be NULL */
    const char *to;    /* likewise */
    const char *label; /* one line: "iq set session-initiate", "SOCKS5 ok" */
    const char *data;  /* the raw stanza or the details; may be NULL */
    const char *mark;  /* "injected", "dropped", "delayed" ...; NULL */
    int line;          /* of the script's step; 0: none */
    bool failed;       /* this event is where the case failed */
};

struct record_stream {
    const char *name; /* "near", or "ibb SID" */
    const char *kind; /* "s5b", "ibb", "proxy" */
    const char *from, *to;
    int64_t began_us, ended_us;
    int64_t bytes;
    const char *sha256;      /* hex */
    const char *first_bytes; /* hex, at most 64 bytes */
};

struct record_violation {
    const char *actor; /* who sent it; "server" for the server itself */
    bool by_subject;
    bool from_client; /* direction */
    int stanza;       /* index into the case's events; -1: none */
    const char *xpath;
    const char *rule;      /* ours: what is wrong */
    const char *published; /* the published schema's word, or NULL */
    const char *xep, *section, *ns;
    const char *severity; /* "must", "should", "note" */
};

struct record_finding {
    const char *key; /* stable: "CASE:requirement", "schema:NS:RULE" ... */
    const char *message;
    enum verdict verdict;
};

struct record_log {
    const char *name; /* "server", "client" */
    const char *text; /* bounded: the last 64 KiB */
};

struct record_attachment { /* a file for the failure bundle */
    const char *name;      /* "Romeo.keys.json" */
    const char *base64;
};

struct record_case {
    const char *id;
    const char *title;
    const char *path;   /* of the script, relative to the cases' folder */
    const char *script; /* its text */
    const char *values; /* "size=4096", or NULL */
    const char *tags;   /* comma-separated */
    const char *xep;    /* the folder's: "0261"; NULL for selftest */
    const char *role;   /* of the subject: "initiator", "responder", NULL */
    enum level level;
    VEC(struct record_requirement) requirements;
    const char *rationale; /* of a safety or robustness case */

    enum verdict verdict;
    const char *message;  /* why it is not passed; one line */
    const char *expected; /* stanza or description, may be many lines */
    const char *received;
    const char *diff;        /* expected against received, made readable */
    int failed_line;         /* of the script; 0: none */
    const char *failed_text; /* the step as written */
    const char *known;       /* reason from a known-issues file; NULL */
    bool unexpected_pass;    /* a known issue that passed */

    uint64_t seed;
    int64_t duration_us;
    int64_t settle_ms;   /* "not seen for N ms"; 0: proved or not asked */
    const char *command; /* the one command that runs just this again */
    const char *bundle;  /* folder of the failure bundle, or NULL */
    VEC(struct record_event) events;
    VEC(struct record_stream) streams;
    VEC(struct record_violation) violations;
    VEC(struct record_finding) findings;
    VEC(struct record_log) logs;
    VEC(struct record_attachment) attachments;
};

struct record_namespace { /* without a schema */
    const char *ns;
    int64_t count;
};

/* A row of the catalogue of requirements, for the page of coverage. */
struct record_coverage {
    const char *xep, *id, *section, *anchor;
    const char *level; /* "must", "must-not", "should", "should-not", "prose" */
    const char *paraphrase;
    const char *reason; /* why no case can check it, or NULL */
    const char *cases;  /* ids of the cases that name it, "a, b", or NULL */
};

struct record_run {
    struct arena *arena;
    const char *suite;   /* version */
    const char *began;   /* "2026-11-22T12:00:00Z" */
    const char *server;  /* "prosody 0.12.3" */
    const char *subject; /* "builtin", "builtin (mutant x)", "dino 0.4.2" */
    const char *xeps;    /* "0047 2.0.1, 0166 1.1.2": that the cases follow */
    const char *options; /* the command line's */
    const char *shard;   /* "2/3" of a part of the run; NULL: all of it */
    uint64_t seed;
    bool strict, allow_inconclusive;
    int64_t duration_us;
    VEC(struct record_case *) cases;
    VEC(struct record_namespace) namespaces;
    VEC(struct record_coverage) coverage; /* see record/catalogue.h */
    VEC(const char *)
    problems;                   /* of the run as a whole, each fails it: stale
                                   rows of a known-issues file and such */
    VEC(struct arena *) merged; /* arenas of runs merged into this one */
};

struct record_run *record_run_new(void);
/* Frees the run, its cases and its arena. NULL is allowed. */
void record_run_free(struct record_run *run);
/* A zeroed case in the run's arena, added to the run. */
struct record_case *record_case_new(struct record_run *run);
/* Sets the case's message to what this violation of its says, and marks the
 * stanza as where it failed, that one alone. */
void record_blame_violation(struct record_run *run, struct record_case *c,
    const struct record_violation *violation);
/* The case with this id ("ID" or "ID VALUES"), or NULL. */
struct record_case *record_case_find(
    const struct record_run *run, const char *id);
/* Moves the cases of from (a worker's or a shard's results of the same run)
 * into run and frees from. False, with from untouched: another subject, server
 * or version of the suite, or a case that both hold. A run without cases takes
 * the other's environment. */
bool record_merge(
    struct record_run *run, struct record_run *from, struct error *error);
/* Orders the cases by XEP, id and values, so that reports do not depend on
 * which worker was faster. */
void record_sort(struct record_run *run);

/* Counts by verdict (indexed by enum verdict). */
struct record_counts {
    int verdicts[VERDICT_ERROR + 1];
    int known; /* of these, explained by a known-issues file */
    int bad;   /* not ok, see record_case_ok */
};
struct record_counts record_count(const struct record_run *run);
/* "ok" for TAP and the exit code: passed, note, known, a warning when not
 * strict, inconclusive when allowed; unsupported counts as ok (skipped). */
bool record_case_ok(const struct record_run *run, const struct record_case *c);
/* The exit code of the run: 0, 1 (a case is not ok, or a problem), or 2 when
 * nothing was decided (no case passed, failed, warned or noted). */
int record_exit_code(const struct record_run *run);

#endif
