#include "schema/predicate.h"

#include "base/file.h"
#include "base/test.h"
#include "schema/log_lint.h"
#include "schema/rules.h"
#include "schema/table.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct catalog *the_catalog(void)
{
    static struct catalog *catalog;
    if (catalog == NULL) {
        char *dir = file_join(test_source(), "schemas");
        catalog = catalog_read(dir, NULL);
        free(dir);
    }
    return catalog;
}

static bool holds(const char *predicate, const char *xml)
{
    struct error error = {{0}};
    struct arena *arena = arena_new();
    const struct predicate *parsed =
        predicate_parse(predicate, the_catalog(), arena, &error);
    if (parsed == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    xmlDoc *doc = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL, 0);
    bool result = predicate_holds(parsed, xmlDocGetRootElement(doc));
    xmlFreeDoc(doc);
    arena_free(arena);
    return result;
}

#define IQ "<iq xmlns='jabber:client' type='set' n='9'>"

TEST(attributes_and_children_are_found)
{
    CHECK(holds("@type='set' and not(@id)", IQ "</iq>"));
    CHECK(holds("c:error and count(*)=1", IQ "<error/></iq>"));
    CHECK(!holds("c:error", IQ "<error xmlns='urn:x'/></iq>"));
}

TEST(numbers_compare_as_numbers)
{
    CHECK(holds("@n > 8.5 and not(@n >= 10)", IQ "</iq>"));
    CHECK(!holds("@type > 1 or @type <= 1", IQ "</iq>"));
}

TEST(what_is_not_understood_is_refused)
{
    struct error error = {{0}};
    struct arena *arena = arena_new();
    static const char *const bad[] = {"c:iq[1] | c:iq", "iq", "nope:iq",
        "@a=", "count(@a", "last()", "1 + 1", "not @a", "'a' = @b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (predicate_parse(bad[i], the_catalog(), arena, &error) != NULL)
            test_fail(__FILE__, __LINE__, "'%s' is taken", bad[i]);
    }
    arena_free(arena);
}

/* Every predicate of the table at every element of the transcripts must say
 * what libxml2's XPath says. */
struct differential {
    struct table rules;
    const struct predicate **ours;
    xmlXPathCompExpr **theirs;
    xmlXPathContext *context;
    unsigned compared, different;
};

static void compare_at(struct differential *d, xmlNode *node)
{
    for (size_t i = 0; i < d->rules.count; i++) {
        if (d->ours[i] == NULL)
            continue;
        d->context->doc = node->doc;
        d->context->node = node;
        bool theirs =
            xmlXPathCompiledEvalToBoolean(d->theirs[i], d->context) == 1;
        d->compared++;
        if (predicate_holds(d->ours[i], node) == theirs)
            continue;
        d->different++;
        printf("# %s at <%s>: XPath says %d\n", d->rules.rows[i].cells[3],
            (const char *)node->name, theirs);
    }
    for (xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_ELEMENT_NODE)
            compare_at(d, child);
    }
}

static void see_stanza(
    void *owner, const struct log_item *item, xmlNode *stanza)
{
    (void)item;
    compare_at(owner, stanza);
}

static void see_finding(void *owner, const struct lint_finding *finding)
{
    (void)owner;
    (void)finding;
}

static void read_both(struct differential *d, struct arena *arena)
{
    static const char *const columns[] = {"id", "context", "check", "argument",
        "level", "spec", "section", "message", NULL};
    char *path = file_join(test_source(), "schemas/rules.tsv");
    CHECK(table_read(path, columns, &d->rules, NULL));
    free(path);
    d->ours = arena_alloc(arena, d->rules.count * sizeof(void *));
    d->theirs = arena_alloc(arena, d->rules.count * sizeof(void *));
    for (size_t i = 0; i < d->rules.count; i++) {
        const char **cells = d->rules.rows[i].cells;
        if (strcmp(cells[2], "xpath") != 0)
            continue;
        d->ours[i] = predicate_parse(cells[3], the_catalog(), arena, NULL);
        d->theirs[i] = xmlXPathCompile(BAD_CAST cells[3]);
        CHECK(d->ours[i] != NULL && d->theirs[i] != NULL);
    }
    d->context = xmlXPathNewContext(NULL);
    for (size_t i = 0; i < catalog_count(the_catalog()); i++) {
        const struct catalog_entry *entry = catalog_at(the_catalog(), i);
        xmlXPathRegisterNs(
            d->context, BAD_CAST entry->prefix, BAD_CAST entry->uri);
    }
}

TEST(every_rule_says_what_libxml2s_xpath_says)
{
    static const char *const files[] = {"dino-send-s5b.xml",
        "libervia-libervia-plain.xml", "dino-jet/stanzas.xml", NULL};
    char *dir = mem_printf("%s/transcripts", test_shared_or_skip());
    struct arena *arena = arena_new();
    struct differential d = {.compared = 0};
    read_both(&d, arena);
    char *schemas = file_join(test_source(), "schemas");
    struct validator *validator = validator_new(schemas, NULL, NULL);
    struct lint *lint = lint_new(validator, NULL, see_finding, see_stanza, &d);
    for (size_t i = 0; files[i] != NULL; i++) {
        struct buffer text = {0};
        char *path = file_join(dir, files[i]);
        CHECK(file_read(path, 1 << 20, &text, NULL));
        lint_begin(lint, files[i]);
        lint_feed(lint, text.data, text.len);
        lint_end(lint);
        buffer_free(&text);
        free(path);
    }
    printf("# %u comparisons\n", d.compared);
    CHECK(d.compared > 10000);
    CHECK_INT(d.different, 0);
    for (size_t i = 0; i < d.rules.count; i++)
        xmlXPathFreeCompExpr(d.theirs[i]);
    xmlXPathFreeContext(d.context);
    table_free(&d.rules);
    lint_free(lint);
    validator_free(validator);
    arena_free(arena);
    free(schemas);
    free(dir);
}
