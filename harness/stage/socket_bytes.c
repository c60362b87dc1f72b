/* What a puppet sends, expects and collects on its sockets. */
#include "base/clock.h"
#include "stage/sockets.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void tally(
    struct stage_socket *socket, bool from_puppet, struct bytes data)
{
    const char *name = socket->owner->role->name;
    struct player *subject = stage_subject(socket->stage);
    const char *other = subject != NULL ? subject->role->name : NULL;
    if (data.len == 0)
        return;
    tally_bytes(socket->stage, "s5b", socket->name, from_puppet ? name : other,
        from_puppet ? other : name, data);
    evidence_bytes(
        socket->stage, socket->name, from_puppet ? other : name, data);
}

static struct stage_socket *socket_of(
    struct stage *stage, const struct script_arg *arg)
{
    struct stage_socket *socket = socket_find(stage, arg->text);
    if (socket == NULL)
        stage_trouble(stage, "there is no socket '%s'", arg->text);
    return socket;
}

static bool clause_number(struct stage *stage, const struct script_step *step,
    enum clause_id id, int64_t *number)
{
    const struct script_clause *clause = script_clause(step, id);
    return clause == NULL || stage_number(stage, &clause->args[0], number);
}

static bool begin_send(struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    int64_t from, to;
    if (socket == NULL || !files_range(stage, step, &from, &to))
        return false;
    socket->sent_to = from;
    socket_note(socket, true, EVENT_BYTES, "sends the file's bytes");
    return true;
}

static enum poll poll_send(struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    const struct stage_file *file = stage_file(stage, &step->args[1]);
    int64_t from, to, pieces = SOCKET_CHUNK, wrong = -1;
    if (!files_range(stage, step, &from, &to) ||
        !clause_number(stage, step, CLAUSE_PIECES, &pieces) ||
        !clause_number(stage, step, CLAUSE_CORRUPT, &wrong))
        return POLL_NEVER;
    if (socket->closed)
        return POLL_NEVER;
    while (socket->out.len == 0 && socket->sent_to < to) {
        int64_t end = socket->sent_to + pieces;
        end = end > to ? to : end;
        if (!files_read(stage, file, socket->sent_to, end, &socket->out))
            return POLL_NEVER;
        if (wrong >= socket->sent_to && wrong < end)
            socket->out.data[wrong - socket->sent_to] ^= 1;
        socket->sent_to = end;
        tally(socket, true, buffer_bytes(&socket->out));
        socket_flush(socket);
    }
    return socket->out.len == 0 && socket->sent_to >= to ? POLL_HOLDS
                                                         : POLL_WAIT;
}

static bool begin_send_hex(struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    char *hex = stage_value(stage, step->args[1].text);
    if (socket == NULL || hex == NULL)
        return false;
    size_t len = 0;
    for (char *p = hex; *p != 0; p++) {
        if (*p != ' ')
            hex[len++] = *p;
    }
    if (!hex_decode(&socket->out, hex, len))
        return stage_trouble(stage, "'%s' is not hexadecimal", hex);
    int64_t pieces = 0;
    if (!clause_number(stage, step, CLAUSE_PIECES, &pieces))
        return false;
    while (pieces > 0 && socket->out.len > 0) {
        size_t part =
            (size_t)pieces < socket->out.len ? (size_t)pieces : socket->out.len;
        ssize_t put = send(socket->fd, socket->out.data, part, MSG_NOSIGNAL);
        if (put <= 0)
            break;
        buffer_drop(&socket->out, (size_t)put);
        loop_turn(stage->venue->loop, clock_ms() + 1);
    }
    socket_flush(socket);
    return true;
}

static enum poll poll_expect_hex(
    struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    char *hex = stage_value(stage, step->args[1].text);
    if (socket == NULL || hex == NULL)
        return POLL_NEVER;
    size_t at = 0;
    for (const char *p = hex; *p != 0;) {
        if (*p == ' ') {
            p++;
            continue;
        }
        if (at >= socket->in.len)
            return socket->closed ? POLL_NEVER : POLL_WAIT;
        unsigned value;
        bool wild = p[0] == '.' && p[1] == '.';
        if (!wild && (p[1] == 0 || sscanf(p, "%2x", &value) != 1 ||
                         value != socket->in.data[at]))
            return POLL_NEVER;
        p += 2;
        at++;
    }
    buffer_drop(&socket->in, at);
    return POLL_HOLDS;
}

static void explain_expect_hex(
    struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    struct buffer hex = {0};
    if (socket == NULL)
        return;
    hex_encode(
        &hex, socket->in.data, socket->in.len > 64 ? 64 : socket->in.len);
    stage->c->expected = stage_value(stage, step->args[1].text);
    stage->c->received = arena_strdup(stage->arena, buffer_text(&hex));
    stage_fail(stage, "the bytes on %s are not the expected ones: %s%s",
        step->args[2].text, socket->in.len > 0 ? buffer_text(&hex) : "none",
        socket->closed ? ", then closed" : "");
    buffer_free(&hex);
}

static bool begin_collect(struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    int64_t from, to;
    if (socket == NULL || !files_range(stage, step, &from, &to))
        return false;
    socket->collected = from;
    return true;
}

/* Compares what came with the step's part of the file, which ends at *to;
 * false: it differs. */
static bool take_bytes(
    struct stage *stage, const struct script_step *step, int64_t *to)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    const struct stage_file *file = stage_file(stage, &step->args[1]);
    int64_t from;
    if (!files_range(stage, step, &from, to))
        return false;
    int64_t end = socket->collected + (int64_t)socket->in.len;
    end = end > *to ? *to : end;
    size_t len = (size_t)(end - socket->collected);
    tally(socket, false, bytes_of(socket->in.data, len));
    struct buffer want_bytes = {0};
    if (!files_read(stage, file, socket->collected, end, &want_bytes))
        return false;
    bool same = len == 0 || memcmp(want_bytes.data, socket->in.data, len) == 0;
    buffer_free(&want_bytes);
    if (!same) {
        snprintf(socket->problem, sizeof socket->problem,
            "the bytes differ from the file's somewhere in %lld to %lld",
            (long long)socket->collected, (long long)end);
        return false;
    }
    buffer_drop(&socket->in, len);
    socket->collected = end;
    socket_want(socket);
    return true;
}

static enum poll poll_collect(
    struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    int64_t to;
    if (!take_bytes(stage, step, &to))
        return POLL_NEVER;
    if (socket->collected == to) {
        vec_push(&socket->owner->collected, step->args[1].file);
        socket_note(
            socket, false, EVENT_BYTES, "all bytes of the file arrived");
        return POLL_HOLDS;
    }
    return socket->closed ? POLL_NEVER : POLL_WAIT;
}

static enum poll poll_count(struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    int64_t to;
    if (!take_bytes(stage, step, &to))
        return POLL_NEVER;
    if (socket->in.len > 0) {
        snprintf(socket->problem, sizeof socket->problem,
            "more bytes came than the file has");
        return POLL_NEVER;
    }
    if (!socket->closed)
        return POLL_WAIT;
    stage_keep(stage, step->args[3].text,
        arena_printf(stage->arena, "%lld", (long long)socket->collected));
    socket_note(socket, false, EVENT_BYTES, "the other side has closed");
    return POLL_HOLDS;
}

static void explain_collect(struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[2]);
    if (socket == NULL)
        return;
    if (socket->problem[0] != 0)
        stage_fail(stage, "%s", socket->problem);
    else
        stage_fail(stage, "only %lld bytes of '%s' arrived%s",
            (long long)socket->collected, step->args[1].text,
            socket->closed ? ", then the connection was closed" : "");
}

static bool begin_close(struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[1]);
    if (socket == NULL)
        return false;
    if (step->verb->id == VERB_SOCKET_RESET && socket->fd >= 0) {
        struct linger now = {1, 0};
        setsockopt(socket->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    socket_flush(socket);
    socket_note(socket, true, EVENT_SOCKS5,
        step->verb->id == VERB_SOCKET_RESET ? "resets the connection"
                                            : "closes the connection");
    socket_close(socket);
    return true;
}

static enum poll poll_closed(
    struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[1]);
    return socket == NULL   ? POLL_NEVER
           : socket->closed ? POLL_HOLDS
                            : POLL_WAIT;
}

static void explain_closed(struct stage *stage, const struct script_step *step)
{
    stage_fail(stage, "the connection %s was not closed", step->args[1].text);
}

/* Nobody connected, or wrote, before the fence. */
static bool begin_none(struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_of(stage, &step->args[1]);
    if (socket == NULL)
        return false;
    bool bytes = step->verb->id == VERB_SOCKET_NO_BYTES;
    bool clean = bytes ? socket->in.len == 0 : socket->accepted.count == 0;
    if (clean && !fence_pass(stage))
        return false;
    clean = bytes ? socket->in.len == 0 : socket->accepted.count == 0;
    return clean ||
           stage_fail(stage,
               bytes ? "%zu bytes came on %s" : "%zu connections came to %s",
               bytes ? socket->in.len : socket->accepted.count,
               step->args[1].text);
}

const struct verb_action socket_bytes_actions[VERB_COUNT] = {
    [VERB_SOCKET_SEND] = {begin_send, poll_send, NULL},
    [VERB_SOCKET_SEND_HEX] = {begin_send_hex, NULL, NULL},
    [VERB_SOCKET_EXPECT_HEX] = {NULL, poll_expect_hex, explain_expect_hex},
    [VERB_SOCKET_COLLECT] = {begin_collect, poll_collect, explain_collect},
    [VERB_SOCKET_COUNT] = {begin_collect, poll_count, explain_collect},
    [VERB_SOCKET_CLOSE] = {begin_close, NULL, NULL},
    [VERB_SOCKET_RESET] = {begin_close, NULL, NULL},
    [VERB_SOCKET_CLOSED] = {NULL, poll_closed, explain_closed},
    [VERB_SOCKET_NONE] = {begin_none, NULL, NULL},
    [VERB_SOCKET_NO_BYTES] = {begin_none, NULL, NULL},
};
