/* What a recorded transcript tells of an encrypted transfer: where its
 * <security/> is and whose, what was announced of the file, the blocks of an
 * in-band bytestream. The transcript is any element with the stanzas inside; a
 * <stanza dir= session= actor=> around one tells its direction ("c2s" and
 * "out" leave a client) and its client. One that a server or both ends
 * recorded may hold each stanza twice. */
#ifndef JS_JINGLE_JET_TRANSCRIPT_H
#define JS_JINGLE_JET_TRANSCRIPT_H

#include "base/bytes.h"
#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

/* The nearest element of that name around the node or itself, or NULL. */
const xmlNode *transcript_around(const xmlNode *node, const char *name);
/* Who sent the stanza around the node, as a full JID: by its from, else by the
 * client that recorded it, else by the initiator of the session-initiate in
 * it. Free it; NULL: not recorded. */
char *transcript_sender(const xmlNode *node);
/* The Jingle session and the content that the node belongs to, "" without. */
const char *transcript_sid(const xmlNode *node);
const char *transcript_content(const xmlNode *node);

/* The one <security/> of that Jingle session (NULL: of the only one) and
 * content (likewise). Of several copies the one that the receiver got. NULL:
 * none or several, and error says which to choose from. */
const xmlNode *transcript_security(const xmlNode *root, const char *sid,
    const char *content, struct error *error);

/* What the session said about a content's file, in whatever stanza. */
struct transcript_file {
    uint64_t size;      /* UINT64_MAX: not said */
    const xmlNode *odd; /* a <size/> that is no number, or NULL */
    bool part;          /* a range was agreed on */
};
struct transcript_file transcript_file(
    const xmlNode *root, const xmlNode *security);
/* The next <hash/> for the file of the content after `after` (NULL at first),
 * or NULL. */
const xmlNode *transcript_hash(
    const xmlNode *root, const xmlNode *security, const xmlNode *after);

/* Appends what went in-band (XEP-0047) in the direction of the content's
 * file. *blocks: how many. False: a block is missing or no base64. */
bool transcript_blocks(const xmlNode *root, const xmlNode *security,
    struct buffer *out, size_t *blocks, struct error *error);

#endif
