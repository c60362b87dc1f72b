/* Fuzz target: <security/> elements, and a stream cut anywhere. */
#include "base/xml.h"
#include "jingle/jet.h"
#include "jingle/jet_omemo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_stream(const uint8_t *data, size_t len)
{
    struct jet_secret secret = {
        .iv_len = len % 2 == 0 ? 12 : 16, .has_tag = len % 3 == 0};
    struct jet_stream *stream = jet_decrypt_new(&secret);
    struct buffer plain = {0};
    for (size_t at = 0; at < len; at += 1 + data[at]) {
        size_t left = len - at, step = 1 + (size_t)data[at];
        jet_stream_add(stream, data + at, left < step ? left : step, &plain);
    }
    jet_decrypt_end(stream, len, &plain);
    jet_stream_free(stream);
    buffer_free(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct error error;
    try_stream(data, len);
    struct jet_secret secret = {
        .cipher = len % 2 == 0 ? JET_AES_128_GCM : JET_AES_256_GCM};
    size_t half = len / 2;
    jet_omemo_secret(bytes_of(data, half), bytes_of(data + half, len - half),
        &secret, NULL, &error);
    xmlDoc *doc = xml_parse(bytes_of(data, len), &error);
    if (doc == NULL)
        return 0;
    struct jet_security parts;
    jet_security_parse(xmlDocGetRootElement(doc), &parts, &error);
    xmlFreeDoc(doc);
    return 0;
}
