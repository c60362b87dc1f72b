/* The server's SOCKS5 proxies (XEP-0065 s4): found once per stream, when
 * first needed. */
#ifndef JS_JINGLE_PROXIES_H
#define JS_JINGLE_PROXIES_H

#include "jingle/core.h"

typedef void proxies_fn(struct client *c, void *owner);

/* True when c->proxies is complete now. Else fn will be called once they are,
 * or once policy's proxy-lookup time is over. */
bool proxies_ready(struct client *c, proxies_fn *fn, void *owner);
void proxies_forget(struct client *c, const void *owner);
/* Forgets what was found (a new stream, or the end). */
void proxies_clear(struct client *c);

#endif
