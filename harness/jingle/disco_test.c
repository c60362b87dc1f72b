/* What the client tells about itself, what it believes of others, and what it
 * makes of that (XEP-0030, 0115). The peers are written by hand. */
#include "base/memory.h"
#include "base/test.h"
#include "base/xml.h"
#include "jingle/digest.h"
#include "jingle/fake_log.h"
#include "jingle/names.h"
#include "jingle/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROMEO "romeo@world.test/orchard"
#define OTHER "benvolio@world.test/phone"
#define JULIET "juliet@world.test/balcony"

/* Juliet alone; what she sends stays in the log. */
static struct world *alone(const char *settings)
{
    struct world *world = world_new(false);
    world_client(world, JULIET, settings, FAULT_NONE);
    world->filter = world_to_nobody;
    world_run(world, 0);
    return world;
}

/* --- what she tells --- */

static const char *ask(struct world *world, const char *query)
{
    static unsigned count;
    char id[32];
    snprintf(id, sizeof id, "ask%u", ++count);
    char *iq = mem_printf("<iq type='get' id='%s' from='" ROMEO "' to='" JULIET
                          "'>%s</iq>",
        id, query);
    world_inject(world, iq);
    free(iq);
    char *key = mem_printf("id='%s'", id);
    const char *line = world_line(world, key, "to='" ROMEO "'");
    free(key);
    return line;
}

#define INFO "<query xmlns='" NS_DISCO_INFO "'/>"

static void check_feature(
    const char *settings, const char *feature, bool wanted)
{
    struct world *world = alone(settings);
    char *var = mem_printf("<feature var='%s'/>", feature);
    const char *answer = ask(world, INFO);
    if ((strstr(answer, var) != NULL) != wanted) {
        test_fail(__FILE__, __LINE__, "with %s: %s %s",
            settings ? settings : "", wanted ? "no" : "yet", feature);
    }
    free(var);
    world_free(world);
}

TEST(all_that_is_supported_is_announced)
{
    static const char *const features[] = {NS_DISCO_INFO, NS_DISCO_ITEMS,
        NS_CAPS, NS_PING, NS_VERSION, NS_JINGLE, NS_FILE, NS_JINGLE_S5B, NS_S5B,
        NS_JINGLE_IBB, NS_IBB, NS_HASHES, NS_PROPOSE};
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        check_feature(NULL, features[i], true);
    }
    for (int kind = 0; kind < DIGEST_KINDS; kind++) {
        char *name =
            mem_printf(NS_HASH_NAME "%s", digest_name((enum digest_kind)kind));
        check_feature(NULL, name, true);
        free(name);
    }
}

TEST(what_is_switched_off_is_not_announced)
{
    check_feature("transports: ibb\n", NS_JINGLE_S5B, false);
    check_feature("transports: ibb\n", NS_S5B, false);
    check_feature("transports: s5b\n", NS_JINGLE_IBB, false);
    check_feature("transports: s5b\n", NS_IBB, false);
    check_feature("caps: no\n", NS_CAPS, false);
    check_feature("ping: no\n", NS_PING, false);
    check_feature("version: no\n", NS_VERSION, false);
    check_feature("message-initiation: never\n", NS_PROPOSE, false);
}

TEST(the_identity_is_that_of_a_client)
{
    struct world *world = alone(NULL);
    CHECK(strstr(ask(world, INFO), "<identity category='client' type='pc'"));
    world_free(world);
}

TEST(a_node_is_answered_when_it_is_that_of_the_caps)
{
    struct world *world = alone(NULL);
    char *presence = mem_strdup(world_line(world, "<presence", NS_CAPS));
    char *node = mem_strdup(line_value(presence, "<c ", "node"));
    char *ver = mem_strdup(line_value(presence, "<c ", "ver"));
    char *right = mem_printf(
        "<query xmlns='" NS_DISCO_INFO "' node='%s#%s'/>", node, ver);
    const char *answer = ask(world, right);
    CHECK(strstr(answer, "type='result'"));
    char *echo = mem_printf("%s#%s", node, ver);
    CHECK_TEXT(line_value(answer, "<query", "node"), echo);
    char *wrong =
        mem_printf("<query xmlns='" NS_DISCO_INFO "' node='%s#x'/>", node);
    CHECK(strstr(ask(world, wrong), "<item-not-found"));
    CHECK(strstr(
        ask(world, "<query xmlns='" NS_DISCO_ITEMS "'/>"), "type='result'"));
    free(presence);
    free(node);
    free(ver);
    free(right);
    free(echo);
    free(wrong);
    world_free(world);
}

/* Sorts lines in place and joins them. */
static int by_octets(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* XEP-0115 s5.1 over texts that are sorted here. */
static char *ver_of(char *const *identities, size_t identity_count,
    char *const *features, size_t feature_count)
{
    struct buffer text = {0};
    char *all[200];
    for (int part = 0; part < 2; part++) {
        size_t count = part ? feature_count : identity_count;
        memcpy(all, part ? features : identities, count * sizeof *all);
        qsort(all, count, sizeof *all, by_octets);
        for (size_t i = 0; i < count; i++) {
            buffer_printf(&text, "%s<", all[i]);
        }
    }
    uint8_t sum[DIGEST_MAX];
    digest_once(DIGEST_SHA1, text.data, text.len, sum);
    buffer_clear(&text);
    base64_encode(&text, sum, digest_size(DIGEST_SHA1));
    return buffer_take(&text);
}

static void check_announced(const char *settings)
{
    struct world *world = alone(settings);
    char *presence = mem_strdup(world_line(world, "<presence", NS_CAPS));
    const char *answer = ask(world, INFO);
    xmlDocPtr document = xml_parse(bytes_text(answer), NULL);
    xmlNodePtr query = xmlFirstElementChild(xmlDocGetRootElement(document));
    char *identities[4], *features[100];
    size_t identity_count = 0, feature_count = 0;
    for (xmlNodePtr at = xmlFirstElementChild(query); at;
         at = xmlNextElementSibling(at)) {
        if (xml_is(at, NULL, "identity")) {
            identities[identity_count++] =
                mem_printf("%s/%s//%s", stanza_attr(at, "category"),
                    stanza_attr(at, "type"), stanza_attr(at, "name"));
        } else {
            features[feature_count++] = mem_strdup(stanza_attr(at, "var"));
        }
    }
    CHECK_INT(identity_count, 1);
    char *ver = ver_of(identities, identity_count, features, feature_count);
    CHECK_TEXT(line_value(presence, "<c ", "ver"), ver);
    CHECK_TEXT(line_value(presence, "<c ", "hash"), "sha-1");
    free(identities[0]);
    while (feature_count) {
        free(features[--feature_count]);
    }
    free(ver);
    free(presence);
    xmlFreeDoc(document);
    world_free(world);
}

TEST(the_announced_hash_is_that_of_the_answer)
{
    check_announced(NULL);
    check_announced("transports: ibb\nping: no\n");
    check_announced("message-initiation: never\nversion: no\n");
}

TEST(who_has_no_caps_announces_none)
{
    struct world *world = alone("caps: no\n");
    CHECK_TEXT(world_line(world, "<presence", NS_CAPS), "");
    CHECK(*world_line(world, "<presence", ""));
    world_free(world);
}

/* --- what she believes --- */

static const char jingle_features[] =
    "<feature var='" NS_JINGLE "'/><feature var='" NS_FILE
    "'/><feature var='" NS_JINGLE_IBB "'/>";

static char *ver_of_ibb(const char *identity, const char *second)
{
    char one[100], two[100];
    snprintf(one, sizeof one, "%s", identity);
    snprintf(two, sizeof two, "%s", second ? second : "");
    char jingle[] = NS_JINGLE, file[] = NS_FILE, ibb[] = NS_JINGLE_IBB;
    char *identities[] = {one, two};
    char *features[] = {jingle, file, ibb};
    return ver_of(identities, second ? 2 : 1, features, 3);
}

static void present(struct world *world, const char *who, const char *caps)
{
    char *text = mem_printf(
        "<presence from='%s' to='" JULIET "'>%s</presence>", who, caps);
    world_inject(world, text);
    free(text);
}

static void caps_of(struct world *world, const char *who, const char *ver)
{
    char *caps = mem_printf(
        "<c xmlns='" NS_CAPS "' hash='sha-1' node='urn:x' ver='%s'/>", ver);
    present(world, who, caps);
    free(caps);
}

/* Juliet is asked to send a file; she asks who that is, or not. What she asks
 * is answered so. */
static bool asks(struct world *world, const char *who, const char *answer)
{
    size_t before = world_count(world, "<query xmlns='" NS_DISCO_INFO "'");
    const char *paths[] = {"/poem"};
    world_put(&world->clients[0], paths[0], 10);
    struct client_send send = {.peer = who, .paths = paths, .path_count = 1};
    CHECK(client_send_files(world->clients[0].core, &send, NULL));
    world_run(world, world->now_ms + 1);
    bool asked =
        world_count(world, "<query xmlns='" NS_DISCO_INFO "'") > before;
    if (asked) {
        char *to = mem_printf(" to='%s'", who);
        char *line = mem_strdup(world_line(world, NS_DISCO_INFO, to));
        char *result =
            mem_printf("<iq type='result' id='%s' from='%s' to='" JULIET
                       "'><query xmlns='" NS_DISCO_INFO "'>%s</query></iq>",
                line_value(line, "<iq", "id"), who, answer);
        world_inject(world, result);
        free(result);
        free(line);
        free(to);
    }
    client_cancel(world->clients[0].core, NULL);
    world_run(world, world->now_ms + 1);
    return asked;
}

#define A_PC "<identity category='client' type='pc'/>"

TEST(caps_that_fit_are_asked_for_by_node_and_ver_and_only_once)
{
    struct world *world = alone(NULL);
    char *ver = ver_of_ibb("client/pc//", NULL);
    char *answer = mem_printf(A_PC "%s", jingle_features);
    caps_of(world, ROMEO, ver);
    CHECK(asks(world, ROMEO, answer));
    char *node = mem_printf("urn:x#%s", ver);
    CHECK_TEXT(line_value(world_line(world, NS_DISCO_INFO, "to='" ROMEO "'"),
                   "<query", "node"),
        node);
    CHECK_INT(world_count(world, "session-initiate"), 1);
    CHECK(!asks(world, ROMEO, answer));
    caps_of(world, OTHER, ver); /* the same software elsewhere */
    CHECK(!asks(world, OTHER, answer));
    CHECK_INT(world_count(world, "session-initiate"), 3);
    caps_of(world, "mercutio@world.test/x", "q07IKJEyjvHSyhy//CH0CxmKi8w=");
    CHECK(asks(world, "mercutio@world.test/x", answer));
    caps_of(world, ROMEO, "zHyEOgxTrkpSdGcQKH8EFPLsriY="); /* a new one */
    CHECK(asks(world, ROMEO, answer));
    free(node);
    free(answer);
    free(ver);
    world_free(world);
}

TEST(identities_count_sorted_and_with_their_languages)
{
    struct world *world = alone(NULL);
    char *ver = ver_of_ibb("client/pc/de/Ein", "client/pc/en/A");
    char *answer =
        mem_printf("<identity category='client' type='pc' xml:lang='en' "
                   "name='A'/><identity category='client' type='pc' "
                   "xml:lang='de' name='Ein'/>%s",
            jingle_features);
    caps_of(world, ROMEO, ver);
    CHECK(asks(world, ROMEO, answer));
    CHECK(!asks(world, ROMEO, answer));
    free(answer);
    free(ver);
    world_free(world);
}

/* The answer does not bear out what was announced: it holds for once. */
static void check_not_kept(const char *caps, const char *answer)
{
    struct world *world = alone(NULL);
    char *ver = ver_of_ibb("client/pc//", NULL);
    char *text = mem_printf(caps, ver);
    char *inside = mem_printf("%s%s", answer, jingle_features);
    present(world, ROMEO, text);
    CHECK(asks(world, ROMEO, inside));
    CHECK_INT(world_count(world, "session-initiate"), 1);
    if (!asks(world, ROMEO, inside)) {
        test_fail(__FILE__, __LINE__, "kept: %s with %s", text, inside);
    }
    present(world, OTHER, text);
    CHECK(asks(world, OTHER, inside));
    free(inside);
    free(text);
    free(ver);
    world_free(world);
}

#define CAPS(more) "<c xmlns='" NS_CAPS "' ver='%s'" more "/>"
#define GOOD_CAPS CAPS(" hash='sha-1' node='urn:x'")

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

TEST(caps_that_can_not_be_verified_are_not_kept)
{
    check_not_kept(GOOD_CAPS, ""); /* another hash */
    check_not_kept(GOOD_CAPS, A_PC "<feature var='urn:example:more'/>");
    check_not_kept(GOOD_CAPS, A_PC "<x xmlns='jabber:x:data' type='result'/>");
    check_not_kept(CAPS(""), A_PC);
    check_not_kept(CAPS(" node='urn:x'"), A_PC);
    check_not_kept(CAPS(" hash='sha-256' node='urn:x'"), A_PC);
    check_not_kept(CAPS(" hash='sha-1'"), A_PC);
}

#pragma GCC diagnostic pop

TEST(doubled_features_and_identities_make_caps_void)
{
    char jingle[] = NS_JINGLE, file[] = NS_FILE, ibb[] = NS_JINGLE_IBB;
    char pc[] = "client/pc//";
    char *identities[] = {pc, pc}, *features[] = {jingle, file, ibb, ibb};
    for (int i = 0; i < 2; i++) {
        struct world *world = alone(NULL);
        char *ver = ver_of(identities, i ? 2 : 1, features, i ? 3 : 4);
        char *answer = mem_printf(A_PC "%s%s", jingle_features,
            i ? A_PC : "<feature var='" NS_JINGLE_IBB "'/>");
        caps_of(world, ROMEO, ver);
        CHECK(asks(world, ROMEO, answer));
        CHECK(asks(world, ROMEO, answer));
        free(answer);
        free(ver);
        world_free(world);
    }
}

TEST(who_goes_offline_and_comes_back_without_caps_is_asked_again)
{
    struct world *world = alone(NULL);
    char *ver = ver_of_ibb("client/pc//", NULL);
    char *answer = mem_printf(A_PC "%s", jingle_features);
    caps_of(world, ROMEO, ver);
    CHECK(asks(world, ROMEO, answer));
    present(world, ROMEO, "");
    CHECK(asks(world, ROMEO, answer));
    free(answer);
    free(ver);
    world_free(world);
}

/* --- what she makes of it --- */

/* What becomes of a file for a peer of these features: the transport that is
 * offered, "" for none. */
static void check_offer(const char *features, const char *transport)
{
    struct world *world = alone("candidates: direct\n");
    CHECK(asks(world, ROMEO, features));
    const char *offer = world_line(world, "session-initiate", "<transport");
    CHECK_TEXT(line_value(offer, "<transport", "xmlns"), transport);
    if (!*transport) {
        CHECK_INT(world_count(world, "session-initiate"), 0);
        CHECK(world_saw(&world->clients[0], CLIENT_ENDED));
    }
    world_free(world);
}

#define HAS(feature) "<feature var='" feature "'/>"

TEST(the_peers_features_decide_what_is_offered)
{
    check_offer(HAS(NS_JINGLE) HAS(NS_FILE) HAS(NS_JINGLE_S5B)
                    HAS(NS_JINGLE_IBB),
        NS_JINGLE_S5B);
    check_offer(HAS(NS_JINGLE) HAS(NS_FILE) HAS(NS_JINGLE_IBB), NS_JINGLE_IBB);
    check_offer(HAS(NS_JINGLE) HAS(NS_FILE) HAS(NS_JINGLE_S5B), NS_JINGLE_S5B);
    check_offer(HAS(NS_JINGLE) HAS(NS_FILE), "");
    check_offer(HAS(NS_JINGLE) HAS(NS_JINGLE_IBB), "");
    check_offer(HAS(NS_FILE) HAS(NS_JINGLE_IBB), "");
    check_offer("", "");
}

TEST(a_transport_that_the_peer_lacks_is_no_fallback)
{
    struct world *world = world_new(false);
    struct world_client *romeo =
        world_client(world, ROMEO, "candidates: none\n", FAULT_NONE);
    world_client(world, JULIET,
        "transports: s5b\ncandidates: none\nauto-accept: yes\n", FAULT_NONE);
    const char *paths[] = {"/poem"};
    world_put(romeo, paths[0], 10);
    struct client_send send = {.peer = JULIET, .paths = paths, .path_count = 1};
    CHECK(client_send_files(romeo->core, &send, NULL));
    world_run(world, 60000);
    CHECK_INT(world_count(world, "<candidate-error"), 2);
    CHECK_INT(world_count(world, "transport-replace"), 0);
    CHECK_TEXT(world_find(romeo, CLIENT_ENDED)->reason, "connectivity-error");
    world_free(world);
}

TEST(an_error_instead_of_features_ends_the_attempt)
{
    struct world *world = alone(NULL);
    const char *paths[] = {"/poem"};
    world_put(&world->clients[0], paths[0], 10);
    struct client_send send = {.peer = ROMEO, .paths = paths, .path_count = 1};
    CHECK(client_send_files(world->clients[0].core, &send, NULL));
    world_run(world, 1);
    const char *line = world_line(world, NS_DISCO_INFO, "to='" ROMEO "'");
    char *error =
        mem_printf("<iq type='error' id='%s' from='" ROMEO "' to='" JULIET
                   "'><error type='cancel'>"
                   "<service-unavailable xmlns='" NS_STANZAS "'/></error></iq>",
            line_value(line, "<iq", "id"));
    world_inject(world, error);
    free(error);
    CHECK_TEXT(world_find(&world->clients[0], CLIENT_ENDED)->reason,
        "unsupported-applications");
    CHECK_INT(client_session_count(world->clients[0].core), 0);
    world_free(world);
}

/* A bare JID: whom the file goes to. */
static void check_resource(const char *wanted)
{
    struct world *world = alone("discover: never\ntransports: ibb\n");
    present(world, "romeo@world.test/a", "");
    present(world, "romeo@world.test/b", "");
    if (!strcmp(wanted, "romeo@world.test/a")) {
        world_inject(world,
            "<presence type='unavailable' from='romeo@world.test/b' "
            "to='" JULIET "'/>");
    }
    const char *paths[] = {"/poem"};
    world_put(&world->clients[0], paths[0], 10);
    struct client_send send = {
        .peer = "romeo@world.test", .paths = paths, .path_count = 1};
    CHECK(client_send_files(world->clients[0].core, &send, NULL));
    world_run(world, world->now_ms + 1);
    CHECK_TEXT(
        line_value(world_line(world, "session-initiate", ""), "<iq", "to"),
        wanted);
    world_free(world);
}

TEST(a_bare_jid_means_the_newest_resource_that_is_online)
{
    check_resource("romeo@world.test/b");
    check_resource("romeo@world.test/a");
}

TEST(a_resource_that_is_known_to_lack_jingle_is_passed_over)
{
    struct world *world = alone(NULL);
    char jingle[] = "urn:example:other", pc[] = "client/pc//";
    char *identities[] = {pc}, *features[] = {jingle};
    char *ver = ver_of(identities, 1, features, 1);
    present(world, "romeo@world.test/a", "");
    caps_of(world, "romeo@world.test/b", ver);
    CHECK(asks(world, "romeo@world.test/b", A_PC HAS("urn:example:other")));
    const char *paths[] = {"/poem"};
    struct client_send send = {
        .peer = "romeo@world.test", .paths = paths, .path_count = 1};
    CHECK(client_send_files(world->clients[0].core, &send, NULL));
    world_run(world, world->now_ms + 1);
    CHECK_TEXT(line_value(world_line(world, NS_DISCO_INFO, ""), "<iq", "to"),
        "romeo@world.test/a");
    free(ver);
    world_free(world);
}
