#include "schema/schema_set.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"

#include <libxml/parser.h>
#include <libxml/uri.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XS "http://www.w3.org/2001/XMLSchema"

static void on_error(void *owner, xmlError *problem)
{
    struct error *error = owner;
    if (error == NULL || error->message[0] != 0)
        return; /* the first one is the cause */
    char text[512];
    snprintf(text, sizeof text, "%s",
        problem->message == NULL ? "invalid" : problem->message);
    text[strcspn(text, "\n")] = 0;
    error_set(error, "%s:%d: %s",
        problem->file == NULL ? "schemas" : problem->file, problem->line, text);
}

static char *driver_text(const char *dir, const struct catalog *catalog)
{
    struct buffer text = {0};
    buffer_add_text(&text, "<xs:schema xmlns:xs='" XS "' "
                           "targetNamespace='urn:jinglespec:driver'>");
    for (size_t i = 0; i < catalog_count(catalog); i++) {
        const struct catalog_entry *entry = catalog_at(catalog, i);
        char *path = file_join(dir, entry->file);
        xmlChar *uri = xmlPathToURI(BAD_CAST path);
        buffer_add_text(&text, "<xs:import namespace='");
        buffer_add_xml(&text, entry->uri, strlen(entry->uri));
        buffer_add_text(&text, "' schemaLocation='");
        buffer_add_xml(&text, (char *)uri, strlen((char *)uri));
        buffer_add_text(&text, "'/>");
        xmlFree(uri);
        free(path);
    }
    buffer_add_text(&text, "</xs:schema>");
    return buffer_take(&text);
}

static xmlSchema *compile(
    const char *dir, const struct catalog *catalog, struct error *error)
{
    struct error problem = {{0}};
    char *text = driver_text(dir, catalog);
    xmlSchemaParserCtxt *context =
        xmlSchemaNewMemParserCtxt(text, (int)strlen(text));
    xmlSchemaSetParserStructuredErrors(
        context, (xmlStructuredErrorFunc)on_error, &problem);
    xmlSchema *schema = xmlSchemaParse(context);
    xmlSchemaFreeParserCtxt(context);
    free(text);
    if (schema != NULL && problem.message[0] != 0) {
        /* A warning such as an import that found no file. */
        xmlSchemaFree(schema);
        schema = NULL;
    }
    if (schema == NULL)
        error_set(error, "%s", problem.message);
    return schema;
}

static void make_strict(xmlNode *node)
{
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (strcmp((const char *)node->name, "any") == 0)
            xmlSetProp(node, BAD_CAST "processContents", BAD_CAST "strict");
        make_strict(node->children);
    }
}

static bool copy_strict(
    const char *from, const char *to, const char *file, struct error *error)
{
    char *source = file_join(from, file), *target = file_join(to, file);
    xmlDoc *doc = xmlReadFile(source, NULL, XML_PARSE_NONET);
    if (doc != NULL)
        make_strict(xmlDocGetRootElement(doc));
    bool ok = doc != NULL && xmlSaveFile(target, doc) >= 0;
    if (!ok)
        error_set(error, "%s: cannot be copied to %s", source, target);
    xmlFreeDoc(doc);
    free(source);
    free(target);
    return ok;
}

/* libxml2 reads imported schemas from files alone: the strict set is written
 * out for the time of the compilation. */
static bool write_strict(const char *from, const char *to,
    const struct catalog *catalog, struct error *error)
{
    bool ok = copy_strict(from, to, "empty.xsd", error); /* included by many */
    for (size_t i = 0; ok && i < catalog_count(catalog); i++)
        ok = copy_strict(from, to, catalog_at(catalog, i)->file, error);
    return ok;
}

xmlSchema *schema_set_compile(const char *dir, const struct catalog *catalog,
    bool strict, struct error *error)
{
    if (!strict)
        return compile(dir, catalog, error);
    char *copy = file_make_temp("jinglespec-schemas", error);
    if (copy == NULL)
        return NULL;
    xmlSchema *schema = NULL;
    if (write_strict(dir, copy, catalog, error))
        schema = compile(copy, catalog, error);
    file_remove_tree(copy);
    free(copy);
    return schema;
}
