/* What the two halves of the IBB transport share: ibb.c negotiates and sends,
 * ibb_stanza.c takes what comes in. A bytestream has one stream (in XEP-0047's
 * words a session), and more when a transport-info adds them (XEP-0261 s2.3).
 * Whatever stream a block comes in, its bytes are the file's next: stanzas
 * between two clients keep their order (RFC 6120 s10.1). */
#ifndef JS_JINGLE_IBB_STREAM_H
#define JS_JINGLE_IBB_STREAM_H

#include "base/vec.h"
#include "jingle/transfer.h"
#include "jingle/transport.h"

enum { BLOCK_SIZE_MAX = 65535, STREAMS_MAX = 16 };

struct ibb_stream {
    struct transport *t;
    char *sid;
    uint64_t block_size;
    bool opened, close_sent, over; /* over: closed by the peer, or refused */
    uint64_t seq_out; /* not cut to 16 bits, so that a fault can show it */
    uint16_t seq_in;
};

struct ibb {
    enum policy_stanza stanza;
    VEC(struct ibb_stream *) streams; /* the first has the transport's sid */
    size_t turn;                      /* whose block is next */
    bool open_sent, done;
    bool whole;         /* receiving: all bytes came, the close is awaited */
    uint64_t in_flight; /* blocks without a result, of all streams */
    uint64_t blocks;    /* sent, of all streams */
    size_t closing;     /* our closes without a result */
    /* The peer's open, answered when the last bytes of the transport that this
     * one replaces are there; owned, or NULL. */
    xmlNodePtr waiting_open;
};

struct ibb_stream *ibb_stream_add(
    struct transport *t, const char *sid, uint64_t block_size);
/* A started stream of a session with that peer, or NULL. */
struct ibb_stream *ibb_find(
    const struct client *c, const char *from, const char *sid);
/* Neither side has closed it. */
bool ibb_any_open(const struct transport *t);
bool ibb_read_stanza_kind(xmlNodePtr node, enum policy_stanza *out);
/* The peer opens the first stream: answered at once or when it can be. */
void ibb_take_open(struct ibb_stream *stream, xmlNodePtr iq);
/* Both sides know that it is open. */
void ibb_opened(struct ibb_stream *stream);
/* Closes all that are open. */
void ibb_send_close(struct transport *t);
/* It went wrong: it is closed, and its content fails. */
void ibb_broken(struct transport *t, const char *text);

#endif
