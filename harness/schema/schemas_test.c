/* How tight the schemas of the mission are, and that they are no tighter. */
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "schema/validator.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FT5 "urn:xmpp:jingle:apps:file-transfer:5"
#define NS_S5B "urn:xmpp:jingle:transports:s5b:1"
#define NS_JIBB "urn:xmpp:jingle:transports:ibb:1"
#define IBB "http://jabber.org/protocol/ibb"
#define DESCRIBED(inside)                                                      \
    "<description xmlns='" FT5 "'><file>" inside "</file></description>"
#define CANDIDATE(more)                                                        \
    "<transport xmlns='" NS_S5B "' sid='v'><candidate cid='1' jid='a@b/c' "    \
    "priority='1' " more "/></transport>"
#define KEYS(header)                                                           \
    "<encrypted xmlns='eu.siacs.conversations.axolotl'>" header "</encrypted>"

static char said[2048];

static void hear(void *owner, const struct violation *violation)
{
    (void)owner;
    if (strcmp(violation->rule_id, "schema") != 0 || *said != 0)
        return;
    snprintf(said, sizeof said, "%s: %s", violation->xpath, violation->message);
}

/* The first violation of a schema in the payload of a message, or "". */
static const char *judge(const char *payload)
{
    static struct validator *validator;
    struct error error = {{0}};
    if (validator == NULL) {
        char *dir = file_join(test_source(), "schemas");
        validator = validator_new(dir, NULL, &error);
        free(dir);
    }
    CHECK_TEXT(error.message, "");
    char *text =
        mem_printf("<stream:stream xmlns='jabber:client' "
                   "xmlns:stream='http://etherx.jabber.org/streams'><message>%s"
                   "</message></stream:stream>",
            payload);
    xmlDoc *doc =
        xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NOWARNING);
    CHECK(doc != NULL);
    struct validation *validation = validation_new(validator, hear, NULL);
    struct stanza_origin origin = {.from_client = true};
    *said = 0;
    validation_stanza(validation, xmlDocGetRootElement(doc)->children, &origin);
    validation_free(validation);
    xmlFreeDoc(doc);
    free(text);
    return said;
}

static void each_is_refused(const char *const *payloads, size_t count)
{
    unsigned taken = 0;
    for (size_t i = 0; i < count; i++) {
        if (*judge(payloads[i]) != 0)
            continue;
        taken++;
        printf("# taken: %s\n", payloads[i]);
    }
    CHECK_INT(taken, 0);
}

static void each_is_taken(const char *const *payloads, size_t count)
{
    unsigned refused = 0;
    for (size_t i = 0; i < count; i++) {
        if (*judge(payloads[i]) == 0)
            continue;
        refused++;
        printf("# %s: %s\n", said, payloads[i]);
    }
    CHECK_INT(refused, 0);
}

#define EACH_IS_REFUSED(list) each_is_refused(list, sizeof list / sizeof *list)
#define EACH_IS_TAKEN(list) each_is_taken(list, sizeof list / sizeof *list)

TEST(wrong_values_in_jingle_are_refused)
{
    static const char *const bad[] = {
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-info'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-start'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-info' "
        "initiator='@b'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-info' "
        "peer='a@b'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-info'>"
        "<content creator='me' name='n'/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-info'>"
        "<content name='n'/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-info'>"
        "<contents/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-info'>"
        "text</jingle>",
        "<reason xmlns='urn:xmpp:jingle:1'><bored/></reason>",
        "<reason xmlns='urn:xmpp:jingle:1'><busy>very</busy></reason>",
        "<closed xmlns='urn:xmpp:jingle:errors:1'/>",
    };
    EACH_IS_REFUSED(bad);
}

TEST(what_the_text_allows_in_jingle_is_taken)
{
    static const char *const good[] = {
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-info'/>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='content-remove'>"
        "<reason><text>x</text><cancel/></reason>"
        "<content creator='initiator' name=''/><x xmlns='urn:x'/></jingle>",
        "<jingle xmlns='urn:xmpp:jingle:1' sid='1' action='session-info' "
        "initiator='component.example'/>",
        "<reason xmlns='urn:xmpp:jingle:1'><gone/><x xmlns='urn:x'/></reason>",
        "<security-required xmlns='urn:xmpp:jingle:errors:1'/>",
    };
    EACH_IS_TAKEN(good);
}

TEST(wrong_values_in_a_file_are_refused)
{
    static const char *const bad[] = {
        DESCRIBED("<date>1969-07-21</date>"),
        DESCRIBED("<date>1969-07-21T02:56:15</date>"),
        DESCRIBED("<date>1969-07-21T02:56:15+00:00Z</date>"),
        DESCRIBED("<date>1969-13-21T02:56:15Z</date>"),
        DESCRIBED("<size>-1</size>"),
        DESCRIBED("<size>1e3</size>"),
        DESCRIBED("<size/>"),
        DESCRIBED("<range offset='-1'/>"),
        DESCRIBED("<range length='all'/>"),
        DESCRIBED("<filename>x</filename>"),
        "<checksum xmlns='" FT5 "' creator='x'/>",
        "<hash xmlns='urn:xmpp:hashes:2'>YQ==</hash>",
        "<hash xmlns='urn:xmpp:hashes:2' algo='sha1'>YQ==</hash>",
        "<hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>YQ=</hash>",
        "<hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>Y!==</hash>",
        "<hash-used xmlns='urn:xmpp:hashes:2'/>",
        "<thumbnail xmlns='urn:xmpp:thumbs:1'/>",
        "<thumbnail xmlns='urn:xmpp:thumbs:1' uri='no scheme'/>",
        "<thumbnail xmlns='urn:xmpp:thumbs:1' uri='cid:x' width='-1'/>",
        "<thumbnail xmlns='urn:xmpp:thumbs:1' uri='cid:x' media-type='png'/>",
    };
    EACH_IS_REFUSED(bad);
}

TEST(what_the_text_allows_in_a_file_is_taken)
{
    static const char *const good[] = {
        DESCRIBED(""),
        DESCRIBED("<size>0</size><name/><desc xml:lang='de'>a</desc>"
                  "<desc xml:lang='en'>b</desc>"),
        DESCRIBED("<range/><date>1969-07-21T02:56:15.123+01:00</date>"),
        DESCRIBED("<size>18446744073709551616</size>"),
        DESCRIBED("<x xmlns='urn:x'/><hash xmlns='urn:xmpp:hashes:2' "
                  "algo='sha3-256'/><media-type>image/svg+xml; q=1"
                  "</media-type>"),
        "<received xmlns='" FT5 "'/>",
    };
    EACH_IS_TAKEN(good);
}

TEST(wrong_values_in_transports_are_refused)
{
    static const char *const bad[] = {
        CANDIDATE(""),
        CANDIDATE("host=''"),
        CANDIDATE("host='a b'"),
        CANDIDATE("host='[::1]'"),
        CANDIDATE("host='h' port='0'"),
        CANDIDATE("host='h' port='65536'"),
        CANDIDATE("host='h' port='http'"),
        CANDIDATE("host='h' type='relay'"),
        "<transport xmlns='" NS_S5B "' sid='v'><candidate cid='1' host='h' "
        "jid='a@b/c' priority='-1'/></transport>",
        "<transport xmlns='" NS_S5B "' sid='v'><candidate-activated cid='1'/>"
        "</transport>",
        "<transport xmlns='" NS_S5B "' sid='v'><activated/></transport>",
        "<transport xmlns='" NS_S5B "'/>",
        "<transport xmlns='" NS_S5B "' sid='v' mode='sctp'/>",
        "<transport xmlns='" NS_S5B "' sid='v' dstaddr='1234'/>",
        "<transport xmlns='" NS_JIBB "' sid='v'/>",
        "<transport xmlns='" NS_JIBB "' block-size='4096'/>",
        "<transport xmlns='" NS_JIBB "' sid='v' block-size='0'/>",
        "<transport xmlns='" NS_JIBB "' sid='v' block-size='65536'/>",
        "<open xmlns='" IBB "' sid='a b' block-size='1'/>",
        "<open xmlns='" IBB "' sid='v' block-size='1' stanza='presence'/>",
        "<close xmlns='" IBB "'/>",
        "<data xmlns='" IBB "' sid='v' seq='65536'>YQ==</data>",
        "<data xmlns='" IBB "' sid='v' seq='0'>YQ=</data>",
        "<data xmlns='" IBB "' sid='v' seq='0'>=YQ=</data>",
        "<data xmlns='" IBB "' sid='v'>YQ==</data>",
    };
    EACH_IS_REFUSED(bad);
}

TEST(what_the_text_allows_in_transports_is_taken)
{
    static const char *const good[] = {
        CANDIDATE("host='fe80::1' port='65535'"),
        CANDIDATE("host='proxy.example'"),
        "<transport xmlns='" NS_S5B "' sid='any thing'/>",
        "<transport xmlns='" NS_S5B "' sid='v'><x xmlns='urn:x'/>"
        "<candidate-error/></transport>",
        "<transport xmlns='" NS_JIBB "' sid='v' block-size='65535'/>",
        "<data xmlns='" IBB "' sid='v' seq='65535'/>",
        "<query xmlns='http://jabber.org/protocol/bytestreams'/>",
    };
    EACH_IS_TAKEN(good);
}

TEST(wrong_values_in_omemo_and_jet_are_refused)
{
    static const char *const bad[] = {
        KEYS("<header><key rid='1'>YQ==</key><iv>YQ==</iv></header>"),
        KEYS("<header sid='0'><key rid='1'>YQ==</key></header>"),
        KEYS("<header sid='2147483648'/>"),
        KEYS("<header sid='1'><key>YQ==</key></header>"),
        KEYS("<header sid='1'><key rid='1'/></header>"),
        KEYS("<header sid='1'><key rid='1' prekey='yes'>YQ==</key></header>"),
        KEYS("<payload>not base64</payload>"),
        "<list xmlns='eu.siacs.conversations.axolotl'><device/></list>",
        "<bundle xmlns='urn:xmpp:omemo:2'><spk>YQ==</spk></bundle>",
        "<bundle xmlns='urn:xmpp:omemo:2'><spk id='0'>YQ==</spk></bundle>",
        "<bundle xmlns='urn:xmpp:omemo:2'><prekeys><pk id='2147483648'>YQ=="
        "</pk></prekeys></bundle>",
        "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'>"
        "<key rid='1'>YQ==</key></header></encrypted>",
        "<security xmlns='urn:xmpp:jingle:jet:0' type='x'/>",
        "<security xmlns='urn:xmpp:jingle:jet:0' cipher='x'/>",
        "<encryption xmlns='urn:xmpp:eme:0'/>",
        "<propose xmlns='urn:xmpp:jingle-message:0'/>",
        "<start xmlns='urn:xmpp:jinglepub:1'/>",
    };
    EACH_IS_REFUSED(bad);
}

TEST(foreign_elements_are_taken_where_xmpp_allows_extension)
{
    static const char *const good[] = {
        "<x xmlns='urn:x'><anything/></x>",
        KEYS("<header sid='1'><key rid='2' prekey='1'>YQ==</key>"
             "<iv>YQ==</iv></header><x xmlns='urn:x'/>"),
        "<list xmlns='eu.siacs.conversations.axolotl'/>",
        "<devices xmlns='urn:xmpp:omemo:2'/>",
    };
    EACH_IS_TAKEN(good);
}
