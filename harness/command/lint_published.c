#include "command/lint_published.h"

#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "schema/complaint.h"
#include "schema/published_set.h"

#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { parts_max = 256 };

struct part {
    const xmlNode *root;
    char ns[256], element[64];
    char verdict[512];
    bool invalid, ours;
};

struct lint_published {
    struct published_set *set;
    VEC(struct part) parts;
};

struct lint_published *lint_published_new(const char *dir, struct error *error)
{
    struct published_set *set = published_set_read(dir, NULL, error);
    if (set == NULL)
        return NULL;
    struct lint_published *published = mem_alloc(sizeof *published);
    published->set = set;
    return published;
}

void lint_published_free(struct lint_published *published)
{
    if (published == NULL)
        return;
    published_set_free(published->set);
    vec_free(&published->parts);
    free(published);
}

static void on_error(void *owner, xmlError *error)
{
    struct part *part = owner;
    struct complaint complaint;
    if (part->invalid || !complaint_read(error, &complaint))
        return;
    part->invalid = true;
    snprintf(part->verdict, sizeof part->verdict,
        "invalid: <%.64s/>%s%.100s "
        "%.300s",
        (const char *)complaint.element->name,
        complaint.attribute[0] == 0 ? "" : " ", complaint.attribute,
        complaint.message);
}

static void judge_part(struct lint_published *published, xmlNode *root)
{
    const struct published_schema *schema =
        published_set_find(published->set, xml_ns(root));
    if (schema == NULL || published->parts.count == parts_max)
        return;
    struct part part = {.root = root};
    snprintf(part.ns, sizeof part.ns, "%s", schema->ns);
    snprintf(part.element, sizeof part.element, "%s", (const char *)root->name);
    if (schema->schema == NULL) {
        snprintf(part.verdict, sizeof part.verdict,
            "its schema (XEP-%s, line "
            "%d) %s%.300s",
            schema->xep, schema->line,
            strncmp(schema->problem, "not", 3) == 0 ? "is " : "",
            schema->problem);
    } else {
        snprintf(part.verdict, sizeof part.verdict, "valid");
        xmlSchemaValidCtxt *context = xmlSchemaNewValidCtxt(schema->schema);
        xmlSchemaSetValidStructuredErrors(
            context, (xmlStructuredErrorFunc)on_error, &part);
        xmlSchemaValidateOneElement(context, root);
        xmlSchemaFreeValidCtxt(context);
    }
    vec_push(&published->parts, part);
}

static void judge_below(struct lint_published *published, xmlNode *node)
{
    if (node->parent == NULL || strcmp(xml_ns(node), xml_ns(node->parent)) != 0)
        judge_part(published, node);
    for (xmlNode *child = xml_child(node, NULL, NULL); child != NULL;
         child = xml_next(child, NULL, NULL))
        judge_below(published, child);
}

void lint_published_judge(struct lint_published *published, xmlNode *stanza)
{
    published->parts.count = 0;
    judge_below(published, stanza);
}

const char *lint_published_verdict(
    struct lint_published *published, const xmlNode *element)
{
    for (; element != NULL; element = element->parent) {
        for (size_t i = 0; i < published->parts.count; i++) {
            if (published->parts.items[i].root != element)
                continue;
            published->parts.items[i].ours = true;
            return published->parts.items[i].verdict;
        }
    }
    return "no schema published";
}

void lint_published_flush(
    struct lint_published *published, lint_published_fn *fn, void *owner)
{
    for (size_t i = 0; i < published->parts.count; i++) {
        const struct part *part = &published->parts.items[i];
        if (part->invalid && !part->ours)
            fn(owner, part->ns, part->element, part->verdict);
    }
    published->parts.count = 0;
}
