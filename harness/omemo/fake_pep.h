/* For unit tests: a server of personal eventing between accounts, in memory.
 * Stanzas wait in a queue until pep_run(). */
#ifndef JS_OMEMO_FAKE_PEP_H
#define JS_OMEMO_FAKE_PEP_H

#include "base/test.h"
#include "base/vec.h"
#include "base/xml.h"
#include "omemo/device.h"
#include "omemo/omemo.h"

#include <stdlib.h>
#include <string.h>

enum { PEP_CLIENTS = 8 };

struct fake_pep;
struct fake_client {
    struct fake_pep *pep;
    struct omemo_account *account;
    char jid[64]; /* full */
};

struct fake_item {
    char *jid, *node; /* bare */
    char *xml;
};

struct fake_stanza {
    int from;
    char *xml;
};

struct fake_pep {
    struct fake_client clients[PEP_CLIENTS];
    int count;
    VEC(struct fake_item) items;
    VEC(struct fake_stanza) queue;
    int bundles_asked, bundles_put, lists_put, messages;
    bool refuse_options;
};

static void pep_send(void *owner, struct bytes stanza)
{
    struct fake_client *client = owner;
    struct fake_stanza queued = {(int)(client - client->pep->clients),
        mem_strndup((const char *)stanza.data, stanza.len)};
    vec_push(&client->pep->queue, queued);
}

static struct omemo_account *pep_add(struct fake_pep *pep, const char *jid)
{
    struct fake_client *client = &pep->clients[pep->count++];
    client->pep = pep;
    client->account = omemo_account_new(omemo_device_new());
    snprintf(client->jid, sizeof client->jid, "%s", jid);
    omemo_account_attach(client->account, pep_send, client);
    omemo_account_login(client->account, jid);
    return client->account;
}

static char *pep_bare(const char *jid)
{
    return mem_strndup(jid, strcspn(jid, "/"));
}

static void pep_deliver(struct fake_client *to, const char *xml)
{
    struct error error;
    xmlDoc *doc = xml_parse(bytes_text(xml), &error);
    if (doc == NULL)
        test_fail(__FILE__, __LINE__, "%s: %s", error.message, xml);
    omemo_account_stanza(to->account, xmlDocGetRootElement(doc));
    xmlFreeDoc(doc);
}

static struct fake_item *pep_item(
    struct fake_pep *pep, const char *jid, const char *node)
{
    for (size_t i = 0; i < pep->items.count; i++) {
        if (strcmp(pep->items.items[i].jid, jid) == 0 &&
            strcmp(pep->items.items[i].node, node) == 0)
            return &pep->items.items[i];
    }
    return NULL;
}

/* Stores an item and tells everybody when it is a list of devices. */
static void pep_store(
    struct fake_pep *pep, const char *jid, const char *node, const char *xml)
{
    struct fake_item *item = pep_item(pep, jid, node);
    if (item == NULL) {
        struct fake_item fresh = {mem_strdup(jid), mem_strdup(node), NULL};
        vec_push(&pep->items, fresh);
        item = &pep->items.items[pep->items.count - 1];
    }
    free(item->xml);
    item->xml = mem_strdup(xml);
    if (strcmp(node, OMEMO_DEVICES_NODE) != 0)
        return;
    char *event = mem_printf(
        "<message from='%s'><event "
        "xmlns='http://jabber.org/protocol/pubsub#event'><items node='%s'>"
        "<item id='current'>%s</item></items></event></message>",
        jid, node, xml);
    for (int i = 0; i < pep->count; i++)
        pep_deliver(&pep->clients[i], event);
    free(event);
}

static void pep_answer(struct fake_client *client, const xmlNode *iq,
    const char *from, const char *type, const char *content)
{
    char *xml = mem_printf("<iq type='%s' id='%s' from='%s'>%s</iq>", type,
        xml_attr(iq, "id"), from, content);
    pep_deliver(client, xml);
    free(xml);
}

static void pep_publish(struct fake_client *client, const xmlNode *iq,
    const xmlNode *publish, const char *own)
{
    struct fake_pep *pep = client->pep;
    const char *node = xml_attr(publish, "node");
    bool list = strcmp(node, OMEMO_DEVICES_NODE) == 0;
    pep->lists_put += list;
    pep->bundles_put += !list;
    bool options = xml_find(iq, NULL, NULL, "publish-options") != NULL;
    if (options && pep->refuse_options) {
        pep_answer(client, iq, own, "error", "");
        return;
    }
    struct buffer item = {0};
    xml_print(xml_child(xml_child(publish, NULL, "item"), NULL, NULL), &item);
    pep_answer(client, iq, own, "result", "");
    pep_store(pep, own, node, buffer_text(&item));
    buffer_free(&item);
}

static void pep_get(struct fake_client *client, const xmlNode *iq,
    const xmlNode *items, const char *jid)
{
    struct fake_pep *pep = client->pep;
    const char *node = xml_attr(items, "node");
    pep->bundles_asked +=
        strncmp(node, OMEMO_BUNDLES_NODE, strlen(OMEMO_BUNDLES_NODE)) == 0;
    const struct fake_item *item = pep_item(pep, jid, node);
    if (item == NULL) {
        pep_answer(client, iq, jid, "error", "");
        return;
    }
    char *content = mem_printf(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='%s'>"
        "<item id='current'>%s</item></items></pubsub>",
        node, item->xml);
    pep_answer(client, iq, jid, "result", content);
    free(content);
}

static void pep_route(
    struct fake_pep *pep, struct fake_client *client, const xmlNode *message)
{
    struct buffer inside = {0};
    pep->messages++;
    xml_print(xml_child(message, NULL, NULL), &inside);
    char *xml = mem_printf(
        "<message from='%s'>%s</message>", client->jid, buffer_text(&inside));
    for (int i = 0; i < pep->count; i++) {
        char *bare = pep_bare(pep->clients[i].jid);
        if (strcmp(bare, xml_attr(message, "to")) == 0)
            pep_deliver(&pep->clients[i], xml);
        free(bare);
    }
    free(xml);
    buffer_free(&inside);
}

static void pep_handle(struct fake_pep *pep, const struct fake_stanza *stanza)
{
    struct fake_client *client = &pep->clients[stanza->from];
    struct error error;
    xmlDoc *doc = xml_parse(bytes_text(stanza->xml), &error);
    if (doc == NULL)
        test_fail(__FILE__, __LINE__, "%s: %s", error.message, stanza->xml);
    const xmlNode *root = xmlDocGetRootElement(doc);
    char *own = pep_bare(client->jid);
    const char *to = xml_attr(root, "to");
    const xmlNode *publish = xml_find(root, NULL, NULL, "publish");
    if (xml_is(root, NULL, "message"))
        pep_route(pep, client, root);
    else if (publish != NULL)
        pep_publish(client, root, publish, own);
    else
        pep_get(client, root, xml_find(root, NULL, NULL, "items"),
            to == NULL ? own : to);
    free(own);
    xmlFreeDoc(doc);
}

static void pep_run(struct fake_pep *pep)
{
    for (int i = 0; pep->queue.count > 0; i++) {
        struct fake_stanza stanza = pep->queue.items[0];
        vec_remove(&pep->queue, 0);
        pep_handle(pep, &stanza);
        free(stanza.xml);
        if (i > 1000)
            test_fail(__FILE__, __LINE__, "the accounts never come to rest");
    }
}

static void pep_free(struct fake_pep *pep)
{
    for (int i = 0; i < pep->count; i++)
        omemo_account_free(pep->clients[i].account);
    for (size_t i = 0; i < pep->items.count; i++) {
        free(pep->items.items[i].jid);
        free(pep->items.items[i].node);
        free(pep->items.items[i].xml);
    }
    for (size_t i = 0; i < pep->queue.count; i++)
        free(pep->queue.items[i].xml);
    vec_free(&pep->items);
    vec_free(&pep->queue);
}

#endif
