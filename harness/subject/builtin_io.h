/* Sockets and files for the reference client's core. */
#ifndef JS_SUBJECT_BUILTIN_IO_H
#define JS_SUBJECT_BUILTIN_IO_H

#include "base/loop.h"
#include "jingle/client.h"

struct builtin_io;

typedef void builtin_accepted_fn(void *owner, int listener, int connection);
typedef void builtin_connection_fn(void *owner, int connection,
    enum client_connection_event event, const void *data, size_t len);

struct builtin_io *builtin_io_new(struct loop *loop,
    builtin_accepted_fn *accepted, builtin_connection_fn *connection,
    void *owner);
void builtin_io_free(struct builtin_io *io);

/* As struct client_host says. */
int builtin_listen(struct builtin_io *io, const char *address, uint16_t *port);
void builtin_unlisten(struct builtin_io *io, int listener);
int builtin_connect(struct builtin_io *io, const char *address, uint16_t port);
size_t builtin_write(
    struct builtin_io *io, int connection, const void *data, size_t len);
void builtin_watch(
    struct builtin_io *io, int connection, bool read, bool write);
void builtin_close(struct builtin_io *io, int connection);

/* Before every poll: frees what was closed; true: poll must not block. */
bool builtin_turn(struct builtin_io *io);
/* No connection attempt is in flight, and nothing that is watched for has come:
 * no byte, no connection. */
bool builtin_quiet(const struct builtin_io *io);

void *builtin_file_open(const char *path, struct client_file_info *info);
int64_t builtin_file_read(void *file, uint64_t offset, void *out, size_t len);
void *builtin_file_create(
    const char *downloads, const char *name, uint64_t keep);
bool builtin_file_write(void *file, const void *data, size_t len);
void builtin_file_finish(void *file, bool good);

#endif
