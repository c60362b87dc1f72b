/* Two foreign clients and a file between them: no puppets, no script. Judged
 * by the wire (what was offered, how it went), by the file that arrives, and
 * by the streams captured on the way. */
#ifndef JS_STAGE_PAIRING_H
#define JS_STAGE_PAIRING_H

#include "record/record.h"
#include "stage/capture.h"
#include "subject/subject.h"

#include <signal.h>

struct pairing_options {
    const char *sender, *receiver;               /* names for reports */
    const char *sender_target, *receiver_target; /* adapters' commands */
    const char *directory;                       /* of the run */
    uint64_t seed;
    double time_factor;
    int64_t size; /* of the file */
    /* Asked to end when not 0; NULL: never. */
    const volatile sig_atomic_t *interrupted;
};

/* Two clients, started, with a server and a wire between them. */
struct pairing;

/* NULL on error. */
struct pairing *pairing_open(
    const struct pairing_options *options, struct error *error);
void pairing_close(struct pairing *pairing);
/* "dino 0.4.2" */
const char *pairing_version(const struct pairing *pairing, bool sender);
/* "prosody 0.12.3"; free it. */
char *pairing_server(const struct pairing *pairing);

/* One transfer; the verdict goes into c (id, title and all). transport NULL:
 * whatever the sender chooses; else "s5b" or "ibb". */
void pairing_run(struct pairing *pairing, struct record_run *run,
    struct record_case *c, const char *transport, bool encrypted);
/* How the last transfer went: "s5b", "ibb"; "" when it did not. */
const char *pairing_transport(const struct pairing *pairing);

#endif
