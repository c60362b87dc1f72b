/* What an account learns and publishes: lists, bundles, answers. */
#include "omemo/account.h"

#include "base/memory.h"
#include "base/xml.h"
#include "omemo/pep.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANNOUNCED_MAX = 16, CONTACTS_MAX = 10000 };

struct omemo_account *omemo_account_new(struct omemo_device *device)
{
    struct omemo_account *account = mem_alloc(sizeof *account);
    account->device = device;
    account->own_devices = true;
    return account;
}

static void contact_free(struct contact *contact)
{
    for (size_t i = 0; i < contact->devices.count; i++)
        omemo_bundle_free(&contact->devices.items[i].bundle);
    vec_free(&contact->devices);
    omemo_list_free(&contact->list);
    free(contact->jid);
}

void omemo_account_free(struct omemo_account *account)
{
    if (account == NULL)
        return;
    for (size_t i = 0; i < account->contacts.count; i++)
        contact_free(&account->contacts.items[i]);
    for (size_t i = 0; i < account->questions.count; i++)
        free(account->questions.items[i].jid);
    for (size_t i = 0; i < account->taken.count; i++) {
        buffer_free(&account->taken.items[i].message);
        buffer_free(&account->taken.items[i].key);
    }
    vec_free(&account->contacts);
    vec_free(&account->questions);
    vec_free(&account->taken);
    buffer_free(&account->notes);
    omemo_device_free(account->device);
    free(account->jid);
    free(account);
}

void omemo_account_attach(
    struct omemo_account *account, omemo_send_fn *send, void *owner)
{
    account->send = send;
    account->send_owner = owner;
}

struct omemo_device *omemo_account_device(struct omemo_account *account)
{
    return account->device;
}

bool omemo_account_idle(const struct omemo_account *account)
{
    return account->questions.count == 0;
}

void omemo_account_own_devices(struct omemo_account *account, bool serve)
{
    account->own_devices = serve;
}

void omemo_account_set_fault(
    struct omemo_account *account, enum omemo_fault fault)
{
    account->fault = fault;
}

enum omemo_fault omemo_fault_find(const char *name)
{
    static const char *const names[] = {"none",
#define OMEMO_FAULT_NAME(id, text) text,
        OMEMO_FAULTS(OMEMO_FAULT_NAME)
#undef OMEMO_FAULT_NAME
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0)
            return (enum omemo_fault)i;
    }
    return OMEMO_FAULT_NONE;
}

void omemo_account_trust_by_default(
    struct omemo_account *account, enum omemo_trust trust)
{
    account->default_trust = trust;
}

void omemo_account_notes(struct omemo_account *account, struct buffer *out)
{
    buffer_add(out, account->notes.data, account->notes.len);
    buffer_clear(&account->notes);
}

void account_note(struct omemo_account *account, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    enum { NOTES_MAX = 1 << 16 };
    if (account->notes.len < NOTES_MAX)
        buffer_printf(&account->notes, "%s\n", line);
}

char *account_bare(const char *jid)
{
    return mem_strndup(jid, strcspn(jid, "/"));
}

struct contact *account_contact(struct omemo_account *account, const char *jid)
{
    for (size_t i = 0; i < account->contacts.count; i++) {
        if (strcmp(account->contacts.items[i].jid, jid) == 0)
            return &account->contacts.items[i];
    }
    struct contact fresh = {.jid = mem_strdup(jid)};
    vec_push(&account->contacts, fresh);
    return &account->contacts.items[account->contacts.count - 1];
}

struct contact_device *contact_device(struct contact *contact, uint32_t id)
{
    for (size_t i = 0; i < contact->devices.count; i++) {
        if (contact->devices.items[i].id == id)
            return &contact->devices.items[i];
    }
    struct contact_device fresh = {.id = id};
    vec_push(&contact->devices, fresh);
    return &contact->devices.items[contact->devices.count - 1];
}

void omemo_account_trust(struct omemo_account *account, const char *jid,
    uint32_t device, enum omemo_trust trust)
{
    if (device != 0) {
        omemo_device_set_trust(account->device, jid, device, trust);
        return;
    }
    struct contact *contact = account_contact(account, jid);
    contact->has_trust = true;
    contact->trust = trust;
}

/* --- questions --- */

/* Registers a question and writes its id, which tells accounts and other
 * users of the same stream apart. */
static void question_new(struct omemo_account *account, enum question_kind kind,
    const char *jid, uint32_t device, bool options, char id[64])
{
    struct question question = {.number = ++account->asked,
        .kind = kind,
        .jid = mem_strdup(jid),
        .device = device,
        .options = options};
    vec_push(&account->questions, question);
    snprintf(id, 64, "omemo-%u-%u", omemo_device_id(account->device),
        question.number);
}

static void send_out(struct omemo_account *account, struct buffer *stanza)
{
    if (account->send != NULL)
        account->send(account->send_owner, buffer_bytes(stanza));
    buffer_free(stanza);
}

static bool is_own(const struct omemo_account *account, const char *jid)
{
    return account->jid != NULL && strcmp(account->jid, jid) == 0;
}

void account_ask_list(struct omemo_account *account, struct contact *contact)
{
    char id[64];
    struct buffer out = {0};
    const char *jid = is_own(account, contact->jid) ? NULL : contact->jid;
    contact->list_asked = true;
    question_new(account, ASK_LIST, jid, 0, false, id);
    pep_get_list(&out, id, jid);
    send_out(account, &out);
}

void account_ask_bundle(struct omemo_account *account, struct contact *contact,
    struct contact_device *device)
{
    char id[64];
    struct buffer out = {0};
    const char *jid = is_own(account, contact->jid) ? NULL : contact->jid;
    device->state = BUNDLE_ASKED;
    question_new(account, ASK_BUNDLE, jid, device->id, false, id);
    pep_get_bundle(&out, id, jid, device->id);
    send_out(account, &out);
}

static void spoil_bundle(
    const struct omemo_account *account, struct omemo_bundle *bundle)
{
    size_t most = account->fault == OMEMO_FAULT_PREKEYS_10   ? 10
                  : account->fault == OMEMO_FAULT_PREKEYS_50 ? 50
                                                             : SIZE_MAX;
    if (bundle->pre_keys.count > most)
        bundle->pre_keys.count = most;
}

static void publish_bundle(struct omemo_account *account, bool options)
{
    char id[64];
    struct buffer out = {0};
    struct omemo_bundle bundle = {.signed_id = 0};
    if (account->fault == OMEMO_FAULT_BUNDLE_MISSING)
        return;
    omemo_device_bundle(account->device, &bundle);
    spoil_bundle(account, &bundle);
    question_new(account, PUT_BUNDLE, NULL, 0, options, id);
    pep_publish_bundle(&out, id, omemo_device_id(account->device), &bundle,
        options ? "open" : NULL);
    omemo_bundle_free(&bundle);
    send_out(account, &out);
}

void account_publish_bundle(struct omemo_account *account)
{
    publish_bundle(account, true);
}

static void publish_list(struct omemo_account *account, bool options)
{
    char id[64];
    struct buffer out = {0};
    const struct omemo_list *list =
        &account_contact(account, account->jid)->list;
    question_new(account, PUT_LIST, NULL, 0, options, id);
    pep_publish_list(&out, id, list, "current", options ? "open" : NULL);
    send_out(account, &out);
}

/* The own device must be on the list, whoever wrote it last (XEP-0384 s4.3).
 * Somebody who takes it off again and again wins in the end. */
static void announce(struct omemo_account *account)
{
    struct contact *own = account_contact(account, account->jid);
    uint32_t id = omemo_device_id(account->device);
    if (omemo_list_has(&own->list, id) || account->announced >= ANNOUNCED_MAX)
        return;
    if (account->announced > 0 && account->fault == OMEMO_FAULT_NOT_REANNOUNCED)
        return;
    account->announced++;
    if (account->fault == OMEMO_FAULT_LIST_OVERWRITTEN)
        own->list.devices.count = 0;
    if (account->fault == OMEMO_FAULT_DEVICE_ZERO)
        id = 0;
    vec_push(&own->list.devices, id);
    publish_list(account, true);
}

void omemo_account_login(struct omemo_account *account, const char *full_jid)
{
    free(account->jid);
    account->jid = account_bare(full_jid);
    for (size_t i = 0; i < account->questions.count; i++)
        free(account->questions.items[i].jid);
    account->questions.count = 0;
    publish_bundle(account, true);
    account_ask_list(account, account_contact(account, account->jid));
}

/* --- answers --- */

static void take_list(
    struct omemo_account *account, const char *jid, const xmlNode *element)
{
    struct omemo_list list = {{0}};
    struct error error;
    if (element != NULL && !omemo_list_parse(element, &list, &error)) {
        account_note(account, "the device list of %s: %s", jid, error.message);
        omemo_list_free(&list);
        list = (struct omemo_list){{0}};
    }
    struct contact *contact = account_contact(account, jid);
    omemo_list_free(&contact->list);
    contact->list = list;
    contact->list_known = true;
    contact->list_asked = false;
    if (is_own(account, jid))
        announce(account);
}

static void take_bundle(struct omemo_account *account, const char *jid,
    uint32_t id, const xmlNode *element)
{
    struct contact_device *device =
        contact_device(account_contact(account, jid), id);
    struct omemo_bundle bundle = {.signed_id = 0};
    struct error error;
    error_set(&error, "it is not there");
    device->state = BUNDLE_NONE;
    if (element == NULL || !omemo_bundle_parse(element, &bundle, &error)) {
        account_note(
            account, "the bundle of %s/%u: %s", jid, id, error.message);
        omemo_bundle_free(&bundle);
        device->heal = false;
        return;
    }
    omemo_bundle_free(&device->bundle);
    device->bundle = bundle;
    device->state = BUNDLE_KNOWN;
    device->unusable = false;
    if (!omemo_device_remember(account->device, jid, id, bundle.identity)) {
        account_note(account,
            "the bundle of %s/%u has another identity key than known before",
            jid, id);
        device->state = BUNDLE_NONE;
        device->heal = false;
    }
    if (device->heal)
        account_heal(account, jid, device);
}

static void take_answer(struct omemo_account *account,
    const struct question *question, const xmlNode *iq)
{
    const char *type = xml_attr(iq, "type");
    bool good = type != NULL && strcmp(type, "result") == 0;
    const char *jid = question->jid == NULL ? account->jid : question->jid;
    switch (question->kind) {
    case ASK_LIST:
        take_list(account, jid, good ? pep_result(iq, "list") : NULL);
        break;
    case ASK_BUNDLE:
        take_bundle(account, jid, question->device,
            good ? pep_result(iq, "bundle") : NULL);
        break;
    case PUT_LIST: /* a node that exists with other options refuses ours */
        if (!good && question->options)
            publish_list(account, false);
        else if (!good)
            account_note(account, "the server refused the device list");
        break;
    case PUT_BUNDLE:
        if (!good && question->options)
            publish_bundle(account, false);
        else if (!good)
            account_note(account, "the server refused the bundle");
        break;
    }
}

/* An answer counts only from whom was asked (RFC 6120 s8.1.2.1). */
static bool is_from(const struct omemo_account *account,
    const struct question *question, const char *from)
{
    if (question->jid != NULL)
        return from != NULL && strcmp(from, question->jid) == 0;
    return from == NULL || is_own(account, from);
}

static bool take_iq(struct omemo_account *account, const xmlNode *iq)
{
    const char *type = xml_attr(iq, "type"), *id = xml_attr(iq, "id");
    if (type == NULL || id == NULL ||
        (strcmp(type, "result") != 0 && strcmp(type, "error") != 0))
        return false;
    for (size_t i = 0; i < account->questions.count; i++) {
        struct question question = account->questions.items[i];
        char known[64];
        snprintf(known, sizeof known, "omemo-%u-%u",
            omemo_device_id(account->device), question.number);
        if (strcmp(known, id) != 0 ||
            !is_from(account, &question, xml_attr(iq, "from")))
            continue;
        vec_remove(&account->questions, i);
        take_answer(account, &question, iq);
        free(question.jid);
        return true;
    }
    return false;
}

/* An OMEMO message, of which only the ratchet's progress matters here. */
static void take_message(
    struct omemo_account *account, const char *jid, const xmlNode *element)
{
    struct omemo_encrypted encrypted = {0};
    struct buffer key = {0};
    struct error error = {{0}};
    if (!omemo_encrypted_parse(element, &encrypted, &error) ||
        !account_open(account, jid, &encrypted, &key, &error))
        account_note(
            account, "a message of %s is discarded: %s", jid, error.message);
    if (key.data != NULL)
        OPENSSL_cleanse(key.data, key.len);
    buffer_free(&key);
    omemo_encrypted_free(&encrypted);
}

bool omemo_account_stanza(struct omemo_account *account, const xmlNode *stanza)
{
    if (account->jid == NULL || account->contacts.count > CONTACTS_MAX)
        return false;
    if (xml_is(stanza, NULL, "iq"))
        return take_iq(account, stanza);
    if (!xml_is(stanza, NULL, "message"))
        return false;
    const char *from = xml_attr(stanza, "from");
    char *jid = account_bare(from == NULL ? account->jid : from);
    const xmlNode *list = pep_event_list(stanza);
    const xmlNode *encrypted = xml_child(stanza, OMEMO_NS, "encrypted");
    /* an event comes from the account itself, not from one of its clients */
    bool event = list != NULL && (from == NULL || strchr(from, '/') == NULL);
    if (event)
        take_list(account, jid, list);
    else if (encrypted != NULL)
        take_message(account, jid, encrypted);
    free(jid);
    return event || encrypted != NULL;
}
