/* One direction of a relayed connection: bytes to events, filters, holding
 * back, injection. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/xml.h"
#include "xmpp/relay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_SASL "urn:ietf:params:xml:ns:xmpp-sasl"
#define NS_STREAMS "http://etherx.jabber.org/streams"
#define NS_BIND "urn:ietf:params:xml:ns:xmpp-bind"

/* What a fate means for the two ends. */
static const struct {
    bool sent, delivered;
} fates[] = {
    [WIRE_PASSED] = {true, true},
    [WIRE_DROPPED] = {true, false},
    [WIRE_HELD] = {true, false},
    [WIRE_REPLACED] = {true, false},
    [WIRE_RELEASED] = {false, true},
    [WIRE_SUBSTITUTE] = {false, true},
    [WIRE_COPY] = {false, true},
    [WIRE_INJECTED] = {false, true},
};

/* The wire's kinds of the parser's events. */
static const enum wire_kind kinds[] = {
    [STREAM_OPENED] = WIRE_OPENED,
    [STREAM_STANZA] = WIRE_STANZA,
    [STREAM_SPACE] = WIRE_SPACE,
    [STREAM_CLOSED] = WIRE_ENDED,
    [STREAM_ERROR] = WIRE_ERROR,
    [STREAM_UNPARSED] = WIRE_UNPARSED,
};

void flow_open(struct flow *flow, struct relay *relay,
    enum wire_direction direction, struct side *from, struct side *to)
{
    *flow = (struct flow){.relay = relay,
        .direction = direction,
        .from = from,
        .to = to,
        .parser = stream_parser_new(),
        .stalled = relay->link->stalled[direction]};
}

void flow_free(struct flow *flow)
{
    for (size_t i = 0; i < flow->held.count; i++)
        free(flow->held.items[i].data);
    vec_free(&flow->held);
    stream_parser_free(flow->parser);
    flow->parser = NULL;
}

static struct wire_event new_event(
    struct flow *flow, enum wire_kind kind, enum wire_fate fate)
{
    return (struct wire_event){.link = flow->relay->link,
        .direction = flow->direction,
        .kind = kind,
        .fate = fate,
        .connection = flow->relay->number,
        .time_us = clock_us()};
}

static void tell(struct flow *flow, struct wire_event *event)
{
    struct wire *wire = flow->relay->link->wire;
    event->sent = fates[event->fate].sent;
    event->delivered = fates[event->fate].delivered;
    wire->observer(wire->owner, event);
    xmlFreeDoc(event->doc);
    event->doc = NULL;
}

void flow_tell(struct flow *flow, enum wire_kind kind, const char *reason)
{
    struct wire_event event = new_event(flow, kind, WIRE_PASSED);
    event.reason = reason;
    tell(flow, &event);
}

void flow_tell_piece(
    struct flow *flow, struct stream_event *piece, enum wire_fate fate)
{
    struct wire_event event = new_event(flow, kinds[piece->kind], fate);
    event.doc = piece->doc;
    event.raw = piece->raw;
    event.reason = piece->reason;
    piece->doc = NULL;
    tell(flow, &event);
}

/* The condition is the first child that is not a text. */
static void refuse(struct relay *relay, const char *what, const xmlNode *error)
{
    const xmlNode *child = error != NULL ? error->children : NULL;
    while (child != NULL && (child->type != XML_ELEMENT_NODE ||
                                strcmp((const char *)child->name, "text") == 0))
        child = child->next;
    struct wire_link *link = relay->link;
    const char *condition =
        child != NULL ? (const char *)child->name : "no condition given";
    snprintf(link->refusal, sizeof link->refusal,
        "the server refused it: %.80s (%s%s)", condition, what,
        strcmp(condition, "not-authorized") == 0 ? ": a wrong password or JID"
                                                 : "");
    link->refusals++;
    link->refused_ms = clock_ms();
}

static void accept(struct relay *relay)
{
    relay->link->refusal[0] = 0;
    relay->link->refusals = 0;
}

/* What the link has to know of a login (RFC 6120 s6.4.6, s7.6). */
static void follow_login(struct relay *relay, const xmlNode *stanza)
{
    struct wire_link *link = relay->link;
    if (relay->bound)
        return;
    if (xml_is(stanza, NS_SASL, "success")) {
        accept(relay);
        relay->authenticated = true;
    }
    if (!relay->authenticated && xml_is(stanza, NS_SASL, "failure"))
        refuse(relay, "SASL failure", stanza);
    if (xml_is(stanza, NS_STREAMS, "error"))
        refuse(relay, "stream error", stanza);
    if (!relay->authenticated || !xml_is(stanza, "jabber:client", "iq"))
        return;
    const xmlNode *jid =
        xml_child(xml_child(stanza, NS_BIND, "bind"), NS_BIND, "jid");
    const char *type = xml_attr(stanza, "type");
    if (type != NULL && strcmp(type, "error") == 0)
        refuse(relay, "resource binding",
            xml_child(stanza, "jabber:client", "error"));
    if (jid == NULL || type == NULL || strcmp(type, "result") != 0)
        return;
    struct buffer text = {0};
    xml_text(jid, &text);
    free(link->jid);
    link->jid = buffer_take(&text);
    relay->jid = mem_strdup(link->jid);
    relay->bound = true;
    accept(relay);
}

/* Does the client take this from the observer alone? */
static bool skipped(const struct flow *flow, const struct wire_event *event)
{
    size_t beyond = flow->relay->link->skipped_beyond;
    return beyond > 0 && flow->direction == WIRE_DOWN && flow->relay->bound &&
           event->kind == WIRE_STANZA && event->raw.len > beyond;
}

static void send_on(
    struct flow *flow, struct wire_event *event, enum wire_fate fate)
{
    event->fate = fate;
    if (!skipped(flow, event))
        side_add(flow->to, event->raw);
    tell(flow, event);
}

/* Whatever bytes, as if they stood in the stream here: an event a piece. */
static void send_foreign(
    struct flow *flow, struct bytes data, enum wire_fate fate)
{
    struct stream_parser *parser = stream_parser_new();
    struct stream_event piece;
    struct bytes header = stream_parser_header(flow->parser);
    if (header.len > 0) {
        stream_parser_feed(parser, header, &piece);
        xmlFreeDoc(piece.doc);
    }
    while (data.len > 0) {
        size_t used = stream_parser_feed(parser, data, &piece);
        data = bytes_of(data.data + used, data.len - used);
        if (piece.kind == STREAM_NOTHING)
            break;
        struct wire_event event = new_event(flow, kinds[piece.kind], fate);
        if (piece.kind == STREAM_ERROR)
            event.kind = WIRE_UNPARSED;
        event.doc = piece.doc;
        event.raw = piece.raw;
        event.reason = piece.reason;
        send_on(flow, &event, fate);
    }
    struct bytes rest = stream_parser_pending(parser);
    if (rest.len > 0) {
        struct wire_event event = new_event(flow, WIRE_UNPARSED, fate);
        event.raw = rest;
        event.reason = "not complete";
        send_on(flow, &event, fate);
    }
    stream_parser_free(parser);
}

void flow_inject(struct flow *flow, struct bytes data)
{
    send_foreign(flow, data, WIRE_INJECTED);
}

static void hold(struct flow *flow, struct wire_event *event, int64_t until_ms,
    bool in_order)
{
    struct held held = {event->kind, mem_alloc(event->raw.len), event->raw.len,
        until_ms, in_order};
    memcpy(held.data, event->raw.data, event->raw.len);
    vec_push(&flow->held, held);
    flow->held_bytes += held.len;
    event->fate = WIRE_HELD;
    tell(flow, event);
}

/* Is something held that all that follows waits for? */
static bool queue_stands(const struct flow *flow)
{
    for (size_t i = 0; i < flow->held.count; i++) {
        if (flow->held.items[i].in_order)
            return true;
    }
    return false;
}

/* Queues bytes behind what is delayed: a second copy, or a substitute. */
static void hold_again(
    struct flow *flow, const struct wire_event *like, struct bytes data)
{
    struct wire_event event = *like;
    event.raw = data;
    event.doc = like->kind == WIRE_STANZA
                    ? stream_parser_stanza(flow->parser, data, NULL)
                    : NULL;
    hold(flow, &event, 0, true);
}

static void send_copy(struct flow *flow, const struct wire_event *like)
{
    struct wire_event event = *like;
    event.doc = like->kind == WIRE_STANZA
                    ? stream_parser_stanza(flow->parser, like->raw, NULL)
                    : NULL;
    send_on(flow, &event, WIRE_COPY);
}

/* On its way, or behind what is delayed. */
static void pass(struct flow *flow, struct wire_event *event, bool twice)
{
    if (queue_stands(flow)) {
        hold(flow, event, 0, true);
        if (twice)
            hold_again(flow, event, event->raw);
        return;
    }
    send_on(flow, event, WIRE_PASSED);
    if (twice)
        send_copy(flow, event);
}

static void apply(struct flow *flow, struct wire_event *event,
    const struct wire_verdict *verdict)
{
    switch (verdict->action) {
    case WIRE_DROP:
    case WIRE_CUT:
        event->fate = WIRE_DROPPED;
        tell(flow, event);
        if (verdict->action == WIRE_CUT)
            relay_close(
                flow->relay, verdict->reset, false, "cut by the script");
        break;
    case WIRE_HOLD:
        hold(flow, event, verdict->until_ms > 0 ? verdict->until_ms : -1,
            verdict->in_order);
        break;
    case WIRE_REPLACE:
        event->fate = WIRE_REPLACED;
        tell(flow, event);
        if (queue_stands(flow))
            hold_again(flow, event, verdict->replacement);
        else
            send_foreign(flow, verdict->replacement, WIRE_SUBSTITUTE);
        break;
    default:
        pass(flow, event, verdict->action == WIRE_DOUBLE);
        break;
    }
}

static struct wire_verdict judge(
    const struct flow *flow, const struct wire_event *event)
{
    const struct wire_link *link = flow->relay->link;
    if (link->filter == NULL || event->kind < WIRE_OPENED ||
        event->kind > WIRE_ENDED)
        return (struct wire_verdict){WIRE_PASS};
    return link->filter(link->filter_owner, event);
}

static void check_limits(struct flow *flow)
{
    const struct wire_limits *limits = &flow->relay->link->wire->limits;
    char reason[160];
    if (flow->limited || flow->relay->dead)
        return;
    if (flow->bytes > limits->bytes)
        snprintf(reason, sizeof reason,
            "sent more than %" PRIu64 " bytes in all: no more is read",
            limits->bytes);
    else if (flow->events > limits->events)
        snprintf(reason, sizeof reason,
            "sent more than %" PRIu64 " pieces in all: no more is read",
            limits->events);
    else
        return;
    flow->limited = true;
    flow_tell(flow, WIRE_ERROR, reason);
}

void flow_take(struct flow *flow, struct bytes data)
{
    struct relay *relay = flow->relay;
    int64_t now_us = clock_us();
    flow->bytes += data.len;
    while (data.len > 0 && !relay->dead) {
        struct stream_event piece;
        size_t used = stream_parser_feed(flow->parser, data, &piece);
        data = bytes_of(data.data + used, data.len - used);
        if (piece.kind == STREAM_NOTHING)
            continue;
        flow->events++;
        if (flow->direction == WIRE_DOWN && piece.kind == STREAM_STANZA)
            follow_login(relay, stream_stanza(piece.doc));
        struct wire_event event =
            new_event(flow, kinds[piece.kind], WIRE_PASSED);
        event.time_us = now_us;
        event.doc = piece.doc;
        event.raw = piece.raw;
        event.reason = piece.reason;
        event.restarted = piece.restarted;
        struct wire_verdict verdict = judge(flow, &event);
        apply(flow, &event, &verdict);
    }
    check_limits(flow);
}

void flow_end(struct flow *flow, const char *reason)
{
    struct bytes rest = stream_parser_pending(flow->parser);
    flow->from->ended = true;
    if (flow->told_closed)
        return;
    if (rest.len > 0) {
        struct wire_event event = new_event(flow, WIRE_UNPARSED, WIRE_PASSED);
        event.raw = rest;
        event.reason = "ended in the middle of a piece";
        send_on(flow, &event, WIRE_PASSED);
    }
    flow->told_closed = true;
    flow_tell(flow, WIRE_CLOSED, reason);
}

static void release(struct flow *flow, const struct held *held)
{
    struct wire_event event = new_event(flow, held->kind, WIRE_RELEASED);
    event.raw = bytes_of(held->data, held->len);
    if (held->kind == WIRE_STANZA)
        event.doc = stream_parser_stanza(flow->parser, event.raw, NULL);
    send_on(flow, &event, WIRE_RELEASED);
}

size_t flow_release(struct flow *flow, bool forced)
{
    int64_t now = clock_ms();
    bool blocked = false;
    size_t count = 0;
    for (size_t i = 0; i < flow->held.count && !flow->relay->dead;) {
        struct held held = flow->held.items[i];
        bool due = forced || held.until_ms == 0 ||
                   (held.until_ms > 0 && held.until_ms <= now);
        if (!due || (held.in_order && blocked && !forced)) {
            blocked = blocked || held.in_order;
            i++;
            continue;
        }
        vec_remove(&flow->held, i);
        flow->held_bytes -= held.len;
        release(flow, &held);
        free(held.data);
        count++;
    }
    return count;
}

int64_t flow_next_ms(const struct flow *flow)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < flow->held.count; i++) {
        int64_t until_ms = flow->held.items[i].until_ms;
        if (until_ms > 0 && until_ms < next)
            next = until_ms;
    }
    return next;
}

bool flow_reads(const struct flow *flow)
{
    return !flow->stalled && !flow->limited && !flow->from->ended &&
           flow->held_bytes < HELD_HIGH && side_backlog(flow->to) < OUT_HIGH;
}
