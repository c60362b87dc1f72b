/* A stranger's process under guard. Between the harness and the client stands
 * a small process of our own, the warden, to which the kernel hands every
 * orphan of the client: so whatever it forks, into whatever group or session,
 * is gone when the warden is freed, and also when the harness is killed. */
#ifndef JS_SUBJECT_WARDEN_H
#define JS_SUBJECT_WARDEN_H

#include "base/error.h"

#include <stdbool.h>

struct warden;

struct warden_options {
    /* A program and its arguments, separated by blanks; with any character
     * that means something to a shell, a line for /bin/sh. */
    const char *command;
    const char *const *environment; /* NULL-terminated "K=V" added, or NULL */
    const char *directory;          /* working directory, or NULL */
    int stdin_fd, stdout_fd, stderr_fd; /* -1: /dev/null; stay the caller's */
};

/* NULL on error; a program that is not installed is one that says so. */
struct warden *warden_start(
    const struct warden_options *options, struct error *error);
/* Readable once the client's first process ended. */
int warden_fd(const struct warden *warden);
/* True when the first process ended, with wait(2)'s status. Its children may
 * live on. Never waits. */
bool warden_ended(struct warden *warden, int *status);
/* The first process ended, and nothing that it started lives. */
bool warden_deserted(struct warden *warden);
/* Kills all its processes and returns when they are gone. NULL is allowed. */
void warden_free(struct warden *warden);

#endif
