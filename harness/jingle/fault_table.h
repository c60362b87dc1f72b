/* X(id, name, breaks): what is wrong, and the sentence that it breaks; or
 * "safety" or "robustness" where none stands behind it. */
#ifndef JS_JINGLE_FAULT_TABLE_H
#define JS_JINGLE_FAULT_TABLE_H

/* clang-format off */
#define FAULT_TABLE(X) \
    /* stanzas: RFC 6120, XEP-0030, XEP-0115 */ \
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
    X(DISCO_LIES, "disco-lies", \
        "announces calls that it can't take (XEP-0030 s3.1)") \
    X(DISCO_NODE_MISSING, "disco-node-missing", \
        "answers a request for a node without the node (XEP-0030 s3.2)") \
    X(CAPS_VER_WRONG, "caps-ver-wrong", \
        "announces caps that its disco#info does not hash to (XEP-0115 s5)") \
    X(PEER_FEATURES_IGNORED, "peer-features-ignored", \
        "offers without regard to what the peer supports (XEP-0166 s11)") \
    X(RESOURCE_DEMANDED, "resource-demanded", \
        "can't send to a component without a resource (RFC 7622 s3)") \
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
    /* Jingle: XEP-0166 */ \
    X(JINGLE_UNACKED, "jingle-unacked", \
        "does not acknowledge Jingle requests (XEP-0166 s6.3.1)") \
    X(JINGLE_ERROR_MISSING, "jingle-error-missing", \
        "leaves out the Jingle condition of an error (XEP-0166 s10)") \
    X(UNKNOWN_ACTION_ACKED, "unknown-action-acked", \
        "acknowledges an unknown action (XEP-0166 s7.2: bad-request)") \
    X(UNKNOWN_SESSION_ACKED, "unknown-session-acked", \
        "acknowledges requests for unknown sessions (XEP-0166 s10)") \
    X(SESSION_FROM_UNCHECKED, "session-from-unchecked", \
        "takes requests of a third party for the peer's (XEP-0166 s7.1; safety)") \
    X(SID_CHANGED, "sid-changed", \
        "answers with another sid than the session's (XEP-0166 s7.1)") \
    X(CREATOR_MISSING, "creator-missing", \
        "leaves out the creator of a content (XEP-0166 s7.3)") \
    X(CREATOR_SELF, "creator-self", \
        "names itself as creator of the peer's contents (XEP-0166 s7.3)") \
    X(CONTENT_NAME_CHANGED, "content-name-changed", \
        "renames the peer's contents (XEP-0166 s7.3)") \
    X(CONTENT_NAMES_EQUAL, "content-names-equal", \
        "gives all its contents the same name (XEP-0166 s7.3)") \
    X(REPEATED_INITIATE_AS_BAD, "repeated-initiate-as-bad", \
        "answers a second session-initiate with bad-request (XEP-0166 s10: out-of-order)") \
    X(DISPOSITION_UNCHECKED, "disposition-unchecked", \
        "takes an offer of one content with another disposition (XEP-0166 s7.2.10)") \
    X(INITIATOR_TRUSTED, "initiator-trusted", \
        "answers to whomever the attribute initiator names (XEP-0166 s7.1)") \
    X(INITIATOR_DEMANDED, "initiator-demanded", \
        "refuses offers without the attribute initiator (XEP-0166 s7.1: recommended)") \
    X(ACCEPTS_UNASKED, "accepts-unasked", \
        "accepts before the user has agreed (XEP-0166 s6.5)") \
    X(ACCEPT_MISSING, "accept-missing", \
        "never sends the accept (XEP-0166 s6.5)") \
    X(BUSY_AS_DECLINE, "busy-as-decline", \
        "says decline when it is busy (XEP-0166 s6.7)") \
    X(ALTERNATIVE_WITHOUT_SID, "alternative-without-sid", \
        "does not name the session that it prefers (XEP-0166 s6.7)") \
    X(ALTERNATIVE_OTHER_SID, "alternative-other-sid", \
        "names the session it ends as the one it prefers (XEP-0166 s7.4)") \
    X(ACCEPT_DESCRIPTION_MISSING, "accept-description-missing", \
        "accepts without a description (XEP-0166 s7.2.8)") \
    X(ACCEPT_TRANSPORT_MISSING, "accept-transport-missing", \
        "accepts without a transport (XEP-0166 s7.2.8)") \
    X(ACCEPT_TRANSPORT_UNCHECKED, "accept-transport-unchecked", \
        "takes an accept with another transport than was offered (XEP-0166 s7.2.8)") \
    X(ACCEPT_OTHER_TRANSPORT, "accept-other-transport", \
        "accepts an offer of IBB with SOCKS5 (XEP-0166 s7.2.8)") \
    X(ACCEPT_BEFORE_ACK_REFUSED, "accept-before-ack-refused", \
        "refuses an accept that overtakes the acknowledgement (XEP-0166 s6.5)") \
    X(TIE_IGNORED, "tie-ignored", \
        "does not break ties (XEP-0166 s7.2.16)") \
    X(TIE_HIGHER_SID, "tie-higher-sid", \
        "lets the higher sid win a tie (XEP-0166 s7.2.16)") \
    X(REDIRECT_ANYWHERE, "redirect-anywhere", \
        "follows a redirection to another account (XEP-0166 s12.5)") \
    X(REDIRECT_OTHER_ERROR, "redirect-other-error", \
        "refuses what it redirects with not-acceptable (XEP-0166 s6.3.2)") \
    X(TERMINATE_MISSING, "terminate-missing", \
        "ends sessions without telling (XEP-0166 s6.7)") \
    X(TERMINATE_REASON_WRONG, "terminate-reason-wrong", \
        "gives a wrong reason for the end (XEP-0166 s6.7)") \
    X(TERMINATE_UNACKED, "terminate-unacked", \
        "does not acknowledge a session-terminate (XEP-0166 s6.7)") \
    X(TERMINATE_IGNORED, "terminate-ignored", \
        "goes on after the peer's session-terminate (XEP-0166 s6.7)") \
    X(TERMINATES_AT_ONCE, "terminates-at-once", \
        "ends the session while the last bytes are on their way (XEP-0234 s6.6)") \
    X(TERMINATE_DROPS_BYTES, "terminate-drops-bytes", \
        "drops what is on its way when the peer ends well (robustness)") \
    X(NEVER_ENDS, "never-ends", \
        "never ends a finished session (XEP-0234 s6.6)") \
    X(SESSION_PING_REFUSED, "session-ping-refused", \
        "refuses an empty session-info (XEP-0166 s6.8)") \
    X(UNKNOWN_INFO_ACKED, "unknown-info-acked", \
        "acknowledges a session-info it does not understand (XEP-0166 s6.8)") \
    X(ADD_UNANSWERED, "add-unanswered", \
        "neither accepts nor rejects added contents (XEP-0166 s7.2.2)") \
    X(ADD_REPEATS_OLD, "add-repeats-old", \
        "repeats the old contents in a content-add (XEP-0166 s7.2.2)") \
    X(MODIFY_ACCEPTED, "modify-accepted", \
        "answers content-modify with content-accept (XEP-0166 s7.2.3)") \
    X(REMOVE_IGNORED, "remove-ignored", \
        "goes on with a content that was removed (XEP-0166 s7.2.5)") \
    X(VOID_SESSION_KEPT, "void-session-kept", \
        "keeps a session without contents (XEP-0166 s7.2.5)") \
    X(FALLBACK_MISSING, "fallback-missing", \
        "neither replaces a failed transport nor ends (XEP-0260 s3)") \
    X(REPLACE_IGNORED, "replace-ignored", \
        "does not answer a transport-replace (XEP-0166 s7.2.15)") \
    X(REPLACE_ALWAYS_REJECTED, "replace-always-rejected", \
        "rejects replacements that it supports (XEP-0234 s10.1)") \
    X(REPLACE_ANSWERED_BY_SESSION_ACCEPT, "replace-answered-by-session-accept", \
        "answers transport-replace with session-accept (XEP-0166 s7.2.15)") \
    X(REPLACE_LOSES_BYTES, "replace-loses-bytes", \
        "drops what the replaced transport still carries (XEP-0166 s7.2.15)") \
    X(SECURITY_IGNORED, "security-ignored", \
        "takes an encrypted offer for a plain one (XEP-0391 s4)") \
    X(SECURITY_DEMANDED, "security-demanded", \
        "refuses plain offers (XEP-0166 s9: security is optional)") \
    X(STRANGER_OTHER_ERROR, "stranger-other-error", \
        "refuses strangers with item-not-found (XEP-0166 s6.3.2)") \
    X(LIMIT_OTHER_ERROR, "limit-other-error", \
        "refuses a third session with not-acceptable (XEP-0166 s6.3.2)") \
    X(OFFER_WITHOUT_CONTENT_TAKEN, "offer-without-content-taken", \
        "acknowledges an offer without content (XEP-0166 s6.3.2)") \
    X(OFFER_WITHOUT_DESCRIPTION_TAKEN, "offer-without-description-taken", \
        "acknowledges an offer without description (XEP-0166 s6.3.2)") \
    X(OFFER_WITHOUT_TRANSPORT_TAKEN, "offer-without-transport-taken", \
        "acknowledges an offer without transport (XEP-0166 s6.3.2)") \
    X(OFFER_WITHOUT_SID_TAKEN, "offer-without-sid-taken", \
        "acknowledges an offer without sid (XEP-0166 s6.3.2)") \
    X(OFFER_WITHOUT_NAME_TAKEN, "offer-without-name-taken", \
        "acknowledges a content without name (XEP-0166 s6.3.2)") \
    X(OFFER_DOUBLED_TAKEN, "offer-doubled-taken", \
        "acknowledges a content with two descriptions (XEP-0166 s6.3.2)") \
    X(STREAM_LOST_IGNORED, "stream-lost-ignored", \
        "keeps sessions of a stream that was lost (robustness)") \
    X(STALL_WAITS, "stall-waits", \
        "waits for ever for bytes that do not come (robustness)") \
    X(TERMINATE_REASON_DEMANDED, "terminate-reason-demanded", \
        "refuses a session-terminate without a reason (XEP-0166 s6.7)") \
    X(TERMINATE_WITHOUT_REASON, "terminate-without-reason", \
        "ends sessions without a reason (XEP-0166 s6.7)") \
    X(UNKNOWN_TRANSPORT_CANCELLED, "unknown-transport-cancelled", \
        "ends an offer over unknown transports with cancel (XEP-0166 s6.7)") \
    X(UNKNOWN_TRANSPORT_REFUSED, "unknown-transport-refused", \
        "answers an offer over unknown transports with an error (XEP-0166 s6.3.1)") \
    X(UNKNOWN_APPLICATION_DECLINED, "unknown-application-declined", \
        "ends an offer of an unknown application with decline (XEP-0166 s6.7)") \
    X(UNKNOWN_APPLICATION_REFUSED, "unknown-application-refused", \
        "answers an offer of an unknown application with an error (XEP-0166 s6.3.1)") \
    X(ACTIVE_TERMINATE_UNACKED, "active-terminate-unacked", \
        "does not acknowledge the end of an active session (XEP-0166 s6.7)") \
    X(ENDED_SESSION_ANSWERED, "ended-session-answered", \
        "answers for sessions that it has ended (XEP-0166 s6.7)") \
    X(ENDED_AT_ACK_ONLY, "ended-at-ack-only", \
        "ends its session when the terminate is acknowledged (XEP-0166 s6.7)") \
    X(UNKNOWN_INFO_ENDS, "unknown-info-ends", \
        "ends the session for a session-info it does not understand (XEP-0166 s6.8)") \
    X(SESSION_PING_UNANSWERED, "session-ping-unanswered", \
        "does not answer an empty session-info (XEP-0166 s6.8)") \
    X(MISSING_ACTION_ACKED, "missing-action-acked", \
        "acknowledges a jingle element without action (XEP-0166 s7.2)") \
    X(UNKNOWN_ACTION_ENDS, "unknown-action-ends", \
        "forgets the session for an unknown action (XEP-0166 s7.2)") \
    X(INITIATOR_COMPARED, "initiator-compared", \
        "refuses actions whose initiator is not the sender (XEP-0166 s7.1)") \
    X(RESPONDER_COMPARED, "responder-compared", \
        "refuses actions whose responder is not the sender (XEP-0166 s7.1)") \
    X(ANSWERS_BARE_JID, "answers-bare-jid", \
        "accepts to the bare JID of the initiator (XEP-0166 s7.1)") \
    X(ACCEPT_WITHOUT_RESPONDER, "accept-without-responder", \
        "leaves responder out of its accept (XEP-0166 s7.1)") \
    X(RESPONDER_EVERYWHERE, "responder-everywhere", \
        "writes responder into every action (XEP-0166 s7.1)") \
    X(INITIATOR_EVERYWHERE, "initiator-everywhere", \
        "writes initiator into every action (XEP-0166 s7.1)") \
    X(ACCEPT_WITHOUT_CONTENT, "accept-without-content", \
        "accepts without contents (XEP-0166 s7.2.8)") \
    X(CREATOR_DEFAULT_RESPONDER, "creator-default-responder", \
        "takes a content without creator for the responder's (XEP-0166 s7.3)") \
    X(DISPOSITION_DEMANDED, "disposition-demanded", \
        "refuses contents without disposition (XEP-0166 s7.3)") \
    X(UNKNOWN_REMOVE_ENDS, "unknown-remove-ends", \
        "takes the removal of an unknown content for that of all (XEP-0166 s7.3)") \
    X(OUT_OF_ORDER_ACKED, "out-of-order-acked", \
        "acknowledges what the session has no place for (XEP-0166 s10)") \
    X(PENDING_INFO_REFUSED, "pending-info-refused", \
        "refuses transport-info before the accept (XEP-0166 s5.1)") \
    X(BARE_JID_IDENTIFIES, "bare-jid-identifies", \
        "takes requests of the peer's other resources (XEP-0166 s7.1; safety)") \
    X(OFFER_WITHOUT_SID, "offer-without-sid", \
        "offers without sid (XEP-0166 s7.1)") \
    X(OFFER_WITHOUT_ACTION, "offer-without-action", \
        "offers without action (XEP-0166 s7.1)") \
    X(CONTENT_WITHOUT_NAME, "content-without-name", \
        "leaves out the name of a content (XEP-0166 s7.3)") \
    X(UNDEFINED_ACTION, "undefined-action", \
        "sends information by an action of its own (XEP-0166 s7.2)") \
    X(SID_NOT_NMTOKEN, "sid-not-nmtoken", \
        "writes a sid with a blank (XEP-0166 s7.1)") \
    X(SID_CONSTANT, "sid-constant", \
        "gives all its sessions the same sid (XEP-0166 s7.1)") \
    X(OFFER_DISPOSITION_OTHER, "offer-disposition-other", \
        "offers contents of disposition render (XEP-0166 s7.2.10)") \
    X(OFFER_DISPOSITION_INVENTED, "offer-disposition-invented", \
        "offers contents of disposition file (XEP-0166 s7.3)") \
    X(OFFER_WITHOUT_INITIATOR, "offer-without-initiator", \
        "leaves initiator out of its offer (XEP-0166 s7.1)") \
    X(RESPONDER_TRUSTED, "responder-trusted", \
        "goes on with whomever the accept names (XEP-0166 s13.5)") \
    X(INITIATOR_ANSWERS_BARE, "initiator-answers-bare", \
        "goes on with the bare JID that accepted (XEP-0166 s7.1)") \
    X(CANCEL_BEFORE_ACK_LOST, "cancel-before-ack-lost", \
        "does not tell the end of an unacknowledged offer (XEP-0166 s6.7)") \
    X(ERROR_TO_OFFER_IGNORED, "error-to-offer-ignored", \
        "goes on when its offer was refused (robustness)") \
    X(DOUBLED_RESULT_BREAKS, "doubled-result-breaks", \
        "ends sessions for an answer it did not wait for (robustness)") \
    X(INFO_ERROR_IS_FAILURE, "info-error-is-failure", \
        "ends the session when its information is refused (robustness)") \
    X(TIE_RESPONDER_STUBBORN, "tie-responder-stubborn", \
        "refuses the initiator's replacement in a tie (XEP-0166 s7.2.16)") \
    X(UNAVAILABLE_IGNORED, "unavailable-ignored", \
        "keeps sessions with peers that went offline (XEP-0166 s6.7)") \
    X(CHUNK_IS_FILE, "chunk-is-file", \
        "takes the first piece that it reads for all (XEP-0166 s8.2)") \
    X(END_WITHOUT_REASON_REFUSED, "end-without-reason-refused", \
        "refuses an end without a reason (XEP-0166 s6.7)") \
    X(END_EMPTY_REASON_REFUSED, "end-empty-reason-refused", \
        "refuses an end with an empty reason (XEP-0166 s6.7)") \
    X(END_UNKNOWN_REASON_REFUSED, "end-unknown-reason-refused", \
        "refuses an end with an unknown reason (XEP-0166 s6.7)") \
    X(END_TWO_REASONS_REFUSED, "end-two-reasons-refused", \
        "refuses an end with two reasons (XEP-0166 s6.7)") \
    X(END_FOREIGN_REASON_REFUSED, "end-foreign-reason-refused", \
        "refuses an end with something foreign in the reason (XEP-0166 s7.4)") \
    X(REASON_TEXT_ONLY, "reason-text-only", \
        "gives a text alone as reason (XEP-0166 s7.4)") \
    X(REASON_INVENTED, "reason-invented", \
        "gives a reason of its own (XEP-0166 s7.4)") \
    X(INFO_AS_MESSAGE, "info-as-message", \
        "sends session-info in messages (XEP-0166 s6.8)") \
    X(INFO_WITHOUT_PAYLOAD, "info-without-payload", \
        "sends session-info without payload (XEP-0166 s6.8)") \
    X(REMOVE_REPEATS_ALL, "remove-repeats-all", \
        "names all contents when it removes one (XEP-0166 s7.2.5)") \
    X(CONTENT_KEY_NAME_ONLY, "content-key-name-only", \
        "looks contents up by name alone (XEP-0166 s7.3)") \
    X(DISPOSITION_ALL, "disposition-all", \
        "demands disposition session of every content (XEP-0166 s7.2.10)") \
    X(UNKNOWN_REPLACE_IGNORED, "unknown-replace-ignored", \
        "does not reject an unknown transport (XEP-0166 s7.2.15)") \
    X(GET_TAKEN_AS_SET, "get-taken-as-set", \
        "takes Jingle in an iq get (robustness)") \
    X(LONG_SID_UNANSWERED, "long-sid-unanswered", \
        "does not answer when the sid is long (robustness)") \
    X(DOUBLED_ACCEPT_ENDS, "doubled-accept-ends", \
        "ends the session at a second accept (robustness)") \
    X(ACCEPT_ANY_CONTENT, "accept-any-content", \
        "takes the accept of another content for that of its own (robustness)") \
    X(ACCEPT_WITHOUT_TRANSPORT_TAKEN, "accept-without-transport-taken", \
        "takes an accept without transport (robustness)") \
    X(UNKNOWN_CONTENT_INFO_ENDS, "unknown-content-info-ends", \
        "ends the session for news of an unknown content (XEP-0166 s7.3)") \
    /* file transfer: XEP-0234 */ \
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
    /* SOCKS5: XEP-0260, XEP-0065 */ \
    X(DSTADDR_SWAPPED, "dstaddr-swapped", \
        "computes DST.ADDR with the JIDs in the wrong order (XEP-0260 s2.2)") \
    X(DSTADDR_OF_SESSION_SID, "dstaddr-of-session-sid", \
        "computes DST.ADDR with the session's sid (XEP-0260 s2.2)") \
    X(S5B_PRIORITY_WRONG, "s5b-priority-wrong", \
        "computes priorities by another formula (XEP-0260 s2.3)") \
    X(S5B_REOFFERED_CANDIDATE, "s5b-reoffered-candidate", \
        "offers the initiator's own candidate back (XEP-0260 s2.2)") \
    X(S5B_ANSWER_OTHER_SID, "s5b-answer-other-sid", \
        "accepts with another stream's sid (XEP-0260 s2.2)") \
    X(S5B_MODE_BY_RESPONDER, "s5b-mode-by-responder", \
        "writes mode into its accept (XEP-0260 s2.2)") \
    X(S5B_DSTADDR_MISSING, "s5b-dstaddr-missing", \
        "offers a proxy without dstaddr (XEP-0260 s2.2)") \
    X(S5B_DSTADDR_ATTRIBUTE_WRONG, "s5b-dstaddr-attribute-wrong", \
        "writes the peer's value into dstaddr (XEP-0260 s2.2)") \
    X(S5B_GIVEN_DSTADDR_IGNORED, "s5b-given-dstaddr-ignored", \
        "ignores the dstaddr that the peer gives (XEP-0260 s2.2)") \
    X(S5B_DSTADDR_UNCHECKED, "s5b-dstaddr-unchecked", \
        "takes connections with any DST.ADDR (XEP-0065 s5.3.2; safety)") \
    X(S5B_LOWEST_FIRST, "s5b-lowest-first", \
        "tries the candidates of the lowest priority first (XEP-0260 s2.3)") \
    X(S5B_NO_STAGGER, "s5b-no-stagger", \
        "waits for each candidate's time-out before the next (XEP-0260 s4)") \
    X(S5B_USED_MISSING, "s5b-used-missing", \
        "does not tell which candidate it reached (XEP-0260 s2.3)") \
    X(S5B_USED_WRONG_CID, "s5b-used-wrong-cid", \
        "names a candidate that does not exist (XEP-0260 s2.3)") \
    X(S5B_ERROR_MISSING, "s5b-error-missing", \
        "does not tell that it reached none (XEP-0260 s2.3)") \
    X(S5B_BAD_CANDIDATE_SILENT, "s5b-bad-candidate-silent", \
        "drops a candidate that makes no sense and reports nothing (robustness)") \
    X(S5B_GIVES_UP_HIGHER, "s5b-gives-up-higher", \
        "stops trying higher candidates than the peer's (XEP-0260 s2.3)") \
    X(S5B_UNKNOWN_CID_ACCEPTED, "s5b-unknown-cid-accepted", \
        "acknowledges candidate-used for an unknown cid (robustness)") \
    X(S5B_LOWER_NOMINATED, "s5b-lower-nominated", \
        "nominates the candidate of the lower priority (XEP-0260 s2.4)") \
    X(S5B_TIE_TO_RESPONDER, "s5b-tie-to-responder", \
        "prefers the responder's choice on a tie (XEP-0260 s2.4)") \
    X(S5B_LOSERS_KEPT, "s5b-losers-kept", \
        "keeps the connections that were not nominated (robustness)") \
    X(S5B_INFO_OTHER_SID, "s5b-info-other-sid", \
        "reports with the session's sid (XEP-0260 s2.3)") \
    X(S5B_PROXY_NOT_ACTIVATED, "s5b-proxy-not-activated", \
        "tells activated without activating (XEP-0260 s2.4)") \
    X(S5B_ACTIVATE_UNCONNECTED, "s5b-activate-unconnected", \
        "activates a proxy it is not connected to (XEP-0065 s6.3.5)") \
    X(S5B_ACTIVATE_SELF, "s5b-activate-self", \
        "names itself as target when it activates (XEP-0065 s6.3.5)") \
    X(S5B_ACTIVATED_MISSING, "s5b-activated-missing", \
        "does not tell that the proxy is activated (XEP-0260 s2.4)") \
    X(S5B_ACTIVATED_NAME, "s5b-activated-name", \
        "calls activated candidate-activated (XEP-0260 s2.4)") \
    X(S5B_ACTIVATION_NOT_AWAITED, "s5b-activation-not-awaited", \
        "sends before the proxy is activated (XEP-0260 s2.4)") \
    X(S5B_EARLY_ACTIVATED_REFUSED, "s5b-early-activated-refused", \
        "refuses an activated that comes early (robustness)") \
    X(S5B_PROXY_ERROR_MISSING, "s5b-proxy-error-missing", \
        "does not tell that the proxy failed (XEP-0260 s2.4)") \
    X(S5B_PROXY_NO_FALLBACK, "s5b-proxy-no-fallback", \
        "gives up when the proxy can't be activated (XEP-0260 s2.4)") \
    X(S5B_WAITS_FOR_CLOSE, "s5b-waits-for-close", \
        "waits for a close although all bytes are there (robustness)") \
    X(SOCKS5_PORT_NOT_ZERO, "socks5-port-not-zero", \
        "asks for another DST.PORT than 0 (XEP-0065 s5.3.2)") \
    X(SOCKS5_BOUND_WRONG, "socks5-bound-wrong", \
        "replies with another BND.ADDR than was asked for (XEP-0065 s5.3.2)") \
    X(SOCKS5_WHOLE_READS, "socks5-whole-reads", \
        "refuses a SOCKS5 message that comes in pieces (RFC 1928)") \
    /* in-band: XEP-0261, XEP-0047 */ \
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
    /* message initiation: XEP-0353 */ \
    X(PROPOSE_TYPE_NORMAL, "propose-type-normal", \
        "proposes in a message that is no chat (XEP-0353 s3)") \
    X(PROCEED_TYPE_NORMAL, "proceed-type-normal", \
        "says proceed in a message that is no chat (XEP-0353 s3)") \
    X(JMI_WITHOUT_STORE, "jmi-without-store", \
        "leaves out the hint to store (XEP-0353 s3)") \
    X(PROPOSE_WITHOUT_ID, "propose-without-id", \
        "proposes without id (XEP-0353 s3.1)") \
    X(PROPOSE_ID_SHORT, "propose-id-short", \
        "proposes with an id that is no UUID (XEP-0353 s3.1)") \
    X(PROPOSE_ID_CONSTANT, "propose-id-constant", \
        "gives all its proposals the same id (XEP-0353 s5)") \
    X(PROPOSE_WITHOUT_DESCRIPTION, "propose-without-description", \
        "proposes without a description (XEP-0353 s3.1)") \
    X(PROPOSE_WITHOUT_PRESENCE, "propose-without-presence", \
        "proposes to strangers without presence (XEP-0353 s3.1)") \
    X(PROCEED_WITHOUT_PRESENCE, "proceed-without-presence", \
        "says proceed to strangers without presence (XEP-0353 s3.4)") \
    X(PROCEED_TO_BARE, "proceed-to-bare", \
        "says proceed to the bare JID (XEP-0353 s3.4)") \
    X(RINGING_TO_BARE, "ringing-to-bare", \
        "rings at the bare JID (XEP-0353 s3.2)") \
    X(PROPOSED_OTHER_SID, "proposed-other-sid", \
        "offers with another sid than it proposed (XEP-0353 s3.1)") \
    X(INITIATE_BEFORE_PROCEED, "initiate-before-proceed", \
        "offers at once after its proposal (XEP-0353 s3.6)") \
    X(INITIATE_TO_BARE, "initiate-to-bare", \
        "offers to the bare JID although a device said proceed (XEP-0353 s3.6)") \
    X(RETRACT_MISSING, "retract-missing", \
        "does not retract what its user cancelled (XEP-0353 s3.3)") \
    X(RETRACT_WITHOUT_REASON, "retract-without-reason", \
        "retracts without a reason (XEP-0353 s3.3)") \
    X(RETRACT_REASON_OTHER, "retract-reason-other", \
        "retracts with the reason gone (XEP-0353 s3.3)") \
    X(REJECT_MISSING, "reject-missing", \
        "does not reject what its user declined (XEP-0353 s3.5)") \
    X(REJECT_WITHOUT_REASON, "reject-without-reason", \
        "rejects without a reason (XEP-0353 s3.5)") \
    X(REJECT_REASON_OTHER, "reject-reason-other", \
        "rejects with the reason decline (XEP-0353 s3.5)") \
    X(FINISH_WITHOUT_REASON, "finish-without-reason", \
        "tells the end without a reason (XEP-0353 s3.7)") \
    X(PROPOSE_TIE_BOTH_KEPT, "propose-tie-both-kept", \
        "keeps its proposal although a lower id crossed it (XEP-0353 s4.1)") \
    X(PROPOSE_TIE_SILENT, "propose-tie-silent", \
        "drops its proposal in a tie without retracting it (XEP-0353 s4.1)") \
    X(TIE_BREAK_MISSING, "tie-break-missing", \
        "leaves out tie-break when proposals cross (XEP-0353 s3.5)") \
    X(PROCEED_FROM_ANYONE, "proceed-from-anyone", \
        "offers its file to whoever says proceed (XEP-0353 s3.6; safety)") \
    X(PROCEED_ID_UNCHECKED, "proceed-id-unchecked", \
        "takes a proceed to any proposal for its own (XEP-0353 s3.6)") \
    X(REJECT_IGNORED, "reject-ignored", \
        "keeps its proposal after it was rejected (XEP-0353 s3.5)") \
    X(FORGED_CARBON_TAKEN, "forged-carbon-taken", \
        "takes proposals out of anybody's carbon copies (XEP-0280 s11; safety)") \
    X(PROPOSE_GARBAGE_TAKEN, "propose-garbage-taken", \
        "takes a proposal of nothing (robustness)") \
    X(PROPOSE_ID_CHANGED, "propose-id-changed", \
        "answers a proposal with another id (XEP-0353 s3)") \
    X(RETRACT_IGNORED, "retract-ignored", \
        "goes on with a proposal that was retracted (XEP-0353 s3.3)") \
    X(FINISH_MISSING, "finish-missing", \
        "does not tell the end of a proposed session (XEP-0353 s3.7)") \
    /* encryption: XEP-0391, XEP-0396 */ \
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
        "takes an encrypted stream with bytes behind the tag (XEP-0391 s5; safety)") \
    X(JET_REPLACE_STORES_CIPHERTEXT, "jet-replace-stores-ciphertext", \
        "keeps the encrypted stream as the file once the transport was replaced (XEP-0391 s4.1)") \
    X(SECURITY_IN_DESCRIPTION, "security-in-description", \
        "puts <security/> into the description (XEP-0391 s3)") \
    X(JET_WRITES_BACK, "jet-writes-back", \
        "sends bytes of its own under the content's key and IV (safety)") \
    /* more of offers, transports and tear-downs */ \
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
    X(S5B_SID_MISSING, "s5b-sid-missing", \
        "leaves sid out of the transport that it offers (XEP-0260 s2.2)") \
    X(S5B_OFFERS_NO_CANDIDATES, "s5b-offers-no-candidates", \
        "offers no candidates of its own (XEP-0260 s2.1)") \
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
    /* OMEMO: XEP-0384; omemo.h has the same names */ \
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
        "publishes 50 pre-keys (XEP-0384 0.2 s4.3: 100)")
/* clang-format on */

#endif
