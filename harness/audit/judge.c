/* Which side is wrong when an example and the schema disagree. */
#include "audit/example.h"
#include "audit/propose.h"

#include <stdio.h>
#include <string.h>

struct judge {
    struct audit *audit;
    const struct examples *examples;
    const struct prose *prose;
};

/* What a kind of disagreement is called, and how it reads. */
static const struct {
    const char *class;
} kinds[] = {
    [UNDECLARED_ATTRIBUTE] = {"example-attribute"},
    [MISSING_ATTRIBUTE] = {"example-required-attribute"},
    [WRONG_VALUE] = {"example-value"},
    [UNDECLARED_CHILD] = {"example-child"},
    [MISSING_CHILD] = {"example-required-child"},
    [REPEATED_CHILD] = {"example-repeated"},
    [WRONG_ORDER] = {"example-order"},
    [WRONG_TEXT] = {"example-text"},
    [UNDECLARED_ELEMENT] = {"example-element"},
};

/* A declared attribute or child whose name is a slip away from the used one:
 * NULL when none. used: how often the declared one occurs in examples. */
static const char *slip_of(
    struct judge *j, const struct disagreement *d, size_t *used)
{
    const char *best = NULL;
    int distance = strlen(d->name) > 5 ? 3 : 2;
    *used = 0;
    if (d->kind == UNDECLARED_ATTRIBUTE) {
        struct attribute_uses uses =
            declaration_attributes(j->audit, d->schema, d->declaration);
        for (size_t i = 0; i < uses.count; i++) {
            int far = edit_distance(uses.items[i].name, d->name);
            if (far > 0 && far < distance) {
                distance = far;
                best = uses.items[i].name;
            }
        }
        if (best != NULL)
            *used = examples_attribute_count(j->examples, d->declaration, best);
        return best;
    }
    const struct tree_node *root = d->schema->root;
    for (const struct tree_node *n = root; n != NULL;
         n = tree_following(n, root)) {
        const char *name = tree_value(n, "name");
        if (!xsd_is(n, "element") || name == NULL)
            continue;
        int far = edit_distance(name, d->name);
        if (far > 0 && far < distance) {
            distance = far;
            best = name;
            *used = examples_count(j->examples, n);
        }
    }
    return best;
}

const char *disagreement_class(enum disagreement_kind kind)
{
    return kinds[kind].class;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* Whether more blocks have the element than were judged: some show no more
 * than a piece. */
static bool in_pieces(struct arena *arena, const struct disagreement *d)
{
    const struct document *document = d->schema->document;
    const char *tag = arena_printf(arena, "<%s", d->element);
    size_t shown = 0;
    for (size_t i = 0; i < document->blocks.count; i++) {
        const struct block *b = &document->blocks.items[i];
        const char *at = b->example ? strstr(b->text.data, tag) : NULL;
        while (at != NULL && strchr(" \t\r\n/>", at[strlen(tag)]) == NULL)
            at = strstr(at + 1, tag);
        shown += at != NULL;
    }
    return shown > d->examples;
}

/* "3 examples", "an example", "all 4 examples of it". */
static const char *how_many(struct arena *arena, const struct disagreement *d)
{
    if (d->examples == 1)
        return "an example";
    if (d->count >= d->instances && d->instances > 1)
        return arena_printf(arena, "all %zu %sexamples of it", d->examples,
            in_pieces(arena, d) ? "whole " : "");
    return arena_printf(arena, "%zu examples", d->examples);
}

static void add_place(
    struct judge *j, struct finding *f, const struct disagreement *d)
{
    finding_evidence(j->audit->findings, f, "%s, line %d",
        block_title(j->audit->arena, d->block),
        document_line(d->schema->document, d->at));
}

static void add_prose(struct judge *j, struct finding *f,
    const struct passage *passage, bool against, const char *name)
{
    finding_evidence(j->audit->findings, f, "the text %s: %s: %s",
        against ? "speaks against it" : "names it",
        prose_place(j->audit->arena, j->examples->document, passage->node),
        prose_quote(j->audit->arena, passage->text, name));
}

/* "'host' and 'type'" of "host type". */
static const char *quoted(struct arena *arena, const char *names)
{
    const char *out = "";
    while (*names != '\0') {
        size_t len = strcspn(names, " ");
        bool last = names[len] == '\0';
        out = arena_printf(arena, "%s%s'%.*s'", out,
            *out == '\0' ? ""
            : last       ? " and "
                         : ", ",
            (int)len, names);
        names += len + !last;
    }
    return out;
}

struct verdict {
    enum severity severity;
    const char *detail, *message, *fix;
    const struct passage *passage;
    bool against;   /* the passage says that the example is wrong */
    bool date_time; /* an xs:date that is an xs:dateTime in the examples */
};

/* "MUST NOT possess a 'node' attribute": a short way before the name. */
static bool forbids(const char *text, const char *name)
{
    enum { NEAR = 60 };
    for (const char *at = strstr(text, "MUST NOT"); at != NULL;
         at = strstr(at + 1, "MUST NOT")) {
        size_t len = strcspn(at, ".");
        const char *is = strstr(at, name);
        if (is != NULL && (size_t)(is - at) < len && is - at < NEAR &&
            is > at && (is[-1] == '\'' || is[-1] == '"' || is[-1] == '<'))
            return true;
    }
    return false;
}

/* "<jid/> element qualified by the 'urn:xmpp:jid:0' namespace": of another
 * namespace than the schema's. */
static bool places_elsewhere(const char *text, const char *name, const char *ns)
{
    static const char by[] = "qualified by the '";
    enum { NEAR = 40 };
    for (const char *at = strstr(text, name); at != NULL;
         at = strstr(at + 1, name)) {
        const char *is = strstr(at, by);
        size_t n = strlen(name);
        if (at == text || at[-1] != '<' || (at[n] != '/' && at[n] != '>'))
            continue;
        if (is != NULL && is - at < NEAR) {
            is += strlen(by);
            size_t len = strcspn(is, "'");
            return len != strlen(ns) || strncmp(is, ns, len) != 0;
        }
    }
    return false;
}

/* The passage that names what the example has and the schema lacks; that of
 * an attribute must speak of its element, too. against: it says that the
 * example must not have it, or not so. */
static const struct passage *told_by_text(
    struct judge *j, const struct disagreement *d, bool *against)
{
    bool attribute = d->kind == UNDECLARED_ATTRIBUTE;
    const struct passage *first = NULL;
    *against = false;
    for (size_t i = 0; i < j->prose->count; i++) {
        const struct passage *p = &j->prose->items[i];
        if (!text_has(p->text, d->name, true) ||
            (attribute && !text_has(p->text, d->element, true)))
            continue;
        if (attribute ? forbids(p->text, d->name)
                      : places_elsewhere(p->text, d->name, d->schema->ns)) {
            *against = true;
            return p;
        }
        first = first == NULL ? p : first;
    }
    return first;
}

/* Undeclared attribute, child or element. */
static struct verdict judge_undeclared(
    struct judge *j, const struct disagreement *d)
{
    struct arena *arena = j->audit->arena;
    struct verdict v = {.severity = SEVERITY_WARNING, .detail = d->name};
    bool attribute = d->kind == UNDECLARED_ATTRIBUTE;
    bool element = d->kind == UNDECLARED_ELEMENT;
    const char *what = attribute ? "attribute" : "child";
    const char *foreign = d->name[0] == '{' ? d->name : NULL;
    size_t used = 0;
    const char *slip = foreign == NULL ? slip_of(j, d, &used) : NULL;
    v.passage = foreign == NULL ? told_by_text(j, d, &v.against) : NULL;
    const char *shown =
        element     ? arena_printf(arena, "<%s/>", d->name)
        : attribute ? arena_printf(arena, "the attribute '%s' on <%s/>",
                          d->name, d->element)
        : foreign != NULL
            ? arena_printf(arena,
                  "an element of another namespace (%s) in <%s/>", d->name,
                  d->element)
            : arena_printf(arena, "<%s/> in <%s/>", d->name, d->element);
    if (slip != NULL && used > d->count && v.passage == NULL) {
        v.message = arena_printf(arena,
            "the example has %s; the schema and %zu other example%s have "
            "'%s'",
            shown, used, plural(used), slip);
        v.fix = arena_printf(arena, "write '%s' in the example", slip);
        return v;
    }
    v.message =
        arena_printf(arena, "%s %s %s, which the schema does not declare%s",
            how_many(arena, d), d->examples == 1 ? "has" : "have", shown,
            slip != NULL ? arena_printf(arena, " (it has '%s')", slip) : "");
    if (foreign != NULL) {
        v.detail = "##other";
        v.fix = "allow it, by name or by xs:any namespace='##other'";
        return v;
    }
    if (v.against) {
        v.fix = "correct the example";
        return v;
    }
    if (v.passage != NULL)
        v.severity = SEVERITY_ERROR;
    v.fix = arena_printf(arena,
        v.passage != NULL ? "declare the %s"
                          : "declare the %s, or correct the example%s",
        element ? "element" : what, plural(d->examples));
    return v;
}

static struct verdict judge_missing(
    struct judge *j, const struct disagreement *d)
{
    struct arena *arena = j->audit->arena;
    struct verdict v = {.severity = SEVERITY_WARNING, .detail = d->name};
    bool attribute = d->kind == MISSING_ATTRIBUTE;
    const char *shown = attribute ? arena_printf(arena, "attribute%s %s",
                                        strchr(d->name, ' ') == NULL ? "" : "s",
                                        quoted(arena, d->name))
                                  : arena_printf(arena, "child <%.*s/>%s",
                                        (int)strcspn(d->name, " "), d->name,
                                        d->name + strcspn(d->name, " "));
    bool several = strchr(d->name, ' ') != NULL && attribute;
    if (!attribute && strcmp(d->value, "empty") == 0) {
        v.message = arena_printf(arena,
            "the schema requires content of <%s/> (<%.*s/>%s comes first), but "
            "%s %s it empty",
            d->element, (int)strcspn(d->name, " "), d->name,
            d->name + strcspn(d->name, " "), how_many(arena, d),
            d->examples == 1 ? "has" : "have");
        v.fix = arena_printf(arena,
            "make the whole content of <%s/> optional, or fill the example%s",
            d->element, plural(d->examples));
        return v;
    }
    v.message =
        arena_printf(arena, "the schema requires the %s of <%s/>, but %s %s %s",
            shown, d->element, how_many(arena, d),
            d->examples == 1 ? "lacks" : "lack", several ? "them" : "it");
    v.fix =
        arena_printf(arena, "make the %s optional, or add %s to the example%s",
            shown, several ? "them" : "it", plural(d->examples));
    return v;
}

/* The list or table that a passage is part of; else the passage. */
static const struct tree_node *list_around(const struct tree_node *node)
{
    static const char *const lists[] = {"table", "ul", "ol", "dl", NULL};
    for (const struct tree_node *n = node; n != NULL && n->name != NULL;
         n = n->parent)
        for (size_t i = 0; lists[i] != NULL; i++)
            if (strcmp(n->name, lists[i]) == 0)
                return n;
    return node;
}

/* The passage that names the value among others that the schema has: two of
 * them, or all there are. A word of another list is not meant. */
static const struct passage *lists_value(
    struct judge *j, const struct values *values, const char *value)
{
    size_t needed = values->count < 2 ? values->count : 2;
    for (size_t i = 0; i < j->prose->count; i++) {
        const struct passage *p = &j->prose->items[i];
        if (!text_has(p->text, value, true))
            continue;
        const char *all = tree_text(j->audit->arena, list_around(p->node));
        size_t beside = 0;
        for (size_t k = 0; k < values->count; k++)
            beside += text_has(all, values->items[k], false);
        if (beside >= needed)
            return p;
    }
    return NULL;
}

static struct verdict judge_value(struct judge *j, const struct disagreement *d)
{
    struct arena *arena = j->audit->arena;
    struct verdict v = {.severity = SEVERITY_WARNING};
    struct attribute_uses uses =
        declaration_attributes(j->audit, d->schema, d->declaration);
    const struct attribute_use *use = attribute_use_find(&uses, "", d->name);
    struct values values = {0};
    const char *type = NULL, *named = NULL;
    if (use != NULL && use->declaration != NULL) {
        values = declaration_values(j->audit, use->schema, use->declaration);
        type = schema_base_type(j->audit, use->schema, use->declaration);
        named = tree_value(use->declaration, "type");
        if (named != NULL)
            named = schema_qname(arena, use->declaration, named).local;
    }
    bool built_in = type != NULL && named != NULL && strcmp(type, named) == 0;
    v.passage = values.count > 0 ? lists_value(j, &values, d->value) : NULL;
    v.detail = values.count > 0
                   ? arena_printf(arena, "%s=%s", d->name, d->value)
                   : d->name;
    v.message = values.count > 0
                    ? arena_printf(arena,
                          "%s %s %s='%.60s' on <%s/>, which is none of the "
                          "values that the "
                          "schema allows",
                          how_many(arena, d), d->examples == 1 ? "has" : "have",
                          d->name, d->value, d->element)
                    : arena_printf(arena,
                          "%s %s %s='%.60s' on <%s/>, which its type%s%s%s "
                          "does not allow",
                          how_many(arena, d), d->examples == 1 ? "has" : "have",
                          d->name, d->value, d->element,
                          type == NULL ? ""
                          : built_in   ? " xs:"
                                       : ", derived from xs:",
                          type == NULL ? "" : type,
                          type == NULL || built_in ? "" : ",");
    if (v.passage != NULL)
        v.severity = SEVERITY_ERROR;
    v.fix = v.passage != NULL  ? "add the value to the schema"
            : values.count > 0 ? "add the value to the schema, or correct the "
                                 "example"
                               : "correct the type, or the example";
    return v;
}

/* The local name of "{namespace}name". */
static const char *bare(const char *name)
{
    const char *brace = strchr(name, '}');
    return brace == NULL ? name : brace + 1;
}

static struct verdict judge_other(struct judge *j, const struct disagreement *d)
{
    struct arena *arena = j->audit->arena;
    struct verdict v = {.severity = SEVERITY_WARNING, .detail = d->name};
    if (d->kind == REPEATED_CHILD) {
        v.message = arena_printf(arena,
            "%s %s <%s/> more than once in <%s/>, which the schema does not "
            "allow",
            how_many(arena, d), d->examples == 1 ? "has" : "have", d->name,
            d->element);
        v.fix = "raise maxOccurs";
    } else if (d->kind == WRONG_ORDER && *d->skipped != '\0') {
        v.detail = "order";
        v.message = arena_printf(arena,
            "the content model of <%s/> requires %s before <%s/>, but %s %s "
            "<%s/> %s",
            d->element, d->skipped, bare(d->name), how_many(arena, d),
            d->examples == 1 ? "has" : "have", bare(d->name),
            *d->value == '\0'
                ? "as first child"
                : arena_printf(arena, "straight behind <%s/>", d->value));
        v.fix = arena_printf(arena,
            "make %s optional (minOccurs='0'), where the text does not "
            "demand it",
            d->skipped);
    } else if (d->kind == WRONG_ORDER) {
        v.detail = "order";
        v.message = arena_printf(arena,
            "the content model of <%s/> (its order, or a choice in it) refuses "
            "<%s/> %s, where %s %s it",
            d->element, bare(d->name),
            *d->value == '\0' ? "as first child"
                              : arena_printf(arena, "behind <%s/>", d->value),
            how_many(arena, d), d->examples == 1 ? "has" : "have");
        v.fix = "do not prescribe what the text does not demand";
    } else {
        v.detail = "text";
        const char *text = d->value + strspn(d->value, " \t\r\n");
        const char *type = tree_value(d->declaration, "type");
        v.date_time = type != NULL && xsd_value_ok("dateTime", text) &&
                      strcmp(schema_qname(arena, d->declaration, type).local,
                          "date") == 0;
        v.message =
            *text == '\0'
                ? arena_printf(arena,
                      "%s %s <%s/> empty, which its type does not allow",
                      how_many(arena, d), d->examples == 1 ? "has" : "have",
                      d->element)
                : arena_printf(arena,
                      "%s %s text in <%s/> ('%.40s') that its type does not "
                      "allow",
                      how_many(arena, d), d->examples == 1 ? "has" : "have",
                      d->element,
                      arena_strndup(arena, text, strcspn(text, "\r\n")));
        v.fix = "correct the type, or the example";
    }
    return v;
}

static const char *last_step(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *step = slash == NULL ? path : slash + 1;
    return *step == '@' ? step + 1 : step;
}

/* Whether a fault of the schema itself that was told explains this. */
bool examples_explained(const struct audit *audit, const struct disagreement *d)
{
    const struct findings *findings = audit->findings;
    const char *path = schema_path(audit->arena, d->declaration);
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (f->document != d->schema->document ||
            strcmp(f->ns, d->schema->ns) != 0 ||
            strncmp(f->class, "example", 7) == 0)
            continue;
        const char *name = d->name;
        if (*name == '{' && strchr(name, '}') != NULL)
            name = strchr(name, '}') + 1;
        /* The child's type is nothing to its place. */
        bool apart = (d->kind == WRONG_ORDER || d->kind == REPEATED_CHILD) &&
                     strncmp(f->class, "type", 4) == 0;
        if (*name != '\0' && !apart && strcmp(last_step(f->path), name) == 0)
            return true;
        if (strncmp(f->class, "undefined-", 10) == 0 &&
            strcmp(f->detail, name) == 0)
            return true;
        if (strcmp(f->path, path) == 0 &&
            (strcmp(f->class, "type-twice") == 0 ||
                strcmp(f->class, "structure") == 0 ||
                strcmp(f->class, "duplicate") == 0))
            return true;
    }
    return false;
}

/* xml:lang forgotten on many elements is one slip. */
static void judge_language(struct judge *j, const struct disagreement *d)
{
    const char *key_detail = "xml:lang";
    struct arena *arena = j->audit->arena;
    const char *key = arena_printf(arena, "%s|%s|example-attribute||%s",
        d->schema->document->number, d->schema->ns, key_detail);
    struct findings *findings = j->audit->findings;
    struct finding *f = finding_add(findings, d->schema->document, d->at,
        SEVERITY_WARNING, "example-attribute", d->schema->ns, "", key_detail,
        arena_printf(arena,
            "examples have the attribute 'xml:lang' on elements (<%s/>) for "
            "which the schema does not declare it",
            d->element));
    for (size_t i = 0; f == NULL && i < findings->list.count; i++)
        if (strcmp(findings->list.items[i]->key, key) == 0)
            f = findings->list.items[i];
    if (f == NULL)
        return;
    f->fix = "import the XML namespace and add <xs:attribute ref='xml:lang'/>";
    add_place(j, f, d);
}

bool disagreement_asks_prefix(struct audit *audit, const struct disagreement *d)
{
    if (d->kind != UNDECLARED_ATTRIBUTE || strchr(d->name, ':') != NULL)
        return false;
    struct attribute_uses uses =
        declaration_attributes(audit, d->schema, d->declaration);
    return attribute_use_find(&uses, d->schema->ns, d->name) != NULL;
}

/* Once for the schema: it is one slip, made at each attribute. */
static void judge_form(struct judge *j, const struct disagreement *d)
{
    struct finding *f = finding_add(j->audit->findings, d->schema->document,
        d->at, SEVERITY_ERROR, "example-form", d->schema->ns, "", "",
        arena_printf(j->audit->arena,
            "the schema declares attributes globally and refers to them, "
            "which puts them into its namespace; the examples have them "
            "without a prefix ('%s' on <%s/>)",
            d->name, d->element));
    if (f == NULL)
        return;
    f->fix = "declare the attributes where they are used, by name";
    add_place(j, f, d);
}

/* Declares an element that the text names as the examples show it, behind the
 * schema's last one. */
static void declare(
    struct judge *j, const struct disagreement *d, struct finding *f)
{
    const struct tree_node *last = NULL;
    for (const struct tree_node *n = tree_child(d->schema->root, NULL);
         n != NULL; n = tree_next(n, NULL))
        if (xsd_is(n, "element"))
            last = n;
    const char *text =
        last == NULL ? NULL
                     : propose_element(j->audit->arena, d->schema, d->name);
    if (text == NULL)
        return;
    struct edit edit = {
        last->end_end, 0, arena_printf(j->audit->arena, "\n\n%s", text)};
    struct edits edits = {0};
    list_push(j->audit->arena, &edits, edit);
    schema_fix(j->audit, (struct schema *)d->schema, f, &edits,
        "declare the element, as the examples show it");
}

/* The other half, where every example of an element has a child that is not
 * declared and lacks an attribute that is required: the element has another
 * one's type, which is one slip. NULL: it is not so. */
static const struct disagreement *other_half(
    const struct judge *j, const struct disagreement *d)
{
    enum disagreement_kind wanted =
        d->kind == MISSING_ATTRIBUTE ? UNDECLARED_CHILD : MISSING_ATTRIBUTE;
    if (d->instances < 2 || d->count < d->instances || *d->name == '{' ||
        (d->kind != MISSING_ATTRIBUTE && d->kind != UNDECLARED_CHILD))
        return NULL;
    for (size_t i = 0; i < j->examples->disagreements.count; i++) {
        const struct disagreement *o = &j->examples->disagreements.items[i];
        if (o->kind == wanted && o->declaration == d->declaration &&
            *o->name != '{' && o->count >= o->instances)
            return o;
    }
    return NULL;
}

static void judge(struct judge *j, const struct disagreement *d)
{
    struct verdict v;
    const struct disagreement *half = other_half(j, d);
    if (examples_explained(j->audit, d) ||
        (half != NULL && d->kind == MISSING_ATTRIBUTE))
        return;
    if (d->kind == UNDECLARED_ATTRIBUTE && strcmp(d->name, "xml:lang") == 0) {
        judge_language(j, d);
        return;
    }
    if (disagreement_asks_prefix(j->audit, d)) {
        judge_form(j, d);
        return;
    }
    switch (d->kind) {
    case UNDECLARED_ATTRIBUTE:
    case UNDECLARED_CHILD:
    case UNDECLARED_ELEMENT:
        v = judge_undeclared(j, d);
        break;
    case MISSING_ATTRIBUTE:
    case MISSING_CHILD:
        v = judge_missing(j, d);
        break;
    case WRONG_VALUE:
        v = judge_value(j, d);
        break;
    default:
        v = judge_other(j, d);
    }
    if (half != NULL) {
        struct arena *arena = j->audit->arena;
        v.message =
            arena_printf(arena, "%s; nor have they %s, which it requires",
                v.message, quoted(arena, half->name));
        v.fix = arena_printf(arena,
            "give <%s/> a type that its examples fit: it has another's",
            d->element);
    }
    const char *path = d->kind == UNDECLARED_ELEMENT
                           ? d->name
                           : schema_path(j->audit->arena, d->declaration);
    struct finding *f = finding_add(j->audit->findings, d->schema->document,
        d->at, v.severity, kinds[d->kind].class, d->schema->ns, path,
        d->kind == UNDECLARED_ELEMENT ? "" : v.detail, v.message);
    if (f == NULL)
        return;
    f->fix = arena_strdup(j->audit->findings->arena, v.fix);
    if (v.date_time) {
        const struct tree_attr *type = tree_attr(d->declaration, "type");
        struct edit edit = {type->value_at, type->value_len,
            arena_printf(j->audit->arena, "%sdateTime",
                schema_prefix(j->audit->arena, d->schema))};
        struct edits edits = {0};
        list_push(j->audit->arena, &edits, edit);
        schema_fix(j->audit, (struct schema *)d->schema, f, &edits,
            "type it dateTime, as the examples have it");
    }
    if (d->kind == UNDECLARED_ELEMENT && v.severity == SEVERITY_ERROR)
        declare(j, d, f);
    add_place(j, f, d);
    if (v.passage != NULL)
        add_prose(j, f, v.passage, v.against,
            d->kind == WRONG_VALUE ? d->value : d->name);
}

void examples_check(struct audit *audit, const struct examples *examples,
    const struct prose *prose)
{
    struct judge j = {audit, examples, prose};
    for (size_t i = 0; i < examples->disagreements.count; i++)
        judge(&j, &examples->disagreements.items[i]);
}
