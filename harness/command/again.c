#include "command/again.h"

#include "base/bytes.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/* Options of `run` that matter to one case, and those that do not. */
static const struct {
    const char *name;
    bool value, kept;
} options[] = {
    {"--file", true, true},
    {"--subject", true, true},
    {"--target", true, true},
    {"--mutant", true, true},
    {"--variant", true, true},
    {"--server", true, true},
    {"--can", true, true},
    {"--dropdir", true, true},
    {"--advertise", true, true},
    {"--plain", false, true},
    {"--strict", false, true},
    {"--time-factor", true, true},
    {"--settle", true, true},
    {"--allow-inconclusive", false, true},
    {"--case", true, false},
    {"--filter", true, false},
    {"-f", true, false},
    {"--tag", true, false},
    {"-t", true, false},
    {"--jobs", true, false},
    {"-j", true, false},
    {"--report", true, false},
    {"--format", true, false},
    {"--known", true, false},
    {"--seed", true, false},
    {"--shard", true, false},
    {"--keep", false, false},
};

/* Quoted for a shell when it holds anything but plain characters. */
static void add_word(struct buffer *out, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789"
                                "-_./=:,+@%";
    buffer_add_text(out, " ");
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

/* The row of a word such as "--file=x" or "-j4", or -1. */
static int option_of(const char *word)
{
    bool is_long = strncmp(word, "--", 2) == 0;
    size_t len = is_long ? strcspn(word, "=") : 2;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (strlen(options[i].name) == len &&
            strncmp(options[i].name, word, len) == 0)
            return (int)i;
    }
    return -1;
}

char *again_options(int argc, char *const *argv)
{
    struct buffer out = {0};
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        int row = argv[i][0] == '-' ? option_of(argv[i]) : -1;
        if (row < 0)
            continue; /* a pattern */
        bool attached = strlen(argv[i]) > strlen(options[row].name);
        bool takes_next = options[row].value && !attached && i + 1 < argc;
        if (options[row].kept) {
            add_word(&out, argv[i]);
            if (takes_next)
                add_word(&out, argv[i + 1]);
        }
        i += takes_next;
    }
    return buffer_take(&out);
}

void again_set(struct record_run *run, const char *kept, uint64_t seed)
{
    for (size_t i = 0; i < run->cases.count; i++) {
        struct record_case *c = run->cases.items[i];
        struct buffer command = {0};
        buffer_printf(
            &command, "jinglespec run%s --seed %" PRIu64 " --case", kept, seed);
        add_word(&command, c->id ? c->id : "");
        c->command = arena_strdup(run->arena, buffer_text(&command));
        buffer_free(&command);
    }
}
