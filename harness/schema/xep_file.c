#include "schema/xep_file.h"

#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

/* The next element in document order below root. */
static xmlNode *next_element(const xmlNode *root, xmlNode *node)
{
    do {
        if (node->type == XML_ELEMENT_NODE && node->children != NULL)
            node = node->children;
        else {
            while (node != root && node->next == NULL)
                node = node->parent;
            if (node == root)
                return NULL;
            node = node->next;
        }
    } while (node->type != XML_ELEMENT_NODE);
    return node;
}

static char *content_of(struct arena *arena, const xmlNode *node)
{
    xmlChar *content = xmlNodeGetContent(node);
    char *copy =
        arena_strdup(arena, content == NULL ? "" : (const char *)content);
    xmlFree(content);
    return copy;
}

static void read_codes(xmlNode *root, struct xep_file *out)
{
    VEC(struct xep_code) codes = {0};
    unsigned examples = 0;
    for (xmlNode *node = root; node != NULL; node = next_element(root, node)) {
        bool example = xml_is(node, NULL, "example");
        if (!example && !xml_is(node, NULL, "code"))
            continue;
        const char *caption = xml_attr(node, "caption");
        vec_push(&codes, ((struct xep_code){arena_strdup(out->arena,
                                                caption == NULL ? "" : caption),
                             example ? ++examples : 0, (int)xmlGetLineNo(node),
                             content_of(out->arena, node)}));
    }
    out->codes =
        arena_alloc(out->arena, (codes.count + 1) * sizeof *out->codes);
    if (codes.count > 0)
        memcpy(out->codes, codes.items, codes.count * sizeof *codes.items);
    out->count = codes.count;
    vec_free(&codes);
}

static const char *header_text(
    struct arena *arena, xmlNode *root, const char *parent, const char *name)
{
    for (xmlNode *node = root; node != NULL; node = next_element(root, node)) {
        if (xml_is(node, NULL, name) && xml_is(node->parent, NULL, parent))
            return content_of(arena, node);
    }
    return "";
}

bool xep_file_read(const char *path, struct xep_file *out, struct error *error)
{
    *out = (struct xep_file){.arena = arena_new()};
    xmlDoc *doc = xmlReadFile(path, NULL,
        XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_NOERROR |
            XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    xmlNode *root = doc == NULL ? NULL : xmlDocGetRootElement(doc);
    bool ok = root != NULL && xml_is(root, NULL, "xep");
    if (ok) {
        snprintf(out->number, sizeof out->number, "%.4s",
            header_text(out->arena, root, "header", "number"));
        out->version = header_text(out->arena, root, "revision", "version");
        read_codes(root, out);
    } else {
        error_set(error, "%s: no XEP, or not well-formed", path);
        xep_file_free(out);
    }
    xmlFreeDoc(doc);
    return ok;
}

void xep_file_free(struct xep_file *file)
{
    arena_free(file->arena);
    *file = (struct xep_file){0};
}

bool xep_code_is_schema(const struct xep_code *code, char *out, size_t max)
{
    const char *root = strstr(code->text, "schema");
    const char *target = strstr(code->text, "targetNamespace=");
    if (root == NULL || target == NULL || root > target ||
        strstr(code->text, "http://www.w3.org/2001/XMLSchema") == NULL)
        return false;
    const char *value = target + strlen("targetNamespace=");
    const char *end = *value == 0 ? NULL : strchr(value + 1, *value);
    if (end == NULL || (size_t)(end - value) > max)
        return false;
    snprintf(out, max, "%.*s", (int)(end - value - 1), value + 1);
    return true;
}
