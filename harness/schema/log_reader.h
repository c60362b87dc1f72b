/* Finds stanzas in any text: raw stream logs, concatenated stanzas,
 * transcripts of <stanza dir='..'> elements, logs of clients and servers that
 * print XML among other text. Streams: memory is bounded by one stanza.
 * Sans I/O: bytes in, items out. */
#ifndef JS_LOG_READER_H
#define JS_LOG_READER_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_kind {
    LOG_STANZA, /* one whole element of a stream, balanced as far as seen */
    LOG_HEADER, /* <stream:stream ...>: text is the start tag */
    LOG_TAG,    /* a log printed a stanza's first tag alone, or hid its
                   namespaces: nothing to judge; problem says which */
    LOG_BROKEN, /* problem says what; text is what was seen of it */
};

enum log_direction { LOG_UNKNOWN, LOG_FROM_CLIENT, LOG_TO_CLIENT };

struct log_item {
    enum log_kind kind;
    struct bytes text;     /* as in the input; terminal colours removed */
    uint64_t line, column; /* of its "<", from 1; columns in bytes */
    enum log_direction direction;
    const char *session; /* the <stanza session='..'> around it, or "" */
    const char *actor;   /* the <stanza actor='..'> or client='..', or "" */
    const char *header;  /* the start tag of the stream in force, or NULL */
    const char *problem; /* NULL unless LOG_TAG or LOG_BROKEN */
    /* The log re-indents what it prints (Dino): white space around text says
     * nothing about the wire; names are written {namespace}:name. */
    bool clark;
};

/* Everything in item lives until the callback returns. */
typedef void log_item_fn(void *owner, const struct log_item *item);

struct log_reader;

/* stanza_max: bytes of the largest stanza; 0: 4 MiB. A larger one is
 * LOG_BROKEN and skipped. */
struct log_reader *log_reader_new(
    size_t stanza_max, log_item_fn *fn, void *owner);
void log_reader_free(struct log_reader *reader);
void log_reader_feed(struct log_reader *reader, const void *data, size_t len);
/* The input ends here: what is still open is reported. */
void log_reader_end(struct log_reader *reader);

#endif
