/* What the cases of one worker share: the loop, the server, the wire, the
 * validator and the options. */
#ifndef JS_STAGE_VENUE_H
#define JS_STAGE_VENUE_H

#include "base/error.h"
#include "base/loop.h"
#include "record/record.h"
#include "script/script.h"
#include "server/server.h"
#include "subject/subject.h"
#include "xmpp/wire.h"

#include <stdbool.h>
#include <stdint.h>

struct validator;
struct omemo_pool;

struct venue_options {
    const char *server; /* kind; NULL: prosody */
    struct subject_options subject;
    uint64_t seed;
    double time_factor;    /* of all deadlines; 1 */
    int64_t settle_ms;     /* after a fence, for subjects that can't prove it */
    const char *advertise; /* address for a subject elsewhere; NULL: loopback */
    bool plain;            /* no TLS for a subject from outside */
    bool keep;             /* directories of all cases stay */
    const char *home;      /* cases/, schemas/, fixtures/ */
    const char *directory; /* the run's; each case gets one below */
};

struct venue {
    struct venue_options options;
    struct loop *loop;
    struct server *server; /* NULL between death and restart */
    struct wire *wire;
    struct tls_authority *authority; /* for clients from outside; or NULL */
    char *cafile;                    /* its certificate */
    struct validator *validator;     /* NULL: no schemas */
    struct omemo_pool *omemo;        /* devices made ahead */
    const struct subject_driver *driver;
    struct subject_house *house; /* the driver's, or NULL */
    /* A subject whose login outlived its case: the next one adopts it. */
    struct resident {
        struct subject *subject; /* NULL: nobody */
        struct wire_link *link;
        char *user, *jid, *password;
    } resident;
    struct stage *stage;  /* the running case */
    char *server_version; /* "prosody 0.12.3" */
};

/* Starts the server. NULL on error. */
struct venue *venue_open(
    const struct venue_options *options, struct error *error);
void venue_close(struct venue *venue);
/* Ends the resident, if there is one. */
void venue_evict(struct venue *venue);

/* Runs one script and fills c (made with record_case_new in run). Never
 * fails: what goes wrong is the case's verdict. */
void venue_run(struct venue *venue, const struct script *script,
    struct record_run *run, struct record_case *c);

#endif
