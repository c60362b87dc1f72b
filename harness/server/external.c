/* A server that somebody else runs: nothing to start, nothing to stop. */
#include "server/driver.h"

static const char *const features[] = {"register", NULL};

const struct server_driver server_external = {
    .kind = "external",
    .features = features,
};
