/* The candidates of both sides, and the <transport/> that carries them
 * (XEP-0260 s2.2, s2.3). */
#include "jingle/digest.h"
#include "jingle/s5b.h"

#include <string.h>

static const char *const type_names[] = {
    "direct", "assisted", "tunnel", "proxy"};
static const uint64_t type_preferences[] = {126, 120, 110, 10};

const char *s5b_type_name(enum candidate_type type)
{
    return type_names[type];
}

void s5b_dstaddr(
    const char *sid, const char *requester, const char *target, char *out)
{
    struct buffer text = {0};
    buffer_printf(&text, "%s%s%s", sid, requester, target);
    uint8_t sum[DIGEST_MAX];
    digest_once(DIGEST_SHA1, text.data, text.len, sum);
    buffer_clear(&text);
    hex_encode(&text, sum, digest_size(DIGEST_SHA1));
    memcpy(out, buffer_text(&text), S5B_DSTADDR_LEN + 1);
    buffer_free(&text);
}

uint64_t s5b_priority(enum candidate_type type, uint64_t local)
{
    return type_preferences[type] * 65536 + local;
}

struct s5b *s5b_new(struct transport *t)
{
    struct client *c = t->c;
    struct s5b *s5b = mem_alloc(sizeof *s5b);
    const char *peer = t->content->session->peer;
    const char *sid = fault(c, FAULT_DSTADDR_OF_SESSION_SID)
                          ? t->content->session->sid
                          : t->sid;
    bool swap = fault(c, FAULT_DSTADDR_SWAPPED);
    s5b_dstaddr(
        sid, swap ? peer : c->jid, swap ? c->jid : peer, s5b->dstaddr_ours);
    s5b_dstaddr(
        sid, swap ? c->jid : peer, swap ? peer : c->jid, s5b->dstaddr_theirs);
    t->s5b = s5b;
    return s5b;
}

void candidate_free(struct candidate *candidate)
{
    free(candidate->cid);
    free(candidate->host);
    free(candidate->jid);
}

static bool is_offered_by_peer(
    const struct s5b *s5b, const char *host, uint16_t port)
{
    for (size_t i = 0; i < s5b->theirs.count; i++) {
        const struct candidate *at = &s5b->theirs.items[i];
        if (at->port == port && !strcmp(at->host, host)) {
            return true;
        }
    }
    return false;
}

/* --- our candidates --- */

static void add_own(struct transport *t, enum candidate_type type,
    const char *host, uint16_t port, const char *jid, int listener)
{
    struct client *c = t->c;
    struct s5b *s5b = t->s5b;
    /* never what the initiator offered already (XEP-0260 s2.2) */
    if (!t->ours && is_offered_by_peer(s5b, host, port)) {
        return;
    }
    uint64_t same = 0;
    for (size_t i = 0; i < s5b->ours.count; i++) {
        same += s5b->ours.items[i].type == type;
    }
    uint64_t local = policy(c)->local_preference;
    struct candidate candidate = {0};
    candidate.cid = core_id(c);
    candidate.host =
        mem_strdup(fault(c, FAULT_S5B_LINK_LOCAL_ONLY) ? "169.254.7.7" : host);
    candidate.jid = mem_strdup(jid);
    candidate.port = port;
    candidate.type = type;
    candidate.listener = listener;
    candidate.priority = s5b_priority(type, local > same ? local - same : 0);
    if (fault(c, FAULT_S5B_PRIORITY_WRONG)) {
        candidate.priority = type_preferences[type] * 256 + 1 + same;
    }
    vec_push(&s5b->ours, candidate);
}

static void add_mapped(
    struct transport *t, enum candidate_type type, const char *hosts)
{
    const struct listener *first = &t->c->listeners.items[0];
    while (*hosts && t->c->listeners.count) {
        hosts += strspn(hosts, " ,");
        size_t len = strcspn(hosts, " ,");
        if (len) {
            char *host = mem_strndup(hosts, len);
            add_own(t, type, host, first->port, t->c->jid, first->id);
            free(host);
        }
        hosts += len;
    }
}

static void add_own_of_type(struct transport *t, enum candidate_type type)
{
    struct client *c = t->c;
    switch (type) {
    case CANDIDATE_DIRECT:
        for (size_t i = 0; i < c->listeners.count; i++) {
            const struct listener *at = &c->listeners.items[i];
            add_own(t, type, at->address, at->port, c->jid, at->id);
        }
        break;
    case CANDIDATE_ASSISTED:
        add_mapped(t, type, policy(c)->assisted);
        break;
    case CANDIDATE_TUNNEL:
        add_mapped(t, type, policy(c)->tunnels);
        break;
    case CANDIDATE_PROXY:
        for (size_t i = 0; i < c->proxies.count; i++) {
            const struct proxy *at = &c->proxies.items[i];
            add_own(t, type, at->host, at->port, at->jid, 0);
        }
        break;
    }
}

static void collect(struct transport *t)
{
    struct client *c = t->c;
    struct s5b *s5b = t->s5b;
    s5b->offered = true;
    if (t->ours ? fault(c, FAULT_S5B_OFFERS_NO_CANDIDATES)
                : !policy(c)->candidates_by_responder ||
                      fault(c, FAULT_S5B_ANSWERS_EMPTY)) {
        return;
    }
    const struct policy_list *types = &policy(c)->candidates;
    if (types->count &&
        !(types->count == 1 && types->items[0] == CANDIDATE_PROXY)) {
        s5b_listen(c);
    }
    for (unsigned i = 0; i < types->count; i++) {
        add_own_of_type(t, (enum candidate_type)types->items[i]);
    }
    if (!t->ours && fault(c, FAULT_S5B_REOFFERED_CANDIDATE) &&
        s5b->theirs.count) {
        struct candidate copy = s5b->theirs.items[0];
        copy.cid = core_id(c);
        copy.host = mem_strdup(copy.host);
        copy.jid = mem_strdup(copy.jid);
        vec_push(&s5b->ours, copy);
    }
}

void s5b_prepare(struct transport *t)
{
    if (!t->s5b) {
        s5b_new(t);
    }
    if (!t->s5b->offered) {
        collect(t);
    }
}

/* --- the element --- */

void s5b_write_candidates(const struct s5b *s5b, struct buffer *out)
{
    for (size_t i = 0; i < s5b->ours.count; i++) {
        const struct candidate *at = &s5b->ours.items[i];
        buffer_add_text(out, "<candidate");
        xml_add_attr(out, "cid", at->cid);
        xml_add_attr(out, "host", at->host);
        xml_add_attr(out, "jid", at->jid);
        stanza_add_number(out, "port", at->port);
        stanza_add_number(out, "priority", at->priority);
        xml_add_attr(out, "type", type_names[at->type]);
        buffer_add_text(out, "/>");
    }
}

static bool has_proxy(const struct s5b *s5b)
{
    for (size_t i = 0; i < s5b->ours.count; i++) {
        if (s5b->ours.items[i].type == CANDIDATE_PROXY) {
            return true;
        }
    }
    return false;
}

bool s5b_is_late(const struct transport *t)
{
    return !t->ours && policy(t->c)->candidates_late;
}

void s5b_write(const struct transport *t, bool answer, struct buffer *out)
{
    struct client *c = t->c;
    const struct s5b *s5b = t->s5b;
    buffer_add_text(out, "<transport xmlns='" NS_JINGLE_S5B "'");
    bool other = answer && fault(c, FAULT_S5B_ANSWER_OTHER_SID);
    bool none = !answer && fault(c, FAULT_S5B_SID_MISSING);
    xml_add_attr(out, "sid",
        none    ? NULL
        : other ? t->content->session->sid
                : t->sid);
    bool mode = answer ? fault(c, FAULT_S5B_MODE_BY_RESPONDER)
                       : policy(c)->mode_attribute;
    xml_add_attr(out, "mode", mode ? "tcp" : NULL);
    uint8_t when = policy(c)->dstaddr;
    bool dstaddr =
        when == DSTADDR_ALWAYS || (when == DSTADDR_PROXY && has_proxy(s5b));
    if (dstaddr && !fault(c, FAULT_S5B_DSTADDR_MISSING)) {
        xml_add_attr(out, "dstaddr",
            fault(c, FAULT_S5B_DSTADDR_ATTRIBUTE_WRONG) ? s5b->dstaddr_theirs
                                                        : s5b->dstaddr_ours);
    }
    buffer_add_text(out, ">");
    if (!s5b_is_late(t)) {
        s5b_write_candidates(s5b, out);
    }
    buffer_add_text(out, "</transport>");
}

bool s5b_read_candidate(xmlNodePtr node, struct candidate *out)
{
    const char *cid = xml_attr(node, "cid");
    const char *host = xml_attr(node, "host");
    const char *jid = xml_attr(node, "jid");
    const char *type = xml_attr(node, "type");
    const char *port_text = xml_attr(node, "port");
    uint64_t port = 1080, priority;
    if (!cid || !*cid || !host || !*host || !jid || !*jid ||
        (port_text && (!stanza_number(port_text, 65535, &port) || !port)) ||
        !stanza_number(xml_attr(node, "priority"), INT64_MAX, &priority)) {
        return false;
    }
    memset(out, 0, sizeof *out);
    unsigned index = 0;
    while (
        type && index <= CANDIDATE_PROXY && strcmp(type, type_names[index])) {
        index++;
    }
    if (index > CANDIDATE_PROXY) {
        return false;
    }
    out->type = (enum candidate_type)index;
    out->cid = mem_strdup(cid);
    out->host = mem_strdup(host);
    out->jid = mem_strdup(jid);
    out->port = (uint16_t)port;
    out->priority = priority;
    return true;
}

enum stanza_error s5b_read_candidates(struct transport *t, xmlNodePtr node)
{
    for (xmlNodePtr at = xml_child(node, NS_JINGLE_S5B, "candidate");
         at && t->s5b->theirs.count < S5B_CANDIDATES_MAX;
         at = xml_next(at, NS_JINGLE_S5B, "candidate")) {
        struct candidate candidate;
        if (!s5b_read_candidate(at, &candidate)) {
            if (fault(t->c, FAULT_S5B_BAD_CANDIDATE_SILENT)) {
                t->s5b->mine = REPORT_ERROR;
                continue;
            }
            return ERROR_BAD_REQUEST;
        }
        vec_push(&t->s5b->theirs, candidate);
    }
    return ERROR_NONE;
}

enum stanza_error s5b_read(struct transport *t, xmlNodePtr node, bool answer)
{
    struct s5b *s5b = t->s5b ? t->s5b : s5b_new(t);
    if (answer && strcmp(stanza_attr(node, "sid"), t->sid)) {
        return ERROR_BAD_REQUEST;
    }
    const char *mode = xml_attr(node, "mode");
    if (!answer && mode && strcmp(mode, "tcp")) {
        return strcmp(mode, "udp") ? ERROR_BAD_REQUEST : ERROR_NOT_ACCEPTABLE;
    }
    const char *given = xml_attr(node, "dstaddr");
    if (given && strlen(given) == S5B_DSTADDR_LEN) {
        free(s5b->given);
        s5b->given = mem_strdup(given);
    }
    return s5b_read_candidates(t, node);
}
