/* TLS towards the clients (RFC 6120 s5, XEP-0368): a certificate authority
 * made for one run, a certificate for its domain, and sessions on
 * non-blocking sockets. The keys never leave the process. */
#ifndef JS_XMPP_TLS_H
#define JS_XMPP_TLS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls_authority;
struct tls;

/* An authority, and a certificate by it for the domain, "*.domain",
 * localhost and the loopback addresses. NULL on error. */
struct tls_authority *tls_authority_new(
    const char *domain, struct error *error);
/* NULL is allowed. Sessions must be gone. */
void tls_authority_free(struct tls_authority *authority);
const char *tls_authority_domain(const struct tls_authority *authority);
/* The authority's certificate as PEM, for the clients to trust. */
const char *tls_authority_pem(const struct tls_authority *authority);
bool tls_authority_save(const struct tls_authority *authority, const char *path,
    struct error *error);

/* A session as the server on a connected, non-blocking socket, which stays
 * the caller's. */
struct tls *tls_new(struct tls_authority *authority, int fd);
/* NULL is allowed. */
void tls_free(struct tls *tls);

enum tls_result { TLS_DONE, TLS_WANTS_READ, TLS_WANTS_WRITE, TLS_FAILED };
/* Goes on with the handshake; the reason of TLS_FAILED is in error. */
enum tls_result tls_handshake(struct tls *tls, struct error *error);
/* "TLSv1.3 TLS_AES_256_GCM_SHA384"; valid as long as the session. */
const char *tls_description(struct tls *tls);
/* Like recv and send: bytes, 0 at the end (reading), -1 with errno. All that
 * can be read is read, up to size, which is 16 KiB or more. */
ssize_t tls_read(struct tls *tls, void *out, size_t size);
/* The peer said that it sends no more; tls_read has brought all. */
bool tls_has_ended(const struct tls *tls);
ssize_t tls_write(struct tls *tls, const void *data, size_t size);
/* Says that no more will be written. */
void tls_end(struct tls *tls);

#endif
