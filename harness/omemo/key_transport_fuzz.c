/* Fuzz target: the bytes of a key element, as either kind of message, at a
 * device with a session and without; a right message changed by the input; a
 * bundle made of it. */
#include "omemo/device.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char jid[] = "r@x";
enum { KNOWN = 5, UNKNOWN = 6 };

/* Keys are costly: made once for all inputs, as the fuzzer's own main has no
 * place for them. Only the unchanged message would change the device. */
struct ends {
    struct omemo_device *device, *peer;
    struct buffer message; /* from the peer, not yet opened */
};

static void say(struct ends *ends, struct buffer *out, bool *prekey)
{
    buffer_clear(out);
    if (!omemo_device_encrypt(ends->peer, "j@x", omemo_device_id(ends->device),
            bytes_of("0123456789abcdef", 16), out, prekey, NULL))
        abort();
}

static const struct ends *ends(void)
{
    static struct ends made;
    if (made.device != NULL)
        return &made;
    struct omemo_bundle bundle = {.signed_id = 0};
    struct buffer plain = {0};
    bool prekey = false;
    made.device = omemo_device_new();
    made.peer = omemo_device_new();
    omemo_device_bundle(made.device, &bundle);
    if (!omemo_device_build_session(
            made.peer, "j@x", omemo_device_id(made.device), &bundle, 0, NULL))
        abort();
    say(&made, &made.message, &prekey);
    if (omemo_device_decrypt(made.device, jid, KNOWN,
            buffer_bytes(&made.message), prekey, &plain, NULL,
            NULL) != OMEMO_OPENED)
        abort();
    say(&made, &made.message, &prekey);
    omemo_bundle_free(&bundle);
    buffer_free(&plain);
    return &made;
}

static void try_message(struct omemo_device *device, struct bytes message)
{
    struct error error;
    struct omemo_opened opened;
    for (uint32_t id = KNOWN; id <= UNKNOWN; id++) {
        for (int prekey = 0; prekey < 2; prekey++) {
            struct buffer plain = {0};
            omemo_device_decrypt(
                device, jid, id, message, prekey == 1, &plain, &opened, &error);
            buffer_free(&plain);
        }
    }
}

static void try_changed(
    const struct ends *both, const uint8_t *data, size_t len)
{
    struct buffer changed = {0};
    buffer_add(&changed, both->message.data, both->message.len);
    for (size_t i = 0; i < len; i++)
        changed.data[i % changed.len] ^= data[i];
    if (len > 0 && data[0] % 4 == 0)
        changed.len -= changed.len > data[0] ? data[0] : 0;
    try_message(both->device, buffer_bytes(&changed));
    buffer_free(&changed);
}

static void try_bundle(
    struct omemo_device *device, const uint8_t *data, size_t len)
{
    struct omemo_bundle bundle = {.signed_id = 1};
    struct omemo_pre_key pre_key = {.id = 1};
    struct error error;
    uint8_t bytes[3 * OMEMO_KEY_LEN + OMEMO_SIGNATURE_LEN] = {0};
    memcpy(bytes, data, len < sizeof bytes ? len : sizeof bytes);
    memcpy(bundle.identity, bytes, OMEMO_KEY_LEN);
    memcpy(bundle.signed_key, bytes + OMEMO_KEY_LEN, OMEMO_KEY_LEN);
    memcpy(pre_key.key, bytes + 2 * OMEMO_KEY_LEN, OMEMO_KEY_LEN);
    memcpy(bundle.signature, bytes + 3 * OMEMO_KEY_LEN, OMEMO_SIGNATURE_LEN);
    vec_push(&bundle.pre_keys, pre_key);
    omemo_device_build_session(device, "b@x", 7, &bundle, 0, &error);
    omemo_bundle_free(&bundle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const struct ends *both = ends();
    uint8_t identity[OMEMO_KEY_LEN];
    struct bytes message = bytes_of(data, len);
    omemo_device_peek_identity(both->device, message, identity);
    try_message(both->device, message);
    try_changed(both, data, len);
    if (len > 0)
        try_bundle(both->device, data, len);
    return 0;
}
