/* A trivial envelope for tests: the secret in base64, for everybody to read.
 * Adding an end-to-end method is adding such a row. */
#ifndef JS_JINGLE_FAKE_ENVELOPE_H
#define JS_JINGLE_FAKE_ENVELOPE_H

#include "base/xml.h"
#include "jingle/jet.h"

#include <string.h>

#define STUB_NS "urn:example:stub"

static bool stub_wrap(void *owner, const char *peer,
    const struct jet_secret *secret, struct buffer *out, struct error *error)
{
    (void)owner, (void)peer, (void)error;
    buffer_add_text(out, "<stub xmlns='" STUB_NS "'>");
    base64_encode(out, secret->key, jet_cipher_key_len(secret->cipher));
    base64_encode(out, secret->iv, secret->iv_len);
    buffer_add_text(out, "</stub>");
    return true;
}

static bool stub_unwrap(void *owner, const char *peer, const xmlNode *envelope,
    struct jet_secret *secret, struct buffer *notes, struct error *error)
{
    (void)owner, (void)peer, (void)notes;
    struct buffer text = {0}, bytes = {0};
    xml_text(envelope, &text);
    bool right = text.len == 24 + 16 &&
                 base64_decode(&bytes, buffer_text(&text), 24, false) &&
                 base64_decode(&bytes, buffer_text(&text) + 24, 16, false) &&
                 bytes.len == 16 + 12;
    if (right) {
        memcpy(secret->key, bytes.data, 16);
        memcpy(secret->iv, bytes.data + 16, 12);
        secret->iv_len = 12;
    }
    buffer_free(&text);
    buffer_free(&bytes);
    return right || error_set(error, "not a stub");
}

static const char *const stub_features[] = {
    JET_NS, "urn:example:jet-stub", NULL};
static const struct jet_envelope stub = {.type = STUB_NS,
    .features = stub_features,
    .wrap = stub_wrap,
    .unwrap = stub_unwrap};

#endif
