/* The driver "lines": an adapter that lives for many cases and speaks JSON,
 * one object a line. fixtures/subjects/README.md is its manual. */
#include "base/memory.h"
#include "subject/adapter.h"
#include "subject/external.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELLO_MS = 60000, ANSWER_MS = 30000, LOGIN_MS = 60000, STOP_MS = 3000 };

enum answer { ANSWER_NONE, ANSWER_OK, ANSWER_UNIMPLEMENTED, ANSWER_ERROR };

struct subject_house {
    struct subject_options options;
    struct loop *loop;
    struct adapter *adapter; /* NULL: to be started for the next case */
    struct capability_list capabilities;
    char version[EXTERNAL_VERSION_SIZE];
    bool hello, one_login;
    json_int_t last_id;
    enum answer answer; /* to last_id */
    char answer_text[512];
    char stray[160];         /* an answer with another id than last_id */
    struct subject *subject; /* the running case's; NULL between cases */
};

struct subject {
    struct subject_house *house;
    struct subject_stage stage;
    struct external_login login;
    bool logged_in, crashed;
    char crash[600];
};

/* --- what the adapter says --- */

static const char *text_of(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    return text == NULL ? "" : text;
}

static void report(
    struct subject_house *house, enum subject_report report, const char *text)
{
    if (house->subject != NULL)
        house->subject->stage.report(house->subject->stage.owner, report, text);
}

static void check_hello(struct subject_house *house, const json_t *event)
{
    static const char *const texts[] = {"name", "version", "logins"};
    if (house->hello)
        adapter_blame(house->adapter, "the adapter is broken: a second hello");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const json_t *text = json_object_get(event, texts[i]);
        if (text != NULL && !json_is_string(text))
            adapter_blame(house->adapter,
                "the adapter is broken: \"%s\" of its hello must be a string",
                texts[i]);
    }
    if (json_array_size(json_object_get(event, "capabilities")) == 0 &&
        house->options.capabilities == NULL)
        adapter_blame(house->adapter,
            "the adapter is broken: its hello needs \"capabilities\", a list "
            "like [\"receive\", \"accept\", \"ibb\"]; or --can says them");
}

static void take_hello(struct subject_house *house, const json_t *event)
{
    check_hello(house, event);
    external_version(
        house->version, text_of(event, "name"), text_of(event, "version"));
    house->one_login = strcmp(text_of(event, "logins"), "one") == 0;
    const json_t *list = json_object_get(event, "capabilities");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        struct error error = {{0}};
        if (word == NULL || !external_capabilities(word, "its hello",
                                &house->capabilities, &error))
            adapter_blame(house->adapter, "the adapter is broken: %s",
                word == NULL ? "capabilities must be strings" : error.message);
    }
    house->hello = true;
}

static void take_state(struct subject_house *house, const json_t *event)
{
    struct subject *subject = house->subject;
    char line[400];
    const char *state = text_of(event, "state");
    snprintf(line, sizeof line, "state %s %s", state, text_of(event, "text"));
    if (subject == NULL)
        return;
    if (strcmp(state, "crashed") == 0) {
        subject->crashed = true;
        snprintf(subject->crash, sizeof subject->crash,
            "the client crashed: %.500s", text_of(event, "text"));
    }
    subject->stage.note(subject->stage.owner, line);
}

static void take_offered(struct subject_house *house, const json_t *event)
{
    char line[600];
    snprintf(line, sizeof line, "%.300s from %.250s", text_of(event, "name"),
        text_of(event, "peer"));
    report(house, SUBJECT_OFFERED, line);
}

static void take_done(struct subject_house *house, const json_t *event)
{
    char line[300];
    snprintf(line, sizeof line, "%lld bytes, sha-256 %.100s",
        (long long)json_integer_value(json_object_get(event, "bytes")),
        text_of(event, "sha256"));
    report(house, SUBJECT_DONE, line);
}

static bool answers(struct subject_house *house, const json_t *event)
{
    const json_t *id = json_object_get(event, "id");
    return json_is_integer(id) && json_integer_value(id) == house->last_id;
}

static void take_answer(
    struct subject_house *house, const json_t *event, enum answer answer)
{
    if (!answers(house, event)) { /* late, or to nothing */
        char *id = json_dumps(
            json_object_get(event, "id"), JSON_ENCODE_ANY | JSON_COMPACT);
        snprintf(house->stray, sizeof house->stray,
            "; it said \"%s\" with %s%.40s", text_of(event, "event"),
            id == NULL ? "no id" : "the id ", id == NULL ? "" : id);
        free(id);
        return;
    }
    house->answer = answer;
    snprintf(house->answer_text, sizeof house->answer_text, "%s",
        text_of(event, "text"));
}

static void take_ok(struct subject_house *house, const json_t *event)
{
    take_answer(house, event, ANSWER_OK);
}

static void take_unimplemented(struct subject_house *house, const json_t *event)
{
    take_answer(house, event, ANSWER_UNIMPLEMENTED);
}

/* With the id of a command it is the answer, without one a transfer failed. */
static void take_error(struct subject_house *house, const json_t *event)
{
    if (json_object_get(event, "id") != NULL)
        take_answer(house, event, ANSWER_ERROR);
    else
        report(house, SUBJECT_FAILED_TO, text_of(event, "text"));
}

static const struct {
    const char *name;
    void (*take)(struct subject_house *house, const json_t *event);
} events[] = {
    {"hello", take_hello},
    {"ok", take_ok},
    {"unimplemented", take_unimplemented},
    {"error", take_error},
    {"state", take_state},
    {"offered", take_offered},
    {"done", take_done},
};

static void take_line(void *owner, const char *line)
{
    struct subject_house *house = owner;
    json_t *event = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    const char *name = text_of(event, "event");
    bool known = false;
    for (size_t i = 0; !known && i < sizeof events / sizeof *events; i++) {
        known = strcmp(events[i].name, name) == 0;
        if (known)
            events[i].take(house, event);
    }
    if (known && !house->hello)
        adapter_blame(house->adapter,
            "the adapter is broken: its first event must be \"hello\", not "
            "\"%s\"",
            name);
    if (!known)
        adapter_blame(house->adapter,
            "the adapter prints junk: '%.120s' is not a JSON object with a "
            "known \"event\"; what is for people belongs on its standard error",
            line);
    json_decref(event);
}

/* --- what it is told --- */

static const char *login_trouble(struct subject_house *house)
{
    struct subject *subject = house->subject;
    if (subject == NULL)
        return NULL;
    const char *problem =
        external_login_problem(&subject->login, &subject->stage);
    return problem != NULL
               ? problem
               : external_login_refusal(&subject->login, &subject->stage);
}

static bool answered(void *owner)
{
    struct subject_house *house = owner;
    return house->answer != ANSWER_NONE || login_trouble(house) != NULL;
}

static bool greeted(void *owner)
{
    const struct subject_house *house = owner;
    return house->hello;
}

static int64_t stretched(const struct subject_house *house, int64_t ms)
{
    double factor = house->subject == NULL ? house->options.time_factor
                                           : house->subject->stage.time_factor;
    return (int64_t)((double)ms * (factor > 0 ? factor : 1));
}

/* Why nothing came that was due, what is known of it. */
static const char *silence(const struct subject_house *house)
{
    return adapter_is_mute(house->adapter)
               ? "the adapter closed its standard output and lives on"
               : "the adapter hangs";
}

/* Sends the command (a new reference) and waits for its answer. */
static enum answer command(struct subject_house *house, const char *name,
    json_t *object, int64_t ms, struct error *error)
{
    house->answer = ANSWER_NONE;
    house->answer_text[0] = 0;
    house->stray[0] = 0;
    json_object_set_new(object, "command", json_string(name));
    json_object_set_new(object, "id", json_integer(++house->last_id));
    json_object_set_new(
        object, "deadline_ms", json_integer(stretched(house, ms)));
    char *line = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    adapter_write(house->adapter, line);
    free(line);
    if (!adapter_wait(house->adapter, stretched(house, ms), answered, house) &&
        adapter_problem(house->adapter) == NULL)
        adapter_blame(house->adapter,
            "%s: no answer to the command '%s' (id %lld) in %lld ms%s",
            silence(house), name, (long long)house->last_id,
            (long long)stretched(house, ms), house->stray);
    if (house->answer == ANSWER_NONE && login_trouble(house) != NULL)
        adapter_blame(house->adapter, "%s", login_trouble(house));
    const char *problem = adapter_problem(house->adapter);
    if (problem != NULL && house->answer == ANSWER_NONE)
        error_set(error, "%s", problem);
    else if (house->answer == ANSWER_ERROR)
        error_set(error, "the adapter could not do '%s': %s", name,
            house->answer_text);
    else if (house->answer == ANSWER_UNIMPLEMENTED)
        error_set(error, "the adapter does not implement '%s'%s%s", name,
            house->answer_text[0] != 0 ? ": " : "", house->answer_text);
    return house->answer;
}

/* --- the house --- */

static bool start(struct subject_house *house, struct error *error)
{
    struct adapter_options options = {.loop = house->loop,
        .command = house->options.target,
        .line = take_line,
        .owner = house};
    house->hello = false;
    vec_free(&house->capabilities.items);
    house->adapter = adapter_start(&options, error);
    if (house->adapter == NULL)
        return false;
    int64_t ms = stretched(house, HELLO_MS);
    if (!adapter_wait(house->adapter, ms, greeted, house) &&
        adapter_problem(house->adapter) == NULL)
        adapter_blame(house->adapter, "%s: it said no hello in %lld ms",
            silence(house), (long long)ms);
    return adapter_problem(house->adapter) == NULL ||
           error_set(error, "%s", adapter_problem(house->adapter));
}

/* An adapter that agrees to nonsense would turn every "cannot" into "did". */
static bool probe(struct subject_house *house, struct error *error)
{
    switch (command(house, "walk-on-water", json_object(), ANSWER_MS, error)) {
    case ANSWER_UNIMPLEMENTED:
        return true;
    case ANSWER_NONE:
        return false;
    default:
        return error_set(error,
            "the adapter is broken: it was asked for the impossible "
            "(\"walk-on-water\") and must answer \"unimplemented\", but "
            "answered \"%s\"",
            house->answer == ANSWER_OK ? "ok" : "error");
    }
}

static void close_house(struct subject_house *house)
{
    if (house == NULL)
        return;
    if (house->adapter != NULL && adapter_problem(house->adapter) == NULL)
        command(house, "stop", json_object(), STOP_MS, NULL);
    adapter_free(house->adapter);
    vec_free(&house->capabilities.items);
    free(house);
}

static struct subject_house *open_house(const struct subject_options *options,
    struct loop *loop, struct error *error)
{
    struct capability_list given = {0};
    bool good =
        options->capabilities == NULL ||
        external_capabilities(options->capabilities, "--can", &given, error);
    vec_free(&given.items);
    if (good && options->target == NULL)
        good = error_set(error,
            "the driver 'lines' needs --target COMMAND, the adapter to run");
    if (!good)
        return NULL;
    struct subject_house *house = mem_alloc(sizeof *house);
    house->options = *options;
    house->loop = loop;
    if (start(house, error) && probe(house, error))
        return house;
    error_prefix(error, "adapter '%s': ", options->target);
    close_house(house);
    return NULL;
}

static bool can(const struct subject_options *options,
    const struct subject_house *house, const char *capability)
{
    return external_can(options, &house->capabilities, capability);
}

static const char *version(const struct subject_house *house)
{
    return house->version;
}

/* --- a case --- */

static struct subject *begin(const struct subject_options *options,
    const struct subject_stage *stage, struct error *error)
{
    (void)options;
    struct subject_house *house = stage->house;
    if (house->adapter != NULL && adapter_problem(house->adapter) != NULL) {
        adapter_free(house->adapter);
        house->adapter = NULL;
    }
    if (house->adapter == NULL && !start(house, error))
        return NULL;
    adapter_refill(house->adapter);
    struct subject *subject = mem_alloc(sizeof *subject);
    subject->house = house;
    subject->stage = *stage;
    house->subject = subject;
    return subject;
}

static void again(struct subject *subject, const struct subject_stage *stage)
{
    subject->stage = *stage;
    subject->house->subject = subject;
    adapter_refill(subject->house->adapter);
}

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static json_t *list_of(const char *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(items[i]));
    return list;
}

static json_t *plan_of(const struct subject_task *plan)
{
    if (plan == NULL)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(
        object, "action", json_string(subject_action_name(plan->action)));
    json_object_set_new(object, "peer", text_or_null(plan->peer));
    json_object_set_new(object, "encrypted", json_boolean(plan->encrypted));
    return object;
}

/* A case that is to receive says so, for clients that must get ready. */
static bool expect(struct subject *subject, struct error *error)
{
    json_t *object = json_object();
    json_object_set_new(
        object, "downloads", json_string(subject->stage.downloads));
    json_object_set_new(object, "plan", plan_of(subject->stage.plan));
    enum answer answer =
        command(subject->house, "expect", object, ANSWER_MS, error);
    return answer == ANSWER_OK || answer == ANSWER_UNIMPLEMENTED;
}

static bool login(struct subject *subject, struct error *error)
{
    const struct subject_stage *stage = &subject->stage;
    if (subject->logged_in && wire_link_state(stage->link) == WIRE_STATE_BOUND)
        return expect(subject, error);
    json_t *object = json_object();
    json_object_set_new(object, "jid", json_string(stage->jid));
    json_object_set_new(object, "password", json_string(stage->password));
    json_object_set_new(object, "domain", json_string(stage->domain));
    json_object_set_new(object, "host", json_string(stage->address));
    json_object_set_new(
        object, "port", json_integer(wire_link_port(stage->link)));
    json_object_set_new(object, "cafile", text_or_null(stage->cafile));
    json_object_set_new(object, "resource", text_or_null(stage->resource));
    json_object_set_new(object, "downloads", json_string(stage->downloads));
    json_object_set_new(object, "plan", plan_of(stage->plan));
    json_object_set_new(
        object, "peers", list_of(stage->peers, stage->peer_count));
    enum answer answer =
        command(subject->house, "login", object, LOGIN_MS, error);
    if (answer == ANSWER_UNIMPLEMENTED)
        error_set(error, "the adapter does not implement 'login'");
    const char *why = wire_link_refusal(stage->link, NULL, NULL);
    if (answer == ANSWER_ERROR && why != NULL)
        error_set(error, "%s; the adapter says: %s", why,
            subject->house->answer_text);
    subject->logged_in = answer == ANSWER_OK;
    return subject->logged_in && expect(subject, error);
}

static void logout(struct subject *subject, bool rudely)
{
    json_t *object = json_object();
    json_object_set_new(object, "rudely", json_boolean(rudely));
    if (subject->logged_in && adapter_problem(subject->house->adapter) == NULL)
        command(subject->house, "logout", object, ANSWER_MS, NULL);
    else
        json_decref(object);
    subject->logged_in = false;
}

static enum subject_answer act(struct subject *subject,
    const struct subject_task *task, struct error *error)
{
    const char *name = task->action == SUBJECT_OTHER
                           ? "do"
                           : subject_action_name(task->action);
    json_t *object = json_object();
    if (task->peer != NULL)
        json_object_set_new(object, "peer", json_string(task->peer));
    if (task->path_count > 0)
        json_object_set_new(
            object, "files", list_of(task->paths, task->path_count));
    if (task->action == SUBJECT_SEND || task->action == SUBJECT_REQUEST)
        json_object_set_new(object, "encrypted", json_boolean(task->encrypted));
    if (task->option_count > 0)
        json_object_set_new(
            object, "options", list_of(task->options, task->option_count));
    if (task->action == SUBJECT_OTHER) {
        json_object_set_new(object, "word", json_string(task->word));
        json_object_set_new(object, "value", text_or_null(task->value));
    }
    switch (command(subject->house, name, object, ANSWER_MS, error)) {
    case ANSWER_OK:
        return SUBJECT_ACTED;
    case ANSWER_UNIMPLEMENTED:
        return SUBJECT_CANNOT;
    default:
        return SUBJECT_BROKEN;
    }
}

static enum subject_health health(struct subject *subject, struct error *error)
{
    struct adapter *adapter = subject->house->adapter;
    if (subject->crashed) {
        error_set(error, "%s", subject->crash);
        return SUBJECT_CRASHED;
    }
    const char *problem = adapter_problem(adapter);
    if (problem == NULL)
        problem = login_trouble(subject->house);
    if (problem == NULL)
        return SUBJECT_WELL;
    error_set(error, "%s", problem);
    /* Of an adapter that is its client, or ends as its client did. Before the
     * login no peer can be the cause. */
    return subject->logged_in && adapter_crashed(adapter) ? SUBJECT_CRASHED
                                                          : SUBJECT_ILL;
}

static char *output(const struct subject *subject)
{
    return adapter_output(subject->house->adapter);
}

static bool stays(const struct subject *subject)
{
    struct subject_house *house = subject->house;
    bool staying = house->one_login && subject->logged_in &&
                   !subject->crashed && subject->login.problem[0] == 0 &&
                   adapter_problem(house->adapter) == NULL &&
                   wire_link_state(subject->stage.link) == WIRE_STATE_BOUND;
    if (staying)
        house->subject = NULL;
    return staying;
}

static void end(struct subject *subject)
{
    struct subject_house *house = subject->house;
    bool well = health(subject, NULL) == SUBJECT_WELL;
    if (well)
        logout(subject, false);
    /* Whoever misbehaved, or did not even get out, starts afresh. */
    if (!well || adapter_problem(house->adapter) != NULL) {
        adapter_free(house->adapter);
        house->adapter = NULL;
    }
    house->subject = NULL;
    free(subject);
}

const struct subject_driver subject_lines = {
    .name = "lines",
    .doc = "an adapter that serves many cases: JSON lines (--target COMMAND)",
    .open = open_house,
    .close = close_house,
    .can = can,
    .version = version,
    .begin = begin,
    .end = end,
    .login = login,
    .logout = logout,
    .act = act,
    .health = health,
    .output = output,
    .stays = stays,
    .again = again,
};
