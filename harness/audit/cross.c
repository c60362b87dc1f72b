#include "audit/cross.h"

#include "audit/example.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct use { /* of a schema by another XEP, in disagreement */
    const struct document *by;
    const struct disagreement *what;
};

struct cross {
    struct checkout *checkout;
    struct audit *audit;
    VEC(struct use) uses;
};

static bool same(const struct disagreement *a, const struct disagreement *b)
{
    return a->kind == b->kind && a->declaration == b->declaration &&
           strcmp(a->name, b->name) == 0 &&
           (a->kind != UNDECLARED_ELEMENT ||
               strcmp(a->element, b->element) == 0);
}

/* " 'a'" of "a", "s 'a', 'b'" of "a b". */
static const char *names_of(struct arena *arena, const char *names)
{
    bool several = strchr(names, ' ') != NULL;
    const char *out = several ? "s" : "";
    for (bool first = true; *names != '\0'; first = false) {
        size_t len = strcspn(names, " ");
        out = arena_printf(
            arena, "%s%s'%.*s'", out, first ? " " : ", ", (int)len, names);
        names += len + (names[len] == ' ');
    }
    return out;
}

/* An element that the schema declares inside others only: others cannot take
 * it up. */
static bool is_local(const struct disagreement *d)
{
    bool local = false;
    for (const struct tree_node *n = d->schema->root;
         n != NULL && d->kind == UNDECLARED_ELEMENT;
         n = tree_following(n, d->schema->root))
        local |= xsd_is(n, "element") && tree_value(n, "name") != NULL &&
                 strcmp(tree_value(n, "name"), d->element) == 0;
    return local;
}

/* The local name of "{namespace}name". */
static const char *bare(const char *name)
{
    const char *brace = strchr(name, '}');
    return brace == NULL ? name : brace + 1;
}

static const char *says(struct arena *arena, const struct disagreement *d)
{
    const char *name = d->name;
    switch (d->kind) {
    case UNDECLARED_ATTRIBUTE:
        return arena_printf(arena, "has the undeclared attribute%s on <%s/>",
            names_of(arena, name), d->element);
    case MISSING_ATTRIBUTE:
        return arena_printf(arena, "lacks the required attribute%s of <%s/>",
            names_of(arena, name), d->element);
    case WRONG_VALUE:
        return arena_printf(arena,
            "has %s='%.40s' on <%s/>, which the type does not allow", name,
            d->value, d->element);
    case UNDECLARED_CHILD:
        return arena_printf(arena, "has the undeclared child %s in <%s/>",
            *name == '{' ? name : arena_printf(arena, "<%s/>", name),
            d->element);
    case MISSING_CHILD:
        return arena_printf(
            arena, "lacks the required child <%s/> of <%s/>", name, d->element);
    case REPEATED_CHILD:
        return arena_printf(
            arena, "has <%s/> more than once in <%s/>", name, d->element);
    case WRONG_ORDER:
        return arena_printf(arena,
            "has <%s/> in <%s/>%s, where the content model refuses it",
            bare(name), d->element,
            *d->value == '\0' ? " as first child"
                              : arena_printf(arena, " behind <%s/>", d->value));
    case WRONG_TEXT:
        return arena_printf(arena,
            "has content in <%s/> that its type does not allow", d->element);
    case UNDECLARED_ELEMENT:
        return arena_printf(arena,
            is_local(d) ? "has <%s/> alone, which is declared inside others "
                          "only"
                        : "has <%s/>, which is not declared",
            d->element);
    }
    return "";
}

static const char *path_of(struct arena *arena, const struct disagreement *d)
{
    return d->kind == UNDECLARED_ELEMENT ? d->element
                                         : schema_path(arena, d->declaration);
}

static const char *detail_of(const struct disagreement *d)
{
    if (d->kind == WRONG_ORDER)
        return "order";
    if (d->kind == WRONG_TEXT)
        return "text";
    if (d->kind == UNDECLARED_ELEMENT)
        return "";
    return d->name[0] == '{' ? "##other" : d->name;
}

/* Whether the schema's own document was told of the same disagreement. */
static bool told_at_home(struct cross *x, const struct disagreement *d)
{
    struct arena *arena = x->audit->arena;
    const char *start = arena_printf(arena, "%s|%s|%s|%s|%s",
        d->schema->document->number, d->schema->ns, disagreement_class(d->kind),
        path_of(arena, d), detail_of(d));
    checkout_check(x->checkout, d->schema->document);
    const struct findings *findings = x->checkout->audit->findings;
    for (size_t i = 0; i < findings->list.count; i++)
        if (strncmp(findings->list.items[i]->key, start, strlen(start)) == 0)
            return true;
    const struct audit *audit = x->checkout->audit;
    for (size_t i = 0; i < audit->told.count; i++)
        if (strncmp(audit->told.items[i]->key, start, strlen(start)) == 0)
            return true;
    if (d->kind == UNDECLARED_ATTRIBUTE && strcmp(d->name, "xml:lang") == 0)
        return findings_have(
            findings, arena_printf(arena, "%s|%s|example-attribute||xml:lang",
                          d->schema->document->number, d->schema->ns));
    if (disagreement_asks_prefix(x->audit, d))
        return findings_have(
            findings, arena_printf(arena, "%s|%s|example-form||",
                          d->schema->document->number, d->schema->ns));
    return examples_explained(x->checkout->audit, d);
}

/* Namespaces of the IETF and W3C that a XEP prints a schema for, and schemas
 * of which we see a part. */
static bool not_ours(const struct schema *s)
{
    return strncmp(s->ns, "urn:ietf:", 9) == 0 ||
           strncmp(s->ns, "http://www.w3.org/", 18) == 0 ||
           strcmp(s->ns, "jabber:client") == 0 ||
           strcmp(s->ns, "jabber:server") == 0 ||
           tree_child(s->root, "include") != NULL ||
           tree_child(s->root, "redefine") != NULL;
}

static void add_evidence(
    struct cross *x, struct finding *f, const struct use *use)
{
    finding_evidence(x->audit->findings, f, "XEP-%s (%s), %s, line %d",
        use->by->number, use->by->status,
        block_title(x->audit->arena, use->what->block),
        document_line(use->by, use->what->at));
}

/* A part of another element there, which the user's own schema takes up: that
 * it cannot refer to it is told of the schema. */
static bool borrowed(const struct cross *x, const struct use *use)
{
    const struct disagreement *d = use->what;
    bool local = is_local(d), known = false;
    const struct catalog *catalog = &x->audit->catalog;
    for (size_t i = 0; i < catalog->schemas.count; i++)
        known |= catalog->schemas.items[i]->document == use->by &&
                 strstr(catalog->schemas.items[i]->text.data, d->schema->ns);
    return local && known;
}

/* Whether the user was told already, of the child at that place. */
static bool told_here(struct cross *x, const struct use *use)
{
    const struct disagreement *d = use->what;
    const struct findings *findings = x->audit->findings;
    int line = document_line(use->by, d->at);
    if (d->kind != UNDECLARED_ELEMENT)
        return false;
    if (borrowed(x, use))
        return true;
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (f->document != use->by)
            continue;
        if (strcmp(f->class, "example-child") == 0 && f->line == line)
            return true;
    }
    return false;
}

/* It is the other XEP's example that disagrees. That one adds an element of
 * its own where the schema has no wildcard is XMPP's way: a note. */
static struct finding *report_user(struct cross *x, const struct use *use)
{
    struct arena *arena = x->audit->arena;
    const struct disagreement *d = use->what;
    if (document_is_over(use->by) || document_is_over(d->schema->document) ||
        told_here(x, use))
        return NULL;
    bool extends =
        d->kind == WRONG_ORDER ||
        ((d->kind == UNDECLARED_CHILD || d->kind == REPEATED_CHILD) &&
            *d->name == '{');
    struct finding *f = finding_add(x->audit->findings, use->by, d->at,
        extends ? SEVERITY_NOTE : SEVERITY_WARNING, "example-elsewhere",
        d->schema->ns, path_of(arena, d),
        arena_printf(
            arena, "%s %s", disagreement_class(d->kind) + 8, detail_of(d)),
        arena_printf(arena, "the example %s, by the schema of XEP-%s for '%s'",
            says(arena, d), d->schema->document->number, d->schema->ns));
    if (f != NULL)
        f->fix = extends ? "nothing here; that schema could allow it"
                         : "correct the example";
    return f;
}

/* Each XEP that uses what was never defined. */
static void report_each(struct cross *x, size_t first)
{
    const struct disagreement *d = x->uses.items[first].what;
    for (size_t i = first; i < x->uses.count; i++) {
        if (!same(x->uses.items[i].what, d))
            continue;
        struct finding *f = report_user(x, &x->uses.items[i]);
        if (f != NULL)
            add_evidence(x, f, &x->uses.items[i]);
    }
}

/* Several XEPs agree against the schema: it is behind. One alone: it is
 * their example that disagrees. */
static void report_group(struct cross *x, size_t first)
{
    struct arena *arena = x->audit->arena;
    const struct use *use = &x->uses.items[first];
    const struct disagreement *d = use->what;
    if (told_at_home(x, d) || d->kind == MISSING_CHILD || not_ours(d->schema))
        return;
    size_t others = 0;
    const struct document *last = NULL;
    for (size_t i = first; i < x->uses.count; i++) {
        const struct use *u = &x->uses.items[i];
        if (u->by != last && !document_is_over(u->by) && same(u->what, d)) {
            others++;
            last = u->by;
        }
    }
    if (others == 0)
        return;
    struct finding *f;
    bool shared =
        others >= 2 && is_local(d) && !document_is_over(d->schema->document);
    bool theirs = (d->kind == UNDECLARED_ELEMENT && !shared) ||
                  d->kind == MISSING_ATTRIBUTE ||
                  (d->kind == UNDECLARED_CHILD && *d->name != '{');
    if (theirs) {
        report_each(x, first);
        return;
    }
    if (others >= 2 && !document_is_over(d->schema->document)) {
        const struct document *home = d->schema->document;
        size_t at = d->declaration == NULL ? 0 : d->declaration->at;
        f = finding_add(x->audit->findings, home, d->schema->text.origin[at],
            SEVERITY_WARNING, "use-elsewhere", d->schema->ns, path_of(arena, d),
            arena_printf(
                arena, "%s %s", disagreement_class(d->kind) + 8, detail_of(d)),
            arena_printf(arena,
                "%zu other XEPs use this in a way that the schema refuses: "
                "an example %s",
                others, says(arena, d)));
        if (f != NULL)
            f->fix = shared ? "declare it globally, too, so that others can "
                              "refer to it"
                            : "let the schema allow it, or tell the other "
                              "XEPs";
    } else {
        f = report_user(x, use);
    }
    for (size_t i = first, shown = 0;
         f != NULL && i < x->uses.count && shown < 5; i++)
        if (same(x->uses.items[i].what, d) &&
            !document_is_over(x->uses.items[i].by)) {
            add_evidence(x, f, &x->uses.items[i]);
            shown++;
        }
}

/* Of several attributes in one slip, those that the schema's own document was
 * told of are none of this document's. */
static void forget_told(struct cross *x, struct disagreement *d)
{
    if (d->kind != UNDECLARED_ATTRIBUTE || strchr(d->name, ' ') == NULL)
        return;
    const char *left = "", *last = d->name;
    for (const char *at = d->name; *at != '\0';) {
        size_t len = strcspn(at, " ");
        struct disagreement one = *d;
        one.name = last = arena_strndup(x->audit->arena, at, len);
        if (!told_at_home(x, &one))
            left = arena_printf(x->audit->arena, "%s%s%s", left,
                *left == '\0' ? "" : " ", one.name);
        at += len + (at[len] == ' ');
    }
    d->name = *left == '\0' ? last : left;
}

/* Whether somebody asked for one of the group: its home, or a user. */
static bool asked_for(const struct cross *x, size_t first)
{
    const struct disagreement *d = x->uses.items[first].what;
    bool wanted = checkout_wants(x->checkout, d->schema->document);
    for (size_t i = first; i < x->uses.count && !wanted; i++)
        wanted = same(x->uses.items[i].what, d) &&
                 checkout_wants(x->checkout, x->uses.items[i].by);
    return wanted;
}

static void check_uses(struct cross *x)
{
    struct checkout *c = x->checkout;
    for (size_t i = 0; i < c->documents.count; i++) {
        const struct document *by = c->documents.items[i];
        struct examples *e = c->foreign.items[i];
        if (e == NULL)
            e = c->foreign.items[i] = examples_read_foreign(x->audit, by);
        for (size_t k = 0; k < e->disagreements.count; k++) {
            struct disagreement *d = &e->disagreements.items[k];
            if (c->wanted.items[i])
                forget_told(x, d);
            struct use use = {by, d};
            list_push(x->audit->arena, &x->uses, use);
        }
    }
    for (size_t i = 0; i < x->uses.count; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = !same(x->uses.items[k].what, x->uses.items[i].what);
        if (first && asked_for(x, i))
            report_group(x, i);
    }
}

void cross_check_uses(
    struct checkout *checkout, struct audit *audit, struct document *of)
{
    struct cross x = {.checkout = checkout, .audit = audit};
    struct examples *e = examples_read_foreign(audit, of);
    for (size_t k = 0; k < e->disagreements.count; k++) {
        struct disagreement *d = &e->disagreements.items[k];
        forget_told(&x, d);
        const char *at_home = arena_printf(audit->arena,
            "%s|%s|use-elsewhere|%s|%s %s", d->schema->document->number,
            d->schema->ns, path_of(audit->arena, d),
            disagreement_class(d->kind) + 8, detail_of(d));
        struct use use = {of, d};
        if (!told_at_home(&x, d) && d->kind != MISSING_CHILD &&
            !not_ours(d->schema) &&
            !findings_have(checkout->audit->findings, at_home))
            report_user(&x, &use);
    }
}

/* "XEP-0047" in the dependencies of the header. */
static bool depends_on(const struct document *a, const struct document *b)
{
    const char *needle = arena_printf(a->arena, "<spec>XEP-%s", b->number);
    const char *spaced = arena_printf(a->arena, "<spec>XEP %s", b->number);
    const char *end = strstr(a->source, "</header>");
    const char *at = strstr(a->source, needle);
    if (at == NULL)
        at = strstr(a->source, spaced);
    return at != NULL && end != NULL && at < end;
}

/* A name that says one thing wherever it stands. */
static bool telling(const char *name)
{
    return strchr(name, '-') != NULL && strlen(name) >= 6;
}

static void compare_types(struct cross *x, struct schema *s,
    const struct tree_node *a, const struct schema *t,
    const struct tree_node *b)
{
    struct arena *arena = x->audit->arena;
    const char *one = schema_base_type(x->audit, s, a);
    const char *other = schema_base_type(x->audit, t, b);
    if (one == NULL || other == NULL || strcmp(one, other) == 0 ||
        !cross_is_number(one) || !cross_is_number(other) ||
        strcmp(one, "integer") == 0 || strcmp(other, "integer") == 0)
        return;
    const char *name = tree_value(a, "name");
    struct finding *f = schema_finding(x->audit, s, a, SEVERITY_WARNING,
        "typed-elsewhere", t->ns,
        arena_printf(arena,
            "'%s' is xs:%s here and xs:%s in XEP-%s, on which this XEP "
            "depends",
            name, one, other, t->document->number));
    if (f == NULL)
        return;
    finding_evidence(x->audit->findings, f, "XEP-%s, line %d, %s",
        t->document->number, document_line(t->document, t->text.origin[b->at]),
        schema_path(arena, b));
    const struct tree_attr *type = tree_attr(a, "type");
    if (type == NULL)
        return;
    struct edit edit = {type->value_at, type->value_len,
        arena_printf(arena, "%s%s", schema_prefix(arena, s), other)};
    struct edits edits = {0};
    list_push(arena, &edits, edit);
    schema_fix(x->audit, s, f, &edits,
        arena_printf(arena, "type it %s%s", schema_prefix(arena, s), other));
}

/* Attributes of one telling name in a XEP and one it builds on. */
static void check_types(
    struct cross *x, struct schema *s, const struct schema *t)
{
    for (const struct tree_node *a = s->root; a != NULL;
         a = tree_following(a, s->root)) {
        const char *name = tree_value(a, "name");
        if (!xsd_is(a, "attribute") || name == NULL || !telling(name))
            continue;
        for (const struct tree_node *b = t->root; b != NULL;
             b = tree_following(b, t->root)) {
            const char *other = tree_value(b, "name");
            if (xsd_is(b, "attribute") && other != NULL &&
                strcmp(other, name) == 0)
                compare_types(x, s, a, t, b);
        }
    }
}

/* of: only pairs with a schema of this document, NULL: all. */
static void check_all_types(struct cross *x, const struct document *of)
{
    struct catalog *catalog = &x->audit->catalog;
    for (size_t i = 0; i < catalog->schemas.count; i++) {
        struct schema *s = catalog->schemas.items[i];
        for (size_t k = 0; s->skipped == NULL && k < catalog->schemas.count;
             k++) {
            const struct schema *t = catalog->schemas.items[k];
            if (of != NULL && s->document != of && t->document != of)
                continue;
            if (t->skipped == NULL && t->document != s->document &&
                depends_on(s->document, t->document))
                check_types(x, s, t);
        }
    }
}

/* "urn:xmpp:jingle:" and 1 of "urn:xmpp:jingle:1"; 0: no version. */
static size_t version_at(const char *ns, long *version)
{
    size_t len = strlen(ns), at = len;
    while (at > 0 && isdigit((unsigned char)ns[at - 1]))
        at--;
    if (at == len || at == 0 || ns[at - 1] != ':' || len - at > 3 ||
        strncmp(ns, "urn:xmpp:", 9) != 0)
        return 0;
    *version = strtol(ns + at, NULL, 10);
    return at;
}

/* The newest version of a namespace that a schema of the checkout is for. */
static const struct schema *newest(
    const struct cross *x, const char *ns, size_t stem, long *version)
{
    const struct schema *found = NULL;
    const struct catalog *catalog = &x->audit->catalog;
    for (size_t i = 0; i < catalog->schemas.count; i++) {
        const struct schema *s = catalog->schemas.items[i];
        long v = 0;
        if (s->skipped == NULL && version_at(s->ns, &v) == stem &&
            strncmp(s->ns, ns, stem) == 0 && (found == NULL || v > *version)) {
            *version = v;
            found = s;
        }
    }
    return found;
}

static void check_version(struct cross *x, const struct document *document,
    const struct block *block, const struct tree_node *element)
{
    long version = 0, latest = 0;
    size_t stem = version_at(element->ns, &version);
    if (stem == 0 ||
        published_find(&x->audit->catalog, element->ns, document) != NULL)
        return;
    const struct schema *s = newest(x, element->ns, stem, &latest);
    if (s == NULL || latest <= version || s->document == document ||
        document_is_over(s->document))
        return;
    struct finding *f = finding_add(x->audit->findings, document,
        block->text.origin[element->at], SEVERITY_WARNING, "old-namespace",
        element->ns, "", "",
        arena_printf(x->audit->arena,
            "an example uses '%s'; XEP-%s has moved on to '%s'", element->ns,
            s->document->number, s->ns));
    if (f == NULL)
        return;
    finding_evidence(x->audit->findings, f, "%s, line %d",
        block_title(x->audit->arena, block), block->line);
    f->fix = "use the version that is in force";
}

static void check_versions(struct cross *x)
{
    struct checkout *c = x->checkout;
    for (size_t i = 0; i < c->documents.count; i++) {
        const struct document *d = c->documents.items[i];
        if (!c->wanted.items[i] || document_is_over(d))
            continue;
        for (size_t k = 0; k < d->blocks.count; k++) {
            const struct block *b = &d->blocks.items[k];
            if (!b->example || strstr(b->text.data, "urn:xmpp:") == NULL)
                continue;
            const struct tree *tree =
                tree_parse(x->audit->arena, b->text.data, b->text.len, NULL);
            const struct tree_node *top = tree->document;
            for (const struct tree_node *n = top->first; n != NULL;
                 n = tree_following(n, top))
                if (n->name != NULL && n->ns != NULL)
                    check_version(x, d, b, n);
        }
    }
}

void cross_check_types(struct audit *audit, const struct document *of)
{
    struct cross x = {.audit = audit};
    check_all_types(&x, of);
}

void cross_check_around(struct checkout *view, const struct document *of)
{
    struct cross x = {.checkout = view, .audit = view->audit};
    check_uses(&x);
    check_all_types(&x, of);
    twins_check(x.audit);
    for (size_t i = 0; i < view->documents.count; i++)
        view->wanted.items[i] = true;
    check_versions(&x);
}

void cross_check(struct checkout *checkout)
{
    struct cross x = {.checkout = checkout, .audit = checkout->audit};
    check_uses(&x);
    check_all_types(&x, NULL);
    twins_check(x.audit);
    check_versions(&x);
    cross_check_namespaces(checkout);
    registry_check(checkout);
}
