#include "xmpp/bench_line.h"

#include "base/bench_span.h"
#include "base/memory.h"
#include "server/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void bench_line_send(struct bench_line *line, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t put = send(line->fd, text, len, MSG_NOSIGNAL);
        if (put < 0)
            bench_die(strerror(errno));
        text += put;
        len -= (size_t)put;
    }
}

static void read_more(struct bench_line *line)
{
    char part[65536];
    ssize_t got = recv(line->fd, part, sizeof part, 0);
    if (got <= 0)
        bench_die("the server closed a bare connection");
    buffer_add(&line->in, part, (size_t)got);
}

void bench_line_await(struct bench_line *line, const char *text)
{
    const char *at;
    while ((at = strstr(buffer_text(&line->in), text)) == NULL)
        read_more(line);
    buffer_drop(
        &line->in, (size_t)(at - (const char *)line->in.data) + strlen(text));
}

static void open_stream(struct bench_line *line, const char *domain)
{
    char *head =
        mem_printf("<stream:stream xmlns='jabber:client' version='1.0' to='%s' "
                   "xmlns:stream='http://etherx.jabber.org/streams'>",
            domain);
    bench_line_send(line, head, strlen(head));
    bench_line_await(line, "</stream:features>");
    free(head);
}

static void authenticate(struct bench_line *line, const char *user)
{
    struct buffer plain = {0}, auth = {0};
    buffer_printf(&plain, "%c%s%csecret", 0, user, 0);
    buffer_add_text(&auth,
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>");
    base64_encode(&auth, plain.data, plain.len);
    buffer_add_text(&auth, "</auth>");
    bench_line_send(line, buffer_text(&auth), auth.len);
    bench_line_await(line, "<success");
    bench_line_await(line, ">");
    buffer_free(&plain);
    buffer_free(&auth);
}

static void bind_resource(struct bench_line *line)
{
    static const char bind[] =
        "<iq type='set' id='b'><bind "
        "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
    bench_line_send(line, bind, sizeof bind - 1);
    bench_line_await(line, "<jid>");
    while (strstr(buffer_text(&line->in), "</jid>") == NULL)
        read_more(line);
    snprintf(line->jid, sizeof line->jid, "%.*s",
        (int)strcspn(buffer_text(&line->in), "<"), buffer_text(&line->in));
    bench_line_await(line, "</iq>");
}

struct bench_line bench_line_login(struct server *server, const char *user)
{
    struct bench_line line = {
        .fd = probe_connect(server_address(server), server_port(server))};
    fcntl(line.fd, F_SETFL, 0);
    struct pollfd ready = {line.fd, POLLOUT, 0};
    poll(&ready, 1, -1);
    open_stream(&line, server_domain(server));
    authenticate(&line, user);
    open_stream(&line, server_domain(server));
    bind_resource(&line);
    return line;
}

void bench_line_close(struct bench_line *line)
{
    close(line->fd);
    buffer_free(&line->in);
}
