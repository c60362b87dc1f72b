#include "jingle/misprint.h"

#include "jingle/core.h"

#include <string.h>

/* Seeded faults that are seen in the text of an offer alone: the first of
 * what becomes the second, everywhere. */
static const struct {
    enum fault fault;
    const char *from, *to;
} misprints[] = {
    {FAULT_HASH_FORM_WRONG, "</hash>", " </hash>"},
    {FAULT_HASH_WITHOUT_ALGO, " algo='sha-256'", ""},
    {FAULT_HASH_USED_MISSING,
        "<hash-used xmlns='" NS_HASHES "' algo='sha-256'/>", ""},
    {FAULT_OFFER_HASH_MD5, "algo='sha-256'", "algo='md5'"},
    {FAULT_DATE_TWO_ZONES, "Z</date>", "+00:00Z</date>"},
    {FAULT_BLOCK_SIZE_8192, " block-size='4096'", " block-size='8192'"},
    {FAULT_HASH_TWICE, "<hash xmlns=",
        "<hash xmlns='" NS_HASHES "' algo='sha-256'/><hash xmlns="},
    {FAULT_OFFER_DATAGRAM, "xmlns='" NS_JINGLE_IBB "'",
        "xmlns='urn:xmpp:jingle:transports:raw-udp:1'"},
};

void misprint(const struct client *c, struct buffer *out)
{
    for (size_t i = 0; i < sizeof misprints / sizeof *misprints; i++) {
        if (!fault(c, misprints[i].fault)) {
            continue;
        }
        struct buffer changed = {0};
        const char *rest = buffer_text(out), *at;
        while ((at = strstr(rest, misprints[i].from)) != NULL) {
            buffer_add(&changed, rest, (size_t)(at - rest));
            buffer_add_text(&changed, misprints[i].to);
            rest = at + strlen(misprints[i].from);
        }
        buffer_add_text(&changed, rest);
        buffer_free(out);
        *out = changed;
    }
}
