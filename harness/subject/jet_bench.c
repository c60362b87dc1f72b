/* Files between two reference clients over SOCKS5 direct on loopback, plain
 * and encrypted, against one bare thread that does the same to the same
 * bytes: read, SHA-256, AES-128-GCM, socket, AES-128-GCM, SHA-256, write.
 * Prints ratios; decides nothing. */
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/xml.h"
#include "jingle/fake_pubsub.h"
#include "jingle/jet_client.h"
#include "omemo/puppet.h"
#include "subject/bench_pair.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 256 << 20, BLOCK = 256 << 10, ROUNDS = 5 };

static void put_stanza(
    struct bench_pair *pair, const char *to, const char *from, const char *xml)
{
    struct error error;
    char *whole = mem_printf("<stream xmlns='jabber:client'>%s</stream>", xml);
    xmlDoc *doc = xml_parse(bytes_text(whole), &error);
    if (doc == NULL)
        bench_die(error.message);
    xmlNode *stanza = xml_child(xmlDocGetRootElement(doc), NULL, NULL);
    xmlSetProp(stanza, (const xmlChar *)"from", (const xmlChar *)from);
    for (int i = 0; i < 2; i++) {
        struct bench_peer *peer = &pair->peers[i];
        if (strcmp(peer->jid, to) != 0)
            continue;
        client_tick(peer->client, clock_ms());
        client_stanza(peer->client, stanza);
    }
    xmlFreeDoc(doc);
    free(whole);
}

/* What a server does: personal eventing, and routing by the full JID. */
static void route(struct bench_peer *from, const char *text)
{
    struct bench_pair *pair = from->pair;
    struct error error;
    xmlDoc *doc = xml_parse(bytes_text(text), &error);
    if (doc == NULL)
        bench_die(error.message);
    const xmlNode *root = xmlDocGetRootElement(doc);
    const xmlNode *pubsub = xml_child(root, NULL, "pubsub");
    const char *to = xml_attr(root, "to");
    const char *owner = to == NULL ? from->jid : to;
    char *bare = mem_strndup(owner, strcspn(owner, "/"));
    if (pubsub != NULL) {
        struct buffer result = {0}, event = {0};
        bool good =
            fake_pubsub_request(pair->owner, bare, pubsub, &result, &event);
        char *answer = mem_printf("<iq type='%s' id='%s'>%s</iq>",
            good ? "result" : "error", xml_attr(root, "id"),
            buffer_text(&result));
        put_stanza(pair, from->jid, bare, answer);
        free(answer);
        buffer_free(&result);
        buffer_free(&event);
    } else if (to != NULL) {
        put_stanza(pair, to, from->jid, text);
    }
    free(bare);
    xmlFreeDoc(doc);
}

/* --- the bare thread --- */

struct bare {
    EVP_MD_CTX *digest[2];
    EVP_CIPHER_CTX *cipher[2];
};

static void bare_pass(struct bare *bare, int end, bool encrypt,
    const uint8_t *in, size_t len, uint8_t *out)
{
    int made = 0;
    if (end == 0)
        EVP_DigestUpdate(bare->digest[0], in, len);
    if (encrypt)
        EVP_CipherUpdate(bare->cipher[end], out, &made, in, (int)len);
    else
        memcpy(out, in, len);
    if (end == 1)
        EVP_DigestUpdate(bare->digest[1], out, len);
}

/* Through a socket in pieces that it takes at once. */
static void bare_cross(int fds[2], const uint8_t *in, uint8_t *out, size_t len)
{
    size_t sent = 0, got = 0;
    while (got < len) {
        ssize_t put = sent < len ? send(fds[0], in + sent, len - sent,
                                       MSG_DONTWAIT | MSG_NOSIGNAL)
                                 : 0;
        sent += put > 0 ? (size_t)put : 0;
        ssize_t part = recv(fds[1], out + got, len - got, 0);
        if (part <= 0)
            bench_die("recv");
        got += (size_t)part;
    }
}

static struct bench_span bare_transfer(
    const struct bench_pair *pair, bool encrypt)
{
    static const uint8_t key[16], iv[12];
    struct bare bare;
    int fds[2];
    uint8_t *a = mem_alloc(BLOCK), *b = mem_alloc(BLOCK);
    bench_loopback(fds);
    for (int i = 0; i < 2; i++) {
        bare.digest[i] = EVP_MD_CTX_new();
        EVP_DigestInit_ex(bare.digest[i], EVP_sha256(), NULL);
        bare.cipher[i] = EVP_CIPHER_CTX_new();
        EVP_CipherInit_ex(
            bare.cipher[i], EVP_aes_128_gcm(), NULL, key, iv, i == 0);
    }
    char *path = file_join(pair->downloads, "bare");
    struct bench_span began = bench_now();
    int from = open(pair->file, O_RDONLY | O_CLOEXEC);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (size_t at = 0; at < SIZE; at += BLOCK) {
        if (read(from, a, BLOCK) != BLOCK)
            bench_die("read");
        bare_pass(&bare, 0, encrypt, a, BLOCK, b);
        bare_cross(fds, b, a, BLOCK);
        bare_pass(&bare, 1, encrypt, a, BLOCK, b);
        if (write(to, b, BLOCK) != BLOCK)
            bench_die("write");
    }
    struct bench_span speed = bench_speed_since(began, SIZE);
    close(from);
    close(to);
    close(fds[0]);
    close(fds[1]);
    unlink(path);
    free(path);
    for (int i = 0; i < 2; i++) {
        EVP_MD_CTX_free(bare.digest[i]);
        EVP_CIPHER_CTX_free(bare.cipher[i]);
    }
    free(a);
    free(b);
    return speed;
}

int main(void)
{
    static const char *const settings[] = {
        "transports", "s5b", "candidates", "direct", NULL};
    static const char *const jids[] = {
        "romeo@bench.test/a", "juliet@bench.test/b"};
    struct bench_pair pair = {
        .stores = true, .route = route, .owner = fake_pubsub_new()};
    struct jet_client *jets[2];
    signal(SIGPIPE, SIG_IGN);
    bench_pair_open(&pair, "jet-bench");
    bench_pair_make_file(&pair, SIZE);
    int64_t began = clock_us();
    for (int i = 0; i < 2; i++) {
        jets[i] = jet_client_omemo(omemo_device_new());
        bench_peer_begin(
            &pair, i, jids[i], settings, jet_client_security(jets[i]));
    }
    printf("a device's keys: %.1f ms\n", (double)(clock_us() - began) / 2000);
    struct bench_span ours[2][ROUNDS], theirs[2][ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        for (int encrypt = 0; encrypt < 2; encrypt++) {
            theirs[encrypt][i] = bare_transfer(&pair, encrypt == 1);
            ours[encrypt][i] = bench_pair_transfer(&pair, encrypt == 1);
        }
    }
    for (int encrypt = 0; encrypt < 2; encrypt++)
        bench_report(encrypt ? "encrypted S5B direct with SHA-256 (goal 0.85)"
                             : "plain S5B direct with SHA-256",
            bench_median(ours[encrypt], ROUNDS),
            bench_median(theirs[encrypt], ROUNDS));
    for (int i = 0; i < 2; i++) {
        bench_peer_end(&pair.peers[i]);
        jet_client_free(jets[i]);
    }
    fake_pubsub_free(pair.owner);
    bench_pair_close(&pair);
    return 0;
}
