#include "schema/node_path.h"

#include <stdbool.h>
#include <string.h>

enum { depth_max = 64 }; /* deeper ancestors are left out */

static bool namesakes(const xmlNode *a, const xmlNode *b)
{
    return b->type == XML_ELEMENT_NODE &&
           strcmp((const char *)a->name, (const char *)b->name) == 0;
}

static void add_step(struct buffer *out, const xmlNode *node, bool top)
{
    unsigned before = 0;
    bool after = false;
    for (const xmlNode *n = node->prev; !top && n != NULL; n = n->prev)
        before += namesakes(node, n);
    for (const xmlNode *n = node->next; !top && n != NULL; n = n->next)
        after = after || namesakes(node, n);
    buffer_printf(out, "/%.200s", (const char *)node->name);
    if (before > 0 || after)
        buffer_printf(out, "[%u]", before + 1);
}

void node_path(struct buffer *out, const xmlNode *top, const xmlNode *node,
    const char *attribute)
{
    const xmlNode *steps[depth_max];
    size_t count = 0;
    for (const xmlNode *n = node; n != NULL; n = n->parent) {
        if (count < depth_max && n->type == XML_ELEMENT_NODE)
            steps[count++] = n;
        if (n == top)
            break;
    }
    while (count > 0) {
        count--;
        add_step(out, steps[count], steps[count] == top);
    }
    if (attribute != NULL)
        buffer_printf(out, "/@%.200s", attribute);
}
