#include "jingle/client.h"

#include "jingle/ibb.h"
#include "jingle/iq.h"
#include "jingle/propose.h"
#include "jingle/proxies.h"
#include "jingle/s5b.h"
#include "jingle/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STANZA_MAX = 1 << 20, DEPTH_MAX = 100 };

/* --- the way out --- */

void core_send(struct client *c, const struct buffer *stanza)
{
    if (c->online) {
        c->host->send(c->owner, buffer_bytes(stanza));
    }
}

void core_reply(struct client *c, const struct buffer *stanza)
{
    if (!policy(c)->reply_delay_ms) {
        core_send(c, stanza);
        return;
    }
    struct held held = {c->now_ms + policy(c)->reply_delay_ms,
        mem_strndup(buffer_text(stanza), stanza->len), stanza->len};
    vec_push(&c->held, held);
}

static void send_held(struct client *c)
{
    while (c->held.count && c->held.items[0].at_ms <= c->now_ms) {
        struct held held = c->held.items[0];
        vec_remove(&c->held, 0);
        if (c->online) {
            c->host->send(c->owner, bytes_of(held.stanza, held.len));
        }
        free(held.stanza);
    }
}

void core_log(struct client *c, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    c->host->log(c->owner, line);
}

char *core_id(struct client *c)
{
    char id[17];
    random_id(&c->random, id, sizeof id);
    return mem_strdup(id);
}

/* --- timers --- */

void timer_cancel(struct client *c, timer_fn *fn, void *owner)
{
    for (size_t i = 0; i < c->timers.count; i++) {
        if (c->timers.items[i].fn == fn && c->timers.items[i].owner == owner) {
            vec_remove(&c->timers, i);
            return;
        }
    }
}

void timer_set(struct client *c, timer_fn *fn, void *owner, int64_t after_ms)
{
    timer_cancel(c, fn, owner);
    struct timer timer = {c->now_ms + after_ms, fn, owner};
    vec_push(&c->timers, timer);
}

void timer_forget(struct client *c, const void *owner)
{
    for (size_t i = c->timers.count; i-- > 0;) {
        if (c->timers.items[i].owner == owner) {
            vec_remove(&c->timers, i);
        }
    }
}

/* The due timer that was due first, or -1. */
static int64_t next_timer(const struct client *c, int64_t until_ms)
{
    int64_t best = -1;
    for (size_t i = 0; i < c->timers.count; i++) {
        int64_t at = c->timers.items[i].at_ms;
        if (at <= until_ms && (best < 0 || at < c->timers.items[best].at_ms)) {
            best = (int64_t)i;
        }
    }
    return best;
}

void client_tick(struct client *c, int64_t now_ms)
{
    core_enter(c);
    if (now_ms > c->now_ms) {
        c->now_ms = now_ms;
    }
    send_held(c);
    /* a timer that sets itself again for now waits for the next tick */
    for (size_t turns = c->timers.count; turns; turns--) {
        int64_t index = next_timer(c, c->now_ms);
        if (index < 0) {
            break;
        }
        struct timer timer = c->timers.items[index];
        vec_remove(&c->timers, (size_t)index);
        timer.fn(c, timer.owner);
    }
    core_leave(c);
}

int64_t client_next_deadline(const struct client *c)
{
    int64_t index = next_timer(c, INT64_MAX);
    int64_t at = index < 0 ? INT64_MAX : c->timers.items[index].at_ms;
    if (c->held.count && c->held.items[0].at_ms < at) {
        at = c->held.items[0].at_ms;
    }
    return at;
}

/* --- life --- */

void core_enter(struct client *c)
{
    c->depth++;
}

void core_leave(struct client *c)
{
    if (c->depth > 1) {
        c->depth--;
        return;
    }
    for (size_t i = c->sessions.count; i-- > 0;) {
        if (c->sessions.items[i]->dead) {
            struct session *session = c->sessions.items[i];
            vec_remove(&c->sessions, i);
            for (size_t k = c->dead_contents.count; k-- > 0;) {
                if (c->dead_contents.items[k]->session == session) {
                    content_free(c->dead_contents.items[k]);
                    vec_remove(&c->dead_contents, k);
                }
            }
            session_free(session);
        }
    }
    while (c->dead_contents.count) {
        struct content *content =
            c->dead_contents.items[c->dead_contents.count - 1];
        c->dead_contents.count--;
        content_free(content);
    }
    c->depth--;
}

struct client *client_new(const struct client_config *config,
    const struct client_host *host, void *owner)
{
    struct client *c = mem_alloc(sizeof *c);
    c->config = *config;
    c->host = host;
    c->owner = owner;
    c->software =
        mem_strdup(config->software ? config->software : "jinglespec");
    c->version =
        mem_strdup(config->version ? config->version : JINGLESPEC_VERSION);
    c->config.software = c->software;
    c->config.version = c->version;
    c->jid = mem_strdup("");
    c->random.state = config->seed;
    return c;
}

/* Forgets everything that belongs to one stream. */
static void forget_stream(struct client *c, bool tell)
{
    c->online = false;
    core_enter(c);
    bool keep = tell && fault(c, FAULT_STREAM_LOST_IGNORED);
    for (size_t i = 0; i < c->sessions.count && !keep; i++) {
        struct session *session = c->sessions.items[i];
        if (tell) {
            session_ended(session, "connectivity-error", "the stream was lost");
        }
        session->state = SESSION_ENDED;
        session->dead = true;
    }
    propose_clear(c);
    core_leave(c);
    proxies_clear(c);
    disco_clear(c);
    iq_free_all(c);
    s5b_free_connections(c);
    while (c->held.count) {
        free(c->held.items[--c->held.count].stanza);
    }
}

void client_free(struct client *c)
{
    if (!c) {
        return;
    }
    forget_stream(c, false);
    s5b_unlisten(c, NULL);
    for (size_t i = 0; i < c->shared.count; i++) {
        free(c->shared.items[i].path);
        free(c->shared.items[i].name);
    }
    vec_free(&c->shared);
    vec_free(&c->timers);
    vec_free(&c->held);
    vec_free(&c->sessions);
    vec_free(&c->dead_contents);
    vec_free(&c->connections);
    vec_free(&c->listeners);
    vec_free(&c->answers);
    buffer_free(&c->stanza);
    free(c->software);
    free(c->version);
    free(c->jid);
    free(c);
}

void client_login_done(struct client *c, const char *full_jid)
{
    if (c->online) {
        forget_stream(c, true);
    }
    core_enter(c);
    free(c->jid);
    c->jid = mem_strdup(full_jid);
    c->random.state = random_seed(c->config.seed, full_jid);
    c->online = true;
    if (policy(c)->presence) {
        disco_send_presence(c, NULL);
    }
    const struct security *security = c->config.security;
    if (security) {
        security->login(security->owner, c);
    }
    core_leave(c);
}

void client_stream_lost(struct client *c)
{
    forget_stream(c, true);
}

/* --- stanzas in --- */

static void answer_version(struct client *c, xmlNodePtr iq)
{
    struct buffer out = {0};
    buffer_add_text(&out, "<query xmlns='" NS_VERSION "'>");
    stanza_add_text(&out, "name", c->software);
    stanza_add_text(&out, "version", c->version);
    buffer_add_text(&out, "</query>");
    iq_reply(c, iq, buffer_text(&out));
    buffer_free(&out);
}

static void take_request(struct client *c, xmlNodePtr iq)
{
    bool set = !strcmp(stanza_attr(iq, "type"), "set");
    xmlNodePtr payload = xml_child(iq, NULL, NULL);
    const char *ns = payload ? xml_ns(payload) : "";
    const char *from = stanza_attr(iq, "from");
    bool own = !*from || (jid_is_bare(from) && jid_same_bare(from, c->jid));
    if (!payload || xml_next(payload, NULL, NULL)) {
        iq_error(c, iq, ERROR_BAD_REQUEST); /* RFC 6120 s8.2.3 */
    } else if (xml_is(payload, NS_JINGLE, "jingle")) {
        jingle_request(c, iq, payload);
    } else if (!strcmp(ns, NS_IBB) && set) {
        ibb_stanza(c, iq, payload);
    } else if (!set && (xml_is(payload, NS_DISCO_INFO, "query") ||
                           xml_is(payload, NS_DISCO_ITEMS, "query"))) {
        disco_answer(c, iq);
    } else if (!set && xml_is(payload, NS_PING, "ping") && policy(c)->ping) {
        iq_reply(c, iq, NULL);
    } else if (!set && xml_is(payload, NS_VERSION, "query") &&
               policy(c)->version) {
        answer_version(c, iq);
    } else if (set && xml_is(payload, "jabber:iq:roster", "query") && own) {
        iq_reply(c, iq, NULL);
    } else if (set && xml_is(payload, NS_S5B, "query")) {
        iq_error(c, iq, ERROR_NOT_ACCEPTABLE); /* without Jingle: no */
    } else if (fault(c, FAULT_UNKNOWN_IQ_ACKED)) {
        iq_reply(c, iq, NULL);
    } else if (!fault(c, FAULT_UNKNOWN_IQ_UNANSWERED)) {
        iq_error(c, iq, ERROR_SERVICE_UNAVAILABLE);
    }
}

static void take_iq(struct client *c, xmlNodePtr iq)
{
    const char *type = stanza_attr(iq, "type");
    if (!strcmp(type, "result") || !strcmp(type, "error")) {
        iq_answer(c, iq);
    } else if (!strcmp(type, "get") || !strcmp(type, "set")) {
        take_request(c, iq);
    } else {
        iq_error(c, iq, ERROR_BAD_REQUEST);
    }
}

static void take_message(struct client *c, xmlNodePtr message)
{
    if (!strcmp(stanza_attr(message, "type"), "error")) {
        return;
    }
    xmlNodePtr carbon = xml_child(message, "urn:xmpp:carbons:2", NULL);
    if (carbon && fault(c, FAULT_FORGED_CARBON_TAKEN)) {
        message = xml_child(
            xml_child(carbon, NULL, "forwarded"), NS_CLIENT, "message");
    }
    xmlNodePtr data = xml_child(message, NS_IBB, "data");
    xmlNodePtr propose = xml_child(message, NS_PROPOSE, NULL);
    if (data) {
        ibb_stanza(c, message, data);
    } else if (propose) {
        propose_message(c, message, propose);
    }
}

static void peer_gone(struct client *c, void *owner)
{
    struct session *session = owner;
    if (disco_is_online(c, session->peer) ||
        session->last_heard_ms + policy(c)->gone_timeout_ms > c->now_ms) {
        return;
    }
    session_end(session, "connectivity-error", NULL, "the peer went offline");
}

/* The peer's unavailable presence ends its sessions, unless something is
 * still heard of it (XEP-0166 s6.7). */
static void take_presence(struct client *c, xmlNodePtr presence)
{
    disco_presence(c, presence);
    const char *type = stanza_attr(presence, "type");
    const char *from = stanza_attr(presence, "from");
    if (strcmp(type, "unavailable") || fault(c, FAULT_UNAVAILABLE_IGNORED)) {
        return;
    }
    propose_peer_gone(c, from);
    for (size_t i = 0; i < c->sessions.count; i++) {
        struct session *session = c->sessions.items[i];
        bool kept = session->initiator && !session->acknowledged &&
                    fault(c, FAULT_UNACKNOWLEDGED_KEPT);
        bool running = session->state == SESSION_PENDING ||
                       session->state == SESSION_ACTIVE;
        if (running && !kept && !strcmp(session->peer, from)) {
            deaf_by(c, FAULT_OFFLINE_MIDWAY_HANGS);
            session->last_heard_ms = c->now_ms;
            timer_set(c, peer_gone, session, policy(c)->gone_timeout_ms);
        }
    }
}

void client_stanza(struct client *c, xmlNodePtr stanza)
{
    const struct security *security = c->config.security;
    if (!c->online || c->deaf) {
        return;
    }
    core_enter(c);
    if (security && security->stanza(security->owner, c, stanza)) {
        core_leave(c);
        return;
    }
    if (xml_is(stanza, NS_CLIENT, "iq")) {
        take_iq(c, stanza);
    } else if (xml_is(stanza, NS_CLIENT, "message")) {
        take_message(c, stanza);
    } else if (xml_is(stanza, NS_CLIENT, "presence")) {
        take_presence(c, stanza);
    }
    core_leave(c);
}

static unsigned depth_of(xmlNodePtr node)
{
    unsigned deepest = 0, depth = 1;
    xmlNodePtr at = node;
    while (at) {
        deepest = depth > deepest ? depth : deepest;
        if (at->type == XML_ELEMENT_NODE && at->children) {
            at = at->children;
            depth++;
            continue;
        }
        while (at && at != node && !at->next) {
            at = at->parent;
            depth--;
        }
        at = at == node ? NULL : at->next;
    }
    return deepest;
}

bool client_stanza_text(
    struct client *c, const char *xml, size_t len, struct error *error)
{
    if (len > STANZA_MAX) {
        return error_set(error, "the stanza has more than 1 MiB");
    }
    struct buffer text = {0};
    buffer_add_text(&text, "<stream xmlns='" NS_CLIENT "'>");
    buffer_add(&text, xml, len);
    buffer_add_text(&text, "</stream>");
    xmlDocPtr document = xml_parse(buffer_bytes(&text), error);
    buffer_free(&text);
    xmlNodePtr root = document ? xmlDocGetRootElement(document) : NULL;
    xmlNodePtr stanza = xml_child(root, NULL, NULL);
    bool good = stanza && !document->intSubset && depth_of(root) <= DEPTH_MAX;
    for (xmlNodePtr at = good ? stanza : NULL; at;
         at = xml_next(at, NULL, NULL)) {
        client_stanza(c, at);
    }
    if (document && !good) {
        error_set(error, "no stanza, or nested over 100 deep");
    }
    xmlFreeDoc(document);
    return good;
}

/* --- connections --- */

void client_accepted(struct client *c, int listener, int connection)
{
    core_enter(c);
    s5b_client_accepted(c, listener, connection);
    core_leave(c);
}

void client_connection_event(struct client *c, int connection,
    enum client_connection_event event, const void *data, size_t len)
{
    core_enter(c);
    s5b_client_event(c, connection, event, data, len);
    core_leave(c);
}

/* --- looking inside --- */

/* Does it wait for nothing but what the peer itself will write? What a proxy
 * holds of that nobody sees. */
static bool waits_for_peer(const struct connection *at)
{
    const struct s5b *s5b = at->t->s5b;
    bool proxied = !at->incoming &&
                   (at->own_proxy || s5b->theirs.items[at->candidate].type ==
                                         CANDIDATE_PROXY);
    bool asked = at->socks.state < SOCKS5_DECIDE && at->socks.out_len == 0;
    return !proxied &&
           (at->socks.state == SOCKS5_OPEN ? !at->t->content->sending : asked);
}

bool client_idle(const struct client *c)
{
    const struct security *security = c->config.security;
    if (c->held.count || next_timer(c, c->now_ms) >= 0 ||
        (security && !security->idle(security->owner))) {
        return false;
    }
    for (size_t i = 0; i < c->connections.count; i++) {
        const struct connection *at = c->connections.items[i];
        bool trying = !at->incoming && at->socks.state != SOCKS5_OPEN;
        bool streaming = at->t && at->t->s5b->stream == at &&
                         at->t->content->state == CONTENT_MOVING;
        if ((trying || streaming) && !waits_for_peer(at)) {
            return false;
        }
    }
    return true;
}

bool client_set_policy(
    struct client *c, const char *key, const char *value, struct error *error)
{
    struct buffer before = {0}, after = {0};
    disco_put_caps(c, &before);
    bool good = policy_set(&c->config.policy, key, value, error);
    disco_put_caps(c, &after);
    bool changed = strcmp(buffer_text(&before), buffer_text(&after)) != 0;
    if (good && changed && c->online && policy(c)->presence) {
        core_enter(c);
        disco_send_presence(c, NULL); /* new caps: XEP-0115 s4 */
        core_leave(c);
    }
    buffer_free(&before);
    buffer_free(&after);
    return good;
}

const char *client_jid(const struct client *c)
{
    return c->jid;
}

size_t client_session_count(const struct client *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->sessions.count; i++) {
        count += c->sessions.items[i]->state != SESSION_ENDED;
    }
    return count;
}

size_t client_waiting_count(const struct client *c)
{
    size_t count = propose_waiting(c);
    for (size_t i = 0; i < c->sessions.count; i++) {
        count += c->sessions.items[i]->waiting;
    }
    return count;
}
