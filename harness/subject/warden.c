#include "subject/warden.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    KILL_ROUNDS = 500, /* of at most 20 ms: then something is unkillable */
    WORDS_MAX = 64,
    PROCESSES_MAX = 65536,
    /* The warden's own file descriptors, after the three of the client. */
    CONTROL_FD = 3,
    REPORT_FD,
    SIGNAL_FD
};

struct warden {
    pid_t pid;
    int control; /* closing it is the order to kill */
    int report;  /* errno of a failed start, then wait(2)'s status */
    bool ended, deserted;
    int status;
};

/* --- in the warden's process --- */

struct family {
    pid_t pids[PROCESSES_MAX], parents[PROCESSES_MAX];
    int count;
};

static void read_family(struct family *family)
{
    family->count = 0;
    DIR *dir = opendir("/proc");
    if (dir == NULL)
        return;
    for (const struct dirent *entry;
         family->count < PROCESSES_MAX && (entry = readdir(dir)) != NULL;) {
        char path[64], line[512];
        long pid = strtol(entry->d_name, NULL, 10);
        if (pid <= 0)
            continue;
        snprintf(path, sizeof path, "/proc/%ld/stat", pid);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t got = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
        if (fd >= 0)
            close(fd);
        if (got <= 0)
            continue;
        line[got] = 0;
        /* "pid (name) state ppid": the name may hold anything. */
        const char *end = strrchr(line, ')');
        if (end == NULL || strlen(end) < 5)
            continue;
        family->pids[family->count] = (pid_t)pid;
        family->parents[family->count++] = (pid_t)strtol(end + 4, NULL, 10);
    }
    closedir(dir);
}

static pid_t parent_of(const struct family *family, pid_t pid)
{
    for (int i = 0; i < family->count; i++) {
        if (family->pids[i] == pid)
            return family->parents[i];
    }
    return 0;
}

static void kill_descendants(struct family *family)
{
    pid_t self = getpid();
    read_family(family);
    for (int i = 0; i < family->count; i++) {
        pid_t above = family->parents[i];
        for (int depth = 0; above > 1 && above != self && depth < 1000; depth++)
            above = parent_of(family, above);
        if (above == self)
            kill(family->pids[i], SIGKILL);
    }
}

static _Noreturn void kill_all(void)
{
    struct family *family = malloc(sizeof *family);
    for (int round = 0; family != NULL && round < KILL_ROUNDS; round++) {
        kill_descendants(family);
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            continue;
        if (pid < 0 && errno == ECHILD)
            break;
        struct pollfd wait = {SIGNAL_FD, POLLIN, 0};
        struct signalfd_siginfo drop;
        if (poll(&wait, 1, 20) > 0 && read(SIGNAL_FD, &drop, sizeof drop) < 0)
            break;
    }
    _exit(0);
}

static void tell(int value)
{
    ssize_t put = write(REPORT_FD, &value, sizeof value);
    if (put < 0)
        kill_all();
}

static _Noreturn void watch(pid_t client)
{
    struct pollfd fds[] = {{CONTROL_FD, POLLIN, 0}, {SIGNAL_FD, POLLIN, 0}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            kill_all();
        if (fds[0].revents != 0)
            kill_all();
        struct signalfd_siginfo drop;
        if (fds[1].revents == 0 || read(SIGNAL_FD, &drop, sizeof drop) < 0)
            continue;
        int status;
        pid_t pid;
        while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
            if (pid == client)
                tell(status);
        }
        if (pid < 0 && errno == ECHILD)
            close(REPORT_FD); /* nothing of it lives */
    }
}

static void split(char *command, char **words)
{
    int count = 0;
    for (char *save = NULL, *word = strtok_r(command, " ", &save);
         word != NULL && count < WORDS_MAX - 1;
         word = strtok_r(NULL, " ", &save))
        words[count++] = word;
    words[count] = NULL;
}

/* The client itself, once its parent let go. Failed exec is told by errno
 * through result. */
static _Noreturn void run_client(
    const struct warden_options *options, int result, int go)
{
    static const char shell_signs[] = "|&;<>()$`\\\"'*?[]#~=%{}\n\t";
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* should it kill its parent */
    char byte;
    while (read(go, &byte, 1) < 0 && errno == EINTR)
        continue;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    for (const char *const *entry = options->environment;
         entry != NULL && *entry != NULL; entry++)
        putenv((char *)*entry);
    char *words[WORDS_MAX] = {"/bin/sh", "-c", (char *)options->command, NULL};
    if (strpbrk(options->command, shell_signs) == NULL) {
        char *copy = strdup(options->command);
        if (copy != NULL)
            split(copy, words);
    }
    errno = ENOENT;
    if ((options->directory == NULL || chdir(options->directory) == 0) &&
        words[0] != NULL)
        execvp(words[0], words);
    int code = errno;
    ssize_t put = write(result, &code, sizeof code);
    _exit(put < 0 ? 125 : 127);
}

/* Stands between the client and its guard and ends as the client does: a client
 * that kills or stops its parent meets this one, which holds nothing open by
 * then, and one that kills the guard takes this one along. */
static _Noreturn void become_client(
    const struct warden_options *options, int result)
{
    int go[2];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pid_t client = pipe2(go, O_CLOEXEC) == 0 ? fork() : -1;
    if (client == 0) {
        close(go[1]);
        run_client(options, result, go[0]);
    }
    int code = errno, status = 0;
    ssize_t put = client < 0 ? write(result, &code, sizeof code) : 0;
    if (client < 0)
        _exit(put < 0 ? 125 : 127);
    close_range(0, (unsigned)go[1] - 1, 0); /* go[1] is the highest */
    close(go[1]);
    while (waitpid(client, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(status))
        _exit(WEXITSTATUS(status));
    prctl(PR_SET_DUMPABLE, 0); /* the core is the client's */
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    _exit(128 + WTERMSIG(status));
}

static void move_fds(const struct warden_options *options, int fds[2])
{
    /* Above all targets first, then down: no dup2 hits a source. */
    int from[] = {options->stdin_fd, options->stdout_fd, options->stderr_fd,
        fds[0], fds[1]};
    for (int i = 0; i < 5; i++) {
        int null = from[i] < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
        from[i] = fcntl(null >= 0 ? null : from[i], F_DUPFD_CLOEXEC, 64);
    }
    for (int i = 0; i < 5; i++)
        dup2(from[i], i);
    fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC);
    fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC);
    close_range(SIGNAL_FD, ~0U, 0);
}

/* Waits for a child that may be stopped, and lets it go on. */
static void wait_for(pid_t pid)
{
    int status = 0;
    for (;;) {
        pid_t got = waitpid(pid, &status, WUNTRACED);
        if (got == pid && WIFSTOPPED(status))
            kill(pid, SIGCONT);
        else if (got == pid || errno != EINTR)
            return;
    }
}

/* The guard's own guard, for a client that kills it. */
static void watch_over_guard(void)
{
    pid_t pid = fork();
    if (pid != 0) {
        close_range(0, 2, 0);
        close(REPORT_FD);
        wait_for(pid);
        kill_all();
    }
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static _Noreturn void guard(const struct warden_options *options, int fds[2])
{
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    move_fds(options, fds);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    if (signalfd(-1, &child, SFD_CLOEXEC) != SIGNAL_FD)
        _exit(1);
    watch_over_guard();
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) != 0)
        _exit(1);
    pid_t client = fork();
    if (client == 0)
        become_client(options, pipe_fds[1]);
    close(pipe_fds[1]);
    int code = client < 0 ? errno : 0;
    ssize_t got;
    do
        got = read(pipe_fds[0], &code, sizeof code);
    while (got < 0 && errno == EINTR);
    close(pipe_fds[0]);
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    tell(code);
    if (code != 0)
        kill_all();
    watch(client);
}

/* --- in the harness --- */

static bool read_report(struct warden *warden, int *value)
{
    ssize_t got;
    do
        got = read(warden->report, value, sizeof *value);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *value;
}

static const char *why_not_started(
    const struct warden_options *options, int code)
{
    char program[4096];
    struct stat about;
    snprintf(program, sizeof program, "%.*s",
        (int)strcspn(options->command, " "), options->command);
    bool there = options->directory == NULL && strchr(program, '/') != NULL &&
                 stat(program, &about) == 0;
    if (there && S_ISDIR(about.st_mode))
        return "it is a folder";
    if (code == EACCES)
        return "it is not executable (chmod +x)";
    if (code == ENOENT)
        return there ? "the interpreter that its first line names is not "
                       "installed"
                     : "it is not installed (or its directory is gone)";
    return strerror(code);
}

struct warden *warden_start(
    const struct warden_options *options, struct error *error)
{
    int control[2] = {-1, -1}, report[2] = {-1, -1};
    pid_t pid = -1;
    if (pipe2(control, O_CLOEXEC) == 0 && pipe2(report, O_CLOEXEC) == 0)
        pid = fork();
    if (pid == 0)
        guard(options, (int[2]){control[0], report[1]});
    int problem = errno;
    close(control[0]);
    close(report[1]);
    struct warden *warden = mem_alloc(sizeof *warden);
    *warden =
        (struct warden){.pid = pid, .control = control[1], .report = report[0]};
    int code = 0;
    bool told = pid > 0 && read_report(warden, &code);
    if (told && code == 0) {
        fcntl(warden->report, F_SETFL, O_NONBLOCK);
        return warden;
    }
    error_set(error, "cannot start '%s': %s", options->command,
        pid < 0 ? strerror(problem)
        : !told ? "its guard process failed"
                : why_not_started(options, code));
    warden_free(warden);
    return NULL;
}

int warden_fd(const struct warden *warden)
{
    return warden->report;
}

bool warden_ended(struct warden *warden, int *status)
{
    if (!warden->ended)
        warden->ended = read_report(warden, &warden->status);
    *status = warden->status;
    return warden->ended;
}

bool warden_deserted(struct warden *warden)
{
    char byte;
    if (warden->ended && !warden->deserted)
        warden->deserted = read(warden->report, &byte, 1) == 0;
    return warden->deserted;
}

void warden_free(struct warden *warden)
{
    if (warden == NULL)
        return;
    if (warden->control >= 0)
        close(warden->control);
    if (warden->pid > 0)
        wait_for(warden->pid);
    if (warden->report >= 0)
        close(warden->report);
    free(warden);
}
