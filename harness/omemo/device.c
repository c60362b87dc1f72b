#include "omemo/device.h"

#include "base/memory.h"
#include "base/random.h"
#include "omemo/crypto.h"
#include "omemo/store.h"

#include <key_helper.h>
#include <protocol.h>
#include <session_builder.h>
#include <session_cipher.h>
#include <session_pre_key.h>
#include <session_record.h>
#include <session_state.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct omemo_device *device_alloc(void)
{
    struct omemo_device *device = mem_alloc(sizeof *device);
    device->context = omemo_crypto_context();
    device->connected = store_connect(&device->store, device->context);
    return device;
}

void omemo_device_free(struct omemo_device *device)
{
    if (device == NULL)
        return;
    signal_protocol_store_context_destroy(device->connected);
    signal_context_destroy(device->context);
    store_clear(&device->store);
    free(device);
}

/* Making keys fails only without memory or random bytes. */
static void must(int result)
{
    if (result < 0)
        abort();
}

/* Takes the buffer over. */
static void copy_out(signal_buffer *from, uint8_t *to, size_t len)
{
    if (from == NULL || signal_buffer_len(from) != len)
        abort();
    memcpy(to, signal_buffer_const_data(from), len);
    signal_buffer_bzero_free(from);
}

static void serialize_public(
    const ec_public_key *key, uint8_t out[OMEMO_KEY_LEN])
{
    signal_buffer *data = NULL;
    must(ec_public_key_serialize(&data, key));
    copy_out(data, out, OMEMO_KEY_LEN);
}

static void make_identity(struct omemo_device *device)
{
    ratchet_identity_key_pair *pair = NULL;
    must(signal_protocol_key_helper_generate_identity_key_pair(
        &pair, device->context));
    signal_buffer *data = NULL;
    must(ec_private_key_serialize(
        &data, ratchet_identity_key_pair_get_private(pair)));
    copy_out(data, device->store.identity_private,
        sizeof device->store.identity_private);
    serialize_public(ratchet_identity_key_pair_get_public(pair),
        device->store.identity_public);
    SIGNAL_UNREF(pair);
}

/* Pre-keys are numbered upwards; an id is never used twice. */
static void make_pre_keys(struct omemo_device *device, unsigned count)
{
    struct store *store = &device->store;
    for (unsigned i = 0; i < count; i++) {
        uint32_t id = store->highest_pre_key + 1;
        ec_key_pair *pair = NULL;
        session_pre_key *key = NULL;
        signal_buffer *record = NULL;
        must(curve_generate_key_pair(device->context, &pair));
        must(session_pre_key_create(&key, id, pair));
        must(session_pre_key_serialize(&record, key));
        store_pre_key_put(store, id,
            bytes_of(
                signal_buffer_const_data(record), signal_buffer_len(record)));
        signal_buffer_bzero_free(record);
        SIGNAL_UNREF(key);
        SIGNAL_UNREF(pair);
    }
}

void omemo_device_rotate(struct omemo_device *device)
{
    struct store *store = &device->store;
    uint32_t id = 1;
    if (store->signed_pre_keys.count > 0)
        id = store->signed_pre_keys.items[store->signed_pre_keys.count - 1].id +
             1;
    ec_public_key *public_key = NULL;
    ec_private_key *private_key = NULL;
    ratchet_identity_key_pair *identity = NULL;
    session_signed_pre_key *made = NULL;
    signal_buffer *record = NULL;
    must(curve_decode_point(
        &public_key, store->identity_public, OMEMO_KEY_LEN, device->context));
    must(curve_decode_private_point(&private_key, store->identity_private,
        sizeof store->identity_private, device->context));
    must(ratchet_identity_key_pair_create(&identity, public_key, private_key));
    must(signal_protocol_key_helper_generate_signed_pre_key(
        &made, identity, id, (uint64_t)time(NULL) * 1000, device->context));
    must(session_signed_pre_key_serialize(&record, made));
    struct store_key key = {.id = id};
    buffer_add(&key.record, signal_buffer_const_data(record),
        signal_buffer_len(record));
    vec_push(&store->signed_pre_keys, key);
    signal_buffer_bzero_free(record);
    SIGNAL_UNREF(made);
    SIGNAL_UNREF(identity);
    SIGNAL_UNREF(private_key);
    SIGNAL_UNREF(public_key);
}

struct omemo_device *omemo_device_new(void)
{
    struct omemo_device *device = device_alloc();
    uint32_t id = 0;
    random_secret(&id, sizeof id);
    device->store.device = id % OMEMO_DEVICE_MAX + 1;
    make_identity(device);
    omemo_device_rotate(device);
    make_pre_keys(device, OMEMO_PRE_KEYS);
    return device;
}

static bool check_identity(
    const struct omemo_device *device, struct error *error)
{
    const struct store *store = &device->store;
    ec_private_key *private_key = NULL;
    ec_public_key *public_key = NULL;
    uint8_t belongs[OMEMO_KEY_LEN] = {0};
    if (curve_decode_private_point(&private_key, store->identity_private,
            sizeof store->identity_private, device->context) == SG_SUCCESS &&
        curve_generate_public_key(&public_key, private_key) == SG_SUCCESS)
        serialize_public(public_key, belongs);
    SIGNAL_UNREF(public_key);
    SIGNAL_UNREF(private_key);
    return memcmp(belongs, store->identity_public, OMEMO_KEY_LEN) == 0 ||
           error_set(error, "\"identity_key_public\" does not belong to "
                            "\"identity_key_private\"");
}

/* Whether the public key belongs to the private one; takes neither over. */
static bool is_pair(const ec_key_pair *pair)
{
    ec_public_key *made = NULL;
    bool same = curve_generate_public_key(
                    &made, ec_key_pair_get_private(pair)) == SG_SUCCESS &&
                ec_public_key_compare(made, ec_key_pair_get_public(pair)) == 0;
    SIGNAL_UNREF(made);
    return same;
}

/* Whether the record is of its kind, of the id it is kept under, and sound. */
static bool check_record(const struct omemo_device *device,
    const struct store_key *key, bool is_signed, struct error *error)
{
    const uint8_t *data = key->record.data;
    size_t len = key->record.len;
    session_signed_pre_key *as_signed = NULL;
    session_pre_key *as_plain = NULL;
    ec_key_pair *pair = NULL;
    uint32_t id = 0;
    if (is_signed && session_signed_pre_key_deserialize(&as_signed, data, len,
                         device->context) == SG_SUCCESS) {
        id = session_signed_pre_key_get_id(as_signed);
        pair = session_signed_pre_key_get_key_pair(as_signed);
    } else if (!is_signed && session_pre_key_deserialize(&as_plain, data, len,
                                 device->context) == SG_SUCCESS) {
        id = session_pre_key_get_id(as_plain);
        pair = session_pre_key_get_key_pair(as_plain);
    }
    bool right =
        (pair != NULL && id == key->id) ||
        error_set(error,
            "the record of id %u is no record of libsignal with that id",
            key->id);
    right = right &&
            (is_pair(pair) ||
                error_set(error,
                    "the public key in the record of id %u does not belong to "
                    "the private one",
                    key->id));
    SIGNAL_UNREF(as_signed);
    SIGNAL_UNREF(as_plain);
    return right;
}

static bool check_records(const struct omemo_device *device,
    const struct store_key *keys, size_t count, bool is_signed,
    struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!check_record(device, &keys[i], is_signed, error))
            return error_prefix(
                error, "\"%s\": ", is_signed ? "signed_pre_keys" : "pre_keys");
    }
    return true;
}

struct omemo_device *omemo_device_load(struct bytes json, struct error *error)
{
    struct omemo_device *device = device_alloc();
    struct store *store = &device->store;
    if (store_load(store, json, error) && check_identity(device, error) &&
        check_records(device, store->signed_pre_keys.items,
            store->signed_pre_keys.count, true, error) &&
        check_records(
            device, store->pre_keys.items, store->pre_keys.count, false, error))
        return device;
    omemo_device_free(device);
    return NULL;
}

void omemo_device_save(const struct omemo_device *device, struct buffer *json)
{
    store_save(&device->store, json);
}

uint32_t omemo_device_id(const struct omemo_device *device)
{
    return device->store.device;
}

const uint8_t *omemo_device_identity(const struct omemo_device *device)
{
    return device->store.identity_public;
}

static void bundle_signed(
    const struct omemo_device *device, struct omemo_bundle *out)
{
    const struct store *store = &device->store;
    if (store->signed_pre_keys.count == 0)
        return;
    const struct store_key *key =
        &store->signed_pre_keys.items[store->signed_pre_keys.count - 1];
    session_signed_pre_key *read = NULL;
    must(session_signed_pre_key_deserialize(
        &read, key->record.data, key->record.len, device->context));
    out->signed_id = key->id;
    serialize_public(
        ec_key_pair_get_public(session_signed_pre_key_get_key_pair(read)),
        out->signed_key);
    if (session_signed_pre_key_get_signature_len(read) == OMEMO_SIGNATURE_LEN)
        memcpy(out->signature, session_signed_pre_key_get_signature(read),
            OMEMO_SIGNATURE_LEN);
    SIGNAL_UNREF(read);
}

void omemo_device_bundle(
    const struct omemo_device *device, struct omemo_bundle *out)
{
    const struct store *store = &device->store;
    memcpy(out->identity, store->identity_public, OMEMO_KEY_LEN);
    bundle_signed(device, out);
    for (size_t i = 0; i < store->pre_keys.count; i++) {
        const struct store_key *key = &store->pre_keys.items[i];
        session_pre_key *read = NULL;
        must(session_pre_key_deserialize(
            &read, key->record.data, key->record.len, device->context));
        struct omemo_pre_key pre_key = {.id = key->id};
        serialize_public(
            ec_key_pair_get_public(session_pre_key_get_key_pair(read)),
            pre_key.key);
        vec_push(&out->pre_keys, pre_key);
        SIGNAL_UNREF(read);
    }
}

bool omemo_device_renew(struct omemo_device *device)
{
    unsigned used = device->store.used_pre_keys;
    device->store.used_pre_keys = 0;
    make_pre_keys(device, used);
    return used > 0;
}

/* --- sessions --- */

static signal_protocol_address address_of(const char *jid, uint32_t id)
{
    return (signal_protocol_address){
        .name = jid, .name_len = strlen(jid), .device_id = (int32_t)id};
}

bool omemo_device_has_session(
    struct omemo_device *device, const char *jid, uint32_t id)
{
    return store_session(&device->store, jid, id) != NULL;
}

bool omemo_device_forget_session(
    struct omemo_device *device, const char *jid, uint32_t id)
{
    return store_drop_session(&device->store, jid, id);
}

/* Inverts the first place in the record where the 32 bytes stand. */
static void spoil(struct buffer *record, signal_buffer *secret)
{
    if (secret == NULL)
        return;
    size_t len = signal_buffer_len(secret);
    uint8_t *at = memmem(
        record->data, record->len, signal_buffer_const_data(secret), len);
    for (size_t i = 0; at != NULL && i < len; i++)
        at[i] ^= 0xff;
    signal_buffer_bzero_free(secret);
}

bool omemo_device_corrupt_session(
    struct omemo_device *device, const char *jid, uint32_t id, bool deep)
{
    struct store_session *session = store_session(&device->store, jid, id);
    if (session == NULL)
        return false;
    if (!deep) {
        memset(session->record.data, 0xff, session->record.len);
        return true;
    }
    session_record *record = NULL;
    if (session_record_deserialize(&record, session->record.data,
            session->record.len, device->context) != SG_SUCCESS)
        return false;
    session_state *state = session_record_get_state(record);
    signal_buffer *secret = NULL;
    ratchet_root_key *root = session_state_get_root_key(state);
    if (root != NULL && ratchet_root_key_get_key(root, &secret) == SG_SUCCESS)
        spoil(&session->record, secret);
    ratchet_chain_key *chain = session_state_get_sender_chain_key(state);
    secret = NULL;
    if (chain != NULL &&
        ratchet_chain_key_get_key(chain, &secret) == SG_SUCCESS)
        spoil(&session->record, secret);
    SIGNAL_UNREF(record);
    return true;
}

static int decode_keys(struct omemo_device *device,
    const struct omemo_bundle *bundle, const struct omemo_pre_key *pre_key,
    ec_public_key *out[3])
{
    const uint8_t *const from[3] = {
        pre_key->key, bundle->signed_key, bundle->identity};
    for (int i = 0; i < 3; i++) {
        int result = curve_decode_point(
            &out[i], from[i], OMEMO_KEY_LEN, device->context);
        if (result != SG_SUCCESS)
            return result;
    }
    return SG_SUCCESS;
}

static int process_bundle(struct omemo_device *device,
    const signal_protocol_address *address, session_pre_key_bundle *bundle)
{
    session_builder *builder = NULL;
    int result = session_builder_create(
        &builder, device->connected, address, device->context);
    if (result == SG_SUCCESS)
        result = session_builder_process_pre_key_bundle(builder, bundle);
    session_builder_free(builder);
    return result;
}

bool omemo_device_build_session(struct omemo_device *device, const char *jid,
    uint32_t id, const struct omemo_bundle *bundle, uint64_t pre_key_index,
    struct error *error)
{
    if (bundle->pre_keys.count == 0)
        return error_set(error, "the bundle of %s/%u has no pre-key", jid, id);
    const struct omemo_pre_key *pre_key =
        &bundle->pre_keys.items[pre_key_index % bundle->pre_keys.count];
    signal_protocol_address address = address_of(jid, id);
    ec_public_key *keys[3] = {NULL, NULL, NULL};
    session_pre_key_bundle *made = NULL;
    int result = decode_keys(device, bundle, pre_key, keys);
    if (result == SG_SUCCESS)
        result = session_pre_key_bundle_create(&made, id, (int)id, pre_key->id,
            keys[0], bundle->signed_id, keys[1], bundle->signature,
            OMEMO_SIGNATURE_LEN, keys[2]);
    if (result == SG_SUCCESS)
        result = process_bundle(device, &address, made);
    SIGNAL_UNREF(made);
    for (int i = 0; i < 3; i++)
        SIGNAL_UNREF(keys[i]);
    if (result == SG_SUCCESS)
        return true;
    /* libsignal says "invalid key" for a wrong signature too */
    return error_set(error, "no session with %s/%u can be built: %s", jid, id,
        result == SG_ERR_INVALID_KEY
            ? "a key in its bundle is none, or the signature is wrong"
            : omemo_crypto_error(result));
}

bool omemo_device_encrypt(struct omemo_device *device, const char *jid,
    uint32_t id, struct bytes plain, struct buffer *out, bool *prekey,
    struct error *error)
{
    signal_protocol_address address = address_of(jid, id);
    session_cipher *cipher = NULL;
    ciphertext_message *message = NULL;
    int result = SG_ERR_NO_SESSION;
    if (omemo_device_has_session(device, jid, id))
        result = session_cipher_create(
            &cipher, device->connected, &address, device->context);
    if (result == SG_SUCCESS)
        result =
            session_cipher_encrypt(cipher, plain.data, plain.len, &message);
    if (result == SG_SUCCESS) {
        const signal_buffer *data = ciphertext_message_get_serialized(message);
        buffer_add(
            out, signal_buffer_const_data(data), signal_buffer_len(data));
        *prekey =
            ciphertext_message_get_type(message) == CIPHERTEXT_PREKEY_TYPE;
    }
    SIGNAL_UNREF(message);
    session_cipher_free(cipher);
    return result == SG_SUCCESS ||
           error_set(error, "nothing can be encrypted to %s/%u: %s", jid, id,
               omemo_crypto_error(result));
}
