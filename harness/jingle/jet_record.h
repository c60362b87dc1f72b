/* A recorded encrypted transfer, opened with one device's keys: for the
 * client developer who asks what went wrong. No I/O; the report is text. */
#ifndef JS_JINGLE_JET_RECORD_H
#define JS_JINGLE_JET_RECORD_H

#include "base/bytes.h"
#include "base/error.h"
#include "omemo/device.h"

#include <libxml/tree.h>
#include <stdbool.h>

struct jet_record {
    struct omemo_device *device;
    const xmlNode *transcript; /* see jet_transcript.h */
    const char *sid;           /* of the Jingle session; NULL: the only one */
    const char *content;       /* its name; NULL: the only one */
    struct bytes stream;       /* what came over the bytestream; data NULL: it
                                  is in the transcript, in-band */
};

enum jet_record_verdict {
    JET_RECORD_GOOD,     /* the tag is right, and size and hash as announced */
    JET_RECORD_NOT_GOOD, /* the tag is right, but size or hash differ */
    JET_RECORD_UNSAFE,   /* the tag is wrong; plain is what came out anyway */
    JET_RECORD_UNOPENED  /* there is no key: error says why */
};

/* Appends the plaintext to plain and lines to report. */
enum jet_record_verdict jet_record_open(const struct jet_record *record,
    struct buffer *plain, struct buffer *report, struct error *error);

#endif
