#include "base/file.h"

#include "base/memory.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_read(
    const char *path, size_t limit, struct buffer *out, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(error, "%s: %s", path, strerror(errno));
    size_t start = out->len;
    bool ok = true;
    for (;;) {
        ssize_t got = read(fd, buffer_reserve(out, 65536), 65536);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            ok = error_set(error, "%s: %s", path, strerror(errno));
        if (got <= 0)
            break;
        out->len += (size_t)got;
        if (out->len - start > limit) {
            ok = error_set(
                error, "%s: larger than the limit of %zu bytes", path, limit);
            break;
        }
    }
    if (out->data != NULL)
        out->data[out->len] = 0;
    if (!standard)
        close(fd);
    return ok;
}

static bool write_all(int fd, struct bytes content)
{
    while (content.len > 0) {
        ssize_t put = write(fd, content.data, content.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        content.data += put;
        content.len -= (size_t)put;
    }
    return true;
}

/* Devices, pipes and sockets are written to: replacing one would take it
 * away from everybody. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) &&
           !S_ISDIR(status.st_mode);
}

static bool write_special(
    const char *path, struct bytes content, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write_all(fd, content);
    if (!ok)
        error_set(error, "%s: cannot write: %s", path, strerror(errno));
    if (fd >= 0 && close(fd) != 0 && ok)
        ok = error_set(error, "%s: cannot write: %s", path, strerror(errno));
    return ok;
}

bool file_write(const char *path, struct bytes content, struct error *error)
{
    if (strcmp(path, "-") == 0) {
        fflush(stdout);
        return write_all(STDOUT_FILENO, content) ||
               error_set(error, "standard output: %s", strerror(errno));
    }
    if (is_special(path))
        return write_special(path, content, error);
    char *temporary = mem_printf("%s.%ld.tmp", path, (long)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok = fd >= 0 && write_all(fd, content);
    if (fd >= 0 && close(fd) != 0)
        ok = false;
    if (ok && rename(temporary, path) != 0)
        ok = false;
    if (!ok) {
        error_set(error, "%s: cannot write: %s", path, strerror(errno));
        unlink(temporary);
    }
    free(temporary);
    return ok;
}

bool file_can_write(const char *path, struct error *error)
{
    if (strcmp(path, "-") == 0 || is_special(path))
        return true;
    if (file_is_dir(path))
        return error_set(error, "%s: cannot write: it is a directory", path);
    char *temporary = mem_printf("%s.%ld.tmp", path, (long)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok = fd >= 0 ||
              error_set(error, "%s: cannot write: %s", path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(temporary);
    }
    free(temporary);
    return ok;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

int64_t file_stamp(const char *path)
{
    struct stat about;
    if (lstat(path, &about) != 0)
        return 0;
    return (int64_t)about.st_ctim.tv_sec * 1000000000 + about.st_ctim.tv_nsec;
}

bool file_is_dir(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool file_make_dirs(const char *path, struct error *error)
{
    char *copy = mem_strdup(path);
    bool ok = true;
    for (char *slash = copy + 1; ok; slash++) {
        if (*slash != '/' && *slash != 0)
            continue;
        char kept = *slash;
        *slash = 0;
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            ok = error_set(
                error, "%s: cannot make it: %s", copy, strerror(errno));
        *slash = kept;
        if (kept == 0)
            break;
    }
    if (ok && !file_is_dir(path))
        ok = error_set(error, "%s: is not a directory", path);
    free(copy);
    return ok;
}

char *file_make_temp(const char *prefix, struct error *error)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || *base == 0)
        base = "/tmp";
    char *path = mem_printf("%s/%s-XXXXXX", base, prefix);
    if (mkdtemp(path) == NULL) {
        error_set(error, "%s: cannot make it: %s", path, strerror(errno));
        free(path);
        return NULL;
    }
    return path;
}

static int remove_one(
    const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    remove(path);
    return 0;
}

void file_remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

char *file_join(const char *dir, const char *name)
{
    return mem_printf("%s/%s", dir, name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool file_names(
    const char *dir, char ***names, size_t *count, struct error *error)
{
    DIR *open = opendir(dir);
    if (open == NULL)
        return error_set(error, "%s: %s", dir, strerror(errno));
    VEC(char *) list = {0};
    struct dirent *entry;
    while ((entry = readdir(open)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            vec_push(&list, mem_strdup(entry->d_name));
    }
    closedir(open);
    if (list.count > 0)
        qsort(list.items, list.count, sizeof *list.items, by_name);
    *names = list.items;
    *count = list.count;
    return true;
}

void file_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}
