/* The receiving half of a device, and what it knows of others. */
#include "omemo/crypto.h"
#include "omemo/device.h"
#include "omemo/store.h"

#include <protocol.h>
#include <session_cipher.h>
#include <string.h>

/* A message read as one of the two kinds. */
struct message {
    pre_key_signal_message *prekey;
    signal_message *plain;
};

static int read_as(struct omemo_device *device, struct bytes data, bool prekey,
    struct message *out)
{
    return prekey ? pre_key_signal_message_deserialize(
                        &out->prekey, data.data, data.len, device->context)
                  : signal_message_deserialize(
                        &out->plain, data.data, data.len, device->context);
}

/* The content decides, not the attribute (XEP-0384 s4.7): clients have
 * forgotten to set it. The attribute decides what is tried first. */
static int read_message(struct omemo_device *device, struct bytes data,
    bool prekey, struct message *out)
{
    int result = read_as(device, data, prekey, out);
    if (result == SG_SUCCESS)
        return result;
    int other = read_as(device, data, !prekey, out);
    return other == SG_SUCCESS ? other : result;
}

static void message_free(struct message *message)
{
    SIGNAL_UNREF(message->prekey);
    SIGNAL_UNREF(message->plain);
}

static void describe(const struct message *message, struct omemo_opened *out)
{
    signal_message *inside = message->plain;
    out->read = true;
    if (message->prekey != NULL) {
        out->prekey_message = true;
        out->has_pre_key =
            pre_key_signal_message_has_pre_key_id(message->prekey);
        if (out->has_pre_key)
            out->pre_key_id =
                pre_key_signal_message_get_pre_key_id(message->prekey);
        out->signed_pre_key_id =
            pre_key_signal_message_get_signed_pre_key_id(message->prekey);
        inside = pre_key_signal_message_get_signal_message(message->prekey);
    }
    out->counter = signal_message_get_counter(inside);
}

static enum omemo_result classify(int result)
{
    static const struct {
        int result;
        enum omemo_result means;
    } rows[] = {
        {SG_SUCCESS, OMEMO_OPENED},
        {SG_ERR_DUPLICATE_MESSAGE, OMEMO_REPLAYED},
        {SG_ERR_INVALID_KEY_ID, OMEMO_NO_KEY},
        {SG_ERR_NO_SESSION, OMEMO_NO_SESSION},
        {SG_ERR_UNTRUSTED_IDENTITY, OMEMO_UNTRUSTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].result == result)
            return rows[i].means;
    }
    return OMEMO_BAD;
}

static int open_message(struct omemo_device *device,
    const signal_protocol_address *address, const struct message *message,
    signal_buffer **plain)
{
    session_cipher *cipher = NULL;
    int result = session_cipher_create(
        &cipher, device->connected, address, device->context);
    if (result != SG_SUCCESS)
        return result;
    result = message->prekey != NULL
                 ? session_cipher_decrypt_pre_key_signal_message(
                       cipher, message->prekey, NULL, plain)
                 : session_cipher_decrypt_signal_message(
                       cipher, message->plain, NULL, plain);
    session_cipher_free(cipher);
    return result;
}

enum omemo_result omemo_device_decrypt(struct omemo_device *device,
    const char *jid, uint32_t id, struct bytes message, bool prekey,
    struct buffer *plain, struct omemo_opened *opened, struct error *error)
{
    struct omemo_opened ignored;
    opened = opened == NULL ? &ignored : opened;
    memset(opened, 0, sizeof *opened);
    signal_protocol_address address = {
        .name = jid, .name_len = strlen(jid), .device_id = (int32_t)id};
    struct message read = {NULL, NULL};
    signal_buffer *got = NULL;
    int result = read_message(device, message, prekey, &read);
    if (result == SG_SUCCESS) {
        describe(&read, opened);
        const struct store_identity *identity =
            store_identity(&device->store, jid, id);
        /* libsignal asks about trust only when a session begins */
        result = identity != NULL && identity->trust == OMEMO_DISTRUSTED
                     ? SG_ERR_UNTRUSTED_IDENTITY
                     : open_message(device, &address, &read, &got);
    }
    message_free(&read);
    if (got != NULL) {
        buffer_add(
            plain, signal_buffer_const_data(got), signal_buffer_len(got));
        signal_buffer_bzero_free(got);
    }
    if (result != SG_SUCCESS)
        error_set(error, "the message of %s/%u can't be opened: %s", jid, id,
            omemo_crypto_error(result));
    return classify(result);
}

enum omemo_result omemo_device_decrypt_inside(struct omemo_device *device,
    const char *jid, uint32_t id, struct bytes message, struct buffer *plain,
    struct error *error)
{
    signal_protocol_address address = {
        .name = jid, .name_len = strlen(jid), .device_id = (int32_t)id};
    struct message read = {NULL, NULL};
    signal_buffer *got = NULL;
    int result = read_message(device, message, true, &read);
    if (result == SG_SUCCESS) {
        struct message inside = read;
        if (read.prekey != NULL)
            inside = (struct message){
                NULL, pre_key_signal_message_get_signal_message(read.prekey)};
        result = open_message(device, &address, &inside, &got);
    }
    message_free(&read);
    if (got != NULL) {
        buffer_add(
            plain, signal_buffer_const_data(got), signal_buffer_len(got));
        signal_buffer_bzero_free(got);
    }
    if (result != SG_SUCCESS)
        error_set(error, "the message of %s/%u can't be opened: %s", jid, id,
            omemo_crypto_error(result));
    return classify(result);
}

bool omemo_device_peek_identity(struct omemo_device *device,
    struct bytes message, uint8_t out[OMEMO_KEY_LEN])
{
    struct message read = {NULL, NULL};
    bool found = false;
    if (read_as(device, message, true, &read) == SG_SUCCESS) {
        signal_buffer *data = NULL;
        if (ec_public_key_serialize(
                &data, pre_key_signal_message_get_identity_key(read.prekey)) ==
                SG_SUCCESS &&
            signal_buffer_len(data) == OMEMO_KEY_LEN) {
            memcpy(out, signal_buffer_const_data(data), OMEMO_KEY_LEN);
            found = true;
        }
        signal_buffer_free(data);
    }
    message_free(&read);
    return found;
}

/* --- what the device has --- */

bool omemo_device_has_pre_key(const struct omemo_device *device, uint32_t id)
{
    for (size_t i = 0; i < device->store.pre_keys.count; i++) {
        if (device->store.pre_keys.items[i].id == id)
            return true;
    }
    return false;
}

bool omemo_device_has_signed_pre_key(
    const struct omemo_device *device, uint32_t id)
{
    for (size_t i = 0; i < device->store.signed_pre_keys.count; i++) {
        if (device->store.signed_pre_keys.items[i].id == id)
            return true;
    }
    return false;
}

/* --- identities of others --- */

bool omemo_device_remember(struct omemo_device *device, const char *jid,
    uint32_t id, const uint8_t key[OMEMO_KEY_LEN])
{
    struct store_identity *identity =
        store_identity_add(&device->store, jid, id);
    if (identity->has_key)
        return memcmp(identity->key, key, OMEMO_KEY_LEN) == 0;
    identity->has_key = true;
    memcpy(identity->key, key, OMEMO_KEY_LEN);
    return true;
}

const uint8_t *omemo_device_known(
    const struct omemo_device *device, const char *jid, uint32_t id)
{
    const struct store_identity *identity =
        store_identity((struct store *)(uintptr_t)&device->store, jid, id);
    return identity == NULL || !identity->has_key ? NULL : identity->key;
}

bool omemo_device_known_elsewhere(const struct omemo_device *device,
    const char *jid, uint32_t id, const uint8_t key[OMEMO_KEY_LEN])
{
    for (size_t i = 0; i < device->store.identities.count; i++) {
        const struct store_identity *other = &device->store.identities.items[i];
        bool same = other->device == id && strcmp(other->jid, jid) == 0;
        if (!same && other->has_key &&
            memcmp(other->key, key, OMEMO_KEY_LEN) == 0)
            return true;
    }
    return false;
}

void omemo_device_set_trust(struct omemo_device *device, const char *jid,
    uint32_t id, enum omemo_trust trust)
{
    store_identity_add(&device->store, jid, id)->trust = trust;
}

enum omemo_trust omemo_device_trust(
    const struct omemo_device *device, const char *jid, uint32_t id)
{
    const struct store_identity *identity =
        store_identity((struct store *)(uintptr_t)&device->store, jid, id);
    return identity == NULL ? OMEMO_BLIND : identity->trust;
}

bool omemo_device_any_verified(
    const struct omemo_device *device, const char *jid)
{
    for (size_t i = 0; i < device->store.identities.count; i++) {
        const struct store_identity *other = &device->store.identities.items[i];
        if (other->trust == OMEMO_VERIFIED && strcmp(other->jid, jid) == 0)
            return true;
    }
    return false;
}
