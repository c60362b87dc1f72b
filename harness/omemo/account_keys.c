/* What an account encrypts and opens. */
#include "omemo/account.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/xml.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { HEALED_MAX = 4 };

/* Of the devices that nothing was decided about. */
static enum omemo_trust trust_of_contact(
    const struct omemo_account *account, const struct contact *contact)
{
    return contact->has_trust ? contact->trust : account->default_trust;
}

static enum omemo_trust trust_of(const struct omemo_account *account,
    const struct contact *contact, uint32_t id)
{
    enum omemo_trust own =
        omemo_device_trust(account->device, contact->jid, id);
    return own != OMEMO_BLIND ? own : trust_of_contact(account, contact);
}

/* One that is off its list counts too: whoever writes the list must not get
 * the blind trust back by taking the verified device off. */
static bool any_verified(
    const struct omemo_account *account, const struct contact *contact)
{
    return trust_of_contact(account, contact) == OMEMO_VERIFIED ||
           omemo_device_any_verified(account->device, contact->jid);
}

/* May the device be sent a key? */
static bool is_served(const struct omemo_account *account,
    const struct contact *contact, uint32_t id)
{
    enum omemo_trust trust = trust_of(account, contact, id);
    if (account->fault == OMEMO_FAULT_BLIND_TRUST)
        return true;
    return trust == OMEMO_VERIFIED ||
           (trust == OMEMO_BLIND && !any_verified(account, contact));
}

/* A session from the known bundle, with a pre-key of any index. */
static bool build(struct omemo_account *account, const char *jid,
    const struct contact_device *device)
{
    uint64_t index = 0;
    random_secret(&index, sizeof index);
    enum omemo_trust trust =
        omemo_device_trust(account->device, jid, device->id);
    /* libsignal builds none with a distrusted device */
    if (account->fault == OMEMO_FAULT_BLIND_TRUST)
        omemo_device_set_trust(account->device, jid, device->id, OMEMO_BLIND);
    struct error error;
    bool built = omemo_device_build_session(
        account->device, jid, device->id, &device->bundle, index, &error);
    if (!built)
        account_note(account, "%s", error.message);
    if (trust != OMEMO_BLIND)
        omemo_device_set_trust(account->device, jid, device->id, trust);
    return built;
}

/* Starts what is missing for a session with one device. */
static enum omemo_state prepare_device(
    struct omemo_account *account, struct contact *contact, uint32_t id)
{
    if (omemo_device_has_session(account->device, contact->jid, id))
        return OMEMO_READY;
    struct contact_device *device = contact_device(contact, id);
    if (device->state == BUNDLE_UNKNOWN)
        account_ask_bundle(account, contact, device);
    if (device->state == BUNDLE_ASKED)
        return OMEMO_WAITING;
    if (device->state == BUNDLE_NONE || device->unusable)
        return OMEMO_FAILED;
    if (build(account, contact->jid, device))
        return OMEMO_READY;
    device->unusable = true;
    return OMEMO_FAILED;
}

struct progress {
    size_t ready, waiting, failed, refused;
};

static struct progress prepare_contact(
    struct omemo_account *account, const char *jid)
{
    struct progress progress = {0};
    struct contact *contact = account_contact(account, jid);
    if (!contact->list_known) {
        if (!contact->list_asked)
            account_ask_list(account, contact);
        progress.waiting = 1;
        return progress;
    }
    bool own = account->jid != NULL && strcmp(jid, account->jid) == 0;
    for (size_t i = 0; i < contact->list.devices.count; i++) {
        uint32_t id = contact->list.devices.items[i];
        if (own && id == omemo_device_id(account->device))
            continue;
        if (!is_served(account, contact, id)) {
            progress.refused++;
            continue;
        }
        enum omemo_state state = prepare_device(account, contact, id);
        progress.ready += state == OMEMO_READY;
        progress.waiting += state == OMEMO_WAITING;
        progress.failed += state == OMEMO_FAILED;
    }
    return progress;
}

enum omemo_state omemo_account_prepare(
    struct omemo_account *account, const char *peer, struct error *error)
{
    if (account->jid == NULL) {
        error_set(error, "OMEMO is not logged in");
        return OMEMO_FAILED;
    }
    char *jid = account_bare(peer);
    struct progress theirs = prepare_contact(account, jid), ours = {0};
    if (account->own_devices)
        ours = prepare_contact(account, account->jid);
    enum omemo_state state = OMEMO_READY;
    if (theirs.waiting + ours.waiting > 0) {
        state = OMEMO_WAITING;
    } else if (theirs.ready == 0) {
        error_set(error,
            theirs.refused > 0 ? "%s has no OMEMO device that is trusted"
            : theirs.failed > 0
                ? "no session with any OMEMO device of %s can be built"
                : "%s has no OMEMO device",
            jid);
        state = OMEMO_FAILED;
    }
    free(jid);
    return state;
}

static void wrap_for_device(struct omemo_account *account, const char *jid,
    uint32_t id, struct bytes key, struct omemo_encrypted *out)
{
    struct omemo_key wrapped = {.rid = id};
    struct error error;
    if (!omemo_device_encrypt(account->device, jid, id, key, &wrapped.data,
            &wrapped.prekey, &error)) {
        account_note(account, "left out: %s", error.message);
        buffer_free(&wrapped.data);
        return;
    }
    if (account->fault == OMEMO_FAULT_PREKEY_UNMARKED)
        wrapped.prekey = false;
    if (account->fault == OMEMO_FAULT_RID_MISSING)
        wrapped.rid = 0;
    vec_push(&out->keys, wrapped);
}

static void wrap_for(struct omemo_account *account, const char *jid,
    struct bytes key, struct omemo_encrypted *out)
{
    struct contact *contact = account_contact(account, jid);
    bool own = account->jid != NULL && strcmp(jid, account->jid) == 0;
    for (size_t i = 0; i < contact->list.devices.count; i++) {
        uint32_t id = contact->list.devices.items[i];
        if (own && id == omemo_device_id(account->device))
            continue;
        if (!is_served(account, contact, id))
            continue;
        wrap_for_device(account, jid, id, key, out);
        if (account->fault == OMEMO_FAULT_ONE_DEVICE && out->keys.count > 0)
            return;
    }
}

bool omemo_account_wrap(struct omemo_account *account, const char *peer,
    struct bytes key, struct bytes iv, struct buffer *out, struct error *error)
{
    char *jid = account_bare(peer);
    struct omemo_encrypted encrypted = {.sid = omemo_device_id(account->device),
        .has_payload = account->fault == OMEMO_FAULT_PAYLOAD_ADDED};
    buffer_add(&encrypted.iv, iv.data, iv.len);
    wrap_for(account, jid, key, &encrypted);
    bool any = encrypted.keys.count > 0;
    bool self = account->jid != NULL && strcmp(jid, account->jid) == 0;
    if (any && account->own_devices && account->jid != NULL && !self &&
        account->fault != OMEMO_FAULT_ONE_DEVICE)
        wrap_for(account, account->jid, key, &encrypted);
    if (any)
        omemo_encrypted_print(&encrypted, out);
    else
        error_set(error, "there is no device of %s to encrypt to", jid);
    omemo_encrypted_free(&encrypted);
    free(jid);
    return any;
}

/* --- opening --- */

/* The key material for this device: several, when another account has a
 * device of the same id. */
static const struct omemo_key *own_key(const struct omemo_account *account,
    const struct omemo_encrypted *encrypted, const struct omemo_key *after)
{
    const struct omemo_key *at =
        after == NULL ? encrypted->keys.items : after + 1;
    const struct omemo_key *end = encrypted->keys.items + encrypted->keys.count;
    for (; encrypted->keys.count > 0 && at < end; at++) {
        if (at->rid == omemo_device_id(account->device))
            return at;
    }
    return NULL;
}

/* The identity key is public, and a PreKeySignalMessage can be passed on by
 * anybody: it proves the sender only when the key is that of one of the
 * sender's devices, and of nobody else's (XEP-0391 s7). */
static bool check_sender(struct omemo_account *account, const char *jid,
    uint32_t sid, const struct omemo_key *key, struct error *error)
{
    uint8_t identity[OMEMO_KEY_LEN];
    if (account->fault == OMEMO_FAULT_SENDER_UNCHECKED ||
        !omemo_device_peek_identity(
            account->device, buffer_bytes(&key->data), identity))
        return true;
    return !omemo_device_known_elsewhere(account->device, jid, sid, identity) ||
           error_set(error,
               "the envelope of %s/%u was made with the identity key of "
               "another "
               "device: it is not the sender's own",
               jid, sid);
}

static bool take_again(const struct omemo_account *account,
    const struct omemo_key *message, struct buffer *key)
{
    for (size_t i = 0; i < account->taken.count; i++) {
        const struct taken *taken = &account->taken.items[i];
        if (!bytes_equal(
                buffer_bytes(&taken->message), buffer_bytes(&message->data)))
            continue;
        buffer_add(key, taken->key.data, taken->key.len);
        return true;
    }
    return false;
}

static void keep_taken(struct omemo_account *account,
    const struct omemo_key *message, const struct buffer *key)
{
    struct taken taken = {.message = {0}};
    buffer_add(&taken.message, message->data.data, message->data.len);
    buffer_add(&taken.key, key->data, key->len);
    vec_push(&account->taken, taken);
}

static void ask_to_heal(
    struct omemo_account *account, const char *jid, uint32_t sid)
{
    struct contact *contact = account_contact(account, jid);
    struct contact_device *device = contact_device(contact, sid);
    /* two broken clients must not answer each other for ever */
    if (device->healed >= HEALED_MAX)
        return;
    device->healed++;
    if (device->state == BUNDLE_KNOWN) {
        account_heal(account, jid, device);
        return;
    }
    device->heal = true;
    if (device->state != BUNDLE_ASKED)
        account_ask_bundle(account, contact, device);
}

static enum omemo_result open_one(struct omemo_account *account,
    const char *jid, uint32_t sid, const struct omemo_key *message,
    struct buffer *key, struct error *error)
{
    struct omemo_opened opened;
    if (account->fault == OMEMO_FAULT_REPLAY_TAKEN &&
        take_again(account, message, key))
        return OMEMO_OPENED;
    bool inside = account->fault == OMEMO_FAULT_OLD_SESSION_KEPT &&
                  omemo_device_has_session(account->device, jid, sid);
    enum omemo_result result =
        inside ? omemo_device_decrypt_inside(account->device, jid, sid,
                     buffer_bytes(&message->data), key, error)
               : omemo_device_decrypt(account->device, jid, sid,
                     buffer_bytes(&message->data), message->prekey, key,
                     &opened, error);
    if (!inside && result == OMEMO_OPENED &&
        opened.prekey_message != message->prekey)
        account_note(account,
            "%s/%u's key has prekey='%s' and is the other kind", jid, sid,
            message->prekey ? "true" : "false");
    if (result == OMEMO_OPENED && !inside &&
        account->fault == OMEMO_FAULT_SKIPPED_KEYS_LOST) {
        bool overtaken = opened.counter < account->highest;
        account->highest = overtaken ? account->highest : opened.counter;
        result = overtaken ? OMEMO_REPLAYED : OMEMO_OPENED;
    }
    if (result == OMEMO_OPENED && account->fault == OMEMO_FAULT_REPLAY_TAKEN)
        keep_taken(account, message, key);
    return result;
}

/* The user said no: other than an undecided device, to which only nothing is
 * encrypted (omemo.h). */
static bool is_rejected(struct omemo_account *account, const char *jid,
    uint32_t id, struct error *error)
{
    const struct contact *contact = account_contact(account, jid);
    enum omemo_trust own = omemo_device_trust(account->device, jid, id);
    bool rejected =
        own == OMEMO_DISTRUSTED || (own == OMEMO_BLIND && contact->has_trust &&
                                       contact->trust == OMEMO_DISTRUSTED);
    if (!rejected || account->fault == OMEMO_FAULT_DISTRUSTED_READ)
        return false;
    error_set(
        error, "device %u of %s is distrusted: nothing of it is read", id, jid);
    return true;
}

/* A device that is not on its owner's list as known here: the list may have
 * changed (XEP-0384 s6 as of 0.3). */
static void refresh_unknown(
    struct omemo_account *account, const char *jid, uint32_t sid)
{
    struct contact *contact = account_contact(account, jid);
    if (contact->list_known && !contact->list_asked &&
        !omemo_list_has(&contact->list, sid))
        account_ask_list(account, contact);
}

bool account_open(struct omemo_account *account, const char *jid,
    const struct omemo_encrypted *encrypted, struct buffer *key,
    struct error *error)
{
    enum omemo_result result = OMEMO_BAD;
    const struct omemo_key *message = own_key(account, encrypted, NULL);
    if (message == NULL)
        return error_set(error, "the envelope has no key for this device");
    if (is_rejected(account, jid, encrypted->sid, error))
        return false;
    refresh_unknown(account, jid, encrypted->sid);
    for (; message != NULL && result != OMEMO_OPENED;
         message = own_key(account, encrypted, message)) {
        buffer_clear(key);
        if (!check_sender(account, jid, encrypted->sid, message, error))
            return false;
        result = open_one(account, jid, encrypted->sid, message, key, error);
    }
    if (result == OMEMO_NO_KEY || result == OMEMO_NO_SESSION ||
        result == OMEMO_BAD)
        ask_to_heal(account, jid, encrypted->sid);
    if (result == OMEMO_OPENED && account->fault != OMEMO_FAULT_BUNDLE_KEPT &&
        omemo_device_renew(account->device))
        account_publish_bundle(account);
    return result == OMEMO_OPENED;
}

void account_heal(struct omemo_account *account, const char *jid,
    struct contact_device *device)
{
    device->heal = false;
    omemo_device_forget_session(account->device, jid, device->id);
    uint8_t key[16], iv[12];
    random_secret(key, sizeof key);
    random_secret(iv, sizeof iv);
    if (!build(account, jid, device))
        return;
    struct omemo_encrypted encrypted = {
        .sid = omemo_device_id(account->device)};
    buffer_add(&encrypted.iv, iv, sizeof iv);
    wrap_for_device(
        account, jid, device->id, bytes_of(key, sizeof key), &encrypted);
    struct buffer out = {0};
    buffer_add_text(&out, "<message");
    xml_add_attr(&out, "to", jid);
    buffer_add_text(&out, " type='chat'>");
    omemo_encrypted_print(&encrypted, &out);
    buffer_add_text(&out, "<store xmlns='urn:xmpp:hints'/></message>");
    if (account->send != NULL)
        account->send(account->send_owner, buffer_bytes(&out));
    account_note(
        account, "a new session with %s/%u was begun", jid, device->id);
    buffer_free(&out);
    omemo_encrypted_free(&encrypted);
    OPENSSL_cleanse(key, sizeof key);
}

static enum omemo_state expect_device(struct omemo_account *account,
    const char *jid, uint32_t sid, struct error *error)
{
    if (omemo_device_known(account->device, jid, sid) != NULL ||
        account->fault == OMEMO_FAULT_SENDER_UNCHECKED)
        return OMEMO_READY;
    struct contact *contact = account_contact(account, jid);
    struct contact_device *device = contact_device(contact, sid);
    if (device->state == BUNDLE_UNKNOWN)
        account_ask_bundle(account, contact, device);
    if (device->state == BUNDLE_ASKED)
        return OMEMO_WAITING;
    error_set(error,
        "device %u is none of %s: it has no bundle there, so the envelope "
        "can't be known to be the sender's own",
        sid, jid);
    return OMEMO_FAILED;
}

enum omemo_state omemo_account_expect(struct omemo_account *account,
    const char *peer, const xmlNode *element, struct error *error)
{
    struct omemo_encrypted encrypted = {0};
    enum omemo_state state = OMEMO_FAILED;
    char *jid = account_bare(peer);
    if (omemo_encrypted_parse(element, &encrypted, error)) {
        if (own_key(account, &encrypted, NULL) == NULL)
            error_set(error, "the envelope has no key for this device");
        else
            state = expect_device(account, jid, encrypted.sid, error);
    }
    omemo_encrypted_free(&encrypted);
    free(jid);
    return state;
}

bool omemo_account_unwrap(struct omemo_account *account, const char *peer,
    const xmlNode *element, struct buffer *key, struct buffer *iv,
    struct error *error)
{
    struct omemo_encrypted encrypted = {0};
    char *jid = account_bare(peer);
    bool done = omemo_encrypted_parse(element, &encrypted, error) &&
                account_open(account, jid, &encrypted, key, error);
    if (done)
        buffer_add(iv, encrypted.iv.data, encrypted.iv.len);
    omemo_encrypted_free(&encrypted);
    free(jid);
    return done;
}
