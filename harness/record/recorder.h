/* Turns what happened into a script that runs: from a case's record, or from
 * the stanzas of any log. Ids, JIDs, times, candidates and files are
 * generalised, so that a bug report becomes a case.
 *
 * With a subject the script's puppets do what its peers did, and wait for
 * what it sent; what manners do anyway (disco, pings, acknowledgements) is
 * left out. Without one all actors are clients and everything between them is
 * replayed. Keys of encrypted sessions (JET over OMEMO) are made again. A case
 * whose stanzas do not tell it all is told by its own script. Not recorded
 * from a log: several contents in a session. */
#ifndef JS_RECORDER_H
#define JS_RECORDER_H

#include "base/bytes.h"
#include "base/error.h"
#include "record/record.h"

#include <stdbool.h>

struct recorder;

struct recorder *recorder_new(void);
/* NULL is allowed. */
void recorder_free(struct recorder *recorder);

/* A stanza on the wire of a client: owner is any name of it or its JID, ""
 * for the only one; out: towards the server. What does not parse is counted
 * and left out. header: the stream's start tag, or NULL. */
void recorder_stanza(struct recorder *recorder, const char *owner, bool out,
    struct bytes text, const char *header);
/* Who is the subject: an owner or a JID. Without this: the only owner. */
void recorder_subject(struct recorder *recorder, const char *who);
/* A case: its actors, files, user actions and stanzas. */
void recorder_case(struct recorder *recorder, const struct record_case *c);

/* Prints the script. False: nothing to record, or something that cannot be,
 * with the reason. */
bool recorder_print(struct recorder *recorder, const char *title,
    const char *id, struct buffer *out, struct error *error);

#endif
