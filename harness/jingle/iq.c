#include "jingle/iq.h"

#include "jingle/session.h"

#include <string.h>

struct iq {
    char *id, *to;
    iq_fn *fn;
    void *owner;
    struct client *c;
};

static const struct {
    const char *type, *condition, *special;
} error_rows[] = {
    [ERROR_BAD_REQUEST] = {"cancel", "bad-request", NULL},
    [ERROR_CONFLICT_TIE_BREAK] = {"cancel", "conflict", "tie-break"},
    [ERROR_CONSTRAINT] = {"modify", "resource-constraint", NULL},
    [ERROR_NO_RESOURCES] = {"wait", "resource-constraint", NULL},
    [ERROR_NOT_IMPLEMENTED] = {"cancel", "feature-not-implemented", NULL},
    [ERROR_UNSUPPORTED_INFO] = {"modify", "feature-not-implemented",
        "unsupported-info"},
    [ERROR_ITEM_NOT_FOUND] = {"cancel", "item-not-found", NULL},
    [ERROR_UNKNOWN_SESSION] = {"cancel", "item-not-found", "unknown-session"},
    [ERROR_NOT_ACCEPTABLE] = {"cancel", "not-acceptable", NULL},
    [ERROR_OUT_OF_ORDER] = {"wait", "unexpected-request", "out-of-order"},
    [ERROR_SERVICE_UNAVAILABLE] = {"cancel", "service-unavailable", NULL},
    [ERROR_UNEXPECTED] = {"cancel", "unexpected-request", NULL},
    [ERROR_SECURITY_REQUIRED] = {"cancel", "not-acceptable",
        "security-required"},
};

static void iq_free(struct iq *iq)
{
    timer_forget(iq->c, iq);
    free(iq->id);
    free(iq->to);
    free(iq);
}

static void iq_timed_out(struct client *c, void *owner)
{
    struct iq *iq = owner;
    for (size_t i = 0; i < c->iqs.count; i++) {
        if (c->iqs.items[i] == iq) {
            vec_remove(&c->iqs, i);
            break;
        }
    }
    iq_fn *fn = iq->fn;
    void *fn_owner = iq->owner;
    iq_free(iq);
    if (fn) {
        fn(c, fn_owner, IQ_TIMEOUT, NULL);
    }
}

void iq_begin(
    struct client *c, const char *to, const char *type, iq_fn *fn, void *owner)
{
    struct iq *iq = mem_alloc(sizeof *iq);
    iq->c = c;
    iq->id = fault(c, FAULT_IQ_ID_REUSED)
                 ? mem_strdup("jingle")
                 : mem_printf("j%llu", (unsigned long long)++c->next_iq);
    iq->to = mem_strdup(to ? to : "");
    iq->fn = fn;
    iq->owner = owner;
    vec_push(&c->iqs, iq);
    timer_set(c, iq_timed_out, iq, policy(c)->iq_timeout_ms);

    buffer_clear(&c->stanza);
    buffer_add_text(&c->stanza, "<iq");
    xml_add_attr(&c->stanza, "type", type);
    xml_add_attr(&c->stanza, "id", iq->id);
    xml_add_attr(&c->stanza, "to", to);
    buffer_add_text(&c->stanza, ">");
}

void iq_end(struct client *c)
{
    buffer_add_text(&c->stanza, "</iq>");
    core_send(c, &c->stanza);
}

void iq_send(struct client *c, const char *to, const char *type,
    const char *payload, iq_fn *fn, void *owner)
{
    iq_begin(c, to, type, fn, owner);
    buffer_add_text(&c->stanza, payload);
    iq_end(c);
}

void iq_forget(struct client *c, const void *owner)
{
    for (size_t i = 0; i < c->iqs.count; i++) {
        if (c->iqs.items[i]->owner == owner) {
            c->iqs.items[i]->fn = NULL;
            c->iqs.items[i]->owner = NULL;
        }
    }
}

size_t iq_waiting(const struct client *c, const void *owner)
{
    size_t count = 0;
    for (size_t i = 0; i < c->iqs.count; i++) {
        count += c->iqs.items[i]->owner == owner;
    }
    return count;
}

void iq_free_all(struct client *c)
{
    for (size_t i = 0; i < c->iqs.count; i++) {
        iq_free(c->iqs.items[i]);
    }
    vec_free(&c->iqs);
}

/* An answer must come from whom the request went to; without "from", or from
 * our own bare JID or server, it answers a request to our account (RFC 6120
 * s8.1.2.1). */
static bool answers(
    const struct client *c, const struct iq *iq, xmlNodePtr stanza)
{
    const char *from = stanza_attr(stanza, "from");
    if (strcmp(iq->id, stanza_attr(stanza, "id"))) {
        return false;
    }
    if (!strcmp(iq->to, from) || fault(c, FAULT_IQ_FROM_UNCHECKED)) {
        return true;
    }
    bool ours = !*iq->to || !strcmp(iq->to, c->jid) ||
                (jid_is_bare(iq->to) && jid_same_bare(iq->to, c->jid));
    return ours && (!*from || !strcmp(from, c->jid) ||
                       (jid_is_bare(from) && jid_same_bare(from, c->jid)));
}

void iq_answer(struct client *c, xmlNodePtr stanza)
{
    bool error = !strcmp(stanza_attr(stanza, "type"), "error");
    for (size_t i = 0; i < c->iqs.count; i++) {
        struct iq *iq = c->iqs.items[i];
        if (!answers(c, iq, stanza)) {
            continue;
        }
        iq_fn *fn = iq->fn;
        void *owner = iq->owner;
        vec_remove(&c->iqs, i);
        iq_free(iq);
        if (fn) {
            fn(c, owner, error ? IQ_ERROR : IQ_RESULT, stanza);
        }
        return;
    }
    for (size_t i = 0;
         i < c->sessions.count && fault(c, FAULT_DOUBLED_RESULT_BREAKS); i++) {
        session_end(c->sessions.items[i], "general-error", NULL, NULL);
    }
}

static void begin_reply(
    struct client *c, xmlNodePtr request, const char *type, struct buffer *out)
{
    (void)c;
    buffer_printf(out, "<%s", stanza_name(request));
    xml_add_attr(out, "type", type);
    xml_add_attr(out, "id", xml_attr(request, "id"));
    xml_add_attr(out, "to", xml_attr(request, "from"));
    buffer_add_text(out, ">");
}

void iq_reply(struct client *c, xmlNodePtr request, const char *payload)
{
    struct buffer out = {0};
    begin_reply(c, request, "result", &out);
    buffer_add_text(&out, payload ? payload : "");
    buffer_add_text(&out, "</iq>");
    core_reply(c, &out);
    buffer_free(&out);
}

void iq_error(struct client *c, xmlNodePtr request, enum stanza_error error)
{
    const char *type = error_rows[error].type;
    const char *special = error_rows[error].special;
    if (fault(c, FAULT_ERROR_TYPE_WRONG)) {
        type = !strcmp(type, "cancel") ? "wait" : "cancel";
    }
    if (fault(c, FAULT_ERROR_AS_RESULT) && xml_is(request, NULL, "iq")) {
        iq_reply(c, request, NULL);
        return;
    }
    struct buffer out = {0};
    begin_reply(c, request, "error", &out);
    buffer_add_text(&out, "<error");
    xml_add_attr(&out, "type", type);
    buffer_printf(
        &out, "><%s xmlns='" NS_STANZAS "'/>", error_rows[error].condition);
    if (special && !fault(c, FAULT_JINGLE_ERROR_MISSING)) {
        buffer_printf(&out, "<%s xmlns='" NS_JINGLE_ERRORS "'/>", special);
    }
    buffer_printf(&out, "</error></%s>", stanza_name(request));
    core_reply(c, &out);
    buffer_free(&out);
}

void iq_redirect(struct client *c, xmlNodePtr request, const char *jid)
{
    struct buffer out = {0};
    char *uri = mem_printf("xmpp:%s", jid);
    begin_reply(c, request, "error", &out);
    buffer_add_text(
        &out, "<error type='modify'><redirect xmlns='" NS_STANZAS "'>");
    buffer_add_xml(&out, uri, strlen(uri));
    buffer_add_text(&out, "</redirect></error></iq>");
    core_reply(c, &out);
    buffer_free(&out);
    free(uri);
}

const char *iq_condition(xmlNodePtr stanza)
{
    xmlNodePtr error = xml_child(stanza, NULL, "error");
    for (xmlNodePtr at = xml_child(error, NS_STANZAS, NULL); at;
         at = xml_next(at, NS_STANZAS, NULL)) {
        if (strcmp(stanza_name(at), "text")) {
            return stanza_name(at);
        }
    }
    return "";
}

bool iq_has_jingle_error(xmlNodePtr stanza, const char *condition)
{
    return xml_child(
        xml_child(stanza, NULL, "error"), NS_JINGLE_ERRORS, condition);
}
