/* Jingle message initiation (XEP-0353) message by message: Juliet proposes, or
 * is proposed to; Romeo is the test. Two clients at it are in peers_test.c. */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/fake_log.h"
#include "jingle/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROMEO "romeo@world.test/orchard"
#define ROMEO_BARE "romeo@world.test"
#define JULIET "juliet@world.test/balcony"

struct duo {
    struct world *world;
    struct world_client *juliet;
    char id[64];
};

static void settle(struct duo *d)
{
    world_run(d->world, d->world->now_ms + 10);
}

static struct duo duo_new(const char *settings)
{
    struct duo d = {.world = world_new(false), .id = "p1"};
    char *all = mem_printf("discover: never\ntransports: ibb\n%s", settings);
    d.juliet = world_client(d.world, JULIET, all, FAULT_NONE);
    free(all);
    d.world->filter = world_to_nobody;
    return d;
}

/* What is said next is about that proposal. */
static void name(struct duo *d, const char *id)
{
    snprintf(d->id, sizeof d->id, "%s", id);
}

static void say_as(
    struct duo *d, const char *from, const char *name, const char *inside)
{
    char *text = mem_printf(
        "<message type='chat' from='%s' to='" JULIET "'><%s xmlns='" NS_PROPOSE
        "' id='%s'>%s</%s><store xmlns='" NS_HINTS "'/></message>",
        from, name, d->id, inside, name);
    world_inject(d->world, text);
    free(text);
}

static void say(struct duo *d, const char *name)
{
    say_as(d, ROMEO, name, "");
}

#define DESCRIPTION "<description xmlns='" NS_FILE "'/>"

static void propose(struct duo *d)
{
    say_as(d, ROMEO, "propose", DESCRIPTION);
}

/* The last message of that name; it is as all must be (s3). */
static const char *message(const struct duo *d, const char *name)
{
    char *key = mem_printf("<%s xmlns='" NS_PROPOSE "'", name);
    const char *line = world_line(d->world, key, "<message");
    free(key);
    CHECK(*line != 0);
    CHECK_TEXT(line_value(line, "<message", "type"), "chat");
    CHECK(strstr(line, "<store xmlns='" NS_HINTS "'/>") != NULL);
    return line;
}

static void check_message(
    const struct duo *d, const char *name, const char *to, const char *inside)
{
    const char *line = message(d, name);
    CHECK_TEXT(line_value(line, "<message", "to"), to);
    CHECK_TEXT(line_value(line, NS_PROPOSE, "id"), d->id);
    if (!strstr(line, inside)) {
        test_fail(__FILE__, __LINE__, "no %s in %s", inside, line);
    }
}

static size_t count(const struct duo *d, const char *name)
{
    char *key = mem_printf("<%s xmlns='" NS_PROPOSE "'", name);
    size_t count = world_count(d->world, key);
    free(key);
    return count;
}

static size_t waiting(const struct duo *d)
{
    return client_waiting_count(d->juliet->core);
}

static size_t sessions(const struct duo *d)
{
    return client_session_count(d->juliet->core);
}

/* Juliet proposes a file to Romeo. */
static struct duo proposing(const char *settings)
{
    struct duo d = duo_new(settings);
    const char *paths[] = {"/poem"};
    world_put(d.juliet, paths[0], 10);
    struct client_send send = {
        .peer = ROMEO_BARE, .paths = paths, .path_count = 1};
    CHECK(client_send_files(d.juliet->core, &send, NULL));
    settle(&d);
    const char *line = message(&d, "propose");
    name(&d, line_value(line, NS_PROPOSE, "id"));
    return d;
}

static void end(struct duo *d)
{
    world_free(d->world);
}

/* --- she proposes --- */

TEST(a_proposal_says_what_it_is_about_and_has_a_uuid)
{
    struct duo d = proposing("");
    check_message(&d, "propose", ROMEO_BARE, DESCRIPTION);
    CHECK_INT(strlen(d.id), 36);
    CHECK_INT(d.id[14], '4');
    CHECK(strchr("89ab", d.id[19]) != NULL);
    CHECK_INT(strspn(d.id, "0123456789abcdef-"), 36);
    CHECK_INT(world_count(d.world, "session-initiate"), 0);
    end(&d);
}

TEST(who_is_no_contact_gets_presence_with_the_proposal)
{
    struct duo d = proposing("");
    CHECK_TEXT(
        line_value(world_line(d.world, "<presence", " to="), "<presence", "to"),
        ROMEO_BARE);
    CHECK(*world_line(d.world, " to='" ROMEO_BARE "'", NS_CAPS) != 0);
    end(&d);
    struct duo contact = duo_new("message-initiation: always\n");
    world_inject(contact.world, "<presence from='" ROMEO "' to='" JULIET "'/>");
    struct client_send send = {.peer = ROMEO_BARE,
        .paths = (const char *[]){"/poem"},
        .path_count = 1};
    world_put(contact.juliet, "/poem", 10);
    CHECK(client_send_files(contact.juliet->core, &send, NULL));
    settle(&contact);
    CHECK_INT(count(&contact, "propose"), 1);
    CHECK_TEXT(world_line(contact.world, "<presence", " to="), "");
    CHECK_INT(world_count(contact.world, "session-initiate"), 0);
    end(&contact);
}

TEST(the_device_that_proceeds_is_offered_the_session_of_that_id)
{
    struct duo d = proposing("");
    say(&d, "ringing");
    CHECK(world_saw(d.juliet, CLIENT_RINGING));
    say(&d, "proceed");
    settle(&d);
    const char *offer = world_line(d.world, "session-initiate", "");
    CHECK_TEXT(line_value(offer, "<iq", "to"), ROMEO);
    CHECK_TEXT(line_value(offer, "<jingle", "sid"), d.id);
    /* a second device is too late */
    say_as(&d, ROMEO_BARE "/phone", "proceed", "");
    settle(&d);
    CHECK_INT(world_count(d.world, "session-initiate"), 1);
    end(&d);
}

TEST(proceed_counts_from_a_device_of_the_one_that_was_asked_and_for_that_id)
{
    struct duo d = proposing("");
    say_as(&d, ROMEO_BARE, "proceed", "");
    say_as(&d, "mercutio@world.test/x", "proceed", "");
    say_as(&d, "mercutio@world.test/x", "reject", "");
    struct duo other = d;
    name(&other, "another");
    say(&other, "proceed");
    say(&other, "reject");
    settle(&d);
    CHECK_INT(world_count(d.world, "session-initiate"), 0);
    CHECK_INT(sessions(&d), 1);
    end(&d);
}

TEST(a_rejected_proposal_is_over)
{
    struct duo d = proposing("");
    say(&d, "reject");
    CHECK_INT(sessions(&d), 0);
    CHECK_TEXT(world_find(d.juliet, CLIENT_ENDED)->reason, "decline");
    say(&d, "proceed");
    settle(&d);
    CHECK_INT(world_count(d.world, "session-initiate"), 0);
    end(&d);
}

TEST(a_proposal_that_nobody_answers_is_retracted)
{
    struct duo d = proposing("session-timeout: 3s\n");
    world_run(d.world, d.world->now_ms + 2900);
    CHECK_INT(count(&d, "retract"), 0);
    world_run(d.world, d.world->now_ms + 200);
    check_message(&d, "retract", ROMEO_BARE, "<cancel/>");
    CHECK_INT(sessions(&d), 0);
    end(&d);
}

TEST(who_cancels_retracts_with_a_reason)
{
    struct duo d = proposing("");
    CHECK(client_cancel(d.juliet->core, NULL));
    settle(&d);
    check_message(&d, "retract", ROMEO_BARE, "<cancel/>");
    CHECK_INT(sessions(&d), 0);
    end(&d);
}

TEST(components_are_never_proposed_to)
{
    struct duo d = duo_new("message-initiation: auto\n");
    struct client_send send = {.peer = "files.world.test",
        .paths = (const char *[]){"/poem"},
        .path_count = 1};
    world_put(d.juliet, "/poem", 10);
    CHECK(client_send_files(d.juliet->core, &send, NULL));
    settle(&d);
    CHECK_INT(count(&d, "propose"), 0);
    CHECK_INT(world_count(d.world, "session-initiate"), 1);
    end(&d);
}

/* --- she is proposed to --- */

TEST(a_proposal_waits_for_the_users_word)
{
    struct duo d = duo_new("");
    propose(&d);
    CHECK(world_saw(d.juliet, CLIENT_PROPOSED));
    CHECK_INT(waiting(&d), 1);
    CHECK_INT(count(&d, "proceed") + count(&d, "ringing"), 0);
    client_accept(d.juliet->core, NULL);
    settle(&d);
    check_message(&d, "proceed", ROMEO, "");
    CHECK_TEXT(
        line_value(world_line(d.world, "<presence", " to="), "<presence", "to"),
        ROMEO);
    end(&d);
}

TEST(a_contact_gets_no_presence_with_proceed)
{
    struct duo d = duo_new("");
    world_inject(d.world, "<presence from='" ROMEO "' to='" JULIET "'/>");
    propose(&d);
    client_accept(d.juliet->core, NULL);
    settle(&d);
    CHECK_INT(count(&d, "proceed"), 1);
    CHECK_TEXT(world_line(d.world, "<presence", " to="), "");
    end(&d);
}

TEST(ringing_is_told_to_the_device_that_proposed)
{
    struct duo d = duo_new("ringing: yes\n");
    propose(&d);
    settle(&d);
    check_message(&d, "ringing", ROMEO, "");
    end(&d);
}

TEST(a_decline_is_told_as_busy)
{
    struct duo d = duo_new("");
    propose(&d);
    client_decline(d.juliet->core, NULL);
    settle(&d);
    check_message(&d, "reject", ROMEO, "<busy/>");
    CHECK_INT(waiting(&d), 0);
    end(&d);
}

TEST(who_said_proceed_is_not_asked_again)
{
    struct duo d = duo_new("");
    propose(&d);
    client_accept(d.juliet->core, NULL);
    settle(&d);
    world_inject(d.world,
        "<iq type='set' id='i1' from='" ROMEO "' to='" JULIET
        "'><jingle xmlns='" NS_JINGLE
        "' action='session-initiate' sid='p1'><content creator='initiator' "
        "name='f' senders='initiator'><description xmlns='" NS_FILE
        "'><file><size>1</size></file></description><transport "
        "xmlns='" NS_JINGLE_IBB
        "' sid='b1' block-size='9'/></content></jingle></iq>");
    settle(&d);
    CHECK_INT(world_count(d.world, "session-accept"), 1);
    CHECK_INT(waiting(&d), 0);
    /* both say that it is over, and why */
    CHECK(client_cancel(d.juliet->core, NULL));
    settle(&d);
    check_message(&d, "finish", ROMEO, "<expired/>");
    end(&d);
}

TEST(a_proposal_that_is_taken_back_is_forgotten)
{
    static const char *const names[] = {"retract", "finish"};
    for (int i = 0; i < 2; i++) {
        struct duo d = duo_new("");
        propose(&d);
        say_as(&d, "mercutio@world.test/x", names[i], "");
        struct duo other = d;
        name(&other, "another");
        say(&other, names[i]);
        CHECK_INT(waiting(&d), 1);
        say(&d, names[i]);
        CHECK_INT(waiting(&d), 0);
        CHECK(world_saw(d.juliet, CLIENT_ENDED));
        end(&d);
    }
}

TEST(proposals_of_something_else_and_of_nobody_are_ignored)
{
    struct duo d = duo_new("auto-accept: yes\n");
    say_as(&d, ROMEO, "propose", "");
    say_as(&d, ROMEO, "propose", "<description xmlns='urn:example:x'/>");
    say_as(&d, "juliet@world.test/phone", "propose", DESCRIPTION);
    d.id[0] = 0;
    propose(&d);
    settle(&d);
    CHECK_INT(count(&d, "proceed"), 0);
    CHECK_INT(waiting(&d), 0);
    end(&d);
}

TEST(a_doubled_proposal_is_one)
{
    struct duo d = duo_new("");
    propose(&d);
    propose(&d);
    CHECK_INT(waiting(&d), 1);
    end(&d);
}

TEST(proposals_are_limited)
{
    struct duo d = duo_new("session-limit: 2\n");
    for (int i = 0; i < 4; i++) {
        d.id[1]++;
        propose(&d);
    }
    CHECK_INT(waiting(&d), 2);
    end(&d);
}

TEST(who_does_without_messages_ignores_them)
{
    struct duo d = duo_new("message-initiation: never\nauto-accept: yes\n");
    propose(&d);
    settle(&d);
    CHECK_INT(count(&d, "proceed"), 0);
    CHECK_INT(waiting(&d), 0);
    end(&d);
}

/* --- both at once (s4.1) --- */

TEST(of_crossing_proposals_the_higher_id_is_rejected)
{
    struct duo d = proposing("");
    name(&d, "zzz");
    propose(&d);
    settle(&d);
    check_message(&d, "reject", ROMEO, "<expired/>");
    CHECK(strstr(message(&d, "reject"), "<tie-break/>") != NULL);
    CHECK_INT(waiting(&d), 0);
    CHECK_INT(sessions(&d), 1);
    end(&d);
}

TEST(of_crossing_proposals_the_lower_id_makes_the_other_be_retracted)
{
    struct duo d = proposing("");
    char mine[64];
    snprintf(mine, sizeof mine, "%s", d.id);
    name(&d, "!");
    propose(&d);
    settle(&d);
    name(&d, mine);
    check_message(&d, "retract", ROMEO_BARE, "<expired/>");
    CHECK(strstr(message(&d, "retract"), "<tie-break/>") != NULL);
    CHECK_INT(waiting(&d), 1);
    CHECK_INT(sessions(&d), 0);
    end(&d);
}

TEST(of_crossing_proposals_of_one_id_the_lower_jid_stands)
{
    struct duo lower = proposing("");
    propose(&lower); /* juliet before romeo */
    settle(&lower);
    check_message(&lower, "reject", ROMEO, "<tie-break/>");
    CHECK_INT(sessions(&lower), 1);
    end(&lower);
    struct duo higher = duo_new("");
    struct client_send send = {.peer = "benvolio@world.test",
        .paths = (const char *[]){"/poem"},
        .path_count = 1};
    world_put(higher.juliet, "/poem", 10);
    CHECK(client_send_files(higher.juliet->core, &send, NULL));
    settle(&higher);
    name(&higher, line_value(message(&higher, "propose"), NS_PROPOSE, "id"));
    say_as(&higher, "benvolio@world.test/x", "propose", DESCRIPTION);
    settle(&higher);
    check_message(&higher, "retract", "benvolio@world.test", "<tie-break/>");
    CHECK_INT(waiting(&higher), 1);
    end(&higher);
}

TEST(proposals_of_others_do_not_cross)
{
    struct duo d = proposing("");
    say_as(&d, "benvolio@world.test/x", "propose", DESCRIPTION);
    settle(&d);
    CHECK_INT(count(&d, "retract") + count(&d, "reject"), 0);
    CHECK_INT(waiting(&d), 1);
    CHECK_INT(sessions(&d), 1);
    end(&d);
}
