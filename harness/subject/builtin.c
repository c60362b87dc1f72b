/* The builtin subject: the reference client's core with real sockets and
 * files around it. */
#include "base/clock.h"
#include "base/memory.h"
#include "jingle/client.h"
#include "jingle/jet_client.h"
#include "subject/builtin_io.h"
#include "subject/subject.h"
#include "xmpp/actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct subject {
    struct subject_stage stage;
    struct actor *actor;
    struct client *client;
    struct builtin_io *io;
    struct jet_client *jet; /* NULL: no encryption */
    struct loop_hook *hook;
    struct loop_timer *timer;
    int64_t timer_at;
    bool logged_in, lost;
};

/* --- what the core asks for --- */

static void on_send(void *owner, struct bytes stanza)
{
    struct subject *subject = owner;
    struct error error;
    actor_send(subject->actor, stanza, &error);
}

static int on_listen(void *owner, const char *address, uint16_t *port)
{
    return builtin_listen(((struct subject *)owner)->io, address, port);
}

static void on_unlisten(void *owner, int listener)
{
    builtin_unlisten(((struct subject *)owner)->io, listener);
}

static int on_connect(void *owner, const char *address, uint16_t port)
{
    return builtin_connect(((struct subject *)owner)->io, address, port);
}

static size_t on_write(
    void *owner, int connection, const void *data, size_t len)
{
    return builtin_write(((struct subject *)owner)->io, connection, data, len);
}

static void on_watch(void *owner, int connection, bool read, bool write)
{
    builtin_watch(((struct subject *)owner)->io, connection, read, write);
}

static void on_close(void *owner, int connection)
{
    builtin_close(((struct subject *)owner)->io, connection);
}

static void *on_file_open(
    void *owner, const char *path, struct client_file_info *info)
{
    (void)owner;
    return builtin_file_open(path, info);
}

static int64_t on_file_read(
    void *owner, void *file, uint64_t offset, void *out, size_t len)
{
    (void)owner;
    return builtin_file_read(file, offset, out, len);
}

static void *on_file_create(void *owner, const char *name, uint64_t keep)
{
    struct subject *subject = owner;
    return builtin_file_create(subject->stage.downloads, name, keep);
}

static bool on_file_write(void *owner, void *file, const void *data, size_t len)
{
    (void)owner;
    return builtin_file_write(file, data, len);
}

static void on_file_finish(void *owner, void *file, bool good)
{
    (void)owner;
    builtin_file_finish(file, good);
}

static void on_event(void *owner, const struct client_event *event)
{
    struct subject *subject = owner;
    static const char *const names[] = {"offered", "requested", "proposed",
        "ringing", "accepted", "connected", "progress", "file done", "received",
        "failed", "ended", "notice"};
    char line[300];
    snprintf(line, sizeof line, "%s%s%s%s%s%s%s", names[event->kind],
        event->file[0] != 0 ? " " : "", event->file,
        event->reason[0] != 0 ? ": " : "", event->reason,
        event->text[0] != 0 ? ": " : "", event->text);
    switch (event->kind) {
    case CLIENT_OFFERED:
    case CLIENT_REQUESTED:
    case CLIENT_PROPOSED:
        subject->stage.report(subject->stage.owner, SUBJECT_OFFERED, line);
        break;
    case CLIENT_FILE_DONE:
        subject->stage.report(subject->stage.owner,
            event->hash == CLIENT_BAD ? SUBJECT_FAILED_TO : SUBJECT_DONE, line);
        break;
    case CLIENT_FAILED:
        subject->stage.report(subject->stage.owner, SUBJECT_FAILED_TO, line);
        break;
    case CLIENT_PROGRESS:
        break;
    case CLIENT_ENDED:
        if (*event->reason && strcmp(event->reason, "success") != 0) {
            subject->stage.report(
                subject->stage.owner, SUBJECT_FAILED_TO, line);
            break;
        }
        subject->stage.note(subject->stage.owner, line);
        break;
    default:
        subject->stage.note(subject->stage.owner, line);
    }
}

static void on_log(void *owner, const char *line)
{
    (void)owner, (void)line;
}

static const struct client_host host = {
    .send = on_send,
    .listen = on_listen,
    .unlisten = on_unlisten,
    .connect = on_connect,
    .write = on_write,
    .watch = on_watch,
    .close = on_close,
    .file_open = on_file_open,
    .file_read = on_file_read,
    .file_create = on_file_create,
    .file_write = on_file_write,
    .file_finish = on_file_finish,
    .event = on_event,
    .log = on_log,
};

/* --- what the world tells it --- */

static void tick(struct subject *subject)
{
    client_tick(subject->client, clock_ms());
}

static void on_accepted(void *owner, int listener, int connection)
{
    struct subject *subject = owner;
    tick(subject);
    client_accepted(subject->client, listener, connection);
}

static void on_connection(void *owner, int connection,
    enum client_connection_event event, const void *data, size_t len)
{
    struct subject *subject = owner;
    tick(subject);
    client_connection_event(subject->client, connection, event, data, len);
}

static void note_login(struct subject *subject)
{
    const char *jid = wire_link_jid(subject->stage.link);
    if (subject->logged_in || jid == NULL ||
        actor_state(subject->actor) != ACTOR_READY)
        return;
    subject->logged_in = true;
    subject->lost = false;
    tick(subject);
    client_login_done(subject->client, jid);
}

static void on_timer(void *owner)
{
    struct subject *subject = owner;
    subject->timer = NULL;
    tick(subject);
}

/* Before every poll: a login or a lost stream is noticed, the core's next
 * deadline becomes the loop's. */
static bool on_turn(void *owner)
{
    struct subject *subject = owner;
    note_login(subject);
    if (subject->logged_in && !subject->lost &&
        wire_link_open_connections(subject->stage.link) == 0) {
        subject->lost = true;
        subject->logged_in = false;
        tick(subject);
        client_stream_lost(subject->client);
    }
    int64_t next = client_next_deadline(subject->client);
    if (subject->timer != NULL && next != subject->timer_at) {
        loop_timer_cancel(subject->timer);
        subject->timer = NULL;
    }
    if (subject->timer == NULL && next != INT64_MAX) {
        subject->timer_at = next;
        subject->timer =
            loop_timer_at(subject->stage.loop, next, on_timer, subject);
    }
    return builtin_turn(subject->io);
}

static void take_stanza(struct subject *subject, xmlNode *stanza)
{
    note_login(subject);
    if (!subject->logged_in)
        return;
    tick(subject);
    client_stanza(subject->client, stanza);
}

/* --- the driver --- */

/* Timers of the script and the defaults stretch like all deadlines. */
static bool set_policy(struct client_policy *policy,
    const struct subject_key *keys, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!policy_set(policy, keys[i].name, keys[i].value, error))
            return false;
    }
    return true;
}

static void stretch(struct client_policy *policy, double factor)
{
    for (unsigned i = 0; factor > 1 && i < policy_row_count; i++) {
        if (policy_rows[i].type != POLICY_TIME)
            continue;
        int64_t value;
        char *field = (char *)policy + policy_rows[i].offset;
        memcpy(&value, field, sizeof value);
        value = (int64_t)((double)value * factor);
        memcpy(field, &value, sizeof value);
    }
}

static struct subject *begin(const struct subject_options *options,
    const struct subject_stage *stage, struct error *error)
{
    struct client_config config = {.policy = policy_default(),
        .fault = options->fault,
        .consulted = options->consulted,
        .seed = stage->seed};
    static const struct subject_key local[] = {{"addresses", "127.0.0.1"}};
    if (!set_policy(&config.policy, local, 1, error) ||
        !set_policy(
            &config.policy, options->variant, options->variant_count, error) ||
        !set_policy(&config.policy, stage->keys, stage->key_count, error))
        return NULL;
    stretch(&config.policy, stage->time_factor);
    struct subject *subject = mem_alloc(sizeof *subject);
    subject->stage = *stage;
    struct actor_options actor = {
        .loop = stage->loop,
        .link = stage->link,
        .jid = stage->jid,
        .password = stage->password,
        .resource = stage->resource,
    };
    subject->actor = actor_new(&actor);
    subject->io =
        builtin_io_new(stage->loop, on_accepted, on_connection, subject);
    if (stage->device != NULL) {
        subject->jet = jet_client_omemo(stage->device);
        config.security = jet_client_security(subject->jet);
    }
    subject->client = client_new(&config, &host, subject);
    tick(subject);
    subject->hook = loop_hook_add(stage->loop, on_turn, subject);
    return subject;
}

static void end(struct subject *subject)
{
    client_free(subject->client);
    jet_client_free(subject->jet);
    builtin_io_free(subject->io);
    actor_free(subject->actor);
    loop_hook_remove(subject->hook);
    loop_timer_cancel(subject->timer);
    free(subject);
}

static bool login(struct subject *subject, struct error *error)
{
    return actor_connect(subject->actor, error);
}

static void logout(struct subject *subject, bool rudely)
{
    if (rudely)
        actor_kill(subject->actor);
    else
        actor_disconnect(subject->actor);
}

/* "key=value" of the task, or NULL. */
static const char *option(const struct subject_task *task, const char *key)
{
    size_t len = strlen(key);
    for (size_t i = 0; i < task->option_count; i++) {
        if (strncmp(task->options[i], key, len) == 0 &&
            task->options[i][len] == '=')
            return task->options[i] + len + 1;
    }
    return NULL;
}

static uint64_t option_number(const struct subject_task *task, const char *key)
{
    const char *text = option(task, key);
    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool send_files(struct subject *subject, const struct subject_task *task,
    struct error *error)
{
    struct client_send send = {
        .peer = option(task, "to") != NULL ? option(task, "to") : task->peer,
        .paths = task->paths,
        .path_count = task->path_count,
        .name = option(task, "name"),
        .description = option(task, "description"),
        .encrypt = task->encrypted,
    };
    return client_send_files(subject->client, &send, error);
}

static bool request_file(struct subject *subject,
    const struct subject_task *task, struct error *error)
{
    struct client_request request = {
        .peer = task->peer,
        .name = base_name(task->paths[0]),
        .offset = option_number(task, "offset"),
        .length = option_number(task, "length"),
        .hash_algorithm = option(task, "algorithm"),
        .hash = option(task, "hash"),
        .encrypt = task->encrypted,
    };
    return client_request_file(subject->client, &request, error);
}

static bool accept_offer(struct subject *subject,
    const struct subject_task *task, struct error *error)
{
    if (option(task, "offset") == NULL && option(task, "length") == NULL)
        return client_accept(subject->client, error);
    return client_accept_range(subject->client, option_number(task, "offset"),
        option_number(task, "length"), error);
}

/* "JID" or "JID/DEVICE": the user's decision about OMEMO keys. */
static bool decide(struct subject *subject, const char *word, const char *value,
    struct error *error)
{
    size_t len = strcspn(value, "/");
    unsigned long device = 0;
    if (subject->jet == NULL)
        return error_set(error, "it has no OMEMO");
    if (value[len] == '/') {
        char *end = NULL;
        device = strtoul(value + len + 1, &end, 10);
        if (*end != 0 || device == 0 || device > INT32_MAX)
            return error_set(error,
                "'%.100s' is no OMEMO device: write JID or JID/DEVICE, the "
                "device's id in decimal digits",
                value);
    }
    char *jid = mem_strndup(value, len);
    omemo_account_trust(jet_client_account(subject->jet), jid, (uint32_t)device,
        word[0] == 'd'   ? OMEMO_DISTRUSTED
        : word[0] == 'v' ? OMEMO_VERIFIED
                         : OMEMO_BLIND);
    free(jid);
    return true;
}

/* The words that only this driver knows: "is asked to WORD VALUE". */
static enum subject_answer do_other(struct subject *subject,
    const struct subject_task *task, struct error *error)
{
    struct client *client = subject->client;
    const char *word = task->word, *value = task->value;
    bool ok;
    if (strcmp(word, "replace") == 0) {
        ok = client_replace_transport(client, value, error);
    } else if (strcmp(word, "remove") == 0) {
        ok = client_remove_file(client, value, error);
    } else if (strcmp(word, "add") == 0) {
        ok = client_add_file(client, value, error);
    } else if (strcmp(word, "ping") == 0) {
        ok = client_ping_session(client, error);
    } else if (strcmp(word, "distrust") == 0 || strcmp(word, "verify") == 0 ||
               strcmp(word, "undecide") == 0) {
        ok = decide(subject, word, value, error);
    } else if (strcmp(word, "set") == 0) {
        char key[64];
        size_t len = strcspn(value, "=");
        snprintf(key, sizeof key, "%.*s", (int)len, value);
        ok = value[len] == '=' &&
             client_set_policy(client, key, value + len + 1, error);
    } else {
        error_set(error, "there is no action '%s'", word);
        return SUBJECT_CANNOT;
    }
    return ok ? SUBJECT_ACTED : SUBJECT_BROKEN;
}

static enum subject_answer act(struct subject *subject,
    const struct subject_task *task, struct error *error)
{
    bool ok = false;
    note_login(subject);
    tick(subject);
    switch (task->action) {
    case SUBJECT_SEND:
        ok = send_files(subject, task, error);
        break;
    case SUBJECT_REQUEST:
        ok = request_file(subject, task, error);
        break;
    case SUBJECT_SHARE:
        for (size_t i = 0; i < task->path_count; i++)
            client_share_file(subject->client, task->paths[i]);
        ok = true;
        break;
    case SUBJECT_ACCEPT:
        ok = accept_offer(subject, task, error);
        break;
    case SUBJECT_DECLINE:
        ok = client_decline(subject->client, error);
        break;
    case SUBJECT_CANCEL:
        ok = client_cancel(subject->client, error);
        break;
    case SUBJECT_OTHER:
        return do_other(subject, task, error);
    }
    return ok ? SUBJECT_ACTED : SUBJECT_BROKEN;
}

static bool idle(const struct subject *subject, int64_t *until_ms)
{
    *until_ms = client_next_deadline(subject->client);
    return (subject->logged_in || subject->lost) &&
           client_idle(subject->client) && builtin_quiet(subject->io);
}

static bool variant_is(
    const struct subject_key *key, const char *name, const char *value)
{
    return strcmp(key->name, name) == 0 && strcmp(key->value, value) == 0;
}

/* Everything in the vocabulary but frailties, and what a variant does
 * without. */
static bool can(const struct subject_options *options,
    const struct subject_house *house, const char *capability)
{
    (void)house;
    bool s5b = strncmp(capability, "s5b", 3) == 0;
    bool replaces = strcmp(capability, "transport-replace") == 0;
    bool proxy = strcmp(capability, "s5b-proxy") == 0;
    for (size_t i = 0; i < options->variant_count; i++) {
        const struct subject_key *key = &options->variant[i];
        bool no_proxy = strcmp(key->name, "candidates") == 0 &&
                        strstr(key->value, "proxy") == NULL;
        if (((s5b || replaces) && variant_is(key, "transports", "ibb")) ||
            (replaces && variant_is(key, "fallback", "no")) ||
            (proxy && no_proxy))
            return false;
    }
    return strcmp(capability, "misreads-hashes") != 0 &&
           strcmp(capability, "wants-desc") != 0;
}

const struct subject_driver subject_builtin = {
    .name = "builtin",
    .doc = "the suite's own reference client, in-process",
    .can = can,
    .begin = begin,
    .end = end,
    .login = login,
    .logout = logout,
    .act = act,
    .stanza = take_stanza,
    .idle = idle,
    .key = subject_key_check,
};
