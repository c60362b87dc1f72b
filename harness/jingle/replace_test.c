/* One transport for another in the middle of a file, whoever offers it and
 * whichever way the file goes (XEP-0166 s7.2.11 to s7.2.15). */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/fake_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROMEO "romeo@world.test/orchard"
#define JULIET "juliet@world.test/balcony"

static const char poem[] = "/home/poem.txt";
/* Steps of more than a pipe of the world holds. */
enum { SIZE = 400001, MIDDLE = 100000 };

/* Romeo is always the initiator: he sends the file, or asks for it. */
struct play {
    struct world *world;
    struct world_client *romeo, *juliet, *sender, *receiver;
};

static struct play begin(bool request, const char *first, bool net_first)
{
    char text[200];
    snprintf(text, sizeof text,
        "transports: %s\nauto-accept: yes\ncandidates: direct\n"
        "io-size: 1000\nblock-size: 1000\n",
        strcmp(first, "ibb") ? "s5b, ibb" : "ibb, s5b");
    struct play play = {.world = world_new(false)};
    play.world->net_first = net_first;
    play.romeo = world_client(play.world, ROMEO, text, FAULT_NONE);
    play.juliet = world_client(play.world, JULIET, text, FAULT_NONE);
    play.sender = request ? play.juliet : play.romeo;
    play.receiver = request ? play.romeo : play.juliet;
    world_put(play.sender, poem, SIZE);
    client_share_file(play.sender->core, poem);
    const char *paths[] = {poem};
    struct client_send send = {.peer = JULIET, .paths = paths, .path_count = 1};
    struct client_request wanted = {.peer = JULIET, .name = "poem.txt"};
    CHECK(request ? client_request_file(play.romeo->core, &wanted, NULL)
                  : client_send_files(play.romeo->core, &send, NULL));
    return play;
}

/* Until that many bytes are there. */
static void reach(struct play *play, size_t at)
{
    play->world->segment = 1000;
    for (int i = 0; i < 100000; i++) {
        if (world_received(play->receiver)->content.len >= at) {
            play->world->turns = 0;
            CHECK(world_received(play->receiver)->content.len < SIZE);
            return;
        }
        play->world->turns = 1;
        world_run(play->world, play->world->now_ms + 1000);
    }
    CHECK(!"the middle was not reached");
}

static void replace(struct world_client *by, const char *to)
{
    struct error error = {{0}};
    client_replace_transport(by->core, to, &error);
    CHECK_TEXT(error.message, "");
}

static void end(struct play *play, size_t accepts)
{
    world_run(play->world, play->world->now_ms + 60000);
    CHECK_INT(world_count(play->world, "transport-accept"), accepts);
    CHECK(world_same(play->receiver, play->sender, poem));
    CHECK_TEXT(world_find(play->sender, CLIENT_ENDED)->reason, "success");
    CHECK_INT(client_session_count(play->romeo->core), 0);
    CHECK_INT(client_session_count(play->juliet->core), 0);
    CHECK_INT(world_connections(play->world), 0);
    world_free(play->world);
}

/* Sent or asked for, offered by either; and in band also with bytes that are
 * faster than stanzas (over SOCKS5 the file would be through first). */
enum { WAYS = 4, WAYS_IN_BAND = 8 };

/* In pieces of a thousand bytes, then of that many. */
static void every_way(
    const char *from, const char *to, int ways, size_t segment)
{
    for (int way = 0; way < ways; way++) {
        struct play play = begin(way & 1, from, way & 4);
        reach(&play, MIDDLE);
        size_t before = world_count(play.world, "<data xmlns");
        replace(way & 2 ? play.juliet : play.romeo, to);
        play.world->segment = segment;
        world_run(play.world, play.world->now_ms + 60000);
        size_t blocks = world_count(play.world, "<data xmlns") - before;
        CHECK(strcmp(to, "ibb") ? blocks < 200 : blocks > 200);
        end(&play, 1);
    }
}

TEST(s5b_is_replaced_by_ibb_whoever_offers_it_and_whoever_sends)
{
    every_way("s5b", "ibb", WAYS, 1000);
}

TEST(ibb_is_replaced_by_ibb_whoever_offers_it_and_whoever_sends)
{
    every_way("ibb", "ibb", WAYS_IN_BAND, 1000);
}

TEST(a_replacement_loses_no_byte_of_those_that_come_one_by_one)
{
    every_way("s5b", "ibb", WAYS, 1);
    every_way("ibb", "s5b", WAYS, 1);
}

TEST(ibb_is_replaced_by_s5b_whoever_offers_it_and_whoever_sends)
{
    every_way("ibb", "s5b", WAYS_IN_BAND, 1000);
}

TEST(a_transport_is_replaced_twice_and_back_again)
{
    for (int way = 0; way < WAYS; way++) {
        struct play play = begin(way & 1, "s5b", false);
        reach(&play, MIDDLE);
        replace(way & 2 ? play.juliet : play.romeo, "ibb");
        reach(&play, 2 * MIDDLE);
        replace(way & 2 ? play.romeo : play.juliet, "s5b");
        reach(&play, 3 * MIDDLE);
        replace(way & 2 ? play.juliet : play.romeo, "ibb");
        end(&play, 3);
    }
}

TEST(of_two_replacements_at_once_the_initiators_stands)
{
    for (int way = 0; way < WAYS; way++) {
        const char *from = way & 2 ? "ibb" : "s5b";
        const char *to = way & 2 ? "s5b" : "ibb";
        struct play play = begin(way & 1, from, false);
        reach(&play, MIDDLE);
        replace(play.juliet, to);
        replace(play.romeo, to);
        world_run(play.world, play.world->now_ms + 60000);
        CHECK_INT(world_count(play.world, "action='transport-replace'"), 2);
        CHECK_INT(world_count(play.world, "<tie-break"), 1);
        end(&play, 1);
    }
}

TEST(a_rejected_replacement_changes_nothing_in_the_middle)
{
    for (int way = 0; way < WAYS_IN_BAND; way++) {
        const char *from = way & 4 ? "ibb" : "s5b";
        struct play play = begin(way & 1, from, false);
        reach(&play, MIDDLE);
        struct world_client *by = way & 2 ? play.juliet : play.romeo;
        struct world_client *other = way & 2 ? play.romeo : play.juliet;
        CHECK(client_set_policy(other->core, "transports", from, NULL));
        replace(by, way & 4 ? "s5b" : "ibb");
        world_run(play.world, play.world->now_ms + 1);
        CHECK_INT(world_count(play.world, "transport-reject"), 1);
        end(&play, 0);
    }
}
