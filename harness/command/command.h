/* A sub-command of jinglespec. main.c holds the table; each file of command/
 * defines one. */
#ifndef JS_COMMAND_H
#define JS_COMMAND_H

/* Exit codes, the same for every sub-command. */
enum { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_UNABLE = 2 };

struct command {
    const char *name;
    const char *arguments; /* "[OPTION...] FILE..." */
    const char *summary;   /* one line for jinglespec --help */
    /* argv[0] is the sub-command's name; getopt_long starts afresh. Returns an
     * exit code. */
    int (*run)(int argc, char **argv);
};

/* The directory with cases/, schemas/ and fixtures/: $JINGLESPEC_HOME, or the
 * source tree the program was built from. */
const char *command_home(void);

/* Fills what a run's record says of the suite itself and the time. */
struct record_run;
void command_describe(struct record_run *run);

#endif
