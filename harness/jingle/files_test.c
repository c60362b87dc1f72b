/* What is said of a file and what becomes of it (XEP-0234), both when it is
 * offered and when it is asked for. Romeo has it, Juliet gets it. */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/digest.h"
#include "jingle/fake_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char romeo_jid[] = "romeo@world.test/orchard";
static const char juliet_jid[] = "juliet@world.test/balcony";

enum { OFFERED, REQUESTED, WAYS };

struct pair {
    struct world *world;
    struct world_client *romeo, *juliet;
    const char *path;
};

static struct pair pair_with(
    const char *romeo, enum fault romeo_fault, const char *juliet)
{
    struct pair pair = {.world = world_new(false), .path = "/home/poem.txt"};
    pair.romeo = world_client(pair.world, romeo_jid, romeo, romeo_fault);
    pair.juliet = world_client(pair.world, juliet_jid, juliet, FAULT_NONE);
    return pair;
}

static struct pair pair_new(const char *settings)
{
    return pair_with(settings, FAULT_NONE, settings);
}

static void run(struct pair *pair, int64_t ms)
{
    world_run(pair->world, pair->world->now_ms + ms);
}

/* By its hash, which no setting leaves out. */
static void request(struct pair *pair, uint64_t size, uint64_t offset)
{
    uint8_t sum[DIGEST_MAX], *bytes = mem_alloc(size + 1);
    for (uint64_t i = 0; i < size; i++) {
        bytes[i] = world_byte(i);
    }
    digest_once(DIGEST_SHA1, bytes, size, sum);
    struct buffer hex = {0};
    hex_encode(&hex, sum, 20);
    struct client_request wanted = {.peer = romeo_jid,
        .hash_algorithm = "sha-1",
        .hash = buffer_text(&hex),
        .offset = offset};
    CHECK(client_request_file(pair->juliet->core, &wanted, NULL));
    buffer_free(&hex);
    free(bytes);
}

/* Nobody has accepted yet. */
static void begin(struct pair *pair, int way, uint64_t size)
{
    world_put(pair->romeo, pair->path, size);
    if (way == REQUESTED) {
        client_share_file(pair->romeo->core, pair->path);
        request(pair, size, 0);
    } else {
        struct client_send send = {
            .peer = juliet_jid, .paths = &pair->path, .path_count = 1};
        CHECK(client_send_files(pair->romeo->core, &send, NULL));
    }
    run(pair, 10);
}

static void accept(struct pair *pair, int way)
{
    client_accept(
        way == REQUESTED ? pair->romeo->core : pair->juliet->core, NULL);
}

static void go(struct pair *pair, int way, uint64_t size)
{
    begin(pair, way, size);
    accept(pair, way);
}

static void end(struct pair *pair)
{
    CHECK_INT(client_session_count(pair->romeo->core), 0);
    CHECK_INT(client_session_count(pair->juliet->core), 0);
    world_free(pair->world);
}

/* Why it ended for the one who ended it; the other may have seen the end of
 * the bytestream first. */
static void check_ended(const struct world_client *by, const char *reason)
{
    CHECK_TEXT(world_find(by, CLIENT_ENDED)->reason, reason);
    char *stanza = mem_printf("<reason><%s/>", reason);
    CHECK_INT(world_count(by->world, stanza), 1);
    free(stanza);
}

static void check_reason(const struct pair *pair, const char *reason)
{
    CHECK_TEXT(world_find(pair->romeo, CLIENT_ENDED)->reason, reason);
    CHECK_TEXT(world_find(pair->juliet, CLIENT_ENDED)->reason, reason);
}

/* --- what is said of it --- */

/* In the description of the offer, or of the accept. */
static void check_said(const char *settings, const char *text, bool wanted)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_with(settings, FAULT_NONE, NULL);
        go(&pair, way, 3);
        run(&pair, 1000);
        const char *line = world_line(pair.world,
            way == OFFERED ? "session-initiate" : "session-accept", "<file>");
        CHECK(*line != 0);
        if ((strstr(line, text) != NULL) != wanted) {
            test_fail(__FILE__, __LINE__, "%s %s in %s",
                wanted ? "no" : "still", text, line);
        }
        world_free(pair.world);
    }
}

TEST(all_that_is_known_of_a_file_is_said_in_both_roles)
{
    check_said(NULL, "<name>poem.txt</name>", true);
    check_said(NULL, "<size>3</size>", true);
    check_said(NULL, "<date>2001-09-09T01:46:40Z</date>", true);
    check_said("media-type: text/plain\n", "<media-type>text/plain</", true);
    check_said("description: A & B\n", "<desc>A &amp; B</desc>", true);
    static const char several[] = "descriptions: de=Gedicht|en=Poem\n";
    check_said(several, "<desc xml:lang='de'>Gedicht</desc>", true);
    check_said(several, "<desc xml:lang='en'>Poem</desc>", true);
    check_said("hash: sha-1, sha3-512\n", " algo='sha-1'>", true);
    check_said("hash: sha-1, sha3-512\n", " algo='sha3-512'>", true);
    check_said("hash-when: later\n", "<hash-used ", true);
    check_said("hash-when: later\n", "<hash ", false);
    check_said("hash-when: never\n", "<hash ", false);
}

TEST(what_is_not_to_be_said_is_left_out_in_both_roles)
{
    check_said("file-name: no\n", "<name>", false);
    check_said("file-size: no\n", "<size>", false);
    check_said("file-date: no\n", "<date>", false);
    check_said("media-type:\n", "<media-type>", false);
    check_said(NULL, "<desc>", false);
}

TEST(who_may_send_is_said_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_new("transports: ibb\n");
        go(&pair, way, 3);
        run(&pair, 1000);
        CHECK_INT(
            world_count(pair.world, way == OFFERED ? " senders='initiator'>"
                                                   : " senders='responder'>"),
            2);
        end(&pair);
    }
}

/* --- names --- */

TEST(names_are_made_safe_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_new("transports: ibb\n");
        pair.path = "/home/.bashrc";
        go(&pair, way, 3);
        run(&pair, 1000);
        CHECK_TEXT(world_received(pair.juliet)->name, "%2Ebashrc");
        end(&pair);
    }
}

TEST(a_file_without_a_name_gets_one_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_new("transports: ibb\nfile-name: no\n");
        go(&pair, way, 3);
        run(&pair, 1000);
        CHECK(world_received(pair.juliet)->good);
        CHECK_TEXT(world_received(pair.juliet)->name, "file");
        end(&pair);
    }
}

/* --- sizes --- */

TEST(an_empty_file_is_there_at_once_in_both_roles)
{
    static const char *const settings[] = {"transports: ibb\n",
        "transports: s5b\ncandidates: direct\ns5b-close: no\n"};
    for (int way = 0; way < WAYS; way++) {
        for (int i = 0; i < 2; i++) {
            struct pair pair = pair_new(settings[i]);
            go(&pair, way, 0);
            run(&pair, 1000);
            CHECK(world_received(pair.juliet)->good);
            CHECK_INT(
                world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_GOOD);
            check_reason(&pair, "success");
            end(&pair);
        }
    }
}

TEST(what_grows_over_the_limit_is_stopped_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_with("transports: ibb\nfile-size: no\n",
            FAULT_NONE, "transports: ibb\nfile-limit: 9000\n");
        go(&pair, way, 100000);
        run(&pair, 1000);
        CHECK(!world_received(pair.juliet)->good);
        CHECK(world_received(pair.juliet)->content.len <= 9000);
        CHECK_INT(world_count(pair.world, "<file-too-large "), 1);
        check_ended(pair.juliet, "media-error");
        end(&pair);
    }
}

TEST(what_is_announced_over_the_limit_is_not_begun_in_either_role)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_with("transports: ibb\n", FAULT_NONE,
            "transports: ibb\nfile-limit: 9000\n");
        begin(&pair, way, 9001);
        if (way == REQUESTED) {
            accept(&pair, way);
        }
        run(&pair, 1000);
        CHECK(!world_has_received(pair.juliet));
        CHECK_INT(world_count(pair.world, "<data "), 0);
        CHECK_INT(world_count(pair.world, "<file-too-large "), 1);
        check_reason(&pair, "media-error");
        end(&pair);
    }
}

TEST(a_stream_that_ends_early_is_noticed_without_a_hash_in_both_roles)
{
    static const char *const settings[] = {
        "transports: ibb\nhash-when: never\n",
        "transports: s5b\ncandidates: direct\nhash-when: never\n"};
    for (int way = 0; way < WAYS; way++) {
        for (int i = 0; i < 2; i++) {
            struct pair pair =
                pair_with(settings[i], FAULT_LAST_BYTE_LOST, settings[i]);
            go(&pair, way, 5000);
            run(&pair, 100000);
            CHECK(!world_received(pair.juliet)->good);
            end(&pair);
        }
    }
}

/* --- files that can't be read or written --- */

TEST(a_file_that_has_gone_ends_the_session_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_new("transports: ibb\n");
        begin(&pair, way, 5000);
        pair.romeo->files[0].name[0] = 0;
        accept(&pair, way);
        run(&pair, 1000);
        check_ended(pair.romeo, "failed-application");
        end(&pair);
    }
}

TEST(a_file_that_can_not_be_made_ends_the_session_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_new("transports: ibb\n");
        begin(&pair, way, 5000);
        pair.juliet->file_count = WORLD_FILES_MAX;
        accept(&pair, way);
        run(&pair, 1000);
        check_ended(pair.juliet, "failed-application");
        pair.juliet->file_count = 0;
        end(&pair);
    }
}

/* --- hashes --- */

/* The bytes are there before the checksum. */
TEST(a_promised_hash_is_awaited_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair =
            pair_new("transports: s5b\ncandidates: direct\nhash-when: later\n");
        pair.world->net_first = true;
        go(&pair, way, 5000);
        run(&pair, 1000);
        CHECK_INT(world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_GOOD);
        check_reason(&pair, "success");
        end(&pair);
    }
}

TEST(a_promised_hash_is_not_awaited_for_ever_in_either_role)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_with(
            "transports: ibb\nhash-when: never\n", FAULT_NEVER_ENDS, NULL);
        go(&pair, way, 5000);
        run(&pair, 4000);
        CHECK(!world_received(pair.juliet)->finished);
        run(&pair, 8000);
        CHECK(world_received(pair.juliet)->good);
        CHECK_INT(
            world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_UNCHECKED);
        end(&pair);
    }
}

static void ask_for_part(struct pair *pair, int way)
{
    world_put(pair->romeo, pair->path, 5000);
    if (way == OFFERED) {
        client_accept_range(pair->juliet->core, 100, 50, NULL);
        begin(pair, way, 5000);
    } else {
        client_share_file(pair->romeo->core, pair->path);
        client_accept(pair->romeo->core, NULL);
        struct client_request wanted = {
            .peer = romeo_jid, .name = "poem.txt", .offset = 100, .length = 50};
        CHECK(client_request_file(pair->juliet->core, &wanted, NULL));
    }
    run(pair, 1000);
}

TEST(the_hash_of_a_part_is_judged_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_new("transports: ibb\nhash-when: later\n");
        ask_for_part(&pair, way);
        CHECK_INT(world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_GOOD);
        CHECK_INT(world_received(pair.juliet)->content.len, 50);
        end(&pair);
        pair = pair_with("transports: ibb\nhash-when: later\n",
            FAULT_CHECKSUM_WRONG, "transports: ibb\n");
        ask_for_part(&pair, way);
        CHECK(!world_received(pair.juliet)->good);
        end(&pair);
    }
}

TEST(a_file_is_resumed_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        struct pair pair = pair_new("transports: ibb\nresume: yes\n"
                                    "block-delay: 10ms\nibb-window: 1\n");
        go(&pair, way, 40960);
        run(&pair, 55);
        client_cancel(pair.juliet->core, NULL);
        run(&pair, 100);
        size_t have = world_received(pair.juliet)->content.len;
        CHECK(have > 0 && have < 40960);
        if (way == OFFERED) {
            begin(&pair, way, 40960);
            client_accept_range(pair.juliet->core, have, 0, NULL);
        } else {
            client_accept(pair.romeo->core, NULL);
            struct client_request rest = {
                .peer = romeo_jid, .name = "poem.txt", .offset = have};
            CHECK(client_request_file(pair.juliet->core, &rest, NULL));
        }
        run(&pair, 1000);
        CHECK(world_same(pair.juliet, pair.romeo, pair.path));
        CHECK_INT(world_find(pair.juliet, CLIENT_FILE_DONE)->hash, CLIENT_GOOD);
        end(&pair);
    }
}

/* --- which file --- */

TEST(of_several_shared_files_the_one_that_was_meant_is_sent)
{
    for (int by_name = 0; by_name < 2; by_name++) {
        struct pair pair = pair_new("transports: ibb\nauto-accept: yes\n");
        world_put(pair.romeo, "/other", 7);
        world_put(pair.romeo, pair.path, 5);
        client_share_file(pair.romeo->core, "/other");
        client_share_file(pair.romeo->core, pair.path);
        if (by_name) {
            struct client_request wanted = {
                .peer = romeo_jid, .name = "poem.txt"};
            CHECK(client_request_file(pair.juliet->core, &wanted, NULL));
        } else {
            request(&pair, 5, 0);
        }
        run(&pair, 1000);
        CHECK_TEXT(world_received(pair.juliet)->name, "poem.txt");
        CHECK_INT(world_received(pair.juliet)->content.len, 5);
        end(&pair);
    }
}

/* --- transfers that do not move, or end --- */

TEST(a_transfer_that_does_not_move_fails_in_both_roles)
{
    for (int way = 0; way < WAYS; way++) {
        for (int receiver = 0; receiver < 2; receiver++) {
            static const char impatient[] =
                "transports: ibb\nstall-timeout: 2s\niq-timeout: 60s\n";
            struct pair pair = {
                .world = world_new(false), .path = "/home/poem.txt"};
            pair.romeo = world_client(pair.world, romeo_jid,
                receiver ? "transports: ibb\niq-timeout: 60s\n" : impatient,
                FAULT_NONE);
            pair.juliet = world_client(pair.world, juliet_jid,
                receiver ? impatient : "transports: ibb\n",
                FAULT_IBB_DATA_UNACKED);
            go(&pair, way, 500000);
            run(&pair, 10000);
            check_ended(receiver ? pair.juliet : pair.romeo, "timeout");
            world_free(pair.world);
        }
    }
}

/* The one who is to end the session never does. */
TEST(who_waits_for_the_end_does_not_wait_for_ever_in_either_role)
{
    for (int way = 0; way < WAYS; way++) {
        for (int by_sender = 0; by_sender < 2; by_sender++) {
            const char *settings =
                by_sender ? "transports: ibb\nterminate-by: sender\n"
                          : "transports: ibb\n";
            struct pair pair = {
                .world = world_new(false), .path = "/home/poem.txt"};
            pair.romeo = world_client(pair.world, romeo_jid, settings,
                by_sender ? FAULT_NEVER_ENDS : FAULT_NONE);
            pair.juliet = world_client(pair.world, juliet_jid, settings,
                by_sender ? FAULT_NONE : FAULT_NEVER_ENDS);
            go(&pair, way, 5000);
            run(&pair, 4000);
            CHECK_INT(world_count(pair.world, "session-terminate"), 0);
            run(&pair, 4000);
            CHECK_INT(world_count(pair.world, "session-terminate"), 1);
            check_reason(&pair, "success");
            end(&pair);
        }
    }
}
