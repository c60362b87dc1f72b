#include "jingle/proxies.h"

#include "jingle/iq.h"

#include <stdlib.h>
#include <string.h>

enum { QUERIES_MAX = 32 };

static void call_waiters(struct client *c, void *owner)
{
    (void)owner;
    timer_cancel(c, call_waiters, &c->proxies);
    while (c->proxy_waiters.count) {
        struct waiter waiter = c->proxy_waiters.items[0];
        vec_remove(&c->proxy_waiters, 0);
        waiter.fn(c, waiter.owner);
    }
}

static void query_done(struct client *c)
{
    if (--c->proxy_queries == 0) {
        c->proxy_lookup = LOOKUP_DONE;
        call_waiters(c, NULL);
    }
}

static void streamhost_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)owner;
    xmlNodePtr query = xml_child(stanza, NS_S5B, "query");
    for (xmlNodePtr at = xml_child(query, NS_S5B, "streamhost");
         at && outcome == IQ_RESULT && c->proxies.count < QUERIES_MAX;
         at = xml_next(at, NS_S5B, "streamhost")) {
        const char *jid = xml_attr(at, "jid");
        const char *host = xml_attr(at, "host");
        const char *port_text = xml_attr(at, "port");
        uint64_t port = 1080; /* XEP-0065 s11.2 */
        if (jid && *jid && host && *host &&
            (!port_text || stanza_number(port_text, 65535, &port)) && port) {
            struct proxy proxy = {
                mem_strdup(jid), mem_strdup(host), (uint16_t)port};
            vec_push(&c->proxies, proxy);
        }
    }
    query_done(c);
}

static void ask_streamhost(struct client *c, const char *jid)
{
    c->proxy_queries++;
    const char *type = fault(c, FAULT_PROXY_ADDRESS_SET) ? "set" : "get";
    iq_send(c, jid, type, "<query xmlns='" NS_S5B "'/>", streamhost_answered,
        &c->proxies);
}

static void info_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)owner;
    xmlNodePtr query = xml_child(stanza, NS_DISCO_INFO, "query");
    for (xmlNodePtr at = xml_child(query, NS_DISCO_INFO, "identity");
         at && outcome == IQ_RESULT;
         at = xml_next(at, NS_DISCO_INFO, "identity")) {
        if (!strcmp(stanza_attr(at, "category"), "proxy") &&
            !strcmp(stanza_attr(at, "type"), "bytestreams")) {
            ask_streamhost(c, stanza_attr(stanza, "from"));
            break;
        }
    }
    query_done(c);
}

static void items_answered(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza)
{
    (void)owner;
    xmlNodePtr query = xml_child(stanza, NS_DISCO_ITEMS, "query");
    unsigned asked = 0;
    for (xmlNodePtr at = xml_child(query, NS_DISCO_ITEMS, "item");
         at && outcome == IQ_RESULT && asked < QUERIES_MAX;
         at = xml_next(at, NS_DISCO_ITEMS, "item")) {
        const char *jid = xml_attr(at, "jid");
        if (jid && *jid && !xml_attr(at, "node")) {
            asked++;
            c->proxy_queries++;
            iq_send(c, jid, "get", "<query xmlns='" NS_DISCO_INFO "'/>",
                info_answered, &c->proxies);
        }
    }
    query_done(c);
}

/* The script named them: no discovery. */
static void ask_named(struct client *c)
{
    const char *at = policy(c)->proxies;
    while (*at) {
        at += strspn(at, " ,");
        size_t len = strcspn(at, " ,");
        if (len) {
            char *jid = mem_strndup(at, len);
            ask_streamhost(c, jid);
            free(jid);
        }
        at += len;
    }
}

static void start(struct client *c)
{
    c->proxy_lookup = LOOKUP_RUNNING;
    c->proxy_queries = 1; /* this function itself */
    if (*policy(c)->proxies) {
        ask_named(c);
    } else {
        c->proxy_queries++;
        char *domain = jid_domain(c->jid);
        const char *query = fault(c, FAULT_ITEMS_REQUEST_FILLED)
                                ? "<query xmlns='" NS_DISCO_ITEMS
                                  "'><item jid='a.b'/></query>"
                                : "<query xmlns='" NS_DISCO_ITEMS "'/>";
        iq_send(c, domain, "get", query, items_answered, &c->proxies);
        free(domain);
    }
    query_done(c);
}

bool proxies_ready(struct client *c, proxies_fn *fn, void *owner)
{
    if (c->proxy_lookup == LOOKUP_NEVER) {
        start(c);
    }
    if (c->proxy_lookup == LOOKUP_DONE) {
        return true;
    }
    struct waiter waiter = {fn, owner};
    vec_push(&c->proxy_waiters, waiter);
    timer_set(c, call_waiters, &c->proxies, policy(c)->proxy_lookup_ms);
    return false;
}

void proxies_forget(struct client *c, const void *owner)
{
    for (size_t i = c->proxy_waiters.count; i-- > 0;) {
        if (c->proxy_waiters.items[i].owner == owner) {
            vec_remove(&c->proxy_waiters, i);
        }
    }
}

void proxies_clear(struct client *c)
{
    iq_forget(c, &c->proxies);
    timer_forget(c, &c->proxies);
    for (size_t i = 0; i < c->proxies.count; i++) {
        free(c->proxies.items[i].jid);
        free(c->proxies.items[i].host);
    }
    vec_free(&c->proxies);
    vec_free(&c->proxy_waiters);
    c->proxy_lookup = LOOKUP_NEVER;
    c->proxy_queries = 0;
}
