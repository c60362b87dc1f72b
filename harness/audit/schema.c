#include "audit/schema.h"

#include <ctype.h>
#include <libxml/xmlschemastypes.h>
#include <string.h>

const char *xsd_name(const struct tree_node *node)
{
    if (node == NULL || node->name == NULL || node->ns == NULL ||
        strcmp(node->ns, XSD_NS) != 0)
        return "";
    return node->local;
}

bool xsd_is(const struct tree_node *node, const char *local)
{
    return strcmp(xsd_name(node), local) == 0;
}

bool xsd_builtin(const char *name)
{
    return strcmp(name, "anyType") == 0 || strcmp(name, "anySimpleType") == 0 ||
           xmlSchemaGetPredefinedType(
               (const xmlChar *)name, (const xmlChar *)XSD_NS) != NULL;
}

bool xsd_value_ok(const char *builtin, const char *value)
{
    if (strcmp(builtin, "anyType") == 0 ||
        strcmp(builtin, "anySimpleType") == 0)
        return true;
    xmlSchemaTypePtr type = xmlSchemaGetPredefinedType(
        (const xmlChar *)builtin, (const xmlChar *)XSD_NS);
    if (type == NULL)
        return true;
    if (strcmp(builtin, "QName") == 0 || strcmp(builtin, "NOTATION") == 0)
        return true;
    return xmlSchemaValidatePredefinedType(
               type, (const xmlChar *)value, NULL) == 0;
}

struct qname schema_qname(
    struct arena *arena, const struct tree_node *node, const char *value)
{
    while (isspace((unsigned char)*value))
        value++;
    size_t len = strcspn(value, " \t\r\n");
    const char *name = arena_strndup(arena, value, len);
    const char *colon = strchr(name, ':');
    const char *prefix =
        colon == NULL ? "" : arena_strndup(arena, name, (size_t)(colon - name));
    return (struct qname){
        tree_namespace(node, prefix), colon == NULL ? name : colon + 1};
}

static const char *path_step(struct arena *arena, const struct tree_node *n)
{
    const char *kind = xsd_name(n), *name = tree_value(n, "name");
    const char *ref = tree_value(n, "ref");
    if (strcmp(kind, "enumeration") == 0) {
        const char *value = tree_value(n, "value");
        return arena_printf(arena, "=%s", value == NULL ? "" : value);
    }
    if (strcmp(kind, "import") == 0) {
        const char *ns = tree_value(n, "namespace");
        return arena_printf(arena, "import:%s", ns == NULL ? "" : ns);
    }
    if (name == NULL && ref == NULL)
        return NULL;
    const char *shown = name != NULL ? name : arena_printf(arena, "%s", ref);
    if (strcmp(kind, "element") == 0)
        return shown;
    if (strcmp(kind, "attribute") == 0)
        return arena_printf(arena, "@%s", shown);
    if (strcmp(kind, "complexType") == 0 || strcmp(kind, "simpleType") == 0)
        return arena_printf(arena, "type:%s", shown);
    return arena_printf(arena, "%s:%s", *kind ? kind : n->name, shown);
}

const char *schema_path(struct arena *arena, const struct tree_node *node)
{
    const char *path = "";
    for (; node != NULL && node->name != NULL && !xsd_is(node, "schema");
         node = node->parent) {
        const char *step = path_step(arena, node);
        if (step == NULL)
            continue;
        path = *path == '\0' ? step
                             : arena_printf(arena, "%s%s%s", step,
                                   *path == '=' ? "" : "/", path);
    }
    return path;
}

const char *schema_prefix(struct arena *arena, const struct schema *schema)
{
    const char *prefix = schema->root == NULL ? "xs" : schema->root->prefix;
    return *prefix == '\0' ? "" : arena_printf(arena, "%s:", prefix);
}

/* "..." between tags or "[...]": the author left something out. */
static const char *elision(const struct text *text, const struct tree *tree)
{
    for (const struct tree_node *n = tree->document->first; n != NULL;
         n = tree_following(n, tree->document)) {
        if (n->text == NULL || n->parent->name == NULL ||
            strstr(n->parent->name, "documentation") != NULL ||
            strstr(n->parent->name, "appinfo") != NULL)
            continue;
        if (strstr(n->text, "...") != NULL ||
            strstr(n->text, "\xe2\x80\xa6") != NULL)
            return "it leaves parts out (...)";
    }
    (void)text;
    return NULL;
}

void schema_reparse(struct audit *audit, struct schema *schema)
{
    schema->tree =
        tree_parse(audit->arena, schema->text.data, schema->text.len, NULL);
    schema->root = NULL;
    for (struct tree_node *n = tree_root(schema->tree); n != NULL;
         n = tree_next(n, NULL))
        if (strcmp(n->local, "schema") == 0)
            schema->root = n;
    const char *ns = schema->root == NULL
                         ? NULL
                         : tree_value(schema->root, "targetNamespace");
    schema->ns = ns == NULL ? "" : ns;
}

void schema_edit(
    struct audit *audit, struct schema *schema, const struct edits *edits)
{
    if (edits->count == 0)
        return;
    schema->text = text_edited(audit->arena, &schema->text, edits);
    schema->repaired = true;
    schema_reparse(audit, schema);
}

static bool schema_root(const struct tree_node *n)
{
    if (n->name == NULL || strcmp(n->local, "schema") != 0)
        return false;
    if (n->ns != NULL && strcmp(n->ns, XSD_NS) == 0)
        return true;
    /* A root that forgot to declare its prefix, or an old draft's URI. */
    return (n->ns == NULL || strstr(n->ns, "XMLSchema") != NULL) &&
           tree_attr(n, "targetNamespace") != NULL;
}

static void report_several_roots(
    struct audit *audit, struct schema *first, size_t count)
{
    struct finding *f = schema_finding(audit, first, NULL, SEVERITY_WARNING,
        "several-roots", "",
        arena_printf(audit->arena,
            "one code block holds %zu schemas, so that its text is no XML "
            "document and no parser takes it as it stands",
            count));
    if (f != NULL)
        f->fix = "give every schema a code block of its own";
}

void schema_extract(struct audit *audit, struct document *document)
{
    for (size_t i = 0; i < document->blocks.count; i++) {
        const struct block *block = &document->blocks.items[i];
        const char *data = block->text.data;
        if (strstr(data, "schema") == NULL || strstr(data, "XMLSchema") == NULL)
            continue;
        struct tree *tree =
            tree_parse(audit->arena, data, block->text.len, NULL);
        size_t before = audit->catalog.schemas.count, at = 0;
        for (struct tree_node *n = tree_root(tree); n != NULL;
             n = tree_next(n, NULL)) {
            if (!schema_root(n))
                continue;
            struct schema *schema = arena_alloc(audit->arena, sizeof *schema);
            schema->document = document;
            schema->block = block;
            schema->skipped = elision(&block->text, tree);
            size_t end = n->end_end;
            /* The prologue belongs to the first; what no root claims is
             * left out. */
            const char *first = strchr(data, '<');
            if (audit->catalog.schemas.count == before && first != NULL)
                at = (size_t)(first - data);
            else
                at = n->at;
            schema->text = text_part(audit->arena, &block->text, at, end);
            schema_reparse(audit, schema);
            if (schema->root == NULL)
                continue;
            vec_push(&audit->catalog.schemas, schema);
        }
        size_t count = audit->catalog.schemas.count - before;
        if (count > 1)
            report_several_roots(
                audit, audit->catalog.schemas.items[before], count);
    }
}

static bool global_matches(
    const struct tree_node *n, const char *kind, const char *name)
{
    const char *local = xsd_name(n), *value = tree_value(n, "name");
    if (value == NULL || strcmp(value, name) != 0)
        return false;
    if (strcmp(kind, "type") == 0)
        return strcmp(local, "complexType") == 0 ||
               strcmp(local, "simpleType") == 0;
    return strcmp(local, kind) == 0;
}

const struct tree_node *schema_global(
    const struct schema *schema, const char *kind, const char *name)
{
    if (schema->root == NULL)
        return NULL;
    for (const struct tree_node *n = tree_child(schema->root, NULL); n != NULL;
         n = tree_next(n, NULL))
        if (global_matches(n, kind, name))
            return n;
    return NULL;
}

const struct schema *published_find(const struct catalog *catalog,
    const char *ns, const struct document *prefer)
{
    const struct schema *found = NULL;
    for (size_t i = 0; i < catalog->schemas.count; i++) {
        const struct schema *schema = catalog->schemas.items[i];
        if (schema->skipped != NULL || strcmp(schema->ns, ns) != 0)
            continue;
        if (schema->document == prefer)
            return schema;
        if (found == NULL)
            found = schema;
    }
    return found;
}

const struct tree_node *published_global(const struct catalog *catalog,
    const char *ns, const char *kind, const char *name,
    const struct document *prefer, const struct schema **where)
{
    const struct tree_node *found = NULL;
    for (size_t i = 0; i < catalog->schemas.count; i++) {
        const struct schema *schema = catalog->schemas.items[i];
        if (schema->skipped != NULL || strcmp(schema->ns, ns) != 0)
            continue;
        const struct tree_node *node = schema_global(schema, kind, name);
        if (node == NULL || (found != NULL && schema->document != prefer))
            continue;
        found = node;
        if (where != NULL)
            *where = schema;
        if (schema->document == prefer)
            break;
    }
    return found;
}

bool schema_in_parts(const struct catalog *catalog, const struct schema *schema)
{
    for (size_t i = 0; i < catalog->schemas.count; i++) {
        const struct schema *s = catalog->schemas.items[i];
        if (s->document == schema->document && s->root != NULL &&
            strcmp(s->ns, schema->ns) == 0 &&
            (tree_child(s->root, "include") != NULL ||
                tree_child(s->root, "redefine") != NULL))
            return true;
    }
    return false;
}

static const struct tree_node *derivation(const struct tree_node *type)
{
    const struct tree_node *content = tree_child(type, "simpleContent");
    if (content == NULL)
        content = type;
    const struct tree_node *by = tree_child(content, "restriction");
    return by != NULL ? by : tree_child(content, "extension");
}

const char *schema_base_type(const struct audit *audit,
    const struct schema *schema, const struct tree_node *declaration)
{
    const struct tree_node *node = declaration;
    for (int depth = 0; depth < 16 && node != NULL; depth++) {
        const char *name = tree_value(node, "type");
        const struct tree_node *inner = NULL;
        if (name == NULL && tree_value(node, "base") != NULL)
            name = tree_value(node, "base");
        if (name == NULL) {
            inner = xsd_is(node, "simpleType") || xsd_is(node, "complexType")
                        ? node
                        : tree_child(node, "simpleType");
            if (inner == NULL)
                inner = tree_child(node, "complexType");
            if (inner == NULL)
                return xsd_is(node, "attribute") ? "anySimpleType" : NULL;
            node = derivation(inner);
            continue;
        }
        struct qname q = schema_qname(audit->arena, node, name);
        if (q.ns == NULL)
            return NULL;
        if (strcmp(q.ns, XSD_NS) == 0)
            return xsd_builtin(q.local) ? q.local : NULL;
        const struct tree_node *type = published_global(
            &audit->catalog, q.ns, "type", q.local, schema->document, &schema);
        node = type == NULL ? NULL : derivation(type);
    }
    return NULL;
}

struct finding *schema_finding(struct audit *audit, struct schema *schema,
    const struct tree_node *node, enum severity severity, const char *class,
    const char *detail, const char *message)
{
    if (node == NULL)
        node = schema->root;
    size_t at = node == NULL || node->at > schema->text.len ? 0 : node->at;
    schema->faulty |= severity == SEVERITY_ERROR;
    return finding_add(audit->findings, schema->document,
        schema->text.origin[at], severity, class, schema->ns,
        schema_path(audit->arena, node), detail, message);
}

void schema_fix(struct audit *audit, struct schema *schema,
    struct finding *finding, const struct edits *edits, const char *fix)
{
    if (finding == NULL)
        return;
    struct arena *arena = audit->findings->arena;
    finding->fix = arena_strdup(arena, fix);
    struct edits in_file = {0};
    if (!text_edits_in_file(arena, &schema->text, schema->document->source,
            schema->document->source_len, edits, &in_file))
        return;
    for (size_t i = 0; i < in_file.count; i++) {
        struct edit edit = in_file.items[i];
        edit.text = arena_strdup(arena, edit.text);
        list_push(arena, &finding->edits, edit);
    }
}

const struct tree_node *schema_import(
    const struct schema *schema, const char *ns)
{
    for (const struct tree_node *n = tree_child(schema->root, "import");
         n != NULL; n = tree_next(n, "import")) {
        const char *value = tree_value(n, "namespace");
        if (strcmp(value == NULL ? "" : value, ns) == 0)
            return n;
    }
    return NULL;
}

size_t schema_import_place(const struct schema *schema)
{
    /* Behind what imports and annotations there are at the top. */
    size_t at = schema->root->at_end;
    for (const struct tree_node *n = tree_child(schema->root, NULL);
         n != NULL && (xsd_is(n, "import") || xsd_is(n, "annotation"));
         n = tree_next(n, NULL))
        at = n->end_end;
    return at;
}
