/* What really goes over the streams of a stage network: every TCP payload on
 * loopback is searched for samples of a file, so that an encrypted transfer
 * whose plaintext shows can be seen. Packets are looked at and forgotten. */
#ifndef JS_STAGE_CAPTURE_H
#define JS_STAGE_CAPTURE_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct capture;

/* Opens the loopback interface ("lo", where all streams of one network
 * namespace pass). NULL: not allowed here, or no such interface. */
struct capture *capture_open(struct loop *loop, struct error *error);
/* NULL is allowed. */
void capture_close(struct capture *capture);

/* Starts afresh with the samples of this content (random bytes of at least
 * 1 KiB, or chance finds them everywhere). */
void capture_look_for(struct capture *capture, struct bytes content);
/* Takes what the kernel still holds. */
void capture_drain(struct capture *capture);

struct capture_finding {
    uint64_t packets, bytes; /* of TCP payload */
    uint64_t lost;           /* packets that the kernel dropped */
    unsigned samples, found; /* how many there are, how many were seen */
    char stream[64];         /* "127.0.0.1:1 > 127.0.0.1:2" of the first */
};
struct capture_finding capture_finding(const struct capture *capture);

/* The same search in bytes that came another way (blocks of IBB). */
void capture_feed(struct capture *capture, struct bytes data, const char *from);

#endif
