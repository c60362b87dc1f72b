/* OMEMO as an envelope of JET (XEP-0396): the row, and how the bytes of a
 * KeyTransportElement become a transport secret. */
#ifndef JS_JINGLE_JET_OMEMO_H
#define JS_JINGLE_JET_OMEMO_H

#include "jingle/jet.h"

#define JET_OMEMO_NS "urn:xmpp:jingle:jet-omemo:0"

/* For jet_add(); its owner is a struct omemo_account. */
extern const struct jet_envelope jet_omemo;

/* Fills key, IV, tag and, when the key's length demands it, cipher of a
 * secret whose cipher is what security/@cipher named. The key element holds
 * the key alone or the key and a tag behind it (XEP-0384 s4.6 says the
 * latter, the field does the former); 16 bytes under the name of AES-256
 * mean AES-128, the only one that XEP-0396 s3 allows. notes may be NULL. */
bool jet_omemo_secret(struct bytes key, struct bytes iv,
    struct jet_secret *secret, struct buffer *notes, struct error *error);

#endif
