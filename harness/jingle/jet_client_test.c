#include "jingle/jet_client.h"

#include "base/test.h"
#include "base/xml.h"
#include "jingle/fake_envelope.h"
#include "jingle/fake_world.h"
#include "omemo/device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char romeo_jid[] = "romeo@world.test/orchard";
static const char juliet_jid[] = "juliet@world.test/balcony";
static const char path[] = "/home/romeo/poem.txt";

struct pair {
    struct world *world;
    struct world_client *romeo, *juliet;
};

static struct pair pair_seeded(
    const char *settings, enum fault of_romeo, enum fault of_juliet)
{
    struct pair pair;
    pair.world = world_new(false);
    pair.world->secure = true;
    pair.romeo = world_client(pair.world, romeo_jid, settings, of_romeo);
    pair.juliet = world_client(pair.world, juliet_jid, settings, of_juliet);
    return pair;
}

static struct pair pair_new(const char *settings)
{
    return pair_seeded(settings, FAULT_NONE, FAULT_NONE);
}

static void send_file(struct pair *pair, uint64_t size)
{
    const char *paths[] = {path};
    world_put(pair->romeo, path, size);
    struct client_send send = {
        .peer = juliet_jid, .paths = paths, .path_count = 1, .encrypt = true};
    struct error error = {{0}};
    CHECK(client_accept(pair->juliet->core, &error));
    CHECK(client_send_files(pair->romeo->core, &send, &error));
    world_run(pair->world, pair->world->now_ms + 1000);
}

static void show(const struct pair *pair)
{
    fprintf(stderr, "%.20000s\n", buffer_text(&pair->world->log));
    for (size_t i = 0; i < pair->juliet->event_count; i++)
        fprintf(stderr, "juliet: %d %s %s\n", pair->juliet->events[i].kind,
            pair->juliet->events[i].reason, pair->juliet->events[i].text);
    for (size_t i = 0; i < pair->romeo->event_count; i++)
        fprintf(stderr, "romeo: %d %s %s\n", pair->romeo->events[i].kind,
            pair->romeo->events[i].reason, pair->romeo->events[i].text);
}

static void check_whole(const struct pair *pair)
{
    bool same = world_same(pair->juliet, pair->romeo, path);
    if (!same)
        show(pair);
    CHECK(same);
    CHECK_INT(client_session_count(pair->romeo->core), 0);
    CHECK_INT(client_session_count(pair->juliet->core), 0);
    CHECK_TEXT(world_find(pair->juliet, CLIENT_ENDED)->reason, "success");
    CHECK(world_count(pair->world, "<security") > 0);
}

static void whole_transfer(const char *settings, uint64_t size)
{
    struct pair pair = pair_new(settings);
    send_file(&pair, size);
    check_whole(&pair);
    world_free(pair.world);
}

#define IBB "transports: ibb\n"
#define S5B "transports: s5b\ncandidates: direct\n"

TEST(encrypted_files_of_any_size_arrive_over_both_transports)
{
    static const uint64_t sizes[] = {0, 1, 15, 16, 17, 4080, 4096, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        whole_transfer(IBB, sizes[i]);
        whole_transfer(S5B, sizes[i]);
    }
    whole_transfer(S5B, 3000000);
}

TEST(an_encrypted_file_arrives_byte_by_byte_over_both_transports)
{
    whole_transfer(IBB "block-size: 1\n", 300);
    struct pair pair = pair_new(S5B);
    pair.world->segment = 1;
    send_file(&pair, 300);
    check_whole(&pair);
    world_free(pair.world);
}

TEST(encryption_lasts_through_a_replaced_transport)
{
    struct pair pair = pair_new(NULL);
    pair.world->no_direct = true;
    send_file(&pair, 20000);
    check_whole(&pair);
    CHECK_INT(world_count(pair.world, "transport-replace"), 1);
    world_free(pair.world);
}

TEST(another_method_than_omemo_is_a_row_and_nothing_else)
{
    static const char *const settings[] = {IBB, S5B};
    struct jet methods = {0};
    jet_add(&methods, &stub, NULL);
    for (int i = 0; i < 2; i++) {
        struct pair pair = {.world = world_new(false)};
        pair.world->secure = true;
        pair.world->methods = &methods;
        pair.romeo =
            world_client(pair.world, romeo_jid, settings[i], FAULT_NONE);
        pair.juliet =
            world_client(pair.world, juliet_jid, settings[i], FAULT_NONE);
        send_file(&pair, 20000);
        check_whole(&pair);
        CHECK(world_count(pair.world, "<stub xmlns='" STUB_NS "'>") > 0);
        CHECK_INT(world_count(pair.world, "axolotl"), 0);
        world_free(pair.world);
    }
}

TEST(what_two_methods_announce_is_announced_once)
{
    static const char *const features[] = {
        JET_NS, "urn:example:jet-other", NULL};
    static const struct jet_envelope other = {.type = "urn:example:other",
        .features = features,
        .wrap = stub_wrap,
        .unwrap = stub_unwrap};
    struct jet methods = {0};
    jet_add(&methods, &stub, NULL);
    jet_add(&methods, &other, NULL);
    struct pair pair = {.world = world_new(false)};
    pair.world->secure = true;
    pair.world->methods = &methods;
    pair.romeo = world_client(pair.world, romeo_jid, IBB, FAULT_NONE);
    const struct security *security = jet_client_security(pair.romeo->jet);
    const char *name;
    size_t jets = 0, all = 0;
    for (; (name = security->feature(security->owner, pair.romeo->core, all)) !=
           NULL;
         all++)
        jets += strcmp(name, JET_NS) == 0;
    CHECK_INT(jets, 1);
    CHECK_INT(all, 3);
    world_free(pair.world);
}

TEST(each_own_device_gets_a_key_unless_told_otherwise)
{
    static const char *const settings[] = {IBB, IBB "omemo-own-devices: no\n"};
    for (int i = 0; i < 2; i++) {
        struct pair pair = pair_new(settings[i]);
        struct world_client *phone = world_client(
            pair.world, "romeo@world.test/phone", settings[i], FAULT_NONE);
        char *rid = mem_printf(" rid='%u'",
            omemo_device_id(
                omemo_account_device(jet_client_account(phone->jet))));
        world_run(pair.world, pair.world->now_ms + 100);
        send_file(&pair, 2000);
        check_whole(&pair);
        CHECK_INT(world_count(pair.world, rid) > 0, i == 0);
        free(rid);
        world_free(pair.world);
    }
}

TEST(every_reading_of_the_sender_is_taken)
{
    static const char *const settings[] = {"jet-cipher: aes-256-gcm\n",
        "jet-cipher-name: urn-versioned\n", "jet-cipher-name: versioned\n",
        "jet-cipher-name: bare\n", "jet-name: no\n", "jet-iv-length: 16\n",
        "jet-tag: key\n", "jet-tag: key\nfile-size: no\n",
        "jet-hash: ciphertext\nhash-when: later\n", "jet-size: ciphertext\n",
        "jet-hash: ciphertext\n", "hash-when: later\n",
        "omemo-own-devices: no\n",
        "jet-tag: key\njet-cipher: aes-256-gcm\njet-iv-length: 16\n"};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        char *ibb = mem_printf("%s%s", IBB, settings[i]);
        char *s5b = mem_printf("%s%s", S5B, settings[i]);
        whole_transfer(ibb, 20000);
        whole_transfer(s5b, 20000);
        free(ibb);
        free(s5b);
    }
}

static bool was_told(const struct world_client *client, const char *text)
{
    for (size_t i = 0; i < client->event_count; i++) {
        if (client->events[i].kind == CLIENT_NOTICE &&
            strstr(client->events[i].text, text) != NULL)
            return true;
    }
    return false;
}

TEST(each_reading_is_written_as_chosen_and_noted_by_the_receiver)
{
    static const struct {
        const char *setting, *written, *noted;
    } rows[] = {
        {"", " cipher='urn:xmpp:ciphers:aes-128-gcm-nopadding'",
            "URN without a version"},
        {"jet-cipher-name: urn-versioned\n",
            " cipher='urn:xmpp:ciphers:aes-128-gcm-nopadding:0'",
            "URN with version 0"},
        {"jet-cipher-name: versioned\n", " cipher='aes-128-gcm-nopadding:0'",
            "a version but no URN"},
        {"jet-cipher-name: bare\n", " cipher='aes-128-gcm-nopadding'",
            "neither URN nor version"},
        {"jet-cipher: aes-256-gcm\n",
            " cipher='urn:xmpp:ciphers:aes-256-gcm-nopadding'", ""},
        {"jet-name: no\n", "<security xmlns='" JET_NS "' cipher=",
            "does not name the content"},
        {"jet-iv-length: 16\n", "==</iv>", "the IV has 16 bytes"},
        {"jet-tag: key\n", "", "a tag stands behind the key"},
        {"jet-size: ciphertext\n", "<size>2016</size>",
            "size is that of the encrypted stream"},
        {"jet-hash: ciphertext\n", "", "hash is that of the encrypted stream"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *settings = mem_printf("%s%s", IBB, rows[i].setting);
        struct pair pair = pair_new(settings);
        send_file(&pair, 2000);
        check_whole(&pair);
        bool written = *rows[i].written == 0 ||
                       world_count(pair.world, rows[i].written) > 0;
        bool noted =
            *rows[i].noted == 0 || was_told(pair.juliet, rows[i].noted);
        if (!written || !noted)
            test_fail(__FILE__, __LINE__, "%s", rows[i].setting);
        world_free(pair.world);
        free(settings);
    }
}

TEST(size_and_hash_are_the_plaintexts_and_no_plaintext_is_on_the_wire)
{
    struct pair pair = pair_new(IBB);
    send_file(&pair, 3000);
    check_whole(&pair);
    CHECK(world_count(pair.world, "<size>3000</size>") > 0);
    struct buffer plain = {0};
    uint8_t start[30];
    for (size_t i = 0; i < sizeof start; i++)
        start[i] = world_byte(i);
    base64_encode(&plain, start, sizeof start);
    CHECK_INT(world_count(pair.world, buffer_text(&plain)), 0);
    buffer_free(&plain);
    world_free(pair.world);
}

TEST(an_encrypted_request_is_served)
{
    struct pair pair = pair_new(NULL);
    struct error error = {{0}};
    world_put(pair.romeo, path, 50000);
    client_share_file(pair.romeo->core, path);
    CHECK(client_accept(pair.romeo->core, &error));
    struct client_request request = {
        .peer = romeo_jid, .name = "poem.txt", .encrypt = true};
    CHECK(client_request_file(pair.juliet->core, &request, &error));
    world_run(pair.world, pair.world->now_ms + 1000);
    check_whole(&pair);
    world_free(pair.world);
}

TEST(a_range_of_an_encrypted_file_is_served)
{
    struct pair pair = pair_new(NULL);
    struct error error = {{0}};
    world_put(pair.romeo, path, 50000);
    client_share_file(pair.romeo->core, path);
    CHECK(client_accept(pair.romeo->core, &error));
    struct client_request request = {.peer = romeo_jid,
        .name = "poem.txt",
        .encrypt = true,
        .offset = 1000,
        .length = 5000};
    CHECK(client_request_file(pair.juliet->core, &request, &error));
    world_run(pair.world, pair.world->now_ms + 1000);
    const struct world_file *got = world_received(pair.juliet);
    if (!got->good)
        show(&pair);
    CHECK(got->good);
    CHECK_INT(got->content.len, 5000);
    CHECK_INT(got->content.data[0], world_byte(1000));
    world_free(pair.world);
}

/* With a method that writes them for everybody to read. */
TEST(several_files_in_one_session_have_secrets_of_their_own)
{
    struct jet methods = {0};
    jet_add(&methods, &stub, NULL);
    struct pair pair = {.world = world_new(false)};
    pair.world->secure = true;
    pair.world->methods = &methods;
    pair.romeo = world_client(pair.world, romeo_jid, IBB, FAULT_NONE);
    pair.juliet = world_client(pair.world, juliet_jid, IBB, FAULT_NONE);
    const char *paths[] = {path, "/home/romeo/other.txt"};
    world_put(pair.romeo, paths[0], 5000);
    world_put(pair.romeo, paths[1], 6000);
    struct client_send send = {
        .peer = juliet_jid, .paths = paths, .path_count = 2, .encrypt = true};
    struct error error = {{0}};
    CHECK(client_accept(pair.juliet->core, &error));
    CHECK(client_send_files(pair.romeo->core, &send, &error));
    world_run(pair.world, pair.world->now_ms + 1000);
    CHECK_TEXT(world_find(pair.juliet, CLIENT_ENDED)->reason, "success");
    CHECK(world_same(pair.juliet, pair.romeo, paths[1]));
    static const char envelope[] = "<stub xmlns='" STUB_NS "'>";
    const char *one = strstr(buffer_text(&pair.world->log), envelope);
    const char *two = one ? strstr(one + 1, envelope) : NULL;
    CHECK(one != NULL && two != NULL);
    one += strlen(envelope);
    two += strlen(envelope);
    CHECK(strncmp(one, two, 24) != 0);           /* the key */
    CHECK(strncmp(one + 24, two + 24, 16) != 0); /* the IV */
    world_free(pair.world);
}

/* The received file must not be there as good, and the reason be this. */
static void check_refused(const struct pair *pair)
{
    const struct world_file *got = world_received(pair->juliet);
    bool good = got->finished && got->good;
    if (good || client_session_count(pair->juliet->core) > 0)
        show(pair);
    CHECK(!good);
    CHECK_INT(client_session_count(pair->juliet->core), 0);
    CHECK(world_count(pair->world, "security-error") > 0);
}

/* Changes the text of the first stanza that has it. */
struct change {
    const char *in, *attribute, *value;
    bool done;
};

static bool flip_data(struct world *world, xmlNodePtr stanza, void *owner)
{
    (void)world;
    int *blocks = owner;
    xmlNode *data = xml_child(stanza, NULL, "data");
    if (data == NULL || ++*blocks != 2)
        return true;
    struct buffer text = {0};
    xml_text(data, &text);
    text.data[20] = text.data[20] == 'A' ? 'B' : 'A';
    xmlNodeSetContent(data, (const xmlChar *)buffer_text(&text));
    buffer_free(&text);
    return true;
}

TEST(a_flipped_byte_leaves_no_good_file)
{
    struct pair pair = pair_new(IBB);
    int blocks = 0;
    pair.world->filter = flip_data;
    pair.world->filter_owner = &blocks;
    send_file(&pair, 20000);
    check_refused(&pair);
    world_free(pair.world);
}

static bool change_security(struct world *world, xmlNodePtr stanza, void *owner)
{
    (void)world;
    struct change *change = owner;
    xmlNode *found = xml_find(stanza, NULL, NULL, "security");
    if (found == NULL || xml_is(stanza, NULL, "message"))
        return true;
    xmlNode *at = xml_find(found, NULL, NULL, change->in);
    if (at == NULL)
        return true;
    change->done = true;
    if (change->attribute == NULL)
        xmlNodeSetContent(at, (const xmlChar *)change->value);
    else
        xmlSetProp(at, (const xmlChar *)change->attribute,
            (const xmlChar *)change->value);
    return true;
}

TEST(an_unreadable_security_never_becomes_a_plain_transfer)
{
    struct change changes[] = {
        {"security", "cipher", "urn:example:rot13", false},
        {"security", "type", "urn:xmpp:omemo:2", false},
        {"security", "name", "another", false},
        {"key", "rid", "4711", false},
        {"key", NULL, "AAAA", false},
        {"iv", NULL, "", false},
        {"header", "sid", "4711", false},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct pair pair = pair_new(IBB);
        pair.world->filter = change_security;
        pair.world->filter_owner = &changes[i];
        send_file(&pair, 2000);
        CHECK(changes[i].done);
        check_refused(&pair);
        world_free(pair.world);
    }
}

TEST(a_peer_without_jet_gets_nothing)
{
    struct pair pair;
    pair.world = world_new(false);
    pair.juliet = world_client(pair.world, juliet_jid, IBB, FAULT_NONE);
    pair.world->secure = true;
    pair.romeo = world_client(pair.world, romeo_jid, IBB, FAULT_NONE);
    send_file(&pair, 2000);
    CHECK_INT(world_count(pair.world, "session-initiate"), 0);
    CHECK_TEXT(world_find(pair.romeo, CLIENT_FAILED)->reason, "security-error");
    world_free(pair.world);
}

TEST(a_peer_whose_bundle_is_broken_gets_nothing)
{
    struct pair pair = pair_new(IBB);
    char *node = mem_printf(OMEMO_BUNDLES_NODE "%u",
        omemo_device_id(
            omemo_account_device(jet_client_account(pair.juliet->jet))));
    fake_pubsub_put(pair.world->pubsub, "juliet@world.test", node,
        "<bundle xmlns='" OMEMO_NS "'/>");
    send_file(&pair, 2000);
    CHECK_INT(world_count(pair.world, "session-initiate"), 0);
    free(node);
    world_free(pair.world);
}

TEST(without_decided_trust_nothing_is_sent)
{
    struct pair pair = pair_new(IBB "omemo-trust: decided\n");
    send_file(&pair, 2000);
    CHECK_INT(world_count(pair.world, "session-initiate"), 0);
    world_free(pair.world);
}

/* A seeded fault of one side: whether the file arrived as it is. */
static bool arrives(enum fault of_romeo, enum fault of_juliet,
    world_filter_fn *filter, void *owner)
{
    struct pair pair = pair_seeded(IBB, of_romeo, of_juliet);
    pair.world->filter = filter;
    pair.world->filter_owner = owner;
    send_file(&pair, 20000);
    const struct world_file *got = world_received(pair.juliet);
    bool good = got->finished && got->good;
    world_free(pair.world);
    return good;
}

TEST(the_senders_faults_are_noticed_by_a_right_receiver)
{
    static const enum fault faults[] = {FAULT_JET_IV_RANDOM_ELSEWHERE,
        FAULT_IV_FROM_KEY, FAULT_JET_CIPHER_CBC, FAULT_JET_TYPE_OMEMO_2,
        FAULT_KEY_WITHOUT_RID, FAULT_JET_PLAINTEXT_SENT};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (arrives(faults[i], FAULT_NONE, NULL, NULL))
            test_fail(__FILE__, __LINE__, "%s", fault_rows[faults[i]].name);
    }
}

TEST(the_receivers_faults_take_what_must_be_refused)
{
    int blocks = 0;
    CHECK(
        arrives(FAULT_NONE, FAULT_JET_CIPHERTEXT_STORED, NULL, NULL) == false);
    /* the hash would tell, so it must be ignored: none is compared here */
    struct change wrong_cipher = {"security", "cipher", "urn:example:x", false};
    struct pair pair =
        pair_seeded(IBB, FAULT_NONE, FAULT_UNKNOWN_CIPHER_PLAINTEXT);
    pair.world->filter = change_security;
    pair.world->filter_owner = &wrong_cipher;
    send_file(&pair, 2000);
    CHECK(world_count(pair.world, "session-accept") > 0);
    world_free(pair.world);
    pair = pair_seeded(IBB "file-size: yes\nhash-when: never\n", FAULT_NONE,
        FAULT_JET_TAG_IGNORED);
    pair.world->filter = flip_data;
    pair.world->filter_owner = &blocks;
    send_file(&pair, 20000);
    /* the hash is promised, and waited for in vain */
    world_run(pair.world, pair.world->now_ms + 10000);
    CHECK(world_received(pair.juliet)->good);
    world_free(pair.world);
}
