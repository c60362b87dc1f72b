/* What ${...} stands for while a case runs. */
#include "base/clock.h"
#include "base/file.h"
#include "jingle/digest.h"
#include "script/value.h"
#include "stage/stage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void stage_keep(struct stage *stage, const char *name, const char *value)
{
    for (size_t i = 0; i < stage->kept.count; i++) {
        if (strcmp(stage->kept.items[i].name, name) == 0) {
            stage->kept.items[i].value = value;
            return;
        }
    }
    struct kept kept = {name, value, false};
    vec_push(&stage->kept, kept);
}

const char *stage_kept(const struct stage *stage, const char *name)
{
    for (size_t i = 0; i < stage->kept.count; i++) {
        if (strcmp(stage->kept.items[i].name, name) == 0)
            return stage->kept.items[i].value;
    }
    for (size_t i = 0; i < stage->script->values.count; i++) {
        if (strcmp(stage->script->values.items[i].name, name) == 0)
            return stage->script->values.items[i].value;
    }
    return NULL;
}

static const char *full_jid(const struct player *player)
{
    return player->full_jid != NULL ? player->full_jid : player->jid;
}

static bool number_of(
    struct stage *stage, const struct script_arg *arg, int64_t *number)
{
    if (arg->number >= 0) {
        *number = arg->number;
        return true;
    }
    /* Inside ${...} a number may be the name of a kept value. */
    const char *text = stage_kept(stage, arg->text);
    char *end = NULL;
    if (text == NULL)
        text = stage_value(stage, arg->text);
    if (text != NULL)
        *number = strtoll(text, &end, 10);
    return text != NULL && end != text && *end == 0;
}

bool stage_number(
    struct stage *stage, const struct script_arg *arg, int64_t *number)
{
    if (arg->number >= 0) {
        *number = arg->number;
        return true;
    }
    char *text = stage_value(stage, arg->text), *end;
    if (text == NULL)
        return false;
    *number = strtoll(text, &end, 10);
    return (end != text && *end == 0) ||
           stage_trouble(stage, "'%s' is no number", text);
}

static bool digest_file(struct stage *stage, const struct stage_file *file,
    const char *name, int64_t from, int64_t to, struct buffer *out)
{
    enum digest_kind kind = digest_find(name);
    if (kind == DIGEST_KINDS)
        return stage_trouble(stage, "there is no digest '%s'", name);
    struct digest *digest = digest_new(1u << kind);
    bool ok = true;
    for (int64_t at = from; ok && at < to; at += 1 << 20) {
        struct buffer part = {0};
        int64_t end = at + (1 << 20) < to ? at + (1 << 20) : to;
        ok = files_read(stage, file, at, end, &part);
        digest_update(digest, part.data, part.len);
        buffer_free(&part);
    }
    uint8_t value[DIGEST_MAX];
    digest_value(digest, kind, value);
    digest_free(digest);
    if (ok)
        base64_encode(out, value, digest_size(kind));
    return ok;
}

static bool base64_file(struct stage *stage, const struct stage_file *file,
    int64_t from, int64_t to, struct buffer *out)
{
    struct buffer part = {0};
    bool ok = files_read(stage, file, from, to, &part);
    if (ok)
        base64_encode(out, part.data, part.len);
    buffer_free(&part);
    return ok;
}

static void dstaddr(const char *sid, const char *from, const char *to,
    enum digest_kind kind, struct buffer *out)
{
    struct buffer text = {0};
    buffer_printf(&text, "%s%s%s", sid, from, to);
    uint8_t value[DIGEST_MAX];
    digest_once(kind, text.data, text.len, value);
    hex_encode(out, value, digest_size(kind));
    buffer_free(&text);
}

/* A value inside ${...}: plain text, or a kept value's ${name}. */
static const char *inner(struct stage *stage, const struct script_arg *arg)
{
    const char *kept =
        arg->kind == PLACE_NEW ? stage_kept(stage, arg->text) : NULL;
    const char *value = kept != NULL ? kept : stage_value(stage, arg->text);
    return value != NULL ? value : "";
}

static bool resolve_file(
    struct stage *stage, const struct value_call *call, struct buffer *out)
{
    const struct script_arg *args = call->args;
    int64_t from = 0, to = 0;
    const struct stage_file *file;
    switch (call->form->id) {
    case VALUE_PATH:
        buffer_add_text(out, stage_file(stage, &args[0])->path);
        return true;
    case VALUE_SIZE:
        buffer_printf(
            out, "%lld", (long long)stage_file(stage, &args[0])->size);
        return true;
    case VALUE_DIGEST:
        file = stage_file(stage, &args[1]);
        return digest_file(stage, file, args[0].text, 0, file->size, out);
    case VALUE_DIGEST_RANGE:
        return number_of(stage, &args[1], &from) &&
               number_of(stage, &args[2], &to) &&
               digest_file(stage, stage_file(stage, &args[3]), args[0].text,
                   from, to, out);
    case VALUE_BASE64:
        file = stage_file(stage, &args[0]);
        return base64_file(stage, file, 0, file->size, out);
    case VALUE_BASE64_RANGE:
        return number_of(stage, &args[0], &from) &&
               number_of(stage, &args[1], &to) &&
               base64_file(stage, stage_file(stage, &args[2]), from, to, out);
    default: /* VALUE_BASE64_BLOCK */
        return number_of(stage, &args[0], &from) &&
               base64_file(stage, stage_file(stage, &args[1]), from * 4096,
                   (from + 1) * 4096, out);
    }
}

static bool resolve_socket(struct stage *stage, const struct value_call *call,
    struct buffer *out, struct error *error)
{
    struct stage_socket *socket = socket_find(stage, call->args[0].text);
    if (socket == NULL)
        return error_set(
            error, "there is no socket '%s' yet", call->args[0].text);
    if (call->form->id == VALUE_PORT)
        buffer_printf(out, "%d", socket_port(socket));
    else
        buffer_add_text(out, socket_host(socket));
    return true;
}

static bool resolve_priority(
    const struct value_call *call, struct buffer *out, struct error *error)
{
    static const struct {
        const char *type;
        int preference;
    } types[] = {
        {"direct", 126}, {"assisted", 120}, {"tunnel", 110}, {"proxy", 10}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].type, call->args[0].text) == 0) {
            buffer_printf(out, "%lld",
                65536LL * types[i].preference +
                    (long long)call->args[1].number);
            return true;
        }
    }
    return error_set(
        error, "there is no candidate type '%s'", call->args[0].text);
}

static bool resolve(void *owner, const struct value_call *call,
    struct buffer *out, struct error *error)
{
    struct stage *stage = owner;
    const struct script_arg *args = call->args;
    struct server_proxy proxy = {0};
    if (call->form->id >= VALUE_PROXY_JID && call->form->id <= VALUE_PROXY_PORT)
        proxy = server_proxy(stage->venue->server);
    char text[64];
    int64_t a = 0, b = 0;
    const char *kept;
    switch (call->form->id) {
    case VALUE_JID:
        buffer_add_text(out, stage_player(stage, &args[0])->jid);
        return true;
    case VALUE_FULL_JID:
        buffer_add_text(out, full_jid(stage_player(stage, &args[0])));
        return true;
    case VALUE_DOMAIN:
        buffer_add_text(out, server_domain(stage->venue->server));
        return true;
    case VALUE_FRESH_ID:
        random_id(&stage->random, text, 13);
        buffer_add_text(out, text);
        return true;
    case VALUE_NOW:
        clock_stamp(text);
        buffer_add_text(out, text);
        return true;
    case VALUE_PATH:
    case VALUE_SIZE:
    case VALUE_DIGEST:
    case VALUE_DIGEST_RANGE:
    case VALUE_BASE64:
    case VALUE_BASE64_RANGE:
    case VALUE_BASE64_BLOCK:
        return resolve_file(stage, call, out) ||
               error_set(error, "a number of it has no value");
    case VALUE_BASE64_TEXT:
        kept = inner(stage, &args[0]);
        base64_encode(out, kept, strlen(kept));
        return true;
    case VALUE_HEX_TEXT:
        kept = inner(stage, &args[0]);
        for (; *kept != 0; kept++)
            buffer_printf(out, "%02x", (unsigned char)*kept);
        return true;
    case VALUE_DSTADDR:
    case VALUE_DSTADDR_SHA256:
        dstaddr(inner(stage, &args[0]), full_jid(stage_player(stage, &args[1])),
            full_jid(stage_player(stage, &args[2])),
            call->form->id == VALUE_DSTADDR ? DIGEST_SHA1 : DIGEST_SHA256, out);
        return true;
    case VALUE_PORT:
    case VALUE_HOST:
        return resolve_socket(stage, call, out, error);
    case VALUE_PRIORITY:
        return resolve_priority(call, out, error);
    case VALUE_PROXY_JID:
        buffer_add_text(out, proxy.jid != NULL ? proxy.jid : "");
        return proxy.jid != NULL ||
               error_set(error, "the server has no SOCKS5 proxy");
    case VALUE_PROXY_HOST:
        buffer_add_text(out, proxy.host != NULL ? proxy.host : "");
        return true;
    case VALUE_PROXY_PORT:
        buffer_printf(out, "%d", proxy.port);
        return true;
    case VALUE_TEXT_OF:
        if (!number_of(stage, &args[0], &a))
            return error_set(error, "'%s' is no number", args[0].text);
        for (kept = inner(stage, &args[1]); a > 0 && out->len < 4 << 20; a--)
            buffer_add_text(out, kept);
        return true;
    case VALUE_SUM:
    case VALUE_LOWER:
        if (!number_of(stage, &args[0], &a) || !number_of(stage, &args[1], &b))
            return error_set(error, "one of the two is no number");
        buffer_printf(out, "%lld",
            (long long)(call->form->id == VALUE_SUM ? a + b
                        : a < b                     ? a
                                                    : b));
        return true;
    case VALUE_PART:
        kept = stage_kept(stage,
            arena_printf(stage->arena, "%s %s", args[0].text, args[1].text));
        break;
    default: /* VALUE_KEPT */
        kept = stage_kept(stage, args[0].text);
        break;
    }
    if (kept == NULL)
        return error_set(error, "'%s' has no value yet", args[0].text);
    buffer_add_text(out, kept);
    return true;
}

/* How a text is put together. */
struct expansion {
    struct stage *stage;
    bool xml;     /* escape what is put in, but for markup that was kept */
    bool pattern; /* names without a value yet stay as ${NAME} */
};

static bool put(void *owner, const struct value_call *call, struct buffer *out,
    struct error *error)
{
    const struct expansion *expansion = owner;
    struct stage *stage = expansion->stage;
    if (expansion->pattern && call->form->id == VALUE_KEPT &&
        stage_kept(stage, call->args[0].text) == NULL) {
        buffer_printf(out, "${%s}", call->args[0].text);
        return true;
    }
    if (!expansion->xml || call->form->id == VALUE_PART)
        return resolve(stage, call, out, error);
    struct buffer plain = {0};
    bool ok = resolve(stage, call, &plain, error);
    buffer_add_xml(out, buffer_text(&plain), plain.len);
    buffer_free(&plain);
    return ok;
}

static char *expand(
    struct stage *stage, const char *text, bool xml, bool pattern)
{
    struct expansion expansion = {stage, xml, pattern};
    struct buffer out = {0};
    struct error error = {{0}};
    char *result = NULL;
    if (value_expand(stage->script, text, xml, put, &expansion, &out, &error))
        result = arena_strdup(stage->arena, buffer_text(&out));
    else
        stage_trouble(stage, "%s", error.message);
    buffer_free(&out);
    return result;
}

char *stage_value(struct stage *stage, const char *text)
{
    return expand(stage, text, false, false);
}

char *stage_xml(struct stage *stage, const char *text)
{
    return expand(stage, text, true, false);
}

char *stage_xpath(struct stage *stage, const char *expanded)
{
    return expand(stage, expanded, false, false);
}

char *stage_pattern(struct stage *stage, const char *text)
{
    return expand(stage, text, true, true);
}
