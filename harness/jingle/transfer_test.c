/* Whole transfers between two reference clients: ranges, requests, several
 * files, hashes; replacements are in replace_test.c. */
#include "base/test.h"
#include "base/xml.h"
#include "jingle/digest.h"
#include "jingle/fake_world.h"

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

static struct pair pair_with(const char *romeo, enum fault romeo_fault,
    const char *juliet, enum fault juliet_fault)
{
    struct pair pair;
    pair.world = world_new(false);
    pair.romeo = world_client(pair.world, romeo_jid, romeo, romeo_fault);
    pair.juliet = world_client(pair.world, juliet_jid, juliet, juliet_fault);
    return pair;
}

static struct pair pair_new(const char *settings)
{
    return pair_with(settings, FAULT_NONE, settings, FAULT_NONE);
}

static void run(struct pair *pair, int64_t ms)
{
    world_run(pair->world, pair->world->now_ms + ms);
}

static void offer(struct pair *pair, uint64_t size)
{
    const char *paths[] = {poem};
    world_put(pair->romeo, poem, size);
    struct client_send send = {
        .peer = juliet_jid, .paths = paths, .path_count = 1};
    struct error error = {{0}};
    client_send_files(pair->romeo->core, &send, &error);
    CHECK_TEXT(error.message, "");
}

/* The same file the same way, because Juliet asks for it. */
static void ask_for(struct pair *pair, uint64_t size)
{
    world_put(pair->romeo, poem, size);
    client_share_file(pair->romeo->core, poem);
    client_accept(pair->romeo->core, NULL);
    struct client_request wanted = {.peer = romeo_jid, .name = "poem.txt"};
    CHECK(client_request_file(pair->juliet->core, &wanted, NULL));
}

static void (*const both_ways[])(struct pair *, uint64_t) = {offer, ask_for};

static void end(struct pair *pair)
{
    CHECK_INT(client_session_count(pair->romeo->core), 0);
    CHECK_INT(client_session_count(pair->juliet->core), 0);
    CHECK(client_idle(pair->romeo->core));
    CHECK(client_idle(pair->juliet->core));
    world_free(pair->world);
}

static void check_part(
    const struct pair *pair, uint64_t offset, uint64_t length)
{
    const struct world_file *got = world_received(pair->juliet);
    CHECK(got->good);
    CHECK_INT(got->content.len, length);
    for (uint64_t i = 0; i < length; i++) {
        CHECK_INT(got->content.data[i], world_byte(offset + i));
    }
}

TEST(the_receiver_may_ask_for_a_part)
{
    struct pair pair = pair_new("transports: ibb\n");
    client_accept_range(pair.juliet->core, 1000, 5000, NULL);
    offer(&pair, 20000);
    run(&pair, 1000);
    check_part(&pair, 1000, 5000);
    end(&pair);
}

TEST(a_part_is_judged_by_the_hash_of_its_range)
{
    struct pair pair = pair_new("transports: ibb\nhash-when: later\n");
    client_accept_range(pair.juliet->core, 100, 50, NULL);
    offer(&pair, 200);
    run(&pair, 1000);
    CHECK_INT(world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_GOOD);
    end(&pair);
}

TEST(a_range_beyond_the_end_gives_what_there_is)
{
    struct pair pair = pair_new("transports: s5b\ncandidates: direct\n");
    client_accept_range(pair.juliet->core, 150, 1000, NULL);
    offer(&pair, 200);
    run(&pair, 1000);
    check_part(&pair, 150, 50);
    end(&pair);
}

TEST(a_cut_file_is_resumed_and_judged_as_a_whole)
{
    struct pair pair = pair_new("transports: ibb\nresume: yes\n"
                                "block-delay: 10ms\nibb-window: 1\n");
    client_accept(pair.juliet->core, NULL);
    offer(&pair, 40960);
    run(&pair, 55);
    client_cancel(pair.juliet->core, NULL);
    run(&pair, 100);
    size_t have = world_received(pair.juliet)->content.len;
    CHECK(have > 0 && have < 40960);
    client_accept_range(pair.juliet->core, have, 0, NULL);
    offer(&pair, 40960);
    run(&pair, 1000);
    CHECK(world_same(pair.juliet, pair.romeo, poem));
    CHECK_INT(world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_GOOD);
    end(&pair);
}

static void request(const char *settings, uint64_t offset, uint64_t length)
{
    struct pair pair = pair_new(settings);
    world_put(pair.romeo, poem, 30000);
    client_share_file(pair.romeo->core, poem);
    client_accept(pair.romeo->core, NULL);
    struct client_request wanted = {.peer = romeo_jid,
        .name = "poem.txt",
        .offset = offset,
        .length = length};
    CHECK(client_request_file(pair.juliet->core, &wanted, NULL));
    run(&pair, 1000);
    check_part(&pair, offset, length ? length : 30000 - offset);
    CHECK_INT(world_count(pair.world, "<received"), 1);
    end(&pair);
}

TEST(a_file_can_be_requested_over_ibb)
{
    request("transports: ibb\n", 0, 0);
}

TEST(a_file_can_be_requested_over_s5b)
{
    request("transports: s5b\ncandidates: direct\n", 0, 0);
}

TEST(a_part_of_a_file_can_be_requested)
{
    request("transports: ibb\n", 777, 1234);
}

TEST(a_file_can_be_requested_by_its_hash)
{
    struct pair pair = pair_new("transports: ibb\n");
    world_put(pair.romeo, poem, 3);
    client_share_file(pair.romeo->core, poem);
    client_accept(pair.romeo->core, NULL);
    uint8_t sum[DIGEST_MAX], bytes[3];
    for (unsigned i = 0; i < 3; i++) {
        bytes[i] = world_byte(i);
    }
    digest_once(DIGEST_SHA1, bytes, 3, sum);
    struct buffer hex = {0};
    hex_encode(&hex, sum, 20);
    struct client_request wanted = {.peer = romeo_jid,
        .hash_algorithm = "sha-1",
        .hash = buffer_text(&hex)};
    CHECK(client_request_file(pair.juliet->core, &wanted, NULL));
    buffer_free(&hex);
    run(&pair, 1000);
    check_part(&pair, 0, 3);
    end(&pair);
}

TEST(what_is_not_shared_can_not_be_requested)
{
    struct pair pair = pair_new("transports: ibb\n");
    world_put(pair.romeo, poem, 3);
    struct client_request wanted = {.peer = romeo_jid, .name = "poem.txt"};
    CHECK(client_request_file(pair.juliet->core, &wanted, NULL));
    run(&pair, 1000);
    CHECK_TEXT(
        world_find(pair.juliet, CLIENT_ENDED)->reason, "failed-application");
    CHECK_INT(world_count(pair.world, "<file-not-available"), 1);
    end(&pair);
}

static size_t good_files(const struct world_client *client)
{
    size_t count = 0;
    for (size_t i = 0; i < client->file_count; i++) {
        const struct world_file *at = &client->files[i];
        count += !at->ours && at->finished && at->good;
    }
    return count;
}

static void several(const char *settings)
{
    struct pair pair = pair_new(settings);
    const char *paths[] = {"/a", "/b", "/c"};
    world_put(pair.romeo, "/a", 10000);
    world_put(pair.romeo, "/b", 0);
    world_put(pair.romeo, "/c", 123456);
    client_accept(pair.juliet->core, NULL);
    struct client_send send = {
        .peer = juliet_jid, .paths = paths, .path_count = 3};
    CHECK(client_send_files(pair.romeo->core, &send, NULL));
    run(&pair, 1000);
    CHECK_INT(good_files(pair.juliet), 3);
    CHECK_INT(world_count(pair.world, "session-initiate"), 1);
    CHECK_INT(world_count(pair.world, "<received"), 3);
    end(&pair);
}

TEST(several_files_go_in_one_session_over_ibb)
{
    several("transports: ibb\n");
}

TEST(several_files_go_in_one_session_over_s5b)
{
    several("transports: s5b\ncandidates: direct\n");
}

TEST(a_file_can_be_added_while_another_is_sent)
{
    struct pair pair = pair_new("transports: ibb\nblock-delay: 10ms\n"
                                "auto-accept: yes\n");
    world_put(pair.romeo, "/second", 5000);
    offer(&pair, 40960);
    run(&pair, 30);
    CHECK(client_add_file(pair.romeo->core, "/second", NULL));
    run(&pair, 2000);
    CHECK_INT(good_files(pair.juliet), 2);
    CHECK_INT(world_count(pair.world, "content-accept"), 1);
    end(&pair);
}

TEST(the_responder_can_add_a_file_too)
{
    struct pair pair = pair_new("transports: ibb\nblock-delay: 10ms\n"
                                "auto-accept: yes\n");
    world_put(pair.juliet, "/hers", 5000);
    offer(&pair, 40960);
    run(&pair, 30);
    CHECK(client_add_file(pair.juliet->core, "/hers", NULL));
    run(&pair, 7000);
    CHECK_INT(good_files(pair.juliet), 1);
    CHECK_INT(good_files(pair.romeo), 1);
    end(&pair);
}

TEST(both_add_at_once_and_the_initiator_goes_first)
{
    struct pair pair = pair_new("transports: ibb\nblock-delay: 10ms\n"
                                "auto-accept: yes\n");
    world_put(pair.juliet, "/hers", 5000);
    world_put(pair.romeo, "/his", 5000);
    offer(&pair, 81920);
    run(&pair, 30);
    CHECK(client_add_file(pair.juliet->core, "/hers", NULL));
    CHECK(client_add_file(pair.romeo->core, "/his", NULL));
    run(&pair, 8000);
    CHECK_INT(world_count(pair.world, "<tie-break"), 1);
    CHECK_INT(good_files(pair.juliet), 2);
    CHECK_INT(good_files(pair.romeo), 1);
    end(&pair);
}

TEST(an_added_file_can_be_rejected)
{
    struct pair pair = pair_new("transports: ibb\nblock-delay: 10ms\n");
    world_put(pair.romeo, "/second", 5000);
    client_accept(pair.juliet->core, NULL);
    offer(&pair, 40960);
    run(&pair, 30);
    CHECK(client_add_file(pair.romeo->core, "/second", NULL));
    run(&pair, 5);
    CHECK(client_decline(pair.juliet->core, NULL));
    run(&pair, 2000);
    CHECK_INT(good_files(pair.juliet), 1);
    CHECK_INT(world_count(pair.world, "content-reject"), 1);
    end(&pair);
}

TEST(one_file_of_two_can_be_removed)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair = pair_new("transports: ibb\nblock-delay: 10ms\n"
                                    "auto-accept: yes\n");
        const char *paths[] = {"/a", "/b"};
        world_put(pair.romeo, "/a", 40960);
        world_put(pair.romeo, "/b", 40960);
        struct client_send send = {
            .peer = juliet_jid, .paths = paths, .path_count = 2};
        CHECK(client_send_files(pair.romeo->core, &send, NULL));
        run(&pair, 30);
        struct world_client *by = i ? pair.romeo : pair.juliet;
        CHECK(client_remove_file(by->core, "b", NULL));
        run(&pair, 2000);
        CHECK_INT(good_files(pair.juliet), 1);
        CHECK_INT(world_count(pair.world, "content-remove"), 1);
        end(&pair);
    }
}

TEST(a_wrong_hash_is_noticed)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair =
            pair_with("transports: ibb\n", FAULT_OFFER_HASH_WRONG,
                "transports: ibb\nauto-accept: yes\n", FAULT_NONE);
        both_ways[i](&pair, 5000);
        run(&pair, 1000);
        CHECK(!world_received(pair.juliet)->good);
        CHECK_TEXT(
            world_find(pair.juliet, CLIENT_FAILED)->reason, "media-error");
        CHECK_TEXT(world_find(pair.romeo, CLIENT_ENDED)->reason, "media-error");
        end(&pair);
    }
}

TEST(a_wrong_hash_that_comes_later_is_noticed)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair = pair_with("transports: ibb\nhash-when: later\n",
            FAULT_CHECKSUM_WRONG, "transports: ibb\nauto-accept: yes\n",
            FAULT_NONE);
        both_ways[i](&pair, 5000);
        run(&pair, 1000);
        CHECK(!world_received(pair.juliet)->good);
        end(&pair);
    }
}

TEST(a_promised_hash_that_never_comes_is_not_awaited_for_ever)
{
    struct pair pair = pair_with("transports: ibb\nhash-when: never\n",
        FAULT_NONE, "transports: ibb\nauto-accept: yes\n", FAULT_NONE);
    offer(&pair, 5000);
    run(&pair, 12000);
    CHECK(world_received(pair.juliet)->good);
    CHECK_INT(
        world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_UNCHECKED);
    end(&pair);
}

TEST(a_file_without_hash_and_size_arrives)
{
    struct pair pair = pair_with("file-size: no\n", FAULT_OFFER_HASH_MISSING,
        "auto-accept: yes\n", FAULT_NONE);
    offer(&pair, 70000);
    run(&pair, 1000);
    CHECK(world_same(pair.juliet, pair.romeo, poem));
    end(&pair);
}

static void over_streams(const char *romeo, const char *juliet)
{
    struct pair pair = pair_with(romeo, FAULT_NONE, juliet, FAULT_NONE);
    offer(&pair, 60001);
    run(&pair, 20000);
    CHECK(world_same(pair.juliet, pair.romeo, poem));
    CHECK_INT(world_count(pair.world, "action='transport-info'"), 2);
    CHECK_INT(world_count(pair.world, "<open xmlns"), 3);
    CHECK_INT(world_count(pair.world, "seq='0'"), 3);
    CHECK_INT(world_count(pair.world, "<close xmlns"), 3);
    CHECK_INT(world_count(pair.world, "type='error'"), 0);
    end(&pair);
}

TEST(a_file_goes_in_several_streams_that_the_sender_closes)
{
    over_streams("transports: ibb\nibb-streams: 3\nblock-delay: 10ms\n",
        "auto-accept: yes\n");
}

TEST(a_file_goes_in_several_streams_that_the_receiver_closes)
{
    over_streams("transports: ibb\nibb-streams: 3\nblock-delay: 10ms\n"
                 "ibb-close-by: receiver\n",
        "auto-accept: yes\nibb-close-by: receiver\n");
}

TEST(a_requested_file_goes_in_several_streams)
{
    struct pair pair = pair_new("transports: ibb\nibb-streams: 3\n"
                                "block-delay: 10ms\nauto-accept: yes\n");
    world_put(pair.romeo, poem, 60001);
    client_share_file(pair.romeo->core, poem);
    struct client_request request = {.peer = romeo_jid, .name = "poem.txt"};
    struct error error = {{0}};
    client_request_file(pair.juliet->core, &request, &error);
    run(&pair, 20000);
    CHECK(world_same(pair.juliet, pair.romeo, poem));
    CHECK_INT(world_count(pair.world, "seq='0'"), 3);
    end(&pair);
}

static bool refuse_streams(struct world *world, xmlNodePtr stanza, void *owner)
{
    (void)world, (void)owner;
    xmlNodePtr jingle = xmlFirstElementChild(stanza);
    const char *action = jingle ? xml_attr(jingle, "action") : NULL;
    return !action || strcmp(action, "transport-info") != 0;
}

TEST(a_stream_that_is_not_allowed_is_done_without)
{
    struct pair pair = pair_with("transports: ibb\nibb-streams: 2\n",
        FAULT_NONE, "auto-accept: yes\n", FAULT_NONE);
    pair.world->filter = refuse_streams;
    offer(&pair, 60001);
    run(&pair, 60000);
    CHECK(world_same(pair.juliet, pair.romeo, poem));
    CHECK_INT(world_count(pair.world, "<open xmlns"), 1);
    end(&pair);
}

TEST(a_file_without_size_arrives_over_ibb)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair =
            pair_new("transports: ibb\nfile-size: no\nauto-accept: yes\n");
        both_ways[i](&pair, 70000);
        run(&pair, 1000);
        CHECK(world_same(pair.juliet, pair.romeo, poem));
        end(&pair);
    }
}

TEST(a_truncated_file_is_noticed)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair = pair_with("transports: ibb\n", FAULT_LAST_BYTE_LOST,
            "transports: ibb\nauto-accept: yes\n", FAULT_NONE);
        both_ways[i](&pair, 5000);
        run(&pair, 10000);
        CHECK(!world_received(pair.juliet)->good);
        end(&pair);
    }
}

TEST(too_many_bytes_are_refused)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair = pair_with("transports: ibb\n", FAULT_EXTRA_BYTE,
            "transports: ibb\nauto-accept: yes\n", FAULT_NONE);
        both_ways[i](&pair, 4096);
        run(&pair, 10000);
        CHECK(!world_received(pair.juliet)->good);
        CHECK_INT(world_count(pair.world, "<file-too-large"), 1);
        end(&pair);
    }
}

TEST(a_file_over_the_limit_is_refused_at_once)
{
    struct pair pair = pair_new("file-limit: 100\nauto-accept: yes\n");
    offer(&pair, 101);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<file-too-large"), 1);
    CHECK(!world_has_received(pair.juliet));
    end(&pair);
}

TEST(a_rejected_fallback_ends_the_session_at_once)
{
    struct pair pair = pair_with("transports: s5b, ibb\ncandidates: direct\n"
                                 "discover: never\n",
        FAULT_NONE, "transports: s5b\nauto-accept: yes\n", FAULT_NONE);
    pair.world->no_direct = true;
    offer(&pair, 1000);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "transport-replace"), 1);
    CHECK_INT(world_count(pair.world, "transport-reject"), 1);
    CHECK_INT(world_count(pair.world, "<unsupported-transports"), 1);
    CHECK_TEXT(
        world_find(pair.romeo, CLIENT_ENDED)->reason, "connectivity-error");
    end(&pair);
}

TEST(the_sender_may_end_the_session_once_the_file_is_confirmed)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair = pair_new("terminate-by: sender\nauto-accept: yes\n");
        both_ways[i](&pair, 100000);
        run(&pair, 1000);
        CHECK(world_same(pair.juliet, pair.romeo, poem));
        const char *log = buffer_text(&pair.world->log);
        const char *at = strstr(log, "session-terminate");
        CHECK_INT(world_count(pair.world, "<received"), 1);
        CHECK(at != NULL && strstr(log, "<received") < at);
        while (at > log && at[-1] != '\n') {
            at--;
        }
        CHECK(!strncmp(at, "<iq from='romeo@", strlen("<iq from='romeo@")));
        end(&pair);
    }
}

TEST(a_terminate_that_overtakes_the_last_bytes_loses_none)
{
    struct pair pair = pair_with("terminate-by: sender\nwait-for-received: no\n"
                                 "candidates: direct\n",
        FAULT_NONE, "auto-accept: yes\nterminate-by: sender\n", FAULT_NONE);
    pair.world->segment = 100;
    offer(&pair, 60000);
    run(&pair, 5000);
    CHECK(world_same(pair.juliet, pair.romeo, poem));
    end(&pair);
}

TEST(s5b_works_byte_by_byte)
{
    struct pair pair =
        pair_new("transports: s5b\ncandidates: direct\nauto-accept: yes\n");
    pair.world->segment = 1;
    offer(&pair, 3000);
    run(&pair, 5000);
    CHECK(world_same(pair.juliet, pair.romeo, poem));
    end(&pair);
}

TEST(the_sequence_wraps_after_65535)
{
    for (int i = 0; i < 2; i++) {
        struct pair pair = pair_new("transports: ibb\nauto-accept: yes\n"
                                    "block-size: 1\nhash: sha-1\n");
        both_ways[i](&pair, 65540);
        run(&pair, 5000);
        CHECK(world_same(pair.juliet, pair.romeo, poem));
        CHECK_INT(world_count(pair.world, "seq='65535'"), 1);
        CHECK_INT(world_count(pair.world, "seq='65536'"), 0);
        CHECK_INT(world_count(pair.world, "seq='0'"), 2);
        end(&pair);
    }
}

TEST(several_digests_are_announced_and_checked)
{
    struct pair pair =
        pair_new("transports: ibb\nauto-accept: yes\n"
                 "hash: sha-1, sha-512, sha3-256, blake2b-256\n");
    offer(&pair, 5000);
    run(&pair, 1000);
    CHECK_INT(world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_GOOD);
    CHECK(world_same(pair.juliet, pair.romeo, poem));
    end(&pair);
}

TEST(a_stalled_transfer_fails)
{
    struct pair pair = pair_with("transports: ibb\n", FAULT_NONE,
        "transports: ibb\nauto-accept: yes\nstall-timeout: 2s\n",
        FAULT_IBB_DATA_UNACKED);
    offer(&pair, 500000);
    run(&pair, 10000);
    CHECK_TEXT(world_find(pair.juliet, CLIENT_ENDED)->reason, "timeout");
    world_free(pair.world);
}

TEST(every_fault_leaves_the_clients_standing)
{
    for (int fault = 1; fault < FAULT_COUNT; fault++) {
        for (int side = 0; side < 2; side++) {
            struct pair pair = pair_with("block-delay: 1ms\n",
                side ? FAULT_NONE : (enum fault)fault,
                "auto-accept: yes\nblock-limit: 1000\n",
                side ? (enum fault)fault : FAULT_NONE);
            pair.world->no_direct = fault % 2;
            offer(&pair, 10000);
            run(&pair, 400000);
            world_free(pair.world);
        }
    }
}
