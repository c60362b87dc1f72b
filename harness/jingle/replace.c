/* Transports while a session runs: transport-info, and one transport for
 * another (XEP-0166 s7.2.11 to s7.2.15, XEP-0260 s3). */
#include "jingle/actions.h"

#include "jingle/proxies.h"
#include "jingle/transfer.h"

#include <string.h>

/* --- starting and falling back --- */

bool content_given_up(struct content *content, enum policy_jet_check now)
{
    if (!content->insecure || policy(content->session->c)->jet_check != now) {
        return false;
    }
    content_fail(
        content, "security-error", NULL, "there is no key to decrypt it");
    return true;
}

void content_start(struct content *content)
{
    content->transport->type->start(content->transport);
}

void content_connected(struct content *content, const char *how)
{
    struct session *session = content->session;
    if (content->state == CONTENT_ACCEPTED) {
        content->state = CONTENT_MOVING;
        if (!transfer_open(content)) {
            return;
        }
    }
    session_notify(session, content, CLIENT_CONNECTED, "", how);
    if (content->state != CONTENT_MOVING) {
        return;
    }
    struct transfer *t = &content->transfer;
    timer_set(session->c, content_stalled, content,
        policy(session->c)->stall_timeout_ms);
    content->stalled_at = t->stream;
    if (content->old) {
        return; /* the last bytes of the old one first */
    }
    if (content->sending) {
        content->transport->type->pump(content->transport);
    } else if (transfer_is_whole(content) &&
               content->transport->type->kind == TRANSPORT_S5B) {
        transfer_finish(content); /* an empty file */
    }
}

void content_stalled(struct client *c, void *owner)
{
    struct content *content = owner;
    if (content->state != CONTENT_MOVING || fault(c, FAULT_STALL_WAITS)) {
        return;
    }
    if (content->transfer.stream != content->stalled_at) {
        content->stalled_at = content->transfer.stream;
        timer_set(c, content_stalled, content, policy(c)->stall_timeout_ms);
        return;
    }
    content_fail(content, "timeout", NULL, "the transfer does not move");
}

static void give_up(struct content *content, const char *text)
{
    bool s5b = content->transport->type->kind == TRANSPORT_S5B;
    content_fail(
        content, s5b ? "connectivity-error" : "failed-transport", NULL, text);
}

static void nobody_replaced(struct client *c, void *owner)
{
    (void)c;
    give_up(owner, "the peer did not offer another transport");
}

void content_transport_failed(struct content *content, const char *text)
{
    struct session *session = content->session;
    struct client *c = session->c;
    if (session->state == SESSION_ENDED || content_is_over(content) ||
        content->replacing) {
        return;
    }
    content->tried |= 1u << content->transport->type->kind;
    if (fault(c, FAULT_FALLBACK_MISSING)) {
        return;
    }
    bool ours_to_do = session->initiator;
    if (!ours_to_do && policy(c)->fallback) {
        timer_set(c, nobody_replaced, content, policy(c)->transport_timeout_ms);
        return;
    }
    int kind = transport_choose(content);
    if (kind < 0 || !policy(c)->fallback) {
        give_up(content, text);
        return;
    }
    session_notify(session, content, CLIENT_NOTICE, "", text);
    content_replace(content, (unsigned)kind);
}

/* --- offering a replacement --- */

static void replace_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)c;
    struct content *content = owner;
    if (outcome == IQ_RESULT || !content->replacing) {
        return;
    }
    content->replacing = false;
    content->tried |= 1u << content->replacement->type->kind;
    transport_free(content->replacement);
    content->replacement = NULL;
    if (outcome == IQ_ERROR && iq_has_jingle_error(stanza, "tie-break")) {
        return; /* the initiator's own is on its way */
    }
    if (!content->transport->over) {
        return; /* the one in use goes on, or is still being negotiated */
    }
    content_transport_failed(content, "the peer refused the replacement");
}

static void send_replace(struct client *c, void *owner)
{
    struct content *content = owner;
    struct session *session = content->session;
    if (session->state == SESSION_ENDED || !content->replacement) {
        return;
    }
    unsigned kind = content->replacement->type->kind;
    if (!transport_ready(c, kind, send_replace, content)) {
        return;
    }
    content->replacement->type->prepare(content->replacement);
    struct buffer out = {0};
    session_begin(session, "transport-replace", &out);
    content_begin(content, &out);
    content->replacement->type->write(content->replacement, false, &out);
    buffer_add_text(&out, "</content>");
    session_send(session, &out, replace_answered, content);
}

void content_replace(struct content *content, unsigned kind)
{
    transport_free(content->replacement);
    content->replacement =
        transport_new(content, transport_of_kind(kind), NULL);
    content->replacing = true;
    send_replace(content->session->c, content);
}

/* --- changing over --- */

void content_old_gone(struct content *content)
{
    struct transport *old = content->old;
    if (!old) {
        return;
    }
    content->old = NULL;
    old->over = true;
    timer_forget(content->session->c, old);
    transport_free(content->dead_transport);
    content->dead_transport = old;
    if (fault(content->session->c, FAULT_REPLACE_NEVER_RESUMES)) {
        return;
    }
    if (content->transport->ready) {
        if (content->sending) {
            content->transport->type->pump(content->transport);
        } else {
            content->transport->type->resume(content->transport);
        }
    } else {
        content->transport->type->resume(content->transport);
    }
}

static void old_lingers(struct client *c, void *owner)
{
    (void)c;
    content_fail(owner, "connectivity-error", NULL,
        "the replaced transport did not come to its end");
}

/* Both sides agreed on the replacement. */
static void change_over(struct content *content)
{
    struct client *c = content->session->c;
    struct transport *old = content->transport;
    timer_forget(c, content);
    content->replacing = false;
    content->transport = content->replacement;
    content->replacement = NULL;
    bool moving = content->state == CONTENT_MOVING && old->ready && !old->over;
    if (moving && content->sending && fault(c, FAULT_REPLACE_SKIPS_BYTES)) {
        content->transfer.block_at = content->transfer.block_len;
    }
    if (moving && !fault(c, FAULT_REPLACE_LOSES_BYTES)) {
        /* what is on its way comes first, then the rest by the new one */
        content->old = old;
        old->draining = true;
        timer_set(c, old_lingers, content, policy(c)->transport_timeout_ms);
        content_start(content);
        if (content->old) {
            old->type->drain(old);
        }
        return;
    }
    old->type->close(old);
    transport_free(content->dead_transport);
    content->dead_transport = old;
    content_start(content);
}

static void accept_replacement(struct client *c, void *owner)
{
    struct content *content = owner;
    struct session *session = content->session;
    if (session->state == SESSION_ENDED || !content->replacement ||
        content->replacing) {
        return;
    }
    unsigned kind = content->replacement->type->kind;
    if (!transport_ready(c, kind, accept_replacement, content)) {
        return;
    }
    content->replacement->type->prepare(content->replacement);
    struct buffer out = {0};
    session_begin(session,
        fault(c, FAULT_REPLACE_ANSWERED_BY_SESSION_ACCEPT) ? "session-accept"
                                                           : "transport-accept",
        &out);
    content_begin(content, &out);
    content->replacement->type->write(content->replacement, true, &out);
    buffer_add_text(&out, "</content>");
    session_send(session, &out, NULL, NULL);
    change_over(content);
}

static void reject_replacement(struct content *content, xmlNodePtr transport)
{
    struct session *session = content->session;
    struct buffer out = {0};
    session_begin(session, "transport-reject", &out);
    content_begin(content, &out);
    buffer_add_text(&out, "<transport");
    xml_add_attr(&out, "xmlns", xml_ns(transport));
    xml_add_attr(&out, "sid", xml_attr(transport, "sid"));
    xml_add_attr(&out, "block-size", xml_attr(transport, "block-size"));
    buffer_add_text(&out, "/></content>");
    reason_write("unsupported-transports", NULL, NULL, &out);
    session_send(session, &out, NULL, NULL);
}

void action_transport_replace(struct request *request)
{
    struct client *c = request->c;
    xmlNodePtr node = xml_child(request->jingle, NS_JINGLE, "content");
    struct content *content = content_named(request->session, node);
    xmlNodePtr transport = xml_child(node, NULL, "transport");
    const char *sid = xml_attr(transport, "sid");
    if (!node || !transport) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    if (!content) {
        request_fail(request, ERROR_ITEM_NOT_FOUND);
        return;
    }
    if (content_is_over(content) || content->state < CONTENT_ACCEPTED ||
        (content->old && content->old->draining)) {
        request_fail(request, ERROR_OUT_OF_ORDER);
        return;
    }
    if (content->replacing &&
        (request->session->initiator ||
            fault(c, FAULT_TIE_RESPONDER_STUBBORN)) &&
        !fault(c, FAULT_TIE_IGNORED)) {
        request_fail(request, ERROR_CONFLICT_TIE_BREAK);
        return;
    }
    const struct transport_type *type = transport_of_ns(xml_ns(transport));
    struct transport *offered = NULL;
    if (type && policy_list_has(&policy(c)->transports, type->kind)) {
        enum stanza_error error = ERROR_BAD_REQUEST;
        if (sid && *sid) {
            offered = transport_new(content, type, sid);
            error = type->read(offered, transport, false);
        }
        if (error != ERROR_NONE) {
            transport_free(offered);
            request_fail(request, ERROR_BAD_REQUEST);
            return;
        }
    }
    request_ok(request);
    timer_cancel(c, nobody_replaced, content);
    if (!offered && fault(c, FAULT_UNKNOWN_REPLACE_IGNORED)) {
        return;
    }
    bool keeps = policy(c)->keep_transport && content->state == CONTENT_MOVING;
    if (!offered || keeps || fault(c, FAULT_REPLACE_ALWAYS_REJECTED)) {
        transport_free(offered);
        reject_replacement(content, transport);
    } else if (fault(c, FAULT_REPLACE_IGNORED)) {
        transport_free(offered);
    } else {
        /* the initiator's overrules one of ours */
        iq_forget(c, content);
        content->replacing = false;
        transport_free(content->replacement);
        content->replacement = offered;
        if (fault(c, FAULT_JET_REPLACE_STORES_CIPHERTEXT)) {
            content_drop_filter(content);
        }
        accept_replacement(c, content);
    }
}

void action_transport_accept(struct request *request)
{
    xmlNodePtr node = xml_child(request->jingle, NS_JINGLE, "content");
    struct content *content = content_named(request->session, node);
    xmlNodePtr transport = xml_child(node, NULL, "transport");
    if (!node || !transport) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    if (!content || !content->replacing || !content->replacement) {
        request_fail(request, ERROR_OUT_OF_ORDER);
        return;
    }
    if (!xml_is(transport, content->replacement->type->ns, NULL) ||
        content->replacement->type->read(
            content->replacement, transport, true) != ERROR_NONE) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    request_ok(request);
    if (fault(request->c, FAULT_FALLBACK_DROPS_ENCRYPTION)) {
        content_drop_filter(content);
    }
    change_over(content);
}

void action_transport_reject(struct request *request)
{
    struct client *c = request->c;
    xmlNodePtr node = xml_child(request->jingle, NS_JINGLE, "content");
    struct content *content = content_named(request->session, node);
    if (!node) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    if (!content || !content->replacing || !content->replacement) {
        request_fail(request, ERROR_OUT_OF_ORDER);
        return;
    }
    request_ok(request);
    iq_forget(c, content);
    content->replacing = false;
    content->tried |= 1u << content->replacement->type->kind;
    transport_free(content->replacement);
    content->replacement = NULL;
    if (content->transport->over || fault(c, FAULT_REPLACE_REJECTED_ENDS)) {
        give_up(content, "the peer rejected the other transport");
    }
}

/* --- transport-info --- */

static struct transport *meant(
    const struct content *content, xmlNodePtr transport)
{
    struct transport *all[] = {
        content->transport, content->replacement, content->old};
    const char *sid = stanza_attr(transport, "sid");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i] && xml_is(transport, all[i]->type->ns, NULL) &&
            !strcmp(all[i]->sid, sid)) {
            return all[i];
        }
    }
    /* a further stream of the running bytestream (XEP-0261 s2.3) */
    struct transport *running = content->transport;
    bool adds = running && running->ibb && running->started &&
                running->type->kind == TRANSPORT_IBB &&
                xml_is(transport, running->type->ns, NULL);
    return adds ? running : NULL;
}

void action_transport_info(struct request *request)
{
    xmlNodePtr node = xml_child(request->jingle, NS_JINGLE, "content");
    struct content *content = content_named(request->session, node);
    xmlNodePtr element = xml_child(node, NULL, "transport");
    if (!node || !element) {
        request_fail(request, ERROR_BAD_REQUEST);
        return;
    }
    if (!content) {
        request_fail(request, ERROR_ITEM_NOT_FOUND);
        if (fault(request->c, FAULT_UNKNOWN_CONTENT_INFO_ENDS)) {
            session_end(request->session, "general-error", NULL, NULL);
        }
        return;
    }
    struct transport *transport = meant(content, element);
    if (!transport) {
        const struct transport_type *type = transport_of_ns(xml_ns(element));
        const struct transport *gone = content->dead_transport;
        if (type && gone && gone->type == type) {
            return; /* late news of what was replaced: acknowledged */
        }
        request_fail(
            request, type ? ERROR_ITEM_NOT_FOUND : ERROR_UNSUPPORTED_INFO);
        return;
    }
    if (transport->type->kind == TRANSPORT_S5B && !transport->s5b) {
        request_fail(request, ERROR_OUT_OF_ORDER);
        return;
    }
    if (request->session->state == SESSION_PENDING &&
        fault(request->c, FAULT_PENDING_INFO_REFUSED)) {
        request_fail(request, ERROR_OUT_OF_ORDER);
        return;
    }
    enum stanza_error error = transport->type->check_info(transport, element);
    if (error != ERROR_NONE) {
        request_fail(request, error);
        return;
    }
    request_ok(request);
    transport->type->apply_info(transport, element);
}
