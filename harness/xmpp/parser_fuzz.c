/* Fuzz target: any bytes in any segmentation. The first byte seeds the
 * segmentation; the raw bytes of all events must be the bytes fed. */
#include "xmpp/parser.h"

#include "base/random.h"

#include <stdlib.h>
#include <string.h>

static const char head[] = "<stream:stream xmlns='jabber:client' "
                           "xmlns:stream='http://etherx.jabber.org/streams'>";

static size_t feed(
    struct stream_parser *parser, const uint8_t *data, size_t len)
{
    size_t told = 0;
    struct bytes part = bytes_of(data, len);
    while (part.len > 0) {
        struct stream_event event;
        size_t used = stream_parser_feed(parser, part, &event);
        if (used == 0 || used > part.len)
            abort();
        if (event.kind == STREAM_STANZA && stream_stanza(event.doc) == NULL)
            abort();
        if (event.raw.len > (size_t)STREAM_STANZA_LIMIT + 1 &&
            event.kind != STREAM_UNPARSED)
            abort();
        told += event.raw.len;
        xmlFreeDoc(event.doc);
        part = bytes_of(part.data + used, part.len - used);
    }
    return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct random random = {data[0]};
    struct stream_parser *parser = stream_parser_new();
    size_t told = 0, fed = size - 1;
    if (data[0] & 1) {
        told += feed(parser, (const uint8_t *)head, sizeof head - 1);
        fed += sizeof head - 1;
    }
    for (size_t at = 1; at < size;) {
        size_t step = 1 + (size_t)(random_next(&random) % 16);
        if (step > size - at)
            step = size - at;
        told += feed(parser, data + at, step);
        at += step;
    }
    if (told + stream_parser_pending(parser).len != fed)
        abort();
    stream_parser_free(parser);
    return 0;
}
