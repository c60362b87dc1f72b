#include "xmpp/socket.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024, FILES = 16384, COMPACT_AT = 1 << 16 };

void socket_raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILES)
        return;
    limit.rlim_cur = limit.rlim_max < FILES ? limit.rlim_max : FILES;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int socket_move_up(int fd)
{
    if (fd < 0 || fd >= FD_SETSIZE)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, FD_SETSIZE);
    if (moved < 0)
        return fd;
    close(fd);
    return moved;
}

int socket_bind(const char *address, uint16_t *port, struct error *error)
{
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } name = {.any.sa_family = AF_INET};
    socklen_t len = sizeof name.four;
    void *where = &name.four.sin_addr;
    if (strchr(address, ':') != NULL) {
        name.any.sa_family = AF_INET6;
        len = sizeof name.six;
        where = &name.six.sin6_addr;
    }
    if (name.any.sa_family == AF_INET)
        name.four.sin_port = htons(*port);
    else
        name.six.sin6_port = htons(*port);
    if (inet_pton(name.any.sa_family, address, where) != 1) {
        error_set(error, "'%s' is no numeric address to listen on", address);
        return -1;
    }
    int fd = socket(
        name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    if (fd >= 0 && *port != 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd >= 0 && bind(fd, &name.any, len) == 0 &&
        getsockname(fd, &name.any, &len) == 0) {
        *port = ntohs(name.any.sa_family == AF_INET ? name.four.sin_port
                                                    : name.six.sin6_port);
        return socket_move_up(fd);
    }
    error_set(error, "cannot listen on %s port %u: %s", address, *port,
        strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

int socket_listen(const char *address, uint16_t *port, struct error *error)
{
    int fd = socket_bind(address, port, error);
    if (fd < 0 || listen(fd, BACKLOG) == 0)
        return fd;
    error_set(error, "cannot listen on %s port %u: %s", address, *port,
        strerror(errno));
    close(fd);
    return -1;
}

void side_open(struct side *side, struct loop *loop, int fd, bool connecting,
    loop_fd_fn *ready, void *owner)
{
    int on = 1;
    *side = (struct side){.fd = socket_move_up(fd),
        .loop = loop,
        .ready = ready,
        .owner = owner,
        .connecting = connecting};
    if (fd >= 0)
        setsockopt(side->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void side_close(struct side *side, bool reset)
{
    loop_unwatch(side->watch);
    loop_timer_cancel(side->pause);
    side->watch = NULL;
    side->pause = NULL;
    buffer_free(&side->out);
    side->sent = 0;
    side->ended = side->shut = side->broken = true;
    tls_free(side->tls);
    side->tls = NULL;
    if (side->fd < 0)
        return;
    if (reset) {
        struct linger now = {1, 0};
        setsockopt(side->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    close(side->fd);
    side->fd = -1;
}

size_t side_backlog(const struct side *side)
{
    return side->out.len - side->sent;
}

void side_add(struct side *side, struct bytes data)
{
    if (side->broken || side->shut)
        return;
    if (side->sent > COMPACT_AT) {
        buffer_drop(&side->out, side->sent);
        side->sent = 0;
    }
    buffer_add(&side->out, data.data, data.len);
}

static void drop_backlog(struct side *side)
{
    buffer_clear(&side->out);
    side->sent = 0;
}

static void pause_over(void *owner)
{
    struct side *side = owner;
    side->pause = NULL;
    if (side_backlog(side) == 0)
        side->paused_until_ms = 0;
    side->ready(side->owner, 0);
}

/* Behind a piece. Pauses count from the last one's end and not from when the
 * loop came round: on a busy machine each turn is late, and pieces that are
 * overdue then go at once, each by a write of its own. */
static void begin_pause(struct side *side)
{
    int64_t now = clock_ms();
    if (side->paused_until_ms == 0)
        side->paused_until_ms = now;
    side->paused_until_ms += side->pause_ms;
    if (side->paused_until_ms > now)
        side->pause =
            loop_timer_at(side->loop, side->paused_until_ms, pause_over, side);
    else if (side_backlog(side) == 0)
        side->paused_until_ms = 0;
}

/* How much the next write may take. */
static size_t next_write(const struct side *side)
{
    size_t len = side_backlog(side);
    return side->segment > 0 && len > side->segment ? side->segment : len;
}

bool side_flush(struct side *side)
{
    if (side->connecting || side->broken)
        return true;
    while (side_backlog(side) > 0 && side->pause == NULL) {
        const uint8_t *from = side->out.data + side->sent;
        size_t len = next_write(side);
        ssize_t put = side->tls != NULL
                          ? tls_write(side->tls, from, len)
                          : send(side->fd, from, len, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno == EAGAIN) {
            side->paused_until_ms = 0;
            return true;
        }
        if (put < 0) {
            side->broken = true;
            drop_backlog(side);
            return false;
        }
        side->sent += (size_t)put;
        if (side->segment > 0 && side->pause_ms > 0)
            begin_pause(side);
    }
    if (side_backlog(side) == 0)
        drop_backlog(side);
    return true;
}

ssize_t side_read(struct side *side, void *out, size_t size)
{
    ssize_t got;
    if (side->tls != NULL)
        return tls_read(side->tls, out, size);
    do
        got = recv(side->fd, out, size, 0);
    while (got < 0 && errno == EINTR);
    return got;
}

void side_shut(struct side *side)
{
    side->shut = true;
    if (side->tls != NULL)
        tls_end(side->tls);
    shutdown(side->fd, SHUT_WR);
}

/* Without anything to wait for the watch goes: poll would report a hang-up
 * for ever. */
void side_update(struct side *side, bool reading)
{
    short events = 0;
    if (side->fd < 0)
        return;
    if (reading && !side->ended && !side->connecting)
        events |= POLLIN;
    if (side->connecting ||
        (side_backlog(side) > 0 && !side->broken && side->pause == NULL))
        events |= POLLOUT;
    if (events == 0) {
        loop_unwatch(side->watch);
        side->watch = NULL;
    } else if (side->watch == NULL) {
        side->watch = loop_watch_fd(
            side->loop, side->fd, events, side->ready, side->owner);
    } else {
        loop_watch_events(side->watch, events);
    }
}
