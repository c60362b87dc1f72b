#include "jingle/socks5.h"

#include <string.h>

enum {
    VERSION = 5,
    METHOD_NONE = 0,
    METHOD_REFUSED = 0xff,
    COMMAND_CONNECT = 1,
    TYPE_IPV4 = 1,
    TYPE_NAME = 3,
    TYPE_IPV6 = 4
};

static void put(struct socks5 *s, uint8_t byte)
{
    s->out[s->out_len++] = byte;
}

/* A request (second byte: the command) or a reply (the code). */
static void put_message(struct socks5 *s, uint8_t second)
{
    put(s, VERSION);
    put(s, second);
    put(s, 0);
    put(s, TYPE_NAME);
    put(s, s->address_len);
    memcpy(s->out + s->out_len, s->address, s->address_len);
    s->out_len += s->address_len;
    put(s, (uint8_t)(s->port >> 8));
    put(s, (uint8_t)s->port);
}

static void fail(struct socks5 *s, enum socks5_fault why)
{
    s->state = SOCKS5_FAILED;
    s->fault = why;
}

void socks5_server(struct socks5 *s)
{
    memset(s, 0, sizeof *s);
    s->server = true;
}

void socks5_client(struct socks5 *s, const char *address, uint16_t port)
{
    memset(s, 0, sizeof *s);
    size_t len = strlen(address);
    s->address_len = (uint8_t)(len > 255 ? 255 : len);
    memcpy(s->address, address, s->address_len);
    s->port = port;
    put(s, VERSION);
    put(s, 1);
    put(s, METHOD_NONE);
}

/* How many bytes the message at the front has, as far as can be said yet. */
static size_t message_len(const struct socks5 *s)
{
    if (s->state == SOCKS5_GREETING) {
        if (!s->server) {
            return 2;
        }
        return s->in_len < 2 ? 2 : 2 + (size_t)s->in[1];
    }
    if (s->in_len < 5) {
        return 5;
    }
    switch (s->in[3]) {
    case TYPE_IPV4:
        return 4 + 4 + 2;
    case TYPE_IPV6:
        return 4 + 16 + 2;
    case TYPE_NAME:
        return 4 + 1 + (size_t)s->in[4] + 2;
    default:
        return 5;
    }
}

static void greeted(struct socks5 *s)
{
    if (!s->server) {
        if (s->in[1] != METHOD_NONE) {
            fail(s, SOCKS5_WRONG_METHOD);
            return;
        }
        put_message(s, COMMAND_CONNECT);
        s->state = SOCKS5_REQUEST;
        return;
    }
    put(s, VERSION);
    if (memchr(s->in + 2, METHOD_NONE, s->in[1])) {
        put(s, METHOD_NONE);
        s->state = SOCKS5_REQUEST;
    } else {
        put(s, METHOD_REFUSED);
        fail(s, SOCKS5_NO_METHOD);
    }
}

static void requested(struct socks5 *s)
{
    bool name = s->in[3] == TYPE_NAME;
    uint8_t len = name ? s->in[4] : 0;
    memset(s->address, 0, sizeof s->address);
    memcpy(s->address, s->in + 5, len);
    s->address_len = len;
    unsigned high = s->in[5 + len], low = s->in[6 + len];
    s->port = (uint16_t)(name ? high << 8 | low : 0);
    if (s->in[1] != COMMAND_CONNECT) {
        fail(s, SOCKS5_BAD_COMMAND);
        put_message(s, SOCKS5_COMMAND_NOT_SUPPORTED);
    } else if (!name) {
        fail(s, SOCKS5_BAD_ADDRESS);
        put_message(s, SOCKS5_ADDRESS_NOT_SUPPORTED);
    } else {
        s->state = SOCKS5_DECIDE;
    }
}

static void replied(struct socks5 *s)
{
    s->reply = s->in[1];
    if (s->reply != SOCKS5_SUCCEEDED) {
        fail(s, SOCKS5_REFUSED);
        return;
    }
    bool same = s->in[3] == TYPE_NAME && s->in[4] == s->address_len &&
                !memcmp(s->in + 5, s->address, s->address_len);
    if (s->check_bound && !same) {
        fail(s, SOCKS5_WRONG_BOUND);
        return;
    }
    s->state = SOCKS5_OPEN;
}

size_t socks5_take(struct socks5 *s, const void *data, size_t len)
{
    const uint8_t *in = data;
    size_t used = 0;
    while (s->state == SOCKS5_GREETING || s->state == SOCKS5_REQUEST) {
        size_t want = message_len(s);
        if (s->in_len < want) {
            if (used == len) {
                break;
            }
            s->in[s->in_len++] = in[used++];
            if (s->in_len == 1 && s->in[0] != VERSION) {
                fail(s, SOCKS5_BAD_VERSION);
            }
            continue;
        }
        if (s->state == SOCKS5_GREETING) {
            greeted(s);
        } else if (s->server) {
            requested(s);
        } else {
            replied(s);
        }
        s->in_len = 0;
    }
    return used;
}

void socks5_answer(struct socks5 *s, enum socks5_reply reply)
{
    put_message(s, (uint8_t)reply);
    if (reply == SOCKS5_SUCCEEDED) {
        s->state = SOCKS5_OPEN;
    } else {
        fail(s, SOCKS5_REFUSED);
        s->reply = (uint8_t)reply;
    }
}
