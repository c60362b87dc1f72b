/* What the peer of a running session may ask, by the role of the one who is
 * asked: the same stanzas, written by hand, to the initiator and to the
 * responder. */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/fake_world.h"
#include "jingle/names.h"
#include "jingle/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROMEO "romeo@world.test/orchard"
#define JULIET "juliet@world.test/balcony"
#define THE_FILE                                                               \
    "<description xmlns='" NS_FILE "'><file><name>p</name><size>4</size>"      \
    "</file></description>"

enum { RESPONDER, INITIATOR, ROLES };

/* A session that runs over IBB between Romeo, who is the test, and Juliet. */
struct running {
    struct world *world;
    struct world_client *juliet;
    char sid[64], content[64], stream[64];
    int stanzas; /* for their ids */
};

/* Nobody is at home there: what Juliet sends stays in the log. */
static bool to_nobody(struct world *world, xmlNodePtr stanza, void *owner)
{
    (void)world;
    (void)owner;
    return strcmp(stanza_attr(stanza, "to"), ROMEO) != 0;
}

static void say(
    struct running *r, const char *type, const char *id, const char *payload)
{
    char *text = mem_printf("<iq type='%s' id='%s' from='" ROMEO "' to='" JULIET
                            "'>%s</iq>",
        type, id, payload);
    world_inject(r->world, text);
    free(text);
}

/* Sends an action with that inside; returns what Juliet answered with. */
static const char *ask(
    struct running *r, const char *action, const char *inside)
{
    static char line[2000];
    char id[32];
    snprintf(id, sizeof id, "ask%d", ++r->stanzas);
    char *payload = mem_printf("<jingle xmlns='" NS_JINGLE
                               "' action='%s' sid='%s'>%s</jingle>",
        action, r->sid, inside);
    say(r, "set", id, payload);
    free(payload);
    char *key = mem_printf("id='%s'", id);
    const char *at = strstr(buffer_text(&r->world->log), key);
    free(key);
    snprintf(line, sizeof line, "%.*s", at ? (int)strcspn(at, "\n") : 0,
        at ? at : "");
    return line;
}

/* The same, inside a content of that name. */
static const char *ask_of(struct running *r, const char *action,
    const char *content, const char *rest)
{
    char *inside = mem_printf(
        "<content creator='initiator' name='%s'%s/content>", content, rest);
    const char *answer = ask(r, action, inside);
    free(inside);
    return answer;
}

static void check_answer(const char *answer, const char *holds)
{
    if (!strstr(answer, holds)) {
        test_fail(__FILE__, __LINE__, "no '%s' in '%s'", holds, answer);
    }
}

static bool is_result(const char *answer)
{
    return *answer && !strstr(answer, "<error");
}

/* The value of the first such attribute behind the text in the log. */
static void find(
    struct running *r, const char *behind, const char *name, char *out)
{
    char *key = mem_printf(" %s='", name);
    const char *at = strstr(buffer_text(&r->world->log), behind);
    at = at ? strstr(at, key) : NULL;
    at = at ? at + strlen(key) : "";
    snprintf(out, 64, "%.*s", (int)strcspn(at, "'"), at);
    free(key);
}

/* Answers the last request of Juliet's with a result. */
static void agree(struct running *r)
{
    char id[64] = "";
    const char *at = buffer_text(&r->world->log);
    while ((at = strstr(at, "' type='set' id='")) != NULL) {
        at += strlen("' type='set' id='");
        snprintf(id, sizeof id, "%.*s", (int)strcspn(at, "'"), at);
    }
    say(r, "result", id, "");
}

static struct running begin(int role, const char *settings)
{
    struct running r = {.world = world_new(false)};
    r.juliet = world_client(r.world, JULIET, settings, FAULT_NONE);
    r.world->filter = to_nobody;
    if (role == RESPONDER) {
        snprintf(r.sid, sizeof r.sid, "s1");
        snprintf(r.content, sizeof r.content, "f");
        snprintf(r.stream, sizeof r.stream, "ib1");
        client_accept(r.juliet->core, NULL);
        ask_of(&r, "session-initiate", "f",
            " senders='initiator'>" THE_FILE "<transport xmlns='" NS_JINGLE_IBB
            "' block-size='4096' sid='ib1'/><");
        say(&r, "set", "o1",
            "<open xmlns='" NS_IBB "' sid='ib1' block-size='4096'/>");
        return r;
    }
    const char *paths[] = {"/poem"};
    world_put(r.juliet, paths[0], 100000);
    struct client_send send = {.peer = ROMEO, .paths = paths, .path_count = 1};
    CHECK(client_send_files(r.juliet->core, &send, NULL));
    world_run(r.world, r.world->now_ms + 10);
    find(&r, "session-initiate", "sid", r.sid);
    find(&r, "<content", "name", r.content);
    find(&r, "<transport", "sid", r.stream);
    agree(&r);
    char *rest = mem_printf(" senders='initiator'>" THE_FILE
                            "<transport xmlns='" NS_JINGLE_IBB
                            "' block-size='4096' sid='%s'/><",
        r.stream);
    CHECK(is_result(ask_of(&r, "session-accept", r.content, rest)));
    free(rest);
    agree(&r);
    CHECK(world_find(r.juliet, CLIENT_CONNECTED) != NULL);
    return r;
}

static const char ibb_first[] =
    "discover: never\ntransports: ibb\nsession-timeout: 60s\n";

static void end(struct running *r)
{
    CHECK_INT(client_session_count(r->juliet->core), 1);
    world_free(r->world);
}

TEST(description_info_is_known_by_content_and_application)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role, ibb_first);
        CHECK(is_result(
            ask_of(&r, "description-info", r.content, ">" THE_FILE "<")));
        check_answer(
            ask_of(&r, "description-info", "nonesuch", ">" THE_FILE "<"),
            "<item-not-found");
        check_answer(ask_of(&r, "description-info", r.content,
                         "><description xmlns='urn:example:other'/><"),
            "<unsupported-info");
        check_answer(ask(&r, "description-info", ""), "<bad-request");
        end(&r);
    }
}

TEST(security_info_is_not_supported_in_either_role)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role, ibb_first);
        const char *answer = ask_of(
            &r, "security-info", r.content, "><security xmlns='urn:x'/><");
        check_answer(answer, "<unsupported-info");
        check_answer(answer, "<feature-not-implemented");
        end(&r);
    }
}

TEST(content_modify_is_checked_and_changes_nothing)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role, ibb_first);
        CHECK(is_result(
            ask_of(&r, "content-modify", r.content, " senders='both'><")));
        check_answer(
            ask_of(&r, "content-modify", r.content, " senders='everybody'><"),
            "<bad-request");
        check_answer(
            ask_of(&r, "content-modify", "nonesuch", " senders='both'><"),
            "<item-not-found");
        CHECK_INT(world_count(r.world, "content-accept"), 0);
        end(&r);
    }
}

TEST(what_was_not_offered_can_not_be_rejected_or_accepted)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role, ibb_first);
        static const char *const actions[] = {"content-reject",
            "content-accept", "transport-accept", "transport-reject"};
        for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
            char *rest =
                mem_printf(">" THE_FILE "<transport xmlns='" NS_JINGLE_IBB
                           "' block-size='4096' sid='%s'/><",
                    r.stream);
            check_answer(
                ask_of(&r, actions[i], r.content, rest), "<out-of-order");
            free(rest);
        }
        check_answer(
            ask_of(&r, "content-reject", "nonesuch", "><"), "<item-not-found");
        check_answer(
            ask_of(&r, "content-remove", "nonesuch", "><"), "<item-not-found");
        CHECK_INT(world_count(r.world, "session-terminate"), 0);
        end(&r);
    }
}

TEST(a_file_that_is_added_and_unfit_is_rejected_with_a_reason)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role, ibb_first);
        char *add = mem_printf(
            "<content creator='%s' name='more' senders='%s'>" THE_FILE
            "<transport xmlns='urn:example:other'/></content>",
            role == RESPONDER ? "initiator" : "responder",
            role == RESPONDER ? "initiator" : "responder");
        CHECK(is_result(ask(&r, "content-add", add)));
        free(add);
        CHECK_INT(world_count(r.world, "action='content-reject'"), 1);
        CHECK_INT(world_count(r.world, "<unsupported-transports/>"), 1);
        end(&r);
    }
}

TEST(an_added_file_is_given_up_when_it_is_rejected)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role, ibb_first);
        world_put(r.juliet, "/more", 500);
        CHECK(client_add_file(r.juliet->core, "/more", NULL));
        world_run(r.world, r.world->now_ms + 10);
        char name[64], creator[64];
        find(&r, "action='content-add'", "name", name);
        find(&r, "action='content-add'", "creator", creator);
        CHECK_TEXT(creator, role == INITIATOR ? "initiator" : "responder");
        agree(&r);
        char *reject = mem_printf("<content creator='%s' name='%s'/>"
                                  "<reason><decline/></reason>",
            creator, name);
        CHECK(is_result(ask(&r, "content-reject", reject)));
        check_answer(ask(&r, "content-reject", reject), "<item-not-found");
        free(reject);
        const struct world_event *failed = world_find(r.juliet, CLIENT_FAILED);
        CHECK(failed != NULL);
        CHECK_TEXT(failed->content, name);
        CHECK_TEXT(failed->reason, "decline");
        end(&r);
    }
}

TEST(a_rejected_replacement_leaves_what_works)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role,
            "discover: never\ntransports: ibb, s5b\ncandidates: direct\n"
            "session-timeout: 60s\n");
        CHECK(client_replace_transport(r.juliet->core, "s5b", NULL));
        world_run(r.world, r.world->now_ms + 10);
        CHECK_INT(world_count(r.world, "action='transport-replace'"), 1);
        agree(&r);
        CHECK(is_result(ask_of(&r, "transport-reject", r.content,
            "><transport xmlns='" NS_JINGLE_S5B "' sid='x'/><")));
        CHECK_INT(world_count(r.world, "session-terminate"), 0);
        CHECK_INT(world_listeners(r.world), 0);
        end(&r);
    }
}
