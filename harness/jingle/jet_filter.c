#include "jingle/jet_filter.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct jet_filter {
    struct stream_filter filter;
    struct jet_stream *stream;
    struct jet_secret secret;
    bool sending;
    enum fault fault;
};

static struct jet_filter *of(struct stream_filter *filter)
{
    return (struct jet_filter *)(void *)filter;
}

/* Bytes go through as they are: what must never happen. */
static bool passes(const struct jet_filter *jet)
{
    return jet->sending ? jet->fault == FAULT_JET_PLAINTEXT_SENT
                        : jet->fault == FAULT_JET_CIPHERTEXT_STORED;
}

static bool feed(struct stream_filter *filter, const void *data, size_t len,
    struct buffer *out)
{
    struct jet_filter *jet = of(filter);
    if (passes(jet))
        buffer_add(out, data, len);
    else
        jet_stream_add(jet->stream, data, len, out);
    return true;
}

static bool end(struct stream_filter *filter, struct buffer *out)
{
    struct jet_filter *jet = of(filter);
    if (passes(jet))
        return true;
    if (jet->sending) {
        uint8_t tag[JET_TAG_LEN];
        jet_encrypt_end(jet->stream, out);
        jet_encrypt_tag(jet->stream, tag);
        /* the tag behind the key is the whole file's: a part needs its own */
        if (jet->secret.has_tag && memcmp(tag, jet->secret.tag, sizeof tag))
            buffer_add(out, tag, sizeof tag);
        return true;
    }
    enum jet_tag_verdict verdict =
        jet_decrypt_end(jet->stream, filter->plain_size, out);
    if (verdict == JET_TAG_RIGHT || jet->fault == FAULT_JET_TAG_IGNORED ||
        jet->fault == FAULT_JET_TRAILING_ACCEPTED)
        return true;
    uint64_t all = jet_stream_plain(jet->stream) + JET_TAG_LEN;
    return jet->fault == FAULT_JET_TRUNCATED_ACCEPTED &&
           (verdict == JET_TAG_MISSING ||
               all < filter->plain_size + JET_TAG_LEN);
}

/* For those whose hash is the stream's: what the file is encrypted to. The
 * bytes are the same as go over the wire, so nothing is given away. */
static struct stream_filter *again(struct stream_filter *filter)
{
    const struct jet_filter *jet = of(filter);
    return jet_filter_new(&jet->secret, true, FAULT_NONE);
}

static void free_filter(struct stream_filter *filter)
{
    struct jet_filter *jet = of(filter);
    jet_stream_free(jet->stream);
    jet_secret_clear(&jet->secret);
    free(jet);
}

struct stream_filter *jet_filter_new(
    const struct jet_secret *secret, bool sending, enum fault fault)
{
    struct jet_filter *jet = mem_alloc(sizeof *jet);
    jet->stream = sending ? jet_encrypt_new(secret, !secret->has_tag)
                          : jet_decrypt_new(secret);
    jet->secret = *secret;
    jet->sending = sending;
    jet->fault = fault;
    jet->filter = (struct stream_filter){
        .overhead = sending && secret->has_tag ? 0 : JET_TAG_LEN,
        .plain_size = UINT64_MAX,
        .feed = feed,
        .end = end,
        .again = again,
        .free = free_filter,
    };
    if (passes(jet) && sending)
        jet->filter.overhead = 0;
    return &jet->filter;
}
