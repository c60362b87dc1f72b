/* What one OMEMO device keeps: its identity, its pre-keys, its sessions and
 * what it knows of others' identities. In memory, with load and save as
 * JSON; libsignal reads and writes it through the callbacks that
 * store_connect() sets. */
#ifndef JS_OMEMO_STORE_H
#define JS_OMEMO_STORE_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/vec.h"
#include "omemo/element.h"
#include "omemo/omemo.h"

#include <signal_protocol.h>
#include <stdbool.h>
#include <stdint.h>

/* A serialised record of libsignal under its id. */
struct store_key {
    uint32_t id;
    struct buffer record;
};

struct store_session {
    char *jid; /* bare */
    uint32_t device;
    struct buffer record;
};

/* The identity key of another device, and the user's decision about it. */
struct store_identity {
    char *jid;
    uint32_t device;
    bool has_key; /* false: only a decision so far */
    uint8_t key[OMEMO_KEY_LEN];
    enum omemo_trust trust;
};

struct store {
    uint32_t device;
    uint8_t identity_public[OMEMO_KEY_LEN];
    uint8_t identity_private[32];
    VEC(struct store_key) signed_pre_keys; /* the last one is in use */
    VEC(struct store_key) pre_keys;
    VEC(struct store_session) sessions;
    VEC(struct store_identity) identities;
    uint32_t used_pre_keys;   /* removed since last asked */
    uint32_t highest_pre_key; /* id ever used */
};

/* The device of device.h, for its own files alone. */
struct omemo_device {
    signal_context *context;
    signal_protocol_store_context *connected;
    struct store store;
};

void store_clear(struct store *store);
/* Gives libsignal a context that works on the store, which must stay where
 * it is. Destroy with signal_protocol_store_context_destroy(). */
signal_protocol_store_context *store_connect(
    struct store *store, signal_context *context);

/* NULL when there is none. */
struct store_session *store_session(
    struct store *store, const char *jid, uint32_t device);
bool store_drop_session(struct store *store, const char *jid, uint32_t device);
struct store_identity *store_identity(
    struct store *store, const char *jid, uint32_t device);
/* Adds it when there is none. */
struct store_identity *store_identity_add(
    struct store *store, const char *jid, uint32_t device);
/* Replaces a record of the same id. */
void store_pre_key_put(struct store *store, uint32_t id, struct bytes record);

/* {"device_id", "identity_key_private", "identity_key_public",
 * "signed_pre_keys": [{"id", "record"}], "pre_keys": [{"id", "record"}],
 * "sessions": [{"name", "device_id", "record"}],
 * "identities": [{"name", "device_id", "key", "trust"}]}, records and keys in
 * base64; the last list may be missing. Fills a zeroed store; clear it in
 * either case. The error names the member. */
bool store_load(struct store *store, struct bytes json, struct error *error);
void store_save(const struct store *store, struct buffer *json);

#endif
