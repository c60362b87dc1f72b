/* One OMEMO account on one device (XEP-0384 as of 0.2 and 0.3, namespace
 * eu.siacs.conversations.axolotl), without any I/O: publishes the device and
 * its bundle, learns the devices of others, wraps keys for all devices of a
 * peer and the other own ones, unwraps what comes. Stanzas go in and out.
 * It is also a row for the table of envelopes (jingle/jet.h, XEP-0396). */
#ifndef JS_OMEMO_H
#define JS_OMEMO_H

#include "base/bytes.h"
#include "base/error.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

#define OMEMO_NS "eu.siacs.conversations.axolotl"
#define OMEMO_DEVICES_NODE OMEMO_NS ".devicelist"
#define OMEMO_BUNDLES_NODE OMEMO_NS ".bundles:" /* and the device id */

struct omemo_device; /* keys and sessions, see device.h */
struct omemo_account;

/* What a script decides about identity keys. */
enum omemo_trust {
    OMEMO_BLIND,     /* not decided: used while nothing was verified */
    OMEMO_VERIFIED,  /* the user compared fingerprints */
    OMEMO_DISTRUSTED /* never encrypted to, never read from: XEP-0384 s7 lets
                        a client read what comes from the undecided, and says
                        nothing of those that its user rejected */
};

typedef void omemo_send_fn(void *owner, struct bytes stanza);

/* Takes the device over (freed with the account). */
struct omemo_account *omemo_account_new(struct omemo_device *device);
void omemo_account_free(struct omemo_account *account);
void omemo_account_attach(
    struct omemo_account *account, omemo_send_fn *send, void *owner);
/* The stream is up: publishes bundle and device list (after reading the
 * list, so that other devices stay on it). */
void omemo_account_login(struct omemo_account *account, const char *full_jid);
/* True when it was an answer to one of its iqs or a PEP event of device
 * lists. */
bool omemo_account_stanza(struct omemo_account *account, const xmlNode *stanza);
/* Nothing is awaited from the server. */
bool omemo_account_idle(const struct omemo_account *account);
struct omemo_device *omemo_account_device(struct omemo_account *account);

enum omemo_state { OMEMO_READY, OMEMO_WAITING, OMEMO_FAILED };

/* Sessions with every trusted device of the peer (and the other own ones). */
enum omemo_state omemo_account_prepare(
    struct omemo_account *account, const char *peer, struct error *error);
/* The device that an <encrypted/> names is known to be the peer's. */
enum omemo_state omemo_account_expect(struct omemo_account *account,
    const char *peer, const xmlNode *encrypted, struct error *error);
/* A KeyTransportElement (s4.6) with these bytes as key; iv in the header. */
bool omemo_account_wrap(struct omemo_account *account, const char *peer,
    struct bytes key, struct bytes iv, struct buffer *out, struct error *error);
/* The bytes of the key element for this device, and the IV. */
bool omemo_account_unwrap(struct omemo_account *account, const char *peer,
    const xmlNode *encrypted, struct buffer *key, struct buffer *iv,
    struct error *error);

/* The decision holds for one device of a bare JID, or for all of it that
 * have no decision of their own (device 0). As long as no device of a JID is
 * verified the undecided ones are encrypted to; afterwards the verified ones
 * alone ("blind trust before verification", as the field does; XEP-0384 s7
 * wants a decision of the user each time, and the script is that user). */
void omemo_account_trust(struct omemo_account *account, const char *jid,
    uint32_t device, enum omemo_trust trust);
/* Whether wrap() serves the other devices of the own account; yes at first. */
void omemo_account_own_devices(struct omemo_account *account, bool serve);
/* Appends lines about what was left out or odd since the last call. */
void omemo_account_notes(struct omemo_account *account, struct buffer *out);

/* What holds where nothing was decided: OMEMO_BLIND at first; with
 * OMEMO_DISTRUSTED nothing is encrypted to anybody without a decision. */
void omemo_account_trust_by_default(
    struct omemo_account *account, enum omemo_trust trust);

/* Seeded faults, one at a time: what the cases have to catch. The names are
 * those of the reference client's table of faults. */
#define OMEMO_FAULTS(X)                                                        \
    /* wraps for devices that nobody trusts */                                 \
    X(BLIND_TRUST, "blind-trust")                                              \
    /* reads what a rejected device sends */                                   \
    X(DISTRUSTED_READ, "distrusted-read")                                      \
    X(ONE_DEVICE, "jet-first-device-only")                                     \
    X(PREKEY_UNMARKED, "prekey-unmarked")                                      \
    X(RID_MISSING, "key-without-rid")                                          \
    X(PAYLOAD_ADDED, "key-transport-with-payload")                             \
    /* does not replace used pre-keys */                                       \
    X(BUNDLE_KEPT, "bundle-not-renewed")                                       \
    /* takes an envelope of whomever's making */                               \
    X(SENDER_UNCHECKED, "envelope-of-anyone")                                  \
    /* takes an envelope twice */                                              \
    X(REPLAY_TAKEN, "prekey-kept")                                             \
    X(OLD_SESSION_KEPT, "old-session-kept")                                    \
    /* stays off the list when taken off it */                                 \
    X(NOT_REANNOUNCED, "own-device-unchecked")                                 \
    X(LIST_OVERWRITTEN, "own-device-overwrites")                               \
    X(DEVICE_ZERO, "device-id-zero")                                           \
    X(BUNDLE_MISSING, "bundle-missing")                                        \
    X(PREKEYS_10, "prekeys-10")                                                \
    X(PREKEYS_50, "prekeys-50")                                                \
    X(SKIPPED_KEYS_LOST, "skipped-keys-lost")

enum omemo_fault {
    OMEMO_FAULT_NONE,
#define OMEMO_FAULT_ENUM(id, name) OMEMO_FAULT_##id,
    OMEMO_FAULTS(OMEMO_FAULT_ENUM)
#undef OMEMO_FAULT_ENUM
};
void omemo_account_set_fault(
    struct omemo_account *account, enum omemo_fault fault);
/* OMEMO_FAULT_NONE for a name that is none of them. */
enum omemo_fault omemo_fault_find(const char *name);

#endif
