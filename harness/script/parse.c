#include "script/parser.h"

#include "base/bytes.h"
#include "script/scan.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 10, STEPS_MAX = 20000 };

void steps_free(struct script_steps *steps)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        struct script_step *step = &steps->list.items[i];
        for (size_t b = 0; b < step->branches.count; b++) {
            steps_free(step->branches.items[b]);
            free(step->branches.items[b]);
        }
        vec_free(&step->branches);
        vec_free(&step->clauses);
    }
    vec_free(&steps->list);
}

static bool is_empty(const struct line *line)
{
    return line->text[strspn(line->text, " \t")] == 0;
}

char *parse_block(struct parser *p, size_t *at, size_t end, size_t depth)
{
    struct buffer out = {0};
    size_t last = *at;
    for (size_t i = *at; i < end; i++) {
        const struct line *line = &p->source->lines[i];
        if (!is_empty(line) && line->tabs <= depth)
            break;
        if (!is_empty(line))
            last = i + 1;
    }
    for (size_t i = *at; i < last; i++) {
        const struct line *line = &p->source->lines[i];
        if (line->tabs > depth)
            buffer_add(&out, line->text + depth + 1, line->len - depth - 1);
        if (i + 1 < last)
            buffer_add_text(&out, "\n");
    }
    *at = last;
    char *block = arena_strdup(p->arena, buffer_text(&out));
    buffer_free(&out);
    return block;
}

static struct script_steps *new_branch(struct script_step *step)
{
    struct script_steps *branch = mem_alloc(sizeof *branch);
    vec_push(&step->branches, branch);
    return branch;
}

static bool is_or(const struct line *line, size_t depth)
{
    const char *text = line->text + line->tabs;
    return line->tabs == depth && strncmp(text, "or", 2) == 0 &&
           strcspn(text + 2, ": \t") == 0 &&
           text[2 + strspn(text + 2, ": \t")] == 0;
}

static void skip_blank(const struct parser *p, size_t *at, size_t end)
{
    while (*at < end && p->source->lines[*at].blank)
        ++*at;
}

static void parse_branch(struct parser *p, size_t header, size_t *at,
    size_t end, size_t depth, struct script_steps *steps)
{
    size_t first = p->errors->items.count;
    parse_steps(p, at, end, depth + 1, steps);
    if (steps->list.count == 0 && p->errors->items.count == first)
        complain_at(p, header, depth, p->source->lines[header].len - depth,
            "expected steps below, indented by %zu tab%s", depth + 1,
            depth == 0 ? "" : "s");
}

static void parse_either(struct parser *p, size_t *at, size_t end, size_t depth,
    struct script_step *step)
{
    size_t header = p->line;
    parse_branch(p, header, at, end, depth, new_branch(step));
    for (;;) {
        skip_blank(p, at, end);
        if (*at >= end || !is_or(&p->source->lines[*at], depth))
            break;
        size_t line = (*at)++;
        parse_branch(p, line, at, end, depth, new_branch(step));
    }
    if (step->branches.count < 2)
        complain_at(p, header, depth, 6,
            "expected an 'or' with steps behind the steps of 'Either'");
}

static void parse_any_order(struct parser *p, size_t *at, size_t end,
    size_t depth, struct script_step *step)
{
    struct script_steps all = {0};
    parse_branch(p, p->line, at, end, depth, &all);
    for (size_t i = 0; i < all.list.count; i++) {
        struct script_steps *branch = new_branch(step);
        vec_push(&branch->list, all.list.items[i]);
    }
    vec_free(&all.list);
}

static bool parse_stanza(struct parser *p, size_t *at, size_t end, size_t depth,
    struct script_step *step)
{
    skip_blank(p, at, end);
    size_t first = *at, header = p->line;
    step->xml = parse_block(p, at, end, depth);
    step->xml_line = (int)first + 1;
    if (step->xml[0] == 0)
        return complain_at(p, header, depth,
            p->source->lines[header].len - depth,
            "expected a stanza below, indented by %zu tab%s", depth + 1,
            depth == 0 ? "" : "s");
    bool good = stanza_check(p, step->xml, first, depth + 1);
    const char *written = step->xml;
    if (step->verb->id == VERB_RECEIVE)
        step->xml = names_take_captures(p, step->xml);
    return good & names_check_xml(p, written, first, depth + 1);
}

/* The scenes speak of Romeo, a puppet, and Juliet, the subject. */
static bool has_cast(struct parser *p, size_t start, size_t len)
{
    const struct script *script = p->script;
    int romeo = find_actor(script, "Romeo");
    int juliet = find_actor(script, "Juliet");
    if (romeo >= 0 && script->actors.items[romeo].role == ROLE_CLIENT &&
        juliet >= 0 && script->subject == juliet)
        return true;
    return complain(p, start, len,
        "a scene needs [Client] Romeo and [Subject] Juliet in the script");
}

static void inline_scene(
    struct parser *p, const struct script_arg *arg, struct script_steps *steps)
{
    const struct scene *scene = NULL;
    struct nearest nearest = {0};
    char hint[100];
    for (size_t i = 0; p->library != NULL && i < p->library->scenes.count;
         i++) {
        const struct scene *row = &p->library->scenes.items[i];
        nearest_offer(&nearest, arg->text, row->name);
        if (strcmp(row->name, arg->text) == 0)
            scene = row;
    }
    size_t start = (size_t)arg->column - 1, len = strlen(arg->text);
    if (scene == NULL) {
        complain(p, start, len, "there is no scene '%s'%s", arg->text,
            nearest_hint(&nearest, hint, sizeof hint));
        return;
    }
    if (p->scene == NULL && !has_cast(p, start, len))
        return;
    if (p->depth >= DEPTH_MAX) {
        complain(p, start, len, "scenes within scenes are too deep");
        return;
    }
    const struct source *source = p->source;
    const char *outer = p->scene;
    size_t line = p->line, at = scene->first;
    p->source = scene->source;
    p->scene = scene->name;
    p->depth++;
    parse_steps(p, &at, scene->end, 1, steps);
    p->depth--;
    p->source = source;
    p->scene = outer;
    p->line = line;
}

static bool check_colon(struct parser *p, const struct line *line,
    const struct script_step *step, bool colon)
{
    unsigned flags = step->verb->flags;
    size_t len = line->len - line->tabs;
    if ((flags & VERB_XML) != 0 && !colon)
        return complain(p, line->tabs, len,
            "expected ':' at the end and a stanza below, indented by a tab");
    if ((flags & (VERB_XML | VERB_XML_MAY | VERB_STEPS)) == 0 && colon &&
        step->verb->id != VERB_REQUIREMENT && step->verb->id != VERB_AFTERWARDS)
        return complain(p, line->len - 1, 1,
            "nothing is indented below this step: expected no ':'");
    return true;
}

/* A line and what is indented below it. */
static void parse_step(struct parser *p, size_t *at, size_t end, size_t depth,
    struct script_steps *steps)
{
    const struct line *line = &p->source->lines[*at];
    struct script_step step = {
        .line = (int)*at + 1, .file = p->source->path, .scene = p->scene};
    bool colon = false;
    p->line = (*at)++;
    size_t header = p->line;
    bool good = parse_sentence(p, line, &step, &colon);
    unsigned flags = step.verb != NULL ? step.verb->flags : 0;
    if (good)
        good = check_colon(p, line, &step, colon);
    if (good && (flags & VERB_STEPS) != 0 && p->depth >= DEPTH_MAX) {
        good = complain(p, depth, line->len - depth, "too deep");
    } else if (good && (flags & VERB_STEPS) != 0) {
        p->depth++;
        if (step.verb->id == VERB_EITHER)
            parse_either(p, at, end, depth, &step);
        else
            parse_any_order(p, at, end, depth, &step);
        p->depth--;
    } else if (good && (flags & (VERB_XML | VERB_XML_MAY)) != 0) {
        if (colon || (flags & VERB_XML) != 0)
            good = parse_stanza(p, at, end, depth, &step);
    } else if (!good) {
        names_take_captures(p, parse_block(p, at, end, depth));
    }
    p->line = header;
    if (good && step.verb->id == VERB_SCENE) {
        inline_scene(p, &step.args[0], steps);
        good = false;
    }
    if (good && steps->list.count < STEPS_MAX) {
        vec_push(&steps->list, step);
    } else {
        struct script_steps dropped = {0};
        vec_push(&dropped.list, step);
        steps_free(&dropped);
    }
}

void parse_steps(struct parser *p, size_t *at, size_t end, size_t depth,
    struct script_steps *steps)
{
    while (*at < end) {
        const struct line *line = &p->source->lines[*at];
        if (line->blank) {
            ++*at;
            continue;
        }
        if (line->tabs < depth)
            break;
        p->line = *at;
        if (is_or(line, depth)) {
            complain(p, depth, 2, "an 'or' without an 'Either' before it");
            ++*at;
            continue;
        }
        if (line->tabs > depth || line->text[line->tabs] == ' ') {
            complain(p, 0, line->tabs + 1,
                line->text[line->tabs] == ' '
                    ? "a step is indented by tabs only"
                    : "the step above takes nothing indented below it");
            size_t next = *at + 1;
            parse_block(p, &next, end, depth);
            *at = next;
            continue;
        }
        parse_step(p, at, end, depth, steps);
    }
}
