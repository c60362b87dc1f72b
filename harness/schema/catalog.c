#include "schema/catalog.h"

#include "base/file.h"
#include "base/memory.h"
#include "schema/shape.h"
#include "schema/table.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XS "http://www.w3.org/2001/XMLSchema"

struct catalog {
    struct table table;
    struct catalog_entry *entries;
    size_t count;
    xmlHashTable *by_uri, *by_prefix;
};

static const char *const columns[] = {
    "namespace", "prefix", "file", "spec", "version", NULL};

/* The value lives in the catalog's arena. NULL when there is no such
 * attribute. */
static const char *attribute_of(
    const struct catalog *catalog, xmlNode *node, const char *name, bool note)
{
    xmlChar *value =
        note ? xmlGetNsProp(node, BAD_CAST name, BAD_CAST CATALOG_NOTES)
             : xmlGetNoNsProp(node, BAD_CAST name);
    if (value == NULL)
        return NULL;
    char *copy = arena_strdup(catalog->table.arena, (const char *)value);
    xmlFree(value);
    return copy;
}

/* An entry once made stays: the first declaration of a name wins. */
static void put(xmlHashTable *hash, const char *name, const char *value)
{
    (void)xmlHashAddEntry(hash, BAD_CAST name, (void *)(uintptr_t)value);
}

static bool is_component(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns != NULL &&
           strcmp((const char *)node->ns->href, XS) == 0 &&
           strcmp((const char *)node->name, name) == 0;
}

/* element: the name of the nearest element declaration around node; see: the
 * nearest section around it. */
static void note_components(const struct catalog *catalog,
    struct catalog_entry *entry, xmlNode *node, const char *element,
    const char *see)
{
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        const char *own = attribute_of(catalog, node, "see", true);
        const char *section = own != NULL ? own : see;
        const char *name = attribute_of(catalog, node, "name", false);
        const char *inner = element;
        if (is_component(node, "element") && name != NULL) {
            inner = name;
            if (section != NULL)
                put(entry->sections, name, section);
        }
        if (is_component(node, "attribute") && name != NULL &&
            section != NULL) {
            char *key = arena_printf(catalog->table.arena, "%s@%s",
                element == NULL ? "" : element, name);
            put(entry->sections, key, section);
        }
        note_components(catalog, entry, node->children, inner, section);
    }
}

static bool read_schema(const struct catalog *catalog, const char *dir,
    struct catalog_entry *entry, struct error *error)
{
    char *path = file_join(dir, entry->file);
    xmlDoc *doc = xmlReadFile(
        path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNode *root = doc == NULL ? NULL : xmlDocGetRootElement(doc);
    bool ok = root != NULL && is_component(root, "schema");
    const char *target =
        ok ? attribute_of(catalog, root, "targetNamespace", false) : NULL;
    if (!ok)
        error_set(error, "%s: missing or not well-formed XML Schema", path);
    else if (target == NULL || strcmp(target, entry->uri) != 0)
        ok = error_set(error,
            "%s: its targetNamespace is '%s', the catalog "
            "says '%s'",
            path, target == NULL ? "" : target, entry->uri);
    if (ok) {
        for (xmlNode *node = root->children; node != NULL; node = node->next) {
            if (!is_component(node, "element"))
                continue;
            const char *at = attribute_of(catalog, node, "at", true);
            put(entry->globals, attribute_of(catalog, node, "name", false),
                at == NULL ? "" : at);
        }
        note_components(catalog, entry, root->children, NULL, NULL);
        shape_note_types(entry, root, catalog->table.arena);
    }
    xmlFreeDoc(doc);
    free(path);
    return ok;
}

static bool fill(struct catalog *catalog, const char *dir, struct error *error)
{
    catalog->count = catalog->table.count;
    catalog->entries = arena_alloc(
        catalog->table.arena, (catalog->count + 1) * sizeof *catalog->entries);
    catalog->by_uri = xmlHashCreate(256);
    catalog->by_prefix = xmlHashCreate(256);
    for (size_t i = 0; i < catalog->count; i++) {
        const char **cells = catalog->table.rows[i].cells;
        struct catalog_entry *entry = &catalog->entries[i];
        *entry = (struct catalog_entry){cells[0], cells[2], cells[1], cells[3],
            cells[4], xmlHashCreate(8), xmlHashCreate(32), xmlHashCreate(32),
            NULL};
        if (xmlHashAddEntry(catalog->by_uri, BAD_CAST cells[0], entry) != 0 ||
            xmlHashAddEntry(catalog->by_prefix, BAD_CAST cells[1], entry) != 0)
            return error_set(error,
                "%s/catalog.tsv:%u: namespace or prefix "
                "stands twice",
                dir, catalog->table.rows[i].line);
        if (!read_schema(catalog, dir, entry, error))
            return false;
    }
    return true;
}

struct catalog *catalog_read(const char *dir, struct error *error)
{
    struct catalog *catalog = mem_alloc(sizeof *catalog);
    char *path = file_join(dir, "catalog.tsv");
    bool ok = table_read(path, columns, &catalog->table, error) &&
              fill(catalog, dir, error);
    free(path);
    if (ok)
        return catalog;
    catalog_free(catalog);
    return NULL;
}

void catalog_free(struct catalog *catalog)
{
    if (catalog == NULL)
        return;
    for (size_t i = 0; catalog->entries != NULL && i < catalog->count; i++) {
        xmlHashFree(catalog->entries[i].globals, NULL);
        xmlHashFree(catalog->entries[i].sections, NULL);
        xmlHashFree(catalog->entries[i].values, NULL);
    }
    xmlHashFree(catalog->by_uri, NULL);
    xmlHashFree(catalog->by_prefix, NULL);
    table_free(&catalog->table);
    free(catalog);
}

size_t catalog_count(const struct catalog *catalog)
{
    return catalog->count;
}

struct catalog_entry *catalog_at(const struct catalog *catalog, size_t index)
{
    return &catalog->entries[index];
}

struct catalog_entry *catalog_find(
    const struct catalog *catalog, const char *uri)
{
    return xmlHashLookup(catalog->by_uri, BAD_CAST uri);
}

struct catalog_entry *catalog_by_prefix(
    const struct catalog *catalog, const char *prefix)
{
    return xmlHashLookup(catalog->by_prefix, BAD_CAST prefix);
}

const char *catalog_section(const struct catalog_entry *entry,
    const char *element, const char *attribute)
{
    const char *section = NULL;
    if (attribute != NULL) {
        char key[256];
        snprintf(key, sizeof key, "%s@%s", element, attribute);
        section = xmlHashLookup(entry->sections, BAD_CAST key);
    }
    if (section == NULL)
        section = xmlHashLookup(entry->sections, BAD_CAST element);
    return section == NULL ? "" : section;
}
