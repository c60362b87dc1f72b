/* What the wire saw becomes the transcript, and reaches the players. */
#include "base/clock.h"
#include "base/xml.h"
#include "jingle/digest.h"
#include "stage/stage.h"

#include <stdio.h>
#include <string.h>

enum {
    RAW_LIMIT = 256 * 1024,         /* of one stanza in the record */
    RECORD_LIMIT = 8 * 1024 * 1024, /* of a case */
    /* Blocks of a bytestream: so much of them is enough to look at. */
    BLOCK_SIZE = 2048,
    BLOCKS_LIMIT = 1024 * 1024,
    HEAD = 160,          /* of what is left out */
    EVENT_LIMIT = 20000, /* events of a case */
};

/* Head, size and digest of what is too much. */
static const char *left_out(struct stage *stage, struct bytes data)
{
    uint8_t digest[DIGEST_MAX];
    struct buffer text = {0};
    digest_once(DIGEST_SHA256, data.data, data.len, digest);
    buffer_printf(&text, "(%zu bytes, SHA-256 ", data.len);
    hex_encode(&text, digest, digest_size(DIGEST_SHA256));
    buffer_add_text(&text, ", left out of the record; they begin: ");
    buffer_add_clean(&text, data.data, data.len < HEAD ? data.len : HEAD);
    buffer_add_text(&text, ")");
    const char *kept = arena_strdup(stage->arena, buffer_text(&text));
    buffer_free(&text);
    return kept;
}

static const char *record_data(struct stage *stage, struct bytes data)
{
    if (data.len == 0)
        return NULL;
    if (data.len > RAW_LIMIT || stage->recorded + data.len > RECORD_LIMIT ||
        (data.len > BLOCK_SIZE && stage->recorded > BLOCKS_LIMIT))
        return left_out(stage, data);
    stage->recorded += data.len;
    struct buffer clean = {0};
    buffer_add_clean(&clean, data.data, data.len);
    const char *text = arena_strdup(stage->arena, buffer_text(&clean));
    buffer_free(&clean);
    return text;
}

int stage_event(struct stage *stage, enum event_kind kind, const char *from,
    const char *to, const char *label, struct bytes data, const char *mark)
{
    if (stage->c->events.count >= EVENT_LIMIT)
        return (int)stage->c->events.count - 1;
    struct buffer clean = {0};
    buffer_add_clean(&clean, label, strlen(label));
    struct record_event event = {
        .time_us = clock_us() - stage->began_us,
        .kind = kind,
        .from = from,
        .to = to,
        .label = arena_strdup(stage->arena, buffer_text(&clean)),
        .data = record_data(stage, data),
        .mark = mark,
        .line = stage->step != NULL ? stage->step->line : 0,
    };
    buffer_free(&clean);
    vec_push(&stage->c->events, event);
    return (int)stage->c->events.count - 1;
}

void stage_subject_report(
    void *owner, enum subject_report report, const char *text)
{
    struct player *player = owner;
    static const char *const labels[] = {"offered", "done", "failed"};
    player->offered |= report == SUBJECT_OFFERED;
    player->done |= report == SUBJECT_DONE;
    if (report == SUBJECT_DONE)
        player->done_text = arena_strdup(player->stage->arena, text);
    player->failed |= report == SUBJECT_FAILED_TO;
    stage_event(player->stage, EVENT_USER, player->role->name, NULL,
        labels[report], bytes_text(text), NULL);
}

void stage_subject_note(void *owner, const char *line)
{
    struct player *player = owner;
    stage_event(player->stage, EVENT_NOTE, player->role->name, NULL, line,
        bytes_of(NULL, 0), NULL);
}

static const char *mark_of(const struct wire_event *event)
{
    return event->fate == WIRE_PASSED ? NULL : wire_fate_name(event->fate);
}

static int record_stanza(
    struct stage *stage, struct player *player, const struct wire_event *event)
{
    if (stage->c->events.count >= EVENT_LIMIT)
        return (int)stage->c->events.count - 1; /* nor is it described */
    const char *name = player->role->name;
    bool up = event->direction == WIRE_UP;
    const char *label = "unparsed bytes";
    enum event_kind kind = EVENT_STREAM;
    xmlNode *stanza = event->doc != NULL ? edit_stanza(event->doc) : NULL;
    switch (event->kind) {
    case WIRE_STANZA:
        kind = EVENT_STANZA;
        label = stanza != NULL ? describe_stanza(stage->arena, stanza)
                               : "not one stanza";
        break;
    case WIRE_OPENED:
        label = event->restarted ? "stream restarts" : "stream opens";
        break;
    case WIRE_ENDED:
        label = "stream ends";
        break;
    case WIRE_CONNECTED:
    case WIRE_CLOSED:
        kind = EVENT_CONNECTION;
        label = event->kind == WIRE_CONNECTED ? "connected" : "closed";
        break;
    case WIRE_ERROR:
        label = arena_printf(stage->arena, "stream error: %s", event->reason);
        break;
    default:
        break;
    }
    return stage_event(stage, kind, up ? name : "server", up ? "server" : name,
        label, event->raw, mark_of(event));
}

/* Did one of the players send it? Then it was checked on its way up. */
static bool from_player(const struct stage *stage, const xmlNode *stanza)
{
    const char *from = xml_attr(stanza, "from");
    for (size_t i = 0; from != NULL && i < stage->player_count; i++) {
        const char *jid = stage->players[i].jid;
        size_t len = strlen(jid);
        if (strncmp(from, jid, len) == 0 &&
            (from[len] == 0 || from[len] == '/'))
            return true;
    }
    return false;
}

static void deliver(struct stage *stage, struct player *player,
    struct wire_event *event, int index)
{
    xmlNode *stanza = edit_stanza(event->doc);
    if (player->subject != NULL) {
        const struct subject_driver *driver = stage->venue->driver;
        if (driver->stanza != NULL)
            driver->stanza(player->subject, stanza);
        return;
    }
    /* The login's own last step. */
    bool binding =
        xml_child(stanza, "urn:ietf:params:xml:ns:xmpp-bind", NULL) != NULL;
    if (binding || fence_answer(player, stanza))
        return;
    struct received received = {
        .doc = event->doc,
        .stanza = stanza,
        .event = index,
        .serial = ++stage->serial,
    };
    event->doc = NULL;
    if (player->mannered)
        manners_stanza(player, &received);
    vec_push(&player->queue, received);
}

void stage_observe(void *owner, struct wire_event *event)
{
    struct venue *venue = owner;
    struct stage *stage = venue->stage;
    struct player *player = wire_link_owner(event->link);
    if (stage != NULL && player == NULL)
        contacts_observe(stage, event);
    if (stage == NULL || player == NULL || event->kind == WIRE_SPACE)
        return;
    xmlNode *stanza = event->doc != NULL ? edit_stanza(event->doc) : NULL;
    if (stanza == NULL || !fence_is_ours(stanza))
        stage->activity++;
    int index = record_stanza(stage, player, event);
    if (event->kind != WIRE_STANZA || stanza == NULL)
        return;
    bool up = event->direction == WIRE_UP;
    if (event->sent && up) {
        omemo_observe(player, stanza);
        tally_stanza(stage, player, stanza);
    }
    if (event->sent)
        stage_validate(stage, player, up, !up && from_player(stage, stanza),
            event->doc, index);
    bool bound = wire_link_state(player->link) == WIRE_STATE_BOUND;
    if (!up && event->delivered && bound)
        deliver(stage, player, event, index);
}
