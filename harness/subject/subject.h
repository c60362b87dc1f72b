/* The actor under test, and how it is operated: one contract for the builtin
 * reference client and for every external client. A driver is a row of a
 * table; the stage asks it to act and judges by the wire and the files. */
#ifndef JS_SUBJECT_H
#define JS_SUBJECT_H

#include "base/error.h"
#include "base/loop.h"
#include "jingle/fault.h"
#include "xmpp/wire.h"

#include <stdbool.h>
#include <stdint.h>

struct subject;
struct omemo_device;
struct subject_house;

/* What the user at the subject does. */
enum subject_action {
    SUBJECT_SEND,
    SUBJECT_REQUEST,
    SUBJECT_SHARE,
    SUBJECT_ACCEPT,
    SUBJECT_DECLINE,
    SUBJECT_CANCEL,
    SUBJECT_OTHER /* by word: what only some drivers know */
};

/* "offer", "request", "share", "accept", "decline", "cancel", "do": the words
 * of adapters. */
const char *subject_action_name(enum subject_action action);

struct subject_task {
    enum subject_action action;
    const char *word;         /* of SUBJECT_OTHER */
    const char *value;        /* likewise; may be NULL */
    const char *peer;         /* JID, full where known; SEND and REQUEST */
    const char *const *paths; /* files, absolute; SEND, SHARE, REQUEST */
    size_t path_count;
    bool encrypted;
    const char *const *options; /* "key=value" or words of the script */
    size_t option_count;
};

enum subject_answer {
    SUBJECT_ACTED,
    SUBJECT_CANNOT, /* it cannot do that: unsupported */
    SUBJECT_BROKEN  /* the driver failed: error says how */
};

enum subject_health {
    SUBJECT_WELL,
    SUBJECT_CRASHED, /* the client died of a bug */
    SUBJECT_UNABLE,  /* it said too late that it cannot do that */
    SUBJECT_ILL      /* the adapter or the login is at fault */
};

/* What the driver hears of it: never enough for a verdict on bytes. */
enum subject_report { SUBJECT_OFFERED, SUBJECT_DONE, SUBJECT_FAILED_TO };

typedef void subject_report_fn(
    void *owner, enum subject_report report, const char *text);
/* A line for the ladder. */
typedef void subject_note_fn(void *owner, const char *line);

struct subject_key {
    const char *name, *value;
};

/* For one case. All of it outlives the subject. */
struct subject_stage {
    struct loop *loop;
    struct wire_link *link; /* the client connects to its port */
    const char *address;    /* of the link */
    const char *domain, *jid, *password;
    const char *resource;        /* NULL: any */
    const char *cafile;          /* the link speaks TLS by it; NULL: no */
    const char *downloads;       /* directory, exists */
    struct subject_house *house; /* of driver->open; NULL: none */
    /* What the script will first ask its user to do; NULL: nothing. For
     * clients that must know before they log in. */
    const struct subject_task *plan;
    const char *const *peers; /* bare JIDs of all other actors */
    size_t peer_count;
    const struct subject_key *keys; /* policy of the script's header */
    size_t key_count;
    struct omemo_device *device; /* taken over; NULL: no OMEMO */
    uint64_t seed;
    double time_factor;
    subject_report_fn *report;
    subject_note_fn *note;
    void *owner;
};

/* For a whole run of a worker. */
struct subject_options {
    const char *driver;       /* a row's name; NULL: "builtin" */
    const char *target;       /* the adapter's command, for external ones */
    enum fault fault;         /* builtin only */
    unsigned char *consulted; /* likewise; see jingle/client.h */
    const struct subject_key *variant; /* builtin only: policy on top */
    size_t variant_count;
    const char *capabilities; /* external: "receive, s5b"; NULL: its own */
    const char *dropdir;      /* passive: where the client stores files */
    double time_factor;       /* of deadlines outside of a case; 0 is 1 */
};

struct subject_driver {
    const char *name, *doc;
    /* All deadlines times this, for people are slow; 0 is 1. */
    double patience;
    /* One client that somebody logs in: never several workers. */
    bool alone;
    /* Checks the options and starts what serves many cases; an adapter must
     * first answer an impossible task with "cannot", for a missing or broken
     * one is an error and never "unsupported". NULL: nothing to start. The
     * function returns NULL on error. */
    struct subject_house *(*open)(const struct subject_options *options,
        struct loop *loop, struct error *error);
    void (*close)(struct subject_house *house);
    /* Which capabilities of script/verb.h it has. house is NULL for drivers
     * without one. */
    bool (*can)(const struct subject_options *options,
        const struct subject_house *house, const char *capability);
    /* "slixmpp 1.8.3", or NULL: not known. Valid as long as the house. */
    const char *(*version)(const struct subject_house *house);
    /* NULL on error. */
    struct subject *(*begin)(const struct subject_options *options,
        const struct subject_stage *stage, struct error *error);
    void (*end)(struct subject *subject);
    bool (*login)(struct subject *subject, struct error *error);
    void (*logout)(struct subject *subject, bool rudely);
    enum subject_answer (*act)(struct subject *subject,
        const struct subject_task *task, struct error *error);
    /* A stanza was delivered to it; NULL when it reads its own socket. */
    void (*stanza)(struct subject *subject, xmlNode *stanza);
    /* Will it send nothing on its own before *until_ms? NULL: nobody knows. */
    bool (*idle)(const struct subject *subject, int64_t *until_ms);
    /* Can it go on? error says why not. NULL: always. */
    enum subject_health (*health)(struct subject *subject, struct error *error);
    /* What it printed in this case (bounded), to be freed; NULL: nothing. */
    char *(*output)(const struct subject *subject);
    /* At the end of a case: its login may serve the next one. If so it has
     * parted with this case's stage, and instead of end again follows, or end
     * later: the same link, JID and password, all else new. NULL: every case
     * logs in. */
    bool (*stays)(const struct subject *subject);
    void (*again)(struct subject *subject, const struct subject_stage *stage);
    /* Checks a header key; NULL: no own keys. */
    bool (*key)(const char *name, const char *value, struct error *error);
};

/* All drivers, ending with NULL. */
extern const struct subject_driver *const subject_drivers[];
const struct subject_driver *subject_driver_find(const char *name);
/* Is this a key of the builtin subject's policy with a good value? */
bool subject_key_check(
    const char *name, const char *value, struct error *error);

#endif
