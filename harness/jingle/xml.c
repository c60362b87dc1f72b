#include "jingle/xml.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

const char *xml_name(xmlNodePtr node)
{
    return node && node->name ? (const char *)node->name : "";
}

const char *xml_ns(xmlNodePtr node)
{
    return node && node->ns && node->ns->href ? (const char *)node->ns->href
                                              : "";
}

bool xml_is(xmlNodePtr node, const char *name, const char *ns)
{
    return node && node->type == XML_ELEMENT_NODE &&
           (!name || !strcmp(xml_name(node), name)) &&
           (!ns || !strcmp(xml_ns(node), ns));
}

static xmlNodePtr first_match(xmlNodePtr node, const char *name, const char *ns)
{
    while (node && !xml_is(node, name, ns)) {
        node = node->next;
    }
    return node;
}

xmlNodePtr xml_child(xmlNodePtr parent, const char *name, const char *ns)
{
    return parent ? first_match(parent->children, name, ns) : NULL;
}

xmlNodePtr xml_next(xmlNodePtr node, const char *name, const char *ns)
{
    return node ? first_match(node->next, name, ns) : NULL;
}

const char *xml_attribute(xmlNodePtr node, const char *name)
{
    for (xmlAttrPtr attr = node ? node->properties : NULL; attr;
         attr = attr->next) {
        if (attr->ns || strcmp((const char *)attr->name, name)) {
            continue;
        }
        if (!attr->children) {
            return "";
        }
        return attr->children->type == XML_TEXT_NODE && !attr->children->next
                   ? (const char *)attr->children->content
                   : NULL;
    }
    return NULL;
}

const char *xml_attribute_or_empty(xmlNodePtr node, const char *name)
{
    const char *value = xml_attribute(node, name);
    return value ? value : "";
}

char *xml_text(xmlNodePtr node)
{
    struct buffer out = {0};
    for (xmlNodePtr at = node ? node->children : NULL; at; at = at->next) {
        if ((at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE) &&
            at->content) {
            buffer_add_text(&out, (const char *)at->content);
        }
    }
    return buffer_take(&out);
}

bool xml_number(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    if (!text || !*text) {
        return false;
    }
    for (; *text; text++) {
        if (*text < '0' || *text > '9' ||
            __builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value)) {
            return false;
        }
    }
    *out = value;
    return value <= max;
}

bool xml_is_nmtoken(const char *text)
{
    if (!text || !*text) {
        return false;
    }
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        bool ok = byte >= 0x80 || (byte >= 'a' && byte <= 'z') ||
                  (byte >= 'A' && byte <= 'Z') ||
                  (byte >= '0' && byte <= '9') || strchr(".-_:", byte);
        if (!ok) {
            return false;
        }
    }
    return true;
}

void xml_put(struct buffer *out, const char *name, const char *value)
{
    if (value) {
        buffer_printf(out, " %s='", name);
        buffer_add_xml(out, value, strlen(value));
        buffer_add_text(out, "'");
    }
}

void xml_put_number(struct buffer *out, const char *name, uint64_t value)
{
    buffer_printf(out, " %s='%llu'", name, (unsigned long long)value);
}

void xml_put_text(struct buffer *out, const char *name, const char *text)
{
    buffer_printf(out, "<%s>", name);
    buffer_add_xml(out, text, strlen(text));
    buffer_printf(out, "</%s>", name);
}

size_t jid_bare_len(const char *jid)
{
    return strcspn(jid, "/");
}

bool jid_same_bare(const char *a, const char *b)
{
    size_t len = jid_bare_len(a);
    return len == jid_bare_len(b) && !memcmp(a, b, len);
}

bool jid_is_bare(const char *jid)
{
    return jid[jid_bare_len(jid)] == '\0';
}

char *jid_domain(const char *jid)
{
    size_t bare = jid_bare_len(jid);
    const char *at = memchr(jid, '@', bare);
    const char *start = at ? at + 1 : jid;
    return mem_strndup(start, bare - (size_t)(start - jid));
}
