/* Verbs that move whole files for a puppet: IBB blocks, and the activation of
 * a proxy. */
#include "base/xml.h"
#include "stage/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IBB "http://jabber.org/protocol/ibb"

static void begin_moving(
    struct stage *stage, const struct script_step *step, int64_t from)
{
    memset(&stage->moving, 0, sizeof stage->moving);
    stage->moving.step = step;
    stage->moving.offset = from;
}

static bool begin_ibb(struct stage *stage, const struct script_step *step)
{
    int64_t from, to;
    if (!files_range(stage, step, &from, &to))
        return false;
    begin_moving(stage, step, from);
    const struct script_clause *kind = script_clause(step, CLAUSE_STANZA);
    const char *name =
        kind == NULL ? "iq" : stage_value(stage, kind->args[0].text);
    if (name == NULL)
        return false;
    stage->moving.by_message = strcmp(name, "message") == 0;
    if (!stage->moving.by_message && strcmp(name, "iq") != 0)
        return stage_trouble(
            stage, "blocks go by iq or by message, not by '%.40s'", name);
    stage->moving.sid = stage_value(stage, step->args[2].text);
    return stage->moving.sid != NULL;
}

/* One block; a message has no answer to wait for. */
static bool send_block(struct stage *stage, const struct script_step *step,
    int64_t from, int64_t to)
{
    struct player *player = stage_player(stage, &step->args[0]);
    struct player *subject = stage_subject(stage);
    struct moving *moving = &stage->moving;
    struct buffer data = {0}, out = {0};
    if (!files_read(stage, stage_file(stage, &step->args[1]), from, to, &data))
        return false;
    bool message = moving->by_message;
    random_id(&stage->random, moving->id, sizeof moving->id);
    buffer_printf(&out, message ? "<message id='%s'" : "<iq type='set' id='%s'",
        moving->id);
    xml_add_attr(&out, "to", subject->full_jid);
    buffer_add_text(&out, "><data xmlns='" IBB "'");
    xml_add_attr(&out, "sid", moving->sid);
    buffer_printf(&out, " seq='%u'>", (unsigned)(moving->seq & 0xffff));
    base64_encode(&out, data.data, data.len);
    buffer_printf(&out, "</data></%s>", message ? "message" : "iq");
    moving->seq++;
    moving->waiting = !message;
    bool ok = player_send(player, buffer_bytes(&out));
    buffer_free(&data);
    buffer_free(&out);
    return ok;
}

/* The answer to the block on its way, taken out of the queue. */
static enum poll take_answer(struct stage *stage, struct player *player)
{
    struct moving *moving = &stage->moving;
    for (size_t i = 0; i < player->queue.count; i++) {
        struct received *received = &player->queue.items[i];
        const char *id = xml_attr(received->stanza, "id");
        if (id == NULL || strcmp(id, moving->id) != 0)
            continue;
        const char *type = xml_attr(received->stanza, "type");
        if (type == NULL || strcmp(type, "result") != 0) {
            snprintf(moving->problem, sizeof moving->problem,
                "block %u was answered with: %s", (unsigned)(moving->seq - 1),
                describe_stanza(stage->arena, received->stanza));
            stage->last_event = received->event;
            return POLL_NEVER;
        }
        moving->waiting = false;
        xmlFreeDoc(received->doc);
        vec_remove(&player->queue, i);
        return POLL_HOLDS;
    }
    return POLL_WAIT;
}

static enum poll poll_stream(
    struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    const struct script_clause *blocks = script_clause(step, CLAUSE_BLOCKS);
    struct moving *moving = &stage->moving;
    int64_t from, to, size = 4096;
    if (!files_range(stage, step, &from, &to) ||
        (blocks != NULL && !stage_number(stage, &blocks->args[0], &size)))
        return POLL_NEVER;
    for (;;) {
        if (moving->waiting) {
            enum poll state = take_answer(stage, player);
            if (state != POLL_HOLDS)
                return state;
        }
        if (moving->offset >= to)
            return POLL_HOLDS;
        int64_t end = moving->offset + size > to ? to : moving->offset + size;
        if (!send_block(stage, step, moving->offset, end))
            return POLL_NEVER;
        moving->offset = end;
    }
}

static void explain_moving(struct stage *stage, const struct script_step *step)
{
    struct moving *moving = &stage->moving;
    (void)step;
    if (moving->problem[0] != 0)
        stage_fail(stage, "%s", moving->problem);
    else
        stage_fail(stage, "the stream stopped at byte %lld",
            (long long)moving->offset);
}

/* --- collect --- */

static bool take_block(
    struct stage *stage, const struct script_step *step, const xmlNode *data)
{
    struct moving *moving = &stage->moving;
    const struct stage_file *file = stage_file(stage, &step->args[1]);
    struct buffer text = {0}, bytes = {0}, want = {0};
    uint64_t seq;
    bool ok = true;
    xml_text(data, &text);
    if (!xml_attr_number(data, "seq", 65535, &seq) ||
        seq != (moving->seq & 0xffff)) {
        snprintf(moving->problem, sizeof moving->problem,
            "a block has the wrong seq, expected %u (XEP-0047 s2.2)",
            (unsigned)(moving->seq & 0xffff));
        ok = false;
    } else if (!base64_decode(&bytes, buffer_text(&text), text.len, false)) {
        snprintf(moving->problem, sizeof moving->problem,
            "block %u is not base64 (XEP-0047 s2.2)", (unsigned)moving->seq);
        ok = false;
    } else if (moving->offset + (int64_t)bytes.len > file->size) {
        snprintf(moving->problem, sizeof moving->problem,
            "more bytes than the file has");
        ok = false;
    } else {
        ok = files_read(stage, file, moving->offset,
            moving->offset + (int64_t)bytes.len, &want);
        if (ok && bytes.len > 0 &&
            memcmp(want.data, bytes.data, bytes.len) != 0) {
            snprintf(moving->problem, sizeof moving->problem,
                "the bytes of block %u differ from the file's",
                (unsigned)moving->seq);
            ok = false;
        }
        moving->offset += (int64_t)bytes.len;
        moving->seq++;
    }
    buffer_free(&text);
    buffer_free(&bytes);
    buffer_free(&want);
    return ok;
}

/* Takes blocks up to the end, *to, of the step's part of the file. False: one
 * that came is wrong. */
static bool take_blocks(
    struct stage *stage, const struct script_step *step, int64_t *to)
{
    struct player *player = stage_player(stage, &step->args[0]);
    struct moving *moving = &stage->moving;
    int64_t from;
    if (!files_range(stage, step, &from, to))
        return false;
    for (size_t i = 0; i < player->queue.count && moving->offset < *to;) {
        struct received *received = &player->queue.items[i];
        const xmlNode *data = xml_child(received->stanza, IBB, "data");
        const char *sid = xml_attr(data, "sid");
        if (sid == NULL || strcmp(sid, moving->sid) != 0) {
            i++;
            continue;
        }
        stage->last_event = received->event;
        if (!take_block(stage, step, data))
            return false;
        xmlFreeDoc(received->doc);
        vec_remove(&player->queue, i);
    }
    return true;
}

static enum poll poll_collect(
    struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    int64_t to;
    if (!take_blocks(stage, step, &to))
        return POLL_NEVER;
    if (stage->moving.offset < to)
        return POLL_WAIT;
    vec_push(&player->collected, step->args[1].file);
    return POLL_HOLDS;
}

static enum poll poll_count(struct stage *stage, const struct script_step *step)
{
    struct player *player = stage_player(stage, &step->args[0]);
    int64_t to;
    if (!take_blocks(stage, step, &to))
        return POLL_NEVER;
    for (size_t i = 0; i < player->queue.count; i++) {
        struct received *received = &player->queue.items[i];
        const char *sid =
            xml_attr(xml_child(received->stanza, IBB, "close"), "sid");
        if (sid == NULL || strcmp(sid, stage->moving.sid) != 0)
            continue;
        stage->last_event = received->event;
        xmlFreeDoc(received->doc);
        vec_remove(&player->queue, i);
        stage_keep(stage, step->args[3].text,
            arena_printf(
                stage->arena, "%lld", (long long)stage->moving.offset));
        return POLL_HOLDS;
    }
    return POLL_WAIT;
}

/* --- proxy --- */

static bool begin_activate(struct stage *stage, const struct script_step *step)
{
    struct server_proxy proxy = server_proxy(stage->venue->server);
    struct player *player = stage_player(stage, &step->args[0]);
    struct player *target = stage_player(stage, &step->args[1]);
    if (proxy.jid == NULL)
        return stage_trouble(stage, "the server has no SOCKS5 proxy");
    begin_moving(stage, step, 0);
    stage->moving.sid = stage_value(stage, step->args[2].text);
    if (stage->moving.sid == NULL)
        return false;
    random_id(&stage->random, stage->moving.id, sizeof stage->moving.id);
    stage->moving.waiting = true;
    struct buffer out = {0};
    buffer_printf(&out,
        "<iq type='set' id='%s' to='%s'><query "
        "xmlns='http://jabber.org/protocol/bytestreams'",
        stage->moving.id, proxy.jid);
    xml_add_attr(&out, "sid", stage->moving.sid);
    buffer_add_text(&out, "><activate>");
    buffer_add_xml(&out, target->full_jid, strlen(target->full_jid));
    buffer_add_text(&out, "</activate></query></iq>");
    bool ok = player_send(player, buffer_bytes(&out));
    buffer_free(&out);
    return ok;
}

static enum poll poll_activate(
    struct stage *stage, const struct script_step *step)
{
    return take_answer(stage, stage_player(stage, &step->args[0]));
}

const struct verb_action stream_actions[VERB_COUNT] = {
    [VERB_STREAM_IBB] = {begin_ibb, poll_stream, explain_moving},
    [VERB_COLLECT_IBB] = {begin_ibb, poll_collect, explain_moving},
    [VERB_COUNT_IBB] = {begin_ibb, poll_count, explain_moving},
    [VERB_ACTIVATE] = {begin_activate, poll_activate, explain_moving},
};
