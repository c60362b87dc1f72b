#include "script/scan.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

bool scan_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool scan_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static bool opens_quote(const char *text, size_t pos)
{
    if (text[pos] != '\'' && text[pos] != '"')
        return false;
    return pos == 0 ||
           (!scan_is_letter(text[pos - 1]) && !scan_is_digit(text[pos - 1]));
}

static size_t quote_end(const char *text, size_t len, size_t pos)
{
    const char *end = memchr(text + pos + 1, text[pos], len - pos - 1);
    return end == NULL ? pos + 1 : (size_t)(end - text) + 1;
}

static size_t group_end(const char *text, size_t len, size_t pos)
{
    size_t depth = 0;
    for (size_t i = pos; i < len;) {
        char c = text[i];
        if (opens_quote(text, i)) {
            i = quote_end(text, len, i);
            continue;
        }
        size_t value = scan_value_end(text, len, i);
        if (value > 0) {
            i = value;
            continue;
        }
        if (c == '(' || c == '[')
            depth++;
        if ((c == ')' || c == ']') && --depth == 0)
            return i + 1;
        i++;
    }
    return pos + 1;
}

size_t scan_next(const char *text, size_t len, size_t pos)
{
    size_t value = scan_value_end(text, len, pos);
    if (value > 0)
        return value;
    if (opens_quote(text, pos))
        return quote_end(text, len, pos);
    if (text[pos] == '(' || text[pos] == '[')
        return group_end(text, len, pos);
    return pos + 1;
}

size_t scan_value(const char *text, size_t len, size_t pos)
{
    while (pos < len &&
           !(text[pos] == '$' && pos + 1 < len && text[pos + 1] == '{'))
        pos++;
    return pos;
}

size_t scan_value_end(const char *text, size_t len, size_t pos)
{
    if (pos + 1 >= len || text[pos] != '$' || text[pos + 1] != '{')
        return 0;
    const char *end = memchr(text + pos, '}', len - pos);
    return end == NULL ? 0 : (size_t)(end - text) + 1;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void scan_trim(const char *text, size_t *start, size_t *end)
{
    while (*start < *end && is_blank(text[*start]))
        ++*start;
    while (*end > *start && is_blank(text[*end - 1]))
        --*end;
}

bool scan_is_name(const char *text, size_t len)
{
    if (len == 0 || text[0] == '-')
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!scan_is_letter(text[i]) && !scan_is_digit(text[i]) &&
            text[i] != '-')
            return false;
    }
    return true;
}

enum { NEAREST_MAX = 60 };

/* Levenshtein's distance with swapped neighbours counted once. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][NEAREST_MAX + 1];
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len > NEAREST_MAX || b_len > NEAREST_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3], *up = rows[(i + 2) % 3];
        const size_t *upper = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);
            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && upper[j - 2] + 1 < best)
                best = upper[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a_len % 3][b_len];
}

void nearest_offer(struct nearest *nearest, const char *typed, const char *word)
{
    size_t far = distance(typed, word);
    size_t len = strlen(word);
    if (far == SIZE_MAX || far > len / 3 + 1 || far >= len)
        return;
    if (nearest->best == NULL || far < nearest->distance) {
        nearest->best = word;
        nearest->distance = far;
    }
}

const char *nearest_hint(const struct nearest *nearest, char *hint, size_t size)
{
    hint[0] = 0;
    if (nearest->best != NULL)
        snprintf(hint, size, " (did you mean %s?)", nearest->best);
    return hint;
}
