/* The namespaces that the reference client speaks. */
#ifndef JS_JINGLE_NAMES_H
#define JS_JINGLE_NAMES_H

#define NS_CLIENT "jabber:client"
#define NS_STANZAS "urn:ietf:params:xml:ns:xmpp-stanzas"
#define NS_JINGLE "urn:xmpp:jingle:1"
#define NS_JINGLE_ERRORS "urn:xmpp:jingle:errors:1"
#define NS_FILE "urn:xmpp:jingle:apps:file-transfer:5"
#define NS_FILE_ERRORS "urn:xmpp:jingle:apps:file-transfer:errors:0"
#define NS_HASHES "urn:xmpp:hashes:2"
#define NS_HASH_NAME "urn:xmpp:hash-function-text-names:"
#define NS_JINGLE_S5B "urn:xmpp:jingle:transports:s5b:1"
#define NS_JINGLE_IBB "urn:xmpp:jingle:transports:ibb:1"
#define NS_S5B "http://jabber.org/protocol/bytestreams"
#define NS_IBB "http://jabber.org/protocol/ibb"
#define NS_DISCO_INFO "http://jabber.org/protocol/disco#info"
#define NS_DISCO_ITEMS "http://jabber.org/protocol/disco#items"
#define NS_CAPS "http://jabber.org/protocol/caps"
#define NS_PROPOSE "urn:xmpp:jingle-message:0"
#define NS_HINTS "urn:xmpp:hints"
#define NS_VERSION "jabber:iq:version"
#define NS_PING "urn:xmpp:ping"
#define NS_JET "urn:xmpp:jingle:jet:0"

#endif
