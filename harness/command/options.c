#include "command/options.h"

#include "base/suggest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "--sede=5": what its name is like. */
static void unknown_name(
    const char *command, const char *word, const struct option *options)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    struct suggest suggest = {.typed = name};
    bool several = false;
    for (; options->name != NULL; options++) {
        several |= *name != 0 && strstr(options->name, name) == options->name;
        suggest_try(&suggest, options->name);
    }
    fprintf(stderr, "jinglespec %s: %s option '--%s'", command,
        several ? "more than one option begins with the" : "there is no", name);
    if (suggest.best != NULL && !several)
        fprintf(stderr, "; did you mean '--%s'?", suggest.best);
    fprintf(stderr, "%s jinglespec %s --help lists them\n",
        suggest.best != NULL && !several ? "" : ";", command);
}

int option_next(int argc, char **argv, const char *letters,
    const struct option *options, int *at)
{
    opterr = 0;
    /* With ':' first it tells a missing value from an unknown option. */
    char known[32];
    snprintf(known, sizeof known, ":%s", letters);
    int found = getopt_long(argc, argv, known, options, at);
    if (found != ':' && found != '?')
        return found;
    const char *word = argv[optind > 0 ? optind - 1 : 0];
    const struct option *long_one = NULL;
    for (const struct option *o = options; optopt != 0 && o->name; o++) {
        if (o->val == optopt)
            long_one = o;
    }
    if (found == ':')
        fprintf(stderr,
            "jinglespec %s: the option '%s' wants a value; jinglespec %s "
            "--help tells which\n",
            argv[0], word, argv[0]);
    else if (optopt != 0 && long_one != NULL)
        fprintf(stderr, "jinglespec %s: the option '--%s' takes no value\n",
            argv[0], long_one->name);
    else if (optopt != 0)
        fprintf(stderr,
            "jinglespec %s: there is no option '-%c'; jinglespec %s --help "
            "lists them\n",
            argv[0], optopt, argv[0]);
    else
        unknown_name(argv[0], word, options);
    return '?';
}

bool option_number(const char *command, const char *option, const char *text,
    double min, double max, double *out)
{
    char *end;
    *out = strtod(text, &end);
    if (end != text && *end == 0 && *out >= min && *out <= max)
        return true;
    fprintf(stderr,
        "jinglespec %s: %s wants a number from %g to %g, not '%s'\n", command,
        option, min, max, text);
    return false;
}

bool option_seed(const char *command, const char *text, uint64_t *out)
{
    size_t digits = strspn(text, "0123456789");
    errno = 0;
    *out = strtoull(text, NULL, 10);
    if (digits > 0 && text[digits] == 0 && errno == 0)
        return true;
    fprintf(stderr,
        "jinglespec %s: --seed wants a whole number, as a report shows it, "
        "not '%s'\n",
        command, text);
    return false;
}

bool option_word(const char *command, const char *option, const char *text,
    option_word_fn *word, const char *hint)
{
    enum { FEW = 12 };
    struct suggest suggest = {.typed = text};
    size_t count = 0;
    for (; word(count) != NULL; count++) {
        if (strcmp(word(count), text) == 0)
            return true;
        suggest_try(&suggest, word(count));
    }
    const char *best = suggest.best;
    fprintf(stderr, "jinglespec %s: %s: there is no '%s'%s%s%s", command,
        option, text, best != NULL ? "; did you mean '" : "",
        best != NULL ? best : "", best != NULL ? "'?" : "");
    for (size_t i = 0; count <= FEW && i < count; i++)
        fprintf(stderr, "%s%s",
            i > 0          ? ", "
            : best != NULL ? " There are "
                           : "; there are ",
            word(i));
    bool asked = best != NULL && count > FEW;
    fprintf(stderr, "%s%s\n", *hint == 0 ? "" : asked ? " " : "; ", hint);
    return false;
}
