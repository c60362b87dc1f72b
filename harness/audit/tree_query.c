/* What is asked of a tree that was read. */
#include "audit/tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct tree_node *tree_root(const struct tree *tree)
{
    return tree_child(tree->document, NULL);
}

const struct tree_attr *tree_attr(
    const struct tree_node *node, const char *name)
{
    for (size_t i = 0; i < node->attr_count; i++)
        if (strcmp(node->attrs[i].name, name) == 0)
            return &node->attrs[i];
    return NULL;
}

const char *tree_value(const struct tree_node *node, const char *name)
{
    const struct tree_attr *attr = tree_attr(node, name);
    return attr == NULL ? NULL : attr->value;
}

static struct tree_node *element(struct tree_node *node, const char *local)
{
    for (; node != NULL; node = node->next) {
        if (node->name == NULL)
            continue;
        const char *name = node->local;
        if (name == NULL) {
            const char *colon = strchr(node->name, ':');
            name = colon == NULL ? node->name : colon + 1;
        }
        if (local == NULL || strcmp(name, local) == 0)
            return node;
    }
    return NULL;
}

struct tree_node *tree_child(const struct tree_node *node, const char *local)
{
    return element(node->first, local);
}

struct tree_node *tree_next(const struct tree_node *node, const char *local)
{
    return element(node->next, local);
}

struct tree_node *tree_following(
    const struct tree_node *node, const struct tree_node *top)
{
    if (node->first != NULL)
        return node->first;
    while (node != NULL && node != top && node->next == NULL)
        node = node->parent;
    return node == NULL || node == top ? NULL : node->next;
}

const char *tree_text(struct arena *arena, const struct tree_node *node)
{
    struct buffer out = {0};
    const struct tree_node *n =
        node->name == NULL && node->text != NULL ? node : node->first;
    for (; n != NULL; n = n == node ? NULL : tree_following(n, node)) {
        for (const char *t = n->text; t != NULL && *t != '\0'; t++) {
            if (!isspace((unsigned char)*t))
                buffer_add(&out, t, 1);
            else if (out.len > 0 && out.data[out.len - 1] != ' ')
                buffer_add_text(&out, " ");
        }
    }
    while (out.len > 0 && out.data[out.len - 1] == ' ')
        out.len--;
    const char *text = arena_strndup(
        arena, out.data == NULL ? "" : (const char *)out.data, out.len);
    buffer_free(&out);
    return text;
}

const char *tree_namespace(const struct tree_node *node, const char *prefix)
{
    if (strcmp(prefix, "xml") == 0)
        return "http://www.w3.org/XML/1998/namespace";
    if (strcmp(prefix, "xmlns") == 0)
        return "http://www.w3.org/2000/xmlns/";
    for (; node != NULL && node->name != NULL; node = node->parent) {
        for (size_t i = 0; i < node->attr_count; i++) {
            const char *name = node->attrs[i].name;
            if (strncmp(name, "xmlns", 5) != 0)
                continue;
            if (*prefix == '\0'
                    ? name[5] == '\0'
                    : name[5] == ':' && strcmp(name + 6, prefix) == 0)
                return node->attrs[i].value;
        }
    }
    return *prefix == '\0' ? "" : NULL;
}

bool tree_is(const struct tree_node *node, const char *ns, const char *local)
{
    return node->name != NULL && node->ns != NULL &&
           strcmp(node->ns, ns) == 0 && strcmp(node->local, local) == 0;
}

int tree_line(const char *text, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at && text[i] != '\0'; i++)
        line += text[i] == '\n';
    return line;
}

static int by_place(const void *a, const void *b)
{
    const struct edit *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

char *edits_apply(
    const char *text, size_t len, const struct edits *edits, size_t *out_len)
{
    struct edit *sorted = mem_alloc((edits->count + 1) * sizeof *sorted);
    if (edits->count > 0)
        memcpy(sorted, edits->items, edits->count * sizeof *sorted);
    /* Stable enough: edits at one place are few; insertion sort keeps the
     * order in which they were asked for. */
    for (size_t i = 1; i < edits->count; i++) {
        struct edit edit = sorted[i];
        size_t k = i;
        for (; k > 0 && by_place(&sorted[k - 1], &edit) > 0; k--)
            sorted[k] = sorted[k - 1];
        sorted[k] = edit;
    }
    struct buffer out = {0};
    size_t at = 0;
    for (size_t i = 0; i < edits->count; i++) {
        if (sorted[i].at < at || sorted[i].at + sorted[i].len > len)
            continue;
        buffer_add(&out, text + at, sorted[i].at - at);
        buffer_add_text(&out, sorted[i].text);
        at = sorted[i].at + sorted[i].len;
    }
    buffer_add(&out, text + at, len - at);
    free(sorted);
    if (out_len != NULL)
        *out_len = out.len;
    return buffer_take(&out);
}

bool tree_has_words(const struct tree_node *node)
{
    for (const struct tree_node *n = node->first; n != NULL; n = n->next)
        if (n->text != NULL && n->text[strspn(n->text, " \t\r\n")] != '\0')
            return true;
    return false;
}
