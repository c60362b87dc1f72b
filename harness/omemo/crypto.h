/* What libsignal-protocol-c needs of cryptography, from OpenSSL 3. */
#ifndef JS_OMEMO_CRYPTO_H
#define JS_OMEMO_CRYPTO_H

#include <signal_protocol.h>

/* A context of libsignal with its crypto provider; one per device, so that
 * nothing is shared. Never NULL. Free it with signal_context_destroy(). */
signal_context *omemo_crypto_context(void);

/* "the message's MAC is wrong" ... for a libsignal result code. */
const char *omemo_crypto_error(int result);

#endif
