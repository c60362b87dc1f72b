#include "schema/replies.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/xml.h"

#include <stdio.h>
#include <string.h>

#define INFO "http://jabber.org/protocol/disco#info"
#define ITEMS "http://jabber.org/protocol/disco#items"
#define BYTESTREAMS "http://jabber.org/protocol/bytestreams"
#define JINGLEPUB "urn:xmpp:jinglepub:1"

static const char *attr(const xmlNode *node, const char *name)
{
    const char *value = xml_attr(node, name);
    return value == NULL ? "" : value;
}

static uint64_t fingerprint(const char *text)
{
    return random_seed(1, text);
}

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
            asked->hosts[asked->host_count] = fingerprint(attr(host, "jid"));
        asked->host_count++;
    }
}

struct asked asked_read(const xmlNode *iq)
{
    struct asked asked = {0};
    bool is_set = strcmp(attr(iq, "type"), "set") == 0;
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

struct judging {
    const struct asked *asked;
    const xmlNode *iq;
    const struct rules *rules;
    rule_broken_fn *broken;
    void *owner;
};

static void say(const struct judging *j, const char *id, const xmlNode *element,
    const char *attribute, const char *seen)
{
    const struct rule *rule = rules_find(j->rules, id);
    char message[1024];
    if (rule == NULL)
        return;
    snprintf(message, sizeof message, "%s: %s", seen, rule->message);
    j->broken(j->owner, rule, element, attribute, message);
}

static void judge_discovery(const struct judging *j, const char *ns)
{
    const xmlNode *query = xml_child(j->iq, ns, "query");
    const char *node = j->asked->node;
    char seen[512];
    if (query == NULL) {
        snprintf(seen, sizeof seen, "no <query/> of '%s'", ns);
        say(j, "disco-answer", j->iq, NULL, seen);
    } else if (node != NULL && strcmp(attr(query, "node"), node) != 0) {
        snprintf(seen, sizeof seen, "asked was '%.200s', answered '%.200s'",
            node, attr(query, "node"));
        say(j, "disco-node", query, "node", seen);
    }
}

static void judge_hosts(const struct judging *j)
{
    const struct asked *asked = j->asked;
    const xmlNode *used = xml_child(
        xml_child(j->iq, BYTESTREAMS, "query"), BYTESTREAMS, "streamhost-used");
    if (used == NULL) {
        say(j, "bs-used-missing", j->iq, NULL, "no <streamhost-used/>");
        return;
    }
    uint64_t jid = fingerprint(attr(used, "jid"));
    bool known = asked->host_count > asked_hosts_max;
    for (unsigned i = 0; !known && i < asked->host_count; i++)
        known = asked->hosts[i] == jid;
    char seen[256];
    snprintf(seen, sizeof seen, "'%.200s' was not offered", attr(used, "jid"));
    if (!known)
        say(j, "bs-used-offered", used, "jid", seen);
}

void asked_judge(const struct asked *asked, const xmlNode *iq,
    const struct rules *rules, rule_broken_fn *broken, void *owner)
{
    const struct judging j = {asked, iq, rules, broken, owner};
    switch (asked->kind) {
    case ASKED_OTHER:
        return;
    case ASKED_INFO:
        judge_discovery(&j, INFO);
        return;
    case ASKED_ITEMS:
        judge_discovery(&j, ITEMS);
        return;
    case ASKED_PROXY:
        if (xml_child(xml_child(iq, BYTESTREAMS, "query"), BYTESTREAMS,
                "streamhost") == NULL)
            say(&j, "bs-proxy-address", iq, NULL, "no <streamhost/>");
        return;
    case ASKED_HOSTS:
        judge_hosts(&j);
        return;
    case ASKED_START:
        if (xml_child(iq, JINGLEPUB, "starting") == NULL)
            say(&j, "jpub-starting", iq, NULL, "no <starting/>");
        return;
    }
}
