/* Layer 2: the schema is XML. Our reader names and mends what it can; libxml2
 * says whether the rest is well-formed. */
#include "audit/schema.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

static const struct {
    enum tree_fault_kind kind;
    const char *detail, *fix;
} kinds[] = {
    {TREE_UNCLOSED, "unclosed", "close it"},
    {TREE_MISMATCH, "mismatched-end", "close it by its own name"},
    {TREE_STRAY_END, "stray-end", "drop the end tag"},
    {TREE_DUPLICATE_ATTRIBUTE, "duplicate-attribute", "keep one of the two"},
    {TREE_BAD_TAG, "bad-tag", "complete the tag"},
    {TREE_BAD_ATTRIBUTE, "bad-attribute", "complete the attribute"},
    {TREE_BAD_REFERENCE, "bad-reference", "escape the '&'"},
    {TREE_UNDECLARED_PREFIX, "undeclared-prefix", "declare the prefix"},
    {TREE_BAD_COMMENT, "bad-comment", "take the '--' out of the comment"},
    {TREE_STRAY_TEXT, "stray-text", "drop the text"},
};

/* A prefix of which everybody knows what it stands for. */
static const char *usual_namespace(const char *prefix)
{
    if (strcmp(prefix, "xs") == 0 || strcmp(prefix, "xsd") == 0)
        return XSD_NS;
    return NULL;
}

static void declare_prefix(struct audit *audit, struct schema *schema,
    const struct tree_fault *fault, struct edits *edits)
{
    const char *ns = usual_namespace(fault->detail);
    if (ns == NULL || schema->root == NULL)
        return;
    size_t at = schema->root->at + 1 + strlen(schema->root->name);
    struct edit edit = {
        at, 0, arena_printf(audit->arena, " xmlns:%s='%s'", fault->detail, ns)};
    list_push(audit->arena, edits, edit);
}

static size_t kind_of(const struct tree_fault *fault)
{
    size_t k = 0;
    while (kinds[k].kind != fault->kind)
        k++;
    return k;
}

const char *wellformed_fix(const struct tree_fault *fault)
{
    return fault->fix != NULL ? fault->fix : kinds[kind_of(fault)].fix;
}

static void report(
    struct audit *audit, struct schema *schema, struct edits *all)
{
    const struct tree *tree = schema->tree;
    schema->faulty |= tree->faults.count > 0;
    for (size_t i = 0; i < tree->faults.count; i++) {
        const struct tree_fault *fault = &tree->faults.items[i];
        size_t k = kind_of(fault);
        struct edits edits = {0};
        for (size_t j = 0; j < fault->edits.count; j++)
            list_push(audit->arena, &edits, fault->edits.items[j]);
        if (fault->kind == TREE_UNDECLARED_PREFIX)
            declare_prefix(audit, schema, fault, &edits);
        const struct tree_node *node =
            fault->node != NULL && fault->node->name != NULL ? fault->node
                                                             : schema->root;
        bool prefix = fault->kind == TREE_UNDECLARED_PREFIX;
        const char *path = prefix ? "" : schema_path(audit->arena, node);
        struct finding *f = NULL;
        for (int again = 1; f == NULL && again < (prefix ? 2 : 50); again++) {
            const char *detail = arena_printf(
                audit->arena, "%s %s", kinds[k].detail, fault->detail);
            if (again > 1)
                detail = arena_printf(audit->arena, "%s #%d", detail, again);
            f = finding_add(audit->findings, schema->document,
                schema->text.origin[fault->at], SEVERITY_ERROR, "wellformed",
                schema->ns, path, detail,
                arena_printf(audit->arena, "the schema is not well-formed: %s",
                    fault->message));
        }
        if (f == NULL)
            continue;
        if (edits.count > 0)
            schema_fix(audit, schema, f, &edits, wellformed_fix(fault));
        for (size_t j = 0; j < edits.count; j++)
            list_push(audit->arena, all, edits.items[j]);
    }
}

/* libxml2's first complaint, or NULL when there is none. */
static const char *parser_complaint(
    struct arena *arena, const struct text *text, int *line)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    xmlDocPtr doc =
        xmlCtxtReadMemory(parser, text->data, (int)text->len, "schema.xsd",
            NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const char *complaint = NULL;
    const xmlError *error = xmlCtxtGetLastError(parser);
    if (doc == NULL || !parser->wellFormed || !parser->nsWellFormed) {
        const char *message =
            error == NULL || error->message == NULL ? "?" : error->message;
        complaint = arena_strndup(arena, message, strcspn(message, "\n"));
        *line = error == NULL ? 1 : error->line;
    }
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(parser);
    return complaint;
}

void wellformed_check(struct audit *audit, struct schema *schema)
{
    for (int round = 0; round < 4 && schema->tree->faults.count > 0; round++) {
        struct edits edits = {0};
        report(audit, schema, &edits);
        if (edits.count == 0)
            break;
        schema_edit(audit, schema, &edits);
        if (schema->root == NULL) {
            schema->skipped = "it cannot be mended";
            return;
        }
    }
    int line = 1;
    const char *complaint =
        parser_complaint(audit->arena, &schema->text, &line);
    if (complaint == NULL)
        return;
    schema->skipped = "it is not well-formed";
    if (schema->tree->faults.count > 0)
        return; /* said already, in better words */
    size_t at = 0;
    for (int l = 1; l < line && at < schema->text.len; at++)
        l += schema->text.data[at] == '\n';
    finding_add(audit->findings, schema->document, schema->text.origin[at],
        SEVERITY_ERROR, "wellformed", schema->ns, "", "parser",
        arena_printf(
            audit->arena, "the schema is not well-formed: %s", complaint));
}
