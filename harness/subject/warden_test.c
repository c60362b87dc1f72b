#include "base/file.h"
#include "base/test.h"
#include "subject/warden.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct warden *start(const char *command, int out)
{
    struct error error = {{0}};
    struct warden *warden =
        warden_start(&(struct warden_options){.command = command,
                         .stdin_fd = -1,
                         .stdout_fd = out,
                         .stderr_fd = -1},
            &error);
    if (warden == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    return warden;
}

/* What the command prints in its first line. */
static struct warden *start_and_read(const char *command, char *line, int size)
{
    int fds[2];
    CHECK_INT(pipe(fds), 0);
    struct warden *warden = start(command, fds[1]);
    close(fds[1]);
    FILE *in = fdopen(fds[0], "r");
    CHECK(fgets(line, size, in) != NULL);
    fclose(in);
    return warden;
}

static int wait_for(struct warden *warden)
{
    int status = -1;
    struct pollfd fd = {warden_fd(warden), POLLIN, 0};
    CHECK_INT(poll(&fd, 1, 10000), 1);
    CHECK(warden_ended(warden, &status));
    return status;
}

TEST(exit_code_is_told)
{
    struct warden *warden = start("exit 89;", -1);
    CHECK_INT(WEXITSTATUS(wait_for(warden)), 89);
    warden_free(warden);
}

TEST(death_by_a_signal_is_told)
{
    struct warden *warden = start("kill -SEGV $$", -1);
    CHECK_INT(WTERMSIG(wait_for(warden)), SIGSEGV);
    warden_free(warden);
}

TEST(program_that_is_not_installed_is_an_error)
{
    struct error error = {{0}};
    CHECK(warden_start(&(struct warden_options){.command = "no-such-client-x",
                           .stdin_fd = -1,
                           .stdout_fd = -1,
                           .stderr_fd = -1},
              &error) == NULL);
    CHECK(strstr(error.message, "not installed") != NULL);
}

TEST(process_that_left_its_group_and_session_is_gone)
{
    char line[32];
    struct warden *warden = start_and_read(
        "setsid sh -c 'echo $$; exec sleep 1000' & exit 0", line, sizeof line);
    wait_for(warden);
    pid_t stray = (pid_t)atoi(line);
    CHECK_INT(kill(stray, 0), 0);
    warden_free(warden);
    CHECK(kill(stray, 0) < 0 && errno == ESRCH);
}

TEST(client_that_ignores_SIGTERM_is_gone)
{
    char line[32];
    struct warden *warden = start_and_read(
        "trap '' TERM HUP INT; echo $$; while :; do sleep 1000; done", line,
        sizeof line);
    warden_free(warden);
    CHECK(kill((pid_t)atoi(line), 0) < 0 && errno == ESRCH);
}

TEST(client_that_stops_its_parent_is_gone)
{
    char line[32];
    struct warden *warden = start_and_read(
        "kill -STOP $PPID; echo $$; exec sleep 1000", line, sizeof line);
    warden_free(warden);
    CHECK(kill((pid_t)atoi(line), 0) < 0 && errno == ESRCH);
}

#define GUARD "read -r a b c guard d </proc/$PPID/stat; "

TEST(client_that_stops_the_guard_is_gone)
{
    char line[32];
    struct warden *warden = start_and_read(
        GUARD "kill -STOP $guard; echo $$; exec sleep 1000", line, sizeof line);
    warden_free(warden);
    CHECK(kill((pid_t)atoi(line), 0) < 0 && errno == ESRCH);
}

TEST(stray_of_a_client_that_kills_the_guard_is_gone)
{
    char line[32];
    struct warden *warden =
        start_and_read("setsid sh -c 'echo $$; exec sleep 1000' & " GUARD
                       "sleep 0.1; kill -KILL $guard; sleep 1000",
            line, sizeof line);
    struct pollfd fd = {warden_fd(warden), POLLIN, 0};
    int status;
    CHECK_INT(poll(&fd, 1, 10000), 1);
    CHECK(!warden_ended(warden, &status));
    warden_free(warden);
    CHECK(kill((pid_t)atoi(line), 0) < 0 && errno == ESRCH);
}
