#include "base/loop.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/vec.h"

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>

/* Removed entries stay until the turn's end with dead set, so that callbacks
 * may remove anything. */
struct loop_watch {
    struct loop *loop;
    int fd;
    short events;
    bool dead;
    loop_fd_fn *fn;
    void *owner;
};

struct loop_timer {
    struct loop *loop;
    int64_t at_ms;
    bool dead;
    loop_timer_fn *fn;
    void *owner;
};

struct loop_hook {
    struct loop *loop;
    bool dead;
    loop_hook_fn *fn;
    void *owner;
};

struct loop {
    VEC(struct loop_watch *) watches;
    VEC(struct loop_timer *) timers;
    VEC(struct loop_hook *) hooks;
    VEC(struct pollfd) fds;
    bool swept_due;
};

struct loop *loop_new(void)
{
    return mem_alloc(sizeof(struct loop));
}

#define SWEEP(list)                                                            \
    do {                                                                       \
        size_t kept = 0;                                                       \
        for (size_t i = 0; i < (list)->count; i++) {                           \
            if ((list)->items[i]->dead)                                        \
                free((list)->items[i]);                                        \
            else                                                               \
                (list)->items[kept++] = (list)->items[i];                      \
        }                                                                      \
        (list)->count = kept;                                                  \
    } while (0)

static void sweep(struct loop *loop)
{
    if (!loop->swept_due)
        return;
    loop->swept_due = false;
    SWEEP(&loop->watches);
    SWEEP(&loop->timers);
    SWEEP(&loop->hooks);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    loop->swept_due = true;
    sweep(loop);
    vec_free(&loop->watches);
    vec_free(&loop->timers);
    vec_free(&loop->hooks);
    vec_free(&loop->fds);
    free(loop);
}

struct loop_watch *loop_watch_fd(
    struct loop *loop, int fd, short events, loop_fd_fn *fn, void *owner)
{
    struct loop_watch *watch = mem_alloc(sizeof *watch);
    *watch = (struct loop_watch){loop, fd, events, false, fn, owner};
    vec_push(&loop->watches, watch);
    return watch;
}

void loop_watch_events(struct loop_watch *watch, short events)
{
    watch->events = events;
}

void loop_unwatch(struct loop_watch *watch)
{
    if (watch == NULL)
        return;
    watch->dead = true;
    watch->loop->swept_due = true;
}

struct loop_timer *loop_timer_at(
    struct loop *loop, int64_t at_ms, loop_timer_fn *fn, void *owner)
{
    struct loop_timer *timer = mem_alloc(sizeof *timer);
    *timer = (struct loop_timer){loop, at_ms, false, fn, owner};
    vec_push(&loop->timers, timer);
    return timer;
}

void loop_timer_cancel(struct loop_timer *timer)
{
    if (timer == NULL)
        return;
    timer->dead = true;
    timer->loop->swept_due = true;
}

struct loop_hook *loop_hook_add(
    struct loop *loop, loop_hook_fn *fn, void *owner)
{
    struct loop_hook *hook = mem_alloc(sizeof *hook);
    *hook = (struct loop_hook){loop, false, fn, owner};
    vec_push(&loop->hooks, hook);
    return hook;
}

void loop_hook_remove(struct loop_hook *hook)
{
    if (hook == NULL)
        return;
    hook->dead = true;
    hook->loop->swept_due = true;
}

static bool run_hooks(struct loop *loop)
{
    bool busy = false;
    for (size_t i = 0; i < loop->hooks.count; i++) {
        struct loop_hook *hook = loop->hooks.items[i];
        if (!hook->dead && hook->fn(hook->owner))
            busy = true;
    }
    return busy;
}

static int64_t first_deadline(const struct loop *loop, int64_t until_ms)
{
    for (size_t i = 0; i < loop->timers.count; i++) {
        const struct loop_timer *timer = loop->timers.items[i];
        if (!timer->dead && timer->at_ms < until_ms)
            until_ms = timer->at_ms;
    }
    return until_ms;
}

static void fire_timers(struct loop *loop)
{
    int64_t now = clock_ms();
    size_t count = loop->timers.count;
    for (size_t i = 0; i < count; i++) {
        struct loop_timer *timer = loop->timers.items[i];
        if (timer->dead || timer->at_ms > now)
            continue;
        loop_timer_cancel(timer);
        timer->fn(timer->owner);
    }
}

void loop_turn(struct loop *loop, int64_t until_ms)
{
    bool busy = run_hooks(loop);
    sweep(loop);
    loop->fds.count = 0;
    for (size_t i = 0; i < loop->watches.count; i++) {
        struct loop_watch *watch = loop->watches.items[i];
        struct pollfd fd = {watch->fd, watch->events, 0};
        vec_push(&loop->fds, fd);
    }
    int64_t wait = 0;
    if (!busy) {
        wait = first_deadline(loop, until_ms) - clock_ms();
        wait = wait < 0 ? 0 : wait > 60000 ? 60000 : wait;
    }
    size_t polled = loop->fds.count;
    int ready = poll(loop->fds.items, polled, (int)wait);
    for (size_t i = 0; ready > 0 && i < polled; i++) {
        struct loop_watch *watch = loop->watches.items[i];
        if (loop->fds.items[i].revents != 0 && !watch->dead)
            watch->fn(watch->owner, loop->fds.items[i].revents);
    }
    fire_timers(loop);
    sweep(loop);
}
