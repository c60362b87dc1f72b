/* Each fault of an adapter has a sentence of its own, and nothing of it
 * stays. The adapters are one-line shell scripts. */
#include "base/test.h"
#include "subject/subject.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELLO                                                                  \
    "echo '{\"event\":\"hello\",\"name\":\"tiny\",\"version\":\"1\","          \
    "\"capabilities\":[\"receive\",\"accept\"]}';"
/* Answers each command by what cmd= and id= hold. */
#define LOOP(body)                                                             \
    "while read -r line; do id=${line##*\\\"id\\\":}; id=${id%%[,\\}]*}; "     \
    "case $line in " body                                                      \
    "*) echo \"{\\\"event\\\":\\\"unimplemented\\\",\\\"id\\\":$id}\";; "      \
    "esac; "                                                                   \
    "done"
#define OK "echo \"{\\\"event\\\":\\\"ok\\\",\\\"id\\\":$id}\";;"

extern const struct subject_driver subject_lines;

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

static void note(void *owner, const char *line)
{
    (void)owner, (void)line;
}

static bool open_house(struct fixture *fixture, const char *command)
{
    *fixture = (struct fixture){.loop = loop_new()};
    struct subject_options options = {.driver = "lines", .target = command};
    fixture->house =
        subject_lines.open(&options, fixture->loop, &fixture->error);
    return fixture->house != NULL;
}

static void begin(struct fixture *fixture, const char *command)
{
    if (!open_house(fixture, command))
        test_fail(__FILE__, __LINE__, "%s", fixture->error.message);
    fixture->wire = wire_new(fixture->loop, "127.0.0.1", 1, observe, NULL);
    struct subject_options options = {.driver = "lines", .target = command};
    fixture->stage = (struct subject_stage){
        .loop = fixture->loop,
        .link = wire_link_new(
            fixture->wire, "Juliet", "127.0.0.1", &fixture->error),
        .address = "127.0.0.1",
        .domain = "example.org",
        .jid = "juliet@example.org",
        .password = "x",
        .downloads = "/tmp",
        .house = fixture->house,
        .time_factor = 0.01,
        .report = hear,
        .note = note,
        .owner = fixture,
    };
    fixture->subject =
        subject_lines.begin(&options, &fixture->stage, &fixture->error);
    CHECK(fixture->subject != NULL);
}

static void end(struct fixture *fixture)
{
    if (fixture->subject != NULL)
        subject_lines.end(fixture->subject);
    wire_free(fixture->wire);
    if (fixture->house != NULL)
        subject_lines.close(fixture->house);
    loop_free(fixture->loop);
}

static void expect_refusal(const char *command, const char *words)
{
    struct fixture fixture;
    CHECK(!open_house(&fixture, command));
    bool said = strstr(fixture.error.message, words) != NULL;
    if (!said)
        test_fail(__FILE__, __LINE__, "said: %s", fixture.error.message);
    end(&fixture);
}

static enum subject_answer ask(
    struct fixture *fixture, enum subject_action action)
{
    struct subject_task task = {.action = action};
    return subject_lines.act(fixture->subject, &task, &fixture->error);
}

TEST(adapter_that_is_not_installed_is_an_error)
{
    expect_refusal("no-such-adapter-x", "not installed");
}

TEST(adapter_that_lacks_something_is_an_error)
{
    expect_refusal("no-such-tool-x; exit 127", "not installed");
}

TEST(adapter_that_ends_at_once_is_told_with_its_last_words)
{
    expect_refusal("echo no display >&2; exit 3", "exited with 3");
    expect_refusal("echo no display >&2; exit 3", "no display");
}

TEST(adapter_that_prints_junk_is_told)
{
    expect_refusal("echo Welcome; cat", "prints junk: 'Welcome'");
}

TEST(adapter_with_an_endless_line_is_told)
{
    expect_refusal("tr '\\0' x </dev/zero", "junk: a line of more than");
}

TEST(adapter_that_floods_is_told)
{
    expect_refusal("yes >&2", "floods");
}

TEST(adapter_with_an_unknown_capability_is_told)
{
    expect_refusal("echo '{\"event\":\"hello\",\"capabilities\":[\"fly\"]}';"
                   "cat >/dev/null",
        "no capability 'fly'");
}

TEST(hello_without_capabilities_is_told)
{
    expect_refusal("echo '{\"event\":\"hello\"}'; cat >/dev/null",
        "needs \"capabilities\"");
}

TEST(second_hello_is_told)
{
    expect_refusal(HELLO HELLO "cat >/dev/null", "a second hello");
}

TEST(event_before_the_hello_is_told)
{
    expect_refusal("echo '{\"event\":\"done\"}';" HELLO "cat >/dev/null",
        "first event must be \"hello\", not \"done\"");
}

TEST(nothing_hides_behind_a_NUL)
{
    expect_refusal("printf '{\"event\":\"hello\",\"capabilities\":[\"ibb\"]}"
                   "\\0x\\n'; cat >/dev/null",
        "junk: '{\"event\"");
}

TEST(what_is_quoted_is_printable)
{
    expect_refusal("printf '\\033[2J\\377\\n'; cat >/dev/null",
        "'\xef\xbf\xbd[2J\xef\xbf\xbd'");
}

TEST(answer_with_another_id_is_told)
{
    struct fixture fixture;
    begin(&fixture, HELLO LOOP("*accept*) echo '{\"event\":\"ok\","
                               "\"id\":\"2\"}';;"));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_BROKEN);
    CHECK(strstr(fixture.error.message, "it said \"ok\" with the id \"2\"") !=
          NULL);
    end(&fixture);
}

TEST(closed_output_is_told)
{
    struct fixture fixture;
    begin(&fixture, HELLO LOOP("*accept*) exec >&-; sleep 1000;;"));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_BROKEN);
    CHECK(strstr(fixture.error.message, "closed its standard output") != NULL);
    end(&fixture);
}

TEST(adapter_that_agrees_to_the_impossible_is_refused)
{
    expect_refusal(HELLO LOOP("*walk*) " OK), "asked for the impossible");
}

TEST(sound_adapter_says_version_and_capabilities)
{
    struct fixture fixture;
    struct subject_options options = {.driver = "lines"};
    CHECK(open_house(&fixture, HELLO LOOP("")));
    CHECK_TEXT(subject_lines.version(fixture.house), "tiny 1");
    CHECK(subject_lines.can(&options, fixture.house, "receive"));
    CHECK(!subject_lines.can(&options, fixture.house, "send"));
    end(&fixture);
}

TEST(lines_that_come_byte_by_byte_are_the_same)
{
    struct fixture fixture;
    begin(&fixture,
        HELLO LOOP("*accept*) { printf '%s\\r\\n' "
                   "'{\"event\":\"done\",\"bytes\":7,\"sha256\":\"ab\"}'; "
                   "echo \"{\\\"event\\\":\\\"ok\\\",\\\"id\\\":$id}\"; } "
                   "| dd bs=1 2>/dev/null;;"));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_ACTED);
    CHECK_TEXT(fixture.heard, "done: 7 bytes, sha-256 ab");
    end(&fixture);
}

TEST(unimplemented_is_cannot_and_ok_is_acted)
{
    struct fixture fixture;
    begin(&fixture, HELLO LOOP("*accept*) " OK));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_ACTED);
    CHECK_INT(ask(&fixture, SUBJECT_DECLINE), SUBJECT_CANNOT);
    end(&fixture);
}

TEST(events_reach_the_stage)
{
    struct fixture fixture;
    begin(&fixture,
        HELLO LOOP(
            "*accept*) echo "
            "'{\"event\":\"done\",\"bytes\":7,\"sha256\":\"ab\"}'; " OK));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_ACTED);
    CHECK_TEXT(fixture.heard, "done: 7 bytes, sha-256 ab");
    end(&fixture);
}

TEST(adapter_that_hangs_is_told_and_replaced)
{
    struct fixture fixture;
    begin(&fixture, HELLO LOOP("*accept*) sleep 1000;;"));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_BROKEN);
    CHECK(strstr(fixture.error.message, "hangs") != NULL);
    CHECK_INT(subject_lines.health(fixture.subject, NULL), SUBJECT_ILL);
    subject_lines.end(fixture.subject);
    fixture.subject = subject_lines.begin(
        &(struct subject_options){0}, &fixture.stage, &fixture.error);
    CHECK_INT(ask(&fixture, SUBJECT_DECLINE), SUBJECT_CANNOT);
    end(&fixture);
}

TEST(adapter_that_crashes_is_told_with_its_signal)
{
    struct fixture fixture;
    begin(&fixture, HELLO LOOP("*accept*) kill -SEGV $$;;"));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_BROKEN);
    CHECK(strstr(fixture.error.message, "signal 11") != NULL);
    end(&fixture);
}

TEST(crash_that_the_adapter_reports_is_the_clients)
{
    struct fixture fixture;
    begin(&fixture, HELLO LOOP("*accept*) echo '{\"event\":\"state\",\"state\":"
                               "\"crashed\",\"text\":\"signal 11\"}'; " OK));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_ACTED);
    CHECK_INT(
        subject_lines.health(fixture.subject, &fixture.error), SUBJECT_CRASHED);
    end(&fixture);
}

TEST(what_the_adapter_forked_is_gone)
{
    struct fixture fixture;
    begin(&fixture, HELLO LOOP("*accept*) setsid sleep 1000 & echo pid $! "
                               ">&2; " OK));
    CHECK_INT(ask(&fixture, SUBJECT_ACCEPT), SUBJECT_ACTED);
    char *output = subject_lines.output(fixture.subject);
    char *pid = strstr(output, "pid ");
    CHECK(pid != NULL);
    pid_t stray = (pid_t)atoi(pid + 4);
    free(output);
    end(&fixture);
    CHECK(kill(stray, 0) < 0 && errno == ESRCH);
}
