#include "server/server.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "server/ports.h"
#include "server/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ejabberd takes seconds of two cores to start: not in every run. */
static void skip_without(const char *kind)
{
    if (strcmp(kind, "ejabberd") == 0 && getenv("JINGLESPEC_SLOW") == NULL)
        test_skip("starting ejabberd is slow: set JINGLESPEC_SLOW=1");
    const char *missing = server_missing(kind);
    if (missing != NULL)
        test_skip("%s", missing);
}

static struct server *open_server(struct loop *loop, const char *kind)
{
    struct error error = {""};
    struct server_options options = {.kind = kind};
    int64_t start = clock_us();
    struct server *server = server_open(loop, &options, &error);
    if (server == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    printf("# %s was ready after %.1f ms\n", kind,
        (double)(clock_us() - start) / 1000);
    return server;
}

static void check_all(const char *kind)
{
    skip_without(kind);
    struct loop *loop = loop_new();
    struct server *server = open_server(loop, kind);
    char *directory = mem_strdup(server_directory(server));
    CHECK_INT(server_state(server), SERVER_READY);
    CHECK(server_port(server) != 0);
    CHECK(server_has(server, "pep"));
    struct server_proxy proxy = server_proxy(server);
    uint16_t ports[16];
    size_t count = ports_of(server_pid(server), ports, 16), found = 0;
    for (size_t i = 0; i < count; i++)
        found += ports[i] == proxy.port;
    CHECK_INT(found, 1);
    server_free(server);
    CHECK(!file_exists(directory));
    free(directory);
    loop_free(loop);
}

static bool connects(const char *address, uint16_t port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &name.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int code = connect(fd, (struct sockaddr *)&name, sizeof name);
    close(fd);
    return code == 0;
}

/* For who is told --advertise: any address of 127/8 is this machine's. */
static void check_proxy_elsewhere(const char *kind)
{
    skip_without(kind);
    struct loop *loop = loop_new();
    struct error error = {""};
    struct server_options options = {
        .kind = kind, .proxy_address = "127.0.0.2"};
    struct server *server = server_open(loop, &options, &error);
    if (server == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    struct server_proxy proxy = server_proxy(server);
    CHECK(strcmp(proxy.host, "127.0.0.2") == 0);
    CHECK(connects(proxy.host, proxy.port));
    CHECK(!connects("127.0.0.1", proxy.port));
    CHECK(connects(server_address(server), server_port(server)));
    server_free(server);
    loop_free(loop);
}

static void check_death(const char *kind)
{
    skip_without(kind);
    struct loop *loop = loop_new();
    struct server *server = open_server(loop, kind);
    kill(server_pid(server), SIGKILL);
    while (server_state(server) == SERVER_READY)
        loop_turn(loop, clock_ms() + 1);
    CHECK_INT(server_state(server), SERVER_DIED);
    CHECK(strstr(server_error(server), "signal 9") != NULL);
    server_free(server);
    loop_free(loop);
}

static void check_restart(const char *kind)
{
    skip_without(kind);
    struct loop *loop = loop_new();
    struct server *server = open_server(loop, kind);
    char *domain = mem_strdup(server_domain(server));
    struct error error = {""};
    CHECK(server_restart(server, &error));
    if (!server_wait(server, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    CHECK_TEXT(server_domain(server), domain);
    free(domain);
    server_free(server);
    loop_free(loop);
}

TEST(prosody_starts_and_leaves_nothing_behind)
{
    check_all("prosody");
}

TEST(prosody_has_its_proxy_where_it_is_told)
{
    check_proxy_elsewhere("prosody");
}

TEST(ejabberd_has_its_proxy_where_it_is_told)
{
    check_proxy_elsewhere("ejabberd");
}

TEST(prosody_killed_is_a_server_that_died)
{
    check_death("prosody");
}

TEST(prosody_restarts_on_its_domain)
{
    check_restart("prosody");
}

TEST(ejabberd_starts_and_leaves_nothing_behind)
{
    check_all("ejabberd");
}

TEST(ejabberd_killed_is_a_server_that_died)
{
    check_death("ejabberd");
}

TEST(ejabberd_restarts_on_its_domain)
{
    check_restart("ejabberd");
}

TEST(an_unknown_kind_is_refused_with_a_line)
{
    struct server_options options = {.kind = "jabberd14"};
    struct error error = {""};
    struct loop *loop = loop_new();
    CHECK(server_start(loop, &options, &error) == NULL);
    CHECK(strstr(error.message, "no such kind") != NULL);
    loop_free(loop);
}

TEST(an_external_server_needs_its_address)
{
    struct server_options options = {.kind = "external"};
    struct error error = {""};
    struct loop *loop = loop_new();
    CHECK(server_start(loop, &options, &error) == NULL);
    CHECK(strstr(error.message, "address, port and domain") != NULL);
    loop_free(loop);
}

static void note(void *owner, bool serves)
{
    *(int *)owner = serves;
}

TEST(a_port_without_a_server_does_not_serve)
{
    struct loop *loop = loop_new();
    uint16_t port;
    int fd = port_reserve(&port, NULL), told = -1;
    probe_start(loop, "127.0.0.1", port, "a.example", note, &told);
    for (int64_t end = clock_ms() + 2000; told < 0 && clock_ms() < end;)
        loop_turn(loop, end);
    close(fd);
    loop_free(loop);
    CHECK_INT(told, 0);
}

TEST(a_reserved_port_is_not_listened_on_and_a_listening_one_is_found)
{
    uint16_t port, ports[32];
    int fd = port_reserve(&port, NULL);
    size_t before = ports_of(getpid(), ports, 32);
    listen(fd, 1);
    size_t after = ports_of(getpid(), ports, 32);
    close(fd);
    CHECK_INT(after, before + 1);
}
