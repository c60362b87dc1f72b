/* Each seeded fault must be visible in some scene: a fault that changes
 * nothing that anybody can see would make a mutant that cannot be caught. */
#include "base/memory.h"
#include "base/test.h"
#include "jingle/fake_world.h"
#include "jingle/names.h"
#include "jingle/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROMEO "romeo@world.test/orchard"
#define JULIET "juliet@world.test/balcony"
#define FROM_ROMEO " from='" ROMEO "' to='" JULIET "'>"

/* A transfer between two clients. */
struct scene {
    const char *name;
    const char *romeo, *juliet; /* settings */
    bool proxy, no_direct, walled_romeo, walled_juliet, hangs, refused;
    bool net_first, several, request, add, remove, cancel, replace, propose;
    bool component, swapped_jids, both_send, decline, juliet_too;
    bool forged, redirected;
    const char *hangs_host;
    uint64_t size, offset, length;
    size_t segment;
    enum fault peer_fault; /* of the client that is not under test */
};

static const struct scene scenes[] = {
    {.name = "ibb", .romeo = "transports: ibb\n", .size = 10001},
    {.name = "ibb by messages",
        .romeo = "transports: ibb\nibb-stanza: message\n",
        .size = 9000},
    {.name = "ibb lowered",
        .romeo = "transports: ibb\n",
        .juliet = "block-limit: 1000\n",
        .size = 9000},
    {.name = "languages",
        .romeo = "descriptions: de=Ein Gedicht|en=A poem\n",
        .size = 900},
    {.name = "ibb streams",
        .romeo = "transports: ibb\nibb-streams: 3\nblock-delay: 10ms\n",
        .size = 40000},
    {.name = "ibb streams closed by the receiver",
        .romeo = "transports: ibb\nibb-streams: 2\n",
        .juliet = "ibb-close-by: receiver\n",
        .size = 40000},
    {.name = "later", .romeo = "hash-when: later\n", .size = 9000},
    {.name = "s5b", .size = 9000},
    {.name = "proxy", .proxy = true, .no_direct = true, .size = 9000},
    {.name = "refused proxy",
        .proxy = true,
        .no_direct = true,
        .refused = true,
        .size = 9000},
    {.name = "fallback", .no_direct = true, .size = 9000},
    {.name = "walled romeo", .walled_romeo = true, .size = 9000},
    {.name = "walled juliet", .walled_juliet = true, .size = 9000},
    {.name = "hanging", .hangs = true, .size = 9000},
    {.name = "both reach",
        .romeo = "addresses: 127.0.0.1, ::1\n",
        .juliet = "candidates: assisted\nassisted: localhost\n",
        .net_first = true,
        .size = 9000},
    {.name = "tie of candidates", .net_first = true, .size = 9000},
    {.name = "byte by byte", .segment = 1, .size = 900},
    {.name = "several", .several = true, .size = 9000},
    {.name = "range", .offset = 1000, .length = 2000, .size = 9000},
    {.name = "request", .request = true, .offset = 5, .size = 9000},
    {.name = "add",
        .romeo = "transports: ibb\nblock-delay: 10ms\n",
        .add = true,
        .size = 60000},
    {.name = "add by both",
        .romeo = "transports: ibb\nblock-delay: 10ms\n",
        .add = true,
        .juliet_too = true,
        .size = 60000},
    {.name = "remove",
        .romeo = "transports: ibb\nblock-delay: 10ms\n",
        .several = true,
        .remove = true,
        .size = 60000},
    {.name = "remove last",
        .romeo = "transports: ibb\nblock-delay: 10ms\n",
        .remove = true,
        .size = 60000},
    {.name = "cancel",
        .romeo = "transports: ibb\nblock-delay: 10ms\n",
        .cancel = true,
        .size = 60000},
    {.name = "replace",
        .romeo = "transports: ibb, s5b\nblock-delay: 10ms\n",
        .replace = true,
        .size = 60000},
    {.name = "propose",
        .romeo = "message-initiation: always\n",
        .propose = true,
        .size = 900},
    {.name = "propose and cancel",
        .romeo = "message-initiation: always\n",
        .propose = true,
        .cancel = true,
        .decline = true,
        .size = 900},
    {.name = "component", .component = true, .size = 900},
    {.name = "both offer",
        .romeo = "discover: never\n",
        .juliet = "discover: never\n",
        .both_send = true,
        .size = 900},
    {.name = "unanswered",
        .romeo = "session-timeout: 1s\n",
        .decline = true,
        .size = 900},
    {.name = "only ibb there", .juliet = "transports: ibb\n", .size = 900},
    {.name = "file limit", .juliet = "file-limit: 100\n", .size = 900},
    {.name = "wrong hash", .size = 900, .peer_fault = FAULT_OFFER_HASH_WRONG},
    {.name = "wrong checksum",
        .romeo = "hash-when: later\n",
        .size = 900,
        .peer_fault = FAULT_CHECKSUM_WRONG},
    {.name = "no hash", .size = 900, .peer_fault = FAULT_OFFER_HASH_MISSING},
    {.name = "extra byte", .size = 900, .peer_fault = FAULT_EXTRA_BYTE},
    {.name = "cut", .size = 900, .peer_fault = FAULT_LAST_BYTE_LOST},
    {.name = "cut over ibb",
        .romeo = "transports: ibb\n",
        .size = 900,
        .peer_fault = FAULT_LAST_BYTE_LOST},
    {.name = "connection kept", .romeo = "s5b-close: no\n", .size = 900},
    {.name = "no senders", .size = 900, .peer_fault = FAULT_SENDERS_MISSING},
    {.name = "no initiator", .romeo = "initiator: no\n", .size = 900},
    {.name = "wrong address", .size = 900, .peer_fault = FAULT_DSTADDR_SWAPPED},
    {.name = "unacknowledged blocks",
        .romeo = "transports: ibb\n",
        .size = 90000,
        .peer_fault = FAULT_IBB_BLOCK_TOO_LARGE},
    {.name = "old version", .size = 900, .peer_fault = FAULT_FILE_VERSION_OLD},
    {.name = "early accept", .juliet = "reply-delay: 5ms\n", .size = 900},
    {.name = "wrong cid", .size = 900, .peer_fault = FAULT_S5B_USED_WRONG_CID},
    {.name = "name with a path", .size = 900},
    {.name = "forged answers",
        .romeo = "transports: ibb\n",
        .forged = true,
        .size = 9000},
    {.name = "redirected",
        .romeo = "discover: never\n",
        .redirected = true,
        .size = 900},
    {.name = "accept of another transport",
        .romeo = "transports: ibb, s5b\n",
        .size = 900,
        .peer_fault = FAULT_ACCEPT_OTHER_TRANSPORT},
    {.name = "two candidates, one hanging",
        .romeo = "candidates: assisted\nassisted: localhost\n",
        .juliet = "addresses: 127.0.0.1, ::1\n",
        .hangs_host = "127.0.0.1",
        .size = 900},
    {.name = "first of two hanging",
        .romeo = "addresses: 127.0.0.1, ::1\n",
        .juliet = "candidates: none\n",
        .hangs_host = "127.0.0.1",
        .size = 900},
    {.name = "blocks refused",
        .romeo = "transports: ibb\n",
        .size = 90000,
        .peer_fault = FAULT_IBB_SIZE_RAISED},
    {.name = "overtaken",
        .romeo = "terminate-by: sender\nwait-for-received: no\n"
                 "candidates: direct\n",
        .juliet = "terminate-by: sender\n",
        .segment = 100,
        .size = 60000},
};

static const struct scene wrap = {.name = "wrap",
    .romeo = "transports: ibb\nblock-size: 1\nhash: sha-1\n",
    .size = 65540};

static void events(const struct world_client *client, struct buffer *seen)
{
    for (size_t i = 0; i < client->event_count; i++) {
        const struct world_event *at = &client->events[i];
        buffer_printf(seen, "%d %s %s %s %d\n", at->kind, at->content,
            at->reason, at->text, at->hash);
    }
    for (size_t i = 0; i < client->file_count; i++) {
        const struct world_file *at = &client->files[i];
        if (!at->ours) {
            buffer_printf(
                seen, "%s %zu %d\n", at->name, at->content.len, at->good);
            buffer_add(seen, at->content.data, at->content.len);
        }
    }
}

static void act(const struct scene *scene, struct world *world,
    struct world_client *romeo, struct world_client *juliet)
{
    const char *paths[] = {"/home/poem.txt", "/home/second.txt"};
    const char *to = scene->propose ? "juliet@world.test" : juliet->jid;
    struct client_send send = {
        .peer = to, .paths = paths, .path_count = scene->several ? 2 : 1};
    if (!scene->decline) {
        client_accept_range(juliet->core, scene->offset, scene->length, NULL);
        client_accept(juliet->core, NULL);
        client_accept(romeo->core, NULL);
    }
    if (scene->request) {
        client_share_file(romeo->core, paths[0]);
        struct client_request request = {
            .peer = romeo->jid, .name = "poem.txt", .offset = scene->offset};
        client_request_file(juliet->core, &request, NULL);
    } else {
        if (!strcmp(scene->name, "name with a path")) {
            send.name = "../x/y";
        }
        client_send_files(romeo->core, &send, NULL);
    }
    if (scene->both_send) {
        struct client_send back = {
            .peer = romeo->jid, .paths = paths, .path_count = 1};
        client_send_files(juliet->core, &back, NULL);
    }
    world_run(world, world->now_ms + 25);
    if (scene->add) {
        client_add_file(romeo->core, paths[1], NULL);
        if (scene->juliet_too) {
            client_add_file(juliet->core, paths[1], NULL);
        }
    }
    if (scene->remove) {
        client_remove_file(juliet->core, "poem.txt", NULL);
    }
    if (scene->replace) {
        client_replace_transport(romeo->core, "s5b", NULL);
        client_replace_transport(juliet->core, "s5b", NULL);
    }
    if (scene->cancel) {
        client_cancel(romeo->core, NULL);
    }
    client_ping_session(romeo->core, NULL);
    client_ping_session(juliet->core, NULL);
}

/* Answers every request of Romeo's before Juliet can: from a stranger, or as
 * a redirection to one. */
static bool meddle(struct world *world, xmlNodePtr stanza, void *owner)
{
    const struct scene *scene = owner;
    const char *to = stanza_attr(stanza, "to");
    bool request = !strcmp(stanza_attr(stanza, "type"), "set") &&
                   !strcmp(stanza_attr(stanza, "from"), ROMEO);
    if (!request || strcmp(to, JULIET) != 0) {
        return true;
    }
    char *answer =
        mem_printf("<iq type='error' id='%s' from='%s' to='" ROMEO
                   "'><error type='modify'><redirect xmlns='" NS_STANZAS
                   "'>xmpp:m@world.test/x</redirect></error></iq>",
            stanza_attr(stanza, "id"),
            scene->redirected ? JULIET : "m@world.test/x");
    world_inject(world, answer);
    free(answer);
    return !scene->redirected;
}

static void play(const struct scene *scene, enum fault fault, bool on_juliet,
    struct buffer *seen)
{
    struct world *world = world_new(scene->proxy);
    world->no_direct = scene->no_direct;
    world->hangs = scene->hangs;
    world->hangs_host = scene->hangs_host;
    if (scene->forged || scene->redirected) {
        struct scene copy = *scene;
        world->filter = meddle;
        world->filter_owner = mem_alloc(sizeof copy);
        memcpy(world->filter_owner, &copy, sizeof copy);
    }
    world->net_first = scene->net_first;
    world->activation_refused = scene->refused;
    world->segment = scene->segment;
    struct world_client *romeo = world_client(
        world, ROMEO, scene->romeo, on_juliet ? scene->peer_fault : fault);
    struct world_client *juliet =
        world_client(world, scene->component ? "files.world.test" : JULIET,
            scene->juliet, on_juliet ? fault : scene->peer_fault);
    world->walled = scene->walled_romeo    ? romeo
                    : scene->walled_juliet ? juliet
                                           : NULL;
    world_put(romeo, "/home/poem.txt", scene->size);
    world_put(romeo, "/home/second.txt", 100);
    world_put(juliet, "/home/poem.txt", 100);
    world_put(juliet, "/home/second.txt", 100);
    act(scene, world, romeo, juliet);
    world_run(world, world->now_ms + 60000);
    buffer_add(seen, world->log.data, world->log.len);
    events(romeo, seen);
    events(juliet, seen);
    buffer_add(seen, world->handshakes.data, world->handshakes.len);
    buffer_printf(seen, "%zu open", world_connections(world));
    free(world->filter_owner);
    world_free(world);
}

/* Stanzas of a hand-written peer against Juliet. */
#define OFFER(attributes, inside)                                              \
    "<iq type='set' id='i'" FROM_ROMEO "<jingle xmlns='" NS_JINGLE             \
    "' action='session-initiate' sid='s'" attributes ">" inside "</jingle>"    \
    "</iq>"
#define CONTENT(attributes, description, extra)                                \
    "<content creator='initiator' name='f' senders='initiator'" attributes     \
    ">" description "<transport xmlns='" NS_JINGLE_IBB                         \
    "' sid='t' block-size='100'/>" extra "</content>"
#define FILE_OF                                                                \
    "<description xmlns='" NS_FILE "'><file><size>4</size></file>"             \
    "</description>"
#define PLAIN OFFER("", CONTENT("", FILE_OF, ""))
#define ACTION(name, inside)                                                   \
    "<iq type='set' id='" name "'" FROM_ROMEO "<jingle xmlns='" NS_JINGLE      \
    "' action='" name "' sid='s'>" inside "</jingle></iq>"
#define IBB(text) "<iq type='set' id='b'" FROM_ROMEO text "</iq>"
#define OPEN(size)                                                             \
    IBB("<open xmlns='" NS_IBB "' sid='t' block-size='" size "'/>")
#define DATA(seq, text)                                                        \
    IBB("<data xmlns='" NS_IBB "' sid='t' seq='" seq "'>" text "</data>")
#define NAMED "<content creator='initiator' name='f'/>"

static const char *const scripts[][6] = {
    {"<iq type='get' id='q'" FROM_ROMEO "<x xmlns='urn:example'/></iq>"},
    {"<iq type='get' id='q'" FROM_ROMEO "<query xmlns='" NS_DISCO_INFO
     "'/></iq>"},
    {ACTION("session-info", "")},
    {ACTION("session-explode", "")},
    {PLAIN, PLAIN},
    {PLAIN, ACTION("session-info", "<x xmlns='urn:example'/>")},
    {PLAIN, ACTION("content-modify",
                "<content creator='initiator' name='f' senders='both'/>")},
    {PLAIN, OPEN("100"), ACTION("content-remove", NAMED), DATA("0", "YQ==")},
    {PLAIN, OPEN("99")},
    {PLAIN, OPEN("100"), DATA("1", "YQ==")},
    {PLAIN, OPEN("100"), DATA("0", "Y Q==")},
    {PLAIN, OPEN("100"), DATA("0", "*")},
    {DATA("0", "YQ=="), IBB("<close xmlns='" NS_IBB "' sid='t'/>")},
    {PLAIN, OPEN("100"), DATA("0", "YWJjZA=="),
        IBB("<close xmlns='" NS_IBB "' sid='t'/>")},
    {PLAIN, OPEN("100"),
        "<iq type='set' id='m' from='m@world.test/x' to='" JULIET
        "'><data xmlns='" NS_IBB "' sid='t' seq='0'>YQ==</data></iq>"},
    {PLAIN, "<iq type='set' id='m' from='m@world.test/x' to='" JULIET
            "'><jingle xmlns='" NS_JINGLE
            "' action='session-terminate' sid='s'/></iq>"},
    {OFFER("", CONTENT(" disposition='x'", FILE_OF, ""))},
    {OFFER(" initiator='m@world.test/x'", CONTENT("", FILE_OF, ""))},
    {OFFER("", CONTENT("", FILE_OF, "<security xmlns='" NS_JET "'/>"))},
    {PLAIN,
        ACTION("transport-replace",
            "<content creator='initiator' name='f'><transport "
            "xmlns='" NS_JINGLE_IBB "' sid='u' block-size='100'/></content>")},
    {PLAIN,
        ACTION("content-add",
            "<content creator='initiator' name='g' senders='initiator'>" FILE_OF
            "<transport xmlns='" NS_JINGLE_IBB
            "' sid='u' block-size='9'/></content>")},
    {PLAIN, ACTION("session-terminate", ""), ACTION("session-info", "")},
    {"<message id='p'" FROM_ROMEO "<propose xmlns='" NS_PROPOSE
     "' id='s'><description xmlns='" NS_FILE "'/></propose></message>",
        "<message id='r'" FROM_ROMEO "<retract xmlns='" NS_PROPOSE
        "' id='s'/></message>"},
    {"<iq type='get' id='n'" FROM_ROMEO "<query xmlns='" NS_DISCO_INFO
     "' node='%s'/></iq>"},
    {OFFER("",
         "<content creator='initiator' name='f' senders='initiator'>" FILE_OF
         "<transport xmlns='" NS_JINGLE_S5B
         "' sid='t' dstaddr='0123456789012345678901234567890123456789'>"
         "<candidate cid='c' host='proxy.world.test' port='7777' priority='1' "
         "jid='proxy.world.test' type='proxy'/>"
         "<candidate cid='d' host='10.0.0.1' port='1' priority='9' jid='" ROMEO
         "'/></transport></content>"),
        ACTION("transport-info",
            "<content creator='initiator' name='f'><transport "
            "xmlns='" NS_JINGLE_S5B "' sid='t'><candidate-used cid='nonesuch'/>"
            "</transport></content>"),
        ACTION("transport-info",
            "<content creator='initiator' name='f'><transport "
            "xmlns='" NS_JINGLE_S5B "' sid='t'><activated cid='c'/></transport>"
            "</content>")},
};

static void recite(
    const char *const *script, enum fault fault, struct buffer *seen)
{
    struct world *world = world_new(true);
    struct world_client *juliet = world_client(
        world, JULIET, "auto-accept: yes\nend-timeout: 1s\n", fault);
    for (size_t i = 0; i < 6 && script[i]; i++) {
        world_inject(world, script[i]);
    }
    world_run(world, world->now_ms + 60000);
    buffer_add(seen, world->log.data, world->log.len);
    buffer_add(seen, world->handshakes.data, world->handshakes.len);
    events(juliet, seen);
    world_free(world);
}

/* Those that these scenes are made for; what is seeded for the cases alone
 * is proved by them. */
static const enum fault seeded[] = {
    FAULT_UNKNOWN_IQ_ACKED,
    FAULT_UNKNOWN_IQ_UNANSWERED,
    FAULT_IQ_ID_REUSED,
    FAULT_IQ_FROM_UNCHECKED,
    FAULT_ERROR_TYPE_WRONG,
    FAULT_ERROR_AS_RESULT,
    FAULT_DISCO_JINGLE_MISSING,
    FAULT_DISCO_FILE_MISSING,
    FAULT_DISCO_S5B_MISSING,
    FAULT_DISCO_IBB_MISSING,
    FAULT_DISCO_HASHES_MISSING,
    FAULT_DISCO_NODE_MISSING,
    FAULT_CAPS_VER_WRONG,
    FAULT_PEER_FEATURES_IGNORED,
    FAULT_RESOURCE_DEMANDED,
    FAULT_JINGLE_UNACKED,
    FAULT_JINGLE_ERROR_MISSING,
    FAULT_UNKNOWN_ACTION_ACKED,
    FAULT_UNKNOWN_SESSION_ACKED,
    FAULT_SESSION_FROM_UNCHECKED,
    FAULT_SID_CHANGED,
    FAULT_CREATOR_MISSING,
    FAULT_CREATOR_SELF,
    FAULT_CONTENT_NAME_CHANGED,
    FAULT_CONTENT_NAMES_EQUAL,
    FAULT_REPEATED_INITIATE_AS_BAD,
    FAULT_DISPOSITION_UNCHECKED,
    FAULT_INITIATOR_TRUSTED,
    FAULT_INITIATOR_DEMANDED,
    FAULT_ACCEPTS_UNASKED,
    FAULT_ACCEPT_MISSING,
    FAULT_ACCEPT_DESCRIPTION_MISSING,
    FAULT_ACCEPT_TRANSPORT_MISSING,
    FAULT_ACCEPT_TRANSPORT_UNCHECKED,
    FAULT_ACCEPT_BEFORE_ACK_REFUSED,
    FAULT_TIE_IGNORED,
    FAULT_TIE_HIGHER_SID,
    FAULT_REDIRECT_ANYWHERE,
    FAULT_TERMINATE_MISSING,
    FAULT_TERMINATE_REASON_WRONG,
    FAULT_TERMINATE_UNACKED,
    FAULT_TERMINATE_IGNORED,
    FAULT_NEVER_ENDS,
    FAULT_SESSION_PING_REFUSED,
    FAULT_UNKNOWN_INFO_ACKED,
    FAULT_ADD_UNANSWERED,
    FAULT_ADD_REPEATS_OLD,
    FAULT_MODIFY_ACCEPTED,
    FAULT_REMOVE_IGNORED,
    FAULT_VOID_SESSION_KEPT,
    FAULT_FALLBACK_MISSING,
    FAULT_REPLACE_IGNORED,
    FAULT_REPLACE_ALWAYS_REJECTED,
    FAULT_REPLACE_ANSWERED_BY_SESSION_ACCEPT,
    FAULT_REPLACE_LOSES_BYTES,
    FAULT_SECURITY_IGNORED,
    FAULT_SECURITY_DEMANDED,
    FAULT_FILE_VERSION_OLD,
    FAULT_FILE_VERSION_ANY,
    FAULT_SENDERS_MISSING,
    FAULT_SENDERS_BOTH,
    FAULT_SENDERS_DEMANDED,
    FAULT_OFFER_HASH_MISSING,
    FAULT_OFFER_HASH_WRONG,
    FAULT_OFFER_SIZE_WRONG,
    FAULT_ACCEPT_RANGE_MISSING,
    FAULT_RANGE_OFFSET_IGNORED,
    FAULT_RANGE_LENGTH_IGNORED,
    FAULT_LAST_BYTE_LOST,
    FAULT_EXTRA_BYTE,
    FAULT_OVERRUN_ACCEPTED,
    FAULT_FILE_LIMIT_IGNORED,
    FAULT_TRUNCATION_ACCEPTED,
    FAULT_UNSAFE_NAME,
    FAULT_HASH_IGNORED,
    FAULT_HASH_DEMANDED,
    FAULT_CHECKSUM_NEVER,
    FAULT_CHECKSUM_WRONG,
    FAULT_CHECKSUM_WITHOUT_NAME,
    FAULT_CHECKSUM_IGNORED,
    FAULT_CHECKSUM_REFUSED,
    FAULT_RECEIVED_WITHOUT_NAME,
    FAULT_RECEIVED_FOR_BAD,
    FAULT_DSTADDR_SWAPPED,
    FAULT_DSTADDR_OF_SESSION_SID,
    FAULT_S5B_PRIORITY_WRONG,
    FAULT_S5B_REOFFERED_CANDIDATE,
    FAULT_S5B_ANSWER_OTHER_SID,
    FAULT_S5B_MODE_BY_RESPONDER,
    FAULT_S5B_DSTADDR_MISSING,
    FAULT_S5B_DSTADDR_ATTRIBUTE_WRONG,
    FAULT_S5B_DSTADDR_UNCHECKED,
    FAULT_S5B_LOWEST_FIRST,
    FAULT_S5B_USED_MISSING,
    FAULT_S5B_USED_WRONG_CID,
    FAULT_S5B_ERROR_MISSING,
    FAULT_S5B_GIVES_UP_HIGHER,
    FAULT_S5B_UNKNOWN_CID_ACCEPTED,
    FAULT_S5B_LOWER_NOMINATED,
    FAULT_S5B_TIE_TO_RESPONDER,
    FAULT_S5B_LOSERS_KEPT,
    FAULT_S5B_INFO_OTHER_SID,
    FAULT_S5B_PROXY_NOT_ACTIVATED,
    FAULT_S5B_ACTIVATE_UNCONNECTED,
    FAULT_S5B_ACTIVATE_SELF,
    FAULT_S5B_ACTIVATED_MISSING,
    FAULT_S5B_ACTIVATED_NAME,
    FAULT_S5B_ACTIVATION_NOT_AWAITED,
    FAULT_S5B_EARLY_ACTIVATED_REFUSED,
    FAULT_S5B_PROXY_ERROR_MISSING,
    FAULT_S5B_WAITS_FOR_CLOSE,
    FAULT_SOCKS5_PORT_NOT_ZERO,
    FAULT_SOCKS5_BOUND_WRONG,
    FAULT_SOCKS5_WHOLE_READS,
    FAULT_IBB_PREFERRED,
    FAULT_IBB_OFFER_WITHOUT_SIZE,
    FAULT_IBB_SIZE_RAISED,
    FAULT_IBB_LOWER_SIZE_IGNORED,
    FAULT_IBB_OPEN_MISSING,
    FAULT_IBB_OPEN_OTHER_SIZE,
    FAULT_IBB_OPEN_OTHER_SID,
    FAULT_IBB_OPEN_SIZE_UNCHECKED,
    FAULT_IBB_RESPONDER_OPENS,
    FAULT_IBB_FROM_UNCHECKED,
    FAULT_IBB_BLOCK_TOO_LARGE,
    FAULT_IBB_OVERSIZE_ACCEPTED,
    FAULT_IBB_SEQ_FROM_ONE,
    FAULT_IBB_SEQ_STUCK,
    FAULT_IBB_SEQ_IGNORED,
    FAULT_IBB_DATA_WITHOUT_SID,
    FAULT_IBB_DATA_AS_TEXT,
    FAULT_IBB_PADDING_MISSING,
    FAULT_IBB_BASE64_LAX,
    FAULT_IBB_BASE64_IGNORED,
    FAULT_IBB_STANZA_IGNORED,
    FAULT_IBB_MESSAGES_DROPPED,
    FAULT_IBB_WINDOW_IGNORED,
    FAULT_IBB_DATA_UNACKED,
    FAULT_IBB_UNKNOWN_SID_ACKED,
    FAULT_IBB_ERROR_IGNORED,
    FAULT_IBB_BROKEN_NOT_CLOSED,
    FAULT_IBB_CLOSE_MISSING,
    FAULT_IBB_CLOSE_OTHER_SID,
    FAULT_IBB_CLOSE_UNACKED,
    FAULT_IBB_UNKNOWN_CLOSE_ACKED,
    FAULT_PROPOSE_ID_CHANGED,
    FAULT_RETRACT_IGNORED,
    FAULT_FINISH_MISSING,
    FAULT_ACCEPT_OTHER_TRANSPORT,
    FAULT_TERMINATE_DROPS_BYTES,
    FAULT_S5B_PROXY_NO_FALLBACK,
    FAULT_S5B_NO_STAGGER,
};

struct usual {
    struct buffer scenes[sizeof scenes / sizeof *scenes][2];
    struct buffer scripts[sizeof scripts / sizeof *scripts];
};

static bool differs(const struct buffer *a, struct buffer *b)
{
    bool same = a->len == b->len && !memcmp(a->data, b->data, a->len);
    buffer_free(b);
    return !same;
}

static bool shows(enum fault fault, const struct usual *usual)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct buffer seen = {0};
        recite(scripts[i], fault, &seen);
        if (differs(&usual->scripts[i], &seen)) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        for (int side = 0; side < 2; side++) {
            struct buffer seen = {0};
            play(&scenes[i], fault, side, &seen);
            if (differs(&usual->scenes[i][side], &seen)) {
                return true;
            }
        }
    }
    return false;
}

TEST(every_fault_shows_in_some_scene)
{
    struct usual *usual = mem_alloc(sizeof *usual);
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        recite(scripts[i], FAULT_NONE, &usual->scripts[i]);
    }
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        for (int side = 0; side < 2; side++) {
            play(&scenes[i], FAULT_NONE, side, &usual->scenes[i][side]);
        }
    }
    struct buffer hidden = {0};
    for (size_t i = 0; i < sizeof seeded / sizeof *seeded; i++) {
        if (!shows(seeded[i], usual)) {
            buffer_printf(&hidden, "%s ", fault_rows[seeded[i]].name);
        }
    }
    CHECK_TEXT(buffer_text(&hidden), "");
    buffer_free(&hidden);
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        buffer_free(&usual->scripts[i]);
    }
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        buffer_free(&usual->scenes[i][0]);
        buffer_free(&usual->scenes[i][1]);
    }
    free(usual);
}

TEST(a_sequence_that_does_not_wrap_shows_after_65535_blocks)
{
    struct buffer usual = {0}, seen = {0};
    play(&wrap, FAULT_NONE, false, &usual);
    play(&wrap, FAULT_IBB_SEQ_NO_WRAP, false, &seen);
    CHECK(differs(&usual, &seen));
    buffer_free(&usual);
}
