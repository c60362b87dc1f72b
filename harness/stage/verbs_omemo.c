/* OMEMO keys in the hands of puppets: published, wrapped, unwrapped, and
 * files sealed with them. */
#include "base/file.h"
#include "base/xml.h"
#include "jingle/jet.h"
#include "jingle/jet_omemo.h"
#include "omemo/element.h"
#include "omemo/pep.h"
#include "omemo/puppet.h"
#include "script/xpath.h"
#include "stage/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct published {
    const struct player *player;
    uint32_t device;
    xmlDoc *doc;
    const xmlNode *bundle;
};

void omemo_free(struct stage *stage)
{
    for (size_t i = 0; i < stage->published.count; i++) {
        xmlFreeDoc(stage->published.items[i]->doc);
        free(stage->published.items[i]);
    }
    vec_free(&stage->published);
    for (size_t i = 0; i < stage->player_count; i++)
        omemo_device_free(stage->players[i].device);
}

static void note(struct player *player, const char *what, const char *line)
{
    stage_event(player->stage, EVENT_NOTE, player->role->name, NULL,
        arena_printf(player->stage->arena, "%s: %s", what, line),
        bytes_of(NULL, 0), NULL);
}

static void note_security(struct player *player, const xmlNode *security)
{
    struct jet_security parts;
    struct omemo_encrypted encrypted = {0};
    struct error error;
    struct buffer lines = {0};
    char *save = NULL;
    if (jet_security_parse(security, &parts, &error)) {
        jet_security_note(&parts, &lines);
        if (omemo_encrypted_parse(parts.envelope, &encrypted, &error))
            buffer_printf(&lines, "keys for %zu devices, an IV of %zu bytes\n",
                encrypted.keys.count, encrypted.iv.len);
        omemo_encrypted_free(&encrypted);
    }
    char *text = buffer_take(&lines);
    for (char *line = strtok_r(text, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save))
        note(player, "its <security/>", line);
    free(text);
}

static void observe_security(struct player *player, const xmlNode *stanza)
{
    const xmlNode *jingle = xml_child(stanza, "urn:xmpp:jingle:1", "jingle");
    const xmlNode *security = NULL;
    if (jingle == NULL || player->role->role != ROLE_SUBJECT)
        return;
    while ((security = xml_find(jingle, security, JET_NS, "security")))
        note_security(player, security);
}

/* Bundles that anybody publishes are what keys are wrapped for. */
void omemo_observe(struct player *player, const xmlNode *stanza)
{
    observe_security(player, stanza);
    static const char ns[] = "http://jabber.org/protocol/pubsub";
    const xmlNode *publish =
        xml_child(xml_child(stanza, ns, "pubsub"), ns, "publish");
    const char *node = xml_attr(publish, "node");
    size_t len = strlen(OMEMO_BUNDLES_NODE);
    if (node == NULL || strncmp(node, OMEMO_BUNDLES_NODE, len) != 0)
        return;
    xmlDoc *doc = xmlCopyDoc(stanza->doc, 1);
    const xmlNode *bundle =
        xml_find(xmlDocGetRootElement(doc), NULL, OMEMO_NS, "bundle");
    if (bundle == NULL) {
        xmlFreeDoc(doc);
        return;
    }
    struct published *published = mem_alloc(sizeof *published);
    published->player = player;
    published->device = (uint32_t)strtoul(node + len, NULL, 10);
    published->doc = doc;
    published->bundle = bundle;
    vec_push(&player->stage->published, published);
}

static enum poll poll_published(struct stage *stage, void *owner)
{
    struct player *player = owner;
    (void)stage;
    int seen = 0;
    for (size_t i = 0; i < player->queue.count; i++) {
        const char *id = xml_attr(player->queue.items[i].stanza, "id");
        seen += id != NULL && strncmp(id, "omemo-", 6) == 0;
    }
    return seen == 2 ? POLL_HOLDS : POLL_WAIT;
}

bool omemo_publish(struct player *player)
{
    if (player->device == NULL)
        return true;
    struct buffer out = {0};
    struct omemo_list list = {0};
    struct omemo_bundle bundle = {0};
    uint32_t id = omemo_device_id(player->device);
    vec_push(&list.devices, id);
    omemo_device_bundle(player->device, &bundle);
    pep_publish_bundle(&out, "omemo-bundle", id, &bundle, "open");
    pep_publish_list(&out, "omemo-list", &list, "current", "open");
    omemo_bundle_free(&bundle);
    vec_free(&list.devices);
    bool ok = player_send(player, buffer_bytes(&out));
    buffer_free(&out);
    return ok &&
           (stage_wait(player->stage, stage_deadline(player->stage, 5000),
                poll_published, player) ||
               stage_trouble(player->stage,
                   "%s cannot publish its OMEMO device", player->role->name));
}

/* --- options: "using WORD" and "using key=value" --- */

static const char *option(
    struct stage *stage, const struct script_step *step, const char *key)
{
    size_t len = strlen(key);
    for (size_t i = 0; i < step->clauses.count; i++) {
        const struct script_clause *clause = &step->clauses.items[i];
        if (clause->clause->id != CLAUSE_OPTION)
            continue;
        const char *text = stage_value(stage, clause->args[0].text);
        if (text == NULL || strncmp(text, key, len) != 0)
            continue;
        if (text[len] == 0)
            return "";
        if (text[len] == '=')
            return text + len + 1;
    }
    return NULL;
}

static uint32_t option_number(
    struct stage *stage, const struct script_step *step, const char *key)
{
    const char *text = option(stage, step, key);
    return text == NULL ? 0 : (uint32_t)strtoul(text, NULL, 10);
}

/* Bytes given in hex, or fresh ones. */
static bool option_bytes(struct stage *stage, const struct script_step *step,
    const char *key, size_t len, struct buffer *out)
{
    const char *hex = option(stage, step, key);
    if (hex == NULL) {
        random_fill(&stage->random, buffer_reserve(out, len), len);
        out->len += len;
        return true;
    }
    return hex_decode(out, hex, strlen(hex)) ||
           stage_trouble(stage, "'%s' is not hexadecimal", hex);
}

static void keep_part(
    struct stage *stage, const char *name, const char *part, const char *value)
{
    stage_keep(stage, arena_printf(stage->arena, "%s %s", name, part),
        arena_strdup(stage->arena, value));
}

static void keep_hex(
    struct stage *stage, const char *name, const char *part, struct bytes bytes)
{
    struct buffer hex = {0};
    hex_encode(&hex, bytes.data, bytes.len);
    keep_part(stage, name, part, buffer_text(&hex));
    buffer_free(&hex);
}

/* The whole <security/> around the envelope (XEP-0391 s3), as most clients
 * write it. */
static void keep_security(struct stage *stage, const struct script_step *step,
    const char *name, const char *envelope)
{
    static const struct {
        const char *key, *standard;
    } attributes[] = {
        {"name", NULL},
        {"cipher", "urn:xmpp:ciphers:aes-128-gcm-nopadding"},
        {"type", OMEMO_NS},
    };
    struct buffer xml = {0};
    buffer_add_text(&xml, "<security xmlns='" JET_NS "'");
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        const char *value = option(stage, step, attributes[i].key);
        if (value == NULL)
            value = attributes[i].standard != NULL
                        ? attributes[i].standard
                        : stage_kept(stage, "content");
        if (value != NULL && *value != 0)
            xml_add_attr(&xml, attributes[i].key, value);
    }
    const char *inside = option(stage, step, "inside");
    buffer_printf(&xml, ">%s</security>", inside != NULL ? inside : envelope);
    keep_part(stage, name, "security", buffer_text(&xml));
    buffer_free(&xml);
}

/* All devices that the actor published in this case, the newest bundle of
 * each. */
static size_t recipients_of(struct stage *stage, const struct player *target,
    struct omemo_recipient *out, size_t room)
{
    size_t count = 0;
    for (size_t i = stage->published.count; i-- > 0 && count < room;) {
        const struct published *published = stage->published.items[i];
        bool known = published->player->user != target->user;
        for (size_t k = 0; k < count; k++)
            known |= out[k].device == published->device;
        if (!known)
            out[count++] = (struct omemo_recipient){
                target->jid, published->device, published->bundle};
    }
    return count;
}

struct publishing {
    const struct player *target;
    struct omemo_recipient recipients[16];
    size_t count;
};

static enum poll poll_recipients(struct stage *stage, void *owner)
{
    struct publishing *publishing = owner;
    publishing->count =
        recipients_of(stage, publishing->target, publishing->recipients, 16);
    return publishing->count > 0 ? POLL_HOLDS : POLL_WAIT;
}

static struct stage_file *file_named(struct stage *stage, const char *name)
{
    for (size_t i = 0; i < stage->script->files.count; i++) {
        if (strcmp(stage->script->files.items[i].name, name) == 0)
            return &stage->files[i];
    }
    stage_trouble(stage, "there is no [File] %s", name);
    return NULL;
}

/* Encrypts the file for its tag's sake, which goes behind the key. */
static bool add_tag(struct stage *stage, const struct script_step *step,
    const char *name, struct buffer *key, struct bytes iv)
{
    const char *file_name = option(stage, step, "tag-of");
    uint8_t tag[JET_TAG_LEN];
    struct buffer in = {0}, out = {0};
    if (file_name == NULL)
        return true;
    struct stage_file *file = file_named(stage, file_name);
    if (file == NULL || !files_read(stage, file, 0, file->size, &in))
        return false;
    bool right =
        (key->len == 16 || key->len == 32) && (iv.len == 12 || iv.len == 16);
    struct jet_secret secret = {
        .cipher = key->len == 16 ? JET_AES_128_GCM : JET_AES_256_GCM,
        .iv_len = iv.len};
    if (right) {
        memcpy(secret.key, key->data, key->len);
        memcpy(secret.iv, iv.data, iv.len);
        struct jet_stream *stream = jet_encrypt_new(&secret, false);
        jet_stream_add(stream, in.data, in.len, &out);
        jet_encrypt_end(stream, &out);
        jet_encrypt_tag(stream, tag);
        jet_stream_free(stream);
        keep_hex(stage, name, "tag", bytes_of(tag, sizeof tag));
        buffer_add(key, tag, sizeof tag);
    }
    buffer_free(&in);
    buffer_free(&out);
    return right || stage_trouble(stage, "no tag is made with such a key");
}

static bool begin_wrap(struct stage *stage, const struct script_step *step)
{
    struct player *puppet = stage_player(stage, &step->args[0]);
    struct player *target = stage_player(stage, &step->args[1]);
    const char *name = step->args[2].text;
    struct publishing publishing = {.target = target};
    if (puppet->device == NULL)
        return stage_trouble(stage,
            "%s has no OMEMO device: write 'omemo: yes' into its header",
            puppet->role->name);
    /* A client that is online may still be making its keys. */
    if (!stage_wait(
            stage, stage_deadline(stage, 10000), poll_recipients, &publishing))
        return stage_unsupported(stage,
            "%s has published no OMEMO device (eu.siacs.conversations.axolotl)",
            target->role->name);
    const char *ns = option(stage, step, "ns");
    struct omemo_wrapping wrapping = {
        .sid = option_number(stage, step, "sid"),
        .rid = option_number(stage, step, "rid"),
        .prekey_unmarked = option(stage, step, "prekey-unmarked") != NULL,
        .corrupt = option(stage, step, "corrupt") != NULL,
        .new_session = option(stage, step, "new-session") != NULL,
        .no_iv = option(stage, step, "no-iv") != NULL,
        .ns = ns,
    };
    const char *payload = option(stage, step, "payload");
    if (payload != NULL)
        wrapping.payload = bytes_text(payload);
    const char *length = option(stage, step, "key-length");
    const char *iv_length = option(stage, step, "iv-length");
    struct buffer key = {0}, iv = {0}, xml = {0};
    struct error error = {{0}};
    bool ok =
        option_bytes(stage, step, "key",
            length != NULL ? strtoul(length, NULL, 10) & 255 : 16, &key) &&
        option_bytes(stage, step, "iv",
            iv_length != NULL ? strtoul(iv_length, NULL, 10) & 255 : 12, &iv);
    size_t key_len = key.len;
    ok = ok && add_tag(stage, step, name, &key, buffer_bytes(&iv));
    if (ok && !omemo_puppet_wrap(puppet->device, publishing.recipients,
                  publishing.count, buffer_bytes(&key), buffer_bytes(&iv),
                  &wrapping, &xml, &error))
        ok = stage_trouble(stage, "cannot wrap the key: %s", error.message);
    if (ok) {
        keep_part(stage, name, "xml", buffer_text(&xml));
        keep_security(stage, step, name, buffer_text(&xml));
        keep_hex(stage, name, "key", bytes_of(key.data, key_len));
        keep_hex(stage, name, "iv", buffer_bytes(&iv));
        keep_part(stage, name, "sid",
            arena_printf(stage->arena, "%u", omemo_device_id(puppet->device)));
    }
    buffer_free(&key);
    buffer_free(&iv);
    buffer_free(&xml);
    return ok;
}

/* Key, IV and a tag behind the key, by the cipher that the <security/> around
 * the element names (AES-128 without one). What is no key in any reading is
 * kept as it is. */
static void keep_unwrapped(struct player *puppet, const char *name,
    const xmlNode *encrypted, const struct omemo_unwrapped *unwrapped)
{
    struct stage *stage = puppet->stage;
    struct jet_security parts = {.cipher = JET_AES_128_GCM};
    struct error error;
    jet_security_parse(encrypted->parent, &parts, &error);
    struct jet_secret secret = {.cipher = parts.cipher};
    struct bytes key = buffer_bytes(&unwrapped->key);
    note(puppet, name,
        arena_printf(stage->arena,
            "the key element holds %zu bytes, the IV has %zu",
            unwrapped->key.len, unwrapped->iv.len));
    if (jet_omemo_secret(
            key, buffer_bytes(&unwrapped->iv), &secret, NULL, &error)) {
        if (secret.has_tag)
            note(puppet, name, "a tag stands behind the key");
        if (secret.has_tag)
            keep_hex(stage, name, "tag", bytes_of(secret.tag, JET_TAG_LEN));
        key.len = jet_cipher_key_len(secret.cipher);
    }
    keep_hex(stage, name, "key", key);
    keep_hex(stage, name, "iv", buffer_bytes(&unwrapped->iv));
    jet_secret_clear(&secret);
}

static bool begin_unwrap(struct stage *stage, const struct script_step *step)
{
    struct player *puppet = stage_player(stage, &step->args[0]);
    const char *name = step->args[2].text;
    struct error error = {{0}};
    char *expr = stage_xpath(stage, step->args[1].xpath);
    if (expr == NULL || puppet->device == NULL || stage->last == NULL)
        return stage_trouble(stage,
            "%s cannot unwrap: no OMEMO device, or no stanza was received",
            puppet->role->name);
    char *from = mem_strdup(xml_attr(stage->last, "from") != NULL
                                ? xml_attr(stage->last, "from")
                                : "");
    from[strcspn(from, "/")] = 0;
    xmlXPathObjectPtr found = xpath_eval(stage->last, expr, &error);
    struct omemo_unwrapped unwrapped = {0};
    bool ok = found != NULL && found->nodesetval != NULL &&
              found->nodesetval->nodeNr > 0;
    if (!ok)
        stage_fail(stage, "there is no %s in the stanza", step->args[1].text);
    else if (!omemo_puppet_unwrap(puppet->device, from,
                 found->nodesetval->nodeTab[0], &unwrapped, &error))
        ok =
            stage_fail(stage, "the key cannot be unwrapped: %s", error.message);
    if (ok) {
        char sid[16];
        snprintf(sid, sizeof sid, "%u", unwrapped.sid);
        keep_unwrapped(puppet, name, found->nodesetval->nodeTab[0], &unwrapped);
        keep_part(stage, name, "sid", sid);
    }
    omemo_unwrapped_free(&unwrapped);
    xmlXPathFreeObject(found);
    free(from);
    return ok;
}

/* The tag that came behind the key, if one did. */
static bool tag_of(
    struct stage *stage, const char *name, uint8_t tag[JET_TAG_LEN])
{
    const char *hex =
        stage_kept(stage, arena_printf(stage->arena, "%s tag", name));
    struct buffer bytes = {0};
    bool there = hex != NULL && hex_decode(&bytes, hex, strlen(hex)) &&
                 bytes.len == JET_TAG_LEN;
    if (there)
        memcpy(tag, bytes.data, JET_TAG_LEN);
    buffer_free(&bytes);
    return there;
}

/* The secret that a wrap or an unwrap kept. */
static bool secret_of(
    struct stage *stage, const char *name, struct jet_secret *secret)
{
    const char *key =
        stage_kept(stage, arena_printf(stage->arena, "%s key", name));
    const char *iv =
        stage_kept(stage, arena_printf(stage->arena, "%s iv", name));
    struct buffer key_bytes = {0}, iv_bytes = {0};
    bool ok =
        key != NULL && iv != NULL && hex_decode(&key_bytes, key, strlen(key)) &&
        hex_decode(&iv_bytes, iv, strlen(iv)) && key_bytes.len <= JET_KEY_MAX &&
        (iv_bytes.len == 12 || iv_bytes.len == 16);
    if (ok) {
        secret->cipher =
            key_bytes.len == 16 ? JET_AES_128_GCM : JET_AES_256_GCM;
        memcpy(secret->key, key_bytes.data, key_bytes.len);
        memcpy(secret->iv, iv_bytes.data, iv_bytes.len);
        secret->iv_len = iv_bytes.len;
        secret->has_tag = tag_of(stage, name, secret->tag);
    }
    buffer_free(&key_bytes);
    buffer_free(&iv_bytes);
    return ok ||
           stage_trouble(stage, "'%s' is no wrapped or unwrapped key", name);
}

static bool begin_seal(struct stage *stage, const struct script_step *step)
{
    struct stage_file *plain = stage_file(stage, &step->args[1]);
    struct stage_file *sealed = stage_file(stage, &step->args[3]);
    struct jet_secret secret = {0};
    struct buffer in = {0}, out = {0};
    struct error error = {{0}};
    int64_t from, to;
    if (!files_range(stage, step, &from, &to) ||
        !secret_of(stage, step->args[2].text, &secret) ||
        !files_read(stage, plain, from, to, &in))
        return false;
    uint8_t tag[JET_TAG_LEN];
    struct jet_stream *stream = jet_encrypt_new(&secret, !secret.has_tag);
    jet_stream_add(stream, in.data, in.len, &out);
    jet_encrypt_end(stream, &out);
    jet_encrypt_tag(stream, tag);
    jet_stream_free(stream);
    if (secret.has_tag && memcmp(tag, secret.tag, sizeof tag) != 0)
        buffer_add(&out, tag, sizeof tag); /* it is of other bytes */
    bool ok = file_write(sealed->path, buffer_bytes(&out), &error) ||
              stage_trouble(stage, "%s", error.message);
    sealed->size = (int64_t)out.len;
    buffer_free(&in);
    buffer_free(&out);
    return ok;
}

const struct verb_action omemo_actions[VERB_COUNT] = {
    [VERB_OMEMO_WRAP] = {begin_wrap, NULL, NULL},
    [VERB_OMEMO_UNWRAP] = {begin_unwrap, NULL, NULL},
    [VERB_SEAL] = {begin_seal, NULL, NULL},
};
