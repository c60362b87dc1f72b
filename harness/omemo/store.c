#include "omemo/store.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static void key_free(struct store_key *key)
{
    if (key->record.data != NULL)
        OPENSSL_cleanse(key->record.data, key->record.len);
    buffer_free(&key->record);
}

void store_clear(struct store *store)
{
    for (size_t i = 0; i < store->signed_pre_keys.count; i++)
        key_free(&store->signed_pre_keys.items[i]);
    for (size_t i = 0; i < store->pre_keys.count; i++)
        key_free(&store->pre_keys.items[i]);
    for (size_t i = 0; i < store->sessions.count; i++) {
        free(store->sessions.items[i].jid);
        buffer_free(&store->sessions.items[i].record);
    }
    for (size_t i = 0; i < store->identities.count; i++)
        free(store->identities.items[i].jid);
    vec_free(&store->signed_pre_keys);
    vec_free(&store->pre_keys);
    vec_free(&store->sessions);
    vec_free(&store->identities);
    OPENSSL_cleanse(store, sizeof *store);
}

static bool is_name(const char *jid, const char *name, size_t len)
{
    return strlen(jid) == len && memcmp(jid, name, len) == 0;
}

struct store_session *store_session(
    struct store *store, const char *jid, uint32_t device)
{
    for (size_t i = 0; i < store->sessions.count; i++) {
        struct store_session *session = &store->sessions.items[i];
        if (session->device == device && strcmp(session->jid, jid) == 0)
            return session;
    }
    return NULL;
}

bool store_drop_session(struct store *store, const char *jid, uint32_t device)
{
    struct store_session *session = store_session(store, jid, device);
    if (session == NULL)
        return false;
    free(session->jid);
    buffer_free(&session->record);
    vec_remove(&store->sessions, (size_t)(session - store->sessions.items));
    return true;
}

struct store_identity *store_identity(
    struct store *store, const char *jid, uint32_t device)
{
    for (size_t i = 0; i < store->identities.count; i++) {
        struct store_identity *identity = &store->identities.items[i];
        if (identity->device == device && strcmp(identity->jid, jid) == 0)
            return identity;
    }
    return NULL;
}

struct store_identity *store_identity_add(
    struct store *store, const char *jid, uint32_t device)
{
    struct store_identity *known = store_identity(store, jid, device);
    if (known != NULL)
        return known;
    struct store_identity fresh = {.jid = mem_strdup(jid), .device = device};
    vec_push(&store->identities, fresh);
    return &store->identities.items[store->identities.count - 1];
}

/* --- libsignal's callbacks --- */

/* libsignal's names carry a length; ours are text. */
static char *address_name(const signal_protocol_address *address)
{
    return mem_strndup(address->name, address->name_len);
}

static int give(signal_buffer **out, const struct buffer *record)
{
    *out = signal_buffer_create(record->data, record->len);
    return *out == NULL ? SG_ERR_NOMEM : SG_SUCCESS;
}

static struct store_session *find_session(
    struct store *store, const signal_protocol_address *address)
{
    char *jid = address_name(address);
    struct store_session *session =
        store_session(store, jid, (uint32_t)address->device_id);
    free(jid);
    return session;
}

static int load_session(signal_buffer **record, signal_buffer **user_record,
    const signal_protocol_address *address, void *owner)
{
    (void)user_record;
    const struct store_session *session = find_session(owner, address);
    if (session == NULL)
        return 0;
    return give(record, &session->record) == SG_SUCCESS ? 1 : SG_ERR_NOMEM;
}

static int sub_device_sessions(
    signal_int_list **out, const char *name, size_t name_len, void *owner)
{
    const struct store *store = owner;
    signal_int_list *list = signal_int_list_alloc();
    if (list == NULL)
        return SG_ERR_NOMEM;
    for (size_t i = 0; i < store->sessions.count; i++) {
        const struct store_session *session = &store->sessions.items[i];
        if (is_name(session->jid, name, name_len))
            signal_int_list_push_back(list, (int)session->device);
    }
    *out = list;
    return (int)signal_int_list_size(list);
}

static int store_session_record(const signal_protocol_address *address,
    uint8_t *record, size_t record_len, uint8_t *user_record,
    size_t user_record_len, void *owner)
{
    (void)user_record, (void)user_record_len;
    struct store *store = owner;
    struct store_session *session = find_session(store, address);
    if (session == NULL) {
        struct store_session fresh = {.jid = address_name(address),
            .device = (uint32_t)address->device_id};
        vec_push(&store->sessions, fresh);
        session = &store->sessions.items[store->sessions.count - 1];
    }
    buffer_clear(&session->record);
    buffer_add(&session->record, record, record_len);
    return SG_SUCCESS;
}

static int contains_session(const signal_protocol_address *address, void *owner)
{
    return find_session(owner, address) != NULL;
}

static int delete_session(const signal_protocol_address *address, void *owner)
{
    char *jid = address_name(address);
    bool gone = store_drop_session(owner, jid, (uint32_t)address->device_id);
    free(jid);
    return gone;
}

static int delete_all_sessions(const char *name, size_t name_len, void *owner)
{
    struct store *store = owner;
    int gone = 0;
    for (size_t i = store->sessions.count; i-- > 0;) {
        const struct store_session *session = &store->sessions.items[i];
        if (is_name(session->jid, name, name_len))
            gone += store_drop_session(store, session->jid, session->device);
    }
    return gone;
}

static struct store_key *find_key(
    struct store_key *keys, size_t count, uint32_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i].id == id)
            return &keys[i];
    }
    return NULL;
}

static struct store_key *find_pre_key(struct store *store, uint32_t id)
{
    return find_key(store->pre_keys.items, store->pre_keys.count, id);
}

static int load_pre_key(signal_buffer **record, uint32_t id, void *owner)
{
    const struct store_key *key = find_pre_key(owner, id);
    return key == NULL ? SG_ERR_INVALID_KEY_ID : give(record, &key->record);
}

void store_pre_key_put(struct store *store, uint32_t id, struct bytes record)
{
    struct store_key *key = find_pre_key(store, id);
    if (key == NULL) {
        struct store_key fresh = {.id = id};
        vec_push(&store->pre_keys, fresh);
        key = &store->pre_keys.items[store->pre_keys.count - 1];
    }
    if (id > store->highest_pre_key)
        store->highest_pre_key = id;
    buffer_clear(&key->record);
    buffer_add(&key->record, record.data, record.len);
}

static int put_pre_key(
    uint32_t id, uint8_t *record, size_t record_len, void *owner)
{
    store_pre_key_put(owner, id, bytes_of(record, record_len));
    return SG_SUCCESS;
}

static int contains_pre_key(uint32_t id, void *owner)
{
    return find_pre_key(owner, id) != NULL;
}

static int remove_pre_key(uint32_t id, void *owner)
{
    struct store *store = owner;
    struct store_key *key = find_pre_key(store, id);
    if (key == NULL)
        return SG_SUCCESS;
    key_free(key);
    vec_remove(&store->pre_keys, (size_t)(key - store->pre_keys.items));
    store->used_pre_keys++;
    return SG_SUCCESS;
}

static struct store_key *find_signed(struct store *store, uint32_t id)
{
    return find_key(
        store->signed_pre_keys.items, store->signed_pre_keys.count, id);
}

static int load_signed(signal_buffer **record, uint32_t id, void *owner)
{
    const struct store_key *key = find_signed(owner, id);
    return key == NULL ? SG_ERR_INVALID_KEY_ID : give(record, &key->record);
}

static int put_signed(
    uint32_t id, uint8_t *record, size_t record_len, void *owner)
{
    struct store *store = owner;
    struct store_key fresh = {.id = id};
    buffer_add(&fresh.record, record, record_len);
    vec_push(&store->signed_pre_keys, fresh);
    return SG_SUCCESS;
}

static int contains_signed(uint32_t id, void *owner)
{
    return find_signed(owner, id) != NULL;
}

static int remove_signed(uint32_t id, void *owner)
{
    struct store *store = owner;
    struct store_key *key = find_signed(store, id);
    if (key == NULL)
        return SG_SUCCESS;
    key_free(key);
    vec_remove(
        &store->signed_pre_keys, (size_t)(key - store->signed_pre_keys.items));
    return SG_SUCCESS;
}

static int identity_pair(
    signal_buffer **public_data, signal_buffer **private_data, void *owner)
{
    const struct store *store = owner;
    *public_data = signal_buffer_create(store->identity_public, OMEMO_KEY_LEN);
    *private_data = signal_buffer_create(
        store->identity_private, sizeof store->identity_private);
    return *public_data == NULL || *private_data == NULL ? SG_ERR_NOMEM
                                                         : SG_SUCCESS;
}

/* libsignal's registration id is the OMEMO device id. */
static int registration_id(void *owner, uint32_t *id)
{
    *id = ((const struct store *)owner)->device;
    return SG_SUCCESS;
}

static int save_identity(const signal_protocol_address *address, uint8_t *key,
    size_t key_len, void *owner)
{
    if (key_len != OMEMO_KEY_LEN)
        return SG_ERR_INVALID_KEY;
    char *jid = address_name(address);
    struct store_identity *identity =
        store_identity_add(owner, jid, (uint32_t)address->device_id);
    free(jid);
    identity->has_key = true;
    memcpy(identity->key, key, OMEMO_KEY_LEN);
    return SG_SUCCESS;
}

/* A device keeps its identity key for life: another key under a known id is
 * somebody else. */
static int is_trusted(const signal_protocol_address *address, uint8_t *key,
    size_t key_len, void *owner)
{
    char *jid = address_name(address);
    const struct store_identity *identity =
        store_identity(owner, jid, (uint32_t)address->device_id);
    free(jid);
    if (key_len != OMEMO_KEY_LEN)
        return 0;
    if (identity == NULL)
        return 1;
    if (identity->trust == OMEMO_DISTRUSTED)
        return 0;
    return !identity->has_key || memcmp(identity->key, key, OMEMO_KEY_LEN) == 0;
}

signal_protocol_store_context *store_connect(
    struct store *store, signal_context *context)
{
    const signal_protocol_session_store sessions = {
        .load_session_func = load_session,
        .get_sub_device_sessions_func = sub_device_sessions,
        .store_session_func = store_session_record,
        .contains_session_func = contains_session,
        .delete_session_func = delete_session,
        .delete_all_sessions_func = delete_all_sessions,
        .user_data = store};
    const signal_protocol_pre_key_store pre_keys = {
        .load_pre_key = load_pre_key,
        .store_pre_key = put_pre_key,
        .contains_pre_key = contains_pre_key,
        .remove_pre_key = remove_pre_key,
        .user_data = store};
    const signal_protocol_signed_pre_key_store signed_pre_keys = {
        .load_signed_pre_key = load_signed,
        .store_signed_pre_key = put_signed,
        .contains_signed_pre_key = contains_signed,
        .remove_signed_pre_key = remove_signed,
        .user_data = store};
    const signal_protocol_identity_key_store identities = {
        .get_identity_key_pair = identity_pair,
        .get_local_registration_id = registration_id,
        .save_identity = save_identity,
        .is_trusted_identity = is_trusted,
        .user_data = store};
    signal_protocol_store_context *made = NULL;
    if (signal_protocol_store_context_create(&made, context) != SG_SUCCESS)
        abort();
    signal_protocol_store_context_set_session_store(made, &sessions);
    signal_protocol_store_context_set_pre_key_store(made, &pre_keys);
    signal_protocol_store_context_set_signed_pre_key_store(
        made, &signed_pre_keys);
    signal_protocol_store_context_set_identity_key_store(made, &identities);
    return made;
}
