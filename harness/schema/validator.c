#include "schema/validator.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/vec.h"
#include "schema/catalog.h"
#include "schema/complaint.h"
#include "schema/exchange.h"
#include "schema/node_path.h"
#include "schema/published_word.h"
#include "schema/rules.h"
#include "schema/schema_set.h"
#include "schema/shape.h"

#include <libxml/xmlschemas.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { unknown_max = 1000, depth_max = 512 };

struct validator {
    struct catalog *catalog;
    struct rules *rules;
    struct published_words *published;
    xmlSchema *schema;
    struct shapes *shapes; /* what was valid in any session */
};

struct unknown {
    char *uri;
    size_t elements;
};

struct validation {
    const struct validator *validator;
    violation_fn *fn;
    void *owner;
    xmlSchemaValidCtxt *schema;
    struct rule_sink sink;
    struct exchange *exchange;
    size_t *known;
    VEC(struct unknown) unknown;
    size_t unknown_more; /* elements of namespaces beyond those */
    /* of the stanza being judged */
    const xmlNode *stanza;
    const struct stanza_origin *origin;
    size_t found;
    struct complaint last; /* of libxml2's: it tells some things twice */
    struct buffer path;
    /* the namespace met last, which is most often the next one's too */
    const xmlNs *ns;
    struct catalog_entry *entry;
};

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"must", "should", "note"};
    return names[severity];
}

struct validator *validator_new(const char *schema_dir,
    const struct validator_options *options, struct error *error)
{
    struct validator *validator = mem_alloc(sizeof *validator);
    validator->shapes = mem_alloc(sizeof *validator->shapes);
    validator->catalog = catalog_read(schema_dir, error);
    bool ok = validator->catalog != NULL;
    if (ok)
        ok = (validator->rules =
                     rules_read(schema_dir, validator->catalog, error)) != NULL;
    if (ok)
        ok = (validator->published = published_words_read(schema_dir, error)) !=
             NULL;
    if (ok)
        ok = (validator->schema =
                     schema_set_compile(schema_dir, validator->catalog,
                         options != NULL && options->strict, error)) != NULL;
    if (ok && (rules_find(validator->rules, "stream-child") == NULL ||
                  rules_find(validator->rules, "restricted-xml") == NULL))
        ok = error_set(error,
            "%s/rules.tsv: lacks stream-child or "
            "restricted-xml",
            schema_dir);
    if (ok)
        return validator;
    validator_free(validator);
    return NULL;
}

void validator_free(struct validator *validator)
{
    if (validator == NULL)
        return;
    xmlSchemaFree(validator->schema);
    published_words_free(validator->published);
    rules_free(validator->rules);
    catalog_free(validator->catalog);
    free(validator->shapes);
    free(validator);
}

const char *validator_spec(const struct validator *validator, const char *ns)
{
    const struct catalog_entry *entry = catalog_find(validator->catalog, ns);
    return entry == NULL ? NULL : entry->spec;
}

static void report(
    struct validation *v, struct violation *violation, bool declared)
{
    const xmlNode *element = violation->element;
    buffer_clear(&v->path);
    node_path(&v->path, v->stanza, element, violation->attribute);
    violation->actor = v->origin->actor == NULL ? "" : v->origin->actor;
    violation->from_client = v->origin->from_client;
    violation->stanza = v->origin->number;
    violation->xpath = buffer_text(&v->path);
    violation->ns = element->ns == NULL ? "" : (const char *)element->ns->href;
    /* The table of differences speaks of declarations and counts. */
    if (declared)
        violation->published = published_words_find(v->validator->published,
            violation->ns, element, violation->attribute);
    v->found++;
    v->fn(v->owner, violation);
}

static void on_rule(void *owner, const struct rule *rule,
    const xmlNode *element, const char *attribute, const char *message)
{
    struct validation *v = owner;
    report(v,
        &(struct violation){.rule_id = rule->id,
            .message = message,
            .spec = rule->spec,
            .section = rule->section,
            .severity = rule->severity,
            .element = element,
            .attribute = attribute},
        rule->kind == RULE_CHILDREN);
}

static void on_schema(struct validation *v, const xmlNode *element,
    const char *attribute, const char *message)
{
    const char *uri =
        element->ns == NULL ? "" : (const char *)element->ns->href;
    const struct catalog_entry *entry =
        catalog_find(v->validator->catalog, uri);
    /* What is of no namespace stands nowhere in a stream. */
    const char *spec = entry == NULL ? "RFC 6120" : entry->spec;
    const char *section =
        entry == NULL
            ? "8.4"
            : catalog_section(entry, (const char *)element->name, attribute);
    char other[16]; /* "RFC 6121 4.7.1": a section of another text */
    if (strncmp(section, "RFC ", 4) == 0 || strncmp(section, "XEP-", 4) == 0) {
        snprintf(other, sizeof other, "%.8s", section);
        spec = other;
        section += 8 + (section[8] == ' ');
    }
    report(v,
        &(struct violation){.rule_id = "schema",
            .message = message,
            .spec = spec,
            .section = section,
            .severity = SEVERITY_MUST,
            .element = element,
            .attribute = attribute},
        true);
}

static void on_libxml2(void *owner, xmlError *error)
{
    struct validation *v = owner;
    struct complaint complaint;
    if (!complaint_read(error, &complaint))
        return;
    if (complaint_repeats(&v->last, &complaint))
        return;
    v->last = complaint;
    on_schema(v, complaint.element,
        complaint.attribute[0] == 0 ? NULL : complaint.attribute,
        complaint.message);
}

struct validation *validation_new(
    const struct validator *validator, violation_fn *fn, void *owner)
{
    struct validation *v = mem_alloc(sizeof *v);
    size_t count = catalog_count(validator->catalog);
    v->validator = validator;
    v->fn = fn;
    v->owner = owner;
    v->known = mem_alloc(count * sizeof *v->known);
    v->schema = xmlSchemaNewValidCtxt(validator->schema);
    xmlSchemaSetValidStructuredErrors(
        v->schema, (xmlStructuredErrorFunc)on_libxml2, v);
    v->sink = (struct rule_sink){validator->rules, on_rule, v};
    v->exchange = exchange_new(&v->sink);
    return v;
}

void validation_free(struct validation *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < v->unknown.count; i++)
        free(v->unknown.items[i].uri);
    vec_free(&v->unknown);
    exchange_free(v->exchange);
    xmlSchemaFreeValidCtxt(v->schema);
    buffer_free(&v->path);
    free(v->known);
    free(v);
}

static void count_unknown(struct validation *v, const char *uri)
{
    for (size_t i = 0; i < v->unknown.count; i++) {
        if (strcmp(v->unknown.items[i].uri, uri) == 0) {
            v->unknown.items[i].elements++;
            return;
        }
    }
    /* A peer that makes up namespaces without end fills a bounded list. */
    if (v->unknown.count < unknown_max)
        vec_push(&v->unknown, ((struct unknown){mem_strdup(uri), 1}));
    else
        v->unknown_more++;
}

static struct catalog_entry *entry_of(
    struct validation *v, const xmlNode *element)
{
    if (element->ns == NULL)
        return NULL;
    if (element->ns != v->ns) {
        v->ns = element->ns;
        v->entry = catalog_find(
            v->validator->catalog, (const char *)element->ns->href);
    }
    return v->entry;
}

static bool same_ns(const xmlNode *a, const xmlNode *b)
{
    return a->ns == b->ns || (a->ns != NULL && b->ns != NULL &&
                                 strcmp((const char *)a->ns->href,
                                     (const char *)b->ns->href) == 0);
}

/* A lax wildcard lets an element pass that its namespace does not define: at
 * the root of each foreign subtree that is a fault of ours to find. */
static void check_extension_root(struct validation *v, const xmlNode *element,
    const struct catalog_entry *entry)
{
    if (entry == NULL) {
        count_unknown(
            v, element->ns == NULL ? "" : (const char *)element->ns->href);
        return;
    }
    v->known[entry - catalog_at(v->validator->catalog, 0)]++;
    if (xmlHashLookup(entry->globals, element->name) == NULL) {
        char message[512];
        snprintf(message, sizeof message,
            "<%.100s/> is no element that %s "
            "defines as an extension in '%.200s'",
            (const char *)element->name, entry->spec, entry->uri);
        on_schema(v, element, NULL, message);
    }
}

static void restricted(
    struct validation *v, const xmlNode *element, const xmlNode *node)
{
    const char *what = node->type == XML_COMMENT_NODE ? "a comment"
                       : node->type == XML_PI_NODE ? "a processing instruction"
                                                   : "an entity reference";
    rule_say(&v->sink, "restricted-xml", element, NULL, "%s", what);
}

static void walk(struct validation *v, const xmlNode *element,
    struct rule_site *site, unsigned depth)
{
    struct catalog_entry *entry = entry_of(v, element);
    if (element != v->stanza && !same_ns(element, element->parent))
        check_extension_root(v, element, entry);
    if (entry != NULL)
        rules_check(entry, element, site);
    if (depth == depth_max)
        return;
    for (const xmlNode *child = element->children; child != NULL;
         child = child->next) {
        if (child->type == XML_ELEMENT_NODE)
            walk(v, child, site, depth + 1);
        else if (child->type != XML_TEXT_NODE &&
                 child->type != XML_CDATA_SECTION_NODE)
            restricted(v, element, child);
    }
}

/* Most stanzas have the shape of one that was valid before. */
static void check_schema(struct validation *v, const xmlNode *stanza)
{
    uint64_t shape = shape_of(v->validator->catalog, stanza);
    struct shapes *shapes = v->validator->shapes;
    size_t count = sizeof shapes->valid / sizeof *shapes->valid;
    uint64_t *place = &shapes->valid[shape / 2 % count];
    if (shape != 0 && *place == shape)
        return;
    size_t before = v->found;
    xmlSchemaValidateOneElement(v->schema, (xmlNode *)stanza);
    if (shape != 0 && v->found == before)
        *place = shape;
}

/* The stanza itself: is it one that a stream may carry? */
static void check_top(struct validation *v, const xmlNode *stanza)
{
    struct catalog_entry *entry = entry_of(v, stanza);
    if (entry == NULL) {
        count_unknown(
            v, stanza->ns == NULL ? "" : (const char *)stanza->ns->href);
        return;
    }
    v->known[entry - catalog_at(v->validator->catalog, 0)]++;
    const char *at = xmlHashLookup(entry->globals, stanza->name);
    if (at == NULL || strcmp(at, "stream") != 0)
        rule_say(&v->sink, "stream-child", stanza, NULL,
            "<%.100s/> of '%.200s'", (const char *)stanza->name, entry->uri);
    if (at != NULL)
        check_schema(v, stanza);
}

size_t validation_stanza(struct validation *v, const xmlNode *stanza,
    const struct stanza_origin *origin)
{
    v->stanza = stanza;
    v->origin = origin;
    v->found = 0;
    v->ns = NULL; /* another document's may stand at the same address */
    v->last = (struct complaint){0};
    check_top(v, stanza);
    struct rule_site site = {
        .stanza = stanza, .origin = origin, .sink = &v->sink};
    walk(v, stanza, &site, 0);
    exchange_stanza(v->exchange, stanza, origin);
    return v->found;
}

size_t validation_unknown_count(const struct validation *v)
{
    return v->unknown.count;
}

const char *validation_unknown(
    const struct validation *v, size_t index, size_t *elements)
{
    *elements = v->unknown.items[index].elements;
    return v->unknown.items[index].uri;
}

size_t validation_unknown_more(const struct validation *v)
{
    return v->unknown_more;
}

size_t validation_known_count(const struct validation *v)
{
    return catalog_count(v->validator->catalog);
}

const char *validation_known(
    const struct validation *v, size_t index, size_t *elements)
{
    *elements = v->known[index];
    return catalog_at(v->validator->catalog, index)->uri;
}
