#include "schema/replies.h"

#include "base/memory.h"
#include "base/xml.h"
#include "schema/fingerprint.h"

#include <string.h>

#define INFO "http://jabber.org/protocol/disco#info"
#define ITEMS "http://jabber.org/protocol/disco#items"
#define BYTESTREAMS "http://jabber.org/protocol/bytestreams"
#define JINGLEPUB "urn:xmpp:jinglepub:1"

static void read_bytestream(
    struct asked *asked, const xmlNode *query, bool is_set)
{
    const xmlNode *host = xml_child(query, BYTESTREAMS, "streamhost");
    if (!is_set)
        asked->kind = ASKED_PROXY;
    else if (host != NULL)
        asked->kind = ASKED_HOSTS;
    for (; host != NULL; host = xml_next(host, BYTESTREAMS, "streamhost")) {
        if (asked->host_count < asked_hosts_max)
            asked->hosts[asked->host_count] =
                fingerprint(1, xml_attr_text(host, "jid"));
        asked->host_count++;
    }
}

struct asked asked_read(const xmlNode *iq)
{
    struct asked asked = {0};
    bool is_set = strcmp(xml_attr_text(iq, "type"), "set") == 0;
    const xmlNode *payload = xml_child(iq, NULL, NULL);
    if (payload == NULL)
        return asked;
    if (xml_is(payload, BYTESTREAMS, "query"))
        read_bytestream(&asked, payload, is_set);
    else if (is_set)
        return asked;
    else if (xml_is(payload, INFO, "query"))
        asked.kind = ASKED_INFO;
    else if (xml_is(payload, ITEMS, "query"))
        asked.kind = ASKED_ITEMS;
    else if (xml_is(payload, JINGLEPUB, "start"))
        asked.kind = ASKED_START;
    if (asked.kind == ASKED_INFO || asked.kind == ASKED_ITEMS)
        asked.node = mem_strdup(xml_attr(payload, "node"));
    return asked;
}

static void judge_discovery(const struct asked *asked, const char *ns,
    const xmlNode *iq, const struct rule_sink *sink)
{
    const xmlNode *query = xml_child(iq, ns, "query");
    const char *answered = xml_attr_text(query, "node");
    if (query == NULL)
        rule_say(sink, "disco-answer", iq, NULL, "no <query/> of '%s'", ns);
    else if (asked->node != NULL && strcmp(answered, asked->node) != 0)
        rule_say(sink, "disco-node", query, "node",
            "asked was '%.200s', answered '%.200s'", asked->node, answered);
}

static void judge_hosts(
    const struct asked *asked, const xmlNode *iq, const struct rule_sink *sink)
{
    const xmlNode *used = xml_child(
        xml_child(iq, BYTESTREAMS, "query"), BYTESTREAMS, "streamhost-used");
    if (used == NULL) {
        rule_say(sink, "bs-used-missing", iq, NULL, "no <streamhost-used/>");
        return;
    }
    uint64_t jid = fingerprint(1, xml_attr_text(used, "jid"));
    bool known = asked->host_count > asked_hosts_max;
    for (unsigned i = 0; !known && i < asked->host_count; i++)
        known = asked->hosts[i] == jid;
    if (!known)
        rule_say(sink, "bs-used-offered", used, "jid",
            "'%.200s' was not offered", xml_attr_text(used, "jid"));
}

void asked_judge(
    const struct asked *asked, const xmlNode *iq, const struct rule_sink *sink)
{
    switch (asked->kind) {
    case ASKED_OTHER:
        return;
    case ASKED_INFO:
        judge_discovery(asked, INFO, iq, sink);
        return;
    case ASKED_ITEMS:
        judge_discovery(asked, ITEMS, iq, sink);
        return;
    case ASKED_PROXY:
        if (xml_child(xml_child(iq, BYTESTREAMS, "query"), BYTESTREAMS,
                "streamhost") == NULL)
            rule_say(sink, "bs-proxy-address", iq, NULL, "no <streamhost/>");
        return;
    case ASKED_HOSTS:
        judge_hosts(asked, iq, sink);
        return;
    case ASKED_START:
        if (xml_child(iq, JINGLEPUB, "starting") == NULL)
            rule_say(sink, "jpub-starting", iq, NULL, "no <starting/>");
        return;
    }
}
