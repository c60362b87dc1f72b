/* The filter on a content's bytes: AES-GCM with the content's secret. */
#ifndef JS_JINGLE_JET_FILTER_H
#define JS_JINGLE_JET_FILTER_H

#include "jingle/fault.h"
#include "jingle/jet.h"
#include "jingle/security.h"

/* sending: encrypts; else decrypts. The seeded fault shows here when it is
 * one of the stream's. */
struct stream_filter *jet_filter_new(
    const struct jet_secret *secret, bool sending, enum fault fault);

#endif
