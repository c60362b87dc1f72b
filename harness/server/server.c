#include "server/server.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/random.h"
#include "server/driver.h"
#include "server/ports.h"
#include "server/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    START_DEADLINE_MS = 60000,
    END_DEADLINE_MS = 10000,
    LOOK_MS = 5,
    LOG_LIMIT = 1 << 16
};

struct server {
    const struct server_driver *driver;
    struct loop *loop;
    enum server_state state;
    char *directory, *log, *domain, *proxy_jid, *proxy_address, *address;
    uint16_t port, proxy_port;
    int proxy_fd; /* the reserved port, -1: none */
    bool keep;
    pid_t pid; /* 0: none */
    struct loop_timer *timer;
    struct probe *probe;
    int64_t start_ms, deadline_ms; /* how long a start may take; until when */
    struct error error;
};

/* One row a kind; the first is the default. */
static const struct server_driver *const drivers[] = {
    &server_prosody,
    &server_ejabberd,
    &server_external,
};
enum { DRIVERS = sizeof drivers / sizeof *drivers };

const char *const *server_kinds(void)
{
    static const char *const names[] = {
        "prosody", "ejabberd", "external", NULL};
    return names;
}

static const struct server_driver *find_driver(const char *kind)
{
    for (size_t i = 0; i < DRIVERS; i++) {
        if (kind == NULL || strcmp(drivers[i]->kind, kind) == 0)
            return drivers[i];
    }
    return NULL;
}

static bool program_exists(const char *program)
{
    const char *path = getenv("PATH");
    char *all = mem_printf("%s:/usr/sbin:/sbin", path != NULL ? path : "");
    bool found = false;
    char *rest = all, *dir;
    while (!found && (dir = strsep(&rest, ":")) != NULL) {
        char *file = file_join(dir, program);
        found = access(file, X_OK) == 0;
        free(file);
    }
    free(all);
    return found;
}

const char *server_missing(const char *kind)
{
    const struct server_driver *driver = find_driver(kind);
    if (driver == NULL)
        return "there is no such kind of server; known are prosody, ejabberd "
               "and external";
    if (driver->program == NULL || program_exists(driver->program))
        return NULL;
    return driver->missing;
}

static void release_port(struct server *server)
{
    if (server->proxy_fd >= 0)
        close(server->proxy_fd);
    server->proxy_fd = -1;
}

static void stop_looking(struct server *server)
{
    loop_timer_cancel(server->timer);
    server->timer = NULL;
    probe_cancel(server->probe);
    server->probe = NULL;
    release_port(server);
}

static void give_up(struct server *server, const char *why)
{
    char *lines = server_log(server, 8);
    error_set(&server->error, "%s: %s%s%.700s", server->driver->kind, why,
        *lines != 0 ? "; the end of its log:\n" : "", lines);
    free(lines);
    stop_looking(server);
    if (server->pid > 0)
        process_kill(server->pid);
    server->pid = 0;
    server->state = SERVER_FAILED;
}

/* The process ended by itself: says so. */
static bool notice_end(
    struct server *server, enum server_state state, bool settle)
{
    int status;
    char how[96], why[128];
    if (server->pid <= 0)
        return false;
    bool ended = process_ended(server->pid, &status);
    if (!ended && settle && process_is_ending(server->pid))
        ended = waitpid(server->pid, &status, 0) == server->pid;
    if (!ended)
        return false;
    process_describe(status, how, sizeof how);
    snprintf(why, sizeof why, "it %s", how);
    kill(-server->pid, SIGKILL);
    server->pid = 0;
    give_up(server, why);
    server->state = state;
    return true;
}

/* The client port among those it listens on: the one that is not the proxy.
 * 0 while not all are there. */
static uint16_t find_port(struct server *server)
{
    uint16_t ports[16], found = 0;
    bool proxy = !server->driver->proxy;
    size_t count = ports_of(server->pid, ports, 16);
    for (size_t i = 0; i < count; i++) {
        if (ports[i] == server->proxy_port)
            proxy = true;
        else
            found = ports[i];
    }
    return proxy ? found : 0;
}

static void look(void *owner);

static void look_again(struct server *server)
{
    server->timer =
        loop_timer_at(server->loop, clock_ms() + LOOK_MS, look, server);
}

static void probed(void *owner, bool serves)
{
    struct server *server = owner;
    server->probe = NULL;
    if (!serves)
        return;
    stop_looking(server);
    server->state = SERVER_READY;
}

/* Every few milliseconds until a stream to its domain opened. */
static void look(void *owner)
{
    struct server *server = owner;
    server->timer = NULL;
    if (notice_end(server, SERVER_FAILED, false))
        return;
    if (clock_ms() > server->deadline_ms) {
        char *why = mem_printf("it was not ready within %lld s",
            (long long)server->start_ms / 1000);
        give_up(server, why);
        free(why);
        return;
    }
    look_again(server);
    if (server->probe != NULL)
        return;
    if (server->driver->prepare != NULL)
        server->port = find_port(server);
    if (server->port != 0)
        server->probe = probe_start(server->loop, server->address, server->port,
            server->domain, probed, server);
}

static void free_command(struct server_command *command)
{
    for (size_t i = 0; command->argv[i] != NULL; i++)
        free(command->argv[i]);
    for (size_t i = 0; command->environment[i] != NULL; i++)
        free(command->environment[i]);
}

static bool spawn(struct server *server, struct error *error)
{
    struct server_plan plan = {server->directory, server->log, server->domain,
        server->proxy_jid, server->proxy_address, server->proxy_port};
    struct server_command command = {0};
    bool ok = server->driver->prepare(&plan, &command, error);
    int log =
        ok ? open(server->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
           : -1;
    if (ok && log < 0)
        ok = error_set(error, "%s: %s", server->log, strerror(errno));
    if (ok) {
        struct process_options options = {
            .argv = (const char *const *)command.argv,
            .environment = (const char *const *)command.environment,
            .directory = server->directory,
            .stdin_fd = -1,
            .stdout_fd = log,
            .stderr_fd = log};
        pid_t pid = process_start(&options, error);
        server->pid = pid > 0 ? pid : 0;
        ok = pid > 0;
    }
    if (log >= 0)
        close(log);
    free_command(&command);
    return ok;
}

static bool launch(struct server *server, struct error *error)
{
    server->state = SERVER_STARTING;
    server->error.message[0] = 0;
    server->deadline_ms = clock_ms() + server->start_ms;
    if (server->driver->prepare != NULL) {
        server->port = server->proxy_port = 0;
        if (server->driver->proxy)
            server->proxy_fd = port_reserve(&server->proxy_port, error);
        if ((server->driver->proxy && server->proxy_fd < 0) ||
            !spawn(server, error)) {
            release_port(server);
            server->state = SERVER_FAILED;
            return false;
        }
    }
    look_again(server);
    return true;
}

/* A name to a numeric address; waits for the resolver. */
static char *resolve(const char *name, struct error *error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    char text[INET6_ADDRSTRLEN];
    int code = getaddrinfo(name, NULL, &hints, &found);
    if (code == 0)
        code = getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text,
            NULL, 0, NI_NUMERICHOST);
    if (found != NULL)
        freeaddrinfo(found);
    if (code == 0)
        return mem_strdup(text);
    error_set(error, "%s: %s", name, gai_strerror(code));
    return NULL;
}

static bool set_up_external(struct server *server,
    const struct server_options *options, struct error *error)
{
    if (options->address == NULL || options->domain == NULL ||
        options->port == 0)
        return error_set(
            error, "an external server needs its address, port and domain");
    server->address = resolve(options->address, error);
    server->domain = mem_strdup(options->domain);
    server->port = options->port;
    return server->address != NULL;
}

static bool set_up_own(struct server *server,
    const struct server_options *options, struct error *error)
{
    struct random random = {options->seed};
    char id[11];
    if (options->seed == 0)
        random_secret(&random.state, sizeof random.state);
    random_id(&random, id, sizeof id);
    if (options->below == NULL)
        server->directory = file_make_temp("jinglespec", error);
    else
        server->directory = mem_printf("%s/server-%s", options->below, id);
    if (server->directory == NULL || !file_make_dirs(server->directory, error))
        return false;
    server->log = file_join(server->directory, "server.log");
    server->domain = mem_printf("%s.example", id);
    server->proxy_jid = mem_printf("proxy.%s", server->domain);
    server->address = mem_strdup("127.0.0.1");
    server->proxy_address =
        mem_strdup(options->proxy_address != NULL ? options->proxy_address
                                                  : server->address);
    return true;
}

struct server *server_start(struct loop *loop,
    const struct server_options *options, struct error *error)
{
    const char *missing = server_missing(options->kind);
    if (missing != NULL) {
        error_set(error, "%s", missing);
        return NULL;
    }
    struct server *server = mem_alloc(sizeof *server);
    double factor = options->time_factor > 0 ? options->time_factor : 1;
    *server = (struct server){.driver = find_driver(options->kind),
        .loop = loop,
        .proxy_fd = -1,
        .keep = options->keep,
        .start_ms = (int64_t)(START_DEADLINE_MS * factor)};
    bool ok = server->driver->prepare == NULL
                  ? set_up_external(server, options, error)
                  : set_up_own(server, options, error);
    if (ok && launch(server, error))
        return server;
    server_free(server);
    return NULL;
}

bool server_wait(struct server *server, struct error *error)
{
    while (server->state == SERVER_STARTING)
        loop_turn(server->loop, server->deadline_ms);
    return server->state == SERVER_READY ||
           error_set(error, "%s", server->error.message);
}

struct server *server_open(struct loop *loop,
    const struct server_options *options, struct error *error)
{
    struct server *server = server_start(loop, options, error);
    if (server != NULL && !server_wait(server, error)) {
        server_free(server);
        server = NULL;
    }
    return server;
}

enum server_state server_state(struct server *server)
{
    if (server->state == SERVER_READY)
        notice_end(server, SERVER_DIED, false);
    return server->state;
}

enum server_state server_settled_state(struct server *server)
{
    if (server->state == SERVER_READY)
        notice_end(server, SERVER_DIED, true);
    return server->state;
}

const char *server_error(struct server *server)
{
    server_state(server);
    return server->error.message;
}

void server_stop(struct server *server)
{
    stop_looking(server);
    if (server->pid > 0)
        process_kill(server->pid);
    server->pid = 0;
    server->state = SERVER_STOPPED;
}

/* Until the old process ended; then the new one starts. */
static void await_end(void *owner)
{
    struct server *server = owner;
    struct error error = {""};
    int status;
    server->timer = NULL;
    if (!process_ended(server->pid, &status)) {
        if (clock_ms() < server->deadline_ms) {
            server->timer = loop_timer_at(
                server->loop, clock_ms() + LOOK_MS, await_end, server);
            return;
        }
        process_kill(server->pid);
    }
    server->pid = 0;
    if (!launch(server, &error))
        give_up(server, error.message);
}

bool server_restart(struct server *server, struct error *error)
{
    if (!server->driver->ends_slowly || server_state(server) != SERVER_READY) {
        server_stop(server);
        return launch(server, error);
    }
    kill(server->pid, SIGTERM);
    server->state = SERVER_STARTING;
    server->deadline_ms = clock_ms() + END_DEADLINE_MS;
    await_end(server);
    return true;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    server_stop(server);
    if (server->directory != NULL && !server->keep)
        file_remove_tree(server->directory);
    free(server->directory);
    free(server->log);
    free(server->domain);
    free(server->proxy_jid);
    free(server->proxy_address);
    free(server->address);
    free(server);
}

const char *server_kind(const struct server *server)
{
    return server->driver->kind;
}

const char *server_domain(const struct server *server)
{
    return server->domain;
}

const char *server_address(const struct server *server)
{
    return server->address;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

const char *server_directory(const struct server *server)
{
    return server->directory;
}

int server_pid(const struct server *server)
{
    return server->pid;
}

struct server_proxy server_proxy(const struct server *server)
{
    if (!server->driver->proxy)
        return (struct server_proxy){0};
    return (struct server_proxy){
        server->proxy_jid, server->proxy_address, server->proxy_port};
}

const char *const *server_features(const struct server *server)
{
    return server->driver->features;
}

bool server_has(const struct server *server, const char *feature)
{
    for (const char *const *at = server->driver->features; *at; at++) {
        if (strcmp(*at, feature) == 0)
            return true;
    }
    return false;
}

/* Reads the end of the log only: it may be long. */
char *server_log(const struct server *server, size_t lines)
{
    struct buffer text = {0};
    FILE *file = server->log == NULL ? NULL : fopen(server->log, "re");
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        long size = ftell(file);
        long from = size > LOG_LIMIT ? size - LOG_LIMIT : 0;
        fseek(file, from, SEEK_SET);
        text.len = fread(buffer_reserve(&text, LOG_LIMIT), 1, LOG_LIMIT, file);
        text.data[text.len] = 0;
    }
    if (file != NULL)
        fclose(file);
    size_t at = text.len, seen = 0;
    while (at > 0 &&
           (text.data[at - 1] != '\n' || at == text.len || ++seen < lines))
        at--;
    buffer_drop(&text, at);
    return buffer_take(&text);
}

/* Of the first line where a version follows the driver's mark. */
char *server_version(const struct server *server)
{
    const char *mark = server->driver->version_mark;
    char line[1024];
    FILE *file =
        server->log == NULL || mark == NULL ? NULL : fopen(server->log, "re");
    char *found = NULL;
    while (file != NULL && found == NULL &&
           fgets(line, sizeof line, file) != NULL) {
        const char *at = strstr(line, mark);
        at = at == NULL ? NULL : at + strlen(mark);
        if (at == NULL || *at < '0' || *at > '9')
            continue;
        found = mem_printf(
            "%s %.*s", server->driver->kind, (int)strcspn(at, " \t\r\n"), at);
    }
    if (file != NULL)
        fclose(file);
    return found != NULL ? found : mem_strdup(server->driver->kind);
}
