#include "audit/ours.h"

#include "audit/declaration.h"
#include "audit/model.h"
#include "base/file.h"
#include "schema/table.h"

#include <string.h>

enum { SCHEMA_MAX = 1 << 20 };

struct ours {
    struct audit audit;
    struct document document; /* stands for the files; holds nothing */
    const struct schema *schema;
};

static const struct schema *add_file(
    struct ours *ours, const char *dir, const char *file)
{
    struct arena *arena = ours->audit.arena;
    struct buffer text = {0};
    const char *path = arena_printf(arena, "%s/%s", dir, file);
    struct schema *s = NULL;
    if (file_read(path, SCHEMA_MAX, &text, NULL)) {
        s = arena_alloc(arena, sizeof *s);
        s->document = &ours->document;
        s->text.data = arena_strdup(arena, buffer_text(&text));
        s->text.len = text.len;
        schema_reparse(&ours->audit, s);
        if (s->root == NULL)
            s = NULL;
        else
            list_push(arena, &ours->audit.catalog.schemas, s);
    }
    buffer_free(&text);
    return s;
}

/* The file of a namespace; NULL: there is none. */
static const char *file_of(struct arena *arena, const char *dir, const char *ns)
{
    static const char *const columns[] = {
        "namespace", "prefix", "file", "spec", "version", NULL};
    struct table table = {0};
    const char *file = NULL;
    if (table_read(
            arena_printf(arena, "%s/catalog.tsv", dir), columns, &table, NULL))
        for (size_t i = 0; i < table.count && file == NULL; i++)
            if (strcmp(table.rows[i].cells[0], ns) == 0)
                file = arena_strdup(arena, table.rows[i].cells[2]);
    table_free(&table);
    return file;
}

struct ours *ours_read(struct arena *arena, const char *dir, const char *ns)
{
    const char *file = dir == NULL ? NULL : file_of(arena, dir, ns);
    if (file == NULL)
        return NULL;
    struct ours *ours = arena_alloc(arena, sizeof *ours);
    ours->audit.arena = arena;
    ours->document.arena = arena;
    ours->schema = add_file(ours, dir, file);
    (void)add_file(ours, dir, "types.xsd");
    return ours->schema == NULL ? NULL : ours;
}

static const struct tree_node *element_of(
    const struct ours *ours, const char *name)
{
    const struct tree_node *root = ours->schema->root;
    for (const struct tree_node *n = root; n != NULL;
         n = tree_following(n, root)) {
        const char *is = tree_value(n, "name");
        if (xsd_is(n, "element") && is != NULL && strcmp(is, name) == 0)
            return n;
    }
    return NULL;
}

bool ours_attribute(struct ours *ours, const char *element,
    const char *attribute, bool *required, const char **type)
{
    const struct tree_node *e = element_of(ours, element);
    if (e == NULL)
        return false;
    struct attribute_uses uses =
        declaration_attributes(&ours->audit, ours->schema, e);
    const struct attribute_use *use = attribute_use_find(&uses, "", attribute);
    if (use == NULL || use->declaration == NULL)
        return false;
    *required = use->required;
    *type = schema_base_type(&ours->audit, use->schema, use->declaration);
    return true;
}

const char *ours_text(struct ours *ours, const char *element)
{
    const struct tree_node *e = element_of(ours, element);
    if (e == NULL)
        return NULL;
    const struct schema *where = ours->schema;
    const struct tree_node *type = model_type(&ours->audit, &where, e);
    return schema_base_type(&ours->audit, where, type == NULL ? e : type);
}
