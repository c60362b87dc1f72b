#include "server/probe.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_LIMIT = 65536 };

struct probe {
    int fd;
    struct loop_watch *watch;
    struct loop_timer *timer;
    struct buffer out, in;
    probe_fn *told;
    void *owner;
};

int probe_connect(const char *address, uint16_t port)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 six = {
        .sin6_family = AF_INET6, .sin6_port = htons(port)};
    bool is_six = strchr(address, ':') != NULL;
    if (inet_pton(is_six ? AF_INET6 : AF_INET, address,
            is_six ? (void *)&six.sin6_addr : (void *)&four.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(is_six ? AF_INET6 : AF_INET,
        SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int result = is_six ? connect(fd, (struct sockaddr *)&six, sizeof six)
                        : connect(fd, (struct sockaddr *)&four, sizeof four);
    if (result == 0 || errno == EINPROGRESS)
        return fd;
    int kept = errno;
    close(fd);
    errno = kept;
    return -1;
}

void probe_cancel(struct probe *probe)
{
    if (probe == NULL)
        return;
    loop_unwatch(probe->watch);
    loop_timer_cancel(probe->timer);
    if (probe->fd >= 0)
        close(probe->fd);
    buffer_free(&probe->out);
    buffer_free(&probe->in);
    free(probe);
}

static void tell(struct probe *probe, bool serves)
{
    probe_fn *told = probe->told;
    void *owner = probe->owner;
    probe_cancel(probe);
    told(owner, serves);
}

static void never_connected(void *owner)
{
    struct probe *probe = owner;
    probe->timer = NULL;
    tell(probe, false);
}

static void work(void *owner, short revents)
{
    struct probe *probe = owner;
    char part[4096];
    if (revents & POLLOUT && probe->out.len > 0) {
        ssize_t put =
            send(probe->fd, probe->out.data, probe->out.len, MSG_NOSIGNAL);
        if (put > 0)
            buffer_drop(&probe->out, (size_t)put);
        else if (errno != EAGAIN && errno != EINTR) {
            tell(probe, false);
            return;
        }
        if (probe->out.len == 0)
            loop_watch_events(probe->watch, POLLIN);
    }
    if (!(revents & (POLLIN | POLLHUP | POLLERR)))
        return;
    ssize_t got = recv(probe->fd, part, sizeof part, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        buffer_add(&probe->in, part, (size_t)got);
    if (strstr(buffer_text(&probe->in), "<stream:features") != NULL)
        tell(probe, true);
    else if (got <= 0 || probe->in.len > ANSWER_LIMIT)
        tell(probe, false);
}

struct probe *probe_start(struct loop *loop, const char *address, uint16_t port,
    const char *domain, probe_fn *told, void *owner)
{
    struct probe *probe = mem_alloc(sizeof *probe);
    *probe = (struct probe){.told = told, .owner = owner};
    probe->fd = probe_connect(address, port);
    if (probe->fd < 0) {
        probe->timer = loop_timer_at(loop, 0, never_connected, probe);
        return probe;
    }
    buffer_add_text(&probe->out,
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='");
    buffer_add_xml(&probe->out, domain, strlen(domain));
    buffer_add_text(&probe->out, "'>");
    probe->watch =
        loop_watch_fd(loop, probe->fd, POLLIN | POLLOUT, work, probe);
    return probe;
}
