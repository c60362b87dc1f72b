/* Inside the wire: what comes before a client's TLS stands. The wire plays
 * the server here (RFC 6120 s5.4): offers STARTTLS as required, answers
 * <proceed/>, shakes hands; or shakes hands at once when the client does. */
#ifndef JS_XMPP_GREETING_H
#define JS_XMPP_GREETING_H

struct greeting;
struct relay;

/* Waits for the client's first byte. */
struct greeting *greeting_new(struct relay *relay);
/* NULL is allowed. */
void greeting_free(struct greeting *greeting);
/* The client's socket is ready. When the TLS stands, the relay's greeting is
 * freed and its server connected. */
void greeting_go_on(struct greeting *greeting);

#endif
