#include "jingle/stanza.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

const char *stanza_name(const xmlNode *node)
{
    return node && node->name ? (const char *)node->name : "";
}

const char *stanza_attr(const xmlNode *node, const char *name)
{
    const char *value = xml_attr(node, name);
    return value ? value : "";
}

char *stanza_text(const xmlNode *node)
{
    struct buffer out = {0};
    if (node) {
        xml_text(node, &out);
    }
    return buffer_take(&out);
}

bool stanza_number(const char *text, uint64_t max, uint64_t *out)
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

bool stanza_is_nmtoken(const char *text)
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

void stanza_add_number(struct buffer *out, const char *name, uint64_t value)
{
    buffer_printf(out, " %s='%llu'", name, (unsigned long long)value);
}

void stanza_add_text(struct buffer *out, const char *name, const char *text)
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
