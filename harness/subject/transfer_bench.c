/* A file between two reference clients in one loop over SOCKS5, SHA-256 at
 * both ends, against one bare thread that polls and moves the same bytes with
 * the same digests: direct on loopback, then through a private server's proxy.
 * Neither stores what arrives. Prints ratios; decides nothing. */
#include "base/memory.h"
#include "subject/bench_house.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    DIRECT_SIZE = 1 << 30,
    PROXY_SIZE = 100 << 20,
    BLOCK = 256 << 10,
    ROUNDS = 5
};

/* --- the bare thread --- */

struct bare {
    int file, out, in;
    EVP_MD_CTX *digest[2];
    uint8_t *block;   /* read, not all sent */
    uint8_t *arrived; /* as much as one recv gives */
    size_t at, have;
    uint64_t sent, got;
};

/* A bare SOCKS5 client of the proxy (XEP-0065 s6.3). */
static int bare_socks(uint16_t port, const char *address)
{
    struct sockaddr_in name = {.sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char request[64], reply[47];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int len =
        snprintf(request, sizeof request, "\5\1%c\3(%s%c%c", 0, address, 0, 0);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) != 0 ||
        send(fd, "\5\1", 3, MSG_NOSIGNAL) != 3 ||
        recv(fd, reply, 2, MSG_WAITALL) != 2 || reply[1] != 0 ||
        send(fd, request, (size_t)len, MSG_NOSIGNAL) != len ||
        recv(fd, reply, sizeof reply, MSG_WAITALL) != sizeof reply ||
        reply[1] != 0)
        bench_die("the proxy refused a bare client");
    return fd;
}

/* Both ends through the proxy, activated. */
static void bare_proxy(struct bench_house *house, int round, int fds[2])
{
    struct server_proxy proxy = server_proxy(house->server);
    const char *from = house->pair->peers[0].jid,
               *to = house->pair->peers[1].jid;
    struct buffer hex = {0};
    uint8_t sha1[SHA_DIGEST_LENGTH];
    char *text = mem_printf("bare%d%s%s", round, from, to);
    SHA1((const uint8_t *)text, strlen(text), sha1);
    for (size_t i = 0; i < sizeof sha1; i++)
        buffer_printf(&hex, "%02x", sha1[i]);
    fds[1] = bare_socks(proxy.port, buffer_text(&hex));
    fds[0] = bare_socks(proxy.port, buffer_text(&hex));
    free(text);
    buffer_free(&hex);
    text = mem_printf("<iq type='set' id='bare' to='%s'><query sid='bare%d' "
                      "xmlns='http://jabber.org/protocol/bytestreams'>"
                      "<activate>%s</activate></query></iq>",
        proxy.jid, round, to);
    snprintf(house->awaited, sizeof house->awaited, "bare");
    bench_house_ask(house, text);
    free(text);
}

/* Until the socket is full or the file ends. */
static void bare_push(struct bare *bare)
{
    for (;;) {
        if (bare->at == bare->have) {
            ssize_t part = read(bare->file, bare->block, BLOCK);
            if (part <= 0)
                return;
            EVP_DigestUpdate(bare->digest[0], bare->block, (size_t)part);
            bare->at = 0;
            bare->have = (size_t)part;
        }
        ssize_t put = send(bare->out, bare->block + bare->at,
            bare->have - bare->at, MSG_NOSIGNAL);
        if (put <= 0)
            return;
        bare->at += (size_t)put;
        bare->sent += (uint64_t)put;
    }
}

static void bare_pull(struct bare *bare)
{
    ssize_t part = recv(bare->in, bare->arrived, BLOCK, 0);
    if (part == 0)
        bench_die("a bare socket closed");
    if (part > 0) {
        EVP_DigestUpdate(bare->digest[1], bare->arrived, (size_t)part);
        bare->got += (uint64_t)part;
    }
}

/* Connected sockets in, closed out. */
static struct bench_span bare_transfer(
    const struct bench_pair *pair, int out, int in)
{
    struct bare bare = {.out = out,
        .in = in,
        .block = mem_alloc(BLOCK),
        .arrived = mem_alloc(BLOCK)};
    uint8_t digests[2][EVP_MAX_MD_SIZE];
    struct bench_span began = bench_now();
    fcntl(out, F_SETFL, O_NONBLOCK);
    fcntl(in, F_SETFL, O_NONBLOCK);
    bare.file = open(pair->file, O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < 2; i++) {
        bare.digest[i] = EVP_MD_CTX_new();
        EVP_DigestInit_ex(bare.digest[i], EVP_sha256(), NULL);
    }
    while (bare.got < pair->size) {
        bool more = bare.sent < pair->size;
        struct pollfd ready[2] = {
            {out, more ? POLLOUT : 0, 0}, {in, POLLIN, 0}};
        poll(ready, 2, -1);
        if (ready[0].revents != 0)
            bare_push(&bare);
        if (more && bare.sent == pair->size)
            shutdown(out, SHUT_WR); /* as the clients do behind the file */
        if (ready[1].revents != 0)
            bare_pull(&bare);
    }
    for (int i = 0; i < 2; i++) {
        EVP_DigestFinal_ex(bare.digest[i], digests[i], NULL);
        EVP_MD_CTX_free(bare.digest[i]);
    }
    struct bench_span speed = bench_speed_since(began, pair->size);
    if (memcmp(digests[0], digests[1], 32) != 0)
        bench_die("the bare bytes did not arrive whole");
    close(bare.file);
    close(out);
    close(in);
    free(bare.block);
    free(bare.arrived);
    return speed;
}

static void report(const char *what, const struct bench_span *ours,
    const struct bench_span *bare)
{
    bench_report(what, bench_median(ours, ROUNDS), bench_median(bare, ROUNDS));
}

static void measure_direct(struct bench_pair *pair)
{
    static const char *const settings[] = {
        "transports", "s5b", "candidates", "direct", "proxies", "", NULL};
    struct bench_span ours[ROUNDS], bare[ROUNDS];
    long most = 0;
    bench_pair_make_file(pair, DIRECT_SIZE);
    bench_peer_begin(pair, 0, "romeo@bench.test/a", settings, NULL);
    bench_peer_begin(pair, 1, "juliet@bench.test/b", settings, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        int fds[2];
        bench_loopback(fds);
        bare[i] = bare_transfer(pair, fds[0], fds[1]);
        long before = bench_memory("VmRSS:");
        bench_forget_peak();
        ours[i] = bench_pair_transfer(pair, false);
        long growth = bench_memory("VmHWM:") - before;
        most = growth > most ? growth : most;
    }
    report("S5B direct, 1 GiB with SHA-256 (goal 0.9)", ours, bare);
    printf("  memory of both clients together: +%ld KiB at the peak (goal 4096 "
           "at most)\n",
        most);
    bench_peer_end(&pair->peers[0]);
    bench_peer_end(&pair->peers[1]);
}

/* On a private server, the clients' stanzas through wire and actors. */
static void measure_proxy(struct bench_pair *pair)
{
    struct bench_house house;
    struct bench_span ours[ROUNDS], bare[ROUNDS];
    bench_house_open(&house, pair);
    const char *settings[] = {"transports", "s5b", "candidates", "proxy",
        "proxies", server_proxy(house.server).jid, NULL};
    bench_pair_make_file(pair, PROXY_SIZE);
    bench_house_begin(&house, settings);
    for (int i = 0; i < ROUNDS; i++) {
        int fds[2];
        bare_proxy(&house, i, fds);
        bare[i] = bare_transfer(pair, fds[0], fds[1]);
        ours[i] = bench_pair_transfer(pair, false);
    }
    report(
        "S5B by Prosody's proxy, 100 MiB with SHA-256 (goal 0.9)", ours, bare);
    bench_peer_end(&pair->peers[0]);
    bench_peer_end(&pair->peers[1]);
    bench_house_close(&house);
}

int main(void)
{
    struct bench_pair pair = {.route = bench_pair_straight};
    signal(SIGPIPE, SIG_IGN);
    bench_pair_open(&pair, "transfer-bench");
    measure_direct(&pair);
    const char *missing = server_missing(NULL);
    if (missing == NULL)
        measure_proxy(&pair);
    else
        printf("S5B by the proxy: not measured: %s\n", missing);
    bench_pair_close(&pair);
    return 0;
}
