#include "jingle/fake_log.h"

#include "base/memory.h"
#include "jingle/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *world_line(
    const struct world *world, const char *one, const char *two)
{
    static char line[4000];
    line[0] = 0;
    for (const char *at = buffer_text(&world->log); *at;) {
        size_t len = strcspn(at, "\n");
        char *text = mem_strndup(at, len);
        if (strstr(text, one) && strstr(text, two)) {
            snprintf(line, sizeof line, "%s", text);
        }
        free(text);
        at += len + (at[len] != 0);
    }
    return line;
}

const char *line_value(const char *line, const char *behind, const char *name)
{
    static char out[200];
    out[0] = 0;
    char *key = mem_printf(" %s='", name);
    const char *at = strstr(line, behind);
    at = at ? strstr(at, key) : NULL;
    if (at) {
        at += strlen(key);
        snprintf(out, sizeof out, "%.*s", (int)strcspn(at, "'"), at);
    }
    free(key);
    return out;
}

bool world_to_nobody(struct world *world, xmlNodePtr stanza, void *owner)
{
    (void)owner;
    return !strcmp(stanza_attr(stanza, "to"), world->clients[0].jid);
}
