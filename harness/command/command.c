#include "command/command.h"

#include "base/clock.h"
#include "base/version.h"
#include "record/record.h"

#include <stdlib.h>

const char *command_home(void)
{
    const char *home = getenv("JINGLESPEC_HOME");
    return home != NULL && *home != 0 ? home : SOURCE_DIR;
}

void command_describe(struct record_run *run)
{
    char stamp[32];
    clock_stamp(stamp);
    run->began = arena_strdup(run->arena, stamp);
    run->suite = *version_commit != 0 ? arena_printf(run->arena, "%s (%s)",
                                            JINGLESPEC_VERSION, version_commit)
                                      : JINGLESPEC_VERSION;
}
