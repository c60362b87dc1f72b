/* What a XEP submits to the registries, against the form that the registry's
 * XEP asks for, against what the XEP itself shows. */
#include "audit/cross.h"
#include "audit/mention.h"

#include <ctype.h>
#include <string.h>

/* <transport><name/><desc/><doc/></transport> in a section for the registrar
 */
struct submission {
    const struct document *document;
    const struct block *block;
    const struct tree_node *node;
};

struct registry {
    struct audit *audit;
    VEC(struct submission) submissions;
    VEC(struct submission) forms; /* that describe instead of naming */
};

static const char *content(struct arena *arena, const struct tree_node *node)
{
    return node == NULL ? "" : tree_text(arena, node);
}

/* "The name of the transport method." */
static bool describes(const char *text)
{
    return strncasecmp(text, "the ", 4) == 0 ||
           strncasecmp(text, "a ", 2) == 0 || strncmp(text, "name of ", 8) == 0;
}

static bool is_submission(const struct tree_node *n)
{
    return n->name != NULL && tree_child(n, "name") != NULL &&
           tree_child(n, "desc") != NULL;
}

static void read_submissions(struct registry *r, const struct document *d)
{
    for (size_t i = 0; i < d->blocks.count; i++) {
        const struct block *b = &d->blocks.items[i];
        if (strstr(b->text.data, "<name>") == NULL ||
            !mention_for_registrar(b->node))
            continue;
        struct arena *arena = r->audit->arena;
        const struct tree *tree =
            tree_parse(arena, b->text.data, b->text.len, NULL);
        for (const struct tree_node *n = tree->document->first; n != NULL;
             n = n->next) {
            if (!is_submission(n))
                continue;
            struct submission s = {d, b, n};
            bool form = describes(content(arena, tree_child(n, "name")));
            if (form)
                list_push(arena, &r->forms, s);
            else
                list_push(arena, &r->submissions, s);
        }
    }
}

static struct finding *report(struct registry *r, const struct submission *s,
    const struct tree_node *at, const char *detail, const char *message)
{
    struct arena *arena = r->audit->arena;
    const char *name = content(arena, tree_child(s->node, "name"));
    struct finding *f = finding_add(r->audit->findings, s->document,
        s->block->text.origin[at->at], SEVERITY_WARNING, "registry", "",
        arena_printf(arena, "%s %s", s->node->name, name), detail, message);
    if (f != NULL)
        finding_evidence(r->audit->findings, f, "section \"%s\", line %d",
            s->block->section,
            document_line(s->document, s->block->text.origin[at->at]));
    return f;
}

/* Whether the form's text puts the word into quotes. */
static bool quotes(struct arena *arena, const char *text, const char *word)
{
    return strstr(text, arena_printf(arena, "\"%s\"", word)) != NULL;
}

/* 'Whether it can be "streaming", "datagram", or "both".' leaves three. */
static void check_choice(struct registry *r, const struct submission *s,
    const struct submission *form, const struct tree_node *field)
{
    struct arena *arena = r->audit->arena;
    const char *asked = content(arena, field);
    if (strncmp(asked, "Whether ", 8) != 0 || strchr(asked, '"') == NULL)
        return;
    const struct tree_node *own = tree_child(s->node, field->name);
    const char *value = content(arena, own);
    if (own != NULL && quotes(arena, asked, value))
        return;
    struct finding *f = report(r, s, own == NULL ? s->node : own, field->name,
        own == NULL
            ? arena_printf(arena,
                  "the submission to the registry lacks the <%s/> that the "
                  "form of XEP-%s has",
                  field->name, form->document->number)
            : arena_printf(arena,
                  "the submission to the registry has '%s' as <%s/>, which "
                  "is none of those that XEP-%s allows",
                  value, field->name, form->document->number));
    if (f == NULL)
        return;
    finding_evidence(r->audit->findings, f, "XEP-%s, section \"%s\": %s",
        form->document->number, form->block->section, asked);
    f->fix = "fill in the form of the registry";
}

static void check_form(struct registry *r, const struct submission *s)
{
    for (size_t i = 0; i < r->forms.count; i++) {
        const struct submission *form = &r->forms.items[i];
        if (strcmp(form->node->name, s->node->name) != 0)
            continue;
        for (const struct tree_node *n = tree_child(form->node, NULL);
             n != NULL; n = tree_next(n, NULL))
            check_choice(r, s, form, n);
    }
}

/* "XEP-xxxx", "XEP-SCTP": the number was to be filled in. */
static bool is_placeholder(const char *doc)
{
    if (strncasecmp(doc, "xep-", 4) != 0)
        return strncmp(doc, "TODO", 4) == 0;
    return !isdigit((unsigned char)doc[4]) || !isdigit((unsigned char)doc[6]);
}

/* Once for the document: it is one thing to fill in. */
static void check_number(struct registry *r, const struct document *d)
{
    struct arena *arena = r->audit->arena;
    struct finding *f = NULL;
    for (size_t i = 0; i < d->blocks.count; i++) {
        const struct block *b = &d->blocks.items[i];
        const char *at = strstr(b->text.data, "<doc>");
        if (at == NULL || !mention_for_registrar(b->node))
            continue;
        for (; at != NULL; at = strstr(at, "<doc>")) {
            at += strlen("<doc>");
            const char *doc = arena_strndup(arena, at, strcspn(at, "<\r\n"));
            size_t place = b->text.origin[at - b->text.data];
            if (!is_placeholder(doc))
                continue;
            if (f == NULL)
                f = finding_add(r->audit->findings, d, place, SEVERITY_WARNING,
                    "registry", "", "", "doc",
                    arena_printf(arena,
                        "the submission to the registry names '%s' as its "
                        "document: the XEP has the number %s",
                        doc, d->number));
            if (f != NULL)
                finding_evidence(r->audit->findings, f,
                    "section \"%s\", line %d: <doc>%s</doc>", b->section,
                    document_line(d, place), doc);
            if (f != NULL)
                f->fix = arena_printf(
                    r->audit->findings->arena, "write XEP-%s", d->number);
        }
    }
}

static const struct document *numbered(
    const struct checkout *c, const char *number)
{
    for (size_t i = 0; i < c->documents.count; i++)
        if (strncmp(c->documents.items[i]->number, number, 4) == 0)
            return c->documents.items[i];
    return NULL;
}

/* Whether the registry asks for the document that specifies the thing itself,
 * not what it is built on. */
static bool asks_for_document(
    const struct registry *r, const struct submission *s)
{
    for (size_t i = 0; i < r->forms.count; i++)
        if (strcmp(r->forms.items[i].node->name, s->node->name) == 0 &&
            tree_child(r->forms.items[i].node, "doc") != NULL)
            return true;
    return false;
}

/* Another XEP stands for it that does not know it. */
static void check_owner(
    struct registry *r, const struct checkout *c, const struct submission *s)
{
    struct arena *arena = r->audit->arena;
    const struct tree_node *own = tree_child(s->node, "doc");
    const char *doc = content(arena, own);
    const char *name = content(arena, tree_child(s->node, "name"));
    if (strncmp(doc, "XEP-", 4) != 0 || strlen(doc) != 8 ||
        !asks_for_document(r, s) || strcmp(doc + 4, s->document->number) == 0)
        return;
    const struct document *other = numbered(c, doc + 4);
    if (other == NULL ||
        strstr(other->source, arena_printf(arena, ">%s<", name)) != NULL ||
        strstr(other->source, arena_printf(arena, "'%s'", name)) != NULL ||
        strstr(other->source, arena_printf(arena, "\"%s\"", name)) != NULL)
        return;
    struct finding *f = report(r, s, own, "doc",
        arena_printf(arena,
            "the submission of '%s' to the registry names %s as its document, "
            "which does not know it",
            name, doc));
    if (f != NULL)
        f->fix = arena_printf(
            r->audit->findings->arena, "write XEP-%s", s->document->number);
}

/* <feature var='http://jabber.org/protocol/pubsub#x'/> that is registered as
 * "pubsub#x". */
static void check_whole_name(struct registry *r, const struct submission *s)
{
    struct arena *arena = r->audit->arena;
    const char *name = content(arena, tree_child(s->node, "name"));
    if (strcmp(s->node->name, "var") != 0 || strchr(name, '#') == NULL ||
        strchr(name, ':') != NULL)
        return;
    const char *end = arena_printf(arena, "/%s'", name);
    for (size_t i = 0; i < s->document->blocks.count; i++) {
        const struct block *b = &s->document->blocks.items[i];
        const char *at = strstr(b->text.data, end), *from = at;
        while (from != NULL && from > b->text.data && from[-1] != '\'')
            from--;
        if (at == NULL || from - b->text.data < 5 ||
            strncmp(from - 5, "var='", 5) != 0)
            continue;
        size_t len = (size_t)(at - from) + strlen(end) - 1;
        struct finding *f = report(r, s, tree_child(s->node, "name"), "name",
            arena_printf(arena,
                "the feature is submitted to the registry as '%s'; it is "
                "'%.*s'",
                name, (int)len, from));
        if (f == NULL)
            return;
        finding_evidence(r->audit->findings, f, "%s, line %d",
            block_title(arena, b), b->line);
        f->fix = "submit the whole name";
        return;
    }
}

/* The element of a stream feature that no example shows and no schema has. */
static void check_stream_feature(struct registry *r, const struct submission *s)
{
    struct arena *arena = r->audit->arena;
    const char *ns = content(arena, tree_child(s->node, "ns"));
    const char *element = content(arena, tree_child(s->node, "element"));
    if (strcmp(s->node->name, "feature") != 0 || *ns == '\0' ||
        *element == '\0')
        return;
    const struct catalog *catalog = &r->audit->catalog;
    const struct schema *where = NULL;
    if (published_global(
            catalog, ns, "element", element, s->document, &where) != NULL)
        return;
    struct shown shown = {.arena = arena, .document = s->document, .ns = ns};
    bool any = false;
    for (; shown_next(&shown); any = true)
        if (strcmp(shown.node->local, element) == 0)
            return;
    if (!any)
        return;
    struct finding *f = report(r, s, tree_child(s->node, "element"), "element",
        arena_printf(arena,
            "the stream feature is submitted to the registry as <%s/> of "
            "'%s', which no example shows and no schema declares",
            element, ns));
    if (f != NULL)
        f->fix = "name the element that the examples have";
}

void registry_check(struct checkout *checkout)
{
    struct registry r = {.audit = checkout->audit};
    for (size_t i = 0; i < checkout->documents.count; i++)
        read_submissions(&r, checkout->documents.items[i]);
    for (size_t i = 0; i < checkout->documents.count; i++)
        if (checkout->wanted.items[i] &&
            !document_is_over(checkout->documents.items[i]))
            check_number(&r, checkout->documents.items[i]);
    for (size_t i = 0; i < r.submissions.count; i++) {
        const struct submission *s = &r.submissions.items[i];
        if (!checkout_wants(checkout, s->document) ||
            document_is_over(s->document))
            continue;
        check_form(&r, s);
        check_owner(&r, checkout, s);
        check_whole_name(&r, s);
        check_stream_feature(&r, s);
    }
}
