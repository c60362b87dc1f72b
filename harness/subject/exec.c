/* The driver "exec": one process per task, told by its environment.
 * fixtures/subjects/README.md is its manual. */
#include "base/memory.h"
#include "subject/adapter.h"
#include "subject/external.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
    PROBE_MS = 30000,
    TASK_MS = 60000,
    EXIT_CANNOT = 89,
    VARIABLES_MAX = 16
};

struct subject_house {
    struct subject_options options;
    struct loop *loop;
    struct capability_list capabilities;
    char version[EXTERNAL_VERSION_SIZE];
    struct error problem; /* of what the probe printed */
};

struct subject {
    struct subject_house *house;
    struct subject_stage stage;
    struct external_login login;
    struct adapter *adapter; /* NULL: not started */
    enum subject_action action;
    bool asked, told_end;
};

struct variables {
    char *items[VARIABLES_MAX + 1];
    size_t count;
};

static void set(struct variables *list, const char *name, const char *value)
{
    if (value != NULL && list->count < VARIABLES_MAX)
        list->items[list->count++] = mem_printf("%s=%s", name, value);
}

static void free_variables(struct variables *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
}

/* --- the probe --- */

static void take_line(void *owner, const char *line)
{
    struct subject_house *house = owner;
    if (strncmp(line, "version: ", 9) == 0)
        external_version(house->version, line + 9, "");
    if (strncmp(line, "capabilities: ", 14) == 0)
        external_capabilities(
            line + 14, "its probe", &house->capabilities, &house->problem);
}

static bool over(void *owner)
{
    int status;
    return adapter_ended(owner, &status);
}

static bool probe(struct subject_house *house, struct error *error)
{
    static const char *const environment[] = {"SUT_ACTION=walk-on-water", NULL};
    struct adapter_options options = {.loop = house->loop,
        .command = house->options.target,
        .environment = environment,
        .line = take_line,
        .owner = house};
    struct adapter *adapter = adapter_start(&options, error);
    if (adapter == NULL)
        return false;
    double factor =
        house->options.time_factor > 0 ? house->options.time_factor : 1;
    adapter_wait(adapter, (int64_t)(PROBE_MS * factor), over, adapter);
    int status = 0;
    bool ended = adapter_ended(adapter, &status);
    bool good =
        ended && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CANNOT;
    if (!ended)
        adapter_blame(adapter,
            "the adapter hangs: asked for the impossible "
            "(SUT_ACTION=walk-on-water) it must exit with %d at once",
            EXIT_CANNOT);
    else if (!good) {
        char how[128];
        adapter_describe(adapter, how, sizeof how);
        adapter_blame(adapter,
            "the adapter is broken: asked for the impossible "
            "(SUT_ACTION=walk-on-water) it must exit with %d (cannot), but it "
            "%s",
            EXIT_CANNOT, how);
    }
    if (!good)
        error_set(error, "%s", adapter_problem(adapter));
    else if (house->problem.message[0] != 0)
        good = error_set(
            error, "the adapter is broken: %s", house->problem.message);
    else if (house->capabilities.items.count == 0 &&
             house->options.capabilities == NULL)
        good = error_set(error,
            "the adapter is broken: asked for the impossible it must print "
            "what it can, like 'capabilities: receive, accept, ibb'; or --can "
            "says it");
    adapter_free(adapter);
    return good;
}

static void close_house(struct subject_house *house)
{
    if (house == NULL)
        return;
    vec_free(&house->capabilities.items);
    free(house);
}

static struct subject_house *open_house(const struct subject_options *options,
    struct loop *loop, struct error *error)
{
    if (options->target == NULL) {
        error_set(error,
            "the driver 'exec' needs --target COMMAND, the program to run for "
            "each task");
        return NULL;
    }
    struct subject_house *house = mem_alloc(sizeof *house);
    house->options = *options;
    house->loop = loop;
    struct capability_list given = {0};
    bool good =
        options->capabilities == NULL ||
        external_capabilities(options->capabilities, "--can", &given, error);
    vec_free(&given.items);
    if (good && probe(house, error))
        return house;
    if (good)
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
    return house->version[0] != 0 ? house->version : NULL;
}

/* --- a case --- */

static struct subject *begin(const struct subject_options *options,
    const struct subject_stage *stage, struct error *error)
{
    (void)options, (void)error;
    struct subject *subject = mem_alloc(sizeof *subject);
    subject->house = stage->house;
    subject->stage = *stage;
    return subject;
}

static const char *option(const struct subject_task *task, const char *key)
{
    size_t len = strlen(key);
    for (size_t i = 0; task != NULL && i < task->option_count; i++) {
        if (strncmp(task->options[i], key, len) == 0 &&
            task->options[i][len] == '=')
            return task->options[i] + len + 1;
    }
    return NULL;
}

/* The process has to know its task before it logs in: the plan tells it. */
static bool login(struct subject *subject, struct error *error)
{
    const struct subject_stage *stage = &subject->stage;
    const struct subject_task *plan = stage->plan;
    struct variables list = {0};
    char number[32];
    bool sends = plan != NULL && plan->action == SUBJECT_SEND;
    subject->action = sends ? SUBJECT_SEND : SUBJECT_ACCEPT;
    set(&list, "SUT_ACTION", sends ? "send" : "receive");
    set(&list, "SUT_JID", stage->jid);
    set(&list, "SUT_PASSWORD", stage->password);
    set(&list, "SUT_HOST", stage->address);
    snprintf(number, sizeof number, "%u", wire_link_port(stage->link));
    set(&list, "SUT_PORT", number);
    set(&list, "SUT_CAFILE", stage->cafile != NULL ? stage->cafile : "");
    set(&list, "SUT_PEER", sends ? plan->peer : "");
    set(&list, "SUT_FILE", sends && plan->path_count > 0 ? plan->paths[0] : "");
    set(&list, "SUT_OUTDIR", stage->downloads);
    const char *transport = option(plan, "transport");
    set(&list, "SUT_TRANSPORT", transport != NULL ? transport : "");
    set(&list, "SUT_ENCRYPT", sends && plan->encrypted ? "omemo" : "");
    snprintf(number, sizeof number, "%lld",
        (long long)((double)TASK_MS * stage->time_factor));
    set(&list, "SUT_DEADLINE_MS", number);
    struct adapter_options options = {.loop = stage->loop,
        .command = subject->house->options.target,
        .environment = (const char *const *)list.items};
    adapter_free(subject->adapter);
    subject->adapter = adapter_start(&options, error);
    subject->told_end = false;
    free_variables(&list);
    return subject->adapter != NULL;
}

static void logout(struct subject *subject, bool rudely)
{
    (void)rudely;
    adapter_free(subject->adapter);
    subject->adapter = NULL;
}

static void end(struct subject *subject)
{
    adapter_free(subject->adapter);
    free(subject);
}

static enum subject_answer act(struct subject *subject,
    const struct subject_task *task, struct error *error)
{
    bool fits = task->action == subject->action &&
                (task->action == SUBJECT_ACCEPT ||
                    (!subject->asked && task->path_count == 1));
    subject->asked = true;
    if (fits)
        return SUBJECT_ACTED;
    error_set(error, "a process per task does one thing; this is another: %s",
        subject_action_name(task->action));
    return SUBJECT_CANNOT;
}

static enum subject_health at_end(
    struct subject *subject, int status, struct error *error)
{
    struct adapter *adapter = subject->adapter;
    const struct subject_stage *stage = &subject->stage;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if ((code == 0 || code == 1) && !subject->told_end) {
        subject->told_end = true;
        stage->report(stage->owner,
            code == 0 ? SUBJECT_DONE : SUBJECT_FAILED_TO,
            code == 0 ? "exit 0" : "exit 1: it gave up");
    }
    /* Who gave up before it was logged in has no transfer to speak of. */
    bool online = wire_link_jid(stage->link) != NULL;
    /* What goes into the background may still log in. */
    if ((code == 0 && (online || !adapter_deserted(adapter))) ||
        (code == 1 && online))
        return SUBJECT_WELL;
    if (code == EXIT_CANNOT) {
        error_set(error, "it exited with 89: it cannot do this");
        return SUBJECT_UNABLE;
    }
    char how[128], state[200] = "";
    adapter_describe(adapter, how, sizeof how);
    if (!online)
        snprintf(state, sizeof state, " before it was logged in (%s)",
            external_login_state(stage->link));
    bool crashed = adapter_crashed(adapter);
    adapter_blame(adapter, "the client %s%s%s",
        crashed     ? "crashed: it "
        : code == 1 ? "gave up: it "
                    : "",
        how, state);
    error_set(error, "%s", adapter_problem(adapter));
    /* Before its login no peer can be the cause. */
    return crashed && online ? SUBJECT_CRASHED : SUBJECT_ILL;
}

static enum subject_health health(struct subject *subject, struct error *error)
{
    int status;
    if (subject->adapter == NULL)
        return SUBJECT_WELL;
    const char *problem =
        external_login_problem(&subject->login, &subject->stage);
    if (problem != NULL) {
        error_set(error, "%s", problem);
        return SUBJECT_ILL;
    }
    problem = adapter_problem(subject->adapter);
    if (problem == NULL && adapter_ended(subject->adapter, &status))
        return at_end(subject, status, error);
    if (problem == NULL)
        problem = external_login_refusal(&subject->login, &subject->stage);
    if (problem == NULL)
        return SUBJECT_WELL;
    error_set(error, "%s", problem);
    return SUBJECT_ILL;
}

static char *output(const struct subject *subject)
{
    return subject->adapter == NULL ? NULL : adapter_output(subject->adapter);
}

const struct subject_driver subject_exec = {
    .name = "exec",
    .doc = "one process per task, told by SUT_ variables (--target COMMAND)",
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
};
