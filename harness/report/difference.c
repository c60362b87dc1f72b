#include "report/difference.h"

#include "base/utf8.h"
#include "base/xml.h"

#include <string.h>

enum { LINES = 400, CHILDREN = 200, VALUE_LIMIT = 160, DEPTH = 100 };

#define SCANSION_NS "https://matthewwild.co.uk/projects/scansion"
#define WRAPPER                                                                \
    "<stream:stream xmlns='jabber:client' "                                    \
    "xmlns:stream='http://etherx.jabber.org/streams' "                         \
    "xmlns:scansion='" SCANSION_NS "'>"

static void add_line(struct difference *d, enum difference_mark mark, int depth,
    struct buffer *text)
{
    if (d->lines.count >= LINES) {
        d->cut = true;
    } else {
        vec_push(&d->lines, ((struct difference_line){mark, depth,
                                arena_strdup(d->arena, buffer_text(text))}));
        d->differences +=
            mark == DIFFERENCE_MISSING || mark == DIFFERENCE_INSTEAD;
    }
    buffer_clear(text);
}

/* Names, values and texts of a tree */

static bool is_scansion(const xmlAttr *attr)
{
    return attr->ns != NULL &&
           strcmp((const char *)attr->ns->href, SCANSION_NS) == 0;
}

static char *value_of(const xmlAttr *attr)
{
    xmlChar *value = xmlNodeListGetString(attr->doc, attr->children, 1);
    char *copy = mem_strdup(value == NULL ? "" : (const char *)value);
    xmlFree(value);
    return copy;
}

static const xmlAttr *same_attribute(const xmlNode *node, const xmlAttr *attr)
{
    return xmlHasNsProp(
        (xmlNode *)node, attr->name, attr->ns ? attr->ns->href : NULL);
}

static char *trimmed_text(const xmlNode *node)
{
    struct buffer text = {0};
    xml_text(node, &text);
    char *all = buffer_take(&text);
    size_t from = strspn(all, " \t\r\n"), len = strlen(all);
    while (len > from && strchr(" \t\r\n", all[len - 1]) != NULL)
        len--;
    char *trimmed = mem_strndup(all + from, len - from);
    free(all);
    return trimmed;
}

static bool value_fits(const char *expected, const char *got)
{
    return strcmp(expected, got) == 0 || strstr(expected, "${") != NULL ||
           strcmp(expected, "{scansion:any}") == 0;
}

static bool attribute_fits(const xmlAttr *expected, const xmlNode *got)
{
    const xmlAttr *attr = same_attribute(got, expected);
    if (attr == NULL)
        return false;
    char *want = value_of(expected), *have = value_of(attr);
    bool fits = value_fits(want, have);
    free(want);
    free(have);
    return fits;
}

static bool text_fits(const xmlNode *expected, const xmlNode *got)
{
    char *want = trimmed_text(expected), *have = trimmed_text(got);
    bool fits = *want == 0 || value_fits(want, have);
    free(want);
    free(have);
    return fits;
}

static bool is_strict(const xmlNode *expected, bool inherited)
{
    for (const xmlAttr *a = expected->properties; a != NULL; a = a->next) {
        if (is_scansion(a) && strcmp((const char *)a->name, "strict") == 0) {
            char *value = value_of(a);
            inherited = strcmp(value, "true") == 0;
            free(value);
        }
    }
    return inherited;
}

/* Printing one tree */

static void add_attribute(struct buffer *line, const xmlAttr *attr)
{
    char *value = value_of(attr);
    struct buffer shown = {0};
    utf8_add_line(&shown, value, VALUE_LIMIT);
    if (attr->ns != NULL && attr->ns->prefix != NULL)
        buffer_printf(line, "%s:", (const char *)attr->ns->prefix);
    buffer_printf(line, "%s='", (const char *)attr->name);
    buffer_add_xml(line, buffer_text(&shown), shown.len);
    buffer_add_text(line, "'");
    buffer_free(&shown);
    free(value);
}

static void add_name(struct buffer *line, const xmlNode *node)
{
    buffer_add_text(line, "<");
    if (node->ns != NULL && node->ns->prefix != NULL)
        buffer_printf(line, "%s:", (const char *)node->ns->prefix);
    buffer_add_text(line, (const char *)node->name);
    const char *ns = xml_ns(node), *above = xml_ns(node->parent);
    if (strcmp(ns, above) != 0 && strcmp(ns, "jabber:client") != 0) {
        buffer_add_text(line, " xmlns='");
        buffer_add_xml(line, ns, strlen(ns));
        buffer_add_text(line, "'");
    }
}

static void add_text_line(struct difference *d, enum difference_mark mark,
    int depth, const char *text)
{
    struct buffer line = {0}, shown = {0};
    if (*text != 0) {
        utf8_add_line(&shown, text, VALUE_LIMIT);
        buffer_add_xml(&line, buffer_text(&shown), shown.len);
        add_line(d, mark, depth, &line);
    }
    buffer_free(&shown);
    buffer_free(&line);
}

static void add_tree(struct difference *d, enum difference_mark mark, int depth,
    const xmlNode *node)
{
    struct buffer line = {0};
    add_name(&line, node);
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        if (is_scansion(a))
            continue;
        buffer_add_text(&line, " ");
        add_attribute(&line, a);
    }
    char *text = trimmed_text(node);
    const xmlNode *child = xml_child(node, NULL, NULL);
    buffer_add_text(&line, child == NULL && *text == 0 ? "/>" : ">");
    add_line(d, mark, depth, &line);
    add_text_line(d, mark, depth + 1, text);
    for (; child != NULL && !d->cut && depth < DEPTH;
         child = xml_next(child, NULL, NULL))
        add_tree(d, mark, depth + 1, child);
    free(text);
    buffer_free(&line);
}

/* Comparing two */

static bool same_name(const xmlNode *a, const xmlNode *b)
{
    return xml_is(b, xml_ns(a), (const char *)a->name);
}

/* How much of expected is in got, by what a reader sees first. */
static int likeness(const xmlNode *expected, const xmlNode *got, int depth)
{
    if (!same_name(expected, got))
        return 0;
    int points = 1 + text_fits(expected, got);
    for (const xmlAttr *a = expected->properties; a != NULL; a = a->next)
        points += is_scansion(a) || attribute_fits(a, got);
    const xmlNode *child = xml_child(expected, NULL, NULL);
    if (child != NULL && depth > 0) {
        const xmlNode *other =
            xml_child(got, xml_ns(child), (const char *)child->name);
        if (other != NULL)
            points += likeness(child, other, depth - 1);
    }
    return points;
}

static bool attributes_fit(
    const xmlNode *expected, const xmlNode *got, bool strict)
{
    for (const xmlAttr *a = expected->properties; a != NULL; a = a->next) {
        if (!is_scansion(a) && !attribute_fits(a, got))
            return false;
    }
    for (const xmlAttr *a = got->properties; strict && a != NULL; a = a->next) {
        if (same_attribute(expected, a) == NULL)
            return false;
    }
    return true;
}

static void add_attribute_line(struct difference *d, enum difference_mark mark,
    int depth, const xmlAttr *attr)
{
    struct buffer line = {0};
    add_attribute(&line, attr);
    add_line(d, mark, depth, &line);
    buffer_free(&line);
}

static void compare_attributes(struct difference *d, int depth,
    const xmlNode *expected, const xmlNode *got, bool strict)
{
    for (const xmlAttr *a = expected->properties; a != NULL; a = a->next) {
        if (is_scansion(a))
            continue;
        const xmlAttr *other = same_attribute(got, a);
        if (attribute_fits(a, got)) {
            add_attribute_line(d, DIFFERENCE_SAME, depth, other);
            continue;
        }
        add_attribute_line(d, DIFFERENCE_MISSING, depth, a);
        if (other != NULL)
            add_attribute_line(d, DIFFERENCE_INSTEAD, depth, other);
    }
    for (const xmlAttr *a = got->properties; a != NULL; a = a->next) {
        if (same_attribute(expected, a) == NULL)
            add_attribute_line(
                d, strict ? DIFFERENCE_INSTEAD : DIFFERENCE_BESIDE, depth, a);
    }
}

static void compare(struct difference *d, int depth, const xmlNode *expected,
    const xmlNode *got, bool strict);

struct children {
    const xmlNode *nodes[CHILDREN];
    bool used[CHILDREN];
    size_t count;
};

static void collect(struct children *children, const xmlNode *parent)
{
    children->count = 0;
    for (const xmlNode *child = xml_child(parent, NULL, NULL);
         child != NULL && children->count < CHILDREN;
         child = xml_next(child, NULL, NULL)) {
        children->used[children->count] = false;
        children->nodes[children->count++] = child;
    }
}

/* The most alike unused child, or NULL. */
static const xmlNode *take_like(
    struct children *children, const xmlNode *expected)
{
    int best = 0;
    size_t at = 0;
    for (size_t i = 0; i < children->count; i++) {
        int points =
            children->used[i] ? 0 : likeness(expected, children->nodes[i], 4);
        if (points > best) {
            best = points;
            at = i;
        }
    }
    if (best == 0)
        return NULL;
    children->used[at] = true;
    return children->nodes[at];
}

static void compare_children(struct difference *d, int depth,
    const xmlNode *expected, const xmlNode *got, bool strict)
{
    struct children *children = mem_alloc(sizeof *children);
    bool missing = false;
    collect(children, got);
    for (const xmlNode *want = xml_child(expected, NULL, NULL); want != NULL;
         want = xml_next(want, NULL, NULL)) {
        const xmlNode *like = take_like(children, want);
        missing |= like == NULL;
        if (like == NULL)
            add_tree(d, DIFFERENCE_MISSING, depth, want);
        else
            compare(d, depth, want, like, strict);
    }
    for (size_t i = 0; i < children->count && !d->cut; i++) {
        if (!children->used[i])
            add_tree(d,
                strict || missing ? DIFFERENCE_INSTEAD : DIFFERENCE_BESIDE,
                depth, children->nodes[i]);
    }
    free(children);
}

static void compare_text(struct difference *d, int depth,
    const xmlNode *expected, const xmlNode *got)
{
    char *want = trimmed_text(expected), *have = trimmed_text(got);
    if (text_fits(expected, got)) {
        add_text_line(
            d, *want ? DIFFERENCE_SAME : DIFFERENCE_BESIDE, depth, have);
    } else {
        add_text_line(d, DIFFERENCE_MISSING, depth, want);
        add_text_line(d, DIFFERENCE_INSTEAD, depth, have);
    }
    free(want);
    free(have);
}

static void compare(struct difference *d, int depth, const xmlNode *expected,
    const xmlNode *got, bool inherited)
{
    if (depth >= DEPTH || d->cut)
        return;
    bool strict = is_strict(expected, inherited);
    struct buffer line = {0};
    add_name(&line, got);
    if (attributes_fit(expected, got, strict)) {
        for (const xmlAttr *a = got->properties; a != NULL; a = a->next) {
            buffer_add_text(&line, " ");
            add_attribute(&line, a);
        }
        buffer_add_text(&line, ">");
        add_line(d, DIFFERENCE_SAME, depth, &line);
    } else {
        add_line(d, DIFFERENCE_SAME, depth, &line);
        compare_attributes(d, depth + 2, expected, got, strict);
        buffer_add_text(&line, ">");
        add_line(d, DIFFERENCE_SAME, depth + 1, &line);
    }
    buffer_free(&line);
    compare_text(d, depth + 1, expected, got);
    compare_children(d, depth + 1, expected, got, strict);
}

static xmlDoc *parse(const char *text)
{
    struct buffer whole = {0};
    buffer_add_text(&whole, WRAPPER);
    buffer_add_text(&whole, text);
    buffer_add_text(&whole, "</stream:stream>");
    xmlDoc *doc = xml_parse(buffer_bytes(&whole), NULL);
    buffer_free(&whole);
    return doc;
}

static const xmlNode *stanza_of(const xmlDoc *doc)
{
    return doc == NULL ? NULL
                       : xml_child(xmlDocGetRootElement(doc), NULL, NULL);
}

bool difference_make(
    struct difference *difference, const char *expected, const char *received)
{
    if (expected == NULL || received == NULL)
        return false;
    xmlDoc *want = parse(expected), *got = parse(received);
    const xmlNode *a = stanza_of(want), *b = stanza_of(got);
    bool ok = a != NULL && b != NULL;
    if (ok) {
        *difference = (struct difference){.arena = arena_new()};
        if (same_name(a, b)) {
            compare(difference, 0, a, b, false);
        } else {
            add_tree(difference, DIFFERENCE_MISSING, 0, a);
            add_tree(difference, DIFFERENCE_INSTEAD, 0, b);
        }
    }
    xmlFreeDoc(want);
    xmlFreeDoc(got);
    return ok;
}

void difference_free(struct difference *difference)
{
    vec_free(&difference->lines);
    arena_free(difference->arena);
    *difference = (struct difference){0};
}

void difference_print(const struct difference *difference, struct buffer *out)
{
    for (size_t i = 0; i < difference->lines.count; i++) {
        const struct difference_line *line = &difference->lines.items[i];
        buffer_printf(out, "%c %*s%s\n", (char)line->mark, line->depth * 2, "",
            line->text);
    }
    if (difference->cut)
        buffer_add_text(out, "  ...\n");
}
