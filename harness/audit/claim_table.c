/* Tables of attributes and elements: inclusion, datatype. */
#include "audit/claim.h"

#include <ctype.h>
#include <string.h>

enum { COLUMNS = 12 };

struct row {
    const struct tree_node *node;
    const struct tree_node *cells[COLUMNS];
    const char *text[COLUMNS];
    size_t count;
    const char *name; /* in the name column */
};

struct table {
    const struct tree_node *node;
    VEC(struct row) rows;
    struct row header;
    bool has_header;
    int name, level, type, values;
    const char *lead; /* caption and the paragraphs before it */
};

static bool holds(const char *text, const char *word)
{
    return strcasestr(text, word) != NULL;
}

static struct row read_row(struct arena *arena, const struct tree_node *tr)
{
    struct row row = {.node = tr};
    for (const struct tree_node *n = tree_child(tr, NULL);
         n != NULL && row.count < COLUMNS; n = tree_next(n, NULL)) {
        row.cells[row.count] = n;
        row.text[row.count++] = tree_text(arena, n);
    }
    return row;
}

static enum claim_level level_of(const char *text)
{
    static const struct {
        const char *word;
        enum claim_level level;
    } words[] = {
        {"REQUIRED", CLAIM_REQUIRED},
        {"MANDATORY", CLAIM_REQUIRED},
        {"OPTIONAL", CLAIM_OPTIONAL},
        {"RECOMMENDED", CLAIM_OPTIONAL},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        /* Alone in the cell: "REQUIRED in requests" says something else. */
        if (strncasecmp(text, words[i].word, n) == 0 &&
            (text[n + strspn(text + n, " .;")] == '\0' ||
                strncmp(text + n, " and MUST ", 10) == 0))
            return words[i].level;
    }
    return CLAIM_NONE;
}

/* "yes" and "no" below "Required?", or "Optional". */
static enum claim_level level_in(const struct table *t, const char *text)
{
    enum claim_level level = level_of(text);
    bool yes = strcasecmp(text, "yes") == 0, no = strcasecmp(text, "no") == 0;
    if (level != CLAIM_NONE || !t->has_header || (!yes && !no) ||
        (size_t)t->level >= t->header.count)
        return level;
    bool optional = holds(t->header.text[t->level], "optional");
    return yes != optional ? CLAIM_REQUIRED : CLAIM_OPTIONAL;
}

static const char *type_of(struct arena *arena, const char *text)
{
    if (strncmp(text, "xs:", 3) == 0 || strncmp(text, "xsd:", 4) == 0)
        text = strchr(text, ':') + 1;
    size_t len = strspn(
        text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    const char *name = arena_strndup(arena, text, len);
    const char *rest = text + len + strspn(text + len, " .");
    return *rest == '\0' && len > 0 && xsd_builtin(name) ? name : NULL;
}

/* The unsigned type that just holds "1-256, 4096-4351"; NULL when it is no
 * list of ranges of numbers. */
static const char *type_of_range(const char *text)
{
    unsigned long largest = 0;
    bool range = false;
    for (const char *p = text; *p != '\0';) {
        if (isdigit((unsigned char)*p)) {
            char *end;
            unsigned long n = strtoul(p, &end, 10);
            largest = n > largest ? n : largest;
            range |= *end == '-';
            p = end;
        } else if (strchr(" ,-.", *p) != NULL) {
            p++;
        } else {
            return NULL;
        }
    }
    if (!range || largest == 0)
        return NULL;
    return largest <= 255     ? "unsignedByte"
           : largest <= 65535 ? "unsignedShort"
                              : "unsignedInt";
}

/* The name in a row's first cell: "'x' attribute", "<x/> element" too. */
static const char *row_name(struct arena *arena, const char *cell)
{
    static const char *const kinds[] = {" attribute", " element", NULL};
    size_t len = strlen(cell);
    for (size_t i = 0; kinds[i] != NULL; i++) {
        size_t n = strlen(kinds[i]);
        if (len > n && strcmp(cell + len - n, kinds[i]) == 0)
            cell = arena_strndup(arena, cell, len - n);
    }
    const char *name = claim_name(arena, cell);
    return name != NULL && strncmp(name, "xmlns", 5) == 0 ? NULL : name;
}

/* Which column is which, by the header or by what stands in it. */
static void find_columns(struct arena *arena, struct table *t)
{
    t->name = 0;
    t->level = t->type = t->values = -1;
    for (size_t i = 0; t->has_header && i < t->header.count; i++) {
        const char *h = t->header.text[i];
        if (t->level < 0 && (holds(h, "inclusion") || holds(h, "required") ||
                                holds(h, "requirement") ||
                                holds(h, "optional") || holds(h, "mandatory")))
            t->level = (int)i;
        if (t->values < 0 && (holds(h, "possible value") || holds(h, "range")))
            t->values = (int)i;
        if (t->type < 0 && holds(h, "datatype"))
            t->type = (int)i;
    }
    for (int column = 1; column < COLUMNS && t->level < 0; column++) {
        size_t levels = 0;
        for (size_t i = 0; i < t->rows.count; i++)
            if ((size_t)column < t->rows.items[i].count)
                levels += level_of(t->rows.items[i].text[column]) != CLAIM_NONE;
        if (levels > 0 && levels * 3 >= t->rows.count * 2)
            t->level = column;
    }
    for (size_t i = 0; i < t->rows.count; i++)
        if (t->rows.items[i].count > 0)
            t->rows.items[i].name =
                row_name(arena, t->rows.items[i].text[t->name]);
}

static const char *lead_of(struct arena *arena, const struct tree_node *node)
{
    const char *caption = tree_value(node, "caption");
    const char *lead = caption == NULL ? "" : caption;
    const struct tree_node *n = node->previous;
    for (int found = 0; n != NULL && found < 1; n = n->previous)
        if (n->name != NULL && strcmp(n->name, "p") == 0) {
            lead = arena_printf(arena, "%s %s", lead, tree_text(arena, n));
            found++;
        } else if (n->name != NULL) {
            break;
        }
    return lead;
}

static bool looks_like_header(const struct row *row)
{
    static const char *const words[] = {"Name", "Attribute", "Element", "Value",
        "Condition", "Field", "Feature", NULL};
    for (size_t i = 0; row->count > 0 && words[i] != NULL; i++)
        if (strcmp(row->text[0], words[i]) == 0)
            return true;
    return false;
}

static struct table read_table(
    struct arena *arena, const struct tree_node *node)
{
    struct table t = {.node = node, .lead = lead_of(arena, node)};
    for (const struct tree_node *tr = tree_child(node, "tr"); tr != NULL;
         tr = tree_next(tr, "tr")) {
        struct row row = read_row(arena, tr);
        if (t.rows.count == 0 && !t.has_header &&
            (tree_child(tr, "th") != NULL || looks_like_header(&row))) {
            t.header = row;
            t.has_header = true;
        } else if (row.count > 0) {
            list_push(arena, &t.rows, row);
        }
    }
    find_columns(arena, &t);
    return t;
}

static bool declares(const struct own_element *e, const char *name)
{
    for (size_t i = 0; i < e->attributes.count; i++)
        if (strcmp(e->attributes.items[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < e->model->count; i++)
        if (e->model->positions[i].name != NULL &&
            strcmp(e->model->positions[i].name, name) == 0)
            return true;
    return false;
}

/* "Candidate Attributes" speaks of <candidate/>. */
static bool led_by(const struct table *t, const char *name)
{
    if (text_has(t->lead, name, true))
        return true;
    const char *caption = tree_value(t->node, "caption");
    size_t n = strlen(name);
    for (const char *at = caption; at != NULL && *at != '\0'; at++)
        if (strncasecmp(at, name, n) == 0 &&
            (at == caption || !isalnum((unsigned char)at[-1])) &&
            !isalnum((unsigned char)at[n]) && at[n] != '-')
            return true;
    return false;
}

/* The element a table is about: most of its names, and the lead names it.
 * NULL: none, or we cannot tell. */
static struct own_element *subject_of(
    struct claims *c, const struct table *t, size_t *matched)
{
    struct own_element *best = NULL;
    size_t best_score = 0, names = 0;
    bool tie = false;
    for (size_t i = 0; i < t->rows.count; i++)
        names += t->rows.items[i].name != NULL;
    for (size_t i = 0; i < c->elements.count; i++) {
        struct own_element *e = &c->elements.items[i];
        size_t overlap = 0;
        for (size_t k = 0; k < t->rows.count; k++)
            overlap += t->rows.items[k].name != NULL &&
                       declares(e, t->rows.items[k].name);
        bool led = led_by(t, e->name);
        if (overlap == 0 || (!led && (overlap < 2 || overlap * 3 < names * 2)))
            continue;
        size_t score = overlap * 4 + (led ? 6 : 0);
        if (score == best_score &&
            (best == NULL || strcmp(best->name, e->name) != 0))
            tie = true;
        if (score > best_score) {
            best_score = score;
            best = e;
            *matched = overlap;
            tie = false;
        }
    }
    return tie ? NULL : best;
}

static void check_table(struct claims *c, const struct tree_node *node)
{
    struct table t = read_table(c->audit->arena, node);
    size_t matched = 0, named = 0;
    struct own_element *e = subject_of(c, &t, &matched);
    if (e == NULL)
        return;
    for (size_t i = 0; i < t.rows.count; i++)
        named += t.rows.items[i].name != NULL;
    bool of_attributes =
        (t.has_header && holds(t.header.text[0], "attribute")) ||
        holds(t.lead, "attributes");
    bool of_children = t.has_header && holds(t.header.text[0], "element");
    for (size_t i = 0; i < t.rows.count; i++) {
        const struct row *row = &t.rows.items[i];
        if (row->name == NULL)
            continue;
        const char *said =
            row->text[t.level >= 0 && (size_t)t.level < row->count ? t.level
                                                                   : 0];
        const char *whole = tree_text(c->audit->arena, row->node);
        if (!declares(e, row->name)) {
            /* Without a column of levels it must be plainly a table of them. */
            if (t.level < 0 ? matched * 4 < named * 3 : matched * 2 < named)
                continue;
            if (of_children)
                claim_child(c, e, row->name, row->node, whole);
            else if (of_attributes)
                claim_attribute(c, e, row->name, row->node, whole);
            continue;
        }
        if (t.level >= 0)
            claim_level(
                c, e, row->name, level_in(&t, said), row->node, whole, true);
        const char *type = t.type >= 0 && (size_t)t.type < row->count
                               ? type_of(c->audit->arena, row->text[t.type])
                               : NULL;
        if (type != NULL)
            claim_type(c, e, row->name, type, row->node, whole);
        const char *range = t.values >= 0 && (size_t)t.values < row->count
                                ? type_of_range(row->text[t.values])
                                : NULL;
        if (range != NULL)
            claim_type(c, e, row->name, range, row->node, whole);
        claims_read_value_row(c, e, row->name, row->node, whole);
    }
}

void claims_read_tables(struct claims *c)
{
    const struct tree_node *top = c->document->tree->document;
    for (const struct tree_node *n = top->first; n != NULL;
         n = tree_following(n, top))
        if (n->name != NULL && strcmp(n->name, "table") == 0)
            check_table(c, n);
}
