/* Faults of encryption: XEP-0391, XEP-0396, XEP-0384 (omemo.h has the same names); see fault_table.h. */
#ifndef JS_JINGLE_FAULT_TABLE_OMEMO_H
#define JS_JINGLE_FAULT_TABLE_OMEMO_H

/* clang-format off */
#define FAULTS_OMEMO(X) \
    X(FEATURE_JET_MISSING, "feature-jet-missing", \
        "leaves urn:xmpp:jingle:jet:0 out of disco#info (XEP-0391 s6)") \
    X(FEATURE_JET_OMEMO_MISSING, "feature-jet-omemo-missing", \
        "leaves urn:xmpp:jingle:jet-omemo:0 out of disco#info (XEP-0396 s5)") \
    X(JET_UNANNOUNCED_OFFERED, "jet-unannounced-offered", \
        "encrypts for a peer that does not announce it (XEP-0391 s6)") \
    X(JET_NO_BUNDLE_PLAINTEXT, "jet-no-bundle-plaintext", \
        "sends plainly when it can't encrypt (XEP-0391 s7)") \
    X(JET_SECRET_REUSED, "jet-secret-reused", \
        "uses one key and IV for all its files (XEP-0391 s3; safety)") \
    X(IV_FROM_KEY, "iv-from-key", \
        "makes the IV of the key (XEP-0391 s7)") \
    X(JET_IV_RANDOM_ELSEWHERE, "jet-iv-random-elsewhere", \
        "encrypts with another IV than it tells (XEP-0396 s2)") \
    X(JET_CIPHER_CBC, "jet-cipher-cbc", \
        "names a cipher that XEP-0391 s5 does not have") \
    X(JET_CIPHER_256, "jet-cipher-256", \
        "uses AES-256 with OMEMO (XEP-0396 s3)") \
    X(JET_TYPE_OMEMO_2, "jet-type-omemo-2", \
        "names another OMEMO than the envelope's (XEP-0396 s4)") \
    X(SECURITY_WITHOUT_NAME, "security-without-name", \
        "leaves the content's name out of <security/> (robustness)") \
    X(JET_REQUEST_PLAIN, "jet-request-plain", \
        "asks plainly although told to encrypt (XEP-0391 s4.2)") \
    X(JET_SIZE_OF_CIPHERTEXT, "jet-size-of-ciphertext", \
        "announces the size of the encrypted stream (XEP-0234 s5)") \
    X(JET_HASH_OF_CIPHERTEXT, "jet-hash-of-ciphertext", \
        "announces the hash of the encrypted stream (XEP-0234 s5)") \
    X(JET_PLAINTEXT_SENT, "jet-plaintext-sent", \
        "sends the plain bytes of an encrypted content (XEP-0391 s3; safety)") \
    X(JET_REQUEST_ANSWERED_PLAIN, "jet-request-answered-plain", \
        "sends plain bytes for an encrypted request (XEP-0391 s4.2; safety)") \
    X(ACCEPT_DROPS_SECURITY, "accept-drops-security", \
        "sends plainly when the accept does not repeat <security/> (XEP-0391 s7; safety)") \
    X(FALLBACK_DROPS_ENCRYPTION, "fallback-drops-encryption", \
        "sends plainly over a replaced transport (XEP-0391 s7; safety)") \
    X(UNREADABLE_ENVELOPE_PLAINTEXT, "unreadable-envelope-plaintext", \
        "takes a content for plain when it can't read its security (XEP-0391 s7)") \
    X(UNKNOWN_CIPHER_PLAINTEXT, "unknown-cipher-plaintext", \
        "takes a content for plain when the cipher is unknown (XEP-0391 s7)") \
    X(WRONG_DEVICE_PLAINTEXT, "wrong-device-plaintext", \
        "takes a content for plain when no key is for it (XEP-0391 s7)") \
    X(TWO_SECURITY_FIRST_TAKEN, "two-security-first-taken", \
        "takes the first of two <security/> (XEP-0391 s7; safety)") \
    X(SECURITY_UNNAMED_IGNORED, "security-unnamed-ignored", \
        "takes a content for plain when <security/> has no name (XEP-0391 s7)") \
    X(JET_CONTENT_UNCHECKED, "jet-content-unchecked", \
        "takes the envelope of another content (XEP-0391 s4; safety)") \
    X(JET_CIPHER_ONE_SPELLING, "jet-cipher-one-spelling", \
        "knows one spelling of the cipher's name only (robustness)") \
    X(JET_KEY_TAG_APPENDED_LOST, "jet-key-tag-appended-lost", \
        "demands a tag behind the key (XEP-0396 s4)") \
    X(JET_TAG_BEHIND_KEY_IGNORED, "jet-tag-behind-key-ignored", \
        "looks for the tag behind the stream alone (robustness)") \
    X(JET_AES_128_ONLY, "jet-aes-128-only", \
        "refuses AES-256, which XEP-0391 s5 names (robustness)") \
    X(JET_STREAM_SIZE_REFUSED, "jet-stream-size-refused", \
        "takes the announced size for the file's alone (robustness)") \
    X(JET_STREAM_HASH_REFUSED, "jet-stream-hash-refused", \
        "takes the announced hash for the file's alone (robustness)") \
    X(JET_IV_12_ONLY, "jet-iv-12-only", \
        "refuses initialisation vectors of 16 bytes (robustness)") \
    X(JET_CIPHERTEXT_STORED, "jet-ciphertext-stored", \
        "keeps the encrypted stream as the file (XEP-0391 s3)") \
    X(JET_TAG_IGNORED, "jet-tag-ignored", \
        "takes bytes whose tag is wrong (XEP-0391 s5; safety)") \
    X(JET_TRUNCATED_ACCEPTED, "jet-truncated-accepted", \
        "takes an encrypted stream that was cut (XEP-0391 s5; safety)") \
    X(JET_RESUME_OLD_SECRET, "jet-resume-old-secret", \
        "encrypts later requests with the first one's secret (XEP-0391 s4.3; safety)") \
    X(JET_TRAILING_ACCEPTED, "jet-trailing-accepted", \
        "takes the bytes behind the tag into the file (XEP-0391 s5; safety)") \
    X(JET_REPLACE_STORES_CIPHERTEXT, "jet-replace-stores-ciphertext", \
        "keeps the encrypted stream as the file once the transport was replaced (XEP-0391 s4.1)") \
    X(SECURITY_IN_DESCRIPTION, "security-in-description", \
        "puts <security/> into the description (XEP-0391 s3)") \
    X(JET_WRITES_BACK, "jet-writes-back", \
        "sends bytes of its own under the content's key and IV (safety)") \
    X(BLIND_TRUST, "blind-trust", \
        "encrypts to devices that nobody trusts (XEP-0384 0.2 s7)") \
    X(DISTRUSTED_READ, "distrusted-read", \
        "takes keys from devices that its user distrusts (robustness)") \
    X(JET_FIRST_DEVICE_ONLY, "jet-first-device-only", \
        "encrypts to one device of the peer only (XEP-0396 s3)") \
    X(PREKEY_UNMARKED, "prekey-unmarked", \
        "leaves out prekey='true' (XEP-0384 0.2 s4.6)") \
    X(KEY_WITHOUT_RID, "key-without-rid", \
        "does not tell whom a key is for (XEP-0384 0.2 s4.6)") \
    X(KEY_TRANSPORT_WITH_PAYLOAD, "key-transport-with-payload", \
        "puts a payload into a key transport (XEP-0384 0.2 s4.6)") \
    X(BUNDLE_NOT_RENEWED, "bundle-not-renewed", \
        "does not replace a used pre-key (XEP-0384 0.2 s4.7)") \
    X(ENVELOPE_OF_ANYONE, "envelope-of-anyone", \
        "takes an envelope that is not the sender's own (XEP-0391 s7)") \
    X(PREKEY_KEPT, "prekey-kept", \
        "takes an envelope a second time (XEP-0384 0.2 s4.7; safety)") \
    X(OLD_SESSION_KEPT, "old-session-kept", \
        "does not replace its session by a new one (XEP-0384 0.2 s4.7)") \
    X(OWN_DEVICE_UNCHECKED, "own-device-unchecked", \
        "stays off the list of devices (XEP-0384 0.2 s4.3)") \
    X(OWN_DEVICE_OVERWRITES, "own-device-overwrites", \
        "takes the other devices off the list (XEP-0384 0.2 s4.3)") \
    X(DEVICE_ID_ZERO, "device-id-zero", \
        "announces the device 0 (XEP-0384 0.2 s4.1)") \
    X(DEVICELIST_NOTIFY_MISSING, "devicelist-notify-missing", \
        "does not subscribe to lists of devices (XEP-0384 0.2 s4.2)") \
    X(BUNDLE_MISSING, "bundle-missing", \
        "publishes no bundle (XEP-0384 0.2 s4.3)") \
    X(PREKEYS_10, "prekeys-10", \
        "publishes 10 pre-keys (XEP-0384 0.2 s4.3: at least 20)") \
    X(PREKEYS_50, "prekeys-50", \
        "publishes 50 pre-keys (XEP-0384 0.2 s4.3: 100)") \
    X(SKIPPED_KEYS_LOST, "skipped-keys-lost", \
        "reads no key that a later one overtook (XEP-0384-0.3 s4.3)")
/* clang-format on */

#endif
