/* Faults of Jingle: XEP-0166; see fault_table.h. */
#ifndef JS_JINGLE_FAULT_TABLE_JINGLE_H
#define JS_JINGLE_FAULT_TABLE_JINGLE_H

/* clang-format off */
#define FAULTS_JINGLE(X) \
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
        "follows a redirection to another account (XEP-0166 s13.5)") \
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
    X(REPLACE_SKIPS_BYTES, "replace-skips-bytes", \
        "drops what it had read when the transport is replaced (robustness)") \
    X(REPLACE_NEVER_RESUMES, "replace-never-resumes", \
        "does not go on over the transport that replaced another (robustness)") \
    X(REPLACE_REJECTED_ENDS, "replace-rejected-ends", \
        "ends a session that works when its replacement is rejected (robustness)") \
    X(ADDED_NEVER_SENT, "added-never-sent", \
        "does not send the file that it added (robustness)") \
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
        "acknowledges a content with a part twice (XEP-0166 s6.3.2)") \
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
        "sends transport-info without payload (XEP-0166 s6.8)") \
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
        "ends the session for news of an unknown content (XEP-0166 s7.3)")
/* clang-format on */

#endif
