#include "schema/rules.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "schema/checks.h"
#include "schema/predicate.h"
#include "schema/table.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct rules {
    struct table table;
    struct rule *items;
    size_t count;
    xmlHashTable *by_id;
    struct catalog *catalog;
};

static const char *const columns[] = {"id", "context", "check", "argument",
    "level", "spec", "section", "message", NULL};
static const char *const kinds[] = {"children", "xpath", "code", "exchange"};
static const char *const levels[] = {"must", "should", "note"};

static bool word_index(
    const char *word, const char *const *words, size_t count, int *out)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            *out = (int)i;
            return true;
        }
    }
    return false;
}

/* "prefix:name" cut in place; the entry is NULL when the prefix is unknown. */
static struct catalog_entry *cut_name(
    const struct catalog *catalog, char *text, const char **name)
{
    char *colon = strchr(text, ':');
    if (colon == NULL)
        return NULL;
    *colon = 0;
    *name = colon + 1;
    return catalog_by_prefix(catalog, text);
}

static bool parse_context(struct rules *rules, const char *cell,
    struct rule *rule, struct error *error)
{
    char *text = arena_strdup(rules->table.arena, cell);
    char *condition = strstr(text, "[@");
    if (condition != NULL) {
        char *equals = strchr(condition, '='), *end = strchr(condition, ']');
        if (equals == NULL || end == NULL || end[1] != 0)
            return error_set(error, "not prefix:element[@attribute=values]");
        *condition = *equals = *end = 0;
        rule->attribute = condition + 2;
        rule->values = equals + 1;
    }
    rule->entry = cut_name(rules->catalog, text, &rule->element);
    return rule->entry != NULL ||
           error_set(error, "no such prefix in the catalog: '%s'", text);
}

static bool parse_children(struct rules *rules, const char *cell,
    struct rule *rule, struct error *error)
{
    char *text = arena_strdup(rules->table.arena, cell);
    char *space = strchr(text, ' ');
    char high[16];
    if (space == NULL || sscanf(space, " %u..%15s", &rule->min, high) != 2)
        return error_set(error, "not '[prefix:]name MIN..MAX': '%s'", cell);
    *space = 0;
    rule->max = UINT_MAX;
    if (strcmp(high, "*") != 0 && sscanf(high, "%u", &rule->max) != 1)
        return error_set(error, "no maximum: '%s'", cell);
    rule->child = text;
    rule->child_ns = rule->entry->uri;
    if (strcmp(text, "*:*") == 0) {
        rule->child_ns = NULL;
    } else if (strchr(text, ':') != NULL) {
        const struct catalog_entry *entry =
            cut_name(rules->catalog, text, &rule->child);
        if (entry == NULL)
            return error_set(
                error, "no such prefix in the catalog: '%s'", text);
        rule->child_ns = entry->uri;
    }
    return true;
}

static bool parse_argument(struct rules *rules, const char *cell,
    struct rule *rule, struct error *error)
{
    switch (rule->kind) {
    case RULE_CHILDREN:
        return parse_children(rules, cell, rule, error);
    case RULE_XPATH:
        rule->predicate =
            predicate_parse(cell, rules->catalog, rules->table.arena, error);
        return rule->predicate != NULL;
    case RULE_CODE:
        rule->check = check_find(rule->id);
        return rule->check != NULL ||
               error_set(
                   error, "there is no check '%s' in the program", rule->id);
    case RULE_EXCHANGE:
        break;
    }
    return true;
}

static bool parse_row(struct rules *rules, const char **cells,
    struct rule *rule, struct error *error)
{
    int kind = 0, level = 0;
    if (!word_index(cells[2], kinds, sizeof kinds / sizeof *kinds, &kind))
        return error_set(error, "no such check: '%s'", cells[2]);
    if (!word_index(cells[4], levels, sizeof levels / sizeof *levels, &level))
        return error_set(error, "no such level: '%s'", cells[4]);
    *rule = (struct rule){.id = cells[0],
        .kind = (enum rule_kind)kind,
        .severity = (enum severity)level,
        .spec = cells[5],
        .section = cells[6],
        .message = cells[7]};
    if (xmlHashAddEntry(rules->by_id, BAD_CAST rule->id, rule) != 0)
        return error_set(error, "the id '%s' stands twice", rule->id);
    return parse_context(rules, cells[1], rule, error) &&
           parse_argument(rules, cells[3], rule, error);
}

/* Behind those that are there, so that reports come in the table's order. */
static void hang_in(struct rule *rule)
{
    struct catalog_entry *entry = (struct catalog_entry *)rule->entry;
    if (entry->rules == NULL)
        entry->rules = xmlHashCreate(16);
    struct rule *first = xmlHashLookup(entry->rules, BAD_CAST rule->element);
    if (first == NULL) {
        xmlHashAddEntry(entry->rules, BAD_CAST rule->element, rule);
        return;
    }
    while (first->next != NULL)
        first = (struct rule *)first->next;
    first->next = rule;
}

struct rules *rules_read(
    const char *dir, struct catalog *catalog, struct error *error)
{
    struct rules *rules = mem_alloc(sizeof *rules);
    rules->catalog = catalog;
    rules->by_id = xmlHashCreate(256);
    char *path = file_join(dir, "rules.tsv");
    bool ok = table_read(path, columns, &rules->table, error);
    if (ok)
        rules->items = arena_alloc(rules->table.arena,
            (rules->table.count + 1) * sizeof *rules->items);
    for (size_t i = 0; ok && i < rules->table.count; i++) {
        const struct table_row *row = &rules->table.rows[i];
        ok = parse_row(rules, row->cells, &rules->items[i], error);
        rules->count++;
        if (!ok)
            error_prefix(error, "%s:%u: ", path, row->line);
        else if (rules->items[i].kind != RULE_EXCHANGE)
            hang_in(&rules->items[i]);
    }
    free(path);
    if (ok)
        return rules;
    rules_free(rules);
    return NULL;
}

void rules_free(struct rules *rules)
{
    if (rules == NULL)
        return;
    for (size_t i = 0; i < catalog_count(rules->catalog); i++) {
        struct catalog_entry *entry = catalog_at(rules->catalog, i);
        xmlHashFree(entry->rules, NULL);
        entry->rules = NULL;
    }
    xmlHashFree(rules->by_id, NULL);
    table_free(&rules->table);
    free(rules);
}

size_t rules_count(const struct rules *rules)
{
    return rules->count;
}

const struct rule *rules_at(const struct rules *rules, size_t index)
{
    return &rules->items[index];
}

const struct rule *rules_find(const struct rules *rules, const char *id)
{
    return xmlHashLookup(rules->by_id, BAD_CAST id);
}

/* Is value one of the words between bars? */
static bool one_of(const char *words, const char *value)
{
    size_t len = strlen(value);
    for (const char *at = words; at != NULL;) {
        const char *bar = strchr(at, '|');
        size_t word = bar == NULL ? strlen(at) : (size_t)(bar - at);
        if (word == len && memcmp(at, value, len) == 0)
            return true;
        at = bar == NULL ? NULL : bar + 1;
    }
    return false;
}

/* An attribute of the element that several of its rules ask for. */
struct asked_attribute {
    const char *name, *value; /* value: NULL when it is not there */
};

static bool applies(const struct rule *rule, const xmlNode *element,
    struct asked_attribute *asked)
{
    if (rule->attribute == NULL)
        return true;
    if (asked->name == NULL || strcmp(asked->name, rule->attribute) != 0) {
        asked->name = rule->attribute;
        asked->value = NULL;
        for (const xmlAttr *a = element->properties; a != NULL; a = a->next) {
            if (a->ns == NULL && xml_named(a->name, rule->attribute) &&
                a->children != NULL)
                asked->value = (const char *)a->children->content;
        }
    }
    return asked->value != NULL && one_of(rule->values, asked->value);
}

static bool counts(const struct rule *rule, const xmlNode *child)
{
    if (child->type != XML_ELEMENT_NODE)
        return false;
    const char *uri = child->ns == NULL ? "" : (const char *)child->ns->href;
    if (rule->child_ns == NULL)
        return strcmp(uri, rule->entry->uri) != 0;
    if (!xml_named(child->name, rule->child) && *rule->child != '*')
        return false;
    return strcmp(uri, rule->child_ns) == 0;
}

static void check_children(const struct rule_site *site)
{
    const struct rule *rule = site->rule;
    unsigned count = 0;
    const xmlNode *last = NULL;
    for (const xmlNode *child = site->element->children; child != NULL;
         child = child->next) {
        if (counts(rule, child)) {
            count++;
            last = child;
        }
    }
    const char *name = rule->child_ns == NULL ? "extension" : rule->child;
    if (count < rule->min)
        rule_broken(site, site->element, NULL,
            "<%s/> has %u <%s/>, at least %u demanded", rule->element, count,
            name, rule->min);
    else if (count > rule->max)
        rule_broken(site, last, NULL, "<%s/> has %u <%s/>, at most %u allowed",
            rule->element, count, name, rule->max);
}

static void check_xpath(const struct rule_site *site)
{
    if (!predicate_holds(site->rule->predicate, site->element))
        rule_broken(site, site->element, NULL, "<%s/>", site->rule->element);
}

void rules_check(const struct catalog_entry *entry, const xmlNode *element,
    struct rule_site *site)
{
    if (entry->rules == NULL)
        return;
    struct asked_attribute asked = {0};
    site->element = element;
    for (const struct rule *rule = xmlHashLookup(entry->rules, element->name);
         rule != NULL; rule = rule->next) {
        if (!applies(rule, element, &asked))
            continue;
        site->rule = rule;
        if (rule->kind == RULE_CHILDREN)
            check_children(site);
        else if (rule->kind == RULE_XPATH)
            check_xpath(site);
        else
            rule->check(site);
    }
}

/* What was seen, with the row's message behind it. */
__attribute__((format(printf, 5, 0))) static void tell(
    const struct rule_sink *sink, const struct rule *rule,
    const xmlNode *element, const char *attribute, const char *format,
    va_list args)
{
    char message[1024];
    vsnprintf(message, sizeof message, format, args);
    size_t len = strlen(message);
    snprintf(message + len, sizeof message - len, "%s%s",
        len > 0 && *rule->message != 0 ? ": " : "", rule->message);
    sink->broken(sink->owner, rule, element, attribute, message);
}

void rule_broken(const struct rule_site *site, const xmlNode *element,
    const char *attribute, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tell(site->sink, site->rule, element, attribute, format, args);
    va_end(args);
}

void rule_say(const struct rule_sink *sink, const char *id,
    const xmlNode *element, const char *attribute, const char *format, ...)
{
    const struct rule *rule = rules_find(sink->rules, id);
    if (rule == NULL)
        return;
    va_list args;
    va_start(args, format);
    tell(sink, rule, element, attribute, format, args);
    va_end(args);
}
