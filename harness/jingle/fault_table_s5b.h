/* Faults of SOCKS5: XEP-0260, XEP-0065; see fault_table.h. */
#ifndef JS_JINGLE_FAULT_TABLE_S5B_H
#define JS_JINGLE_FAULT_TABLE_S5B_H

/* clang-format off */
#define FAULTS_S5B(X) \
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
    X(S5B_REPORT_TWICE_FAILS, "s5b-report-twice-fails", \
        "gives up when the peer's candidate-error comes twice (robustness)") \
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
    X(S5B_PROXY_ERROR_IS_END, "s5b-proxy-error-is-end", \
        "ends with success when the proxy was never activated (XEP-0234 s6.6; safety)") \
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
    X(S5B_SID_MISSING, "s5b-sid-missing", \
        "leaves sid out of the transport that it offers (XEP-0260 s2.2)") \
    X(S5B_LINK_LOCAL_ONLY, "s5b-link-local-only", \
        "offers link-local addresses alone (XEP-0260 s2.1)") \
    X(S5B_OFFERS_NO_CANDIDATES, "s5b-offers-no-candidates", \
        "offers no candidates of its own (XEP-0260 s2.1)") \
    X(SOCKS5_PROXY_PORT, "socks5-proxy-port", \
        "asks proxies for another DST.PORT than 0 (XEP-0065 s6.3.2)") \
    X(S5B_ACTIVATES_TWO, "s5b-activates-two", \
        "activates its proxy for two at once (XEP-0065 s9.1)") \
    X(S5B_ANSWERS_EMPTY, "s5b-answers-empty", \
        "offers no candidates as responder (XEP-0260 s2.2)") \
    X(PROXY_ADDRESS_SET, "proxy-address-set", \
        "asks a proxy for its address with an iq-set (XEP-0065 s4)")
/* clang-format on */

#endif
