#include "omemo/pep.h"

#include "base/xml.h"
#include "omemo/omemo.h"

#include <string.h>

#define PUBSUB_NS "http://jabber.org/protocol/pubsub"
#define EVENT_NS "http://jabber.org/protocol/pubsub#event"

static void begin(
    struct buffer *out, const char *type, const char *iq_id, const char *jid)
{
    buffer_add_text(out, "<iq");
    xml_add_attr(out, "type", type);
    xml_add_attr(out, "id", iq_id);
    xml_add_attr(out, "to", jid);
    buffer_add_text(out, "><pubsub xmlns='" PUBSUB_NS "'>");
}

static void add_options(struct buffer *out, const char *access)
{
    buffer_add_text(out,
        "<publish-options><x xmlns='jabber:x:data' type='submit'>"
        "<field var='FORM_TYPE' type='hidden'><value>" PUBSUB_NS
        "#publish-options</value></field>"
        "<field var='pubsub#access_model'><value>");
    buffer_add_xml(out, access, strlen(access));
    buffer_add_text(out, "</value></field></x></publish-options>");
}

static void end_publish(struct buffer *out, const char *access)
{
    buffer_add_text(out, "</item></publish>");
    if (access != NULL)
        add_options(out, access);
    buffer_add_text(out, "</pubsub></iq>");
}

void pep_publish_list(struct buffer *out, const char *iq_id,
    const struct omemo_list *list, const char *item, const char *access)
{
    begin(out, "set", iq_id, NULL);
    buffer_add_text(out, "<publish node='" OMEMO_DEVICES_NODE "'><item");
    xml_add_attr(out, "id", item);
    buffer_add_text(out, ">");
    omemo_list_print(list, out);
    end_publish(out, access);
}

void pep_publish_bundle(struct buffer *out, const char *iq_id, uint32_t device,
    const struct omemo_bundle *bundle, const char *access)
{
    begin(out, "set", iq_id, NULL);
    buffer_printf(out,
        "<publish node='" OMEMO_BUNDLES_NODE "%u'><item id='current'>", device);
    omemo_bundle_print(bundle, out);
    end_publish(out, access);
}

void pep_get_list(struct buffer *out, const char *iq_id, const char *jid)
{
    begin(out, "get", iq_id, jid);
    buffer_add_text(
        out, "<items node='" OMEMO_DEVICES_NODE "'/></pubsub></iq>");
}

void pep_get_bundle(
    struct buffer *out, const char *iq_id, const char *jid, uint32_t device)
{
    begin(out, "get", iq_id, jid);
    buffer_printf(
        out, "<items node='" OMEMO_BUNDLES_NODE "%u'/></pubsub></iq>", device);
}

/* The newest of the items that holds the element: servers send the newest
 * last, and old clients left several items behind. */
static const xmlNode *in_items(
    const xmlNode *items, const char *ns, const char *name)
{
    const xmlNode *found = NULL;
    const xmlNode *item = xml_child(items, ns, "item");
    for (; item != NULL; item = xml_next(item, ns, "item")) {
        const xmlNode *inside = xml_child(item, OMEMO_NS, name);
        if (inside != NULL)
            found = inside;
    }
    return found;
}

const xmlNode *pep_result(const xmlNode *iq, const char *name)
{
    const xmlNode *pubsub = xml_child(iq, PUBSUB_NS, "pubsub");
    return in_items(xml_child(pubsub, PUBSUB_NS, "items"), PUBSUB_NS, name);
}

const xmlNode *pep_event_list(const xmlNode *message)
{
    const xmlNode *event = xml_child(message, EVENT_NS, "event");
    const xmlNode *items = xml_child(event, EVENT_NS, "items");
    const char *node = xml_attr(items, "node");
    if (node == NULL || strcmp(node, OMEMO_DEVICES_NODE) != 0)
        return NULL;
    return in_items(items, EVENT_NS, "list");
}
