/* The players of a case: accounts, links, logins, farewells. */
#include "base/clock.h"
#include "base/file.h"
#include "omemo/puppet.h"
#include "stage/stage.h"
#include "subject/external.h"
#include "xmpp/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct player *stage_player(
    struct stage *stage, const struct script_arg *argument)
{
    return &stage->players[argument->actor];
}

struct player *stage_subject(struct stage *stage)
{
    return stage->script->subject < 0 ? NULL
                                      : &stage->players[stage->script->subject];
}

static bool online(const struct player *player)
{
    return player->link != NULL &&
           wire_link_state(player->link) == WIRE_STATE_BOUND;
}

struct player *stage_first_puppet(struct stage *stage)
{
    for (size_t i = 0; i < stage->player_count; i++) {
        if (stage->players[i].actor != NULL && online(&stage->players[i]))
            return &stage->players[i];
    }
    return NULL;
}

static void name_account(struct stage *stage, struct player *player)
{
    struct arena *arena = stage->arena;
    const char *domain = server_domain(stage->venue->server);
    char random[9], secret[16];
    random_id(&stage->random, random, sizeof random);
    random_secret(secret, sizeof secret);
    struct buffer hex = {0};
    hex_encode(&hex, secret, sizeof secret);
    const char *given = script_actor_key(player->role, "jid");
    /* Scripts that share a JID (two resources) share the account: the part
     * before the @ counts, the rest is this run's. */
    size_t len = given != NULL ? strcspn(given, "@") : 0;
    char local[64];
    snprintf(local, sizeof local, "%.*s",
        (int)(len > 40 || len == 0 ? 40 : len),
        len > 0 ? given : player->role->name);
    for (char *p = local; *p != 0; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
        else if (strchr(" \"&'/:<>@", *p) != NULL)
            *p = '-';
    }
    struct resident *resident = &stage->venue->resident;
    if (player->role->role == ROLE_SUBJECT && resident->subject != NULL) {
        player->resident =
            len == 0 && script_actor_key(player->role, "resource") == NULL;
        if (player->resident) {
            player->user = arena_strdup(arena, resident->user);
            player->jid = arena_strdup(arena, resident->jid);
            player->password = arena_strdup(arena, resident->password);
            buffer_free(&hex);
            return;
        }
        venue_evict(stage->venue);
    }
    for (int i = 0; len > 0 && i < player->index; i++) {
        struct player *other = &stage->players[i];
        const char *theirs = script_actor_key(other->role, "jid");
        if (theirs != NULL && strcspn(theirs, "@/") == strcspn(given, "@/") &&
            strncmp(theirs, given, strcspn(given, "@/")) == 0) {
            player->user = other->user;
            player->jid = other->jid;
            player->password = other->password;
            buffer_free(&hex);
            return;
        }
    }
    player->user = arena_printf(arena, "%s-%s", local, random);
    player->jid = arena_printf(arena, "%s@%s", player->user, domain);
    player->password = arena_strdup(arena, buffer_text(&hex));
    buffer_free(&hex);
}

static bool register_all(struct stage *stage)
{
    struct account *accounts =
        mem_alloc(stage->player_count * sizeof *accounts);
    size_t count = 0;
    for (size_t i = 0; i < stage->player_count; i++) {
        bool known = stage->players[i].resident;
        for (size_t k = 0; k < i; k++)
            known |= stage->players[k].user == stage->players[i].user;
        if (!known)
            accounts[count++] = (struct account){
                stage->players[i].user, stage->players[i].password};
    }
    struct error error = {{0}};
    struct server *server = stage->venue->server;
    bool ok = register_accounts(stage->venue->loop, server_address(server),
        server_port(server), server_domain(server), accounts, count,
        stage_deadline(stage, 10000), &error);
    free(accounts);
    return ok ||
           stage_trouble(stage, "cannot make the accounts: %s", error.message);
}

/* A client outside of this machine needs an address of the network's. */
static const char *stage_address(
    const struct stage *stage, const struct player *player)
{
    const char *advertised = stage->venue->options.advertise;
    return player->role->role == ROLE_SUBJECT && advertised != NULL
               ? advertised
               : "127.0.0.1";
}

/* Its subject and link belong to a player now. */
static void free_resident(struct resident *resident)
{
    free(resident->user);
    free(resident->jid);
    free(resident->password);
    *resident = (struct resident){0};
}

static bool begin_subject(struct stage *stage, struct player *player)
{
    struct venue *venue = stage->venue;
    struct arena *arena = stage->arena;
    struct error error = {{0}};
    const char *dropdir = venue->options.subject.dropdir;
    player->downloads =
        dropdir != NULL ? arena_strdup(arena, dropdir)
                        : arena_printf(arena, "%s/downloads", stage->directory);
    if (!file_make_dirs(player->downloads, &error) ||
        !file_names(player->downloads, &player->downloads_before,
            &player->downloads_before_count, &error))
        return stage_trouble(stage, "%s", error.message);
    player->downloads_stamps = arena_alloc(
        arena, (player->downloads_before_count + 1) * sizeof(int64_t));
    for (size_t i = 0; i < player->downloads_before_count; i++) {
        char *path = file_join(player->downloads, player->downloads_before[i]);
        player->downloads_stamps[i] = file_stamp(path);
        free(path);
    }
    size_t count = player->role->keys.count;
    struct subject_key *keys = arena_alloc(arena, (count + 1) * sizeof *keys);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct script_key *key = &player->role->keys.items[i];
        bool known = false;
        for (size_t k = 0; header_keys[k].name != NULL; k++)
            known |= header_keys[k].subject &&
                     strcmp(header_keys[k].name, key->name) == 0;
        char *value = known ? NULL : stage_value(stage, key->value);
        if (!known && value == NULL)
            return false;
        if (!known)
            keys[kept++] = (struct subject_key){key->name, value};
    }
    const char **peers =
        arena_alloc(arena, stage->player_count * sizeof(*peers));
    size_t peer_count = 0;
    for (size_t i = 0; i < stage->player_count; i++) {
        if (stage->players[i].role->role != ROLE_SUBJECT)
            peers[peer_count++] = stage->players[i].jid;
    }
    struct subject_stage *own = arena_alloc(arena, sizeof *own);
    *own = (struct subject_stage){
        .loop = venue->loop,
        .link = player->link,
        .address = stage_address(stage, player),
        .domain = server_domain(venue->server),
        .jid = player->jid,
        .password = player->password,
        .resource = script_actor_key(player->role, "resource"),
        .cafile = venue->cafile,
        .downloads = player->downloads,
        .house = venue->house,
        .plan = player->plan,
        .peers = peers,
        .peer_count = peer_count,
        .keys = keys,
        .key_count = kept,
        .seed = stage->c->seed,
        .device =
            omemo_wanted(player->role) ? omemo_pool_take(venue->omemo) : NULL,
        .time_factor = venue->options.time_factor,
        .report = stage_subject_report,
        .note = stage_subject_note,
        .owner = player,
    };
    evidence_keys(stage, player->role, own->device);
    char setting[200];
    if (venue->driver->key == NULL &&
        external_setting(own, setting, sizeof setting))
        return stage_unsupported(stage,
            "the subject cannot be told to be so: '%s', as the case has it",
            setting);
    if (player->resident) {
        player->subject = venue->resident.subject;
        venue->driver->again(player->subject, own);
        free_resident(&venue->resident);
        return true;
    }
    player->subject =
        venue->driver->begin(&venue->options.subject, own, &error);
    return player->subject != NULL ||
           stage_trouble(
               stage, "cannot begin with the subject: %s", error.message);
}

bool omemo_wanted(const struct script_actor *role)
{
    const char *value = script_actor_key(role, "omemo");
    return value != NULL && strcmp(value, "yes") == 0;
}

static bool make_player(struct stage *stage, struct player *player)
{
    struct error error = {{0}};
    player->link = player->resident
                       ? stage->venue->resident.link
                       : wire_link_new(stage->venue->wire, player->role->name,
                             stage_address(stage, player), &error);
    if (player->link == NULL)
        return stage_trouble(stage, "%s", error.message);
    wire_link_set_owner(player->link, player);
    wire_link_set_filter(player->link, wire_rules_filter, player);
    if (player->role->role == ROLE_SUBJECT) {
        wire_link_set_tls(player->link, stage->venue->authority);
        player->plan = user_plan(stage);
        return begin_subject(stage, player);
    }
    if (omemo_wanted(player->role))
        player->device = omemo_pool_take(stage->venue->omemo);
    evidence_keys(stage, player->role, player->device);
    struct actor_options options = {
        .loop = stage->venue->loop,
        .link = player->link,
        .jid = player->jid,
        .password = player->password,
        .resource = script_actor_key(player->role, "resource"),
    };
    player->actor = actor_new(&options);
    return true;
}

bool cast_make(struct stage *stage)
{
    stage->player_count = stage->script->actors.count;
    stage->players = arena_alloc(
        stage->arena, (stage->player_count + 1) * sizeof *stage->players);
    for (size_t i = 0; i < stage->player_count; i++) {
        struct player *player = &stage->players[i];
        player->stage = stage;
        player->index = (int)i;
        player->role = &stage->script->actors.items[i];
        player->mannered = stage->script->subject >= 0;
        name_account(stage, player);
    }
    if (!register_all(stage) || !contacts_make(stage))
        return false;
    for (size_t i = 0; i < stage->player_count; i++) {
        if (!make_player(stage, &stage->players[i]))
            return false;
    }
    return true;
}

/* The login stays for the next case, and the link with it. */
static bool keep_resident(struct stage *stage, struct player *player)
{
    const struct subject_driver *driver = stage->venue->driver;
    if (driver->stays == NULL || stage->trouble.message[0] != 0 ||
        !driver->stays(player->subject))
        return false;
    stage->venue->resident = (struct resident){
        .subject = player->subject,
        .link = player->link,
        .user = mem_strdup(player->user),
        .jid = mem_strdup(player->jid),
        .password = mem_strdup(player->password),
    };
    wire_link_set_owner(player->link, NULL);
    wire_link_set_filter(player->link, NULL, NULL);
    player->link = NULL;
    return true;
}

void cast_free(struct stage *stage)
{
    /* What a farewell brings is no part of the case. */
    stage->venue->stage = NULL;
    for (size_t i = 0; i < stage->player_count; i++) {
        struct player *player = &stage->players[i];
        if (player->subject != NULL && !keep_resident(stage, player))
            stage->venue->driver->end(player->subject);
        file_names_free(
            player->downloads_before, player->downloads_before_count);
        actor_free(player->actor);
        wire_link_free(player->link);
        for (size_t k = 0; k < player->queue.count; k++) {
            if (!player->queue.items[k].consumed)
                xmlFreeDoc(player->queue.items[k].doc);
        }
        vec_free(&player->queue);
        vec_free(&player->collected);
    }
}

bool player_send(struct player *player, struct bytes data)
{
    struct error error = {{0}};
    if (player->actor == NULL || !actor_send(player->actor, data, &error))
        return stage_fail(player->stage, "%s cannot send: %s",
            player->role->name,
            player->actor == NULL ? "is not a puppet" : error.message);
    return true;
}

static enum poll poll_online(struct stage *stage, void *owner)
{
    struct player *player = owner;
    if (player->actor != NULL) {
        enum actor_state state = actor_state(player->actor);
        return state == ACTOR_READY                             ? POLL_HOLDS
               : state == ACTOR_FAILED || state == ACTOR_CLOSED ? POLL_NEVER
                                                                : POLL_WAIT;
    }
    /* The reference client is ready when its core has done what it does at
     * login; of others only the wire tells. */
    const struct subject_driver *driver = stage->venue->driver;
    int64_t next;
    bool ready = online(player) &&
                 (driver->idle == NULL || driver->idle(player->subject, &next));
    return ready ? POLL_HOLDS : POLL_WAIT;
}

bool player_connect(struct player *player)
{
    struct stage *stage = player->stage;
    struct error error = {{0}};
    if (player->plan != NULL)
        *player->plan = *user_plan(stage);
    bool started = player->actor != NULL
                       ? actor_connect(player->actor, &error)
                       : stage->venue->driver->login(player->subject, &error);
    if (!started)
        return stage_trouble(
            stage, "%s cannot connect: %s", player->role->name, error.message);
    int64_t ms = player->subject != NULL &&
                         strcmp(stage->venue->driver->name, "builtin") != 0
                     ? 60000
                     : 10000;
    if (!stage_wait(stage, stage_deadline(stage, ms), poll_online, player))
        /* Its driver may have said why: it crashed, it cannot do this. */
        return stage->ended ? false
                            : stage_trouble(stage, "%s did not log in: %s",
                                  player->role->name,
                                  player->actor != NULL
                                      ? actor_error(player->actor)
                                      : external_login_state(player->link));
    player->full_jid = arena_strdup(stage->arena, wire_link_jid(player->link));
    if (player->mannered && player->actor != NULL)
        manners_presence(player);
    return omemo_publish(player);
}

static enum poll poll_offline(struct stage *stage, void *owner)
{
    struct player *player = owner;
    (void)stage;
    return wire_link_open_connections(player->link) == 0 ? POLL_HOLDS
                                                         : POLL_WAIT;
}

bool player_disconnect(struct player *player, bool rudely)
{
    struct stage *stage = player->stage;
    if (player->subject != NULL)
        stage->venue->driver->logout(player->subject, rudely);
    else if (rudely)
        actor_kill(player->actor);
    else
        actor_disconnect(player->actor);
    if (!stage_wait(stage, stage_deadline(stage, 5000), poll_offline, player))
        wire_cut(player->link, false);
    return stage->trouble.message[0] == 0;
}

static bool begin_connect(struct stage *stage, const struct script_step *step)
{
    return player_connect(stage_player(stage, &step->args[0]));
}

static bool begin_disconnect(
    struct stage *stage, const struct script_step *step)
{
    return player_disconnect(stage_player(stage, &step->args[0]), false);
}

static bool begin_offline(struct stage *stage, const struct script_step *step)
{
    return player_disconnect(stage_player(stage, &step->args[0]), true);
}

static bool begin_restart(struct stage *stage, const struct script_step *step)
{
    (void)step;
    struct venue *venue = stage->venue;
    struct error error = {{0}};
    stage_event(stage, EVENT_FAULT, "server", NULL, "the server restarts",
        bytes_of(NULL, 0), "restart");
    if (!server_restart(venue->server, &error) ||
        !server_wait(venue->server, &error))
        return stage_trouble(
            stage, "the server does not start again: %s", error.message);
    wire_set_server(
        venue->wire, server_address(venue->server), server_port(venue->server));
    return true;
}

static bool begin_die(struct stage *stage, const struct script_step *step)
{
    (void)step;
    stage_event(stage, EVENT_FAULT, "server", NULL, "the server is killed",
        bytes_of(NULL, 0), "killed");
    server_stop(stage->venue->server);
    return true;
}

const struct verb_action cast_actions[VERB_COUNT] = {
    [VERB_CONNECT] = {begin_connect, NULL, NULL},
    [VERB_DISCONNECT] = {begin_disconnect, NULL, NULL},
    [VERB_OFFLINE] = {begin_offline, NULL, NULL},
    [VERB_SERVER_RESTART] = {begin_restart, NULL, NULL},
    [VERB_SERVER_DIES] = {begin_die, NULL, NULL},
};
