#include "subject/subject.h"

#include "jingle/policy.h"

#include <string.h>

extern const struct subject_driver subject_builtin;
extern const struct subject_driver subject_exec;
extern const struct subject_driver subject_lines;
extern const struct subject_driver subject_manual;
extern const struct subject_driver subject_passive;

const struct subject_driver *const subject_drivers[] = {
    &subject_builtin,
    &subject_passive,
    &subject_exec,
    &subject_lines,
    &subject_manual,
    NULL,
};

const struct subject_driver *subject_driver_find(const char *name)
{
    if (name == NULL)
        return subject_drivers[0];
    for (size_t i = 0; subject_drivers[i] != NULL; i++) {
        if (strcmp(subject_drivers[i]->name, name) == 0)
            return subject_drivers[i];
    }
    return NULL;
}

bool subject_key_check(const char *name, const char *value, struct error *error)
{
    struct client_policy policy = policy_default();
    return policy_set(&policy, name, value, error);
}

const char *subject_action_name(enum subject_action action)
{
    static const char *const names[] = {
        "offer", "request", "share", "accept", "decline", "cancel", "do"};
    return names[action];
}
