#include "schema/checks.h"

#include <string.h>

struct check {
    const char *id;
    rule_check_fn *check;
};

static const struct check checks[] = {
    {NULL, NULL},
};

rule_check_fn *check_find(const char *id)
{
    for (size_t i = 0; checks[i].id != NULL; i++) {
        if (strcmp(checks[i].id, id) == 0)
            return checks[i].check;
    }
    return NULL;
}

const char *check_id(size_t index)
{
    return checks[index].id;
}
