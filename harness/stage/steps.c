/* Runs the steps of a script one after the other. */
#include "base/clock.h"
#include "stage/stage.h"

enum { DEFAULT_WITHIN_MS = 5000, STREAM_WITHIN_MS = 60000 };

const struct verb_action *verb_action(enum verb_id id)
{
    static const struct verb_action *const tables[] = {cast_actions,
        stanza_actions, check_actions, user_actions, wire_actions,
        stream_actions, socket_actions, socket_bytes_actions, omemo_actions};
    static const struct verb_action nothing = {0};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const struct verb_action *action = &tables[i][id];
        if (action->begin != NULL || action->poll != NULL)
            return action;
    }
    return &nothing;
}

static int64_t within_ms(const struct script_step *step)
{
    const struct script_clause *within = script_clause(step, CLAUSE_WITHIN);
    if (within != NULL)
        return within->args[0].number;
    /* Whole files take their time on a busy machine. */
    switch (step->verb->id) {
    case VERB_STREAM_IBB:
    case VERB_COLLECT_IBB:
    case VERB_COUNT_IBB:
    case VERB_SOCKET_COUNT:
    case VERB_SOCKET_SEND:
    case VERB_SOCKET_COLLECT:
        return STREAM_WITHIN_MS;
    default:
        return DEFAULT_WITHIN_MS;
    }
}

/* The steps that are waited for together, and what became of each. */
struct waiting {
    const struct script_step **steps;
    bool *held;
    size_t count, holding, first;
    bool all;
    int64_t deadline_ms;
    struct fence fence; /* to give up early when nothing more can come */
};

/* One look at all that has not held yet; counts those that say never. */
static bool poll_each(
    struct stage *stage, struct waiting *waiting, size_t *never)
{
    bool progress = false;
    *never = 0;
    for (size_t i = 0; i < waiting->count; i++) {
        if (waiting->held[i])
            continue;
        const struct verb_action *action =
            verb_action(waiting->steps[i]->verb->id);
        enum poll state = action->poll == NULL
                              ? POLL_HOLDS
                              : action->poll(stage, waiting->steps[i]);
        *never += state == POLL_NEVER;
        if (state != POLL_HOLDS)
            continue;
        progress = waiting->held[i] = true;
        waiting->first = i;
        waiting->holding++;
        if (!waiting->all)
            break;
    }
    return progress;
}

static enum poll poll_waiting(struct stage *stage, void *owner)
{
    struct waiting *waiting = owner;
    size_t never;
    /* A step that took its stanza shows the next one to those that could not
     * have the first. */
    while (poll_each(stage, waiting, &never)) {
        if (!waiting->all)
            return POLL_HOLDS;
    }
    if (waiting->holding == waiting->count)
        return POLL_HOLDS;
    bool lost = waiting->all ? never > 0 : never == waiting->count;
    if (lost)
        return POLL_NEVER;
    return fence_can_prove(stage) && fence_poll(stage, &waiting->fence,
                                         waiting->deadline_ms) == POLL_HOLDS
               ? POLL_NEVER
               : POLL_WAIT;
}

static void announce(struct stage *stage, const struct script_step *step)
{
    stage->step = step;
    stage_event(stage, EVENT_STEP, NULL, NULL, step->text, bytes_of(NULL, 0),
        step->scene);
}

static void explain(struct stage *stage, const struct script_step *step)
{
    const struct verb_action *action = verb_action(step->verb->id);
    if (action->explain != NULL)
        action->explain(stage, step);
    if (!stage->ended)
        stage_fail(stage, "this did not happen within %lld ms",
            (long long)within_ms(step));
}

static bool run_plain(struct stage *stage, const struct script_step *step)
{
    const struct verb_action *action = verb_action(step->verb->id);
    if (action->begin != NULL && !action->begin(stage, step))
        return false;
    if (action->poll == NULL)
        return !stage->ended;
    bool held = false;
    struct waiting waiting = {&step, &held, 1, 0, 0, true,
        stage_deadline(stage, within_ms(step)), {0}};
    if (stage_wait(stage, waiting.deadline_ms, poll_waiting, &waiting))
        return !stage->ended;
    if (stage->trouble.message[0] == 0)
        explain(stage, step);
    return false;
}

/* Waits for the first steps of all branches, all of them or one. */
static bool wait_branches(struct stage *stage, const struct script_step *step,
    bool all, size_t *first)
{
    size_t count = step->branches.count;
    const struct script_step **steps = mem_alloc(count * sizeof(*steps));
    bool *held = mem_alloc(count * sizeof *held);
    int64_t wait_ms = 0;
    bool begun = true;
    for (size_t i = 0; begun && i < count; i++) {
        steps[i] = &step->branches.items[i]->list.items[0];
        int64_t ms = within_ms(steps[i]);
        wait_ms = ms > wait_ms ? ms : wait_ms;
        const struct verb_action *action = verb_action(steps[i]->verb->id);
        begun = action->begin == NULL || action->begin(stage, steps[i]);
    }
    struct waiting waiting = {
        steps, held, count, 0, 0, all, stage_deadline(stage, wait_ms), {0}};
    bool held_in_time =
        begun && stage_wait(stage, waiting.deadline_ms, poll_waiting, &waiting);
    *first = waiting.first;
    if (begun && !held_in_time && stage->trouble.message[0] == 0) {
        for (size_t i = 0; i < count && !stage->ended; i++) {
            if (!held[i] && all)
                explain(stage, steps[i]);
        }
        if (!stage->ended)
            stage_fail(stage,
                "none of the %zu alternatives came within %lld ms", count,
                (long long)wait_ms);
    }
    free(steps);
    free(held);
    return held_in_time && !stage->ended;
}

static bool run_rest(
    struct stage *stage, const struct script_steps *steps, size_t from);

static bool run_step(struct stage *stage, const struct script_step *step)
{
    size_t first = 0;
    announce(stage, step);
    switch (step->verb->id) {
    case VERB_EITHER:
        if (!wait_branches(stage, step, false, &first))
            return false;
        stage_event(stage, EVENT_NOTE, NULL, NULL,
            step->branches.items[first]->list.items[0].text,
            bytes_text("the alternative that came"), "either");
        return run_rest(stage, step->branches.items[first], 1);
    case VERB_ANY_ORDER:
        return wait_branches(stage, step, true, &first);
    default:
        return run_plain(stage, step);
    }
}

static bool run_rest(
    struct stage *stage, const struct script_steps *steps, size_t from)
{
    for (size_t i = from; i < steps->list.count; i++) {
        if (!run_step(stage, &steps->list.items[i]))
            return false;
    }
    return true;
}

bool stage_run_steps(struct stage *stage, const struct script_steps *steps)
{
    return run_rest(stage, steps, 0);
}
