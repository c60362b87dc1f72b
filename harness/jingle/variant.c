#include "jingle/variant.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

const struct variant variants[] = {
    {"ibb-only", "transports: ibb\n",
        "has no SOCKS5 (XEP-0234 s10.1 demands IBB only)"},
    {"no-fallback", "fallback: no\n",
        "ends the session instead of replacing a transport (XEP-0260 s3)"},
    {"messages", "ibb-stanza: message\n",
        "sends blocks in messages (XEP-0047 s4)"},
    {"small-blocks", "block-size: 64\n", "offers small blocks"},
    {"odd-blocks", "block-size: 1000\n", "offers blocks that divide nothing"},
    {"large-blocks", "block-size: 65535\n", "offers the largest blocks"},
    {"lowers-blocks", "block-limit: 100\n",
        "lowers the block size in its accept (XEP-0261 s2.2)"},
    {"window-one", "ibb-window: 1\n", "waits for the result of each block"},
    {"window-wide", "ibb-window: 100\n",
        "sends many blocks before the first result (XEP-0047 s2.2)"},
    {"receiver-closes", "ibb-close-by: receiver\n",
        "closes the bytestream as receiver (XEP-0047 s2.3: either party)"},
    {"hash-later", "hash-when: later\n",
        "sends hash-used, and the checksum by session-info"},
    {"hash-twice", "checksum-repeat: yes\n",
        "repeats the offer's hash by session-info"},
    {"many-hashes", "hash: sha-1, sha-512, sha3-256, blake2b-256\n",
        "offers several hashes (XEP-0234 s5)"},
    {"hash-sha3", "hash: sha3-512\n", "offers SHA-3 only"},
    {"hash-blake", "hash: blake2b-512, blake2b-256\n", "offers BLAKE2 only"},
    {"no-name", "file-name: no\n", "offers without a name (optional)"},
    {"no-date", "file-date: no\n", "offers without a date (optional)"},
    {"no-range", "range: no\n", "does not announce ranges (optional)"},
    {"described", "description: A file <of mine> & nobody else's\n",
        "describes its files, with characters that need escaping"},
    {"dstaddr-always", "dstaddr: always\n",
        "writes dstaddr without a proxy too"},
    {"no-mode", "mode: no\n", "leaves out mode, tcp being the default"},
    {"late-candidates", "candidates-late: yes\n",
        "sends its candidates after its accept (XEP-0260 s2.2)"},
    {"no-answering-candidates", "candidates-by-responder: no\n",
        "offers no candidates as responder (XEP-0260 s2.2)"},
    {"assisted", "candidates: direct, assisted\nassisted: localhost\n",
        "offers an assisted candidate, by a host name"},
    {"tunnel", "candidates: tunnel\ntunnels: localhost\n",
        "offers a tunnel only"},
    {"proxy-only", "candidates: proxy\n", "hides its own addresses"},
    {"direct-only", "candidates: direct\n", "uses no proxies"},
    {"no-candidates", "candidates: none\n", "only connects to others"},
    {"eager", "candidate-stagger: 0\nproxy-wait: 0\n",
        "tries all candidates at once (XEP-0260 s4: a suggestion)"},
    {"low-preference", "local-preference: 0\n",
        "rates its candidates as low as the formula allows"},
    {"keeps-connection", "s5b-close: no\n",
        "leaves the connection open until the session ends"},
    {"sender-ends", "terminate-by: sender\n",
        "ends the session as sender, after the receipt"},
    {"no-receipt", "received: no\n",
        "does not confirm files (XEP-0234 s8.1: optional)"},
    {"always-asks", "discover: always\n",
        "asks the peer's features each time in spite of caps"},
    {"no-caps", "caps: no\n", "announces no caps"},
    {"no-version", "version: no\n", "tells nobody its version"},
    {"reversed", "reverse-order: yes\n",
        "writes optional children in another order"},
    {"slow-user", "accept-delay: 30ms\n", "takes a while to accept"},
    {"slow-replies", "reply-delay: 20ms\n", "takes a while to acknowledge"},
    {"slow-blocks", "block-delay: 1ms\n", "pauses between blocks"},
    {"small-reads", "io-size: 1000\n", "reads its file in small pieces"},
    {"jet-versioned", "jet-cipher-name: urn-versioned\n",
        "names ciphers as the table of XEP-0391 s5 does"},
    {"jet-short-name", "jet-cipher-name: versioned\n",
        "names ciphers as the sentence of XEP-0396 s4 does"},
    {"jet-unnamed", "jet-name: no\n",
        "leaves the content's name out of <security/> (XEP-0391: examples)"},
    {"jet-peer-only", "omemo-own-devices: no\n",
        "encrypts to the peer's devices alone (XEP-0396 s3)"},
    {"strict", "strict: end\n",
        "ends offers with odd names or candidates, without size or hash"},
    {"strict-errors", "strict: error\n",
        "refuses such offers, and what it can't decrypt, by an error"},
    {"jet-at-accept", "jet-check: accept\n",
        "ends what it can't decrypt after its accept"},
    {"jet-at-open", "jet-check: open\nsocks5-refusal: refused\n",
        "refuses the bytestream of what it can't decrypt"},
    {"jet-at-end", "jet-check: end\nsocks5-refusal: general\n",
        "takes the bytes of what it can't decrypt, and gives them up"},
    {"keeps-transport", "keep-transport: yes\nsocks5-refusal: unreachable\n",
        "rejects the replacement of a transport that works (XEP-0166 s7.2.15)"},
    {"ends-broken", "ibb-broken: end\n",
        "ends the session of a broken bytestream without closing that"},
    {"chatty", "ringing: yes\nchecksum-repeat: yes\ndstaddr: always\n",
        "sends all that is optional"},
    {"terse",
        "file-name: no\nfile-date: no\nmedia-type: \nrange: no\n"
        "received: no\nmode: no\ncaps: no\n",
        "leaves out all that is optional"},
};
const unsigned variant_count = sizeof variants / sizeof *variants;

const struct variant *variant_find(const char *name)
{
    for (unsigned i = 0; i < variant_count; i++) {
        if (!strcmp(variants[i].name, name)) {
            return &variants[i];
        }
    }
    return NULL;
}

bool variant_apply(const struct variant *variant, struct client_policy *policy,
    struct error *error)
{
    char *copy = mem_strdup(variant->settings);
    bool good = true;
    for (char *line = copy; *line && good;) {
        char *end = line + strcspn(line, "\n");
        char *colon = strstr(line, ": ");
        *end = *colon = '\0';
        good = policy_set(policy, line, colon + 2, error);
        line = end + 1;
    }
    free(copy);
    return good;
}
