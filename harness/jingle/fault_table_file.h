/* Faults of file transfer: XEP-0234, XEP-0300; see fault_table.h. */
#ifndef JS_JINGLE_FAULT_TABLE_FILE_H
#define JS_JINGLE_FAULT_TABLE_FILE_H

/* clang-format off */
#define FAULTS_FILE(X) \
    X(FILE_VERSION_OLD, "file-version-old", \
        "offers in the namespace of another version (XEP-0234 s13.2)") \
    X(FILE_VERSION_ANY, "file-version-any", \
        "takes other versions' offers for its own (XEP-0234 s13.2)") \
    X(SENDERS_MISSING, "senders-missing", \
        "leaves senders out (XEP-0234 s4)") \
    X(SENDERS_BOTH, "senders-both", \
        "writes senders='both' (XEP-0234 s4)") \
    X(SENDERS_DEMANDED, "senders-demanded", \
        "refuses offers without senders (robustness)") \
    X(DESC_LANGUAGE_MISSING, "desc-language-missing", \
        "describes a file in several languages without xml:lang (XEP-0234 s5)") \
    X(OFFER_HASH_MISSING, "offer-hash-missing", \
        "offers without hash and hash-used (XEP-0234 s5)") \
    X(OFFER_HASH_WRONG, "offer-hash-wrong", \
        "offers with a wrong hash (XEP-0234 s5)") \
    X(OFFER_SIZE_WRONG, "offer-size-wrong", \
        "offers with a wrong size (XEP-0234 s5)") \
    X(ACCEPT_RANGE_MISSING, "accept-range-missing", \
        "leaves the wanted range out of the accept (XEP-0234 s6.3)") \
    X(RANGE_OFFSET_IGNORED, "range-offset-ignored", \
        "sends from the start whatever the range says (XEP-0234 s6.3)") \
    X(RANGE_LENGTH_IGNORED, "range-length-ignored", \
        "sends to the end whatever the range says (XEP-0234 s6.3)") \
    X(LAST_BYTE_LOST, "last-byte-lost", \
        "sends all but the last byte (XEP-0234 s3)") \
    X(EXTRA_BYTE, "extra-byte", \
        "sends a byte too many (XEP-0234 s3)") \
    X(OVERRUN_ACCEPTED, "overrun-accepted", \
        "takes more bytes than were announced (XEP-0234 s9.2; safety)") \
    X(FILE_LIMIT_IGNORED, "file-limit-ignored", \
        "takes files that are larger than it may (XEP-0234 s9.2; safety)") \
    X(TRUNCATION_ACCEPTED, "truncation-accepted", \
        "takes a part for the whole file (XEP-0234 s6.6; safety)") \
    X(UNSAFE_NAME, "unsafe-name", \
        "uses the peer's file name as it is (XEP-0234 s12; safety)") \
    X(BACKSLASH_FOLLOWED, "backslash-followed", \
        "takes backslashes in a name for separators (XEP-0234 s12; safety)") \
    X(HASH_IGNORED, "hash-ignored", \
        "takes a file whose hash is wrong (XEP-0234 s8.2; safety)") \
    X(HASH_DEMANDED, "hash-demanded", \
        "never finishes a file without a hash (robustness)") \
    X(CHECKSUM_NEVER, "checksum-never", \
        "never sends the hash that it promised (XEP-0234 s5)") \
    X(CHECKSUM_WRONG, "checksum-wrong", \
        "sends a wrong hash by session-info (XEP-0234 s8.2)") \
    X(CHECKSUM_WITHOUT_NAME, "checksum-without-name", \
        "leaves creator and name out of checksum (XEP-0234 s8.2)") \
    X(CHECKSUM_WITHOUT_HASH, "checksum-without-hash", \
        "leaves the hash out of checksum (XEP-0234 s8.2)") \
    X(CHECKSUM_IGNORED, "checksum-ignored", \
        "does not compare with a hash that came later (XEP-0234 s8.2; safety)") \
    X(CHECKSUM_REFUSED, "checksum-refused", \
        "refuses the session-info checksum (XEP-0234 s8.2)") \
    X(RECEIVED_WITHOUT_NAME, "received-without-name", \
        "leaves creator and name out of received (XEP-0234 s8.1)") \
    X(RECEIVED_FOR_BAD, "received-for-bad", \
        "confirms a file whose hash is wrong (XEP-0234 s8.1)") \
    X(CUT_ENDS_WITH_SUCCESS, "cut-ends-with-success", \
        "ends with success when the stream was cut (XEP-0234 s6.6; safety)") \
    X(HASH_FORM_WRONG, "hash-form-wrong", \
        "breaks a hash by white space (XEP-0300 s3)") \
    X(HASH_WITHOUT_ALGO, "hash-without-algo", \
        "leaves algo out of hashes (XEP-0300 s3, XEP-0234 s5)") \
    X(HASH_USED_MISSING, "hash-used-missing", \
        "announces no hash that comes later (XEP-0234 s8.2)") \
    X(OFFER_HASH_MD5, "offer-hash-md5", \
        "offers with MD5 (XEP-0234 s12)") \
    X(DATE_TWO_ZONES, "date-two-zones", \
        "writes two time zones into the date (XEP-0234 s5)") \
    X(MEDIA_TYPE_MISSING, "media-type-missing", \
        "leaves the media type out (XEP-0234 s5)") \
    X(OFFER_SIZE_MISSING, "offer-size-missing", \
        "leaves the size out (XEP-0234 s5)") \
    X(NAME_WITH_PATH, "name-with-path", \
        "offers with a whole path for the name (XEP-0234 s5)") \
    X(OFFER_DATAGRAM, "offer-datagram", \
        "offers over a datagram transport (XEP-0234 s4)") \
    X(RECEIVED_EARLY, "received-early", \
        "confirms a file at its first bytes (XEP-0234 s8.1)") \
    X(SIZE_MISSING_HANGS, "size-missing-hangs", \
        "never finishes a file of unknown size (robustness)") \
    X(MALFORMED_FILE_HANGS, "malformed-file-hangs", \
        "goes deaf when a file is described wrongly (robustness)") \
    X(UNKNOWN_HASH_REFUSED, "unknown-hash-refused", \
        "refuses files with a hash that it does not know (XEP-0234 s5)") \
    X(HASH_TWICE, "hash-twice", \
        "writes two hashes of one function (XEP-0300 s3)") \
    X(FILE_MISSING_AS_DECLINE, "file-missing-as-decline", \
        "declines requests for files that it has not (XEP-0234 s9.1)") \
    X(SI_BEFORE_JINGLE, "si-before-jingle", \
        "offers by stream initiation whatever the peer knows (XEP-0234 s10.3)")
/* clang-format on */

#endif
