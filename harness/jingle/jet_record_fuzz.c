/* Fuzz target: a recorded transcript with an encrypted transfer, opened with
 * some device's keys; once with a stream and once by in-band blocks. */
#include "base/xml.h"
#include "jingle/jet_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Keys are costly: one device for all inputs. */
static struct omemo_device *device(void)
{
    static struct omemo_device *made;
    if (made == NULL)
        made = omemo_device_new();
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct error error;
    xmlDoc *doc = xml_parse(bytes_of(data, len), &error);
    if (doc == NULL)
        return 0;
    struct jet_record record = {
        .device = device(), .transcript = xmlDocGetRootElement(doc)};
    for (int pass = 0; pass < 2; pass++) {
        struct buffer plain = {0}, report = {0};
        record.stream = pass == 0 ? bytes_of(NULL, 0) : bytes_of(data, len);
        jet_record_open(&record, &plain, &report, &error);
        buffer_free(&plain);
        buffer_free(&report);
    }
    xmlFreeDoc(doc);
    return 0;
}
