/* Matching a sentence against a pattern of words and {placeholder}s. Only the
 * shape is looked at: whether an actor of that name exists is for resolve.h. */
#ifndef JS_SCRIPT_PATTERN_H
#define JS_SCRIPT_PATTERN_H

#include "script/script.h"

/* Where an argument stands in the text, from 0; kind PLACE_NONE: left out. */
struct pattern_arg {
    enum placeholder kind;
    size_t start, end;
};

struct pattern_match {
    size_t literal; /* letters of the pattern itself: more is a better match */
    struct pattern_arg args[SCRIPT_ARGS];
};

/* Names of actors may hold blanks, hence the script. */
bool pattern_match(const struct script *script, const char *pattern,
    const char *text, size_t len, struct pattern_match *match);
/* A copy with placeholders as people read them: "ACTOR sends TEMPLATE". */
char *pattern_readable(struct arena *arena, const char *pattern);
/* How far a text is from the pattern, by words; for suggestions. Smaller is
 * nearer, SIZE_MAX is hopeless. */
size_t pattern_distance(const char *pattern, const char *text, size_t len);
/* The word for a placeholder: "{actor}" is PLACE_ACTOR. */
const char *placeholder_name(enum placeholder kind);

#endif
