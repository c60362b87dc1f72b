#include "stage/venue.h"

#include "base/file.h"
#include "schema/validator.h"
#include "stage/stage.h"

#include <stdlib.h>

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
    venue->loop = loop_new();
    struct server_options server = {
        .kind = options->server, .seed = 0, .keep = options->keep};
    venue->server = server_open(venue->loop, &server, error);
    if (venue->server == NULL)
        goto fail;
    venue->wire = wire_new(venue->loop, server_address(venue->server),
        server_port(venue->server), stage_observe, venue);
    if (venue->wire == NULL) {
        error_set(error, "cannot make the recording relay");
        goto fail;
    }
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

void venue_close(struct venue *venue)
{
    if (venue == NULL)
        return;
    wire_free(venue->wire);
    server_free(venue->server);
    validator_free(venue->validator);
    loop_free(venue->loop);
    free(venue);
}
