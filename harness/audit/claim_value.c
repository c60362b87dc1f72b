/* Values that a sentence gives an attribute: the words of an enumeration, and
 * the largest number. */
#include "audit/claim.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct words {
    VEC(const char *);
};

static bool holds(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (strcmp(words->items[i], word) == 0)
            return true;
    return false;
}

/* "x" in the XEPs' manner: values stand in double quotes, names in single
 * ones. */
static struct words quoted_values(
    struct arena *arena, const char *text, char quote)
{
    struct words words = {0};
    for (const char *at = strchr(text, quote); at != NULL;
         at = strchr(at, quote)) {
        size_t len = strcspn(at + 1, "'\" ,;()");
        if (at[1 + len] != quote || len == 0) {
            at++;
            continue;
        }
        const char *word = arena_strndup(arena, at + 1, len);
        if (!holds(&words, word))
            list_push(arena, &words, word);
        at += len + 2;
    }
    return words;
}

/* Not of the values as they are: forbidden, gone, or of another thing. */
static bool speaks_otherwise(const char *sentence)
{
    static const char *const words[] = {" NOT ", " not ", "revious", "earlier",
        "no longer", "removed", "instead", "example", "e.g.", "such as",
        "in future", "future version", "other than", "xml:lang", " if ", "If ",
        NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (strstr(sentence, words[i]) != NULL)
            return true;
    return false;
}

/* "values", "one of", "either": it lists what is allowed. */
static bool lists_values(const char *text)
{
    static const char *const words[] = {"value", "one of", "either", "can be",
        "MUST be ", "may be ", "MAY be ", "is \"", NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (strstr(text, words[i]) != NULL)
            return true;
    return false;
}

struct listed {
    struct own_element *element;
    const struct attribute_use *use;
    struct values values;
};

/* The enumerated attribute of that name, of all elements the one that shares
 * most with the words; in: how many words it has. all: some other has the
 * word that it lacks. */
static struct listed enumerated(
    struct claims *c, const char *name, const struct words *words, size_t *in)
{
    struct listed best = {0};
    *in = 0;
    for (size_t i = 0; i < c->elements.count; i++) {
        struct own_element *e = &c->elements.items[i];
        const struct attribute_use *use =
            attribute_use_find(&e->attributes, "", name);
        if (use == NULL || use->declaration == NULL || use->schema != e->schema)
            continue;
        struct values values =
            declaration_values(c->audit, use->schema, use->declaration);
        size_t shared = 0;
        for (size_t k = 0; k < values.count; k++)
            shared += holds(words, values.items[k]);
        if (shared > *in) {
            *in = shared;
            best = (struct listed){e, use, values};
        }
    }
    return best;
}

static bool declared(const struct claims *c, const char *name)
{
    for (size_t i = 0; i < c->elements.count; i++) {
        const struct own_element *e = &c->elements.items[i];
        if (strcmp(e->name, name) == 0 ||
            attribute_use_find(&e->attributes, "", name) != NULL)
            return true;
    }
    return false;
}

static bool has_value(const struct values *values, const char *word)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->items[i], word) == 0)
            return true;
    return false;
}

static const struct tree_node *last_value(
    const struct attribute_use *use, const struct values *values)
{
    const char *last = values->items[values->count - 1];
    const struct tree_node *top = use->declaration, *found = NULL;
    for (const struct tree_node *n = top; n != NULL; n = tree_following(n, top))
        if (xsd_is(n, "enumeration") && tree_value(n, "value") != NULL &&
            strcmp(tree_value(n, "value"), last) == 0)
            found = n;
    return found;
}

static void report_value(struct claims *c, const struct listed *l,
    const char *name, const char *word, const struct passage *p)
{
    struct arena *arena = c->audit->arena;
    const struct tree_node *last = last_value(l->use, &l->values);
    struct finding *f = schema_finding(c->audit, l->element->schema,
        last == NULL ? l->use->node : last->parent, SEVERITY_ERROR,
        "list-value", word,
        arena_printf(arena,
            "the text gives '%s' of <%s/> the value '%s', which the schema "
            "does not list",
            name, l->element->name, word));
    if (f == NULL)
        return;
    finding_evidence(c->audit->findings, f, "%s: %s",
        prose_place(arena, c->document, p->node),
        prose_quote(arena, p->text, word));
    f->fix = "add the value";
    if (last == NULL)
        return;
    struct edit edit = {last->end_end, 0,
        arena_printf(arena, "\n            <%senumeration value='%s'/>",
            schema_prefix(arena, l->element->schema), word)};
    struct edits edits = {0};
    list_push(arena, &edits, edit);
    schema_fix(c->audit, l->element->schema, f, &edits, "add the value");
}

/* The sentence lists the values of the attribute; all of them but one are in
 * the schema. */
static void read_list(struct claims *c, const struct passage *p,
    const char *name, const char *behind)
{
    struct arena *arena = c->audit->arena;
    struct words words = quoted_values(arena, behind, '"');
    if (words.count == 0)
        words = quoted_values(arena, behind, '\'');
    size_t in;
    struct listed l = enumerated(c, name, &words, &in);
    if (words.count < 2 || l.element == NULL || in + 1 != words.count ||
        in + 1 < l.values.count)
        return;
    for (size_t i = 0; i < words.count; i++)
        if (!has_value(&l.values, words.items[i]) &&
            !declared(c, words.items[i]))
            report_value(c, &l, name, words.items[i], p);
}

/* The largest value of XSD's bounded integers; 0: not bounded. */
static double largest(const char *type)
{
    static const struct {
        const char *name;
        double largest;
    } types[] = {{"byte", 127}, {"unsignedByte", 255}, {"short", 32767},
        {"unsignedShort", 65535}, {"int", 2147483647.0},
        {"unsignedInt", 4294967295.0}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, type) == 0)
            return types[i].largest;
    return 0;
}

/* "65535", "2^31 - 1" at `at`; negative: no number. */
static double number_at(const char *at)
{
    if (!isdigit((unsigned char)*at))
        return -1;
    char *end;
    double n = (double)strtoul(at, &end, 10);
    if (n == 2 && *end == '^') {
        unsigned long bits = strtoul(end + 1, &end, 10);
        if (bits > 64)
            return -1;
        for (n = 1; bits > 0; bits--)
            n *= 2;
        end += strspn(end, " ");
        return *end == '-' ? n - 1 : n;
    }
    return *end == '.' && isdigit((unsigned char)end[1]) ? -1 : n;
}

/* The upper end of "between 0 and 65535", "from 1 to 20"; 0: none. */
static double upper_end(const char *text)
{
    static const char *const starts[] = {
        "between ", "from ", "in the range ", "range of ", NULL};
    static const char *const links[] = {
        " and ", " to ", "-", " - ", " through ", "\xe2\x80\x93", "..", NULL};
    for (size_t i = 0; starts[i] != NULL; i++) {
        const char *at = strstr(text, starts[i]);
        if (at == NULL)
            continue;
        at += strlen(starts[i]);
        if (number_at(at) < 0)
            continue;
        at += strspn(at, "0123456789");
        for (size_t k = 0; links[k] != NULL; k++)
            if (strncmp(at, links[k], strlen(links[k])) == 0) {
                double n = number_at(at + strlen(links[k]));
                return n < 0 ? 0 : n;
            }
    }
    return 0;
}

/* Units of which more than 255 are usual. */
static const char *fine_unit(const char *text)
{
    static const char *const units[] = {"in milliseconds",
        "number of milliseconds", "in bytes", "number of bytes", "in octets",
        "number of octets", "in pixels", "port number", NULL};
    for (size_t i = 0; units[i] != NULL; i++)
        if (strstr(text, units[i]) != NULL)
            return units[i];
    return NULL;
}

static void read_range(struct claims *c, const struct passage *p,
    struct own_element *e, const struct attribute_use *use, const char *text)
{
    if (use->declaration == NULL || use->schema != e->schema)
        return;
    struct arena *arena = c->audit->arena;
    const char *name = use->name, *type = tree_value(use->declaration, "type");
    struct qname q = type == NULL ? (struct qname){0}
                                  : schema_qname(arena, use->declaration, type);
    if (q.ns == NULL || strcmp(q.ns, XSD_NS) != 0 || largest(q.local) == 0)
        return;
    double limit = largest(q.local), needed = upper_end(text);
    const char *unit = limit <= 255 ? fine_unit(text) : NULL;
    if (limit <= 255 && strcmp(name, "port") == 0)
        unit = "a port";
    if (needed <= limit && unit == NULL)
        return;
    struct finding *f = schema_finding(c->audit, e->schema, use->node,
        needed > limit ? SEVERITY_ERROR : SEVERITY_WARNING, "text-range", "",
        needed > limit
            ? arena_printf(arena,
                  "the text lets '%s' of <%s/> go up to %.0f, its type xs:%s "
                  "ends at %.0f",
                  name, e->name, needed, q.local, limit)
            : arena_printf(arena,
                  "'%s' of <%s/> is %s by the text, its type xs:%s ends at "
                  "%.0f",
                  name, e->name, unit, q.local, limit));
    if (f == NULL)
        return;
    finding_evidence(c->audit->findings, f, "%s: %s",
        prose_place(arena, c->document, p->node),
        prose_quote(arena, p->text, name));
    f->fix = "widen the type";
}

void claims_read_values(
    struct claims *c, const struct passage *passage, const char *sentence)
{
    const char *name = NULL, *behind = NULL;
    struct own_element *holder = NULL;
    for (size_t i = 0; i < c->elements.count; i++) {
        struct own_element *e = &c->elements.items[i];
        for (size_t k = 0; k < e->attributes.count; k++) {
            const char *n = e->attributes.items[k].name;
            const char *at =
                strstr(sentence, arena_printf(c->audit->arena, "'%s'", n));
            if (at == NULL)
                continue;
            if (name != NULL && strcmp(name, n) != 0)
                return; /* of two attributes: whose? */
            name = n;
            behind = at + strlen(n) + 2;
            if (holder == NULL || text_has(sentence, e->name, true))
                holder = e;
        }
    }
    if (name == NULL)
        return;
    if (!speaks_otherwise(sentence) && lists_values(sentence))
        read_list(c, passage, name, behind);
    read_range(c, passage, holder,
        attribute_use_find(&holder->attributes, "", name), sentence);
}

void claims_read_value_row(struct claims *c, struct own_element *e,
    const char *name, const struct tree_node *row, const char *text)
{
    const struct attribute_use *use =
        attribute_use_find(&e->attributes, "", name);
    const struct passage p = {row, text};
    if (use == NULL)
        return;
    if (!speaks_otherwise(text))
        read_list(c, &p, name, text);
    read_range(c, &p, e, use, text);
}
