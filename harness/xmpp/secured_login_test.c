/* A client that insists on TLS logs in on a real server: libstrophe with the
 * run's authority, through STARTTLS and through direct TLS. */
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "server/server.h"
#include "xmpp/parser.h"
#include "xmpp/register.h"
#include "xmpp/wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <sys/wait.h>
#include <unistd.h>

static void observe(void *owner, struct wire_event *event)
{
    if (event->kind == WIRE_SECURED)
        buffer_printf(owner, "%s", event->reason);
}

static void noted(xmpp_conn_t *connection, xmpp_conn_event_t event, int code,
    xmpp_stream_error_t *stream_error, void *owner)
{
    (void)connection, (void)code, (void)stream_error;
    *(int *)owner = (int)event;
}

static xmpp_conn_t *new_client(
    xmpp_ctx_t *context, const char *jid, const char *authority, long flags)
{
    xmpp_conn_t *client = xmpp_conn_new(context);
    xmpp_conn_set_jid(client, jid);
    xmpp_conn_set_pass(client, "secret");
    xmpp_conn_set_cafile(client, authority);
    xmpp_conn_set_flags(client, flags);
    return client;
}

/* In a process of its own: libstrophe's handshake blocks. Returns the event
 * that came of it, -1 for none. */
static int log_in(struct loop *loop, uint16_t port, const char *jid,
    const char *authority, long flags)
{
    enum { NOTHING = 99 };
    pid_t child = fork();
    if (child == 0) {
        int event = NOTHING;
        xmpp_ctx_t *context = xmpp_ctx_new(NULL, NULL);
        xmpp_conn_t *client = new_client(context, jid, authority, flags);
        alarm(20);
        xmpp_connect_client(client, "127.0.0.1", port, noted, &event);
        while (event == NOTHING)
            xmpp_run_once(context, 10);
        _exit(event);
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0)
        loop_turn(loop, clock_ms() + 5);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void check_login(long flags)
{
    const char *missing = server_missing(NULL);
    struct error error = {""};
    if (missing != NULL)
        test_skip("%s", missing);
    signal(SIGPIPE, SIG_IGN);
    struct loop *loop = loop_new();
    struct server_options options = {.kind = NULL};
    struct server *server = server_open(loop, &options, &error);
    if (server == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    struct account account = {"juliet", "secret"};
    CHECK(register_accounts(loop, server_address(server), server_port(server),
        server_domain(server), &account, 1, clock_ms() + 10000, &error));
    struct buffer secured = {0};
    struct tls_authority *authority =
        tls_authority_new(server_domain(server), &error);
    char *path = file_join(server_directory(server), "ca.pem");
    CHECK(authority != NULL && tls_authority_save(authority, path, &error));
    struct wire *wire = wire_new(
        loop, server_address(server), server_port(server), observe, &secured);
    struct wire_link *link = wire_link_new(wire, "juliet", "127.0.0.1", &error);
    wire_link_set_tls(link, authority);
    char *jid = mem_printf("juliet@%s", server_domain(server));
    int event = log_in(loop, wire_link_port(link), jid, path, flags);
    bool bound = wire_link_jid(link) != NULL;
    bool told = strncmp(buffer_text(&secured), "TLSv1.", 6) == 0;
    free(jid);
    free(path);
    wire_free(wire);
    tls_authority_free(authority);
    server_free(server);
    loop_free(loop);
    buffer_free(&secured);
    CHECK_INT(event, XMPP_CONN_CONNECT);
    CHECK(bound);
    CHECK(told);
}

TEST(a_client_that_demands_starttls_logs_in)
{
    check_login(XMPP_CONN_FLAG_MANDATORY_TLS);
}

TEST(a_client_of_direct_tls_logs_in)
{
    check_login(XMPP_CONN_FLAG_LEGACY_SSL);
}
