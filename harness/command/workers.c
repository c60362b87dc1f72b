#include "command/workers.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "record/results.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a worker tells its parent: one fixed message each. */
struct message {
    enum { MESSAGE_READY, MESSAGE_UNABLE, MESSAGE_BEGUN, MESSAGE_DONE } kind;
    size_t index;
    enum verdict verdict; /* of MESSAGE_DONE, like failed_line */
    int failed_line;
    char text[1024];
};

struct worker {
    pid_t pid;
    int fd;
    bool busy, done, unable;
    size_t index;
};

/* The next case to take, shared by all workers. */
struct counter {
    _Atomic size_t next;
};

static void tell_all(int fd, const struct message *message)
{
    const char *from = (const char *)message;
    size_t left = sizeof *message;
    while (left > 0) {
        ssize_t put = write(fd, from, left);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            _exit(3);
        from += put;
        left -= (size_t)put;
    }
}

static void tell(int fd, int kind, size_t index, const char *text)
{
    struct message message = {.kind = kind, .index = index};
    snprintf(message.text, sizeof message.text, "%s", text);
    tell_all(fd, &message);
}

static char *result_path(const struct workers *workers, size_t index)
{
    return mem_printf("%s/result-%zu.json", workers->options->directory, index);
}

/* What a client from outside calls itself; NULL: nothing. */
static const char *subject_of(const struct venue *venue)
{
    return venue->driver->version != NULL ? venue->driver->version(venue->house)
                                          : NULL;
}

static void run_one(
    const struct workers *workers, struct venue *venue, size_t index, int fd)
{
    struct record_run *run = record_run_new();
    const struct record_run *whole = workers->run;
    run->suite = whole->suite;
    run->began = whole->began;
    run->server = venue->server_version;
    const char *subject = subject_of(venue);
    run->subject = subject != NULL ? subject : whole->subject;
    run->options = whole->options;
    run->seed = whole->seed;
    run->strict = whole->strict;
    run->allow_inconclusive = whole->allow_inconclusive;
    struct record_case *c = record_case_new(run);
    if (workers->faults != NULL) {
        /* The same script comes again with another fault: other accounts. */
        venue->options.subject.fault = workers->faults[index];
        /* ... and another directory, for two may run it at once */
        if (venue->options.directory == workers->options->directory)
            venue->options.directory =
                mem_printf("%s/%d", workers->options->directory, (int)getpid());
        venue->options.seed =
            workers->options->seed + (uint64_t)workers->faults[index];
    }
    if (workers->consulted != NULL)
        venue->options.subject.consulted =
            workers->consulted + index * FAULT_COUNT;
    venue_run(venue, workers->scripts[index], run, c);
    if (workers->known != NULL)
        known_apply_case(workers->known, run, c);
    struct message message = {
        MESSAGE_DONE, index, c->verdict, c->failed_line, ""};
    struct error error = {{0}};
    char *path = result_path(workers, index);
    if (workers->faults != NULL)
        snprintf(message.text, sizeof message.text, "%s",
            c->message != NULL ? c->message : "");
    else if (!results_write(run, path, &error))
        fprintf(stderr, "jinglespec: %s\n", error.message);
    free(path);
    record_run_free(run);
    tell_all(fd, &message);
}

/* Blocks the signals that end a run from outside, and gives a file to poll. */
static int catch_ending(sigset_t *before)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, before);
    return signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
}

static _Noreturn void work(const struct workers *workers,
    struct counter *counter, int fd, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(3);
    /* The ending signals stay blocked: Ctrl-C reaches the whole group, and the
     * parent decides what it means. */
    struct error error = {{0}};
    struct venue *venue = venue_open(workers->options, &error);
    if (venue == NULL) {
        tell(fd, MESSAGE_UNABLE, 0, error.message);
        _exit(2);
    }
    const char *subject = subject_of(venue);
    char *both = mem_printf(
        "%s\n%s", venue->server_version, subject != NULL ? subject : "");
    tell(fd, MESSAGE_READY, 0, both);
    free(both);
    for (;;) {
        size_t index = counter->next++;
        if (index >= workers->count)
            break;
        if (workers->unwanted != NULL && workers->unwanted[index])
            continue;
        tell(fd, MESSAGE_BEGUN, index, "");
        run_one(workers, venue, index, fd);
    }
    venue_close(venue);
    fflush(NULL);
    exit(0); /* and not _exit: leak checkers want their say */
}

static bool start(const struct workers *workers, struct counter *counter,
    struct worker *worker, struct error *error)
{
    int fds[2];
    if (pipe(fds) != 0)
        return error_set(error, "cannot make a pipe: %s", strerror(errno));
    fflush(NULL);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        close(fds[0]);
        close(fds[1]);
        return error_set(error, "cannot fork: %s", strerror(errno));
    }
    if (pid == 0) {
        close(fds[0]);
        work(workers, counter, fds[1], parent);
    }
    close(fds[1]);
    *worker = (struct worker){.pid = pid, .fd = fds[0]};
    return true;
}

static void take_verdict(
    const struct workers *workers, const struct message *message)
{
    struct record_case c = {.id = workers->scripts[message->index]->id,
        .verdict = message->verdict,
        .message = message->text,
        .failed_line = message->failed_line};
    workers->finished(workers->owner, &c, message->index);
}

static void take_result(
    const struct workers *workers, const struct message *message)
{
    if (workers->faults != NULL) {
        take_verdict(workers, message);
        return;
    }
    size_t index = message->index;
    struct error error = {{0}};
    char *path = result_path(workers, index);
    struct record_run *one = results_read(path, &error);
    unlink(path);
    free(path);
    if (one == NULL || !record_merge(workers->run, one, &error)) {
        fprintf(stderr, "jinglespec: %s\n", error.message);
        record_run_free(one);
        return;
    }
    if (workers->finished != NULL)
        workers->finished(workers->owner,
            workers->run->cases.items[workers->run->cases.count - 1], index);
}

/* The worker died at a case: that is the harness's own fault. */
static void take_crash(
    const struct workers *workers, const struct worker *worker, int status)
{
    char how[128];
    process_describe(status, how, sizeof how);
    struct record_run *run = workers->run;
    const struct script *script = workers->scripts[worker->index];
    if (workers->faults != NULL) {
        struct message message = {
            MESSAGE_DONE, worker->index, VERDICT_ERROR, 0, ""};
        snprintf(message.text, sizeof message.text,
            "the harness itself broke: its worker process %s", how);
        take_verdict(workers, &message);
        return;
    }
    struct record_case *c = record_case_new(run);
    c->id = arena_strdup(run->arena, script->id);
    c->title = arena_strdup(run->arena, script->title);
    c->path = arena_strdup(run->arena, script->path);
    c->verdict = VERDICT_ERROR;
    c->message = arena_printf(run->arena,
        "the harness itself broke: its worker process %s; please report it "
        "with this script",
        how);
    if (workers->finished != NULL)
        workers->finished(workers->owner, c, worker->index);
}

/* "SERVER\nSUBJECT": what they call themselves. */
static void take_environment(struct record_run *run, const char *text)
{
    size_t len = strcspn(text, "\n");
    run->server = arena_strndup(run->arena, text, len);
    if (text[len] != 0 && text[len + 1] != 0)
        run->subject = arena_strdup(run->arena, text + len + 1);
}

/* One message of a worker, or its end. */
static void listen_to(
    const struct workers *workers, struct worker *worker, struct error *error)
{
    struct message message;
    char *to = (char *)&message;
    size_t got = 0;
    while (got < sizeof message) {
        ssize_t part = read(worker->fd, to + got, sizeof message - got);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            break;
        got += (size_t)part;
    }
    if (got < sizeof message) {
        int status = 0;
        close(worker->fd);
        while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
            continue;
        worker->done = true;
        if (worker->busy)
            take_crash(workers, worker, status);
        else if (status != 0 && !worker->unable)
            fprintf(stderr,
                "jinglespec: a worker process ended with status "
                "%d\n",
                status);
        return;
    }
    worker->index = message.index;
    if (message.kind == MESSAGE_READY) {
        take_environment(workers->run, message.text);
    } else if (message.kind == MESSAGE_UNABLE) {
        worker->unable = true;
        error_set(error, "%s", message.text);
    } else if (message.kind == MESSAGE_BEGUN) {
        worker->busy = true;
        if (workers->begun != NULL)
            workers->begun(workers->owner, message.index);
    } else if (message.kind == MESSAGE_DONE) {
        worker->busy = false;
        take_result(workers, &message);
    }
}

/* What they started dies with them. */
static void kill_workers(struct worker *pool, int count)
{
    for (int i = 0; i < count; i++) {
        if (pool[i].done)
            continue;
        kill(pool[i].pid, SIGKILL);
        while (waitpid(pool[i].pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        close(pool[i].fd);
        pool[i].done = true;
    }
}

bool workers_run(const struct workers *workers, struct error *error)
{
    struct counter *counter = mmap(NULL, sizeof *counter,
        PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counter == MAP_FAILED)
        return error_set(error, "cannot share memory: %s", strerror(errno));
    int processes = workers->processes;
    if ((size_t)processes > workers->count)
        processes = (int)workers->count;
    struct worker *pool = mem_alloc((size_t)processes * sizeof *pool);
    struct pollfd *fds = mem_alloc(((size_t)processes + 1) * sizeof *fds);
    sigset_t before;
    int ending = catch_ending(&before);
    int alive = 0;
    bool ok = true;
    for (int i = 0; i < processes && ok; i++) {
        ok = start(workers, counter, &pool[i], error);
        alive += ok;
    }
    int started = alive;
    while (alive > 0) {
        for (int i = 0; i < started; i++)
            fds[i] = (struct pollfd){pool[i].done ? -1 : pool[i].fd, POLLIN, 0};
        fds[started] = (struct pollfd){ending, POLLIN, 0};
        poll(fds, (nfds_t)started + 1, -1);
        /* Read, or it would still be pending when it is unblocked. */
        struct signalfd_siginfo drop;
        if ((fds[started].revents & POLLIN) &&
            read(ending, &drop, sizeof drop) > 0) {
            kill_workers(pool, started);
            ok = error_set(error, "interrupted: %zu of %zu cases were run",
                workers->run->cases.count, workers->count);
            break;
        }
        for (int i = 0; i < started; i++) {
            if (fds[i].revents == 0 || pool[i].done)
                continue;
            bool crashed = pool[i].busy;
            listen_to(workers, &pool[i], error);
            if (!pool[i].done)
                continue;
            alive--;
            /* A crashed worker is replaced while there is work. */
            if (crashed && counter->next < workers->count &&
                start(workers, counter, &pool[i], error))
                alive++;
        }
    }
    bool all = counter->next >= workers->count &&
               (workers->faults != NULL ||
                   workers->run->cases.count == workers->count);
    free(pool);
    free(fds);
    close(ending);
    sigprocmask(SIG_SETMASK, &before, NULL);
    munmap(counter, sizeof *counter);
    return all && ok;
}
