#include "jingle/jet.h"

#include "base/random.h"
#include "base/xml.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    size_t key_len;
} ciphers[JET_CIPHERS] = {
    [JET_AES_128_GCM] = {"aes-128-gcm", 16},
    [JET_AES_256_GCM] = {"aes-256-gcm", 32},
};

static const struct {
    const char *before, *behind;
} readings[] = {
    [JET_NAME_URN] = {"urn:xmpp:ciphers:", "-nopadding"},
    [JET_NAME_URN_VERSIONED] = {"urn:xmpp:ciphers:", "-nopadding:0"},
    [JET_NAME_VERSIONED] = {"", "-nopadding:0"},
    [JET_NAME_BARE] = {"", "-nopadding"},
};
enum { READINGS = sizeof readings / sizeof *readings, CIPHER_TEXT_MAX = 64 };

size_t jet_cipher_key_len(enum jet_cipher cipher)
{
    return ciphers[cipher].key_len;
}

const char *jet_cipher_name(enum jet_cipher cipher)
{
    return ciphers[cipher].name;
}

void jet_secret_make(
    struct jet_secret *secret, enum jet_cipher cipher, size_t iv_len)
{
    memset(secret, 0, sizeof *secret);
    secret->cipher = cipher;
    secret->iv_len = iv_len;
    random_secret(secret->key, ciphers[cipher].key_len);
    random_secret(secret->iv, iv_len);
}

void jet_secret_clear(struct jet_secret *secret)
{
    OPENSSL_cleanse(secret, sizeof *secret);
}

void jet_add(struct jet *jet, const struct jet_envelope *envelope, void *owner)
{
    if (jet->count == JET_ENVELOPES_MAX)
        return;
    jet->rows[jet->count].envelope = envelope;
    jet->rows[jet->count].owner = owner;
    jet->count++;
}

void jet_attach(struct jet *jet, jet_send_fn *send, void *owner)
{
    for (size_t i = 0; i < jet->count; i++) {
        if (jet->rows[i].envelope->attach != NULL)
            jet->rows[i].envelope->attach(jet->rows[i].owner, send, owner);
    }
}

void jet_login(struct jet *jet, const char *full_jid)
{
    for (size_t i = 0; i < jet->count; i++) {
        if (jet->rows[i].envelope->login != NULL)
            jet->rows[i].envelope->login(jet->rows[i].owner, full_jid);
    }
}

bool jet_stanza(struct jet *jet, const xmlNode *stanza)
{
    for (size_t i = 0; i < jet->count; i++) {
        const struct jet_envelope *envelope = jet->rows[i].envelope;
        if (envelope->stanza != NULL &&
            envelope->stanza(jet->rows[i].owner, stanza))
            return true;
    }
    return false;
}

const char *jet_stanza_from(const xmlNode *stanza)
{
    return xml_attr(stanza, "from");
}

bool jet_offered_security(
    const xmlNode *stanza, const xmlNode **security, const char **peer)
{
    const char *type = xml_attr(stanza, "type");
    const xmlNode *jingle = xml_child(stanza, "urn:xmpp:jingle:1", "jingle");
    const char *action = xml_attr(jingle, "action");
    *peer = jet_stanza_from(stanza);
    if (!xml_is(stanza, NULL, "iq") || *peer == NULL || type == NULL ||
        strcmp(type, "set") != 0 || action == NULL ||
        (strcmp(action, "session-initiate") != 0 &&
            strcmp(action, "content-add") != 0))
        return false;
    *security = xml_find(jingle, *security, JET_NS, "security");
    return *security != NULL;
}

struct jet_writing jet_writing_default(void)
{
    return (struct jet_writing){.write_name = true, .iv_len = 12};
}

static void cipher_text(enum jet_cipher cipher, enum jet_cipher_reading reading,
    char out[CIPHER_TEXT_MAX])
{
    snprintf(out, CIPHER_TEXT_MAX, "%s%s%s", readings[reading].before,
        ciphers[cipher].name, readings[reading].behind);
}

static bool find_cipher(const char *text, struct jet_security *out)
{
    for (int cipher = 0; cipher < JET_CIPHERS; cipher++) {
        for (int reading = 0; reading < READINGS; reading++) {
            char known[CIPHER_TEXT_MAX];
            cipher_text((enum jet_cipher)cipher,
                (enum jet_cipher_reading)reading, known);
            if (strcmp(text, known) != 0)
                continue;
            out->cipher = (enum jet_cipher)cipher;
            out->cipher_name = (enum jet_cipher_reading)reading;
            return true;
        }
    }
    return false;
}

bool jet_security_parse(
    const xmlNode *security, struct jet_security *out, struct error *error)
{
    memset(out, 0, sizeof *out);
    if (!xml_is(security, JET_NS, "security"))
        return error_set(
            error, "the element is no <security xmlns='%s'/>", JET_NS);
    const char *cipher = xml_attr(security, "cipher");
    if (cipher == NULL)
        return error_set(error, "<security/> has no cipher");
    if (!find_cipher(cipher, out))
        return error_set(
            error, "<security/> names the unknown cipher '%.100s'", cipher);
    out->type = xml_attr(security, "type");
    if (out->type == NULL || *out->type == 0)
        return error_set(error, "<security/> has no type");
    out->name = xml_attr(security, "name");
    out->envelope = xml_child(security, out->type, NULL);
    if (out->envelope == NULL)
        return error_set(error,
            "<security/> has no envelope in the namespace of its type "
            "'%.100s'",
            out->type);
    if (xml_next(out->envelope, out->type, NULL) != NULL)
        return error_set(error, "<security/> has more than one envelope");
    return true;
}

/* The row for a type, or -1. */
static int find_row(const struct jet *jet, const char *type)
{
    for (size_t i = 0; jet != NULL && i < jet->count; i++) {
        if (strcmp(jet->rows[i].envelope->type, type) == 0)
            return (int)i;
    }
    return -1;
}

enum jet_state jet_prepare(
    struct jet *jet, const char *peer, struct error *error)
{
    if (jet == NULL || jet->count == 0) {
        error_set(error, "no end-to-end encryption is set up");
        return JET_FAILED;
    }
    const struct jet_envelope *envelope = jet->rows[0].envelope;
    if (envelope->prepare == NULL)
        return JET_READY;
    return envelope->prepare(jet->rows[0].owner, peer, error);
}

bool jet_wrap(struct jet *jet, const struct jet_writing *writing,
    const char *peer, const char *content, const struct jet_secret *secret,
    struct buffer *out, struct error *error)
{
    if (jet == NULL || jet->count == 0)
        return error_set(error, "no end-to-end encryption is set up");
    const struct jet_envelope *envelope = jet->rows[0].envelope;
    struct buffer inside = {0};
    bool done =
        envelope->wrap(jet->rows[0].owner, peer, secret, &inside, error);
    if (done) {
        char cipher[CIPHER_TEXT_MAX];
        cipher_text(secret->cipher, writing->cipher_name, cipher);
        buffer_add_text(out, "<security xmlns='" JET_NS "'");
        xml_add_attr(out, "name", writing->write_name ? content : NULL);
        xml_add_attr(out, "cipher",
            writing->cipher_text != NULL ? writing->cipher_text : cipher);
        xml_add_attr(out, "type",
            writing->type != NULL ? writing->type : envelope->type);
        buffer_add_text(out, ">");
        buffer_add(out, inside.data, inside.len);
        buffer_add_text(out, "</security>");
    }
    buffer_free(&inside);
    return done;
}

static int judged_row(struct jet *jet, const xmlNode *security,
    struct jet_security *parts, struct error *error)
{
    if (!jet_security_parse(security, parts, error))
        return -1;
    int row = find_row(jet, parts->type);
    if (row < 0)
        error_set(error,
            "the envelope's type '%.100s' is none that is spoken here",
            parts->type);
    return row;
}

enum jet_state jet_expect(struct jet *jet, const char *peer,
    const xmlNode *security, struct error *error)
{
    struct jet_security parts;
    int row = judged_row(jet, security, &parts, error);
    if (row < 0)
        return JET_FAILED;
    const struct jet_envelope *envelope = jet->rows[row].envelope;
    if (envelope->expect == NULL)
        return JET_READY;
    return envelope->expect(jet->rows[row].owner, peer, parts.envelope, error);
}

void jet_security_note(const struct jet_security *parts, struct buffer *notes)
{
    static const char *const texts[READINGS] = {
        [JET_NAME_URN] = "the cipher's name is a URN without a version",
        [JET_NAME_URN_VERSIONED] = "the cipher's name is a URN with version 0",
        [JET_NAME_VERSIONED] = "the cipher's name has a version but no URN",
        [JET_NAME_BARE] = "the cipher's name has neither URN nor version",
    };
    buffer_printf(notes, "%s\n", texts[parts->cipher_name]);
    if (parts->name == NULL)
        buffer_add_text(notes, "<security/> does not name the content\n");
}

bool jet_unwrap(struct jet *jet, const char *peer, const char *content,
    const xmlNode *security, struct jet_secret *secret, struct buffer *notes,
    struct error *error)
{
    struct jet_security parts;
    int row = judged_row(jet, security, &parts, error);
    if (row < 0)
        return false;
    if (parts.name != NULL && content != NULL &&
        strcmp(parts.name, content) != 0)
        return error_set(error,
            "<security/> is for the content '%.100s', not for '%.100s'",
            parts.name, content);
    if (notes != NULL)
        jet_security_note(&parts, notes);
    memset(secret, 0, sizeof *secret);
    secret->cipher = parts.cipher;
    bool done = jet->rows[row].envelope->unwrap(
        jet->rows[row].owner, peer, parts.envelope, secret, notes, error);
    if (!done)
        jet_secret_clear(secret);
    return done;
}
