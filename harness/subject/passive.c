/* The drivers "passive" and "manual": no adapter. The suite makes an account
 * and says how to log in; the client accepts by itself (passive), or a person
 * does what the prompts say (manual). One login serves all cases. */
#include "base/bytes.h"
#include "base/clock.h"
#include "base/memory.h"
#include "subject/external.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PERSON_MS = 600000 };

struct subject_house {
    struct subject_options options;
    struct loop *loop;
    struct capability_list capabilities;
    bool asks;  /* manual */
    bool alone; /* nobody came when the client was to log in */
};

struct subject {
    struct subject_house *house;
    struct subject_stage stage;
    struct external_login login;
    bool came; /* was logged in during this case */
};

static struct subject_house *open_any(const struct subject_options *options,
    struct loop *loop, const char *standard, bool asks, struct error *error)
{
    if (options->target != NULL) {
        error_set(error,
            "the driver '%s' takes no --target: it has no adapter (exec and "
            "lines have)",
            asks ? "manual" : "passive");
        return NULL;
    }
    struct subject_house *house = mem_alloc(sizeof *house);
    house->options = *options;
    house->loop = loop;
    house->asks = asks;
    if (external_capabilities(
            options->capabilities != NULL ? options->capabilities : standard,
            "--can", &house->capabilities, error) &&
        (options->dropdir == NULL || external_capabilities("drop-files", "",
                                         &house->capabilities, error)))
        return house;
    vec_free(&house->capabilities.items);
    free(house);
    return NULL;
}

static struct subject_house *open_passive(const struct subject_options *options,
    struct loop *loop, struct error *error)
{
    return open_any(options, loop,
        "receive, accept, s5b, ibb, ping, version, disco", false, error);
}

static struct subject_house *open_manual(const struct subject_options *options,
    struct loop *loop, struct error *error)
{
    return open_any(options, loop,
        "receive, send, accept, asks, decline, cancel, s5b, ibb, ping, "
        "version, "
        "disco",
        true, error);
}

static void close_house(struct subject_house *house)
{
    vec_free(&house->capabilities.items);
    free(house);
}

static bool can(const struct subject_options *options,
    const struct subject_house *house, const char *capability)
{
    (void)options;
    return external_has(&house->capabilities, capability);
}

static struct subject *begin(const struct subject_options *options,
    const struct subject_stage *stage, struct error *error)
{
    (void)options, (void)error;
    struct subject *subject = mem_alloc(sizeof *subject);
    subject->house = stage->house;
    subject->stage = *stage;
    return subject;
}

static void again(struct subject *subject, const struct subject_stage *stage)
{
    subject->stage = *stage;
    subject->came = false;
}

static bool login(struct subject *subject, struct error *error)
{
    const struct subject_stage *stage = &subject->stage;
    if (wire_link_state(stage->link) == WIRE_STATE_BOUND)
        return true;
    if (subject->house->alone)
        return error_set(error,
            "nobody logged the client in when the case before this one asked "
            "for it");
    fprintf(stderr,
        "\nLog the client in, please:\n"
        "  JID       %s\n  password  %s\n  host      %s\n  port      %u\n"
        "  CA        %s\n",
        stage->jid, stage->password, stage->address,
        wire_link_port(stage->link),
        stage->cafile != NULL ? stage->cafile : "none: plain text");
    if (subject->house->options.dropdir != NULL)
        fprintf(stderr, "It must store the files that it receives in %s\n",
            subject->house->options.dropdir);
    if (!subject->house->asks)
        fprintf(stderr, "It must accept files by itself.\n");
    fflush(stderr);
    return true;
}

static void logout(struct subject *subject, bool rudely)
{
    wire_cut(subject->stage.link, rudely);
}

static void end(struct subject *subject)
{
    subject->house->alone = !subject->came;
    free(subject);
}

/* --- the person --- */

struct reading {
    char line[16];
    size_t len;
    bool over, closed;
};

static void on_typed(void *owner, short revents)
{
    (void)revents;
    struct reading *reading = owner;
    char c;
    if (read(STDIN_FILENO, &c, 1) != 1) {
        reading->closed = true;
        return;
    }
    reading->over = c == '\n';
    if (!reading->over && reading->len + 1 < sizeof reading->line)
        reading->line[reading->len++] = c;
}

static enum subject_answer ask(
    struct subject *subject, const char *request, struct error *error)
{
    struct loop *loop = subject->stage.loop;
    struct reading reading = {0};
    fprintf(stderr,
        "\nPlease %s.\nThen press Enter; c and Enter if the client cannot do "
        "that.\n",
        request);
    fflush(stderr);
    struct loop_watch *watch =
        loop_watch_fd(loop, STDIN_FILENO, POLLIN, on_typed, &reading);
    int64_t deadline_ms = clock_ms() + PERSON_MS;
    while (!reading.over && !reading.closed && clock_ms() < deadline_ms)
        loop_turn(loop, deadline_ms);
    loop_unwatch(watch);
    if (reading.over && reading.line[0] == 'c')
        error_set(error, "the person at the client says that it cannot");
    else if (!reading.over)
        error_set(error, "%s",
            reading.closed ? "nobody is there to ask: standard input is closed"
                           : "nobody answered in ten minutes");
    return !reading.over            ? SUBJECT_BROKEN
           : reading.line[0] == 'c' ? SUBJECT_CANNOT
                                    : SUBJECT_ACTED;
}

static void describe(const struct subject_task *task, struct buffer *out)
{
    switch (task->action) {
    case SUBJECT_SEND:
        buffer_printf(out, "send%s", task->encrypted ? " (with OMEMO)" : "");
        for (size_t i = 0; i < task->path_count; i++)
            buffer_printf(out, " %s", task->paths[i]);
        buffer_printf(out, " to %s", task->peer);
        break;
    case SUBJECT_REQUEST:
    case SUBJECT_SHARE:
        buffer_printf(out, "%s the file %s", subject_action_name(task->action),
            task->path_count > 0 ? task->paths[0] : "");
        break;
    case SUBJECT_OTHER:
        buffer_printf(out, "do this: %s %s", task->word,
            task->value != NULL ? task->value : "");
        break;
    default:
        buffer_printf(
            out, "%s the file transfer", subject_action_name(task->action));
    }
    for (size_t i = 0; i < task->option_count; i++)
        buffer_printf(
            out, "%s%s", i == 0 ? ", using " : ", ", task->options[i]);
}

static enum subject_answer act(struct subject *subject,
    const struct subject_task *task, struct error *error)
{
    if (subject->house->asks) {
        struct buffer request = {0};
        describe(task, &request);
        enum subject_answer answer = ask(subject, buffer_text(&request), error);
        buffer_free(&request);
        return answer;
    }
    if (task->action == SUBJECT_ACCEPT)
        return SUBJECT_ACTED;
    error_set(error, "a passive client only accepts, nobody asks it to %s",
        subject_action_name(task->action));
    return SUBJECT_CANNOT;
}

static enum subject_health health(struct subject *subject, struct error *error)
{
    const char *problem =
        external_login_problem(&subject->login, &subject->stage);
    subject->came |= wire_link_state(subject->stage.link) == WIRE_STATE_BOUND;
    /* A person may try again. */
    if (problem == NULL && !subject->house->asks)
        problem = external_login_refusal(&subject->login, &subject->stage);
    if (problem == NULL)
        return SUBJECT_WELL;
    error_set(error, "%s", problem);
    return SUBJECT_ILL;
}

/* The account too, when the client is not logged in: it may come back. */
static bool stays(const struct subject *subject)
{
    subject->house->alone = !subject->came;
    return subject->login.problem[0] == 0;
}

const struct subject_driver subject_passive = {
    .name = "passive",
    .doc = "a client that somebody logs in and that accepts by itself",
    .patience = 5,
    .alone = true,
    .open = open_passive,
    .close = close_house,
    .can = can,
    .begin = begin,
    .end = end,
    .login = login,
    .logout = logout,
    .act = act,
    .health = health,
    .stays = stays,
    .again = again,
};

const struct subject_driver subject_manual = {
    .name = "manual",
    .doc = "a client that a person operates as the prompts say",
    .patience = 12,
    .alone = true,
    .open = open_manual,
    .close = close_house,
    .can = can,
    .begin = begin,
    .end = end,
    .login = login,
    .logout = logout,
    .act = act,
    .health = health,
    .stays = stays,
    .again = again,
};
