/* A puppet's TCP socket, between sockets.c that opens it and socket_bytes.c
 * that moves bytes on it. */
#ifndef JS_STAGE_SOCKETS_H
#define JS_STAGE_SOCKETS_H

#include "base/vec.h"
#include "stage/stage.h"

enum { SOCKET_CHUNK = 256 * 1024 }; /* read, or sent, at once */

struct stage_socket {
    const char *name;
    struct stage *stage;
    struct player *owner;
    int fd;
    bool listening, connecting, closed, failed;
    char host[64];
    int port;
    struct loop_watch *watch;
    struct buffer in, out;
    VEC(int) accepted; /* connections that nobody took yet */
    int64_t collected; /* bytes of the running collect */
    int64_t sent_to;   /* of a file being sent: next offset */
    int handshake;     /* step of the SOCKS5 handshake */
    char problem[360]; /* why the handshake failed */
};

/* Watches for what it can do now. */
void socket_want(struct stage_socket *socket);
/* Writes what the peer takes of out. */
void socket_flush(struct stage_socket *socket);
void socket_close(struct stage_socket *socket);
/* An event of the transcript. */
void socket_note(struct stage_socket *socket, bool from_puppet,
    enum event_kind kind, const char *label);

#endif
