#include "jingle/jet_transcript.h"

#include "base/memory.h"
#include "base/xml.h"
#include "jingle/jet.h"

#include <stdlib.h>
#include <string.h>

#define IBB_NS "http://jabber.org/protocol/ibb"
#define IBB_TRANSPORT_NS "urn:xmpp:jingle:transports:ibb:1"
#define FILE_NS "urn:xmpp:jingle:apps:file-transfer:5"
#define HASHES_NS "urn:xmpp:hashes:2"

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const xmlNode *transcript_around(const xmlNode *node, const char *name)
{
    for (; node != NULL && node->type == XML_ELEMENT_NODE;
         node = node->parent) {
        if (strcmp((const char *)node->name, name) == 0)
            return node;
    }
    return NULL;
}

static const xmlNode *stanza_around(const xmlNode *node)
{
    const xmlNode *stanza = transcript_around(node, "iq");
    return stanza != NULL ? stanza : transcript_around(node, "message");
}

static bool goes(const xmlNode *wrapper, const char *dir, const char *other)
{
    const char *text = xml_attr(wrapper, "dir");
    return text != NULL && (strcmp(text, dir) == 0 || strcmp(text, other) == 0);
}

static bool is_outgoing(const xmlNode *wrapper)
{
    return goes(wrapper, "c2s", "out");
}

static bool is_incoming(const xmlNode *wrapper)
{
    return goes(wrapper, "s2c", "in");
}

/* The JID of the client that recorded a stanza: what others are to. */
static const char *own_jid(const xmlNode *wrapper)
{
    const char *session = xml_attr(wrapper, "session");
    const char *actor = xml_attr(wrapper, "actor");
    if (session != NULL || wrapper->parent == NULL)
        return session;
    const xmlNode *other = xml_child(wrapper->parent, NULL, "stanza");
    for (; other != NULL; other = xml_next(other, NULL, "stanza")) {
        const char *to = xml_attr(xml_child(other, NULL, NULL), "to");
        if (to != NULL && is_incoming(other) &&
            same(xml_attr(other, "actor"), actor))
            return to;
    }
    return NULL;
}

char *transcript_sender(const xmlNode *node)
{
    const char *from = xml_attr(stanza_around(node), "from");
    const xmlNode *wrapper = transcript_around(node, "stanza");
    const xmlNode *jingle = transcript_around(node, "jingle");
    if (from == NULL && wrapper != NULL && is_outgoing(wrapper))
        from = own_jid(wrapper);
    if (from == NULL && same(xml_attr(jingle, "action"), "session-initiate"))
        from = xml_attr(jingle, "initiator");
    return from == NULL ? NULL : mem_strdup(from);
}

const char *transcript_sid(const xmlNode *node)
{
    const char *sid = xml_attr(transcript_around(node, "jingle"), "sid");
    return sid == NULL ? "" : sid;
}

const char *transcript_content(const xmlNode *node)
{
    const char *name = xml_attr(transcript_around(node, "content"), "name");
    if (name == NULL) /* <checksum/> of a session-info (XEP-0234 s8.1) */
        name = xml_attr(transcript_around(node, "checksum"), "name");
    return name == NULL ? "" : name;
}

static bool belongs(const xmlNode *node, const xmlNode *security)
{
    const char *content = transcript_content(node);
    return strcmp(transcript_sid(node), transcript_sid(security)) == 0 &&
           (*content == 0 ||
               strcmp(content, transcript_content(security)) == 0);
}

/* --- <security/> --- */

static bool is_chosen(
    const xmlNode *security, const char *sid, const char *content)
{
    return (sid == NULL || strcmp(transcript_sid(security), sid) == 0) &&
           (content == NULL ||
               strcmp(transcript_content(security), content) == 0);
}

/* Of two with the same place in the protocol the later arrival counts; an
 * answer that repeats the element does not. */
static bool is_better(const xmlNode *candidate, const xmlNode *found)
{
    const char *of_found =
        xml_attr(transcript_around(found, "jingle"), "action");
    const char *of_candidate =
        xml_attr(transcript_around(candidate, "jingle"), "action");
    return same(of_found, of_candidate) &&
           is_incoming(transcript_around(candidate, "stanza")) &&
           !is_incoming(transcript_around(found, "stanza"));
}

static const xmlNode *complain(
    const xmlNode *a, const xmlNode *b, struct error *error)
{
    if (strcmp(transcript_sid(a), transcript_sid(b)) != 0)
        error_set(error,
            "the transcript has more than one encrypted transfer: choose one "
            "with --sid, such as '%.100s' or '%.100s'",
            transcript_sid(a), transcript_sid(b));
    else
        error_set(error,
            "the session '%.100s' has more than one encrypted content: choose "
            "one with --content, such as '%.100s' or '%.100s'",
            transcript_sid(a), transcript_content(a), transcript_content(b));
    return NULL;
}

static const xmlNode *complain_missing(
    bool any, const char *sid, const char *content, struct error *error)
{
    if (!any)
        error_set(error,
            "the transcript has no <security xmlns='" JET_NS "'/>: "
            "nothing was encrypted by JET");
    else if (content == NULL)
        error_set(error,
            "no <security/> belongs to a Jingle session of the sid '%.100s'",
            sid);
    else
        error_set(error,
            "no <security/> belongs to a content of the name '%.100s'%s%.100s",
            content, sid == NULL ? "" : " in the Jingle session ",
            sid == NULL ? "" : sid);
    return NULL;
}

const xmlNode *transcript_security(const xmlNode *root, const char *sid,
    const char *content, struct error *error)
{
    const xmlNode *found = NULL, *at = NULL;
    bool any = false;
    while ((at = xml_find(root, at, JET_NS, "security"))) {
        any = true;
        if (!is_chosen(at, sid, content))
            continue;
        if (found != NULL && !belongs(at, found))
            return complain(found, at, error);
        if (found == NULL || is_better(at, found))
            found = at;
    }
    if (found == NULL)
        return complain_missing(any, sid, content, error);
    if (xml_next(found, JET_NS, "security") != NULL ||
        xml_child(found->parent, JET_NS, "security") != found) {
        error_set(error,
            "the content '%.100s' has more than one <security/>: which one "
            "the bytes are for is not defined",
            transcript_content(found));
        return NULL;
    }
    return found;
}

/* --- the file --- */

static void read_size(const xmlNode *size, struct transcript_file *out)
{
    struct buffer text = {0};
    xml_text(size, &text);
    const char *number = buffer_text(&text);
    size_t digits = strspn(number, "0123456789");
    if (digits > 0 && digits < 20 && number[digits] == 0)
        out->size = strtoull(number, NULL, 10);
    else
        out->odd = size;
    buffer_free(&text);
}

struct transcript_file transcript_file(
    const xmlNode *root, const xmlNode *security)
{
    struct transcript_file out = {UINT64_MAX, NULL, false};
    const xmlNode *file = NULL;
    while ((file = xml_find(root, file, FILE_NS, "file"))) {
        if (!belongs(file, security))
            continue;
        const xmlNode *size = xml_child(file, FILE_NS, "size");
        const xmlNode *range = xml_child(file, FILE_NS, "range");
        if (size != NULL)
            read_size(size, &out);
        out.part =
            out.part || xml_attr(range, "offset") || xml_attr(range, "length");
    }
    return out;
}

const xmlNode *transcript_hash(
    const xmlNode *root, const xmlNode *security, const xmlNode *after)
{
    while ((after = xml_find(root, after, HASHES_NS, "hash"))) {
        if (belongs(after, security))
            break;
    }
    return after;
}

/* --- in-band blocks --- */

/* Was the bytestream of that id ever this content's transport? */
static bool is_transport(
    const xmlNode *root, const xmlNode *security, const char *stream)
{
    const xmlNode *at = NULL;
    while ((at = xml_find(root, at, IBB_TRANSPORT_NS, "transport"))) {
        if (belongs(at, security) && same(xml_attr(at, "sid"), stream))
            return true;
    }
    return false;
}

/* With senders='responder' the file comes from whom it was asked of. */
static bool is_direction(const xmlNode *data, const xmlNode *security)
{
    const char *senders =
        xml_attr(transcript_around(security, "content"), "senders");
    bool answered = same(senders, "responder");
    char *initiator = transcript_sender(security);
    char *sender = transcript_sender(data);
    bool right = initiator == NULL || sender == NULL ||
                 same(initiator, sender) != answered;
    free(initiator);
    free(sender);
    return right;
}

struct gathering {
    const xmlNode *root, *security;
    const char *stream; /* the last id that was found to be ours */
    bool incoming;      /* only what was received counts */
    uint64_t next;      /* sequence number, not wrapped */
    size_t blocks;
    struct buffer *out;
};

/* The sequence number of a block of this content; false: another's. */
static bool is_ours(
    struct gathering *gathering, const xmlNode *data, uint64_t *seq)
{
    const char *stream = xml_attr(data, "sid");
    if (stream == NULL || !xml_attr_number(data, "seq", UINT16_MAX, seq) ||
        (gathering->incoming &&
            !is_incoming(transcript_around(data, "stanza"))))
        return false;
    if (!same(stream, gathering->stream)) {
        if (!is_transport(gathering->root, gathering->security, stream))
            return false;
        gathering->stream = stream;
        gathering->next = 0;
    }
    return is_direction(data, gathering->security);
}

static bool gather(struct gathering *gathering, const xmlNode *data,
    uint64_t seq, struct error *error)
{
    uint16_t ahead = (uint16_t)(seq - gathering->next);
    if (ahead > INT16_MAX) /* recorded twice */
        return true;
    if (ahead > 0)
        return error_set(error,
            "the in-band bytestream '%.100s' goes on with block %u where block "
            "%u was next: the transcript is not whole",
            gathering->stream, (unsigned)seq,
            (unsigned)(gathering->next & UINT16_MAX));
    struct buffer text = {0};
    xml_text(data, &text);
    bool right =
        base64_decode(gathering->out, buffer_text(&text), text.len, true) ||
        error_set(error,
            "block %u of the in-band bytestream '%.100s' is no base64",
            (unsigned)seq, gathering->stream);
    buffer_free(&text);
    gathering->next++;
    gathering->blocks++;
    return right;
}

bool transcript_blocks(const xmlNode *root, const xmlNode *security,
    struct buffer *out, size_t *blocks, struct error *error)
{
    struct gathering gathering = {
        .root = root, .security = security, .out = out};
    const xmlNode *data = NULL;
    uint64_t seq = 0;
    gathering.incoming = true;
    while ((data = xml_find(root, data, IBB_NS, "data")) &&
           !is_ours(&gathering, data, &seq))
        continue;
    gathering.incoming = data != NULL;
    gathering.stream = NULL;
    gathering.next = 0;
    data = NULL;
    bool right = true;
    while (right && (data = xml_find(root, data, IBB_NS, "data")))
        right = !is_ours(&gathering, data, &seq) ||
                gather(&gathering, data, seq, error);
    *blocks = gathering.blocks;
    return right;
}
