/* Lists in the text (tables, terms, section headings, registrations) against
 * sets in the schema: values of an enumeration, children of a choice, global
 * elements. What one has and the other lacks is a finding. */
#include "audit/claim.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct names {
    VEC(const char *);
};

struct list {
    struct names names;
    VEC(const struct tree_node *) nodes; /* of each name */
    const char *what;                    /* "the table ..." */
    bool loose; /* registrations, bullets: other things may be among them */
};

struct set {
    struct names names;
    VEC(const struct tree_node *) nodes;
    const struct tree_node *node; /* the restriction, choice or schema */
    struct schema *schema;
    bool values; /* else elements */
};

struct matcher {
    struct claims *claims;
    VEC(struct list) lists;
    VEC(struct set) sets;
};

static bool has(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

static void list_add(struct arena *arena, struct list *list, const char *name,
    const struct tree_node *node)
{
    if (name == NULL || has(&list->names, name))
        return;
    list_push(arena, &list->names, name);
    list_push(arena, &list->nodes, node);
}

/* "http://jabber.org/protocol/pubsub#retrieve-items" is retrieve-items. */
static const char *short_name(struct arena *arena, const char *text)
{
    const char *hash = strrchr(text, '#');
    if (hash != NULL && strncmp(text, "http", 4) == 0)
        text = hash + 1;
    return claim_name(arena, text);
}

static void read_table(struct matcher *m, const struct tree_node *node)
{
    struct arena *arena = m->claims->audit->arena;
    const char *caption = tree_value(node, "caption");
    struct list list = {.what = arena_printf(arena, "table \"%s\"",
                            caption == NULL ? "" : caption)};
    for (const struct tree_node *tr = tree_child(node, "tr"); tr != NULL;
         tr = tree_next(tr, "tr")) {
        const struct tree_node *td = tree_child(tr, NULL);
        if (td != NULL && strcmp(td->name, "td") == 0)
            list_add(arena, &list, short_name(arena, tree_text(arena, td)), td);
    }
    list_push(arena, &m->lists, list);
}

/* <dl> with <dt>, <ul> with <li>: the terms. */
static void read_terms(
    struct matcher *m, const struct tree_node *node, bool terms)
{
    struct arena *arena = m->claims->audit->arena;
    struct list list = {.what = "list", .loose = !terms};
    for (const struct tree_node *n = tree_child(node, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        const struct tree_node *term = n;
        if (terms && strcmp(n->name, "di") == 0)
            term = tree_child(n, "dt");
        else if (terms && strcmp(n->name, "dt") != 0)
            continue;
        if (term == NULL)
            continue;
        const char *text = tree_text(arena, term);
        const char *name = short_name(arena, text);
        if (name == NULL && !terms) {
            /* "foo -- what it is", "foo: what it is" */
            const char *dash = strstr(text, " -- ");
            if (dash == NULL)
                dash = strstr(text, " \xe2\x80\x94 ");
            if (dash == NULL)
                dash = strstr(text, " - ");
            if (dash == NULL)
                dash = strstr(text, ": ");
            if (dash != NULL && dash - text < 40)
                name = short_name(
                    arena, arena_strndup(arena, text, (size_t)(dash - text)));
        }
        list_add(arena, &list, name, term);
    }
    list_push(arena, &m->lists, list);
}

/* Sections of one level, one per value. */
static void read_headings(struct matcher *m, const struct tree_node *section)
{
    struct arena *arena = m->claims->audit->arena;
    struct list list = {.what = arena_printf(arena, "headings of \"%s\"",
                            document_section(section))};
    for (const struct tree_node *n = tree_child(section, NULL); n != NULL;
         n = tree_next(n, NULL)) {
        const char *topic =
            strncmp(n->name, "section", 7) == 0 ? tree_value(n, "topic") : NULL;
        if (topic != NULL)
            list_add(arena, &list, short_name(arena, topic), n);
    }
    list_push(arena, &m->lists, list);
}

/* Registrations: <var><name>...</name></var> in a block of code. */
static void read_registrations(struct matcher *m, const struct block *block)
{
    struct arena *arena = m->claims->audit->arena;
    if (strstr(block->text.data, "<name>") == NULL ||
        strstr(block->text.data, "XMLSchema") != NULL)
        return;
    const struct tree *tree =
        tree_parse(arena, block->text.data, block->text.len, NULL);
    struct list list = {.what = "registration", .loose = true};
    for (const struct tree_node *n = tree->document->first; n != NULL;
         n = tree_following(n, tree->document))
        if (n->name != NULL && strcmp(n->name, "name") == 0)
            list_add(arena, &list, short_name(arena, tree_text(arena, n)),
                block->node);
    list_push(arena, &m->lists, list);
}

static void read_lists(struct matcher *m)
{
    const struct document *d = m->claims->document;
    const struct tree_node *top = d->tree->document;
    for (const struct tree_node *n = top->first; n != NULL;
         n = tree_following(n, top)) {
        if (n->name == NULL)
            continue;
        if (strcmp(n->name, "table") == 0)
            read_table(m, n);
        else if (strcmp(n->name, "dl") == 0)
            read_terms(m, n, true);
        else if (strcmp(n->name, "ul") == 0 || strcmp(n->name, "ol") == 0)
            read_terms(m, n, false);
        else if (strncmp(n->name, "section", 7) == 0)
            read_headings(m, n);
    }
    for (size_t i = 0; i < d->blocks.count; i++)
        read_registrations(m, &d->blocks.items[i]);
}

static void set_add(struct arena *arena, struct set *set, const char *name,
    const struct tree_node *node)
{
    if (name == NULL || has(&set->names, name))
        return;
    list_push(arena, &set->names, name);
    list_push(arena, &set->nodes, node);
}

static void read_set(
    struct matcher *m, struct schema *schema, const struct tree_node *node)
{
    struct arena *arena = m->claims->audit->arena;
    bool values = xsd_is(node, "restriction");
    bool model = xsd_is(node, "choice") || xsd_is(node, "sequence") ||
                 xsd_is(node, "all");
    if (!values && !model && node != schema->root)
        return;
    struct set set = {.node = node, .schema = schema, .values = values};
    const char *child = values ? "enumeration" : "element";
    for (const struct tree_node *n = tree_child(node, child); n != NULL;
         n = tree_next(n, child)) {
        const char *name = tree_value(n, values ? "value" : "name");
        const char *ref = tree_value(n, "ref");
        if (name == NULL && ref != NULL)
            name = strchr(ref, ':') == NULL ? ref : strchr(ref, ':') + 1;
        set_add(arena, &set, name, n);
    }
    if (set.names.count >= 3)
        list_push(arena, &m->sets, set);
}

static void read_sets(struct matcher *m)
{
    const struct audit *audit = m->claims->audit;
    for (size_t i = 0; i < audit->catalog.schemas.count; i++) {
        struct schema *s = audit->catalog.schemas.items[i];
        if (s->document != m->claims->document || s->skipped != NULL)
            continue;
        for (const struct tree_node *n = s->root; n != NULL;
             n = tree_following(n, s->root))
            read_set(m, s, n);
    }
}

static size_t common(const struct names *a, const struct names *b)
{
    size_t count = 0;
    for (size_t i = 0; i < a->count; i++)
        count += has(b, a->items[i]);
    return count;
}

/* How alike the two are, in thousandths (Dice). */
static size_t likeness(const struct set *set, const struct list *list)
{
    size_t all = set->names.count + list->names.count;
    return 2000 * common(&list->names, &set->names) / (all == 0 ? 1 : all);
}

/* A list is about the set that is most like it. */
static size_t best_likeness(const struct matcher *m, const struct list *list)
{
    size_t best = 0;
    for (size_t i = 0; i < m->sets.count; i++) {
        size_t l = likeness(&m->sets.items[i], list);
        best = l > best ? l : best;
    }
    return best;
}

/* Whether another set of the schema has the name: then it is elsewhere. */
static bool elsewhere(
    const struct matcher *m, const struct set *set, const char *name)
{
    for (size_t i = 0; i < m->sets.count; i++) {
        const struct set *other = &m->sets.items[i];
        if (other != set && other->values == set->values &&
            other->schema == set->schema && has(&other->names, name) &&
            common(&other->names, &set->names) >= 2)
            return true;
    }
    return false;
}

/* The elements around a set may hold it: a choice of two groups. */
static bool declared_somewhere(
    const struct set *set, const char *name, struct arena *arena)
{
    const struct tree_node *root = set->schema->root;
    (void)arena;
    for (const struct tree_node *n = root; n != NULL;
         n = tree_following(n, root)) {
        const char *value = tree_value(n, set->values ? "value" : "name");
        const char *ref = set->values ? NULL : tree_value(n, "ref");
        if (value != NULL && strcmp(value, name) == 0 &&
            (set->values ? xsd_is(n, "enumeration") : xsd_is(n, "element")))
            return true;
        if (ref != NULL) {
            const char *colon = strchr(ref, ':');
            if (strcmp(colon == NULL ? ref : colon + 1, name) == 0)
                return true;
        }
    }
    return false;
}

static const char *owner(struct arena *arena, const struct set *set)
{
    const char *path = schema_path(arena, set->node);
    return *path == '\0' ? "the schema" : arena_printf(arena, "'%s'", path);
}

/* Whether a finding says already that this schema lacks the name. */
static bool told_by_table(
    const struct claims *c, const struct schema *schema, const char *name)
{
    const struct findings *findings = c->audit->findings;
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (f->document == c->document && strcmp(f->ns, schema->ns) == 0 &&
            strcmp(f->detail, name) == 0 &&
            (strcmp(f->class, "text-child") == 0 ||
                strcmp(f->class, "text-attribute") == 0))
            return true;
    }
    return false;
}

static void missing_in_schema(struct matcher *m, const struct set *set,
    const struct list *list, size_t index, const struct list *other)
{
    struct claims *c = m->claims;
    struct arena *arena = c->audit->arena;
    const char *name = list->names.items[index];
    if (told_by_table(c, set->schema, name))
        return;
    const char *slip = NULL;
    for (size_t i = 0; i < set->names.count; i++)
        if (!has(&list->names, set->names.items[i]) &&
            edit_distance(set->names.items[i], name) <=
                (strlen(name) > 5 ? 2 : 1))
            slip = set->names.items[i];
    struct finding *f = schema_finding(c->audit, set->schema, set->node,
        SEVERITY_ERROR, set->values ? "list-value" : "list-element", name,
        arena_printf(arena, "the text lists '%s' (%s), which %s lacks%s%s%s",
            name, list->what, owner(arena, set),
            slip == NULL ? "" : "; it has '", slip == NULL ? "" : slip,
            slip == NULL ? "" : "'"));
    if (f == NULL)
        return;
    finding_evidence(c->audit->findings, f, "%s",
        prose_place(arena, c->document, list->nodes.items[index]));
    if (other != NULL)
        finding_evidence(c->audit->findings, f, "also in %s", other->what);
    const struct tree_node *last = set->nodes.items[set->nodes.count - 1];
    struct edits edits = {0};
    if (set->values && slip == NULL) {
        struct edit edit = {last->end_end, 0,
            arena_printf(arena, "\n            <%senumeration value='%s'/>",
                schema_prefix(arena, set->schema), name)};
        list_push(arena, &edits, edit);
        schema_fix(c->audit, set->schema, f, &edits, "add the value");
    } else {
        f->fix = slip == NULL ? "declare it" : "use the name of the text";
    }
}

/* What the schema has and nothing else in the document mentions. */
static void missing_in_text(struct matcher *m, const struct set *set,
    size_t index, const struct list *list)
{
    struct claims *c = m->claims;
    struct arena *arena = c->audit->arena;
    const char *name = set->names.items[index];
    if (prose_has_word(c->prose, name) != NULL)
        return;
    for (size_t i = 0; i < c->document->blocks.count; i++) {
        const struct block *b = &c->document->blocks.items[i];
        if (strstr(b->text.data, "XMLSchema") == NULL &&
            text_has(b->text.data, name, false))
            return;
    }
    struct finding *f = schema_finding(c->audit, set->schema,
        set->nodes.items[index], SEVERITY_WARNING, "unlisted", name,
        arena_printf(arena,
            "the schema has '%s', which neither the text (%s) nor an example "
            "mentions",
            name, list->what));
    if (f == NULL)
        return;
    finding_evidence(c->audit->findings, f, "%s",
        prose_place(arena, c->document, list->nodes.items[0]));
    f->fix = "drop it, or describe it";
}

static void compare(
    struct matcher *m, const struct set *set, const struct list *list)
{
    size_t both = common(&list->names, &set->names);
    size_t listed = list->names.count, declared = set->names.count;
    size_t share = list->loose ? 8 : 6;
    if (both < 3 || both * 10 < listed * share || both * 10 < declared * 5 ||
        likeness(set, list) < best_likeness(m, list))
        return;
    for (size_t i = 0; i < listed; i++) {
        const char *name = list->names.items[i];
        bool heading = isupper((unsigned char)*name) &&
                       !isupper((unsigned char)*set->names.items[0]);
        if (heading || has(&set->names, name) || elsewhere(m, set, name) ||
            declared_somewhere(set, name, NULL))
            continue;
        missing_in_schema(m, set, list, i, NULL);
    }
    for (size_t i = 0; i < declared && likeness(set, list) >= 700; i++)
        if (!has(&list->names, set->names.items[i]))
            missing_in_text(m, set, i, list);
}

/* Tables of error conditions name the namespace in the paragraph before:
 * every <condition/> in them is a global element of its schema. */
static void check_conditions(struct claims *c, const struct tree_node *table)
{
    struct arena *arena = c->audit->arena;
    const struct tree_node *lead = table->previous;
    while (lead != NULL && lead->name == NULL)
        lead = lead->previous;
    if (lead == NULL || strcmp(lead->name, "p") != 0)
        return;
    const char *text = tree_text(arena, lead);
    if (strstr(text, "qualified by the '") == NULL)
        return;
    for (size_t i = 0; i < c->audit->catalog.schemas.count; i++) {
        struct schema *s = c->audit->catalog.schemas.items[i];
        const char *quoted = arena_printf(arena, "'%s'", s->ns);
        if (s->document != c->document || s->skipped != NULL ||
            strstr(text, quoted) == NULL)
            continue;
        size_t declared = 0;
        struct list list = {.what = "table of conditions"};
        for (const struct tree_node *tr = tree_child(table, "tr"); tr != NULL;
             tr = tree_next(tr, "tr")) {
            const struct tree_node *td = tree_child(tr, "td");
            const char *cell = td == NULL ? "" : tree_text(arena, td);
            if (*cell != '<')
                continue;
            list_add(arena, &list, claim_name(arena, cell), td);
        }
        for (size_t k = 0; k < list.names.count; k++)
            declared +=
                schema_global(s, "element", list.names.items[k]) != NULL;
        struct set set = {.node = s->root, .schema = s};
        list_push(arena, &set.nodes, s->root);
        struct matcher m = {.claims = c};
        for (size_t k = 0; declared >= 2 && k < list.names.count; k++)
            if (!declared_somewhere(&set, list.names.items[k], NULL))
                missing_in_schema(&m, &set, &list, k, NULL);
    }
}

void claims_read_lists(struct claims *c)
{
    struct matcher m = {.claims = c};
    read_sets(&m);
    const struct tree_node *top = c->document->tree->document;
    for (const struct tree_node *n = top->first;
         n != NULL && c->elements.count > 0; n = tree_following(n, top))
        if (n->name != NULL && strcmp(n->name, "table") == 0)
            check_conditions(c, n);
    if (m.sets.count == 0)
        return;
    read_lists(&m);
    for (size_t i = 0; i < m.sets.count; i++)
        for (size_t k = 0; k < m.lists.count; k++)
            compare(&m, &m.sets.items[i], &m.lists.items[k]);
}
