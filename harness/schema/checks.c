#include "schema/checks.h"

#include "base/bytes.h"
#include "base/utf8.h"
#include "base/xml.h"

#include <libxml/valid.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void check_sid_nmtoken(const struct rule_site *site)
{
    const char *sid = xml_attr(site->element, "sid");
    if (sid != NULL && *sid != 0 && xmlValidateNMToken(BAD_CAST sid, 0) != 0)
        rule_broken(site, site->element, "sid", "'%.100s'", sid);
}

struct digest_length {
    const char *algo;
    size_t bytes;
};

/* IANA's hash function textual names and the table of XEP-0300 section 3.
 * SHAKE has no length of its own. */
static const struct digest_length digest_lengths[] = {
    {"md2", 16},
    {"md5", 16},
    {"sha-1", 20},
    {"sha-224", 28},
    {"sha-256", 32},
    {"sha-384", 48},
    {"sha-512", 64},
    {"sha3-256", 32},
    {"sha3-512", 64},
    {"blake2b-256", 32},
    {"blake2b-512", 64},
};

static size_t digest_length(const char *algo)
{
    size_t count = sizeof digest_lengths / sizeof *digest_lengths;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(digest_lengths[i].algo, algo) == 0)
            return digest_lengths[i].bytes;
    }
    return 0;
}

/* An empty <hash/> announces the algorithm alone (XEP-0234 section 5). */
static void check_hash_length(const struct rule_site *site)
{
    const char *algo = xml_attr(site->element, "algo");
    size_t length = algo == NULL ? 0 : digest_length(algo);
    struct buffer text = {0}, digest = {0};
    xml_text(site->element, &text);
    if (length > 0 && text.len > 0 &&
        base64_decode(&digest, buffer_text(&text), text.len, true) &&
        digest.len != length && digest.len > 0)
        rule_broken(site, site->element, NULL,
            "%zu bytes of digest, %s has %zu", digest.len, algo, length);
    buffer_free(&text);
    buffer_free(&digest);
}

static void check_white_space(const struct rule_site *site)
{
    struct buffer text = {0};
    xml_text(site->element, &text);
    if (text.len > 0 && strpbrk(buffer_text(&text), " \t\r\n") != NULL)
        rule_broken(site, site->element, NULL, "white space in the Base64");
    buffer_free(&text);
}

static void check_jet_iv(const struct rule_site *site)
{
    const xmlNode *security =
        site->element->parent == NULL || site->element->parent->parent == NULL
            ? NULL
            : site->element->parent->parent->parent;
    if (security == NULL || !xml_is(security, "urn:xmpp:jingle:jet:0", NULL))
        return;
    struct buffer text = {0}, iv = {0};
    xml_text(site->element, &text);
    if (base64_decode(&iv, buffer_text(&text), text.len, true) && iv.len != 12)
        rule_broken(site, site->element, NULL, "%zu bytes", iv.len);
    buffer_free(&text);
    buffer_free(&iv);
}

/* What the value must be: SHA-1 of sid, sender and receiver, in lower-case
 * hexadecimal digits. */
static void dstaddr_of(
    const char *sid, const char *from, const char *to, char out[41])
{
    struct buffer text = {0};
    buffer_add_text(&text, sid);
    buffer_add_text(&text, from);
    buffer_add_text(&text, to);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_Digest(buffer_text(&text), text.len, digest, &len, EVP_sha1(), NULL);
    buffer_free(&text);
    for (unsigned i = 0; i < 20; i++)
        snprintf(out + 2 * (size_t)i, 3, "%02x", digest[i]);
}

/* Is it the address of an occupant, as rooms are commonly called? */
static bool may_be_room(const char *jid)
{
    static const char *const hosts[] = {
        "conference.", "muc.", "rooms.", "room.", "chat.", "groups."};
    const char *at = strchr(jid, '@');
    for (size_t i = 0; at != NULL && i < sizeof hosts / sizeof *hosts; i++) {
        if (strncasecmp(at + 1, hosts[i], strlen(hosts[i])) == 0)
            return true;
    }
    return false;
}

/* Not judged where a room may have rewritten the JIDs on the way (XEP-0065
 * section 7). */
static void check_dstaddr(const struct rule_site *site)
{
    const char *dstaddr = xml_attr(site->element, "dstaddr");
    const char *sid = xml_attr(site->element, "sid");
    const char *from = xml_attr(site->stanza, "from");
    const char *to = xml_attr(site->stanza, "to");
    if (from == NULL)
        from = site->origin->jid;
    if (dstaddr == NULL || sid == NULL || from == NULL || to == NULL ||
        may_be_room(from))
        return;
    const char *type = xml_attr(site->stanza, "type");
    if (type == NULL || strcmp(type, "set") != 0)
        return; /* the echo in an error carries the other's value */
    char right[41];
    dstaddr_of(sid, from, to, right);
    if (strcasecmp(right, dstaddr) != 0)
        rule_broken(site, site->element, "dstaddr",
            "'%.60s', with sid '%.100s' from '%.200s' to '%.200s' it is '%s'",
            dstaddr, sid, from, to, right);
}

/* The initiator of the session may speak for another JID (XEP-0166 section
 * 7.1): then it is not known whose JIDs were hashed. */
static void check_s5b_dstaddr(const struct rule_site *site)
{
    const xmlNode *jingle =
        xml_child(site->stanza, "urn:xmpp:jingle:1", "jingle");
    const char *from = xml_attr(site->stanza, "from");
    const char *spoken = xml_attr(jingle, "initiator");
    if (spoken == NULL)
        spoken = xml_attr(jingle, "responder");
    if (from == NULL)
        from = site->origin->jid;
    if (spoken != NULL && from != NULL && strcmp(spoken, from) != 0)
        return;
    check_dstaddr(site);
}

static bool same_value(const xmlNode *a, const xmlNode *b, const char *name)
{
    return strcmp(xml_attr_text(a, name), xml_attr_text(b, name)) == 0;
}

static bool same_lang(const xmlNode *a, const xmlNode *b)
{
    xmlChar *left = xmlGetNsProp(a, BAD_CAST "lang", XML_XML_NAMESPACE);
    xmlChar *right = xmlGetNsProp(b, BAD_CAST "lang", XML_XML_NAMESPACE);
    bool same = xmlStrEqual(
        left == NULL ? BAD_CAST "" : left, right == NULL ? BAD_CAST "" : right);
    xmlFree(left);
    xmlFree(right);
    return same;
}

typedef bool same_fn(const xmlNode *a, const xmlNode *b);

/* The first child of that name which is the same as one before it, or NULL. */
static const xmlNode *find_twin(
    const xmlNode *parent, const char *ns, const char *name, same_fn *same)
{
    enum { compared_max = 64 }; /* the comparison is quadratic */
    unsigned count = 0;
    for (xmlNode *a = xml_child(parent, ns, name);
         a != NULL && count < compared_max; a = xml_next(a, ns, name), count++)
        for (xmlNode *b = xml_next(a, ns, name); b != NULL;
             b = xml_next(b, ns, name))
            if (same(a, b))
                return b;
    return NULL;
}

static bool same_kind(const xmlNode *a, const xmlNode *b)
{
    return same_value(a, b, "category") && same_value(a, b, "type") &&
           same_lang(a, b);
}

static bool same_identity(const xmlNode *a, const xmlNode *b)
{
    return same_kind(a, b) && same_value(a, b, "name");
}

static bool other_name(const xmlNode *a, const xmlNode *b)
{
    return same_kind(a, b) && !same_value(a, b, "name");
}

/* Tells of such a twin. attribute: of it, or NULL; shown: what names it. */
static void check_twin(const struct rule_site *site, const char *name,
    same_fn *same, const char *attribute, const char *shown)
{
    const xmlNode *twin =
        find_twin(site->element, xml_ns(site->element), name, same);
    if (twin != NULL)
        rule_broken(site, twin, attribute, "'%.100s' stands twice",
            xml_attr_text(twin, shown));
}

static void check_identities(const struct rule_site *site)
{
    check_twin(site, "identity", same_identity, NULL, "category");
}

static void check_identity_names(const struct rule_site *site)
{
    check_twin(site, "identity", other_name, "name", "category");
}

/* RFC 7622 section 3: three parts of at most 1023 octets. What PRECIS forbids
 * beyond the characters of section 3.3.1 is not judged. */
static bool is_jid(const char *text)
{
    enum { part_max = 1023 };
    size_t bare = strcspn(text, "/");
    const char *at = memchr(text, '@', bare);
    const char *domain = at == NULL ? text : at + 1;
    size_t domain_len = bare - (size_t)(domain - text);
    if (domain_len == 0 || domain_len > part_max ||
        strcspn(domain, "@/ \t\r\n") < domain_len)
        return false;
    if (at != NULL) {
        size_t len = (size_t)(at - text);
        if (len == 0 || len > part_max || strcspn(text, "\"&':<> \t\r\n") < len)
            return false;
    }
    size_t resource = strlen(text) - bare;
    return resource == 0 || (resource > 1 && resource <= part_max + 1);
}

/* The addresses of a stanza: here and not in its schema, for this is done for
 * every stanza and libxml2's regular expressions take long. */
static void check_addresses(const struct rule_site *site)
{
    static const char *const names[] = {"from", "to"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = xml_attr(site->element, names[i]);
        if (value != NULL && !is_jid(value))
            rule_broken(site, site->element, names[i], "'%.200s'", value);
    }
}

static bool same_place(const xmlNode *a, const xmlNode *b)
{
    return same_value(a, b, "host") && same_value(a, b, "port");
}

static void check_streamhosts(const struct rule_site *site)
{
    check_twin(site, "streamhost", same_place, NULL, "host");
}

/* What names a content is its name and who created it. */
static bool same_content(const xmlNode *a, const xmlNode *b)
{
    return same_value(a, b, "name") && same_value(a, b, "creator");
}

static void check_content_names(const struct rule_site *site)
{
    check_twin(site, "content", same_content, "name", "name");
}

struct error_types {
    const char *condition, *type, *other; /* other: NULL or a second one */
};

/* RFC 6120 sections 8.3.3.1 to 8.3.3.22; undefined-condition has none of its
 * own, and payment-required is not in it. */
static const struct error_types error_types[] = {
    {"bad-request", "modify", NULL},
    {"conflict", "cancel", NULL},
    {"feature-not-implemented", "cancel", "modify"},
    {"forbidden", "auth", NULL},
    {"gone", "cancel", NULL},
    {"internal-server-error", "cancel", NULL},
    {"item-not-found", "cancel", NULL},
    {"jid-malformed", "modify", NULL},
    {"not-acceptable", "modify", NULL},
    {"not-allowed", "cancel", NULL},
    {"not-authorized", "auth", NULL},
    {"policy-violation", "modify", "wait"},
    {"recipient-unavailable", "wait", NULL},
    {"redirect", "modify", NULL},
    {"registration-required", "auth", NULL},
    {"remote-server-not-found", "cancel", NULL},
    {"resource-constraint", "wait", NULL},
    {"service-unavailable", "cancel", NULL},
    {"subscription-required", "auth", NULL},
    {"unexpected-request", "wait", "modify"},
};

static void check_error_type(const struct rule_site *site)
{
    const char *type = xml_attr(site->element, "type");
    size_t count = sizeof error_types / sizeof *error_types;
    for (size_t i = 0; type != NULL && i < count; i++) {
        const struct error_types *row = &error_types[i];
        if (xml_child(site->element, "urn:ietf:params:xml:ns:xmpp-stanzas",
                row->condition) == NULL ||
            strcmp(type, row->type) == 0 ||
            (row->other != NULL && strcmp(type, row->other) == 0))
            continue;
        rule_broken(site, site->element, "type", "'%.20s' for <%s/>, not '%s'",
            type, row->condition, row->type);
    }
}

/* Of <gone/> and <redirect/>: empty, or a URI. */
static void check_uri(const struct rule_site *site)
{
    struct buffer text = {0};
    xml_text(site->element, &text);
    const char *uri =
        buffer_text(&text) + strspn(buffer_text(&text), " \t\r\n");
    size_t scheme = strcspn(uri, ":/?# ");
    if (*uri != 0 && (scheme == 0 || uri[scheme] != ':'))
        rule_broken(site, site->element, NULL, "'%.200s'", uri);
    buffer_free(&text);
}

static void check_caps_ver(const struct rule_site *site)
{
    const char *ver = xml_attr(site->element, "ver");
    const char *hash = xml_attr(site->element, "hash");
    size_t length = ver == NULL || hash == NULL ? 0 : digest_length(hash);
    if (length == 0)
        return; /* the legacy format, or an algorithm that is not known */
    struct buffer digest = {0};
    if (!base64_decode(&digest, ver, strlen(ver), true) || digest.len != length)
        rule_broken(site, site->element, "ver",
            "'%.100s' is no Base64 of the %zu bytes of %s", ver, length, hash);
    buffer_free(&digest);
}

#define DATA "jabber:x:data"

/* The <field/> FORM_TYPE of a form, or NULL. */
static const xmlNode *form_type(const xmlNode *form)
{
    for (xmlNode *field = xml_child(form, DATA, "field"); field != NULL;
         field = xml_next(field, DATA, "field")) {
        const char *var = xml_attr(field, "var");
        if (var != NULL && strcmp(var, "FORM_TYPE") == 0)
            return field;
    }
    return NULL;
}

/* value: may be NULL. */
static void value_text(const xmlNode *value, struct buffer *out)
{
    buffer_clear(out);
    if (value != NULL)
        xml_text(value, out);
}

static bool same_text(const xmlNode *a, const xmlNode *b)
{
    struct buffer left = {0}, right = {0};
    value_text(a, &left);
    value_text(b, &right);
    bool same = strcmp(buffer_text(&left), buffer_text(&right)) == 0;
    buffer_free(&left);
    buffer_free(&right);
    return same;
}

static bool same_form(const xmlNode *a, const xmlNode *b)
{
    const xmlNode *left = form_type(a), *right = form_type(b);
    return left != NULL && right != NULL &&
           same_text(
               xml_child(left, DATA, "value"), xml_child(right, DATA, "value"));
}

static bool other_text(const xmlNode *a, const xmlNode *b)
{
    return !same_text(a, b);
}

static void check_forms(const struct rule_site *site)
{
    const xmlNode *twin = find_twin(site->element, DATA, "x", same_form);
    if (twin != NULL)
        rule_broken(site, twin, NULL, "two forms of one FORM_TYPE");
    for (xmlNode *form = xml_child(site->element, DATA, "x"); form != NULL;
         form = xml_next(form, DATA, "x")) {
        const xmlNode *field = form_type(form);
        if (field != NULL && find_twin(field, DATA, "value", other_text))
            rule_broken(site, field, NULL, "two values of a FORM_TYPE");
    }
}

/* Curve25519 and Ed25519: 32 bytes a public key, 64 a signature. */
static void check_key(
    const struct rule_site *site, const xmlNode *key, size_t length)
{
    struct buffer text = {0}, bytes = {0};
    value_text(key, &text);
    if (base64_decode(&bytes, buffer_text(&text), text.len, true) &&
        bytes.len > 0 && bytes.len != length)
        rule_broken(site, key, NULL, "%zu bytes", bytes.len);
    buffer_free(&text);
    buffer_free(&bytes);
}

static void check_omemo_keys(const struct rule_site *site)
{
    const char *ns = xml_ns(site->element);
    const xmlNode *bundle = site->element;
    check_key(site, xml_child(bundle, ns, "ik"), 32);
    check_key(site, xml_child(bundle, ns, "spk"), 32);
    check_key(site, xml_child(bundle, ns, "spks"), 64);
    for (xmlNode *key = xml_child(xml_child(bundle, ns, "prekeys"), ns, "pk");
         key != NULL; key = xml_next(key, ns, "pk"))
        check_key(site, key, 32);
}

static void check_label(const struct rule_site *site)
{
    enum { label_end = 53 };
    size_t characters = utf8_length(xml_attr_text(site->element, "label"));
    if (characters >= label_end)
        rule_broken(site, site->element, "label", "%zu characters", characters);
}

struct check {
    const char *id;
    rule_check_fn *check;
};

static const struct check checks[] = {
    {"iq-address", check_addresses},
    {"message-address", check_addresses},
    {"presence-address", check_addresses},
    {"jingle-sid-nmtoken", check_sid_nmtoken},
    {"jingle-content-unique", check_content_names},
    {"hash-length", check_hash_length},
    {"hash-white-space", check_white_space},
    {"jet-iv", check_jet_iv},
    {"s5b-dstaddr", check_s5b_dstaddr},
    {"bs-dstaddr", check_dstaddr},
    {"bs-streamhost-unique", check_streamhosts},
    {"disco-identity-unique", check_identities},
    {"disco-identity-name", check_identity_names},
    {"disco-form-unique", check_forms},
    {"caps-ver-length", check_caps_ver},
    {"error-type", check_error_type},
    {"error-gone-uri", check_uri},
    {"error-redirect-uri", check_uri},
    {"ibb-white-space", check_white_space},
    {"omemo2-key-length", check_omemo_keys},
    {"omemo2-label-length", check_label},
    {NULL, NULL},
};

rule_check_fn *check_find(const char *id)
{
    for (size_t i = 0; checks[i].id != NULL; i++) {
        if (strcmp(checks[i].id, id) == 0)
            return checks[i].check;
    }
    return NULL;
}

const char *check_id(size_t index)
{
    return checks[index].id;
}
