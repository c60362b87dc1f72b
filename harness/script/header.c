#include "script/parser.h"

#include "script/scan.h"
#include "script/words.h"

#include <stdio.h>
#include <string.h>

void split_list(struct arena *arena, const char *text, struct word_list *out)
{
    size_t len = strlen(text), from = 0;
    for (size_t pos = 0; pos <= len;) {
        if (pos < len && text[pos] != ',') {
            pos = scan_next(text, len, pos);
            continue;
        }
        size_t start = from, end = pos;
        scan_trim(text, &start, &end);
        if (end > start)
            vec_push(&out->items,
                (const char *)arena_strndup(arena, text + start, end - start));
        from = ++pos;
    }
}

static const char *after_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* "key: value" at start of the current line; the key's value begins at
 * *value_start. */
static bool read_key(
    struct parser *p, size_t start, struct script_key *key, size_t *value_start)
{
    const struct line *line = &p->source->lines[p->line];
    const char *text = line->text + start;
    size_t len = strcspn(text, ":");
    if (text[len] == 0 || len == 0)
        return complain(p, start, line->len - start, "expected \"key: value\"");
    size_t name_start = start, name_end = start + len;
    scan_trim(line->text, &name_start, &name_end);
    size_t from = start + len + 1, end = line->len;
    scan_trim(line->text, &from, &end);
    key->name =
        arena_strndup(p->arena, line->text + name_start, name_end - name_start);
    key->value = arena_strndup(p->arena, line->text + from, end - from);
    key->line = (int)p->line + 1;
    *value_start = from;
    return true;
}

static bool fail_key(struct parser *p, size_t start, const char *what,
    const char *name, const struct header_key *rows)
{
    struct nearest nearest = {0};
    char hint[100];
    for (; rows->name != NULL; rows++)
        nearest_offer(&nearest, name, rows->name);
    return complain(p, start, strlen(name), "there is no %s '%s'%s", what, name,
        nearest_hint(&nearest, hint, sizeof hint));
}

static const struct header_key *find_key(
    const struct header_key *rows, const char *name)
{
    for (; rows->name != NULL; rows++) {
        if (strcmp(rows->name, name) == 0)
            return rows;
    }
    return NULL;
}

static bool check_needs(struct parser *p, size_t start, const char *value)
{
    struct word_list words = {0};
    bool good = true;
    split_list(p->arena, value, &words);
    for (size_t i = 0; i < words.items.count; i++) {
        const char *word = words.items.items[i];
        if (capability_find(word) != NULL)
            continue;
        struct nearest nearest = {0};
        char hint[100];
        for (const struct capability *row = capabilities; row->name; row++)
            nearest_offer(&nearest, word, row->name);
        const char *at = strstr(value, word);
        good = complain(p, start + (size_t)(at - value), strlen(word),
            "there is no capability '%s'%s", word,
            nearest_hint(&nearest, hint, sizeof hint));
    }
    vec_free(&words.items);
    return good;
}

static bool check_word(struct parser *p, size_t start, const char *value,
    const char *const *words, size_t count)
{
    struct nearest nearest = {0};
    char hint[100], all[200] = "";
    for (size_t i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0)
            return true;
        nearest_offer(&nearest, value, words[i]);
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s",
            i == 0           ? ""
            : i + 1 == count ? " or "
                             : ", ",
            words[i]);
    }
    return complain(p, start, strlen(value), "expected %s, not '%s'%s", all,
        value, nearest_hint(&nearest, hint, sizeof hint));
}

static bool check_yes_no(struct parser *p, size_t start, const char *value)
{
    static const char *const words[] = {"yes", "no"};
    return check_word(p, start, value, words, 2);
}

static bool check_id(struct parser *p, size_t start, const char *value)
{
    size_t len = strlen(value);
    bool good = len > 0 && len <= 100;
    for (size_t i = 0; i < len; i++)
        good = good && (scan_is_letter(value[i]) || scan_is_digit(value[i]) ||
                           strchr("-._", value[i]) != NULL);
    return good || complain(p, start, len,
                       "an id has letters, digits, '-', '_' and '.' only");
}

/* "XEP-0260 s2.4 ...", "XEP-0384-0.2 s4.7 ..." where clients follow an old
 * version, or "RFC 6120 s8.3 ..." */
static bool check_requirement(struct parser *p, size_t start, const char *value)
{
    static const char digits[] = "0123456789";
    size_t version =
        strlen(value) > 8 && value[8] == '-' ? strspn(value + 8, "-.0123456789")
                                             : 0;
    bool xep = strncmp(value, "XEP-", 4) == 0 &&
               strspn(value + 4, digits) == 4 && value[8 + version] == ' ';
    bool rfc = strncmp(value, "RFC ", 4) == 0 &&
               strspn(value + 4, digits) == 4 && value[8] == ' ';
    return xep || rfc ||
           complain(p, start, strlen(value),
               "expected \"XEP-NNNN sSECTION id (MUST)\" or the same with "
               "\"RFC NNNN\"");
}

static bool check_tag(
    struct parser *p, size_t start, const struct script_key *key)
{
    static const char *const levels[] = {
        "must", "should", "safety", "robustness"};
    static const char *const roles[] = {"initiator", "responder"};
    const char *name = key->name;
    if (strcmp(name, "id") == 0)
        return check_id(p, start, key->value);
    if (strcmp(name, "requirement") == 0)
        return check_requirement(p, start, key->value);
    if (strcmp(name, "level") == 0)
        return check_word(p, start, key->value, levels, 4);
    if (strcmp(name, "role") == 0)
        return check_word(p, start, key->value, roles, 2);
    if (strcmp(name, "needs") == 0)
        return check_needs(p, start, key->value);
    return true;
}

/* "## tag: value" */
static void parse_tag(struct parser *p)
{
    const struct line *line = &p->source->lines[p->line];
    size_t start = 2 + strspn(line->text + 2, " \t"), value_start;
    size_t len = strspn(line->text + start, "abcdefghijklmnopqrstuvwxyz-");
    struct script_key key;
    if (len == 0 || line->text[start + len] != ':')
        return;
    if (!read_key(p, start, &key, &value_start))
        return;
    if (find_key(tag_keys, key.name) == NULL)
        fail_key(p, start, "tag", key.name, tag_keys);
    else if (check_tag(p, value_start, &key))
        vec_push(&p->script->tags, key);
}

static void parse_comment(struct parser *p)
{
    const char *text = p->source->lines[p->line].text;
    if (text[1] == '#')
        parse_tag(p);
    else if (p->script->title == NULL && *after_blanks(text + 1) != 0)
        p->script->title = arena_strdup(p->arena, after_blanks(text + 1));
}

static bool check_actor_key(struct parser *p, enum script_role role,
    size_t start, size_t value_start, const struct script_key *key)
{
    static const char *const yes_no[] = {
        "contacts", "omemo", "presence", "caps"};
    const struct header_key *row = find_key(header_keys, key->name);
    if (row != NULL && (role == ROLE_SUBJECT ? row->subject : row->client)) {
        for (size_t i = 0; i < sizeof yes_no / sizeof *yes_no; i++) {
            if (strcmp(key->name, yes_no[i]) == 0)
                return check_yes_no(p, value_start, key->value);
        }
        if (strcmp(key->name, "needs") == 0)
            return check_needs(p, value_start, key->value);
        return true;
    }
    if (strncmp(key->name, "custom_", 7) == 0)
        return true;
    struct error error = {{0}};
    if (role == ROLE_SUBJECT && p->key_known != NULL) {
        if (p->key_known(p->owner, role, key->name, key->value, &error))
            return true;
        if (row == NULL)
            return complain(p, start, p->source->lines[p->line].len - start,
                "%s", error.message);
    }
    if (row != NULL)
        return complain(p, start, strlen(key->name), "'%s' is no key of a [%s]",
            key->name, role == ROLE_SUBJECT ? "Subject" : "Client");
    return fail_key(p, start, "key", key->name, header_keys);
}

static bool check_file_key(
    struct parser *p, size_t start, size_t value_start, struct script_key *key)
{
    static const char *const contents[] = {"random", "zero", "text"};
    static const char *const sources[] = {"program"};
    static const struct header_key keys[] = {{"size", "", 1, 1},
        {"seed", "", 1, 1}, {"content", "", 1, 1}, {"from", "", 1, 1},
        {"name", "", 1, 1}, {NULL, NULL, 0, 0}};
    const char *name = key->name, *value = key->value;
    int64_t number;
    if (strcmp(name, "size") == 0) {
        char digits[20];
        size_t len = strspn(value, "0123456789");
        snprintf(
            digits, sizeof digits, "%.*s", len > 15 ? 15 : (int)len, value);
        const char *unit = after_blanks(value + len);
        if (parse_number(digits, &number) && len <= 15 &&
            (*unit == 0 || (strchr("kMG", *unit) != NULL && unit[1] == 0)))
            return true;
        return complain(p, value_start, strlen(value),
            "'%s' is no size: expected bytes, or a number with k, M or G",
            value);
    }
    if (strcmp(name, "seed") == 0)
        return parse_number(value, &number) ||
               complain(p, value_start, strlen(value), "expected a number");
    if (strcmp(name, "content") == 0)
        return check_word(p, value_start, value, contents, 3);
    if (strcmp(name, "from") == 0)
        return check_word(p, value_start, value, sources, 1);
    return find_key(keys, name) != NULL ||
           fail_key(p, start, "key of a [File]", name, keys);
}

/* The indented "key: value" lines below a header; each is put into the list
 * that actor or file points to. */
static void parse_keys(struct parser *p, size_t *at, struct script_actor *actor,
    struct script_file *file)
{
    for (; *at < p->source->count; ++*at) {
        const struct line *line = &p->source->lines[*at];
        size_t start = strspn(line->text, " \t"), value_start;
        struct script_key key;
        if (line->text[start] == 0 || line->text[start] == '#') {
            if (start == 0 && line->text[start] == '#')
                return;
            continue;
        }
        if (start == 0)
            return;
        p->line = *at;
        if (!read_key(p, start, &key, &value_start))
            continue;
        if (strstr(key.name, " ") != NULL) {
            complain(p, start, strlen(key.name), "expected \"key: value\"");
            continue;
        }
        key.value = put_values(p->arena, p->script, key.value);
        if (actor != NULL) {
            if (check_actor_key(p, actor->role, start, value_start, &key))
                vec_push(&actor->keys, key);
        } else if (check_file_key(p, start, value_start, &key)) {
            vec_push(&file->keys, key);
        }
    }
}

static void parse_actor(
    struct parser *p, size_t *at, enum script_role role, const char *name)
{
    struct script *script = p->script;
    size_t header = p->line;
    struct script_actor actor = {
        .name = name, .role = role, .line = (int)header + 1};
    parse_keys(p, at, &actor, NULL);
    const struct line *line = &p->source->lines[header];
    if (find_actor(script, name) >= 0)
        complain_at(p, header, 0, line->len, "there are two actors '%s'", name);
    else if (role == ROLE_SUBJECT && script->subject >= 0)
        complain_at(p, header, 0, line->len,
            "a script has one [Subject]: %s is it already",
            script->actors.items[script->subject].name);
    else if (script->actors.count >= 100)
        complain_at(p, header, 0, line->len, "too many actors");
    else {
        if (role == ROLE_SUBJECT)
            script->subject = (int)script->actors.count;
        vec_push(&script->actors, actor);
        return;
    }
    vec_free(&actor.keys);
}

static void parse_file(struct parser *p, size_t *at, const char *name,
    struct script_library *library)
{
    size_t header = p->line;
    struct script_file file = {.name = name, .line = (int)header + 1};
    parse_keys(p, at, NULL, &file);
    if (library != NULL) {
        vec_push(&library->files, file);
    } else if (find_file(p->script, name) >= 0) {
        complain_at(p, header, 0, p->source->lines[header].len,
            "there are two files '%s'", name);
        vec_free(&file.keys);
    } else {
        vec_push(&p->script->files, file);
    }
}

static void parse_template(struct parser *p, size_t *at, const char *name,
    struct script_library *library)
{
    size_t header = p->line, count = p->source->count;
    while (*at < count && p->source->lines[*at].blank &&
           p->source->lines[*at].text[0] != '#')
        ++*at;
    size_t first = *at;
    struct script_template templ = {
        .name = name, .file = p->source->path, .line = (int)first + 1};
    templ.xml = parse_block(p, at, count, 0);
    const struct line *line = &p->source->lines[header];
    if (templ.xml[0] == 0) {
        complain_at(p, header, 0, line->len,
            "expected a stanza below, indented by a tab");
        return;
    }
    if (!stanza_check(p, templ.xml, first, 1))
        return;
    size_t known =
        library != NULL ? library->templates.count : p->script->templates.count;
    const struct script_template *rows =
        library != NULL ? library->templates.items : p->script->templates.items;
    for (size_t i = 0; i < known; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            complain_at(
                p, header, 0, line->len, "there are two templates '%s'", name);
            return;
        }
    }
    if (library != NULL)
        vec_push(&library->templates, templ);
    else
        vec_push(&p->script->templates, templ);
}

static void parse_scene(struct parser *p, size_t *at, const char *name,
    struct script_library *library)
{
    struct scene scene = {
        .name = name, .source = p->source, .header = p->line, .first = *at};
    const struct line *header = &p->source->lines[p->line];
    while (*at < p->source->count) {
        const struct line *line = &p->source->lines[*at];
        if (line->tabs == 0 && !line->blank)
            break;
        ++*at;
    }
    scene.end = *at;
    if (library == NULL) {
        complain(p, 0, header->len,
            "a [Scene] stands in a file of cases/library only");
        return;
    }
    for (size_t i = 0; i < library->scenes.count; i++) {
        if (strcmp(library->scenes.items[i].name, name) == 0) {
            complain(p, 0, header->len, "there are two scenes '%s'", name);
            return;
        }
    }
    vec_push(&library->scenes, scene);
}

static bool is_section_name(const char *name, bool actor)
{
    size_t len = strlen(name);
    if (!actor)
        return scan_is_name(name, len);
    /* Scansion's actors may have blanks: "Juliet's phone". */
    return len > 0 && scan_is_letter(name[0]) &&
           strpbrk(name, "[]{}$,:\"\t") == NULL;
}

/* "[Kind] Name" and what belongs to it. */
static void parse_section(
    struct parser *p, size_t *at, struct script_library *library)
{
    static const char *const kinds[] = {
        "Client", "Subject", "File", "Template", "Scene"};
    const struct line *line = &p->source->lines[*at];
    p->line = (*at)++;
    size_t len = strcspn(line->text, "]");
    size_t kind = 0;
    while (kind < 5 && (strlen(kinds[kind]) != len - 1 ||
                           strncmp(line->text + 1, kinds[kind], len - 1) != 0))
        kind++;
    if (kind == 5 || line->text[len] == 0) {
        struct nearest nearest = {0};
        char hint[100];
        char *typed = arena_strndup(p->arena, line->text + 1, len - 1);
        for (size_t i = 0; i < 5; i++)
            nearest_offer(&nearest, typed, kinds[i]);
        complain(p, 0, line->text[len] == 0 ? len : len + 1,
            "expected [Client], [Subject], [File], [Template] or [Scene]%s",
            nearest_hint(&nearest, hint, sizeof hint));
        parse_block(p, at, p->source->count, 0);
        return;
    }
    size_t start = len + 1, end = line->len;
    scan_trim(line->text, &start, &end);
    char *name = arena_strndup(p->arena, line->text + start, end - start);
    if (!is_section_name(name, kind < 2)) {
        complain(p, start, end > start ? end - start : 1,
            "expected a name behind [%s]", kinds[kind]);
        parse_block(p, at, p->source->count, 0);
        return;
    }
    if (kind < 2 && library != NULL)
        complain(p, 0, line->len, "an actor has no place in the library");
    else if (kind < 2)
        parse_actor(p, at, kind == 0 ? ROLE_CLIENT : ROLE_SUBJECT, name);
    else if (kind == 2)
        parse_file(p, at, name, library);
    else if (kind == 3)
        parse_template(p, at, name, library);
    else
        parse_scene(p, at, name, library);
}

static bool is_dashes(const struct line *line)
{
    size_t len = strspn(line->text, "-");
    return len >= 3 && *after_blanks(line->text + len) == 0;
}

void parse_headers(struct parser *p, size_t *at, struct script_library *library)
{
    while (*at < p->source->count) {
        const struct line *line = &p->source->lines[*at];
        p->line = *at;
        if (line->text[0] == '[') {
            parse_section(p, at, library);
            continue;
        }
        if (is_dashes(line) && library == NULL) {
            ++*at;
            return;
        }
        if (line->text[0] == '#')
            parse_comment(p);
        else if (!line->blank)
            complain(p, 0, line->len,
                library == NULL
                    ? "expected a [Client] or another header, a comment, or "
                      "the line of dashes before the steps"
                    : "expected a [Template], a [Scene] or a [File]");
        ++*at;
    }
    if (library == NULL && !p->errors->found) {
        p->line = p->source->count > 0 ? p->source->count - 1 : 0;
        complain(p, 0, 0,
            "expected a line of dashes and the steps of the case below it");
    }
}
