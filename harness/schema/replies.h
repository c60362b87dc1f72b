/* What a reply has to hold by what was asked: XEP-0030 sections 3.1, 3.2 and
 * 4.1, XEP-0065 sections 4 and 9, XEP-0358 section 2.2. */
#ifndef JS_SCHEMA_REPLIES_H
#define JS_SCHEMA_REPLIES_H

#include "schema/rules.h"

#include <stdint.h>

enum { asked_hosts_max = 16 };

enum asked_kind {
    ASKED_OTHER,
    ASKED_INFO,  /* disco#info */
    ASKED_ITEMS, /* disco#items */
    ASKED_PROXY, /* the address of a SOCKS5 proxy */
    ASKED_HOSTS, /* to connect to one of the hosts */
    ASKED_START  /* a published session */
};

/* What of a request its reply is judged by. Zero: of none. */
struct asked {
    enum asked_kind kind;
    char *node;                      /* of a discovery; NULL: none */
    uint64_t hosts[asked_hosts_max]; /* fingerprints of their JIDs */
    unsigned host_count;             /* more than the maximum: not judged */
};

/* Reads an iq of type get or set. Free the node. */
struct asked asked_read(const xmlNode *iq);
/* Judges an iq of type result. */
void asked_judge(
    const struct asked *asked, const xmlNode *iq, const struct rule_sink *sink);

#endif
