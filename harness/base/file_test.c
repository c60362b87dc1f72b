#include "base/file.h"

#include "base/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *in_temp(const char *name, char **dir)
{
    struct error error;
    *dir = file_make_temp("jinglespec-file", &error);
    CHECK(*dir != NULL);
    return file_join(*dir, name);
}

static void forget(char *path, char *dir)
{
    file_remove_tree(dir);
    free(path);
    free(dir);
}

TEST(what_is_written_is_read_again_and_replaces_the_old)
{
    char *dir = NULL, *path = in_temp("a", &dir);
    struct buffer got = {0};
    struct error error;
    CHECK(file_write(path, bytes_text("old and longer"), &error));
    CHECK(file_write(path, bytes_text("new"), &error));
    CHECK(file_read(path, 3, &got, &error));
    CHECK_BYTES(got.data, got.len, "new", 3);
    char **names = NULL;
    size_t count = 0;
    CHECK(file_names(dir, &names, &count, &error));
    CHECK_INT(count, 1);
    file_names_free(names, count);
    buffer_free(&got);
    forget(path, dir);
}

TEST(a_pipe_is_written_to_and_not_replaced)
{
    char *dir = NULL, *path = in_temp("pipe", &dir), got[4] = "";
    struct error error;
    struct stat status;
    CHECK_INT(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    CHECK(file_write(path, bytes_text("abc"), &error));
    CHECK_INT(read(fd, got, 3), 3);
    CHECK_TEXT(got, "abc");
    CHECK(stat(path, &status) == 0 && S_ISFIFO(status.st_mode));
    close(fd);
    forget(path, dir);
}

TEST(what_cannot_be_written_is_named_and_leaves_nothing)
{
    char *dir = NULL, *path = in_temp("no/such", &dir);
    struct error error;
    CHECK(!file_write(path, bytes_text("abc"), &error));
    CHECK(strstr(error.message, path) != NULL);
    CHECK(!file_write(dir, bytes_text("abc"), &error));
    char **names = NULL;
    size_t count = 0;
    CHECK(file_names(dir, &names, &count, &error));
    CHECK_INT(count, 0);
    file_names_free(names, count);
    forget(path, dir);
}

TEST(a_file_larger_than_the_limit_is_refused)
{
    char *dir = NULL, *path = in_temp("a", &dir);
    struct buffer got = {0};
    struct error error;
    CHECK(file_write(path, bytes_text("abcd"), &error));
    CHECK(!file_read(path, 3, &got, &error));
    CHECK(strstr(error.message, "larger than the limit") != NULL);
    buffer_free(&got);
    forget(path, dir);
}
