/* The bytes of one content: from the file to the transport and back, with
 * digests, range, filter and verdict (XEP-0234 s6.4, s8). */
#ifndef JS_JINGLE_TRANSFER_H
#define JS_JINGLE_TRANSFER_H

#include "jingle/session.h"

/* Opens the file (once). False: it failed, and the content with it. */
bool transfer_open(struct content *content);
/* Sending: the next bytes, at most max, borrowed until transfer_used();
 * returns their number, 0 when there are no more. */
size_t transfer_next(struct content *content, const uint8_t **data, size_t max);
void transfer_used(struct content *content, size_t len);
/* Sends the checksum that is owed, if any, all bytes being with the
 * transport; transfer_sent() does it too. */
void transfer_send_checksum(struct content *content);
/* Puts the hashes of the encrypted stream into our description, in place of
 * the file's (content->filter is set and unused). */
void transfer_hash_sealed(struct content *content);
/* The transport has delivered all bytes. */
void transfer_sent(struct content *content);
/* Receiving: bytes of the stream. False: the content failed (and may be
 * gone): do not touch it. */
bool transfer_received(struct content *content, const void *data, size_t len);
/* True when the announced number of bytes has arrived. */
bool transfer_is_whole(const struct content *content);
/* The stream ended; decides what that means. False as above. */
bool transfer_stream_ended(struct content *content);
/* All is there: waits for a checksum that was promised, then judges. */
void transfer_finish(struct content *content);
/* The session is over: judges now whatever is whole. */
void transfer_settle(struct content *content);
/* A checksum came by session-info. */
void transfer_checksum(
    struct content *content, const struct file_description *file);
void transfer_free(struct content *content);

#endif
