#include "schema/negotiation.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/xml.h"
#include "schema/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#define JINGLE "urn:xmpp:jingle:1"
#define S5B "urn:xmpp:jingle:transports:s5b:1"
#define JIBB "urn:xmpp:jingle:transports:ibb:1"
#define IBB "http://jabber.org/protocol/ibb"

enum { contents_max = 64, streams_max = 64, candidates_max = 64 };

/* A candidate as two fingerprints: what is compared need not be kept. */
struct candidate {
    uint64_t place; /* of host and port */
    uint64_t cid;
    bool from_initiator;
};

/* One content of one session with one party. */
struct content {
    uint64_t key;       /* of party, session and content; 0: free */
    bool initiator_dir; /* from_client of the initiator's stanzas */
    bool seen[2];       /* the transport of initiator [1], responder [0] */
    bool overflowed;    /* more candidates than are kept */
    uint64_t s5b_sid;   /* 0: none offered */
    struct candidate candidates[candidates_max];
    unsigned candidate_count;
    uint64_t ibb_key; /* of party and stream; 0: none */
    bool ibb_by_initiator;
    uint64_t block_size; /* as negotiated so far */
};

/* One in-band bytestream with one party. */
struct stream {
    uint64_t key;
    uint64_t block_size; /* 0: not known */
    bool open;           /* it was acknowledged, and is not closed */
    bool messages;       /* what the stanza attribute says */
    bool seen[2];        /* a block, by direction */
    unsigned next[2];    /* seq, by direction */
};

struct negotiation {
    const struct rule_sink *sink;
    struct content contents[contents_max];
    struct stream streams[streams_max];
    unsigned next_content, next_stream;
};

struct negotiation *negotiation_new(const struct rule_sink *sink)
{
    struct negotiation *n = mem_alloc(sizeof *n);
    n->sink = sink;
    return n;
}

void negotiation_free(struct negotiation *n)
{
    free(n);
}

static struct content *content_find(struct negotiation *n, uint64_t key)
{
    for (size_t i = 0; i < contents_max; i++) {
        if (n->contents[i].key == key)
            return &n->contents[i];
    }
    return NULL;
}

static struct stream *stream_find(struct negotiation *n, uint64_t key)
{
    for (size_t i = 0; i < streams_max; i++) {
        if (n->streams[i].key == key)
            return &n->streams[i];
    }
    return NULL;
}

static struct stream *stream_make(struct negotiation *n, uint64_t key)
{
    struct stream *stream = stream_find(n, key);
    if (stream == NULL)
        stream = &n->streams[n->next_stream++ % streams_max];
    *stream = (struct stream){.key = key};
    return stream;
}

static uint64_t block_size_of(const xmlNode *element)
{
    uint64_t size = 0;
    return xml_attr_number(element, "block-size", 65535, &size) ? size : 0;
}

static void note_candidates(struct negotiation *n, struct content *content,
    const xmlNode *transport, bool from_initiator)
{
    for (xmlNode *node = xml_child(transport, S5B, "candidate"); node != NULL;
         node = xml_next(node, S5B, "candidate")) {
        struct candidate candidate = {
            fingerprint(fingerprint(1, xml_attr_text(node, "host")),
                xml_attr_text(node, "port")),
            fingerprint(1, xml_attr_text(node, "cid")), from_initiator};
        for (unsigned i = 0; !from_initiator && i < content->candidate_count;
             i++) {
            if (content->candidates[i].from_initiator &&
                content->candidates[i].place == candidate.place)
                rule_say(n->sink, "s5b-reoffered", node, "host",
                    "'%.100s' port %.10s", xml_attr_text(node, "host"),
                    xml_attr_text(node, "port"));
        }
        if (content->candidate_count == candidates_max)
            content->overflowed = true;
        else
            content->candidates[content->candidate_count++] = candidate;
    }
}

/* candidate-used names one of the peer's candidates, activated one of either
 * party. A log may show one side alone: then nothing is known. */
static void check_cid(struct negotiation *n, const struct content *content,
    const xmlNode *transport, bool from_initiator, const char *name)
{
    const xmlNode *used = xml_child(transport, S5B, name);
    if (used == NULL || content->overflowed || !content->seen[0] ||
        !content->seen[1])
        return;
    bool peers_only = strcmp(name, "candidate-used") == 0;
    uint64_t cid = fingerprint(1, xml_attr_text(used, "cid"));
    for (unsigned i = 0; i < content->candidate_count; i++) {
        const struct candidate *candidate = &content->candidates[i];
        if (candidate->cid == cid &&
            (!peers_only || candidate->from_initiator != from_initiator))
            return;
    }
    rule_say(n->sink, "s5b-unknown-cid", used, "cid", "'%.100s'",
        xml_attr_text(used, "cid"));
}

static void offer(struct negotiation *n, struct content *content,
    uint64_t party, const xmlNode *description, bool from_initiator)
{
    const xmlNode *s5b = xml_child(description, S5B, "transport");
    const xmlNode *ibb = xml_child(description, JIBB, "transport");
    content->seen[from_initiator] = true;
    content->seen[!from_initiator] = false;
    content->overflowed = false;
    content->candidate_count = 0;
    content->s5b_sid = 0;
    content->ibb_key = 0;
    if (s5b != NULL) {
        content->s5b_sid = fingerprint(1, xml_attr_text(s5b, "sid"));
        note_candidates(n, content, s5b, from_initiator);
    }
    if (ibb != NULL) {
        content->ibb_key = fingerprint(party, xml_attr_text(ibb, "sid"));
        content->ibb_by_initiator = from_initiator;
        content->block_size = block_size_of(ibb);
    }
}

static void accept_offer(struct negotiation *n, struct content *content,
    const xmlNode *description, bool from_initiator)
{
    const xmlNode *s5b = xml_child(description, S5B, "transport");
    const xmlNode *ibb = xml_child(description, JIBB, "transport");
    /* Without any transport it breaks XEP-0166, and is told so already. */
    if (s5b == NULL && content->s5b_sid != 0 &&
        xml_find(description, NULL, NULL, "transport") != NULL)
        rule_say(n->sink, "s5b-transport-in-accept", description, NULL,
            "another one");
    if (s5b != NULL && content->s5b_sid != 0) {
        if (fingerprint(1, xml_attr_text(s5b, "sid")) != content->s5b_sid)
            rule_say(n->sink, "s5b-sid-in-accept", s5b, "sid", "'%.100s'",
                xml_attr_text(s5b, "sid"));
        content->seen[from_initiator] = true;
        note_candidates(n, content, s5b, from_initiator);
    }
    uint64_t size = ibb == NULL ? 0 : block_size_of(ibb);
    if (size == 0 || content->ibb_key == 0)
        return;
    if (size > content->block_size)
        rule_say(n->sink, "ibb-block-size-raised", ibb, "block-size",
            "%llu after an offer of %llu", (unsigned long long)size,
            (unsigned long long)content->block_size);
    else
        content->block_size = size;
}

static void info(struct negotiation *n, struct content *content,
    const xmlNode *description, bool from_initiator)
{
    const xmlNode *s5b = xml_child(description, S5B, "transport");
    if (s5b == NULL || content->s5b_sid == 0)
        return;
    note_candidates(n, content, s5b, from_initiator);
    check_cid(n, content, s5b, from_initiator, "candidate-used");
    check_cid(n, content, s5b, from_initiator, "activated");
}

static void jingle(struct negotiation *n, uint64_t party, bool from_client,
    const xmlNode *element)
{
    const char *action = xml_attr_text(element, "action");
    uint64_t session = fingerprint(party, xml_attr_text(element, "sid"));
    for (xmlNode *node = xml_child(element, JINGLE, "content"); node != NULL;
         node = xml_next(node, JINGLE, "content")) {
        uint64_t key = fingerprint(session, xml_attr_text(node, "name"));
        struct content *content = content_find(n, key);
        if (strcmp(action, "session-initiate") == 0) {
            if (content == NULL)
                content = &n->contents[n->next_content++ % contents_max];
            *content =
                (struct content){.key = key, .initiator_dir = from_client};
            offer(n, content, party, node, true);
            continue;
        }
        if (content == NULL)
            continue;
        bool from_initiator = from_client == content->initiator_dir;
        if (strcmp(action, "transport-replace") == 0)
            offer(n, content, party, node, from_initiator);
        else if (strcmp(action, "session-accept") == 0 ||
                 strcmp(action, "transport-accept") == 0)
            accept_offer(n, content, node, from_initiator);
        else if (strcmp(action, "transport-info") == 0)
            info(n, content, node, from_initiator);
    }
}

uint64_t negotiation_stream(uint64_t party, const xmlNode *open)
{
    return open == NULL ? 0 : fingerprint(party, xml_attr_text(open, "sid"));
}

void negotiation_opened(struct negotiation *n, uint64_t key)
{
    struct stream *stream = stream_find(n, key);
    if (stream != NULL)
        stream->open = true;
}

static void ibb_open(struct negotiation *n, uint64_t party, bool from_client,
    const xmlNode *element)
{
    uint64_t key = negotiation_stream(party, element);
    uint64_t size = block_size_of(element);
    for (size_t i = 0; i < contents_max; i++) {
        if (n->contents[i].ibb_key == key && size != 0 &&
            n->contents[i].block_size != 0 && size != n->contents[i].block_size)
            rule_say(n->sink, "ibb-open-negotiated", element, "block-size",
                "%llu, negotiated were %llu", (unsigned long long)size,
                (unsigned long long)n->contents[i].block_size);
        if (n->contents[i].ibb_key == key && n->contents[i].ibb_by_initiator &&
            n->contents[i].initiator_dir != from_client)
            rule_say(n->sink, "ibb-open-initiator", element, "sid",
                "the responder opens '%.100s'", xml_attr_text(element, "sid"));
    }
    struct stream *stream = stream_find(n, key);
    if (stream != NULL && stream->open) {
        rule_say(n->sink, "ibb-sid-unique", element, "sid", "'%.100s'",
            xml_attr_text(element, "sid"));
        return; /* the first one goes on */
    }
    stream = stream_make(n, key);
    stream->block_size = size;
    stream->messages = strcmp(xml_attr_text(element, "stanza"), "message") == 0;
}

static void ibb_close(
    struct negotiation *n, uint64_t party, const xmlNode *element)
{
    struct stream *stream = stream_find(n, negotiation_stream(party, element));
    if (stream != NULL)
        stream->open = false;
}

static void ibb_data(struct negotiation *n, uint64_t party, bool from_client,
    const xmlNode *element)
{
    uint64_t key = fingerprint(party, xml_attr_text(element, "sid")), seq = 0;
    struct stream *stream = stream_find(n, key);
    if (stream == NULL)
        stream = stream_make(n, key);
    bool message = xml_is(element->parent, NULL, "message");
    if (stream->block_size != 0 && message != stream->messages)
        rule_say(n->sink, "ibb-stanza-kind", element, NULL, "%s",
            message ? "a message, where iq was opened"
                    : "an iq, where message was opened");
    struct buffer text = {0}, block = {0};
    xml_text(element, &text);
    if (stream->block_size != 0 && text.len / 4 * 3 > stream->block_size &&
        base64_decode(&block, buffer_text(&text), text.len, true) &&
        block.len > stream->block_size)
        rule_say(n->sink, "ibb-block-too-large", element, NULL,
            "%zu bytes in a stream of %llu", block.len,
            (unsigned long long)stream->block_size);
    buffer_free(&text);
    buffer_free(&block);
    if (!xml_attr_number(element, "seq", 65535, &seq))
        return;
    /* A stream whose opening was not seen may be in its middle; a block may
     * be sent again after a delivery error (XEP-0047 section 2.2). */
    bool known = stream->seen[from_client] || stream->block_size != 0;
    unsigned want = stream->next[from_client];
    if (known && seq != want && (seq + 1) % 65536 != want)
        rule_say(n->sink, "ibb-seq", element, "seq", "%u comes after %u",
            (unsigned)seq, (want + 65535) % 65536);
    stream->seen[from_client] = true;
    stream->next[from_client] = ((unsigned)seq + 1) % 65536;
}

void negotiation_payload(struct negotiation *n, uint64_t party,
    bool from_client, const xmlNode *payload)
{
    if (xml_is(payload, JINGLE, "jingle"))
        jingle(n, party, from_client, payload);
    else if (xml_is(payload, IBB, "open"))
        ibb_open(n, party, from_client, payload);
    else if (xml_is(payload, IBB, "close"))
        ibb_close(n, party, payload);
    else if (xml_is(payload, IBB, "data"))
        ibb_data(n, party, from_client, payload);
}
