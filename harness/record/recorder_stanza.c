/* One stanza as the script writes it. */
#include "record/recorder_parts.h"

#include <stdlib.h>
#include <string.h>

const struct recorded_value *recorder_value(
    const struct recorder *recorder, const char *kind, const char *value)
{
    for (size_t i = 0; value != NULL && i < recorder->values.count; i++) {
        const struct recorded_value *known = &recorder->values.items[i];
        if (strcmp(known->kind, kind) == 0 && strcmp(known->value, value) == 0)
            return known;
    }
    return NULL;
}

static bool is_taken(const struct recorder *recorder, const char *name)
{
    for (size_t i = 0; i < recorder->values.count; i++) {
        const char *other = recorder->values.items[i].name;
        if (other != NULL && strcmp(other, name) == 0)
            return true;
    }
    return false;
}

const struct recorded_value *recorder_name(struct recorder *recorder,
    const char *kind, const char *value, const char *base)
{
    const struct recorded_value *known = recorder_value(recorder, kind, value);
    if (known != NULL)
        return known;
    struct recorded_value fresh = {
        kind, arena_strdup(recorder->arena, value), NULL};
    if (base != NULL)
        fresh.name = arena_strdup(recorder->arena, base);
    for (int i = 2; base != NULL && is_taken(recorder, fresh.name); i++)
        fresh.name = arena_printf(recorder->arena, "%s%d", base, i);
    vec_push(&recorder->values, fresh);
    return &recorder->values.items[recorder->values.count - 1];
}

/* As it is, but so that neither XML nor the language finds marks of its own
 * in it; a line of a script ends nowhere else. */
static void add_plain(const char *text, struct buffer *out)
{
    struct buffer escaped = {0};
    buffer_add_xml(&escaped, text, strlen(text));
    for (const char *p = buffer_text(&escaped); *p != 0; p++) {
        bool control = *p == '\n' || *p == '\r' || *p == '\t';
        if (control || (p[0] == '$' && p[1] == '{'))
            buffer_printf(out, "&#%d;", *p);
        else
            buffer_add(out, p, 1);
    }
    buffer_free(&escaped);
}

/* Text as the script says it: a JID by its actor's name, else as it is, so
 * that the language finds none of its own marks in it. */
static void add_text(
    const struct recorder *recorder, const char *text, struct buffer *out)
{
    int actor = strchr(text, '@') ? recorder_actor_of(recorder, text) : -1;
    if (actor >= 0 && recorder->actors.items[actor].name != NULL) {
        buffer_printf(out, "${%s's %sJID}", recorder->actors.items[actor].name,
            strchr(text, '/') ? "full " : "");
        return;
    }
    for (size_t i = 0; i < recorder->actors.count; i++) {
        const char *jid = recorder->actors.items[i].jid;
        const char *domain = jid == NULL ? NULL : strchr(jid, '@');
        size_t len = domain == NULL ? 0 : strcspn(domain + 1, "/");
        if (len > 0 && strlen(text) == len &&
            strncmp(text, domain + 1, len) == 0) {
            buffer_add_text(out, "${domain}");
            return;
        }
    }
    add_plain(text, out);
}

static void add_attribute(const struct recorder *recorder, const char *prefix,
    const char *name, const char *value, struct buffer *out)
{
    struct buffer text = {0};
    add_text(recorder, value, &text);
    /* "Romeo's" holds an apostrophe; others are escaped. */
    char quote = strchr(buffer_text(&text), '\'') != NULL ? '"' : '\'';
    buffer_printf(out, " %s%s%s=%c%s%c", prefix ? prefix : "",
        prefix ? ":" : "", name, quote, buffer_text(&text), quote);
    buffer_free(&text);
}

/* A bytestream may have two block-sizes: one offered, one accepted, of which
 * the recording names the one that the subject chose. */
const struct recorded_value *recorder_block_size(
    const struct recorder *recorder, const char *sid)
{
    size_t len = sid == NULL ? 0 : strlen(sid);
    for (size_t i = 0; len > 0 && i < recorder->values.count; i++) {
        const struct recorded_value *known = &recorder->values.items[i];
        if (strcmp(known->kind, "block-size") == 0 &&
            strncmp(known->value, sid, len) == 0 && known->value[len] == ' ')
            return known;
    }
    return NULL;
}

/* The kind and value by which an attribute may have a name. */
static const char *kind_of(const struct recorder *recorder, const xmlNode *node,
    const char *name, const char **value)
{
    if (strcmp(name, "sid") == 0)
        return xml_is(node, NS_JINGLE, "jingle") ? "sid" : "stream";
    if (strcmp(name, "id") == 0 && xml_is(node, NS_JMI, NULL))
        return "sid";
    if (strcmp(name, "name") == 0 && xml_is(node, NS_JINGLE, "content"))
        return "content";
    if (strcmp(name, "cid") == 0 && (xml_is(node, NS_S5B, "candidate-used") ||
                                        xml_is(node, NS_S5B, "activated")))
        return "cid";
    if (strcmp(name, "block-size") == 0) {
        const char *sid = xml_attr(node, "sid");
        *value = sid == NULL || *value == NULL
                     ? NULL
                     : arena_printf(recorder->arena, "%s %s", sid, *value);
        return "block-size";
    }
    return NULL;
}

static bool add_named(const struct recorder *recorder, const xmlNode *node,
    const char *name, const char *value, struct buffer *out)
{
    const char *kind = kind_of(recorder, node, name, &value);
    const struct recorded_value *known =
        kind == NULL ? NULL : recorder_value(recorder, kind, value);
    if (known == NULL || known->name == NULL)
        return false;
    buffer_printf(out, " %s='${%s}'", name, known->name);
    return true;
}

/* XEP-0260's dstaddr hashes sid and JIDs: those of this run. */
static bool add_dstaddr(const struct recorder *recorder,
    const struct take *take, const xmlNode *node, const char *name,
    struct buffer *out)
{
    const struct recorded_value *stream =
        recorder_value(recorder, "stream", xml_attr(node, "sid"));
    if (take->peer < 0 || stream == NULL || stream->name == NULL ||
        strcmp(name, "dstaddr") != 0)
        return false;
    buffer_printf(out, " dstaddr='${dstaddr of %s from ", stream->name);
    buffer_printf(out, "%s to %s}'", recorder->actors.items[take->puppet].name,
        recorder->actors.items[take->peer].name);
    return true;
}

static char *text_of(const xmlNode *node)
{
    struct buffer text = {0};
    xml_text(node, &text);
    return buffer_take(&text);
}

static void indent(struct buffer *out, int depth)
{
    for (int i = 0; i < depth; i++)
        buffer_add_text(out, "\t");
}

static void begin_element(
    const xmlNode *node, const char *above, int depth, struct buffer *out)
{
    indent(out, depth);
    buffer_printf(out, "<%s", (const char *)node->name);
    const char *ns = xml_ns(node);
    if (strcmp(ns, above) != 0) {
        buffer_add_text(out, " xmlns='");
        add_plain(ns, out);
        buffer_add_text(out, "'");
    }
}

/* What servers and clients add for themselves. */
static bool is_noise(const xmlNode *node)
{
    return xml_is(node, "urn:xmpp:sid:0", NULL) ||
           xml_is(node, "urn:xmpp:delay", NULL);
}

/* A hash that was not the data's stays as it was: that is the point then. */
static bool contradicts(
    const struct recorder *recorder, const char *algo, const xmlNode *hash)
{
    if (recorder->data_digest == NULL || strcmp(algo, "sha-256") != 0)
        return false;
    char *text = text_of(hash);
    bool differs = strcmp(text, recorder->data_digest) != 0;
    free(text);
    return differs;
}

/* Text of elements whose value the script computes; false: as it stands. */
static bool add_computed_text(
    const struct recorder *recorder, const xmlNode *node, struct buffer *out)
{
    static const char *const digests[] = {"sha-1", "sha-256", "sha-512",
        "sha3-256", "sha3-512", "blake2b-256", "blake2b-512"};
    const char *file = recorder->file;
    const char *name = (const char *)node->name;
    if (recorder->literal != NULL && strstr(recorder->literal, name) != NULL)
        return false;
    if (strcmp(name, "date") == 0) {
        buffer_add_text(out, "${now}");
        return true;
    }
    if (file == NULL || node->parent == NULL ||
        !xml_is(node->parent, NULL, "file"))
        return false;
    if (strcmp(name, "size") == 0) {
        buffer_printf(out, "${size of %s}", file);
        return true;
    }
    const char *algo = xml_attr(node, "algo");
    for (size_t i = 0; algo != NULL && xml_is(node, NS_HASHES, "hash") &&
                       i < sizeof digests / sizeof *digests;
         i++) {
        if (strcmp(digests[i], algo) == 0 &&
            !contradicts(recorder, algo, node)) {
            buffer_printf(out, "${%s of %s}", algo, file);
            return true;
        }
    }
    return false;
}

/* Host and port of a candidate that the puppet listens for, or of the
 * server's proxy; a priority that decides as it was decided. */
static bool add_own_address(const struct recorder *recorder,
    const xmlNode *node, const char *name, struct buffer *out)
{
    const char *cid = xml_attr(node, "cid");
    bool address = strcmp(name, "host") == 0 || strcmp(name, "port") == 0;
    if (!xml_is(node, NS_S5B, "candidate") || cid == NULL)
        return false;
    if (recorder_value(recorder, "proxy", cid) != NULL &&
        (address || strcmp(name, "jid") == 0)) {
        buffer_printf(out, " %s='${proxy %s}'", name, address ? name : "JID");
        return true;
    }
    if (recorder->rival != NULL && strcmp(recorder->rival, cid) == 0 &&
        strcmp(name, "priority") == 0) {
        buffer_add_text(out, recorder->rival_wins
                                 ? " priority='${priority of direct 65535}'"
                                 : " priority='1'");
        return true;
    }
    if (!address)
        return false;
    const struct recorded_value *listener =
        recorder_value(recorder, "candidate", xml_attr(node, "cid"));
    if (listener == NULL || listener->name == NULL)
        return false;
    buffer_printf(out, " %s='${%s %s}'", name, listener->name, name);
    return true;
}

static void add_attributes(const struct recorder *recorder,
    const struct take *take, const xmlNode *node, struct buffer *out)
{
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        const char *prefix = a->ns != NULL ? (const char *)a->ns->prefix : NULL;
        const char *name = (const char *)a->name;
        xmlChar *held = xmlNodeListGetString(node->doc, a->children, 1);
        const char *value = held ? (const char *)held : "";
        if (prefix != NULL && strcmp(prefix, "xml") != 0) {
            buffer_printf(out, " xmlns:%s='", prefix);
            add_plain((const char *)a->ns->href, out);
            buffer_add_text(out, "'");
        }
        if (prefix != NULL ||
            (!add_own_address(recorder, node, name, out) &&
                !add_dstaddr(recorder, take, node, name, out) &&
                !add_named(recorder, node, name, value, out)))
            add_attribute(recorder, prefix, name, value, out);
        xmlFree(held);
    }
}

static void print_tree(const struct recorder *recorder, const struct take *take,
    const xmlNode *node, const char *above, int depth, struct buffer *out);

static void print_inside(const struct recorder *recorder,
    const struct take *take, const xmlNode *node, int depth, struct buffer *out)
{
    const xmlNode *child = xml_child(node, NULL, NULL);
    char *text = text_of(node);
    bool blank = text[strspn(text, " \t\r\n")] == 0;
    if (child == NULL && blank) {
        buffer_add_text(out, "/>\n");
    } else if (child == NULL) {
        buffer_add_text(out, ">");
        if (!add_computed_text(recorder, node, out))
            add_text(recorder, text, out);
        buffer_printf(out, "</%s>\n", (const char *)node->name);
    } else {
        buffer_add_text(out, ">\n");
        for (; child != NULL; child = xml_next(child, NULL, NULL)) {
            if (!is_noise(child))
                print_tree(recorder, take, child, xml_ns(node), depth + 1, out);
        }
        indent(out, depth);
        buffer_printf(out, "</%s>\n", (const char *)node->name);
    }
    free(text);
}

/* A candidate of a server's proxy, or of one that is not listened for, has no
 * counterpart in another run. */
static bool is_left_out(const struct recorder *recorder, const xmlNode *node)
{
    if (recorder->clients_only || !xml_is(node, NS_S5B, "candidate"))
        return false;
    const char *type = xml_attr(node, "type"), *cid = xml_attr(node, "cid");
    return type != NULL && strcmp(type, "proxy") == 0 &&
           recorder_value(recorder, "proxy", cid) == NULL;
}

static void print_tree(const struct recorder *recorder, const struct take *take,
    const xmlNode *node, const char *above, int depth, struct buffer *out)
{
    if (is_left_out(recorder, node))
        return;
    if (recorder->encrypted && xml_is(node, NS_AXOLOTL, "encrypted") &&
        xml_is(node->parent, NS_JET, "security")) {
        indent(out, depth);
        buffer_add_text(out, "${secret xml}\n");
        return;
    }
    begin_element(node, above, depth, out);
    add_attributes(recorder, take, node, out);
    print_inside(recorder, take, node, depth, out);
}

/* The stanza's own tag: to by name, the id given, no from: servers stamp it. */
static void begin_stanza(const struct recorder *recorder, const xmlNode *stanza,
    const char *id, bool sent, struct buffer *out)
{
    const char *type = xml_attr(stanza, "type");
    const char *to = xml_attr(stanza, sent ? "to" : "from");
    buffer_printf(out, "\t<%s", (const char *)stanza->name);
    if (type != NULL)
        add_attribute(recorder, NULL, "type", type, out);
    bool whole = recorder->clients_only && sent;
    if (to != NULL && (whole || strchr(to, '@') != NULL))
        add_attribute(recorder, NULL, sent ? "to" : "from", to, out);
    if (id != NULL)
        buffer_printf(out, " id='%s'", id);
}

void recorder_print_sent(struct recorder *recorder, const struct take *take,
    const char *id, struct buffer *out)
{
    begin_stanza(recorder, take->stanza, id, true, out);
    print_inside(recorder, take, take->stanza, 1, out);
}

void recorder_print_whole(
    struct recorder *recorder, const struct take *take, struct buffer *out)
{
    print_tree(recorder, take, take->stanza, "jabber:client", 1, out);
}

/* Expected */

static const char *condition_of(const xmlNode *parent)
{
    for (const xmlNode *child = xml_child(parent, NULL, NULL); child != NULL;
         child = xml_next(child, NULL, NULL)) {
        if (!xml_is(child, NULL, "text"))
            return (const char *)child->name;
    }
    return NULL;
}

/* What the subject chose is captured when it is seen first. */
static void add_or_capture(struct recorder *recorder, const xmlNode *node,
    const char *attribute, const char *base, struct buffer *out)
{
    const char *value = xml_attr(node, attribute), *key = value;
    if (value == NULL)
        return;
    const char *kind = kind_of(recorder, node, attribute, &key);
    const struct recorded_value *known =
        kind && key ? recorder_name(recorder, kind, key, base) : NULL;
    if (known != NULL && known->name != NULL)
        buffer_printf(out, " %s='${%s}'", attribute, known->name);
    else
        add_attribute(recorder, NULL, attribute, value, out);
}

/* Of a transport: its sid, what tells about candidates, and those candidates
 * that the puppet connected to later on. */
static void print_transport(
    struct recorder *recorder, const xmlNode *transport, struct buffer *out)
{
    buffer_printf(out, "\t\t\t\t<transport xmlns='");
    add_plain(xml_ns(transport), out);
    buffer_add_text(out, "'");
    add_or_capture(recorder, transport, "sid", "stream", out);
    if (xml_is(transport, NS_IBB, NULL))
        add_or_capture(recorder, transport, "block-size", "block-size", out);
    size_t start = out->len;
    buffer_add_text(out, ">\n");
    size_t empty = out->len;
    for (const xmlNode *child = xml_child(transport, NULL, NULL); child != NULL;
         child = xml_next(child, NULL, NULL)) {
        const char *cid = xml_attr(child, "cid");
        const struct recorded_value *used =
            recorder_value(recorder, "cid", cid);
        if (!xml_is(child, NULL, "candidate")) {
            buffer_printf(out, "\t\t\t\t\t<%s", (const char *)child->name);
            if (cid != NULL)
                add_attribute(recorder, NULL, "cid", cid, out);
            buffer_add_text(out, "/>\n");
        } else if (used != NULL) {
            const char *type = xml_attr(child, "type");
            bool proxy = type != NULL && strcmp(type, "proxy") == 0;
            buffer_printf(out,
                "\t\t\t\t\t<candidate cid='${%s}' host='${%s-host}' "
                "port='${%s-port}'%s/>\n",
                used->name, used->name, used->name,
                proxy ? " type='proxy'" : "");
        }
    }
    if (out->len == empty) {
        out->len = start;
        buffer_add_text(out, "/>\n");
    } else {
        buffer_add_text(out, "\t\t\t\t</transport>\n");
    }
}

static void print_content(
    struct recorder *recorder, const xmlNode *content, struct buffer *out)
{
    buffer_add_text(out, "\t\t\t<content");
    const char *creator = xml_attr(content, "creator");
    if (creator != NULL)
        add_attribute(recorder, NULL, "creator", creator, out);
    add_or_capture(recorder, content, "name", "content", out);
    buffer_add_text(out, ">\n");
    const xmlNode *description = xml_child(content, NULL, "description");
    const xmlNode *transport = xml_child(content, NULL, "transport");
    if (description != NULL)
        buffer_printf(
            out, "\t\t\t\t<description xmlns='%s'/>\n", xml_ns(description));
    if (transport != NULL)
        print_transport(recorder, transport, out);
    buffer_add_text(out, "\t\t\t</content>\n");
}

static void print_jingle(
    struct recorder *recorder, const xmlNode *jingle, struct buffer *out)
{
    const char *action = xml_attr(jingle, "action");
    const xmlNode *reason = xml_child(jingle, NULL, "reason");
    const char *why = condition_of(reason);
    buffer_add_text(out, ">\n\t\t<jingle xmlns='" NS_JINGLE "'");
    if (action != NULL)
        add_attribute(recorder, NULL, "action", action, out);
    add_or_capture(recorder, jingle, "sid", "sid", out);
    buffer_add_text(out, ">\n");
    for (const xmlNode *child = xml_child(jingle, NULL, NULL); child != NULL;
         child = xml_next(child, NULL, NULL)) {
        if (xml_is(child, NS_JINGLE, "content"))
            print_content(recorder, child, out);
        else if (!xml_is(child, NS_JINGLE, "reason"))
            buffer_printf(out, "\t\t\t<%s xmlns='%s'/>\n",
                (const char *)child->name, xml_ns(child));
    }
    if (why != NULL)
        buffer_printf(
            out, "\t\t\t<reason>\n\t\t\t\t<%s/>\n\t\t\t</reason>\n", why);
    buffer_add_text(out, "\t\t</jingle>\n\t</iq>\n");
}

static void print_error(const xmlNode *error, struct buffer *out)
{
    const xmlNode *condition =
        xml_child(error, "urn:ietf:params:xml:ns:xmpp-stanzas", NULL);
    buffer_add_text(out, ">\n\t\t<error>\n");
    if (condition != NULL)
        buffer_printf(out,
            "\t\t\t<%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\n",
            (const char *)condition->name);
    buffer_add_text(out, "\t\t</error>\n\t</iq>\n");
}

void recorder_print_expected(struct recorder *recorder, const struct take *take,
    const char *id, struct buffer *out)
{
    const xmlNode *jingle = recorder_jingle(take->stanza);
    const xmlNode *ibb = xml_child(take->stanza, NS_OPEN, NULL);
    const xmlNode *error = xml_child(take->stanza, NULL, "error");
    const xmlNode *jmi = xml_child(take->stanza, NS_JMI, NULL);
    if (recorder->clients_only) {
        begin_stanza(recorder, take->stanza, id, false, out);
        /* What the server itself says differs from server to server. */
        if (take->peer < 0 || take->peer == take->puppet) {
            buffer_add_text(out, "/>\n");
            return;
        }
        print_inside(recorder, take, take->stanza, 1, out);
        return;
    }
    begin_stanza(recorder, take->stanza, id, false, out);
    if (id != NULL && error != NULL) {
        print_error(error, out);
    } else if (id != NULL) {
        buffer_add_text(out, "/>\n");
    } else if (jingle != NULL) {
        print_jingle(recorder, jingle, out);
    } else if (ibb != NULL) {
        buffer_printf(
            out, ">\n\t\t<%s xmlns='" NS_OPEN "'", (const char *)ibb->name);
        add_or_capture(recorder, ibb, "sid", "stream", out);
        buffer_printf(out, "/>\n\t</%s>\n", (const char *)take->stanza->name);
    } else if (jmi != NULL) {
        buffer_printf(
            out, ">\n\t\t<%s xmlns='" NS_JMI "'", (const char *)jmi->name);
        add_or_capture(recorder, jmi, "id", "sid", out);
        buffer_printf(out, "/>\n\t</%s>\n", (const char *)take->stanza->name);
    } else {
        print_inside(recorder, take, take->stanza, 1, out);
    }
}
