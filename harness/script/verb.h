/* The table of verbs: every sentence that a script can say. The parser
 * matches against it, the stage has one function per verb, and GRAMMAR.md is
 * printed from it.
 *
 * A pattern is words and {placeholder}s separated by blanks; [words] may be
 * left out. A step is "sentence[, clause][, clause]...[:]" and an indented
 * stanza when the verb takes one. */
#ifndef JS_VERB_H
#define JS_VERB_H

enum placeholder {
    PLACE_NONE,
    PLACE_ACTOR,    /* name of any actor */
    PLACE_PUPPET,   /* name of a [Client] */
    PLACE_SUBJECT,  /* name of the [Subject] */
    PLACE_FILE,     /* name of a [File] */
    PLACE_FILES,    /* names of [File]s: "a, b and c" is written "a+b+c" */
    PLACE_TEMPLATE, /* name of a [Template] */
    PLACE_NEW,      /* a name that this step introduces (letters, digits, -) */
    PLACE_SOCKET,   /* a listener's or connection's name introduced before */
    PLACE_STANZA,   /* a stanza's name introduced before by "as NAME" */
    PLACE_NUMBER,   /* an integer, or ${value} */
    PLACE_DURATION, /* 300ms, 5s */
    PLACE_VALUE,    /* text up to the next word of the pattern; ${...} inside;
                       quotes allowed */
    PLACE_XPATH,    /* to the next word of the pattern; prefixes of xpath.h */
    PLACE_WORD,     /* one word */
    PLACE_SCENE,    /* name of a scene */
};

enum verb_flag {
    VERB_XML = 1,     /* an indented stanza follows (required) */
    VERB_XML_MAY = 2, /* may follow */
    VERB_STEPS = 4,   /* indented steps follow */
    VERB_SUBJECT = 8, /* only in scripts with a subject */
    VERB_CHECK = 16,  /* judges, never acts */
};

/* id, pattern, flags, allowed clauses (a mask of 1u << CLAUSE_x), what it does.
 */
#define VERBS(V)                                                               \
    V(CONNECT, "{actor} connects", 0, 0,                                       \
        "Makes the account, logs in and, in scripts with a subject, sends "    \
        "initial presence with caps.")                                         \
    V(DISCONNECT, "{actor} disconnects", 0, 0,                                 \
        "Closes the stream and waits until the connection is gone.")           \
    V(OFFLINE, "{actor} goes offline", 0, 0,                                   \
        "Cuts the connection without closing the stream.")                     \
    V(SEND, "{puppet} sends", VERB_XML, SEND_CLAUSES,                          \
        "Sends the stanza below to the server, byte for byte.")                \
    V(SEND_TEMPLATE, "{puppet} sends {template}", 0, SEND_CLAUSES,             \
        "Sends a named stanza, with edits.")                                   \
    V(SEND_TEXT, "{puppet} sends bytes {value}", 0, 0,                         \
        "Writes this text to the stream as it stands, well-formed or not.")    \
    V(RECEIVE, "{puppet} receives", VERB_XML, RECEIVE_CLAUSES,                 \
        "Waits for a stanza that matches the one below.")                      \
    V(RECEIVE_XPATH, "{puppet} receives {xpath}", 0, RECEIVE_CLAUSES,          \
        "Waits for a stanza in which the XPath finds something.")              \
    V(RECEIVE_NOTHING, "{actor} receives nothing", 0, 0,                       \
        "No further stanza came: the puppet pings the subject through the "    \
        "same path and nothing but the answer may come before it.")            \
    V(RECEIVE_NO, "{puppet} receives no {xpath}", 0, 0,                        \
        "No stanza in which the XPath finds something came, nor comes "        \
        "before the fence.")                                                   \
    V(FENCE, "{puppet} and {subject} are quiet", VERB_SUBJECT, 0,              \
        "The same fence without judging: what was on the way has arrived.")    \
    V(ALIVE, "{subject} is still usable", VERB_SUBJECT | VERB_CHECK, 0,        \
        "The subject answers a ping of the first puppet.")                     \
    V(ASK_SEND, "{subject} is asked to send {files} to {actor}", VERB_SUBJECT, \
        1u << CLAUSE_ENCRYPTED | 1u << CLAUSE_OPTION,                          \
        "The user offers files.")                                              \
    V(ASK_REQUEST, "{subject} is asked to request {file} from {actor}",        \
        VERB_SUBJECT, 1u << CLAUSE_ENCRYPTED | 1u << CLAUSE_OPTION,            \
        "The user asks the peer for a file.")                                  \
    V(ASK_SHARE, "{subject} is asked to share {file}", VERB_SUBJECT, 0,        \
        "The user lets peers request this file.")                              \
    V(ASK_ACCEPT, "{subject} is asked to accept", VERB_SUBJECT,                \
        1u << CLAUSE_OPTION,                                                   \
        "The user accepts the offer that came, or the next one.")              \
    V(ASK_DECLINE, "{subject} is asked to decline", VERB_SUBJECT, 0,           \
        "The user declines it.")                                               \
    V(ASK_CANCEL, "{subject} is asked to cancel", VERB_SUBJECT, 0,             \
        "The user cancels the transfer.")                                      \
    V(ASK_DO, "{subject} is asked to {word} [{value}]", VERB_SUBJECT, 0,       \
        "Any further action of the subject's driver (see the list of user "    \
        "actions).")                                                           \
    V(HAS_FILE, "{actor} has received {file}", VERB_CHECK,                     \
        1u << CLAUSE_WITHIN,                                                   \
        "The file lies whole where the actor stores files, byte for byte.")    \
    V(HAS_NO_FILE, "{subject} has no file", VERB_SUBJECT | VERB_CHECK, 0,      \
        "Nothing that the subject would call a received file lies there, and " \
        "nothing outside of its directory.")                                   \
    V(SAYS, "{subject} says {word}", VERB_SUBJECT | VERB_CHECK,                \
        1u << CLAUSE_WITHIN,                                                   \
        "The driver's word: done, failed, offered. Never enough alone for a "  \
        "verdict on bytes.")                                                   \
    V(KEEP, "Keep {xpath} [of {stanza}] as {new}", 0, 0,                       \
        "Keeps the string value of the XPath in the stanza received last (or " \
        "in a named one).")                                                    \
    V(LET, "Let {new} be {value}", 0, 0, "Keeps a computed value.")            \
    V(CHECK_HAS, "Check that it has {xpath}", VERB_CHECK, 0,                   \
        "The XPath finds something in the stanza received last.")              \
    V(CHECK_HAS_NO, "Check that it has no {xpath}", VERB_CHECK, 0,             \
        "It finds nothing.")                                                   \
    V(CHECK_OF_HAS, "Check that {stanza} has {xpath}", VERB_CHECK, 0,          \
        "The same for a named stanza.")                                        \
    V(CHECK_OF_HAS_NO, "Check that {stanza} has no {xpath}", VERB_CHECK, 0,    \
        "The same for a named stanza.")                                        \
    V(CHECK_BEFORE, "Check that {stanza} came before {stanza}", VERB_CHECK, 0, \
        "Order of two named stanzas on the wire.")                             \
    V(CHECK_EQUAL, "Check that {value} is {value}", VERB_CHECK, 0,             \
        "Two values are the same text.")                                       \
    V(CHECK_DIFFER, "Check that {value} is not {value}", VERB_CHECK, 0,        \
        "They differ.")                                                        \
    V(INJECT, "{actor} is sent", VERB_XML,                                     \
        1u << CLAUSE_WITH | 1u << CLAUSE_WITHOUT | 1u << CLAUSE_ADD,           \
        "The wire injects the stanza below towards the actor, as if the "      \
        "server had sent it: spoofed or malformed.")                           \
    V(INJECT_TEMPLATE, "{actor} is sent {template}", 0,                        \
        1u << CLAUSE_WITH | 1u << CLAUSE_WITHOUT | 1u << CLAUSE_ADD,           \
        "The same with a named stanza.")                                       \
    V(INJECT_TEXT, "{actor} is sent bytes {value}", 0, 0,                      \
        "The same with raw text.")                                             \
    V(WIRE_DROP, "The wire drops the next {xpath} {word} {actor}", 0, 0,       \
        "WORD is from or to. One matching stanza is not passed on.")           \
    V(WIRE_DOUBLE, "The wire doubles the next {xpath} {word} {actor}", 0, 0,   \
        "It is passed on twice.")                                              \
    V(WIRE_DELAY,                                                              \
        "The wire delays the next {xpath} {word} {actor} by "                  \
        "{duration}",                                                          \
        0, 0, "It and all behind it wait.")                                    \
    V(WIRE_HOLD, "The wire holds the next {xpath} {word} {actor}", 0, 0,       \
        "It waits for a release; what follows overtakes it.")                  \
    V(WIRE_RELEASE, "The wire releases what it holds", 0, 0,                   \
        "In the order of arrival.")                                            \
    V(WIRE_ALTER, "The wire alters the next {xpath} {word} {actor}", 0,        \
        1u << CLAUSE_WITH | 1u << CLAUSE_WITHOUT | 1u << CLAUSE_ADD,           \
        "It is passed on with the edits.")                                     \
    V(WIRE_STALL, "The wire stalls {actor}", 0, 0,                             \
        "Nothing more goes to or from the actor, who stays connected.")        \
    V(WIRE_RESUME, "The wire resumes {actor}", 0, 0,                           \
        "What waited goes on, and all behind it.")                             \
    V(WIRE_PACE, "The wire slows {actor} to {number} bytes in {duration}", 0,  \
        0,                                                                     \
        "What it gets comes in pieces of as many bytes; what it sends waits.") \
    V(SERVER_RESTART, "The server restarts", 0, 0,                             \
        "Killed and started again with the same domain and accounts.")         \
    V(SERVER_DIES, "The server dies", 0, 0, "Killed.")                         \
    V(STREAM_IBB, "{puppet} streams {file} over ibb {value}", 0,               \
        1u << CLAUSE_WITHIN | 1u << CLAUSE_BLOCKS | 1u << CLAUSE_RANGE |       \
            1u << CLAUSE_STANZA,                                               \
        "Sends the file as the data blocks of the in-band bytestream with "    \
        "this sid to the subject, each after the result of the last.")         \
    V(COLLECT_IBB, "{puppet} collects {file} over ibb {value}", 0,             \
        1u << CLAUSE_WITHIN | 1u << CLAUSE_RANGE,                              \
        "Receives data blocks of this sid, answers each, until the file's "    \
        "size is reached, and compares.")                                      \
    V(COUNT_IBB,                                                               \
        "{puppet} collects {file} over ibb {value} until it closes as {new}",  \
        0, 1u << CLAUSE_WITHIN | 1u << CLAUSE_RANGE,                           \
        "Receives and compares as many blocks as come before the bytestream "  \
        "is closed; keeps how far they reach in the file.")                    \
    V(LISTEN, "{puppet} listens for socks5 as {new}", 0, 0,                    \
        "Opens a listener; ${NAME host} and ${NAME port} say where.")          \
    V(LISTEN_CLOSED, "{puppet} has a closed port as {new}", 0, 0,              \
        "A port on which nobody listens.")                                     \
    V(SOCKS_ACCEPT, "{puppet} accepts socks5 on {socket} as {new}", 0,         \
        1u << CLAUSE_WITHIN | 1u << CLAUSE_DSTADDR,                            \
        "Waits for a connection, does the server's side of the handshake and " \
        "checks the destination address.")                                     \
    V(SOCKS_CONNECT, "{puppet} connects socks5 to {value} as {new}", 0,        \
        1u << CLAUSE_WITHIN | 1u << CLAUSE_DSTADDR,                            \
        "Connects to host:port and does the client's side of the handshake.")  \
    V(TCP_ACCEPT, "{puppet} accepts a connection on {socket} as {new}", 0,     \
        1u << CLAUSE_WITHIN, "The same without a handshake.")                  \
    V(TCP_CONNECT, "{puppet} connects to {value} as {new}", 0,                 \
        1u << CLAUSE_WITHIN, "The same without a handshake.")                  \
    V(SOCKET_SEND, "{puppet} sends {file} on {socket}", 0,                     \
        1u << CLAUSE_RANGE | 1u << CLAUSE_PIECES | 1u << CLAUSE_CORRUPT,       \
        "Writes the file's bytes.")                                            \
    V(SOCKET_SEND_HEX, "{puppet} sends hex {value} on {socket}", 0,            \
        1u << CLAUSE_PIECES, "Writes these bytes.")                            \
    V(SOCKET_EXPECT_HEX, "{puppet} expects hex {value} on {socket}", 0,        \
        1u << CLAUSE_WITHIN, "Reads exactly these bytes; .. is any byte.")     \
    V(SOCKET_COLLECT, "{puppet} collects {file} on {socket}", 0,               \
        1u << CLAUSE_WITHIN | 1u << CLAUSE_RANGE,                              \
        "Reads the file's size in bytes and compares.")                        \
    V(SOCKET_COUNT,                                                            \
        "{puppet} collects {file} on {socket} until it closes as {new}", 0,    \
        1u << CLAUSE_WITHIN | 1u << CLAUSE_RANGE,                              \
        "Reads and compares as many bytes as come; keeps how far they reach "  \
        "in the file.")                                                        \
    V(SOCKET_CLOSE, "{puppet} closes {socket}", 0, 0, "Closes it.")            \
    V(SOCKET_RESET, "{puppet} resets {socket}", 0, 0,                          \
        "Closes it with a TCP reset.")                                         \
    V(SOCKET_CLOSED, "{puppet} sees {socket} closed", VERB_CHECK,              \
        1u << CLAUSE_WITHIN, "The other side closed it.")                      \
    V(SOCKET_NONE, "{puppet} sees no connection on {socket}", VERB_CHECK, 0,   \
        "Nobody connected, nor does before the fence.")                        \
    V(SOCKET_NO_BYTES, "{puppet} sees no bytes on {socket}", VERB_CHECK, 0,    \
        "Nothing to read, nor before the fence.")                              \
    V(ACTIVATE, "{puppet} activates the proxy for {actor} with sid {value}",   \
        0, 1u << CLAUSE_WITHIN,                                                \
        "Sends the activation and waits for its "                              \
        "result (XEP-0065 s6.3.5).")                                           \
    V(EITHER, "Either", VERB_STEPS, 0,                                         \
        "Then indented steps, and one or more 'or' with indented steps. The "  \
        "first step of each is waited for at the same time; the first that "   \
        "holds decides.")                                                      \
    V(ANY_ORDER, "In any order", VERB_STEPS, 0,                                \
        "The indented steps (receives and connections) hold in any order.")    \
    V(SCENE, "Scene {scene}", 0, 0,                                            \
        "Runs the steps of a scene from the library here.")                    \
    V(REQUIREMENT, "The requirement", 0, 0,                                    \
        "From here on the steps carry the requirement. A failure before is "   \
        "inconclusive, for the case did not get there. Without this line "     \
        "all steps carry it.")                                                 \
    V(AFTERWARDS, "Afterwards", 0, 0, "From here on they no longer carry it.") \
    V(OMEMO_WRAP, "{puppet} wraps a key for {actor} as {new}", 0,              \
        1u << CLAUSE_OPTION,                                                   \
        "Makes key, iv and the encrypted element; ${NAME xml}, ${NAME "        \
        "security}, ${NAME key}.")                                             \
    V(OMEMO_UNWRAP, "{puppet} unwraps {xpath} as {new}", 0,                    \
        1u << CLAUSE_OPTION,                                                   \
        "Decrypts the encrypted element of the stanza received last.")         \
    V(SEAL, "{puppet} seals {file} with {word} as {file}", 0,                  \
        1u << CLAUSE_RANGE,                                                    \
        "Encrypts a file, or a part of it, with a wrapped or unwrapped key "   \
        "(AES-GCM, the tag behind it) into another [File]: what goes over "    \
        "the wire.")                                                           \
    V(NOTE, "Note {value}", 0, 0,                                              \
        "Puts a line into the transcript: which reading was used.")

enum verb_id {
#define VERB_ENUM(id, pattern, flags, clauses, doc) VERB_##id,
    VERBS(VERB_ENUM)
#undef VERB_ENUM
        VERB_COUNT
};

/* id, pattern, what it does. A clause follows a comma; "within" may also
 * follow a blank. */
#define CLAUSES(C)                                                             \
    C(WITHIN, "within {duration}",                                             \
        "Deadline of this step (default 5s, times --time-factor).")            \
    C(AS, "as {new}", "Names the stanza for later steps.")                     \
    C(WITH, "with {xpath} = {value}",                                          \
        "Sets an attribute (made if absent) or the text of an element.")       \
    C(WITHOUT, "without {xpath}", "Removes what the XPath finds.")             \
    C(ADD, "adding {value} to {xpath}", "Appends XML as last children.")       \
    C(UNACKNOWLEDGED, "without acknowledging", "Manners do not answer it.")    \
    C(ERROR, "answering with error {word}",                                    \
        "Answers with this stanza error condition (of type cancel, or as "     \
        "RFC 6120 s8.3.3 has it).")                                            \
    C(INVALID, "which is invalid",                                             \
        "The puppet breaks a schema on purpose: not reported as its fault.")   \
    C(AGAIN, "leaving it", "The stanza stays in the queue for a later step.")  \
    C(ENCRYPTED, "encrypted", "With JET over OMEMO.")                          \
    C(OPTION, "using {value}", "A word or key=value for the driver.")          \
    C(BLOCKS, "in blocks of {number}", "Bytes a block (default 4096).")        \
    C(RANGE, "from {number} to {number}",                                      \
        "Only bytes from offset up to (not including) the second number.")     \
    C(STANZA, "by {value}", "The kind of stanza: iq (default) or message.")    \
    C(DSTADDR, "for {value}", "The destination address to use or demand.")     \
    C(PIECES, "in pieces of {number}", "Bytes a write.")                       \
    C(CORRUPT, "with byte {number} flipped", "One wrong byte.")

enum clause_id {
#define CLAUSE_ENUM(id, pattern, doc) CLAUSE_##id,
    CLAUSES(CLAUSE_ENUM)
#undef CLAUSE_ENUM
        CLAUSE_COUNT
};

#define SEND_CLAUSES                                                           \
    (1u << CLAUSE_WITH | 1u << CLAUSE_WITHOUT | 1u << CLAUSE_ADD |             \
        1u << CLAUSE_AS | 1u << CLAUSE_INVALID)
#define RECEIVE_CLAUSES                                                        \
    (1u << CLAUSE_WITHIN | 1u << CLAUSE_AS | 1u << CLAUSE_UNACKNOWLEDGED |     \
        1u << CLAUSE_ERROR | 1u << CLAUSE_AGAIN)

struct verb {
    enum verb_id id;
    const char *name; /* "RECEIVE_NOTHING" */
    const char *pattern;
    unsigned flags, clauses;
    const char *doc;
};

struct clause {
    enum clause_id id;
    const char *pattern, *doc;
};

extern const struct verb verbs[VERB_COUNT];
extern const struct clause clauses[CLAUSE_COUNT];

/* What ${...} may say: the same kind of pattern. Evaluated by the stage. */
#define VALUES(X)                                                              \
    X(JID, "{actor}'s JID", "Bare JID.")                                       \
    X(FULL_JID, "{actor}'s full JID", "With the resource, once bound.")        \
    X(DOMAIN, "domain", "The server's.")                                       \
    X(FRESH_ID, "fresh id", "A new random id, each time.")                     \
    X(NOW, "now", "XEP-0082 UTC date and time.")                               \
    X(LOWER, "lower of {number} and {number}",                                 \
        "The lower of two numbers: what both sides allow.")                    \
    X(SIZE, "size of {file}", "In bytes.")                                     \
    X(PATH, "path of {file}", "Where it lies on disk.")                        \
    X(DIGEST, "{word} of {file}",                                              \
        "Base64 digest: sha-1, sha-256, sha-512, "                             \
        "sha3-256, sha3-512, blake2b-256, blake2b-512.")                       \
    X(DIGEST_RANGE, "{word} of bytes {number} to {number} of {file}",          \
        "Of a part; the end is not included.")                                 \
    X(BASE64, "base64 of {file}", "Of the whole file.")                        \
    X(BASE64_RANGE, "base64 of bytes {number} to {number} of {file}",          \
        "Of a part.")                                                          \
    X(BASE64_BLOCK, "base64 of block {number} of {file}",                      \
        "Block of 4096 bytes, from 0.")                                        \
    X(BASE64_TEXT, "base64 of text {value}", "Of the text's UTF-8.")           \
    X(HEX_TEXT, "hex of text {value}", "Likewise: for a socket.")              \
    X(DSTADDR, "dstaddr of {value} from {actor} to {actor}",                   \
        "Hex SHA-1 of sid, initiator's and target's full JIDs (XEP-0065).")    \
    X(DSTADDR_SHA256, "sha-256 dstaddr of {value} from {actor} to {actor}",    \
        "The same with SHA-256.")                                              \
    X(PORT, "{socket} port", "Of a listener or connection.")                   \
    X(HOST, "{socket} host", "Likewise.")                                      \
    X(PRIORITY, "priority of {word} {number}",                                 \
        "2^16 times the type preference of direct, assisted, tunnel or proxy " \
        "plus the number (XEP-0260 s2.3).")                                    \
    X(PROXY_JID, "proxy JID", "Of the server's SOCKS5 proxy.")                 \
    X(PROXY_HOST, "proxy host", "Likewise.")                                   \
    X(PROXY_PORT, "proxy port", "Likewise.")                                   \
    X(TEXT_OF, "{number} times {value}", "A text repeated.")                   \
    X(SUM, "{number} plus {number}", "Arithmetic.")                            \
    X(PART, "{new} {word}",                                                    \
        "Part of a kept thing: wrapped keys have xml, security (the whole "    \
        "element around it), key, iv, sid.")                                   \
    X(KEPT, "{new}", "A kept value, a capture or an item of a value list.")

enum value_id {
#define VALUE_ENUM(id, pattern, doc) VALUE_##id,
    VALUES(VALUE_ENUM)
#undef VALUE_ENUM
        VALUE_COUNT
};

struct value_form {
    enum value_id id;
    const char *pattern, *doc;
};
extern const struct value_form value_forms[VALUE_COUNT];

/* What a header may hold; *doc says it. The subject's policy keys come on
 * top (jinglespec check knows them). */
struct header_key {
    const char *name;
    const char *doc;
    _Bool client, subject;
};
extern const struct header_key header_keys[]; /* ends with name NULL */

/* What a subject can do or not: the vocabulary of "needs:" and of drivers. */
struct capability {
    const char *name, *doc;
};
extern const struct capability capabilities[]; /* ends with name NULL */
/* The capability of that name, or NULL. */
const struct capability *capability_find(const char *name);

#endif
