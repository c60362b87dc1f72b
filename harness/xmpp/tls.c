#include "xmpp/tls.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIFE_S = 30 * 24 * 3600, EARLIER_S = -24 * 3600 };

struct tls_authority {
    char *domain, *pem;
    SSL_CTX *context;
};

struct tls {
    SSL *session;
    char description[96];
};

static bool refuse(struct error *error, const char *what)
{
    char text[256];
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    ERR_clear_error();
    return error_set(error, "cannot make %s: %s", what, text);
}

static bool add_extension(
    X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = extension != NULL && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return ok;
}

/* A bare version 3 certificate; extensions and signature are to come. */
static X509 *new_certificate(const char *name, EVP_PKEY *key, X509 *issuer)
{
    X509 *certificate = X509_new();
    unsigned char serial[8];
    if (certificate == NULL || RAND_bytes(serial, sizeof serial) != 1)
        return certificate;
    serial[0] &= 0x7f;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), EARLIER_S);
    X509_gmtime_adj(X509_getm_notAfter(certificate), LIFE_S);
    X509_set_pubkey(certificate, key);
    X509_NAME *subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(
        certificate, X509_get_subject_name(issuer ? issuer : certificate));
    return certificate;
}

static X509 *make_authority(EVP_PKEY *key)
{
    X509 *made = new_certificate("jinglespec throw-away authority", key, NULL);
    bool ok =
        made != NULL &&
        add_extension(made, made, NID_basic_constraints, "critical,CA:TRUE") &&
        add_extension(
            made, made, NID_key_usage, "critical,keyCertSign,cRLSign") &&
        add_extension(made, made, NID_subject_key_identifier, "hash") &&
        X509_sign(made, key, EVP_sha256()) > 0;
    if (ok)
        return made;
    X509_free(made);
    return NULL;
}

static X509 *make_leaf(
    const char *domain, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
    char *names = mem_printf("DNS:%s,DNS:*.%s,DNS:localhost,IP:127.0.0.1,"
                             "IP:::1",
        domain, domain);
    X509 *made = new_certificate("jinglespec", key, issuer);
    bool ok =
        made != NULL &&
        add_extension(
            made, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(
            made, issuer, NID_key_usage, "critical,digitalSignature") &&
        add_extension(made, issuer, NID_ext_key_usage, "serverAuth") &&
        add_extension(made, issuer, NID_subject_alt_name, names) &&
        add_extension(made, issuer, NID_authority_key_identifier, "keyid") &&
        X509_sign(made, issuer_key, EVP_sha256()) > 0;
    free(names);
    if (ok)
        return made;
    X509_free(made);
    return NULL;
}

static char *to_pem(X509 *certificate)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *text = NULL, *kept = NULL;
    if (out != NULL && PEM_write_bio_X509(out, certificate) == 1) {
        long len = BIO_get_mem_data(out, &text);
        kept = mem_strndup(text, (size_t)len);
    }
    BIO_free(out);
    return kept;
}

/* XEP-0368: clients of direct TLS say "xmpp-client"; who says nothing or
 * something else is served all the same. */
static int choose_protocol(SSL *session, const unsigned char **out,
    unsigned char *out_len, const unsigned char *in, unsigned in_len,
    void *unused)
{
    static const unsigned char name[] = "\x0bxmpp-client";
    (void)session, (void)unused;
    unsigned char *chosen = NULL;
    if (SSL_select_next_proto(&chosen, out_len, name, sizeof name - 1, in,
            in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *make_context(X509 *leaf, EVP_PKEY *key, X509 *issuer)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL)
        return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(
        context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    if (SSL_CTX_use_certificate(context, leaf) == 1 &&
        SSL_CTX_use_PrivateKey(context, key) == 1 &&
        SSL_CTX_add1_chain_cert(context, issuer) == 1)
        return context;
    SSL_CTX_free(context);
    return NULL;
}

struct tls_authority *tls_authority_new(const char *domain, struct error *error)
{
    struct tls_authority *authority = mem_alloc(sizeof *authority);
    EVP_PKEY *issuer_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    X509 *issuer = issuer_key != NULL ? make_authority(issuer_key) : NULL;
    X509 *leaf = issuer != NULL && key != NULL
                     ? make_leaf(domain, key, issuer, issuer_key)
                     : NULL;
    authority->domain = mem_strdup(domain);
    if (leaf != NULL) {
        authority->context = make_context(leaf, key, issuer);
        authority->pem = to_pem(issuer);
    }
    X509_free(leaf);
    X509_free(issuer);
    EVP_PKEY_free(key);
    EVP_PKEY_free(issuer_key);
    if (authority->context != NULL && authority->pem != NULL)
        return authority;
    refuse(error, "a certificate for TLS");
    tls_authority_free(authority);
    return NULL;
}

void tls_authority_free(struct tls_authority *authority)
{
    if (authority == NULL)
        return;
    SSL_CTX_free(authority->context);
    free(authority->domain);
    free(authority->pem);
    free(authority);
}

const char *tls_authority_domain(const struct tls_authority *authority)
{
    return authority->domain;
}

const char *tls_authority_pem(const struct tls_authority *authority)
{
    return authority->pem;
}

bool tls_authority_save(const struct tls_authority *authority, const char *path,
    struct error *error)
{
    return file_write(path, bytes_text(authority->pem), error);
}

struct tls *tls_new(struct tls_authority *authority, int fd)
{
    struct tls *tls = mem_alloc(sizeof *tls);
    tls->session = SSL_new(authority->context);
    if (tls->session == NULL || SSL_set_fd(tls->session, fd) != 1)
        abort();
    SSL_set_accept_state(tls->session);
    return tls;
}

void tls_free(struct tls *tls)
{
    if (tls == NULL)
        return;
    SSL_free(tls->session);
    free(tls);
}

/* An alert is what the client thinks of us: say what to do about it. */
static void explain(struct error *error, int code)
{
    unsigned long first = ERR_get_error();
    const char *reason = ERR_reason_error_string(first);
    ERR_clear_error();
    if (reason == NULL)
        reason = code == SSL_ERROR_ZERO_RETURN || errno == 0
                     ? "the client closed the connection"
                     : strerror(errno);
    bool distrust = strstr(reason, "unknown ca") != NULL ||
                    strstr(reason, "bad certificate") != NULL ||
                    strstr(reason, "certificate unknown") != NULL;
    error_set(error, "the TLS handshake failed: %s%s", reason,
        distrust ? " (the client does not trust this run's authority: give "
                   "it the CA file)"
                 : "");
}

enum tls_result tls_handshake(struct tls *tls, struct error *error)
{
    ERR_clear_error();
    errno = 0;
    int result = SSL_do_handshake(tls->session);
    if (result == 1)
        return TLS_DONE;
    int code = SSL_get_error(tls->session, result);
    if (code == SSL_ERROR_WANT_READ)
        return TLS_WANTS_READ;
    if (code == SSL_ERROR_WANT_WRITE)
        return TLS_WANTS_WRITE;
    explain(error, code);
    return TLS_FAILED;
}

const char *tls_description(struct tls *tls)
{
    snprintf(tls->description, sizeof tls->description, "%s %s",
        SSL_get_version(tls->session), SSL_get_cipher_name(tls->session));
    return tls->description;
}

/* -1 with errno, or 0 for the end, from what OpenSSL says. */
static ssize_t translate(struct tls *tls, int result)
{
    int code = SSL_get_error(tls->session, result);
    int kept = errno;
    ERR_clear_error();
    if (code == SSL_ERROR_ZERO_RETURN)
        return 0;
    if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE)
        errno = EAGAIN;
    else if (code == SSL_ERROR_SYSCALL && kept != 0)
        errno = kept;
    else
        errno = EPROTO;
    return -1;
}

ssize_t tls_read(struct tls *tls, void *out, size_t size)
{
    size_t total = 0;
    /* Room for a whole record, so that none is left half-read where poll
     * does not see it. */
    while (size - total >= SSL3_RT_MAX_PLAIN_LENGTH) {
        size_t room = size - total;
        ERR_clear_error();
        errno = 0;
        int got = SSL_read(tls->session, (char *)out + total,
            room > INT_MAX ? INT_MAX : (int)room);
        if (got <= 0) {
            ssize_t said = translate(tls, got);
            return total > 0 ? (ssize_t)total : said;
        }
        total += (size_t)got;
    }
    return (ssize_t)total;
}

bool tls_has_ended(const struct tls *tls)
{
    return (SSL_get_shutdown(tls->session) & SSL_RECEIVED_SHUTDOWN) != 0;
}

ssize_t tls_write(struct tls *tls, const void *data, size_t size)
{
    ERR_clear_error();
    errno = 0;
    int put =
        SSL_write(tls->session, data, size > INT_MAX ? INT_MAX : (int)size);
    if (put > 0)
        return put;
    if (translate(tls, put) == 0)
        errno = EPIPE;
    return -1;
}

void tls_end(struct tls *tls)
{
    ERR_clear_error();
    SSL_shutdown(tls->session);
    ERR_clear_error();
}
