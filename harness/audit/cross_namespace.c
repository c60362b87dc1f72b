/* Namespaces and features that a XEP names in one place and nobody has: what
 * it registers and never uses, advertises and never defines, misspells. */
#include "audit/cross.h"
#include "audit/mention.h"
#include "audit/prose.h"

#include <string.h>

struct names {
    struct audit *audit;
    const struct mentions *all;
    const struct document *document; /* the one that is checked */
};

/* All mentions of one name in all documents. */
struct name {
    const struct mention *first;
    size_t count;
};

/* The name whose first mention stands at i. */
static struct name next(const struct mentions *all, size_t i)
{
    struct name name = {&all->items[i], 1};
    while (i + name.count < all->count &&
           strcmp(all->items[i + name.count].name, name.first->name) == 0)
        name.count++;
    return name;
}

static size_t count_in(const struct name *name, const struct document *d)
{
    size_t count = 0;
    for (size_t i = 0; i < name->count; i++)
        count += name->first[i].document == d;
    return count;
}

/* d NULL: in any document. */
static const struct mention *in_role(
    const struct name *name, const struct document *d, enum mention_role role)
{
    for (size_t i = 0; i < name->count; i++)
        if (name->first[i].role == role &&
            (d == NULL || name->first[i].document == d))
            return &name->first[i];
    return NULL;
}

/* Submitted to the registrar; <proto/> only says what a URI's query is for. */
static const struct mention *registered(
    const struct name *name, const struct document *d)
{
    for (size_t i = 0; i < name->count; i++)
        if (name->first[i].registrar &&
            strcmp(name->first[i].local, "proto") != 0 &&
            (d == NULL || name->first[i].document == d))
            return &name->first[i];
    return NULL;
}

/* Somebody's elements are in it, or a schema is for it. */
static const struct mention *is_used(
    const struct name *name, const struct document *d)
{
    const struct mention *used = in_role(name, d, MENTION_TARGET);
    return used != NULL ? used : in_role(name, d, MENTION_XMLNS);
}

/* The sentence tells of other times, or of somebody else. */
static bool of_the_past(const char *sentence)
{
    static const char *const words[] = {"previous", "prior", "earlier",
        "former", "version", "legacy", "backward", "deprecat", "obsolete",
        "no longer", "changed", "instead", "histor", "old ", "older", "until",
        "upon advance", "future", "temporary", "example", "similar", NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (strcasestr(sentence, words[i]) != NULL)
            return true;
    return false;
}

static bool told_of_past(const struct name *name, const struct document *d)
{
    for (size_t i = 0; i < name->count; i++)
        if (name->first[i].document == d && of_the_past(name->first[i].text))
            return true;
    return false;
}

static const char *place(const struct names *names, const struct mention *m)
{
    struct arena *arena = names->audit->arena;
    const char *number = m->document->number;
    if (m->block == NULL)
        return arena_printf(arena, "XEP-%s, %s", number,
            prose_place(arena, m->document, m->in));
    return arena_printf(arena, "XEP-%s, %s, line %d", number,
        block_title(arena, m->block), document_line(m->document, m->at));
}

static void report(struct names *names, const struct mention *at,
    const char *class, const struct mention *other, const char *message)
{
    struct findings *findings = names->audit->findings;
    struct finding *f = finding_add(findings, names->document, at->at,
        SEVERITY_WARNING, class, at->name, "", "", message);
    if (f == NULL)
        return;
    finding_evidence(findings, f, "%s", place(names, at));
    finding_evidence(findings, f, "'%s': %s", other->name, place(names, other));
    f->fix = arena_printf(findings->arena, "write '%s'", other->name);
}

/* The nearest other name that this document has and `fits`. */
typedef bool fits_fn(const struct names *names, const struct mention *m,
    const struct name *x, const struct name *y);

static const struct mention *nearest(
    const struct names *names, const struct name *x, fits_fn *fits)
{
    const struct mention *found = NULL;
    enum nearness best = NEAR_NOT;
    const struct mentions *all = names->all;
    for (size_t i = 0; i < all->count;) {
        struct name y = next(all, i);
        i += y.count;
        enum nearness near = mention_nearness(x->first->name, y.first->name);
        if (near == NEAR_NOT || (best != NEAR_NOT && near >= best))
            continue;
        const struct mention *used = is_used(&y, names->document);
        if (used == NULL)
            used = in_role(&y, names->document, MENTION_NODE);
        if (!fits(names, used, x, &y))
            continue;
        best = near;
        found = used != NULL ? used : y.first;
    }
    return found;
}

/* Used here, registered nowhere here, and no other XEP's. */
static bool is_unregistered(const struct names *names, const struct mention *m,
    const struct name *x, const struct name *y)
{
    (void)x;
    return m != NULL && registered(y, names->document) == NULL &&
           (m->role != MENTION_XMLNS || count_in(y, names->document) > 1) &&
           (in_role(y, NULL, MENTION_TARGET) == NULL ||
               in_role(y, names->document, MENTION_TARGET) != NULL);
}

static void check_registered(struct names *names, const struct name *x)
{
    const struct document *d = names->document;
    const struct mention *at = registered(x, d);
    if (at == NULL || count_in(x, d) < x->count || is_used(x, d) != NULL ||
        in_role(x, d, MENTION_FEATURE) != NULL ||
        in_role(x, d, MENTION_NODE) != NULL || of_the_past(at->text))
        return;
    const struct mention *y = nearest(names, x, is_unregistered);
    if (y != NULL)
        report(names, at, "registry", y,
            arena_printf(names->audit->arena,
                "the XEP registers '%s', which nothing in it uses, and does "
                "not register '%s', which it uses",
                x->first->name, y->name));
}

/* What is advertised in its place: the document's own, or of a live one that
 * has a schema for it or registers it; and it is no feature here, too. */
static bool is_in_force(const struct names *names, const struct mention *m,
    const struct name *x, const struct name *y)
{
    if (in_role(y, names->document, MENTION_FEATURE) != NULL)
        return false;
    enum nearness near = mention_nearness(x->first->name, y->first->name);
    if (near != NEAR_VERSION && near != NEAR_UNVERSIONED)
        return false;
    if (m != NULL && m->role != MENTION_NODE)
        return true;
    for (size_t i = 0; i < y->count; i++)
        if (!document_is_over(y->first[i].document) &&
            (y->first[i].role == MENTION_TARGET || y->first[i].registrar))
            return true;
    return false;
}

static void check_feature(struct names *names, const struct name *x)
{
    const struct document *d = names->document;
    const struct mention *at = in_role(x, d, MENTION_FEATURE);
    if (at == NULL || count_in(x, d) < x->count || is_used(x, NULL) != NULL ||
        registered(x, NULL) != NULL || told_of_past(x, d))
        return;
    const struct mention *y = nearest(names, x, is_in_force);
    if (y != NULL)
        report(names, at, "feature", y,
            arena_printf(names->audit->arena,
                "the feature '%s' is shown, which no XEP defines: XEP-%s has "
                "'%s'",
                x->first->name, y->document->number, y->name));
}

/* A feature that is the stem of several namespaces ("...#info", "...#items")
 * and of nobody itself. */
static void check_stem(struct names *names, const struct name *x)
{
    const struct mention *at = in_role(x, names->document, MENTION_FEATURE);
    if (at == NULL || is_used(x, NULL) != NULL || registered(x, NULL) != NULL)
        return;
    size_t len = strlen(x->first->name), parts = 0;
    const struct mention *part = NULL;
    for (const struct mention *m = x->first + x->count;
         m < names->all->items + names->all->count &&
         strncmp(m->name, x->first->name, len) == 0;
         m++) {
        if (m->name[len] != '#' || m->role != MENTION_TARGET)
            continue;
        if (in_role(x, m->document, MENTION_TEXT) != NULL ||
            in_role(x, m->document, MENTION_FEATURE) != NULL)
            return;
        if (part == NULL || strcmp(part->name, m->name) != 0)
            parts++;
        part = part == NULL ? m : part;
    }
    if (parts >= 2)
        report(names, at, "feature", part,
            arena_printf(names->audit->arena,
                "the feature '%s' is shown, which XEP-%s does not define: it "
                "has '%s' and others",
                x->first->name, part->document->number, part->name));
}

enum { LIST_OF_FEATURES = 4 };

/* A feature that the XEP shows and that is missing among the many of its kind
 * that it registers. */
static void check_listed(struct names *names, const struct name *x)
{
    const struct document *d = names->document;
    const struct mention *at = in_role(x, d, MENTION_FEATURE);
    const char *hash = strchr(x->first->name, '#');
    if (at == NULL || hash == NULL || registered(x, NULL) != NULL ||
        is_used(x, NULL) != NULL)
        return;
    size_t len = (size_t)(hash + 1 - x->first->name), listed = 0;
    const struct mention *other = NULL;
    for (size_t i = 0; i < names->all->count; i++) {
        const struct mention *m = &names->all->items[i];
        if (m->document != d || !m->registrar || m->block == NULL ||
            strncmp(m->name, x->first->name, len) != 0)
            continue;
        listed++;
        other = m;
    }
    if (listed < LIST_OF_FEATURES)
        return;
    struct findings *findings = names->audit->findings;
    struct finding *f = finding_add(findings, d, at->at, SEVERITY_WARNING,
        "registry", x->first->name, "", "",
        arena_printf(names->audit->arena,
            "the feature '%s' is missing among those that the XEP registers",
            x->first->name));
    if (f == NULL)
        return;
    finding_evidence(findings, f, "%s", place(names, at));
    finding_evidence(findings, f, "%zu are registered, such as '%s': %s",
        listed, other->name, place(names, other));
    f->fix = "add it to the registry's submission";
}

static bool is_well_known(const struct names *names, const struct mention *m,
    const struct name *x, const struct name *y)
{
    return m != NULL && m->role != MENTION_NODE &&
           mention_nearness(x->first->name, y->first->name) == NEAR_LETTERS &&
           count_in(y, names->document) > count_in(x, names->document);
}

static bool is_spoken_of(const struct names *names, const struct mention *m,
    const struct name *x, const struct name *y)
{
    (void)x;
    (void)y;
    (void)names;
    return m != NULL && m->role != MENTION_NODE;
}

/* "an element qualified by the 'X' namespace" */
static const struct mention *qualifies(
    const struct name *x, const struct document *d)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct mention *m = &x->first[i];
        const char *at = strstr(m->text, m->name);
        if (m->document == d && at != NULL &&
            strstr(m->text, "qualified by") != NULL &&
            strstr(m->text, "qualified by") < at &&
            strstr(at, " namespace") != NULL)
            return m;
    }
    return NULL;
}

/* A name of the text alone, a letter away from one that is used; or of which
 * the text says that elements are in it, and none is. */
static void check_text(struct names *names, const struct name *x)
{
    enum { SLIPS = 2 };
    const struct document *d = names->document;
    size_t count = count_in(x, d);
    if (count == 0 || count > SLIPS || count < x->count ||
        is_used(x, NULL) != NULL || told_of_past(x, d) ||
        in_role(x, d, MENTION_FEATURE) != NULL)
        return;
    const struct mention *y = nearest(names, x, is_well_known);
    const struct mention *at = qualifies(x, d);
    if (y == NULL && at != NULL)
        y = nearest(names, x, is_spoken_of);
    if (y != NULL)
        report(names, at != NULL ? at : x->first, "namespace", y,
            arena_printf(names->audit->arena,
                "'%s' is named, in which nothing is defined: the XEP uses "
                "'%s'",
                x->first->name, y->name));
}

/* The same element, in the same document, more often in the other. */
static bool has_element(const struct names *names, const struct mention *m,
    const struct name *x, const struct name *y)
{
    enum { OFTEN = 3 };
    if (m == NULL || count_in(y, names->document) < OFTEN)
        return false;
    for (size_t i = 0; i < y->count; i++)
        if (y->first[i].document == names->document &&
            y->first[i].role == MENTION_XMLNS &&
            strcmp(y->first[i].local, x->first->local) == 0)
            return true;
    return false;
}

static void check_shown(struct names *names, const struct name *x)
{
    const struct document *d = names->document;
    if (x->count != 1 || x->first->document != d ||
        x->first->role != MENTION_XMLNS)
        return;
    const struct findings *findings = names->audit->findings;
    if (findings_have(
            findings, arena_printf(names->audit->arena, "%s|%s|old-namespace||",
                          d->number, x->first->name)))
        return;
    const struct mention *y = nearest(names, x, has_element);
    if (y != NULL)
        report(names, x->first, "namespace", y,
            arena_printf(names->audit->arena,
                "<%s/> is shown in '%s' here alone, and in '%s' everywhere "
                "else",
                x->first->local, x->first->name, y->name));
}

static void check_name(
    struct names *names, const struct checkout *checkout, const struct name *x)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct document *d = x->first[i].document;
        if ((i > 0 && x->first[i - 1].document == d) ||
            !checkout_wants(checkout, d) || document_is_over(d))
            continue;
        names->document = d;
        check_registered(names, x);
        check_feature(names, x);
        check_stem(names, x);
        check_listed(names, x);
        check_text(names, x);
        check_shown(names, x);
    }
}

void cross_check_namespaces(struct checkout *checkout)
{
    struct audit *audit = checkout->audit;
    const struct mentions *all = mentions_read(audit->arena, checkout);
    struct names names = {audit, all, NULL};
    for (size_t i = 0; i < all->count;) {
        struct name x = next(all, i);
        check_name(&names, checkout, &x);
        i += x.count;
    }
}
