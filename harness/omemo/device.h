/* One OMEMO device: its keys, and the sessions of the Double Ratchet with
 * other devices, over libsignal-protocol-c. Knows no stanzas. JIDs here are
 * bare. */
#ifndef JS_OMEMO_DEVICE_H
#define JS_OMEMO_DEVICE_H

#include "base/bytes.h"
#include "base/error.h"
#include "omemo/element.h"
#include "omemo/omemo.h"

#include <stdbool.h>
#include <stdint.h>

enum { OMEMO_PRE_KEYS = 100, OMEMO_PRE_KEYS_LEAST = 20 };

/* A fresh device: random id, identity, signed pre-key and 100 pre-keys. Takes
 * about 10 ms: make devices ahead (pool.h), not in a case's clock. */
struct omemo_device *omemo_device_new(void);
/* From JSON as store.h describes it. Checks that the public identity belongs
 * to the private one and that each record can be read. */
struct omemo_device *omemo_device_load(struct bytes json, struct error *error);
void omemo_device_save(const struct omemo_device *device, struct buffer *json);
/* Wipes the keys. NULL is allowed. */
void omemo_device_free(struct omemo_device *device);

uint32_t omemo_device_id(const struct omemo_device *device);
/* The public identity key, OMEMO_KEY_LEN bytes. */
const uint8_t *omemo_device_identity(const struct omemo_device *device);

/* The bundle to publish. Fills a zeroed struct; free it. */
void omemo_device_bundle(
    const struct omemo_device *device, struct omemo_bundle *out);
/* Replaces pre-keys that were used up; true when the bundle changed and must
 * be published again (XEP-0384 s4.7). */
bool omemo_device_renew(struct omemo_device *device);
bool omemo_device_has_pre_key(const struct omemo_device *device, uint32_t id);
bool omemo_device_has_signed_pre_key(
    const struct omemo_device *device, uint32_t id);
/* A new signed pre-key; the old one is kept for messages under way. */
void omemo_device_rotate(struct omemo_device *device);

bool omemo_device_has_session(
    struct omemo_device *device, const char *jid, uint32_t id);
/* As after a lost database. */
bool omemo_device_forget_session(
    struct omemo_device *device, const char *jid, uint32_t id);
/* Spoils the session's record so that it can't be read any more, or, with
 * deep, so that it is read but its keys are wrong. */
bool omemo_device_corrupt_session(
    struct omemo_device *device, const char *jid, uint32_t id, bool deep);
/* Starts a session with the other device from its bundle, with the pre-key
 * of that index (modulo their number). */
bool omemo_device_build_session(struct omemo_device *device, const char *jid,
    uint32_t id, const struct omemo_bundle *bundle, uint64_t pre_key_index,
    struct error *error);

/* Appends one message. prekey: whether it is a PreKeySignalMessage. */
bool omemo_device_encrypt(struct omemo_device *device, const char *jid,
    uint32_t id, struct bytes plain, struct buffer *out, bool *prekey,
    struct error *error);

/* What a decrypted message told of itself. */
struct omemo_opened {
    bool read;           /* it is a message; the rest holds then */
    bool prekey_message; /* by its content, not by the attribute */
    bool has_pre_key;
    uint32_t pre_key_id, signed_pre_key_id;
    uint32_t counter; /* in its chain, from 0 */
};

enum omemo_result {
    OMEMO_OPENED,
    OMEMO_REPLAYED, /* decrypted before */
    OMEMO_NO_KEY,   /* the pre-key it uses is unknown or used up */
    OMEMO_NO_SESSION,
    OMEMO_UNTRUSTED, /* distrusted, or another identity than known */
    OMEMO_BAD        /* malformed, changed, or the session is corrupt */
};

/* Appends the plaintext. opened may be NULL; it is filled as far as the
 * message could be read, in failure too. */
enum omemo_result omemo_device_decrypt(struct omemo_device *device,
    const char *jid, uint32_t id, struct bytes message, bool prekey,
    struct buffer *plain, struct omemo_opened *opened, struct error *error);
/* The same with the session that is there, for either kind of message: what a
 * client does that wrongly keeps its old session. */
enum omemo_result omemo_device_decrypt_inside(struct omemo_device *device,
    const char *jid, uint32_t id, struct bytes message, struct buffer *plain,
    struct error *error);
/* The identity key in a PreKeySignalMessage, without opening it; false when
 * the message is none. */
bool omemo_device_peek_identity(struct omemo_device *device,
    struct bytes message, uint8_t out[OMEMO_KEY_LEN]);

/* Identity keys of others and what was decided about them. Remembering
 * another key than known returns false. */
bool omemo_device_remember(struct omemo_device *device, const char *jid,
    uint32_t id, const uint8_t key[OMEMO_KEY_LEN]);
/* NULL when unknown; else OMEMO_KEY_LEN bytes. */
const uint8_t *omemo_device_known(
    const struct omemo_device *device, const char *jid, uint32_t id);
/* Whether some other device than (jid, id) is known to have that key. */
bool omemo_device_known_elsewhere(const struct omemo_device *device,
    const char *jid, uint32_t id, const uint8_t key[OMEMO_KEY_LEN]);
void omemo_device_set_trust(struct omemo_device *device, const char *jid,
    uint32_t id, enum omemo_trust trust);
enum omemo_trust omemo_device_trust(
    const struct omemo_device *device, const char *jid, uint32_t id);
/* Whether any device of the JID was verified, announced still or not. */
bool omemo_device_any_verified(
    const struct omemo_device *device, const char *jid);

#endif
