/* The one poll loop of a process: file descriptors, timers and hooks.
 * Nothing here blocks but loop_turn, and it blocks at most until the time it
 * is given. */
#ifndef JS_LOOP_H
#define JS_LOOP_H

#include <stdint.h>

struct loop;
struct loop_watch;
struct loop_timer;

struct loop *loop_new(void);
/* All watches, timers and hooks must be gone before (they are leaked else). */
void loop_free(struct loop *loop);

/* revents as poll(2) gives them. Any watch may be removed from inside. */
typedef void loop_fd_fn(void *owner, short revents);
/* events: POLLIN, POLLOUT. fd stays the caller's. */
struct loop_watch *loop_watch_fd(
    struct loop *loop, int fd, short events, loop_fd_fn *fn, void *owner);
void loop_watch_events(struct loop_watch *watch, short events);
/* NULL is allowed. The fd is not closed. */
void loop_unwatch(struct loop_watch *watch);

typedef void loop_timer_fn(void *owner);
/* Fires once at at_ms of clock_ms(). The handle is valid until it fired or
 * was cancelled. */
struct loop_timer *loop_timer_at(
    struct loop *loop, int64_t at_ms, loop_timer_fn *fn, void *owner);
/* NULL is allowed. */
void loop_timer_cancel(struct loop_timer *timer);

/* A hook runs before every poll and returns true when it wants poll not to
 * block (it has work that no fd shows). */
typedef _Bool loop_hook_fn(void *owner);
struct loop_hook;
struct loop_hook *loop_hook_add(
    struct loop *loop, loop_hook_fn *fn, void *owner);
void loop_hook_remove(struct loop_hook *hook);

/* One turn: hooks, one poll until the first event, timer or until_ms (of
 * clock_ms()), then the callbacks of what is ready. */
void loop_turn(struct loop *loop, int64_t until_ms);

#endif
