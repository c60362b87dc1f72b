/* The elements of OMEMO 0.3 (XEP-0384 s4 as of 0.2 and 0.3): <encrypted/>,
 * <bundle/>, <list/>. What is read was checked whole: lengths, numbers,
 * base64, missing and repeated parts; the error names the part. */
#ifndef JS_OMEMO_ELEMENT_H
#define JS_OMEMO_ELEMENT_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/vec.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    OMEMO_KEY_LEN = 33, /* a serialised public key: 0x05 and 32 bytes */
    OMEMO_SIGNATURE_LEN = 64,
    OMEMO_LIST_MAX = 1000, /* keys, pre-keys or devices in one element */
    OMEMO_DEVICE_MAX = 0x7fffffff
};

/* One <key/>: the key material for one device. */
struct omemo_key {
    uint32_t rid;
    bool prekey;
    struct buffer data; /* a PreKeySignalMessage or SignalMessage */
};

struct omemo_encrypted {
    uint32_t sid;
    VEC(struct omemo_key) keys;
    struct buffer iv; /* 12 or 16 bytes */
    bool has_payload; /* a message, not a key transport */
    struct buffer payload;
};

/* Fills a zeroed struct; free it in either case. */
bool omemo_encrypted_parse(
    const xmlNode *element, struct omemo_encrypted *out, struct error *error);
void omemo_encrypted_print(
    const struct omemo_encrypted *encrypted, struct buffer *out);
void omemo_encrypted_free(struct omemo_encrypted *encrypted);

struct omemo_pre_key {
    uint32_t id;
    uint8_t key[OMEMO_KEY_LEN];
};

struct omemo_bundle {
    uint8_t identity[OMEMO_KEY_LEN];
    uint32_t signed_id;
    uint8_t signed_key[OMEMO_KEY_LEN];
    uint8_t signature[OMEMO_SIGNATURE_LEN];
    VEC(struct omemo_pre_key) pre_keys; /* at least one */
};

bool omemo_bundle_parse(
    const xmlNode *element, struct omemo_bundle *out, struct error *error);
void omemo_bundle_print(const struct omemo_bundle *bundle, struct buffer *out);
void omemo_bundle_free(struct omemo_bundle *bundle);

struct omemo_list {
    VEC(uint32_t) devices; /* each once; may be none */
};

bool omemo_list_parse(
    const xmlNode *element, struct omemo_list *out, struct error *error);
void omemo_list_print(const struct omemo_list *list, struct buffer *out);
bool omemo_list_has(const struct omemo_list *list, uint32_t device);
void omemo_list_free(struct omemo_list *list);

#endif
