/* The command line's options, read alike by every sub-command: what is wrong
 * with one is said in one line on stderr, with what may have been meant. */
#ifndef JS_COMMAND_OPTIONS_H
#define JS_COMMAND_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As getopt_long, of a sub-command argv[0]; '?' after it has said what is
 * wrong: leave with EXIT_UNABLE then. */
int option_next(int argc, char **argv, const char *letters,
    const struct option *options, int *at);

/* A number from min to max, or a line saying that command's option wants one,
 * and false. */
bool option_number(const char *command, const char *option, const char *text,
    double min, double max, double *out);
/* A whole number, for --seed. */
bool option_seed(const char *command, const char *text, uint64_t *out);

/* The word i of a list, NULL behind its end. */
typedef const char *option_word_fn(size_t i);
/* Is the text one of these words? Else a line that names what may have been
 * meant, or all of them when they are few, then the hint (may be ""), and
 * false. */
bool option_word(const char *command, const char *option, const char *text,
    option_word_fn *word, const char *hint);

#endif
