#include "script/xpath.h"

#include "base/bytes.h"
#include "base/vec.h"
#include "script/parser.h"
#include "script/scan.h"

#include <libxml/xpathInternals.h>
#include <string.h>

const struct xpath_prefix xpath_prefixes[] = {
    {"c", "jabber:client"},
    {"jingle", "urn:xmpp:jingle:1"},
    {"jerr", "urn:xmpp:jingle:errors:1"},
    {"ft", "urn:xmpp:jingle:apps:file-transfer:5"},
    {"ft4", "urn:xmpp:jingle:apps:file-transfer:4"},
    {"ft3", "urn:xmpp:jingle:apps:file-transfer:3"},
    {"fterr", "urn:xmpp:jingle:apps:file-transfer:errors:0"},
    {"s5b", "urn:xmpp:jingle:transports:s5b:1"},
    {"ibb", "urn:xmpp:jingle:transports:ibb:1"},
    {"ib", "http://jabber.org/protocol/ibb"},
    {"socks", "http://jabber.org/protocol/bytestreams"},
    {"hashes", "urn:xmpp:hashes:2"},
    {"jet", "urn:xmpp:jingle:jet:0"},
    {"jet-omemo", "urn:xmpp:jingle:jet-omemo:0"},
    {"axolotl", "eu.siacs.conversations.axolotl"},
    {"omemo2", "urn:xmpp:omemo:2"},
    {"jmi", "urn:xmpp:jingle-message:0"},
    {"err", "urn:ietf:params:xml:ns:xmpp-stanzas"},
    {"disco", "http://jabber.org/protocol/disco#info"},
    {"items", "http://jabber.org/protocol/disco#items"},
    {"caps", "http://jabber.org/protocol/caps"},
    {"ping", "urn:xmpp:ping"},
    {"version", "jabber:iq:version"},
    {"roster", "jabber:iq:roster"},
    {"thumb", "urn:xmpp:thumbs:1"},
    {"bob", "urn:xmpp:bob"},
    {"stream", "http://etherx.jabber.org/streams"},
    {"streamerr", "urn:ietf:params:xml:ns:xmpp-streams"},
    {"sasl", "urn:ietf:params:xml:ns:xmpp-sasl"},
    {"bind", "urn:ietf:params:xml:ns:xmpp-bind"},
    {"delay", "urn:xmpp:delay"},
    {"carbons", "urn:xmpp:carbons:2"},
    {"forward", "urn:xmpp:forward:0"},
    {"hints", "urn:xmpp:hints"},
    {"sid", "urn:xmpp:sid:0"},
    {"eme", "urn:xmpp:eme:0"},
    {"pubsub", "http://jabber.org/protocol/pubsub"},
    {"event", "http://jabber.org/protocol/pubsub#event"},
    {"data", "jabber:x:data"},
    {NULL, NULL},
};

static const char *const functions[] = {"last", "position", "count",
    "local-name", "namespace-uri", "name", "string", "concat", "starts-with",
    "contains", "substring-before", "substring-after", "substring",
    "string-length", "normalize-space", "translate", "boolean", "not", "true",
    "false", "lang", "number", "sum", "floor", "ceiling", "round", "text",
    "node", "comment", "processing-instruction", NULL};

static const char *const axes[] = {"ancestor", "ancestor-or-self", "attribute",
    "child", "descendant", "descendant-or-self", "following",
    "following-sibling", "parent", "preceding", "preceding-sibling", "self",
    NULL};

enum { XPATH_MAX = 1000 };

struct origin {
    size_t probe, expr;
};

struct expander {
    const char *expr;
    size_t len, pos;
    struct buffer out;   /* what the stage evaluates */
    struct buffer probe; /* the same with ${...} made harmless, to compile */
    VEC(struct origin) origins;
    bool operand;   /* the last token ended an operand */
    bool attribute; /* the next name is an attribute's */
    size_t where;
    struct error *error;
};

static bool fail(struct expander *x, size_t where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct expander *x, size_t where, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    x->where = where;
    return error_set(x->error, "%s", message);
}

static void emit(struct expander *x, const char *text, size_t len)
{
    buffer_add(&x->out, text, len);
    buffer_add(&x->probe, text, len);
}

static void copy(struct expander *x, size_t len, bool operand)
{
    emit(x, x->expr + x->pos, len);
    x->pos += len;
    x->operand = operand;
}

static bool one_of(const char *const *list, const char *name)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, name) == 0)
            return true;
    }
    return false;
}

static bool fail_nearest(struct expander *x, const char *what,
    const char *const *list, const char *name)
{
    struct nearest nearest = {0};
    char hint[100];
    for (; *list != NULL; list++)
        nearest_offer(&nearest, name, *list);
    return fail(x, x->pos, "XPath has no %s '%s'%s", what, name,
        nearest_hint(&nearest, hint, sizeof hint));
}

static bool quoted(struct expander *x)
{
    const char *start = x->expr + x->pos;
    const char *end = memchr(start + 1, *start, x->len - x->pos - 1);
    if (end == NULL)
        return fail(x, x->pos, "the quote is not closed");
    size_t len = (size_t)(end - start) + 1;
    buffer_add(&x->out, start, len);
    buffer_add_text(&x->probe, "''");
    x->pos += len;
    x->operand = true;
    return true;
}

static bool value(struct expander *x)
{
    size_t end = scan_value_end(x->expr, x->len, x->pos);
    if (end == 0)
        return fail(x, x->pos, "the ${ is not closed by }");
    buffer_add(&x->out, x->expr + x->pos, end - x->pos);
    buffer_add_text(&x->probe, "1");
    x->pos = end;
    x->operand = true;
    return true;
}

static bool is_name_byte(char c)
{
    return scan_is_letter(c) || scan_is_digit(c) || c == '_' || c == '-' ||
           c == '.';
}

static size_t name_length(const struct expander *x, size_t pos)
{
    size_t end = pos;
    while (end < x->len && is_name_byte(x->expr[end]))
        end++;
    return end - pos;
}

static size_t skip_blanks(const struct expander *x, size_t pos)
{
    while (pos < x->len && x->expr[pos] == ' ')
        pos++;
    return pos;
}

static bool prefixed(struct expander *x, size_t len, const char *prefix)
{
    struct nearest nearest = {0};
    bool found = strcmp(prefix, "xml") == 0;
    for (const struct xpath_prefix *row = xpath_prefixes; row->prefix; row++) {
        found = found || strcmp(row->prefix, prefix) == 0;
        nearest_offer(&nearest, prefix, row->prefix);
    }
    char hint[100];
    if (!found)
        return fail(x, x->pos, "there is no prefix '%s'%s", prefix,
            nearest_hint(&nearest, hint, sizeof hint));
    size_t local = x->pos + len + 1;
    size_t local_len =
        local < x->len && x->expr[local] == '*' ? 1 : name_length(x, local);
    if (local_len == 0)
        return fail(x, local, "expected a name behind '%s:'", prefix);
    x->attribute = false;
    copy(x, len + 1 + local_len, true);
    return true;
}

static bool name(struct expander *x)
{
    size_t len = name_length(x, x->pos);
    char word[100];
    if (len >= sizeof word)
        return fail(x, x->pos, "this name is too long");
    memcpy(word, x->expr + x->pos, len);
    word[len] = 0;
    size_t next = skip_blanks(x, x->pos + len);
    const char *after = x->expr + next;
    if (x->operand && (strcmp(word, "and") == 0 || strcmp(word, "or") == 0 ||
                          strcmp(word, "div") == 0 || strcmp(word, "mod") == 0))
        return copy(x, len, false), true;
    if (x->operand)
        return fail(x, x->pos, "expected an operator, not '%s'", word);
    if (after[0] == ':' && next + 1 < x->len && after[1] == ':') {
        if (!one_of(axes, word))
            return fail_nearest(x, "axis", axes, word);
        copy(x, next + 2 - x->pos, false);
        x->attribute = strcmp(word, "attribute") == 0;
        return true;
    }
    if (next == x->pos + len && next < x->len && after[0] == ':')
        return prefixed(x, len, word);
    if (next < x->len && after[0] == '(') {
        if (!one_of(functions, word))
            return fail_nearest(x, "function", functions, word);
        return copy(x, len, false), true;
    }
    if (x->attribute) {
        x->attribute = false;
        return copy(x, len, true), true;
    }
    emit(x, "*[local-name()='", 16);
    emit(x, word, len);
    emit(x, "']", 2);
    x->pos += len;
    x->operand = true;
    return true;
}

static bool token(struct expander *x)
{
    char c = x->expr[x->pos];
    if (c == '\'' || c == '"')
        return quoted(x);
    if (c == '$' && x->pos + 1 < x->len && x->expr[x->pos + 1] == '{')
        return value(x);
    if (c == '$')
        return fail(x, x->pos,
            "XPath variables are not known here; write "
            "${NAME} for a kept value");
    if (scan_is_letter(c) || c == '_')
        return name(x);
    if (scan_is_digit(c)) {
        size_t end = x->pos;
        while (end < x->len &&
               (scan_is_digit(x->expr[end]) || x->expr[end] == '.'))
            end++;
        return copy(x, end - x->pos, true), true;
    }
    if (c == '@') {
        copy(x, 1, false);
        x->attribute = true;
        return true;
    }
    if (c == '*' || c == '.' || c == ')' || c == ']') {
        x->attribute = false;
        return copy(x, 1, c != '*' || !x->operand), true;
    }
    if (strchr("([,/|+-=!<>", c) == NULL)
        return fail(x, x->pos, "'%c' has no place in an XPath", c);
    return copy(x, 1, false), true;
}

static void silence(void *owner, const xmlError *error)
{
    (void)owner, (void)error;
}

static bool compiles(struct expander *x)
{
    xmlXPathContext *context = xmlXPathNewContext(NULL);
    if (context == NULL)
        return fail(x, 0, "out of memory");
    context->error = (xmlStructuredErrorFunc)silence;
    xmlXPathCompExpr *compiled =
        xmlXPathCtxtCompile(context, (const xmlChar *)buffer_text(&x->probe));
    size_t at =
        context->lastError.int1 > 0 ? (size_t)context->lastError.int1 : 0;
    bool good = compiled != NULL;
    xmlXPathFreeCompExpr(compiled);
    xmlXPathFreeContext(context);
    if (good)
        return true;
    size_t where = 0;
    for (size_t i = 0; i < x->origins.count; i++) {
        if (x->origins.items[i].probe <= at)
            where = x->origins.items[i].expr;
    }
    return fail(x, where, "this is no XPath 1.0 expression");
}

static bool expand(struct expander *x)
{
    if (x->len == 0 || x->len > XPATH_MAX)
        return fail(x, 0,
            x->len == 0 ? "expected an XPath"
                        : "the XPath is longer than 1000 bytes");
    while (x->pos < x->len) {
        if (x->expr[x->pos] == ' ') {
            emit(x, " ", 1);
            x->pos++;
            continue;
        }
        struct origin origin = {x->probe.len, x->pos};
        vec_push(&x->origins, origin);
        if (!token(x))
            return false;
    }
    return compiles(x);
}

char *xpath_expand_at(
    struct arena *arena, const char *expr, size_t *where, struct error *error)
{
    struct expander x = {.expr = expr, .len = strlen(expr), .error = error};
    char *expanded = NULL;
    if (expand(&x))
        expanded = arena_strdup(arena, buffer_text(&x.out));
    *where = x.where;
    buffer_free(&x.out);
    buffer_free(&x.probe);
    vec_free(&x.origins);
    return expanded;
}

char *xpath_expand(struct arena *arena, const char *expr, struct error *error)
{
    size_t where = 0;
    char *expanded = xpath_expand_at(arena, expr, &where, error);
    if (expanded == NULL)
        error_prefix(error, "column %zu of '%s': ", where + 1, expr);
    return expanded;
}

xmlXPathObjectPtr xpath_eval(
    xmlNodePtr node, const char *expanded, struct error *error)
{
    xmlXPathContext *context = xmlXPathNewContext(node->doc);
    if (context == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    context->error = (xmlStructuredErrorFunc)silence;
    context->node = node;
    for (const struct xpath_prefix *row = xpath_prefixes; row->prefix; row++)
        xmlXPathRegisterNs(
            context, (const xmlChar *)row->prefix, (const xmlChar *)row->ns);
    xmlXPathObject *object = xmlXPathEval((const xmlChar *)expanded, context);
    if (object == NULL)
        error_set(error, "the XPath %s can't be evaluated%s%s", expanded,
            context->lastError.message != NULL ? ": " : "",
            context->lastError.message != NULL ? context->lastError.message
                                               : "");
    xmlXPathFreeContext(context);
    return object;
}

bool xpath_true(xmlXPathObjectPtr object)
{
    return object != NULL && xmlXPathCastToBoolean(object) == 1;
}
