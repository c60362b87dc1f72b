/* What the peer of a running session may ask, by the role of the one who is
 * asked: the same stanzas, written by hand, to the initiator and to the
 * responder. */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/fake_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TEST(description_info_is_known_by_content_and_application)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        CHECK(is_result(
            peer_ask_of(&r, "description-info", r.content, ">" THE_FILE "<")));
        check_answer(
            peer_ask_of(&r, "description-info", "nonesuch", ">" THE_FILE "<"),
            "<item-not-found");
        check_answer(peer_ask_of(&r, "description-info", r.content,
                         "><description xmlns='urn:example:other'/><"),
            "<unsupported-info");
        check_answer(peer_ask(&r, "description-info", ""), "<bad-request");
        peer_end(&r);
    }
}

TEST(security_info_is_not_supported_in_either_role)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        const char *answer = peer_ask_of(
            &r, "security-info", r.content, "><security xmlns='urn:x'/><");
        check_answer(answer, "<unsupported-info");
        check_answer(answer, "<error type='modify'><feature-not-implemented ");
        peer_end(&r);
    }
}

TEST(content_modify_is_checked_and_changes_nothing)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        CHECK(is_result(
            peer_ask_of(&r, "content-modify", r.content, " senders='both'><")));
        check_answer(peer_ask_of(&r, "content-modify", r.content,
                         " senders='everybody'><"),
            "<bad-request");
        check_answer(
            peer_ask_of(&r, "content-modify", "nonesuch", " senders='both'><"),
            "<item-not-found");
        CHECK_INT(world_count(r.world, "content-accept"), 0);
        peer_end(&r);
    }
}

TEST(what_was_not_offered_can_not_be_rejected_or_accepted)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        static const char *const actions[] = {"content-reject",
            "content-accept", "transport-accept", "transport-reject"};
        for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
            char *rest =
                mem_printf(">" THE_FILE "<transport xmlns='" NS_JINGLE_IBB
                           "' block-size='4096' sid='%s'/><",
                    r.stream);
            const char *answer = peer_ask_of(&r, actions[i], r.content, rest);
            check_answer(answer, "<error type='wait'><unexpected-request ");
            check_answer(answer, "<out-of-order");
            free(rest);
        }
        check_answer(peer_ask_of(&r, "content-reject", "nonesuch", "><"),
            "<item-not-found");
        check_answer(peer_ask_of(&r, "content-remove", "nonesuch", "><"),
            "<item-not-found");
        CHECK_INT(world_count(r.world, "session-terminate"), 0);
        peer_end(&r);
    }
}

TEST(a_file_that_is_added_and_unfit_is_rejected_with_a_reason)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        char *add = mem_printf(
            "<content creator='%s' name='more' senders='%s'>" THE_FILE
            "<transport xmlns='urn:example:other'/></content>",
            role == RESPONDER ? "initiator" : "responder",
            role == RESPONDER ? "initiator" : "responder");
        CHECK(is_result(peer_ask(&r, "content-add", add)));
        free(add);
        CHECK_INT(world_count(r.world, "action='content-reject'"), 1);
        CHECK_INT(world_count(r.world, "<unsupported-transports/>"), 1);
        peer_end(&r);
    }
}

TEST(an_added_file_is_given_up_when_it_is_rejected)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        world_put(r.juliet, "/more", 500);
        CHECK(client_add_file(r.juliet->core, "/more", NULL));
        world_run(r.world, r.world->now_ms + 10);
        char name[64], creator[64];
        peer_find(&r, "action='content-add'", "name", name);
        peer_find(&r, "action='content-add'", "creator", creator);
        CHECK_TEXT(creator, role == INITIATOR ? "initiator" : "responder");
        peer_agree(&r);
        char *reject = mem_printf("<content creator='%s' name='%s'/>"
                                  "<reason><decline/></reason>",
            creator, name);
        CHECK(is_result(peer_ask(&r, "content-reject", reject)));
        check_answer(peer_ask(&r, "content-reject", reject), "<item-not-found");
        free(reject);
        const struct world_event *failed = world_find(r.juliet, CLIENT_FAILED);
        CHECK_TEXT(failed->content, name);
        CHECK_TEXT(failed->reason, "decline");
        peer_end(&r);
    }
}

TEST(a_rejected_replacement_leaves_what_works)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role,
            "discover: never\ntransports: ibb, s5b\ncandidates: direct\n"
            "session-timeout: 60s\n");
        CHECK(client_replace_transport(r.juliet->core, "s5b", NULL));
        world_run(r.world, r.world->now_ms + 10);
        CHECK_INT(world_count(r.world, "action='transport-replace'"), 1);
        peer_agree(&r);
        CHECK(is_result(peer_ask_of(&r, "transport-reject", r.content,
            "><transport xmlns='" NS_JINGLE_S5B "' sid='x'/><")));
        CHECK_INT(world_count(r.world, "session-terminate"), 0);
        CHECK_INT(world_listeners(r.world), 0);
        peer_end(&r);
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
    CHECK(is_result(peer_ask(r, "content-add", content)));
    free(content);
}

TEST(an_added_request_for_a_file_that_is_not_shared_is_rejected)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        add(&r, role, true, THE_FILE);
        CHECK_INT(world_count(r.world, "action='content-reject'"), 1);
        CHECK_INT(
            world_count(r.world, "<failed-application/><file-not-available "),
            1);
        peer_end(&r);
    }
}

TEST(an_added_file_over_the_limit_is_rejected)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role,
            "discover: never\ntransports: ibb\nsession-timeout: 60s\n"
            "file-limit: 50\n");
        add(&r, role, false,
            "<description xmlns='" NS_FILE "'><file><size>51</size></file>"
            "</description>");
        CHECK_INT(world_count(r.world, "action='content-reject'"), 1);
        CHECK_INT(world_count(r.world, "<media-error/><file-too-large "), 1);
        peer_end(&r);
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
            struct running r = peer_begin(role, peer_over_ibb);
            char *reason =
                mem_printf("<reason><text>so</text><%s/></reason>", reasons[i]);
            CHECK(is_result(peer_ask(&r, "session-terminate", reason)));
            free(reason);
            const struct world_event *ended =
                world_find(r.juliet, CLIENT_ENDED);
            CHECK_TEXT(ended->reason, reasons[i]);
            CHECK_TEXT(ended->text, "so");
            CHECK_INT(client_session_count(r.juliet->core), 0);
            const char *answer = peer_ask(&r, "session-info", "");
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
    struct running r = peer_alone(s5b_without);
    if (role == INITIATOR) {
        peer_offer(&r, 100);
    }
    client_accept(r.juliet->core, NULL);
    peer_agree(&r);
    CHECK(is_result(
        peer_negotiate(&r, role, role == INITIATOR, THE_FILE, NS_JINGLE_S5B)));
    peer_agree(&r);
    return r;
}

static void nobody_reached(struct running *r)
{
    char *rest = mem_printf("><transport xmlns='" NS_JINGLE_S5B
                            "' sid='%s'><candidate-error/></transport><",
        r->stream);
    CHECK(is_result(peer_ask_of(r, "transport-info", r->content, rest)));
    free(rest);
    world_run(r->world, r->world->now_ms + 2000);
    CHECK_INT(world_count(r->world, "<candidate-error"), 1);
}

static const char *reject(struct running *r)
{
    return peer_ask_of(r, "transport-reject", r->content,
        "><transport xmlns='" NS_JINGLE_IBB "' block-size='1' sid='x'/><");
}

TEST(a_rejected_replacement_of_what_has_failed_ends_the_session)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = begin_s5b(role);
        CHECK(client_replace_transport(r.juliet->core, "ibb", NULL));
        peer_agree(&r);
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
        peer_agree(&r);
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
        CHECK(is_result(peer_ask_of(&r, "transport-info", r.content, late)));
        free(late);
        world_run(r.world, r.world->now_ms + 100);
        CHECK_INT(world_count(r.world, "<candidate-used cid='late'"), 1);
        peer_end(&r);
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
        peer_end(&r);
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
            peer_agree(&r);
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
    const char *answer = peer_request(r, payload);
    free(payload);
    return answer;
}

static void check_block(
    const char *seq, const char *text, const char *condition)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin_either(role, false, peer_over_ibb);
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

TEST(an_open_with_another_size_or_kind_of_stanza_is_refused)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        CHECK(is_result(peer_ask_of(&r, "transport-info", r.content,
            "><transport xmlns='" NS_JINGLE_IBB
            "' block-size='4096' sid='more'/><")));
        peer_say(&r, "set", "odd",
            "<open xmlns='" NS_IBB
            "' sid='more' block-size='4096' stanza='message'/>");
        CHECK_INT(world_count(r.world, "type='error' id='odd'"), 1);
        CHECK_INT(world_count(r.world, "<not-acceptable "), 1);
        peer_say(&r, "set", "size",
            "<open xmlns='" NS_IBB "' sid='more' block-size='4095'/>");
        CHECK_INT(world_count(r.world, "type='error' id='size'"), 1);
        CHECK_INT(world_count(r.world, "<resource-constraint "), 1);
        peer_say(&r, "set", "even",
            "<open xmlns='" NS_IBB "' sid='more' block-size='4096'/>");
        CHECK_INT(world_count(r.world, "type='result' id='even'"), 1);
        peer_end(&r);
    }
}

/* --- answers that don't come, or are errors --- */

static const char impatient[] =
    "discover: never\ntransports: ibb\niq-timeout: 3s\nibb-window: 2\n"
    "session-timeout: 60s\nend-timeout: 1s\n";

TEST(an_offer_that_nobody_acknowledges_times_out)
{
    struct running r = peer_alone(impatient);
    peer_offer(&r, 100);
    world_run(r.world, r.world->now_ms + 2000);
    CHECK_INT(client_session_count(r.juliet->core), 1);
    world_run(r.world, r.world->now_ms + 2000);
    CHECK_TEXT(world_find(r.juliet, CLIENT_ENDED)->reason, "timeout");
    world_free(r.world);
}

TEST(blocks_that_nobody_acknowledges_end_the_session)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin_sending(role, impatient);
        world_run(r.world, r.world->now_ms + 2000);
        CHECK_INT(world_count(r.world, "<data "), 2);
        CHECK_INT(client_session_count(r.juliet->core), 1);
        world_run(r.world, r.world->now_ms + 2000);
        CHECK_INT(world_count(r.world, "<failed-transport/>"), 1);
        CHECK_INT(client_session_count(r.juliet->core), 0);
        size_t sent = r.world->log.len;
        peer_agree(&r); /* too late */
        CHECK_INT(r.world->log.len, sent);
        world_free(r.world);
    }
}

TEST(a_block_that_is_refused_closes_the_bytestream)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin_sending(role, impatient);
        char id[64];
        const char *at = buffer_text(&r.world->log);
        const char *data = strstr(at, "<data ");
        CHECK(data != NULL);
        while (data > at && data[-1] != '\n') {
            data--;
        }
        data = strstr(data, " id='") + strlen(" id='");
        snprintf(id, sizeof id, "%.*s", (int)strcspn(data, "'"), data);
        peer_say(&r, "error", id,
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
    struct running r = peer_alone(impatient);
    client_accept(r.juliet->core, NULL);
    CHECK(is_result(peer_negotiate(&r, RESPONDER, false, THE_FILE, OVER_IBB)));
    char id[64];
    peer_find(&r, "<iq from='" JULIET "' type='set'", "id", id);
    peer_say(&r, "error", id,
        "<error type='wait'><unexpected-request xmlns='" NS_STANZAS
        "'/></error>");
    CHECK_INT(client_session_count(r.juliet->core), 0);
    CHECK_TEXT(world_find(r.juliet, CLIENT_ENDED)->reason, "general-error");
    world_free(r.world);
}

/* What Juliet has offered, and Romeo has accepted but not acknowledged. */
TEST(a_redirect_of_an_offer_that_was_accepted_is_not_followed)
{
    struct running r = peer_alone(impatient);
    peer_offer(&r, 100000);
    char id[64];
    peer_find(&r, "<iq from='" JULIET "' type='set'", "id", id);
    CHECK(is_result(peer_negotiate(&r, INITIATOR, true, THE_FILE, OVER_IBB)));
    peer_say(&r, "error", id,
        "<error type='modify'><redirect xmlns='" NS_STANZAS
        "'>xmpp:romeo@world.test/elsewhere</redirect></error>");
    CHECK_INT(world_count(r.world, "session-initiate"), 1);
    CHECK_INT(client_session_count(r.juliet->core), 0);
    world_free(r.world);
}

/* --- pings, attributes, strangers --- */

TEST(a_ping_is_answered_and_sent_in_both_roles)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        CHECK(is_result(peer_ask(&r, "session-info", "")));
        CHECK(client_ping_session(r.juliet->core, NULL));
        world_run(r.world, r.world->now_ms + 10);
        char *ping =
            mem_printf("action='session-info' sid='%s'></jingle>", r.sid);
        CHECK_INT(world_count(r.world, ping), 1);
        free(ping);
        peer_end(&r);
    }
}

TEST(unknown_information_is_refused_in_both_roles)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        check_answer(peer_ask(&r, "session-info", "<x xmlns='urn:example:x'/>"),
            "<unsupported-info");
        peer_end(&r);
    }
}

TEST(initiator_and_responder_are_said_once)
{
    struct running r = peer_begin(INITIATOR, peer_over_ibb);
    char jid[64];
    peer_find(&r, "session-initiate", "initiator", jid);
    CHECK_TEXT(jid, JULIET);
    peer_end(&r);
    r = peer_begin(RESPONDER, peer_over_ibb);
    peer_find(&r, "session-accept", "responder", jid);
    CHECK_TEXT(jid, JULIET);
    peer_end(&r);
}

/* Who a stanza is from is what the server says. */
TEST(initiator_and_responder_of_later_stanzas_are_not_believed)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        char *ping = mem_printf("<jingle xmlns='" NS_JINGLE
                                "' action='session-info' sid='%s' "
                                "initiator='a@b/c' responder='d@e/f'/>",
            r.sid);
        CHECK(is_result(peer_request(&r, ping)));
        free(ping);
        CHECK(client_ping_session(r.juliet->core, NULL));
        world_run(r.world, r.world->now_ms + 10);
        CHECK_INT(world_count(r.world, " to='a@b/c'"), 0);
        CHECK_INT(world_count(r.world, " to='d@e/f'"), 0);
        peer_end(&r);
    }
}

TEST(a_spoofed_responder_is_not_written_to)
{
    struct running r = peer_alone(peer_over_ibb);
    peer_offer(&r, 100);
    peer_agree(&r);
    char *accept = mem_printf(
        "<jingle xmlns='" NS_JINGLE "' action='session-accept' sid='%s' "
        "responder='mercutio@world.test/x'><content creator='initiator' "
        "name='%s' senders='initiator'>" THE_FILE "<transport xmlns='" OVER_IBB
        "' sid='%s'/></content></jingle>",
        r.sid, r.content, r.stream);
    CHECK(is_result(peer_request(&r, accept)));
    free(accept);
    CHECK_INT(world_count(r.world, "<open "), 1);
    CHECK_INT(world_count(r.world, "mercutio"), 0);
    peer_end(&r);
}

static void say_as(struct running *r, const char *from, const char *payload)
{
    char *text =
        mem_printf("<iq type='set' id='odd' from='%s' to='" JULIET "'>%s</iq>",
            from, payload);
    world_inject(r->world, text);
    free(text);
}

TEST(a_third_party_can_do_nothing_in_either_role)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r =
            peer_begin_either(role, role == RESPONDER, peer_over_ibb);
        static const char *const strangers[] = {
            "mercutio@world.test/x", "romeo@world.test/phone"};
        for (int i = 0; i < 2; i++) {
            char *end = mem_printf("<jingle xmlns='" NS_JINGLE
                                   "' action='session-terminate' sid='%s'/>",
                r.sid);
            char *close =
                mem_printf("<close xmlns='" NS_IBB "' sid='%s'/>", r.stream);
            char *data = mem_printf("<data xmlns='" NS_IBB
                                    "' sid='%s' seq='0'>YQ==</data>",
                r.stream);
            say_as(&r, strangers[i], end);
            say_as(&r, strangers[i], close);
            say_as(&r, strangers[i], data);
            free(end);
            free(close);
            free(data);
        }
        CHECK_INT(world_count(r.world, "<unknown-session"), 2);
        CHECK_INT(world_count(r.world, "type='error' id='odd'"), 6);
        peer_end(&r);
    }
}

/* --- what the user ends, and what the peer leaves out --- */

TEST(who_cancels_tells_the_peer_in_both_roles)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        CHECK(client_cancel(r.juliet->core, NULL));
        world_run(r.world, r.world->now_ms + 10);
        CHECK_INT(world_count(r.world, "session-terminate"), 1);
        CHECK_INT(world_count(r.world, "<reason><cancel/>"), 1);
        CHECK_INT(client_session_count(r.juliet->core), 0);
        world_free(r.world);
    }
}

TEST(after_a_rejection_the_peer_may_add_again_in_both_roles)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin(role, peer_over_ibb);
        world_put(r.juliet, "/more", 500);
        CHECK(client_add_file(r.juliet->core, "/more", NULL));
        world_run(r.world, r.world->now_ms + 10);
        char name[64];
        peer_find(&r, "action='content-add'", "name", name);
        char *reject = mem_printf(
            "<content creator='%s' name='%s'/><reason><decline/></reason>",
            role == INITIATOR ? "initiator" : "responder", name);
        CHECK(is_result(peer_ask(&r, "content-reject", reject)));
        free(reject);
        add(&r, role, false, THE_FILE); /* no tie-break */
        CHECK_INT(world_count(r.world, "<tie-break"), 0);
        peer_end(&r);
    }
}

TEST(what_an_accept_leaves_out_is_given_up)
{
    struct running r = peer_alone(peer_over_ibb);
    const char *paths[] = {"/a", "/b"};
    world_put(r.juliet, "/a", 100000);
    world_put(r.juliet, "/b", 100000);
    struct client_send send = {.peer = ROMEO, .paths = paths, .path_count = 2};
    CHECK(client_send_files(r.juliet->core, &send, NULL));
    world_run(r.world, r.world->now_ms + 10);
    peer_find(&r, "session-initiate", "sid", r.sid);
    peer_find(&r, "<content", "name", r.content);
    peer_find(&r, "<transport", "sid", r.stream);
    peer_agree(&r);
    CHECK(is_result(peer_negotiate(&r, INITIATOR, true, THE_FILE, OVER_IBB)));
    CHECK(world_saw(r.juliet, CLIENT_FAILED));
    CHECK(strcmp(world_find(r.juliet, CLIENT_FAILED)->content, r.content) != 0);
    CHECK_INT(world_count(r.world, "<open "), 1);
    /* it is no part of the session any more */
    check_answer(peer_ask_of(&r, "content-remove",
                     world_find(r.juliet, CLIENT_FAILED)->content, "><"),
        "<item-not-found");
    peer_end(&r);
}

TEST(what_is_unfit_in_an_offer_is_removed_and_the_rest_offered_to_the_user)
{
    struct running r = peer_alone(peer_over_ibb);
    char *rest = mem_printf(
        " senders='initiator'>" THE_FILE "<transport xmlns='" OVER_IBB
        "' sid='t1'/></content><content creator='initiator' name='odd' "
        "senders='initiator'>" THE_FILE
        "<transport xmlns='urn:example:other'/><");
    CHECK(is_result(peer_ask_of(&r, "session-initiate", "f", rest)));
    free(rest);
    CHECK_INT(world_count(r.world, "action='content-remove'"), 1);
    CHECK_INT(
        world_count(r.world, "<content creator='initiator' name='odd'"), 1);
    CHECK_INT(client_waiting_count(r.juliet->core), 1);
    peer_end(&r);
}

TEST(a_request_is_for_a_file_of_that_size_or_none)
{
    for (int right = 0; right < 2; right++) {
        struct running r = peer_alone(peer_over_ibb);
        world_put(r.juliet, "/poem", 5);
        client_share_file(r.juliet->core, "/poem");
        char *description = mem_printf("<description xmlns='" NS_FILE
                                       "'><file><name>poem</name><size>%d"
                                       "</size></file></description>",
            right ? 5 : 6);
        CHECK(is_result(
            peer_negotiate(&r, RESPONDER, true, description, OVER_IBB)));
        free(description);
        CHECK_INT(client_waiting_count(r.juliet->core), right);
        CHECK_INT(world_count(r.world, "<file-not-available "), !right);
        world_free(r.world);
    }
}
