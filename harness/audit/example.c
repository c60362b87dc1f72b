#include "audit/example.h"
#include "audit/example_form.h"

#include <ctype.h>
#include <string.h>

struct walk {
    struct examples *examples;
    struct audit *audit;
    const struct block *block;
    const struct tree *tree;
    bool sound;   /* the block parsed without a fault */
    bool pattern; /* the block shows a form, not a stanza: not judged */
    bool brief;   /* a form that leaves out what does not matter there */
};

static bool all_space(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Only dots and brackets: a vertical ellipsis. */
static bool no_words(const char *text)
{
    for (; *text != '\0'; text++)
        if (isalnum((unsigned char)*text) || (*text & 0x80))
            return false;
    return true;
}

/* A word where a number or date is due says what should stand there: "N",
 * "port-number", "unix timestamp". Other words are values of another kind. */
static bool words_for_number(
    const struct block *block, const char *base, const char *value)
{
    static const char *const types[] = {"Integer", "integer", "nt", "Short",
        "short", "Byte", "byte", "decimal", "double", "float", "dateTime",
        "date", "ong", NULL};
    static const char *const words[] = {"number", "num", "int", "sec", "minut",
        "time", "date", "stamp", "size", "count", "len", "byte", "octet", "max",
        "min", "some", "any", "port", "id", "percent", "index", NULL};
    bool number = false,
         called = strlen(value) < 3 || !block->example ||
                  strcspn(value, "abcdefghijklmnopqrstuvwxyz") == strlen(value);
    for (size_t i = 0; base != NULL && types[i] != NULL; i++)
        number |= strstr(base, types[i]) != NULL;
    for (size_t i = 0; words[i] != NULL; i++)
        called |= strcasestr(value, words[i]) != NULL;
    return number && called && strpbrk(value, "0123456789") == NULL &&
           strchr(value, '@') == NULL && strstr(value, "://") == NULL;
}

static bool placeholder(const char *value)
{
    if (strpbrk(value, "[]{}$%") != NULL || strstr(value, "...") != NULL ||
        strstr(value, "\xe2\x80\xa6") != NULL ||
        value[strspn(value, "?*_-. ")] == '\0')
        return true;
    static const char *const words[] = {"base64", "b64", "encoded", "some-",
        "your-", "BASE64", "Base64", "value", "here", "XX", "xxx", "data",
        "YYYY", "CCYY", NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (strstr(value, words[i]) != NULL)
            return true;
    return false;
}

/* type='transaction-type' in a syntax says what should stand there. */
static bool names_itself(
    const struct block *block, const char *name, const char *value)
{
    size_t n = strlen(name), len = strlen(value);
    return !block->example && len > n + 1 && value[len - n - 1] == '-' &&
           strcmp(value + len - n, name) == 0;
}

static struct usage *usage_of(
    struct examples *e, const struct tree_node *declaration)
{
    for (size_t i = 0; i < e->usages.count; i++)
        if (e->usages.items[i].declaration == declaration)
            return &e->usages.items[i];
    struct usage usage = {.declaration = declaration};
    list_push(e->audit->arena, &e->usages, usage);
    return &e->usages.items[e->usages.count - 1];
}

size_t examples_count(
    const struct examples *e, const struct tree_node *declaration)
{
    for (size_t i = 0; i < e->usages.count; i++)
        if (e->usages.items[i].declaration == declaration)
            return e->usages.items[i].count;
    return 0;
}

size_t examples_attribute_count(const struct examples *e,
    const struct tree_node *declaration, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < e->usages.count; i++) {
        const struct usage *usage = &e->usages.items[i];
        if (usage->declaration != declaration)
            continue;
        for (size_t k = 0; k < usage->attributes.count; k++)
            count += strcmp(usage->attributes.items[k], name) == 0;
    }
    return count;
}

static void see_element(struct examples *e, const char *ns, const char *name)
{
    const char *both = arena_printf(e->audit->arena, "%s %s", ns, name);
    for (size_t i = 0; i < e->elements.count; i++)
        if (strcmp(e->elements.items[i], both) == 0)
            return;
    list_push(e->audit->arena, &e->elements, both);
}

bool examples_have_element(
    const struct examples *e, const char *ns, const char *name)
{
    const char *both = arena_printf(e->audit->arena, "%s %s", ns, name);
    for (size_t i = 0; i < e->elements.count; i++)
        if (strcmp(e->elements.items[i], both) == 0)
            return true;
    return false;
}

static struct disagreement *disagree(struct walk *w,
    enum disagreement_kind kind, const struct schema *schema,
    const struct tree_node *declaration, const struct tree_node *element,
    const char *name, const char *value, size_t at)
{
    struct examples *e = w->examples;
    for (size_t i = 0; i < e->disagreements.count; i++) {
        struct disagreement *d = &e->disagreements.items[i];
        if (d->kind == kind && d->declaration == declaration &&
            strcmp(d->name, name) == 0 &&
            strcmp(d->element, element->local) == 0 &&
            (kind != WRONG_VALUE || strcmp(d->value, value) == 0)) {
            d->count++;
            d->examples += d->last != w->block;
            d->last = w->block;
            return d;
        }
    }
    struct disagreement d = {.kind = kind,
        .schema = schema,
        .declaration = declaration,
        .element = element->local,
        .name = name,
        .value = value,
        .skipped = "",
        .block = w->block,
        .last = w->block,
        .at = w->block->text.origin[at],
        .count = 1,
        .examples = 1};
    list_push(w->audit->arena, &e->disagreements, d);
    return &e->disagreements.items[e->disagreements.count - 1];
}

static void check_attributes(struct walk *w, const struct schema *schema,
    const struct tree_node *declaration, const struct tree_node *element)
{
    struct attribute_uses uses =
        declaration_attributes(w->audit, schema, declaration);
    struct usage *usage = usage_of(w->examples, declaration);
    usage->count++;
    for (size_t i = 0; i < element->attr_count; i++) {
        const struct tree_attr *a = &element->attrs[i];
        if (strncmp(a->name, "xmlns", 5) == 0 || a->ns == NULL)
            continue;
        list_push(w->audit->arena, &usage->attributes, a->local);
        const struct attribute_use *use =
            attribute_use_find(&uses, a->ns, a->local);
        if (use == NULL) {
            if (!uses.any && strcmp(a->prefix, "xsi") != 0)
                disagree(w, UNDECLARED_ATTRIBUTE, schema, declaration, element,
                    a->name, a->value, a->at);
            continue;
        }
        if (use->declaration == NULL || placeholder(a->value) ||
            names_itself(w->block, a->local, a->value) ||
            declaration_allows(
                w->audit, use->schema, use->declaration, a->value))
            continue;
        if (words_for_number(w->block,
                schema_base_type(w->audit, use->schema, use->declaration),
                a->value))
            w->pattern = true;
        else
            disagree(w, WRONG_VALUE, schema, declaration, element, a->local,
                a->value, a->at);
    }
    for (size_t i = 0; i < uses.count; i++) {
        const struct attribute_use *use = &uses.items[i];
        bool there = false;
        for (size_t k = 0; k < element->attr_count; k++)
            there |= strcmp(element->attrs[k].local, use->name) == 0;
        if (use->required && !there && !w->brief &&
            !example_elides(
                w->tree->text + element->at, element->at_end - element->at))
            disagree(w, MISSING_ATTRIBUTE, schema, declaration, element,
                use->name, "", element->at);
    }
}

/* The text directly in an element; NULL when there is none but space. */
static const char *own_text(struct arena *arena, const struct tree_node *node)
{
    struct buffer out = {0};
    for (const struct tree_node *n = node->first; n != NULL; n = n->next)
        if (n->text != NULL)
            buffer_add_text(&out, n->text);
    const char *text = NULL;
    if (!all_space(buffer_text(&out)))
        text = arena_strdup(arena, buffer_text(&out));
    buffer_free(&out);
    return text;
}

static void check_element(struct walk *w, const struct schema *schema,
    const struct tree_node *declaration, const struct tree_node *element,
    int depth);

static bool named_in(
    const struct model *model, const char *ns, const char *name)
{
    for (size_t i = 0; i < model->count; i++)
        if (model_fits(&model->positions[i], ns, name))
            return true;
    return false;
}

/* Whether the model takes the child's like once only, and there was one
 * before. */
static bool repeats(const struct model *model, const struct tree_node *child)
{
    bool before = false;
    for (const struct tree_node *n = child->previous; n != NULL;
         n = n->previous)
        before |= n->name != NULL && n->ns != NULL &&
                  strcmp(n->local, child->local) == 0 &&
                  strcmp(n->ns, child->ns) == 0;
    for (size_t i = 0; before && i < model->count; i++)
        for (size_t k = 0; k < model->count; k++)
            if (model_fits(&model->positions[i], child->ns, child->local) &&
                model_fits(&model->positions[k], child->ns, child->local) &&
                position_set_has(&model->follow[i], k))
                return false;
    return before;
}

/* The element before the child, "" when it is the first. */
static const char *name_before(const struct tree_node *child)
{
    const struct tree_node *n = child->previous;
    while (n != NULL && n->name == NULL)
        n = n->previous;
    return n == NULL ? "" : n->local;
}

/* The child would fit after others that the model requires: the first of
 * them. "" when it could not come any more. */
static const char *required_before(struct arena *arena,
    const struct tree_node *child, const struct model *model,
    const struct position_set *next)
{
    struct position_set ahead = *next;
    const char *first = "";
    for (size_t i = 0; i < model->count; i++) {
        const char *name = model->positions[i].name;
        if (!position_set_has(next, i) || name == NULL)
            continue;
        first = *first == '\0' ? arena_printf(arena, "<%s/>", name)
                               : arena_printf(arena, "%.*s or another",
                                     (int)strcspn(first, " "), first);
    }
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < model->count; i++) {
            if (!position_set_has(&ahead, i))
                continue;
            if (model_fits(&model->positions[i], child->ns, child->local))
                return first;
            for (size_t k = 0; k < MODEL_POSITIONS / 64; k++) {
                uint64_t is = ahead.bits[k];
                ahead.bits[k] |= model->follow[i].bits[k];
                more |= ahead.bits[k] != is;
            }
        }
    }
    return "";
}

static void unexpected(struct walk *w, const struct schema *schema,
    const struct tree_node *declaration, const struct tree_node *element,
    const struct tree_node *child, const struct model *model,
    const struct position_set *next)
{
    /* Replaced before anybody holds it against a schema. */
    if (strstr(child->ns, "/XInclude") != NULL)
        return;
    enum disagreement_kind kind = !named_in(model, child->ns, child->local)
                                      ? UNDECLARED_CHILD
                                  : repeats(model, child) ? REPEATED_CHILD
                                                          : WRONG_ORDER;
    /* What another XEP adds where the schema has no wildcard is told once for
     * the element, under the child's namespace. */
    struct disagreement *d = disagree(w, kind, schema, declaration, element,
        strcmp(child->ns, schema->ns) == 0
            ? child->local
            : arena_printf(w->audit->arena, "{%s}%s", child->ns, child->local),
        kind == WRONG_ORDER ? name_before(child) : "", child->at);
    if (kind == WRONG_ORDER && d->count == 1)
        d->skipped = required_before(w->audit->arena, child, model, next);
}

/* Which of the model's required children never came. */
static void report_missing(struct walk *w, const struct schema *schema,
    const struct tree_node *declaration, const struct tree_node *element,
    const struct model *model, const struct position_set *next)
{
    const char *name = NULL;
    size_t named = 0;
    for (size_t i = 0; i < model->count; i++) {
        if (!position_set_has(next, i) || model->positions[i].name == NULL)
            continue;
        if (name == NULL || strcmp(name, model->positions[i].name) != 0)
            named++;
        if (name == NULL)
            name = model->positions[i].name;
    }
    if (name != NULL)
        disagree(w, MISSING_CHILD, schema, declaration, element,
            named == 1 ? name
                       : arena_printf(w->audit->arena, "%s or another", name),
            tree_child(element, NULL) == NULL ? "empty" : "", element->at);
}

/* Runs the children through the automaton; the first that does not fit is
 * told, the rest of this element's order is not judged. */
static void check_children(struct walk *w, const struct schema *schema,
    const struct tree_node *declaration, const struct tree_node *element,
    const struct model *model, int depth)
{
    struct position_set next = model->first, at = {0};
    bool done = model->nullable, stuck = false, other = false;
    for (const struct tree_node *child = tree_child(element, NULL);
         child != NULL; child = tree_next(child, NULL)) {
        if (child->ns == NULL)
            continue;
        const char *seen = arena_printf(w->audit->arena, "<%s", child->local);
        struct usage *usage = usage_of(w->examples, declaration);
        if (tree_next(child, child->local) == NULL)
            list_push(w->audit->arena, &usage->attributes, seen);
        struct position_set hit = {0};
        bool fits = false;
        const struct position *position = NULL;
        for (size_t i = 0; i < model->count; i++) {
            const struct position *p = &model->positions[i];
            if (!model_fits(p, child->ns, child->local))
                continue;
            if (position == NULL || (position->name == NULL && p->name))
                position = p;
            if (!position_set_has(&next, i))
                continue;
            hit.bits[i / 64] |= (uint64_t)1 << (i % 64);
            fits = true;
        }
        if (!fits && !stuck) {
            unexpected(w, schema, declaration, element, child, model, &next);
            if (position != NULL)
                stuck = true; /* out of place: what follows is, too */
            else
                other |= strcmp(child->ns, schema->ns) == 0;
        } else if (fits && !stuck) {
            at = hit;
            memset(&next, 0, sizeof next);
            done = false;
            for (size_t i = 0; i < model->count; i++) {
                if (!position_set_has(&at, i))
                    continue;
                done |= position_set_has(&model->last, i);
                for (size_t k = 0; k < MODEL_POSITIONS / 64; k++)
                    next.bits[k] |= model->follow[i].bits[k];
            }
        }
        if (position != NULL && position->declaration != NULL &&
            position->name != NULL && strcmp(position->ns, schema->ns) == 0)
            check_element(w, position->declared_in, position->declaration,
                child, depth + 1);
    }
    const char *text = own_text(w->audit->arena, element);
    /* What stands in place of the required one was told. */
    if (!done && !stuck && !other && !w->brief &&
        (text == NULL || !no_words(text)) &&
        !example_elides(
            w->tree->text + element->at_end, element->end - element->at_end))
        report_missing(w, schema, declaration, element, model, &next);
}

static void check_text(struct walk *w, const struct schema *schema,
    const struct tree_node *declaration, const struct tree_node *element,
    const struct model *model)
{
    const char *text = own_text(w->audit->arena, element);
    if (model->any || model->mixed || (text != NULL && no_words(text)))
        return;
    if (!model->simple) {
        if (text != NULL && !example_elides(w->tree->text + element->at_end,
                                element->end - element->at_end))
            disagree(w, WRONG_TEXT, schema, declaration, element, "", text,
                element->at);
        return;
    }
    const struct tree_node *typed = declaration;
    const struct schema *where = schema;
    const struct tree_node *type = model_type(w->audit, &where, declaration);
    if (type != NULL)
        typed = type;
    const char *base = schema_base_type(w->audit, where, typed);
    if (base == NULL || strstr(base, "Binary") != NULL)
        return; /* the XEPs print placeholders for binary data */
    if (text != NULL && (placeholder(text) || strchr(text, '<') != NULL))
        return;
    if (text == NULL && !w->block->example)
        return; /* a skeleton of the syntax */
    if (text != NULL && words_for_number(w->block, base, text)) {
        w->pattern = true;
        return;
    }
    bool ok;
    if (type != NULL) {
        const struct tree_node *content = tree_child(type, "simpleContent");
        const struct tree_node *by =
            content == NULL ? NULL : tree_child(content, "extension");
        if (by == NULL || tree_value(by, "base") == NULL)
            return;
        /* An extension's base reads like the type of a declaration. */
        struct tree_attr attr = {
            .name = "type", .value = tree_value(by, "base")};
        struct tree_node as_type = *by;
        as_type.attrs = &attr;
        as_type.attr_count = 1;
        as_type.first = NULL;
        ok = declaration_allows(
            w->audit, where, &as_type, text == NULL ? "" : text);
    } else {
        ok = declaration_allows(
            w->audit, where, typed, text == NULL ? "" : text);
    }
    if (!ok)
        disagree(w, WRONG_TEXT, schema, declaration, element, "",
            text == NULL ? "" : text, element->at);
}

static void check_element(struct walk *w, const struct schema *schema,
    const struct tree_node *declaration, const struct tree_node *element,
    int depth)
{
    if (depth > 64)
        return;
    check_attributes(w, schema, declaration, element);
    struct model *model = model_of(w->audit, schema, declaration);
    check_text(w, schema, declaration, element, model);
    if (model->any || model->truncated)
        return;
    if (model->simple) {
        const struct tree_node *child = tree_child(element, NULL);
        if (child != NULL && child->ns != NULL)
            disagree(w, UNDECLARED_CHILD, schema, declaration, element,
                strcmp(child->ns, schema->ns) == 0
                    ? child->local
                    : arena_printf(
                          w->audit->arena, "{%s}%s", child->ns, child->local),
                "", child->at);
        return;
    }
    check_children(w, schema, declaration, element, model, depth);
}

/* The schema of this document for a namespace. */
static const struct schema *own_schema(const struct walk *w, const char *ns,
    const char *name, const struct tree_node **declaration)
{
    const struct schema *found = NULL;
    for (size_t i = 0; i < w->audit->catalog.schemas.count; i++) {
        const struct schema *s = w->audit->catalog.schemas.items[i];
        bool own = s->document == w->examples->document;
        if (s->skipped != NULL || strcmp(s->ns, ns) != 0)
            continue;
        if (own && w->examples->foreign)
            return NULL; /* judged by the document's own */
        if (!own && !w->examples->foreign)
            continue;
        found = s;
        *declaration = schema_global(s, "element", name);
        if (*declaration != NULL)
            return s;
    }
    return found;
}

/* A declaration inside another element: a fragment may show it alone. */
static const struct tree_node *local_declaration(
    const struct schema *schema, const char *name)
{
    const struct tree_node *found = NULL;
    for (const struct tree_node *n = schema->root; n != NULL;
         n = tree_following(n, schema->root)) {
        const char *value = tree_value(n, "name");
        if (xsd_is(n, "element") && value != NULL && strcmp(value, name) == 0) {
            if (found != NULL)
                return NULL; /* two: we cannot know which */
            found = n;
        }
    }
    return found;
}

static void check_top(struct walk *w, const struct tree_node *element)
{
    const struct tree_node *declaration = NULL;
    const struct schema *schema =
        own_schema(w, element->ns, element->local, &declaration);
    if (schema == NULL)
        return;
    const struct tree_node *parent = element->parent;
    bool fragment = parent->name == NULL;
    if (declaration == NULL && fragment)
        declaration = local_declaration(schema, element->local);
    if (declaration != NULL) {
        check_element(w, schema, declaration, element, 0);
        return;
    }
    const struct schema *where;
    if (published_global(&w->audit->catalog, element->ns, "element",
            element->local, w->examples->document, &where) != NULL ||
        schema_in_parts(&w->audit->catalog, schema))
        return; /* another XEP declares it, or a part that we do not have */
    disagree(w, UNDECLARED_ELEMENT, schema, schema->root, element,
        element->local, "", element->at);
}

/* "[OPTIONAL application-specific element]": a syntax, no stanza. */
static bool shows_syntax(const struct block *block)
{
    return strstr(block->text.data, "[OPTIONAL") != NULL ||
           strstr(block->text.data, "OPTIONAL]") != NULL ||
           strstr(block->text.data, "DEFINED-CONDITION") != NULL;
}

static bool shows_form(const struct block *block)
{
    static const char *const marks[] = {
        "='[", "=\"[", ">[", "='{", "=\"{", ">{", NULL};
    for (size_t i = 0; marks[i] != NULL; i++)
        if (!block->example && strstr(block->text.data, marks[i]) != NULL)
            return true;
    return false;
}

/* The outermost of its namespace, and no schema has it: that was told. */
static bool is_undeclared(const struct walk *w, const struct tree_node *element)
{
    const struct tree_node *declaration = NULL, *outer = element->parent;
    if (w->examples->foreign || (outer->name != NULL && outer->ns != NULL &&
                                    strcmp(outer->ns, element->ns) == 0))
        return false;
    const struct schema *schema =
        own_schema(w, element->ns, element->local, &declaration);
    return schema != NULL && declaration == NULL &&
           (outer->name != NULL ||
               local_declaration(schema, element->local) == NULL);
}

/* What an undeclared element holds, as far as it is declared. */
static void check_lax(struct walk *w, const struct tree_node *element)
{
    const struct tree_node *declaration = NULL;
    const struct schema *schema =
        own_schema(w, element->ns, element->local, &declaration);
    if (schema != NULL && declaration != NULL)
        check_element(w, schema, declaration, element, 0);
}

static void walk_block(struct walk *w)
{
    const struct tree_node *top = w->tree->document;
    for (const struct tree_node *n = top->first; n != NULL;
         n = tree_following(n, top)) {
        if (n->name == NULL || n->ns == NULL)
            continue;
        see_element(w->examples, n->ns, n->local);
        const char *outer = n->parent->name == NULL || n->parent->ns == NULL
                                ? ""
                                : n->parent->ns;
        if (*n->ns == '\0')
            continue;
        if (strcmp(outer, n->ns) != 0)
            check_top(w, n);
        else if (is_undeclared(w, n->parent))
            check_lax(w, n);
    }
}

/* What one tag lacks, or has too much of in a foreign place, is one fault. */
static bool same_slip(const struct examples *e, const struct disagreement *a,
    const struct disagreement *b)
{
    if (a->kind != b->kind || a->declaration != b->declaration ||
        a->block != b->block || a->count != b->count)
        return false;
    return (a->kind == MISSING_ATTRIBUTE && a->at == b->at) ||
           (a->kind == UNDECLARED_ATTRIBUTE && e->foreign);
}

/* Text that is refused where an attribute is missing: it was put inside. */
static bool follows_from(
    const struct disagreement *a, const struct disagreement *b)
{
    return a->kind == WRONG_TEXT && b->kind == MISSING_ATTRIBUTE &&
           a->declaration == b->declaration && a->at == b->at;
}

static void join_slips(struct examples *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < e->disagreements.count; i++) {
        struct disagreement d = e->disagreements.items[i];
        bool drop = false;
        for (size_t k = 0; k < e->disagreements.count && !drop; k++)
            drop = follows_from(&d, &e->disagreements.items[k]);
        for (size_t k = 0; k < kept && !drop; k++) {
            struct disagreement *before = &e->disagreements.items[k];
            if (!same_slip(e, before, &d))
                continue;
            before->name =
                arena_printf(e->audit->arena, "%s %s", before->name, d.name);
            drop = true;
        }
        if (!drop)
            e->disagreements.items[kept++] = d;
    }
    e->disagreements.count = kept;
}

static struct examples *read_examples(
    struct audit *audit, const struct document *document, bool foreign)
{
    struct examples *e = arena_alloc(audit->arena, sizeof *e);
    e->audit = audit;
    e->document = document;
    e->foreign = foreign;
    for (size_t i = 0; i < document->blocks.count; i++) {
        const struct block *block = &document->blocks.items[i];
        if (!example_is_xml(block) || example_shows_fault(block) ||
            shows_syntax(block))
            continue;
        const struct tree *tree =
            tree_parse(audit->arena, block->text.data, block->text.len, NULL);
        struct walk w = {.examples = e,
            .audit = audit,
            .block = block,
            .tree = tree,
            .sound = true,
            .brief = shows_form(block)};
        for (size_t k = 0; k < tree->faults.count; k++)
            w.sound &= example_fault_is_harmless(&tree->faults.items[k]);
        if (!w.sound)
            continue;
        size_t before = e->disagreements.count;
        walk_block(&w);
        if (w.pattern)
            e->disagreements.count = before;
    }
    join_slips(e);
    for (size_t i = 0; i < e->disagreements.count; i++)
        e->disagreements.items[i].instances =
            examples_count(e, e->disagreements.items[i].declaration);
    return e;
}

struct examples *examples_read(
    struct audit *audit, const struct document *document)
{
    return read_examples(audit, document, false);
}

struct examples *examples_read_foreign(
    struct audit *audit, const struct document *document)
{
    return read_examples(audit, document, true);
}
