/* The steps of a recorded script: stanzas in the puppets' words, and around
 * them what users, sockets and files did. */
#include "record/recorder_flow.h"
#include "base/utf8.h"

#include <string.h>

static const struct recorded_actor *actor(const struct flow *flow, int index)
{
    return &flow->recorder->actors.items[index];
}

const char *flow_name(const struct flow *flow, int index)
{
    return actor(flow, index)->name;
}

const char *flow_bytes(const struct flow *flow)
{
    return flow->recorder->encrypted ? "sealed" : flow_file(flow);
}

const char *flow_file(const struct flow *flow)
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

const xmlNode *flow_transport(const xmlNode *stanza)
{
    return xml_child(
        xml_child(recorder_jingle(stanza), NULL, "content"), NULL, "transport");
}

const char *flow_text(struct flow *flow, const xmlNode *root, const char *child)
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
    const xmlNode *transport = flow_transport(take->stanza);
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

/* What users did, told by what their clients sent (for logs). */

static void ask_to_send(struct flow *flow, const struct take *take)
{
    if (!flow->send_asked)
        buffer_printf(flow->out, "%s is asked to send %s to %s%s\n",
            flow_name(flow, take->peer), flow_file(flow),
            flow_name(flow, take->puppet),
            flow->recorder->encrypted ? ", encrypted" : "");
    flow->send_asked = true;
}

static void ask_to_accept(struct flow *flow, const struct take *take)
{
    if (!flow->accept_asked)
        buffer_printf(
            flow->out, "%s is asked to accept\n", flow_name(flow, take->peer));
    flow->accept_asked = true;
}

static void tell_user(struct flow *flow, const struct take *take)
{
    const char *action = recorder_action(take->stanza);
    const char *subject = flow_name(flow, take->peer);
    const xmlNode *jingle = recorder_jingle(take->stanza);
    const xmlNode *reason = xml_child(jingle, NULL, "reason");
    if (flow->recorder->from_case)
        return;
    /* XEP-0353: the user is asked before the session begins. */
    if (xml_child(take->stanza, NS_JMI, "propose") != NULL)
        ask_to_send(flow, take);
    if (xml_child(take->stanza, NS_JMI, "proceed") != NULL)
        ask_to_accept(flow, take);
    if (xml_child(take->stanza, NS_JMI, "reject") != NULL)
        buffer_printf(flow->out, "%s is asked to decline\n", subject);
    if (xml_child(take->stanza, NS_JMI, "retract") != NULL)
        buffer_printf(flow->out, "%s is asked to cancel\n", subject);
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

/* With JET over OMEMO (XEP-0396). */
static bool is_sealed(const xmlNode *content)
{
    return xml_child(xml_child(content, NS_JET, "security"), NS_AXOLOTL,
               "encrypted") != NULL;
}

/* Keys were made for one device: the puppet wraps one of its own, or unwraps
 * the one that the subject made for it. */
static void seal(struct flow *flow, const struct take *take)
{
    const char *name = flow_name(flow, take->puppet);
    const xmlNode *content =
        xml_child(recorder_jingle(take->stanza), NULL, "content");
    if (flow->sealed || !flow->recorder->encrypted || !is_sealed(content))
        return;
    if (take->sent)
        buffer_printf(flow->out, "%s wraps a key for %s as secret\n", name,
            flow_name(flow, take->peer));
    else
        buffer_printf(flow->out,
            "%s unwraps //jet:security/axolotl:encrypted as secret\n", name);
    buffer_printf(flow->out, "%s seals %s with secret as sealed\n", name,
        flow_file(flow));
    flow->sealed = true;
}

static bool tell_sent(struct flow *flow, const struct take *take)
{
    if (is_answer(take))
        return true; /* manners, or a clause of the step that it answers */
    if (!flow->recorder->clients_only) {
        note_session(flow, take);
        let_names_be(flow, take);
        flow_open_ports(flow, take);
        seal(flow, take);
        flow_use_proxy(flow, take);
        if (!flow_connect(flow, take))
            return false;
    }
    char id[16] = "";
    bool iq = xml_is(take->stanza, NULL, "iq");
    if (iq) {
        snprintf(id, sizeof id, "r%d", ++flow->next_id);
        vec_push(&flow->requests, ((struct request){take, flow->next_id}));
    }
    buffer_printf(flow->out, "%s sends:\n", flow_name(flow, take->puppet));
    recorder_print_sent(flow->recorder, take, iq ? id : NULL, flow->out);
    buffer_add_text(flow->out, "\n");
    flow_carry(flow, take);
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
        if (!flow_connect(flow, take))
            return false;
    }
    buffer_printf(flow->out, "%s receives", flow_name(flow, take->puppet));
    add_error_clause(flow, take);
    buffer_add_text(flow->out, ", " WAIT ":\n");
    recorder_print_expected(
        flow->recorder, take, *id != 0 ? id : NULL, flow->out);
    if (!flow->recorder->clients_only) {
        seal(flow, take);
        flow_use_proxy(flow, take);
    }
    buffer_add_text(flow->out, "\n");
    flow_carry(flow, take);
    return true;
}

static void tell_injected(struct flow *flow, const struct take *take)
{
    buffer_printf(flow->out, "%s is sent:\n", flow_name(flow, take->puppet));
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
    if (!flow->recorder->clients_only && flow_data(take) != NULL) {
        if (flow_tell_data(flow, index))
            return true;
    }
    bool ok = take->sent ? tell_sent(flow, take) : tell_received(flow, take);
    if (ok && !flow->recorder->clients_only)
        flow_tell_empty(flow, take);
    return ok;
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
        const xmlNode *security = xml_child(content, NULL, "security");
        if (security != NULL && !is_sealed(content))
            return error_set(error,
                "the session is encrypted in another way than with OMEMO (%s), "
                "so its keys cannot be made again",
                xml_ns(security));
    }
    return true;
}

static void find_encryption(struct recorder *recorder)
{
    for (size_t i = 0; !recorder->from_case && i < recorder->takes.count; i++) {
        const xmlNode *stanza = recorder->takes.items[i].stanza;
        const xmlNode *jingle = stanza == NULL ? NULL : recorder_jingle(stanza);
        recorder->encrypted |= is_sealed(xml_child(jingle, NULL, "content"));
    }
}

/* The file of a log, by what the offer says. */
static void describe_file(struct flow *flow)
{
    struct recorder *recorder = flow->recorder;
    find_encryption(recorder);
    for (size_t i = 0; i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        const char *size =
            take->stanza == NULL ? NULL : flow_text(flow, take->stanza, "size");
        if (recorder->from_case || size == NULL || *size == 0 ||
            size[strspn(size, "0123456789")] != 0 || strlen(size) > 8)
            continue;
        recorder->file = "photo";
        recorder->file_header =
            arena_printf(recorder->arena, "[File] photo\n\tsize: %s\n%s", size,
                recorder->encrypted ? "\n[File] sealed\n\tsize: 1\n" : "");
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
    if (!recorder->clients_only) {
        flow_settle_rivals(&flow);
        name_used_candidates(recorder);
        flow_digest_data(recorder);
    }
    flow.done = mem_alloc((recorder->takes.count + 1) * sizeof *flow.done);
    bool ok = true;
    for (size_t i = 0; ok && i < recorder->takes.count; i++)
        ok = tell(&flow, i);
    free(flow.done);
    vec_free(&flow.requests);
    return ok;
}
