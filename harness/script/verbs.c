#include "script/verb.h"

#include <string.h>

const struct verb verbs[VERB_COUNT] = {
#define VERB_ROW(id, pattern, flags, clauses, doc)                             \
    {VERB_##id, #id, pattern, flags, clauses, doc},
    VERBS(VERB_ROW)
#undef VERB_ROW
};

const struct clause clauses[CLAUSE_COUNT] = {
#define CLAUSE_ROW(id, pattern, doc) {CLAUSE_##id, pattern, doc},
    CLAUSES(CLAUSE_ROW)
#undef CLAUSE_ROW
};

const struct value_form value_forms[VALUE_COUNT] = {
#define VALUE_ROW(id, pattern, doc) {VALUE_##id, pattern, doc},
    VALUES(VALUE_ROW)
#undef VALUE_ROW
};

const struct header_key header_keys[] = {
    {"jid", "Address in a plain script; ours are made for each case.", 1, 1},
    {"password", "Password in a plain script; ours are random.", 1, 1},
    {"resource", "Resource to ask for; without it the server chooses.", 1, 1},
    {"contacts", "yes: before login both have the other in the roster.", 1, 1},
    {"presence", "no: sends no initial presence.", 1, 0},
    {"caps", "no: announces no entity capabilities.", 1, 0},
    {"features",
        "Namespaces that disco#info lists on top of the usual ones; -NS "
        "takes one away, none all.",
        1, 0},
    {"omemo", "yes: device list and bundle are published at login.", 1, 1},
    {"needs", "Capabilities without which the case is unsupported.", 0, 1},
    {"server", "Only in plain scripts: ignored.", 1, 0},
    {"port", "Only in plain scripts: ignored.", 1, 0},
    {NULL, NULL, 0, 0},
};

const struct capability capabilities[] = {
    {"send", "offers files when asked to"},
    {"receive", "takes files that are offered"},
    {"accept", "can be asked to accept an offer"},
    {"asks", "asks its user before it accepts an offer"},
    {"decline", "can be asked to decline an offer"},
    {"cancel", "can be asked to cancel a transfer"},
    {"request", "can be asked to request a file from the peer"},
    {"share", "lets peers request files"},
    {"s5b", "SOCKS5 bytestreams (XEP-0260)"},
    {"s5b-proxy", "SOCKS5 bytestreams by the server's proxy"},
    {"ibb", "in-band bytestreams (XEP-0261)"},
    {"ibb-message", "in-band bytestreams in message stanzas"},
    {"jet", "encrypted transfers (XEP-0391)"},
    {"omemo", "OMEMO keys for encrypted transfers (XEP-0396)"},
    {"range", "parts of files (ranges)"},
    {"multiple-files", "several files in one session"},
    {"hash", "sends a hash of the files it offers"},
    {"hash-check", "compares the file with the hash it was told"},
    {"checksum", "sends or takes the hash by session-info"},
    {"transport-replace", "replaces a transport that failed"},
    {"ibb-streams", "takes further in-band streams by transport-info"},
    {"choose-transport", "can be told which transport to offer"},
    {"choose-candidates", "can be told which candidates to offer"},
    {"message-initiate", "proposes sessions by message (XEP-0353)"},
    {"add-file", "adds a file to a running session"},
    {"remove-file", "takes a file out of a running session"},
    {"session-ping", "can be asked to ping a session"},
    {"ping", "answers XMPP pings (XEP-0199)"},
    {"version", "answers software version (XEP-0092)"},
    {"disco", "answers service discovery (XEP-0030)"},
    {"drop-files", "received files can be looked at"},
    {"says", "reports what became of a transfer"},
    {"misreads-hashes",
        "a frailty: offers that have a hash go wrong, so puppets name the hash "
        "function alone where the case is not about hashes"},
    {"wants-desc",
        "a frailty: offers without a description go wrong, so puppets add one "
        "where the case is not about that"},
    {NULL, NULL},
};

const struct capability *capability_find(const char *name)
{
    for (const struct capability *row = capabilities; row->name; row++) {
        if (strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}

const struct header_key tag_keys[] = {
    {"id", "Name of the case; without it, the file's.", 1, 1},
    {"requirement",
        "\"XEP-0260 s2.4 candidate-used (MUST)\": the sentence "
        "that the case checks, its id in cases/requirements "
        "and its level. May be given more than once.",
        1, 1},
    {"level", "must, should, safety or robustness (default: must).", 1, 1},
    {"rationale", "Why a safety or robustness case matters.", 1, 1},
    {"description", "More about the case, for reports.", 1, 1},
    {"tags", "Words to select by, separated by commas.", 1, 1},
    {"role", "The subject's: initiator or responder.", 1, 1},
    {"needs", "Capabilities of the subject, as in its header.", 1, 1},
    {"with", "Scenes to run after the actors have connected.", 1, 1},
    {"values",
        "\"size = 0, 1, 4096\": one case for each; several lines give "
        "every combination.",
        1, 1},
    {NULL, NULL, 0, 0},
};

const struct capability ask_words[] = {
    {"add", "PATH: adds a file to the newest session"},
    {"remove", "NAME: takes a content out of the newest session"},
    {"replace", "ibb or s5b: replaces the transport"},
    {"ping", "sends an empty session-info"},
    {"distrust", "JID or JID/DEVICE: encrypts nothing to its OMEMO devices, or "
                 "to that one, and reads nothing of them"},
    {"verify", "JID or JID/DEVICE: takes their keys for the right ones; the "
               "undecided ones get nothing then"},
    {"undecide", "JID or JID/DEVICE: takes such a decision back"},
    {"set", "KEY=VALUE: changes a setting while it runs"},
    {NULL, NULL},
};

const char *const reported_words[] = {"offered", "done", "failed", NULL};

const char *const stanza_errors[] = {"bad-request", "conflict",
    "feature-not-implemented", "forbidden", "gone", "internal-server-error",
    "item-not-found", "jid-malformed", "not-acceptable", "not-allowed",
    "not-authorized", "policy-violation", "recipient-unavailable", "redirect",
    "registration-required", "remote-server-not-found", "remote-server-timeout",
    "resource-constraint", "service-unavailable", "subscription-required",
    "undefined-condition", "unexpected-request", NULL};
