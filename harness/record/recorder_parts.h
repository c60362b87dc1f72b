/* What the files of the recorder ask of each other. */
#ifndef JS_RECORDER_PARTS_H
#define JS_RECORDER_PARTS_H

#include "base/bytes.h"
#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "record/recorder.h"

#define NS_JINGLE "urn:xmpp:jingle:1"
#define NS_S5B "urn:xmpp:jingle:transports:s5b:1"
#define NS_IBB "urn:xmpp:jingle:transports:ibb:1"
#define NS_OPEN "http://jabber.org/protocol/ibb"
#define NS_JMI "urn:xmpp:jingle-message:0"
#define NS_JET "urn:xmpp:jingle:jet:0"
#define NS_AXOLOTL "eu.siacs.conversations.axolotl"
#define NS_HASHES "urn:xmpp:hashes:2"

struct recorded_actor {
    const char *owner; /* name of its wire; NULL: seen by its peer alone */
    const char *name;  /* in the script */
    const char *jid;   /* full when known */
    bool subject;
};

/* As it came in: a stanza, or a sentence to be repeated. */
struct recorded_entry {
    const char *owner;
    bool out, injected;
    xmlDoc *doc;
    const xmlNode *stanza;
    const char *sentence;
};

/* As the script tells it: a puppet sends or receives. */
struct take {
    int puppet, peer; /* indexes of actors */
    bool sent, injected;
    const xmlNode *stanza;
    const char *sentence;
};

/* A value of one kind ("sid", "stream", "cid", "content", "candidate",
 * "block-size") and the name that stands for it in the script; NULL: it is
 * written as it is. */
struct recorded_value {
    const char *kind, *value, *name;
};

struct recorder {
    struct arena *arena;
    VEC(struct recorded_actor) actors;
    VEC(struct recorded_entry) entries;
    VEC(struct take) takes;
    VEC(struct recorded_value) values;
    const char *subject;      /* as the caller named it */
    const char *sections;     /* header sections of a case, verbatim */
    const char *file;         /* its [File] */
    const char *file_header;  /* made for a log */
    const char *send_clauses; /* of a case's "sends FILE on", or NULL */
    const char *literal;      /* of a case: steps that edit stanzas, a line
                                 each: what they name is not computed */
    const char *data_digest;  /* base64 SHA-256 of a stream's blocks, or NULL */
    const struct record_case *c; /* NULL: a log */
    const char *untold; /* of a case: a step that its stanzas do not tell */
    bool clients_only, from_case;
    const char *rival; /* cid of a puppet's candidate that the subject chose
                          while the puppet chose one of its own; or NULL */
    bool rival_wins;
    bool encrypted; /* what goes over the wire is "sealed" */
    int unparsable;
};

/* --- recorder_select.c: from entries to takes --- */
bool recorder_select(struct recorder *recorder, struct error *error);
int recorder_actor_of(const struct recorder *recorder, const char *jid);
/* jingle's action, or NULL. */
const char *recorder_action(const xmlNode *stanza);
const xmlNode *recorder_jingle(const xmlNode *stanza);

/* --- recorder_stanza.c: a stanza in the script's words --- */
/* As a puppet sends it, id given. */
void recorder_print_sent(struct recorder *recorder, const struct take *take,
    const char *id, struct buffer *out);
/* The whole of it, with all its addresses. */
void recorder_print_whole(
    struct recorder *recorder, const struct take *take, struct buffer *out);
/* What is waited for: what tells the stanza from others, no more. */
void recorder_print_expected(struct recorder *recorder, const struct take *take,
    const char *id, struct buffer *out);
const struct recorded_value *recorder_value(
    const struct recorder *recorder, const char *kind, const char *value);
/* Of a bytestream's sid. */
const struct recorded_value *recorder_block_size(
    const struct recorder *recorder, const char *sid);
/* Gives it a name that no other value has, made of base; NULL: none. Returns
 * what is there when it has one already. */
const struct recorded_value *recorder_name(struct recorder *recorder,
    const char *kind, const char *value, const char *base);

/* --- recorder_script.c: a case by its own script --- */
/* Is a step of a case told by its stanzas and streams? */
bool recorder_tells_step(const char *step);
/* After recorder_select(): did a case do more than its takes tell? */
bool recorder_misses_stanzas(const struct recorder *recorder);
/* What follows title, id and tags. */
void recorder_print_script(const struct recorder *recorder, struct buffer *out);

/* --- recorder_flow.c --- */
/* The steps, after the headers. */
bool recorder_print_steps(
    struct recorder *recorder, struct buffer *out, struct error *error);

#endif
