/* Jingle Encrypted Transports (XEP-0391): a table of end-to-end methods that
 * carry a transport secret in a <security/> element, and the cipher that the
 * secret is for. Sans-I/O: elements and bytes in, elements and bytes out.
 * OMEMO (XEP-0396) is one row of the table, see omemo/omemo.h. */
#ifndef JS_JINGLE_JET_H
#define JS_JINGLE_JET_H

#include "base/bytes.h"
#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JET_NS "urn:xmpp:jingle:jet:0"

enum { JET_TAG_LEN = 16, JET_KEY_MAX = 32, JET_IV_MAX = 16 };

/* AES-GCM without padding (XEP-0391 s5). */
enum jet_cipher { JET_AES_128_GCM, JET_AES_256_GCM, JET_CIPHERS };

/* Key length in bytes; "aes-128-gcm" ... */
size_t jet_cipher_key_len(enum jet_cipher cipher);
const char *jet_cipher_name(enum jet_cipher cipher);

/* The transport secret: key and IV, and in one reading of XEP-0384 the tag,
 * when the key element carries it behind the key. */
struct jet_secret {
    enum jet_cipher cipher;
    uint8_t key[JET_KEY_MAX];
    uint8_t iv[JET_IV_MAX];
    size_t iv_len; /* 12 or 16 */
    bool has_tag;
    uint8_t tag[JET_TAG_LEN];
};

/* A fresh one from OpenSSL's random bytes; iv_len 12 or 16. */
void jet_secret_make(
    struct jet_secret *secret, enum jet_cipher cipher, size_t iv_len);
/* Wipes it. */
void jet_secret_clear(struct jet_secret *secret);

/* --- one end-to-end method: a row --- */

enum jet_state {
    JET_READY,
    JET_WAITING, /* an answer of the server is awaited: ask again later */
    JET_FAILED   /* never: error says why */
};

typedef void jet_send_fn(void *owner, struct bytes stanza);

/* owner is the method's own state, given with it in struct jet. peer is a
 * full or bare JID. */
struct jet_envelope {
    const char *type;            /* security/@type; the envelope's namespace */
    const char *const *features; /* for disco#info, NULL-terminated */
    /* Where its stanzas go (iq ids are its own). May be NULL with login and
     * stanza when the method needs none. */
    void (*attach)(void *owner, jet_send_fn *send, void *send_owner);
    void (*login)(void *owner, const char *full_jid);
    /* Every incoming stanza is shown to it first; true: it was its business
     * alone (an answer, a PEP event), nobody else need see it. */
    bool (*stanza)(void *owner, const xmlNode *stanza);
    /* Gathers what wrap() to the peer needs. */
    enum jet_state (*prepare)(
        void *owner, const char *peer, struct error *error);
    /* Gathers what unwrap() of this envelope from the peer needs. */
    enum jet_state (*expect)(void *owner, const char *peer,
        const xmlNode *envelope, struct error *error);
    /* Appends the envelope element for all devices that must have the
     * secret. iv travels beside it where the method wants it so. When
     * secret->has_tag, the tag travels behind the key. */
    bool (*wrap)(void *owner, const char *peer, const struct jet_secret *secret,
        struct buffer *out, struct error *error);
    /* Reads the envelope: fills all of secret but the cipher, for which
     * secret->cipher says what security/@cipher named (a method may change
     * it when the key's length says otherwise, and notes that). Appends to
     * notes (may be NULL) lines about the readings it met. False: nothing is
     * known of the key, and a plain transfer must not follow (XEP-0391
     * s7). */
    bool (*unwrap)(void *owner, const char *peer, const xmlNode *envelope,
        struct jet_secret *secret, struct buffer *notes, struct error *error);
};

enum { JET_ENVELOPES_MAX = 4 };

/* The methods a client speaks, most wanted first. Zero: none. Plain data; the
 * owners outlive it. */
struct jet {
    struct {
        const struct jet_envelope *envelope;
        void *owner;
    } rows[JET_ENVELOPES_MAX];
    size_t count;
};

void jet_add(struct jet *jet, const struct jet_envelope *envelope, void *owner);
void jet_attach(struct jet *jet, jet_send_fn *send, void *owner);
void jet_login(struct jet *jet, const char *full_jid);
/* True when one of the methods took the stanza for its own. */
bool jet_stanza(struct jet *jet, const xmlNode *stanza);

/* The next <security/> of a session-initiate or content-add in the stanza,
 * after *security (NULL at first), and whom the stanza is from. False when
 * there is none (any more). */
bool jet_offered_security(
    const xmlNode *stanza, const xmlNode **security, const char **peer);
/* The stanza's attribute from, or NULL. */
const char *jet_stanza_from(const xmlNode *stanza);

/* --- <security/> --- */

/* How the field writes the cipher's name (all are read). */
enum jet_cipher_reading {
    JET_NAME_URN,           /* urn:xmpp:ciphers:aes-128-gcm-nopadding */
    JET_NAME_URN_VERSIONED, /* ...:0, XEP-0391 s5 */
    JET_NAME_VERSIONED,     /* aes-128-gcm-nopadding:0, XEP-0396 s4 */
    JET_NAME_BARE           /* aes-128-gcm-nopadding */
};

/* How to write one. Zero is what most clients send, but for write_name and
 * iv_len: start from jet_writing_default(). */
struct jet_writing {
    enum jet_cipher cipher;
    enum jet_cipher_reading cipher_name;
    bool write_name; /* the attribute name, the content's */
    size_t iv_len;   /* 12 or 16 */
    bool tag_in_key; /* the secret's tag goes into the key element, and the
                        stream ends without one */
    const char *cipher_text; /* wrong on purpose: instead of the name */
    const char *type;        /* likewise, instead of the method's */
};

struct jet_writing jet_writing_default(void);

/* Is everything there to wrap for the peer? Asks the first method. */
enum jet_state jet_prepare(
    struct jet *jet, const char *peer, struct error *error);
/* Appends the <security/> element. tag_in_key: secret->tag is set already. */
bool jet_wrap(struct jet *jet, const struct jet_writing *writing,
    const char *peer, const char *content, const struct jet_secret *secret,
    struct buffer *out, struct error *error);
/* Can a <security/> from the peer be judged now? JET_FAILED also for what is
 * malformed or of an unknown type or cipher. */
enum jet_state jet_expect(struct jet *jet, const char *peer,
    const xmlNode *security, struct error *error);
/* Reads it for the content of that name (NULL: any). False: the session must be
 * ended (XEP-0391 s7: no fallback to an unencrypted transfer). */
bool jet_unwrap(struct jet *jet, const char *peer, const char *content,
    const xmlNode *security, struct jet_secret *secret, struct buffer *notes,
    struct error *error);

/* The parts of a <security/>, checked: type known to nobody in particular,
 * cipher one of enum jet_cipher in any reading, exactly one envelope element
 * in the namespace of type. */
struct jet_security {
    enum jet_cipher cipher;
    enum jet_cipher_reading cipher_name;
    const char *type; /* borrowed from the tree */
    const char *name; /* NULL when missing */
    const xmlNode *envelope;
};
bool jet_security_parse(
    const xmlNode *security, struct jet_security *out, struct error *error);

/* Appends a line about each reading of an unclear text that was met. */
void jet_security_note(const struct jet_security *parts, struct buffer *notes);

/* --- the stream --- */

/* One direction of one content's bytes. A secret serves one stream in one
 * direction: GCM with a used pair of key and IV gives both away. */
struct jet_stream;

struct jet_stream *jet_encrypt_new(
    const struct jet_secret *secret, bool tag_in_stream);
struct jet_stream *jet_decrypt_new(const struct jet_secret *secret);
/* Wipes the key. NULL is allowed. */
void jet_stream_free(struct jet_stream *stream);

/* What the stream is longer than the file by: JET_TAG_LEN or 0. */
size_t jet_stream_overhead(const struct jet_stream *stream);
/* Transforms a run of bytes and appends the result to out. Decrypting holds
 * the last JET_TAG_LEN bytes back, for they may be the tag. What decrypting
 * gives is NOT GOOD until jet_decrypt_end() said so: keep it where nobody
 * uses it. */
void jet_stream_add(struct jet_stream *stream, const void *data, size_t len,
    struct buffer *out);
/* Likewise without a copy: out has room for len + JET_TAG_LEN bytes and may
 * be data itself when encrypting. Returns how many bytes were written. */
size_t jet_stream_transform(
    struct jet_stream *stream, const void *data, size_t len, uint8_t *out);
/* Ends encryption: appends the tag when it goes into the stream. */
void jet_encrypt_end(struct jet_stream *stream, struct buffer *out);
/* The tag, after jet_encrypt_end(). */
void jet_encrypt_tag(const struct jet_stream *stream, uint8_t tag[JET_TAG_LEN]);

enum jet_tag_verdict {
    JET_TAG_RIGHT,
    JET_TAG_WRONG,  /* a byte was changed, or the stream was cut */
    JET_TAG_MISSING /* not even JET_TAG_LEN bytes came */
};
/* Ends decryption: takes the held bytes as the tag, or, when the secret
 * carried a tag and plain_size bytes came in all, as ciphertext, which is
 * appended to out. With plain_size unknown (UINT64_MAX) such a secret's tag
 * is tried when the stream's is wrong. Only JET_TAG_RIGHT makes the plaintext
 * good. */
enum jet_tag_verdict jet_decrypt_end(
    struct jet_stream *stream, uint64_t plain_size, struct buffer *out);
const char *jet_tag_verdict_text(enum jet_tag_verdict verdict);
/* Bytes of plaintext that went in or came out. */
uint64_t jet_stream_plain(const struct jet_stream *stream);

#endif
