#include "audit/tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct arena *arena;
    const struct entity_table *entities;
    struct tree *tree;
    const char *text;
    size_t len, at;
    struct tree_node *top; /* innermost open element */
    int depth;
};

static bool name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == ':' ||
           ((unsigned char)c & 0x80);
}

static bool name_char(char c)
{
    return name_start(c) || isdigit((unsigned char)c) || c == '-' || c == '.';
}

static bool starts(const struct reader *r, size_t at, const char *what)
{
    size_t n = strlen(what);
    return r->len - at >= n && memcmp(r->text + at, what, n) == 0;
}

static size_t seek(const struct reader *r, size_t at, const char *what)
{
    const char *found =
        at >= r->len ? NULL
                     : memmem(r->text + at, r->len - at, what, strlen(what));
    return found == NULL ? r->len : (size_t)(found - r->text);
}

static size_t skip_space(const struct reader *r, size_t at)
{
    while (at < r->len && isspace((unsigned char)r->text[at]))
        at++;
    return at;
}

static struct tree_fault *fault(struct reader *r, enum tree_fault_kind kind,
    size_t at, const struct tree_node *node, const char *detail,
    const char *message)
{
    struct tree_fault f = {.kind = kind,
        .at = at,
        .node = node,
        .detail = detail,
        .message = message};
    list_push(r->arena, &r->tree->faults, f);
    return &r->tree->faults.items[r->tree->faults.count - 1];
}

static void mend(struct reader *r, struct tree_fault *f, size_t at, size_t len,
    const char *text)
{
    struct edit edit = {at, len, text};
    list_push(r->arena, &f->edits, edit);
}

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

/* Text with its references resolved; faults for what is no reference. */
static const char *resolve(struct reader *r, size_t at, size_t len)
{
    struct buffer out = {0};
    size_t end = at + len;
    while (at < end) {
        const char *amp = memchr(r->text + at, '&', end - at);
        size_t plain = amp == NULL ? end - at : (size_t)(amp - r->text) - at;
        buffer_add(&out, r->text + at, plain);
        at += plain;
        if (amp == NULL)
            break;
        size_t name = at + 1, stop = name;
        while (stop < end && (name_char(r->text[stop]) || r->text[stop] == '#'))
            stop++;
        if (stop < end && r->text[stop] == ';' && stop > name) {
            if (!entity_text(r->entities, r->text + name, stop - name, &out)) {
                const char *what =
                    arena_strndup(r->arena, r->text + name, stop - name);
                fault(r, TREE_BAD_REFERENCE, at, r->top, what,
                    arena_printf(
                        r->arena, "the entity &%s; is not declared", what));
                buffer_add(&out, r->text + at, stop + 1 - at);
            }
            at = stop + 1;
            continue;
        }
        struct tree_fault *f = fault(r, TREE_BAD_REFERENCE, at, r->top, "&",
            "a bare '&' must be written '&amp;'");
        mend(r, f, at, 1, "&amp;");
        buffer_add_text(&out, "&");
        at++;
    }
    const char *text = arena_strndup(r->arena, buffer_text(&out), out.len);
    buffer_free(&out);
    return text;
}

static void add_text(struct reader *r, size_t at, size_t len, bool raw)
{
    if (len == 0)
        return;
    struct tree_node *node = arena_alloc(r->arena, sizeof *node);
    node->at = at;
    node->at_end = node->end = node->end_end = at + len;
    node->text =
        raw ? arena_strndup(r->arena, r->text + at, len) : resolve(r, at, len);
    append(r->top, node);
}

/* An attribute's value that lost its quotes or its '='. */
static void read_broken_value(
    struct reader *r, struct tree_attr *attr, const struct tree_node *node)
{
    size_t at = skip_space(r, r->at);
    char c = at < r->len ? r->text[at] : '>';
    if (c == '\'' || c == '"') {
        struct tree_fault *f = fault(r, TREE_BAD_ATTRIBUTE, attr->at, node,
            attr->name,
            arena_printf(r->arena, "attribute '%s' lacks its '='", attr->name));
        mend(r, f, r->at, 0, "=");
        return;
    }
    struct tree_fault *f =
        fault(r, TREE_BAD_ATTRIBUTE, attr->at, node, attr->name,
            arena_printf(r->arena, "'%s' in the tag has no value", attr->name));
    attr->value_at = attr->end;
    attr->value = "";
    (void)f;
}

/* "xs:string/>", a new line, "<xs:element name=": the tag ended before. */
static size_t lost_at_end(const struct reader *r, size_t from, size_t less)
{
    const char *close = memchr(r->text + from, '>', less - from);
    if (close == NULL ||
        memchr(close, '\n', less - (size_t)(close - r->text)) == NULL)
        return 0;
    size_t stop = (size_t)(close - r->text);
    stop -= stop > from && r->text[stop - 1] == '/';
    while (stop > from && isspace((unsigned char)r->text[stop - 1]))
        stop--;
    return stop;
}

/* "xs:string use=" of type='xs:string use='required': where the value ends
 * that lost its closing quote; 0: it did not, or no good place is known. */
static size_t lost_quote(const struct reader *r, size_t from, size_t end)
{
    const char *less = memchr(r->text + from, '<', end - from);
    if (less != NULL) {
        size_t stop = lost_at_end(r, from, (size_t)(less - r->text));
        return stop > from ? stop : 0;
    }
    if (end + 1 >= r->len || strchr(" \t\r\n/>", r->text[end + 1]) != NULL)
        return 0;
    size_t name = end;
    if (name == from || r->text[--name] != '=')
        return 0;
    size_t equals = name;
    while (name > from && name_char(r->text[name - 1]))
        name--;
    size_t stop = name;
    while (stop > from && isspace((unsigned char)r->text[stop - 1]))
        stop--;
    return name < equals && stop < name && stop > from ? stop : 0;
}

/* Reads one attribute; false: nothing that can be one. */
static bool read_attr(
    struct reader *r, struct tree_node *node, struct tree_attr *attr)
{
    size_t at = r->at;
    if (at >= r->len || !name_start(r->text[at]))
        return false;
    while (at < r->len && name_char(r->text[at]))
        at++;
    *attr = (struct tree_attr){.at = r->at, .end = at};
    attr->name = arena_strndup(r->arena, r->text + r->at, at - r->at);
    r->at = at;
    size_t equals = skip_space(r, at);
    bool has_equals = equals < r->len && r->text[equals] == '=';
    if (has_equals)
        r->at = equals + 1;
    else
        read_broken_value(r, attr, node);
    if (attr->value != NULL)
        return true;
    size_t quote = skip_space(r, r->at);
    char c = quote < r->len ? r->text[quote] : '\0';
    if (c != '\'' && c != '"') {
        /* Unquoted: up to space or the tag's end. */
        size_t end = quote;
        while (end < r->len && !isspace((unsigned char)r->text[end]) &&
               r->text[end] != '>' && r->text[end] != '/')
            end++;
        struct tree_fault *f =
            fault(r, TREE_BAD_ATTRIBUTE, attr->at, node, attr->name,
                arena_printf(
                    r->arena, "the value of '%s' is not quoted", attr->name));
        mend(r, f, quote, 0, "'");
        mend(r, f, end, 0, "'");
        attr->value_at = quote;
        attr->value_len = end - quote;
        r->at = attr->end = end;
    } else {
        const char *close = memchr(r->text + quote + 1, c, r->len - quote - 1);
        size_t end = close == NULL ? r->len : (size_t)(close - r->text);
        size_t lost = lost_quote(r, quote + 1, end);
        if (lost > 0) {
            struct tree_fault *f =
                fault(r, TREE_BAD_ATTRIBUTE, attr->at, node, attr->name,
                    arena_printf(r->arena,
                        "the value of '%s' lacks its "
                        "closing quote",
                        attr->name));
            mend(r, f, lost, 0, c == '"' ? "\"" : "'");
            attr->value_at = quote + 1;
            attr->value_len = lost - quote - 1;
            r->at = attr->end = lost;
            attr->value = resolve(r, attr->value_at, attr->value_len);
            return true;
        }
        attr->value_at = quote + 1;
        attr->value_len = end - quote - 1;
        r->at = attr->end = end < r->len ? end + 1 : end;
        const char *lt = memchr(r->text + quote + 1, '<', end - quote - 1);
        if (lt != NULL) {
            struct tree_fault *f = fault(r, TREE_BAD_ATTRIBUTE, attr->at, node,
                attr->name,
                arena_printf(r->arena, "'<' in the value of '%s'%s", attr->name,
                    close == NULL ||
                            memchr(lt, '\n',
                                (size_t)(end - (size_t)(lt - r->text))) != NULL
                        ? "; is its closing quote missing?"
                        : " must be written '&lt;'"));
            (void)f;
        }
    }
    attr->value = resolve(r, attr->value_at, attr->value_len);
    return true;
}

static void check_duplicate(struct reader *r, struct tree_node *node,
    const struct tree_attr *attrs, size_t count, const struct tree_attr *attr)
{
    bool twice = false, has_max = false;
    for (size_t i = 0; i < count; i++) {
        twice |= strcmp(attrs[i].name, attr->name) == 0;
        has_max |= strcmp(attrs[i].name, "maxOccurs") == 0;
    }
    if (!twice)
        return;
    struct tree_fault *f =
        fault(r, TREE_DUPLICATE_ATTRIBUTE, attr->at, node, attr->name,
            arena_printf(r->arena, "attribute '%s' stands twice in the tag",
                attr->name));
    if (strcmp(attr->name, "minOccurs") == 0 && !has_max)
        mend(r, f, attr->at, strlen("minOccurs"), "maxOccurs");
    else
        mend(r, f, attr->at, attr->end - attr->at, "");
}

/* r->at is behind the name. Leaves it behind the tag. */
static void read_attrs(struct reader *r, struct tree_node *node)
{
    VEC(struct tree_attr) attrs = {0};
    for (;;) {
        size_t before = r->at;
        r->at = skip_space(r, r->at);
        if (r->at >= r->len)
            break;
        if (r->text[r->at] == '>') {
            r->at++;
            break;
        }
        if (starts(r, r->at, "/>")) {
            r->at += 2;
            node->empty = true;
            break;
        }
        if (r->text[r->at] == '<') {
            struct tree_fault *f =
                fault(r, TREE_BAD_TAG, node->at, node, node->name,
                    arena_printf(
                        r->arena, "the tag <%s lacks its '>'", node->name));
            mend(r, f, before, 0, ">");
            r->at = before;
            break;
        }
        struct tree_attr attr;
        if (!read_attr(r, node, &attr)) {
            fault(r, TREE_BAD_TAG, node->at, node, node->name,
                arena_printf(r->arena, "stray '%c' in the tag <%s>",
                    r->text[r->at], node->name));
            r->at++;
            continue;
        }
        if (before == attr.at && attrs.count > 0) {
            struct tree_fault *f =
                fault(r, TREE_BAD_ATTRIBUTE, attr.at, node, attr.name,
                    arena_printf(
                        r->arena, "no space before attribute '%s'", attr.name));
            mend(r, f, attr.at, 0, " ");
        }
        check_duplicate(r, node, attrs.items, attrs.count, &attr);
        list_push(r->arena, &attrs, attr);
    }
    node->attrs = attrs.items;
    node->attr_count = attrs.count;
    node->at_end = node->end = node->end_end = r->at;
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
    size_t own = seek(r, end, arena_printf(r->arena, "</%s>", top->name));
    if (own < seek(r, end, arena_printf(r->arena, "</%s>", parent)))
        return false;
    struct tree_fault *f = fault(r, TREE_BAD_TAG, r->at, top, top->name,
        arena_printf(r->arena,
            "<%s> is followed by another one where its end tag should be",
            top->name));
    mend(r, f, r->at + 1, 0, "/");
    size_t at = r->at;
    r->at = end + 1;
    close_top(r, at);
    return true;
}

static void read_start(struct reader *r)
{
    size_t name = r->at + 1, end = name;
    while (end < r->len && name_char(r->text[end]))
        end++;
    if (read_start_for_end(r, end))
        return;
    struct tree_node *node = arena_alloc(r->arena, sizeof *node);
    node->at = r->at;
    node->name = arena_strndup(r->arena, r->text + name, end - name);
    append(r->top, node);
    r->at = end;
    read_attrs(r, node);
    if (strcmp(node->name, "xml") == 0 && r->top->name == NULL &&
        tree_root(r->tree) == node && !node->empty) {
        struct tree_fault *f = fault(r, TREE_BAD_TAG, node->at, node, "xml",
            "the XML declaration is written as a tag, without '?'");
        mend(r, f, node->at + 1, 0, "?");
        mend(r, f, node->at_end - 1, 0, "?");
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
        mend(r, f, line, 0,
            arena_printf(r->arena, "%s</%s>\n", indent, node->name));
    else
        mend(r, f, at, 0, arena_printf(r->arena, "</%s>", node->name));
}

/* Closes the innermost element although its end tag is missing; `at` is where
 * a sibling or its parent's end tag follows. */
static void close_missing(struct reader *r, size_t at)
{
    struct tree_node *node = r->top;
    struct tree_fault *f = fault(r, TREE_UNCLOSED, node->at, node, node->name,
        arena_printf(r->arena, "<%s> is never closed", node->name));
    r->top = node->parent;
    r->depth--;
    if (!leaf(node) && !empty_by_layout(r, node)) {
        at = close_by_layout(r, node, at);
        mend_end(r, f, node, at);
        node->end = node->end_end = at;
        return;
    }
    mend(r, f, node->at_end - 1, 0, "/");
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
    struct tree_fault *f = fault(r, TREE_UNCLOSED, node->at, start, node->name,
        arena_printf(r->arena,
            "<%s> is never closed: a second start tag stands where its end "
            "tag belongs",
            node->name));
    f->fix = "write the '/' of the end tag";
    mend(r, f, node->at + 1, 0, "/");
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
    size_t tag = seek(r, at, "<");
    while (starts(r, tag, "<!--"))
        tag = seek(r, seek(r, tag, "-->"), "<");
    size_t n = strlen(name);
    return starts(r, tag, "</") && r->len - tag - 2 > n &&
           memcmp(r->text + tag + 2, name, n) == 0 &&
           !name_char(r->text[tag + 2 + n]);
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
        at = seek(r, seek(r, seek(r, at, "</"), ">"), "<");
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
    struct tree_fault *f = fault(r, TREE_STRAY_END, start->at, start, name,
        arena_printf(r->arena,
            "<%s/> is closed in its tag, and again by </%s> behind what "
            "belongs into it",
            name, name));
    f->fix = "drop the '/' in its start tag";
    mend(r, f, start->at_end - 2, 1, "");
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
    size_t next = skip_space(r, r->at);
    return top->name != NULL && tree_has_words(top) &&
           tree_child(top, NULL) == NULL &&
           memchr(r->text + top->at, '\n', at - top->at) == NULL &&
           next + 1 < r->len && r->text[next] == '<' &&
           name_start(r->text[next + 1]) &&
           column(r, next) == column(r, top->at) &&
           memchr(r->text + r->at, '\n', next - r->at) != NULL;
}

static void read_end(struct reader *r)
{
    size_t at = r->at, name_at = at + 2, end = name_at;
    while (end < r->len && name_char(r->text[end]))
        end++;
    const char *name =
        arena_strndup(r->arena, r->text + name_at, end - name_at);
    size_t close = skip_space(r, end);
    if (close < r->len && r->text[close] == '>') {
        r->at = close + 1;
    } else if (close + 1 < r->len && r->text[close + 1] == '>' &&
               (r->text[close] == '\'' || r->text[close] == '"')) {
        struct tree_fault *f = fault(r, TREE_BAD_TAG, at, r->top, name,
            arena_printf(
                r->arena, "the end tag </%s> has a quote in it", name));
        f->fix = "drop the quote";
        mend(r, f, end, close + 1 - end, "");
        r->at = close + 2;
    } else {
        struct tree_fault *f = fault(r, TREE_BAD_TAG, at, r->top, name,
            arena_printf(r->arena, "the end tag </%s lacks its '>'", name));
        mend(r, f, end, 0, ">");
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
        struct tree_fault *f = fault(r, TREE_STRAY_END, at, r->top, name,
            arena_printf(r->arena, "</%s> closes nothing that is open", name));
        mend(r, f, at, r->at - at, "");
        return;
    }
    struct tree_fault *f = fault(r, TREE_MISMATCH, at, r->top, name,
        arena_printf(r->arena, "<%s> is closed by </%s>", r->top->name, name));
    mend(r, f, name_at, end - name_at, r->top->name);
    close_top(r, at);
}

/* To behind the '>' that ends it, past its subset, quotes and comments. */
static void skip_doctype(struct reader *r)
{
    bool subset = false;
    while (r->at < r->len) {
        char c = r->text[r->at];
        if (starts(r, r->at, "<!--")) {
            r->at = seek(r, r->at, "-->");
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
    if (starts(r, r->at, "<!--")) {
        size_t end = seek(r, r->at + 4, "-->");
        size_t dashes = seek(r, r->at + 4, "--");
        if (dashes < end && end < r->len)
            fault(r, TREE_BAD_COMMENT, dashes, r->top, "--",
                "'--' inside a comment");
        r->at = end < r->len ? end + 3 : end;
    } else if (starts(r, r->at, "<![CDATA[")) {
        size_t end = seek(r, r->at, "]]>");
        add_text(r, r->at + 9, end - r->at - (end - r->at < 9 ? 0 : 9), true);
        r->at = end < r->len ? end + 3 : end;
    } else if (starts(r, r->at, "<?")) {
        size_t end = seek(r, r->at, "?>");
        r->at = end < r->len ? end + 2 : end;
    } else if (starts(r, r->at, "<!DOCTYPE")) {
        skip_doctype(r);
    } else if (starts(r, r->at, "</") && r->at + 2 < r->len &&
               name_start(r->text[r->at + 2])) {
        read_end(r);
    } else if (r->at + 1 < r->len && name_start(r->text[r->at + 1])) {
        read_start(r);
    } else {
        struct tree_fault *f = fault(r, TREE_BAD_TAG, r->at, r->top, "<",
            "a bare '<' must be written '&lt;'");
        mend(r, f, r->at, 1, "&lt;");
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
            fault(r, TREE_UNDECLARED_PREFIX, n->at, n, n->prefix,
                arena_printf(
                    r->arena, "the prefix '%s' is not declared", n->prefix));
        for (size_t i = 0; i < n->attr_count; i++) {
            struct tree_attr *a = &n->attrs[i];
            split_name(r->arena, a->name, &a->prefix, &a->local);
            a->ns = *a->prefix == '\0' ? "" : tree_namespace(n, a->prefix);
            if (a->ns == NULL)
                fault(r, TREE_UNDECLARED_PREFIX, a->at, n, a->prefix,
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
        size_t tag = seek(&r, r.at, "<");
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
