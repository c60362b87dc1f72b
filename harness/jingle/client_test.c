#include "base/test.h"
#include "jingle/fake_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char romeo_jid[] = "romeo@world.test/orchard";
static const char juliet_jid[] = "juliet@world.test/balcony";

struct pair {
    struct world *world;
    struct world_client *romeo, *juliet;
};

static struct pair pair_new(const char *settings, bool proxy)
{
    struct pair pair;
    pair.world = world_new(proxy);
    pair.romeo = world_client(pair.world, romeo_jid, settings, FAULT_NONE);
    pair.juliet = world_client(pair.world, juliet_jid, settings, FAULT_NONE);
    return pair;
}

static void send_file(struct pair *pair, uint64_t size)
{
    const char *paths[] = {"/home/romeo/poem.txt"};
    world_put(pair->romeo, paths[0], size);
    struct client_send send = {
        .peer = juliet_jid, .paths = paths, .path_count = 1};
    struct error error = {{0}};
    CHECK(client_accept(pair->juliet->core, &error));
    CHECK(client_send_files(pair->romeo->core, &send, &error));
    world_run(pair->world, pair->world->now_ms + 1000);
}

static void check_whole(const struct pair *pair)
{
    if (!world_same(pair->juliet, pair->romeo, "/home/romeo/poem.txt")) {
        fprintf(stderr, "%s\n", buffer_text(&pair->world->log));
    }
    CHECK(world_same(pair->juliet, pair->romeo, "/home/romeo/poem.txt"));
    CHECK_INT(client_session_count(pair->romeo->core), 0);
    CHECK_INT(client_session_count(pair->juliet->core), 0);
    CHECK_TEXT(world_find(pair->romeo, CLIENT_ENDED)->reason, "success");
    CHECK_TEXT(world_find(pair->juliet, CLIENT_ENDED)->reason, "success");
}

static void whole_transfer(const char *settings, uint64_t size)
{
    struct pair pair = pair_new(settings, false);
    send_file(&pair, size);
    check_whole(&pair);
    world_free(pair.world);
}

TEST(a_file_arrives_over_ibb)
{
    whole_transfer("transports: ibb\n", 300000);
}

TEST(an_empty_file_arrives_over_ibb)
{
    whole_transfer("transports: ibb\n", 0);
}

TEST(files_around_the_block_size_arrive_over_ibb)
{
    whole_transfer("transports: ibb\n", 1);
    whole_transfer("transports: ibb\n", 4095);
    whole_transfer("transports: ibb\n", 4096);
    whole_transfer("transports: ibb\n", 4097);
}

TEST(a_file_arrives_over_messages)
{
    whole_transfer("transports: ibb\nibb-stanza: message\n", 100000);
}

TEST(a_file_arrives_over_s5b)
{
    whole_transfer("transports: s5b\ncandidates: direct\n", 3000000);
}

TEST(an_empty_file_arrives_over_s5b)
{
    whole_transfer("transports: s5b\ncandidates: direct\n", 0);
}

TEST(a_file_arrives_over_s5b_when_the_hash_comes_later)
{
    whole_transfer(
        "transports: s5b\ncandidates: direct\nhash-when: later\n", 70000);
}

TEST(unreachable_candidates_fall_back_to_ibb)
{
    struct pair pair = pair_new(NULL, false);
    pair.world->no_direct = true;
    send_file(&pair, 20000);
    check_whole(&pair);
    CHECK_INT(world_count(pair.world, "transport-replace"), 1);
    CHECK_INT(world_count(pair.world, "candidate-error"), 2);
    world_free(pair.world);
}

TEST(a_proxy_is_used_when_nothing_else_is_reachable)
{
    struct pair pair = pair_new(NULL, true);
    pair.world->no_direct = true;
    send_file(&pair, 200000);
    check_whole(&pair);
    CHECK_INT(pair.world->activations, 1);
    CHECK_INT(world_count(pair.world, "<activated"), 1);
    CHECK_TEXT(world_find(pair.romeo, CLIENT_CONNECTED)->text, "s5b proxy");
    world_free(pair.world);
}
