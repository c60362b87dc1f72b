#include "audit/drift.h"

#include "base/vec.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

struct finder {
    const struct requirement_table *table;
    const struct sentence_list *text;
    bool *row_paired; /* with a new sentence */
    VEC(struct drift) found;
};

const char *drift_kind_name(enum drift_kind kind)
{
    static const char *const names[] = {
        [DRIFT_NEW] = "new",
        [DRIFT_CHANGED] = "changed",
        [DRIFT_GONE] = "gone",
        [DRIFT_MOVED] = "moved",
        [DRIFT_LEVEL] = "level",
    };
    return names[kind];
}

const struct sentence *drift_sentence_of(
    const struct sentence_list *text, const struct requirement *row)
{
    const struct sentence *elsewhere = NULL;
    for (size_t i = 0; i < text->count; i++) {
        const struct sentence *sentence = &text->items[i];
        if (strcmp(sentence->fingerprint, row->fingerprint) != 0)
            continue;
        if (strcmp(sentence->anchor, row->anchor) == 0)
            return sentence;
        elsewhere = sentence;
    }
    return elsewhere;
}

static bool binds(
    const struct requirement_table *table, const struct sentence *sentence)
{
    if (sentence->levels == 0)
        return false;
    bool any = table->section_count == 0;
    for (size_t i = 0; !any && i < table->section_count; i++) {
        char anchor[256];
        snprintf(anchor, sizeof anchor, "#%s#", table->sections[i]);
        any = strstr(sentence->within, anchor) != NULL;
    }
    return any;
}

static bool has_row(
    const struct finder *finder, const struct sentence *sentence)
{
    for (size_t i = 0; i < finder->table->count; i++) {
        const struct requirement *row = &finder->table->rows[i];
        if (strcmp(row->fingerprint, sentence->fingerprint) == 0 &&
            drift_sentence_of(finder->text, row) == sentence)
            return true;
        /* The same words twice in one section need one row. */
        if (strcmp(row->fingerprint, sentence->fingerprint) == 0 &&
            strcmp(row->anchor, sentence->anchor) == 0)
            return true;
    }
    return false;
}

/* Whether the text has a word that begins as the len letters at word do. */
static bool has_word(const char *text, const char *word, size_t len)
{
    for (const char *at = text; *at != 0;) {
        size_t rest = strspn(at, letters);
        if (rest >= len && strncasecmp(at, word, len) == 0)
            return true;
        at += rest + (at[rest] != 0);
    }
    return false;
}

/* How many words of the paraphrase stand in the sentence, by their first five
 * letters; short ones say nothing. */
static int shared_words(const char *paraphrase, const char *sentence)
{
    int count = 0;
    for (const char *at = paraphrase; *at != 0;) {
        size_t len = strspn(at, letters);
        count += len >= 4 && has_word(sentence, at, len < 5 ? len : 5);
        at += len + (at[len] != 0);
    }
    return count;
}

/* The sentence stands where the row's stood: the rows before and behind it
 * that still have theirs have them on both sides. */
static bool is_in_place(
    const struct finder *finder, size_t row, const struct sentence *sentence)
{
    const struct requirement *rows = finder->table->rows;
    for (size_t i = row; i-- > 0;) {
        const struct sentence *before =
            drift_sentence_of(finder->text, &rows[i]);
        if (before != NULL && before > sentence)
            return false;
        if (before != NULL)
            break;
    }
    for (size_t i = row + 1; i < finder->table->count; i++) {
        const struct sentence *behind =
            drift_sentence_of(finder->text, &rows[i]);
        if (behind != NULL)
            return behind > sentence;
    }
    return true;
}

enum { LIKE_ENOUGH = 4 };

/* How much speaks for the row's sentence having become this one. */
static int likeness(
    const struct finder *finder, size_t at, const struct sentence *sentence)
{
    const struct requirement *row = &finder->table->rows[at];
    if (finder->row_paired[at] || strcmp(row->anchor, sentence->anchor) != 0 ||
        drift_sentence_of(finder->text, row) != NULL)
        return 0;
    return 2 * shared_words(row->paraphrase, sentence->text) +
           3 * is_in_place(finder, at, sentence) +
           ((sentence->levels & 1u << row->level) != 0);
}

/* Pairs lost rows with new sentences, the likest first. All rows of one lost
 * sentence go with it. */
static void pair_rows(
    struct finder *finder, const struct sentence **now, bool *is_new)
{
    const struct requirement *rows = finder->table->rows;
    for (;;) {
        int best = LIKE_ENOUGH - 1;
        size_t best_row = 0, best_sentence = 0;
        for (size_t s = 0; s < finder->text->count; s++) {
            for (size_t r = 0; is_new[s] && r < finder->table->count; r++) {
                int like = likeness(finder, r, &finder->text->items[s]);
                if (like > best) {
                    best = like;
                    best_row = r;
                    best_sentence = s;
                }
            }
        }
        if (best < LIKE_ENOUGH)
            return;
        is_new[best_sentence] = false;
        for (size_t r = 0; r < finder->table->count; r++) {
            if (strcmp(rows[r].fingerprint, rows[best_row].fingerprint) == 0 &&
                strcmp(rows[r].anchor, rows[best_row].anchor) == 0) {
                finder->row_paired[r] = true;
                now[r] = &finder->text->items[best_sentence];
            }
        }
    }
}

static void add(struct finder *finder, enum drift_kind kind,
    const struct requirement *row, const struct sentence *sentence)
{
    struct drift drift = {.kind = kind, .row = row, .sentence = sentence};
    vec_push(&finder->found, drift);
}

static void find_new(struct finder *finder, struct arena *arena)
{
    size_t count = finder->text->count;
    bool *is_new = arena_alloc(arena, count + 1);
    const struct sentence **now =
        arena_alloc(arena, (finder->table->count + 1) * sizeof(*now));
    for (size_t i = 0; i < count; i++) {
        const struct sentence *sentence = &finder->text->items[i];
        is_new[i] =
            binds(finder->table, sentence) && !has_row(finder, sentence);
    }
    pair_rows(finder, now, is_new);
    for (size_t i = 0; i < count; i++) {
        const struct sentence *sentence = &finder->text->items[i];
        if (is_new[i])
            add(finder, DRIFT_NEW, NULL, sentence);
        for (size_t r = 0; r < finder->table->count; r++) {
            if (now[r] == sentence)
                add(finder, DRIFT_CHANGED, &finder->table->rows[r], sentence);
        }
    }
}

static void find_lost(struct finder *finder)
{
    for (size_t i = 0; i < finder->table->count; i++) {
        const struct requirement *row = &finder->table->rows[i];
        const struct sentence *sentence = drift_sentence_of(finder->text, row);
        if (finder->row_paired[i])
            continue;
        if (sentence == NULL)
            add(finder, DRIFT_GONE, row, NULL);
        else if (strcmp(sentence->anchor, row->anchor) != 0)
            add(finder, DRIFT_MOVED, row, sentence);
        else if (row->level != LEVEL_PROSE &&
                 (sentence->levels & 1u << row->level) == 0)
            add(finder, DRIFT_LEVEL, row, sentence);
    }
}

void drift_find(struct drift_list *out, struct arena *arena,
    const struct requirement_table *table, const struct sentence_list *text)
{
    struct finder finder = {.table = table, .text = text};
    finder.row_paired = arena_alloc(arena, table->count + 1);
    find_new(&finder, arena);
    find_lost(&finder);
    struct drift *items =
        arena_alloc(arena, finder.found.count * sizeof *items);
    if (finder.found.count > 0)
        memcpy(items, finder.found.items, finder.found.count * sizeof *items);
    *out = (struct drift_list){.items = items, .count = finder.found.count};
    vec_free(&finder.found);
}
