/* The fence: a ping through the same path orders what was sent before it.
 * For the reference client its core is asked as well, and then "nothing
 * came" is proved; for others a settle time follows. */
#include "base/clock.h"
#include "base/xml.h"
#include "stage/stage.h"

#include <stdio.h>
#include <string.h>

bool fence_answer(struct player *player, xmlNode *stanza)
{
    const char *id = xml_attr(stanza, "id");
    if (player->fence_id[0] == 0 || id == NULL ||
        strcmp(id, player->fence_id) != 0)
        return false;
    player->fence_pending = false;
    return true;
}

static bool core_idle(const struct stage *stage, int64_t *until_ms)
{
    const struct subject_driver *driver = stage->venue->driver;
    const struct player *player = stage->script->subject < 0
                                      ? NULL
                                      : &stage->players[stage->script->subject];
    *until_ms = INT64_MAX;
    if (player == NULL || driver->idle == NULL)
        return true;
    return driver->idle(player->subject, until_ms);
}

bool fence_subject_idle(struct stage *stage, int64_t until_ms)
{
    int64_t next;
    return core_idle(stage, &next) && next >= until_ms;
}

static enum poll poll_fence(struct stage *stage, void *owner)
{
    (void)stage;
    struct player *player = owner;
    return player->fence_pending ? POLL_WAIT : POLL_HOLDS;
}

static enum poll poll_idle(struct stage *stage, void *owner)
{
    (void)owner;
    return fence_subject_idle(stage, INT64_MAX) ? POLL_HOLDS : POLL_WAIT;
}

/* One ping to where the subject is (or, without a subject, to the puppet's
 * own server) and its answer, result or error. */
static bool ping(struct stage *stage, struct player *puppet)
{
    struct player *subject = stage_subject(stage);
    const char *to = subject != NULL && subject->full_jid != NULL
                         ? subject->full_jid
                         : server_domain(stage->venue->server);
    struct buffer out = {0};
    char random[9];
    random_id(&stage->random, random, sizeof random);
    snprintf(puppet->fence_id, sizeof puppet->fence_id, "fence-%s", random);
    puppet->fence_pending = true;
    buffer_printf(&out, "<iq type='get' id='%s' to='", puppet->fence_id);
    buffer_add_xml(&out, to, strlen(to));
    buffer_add_text(&out, "'><ping xmlns='urn:xmpp:ping'/></iq>");
    bool ok = player_send(puppet, buffer_bytes(&out));
    buffer_free(&out);
    if (!ok)
        return false;
    if (!stage_wait(stage, stage_deadline(stage, 5000), poll_fence, puppet)) {
        puppet->fence_pending = false;
        return stage_fail(stage,
            "no answer to a ping in %d ms: a client must answer every iq "
            "request (RFC 6120 s8.2.3)",
            5000);
    }
    return true;
}

static enum poll poll_never(struct stage *stage, void *owner)
{
    (void)stage, (void)owner;
    return POLL_WAIT;
}

bool fence_pass(struct stage *stage, struct player *puppet)
{
    struct player *subject = stage_subject(stage);
    if (!ping(stage, puppet))
        return false;
    if (subject == NULL)
        return true;
    if (stage->venue->driver->idle == NULL) {
        int64_t settle = stage->venue->options.settle_ms;
        stage->c->settle_ms = settle;
        stage_wait(stage, stage_deadline(stage, settle), poll_never, NULL);
        return stage->trouble.message[0] == 0 && ping(stage, puppet);
    }
    /* Its timers may still have something to say: run them out, then order
     * what they said by one more ping. */
    int64_t next;
    if (core_idle(stage, &next) && next == INT64_MAX)
        return true;
    stage_wait(stage, stage_deadline(stage, 1000), poll_idle, NULL);
    return stage->trouble.message[0] == 0 && ping(stage, puppet);
}
