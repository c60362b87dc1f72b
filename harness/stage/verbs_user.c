/* Verbs of the subject's user, and what its files show. */
#include "base/file.h"
#include "stage/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool act(struct stage *stage, struct subject_task *task,
    const struct script_step *step)
{
    struct player *player = stage_subject(stage);
    struct error error = {{0}};
    VEC(const char *) options = {0};
    for (size_t i = 0; i < step->clauses.count; i++) {
        const struct script_clause *clause = &step->clauses.items[i];
        if (clause->clause->id == CLAUSE_ENCRYPTED)
            task->encrypted = true;
        if (clause->clause->id != CLAUSE_OPTION)
            continue;
        const char *value = stage_value(stage, clause->args[0].text);
        if (value == NULL)
            return false;
        vec_push(&options, value);
    }
    task->options = options.items;
    task->option_count = options.count;
    stage_event(stage, EVENT_USER, player->role->name, NULL, step->text,
        bytes_of(NULL, 0), NULL);
    enum subject_answer answer =
        stage->venue->driver->act(player->subject, task, &error);
    vec_free(&options);
    switch (answer) {
    case SUBJECT_ACTED:
        return true;
    case SUBJECT_CANNOT:
        return stage_unsupported(stage, "the subject cannot do this: %s",
            error.message[0] != 0 ? error.message : step->text);
    default:
        /* A crash is the client's. */
        return stage_subject_well(stage) &&
               stage_trouble(
                   stage, "the subject's driver failed: %s", error.message);
    }
}

static const char *peer_of(
    struct stage *stage, const struct script_arg *argument)
{
    struct player *peer = stage_player(stage, argument);
    return peer->full_jid != NULL ? peer->full_jid : peer->jid;
}

/* "a+b+c": the files' paths. */
static bool paths_of(struct stage *stage, const struct script_arg *arg,
    struct subject_task *task)
{
    const struct script *script = stage->script;
    const char **paths =
        arena_alloc(stage->arena, (script->files.count + 8) * sizeof(*paths));
    const char *text = arg->text;
    while (*text != 0 && task->path_count < script->files.count + 8) {
        size_t len = strcspn(text, "+");
        bool found = false;
        for (size_t i = 0; i < script->files.count && !found; i++) {
            const char *name = script->files.items[i].name;
            if (strlen(name) == len && strncmp(name, text, len) == 0) {
                paths[task->path_count++] = stage->files[i].path;
                found = true;
            }
        }
        if (!found)
            return stage_trouble(
                stage, "there is no file '%.*s'", (int)len, text);
        text += len + (text[len] == '+');
    }
    task->paths = paths;
    return true;
}

static bool begin_send(struct stage *stage, const struct script_step *step)
{
    struct subject_task task = {
        .action = SUBJECT_SEND, .peer = peer_of(stage, &step->args[2])};
    return paths_of(stage, &step->args[1], &task) && act(stage, &task, step);
}

static bool begin_request(struct stage *stage, const struct script_step *step)
{
    struct subject_task task = {
        .action = SUBJECT_REQUEST, .peer = peer_of(stage, &step->args[2])};
    return paths_of(stage, &step->args[1], &task) && act(stage, &task, step);
}

static bool begin_share(struct stage *stage, const struct script_step *step)
{
    struct subject_task task = {.action = SUBJECT_SHARE};
    return paths_of(stage, &step->args[1], &task) && act(stage, &task, step);
}

static bool begin_plain(struct stage *stage, const struct script_step *step)
{
    struct subject_task task = {
        .action = step->verb->id == VERB_ASK_ACCEPT    ? SUBJECT_ACCEPT
                  : step->verb->id == VERB_ASK_DECLINE ? SUBJECT_DECLINE
                                                       : SUBJECT_CANCEL};
    return act(stage, &task, step);
}

static bool begin_other(struct stage *stage, const struct script_step *step)
{
    struct subject_task task = {
        .action = SUBJECT_OTHER,
        .word = step->args[1].text,
        .value = step->args[2].text == NULL
                     ? ""
                     : stage_value(stage, step->args[2].text),
    };
    return task.value != NULL && act(stage, &task, step);
}

/* --- the plan --- */

static const struct script_step *first_ask(const struct script_steps *steps)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        const struct script_step *step = &steps->list.items[i];
        switch (step->verb->id) {
        case VERB_ASK_SEND:
        case VERB_ASK_REQUEST:
        case VERB_ASK_ACCEPT:
        case VERB_ASK_DECLINE:
            return step;
        default:
            break;
        }
        for (size_t b = 0; b < step->branches.count; b++) {
            const struct script_step *inner =
                first_ask(step->branches.items[b]);
            if (inner != NULL)
                return inner;
        }
    }
    return NULL;
}

struct subject_task *user_plan(struct stage *stage)
{
    const struct script_step *step = first_ask(&stage->script->steps);
    if (step == NULL)
        return NULL;
    struct subject_task *task = arena_alloc(stage->arena, sizeof *task);
    enum verb_id id = step->verb->id;
    bool sends = id == VERB_ASK_SEND;
    task->action = sends                    ? SUBJECT_SEND
                   : id == VERB_ASK_REQUEST ? SUBJECT_REQUEST
                   : id == VERB_ASK_ACCEPT  ? SUBJECT_ACCEPT
                                            : SUBJECT_DECLINE;
    task->encrypted = script_clause(step, CLAUSE_ENCRYPTED) != NULL;
    if (!sends && id != VERB_ASK_REQUEST)
        return task;
    task->peer = peer_of(stage, &step->args[2]);
    return paths_of(stage, &step->args[1], task) ? task : NULL;
}

/* --- files --- */

/* A client may write the next file over the last one of the same name. */
static bool lay_there_before(
    const struct player *player, const char *dir, const char *name)
{
    for (size_t i = 0;
         dir == player->downloads && i < player->downloads_before_count; i++) {
        if (strcmp(player->downloads_before[i], name) != 0)
            continue;
        char *path = file_join(dir, name);
        bool same = file_stamp(path) == player->downloads_stamps[i];
        free(path);
        return same;
    }
    return false;
}

/* A link is not followed: it may lead to itself, or anywhere. */
static bool is_own_dir(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool visit(
    struct stage *stage, const char *dir, const char *same_as, char **found)
{
    char **names;
    size_t count;
    bool same = false;
    if (!file_names(dir, &names, &count, NULL))
        return false;
    for (size_t i = 0; i < count && !same; i++) {
        if (lay_there_before(stage_subject(stage), dir, names[i]))
            continue;
        char *path = file_join(dir, names[i]);
        if (is_own_dir(path)) {
            same = visit(stage, path, same_as, found);
        } else {
            if (found != NULL)
                *found = arena_strdup(stage->arena, names[i]);
            same = same_as != NULL && files_same(path, same_as);
        }
        free(path);
    }
    file_names_free(names, count);
    return same;
}

/* Can received files be looked at? */
static bool begin_has_file(struct stage *stage, const struct script_step *step)
{
    const struct venue *venue = stage->venue;
    const struct player *player = stage_player(stage, &step->args[0]);
    return player->subject == NULL ||
           venue->driver->can(
               &venue->options.subject, venue->house, "drop-files") ||
           stage_inconclusive(stage,
               "nobody can see which files the client stored (an adapter that "
               "obeys its download folder says so by the capability "
               "'drop-files'; for a client without one --dropdir names it)");
}

static enum poll poll_has_file(
    struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    if (player->subject == NULL) {
        for (size_t i = 0; i < player->collected.count; i++) {
            if (player->collected.items[i] == step->args[1].file)
                return POLL_HOLDS;
        }
        return POLL_NEVER;
    }
    const char *path = stage_file(stage, &step->args[1])->path;
    return visit(stage, player->downloads, path, NULL) ? POLL_HOLDS : POLL_WAIT;
}

static void explain_has_file(
    struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    const struct stage_file *file = stage_file(stage, &step->args[1]);
    char *found = NULL;
    if (player->downloads != NULL)
        visit(stage, player->downloads, NULL, &found);
    stage_fail(stage, "%s does not have the file '%s' (%lld bytes): %s%s%s%s",
        player->role->name, step->args[1].text, (long long)file->size,
        found != NULL ? "there is another content under the name "
                      : "nothing is there",
        found != NULL ? found : "",
        player->done ? ", though its driver says 'done': " : "",
        player->done ? player->done_text : "");
}

static bool begin_has_no_file(
    struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_subject(stage);
    if (!begin_has_file(stage, step))
        return false;
    struct player *puppet = stage_first_puppet(stage);
    if (puppet != NULL && !fence_pass(stage))
        return false;
    char *found = NULL;
    visit(stage, player->downloads, NULL, &found);
    return found == NULL ||
           stage_fail(stage,
               "%s kept a file that it must not take for good: %s",
               player->role->name, found);
}

static enum poll poll_says(struct stage *stage, const struct script_step *step)
{
    const struct player *player = stage_subject(stage);
    const char *word = step->args[1].text;
    bool said = strcmp(word, "done") == 0     ? player->done
                : strcmp(word, "failed") == 0 ? player->failed
                                              : player->offered;
    return said ? POLL_HOLDS : POLL_WAIT;
}

const struct verb_action user_actions[VERB_COUNT] = {
    [VERB_ASK_SEND] = {begin_send, NULL, NULL},
    [VERB_ASK_REQUEST] = {begin_request, NULL, NULL},
    [VERB_ASK_SHARE] = {begin_share, NULL, NULL},
    [VERB_ASK_ACCEPT] = {begin_plain, NULL, NULL},
    [VERB_ASK_DECLINE] = {begin_plain, NULL, NULL},
    [VERB_ASK_CANCEL] = {begin_plain, NULL, NULL},
    [VERB_ASK_DO] = {begin_other, NULL, NULL},
    [VERB_HAS_FILE] = {begin_has_file, poll_has_file, explain_has_file},
    [VERB_HAS_NO_FILE] = {begin_has_no_file, NULL, NULL},
    [VERB_SAYS] = {NULL, poll_says, NULL},
};
