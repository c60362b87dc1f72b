#include "command/command.h"

#include <stdlib.h>

const char *command_home(void)
{
    const char *home = getenv("JINGLESPEC_HOME");
    return home != NULL && *home != 0 ? home : SOURCE_DIR;
}
