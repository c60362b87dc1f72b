#include "jingle/policy.h"

#include "jingle/digest.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define AT(field) (unsigned)offsetof(struct client_policy, field)
#define BOOL(key, field, standard, doc)                                        \
    {                                                                          \
        key, POLICY_BOOL, standard, doc, 0, 1, "no|yes", AT(field)             \
    }
#define NUMBER(key, field, standard, min, max, doc)                            \
    {                                                                          \
        key, POLICY_NUMBER, standard, doc, min, max, NULL, AT(field)           \
    }
#define TIME(key, field, standard, doc)                                        \
    {                                                                          \
        key, POLICY_TIME, standard, doc, 0, 86400000, NULL, AT(field)          \
    }
#define CHOICE(key, field, standard, choices, doc)                             \
    {                                                                          \
        key, POLICY_CHOICE, standard, doc, 0, 0, choices, AT(field)            \
    }
#define CHOICES(key, field, standard, choices, doc)                            \
    {                                                                          \
        key, POLICY_CHOICES, standard, doc, 0, 0, choices, AT(field)           \
    }
#define TEXT(key, field, standard, doc)                                        \
    {                                                                          \
        key, POLICY_TEXT, standard, doc, 0, 0, NULL, AT(field)                 \
    }

const struct policy_row policy_rows[] = {
    /* the user */
    BOOL("auto-accept", auto_accept, "no", "accept every offer and request"),
    TIME("accept-delay", accept_delay_ms, "0",
        "how long the user thinks before the answer goes out"),
    NUMBER("file-limit", file_limit, "1024 GiB", 0, UINT64_MAX,
        "larger files are declined"),
    BOOL("resume", overwrite_resume, "no",
        "ask only for the rest when a part was received before"),
    /* negotiation */
    CHOICES("transports", transports, "s5b, ibb", "s5b|ibb",
        "transports that are supported, the first is offered (XEP-0234 s10.2 "
        "wants ibb last)"),
    BOOL("fallback", fallback, "yes",
        "replace a transport that failed by the next one"),
    BOOL("keep-transport", keep_transport, "no",
        "reject the replacement of a transport that moves bytes"),
    BOOL("initiator", initiator_attribute, "yes",
        "send the attribute initiator in a session-initiate"),
    BOOL("responder", responder_attribute, "yes",
        "send the attribute responder in a session-accept"),
    BOOL("senders", senders_attribute, "yes",
        "write senders even when it is the default (both)"),
    BOOL("ringing", ringing, "no",
        "answer a proposal (XEP-0353) with 'ringing'"),
    BOOL("received", received, "yes",
        "confirm each file with a session-info 'received'"),
    BOOL("checksum-repeat", checksum_repeat, "no",
        "send the checksum by session-info although the offer had it"),
    CHOICE("terminate-by", terminate_by, "receiver", "receiver|sender",
        "who ends the session first after the last file"),
    BOOL("wait-for-received", wait_for_received, "yes",
        "as sender, wait for 'received' or the receiver's terminate before "
        "terminating"),
    CHOICE("discover", discover, "caps", "caps|always|never",
        "how the peer's features are learned before an offer"),
    BOOL("caps", caps, "yes", "announce entity capabilities in presence"),
    BOOL("presence", presence, "yes", "send initial presence at login"),
    CHOICE("message-initiation", message_initiation, "auto",
        "auto|always|never",
        "XEP-0353: auto proposes only to a bare JID of unknown resources"),
    BOOL("version", version, "yes", "answer and announce jabber:iq:version"),
    BOOL("ping", ping, "yes", "answer and announce urn:xmpp:ping"),
    BOOL("reverse-order", reverse_order, "no",
        "write optional children in another order"),
    TIME("session-timeout", session_timeout_ms, "300s",
        "an offer that nobody answers is withdrawn"),
    TIME("end-timeout", end_timeout_ms, "5s",
        "how long the other side may take to end a finished session"),
    TIME("stall-timeout", stall_timeout_ms, "60s",
        "a transfer that does not move fails"),
    TIME("iq-timeout", iq_timeout_ms, "30s",
        "an iq without an answer counts as failed"),
    TIME("gone-timeout", gone_timeout_ms, "5s",
        "a peer that went offline may take so long to be heard again"),
    TIME("reply-delay", reply_delay_ms, "0",
        "hold every iq result back so long (order kept)"),
    CHOICE("refuse-offers", refuse_offers, "no", "no|busy|alternative-session",
        "end offers so at once; the last when a session with the peer runs"),
    CHOICE("strict", strict, "no", "no|end|error",
        "refuse offers with an odd name or candidate, without size or hash: "
        "ended after the acknowledgement, or by an error (then what can't be "
        "decrypted too)"),
    TEXT("redirect", redirect, "",
        "JID that offers are redirected to by an error; empty: none"),
    NUMBER("session-limit", session_limit, "64", 1, 4096,
        "more sessions of one peer are refused"),
    NUMBER("content-limit", content_limit, "64", 1, 4096,
        "more contents in one session are refused"),
    /* file */
    CHOICES("hash", hashes, "sha-256", DIGEST_NAMES,
        "digests of offers and checksums"),
    CHOICE("hash-when", hash_when, "offer", "offer|later|never",
        "hash in the offer, or hash-used and a checksum later, or none"),
    NUMBER("hash-offer-limit", hash_offer_limit, "64 MiB", 0, UINT64_MAX,
        "larger files get their hash later"),
    BOOL("file-name", file_name, "yes", "write the name into the offer"),
    BOOL("file-size", file_size, "yes", "write the size into the offer"),
    BOOL("file-date", file_date, "yes", "write the date into the offer"),
    BOOL("range", range, "yes", "announce and accept ranges"),
    TEXT("media-type", media_type, "application/octet-stream",
        "media type of the offers; empty: none"),
    TEXT("description", description, "", "desc of the offers; empty: none"),
    TEXT("descriptions", descriptions, "",
        "further ones with xml:lang: de=Ein Gedicht|en=A poem"),
    NUMBER("io-size", io_size, "256 KiB", 1, 16777216,
        "bytes read from a file at a time for SOCKS5"),
    /* SOCKS5 */
    CHOICES("candidates", candidates, "direct, proxy",
        "direct|assisted|tunnel|proxy", "types of candidates to offer"),
    TEXT("addresses", addresses, "127.0.0.1",
        "own addresses to listen on, separated by commas"),
    TEXT("assisted", assisted, "",
        "hosts of assisted candidates (mapped to the first listener)"),
    TEXT("tunnels", tunnels, "",
        "hosts of tunnel candidates (mapped to the first listener)"),
    TEXT("proxies", proxies, "",
        "JIDs of proxies to use instead of the server's discovered ones"),
    BOOL("candidates-late", candidates_late, "no",
        "send candidates by transport-info after the offer or accept"),
    BOOL("candidates-by-responder", candidates_by_responder, "yes",
        "offer own candidates in the session-accept"),
    CHOICE("dstaddr", dstaddr, "proxy", "proxy|always|never",
        "when to write the attribute dstaddr"),
    CHOICE("socks5-refusal", socks5_refusal, "not-allowed",
        "not-allowed|general|unreachable|refused",
        "reply to who asks for an address that nobody gave him"),
    BOOL("mode", mode_attribute, "yes",
        "write mode='tcp' into the initiator's transport"),
    BOOL("s5b-close", s5b_close_after_file, "yes",
        "as sender, close the connection behind the last byte"),
    NUMBER("local-preference", local_preference, "65535", 0, 65535,
        "local preference of the first candidate of each type"),
    TIME("candidate-timeout", candidate_timeout_ms, "5s",
        "one attempt to connect to a candidate"),
    TIME("candidate-stagger", candidate_stagger_ms, "200ms",
        "the next candidate is tried so long after the last"),
    TIME("proxy-wait", proxy_wait_ms, "100ms",
        "proxies are tried so long after the other candidates"),
    TIME("transport-timeout", transport_timeout_ms, "20s",
        "the peer may take so long to report on candidates or to activate"),
    TIME("proxy-lookup-timeout", proxy_lookup_ms, "2s",
        "an offer waits at most so long for the server's proxies"),
    /* IBB */
    NUMBER("block-size", block_size, "4096", 1, 65535, "block size of offers"),
    NUMBER("block-limit", block_limit, "65535", 1, 65535,
        "larger block sizes are lowered to this in the accept"),
    NUMBER("ibb-window", window, "8", 1, 65535,
        "blocks sent before the first of them is acknowledged"),
    NUMBER("ibb-streams", ibb_streams, "1", 1, 16,
        "streams that a bytestream we send in gets, by transport-info"),
    CHOICE("ibb-stanza", ibb_stanza, "iq", "iq|message",
        "kind of stanza that carries the blocks"),
    CHOICE("ibb-broken", ibb_broken, "close", "close|end",
        "what comes first when a bytestream goes wrong: its close, or the end "
        "of the session alone"),
    CHOICE("ibb-close-by", ibb_close_by, "sender", "receiver|sender",
        "who closes the bytestream when the file is through"),
    TIME("block-delay", block_delay_ms, "0", "pause between blocks"),
    /* JET and OMEMO: readings of XEP-0391, 0396 and 0384 */
    CHOICE("jet-check", jet_check, "offer", "offer|accept|open|end",
        "when an offer whose secret can't be had is given up: at once, after "
        "the accept, by refusing the bytestream, after the last byte"),
    CHOICE("jet-cipher", jet_cipher, "aes-128-gcm", "aes-128-gcm|aes-256-gcm",
        "cipher of encrypted offers and requests"),
    CHOICE("jet-cipher-name", jet_cipher_name, "urn",
        "urn|urn-versioned|versioned|bare",
        "how it is written: with urn:xmpp:ciphers: before, :0 behind, both or "
        "neither"),
    BOOL("jet-name", jet_name, "yes",
        "write the content's name into <security/>"),
    CHOICE("jet-iv-length", jet_iv_length, "12", "12|16",
        "bytes of the IV: 12 (XEP-0391) or 16 (old clients)"),
    CHOICE("jet-tag", jet_tag, "stream", "stream|key",
        "where the tag goes: behind the stream, or behind the key"),
    CHOICE("jet-size", jet_size, "plaintext", "plaintext|ciphertext",
        "whose size the offer of an encrypted file announces"),
    CHOICE("jet-hash", jet_hash, "plaintext", "plaintext|ciphertext",
        "whose hash the offer of an encrypted file announces"),
    CHOICE("omemo-trust", omemo_trust, "all", "all|decided",
        "encrypt to all devices, or only to those that a decision trusts"),
    BOOL("omemo-own-devices", omemo_own_devices, "yes",
        "encrypt to the other devices of the own account too"),
};
const unsigned policy_row_count = sizeof policy_rows / sizeof *policy_rows;

bool policy_list_has(const struct policy_list *list, unsigned item)
{
    for (unsigned i = 0; i < list->count; i++) {
        if (list->items[i] == item) {
            return true;
        }
    }
    return false;
}

const struct policy_row *policy_find(const char *key)
{
    for (unsigned i = 0; i < policy_row_count; i++) {
        if (!strcmp(policy_rows[i].key, key)) {
            return &policy_rows[i];
        }
    }
    return NULL;
}

static bool bad_value(
    const struct policy_row *row, const char *value, struct error *error)
{
    char expected[256];
    switch (row->type) {
    case POLICY_BOOL:
        snprintf(expected, sizeof expected, "yes or no");
        break;
    case POLICY_NUMBER:
        snprintf(expected, sizeof expected,
            "a number from %llu to %llu, with KiB, MiB or GiB if you like",
            (unsigned long long)row->min, (unsigned long long)row->max);
        break;
    case POLICY_TIME:
        snprintf(expected, sizeof expected,
            "a time like 300ms or 2s, at most a day");
        break;
    case POLICY_CHOICE:
        snprintf(expected, sizeof expected, "one of %s", row->choices);
        break;
    case POLICY_CHOICES:
        snprintf(expected, sizeof expected,
            "none, or some of %s separated by commas", row->choices);
        break;
    case POLICY_TEXT:
        snprintf(expected, sizeof expected, "at most %d bytes of text",
            POLICY_TEXT_MAX - 1);
        break;
    }
    return error_set(
        error, "%s: \"%.80s\" is not %s", row->key, value, expected);
}

/* The index of the word in "a|b|c", or -1. */
static int choice_index(const char *choices, const char *word, size_t len)
{
    for (int index = 0;; index++) {
        size_t choice_len = strcspn(choices, "|");
        if (choice_len == len && !memcmp(choices, word, len)) {
            return index;
        }
        choices += choice_len;
        if (!*choices++) {
            return -1;
        }
    }
}

static bool parse_scaled(const char *value, bool time, uint64_t *out)
{
    static const struct {
        const char *unit;
        uint64_t factor;
        bool time;
    } units[] = {
        {"", 1, false},
        {"bytes", 1, false},
        {"KiB", 1024, false},
        {"MiB", 1048576, false},
        {"GiB", 1073741824, false},
        {"", 1, true},
        {"ms", 1, true},
        {"s", 1000, true},
    };
    if (*value < '0' || *value > '9') {
        return false;
    }
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    while (*end == ' ') {
        end++;
    }
    for (size_t i = 0; !errno && i < sizeof units / sizeof *units; i++) {
        if (units[i].time == time && !strcmp(units[i].unit, end)) {
            return !__builtin_mul_overflow(
                (uint64_t)number, units[i].factor, out);
        }
    }
    return false;
}

static bool parse_list(
    const struct policy_row *row, const char *value, struct policy_list *out)
{
    struct policy_list list = {0};
    if (!strcmp(value, "none")) {
        *out = list;
        return true;
    }
    while (true) {
        value += strspn(value, " \t");
        size_t len = strcspn(value, ",");
        size_t word = len;
        while (word && (value[word - 1] == ' ' || value[word - 1] == '\t')) {
            word--;
        }
        int index = choice_index(row->choices, value, word);
        if (index < 0 || list.count == POLICY_LIST_MAX ||
            policy_list_has(&list, (unsigned)index)) {
            return false;
        }
        list.items[list.count++] = (uint8_t)index;
        value += len;
        if (!*value++) {
            break;
        }
    }
    *out = list;
    return true;
}

static bool set_row(struct client_policy *policy, const struct policy_row *row,
    const char *value)
{
    char *at = (char *)policy + row->offset;
    uint64_t number;
    int index;
    switch (row->type) {
    case POLICY_BOOL:
        if (strcmp(value, "yes") && strcmp(value, "no")) {
            return false;
        }
        *(bool *)(void *)at = *value == 'y';
        return true;
    case POLICY_NUMBER:
    case POLICY_TIME:
        if (!parse_scaled(value, row->type == POLICY_TIME, &number) ||
            number < row->min || number > row->max) {
            return false;
        }
        /* times are int64_t of at most a day: the same bits */
        memcpy(at, &number, sizeof number);
        return true;
    case POLICY_CHOICE:
        index = choice_index(row->choices, value, strlen(value));
        if (index < 0) {
            return false;
        }
        *(uint8_t *)at = (uint8_t)index;
        return true;
    case POLICY_CHOICES:
        return parse_list(row, value, (struct policy_list *)(void *)at);
    case POLICY_TEXT:
        if (strlen(value) >= POLICY_TEXT_MAX) {
            return false;
        }
        memcpy(at, value, strlen(value) + 1);
        return true;
    }
    return false;
}

bool policy_set(struct client_policy *policy, const char *key,
    const char *value, struct error *error)
{
    const struct policy_row *row = policy_find(key);
    if (!row) {
        return error_set(
            error, "unknown setting \"%.80s\" of the reference client", key);
    }
    return set_row(policy, row, value) || bad_value(row, value, error);
}

struct client_policy policy_default(void)
{
    struct client_policy policy;
    memset(&policy, 0, sizeof policy);
    for (unsigned i = 0; i < policy_row_count; i++) {
        set_row(&policy, &policy_rows[i], policy_rows[i].standard);
    }
    return policy;
}

/* The values that a row takes, for a reader. */
static void print_values(const struct policy_row *row, struct buffer *out)
{
    static const char *const kinds[] = {
        [POLICY_NUMBER] = "a number",
        [POLICY_TIME] = "a time",
        [POLICY_TEXT] = "text",
    };
    if (!row->choices) {
        buffer_add_text(out, kinds[row->type]);
        return;
    }
    if (row->type == POLICY_CHOICES)
        buffer_add_text(out, "none, or some of ");
    for (const char *at = row->choices; *at != 0; at++)
        buffer_add_text(out, *at == '|' ? ", " : (char[]){*at, 0});
}

void policy_print_reference(struct buffer *out)
{
    buffer_add_text(out,
        "\n## Settings of the builtin subject\n\nFurther keys of a "
        "`[Subject]`, "
        "also set by `jinglespec run --variant KEY=VALUE`. They say what the "
        "reference client chooses where the XEPs leave it free. Other subjects "
        "cannot be told so: times, addresses, accept-delay, candidates, "
        "discover, ibb-window, message-initiation and values that are the "
        "default are ignored for them; with any other setting the case is "
        "unsupported. Numbers may end in KiB, MiB or GiB; times "
        "in ms or s.\n\n| Key | Values | Default | |\n|---|---|---|---|\n");
    for (unsigned i = 0; i < policy_row_count; i++) {
        const struct policy_row *row = &policy_rows[i];
        buffer_printf(out, "| `%s` | ", row->key);
        print_values(row, out);
        buffer_printf(out, " | %s | %s |\n",
            row->standard[0] != 0 ? row->standard : "(empty)", row->doc);
    }
}
