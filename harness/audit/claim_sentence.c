/* Sentences that say of an attribute or child whether it is required, that
 * there is one, or of what type it is. */
#include "audit/claim.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#define QUOTE "['\"]"
#define NAME "([A-Za-z_][A-Za-z0-9_.:-]*)"
#define QUOTED QUOTE NAME QUOTE
#define LEVEL "(REQUIRED|OPTIONAL|RECOMMENDED|required|optional|mandatory)"
#define ARTICLE "(a|an|the|its|one|exactly one|both a|at least one)"

enum form {
    LEVEL_THEN_NAME, /* the REQUIRED 'x' attribute */
    NAME_THEN_LEVEL, /* the 'x' attribute is OPTIONAL */
    VERB_THEN_NAME,  /* MUST possess an 'x' attribute */
    NAME_THEN_VERB,  /* the 'x' attribute MUST be included */
    CHILD_VERB,      /* MAY contain a <x/> element */
};

/* Which group of the expression holds the name, and which the level. */
static const struct pattern {
    enum form form;
    const char *expression;
    int name, level;
} patterns[] = {
    {LEVEL_THEN_NAME,
        "(^|[^A-Za-z-])" LEVEL " (attribute )?" QUOTED "( attribute)?", 4, 2},
    {NAME_THEN_LEVEL,
        QUOTED " attribute (itself |of the <[A-Za-z0-9-]+/?> element )?"
               "is (always )?" LEVEL,
        1, 4},
    {NAME_THEN_LEVEL, QUOTED " attribute, which is (also )?" LEVEL, 1, 3},
    {NAME_THEN_LEVEL, "attribute " QUOTED " is (always )?" LEVEL, 1, 3},
    {NAME_THEN_LEVEL, QUOTED " attribute is not (required)", 1, 2},
    {LEVEL_THEN_NAME,
        "[Ii]nclusion of (the|an?) " QUOTED " attribute is " LEVEL, 2, 3},
    {VERB_THEN_NAME,
        "(MUST|MAY|SHOULD|can|may) (also )?(include|contain|possess|have|"
        "specify) " ARTICLE " " QUOTED " attribute",
        5, 1},
    {VERB_THEN_NAME,
        "(MUST|MAY|SHOULD|can|may) (also )?(include|contain|possess|have) "
        "an attribute (called|named) ['\"]?" NAME "['\"]?[ ,.;]",
        5, 1},
    {VERB_THEN_NAME,
        "(MUST|MAY|SHOULD|can|may) (also )?(include|contain|possess|have) "
        "an attribute " QUOTED "[ ,.;]",
        4, 1},
    {NAME_THEN_VERB,
        QUOTED " attribute (MUST|MAY) (also )?be (included|present|specified|"
               "omitted|absent)",
        1, 2},
    {NAME_THEN_VERB,
        QUOTE "([A-Za-z_][A-Za-z0-9_.:-]*)" QUOTE
              " specifies [^.]*\\. This attribute (MUST|MAY) be (present)",
        1, 2},
    {CHILD_VERB,
        "<([A-Za-z0-9-]+)/?> (element )?(MUST|MAY|SHOULD) (also )?(include|"
        "contain|possess|have) (an?|one|one or more|zero or more|exactly "
        "one|multiple) (optional )?<([A-Za-z0-9-]+)/?>",
        8, 3},
};
enum { PATTERNS = sizeof patterns / sizeof *patterns, GROUPS = 10 };

struct reader {
    struct claims *claims;
    regex_t compiled[PATTERNS];
    const struct passage *passage;
    const char *paragraph; /* the passage's text, quotes made plain */
    const char *lead;      /* the paragraph before a list, or "" */
};

/* Typographic quotes to plain ones, so that one expression fits. */
static const char *plain_quotes(struct arena *arena, const char *text)
{
    struct buffer out = {0};
    for (; *text != '\0'; text++) {
        const unsigned char *u = (const unsigned char *)text;
        if (u[0] == 0xe2 && u[1] == 0x80 &&
            (u[2] == 0x98 || u[2] == 0x99 || u[2] == 0x9c || u[2] == 0x9d)) {
            buffer_add_text(&out, u[2] < 0x9a ? "'" : "\"");
            text += 2;
        } else {
            buffer_add(&out, text, 1);
        }
    }
    const char *plain = arena_strndup(arena, buffer_text(&out), out.len);
    buffer_free(&out);
    return plain;
}

static const char *group(
    struct arena *arena, const char *text, const regmatch_t *match)
{
    if (match->rm_so < 0)
        return "";
    return arena_strndup(
        arena, text + match->rm_so, (size_t)(match->rm_eo - match->rm_so));
}

/* Whether the sentence speaks of a special case only. */
static bool conditional(const char *sentence)
{
    static const char *const words[] = {" if ", "If ", "When ", " when ",
        "unless", " case", " only ", "Otherwise", "otherwise", "either",
        " whenever", "Whenever", " except", "For ", " unless", " where ", "In ",
        " in a ", " in an ", " in the ", "during", " or ", "stanza",
        " response", " request", " result", " error", "typically", "server",
        " then ", "first", " after ", "After ", NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (strstr(sentence, words[i]) != NULL)
            return true;
    return false;
}

static bool not_after(const char *sentence, const char *at)
{
    return strncmp(at, " NOT", 4) == 0 || strncmp(at, " not", 4) == 0 ||
           strstr(sentence, "MUST NOT") != NULL;
}

/* The names of elements "<x/>" in a text, nearest before `at` first, then
 * behind it. */
static const char *element_near(
    struct arena *arena, const char *text, const char *at, bool before)
{
    const char *found = NULL;
    for (const char *p = strchr(text, '<'); p != NULL; p = strchr(p + 1, '<')) {
        size_t len = 1;
        while (isalnum((unsigned char)p[len]) || p[len] == '-' || p[len] == '_')
            len++;
        if (len == 1 || (p[len] != '/' && p[len] != '>'))
            continue;
        if (before && p >= at)
            break;
        if (!before && p < at)
            continue;
        found = arena_strndup(arena, p + 1, len - 1);
        if (!before)
            break;
    }
    return found;
}

/* "attribute of the <x/> element" right behind. */
static const char *element_of(struct arena *arena, const char *behind)
{
    static const char *const ways[] = {" attribute of the <", " attribute of <",
        " attribute on the <", " attribute to the <", " of the <", " on the <",
        " for the <", NULL};
    for (size_t i = 0; ways[i] != NULL; i++) {
        size_t n = strlen(ways[i]);
        if (strncmp(behind, ways[i], n) == 0)
            return element_near(arena, behind, behind, false);
    }
    return NULL;
}

static bool has_attribute(const struct own_element *e, const char *name)
{
    for (size_t i = 0; i < e->attributes.count; i++)
        if (strcmp(e->attributes.items[i].name, name) == 0)
            return true;
    return false;
}

/* The element an attribute is said of: named, else the only one that has it.
 * all: set when the element was named. */
static struct own_element *subject(struct reader *r, const char *sentence,
    const char *at, const char *behind, const char *attribute, bool *named)
{
    struct claims *c = r->claims;
    struct arena *arena = c->audit->arena;
    const char *name = element_of(arena, behind);
    if (name == NULL)
        name = element_near(arena, sentence, at, true);
    if (name == NULL)
        name = element_near(
            arena, r->paragraph, r->paragraph + strlen(r->paragraph), false);
    if (name == NULL) {
        const char *p = strchr(r->paragraph, '<');
        if (p != NULL)
            name = element_near(arena, r->paragraph, r->paragraph, false);
    }
    if (name == NULL && *r->lead != '\0')
        name = element_near(arena, r->lead, r->lead + strlen(r->lead), true);
    *named = name != NULL;
    struct own_element *e, *only = NULL, *fallback = NULL;
    size_t i = 0;
    while (name != NULL && (e = claims_element(c, name, &i)) != NULL) {
        fallback = e;
        if (!has_attribute(e, attribute))
            continue;
        if (only != NULL && only->node != e->node)
            return NULL; /* two of that name: which? */
        only = e;
    }
    if (only != NULL || name != NULL)
        return only != NULL ? only : fallback;
    for (i = 0; i < c->elements.count; i++) {
        e = &c->elements.items[i];
        if (!has_attribute(e, attribute))
            continue;
        if (only != NULL)
            return NULL;
        only = e;
    }
    return only;
}

static enum claim_level level_of(const char *word)
{
    if (strcmp(word, "MUST") == 0 || strcmp(word, "REQUIRED") == 0 ||
        strcmp(word, "required") == 0 || strcmp(word, "mandatory") == 0)
        return CLAIM_REQUIRED;
    return CLAIM_OPTIONAL;
}

/* "The <x/>" starts a clause of its own, not "inside the <x/>". */
static bool stands_free(const char *sentence, const char *tag)
{
    static const char *const words[] = {"inside", "in", "of", "within", "to",
        "for", "from", "by", "with", "on", "into", "and", "or", NULL};
    static const char *const articles[] = {"the ", "The ", "a ", "A ", "an ",
        "An ", "this ", "This ", "each ", "Each ", NULL};
    for (size_t i = 0; articles[i] != NULL; i++) {
        size_t n = strlen(articles[i]);
        if ((size_t)(tag - sentence) >= n &&
            strncmp(tag - n, articles[i], n) == 0) {
            tag -= n;
            break;
        }
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(tag - sentence) >= n + 1 &&
            strncmp(tag - n - 1, words[i], n) == 0 && tag[-1] == ' ')
            return false;
    }
    return true;
}

/* Whether "<x/>" or "<x/> element" stands right before the match. */
static bool right_before(const char *sentence, const char *match)
{
    const char *end = match;
    while (end > sentence && *end != '>')
        end--;
    static const char *const between[] = {
        "> ", "> element ", "> element, ", "> element's ", NULL};
    for (size_t i = 0; between[i] != NULL; i++)
        if ((size_t)(match - end) == strlen(between[i]) &&
            strncmp(end, between[i], strlen(between[i])) == 0) {
            const char *tag = end;
            while (tag > sentence && *tag != '<')
                tag--;
            return stands_free(sentence, tag);
        }
    return false;
}

static void found(struct reader *r, const struct pattern *p,
    const char *sentence, const regmatch_t *groups)
{
    struct claims *c = r->claims;
    struct arena *arena = c->audit->arena;
    const char *name = group(arena, sentence, &groups[p->name]);
    const char *word = group(arena, sentence, &groups[p->level]);
    const char *matched = group(arena, sentence, &groups[0]);
    enum claim_level level = level_of(word);
    if (strstr(matched, "is not required") != NULL)
        level = CLAIM_OPTIONAL;
    if (strstr(matched, "be omitted") != NULL ||
        strstr(matched, "be absent") != NULL) {
        if (level == CLAIM_REQUIRED)
            return; /* MUST be omitted: in that case */
    }
    if (not_after(sentence, sentence + groups[p->level].rm_eo))
        return;
    /* "Support for the 'x' attribute is REQUIRED" is of software. */
    if (strstr(sentence, "upport for") != NULL ||
        strstr(sentence, "upport of") != NULL)
        return;
    if (p->form == CHILD_VERB) {
        const char *parent = group(arena, sentence, &groups[1]);
        if (!stands_free(sentence, sentence + groups[0].rm_so))
            return;
        size_t i = 0;
        struct own_element *e = claims_element(c, parent, &i);
        if (e == NULL || claims_element(c, parent, &i) != NULL)
            return;
        claim_child(c, e, name, r->passage->node, r->passage->text);
        if (level == CLAIM_OPTIONAL)
            claim_level(
                c, e, name, level, r->passage->node, r->passage->text, false);
        return;
    }
    bool named = false;
    struct own_element *e =
        subject(r, sentence, sentence + groups[p->name].rm_so,
            sentence + groups[0].rm_eo, name, &named);
    if (e == NULL)
        return;
    if (!has_attribute(e, name)) {
        bool plain = p->form == VERB_THEN_NAME || p->form == LEVEL_THEN_NAME;
        const char *in_sentence = element_near(
            arena, sentence, sentence + groups[p->name].rm_so, true);
        if (named && plain && in_sentence != NULL &&
            right_before(sentence, sentence + groups[0].rm_so) &&
            strcmp(in_sentence, e->name) == 0 && strncmp(name, "xml:", 4) != 0)
            claim_attribute(c, e, name, r->passage->node, r->passage->text);
        return;
    }
    if (level == CLAIM_REQUIRED && conditional(sentence))
        return;
    bool formal = strstr(matched, "This attribute MUST") != NULL;
    claim_level(c, e, name, level, r->passage->node, r->passage->text, formal);
}

/* What the text says of a type, and the type it means. */
static const struct {
    const char *words, *type;
} type_words[] = {
    {"16-bit unsigned", "unsignedShort"},
    {"unsigned 16-bit", "unsignedShort"},
    {"16 bit unsigned", "unsignedShort"},
    {"32-bit unsigned", "unsignedInt"},
    {"unsigned 32-bit", "unsignedInt"},
    {"unsigned 32 bit", "unsignedInt"},
    {"32 bit unsigned", "unsignedInt"},
    {"unsigned 64-bit", "unsignedLong"},
    {"64-bit unsigned", "unsignedLong"},
    {"XEP-0082", "dateTime"},
    {"unsignedInt", "unsignedInt"},
    {"unsignedShort", "unsignedShort"},
    {"unsignedByte", "unsignedByte"},
    {"nonNegativeInteger", "nonNegativeInteger"},
    {"positiveInteger", "positiveInteger"},
    {"xs:boolean", "boolean"},
    {"xs:dateTime", "dateTime"},
};

static bool says_time_of_day(const char *text)
{
    return strstr(text, "DateTime") != NULL ||
           strstr(text, "dateTime") != NULL ||
           strstr(text, "timestamp") != NULL ||
           strstr(text, "date and time") != NULL;
}

/* Every attribute of ours that the sentence quotes; only when it is one. */
static struct own_element *only_attribute(
    struct reader *r, const char *sentence, const char **name)
{
    struct claims *c = r->claims;
    *name = NULL;
    for (size_t i = 0; i < c->elements.count; i++) {
        const struct own_element *e = &c->elements.items[i];
        for (size_t k = 0; k < e->attributes.count; k++) {
            const char *n = e->attributes.items[k].name;
            const char *single = arena_printf(c->audit->arena, "'%s'", n);
            const char *twice = arena_printf(c->audit->arena, "\"%s\"", n);
            if (strstr(sentence, single) == NULL &&
                strstr(sentence, twice) == NULL)
                continue;
            if (*name != NULL && strcmp(*name, n) != 0)
                return NULL;
            *name = n;
        }
    }
    bool named;
    return *name == NULL ? NULL
                         : subject(r, sentence, sentence + strlen(sentence), "",
                               *name, &named);
}

static void read_type(struct reader *r, const char *sentence)
{
    for (size_t i = 0; i < sizeof type_words / sizeof *type_words; i++) {
        const char *at = strstr(sentence, type_words[i].words);
        if (at == NULL)
            continue;
        bool time = strcmp(type_words[i].type, "dateTime") == 0;
        if (time && !says_time_of_day(sentence))
            continue;
        const char *name;
        struct own_element *e = only_attribute(r, sentence, &name);
        struct claims *c = r->claims;
        /* "was defined as": what used to be. */
        if (name == NULL || (time && e == NULL) ||
            strstr(sentence, " was ") != NULL ||
            strstr(sentence, "revious") != NULL)
            return;
        /* The same attribute on several elements is one thing. */
        for (size_t k = 0; k < c->elements.count; k++)
            if ((e != NULL && c->elements.items[k].node == e->node) ||
                (!time && has_attribute(&c->elements.items[k], name)))
                claim_type(c, &c->elements.items[k], name, type_words[i].type,
                    r->passage->node, r->passage->text);
        return;
    }
}

static void read_sentence(struct reader *r, const char *sentence)
{
    for (size_t i = 0; i < PATTERNS; i++) {
        const char *at = sentence;
        regmatch_t groups[GROUPS];
        for (int hits = 0;
             hits < 6 && regexec(&r->compiled[i], at, GROUPS, groups, 0) == 0;
             hits++) {
            regoff_t skip = (regoff_t)(at - sentence);
            regoff_t end = groups[0].rm_eo;
            for (size_t k = 0; k < GROUPS; k++)
                if (groups[k].rm_so >= 0) {
                    groups[k].rm_so += skip;
                    groups[k].rm_eo += skip;
                }
            found(r, &patterns[i], sentence, groups);
            at += end > 0 ? end : 1;
        }
    }
    read_type(r, sentence);
    claims_read_clauses(r->claims, r->passage, sentence);
    claims_read_values(r->claims, r->passage, sentence);
}

/* The paragraph that leads into a list. */
static const char *lead_of(struct arena *arena, const struct tree_node *node)
{
    if (strcmp(node->name, "li") != 0 &&
        (node->parent->name == NULL || strcmp(node->parent->name, "li") != 0))
        return "";
    while (node != NULL && node->name != NULL &&
           strcmp(node->name, "ul") != 0 && strcmp(node->name, "ol") != 0)
        node = node->parent;
    for (const struct tree_node *n = node == NULL ? NULL : node->previous;
         n != NULL; n = n->previous) {
        if (n->name == NULL)
            continue;
        return strcmp(n->name, "p") == 0
                   ? plain_quotes(arena, tree_text(arena, n))
                   : "";
    }
    return "";
}

static void read_passage(struct reader *r)
{
    struct arena *arena = r->claims->audit->arena;
    const char *at = r->paragraph;
    while (*at != '\0') {
        /* A sentence ends at ". " and a capital, not inside "e.g. ". */
        const char *end = at;
        while (*end != '\0' &&
               !(end[0] == '.' && end[1] == ' ' &&
                   (isupper((unsigned char)end[2]) || end[2] == '\'') &&
                   strncmp(end + 2, "This attribute", 14) != 0))
            end++;
        size_t len = (size_t)(end - at) + (*end == '.');
        read_sentence(r, arena_strndup(arena, at, len));
        at = *end == '\0' ? end : end + 2;
    }
}

void claims_read_sentences(struct claims *c)
{
    struct reader r = {.claims = c};
    if (c->elements.count == 0)
        return;
    for (size_t i = 0; i < PATTERNS; i++)
        if (regcomp(&r.compiled[i], patterns[i].expression, REG_EXTENDED) !=
            0) {
            fprintf(stderr, "bad expression: %s\n", patterns[i].expression);
            abort();
        }
    for (size_t i = 0; i < c->prose->count; i++) {
        r.passage = &c->prose->items[i];
        r.paragraph = plain_quotes(c->audit->arena, r.passage->text);
        r.lead = lead_of(c->audit->arena, r.passage->node);
        read_passage(&r);
    }
    for (size_t i = 0; i < PATTERNS; i++)
        regfree(&r.compiled[i]);
}
