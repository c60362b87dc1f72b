/* An adapter's process: the program that operates a foreign client. What it
 * prints is read and bounded, what it leaves behind is killed, and whatever
 * goes wrong with it has a sentence of its own. */
#ifndef JS_SUBJECT_ADAPTER_H
#define JS_SUBJECT_ADAPTER_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct adapter;

enum {
    ADAPTER_LINE_MAX = 64 * 1024,          /* of one line on standard output */
    ADAPTER_OUTPUT_KEPT = 64 * 1024,       /* the last of all that it printed */
    ADAPTER_OUTPUT_MAX = 64 * 1024 * 1024, /* between two adapter_refill */
};

/* A whole line of standard output, without its end, NUL-terminated. */
typedef void adapter_line_fn(void *owner, const char *line);

struct adapter_options {
    struct loop *loop;
    const char *command;            /* see warden.h */
    const char *const *environment; /* added; NULL-terminated, or NULL */
    const char *directory;          /* working directory, or NULL */
    adapter_line_fn *line;          /* NULL: standard output is only kept */
    void *owner;
};

/* NULL on error, which says when it is not installed. */
struct adapter *adapter_start(
    const struct adapter_options *options, struct error *error);
/* Kills it and all that it started. NULL is allowed. */
void adapter_free(struct adapter *adapter);

/* Queues a line for its standard input; the newline is added. */
void adapter_write(struct adapter *adapter, const char *line);

/* Its first process ended; *status as wait(2) says. All that it printed
 * before was read and told. */
bool adapter_ended(struct adapter *adapter, int *status);
/* It ended, and nothing that it started lives. */
bool adapter_deserted(struct adapter *adapter);
/* Its standard output is closed: no line will come any more. */
bool adapter_is_mute(const struct adapter *adapter);
/* It ended by itself, printed too much, or adapter_blame was called: one
 * sentence about it, with its last words. NULL: all is well. */
const char *adapter_problem(struct adapter *adapter);
/* The adapter is at fault; the first blame stays. */
void adapter_blame(struct adapter *adapter, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* How it ended, with what that means to a person. Only when it ended. */
void adapter_describe(const struct adapter *adapter, char *out, size_t size);
/* Its client died by a signal that only a bug raises (SIGSEGV ...). */
bool adapter_crashed(struct adapter *adapter);
/* A new case: it may print ADAPTER_OUTPUT_MAX again. */
void adapter_refill(struct adapter *adapter);
/* What it printed last, both streams and our commands ("> "); to be freed. */
char *adapter_output(const struct adapter *adapter);
/* Puts our own remark ("# ") among its output. */
void adapter_remark(struct adapter *adapter, const char *text);

typedef bool adapter_condition_fn(void *owner);
/* Turns the loop until the condition holds (true), the adapter has a problem
 * or ms passed (false). Never call it from a callback of the loop. */
bool adapter_wait(struct adapter *adapter, int64_t ms,
    adapter_condition_fn *condition, void *owner);

#endif
