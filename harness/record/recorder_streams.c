/* What sockets and byte streams did around the stanzas: SOCKS5 (XEP-0260) and
 * in-band bytestreams (XEP-0047). */
#include "record/recorder_flow.h"

#include "base/utf8.h"

#include <openssl/evp.h>
#include <string.h>

/* SOCKS5 (XEP-0260) */

static bool names_candidate(const struct take *take, bool sent, const char *cid)
{
    const xmlNode *used =
        take->stanza == NULL || take->sent != sent
            ? NULL
            : xml_find(take->stanza, NULL, NS_S5B, "candidate-used");
    const char *named = xml_attr(used, "cid");
    return named != NULL && strcmp(named, cid) == 0;
}

static bool is_used_later(
    const struct flow *flow, const struct take *take, const char *cid)
{
    const struct recorder *recorder = flow->recorder;
    for (const struct take *later = take + 1;
         later < recorder->takes.items + recorder->takes.count; later++) {
        if (later->puppet == take->puppet &&
            names_candidate(later, !take->sent, cid))
            return true;
    }
    return false;
}

/* A puppet's candidates: a listener for the one that the subject chose, closed
 * ports for the others. */
void flow_open_ports(struct flow *flow, const struct take *take)
{
    const xmlNode *transport = flow_transport(take->stanza);
    if (!xml_is(transport, NS_S5B, NULL))
        return;
    for (const xmlNode *c = xml_child(transport, NS_S5B, "candidate");
         c != NULL; c = xml_next(c, NS_S5B, "candidate")) {
        const char *cid = xml_attr(c, "cid"), *type = xml_attr(c, "type");
        bool proxy = type != NULL && strcmp(type, "proxy") == 0;
        if (cid != NULL && proxy && is_used_later(flow, take, cid))
            recorder_name(flow->recorder, "proxy", cid, NULL);
        if (cid == NULL || proxy)
            continue;
        const struct recorded_value *port =
            recorder_name(flow->recorder, "candidate", cid, "near");
        buffer_printf(flow->out,
            is_used_later(flow, take, cid) ? "%s listens for socks5 as %s\n"
                                           : "%s has a closed port as %s\n",
            flow_name(flow, take->puppet), port->name);
    }
}

static const xmlNode *candidate_of(
    const struct flow *flow, const char *cid, bool sent)
{
    const struct recorder *recorder = flow->recorder;
    for (size_t i = recorder->takes.count; cid != NULL && i-- > 0;) {
        const struct take *take = &recorder->takes.items[i];
        if (take->stanza == NULL || take->sent != sent)
            continue;
        const xmlNode *node = NULL;
        while ((node = xml_find(take->stanza, node, NS_S5B, "candidate"))) {
            const char *other = xml_attr(node, "cid");
            if (other != NULL && strcmp(other, cid) == 0)
                return node;
        }
    }
    return NULL;
}

static uint64_t priority_of(const struct flow *flow, const char *cid, bool sent)
{
    uint64_t priority = 0;
    xml_attr_number(
        candidate_of(flow, cid, sent), "priority", UINT32_MAX, &priority);
    return priority;
}

/* Of two that were reached: is it the puppet's own candidate? */
static bool is_mine(const struct flow *flow)
{
    uint64_t a = priority_of(flow, flow->used_by_subject, true);
    uint64_t b = priority_of(flow, flow->used_by_puppet, false);
    return !(b > a || (a == b && flow->puppet_initiates));
}

static void note_initiator(struct flow *flow, const struct take *take)
{
    const char *action =
        take->stanza == NULL ? NULL : recorder_action(take->stanza);
    if (action != NULL && strcmp(action, "session-initiate") == 0)
        flow->puppet_initiates = take->sent;
}

static bool is_proxy(const struct flow *flow, const char *cid, bool sent)
{
    const char *type = xml_attr(candidate_of(flow, cid, sent), "type");
    return type != NULL && strcmp(type, "proxy") == 0;
}

/* Before candidate-used goes either way the connection is there. */
bool flow_connect(struct flow *flow, const struct take *take)
{
    const xmlNode *used =
        xml_find(take->stanza, NULL, NS_S5B, "candidate-used");
    const xmlNode *error =
        xml_find(take->stanza, NULL, NS_S5B, "candidate-error");
    const char *cid = xml_attr(used, "cid");
    if (take->sent && (used != NULL || error != NULL)) {
        flow->told_by_puppet = true;
        flow->used_by_puppet = cid;
    } else if (used != NULL || error != NULL) {
        flow->told_by_subject = true;
        flow->used_by_subject = cid;
    }
    if (cid == NULL)
        return true;
    if (!take->sent && is_proxy(flow, cid, true))
        return true; /* connected to when the subject has told */
    const struct recorder *recorder = flow->recorder;
    const struct recorded_value *port =
        recorder_value(recorder, take->sent ? "cid" : "candidate", cid);
    const struct recorded_value *stream = recorder_value(
        recorder, "stream", xml_attr(flow_transport(take->stanza), "sid"));
    if (port == NULL || port->name == NULL)
        return error_set(flow->error,
            "a candidate-used names a candidate that nobody offered");
    if (!take->sent)
        buffer_printf(flow->out, "%s accepts socks5 on %s as conn, " WAIT "\n",
            flow_name(flow, take->puppet), port->name);
    else
        buffer_printf(flow->out,
            "%s connects socks5 to ${%s-host}:${%s-port} as link, for "
            "${dstaddr of %s from %s to %s}\n",
            flow_name(flow, take->puppet), port->name, port->name,
            stream && stream->name ? stream->name : "stream",
            flow_name(flow, take->peer), flow_name(flow, take->puppet));
    return true;
}

static const char *stream_name(const struct flow *flow, const struct take *take)
{
    const struct recorded_value *stream = recorder_value(flow->recorder,
        "stream", xml_attr(flow_transport(take->stanza), "sid"));
    return stream != NULL && stream->name != NULL ? stream->name : "stream";
}

/* XEP-0260 s2.4: the subject is at the puppet's proxy, so the puppet goes there
 * too, and activates it before it says so. */
void flow_use_proxy(struct flow *flow, const struct take *take)
{
    const xmlNode *used =
        xml_find(take->stanza, NULL, NS_S5B, "candidate-used");
    const char *puppet = flow_name(flow, take->puppet);
    const char *peer = flow_name(flow, take->peer);
    if (!take->sent && used != NULL &&
        is_proxy(flow, xml_attr(used, "cid"), true))
        buffer_printf(flow->out,
            "%s connects socks5 to ${proxy host}:${proxy port} as tunnel, for "
            "${dstaddr of %s from %s to %s}\n",
            puppet, stream_name(flow, take), puppet, peer);
    if (take->sent && xml_find(take->stanza, NULL, NS_S5B, "activated") != NULL)
        buffer_printf(flow->out,
            "%s activates the proxy for %s with sid ${%s}\n", puppet, peer,
            stream_name(flow, take));
}

/* XEP-0260 s2.4: of two the one of higher priority, of equals the one that
 * the initiator chose, carries the file. */
void flow_carry(struct flow *flow, const struct take *take)
{
    if (!flow->told_by_puppet || !flow->told_by_subject || flow->carried)
        return;
    const char *mine = flow->used_by_subject, *theirs = flow->used_by_puppet;
    bool chosen = mine != NULL || theirs != NULL;
    bool link = mine == NULL || (theirs != NULL && !is_mine(flow));
    bool proxy = chosen && is_proxy(flow, link ? theirs : mine, !link);
    if (proxy && xml_find(take->stanza, NULL, NS_S5B, "activated") == NULL)
        return;
    flow->carried = true;
    if (!chosen)
        return;
    buffer_printf(flow->out, "%s %s %s on %s", flow_name(flow, take->puppet),
        flow->puppet_sends_file ? "sends" : "collects", flow_bytes(flow),
        link    ? "link"
        : proxy ? "tunnel"
                : "conn");
    if (!flow->puppet_sends_file)
        buffer_add_text(flow->out, ", " WAIT);
    else
        utf8_add_line(flow->out, flow->recorder->send_clauses, 200);
    buffer_add_text(flow->out, "\n\n");
}

static const char *told_cid(const struct take *take, bool sent)
{
    return take->stanza == NULL || take->sent != sent
               ? NULL
               : xml_attr(
                     xml_find(take->stanza, NULL, NS_S5B, "candidate-used"),
                     "cid");
}

/* Both sides reached one: which carries the file hangs on priorities, and
 * those of the subject are others in each run. So the puppet's gets one that
 * decides as it was decided, and the subject tells first, as it will. */
void flow_settle_rivals(struct flow *flow)
{
    struct recorder *recorder = flow->recorder;
    for (size_t i = 0; !recorder->from_case && i < recorder->takes.count; i++) {
        struct take puppets = recorder->takes.items[i];
        note_initiator(flow, &puppets);
        for (size_t j = 0; told_cid(&puppets, true) != NULL &&
                           j < recorder->takes.count && recorder->rival == NULL;
             j++) {
            const struct take *other = &recorder->takes.items[j];
            const char *mine = told_cid(other, false);
            if (mine == NULL || other->puppet != puppets.puppet)
                continue;
            flow->used_by_subject = recorder->rival = mine;
            flow->used_by_puppet = told_cid(&puppets, true);
            recorder->rival_wins = is_mine(flow);
            if (j < i)
                continue;
            memmove(recorder->takes.items + i, recorder->takes.items + i + 1,
                (j - i) * sizeof puppets);
            recorder->takes.items[j] = puppets;
        }
    }
    flow->used_by_subject = flow->used_by_puppet = NULL;
}

/* In-band bytestreams */

const xmlNode *flow_data(const struct take *take)
{
    return take->stanza == NULL ? NULL
                                : xml_child(take->stanza, NS_OPEN, "data");
}

static bool is_block_of(
    const struct take *take, const struct take *first, const char *sid)
{
    const char *other = xml_attr(flow_data(take), "sid");
    return other != NULL && sid != NULL && take->sent == first->sent &&
           take->puppet == first->puppet && strcmp(other, sid) == 0;
}

/* The blocks of a stream taken together. */
struct blocks {
    struct buffer bytes;
    size_t largest, count;
    bool regular; /* counted from 0, base64, only the last smaller */
};

static void add_block(struct blocks *blocks, const xmlNode *data)
{
    struct buffer text = {0};
    uint64_t seq = 0;
    size_t before = blocks->bytes.len;
    xml_text(data, &text);
    bool ok = xml_attr_number(data, "seq", 65535, &seq) &&
              seq == blocks->count % 65536 &&
              base64_decode(&blocks->bytes, buffer_text(&text), text.len, true);
    size_t len = blocks->bytes.len - before;
    /* All so far were full blocks, and this is no larger. */
    ok = ok && len > 0 && before == blocks->count * blocks->largest &&
         (blocks->count == 0 || len <= blocks->largest);
    if (blocks->count == 0)
        blocks->largest = len;
    blocks->count++;
    blocks->regular &= ok;
    buffer_free(&text);
}

static struct blocks blocks_of(
    const struct recorder *recorder, const struct take *first)
{
    struct blocks blocks = {.regular = true};
    const char *sid = xml_attr(flow_data(first), "sid");
    for (size_t i = 0; i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        if (is_block_of(take, first, sid))
            add_block(&blocks, flow_data(take));
    }
    return blocks;
}

static void tell_stream(struct flow *flow, const struct take *take,
    const char *sid, size_t largest, bool by_message)
{
    const struct recorder *recorder = flow->recorder;
    const struct recorded_value *stream =
        recorder_value(recorder, "stream", sid);
    const struct recorded_value *size = recorder_block_size(recorder, sid);
    bool sends = flow->puppet_sends_file;
    buffer_printf(flow->out, "%s %s %s over ibb ${%s}",
        flow_name(flow, take->puppet), sends ? "streams" : "collects",
        flow_bytes(flow), stream && stream->name ? stream->name : "stream");
    if (!sends)
        buffer_add_text(flow->out, ", " WAIT);
    else if (size != NULL && size->name != NULL)
        buffer_printf(flow->out, ", in blocks of ${%s}", size->name);
    else if (largest > 0)
        buffer_printf(flow->out, ", in blocks of %zu", largest);
    buffer_add_text(
        flow->out, sends && by_message ? ", by message\n\n" : "\n\n");
}

/* All blocks of one regular stream are one step; of another, what a puppet
 * sent is told block by block. */
bool flow_tell_data(struct flow *flow, size_t index)
{
    struct recorder *recorder = flow->recorder;
    const struct take *first = &recorder->takes.items[index];
    const char *sid = xml_attr(flow_data(first), "sid");
    struct blocks blocks = blocks_of(recorder, first);
    bool whole = !first->sent || blocks.regular;
    flow->puppet_sends_file = first->sent;
    if (whole)
        tell_stream(flow, first, sid, blocks.largest,
            xml_is(first->stanza, NULL, "message"));
    buffer_free(&blocks.bytes);
    for (size_t i = index; whole && i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        if (!is_block_of(take, first, sid))
            continue;
        flow->done[i] = true;
        vec_push(&flow->requests, ((struct request){take, 0}));
    }
    return whole;
}

/* A file of no bytes has no block, but is sent all the same. */
void flow_tell_empty(struct flow *flow, const struct take *take)
{
    const xmlNode *open = xml_child(take->stanza, NS_OPEN, "open");
    const char *sid = xml_attr(open, "sid"), *size = NULL;
    const struct recorder *recorder = flow->recorder;
    for (size_t i = 0; sid != NULL && i < recorder->takes.count; i++) {
        const struct take *other = &recorder->takes.items[i];
        if (flow_data(other) != NULL)
            return;
        if (size == NULL && other->stanza != NULL)
            size = flow_text(flow, other->stanza, "size");
    }
    if (size != NULL && strcmp(size, "0") == 0)
        tell_stream(flow, take, sid, 0, false);
}

/* Of the blocks that puppets sent, when they make a whole. */
void flow_digest_data(struct recorder *recorder)
{
    for (size_t i = 0; !recorder->encrypted && i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        if (flow_data(take) == NULL || !take->sent)
            continue;
        struct blocks blocks = blocks_of(recorder, take);
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned len = 0;
        struct buffer text = {0};
        if (blocks.regular && EVP_Digest(blocks.bytes.data, blocks.bytes.len,
                                  digest, &len, EVP_sha256(), NULL) == 1) {
            base64_encode(&text, digest, len);
            recorder->data_digest =
                arena_strdup(recorder->arena, buffer_text(&text));
        }
        buffer_free(&text);
        buffer_free(&blocks.bytes);
        return;
    }
}
