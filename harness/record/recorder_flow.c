/* The steps of a recorded script: stanzas in the puppets' words, and around
 * them what users, sockets and files did. */
#include "base/utf8.h"
#include "record/recorder_parts.h"

#include <inttypes.h>
#include <string.h>

#define WAIT "within 20s"

/* An iq that was printed under an id of its own; 0: it is part of a stream. */
struct request {
    const struct take *take;
    int id;
};

struct flow {
    struct recorder *recorder;
    struct buffer *out;
    struct error *error;
    VEC(struct request) requests;
    bool *done; /* by take: told already */
    int next_id;
    bool send_asked, accept_asked, puppet_sends_file, puppet_initiates;
    /* SOCKS5 of the newest stream: who told what. */
    const char *used_by_subject, *used_by_puppet; /* cid */
    bool told_by_subject, told_by_puppet, carried;
};

static const struct recorded_actor *actor(const struct flow *flow, int index)
{
    return &flow->recorder->actors.items[index];
}

static const char *name(const struct flow *flow, int index)
{
    return actor(flow, index)->name;
}

static const char *file_of(const struct flow *flow)
{
    return flow->recorder->file != NULL ? flow->recorder->file : "photo";
}

static const char *type_of(const struct take *take)
{
    const char *type = xml_attr(take->stanza, "type");
    return type == NULL ? "" : type;
}

static bool is_iq(const struct take *take, const char *type)
{
    return xml_is(take->stanza, NULL, "iq") && strcmp(type_of(take), type) == 0;
}

static bool is_answer(const struct take *take)
{
    return is_iq(take, "result") || is_iq(take, "error");
}

static const xmlNode *transport_of(const xmlNode *stanza)
{
    return xml_child(
        xml_child(recorder_jingle(stanza), NULL, "content"), NULL, "transport");
}

static const char *text_of_child(
    struct flow *flow, const xmlNode *root, const char *child)
{
    const xmlNode *node = xml_find(root, NULL, NULL, child);
    if (node == NULL)
        return NULL;
    struct buffer text = {0};
    xml_text(node, &text);
    const char *copy = arena_strdup(flow->recorder->arena, buffer_text(&text));
    buffer_free(&text);
    return copy;
}

/* The take that answers this request, or NULL. */
static const struct take *answer_to(
    const struct flow *flow, const struct take *request)
{
    const struct recorder *recorder = flow->recorder;
    const char *id = xml_attr(request->stanza, "id");
    for (size_t i = 0; id != NULL && i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        const char *other = take->stanza ? xml_attr(take->stanza, "id") : NULL;
        if (take > request && other != NULL && is_answer(take) &&
            take->sent != request->sent && take->puppet == request->puppet &&
            strcmp(other, id) == 0)
            return take;
    }
    return NULL;
}

/* Names that a puppet's stanza brings up are made before it. */
static void let_names_be(struct flow *flow, const struct take *take)
{
    struct recorder *recorder = flow->recorder;
    const xmlNode *jingle = recorder_jingle(take->stanza);
    const xmlNode *content = xml_child(jingle, NULL, "content");
    const xmlNode *transport = transport_of(take->stanza);
    const struct {
        const char *kind, *value, *base;
    } rows[] = {{"sid", xml_attr(jingle, "sid"), "sid"},
        {"sid", xml_attr(xml_child(take->stanza, NS_JMI, NULL), "id"), "sid"},
        {"stream", xml_attr(transport, "sid"), "stream"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].value == NULL ||
            recorder_value(recorder, rows[i].kind, rows[i].value) != NULL)
            continue;
        const struct recorded_value *value =
            recorder_name(recorder, rows[i].kind, rows[i].value, rows[i].base);
        buffer_printf(flow->out, "Let %s be ${fresh id}\n", value->name);
    }
    const char *content_name = xml_attr(content, "name");
    if (content_name != NULL)
        recorder_name(recorder, "content", content_name, NULL);
}

/* SOCKS5 (XEP-0260) */

static bool names_candidate(const struct take *take, bool sent, const char *cid)
{
    const xmlNode *used =
        take->stanza == NULL || take->sent != sent
            ? NULL
            : xml_find(take->stanza, NULL, NS_S5B, "candidate-used");
    const char *named = xml_attr(used, "cid");
    return named != NULL && strcmp(named, cid) == 0;
}

static bool is_used_later(
    const struct flow *flow, const struct take *take, const char *cid)
{
    const struct recorder *recorder = flow->recorder;
    for (const struct take *later = take + 1;
         later < recorder->takes.items + recorder->takes.count; later++) {
        if (later->puppet == take->puppet &&
            names_candidate(later, !take->sent, cid))
            return true;
    }
    return false;
}

/* A puppet's candidates: a listener for the one that the subject chose, closed
 * ports for the others. */
static void open_ports(struct flow *flow, const struct take *take)
{
    const xmlNode *transport = transport_of(take->stanza);
    if (!xml_is(transport, NS_S5B, NULL))
        return;
    for (const xmlNode *c = xml_child(transport, NS_S5B, "candidate");
         c != NULL; c = xml_next(c, NS_S5B, "candidate")) {
        const char *cid = xml_attr(c, "cid"), *type = xml_attr(c, "type");
        if (cid == NULL || (type != NULL && strcmp(type, "proxy") == 0))
            continue;
        const struct recorded_value *port =
            recorder_name(flow->recorder, "candidate", cid, "near");
        buffer_printf(flow->out,
            is_used_later(flow, take, cid) ? "%s listens for socks5 as %s\n"
                                           : "%s has a closed port as %s\n",
            name(flow, take->puppet), port->name);
    }
}

static const xmlNode *candidate_of(
    const struct flow *flow, const char *cid, bool sent)
{
    const struct recorder *recorder = flow->recorder;
    for (size_t i = recorder->takes.count; cid != NULL && i-- > 0;) {
        const struct take *take = &recorder->takes.items[i];
        if (take->stanza == NULL || take->sent != sent)
            continue;
        const xmlNode *node = NULL;
        while ((node = xml_find(take->stanza, node, NS_S5B, "candidate"))) {
            const char *other = xml_attr(node, "cid");
            if (other != NULL && strcmp(other, cid) == 0)
                return node;
        }
    }
    return NULL;
}

static uint64_t priority_of(const struct flow *flow, const char *cid, bool sent)
{
    uint64_t priority = 0;
    xml_attr_number(
        candidate_of(flow, cid, sent), "priority", UINT32_MAX, &priority);
    return priority;
}

static bool is_proxy(const struct flow *flow, const char *cid, bool sent)
{
    const char *type = xml_attr(candidate_of(flow, cid, sent), "type");
    return type != NULL && strcmp(type, "proxy") == 0;
}

/* Before candidate-used goes either way the connection is there. */
static bool connect_candidate(struct flow *flow, const struct take *take)
{
    const xmlNode *used =
        xml_find(take->stanza, NULL, NS_S5B, "candidate-used");
    const xmlNode *error =
        xml_find(take->stanza, NULL, NS_S5B, "candidate-error");
    const char *cid = xml_attr(used, "cid");
    if (take->sent && (used != NULL || error != NULL)) {
        flow->told_by_puppet = true;
        flow->used_by_puppet = cid;
    } else if (used != NULL || error != NULL) {
        flow->told_by_subject = true;
        flow->used_by_subject = cid;
    }
    if (cid == NULL)
        return true;
    if (is_proxy(flow, cid, !take->sent))
        return error_set(flow->error,
            "the transfer went through a SOCKS5 proxy, which is not recorded "
            "yet");
    const struct recorder *recorder = flow->recorder;
    const struct recorded_value *port =
        recorder_value(recorder, take->sent ? "cid" : "candidate", cid);
    const struct recorded_value *stream = recorder_value(
        recorder, "stream", xml_attr(transport_of(take->stanza), "sid"));
    if (port == NULL || port->name == NULL)
        return error_set(flow->error,
            "a candidate-used names a candidate that nobody offered");
    if (!take->sent)
        buffer_printf(flow->out, "%s accepts socks5 on %s as conn, " WAIT "\n",
            name(flow, take->puppet), port->name);
    else
        buffer_printf(flow->out,
            "%s connects socks5 to ${%s-host}:${%s-port} as link, for "
            "${dstaddr of %s from %s to %s}\n",
            name(flow, take->puppet), port->name, port->name,
            stream && stream->name ? stream->name : "stream",
            name(flow, take->peer), name(flow, take->puppet));
    return true;
}

/* XEP-0260 s2.4: of two the one of higher priority, of equals the one that
 * the initiator chose, carries the file. */
static void carry_over_socks5(struct flow *flow, const struct take *take)
{
    if (!flow->told_by_puppet || !flow->told_by_subject || flow->carried)
        return;
    flow->carried = true;
    const char *mine = flow->used_by_subject, *theirs = flow->used_by_puppet;
    if (mine == NULL && theirs == NULL)
        return;
    const char *socket = mine != NULL ? "conn" : "link";
    if (mine != NULL && theirs != NULL) {
        uint64_t a = priority_of(flow, mine, true);
        uint64_t b = priority_of(flow, theirs, false);
        if (b > a || (a == b && flow->puppet_initiates))
            socket = "link";
    }
    buffer_printf(flow->out,
        flow->puppet_sends_file ? "%s sends %s on %s\n\n"
                                : "%s collects %s on %s, " WAIT "\n\n",
        name(flow, take->puppet), file_of(flow), socket);
}

/* In-band bytestreams */

static const xmlNode *data_of(const struct take *take)
{
    return take->stanza == NULL ? NULL
                                : xml_child(take->stanza, NS_OPEN, "data");
}

/* All blocks of one stream are one step. */
static void tell_data(struct flow *flow, size_t index)
{
    struct recorder *recorder = flow->recorder;
    const struct take *first = &recorder->takes.items[index];
    const char *sid = xml_attr(data_of(first), "sid");
    size_t block = 1;
    for (size_t i = index; i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        const xmlNode *data = data_of(take);
        const char *other = xml_attr(data, "sid");
        if (data == NULL || take->sent != first->sent || other == NULL ||
            sid == NULL || strcmp(other, sid) != 0)
            continue;
        struct buffer text = {0}, bytes = {0};
        xml_text(data, &text);
        if (base64_decode(&bytes, buffer_text(&text), text.len, true) &&
            bytes.len > block)
            block = bytes.len;
        buffer_free(&text);
        buffer_free(&bytes);
        flow->done[i] = true;
        vec_push(&flow->requests, ((struct request){take, 0}));
    }
    const struct recorded_value *stream =
        recorder_value(recorder, "stream", sid);
    const struct recorded_value *size =
        recorder_value(recorder, "block-size", sid);
    buffer_printf(flow->out, "%s %s %s over ibb ${%s}",
        name(flow, first->puppet), first->sent ? "streams" : "collects",
        file_of(flow), stream && stream->name ? stream->name : "stream");
    if (!first->sent)
        buffer_add_text(flow->out, ", " WAIT);
    else if (size != NULL && size->name != NULL)
        buffer_printf(flow->out, ", in blocks of ${%s}", size->name);
    else
        buffer_printf(flow->out, ", in blocks of %zu", block);
    if (first->sent && xml_is(first->stanza, NULL, "message"))
        buffer_add_text(flow->out, ", by message");
    buffer_add_text(flow->out, "\n\n");
}

/* What users did, told by what their clients sent (for logs). */

static void ask_to_send(struct flow *flow, const struct take *take)
{
    if (!flow->send_asked)
        buffer_printf(flow->out, "%s is asked to send %s to %s\n",
            name(flow, take->peer), file_of(flow), name(flow, take->puppet));
    flow->send_asked = true;
}

static void ask_to_accept(struct flow *flow, const struct take *take)
{
    if (!flow->accept_asked)
        buffer_printf(
            flow->out, "%s is asked to accept\n", name(flow, take->peer));
    flow->accept_asked = true;
}

static void tell_user(struct flow *flow, const struct take *take)
{
    const char *action = recorder_action(take->stanza);
    const char *subject = name(flow, take->peer);
    const xmlNode *jingle = recorder_jingle(take->stanza);
    const xmlNode *reason = xml_child(jingle, NULL, "reason");
    if (flow->recorder->from_case)
        return;
    /* XEP-0353: the user is asked before the session begins. */
    if (xml_child(take->stanza, NS_JMI, "propose") != NULL)
        ask_to_send(flow, take);
    if (xml_child(take->stanza, NS_JMI, "proceed") != NULL)
        ask_to_accept(flow, take);
    if (action == NULL)
        return;
    if (strcmp(action, "session-initiate") == 0)
        ask_to_send(flow, take);
    else if (strcmp(action, "session-accept") == 0)
        ask_to_accept(flow, take);
    else if (xml_child(reason, NULL, "decline") != NULL)
        buffer_printf(flow->out, "%s is asked to decline\n", subject);
    else if (xml_child(reason, NULL, "cancel") != NULL)
        buffer_printf(flow->out, "%s is asked to cancel\n", subject);
}

/* A session or a transport begins: who sends the file, and nobody told yet
 * which candidate works. */
static void note_session(struct flow *flow, const struct take *take)
{
    const char *action = recorder_action(take->stanza);
    if (action == NULL)
        return;
    bool initiate = strcmp(action, "session-initiate") == 0;
    if (initiate) {
        const char *senders =
            xml_attr(xml_child(recorder_jingle(take->stanza), NULL, "content"),
                "senders");
        bool responder = senders != NULL && strcmp(senders, "responder") == 0;
        flow->puppet_sends_file = take->sent != responder;
        flow->puppet_initiates = take->sent;
    }
    if (initiate || strcmp(action, "transport-replace") == 0) {
        flow->told_by_puppet = flow->told_by_subject = flow->carried = false;
        flow->used_by_puppet = flow->used_by_subject = NULL;
    }
}

static bool tell_sent(struct flow *flow, const struct take *take)
{
    if (is_answer(take))
        return true; /* manners, or a clause of the step that it answers */
    if (!flow->recorder->clients_only) {
        note_session(flow, take);
        let_names_be(flow, take);
        open_ports(flow, take);
        if (!connect_candidate(flow, take))
            return false;
    }
    char id[16] = "";
    bool iq = xml_is(take->stanza, NULL, "iq");
    if (iq) {
        snprintf(id, sizeof id, "r%d", ++flow->next_id);
        vec_push(&flow->requests, ((struct request){take, flow->next_id}));
    }
    buffer_printf(flow->out, "%s sends:\n", name(flow, take->puppet));
    recorder_print_sent(flow->recorder, take, iq ? id : NULL, flow->out);
    buffer_add_text(flow->out, "\n");
    carry_over_socks5(flow, take);
    return true;
}

/* The id under which the request of an answer was printed; -1: none, 0: it
 * needs no step. */
static int printed_id(const struct flow *flow, const struct take *answer)
{
    const char *id = xml_attr(answer->stanza, "id");
    for (size_t i = flow->requests.count; id != NULL && i-- > 0;) {
        const struct request *request = &flow->requests.items[i];
        const char *other = xml_attr(request->take->stanza, "id");
        if (other != NULL && strcmp(other, id) == 0 &&
            (request->take->puppet == answer->puppet ||
                request->take->peer == answer->puppet))
            return request->id;
    }
    return -1;
}

static void add_error_clause(struct flow *flow, const struct take *take)
{
    const struct take *answer = answer_to(flow, take);
    const xmlNode *error =
        answer == NULL ? NULL : xml_child(answer->stanza, NULL, "error");
    const xmlNode *condition =
        xml_child(error, "urn:ietf:params:xml:ns:xmpp-stanzas", NULL);
    if (condition != NULL)
        buffer_printf(flow->out, ", answering with error %s",
            (const char *)condition->name);
}

static bool tell_received(struct flow *flow, const struct take *take)
{
    char id[16] = "";
    if (is_answer(take)) {
        int printed = printed_id(flow, take);
        if (printed <= 0)
            return true;
        snprintf(id, sizeof id, "r%d", printed);
    }
    if (!flow->recorder->clients_only) {
        note_session(flow, take);
        tell_user(flow, take);
        if (!connect_candidate(flow, take))
            return false;
    }
    buffer_printf(flow->out, "%s receives", name(flow, take->puppet));
    add_error_clause(flow, take);
    buffer_add_text(flow->out, ", " WAIT ":\n");
    recorder_print_expected(
        flow->recorder, take, *id != 0 ? id : NULL, flow->out);
    buffer_add_text(flow->out, "\n");
    carry_over_socks5(flow, take);
    return true;
}

static void tell_injected(struct flow *flow, const struct take *take)
{
    buffer_printf(flow->out, "%s is sent:\n", name(flow, take->puppet));
    recorder_print_whole(flow->recorder, take, flow->out);
    buffer_add_text(flow->out, "\n");
}

static bool tell(struct flow *flow, size_t index)
{
    const struct take *take = &flow->recorder->takes.items[index];
    if (flow->done[index])
        return true;
    if (take->sentence != NULL) {
        utf8_add_line(flow->out, take->sentence, 1000);
        buffer_add_text(flow->out, "\n");
        return true;
    }
    if (take->injected) {
        tell_injected(flow, take);
        return true;
    }
    if (!flow->recorder->clients_only && data_of(take) != NULL) {
        tell_data(flow, index);
        return true;
    }
    return take->sent ? tell_sent(flow, take) : tell_received(flow, take);
}

/* Candidates of the subject that a puppet connected to get their names first,
 * so that the stanza that offers them captures them. */
static void name_used_candidates(struct recorder *recorder)
{
    for (size_t i = 0; i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        const xmlNode *used =
            take->stanza == NULL || !take->sent
                ? NULL
                : xml_find(take->stanza, NULL, NS_S5B, "candidate-used");
        const char *cid = xml_attr(used, "cid");
        if (cid != NULL)
            recorder_name(recorder, "cid", cid, "far");
    }
}

static bool can_be_recorded(
    const struct recorder *recorder, struct error *error)
{
    for (size_t i = 0; i < recorder->takes.count; i++) {
        const xmlNode *stanza = recorder->takes.items[i].stanza;
        const xmlNode *jingle = stanza == NULL ? NULL : recorder_jingle(stanza);
        const xmlNode *content = xml_child(jingle, NULL, "content");
        if (content != NULL && xml_next(content, NULL, "content") != NULL)
            return error_set(error,
                "a session has several contents, which is not recorded yet");
        if (xml_child(content, NULL, "security") != NULL ||
            xml_find(stanza ? stanza : jingle, NULL,
                "eu.siacs.conversations.axolotl", "encrypted") != NULL)
            return error_set(error,
                "the session is encrypted: its keys were made for one device, "
                "so nothing can be replayed");
    }
    return true;
}

/* The file of a log, by what the offer says. */
static void describe_file(struct flow *flow)
{
    struct recorder *recorder = flow->recorder;
    for (size_t i = 0; i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        const char *size = take->stanza == NULL
                               ? NULL
                               : text_of_child(flow, take->stanza, "size");
        if (recorder->from_case || size == NULL || *size == 0 ||
            size[strspn(size, "0123456789")] != 0 || strlen(size) > 8)
            continue;
        recorder->file = "photo";
        recorder->file_header =
            arena_printf(recorder->arena, "[File] photo\n\tsize: %s\n", size);
        return;
    }
}

bool recorder_print_steps(
    struct recorder *recorder, struct buffer *out, struct error *error)
{
    struct flow flow = {.recorder = recorder, .out = out, .error = error};
    if (!recorder->clients_only && !can_be_recorded(recorder, error))
        return false;
    describe_file(&flow);
    if (!recorder->clients_only)
        name_used_candidates(recorder);
    flow.done = mem_alloc((recorder->takes.count + 1) * sizeof *flow.done);
    bool ok = true;
    for (size_t i = 0; ok && i < recorder->takes.count; i++)
        ok = tell(&flow, i);
    free(flow.done);
    vec_free(&flow.requests);
    return ok;
}
