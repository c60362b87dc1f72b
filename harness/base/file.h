/* Files: whole reads with a bound, writes that appear whole or not at all,
 * directories of a run. Paths are NUL-terminated. */
#ifndef JS_FILE_H
#define JS_FILE_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads the whole file into out (which is appended to); a file larger than
 * limit bytes is an error. "-" is standard input. */
bool file_read(
    const char *path, size_t limit, struct buffer *out, struct error *error);
/* Writes a temporary file beside it, then renames: nothing half-written.
 * "-" is standard output; a device or a pipe is written to as it is. */
bool file_write(const char *path, struct bytes content, struct error *error);
/* Could file_write write it? Nothing is left behind. */
bool file_can_write(const char *path, struct error *error);
bool file_exists(const char *path);
/* Makes the directory and its parents. */
bool file_make_dirs(const char *path, struct error *error);
/* Makes a fresh directory below $TMPDIR or /tmp, mode 0700; returns its path,
 * to be freed, or NULL. */
char *file_make_temp(const char *prefix, struct error *error);
/* Removes a file or a whole tree, without following links. */
void file_remove_tree(const char *path);
/* "dir/name"; free it. */
char *file_join(const char *dir, const char *name);
/* Names (not paths) of what is in a directory, sorted, "." and ".." left
 * out. Returns false when it can't be read. Free with file_names_free. */
bool file_names(
    const char *dir, char ***names, size_t *count, struct error *error);
void file_names_free(char **names, size_t count);
bool file_is_dir(const char *path);
/* Another number whenever the file was written, replaced or renamed, or an
 * entry of the directory was. 0: nothing is there. */
int64_t file_stamp(const char *path);

#endif
