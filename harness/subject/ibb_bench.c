/* A file between two reference clients in-band by a private Prosody, through
 * wire and actors, against the same stanzas written by bare blocking sockets
 * that decode nothing. Both are one thread beside the server: on a machine
 * with a core for each the wall clock counts; on a busy one all of them share
 * the cores, and what counts is the CPU time of both sides together, server
 * included. Prints ratios; decides nothing. */
#include "base/memory.h"
#include "subject/bench_house.h"
#include "xmpp/bench_line.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 20 << 20, BLOCK = 65535, WINDOW = 8, ROUNDS = 7 };

static void send_block(
    struct bench_line *from, const struct bench_line *to, int seq, size_t len)
{
    struct buffer text = {0};
    size_t coded = (len + 2) / 3 * 4;
    buffer_printf(&text,
        "<iq to='%s' id='r%010d' type='set'><data xmlns='"
        "http://jabber.org/protocol/ibb' seq='%d' sid='s123456789012345'>",
        to->jid, seq, seq);
    memset(buffer_reserve(&text, coded), 'A', coded);
    text.len += coded;
    buffer_add_text(&text, "</data></iq>");
    bench_line_send(from, buffer_text(&text), text.len);
    buffer_free(&text);
}

/* Blocks and their results, nothing decoded, no digests. */
static struct bench_span bare_transfer(
    struct bench_line *from, struct bench_line *to)
{
    struct bench_span began = bench_now();
    uint64_t sent = 0, got = 0;
    int out = 0, in = 0;
    while (got < SIZE) {
        while (sent < SIZE && sent - got < WINDOW * BLOCK) {
            size_t len = SIZE - sent < BLOCK ? SIZE - sent : BLOCK;
            send_block(from, to, out++, len);
            sent += len;
        }
        char result[400];
        int len = snprintf(result, sizeof result,
            "<iq to='%s' id='r%010d' type='result'/>", from->jid, in++);
        bench_line_await(to, "</iq>");
        bench_line_send(to, result, (size_t)len);
        bench_line_await(from, "/>");
        got += SIZE - got < BLOCK ? SIZE - got : BLOCK;
    }
    return bench_speed_since(began, SIZE);
}

int main(void)
{
    static const char *const settings[] = {"transports", "ibb", "block-size",
        "65535", "block-limit", "65535", "ibb-window", "8", NULL};
    struct bench_pair pair = {0};
    struct bench_house house;
    struct bench_span ours[ROUNDS], bare[ROUNDS], together[2][ROUNDS];
    signal(SIGPIPE, SIG_IGN);
    const char *missing = server_missing(NULL);
    if (missing != NULL) {
        printf("IBB: not measured: %s\n", missing);
        return 0;
    }
    bench_pair_open(&pair, "ibb-bench");
    bench_pair_make_file(&pair, SIZE);
    bench_house_open(&house, &pair);
    int server = bench_child();
    struct bench_line from = bench_line_login(house.server, "romeo");
    struct bench_line to = bench_line_login(house.server, "juliet");
    bench_house_begin(&house, settings);
    for (int i = 0; i < ROUNDS; i++) {
        struct bench_span a = bench_now();
        double server_a = bench_cpu_of(server);
        bare[i] = bare_transfer(&from, &to);
        struct bench_span b = bench_now();
        double server_b = bench_cpu_of(server);
        ours[i] = bench_pair_transfer(&pair, false);
        struct bench_span c = bench_now();
        double server_c = bench_cpu_of(server);
        together[0][i].cpu = SIZE / (b.cpu - a.cpu + server_b - server_a);
        together[1][i].cpu = SIZE / (c.cpu - b.cpu + server_c - server_b);
        together[0][i].wall = together[1][i].wall = 0;
    }
    struct bench_span x = bench_median(ours, ROUNDS);
    struct bench_span y = bench_median(bare, ROUNDS);
    double xs = bench_median(together[1], ROUNDS).cpu;
    double ys = bench_median(together[0], ROUNDS).cpu;
    printf("IBB on Prosody, 20 MiB, 64 KiB blocks, window 8: %.1f MB/s, bare "
           "sockets %.1f MB/s: ratio %.2f (goal 0.9); by CPU time of clients "
           "and server together %.1f and %.1f: ratio %.2f\n",
        x.wall, y.wall, x.wall / y.wall, xs, ys, xs / ys);
    bench_peer_end(&pair.peers[0]);
    bench_peer_end(&pair.peers[1]);
    bench_line_close(&from);
    bench_line_close(&to);
    bench_house_close(&house);
    bench_pair_close(&pair);
    return 0;
}
