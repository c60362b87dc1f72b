#include "schema/published_set.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "schema/xep_file.h"

#include <libxml/hash.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

#define XS "http://www.w3.org/2001/XMLSchema"

struct published_set {
    struct arena *arena;
    VEC(struct published_schema *) schemas;
    xmlHashTable *by_ns;
};

struct problem {
    char text[256];
};

static void on_error(void *owner, xmlError *error)
{
    struct problem *problem = owner;
    if (problem->text[0] != 0 || error->level < XML_ERR_ERROR)
        return;
    snprintf(problem->text, sizeof problem->text, "line %d: %s", error->line,
        error->message == NULL ? "" : error->message);
    problem->text[strcspn(problem->text, "\n")] = 0;
}

/* Imports name files on the network, which is never asked. */
static void cut_locations(xmlDoc *doc)
{
    xmlNode *root = xmlDocGetRootElement(doc);
    for (xmlNode *node = xml_child(root, XS, NULL); node != NULL;
         node = xml_next(node, XS, NULL))
        xmlUnsetProp(node, BAD_CAST "schemaLocation");
}

/* A schema alone knows no other namespace: its strict wildcards would refuse
 * everything that XMPP allows. */
static void make_lax(xmlNode *node)
{
    for (; node != NULL; node = xml_next(node, NULL, NULL)) {
        if (xml_is(node, XS, "any"))
            xmlSetProp(node, BAD_CAST "processContents", BAD_CAST "lax");
        make_lax(xml_child(node, NULL, NULL));
    }
}

static void compile(struct arena *arena, struct published_schema *schema)
{
    struct problem problem = {{0}};
    cut_locations(schema->doc);
    make_lax(xmlDocGetRootElement(schema->doc));
    xmlSchemaParserCtxt *context = xmlSchemaNewDocParserCtxt(schema->doc);
    xmlSchemaSetParserStructuredErrors(
        context, (xmlStructuredErrorFunc)on_error, &problem);
    schema->schema = xmlSchemaParse(context);
    xmlSchemaFreeParserCtxt(context);
    if (schema->schema == NULL)
        schema->problem =
            arena_printf(arena, "does not compile: %s", problem.text);
}

static void add_code(struct published_set *published, const char *path,
    const struct xep_file *xep, const struct xep_code *code, const char *ns)
{
    struct published_schema *schema =
        arena_alloc(published->arena, sizeof *schema);
    *schema =
        (struct published_schema){.ns = arena_strdup(published->arena, ns),
            .xep = arena_strdup(published->arena, xep->number),
            .file = arena_strdup(published->arena, path),
            .line = code->line};
    const char *text = code->text + strspn(code->text, " \t\r\n");
    struct problem problem = {{0}};
    xmlParserCtxt *parser = xmlNewParserCtxt();
    xmlSetStructuredErrorFunc(&problem, (xmlStructuredErrorFunc)on_error);
    schema->doc = xmlCtxtReadMemory(parser, text, (int)strlen(text), NULL, NULL,
        XML_PARSE_NONET | XML_PARSE_RECOVER);
    xmlSetStructuredErrorFunc(NULL, NULL);
    bool well_formed = parser->wellFormed;
    xmlFreeParserCtxt(parser);
    if (!well_formed || schema->doc == NULL)
        schema->problem =
            arena_printf(published->arena, "not well-formed: %s", problem.text);
    else
        compile(published->arena, schema);
    vec_push(&published->schemas, schema);
    (void)xmlHashAddEntry(published->by_ns, BAD_CAST schema->ns, schema);
}

bool published_set_add(
    struct published_set *published, const char *path, struct error *error)
{
    struct xep_file xep;
    if (!xep_file_read(path, &xep, error))
        return false;
    for (size_t i = 0; i < xep.count; i++) {
        char ns[256];
        if (xep_code_is_schema(&xep.codes[i], ns, sizeof ns))
            add_code(published, path, &xep, &xep.codes[i], ns);
    }
    xep_file_free(&xep);
    return true;
}

static bool wanted(const char *const *only, const char *name)
{
    if (strncmp(name, "xep-", 4) != 0 || strlen(name) != 12 ||
        strcmp(name + 8, ".xml") != 0)
        return false;
    for (; only != NULL && *only != NULL; only++) {
        if (strncmp(name + 4, *only, 4) == 0)
            return true;
    }
    return only == NULL;
}

struct published_set *published_set_read(
    const char *dir, const char *const *only, struct error *error)
{
    char **names = NULL;
    size_t count = 0, read = 0;
    if (!file_names(dir, &names, &count, error))
        return NULL;
    struct published_set *published = mem_alloc(sizeof *published);
    published->arena = arena_new();
    published->by_ns = xmlHashCreate(512);
    for (size_t i = 0; i < count; i++) {
        if (!wanted(only, names[i]))
            continue;
        char *path = file_join(dir, names[i]);
        read += published_set_add(published, path, NULL);
        free(path);
    }
    file_names_free(names, count);
    if (read > 0)
        return published;
    error_set(error, "%s: holds no XEP (xep-NNNN.xml)", dir);
    published_set_free(published);
    return NULL;
}

void published_set_free(struct published_set *published)
{
    if (published == NULL)
        return;
    for (size_t i = 0; i < published->schemas.count; i++) {
        xmlSchemaFree(published->schemas.items[i]->schema);
        xmlFreeDoc(published->schemas.items[i]->doc);
    }
    vec_free(&published->schemas);
    xmlHashFree(published->by_ns, NULL);
    arena_free(published->arena);
    free(published);
}

size_t published_set_count(const struct published_set *published)
{
    return published->schemas.count;
}

const struct published_schema *published_set_at(
    const struct published_set *published, size_t index)
{
    return published->schemas.items[index];
}

const struct published_schema *published_set_find(
    const struct published_set *published, const char *ns)
{
    return xmlHashLookup(published->by_ns, BAD_CAST ns);
}
