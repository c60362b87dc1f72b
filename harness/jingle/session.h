/* Sessions and their contents (XEP-0166): the state machine's data and what
 * the modules do with it. Private to jingle/. */
#ifndef JS_JINGLE_SESSION_H
#define JS_JINGLE_SESSION_H

#include "jingle/core.h"
#include "jingle/disco.h"
#include "jingle/file_description.h"
#include "jingle/iq.h"
#include "jingle/security.h"

struct transport;

enum session_state {
    SESSION_PREPARING, /* ours, nothing was sent yet */
    SESSION_PENDING,
    SESSION_ACTIVE,
    SESSION_ENDED
};

enum senders {
    SENDERS_BOTH,
    SENDERS_INITIATOR,
    SENDERS_RESPONDER,
    SENDERS_NONE,
    SENDERS_COUNT
};

enum content_state {
    CONTENT_PREPARING, /* ours, not offered yet */
    CONTENT_OFFERED,   /* waits for the other side, or for our user */
    CONTENT_ACCEPTING, /* our user accepted; proxies are being looked up */
    CONTENT_ACCEPTED,  /* the transport is being negotiated */
    CONTENT_MOVING,
    CONTENT_MOVED, /* all bytes went; hash, close or receipt are awaited */
    CONTENT_DONE,
    CONTENT_FAILED
};

/* The moving of one file's bytes; see transfer.h. */
struct transfer {
    void *file;              /* the host's handle, or NULL */
    uint64_t start, at, end; /* in the file; end UINT64_MAX: unknown */
    uint64_t stream;         /* bytes over the transports, overhead included */
    struct digest *whole, *part;
    uint8_t *block; /* bytes read ahead, of policy's io-size */
    size_t block_at, block_len;
    struct buffer filtered; /* when there is a filter: what it made */
    size_t filtered_at;
    bool ended; /* the filter was ended */
    unsigned tenths;
};

struct content {
    struct session *session;
    char *name;
    bool ours; /* we are its creator */
    enum senders senders;
    bool sending; /* we send the file's bytes */
    enum content_state state;
    bool add;        /* came by content-add */
    char *path;      /* of our file */
    char *safe_name; /* of the one that we receive */
    struct file_description file;
    struct file_range range; /* as agreed */
    uint64_t keep;           /* bytes of it that we have already */
    struct transport *transport;
    struct transport *replacement; /* offered, by us or to us */
    bool replacing;                /* we offered it */
    struct transport *old; /* replaced, its last bytes are on their way */
    struct transport *dead_transport; /* the one before, until it is freed */
    uint64_t stalled_at;              /* bytes when last looked */
    unsigned tried;                   /* set of transport kinds that failed */
    struct transfer transfer;
    bool checksum_due; /* we owe one */
    bool received;     /* the peer confirmed */
    enum client_verdict verdict;
    bool encrypt;
    bool insecure; /* its secret can't be had; policy says when to end it */
    enum { SEAL_NONE, SEAL_PREPARING, SEAL_READY } seal;
    char *security; /* our <security/> or what goes into the accept */
    struct stream_filter *filter;
};

struct session {
    struct client *c;
    char *sid, *peer;
    bool initiator; /* we are */
    enum session_state state;
    bool dead;         /* free it when the core leaves */
    bool acknowledged; /* the peer acknowledged our session-initiate */
    bool waiting;      /* for our user's answer */
    bool proposed;     /* came or went by XEP-0353: a finish is due */
    bool looked_up;    /* the peer's features were asked for */
    bool advancing;    /* inside offer_advance() */
    bool peer_s5b, peer_ibb, peer_jet;
    bool add_in_flight, remove_in_flight, modify_in_flight;
    bool redirected;      /* once is enough */
    const char *migrated; /* the session that replaces it (XEP-0353 s4.2) */
    unsigned names;       /* of our contents */
    bool lingering;       /* ended well, but bytes are still on their way */
    bool ending;          /* all files are through, the end timer runs */
    int64_t last_heard_ms;
    struct answer answer;
    VEC(struct content *) contents;
};

/* --- lifetime --- */

/* sid NULL: a fresh one. It is in c->sessions then. */
struct session *session_new(
    struct client *c, const char *peer, const char *sid, bool initiator);
void session_free(struct session *session);
struct session *session_find(
    const struct client *c, const char *peer, const char *sid);
/* Ends it: sends session-terminate with the reason (NULL: sends nothing),
 * closes everything and tells the user. detail: an element beside the
 * condition (XML) or NULL; text for humans or NULL. */
void session_end(struct session *session, const char *reason,
    const char *detail, const char *text);
/* The peer ended it, or it was lost: no stanza. */
void session_ended(
    struct session *session, const char *reason, const char *text);
/* After any content finished: ends the session when all did. */
void session_check(struct session *session);
/* The newest that is not over, or NULL. */
struct session *session_newest(const struct client *c);

struct content *content_new(
    struct session *session, const char *name, bool ours, enum senders senders);
void content_free(struct content *content);
/* Goes on without encryption: only seeded faults do. */
void content_drop_filter(struct content *content);
struct content *content_find(
    const struct session *session, bool by_initiator, const char *name);
/* Takes it out of the session and frees it. */
void content_remove(struct content *content);
/* One content failed: removes it (content-remove) or, when it is the last,
 * ends the session. detail as in session_end. */
void content_fail(struct content *content, const char *reason,
    const char *detail, const char *text);
bool content_is_over(const struct content *content);

/* --- stanzas out --- */

/* Opens <jingle action=...> in out; session_send closes and sends it. */
void session_begin(
    struct session *session, const char *action, struct buffer *out);
void session_send(
    struct session *session, struct buffer *out, iq_fn *fn, void *owner);
/* <content ...> without its end tag. */
void content_begin(const struct content *content, struct buffer *out);
/* The whole content with description, transport and security. */
void content_write(
    const struct content *content, bool answer, struct buffer *out);
/* A transport-info with the payload inside the <transport/> of that content;
 * the transport writes its own element around it. */
void content_transport_info(struct content *content, const char *transport_xml);
void reason_write(const char *reason, const char *detail, const char *text,
    struct buffer *out);

void session_notify(struct session *session, struct content *content,
    enum client_event_kind kind, const char *reason, const char *text);

/* --- offers and answers (offer.c) --- */

/* Goes on with what is prepared: looks up, then sends the session-initiate or
 * content-adds that are ready. */
void offer_advance(struct client *c, void *session);
/* A file of ours as a content of the session. False: can't be opened. */
bool offer_file(struct session *session, const char *path, const char *name,
    const char *description, bool encrypt, struct error *error);
/* The user's answer to the session or to its added contents. */
void offer_answer(struct session *session, const struct answer *answer);
/* Applies an answer that waits, or auto-accept; else asks the user. */
void offer_ask_user(struct session *session);
/* The peer's request: finds the file that it means among the shared ones and
 * describes it. False: there is none. */
bool offer_find_shared(struct content *content);

/* --- what came in (jingle.c, actions.c) --- */

void jingle_request(struct client *c, xmlNodePtr iq, xmlNodePtr jingle);

/* --- transports (replace.c) --- */

/* The transport of a content is ready for its bytes; how as in the event. */
void content_connected(struct content *content, const char *how);
/* It failed: falls back, or fails the content. */
void content_transport_failed(struct content *content, const char *text);
/* A replaced transport has delivered its last byte. */
void content_old_gone(struct content *content);
/* Offers a replacement by that kind. */
void content_replace(struct content *content, unsigned kind);
/* A timer: fails a transfer that did not move since the last time. */
void content_stalled(struct client *c, void *content);
/* Both sides agreed on content->transport: starts it. */
void content_start(struct content *content);
/* Ends what can't be decrypted, when policy wants that now; true: done. */
bool content_given_up(struct content *content, enum policy_jet_check now);

#endif
