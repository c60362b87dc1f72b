#include "schema/caps_hash.h"

#include "base/vec.h"
#include "base/xml.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define DISCO "http://jabber.org/protocol/disco#info"
#define DATA "jabber:x:data"

enum { entries_max = 1024 };

/* Strings to be sorted by i;octet and added, each with "<" behind it. */
struct lines {
    VEC(char *) list;
};

static void lines_add(struct lines *lines, struct buffer *line)
{
    vec_push(&lines->list, buffer_take(line));
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Empties lines into out. mark: added behind each. */
static void lines_flush(
    struct lines *lines, struct buffer *out, const char *mark)
{
    if (lines->list.count > 0)
        qsort(lines->list.items, lines->list.count, sizeof(char *), compare);
    for (size_t i = 0; i < lines->list.count; i++) {
        buffer_add_text(out, lines->list.items[i]);
        buffer_add_text(out, mark);
        free(lines->list.items[i]);
    }
    vec_free(&lines->list);
}

static void add_identities(const xmlNode *query, struct buffer *out)
{
    struct lines lines = {0};
    for (xmlNode *node = xml_child(query, DISCO, "identity"); node != NULL;
         node = xml_next(node, DISCO, "identity")) {
        xmlChar *lang = xmlGetNsProp(node, BAD_CAST "lang", XML_XML_NAMESPACE);
        struct buffer line = {0};
        buffer_printf(&line, "%s/%s/%s/%s", xml_attr_text(node, "category"),
            xml_attr_text(node, "type"), lang == NULL ? "" : (const char *)lang,
            xml_attr_text(node, "name"));
        xmlFree(lang);
        lines_add(&lines, &line);
    }
    lines_flush(&lines, out, "<");
}

static void add_features(const xmlNode *query, struct buffer *out)
{
    struct lines lines = {0};
    for (xmlNode *node = xml_child(query, DISCO, "feature"); node != NULL;
         node = xml_next(node, DISCO, "feature")) {
        struct buffer line = {0};
        buffer_add_text(&line, xml_attr_text(node, "var"));
        lines_add(&lines, &line);
    }
    lines_flush(&lines, out, "<");
}

static void add_values(const xmlNode *field, struct buffer *out)
{
    struct lines lines = {0};
    for (xmlNode *value = xml_child(field, DATA, "value"); value != NULL;
         value = xml_next(value, DATA, "value")) {
        struct buffer line = {0};
        xml_text(value, &line);
        lines_add(&lines, &line);
    }
    lines_flush(&lines, out, "<");
}

static bool is_form_type(const xmlNode *field)
{
    return strcmp(xml_attr_text(field, "var"), "FORM_TYPE") == 0;
}

/* A form as "FORM_TYPE<var<value<...": sorted forms then stand in the order
 * of their FORM_TYPE. Forms without a hidden FORM_TYPE do not count (section
 * 5.4). */
static void add_form(const xmlNode *form, struct lines *forms)
{
    struct buffer text = {0};
    struct lines fields = {0};
    bool typed = false;
    for (xmlNode *field = xml_child(form, DATA, "field"); field != NULL;
         field = xml_next(field, DATA, "field")) {
        if (is_form_type(field)) {
            typed = strcmp(xml_attr_text(field, "type"), "hidden") == 0;
            add_values(field, &text);
            continue;
        }
        struct buffer line = {0};
        buffer_printf(&line, "%s<", xml_attr_text(field, "var"));
        add_values(field, &line);
        lines_add(&fields, &line);
    }
    lines_flush(&fields, &text, "");
    if (typed)
        lines_add(forms, &text);
    buffer_free(&text);
}

static bool too_many(const xmlNode *query)
{
    unsigned count = 0;
    for (const xmlNode *node = query->children; node != NULL; node = node->next)
        count += node->type == XML_ELEMENT_NODE;
    return count > entries_max;
}

static const EVP_MD *digest_of(const char *algorithm)
{
    static const struct {
        const char *name, *openssl;
    } names[] = {{"sha-1", "SHA1"}, {"sha-224", "SHA224"},
        {"sha-256", "SHA256"}, {"sha-384", "SHA384"}, {"sha-512", "SHA512"},
        {"md5", "MD5"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].name, algorithm) == 0)
            return EVP_get_digestbyname(names[i].openssl);
    }
    return NULL;
}

bool caps_hash(const xmlNode *query, const char *algorithm, struct buffer *out)
{
    const EVP_MD *digest = digest_of(algorithm);
    if (digest == NULL || too_many(query))
        return false;
    struct buffer text = {0};
    add_identities(query, &text);
    add_features(query, &text);
    struct lines forms = {0};
    for (xmlNode *form = xml_child(query, DATA, "x"); form != NULL;
         form = xml_next(form, DATA, "x"))
        add_form(form, &forms);
    lines_flush(&forms, &text, "");
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    bool ok =
        EVP_Digest(buffer_text(&text), text.len, hash, &len, digest, NULL) == 1;
    if (ok)
        base64_encode(out, hash, len);
    buffer_free(&text);
    return ok;
}
