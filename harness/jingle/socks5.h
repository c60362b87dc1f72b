/* SOCKS5 as XEP-0065 uses it (RFC 1928: no authentication, CONNECT, a domain
 * name of 40 hex digits, port 0): both ends as state machines that take bytes
 * in any segmentation and say what to send. */
#ifndef JS_JINGLE_SOCKS5_H
#define JS_JINGLE_SOCKS5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOCKS5_MESSAGE_MAX = 262, SOCKS5_ADDRESS_MAX = 256 };

enum socks5_state {
    SOCKS5_GREETING, /* waits for the other's greeting or method */
    SOCKS5_REQUEST,  /* waits for the request or the reply */
    SOCKS5_DECIDE,   /* server only: address is known, answer it */
    SOCKS5_OPEN,     /* what follows are the stream's bytes */
    SOCKS5_FAILED    /* close after sending what there is to send */
};

/* Why it failed. */
enum socks5_fault {
    SOCKS5_FINE,
    SOCKS5_BAD_VERSION,
    SOCKS5_NO_METHOD,    /* the client offers no "no authentication" */
    SOCKS5_WRONG_METHOD, /* the server chose what was not offered */
    SOCKS5_BAD_COMMAND,  /* not CONNECT */
    SOCKS5_BAD_ADDRESS,  /* not a domain name, or malformed */
    SOCKS5_REFUSED,      /* the server's reply was not 0; see reply */
    SOCKS5_WRONG_BOUND   /* the reply's address is not the request's */
};

enum socks5_reply {
    SOCKS5_SUCCEEDED = 0,
    SOCKS5_GENERAL_FAILURE = 1,
    SOCKS5_NOT_ALLOWED = 2,
    SOCKS5_NETWORK_UNREACHABLE = 3,
    SOCKS5_HOST_UNREACHABLE = 4,
    SOCKS5_CONNECTION_REFUSED = 5,
    SOCKS5_TTL_EXPIRED = 6,
    SOCKS5_COMMAND_NOT_SUPPORTED = 7,
    SOCKS5_ADDRESS_NOT_SUPPORTED = 8
};

/* Zero is not a valid initial state: use the init functions. No memory of its
 * own, copy and drop it freely. */
struct socks5 {
    bool server;
    bool check_bound; /* client: demand BND.ADDR = DST.ADDR (XEP-0065 s5.3.2) */
    enum socks5_state state;
    enum socks5_fault fault;
    uint8_t reply;                    /* client: the server's code */
    char address[SOCKS5_ADDRESS_MAX]; /* DST.ADDR, NUL-terminated */
    uint8_t address_len;
    uint16_t port;
    uint8_t in[SOCKS5_MESSAGE_MAX];
    size_t in_len;
    uint8_t out[SOCKS5_MESSAGE_MAX];
    size_t out_len;
};

void socks5_server(struct socks5 *socks5);
/* Puts the greeting into out. address: at most 255 bytes. */
void socks5_client(struct socks5 *socks5, const char *address, uint16_t port);

/* Takes bytes of the other side; returns how many were used. The rest belongs
 * to the stream when the state is SOCKS5_OPEN, and is to be handed in again
 * after socks5_answer() when it is SOCKS5_DECIDE. What is to be sent stands in
 * out, out_len: the caller sends it and sets out_len to 0 before the next
 * call. */
size_t socks5_take(struct socks5 *socks5, const void *data, size_t len);
/* Server in SOCKS5_DECIDE: writes the reply (BND.ADDR and BND.PORT are the
 * request's); SOCKS5_SUCCEEDED opens, anything else fails. */
void socks5_answer(struct socks5 *socks5, enum socks5_reply reply);

#endif
