/* What scripts do with OMEMO keys: devices that a puppet plays, elements to
 * publish, keys wrapped and unwrapped, right or wrong. No account logic: a
 * puppet sends what the script says. */
#ifndef JS_OMEMO_PUPPET_H
#define JS_OMEMO_PUPPET_H

#include "base/bytes.h"
#include "base/error.h"
#include "omemo/device.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Devices made ahead of need (some 10 ms each), so that no case's clock runs
 * while keys are made. One pool per process; not shared. */
struct omemo_pool;

struct omemo_pool *omemo_pool_new(void);
void omemo_pool_free(struct omemo_pool *pool);
/* Makes devices until count are there. */
void omemo_pool_fill(struct omemo_pool *pool, size_t count);
/* Hands one over; makes it when the pool is empty. For omemo_account_new()
 * or a puppet; free it with omemo_device_free(). */
struct omemo_device *omemo_pool_take(struct omemo_pool *pool);

/* <bundle/> and <list/> of devices (ids). Appended. */
void omemo_puppet_bundle(const struct omemo_device *device, struct buffer *out);
void omemo_puppet_list(
    const uint32_t *devices, size_t count, struct buffer *out);

/* One receiving device, with its bundle as published: it is read only when
 * there is no session yet, and may be NULL then. */
struct omemo_recipient {
    const char *jid; /* bare */
    uint32_t device;
    const xmlNode *bundle;
};

/* Deviations on purpose. Zero is right in everything. */
struct omemo_wrapping {
    uint32_t sid;         /* written instead of the device's own */
    bool prekey_unmarked; /* prekey='true' is left out */
    bool corrupt;         /* a byte of each message is flipped */
    bool new_session;     /* an existing session is not used */
    bool no_iv;           /* <iv/> is left out */
    struct bytes payload; /* with data: <payload/> of these bytes */
    uint32_t rid;         /* written instead of each recipient's */
    const char *ns;       /* instead of the namespace of OMEMO 0.3 */
};

/* Appends <encrypted/> with the bytes of key for each recipient. wrapping may
 * be NULL. */
bool omemo_puppet_wrap(struct omemo_device *device,
    const struct omemo_recipient *recipients, size_t count, struct bytes key,
    struct bytes iv, const struct omemo_wrapping *wrapping, struct buffer *out,
    struct error *error);

/* What an <encrypted/> held for the device. */
struct omemo_unwrapped {
    struct buffer key, iv;
    uint32_t sid;
    struct omemo_opened opened;
};
/* from: bare JID of the sender. Fills a zeroed struct; free its buffers by
 * omemo_unwrapped_free() in either case. */
bool omemo_puppet_unwrap(struct omemo_device *device, const char *from,
    const xmlNode *encrypted, struct omemo_unwrapped *out, struct error *error);
void omemo_unwrapped_free(struct omemo_unwrapped *unwrapped);
/* The ids of the devices that an <encrypted/> has keys for, in order; free
 * *rids. False when it can't be read. */
bool omemo_puppet_recipients(const xmlNode *encrypted, uint32_t **rids,
    size_t *count, struct error *error);

#endif
