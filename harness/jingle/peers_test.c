/* Whom a session goes to: discovery, message initiation, ties, redirects. */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/fake_world.h"
#include "jingle/names.h"
#include "jingle/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char romeo_jid[] = "romeo@world.test/orchard";
static const char juliet_jid[] = "juliet@world.test/balcony";
static const char bare[] = "juliet@world.test";
static const char poem[] = "/home/poem.txt";

struct pair {
    struct world *world;
    struct world_client *romeo, *juliet;
};

static struct pair pair_new(const char *romeo, const char *juliet)
{
    struct pair pair;
    pair.world = world_new(false);
    pair.romeo = world_client(pair.world, romeo_jid, romeo, FAULT_NONE);
    pair.juliet = world_client(pair.world, juliet_jid, juliet, FAULT_NONE);
    return pair;
}

static bool send(struct world_client *from, const char *to, uint64_t size)
{
    const char *paths[] = {poem};
    world_put(from, poem, size);
    struct client_send order = {.peer = to, .paths = paths, .path_count = 1};
    return client_send_files(from->core, &order, NULL);
}

static void run(struct pair *pair, int64_t ms)
{
    world_run(pair->world, pair->world->now_ms + ms);
}

static void check_arrived(struct pair *pair)
{
    CHECK(world_same(pair->juliet, pair->romeo, poem));
    CHECK_INT(client_session_count(pair->romeo->core), 0);
    CHECK_INT(client_session_count(pair->juliet->core), 0);
    world_free(pair->world);
}

/* --- discovery --- */

TEST(a_peer_without_s5b_is_offered_ibb)
{
    struct pair pair = pair_new(NULL, "transports: ibb\nauto-accept: yes\n");
    send(pair.romeo, juliet_jid, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "transport-replace"), 0);
    check_arrived(&pair);
}

TEST(a_peer_without_a_common_transport_is_not_offered_anything)
{
    struct pair pair = pair_new("transports: s5b\n", "transports: ibb\n");
    send(pair.romeo, juliet_jid, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "session-initiate"), 0);
    CHECK_TEXT(
        world_find(pair.romeo, CLIENT_ENDED)->reason, "unsupported-transports");
    world_free(pair.world);
}

TEST(a_peer_that_does_not_answer_disco_is_not_offered_anything)
{
    struct pair pair = pair_new(NULL, NULL);
    send(pair.romeo, "nobody@world.test/x", 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "session-initiate"), 0);
    CHECK_TEXT(world_find(pair.romeo, CLIENT_ENDED)->reason,
        "unsupported-applications");
    world_free(pair.world);
}

TEST(verified_caps_are_asked_for_once)
{
    struct pair pair = pair_new(NULL, "auto-accept: yes\n");
    /* she was there first: he learns of her by a new presence */
    client_login_done(pair.juliet->core, juliet_jid);
    run(&pair, 10);
    send(pair.romeo, juliet_jid, 100);
    run(&pair, 1000);
    size_t asked = world_count(pair.world, "<query xmlns='" NS_DISCO_INFO);
    send(pair.romeo, juliet_jid, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<query xmlns='" NS_DISCO_INFO), asked);
    check_arrived(&pair);
}

TEST(caps_that_lie_are_not_believed_for_others)
{
    struct pair pair;
    pair.world = world_new(false);
    pair.romeo = world_client(pair.world, romeo_jid, NULL, FAULT_NONE);
    pair.juliet = world_client(
        pair.world, juliet_jid, "auto-accept: yes\n", FAULT_CAPS_VER_WRONG);
    send(pair.romeo, juliet_jid, 100);
    run(&pair, 1000);
    size_t asked = world_count(pair.world, "<query xmlns='" NS_DISCO_INFO);
    send(pair.romeo, juliet_jid, 100);
    run(&pair, 1000);
    CHECK(world_count(pair.world, "<query xmlns='" NS_DISCO_INFO) > asked);
    world_free(pair.world);
}

/* --- bare JIDs --- */

TEST(a_bare_jid_with_a_known_resource_needs_no_proposal)
{
    struct pair pair = pair_new(NULL, "auto-accept: yes\n");
    send(pair.romeo, bare, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<propose"), 0);
    check_arrived(&pair);
}

TEST(an_unknown_bare_jid_is_proposed_to)
{
    struct pair pair = pair_new("message-initiation: always\n", NULL);
    client_accept(pair.juliet->core, NULL);
    send(pair.romeo, bare, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<proceed"), 1);
    CHECK_INT(world_count(pair.world, "<finish"), 2);
    check_arrived(&pair);
}

TEST(a_proposal_waits_for_the_user)
{
    struct pair pair = pair_new("message-initiation: always\n", NULL);
    send(pair.romeo, bare, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<proceed"), 0);
    CHECK_INT(world_count(pair.world, "session-initiate"), 0);
    CHECK_INT(client_waiting_count(pair.juliet->core), 1);
    client_accept(pair.juliet->core, NULL);
    run(&pair, 1000);
    check_arrived(&pair);
}

TEST(a_proposal_can_be_rejected)
{
    struct pair pair = pair_new("message-initiation: always\n", NULL);
    client_decline(pair.juliet->core, NULL);
    send(pair.romeo, bare, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<busy/>"), 1);
    CHECK_INT(client_session_count(pair.romeo->core), 0);
    world_free(pair.world);
}

TEST(a_proposal_can_be_retracted)
{
    struct pair pair = pair_new("message-initiation: always\n", NULL);
    send(pair.romeo, bare, 100);
    run(&pair, 10);
    CHECK(client_cancel(pair.romeo->core, NULL));
    run(&pair, 10);
    CHECK_INT(world_count(pair.world, "<retract"), 1);
    CHECK_INT(client_waiting_count(pair.juliet->core), 0);
    CHECK_INT(client_session_count(pair.romeo->core), 0);
    world_free(pair.world);
}

TEST(two_proposals_at_once_leave_one)
{
    struct pair pair = pair_new(
        "message-initiation: always\n", "message-initiation: always\n");
    send(pair.romeo, bare, 100);
    send(pair.juliet, "romeo@world.test", 100);
    run(&pair, 10);
    CHECK_INT(world_count(pair.world, "<tie-break/>"), 2);
    CHECK_INT(client_waiting_count(pair.romeo->core) +
                  client_waiting_count(pair.juliet->core),
        1);
    world_free(pair.world);
}

/* --- ties and redirects --- */

/* The sid of the first session-initiate of that client. */
static void offered_sid(const struct pair *pair, const char *from, char *out)
{
    const char *at = buffer_text(&pair->world->log);
    char *key = mem_printf("<iq from='%s'", from);
    while ((at = strstr(at, key)) != NULL) {
        const char *offer = strstr(at, "session-initiate");
        if (offer != NULL && offer < at + strcspn(at, "\n")) {
            const char *sid = strstr(offer, " sid='") + strlen(" sid='");
            snprintf(out, 64, "%.*s", (int)strcspn(sid, "'"), sid);
            break;
        }
        at++;
    }
    free(key);
}

TEST(of_two_offers_at_once_the_lower_sid_wins)
{
    struct pair pair = pair_new("discover: never\nauto-accept: yes\n",
        "discover: never\nauto-accept: yes\n");
    send(pair.romeo, juliet_jid, 100);
    send(pair.juliet, romeo_jid, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<tie-break"), 1);
    CHECK_INT(world_count(pair.world, "session-accept"), 1);
    char mine[64] = "", theirs[64] = "";
    offered_sid(&pair, romeo_jid, mine);
    offered_sid(&pair, juliet_jid, theirs);
    bool romeo_wins = strcmp(mine, theirs) < 0;
    const char *accept =
        strstr(buffer_text(&pair.world->log), "session-accept");
    CHECK(accept != NULL);
    const char *sid = strstr(accept, romeo_wins ? mine : theirs);
    CHECK(sid != NULL && sid < accept + strcspn(accept, "\n"));
    CHECK_INT(client_session_count(pair.romeo->core), 0);
    CHECK_INT(client_session_count(pair.juliet->core), 0);
    world_free(pair.world);
}

TEST(of_two_offers_with_the_same_sid_the_lower_jid_wins)
{
    static const char settings[] = "discover: never\nauto-accept: yes\n";
    struct pair pair = {.world = world_new(false)};
    pair.romeo =
        world_client(pair.world, romeo_jid, settings, FAULT_SID_CONSTANT);
    pair.juliet =
        world_client(pair.world, juliet_jid, settings, FAULT_SID_CONSTANT);
    send(pair.romeo, juliet_jid, 100);
    send(pair.juliet, romeo_jid, 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "<tie-break"), 1);
    CHECK(world_same(pair.romeo, pair.juliet, poem));
    CHECK(!world_has_received(pair.juliet));
    CHECK_INT(client_session_count(pair.romeo->core), 0);
    CHECK_INT(client_session_count(pair.juliet->core), 0);
    world_free(pair.world);
}

static bool redirect(struct world *world, xmlNodePtr stanza, void *owner)
{
    xmlNodePtr jingle = xml_child(stanza, NS_JINGLE, "jingle");
    const char *to = xml_attr(stanza, "to");
    bool first = jingle && to && strstr(to, "/old") != NULL;
    if (!first) {
        return true;
    }
    char *answer = mem_printf(
        "<iq type='error' id='%s' from='%s' to='%s'><error type='modify'>"
        "<redirect xmlns='" NS_STANZAS "'>xmpp:%s</redirect></error></iq>",
        xml_attr(stanza, "id"), to, romeo_jid, (const char *)owner);
    world_inject(world, answer);
    free(answer);
    return false;
}

TEST(a_redirect_within_the_account_is_followed)
{
    struct pair pair = pair_new("discover: never\n", "auto-accept: yes\n");
    pair.world->filter = redirect;
    pair.world->filter_owner = (void *)(uintptr_t)juliet_jid;
    send(pair.romeo, "juliet@world.test/old", 100);
    run(&pair, 1000);
    check_arrived(&pair);
}

TEST(a_redirect_to_another_account_is_not_followed)
{
    struct pair pair = pair_new("discover: never\n", "auto-accept: yes\n");
    pair.world->filter = redirect;
    pair.world->filter_owner = (void *)(uintptr_t)juliet_jid;
    send(pair.romeo, "mercutio@world.test/old", 100);
    run(&pair, 1000);
    CHECK_INT(world_count(pair.world, "session-initiate"), 1);
    CHECK_INT(client_session_count(pair.romeo->core), 0);
    world_free(pair.world);
}

/* Every offer is sent on to another resource of the account. */
static bool redirect_on(struct world *world, xmlNodePtr stanza, void *owner)
{
    unsigned *count = owner;
    xmlNodePtr jingle = xml_child(stanza, NS_JINGLE, "jingle");
    if (!jingle || strcmp(stanza_attr(jingle, "action"), "session-initiate")) {
        return true;
    }
    char *answer = mem_printf(
        "<iq type='error' id='%s' from='%s' to='%s'><error type='modify'>"
        "<redirect xmlns='" NS_STANZAS "'>juliet@world.test/%u</redirect>"
        "</error></iq>",
        stanza_attr(stanza, "id"), stanza_attr(stanza, "to"), romeo_jid,
        ++*count);
    world_inject(world, answer);
    free(answer);
    return false;
}

TEST(a_redirect_without_a_scheme_is_followed_and_only_once)
{
    struct pair pair = pair_new("discover: never\n", "auto-accept: yes\n");
    unsigned count = 0;
    pair.world->filter = redirect_on;
    pair.world->filter_owner = &count;
    send(pair.romeo, "juliet@world.test/old", 100);
    run(&pair, 1000);
    CHECK_INT(count, 2);
    CHECK_INT(world_count(pair.world, "to='juliet@world.test/1'"), 1);
    CHECK_INT(client_session_count(pair.romeo->core), 0);
    CHECK_TEXT(world_find(pair.romeo, CLIENT_ENDED)->reason, "redirect");
    world_free(pair.world);
}

TEST(an_offer_that_nobody_answers_is_withdrawn)
{
    struct pair pair = pair_new("session-timeout: 3s\n", NULL);
    send(pair.romeo, juliet_jid, 100);
    run(&pair, 4000);
    CHECK_TEXT(world_find(pair.juliet, CLIENT_ENDED)->reason, "timeout");
    CHECK_INT(client_waiting_count(pair.juliet->core), 0);
    world_free(pair.world);
}

TEST(an_accept_that_overtakes_the_acknowledgement_is_fine)
{
    struct pair pair =
        pair_new("transports: ibb\n", "auto-accept: yes\nreply-delay: 5ms\n");
    send(pair.romeo, juliet_jid, 100);
    run(&pair, 1000);
    check_arrived(&pair);
}

/* --- answers that come twice, late or from others --- */

static bool double_results(struct world *world, xmlNodePtr stanza, void *owner)
{
    bool *inside = owner;
    if (*inside || strcmp(stanza_attr(stanza, "type"), "result") != 0) {
        return true;
    }
    *inside = true;
    struct buffer text = {0};
    xml_print(stanza, &text);
    world_inject(world, buffer_text(&text));
    buffer_free(&text);
    *inside = false;
    return true;
}

TEST(doubled_results_change_nothing)
{
    struct pair pair = pair_new(NULL, "auto-accept: yes\n");
    bool inside = false;
    pair.world->filter = double_results;
    pair.world->filter_owner = &inside;
    send(pair.romeo, juliet_jid, 50000);
    run(&pair, 1000);
    check_arrived(&pair);
}

TEST(a_component_without_a_resource_can_be_sent_to)
{
    struct pair pair;
    pair.world = world_new(false);
    pair.romeo = world_client(pair.world, romeo_jid, NULL, FAULT_NONE);
    pair.juliet = world_client(
        pair.world, "files.world.test", "auto-accept: yes\n", FAULT_NONE);
    send(pair.romeo, "files.world.test", 5000);
    run(&pair, 1000);
    check_arrived(&pair);
}

TEST(a_component_without_a_resource_can_send)
{
    struct pair pair;
    pair.world = world_new(false);
    pair.romeo = world_client(pair.world, "files.world.test", NULL, FAULT_NONE);
    pair.juliet =
        world_client(pair.world, juliet_jid, "auto-accept: yes\n", FAULT_NONE);
    send(pair.romeo, juliet_jid, 5000);
    run(&pair, 1000);
    check_arrived(&pair);
}
