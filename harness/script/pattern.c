#include "script/pattern.h"

#include "base/bytes.h"
#include "script/scan.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const placeholder_names[] = {
    [PLACE_NONE] = "",
    [PLACE_ACTOR] = "actor",
    [PLACE_PUPPET] = "puppet",
    [PLACE_SUBJECT] = "subject",
    [PLACE_FILE] = "file",
    [PLACE_FILES] = "files",
    [PLACE_TEMPLATE] = "template",
    [PLACE_NEW] = "new",
    [PLACE_SOCKET] = "socket",
    [PLACE_STANZA] = "stanza",
    [PLACE_NUMBER] = "number",
    [PLACE_DURATION] = "duration",
    [PLACE_VALUE] = "value",
    [PLACE_XPATH] = "xpath",
    [PLACE_WORD] = "word",
    [PLACE_SCENE] = "scene",
};
enum {
    PLACEHOLDERS = sizeof placeholder_names / sizeof *placeholder_names,
    /* In a pattern whose [optional] words were left out: one argument. */
    LEFT_OUT = 1,
    PATTERN_MAX = 200
};

const char *placeholder_name(enum placeholder kind)
{
    return placeholder_names[kind];
}

/* pattern points at "{"; *end at what follows "}". */
static enum placeholder placeholder_at(const char *pattern, const char **end)
{
    size_t len = strcspn(pattern, "}") - 1;
    *end = pattern + len + 2;
    for (size_t i = 1; i < PLACEHOLDERS; i++) {
        if (strlen(placeholder_names[i]) == len &&
            memcmp(placeholder_names[i], pattern + 1, len) == 0)
            return (enum placeholder)i;
    }
    return PLACE_NONE;
}

struct matcher {
    const struct script *script;
    const char *text;
    size_t len;
    struct pattern_match *match;
};

static bool match_from(
    const struct matcher *m, const char *pattern, size_t pos, int arg);

static bool is_actor(enum placeholder kind)
{
    return kind == PLACE_ACTOR || kind == PLACE_PUPPET || kind == PLACE_SUBJECT;
}

static bool try_end(const struct matcher *m, const char *rest,
    enum placeholder kind, size_t start, size_t end, int arg)
{
    if (end <= start || !match_from(m, rest, end, arg + 1))
        return false;
    m->match->args[arg] = (struct pattern_arg){kind, start, end};
    return true;
}

static bool match_actor(const struct matcher *m, const char *rest,
    enum placeholder kind, size_t start, int arg)
{
    for (size_t i = 0; m->script != NULL && i < m->script->actors.count; i++) {
        const char *name = m->script->actors.items[i].name;
        size_t len = strlen(name);
        if (len <= m->len - start && memcmp(m->text + start, name, len) == 0 &&
            try_end(m, rest, kind, start, start + len, arg))
            return true;
    }
    return false;
}

static bool match_word(const struct matcher *m, const char *rest,
    enum placeholder kind, size_t start, int arg)
{
    size_t end = start;
    while (end < m->len && m->text[end] != ' ')
        end = scan_next(m->text, m->len, end);
    /* "{actor}'s": what stands right behind the placeholder. */
    size_t suffix = strcspn(rest, " \1");
    if (end < start + suffix)
        return false;
    return try_end(m, rest, kind, start, end - suffix, arg);
}

static bool match_text(const struct matcher *m, const char *rest,
    enum placeholder kind, size_t start, int arg)
{
    while (*rest == LEFT_OUT)
        rest++;
    if (*rest == 0)
        return try_end(m, rest, kind, start, m->len, arg);
    for (size_t end = start; end < m->len;) {
        if (m->text[end] == ' ' && try_end(m, rest, kind, start, end, arg))
            return true;
        end = scan_next(m->text, m->len, end);
    }
    return false;
}

static bool match_placeholder(
    const struct matcher *m, const char *pattern, size_t pos, int arg)
{
    const char *rest;
    enum placeholder kind = placeholder_at(pattern, &rest);
    if (arg >= SCRIPT_ARGS)
        return false;
    if (kind == PLACE_VALUE || kind == PLACE_XPATH)
        return match_text(m, rest, kind, pos, arg);
    if (is_actor(kind) && match_actor(m, rest, kind, pos, arg))
        return true;
    return match_word(m, rest, kind, pos, arg);
}

static bool match_from(
    const struct matcher *m, const char *pattern, size_t pos, int arg)
{
    while (*pattern != 0 && *pattern != '{') {
        if (*pattern == LEFT_OUT) {
            if (arg >= SCRIPT_ARGS)
                return false;
            m->match->args[arg++] = (struct pattern_arg){PLACE_NONE, 0, 0};
            pattern++;
        } else if (*pattern == ' ') {
            if (pos >= m->len || m->text[pos] != ' ')
                return false;
            while (pos < m->len && m->text[pos] == ' ')
                pos++;
            pattern++;
        } else {
            if (pos >= m->len || m->text[pos] != *pattern)
                return false;
            pos++, pattern++;
        }
    }
    if (*pattern == '{')
        return match_placeholder(m, pattern, pos, arg);
    return pos == m->len;
}

/* Writes the pattern with its [optional] words, or without. Returns whether
 * there are any. */
static bool variant(const char *pattern, bool with, char *out)
{
    bool optional = false, inside = false;
    size_t len = 0;
    for (; *pattern != 0 && len < PATTERN_MAX - 1; pattern++) {
        if (*pattern == '[') {
            optional = inside = true;
            if (!with && len > 0 && out[len - 1] == ' ')
                len--;
        } else if (*pattern == ']') {
            inside = false;
        } else if (!inside || with) {
            out[len++] = *pattern;
        } else if (*pattern == '{') {
            out[len++] = LEFT_OUT;
        }
    }
    out[len] = 0;
    return optional;
}

static size_t literal_letters(const char *pattern)
{
    size_t count = 0;
    for (; *pattern != 0; pattern++) {
        if (*pattern == '{')
            pattern += strcspn(pattern, "}");
        else if (*pattern != ' ' && *pattern != LEFT_OUT)
            count++;
    }
    return count;
}

bool pattern_match(const struct script *script, const char *pattern,
    const char *text, size_t len, struct pattern_match *match)
{
    char plain[PATTERN_MAX];
    struct matcher m = {script, text, len, match};
    for (int with = 1; with >= 0; with--) {
        bool optional = variant(pattern, with == 1, plain);
        memset(match, 0, sizeof *match);
        if (match_from(&m, plain, 0, 0)) {
            match->literal = literal_letters(plain);
            return true;
        }
        if (!optional)
            break;
    }
    return false;
}

char *pattern_readable(struct arena *arena, const char *pattern)
{
    struct buffer out = {0};
    while (*pattern != 0) {
        if (*pattern != '{') {
            buffer_add(&out, pattern++, 1);
            continue;
        }
        const char *name = placeholder_names[placeholder_at(pattern, &pattern)];
        if (strcmp(name, "new") == 0)
            name = "name";
        for (; *name != 0; name++) {
            char upper = (char)(*name - 'a' + 'A');
            buffer_add(&out, &upper, 1);
        }
    }
    char *copy = arena_strdup(arena, buffer_text(&out));
    buffer_free(&out);
    return copy;
}

enum { WORDS_MAX = 16 };

struct words {
    const char *start[WORDS_MAX];
    size_t len[WORDS_MAX];
    size_t count;
};

static void words_split(const char *text, size_t len, struct words *words)
{
    size_t pos = 0;
    while (pos < len && words->count < WORDS_MAX) {
        size_t end = pos;
        while (end < len && text[end] != ' ')
            end = scan_next(text, len, end);
        if (end > pos) {
            words->start[words->count] = text + pos;
            words->len[words->count++] = end - pos;
        }
        pos = end + 1;
    }
}

/* The cost of reading a word as a word of the pattern, of 10. */
static size_t word_cost(
    const struct words *pattern, size_t p, const struct words *text, size_t t)
{
    if (pattern->start[p][0] == '{')
        return 2;
    char typed[40], word[40];
    snprintf(typed, sizeof typed, "%.*s", (int)text->len[t], text->start[t]);
    snprintf(
        word, sizeof word, "%.*s", (int)pattern->len[p], pattern->start[p]);
    if (strcmp(typed, word) == 0)
        return 0;
    struct nearest nearest = {0};
    nearest_offer(&nearest, typed, word);
    return nearest.best != NULL ? 3 : 10;
}

size_t pattern_distance(const char *pattern, const char *text, size_t len)
{
    char plain[PATTERN_MAX];
    variant(pattern, false, plain);
    struct words a = {0}, b = {0};
    words_split(plain, strlen(plain), &a);
    words_split(text, len, &b);
    size_t cost[WORDS_MAX + 1][WORDS_MAX + 1];
    for (size_t i = 0; i <= a.count; i++) {
        for (size_t j = 0; j <= b.count; j++) {
            if (i == 0 || j == 0) {
                cost[i][j] = (i + j) * 7;
                continue;
            }
            size_t best = cost[i - 1][j - 1] + word_cost(&a, i - 1, &b, j - 1);
            if (cost[i - 1][j] + 7 < best)
                best = cost[i - 1][j] + 7;
            if (cost[i][j - 1] + 7 < best)
                best = cost[i][j - 1] + 7;
            cost[i][j] = best;
        }
    }
    return cost[a.count][b.count];
}
