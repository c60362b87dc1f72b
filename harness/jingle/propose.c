#include "jingle/propose.h"

#include <string.h>

struct proposal {
    char *id, *peer; /* peer: full when theirs, bare when ours */
    bool proceeded;
    struct session *session; /* ours; NULL: theirs */
};

static struct proposal *find(
    const struct client *c, const char *id, const char *from, bool ours)
{
    for (size_t i = 0; i < c->proposals.count; i++) {
        struct proposal *at = c->proposals.items[i];
        bool same = !strcmp(at->id, id) ||
                    (ours && fault(c, FAULT_PROCEED_ID_UNCHECKED));
        bool theirs = jid_same_bare(at->peer, from) ||
                      fault(c, FAULT_PROCEED_FROM_ANYONE);
        if (same && theirs && (at->session != NULL) == ours) {
            return at;
        }
    }
    return NULL;
}

static void drop(struct client *c, struct proposal *proposal)
{
    for (size_t i = 0; i < c->proposals.count; i++) {
        if (c->proposals.items[i] == proposal) {
            vec_remove(&c->proposals, i);
            break;
        }
    }
    timer_forget(c, proposal);
    free(proposal->id);
    free(proposal->peer);
    free(proposal);
}

void propose_clear(struct client *c)
{
    while (c->proposals.count) {
        drop(c, c->proposals.items[0]);
    }
    vec_free(&c->proposals);
}

/* Seeded faults that concern one kind of message. */
static const struct {
    enum fault fault;
    const char *name;
    enum { AS_NORMAL, TO_BARE, UNSENT, NO_REASON, OTHER_REASON } what;
} message_faults[] = {
    {FAULT_PROPOSE_TYPE_NORMAL, "propose", AS_NORMAL},
    {FAULT_PROCEED_TYPE_NORMAL, "proceed", AS_NORMAL},
    {FAULT_PROCEED_TO_BARE, "proceed", TO_BARE},
    {FAULT_RINGING_TO_BARE, "ringing", TO_BARE},
    {FAULT_RETRACT_MISSING, "retract", UNSENT},
    {FAULT_REJECT_MISSING, "reject", UNSENT},
    {FAULT_RETRACT_WITHOUT_REASON, "retract", NO_REASON},
    {FAULT_REJECT_WITHOUT_REASON, "reject", NO_REASON},
    {FAULT_RETRACT_REASON_OTHER, "retract", OTHER_REASON},
    {FAULT_REJECT_REASON_OTHER, "reject", OTHER_REASON},
};

static bool message_fault(const struct client *c, const char *name, int what)
{
    for (size_t i = 0; i < sizeof message_faults / sizeof *message_faults;
         i++) {
        if ((int)message_faults[i].what == what &&
            !strcmp(message_faults[i].name, name) &&
            fault(c, message_faults[i].fault)) {
            return true;
        }
    }
    return false;
}

/* reason NULL: none; tie: with <tie-break/>. */
static void send_message(struct client *c, const char *to, const char *name,
    const char *id, const char *reason, bool tie)
{
    if (message_fault(c, name, UNSENT)) {
        return;
    }
    if (message_fault(c, name, NO_REASON)) {
        reason = NULL;
    }
    if (reason && message_fault(c, name, OTHER_REASON)) {
        reason = !strcmp(name, "retract") ? "gone" : "decline";
    }
    tie = tie && !fault(c, FAULT_TIE_BREAK_MISSING);
    bool proposes = !strcmp(name, "propose");
    char *bare = mem_strndup(to, jid_bare_len(to));
    struct buffer out = {0};
    buffer_printf(&out, "<message type='%s'",
        message_fault(c, name, AS_NORMAL) ? "normal" : "chat");
    xml_add_attr(&out, "to", message_fault(c, name, TO_BARE) ? bare : to);
    free(bare);
    buffer_printf(&out, "><%s xmlns='" NS_PROPOSE "'", name);
    if (!(proposes && fault(c, FAULT_PROPOSE_WITHOUT_ID))) {
        xml_add_attr(
            &out, "id", fault(c, FAULT_PROPOSE_ID_CHANGED) ? "other" : id);
    }
    buffer_add_text(&out, ">");
    if (proposes && !fault(c, FAULT_PROPOSE_WITHOUT_DESCRIPTION)) {
        buffer_add_text(&out, "<description xmlns='" NS_FILE "'/>");
    }
    if (reason) {
        buffer_printf(
            &out, "<reason xmlns='" NS_JINGLE "'><%s/></reason>", reason);
    }
    if (tie) {
        buffer_add_text(&out, "<tie-break/>");
    }
    buffer_printf(&out, "</%s>%s</message>", name,
        fault(c, FAULT_JMI_WITHOUT_STORE) ? ""
                                          : "<store xmlns='" NS_HINTS "'/>");
    core_send(c, &out);
    buffer_free(&out);
}

void propose_finish(struct client *c, const char *to, const char *id,
    const char *reason, const char *migrated)
{
    if (fault(c, FAULT_FINISH_MISSING)) {
        return;
    }
    bool good = !strcmp(reason, "success") || fault(c, FAULT_FINISH_SUCCESS);
    struct buffer out = {0};
    buffer_add_text(&out, "<message type='chat'");
    xml_add_attr(&out, "to", to);
    buffer_add_text(&out, "><finish xmlns='" NS_PROPOSE "'");
    xml_add_attr(&out, "id", id);
    buffer_add_text(&out, ">");
    if (!fault(c, FAULT_FINISH_WITHOUT_REASON)) {
        buffer_printf(&out, "<reason xmlns='" NS_JINGLE "'><%s/></reason>",
            fault(c, FAULT_FINISH_REASON_OTHER) ? "gone"
            : good                              ? "success"
                                                : "expired");
    }
    if (migrated && !fault(c, FAULT_ORPHAN_NOT_MIGRATED)) {
        buffer_add_text(&out, "<migrated");
        xml_add_attr(&out, "to", migrated);
        buffer_add_text(&out, "/>");
    }
    buffer_add_text(&out, "</finish><store xmlns='" NS_HINTS "'/></message>");
    core_send(c, &out);
    buffer_free(&out);
}

static void nobody_answered(struct client *c, void *owner)
{
    struct proposal *proposal = owner;
    struct session *session = proposal->session;
    send_message(c, proposal->peer, "retract", proposal->id, "cancel", false);
    drop(c, proposal);
    session_ended(session, "timeout", "nobody answered the proposal");
}

void propose_session(struct session *session)
{
    struct client *c = session->c;
    struct proposal *proposal = mem_alloc(sizeof *proposal);
    proposal->id = mem_strdup(session->sid);
    proposal->peer = mem_strdup(session->peer);
    proposal->session = session;
    vec_push(&c->proposals, proposal);
    const char *resource = disco_resource(c, session->peer);
    if (!resource && !fault(c, FAULT_PROPOSE_WITHOUT_PRESENCE)) {
        disco_send_presence(c, session->peer);
    }
    send_message(c, session->peer, "propose", session->sid, NULL, false);
    timer_set(c, nobody_answered, proposal, policy(c)->session_timeout_ms);
    if (resource && fault(c, FAULT_INITIATE_BEFORE_PROCEED)) {
        drop(c, proposal);
        free(session->peer);
        session->peer = mem_strdup(resource);
        offer_advance(c, session);
    }
}

bool propose_was_accepted(struct client *c, const char *peer, const char *sid)
{
    struct proposal *proposal = find(c, sid, peer, false);
    if (!proposal || !proposal->proceeded) {
        return false;
    }
    drop(c, proposal);
    return true;
}

size_t propose_waiting(const struct client *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->proposals.count; i++) {
        count += !c->proposals.items[i]->session &&
                 !c->proposals.items[i]->proceeded;
    }
    return count;
}

static void answer_one(struct client *c, struct proposal *proposal, bool accept)
{
    if (accept) {
        proposal->proceeded = true;
        send_message(c, proposal->peer, "proceed", proposal->id, NULL, false);
        if (!disco_is_online(c, proposal->peer) &&
            !fault(c, FAULT_PROCEED_WITHOUT_PRESENCE)) {
            disco_send_presence(c, proposal->peer);
        }
    } else {
        send_message(c, proposal->peer, "reject", proposal->id, "busy", false);
        drop(c, proposal);
    }
}

bool propose_answer(struct client *c, const struct answer *answer)
{
    for (size_t i = 0; i < c->proposals.count; i++) {
        struct proposal *at = c->proposals.items[i];
        if (!at->session && !at->proceeded) {
            answer_one(c, at, answer->accept);
            return true;
        }
    }
    return false;
}

bool propose_retract(struct client *c, struct session *session)
{
    for (size_t i = 0; i < c->proposals.count; i++) {
        struct proposal *at = c->proposals.items[i];
        if (at->session == session) {
            send_message(c, at->peer, "retract", at->id, "cancel", false);
            drop(c, at);
            return true;
        }
    }
    return false;
}

static void notify(struct client *c, const struct proposal *proposal,
    enum client_event_kind kind, const char *reason)
{
    struct client_event event = {0};
    event.kind = kind;
    event.sid = proposal->id;
    event.peer = proposal->peer;
    event.content = event.file = event.text = "";
    event.reason = reason;
    event.size = UINT64_MAX;
    c->host->event(c->owner, &event);
}

/* Both proposed: the lower id wins, or the lower JID (XEP-0353 s4.1). True:
 * theirs is void. */
static bool loses_tie(struct client *c, const char *id, const char *from)
{
    for (size_t i = 0; i < c->proposals.count; i++) {
        struct proposal *ours = c->proposals.items[i];
        if (!ours->session || !jid_same_bare(ours->peer, from)) {
            continue;
        }
        int order = strcmp(ours->id, id);
        if ((order ? order : strcmp(c->jid, from)) < 0) {
            send_message(c, from, "reject", id, "expired", true);
            return true;
        }
        struct session *session = ours->session;
        if (fault(c, FAULT_PROPOSE_TIE_BOTH_KEPT)) {
            return false;
        }
        if (!fault(c, FAULT_PROPOSE_TIE_SILENT)) {
            send_message(c, ours->peer, "retract", ours->id, "expired", true);
        }
        drop(c, ours);
        session_ended(session, "expired", "the peer proposed first");
        return false;
    }
    return false;
}

/* What runs with this account by XEP-0353 makes room for the new session
 * (s4.2): the peer lost its connection or took another device. */
static void end_orphans(struct client *c, const char *from, const char *id)
{
    for (size_t i = c->proposals.count; i-- > 0;) {
        struct proposal *at = c->proposals.items[i];
        if (at->proceeded && jid_same_bare(at->peer, from)) {
            propose_finish(c, at->peer, at->id, "expired", id);
            drop(c, at);
        }
    }
    for (size_t i = 0; i < c->sessions.count; i++) {
        struct session *at = c->sessions.items[i];
        bool runs = at->state == SESSION_PENDING || at->state == SESSION_ACTIVE;
        if (runs && at->proposed && jid_same_bare(at->peer, from)) {
            at->migrated = id;
            session_end(at, "expired", NULL, "the peer proposed a new session");
            at->migrated = NULL;
        }
    }
}

void propose_peer_gone(struct client *c, const char *jid)
{
    for (size_t i = c->proposals.count; i-- > 0;) {
        struct proposal *at = c->proposals.items[i];
        if (at->session && jid_same_bare(at->peer, jid) &&
            fault(c, FAULT_PROPOSAL_ENDS_OFFLINE)) {
            struct session *session = at->session;
            drop(c, at);
            session_ended(session, "gone", "the peer went offline");
        } else if (!at->session && !strcmp(at->peer, jid)) {
            deaf_by(c, FAULT_OFFLINE_PROPOSED_HANGS);
            if (at->proceeded && !fault(c, FAULT_PROCEEDED_KEPT)) {
                notify(c, at, CLIENT_ENDED, "gone");
                drop(c, at);
            }
        }
    }
}

static void take_propose(
    struct client *c, const char *from, const char *id, xmlNodePtr payload)
{
    if ((!xml_child(payload, NS_FILE, "description") &&
            !fault(c, FAULT_PROPOSE_GARBAGE_TAKEN)) ||
        find(c, id, from, false) || jid_same_bare(from, c->jid) ||
        c->proposals.count >= policy(c)->session_limit ||
        (!fault(c, FAULT_TIE_IGNORED) && loses_tie(c, id, from))) {
        return;
    }
    if (!fault(c, FAULT_ORPHAN_KEPT)) {
        end_orphans(c, from, id);
    }
    struct proposal *proposal = mem_alloc(sizeof *proposal);
    proposal->id = mem_strdup(id);
    proposal->peer = mem_strdup(from);
    vec_push(&c->proposals, proposal);
    notify(c, proposal, CLIENT_PROPOSED, "");
    if (policy(c)->ringing) {
        send_message(c, from, "ringing", id, NULL, false);
    }
    /* an answer that the user gave beforehand stays for the session itself
     * when it is an acceptance: it carries the range */
    if (c->answers.count) {
        struct answer answer = c->answers.items[0];
        vec_remove(&c->answers, 0);
        answer_one(c, proposal, answer.accept);
    } else if (policy(c)->auto_accept || fault(c, FAULT_ACCEPTS_UNASKED)) {
        answer_one(c, proposal, true);
    }
}

static void take_answer(
    struct client *c, const char *from, const char *id, xmlNodePtr payload)
{
    struct proposal *ours = find(c, id, from, true);
    if (!ours) {
        return;
    }
    struct session *session = ours->session;
    if (xml_is(payload, NULL, "ringing")) {
        notify(c, ours, CLIENT_RINGING, "");
    } else if (xml_is(payload, NULL, "proceed")) {
        if (jid_is_bare(from)) {
            return;
        }
        drop(c, ours);
        if (!fault(c, FAULT_INITIATE_TO_BARE)) {
            free(session->peer);
            session->peer = mem_strdup(from);
        }
        if (fault(c, FAULT_PROPOSED_OTHER_SID)) {
            free(session->sid);
            session->sid = core_id(c);
        }
        session->proposed = true;
        offer_advance(c, session);
    } else if (xml_is(payload, NULL, "reject") &&
               !fault(c, FAULT_REJECT_IGNORED)) {
        drop(c, ours);
        session_ended(session, "decline", "the proposal was rejected");
    }
}

void propose_message(struct client *c, xmlNodePtr message, xmlNodePtr payload)
{
    const char *from = stanza_attr(message, "from");
    const char *id = stanza_attr(payload, "id");
    if (policy(c)->message_initiation == PROPOSE_NEVER || !*id || !*from) {
        return;
    }
    if (xml_is(payload, NULL, "propose")) {
        take_propose(c, from, id, payload);
    } else if (xml_is(payload, NULL, "retract") ||
               xml_is(payload, NULL, "finish")) {
        struct proposal *theirs = find(c, id, from, false);
        if (theirs && !fault(c, FAULT_RETRACT_IGNORED)) {
            notify(c, theirs, CLIENT_ENDED, "cancel");
            drop(c, theirs);
        }
    } else {
        take_answer(c, from, id, payload);
    }
}
