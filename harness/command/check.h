/* jinglespec check, and the library of templates and scenes as every command
 * reads it. */
#ifndef JS_COMMAND_CHECK_H
#define JS_COMMAND_CHECK_H

#include "command/command.h"
#include "script/script.h"

extern const struct command command_check;

/* Reads cases/library/ *.scs of the home directory. NULL with errors. */
struct script_library *command_library(struct script_errors *errors);
struct requirement_catalogue;
/* Does the catalogue have the requirements that the script names, with that
 * section and level? Else adds the errors. */
bool check_requirements(const struct requirement_catalogue *catalogue,
    const struct script *script, struct script_errors *errors);
/* The subject's policy keys, for script_parse. */
bool command_key_known(void *owner, enum script_role role, const char *name,
    const char *value, struct error *error);

#endif
