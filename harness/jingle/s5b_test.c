/* SOCKS5 bytestreams between two reference clients in memory: every way in
 * which candidates can be nominated, and the proxy. */
#include "base/test.h"
#include "jingle/fake_world.h"
#include "jingle/s5b.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char romeo_jid[] = "romeo@world.test/orchard";
static const char juliet_jid[] = "juliet@world.test/balcony";
static const char poem[] = "/home/romeo/poem.txt";

struct pair {
    struct world *world;
    struct world_client *romeo, *juliet;
};

static struct pair pair_new(
    const char *romeo, const char *juliet, bool has_proxy)
{
    struct pair pair;
    pair.world = world_new(has_proxy);
    pair.romeo = world_client(pair.world, romeo_jid, romeo, FAULT_NONE);
    pair.juliet = world_client(pair.world, juliet_jid, juliet, FAULT_NONE);
    return pair;
}

static void offer_size(struct pair *pair, uint64_t size, int64_t ms)
{
    const char *paths[] = {poem};
    world_put(pair->romeo, poem, size);
    struct client_send send = {
        .peer = juliet_jid, .paths = paths, .path_count = 1};
    client_accept(pair->juliet->core, NULL);
    CHECK(client_send_files(pair->romeo->core, &send, NULL));
    world_run(pair->world, pair->world->now_ms + ms);
}

static void offer(struct pair *pair, int64_t ms)
{
    offer_size(pair, 50000, ms);
}

static void end(struct pair *pair, const char *how)
{
    CHECK_TEXT(world_find(pair->romeo, CLIENT_CONNECTED)->text, how);
    CHECK_TEXT(world_find(pair->juliet, CLIENT_CONNECTED)->text, how);
    CHECK(world_same(pair->juliet, pair->romeo, poem));
    CHECK_INT(client_session_count(pair->romeo->core), 0);
    CHECK_INT(world_connections(pair->world), 0);
    CHECK_INT(world_listeners(pair->world), 0);
    world_free(pair->world);
}

TEST(the_address_is_the_digest_of_the_xeps_example)
{
    char out[S5B_DSTADDR_LEN + 1];
    s5b_dstaddr("vj3hs98y", "romeo@montague.lit/orchard",
        "juliet@capulet.lit/balcony", out);
    CHECK_TEXT(out, "972b7bf47291ca609517f67f86b5081086052dad");
    s5b_dstaddr("vj3hs98y", "juliet@capulet.lit/balcony",
        "romeo@montague.lit/orchard", out);
    CHECK_TEXT(out, "1a12fb7bc625e55f3ed5b29a53dbe0e4aa7d80ba");
}

TEST(priorities_follow_the_formula)
{
    CHECK_INT(s5b_priority(CANDIDATE_DIRECT, 0), 8257536);
    CHECK_INT(s5b_priority(CANDIDATE_ASSISTED, 1), 7864321);
    CHECK_INT(s5b_priority(CANDIDATE_TUNNEL, 65535), 7274495);
    CHECK_INT(s5b_priority(CANDIDATE_PROXY, 0), 655360);
}

TEST(both_roles_offer_candidates_of_the_formulas_priority)
{
    struct pair pair =
        pair_new("candidates: direct\n", "candidates: direct\n", false);
    offer(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<candidate "), 2);
    CHECK_INT(world_count(pair.world, " priority='8323071' type='direct'"), 2);
    end(&pair, "s5b direct");
}

/* The peer has two addresses, of which the first hangs or not. */
static void check_tried(bool by_initiator, bool hangs)
{
    static const char two[] = "candidates: direct\naddresses: 127.0.0.1, ::1\n";
    static const char none[] = "candidates: none\n";
    struct pair pair =
        pair_new(by_initiator ? none : two, by_initiator ? two : none, false);
    pair.world->hangs_host = hangs ? "127.0.0.1" : NULL;
    offer(&pair, 1000);
    char used[64] = "";
    const char *at =
        strstr(buffer_text(&pair.world->log), "<candidate-used cid='");
    CHECK(at != NULL);
    at += strlen("<candidate-used cid='");
    snprintf(used, sizeof used, "cid='%.*s' host='%s'", (int)strcspn(at, "'"),
        at, hangs ? "::1" : "127.0.0.1");
    CHECK_INT(world_count(pair.world, used), 1);
    end(&pair, "s5b direct");
}

TEST(the_best_candidate_is_tried_first_and_the_next_one_soon)
{
    check_tried(false, false);
    check_tried(false, true);
    check_tried(true, false);
    check_tried(true, true);
}

TEST(the_same_priority_goes_to_the_initiators_choice)
{
    struct pair pair =
        pair_new("transports: s5b\n", "transports: s5b\n", false);
    pair.world->net_first = true;
    offer(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<candidate-used"), 2);
    end(&pair, "s5b direct");
}

/* While the file runs; it is larger than what is on its way at once. */
TEST(both_close_their_ends_of_what_was_not_nominated)
{
    struct pair pair =
        pair_new("transports: s5b\n", "transports: s5b\n", false);
    pair.world->net_first = true;
    pair.world->segment = 1;
    pair.world->turns = 1;
    offer_size(&pair, 500000, 1000);
    while (!world_received(pair.juliet)->content.len) {
        pair.world->turns = 1;
        world_run(pair.world, pair.world->now_ms + 1000);
    }
    CHECK_INT(world_count(pair.world, "<candidate-used"), 2);
    CHECK_INT(world_connections(pair.world), 2); /* the ends of the stream */
    world_free(pair.world);
}

TEST(the_responders_higher_candidate_wins)
{
    struct pair pair = pair_new("candidates: assisted\nassisted: localhost\n"
                                "transports: s5b\n",
        "candidates: direct\n", false);
    offer(&pair, 1000);
    end(&pair, "s5b direct");
}

TEST(the_initiators_higher_candidate_wins)
{
    struct pair pair = pair_new("candidates: direct\ntransports: s5b\n",
        "candidates: tunnel\ntunnels: localhost\n", false);
    offer(&pair, 1000);
    end(&pair, "s5b direct");
}

TEST(one_reachable_side_is_enough)
{
    for (int side = 0; side < 2; side++) {
        struct pair pair =
            pair_new("transports: s5b\n", "transports: s5b\n", false);
        pair.world->walled = side ? pair.romeo : pair.juliet;
        offer(&pair, 1000);
        CHECK_INT(world_count(pair.world, "<candidate-used"), 1);
        CHECK_INT(world_count(pair.world, "<candidate-error"), 1);
        end(&pair, "s5b direct");
    }
}

TEST(candidates_that_do_not_answer_time_out)
{
    struct pair pair = pair_new(
        "candidate-timeout: 300ms\n", "candidate-timeout: 300ms\n", false);
    pair.world->hangs = true;
    offer(&pair, 299);
    CHECK_INT(world_count(pair.world, "<candidate-error"), 0);
    world_run(pair.world, pair.world->now_ms + 1000);
    CHECK_INT(world_count(pair.world, "<candidate-error"), 2);
    end(&pair, "ibb");
}

TEST(a_responder_without_candidates_is_fine)
{
    struct pair pair =
        pair_new("transports: s5b\n", "candidates-by-responder: no\n", false);
    offer(&pair, 1000);
    end(&pair, "s5b direct");
}

TEST(late_candidates_are_used)
{
    struct pair pair = pair_new(
        "candidates: none\ntransports: s5b\n", "candidates-late: yes\n", false);
    offer(&pair, 10000);
    end(&pair, "s5b direct");
}

/* Nothing is known of a direct candidate yet that gets no answer. */
TEST(a_proxy_is_tried_a_moment_after_the_others_in_both_roles)
{
    for (int side = 0; side < 2; side++) {
        static const char none[] = "candidates: none\nproxy-wait: 700ms\n";
        static const char both[] = "candidates: direct, proxy\n";
        struct pair pair =
            pair_new(side ? none : both, side ? both : none, true);
        pair.world->hangs = true;
        offer(&pair, 600);
        CHECK_INT(pair.world->handshakes.len, 0);
        world_run(pair.world, pair.world->now_ms + 20000);
        end(&pair, "s5b proxy");
    }
}

TEST(nobody_with_candidates_falls_back)
{
    struct pair pair =
        pair_new("candidates: none\n", "candidates: none\n", false);
    offer(&pair, 20000);
    end(&pair, "ibb");
}

TEST(without_a_fallback_the_session_ends_with_connectivity_error)
{
    struct pair pair =
        pair_new("transports: s5b\n", "transports: s5b\n", false);
    pair.world->no_direct = true;
    offer(&pair, 1000);
    CHECK_TEXT(
        world_find(pair.juliet, CLIENT_ENDED)->reason, "connectivity-error");
    CHECK_INT(world_connections(pair.world), 0);
    world_free(pair.world);
}

TEST(the_proxy_of_either_side_is_enough)
{
    for (int side = 0; side < 2; side++) {
        struct pair pair =
            pair_new(side ? "candidates: proxy\ntransports: s5b\n"
                          : "candidates: none\ntransports: s5b\n",
                side ? "candidates: none\n" : "candidates: proxy\n", true);
        offer(&pair, 10000);
        CHECK_INT(pair.world->activations, 1);
        CHECK_INT(world_count(pair.world, "<activated"), 1);
        end(&pair, "s5b proxy");
    }
}

TEST(a_proxy_is_never_activated_twice)
{
    struct pair pair = pair_new(
        "candidates: proxy\ntransports: s5b\n", "candidates: proxy\n", true);
    offer(&pair, 10000);
    CHECK_INT(pair.world->activations, 1);
    end(&pair, "s5b proxy");
}

TEST(a_refused_activation_is_told_and_falls_back)
{
    struct pair pair =
        pair_new("candidates: proxy\n", "candidates: proxy\n", true);
    pair.world->activation_refused = true;
    offer(&pair, 10000);
    CHECK_INT(world_count(pair.world, "<proxy-error"), 1);
    end(&pair, "ibb");
}

TEST(a_proxy_error_counts_at_once_whoever_sends_it)
{
    for (int side = 0; side < 2; side++) {
        struct pair pair = pair_new(side ? "candidates: proxy\n"
                                         : "candidates: none\n"
                                           "candidate-timeout: 300ms\n",
            side ? "candidates: none\ncandidate-timeout: 300ms\n"
                 : "candidates: proxy\n",
            true);
        pair.world->activation_refused = true;
        offer(&pair, 2000);
        CHECK_INT(world_count(pair.world, "<proxy-error"), 1);
        CHECK_INT(world_count(pair.world, "<unsupported-info"), 0);
        end(&pair, "ibb");
    }
}

TEST(who_knows_no_fallback_ends_the_session_at_a_proxy_error)
{
    for (int side = 0; side < 2; side++) {
        static const char proxy[] = "candidates: proxy\n";
        static const char none[] = "candidates: none\nfallback: no\n";
        struct pair pair =
            pair_new(side ? proxy : none, side ? none : proxy, true);
        pair.world->activation_refused = true;
        offer(&pair, 2000);
        struct world_client *other = side ? pair.romeo : pair.juliet;
        CHECK_INT(world_count(pair.world, "<proxy-error"), 1);
        CHECK_TEXT(
            world_find(other, CLIENT_ENDED)->reason, "connectivity-error");
        CHECK_INT(world_connections(pair.world), 0);
        world_free(pair.world);
    }
}

TEST(host_names_are_offered_and_connected_to_in_both_roles)
{
    for (int side = 0; side < 2; side++) {
        static const char named[] = "candidates: assisted\n"
                                    "assisted: localhost\ntransports: s5b\n";
        static const char none[] = "candidates: none\ntransports: s5b\n";
        struct pair pair =
            pair_new(side ? none : named, side ? named : none, false);
        offer(&pair, 10000);
        CHECK_INT(world_count(pair.world, "host='localhost'"), 1);
        end(&pair, "s5b assisted");
    }
}

TEST(tunnels_and_ipv6_are_connected_to_in_both_roles)
{
    for (int side = 0; side < 2; side++) {
        static const char none[] = "candidates: none\ntransports: s5b\n";
        static const char tunnel[] = "candidates: tunnel\ntransports: s5b\n"
                                     "tunnels: localhost\n";
        static const char six[] = "candidates: direct\ntransports: s5b\n"
                                  "addresses: ::1\n";
        struct pair pair =
            pair_new(side ? none : tunnel, side ? tunnel : none, false);
        offer(&pair, 10000);
        CHECK_INT(world_count(pair.world, "type='tunnel'"), 1);
        end(&pair, "s5b tunnel");
        pair = pair_new(side ? none : six, side ? six : none, false);
        offer(&pair, 10000);
        CHECK_INT(world_count(pair.world, "host='::1'"), 1);
        end(&pair, "s5b direct");
    }
}

TEST(the_proxy_works_byte_by_byte)
{
    struct pair pair = pair_new(
        "candidates: proxy\ntransports: s5b\n", "candidates: proxy\n", true);
    pair.world->segment = 1;
    offer(&pair, 10000);
    end(&pair, "s5b proxy");
}

TEST(direct_is_preferred_to_the_proxy)
{
    struct pair pair = pair_new(NULL, NULL, true);
    offer(&pair, 1000);
    CHECK_INT(pair.world->activations, 0);
    end(&pair, "s5b direct");
}

TEST(the_responder_does_not_offer_the_initiators_proxy_back)
{
    struct pair pair = pair_new(NULL, NULL, true);
    offer(&pair, 1000);
    CHECK_INT(world_count(pair.world, "host='proxy.world.test'"), 1);
    end(&pair, "s5b direct");
}

TEST(the_proxies_are_asked_for_once)
{
    struct pair pair = pair_new(NULL, NULL, true);
    offer(&pair, 1000);
    size_t queries = world_count(pair.world, "<query xmlns='" NS_DISCO_ITEMS);
    CHECK_INT(queries, 2);
    client_accept(pair.juliet->core, NULL);
    offer(&pair, 1000);
    CHECK_INT(
        world_count(pair.world, "<query xmlns='" NS_DISCO_ITEMS), queries);
    world_free(pair.world);
}

TEST(ipv6_candidates_are_offered_beside_ipv4)
{
    struct pair pair = pair_new("addresses: 127.0.0.1, ::1\n", NULL, false);
    offer(&pair, 1000);
    CHECK_INT(world_count(pair.world, "host='::1'"), 1);
    end(&pair, "s5b direct");
}

TEST(a_stranger_with_another_address_is_refused)
{
    struct pair pair = pair_new("transports: s5b\n", NULL, false);
    world_free(pair.world);
    pair.world = world_new(false);
    pair.romeo = world_client(
        pair.world, romeo_jid, "transports: s5b\n", FAULT_DSTADDR_SWAPPED);
    pair.juliet = world_client(pair.world, juliet_jid, NULL, FAULT_NONE);
    offer(&pair, 60000);
    CHECK(!world_saw(pair.juliet, CLIENT_CONNECTED));
    CHECK_INT(world_connections(pair.world), 0);
    world_free(pair.world);
}
