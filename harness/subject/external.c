#include "subject/external.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "jingle/policy.h"
#include "script/verb.h"

#include <stdio.h>
#include <string.h>

bool external_has(const struct capability_list *list, const char *capability)
{
    for (size_t i = 0; i < list->items.count; i++) {
        if (strcmp(list->items.items[i], capability) == 0)
            return true;
    }
    return false;
}

bool external_capabilities(const char *words, const char *source,
    struct capability_list *list, struct error *error)
{
    while (*words != 0) {
        words += strspn(words, " ,\t\n");
        size_t len = strcspn(words, " ,\t\n");
        char word[64];
        snprintf(word, sizeof word, "%.*s", (int)len, words);
        const struct capability *known = capability_find(word);
        if (len > 0 && known == NULL)
            return error_set(error,
                "%s: there is no capability '%s'; cases/GRAMMAR.md lists them",
                source, word);
        if (len > 0 && !external_has(list, known->name))
            vec_push(&list->items, known->name);
        words += len;
    }
    return true;
}

bool external_can(const struct subject_options *options,
    const struct capability_list *list, const char *capability)
{
    if (options->capabilities == NULL)
        return external_has(list, capability);
    struct capability_list given = {0};
    bool can =
        external_capabilities(options->capabilities, "--can", &given, NULL) &&
        external_has(&given, capability);
    vec_free(&given.items);
    return can;
}

void external_version(
    char out[EXTERNAL_VERSION_SIZE], const char *name, const char *version)
{
    struct buffer both = {0}, line = {0};
    buffer_printf(&both, "%s%s%s", name, *version != 0 ? " " : "", version);
    /* A character takes four bytes at most. */
    utf8_add_line(&line, buffer_text(&both), EXTERNAL_VERSION_SIZE / 4 - 1);
    snprintf(out, EXTERNAL_VERSION_SIZE, "%s", buffer_text(&line));
    buffer_free(&both);
    buffer_free(&line);
}

/* What every client does as it likes, and the cases cope with: they pin it so
 * that all variants of the builtin subject come to the point. The same goes for
 * a pin to the default, which is what most clients do. */
static bool is_taste(const struct policy_row *row, const char *value)
{
    static const char *const tastes[] = {"accept-delay", "addresses",
        "candidates", "discover", "ibb-window", "message-initiation"};
    if (row->type == POLICY_TIME || strcmp(row->standard, value) == 0)
        return true;
    for (size_t i = 0; i < sizeof tastes / sizeof *tastes; i++) {
        if (strcmp(row->key, tastes[i]) == 0)
            return true;
    }
    return false;
}

bool external_setting(
    const struct subject_stage *stage, char *text, size_t size)
{
    for (size_t i = 0; i < stage->key_count; i++) {
        const struct subject_key *key = &stage->keys[i];
        const struct policy_row *row = policy_find(key->name);
        if (row == NULL || is_taste(row, key->value))
            continue;
        snprintf(text, size, "%s: %s", key->name, key->value);
        return true;
    }
    return false;
}

static size_t bare_len(const char *jid)
{
    return strcspn(jid, "/");
}

const char *external_login_problem(
    struct external_login *login, const struct subject_stage *stage)
{
    const char *jid = wire_link_jid(stage->link);
    if (login->problem[0] != 0)
        return login->problem;
    if (jid == NULL)
        return NULL;
    if (bare_len(jid) != strlen(stage->jid) ||
        strncmp(jid, stage->jid, bare_len(jid)) != 0) {
        snprintf(login->problem, sizeof login->problem,
            "the client uses another JID: it was given %.300s and logged in as "
            "%.800s",
            stage->jid, jid);
        return login->problem;
    }
    const char *other = wire_link_other_jid(stage->link);
    if (other != NULL) {
        snprintf(login->problem, sizeof login->problem,
            "the client is logged in twice: as %.500s and as %.500s", other,
            jid);
        return login->problem;
    }
    return NULL;
}

const char *external_login_refusal(
    struct external_login *login, const struct subject_stage *stage)
{
    enum { WHILE_MS = 3000, OFTEN = 3 };
    unsigned count;
    int64_t since_ms;
    const char *refusal = wire_link_refusal(stage->link, &count, &since_ms);
    double factor = stage->time_factor > 0 ? stage->time_factor : 1;
    if (refusal == NULL || wire_link_jid(stage->link) != NULL ||
        (count < OFTEN && (double)(clock_ms() - since_ms) < WHILE_MS * factor))
        return NULL;
    snprintf(login->problem, sizeof login->problem,
        "the client did not log in: %s", refusal);
    return login->problem;
}

const char *external_login_state(const struct wire_link *link)
{
    const char *refusal = wire_link_refusal(link, NULL, NULL);
    if (refusal != NULL)
        return refusal;
    if (wire_link_connections(link) == 0)
        return "it never connected";
    switch (wire_link_state(link)) {
    case WIRE_STATE_OPEN:
        return "it connected, but never authenticated";
    case WIRE_STATE_AUTHENTICATED:
        return "it authenticated, but bound no resource";
    case WIRE_STATE_BOUND:
        return "it is logged in";
    default:
        return wire_link_connections(link) == 1
                   ? "it connected and closed the connection again"
                   : "it connected several times and closed every connection "
                     "again";
    }
}
