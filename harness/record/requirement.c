#include "record/requirement.h"

#include "base/file.h"
#include "base/vec.h"

#include <stdio.h>
#include <string.h>

enum { TABLE_LIMIT = 1 << 20, COLUMNS = 7 };

static const char *const level_names[LEVEL_COUNT] = {
    [LEVEL_MUST] = "must",
    [LEVEL_MUST_NOT] = "must-not",
    [LEVEL_SHOULD] = "should",
    [LEVEL_SHOULD_NOT] = "should-not",
    [LEVEL_PROSE] = "prose",
};

static const struct {
    const char *name;
    unsigned bit;
} bounds[] = {
    {"initiator", BOUND_INITIATOR},
    {"responder", BOUND_RESPONDER},
    {"sender", BOUND_SENDER},
    {"receiver", BOUND_RECEIVER},
    {"client", BOUND_CLIENT},
    {"server", BOUND_SERVER},
    {"proxy", BOUND_PROXY},
    {"author", BOUND_AUTHOR},
};

static const char header_row[] =
    "id\tsection\tlevel\tbound\tfingerprint\ttestable\tparaphrase";

struct reader {
    struct requirement_table *table;
    struct arena *arena;
    const char *path;
    int line;
    bool seen_header;
    VEC(struct requirement) rows;
};

static bool bad(struct reader *reader, struct error *error, const char *what,
    const char *text)
{
    return error_set(
        error, "%s:%d: %s: '%s'", reader->path, reader->line, what, text);
}

const char *requirement_level_name(enum requirement_level level)
{
    return level_names[level];
}

bool requirement_level_parse(enum requirement_level *level, const char *text)
{
    for (int i = 0; i < LEVEL_COUNT; i++) {
        if (strcmp(text, level_names[i]) == 0) {
            *level = (enum requirement_level)i;
            return true;
        }
    }
    return false;
}

void requirement_bound_text(unsigned bound, char *out, size_t size)
{
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        if ((bound & bounds[i].bit) == 0 || used >= size)
            continue;
        int wrote = snprintf(out + used, size - used, "%s%s",
            used > 0 ? "," : "", bounds[i].name);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

static bool bound_parse(unsigned *bound, char *text)
{
    *bound = 0;
    char *rest = text;
    for (char *word; (word = strsep(&rest, ",")) != NULL;) {
        unsigned bit = 0;
        for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
            bit |= strcmp(word, bounds[i].name) == 0 ? bounds[i].bit : 0;
        if (bit == 0)
            return false;
        *bound |= bit;
    }
    return true;
}

static bool is_id(const char *text)
{
    size_t len = strlen(text);
    return len > 0 && len < sizeof((struct requirement_name *)0)->id &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len &&
           text[0] != '-';
}

static bool is_fingerprint(const char *text)
{
    return strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16;
}

static bool read_testable(
    struct reader *reader, struct requirement *row, char *text)
{
    if (strcmp(text, "yes") == 0)
        return true;
    if (strncmp(text, "no:", 3) != 0 ||
        strspn(text + 3, " ") == strlen(text + 3))
        return false;
    row->reason = arena_strdup(reader->arena, text + 3 + strspn(text + 3, " "));
    return true;
}

static bool read_row(struct reader *reader, char *line, struct error *error)
{
    char *column[COLUMNS], *rest = line;
    for (int i = 0; i < COLUMNS; i++) {
        column[i] = strsep(&rest, "\t");
        if (column[i] == NULL || column[i][0] == 0)
            return bad(reader, error, "a row has seven columns, none empty",
                column[0]);
    }
    if (rest != NULL)
        return bad(reader, error, "more than seven columns", column[0]);
    struct requirement row = {.line = reader->line};
    if (!is_id(column[0]))
        return bad(reader, error, "an id is [a-z0-9-]", column[0]);
    for (size_t i = 0; i < reader->rows.count; i++) {
        if (strcmp(reader->rows.items[i].id, column[0]) == 0)
            return bad(reader, error, "this id is there twice", column[0]);
    }
    row.id = arena_strdup(reader->arena, column[0]);
    char *anchor = strchr(column[1], '#');
    if (anchor == NULL || anchor[1] == 0)
        return bad(reader, error, "a section is NUMBER#ANCHOR", column[1]);
    *anchor++ = 0;
    row.section = arena_strdup(reader->arena, column[1]);
    row.anchor = arena_strdup(reader->arena, anchor);
    if (!requirement_level_parse(&row.level, column[2]))
        return bad(reader, error,
            "a level is must, must-not, should, should-not or prose",
            column[2]);
    if (!bound_parse(&row.bound, column[3]))
        return bad(reader, error, "unknown party in bound", column[0]);
    if (!is_fingerprint(column[4]))
        return bad(reader, error, "a fingerprint is 16 hex digits", column[4]);
    memcpy(row.fingerprint, column[4], sizeof row.fingerprint);
    if (!read_testable(reader, &row, column[5]))
        return bad(reader, error, "testable is yes or no:REASON", column[5]);
    row.paraphrase = arena_strdup(reader->arena, column[6]);
    vec_push(&reader->rows, row);
    return true;
}

static void read_sections(struct reader *reader, char *value)
{
    struct requirement_table *table = reader->table;
    table->sections =
        arena_alloc(reader->arena, (strlen(value) + 1) * sizeof(char *));
    for (char *word; (word = strsep(&value, " ")) != NULL;) {
        if (*word != 0)
            table->sections[table->section_count++] =
                arena_strdup(reader->arena, word);
    }
}

/* "# key: value"; other comments are free text. */
static void read_comment(struct reader *reader, char *line)
{
    static const struct {
        const char *key;
        size_t offset;
    } keys[] = {
        {"# xep: ", offsetof(struct requirement_table, xep)},
        {"# version: ", offsetof(struct requirement_table, version)},
        {"# source: ", offsetof(struct requirement_table, source)},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t len = strlen(keys[i].key);
        if (strncmp(line, keys[i].key, len) == 0) {
            const char *value = arena_strdup(reader->arena, line + len);
            memcpy(
                (char *)reader->table + keys[i].offset, &value, sizeof value);
        }
    }
    if (strncmp(line, "# sections: ", 12) == 0)
        read_sections(reader, line + 12);
}

static bool read_line(struct reader *reader, char *line, struct error *error)
{
    if (line[0] == 0)
        return true;
    if (line[0] == '#') {
        read_comment(reader, line);
        return true;
    }
    if (!reader->seen_header) {
        reader->seen_header = true;
        return strcmp(line, header_row) == 0 ||
               bad(reader, error, "the header row is not as expected", line);
    }
    return read_row(reader, line, error);
}

bool requirement_table_parse(struct requirement_table *table,
    struct arena *arena, struct bytes text, const char *path,
    struct error *error)
{
    struct reader reader = {.table = table, .arena = arena, .path = path};
    memset(table, 0, sizeof *table);
    char *copy = arena_strndup(arena, (const char *)text.data, text.len);
    bool right = true;
    for (char *line; right && (line = strsep(&copy, "\n")) != NULL;) {
        reader.line++;
        right = read_line(&reader, line, error);
    }
    if (right && (table->xep == NULL || table->source == NULL))
        right = bad(&reader, error, "needs lines '# xep:' and '# source:'", "");
    struct requirement *rows =
        arena_alloc(arena, reader.rows.count * sizeof *rows);
    if (reader.rows.count > 0)
        memcpy(rows, reader.rows.items, reader.rows.count * sizeof *rows);
    table->rows = rows;
    table->count = reader.rows.count;
    vec_free(&reader.rows);
    return right;
}

static bool is_table_name(const char *name)
{
    size_t len = strlen(name);
    return len > 8 && strncmp(name, "xep-", 4) == 0 &&
           strcmp(name + len - 4, ".tsv") == 0;
}

static bool read_file(struct requirement_table *table, struct arena *arena,
    const char *dir, const char *name, struct error *error)
{
    char *path = file_join(dir, name);
    struct buffer text = {0};
    bool right = file_read(path, TABLE_LIMIT, &text, error) &&
                 requirement_table_parse(table, arena, buffer_bytes(&text),
                     arena_strdup(arena, path), error);
    buffer_free(&text);
    free(path);
    return right;
}

struct requirement_catalogue *requirement_catalogue_read(
    const char *dir, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    if (!file_names(dir, &names, &count, error))
        return NULL;
    struct arena *arena = arena_new();
    struct requirement_table *tables =
        arena_alloc(arena, count * sizeof *tables);
    struct requirement_catalogue *catalogue = mem_alloc(sizeof *catalogue);
    *catalogue =
        (struct requirement_catalogue){.arena = arena, .tables = tables};
    bool right = true;
    for (size_t i = 0; right && i < count; i++) {
        if (!is_table_name(names[i]))
            continue;
        right =
            read_file(&tables[catalogue->count], arena, dir, names[i], error);
        catalogue->count++;
    }
    file_names_free(names, count);
    if (right && catalogue->count == 0)
        right = error_set(error, "%s: no tables xep-NNNN.tsv there", dir);
    if (!right) {
        requirement_catalogue_free(catalogue);
        return NULL;
    }
    return catalogue;
}

void requirement_catalogue_free(struct requirement_catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    arena_free(catalogue->arena);
    free(catalogue);
}

const struct requirement_table *requirement_table_of(
    const struct requirement_catalogue *catalogue, const char *xep)
{
    if (strncmp(xep, "XEP-", 4) == 0)
        xep += 4;
    for (size_t i = 0; i < catalogue->count; i++) {
        if (strcmp(catalogue->tables[i].xep, xep) == 0)
            return &catalogue->tables[i];
    }
    return NULL;
}

const struct requirement *requirement_of(
    const struct requirement_table *table, const char *id)
{
    for (size_t i = 0; table != NULL && i < table->count; i++) {
        if (strcmp(table->rows[i].id, id) == 0)
            return &table->rows[i];
    }
    return NULL;
}

/* "s2.2", "s2", "s2.2.1": the section, for people; the id is what counts. */
static bool is_section(const char *word, size_t len)
{
    return len > 1 && word[0] == 's' &&
           strspn(word + 1, "0123456789.") >= len - 1;
}

bool requirement_name_parse(
    struct requirement_name *name, const char *text, struct error *error)
{
    static const char shape[] =
        "a requirement is named 'XEP-NNNN [sSECTION] ID [(LEVEL)]', not '%s'";
    const char *at = text + strspn(text, " \t");
    if (strncmp(at, "XEP-", 4) != 0)
        return error_set(error, shape, text);
    at += 4;
    size_t len = strcspn(at, " \t");
    if (len == 0 || len >= sizeof name->xep)
        return error_set(error, shape, text);
    memcpy(name->xep, at, len);
    name->xep[len] = 0;
    at += len + strspn(at + len, " \t");
    len = strcspn(at, " \t\r\n");
    if (is_section(at, len)) {
        at += len + strspn(at + len, " \t");
        len = strcspn(at, " \t\r\n");
    }
    if (len == 0 || len >= sizeof name->id || *at == '(')
        return error_set(error, shape, text);
    memcpy(name->id, at, len);
    name->id[len] = 0;
    at += len + strspn(at + len, " \t\r\n");
    return *at == 0 || *at == '(' || error_set(error, shape, text);
}
