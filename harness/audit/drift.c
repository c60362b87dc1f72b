#include "audit/drift.h"

#include "base/vec.h"

#include <stdio.h>
#include <string.h>

struct finder {
    const struct requirement_table *table;
    const struct sentence_list *text;
    bool *row_paired; /* with a changed sentence */
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

/* The row that the new sentence may have come of: of the same section, its
 * own sentence gone; one of the same level rather than another. */
static const struct requirement *predecessor(
    struct finder *finder, const struct sentence *sentence)
{
    size_t best = finder->table->count;
    for (size_t i = finder->table->count; i-- > 0;) {
        const struct requirement *row = &finder->table->rows[i];
        bool same = (sentence->levels & 1u << row->level) != 0;
        if (!finder->row_paired[i] && row->level != LEVEL_PROSE &&
            strcmp(row->anchor, sentence->anchor) == 0 &&
            (same || best == finder->table->count) &&
            drift_sentence_of(finder->text, row) == NULL)
            best = i;
    }
    if (best == finder->table->count)
        return NULL;
    finder->row_paired[best] = true;
    return &finder->table->rows[best];
}

static void add(struct finder *finder, enum drift_kind kind,
    const struct requirement *row, const struct sentence *sentence)
{
    struct drift drift = {.kind = kind, .row = row, .sentence = sentence};
    vec_push(&finder->found, drift);
}

static void find_new(struct finder *finder)
{
    for (size_t i = 0; i < finder->text->count; i++) {
        const struct sentence *sentence = &finder->text->items[i];
        if (!binds(finder->table, sentence) || has_row(finder, sentence))
            continue;
        const struct requirement *row = predecessor(finder, sentence);
        add(finder, row != NULL ? DRIFT_CHANGED : DRIFT_NEW, row, sentence);
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
    find_new(&finder);
    find_lost(&finder);
    struct drift *items =
        arena_alloc(arena, finder.found.count * sizeof *items);
    if (finder.found.count > 0)
        memcpy(items, finder.found.items, finder.found.count * sizeof *items);
    *out = (struct drift_list){.items = items, .count = finder.found.count};
    vec_free(&finder.found);
}
