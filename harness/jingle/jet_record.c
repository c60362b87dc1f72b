#include "jingle/jet_record.h"

#include "base/memory.h"
#include "base/vec.h"
#include "base/xml.h"
#include "jingle/digest.h"
#include "jingle/jet.h"
#include "jingle/jet_omemo.h"
#include "jingle/jet_transcript.h"
#include "omemo/element.h"

#include <stdlib.h>
#include <string.h>

/* Free it. */
static char *bare_sender(const xmlNode *node)
{
    char *sender = transcript_sender(node);
    if (sender != NULL)
        sender[strcspn(sender, "/")] = 0;
    return sender;
}

/* --- the envelopes, in the order in which the device met them --- */

/* A key message that was fed to the ratchet. */
struct fed {
    struct buffer message;
    uint32_t pre_key; /* that it used up, when it opened */
    bool opened, has_pre_key;
};

struct opening {
    const struct jet_record *record;
    struct buffer *report;
    VEC(struct fed) fed;
    bool answered; /* the device itself sent a message meanwhile */
};

static void opening_free(struct opening *opening)
{
    for (size_t i = 0; i < opening->fed.count; i++)
        buffer_free(&opening->fed.items[i].message);
    vec_free(&opening->fed);
}

/* A server's transcript shows a stanza twice: coming and going. */
static bool was_fed(const struct opening *opening, const struct buffer *message)
{
    for (size_t i = 0; i < opening->fed.count; i++) {
        if (bytes_equal(buffer_bytes(&opening->fed.items[i].message),
                buffer_bytes(message)))
            return true;
    }
    return false;
}

static void remember(struct opening *opening, const struct buffer *message,
    const struct omemo_opened *opened, bool open)
{
    struct fed fed = {.pre_key = opened->pre_key_id,
        .has_pre_key = opened->has_pre_key,
        .opened = open};
    buffer_add(&fed.message, message->data, message->len);
    vec_push(&opening->fed, fed);
}

static bool used_up(const struct opening *opening, uint32_t pre_key)
{
    for (size_t i = 0; i < opening->fed.count; i++) {
        const struct fed *fed = &opening->fed.items[i];
        if (fed->opened && fed->has_pre_key && fed->pre_key == pre_key)
            return true;
    }
    return false;
}

static void tell_message(struct opening *opening, const char *jid, uint32_t sid,
    const struct omemo_opened *opened, const char *what)
{
    struct buffer *out = opening->report;
    buffer_printf(out, "%s: from device %u of %.200s to device %u", what, sid,
        jid, omemo_device_id(opening->record->device));
    if (!opened->read) {
        buffer_add_text(out, ", unreadable\n");
        return;
    }
    buffer_printf(out, ", message %u of its chain", opened->counter);
    if (opened->prekey_message && opened->has_pre_key)
        buffer_printf(out,
            ", a PreKeySignalMessage by pre-key %u and signed pre-key %u",
            opened->pre_key_id, opened->signed_pre_key_id);
    else if (opened->prekey_message)
        buffer_printf(out, ", a PreKeySignalMessage by signed pre-key %u alone",
            opened->signed_pre_key_id);
    buffer_add_text(out, "\n");
}

/* Which of the keys it was, and what may have become of it. */
static void explain_no_key(
    const struct opening *opening, const struct omemo_opened *opened)
{
    const struct omemo_device *device = opening->record->device;
    struct buffer *out = opening->report;
    if (!omemo_device_has_signed_pre_key(device, opened->signed_pre_key_id))
        buffer_printf(out, "  signed pre-key %u is not among the keys\n",
            opened->signed_pre_key_id);
    if (!opened->has_pre_key ||
        omemo_device_has_pre_key(device, opened->pre_key_id))
        return;
    buffer_printf(out, "  pre-key %u %s\n", opened->pre_key_id,
        used_up(opening, opened->pre_key_id)
            ? "was used up by an earlier message, of a session with another "
              "device"
            : "is not among the keys: they may be from after the transfer");
}

static void explain(const struct opening *opening, const char *jid,
    uint32_t sid, enum omemo_result result, const struct omemo_opened *opened)
{
    struct omemo_device *device = opening->record->device;
    struct buffer *out = opening->report;
    if (result == OMEMO_NO_KEY)
        explain_no_key(opening, opened);
    if (result == OMEMO_UNTRUSTED)
        buffer_add_text(out,
            omemo_device_trust(device, jid, sid) == OMEMO_DISTRUSTED
                ? "  the keys file says that this device is distrusted\n"
                : "  the keys file knows another identity key of this device "
                  "than the message has\n");
    if (result == OMEMO_BAD && opened->prekey_message &&
        !omemo_device_has_session(device, jid, sid))
        buffer_add_text(out,
            "  it begins a session by pre-keys whose ids are among the keys: "
            "the message was changed, or these are another device's keys\n");
    if (result == OMEMO_NO_SESSION)
        buffer_add_text(out,
            "  no session with that device is among the keys, and the message "
            "begins none: an earlier message is missing, or the keys are from "
            "another time\n");
    if (result == OMEMO_BAD && opened->read && opening->answered)
        buffer_add_text(out,
            "  this device sent messages of its own before: their keys are "
            "not in the transcript, take the device's from after them\n");
}

/* Feeds one envelope to the ratchet. 1: opened into key; 0: it has no key for
 * the device, or *again: was fed before; -1: failed. */
static int feed(struct opening *opening, const char *jid,
    const struct omemo_encrypted *encrypted, const char *what,
    struct buffer *key, bool *again, struct error *error)
{
    struct omemo_device *device = opening->record->device;
    int outcome = 0;
    *again = false;
    for (size_t i = 0; i < encrypted->keys.count && outcome != 1; i++) {
        const struct omemo_key *mine = &encrypted->keys.items[i];
        bool ours = mine->rid == omemo_device_id(device);
        bool fed = ours && was_fed(opening, &mine->data);
        *again = *again || fed;
        if (!ours || fed)
            continue;
        struct omemo_opened opened;
        buffer_clear(key);
        enum omemo_result result =
            omemo_device_decrypt(device, jid, encrypted->sid,
                buffer_bytes(&mine->data), mine->prekey, key, &opened, error);
        outcome = result == OMEMO_OPENED ? 1 : -1;
        tell_message(opening, jid, encrypted->sid, &opened, what);
        if (outcome == 1 && opened.prekey_message != mine->prekey)
            buffer_add_text(opening->report,
                "  (its attribute prekey says something else)\n");
        if (outcome != 1)
            explain(opening, jid, encrypted->sid, result, &opened);
        remember(opening, &mine->data, &opened, outcome == 1);
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
    bool again = false;
    char *jid = bare_sender(element);
    if (jid == NULL)
        error_set(&error, "its sender is not recorded");
    if (jid == NULL || !omemo_encrypted_parse(element, &encrypted, &error) ||
        feed(opening, jid, &encrypted, "earlier message", &key, &again,
            &error) < 0)
        buffer_printf(opening->report, "  not opened: %s\n", error.message);
    opening->answered =
        opening->answered ||
        encrypted.sid == omemo_device_id(opening->record->device);
    free(jid);
    buffer_free(&key);
    omemo_encrypted_free(&encrypted);
}

static bool open_wanted(struct opening *opening, const xmlNode *element,
    struct jet_secret *secret, struct error *error)
{
    struct omemo_encrypted encrypted = {0};
    struct buffer key = {0};
    bool again = false;
    char *jid = bare_sender(element);
    bool done =
        jid != NULL ||
        error_set(error, "the offer's sender is not recorded: no from, no "
                         "initiator, and no <stanza dir='c2s' session='JID'/> "
                         "around it");
    done = done && omemo_encrypted_parse(element, &encrypted, error);
    if (done) {
        int outcome =
            feed(opening, jid, &encrypted, "the key", &key, &again, error);
        if (outcome == 0 && again)
            error_set(error,
                "the envelope came before in this transcript, in another "
                "place: it is a replay");
        else if (outcome == 0)
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

/* The wanted envelope, recorded a second time. */
static bool is_copy(const xmlNode *element, const xmlNode *security)
{
    return xml_is(element->parent, JET_NS, "security") &&
           strcmp(transcript_sid(element), transcript_sid(security)) == 0 &&
           strcmp(transcript_content(element), transcript_content(security)) ==
               0;
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
           at != parts.envelope) {
        if (!is_copy(at, security))
            feed_earlier(&opening, at);
    }
    bool done = open_wanted(&opening, parts.envelope, secret, error);
    opening_free(&opening);
    jet_security_note(&parts, report);
    if (parts.name != NULL && strcmp(parts.name, transcript_content(security)))
        buffer_printf(report,
            "<security/> names the content '%.100s' and stands in "
            "'%.100s': clients may refuse it\n",
            parts.name, transcript_content(security));
    if (done)
        buffer_printf(report, "the cipher: %s, written '%s'; IV of %zu bytes\n",
            jet_cipher_name(secret->cipher), xml_attr(security, "cipher"),
            secret->iv_len);
    return done;
}

/* --- the stream --- */

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

/* The length of a SOCKS5 handshake (RFC 1928 s3 to s6) that the stream begins
 * with, as the client or the server of it sent it; 0: none. */
static size_t handshake_len(struct bytes stream)
{
    enum { VERSION = 5, HEAD = 4, NAME = 3 };
    if (stream.len < 8 || stream.data[0] != VERSION)
        return 0;
    size_t at = 2 + (size_t)stream.data[1];
    if (at + HEAD + 1 > stream.len || stream.data[at] != VERSION ||
        stream.data[at + 2] != 0 || stream.data[at + 3] != NAME)
        return 0;
    at += HEAD + 1 + (size_t)stream.data[at + HEAD] + 2;
    return at <= stream.len ? at : 0;
}

static bool would_be_right(
    const struct jet_secret *secret, struct bytes stream, uint64_t size)
{
    struct buffer plain = {0};
    bool right = decrypt(secret, stream, size, &plain) == JET_TAG_RIGHT;
    buffer_free(&plain);
    return right;
}

/* Says why the tag may be wrong, by trying what else the stream could be. */
static void explain_tag(const struct jet_secret *secret, struct bytes stream,
    uint64_t size, struct buffer *report)
{
    size_t skip = handshake_len(stream);
    uint64_t want = secret->has_tag ? size : size + JET_TAG_LEN;
    if (skip > 0 && would_be_right(secret,
                        bytes_of(stream.data + skip, stream.len - skip), size))
        buffer_printf(report,
            "  it would be right without the first %zu bytes, which are a "
            "SOCKS5 handshake\n",
            skip);
    if (size == UINT64_MAX)
        return;
    if (stream.len < want && stream.len == size)
        buffer_printf(report,
            "  the stream has %zu bytes, just as many as the file: its tag was "
            "cut off, or the file was sent unencrypted\n",
            stream.len);
    else if (stream.len < want)
        buffer_printf(report,
            "  the stream has %zu bytes; a file of %llu needs %llu with its "
            "tag: it was cut\n",
            stream.len, (unsigned long long)size,
            (unsigned long long)size + JET_TAG_LEN);
    else if (stream.len > want &&
             would_be_right(secret, bytes_of(stream.data, want), size))
        buffer_printf(report,
            "  it would be right for the first %llu bytes: %llu more follow "
            "the tag\n",
            (unsigned long long)want, (unsigned long long)(stream.len - want));
}

/* stream: its length, or 0 when that can't be what was announced. */
static bool check_size(const struct transcript_file *file, size_t plain,
    size_t stream, struct buffer *report)
{
    if (file->odd != NULL && file->size == UINT64_MAX) {
        struct buffer text = {0};
        xml_text(file->odd, &text);
        buffer_printf(report,
            "the size: %zu bytes, but '%.40s' was announced, which is no "
            "number\n",
            plain, buffer_text(&text));
        buffer_free(&text);
        return false;
    }
    if (file->size == UINT64_MAX) {
        buffer_printf(
            report, "the size: %zu bytes; none was announced\n", plain);
        return true;
    }
    buffer_printf(report, "the size: %zu bytes", plain);
    if (file->size == plain)
        buffer_add_text(report, ", as announced\n");
    else if (stream > 0 && file->size == stream)
        buffer_printf(report,
            "; announced was %zu, which is the encrypted "
            "stream's\n",
            stream);
    else if (file->part && plain < file->size)
        buffer_printf(report, ", a part of the announced %llu\n",
            (unsigned long long)file->size);
    else
        buffer_printf(report, ", but %llu were announced\n",
            (unsigned long long)file->size);
    return file->size == plain || (stream > 0 && file->size == stream) ||
           (file->part && plain < file->size);
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
    buffer_printf(report, "the hash: %.40s ",
        algo == NULL ? "one without an algorithm" : algo);
    if (kind == DIGEST_KINDS) {
        buffer_add_text(report, algo == NULL ? "is not checked\n"
                                             : "is not checked: the algorithm "
                                               "is unknown\n");
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

static bool check_hashes(const struct jet_record *record,
    const xmlNode *security, bool part, const struct buffer *plain,
    struct buffer *report)
{
    const xmlNode *hash = NULL;
    bool right = true, any = false;
    struct buffer told = {0};
    while ((hash = transcript_hash(record->transcript, security, hash))) {
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

/* Takes the stream out of the transcript when none is given. */
static bool find_stream(struct jet_record *record, const xmlNode *security,
    struct buffer *blocks, struct buffer *report, struct error *error)
{
    size_t count = 0;
    if (record->stream.data != NULL)
        return true;
    if (!transcript_blocks(record->transcript, security, blocks, &count, error))
        return false;
    if (count == 0)
        return error_set(error,
            "the transcript holds no in-band bytes of this transfer: give "
            "what the receiver read with --stream");
    buffer_printf(report, "the stream: %zu bytes in %zu in-band blocks\n",
        blocks->len, count);
    record->stream = buffer_bytes(blocks);
    return true;
}

static enum jet_record_verdict judge(const struct jet_record *record,
    const xmlNode *security, const struct jet_secret *secret,
    struct buffer *plain, struct buffer *report)
{
    struct transcript_file file = transcript_file(record->transcript, security);
    enum jet_tag_verdict verdict =
        decrypt(secret, record->stream, file.size, plain);
    buffer_printf(report, "%s\n", jet_tag_verdict_text(verdict));
    if (verdict != JET_TAG_RIGHT)
        explain_tag(secret, record->stream, file.size, report);
    bool size = check_size(&file, plain->len,
        verdict == JET_TAG_RIGHT ? record->stream.len : 0, report);
    bool part = file.part && plain->len < file.size;
    bool hash = check_hashes(record, security, part, plain, report);
    return verdict != JET_TAG_RIGHT ? JET_RECORD_UNSAFE
           : size && hash           ? JET_RECORD_GOOD
                                    : JET_RECORD_NOT_GOOD;
}

enum jet_record_verdict jet_record_open(const struct jet_record *given,
    struct buffer *plain, struct buffer *report, struct error *error)
{
    struct jet_record record = *given;
    struct jet_secret secret = {.iv_len = 0};
    struct buffer blocks = {0};
    enum jet_record_verdict verdict = JET_RECORD_UNOPENED;
    const xmlNode *security = transcript_security(
        record.transcript, record.sid, record.content, error);
    if (security != NULL &&
        open_key(&record, security, &secret, report, error) &&
        find_stream(&record, security, &blocks, report, error))
        verdict = judge(&record, security, &secret, plain, report);
    jet_secret_clear(&secret);
    buffer_free(&blocks);
    return verdict;
}
