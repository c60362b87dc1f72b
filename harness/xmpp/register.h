/* In-band registration (XEP-0077) straight to the server, past the wire: the
 * accounts of a case before its actors log in. Non-blocking, header and
 * request pipelined, up to 32 connections at once. */
#ifndef JS_XMPP_REGISTER_H
#define JS_XMPP_REGISTER_H

#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct account {
    const char *user; /* localpart, already prepared */
    const char *password;
};

/* error is NULL when all accounts were made, else names the first that was
 * not and why. Called once, from the loop; the registration is freed. */
typedef void registration_done_fn(void *owner, const struct error *error);

struct registration;

/* address: numeric. Accounts are copied. deadline_ms of clock_ms(). */
struct registration *registration_start(struct loop *loop, const char *address,
    uint16_t port, const char *domain, const struct account *accounts,
    size_t count, int64_t deadline_ms, registration_done_fn *done, void *owner);
/* Gives up; done is not called. Not after done. NULL is allowed. */
void registration_cancel(struct registration *registration);

/* The same, turning the loop until it is done. */
bool register_accounts(struct loop *loop, const char *address, uint16_t port,
    const char *domain, const struct account *accounts, size_t count,
    int64_t deadline_ms, struct error *error);

#endif
