#include "stage/stage.h"

#include "base/clock.h"
#include "base/file.h"
#include "omemo/puppet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t stage_deadline(const struct stage *stage, int64_t ms)
{
    return clock_ms() +
           (int64_t)((double)ms * stage->venue->options.time_factor);
}

bool stage_trouble(struct stage *stage, const char *format, ...)
{
    if (stage->trouble.message[0] != 0)
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(
        stage->trouble.message, sizeof stage->trouble.message, format, args);
    va_end(args);
    return false;
}

/* What a failure at the running step means. */
static enum verdict verdict_here(const struct stage *stage)
{
    if (stage->script->subject < 0)
        return VERDICT_FAILED;
    if (stage->step != NULL && !stage->step->carries)
        return VERDICT_INCONCLUSIVE;
    switch (stage->c->level) {
    case LEVEL_SHOULD:
        return VERDICT_WARNING;
    case LEVEL_ROBUSTNESS:
        return VERDICT_NOTE;
    default:
        return VERDICT_FAILED;
    }
}

static void conclude(
    struct stage *stage, enum verdict verdict, const char *message)
{
    struct record_case *c = stage->c;
    if (stage->ended)
        return;
    stage->ended = true;
    c->verdict = verdict;
    c->message = arena_strdup(stage->arena, message);
    if (verdict == VERDICT_FAILED || verdict == VERDICT_WARNING ||
        verdict == VERDICT_NOTE) {
        const char *id =
            c->requirements.count > 0 ? c->requirements.items[0].id : NULL;
        struct record_finding finding = {arena_printf(stage->arena, "%s:%s",
                                             c->id, id != NULL ? id : "step"),
            c->message, verdict};
        vec_push(&c->findings, finding);
    }
    if (stage->step != NULL) {
        c->failed_line = stage->step->line;
        c->failed_text = arena_strdup(stage->arena, stage->step->text);
    }
}

bool stage_fail(struct stage *stage, const char *format, ...)
{
    if (stage->trouble.message[0] != 0)
        return false;
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    conclude(stage, verdict_here(stage), message);
    if (stage->c->events.count > 0) {
        int at = stage->last_event >= 0 && stage->c->received != NULL
                     ? stage->last_event
                     : (int)stage->c->events.count - 1;
        stage->c->events.items[at].failed = true;
    }
    return false;
}

bool stage_unsupported(struct stage *stage, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    conclude(stage, VERDICT_UNSUPPORTED, message);
    return false;
}

bool stage_inconclusive(struct stage *stage, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    conclude(stage, VERDICT_INCONCLUSIVE, message);
    return false;
}

bool stage_subject_well(struct stage *stage)
{
    const struct subject_driver *driver = stage->venue->driver;
    const struct player *player =
        stage->players != NULL && stage->script->subject >= 0
            ? &stage->players[stage->script->subject]
            : NULL;
    if (player == NULL || player->subject == NULL || driver->health == NULL)
        return true;
    struct error error = {{0}};
    switch (driver->health(player->subject, &error)) {
    case SUBJECT_WELL:
        return true;
    case SUBJECT_CRASHED: /* by what a peer sent: never acceptable */
        conclude(stage, VERDICT_FAILED, error.message);
        return false;
    case SUBJECT_UNABLE:
        return stage_unsupported(
            stage, "the subject cannot do this: %s", error.message);
    default:
        return stage_trouble(stage, "%s", error.message);
    }
}

/* The server lives, or the case is in trouble. */
static bool server_lives(struct stage *stage)
{
    struct venue *venue = stage->venue;
    enum server_state state = server_state(venue->server);
    if (state == SERVER_READY || state == SERVER_STOPPED)
        return true; /* stopped: a step did it */
    return stage_trouble(stage, "the server died in the middle of the case: %s",
        server_error(venue->server));
}

bool stage_wait(struct stage *stage, int64_t deadline_ms,
    stage_condition_fn *condition, void *owner)
{
    for (;;) {
        if (stage->trouble.message[0] != 0)
            return false;
        enum poll state = condition(stage, owner);
        if (state != POLL_WAIT)
            return state == POLL_HOLDS;
        int64_t now = clock_ms();
        if (!stage_subject_well(stage) || now >= deadline_ms ||
            !server_lives(stage))
            return false;
        /* Conditions on files have no event of their own. */
        int64_t next = now + 20 < deadline_ms ? now + 20 : deadline_ms;
        loop_turn(stage->venue->loop, next);
    }
}

static void read_requirements(struct stage *stage)
{
    struct record_case *c = stage->c;
    const struct script *script = stage->script;
    for (size_t i = 0; i < script->tags.count; i++) {
        const struct script_key *tag = &script->tags.items[i];
        if (strcmp(tag->name, "requirement") != 0)
            continue;
        struct record_requirement requirement = {
            .text = arena_strdup(stage->arena, tag->value)};
        char xep[8] = "", word[64] = "", rest[128] = "";
        int words = sscanf(tag->value, "XEP-%7s %63s %127s", xep, word, rest);
        if (words >= 1)
            requirement.xep = arena_strdup(stage->arena, xep);
        bool section = words >= 2 &&
                       (word[0] == '#' ||
                           (word[0] == 's' && strchr("0123456789", word[1])));
        if (section)
            requirement.section = arena_strdup(stage->arena, word + 1);
        const char *id =
            section ? (words >= 3 ? rest : NULL) : (words >= 2 ? word : NULL);
        if (id != NULL && id[0] != '(')
            requirement.id = arena_strdup(stage->arena, id);
        vec_push(&c->requirements, requirement);
    }
}

static void describe_case(struct stage *stage)
{
    struct record_case *c = stage->c;
    const struct script *script = stage->script;
    struct arena *arena = stage->arena;
    c->id = arena_strdup(arena, script->id);
    c->title = arena_strdup(arena, script->title);
    c->path = arena_strdup(arena, script->path);
    c->script = arena_strdup(arena, script->text);
    c->tags = arena_strdup(arena, script_tag(script, "tags"));
    c->rationale = arena_strdup(arena, script_tag(script, "rationale"));
    c->role = arena_strdup(arena, script_tag(script, "role"));
    const char *level = script_tag(script, "level");
    if (level == NULL || !level_parse(level, &c->level))
        c->level = LEVEL_MUST;
    struct buffer values = {0};
    for (size_t i = 0; i < script->values.count; i++)
        buffer_printf(&values, "%s%s=%s", i > 0 ? ", " : "",
            script->values.items[i].name, script->values.items[i].value);
    if (values.len > 0)
        c->values = arena_strdup(arena, buffer_text(&values));
    buffer_free(&values);
    if (strlen(c->id) > 5 && strspn(c->id, "0123456789") == 4 &&
        c->id[4] == '-')
        c->xep = arena_strndup(arena, c->id, 4);
    read_requirements(stage);
    c->seed = random_seed(stage->venue->options.seed, c->id);
    stage->random.state = c->seed;
}

/* The subject's needs that its driver does not have. */
static bool needs_met(struct stage *stage)
{
    if (stage->script->subject < 0)
        return true;
    const struct script_actor *subject =
        &stage->script->actors.items[stage->script->subject];
    const char *needs = script_actor_key(subject, "needs");
    if (needs == NULL)
        return true;
    const struct venue *venue = stage->venue;
    while (*needs != 0) {
        size_t skip = strspn(needs, " ,");
        needs += skip;
        size_t len = strcspn(needs, " ,");
        char word[64];
        snprintf(word, sizeof word, "%.*s", (int)len, needs);
        /* Who cannot look at files runs the case; the step that looks leaves
         * it inconclusive. */
        bool looks = strcmp(word, "drop-files") == 0;
        if (len > 0 && !looks &&
            !venue->driver->can(&venue->options.subject, venue->house, word))
            return stage_unsupported(stage,
                "the subject cannot do '%s', which the case needs", word);
        needs += len;
    }
    return true;
}

static void collect_receives(
    struct stage *stage, const struct script_steps *steps)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        const struct script_step *step = &steps->list.items[i];
        enum verb_id id = step->verb->id;
        if (id == VERB_RECEIVE || id == VERB_RECEIVE_XPATH)
            vec_push(&stage->pending, step);
        for (size_t b = 0; b < step->branches.count; b++)
            collect_receives(stage, step->branches.items[b]);
    }
}

static void add_log(struct stage *stage, const char *name, char *text)
{
    struct buffer clean = {0};
    size_t len = strlen(text), from = len > 65536 ? len - 65536 : 0;
    buffer_add_clean(&clean, text + from, len - from);
    struct record_log log = {
        name, arena_strdup(stage->arena, buffer_text(&clean))};
    vec_push(&stage->c->logs, log);
    buffer_free(&clean);
    free(text);
}

static void add_logs(struct stage *stage)
{
    struct venue *venue = stage->venue;
    const struct player *subject =
        stage->players != NULL ? stage_subject(stage) : NULL;
    if (stage->c->verdict == VERDICT_PASSED ||
        stage->c->verdict == VERDICT_UNSUPPORTED)
        return;
    if (venue->server != NULL)
        add_log(stage, "server", server_log(venue->server, 200));
    char *text = subject != NULL && subject->subject != NULL &&
                         venue->driver->output != NULL
                     ? venue->driver->output(subject->subject)
                     : NULL;
    if (text != NULL)
        add_log(stage, "client", text);
}

/* What went wrong while the server died is nobody else's doing. */
static void look_at_server(struct stage *stage, size_t findings)
{
    struct record_case *c = stage->c;
    bool went_wrong = stage->trouble.message[0] != 0 ||
                      (stage->ended && c->verdict != VERDICT_UNSUPPORTED);
    if (!went_wrong || stage->venue->server == NULL ||
        server_settled_state(stage->venue->server) != SERVER_DIED)
        return;
    c->findings.count = findings;
    stage->trouble.message[0] = 0;
    server_lives(stage);
}

/* A dead server is replaced for the next case. */
static void mend_server(struct stage *stage)
{
    struct venue *venue = stage->venue;
    if (venue->server != NULL && server_state(venue->server) == SERVER_READY)
        return;
    struct error error = {{0}};
    if (!server_restart(venue->server, &error) ||
        !server_wait(venue->server, &error)) {
        stage_trouble(
            stage, "the server does not start again: %s", error.message);
        return;
    }
    wire_set_server(
        venue->wire, server_address(venue->server), server_port(venue->server));
}

static void play(struct stage *stage)
{
    struct error error = {{0}};
    char name[160];
    snprintf(name, sizeof name, "%s", stage->c->id);
    for (char *p = name; *p != 0; p++)
        *p = *p == '/' ? '_' : *p;
    stage->directory = file_join(stage->venue->options.directory, name);
    if (!file_make_dirs(stage->directory, &error)) {
        stage_trouble(stage, "%s", error.message);
        return;
    }
    collect_receives(stage, &stage->script->steps);
    if (needs_met(stage) && files_make(stage) && cast_make(stage) &&
        stage_run_steps(stage, &stage->script->steps))
        stage->step = NULL;
}

void venue_run(struct venue *venue, const struct script *script,
    struct record_run *run, struct record_case *c)
{
    struct stage stage = {
        .venue = venue,
        .script = script,
        .run = run,
        .c = c,
        .arena = run->arena,
        .began_us = clock_us(),
        .last_event = -1,
    };
    /* Keys are made before the case's clock starts. */
    size_t devices = 0;
    for (size_t i = 0; i < script->actors.count; i++)
        devices += omemo_wanted(&script->actors.items[i]);
    omemo_pool_fill(venue->omemo, devices);
    stage.began_us = clock_us();
    venue->stage = &stage;
    describe_case(&stage);
    size_t findings = c->findings.count;
    play(&stage);
    look_at_server(&stage, findings);
    if (stage.trouble.message[0] != 0) {
        stage.ended = false;
        conclude(&stage, VERDICT_ERROR, stage.trouble.message);
    }
    c->duration_us = clock_us() - stage.began_us;
    stage_end_validation(&stage);
    tally_end(&stage);
    add_logs(&stage);
    evidence_end(&stage);
    omemo_free(&stage);
    cast_free(&stage);
    sockets_free(&stage);
    wire_rules_free(&stage);
    mend_server(&stage);
    for (size_t i = 0; i < stage.named.count; i++)
        xmlFreeDoc(stage.named.items[i].doc);
    for (size_t i = 0; i < stage.graveyard.count; i++)
        xmlFreeDoc(stage.graveyard.items[i]);
    vec_free(&stage.named);
    vec_free(&stage.graveyard);
    vec_free(&stage.kept);
    vec_free(&stage.pending);
    if (stage.directory != NULL && !venue->options.keep &&
        record_case_ok(run, c))
        file_remove_tree(stage.directory);
    free(stage.directory);
    venue->stage = NULL;
}
