/* The fence: pings through the same paths order what was sent before them.
 * A round is a ping of every puppet to the subject (to the server when there
 * is none) and all the answers. When nothing else moved in two rounds on end
 * and the reference client's core has nothing to do, nothing more will come:
 * a server that answers in order has then delivered what it had, and what
 * followed from that. For other clients a settle time follows. */
#include "base/clock.h"
#include "base/xml.h"
#include "stage/stage.h"

#include <stdio.h>
#include <string.h>

enum {
    QUIET_ROUNDS = 2,
    /* Timers of the core that are due within this are waited for. */
    HORIZON_MS = 320,
    /* How long the core is given to come to rest. */
    PROOF_MS = 500,
    ANSWER_MS = 5000
};

bool fence_answer(struct player *player, xmlNode *stanza)
{
    const char *id = xml_attr(stanza, "id");
    if (player->fence_id[0] == 0 || id == NULL ||
        strcmp(id, player->fence_id) != 0)
        return false;
    player->fence_pending = false;
    return true;
}

bool fence_is_ours(const xmlNode *stanza)
{
    const char *id = xml_attr(stanza, "id");
    return id != NULL && strncmp(id, "fence-", 6) == 0;
}

static bool core_idle(const struct stage *stage, int64_t until_ms)
{
    const struct subject_driver *driver = stage->venue->driver;
    if (stage->script->subject < 0 || driver->idle == NULL)
        return true;
    const struct player *player = &stage->players[stage->script->subject];
    int64_t next;
    return driver->idle(player->subject, &next) && next > until_ms;
}

static bool online(const struct player *player)
{
    return player->actor != NULL &&
           wire_link_state(player->link) == WIRE_STATE_BOUND &&
           actor_state(player->actor) == ACTOR_READY;
}

static void ping(struct stage *stage, struct player *puppet)
{
    struct player *subject = stage_subject(stage);
    const char *to = subject != NULL && subject->full_jid != NULL
                         ? subject->full_jid
                         : server_domain(stage->venue->server);
    struct buffer out = {0};
    struct error error;
    char random[9];
    random_id(&stage->random, random, sizeof random);
    snprintf(puppet->fence_id, sizeof puppet->fence_id, "fence-%s", random);
    buffer_printf(&out, "<iq type='get' id='%s'", puppet->fence_id);
    xml_add_attr(&out, "to", to);
    buffer_add_text(&out, "><ping xmlns='urn:xmpp:ping'/></iq>");
    puppet->fence_pending =
        actor_send(puppet->actor, buffer_bytes(&out), &error);
    buffer_free(&out);
}

/* Begins a round; false when no puppet is online. */
static bool begin_round(struct stage *stage, struct fence *fence)
{
    bool any = false;
    for (size_t i = 0; i < stage->player_count; i++) {
        struct player *player = &stage->players[i];
        player->fence_pending = false;
        if (!online(player))
            continue;
        ping(stage, player);
        any = true;
    }
    fence->running = any;
    fence->activity = stage->activity;
    return any;
}

static bool answered(const struct stage *stage)
{
    for (size_t i = 0; i < stage->player_count; i++) {
        if (stage->players[i].fence_pending && online(&stage->players[i]))
            return false;
    }
    return true;
}

enum poll fence_poll(struct stage *stage, struct fence *fence, int64_t until_ms)
{
    if (fence->running) {
        if (!answered(stage))
            return POLL_WAIT;
        fence->running = false;
        fence->quiet =
            stage->activity == fence->activity ? fence->quiet + 1 : 0;
        fence->rounds++;
        if (fence->quiet >= QUIET_ROUNDS && core_idle(stage, until_ms))
            return POLL_HOLDS;
    }
    if (!core_idle(stage, until_ms)) {
        fence->quiet = 0;
        return POLL_WAIT;
    }
    return begin_round(stage, fence) ? POLL_WAIT : POLL_NEVER;
}

bool fence_can_prove(const struct stage *stage)
{
    /* What a proxy carries no ping can order; another server's processes
     * promise no order between their answers. */
    return stage->script->subject >= 0 && stage->venue->driver->idle != NULL &&
           strcmp(server_kind(stage->venue->server), "prosody") == 0 &&
           strstr(stage->script->text, "proxy") == NULL;
}

static enum poll poll_quiet(struct stage *stage, void *owner)
{
    return fence_poll(stage, owner, clock_ms() + HORIZON_MS);
}

static enum poll poll_round(struct stage *stage, void *owner)
{
    struct fence *fence = owner;
    (void)fence;
    return answered(stage) ? POLL_HOLDS : POLL_WAIT;
}

static enum poll poll_never(struct stage *stage, void *owner)
{
    (void)stage, (void)owner;
    return POLL_WAIT;
}

static bool no_answer(struct stage *stage)
{
    if (stage->trouble.message[0] != 0)
        return false;
    return stage_fail(stage,
        "no answer to a ping in %d ms: a client must answer every iq request "
        "(RFC 6120 s8.2.3)",
        ANSWER_MS);
}

static bool pass_round(struct stage *stage, struct fence *fence)
{
    return begin_round(stage, fence) &&
           (stage_wait(
                stage, stage_deadline(stage, ANSWER_MS), poll_round, fence) ||
               no_answer(stage));
}

bool fence_ping(struct stage *stage)
{
    struct fence fence = {0};
    return pass_round(stage, &fence);
}

bool fence_pass(struct stage *stage)
{
    struct fence fence = {0};
    int64_t settle = stage->venue->options.settle_ms;
    if (stage->script->subject < 0 || stage->venue->driver->idle != NULL) {
        if (stage_wait(
                stage, stage_deadline(stage, PROOF_MS), poll_quiet, &fence))
            return true;
        if (stage->trouble.message[0] != 0)
            return false;
        /* A core that waits for a peer (a handshake that is not answered) is
         * not idle: then rounds and a settle time must do, as for others.
         * Answers of the last round may be late; nobody else waits for them. */
        if (fence.running && !answered(stage) &&
            !stage_wait(
                stage, stage_deadline(stage, ANSWER_MS), poll_round, &fence))
            return no_answer(stage);
        fence = (struct fence){0};
    }
    if (!pass_round(stage, &fence))
        return false;
    stage->c->settle_ms = settle;
    stage_wait(stage, stage_deadline(stage, settle), poll_never, NULL);
    return stage->trouble.message[0] == 0 && pass_round(stage, &fence);
}
