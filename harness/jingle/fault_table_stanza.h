/* Faults of stanzas: RFC 6120, XEP-0030, XEP-0115; see fault_table.h. */
#ifndef JS_JINGLE_FAULT_TABLE_STANZA_H
#define JS_JINGLE_FAULT_TABLE_STANZA_H

/* clang-format off */
#define FAULTS_STANZA(X) \
    X(UNKNOWN_IQ_ACKED, "unknown-iq-acked", \
        "answers a request it does not know with a result (RFC 6120 s8.2.3: an error)") \
    X(UNKNOWN_IQ_UNANSWERED, "unknown-iq-unanswered", \
        "leaves a request it does not know unanswered (RFC 6120 s8.2.3)") \
    X(IQ_ID_REUSED, "iq-id-reused", \
        "gives all its requests the same id (RFC 6120 s8.1.3)") \
    X(IQ_FROM_UNCHECKED, "iq-from-unchecked", \
        "takes an answer from a JID that was not asked (RFC 6120 s8.1.2.1; safety)") \
    X(ERROR_TYPE_WRONG, "error-type-wrong", \
        "sends errors of another type than the condition's (RFC 6120 s8.3.3)") \
    X(ERROR_AS_RESULT, "error-as-result", \
        "answers with a result where an error is due (XEP-0166 s6.3.2)") \
    X(DISCO_JINGLE_MISSING, "disco-jingle-missing", \
        "leaves urn:xmpp:jingle:1 out of disco#info (XEP-0166 s11)") \
    X(DISCO_FILE_MISSING, "disco-file-missing", \
        "leaves the file transfer out of disco#info (XEP-0234 s11)") \
    X(DISCO_S5B_MISSING, "disco-s5b-missing", \
        "leaves the SOCKS5 transport out of disco#info (XEP-0260 s5)") \
    X(DISCO_IBB_MISSING, "disco-ibb-missing", \
        "leaves the IBB transport out of disco#info (XEP-0261 s4)") \
    X(DISCO_HASHES_MISSING, "disco-hashes-missing", \
        "leaves urn:xmpp:hashes:2 out of disco#info (XEP-0300 s7)") \
    X(DISCO_NODE_MISSING, "disco-node-missing", \
        "answers a request for a node without the node (XEP-0030 s3.2)") \
    X(CAPS_VER_WRONG, "caps-ver-wrong", \
        "announces caps that its disco#info does not hash to (XEP-0115 s5)") \
    X(PEER_FEATURES_IGNORED, "peer-features-ignored", \
        "offers without regard to what the peer supports (XEP-0166 s11)") \
    X(RESOURCE_DEMANDED, "resource-demanded", \
        "deals with nobody who has no resource, as components (RFC 7622 s3.4)") \
    X(DISCO_UNANSWERED, "disco-unanswered", \
        "does not answer disco#info (XEP-0030 s3.1)") \
    X(DISCO_WITHOUT_IDENTITY, "disco-without-identity", \
        "answers disco#info without an identity (XEP-0030 s3.1)") \
    X(DISCO_INFO_MISSING, "disco-info-missing", \
        "leaves disco#info out of its features (XEP-0030 s3.1)") \
    X(IDENTITY_WITHOUT_TYPE, "identity-without-type", \
        "names an identity without a type (XEP-0030 s3.1)") \
    X(IDENTITY_DOUBLED, "identity-doubled", \
        "names its identity twice with two names (XEP-0030 s3.1)") \
    X(IDENTITY_NAMES_DIFFER, "identity-names-differ", \
        "names a second identity with another name (XEP-0030 s3.1)") \
    X(IDENTITY_CHANGES, "identity-changes", \
        "answers with another identity each time (XEP-0030 s6.3)") \
    X(FEATURE_WITHOUT_VAR, "feature-without-var", \
        "names a feature without var (XEP-0030 s3.1)") \
    X(FEATURE_WITH_CHILD, "feature-with-child", \
        "puts something into a feature (XEP-0030 s3.1)") \
    X(UNKNOWN_NODE_UNANSWERED, "unknown-node-unanswered", \
        "does not answer for nodes it does not have (XEP-0030 s3.1)") \
    X(ITEMS_UNANSWERED, "items-unanswered", \
        "does not answer disco#items (XEP-0030 s4.1)") \
    X(NO_ITEMS_AS_ERROR, "no-items-as-error", \
        "answers disco#items with an error (XEP-0030 s4.1)") \
    X(ITEM_WITHOUT_JID, "item-without-jid", \
        "names an item without JID (XEP-0030 s4.1)") \
    X(DISCO_REQUEST_FILLED, "disco-request-filled", \
        "asks disco#info with a filled query (XEP-0030 s3.1)") \
    X(INFO_FEATURE_DEMANDED, "info-feature-demanded", \
        "drops answers that do not name disco#info (XEP-0030 s3.1)") \
    X(DISCO_ERROR_HANGS, "disco-error-hangs", \
        "waits for ever when its question is refused (robustness)") \
    X(DISCO_EMPTY_HANGS, "disco-empty-hangs", \
        "waits for ever when its question is answered with nothing (robustness)") \
    X(CAPS_LEFT_OUT, "caps-left-out", \
        "announces no caps (XEP-0115 s6.1)") \
    X(DIRECTED_WITHOUT_CAPS, "directed-without-caps", \
        "leaves caps out of directed presence (XEP-0115 s8.3)") \
    X(CAPS_WITHOUT_HASH, "caps-without-hash", \
        "leaves hash out of its caps (XEP-0115 s4)") \
    X(CAPS_WITHOUT_NODE, "caps-without-node", \
        "leaves node out of its caps (XEP-0115 s4)") \
    X(CAPS_WITHOUT_VER, "caps-without-ver", \
        "leaves ver out of its caps (XEP-0115 s4)") \
    X(CAPS_NODE_PLAIN, "caps-node-plain", \
        "names a node that is no URL (XEP-0115 s4)") \
    X(CAPS_HASH_INVENTED, "caps-hash-invented", \
        "names a hash that is not registered (XEP-0115 s9.1)") \
    X(CAPS_VER_HEX, "caps-ver-hex", \
        "writes its ver in hex (XEP-0115 s5.1)") \
    X(CAPS_VER_SPACED, "caps-ver-spaced", \
        "writes a blank into its ver (XEP-0115 s5.1)") \
    X(CAPS_UNSORTED, "caps-unsorted", \
        "does not sort features for its ver (XEP-0115 s5.1)") \
    X(CAPS_WITHOUT_SLASHES, "caps-without-slashes", \
        "leaves slashes out for its ver (XEP-0115 s5.1)") \
    X(CAPS_NODE_AS_ITEM, "caps-node-as-item", \
        "lists its caps node as an item (XEP-0115 s6.2)") \
    X(DISCO_CAPS_MISSING, "disco-caps-missing", \
        "leaves caps out of its features (XEP-0115 s7)") \
    X(LEGACY_CAPS_BREAK, "legacy-caps-break", \
        "takes peers with caps of the old format for unable (XEP-0115 s4)") \
    X(LEGACY_VER_CACHED, "legacy-ver-cached", \
        "keeps answers for caps of the old format (XEP-0115 s13)") \
    X(UNKNOWN_HASH_CACHED, "unknown-hash-cached", \
        "keeps answers under an unknown hash (XEP-0115 s5.4)") \
    X(DOUBLED_FEATURE_CACHED, "doubled-feature-cached", \
        "keeps answers with a doubled feature (XEP-0115 s5.4)") \
    X(DOUBLED_IDENTITY_CACHED, "doubled-identity-cached", \
        "keeps answers with a doubled identity (XEP-0115 s5.4)") \
    X(POISONED_CAPS_CACHED, "poisoned-caps-cached", \
        "keeps answers that do not hash to ver (XEP-0115 s5.4)") \
    X(EVERY_CONTACT_ASKED, "every-contact-asked", \
        "asks everybody who announces a known ver (XEP-0115 s5.4)") \
    X(CAPS_ASKED_EACH_PRESENCE, "caps-asked-each-presence", \
        "asks again after each presence (XEP-0115 s8.2)") \
    X(CAPS_BARE_JID_ASKED, "caps-bare-jid-asked", \
        "asks the bare JID of who announces caps (XEP-0115 s6.2)") \
    X(CAPS_REQUEST_WITHOUT_NODE, "caps-request-without-node", \
        "asks without node for announced caps (XEP-0115 s6.2)") \
    X(CAPS_REQUEST_WITHOUT_VER, "caps-request-without-ver", \
        "asks for the caps' node without its ver (XEP-0115 s6.2)") \
    X(OFFERS_UNDISCOVERED, "offers-undiscovered", \
        "offers to peers without caps unasked (XEP-0166 s11)") \
    X(MISSING_CAPS_FORGET, "missing-caps-forget", \
        "takes a presence without caps for a loss of all features (XEP-0115 s8.4)") \
    X(ITEMS_REQUEST_FILLED, "items-request-filled", \
        "asks for items with an item in the query (XEP-0030 s4.1)") \
    X(NODE_WITHOUT_CAPS, "node-without-caps", \
        "asks for a node of which no caps told (XEP-0115 s8.3)") \
    X(ALGO_UNANNOUNCED, "algo-unannounced", \
        "announces SHA-1 alone of its hash functions (XEP-0300 s9.3)")
/* clang-format on */

#endif
