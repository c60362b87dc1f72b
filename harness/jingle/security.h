/* The seam for encryption of contents (XEP-0391): the core knows no cipher
 * and no key, only a <security/> element to pass on and a filter on the
 * bytes of a content. JET implements struct security; the core calls it. */
#ifndef JS_JINGLE_SECURITY_H
#define JS_JINGLE_SECURITY_H

#include "base/bytes.h"
#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client;

/* Between the file and the transport. Outgoing: feed takes the file's bytes
 * and adds what goes over the wire; end adds the tag. Incoming: feed takes
 * what came and adds the file's bytes (not to be trusted before end); end
 * checks the tag. False: broken, the content fails with security-error. */
struct stream_filter {
    uint64_t overhead;   /* bytes that the stream has more than the file */
    uint64_t plain_size; /* incoming: the bytes that were announced, or
                            UINT64_MAX; the core sets it before end */
    bool (*feed)(struct stream_filter *filter, const void *data, size_t len,
        struct buffer *out);
    bool (*end)(struct stream_filter *filter, struct buffer *out);
    /* Incoming: a filter that encrypts the same way, for a hash that is the
     * stream's and not the file's; to be freed by its free. */
    struct stream_filter *(*again)(struct stream_filter *filter);
    void (*free)(struct stream_filter *filter);
};

/* What one content is about. Borrowed for the call. */
struct security_content {
    const char *peer; /* full JID */
    const char *sid, *name;
    bool sending;     /* we send the file's bytes */
    const char *path; /* of our file; NULL: none */
    /* Lines about readings of unclear texts that were met; may be NULL. */
    struct buffer *notes;
};

typedef void security_ready_fn(
    struct client *c, void *token, bool ready, const char *why_not);

struct security {
    void *owner;
    /* Gets ready to seal something for a peer (device lists, bundles,
     * sessions): calls ready exactly once, at once or later. It may send
     * iqs by iq_send(). forget: the token goes away, never call it. */
    void (*prepare)(void *owner, struct client *c, const char *peer,
        security_ready_fn *ready, void *token);
    void (*forget)(void *owner, struct client *c, void *token);
    /* For an offer or request of ours: writes the <security/> element into
     * xml and returns the filter for the content's bytes, or NULL. */
    struct stream_filter *(*seal)(void *owner, struct client *c,
        const struct security_content *content, struct buffer *xml,
        struct error *error);
    /* For the peer's offer or request: reads its <security/>, returns the
     * filter, or NULL: the content is refused with security-error. */
    struct stream_filter *(*open)(void *owner, struct client *c,
        const struct security_content *content, xmlNodePtr security,
        struct error *error);
    /* What goes into our accept of such a content; may write nothing. */
    void (*answer)(void *owner, struct client *c,
        const struct security_content *content, struct buffer *xml);
    /* Every incoming stanza first: true when it was its own business (a PEP
     * event ...) and needs no other treatment. */
    bool (*stanza)(void *owner, struct client *c, xmlNodePtr stanza);
    /* After login. */
    void (*login)(void *owner, struct client *c);
    /* Nothing is awaited from the server and nothing held back. */
    bool (*idle)(void *owner);
    /* Features for disco#info by their index; NULL behind the last. */
    const char *(*feature)(
        void *owner, const struct client *c, size_t index);
};

#endif
