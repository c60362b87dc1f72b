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

/* Sends a request; returns what Juliet answered with. */
static const char *request(struct running *r, const char *payload)
{
    static char line[2000];
    char id[32];
    snprintf(id, sizeof id, "ask%d", ++r->stanzas);
    say(r, "set", id, payload);
    char *key = mem_printf("id='%s'", id);
    const char *at = strstr(buffer_text(&r->world->log), key);
    free(key);
    snprintf(line, sizeof line, "%.*s", at ? (int)strcspn(at, "\n") : 0,
        at ? at : "");
    return line;
}

/* The same for an action with that inside. */
static const char *ask(
    struct running *r, const char *action, const char *inside)
{
    char *payload = mem_printf("<jingle xmlns='" NS_JINGLE
                               "' action='%s' sid='%s'>%s</jingle>",
        action, r->sid, inside);
    const char *answer = request(r, payload);
    free(payload);
    return answer;
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

static struct running alone(const char *settings)
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
    find(r, "session-initiate", "sid", r->sid);
    find(r, "<content", "name", r->content);
    find(r, "<transport", "sid", r->stream);
}

static void offer(struct running *r, uint64_t size)
{
    const char *paths[] = {"/poem"};
    world_put(r->juliet, paths[0], size);
    struct client_send send = {.peer = ROMEO, .paths = paths, .path_count = 1};
    CHECK(client_send_files(r->juliet->core, &send, NULL));
    learn(r);
}

/* Sends the offer to Juliet, or the accept of hers. */
static const char *negotiate(struct running *r, int role, bool juliet_sends,
    const char *description, const char *transport)
{
    char *rest = mem_printf(" senders='%s'>%s<transport xmlns='%s' sid='%s'/><",
        (role == INITIATOR) == juliet_sends ? "initiator" : "responder",
        description, transport, r->stream);
    const char *answer =
        ask_of(r, role == RESPONDER ? "session-initiate" : "session-accept",
            r->content, rest);
    free(rest);
    return answer;
}

#define OVER_IBB NS_JINGLE_IBB "' block-size='4096"

/* A file goes over IBB, Juliet's or Romeo's. */
static struct running begin_either(
    int role, bool juliet_sends, const char *settings)
{
    struct running r = alone(settings);
    const char *description = THE_FILE;
    if (role == RESPONDER && juliet_sends) {
        description = "<description xmlns='" NS_FILE
                      "'><file><name>poem</name></file></description>";
        world_put(r.juliet, "/poem", 100000);
        client_share_file(r.juliet->core, "/poem");
    } else if (juliet_sends) {
        offer(&r, 100000);
    } else if (role == INITIATOR) {
        struct client_request wanted = {.peer = ROMEO, .name = "p"};
        CHECK(client_request_file(r.juliet->core, &wanted, NULL));
        learn(&r);
    }
    client_accept(r.juliet->core, NULL);
    agree(&r);
    CHECK(is_result(negotiate(&r, role, juliet_sends, description, OVER_IBB)));
    agree(&r);
    if (role == RESPONDER) {
        CHECK(is_result(request(
            &r, "<open xmlns='" NS_IBB "' sid='t1' block-size='4096'/>")));
    }
    CHECK(world_saw(r.juliet, CLIENT_CONNECTED));
    return r;
}

static struct running begin(int role, const char *settings)
{
    return begin_either(role, role == INITIATOR, settings);
}

static struct running begin_sending(int role, const char *settings)
{
    return begin_either(role, true, settings);
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
        check_answer(answer, "<error type='modify'><feature-not-implemented ");
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
            const char *answer = ask_of(&r, actions[i], r.content, rest);
            check_answer(answer, "<error type='wait'><unexpected-request ");
            check_answer(answer, "<out-of-order");
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

/* --- files that can't be had --- */

/* A content of the peer's own, sent by the responder or the initiator. */
static void add(
    struct running *r, int role, bool juliet_sends, const char *description)
{
    const char *romeo = role == RESPONDER ? "initiator" : "responder";
    const char *juliet = role == RESPONDER ? "responder" : "initiator";
    char *content = mem_printf("<content creator='%s' name='more' "
                               "senders='%s'>%s<transport xmlns='" NS_JINGLE_IBB
                               "' sid='m' block-size='9'/></content>",
        romeo, juliet_sends ? juliet : romeo, description);
    CHECK(is_result(ask(r, "content-add", content)));
    free(content);
}

TEST(an_added_request_for_a_file_that_is_not_shared_is_rejected)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role, ibb_first);
        add(&r, role, true, THE_FILE);
        CHECK_INT(world_count(r.world, "action='content-reject'"), 1);
        CHECK_INT(
            world_count(r.world, "<failed-application/><file-not-available "),
            1);
        end(&r);
    }
}

TEST(an_added_file_over_the_limit_is_rejected)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role,
            "discover: never\ntransports: ibb\nsession-timeout: 60s\n"
            "file-limit: 50\n");
        add(&r, role, false,
            "<description xmlns='" NS_FILE "'><file><size>51</size></file>"
            "</description>");
        CHECK_INT(world_count(r.world, "action='content-reject'"), 1);
        CHECK_INT(world_count(r.world, "<media-error/><file-too-large "), 1);
        end(&r);
    }
}

/* --- ends --- */

TEST(every_reason_of_an_end_is_understood)
{
    static const char *const reasons[] = {"alternative-session", "busy",
        "cancel", "connectivity-error", "decline", "expired",
        "failed-application", "failed-transport", "general-error", "gone",
        "incompatible-parameters", "media-error", "security-error", "success",
        "timeout", "unsupported-applications", "unsupported-transports"};
    for (int role = 0; role < ROLES; role++) {
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
            struct running r = begin(role, ibb_first);
            char *reason =
                mem_printf("<reason><text>so</text><%s/></reason>", reasons[i]);
            CHECK(is_result(ask(&r, "session-terminate", reason)));
            free(reason);
            const struct world_event *ended =
                world_find(r.juliet, CLIENT_ENDED);
            CHECK_TEXT(ended->reason, reasons[i]);
            CHECK_TEXT(ended->text, "so");
            CHECK_INT(client_session_count(r.juliet->core), 0);
            const char *answer = ask(&r, "session-info", "");
            check_answer(answer, "<error type='cancel'><item-not-found ");
            check_answer(answer, "<unknown-session");
            world_free(r.world);
        }
    }
}

/* --- replacements --- */

static const char s5b_without[] =
    "discover: never\ntransports: s5b, ibb\ncandidates: none\n"
    "candidate-timeout: 1s\nsession-timeout: 60s\n";

/* Accepted over SOCKS5, where neither has a candidate. */
static struct running begin_s5b(int role)
{
    struct running r = alone(s5b_without);
    if (role == INITIATOR) {
        offer(&r, 100);
    }
    client_accept(r.juliet->core, NULL);
    agree(&r);
    CHECK(is_result(
        negotiate(&r, role, role == INITIATOR, THE_FILE, NS_JINGLE_S5B)));
    agree(&r);
    return r;
}

static void nobody_reached(struct running *r)
{
    char *rest = mem_printf("><transport xmlns='" NS_JINGLE_S5B
                            "' sid='%s'><candidate-error/></transport><",
        r->stream);
    CHECK(is_result(ask_of(r, "transport-info", r->content, rest)));
    free(rest);
    world_run(r->world, r->world->now_ms + 2000);
    CHECK_INT(world_count(r->world, "<candidate-error"), 1);
}

static const char *reject(struct running *r)
{
    return ask_of(r, "transport-reject", r->content,
        "><transport xmlns='" NS_JINGLE_IBB "' block-size='1' sid='x'/><");
}

TEST(a_rejected_replacement_of_what_has_failed_ends_the_session)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_s5b(role);
        CHECK(client_replace_transport(r.juliet->core, "ibb", NULL));
        agree(&r);
        nobody_reached(&r);
        CHECK_INT(client_session_count(r.juliet->core), 1);
        CHECK(is_result(reject(&r)));
        CHECK_INT(world_count(r.world, "<connectivity-error/>"), 1);
        CHECK_INT(world_count(r.world, "transport-replace"), 1);
        CHECK_INT(client_session_count(r.juliet->core), 0);
        world_free(r.world);
    }
}

TEST(a_rejected_replacement_of_what_is_still_tried_is_not_offered_again)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_s5b(role);
        CHECK(client_replace_transport(r.juliet->core, "ibb", NULL));
        agree(&r);
        CHECK(is_result(reject(&r)));
        CHECK_INT(client_session_count(r.juliet->core), 1);
        nobody_reached(&r);
        CHECK_INT(world_count(r.world, "transport-replace"), 1);
        /* as responder she waits for Romeo to offer another one */
        CHECK_INT(
            client_session_count(r.juliet->core), role == RESPONDER ? 1 : 0);
        world_run(r.world, r.world->now_ms + 21000);
        CHECK_INT(world_count(r.world, "<connectivity-error/>"), 1);
        CHECK_INT(client_session_count(r.juliet->core), 0);
        world_free(r.world);
    }
}

TEST(candidates_that_come_late_are_tried)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_s5b(role);
        char *late = mem_printf(
            "><transport xmlns='" NS_JINGLE_S5B "' sid='%s'><candidate "
            "cid='late' host='proxy.world.test' port='7777' priority='1' "
            "jid='proxy.world.test' type='proxy'/></transport><",
            r.stream);
        CHECK(is_result(ask_of(&r, "transport-info", r.content, late)));
        free(late);
        world_run(r.world, r.world->now_ms + 100);
        CHECK_INT(world_count(r.world, "<candidate-used cid='late'"), 1);
        end(&r);
    }
}

/* A better one that comes later, and hangs, is not mistaken for it. */
TEST(what_was_reached_keeps_its_name_when_more_candidates_come)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_s5b(role);
        r.world->hangs_host = "198.51.100.7";
        static const char *const hosts[] = {"proxy.world.test", "198.51.100.7"};
        for (int i = 0; i < 2; i++) {
            char *late = mem_printf(
                "<iq type='set' id='late%d' from='" ROMEO "' to='" JULIET
                "'><jingle xmlns='" NS_JINGLE
                "' action='transport-info' sid='%s'><content "
                "creator='initiator' name='%s'><transport xmlns='" NS_JINGLE_S5B
                "' sid='%s'><candidate cid='c%d' host='%s' port='7777' "
                "priority='%d' jid='x.test' type='proxy'/></transport>"
                "</content></jingle></iq>",
                i, r.sid, r.content, r.stream, i, hosts[i], i + 1);
            r.world->turns = 1;
            world_inject(r.world, late);
            free(late);
        }
        r.world->turns = 0;
        world_run(r.world, r.world->now_ms + 100);
        CHECK_INT(world_count(r.world, "<candidate-used cid='c0'"), 1);
        end(&r);
    }
}

TEST(a_report_that_never_comes_is_not_awaited_for_ever)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_s5b(role);
        world_run(r.world, r.world->now_ms + 19000);
        CHECK_INT(world_count(r.world, "<candidate-error"), 1);
        CHECK_INT(world_count(r.world, "transport-replace"), 0);
        world_run(r.world, r.world->now_ms + 2000);
        CHECK_INT(world_count(r.world, "transport-replace"), role == INITIATOR);
        /* as responder she waits for Romeo to offer another one */
        CHECK_INT(client_session_count(r.juliet->core), 1);
        if (role == INITIATOR) {
            agree(&r);
            CHECK(is_result(reject(&r)));
        }
        world_run(r.world, r.world->now_ms + 21000);
        CHECK_INT(client_session_count(r.juliet->core), 0);
        world_free(r.world);
    }
}

/* --- bytestreams --- */

static const char *block(struct running *r, const char *seq, const char *text)
{
    char *payload =
        mem_printf("<data xmlns='" NS_IBB "' sid='%s' seq='%s'>%s</data>",
            r->stream, seq, text);
    const char *answer = request(r, payload);
    free(payload);
    return answer;
}

static void check_block(
    const char *seq, const char *text, const char *condition)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_either(role, false, ibb_first);
        CHECK(is_result(block(&r, "0", "YQ==")));
        check_answer(block(&r, seq, text), condition);
        CHECK_INT(world_count(r.world, "<close "), 1);
        CHECK(!world_received(r.juliet)->good);
        CHECK_INT(client_session_count(r.juliet->core), 0);
        world_free(r.world);
    }
}

TEST(bad_blocks_close_the_bytestream)
{
    check_block("0", "YQ==", "<unexpected-request");
    check_block("2", "YQ==", "<unexpected-request");
    check_block("x", "YQ==", "<bad-request");
    check_block("65536", "YQ==", "<bad-request");
    check_block("1", "Y*==", "<bad-request");
    check_block("1", "YQ== ", "<bad-request");
    check_block("1", "YQ", "<bad-request");
    check_block("1", "=YQ=", "<bad-request");
}

TEST(a_block_of_more_than_the_block_size_closes_the_bytestream)
{
    char text[4097 / 3 * 4 + 5];
    memset(text, 'A', sizeof text - 1);
    text[sizeof text - 2] = '=';
    text[sizeof text - 1] = '\0';
    check_block("1", text, "<bad-request");
}

TEST(an_open_with_another_kind_of_stanza_is_refused)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin(role, ibb_first);
        CHECK(is_result(ask_of(&r, "transport-info", r.content,
            "><transport xmlns='" NS_JINGLE_IBB
            "' block-size='4096' sid='more'/><")));
        say(&r, "set", "odd",
            "<open xmlns='" NS_IBB
            "' sid='more' block-size='4096' stanza='message'/>");
        CHECK_INT(world_count(r.world, "type='error' id='odd'"), 1);
        CHECK_INT(world_count(r.world, "<not-acceptable "), 1);
        say(&r, "set", "even",
            "<open xmlns='" NS_IBB "' sid='more' block-size='4096'/>");
        CHECK_INT(world_count(r.world, "type='result' id='even'"), 1);
        end(&r);
    }
}

/* --- answers that don't come, or are errors --- */

static const char impatient[] =
    "discover: never\ntransports: ibb\niq-timeout: 3s\nibb-window: 2\n"
    "session-timeout: 60s\nend-timeout: 1s\n";

TEST(an_offer_that_nobody_acknowledges_times_out)
{
    struct running r = alone(impatient);
    offer(&r, 100);
    world_run(r.world, r.world->now_ms + 2000);
    CHECK_INT(client_session_count(r.juliet->core), 1);
    world_run(r.world, r.world->now_ms + 2000);
    CHECK_TEXT(world_find(r.juliet, CLIENT_ENDED)->reason, "timeout");
    world_free(r.world);
}

TEST(blocks_that_nobody_acknowledges_end_the_session)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_sending(role, impatient);
        world_run(r.world, r.world->now_ms + 2000);
        CHECK_INT(world_count(r.world, "<data "), 2);
        CHECK_INT(client_session_count(r.juliet->core), 1);
        world_run(r.world, r.world->now_ms + 2000);
        CHECK_INT(world_count(r.world, "<failed-transport/>"), 1);
        CHECK_INT(client_session_count(r.juliet->core), 0);
        size_t sent = r.world->log.len;
        agree(&r); /* too late */
        CHECK_INT(r.world->log.len, sent);
        world_free(r.world);
    }
}

TEST(a_block_that_is_refused_closes_the_bytestream)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_sending(role, impatient);
        char id[64];
        const char *at = buffer_text(&r.world->log);
        const char *data = strstr(at, "<data ");
        CHECK(data != NULL);
        while (data > at && data[-1] != '\n') {
            data--;
        }
        data = strstr(data, " id='") + strlen(" id='");
        snprintf(id, sizeof id, "%.*s", (int)strcspn(data, "'"), data);
        say(&r, "error", id,
            "<error type='cancel'><item-not-found xmlns='" NS_STANZAS
            "'/></error>");
        CHECK_INT(world_count(r.world, "<close "), 1);
        CHECK_INT(world_count(r.world, "<failed-transport/>"), 1);
        CHECK_INT(client_session_count(r.juliet->core), 0);
        world_free(r.world);
    }
}

TEST(an_accept_that_is_refused_ends_the_session)
{
    struct running r = alone(impatient);
    client_accept(r.juliet->core, NULL);
    CHECK(is_result(negotiate(&r, RESPONDER, false, THE_FILE, OVER_IBB)));
    char id[64];
    find(&r, "<iq from='" JULIET "' type='set'", "id", id);
    say(&r, "error", id,
        "<error type='wait'><unexpected-request xmlns='" NS_STANZAS
        "'/></error>");
    CHECK_INT(client_session_count(r.juliet->core), 0);
    CHECK_TEXT(world_find(r.juliet, CLIENT_ENDED)->reason, "general-error");
    world_free(r.world);
}

/* What Juliet has offered, and Romeo has accepted but not acknowledged. */
TEST(a_redirect_of_an_offer_that_was_accepted_is_not_followed)
{
    struct running r = alone(impatient);
    offer(&r, 100000);
    char id[64];
    find(&r, "<iq from='" JULIET "' type='set'", "id", id);
    CHECK(is_result(negotiate(&r, INITIATOR, true, THE_FILE, OVER_IBB)));
    say(&r, "error", id,
        "<error type='modify'><redirect xmlns='" NS_STANZAS
        "'>xmpp:romeo@world.test/elsewhere</redirect></error>");
    CHECK_INT(world_count(r.world, "session-initiate"), 1);
    CHECK_INT(client_session_count(r.juliet->core), 0);
    world_free(r.world);
}
