#include "omemo/store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS_MAX = 10000, RECORD_MAX = 1 << 20 };

static const char *const trust_names[] = {
    [OMEMO_BLIND] = "blind",
    [OMEMO_VERIFIED] = "verified",
    [OMEMO_DISTRUSTED] = "distrusted",
};

/* --- load --- */

static bool read_base64(const json_t *object, const char *name, size_t len,
    struct buffer *out, struct error *error)
{
    const json_t *member = json_object_get(object, name);
    if (!json_is_string(member))
        return error_set(error, "\"%s\" is missing or no string", name);
    if (!base64_decode(
            out, json_string_value(member), json_string_length(member), false))
        return error_set(error, "\"%s\" is no base64", name);
    if (len != 0 && out->len != len)
        return error_set(
            error, "\"%s\" has %zu bytes, not %zu", name, out->len, len);
    return out->len <= RECORD_MAX ||
           error_set(error, "\"%s\" is too long", name);
}

static bool read_fixed(const json_t *object, const char *name, size_t len,
    uint8_t *out, struct error *error)
{
    struct buffer data = {0};
    bool right = read_base64(object, name, len, &data, error);
    if (right)
        memcpy(out, data.data, len);
    buffer_free(&data);
    return right;
}

static bool read_number(const json_t *object, const char *name, json_int_t min,
    json_int_t max, uint32_t *out, struct error *error)
{
    const json_t *member = json_object_get(object, name);
    json_int_t number = json_integer_value(member);
    if (!json_is_integer(member) || number < min || number > max)
        return error_set(error,
            "\"%s\" is missing or no whole number from %lld to %lld", name,
            (long long)min, (long long)max);
    *out = (uint32_t)number;
    return true;
}

/* A list of objects under a name; wanted: missing is an error. */
static bool find_list(const json_t *root, const char *name, bool wanted,
    const json_t **out, struct error *error)
{
    *out = json_object_get(root, name);
    if (*out == NULL && !wanted)
        return true;
    if (!json_is_array(*out))
        return error_set(error, "\"%s\" is missing or no list", name);
    return json_array_size(*out) <= RECORDS_MAX ||
           error_set(
               error, "\"%s\" has more than %d members", name, RECORDS_MAX);
}

static bool read_record(
    const json_t *item, struct store_key *out, struct error *error)
{
    return read_number(item, "id", 0, UINT32_MAX, &out->id, error) &&
           read_base64(item, "record", 0, &out->record, error);
}

static bool is_repeated(const struct store_key *keys, size_t count, uint32_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i].id == id)
            return true;
    }
    return false;
}

static bool read_keys(struct store *store, const json_t *list, bool is_signed,
    struct error *error)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        struct store_key key = {0};
        bool right = read_record(item, &key, error);
        if (right && (is_signed ? is_repeated(store->signed_pre_keys.items,
                                      store->signed_pre_keys.count, key.id)
                                : is_repeated(store->pre_keys.items,
                                      store->pre_keys.count, key.id)))
            right = error_set(error, "the id %u is there before", key.id);
        if (is_signed)
            vec_push(&store->signed_pre_keys, key);
        else
            vec_push(&store->pre_keys, key);
        if (!is_signed && key.id > store->highest_pre_key)
            store->highest_pre_key = key.id;
        if (!right)
            return error_prefix(error,
                "\"%s\"[%zu]: ", is_signed ? "signed_pre_keys" : "pre_keys", i);
    }
    return true;
}

static bool read_owner(const json_t *item, const char **name, uint32_t *device,
    struct error *error)
{
    *name = json_string_value(json_object_get(item, "name"));
    if (*name == NULL)
        return error_set(error, "\"name\" is missing or no string");
    return read_number(item, "device_id", 1, OMEMO_DEVICE_MAX, device, error);
}

static bool read_sessions(
    struct store *store, const json_t *list, struct error *error)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *name = NULL;
        struct store_session session = {0};
        bool right = read_owner(item, &name, &session.device, error) &&
                     read_base64(item, "record", 0, &session.record, error);
        session.jid = mem_strdup(name == NULL ? "" : name);
        vec_push(&store->sessions, session);
        if (!right)
            return error_prefix(error, "\"sessions\"[%zu]: ", i);
    }
    return true;
}

static bool read_trust(
    const json_t *item, enum omemo_trust *out, struct error *error)
{
    const char *text = json_string_value(json_object_get(item, "trust"));
    for (int i = OMEMO_BLIND; text != NULL && i <= OMEMO_DISTRUSTED; i++) {
        if (strcmp(trust_names[i], text) == 0) {
            *out = (enum omemo_trust)i;
            return true;
        }
    }
    return error_set(error, "\"trust\" is none of blind, verified, distrusted");
}

static bool read_identities(
    struct store *store, const json_t *list, struct error *error)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *name = NULL;
        uint32_t device = 0;
        if (!read_owner(item, &name, &device, error))
            return error_prefix(error, "\"identities\"[%zu]: ", i);
        struct store_identity *identity =
            store_identity_add(store, name, device);
        identity->has_key = json_object_get(item, "key") != NULL;
        if ((identity->has_key && !read_fixed(item, "key", OMEMO_KEY_LEN,
                                      identity->key, error)) ||
            !read_trust(item, &identity->trust, error))
            return error_prefix(error, "\"identities\"[%zu]: ", i);
    }
    return true;
}

static bool read_root(
    struct store *store, const json_t *root, struct error *error)
{
    if (!json_is_object(root))
        return error_set(error, "the JSON is no object");
    const json_t *signed_keys, *keys, *sessions, *identities;
    return read_number(
               root, "device_id", 1, OMEMO_DEVICE_MAX, &store->device, error) &&
           read_fixed(root, "identity_key_private",
               sizeof store->identity_private, store->identity_private,
               error) &&
           read_fixed(root, "identity_key_public", OMEMO_KEY_LEN,
               store->identity_public, error) &&
           find_list(root, "signed_pre_keys", true, &signed_keys, error) &&
           find_list(root, "pre_keys", true, &keys, error) &&
           find_list(root, "sessions", false, &sessions, error) &&
           find_list(root, "identities", false, &identities, error) &&
           read_keys(store, signed_keys, true, error) &&
           read_keys(store, keys, false, error) &&
           read_sessions(store, sessions, error) &&
           read_identities(store, identities, error);
}

bool store_load(struct store *store, struct bytes json, struct error *error)
{
    json_error_t wrong;
    json_t *root = json_loadb(
        (const char *)json.data, json.len, JSON_REJECT_DUPLICATES, &wrong);
    if (root == NULL)
        return error_set(error, "no JSON: line %d: %s", wrong.line, wrong.text);
    bool right = read_root(store, root, error);
    json_decref(root);
    return right;
}

/* --- save --- */

static json_t *base64_json(const void *data, size_t len)
{
    struct buffer text = {0};
    base64_encode(&text, data, len);
    json_t *made = json_string(buffer_text(&text));
    buffer_free(&text);
    return made;
}

static json_t *keys_json(const struct store_key *keys, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object();
        json_object_set_new(item, "id", json_integer(keys[i].id));
        json_object_set_new(item, "record",
            base64_json(keys[i].record.data, keys[i].record.len));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *owner_json(const char *jid, uint32_t device)
{
    json_t *item = json_object();
    json_object_set_new(item, "name", json_string(jid));
    json_object_set_new(item, "device_id", json_integer(device));
    return item;
}

static json_t *sessions_json(const struct store *store)
{
    json_t *list = json_array();
    for (size_t i = 0; i < store->sessions.count; i++) {
        const struct store_session *session = &store->sessions.items[i];
        json_t *item = owner_json(session->jid, session->device);
        json_object_set_new(item, "record",
            base64_json(session->record.data, session->record.len));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *identities_json(const struct store *store)
{
    json_t *list = json_array();
    for (size_t i = 0; i < store->identities.count; i++) {
        const struct store_identity *identity = &store->identities.items[i];
        json_t *item = owner_json(identity->jid, identity->device);
        if (identity->has_key)
            json_object_set_new(
                item, "key", base64_json(identity->key, OMEMO_KEY_LEN));
        json_object_set_new(
            item, "trust", json_string(trust_names[identity->trust]));
        json_array_append_new(list, item);
    }
    return list;
}

void store_save(const struct store *store, struct buffer *json)
{
    json_t *root = json_object();
    json_object_set_new(root, "device_id", json_integer(store->device));
    json_object_set_new(root, "identity_key_private",
        base64_json(store->identity_private, sizeof store->identity_private));
    json_object_set_new(root, "identity_key_public",
        base64_json(store->identity_public, OMEMO_KEY_LEN));
    json_object_set_new(root, "signed_pre_keys",
        keys_json(store->signed_pre_keys.items, store->signed_pre_keys.count));
    json_object_set_new(root, "pre_keys",
        keys_json(store->pre_keys.items, store->pre_keys.count));
    json_object_set_new(root, "sessions", sessions_json(store));
    json_object_set_new(root, "identities", identities_json(store));
    char *text = json_dumps(root, JSON_INDENT(1));
    if (text == NULL)
        abort();
    buffer_add_text(json, text);
    buffer_add_text(json, "\n");
    free(text);
    json_decref(root);
}
