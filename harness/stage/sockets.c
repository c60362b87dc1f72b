/* A puppet's TCP sockets and its own, simple SOCKS5 (RFC 1928): it does what
 * the script says, so it shares no code with the reference client. */
#include "stage/sockets.h"
#include "xmpp/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT_LIMIT = 1 << 20 };

struct stage_socket *socket_find(struct stage *stage, const char *name)
{
    for (size_t i = stage->sockets.count; i-- > 0;) {
        if (strcmp(stage->sockets.items[i]->name, name) == 0)
            return stage->sockets.items[i];
    }
    return NULL;
}

const char *socket_host(const struct stage_socket *socket)
{
    return socket->host;
}

int socket_port(const struct stage_socket *socket)
{
    return socket->port;
}

void socket_close(struct stage_socket *socket)
{
    loop_unwatch(socket->watch);
    socket->watch = NULL;
    if (socket->fd >= 0)
        close(socket->fd);
    socket->fd = -1;
}

void sockets_free(struct stage *stage)
{
    for (size_t i = 0; i < stage->sockets.count; i++) {
        struct stage_socket *socket = stage->sockets.items[i];
        socket_close(socket);
        for (size_t k = 0; k < socket->accepted.count; k++)
            close(socket->accepted.items[k]);
        vec_free(&socket->accepted);
        buffer_free(&socket->in);
        buffer_free(&socket->out);
        free(socket);
    }
    vec_free(&stage->sockets);
}

void socket_want(struct stage_socket *socket)
{
    if (socket->watch == NULL)
        return;
    short events = 0;
    if (socket->connecting || socket->out.len > 0)
        events |= POLLOUT;
    if (!socket->connecting && !socket->closed && socket->in.len < INPUT_LIMIT)
        events |= POLLIN;
    loop_watch_events(socket->watch, events);
}

void socket_flush(struct stage_socket *socket)
{
    while (socket->fd >= 0 && socket->out.len > 0) {
        ssize_t put =
            send(socket->fd, socket->out.data, socket->out.len, MSG_NOSIGNAL);
        if (put <= 0) {
            if (errno != EAGAIN && errno != EINTR) {
                socket->closed = true;
                buffer_clear(&socket->out);
            }
            break;
        }
        buffer_drop(&socket->out, (size_t)put);
    }
    socket_want(socket);
}

static void read_some(struct stage_socket *socket)
{
    ssize_t got = recv(socket->fd, buffer_reserve(&socket->in, SOCKET_CHUNK),
        SOCKET_CHUNK, MSG_DONTWAIT);
    if (got > 0) {
        socket->in.len += (size_t)got;
        socket->in.data[socket->in.len] = 0;
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        /* poll() tells of a reset whether asked or not, and always again. */
        socket->closed = true;
        loop_unwatch(socket->watch);
        socket->watch = NULL;
    }
    socket_want(socket);
}

static void on_ready(void *owner, short revents)
{
    struct stage_socket *socket = owner;
    socket->stage->activity++;
    if (socket->listening) {
        int fd = accept4(socket->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            vec_push(&socket->accepted, fd);
            stage_event(socket->stage, EVENT_SOCKS5, NULL,
                socket->owner->role->name, "a TCP connection",
                bytes_text(socket->name), NULL);
        }
        return;
    }
    if (socket->connecting) {
        int problem = 0;
        socklen_t len = sizeof problem;
        getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &problem, &len);
        socket->connecting = false;
        socket->failed = problem != 0;
        if (socket->failed)
            snprintf(socket->problem, sizeof socket->problem,
                "cannot connect to %s port %d: %s", socket->host, socket->port,
                strerror(problem));
        socket_want(socket);
        return;
    }
    if (revents & POLLOUT)
        socket_flush(socket);
    if (revents & (POLLIN | POLLHUP | POLLERR))
        read_some(socket);
}

/* Registers a socket under the name that a step introduces. */
static struct stage_socket *add_socket(struct stage *stage,
    const struct script_step *step, const char *name, int fd, bool listening)
{
    struct stage_socket *socket = mem_alloc(sizeof *socket);
    socket->name = name;
    socket->stage = stage;
    socket->owner = stage_player(stage, &step->args[0]);
    socket->fd = fd;
    socket->listening = listening;
    /* Without Nagle every send() is a segment of its own on loopback, and no
     * byte stays behind when a step is over. */
    int on = 1;
    if (!listening)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    socket->watch =
        loop_watch_fd(stage->venue->loop, fd, POLLIN, on_ready, socket);
    vec_push(&stage->sockets, socket);
    return socket;
}

void socket_note(struct stage_socket *socket, bool from_puppet,
    enum event_kind kind, const char *label)
{
    const char *name = socket->owner->role->name;
    struct player *subject = stage_subject(socket->stage);
    const char *other = subject != NULL ? subject->role->name : NULL;
    stage_event(socket->stage, kind, from_puppet ? name : other,
        from_puppet ? other : name, label, bytes_text(socket->name), NULL);
}

/* --- listen --- */

static bool begin_listen(struct stage *stage, const struct script_step *step)
{
    bool closed = step->verb->id == VERB_LISTEN_CLOSED;
    /* Where the client under test can reach it. */
    const char *host = stage->venue->options.advertise;
    uint16_t port = 0;
    struct error error = {{0}};
    host = host != NULL ? host : "127.0.0.1";
    /* Bound but not listening: connections are refused, and nobody else can
     * take the port. */
    int fd = closed ? socket_bind(host, &port, &error)
                    : socket_listen(host, &port, &error);
    if (fd < 0)
        return stage_trouble(stage, "%s", error.message);
    struct stage_socket *socket =
        add_socket(stage, step, step->args[1].text, fd, !closed);
    if (closed) {
        loop_unwatch(socket->watch);
        socket->watch = NULL;
    }
    snprintf(socket->host, sizeof socket->host, "%s", host);
    socket->port = port;
    return true;
}

/* --- handshakes --- */

static void problem(struct stage_socket *socket, const char *text)
{
    snprintf(socket->problem, sizeof socket->problem, "%s", text);
    socket->failed = true;
}

/* The destination address that the step demands or sends. */
static const char *dstaddr_of(
    struct stage *stage, const struct script_step *step)
{
    const struct script_clause *clause = script_clause(step, CLAUSE_DSTADDR);
    return clause == NULL ? NULL : stage_value(stage, clause->args[0].text);
}

static enum poll serve_greeting(struct stage_socket *socket)
{
    const uint8_t *in = socket->in.data;
    if (socket->in.len < 2)
        return POLL_WAIT;
    if (in[0] != 5) {
        problem(socket, "the greeting is not SOCKS version 5");
        return POLL_NEVER;
    }
    size_t need = 2u + in[1];
    if (socket->in.len < need)
        return POLL_WAIT;
    if (memchr(in + 2, 0, in[1]) == NULL) {
        problem(socket, "the greeting does not offer 'no authentication'");
        return POLL_NEVER;
    }
    buffer_drop(&socket->in, need);
    buffer_add(&socket->out, "\x05\x00", 2);
    socket_flush(socket);
    socket->handshake = 1;
    return POLL_WAIT;
}

static enum poll serve_request(struct stage_socket *socket, const char *dstaddr)
{
    const uint8_t *in = socket->in.data;
    if (socket->in.len < 5)
        return POLL_WAIT;
    if (in[0] != 5 || in[1] != 1 || in[3] != 3) {
        problem(socket,
            "the request is not CONNECT to a domain name (XEP-0065 s5.3.2)");
        return POLL_NEVER;
    }
    size_t need = 5u + in[4] + 2u;
    if (socket->in.len < need)
        return POLL_WAIT;
    if (dstaddr != NULL &&
        (strlen(dstaddr) != in[4] || memcmp(in + 5, dstaddr, in[4]) != 0)) {
        snprintf(socket->problem, sizeof socket->problem,
            "DST.ADDR is '%.*s', expected '%s'", in[4] > 80 ? 80 : in[4],
            in + 5, dstaddr);
        socket->failed = true;
        return POLL_NEVER;
    }
    if (in[need - 2] != 0 || in[need - 1] != 0) {
        problem(socket, "DST.PORT is not 0 (XEP-0065 s5.3.2)");
        return POLL_NEVER;
    }
    struct buffer reply = {0};
    buffer_add(&reply, in, need);
    reply.data[1] = 0;
    buffer_add(&socket->out, reply.data, reply.len);
    buffer_free(&reply);
    buffer_drop(&socket->in, need);
    socket_flush(socket);
    socket->handshake = 2;
    return POLL_HOLDS;
}

static enum poll ask_request(struct stage_socket *socket, const char *dstaddr)
{
    if (socket->in.len < 2)
        return POLL_WAIT;
    if (socket->in.data[0] != 5 || socket->in.data[1] != 0) {
        problem(socket, "the server does not take 'no authentication'");
        return POLL_NEVER;
    }
    buffer_drop(&socket->in, 2);
    size_t len = strlen(dstaddr) > 255 ? 255 : strlen(dstaddr);
    uint8_t head[5] = {5, 1, 0, 3, (uint8_t)len};
    buffer_add(&socket->out, head, sizeof head);
    buffer_add(&socket->out, dstaddr, len);
    buffer_add(&socket->out, "\0\0", 2);
    socket_flush(socket);
    socket->handshake = 2;
    return POLL_WAIT;
}

static enum poll take_reply(struct stage_socket *socket)
{
    const uint8_t *in = socket->in.data;
    if (socket->in.len < 5)
        return POLL_WAIT;
    if (in[0] != 5 || in[1] != 0) {
        snprintf(socket->problem, sizeof socket->problem,
            "the server replied with code %d", in[1]);
        socket->failed = true;
        return POLL_NEVER;
    }
    size_t need = in[3] == 3 ? 5u + in[4] + 2u : in[3] == 4 ? 22u : 10u;
    if (socket->in.len < need)
        return POLL_WAIT;
    buffer_drop(&socket->in, need);
    return POLL_HOLDS;
}

/* The name of what this step introduces: its second or third argument. */
static const char *new_name(const struct script_step *step)
{
    return step->args[2].text;
}

static enum poll poll_accept(
    struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_find(stage, new_name(step));
    if (socket == NULL) {
        struct stage_socket *listener = socket_find(stage, step->args[1].text);
        if (listener == NULL) {
            stage_trouble(
                stage, "there is no listener '%s'", step->args[1].text);
            return POLL_NEVER;
        }
        if (listener->accepted.count == 0)
            return POLL_WAIT;
        int fd = listener->accepted.items[0];
        vec_remove(&listener->accepted, 0);
        socket = add_socket(stage, step, new_name(step), fd, false);
        snprintf(socket->host, sizeof socket->host, "%s", listener->host);
        socket->port = listener->port;
    }
    if (step->verb->id == VERB_TCP_ACCEPT)
        return POLL_HOLDS;
    enum poll state = POLL_WAIT;
    if (socket->handshake == 0)
        state = serve_greeting(socket);
    if (socket->handshake == 1)
        state = serve_request(socket, dstaddr_of(stage, step));
    if (state == POLL_HOLDS)
        socket_note(socket, false, EVENT_SOCKS5, "SOCKS5 CONNECT accepted");
    if (state == POLL_WAIT && socket->closed) {
        problem(socket, "the connection was closed in the handshake");
        return POLL_NEVER;
    }
    return state;
}

static bool begin_connect(struct stage *stage, const struct script_step *step)
{
    char *to = stage_value(stage, step->args[1].text);
    if (to == NULL)
        return false;
    char *colon = strrchr(to, ':');
    if (colon == NULL)
        return stage_trouble(stage, "'%s' is not HOST:PORT", to);
    *colon = 0;
    char *host = to[0] == '[' ? to + 1 : to;
    host[strcspn(host, "]")] = 0;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV},
                    *info = NULL;
    if (getaddrinfo(strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
            colon + 1, &hints, &info) != 0)
        return stage_fail(
            stage, "'%s:%s' is no address to connect to", host, colon + 1);
    int fd =
        socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int result = fd < 0 ? -1 : connect(fd, info->ai_addr, info->ai_addrlen);
    int problem_code = errno;
    freeaddrinfo(info);
    if (fd < 0)
        return stage_trouble(
            stage, "cannot make a socket: %s", strerror(problem_code));
    struct stage_socket *socket =
        add_socket(stage, step, new_name(step), fd, false);
    snprintf(socket->host, sizeof socket->host, "%s", host);
    socket->port = atoi(colon + 1);
    socket->connecting = result != 0 && problem_code == EINPROGRESS;
    if (result != 0 && !socket->connecting)
        problem(socket, strerror(problem_code));
    if (step->verb->id == VERB_SOCKS_CONNECT) {
        buffer_add(&socket->out, "\x05\x01\x00", 3);
        socket->handshake = 1;
    }
    socket_want(socket);
    return true;
}

static enum poll poll_connect(
    struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_find(stage, new_name(step));
    if (socket->failed)
        return POLL_NEVER;
    if (socket->connecting)
        return POLL_WAIT;
    if (step->verb->id == VERB_TCP_CONNECT)
        return POLL_HOLDS;
    enum poll state = POLL_WAIT;
    if (socket->handshake == 1) {
        const char *dstaddr = dstaddr_of(stage, step);
        state = ask_request(socket, dstaddr != NULL ? dstaddr : "");
    }
    if (socket->handshake == 2 && state == POLL_WAIT)
        state = take_reply(socket);
    if (state == POLL_HOLDS)
        socket_note(socket, true, EVENT_SOCKS5, "SOCKS5 CONNECT done");
    if (state == POLL_WAIT && socket->closed && socket->in.len == 0) {
        problem(socket, "the connection was closed in the handshake");
        return POLL_NEVER;
    }
    return state;
}

static void explain_handshake(
    struct stage *stage, const struct script_step *step)
{
    struct stage_socket *socket = socket_find(stage, new_name(step));
    if (socket != NULL && socket->problem[0] != 0)
        stage_fail(stage, "%s", socket->problem);
    else if (socket == NULL)
        stage_fail(stage, "nobody connected to %s", step->args[1].text);
    else
        stage_fail(stage, "the SOCKS5 handshake did not end in time");
}

const struct verb_action socket_actions[VERB_COUNT] = {
    [VERB_LISTEN] = {begin_listen, NULL, NULL},
    [VERB_LISTEN_CLOSED] = {begin_listen, NULL, NULL},
    [VERB_SOCKS_ACCEPT] = {NULL, poll_accept, explain_handshake},
    [VERB_TCP_ACCEPT] = {NULL, poll_accept, explain_handshake},
    [VERB_SOCKS_CONNECT] = {begin_connect, poll_connect, explain_handshake},
    [VERB_TCP_CONNECT] = {begin_connect, poll_connect, explain_handshake},
};
