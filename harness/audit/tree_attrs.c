/* The attributes of a tag, whole or broken. */
#include "audit/tree_reader.h"

#include <ctype.h>
#include <string.h>

/* An attribute's value that lost its quotes or its '='. */
static void read_broken_value(
    struct reader *r, struct tree_attr *attr, const struct tree_node *node)
{
    size_t at = reader_skip_space(r, r->at);
    char c = at < r->len ? r->text[at] : '>';
    if (c == '\'' || c == '"') {
        struct tree_fault *f = reader_fault(r, TREE_BAD_ATTRIBUTE, attr->at,
            node, attr->name,
            arena_printf(r->arena, "attribute '%s' lacks its '='", attr->name));
        reader_mend(r, f, r->at, 0, "=");
        return;
    }
    struct tree_fault *f =
        reader_fault(r, TREE_BAD_ATTRIBUTE, attr->at, node, attr->name,
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
    while (name > from && reader_name_char(r->text[name - 1]))
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
    if (at >= r->len || !reader_name_start(r->text[at]))
        return false;
    while (at < r->len && reader_name_char(r->text[at]))
        at++;
    *attr = (struct tree_attr){.at = r->at, .end = at};
    attr->name = arena_strndup(r->arena, r->text + r->at, at - r->at);
    r->at = at;
    size_t equals = reader_skip_space(r, at);
    bool has_equals = equals < r->len && r->text[equals] == '=';
    if (has_equals)
        r->at = equals + 1;
    else
        read_broken_value(r, attr, node);
    if (attr->value != NULL)
        return true;
    size_t quote = reader_skip_space(r, r->at);
    char c = quote < r->len ? r->text[quote] : '\0';
    if (c != '\'' && c != '"') {
        /* Unquoted: up to space or the tag's end. */
        size_t end = quote;
        while (end < r->len && !isspace((unsigned char)r->text[end]) &&
               r->text[end] != '>' && r->text[end] != '/')
            end++;
        struct tree_fault *f =
            reader_fault(r, TREE_BAD_ATTRIBUTE, attr->at, node, attr->name,
                arena_printf(
                    r->arena, "the value of '%s' is not quoted", attr->name));
        reader_mend(r, f, quote, 0, "'");
        reader_mend(r, f, end, 0, "'");
        attr->value_at = quote;
        attr->value_len = end - quote;
        r->at = attr->end = end;
    } else {
        const char *close = memchr(r->text + quote + 1, c, r->len - quote - 1);
        size_t end = close == NULL ? r->len : (size_t)(close - r->text);
        size_t lost = lost_quote(r, quote + 1, end);
        if (lost > 0) {
            struct tree_fault *f =
                reader_fault(r, TREE_BAD_ATTRIBUTE, attr->at, node, attr->name,
                    arena_printf(r->arena,
                        "the value of '%s' lacks its "
                        "closing quote",
                        attr->name));
            reader_mend(r, f, lost, 0, c == '"' ? "\"" : "'");
            attr->value_at = quote + 1;
            attr->value_len = lost - quote - 1;
            r->at = attr->end = lost;
            attr->value = reader_resolve(r, attr->value_at, attr->value_len);
            return true;
        }
        attr->value_at = quote + 1;
        attr->value_len = end - quote - 1;
        r->at = attr->end = end < r->len ? end + 1 : end;
        const char *lt = memchr(r->text + quote + 1, '<', end - quote - 1);
        if (lt != NULL) {
            struct tree_fault *f = reader_fault(r, TREE_BAD_ATTRIBUTE, attr->at,
                node, attr->name,
                arena_printf(r->arena, "'<' in the value of '%s'%s", attr->name,
                    close == NULL ||
                            memchr(lt, '\n',
                                (size_t)(end - (size_t)(lt - r->text))) != NULL
                        ? "; is its closing quote missing?"
                        : " must be written '&lt;'"));
            (void)f;
        }
    }
    attr->value = reader_resolve(r, attr->value_at, attr->value_len);
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
        reader_fault(r, TREE_DUPLICATE_ATTRIBUTE, attr->at, node, attr->name,
            arena_printf(r->arena, "attribute '%s' stands twice in the tag",
                attr->name));
    if (strcmp(attr->name, "minOccurs") == 0 && !has_max)
        reader_mend(r, f, attr->at, strlen("minOccurs"), "maxOccurs");
    else
        reader_mend(r, f, attr->at, attr->end - attr->at, "");
}

void reader_attrs(struct reader *r, struct tree_node *node)
{
    VEC(struct tree_attr) attrs = {0};
    for (;;) {
        size_t before = r->at;
        r->at = reader_skip_space(r, r->at);
        if (r->at >= r->len)
            break;
        if (r->text[r->at] == '>') {
            r->at++;
            break;
        }
        if (reader_starts(r, r->at, "/>")) {
            r->at += 2;
            node->empty = true;
            break;
        }
        if (r->text[r->at] == '<') {
            struct tree_fault *f =
                reader_fault(r, TREE_BAD_TAG, node->at, node, node->name,
                    arena_printf(
                        r->arena, "the tag <%s lacks its '>'", node->name));
            reader_mend(r, f, before, 0, ">");
            r->at = before;
            break;
        }
        struct tree_attr attr;
        if (!read_attr(r, node, &attr)) {
            reader_fault(r, TREE_BAD_TAG, node->at, node, node->name,
                arena_printf(r->arena, "stray '%c' in the tag <%s>",
                    r->text[r->at], node->name));
            r->at++;
            continue;
        }
        if (before == attr.at && attrs.count > 0) {
            struct tree_fault *f =
                reader_fault(r, TREE_BAD_ATTRIBUTE, attr.at, node, attr.name,
                    arena_printf(
                        r->arena, "no space before attribute '%s'", attr.name));
            reader_mend(r, f, attr.at, 0, " ");
        }
        check_duplicate(r, node, attrs.items, attrs.count, &attr);
        list_push(r->arena, &attrs, attr);
    }
    node->attrs = attrs.items;
    node->attr_count = attrs.count;
    node->at_end = node->end = node->end_end = r->at;
}
