#include "omemo/element.h"

#include "base/xml.h"
#include "omemo/omemo.h"

#include <string.h>

/* Reads base64 with white space around and inside, as pretty-printed XML has
 * it, of min to max bytes. */
static bool read_base64(const xmlNode *node, size_t min, size_t max,
    struct buffer *out, struct error *error)
{
    const char *name = (const char *)node->name;
    struct buffer text = {0};
    xml_text(node, &text);
    bool right = base64_decode(out, buffer_text(&text), text.len, true);
    buffer_free(&text);
    if (!right)
        return error_set(error, "<%s/> is no base64", name);
    if (out->len < min || out->len > max)
        return error_set(error,
            min == max ? "<%s/> has %zu bytes, not %zu"
                       : "<%s/> has %zu bytes, fewer than %zu or too many",
            name, out->len, min);
    return true;
}

static bool read_fixed(
    const xmlNode *node, size_t len, uint8_t *out, struct error *error)
{
    struct buffer data = {0};
    bool right = read_base64(node, len, len, &data, error);
    if (right)
        memcpy(out, data.data, len);
    buffer_free(&data);
    return right;
}

static bool read_key(
    const xmlNode *node, uint8_t out[OMEMO_KEY_LEN], struct error *error)
{
    enum { DJB_TYPE = 0x05 };
    if (!read_fixed(node, OMEMO_KEY_LEN, out, error))
        return false;
    return out[0] == DJB_TYPE ||
           error_set(error, "<%s/> begins with 0x%02x, not with 0x05",
               (const char *)node->name, out[0]);
}

static bool read_number(const xmlNode *node, const char *attr, uint64_t min,
    uint64_t max, uint32_t *out, struct error *error)
{
    uint64_t number = 0;
    if (!xml_attr_number(node, attr, max, &number) || number < min) {
        const char *text = xml_attr(node, attr);
        return error_set(error,
            text == NULL ? "<%s/> has no %s%.0s"
                         : "<%s/> has %s='%.40s', which is no such number",
            (const char *)node->name, attr, text == NULL ? "" : text);
    }
    *out = (uint32_t)number;
    return true;
}

static bool read_device(
    const xmlNode *node, const char *attr, uint32_t *out, struct error *error)
{
    return read_number(node, attr, 1, OMEMO_DEVICE_MAX, out, error);
}

/* The one child of that name: missing or repeated is an error. */
static const xmlNode *only_child(
    const xmlNode *parent, const char *name, struct error *error)
{
    const xmlNode *child = xml_child(parent, OMEMO_NS, name);
    if (child == NULL) {
        error_set(
            error, "<%s/> has no <%s/>", (const char *)parent->name, name);
        return NULL;
    }
    if (xml_next(child, OMEMO_NS, name) != NULL) {
        error_set(error, "<%s/> has more than one <%s/>",
            (const char *)parent->name, name);
        return NULL;
    }
    return child;
}

static bool is_expected(
    const xmlNode *element, const char *name, struct error *error)
{
    return xml_is(element, OMEMO_NS, name) ||
           error_set(
               error, "the element is no <%s xmlns='" OMEMO_NS "'/>", name);
}

static bool too_many(size_t count, const char *name, struct error *error)
{
    if (count < OMEMO_LIST_MAX)
        return false;
    error_set(error, "more than %d <%s/>", OMEMO_LIST_MAX, name);
    return true;
}

/* --- <encrypted/> --- */

static bool read_keys(
    const xmlNode *header, struct omemo_encrypted *out, struct error *error)
{
    enum { MESSAGE_MAX = 4096 };
    const xmlNode *node = xml_child(header, OMEMO_NS, "key");
    for (; node != NULL; node = xml_next(node, OMEMO_NS, "key")) {
        if (too_many(out->keys.count, "key", error))
            return false;
        struct omemo_key key = {0};
        const char *prekey = xml_attr(node, "prekey");
        key.prekey = prekey != NULL &&
                     (strcmp(prekey, "true") == 0 || strcmp(prekey, "1") == 0);
        bool right = read_device(node, "rid", &key.rid, error) &&
                     read_base64(node, 1, MESSAGE_MAX, &key.data, error);
        vec_push(&out->keys, key);
        if (!right)
            return false;
    }
    return true;
}

bool omemo_encrypted_parse(
    const xmlNode *element, struct omemo_encrypted *out, struct error *error)
{
    enum { PAYLOAD_MAX = 1 << 20 };
    if (!is_expected(element, "encrypted", error))
        return false;
    const xmlNode *header = only_child(element, "header", error);
    if (header == NULL || !read_device(header, "sid", &out->sid, error) ||
        !read_keys(header, out, error))
        return false;
    const xmlNode *iv = only_child(header, "iv", error);
    if (iv == NULL || !read_base64(iv, 12, 16, &out->iv, error))
        return false;
    if (out->iv.len != 12 && out->iv.len != 16)
        return error_set(
            error, "<iv/> has %zu bytes, not 12 or 16", out->iv.len);
    const xmlNode *payload = xml_child(element, OMEMO_NS, "payload");
    out->has_payload = payload != NULL;
    return payload == NULL ||
           read_base64(payload, 0, PAYLOAD_MAX, &out->payload, error);
}

static void print_base64(
    struct buffer *out, const char *name, const void *data, size_t len)
{
    base64_encode(out, data, len);
    buffer_printf(out, "</%s>", name);
}

void omemo_encrypted_print(
    const struct omemo_encrypted *encrypted, struct buffer *out)
{
    buffer_printf(out, "<encrypted xmlns='" OMEMO_NS "'><header sid='%u'>",
        encrypted->sid);
    for (size_t i = 0; i < encrypted->keys.count; i++) {
        const struct omemo_key *key = &encrypted->keys.items[i];
        buffer_printf(out, "<key%s rid='%u'>",
            key->prekey ? " prekey='true'" : "", key->rid);
        print_base64(out, "key", key->data.data, key->data.len);
    }
    buffer_add_text(out, "<iv>");
    print_base64(out, "iv", encrypted->iv.data, encrypted->iv.len);
    buffer_add_text(out, "</header>");
    if (encrypted->has_payload) {
        buffer_add_text(out, "<payload>");
        print_base64(
            out, "payload", encrypted->payload.data, encrypted->payload.len);
    }
    buffer_add_text(out, "</encrypted>");
}

void omemo_encrypted_free(struct omemo_encrypted *encrypted)
{
    for (size_t i = 0; i < encrypted->keys.count; i++)
        buffer_free(&encrypted->keys.items[i].data);
    vec_free(&encrypted->keys);
    buffer_free(&encrypted->iv);
    buffer_free(&encrypted->payload);
}

/* --- <bundle/> --- */

static bool read_pre_keys(
    const xmlNode *prekeys, struct omemo_bundle *out, struct error *error)
{
    const xmlNode *node = xml_child(prekeys, OMEMO_NS, "preKeyPublic");
    for (; node != NULL; node = xml_next(node, OMEMO_NS, "preKeyPublic")) {
        struct omemo_pre_key key;
        if (too_many(out->pre_keys.count, "preKeyPublic", error) ||
            !read_number(node, "preKeyId", 0, UINT32_MAX, &key.id, error) ||
            !read_key(node, key.key, error))
            return false;
        vec_push(&out->pre_keys, key);
    }
    return out->pre_keys.count > 0 ||
           error_set(error, "<prekeys/> has no <preKeyPublic/>");
}

bool omemo_bundle_parse(
    const xmlNode *element, struct omemo_bundle *out, struct error *error)
{
    if (!is_expected(element, "bundle", error))
        return false;
    const xmlNode *signed_key =
        only_child(element, "signedPreKeyPublic", error);
    if (signed_key == NULL ||
        !read_number(signed_key, "signedPreKeyId", 0, UINT32_MAX,
            &out->signed_id, error) ||
        !read_key(signed_key, out->signed_key, error))
        return false;
    const xmlNode *signature =
        only_child(element, "signedPreKeySignature", error);
    if (signature == NULL ||
        !read_fixed(signature, OMEMO_SIGNATURE_LEN, out->signature, error))
        return false;
    const xmlNode *identity = only_child(element, "identityKey", error);
    if (identity == NULL || !read_key(identity, out->identity, error))
        return false;
    const xmlNode *prekeys = only_child(element, "prekeys", error);
    return prekeys != NULL && read_pre_keys(prekeys, out, error);
}

void omemo_bundle_print(const struct omemo_bundle *bundle, struct buffer *out)
{
    buffer_printf(out,
        "<bundle xmlns='" OMEMO_NS "'><signedPreKeyPublic "
        "signedPreKeyId='%u'>",
        bundle->signed_id);
    print_base64(out, "signedPreKeyPublic", bundle->signed_key, OMEMO_KEY_LEN);
    buffer_add_text(out, "<signedPreKeySignature>");
    print_base64(
        out, "signedPreKeySignature", bundle->signature, OMEMO_SIGNATURE_LEN);
    buffer_add_text(out, "<identityKey>");
    print_base64(out, "identityKey", bundle->identity, OMEMO_KEY_LEN);
    buffer_add_text(out, "<prekeys>");
    for (size_t i = 0; i < bundle->pre_keys.count; i++) {
        const struct omemo_pre_key *key = &bundle->pre_keys.items[i];
        buffer_printf(out, "<preKeyPublic preKeyId='%u'>", key->id);
        print_base64(out, "preKeyPublic", key->key, OMEMO_KEY_LEN);
    }
    buffer_add_text(out, "</prekeys></bundle>");
}

void omemo_bundle_free(struct omemo_bundle *bundle)
{
    vec_free(&bundle->pre_keys);
}

/* --- <list/> --- */

bool omemo_list_has(const struct omemo_list *list, uint32_t device)
{
    for (size_t i = 0; i < list->devices.count; i++) {
        if (list->devices.items[i] == device)
            return true;
    }
    return false;
}

bool omemo_list_parse(
    const xmlNode *element, struct omemo_list *out, struct error *error)
{
    if (!is_expected(element, "list", error))
        return false;
    const xmlNode *node = xml_child(element, OMEMO_NS, "device");
    for (; node != NULL; node = xml_next(node, OMEMO_NS, "device")) {
        uint32_t device = 0;
        if (too_many(out->devices.count, "device", error) ||
            !read_device(node, "id", &device, error))
            return false;
        if (!omemo_list_has(out, device))
            vec_push(&out->devices, device);
    }
    return true;
}

void omemo_list_print(const struct omemo_list *list, struct buffer *out)
{
    buffer_add_text(out, "<list xmlns='" OMEMO_NS "'>");
    for (size_t i = 0; i < list->devices.count; i++)
        buffer_printf(out, "<device id='%u'/>", list->devices.items[i]);
    buffer_add_text(out, "</list>");
}

void omemo_list_free(struct omemo_list *list)
{
    vec_free(&list->devices);
}
