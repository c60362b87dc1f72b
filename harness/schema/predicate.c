#include "schema/predicate.h"

#include "base/xml.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    OR,
    AND,
    COMPARE,
    NOT,
    COUNT,
    CONTAINS,
    STARTS,
    NAME,
    TEXT,
    NUMBER,
    PATH
};

enum axis { SELF, CHILD, PARENT, ANCESTOR, FOLLOWING, ATTRIBUTE };

enum compare { EQUAL, UNEQUAL, LESS, LESS_EQUAL, MORE, MORE_EQUAL };

struct step {
    enum axis axis;
    const char *ns;                /* NULL: any */
    const char *name;              /* NULL: any */
    const struct predicate *where; /* NULL: no condition */
    const struct step *next;
};

struct predicate {
    enum kind kind;
    const struct predicate *left, *right;
    enum compare compare;
    const char *text;
    double number;
    const struct step *path;
};

/* Parsing. */

struct parsing {
    const char *at;
    const struct catalog *catalog;
    struct arena *arena;
    struct error *error;
    unsigned depth;
    bool failed;
};

static struct predicate *parse_or(struct parsing *p);

static struct predicate *make(struct parsing *p, enum kind kind)
{
    struct predicate *made = arena_alloc(p->arena, sizeof *made);
    made->kind = kind;
    return made;
}

static void *refuse(struct parsing *p, const char *why)
{
    if (!p->failed)
        error_set(p->error, "%s at '%.40s'", why, p->at);
    p->failed = true;
    return NULL;
}

static void skip_space(struct parsing *p)
{
    while (isspace((unsigned char)*p->at))
        p->at++;
}

static bool take(struct parsing *p, const char *token)
{
    skip_space(p);
    size_t len = strlen(token);
    if (strncmp(p->at, token, len) != 0)
        return false;
    p->at += len;
    return true;
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

/* "or" and "and" are words, not beginnings of names. */
static bool take_word(struct parsing *p, const char *word)
{
    skip_space(p);
    size_t len = strlen(word);
    if (strncmp(p->at, word, len) != 0 || is_name_char(p->at[len]))
        return false;
    p->at += len;
    return true;
}

static const char *take_name(struct parsing *p)
{
    const char *start = p->at;
    if (!isalpha((unsigned char)*start) && *start != '_')
        return NULL;
    while (is_name_char(*p->at))
        p->at++;
    return arena_strndup(p->arena, start, (size_t)(p->at - start));
}

static bool take_axis(struct parsing *p, struct step *step)
{
    static const struct {
        const char *text;
        enum axis axis;
    } axes[] = {{"self::", SELF}, {"child::", CHILD}, {"parent::", PARENT},
        {"ancestor::", ANCESTOR}, {"following-sibling::", FOLLOWING}};
    for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
        if (take(p, axes[i].text)) {
            step->axis = axes[i].axis;
            return true;
        }
    }
    return false;
}

static void take_name_test(struct parsing *p, struct step *step)
{
    if (take(p, "*"))
        return;
    const char *name = take_name(p);
    if (name == NULL) {
        refuse(p, "no name");
        return;
    }
    if (step->axis == ATTRIBUTE) {
        if (strcmp(name, "xml") == 0 && take(p, ":")) {
            step->ns = (const char *)XML_XML_NAMESPACE;
            name = take_name(p);
        }
        step->name = name;
        return;
    }
    if (*p->at != ':') {
        refuse(p, "a name without a prefix");
        return;
    }
    p->at++;
    const struct catalog_entry *entry = catalog_by_prefix(p->catalog, name);
    if (entry == NULL) {
        refuse(p, "a prefix that the catalog has not");
        return;
    }
    step->ns = entry->uri;
    if (!take(p, "*") && (step->name = take_name(p)) == NULL)
        refuse(p, "no name behind the prefix");
}

static struct step *parse_step(struct parsing *p)
{
    struct step *step = arena_alloc(p->arena, sizeof *step);
    step->axis = CHILD;
    if (take(p, "..")) {
        step->axis = PARENT;
    } else if (take(p, "@")) {
        step->axis = ATTRIBUTE;
        take_name_test(p, step);
    } else if (take(p, ".")) {
        step->axis = SELF;
    } else {
        take_axis(p, step);
        take_name_test(p, step);
    }
    while (!p->failed && take(p, "[")) {
        struct predicate *where = parse_or(p);
        if (!take(p, "]"))
            return refuse(p, "']' is missing");
        if (step->where != NULL) {
            struct predicate *both = make(p, AND);
            both->left = step->where;
            both->right = where;
            where = both;
        }
        step->where = where;
    }
    return step;
}

static struct predicate *parse_path(struct parsing *p)
{
    struct predicate *made = make(p, PATH);
    struct step *step = parse_step(p);
    made->path = step;
    while (!p->failed && *p->at == '/') {
        p->at++;
        struct step *next = parse_step(p);
        if (next == NULL)
            break;
        step->next = next;
        step = next;
    }
    return made;
}

static struct predicate *parse_string(struct parsing *p)
{
    char quote = *p->at++;
    const char *end = strchr(p->at, quote);
    if (end == NULL)
        return refuse(p, "a string without an end");
    struct predicate *made = make(p, TEXT);
    made->text = arena_strndup(p->arena, p->at, (size_t)(end - p->at));
    p->at = end + 1;
    return made;
}

/* A function's arguments behind its "(". */
static struct predicate *parse_call(
    struct parsing *p, enum kind kind, unsigned arguments)
{
    struct predicate *made = make(p, kind);
    if (arguments > 0)
        made->left = parse_or(p);
    if (arguments > 1) {
        if (!take(p, ","))
            return refuse(p, "',' is missing");
        made->right = parse_or(p);
    }
    if (!take(p, ")"))
        return refuse(p, "')' is missing");
    bool searches = kind == CONTAINS || kind == STARTS;
    if ((kind == COUNT || searches) && made->left != NULL &&
        made->left->kind != PATH)
        return refuse(p, "a path is wanted before");
    if (searches && made->right != NULL && made->right->kind != TEXT)
        return refuse(p, "a string is wanted before");
    return made;
}

static struct predicate *parse_value(struct parsing *p)
{
    static const struct {
        const char *text;
        enum kind kind;
        unsigned arguments;
    } calls[] = {{"not(", NOT, 1}, {"count(", COUNT, 1},
        {"contains(", CONTAINS, 2}, {"starts-with(", STARTS, 2},
        {"local-name(", NAME, 0}};
    skip_space(p);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (take(p, calls[i].text))
            return parse_call(p, calls[i].kind, calls[i].arguments);
    }
    if (take(p, "(")) {
        struct predicate *inner = parse_or(p);
        return take(p, ")") ? inner : refuse(p, "')' is missing");
    }
    if (*p->at == '\'' || *p->at == '"')
        return parse_string(p);
    if (isdigit((unsigned char)*p->at)) {
        struct predicate *made = make(p, NUMBER);
        char *end = NULL;
        made->number = strtod(p->at, &end);
        p->at = end;
        return made;
    }
    return parse_path(p);
}

/* What compare() knows: numbers with numbers, a name with a string, a path
 * with a string, a number or another path. */
static bool comparable(const struct predicate *made)
{
    if (made->left == NULL || made->right == NULL)
        return false;
    enum kind left = made->left->kind, right = made->right->kind;
    if (left == COUNT || left == NUMBER)
        return right == COUNT || right == NUMBER;
    if (left == NAME)
        return right == TEXT && made->compare <= UNEQUAL;
    if (left != PATH)
        return false;
    return right == COUNT || right == NUMBER ||
           ((right == TEXT || right == PATH) && made->compare <= UNEQUAL);
}

static struct predicate *parse_compare(struct parsing *p)
{
    static const struct {
        const char *text;
        enum compare compare;
    } signs[] = {{"!=", UNEQUAL}, {"<=", LESS_EQUAL}, {">=", MORE_EQUAL},
        {"=", EQUAL}, {"<", LESS}, {">", MORE}};
    struct predicate *left = parse_value(p);
    for (size_t i = 0; !p->failed && i < sizeof signs / sizeof *signs; i++) {
        if (!take(p, signs[i].text))
            continue;
        struct predicate *made = make(p, COMPARE);
        made->compare = signs[i].compare;
        made->left = left;
        made->right = parse_value(p);
        return comparable(made) ? made : refuse(p, "not comparable");
    }
    return left;
}

static struct predicate *parse_and(struct parsing *p)
{
    struct predicate *left = parse_compare(p);
    while (!p->failed && take_word(p, "and")) {
        struct predicate *made = make(p, AND);
        made->left = left;
        made->right = parse_compare(p);
        left = made;
    }
    return left;
}

static struct predicate *parse_or(struct parsing *p)
{
    enum { depth_max = 32 };
    if (++p->depth > depth_max)
        return refuse(p, "nested too deep");
    struct predicate *left = parse_and(p);
    while (!p->failed && take_word(p, "or")) {
        struct predicate *made = make(p, OR);
        made->left = left;
        made->right = parse_and(p);
        left = made;
    }
    p->depth--;
    return left;
}

const struct predicate *predicate_parse(const char *text,
    const struct catalog *catalog, struct arena *arena, struct error *error)
{
    struct parsing parsing = {
        .at = text, .catalog = catalog, .arena = arena, .error = error};
    struct predicate *made = parse_or(&parsing);
    skip_space(&parsing);
    if (!parsing.failed && *parsing.at != 0)
        refuse(&parsing, "not understood");
    return parsing.failed ? NULL : made;
}

/* Evaluation. A node-set is never built: a path calls a function for each of
 * its nodes, which returns true to stop. */

struct visit {
    bool (*fn)(struct visit *visit, const xmlNode *node, const char *value);
    const char *text; /* compared with */
    enum compare compare;
    double number;
    unsigned count;
    const xmlNode *origin; /* where the right path of a comparison begins */
    const struct step *other;
};

static bool evaluate(const struct predicate *predicate, const xmlNode *node);

static bool name_fits(const struct step *step, const xmlNode *node)
{
    if (step->name != NULL && !xml_named(node->name, step->name))
        return false;
    return step->ns == NULL ||
           (node->ns != NULL &&
               strcmp((const char *)node->ns->href, step->ns) == 0);
}

static bool walk(
    const struct step *step, const xmlNode *node, struct visit *visit);

static bool arrive(
    const struct step *step, const xmlNode *node, struct visit *visit)
{
    if (node == NULL || node->type != XML_ELEMENT_NODE ||
        !name_fits(step, node) ||
        (step->where != NULL && !evaluate(step->where, node)))
        return false;
    if (step->next != NULL)
        return walk(step->next, node, visit);
    return visit->fn(visit, node, NULL);
}

static const char *attribute_value(const xmlAttr *attribute)
{
    const xmlNode *text = attribute->children;
    return text == NULL || text->content == NULL ? ""
                                                 : (const char *)text->content;
}

static bool walk_attributes(
    const struct step *step, const xmlNode *node, struct visit *visit)
{
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        if (step->name != NULL && !xml_named(a->name, step->name))
            continue;
        const char *ns = a->ns == NULL ? NULL : (const char *)a->ns->href;
        if (step->ns == NULL ? ns != NULL
                             : ns == NULL || strcmp(ns, step->ns) != 0)
            continue;
        if (visit->fn(visit, node, attribute_value(a)))
            return true;
    }
    return false;
}

static bool walk(
    const struct step *step, const xmlNode *node, struct visit *visit)
{
    switch (step->axis) {
    case SELF:
        return arrive(step, node, visit);
    case PARENT:
        return arrive(step, node->parent, visit);
    case ATTRIBUTE:
        return walk_attributes(step, node, visit);
    case CHILD:
        for (const xmlNode *n = node->children; n != NULL; n = n->next) {
            if (arrive(step, n, visit))
                return true;
        }
        return false;
    case ANCESTOR:
        for (const xmlNode *n = node->parent; n != NULL; n = n->parent) {
            if (arrive(step, n, visit))
                return true;
        }
        return false;
    case FOLLOWING:
        for (const xmlNode *n = node->next; n != NULL; n = n->next) {
            if (arrive(step, n, visit))
                return true;
        }
        return false;
    }
    return false;
}

/* The string value: an attribute's, or the text directly inside an element,
 * which is all that the elements compared here have. */
static const char *value_of(const xmlNode *node, const char *value)
{
    if (value != NULL)
        return value;
    const xmlNode *text = node->children;
    return text == NULL || text->content == NULL ||
                   text->type == XML_ELEMENT_NODE
               ? ""
               : (const char *)text->content;
}

static bool visit_any(
    struct visit *visit, const xmlNode *node, const char *value)
{
    (void)visit;
    (void)node;
    (void)value;
    return true;
}

static bool visit_count(
    struct visit *visit, const xmlNode *node, const char *value)
{
    (void)node;
    (void)value;
    visit->count++;
    return false;
}

static bool visit_contains(
    struct visit *visit, const xmlNode *node, const char *value)
{
    return strstr(value_of(node, value), visit->text) != NULL;
}

static bool visit_starts(
    struct visit *visit, const xmlNode *node, const char *value)
{
    return strncmp(value_of(node, value), visit->text, strlen(visit->text)) ==
           0;
}

static bool numbers_fit(double a, enum compare compare, double b)
{
    switch (compare) {
    case EQUAL:
        return a >= b && a <= b;
    case UNEQUAL:
        return a < b || a > b;
    case LESS:
        return a < b;
    case LESS_EQUAL:
        return a <= b;
    case MORE:
        return a > b;
    case MORE_EQUAL:
        return a >= b;
    }
    return false;
}

static double to_number(const char *text)
{
    char *end = NULL;
    double number = strtod(text, &end);
    while (isspace((unsigned char)*end))
        end++;
    return end == text || *end != 0 ? (double)NAN : number;
}

static bool visit_text(
    struct visit *visit, const xmlNode *node, const char *value)
{
    bool same = strcmp(value_of(node, value), visit->text) == 0;
    return same == (visit->compare == EQUAL);
}

static bool visit_number(
    struct visit *visit, const xmlNode *node, const char *value)
{
    return numbers_fit(
        to_number(value_of(node, value)), visit->compare, visit->number);
}

/* For each node of the left path: is there one of the right path that fits? */
static bool visit_path(
    struct visit *visit, const xmlNode *node, const char *value)
{
    struct visit inner = {.fn = visit_text,
        .compare = visit->compare,
        .text = value_of(node, value)};
    return walk(visit->other, visit->origin, &inner);
}

static double number_value(
    const struct predicate *predicate, const xmlNode *node)
{
    if (predicate->kind == NUMBER)
        return predicate->number;
    struct visit visit = {.fn = visit_count};
    walk(predicate->left->path, node, &visit);
    return visit.count;
}

static bool compare(const struct predicate *predicate, const xmlNode *node)
{
    const struct predicate *left = predicate->left, *right = predicate->right;
    struct visit visit = {.compare = predicate->compare};
    if (left->kind == COUNT || left->kind == NUMBER)
        return numbers_fit(number_value(left, node), predicate->compare,
            number_value(right, node));
    if (left->kind == NAME)
        return (strcmp((const char *)node->name, right->text) == 0) ==
               (predicate->compare == EQUAL);
    if (right->kind == TEXT) {
        visit.fn = visit_text;
        visit.text = right->text;
    } else if (right->kind == PATH) {
        visit.fn = visit_path;
        visit.other = right->path;
        visit.origin = node;
    } else {
        visit.fn = visit_number;
        visit.number = number_value(right, node);
    }
    return walk(left->path, node, &visit);
}

static bool evaluate(const struct predicate *predicate, const xmlNode *node)
{
    struct visit visit = {.fn = visit_any};
    switch (predicate->kind) {
    case OR:
        return evaluate(predicate->left, node) ||
               evaluate(predicate->right, node);
    case AND:
        return evaluate(predicate->left, node) &&
               evaluate(predicate->right, node);
    case NOT:
        return !evaluate(predicate->left, node);
    case COMPARE:
        return compare(predicate, node);
    case CONTAINS:
    case STARTS:
        visit.fn = predicate->kind == STARTS ? visit_starts : visit_contains;
        visit.text = predicate->right->text;
        return walk(predicate->left->path, node, &visit);
    case PATH:
        return walk(predicate->path, node, &visit);
    case COUNT:
    case NUMBER:
        return number_value(predicate, node) > 0;
    case NAME:
    case TEXT:
        return true;
    }
    return false;
}

bool predicate_holds(const struct predicate *predicate, const xmlNode *node)
{
    return evaluate(predicate, node);
}
