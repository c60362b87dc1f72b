#include "omemo/puppet.h"

#include "base/memory.h"
#include "base/random.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

struct omemo_pool {
    VEC(struct omemo_device *) devices;
};

struct omemo_pool *omemo_pool_new(void)
{
    return mem_alloc(sizeof(struct omemo_pool));
}

void omemo_pool_free(struct omemo_pool *pool)
{
    if (pool == NULL)
        return;
    for (size_t i = 0; i < pool->devices.count; i++)
        omemo_device_free(pool->devices.items[i]);
    vec_free(&pool->devices);
    free(pool);
}

void omemo_pool_fill(struct omemo_pool *pool, size_t count)
{
    while (pool->devices.count < count)
        vec_push(&pool->devices, omemo_device_new());
}

struct omemo_device *omemo_pool_take(struct omemo_pool *pool)
{
    return pool->devices.count == 0
               ? omemo_device_new()
               : pool->devices.items[--pool->devices.count];
}

void omemo_puppet_bundle(const struct omemo_device *device, struct buffer *out)
{
    struct omemo_bundle bundle = {.signed_id = 0};
    omemo_device_bundle(device, &bundle);
    omemo_bundle_print(&bundle, out);
    omemo_bundle_free(&bundle);
}

void omemo_puppet_list(
    const uint32_t *devices, size_t count, struct buffer *out)
{
    struct omemo_list list = {{0}};
    for (size_t i = 0; i < count; i++)
        vec_push(&list.devices, devices[i]);
    omemo_list_print(&list, out);
    omemo_list_free(&list);
}

/* again: the first session used a pre-key up, of the first half. */
static uint64_t pick_pre_key(const struct omemo_bundle *bundle, bool again)
{
    uint64_t index = 0;
    size_t half = bundle->pre_keys.count / 2;
    random_secret(&index, sizeof index);
    if (half == 0)
        return 0;
    return again ? half + index % (bundle->pre_keys.count - half)
                 : index % half;
}

static bool have_session(struct omemo_device *device,
    const struct omemo_recipient *to, bool again, struct error *error)
{
    if (omemo_device_has_session(device, to->jid, to->device))
        return true;
    if (to->bundle == NULL)
        return error_set(error,
            "there is neither a session with %s/%u nor a bundle of it", to->jid,
            to->device);
    struct omemo_bundle bundle = {.signed_id = 0};
    bool built = omemo_bundle_parse(to->bundle, &bundle, error) &&
                 omemo_device_build_session(device, to->jid, to->device,
                     &bundle, pick_pre_key(&bundle, again), error);
    omemo_bundle_free(&bundle);
    return built;
}

static bool wrap_one(struct omemo_device *device,
    const struct omemo_recipient *to, struct bytes key,
    const struct omemo_wrapping *wrapping, struct omemo_encrypted *out,
    struct error *error)
{
    struct omemo_key wrapped = {
        .rid = wrapping->rid != 0 ? wrapping->rid : to->device};
    bool again = wrapping->new_session &&
                 omemo_device_forget_session(device, to->jid, to->device);
    bool done = have_session(device, to, again, error) &&
                omemo_device_encrypt(device, to->jid, to->device, key,
                    &wrapped.data, &wrapped.prekey, error);
    if (done && wrapping->prekey_unmarked)
        wrapped.prekey = false;
    /* inside the ciphertext or the MAC of either kind of message */
    if (done && wrapping->corrupt)
        wrapped.data.data[wrapped.data.len - 14] ^= 1;
    vec_push(&out->keys, wrapped);
    return done;
}

/* Prints with the parts that no right element has. */
static void print_wrong(const struct omemo_encrypted *encrypted,
    const struct omemo_wrapping *wrapping, struct buffer *out)
{
    struct buffer text = {0};
    omemo_encrypted_print(encrypted, &text);
    const char *from = buffer_text(&text);
    const char *ns = strstr(from, OMEMO_NS);
    if (wrapping->ns != NULL && ns != NULL) {
        buffer_add(out, from, (size_t)(ns - from));
        buffer_add_xml(out, wrapping->ns, strlen(wrapping->ns));
        from = ns + strlen(OMEMO_NS);
    }
    const char *iv = strstr(from, "<iv>"), *end = strstr(from, "</iv>");
    if (wrapping->no_iv && iv != NULL && end != NULL) {
        buffer_add(out, from, (size_t)(iv - from));
        from = end + strlen("</iv>");
    }
    buffer_add_text(out, from);
    buffer_free(&text);
}

bool omemo_puppet_wrap(struct omemo_device *device,
    const struct omemo_recipient *recipients, size_t count, struct bytes key,
    struct bytes iv, const struct omemo_wrapping *wrapping, struct buffer *out,
    struct error *error)
{
    static const struct omemo_wrapping right = {.sid = 0};
    wrapping = wrapping == NULL ? &right : wrapping;
    struct omemo_encrypted encrypted = {
        .sid = wrapping->sid != 0 ? wrapping->sid : omemo_device_id(device),
        .has_payload = wrapping->payload.data != NULL};
    buffer_add(&encrypted.iv, iv.data, iv.len);
    if (encrypted.has_payload)
        buffer_add(
            &encrypted.payload, wrapping->payload.data, wrapping->payload.len);
    bool done = true;
    for (size_t i = 0; i < count && done; i++)
        done =
            wrap_one(device, &recipients[i], key, wrapping, &encrypted, error);
    if (done)
        print_wrong(&encrypted, wrapping, out);
    omemo_encrypted_free(&encrypted);
    return done;
}

bool omemo_puppet_unwrap(struct omemo_device *device, const char *from,
    const xmlNode *element, struct omemo_unwrapped *out, struct error *error)
{
    struct omemo_encrypted encrypted = {0};
    bool done = false,
         right = omemo_encrypted_parse(element, &encrypted, error);
    if (right) {
        out->sid = encrypted.sid;
        buffer_add(&out->iv, encrypted.iv.data, encrypted.iv.len);
        error_set(
            error, "it has no key for device %u", omemo_device_id(device));
    }
    for (size_t i = 0; right && !done && i < encrypted.keys.count; i++) {
        const struct omemo_key *key = &encrypted.keys.items[i];
        if (key->rid != omemo_device_id(device))
            continue;
        buffer_clear(&out->key);
        done = omemo_device_decrypt(device, from, encrypted.sid,
                   buffer_bytes(&key->data), key->prekey, &out->key,
                   &out->opened, error) == OMEMO_OPENED;
    }
    omemo_encrypted_free(&encrypted);
    return done;
}

void omemo_unwrapped_free(struct omemo_unwrapped *unwrapped)
{
    if (unwrapped->key.data != NULL)
        OPENSSL_cleanse(unwrapped->key.data, unwrapped->key.len);
    buffer_free(&unwrapped->key);
    buffer_free(&unwrapped->iv);
}

bool omemo_puppet_recipients(
    const xmlNode *element, uint32_t **rids, size_t *count, struct error *error)
{
    struct omemo_encrypted encrypted = {0};
    bool right = omemo_encrypted_parse(element, &encrypted, error);
    if (right) {
        *count = encrypted.keys.count;
        *rids = mem_alloc(*count * sizeof **rids);
        for (size_t i = 0; i < *count; i++)
            (*rids)[i] = encrypted.keys.items[i].rid;
    }
    omemo_encrypted_free(&encrypted);
    return right;
}
