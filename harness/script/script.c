#include "script/script.h"

#include "script/parser.h"
#include "script/scan.h"

#include <stdlib.h>
#include <string.h>

enum { COMBINATIONS_MAX = 1000, LISTS_MAX = 8 };

const char *script_tag(const struct script *script, const char *name)
{
    for (size_t i = 0; i < script->tags.count; i++) {
        if (strcmp(script->tags.items[i].name, name) == 0)
            return script->tags.items[i].value;
    }
    return NULL;
}

bool script_has_tag(const struct script *script, const char *tag)
{
    struct word_list words = {0};
    bool found = false;
    for (size_t i = 0; i < script->tags.count; i++) {
        if (strcmp(script->tags.items[i].name, "tags") == 0)
            split_list(script->arena, script->tags.items[i].value, &words);
    }
    for (size_t i = 0; i < words.items.count; i++)
        found = found || strcmp(words.items.items[i], tag) == 0;
    vec_free(&words.items);
    return found;
}

const char *script_actor_key(const struct script_actor *actor, const char *key)
{
    for (size_t i = 0; i < actor->keys.count; i++) {
        if (strcmp(actor->keys.items[i].name, key) == 0)
            return actor->keys.items[i].value;
    }
    return NULL;
}

const struct script_clause *script_clause(
    const struct script_step *step, enum clause_id id)
{
    for (size_t i = 0; i < step->clauses.count; i++) {
        if (step->clauses.items[i].clause->id == id)
            return &step->clauses.items[i];
    }
    return NULL;
}

void script_free(struct script *script)
{
    if (script == NULL)
        return;
    for (size_t i = 0; i < script->actors.count; i++)
        vec_free(&script->actors.items[i].keys);
    for (size_t i = 0; i < script->files.count; i++)
        vec_free(&script->files.items[i].keys);
    vec_free(&script->actors);
    vec_free(&script->files);
    vec_free(&script->tags);
    vec_free(&script->values);
    vec_free(&script->templates);
    steps_free(&script->steps);
    arena_free(script->arena);
    free(script);
}

/* One "## values: name = a, b" line. */
struct value_list {
    const char *name;
    int line;
    struct word_list items;
};

struct value_lists {
    struct value_list lists[LISTS_MAX];
    size_t count, combinations;
};

static bool add_list(struct parser *p, struct value_lists *all)
{
    const struct line *line = &p->source->lines[p->line];
    size_t start = strcspn(line->text, ":") + 1, end = line->len;
    scan_trim(line->text, &start, &end);
    const char *text = line->text + start;
    size_t len = strcspn(text, "=");
    size_t name_end = start + len;
    scan_trim(line->text, &start, &name_end);
    if (text[len] == 0 || !scan_is_name(text, name_end - start))
        return complain(p, start, end - start, "expected \"name = item, ...\"");
    if (all->count == LISTS_MAX)
        return complain(p, 0, line->len, "more than %d value lists", LISTS_MAX);
    struct value_list *list = &all->lists[all->count++];
    list->name = arena_strndup(p->arena, text, name_end - start);
    list->line = (int)p->line + 1;
    split_list(p->arena, text + len + 1, &list->items);
    if (list->items.items.count == 0)
        return complain(p, start, end - start, "expected items behind the =");
    for (size_t i = 0; i + 1 < all->count; i++) {
        if (strcmp(all->lists[i].name, list->name) == 0)
            return complain(p, start, name_end - start,
                "there are two value lists '%s'", list->name);
    }
    all->combinations *= list->items.items.count;
    if (all->combinations > COMBINATIONS_MAX) {
        all->combinations = COMBINATIONS_MAX + 1;
        return complain(p, 0, line->len,
            "the value lists make more than %d cases", COMBINATIONS_MAX);
    }
    return true;
}

static const char *unquoted(struct arena *arena, const char *item)
{
    size_t len = strlen(item);
    if (len >= 2 && (item[0] == '\'' || item[0] == '"') &&
        item[len - 1] == item[0])
        return arena_strndup(arena, item + 1, len - 2);
    return item;
}

/* The value lists stand in the comments before the dashes. */
static bool find_lists(struct parser *p, struct value_lists *all)
{
    bool good = true;
    all->combinations = 1;
    for (size_t i = 0; i < p->source->count; i++) {
        const char *text = p->source->lines[i].text;
        if (strncmp(text, "---", 3) == 0)
            break;
        if (strncmp(text, "##", 2) != 0)
            continue;
        text += 2 + strspn(text + 2, " \t");
        p->line = i;
        if (strncmp(text, "values:", 7) == 0)
            good &= add_list(p, all);
    }
    return good;
}

static void choose(
    struct script *script, const struct value_lists *all, size_t combination)
{
    for (size_t i = all->count; i-- > 0;) {
        const struct value_list *list = &all->lists[i];
        size_t count = list->items.items.count;
        if (count == 0)
            continue;
        struct script_key key = {list->name,
            unquoted(
                script->arena, list->items.items.items[combination % count]),
            list->line};
        combination /= count;
        vec_push(&script->values, key);
    }
    for (size_t i = 0, j = script->values.count; i + 1 < j; i++) {
        struct script_key swapped = script->values.items[i];
        script->values.items[i] = script->values.items[--j];
        script->values.items[j] = swapped;
    }
}

static char *id_from_path(struct arena *arena, const char *path)
{
    const char *name = strrchr(path, '/');
    name = name == NULL ? path : name + 1;
    size_t len = strlen(name);
    if (len > 4 && strcmp(name + len - 4, ".scs") == 0)
        len -= 4;
    char *id = arena_strndup(arena, name, len);
    for (char *c = id; *c != 0; c++) {
        if (!scan_is_letter(*c) && !scan_is_digit(*c) &&
            strchr("-._", *c) == NULL)
            *c = '-';
    }
    return *id == 0 ? arena_strdup(arena, "case") : id;
}

static void make_id(struct script *script)
{
    const char *id = script_tag(script, "id");
    script->base_id =
        id != NULL ? id : id_from_path(script->arena, script->path);
    char *whole = arena_strdup(script->arena, script->base_id);
    for (size_t i = 0; i < script->values.count; i++) {
        char *item = arena_strdup(script->arena, script->values.items[i].value);
        for (char *c = item; *c != 0; c++) {
            if (!scan_is_letter(*c) && !scan_is_digit(*c) &&
                strchr("-_", *c) == NULL)
                *c = '_';
        }
        whole = arena_printf(script->arena, "%s.%s-%s", whole,
            script->values.items[i].name, item);
    }
    script->id = whole;
    if (script->title == NULL)
        script->title = script->base_id;
}

static void copy_library(struct parser *p)
{
    const struct script_library *library = p->library;
    struct script *script = p->script;
    for (size_t i = 0; library != NULL && i < library->templates.count; i++) {
        bool own = false;
        for (size_t t = 0; t < script->templates.count; t++)
            own = own || strcmp(script->templates.items[t].name,
                             library->templates.items[i].name) == 0;
        if (!own)
            vec_push(&script->templates, library->templates.items[i]);
    }
    for (size_t i = 0; library != NULL && i < library->files.count; i++) {
        const struct script_file *from = &library->files.items[i];
        struct script_file file = {.name = from->name, .line = from->line};
        if (find_file(script, from->name) >= 0)
            continue;
        for (size_t k = 0; k < from->keys.count; k++)
            vec_push(&file.keys, from->keys.items[k]);
        vec_push(&script->files, file);
    }
}

/* The steps of the scenes of "## with:", as if written behind the first
 * connects. */
static void parse_with(struct parser *p, struct script_steps *steps)
{
    static const struct line none = {"", 0, 0, true};
    for (size_t i = 0; i < p->script->tags.count; i++) {
        const struct script_key *tag = &p->script->tags.items[i];
        if (strcmp(tag->name, "with") != 0)
            continue;
        struct word_list names = {0};
        split_list(p->arena, tag->value, &names);
        for (size_t n = 0; n < names.items.count; n++) {
            struct line line = none;
            struct source source = {
                p->source->path, p->source->lines, p->source->count};
            line.text =
                arena_printf(p->arena, "Scene %s", names.items.items[n]);
            line.len = strlen(line.text);
            struct line *lines =
                arena_alloc(p->arena, (size_t)tag->line * sizeof *lines);
            lines[tag->line - 1] = line;
            source.lines = lines;
            source.count = (size_t)tag->line;
            const struct source *outer = p->source;
            struct source *kept = arena_alloc(p->arena, sizeof *kept);
            *kept = source;
            p->source = kept;
            size_t at = source.count - 1;
            lines[at].blank = false;
            parse_steps(p, &at, source.count, 0, steps);
            p->source = outer;
        }
        vec_free(&names.items);
    }
}

static struct script_step make_step(
    struct parser *p, enum verb_id id, const char *text, int line)
{
    struct script_step step = {.verb = &verbs[id],
        .line = line,
        .file = p->source->path,
        .text = text};
    return step;
}

static void connect_all(struct parser *p, struct script_steps *steps)
{
    struct script *script = p->script;
    for (int subject = 0; subject <= 1; subject++) {
        for (size_t i = 0; i < script->actors.count; i++) {
            const struct script_actor *actor = &script->actors.items[i];
            if ((actor->role == ROLE_SUBJECT) != (subject == 1))
                continue;
            struct script_step step = make_step(p, VERB_CONNECT,
                arena_printf(p->arena, "%s connects", actor->name),
                actor->line);
            step.args[0] = (struct script_arg){.kind = PLACE_ACTOR,
                .text = actor->name,
                .column = 1,
                .actor = (int)i,
                .file = -1};
            vec_push(&steps->list, step);
        }
    }
}

static bool has_requirement(const struct script_steps *steps)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        if (steps->list.items[i].verb->id == VERB_REQUIREMENT)
            return true;
    }
    return false;
}

static void carry(struct script_steps *steps, bool *carries)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        struct script_step *step = &steps->list.items[i];
        if (step->verb->id == VERB_REQUIREMENT)
            *carries = true;
        if (step->verb->id == VERB_AFTERWARDS)
            *carries = false;
        step->carries = *carries;
        for (size_t b = 0; b < step->branches.count; b++)
            carry(step->branches.items[b], carries);
    }
}

/* The first steps that only connect. */
static size_t find_connects(const struct parser *p, size_t at)
{
    size_t end = at;
    for (size_t i = at; i < p->source->count; i++) {
        const struct line *line = &p->source->lines[i];
        size_t len = line->len;
        if (line->blank)
            continue;
        if (line->tabs > 0 || len < 9 ||
            strcmp(line->text + len - 9, " connects") != 0)
            break;
        end = i + 1;
    }
    return end;
}

static void parse_body(struct parser *p, size_t at)
{
    struct script *script = p->script;
    struct script_steps *steps = &script->steps;
    size_t count = p->source->count;
    bool with = script_tag(script, "with") != NULL;
    if (with) {
        size_t connects = find_connects(p, at);
        parse_steps(p, &at, connects, 0, steps);
        if (steps->list.count == 0)
            connect_all(p, steps);
        parse_with(p, steps);
    }
    size_t behind_scenes = steps->list.count;
    parse_steps(p, &at, count, 0, steps);
    bool marked = has_requirement(steps);
    if (with && !marked && behind_scenes < steps->list.count) {
        /* What brings the session to its state carries nothing. */
        struct script_step mark = make_step(p, VERB_REQUIREMENT,
            "The requirement", steps->list.items[behind_scenes].line);
        struct script_step last = steps->list.items[steps->list.count - 1];
        vec_push(&steps->list, last);
        memmove(steps->list.items + behind_scenes + 1,
            steps->list.items + behind_scenes,
            (steps->list.count - 1 - behind_scenes) *
                sizeof *steps->list.items);
        steps->list.items[behind_scenes] = mark;
        marked = true;
    }
    bool carries = !marked;
    carry(steps, &carries);
}

static void check_whole(struct parser *p)
{
    struct script *script = p->script;
    const char *level = script_tag(script, "level");
    size_t first = 0;
    if (level != NULL && strcmp(level, "safety") == 0 &&
        script_tag(script, "rationale") == NULL)
        complain_at(p, first, 0, p->source->lines[0].len,
            "a safety case says why it matters: expected \"## rationale: "
            "...\"");
    if (script->actors.count == 0)
        complain_at(p, first, 0, p->source->lines[0].len,
            "expected a [Client] with a name");
    else if (script->steps.list.count == 0)
        complain_at(
            p, p->source->count - 1, 0, 0, "expected steps below the dashes");
}

/* "## needs:" says the same as the subject's header. */
static void merge_needs(struct script *script)
{
    const char *needs = script_tag(script, "needs");
    if (needs == NULL || script->subject < 0)
        return;
    struct script_actor *subject = &script->actors.items[script->subject];
    const char *own = script_actor_key(subject, "needs");
    for (size_t i = 0; i < subject->keys.count; i++) {
        if (strcmp(subject->keys.items[i].name, "needs") == 0) {
            vec_remove(&subject->keys, i);
            break;
        }
    }
    struct script_key key = {"needs", needs, subject->line};
    if (own != NULL)
        key.value = arena_printf(script->arena, "%s, %s", own, needs);
    vec_push(&subject->keys, key);
}

static struct script *parse_one(struct parser *p, const struct source *source,
    const struct value_lists *lists, size_t combination)
{
    struct script *script = p->script;
    size_t at = 0;
    choose(script, lists, combination);
    p->source = source;
    parse_headers(p, &at, NULL);
    merge_needs(script);
    copy_library(p);
    make_id(script);
    if (at < source->count || !p->errors->found)
        parse_body(p, at);
    if (!p->errors->found)
        check_whole(p);
    vec_free(&p->names);
    return script;
}

static struct script *script_new(const char *path, const char *text)
{
    struct script *script = mem_alloc(sizeof *script);
    script->arena = arena_new();
    script->path = arena_strdup(script->arena, path);
    script->text = arena_strdup(script->arena, text);
    script->subject = -1;
    return script;
}

static void free_all(struct script_list *scripts, size_t from)
{
    while (scripts->items.count > from)
        script_free(scripts->items.items[--scripts->items.count]);
}

bool script_check(const char *path, const char *text,
    const struct script_library *library, script_key_fn *key_known, void *owner,
    struct script_list *scripts, struct script_errors *errors)
{
    struct script_list own = {0};
    struct script_list *list = scripts != NULL ? scripts : &own;
    size_t before = list->items.count, combinations = 1;
    errors->found = false;
    for (size_t i = 0; i < combinations; i++) {
        struct script *script = script_new(path, text);
        struct parser p = {.arena = script->arena,
            .script = script,
            .library = library,
            .errors = errors,
            .key_known = key_known,
            .owner = owner};
        struct source *source = arena_alloc(p.arena, sizeof *source);
        struct value_lists lists = {0};
        vec_push(&list->items, script);
        if (source_read(&p, script->path, text, source)) {
            if (find_lists(&p, &lists))
                combinations = lists.combinations;
            parse_one(&p, source, &lists, i);
        }
        for (size_t v = 0; v < LISTS_MAX; v++)
            vec_free(&lists.lists[v].items.items);
        if (errors->found)
            break;
    }
    if (errors->found || scripts == NULL)
        free_all(list, before);
    if (scripts == NULL)
        vec_free(&own.items);
    return !errors->found;
}

bool script_parse(const char *path, const char *text,
    const struct script_library *library, script_key_fn *key_known, void *owner,
    struct script_list *scripts, struct error *error)
{
    struct script_errors errors = {0};
    bool good =
        script_check(path, text, library, key_known, owner, scripts, &errors);
    if (!good && errors.items.count > 0)
        error_set(error, "%s", errors.items.items[0]);
    script_errors_free(&errors);
    return good;
}
