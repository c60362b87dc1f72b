#include "jingle/fault.h"

#include <string.h>

const struct fault_row fault_rows[FAULT_COUNT] = {{"none", "nothing"},
#define X(id, name, breaks) {name, breaks},
    FAULT_TABLE(X)
#undef X
};

enum fault fault_find(const char *name)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (!strcmp(fault_rows[i].name, name)) {
            return (enum fault)i;
        }
    }
    return FAULT_COUNT;
}
