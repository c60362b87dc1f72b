/* Fuzz target: the three elements of OMEMO, and the round trip of what was
 * accepted. */
#include "base/xml.h"
#include "omemo/element.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_encrypted(const xmlNode *root)
{
    struct omemo_encrypted encrypted = {0};
    struct buffer text = {0};
    struct error error;
    if (omemo_encrypted_parse(root, &encrypted, &error)) {
        omemo_encrypted_print(&encrypted, &text);
        xmlDoc *doc = xml_parse(buffer_bytes(&text), &error);
        struct omemo_encrypted again = {0};
        if (doc == NULL ||
            !omemo_encrypted_parse(xmlDocGetRootElement(doc), &again, &error))
            abort();
        omemo_encrypted_free(&again);
        xmlFreeDoc(doc);
    }
    buffer_free(&text);
    omemo_encrypted_free(&encrypted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct error error;
    xmlDoc *doc = xml_parse(bytes_of(data, len), &error);
    if (doc == NULL)
        return 0;
    const xmlNode *root = xmlDocGetRootElement(doc);
    try_encrypted(root);
    struct omemo_bundle bundle = {.signed_id = 0};
    omemo_bundle_parse(root, &bundle, &error);
    omemo_bundle_free(&bundle);
    struct omemo_list list = {{0}};
    omemo_list_parse(root, &list, &error);
    omemo_list_free(&list);
    xmlFreeDoc(doc);
    return 0;
}
