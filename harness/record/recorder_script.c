/* A case whose stanzas do not tell it all: sockets, keys, raw bytes, what the
 * wire and the server did. It is told by its own script, with the values of
 * its lists that ran. */
#include "record/recorder_parts.h"

#include <stdlib.h>
#include <string.h>

static bool holds_any(const char *step, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strstr(step, words[i]) != NULL)
            return true;
    }
    return false;
}

bool recorder_tells_step(const char *step)
{
    /* Beside what the stanzas show, or what the recorder tells of streams. */
    static const char *const others[] = {"The wire ", "The server ",
        " goes offline", " sends bytes ", " is sent bytes ", " hex ",
        " closes ", " resets ", " sees ", " accepts a connection ",
        " connects to ", " activates ", " wraps ", " unwraps ", " seals ",
        " without acknowledging", " leaving it",
        "Either:", "In any order:", "/@port = ", "/@host = ", "${proxy ",
        " encrypted", " to share ", " to request ", " by message",
        "answering with error", " sends ibb-data",
        "jmi:propose/@id = ", "hash = ${"};
    bool part =
        strstr(step, " over ibb ") != NULL && strstr(step, " from ") != NULL;
    bool several =
        strstr(step, " is asked to ") != NULL && strchr(step, '+') != NULL;
    return !part && !several &&
           !holds_any(step, others, sizeof others / sizeof *others);
}

static bool is_send(const char *step)
{
    return strstr(step, " sends ") != NULL || strstr(step, " sends:") != NULL ||
           strstr(step, " sends, ") != NULL;
}

/* A stanza of the case that was left out as manners, as presence or as an
 * answer: the steps send more than is told. Blocks that no step streams were
 * sent one by one. */
bool recorder_misses_stanzas(const struct recorder *recorder)
{
    const struct record_case *c = recorder->c;
    size_t steps = 0, told = 0, blocks = 0;
    bool streams = false, collects = false;
    for (size_t i = 0; c != NULL && i < c->events.count; i++) {
        const struct record_event *e = &c->events.items[i];
        if (e->kind != EVENT_STEP || e->label == NULL)
            continue;
        bool on_socket = strstr(e->label, " on ") != NULL;
        steps += is_send(e->label) && !on_socket;
        streams |= strstr(e->label, " streams ") != NULL;
        collects |= strstr(e->label, " collects ") != NULL;
    }
    size_t received = 0;
    for (size_t i = 0; c != NULL && i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        if (take->stanza == NULL || take->injected)
            continue;
        bool data = xml_child(take->stanza, NS_OPEN, "data") != NULL;
        const char *type = xml_attr(take->stanza, "type");
        bool answer = type != NULL && (strcmp(type, "result") == 0 ||
                                          strcmp(type, "error") == 0);
        blocks += take->sent && data;
        received += !take->sent && data;
        told += take->sent && !data && !answer;
    }
    return steps > told || (blocks > 0 && !streams) ||
           (received > 0 && !collects);
}

static bool begins(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* "size=4096, how=corrupt" as a list of one value each. */
static void add_values(struct buffer *out, const char *values)
{
    while (values != NULL && *values != 0) {
        const char *next = strstr(values, ", ");
        size_t len = next != NULL ? (size_t)(next - values) : strlen(values);
        const char *equal = memchr(values, '=', len);
        size_t name = equal != NULL ? (size_t)(equal - values) : len;
        if (equal != NULL)
            buffer_printf(out, "## values: %.*s = %.*s\n", (int)name, values,
                (int)(len - name - 1), equal + 1);
        values = next != NULL ? next + 2 : NULL;
    }
}

void recorder_print_script(const struct recorder *recorder, struct buffer *out)
{
    char *copy = mem_strdup(recorder->c->script), *rest = copy, *line;
    bool values = false, title = true;
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (rest == NULL && *line == 0)
            break;
        bool ours = begins(line, "## id:") || begins(line, "## tags:") ||
                    (title && begins(line, "# "));
        title &= !begins(line, "# ");
        if (begins(line, "## values:")) {
            if (!values)
                add_values(out, recorder->c->values);
            values = true;
        } else if (!ours) {
            buffer_printf(out, "%s\n", line);
        }
    }
    free(copy);
}
