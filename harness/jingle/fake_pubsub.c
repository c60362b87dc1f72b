#include "jingle/fake_pubsub.h"

#include "base/vec.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

#define PUBSUB_NS "http://jabber.org/protocol/pubsub"

struct node {
    char *jid, *name, *item;
};

struct fake_pubsub {
    VEC(struct node) nodes;
};

struct fake_pubsub *fake_pubsub_new(void)
{
    return mem_alloc(sizeof(struct fake_pubsub));
}

void fake_pubsub_free(struct fake_pubsub *pubsub)
{
    for (size_t i = 0; i < pubsub->nodes.count; i++) {
        free(pubsub->nodes.items[i].jid);
        free(pubsub->nodes.items[i].name);
        free(pubsub->nodes.items[i].item);
    }
    vec_free(&pubsub->nodes);
    free(pubsub);
}

static struct node *find(
    const struct fake_pubsub *pubsub, const char *jid, const char *name)
{
    for (size_t i = 0; i < pubsub->nodes.count; i++) {
        struct node *node = &pubsub->nodes.items[i];
        if (strcmp(node->jid, jid) == 0 && strcmp(node->name, name) == 0)
            return node;
    }
    return NULL;
}

const char *fake_pubsub_item(
    const struct fake_pubsub *pubsub, const char *jid, const char *node)
{
    const struct node *found = find(pubsub, jid, node);
    return found == NULL ? NULL : found->item;
}

void fake_pubsub_put(struct fake_pubsub *pubsub, const char *jid,
    const char *name, const char *item)
{
    struct node *node = find(pubsub, jid, name);
    if (node == NULL) {
        struct node fresh = {mem_strdup(jid), mem_strdup(name), NULL};
        vec_push(&pubsub->nodes, fresh);
        node = &pubsub->nodes.items[pubsub->nodes.count - 1];
    }
    free(node->item);
    node->item = mem_strdup(item);
}

bool fake_pubsub_request(struct fake_pubsub *pubsub, const char *jid,
    const xmlNode *payload, struct buffer *result, struct buffer *event)
{
    const xmlNode *publish = xml_child(payload, PUBSUB_NS, "publish");
    const xmlNode *items = xml_child(payload, PUBSUB_NS, "items");
    const char *name = xml_attr(publish == NULL ? items : publish, "node");
    if (name == NULL)
        return false;
    if (publish == NULL) {
        const char *item = fake_pubsub_item(pubsub, jid, name);
        if (item != NULL)
            buffer_printf(result,
                "<pubsub xmlns='" PUBSUB_NS "'><items node='%s'>"
                "<item id='current'>%s</item></items></pubsub>",
                name, item);
        return item != NULL;
    }
    struct buffer item = {0};
    xml_print(xml_child(xml_child(publish, NULL, "item"), NULL, NULL), &item);
    fake_pubsub_put(pubsub, jid, name, buffer_text(&item));
    buffer_printf(event,
        "<message from='%s'><event xmlns='" PUBSUB_NS
        "#event'><items node='%s'><item id='current'>%s</item></items></event>"
        "</message>",
        jid, name, buffer_text(&item));
    buffer_free(&item);
    return true;
}
