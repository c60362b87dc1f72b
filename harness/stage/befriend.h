/* Mutual subscription of two accounts (RFC 6121 s3.1), made by logins of its
 * own before their clients come. */
#ifndef JS_STAGE_BEFRIEND_H
#define JS_STAGE_BEFRIEND_H

#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct befriend_account {
    const char *jid, *password;
};

bool befriend(struct loop *loop, const char *server, uint16_t port,
    const struct befriend_account accounts[2], struct error *error);

#endif
