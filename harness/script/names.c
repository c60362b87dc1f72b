#include "script/parser.h"

#include "base/bytes.h"
#include "script/scan.h"

#include <stdio.h>
#include <string.h>

static const char capture_mark[] = "{scansion:capture";

static const char *const kind_names[] = {
    [NAME_SOCKET] = "listener or connection",
    [NAME_STANZA] = "stanza",
    [NAME_KEPT] = "kept value",
    [NAME_PARTED] = "wrapped key",
};

bool name_known(struct parser *p, const char *name, enum name_kind kind)
{
    for (size_t i = 0; i < p->names.count; i++) {
        if (p->names.items[i].kind == kind &&
            strcmp(p->names.items[i].name, name) == 0)
            return true;
    }
    return kind == NAME_KEPT && find_value(p->script, name) != NULL;
}

void name_add(struct parser *p, const char *name, enum name_kind kind)
{
    if (name_known(p, name, kind))
        return;
    struct name added = {name, kind};
    vec_push(&p->names, added);
}

bool name_check(
    struct parser *p, size_t start, const char *name, enum name_kind kind)
{
    if (name_known(p, name, kind))
        return true;
    struct nearest nearest = {0};
    char hint[100];
    for (size_t i = 0; i < p->names.count; i++) {
        if (p->names.items[i].kind == kind)
            nearest_offer(&nearest, name, p->names.items[i].name);
    }
    for (size_t i = 0; kind == NAME_KEPT && i < p->script->values.count; i++)
        nearest_offer(&nearest, name, p->script->values.items[i].name);
    return complain(p, start, strlen(name),
        "no step before this one has introduced a %s '%s'%s", kind_names[kind],
        name, nearest_hint(&nearest, hint, sizeof hint));
}

/* What an argument of a ${...} needs to have been introduced; NULL: nothing.
 */
static const char *needed_name(const struct value_call *call,
    const struct script_arg *arg, enum name_kind *kind)
{
    *kind = NAME_KEPT;
    if (arg->kind == PLACE_SOCKET)
        *kind = NAME_SOCKET;
    else if (arg->kind == PLACE_NEW && call->form->id == VALUE_PART)
        *kind = NAME_PARTED;
    bool needed = arg->kind == PLACE_SOCKET || arg->kind == PLACE_NEW ||
                  (arg->kind == PLACE_NUMBER && arg->number < 0);
    return needed ? arg->text : NULL;
}

/* Where errors about a ${...} go. */
struct value_place {
    struct parser *p;
    size_t line, start, len;
    const struct script_template *templ;
};

static bool complain_value(const struct value_place *place, const char *message)
{
    if (place->templ != NULL)
        return complain_at(place->p, place->line, place->start, place->len,
            "the template '%s' (%s:%d) can't be used here: %s",
            place->templ->name, place->templ->file, place->templ->line,
            message);
    return complain_at(
        place->p, place->line, place->start, place->len, "%s", message);
}

static bool check_needed(
    const struct value_place *place, const char *name, enum name_kind kind)
{
    struct parser *p = place->p;
    if (name_known(p, name, kind))
        return true;
    struct nearest nearest = {0};
    char hint[100], message[300];
    for (size_t i = 0; i < p->names.count; i++) {
        if (p->names.items[i].kind == kind)
            nearest_offer(&nearest, name, p->names.items[i].name);
    }
    for (size_t i = 0; kind == NAME_KEPT && i < p->script->values.count; i++)
        nearest_offer(&nearest, name, p->script->values.items[i].name);
    snprintf(message, sizeof message,
        "no step before this one has introduced a %s '%.60s'%s",
        kind_names[kind], name, nearest_hint(&nearest, hint, sizeof hint));
    return complain_value(place, message);
}

static bool check_value(
    const struct value_place *place, const char *text, size_t len)
{
    struct parser *p = place->p;
    struct value_call call;
    struct error error;
    if (!value_parse(p->script, text, len, &call, p->arena, &error))
        return complain_value(place, error.message);
    bool good = true;
    for (size_t i = 0; i < SCRIPT_ARGS; i++) {
        enum name_kind kind;
        if (call.args[i].kind == PLACE_NONE)
            continue;
        const char *name = needed_name(&call, &call.args[i], &kind);
        if (name != NULL && call.form->id == VALUE_PART &&
            !name_known(p, name, kind)) {
            value_fail(p->arena, text, len, &error);
            good = complain_value(place, error.message);
        } else if (name != NULL) {
            good &= check_needed(place, name, kind);
        }
    }
    return good;
}

bool names_check_text(struct parser *p, size_t start, const char *text)
{
    size_t len = strlen(text);
    bool good = true;
    for (size_t pos = scan_value(text, len, 0); pos < len;) {
        size_t end = scan_value_end(text, len, pos);
        if (end == 0)
            return complain(p, start + pos, 2, "the ${ is not closed by }");
        struct value_place place = {p, p->line, start + pos, end - pos, NULL};
        good &= check_value(&place, text + pos + 2, end - pos - 3);
        pos = scan_value(text, len, end);
    }
    return good;
}

bool names_check_xml(
    struct parser *p, const char *xml, size_t first_line, size_t tabs)
{
    size_t len = strlen(xml), line = first_line, begin = 0, seen = 0;
    bool good = true;
    for (size_t pos = scan_value(xml, len, 0); pos < len;) {
        for (; seen < pos; seen++) {
            if (xml[seen] == '\n') {
                line++;
                begin = seen + 1;
            }
        }
        size_t end = scan_value_end(xml, len, pos);
        struct value_place place = {
            p, line, pos - begin + tabs, end - pos, NULL};
        if (end == 0) {
            place.len = 2;
            return complain_value(&place, "the ${ is not closed by }");
        }
        good &= check_value(&place, xml + pos + 2, end - pos - 3);
        pos = scan_value(xml, len, end);
    }
    return good;
}

bool names_check_template(struct parser *p, size_t start, size_t len,
    const struct script_template *templ)
{
    const char *xml = templ->xml;
    size_t xml_len = strlen(xml);
    bool good = true;
    for (size_t pos = scan_value(xml, xml_len, 0); pos < xml_len;) {
        size_t end = scan_value_end(xml, xml_len, pos);
        struct value_place place = {p, p->line, start, len, templ};
        if (end == 0)
            return complain_value(&place, "a ${ in it is not closed by }");
        good &= check_value(&place, xml + pos + 2, end - pos - 3);
        pos = scan_value(xml, xml_len, end);
    }
    return good;
}

/* {scansion:capture:NAME}, or {scansion:capture('NAME')}: at mark. */
static const char *capture_name(struct parser *p, const char *mark)
{
    const char *name = mark + sizeof capture_mark - 1;
    name += strspn(name, ":('\"");
    return arena_strndup(p->arena, name, strcspn(name, "})'\"\n<"));
}

char *names_take_captures(struct parser *p, const char *xml)
{
    struct buffer out = {0};
    const char *at;
    while ((at = strstr(xml, capture_mark)) != NULL && strchr(at, '}')) {
        const char *name = capture_name(p, at);
        buffer_add(&out, xml, (size_t)(at - xml));
        buffer_printf(&out, "${%s}", name);
        name_add(p, name, NAME_KEPT);
        xml = strchr(at, '}') + 1;
    }
    buffer_add_text(&out, xml);
    char *copy = arena_strdup(p->arena, buffer_text(&out));
    buffer_free(&out);
    size_t len = strlen(copy);
    for (size_t pos = scan_value(copy, len, 0); pos < len;) {
        size_t end = scan_value_end(copy, len, pos);
        if (end == 0)
            break;
        if (scan_is_name(copy + pos + 2, end - pos - 3)) {
            char *name = arena_strndup(p->arena, copy + pos + 2, end - pos - 3);
            if (strcmp(name, "domain") != 0 && strcmp(name, "now") != 0)
                name_add(p, name, NAME_KEPT);
        }
        pos = scan_value(copy, len, end);
    }
    return copy;
}
