#include "command/again.h"

#include "base/memory.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool is_kept(const char *name)
{
    static const char *const kept[] = {"file", "subject", "target", "mutant",
        "variant", "server", "can", "dropdir", "advertise", "plain", "strict",
        "time-factor", "settle", "allow-inconclusive"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (strcmp(name, kept[i]) == 0)
            return true;
    }
    return false;
}

/* Quoted for a shell when it holds anything but plain characters. */
static void add_word(struct buffer *out, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789"
                                "-_./=:,+@%";
    if (*word != 0 && word[strspn(word, plain)] == 0) {
        buffer_add_text(out, word);
        return;
    }
    buffer_add_text(out, "'");
    for (; *word != 0; word++) {
        if (*word == '\'')
            buffer_add_text(out, "'\\''");
        else
            buffer_add(out, word, 1);
    }
    buffer_add_text(out, "'");
}

void again_add(struct buffer *out, const char *name, const char *value)
{
    if (!is_kept(name))
        return;
    buffer_printf(out, " --%s", name);
    if (value != NULL) {
        buffer_add_text(out, *value == '-' ? "=" : " ");
        add_word(out, value);
    }
}

char *again_program(void)
{
    char own[PATH_MAX] = "", here[PATH_MAX] = "";
    ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
    if (len <= 0)
        return mem_strdup("jinglespec");
    own[len] = 0;
    size_t below = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;
    bool inside = below > 1 && strncmp(own, here, below) == 0 &&
                  own[below] == '/' && strchr(own + below + 1, '/') != NULL;
    struct buffer word = {0};
    add_word(&word, inside ? own + below + 1 : own);
    return buffer_take(&word);
}

void again_set(struct record_run *run, struct record_case *c,
    const char *program, const char *options, uint64_t seed)
{
    struct buffer command = {0};
    buffer_printf(&command, "%s run%s --seed %" PRIu64 " --case ", program,
        options, seed);
    add_word(&command, c->id ? c->id : "");
    c->command = arena_strdup(run->arena, buffer_text(&command));
    buffer_free(&command);
}
