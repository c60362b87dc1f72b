/* Each rule that is not mere counting can be broken, and is then told: a
 * check that cannot fail proves nothing. */
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "base/vec.h"
#include "schema/rules.h"
#include "schema/validator.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* What a client says; from <in/> on, what the server brings it. */
static const struct sample {
    const char *rule, *stanzas;
} samples[] = {
    {"iq-address", "<iq type='result' id='1' to='@b'/>"},
    {"message-address", "<message to='a@b/'/>"},
    {"presence-address", "<presence from='a b@c'/>"},
    {"iq-request-payload", "<iq type='get' id='1'/>"},
    {"iq-result-payload", RESULT(PING PING)},
    {"iq-error-payload", "<iq type='error' id='1'>" PING PING PING "</iq>"},
    {"iq-error-child", "<iq type='error' id='1'/>"},
    {"message-error-child", "<message type='error'/>"},
    {"presence-error-child", "<presence type='error'/>"},
    {"error-in-error", "<message><error type='cancel'/></message>"},
    {"error-condition",
        "<message type='error'><error type='cancel'/></message>"},
    {"stream-error-condition", "<stream:error/>"},
    {"sasl-failure-condition",
        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
    {"message-body-lang", CHAT("<body>a</body><body>b</body>")},
    {"message-subject-lang", CHAT("<subject>a</subject><subject>b</subject>")},
    {"presence-status-lang",
        "<presence><status>a</status><status>b</status></presence>"},
    {"bind-request-child", SET("<bind xmlns='urn:ietf:params:xml:ns:xmpp-"
                               "bind'><required/></bind>")},
    {"bind-feature-child",
        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
        "<required/></bind></stream:features>"},
    {"roster-set-items", SET("<query xmlns='jabber:iq:roster'/>")},
    {"jingle-in-iq-set", "<iq type='get' id='1'>" JINGLE(INFO, "") "</iq>"},
    {"jingle-session-initiate-content", SET(JINGLE(MAKE, ""))},
    {"jingle-session-initiate-description",
        SET(JINGLE(MAKE, CONTENT(S5B(""))))},
    {"jingle-session-initiate-transport",
        SET(JINGLE(MAKE, CONTENT(FILE5(""))))},
    {"jingle-session-accept-content", SET(JINGLE(TAKE, ""))},
    {"jingle-session-accept-description", SET(JINGLE(TAKE, CONTENT(S5B(""))))},
    {"jingle-session-accept-transport", SET(JINGLE(TAKE, CONTENT(FILE5(""))))},
    {"jingle-disposition",
        SET(JINGLE(MAKE, "<content creator='initiator' name='n' "
                         "disposition='early-session'/>"))},
    {"jingle-senders-in-modify",
        SET(JINGLE("action='content-modify'",
            "<content creator='initiator' name='n'/>"))},
    {"jingle-terminate-reason", SET(JINGLE("action='session-terminate'", ""))},
    {"jingle-reason-condition", SET(JINGLE("action='session-terminate'",
                                    "<reason><text>x</text></reason>"))},
    {"jingle-initiator", SET(JINGLE("action='session-initiate'", ""))},
    {"jingle-initiator-elsewhere", SET(JINGLE(INFO " initiator='a@b/c'", ""))},
    {"jingle-responder", SET(JINGLE("action='session-accept'", ""))},
    {"jingle-responder-elsewhere", SET(JINGLE(INFO " responder='a@b/c'", ""))},
    {"jingle-content-unique",
        SET(JINGLE(MOVE, CONTENT(S5B("")) CONTENT(S5B(""))))},
    {"jingle-sid-nmtoken", SET("<jingle xmlns='urn:xmpp:jingle:1' sid='a b' "
                               "action='session-info'/>")},
    {"ft-senders",
        SET(JINGLE(TAKE,
            "<content creator='initiator' name='n'>" FILE5("") "</content>"))},
    {"ft-senders-defined",
        SET(JINGLE(MAKE, "<content creator='initiator' name='n' "
                         "senders='both'>" FILE5("") "</content>"))},
    {"ft-description-file", SET(JINGLE(MAKE, CONTENT(FILE5(""))))},
    {"ft-offer-hash", SET(JINGLE(MAKE, CONTENT(FILE5("<file/>"))))},
    {"ft-offer-size", SET(JINGLE(MAKE, CONTENT(FILE5("<file/>"))))},
    {"ft-offer-media-type", SET(JINGLE(MAKE, CONTENT(FILE5("<file/>"))))},
    {"ft-name-path",
        SET(JINGLE(MAKE, CONTENT(FILE5("<file><name>../x</name></file>"))))},
    {"ft-desc-lang",
        SET(JINGLE(MAKE, CONTENT(FILE5("<file><desc>a</desc>"
                                       "<desc>b</desc></file>"))))},
    {"ft-checksum-hash",
        SET(JINGLE(INFO, "<checksum xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'><file/></checksum>"))},
    {"ft-checksum-content",
        SET(JINGLE(INFO, "<checksum xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'><file/></checksum>"))},
    {"ft-received-content",
        SET(JINGLE(INFO, "<received xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'/>"))},
    {"ft-checksum-in-info",
        SET(JINGLE(MOVE, "<checksum xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'><file/></checksum>"))},
    {"ft-received-in-info",
        SET(JINGLE(MOVE, "<received xmlns='urn:xmpp:jingle:apps:"
                         "file-transfer:5'/>"))},
    {"hash-algo-unique", CHAT(HASH("md5", "") HASH("md5", ""))},
    {"hash-length", CHAT(HASH("sha-1", "YWJj"))},
    {"hash-white-space", CHAT(HASH("shake128", "YW Jj"))},
    {"s5b-cid-unique",
        SET(JINGLE(MOVE, CONTENT(S5B(CANDIDATE("1") CANDIDATE("1")))))},
    {"s5b-dstaddr-for-proxy",
        SET(JINGLE(MOVE, CONTENT(S5B("<candidate cid='1' host='h' jid='a' "
                                     "priority='1' type='proxy'/>"))))},
    {"s5b-dstaddr",
        SET(JINGLE(MOVE,
            CONTENT("<transport xmlns='urn:xmpp:jingle:transports:s5b:1' "
                    "sid='v' dstaddr='0123456789012345678901234567890123456789'"
                    "/>")))},
    {"s5b-mode-in-accept",
        SET(JINGLE(
            TAKE, CONTENT("<transport xmlns='urn:xmpp:jingle:transports:s5b:1' "
                          "sid='v' mode='tcp'/>")))},
    {"s5b-priority",
        SET(JINGLE(MOVE, CONTENT(S5B("<candidate cid='1' host='h' jid='a' "
                                     "priority='8388608'/>"))))},
    {"bs-sid", SET("<query xmlns='http://jabber.org/protocol/bytestreams'/>")},
    {"bs-dstaddr",
        SET("<query xmlns='http://jabber.org/protocol/bytestreams' sid='v' "
            "dstaddr='0123456789012345678901234567890123456789'/>")},
    {"ibb-open-in-iq-set", CHAT(OPEN("9"))},
    {"ibb-close-in-iq-set",
        CHAT("<close xmlns='http://jabber.org/protocol/ibb' sid='v'/>")},
    {"ibb-data-in-stanza", "<presence>" DATA("0", "") "</presence>"},
    {"jmi-propose-chat", "<message>" JMI("propose") "</message>"},
    {"jmi-propose-store", CHAT(JMI("propose"))},
    {"jmi-ringing-chat", "<message>" JMI("ringing") "</message>"},
    {"jmi-ringing-store", CHAT(JMI("ringing"))},
    {"jmi-retract-chat", "<message>" JMI("retract") "</message>"},
    {"jmi-retract-store", CHAT(JMI("retract"))},
    {"jmi-proceed-chat", "<message>" JMI("proceed") "</message>"},
    {"jmi-proceed-store", CHAT(JMI("proceed"))},
    {"jmi-reject-chat", "<message>" JMI("reject") "</message>"},
    {"jmi-reject-store", CHAT(JMI("reject"))},
    {"jmi-finish-chat", "<message>" JMI("finish") "</message>"},
    {"jmi-finish-store", CHAT(JMI("finish"))},
    {"jmi-propose-description", CHAT(JMI("propose"))},
    {"jpub-description",
        CHAT("<jinglepub xmlns='urn:xmpp:jinglepub:1' from='a' id='1'/>")},
    {"jpub-meta-lang", CHAT("<jinglepub xmlns='urn:xmpp:jinglepub:1' from='a' "
                            "id='1'><meta/><meta/></jinglepub>")},
    {"jet-type",
        CHAT(JET("urn:xmpp:ciphers:aes-128-gcm-nopadding", "x", AXOLOTL("")))},
    {"jet-omemo-cipher", CHAT(JET("urn:xmpp:ciphers:aes-256-gcm-nopadding",
                             "eu.siacs.conversations.axolotl", AXOLOTL("")))},
    {"jet-omemo-key-transport",
        CHAT(JET("x", "y", AXOLOTL("<payload>YWJj</payload>")))},
    {"jet-iv", CHAT(JET("x", "y",
                   AXOLOTL("<header sid='1'><iv>YWJj</iv>"
                           "</header>")))},
    {"omemo-device-unique",
        CHAT("<list xmlns='eu.siacs.conversations.axolotl'><device id='1'/>"
             "<device id='1'/></list>")},
    {"omemo-prekey-unique",
        CHAT("<bundle xmlns='eu.siacs.conversations.axolotl'><prekeys>"
             "<preKeyPublic preKeyId='1'>YQ==</preKeyPublic>"
             "<preKeyPublic preKeyId='1'>YQ==</preKeyPublic></prekeys>"
             "</bundle>")},
    {"omemo2-device-unique",
        CHAT("<devices xmlns='urn:xmpp:omemo:2'><device id='1'/>"
             "<device id='1'/></devices>")},
    {"omemo2-prekey-unique",
        CHAT("<bundle xmlns='urn:xmpp:omemo:2'><prekeys><pk id='1'>YQ==</pk>"
             "<pk id='1'>YQ==</pk></prekeys></bundle>")},
    {"omemo2-key-unique",
        CHAT("<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'><keys "
             "jid='a@b'><key rid='1'>YQ==</key><key rid='1'>YQ==</key></keys>"
             "</header></encrypted>")},
    {"omemo2-prekey-count",
        CHAT("<bundle xmlns='urn:xmpp:omemo:2'><prekeys/></bundle>")},
    {"omemo2-no-body",
        CHAT("<body>x</body><encrypted xmlns='urn:xmpp:omemo:2'/>")},
    {"omemo2-store", CHAT("<encrypted xmlns='urn:xmpp:omemo:2'/>")},
    {"sce-plain", CHAT("<envelope xmlns='urn:xmpp:sce:1'><content/>"
                       "</envelope>")},
    {"eme-name", CHAT("<encryption xmlns='urn:xmpp:eme:0' name='OMEMO' "
                      "namespace='urn:xmpp:omemo:2'/>")},
    {"disco-feature-unique",
        RESULT(DISCO("<feature var='a'/><feature var='a'/>"))},
    {"disco-identity-unique",
        RESULT(DISCO("<identity category='a' type='b'/>"
                     "<identity category='a' type='b'/>"))},
    {"disco-identity", RESULT(DISCO("<feature var='a'/>"))},
    {"disco-feature", RESULT(DISCO("<identity category='a' type='b'/>"))},
    {"caps-hash-attribute",
        "<presence><c xmlns='http://jabber.org/protocol/caps' node='n' "
        "ver='v'/></presence>"},
    {"form-field-var", CHAT("<x xmlns='jabber:x:data' type='form'><field/>"
                            "</x>")},
    {"form-option-value",
        CHAT("<x xmlns='jabber:x:data' type='form'><field var='a'><option>"
             "<value>1</value></option></field></x>")},
    {"iq-reply-to-reply", "<iq type='get' id='1' to='d@e/f'>" PING "</iq><in/>"
                          "<iq type='result' id='1' from='d@e/f'/><out/>"
                          "<iq type='result' id='1' to='d@e/f'/>"},
    {"iq-second-reply", "<iq type='get' id='1' to='d@e/f'>" PING "</iq><in/>"
                        "<iq type='result' id='1' from='d@e/f'/>"
                        "<iq type='result' id='1' from='d@e/f'/>"},
    {"caps-ver",
        "<presence from='a@b/c'><c xmlns='http://jabber.org/protocol/caps' "
        "node='n' hash='sha-1' ver='v'/></presence>"
        "<iq type='result' id='1' from='a@b/c'>" DISCO(
            "<identity category='a' type='b'/><feature var='a'/>") "</iq>"},
    {"s5b-sid-in-accept",
        SET(JINGLE(MAKE, CONTENT(S5B("")))) BACK(JINGLE(
            TAKE, CONTENT("<transport sid='w' "
                          "xmlns='urn:xmpp:jingle:transports:s5b:1'/>")))},
    {"s5b-reoffered", SET(JINGLE(MAKE, CONTENT(S5B(CANDIDATE("1")))))
                          BACK(JINGLE(TAKE, CONTENT(S5B(CANDIDATE("2")))))},
    {"s5b-unknown-cid",
        SET(JINGLE(MAKE, CONTENT(S5B(CANDIDATE("1")))))
            BACK(JINGLE(TAKE, CONTENT(S5B(""))))
                BACK(JINGLE(MOVE, CONTENT(S5B("<candidate-used cid='9'/>"))))},
    {"ibb-block-size-raised", SET(JINGLE(MAKE, CONTENT(JIBB("9"))))
                                  BACK(JINGLE(TAKE, CONTENT(JIBB("10"))))},
    {"ibb-open-negotiated",
        SET(JINGLE(MAKE, CONTENT(JIBB("9")))) SET(OPEN("8"))},
    {"ibb-block-too-large", SET(OPEN("2")) SET(DATA("0", "YWJj"))},
    {"ibb-seq", SET(OPEN("9")) SET(DATA("1", "YWJj"))},
    {"disco-node", "<iq type='get' id='1' to='d@e/f'><query node='n' "
                   "xmlns='http://jabber.org/protocol/disco#info'/></iq><in/>"
                   "<iq type='result' id='1' from='d@e/f'>" DISCO("") "</iq>"},
    {"jingle-creator", SET(JINGLE(MAKE, "<content creator='responder' "
                                        "name='n'/>"))},
    {"jingle-error-out-of-order", ERROR("out-of-order")},
    {"jingle-error-tie-break", ERROR("tie-break")},
    {"jingle-error-unknown-session", ERROR("unknown-session")},
    {"jingle-error-unsupported-info", ERROR("unsupported-info")},
    {"jingle-error-security-required", ERROR("security-required")},
    {"s5b-candidate-used-in-info",
        SET(JINGLE(TAKE, CONTENT(S5B("<candidate-used cid='1'/>"))))},
    {"s5b-candidate-error-in-info",
        SET(JINGLE(TAKE, CONTENT(S5B("<candidate-error/>"))))},
    {"s5b-activated-in-info",
        SET(JINGLE(TAKE, CONTENT(S5B("<activated cid='1'/>"))))},
    {"s5b-proxy-error-in-info",
        SET(JINGLE(TAKE, CONTENT(S5B("<proxy-error/>"))))},
    {"bs-streamhost-unique",
        SET("<query xmlns='http://jabber.org/protocol/bytestreams' sid='1'>"
            "<streamhost host='h' jid='a'/><streamhost host='h' jid='b'/>"
            "</query>")},
    {"stream-child", PING},
    {"restricted-xml", CHAT("<!-- x -->")},
};

struct heard {
    VEC(char *) rules;
};

static void hear(void *owner, const struct violation *violation)
{
    struct heard *heard = owner;
    vec_push(&heard->rules, mem_strdup(violation->rule_id));
}

static bool heard_rule(const struct heard *heard, const char *rule)
{
    for (size_t i = 0; i < heard->rules.count; i++) {
        if (strcmp(heard->rules.items[i], rule) == 0)
            return true;
    }
    return false;
}

static void judge(
    const struct validator *validator, const char *stanzas, struct heard *heard)
{
    char *text = mem_printf(
        "<stream:stream xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams'>%s</stream:stream>",
        stanzas);
    xmlDoc *doc =
        xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NOWARNING);
    CHECK(doc != NULL);
    struct validation *validation = validation_new(validator, hear, heard);
    struct stanza_origin origin = {.jid = "a@b/c", .from_client = true};
    for (xmlNode *node = xmlDocGetRootElement(doc)->children; node != NULL;
         node = node->next) {
        const char *name = (const char *)node->name;
        if (strcmp(name, "in") == 0 || strcmp(name, "out") == 0)
            origin.from_client = strcmp(name, "out") == 0;
        else
            validation_stanza(validation, node, &origin);
    }
    validation_free(validation);
    xmlFreeDoc(doc);
    free(text);
}

static struct validator *the_validator(void)
{
    struct error error = {{0}};
    char *dir = file_join(test_source(), "schemas");
    struct validator *validator = validator_new(dir, NULL, &error);
    free(dir);
    if (validator == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    return validator;
}

TEST(each_rule_is_told_when_it_is_broken)
{
    struct validator *validator = the_validator();
    unsigned deaf = 0;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct heard heard = {0};
        judge(validator, samples[i].stanzas, &heard);
        if (!heard_rule(&heard, samples[i].rule)) {
            deaf++;
            printf("# not told: %s\n", samples[i].rule);
        }
        for (size_t j = 0; j < heard.rules.count; j++)
            free(heard.rules.items[j]);
        vec_free(&heard.rules);
    }
    validator_free(validator);
    CHECK_INT(deaf, 0);
}

TEST(each_rule_has_a_sample_that_breaks_it)
{
    struct error error = {{0}};
    char *dir = file_join(test_source(), "schemas");
    struct catalog *catalog = catalog_read(dir, &error);
    struct rules *rules = rules_read(dir, catalog, &error);
    CHECK(rules != NULL);
    unsigned missing = 0;
    for (size_t i = 0; i < rules_count(rules); i++) {
        const struct rule *rule = rules_at(rules, i);
        bool found = rule->kind == RULE_CHILDREN;
        for (size_t j = 0; !found && j < sizeof samples / sizeof *samples; j++)
            found = strcmp(samples[j].rule, rule->id) == 0;
        missing += !found;
        if (!found)
            printf("# no sample: %s\n", rule->id);
    }
    rules_free(rules);
    catalog_free(catalog);
    free(dir);
    CHECK_INT(missing, 0);
}
