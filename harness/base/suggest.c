#include "base/suggest.h"

#include <string.h>

int edit_distance(const char *a, const char *b)
{
    enum { LIMIT = 9, MAX = 127 };
    size_t n = strlen(a), m = strlen(b);
    if (n > MAX || m > MAX)
        return LIMIT;
    int row[MAX + 1];
    for (size_t j = 0; j <= m; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int above = row[j];
            int best = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[m] > LIMIT ? LIMIT : row[m];
}

void suggest_try(struct suggest *suggest, const char *word)
{
    int distance = edit_distance(suggest->typed, word);
    size_t letters = strlen(suggest->typed);
    int allowed = letters < 6 ? 2 : (int)(letters / 3);
    if (distance > allowed || distance >= 9 ||
        (suggest->best != NULL && distance >= suggest->distance))
        return;
    suggest->best = word;
    suggest->distance = distance;
}
