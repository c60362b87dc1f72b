#include "audit/tree_reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void append(struct tree_node *parent, struct tree_node *node)
{
    node->parent = parent;
    node->previous = parent->last;
    node->next = NULL;
    if (parent->last != NULL)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
}

static void add_text(struct reader *r, size_t at, size_t len, bool raw)
{
    if (len == 0)
        return;
    struct tree_node *node = arena_alloc(r->arena, sizeof *node);
    node->at = at;
    node->at_end = node->end = node->end_end = at + len;
    node->text = raw ? arena_strndup(r->arena, r->text + at, len)
                     : reader_resolve(r, at, len);
    append(r->top, node);
}

static void close_top(struct reader *r, size_t at)
{
    r->top->end = at;
    r->top->end_end = r->at;
    r->top = r->top->parent;
    r->depth--;
}

/* "<value>text<value>": the second should be an end tag, of which there is
 * none before the parent's. `end` is behind the name. */
static bool read_start_for_end(struct reader *r, size_t end)
{
    const struct tree_node *top = r->top;
    if (top->name == NULL || top->first == NULL || top->first != top->last ||
        top->first->text == NULL || end >= r->len || r->text[end] != '>' ||
        strlen(top->name) != end - r->at - 1 ||
        memcmp(top->name, r->text + r->at + 1, end - r->at - 1) != 0 ||
        top->first->text[strspn(top->first->text, " \t\r\n")] == '\0')
        return false;
    const char *parent = top->parent->name == NULL ? "" : top->parent->name;
    size_t own =
        reader_seek(r, end, arena_printf(r->arena, "</%s>", top->name));
    if (own < reader_seek(r, end, arena_printf(r->arena, "</%s>", parent)))
        return false;
    struct tree_fault *f = reader_fault(r, TREE_BAD_TAG, r->at, top, top->name,
        arena_printf(r->arena,
            "<%s> is followed by another one where its end tag should be",
            top->name));
    reader_mend(r, f, r->at + 1, 0, "/");
    size_t at = r->at;
    r->at = end + 1;
    close_top(r, at);
    return true;
}

static void read_start(struct reader *r)
{
    size_t name = r->at + 1, end = name;
    while (end < r->len && reader_name_char(r->text[end]))
        end++;
    if (read_start_for_end(r, end))
        return;
    struct tree_node *node = arena_alloc(r->arena, sizeof *node);
    node->at = r->at;
    node->name = arena_strndup(r->arena, r->text + name, end - name);
    append(r->top, node);
    r->at = end;
    reader_attrs(r, node);
    if (strcmp(node->name, "xml") == 0 && r->top->name == NULL &&
        tree_root(r->tree) == node && !node->empty) {
        struct tree_fault *f = reader_fault(r, TREE_BAD_TAG, node->at, node,
            "xml", "the XML declaration is written as a tag, without '?'");
        reader_mend(r, f, node->at + 1, 0, "?");
        reader_mend(r, f, node->at_end - 1, 0, "?");
        node->empty = true;
    }
    if (!node->empty && r->depth < TREE_DEPTH_MAX) {
        r->top = node;
        r->depth++;
    }
}

/* Elements that XSD or the XEPs never fill, or that say all in their tag. */
static bool leaf(const struct tree_node *node)
{
    static const char *const empty[] = {"enumeration", "pattern", "length",
        "minLength", "maxLength", "minInclusive", "maxInclusive",
        "minExclusive", "maxExclusive", "whiteSpace", "any", "anyAttribute",
        "import", "include", "totalDigits", "fractionDigits", NULL};
    const char *colon = strchr(node->name, ':');
    const char *local = colon == NULL ? node->name : colon + 1;
    for (size_t i = 0; empty[i] != NULL; i++)
        if (strcmp(empty[i], local) == 0)
            return true;
    bool typed =
        tree_attr(node, "type") != NULL || tree_attr(node, "ref") != NULL;
    bool element = strcmp(local, "element") == 0 ||
                   strcmp(local, "attribute") == 0 ||
                   strcmp(local, "group") == 0;
    return (typed && element) ||
           (tree_child(node, NULL) == NULL && !tree_has_words(node));
}

static size_t column(const struct reader *r, size_t at)
{
    size_t n = 0;
    while (at > n && r->text[at - n - 1] != '\n')
        n++;
    return n;
}

/* Where an unclosed element ends to judge by the layout: before the first
 * child that stands no further right than it. What follows becomes its
 * siblings. */
static size_t close_by_layout(
    struct reader *r, struct tree_node *node, size_t at)
{
    size_t own = column(r, node->at);
    struct tree_node *before = NULL;
    for (struct tree_node *n = node->first; n != NULL; n = n->next) {
        if (n->name == NULL)
            continue;
        if (before == NULL || column(r, n->at) > own) {
            before = n;
            continue;
        }
        node->last = before;
        before->next = NULL;
        while (n != NULL) {
            struct tree_node *next = n->next;
            append(node->parent, n);
            n = next;
        }
        return before->end_end;
    }
    return at;
}

/* What should be its children stands where it stands itself, further in than
 * its parent: it was to be empty. */
static bool empty_by_layout(
    const struct reader *r, const struct tree_node *node)
{
    const struct tree_node *child = tree_child(node, NULL);
    size_t own = column(r, node->at);
    return child != NULL && !tree_has_words(node) &&
           node->parent->name != NULL && column(r, node->parent->at) < own &&
           column(r, child->at) == own &&
           memchr(r->text + node->at, '\n', child->at - node->at) != NULL;
}

/* Writes a lost end tag: on a line of its own, where the text is laid out in
 * lines. */
static void mend_end(struct reader *r, struct tree_fault *f,
    const struct tree_node *node, size_t at)
{
    size_t own = column(r, node->at), line = at;
    while (line > 0 && (r->text[line - 1] == ' ' || r->text[line - 1] == '\t'))
        line--;
    const char *indent = arena_strndup(r->arena, r->text + node->at - own, own);
    if (line > node->at_end && r->text[line - 1] == '\n' &&
        indent[strspn(indent, " \t")] == '\0')
        reader_mend(r, f, line, 0,
            arena_printf(r->arena, "%s</%s>\n", indent, node->name));
    else
        reader_mend(r, f, at, 0, arena_printf(r->arena, "</%s>", node->name));
}

/* Closes the innermost element although its end tag is missing; `at` is where
 * a sibling or its parent's end tag follows. */
static void close_missing(struct reader *r, size_t at)
{
    struct tree_node *node = r->top;
    struct tree_fault *f = reader_fault(r, TREE_UNCLOSED, node->at, node,
        node->name, arena_printf(r->arena, "<%s> is never closed", node->name));
    r->top = node->parent;
    r->depth--;
    if (!leaf(node) && !empty_by_layout(r, node)) {
        at = close_by_layout(r, node, at);
        mend_end(r, f, node, at);
        node->end = node->end_end = at;
        return;
    }
    reader_mend(r, f, node->at_end - 1, 0, "/");
    node->empty = true;
    /* What was read as its children are its siblings. */
    struct tree_node *child = node->first;
    node->first = node->last = NULL;
    while (child != NULL) {
        struct tree_node *next = child->next;
        append(node->parent, child);
        child = next;
    }
}

/* <items> <item/> <items> </pubsub>: the second is the first one's end tag,
 * without its slash. What comes next
 * closes neither. */
static bool meant_as_end(struct reader *r)
{
    struct tree_node *node = r->top, *start = node->parent;
    if (start == NULL || start->name == NULL || node->attr_count > 0 ||
        strcmp(start->name, node->name) != 0 || tree_has_words(node) ||
        tree_child(node, NULL) != NULL || tree_child(start, NULL) == node ||
        column(r, node->at) != column(r, start->at))
        return false;
    struct tree_fault *f =
        reader_fault(r, TREE_UNCLOSED, node->at, start, node->name,
            arena_printf(r->arena,
                "<%s> is never closed: a second start tag stands where its end "
                "tag belongs",
                node->name));
    f->fix = "write the '/' of the end tag";
    reader_mend(r, f, node->at + 1, 0, "/");
    struct tree_node *last = start->first;
    while (last->next != node)
        last = last->next;
    last->next = NULL;
    start->last = last;
    start->end = node->at;
    start->end_end = node->at_end;
    r->top = start->parent;
    r->depth -= 2;
    return true;
}

/* The name of the end tag that comes next, or NULL when another tag does. */
static bool next_end_is(const struct reader *r, size_t at, const char *name)
{
    size_t tag = reader_seek(r, at, "<");
    while (reader_starts(r, tag, "<!--"))
        tag = reader_seek(r, reader_seek(r, tag, "-->"), "<");
    size_t n = strlen(name);
    return reader_starts(r, tag, "</") && r->len - tag - 2 > n &&
           memcmp(r->text + tag + 2, name, n) == 0 &&
           !reader_name_char(r->text[tag + 2 + n]);
}

/* How many end tags in a row from `at` on close what is open from `node`
 * outwards. */
static int ends_match(
    const struct reader *r, size_t at, const struct tree_node *node)
{
    int matched = 0;
    for (; node->name != NULL; node = node->parent) {
        if (!next_end_is(r, at, node->name))
            return matched;
        matched++;
        at = reader_seek(r, reader_seek(r, reader_seek(r, at, "</"), ">"), "<");
    }
    /* All is closed: nothing may follow. */
    return at >= r->len ? matched + 1 : matched;
}

/* </attribute> after <attribute/> and what belongs into it: the start tag
 * should not be closed. False: no such start tag. */
static bool reopen(struct reader *r, size_t at, const char *name)
{
    struct tree_node *start = r->top->last;
    bool inside = false;
    for (; start != NULL; start = start->previous) {
        if (start->name == NULL) {
            inside |= start->text != NULL &&
                      start->text[strspn(start->text, " \t\r\n")] != '\0';
            continue;
        }
        if (start->empty && strcmp(start->name, name) == 0)
            break;
        inside = true;
    }
    if (start == NULL || !inside)
        return false;
    struct tree_fault *f =
        reader_fault(r, TREE_STRAY_END, start->at, start, name,
            arena_printf(r->arena,
                "<%s/> is closed in its tag, and again by </%s> behind what "
                "belongs into it",
                name, name));
    f->fix = "drop the '/' in its start tag";
    reader_mend(r, f, start->at_end - 2, 1, "");
    struct tree_node *child = start->next, *top = r->top;
    start->next = NULL;
    top->last = start;
    while (child != NULL) {
        struct tree_node *next = child->next;
        append(start, child);
        child = next;
    }
    start->empty = false;
    start->end = at;
    start->end_end = r->at;
    return true;
}

/* <id>text</iq>, and then a sibling of <id> below it: the end tag has the wrong
 * name. */
static bool only_misnamed(const struct reader *r, size_t at)
{
    const struct tree_node *top = r->top;
    size_t next = reader_skip_space(r, r->at);
    return top->name != NULL && tree_has_words(top) &&
           tree_child(top, NULL) == NULL &&
           memchr(r->text + top->at, '\n', at - top->at) == NULL &&
           next + 1 < r->len && r->text[next] == '<' &&
           reader_name_start(r->text[next + 1]) &&
           column(r, next) == column(r, top->at) &&
           memchr(r->text + r->at, '\n', next - r->at) != NULL;
}

static void read_end(struct reader *r)
{
    size_t at = r->at, name_at = at + 2, end = name_at;
    while (end < r->len && reader_name_char(r->text[end]))
        end++;
    const char *name =
        arena_strndup(r->arena, r->text + name_at, end - name_at);
    size_t close = reader_skip_space(r, end);
    if (close < r->len && r->text[close] == '>') {
        r->at = close + 1;
    } else if (close + 1 < r->len && r->text[close + 1] == '>' &&
               (r->text[close] == '\'' || r->text[close] == '"')) {
        struct tree_fault *f = reader_fault(r, TREE_BAD_TAG, at, r->top, name,
            arena_printf(
                r->arena, "the end tag </%s> has a quote in it", name));
        f->fix = "drop the quote";
        reader_mend(r, f, end, close + 1 - end, "");
        r->at = close + 2;
    } else {
        struct tree_fault *f = reader_fault(r, TREE_BAD_TAG, at, r->top, name,
            arena_printf(r->arena, "the end tag </%s lacks its '>'", name));
        reader_mend(r, f, end, 0, ">");
        r->at = end;
    }
    struct tree_node *open = r->top;
    while (open->name != NULL && strcmp(open->name, name) != 0)
        open = open->parent;
    if (open->name != NULL && open == r->top) {
        close_top(r, at);
        return;
    }
    bool top_open = r->top->name != NULL;
    bool parent_next = top_open && r->top->parent->name != NULL &&
                       next_end_is(r, r->at, r->top->parent->name);
    if (open->name != NULL && !only_misnamed(r, at) &&
        !(parent_next && !leaf(r->top) &&
            !(open->parent->name != NULL &&
                next_end_is(r, r->at, open->parent->name)))) {
        while (r->top != open)
            if (r->top->parent == open || !meant_as_end(r))
                close_missing(r, at);
        close_top(r, at);
        return;
    }
    if (reopen(r, at, name))
        return;
    const struct tree_node *last = r->top->last;
    while (last != NULL && last->name == NULL)
        last = last->previous;
    bool again = last != NULL && last->empty && strcmp(last->name, name) == 0;
    if (!top_open || again ||
        ends_match(r, r->at, r->top) > ends_match(r, r->at, r->top->parent)) {
        struct tree_fault *f = reader_fault(r, TREE_STRAY_END, at, r->top, name,
            arena_printf(r->arena, "</%s> closes nothing that is open", name));
        reader_mend(r, f, at, r->at - at, "");
        return;
    }
    struct tree_fault *f = reader_fault(r, TREE_MISMATCH, at, r->top, name,
        arena_printf(r->arena, "<%s> is closed by </%s>", r->top->name, name));
    reader_mend(r, f, name_at, end - name_at, r->top->name);
    close_top(r, at);
}

/* To behind the '>' that ends it, past its subset, quotes and comments. */
static void skip_doctype(struct reader *r)
{
    bool subset = false;
    while (r->at < r->len) {
        char c = r->text[r->at];
        if (reader_starts(r, r->at, "<!--")) {
            r->at = reader_seek(r, r->at, "-->");
            continue;
        }
        if (c == '\'' || c == '"') {
            const char *end =
                memchr(r->text + r->at + 1, c, r->len - r->at - 1);
            r->at = end == NULL ? r->len : (size_t)(end - r->text) + 1;
            continue;
        }
        r->at++;
        if (c == '[')
            subset = true;
        else if (c == ']')
            subset = false;
        else if (c == '>' && !subset)
            return;
    }
}

static void read_markup(struct reader *r)
{
    if (reader_starts(r, r->at, "<!--")) {
        size_t end = reader_seek(r, r->at + 4, "-->");
        size_t dashes = reader_seek(r, r->at + 4, "--");
        if (dashes < end && end < r->len)
            reader_fault(r, TREE_BAD_COMMENT, dashes, r->top, "--",
                "'--' inside a comment");
        r->at = end < r->len ? end + 3 : end;
    } else if (reader_starts(r, r->at, "<![CDATA[")) {
        size_t end = reader_seek(r, r->at, "]]>");
        add_text(r, r->at + 9, end - r->at - (end - r->at < 9 ? 0 : 9), true);
        r->at = end < r->len ? end + 3 : end;
    } else if (reader_starts(r, r->at, "<?")) {
        size_t end = reader_seek(r, r->at, "?>");
        r->at = end < r->len ? end + 2 : end;
    } else if (reader_starts(r, r->at, "<!DOCTYPE")) {
        skip_doctype(r);
    } else if (reader_starts(r, r->at, "</") && r->at + 2 < r->len &&
               reader_name_start(r->text[r->at + 2])) {
        read_end(r);
    } else if (r->at + 1 < r->len && reader_name_start(r->text[r->at + 1])) {
        read_start(r);
    } else {
        struct tree_fault *f = reader_fault(r, TREE_BAD_TAG, r->at, r->top, "<",
            "a bare '<' must be written '&lt;'");
        reader_mend(r, f, r->at, 1, "&lt;");
        add_text(r, r->at, 1, true);
        r->at++;
    }
}

static void split_name(struct arena *arena, const char *name,
    const char **prefix, const char **local)
{
    const char *colon = strchr(name, ':');
    *prefix =
        colon == NULL ? "" : arena_strndup(arena, name, (size_t)(colon - name));
    *local = colon == NULL ? name : colon + 1;
}

static void resolve_names(struct reader *r)
{
    struct tree_node *document = r->tree->document;
    for (struct tree_node *n = document->first; n != NULL;
         n = tree_following(n, document)) {
        if (n->name == NULL)
            continue;
        split_name(r->arena, n->name, &n->prefix, &n->local);
        n->ns = tree_namespace(n, n->prefix);
        if (n->ns == NULL)
            reader_fault(r, TREE_UNDECLARED_PREFIX, n->at, n, n->prefix,
                arena_printf(
                    r->arena, "the prefix '%s' is not declared", n->prefix));
        for (size_t i = 0; i < n->attr_count; i++) {
            struct tree_attr *a = &n->attrs[i];
            split_name(r->arena, a->name, &a->prefix, &a->local);
            a->ns = *a->prefix == '\0' ? "" : tree_namespace(n, a->prefix);
            if (a->ns == NULL)
                reader_fault(r, TREE_UNDECLARED_PREFIX, a->at, n, a->prefix,
                    arena_printf(r->arena, "the prefix '%s' is not declared",
                        a->prefix));
        }
    }
}

struct tree *tree_parse(struct arena *arena, const char *text, size_t len,
    const struct entity_table *entities)
{
    struct tree *tree = arena_alloc(arena, sizeof *tree);
    tree->text = text;
    tree->len = len;
    tree->document = arena_alloc(arena, sizeof *tree->document);
    struct reader r = {.arena = arena,
        .entities = entities,
        .tree = tree,
        .text = text,
        .len = len,
        .top = tree->document};
    while (r.at < len) {
        size_t tag = reader_seek(&r, r.at, "<");
        add_text(&r, r.at, tag - r.at, false);
        r.at = tag;
        if (tag < len)
            read_markup(&r);
    }
    while (r.top->name != NULL)
        if (!meant_as_end(&r))
            close_missing(&r, len);
    tree->document->end = tree->document->end_end = len;
    resolve_names(&r);
    return tree;
}
