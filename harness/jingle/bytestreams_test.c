/* Bytestreams step by step in both roles: what the peer opens, reports, cuts
 * and closes (XEP-0047, 0065, 0260, 0261). */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/fake_log.h"
#include "jingle/fake_peer.h"
#include "jingle/s5b.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- in band --- */

static const char *open_with(struct running *r, unsigned size)
{
    char *open = mem_printf(
        "<open xmlns='" NS_IBB "' sid='%s' block-size='%u'/>", r->stream, size);
    const char *answer = peer_request(r, open);
    free(open);
    return answer;
}

TEST(a_bytestream_is_opened_with_the_agreed_size_and_once)
{
    struct running r = peer_alone(peer_over_ibb);
    client_accept(r.juliet->core, NULL);
    CHECK(is_result(peer_negotiate(&r, RESPONDER, false, THE_FILE, OVER_IBB)));
    peer_agree(&r);
    check_answer(open_with(&r, 4097), "<resource-constraint");
    check_answer(open_with(&r, 4095), "<resource-constraint");
    CHECK(is_result(open_with(&r, 4096)));
    check_answer(open_with(&r, 4096), "<not-acceptable");
    peer_end(&r);
    /* the initiator's is open already */
    r = peer_begin(INITIATOR, peer_over_ibb);
    peer_agree(&r);
    check_answer(open_with(&r, 4096), "<not-acceptable");
    peer_end(&r);
}

static const char *close_it(struct running *r)
{
    char *close = mem_printf("<close xmlns='" NS_IBB "' sid='%s'/>", r->stream);
    const char *answer = peer_request(r, close);
    free(close);
    return answer;
}

TEST(a_close_in_the_middle_is_answered_and_fails_the_file)
{
    for (int role = 0; role < ROLES; role++) {
        for (int sends = 0; sends < 2; sends++) {
            struct running r = peer_begin_either(role, sends, peer_over_ibb);
            CHECK(is_result(close_it(&r)));
            CHECK_TEXT(world_find(r.juliet, CLIENT_FAILED)->reason,
                sends ? "failed-transport" : "connectivity-error");
            CHECK_INT(world_count(r.world, "<reason><success/>"), 0);
            CHECK_INT(client_session_count(r.juliet->core), 0);
            world_free(r.world);
        }
    }
}

static const char *block(struct running *r, const char *seq, const char *text)
{
    char *data =
        mem_printf("<data xmlns='" NS_IBB "' sid='%s' seq='%s'>%s</data>",
            r->stream, seq, text);
    const char *answer = peer_request(r, data);
    free(data);
    return answer;
}

TEST(blocks_are_answered_and_a_close_that_never_comes_is_done_without)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin_either(role, false, peer_over_ibb);
        CHECK(is_result(block(&r, "0", "YQ==")));
        CHECK(is_result(block(&r, "1", "YmNk"))); /* four bytes: THE_FILE */
        CHECK(!world_saw(r.juliet, CLIENT_FILE_DONE));
        world_run(r.world, r.world->now_ms + 4000);
        CHECK(!world_saw(r.juliet, CLIENT_FILE_DONE));
        world_run(r.world, r.world->now_ms + 2000);
        CHECK_INT(world_find(r.juliet, CLIENT_FILE_DONE)->bytes, 4);
        world_free(r.world);
    }
}

TEST(empty_blocks_count_and_hold_nothing)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = peer_begin_either(role, false, peer_over_ibb);
        CHECK(is_result(block(&r, "0", "")));
        CHECK(is_result(block(&r, "1", "YWJjZA==")));
        CHECK(is_result(close_it(&r)));
        CHECK(world_received(r.juliet)->good);
        CHECK_INT(world_received(r.juliet)->content.len, 4);
        world_free(r.world);
    }
}

/* --- SOCKS5: what is said --- */

static const char s5b_settings[] =
    "discover: never\ntransports: s5b, ibb\ncandidates: proxy\n"
    "candidate-timeout: 1s\nsession-timeout: 60s\n";

/* Accepted over SOCKS5, Romeo's element holding that. */
static struct running over_s5b(
    int role, const char *settings, const char *attributes, const char *inside)
{
    struct running r = peer_alone(settings);
    if (role == INITIATOR) {
        peer_offer(&r, 100);
    }
    client_accept(r.juliet->core, NULL);
    peer_agree(&r);
    char *rest = mem_printf(" senders='initiator'>" THE_FILE
                            "<transport xmlns='" NS_JINGLE_S5B
                            "' sid='%s' %s>%s</transport><",
        r.stream, attributes, inside);
    CHECK(is_result(peer_ask_of(&r,
        role == RESPONDER ? "session-initiate" : "session-accept", r.content,
        rest)));
    free(rest);
    world_run(r.world, r.world->now_ms + 5);
    peer_agree(&r);
    return r;
}

static const char *inform(struct running *r, const char *payload)
{
    char *rest = mem_printf("><transport xmlns='" NS_JINGLE_S5B
                            "' sid='%s'>%s</transport><",
        r->stream, payload);
    const char *answer = peer_ask_of(r, "transport-info", r->content, rest);
    free(rest);
    return answer;
}

TEST(reports_on_unknown_candidates_are_refused_in_both_roles)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = over_s5b(role, s5b_settings, "", "");
        check_answer(
            inform(&r, "<candidate-used cid='nonesuch'/>"), "<item-not-found");
        check_answer(inform(&r, "<candidate-used/>"), "<bad-request");
        check_answer(inform(&r, "<activated/>"), "<bad-request");
        check_answer(
            inform(&r, "<x xmlns='urn:example:x'/>"), "<unsupported-info");
        check_answer(inform(&r, "<candidate cid='a' host='h' jid='a@b/c' "
                                "port='0' priority='1'/>"),
            "<bad-request");
        CHECK(is_result(inform(&r, "<candidate-error/>")));
        peer_end(&r);
    }
}

static void own_dstaddr(const struct running *r, char *out)
{
    s5b_dstaddr(r->stream, JULIET, ROMEO, out);
}

TEST(the_address_for_her_proxies_is_written_in_both_roles)
{
    for (int role = 0; role < ROLES; role++) {
        struct running r = over_s5b(role, s5b_settings, "", "");
        char want[S5B_DSTADDR_LEN + 1];
        own_dstaddr(&r, want);
        const char *line = world_line(r.world,
            role == INITIATOR ? "session-initiate" : "session-accept", "");
        CHECK_TEXT(line_value(line, "<transport", "dstaddr"), want);
        CHECK_TEXT(line_value(line, "<candidate", "type"), "proxy");
        peer_end(&r);
    }
}

#define A_PROXY                                                                \
    "<candidate cid='x' host='proxy.world.test' port='7777' priority='1' "     \
    "jid='proxy.world.test' type='proxy'/>"

/* The requests on all connections, in hex. */
static bool requested(const struct running *r, const char *address)
{
    struct buffer hex = {0};
    hex_encode(&hex, address, strlen(address));
    bool found =
        strstr(buffer_text(&r->world->handshakes), buffer_text(&hex)) != NULL;
    buffer_free(&hex);
    return found;
}

TEST(the_address_that_the_peer_wrote_is_used_at_its_proxy)
{
    static const char given[] = "0123456789012345678901234567890123456789";
    static const char none[] =
        "discover: never\ntransports: s5b\ncandidates: none\n";
    for (int role = 0; role < ROLES; role++) {
        char *attribute = mem_printf("dstaddr='%s'", given);
        struct running r = over_s5b(role, none, attribute, A_PROXY);
        free(attribute);
        world_run(r.world, r.world->now_ms + 100);
        CHECK(requested(&r, given));
        peer_end(&r);
        r = over_s5b(role, none, "", A_PROXY);
        world_run(r.world, r.world->now_ms + 100);
        char own[S5B_DSTADDR_LEN + 1];
        s5b_dstaddr(r.stream, ROMEO, JULIET, own);
        CHECK(requested(&r, own));
        peer_end(&r);
    }
}

TEST(activated_counts_even_when_it_comes_before_the_nomination)
{
    static const char none[] =
        "discover: never\ntransports: s5b\ncandidates: none\n";
    for (int role = 0; role < ROLES; role++) {
        for (int early = 0; early < 2; early++) {
            struct running r = over_s5b(role, none, "", A_PROXY);
            world_run(r.world, r.world->now_ms + 100);
            CHECK_INT(world_count(r.world, "<candidate-used cid='x'"), 1);
            if (early) {
                CHECK(is_result(inform(&r, "<activated cid='x'/>")));
                CHECK(!world_saw(r.juliet, CLIENT_CONNECTED));
            }
            CHECK(is_result(inform(&r, "<candidate-error/>")));
            CHECK(world_saw(r.juliet, CLIENT_CONNECTED) == early);
            if (!early) {
                CHECK(is_result(inform(&r, "<activated cid='x'/>")));
            }
            CHECK_TEXT(
                world_find(r.juliet, CLIENT_CONNECTED)->text, "s5b proxy");
            peer_end(&r);
        }
    }
}

/* What can still be nominated is still tried; the rest is given up at once. */
TEST(a_report_ends_the_attempts_at_candidates_of_lower_priority)
{
    for (int role = 0; role < ROLES; role++) {
        for (int higher = 0; higher < 2; higher++) {
            char *hangs =
                mem_printf("<candidate cid='x' host='198.51.100.7' port='7' "
                           "priority='%s' jid='x.test' type='direct'/>",
                    higher ? "9000000" : "1");
            struct running r = over_s5b(role,
                "discover: never\ntransports: s5b, ibb\ncandidates: direct\n"
                "candidate-timeout: 1s\nsession-timeout: 60s\n",
                "", "");
            r.world->hangs_host = "198.51.100.7";
            CHECK(is_result(inform(&r, hangs)));
            free(hangs);
            char *used = mem_printf("<candidate-used cid='%s'/>",
                line_value(world_line(r.world,
                               role == INITIATOR ? "session-initiate"
                                                 : "session-accept",
                               ""),
                    "<candidate", "cid"));
            CHECK(is_result(inform(&r, used)));
            free(used);
            CHECK_INT(world_count(r.world, "<candidate-error"), !higher);
            world_run(r.world, r.world->now_ms + 1100);
            CHECK_INT(world_count(r.world, "<candidate-error"), 1);
            world_free(r.world);
        }
    }
}

TEST(a_candidate_without_a_port_is_at_1080)
{
    struct candidate candidate;
    xmlDocPtr document = xml_parse(
        bytes_text("<candidate xmlns='" NS_JINGLE_S5B "' cid='c' host='h' "
                   "jid='a@b/c' priority='7'/>"),
        NULL);
    CHECK(s5b_read_candidate(xmlDocGetRootElement(document), &candidate));
    CHECK_INT(candidate.port, 1080);
    CHECK_INT(candidate.type, CANDIDATE_DIRECT);
    CHECK_INT(candidate.priority, 7);
    candidate_free(&candidate);
    xmlFreeDoc(document);
}

/* --- SOCKS5: cut --- */

/* The file is large: it is on its way when one end of the stream goes. */
static void check_cut(bool requested_file, bool by_receiver)
{
    static const char settings[] =
        "discover: never\ntransports: s5b\ncandidates: direct\n"
        "auto-accept: yes\nhash-when: never\n";
    struct world *world = world_new(false);
    struct world_client *romeo =
        world_client(world, ROMEO, settings, FAULT_NONE);
    struct world_client *juliet =
        world_client(world, JULIET, settings, FAULT_NONE);
    const char *paths[] = {"/poem"};
    world_put(romeo, paths[0], 10000000);
    if (requested_file) {
        client_share_file(romeo->core, paths[0]);
        struct client_request wanted = {.peer = ROMEO, .name = "poem"};
        CHECK(client_request_file(juliet->core, &wanted, NULL));
    } else {
        struct client_send send = {
            .peer = JULIET, .paths = paths, .path_count = 1};
        CHECK(client_send_files(romeo->core, &send, NULL));
    }
    world->segment = 100;
    while (!world_received(juliet)->content.len) {
        world->turns = 1;
        world_run(world, world->now_ms + 1000);
    }
    world->turns = 0;
    struct world_client *gone = by_receiver ? juliet : romeo;
    struct world_client *left = by_receiver ? romeo : juliet;
    world->filter = world_to_nobody; /* nothing is told by stanzas */
    world_cut(gone);
    world_run(world, world->now_ms + 1000);
    CHECK_TEXT(world_find(left, CLIENT_FAILED)->reason, "connectivity-error");
    CHECK(!world_received(juliet)->good);
    CHECK_INT(client_session_count(left->core), 0);
    world_free(world);
}

TEST(a_stream_that_is_cut_fails_the_file_at_either_end_in_both_roles)
{
    check_cut(false, false);
    check_cut(false, true);
    check_cut(true, false);
    check_cut(true, true);
}

TEST(who_connects_and_says_nothing_is_hung_up_on)
{
    struct running r = over_s5b(INITIATOR,
        "discover: never\ntransports: s5b\ncandidates: direct\n"
        "candidate-timeout: 1s\n",
        "", "");
    world_intrude(r.world);
    world_run(r.world, r.world->now_ms + 900);
    CHECK_INT(world_connections(r.world), 2);
    world_run(r.world, r.world->now_ms + 300);
    CHECK_INT(world_connections(r.world), 0);
    world_free(r.world);
}
