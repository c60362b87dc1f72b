#include "stage/pairing.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "base/xml.h"
#include "server/server.h"
#include "stage/befriend.h"
#include "stage/stage.h"
#include "xmpp/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENDER, RECEIVER, LOGIN_MS = 60000, TRANSFER_MS = 40000 };

struct side {
    struct pairing *pairing;
    const char *name;
    struct subject_options options;
    struct subject_house *house;
    /* of one transfer */
    struct wire_link *link;
    struct subject *subject;
    char jid[160], user[40], password[33];
    char *downloads;
    bool done, failed;
};

struct pairing {
    struct pairing_options options;
    const struct subject_driver *driver;
    struct loop *loop;
    struct server *server;
    struct wire *wire;
    struct tls_authority *authority;
    char *cafile;
    struct capture *capture;
    struct error uncaptured; /* why there is none */
    struct side sides[2];
    unsigned transfers;
    /* of one transfer */
    struct record_run *run;
    struct record_case *c;
    int64_t began_us;
    bool offered, offered_encrypted, s5b_used, ibb_used;
    char ended[200]; /* the reason of a session-terminate */
};

/* --- what the wire shows --- */

static void note(struct pairing *pairing, enum event_kind kind,
    const char *from, const char *to, const char *label, struct bytes data)
{
    struct record_run *run = pairing->run;
    if (run == NULL || pairing->c->events.count > 2000)
        return;
    struct buffer clean = {0};
    buffer_add_clean(&clean, data.data, data.len > 65536 ? 65536 : data.len);
    struct record_event event = {
        .time_us = clock_us() - pairing->began_us,
        .kind = kind,
        .from = from,
        .to = to,
        .label = arena_strdup(run->arena, label),
        .data =
            data.len > 0 ? arena_strdup(run->arena, buffer_text(&clean)) : NULL,
    };
    buffer_free(&clean);
    vec_push(&pairing->c->events, event);
}

static void see_jingle(struct pairing *pairing, const xmlNode *jingle)
{
    const char *action = xml_attr(jingle, "action");
    if (action == NULL)
        return;
    if (strcmp(action, "session-initiate") == 0) {
        pairing->offered = true;
        pairing->offered_encrypted =
            xml_find(jingle, NULL, "urn:xmpp:jingle:jet:0", "security") != NULL;
    }
    if (xml_find(jingle, NULL, NULL, "candidate-used") != NULL)
        pairing->s5b_used = true;
    const xmlNode *reason = xml_child(jingle, NULL, "reason");
    if (strcmp(action, "session-terminate") == 0 && pairing->ended[0] == 0) {
        const xmlNode *why = xml_child(reason, NULL, NULL);
        struct buffer text = {0};
        const xmlNode *words = xml_child(reason, NULL, "text");
        if (words != NULL)
            xml_text(words, &text);
        snprintf(pairing->ended, sizeof pairing->ended, "%.60s %.120s",
            why != NULL ? (const char *)why->name : "no reason",
            buffer_text(&text));
        buffer_free(&text);
    }
}

/* Blocks of an in-band bytestream are searched as the file's bytes. */
static void see_block(struct pairing *pairing, const xmlNode *data)
{
    struct buffer text = {0}, block = {0};
    pairing->ibb_used = true;
    xml_text(data, &text);
    if (pairing->capture != NULL &&
        base64_decode(&block, buffer_text(&text), text.len, true))
        capture_feed(
            pairing->capture, buffer_bytes(&block), "an in-band bytestream");
    buffer_free(&text);
    buffer_free(&block);
}

static void observe(void *owner, struct wire_event *event)
{
    struct pairing *pairing = owner;
    struct side *side = wire_link_owner(event->link);
    if (side == NULL || event->kind != WIRE_STANZA || event->doc == NULL)
        return;
    xmlNode *root = xmlDocGetRootElement(event->doc);
    const xmlNode *stanza = xml_child(root, NULL, NULL);
    if (stanza == NULL)
        return;
    bool up = event->direction == WIRE_UP;
    char label[200];
    const xmlNode *jingle = xml_child(stanza, "urn:xmpp:jingle:1", "jingle");
    const char *type = xml_attr(stanza, "type");
    snprintf(label, sizeof label, "%s %.40s %.80s", (const char *)stanza->name,
        type != NULL ? type : "",
        jingle != NULL && xml_attr(jingle, "action") != NULL
            ? xml_attr(jingle, "action")
            : "");
    note(pairing, EVENT_STANZA, up ? side->name : "server",
        up ? "server" : side->name, label, event->raw);
    if (!up)
        return;
    if (jingle != NULL)
        see_jingle(pairing, jingle);
    const xmlNode *data =
        xml_child(stanza, "http://jabber.org/protocol/ibb", "data");
    if (data != NULL)
        see_block(pairing, data);
}

static void hear(void *owner, enum subject_report report, const char *text)
{
    struct side *side = owner;
    static const char *const names[] = {"offered", "done", "failed"};
    side->done |= report == SUBJECT_DONE;
    side->failed |= report == SUBJECT_FAILED_TO;
    note(side->pairing, EVENT_USER, side->name, NULL, names[report],
        bytes_text(text));
}

static void hear_note(void *owner, const char *line)
{
    struct side *side = owner;
    note(side->pairing, EVENT_NOTE, side->name, NULL, line, bytes_text(""));
}

/* --- opening and closing --- */

static bool open_side(struct pairing *pairing, int which, const char *name,
    const char *target, struct error *error)
{
    struct side *side = &pairing->sides[which];
    side->pairing = pairing;
    side->name = name;
    side->options =
        (struct subject_options){.driver = "lines", .target = target};
    side->house = pairing->driver->open(&side->options, pairing->loop, error);
    return side->house != NULL;
}

static bool open_place(struct pairing *pairing, struct error *error)
{
    const struct pairing_options *options = &pairing->options;
    pairing->server = server_open(pairing->loop,
        &(struct server_options){
            .below = options->directory, .time_factor = options->time_factor},
        error);
    if (pairing->server == NULL)
        return false;
    pairing->wire = wire_new(pairing->loop, server_address(pairing->server),
        server_port(pairing->server), observe, pairing);
    pairing->authority =
        tls_authority_new(server_domain(pairing->server), error);
    pairing->cafile = mem_printf("%s/ca-%s-%s.pem", options->directory,
        options->sender, options->receiver);
    pairing->capture = capture_open(pairing->loop, &pairing->uncaptured);
    return pairing->wire != NULL && pairing->authority != NULL &&
           tls_authority_save(pairing->authority, pairing->cafile, error);
}

struct pairing *pairing_open(
    const struct pairing_options *options, struct error *error)
{
    struct pairing *pairing = mem_alloc(sizeof *pairing);
    pairing->options = *options;
    pairing->driver = subject_driver_find("lines");
    pairing->loop = loop_new();
    if (open_place(pairing, error) &&
        open_side(
            pairing, SENDER, options->sender, options->sender_target, error) &&
        open_side(pairing, RECEIVER, options->receiver,
            options->receiver_target, error))
        return pairing;
    pairing_close(pairing);
    return NULL;
}

void pairing_close(struct pairing *pairing)
{
    if (pairing == NULL)
        return;
    for (int i = 0; i < 2; i++) {
        if (pairing->sides[i].house != NULL)
            pairing->driver->close(pairing->sides[i].house);
    }
    capture_close(pairing->capture);
    wire_free(pairing->wire);
    tls_authority_free(pairing->authority);
    server_free(pairing->server);
    loop_free(pairing->loop);
    free(pairing->cafile);
    free(pairing);
}

const char *pairing_version(const struct pairing *pairing, bool sender)
{
    return pairing->driver->version(
        pairing->sides[sender ? SENDER : RECEIVER].house);
}

char *pairing_server(const struct pairing *pairing)
{
    return server_version(pairing->server);
}

const char *pairing_transport(const struct pairing *pairing)
{
    return pairing->ibb_used ? "ibb" : pairing->s5b_used ? "s5b" : "";
}

/* --- one transfer --- */

static bool decide(
    struct pairing *pairing, enum verdict verdict, const char *message)
{
    pairing->c->verdict = verdict;
    pairing->c->message = arena_strdup(pairing->run->arena, message);
    return false;
}

static bool trouble(struct pairing *pairing, const struct error *error)
{
    return decide(pairing, VERDICT_ERROR, error->message);
}

static bool make_accounts(struct pairing *pairing)
{
    struct error error = {{0}};
    struct account accounts[2];
    for (int i = 0; i < 2; i++) {
        struct side *side = &pairing->sides[i];
        uint8_t secret[16];
        struct buffer hex = {0};
        random_secret(secret, sizeof secret);
        hex_encode(&hex, secret, sizeof secret);
        snprintf(side->user, sizeof side->user, "%s%u",
            i == SENDER ? "sender" : "receiver", pairing->transfers);
        snprintf(side->jid, sizeof side->jid, "%s@%s", side->user,
            server_domain(pairing->server));
        snprintf(
            side->password, sizeof side->password, "%s", buffer_text(&hex));
        buffer_free(&hex);
        accounts[i] = (struct account){side->user, side->password};
    }
    struct befriend_account friends[2];
    for (int i = 0; i < 2; i++)
        friends[i] = (struct befriend_account){
            pairing->sides[i].jid, pairing->sides[i].password};
    return (register_accounts(pairing->loop, server_address(pairing->server),
                server_port(pairing->server), server_domain(pairing->server),
                accounts, 2, clock_ms() + 10000, &error) &&
               befriend(pairing->loop, server_address(pairing->server),
                   server_port(pairing->server), friends, &error)) ||
           trouble(pairing, &error);
}

struct meeting {
    struct pairing *pairing;
    char *path; /* of the file */
    bool arrived, ill;
};

static bool well(struct meeting *meeting)
{
    struct pairing *pairing = meeting->pairing;
    if (pairing->options.interrupted != NULL && *pairing->options.interrupted) {
        meeting->ill = true;
        return decide(pairing, VERDICT_ERROR, "interrupted");
    }
    for (int i = 0; i < 2 && !meeting->ill; i++) {
        struct error error = {{0}};
        struct subject *subject = pairing->sides[i].subject;
        enum subject_health health =
            subject == NULL ? SUBJECT_WELL
                            : pairing->driver->health(subject, &error);
        meeting->ill = health != SUBJECT_WELL;
        if (!meeting->ill)
            continue;
        error_prefix(&error, "%s: ", pairing->sides[i].name);
        decide(pairing,
            health == SUBJECT_CRASHED ? VERDICT_FAILED : VERDICT_ERROR,
            error.message);
    }
    return !meeting->ill;
}

static bool log_in(struct meeting *meeting, int which,
    const struct subject_task *plan, const char *const *peer)
{
    struct pairing *pairing = meeting->pairing;
    struct side *side = &pairing->sides[which];
    struct error error = {{0}};
    struct subject_stage stage = {
        .loop = pairing->loop,
        .link = side->link,
        .address = "127.0.0.1",
        .domain = server_domain(pairing->server),
        .jid = side->jid,
        .password = side->password,
        .cafile = pairing->cafile,
        .downloads = side->downloads,
        .house = side->house,
        .plan = plan,
        .peers = peer,
        .peer_count = 1,
        .time_factor = pairing->options.time_factor,
        .report = hear,
        .note = hear_note,
        .owner = side,
    };
    side->subject = pairing->driver->begin(&side->options, &stage, &error);
    if (side->subject == NULL ||
        !pairing->driver->login(side->subject, &error)) {
        error_prefix(&error, "%s: ", side->name);
        return trouble(pairing, &error);
    }
    int64_t deadline_ms = clock_ms() + LOGIN_MS;
    while (wire_link_state(side->link) != WIRE_STATE_BOUND) {
        if (!well(meeting))
            return false;
        if (clock_ms() > deadline_ms) {
            error_set(&error, "%s did not log in", side->name);
            return trouble(pairing, &error);
        }
        loop_turn(pairing->loop, clock_ms() + 50);
    }
    return true;
}

static bool act(struct meeting *meeting, int which, struct subject_task *task)
{
    struct pairing *pairing = meeting->pairing;
    struct side *side = &pairing->sides[which];
    struct error error = {{0}};
    enum subject_answer answer =
        pairing->driver->act(side->subject, task, &error);
    if (answer == SUBJECT_ACTED)
        return true;
    error_prefix(&error, "%s: ", side->name);
    return decide(pairing,
        answer == SUBJECT_CANNOT ? VERDICT_UNSUPPORTED : VERDICT_ERROR,
        error.message);
}

static bool has_file(const struct meeting *meeting)
{
    const char *dir = meeting->pairing->sides[RECEIVER].downloads;
    char **names;
    size_t count;
    bool same = false;
    if (!file_names(dir, &names, &count, NULL))
        return false;
    for (size_t i = 0; i < count && !same; i++) {
        char *path = file_join(dir, names[i]);
        same = files_same(path, meeting->path);
        free(path);
    }
    file_names_free(names, count);
    return same;
}

static bool wait_for_file(struct meeting *meeting)
{
    struct pairing *pairing = meeting->pairing;
    int64_t deadline_ms = clock_ms() + (int64_t)((double)TRANSFER_MS *
                                                 pairing->options.time_factor);
    int64_t grace_ms = 0;
    while (clock_ms() < deadline_ms && well(meeting)) {
        meeting->arrived = has_file(meeting);
        if (meeting->arrived)
            return true;
        /* Given up by a client: the file may still be on its way to disk. */
        bool over = pairing->ended[0] != 0;
        if (over && grace_ms == 0)
            grace_ms = clock_ms() + 3000;
        if (grace_ms != 0 && clock_ms() > grace_ms)
            break;
        loop_turn(pairing->loop, clock_ms() + 50);
    }
    if (meeting->ill)
        return false;
    char message[600];
    snprintf(message, sizeof message, "the file did not arrive: %s%s%s%s",
        pairing->offered ? "it was offered" : "it was never offered",
        pairing_transport(pairing)[0] != 0 ? ", went by " : "",
        pairing_transport(pairing),
        pairing->ended[0] != 0 ? ", and the session ended with " : "");
    size_t used = strlen(message);
    snprintf(message + used, sizeof message - used, "%s", pairing->ended);
    return decide(pairing, VERDICT_FAILED, message);
}

/* Whether or not the file arrived: what was promised to be encrypted. */
static bool shows_plaintext(struct pairing *pairing)
{
    char message[400];
    if (pairing->capture == NULL)
        return false;
    capture_drain(pairing->capture);
    struct capture_finding seen = capture_finding(pairing->capture);
    snprintf(message, sizeof message,
        "plaintext of the encrypted file shows in %s (%u of %u samples)",
        seen.stream, seen.found, seen.samples);
    if (seen.found > 0)
        decide(pairing, VERDICT_FAILED, message);
    return seen.found > 0;
}

static void judge(struct pairing *pairing, bool encrypted)
{
    char message[400];
    if (encrypted && !pairing->offered_encrypted) {
        decide(pairing, VERDICT_FAILED,
            "the file was to be encrypted, and the offer had no JET");
        return;
    }
    if (pairing->capture == NULL) {
        snprintf(message, sizeof message,
            "the file arrived whole, but nobody saw the streams: %.300s",
            pairing->uncaptured.message);
        decide(pairing, encrypted ? VERDICT_INCONCLUSIVE : VERDICT_PASSED,
            message);
        return;
    }
    capture_drain(pairing->capture);
    struct capture_finding seen = capture_finding(pairing->capture);
    snprintf(message, sizeof message,
        "%u of %u samples of the plain file in %llu bytes of streams",
        seen.found, seen.samples, (unsigned long long)seen.bytes);
    note(pairing, EVENT_NOTE, NULL, NULL, message, bytes_text(seen.stream));
    if (encrypted && shows_plaintext(pairing))
        return;
    if (encrypted && (seen.lost > 0 || seen.bytes == 0)) {
        decide(pairing, VERDICT_INCONCLUSIVE,
            "the file arrived whole, but the capture lost packets");
    } else if (!encrypted && seen.found == 0) {
        decide(pairing, VERDICT_INCONCLUSIVE,
            "the file arrived whole, but the capture never saw it: what it "
            "says of encrypted transfers means nothing");
    } else {
        pairing->c->verdict = VERDICT_PASSED;
    }
}

/* What one of them says that it cannot do. */
static bool able(struct pairing *pairing, const char *transport, bool encrypted)
{
    const struct {
        int side;
        const char *capability;
        bool needed;
    } needs[] = {
        {SENDER, "send", true},
        {RECEIVER, "accept", true},
        {SENDER, "jet", encrypted},
        {RECEIVER, "jet", encrypted},
        {SENDER, "choose-transport", transport != NULL},
        {SENDER, transport, transport != NULL},
        {RECEIVER, transport, transport != NULL},
    };
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        const struct side *side = &pairing->sides[needs[i].side];
        char message[200];
        if (!needs[i].needed || pairing->driver->can(&side->options,
                                    side->house, needs[i].capability))
            continue;
        snprintf(message, sizeof message, "%s cannot do '%s'", side->name,
            needs[i].capability);
        return decide(pairing, VERDICT_UNSUPPORTED, message);
    }
    return true;
}

static void meet(struct meeting *meeting, const char *transport, bool encrypted)
{
    struct pairing *pairing = meeting->pairing;
    struct side *sender = &pairing->sides[SENDER],
                *receiver = &pairing->sides[RECEIVER];
    const char *paths[] = {meeting->path};
    char wish[32];
    const char *options[] = {wish};
    snprintf(wish, sizeof wish, "transport=%s", transport ? transport : "");
    const char *to_sender = sender->jid, *to_receiver = receiver->jid;
    struct subject_task offer = {.action = SUBJECT_SEND,
        .peer = receiver->jid,
        .paths = paths,
        .path_count = 1,
        .encrypted = encrypted,
        .options = options,
        .option_count = transport != NULL};
    struct subject_task accept = {
        .action = SUBJECT_ACCEPT, .encrypted = encrypted};
    if (!able(pairing, transport, encrypted) || !make_accounts(pairing) ||
        !log_in(meeting, RECEIVER, &accept, &to_sender) ||
        !log_in(meeting, SENDER, &offer, &to_receiver))
        return;
    offer.peer = wire_link_jid(receiver->link);
    if (!act(meeting, RECEIVER, &accept) || !act(meeting, SENDER, &offer))
        return;
    if (wait_for_file(meeting))
        judge(pairing, encrypted);
    else if (encrypted && !meeting->ill)
        shows_plaintext(pairing);
}

static char *make_file(struct pairing *pairing, const char *directory)
{
    struct buffer content = {0};
    struct error error = {{0}};
    struct random random = {random_seed(pairing->options.seed, pairing->c->id)};
    size_t size = (size_t)pairing->options.size;
    random_fill(&random, buffer_reserve(&content, size), size);
    content.len += size;
    char *path = file_join(directory, "interop.bin");
    if (!file_write(path, buffer_bytes(&content), &error)) {
        trouble(pairing, &error);
        free(path);
        path = NULL;
    }
    if (pairing->capture != NULL)
        capture_look_for(pairing->capture, buffer_bytes(&content));
    buffer_free(&content);
    return path;
}

static bool make_side(struct side *side, const char *directory)
{
    struct error error = {{0}};
    struct pairing *pairing = side->pairing;
    side->done = side->failed = false;
    side->downloads = file_join(
        directory, side == &pairing->sides[SENDER] ? "sender" : "receiver");
    side->link = wire_link_new(pairing->wire, side->name, "127.0.0.1", &error);
    if (side->link == NULL || !file_make_dirs(side->downloads, &error))
        return trouble(pairing, &error);
    wire_link_set_owner(side->link, side);
    wire_link_set_tls(side->link, pairing->authority);
    return true;
}

static void keep_output(struct pairing *pairing, const struct side *side)
{
    char *text = side->subject == NULL || pairing->c->verdict == VERDICT_PASSED
                     ? NULL
                     : pairing->driver->output(side->subject);
    if (text == NULL)
        return;
    struct record_log log = {
        side->name, arena_strdup(pairing->run->arena, text)};
    vec_push(&pairing->c->logs, log);
    free(text);
}

void pairing_run(struct pairing *pairing, struct record_run *run,
    struct record_case *c, const char *transport, bool encrypted)
{
    pairing->run = run;
    pairing->c = c;
    pairing->began_us = clock_us();
    pairing->transfers++;
    pairing->offered = pairing->offered_encrypted = false;
    pairing->s5b_used = pairing->ibb_used = false;
    pairing->ended[0] = 0;
    c->verdict = VERDICT_ERROR;
    c->level = encrypted ? LEVEL_SAFETY : LEVEL_MUST;
    char *directory = mem_printf(
        "%s/%s-%u", pairing->options.directory, c->id, pairing->transfers);
    struct error error = {{0}};
    struct meeting meeting = {.pairing = pairing};
    bool ready = file_make_dirs(directory, &error) || trouble(pairing, &error);
    meeting.path = ready ? make_file(pairing, directory) : NULL;
    if (meeting.path != NULL && make_side(&pairing->sides[SENDER], directory) &&
        make_side(&pairing->sides[RECEIVER], directory))
        meet(&meeting, transport, encrypted);
    for (int i = 0; i < 2; i++) {
        struct side *side = &pairing->sides[i];
        keep_output(pairing, side);
        if (side->subject != NULL)
            pairing->driver->end(side->subject);
        wire_link_free(side->link);
        free(side->downloads);
        side->subject = NULL;
        side->link = NULL;
        side->downloads = NULL;
    }
    c->duration_us = clock_us() - pairing->began_us;
    pairing->run = NULL;
    free(meeting.path);
    free(directory);
}
