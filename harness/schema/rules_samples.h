/* For rules_test.c: what breaks each rule, and what is like it and does not.
 * A stanza is the client's; after <in/> the server's, after <out/> again the
 * client's. */
#ifndef JS_SCHEMA_RULES_SAMPLES_H
#define JS_SCHEMA_RULES_SAMPLES_H

#define SET(payload)                                                           \
    "<iq type='set' id='1' from='a@b/c' to='d@e/f'>" payload "</iq>"
#define BACK(payload)                                                          \
    "<in/><iq type='set' id='2' from='d@e/f' to='a@b/c'>" payload "</iq>"
#define RESULT(payload) "<iq type='result' id='1'>" payload "</iq>"
#define CHAT(payload) "<message type='chat'>" payload "</message>"
#define JINGLE(attributes, inside)                                             \
    "<jingle xmlns='urn:xmpp:jingle:1' sid='s' " attributes ">" inside         \
    "</jingle>"
#define CONTENT(inside)                                                        \
    "<content creator='initiator' name='n' senders='initiator'>" inside        \
    "</content>"
#define FILE5(inside)                                                          \
    "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'>" inside        \
    "</description>"
#define S5B(inside)                                                            \
    "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='v'>" inside      \
    "</transport>"
#define AT(dstaddr)                                                            \
    "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='v' "             \
    "dstaddr='" dstaddr "'/>"
#define NOWHERE "0123456789012345678901234567890123456789"
#define CANDIDATE(cid)                                                         \
    "<candidate cid='" cid "' host='h' port='1' jid='a@b/c' priority='1'/>"
#define JIBB(size)                                                             \
    "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='v' "             \
    "block-size='" size "'/>"
#define DATA(seq, text)                                                        \
    "<data xmlns='http://jabber.org/protocol/ibb' sid='v' seq='" seq "'>" text \
    "</data>"
#define OPEN(size)                                                             \
    "<open xmlns='http://jabber.org/protocol/ibb' sid='v' block-size='" size   \
    "'/>"
#define HASH(algo, text)                                                       \
    "<hash xmlns='urn:xmpp:hashes:2' algo='" algo "'>" text "</hash>"
#define MAKE "action='session-initiate' initiator='a@b/c'"
#define TAKE "action='session-accept' responder='d@e/f'"
#define INFO "action='session-info'"
#define MOVE "action='transport-info'"
#define DISCO(inside)                                                          \
    "<query xmlns='http://jabber.org/protocol/disco#info'>" inside "</query>"
#define JMI(name) "<" name " xmlns='urn:xmpp:jingle-message:0' id='1'/>"
#define AXOLOTL(inside)                                                        \
    "<encrypted xmlns='eu.siacs.conversations.axolotl'>" inside "</encrypted>"
#define JET(cipher, type, inside)                                              \
    "<security xmlns='urn:xmpp:jingle:jet:0' cipher='" cipher "' type='" type  \
    "'>" inside "</security>"
#define ERROR(condition)                                                       \
    "<iq type='error' id='1'><error type='cancel'><bad-request "               \
    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><" condition                 \
    " xmlns='urn:xmpp:jingle:errors:1'/></error></iq>"
#define PING "<ping xmlns='urn:xmpp:ping'/>"

#define SET2(payload)                                                          \
    "<out/><iq type='set' id='3' from='a@b/c' to='d@e/f'>" payload "</iq>"
#define BACK2(payload)                                                         \
    "<in/><iq type='set' id='2' from='d@e/f' to='a@b/c'>" payload "</iq>"
/* What the client says to the iq of BACK; what comes back for SET. */
#define ANSWER(type, payload)                                                  \
    "<out/><iq type='" type "' id='2' to='d@e/f'>" payload "</iq>"
#define REPLY(type, payload)                                                   \
    "<iq type='" type "' id='1' from='d@e/f' to='a@b/c'>" payload "</iq>"
#define TO(jid, payload)                                                       \
    "<message type='chat' to='" jid "'>" payload "</message>"
#define ADD "action='content-add'"
#define STOP "action='session-terminate'"
#define ASK(inside)                                                            \
    "<content creator='initiator' name='n' senders='responder'>" inside        \
    "</content>"
#define NAMED(name) "<content creator='initiator' name='" name "'/>"
#define NAMED8(n)                                                              \
    NAMED(n "1")                                                               \
    NAMED(n "2")                                                               \
    NAMED(n "3")                                                               \
    NAMED(n "4") NAMED(n "5") NAMED(n "6") NAMED(n "7") NAMED(n "8")
#define REASON(name, more)                                                     \
    "<reason xmlns='urn:xmpp:jingle:1'><" name "/>" more "</reason>"
#define FTERR(name)                                                            \
    "<" name " xmlns='urn:xmpp:jingle:apps:file-transfer:errors:0'/>"
#define FT "urn:xmpp:jingle:apps:file-transfer:5"
#define HAS(var) "<feature var='" var "'/>"
#define IS(type, name)                                                         \
    "<identity category='c' type='" type "' name='" name "'/>"
#define ITEMS(inside)                                                          \
    "<query xmlns='http://jabber.org/protocol/disco#items'>" inside "</query>"
#define VALUE(text) "<value>" text "</value>"
#define FORM(values)                                                           \
    "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' "           \
    "type='hidden'>" values "</field></x>"
#define CAPS(attributes)                                                       \
    "<c xmlns='http://jabber.org/protocol/caps' node='n' " attributes "/>"
#define BYTESTREAM(inside)                                                     \
    "<query xmlns='http://jabber.org/protocol/bytestreams' sid='v'>" inside    \
    "</query>"
#define HOST(jid, port) "<streamhost jid='" jid "' host='h' port='" port "'/>"
#define HOSTS8(h)                                                              \
    HOST(h "1", "1")                                                           \
    HOST(h "2", "2")                                                           \
    HOST(h "3", "3")                                                           \
    HOST(h "4", "4")                                                           \
    HOST(h "5", "5") HOST(h "6", "6") HOST(h "7", "7") HOST(h "8", "8")
#define THUMB(attributes)                                                      \
    "<thumbnail xmlns='urn:xmpp:thumbs:1' " attributes "/>"
#define JMI_WITH(name, inside)                                                 \
    "<" name " xmlns='urn:xmpp:jingle-message:0' id='1'>" inside "</" name ">"
#define START "<start xmlns='urn:xmpp:jinglepub:1' id='1'/>"
#define STARTING "<starting xmlns='urn:xmpp:jinglepub:1' sid='1'/>"
#define STANZAS "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
#define STANZAERR(name) "<" name " " STANZAS "/>"
#define FAULT(type, inside)                                                    \
    "<message type='error'><error type='" type "'>" inside "</error></"        \
    "message>"
#define PUBLISH(node, id, payload)                                             \
    SET("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish "          \
        "node='" node "'><item id='" id "'>" payload                           \
        "</item></publish></pubsub>")
#define OPTIONS(node, var, value)                                              \
    SET("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish "          \
        "node='" node                                                          \
        "'/><publish-options><x xmlns='jabber:x:data' type='submit'>"          \
        "<field var='pubsub#" var "'><value>" value                            \
        "</value></field></x></publish-options></pubsub>")
#define LIST "<list xmlns='eu.siacs.conversations.axolotl'/>"
#define BUNDLE "<bundle xmlns='eu.siacs.conversations.axolotl'/>"
#define DEVICES "<devices xmlns='urn:xmpp:omemo:2'/>"
#define BUNDLE2(inside) "<bundle xmlns='urn:xmpp:omemo:2'>" inside "</bundle>"
#define PK "<preKeyPublic preKeyId='1'>YQ==</preKeyPublic>"
#define TEN PK PK PK PK PK PK PK PK PK PK
#define FIFTY "12345678901234567890123456789012345678901234567890"

/* What a client says; from <in/> on, what the server brings it. */
static const struct sample {
    const char *rule, *bad, *good; /* good: NULL or what is let pass */
} samples[] = {
    {"iq-address", "<iq type='result' id='1' to='@b'/>", NULL},
    {"message-address", "<message to='a@b/'/>", NULL},
    {"presence-address", "<presence from='a b@c'/>", NULL},
    {"iq-request-payload", "<iq type='get' id='1'/>", NULL},
    {"iq-result-payload", RESULT(PING PING), NULL},
    {"iq-error-payload", "<iq type='error' id='1'>" PING PING PING "</iq>",
        NULL},
    {"iq-error-child", "<iq type='error' id='1'/>", NULL},
    {"message-error-child", "<message type='error'/>", NULL},
    {"presence-error-child", "<presence type='error'/>", NULL},
    {"error-in-error", "<message><error type='cancel'/></message>", NULL},
    {"error-condition",
        "<message type='error'><error type='cancel'/></message>", NULL},
    {"stream-error-condition", "<stream:error/>", NULL},
    {"sasl-failure-condition",
        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", NULL},
    {"message-body-lang", CHAT("<body>a</body><body>b</body>"), NULL},
    {"message-subject-lang", CHAT("<subject>a</subject><subject>b</subject>"),
        NULL},
    {"presence-status-lang",
        "<presence><status>a</status><status>b</status></presence>", NULL},
    {"bind-request-child",
        SET("<bind xmlns='urn:ietf:params:xml:ns:xmpp-"
            "bind'><required/></bind>"),
        NULL},
    {"bind-feature-child",
        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
        "<required/></bind></stream:features>",
        NULL},
    {"roster-set-items", SET("<query xmlns='jabber:iq:roster'/>"), NULL},
    {"jingle-in-iq-set", "<iq type='get' id='1'>" JINGLE(INFO, "") "</iq>",
        NULL},
    {"jingle-session-initiate-content", SET(JINGLE(MAKE, "")), NULL},
    {"jingle-session-initiate-description", SET(JINGLE(MAKE, CONTENT(S5B("")))),
        NULL},
    {"jingle-session-initiate-transport", SET(JINGLE(MAKE, CONTENT(FILE5("")))),
        NULL},
    {"jingle-session-accept-content", SET(JINGLE(TAKE, "")), NULL},
    {"jingle-session-accept-description", SET(JINGLE(TAKE, CONTENT(S5B("")))),
        NULL},
    {"jingle-session-accept-transport", SET(JINGLE(TAKE, CONTENT(FILE5("")))),
        NULL},
    {"jingle-disposition",
        SET(JINGLE(MAKE, "<content creator='initiator' name='n' "
                         "disposition='early-session'/>")),
        NULL},
    {"jingle-senders-in-modify",
        SET(JINGLE("action='content-modify'",
            "<content creator='initiator' name='n'/>")),
        NULL},
    {"jingle-terminate-reason", SET(JINGLE("action='session-terminate'", "")),
        NULL},
    {"jingle-reason-condition",
        SET(JINGLE(
            "action='session-terminate'", "<reason><text>x</text></reason>")),
        NULL},
    {"jingle-initiator", SET(JINGLE("action='session-initiate'", "")), NULL},
    {"jingle-initiator-elsewhere", SET(JINGLE(INFO " initiator='a@b/c'", "")),
        NULL},
    {"jingle-responder", SET(JINGLE("action='session-accept'", "")), NULL},
    {"jingle-responder-elsewhere", SET(JINGLE(INFO " responder='a@b/c'", "")),
        NULL},
    {"jingle-content-unique",
        SET(JINGLE(MOVE, CONTENT(S5B("")) CONTENT(S5B("")))),
        SET(JINGLE(
            MOVE, CONTENT(S5B("")) "<content creator='responder' name='n'/>"))},
    {"jingle-sid-nmtoken",
        SET("<jingle xmlns='urn:xmpp:jingle:1' sid='a b' "
            "action='session-info'/>"),
        NULL},
    {"ft-senders",
        SET(JINGLE(TAKE,
            "<content creator='initiator' name='n'>" FILE5("") "</content>")),
        NULL},
    {"ft-senders-defined",
        SET(JINGLE(MAKE, "<content creator='initiator' name='n' "
                         "senders='both'>" FILE5("") "</content>")),
        NULL},
    {"ft-description-file", SET(JINGLE(MAKE, CONTENT(FILE5("")))), NULL},
    {"ft-offer-hash", SET(JINGLE(MAKE, CONTENT(FILE5("<file/>")))), NULL},
    {"ft-offer-size", SET(JINGLE(MAKE, CONTENT(FILE5("<file/>")))), NULL},
    {"ft-offer-media-type", SET(JINGLE(MAKE, CONTENT(FILE5("<file/>")))), NULL},
    {"ft-name-path",
        SET(JINGLE(MAKE, CONTENT(FILE5("<file><name>../x</name></file>")))),
        NULL},
    {"ft-desc-lang",
        SET(JINGLE(MAKE, CONTENT(FILE5("<file><desc>a</desc>"
                                       "<desc>b</desc></file>")))),
        NULL},
    {"ft-checksum-hash",
        SET(JINGLE(INFO, "<checksum xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'><file/></checksum>")),
        NULL},
    {"ft-checksum-content",
        SET(JINGLE(INFO, "<checksum xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'><file/></checksum>")),
        NULL},
    {"ft-received-content",
        SET(JINGLE(INFO, "<received xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'/>")),
        NULL},
    {"ft-checksum-in-info",
        SET(JINGLE(MOVE, "<checksum xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'><file/></checksum>")),
        NULL},
    {"ft-received-in-info",
        SET(JINGLE(MOVE, "<received xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'/>")),
        NULL},
    {"hash-algo-unique", CHAT(HASH("md5", "") HASH("md5", "")), NULL},
    {"hash-length", CHAT(HASH("sha-1", "YWJj")),
        CHAT(HASH("sha-1", "")) CHAT(HASH("sha-1", " "))
            CHAT(HASH("shake128", "YWJj"))},
    {"hash-white-space", CHAT(HASH("shake128", "YW Jj")), NULL},
    {"s5b-cid-unique",
        SET(JINGLE(MOVE, CONTENT(S5B(CANDIDATE("1") CANDIDATE("1"))))), NULL},
    {"s5b-dstaddr-for-proxy",
        SET(JINGLE(MOVE, CONTENT(S5B("<candidate cid='1' host='h' jid='a' "
                                     "priority='1' type='proxy'/>")))),
        NULL},
    {"s5b-dstaddr", SET(JINGLE(MOVE, CONTENT(AT(NOWHERE)))),
        SET(JINGLE(MOVE,
            CONTENT(AT(
                "1A070C0CDA5B2DA34E9263F223924603EAE89466")))) SET(JINGLE(MOVE
            " initiator='x@y/z'",
            CONTENT(AT(
                NOWHERE)))) "<iq type='error' id='1' to='d@e/f'>" JINGLE(MOVE,
            CONTENT(AT(NOWHERE))) "</iq>"},
    {"s5b-mode-in-accept",
        SET(JINGLE(
            TAKE, CONTENT("<transport xmlns='urn:xmpp:jingle:transports:s5b:1' "
                          "sid='v' mode='tcp'/>"))),
        NULL},
    {"s5b-priority",
        SET(JINGLE(MOVE, CONTENT(S5B("<candidate cid='1' host='h' jid='a' "
                                     "priority='8388608'/>")))),
        NULL},
    {"bs-sid", SET("<query xmlns='http://jabber.org/protocol/bytestreams'/>"),
        NULL},
    {"bs-dstaddr",
        SET("<query xmlns='http://jabber.org/protocol/bytestreams' sid='v' "
            "dstaddr='0123456789012345678901234567890123456789'/>"),
        NULL},
    {"ibb-open-in-iq-set", CHAT(OPEN("9")), NULL},
    {"ibb-close-in-iq-set",
        CHAT("<close xmlns='http://jabber.org/protocol/ibb' sid='v'/>"), NULL},
    {"ibb-data-in-stanza", "<presence>" DATA("0", "") "</presence>", NULL},
    {"jmi-propose-chat", "<message>" JMI("propose") "</message>", NULL},
    {"jmi-propose-store", CHAT(JMI("propose")), NULL},
    {"jmi-ringing-chat", "<message>" JMI("ringing") "</message>", NULL},
    {"jmi-ringing-store", CHAT(JMI("ringing")), NULL},
    {"jmi-retract-chat", "<message>" JMI("retract") "</message>", NULL},
    {"jmi-retract-store", CHAT(JMI("retract")), NULL},
    {"jmi-proceed-chat", "<message>" JMI("proceed") "</message>", NULL},
    {"jmi-proceed-store", CHAT(JMI("proceed")), NULL},
    {"jmi-reject-chat", "<message>" JMI("reject") "</message>", NULL},
    {"jmi-reject-store", CHAT(JMI("reject")), NULL},
    {"jmi-finish-chat", "<message>" JMI("finish") "</message>", NULL},
    {"jmi-finish-store", CHAT(JMI("finish")), NULL},
    {"jmi-propose-description", CHAT(JMI("propose")), NULL},
    {"jpub-description",
        CHAT("<jinglepub xmlns='urn:xmpp:jinglepub:1' from='a' id='1'/>"),
        NULL},
    {"jpub-meta-lang",
        CHAT("<jinglepub xmlns='urn:xmpp:jinglepub:1' from='a' "
             "id='1'><meta/><meta/></jinglepub>"),
        NULL},
    {"jet-type",
        CHAT(JET("urn:xmpp:ciphers:aes-128-gcm-nopadding", "x", AXOLOTL(""))),
        NULL},
    {"jet-omemo-cipher",
        CHAT(JET("urn:xmpp:ciphers:aes-256-gcm-nopadding",
            "eu.siacs.conversations.axolotl", AXOLOTL(""))),
        NULL},
    {"jet-omemo-key-transport",
        CHAT(JET("x", "y", AXOLOTL("<payload>YWJj</payload>"))), NULL},
    {"jet-iv",
        CHAT(JET("x", "y",
            AXOLOTL("<header sid='1'><iv>YWJj</iv>"
                    "</header>"))),
        CHAT(AXOLOTL("<header sid='1'><iv>YWJj</iv></header>"))},
    {"omemo-device-unique",
        CHAT("<list xmlns='eu.siacs.conversations.axolotl'><device id='1'/>"
             "<device id='1'/></list>"),
        NULL},
    {"omemo-prekey-unique",
        CHAT("<bundle xmlns='eu.siacs.conversations.axolotl'><prekeys>"
             "<preKeyPublic preKeyId='1'>YQ==</preKeyPublic>"
             "<preKeyPublic preKeyId='1'>YQ==</preKeyPublic></prekeys>"
             "</bundle>"),
        NULL},
    {"omemo2-device-unique",
        CHAT("<devices xmlns='urn:xmpp:omemo:2'><device id='1'/>"
             "<device id='1'/></devices>"),
        NULL},
    {"omemo2-prekey-unique",
        CHAT("<bundle xmlns='urn:xmpp:omemo:2'><prekeys><pk id='1'>YQ==</pk>"
             "<pk id='1'>YQ==</pk></prekeys></bundle>"),
        NULL},
    {"omemo2-key-unique",
        CHAT("<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'><keys "
             "jid='a@b'><key rid='1'>YQ==</key><key rid='1'>YQ==</key></keys>"
             "</header></encrypted>"),
        NULL},
    {"omemo2-prekey-count",
        CHAT("<bundle xmlns='urn:xmpp:omemo:2'><prekeys/></bundle>"), NULL},
    {"omemo2-no-body",
        CHAT("<body>x</body><encrypted xmlns='urn:xmpp:omemo:2'/>"), NULL},
    {"omemo2-store", CHAT("<encrypted xmlns='urn:xmpp:omemo:2'/>"), NULL},
    {"sce-plain",
        CHAT("<envelope xmlns='urn:xmpp:sce:1'><content/>"
             "</envelope>"),
        NULL},
    {"eme-name",
        CHAT("<encryption xmlns='urn:xmpp:eme:0' name='OMEMO' "
             "namespace='urn:xmpp:omemo:2'/>"),
        NULL},
    {"disco-feature-unique",
        RESULT(DISCO("<feature var='a'/><feature var='a'/>")), NULL},
    {"disco-identity-unique",
        RESULT(DISCO("<identity category='a' type='b'/>"
                     "<identity category='a' type='b'/>")),
        RESULT(DISCO(IS("a", "n") IS("a", "m") IS("b", "n")))},
    {"disco-identity", RESULT(DISCO("<feature var='a'/>")), NULL},
    {"disco-feature", RESULT(DISCO("<identity category='a' type='b'/>")), NULL},
    {"caps-hash-attribute",
        "<presence><c xmlns='http://jabber.org/protocol/caps' node='n' "
        "ver='v'/></presence>",
        NULL},
    {"form-field-var",
        CHAT("<x xmlns='jabber:x:data' type='form'><field/>"
             "</x>"),
        NULL},
    {"form-option-value",
        CHAT("<x xmlns='jabber:x:data' type='form'><field var='a'><option>"
             "<value>1</value></option></field></x>"),
        NULL},
    {"iq-reply-to-reply",
        "<iq type='get' id='1' to='d@e/f'>" PING "</iq><in/>"
        "<iq type='result' id='1' from='d@e/f'/><out/>"
        "<iq type='result' id='1' to='d@e/f'/>",
        NULL},
    {"iq-second-reply",
        "<iq type='get' id='1' to='d@e/f'>" PING "</iq><in/>"
        "<iq type='result' id='1' from='d@e/f'/>"
        "<iq type='result' id='1' from='d@e/f'/>",
        NULL},
    {"caps-ver",
        "<presence from='a@b/c'><c xmlns='http://jabber.org/protocol/caps' "
        "node='n' hash='sha-1' ver='v'/></presence>"
        "<iq type='result' id='1' from='a@b/c'>" DISCO(
            "<identity category='a' type='b'/><feature var='a'/>") "</iq>",
        NULL},
    {"s5b-sid-in-accept",
        SET(JINGLE(MAKE, CONTENT(S5B("")))) BACK(JINGLE(
            TAKE, CONTENT("<transport sid='w' "
                          "xmlns='urn:xmpp:jingle:transports:s5b:1'/>"))),
        NULL},
    {"s5b-reoffered",
        SET(JINGLE(MAKE, CONTENT(S5B(CANDIDATE("1")))))
            BACK(JINGLE(TAKE, CONTENT(S5B(CANDIDATE("2"))))),
        NULL},
    {"s5b-unknown-cid",
        SET(JINGLE(MAKE, CONTENT(S5B(CANDIDATE("1")))))
            BACK(JINGLE(TAKE, CONTENT(S5B(""))))
                BACK(JINGLE(MOVE, CONTENT(S5B("<candidate-used cid='9'/>")))),
        NULL},
    /* Who uses a candidate uses the other's; what is activated is one's own. */
    {"s5b-unknown-cid",
        SET(JINGLE(MAKE, CONTENT(S5B(CANDIDATE("1")))))
            BACK(JINGLE(TAKE, CONTENT(S5B(""))))
                SET2(JINGLE(MOVE, CONTENT(S5B("<candidate-used cid='1'/>")))),
        SET(JINGLE(MAKE, CONTENT(S5B(CANDIDATE("1")))))
            BACK(JINGLE(TAKE, CONTENT(S5B(""))))
                BACK2(JINGLE(MOVE, CONTENT(S5B("<candidate-used cid='1'/>"))))
                    SET2(JINGLE(MOVE, CONTENT(S5B("<activated cid='1'/>"))))},
    {"ibb-block-size-raised",
        SET(JINGLE(MAKE, CONTENT(JIBB("9"))))
            BACK(JINGLE(TAKE, CONTENT(JIBB("10")))),
        NULL},
    {"ibb-open-negotiated",
        SET(JINGLE(MAKE, CONTENT(JIBB("9")))) SET(OPEN("8")), NULL},
    {"ibb-block-too-large", SET(OPEN("2")) SET(DATA("0", "YWJj")), NULL},
    /* A block may be sent once more. */
    {"ibb-seq", SET(OPEN("9")) SET(DATA("1", "YWJj")),
        SET(OPEN("9")) SET(DATA("0", "YWJj")) SET(DATA("0", "YWJj"))
            SET(DATA("1", "YWJj"))},
    {"disco-node",
        "<iq type='get' id='1' to='d@e/f'><query node='n' "
        "xmlns='http://jabber.org/protocol/disco#info'/></iq><in/>"
        "<iq type='result' id='1' from='d@e/f'>" DISCO("") "</iq>",
        NULL},
    {"jingle-creator",
        SET(JINGLE(MAKE, "<content creator='responder' "
                         "name='n'/>")),
        NULL},
    {"jingle-error-out-of-order", ERROR("out-of-order"), NULL},
    {"jingle-error-tie-break", ERROR("tie-break"), NULL},
    {"jingle-error-unknown-session", ERROR("unknown-session"), NULL},
    {"jingle-error-unsupported-info", ERROR("unsupported-info"), NULL},
    {"jingle-error-security-required", ERROR("security-required"), NULL},
    {"s5b-candidate-used-in-info",
        SET(JINGLE(TAKE, CONTENT(S5B("<candidate-used cid='1'/>")))), NULL},
    {"s5b-candidate-error-in-info",
        SET(JINGLE(TAKE, CONTENT(S5B("<candidate-error/>")))), NULL},
    {"s5b-activated-in-info",
        SET(JINGLE(TAKE, CONTENT(S5B("<activated cid='1'/>")))), NULL},
    {"s5b-proxy-error-in-info",
        SET(JINGLE(TAKE, CONTENT(S5B("<proxy-error/>")))), NULL},
    {"bs-streamhost-unique",
        SET("<query xmlns='http://jabber.org/protocol/bytestreams' sid='1'>"
            "<streamhost host='h' jid='a'/><streamhost host='h' jid='b'/>"
            "</query>"),
        SET(BYTESTREAM(HOST("a", "1") HOST("b", "2")))},
    {"stream-child", PING, NULL},
    {"restricted-xml", CHAT("<!-- x -->"), NULL},
    /* One more reading of the XEPs. */
    {"error-type", FAULT("auth", STANZAERR("bad-request")),
        FAULT("modify", STANZAERR("bad-request"))
            FAULT("modify", STANZAERR("policy-violation"))
                FAULT("wait", STANZAERR("policy-violation"))
                    FAULT("wait", STANZAERR("undefined-condition"))},
    {"error-gone-uri", FAULT("cancel", "<gone " STANZAS ">elsewhere</gone>"),
        FAULT("cancel", "<gone " STANZAS ">xmpp:a@b</gone>")
            FAULT("cancel", "<gone " STANZAS "/>")},
    {"error-redirect-uri",
        FAULT("modify", "<redirect " STANZAS ">elsewhere</redirect>"),
        FAULT("modify", "<redirect " STANZAS ">xmpp:a@b/c</redirect>")
            FAULT("modify", "<redirect " STANZAS "/>")},
    {"jingle-content-needed", SET(JINGLE("action='content-remove'", "")),
        SET(JINGLE("action='content-accept'", ""))
            SET(JINGLE("action='content-add'", CONTENT("")))},
    {"jingle-content-add-description", SET(JINGLE(ADD, CONTENT(S5B("")))),
        SET(JINGLE(ADD, CONTENT(FILE5("") S5B(""))))
            SET(JINGLE("action='content-accept'", CONTENT("")))},
    {"jingle-content-add-transport", SET(JINGLE(ADD, CONTENT(FILE5("")))),
        SET(JINGLE(ADD, CONTENT(FILE5("") S5B(""))))
            SET(JINGLE("action='content-accept'", CONTENT("")))},
    {"jingle-info-payload", SET(JINGLE(MOVE, "")),
        SET(JINGLE(INFO, "")) SET(JINGLE(MOVE, CONTENT("")))},
    {"jingle-responder-creates",
        SET(JINGLE(MAKE, CONTENT(""))) BACK(JINGLE(ADD, CONTENT(""))),
        SET(JINGLE(MAKE, CONTENT(""))) SET(JINGLE(ADD, CONTENT("")))
            BACK(JINGLE(ADD, "<content creator='responder' name='m'/>"))
                BACK("<jingle xmlns='urn:xmpp:jingle:1' sid='other' "
                     "action='content-add'>" CONTENT("") "</jingle>")},
    {"jingle-creator-kept",
        SET(JINGLE(MAKE, CONTENT("")))
            BACK(JINGLE(TAKE, "<content creator='responder' name='n'/>")),
        SET(JINGLE(MAKE, CONTENT(""))) BACK(JINGLE(TAKE, CONTENT("")))
            BACK(JINGLE(ADD, "<content creator='responder' name='n'/>"))
                SET2(JINGLE("action='content-accept'",
                    "<content creator='responder' name='n'/>"))},
    {"jingle-content-known",
        SET(JINGLE(MAKE, CONTENT(""))) BACK(JINGLE(TAKE, NAMED("m"))),
        SET(JINGLE(MAKE, CONTENT(""))) BACK(JINGLE(TAKE, CONTENT("")))},
    /* A session that was refused; one with more contents than are kept. */
    {"jingle-content-known",
        SET(JINGLE(MAKE, NAMED("1"))) BACK(JINGLE(TAKE, NAMED("x"))),
        SET(JINGLE(MAKE, NAMED("1"))) "<in/>" REPLY("error", "")
            BACK(JINGLE(TAKE, NAMED("x"))) SET2(JINGLE(MAKE,
                NAMED8("a") NAMED8("b") NAMED8("c") NAMED8("d") NAMED("e1")))
                BACK(JINGLE(TAKE, NAMED("e1")))},
    {"jingle-sid-unique",
        SET(JINGLE(MAKE, "")) BACK(JINGLE(TAKE, "")) SET2(JINGLE(MAKE, "")),
        SET(JINGLE(MAKE, "")) SET2(JINGLE(MAKE, "")) BACK(JINGLE(TAKE, ""))
            BACK(JINGLE(STOP, "")) SET2(JINGLE(MAKE, ""))},
    /* The other party may choose the same. */
    {"jingle-sid-unique",
        SET(JINGLE(MAKE, "")) BACK(JINGLE(TAKE, "")) SET2(JINGLE(MAKE, "")),
        SET(JINGLE(MAKE, "")) BACK(JINGLE(TAKE, "")) BACK2(JINGLE(MAKE, ""))},
    {"jingle-after-terminate",
        SET(JINGLE(MAKE, "")) SET2(JINGLE(STOP, "")) BACK(JINGLE(INFO, ""))
            ANSWER("result", ""),
        SET(JINGLE(MAKE, "")) SET2(JINGLE(STOP, "")) BACK(JINGLE(STOP, ""))
            ANSWER("result", "") SET(JINGLE(MAKE, "")) BACK(JINGLE(INFO, ""))
                ANSWER("result", "")},
    {"jingle-ping-answer",
        SET(JINGLE(MAKE, "")) BACK(JINGLE(TAKE, "")) ANSWER("result", "")
            BACK2(JINGLE(INFO, "")) ANSWER("error", ""),
        SET(JINGLE(MAKE, "")) BACK(JINGLE(TAKE, "")) ANSWER("result", "") BACK2(
            JINGLE(INFO, "")) ANSWER("result", "") BACK2(JINGLE(INFO, PING))
            ANSWER("error", "") BACK2(JINGLE(STOP, "")) ANSWER("result", "")
                BACK2(JINGLE(INFO, "")) ANSWER("error", "")},
    /* Not of a session that nobody has accepted; a server's error is not the
     * other party's. */
    {"jingle-ping-answer",
        SET(JINGLE(MAKE, "")) BACK(JINGLE(TAKE, "")) ANSWER("result", "")
            BACK2(JINGLE(INFO, "")) ANSWER("result", PING),
        SET(JINGLE(MAKE, "")) BACK(JINGLE(INFO, "")) ANSWER("error", "")
            BACK2(JINGLE(TAKE, "")) SET2(JINGLE(
                INFO, "")) "<in/>"
                           "<iq type='error' id='3' from='d@e/f' to='a@b/c'/>"},
    {"ft-request-selector", SET(JINGLE(MAKE, ASK(FILE5("<file/>")))),
        SET(JINGLE(MAKE, ASK(FILE5("<file><name>x</name></file>"))))
            SET(JINGLE(MAKE, ASK(FILE5("<file>" HASH("md5", "") "</file>"))))
                SET(JINGLE(MAKE, CONTENT(FILE5("<file/>"))))},
    {"ft-media-type",
        SET(JINGLE(MAKE,
            CONTENT(FILE5("<file><media-type>text</media-type></file>")))),
        SET(JINGLE(
            MAKE, CONTENT(FILE5("<file><media-type>text/plain; charset=utf-8"
                                "</media-type></file>"))))},
    {"ft-not-available-reason",
        SET(JINGLE(STOP, REASON("decline", FTERR("file-not-available")))),
        SET(JINGLE(
            STOP, REASON("failed-application", FTERR("file-not-available"))))},
    {"ft-too-large-reason",
        SET(JINGLE(STOP, REASON("decline", FTERR("file-too-large")))),
        SET(JINGLE(STOP, REASON("media-error", FTERR("file-too-large"))))},
    {"disco-ft-ibb", RESULT(DISCO(HAS(FT))),
        RESULT(DISCO(HAS(FT) HAS("urn:xmpp:jingle:transports:ibb:1"))) RESULT(
            DISCO(HAS("urn:xmpp:jingle:1"))) "<iq type='get' "
                                             "id='1'>" DISCO("") "</iq>"},
    {"disco-ft-jingle", RESULT(DISCO(HAS(FT))),
        RESULT(DISCO(HAS(FT) HAS("urn:xmpp:jingle:1")))},
    {"disco-jet-omemo", RESULT(DISCO(HAS("urn:xmpp:jingle:jet-omemo:0"))),
        RESULT(DISCO(
            HAS("urn:xmpp:jingle:jet:0") HAS("urn:xmpp:jingle:jet-omemo:0")))
            RESULT(DISCO(HAS("urn:xmpp:jingle:jet:0")))},
    {"disco-hash-functions", RESULT(DISCO(HAS("urn:xmpp:hashes:2"))),
        RESULT(DISCO(HAS("urn:xmpp:hashes:2")
                HAS("urn:xmpp:hash-function-text-names:sha-256")))},
    {"disco-itself", RESULT(DISCO(HAS("a"))),
        RESULT(DISCO(HAS("http://jabber.org/protocol/disco#info")))},
    {"disco-get", SET(DISCO("")), "<iq type='get' id='1'>" DISCO("") "</iq>"},
    {"disco-request-empty", "<iq type='get' id='1'>" DISCO(HAS("a")) "</iq>",
        "<iq type='get' id='1'>" DISCO("<set xmlns='http://jabber.org/"
                                       "protocol/rsm'/>") "</iq>"},
    {"items-request-empty",
        "<iq type='get' id='1'>" ITEMS("<item jid='a'/>") "</iq>",
        "<iq type='get' id='1'>" ITEMS("<set xmlns='http://jabber.org/"
                                       "protocol/rsm'/>") "</iq>"},
    {"disco-feature-empty",
        RESULT(DISCO("<feature var='a'>" PING "</feature>")),
        RESULT(DISCO(HAS("a")))},
    {"items-item-empty", RESULT(ITEMS("<item jid='a'>" PING "</item>")),
        RESULT(ITEMS("<item jid='a' name='n' node='m'/>"))},
    {"items-node-null", RESULT(ITEMS("<item jid='a' node=''/>")),
        RESULT(ITEMS("<item jid='a'/>"))},
    {"disco-hierarchy",
        RESULT(DISCO("<identity category='hierarchy' type='twig'/>")),
        RESULT(DISCO("<identity category='hierarchy' type='leaf'/>"))},
    {"disco-identity-name", RESULT(DISCO(IS("a", "n") IS("a", "m"))),
        RESULT(DISCO(IS("a", "n") IS("b",
            "m") "<identity category='c' type='a' name='m' xml:lang='de'/>"))},
    {"disco-identity-names", RESULT(DISCO(IS("a", "n") IS("b", "m"))),
        RESULT(DISCO(IS("a", "n") IS("b",
            "n") "<identity category='c' type='a' name='m' xml:lang='de'/>"))},
    {"disco-answer",
        "<iq type='get' id='1' to='d@e/f'>" DISCO(
            "") "</iq><in/>"
                "<iq type='result' id='1' from='d@e/f'/>",
        "<iq type='get' id='1' to='d@e/f'>" DISCO(
            "") "</iq><in/>"
                "<iq type='error' id='1' from='d@e/f'/>"
                "<out/><iq type='get' id='2' to='d@e/f'>" DISCO(
                    "") "</iq><in/>"
                        "<iq type='result' id='2' from='d@e/f'>" DISCO(
                            "") "</iq>"},
    /* The server answers for the account, without a from. */
    {"disco-answer",
        "<iq type='get' id='1' to='a@b'>" DISCO(
            "") "</iq><in/><iq type='result' id='1' to='a@b/c'/>",
        "<iq type='get' id='1' to='d@e/f'>" DISCO(
            "") "</iq><in/><iq type='result' id='1' from='d@e/g'/>"},
    {"disco-form-unique", RESULT(DISCO(FORM(VALUE("a")) FORM(VALUE("a")))),
        RESULT(DISCO(
            FORM(VALUE("a")) FORM(VALUE("b")) FORM(VALUE("c") VALUE("c"))))},
    {"disco-form-unique", RESULT(DISCO(FORM(VALUE("a") VALUE("b")))),
        RESULT(DISCO(FORM("") "<x xmlns='jabber:x:data' type='result'/>"))},
    {"caps-ver-length",
        "<presence>" CAPS("hash='sha-1' ver='YWJj'") "</presence>",
        "<presence>" CAPS("hash='sha-1' ver='QgayPKawpkPSDYmwT/WM94uAlu0='")
            CAPS("ver='1.0'") CAPS("hash='other' ver='YWJj'") "</presence>"},
    {"caps-feature",
        "<presence from='a@b/c'>" CAPS(
            "hash='sha-1' ver='v'") "</presence>"
                                    "<iq type='result' id='1' "
                                    "from='a@b/c'>" DISCO(HAS("a")) "</iq>",
        "<presence from='a@b/c'>" CAPS(
            "hash='sha-1' ver='v'") "</presence>"
                                    "<iq type='result' id='1' "
                                    "from='a@b/d'>" DISCO(HAS(
                                        "a")) "</iq>"
                                              "<iq type='result' id='1' "
                                              "from='a@b/c'>" DISCO(HAS(
                                                  "http://jabber.org/protocol/"
                                                  "caps")) "</iq>"},
    {"bs-request", SET(BYTESTREAM("")),
        "<iq type='get' id='1'>" BYTESTREAM("") "</iq>" SET(
            BYTESTREAM("<activate>a@b</activate>"))},
    {"bs-one-use", SET(BYTESTREAM(HOST("a", "1") "<streamhost-used jid='a'/>")),
        SET(BYTESTREAM(HOST("a", "1") HOST("b", "1")))},
    {"bs-streamhost-port", SET(BYTESTREAM("<streamhost jid='a' host='h'/>")),
        RESULT(BYTESTREAM("<streamhost jid='a' host='h'/>"))
            SET(BYTESTREAM(HOST("a", "1")))},
    {"bs-streamhost-empty",
        SET(BYTESTREAM(
            "<streamhost jid='a' host='h' port='1'>" PING "</streamhost>")),
        SET(BYTESTREAM(HOST("a", "1")))},
    {"bs-streamhost-used-empty",
        RESULT(
            BYTESTREAM("<streamhost-used jid='a'>" PING "</streamhost-used>")),
        RESULT(BYTESTREAM("<streamhost-used jid='a'/>"))},
    {"bs-used-missing",
        SET(BYTESTREAM(HOST("a", "1"))) "<in/>" REPLY("result", ""),
        SET(BYTESTREAM(HOST("a", "1"))) "<in/>" REPLY("error", "")},
    {"bs-used-offered",
        SET(BYTESTREAM(HOST("a", "1"))) "<in/>" REPLY(
            "result", BYTESTREAM("<streamhost-used jid='b'/>")),
        SET(BYTESTREAM(HOST("a", "1") HOST("b", "2"))) "<in/>" REPLY(
            "result", BYTESTREAM("<streamhost-used jid='b'/>"))},
    /* More hosts than are kept. */
    {"bs-used-offered",
        SET(BYTESTREAM(HOSTS8("a") HOSTS8("b"))) "<in/>" REPLY(
            "result", BYTESTREAM("<streamhost-used jid='b9'/>")),
        SET(BYTESTREAM(HOSTS8("a") HOSTS8("b") HOST("b9", "9"))) "<in/>" REPLY(
            "result", BYTESTREAM("<streamhost-used jid='b9'/>"))},
    {"bs-proxy-address",
        "<iq type='get' id='1' to='d@e/f'>" BYTESTREAM("") "</iq><in/>" REPLY(
            "result", BYTESTREAM("")),
        "<iq type='get' id='1' to='d@e/f'>" BYTESTREAM("") "</iq><in/>" REPLY(
            "result", BYTESTREAM(HOST("a", "1")))},
    {"s5b-transport-in-accept",
        SET(JINGLE(MAKE, CONTENT(S5B(""))))
            BACK(JINGLE(TAKE, CONTENT(JIBB("9")))),
        SET(JINGLE(MAKE, CONTENT(S5B("")))) BACK(JINGLE(TAKE, CONTENT(S5B(""))))
            SET2(JINGLE("action='transport-replace'", CONTENT(JIBB("9"))))
                BACK2(JINGLE("action='transport-accept'", CONTENT(JIBB("9"))))},
    {"s5b-sid-distinct", SET(JINGLE(MOVE, CONTENT(S5B("")) CONTENT(S5B("")))),
        SET(JINGLE(MOVE,
            CONTENT(S5B("")) CONTENT(
                "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='w'"
                "/>")))},
    {"jibb-sid-distinct",
        SET(JINGLE(MOVE, CONTENT(JIBB("9")) CONTENT(JIBB("9")))),
        SET(JINGLE(MOVE, CONTENT(JIBB("9")) CONTENT(S5B(""))))},
    {"ibb-sid-unique",
        SET(OPEN("9")) "<in/>" REPLY("result", "") "<out/>" SET2(OPEN("9")),
        SET(OPEN("9")) "<in/>" REPLY("error", "") "<out/>" SET2(OPEN(
            "8")) "<in/><iq type='result' id='3' from='d@e/f' "
                  "to='a@b/c'/>" BACK("<close "
                                      "xmlns='http://jabber.org/protocol/ibb' "
                                      "sid='v'/>") "<out/>" SET(OPEN("9"))},
    {"ibb-open-initiator",
        SET(JINGLE(MAKE, CONTENT(JIBB("9")))) BACK(OPEN("9")),
        SET(JINGLE(MAKE, CONTENT(JIBB("9")))) SET2(OPEN("9"))},
    {"ibb-message-id", CHAT(DATA("0", "YWJj")),
        "<message id='1'>" DATA("0", "YWJj") "</message>" SET(DATA("0", ""))},
    {"ibb-stanza-kind", SET(OPEN("9")) TO("d@e/f", DATA("0", "YWJj")),
        SET(OPEN("9")) SET2(DATA("0", "YWJj")) TO("x@y/z", DATA("0", "YWJj"))},
    {"ibb-white-space", SET(DATA("0", "YW Jj")), SET(DATA("0", "YWJj"))},
    {"thumb-cid", CHAT(THUMB("uri='cid:x'")),
        CHAT(THUMB("uri='cid:sha1+00@bob.xmpp.org'"))
            CHAT(THUMB("uri='https://h/cid:x'"))},
    {"thumb-media-type", CHAT(THUMB("uri='https://h/'")),
        CHAT(THUMB("uri='https://h/' media-type='image/png'"))},
    {"jmi-ringing-full", TO("d@e", JMI("ringing")),
        TO("d@e/f", JMI("ringing"))},
    {"jmi-proceed-full", TO("d@e", JMI("proceed")),
        TO("d@e/f", JMI("proceed"))},
    {"jmi-reject-full", TO("d@e", JMI("reject")), TO("d@e/f", JMI("reject"))},
    {"jmi-finish-full", TO("d@e", JMI("finish")), TO("d@e/f", JMI("finish"))},
    {"jmi-retract-reason", CHAT(JMI("retract")),
        CHAT(JMI_WITH("retract", REASON("cancel", "")))},
    {"jmi-reject-reason", CHAT(JMI("reject")),
        CHAT(JMI_WITH("reject", REASON("busy", "")))},
    {"jmi-finish-reason", CHAT(JMI("finish")),
        CHAT(JMI_WITH("finish", REASON("success", "")))},
    {"jmi-retract-expired",
        CHAT(JMI_WITH("retract", "<tie-break/>" REASON("cancel", ""))),
        CHAT(JMI_WITH("retract", "<tie-break/>" REASON("expired", "")))
            CHAT(JMI_WITH("retract", REASON("cancel", "")))},
    {"jmi-reject-expired",
        CHAT(JMI_WITH("reject", "<tie-break/>" REASON("busy", ""))),
        CHAT(JMI_WITH("reject", "<tie-break/>" REASON("expired", "")))},
    {"jmi-finish-expired",
        CHAT(JMI_WITH("finish", "<migrated to='2'/>" REASON("success", ""))),
        CHAT(JMI_WITH("finish", "<migrated to='2'/>" REASON("expired", "")))},
    {"jpub-start-in-get", SET(START), "<iq type='get' id='1'>" START "</iq>"},
    {"jpub-starting-in-result", CHAT(STARTING), RESULT(STARTING)},
    {"jpub-starting",
        "<iq type='get' id='1' to='d@e/f'>" START
        "</iq><in/>" REPLY("result", ""),
        "<iq type='get' id='1' to='d@e/f'>" START
        "</iq><in/>" REPLY("result", STARTING)},
    {"jet-cipher", CHAT(JET("x", "y", "")),
        CHAT(JET("urn:xmpp:ciphers:aes-256-gcm-nopadding:0", "y", ""))},
    {"omemo-prekey-count",
        CHAT("<bundle xmlns='eu.siacs.conversations.axolotl'><prekeys/>"
             "</bundle>"),
        CHAT("<bundle xmlns='eu.siacs.conversations.axolotl'><prekeys>" TEN TEN
             "</prekeys></bundle>")},
    {"omemo-store", CHAT(AXOLOTL("")),
        CHAT(AXOLOTL("") "<store xmlns='urn:xmpp:hints'/>")
            SET(JINGLE(INFO, AXOLOTL("")))},
    {"omemo-devices-node", PUBLISH("x", "1", LIST),
        PUBLISH("eu.siacs.conversations.axolotl.devicelist", "1", LIST)
            CHAT(LIST)},
    {"omemo-bundle-node", PUBLISH("x", "1", BUNDLE),
        PUBLISH("eu.siacs.conversations.axolotl.bundles:7", "1", BUNDLE)},
    {"omemo2-devices-node", PUBLISH("x", "1", DEVICES),
        PUBLISH("urn:xmpp:omemo:2:devices", "current", DEVICES)},
    {"omemo2-bundle-node", PUBLISH("x", "1", BUNDLE2("")),
        PUBLISH("urn:xmpp:omemo:2:bundles", "1", BUNDLE2(""))},
    {"omemo2-bundle-item",
        PUBLISH("urn:xmpp:omemo:2:bundles", "current", BUNDLE2("")),
        PUBLISH("urn:xmpp:omemo:2:bundles", "2147483647", BUNDLE2(""))},
    {"omemo2-max-items", OPTIONS("urn:xmpp:omemo:2:bundles", "max_items", "9"),
        OPTIONS("urn:xmpp:omemo:2:bundles", "max_items", "max")
            OPTIONS("urn:xmpp:omemo:2:devices", "max_items", "1")},
    {"omemo2-access-model",
        OPTIONS("urn:xmpp:omemo:2:devices", "access_model", "presence"),
        OPTIONS("urn:xmpp:omemo:2:devices", "access_model", "open")
            OPTIONS("x", "access_model", "presence")},
    {"omemo2-key-length", CHAT(BUNDLE2("<ik>YWJj</ik>")),
        CHAT(BUNDLE2("<ik>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</ik>"))},
    {"omemo2-label",
        CHAT("<devices xmlns='urn:xmpp:omemo:2'><device id='1' label='x'/>"
             "</devices>"),
        CHAT("<devices xmlns='urn:xmpp:omemo:2'><device id='1' label='x' "
             "labelsig='YQ=='/></devices>")},
    {"omemo2-label-length",
        CHAT("<devices xmlns='urn:xmpp:omemo:2'><device id='1' label='" FIFTY
             "123' labelsig='YQ=='/></devices>"),
        CHAT("<devices xmlns='urn:xmpp:omemo:2'><device id='1' label='" FIFTY
             "1&#228;' labelsig='YQ=='/></devices>")},
    {"omemo2-opt-out-plain", CHAT("<opt-out xmlns='urn:xmpp:omemo:2'/>"),
        CHAT("<envelope xmlns='urn:xmpp:sce:1'><content><opt-out "
             "xmlns='urn:xmpp:omemo:2'/></content></envelope>")},
    {"omemo2-eme", CHAT("<encrypted xmlns='urn:xmpp:omemo:2'/>"),
        CHAT("<encrypted xmlns='urn:xmpp:omemo:2'/><encryption "
             "xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/>")},
    {"sce-content-plain-elements",
        CHAT("<envelope xmlns='urn:xmpp:sce:1'><content><store "
             "xmlns='urn:xmpp:hints'/></content></envelope>"),
        CHAT("<envelope xmlns='urn:xmpp:sce:1'><content><body "
             "xmlns='jabber:client'>x</body></content></envelope>")},
    {"eme-in-message",
        SET("<encryption xmlns='urn:xmpp:eme:0' "
            "namespace='urn:xmpp:omemo:2'/>"),
        CHAT("<encryption xmlns='urn:xmpp:eme:0' "
             "namespace='urn:xmpp:omemo:2'/>")},
};

#endif
