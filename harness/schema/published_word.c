#include "schema/published_word.h"

#include "base/file.h"
#include "base/memory.h"
#include "schema/table.h"

#include <libxml/hash.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct published_words {
    struct table table;
    xmlHashTable *by_component; /* namespace, "element" or "element@attr" */
};

static const char *const columns[] = {
    "xep", "component", "published", "ours", "section", NULL};

/* "{namespace}jingle/content@creator" is found as "content@creator". */
static void add(
    struct published_words *words, const char *component, const char *published)
{
    const char *end = strchr(component, '}');
    if (*component != '{' || end == NULL)
        return;
    char *uri = arena_strndup(
        words->table.arena, component + 1, (size_t)(end - component - 1));
    const char *slash = strrchr(end, '/');
    (void)xmlHashAddEntry2(words->by_component, BAD_CAST uri,
        BAD_CAST(slash == NULL ? end + 1 : slash + 1),
        (void *)(uintptr_t)published);
}

struct published_words *published_words_read(
    const char *dir, struct error *error)
{
    char *path = file_join(dir, "CHANGES.tsv");
    struct published_words *words = mem_alloc(sizeof *words);
    bool ok = table_read(path, columns, &words->table, error);
    free(path);
    if (!ok) {
        free(words);
        return NULL;
    }
    words->by_component = xmlHashCreate(256);
    for (size_t i = 0; i < words->table.count; i++) {
        const char **cells = words->table.rows[i].cells;
        add(words, cells[1], cells[2]);
    }
    return words;
}

void published_words_free(struct published_words *words)
{
    if (words == NULL)
        return;
    xmlHashFree(words->by_component, NULL);
    table_free(&words->table);
    free(words);
}

const char *published_words_find(const struct published_words *words,
    const char *ns, const xmlNode *element, const char *attribute)
{
    char key[256];
    snprintf(key, sizeof key, "%.120s%s%.120s", (const char *)element->name,
        attribute == NULL ? "" : "@", attribute == NULL ? "" : attribute);
    return xmlHashLookup2(words->by_component, BAD_CAST ns, BAD_CAST key);
}
