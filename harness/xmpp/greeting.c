#include "xmpp/greeting.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/xml.h"
#include "xmpp/relay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define NS_TLS "urn:ietf:params:xml:ns:xmpp-tls"
#define NS_STREAM "http://etherx.jabber.org/streams"

enum { TLS_HANDSHAKE_BYTE = 0x16 };

struct greeting {
    struct relay *relay;
    enum { FIRST_BYTE, STREAM, PROCEEDING, HANDSHAKE } phase;
    struct stream_parser *heard; /* what the client says */
    struct stream_parser *said;  /* what we say, for the record */
};

struct greeting *greeting_new(struct relay *relay)
{
    struct greeting *greeting = mem_alloc(sizeof *greeting);
    *greeting = (struct greeting){.relay = relay,
        .heard = stream_parser_new(),
        .said = stream_parser_new()};
    side_update(&relay->client, true);
    return greeting;
}

void greeting_free(struct greeting *greeting)
{
    if (greeting == NULL)
        return;
    stream_parser_free(greeting->heard);
    stream_parser_free(greeting->said);
    free(greeting);
}

/* Sends bytes of our own and tells them. */
static void say(struct greeting *greeting, const char *text)
{
    struct relay *relay = greeting->relay;
    struct bytes data = bytes_text(text);
    side_add(&relay->client, data);
    while (data.len > 0 && !relay->dead) {
        struct stream_event piece;
        size_t used = stream_parser_feed(greeting->said, data, &piece);
        data = bytes_of(data.data + used, data.len - used);
        if (piece.kind != STREAM_NOTHING)
            flow_tell_piece(&relay->down, &piece, WIRE_INJECTED);
    }
}

static void say_features(struct greeting *greeting)
{
    struct relay *relay = greeting->relay;
    const char *domain = tls_authority_domain(relay->link->authority);
    uint64_t id;
    struct buffer text = {0};
    random_secret(&id, sizeof id);
    buffer_add_text(&text, "<?xml version='1.0'?><stream:stream "
                           "xmlns='jabber:client' xmlns:stream='" NS_STREAM
                           "' version='1.0' from='");
    buffer_add_xml(&text, domain, strlen(domain));
    buffer_printf(&text,
        "' id='%016" PRIx64 "'><stream:features><starttls xmlns='" NS_TLS
        "'><required/></starttls></stream:features>",
        id);
    say(greeting, buffer_text(&text));
    buffer_free(&text);
}

/* RFC 6120 s5.3.1: nothing but STARTTLS where it is required. */
static void say_no(struct greeting *greeting)
{
    say(greeting, "<stream:error><policy-violation "
                  "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                  "</stream:stream>");
    side_flush(&greeting->relay->client);
    relay_close(greeting->relay, false, false,
        "the client began something else before STARTTLS");
}

static void hear(struct greeting *greeting, struct stream_event *piece)
{
    struct relay *relay = greeting->relay;
    enum stream_event_kind kind = piece->kind;
    bool starttls = kind == STREAM_STANZA &&
                    xml_is(stream_stanza(piece->doc), NS_TLS, "starttls");
    flow_tell_piece(&relay->up, piece, WIRE_DROPPED);
    if (relay->dead)
        return;
    if (kind == STREAM_OPENED) {
        say_features(greeting);
    } else if (starttls) {
        say(greeting, "<proceed xmlns='" NS_TLS "'/>");
        greeting->phase = PROCEEDING;
    } else if (kind == STREAM_STANZA) {
        say_no(greeting);
    } else if (kind == STREAM_CLOSED) {
        say(greeting, "</stream:stream>");
        side_flush(&relay->client);
        relay_close(relay, false, false, "the client closed before TLS");
    } else if (kind == STREAM_ERROR) {
        relay_close(relay, false, false, "malformed before TLS");
    }
}

static void read_stream(struct greeting *greeting)
{
    struct relay *relay = greeting->relay;
    uint8_t part[4096];
    ssize_t got = side_read(&relay->client, part, sizeof part);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        relay_close(relay, false, false, "the client left before TLS");
        return;
    }
    struct bytes data = bytes_of(part, (size_t)got);
    while (data.len > 0 && !relay->dead && greeting->phase == STREAM) {
        struct stream_event piece;
        size_t used = stream_parser_feed(greeting->heard, data, &piece);
        data = bytes_of(data.data + used, data.len - used);
        if (piece.kind != STREAM_NOTHING)
            hear(greeting, &piece);
    }
    /* Plain bytes behind <starttls/> must not become part of the secured
     * stream. */
    if (data.len > 0 && !relay->dead)
        relay_close(
            relay, false, false, "the client sent plain bytes after STARTTLS");
}

static void peek(struct greeting *greeting)
{
    struct relay *relay = greeting->relay;
    uint8_t first;
    ssize_t got = recv(relay->client.fd, &first, 1, MSG_PEEK);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0)
        relay_close(relay, false, false, "the client left before TLS");
    else
        greeting->phase = first == TLS_HANDSHAKE_BYTE ? HANDSHAKE : STREAM;
}

static void finish(struct greeting *greeting)
{
    struct relay *relay = greeting->relay;
    relay->greeting = NULL;
    greeting_free(greeting);
    flow_tell(&relay->up, WIRE_SECURED, tls_description(relay->client.tls));
    if (!relay->dead)
        relay_connect(relay);
}

/* True when the greeting is over. */
static bool shake(struct greeting *greeting)
{
    struct relay *relay = greeting->relay;
    struct error error = {""};
    if (relay->client.tls == NULL)
        relay->client.tls = tls_new(relay->link->authority, relay->client.fd);
    switch (tls_handshake(relay->client.tls, &error)) {
    case TLS_DONE:
        finish(greeting);
        return true;
    case TLS_FAILED:
        flow_tell(&relay->up, WIRE_ERROR, error.message);
        relay_close(relay, false, false, "the TLS handshake failed");
        return true;
    default:
        /* A server's flights fit a socket's buffer: it waits to read. */
        return false;
    }
}

void greeting_go_on(struct greeting *greeting)
{
    struct relay *relay = greeting->relay;
    if (greeting->phase == FIRST_BYTE)
        peek(greeting);
    if (!relay->dead && greeting->phase == STREAM)
        read_stream(greeting);
    if (relay->dead)
        return;
    if (greeting->phase != HANDSHAKE && !side_flush(&relay->client)) {
        relay_close(relay, false, false, "the client left before TLS");
        return;
    }
    if (greeting->phase == PROCEEDING && side_backlog(&relay->client) == 0)
        greeting->phase = HANDSHAKE;
    if (greeting->phase == HANDSHAKE && shake(greeting))
        return;
    side_update(&relay->client, true);
}
