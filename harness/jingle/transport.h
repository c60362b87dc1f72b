/* What a content needs of its transport: a table of functions per kind
 * (XEP-0260, XEP-0261). */
#ifndef JS_JINGLE_TRANSPORT_H
#define JS_JINGLE_TRANSPORT_H

#include "jingle/session.h"

struct transport;

struct transport_type {
    enum transport_kind kind;
    const char *ns;
    const char *name;
    /* Ours to offer; the caller asked transport_ready() before. */
    void (*prepare)(struct transport *transport);
    /* Reads the peer's offer into a fresh transport, or its answer to ours.
     * ERROR_NONE: fine. */
    enum stanza_error (*read)(
        struct transport *transport, xmlNodePtr node, bool answer);
    void (*write)(
        const struct transport *transport, bool answer, struct buffer *out);
    /* A transport-info. ERROR_NONE: fine, and effects follow by apply. */
    enum stanza_error (*check_info)(
        struct transport *transport, xmlNodePtr node);
    void (*apply_info)(struct transport *transport, xmlNodePtr node);
    /* Both sides agreed. */
    void (*start)(struct transport *transport);
    /* There may be bytes to send, or room for them. */
    void (*pump)(struct transport *transport);
    /* The content may be read now (after a replaced one has drained). */
    void (*resume)(struct transport *transport);
    /* No more bytes of ours: flush, close, then content_old_gone(). */
    void (*drain)(struct transport *transport);
    /* The content is over, well or not. */
    void (*close)(struct transport *transport);
    void (*free)(struct transport *transport);
};

struct transport {
    const struct transport_type *type;
    struct client *c;
    struct content *content;
    char *sid;
    bool ours; /* we offered it */
    bool started, ready;
    bool draining; /* replaced: nothing new goes out */
    bool over;     /* the other side closed it, or we did */
    struct s5b *s5b;
    struct ibb *ibb;
};

extern const struct transport_type transport_s5b, transport_ibb;

const struct transport_type *transport_of_kind(unsigned kind);
/* NULL: not a transport of ours. */
const struct transport_type *transport_of_ns(const char *ns);
/* A fresh one, sid NULL: a fresh sid. */
struct transport *transport_new(struct content *content,
    const struct transport_type *type, const char *sid);
void transport_free(struct transport *transport);
/* True when a transport of that kind can be offered now; else fn is called
 * once it can (the server's proxies were not known yet). */
bool transport_ready(
    struct client *c, unsigned kind, timer_fn *fn, void *owner);
/* Best kind that policy has, the peer supports and that was not tried;
 * -1: none. */
int transport_choose(const struct content *content);

#endif
