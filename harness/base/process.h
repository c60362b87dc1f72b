/* Child processes: each leads its own process group and dies with the
 * harness. */
#ifndef JS_PROCESS_H
#define JS_PROCESS_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct process_options {
    const char *const *argv;        /* NULL-terminated; [0] is looked up in PATH */
    const char *const *environment; /* NULL-terminated "K=V" added, or NULL */
    const char *directory;          /* working directory, or NULL */
    int stdin_fd, stdout_fd, stderr_fd; /* -1: /dev/null */
};

/* Starts it; returns the pid (which is its process group too) or -1. A
 * program that is not installed is an error that says so. */
pid_t process_start(const struct process_options *options, struct error *error);
/* Reaps without waiting: true when it ended, with wait(2)'s status. */
bool process_ended(pid_t pid, int *status);
/* True while the kernel takes it down (its descriptors close before it can be
 * reaped) and once it is dead, reaped or not. */
bool process_is_ending(pid_t pid);
/* SIGKILL to the whole group, then reaps. Safe when it ended already but was
 * not reaped. */
void process_kill(pid_t pid);
/* "exited with 3", "was killed by signal 11 (Segmentation fault)". */
void process_describe(int status, char *out, size_t size);

#endif
