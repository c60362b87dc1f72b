/* X(id, name, breaks): in the order of the XEPs. */
#ifndef JS_JINGLE_FAULT_TABLE_H
#define JS_JINGLE_FAULT_TABLE_H

#define FAULT_TABLE(X)                                                         \
    X(IBB_SEQ_FROM_ONE, "ibb-seq-from-one",                                    \
        "counts blocks from 1 (XEP-0047 s2.2: the first has seq 0)")           \
    X(IBB_SEQ_IGNORED, "ibb-seq-ignored",                                      \
        "takes blocks in any order (XEP-0047 s2.2: a wrong seq closes the "    \
        "bytestream)")                                                         \
    X(IBB_BLOCK_TOO_LARGE, "ibb-block-too-large",                              \
        "sends blocks larger than agreed (XEP-0047 s2.2)")                     \
    X(HASH_IGNORED, "hash-ignored",                                            \
        "takes a file whose hash is wrong for good (XEP-0234 s8.1)")           \
    X(DSTADDR_SWAPPED, "dstaddr-swapped",                                      \
        "computes DST.ADDR with the two JIDs in the wrong order (XEP-0260 "    \
        "s2.2)")

#endif
