#include "audit/mention.h"

#include "audit/prose.h"
#include "base/suggest.h"

#include <ctype.h>
#include <string.h>

static const char *const starts[] = {
    "urn:xmpp:", "http://jabber.org/protocol/", "http://jabber.org/features/"};

static bool name_char(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr(":/.#_-%", c));
}

/* The next namespace from at on, its length; 0: no more. What goes on with
 * something to be filled in ("urn:xmpp:x:[media]") is none. */
static size_t next_name(const char **at)
{
    for (const char *p = *at; *p != '\0';) {
        size_t start = 0;
        if (*p != 'u' && *p != 'h') {
            p++;
            continue;
        }
        for (size_t i = 0; start == 0 && i < sizeof starts / sizeof *starts;
             i++)
            if (strncmp(p, starts[i], strlen(starts[i])) == 0)
                start = strlen(starts[i]);
        if (start == 0) {
            p++;
            continue;
        }
        size_t len = start;
        while (name_char(p[len]))
            len++;
        bool open = p[len] == '[' || p[len] == '{' || p[len] == '$' ||
                    p[len] == '*' || p[len] == '<';
        open &= !isalnum((unsigned char)p[len - 1]);
        while (len > start && !isalnum((unsigned char)p[len - 1])) {
            open |= p[len - 1] == ':' || p[len - 1] == '#';
            len--;
        }
        *at = p;
        if (len > start && !open)
            return len;
        p += len;
    }
    return 0;
}

bool mention_for_registrar(const struct tree_node *node)
{
    for (; node != NULL && node->name != NULL; node = node->parent) {
        if (strncmp(node->name, "section", 7) != 0)
            continue;
        const char *topic = tree_value(node, "topic");
        if (topic != NULL && strcasestr(topic, "registrar") != NULL)
            return true;
    }
    return false;
}

/* What stands before a value: the attribute's name ("" when it is content),
 * and the local name of its element. */
static void holder_of(struct arena *arena, const char *data, const char *value,
    const char **attribute, const char **element)
{
    *attribute = *element = "";
    const char *p = value;
    if (p > data && (p[-1] == '\'' || p[-1] == '"')) {
        p--;
        while (p > data && isspace((unsigned char)p[-1]))
            p--;
        if (p > data && p[-1] == '=') {
            p--;
            while (p > data && isspace((unsigned char)p[-1]))
                p--;
            const char *end = p;
            while (p > data && (isalnum((unsigned char)p[-1]) ||
                                   strchr(":-_.", p[-1]) != NULL))
                p--;
            *attribute = arena_strndup(arena, p, (size_t)(end - p));
        }
    }
    while (p > data && p[-1] != '<')
        p--;
    size_t len = strcspn(p, " \t\r\n/>'\"");
    const char *name = arena_strndup(arena, p, len);
    const char *colon = strchr(name, ':');
    *element = colon == NULL ? name : colon + 1;
}

static enum mention_role role_of(const char *attribute, const char *element)
{
    if (strncmp(attribute, "xmlns", 5) == 0 && strcmp(element, "schema") != 0)
        return MENTION_XMLNS;
    if (strcmp(attribute, "targetNamespace") == 0)
        return MENTION_TARGET;
    if (strcmp(attribute, "var") == 0 && strcmp(element, "feature") == 0)
        return MENTION_FEATURE;
    return strcmp(attribute, "node") == 0 ? MENTION_NODE : MENTION_VALUE;
}

static void read_block(struct arena *arena, struct mentions *all,
    const struct document *d, const struct block *b)
{
    const char *at = b->text.data;
    size_t len = next_name(&at);
    bool registrar = len > 0 && mention_for_registrar(b->node);
    for (; len > 0; at += len, len = next_name(&at)) {
        const char *attribute, *element;
        holder_of(arena, b->text.data, at, &attribute, &element);
        struct mention m = {
            .name = arena_strndup(arena, at, len),
            .role = role_of(attribute, element),
            .registrar = registrar,
            .local = element,
            .text = "",
            .document = d,
            .block = b,
            .in = b->node,
            .at = b->text.origin[at - b->text.data],
        };
        list_push(arena, all, m);
    }
}

/* The sentence of a passage around a place. */
static const char *sentence_at(
    struct arena *arena, const char *text, const char *at)
{
    const char *from = at, *to = at;
    while (from > text && !(from[-1] == ' ' && from - text >= 2 &&
                              strchr(".;:", from[-2]) != NULL))
        from--;
    while (*to != '\0' && !(strchr(".;", *to) != NULL && to[1] == ' '))
        to++;
    return arena_strndup(arena, from, (size_t)(to - from));
}

static void read_text(
    struct arena *arena, struct mentions *all, const struct document *d)
{
    const struct prose *prose = prose_read(arena, d);
    for (size_t i = 0; i < prose->count; i++) {
        const char *at = prose->items[i].text;
        size_t len = next_name(&at);
        bool registrar = len > 0 && mention_for_registrar(prose->items[i].node);
        for (; len > 0; at += len, len = next_name(&at)) {
            struct mention m = {
                .name = arena_strndup(arena, at, len),
                .role = MENTION_TEXT,
                .registrar = registrar,
                .local = "",
                .text = sentence_at(arena, prose->items[i].text, at),
                .document = d,
                .in = prose->items[i].node,
                .at = prose->items[i].node->at,
            };
            list_push(arena, all, m);
        }
    }
}

static int by_name(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    if (order == 0)
        order = strcmp(x->document->number, y->document->number);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

struct mentions *mentions_read(
    struct arena *arena, const struct checkout *checkout)
{
    struct mentions *all = arena_alloc(arena, sizeof *all);
    *all = (struct mentions){0};
    for (size_t i = 0; i < checkout->documents.count; i++) {
        const struct document *d = checkout->documents.items[i];
        for (size_t k = 0; k < d->blocks.count; k++)
            read_block(arena, all, d, &d->blocks.items[k]);
        read_text(arena, all, d);
    }
    if (all->count > 0)
        qsort(all->items, all->count, sizeof *all->items, by_name);
    return all;
}

/* Where the version stands in ":12", ":12:rest" or ":12#rest", its length; 0:
 * none. */
static size_t version_in(const char *name, size_t *len)
{
    for (size_t i = strlen("urn:xmpp:"); name[i] != '\0'; i++) {
        size_t digits = strspn(name + i, "0123456789");
        if (name[i - 1] == ':' && digits > 0 && digits <= 3 &&
            (name[i + digits] == '\0' || strchr(":#", name[i + digits]))) {
            *len = digits;
            return i;
        }
    }
    return 0;
}

/* Whether `longer` is `shorter` with one segment more, not the last. */
static bool one_segment_more(const char *longer, const char *shorter)
{
    size_t more = strlen(longer) - strlen(shorter);
    size_t same = 0;
    while (longer[same] != '\0' && longer[same] == shorter[same])
        same++;
    for (size_t at = same + 1; at-- > 1;) {
        char before = longer[at - 1];
        if (before != ':' && before != '/')
            continue;
        if (strcmp(longer + at + more, shorter + at) != 0)
            continue;
        return longer[at + more - 1] == before &&
               memchr(longer + at, ':', more - 1) == NULL &&
               memchr(longer + at, '/', more - 1) == NULL;
    }
    return false;
}

static bool letters_differ(const char *a, const char *b)
{
    size_t shorter = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    if (strpbrk(a, "0123456789") != NULL) {
        size_t x = 0, y = 0, at = version_in(a, &x), other = version_in(b, &y);
        if ((at == 0) != (other == 0) ||
            (at != 0 && (x != y || strncmp(a + at, b + other, x) != 0)))
            return false;
    }
    return edit_distance(a, b) <= (shorter >= 26 ? 2 : 1);
}

enum nearness mention_nearness(const char *a, const char *b)
{
    size_t x = 0, y = 0;
    if (strcmp(a, b) == 0)
        return NEAR_NOT;
    size_t at = version_in(a, &x), other = version_in(b, &y);
    if (at != 0 && at == other && strncmp(a, b, at) == 0 &&
        strcmp(a + at + x, b + at + y) == 0)
        return NEAR_VERSION;
    if (at != 0 && other == 0 && a[at + x] == '\0' && strlen(b) == at - 1 &&
        strncmp(a, b, at - 1) == 0)
        return NEAR_UNVERSIONED;
    if (other != 0 && at == 0 && b[other + y] == '\0' &&
        strlen(a) == other - 1 && strncmp(a, b, other - 1) == 0)
        return NEAR_UNVERSIONED;
    if (strlen(a) > strlen(b) ? one_segment_more(a, b)
                              : strlen(b) > strlen(a) && one_segment_more(b, a))
        return NEAR_SEGMENT;
    return letters_differ(a, b) ? NEAR_LETTERS : NEAR_NOT;
}
