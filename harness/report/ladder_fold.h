/* What of a case's events a ladder may leave out so that a reader sees what
 * the case is about: logins without incident, and what goes on in the
 * background (presence, pings, service discovery and their answers). */
#ifndef JS_LADDER_FOLD_H
#define JS_LADDER_FOLD_H

#include "record/record.h"

#include <stddef.h>

struct fold {
    bool background;   /* may be left out */
    bool in_login;     /* part of a login, told by its first event */
    size_t login;      /* the first event of a login: how many there are */
    const char *actor; /* whose login */
};

/* One per event; free it. Nothing is background when hardly anything else
 * would be left. A failed event is never folded. */
struct fold *fold_events(const struct record_case *c);

#endif
