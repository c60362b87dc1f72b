/* What a mistyped word may have meant. */
#ifndef JS_SUGGEST_H
#define JS_SUGGEST_H

/* How many letters are changed, added or left out between a and b, at most 9;
 * 9 too where one of them has more than 127 letters. */
int edit_distance(const char *a, const char *b);

struct suggest {
    const char *typed;
    const char *best; /* borrowed from suggest_try; NULL: nothing is near */
    int distance;
};
/* Remembers the word if it is nearer to what was typed than all before it,
 * and at most a third of the letters differ. */
void suggest_try(struct suggest *suggest, const char *word);

#endif
