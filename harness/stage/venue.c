#include "stage/venue.h"

#include "base/file.h"
#include "omemo/puppet.h"
#include "schema/validator.h"
#include "stage/stage.h"

#include <stdlib.h>
#include <unistd.h>

/* A throw-away authority of this worker's domain. */
static bool trust(struct venue *venue, struct error *error)
{
    venue->authority = tls_authority_new(server_domain(venue->server), error);
    if (venue->authority == NULL)
        return false;
    venue->cafile =
        mem_printf("%s/ca-%d.pem", venue->options.directory, (int)getpid());
    return tls_authority_save(venue->authority, venue->cafile, error);
}

struct venue *venue_open(
    const struct venue_options *options, struct error *error)
{
    const struct subject_driver *driver =
        subject_driver_find(options->subject.driver);
    if (driver == NULL) {
        error_set(error,
            "there is no driver '%s'; jinglespec run --help "
            "lists them",
            options->subject.driver);
        return NULL;
    }
    const char *missing = server_missing(options->server);
    if (missing != NULL) {
        error_set(error, "%s", missing);
        return NULL;
    }
    struct venue *venue = mem_alloc(sizeof *venue);
    venue->options = *options;
    venue->driver = driver;
    venue->options.subject.time_factor = options->time_factor;
    if (driver->patience > 0)
        venue->options.time_factor *= driver->patience;
    venue->loop = loop_new();
    venue->omemo = omemo_pool_new();
    if (driver->open != NULL) {
        venue->house =
            driver->open(&venue->options.subject, venue->loop, error);
        if (venue->house == NULL)
            goto fail;
    }
    struct server_options server = {.kind = options->server,
        .below = options->directory,
        .keep = options->keep,
        .time_factor = options->time_factor,
        .proxy_address = options->advertise};
    venue->server = server_open(venue->loop, &server, error);
    if (venue->server == NULL)
        goto fail;
    venue->server_version = server_version(venue->server);
    venue->wire = wire_new(venue->loop, server_address(venue->server),
        server_port(venue->server), stage_observe, venue);
    if (venue->wire == NULL) {
        error_set(error, "cannot make the recording relay");
        goto fail;
    }
    /* Only the builtin subject needs no TLS: the wire is its own. */
    if (driver->key == NULL && !options->plain && !trust(venue, error))
        goto fail;
    char *schemas = file_join(options->home, "schemas");
    if (file_is_dir(schemas))
        venue->validator = validator_new(schemas, NULL, error);
    bool compiled = venue->validator != NULL || !file_is_dir(schemas);
    free(schemas);
    if (!compiled)
        goto fail;
    return venue;
fail:
    venue_close(venue);
    return NULL;
}

void venue_evict(struct venue *venue)
{
    struct resident *resident = &venue->resident;
    if (resident->subject == NULL)
        return;
    venue->driver->end(resident->subject);
    wire_link_free(resident->link);
    free(resident->user);
    free(resident->jid);
    free(resident->password);
    *resident = (struct resident){0};
}

void venue_close(struct venue *venue)
{
    if (venue == NULL)
        return;
    venue_evict(venue);
    if (venue->house != NULL)
        venue->driver->close(venue->house);
    wire_free(venue->wire);
    tls_authority_free(venue->authority);
    free(venue->cafile);
    free(venue->server_version);
    server_free(venue->server);
    validator_free(venue->validator);
    omemo_pool_free(venue->omemo);
    loop_free(venue->loop);
    free(venue);
}
