/* schemas/CHANGES.tsv against the published schemas, component by component:
 * no difference is unlisted, no row is stale. */
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "schema/component.h"
#include "schema/published_set.h"
#include "schema/table.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The families that are compared, by our namespaces; old: printed by a
 * retired version only. */
static const struct family {
    const char *ns, *xep;
    bool old;
} families[] = {
    {"http://jabber.org/protocol/ibb", "0047", false},
    {"http://jabber.org/protocol/bytestreams", "0065", false},
    {"urn:xmpp:jingle:1", "0166", false},
    {"urn:xmpp:jingle:errors:1", "0166", false},
    {"urn:xmpp:jingle:apps:file-transfer:5", "0234", false},
    {"urn:xmpp:jingle:apps:file-transfer:errors:0", "0234", false},
    {"urn:xmpp:jingle:transports:s5b:1", "0260", false},
    {"urn:xmpp:jingle:transports:ibb:1", "0261", false},
    {"urn:xmpp:thumbs:1", "0264", false},
    {"urn:xmpp:hashes:2", "0300", false},
    {"urn:xmpp:jingle-message:0", "0353", false},
    {"urn:xmpp:jinglepub:1", "0358", false},
    {"urn:xmpp:eme:0", "0380", false},
    {"urn:xmpp:omemo:2", "0384", false},
    {"eu.siacs.conversations.axolotl", "0384", true},
    {"urn:xmpp:jingle:jet:0", "0391", false},
    {"urn:xmpp:sce:1", "0420", false},
};

static const char *const xeps[] = {"0047", "0065", "0166", "0234", "0260",
    "0261", "0264", "0300", "0353", "0358", "0380", "0384", "0391", "0420",
    NULL};

struct comparison {
    struct arena *arena;
    struct table listed;
    bool *used;
    unsigned unlisted, compared;
    bool retired; /* the retired version is there */
};

static void differ(struct comparison *c, const char *xep, const char *path,
    const char *published, const char *ours, const char *section)
{
    for (size_t i = 0; i < c->listed.count; i++) {
        const char **cells = c->listed.rows[i].cells;
        if (strcmp(cells[0], xep) == 0 && strcmp(cells[1], path) == 0 &&
            strcmp(cells[2], published) == 0 && strcmp(cells[3], ours) == 0) {
            c->used[i] = true;
            return;
        }
    }
    c->unlisted++;
    printf("# unlisted\t%s\t%s\t%s\t%s\t%s\n", xep, path, published, ours,
        section == NULL ? "" : section);
}

/* Is it below an element that the other schema lacks as a whole? */
static bool parent_absent(const struct component_list *list, const char *path)
{
    char parent[512];
    snprintf(parent, sizeof parent, "%s", path);
    char *brace = strrchr(parent, '}');
    char *cut = strrchr(brace == NULL ? parent : brace, '@');
    if (cut == NULL)
        cut = strrchr(brace == NULL ? parent : brace, '/');
    if (cut == NULL)
        return false;
    *cut = 0;
    return components_find(list, parent) == NULL;
}

static void compare_lists(struct comparison *c, const char *xep,
    const struct component_list *published, const struct component_list *ours)
{
    for (size_t i = 0; i < published->items.count; i++) {
        const struct component *theirs = &published->items.items[i];
        const struct component *own = components_find(ours, theirs->path);
        c->compared++;
        if (own == NULL && !parent_absent(ours, theirs->path))
            differ(c, xep, theirs->path, theirs->fact, "absent", NULL);
        else if (own != NULL && strcmp(own->fact, theirs->fact) != 0)
            differ(c, xep, theirs->path, theirs->fact, own->fact, own->section);
    }
    for (size_t i = 0; i < ours->items.count; i++) {
        const struct component *own = &ours->items.items[i];
        if (components_find(published, own->path) == NULL &&
            !parent_absent(published, own->path))
            differ(c, xep, own->path, "absent", own->fact, own->section);
    }
}

static void compare(struct comparison *c, const struct family *family,
    const struct published_schema *published, const struct catalog *catalog,
    const struct rules *rules, const char *dir)
{
    char *path = file_join(dir, catalog_find(catalog, family->ns)->file);
    xmlDoc *doc = xmlReadFile(path, NULL, XML_PARSE_NONET);
    CHECK(doc != NULL);
    struct component_list theirs = {0}, ours = {0};
    components_read(doc, rules, c->arena, &ours);
    CHECK(ours.items.count > 0);
    const char *whole = arena_printf(c->arena, "{%s}", family->ns);
    if (published == NULL) {
        differ(c, family->xep, whole, "no schema", "a schema", NULL);
    } else {
        if (published->problem != NULL)
            differ(c, family->xep, whole,
                strncmp(published->problem, "not", 3) == 0 ? "not well-formed"
                                                           : "does not compile",
                "compiles", NULL);
        if (published->doc != NULL)
            components_read(published->doc, NULL, c->arena, &theirs);
        compare_lists(c, family->xep, &theirs, &ours);
    }
    vec_free(&theirs.items);
    vec_free(&ours.items);
    xmlFreeDoc(doc);
    free(path);
}

/* A row of the retired XEP counts only where that is at hand. */
static unsigned count_stale(const struct comparison *c)
{
    unsigned stale = 0;
    for (size_t i = 0; i < c->listed.count; i++) {
        const struct table_row *row = &c->listed.rows[i];
        bool old =
            strncmp(row->cells[1], "{eu.siacs.conversations.axolotl}", 32) == 0;
        if (c->used[i] || (old && !c->retired))
            continue;
        printf("# stale: CHANGES.tsv:%u %s\n", row->line, row->cells[1]);
        stale++;
    }
    return stale;
}

TEST(each_difference_from_the_published_schemas_is_listed)
{
    static const char *const columns[] = {
        "xep", "component", "published", "ours", "section", NULL};
    const char *dir = test_xeps_or_skip();
    struct error error = {{0}};
    char *schemas = file_join(test_source(), "schemas");
    char *path = file_join(schemas, "CHANGES.tsv");
    struct comparison c = {.arena = arena_new()};
    struct catalog *catalog = catalog_read(schemas, &error);
    struct rules *rules =
        catalog == NULL ? NULL : rules_read(schemas, catalog, &error);
    struct published_set *published = published_set_read(dir, xeps, &error);
    if (rules == NULL || published == NULL ||
        !table_read(path, columns, &c.listed, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    c.used = mem_alloc(c.listed.count + 1);
    char *retired = mem_printf("%s/../xeps-old/xep-0384-0.3.0.xml", dir);
    c.retired = published_set_add(published, retired, NULL);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const struct family *family = &families[i];
        if (!family->old || c.retired)
            compare(&c, family, published_set_find(published, family->ns),
                catalog, rules, schemas);
    }
    unsigned stale = count_stale(&c);
    printf("# %u components compared\n", c.compared);
    published_set_free(published);
    rules_free(rules);
    catalog_free(catalog);
    table_free(&c.listed);
    arena_free(c.arena);
    free(c.used);
    free(retired);
    free(path);
    free(schemas);
    CHECK(c.compared > 150);
    CHECK_INT(c.unlisted, 0);
    CHECK_INT(stale, 0);
}
