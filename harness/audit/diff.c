#include "audit/diff.h"

#include "base/vec.h"

#include <stdbool.h>
#include <string.h>

enum { CONTEXT = 3, WINDOW = 2000, AGREE = 3 };

struct line {
    const char *text;
    size_t len; /* with its '\n' when it has one */
};

struct lines {
    VEC(struct line);
};

/* One line of the diff: ' ', '-' or '+'. */
struct step {
    char sign;
    struct line line;
    size_t from, to; /* lines before it on each side */
};

struct steps {
    VEC(struct step);
};

static void split(struct lines *lines, const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        len += text[len] == '\n';
        struct line line = {text, len};
        vec_push(lines, line);
        text += len;
    }
}

static bool equal(
    const struct lines *a, size_t i, const struct lines *b, size_t k)
{
    return i < a->count && k < b->count && a->items[i].len == b->items[k].len &&
           memcmp(a->items[i].text, b->items[k].text, a->items[i].len) == 0;
}

/* Whether a few lines agree from here, or both end. */
static bool agree(
    const struct lines *a, size_t i, const struct lines *b, size_t k)
{
    for (size_t n = 0; n < AGREE; n++) {
        if (i + n >= a->count || k + n >= b->count)
            return i + n >= a->count && k + n >= b->count;
        if (!equal(a, i + n, b, k + n))
            return false;
    }
    return true;
}

static void step(
    struct steps *steps, char sign, struct line line, size_t from, size_t to)
{
    struct step s = {sign, line, from, to};
    vec_push(steps, s);
}

/* Edits are few and local: at a difference, the nearest place where both
 * sides agree again. */
static void compare(
    struct steps *steps, const struct lines *a, const struct lines *b)
{
    size_t i = 0, k = 0;
    while (i < a->count || k < b->count) {
        if (equal(a, i, b, k)) {
            step(steps, ' ', a->items[i], i, k);
            i++, k++;
            continue;
        }
        size_t di = a->count - i, dk = b->count - k;
        bool found = false;
        for (size_t sum = 1; sum < WINDOW && !found; sum++)
            for (size_t d = 0; d <= sum && !found; d++)
                if (i + d <= a->count && k + sum - d <= b->count &&
                    agree(a, i + d, b, k + sum - d)) {
                    di = d;
                    dk = sum - d;
                    found = true;
                }
        for (size_t n = 0; n < di; n++, i++)
            step(steps, '-', a->items[i], i, k);
        for (size_t n = 0; n < dk; n++, k++)
            step(steps, '+', b->items[k], i, k);
    }
}

static void add_hunk(
    struct buffer *out, const struct steps *steps, size_t start, size_t end)
{
    size_t old = 0, new = 0;
    for (size_t i = start; i < end; i++) {
        old += steps->items[i].sign != '+';
        new += steps->items[i].sign != '-';
    }
    const struct step *first = &steps->items[start];
    buffer_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", first->from + (old > 0),
        old, first->to + (new > 0), new);
    for (size_t i = start; i < end; i++) {
        const struct step *s = &steps->items[i];
        buffer_add(out, &s->sign, 1);
        buffer_add(out, s->line.text, s->line.len);
        if (s->line.len == 0 || s->line.text[s->line.len - 1] != '\n')
            buffer_add_text(out, "\n\\ No newline at end of file\n");
    }
}

void diff_unified(
    struct buffer *out, const char *file, const char *from, const char *to)
{
    struct lines a = {0}, b = {0};
    struct steps steps = {0};
    split(&a, from);
    split(&b, to);
    compare(&steps, &a, &b);
    bool header = false;
    for (size_t i = 0; i < steps.count;) {
        if (steps.items[i].sign == ' ') {
            i++;
            continue;
        }
        size_t start = i > CONTEXT ? i - CONTEXT : 0, end = i;
        size_t quiet = 0;
        while (end < steps.count && quiet <= 2 * CONTEXT) {
            quiet = steps.items[end].sign == ' ' ? quiet + 1 : 0;
            end++;
        }
        end -= quiet > CONTEXT ? quiet - CONTEXT : 0;
        if (!header)
            buffer_printf(out, "diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n",
                file, file, file, file);
        header = true;
        add_hunk(out, &steps, start, end);
        i = end;
    }
    vec_free(&a);
    vec_free(&b);
    vec_free(&steps);
}
