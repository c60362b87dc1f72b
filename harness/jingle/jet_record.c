#include "jingle/jet_record.h"

#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "jingle/digest.h"
#include "jingle/jet.h"
#include "jingle/jet_omemo.h"
#include "omemo/element.h"

#include <stdlib.h>
#include <string.h>

#define JINGLE_NS "urn:xmpp:jingle:1"
#define FILE_NS "urn:xmpp:jingle:apps:file-transfer:5"
#define HASHES_NS "urn:xmpp:hashes:2"

/* The nearest element of that name around the node, or NULL. */
static const xmlNode *around(const xmlNode *node, const char *name)
{
    for (; node != NULL && node->type == XML_ELEMENT_NODE;
         node = node->parent) {
        if (strcmp((const char *)node->name, name) == 0)
            return node;
    }
    return NULL;
}

static const char *sender_of(const xmlNode *node)
{
    const xmlNode *stanza = around(node, "iq");
    if (stanza == NULL)
        stanza = around(node, "message");
    const char *from = xml_attr(stanza, "from");
    if (from != NULL)
        return from;
    const xmlNode *wrapper = around(node, "stanza");
    const char *dir = xml_attr(wrapper, "dir");
    bool sent =
        dir != NULL && (strcmp(dir, "c2s") == 0 || strcmp(dir, "out") == 0);
    return sent ? xml_attr(wrapper, "session") : NULL;
}

/* Free it. */
static char *bare_sender(const xmlNode *node)
{
    const char *from = sender_of(node);
    return from == NULL ? NULL : mem_strndup(from, strcspn(from, "/"));
}

static const char *session_id(const xmlNode *node)
{
    const char *sid = xml_attr(around(node, "jingle"), "sid");
    return sid == NULL ? "" : sid;
}

/* The <security/> to open: the only one of the session asked for, and the
 * only session when none was asked for. */
static const xmlNode *find_security(
    const struct jet_record *record, struct error *error)
{
    const xmlNode *found = NULL, *at = NULL;
    bool any = false;
    while ((at = xml_find(record->transcript, at, JET_NS, "security"))) {
        any = true;
        if (record->sid != NULL && strcmp(session_id(at), record->sid) != 0)
            continue;
        if (found == NULL) {
            found = at;
        } else if (strcmp(session_id(found), session_id(at)) != 0) {
            error_set(error,
                "the transcript has more than one encrypted transfer: choose "
                "one with --sid, such as '%.100s' or '%.100s'",
                session_id(found), session_id(at));
            return NULL;
        }
    }
    if (found == NULL && any)
        error_set(error,
            "no <security/> belongs to a Jingle session of the sid '%.100s'",
            record->sid);
    else if (found == NULL)
        error_set(error,
            "the transcript has no <security xmlns='" JET_NS "'/>: "
            "nothing was encrypted by JET");
    return found;
}

/* --- the envelopes, in the order in which the device met them --- */

struct opening {
    const struct jet_record *record;
    struct buffer *report;
    VEC(struct buffer) seen; /* key messages already fed to the ratchet */
};

static void opening_free(struct opening *opening)
{
    for (size_t i = 0; i < opening->seen.count; i++)
        buffer_free(&opening->seen.items[i]);
    vec_free(&opening->seen);
}

/* A server's transcript shows a stanza twice: coming and going. */
static bool was_seen(struct opening *opening, const struct buffer *message)
{
    for (size_t i = 0; i < opening->seen.count; i++) {
        if (bytes_equal(
                buffer_bytes(&opening->seen.items[i]), buffer_bytes(message)))
            return true;
    }
    struct buffer copy = {0};
    buffer_add(&copy, message->data, message->len);
    vec_push(&opening->seen, copy);
    return false;
}

static void tell_message(struct opening *opening, const char *jid, uint32_t sid,
    const struct omemo_opened *opened, const char *what)
{
    buffer_printf(opening->report,
        "%s: from device %u of %s to device %u, message %u of its chain", what,
        sid, jid, omemo_device_id(opening->record->device), opened->counter);
    if (opened->prekey_message && opened->has_pre_key)
        buffer_printf(opening->report,
            ", a PreKeySignalMessage by pre-key %u and signed pre-key %u",
            opened->pre_key_id, opened->signed_pre_key_id);
    else if (opened->prekey_message)
        buffer_printf(opening->report,
            ", a PreKeySignalMessage by signed pre-key %u alone",
            opened->signed_pre_key_id);
    buffer_add_text(opening->report, "\n");
}

/* Feeds one envelope to the ratchet. 1: opened into key; 0: it has no key for
 * the device, or was seen before; -1: failed. */
static int feed(struct opening *opening, const char *jid,
    const struct omemo_encrypted *encrypted, const char *what,
    struct buffer *key, struct error *error)
{
    struct omemo_device *device = opening->record->device;
    int outcome = 0;
    for (size_t i = 0; i < encrypted->keys.count && outcome != 1; i++) {
        const struct omemo_key *mine = &encrypted->keys.items[i];
        if (mine->rid != omemo_device_id(device) ||
            was_seen(opening, &mine->data))
            continue;
        struct omemo_opened opened;
        buffer_clear(key);
        enum omemo_result result =
            omemo_device_decrypt(device, jid, encrypted->sid,
                buffer_bytes(&mine->data), mine->prekey, key, &opened, error);
        outcome = result == OMEMO_OPENED ? 1 : -1;
        if (outcome == 1)
            tell_message(opening, jid, encrypted->sid, &opened, what);
        if (outcome == 1 && opened.prekey_message != mine->prekey)
            buffer_add_text(opening->report,
                "  (its attribute prekey says something else)\n");
    }
    return outcome;
}

static void list_devices(const struct omemo_encrypted *encrypted,
    const struct omemo_device *device, struct error *error)
{
    struct buffer list = {0};
    for (size_t i = 0; i < encrypted->keys.count && i < 20; i++)
        buffer_printf(&list, " %u", encrypted->keys.items[i].rid);
    error_set(error,
        "the envelope has no key for device %u, whose keys these are; it has "
        "keys for:%s",
        omemo_device_id(device), list.len == 0 ? " none" : buffer_text(&list));
    buffer_free(&list);
}

/* An envelope before the wanted one: it moves the ratchet, and its failure
 * is told and no more. */
static void feed_earlier(struct opening *opening, const xmlNode *element)
{
    struct omemo_encrypted encrypted = {0};
    struct buffer key = {0};
    struct error error;
    char *jid = bare_sender(element);
    if (jid == NULL)
        error_set(&error, "its sender is not recorded");
    if (jid == NULL || !omemo_encrypted_parse(element, &encrypted, &error) ||
        feed(opening, jid, &encrypted, "earlier message", &key, &error) < 0)
        buffer_printf(opening->report, "earlier message: %s\n", error.message);
    free(jid);
    buffer_free(&key);
    omemo_encrypted_free(&encrypted);
}

static bool open_wanted(struct opening *opening, const xmlNode *element,
    struct jet_secret *secret, struct error *error)
{
    struct omemo_encrypted encrypted = {0};
    struct buffer key = {0};
    char *jid = bare_sender(element);
    bool done =
        jid != NULL ||
        error_set(error, "the offer's sender is not recorded: no from, and no "
                         "<stanza dir='c2s' session='JID'/> around it");
    done = done && omemo_encrypted_parse(element, &encrypted, error);
    if (done) {
        int outcome = feed(opening, jid, &encrypted, "the key", &key, error);
        if (outcome == 0)
            list_devices(&encrypted, opening->record->device, error);
        done = outcome == 1 &&
               jet_omemo_secret(buffer_bytes(&key), buffer_bytes(&encrypted.iv),
                   secret, opening->report, error);
    }
    free(jid);
    buffer_free(&key);
    omemo_encrypted_free(&encrypted);
    return done;
}

static bool open_key(const struct jet_record *record, const xmlNode *security,
    struct jet_secret *secret, struct buffer *report, struct error *error)
{
    struct jet_security parts;
    if (!jet_security_parse(security, &parts, error))
        return false;
    if (strcmp(parts.type, OMEMO_NS) != 0)
        return error_set(error,
            "the envelope is of the type '%.100s'; only '" OMEMO_NS
            "' can be opened",
            parts.type);
    secret->cipher = parts.cipher;
    struct opening opening = {.record = record, .report = report};
    const xmlNode *at = NULL;
    while ((at = xml_find(record->transcript, at, OMEMO_NS, "encrypted")) &&
           at != parts.envelope)
        feed_earlier(&opening, at);
    bool done = open_wanted(&opening, parts.envelope, secret, error);
    opening_free(&opening);
    jet_security_note(&parts, report);
    if (done)
        buffer_printf(report, "the cipher: %s, written '%s'; IV of %zu bytes\n",
            jet_cipher_name(secret->cipher), xml_attr(security, "cipher"),
            secret->iv_len);
    return done;
}

/* --- the stream --- */

/* What the session said about the file, in whatever stanza. */
struct announced {
    uint64_t size; /* UINT64_MAX: not said */
    bool part;     /* a range was agreed on */
};

static struct announced find_announced(
    const xmlNode *transcript, const char *sid)
{
    struct announced announced = {UINT64_MAX, false};
    const xmlNode *file = NULL;
    while ((file = xml_find(transcript, file, FILE_NS, "file"))) {
        if (strcmp(session_id(file), sid) != 0)
            continue;
        const xmlNode *size = xml_child(file, FILE_NS, "size");
        struct buffer text = {0};
        if (size != NULL)
            xml_text(size, &text);
        char *end = NULL;
        unsigned long long number = strtoull(buffer_text(&text), &end, 10);
        if (text.len > 0 && text.len < 20 && *end == 0)
            announced.size = number;
        buffer_free(&text);
        const xmlNode *range = xml_child(file, FILE_NS, "range");
        announced.part = announced.part || xml_attr(range, "offset") ||
                         xml_attr(range, "length");
    }
    return announced;
}

static enum jet_tag_verdict decrypt(const struct jet_secret *secret,
    struct bytes stream, uint64_t plain_size, struct buffer *plain)
{
    buffer_clear(plain);
    struct jet_stream *decrypting = jet_decrypt_new(secret);
    jet_stream_add(decrypting, stream.data, stream.len, plain);
    enum jet_tag_verdict verdict =
        jet_decrypt_end(decrypting, plain_size, plain);
    jet_stream_free(decrypting);
    return verdict;
}

/* Says why the tag may be wrong, by trying what else the stream could be. */
static void explain_tag(const struct jet_secret *secret, struct bytes stream,
    uint64_t size, struct buffer *report)
{
    struct buffer plain = {0};
    if (size != UINT64_MAX && stream.len < size + JET_TAG_LEN)
        buffer_printf(report,
            "  the stream has %zu bytes; a file of %llu needs %llu with its "
            "tag: it was cut\n",
            stream.len, (unsigned long long)size,
            (unsigned long long)size + JET_TAG_LEN);
    if (size != UINT64_MAX && stream.len > size + JET_TAG_LEN &&
        decrypt(secret, bytes_of(stream.data, size + JET_TAG_LEN), UINT64_MAX,
            &plain) == JET_TAG_RIGHT)
        buffer_printf(report,
            "  it would be right for the first %llu bytes: %llu more follow "
            "the tag\n",
            (unsigned long long)size + JET_TAG_LEN,
            (unsigned long long)(stream.len - size - JET_TAG_LEN));
    buffer_free(&plain);
}

static bool check_size(const struct announced *announced, size_t plain,
    size_t stream, struct buffer *report)
{
    if (announced->size == UINT64_MAX) {
        buffer_add_text(report, "the size: none was announced\n");
        return true;
    }
    buffer_printf(report, "the size: %zu bytes", plain);
    if (announced->size == plain)
        buffer_add_text(report, ", as announced\n");
    else if (announced->size == stream)
        buffer_printf(report,
            "; announced was %zu, which is the encrypted "
            "stream's\n",
            stream);
    else if (announced->part && plain < announced->size)
        buffer_printf(report, ", a part of the announced %llu\n",
            (unsigned long long)announced->size);
    else
        buffer_printf(report, ", but %llu were announced\n",
            (unsigned long long)announced->size);
    return announced->size == plain || announced->size == stream ||
           (announced->part && plain < announced->size);
}

static bool is_hash_of(enum digest_kind kind, const struct buffer *want,
    const void *data, size_t len)
{
    uint8_t got[DIGEST_MAX];
    digest_once(kind, data, len, got);
    return want->len == digest_size(kind) &&
           memcmp(want->data, got, want->len) == 0;
}

/* One <hash/> against the file, and against the stream, for some hash what
 * they send. */
static bool check_hash(const xmlNode *hash, const struct buffer *plain,
    struct bytes stream, struct buffer *report)
{
    const char *algo = xml_attr(hash, "algo");
    enum digest_kind kind = digest_find(algo == NULL ? "" : algo);
    struct buffer text = {0}, want = {0};
    xml_text(hash, &text);
    bool right = true;
    buffer_printf(report, "the hash: %.40s ", algo == NULL ? "" : algo);
    if (kind == DIGEST_KINDS) {
        buffer_add_text(report, "is an unknown algorithm\n");
    } else if (!base64_decode(&want, buffer_text(&text), text.len, true)) {
        buffer_add_text(report, "is no base64\n");
        right = false;
    } else if (is_hash_of(kind, &want, plain->data, plain->len)) {
        buffer_add_text(report, "is right\n");
    } else {
        right = is_hash_of(kind, &want, stream.data, stream.len);
        buffer_add_text(
            report, right ? "is that of the encrypted stream\n" : "is wrong\n");
    }
    buffer_free(&text);
    buffer_free(&want);
    return right;
}

static bool check_hashes(const struct jet_record *record, const char *sid,
    bool part, const struct buffer *plain, struct buffer *report)
{
    const xmlNode *hash = NULL;
    bool right = true, any = false;
    struct buffer told = {0};
    while ((hash = xml_find(record->transcript, hash, HASHES_NS, "hash"))) {
        if (strcmp(session_id(hash), sid) != 0)
            continue;
        any = true;
        if (part)
            continue;
        struct buffer line = {0};
        right = check_hash(hash, plain, record->stream, &line) && right;
        if (told.len == 0 ||
            strstr(buffer_text(&told), buffer_text(&line)) == NULL)
            buffer_add(&told, line.data, line.len);
        buffer_free(&line);
    }
    if (!any)
        buffer_add_text(&told, "the hash: none was announced\n");
    else if (part)
        buffer_add_text(
            &told, "the hash: not checked, only a part was transferred\n");
    buffer_add(report, told.data, told.len);
    buffer_free(&told);
    return right;
}

enum jet_record_verdict jet_record_open(const struct jet_record *record,
    struct buffer *plain, struct buffer *report, struct error *error)
{
    struct jet_secret secret = {.iv_len = 0};
    const xmlNode *security = find_security(record, error);
    if (security == NULL || !open_key(record, security, &secret, report, error))
        return JET_RECORD_UNOPENED;
    const char *sid = session_id(security);
    struct announced announced = find_announced(record->transcript, sid);
    enum jet_tag_verdict verdict =
        decrypt(&secret, record->stream, announced.size, plain);
    buffer_printf(report, "%s\n", jet_tag_verdict_text(verdict));
    if (verdict != JET_TAG_RIGHT) {
        explain_tag(&secret, record->stream, announced.size, report);
        jet_secret_clear(&secret);
        return JET_RECORD_UNSAFE;
    }
    jet_secret_clear(&secret);
    bool size = check_size(&announced, plain->len, record->stream.len, report);
    bool part = announced.part && plain->len < announced.size;
    bool hash = check_hashes(record, sid, part, plain, report);
    return size && hash ? JET_RECORD_GOOD : JET_RECORD_NOT_GOOD;
}
