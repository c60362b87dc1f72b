/* Verbs that make the wire misbehave: a rule waits for the next matching
 * stanza of a link and direction, acts once and is gone. */
#include "base/clock.h"
#include "script/xpath.h"
#include "stage/stage.h"

#include <stdlib.h>
#include <string.h>

struct wire_rule {
    const struct script_step *step;
    struct player *player;
    enum wire_direction direction;
    char *expr;
    struct buffer replacement;
    bool used;
};

void wire_rules_free(struct stage *stage)
{
    for (size_t i = 0; i < stage->rules.count; i++) {
        buffer_free(&stage->rules.items[i]->replacement);
        free(stage->rules.items[i]);
    }
    vec_free(&stage->rules);
}

static bool begin_rule(struct stage *stage, const struct script_step *step)
{
    const char *way = step->args[1].text;
    bool from = strcmp(way, "from") == 0;
    if (!from && strcmp(way, "to") != 0)
        return stage_trouble(
            stage, "line %d: say 'from' or 'to', not '%s'", step->line, way);
    char *expr = stage_xpath(stage, step->args[0].xpath);
    if (expr == NULL)
        return false;
    struct wire_rule *rule = mem_alloc(sizeof *rule);
    rule->step = step;
    rule->player = stage_player(stage, &step->args[2]);
    rule->direction = from ? WIRE_UP : WIRE_DOWN;
    rule->expr = expr;
    vec_push(&stage->rules, rule);
    return true;
}

static bool rule_fits(const struct wire_rule *rule, xmlNode *stanza)
{
    struct error error;
    xmlXPathObjectPtr found = xpath_eval(stanza, rule->expr, &error);
    bool fits = found != NULL && xpath_true(found);
    xmlXPathFreeObject(found);
    return fits;
}

static struct wire_verdict apply(
    struct stage *stage, struct wire_rule *rule, const struct wire_event *event)
{
    struct wire_verdict verdict = {WIRE_PASS, 0, false, false, {NULL, 0}};
    const struct script_step *step = rule->step;
    rule->used = true;
    switch (step->verb->id) {
    case VERB_WIRE_DROP:
        verdict.action = WIRE_DROP;
        break;
    case VERB_WIRE_DOUBLE:
        verdict.action = WIRE_DOUBLE;
        break;
    case VERB_WIRE_DELAY:
        verdict.action = WIRE_HOLD;
        verdict.in_order = true;
        verdict.until_ms = stage_deadline(stage, step->args[3].number);
        break;
    case VERB_WIRE_HOLD:
        verdict.action = WIRE_HOLD;
        break;
    default: { /* VERB_WIRE_ALTER */
        char *text = arena_strndup(
            stage->arena, (const char *)event->raw.data, event->raw.len);
        if (edit_apply(stage, step, text, &rule->replacement)) {
            verdict.action = WIRE_REPLACE;
            verdict.replacement = buffer_bytes(&rule->replacement);
        }
    }
    }
    stage_event(
        stage, EVENT_FAULT, "wire", NULL, step->text, bytes_of(NULL, 0), NULL);
    return verdict;
}

struct wire_verdict wire_rules_filter(
    void *owner, const struct wire_event *event)
{
    struct player *player = owner;
    struct stage *stage = player->stage;
    struct wire_verdict pass = {WIRE_PASS, 0, false, false, {NULL, 0}};
    xmlNode *stanza = event->kind == WIRE_STANZA && event->doc != NULL
                          ? edit_stanza(event->doc)
                          : NULL;
    for (size_t i = 0; stanza != NULL && i < stage->rules.count; i++) {
        struct wire_rule *rule = stage->rules.items[i];
        if (!rule->used && rule->player == player &&
            rule->direction == event->direction && rule_fits(rule, stanza))
            return apply(stage, rule, event);
    }
    return pass;
}

static bool begin_release(struct stage *stage, const struct script_step *step)
{
    (void)step;
    size_t released = 0;
    for (size_t i = 0; i < stage->player_count; i++) {
        released += wire_release(stage->players[i].link, WIRE_UP);
        released += wire_release(stage->players[i].link, WIRE_DOWN);
    }
    return released > 0 ||
           stage_fail(stage, "the wire holds nothing: what it was to hold did "
                             "not come");
}

static void fault_event(struct stage *stage, const struct script_step *step)
{
    stage_event(
        stage, EVENT_FAULT, "wire", NULL, step->text, bytes_of(NULL, 0), NULL);
}

static bool begin_stall(struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    bool stalled = step->verb->id == VERB_WIRE_STALL;
    wire_stall(player->link, WIRE_UP, stalled);
    wire_stall(player->link, WIRE_DOWN, stalled);
    fault_event(stage, step);
    return true;
}

static bool begin_pace(struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    int64_t segment;
    if (!stage_number(stage, &step->args[1], &segment))
        return false;
    if (segment < 1 || segment > 65536)
        return stage_trouble(stage,
            "line %d: the wire takes 1 to 65536 bytes at a time", step->line);
    int pause_ms = (int)step->args[2].number;
    /* Never cut towards the server: an expat that defers a token cut small
     * (2.6, and Debian's 2.5.0-1+deb12u5) leaves the stanza's end unread
     * until the next one comes, and the client would be blamed for it. */
    wire_pace(player->link, WIRE_UP, SIZE_MAX, pause_ms);
    wire_pace(player->link, WIRE_DOWN, (size_t)segment, pause_ms);
    fault_event(stage, step);
    return true;
}

const struct verb_action wire_actions[VERB_COUNT] = {
    [VERB_WIRE_DROP] = {begin_rule, NULL, NULL},
    [VERB_WIRE_DOUBLE] = {begin_rule, NULL, NULL},
    [VERB_WIRE_DELAY] = {begin_rule, NULL, NULL},
    [VERB_WIRE_HOLD] = {begin_rule, NULL, NULL},
    [VERB_WIRE_ALTER] = {begin_rule, NULL, NULL},
    [VERB_WIRE_STALL] = {begin_stall, NULL, NULL},
    [VERB_WIRE_RESUME] = {begin_stall, NULL, NULL},
    [VERB_WIRE_PACE] = {begin_pace, NULL, NULL},
    [VERB_WIRE_RELEASE] = {begin_release, NULL, NULL},
};
