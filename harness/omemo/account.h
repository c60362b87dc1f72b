/* The inside of an account, for its own files alone; others see omemo.h. */
#ifndef JS_OMEMO_ACCOUNT_H
#define JS_OMEMO_ACCOUNT_H

#include "base/vec.h"
#include "omemo/device.h"
#include "omemo/element.h"
#include "omemo/omemo.h"

enum bundle_state { BUNDLE_UNKNOWN, BUNDLE_ASKED, BUNDLE_KNOWN, BUNDLE_NONE };

/* One device of somebody, as far as its bundle matters. */
struct contact_device {
    uint32_t id;
    enum bundle_state state;
    struct omemo_bundle bundle;
    bool unusable; /* no session can be built from the bundle */
    bool heal;     /* a new session must be begun when the bundle comes */
    unsigned healed;
};

/* An account whose devices we care about; the own one too. */
struct contact {
    char *jid; /* bare */
    bool list_asked, list_known;
    struct omemo_list list;
    VEC(struct contact_device) devices; /* of the list, or met otherwise */
    bool has_trust;                     /* decided for all devices at once */
    enum omemo_trust trust;
};

enum question_kind { ASK_LIST, ASK_BUNDLE, PUT_LIST, PUT_BUNDLE };

/* An iq that awaits its answer. */
struct question {
    unsigned number;
    enum question_kind kind;
    char *jid; /* NULL: the own account */
    uint32_t device;
    bool options;
};

struct taken { /* for OMEMO_FAULT_REPLAY_TAKEN */
    struct buffer message, key;
};

struct omemo_account {
    struct omemo_device *device;
    omemo_send_fn *send;
    void *send_owner;
    char *jid; /* own, bare; NULL before login */
    VEC(struct contact) contacts;
    VEC(struct question) questions;
    unsigned asked;
    unsigned announced; /* how often the list was published */
    bool own_devices;
    enum omemo_trust default_trust;
    struct buffer notes;
    enum omemo_fault fault;
    uint32_t highest; /* counter of the keys read, for a seeded fault */
    VEC(struct taken) taken;
};

/* Adds it when there is none. The pointer is good until the next call. */
struct contact *account_contact(
    struct omemo_account *account, const char *bare_jid);
struct contact_device *contact_device(struct contact *contact, uint32_t id);
/* "user@host" of a JID; free it. */
char *account_bare(const char *jid);

void account_ask_list(struct omemo_account *account, struct contact *contact);
void account_ask_bundle(struct omemo_account *account, struct contact *contact,
    struct contact_device *device);
void account_publish_bundle(struct omemo_account *account);
void account_note(struct omemo_account *account, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* keys.c: opens the key for this device, of one sender's element. */
bool account_open(struct omemo_account *account, const char *bare_jid,
    const struct omemo_encrypted *encrypted, struct buffer *key,
    struct error *error);
/* Begins a new session with the device and tells it by an empty key
 * transport, so that it drops the broken one (XEP-0384 s5). */
void account_heal(struct omemo_account *account, const char *bare_jid,
    struct contact_device *device);

#endif
