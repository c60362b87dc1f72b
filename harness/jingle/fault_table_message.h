/* Faults of message initiation: XEP-0353; see fault_table.h. */
#ifndef JS_JINGLE_FAULT_TABLE_MESSAGE_H
#define JS_JINGLE_FAULT_TABLE_MESSAGE_H

/* clang-format off */
#define FAULTS_MESSAGE(X) \
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
    X(FINISH_REASON_OTHER, "finish-reason-other", \
        "tells the end with the reason gone (XEP-0353 s3.7)") \
    X(FINISH_SUCCESS, "finish-success", \
        "calls every end a success (XEP-0353 s4.2)") \
    X(ORPHAN_KEPT, "orphan-kept", \
        "keeps a session whose peer proposes a new one (XEP-0353 s4.2)") \
    X(ORPHAN_NOT_MIGRATED, "orphan-not-migrated", \
        "does not say which session replaces the old one (XEP-0353 s4.2)") \
    X(OFFLINE_PROPOSED_HANGS, "offline-proposed-hangs", \
        "hangs when who proposed goes offline (robustness)") \
    X(PROCEEDED_KEPT, "proceeded-kept", \
        "waits for ever for the offer of who went offline (XEP-0353 s5)") \
    X(PROPOSAL_ENDS_OFFLINE, "proposal-ends-offline", \
        "forgets its proposal when the peer goes offline (XEP-0353 s2)") \
    X(UNACKNOWLEDGED_KEPT, "unacknowledged-kept", \
        "keeps an offer whose peer left before it came (XEP-0166 s6.7)")
/* clang-format on */

#endif
