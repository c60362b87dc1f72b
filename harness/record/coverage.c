#include "record/coverage.h"

#include "base/file.h"
#include "base/vec.h"

#include <stdio.h>
#include <string.h>

enum { SCRIPT_LIMIT = 1 << 20, DEPTH_LIMIT = 8 };

struct scan {
    struct arena *arena;
    VEC(struct coverage_entry) entries;
};

/* The value of "## key: value", or NULL. */
static const char *header_value(const char *line, const char *key)
{
    size_t len = strlen(key);
    if (strncmp(line, "## ", 3) != 0 || strncmp(line + 3, key, len) != 0 ||
        line[3 + len] != ':')
        return NULL;
    line += 3 + len + 1;
    return line + strspn(line, " \t");
}

static void add_requirement(
    struct scan *scan, const char *path, int line, const char *value)
{
    struct error error = {0};
    struct coverage_entry entry = {.path = path, .line = line};
    if (!requirement_name_parse(&entry.name, value, &error))
        entry.wrong = arena_strdup(scan->arena, error.message);
    vec_push(&scan->entries, entry);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool scan_file(struct scan *scan, const char *path, struct error *error)
{
    struct buffer text = {0};
    if (!file_read(path, SCRIPT_LIMIT, &text, error)) {
        buffer_free(&text);
        return false;
    }
    const char *kept = arena_strdup(scan->arena, path);
    const char *id = base_name(kept);
    size_t first = scan->entries.count;
    char *rest = text.len > 0 ? (char *)text.data : NULL;
    int number = 0;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        line[strcspn(line, "\r")] = 0;
        number++;
        const char *value = header_value(line, "id");
        if (value != NULL && *value != 0)
            id = arena_strdup(scan->arena, value);
        value = header_value(line, "requirement");
        /* sentences of RFCs are not in the catalogue */
        if (value != NULL && strncmp(value, "RFC ", 4) != 0)
            add_requirement(scan, kept, number, value);
    }
    for (size_t i = first; i < scan->entries.count; i++)
        scan->entries.items[i].case_id = id;
    buffer_free(&text);
    return true;
}

static bool is_script(const char *name)
{
    size_t len = strlen(name);
    return name[0] != '.' && (len < 3 || strcmp(name + len - 3, ".md") != 0);
}

static bool scan_dir(
    struct scan *scan, const char *dir, int depth, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    if (!file_names(dir, &names, &count, error))
        return false;
    bool right = true;
    for (size_t i = 0; right && i < count; i++) {
        if (!is_script(names[i]) || strcmp(names[i], "requirements") == 0)
            continue;
        char *path = file_join(dir, names[i]);
        if (!file_is_dir(path))
            right = scan_file(scan, path, error);
        else if (depth < DEPTH_LIMIT)
            right = scan_dir(scan, path, depth + 1, error);
        free(path);
    }
    file_names_free(names, count);
    return right;
}

bool coverage_read(struct coverage *coverage, struct arena *arena,
    const char *dir, struct error *error)
{
    struct scan scan = {.arena = arena};
    bool right = scan_dir(&scan, dir, 0, error);
    struct coverage_entry *entries =
        arena_alloc(arena, scan.entries.count * sizeof *entries);
    if (scan.entries.count > 0)
        memcpy(
            entries, scan.entries.items, scan.entries.count * sizeof *entries);
    *coverage = (struct coverage){entries, scan.entries.count};
    vec_free(&scan.entries);
    return right;
}

const struct coverage_entry *coverage_case(
    const struct coverage *coverage, const char *xep, const char *id, size_t n)
{
    for (size_t i = 0; i < coverage->count; i++) {
        const struct coverage_entry *entry = &coverage->entries[i];
        if (entry->wrong == NULL && strcmp(entry->name.xep, xep) == 0 &&
            strcmp(entry->name.id, id) == 0 && n-- == 0)
            return entry;
    }
    return NULL;
}
