/* A stanza in a few words, for ladders and messages. */
#include "base/xml.h"
#include "stage/stage.h"

#include <string.h>

/* What distinguishes a payload: Jingle's action, a transport's child, IBB's
 * seq, a disco node ... */
static const struct {
    const char *name, *attribute;
} telling[] = {
    {"jingle", "action"},
    {"open", "block-size"},
    {"data", "seq"},
};

static void add_payload(struct buffer *out, const xmlNode *child)
{
    const char *name = (const char *)child->name;
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
        const char *value = xml_attr(child, telling[i].attribute);
        if (strcmp(telling[i].name, name) != 0 || value == NULL)
            continue;
        if (strcmp(name, "jingle") == 0)
            buffer_printf(out, " %s", value);
        else
            buffer_printf(out, " %s %s=%s", name, telling[i].attribute, value);
        return;
    }
    buffer_printf(out, " %s", name);
    if (strcmp(name, "query") == 0) {
        const char *ns = xml_ns(child), *cut = strrchr(ns, '/');
        if (cut == NULL)
            cut = strrchr(ns, ':');
        buffer_printf(out, " %s", cut != NULL ? cut + 1 : ns);
    }
}

/* What is inside a transport-info or a terminate. */
static void add_detail(struct buffer *out, const xmlNode *child)
{
    if (!xml_is(child, NULL, "jingle"))
        return;
    const xmlNode *reason = xml_child(child, NULL, "reason");
    const xmlNode *inner = reason != NULL ? reason->children : NULL;
    if (reason == NULL) {
        const xmlNode *content = xml_child(child, NULL, "content");
        const xmlNode *transport = xml_child(content, NULL, "transport");
        const char *action = xml_attr(child, "action");
        if (action != NULL && strcmp(action, "transport-info") == 0 &&
            transport != NULL)
            inner = transport->children;
    }
    for (; inner != NULL; inner = inner->next) {
        if (inner->type == XML_ELEMENT_NODE) {
            buffer_printf(out, " %s", (const char *)inner->name);
            break;
        }
    }
}

char *describe_stanza(struct arena *arena, const xmlNode *stanza)
{
    struct buffer out = {0}, clean = {0};
    buffer_add_text(&out, (const char *)stanza->name);
    const char *type = xml_attr(stanza, "type");
    if (type != NULL)
        buffer_printf(&out, " %s", type);
    const xmlNode *error = xml_child(stanza, NULL, "error");
    if (error != NULL && type != NULL && strcmp(type, "error") == 0) {
        const xmlNode *condition = xml_child(error, NULL, NULL);
        if (condition != NULL)
            buffer_printf(&out, " %s", (const char *)condition->name);
    } else {
        const xmlNode *child = xml_child(stanza, NULL, NULL);
        if (child != NULL) {
            add_payload(&out, child);
            add_detail(&out, child);
        }
    }
    size_t len = out.len > 120 ? 120 : out.len;
    buffer_add_clean(&clean, out.data, len);
    char *text = arena_strdup(arena, buffer_text(&clean));
    buffer_free(&out);
    buffer_free(&clean);
    return text;
}
