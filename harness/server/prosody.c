/* Prosody 0.12 from a generated configuration, unprivileged, in the
 * foreground. "prosody --version" would start the system's server: it is
 * never called. */
#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "server/driver.h"

#include <stdlib.h>

/* Nagle and the minimal wait cost 40 ms a login; SCRAM 4-10 ms, so PLAIN on
 * loopback; a short backlog delays many logins at once. No smacks: it would
 * keep the presence of a client that went away. */
static const char template[] =
    "-- Written by jinglespec for one run; nothing here is meant to last.\n"
    "run_as_root = true\n"
    "daemonize = false\n"
    "data_path = \"%s/data\"\n"
    "pidfile = \"%s/prosody.pid\"\n"
    "certificates = \"%s\"\n"
    "log = { { levels = { min = \"info\" }, to = \"file\","
    " filename = \"%s\" } }\n"
    "plugin_paths = {}\n"
    "interfaces = { \"127.0.0.1\" }\n"
    "c2s_ports = { 0 }\n"
    "c2s_direct_tls_ports = {}\n"
    "legacy_ssl_ports = {}\n"
    "s2s_ports = {}\n"
    "proxy65_interfaces = { \"%s\" }\n"
    "proxy65_ports = { %u }\n"
    "network_settings = { nagle = false, min_wait = 0,"
    " tcp_backlog = 1024 }\n"
    "modules_enabled = { \"roster\", \"saslauth\", \"disco\", \"presence\","
    " \"message\", \"iq\", \"posix\", \"ping\", \"version\", \"time\","
    " \"private\", \"blocklist\", \"vcard4\", \"vcard_legacy\", \"pep\","
    " \"carbons\", \"mam\", \"register_ibr\" }\n"
    "modules_disabled = { \"tls\", \"s2s\", \"s2s_auth_certs\","
    " \"offline\" }\n"
    "allow_registration = true\n"
    "require_encryption = false\n"
    "c2s_require_encryption = false\n"
    "allow_unencrypted_plain_auth = true\n"
    "authentication = \"internal_plain\"\n"
    "disable_sasl_mechanisms = { \"SCRAM-SHA-1\", \"SCRAM-SHA-256\","
    " \"DIGEST-MD5\" }\n"
    "storage = \"internal\"\n"
    "default_archive_policy = true\n"
    "c2s_stanza_size_limit = 262144\n"
    "c2s_close_timeout = 1\n"
    "VirtualHost \"%s\"\n"
    "Component \"%s\" \"proxy65\"\n"
    "proxy65_address = \"%s\"\n";

static bool prepare(const struct server_plan *plan,
    struct server_command *command, struct error *error)
{
    struct buffer text = {0};
    char *path = file_join(plan->directory, "prosody.cfg.lua");
    char *data = file_join(plan->directory, "data");
    buffer_printf(&text, template, plan->directory, plan->directory,
        plan->directory, plan->log, plan->proxy_address, plan->proxy_port,
        plan->domain, plan->proxy_jid, plan->proxy_address);
    bool ok = file_make_dirs(data, error) &&
              file_write(path, buffer_bytes(&text), error);
    command->argv[0] = mem_strdup("prosody");
    command->argv[1] = mem_strdup("-F");
    command->argv[2] = mem_strdup("--config");
    command->argv[3] = path;
    command->environment[0] = mem_printf("HOME=%s", plan->directory);
    buffer_free(&text);
    free(data);
    return ok;
}

static const char *const features[] = {
    "pep", "carbons", "mam", "proxy65", "register", NULL};

const struct server_driver server_prosody = {
    .kind = "prosody",
    .program = "prosody",
    .missing = "Prosody is not installed: install it (Debian: apt-get install "
               "prosody) or name another server with --server",
    .features = features,
    .proxy = true,
    .version_mark = "Hello and welcome to Prosody version ",
    .prepare = prepare,
};
