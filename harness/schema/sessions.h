/* Jingle sessions as their stanzas show them: who began, who ended, which
 * contents there are and who created each (XEP-0166 sections 6.7, 6.8, 7.2,
 * 7.3 and 10). Bounded: the oldest session is forgotten. */
#ifndef JS_SCHEMA_SESSIONS_H
#define JS_SCHEMA_SESSIONS_H

#include "schema/rules.h"

#include <stdint.h>

struct sessions;

/* sink: outlives it. */
struct sessions *sessions_new(const struct rule_sink *sink);
/* NULL is allowed. */
void sessions_free(struct sessions *sessions);

/* What the reply to a Jingle action is judged by. Zero: by nothing. */
struct jingle_asked {
    uint64_t session; /* 0: none that is known */
    bool initiates;
    bool ping;  /* an empty session-info in an active session */
    bool ended; /* the replier had ended the session before */
};

/* Looks at an iq of type set with a <jingle/>. party: the fingerprint that
 * tells the connections of several clients, and on each the other parties,
 * apart. */
struct jingle_asked sessions_action(struct sessions *sessions, uint64_t party,
    bool from_client, const xmlNode *iq);
/* Judges the result or the error that answers it; from_client: who replies. */
void sessions_reply(struct sessions *sessions, const struct jingle_asked *asked,
    bool from_client, const xmlNode *iq);

#endif
