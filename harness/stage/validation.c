/* Every stanza on the wire against the schemas and the table of rules. What
 * the subject breaks fails its case; the others' faults are reported. */
#include "base/xml.h"
#include "schema/validator.h"
#include "stage/stage.h"

#include <stdio.h>
#include <string.h>

struct checking {
    struct stage *stage;
    struct player *player;
    bool from_client;
    int event;
    bool mute;  /* the script told the puppet to send it, or another player
                   sent it and it was judged on its way up */
    bool error; /* a stanza of type error */
    bool echo;  /* the subject's accept of an offer that broke a schema */
};

/* An error may bring back what it answers (RFC 6120 s8.3.1): that is as bad
 * as its first sender made it, and no fault of who returns it. */
static bool is_returned(const struct checking *now, const char *xpath)
{
    const char *rest = now->error && xpath != NULL && xpath[0] == '/'
                           ? strchr(xpath + 1, '/')
                           : NULL;
    return rest != NULL && rest[1] != '@' && strncmp(rest, "/error", 6) != 0;
}

/* An accept brings back the description that was offered (XEP-0166 s6.7): when
 * that was bad on purpose, it is no fault of who accepted it. */
static bool is_echo(const struct checking *now, const char *xpath)
{
    return now->echo && xpath != NULL && strstr(xpath, "/description/") != NULL;
}

static bool is_accept(const xmlNode *stanza)
{
    const xmlNode *jingle = xml_child(stanza, NULL, "jingle");
    const char *action = jingle == NULL ? NULL : xml_attr(jingle, "action");
    return action != NULL && strcmp(action, "session-accept") == 0;
}

static void on_violation(void *owner, const struct violation *violation)
{
    struct stage *stage = owner;
    const struct checking *now = stage->checking;
    struct arena *arena = stage->arena;
    if (now->mute || is_returned(now, violation->xpath) ||
        is_echo(now, violation->xpath))
        return;
    struct record_violation kept = {
        .actor = now->from_client ? now->player->role->name : "server",
        .by_subject = now->from_client && now->player->subject != NULL,
        .from_client = now->from_client,
        .stanza = now->event,
        .xpath = arena_strdup(arena, violation->xpath),
        .rule = arena_strdup(arena, violation->message),
        .published = arena_strdup(arena, violation->published),
        .xep = arena_strdup(arena, violation->spec),
        .section = arena_strdup(arena, violation->section),
        .ns = arena_strdup(arena, violation->ns),
        .severity = severity_name(violation->severity),
    };
    if (stage->c->violations.count < 200)
        vec_push(&stage->c->violations, kept);
}

/* A session is one client's view: what it sent and what reached it. */
void stage_validate(struct stage *stage, struct player *player,
    bool from_client, bool relayed, xmlDoc *doc, int event)
{
    if (stage->venue->validator == NULL)
        return;
    const char *type = xml_attr(edit_stanza(doc), "type");
    struct checking now = {stage, player, from_client, event,
        relayed || (from_client && player->invalid_allowed),
        type != NULL && strcmp(type, "error") == 0,
        player->subject != NULL && from_client && stage->misled &&
            is_accept(edit_stanza(doc))};
    if (from_client) {
        stage->misled = stage->misled || player->invalid_allowed;
        player->invalid_allowed = false;
    }
    stage->checking = &now;
    if (player->validation == NULL)
        player->validation =
            validation_new(stage->venue->validator, on_violation, stage);
    struct stanza_origin origin = {
        .actor = from_client ? player->role->name : "server",
        .jid = wire_link_jid(player->link),
        .from_client = from_client,
        .number = (unsigned)event,
    };
    validation_stanza(player->validation, edit_stanza(doc), &origin);
    stage->checking = NULL;
}

static void count_namespaces(
    struct record_run *run, const struct validation *validation)
{
    size_t count = validation_unknown_count(validation);
    for (size_t i = 0; i < count; i++) {
        size_t elements;
        const char *ns = validation_unknown(validation, i, &elements);
        size_t at = 0;
        while (at < run->namespaces.count &&
               strcmp(run->namespaces.items[at].ns, ns) != 0)
            at++;
        if (at == run->namespaces.count) {
            struct record_namespace row = {arena_strdup(run->arena, ns), 0};
            vec_push(&run->namespaces, row);
        }
        run->namespaces.items[at].count += (int64_t)elements;
    }
}

void stage_end_validation(struct stage *stage)
{
    struct record_case *c = stage->c;
    for (size_t i = 0; i < stage->player_count; i++) {
        struct player *player = &stage->players[i];
        if (player->validation == NULL)
            continue;
        count_namespaces(stage->run, player->validation);
        validation_free(player->validation);
        player->validation = NULL;
    }
    for (size_t i = 0; i < c->violations.count; i++) {
        const struct record_violation *violation = &c->violations.items[i];
        if (!violation->by_subject)
            continue;
        bool must = strcmp(violation->severity, "must") == 0;
        bool note = strcmp(violation->severity, "note") == 0;
        struct record_finding finding = {
            arena_printf(
                stage->arena, "schema:%s:%s", violation->ns, violation->xpath),
            violation->rule,
            must   ? VERDICT_FAILED
            : note ? VERDICT_NOTE
                   : VERDICT_WARNING};
        vec_push(&c->findings, finding);
        /* What its own steps only warn of hides no broken MUST. */
        bool lesser = c->verdict == VERDICT_PASSED ||
                      c->verdict == VERDICT_WARNING ||
                      c->verdict == VERDICT_NOTE;
        if (must && lesser) {
            c->verdict = VERDICT_FAILED;
            record_blame_violation(stage->run, c, violation);
        }
    }
}
