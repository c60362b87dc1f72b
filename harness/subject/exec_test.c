#include "base/clock.h"
#include "base/test.h"
#include "subject/subject.h"

#include <stdlib.h>
#include <string.h>

#define PROBED "[ $SUT_ACTION = walk-on-water ] && "
#define SOUND                                                                  \
    PROBED "{ echo version: tiny 1; echo capabilities: receive, send; "        \
           "exit 89; }; "

extern const struct subject_driver subject_exec;

struct fixture {
    struct loop *loop;
    struct subject_house *house;
    struct wire *wire;
    struct subject_stage stage;
    struct subject *subject;
    struct error error;
    char heard[200];
};

static void observe(void *owner, struct wire_event *event)
{
    (void)owner, (void)event;
}

static void hear(void *owner, enum subject_report report, const char *text)
{
    struct fixture *fixture = owner;
    static const char *const names[] = {"offered", "done", "failed"};
    snprintf(
        fixture->heard, sizeof fixture->heard, "%s: %s", names[report], text);
}

static bool open_house(struct fixture *fixture, const char *command)
{
    *fixture = (struct fixture){.loop = loop_new()};
    struct subject_options options = {.driver = "exec", .target = command};
    fixture->house =
        subject_exec.open(&options, fixture->loop, &fixture->error);
    return fixture->house != NULL;
}

static void end(struct fixture *fixture)
{
    if (fixture->subject != NULL)
        subject_exec.end(fixture->subject);
    wire_free(fixture->wire);
    if (fixture->house != NULL)
        subject_exec.close(fixture->house);
    loop_free(fixture->loop);
}

/* Logs in and waits until the process has ended. */
static enum subject_health run(struct fixture *fixture, const char *command)
{
    if (!open_house(fixture, command))
        test_fail(__FILE__, __LINE__, "%s", fixture->error.message);
    fixture->wire = wire_new(fixture->loop, "127.0.0.1", 1, observe, NULL);
    fixture->stage = (struct subject_stage){
        .loop = fixture->loop,
        .link = wire_link_new(
            fixture->wire, "Juliet", "127.0.0.1", &fixture->error),
        .address = "127.0.0.1",
        .jid = "juliet@example.org",
        .password = "secret",
        .downloads = "/tmp",
        .house = fixture->house,
        .time_factor = 1,
        .report = hear,
        .owner = fixture,
    };
    fixture->subject =
        subject_exec.begin(NULL, &fixture->stage, &fixture->error);
    CHECK(subject_exec.login(fixture->subject, &fixture->error));
    int64_t deadline_ms = clock_ms() + 10000;
    enum subject_health health = SUBJECT_WELL;
    while (clock_ms() < deadline_ms && health == SUBJECT_WELL &&
           fixture->heard[0] == 0) {
        loop_turn(fixture->loop, clock_ms() + 50);
        health = subject_exec.health(fixture->subject, &fixture->error);
    }
    return health;
}

static void expect_refusal(const char *command, const char *words)
{
    struct fixture fixture;
    CHECK(!open_house(&fixture, command));
    if (strstr(fixture.error.message, words) == NULL)
        test_fail(__FILE__, __LINE__, "said: %s", fixture.error.message);
    end(&fixture);
}

TEST(program_that_does_everything_is_refused)
{
    expect_refusal("true", "must exit with 89");
}

TEST(program_that_is_not_installed_is_an_error)
{
    expect_refusal("no-such-client-x", "not installed");
}

TEST(probe_without_capabilities_is_refused)
{
    expect_refusal("exit 89;", "must print what it can");
}

TEST(version_is_made_printable)
{
    struct fixture fixture;
    CHECK(open_house(&fixture, "printf 'version: a\\377\\033b\\n'; echo "
                               "capabilities: receive; exit 89"));
    CHECK_TEXT(subject_exec.version(fixture.house), "a\xef\xbf\xbd\xef\xbf\xbd"
                                                    "b");
    end(&fixture);
}

TEST(probe_tells_version_and_capabilities)
{
    struct fixture fixture;
    struct subject_options options = {.driver = "exec"};
    CHECK(open_house(&fixture, SOUND));
    CHECK_TEXT(subject_exec.version(fixture.house), "tiny 1");
    CHECK(subject_exec.can(&options, fixture.house, "send"));
    CHECK(!subject_exec.can(&options, fixture.house, "jet"));
    end(&fixture);
}

TEST(task_comes_by_the_environment)
{
    struct fixture fixture;
    CHECK_INT(run(&fixture,
                  SOUND "[ $SUT_ACTION$SUT_JID = receivejuliet@example.org ] "
                        "&& { sleep 1000 & }"),
        SUBJECT_WELL);
    CHECK_TEXT(fixture.heard, "done: exit 0");
    end(&fixture);
}

/* Waits until the driver has seen that nothing of the client is left. */
TEST(exit_0_without_a_login_is_ill)
{
    struct fixture fixture;
    run(&fixture, SOUND "exit 0");
    int64_t deadline_ms = clock_ms() + 10000;
    while (
        subject_exec.health(fixture.subject, &fixture.error) == SUBJECT_WELL &&
        clock_ms() < deadline_ms)
        loop_turn(fixture.loop, clock_ms() + 20);
    CHECK(strstr(fixture.error.message, "exited with 0 before") != NULL);
    end(&fixture);
}

TEST(exit_89_is_unable)
{
    struct fixture fixture;
    CHECK_INT(run(&fixture, SOUND "exit 89"), SUBJECT_UNABLE);
    end(&fixture);
}

TEST(giving_up_before_the_login_is_ill)
{
    struct fixture fixture;
    CHECK_INT(run(&fixture, SOUND "echo refused >&2; exit 1"), SUBJECT_ILL);
    CHECK(strstr(fixture.error.message, "before it was logged in") != NULL);
    CHECK(strstr(fixture.error.message, "refused") != NULL);
    end(&fixture);
}

TEST(crash_before_the_login_is_no_peers_doing)
{
    struct fixture fixture;
    CHECK_INT(run(&fixture, SOUND "kill -SEGV $$"), SUBJECT_ILL);
    CHECK(strstr(fixture.error.message, "crashed") != NULL);
    CHECK(strstr(fixture.error.message, "it never connected") != NULL);
    end(&fixture);
}
