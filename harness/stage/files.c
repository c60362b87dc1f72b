/* The [File]s of a script, made in the case's directory. */
#include "base/file.h"
#include "stage/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *file_key(const struct script_file *file, const char *name)
{
    for (size_t i = 0; i < file->keys.count; i++) {
        if (strcmp(file->keys.items[i].name, name) == 0)
            return file->keys.items[i].value;
    }
    return NULL;
}

/* "4096", "64k", "1M", "1G"; -1 when it is no size. */
static int64_t size_of(const char *text)
{
    char *end;
    errno = 0;
    long long size = strtoll(text, &end, 10);
    if (errno != 0 || end == text || size < 0)
        return -1;
    static const struct {
        char unit;
        int shift;
    } units[] = {{'k', 10}, {'K', 10}, {'M', 20}, {'G', 30}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (*end == units[i].unit) {
            size <<= units[i].shift;
            end++;
            break;
        }
    }
    if (strcmp(end, "iB") == 0 || strcmp(end, "B") == 0)
        end += strlen(end);
    return *end == 0 ? size : -1;
}

static bool fill(struct stage *stage, FILE *out, const char *content,
    uint64_t seed, int64_t size)
{
    struct random random = {seed};
    char block[65536];
    while (size > 0) {
        size_t part =
            size < (int64_t)sizeof block ? (size_t)size : sizeof block;
        if (content == NULL || strcmp(content, "random") == 0) {
            random_fill(&random, block, part);
        } else if (strcmp(content, "zero") == 0) {
            memset(block, 0, part);
        } else {
            for (size_t i = 0; i < part; i++)
                block[i] = i % 72 == 71 ? '\n' : (char)('a' + i % 26);
        }
        if (fwrite(block, 1, part, out) != part)
            return stage_trouble(
                stage, "cannot write a file of the case: %s", strerror(errno));
        size -= (int64_t)part;
    }
    return true;
}

static bool copy_program(struct stage *stage, FILE *out, int64_t *size)
{
    FILE *in = fopen("/proc/self/exe", "rb");
    if (in == NULL)
        return stage_trouble(
            stage, "cannot read the program's own file: %s", strerror(errno));
    char block[65536];
    size_t got;
    *size = 0;
    while ((got = fread(block, 1, sizeof block, in)) > 0 &&
           fwrite(block, 1, got, out) == got)
        *size += (int64_t)got;
    fclose(in);
    return true;
}

static bool make_one(struct stage *stage, const struct script_file *file,
    struct stage_file *made)
{
    const char *name = file_key(file, "name");
    char *base = stage_value(stage, name != NULL ? name : file->name);
    const char *size_text = file_key(file, "size");
    char *size = stage_value(stage, size_text != NULL ? size_text : "4096");
    if (base == NULL || size == NULL)
        return false;
    made->size = size_of(size);
    if (made->size < 0)
        return stage_trouble(stage,
            "line %d: '%s' is no size of a file; "
            "write 4096, 64k or 1M",
            file->line, size);
    struct error error = {{0}};
    char *folder =
        arena_printf(stage->arena, "%s/files/%s", stage->directory, file->name);
    if (!file_make_dirs(folder, &error))
        return stage_trouble(stage, "%s", error.message);
    made->path = arena_printf(stage->arena, "%s/%s", folder, base);
    FILE *out = fopen(made->path, "wb");
    if (out == NULL)
        return stage_trouble(
            stage, "%s: cannot make it: %s", made->path, strerror(errno));
    const char *from = file_key(file, "from");
    bool ok = from != NULL
                  ? copy_program(stage, out, &made->size)
                  : fill(stage, out, file_key(file, "content"),
                        random_seed(stage->c->seed, file->name), made->size);
    if (fclose(out) != 0)
        ok = stage_trouble(stage, "%s: cannot write it", made->path);
    return ok;
}

bool files_make(struct stage *stage)
{
    size_t count = stage->script->files.count;
    stage->files =
        arena_alloc(stage->arena, (count + 1) * sizeof *stage->files);
    for (size_t i = 0; i < count; i++) {
        if (!make_one(stage, &stage->script->files.items[i], &stage->files[i]))
            return false;
    }
    return true;
}

struct stage_file *stage_file(struct stage *stage, const struct script_arg *arg)
{
    return &stage->files[arg->file];
}

bool files_read(struct stage *stage, const struct stage_file *file,
    int64_t from, int64_t to, struct buffer *out)
{
    to = to > file->size ? file->size : to;
    if (from < 0 || from > to)
        from = to;
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return stage_trouble(
            stage, "%s: cannot read it: %s", file->path, strerror(errno));
    size_t want = (size_t)(to - from);
    uint8_t *room = buffer_reserve(out, want);
    ssize_t got = pread(fd, room, want, from);
    close(fd);
    if (got != (ssize_t)want)
        return stage_trouble(stage, "%s: it became shorter", file->path);
    out->len += want;
    out->data[out->len] = 0;
    return true;
}

bool files_range(struct stage *stage, const struct script_step *step,
    int64_t *from, int64_t *to)
{
    const struct script_clause *range = script_clause(step, CLAUSE_RANGE);
    *from = 0;
    *to = stage_file(stage, &step->args[1])->size;
    return range == NULL || (stage_number(stage, &range->args[0], from) &&
                                stage_number(stage, &range->args[1], to));
}

bool files_same(const char *a, const char *b)
{
    struct stat status_a, status_b;
    if (lstat(a, &status_a) != 0 || stat(b, &status_b) != 0 ||
        !S_ISREG(status_a.st_mode) || status_a.st_size != status_b.st_size)
        return false;
    FILE *file_a = fopen(a, "rb"), *file_b = fopen(b, "rb");
    bool same = file_a != NULL && file_b != NULL;
    while (same) {
        char block_a[65536], block_b[65536];
        size_t got_a = fread(block_a, 1, sizeof block_a, file_a);
        size_t got_b = fread(block_b, 1, sizeof block_b, file_b);
        same = got_a == got_b && memcmp(block_a, block_b, got_a) == 0;
        if (got_a == 0)
            break;
    }
    if (file_a != NULL)
        fclose(file_a);
    if (file_b != NULL)
        fclose(file_b);
    return same;
}
