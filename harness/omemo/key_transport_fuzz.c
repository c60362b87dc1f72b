/* Fuzz target: the bytes of a key element, as either kind of message, at a
 * device with a session and one without. */
#include "omemo/device.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Keys are costly: one device for all inputs, as the fuzzer's own main has no
 * place for it. A decrypted message would change it, which no input of a
 * fuzzer is. */
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
    struct buffer plain = {0};
    uint8_t identity[OMEMO_KEY_LEN];
    struct bytes message = bytes_of(data, len);
    omemo_device_peek_identity(device(), message, identity);
    for (int prekey = 0; prekey < 2; prekey++)
        omemo_device_decrypt(
            device(), "r@x", 5, message, prekey == 1, &plain, NULL, &error);
    buffer_free(&plain);
    return 0;
}
