#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void put_fd(int fd, int at)
{
    if (fd < 0)
        fd = open("/dev/null", O_RDWR);
    if (fd == at)
        fcntl(fd, F_SETFD, 0);
    else
        dup2(fd, at);
}

static void run_child(
    const struct process_options *options, pid_t parent, int report)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(126);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    put_fd(options->stdin_fd, STDIN_FILENO);
    put_fd(options->stdout_fd, STDOUT_FILENO);
    put_fd(options->stderr_fd, STDERR_FILENO);
    /* Libraries open descriptors that are not close-on-exec, libstrophe its
     * sockets: a server that held those would keep them open for ever. */
    close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    if (options->environment != NULL) {
        for (const char *const *entry = options->environment; *entry; entry++)
            putenv((char *)*entry);
    }
    if (options->directory == NULL || chdir(options->directory) == 0)
        execvp(options->argv[0], (char *const *)options->argv);
    int code = errno;
    ssize_t put = write(report, &code, sizeof code);
    _exit(put < 0 ? 125 : 126);
}

pid_t process_start(const struct process_options *options, struct error *error)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) != 0) {
        error_set(error, "cannot make a pipe: %s", strerror(errno));
        return -1;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        run_child(options, parent, pipe_fds[1]);
    int fork_errno = errno;
    close(pipe_fds[1]);
    int code = 0;
    ssize_t got = 0;
    if (pid > 0) {
        setpgid(pid, pid);
        do
            got = read(pipe_fds[0], &code, sizeof code);
        while (got < 0 && errno == EINTR);
    }
    close(pipe_fds[0]);
    if (pid < 0) {
        error_set(error, "cannot fork: %s", strerror(fork_errno));
    } else if (got == (ssize_t)sizeof code) {
        waitpid(pid, NULL, 0);
        error_set(error, "cannot start %s: %s", options->argv[0],
            code == ENOENT ? "it is not installed" : strerror(code));
        pid = -1;
    }
    return pid;
}

bool process_ended(pid_t pid, int *status)
{
    return waitpid(pid, status, WNOHANG) == pid;
}

bool process_is_ending(pid_t pid)
{
    char path[64], line[1024] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return true;
    size_t len = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[len] = 0;
    /* proc(5): the name in parentheses, state, five numbers, then the flags
     * of linux/sched.h */
    const char *rest = strrchr(line, ')');
    char state = 0;
    unsigned flags = 0;
    if (rest == NULL ||
        sscanf(rest, ") %c %*d %*d %*d %*d %*d %u", &state, &flags) != 2)
        return false;
    enum { PF_EXITING = 4 };
    return state == 'Z' || state == 'X' || (flags & PF_EXITING) != 0;
}

void process_kill(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void process_describe(int status, char *out, size_t size)
{
    if (WIFEXITED(status))
        snprintf(out, size, "exited with %d", WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        snprintf(out, size, "was killed by signal %d (%s)", WTERMSIG(status),
            strsignal(WTERMSIG(status)));
    else
        snprintf(out, size, "ended with status %d", status);
}
