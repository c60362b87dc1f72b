#include "jingle/socks5.h"

/* The first byte chooses the side and the segmentation. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (!len) {
        return 0;
    }
    struct socks5 socks;
    size_t piece = (size_t)(data[0] >> 1) + 1;
    if (data[0] & 1) {
        socks5_server(&socks);
    } else {
        socks5_client(&socks, "972b7bf47291ca609517f67f86b5081086052dad", 0);
    }
    data++, len--;
    while (len) {
        socks.out_len = 0;
        size_t part = piece < len ? piece : len;
        size_t used = socks5_take(&socks, data, part);
        if (socks.state == SOCKS5_DECIDE) {
            socks.out_len = 0;
            socks5_answer(&socks, (enum socks5_reply)(data[0] & 7));
        }
        data += used, len -= used;
        if (used < part && socks.state >= SOCKS5_OPEN) {
            break;
        }
    }
    return 0;
}
