#include "script/parser.h"

#include "base/bytes.h"
#include "script/scan.h"
#include "script/words.h"

#include <string.h>

int find_actor(const struct script *script, const char *name)
{
    for (size_t i = 0; i < script->actors.count; i++) {
        if (strcmp(script->actors.items[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

int find_file(const struct script *script, const char *name)
{
    for (size_t i = 0; i < script->files.count; i++) {
        if (strcmp(script->files.items[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

const char *find_value(const struct script *script, const char *name)
{
    for (size_t i = 0; i < script->values.count; i++) {
        if (strcmp(script->values.items[i].name, name) == 0)
            return script->values.items[i].value;
    }
    return NULL;
}

char *put_values(
    struct arena *arena, const struct script *script, const char *text)
{
    size_t len = strlen(text), pos = 0;
    if (script->values.count == 0 || scan_value(text, len, 0) == len)
        return arena_strdup(arena, text);
    struct buffer out = {0};
    while (pos < len) {
        size_t start = scan_value(text, len, pos);
        buffer_add(&out, text + pos, start - pos);
        pos = start;
        size_t end = pos < len ? scan_value_end(text, len, pos) : 0;
        if (end == 0) {
            buffer_add(&out, text + pos, len - pos);
            break;
        }
        char *name = arena_strndup(arena, text + pos + 2, end - pos - 3);
        const char *item = find_value(script, name);
        if (item != NULL)
            buffer_add_text(&out, item);
        else
            buffer_add(&out, text + pos, end - pos);
        pos = end;
    }
    char *copy = arena_strdup(arena, buffer_text(&out));
    buffer_free(&out);
    return copy;
}

bool parse_number(const char *text, int64_t *number)
{
    size_t len = strlen(text);
    int64_t value = 0;
    if (len == 0 || len > 15)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!scan_is_digit(text[i]))
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *number = value;
    return true;
}

bool parse_duration(const char *text, int64_t *ms)
{
    char digits[16];
    size_t len = strspn(text, "0123456789");
    if (len == 0 || len > 7)
        return false;
    memcpy(digits, text, len);
    digits[len] = 0;
    if (!parse_number(digits, ms))
        return false;
    const char *unit = text + len;
    if (strcmp(unit, "s") == 0)
        *ms *= 1000;
    else if (strcmp(unit, "min") == 0)
        *ms *= 60000;
    else if (strcmp(unit, "ms") != 0)
        return false;
    return true;
}

static bool is_actor_kind(enum placeholder kind, enum script_role role)
{
    return kind == PLACE_ACTOR ||
           (kind == PLACE_PUPPET) == (role == ROLE_CLIENT);
}

static bool resolve_actor(
    struct parser *p, size_t start, struct script_arg *arg)
{
    struct script *script = p->script;
    size_t len = strlen(arg->text);
    arg->actor = find_actor(script, arg->text);
    if (arg->actor < 0) {
        struct nearest nearest = {0};
        char hint[100];
        for (size_t i = 0; i < script->actors.count; i++)
            nearest_offer(&nearest, arg->text, script->actors.items[i].name);
        return complain(p, start, len, "there is no actor '%s'%s", arg->text,
            nearest_hint(&nearest, hint, sizeof hint));
    }
    enum script_role role = script->actors.items[arg->actor].role;
    if (is_actor_kind(arg->kind, role))
        return true;
    if (role == ROLE_SUBJECT)
        return complain(p, start, len,
            "%s is the subject, which is not driven stanza by stanza: "
            "expected a [Client]",
            arg->text);
    return complain(p, start, len,
        "%s is a [Client], but this is for the [Subject]", arg->text);
}

static bool resolve_one_file(
    struct parser *p, size_t start, const char *name, int *file)
{
    *file = find_file(p->script, name);
    if (*file >= 0)
        return true;
    struct nearest nearest = {0};
    char hint[100];
    for (size_t i = 0; i < p->script->files.count; i++)
        nearest_offer(&nearest, name, p->script->files.items[i].name);
    return complain(p, start, strlen(name), "there is no [File] '%s'%s", name,
        nearest_hint(&nearest, hint, sizeof hint));
}

static bool resolve_files(
    struct parser *p, size_t start, struct script_arg *arg)
{
    const char *text = arg->text;
    bool first = true;
    for (size_t pos = 0;; first = false) {
        size_t len = strcspn(text + pos, "+");
        char *name = arena_strndup(p->arena, text + pos, len);
        int file;
        if (!resolve_one_file(p, start + pos, name, &file))
            return false;
        if (first)
            arg->file = file;
        if (text[pos + len] == 0)
            return true;
        pos += len + 1;
    }
}

static bool resolve_template(
    struct parser *p, size_t start, struct script_arg *arg)
{
    struct nearest nearest = {0};
    char hint[100];
    size_t len = strlen(arg->text);
    arg->text = put_values(p->arena, p->script, arg->text);
    for (size_t i = 0; i < p->script->templates.count; i++) {
        const char *name = p->script->templates.items[i].name;
        if (strcmp(name, arg->text) == 0)
            return true;
        nearest_offer(&nearest, arg->text, name);
    }
    return complain(p, start, len, "there is no [Template] '%s'%s", arg->text,
        nearest_hint(&nearest, hint, sizeof hint));
}

static bool resolve_number(
    struct parser *p, size_t start, struct script_arg *arg)
{
    size_t len = strlen(arg->text);
    const char *number = put_values(p->arena, p->script, arg->text);
    if (parse_number(number, &arg->number))
        return true;
    arg->number = -1;
    if (scan_value_end(arg->text, len, 0) == len &&
        strcmp(number, arg->text) == 0)
        return names_check_text(p, start, arg->text);
    return complain(p, start, len,
        "'%s' is no whole number: expected digits or ${NAME}", number);
}

static bool resolve_duration(
    struct parser *p, size_t start, struct script_arg *arg)
{
    arg->text = put_values(p->arena, p->script, arg->text);
    if (parse_duration(arg->text, &arg->number))
        return true;
    return complain(p, start, strlen(arg->text),
        "'%s' is no duration: expected 300ms, 5s or 2min", arg->text);
}

static bool resolve_xpath(
    struct parser *p, size_t start, struct script_arg *arg)
{
    struct error error;
    size_t where = 0;
    arg->xpath = xpath_expand_at(p->arena, arg->text, &where, &error);
    if (arg->xpath == NULL)
        return complain(p, start + where, 1, "%s", error.message);
    return names_check_text(p, start, arg->text);
}

static bool resolve_value(
    struct parser *p, size_t start, struct script_arg *arg)
{
    bool good = names_check_text(p, start, arg->text);
    size_t len = strlen(arg->text);
    char first = arg->text[0];
    if (len >= 2 && (first == '\'' || first == '"') &&
        scan_next(arg->text, len, 0) == len && arg->text[len - 1] == first)
        arg->text = arena_strndup(p->arena, arg->text + 1, len - 2);
    return good;
}

static bool resolve_new(
    struct parser *p, size_t start, const struct script_arg *arg)
{
    size_t len = strlen(arg->text);
    if (!scan_is_name(arg->text, len))
        return complain(p, start, len,
            "'%s' is no name: expected letters, digits and '-'", arg->text);
    if (strcmp(arg->text, "it") == 0 || strcmp(arg->text, "nothing") == 0)
        return complain(
            p, start, len, "'%s' can't be used as a name", arg->text);
    return true;
}

bool resolve_arg(struct parser *p, const struct pattern_arg *place,
    const char *text, size_t start, struct script_arg *arg)
{
    *arg = (struct script_arg){.kind = place->kind, .actor = -1, .file = -1};
    size_t first = place->start, end = place->end;
    scan_trim(text, &first, &end);
    arg->text = arena_strndup(p->arena, text + first, end - first);
    start += first;
    arg->column = (int)start + 1;
    switch (place->kind) {
    case PLACE_ACTOR:
    case PLACE_PUPPET:
    case PLACE_SUBJECT:
        return resolve_actor(p, start, arg);
    case PLACE_FILE:
        return resolve_one_file(p, start, arg->text, &arg->file);
    case PLACE_FILES:
        return resolve_files(p, start, arg);
    case PLACE_TEMPLATE:
        return resolve_template(p, start, arg);
    case PLACE_NEW:
        return resolve_new(p, start, arg);
    case PLACE_SOCKET:
        return name_check(p, start, arg->text, NAME_SOCKET);
    case PLACE_STANZA:
        return name_check(p, start, arg->text, NAME_STANZA);
    case PLACE_NUMBER:
        return resolve_number(p, start, arg);
    case PLACE_DURATION:
        return resolve_duration(p, start, arg);
    case PLACE_XPATH:
        return resolve_xpath(p, start, arg);
    case PLACE_VALUE:
        return resolve_value(p, start, arg);
    case PLACE_NONE:
    case PLACE_WORD:
    case PLACE_SCENE:
        break;
    }
    return true;
}
