/* What a peer may ask of the reference client, well-behaved or not: stanzas
 * written by hand against one client. */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/fake_world.h"
#include "jingle/names.h"
#include "jingle/stanza.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROMEO "romeo@world.test/orchard"
#define JULIET "juliet@world.test/balcony"
#define IBB_OFFER                                                              \
    "<transport xmlns='" NS_JINGLE_IBB "' block-size='4096' sid='ib1'/>"
#define FILE_OF(size)                                                          \
    "<description xmlns='" NS_FILE "'><file><name>p</name><size>" size         \
    "</size></file></description>"
#define CONTENT                                                                \
    "<content creator='initiator' name='f' senders='initiator'>" FILE_OF("4")  \
        IBB_OFFER "</content>"

struct stage {
    struct world *world;
    struct world_client *juliet;
};

static struct stage stage_new(const char *settings, enum fault fault)
{
    struct stage stage = {world_new(false), NULL};
    stage.juliet = world_client(stage.world, JULIET, settings, fault);
    return stage;
}

/* An iq-set from Romeo with the id. */
static void iq(struct stage *stage, const char *id, const char *payload)
{
    char *text = mem_printf("<iq type='set' id='%s' from='" ROMEO
                            "' to='" JULIET "'>%s</iq>",
        id, payload);
    world_inject(stage->world, text);
    free(text);
}

static void jingle(
    struct stage *stage, const char *id, const char *action, const char *inside)
{
    char *text = mem_printf("<jingle xmlns='" NS_JINGLE
                            "' action='%s' sid='s1'>%s</jingle>",
        action, inside);
    iq(stage, id, text);
    free(text);
}

/* The answer of that type to that id was sent, and holds the text. */
static bool answered(
    struct stage *stage, const char *type, const char *id, const char *holds)
{
    char *head = mem_printf("type='%s' id='%s'", type, id);
    const char *at = strstr(buffer_text(&stage->world->log), head);
    free(head);
    const char *hit = at ? strstr(at, holds) : NULL;
    return hit && hit < at + strcspn(at, "\n");
}

static void check_result(struct stage *stage, const char *id)
{
    CHECK(answered(stage, "result", id, ""));
}

static void check_error(
    struct stage *stage, const char *id, const char *condition)
{
    if (!answered(stage, "error", id, condition)) {
        test_fail(__FILE__, __LINE__, "no error %s to %s in\n%s", condition, id,
            buffer_text(&stage->world->log));
    }
}

static void later(struct stage *stage, int64_t ms)
{
    world_run(stage->world, stage->world->now_ms + ms);
}

static void check_refused(const char *inside, const char *condition)
{
    struct stage stage = stage_new("auto-accept: yes\n", FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", inside);
    check_error(&stage, "i1", condition);
    CHECK_INT(client_session_count(stage.juliet->core), 0);
    world_free(stage.world);
}

static void check_terminated(const char *inside, const char *reason)
{
    struct stage stage = stage_new("auto-accept: yes\n", FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", inside);
    check_result(&stage, "i1");
    CHECK_INT(world_count(stage.world, "session-terminate"), 1);
    CHECK_INT(world_count(stage.world, reason), 1);
    CHECK_INT(client_session_count(stage.juliet->core), 0);
    world_free(stage.world);
}

/* Offered, accepted and opened over IBB. */
static struct stage accepted(const char *settings, enum fault fault)
{
    struct stage stage = stage_new(settings, fault);
    client_accept(stage.juliet->core, NULL);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    iq(&stage, "o1", "<open xmlns='" NS_IBB "' sid='ib1' block-size='4096'/>");
    return stage;
}

static void data(
    struct stage *stage, const char *id, const char *seq, const char *text)
{
    char *payload = mem_printf(
        "<data xmlns='" NS_IBB "' sid='ib1' seq='%s'>%s</data>", seq, text);
    iq(stage, id, payload);
    free(payload);
}

/* --- session-initiate --- */

TEST(an_offer_is_acknowledged_before_the_user_answers)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    check_result(&stage, "i1");
    CHECK_INT(client_waiting_count(stage.juliet->core), 1);
    CHECK_INT(world_count(stage.world, "session-accept"), 0);
    world_free(stage.world);
}

TEST(the_acknowledgement_comes_before_the_accept)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    const char *log = buffer_text(&stage.world->log);
    CHECK(strstr(log, "id='i1'") < strstr(log, "session-accept"));
    world_free(stage.world);
}

TEST(malformed_offers_are_bad_requests)
{
    check_refused("", "<bad-request");
    check_refused("<content creator='initiator' name='f'/>", "<bad-request");
    check_refused("<content creator='initiator' name='f'>" IBB_OFFER
                  "</content>",
        "<bad-request");
    check_refused(
        "<content creator='initiator' name='f' senders='initiator'>" FILE_OF(
            "4") "</content>",
        "<bad-request");
    check_refused(
        "<content creator='responder' name='f' senders='initiator'>" FILE_OF(
            "4") IBB_OFFER "</content>",
        "<bad-request");
    check_refused("<content name='f' senders='initiator'>" FILE_OF("4")
                      IBB_OFFER "</content>",
        "<bad-request");
    check_refused("<content creator='initiator' senders='initiator'>" FILE_OF(
                      "4") IBB_OFFER "</content>",
        "<bad-request");
    check_refused(
        "<content creator='initiator' name='f' senders='nobody'>" FILE_OF("4")
            IBB_OFFER "</content>",
        "<bad-request");
    check_refused(
        "<content creator='initiator' name='f' senders='initiator'>" FILE_OF(
            "-4") IBB_OFFER "</content>",
        "<bad-request");
    check_refused(
        "<content creator='initiator' name='f' senders='initiator'>" FILE_OF(
            "4") "<transport xmlns='" NS_JINGLE_IBB
                 "' block-size='0' sid='x'/></content>",
        "<bad-request");
    check_refused("<content creator='initiator' name='f' senders='initiator' "
                  "disposition='early-session'>" FILE_OF("4") IBB_OFFER
        "</content>",
        "<bad-request");
    check_refused(CONTENT CONTENT, "<bad-request");
}

TEST(what_is_not_supported_is_acknowledged_and_ended)
{
    check_terminated(
        "<content creator='initiator' name='f' senders='initiator'>"
        "<description xmlns='urn:xmpp:jingle:apps:rtp:1'/>" IBB_OFFER
        "</content>",
        "<unsupported-applications");
    check_terminated(
        "<content creator='initiator' name='f' senders='initiator'>"
        "<description xmlns='urn:xmpp:jingle:apps:file-transfer:4'><file/>"
        "</description>" IBB_OFFER "</content>",
        "<unsupported-applications");
    check_terminated(
        "<content creator='initiator' name='f' senders='initiator'>" FILE_OF(
            "4") "<transport xmlns='urn:xmpp:jingle:transports:ice'/>"
                 "</content>",
        "<unsupported-transports");
}

TEST(an_encrypted_offer_is_never_taken_for_a_plain_one)
{
    check_terminated(
        "<content creator='initiator' name='f' senders='initiator'>" FILE_OF(
            "4") IBB_OFFER "<security xmlns='" NS_JET "'/></content>",
        "<security-error");
}

TEST(an_offer_without_senders_is_taken_for_the_offerers)
{
    struct stage stage = stage_new("auto-accept: yes\n", FAULT_NONE);
    jingle(&stage, "i1", "session-initiate",
        "<content creator='initiator' name='f'>" FILE_OF("4") IBB_OFFER
        "</content>");
    CHECK_INT(world_count(stage.world, "session-accept"), 1);
    CHECK_INT(world_count(stage.world, "senders='initiator'"), 1);
    world_free(stage.world);
}

TEST(a_repeated_initiate_is_out_of_order)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    jingle(&stage, "i2", "session-initiate", CONTENT);
    check_error(&stage, "i2", "<out-of-order");
    check_error(&stage, "i2", "<unexpected-request");
    CHECK_INT(client_session_count(stage.juliet->core), 1);
    world_free(stage.world);
}

TEST(a_spoofed_initiator_is_not_written_to)
{
    struct stage stage = stage_new("auto-accept: yes\n", FAULT_NONE);
    iq(&stage, "i1",
        "<jingle xmlns='" NS_JINGLE "' action='session-initiate' sid='s1' "
        "initiator='mercutio@world.test/x'>" CONTENT "</jingle>");
    CHECK_INT(world_count(stage.world, "to='mercutio@world.test/x'"), 0);
    CHECK_INT(world_count(stage.world, "session-accept"), 1);
    world_free(stage.world);
}

TEST(too_many_sessions_are_refused)
{
    struct stage stage = stage_new("session-limit: 1\n", FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    iq(&stage, "i2",
        "<jingle xmlns='" NS_JINGLE
        "' action='session-initiate' sid='s2'>" CONTENT "</jingle>");
    check_error(&stage, "i2", "<resource-constraint");
    world_free(stage.world);
}

TEST(a_busy_client_ends_offers_with_busy)
{
    struct stage stage = stage_new("refuse-offers: busy\n", FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    CHECK_INT(world_count(stage.world, "<reason><busy/></reason>"), 1);
    CHECK_INT(client_waiting_count(stage.juliet->core), 0);
    world_free(stage.world);
}

TEST(a_running_session_is_preferred_to_another)
{
    struct stage stage =
        stage_new("refuse-offers: alternative-session\n", FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    CHECK_INT(world_count(stage.world, "<alternative-session"), 0);
    client_accept(stage.juliet->core, NULL);
    iq(&stage, "i2",
        "<jingle xmlns='" NS_JINGLE
        "' action='session-initiate' sid='s2'>" CONTENT "</jingle>");
    CHECK_INT(world_count(stage.world,
                  "sid='s2'><reason><alternative-session><sid>s1</sid>"
                  "</alternative-session></reason>"),
        1);
    CHECK_INT(client_session_count(stage.juliet->core), 1);
    world_free(stage.world);
}

TEST(an_offer_is_redirected_when_policy_says_so)
{
    struct stage stage = stage_new("redirect: a&b@world.test/x\n", FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    check_error(&stage, "i1",
        "<error type='modify'><redirect xmlns='" NS_STANZAS
        "'>xmpp:a&amp;b@world.test/x</redirect></error>");
    CHECK_INT(client_session_count(stage.juliet->core), 0);
    CHECK_INT(client_waiting_count(stage.juliet->core), 0);
    world_free(stage.world);
}

TEST(a_declined_offer_is_ended_with_decline)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    client_decline(stage.juliet->core, NULL);
    CHECK_INT(world_count(stage.world, "<decline/>"), 1);
    world_free(stage.world);
}

/* --- other actions --- */

TEST(unknown_sessions_and_actions_are_errors)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    static const char *const actions[] = {"session-accept", "session-info",
        "session-terminate", "content-add", "content-accept", "content-reject",
        "content-modify", "content-remove", "description-info", "security-info",
        "transport-info", "transport-replace", "transport-accept",
        "transport-reject"};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        jingle(&stage, actions[i], actions[i], "");
        check_error(&stage, actions[i], "<item-not-found");
        check_error(&stage, actions[i], "<unknown-session");
    }
    jingle(&stage, "x1", "session-explode", "");
    check_error(&stage, "x1", "<bad-request");
    world_free(stage.world);
}

TEST(a_third_party_does_not_know_the_session)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    world_inject(stage.world,
        "<iq type='set' id='m1' from='mercutio@world.test/x' to='" JULIET
        "'><jingle xmlns='" NS_JINGLE
        "' action='session-terminate' sid='s1'/></iq>");
    check_error(&stage, "m1", "<unknown-session");
    CHECK_INT(client_session_count(stage.juliet->core), 1);
    world_free(stage.world);
}

TEST(actions_that_do_not_fit_are_out_of_order)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    jingle(&stage, "a1", "session-accept", CONTENT);
    check_error(&stage, "a1", "<out-of-order");
    jingle(&stage, "a2", "content-accept", CONTENT);
    check_error(&stage, "a2", "<out-of-order");
    jingle(&stage, "a3", "transport-accept", CONTENT);
    check_error(&stage, "a3", "<out-of-order");
    jingle(&stage, "a4", "transport-reject", CONTENT);
    check_error(&stage, "a4", "<out-of-order");
    jingle(&stage, "a5", "transport-replace", CONTENT);
    check_error(&stage, "a5", "<out-of-order");
    CHECK_INT(client_session_count(stage.juliet->core), 1);
    world_free(stage.world);
}

TEST(session_info_is_pinged_refused_or_understood)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    jingle(&stage, "p1", "session-info", "");
    check_result(&stage, "p1");
    jingle(&stage, "p2", "session-info",
        "<ringing xmlns='urn:xmpp:jingle:apps:rtp:1:info'/>");
    check_error(&stage, "p2", "<unsupported-info");
    check_error(&stage, "p2", "<feature-not-implemented");
    jingle(&stage, "p3", "session-info",
        "<checksum xmlns='" NS_FILE "' creator='initiator' name='f'><file/>"
        "</checksum>");
    check_result(&stage, "p3");
    jingle(&stage, "p4", "session-info",
        "<received xmlns='" NS_FILE "' creator='initiator' name='nonesuch'/>");
    check_error(&stage, "p4", "<item-not-found");
    CHECK_INT(client_session_count(stage.juliet->core), 1);
    world_free(stage.world);
}

TEST(content_modify_is_acknowledged_and_never_accepted)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    jingle(&stage, "m1", "content-modify",
        "<content creator='initiator' name='f' senders='responder'/>");
    check_result(&stage, "m1");
    jingle(&stage, "m2", "content-modify",
        "<content creator='initiator' name='f'/>");
    check_error(&stage, "m2", "<bad-request");
    CHECK_INT(world_count(stage.world, "content-accept"), 0);
    world_free(stage.world);
}

TEST(removing_the_last_content_ends_the_session)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    jingle(&stage, "r1", "content-remove",
        "<content creator='initiator' name='f'/>");
    check_result(&stage, "r1");
    CHECK_INT(world_count(stage.world, "session-terminate"), 1);
    CHECK(!world_received(stage.juliet)->good);
    world_free(stage.world);
}

TEST(after_the_end_nothing_is_known_any_more)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    jingle(&stage, "t1", "session-terminate", "<reason><cancel/></reason>");
    check_result(&stage, "t1");
    jingle(&stage, "t2", "session-info", "");
    check_error(&stage, "t2", "<unknown-session");
    data(&stage, "d1", "0", "AAAA");
    check_error(&stage, "d1", "<item-not-found");
    CHECK_TEXT(world_find(stage.juliet, CLIENT_ENDED)->reason, "cancel");
    world_free(stage.world);
}

/* --- IBB --- */

TEST(a_file_comes_in_blocks)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    check_result(&stage, "o1");
    data(&stage, "d1", "0", "YWI=");
    data(&stage, "d2", "1", "Y2Q=");
    iq(&stage, "c1", "<close xmlns='" NS_IBB "' sid='ib1'/>");
    check_result(&stage, "c1");
    const struct world_file *got = world_received(stage.juliet);
    CHECK_BYTES(got->content.data, got->content.len, "abcd", 4);
    CHECK(got->good);
    CHECK_INT(world_count(stage.world, "<success/>"), 1);
    world_free(stage.world);
}

TEST(a_sender_that_does_not_close_is_not_awaited_for_ever)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    data(&stage, "d1", "0", "YWJjZA==");
    later(&stage, 6000);
    CHECK(world_received(stage.juliet)->good);
    CHECK_INT(world_count(stage.world, "<success/>"), 1);
    world_free(stage.world);
}

TEST(a_block_may_not_be_larger_than_agreed)
{
    struct stage stage = stage_new("block-limit: 2\n", FAULT_NONE);
    client_accept(stage.juliet->core, NULL);
    jingle(&stage, "i1", "session-initiate", CONTENT);
    CHECK_INT(world_count(stage.world, "block-size='2'"), 1);
    iq(&stage, "o1", "<open xmlns='" NS_IBB "' sid='ib1' block-size='4096'/>");
    check_error(&stage, "o1", "<resource-constraint");
    iq(&stage, "o2", "<open xmlns='" NS_IBB "' sid='ib1' block-size='2'/>");
    check_result(&stage, "o2");
    data(&stage, "d1", "0", "YWJj");
    check_error(&stage, "d1", "<bad-request");
    world_free(stage.world);
}

TEST(bytestreams_that_are_unknown_or_not_open_are_errors)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    data(&stage, "d1", "0", "YQ==");
    check_error(&stage, "d1", "<item-not-found");
    iq(&stage, "c1", "<close xmlns='" NS_IBB "' sid='ib1'/>");
    check_error(&stage, "c1", "<item-not-found");
    iq(&stage, "o1", "<open xmlns='" NS_IBB "' sid='ib1' block-size='4096'/>");
    check_error(&stage, "o1", "<not-acceptable");
    iq(&stage, "o2", "<open xmlns='" NS_IBB "' sid='ib1'/>");
    check_error(&stage, "o2", "<bad-request");
    world_free(stage.world);
}

TEST(a_third_party_can_not_write_into_a_bytestream)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    world_inject(stage.world,
        "<iq type='set' id='m1' from='mercutio@world.test/x' to='" JULIET
        "'><data xmlns='" NS_IBB "' sid='ib1' seq='0'>YQ==</data></iq>");
    check_error(&stage, "m1", "<item-not-found");
    data(&stage, "d1", "0", "YWJjZA==");
    check_result(&stage, "d1");
    world_free(stage.world);
}

TEST(blocks_in_messages_are_taken_too)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    world_inject(stage.world,
        "<message id='d1' from='" ROMEO "' to='" JULIET "'><data xmlns='" NS_IBB
        "' sid='ib1' seq='0'>YWJjZA==</data>"
        "</message>");
    CHECK_INT(world_received(stage.juliet)->content.len, 4);
    world_free(stage.world);
}

/* --- replacing the transport --- */

TEST(a_replacement_is_accepted_and_used)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    jingle(&stage, "r1", "transport-replace",
        "<content creator='initiator' name='f'><transport xmlns='" NS_JINGLE_IBB
        "' block-size='512' sid='ib2'/></content>");
    check_result(&stage, "r1");
    CHECK_INT(world_count(stage.world, "transport-accept"), 1);
    CHECK_INT(world_count(stage.world, "block-size='512'"), 1);
    world_free(stage.world);
}

TEST(an_unknown_replacement_is_rejected)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    jingle(&stage, "r1", "transport-replace",
        "<content creator='initiator' name='f'><transport "
        "xmlns='urn:xmpp:jingle:transports:ice-tcp:1'/></content>");
    check_result(&stage, "r1");
    CHECK_INT(world_count(stage.world, "transport-reject"), 1);
    CHECK_INT(client_session_count(stage.juliet->core), 1);
    world_free(stage.world);
}

static bool refuse_replace(struct world *world, xmlNodePtr stanza, void *owner)
{
    (void)owner;
    xmlNodePtr jingle = xml_child(stanza, NS_JINGLE, "jingle");
    if (!jingle || strcmp(stanza_attr(jingle, "action"), "transport-replace")) {
        return true;
    }
    char *text =
        mem_printf("<iq type='error' id='%s' from='%s' to='%s'>"
                   "<error type='cancel'><bad-request xmlns='" NS_STANZAS
                   "'/></error></iq>",
            stanza_attr(stanza, "id"), stanza_attr(stanza, "to"),
            stanza_attr(stanza, "from"));
    world_inject(world, text);
    free(text);
    return false;
}

TEST(a_replacement_that_is_refused_by_an_error_is_not_repeated)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    struct world_client *romeo =
        world_client(stage.world, ROMEO, NULL, FAULT_NONE);
    stage.world->filter = refuse_replace;
    stage.world->no_direct = true;
    const char *paths[] = {"/poem"};
    world_put(romeo, paths[0], 100);
    client_accept(stage.juliet->core, NULL);
    struct client_send send = {.peer = JULIET, .paths = paths, .path_count = 1};
    CHECK(client_send_files(romeo->core, &send, NULL));
    later(&stage, 60000);
    CHECK_INT(world_count(stage.world, "transport-replace"), 1);
    CHECK_INT(client_session_count(romeo->core), 0);
    CHECK_INT(client_session_count(stage.juliet->core), 0);
    world_free(stage.world);
}

/* --- the rest of XMPP --- */

TEST(disco_tells_the_truth)
{
    struct stage stage = stage_new("transports: ibb\n", FAULT_NONE);
    world_inject(stage.world,
        "<iq type='get' id='q1' from='" ROMEO "' to='" JULIET
        "'><query xmlns='" NS_DISCO_INFO "'/></iq>");
    CHECK(answered(&stage, "result", "q1", "var='" NS_JINGLE_IBB "'"));
    CHECK(answered(&stage, "result", "q1", "var='" NS_FILE "'"));
    CHECK(!answered(&stage, "result", "q1", "var='" NS_JINGLE_S5B "'"));
    world_inject(stage.world,
        "<iq type='get' id='q2' from='" ROMEO "' to='" JULIET
        "'><query xmlns='" NS_DISCO_INFO "' node='nonesuch'/></iq>");
    check_error(&stage, "q2", "<item-not-found");
    world_free(stage.world);
}

TEST(unknown_requests_are_refused_and_known_ones_answered)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    iq(&stage, "u1", "<query xmlns='urn:example:unknown'/>");
    check_error(&stage, "u1", "<service-unavailable");
    world_inject(stage.world,
        "<iq type='get' id='u2' from='" ROMEO "' to='" JULIET
        "'><ping xmlns='" NS_PING "'/></iq>");
    check_result(&stage, "u2");
    world_inject(stage.world,
        "<iq type='get' id='u3' from='" ROMEO "' to='" JULIET
        "'><query xmlns='" NS_VERSION "'/></iq>");
    CHECK(answered(&stage, "result", "u3", "<name>jinglespec</name>"));
    iq(&stage, "u4", "");
    check_error(&stage, "u4", "<bad-request");
    world_free(stage.world);
}

TEST(nothing_answers_an_error)
{
    struct stage stage = stage_new(NULL, FAULT_NONE);
    size_t before = stage.world->log.len;
    world_inject(stage.world,
        "<iq type='error' id='e1' from='" ROMEO "' to='" JULIET "'/>");
    world_inject(stage.world,
        "<iq type='result' id='e2' from='" ROMEO "' to='" JULIET "'/>");
    world_inject(stage.world,
        "<message type='error' id='e3' from='" ROMEO "' to='" JULIET
        "'><data xmlns='" NS_IBB "' sid='x' seq='0'>YQ==</data></message>");
    CHECK_INT(stage.world->log.len, before);
    world_free(stage.world);
}

TEST(the_peers_going_offline_ends_the_session)
{
    struct stage stage = accepted("gone-timeout: 5s\n", FAULT_NONE);
    world_inject(stage.world,
        "<presence type='unavailable' from='" ROMEO "' to='" JULIET "'/>");
    later(&stage, 4000);
    CHECK_INT(client_session_count(stage.juliet->core), 1);
    later(&stage, 2000);
    CHECK_INT(client_session_count(stage.juliet->core), 0);
    world_free(stage.world);
}

TEST(a_lost_stream_fails_its_sessions_without_a_stanza)
{
    struct stage stage = accepted(NULL, FAULT_NONE);
    size_t before = stage.world->log.len;
    client_stream_lost(stage.juliet->core);
    CHECK_INT(stage.world->log.len, before);
    CHECK_INT(client_session_count(stage.juliet->core), 0);
    CHECK(!world_received(stage.juliet)->good);
    world_free(stage.world);
}
