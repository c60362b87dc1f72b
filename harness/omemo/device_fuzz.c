/* Fuzz target: a device's keys in JSON, and what was loaded saved again. */
#include "omemo/device.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct error error;
    struct omemo_device *device =
        omemo_device_load(bytes_of(data, len), &error);
    if (device == NULL)
        return 0;
    struct buffer text = {0};
    omemo_device_save(device, &text);
    struct omemo_device *again = omemo_device_load(buffer_bytes(&text), &error);
    if (again == NULL)
        abort();
    struct omemo_bundle bundle = {.signed_id = 0};
    omemo_device_bundle(again, &bundle);
    omemo_bundle_free(&bundle);
    omemo_device_free(again);
    omemo_device_free(device);
    buffer_free(&text);
    return 0;
}
