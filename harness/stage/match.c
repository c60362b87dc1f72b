/* Does a stanza match the one of a script? Scansion's rules: non-strict wants
 * what is written and ignores the rest in any order; strict wants exactly
 * this. {scansion:any} stands for any value; ${NAME} that is not yet known
 * captures. */
#include "base/xml.h"
#include "stage/stage.h"

#include <string.h>

#define SCANSION_NS "https://matthewwild.co.uk/projects/scansion"
static const char any[] = "{scansion:any}";

static bool is_mark(const xmlNs *ns)
{
    return ns != NULL &&
           (strcmp((const char *)ns->prefix ? (const char *)ns->prefix : "",
                "scansion") == 0 ||
               strcmp((const char *)ns->href, SCANSION_NS) == 0);
}

static bool value_matches(
    struct match *match, const char *expected, const char *actual)
{
    if (strcmp(expected, any) == 0)
        return true;
    const char *open = strstr(expected, "${");
    if (open != NULL && match->wild)
        return true;
    if (open == expected && expected[strlen(expected) - 1] == '}' &&
        match->arena != NULL) {
        /* What is left of ${NAME} here has no value yet: a capture. */
        struct kept kept = {
            arena_strndup(match->arena, expected + 2, strlen(expected) - 3),
            arena_strdup(match->arena, actual), false};
        vec_push(&match->captures, kept);
        return true;
    }
    return strcmp(expected, actual) == 0;
}

static char *text_of(const xmlNode *node)
{
    struct buffer text = {0};
    xml_text(node, &text);
    return buffer_take(&text);
}

/* White space around the text of a script is layout. */
static char *trim(char *text)
{
    size_t from = strspn(text, " \t\r\n"), len = strlen(text);
    while (len > from && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    memmove(text, text + from, len - from);
    text[len - from] = 0;
    return text;
}

static bool text_matches(struct match *match, const xmlNode *expected,
    const xmlNode *actual, bool strict)
{
    char *want = trim(text_of(expected)), *got = text_of(actual);
    bool same = *want == 0 ? !strict || *trim(got) == 0
                           : strcmp(want, got) == 0 ||
                                 value_matches(match, want, trim(got));
    free(want);
    free(got);
    return same;
}

static bool attributes_match(struct match *match, const xmlNode *expected,
    const xmlNode *actual, bool strict)
{
    for (const xmlAttr *attr = expected->properties; attr != NULL;
         attr = attr->next) {
        if (is_mark(attr->ns))
            continue;
        xmlChar *want = xmlNodeListGetString(expected->doc, attr->children, 1);
        xmlChar *got =
            attr->ns != NULL
                ? xmlGetNsProp((xmlNode *)actual, attr->name, attr->ns->href)
                : xmlGetNoNsProp((xmlNode *)actual, attr->name);
        bool same =
            got != NULL && value_matches(match, want ? (const char *)want : "",
                               (const char *)got);
        xmlFree(want);
        xmlFree(got);
        if (!same)
            return false;
    }
    if (!strict)
        return true;
    for (const xmlAttr *attr = actual->properties; attr != NULL;
         attr = attr->next) {
        const xmlAttr *wanted =
            attr->ns != NULL
                ? xmlHasNsProp((xmlNode *)expected, attr->name, attr->ns->href)
                : xmlHasNsProp((xmlNode *)expected, attr->name, NULL);
        if (wanted == NULL)
            return false;
    }
    return true;
}

static bool is_strict(
    const struct match *match, const xmlNode *expected, bool inherited)
{
    for (const xmlAttr *attr = expected->properties; attr != NULL;
         attr = attr->next) {
        if (is_mark(attr->ns) &&
            strcmp((const char *)attr->name, "strict") == 0)
            return attr->children != NULL && attr->children->content != NULL &&
                   strcmp((const char *)attr->children->content, "true") == 0;
    }
    if (match->strict_own && strcmp(xml_ns(expected), "jabber:client") != 0)
        return true;
    return inherited;
}

static bool element_matches(struct match *match, const xmlNode *expected,
    const xmlNode *actual, bool inherited);

/* Every expected child has an actual one of its own; in strict mode in the
 * same order and no others. Greedy with a way back: a child may match several
 * and the wrong choice would starve a later one. */
static bool children_match(struct match *match, const xmlNode *expected,
    const xmlNode *actual, bool strict, const xmlNode **used, size_t depth)
{
    if (expected == NULL)
        return true;
    for (const xmlNode *try = xml_child(actual, NULL, NULL); try != NULL;
         try = xml_next(try, NULL, NULL)) {
        bool taken = false;
        for (size_t i = 0; i < depth; i++)
            taken |= used[i] == try;
        size_t captures = match->captures.count;
        if (taken || !element_matches(match, expected, try, strict)) {
            match->captures.count = captures;
            continue;
        }
        used[depth] = try;
        if (children_match(match, xml_next(expected, NULL, NULL), actual,
                strict, used, depth + 1))
            return true;
        match->captures.count = captures;
    }
    return false;
}

static bool children_match_strictly(
    struct match *match, const xmlNode *expected, const xmlNode *actual)
{
    const xmlNode *want = xml_child(expected, NULL, NULL);
    const xmlNode *got = xml_child(actual, NULL, NULL);
    for (; want != NULL && got != NULL;
         want = xml_next(want, NULL, NULL), got = xml_next(got, NULL, NULL)) {
        if (!element_matches(match, want, got, true))
            return false;
    }
    return want == NULL && got == NULL;
}

static bool element_matches(struct match *match, const xmlNode *expected,
    const xmlNode *actual, bool inherited)
{
    if (strcmp((const char *)expected->name, (const char *)actual->name) != 0 ||
        strcmp(xml_ns(expected), xml_ns(actual)) != 0)
        return false;
    bool strict = is_strict(match, expected, inherited);
    if (!attributes_match(match, expected, actual, strict) ||
        !text_matches(match, expected, actual, strict))
        return false;
    if (strict)
        return children_match_strictly(match, expected, actual);
    size_t count = 0;
    for (const xmlNode *child = xml_child(expected, NULL, NULL); child != NULL;
         child = xml_next(child, NULL, NULL))
        count++;
    const xmlNode **used = mem_alloc((count + 1) * sizeof(*used));
    bool ok = children_match(
        match, xml_child(expected, NULL, NULL), actual, false, used, 0);
    free(used);
    return ok;
}

bool match_stanza(
    struct match *match, const xmlNode *expected, const xmlNode *actual)
{
    match->captures.count = 0;
    return element_matches(match, expected, actual, false);
}
