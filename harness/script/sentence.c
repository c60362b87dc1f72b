#include "script/parser.h"

#include "base/bytes.h"
#include "script/scan.h"
#include "script/words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A part of a line between commas. */
struct segment {
    size_t start, end; /* in the line */
};

enum { SEGMENTS_MAX = 24 };

struct sentence {
    struct parser *p;
    const char *text; /* the line */
    struct segment segments[SEGMENTS_MAX];
    size_t count;
    struct script_step *step;
};

static bool add_segment(struct sentence *s, size_t start, size_t end)
{
    scan_trim(s->text, &start, &end);
    if (start == end)
        return complain(s->p, start, 1,
            s->count == 0 ? "expected a step"
                          : "expected something behind the comma");
    if (s->count == SEGMENTS_MAX)
        return complain(s->p, start, 1, "too many clauses");
    s->segments[s->count++] = (struct segment){start, end};
    return true;
}

/* "Romeo receives within 5s": where the clause begins, or 0. */
static size_t find_within(const char *text, size_t start, size_t end)
{
    size_t word = end, before;
    while (word > start && text[word - 1] != ' ')
        word--;
    before = word;
    while (before > start && text[before - 1] == ' ')
        before--;
    if (before < start + 7 || !scan_is_digit(text[word]) ||
        memcmp(text + before - 6, "within", 6) != 0 || text[before - 7] != ' ')
        return 0;
    return before - 6;
}

static bool add_with_deadline(struct sentence *s, size_t start, size_t end)
{
    size_t blank = start, trimmed = end;
    scan_trim(s->text, &blank, &trimmed);
    size_t within = find_within(s->text, blank, trimmed);
    if (within == 0)
        return add_segment(s, start, end);
    return add_segment(s, start, within) && add_segment(s, within, end);
}

static bool split(struct sentence *s, size_t start, size_t end)
{
    size_t from = start;
    for (size_t pos = start; pos < end;) {
        if (s->text[pos] == ',') {
            if (!add_with_deadline(s, from, pos))
                return false;
            from = ++pos;
        } else {
            pos = scan_next(s->text, end, pos);
        }
    }
    return add_with_deadline(s, from, end);
}

static bool check_list(struct parser *p, const struct script_arg *arg,
    const char *what, const char *const *list)
{
    struct nearest nearest = {0};
    struct buffer all = {0};
    char hint[100];
    for (size_t i = 0; list[i] != NULL; i++) {
        if (strcmp(list[i], arg->text) == 0) {
            buffer_free(&all);
            return true;
        }
        nearest_offer(&nearest, arg->text, list[i]);
        buffer_printf(&all, "%s%s", i == 0 ? "" : ", ", list[i]);
    }
    complain(p, (size_t)arg->column - 1, strlen(arg->text),
        "there is no %s '%s'%s: expected one of %s", what, arg->text,
        nearest_hint(&nearest, hint, sizeof hint), buffer_text(&all));
    buffer_free(&all);
    return false;
}

static bool check_action(struct parser *p, const struct script_arg *arg)
{
    const char *words[40];
    size_t count = 0;
    for (const struct capability *row = ask_words; row->name; row++)
        words[count++] = row->name;
    words[count] = NULL;
    return check_list(p, arg, "user action", words);
}

/* The one WORD of some verbs is of a list. */
static bool check_words(struct parser *p, const struct script_step *step)
{
    static const char *const directions[] = {"from", "to", NULL};
    switch (step->verb->id) {
    case VERB_SAYS:
        return check_list(p, &step->args[1], "report", reported_words);
    case VERB_ASK_DO:
        return check_action(p, &step->args[1]);
    case VERB_WIRE_DROP:
    case VERB_WIRE_DOUBLE:
    case VERB_WIRE_DELAY:
    case VERB_WIRE_HOLD:
    case VERB_WIRE_ALTER:
        return check_list(p, &step->args[1], "direction", directions);
    default:
        return true;
    }
}

static bool resolve_all(struct parser *p, const struct pattern_match *match,
    const char *text, size_t start, struct script_arg *args)
{
    bool good = true;
    for (size_t i = 0; i < SCRIPT_ARGS; i++) {
        if (match->args[i].kind != PLACE_NONE)
            good &= resolve_arg(p, &match->args[i], text, start, &args[i]);
    }
    return good;
}

static bool fail_verb(struct sentence *s, const struct segment *at)
{
    const struct verb *best = NULL;
    size_t least = SIZE_MAX;
    const char *text = s->text + at->start;
    size_t len = at->end - at->start;
    for (size_t i = 0; i < VERB_COUNT; i++) {
        size_t far = pattern_distance(verbs[i].pattern, text, len);
        if (far < least) {
            least = far;
            best = &verbs[i];
        }
    }
    return complain(s->p, at->start, len,
        "this is no step (did you mean \"%s\"?)",
        pattern_readable(s->p->arena, best->pattern));
}

/* Forgets the errors behind the first count. */
static void drop_errors(struct script_errors *errors, size_t count, bool found)
{
    while (errors->items.count > count)
        free(errors->items.items[--errors->items.count]);
    errors->found = found;
}

/* Moves the errors [from, until) out of the way of later ones. */
struct kept_errors {
    VEC(char *) items;
};

static void take_errors(
    struct script_errors *errors, size_t from, struct kept_errors *kept)
{
    for (size_t i = from; i < errors->items.count; i++)
        vec_push(&kept->items, errors->items.items[i]);
    if (errors->items.count > from)
        errors->items.count = from;
}

/* The most literal pattern whose arguments make sense; when none does, the
 * errors of the most literal one stay. */
static bool find_verb(struct sentence *s, const struct segment *at)
{
    struct script_errors *errors = s->p->errors;
    size_t count = errors->items.count, tried = SIZE_MAX;
    bool found = errors->found;
    const char *text = s->text + at->start;
    struct kept_errors kept = {0};
    const struct verb *first = NULL;
    for (;;) {
        const struct verb *best = NULL;
        struct pattern_match match, best_match = {0};
        for (size_t i = 0; i < VERB_COUNT; i++) {
            if (pattern_match(s->p->script, verbs[i].pattern, text,
                    at->end - at->start, &match) &&
                match.literal < tried &&
                (best == NULL || match.literal > best_match.literal)) {
                best = &verbs[i];
                best_match = match;
            }
        }
        if (best == NULL)
            break;
        tried = best_match.literal;
        s->step->verb = best;
        memset(s->step->args, 0, sizeof s->step->args);
        if (resolve_all(s->p, &best_match, text, at->start, s->step->args)) {
            drop_errors(errors, count, found);
            for (size_t i = 0; i < kept.items.count; i++)
                free(kept.items.items[i]);
            vec_free(&kept.items);
            if (best->id == VERB_ASK_DO && s->step->args[2].text == NULL)
                s->step->args[2].text = "";
            return check_words(s->p, s->step);
        }
        if (first == NULL) {
            first = best;
            take_errors(errors, count, &kept);
        } else {
            drop_errors(errors, count, true);
        }
    }
    for (size_t i = 0; i < kept.items.count; i++)
        vec_push(&errors->items, kept.items.items[i]);
    vec_free(&kept.items);
    s->step->verb = first;
    if (first == NULL)
        return fail_verb(s, at);
    errors->found = true;
    return false;
}

static const struct clause *match_clause(const char *text, size_t len,
    const struct script *script, struct pattern_match *best_match)
{
    const struct clause *best = NULL;
    struct pattern_match match;
    for (size_t i = 0; i < CLAUSE_COUNT; i++) {
        if (pattern_match(script, clauses[i].pattern, text, len, &match) &&
            (best == NULL || match.literal > best_match->literal)) {
            best = &clauses[i];
            *best_match = match;
        }
    }
    return best;
}

static const char *allowed_clauses(struct parser *p, const struct verb *verb)
{
    struct buffer all = {0};
    for (size_t i = 0; i < CLAUSE_COUNT; i++) {
        if ((verb->clauses & 1u << i) != 0)
            buffer_printf(&all, "%s\"%s\"", all.len > 0 ? ", " : "",
                pattern_readable(p->arena, clauses[i].pattern));
    }
    char *copy =
        arena_strdup(p->arena, all.len > 0 ? buffer_text(&all) : "none");
    buffer_free(&all);
    return copy;
}

static bool may_repeat(enum clause_id id)
{
    return id == CLAUSE_WITH || id == CLAUSE_WITHOUT || id == CLAUSE_ADD ||
           id == CLAUSE_OPTION;
}

static bool parse_clause(struct sentence *s, const struct segment *at)
{
    struct parser *p = s->p;
    const char *text = s->text + at->start;
    size_t len = at->end - at->start;
    struct pattern_match match = {0};
    const struct clause *clause = match_clause(text, len, p->script, &match);
    const struct verb *verb = s->step->verb;
    if (clause == NULL)
        return complain(p, at->start, len,
            "this is no clause (text with commas needs quotes); this step "
            "takes: %s",
            allowed_clauses(p, verb));
    if ((verb->clauses & 1u << clause->id) == 0)
        return complain(p, at->start, len,
            "this step takes no clause \"%s\"; it takes: %s",
            pattern_readable(p->arena, clause->pattern),
            allowed_clauses(p, verb));
    if (!may_repeat(clause->id) && script_clause(s->step, clause->id) != NULL)
        return complain(p, at->start, len, "this clause is here twice");
    struct script_clause parsed = {.clause = clause};
    if (!resolve_all(p, &match, text, at->start, parsed.args))
        return false;
    if (clause->id == CLAUSE_ERROR &&
        !check_list(p, &parsed.args[0], "stanza error", stanza_errors))
        return false;
    vec_push(&s->step->clauses, parsed);
    return true;
}

static enum name_kind new_kind(enum verb_id id)
{
    switch (id) {
    case VERB_KEEP:
    case VERB_LET:
    case VERB_SOCKET_COUNT:
    case VERB_COUNT_IBB:
        return NAME_KEPT;
    case VERB_OMEMO_WRAP:
    case VERB_OMEMO_UNWRAP:
        return NAME_PARTED;
    default:
        return NAME_SOCKET;
    }
}

static void introduce(struct parser *p, const struct script_step *step)
{
    for (size_t i = 0; i < SCRIPT_ARGS; i++) {
        if (step->args[i].kind == PLACE_NEW)
            name_add(p, step->args[i].text, new_kind(step->verb->id));
    }
    const struct script_clause *as = script_clause(step, CLAUSE_AS);
    if (as != NULL)
        name_add(p, as->args[0].text, NAME_STANZA);
}

/* A line that could not be read may have introduced a name: no second error
 * for that. */
static void introduce_anything(struct parser *p, const struct line *line)
{
    const char *text = line->text;
    for (const char *at = strstr(text, " as "); at != NULL;
         at = strstr(at + 1, " as ")) {
        size_t len = strcspn(at + 4, " ,:");
        const char *name = arena_strndup(p->arena, at + 4, len);
        for (int kind = NAME_SOCKET; kind <= NAME_PARTED; kind++)
            name_add(p, name, (enum name_kind)kind);
    }
    if (strncmp(text + line->tabs, "Let ", 4) == 0) {
        const char *from = text + line->tabs + 4;
        name_add(
            p, arena_strndup(p->arena, from, strcspn(from, " ")), NAME_KEPT);
    }
}

static void find_template(struct parser *p, struct script_step *step)
{
    for (size_t i = 0; i < SCRIPT_ARGS; i++) {
        if (step->args[i].kind != PLACE_TEMPLATE)
            continue;
        for (size_t t = 0; t < p->script->templates.count; t++) {
            const struct script_template *row = &p->script->templates.items[t];
            if (strcmp(row->name, step->args[i].text) == 0)
                step->templ = row;
        }
        if (step->templ != NULL)
            names_check_template(p, (size_t)step->args[i].column - 1,
                strlen(step->args[i].text), step->templ);
    }
}

/* "Romeo receives: nothing" is scansion's way. */
static char *plain_line(struct parser *p, const struct line *line)
{
    char *text = arena_strdup(p->arena, line->text);
    char *nothing = strstr(text, " receives: nothing");
    if (nothing != NULL)
        memmove(nothing + 9, nothing + 10, strlen(nothing + 10) + 1);
    return text;
}

bool parse_sentence(struct parser *p, const struct line *line,
    struct script_step *step, bool *colon)
{
    if (line->len > SCAN_LINE_MAX)
        return complain(p, line->tabs, 1, "a step may have %d bytes at most",
            SCAN_LINE_MAX);
    struct sentence s = {.p = p, .text = plain_line(p, line), .step = step};
    size_t start = line->tabs, end = strlen(s.text);
    scan_trim(s.text, &start, &end);
    *colon = end > start && s.text[end - 1] == ':';
    step->text = arena_strndup(
        p->arena, line->text + line->tabs, line->len - line->tabs);
    end -= *colon;
    bool good = split(&s, start, end) && find_verb(&s, &s.segments[0]);
    for (size_t i = 1; step->verb != NULL && i < s.count; i++)
        good &= parse_clause(&s, &s.segments[i]);
    if (good) {
        find_template(p, step);
        introduce(p, step);
    } else {
        introduce_anything(p, line);
    }
    return good;
}
