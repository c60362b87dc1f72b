/* A Standards Track XEP registers a namespace, shows elements of it, and
 * prints no schema (XEP-0143 asks for one). */
#include "audit/corrected.h"
#include "audit/example.h"
#include "audit/prose.h"

#include <ctype.h>
#include <string.h>

/* The namespace that a passage names alone or in quotes; NULL: none. */
static const char *namespace_in(struct arena *arena, const char *text)
{
    static const char *const starts[] = {
        "urn:xmpp:", "http://jabber.org/", "jabber:", NULL};
    for (size_t i = 0; starts[i] != NULL; i++) {
        const char *at = strstr(text, starts[i]);
        if (at == NULL)
            continue;
        size_t len = strcspn(at, " '\",;()<>\xe2");
        while (len > 0 && at[len - 1] == '.')
            len--;
        return arena_strndup(arena, at, len);
    }
    return NULL;
}

/* Whether a section is there to register, not to describe. */
static bool is_registry(const struct tree_node *node)
{
    static const char *const words[] = {"regist", "protocol namespace", NULL};
    for (const struct tree_node *n = node; n != NULL && n->name != NULL;
         n = n->parent) {
        const char *topic = tree_value(n, "topic");
        for (size_t i = 0; topic != NULL && words[i] != NULL; i++)
            if (strcasestr(topic, words[i]) != NULL)
                return true;
    }
    return false;
}

static bool standards(const struct document *d)
{
    if (document_is_over(d))
        return false;
    return strcmp(d->type, "Standards Track") == 0 ||
           strcmp(d->type, "Historical") == 0;
}

/* An example with an element of the namespace: its place in the file. */
static const struct block *shown_in(struct arena *arena,
    const struct document *d, const char *ns, const char **element)
{
    struct shown shown = {.arena = arena, .document = d, .ns = ns};
    if (!shown_next(&shown))
        return NULL;
    *element = shown.node->local;
    return shown.block;
}

static bool any_schema_for(const struct audit *audit, const char *ns)
{
    const struct catalog *catalog = &audit->catalog;
    for (size_t i = 0; i < catalog->schemas.count; i++)
        if (strcmp(catalog->schemas.items[i]->ns, ns) == 0)
            return true;
    return false;
}

/* A version of the namespace that has a schema: told as an old one. */
static bool newer_schema(const struct audit *audit, const char *ns)
{
    size_t len = strlen(ns);
    while (len > 0 && isdigit((unsigned char)ns[len - 1]))
        len--;
    const struct catalog *catalog = &audit->catalog;
    for (size_t i = 0; i < catalog->schemas.count; i++)
        if (len > 10 && ns[len] != '\0' &&
            strncmp(catalog->schemas.items[i]->ns, ns, len) == 0)
            return true;
    return false;
}

/* Whether the document prints a schema of another kind or elsewhere. */
static bool other_schema(const struct document *d)
{
    for (size_t i = 0; i < d->blocks.count; i++)
        if (strstr(d->blocks.items[i].text.data, "<!ELEMENT") != NULL ||
            strstr(d->blocks.items[i].text.data, "relaxng") != NULL ||
            strcasestr(d->blocks.items[i].section, "schema") != NULL)
            return true;
    return false;
}

/* Namespaces of XMPP's own kind. */
static bool of_xmpp(const char *ns)
{
    return strncmp(ns, "urn:xmpp:", 9) == 0 ||
           strncmp(ns, "http://jabber.org/protocol/", 27) == 0 ||
           strncmp(ns, "eu.siacs.conversations.", 23) == 0;
}

/* Whether the text speaks of the namespace (others' are shown without a word)
 * or it is a vendor's, of which no XEP is the owner. */
static bool defined_here(
    const struct document *document, const struct prose *prose, const char *ns)
{
    if (strstr(ns, "stub") != NULL || strstr(ns, ":tmp:") != NULL)
        return false;
    if (strncmp(ns, "eu.siacs.", 9) == 0)
        return true;
    for (size_t i = 0; i < prose->count; i++)
        if (strstr(prose->items[i].text, ns) != NULL)
            return true;
    (void)document;
    return false;
}

/* Whether an example has that element in that namespace. */
static bool shows(struct arena *arena, const struct document *d, const char *ns,
    const char *name)
{
    struct shown shown = {.arena = arena, .document = d, .ns = ns};
    while (shown_next(&shown))
        if (shown.block->example && strcmp(shown.node->local, name) == 0)
            return true;
    return false;
}

/* The namespace as the schema's own, in all its attributes. */
static void retarget(struct audit *audit, struct schema *s, struct finding *f,
    const char *ns, const char *fix)
{
    struct edits edits = {0};
    for (size_t k = 0; k < s->root->attr_count; k++) {
        const struct tree_attr *a = &s->root->attrs[k];
        if (strcmp(a->value, s->ns) != 0)
            continue;
        struct edit edit = {a->value_at, a->value_len, ns};
        list_push(audit->arena, &edits, edit);
    }
    schema_fix(audit, s, f, &edits, fix);
}

/* The document does print a schema of the element, for another namespace, in
 * which nothing shows it: its target was copied. */
static bool has_wrong_target(struct audit *audit,
    const struct document *document, const char *ns, const char *element)
{
    struct arena *arena = audit->arena;
    for (size_t i = 0; i < audit->catalog.schemas.count; i++) {
        struct schema *s = audit->catalog.schemas.items[i];
        if (s->document != document || s->root == NULL || s->skipped != NULL ||
            schema_global(s, "element", element) == NULL ||
            shows(arena, document, s->ns, element))
            continue;
        struct finding *f = schema_finding(audit, s, NULL, SEVERITY_ERROR,
            "target", element,
            arena_printf(arena,
                "the schema that declares <%s/> is for '%s'; the text and the "
                "examples have that element in '%s'",
                element, s->ns, ns));
        if (f != NULL)
            retarget(audit, s, f, ns,
                arena_printf(arena, "make its target namespace '%s'", ns));
        return true;
    }
    return false;
}

static bool told_elsewhere(const struct audit *audit, const char *ns)
{
    const struct findings *findings = audit->findings;
    for (size_t i = 0; i < findings->list.count; i++)
        if (strcmp(findings->list.items[i]->class, "no-schema") == 0 &&
            strcmp(findings->list.items[i]->ns, ns) == 0)
            return true;
    for (size_t i = 0; i < audit->told.count; i++)
        if (strcmp(audit->told.items[i]->class, "no-schema") == 0 &&
            strcmp(audit->told.items[i]->ns, ns) == 0)
            return true;
    return false;
}

/* A XEP without a section of namespaces, and without any schema: what it
 * shows in several examples and no other XEP has a schema for. */
static void check_shown(
    struct audit *audit, struct document *document, const struct prose *prose)
{
    for (size_t i = 0; i < document->blocks.count; i++) {
        const struct block *b = &document->blocks.items[i];
        if (!b->example)
            continue;
        const struct tree *tree =
            tree_parse(audit->arena, b->text.data, b->text.len, NULL);
        for (const struct tree_node *n = tree->document->first; n != NULL;
             n = tree_following(n, tree->document)) {
            if (n->name == NULL || n->ns == NULL || !of_xmpp(n->ns) ||
                !defined_here(document, prose, n->ns) ||
                any_schema_for(audit, n->ns) || told_elsewhere(audit, n->ns) ||
                newer_schema(audit, n->ns))
                continue;
            struct finding *f =
                finding_add(audit->findings, document, b->text.origin[n->at],
                    SEVERITY_WARNING, "no-schema", n->ns, "", "",
                    arena_printf(audit->arena,
                        "the XEP shows <%s/> in '%s', of which no XEP prints a "
                        "schema",
                        n->local, n->ns));
            if (f != NULL)
                finding_evidence(audit->findings, f, "%s, line %d",
                    block_title(audit->arena, b), b->line);
            if (f != NULL)
                f->fix = "add a schema, drawn from what the examples show";
        }
    }
}

void missing_schema_check(struct audit *audit, struct document *document)
{
    if (!standards(document))
        return;
    bool registers = false, other = other_schema(document);
    const struct prose *prose = prose_read(audit->arena, document);
    for (size_t i = 0; i < prose->count; i++) {
        const struct passage *p = &prose->items[i];
        const char *topic = document_section(p->node);
        const char *anchor = document_anchor(p->node);
        if (strcasestr(topic, "namespace") == NULL &&
            strstr(anchor, "-ns") == NULL && strcmp(anchor, "ns") != 0)
            continue;
        const char *ns = namespace_in(audit->arena, p->text), *element = "";
        registers |= ns != NULL;
        if (ns == NULL || any_schema_for(audit, ns) ||
            told_elsewhere(audit, ns))
            continue;
        const struct block *b = shown_in(audit->arena, document, ns, &element);
        if (b == NULL || has_wrong_target(audit, document, ns, element) ||
            other)
            continue;
        struct finding *f = finding_add(audit->findings, document, p->node->at,
            SEVERITY_WARNING, "no-schema", ns, "", "",
            arena_printf(audit->arena,
                "the XEP %s '%s' and shows <%s/> in it, but prints no schema",
                is_registry(p->node) ? "registers" : "defines", ns, element));
        if (f == NULL)
            continue;
        finding_evidence(audit->findings, f, "%s",
            prose_place(audit->arena, document, p->node));
        finding_evidence(audit->findings, f, "%s, line %d",
            block_title(audit->arena, b), b->line);
        f->fix = "add a schema, drawn from what the examples show";
    }
    bool prints = false;
    for (size_t i = 0; i < audit->catalog.schemas.count; i++)
        prints |= audit->catalog.schemas.items[i]->document == document;
    if (!registers && !prints && !other)
        check_shown(audit, document, prose);
}

/* "urn:xmpp:jingle:" of "urn:xmpp:jingle:1", its length; 0: no version. */
static size_t stem_of(const char *ns)
{
    size_t len = strlen(ns), at = len;
    while (at > 0 && isdigit((unsigned char)ns[at - 1]))
        at--;
    return at == len || at == 0 || ns[at - 1] != ':' ? 0 : at;
}

static bool own_schema_for(
    const struct audit *audit, const struct document *d, const char *ns)
{
    for (size_t i = 0; i < audit->catalog.schemas.count; i++)
        if (audit->catalog.schemas.items[i]->document == d &&
            strcmp(audit->catalog.schemas.items[i]->ns, ns) == 0)
            return true;
    return false;
}

/* The namespace that the examples are in: the schema's, but for its version;
 * NULL when they use the schema's, or none of that stem. */
static const char *version_shown(const struct audit *audit,
    const struct schema *s, const struct examples *examples)
{
    const char *found = NULL;
    size_t stem = stem_of(s->ns);
    for (size_t i = 0; stem > 0 && i < examples->elements.count; i++) {
        const char *both = examples->elements.items[i];
        const char *ns = arena_strndup(audit->arena, both, strcspn(both, " "));
        if (strcmp(ns, s->ns) == 0)
            return NULL;
        if (stem_of(ns) == stem && strncmp(ns, s->ns, stem) == 0 &&
            !own_schema_for(audit, s->document, ns))
            found = ns;
    }
    return found;
}

void schema_version_check(struct audit *audit, struct document *document,
    const struct prose *prose, const struct examples *examples)
{
    for (size_t i = 0; i < audit->catalog.schemas.count; i++) {
        struct schema *s = audit->catalog.schemas.items[i];
        if (s->document != document || s->skipped != NULL)
            continue;
        const char *shown = version_shown(audit, s, examples);
        bool spoken = false;
        for (size_t k = 0; shown != NULL && k < prose->count; k++)
            spoken |= text_has(prose->items[k].text, s->ns, false);
        if (shown == NULL || spoken)
            continue;
        struct finding *f = schema_finding(audit, s, NULL, SEVERITY_ERROR,
            "target", "version",
            arena_printf(audit->arena,
                "the schema is for '%s', of which nothing else in the document "
                "speaks: its examples are in '%s'",
                s->ns, shown));
        retarget(audit, s, f, shown, "bring the schema up to that version");
    }
}
