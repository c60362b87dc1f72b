#include "jingle/jet_omemo.h"

#include "omemo/omemo.h"

#include <openssl/crypto.h>
#include <string.h>

static void attach(void *owner, jet_send_fn *send, void *send_owner)
{
    omemo_account_attach(owner, send, send_owner);
}

static void login(void *owner, const char *full_jid)
{
    omemo_account_login(owner, full_jid);
}

static bool stanza(void *owner, const xmlNode *node)
{
    return omemo_account_stanza(owner, node);
}

static enum jet_state state_of(enum omemo_state state)
{
    static const enum jet_state states[] = {[OMEMO_READY] = JET_READY,
        [OMEMO_WAITING] = JET_WAITING,
        [OMEMO_FAILED] = JET_FAILED};
    return states[state];
}

static enum jet_state prepare(
    void *owner, const char *peer, struct error *error)
{
    return state_of(omemo_account_prepare(owner, peer, error));
}

static enum jet_state expect(
    void *owner, const char *peer, const xmlNode *envelope, struct error *error)
{
    return state_of(omemo_account_expect(owner, peer, envelope, error));
}

static bool wrap(void *owner, const char *peer, const struct jet_secret *secret,
    struct buffer *out, struct error *error)
{
    uint8_t key[JET_KEY_MAX + JET_TAG_LEN];
    size_t len = jet_cipher_key_len(secret->cipher);
    memcpy(key, secret->key, len);
    if (secret->has_tag) {
        memcpy(key + len, secret->tag, JET_TAG_LEN);
        len += JET_TAG_LEN;
    }
    bool done = omemo_account_wrap(owner, peer, bytes_of(key, len),
        bytes_of(secret->iv, secret->iv_len), out, error);
    OPENSSL_cleanse(key, sizeof key);
    return done;
}

static bool unwrap(void *owner, const char *peer, const xmlNode *envelope,
    struct jet_secret *secret, struct buffer *notes, struct error *error)
{
    struct buffer key = {0}, iv = {0};
    bool done = omemo_account_unwrap(owner, peer, envelope, &key, &iv, error) &&
                jet_omemo_secret(buffer_bytes(&key), buffer_bytes(&iv), secret,
                    notes, error);
    if (key.data != NULL)
        OPENSSL_cleanse(key.data, key.len);
    buffer_free(&key);
    buffer_free(&iv);
    return done;
}

static const char *const features[] = {
    JET_NS, JET_OMEMO_NS, OMEMO_DEVICES_NODE "+notify", NULL};

const struct jet_envelope jet_omemo = {
    .type = OMEMO_NS,
    .features = features,
    .attach = attach,
    .login = login,
    .stanza = stanza,
    .prepare = prepare,
    .expect = expect,
    .wrap = wrap,
    .unwrap = unwrap,
};
