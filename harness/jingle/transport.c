#include "jingle/transport.h"

#include "jingle/proxies.h"

#include <stdlib.h>
#include <string.h>

const struct transport_type *transport_of_kind(unsigned kind)
{
    return kind == TRANSPORT_S5B ? &transport_s5b : &transport_ibb;
}

const struct transport_type *transport_of_ns(const char *ns)
{
    return !strcmp(ns, NS_JINGLE_S5B)   ? &transport_s5b
           : !strcmp(ns, NS_JINGLE_IBB) ? &transport_ibb
                                        : NULL;
}

static char *fresh_sid(struct client *c)
{
    char *id = core_id(c);
    if (fault(c, FAULT_SID_NO_TOKEN)) {
        char *odd = mem_printf("%s/1", id);
        free(id);
        return odd;
    }
    return id;
}

struct transport *transport_new(
    struct content *content, const struct transport_type *type, const char *sid)
{
    struct transport *transport = mem_alloc(sizeof *transport);
    transport->type = type;
    transport->c = content->session->c;
    transport->content = content;
    transport->sid = sid ? mem_strdup(sid) : fresh_sid(transport->c);
    transport->ours = !sid;
    return transport;
}

void transport_free(struct transport *transport)
{
    if (transport) {
        transport->type->free(transport);
        timer_forget(transport->c, transport);
        iq_forget(transport->c, transport);
        free(transport->sid);
        free(transport);
    }
}

bool transport_ready(struct client *c, unsigned kind, timer_fn *fn, void *owner)
{
    bool needs_proxies =
        kind == TRANSPORT_S5B &&
        policy_list_has(&policy(c)->candidates, CANDIDATE_PROXY);
    return !needs_proxies || proxies_ready(c, fn, owner);
}

int transport_choose(const struct content *content)
{
    const struct session *session = content->session;
    const struct policy_list *list = &policy(session->c)->transports;
    for (unsigned i = 0; i < list->count; i++) {
        unsigned kind = fault(session->c, FAULT_IBB_PREFERRED)
                            ? list->items[list->count - 1 - i]
                            : list->items[i];
        bool peer =
            kind == TRANSPORT_S5B ? session->peer_s5b : session->peer_ibb;
        if (fault(session->c, FAULT_PEER_FEATURES_IGNORED)) {
            peer = true;
        }
        if (peer && !(content->tried & (1u << kind))) {
            return (int)kind;
        }
    }
    return -1;
}
