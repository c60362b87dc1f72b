/* Clients with TLS on the wire; the server is a bare socket. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/test.h"
#include "server/probe.h"
#include "xmpp/parser.h"
#include "xmpp/socket.h"
#include "xmpp/tls.h"
#include "xmpp/wire.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DOMAIN "montague.example"
#define HEAD                                                                   \
    "<stream:stream xmlns='jabber:client' to='" DOMAIN "' "                    \
    "xmlns:stream='http://etherx.jabber.org/streams'>"
#define STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

struct bench {
    struct loop *loop;
    struct tls_authority *authority;
    struct wire *wire;
    struct wire_link *link;
    int listener, client, server;
    SSL_CTX *context;
    SSL *session;
    struct buffer log, got;
};

static void observe(void *owner, struct wire_event *event)
{
    struct bench *bench = owner;
    const xmlNode *stanza = stream_stanza(event->doc);
    buffer_printf(&bench->log, "%s %s%s%s%s%s;",
        event->direction == WIRE_UP ? "up" : "down",
        wire_kind_name(event->kind), stanza != NULL ? " " : "",
        stanza != NULL ? (const char *)stanza->name : "",
        event->reason != NULL ? " " : "",
        event->reason != NULL ? event->reason : "");
}

static bool has_log(struct bench *bench, const char *text)
{
    int64_t end = clock_ms() + 3000;
    while (strstr(buffer_text(&bench->log), text) == NULL && clock_ms() < end)
        loop_turn(bench->loop, end);
    return strstr(buffer_text(&bench->log), text) != NULL;
}

static struct bench open_bench(void)
{
    signal(SIGPIPE, SIG_IGN);
    return (struct bench){.loop = loop_new(),
        .authority = tls_authority_new(DOMAIN, NULL),
        .server = -1};
}

static void start(struct bench *bench)
{
    uint16_t port = 0;
    CHECK(bench->authority != NULL);
    bench->listener = socket_listen("127.0.0.1", &port, NULL);
    bench->wire = wire_new(bench->loop, "127.0.0.1", port, observe, bench);
    bench->link = wire_link_new(bench->wire, "juliet", "127.0.0.1", NULL);
    wire_link_set_tls(bench->link, bench->authority);
    bench->client = probe_connect("127.0.0.1", wire_link_port(bench->link));
    CHECK(has_log(bench, "up connected;"));
}

static void finish(struct bench *bench)
{
    SSL_free(bench->session);
    SSL_CTX_free(bench->context);
    wire_free(bench->wire);
    tls_authority_free(bench->authority);
    loop_free(bench->loop);
    close(bench->listener);
    close(bench->client);
    if (bench->server >= 0)
        close(bench->server);
    buffer_free(&bench->log);
    buffer_free(&bench->got);
}

/* The client's context; trusting: it knows the authority. */
static void prepare_session(struct bench *bench, bool trusting)
{
    bench->context = SSL_CTX_new(TLS_client_method());
    if (trusting) {
        BIO *pem = BIO_new_mem_buf(tls_authority_pem(bench->authority), -1);
        X509 *issuer = PEM_read_bio_X509(pem, NULL, NULL, NULL);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(bench->context), issuer);
        X509_free(issuer);
        BIO_free(pem);
    }
    bench->session = SSL_new(bench->context);
    SSL_set_fd(bench->session, bench->client);
    SSL_set_verify(bench->session, SSL_VERIFY_PEER, NULL);
    SSL_set1_host(bench->session, DOMAIN);
    SSL_set_tlsext_host_name(bench->session, DOMAIN);
}

static bool shake(struct bench *bench)
{
    int64_t end = clock_ms() + 3000;
    while (clock_ms() < end) {
        int result = SSL_connect(bench->session);
        if (result == 1)
            return true;
        if (SSL_get_error(bench->session, result) != SSL_ERROR_WANT_READ)
            return false;
        loop_turn(bench->loop, clock_ms() + 1);
    }
    return false;
}

static bool take_server(struct bench *bench)
{
    int64_t end = clock_ms() + 3000;
    while (bench->server < 0 && clock_ms() < end) {
        loop_turn(bench->loop, clock_ms() + 1);
        bench->server = accept(bench->listener, NULL, NULL);
    }
    return bench->server >= 0;
}

/* Until text arrived: from the server's socket, the client's plain socket or
 * its session. */
static bool reads(struct bench *bench, int fd, SSL *session, const char *text)
{
    int64_t end = clock_ms() + 3000;
    buffer_clear(&bench->got);
    while (strstr(buffer_text(&bench->got), text) == NULL && clock_ms() < end) {
        char part[16384];
        long count = session != NULL
                         ? SSL_read(session, part, sizeof part)
                         : (long)recv(fd, part, sizeof part, MSG_DONTWAIT);
        if (count > 0)
            buffer_add(&bench->got, part, (size_t)count);
        loop_turn(bench->loop, clock_ms() + 1);
    }
    return strstr(buffer_text(&bench->got), text) != NULL;
}

static void put(int fd, const char *text)
{
    CHECK_INT(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

TEST(starttls_is_offered_as_required_and_the_stream_begins_anew)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, HEAD);
    CHECK(reads(&bench, bench.client, NULL, "<required/></starttls>"));
    put(bench.client, STARTTLS);
    CHECK(reads(&bench, bench.client, NULL, "<proceed"));
    prepare_session(&bench, true);
    CHECK(shake(&bench));
    CHECK(has_log(&bench, "up secured TLSv1."));
    CHECK(SSL_write(bench.session, HEAD, sizeof HEAD - 1) > 0);
    CHECK(take_server(&bench));
    CHECK(reads(&bench, bench.server, NULL, HEAD));
    put(bench.server, HEAD "<a/>");
    CHECK(reads(&bench, -1, bench.session, "<a/>"));
    CHECK(strstr(buffer_text(&bench.log), "up stanza starttls;") != NULL);
    CHECK(strstr(buffer_text(&bench.log), "down stanza proceed;") != NULL);
    finish(&bench);
}

static void dribble(struct bench *bench, int fd, const char *text)
{
    for (; *text != 0; text++) {
        CHECK_INT(send(fd, text, 1, MSG_NOSIGNAL), 1);
        loop_turn(bench->loop, clock_ms());
        loop_turn(bench->loop, clock_ms());
    }
}

TEST(a_greeting_that_comes_byte_by_byte_is_the_same)
{
    struct bench bench = open_bench();
    start(&bench);
    dribble(&bench, bench.client, HEAD);
    CHECK(reads(&bench, bench.client, NULL, "<required/></starttls>"));
    dribble(&bench, bench.client, STARTTLS);
    CHECK(reads(&bench, bench.client, NULL, "<proceed"));
    prepare_session(&bench, true);
    CHECK(shake(&bench));
    for (size_t i = 0; i < sizeof HEAD - 1; i++) {
        CHECK_INT(SSL_write(bench.session, HEAD + i, 1), 1);
        loop_turn(bench.loop, clock_ms());
    }
    CHECK(take_server(&bench));
    CHECK(reads(&bench, bench.server, NULL, HEAD));
    CHECK(strstr(buffer_text(&bench.log), "up stanza starttls;") != NULL);
    finish(&bench);
}

TEST(direct_tls_is_taken_without_being_told)
{
    struct bench bench = open_bench();
    start(&bench);
    prepare_session(&bench, true);
    SSL_set_alpn_protos(
        bench.session, (const unsigned char *)"\x0bxmpp-client", 12);
    CHECK(shake(&bench));
    const unsigned char *chosen;
    unsigned len;
    SSL_get0_alpn_selected(bench.session, &chosen, &len);
    CHECK_BYTES(chosen, len, "xmpp-client", 11);
    CHECK(SSL_write(bench.session, HEAD "<m/>", sizeof HEAD + 3) > 0);
    CHECK(take_server(&bench));
    CHECK(reads(&bench, bench.server, NULL, "<m/>"));
    finish(&bench);
}

TEST(nothing_reaches_the_server_before_tls)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, HEAD "<iq type='get'/>");
    CHECK(reads(&bench, bench.client, NULL, "policy-violation"));
    CHECK(has_log(&bench, "began something else before STARTTLS"));
    CHECK(accept(bench.listener, NULL, NULL) < 0);
    finish(&bench);
}

TEST(plain_bytes_behind_starttls_are_refused)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, HEAD STARTTLS HEAD "<iq/>");
    CHECK(has_log(&bench, "sent plain bytes after STARTTLS"));
    finish(&bench);
}

TEST(a_client_that_does_not_trust_the_authority_is_told_apart)
{
    struct bench bench = open_bench();
    start(&bench);
    prepare_session(&bench, false);
    CHECK(!shake(&bench));
    CHECK(has_log(&bench, "the client does not trust this run's authority"));
    finish(&bench);
}

TEST(junk_instead_of_a_handshake_is_told)
{
    struct bench bench = open_bench();
    start(&bench);
    put(bench.client, "\x16\x03\x01\xff\xffjunk that is no handshake at all");
    CHECK(has_log(&bench, "up error the TLS handshake failed"));
    finish(&bench);
}

TEST(a_megabyte_goes_through_tls_both_ways)
{
    struct bench bench = open_bench();
    struct buffer text = {0};
    start(&bench);
    prepare_session(&bench, true);
    CHECK(shake(&bench));
    buffer_add_text(&text, HEAD "<m>");
    for (int i = 0; i < 60000; i++)
        buffer_printf(&text, "%015d", i);
    buffer_add_text(&text, "</m><end/>");
    for (size_t at = 0; at < text.len;) {
        int put_now =
            SSL_write(bench.session, text.data + at, (int)(text.len - at));
        at += put_now > 0 ? (size_t)put_now : 0;
        loop_turn(bench.loop, clock_ms() + 1);
        if (bench.server < 0)
            bench.server = accept(bench.listener, NULL, NULL);
    }
    CHECK(reads(&bench, bench.server, NULL, "<end/>"));
    CHECK_BYTES(bench.got.data, bench.got.len, text.data, text.len);
    for (size_t at = 0; at < text.len;) {
        ssize_t put_now = send(bench.server, text.data + at, text.len - at,
            MSG_DONTWAIT | MSG_NOSIGNAL);
        at += put_now > 0 ? (size_t)put_now : 0;
        loop_turn(bench.loop, clock_ms() + 1);
    }
    CHECK(reads(&bench, -1, bench.session, "<end/>"));
    CHECK_BYTES(bench.got.data, bench.got.len, text.data, text.len);
    buffer_free(&text);
    finish(&bench);
}

TEST(the_end_of_a_tls_session_is_passed_on)
{
    struct bench bench = open_bench();
    start(&bench);
    prepare_session(&bench, true);
    CHECK(shake(&bench));
    CHECK(SSL_write(bench.session, HEAD "<m/>", sizeof HEAD + 3) > 0);
    SSL_shutdown(bench.session);
    CHECK(take_server(&bench));
    CHECK(reads(&bench, bench.server, NULL, "<m/>"));
    CHECK(has_log(&bench, "up closed closed;"));
    close(bench.server);
    bench.server = -1;
    CHECK(has_log(&bench, "down closed closed;"));
    finish(&bench);
}
