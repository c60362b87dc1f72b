/* Files of the reference client: what it receives grows in a directory beside
 * the downloads and moves there when it is whole and good. */
#include "base/file.h"
#include "base/memory.h"
#include "subject/builtin_io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct builtin_file {
    int fd;
    uint64_t at;
    char *partial, *target; /* NULL for a file that is read */
};

void *builtin_file_open(const char *path, struct client_file_info *info)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    info->size = (uint64_t)status.st_size;
    info->modified_s = status.st_mtime;
    struct builtin_file *file = mem_alloc(sizeof *file);
    file->fd = fd;
    return file;
}

int64_t builtin_file_read(void *handle, uint64_t offset, void *out, size_t len)
{
    struct builtin_file *file = handle;
    ssize_t got;
    do
        got = pread(file->fd, out, len, (off_t)offset);
    while (got < 0 && errno == EINTR);
    return got;
}

/* A name with a slash can only come from a seeded fault: it is followed as
 * far as the case's own directory, so that the case sees where it leads. So
 * can "." and "", where no file can ever lie. */
static char *place(const char *downloads, const char *name)
{
    if (strcmp(name, ".") == 0 || name[0] == 0)
        return mem_printf("%s/%s", downloads, name);
    const char *slash = strrchr(name, '/');
    if (slash != NULL || strcmp(name, "..") == 0)
        return mem_printf("%s/../escaped-%s", downloads,
            slash != NULL && slash[1] != 0 ? slash + 1 : "name");
    char *path = file_join(downloads, name);
    for (int i = 1; file_exists(path); i++) {
        free(path);
        path = mem_printf("%s/%d-%s", downloads, i, name);
    }
    return path;
}

void *builtin_file_create(
    const char *downloads, const char *name, uint64_t keep)
{
    char *folder = mem_printf("%s.partial", downloads);
    char *target = place(downloads, name);
    const char *base = strrchr(target, '/') + 1;
    bool made = file_make_dirs(folder, NULL);
    struct builtin_file *file = mem_alloc(sizeof *file);
    file->target = target;
    bool named = base[0] != 0 && strcmp(base, ".") != 0;
    file->partial = file_join(folder, named ? base : "nameless");
    int flags = O_RDWR | O_CREAT | O_CLOEXEC | (keep == 0 ? O_TRUNC : 0);
    file->fd = made ? open(file->partial, flags, 0600) : -1;
    file->at = keep;
    free(folder);
    if (file->fd < 0 || (keep > 0 && ftruncate(file->fd, (off_t)keep) != 0)) {
        builtin_file_finish(file, false);
        return NULL;
    }
    return file;
}

bool builtin_file_write(void *handle, const void *data, size_t len)
{
    struct builtin_file *file = handle;
    const char *from = data;
    while (len > 0) {
        ssize_t put = pwrite(file->fd, from, len, (off_t)file->at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        from += put;
        len -= (size_t)put;
        file->at += (uint64_t)put;
    }
    return true;
}

void builtin_file_finish(void *handle, bool good)
{
    struct builtin_file *file = handle;
    if (file->fd >= 0)
        close(file->fd);
    if (file->target != NULL && good)
        rename(file->partial, file->target);
    free(file->partial);
    free(file->target);
    free(file);
}
