/* What a script says of requirements against the catalogue. */
#include "command/check.h"
#include "record/requirement.h"
#include "script/scan.h"

#include <stdio.h>
#include <string.h>

struct checking {
    const struct requirement_catalogue *catalogue;
    const struct script *script;
    struct script_errors *errors;
    bool good;
};

static void complain(
    struct checking *c, const struct script_key *tag, const char *message)
{
    vec_push(&c->errors->items,
        mem_printf("%s:%d:1: %s\n    ## requirement: %s", c->script->path,
            tag->line, message, tag->value));
    c->good = false;
}

static const struct requirement *find(struct checking *c,
    const struct script_key *tag, const struct requirement_table *table,
    const char *id)
{
    const struct requirement *row = requirement_of(table, id);
    if (row != NULL)
        return row;
    struct nearest nearest = {0};
    char hint[100], message[300];
    for (size_t i = 0; i < table->count; i++)
        nearest_offer(&nearest, id, table->rows[i].id);
    snprintf(message, sizeof message,
        "XEP-%s has no requirement '%s'%s; cases/requirements/ lists them",
        table->xep, id, nearest_hint(&nearest, hint, sizeof hint));
    complain(c, tag, message);
    return NULL;
}

/* "s2.4" and "(MUST NOT)", where they are given. */
static void check_words(struct checking *c, const struct script_key *tag,
    const struct requirement *row)
{
    static const char *const words[] = {
        "(MUST)", "(MUST NOT)", "(SHOULD)", "(SHOULD NOT)", "(prose)"};
    char message[200];
    const char *level = strchr(tag->value, '(');
    if (level != NULL && strcmp(level, words[row->level]) != 0) {
        snprintf(message, sizeof message, "the catalogue says %s of '%s'",
            words[row->level], row->id);
        complain(c, tag, message);
    }
    const char *section = strstr(tag->value, " s");
    if (section == NULL || !scan_is_digit(section[2]))
        return;
    section += 2;
    size_t len = strcspn(section, " ");
    if (strlen(row->section) != len ||
        strncmp(section, row->section, len) != 0) {
        snprintf(message, sizeof message,
            "the catalogue has '%s' in section %s", row->id, row->section);
        complain(c, tag, message);
    }
}

bool check_requirements(const struct requirement_catalogue *catalogue,
    const struct script *script, struct script_errors *errors)
{
    struct checking c = {catalogue, script, errors, true};
    const struct script_key *soft = NULL;
    bool hard = false;
    for (size_t i = 0; i < script->tags.count; i++) {
        const struct script_key *tag = &script->tags.items[i];
        struct requirement_name name;
        struct error error;
        if (strcmp(tag->name, "requirement") != 0 ||
            strncmp(tag->value, "XEP-", 4) != 0)
            continue;
        if (!requirement_name_parse(&name, tag->value, &error)) {
            complain(&c, tag, error.message);
            continue;
        }
        const struct requirement_table *table =
            requirement_table_of(catalogue, name.xep);
        if (table == NULL)
            continue;
        const struct requirement *row = find(&c, tag, table, name.id);
        if (row == NULL)
            continue;
        check_words(&c, tag, row);
        bool should =
            row->level == LEVEL_SHOULD || row->level == LEVEL_SHOULD_NOT;
        soft = should ? tag : soft;
        hard = hard || !should;
    }
    const char *level = script_tag(script, "level");
    if (soft != NULL && !hard && (level == NULL || !strcmp(level, "must")))
        complain(&c, soft,
            "a case of recommendations alone needs \"## level: should\"");
    return c.good;
}
