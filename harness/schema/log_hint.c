#include "schema/log_hint.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct hint {
    const char *word;
    enum log_direction direction;
    bool exact; /* letter case counts: "in" is a word of English too */
};

/* As clients write them; a server's own words are told by their "[c2s". */
static const struct hint hints[] = {
    {"send", LOG_FROM_CLIENT, false},
    {"sent", LOG_FROM_CLIENT, false},
    {"sending", LOG_FROM_CLIENT, false},
    {"outgoing", LOG_FROM_CLIENT, false},
    {"out", LOG_FROM_CLIENT, false},
    {"OUTPUT", LOG_FROM_CLIENT, false},
    {"c2s", LOG_FROM_CLIENT, false},
    {"recv", LOG_TO_CLIENT, false},
    {"received", LOG_TO_CLIENT, false},
    {"receiving", LOG_TO_CLIENT, false},
    {"incoming", LOG_TO_CLIENT, false},
    {"INPUT", LOG_TO_CLIENT, false},
    {"IN", LOG_TO_CLIENT, true},
    {"In", LOG_TO_CLIENT, true},
    {"s2c", LOG_TO_CLIENT, false},
};

static const struct hint *find(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        const struct hint *hint = &hints[i];
        if (strlen(hint->word) == len &&
            (hint->exact ? strncmp : strncasecmp)(hint->word, word, len) == 0)
            return hint;
    }
    return NULL;
}

enum log_direction log_hint_word(const char *word)
{
    if (strcasecmp(word, "in") == 0)
        return LOG_TO_CLIENT;
    const struct hint *hint = find(word, strlen(word));
    return hint == NULL ? LOG_UNKNOWN : hint->direction;
}

/* Only the line of the stanza counts, and the one before it. */
static const char *last_lines(const char *before)
{
    const char *start = before + strlen(before);
    int lines = 0;
    while (start > before && lines < 2) {
        start--;
        if (*start == '\n' && start[1 + strspn(start + 1, " \t\r\n")] != 0)
            lines++;
    }
    return start;
}

enum log_direction log_hint(const char *before)
{
    enum log_direction direction = LOG_UNKNOWN;
    bool servers = false; /* "c2s55f1a debug RECV:" is Prosody's view */
    before = last_lines(before);
    /* Prosody's words are the server's: it receives what the client sends. */
    const char *received = strstr(before, "Received[c2s");
    const char *sending = strstr(before, "Sending[c2s");
    if (received != NULL || sending != NULL)
        return received > sending ? LOG_FROM_CLIENT : LOG_TO_CLIENT;
    for (const char *at = before; *at != 0;) {
        size_t len = 0;
        while (isalnum((unsigned char)at[len]) || at[len] == '_')
            len++;
        const struct hint *hint = len == 0 ? NULL : find(at, len);
        servers = servers || (len > 6 && strncmp(at, "c2s", 3) == 0 &&
                                 isxdigit((unsigned char)at[3]));
        if (hint != NULL)
            direction = hint->direction;
        at += len == 0 ? 1 : len;
    }
    if (servers && direction != LOG_UNKNOWN)
        return direction == LOG_TO_CLIENT ? LOG_FROM_CLIENT : LOG_TO_CLIENT;
    return direction;
}

bool log_hides_namespaces(const char *stanza)
{
    if (strncmp(stanza, "<iq", 3) != 0 || strstr(stanza, "xmlns") != NULL)
        return false;
    const char *child = strchr(stanza + 1, '<');
    return child != NULL && child[1] != '/' && strncmp(child, "<error", 6) != 0;
}
