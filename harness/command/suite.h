/* The scripts of a cases/ folder, read and checked, and a choice of them. */
#ifndef JS_COMMAND_SUITE_H
#define JS_COMMAND_SUITE_H

#include "script/script.h"

struct suite {
    struct script_library *library;
    struct script_list scripts; /* in the order of their ids */
};

/* Reads all *.scs below the paths (files or folders); the library is
 * HOME/cases/library. All errors are printed to stderr, one script after the
 * other; false when there was any. */
bool suite_load(struct suite *suite, const char *home, const char *const *paths,
    size_t count);
void suite_free(struct suite *suite);

struct suite_choice {
    VEC(const char *) cases;    /* whole ids, with or without values */
    VEC(const char *) patterns; /* id with * and ?, or a part of it */
    VEC(const char *) tags;     /* all of them; "!tag" none */
    int shard, shards;          /* 1/N; 0: all */
};
/* Is it chosen? Cases tagged "slow" or "bench" only by name or tag. */
bool suite_chosen(
    const struct suite_choice *choice, const struct script *script);
/* Does each name and pattern fit a case, whatever its tags? Else says on
 * stderr which does not, with the nearest id. */
bool suite_has_named(
    const struct suite *suite, const struct suite_choice *choice);
void suite_choice_free(struct suite_choice *choice);

#endif
