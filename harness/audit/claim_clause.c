/* Clauses of the form "SUBJECT MUST|SHOULD|MAY possess OBJECTS": which
 * attributes and children an element has to have, and how many of them. */
#include "audit/claim.h"

#include <ctype.h>
#include <string.h>

enum quantity { ONE, EXACTLY_ONE, ONE_OR_MORE, ANY_NUMBER };

struct object {
    const char *name;
    bool child;
    enum quantity quantity;
};

struct clause {
    struct claims *claims;
    const struct passage *passage;
    const char *sentence;
    enum claim_level level;
    VEC(struct object) objects;
    const char *tail; /* behind the objects */
};

static bool skip(const char **at, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*at, word, n) != 0)
        return false;
    *at += n;
    return true;
}

static size_t name_len(const char *at)
{
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '-' || at[n] == '_' ||
           at[n] == '.')
        n++;
    return n;
}

/* "<x/>", "<db:x>" at *at: its local name, and *at moves behind it. */
static const char *read_tag(struct arena *arena, const char **at)
{
    const char *p = *at;
    if (*p++ != '<')
        return NULL;
    size_t n = name_len(p);
    if (n > 0 && p[n] == ':') {
        p += n + 1;
        n = name_len(p);
    }
    const char *end = p + n;
    end += strspn(end, " /");
    if (n == 0 || *end != '>')
        return NULL;
    *at = end + 1;
    return arena_strndup(arena, p, n);
}

static const struct {
    const char *words;
    enum quantity quantity;
} quantities[] = {
    {"one or more ", ONE_OR_MORE},
    {"at least one ", ONE_OR_MORE},
    {"zero or more ", ANY_NUMBER},
    {"any number of ", ANY_NUMBER},
    {"an unbounded number of ", ANY_NUMBER},
    {"an arbitrary number of ", ANY_NUMBER},
    {"multiple ", ONE_OR_MORE},
    {"several ", ONE_OR_MORE},
    {"exactly one ", EXACTLY_ONE},
    {"one and only one ", EXACTLY_ONE},
    {"only one ", EXACTLY_ONE},
    {"a single ", EXACTLY_ONE},
    {"one ", ONE},
};

static enum quantity read_quantity(const char **at)
{
    static const char *const fillers[] = {"both ", "a ", "an ", "the ", "its ",
        "optional ", "OPTIONAL ", "REQUIRED ", "required ", "child ",
        "instances of ", "additional ", NULL};
    enum quantity quantity = ONE;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
            if (skip(at, quantities[i].words)) {
                quantity = quantities[i].quantity;
                more = true;
            }
        for (size_t i = 0; fillers[i] != NULL; i++)
            more |= skip(at, fillers[i]);
    }
    return quantity;
}

/* "'x'", "attribute 'x'", "attribute named 'x'" */
static const char *read_quoted(struct arena *arena, const char **at)
{
    const char *p = *at;
    if (skip(&p, "attribute ") && !skip(&p, "named "))
        skip(&p, "called ");
    if (*p != '\'' && *p != '"')
        return NULL;
    size_t n = name_len(p + 1);
    if (n == 0 || p[n + 1] != *p)
        return NULL;
    *at = p + n + 2;
    return arena_strndup(arena, p + 1, n);
}

static bool skip_separator(const char **at)
{
    static const char *const ways[] = {
        ", and ", " and ", ", as well as ", " as well as ", ", ", NULL};
    for (size_t i = 0; ways[i] != NULL; i++)
        if (skip(at, ways[i]))
            return true;
    return false;
}

static bool skip_child_word(const char **at)
{
    static const char *const ways[] = {" child elements", " child element",
        " elements", " element", " children", " child", NULL};
    for (size_t i = 0; ways[i] != NULL; i++)
        if (skip(at, ways[i]))
            return true;
    return false;
}

/* Attributes and children in a row. An alternative ("or") is none of it, and
 * a quoted name is an attribute when the word follows. */
static void read_objects(struct clause *c, const char *at)
{
    struct arena *arena = c->claims->audit->arena;
    size_t sure = 0;
    c->objects.count = 0;
    c->tail = at;
    for (;;) {
        struct object object = {.quantity = read_quantity(&at)};
        bool before = strncmp(at, "attribute ", 10) == 0;
        object.name = read_quoted(arena, &at);
        bool attribute = object.name != NULL;
        if (!attribute) {
            object.name = read_tag(arena, &at);
            object.child = true;
        }
        if (object.name == NULL)
            break;
        list_push(arena, &c->objects, object);
        bool word = attribute
                        ? skip(&at, " attributes") || skip(&at, " attribute")
                        : (skip_child_word(&at), true);
        if (strncmp(at, " or ", 4) == 0 || strncmp(at, ", or ", 5) == 0) {
            c->objects.count = 0;
            return;
        }
        if (word || before) {
            sure = c->objects.count;
            c->tail = at;
        }
        if (!skip_separator(&at))
            break;
    }
    c->objects.count = sure;
}

static bool says_condition(const char *text, size_t len)
{
    static const char *const words[] = {" if ", "If ", "When ", " when ",
        "unless", " case", " only ", "therwise", "either", "henever", " except",
        "For ", " where ", "In ", " in a ", " in an ", " in the ", "during",
        " response", " request", " result", " error", "typically", " then ",
        "first", " after ", "After ", " to a ", " until ", NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (memmem(text, len, words[i], strlen(words[i])) != NULL)
            return true;
    return false;
}

/* Whether what follows the objects makes them conditional: up to where
 * another clause begins. */
static bool tail_condition(const char *tail)
{
    static const char *const ends[] = {", whose", " whose", ", which", " which",
        "; ", ", and ", " specifying", ", specifying", " that ", " (", NULL};
    size_t len = strlen(tail);
    for (size_t i = 0; ends[i] != NULL; i++) {
        const char *end = strstr(tail, ends[i]);
        if (end != NULL && (size_t)(end - tail) < len)
            len = (size_t)(end - tail);
    }
    return says_condition(tail, len);
}

/* The last tag before `end`, and where it ends. */
static const char *last_tag(struct arena *arena, const char *text,
    const char *end, const char **tag_at, const char **behind)
{
    for (const char *p = end; p-- > text;) {
        if (*p != '<')
            continue;
        const char *at = p;
        const char *name = read_tag(arena, &at);
        if (name == NULL || at > end)
            continue;
        *behind = at;
        *tag_at = p;
        return name;
    }
    return NULL;
}

static bool is_text(const char *at, const char *end, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(end - at) == n && strncmp(at, text, n) == 0;
}

/* Between an element's tag and "which": nothing but what it is. */
static bool leads_to_which(const char *at, const char *end)
{
    skip_child_word(&at);
    if (skip(&at, " qualified by the '")) {
        at += strcspn(at, "'");
        if (!skip(&at, "' namespace"))
            return false;
    }
    return is_text(at, end, ", each of which") || is_text(at, end, ", which") ||
           is_text(at, end, " which") || is_text(at, end, " that") ||
           is_text(at, end, ", which in turn") ||
           is_text(at, end, " each of which");
}

static bool follows(const char *sentence, const char *at, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(at - sentence) >= n && strncmp(at - n, word, n) == 0;
}

/* "The <x/>" is what the clause is about, not "of the <x/>". */
static bool starts_clause(const char *sentence, const char *tag)
{
    static const char *const articles[] = {"the ", "The ", "a ", "A ", "an ",
        "An ", "this ", "This ", "each ", "Each ", "such ", "every ", "Every ",
        NULL};
    static const char *const before[] = {
        "", "; ", ", ", ". ", ") ", ": ", "and ", "that ", NULL};
    bool article = tag == sentence;
    for (size_t i = 0; articles[i] != NULL && !article; i++)
        if (follows(sentence, tag, articles[i])) {
            tag -= strlen(articles[i]);
            article = true;
        }
    while (tag > sentence && tag[-1] == ' ' && tag - 1 == sentence)
        tag--;
    if (!article)
        return false;
    if (tag == sentence)
        return true;
    for (size_t i = 1; before[i] != NULL; i++)
        if (follows(sentence, tag, before[i]))
            return true;
    return false;
}

/* Whose attributes the clause is about; relative: by "which". */
static const char *subject_of(struct clause *c, const char *verb,
    const char *previous, bool *relative, const char **from)
{
    struct arena *arena = c->claims->audit->arena;
    const char *end = verb, *tag_at = NULL, *behind = NULL;
    *relative = false;
    *from = c->sentence;
    const char *name = last_tag(arena, c->sentence, end, &tag_at, &behind);
    if (name == NULL)
        return NULL;
    const char *rest = behind;
    skip_child_word(&rest);
    skip(&rest, " itself");
    if (rest == end && starts_clause(c->sentence, tag_at)) {
        *from = tag_at;
        for (const char *p = c->sentence; p < tag_at; p++)
            if (strncmp(p, "; ", 2) == 0)
                c->tail = p;
        return name;
    }
    if (leads_to_which(behind, end)) {
        *relative = true;
        return name;
    }
    /* ", MAY possess ..., and MUST contain ...": the same subject. */
    if (previous != NULL &&
        (follows(c->sentence, end, ",") || follows(c->sentence, end, " and")))
        return previous;
    return NULL;
}

/* "MUST NOT possess a 'node' attribute": a short way before the name. */
static bool forbids(const char *text, const char *name)
{
    enum { NEAR = 60 };
    for (const char *at = strstr(text, "MUST NOT "); at != NULL;
         at = strstr(at + 1, "MUST NOT ")) {
        const char *verb = at + strlen("MUST NOT");
        if (strncmp(verb, " include", 8) != 0 &&
            strncmp(verb, " contain", 8) != 0 &&
            strncmp(verb, " possess", 8) != 0 &&
            strncmp(verb, " have", 5) != 0 && strncmp(verb, " set", 4) != 0)
            continue;
        size_t len = strnlen(at, NEAR);
        const char *is = memmem(at, len, name, strlen(name));
        if (is != NULL && strchr("'\"<", is[-1]) != NULL)
            return true;
    }
    return false;
}

/* Whether a sentence forbids it to the element, in another use of it. */
static bool forbidden(
    const struct claims *c, const char *element, const char *name)
{
    for (size_t i = 0; i < c->prose->count; i++) {
        const char *text = c->prose->items[i].text;
        if (forbids(text, name) && text_has(text, element, true))
            return true;
    }
    return false;
}

/* Whether the text names the namespace, whole, in quotes. */
static bool names_namespace(
    struct arena *arena, const char *text, const char *ns)
{
    return *ns != '\0' &&
           (strstr(text, arena_printf(arena, "'%s'", ns)) != NULL ||
               strstr(text, arena_printf(arena, "\"%s\"", ns)) != NULL);
}

/* The element of that name which has the object, the only one or the one whose
 * namespace the passage names; else the only one of that name; NULL: none, or
 * several. */
static struct own_element *element_of(struct claims *c, const char *name,
    const struct object *o, const char *text)
{
    struct own_element *e, *only = NULL, *has = NULL, *named = NULL;
    size_t at = 0, all = 0, having = 0, naming = 0;
    while ((e = claims_element(c, name, &at)) != NULL) {
        only = e;
        all++;
        if (!claims_declares(e, o->name, o->child))
            continue;
        has = e;
        having++;
        if (names_namespace(c->audit->arena, text, e->schema->ns)) {
            named = e;
            naming++;
        }
    }
    if (having > 0)
        return having == 1 ? has : naming == 1 ? named : NULL;
    return all == 1 ? only : NULL;
}

/* relative: "when ..., it includes an <x/>, which MUST possess ...". */
static void claim(
    struct clause *c, const char *subject, bool conditional, bool relative)
{
    struct claims *claims = c->claims;
    const struct passage *p = c->passage;
    for (size_t i = 0; i < c->objects.count; i++) {
        const struct object *o = &c->objects.items[i];
        struct own_element *e = element_of(claims, subject, o, p->text);
        if (e == NULL)
            continue;
        if (!claims_declares(e, o->name, o->child)) {
            if (o->child)
                claim_child(claims, e, o->name, p->node, p->text);
            else if (strncmp(o->name, "xml:", 4) != 0)
                claim_attribute(claims, e, o->name, p->node, p->text);
            continue;
        }
        if (o->child &&
            (o->quantity == ONE_OR_MORE || o->quantity == ANY_NUMBER))
            claim_many(claims, e, o->name, p->node, p->text);
        bool sent_when = relative && o->child &&
                         (strstr(c->sentence, "If ") != NULL ||
                             strstr(c->sentence, " if ") != NULL);
        if (c->level == CLAIM_OPTIONAL)
            claim_level(
                claims, e, o->name, CLAIM_OPTIONAL, p->node, p->text, false);
        else if (!conditional && !sent_when && o->quantity != ANY_NUMBER &&
                 examples_count(claims->examples, e->node) > 0 &&
                 !forbidden(claims, e->name, o->name))
            claim_level(
                claims, e, o->name, CLAIM_REQUIRED, p->node, p->text, false);
    }
}

/* "MUST also contain " at *at. */
static bool read_verb(struct clause *c, const char **at)
{
    static const char *const adverbs[] = {" also", " in turn", " then", NULL};
    static const char *const verbs[] = {
        " include ", " contain ", " possess ", " have ", " specify ", NULL};
    if (skip(at, " MUST") || skip(at, " SHALL"))
        c->level = CLAIM_REQUIRED;
    else if (skip(at, " SHOULD") || skip(at, " MAY") || skip(at, " can") ||
             skip(at, " may"))
        c->level = CLAIM_OPTIONAL;
    else
        return false;
    for (size_t i = 0; adverbs[i] != NULL; i++)
        skip(at, adverbs[i]);
    for (size_t i = 0; verbs[i] != NULL; i++)
        if (skip(at, verbs[i]))
            return true;
    return false;
}

void claims_read_clauses(
    struct claims *claims, const struct passage *passage, const char *sentence)
{
    struct clause c = {
        .claims = claims, .passage = passage, .sentence = sentence};
    const char *previous = NULL;
    for (const char *p = sentence; *p != '\0'; p++) {
        const char *at = p;
        if (*p != ' ' || !read_verb(&c, &at))
            continue;
        bool relative;
        const char *from;
        c.tail = sentence;
        const char *subject = subject_of(&c, p, previous, &relative, &from);
        const char *front = c.tail;
        read_objects(&c, at);
        previous = subject;
        if (subject == NULL)
            continue;
        bool conditional =
            tail_condition(c.tail) ||
            (!relative && says_condition(front, (size_t)(from - front)));
        claim(&c, subject, conditional, relative);
    }
}
