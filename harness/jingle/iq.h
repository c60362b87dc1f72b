/* Iqs: requests of ours and their answers, answers to requests of others, and
 * stanza errors (RFC 6120 s8.2.3, s8.3). */
#ifndef JS_JINGLE_IQ_H
#define JS_JINGLE_IQ_H

#include "jingle/core.h"

enum iq_outcome { IQ_RESULT, IQ_ERROR, IQ_TIMEOUT };

/* stanza: the answer, borrowed; NULL at a time-out. Called exactly once
 * unless forgotten. */
typedef void iq_fn(
    struct client *c, void *owner, enum iq_outcome outcome, xmlNodePtr stanza);

/* Sends <iq type='set|get'> with the payload (XML text). fn may be NULL:
 * whatever comes back is swallowed. to NULL: our own account. */
void iq_send(struct client *c, const char *to, const char *type,
    const char *payload, iq_fn *fn, void *owner);
/* The same in two steps for large payloads: begin writes the start tag into
 * c->stanza (emptied), the caller adds the payload, end adds the end tag and
 * sends. */
void iq_begin(
    struct client *c, const char *to, const char *type, iq_fn *fn, void *owner);
void iq_end(struct client *c);
/* The owner goes away: its answers will be swallowed. */
void iq_forget(struct client *c, const void *owner);
/* How many iqs of an owner have no answer yet. */
size_t iq_waiting(const struct client *c, const void *owner);
void iq_free_all(struct client *c);

/* A result or error came in. Unknown, doubled, late or spoofed ones are
 * ignored. */
void iq_answer(struct client *c, xmlNodePtr stanza);

/* <iq type='result'> to a request; payload may be NULL. */
void iq_reply(struct client *c, xmlNodePtr request, const char *payload);

enum stanza_error {
    ERROR_BAD_REQUEST,
    ERROR_CONFLICT_TIE_BREAK,
    ERROR_CONSTRAINT,   /* resource-constraint, modify: IBB block size */
    ERROR_NO_RESOURCES, /* resource-constraint, wait: too many sessions */
    ERROR_NOT_IMPLEMENTED,
    ERROR_UNSUPPORTED_INFO,
    ERROR_ITEM_NOT_FOUND,
    ERROR_UNKNOWN_SESSION,
    ERROR_NOT_ACCEPTABLE,
    ERROR_OUT_OF_ORDER,
    ERROR_SERVICE_UNAVAILABLE,
    ERROR_UNEXPECTED, /* unexpected-request, cancel: IBB seq used before */
    ERROR_SECURITY_REQUIRED,
    ERROR_NONE
};

void iq_error(struct client *c, xmlNodePtr request, enum stanza_error error);
/* The error redirect, with an xmpp: URI of that JID (XEP-0166 s6.3.2). */
void iq_redirect(struct client *c, xmlNodePtr request, const char *jid);
/* The condition of an error stanza ("item-not-found", "" when none). */
const char *iq_condition(xmlNodePtr stanza);
/* True when the error carries that Jingle condition. */
bool iq_has_jingle_error(xmlNodePtr stanza, const char *condition);

#endif
