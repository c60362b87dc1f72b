/* The wire between a bare socket as client and a bare socket as server. */
#include "xmpp/wire.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/test.h"
#include "base/xml.h"
#include "server/probe.h"
#include "xmpp/parser.h"
#include "xmpp/socket.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD                                                                   \
    "<stream:stream xmlns='jabber:client' "                                    \
    "xmlns:stream='http://etherx.jabber.org/streams'>"

struct bench {
    struct loop *loop;
    struct wire *wire;
    struct wire_link *link;
    int listener, client, server;
    struct buffer log;           /* one word or so an event */
    struct buffer got;           /* read by the last read_all */
    struct wire_verdict verdict; /* for stanzas named "x" */
};

static void observe(void *owner, struct wire_event *event)
{
    struct bench *bench = owner;
    const xmlNode *stanza = stream_stanza(event->doc);
    if (event->kind == WIRE_CONNECTED || event->kind == WIRE_OPENED)
        return;
    buffer_printf(&bench->log, "%s %s",
        event->direction == WIRE_UP ? "up" : "down",
        wire_kind_name(event->kind));
    if (event->fate != WIRE_PASSED)
        buffer_printf(&bench->log, " %s", wire_fate_name(event->fate));
    if (stanza != NULL)
        buffer_printf(&bench->log, " %s", (const char *)stanza->name);
    if (event->reason != NULL)
        buffer_printf(&bench->log, " (%s)", event->reason);
    buffer_add_text(&bench->log, ";");
}

static struct wire_verdict judge(void *owner, const struct wire_event *event)
{
    const struct bench *bench = owner;
    if (xml_is(stream_stanza(event->doc), NULL, "x"))
        return bench->verdict;
    return (struct wire_verdict){WIRE_PASS};
}

static bool has_log(struct bench *bench, const char *text)
{
    int64_t end = clock_ms() + 3000;
    while (strstr(buffer_text(&bench->log), text) == NULL && clock_ms() < end)
        loop_turn(bench->loop, end);
    return strstr(buffer_text(&bench->log), text) != NULL;
}

/* Turns the loop until nothing happens for ms. */
static void settle(struct bench *bench, int ms)
{
    for (int64_t end = clock_ms() + ms; clock_ms() < end;)
        loop_turn(bench->loop, end);
}

/* Reads from fd until text arrived; what was read stays in got. */
static bool reads(struct bench *bench, int fd, const char *text)
{
    int64_t end = clock_ms() + 3000;
    buffer_clear(&bench->got);
    while (clock_ms() < end) {
        char part[65536];
        ssize_t count = recv(fd, part, sizeof part, MSG_DONTWAIT);
        if (count == 0)
            return false;
        if (count > 0)
            buffer_add(&bench->got, part, (size_t)count);
        if (strstr(buffer_text(&bench->got), text) != NULL)
            return true;
        loop_turn(bench->loop, clock_ms() + 1);
    }
    return false;
}

/* Reads to the end: 0, or the errno of a reset. */
static int read_end(struct bench *bench, int fd)
{
    int64_t end = clock_ms() + 3000;
    while (clock_ms() < end) {
        char part[65536];
        ssize_t count = recv(fd, part, sizeof part, MSG_DONTWAIT);
        if (count == 0)
            return 0;
        if (count < 0 && errno != EAGAIN)
            return errno;
        loop_turn(bench->loop, clock_ms() + 1);
    }
    return ETIMEDOUT;
}

static void put(int fd, const char *text)
{
    size_t len = strlen(text);
    CHECK_INT(send(fd, text, len, MSG_NOSIGNAL), len);
}

static struct bench open_bench(void)
{
    struct bench bench = {.loop = loop_new()};
    signal(SIGPIPE, SIG_IGN);
    return bench;
}

/* Once the bench has its final address: connects both ends, opens the stream
 * on both. */
static void start(struct bench *bench)
{
    uint16_t port = 0;
    bench->listener = socket_listen("127.0.0.1", &port, NULL);
    bench->wire = wire_new(bench->loop, "127.0.0.1", port, observe, bench);
    bench->link = wire_link_new(bench->wire, "romeo", "127.0.0.1", NULL);
    wire_link_set_filter(bench->link, judge, bench);
    bench->client = probe_connect("127.0.0.1", wire_link_port(bench->link));
    int64_t end = clock_ms() + 3000;
    while (clock_ms() < end) {
        loop_turn(bench->loop, clock_ms() + 1);
        bench->server = accept(bench->listener, NULL, NULL);
        if (bench->server >= 0)
            break;
    }
    CHECK(bench->server >= 0);
    put(bench->client, HEAD);
    put(bench->server, HEAD);
    CHECK(reads(bench, bench->server, HEAD));
    CHECK(reads(bench, bench->client, HEAD));
}

static void finish(struct bench *bench)
{
    wire_free(bench->wire);
    loop_free(bench->loop);
    close(bench->listener);
    if (bench->client >= 0)
        close(bench->client);
    if (bench->server >= 0)
        close(bench->server);
    buffer_free(&bench->log);
    buffer_free(&bench->got);
}

static const struct wire_verdict drop = {.action = WIRE_DROP};
static const struct wire_verdict twice = {.action = WIRE_DOUBLE};
static const struct wire_verdict cut = {.action = WIRE_CUT};

TEST(bytes_go_through_untouched_in_both_directions)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, "<iq  a = \"1\" ></iq  > \n");
    CHECK(reads(&bench, bench.server, "<iq  a = \"1\" ></iq  > \n"));
    put(bench.server, "<m>&#x41;</m>");
    CHECK(reads(&bench, bench.client, "<m>&#x41;</m>"));
    CHECK_TEXT(buffer_text(&bench.log), "up stanza iq;up space;down stanza m;");
    finish(&bench);
}

/* Byte by byte, each after the loop had its turn. */
static void dribble(struct bench *bench, int fd, const char *text)
{
    for (; *text != 0; text++) {
        CHECK_INT(send(fd, text, 1, MSG_NOSIGNAL), 1);
        loop_turn(bench->loop, clock_ms());
        loop_turn(bench->loop, clock_ms());
    }
}

TEST(bytes_that_come_one_by_one_are_seen_and_passed_on_whole)
{
    static const char stanzas[] =
        "<iq  a = '&lt;\xc3\xa9' ><b c=\"/>\"><![CDATA[</iq>]]></b></iq  > "
        "<x/><m>&#x41;</m>";
    struct bench bench = open_bench();
    bench.verdict = drop;
    start(&bench);
    dribble(&bench, bench.client, stanzas);
    CHECK(reads(&bench, bench.server, "<m>&#x41;</m>"));
    CHECK(strstr(buffer_text(&bench.got), "<![CDATA[</iq>]]>") != NULL);
    CHECK(strstr(buffer_text(&bench.got), "<x/>") == NULL);
    dribble(&bench, bench.server, stanzas);
    CHECK(reads(&bench, bench.client, "<m>&#x41;</m>"));
    CHECK(strstr(buffer_text(&bench.got), "<x/>") == NULL);
    for (int i = 0; i < 2; i++) {
        static const char *const seen[2][3] = {
            {"up stanza iq;", "up stanza dropped x;", "up stanza m;"},
            {"down stanza iq;", "down stanza dropped x;", "down stanza m;"}};
        for (int k = 0; k < 3; k++)
            CHECK(strstr(buffer_text(&bench.log), seen[i][k]) != NULL);
    }
    finish(&bench);
}

TEST(a_stanza_goes_on_when_it_is_complete)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, "<iq><a>");
    settle(&bench, 20);
    char byte;
    CHECK(recv(bench.server, &byte, 1, MSG_DONTWAIT) < 0);
    put(bench.client, "</a></iq>");
    CHECK(reads(&bench, bench.server, "<iq><a></a></iq>"));
    finish(&bench);
}

TEST(a_filter_drops_a_stanza)
{
    struct bench bench = open_bench();
    bench.verdict = drop;
    start(&bench);
    put(bench.client, "<a/><x/><b/>");
    CHECK(reads(&bench, bench.server, "<b/>"));
    CHECK_TEXT(buffer_text(&bench.got), "<a/><b/>");
    CHECK_TEXT(buffer_text(&bench.log),
        "up stanza a;up stanza dropped x;up stanza b;");
    finish(&bench);
}

TEST(a_filter_doubles_a_stanza)
{
    struct bench bench = open_bench();
    bench.verdict = twice;
    start(&bench);
    put(bench.client, "<x/><b/>");
    CHECK(reads(&bench, bench.server, "<b/>"));
    CHECK_TEXT(buffer_text(&bench.got), "<x/><x/><b/>");
    CHECK_TEXT(
        buffer_text(&bench.log), "up stanza x;up stanza copy x;up stanza b;");
    finish(&bench);
}

TEST(a_filter_replaces_a_stanza)
{
    struct bench bench = open_bench();
    bench.verdict = (struct wire_verdict){
        .action = WIRE_REPLACE, .replacement = bytes_text("<y/><z/>")};
    start(&bench);
    put(bench.client, "<x/><b/>");
    CHECK(reads(&bench, bench.server, "<b/>"));
    CHECK_TEXT(buffer_text(&bench.got), "<y/><z/><b/>");
    CHECK_TEXT(buffer_text(&bench.log),
        "up stanza replaced x;up stanza substitute y;up stanza substitute z;"
        "up stanza b;");
    finish(&bench);
}

TEST(a_replacement_may_be_malformed)
{
    struct bench bench = open_bench();
    bench.verdict = (struct wire_verdict){
        .action = WIRE_REPLACE, .replacement = bytes_text("<y>&nope;</y>")};
    start(&bench);
    put(bench.client, "<x/><b/>");
    CHECK(reads(&bench, bench.server, "<y>&nope;</y><b/>"));
    CHECK(has_log(&bench, "up unparsed substitute"));
    CHECK(has_log(&bench, "up stanza b;"));
    finish(&bench);
}

TEST(a_stanza_held_is_overtaken_until_released)
{
    struct bench bench = open_bench();
    bench.verdict = (struct wire_verdict){.action = WIRE_HOLD};
    start(&bench);
    put(bench.client, "<x/><b/>");
    CHECK(reads(&bench, bench.server, "<b/>"));
    CHECK_TEXT(buffer_text(&bench.got), "<b/>");
    CHECK_INT(wire_release(bench.link, WIRE_UP), 1);
    CHECK(reads(&bench, bench.server, "<x/>"));
    CHECK_TEXT(buffer_text(&bench.log),
        "up stanza held x;up stanza b;up stanza released x;");
    finish(&bench);
}

TEST(a_stanza_delayed_holds_up_what_follows)
{
    struct bench bench = open_bench();
    start(&bench);
    int64_t until = clock_ms() + 40;
    bench.verdict = (struct wire_verdict){
        .action = WIRE_HOLD, .until_ms = until, .in_order = true};
    put(bench.client, "<x/><b/>");
    CHECK(reads(&bench, bench.server, "<b/>"));
    CHECK(clock_ms() >= until);
    CHECK_TEXT(buffer_text(&bench.got), "<x/><b/>");
    CHECK_TEXT(buffer_text(&bench.log),
        "up stanza held x;up stanza held b;up stanza released x;"
        "up stanza released b;");
    finish(&bench);
}

static struct wire_verdict judge_by_name(
    void *owner, const struct wire_event *event)
{
    const xmlNode *stanza = stream_stanza(event->doc);
    (void)owner;
    if (xml_is(stanza, NULL, "late"))
        return (struct wire_verdict){
            .action = WIRE_HOLD, .until_ms = clock_ms() + 30, .in_order = true};
    if (xml_is(stanza, NULL, "twice"))
        return (struct wire_verdict){.action = WIRE_DOUBLE};
    if (xml_is(stanza, NULL, "other"))
        return (struct wire_verdict){
            .action = WIRE_REPLACE, .replacement = bytes_text("<new/>")};
    return (struct wire_verdict){WIRE_PASS};
}

TEST(doubles_and_substitutes_wait_behind_a_delay_too)
{
    struct bench bench = open_bench();
    start(&bench);
    wire_link_set_filter(bench.link, judge_by_name, NULL);
    put(bench.client, "<late/><twice/><other/><end/>");
    CHECK(reads(&bench, bench.server, "<end/>"));
    CHECK_TEXT(buffer_text(&bench.got), "<late/><twice/><twice/><new/><end/>");
    finish(&bench);
}

TEST(what_is_held_goes_before_the_end)
{
    struct bench bench = open_bench();
    start(&bench);
    bench.verdict =
        (struct wire_verdict){.action = WIRE_HOLD, .until_ms = clock_ms() + 30};
    put(bench.client, "<x/>");
    shutdown(bench.client, SHUT_WR);
    CHECK(reads(&bench, bench.server, "<x/>"));
    CHECK_INT(read_end(&bench, bench.server), 0);
    finish(&bench);
}

TEST(a_filter_cuts_the_connection)
{
    struct bench bench = open_bench();
    bench.verdict = cut;
    start(&bench);
    put(bench.client, "<x/><b/>");
    CHECK_INT(read_end(&bench, bench.server), 0);
    CHECK_INT(read_end(&bench, bench.client), 0);
    CHECK_TEXT(buffer_text(&bench.log),
        "up stanza dropped x;up closed (cut by the script);"
        "down closed (cut by the script);");
    CHECK_INT(wire_link_state(bench.link), WIRE_STATE_CLOSED);
    finish(&bench);
}

TEST(a_cut_by_reset_resets_both_sides)
{
    struct bench bench = open_bench();
    start(&bench);
    wire_cut(bench.link, true);
    CHECK_INT(read_end(&bench, bench.server), ECONNRESET);
    CHECK_INT(read_end(&bench, bench.client), ECONNRESET);
    finish(&bench);
}

TEST(stanzas_are_injected_in_either_direction)
{
    struct bench bench = open_bench();
    start(&bench);
    CHECK(wire_inject(bench.link, WIRE_DOWN, bytes_text("<a/><b/>"), NULL));
    CHECK(reads(&bench, bench.client, "<a/><b/>"));
    CHECK(wire_inject(bench.link, WIRE_UP, bytes_text("<c/>"), NULL));
    CHECK(reads(&bench, bench.server, "<c/>"));
    CHECK_TEXT(buffer_text(&bench.log),
        "down stanza injected a;down stanza injected b;up stanza injected c;");
    finish(&bench);
}

TEST(an_injection_stands_between_stanzas)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.server, "<a><b>");
    settle(&bench, 20);
    CHECK(wire_inject(bench.link, WIRE_DOWN, bytes_text("<i/>"), NULL));
    put(bench.server, "</b></a>");
    CHECK(reads(&bench, bench.client, "</a>"));
    CHECK_TEXT(buffer_text(&bench.got), "<i/><a><b></b></a>");
    finish(&bench);
}

TEST(an_incomplete_injection_is_told_as_unparsed)
{
    struct bench bench = open_bench();
    start(&bench);
    CHECK(wire_inject(bench.link, WIRE_DOWN, bytes_text("<a/><b>"), NULL));
    CHECK(reads(&bench, bench.client, "<a/><b>"));
    CHECK_TEXT(buffer_text(&bench.log),
        "down stanza injected a;down unparsed injected (not complete);");
    finish(&bench);
}

TEST(nothing_is_injected_without_a_connection)
{
    struct bench bench = open_bench();
    struct error error = {""};
    start(&bench);
    wire_cut(bench.link, false);
    CHECK(!wire_inject(bench.link, WIRE_UP, bytes_text("<c/>"), &error));
    CHECK(strstr(error.message, "romeo is not connected") != NULL);
    finish(&bench);
}

TEST(a_half_close_is_passed_on_and_the_other_half_lives)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, "<a/>");
    shutdown(bench.client, SHUT_WR);
    CHECK(reads(&bench, bench.server, "<a/>"));
    CHECK_INT(read_end(&bench, bench.server), 0);
    put(bench.server, "<late/>");
    CHECK(reads(&bench, bench.client, "<late/>"));
    close(bench.server);
    bench.server = -1;
    CHECK_INT(read_end(&bench, bench.client), 0);
    CHECK(has_log(&bench, "down closed"));
    CHECK_INT(wire_link_state(bench.link), WIRE_STATE_CLOSED);
    finish(&bench);
}

TEST(a_reset_is_told_and_ends_the_other_side)
{
    struct bench bench = open_bench();
    start(&bench);
    struct linger now = {1, 0};
    setsockopt(bench.client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(bench.client);
    bench.client = -1;
    CHECK_INT(read_end(&bench, bench.server), 0);
    CHECK(has_log(&bench, "up closed (Connection reset by peer);"));
    CHECK_INT(wire_link_state(bench.link), WIRE_STATE_CLOSED);
    finish(&bench);
}

TEST(an_end_inside_a_stanza_passes_its_bytes_on)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, "<iq><a");
    shutdown(bench.client, SHUT_WR);
    CHECK(reads(&bench, bench.server, "<iq><a"));
    CHECK(has_log(&bench, "up unparsed (ended in the middle of a piece)"));
    finish(&bench);
}

TEST(malformed_bytes_are_told_and_passed_on)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, "<a/><b></c><d/>");
    CHECK(reads(&bench, bench.server, "<a/><b></c><d/>"));
    put(bench.client, "<e/>");
    CHECK(reads(&bench, bench.server, "<e/>"));
    CHECK(has_log(&bench, "up error (malformed stanza"));
    CHECK(has_log(&bench, "up unparsed;"));
    finish(&bench);
}

/* Writes what fits now; true while the whole is not written. */
static bool push(int fd, const struct buffer *data, size_t *at)
{
    ssize_t count = send(
        fd, data->data + *at, data->len - *at, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0)
        *at += (size_t)count;
    return *at < data->len;
}

TEST(a_stanza_larger_than_1_mib_is_told_and_survived)
{
    struct bench bench = open_bench();
    struct buffer data = {0};
    start(&bench);
    buffer_add_text(&data, "<m>");
    memset(buffer_reserve(&data, 2 << 20), 'x', 2 << 20);
    data.len += 2 << 20;
    buffer_add_text(&data, "</m><end/>");
    for (size_t at = 0; push(bench.client, &data, &at);) {
        reads(&bench, bench.server, "x");
        loop_turn(bench.loop, clock_ms() + 1);
    }
    CHECK(reads(&bench, bench.server, "<end/>"));
    CHECK(has_log(&bench, "up error (more than 1 MiB in one piece)"));
    buffer_free(&data);
    finish(&bench);
}

TEST(a_peer_that_floods_is_no_longer_read_and_that_is_told)
{
    struct bench bench = open_bench();
    struct buffer data = {0};
    start(&bench);
    wire_set_limits(bench.wire, (struct wire_limits){100000, 1000});
    for (int i = 0; i < 2000; i++)
        buffer_add_text(&data, "<message/>");
    size_t at = 0;
    push(bench.client, &data, &at);
    CHECK(has_log(&bench, "sent more than 1000 pieces in all"));
    buffer_clear(&bench.log);
    put(bench.client, "<m/>");
    settle(&bench, 20);
    CHECK_TEXT(buffer_text(&bench.log), "");
    buffer_free(&data);
    finish(&bench);
}

TEST(a_side_that_does_not_read_stops_the_other)
{
    struct bench bench = open_bench();
    struct buffer data = {0};
    start(&bench);
    /* More than the kernel's buffers of four sockets can take. */
    for (int i = 0; i < 6000; i++)
        buffer_printf(&data, "<message><body>%010000d</body></message>", i);
    size_t at = 0, last = 1;
    while (at != last) {
        last = at;
        push(bench.client, &data, &at);
        settle(&bench, 30);
    }
    printf("# %zu KiB were taken while the server read nothing\n", at >> 10);
    size_t taken = at;
    while (push(bench.client, &data, &at))
        reads(&bench, bench.server, "</message>");
    bool stopped = taken < data.len;
    buffer_free(&data);
    finish(&bench);
    CHECK(stopped);
}

TEST(a_stalled_direction_is_not_read)
{
    struct bench bench = open_bench();
    start(&bench);
    wire_stall(bench.link, WIRE_UP, true);
    put(bench.client, "<a/>");
    settle(&bench, 20);
    CHECK_TEXT(buffer_text(&bench.log), "");
    wire_stall(bench.link, WIRE_UP, false);
    CHECK(reads(&bench, bench.server, "<a/>"));
    finish(&bench);
}

TEST(a_paced_direction_goes_in_pieces)
{
    struct bench bench = open_bench();
    start(&bench);
    wire_pace(bench.link, WIRE_UP, 2, 2);
    int64_t begin = clock_ms();
    put(bench.client, "<abc/><d/>");
    CHECK(reads(&bench, bench.server, "<a"));
    CHECK_TEXT(buffer_text(&bench.got), "<a");
    CHECK(reads(&bench, bench.server, "bc/><d/>"));
    CHECK(clock_ms() - begin >= 8);
    finish(&bench);
}

/* One piece a turn would need 200 of them. */
TEST(large_stanzas_are_told_and_not_written_to_who_asks_so)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.server,
        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
        "<iq type='result' id='1'><bind xmlns='urn:ietf:params:xml:ns:"
        "xmpp-bind'><jid>romeo@a.example/x</jid></bind></iq>");
    CHECK(reads(&bench, bench.client, "</iq>"));
    wire_link_skip_large(bench.link, 20);
    put(bench.server, "<small/><large a='0123456789'/><small/>");
    CHECK(reads(&bench, bench.client, "<small/><small/>"));
    CHECK(has_log(&bench, "down stanza large;down stanza small;"));
    put(bench.client, "<large a='0123456789'/>");
    CHECK(reads(&bench, bench.server, "<large a='0123456789'/>"));
    finish(&bench);
}

TEST(a_late_loop_makes_up_for_missed_pauses)
{
    struct bench bench = open_bench();
    char text[401] = "";
    memset(text, ' ', sizeof text - 1);
    start(&bench);
    wire_pace(bench.link, WIRE_UP, 2, 1);
    put(bench.client, text);
    int turns = 0;
    char part[512];
    for (size_t got = 0; got < sizeof text - 1 && turns < 100; turns++) {
        int64_t late = clock_ms() + 20;
        while (clock_ms() < late) {
        }
        loop_turn(bench.loop, late);
        ssize_t more = recv(bench.server, part, sizeof part, MSG_DONTWAIT);
        got += more > 0 ? (size_t)more : 0;
    }
    CHECK(turns < 30);
    finish(&bench);
}

TEST(a_link_takes_the_port_it_is_told)
{
    struct bench bench = open_bench();
    struct error error = {""};
    start(&bench);
    uint16_t port = wire_link_port(bench.link);
    CHECK(!wire_link_new_at(bench.wire, "x", "127.0.0.1", port, &error));
    CHECK(strstr(error.message, "cannot listen on 127.0.0.1 port") != NULL);
    close(bench.client);
    bench.client = -1;
    wire_link_free(bench.link);
    bench.link = wire_link_new_at(bench.wire, "x", "127.0.0.1", port, &error);
    CHECK(bench.link != NULL);
    CHECK_INT(wire_link_port(bench.link), port);
    finish(&bench);
}

TEST(the_link_learns_the_full_jid_from_the_bind_result)
{
    struct bench bench = open_bench();
    start(&bench);
    const char *bind =
        "<iq type='result' id='1'><bind xmlns='urn:ietf:params:xml:ns:"
        "xmpp-bind'><jid>romeo@a.example/x</jid></bind></iq>";
    put(bench.server, bind);
    CHECK(has_log(&bench, "down stanza iq;"));
    CHECK_INT(wire_link_state(bench.link), WIRE_STATE_OPEN);
    put(bench.server, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    put(bench.server, bind);
    CHECK(reads(&bench, bench.client, "success"));
    CHECK(has_log(&bench, "down stanza success;down stanza iq;"));
    CHECK_INT(wire_link_state(bench.link), WIRE_STATE_BOUND);
    CHECK_TEXT(wire_link_jid(bench.link), "romeo@a.example/x");
    finish(&bench);
}

TEST(a_server_that_is_not_there_is_told)
{
    struct bench bench = open_bench();
    start(&bench);
    close(bench.listener);
    bench.listener = -1;
    int again = probe_connect("127.0.0.1", wire_link_port(bench.link));
    CHECK(has_log(&bench, "cannot connect to the server"));
    CHECK_INT(wire_link_state(bench.link), WIRE_STATE_OPEN);
    close(again);
    finish(&bench);
}

TEST(connections_of_a_link_are_bounded)
{
    struct bench bench = open_bench();
    int more[16];
    start(&bench);
    for (int i = 0; i < 16; i++)
        more[i] = probe_connect("127.0.0.1", wire_link_port(bench.link));
    CHECK(has_log(&bench, "up error (too many connections"));
    CHECK_INT(wire_link_open_connections(bench.link), 16);
    for (int i = 0; i < 16; i++)
        close(more[i]);
    finish(&bench);
}

TEST(the_wires_descriptors_are_above_those_of_select)
{
    int fd = socket_move_up(dup(0));
    close(fd);
    CHECK(fd >= 1024);
}

static void cut_now(void *owner, struct wire_event *event)
{
    struct bench *bench = owner;
    observe(bench, event);
    if (event->kind == WIRE_STANZA)
        wire_cut(event->link, false);
}

TEST(an_observer_may_cut)
{
    struct bench bench = open_bench();
    start(&bench);
    wire_free(bench.wire);
    close(bench.client);
    close(bench.server);
    uint16_t port = 0;
    close(bench.listener);
    bench.listener = socket_listen("127.0.0.1", &port, NULL);
    bench.wire = wire_new(bench.loop, "127.0.0.1", port, cut_now, &bench);
    bench.link = wire_link_new(bench.wire, "romeo", "127.0.0.1", NULL);
    bench.server = -1;
    bench.client = probe_connect("127.0.0.1", wire_link_port(bench.link));
    buffer_clear(&bench.log);
    loop_turn(bench.loop, clock_ms() + 100);
    put(bench.client, HEAD "<a/><b/>");
    CHECK_INT(read_end(&bench, bench.client), 0);
    CHECK_TEXT(buffer_text(&bench.log),
        "up stanza a;up closed (cut by the script);"
        "down closed (cut by the script);");
    finish(&bench);
}
