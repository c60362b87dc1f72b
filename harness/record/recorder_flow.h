/* The state of telling a recording step by step, for recorder_flow.c and
 * recorder_streams.c. */
#ifndef JS_RECORDER_FLOW_H
#define JS_RECORDER_FLOW_H

#include "record/recorder_parts.h"

#define WAIT "within 20s"

/* An iq that was printed under an id of its own; 0: it is part of a stream. */
struct request {
    const struct take *take;
    int id;
};

struct flow {
    struct recorder *recorder;
    struct buffer *out;
    struct error *error;
    VEC(struct request) requests;
    bool *done; /* by take: told already */
    int next_id;
    bool sealed, send_asked, accept_asked, puppet_sends_file, puppet_initiates;
    /* SOCKS5 of the newest stream: who told what. */
    const char *used_by_subject, *used_by_puppet; /* cid */
    bool told_by_subject, told_by_puppet, carried;
};

/* --- recorder_flow.c --- */
const char *flow_name(const struct flow *flow, int actor);
const char *flow_file(const struct flow *flow);
/* What goes over the wire: the file, or "sealed". */
const char *flow_bytes(const struct flow *flow);
const xmlNode *flow_transport(const xmlNode *stanza);
/* The text of the first such element below, in the arena, or NULL. */
const char *flow_text(
    struct flow *flow, const xmlNode *root, const char *element);

/* --- recorder_streams.c --- */
/* Before a puppet's candidates: a listener for the one that the subject chose,
 * closed ports for the others. */
void flow_open_ports(struct flow *flow, const struct take *take);
/* Before candidate-used goes either way: the connection. */
bool flow_connect(struct flow *flow, const struct take *take);
/* After the subject chose the puppet's proxy, and before the puppet says that
 * it is active. */
void flow_use_proxy(struct flow *flow, const struct take *take);
/* Before telling: which of two candidates that were reached carries the file
 * shall not hang on the next run's priorities. */
void flow_settle_rivals(struct flow *flow);
/* After both sides have told what works: the file. */
void flow_carry(struct flow *flow, const struct take *take);
/* A block of an in-band bytestream, or NULL. */
const xmlNode *flow_data(const struct take *take);
/* Tells all blocks of its stream as one step. False: a puppet sent them
 * irregularly, so each is a step of its own. */
bool flow_tell_data(struct flow *flow, size_t index);
void flow_tell_empty(struct flow *flow, const struct take *take);
/* The SHA-256 of the blocks that puppets sent, when they make a whole. */
void flow_digest_data(struct recorder *recorder);

#endif
