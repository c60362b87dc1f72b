/* The actions of Jingle as a table: what is asked of us, checked before it is
 * acknowledged, and done after. Private to jingle/. */
#ifndef JS_JINGLE_ACTIONS_H
#define JS_JINGLE_ACTIONS_H

#include "jingle/transport.h"

/* One request under way. */
struct request {
    struct client *c;
    xmlNodePtr iq, jingle;
    struct session *session; /* NULL for session-initiate */
    bool answered;
};

/* Acknowledges (once): effects come after it. */
void request_ok(struct request *request);
void request_fail(struct request *request, enum stanza_error error);

typedef void action_fn(struct request *request);

action_fn action_session_initiate, action_session_accept, action_session_info,
    action_session_terminate, action_description_info, action_security_info,
    action_content_add, action_content_accept, action_content_reject,
    action_content_modify, action_content_remove, action_transport_info,
    action_transport_replace, action_transport_accept, action_transport_reject;

/* What became of reading one <content/> of an offer. */
enum content_fate {
    CONTENT_GOOD,
    CONTENT_MALFORMED,
    CONTENT_NO_APPLICATION, /* not a file transfer */
    CONTENT_NO_TRANSPORT,
    CONTENT_BAD_PARAMETERS, /* senders that make no sense */
    CONTENT_INSECURE,       /* a <security/> that can't be honoured */
    CONTENT_TOO_LARGE,
    CONTENT_NO_FILE /* a request for what we don't have */
};

/* Reads the content of a session-initiate or content-add into the session;
 * *out is set when it is CONTENT_GOOD. */
enum content_fate content_read_offer(
    struct session *session, xmlNodePtr node, struct content **out);
/* The reason to give for a fate, and the element beside it (or NULL). */
const char *content_fate_reason(enum content_fate fate, const char **detail);
/* The content that an element names, or NULL. */
struct content *content_named(const struct session *session, xmlNodePtr node);

#endif
