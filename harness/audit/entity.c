#include "audit/entity.h"

#include "base/vec.h"

#include <ctype.h>
#include <string.h>

enum { ENTITY_DEPTH = 8, ENTITY_LENGTH = 1 << 16, ENTITY_BUCKETS = 512 };

struct entity {
    const char *name, *value;
    struct entity *next;
};

struct entity_table {
    struct arena *arena;
    const struct entity_table *parent;
    struct entity *buckets[ENTITY_BUCKETS];
};

struct entity_table *entity_table_new(
    struct arena *arena, const struct entity_table *parent)
{
    struct entity_table *table = arena_alloc(arena, sizeof *table);
    table->arena = arena;
    table->parent = parent;
    return table;
}

static size_t hash(const char *name, size_t len)
{
    size_t h = 5381;
    for (size_t i = 0; i < len; i++)
        h = h * 33 + (unsigned char)name[i];
    return h % ENTITY_BUCKETS;
}

static const struct entity *find(
    const struct entity_table *table, const char *name, size_t len)
{
    for (; table != NULL; table = table->parent) {
        const struct entity *entity = table->buckets[hash(name, len)];
        for (; entity != NULL; entity = entity->next)
            if (strncmp(entity->name, name, len) == 0 &&
                entity->name[len] == '\0')
                return entity;
    }
    return NULL;
}

static size_t skip_space(const char *text, size_t len, size_t at)
{
    while (at < len && isspace((unsigned char)text[at]))
        at++;
    return at;
}

void entity_table_read(struct entity_table *table, const char *text, size_t len)
{
    static const char open[] = "<!ENTITY";
    size_t at = 0;
    while (at + sizeof open < len) {
        if (strncmp(text + at, "<!--", 4) == 0) {
            const char *end = memmem(text + at, len - at, "-->", 3);
            if (end == NULL)
                return;
            at = (size_t)(end - text) + 3;
            continue;
        }
        /* The internal subset ends where the document's element starts. */
        if (strncmp(text + at, "<xep>", 5) == 0)
            return;
        if (strncmp(text + at, open, sizeof open - 1) != 0) {
            at++;
            continue;
        }
        size_t name = skip_space(text, len, at + sizeof open - 1);
        size_t name_end = name;
        while (name_end < len && !isspace((unsigned char)text[name_end]))
            name_end++;
        size_t quote = skip_space(text, len, name_end);
        at = quote;
        if (text[name] == '%' || quote >= len ||
            (text[quote] != '\'' && text[quote] != '"'))
            continue;
        const char *end =
            memchr(text + quote + 1, text[quote], len - quote - 1);
        if (end == NULL)
            return;
        at = (size_t)(end - text) + 1;
        size_t length = name_end - name;
        if (length == 0 ||
            (find(table, text + name, length) != NULL && table->parent == NULL))
            continue;
        struct entity *entity = arena_alloc(table->arena, sizeof *entity);
        entity->name = arena_strndup(table->arena, text + name, length);
        entity->value = arena_strndup(
            table->arena, text + quote + 1, (size_t)(end - text) - quote - 1);
        struct entity **bucket = &table->buckets[hash(text + name, length)];
        while (*bucket != NULL)
            bucket = &(*bucket)->next;
        *bucket = entity;
    }
}

static void add_utf8(struct buffer *out, unsigned long c)
{
    char utf8[4];
    size_t n = 0;
    if (c < 0x80) {
        utf8[n++] = (char)c;
    } else if (c < 0x800) {
        utf8[n++] = (char)(0xc0 | (c >> 6));
        utf8[n++] = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        utf8[n++] = (char)(0xe0 | (c >> 12));
        utf8[n++] = (char)(0x80 | ((c >> 6) & 0x3f));
        utf8[n++] = (char)(0x80 | (c & 0x3f));
    } else {
        utf8[n++] = (char)(0xf0 | (c >> 18));
        utf8[n++] = (char)(0x80 | ((c >> 12) & 0x3f));
        utf8[n++] = (char)(0x80 | ((c >> 6) & 0x3f));
        utf8[n++] = (char)(0x80 | (c & 0x3f));
    }
    buffer_add(out, utf8, n);
}

static bool character_text(const char *name, size_t len, struct buffer *out)
{
    static const struct {
        const char *name;
        char character;
    } predefined[] = {
        {"lt", '<'},
        {"gt", '>'},
        {"amp", '&'},
        {"apos", '\''},
        {"quot", '"'},
    };
    for (size_t i = 0; i < sizeof predefined / sizeof *predefined; i++) {
        if (strlen(predefined[i].name) == len &&
            strncmp(predefined[i].name, name, len) == 0) {
            buffer_add(out, &predefined[i].character, 1);
            return true;
        }
    }
    if (len < 2 || name[0] != '#')
        return false;
    bool hex = name[1] == 'x';
    char digits[12] = "";
    size_t start = hex ? 2 : 1;
    if (len - start == 0 || len - start >= sizeof digits)
        return false;
    memcpy(digits, name + start, len - start);
    char *end;
    unsigned long c = strtoul(digits, &end, hex ? 16 : 10);
    if (*end != '\0' || c == 0 || c > 0x10ffff)
        return false;
    add_utf8(out, c);
    return true;
}

static size_t decode(const struct entity_table *table, const char *text,
    size_t len, bool drop_markup, int depth, struct buffer *out);

static bool text_at_depth(const struct entity_table *table, const char *name,
    size_t len, int depth, struct buffer *out)
{
    if (character_text(name, len, out))
        return true;
    const struct entity *entity = find(table, name, len);
    if (entity == NULL || depth >= ENTITY_DEPTH)
        return false;
    /* A character reference in the declaration is resolved when it is read,
     * so "&lt;" in it is text, while "&#60;" would be markup; the XEPs use
     * the former only. */
    (void)decode(
        table, entity->value, strlen(entity->value), true, depth + 1, out);
    return true;
}

static size_t decode(const struct entity_table *table, const char *text,
    size_t len, bool drop_markup, int depth, struct buffer *out)
{
    size_t unknown = 0, start = out->len;
    int note = 0;
    for (size_t i = 0; i < len; i++) {
        if (out->len - start > ENTITY_LENGTH)
            return unknown;
        if (drop_markup && text[i] == '<') {
            const char *end = memchr(text + i, '>', len - i);
            if (end == NULL)
                return unknown;
            if (strncmp(text + i, "<note", 5) == 0)
                note++;
            else if (strncmp(text + i, "</note", 6) == 0)
                note--;
            i = (size_t)(end - text);
            continue;
        }
        if (note > 0)
            continue;
        if (text[i] == '&') {
            const char *end =
                memchr(text + i, ';', len - i < 64 ? len - i : 64);
            if (end != NULL && text_at_depth(table, text + i + 1,
                                   (size_t)(end - text) - i - 1, depth, out)) {
                i = (size_t)(end - text);
                continue;
            }
            unknown++;
        }
        buffer_add(out, text + i, 1);
    }
    return unknown;
}

bool entity_text(const struct entity_table *table, const char *name, size_t len,
    struct buffer *out)
{
    return text_at_depth(table, name, len, 0, out);
}

size_t entity_decode(const struct entity_table *table, const char *text,
    size_t len, struct buffer *out)
{
    return decode(table, text, len, false, 0, out);
}

const char *entity_raw(
    const struct entity_table *table, const char *name, size_t len)
{
    const struct entity *entity = find(table, name, len);
    return entity == NULL ? NULL : entity->value;
}
