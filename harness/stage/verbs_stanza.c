/* Verbs that send, inject and receive stanzas. */
#include "base/clock.h"
#include "base/xml.h"
#include "script/xpath.h"
#include "stage/stage.h"

#include <stdlib.h>
#include <string.h>

/* The step's stanza, block or template, with values and edits. */
static bool compose(
    struct stage *stage, const struct script_step *step, struct buffer *out)
{
    const char *raw = step->templ != NULL ? step->templ->xml : step->xml;
    char *xml = stage_xml(stage, raw);
    return xml != NULL && edit_apply(stage, step, xml, out);
}

static bool begin_send(struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    struct buffer out = {0};
    player->invalid_allowed = script_clause(step, CLAUSE_INVALID) != NULL;
    bool ok =
        compose(stage, step, &out) && player_send(player, buffer_bytes(&out));
    buffer_free(&out);
    return ok;
}

static bool begin_send_text(struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    char *text = stage_value(stage, step->args[1].text);
    return text != NULL && player_send(player, bytes_text(text));
}

static bool inject(
    struct stage *stage, const struct script_step *step, struct bytes data)
{
    struct player *player = stage_player(stage, &step->args[0]);
    struct error error = {{0}};
    return wire_inject(player->link, WIRE_DOWN, data, &error) ||
           stage_trouble(stage, "cannot inject towards %s: %s",
               player->role->name, error.message);
}

static bool begin_inject(struct stage *stage, const struct script_step *step)
{
    struct buffer out = {0};
    bool ok =
        compose(stage, step, &out) && inject(stage, step, buffer_bytes(&out));
    buffer_free(&out);
    return ok;
}

static bool begin_inject_text(
    struct stage *stage, const struct script_step *step)
{
    char *text = stage_value(stage, step->args[1].text);
    return text != NULL && inject(stage, step, bytes_text(text));
}

/* --- receive --- */

static void forget_pending(struct stage *stage, const struct script_step *step)
{
    for (size_t i = 0; i < stage->pending.count; i++) {
        if (stage->pending.items[i] == step) {
            vec_remove(&stage->pending, i);
            return;
        }
    }
}

static bool fits(struct stage *stage, const struct script_step *step,
    struct received *received, xmlDoc *expected)
{
    if (expected == NULL) {
        char *expr = stage_xpath(stage, step->args[1].xpath);
        struct error error = {{0}};
        xmlXPathObjectPtr found =
            expr == NULL ? NULL : xpath_eval(received->stanza, expr, &error);
        bool holds = found != NULL && xpath_true(found);
        if (expr != NULL && found == NULL)
            stage_trouble(stage, "%s", error.message);
        xmlXPathFreeObject(found);
        return holds;
    }
    struct match match = {
        .strict_own = stage->script->subject < 0, .arena = stage->arena};
    bool holds = match_stanza(&match, edit_stanza(expected), received->stanza);
    for (size_t i = 0; holds && i < match.captures.count; i++)
        stage_keep(
            stage, match.captures.items[i].name, match.captures.items[i].value);
    vec_free(&match.captures);
    return holds;
}

static void name_stanza(struct stage *stage, const struct script_step *step,
    const struct received *received)
{
    const struct script_clause *as = script_clause(step, CLAUSE_AS);
    if (as == NULL)
        return;
    struct named named = {
        as->args[0].text, xmlCopyDoc(received->doc, 1), received->serial};
    for (size_t i = 0; i < stage->named.count; i++) {
        if (strcmp(stage->named.items[i].name, named.name) == 0) {
            xmlFreeDoc(stage->named.items[i].doc);
            stage->named.items[i] = named;
            return;
        }
    }
    vec_push(&stage->named, named);
}

static void take(struct stage *stage, const struct script_step *step,
    struct player *player, size_t at)
{
    struct received *received = &player->queue.items[at];
    const struct script_clause *error = script_clause(step, CLAUSE_ERROR);
    stage->last = received->stanza;
    stage->last_event = received->event;
    name_stanza(stage, step, received);
    if (error != NULL)
        manners_error(player, received->stanza, error->args[0].text);
    forget_pending(stage, step);
    if (script_clause(step, CLAUSE_AGAIN) != NULL)
        return;
    vec_push(&stage->graveyard, received->doc);
    vec_remove(&player->queue, at);
}

/* What is left of ${NAME} unresolved in a block is a capture: the parser
 * knows which names are introduced; the others stay as they are. */
static xmlDoc *expected_of(struct stage *stage, const struct script_step *step)
{
    char *xml = stage_pattern(stage, step->xml);
    return xml == NULL ? NULL : edit_parse(stage, xml);
}

static enum poll poll_receive(
    struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    xmlDoc *expected = NULL;
    bool by_xml = step->verb->id == VERB_RECEIVE;
    if (player->queue.count == 0)
        return POLL_WAIT;
    if (by_xml && (expected = expected_of(stage, step)) == NULL)
        return POLL_NEVER;
    enum poll state = POLL_WAIT;
    for (size_t i = 0; i < player->queue.count && state == POLL_WAIT; i++) {
        if (fits(stage, step, &player->queue.items[i], expected)) {
            take(stage, step, player, i);
            state = POLL_HOLDS;
        } else if (!player->mannered) {
            state = POLL_NEVER; /* scansion: the next one must match */
        }
    }
    xmlFreeDoc(expected);
    return state;
}

/* The stanza that came instead: the newest that nobody wanted. */
static const struct received *instead(const struct player *player)
{
    for (size_t i = player->queue.count; i-- > 0;) {
        if (!player->queue.items[i].aside)
            return &player->queue.items[i];
    }
    return NULL;
}

static char *printed(struct stage *stage, const xmlNode *stanza)
{
    struct buffer out = {0}, clean = {0};
    xml_print(stanza, &out);
    buffer_add_clean(&clean, out.data, out.len > 65536 ? 65536 : out.len);
    char *text = arena_strdup(stage->arena, buffer_text(&clean));
    buffer_free(&out);
    buffer_free(&clean);
    return text;
}

static void explain_receive(struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    const struct received *other = instead(player);
    const struct script_clause *within = script_clause(step, CLAUSE_WITHIN);
    stage->c->expected = step->verb->id == VERB_RECEIVE
                             ? stage_pattern(stage, step->xml)
                             : arena_strdup(stage->arena, step->args[1].text);
    if (other != NULL) {
        stage->c->received = printed(stage, other->stanza);
        stage->last_event = other->event;
    }
    if (!player->mannered && other != NULL) {
        stage_fail(stage, "%s received something else: %s", player->role->name,
            describe_stanza(stage->arena, other->stanza));
        return;
    }
    stage_fail(stage, "%s waited %lld ms for %s; %s%s", player->role->name,
        (long long)(within != NULL ? within->args[0].number : 5000),
        step->verb->id == VERB_RECEIVE ? "the stanza of this step"
                                       : step->args[1].text,
        other != NULL ? "what came instead was: " : "nothing came",
        other != NULL ? describe_stanza(stage->arena, other->stanza) : "");
}

/* --- receives nothing --- */

static bool nothing_of(struct stage *stage, struct player *player,
    const struct script_step *step, const char *expr)
{
    for (size_t i = 0; i < player->queue.count; i++) {
        struct received *received = &player->queue.items[i];
        struct error error = {{0}};
        if (expr == NULL) {
            if (received->aside)
                continue;
        } else {
            xmlXPathObjectPtr found =
                xpath_eval(received->stanza, expr, &error);
            bool holds = found != NULL && xpath_true(found);
            xmlXPathFreeObject(found);
            if (!holds)
                continue;
        }
        stage->c->expected =
            expr == NULL ? "nothing" : arena_strdup(stage->arena, step->text);
        stage->c->received = printed(stage, received->stanza);
        stage->last_event = received->event;
        return stage_fail(stage, "%s received what must not come: %s",
            player->role->name,
            describe_stanza(stage->arena, received->stanza));
    }
    return true;
}

static bool begin_nothing(struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    char *expr = NULL;
    if (step->verb->id == VERB_RECEIVE_NO &&
        (expr = stage_xpath(stage, step->args[1].xpath)) == NULL)
        return false;
    return nothing_of(stage, player, step, expr) && fence_pass(stage) &&
           nothing_of(stage, player, step, expr);
}

static bool begin_fence(struct stage *stage, const struct script_step *step)
{
    (void)step;
    return fence_pass(stage);
}

static bool begin_alive(struct stage *stage, const struct script_step *step)
{
    (void)step;
    struct player *puppet = stage_first_puppet(stage);
    if (puppet == NULL)
        return stage_trouble(stage, "no puppet is online to ping with");
    return fence_ping(stage);
}

const struct verb_action stanza_actions[VERB_COUNT] = {
    [VERB_SEND] = {begin_send, NULL, NULL},
    [VERB_SEND_TEMPLATE] = {begin_send, NULL, NULL},
    [VERB_SEND_TEXT] = {begin_send_text, NULL, NULL},
    [VERB_INJECT] = {begin_inject, NULL, NULL},
    [VERB_INJECT_TEMPLATE] = {begin_inject, NULL, NULL},
    [VERB_INJECT_TEXT] = {begin_inject_text, NULL, NULL},
    [VERB_RECEIVE] = {NULL, poll_receive, explain_receive},
    [VERB_RECEIVE_XPATH] = {NULL, poll_receive, explain_receive},
    [VERB_RECEIVE_NOTHING] = {begin_nothing, NULL, NULL},
    [VERB_RECEIVE_NO] = {begin_nothing, NULL, NULL},
    [VERB_FENCE] = {begin_fence, NULL, NULL},
    [VERB_ALIVE] = {begin_alive, NULL, NULL},
};
