/* ejabberd 23 from a generated configuration. Its ejabberdctl refuses other
 * users, so the Erlang machine is started directly, without a node's name and
 * without epmd: nothing else on the machine is touched. */
#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "server/driver.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* Shapers and the time-out between registrations are lifted; PLAIN as with
 * Prosody; no stream management: it would keep the presence of a client that
 * went away. */
static const char template[] =
    "# Written by jinglespec for one run; nothing here is meant to last.\n"
    "hosts: [\"%s\"]\n"
    "loglevel: info\n"
    "log_rotate_count: 0\n"
    "listen:\n"
    "  - port: 0\n"
    "    ip: \"127.0.0.1\"\n"
    "    module: ejabberd_c2s\n"
    "    max_stanza_size: 262144\n"
    "    shaper: none\n"
    "    backlog: 1024\n"
    "auth_password_format: plain\n"
    "disable_sasl_mechanisms: [\"digest-md5\", \"X-OAUTH2\","
    " \"SCRAM-SHA-1\", \"SCRAM-SHA-256\", \"SCRAM-SHA-512\","
    " \"SCRAM-SHA-1-PLUS\", \"SCRAM-SHA-256-PLUS\","
    " \"SCRAM-SHA-512-PLUS\"]\n"
    "registration_timeout: infinity\n"
    "access_rules:\n"
    "  anyone: {allow: all}\n"
    "modules:\n"
    "  mod_adhoc: {}\n"
    "  mod_blocking: {}\n"
    "  mod_caps: {}\n"
    "  mod_carboncopy: {}\n"
    "  mod_disco: {}\n"
    "  mod_last: {}\n"
    "  mod_mam: {default: always, assume_mam_usage: true}\n"
    "  mod_ping: {}\n"
    "  mod_privacy: {}\n"
    "  mod_private: {}\n"
    "  mod_proxy65: {host: \"%s\", ip: \"%s\","
    " hostname: \"%s\", port: %u, access: anyone, shaper: none,"
    " max_connections: infinity}\n"
    "  mod_pubsub: {access_createnode: anyone, plugins: [flat, pep],"
    " last_item_cache: false}\n"
    "  mod_register: {ip_access: all, access: anyone, access_from: anyone,"
    " welcome_message: {}}\n"
    "  mod_roster: {}\n"
    "  mod_vcard: {search: false}\n"
    "  mod_version: {}\n";

/* Where the distribution keeps Erlang's libraries: the folder that has
 * ejabberd-VERSION/ebin. */
static char *find_libraries(struct error *error)
{
    static const char *const places[] = {"/usr/lib/*/ejabberd-*/ebin",
        "/usr/lib/erlang/lib/ejabberd-*/ebin", "/usr/lib/ejabberd-*/ebin",
        "/opt/ejabberd-*/lib/ejabberd-*/ebin"};
    char *found = NULL;
    for (size_t i = 0; found == NULL && i < sizeof places / sizeof *places;
         i++) {
        glob_t matches;
        if (glob(places[i], 0, NULL, &matches) == 0) {
            found = mem_strdup(matches.gl_pathv[0]);
            globfree(&matches);
        }
    }
    if (found == NULL) {
        error_set(error, "ejabberd is installed, but its Erlang modules are "
                         "in none of the usual places (/usr/lib/*/ejabberd-*)");
        return NULL;
    }
    for (int i = 0; i < 2; i++)
        *strrchr(found, '/') = 0;
    return found;
}

static void fill_command(const struct server_plan *plan, char *libraries,
    struct server_command *command)
{
    char *const argv[] = {mem_strdup("erl"), mem_strdup("-noinput"),
        mem_strdup("+sbwt"), mem_strdup("none"), mem_strdup("-start_epmd"),
        mem_strdup("false"), mem_strdup("-mnesia"), mem_strdup("dir"),
        mem_printf("\"%s/data\"", plan->directory), mem_strdup("-s"),
        mem_strdup("ejabberd")};
    char *const environment[] = {mem_printf("ERL_LIBS=%s", libraries),
        mem_printf("EJABBERD_CONFIG_PATH=%s/ejabberd.yml", plan->directory),
        mem_printf("EJABBERD_LOG_PATH=%s/ejabberd.log", plan->directory),
        mem_printf("ERL_CRASH_DUMP=%s/crash.dump", plan->directory),
        mem_printf("HOME=%s", plan->directory)};
    memcpy(command->argv, argv, sizeof argv);
    memcpy(command->environment, environment, sizeof environment);
}

static bool prepare(const struct server_plan *plan,
    struct server_command *command, struct error *error)
{
    char *libraries = find_libraries(error);
    if (libraries == NULL)
        return false;
    struct buffer text = {0};
    char *path = file_join(plan->directory, "ejabberd.yml");
    buffer_printf(&text, template, plan->domain, plan->proxy_jid,
        plan->proxy_address, plan->proxy_address, plan->proxy_port);
    bool ok = file_write(path, buffer_bytes(&text), error);
    fill_command(plan, libraries, command);
    buffer_free(&text);
    free(path);
    free(libraries);
    return ok;
}

static const char *const features[] = {
    "pep", "carbons", "mam", "proxy65", "register", NULL};

const struct server_driver server_ejabberd = {
    .kind = "ejabberd",
    .program = "ejabberdctl",
    .missing = "ejabberd is not installed: install it (Debian: apt-get "
               "install ejabberd, and stop its service) or name another "
               "server with --server",
    .features = features,
    .proxy = true,
    .version_mark = "ejabberd ",
    .ends_slowly = true,
    .prepare = prepare,
};
