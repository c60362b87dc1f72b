#include "subject/builtin_io.h"

#include "base/vec.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 256 * 1024, IN_FLIGHT = 128 * 1024 };

struct endpoint {
    struct builtin_io *io;
    int id, fd;
    bool listening, connecting, dead;
    bool read, write;
    struct loop_watch *watch;
};

struct builtin_io {
    struct loop *loop;
    builtin_accepted_fn *accepted;
    builtin_connection_fn *connection;
    void *owner;
    VEC(struct endpoint *) endpoints;
    int last_id;
    uint8_t *block; /* READ_BYTES */
};

struct builtin_io *builtin_io_new(struct loop *loop,
    builtin_accepted_fn *accepted, builtin_connection_fn *connection,
    void *owner)
{
    struct builtin_io *io = mem_alloc(sizeof *io);
    io->loop = loop;
    io->accepted = accepted;
    io->connection = connection;
    io->owner = owner;
    return io;
}

static void kill_endpoint(struct endpoint *endpoint)
{
    if (endpoint->dead)
        return;
    endpoint->dead = true;
    loop_unwatch(endpoint->watch);
    endpoint->watch = NULL;
    close(endpoint->fd);
}

bool builtin_turn(struct builtin_io *io)
{
    for (size_t i = io->endpoints.count; i-- > 0;) {
        if (io->endpoints.items[i]->dead) {
            free(io->endpoints.items[i]);
            vec_remove(&io->endpoints, i);
        }
    }
    return false;
}

void builtin_io_free(struct builtin_io *io)
{
    if (io == NULL)
        return;
    for (size_t i = 0; i < io->endpoints.count; i++)
        kill_endpoint(io->endpoints.items[i]);
    builtin_turn(io);
    vec_free(&io->endpoints);
    free(io->block);
    free(io);
}

static struct endpoint *find(const struct builtin_io *io, int id)
{
    for (size_t i = 0; i < io->endpoints.count; i++) {
        if (io->endpoints.items[i]->id == id && !io->endpoints.items[i]->dead)
            return io->endpoints.items[i];
    }
    return NULL;
}

static short events_of(const struct endpoint *endpoint)
{
    if (endpoint->connecting)
        return POLLOUT;
    if (endpoint->listening)
        return POLLIN;
    return (
        short)((endpoint->read ? POLLIN : 0) | (endpoint->write ? POLLOUT : 0));
}

static void set_events(struct endpoint *endpoint)
{
    loop_watch_events(endpoint->watch, events_of(endpoint));
}

static loop_fd_fn on_ready;

static struct endpoint *add(struct builtin_io *io, int fd)
{
    struct endpoint *endpoint = mem_alloc(sizeof *endpoint);
    endpoint->io = io;
    endpoint->id = ++io->last_id;
    endpoint->fd = fd;
    endpoint->read = true;
    endpoint->watch = loop_watch_fd(io->loop, fd, POLLIN, on_ready, endpoint);
    vec_push(&io->endpoints, endpoint);
    return endpoint;
}

static void take_connection(struct endpoint *listener)
{
    struct builtin_io *io = listener->io;
    int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct endpoint *endpoint = add(io, fd);
    io->accepted(io->owner, listener->id, endpoint->id);
}

static void end_connect(struct endpoint *endpoint)
{
    int problem = 0;
    socklen_t len = sizeof problem;
    getsockopt(endpoint->fd, SOL_SOCKET, SO_ERROR, &problem, &len);
    endpoint->connecting = false;
    set_events(endpoint);
    struct builtin_io *io = endpoint->io;
    int id = endpoint->id;
    if (problem != 0)
        kill_endpoint(endpoint);
    io->connection(
        io->owner, id, problem == 0 ? CLIENT_OPEN : CLIENT_REFUSED, NULL, 0);
}

static void read_data(struct endpoint *endpoint)
{
    struct builtin_io *io = endpoint->io;
    int id = endpoint->id;
    if (io->block == NULL)
        io->block = mem_alloc(READ_BYTES);
    ssize_t got = recv(endpoint->fd, io->block, READ_BYTES, MSG_DONTWAIT);
    if (got > 0) {
        io->connection(io->owner, id, CLIENT_DATA, io->block, (size_t)got);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        kill_endpoint(endpoint);
        io->connection(io->owner, id, CLIENT_CLOSED, NULL, 0);
    }
}

static void on_ready(void *owner, short revents)
{
    struct endpoint *endpoint = owner;
    struct builtin_io *io = endpoint->io;
    if (endpoint->listening) {
        take_connection(endpoint);
        return;
    }
    if (endpoint->connecting) {
        end_connect(endpoint);
        return;
    }
    if ((revents & POLLOUT) && endpoint->write)
        io->connection(io->owner, endpoint->id, CLIENT_WRITABLE, NULL, 0);
    if (endpoint->dead)
        return;
    if (revents & POLLIN || (endpoint->read && revents & (POLLHUP | POLLERR)))
        read_data(endpoint);
    else if (revents & (POLLHUP | POLLERR)) {
        int id = endpoint->id;
        kill_endpoint(endpoint);
        io->connection(io->owner, id, CLIENT_CLOSED, NULL, 0);
    }
}

static struct addrinfo *look_up(const char *address, uint16_t port)
{
    char text[8];
    snprintf(text, sizeof text, "%u", port);
    struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *info = NULL;
    return getaddrinfo(address, text, &hints, &info) == 0 ? info : NULL;
}

/* A stream socket with small buffers: what is in flight between two actors of
 * one thread stays in the processor's cache (a tenth of the speed). */
static int open_socket(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int bytes = IN_FLIGHT;
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    return fd;
}

int builtin_listen(struct builtin_io *io, const char *address, uint16_t *port)
{
    struct addrinfo *info = look_up(address, *port);
    if (info == NULL)
        return 0;
    int fd = open_socket(info->ai_family);
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    bool ok = fd >= 0 && bind(fd, info->ai_addr, info->ai_addrlen) == 0 &&
              listen(fd, 64) == 0 &&
              getsockname(fd, (struct sockaddr *)&bound, &len) == 0;
    freeaddrinfo(info);
    if (!ok) {
        if (fd >= 0)
            close(fd);
        return 0;
    }
    *port = bound.ss_family == AF_INET6
                ? ntohs(((struct sockaddr_in6 *)&bound)->sin6_port)
                : ntohs(((struct sockaddr_in *)&bound)->sin_port);
    struct endpoint *endpoint = add(io, fd);
    endpoint->listening = true;
    return endpoint->id;
}

void builtin_unlisten(struct builtin_io *io, int listener)
{
    struct endpoint *endpoint = find(io, listener);
    if (endpoint != NULL)
        kill_endpoint(endpoint);
}

int builtin_connect(struct builtin_io *io, const char *address, uint16_t port)
{
    struct addrinfo *info = look_up(address, port);
    if (info == NULL)
        return 0;
    int fd = open_socket(info->ai_family);
    bool ok = fd >= 0 && (connect(fd, info->ai_addr, info->ai_addrlen) == 0 ||
                             errno == EINPROGRESS);
    freeaddrinfo(info);
    if (!ok) {
        if (fd >= 0)
            close(fd);
        return 0;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct endpoint *endpoint = add(io, fd);
    endpoint->connecting = true;
    set_events(endpoint);
    return endpoint->id;
}

size_t builtin_write(
    struct builtin_io *io, int connection, const void *data, size_t len)
{
    struct endpoint *endpoint = find(io, connection);
    if (endpoint == NULL || endpoint->connecting)
        return 0;
    ssize_t put = send(endpoint->fd, data, len, MSG_NOSIGNAL);
    return put > 0 ? (size_t)put : 0;
}

void builtin_watch(struct builtin_io *io, int connection, bool read, bool write)
{
    struct endpoint *endpoint = find(io, connection);
    if (endpoint == NULL)
        return;
    endpoint->read = read;
    endpoint->write = write;
    set_events(endpoint);
}

void builtin_close(struct builtin_io *io, int connection)
{
    struct endpoint *endpoint = find(io, connection);
    if (endpoint != NULL)
        kill_endpoint(endpoint);
}

bool builtin_quiet(const struct builtin_io *io)
{
    for (size_t i = 0; i < io->endpoints.count; i++) {
        const struct endpoint *endpoint = io->endpoints.items[i];
        struct pollfd watched = {endpoint->fd, events_of(endpoint), 0};
        if (!endpoint->dead &&
            (endpoint->connecting || poll(&watched, 1, 0) != 0))
            return false;
    }
    return true;
}
