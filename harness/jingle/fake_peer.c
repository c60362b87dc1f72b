#include "jingle/fake_peer.h"

#include "base/memory.h"
#include "base/test.h"
#include "jingle/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nobody is at home there: what Juliet sends stays in the log. */
static bool to_nobody(struct world *world, xmlNodePtr stanza, void *owner)
{
    (void)world;
    (void)owner;
    return strcmp(stanza_attr(stanza, "to"), ROMEO) != 0;
}

void peer_say(
    struct running *r, const char *type, const char *id, const char *payload)
{
    char *text = mem_printf("<iq type='%s' id='%s' from='" ROMEO "' to='" JULIET
                            "'>%s</iq>",
        type, id, payload);
    world_inject(r->world, text);
    free(text);
}

const char *peer_request(struct running *r, const char *payload)
{
    static char line[2000];
    char id[32];
    snprintf(id, sizeof id, "ask%d", ++r->stanzas);
    peer_say(r, "set", id, payload);
    char *key = mem_printf("id='%s'", id);
    const char *at = strstr(buffer_text(&r->world->log), key);
    free(key);
    snprintf(line, sizeof line, "%.*s", at ? (int)strcspn(at, "\n") : 0,
        at ? at : "");
    return line;
}

const char *peer_ask(struct running *r, const char *action, const char *inside)
{
    char *payload = mem_printf("<jingle xmlns='" NS_JINGLE
                               "' action='%s' sid='%s'>%s</jingle>",
        action, r->sid, inside);
    const char *answer = peer_request(r, payload);
    free(payload);
    return answer;
}

const char *peer_ask_of(struct running *r, const char *action,
    const char *content, const char *rest)
{
    char *inside = mem_printf(
        "<content creator='initiator' name='%s'%s/content>", content, rest);
    const char *answer = peer_ask(r, action, inside);
    free(inside);
    return answer;
}

void check_answer(const char *answer, const char *holds)
{
    if (!strstr(answer, holds)) {
        test_fail(__FILE__, __LINE__, "no '%s' in '%s'", holds, answer);
    }
}

bool is_result(const char *answer)
{
    return *answer && !strstr(answer, "<error");
}

void peer_find(
    struct running *r, const char *behind, const char *name, char *out)
{
    char *key = mem_printf(" %s='", name);
    const char *at = strstr(buffer_text(&r->world->log), behind);
    at = at ? strstr(at, key) : NULL;
    at = at ? at + strlen(key) : "";
    snprintf(out, 64, "%.*s", (int)strcspn(at, "'"), at);
    free(key);
}

void peer_agree(struct running *r)
{
    char id[64] = "";
    const char *at = buffer_text(&r->world->log);
    while ((at = strstr(at, "' type='set' id='")) != NULL) {
        at += strlen("' type='set' id='");
        snprintf(id, sizeof id, "%.*s", (int)strcspn(at, "'"), at);
    }
    peer_say(r, "result", id, "");
}

struct running peer_alone(const char *settings)
{
    struct running r = {
        .world = world_new(true), .sid = "s1", .content = "f", .stream = "t1"};
    r.juliet = world_client(r.world, JULIET, settings, FAULT_NONE);
    r.world->filter = to_nobody;
    return r;
}

/* Whatever Juliet calls what she has offered or asked for. */
static void learn(struct running *r)
{
    world_run(r->world, r->world->now_ms + 10);
    peer_find(r, "session-initiate", "sid", r->sid);
    peer_find(r, "<content", "name", r->content);
    peer_find(r, "<transport", "sid", r->stream);
}

void peer_offer(struct running *r, uint64_t size)
{
    const char *paths[] = {"/poem"};
    world_put(r->juliet, paths[0], size);
    struct client_send send = {.peer = ROMEO, .paths = paths, .path_count = 1};
    CHECK(client_send_files(r->juliet->core, &send, NULL));
    learn(r);
}

const char *peer_negotiate(struct running *r, int role, bool juliet_sends,
    const char *description, const char *transport)
{
    char *rest = mem_printf(" senders='%s'>%s<transport xmlns='%s' sid='%s'/><",
        (role == INITIATOR) == juliet_sends ? "initiator" : "responder",
        description, transport, r->stream);
    const char *answer = peer_ask_of(r,
        role == RESPONDER ? "session-initiate" : "session-accept", r->content,
        rest);
    free(rest);
    return answer;
}

struct running peer_begin_either(
    int role, bool juliet_sends, const char *settings)
{
    struct running r = peer_alone(settings);
    const char *description = THE_FILE;
    if (role == RESPONDER && juliet_sends) {
        description = "<description xmlns='" NS_FILE
                      "'><file><name>poem</name></file></description>";
        world_put(r.juliet, "/poem", 100000);
        client_share_file(r.juliet->core, "/poem");
    } else if (juliet_sends) {
        peer_offer(&r, 100000);
    } else if (role == INITIATOR) {
        struct client_request wanted = {.peer = ROMEO, .name = "p"};
        CHECK(client_request_file(r.juliet->core, &wanted, NULL));
        learn(&r);
    }
    client_accept(r.juliet->core, NULL);
    peer_agree(&r);
    CHECK(is_result(
        peer_negotiate(&r, role, juliet_sends, description, OVER_IBB)));
    peer_agree(&r);
    if (role == RESPONDER) {
        CHECK(is_result(peer_request(
            &r, "<open xmlns='" NS_IBB "' sid='t1' block-size='4096'/>")));
    }
    CHECK(world_saw(r.juliet, CLIENT_CONNECTED));
    return r;
}

struct running peer_begin(int role, const char *settings)
{
    return peer_begin_either(role, role == INITIATOR, settings);
}

struct running peer_begin_sending(int role, const char *settings)
{
    return peer_begin_either(role, true, settings);
}

const char peer_over_ibb[] =
    "discover: never\ntransports: ibb\nsession-timeout: 60s\n";

void peer_end(struct running *r)
{
    CHECK_INT(client_session_count(r->juliet->core), 1);
    world_free(r->world);
}
