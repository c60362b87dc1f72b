/* Faults of in-band bytestreams: XEP-0261, XEP-0047; see fault_table.h. */
#ifndef JS_JINGLE_FAULT_TABLE_IBB_H
#define JS_JINGLE_FAULT_TABLE_IBB_H

/* clang-format off */
#define FAULTS_IBB(X) \
    X(IBB_PREFERRED, "ibb-preferred", \
        "offers IBB although both support SOCKS5 (XEP-0234 s10.2)") \
    X(IBB_OFFER_WITHOUT_SIZE, "ibb-offer-without-size", \
        "offers without block-size (XEP-0261 s2.2)") \
    X(IBB_SIZE_RAISED, "ibb-size-raised", \
        "answers with a larger block-size (XEP-0261 s2.2)") \
    X(IBB_LOWER_SIZE_IGNORED, "ibb-lower-size-ignored", \
        "keeps its block-size although the peer lowered it (XEP-0261 s2.2)") \
    X(IBB_OPEN_MISSING, "ibb-open-missing", \
        "sends data without open (XEP-0261 s2.2)") \
    X(IBB_OPEN_OTHER_SIZE, "ibb-open-other-size", \
        "opens with another block-size than was agreed (XEP-0261 s2.2)") \
    X(IBB_OPEN_OTHER_SID, "ibb-open-other-sid", \
        "opens with the session's sid (XEP-0261 s2.2)") \
    X(IBB_OPEN_SIZE_UNCHECKED, "ibb-open-size-unchecked", \
        "takes an open with another block-size (XEP-0261 s2.2)") \
    X(IBB_RESPONDER_OPENS, "ibb-responder-opens", \
        "opens as responder and waits as initiator (XEP-0261 s2.2)") \
    X(IBB_FROM_UNCHECKED, "ibb-from-unchecked", \
        "takes blocks from third parties (XEP-0047 s2.2; safety)") \
    X(IBB_BLOCK_TOO_LARGE, "ibb-block-too-large", \
        "sends blocks larger than agreed (XEP-0047 s2.2)") \
    X(IBB_OVERSIZE_ACCEPTED, "ibb-oversize-accepted", \
        "takes blocks larger than agreed (XEP-0047 s2.2)") \
    X(IBB_SEQ_FROM_ONE, "ibb-seq-from-one", \
        "counts its blocks from 1 (XEP-0047 s2.2)") \
    X(IBB_SEQ_STUCK, "ibb-seq-stuck", \
        "does not count its blocks (XEP-0047 s2.2)") \
    X(IBB_SEQ_NO_WRAP, "ibb-seq-no-wrap", \
        "goes on to 65536 (XEP-0047 s2.2)") \
    X(IBB_SEQ_IGNORED, "ibb-seq-ignored", \
        "takes blocks in any order (XEP-0047 s2.2)") \
    X(IBB_DATA_WITHOUT_SID, "ibb-data-without-sid", \
        "sends blocks without sid (XEP-0047 s2.2)") \
    X(IBB_DATA_AS_TEXT, "ibb-data-as-text", \
        "takes the file for text (XEP-0234 s3)") \
    X(IBB_PADDING_MISSING, "ibb-padding-missing", \
        "writes base64 without padding (XEP-0047 s2.2)") \
    X(IBB_BASE64_LAX, "ibb-base64-lax", \
        "takes base64 with white space (XEP-0047 s6)") \
    X(IBB_BASE64_IGNORED, "ibb-base64-ignored", \
        "acknowledges what is no base64 (XEP-0047 s6)") \
    X(IBB_STANZA_IGNORED, "ibb-stanza-ignored", \
        "sends in the kind of stanza that was not agreed (XEP-0047 s2.1)") \
    X(IBB_MESSAGES_DROPPED, "ibb-messages-dropped", \
        "takes no block that comes in a message (XEP-0047 s4)") \
    X(IBB_WINDOW_IGNORED, "ibb-window-ignored", \
        "sends all blocks without awaiting results (XEP-0047 s2.2: recommended)") \
    X(IBB_DATA_UNACKED, "ibb-data-unacked", \
        "does not acknowledge blocks (XEP-0047 s2.2)") \
    X(IBB_UNKNOWN_SID_ACKED, "ibb-unknown-sid-acked", \
        "acknowledges blocks of an unknown bytestream (XEP-0047 s2.2)") \
    X(IBB_ERROR_IGNORED, "ibb-error-ignored", \
        "goes on after a block was refused (XEP-0047 s2.2)") \
    X(IBB_BROKEN_NOT_CLOSED, "ibb-broken-not-closed", \
        "neither closes nor ends a bytestream that lost a block (XEP-0047 s2.2)") \
    X(IBB_BLOCK_LOST, "ibb-block-lost", \
        "acknowledges its second block and loses it (XEP-0047 s2.2)") \
    X(IBB_CLOSE_MISSING, "ibb-close-missing", \
        "does not close the bytestream (XEP-0261 s2.5)") \
    X(IBB_OPEN_UNKNOWN_ACKED, "ibb-open-unknown-acked", \
        "acknowledges the open of a stream nobody allowed (XEP-0047 s2.1)") \
    X(IBB_STREAM_REFUSED, "ibb-stream-refused", \
        "refuses a further stream of a bytestream (XEP-0261 s2.3)") \
    X(IBB_STREAM_UNANNOUNCED, "ibb-stream-unannounced", \
        "opens a further stream without a transport-info (XEP-0261 s2.3)") \
    X(IBB_STREAM_SEQ_SHARED, "ibb-stream-seq-shared", \
        "counts seq over all streams of a bytestream (XEP-0047 s2.2)") \
    X(IBB_STREAM_CLOSES_ALL, "ibb-stream-closes-all", \
        "takes the end of one stream for that of all (XEP-0261 s2.3)") \
    X(IBB_CLOSE_OTHER_SID, "ibb-close-other-sid", \
        "closes with the session's sid (XEP-0047 s2.3)") \
    X(IBB_CLOSE_UNACKED, "ibb-close-unacked", \
        "does not acknowledge a close (XEP-0047 s2.3)") \
    X(IBB_CLOSE_IGNORED, "ibb-close-ignored", \
        "goes on sending after the peer's close (XEP-0047 s2.3)") \
    X(IBB_UNKNOWN_CLOSE_ACKED, "ibb-unknown-close-acked", \
        "acknowledges the close of an unknown bytestream (XEP-0047 s2.3)") \
    X(IBB_OPEN_HUGE, "ibb-open-huge", \
        "opens with a block-size above 65535 (XEP-0047 s2.1)") \
    X(IBB_OPEN_WITHOUT_SIZE, "ibb-open-without-size", \
        "opens without block-size (XEP-0047 s2.1)") \
    X(IBB_OPEN_UNACKED, "ibb-open-unacked", \
        "does not answer the open that was agreed on (XEP-0261 s2.2)") \
    X(IBB_SECOND_OPEN_TAKEN, "ibb-second-open-taken", \
        "acknowledges a second open of a bytestream (XEP-0047 s2.1)") \
    X(IBB_BAD_SEQ_HANGS, "ibb-bad-seq-hangs", \
        "goes deaf at a block whose seq is no number (XEP-0047 s6)") \
    X(IBB_OVERSIZE_UNANSWERED, "ibb-oversize-unanswered", \
        "leaves a block that is too large unanswered (XEP-0047 s6)") \
    X(IBB_CLOSE_REPEATED, "ibb-close-repeated", \
        "closes again when its close was refused (XEP-0047 s2.3)") \
    X(CLOSE_MIDWAY_HANGS, "close-midway-hangs", \
        "goes deaf when the bytestream is closed half-way (XEP-0047 s6)") \
    X(TERMINATE_MIDWAY_HANGS, "terminate-midway-hangs", \
        "goes deaf when a session ends half-way (XEP-0047 s6)") \
    X(OFFLINE_MIDWAY_HANGS, "offline-midway-hangs", \
        "goes deaf when the peer vanishes half-way (XEP-0047 s6)") \
    X(SID_NO_TOKEN, "sid-no-token", \
        "gives its streams sids with a slash in them (XEP-0047 s2.1)") \
    X(IBB_BASE64_OTHER_ERROR, "ibb-base64-other-error", \
        "refuses what is not base64 with not-acceptable (XEP-0047 s2.2)") \
    X(BLOCK_SIZE_8192, "block-size-8192", \
        "offers blocks of 8192 bytes (XEP-0047 s5)") \
    X(DELIVERY_ERROR_IGNORED, "delivery-error-ignored", \
        "goes on after a block was not delivered (XEP-0047 s2.2)")
/* clang-format on */

#endif
