#include "script/value.h"

#include "script/parser.h"
#include "script/scan.h"

#include <stdint.h>
#include <string.h>

static const char *const digest_words[] = {"md5", "sha-1", "sha-256", "sha-384",
    "sha-512", "sha3-256", "sha3-512", "blake2b-256", "blake2b-512", NULL};
static const char *const candidate_words[] = {
    "direct", "assisted", "tunnel", "proxy", NULL};

struct value_reader {
    const struct script *script;
    struct arena *arena;
    const struct value_form *form;
    struct error *error;
};

static bool unquote(struct value_reader *r, struct script_arg *arg)
{
    size_t len = strlen(arg->text);
    char first = arg->text[0];
    if (len < 2 || (first != '\'' && first != '"') ||
        arg->text[len - 1] != first)
        return false;
    arg->text = arena_strndup(r->arena, arg->text + 1, len - 2);
    return true;
}

/* A bare word inside of ${...} names a kept value. */
static bool read_text(struct value_reader *r, struct script_arg *arg)
{
    if (unquote(r, arg))
        return true;
    const char *item = find_value(r->script, arg->text);
    if (item != NULL) {
        arg->text = item;
        return true;
    }
    if (!scan_is_name(arg->text, strlen(arg->text)))
        return error_set(
            r->error, "'%s' is no kept name; put text in quotes", arg->text);
    arg->kind = PLACE_NEW;
    return true;
}

static bool read_number(struct value_reader *r, struct script_arg *arg)
{
    const char *item = find_value(r->script, arg->text);
    if (item != NULL)
        arg->text = item;
    if (parse_number(arg->text, &arg->number))
        return true;
    arg->number = -1;
    if (item != NULL || !scan_is_name(arg->text, strlen(arg->text)) ||
        scan_is_digit(arg->text[0]))
        return error_set(r->error, "'%s' is no whole number", arg->text);
    return true;
}

static bool read_listed(struct value_reader *r, const struct script_arg *arg,
    const char *what, const char *const *list)
{
    struct nearest nearest = {0};
    char hint[100];
    for (; *list != NULL; list++) {
        if (strcmp(*list, arg->text) == 0)
            return true;
        nearest_offer(&nearest, arg->text, *list);
    }
    return error_set(r->error, "there is no %s '%s'%s", what, arg->text,
        nearest_hint(&nearest, hint, sizeof hint));
}

static bool read_word(struct value_reader *r, struct script_arg *arg)
{
    const char *item = find_value(r->script, arg->text);
    if (item != NULL)
        arg->text = item;
    if (r->form->id == VALUE_DIGEST || r->form->id == VALUE_DIGEST_RANGE)
        return read_listed(r, arg, "digest", digest_words);
    if (r->form->id == VALUE_PRIORITY)
        return read_listed(r, arg, "type of candidate", candidate_words);
    return true;
}

static bool read_known(struct value_reader *r, const struct script_arg *arg)
{
    struct nearest nearest = {0};
    char hint[100];
    bool file = arg->kind == PLACE_FILE;
    if (file) {
        for (size_t i = 0; i < r->script->files.count; i++)
            nearest_offer(&nearest, arg->text, r->script->files.items[i].name);
    } else {
        for (size_t i = 0; i < r->script->actors.count; i++)
            nearest_offer(&nearest, arg->text, r->script->actors.items[i].name);
    }
    if ((file ? arg->file : arg->actor) >= 0)
        return true;
    return error_set(r->error, "there is no %s '%s'%s",
        file ? "[File]" : "actor", arg->text,
        nearest_hint(&nearest, hint, sizeof hint));
}

static bool read_arg(struct value_reader *r, const struct pattern_arg *place,
    const char *text, struct script_arg *arg)
{
    *arg = (struct script_arg){.kind = place->kind, .actor = -1, .file = -1};
    size_t start = place->start, end = place->end;
    scan_trim(text, &start, &end);
    arg->text = arena_strndup(r->arena, text + start, end - start);
    arg->column = (int)start + 1;
    switch (place->kind) {
    case PLACE_ACTOR:
        arg->actor = find_actor(r->script, arg->text);
        return read_known(r, arg);
    case PLACE_FILE: {
        const char *item = find_value(r->script, arg->text);
        if (item != NULL)
            arg->text = item;
        arg->file = find_file(r->script, arg->text);
        return read_known(r, arg);
    }
    case PLACE_NUMBER:
        return read_number(r, arg);
    case PLACE_VALUE:
        return read_text(r, arg);
    case PLACE_WORD:
        return read_word(r, arg);
    case PLACE_NEW:
    case PLACE_SOCKET:
        return scan_is_name(arg->text, strlen(arg->text)) ||
               error_set(r->error, "'%s' is no name", arg->text);
    default:
        return true;
    }
}

static bool read_form(struct value_reader *r, const char *text, size_t len,
    const struct pattern_match *match, struct value_call *call)
{
    (void)len;
    *call = (struct value_call){.form = r->form};
    for (size_t i = 0; i < SCRIPT_ARGS; i++) {
        if (match->args[i].kind != PLACE_NONE &&
            !read_arg(r, &match->args[i], text, &call->args[i]))
            return false;
    }
    return true;
}

bool value_fail(
    struct arena *arena, const char *text, size_t len, struct error *error)
{
    const struct value_form *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < VALUE_COUNT; i++) {
        if (value_forms[i].id == VALUE_PART || value_forms[i].id == VALUE_KEPT)
            continue;
        size_t far = pattern_distance(value_forms[i].pattern, text, len);
        if (far < least) {
            least = far;
            best = &value_forms[i];
        }
    }
    return error_set(error, "'%.*s' is no value (did you mean ${%s}?)",
        len > 80 ? 80 : (int)len, text, pattern_readable(arena, best->pattern));
}

bool value_parse(const struct script *script, const char *text, size_t len,
    struct value_call *call, struct arena *arena, struct error *error)
{
    struct value_reader r = {script, arena, NULL, error};
    struct pattern_match match;
    size_t start = 0;
    scan_trim(text, &start, &len);
    text += start;
    len -= start;
    if (len > SCAN_LINE_MAX || memchr(text, '\n', len) != NULL)
        return error_set(error, "the ${ is not closed by } on its line");
    if (scan_value(text, len, 0) < len)
        return error_set(error, "a value can't hold another ${; inside of ${} "
                                "a kept value is named without it");
    struct error first = {{0}};
    size_t tried = SIZE_MAX;
    /* The most literal form first; a less literal one only if that fails. */
    for (;;) {
        const struct value_form *best = NULL;
        struct pattern_match best_match = {0};
        for (size_t i = 0; i < VALUE_COUNT; i++) {
            if (pattern_match(
                    script, value_forms[i].pattern, text, len, &match) &&
                match.literal < tried &&
                (best == NULL || match.literal > best_match.literal)) {
                best = &value_forms[i];
                best_match = match;
            }
        }
        if (best == NULL)
            break;
        r.form = best;
        tried = best_match.literal;
        if (read_form(&r, text, len, &best_match, call))
            return true;
        if (first.message[0] == 0 && error != NULL)
            first = *error;
    }
    if (first.message[0] != 0)
        return error_set(error, "%s", first.message);
    return value_fail(arena, text, len, error);
}

static bool put_one(const struct script *script, const char *text, size_t len,
    bool xml, value_fn *resolve, void *owner, struct arena *arena,
    struct buffer *out, struct error *error)
{
    struct value_call call;
    if (!value_parse(script, text, len, &call, arena, error))
        return false;
    if (call.form->id == VALUE_KEPT) {
        const char *item = find_value(script, call.args[0].text);
        if (item != NULL) {
            if (xml)
                buffer_add_xml(out, item, strlen(item));
            else
                buffer_add_text(out, item);
            return true;
        }
    }
    return resolve(owner, &call, out, error);
}

bool value_expand(const struct script *script, const char *text, bool xml,
    value_fn *resolve, void *owner, struct buffer *out, struct error *error)
{
    size_t len = strlen(text), pos = scan_value(text, len, 0);
    buffer_add(out, text, pos);
    if (pos == len)
        return true;
    struct arena *arena = arena_new();
    bool good = true;
    while (good && pos < len) {
        size_t end = scan_value_end(text, len, pos);
        if (end == 0) {
            good = error_set(error, "a ${ is not closed by }");
            break;
        }
        good = put_one(script, text + pos + 2, end - pos - 3, xml, resolve,
            owner, arena, out, error);
        pos = scan_value(text, len, end);
        buffer_add(out, text + end, pos - end);
    }
    arena_free(arena);
    return good;
}
