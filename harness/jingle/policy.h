/* What the reference client may choose where the XEPs leave it free: one
 * struct, and one table by which scripts set it by name. Every setting keeps
 * it conforming; what breaks a rule is a fault (fault.h). */
#ifndef JS_JINGLE_POLICY_H
#define JS_JINGLE_POLICY_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { POLICY_LIST_MAX = 8, POLICY_TEXT_MAX = 256 };

/* Bits of an ordered choice, most wanted first. */
struct policy_list {
    uint8_t items[POLICY_LIST_MAX];
    uint8_t count;
};

enum transport_kind { TRANSPORT_S5B, TRANSPORT_IBB };
enum candidate_type {
    CANDIDATE_DIRECT,
    CANDIDATE_ASSISTED,
    CANDIDATE_TUNNEL,
    CANDIDATE_PROXY
};
enum policy_hash_when { HASH_IN_OFFER, HASH_LATER, HASH_NEVER };
enum policy_stanza { STANZA_IQ, STANZA_MESSAGE };
enum policy_side { SIDE_RECEIVER, SIDE_SENDER };
enum policy_discover { DISCOVER_CAPS, DISCOVER_ALWAYS, DISCOVER_NEVER };
enum policy_propose { PROPOSE_AUTO, PROPOSE_ALWAYS, PROPOSE_NEVER };
enum policy_jet_tag { JET_TAG_IN_STREAM, JET_TAG_IN_KEY };
enum policy_jet_iv { JET_IV_OF_12, JET_IV_OF_16 };
enum policy_jet_meaning { JET_OF_PLAINTEXT, JET_OF_CIPHERTEXT };
enum policy_omemo_trust { OMEMO_TRUST_ALL, OMEMO_TRUST_DECIDED };
enum policy_dstaddr { DSTADDR_PROXY, DSTADDR_ALWAYS, DSTADDR_NEVER };

struct client_policy {
    /* user */
    bool auto_accept;
    int64_t accept_delay_ms;
    uint64_t file_limit;
    bool overwrite_resume;
    /* negotiation */
    struct policy_list transports;
    bool fallback;
    bool initiator_attribute, responder_attribute, senders_attribute;
    bool ringing, received, checksum_repeat;
    uint8_t terminate_by;
    bool wait_for_received;
    uint8_t discover;
    bool caps, presence;
    uint8_t message_initiation;
    bool version, ping;
    bool reverse_order;
    int64_t session_timeout_ms, end_timeout_ms, stall_timeout_ms;
    int64_t iq_timeout_ms, gone_timeout_ms;
    int64_t reply_delay_ms;
    uint64_t session_limit, content_limit;
    char redirect[POLICY_TEXT_MAX];
    /* file */
    struct policy_list hashes;
    uint8_t hash_when;
    uint64_t hash_offer_limit;
    uint8_t refuse_offers;  /* enum policy_refuse */
    uint8_t strict;         /* enum policy_strict */
    uint8_t jet_check;      /* enum policy_jet_check */
    uint8_t ibb_broken;     /* enum policy_broken */
    uint8_t socks5_refusal; /* enum policy_refusal */
    bool keep_transport;
    bool file_name, file_size, file_date, range;
    char media_type[POLICY_TEXT_MAX];
    char description[POLICY_TEXT_MAX];
    char descriptions[POLICY_TEXT_MAX];
    uint64_t io_size;
    /* SOCKS5 */
    struct policy_list candidates;
    char addresses[POLICY_TEXT_MAX];
    char assisted[POLICY_TEXT_MAX], tunnels[POLICY_TEXT_MAX];
    char proxies[POLICY_TEXT_MAX];
    bool candidates_late, candidates_by_responder;
    uint8_t dstaddr;
    bool mode_attribute, s5b_close_after_file;
    uint64_t local_preference;
    int64_t candidate_timeout_ms, candidate_stagger_ms, proxy_wait_ms;
    int64_t transport_timeout_ms, proxy_lookup_ms;
    /* IBB */
    uint64_t block_size, block_limit, window, ibb_streams;
    uint8_t ibb_stanza;
    uint8_t ibb_close_by;
    int64_t block_delay_ms;
    /* JET and OMEMO */
    uint8_t jet_cipher, jet_cipher_name;
    bool jet_name;
    uint8_t jet_iv_length, jet_tag, jet_size, jet_hash;
    uint8_t omemo_trust;
    bool omemo_own_devices;
};

enum policy_strict { STRICT_NOT, STRICT_ENDS, STRICT_ERRORS };
enum policy_jet_check { CHECK_OFFER, CHECK_ACCEPT, CHECK_OPEN, CHECK_END };
enum policy_broken { BROKEN_CLOSES, BROKEN_ENDS };
enum policy_refusal {
    REFUSAL_NOT_ALLOWED,
    REFUSAL_GENERAL,
    REFUSAL_UNREACHABLE,
    REFUSAL_REFUSED
};
enum policy_refuse { REFUSE_NONE, REFUSE_BUSY, REFUSE_ALTERNATIVE };

enum policy_type {
    POLICY_BOOL,
    POLICY_NUMBER,  /* with an optional unit: KiB, MiB, GiB */
    POLICY_TIME,    /* "300ms", "2s"; a bare number is milliseconds */
    POLICY_CHOICE,  /* one of choices */
    POLICY_CHOICES, /* several of choices, in order, or "none" */
    POLICY_TEXT
};

struct policy_row {
    const char *key; /* as in a script's header */
    enum policy_type type;
    const char *standard; /* the default, as text */
    const char *doc;      /* one line */
    uint64_t min, max;    /* of numbers and times */
    const char *choices;  /* "a|b|c", in the order of the enum */
    unsigned offset;      /* in struct client_policy */
};

extern const struct policy_row policy_rows[];
extern const unsigned policy_row_count;

struct client_policy policy_default(void);
const struct policy_row *policy_find(const char *key);
/* Sets one by name from text. The error names the key, the value and what is
 * possible; an unknown key is an error too. */
bool policy_set(struct client_policy *policy, const char *key,
    const char *value, struct error *error);
/* The table of settings in Markdown: a section of cases/GRAMMAR.md. */
void policy_print_reference(struct buffer *out);

bool policy_list_has(const struct policy_list *list, unsigned item);

#endif
