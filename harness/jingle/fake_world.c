#include "jingle/fake_world.h"

#include "base/memory.h"
#include "base/vec.h"
#include "jingle/names.h"
#include "jingle/socks5.h"
#include "jingle/stanza.h"
#include "omemo/device.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIPE_MAX = 65536, SEGMENT_MAX = 65536 };

/* One end of a connection: a client's, or the proxy's (client NULL). */
struct end {
    int id;
    struct world_client *client;
    struct end *other;
    struct buffer in; /* what the other wrote and was not read yet */
    bool want_read, want_write, closed, told_closed, open_due, refuse_due;
    struct socks5 socks; /* of the proxy's ends */
    unsigned logged;     /* writes that the world's log has */
    struct end *paired;  /* the other party, once activated */
};

struct listening {
    int id;
    struct world_client *client;
    char address[64];
    uint16_t port;
};

struct world_net {
    VEC(struct end *) ends;
    VEC(struct listening) listeners;
    VEC(char *) stanzas;
    int next_id;
    uint16_t next_port;
};

uint8_t world_byte(uint64_t offset)
{
    return (uint8_t)(offset * 7 + (offset >> 8) * 13 + (offset >> 16) + 128);
}

/* --- the host's functions --- */

static void add_from(struct world_client *client, struct bytes stanza)
{
    struct world *world = client->world;
    struct buffer out = {0};
    const char *text = (const char *)stanza.data;
    size_t name = strcspn(text, " />");
    buffer_add(&out, text, name);
    xml_add_attr(&out, "from", client->jid);
    buffer_add(&out, text + name, stanza.len - name);
    buffer_add(&world->log, out.data, out.len);
    buffer_add_text(&world->log, "\n");
    vec_push(&world->net->stanzas, buffer_take(&out));
}

static void host_send(void *owner, struct bytes stanza)
{
    add_from(owner, stanza);
}

static int host_listen(void *owner, const char *address, uint16_t *port)
{
    struct world_client *client = owner;
    struct world_net *net = client->world->net;
    struct listening listening = {0};
    listening.id = ++net->next_id;
    listening.client = client;
    snprintf(listening.address, sizeof listening.address, "%s", address);
    listening.port = *port = ++net->next_port;
    vec_push(&net->listeners, listening);
    return listening.id;
}

static void host_unlisten(void *owner, int listener)
{
    struct world_client *client = owner;
    struct world_net *net = client->world->net;
    for (size_t i = 0; i < net->listeners.count; i++) {
        if (net->listeners.items[i].id == listener) {
            vec_remove(&net->listeners, i);
            return;
        }
    }
}

static struct end *end_new(struct world *world, struct world_client *client)
{
    struct end *end = mem_alloc(sizeof *end);
    end->id = ++world->net->next_id;
    end->client = client;
    end->want_read = true;
    vec_push(&world->net->ends, end);
    return end;
}

static struct end *find_end(struct world *world, int id)
{
    for (size_t i = 0; i < world->net->ends.count; i++) {
        struct end *end = world->net->ends.items[i];
        if (end->id == id && end->client) {
            return end;
        }
    }
    return NULL;
}

static void join(struct end *a, struct end *b)
{
    a->other = b;
    b->other = a;
    a->open_due = true;
}

static int host_connect(void *owner, const char *address, uint16_t port)
{
    struct world_client *client = owner;
    struct world *world = client->world;
    struct world_net *net = world->net;
    struct end *end = end_new(world, client);
    bool proxy = world->has_proxy && !strcmp(address, "proxy.world.test");
    if (proxy && !world->no_proxy) {
        struct end *there = end_new(world, NULL);
        socks5_server(&there->socks);
        join(end, there);
        return end->id;
    }
    if (world->hangs ||
        (world->hangs_host && !strcmp(world->hangs_host, address))) {
        return end->id;
    }
    bool walled = world->no_direct || world->walled == client;
    for (size_t i = 0; i < net->listeners.count && !walled; i++) {
        struct listening *at = &net->listeners.items[i];
        bool host =
            !strcmp(at->address, address) || !strcmp(address, "localhost");
        if (at->port == port && host) {
            struct end *there = end_new(world, at->client);
            join(end, there);
            client_accepted(at->client->core, at->id, there->id);
            return end->id;
        }
    }
    end->refuse_due = true;
    return end->id;
}

static size_t host_write(
    void *owner, int connection, const void *data, size_t len)
{
    struct world_client *client = owner;
    struct end *end = find_end(client->world, connection);
    if (!end || !end->other || end->other->closed) {
        return 0;
    }
    size_t room = PIPE_MAX - end->other->in.len;
    size_t took = len < room ? len : room;
    buffer_add(&end->other->in, data, took);
    if (end->logged < 2) { /* greeting and request, or method and reply */
        end->logged++;
        buffer_printf(&client->world->handshakes, "%d ", connection);
        hex_encode(&client->world->handshakes, data, took < 64 ? took : 64);
        buffer_add_text(&client->world->handshakes, "\n");
    }
    return took;
}

static void host_watch(void *owner, int connection, bool read, bool write)
{
    struct world_client *client = owner;
    struct end *end = find_end(client->world, connection);
    if (end) {
        end->want_read = read;
        end->want_write = write;
    }
}

static void host_close(void *owner, int connection)
{
    struct world_client *client = owner;
    struct end *end = find_end(client->world, connection);
    if (end) {
        end->closed = end->told_closed = true;
        buffer_printf(&client->world->handshakes, "%d closed at %lld\n",
            connection, (long long)client->world->now_ms);
    }
}

static struct world_file *find_file(
    struct world_client *client, const char *name, bool ours)
{
    for (size_t i = client->file_count; i-- > 0;) {
        if (!strcmp(client->files[i].name, name) &&
            client->files[i].ours == ours) {
            return &client->files[i];
        }
    }
    return NULL;
}

static void *host_file_open(
    void *owner, const char *path, struct client_file_info *info)
{
    struct world_file *file = find_file(owner, path, true);
    if (file) {
        info->size = file->size;
        info->modified_s = 1000000000;
    }
    return file;
}

static int64_t host_file_read(
    void *owner, void *handle, uint64_t offset, void *out, size_t len)
{
    (void)owner;
    struct world_file *file = handle;
    uint64_t size = file->ours ? file->size : file->content.len;
    if (offset >= size) {
        return 0;
    }
    if (len > size - offset) {
        len = (size_t)(size - offset);
    }
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)out)[i] = file->ours ? world_byte(offset + i)
                                         : file->content.data[offset + i];
    }
    return (int64_t)len;
}

static struct world_file *add_file(
    struct world_client *client, const char *name, bool ours)
{
    if (client->file_count == WORLD_FILES_MAX) {
        return NULL;
    }
    struct world_file *file = &client->files[client->file_count++];
    snprintf(file->name, sizeof file->name, "%s", name);
    file->ours = ours;
    return file;
}

static void *host_file_create(void *owner, const char *name, uint64_t keep)
{
    struct world_file *file = keep ? find_file(owner, name, false) : NULL;
    if (file) {
        file->content.len = (size_t)keep;
        file->finished = false;
        return file;
    }
    return keep ? NULL : add_file(owner, name, false);
}

static bool host_file_write(
    void *owner, void *handle, const void *data, size_t len)
{
    struct world_client *client = owner;
    struct world_file *file = handle;
    file->size += len;
    if (!client->discard) {
        buffer_add(&file->content, data, len);
    }
    return true;
}

static void host_file_finish(void *owner, void *handle, bool good)
{
    (void)owner;
    struct world_file *file = handle;
    if (!file->ours) {
        file->finished = true;
        file->good = good;
    }
}

static void host_event(void *owner, const struct client_event *event)
{
    struct world_client *client = owner;
    if (client->event_count == WORLD_EVENTS_MAX) {
        return;
    }
    struct world_event *to = &client->events[client->event_count++];
    to->kind = event->kind;
    to->hash = event->hash;
    to->sending = event->sending;
    to->bytes = event->bytes;
    snprintf(to->reason, sizeof to->reason, "%s", event->reason);
    snprintf(to->text, sizeof to->text, "%s", event->text);
    snprintf(to->content, sizeof to->content, "%s", event->content);
}

static void host_log(void *owner, const char *line)
{
    (void)owner;
    (void)line;
}

static const struct client_host host = {host_send, host_listen, host_unlisten,
    host_connect, host_write, host_watch, host_close, host_file_open,
    host_file_read, host_file_create, host_file_write, host_file_finish,
    host_event, host_log};

/* --- the server --- */

static void answer(struct world *world, xmlNodePtr iq, const char *from,
    const char *type, const char *payload)
{
    struct buffer out = {0};
    buffer_add_text(&out, "<iq");
    xml_add_attr(&out, "type", type);
    xml_add_attr(&out, "id", xml_attr(iq, "id"));
    xml_add_attr(&out, "from", from);
    xml_add_attr(&out, "to", xml_attr(iq, "from"));
    buffer_printf(&out, ">%s</iq>", payload);
    vec_push(&world->net->stanzas, buffer_take(&out));
}

static const char unavailable[] =
    "<error type='cancel'><service-unavailable xmlns='" NS_STANZAS
    "'/></error>";

static void activate(struct world *world, xmlNodePtr iq, xmlNodePtr query)
{
    char *target = stanza_text(xml_child(query, NS_S5B, "activate"));
    struct buffer text = {0};
    buffer_printf(&text, "%s%s%s", stanza_attr(query, "sid"),
        stanza_attr(iq, "from"), target);
    free(target);
    struct end *found[2] = {NULL, NULL};
    size_t count = 0;
    struct world_net *net = world->net;
    /* the digest is checked by s5b's own tests: here two of one address */
    for (size_t i = 0; i < net->ends.count; i++) {
        struct end *end = net->ends.items[i];
        bool waits = !end->client && end->socks.state == SOCKS5_OPEN &&
                     !end->paired && !end->closed;
        if (waits && count < 2 &&
            (!count || !strcmp(found[0]->socks.address, end->socks.address))) {
            found[count++] = end;
        }
    }
    buffer_free(&text);
    if (count == 2 && !world->activation_refused) {
        world->activations++;
        found[0]->paired = found[1];
        found[1]->paired = found[0];
        answer(world, iq, "proxy.world.test", "result", "");
    } else {
        answer(world, iq, "proxy.world.test", "error",
            "<error type='cancel'><item-not-found xmlns='" NS_STANZAS
            "'/></error>");
    }
}

static void to_service(struct world *world, xmlNodePtr iq, const char *to)
{
    xmlNodePtr payload = xml_child(iq, NULL, NULL);
    bool proxy = !strcmp(to, "proxy.world.test") && world->has_proxy;
    bool set = strcmp(stanza_attr(iq, "type"), "set") == 0;
    if (strchr(to, '@') && set) {
        /* a peer that a test plays: it acknowledges everything */
        answer(world, iq, to, "result", "");
    } else if (xml_is(payload, NS_DISCO_ITEMS, NULL) && !proxy) {
        answer(world, iq, to, "result",
            world->has_proxy ? "<query xmlns='" NS_DISCO_ITEMS
                               "'><item jid='proxy.world.test'/></query>"
                             : "<query xmlns='" NS_DISCO_ITEMS "'/>");
    } else if (xml_is(payload, NS_DISCO_INFO, NULL) && proxy) {
        answer(world, iq, to, "result",
            "<query xmlns='" NS_DISCO_INFO
            "'><identity category='proxy' type='bytestreams'/></query>");
    } else if (xml_is(payload, NS_S5B, NULL) && proxy) {
        if (xml_child(payload, NS_S5B, "activate")) {
            activate(world, iq, payload);
        } else {
            answer(world, iq, to, "result",
                "<query xmlns='" NS_S5B "'><streamhost jid='proxy.world.test' "
                "host='proxy.world.test' port='7777'/></query>");
        }
    } else {
        answer(world, iq, to, "error", unavailable);
    }
}

/* Personal eventing of accounts; the own one when to is empty. */
static bool to_account(struct world *world, xmlNodePtr iq, const char *to)
{
    xmlNodePtr payload = xml_child(iq, NULL, NULL);
    const char *owner = *to ? to : stanza_attr(iq, "from");
    if (!xml_is(payload, "http://jabber.org/protocol/pubsub", NULL)) {
        return false;
    }
    char *bare = mem_strndup(owner, jid_bare_len(owner));
    struct buffer result = {0}, event = {0};
    bool good =
        fake_pubsub_request(world->pubsub, bare, payload, &result, &event);
    answer(world, iq, bare, good ? "result" : "error",
        good ? buffer_text(&result) : unavailable);
    for (size_t i = 0; event.len && i < world->client_count; i++) {
        char *to_jid = mem_printf("<message to='%s'%s", world->clients[i].jid,
            buffer_text(&event) + strlen("<message"));
        vec_push(&world->net->stanzas, to_jid);
    }
    buffer_free(&result);
    buffer_free(&event);
    free(bare);
    return true;
}

static void route(struct world *world, xmlNodePtr stanza)
{
    const char *to = stanza_attr(stanza, "to");
    const char *from = stanza_attr(stanza, "from");
    const char *type = stanza_attr(stanza, "type");
    bool presence = xml_is(stanza, NULL, "presence");
    bool delivered = false;
    for (size_t i = 0; i < world->client_count; i++) {
        struct world_client *client = &world->clients[i];
        bool broadcast = presence && !*to && strcmp(client->jid, from);
        bool bare = *to && jid_is_bare(to) && jid_same_bare(to, client->jid) &&
                    !xml_is(stanza, NULL, "iq");
        if (broadcast || bare || !strcmp(to, client->jid)) {
            delivered = true;
            client_tick(client->core, world->now_ms);
            client_stanza(client->core, stanza);
        }
    }
    bool request = xml_is(stanza, NULL, "iq") &&
                   (!strcmp(type, "get") || !strcmp(type, "set"));
    if (!delivered && request && !to_account(world, stanza, to)) {
        to_service(world, stanza, to);
    }
}

static bool deliver_stanza(struct world *world)
{
    struct world_net *net = world->net;
    if (!net->stanzas.count) {
        return false;
    }
    char *text = net->stanzas.items[0];
    vec_remove(&net->stanzas, 0);
    char *whole = mem_printf("<stream xmlns='" NS_CLIENT "'>%s</stream>", text);
    xmlDocPtr document = xmlReadMemory(whole, (int)strlen(whole), NULL, NULL,
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
            XML_PARSE_HUGE);
    if (!document) {
        fprintf(stderr, "not well-formed: %s\n", text);
        abort();
    }
    xmlNodePtr stanza = xml_child(xmlDocGetRootElement(document), NULL, NULL);
    if (!world->filter || world->filter(world, stanza, world->filter_owner)) {
        route(world, stanza);
    }
    xmlFreeDoc(document);
    free(whole);
    free(text);
    return true;
}

/* --- the network --- */

static void proxy_read(struct end *end)
{
    if (end->socks.state != SOCKS5_OPEN) {
        size_t used = socks5_take(&end->socks, end->in.data, end->in.len);
        buffer_drop(&end->in, used);
        if (end->socks.state == SOCKS5_DECIDE) {
            socks5_answer(&end->socks, SOCKS5_SUCCEEDED);
        }
        buffer_add(&end->other->in, end->socks.out, end->socks.out_len);
        end->socks.out_len = 0;
    } else if (end->paired) {
        struct end *to = end->paired->other;
        size_t room = PIPE_MAX > to->in.len ? PIPE_MAX - to->in.len : 0;
        size_t len = end->in.len < room ? end->in.len : room;
        buffer_add(&to->in, end->in.data, len);
        buffer_drop(&end->in, len);
    }
}

static bool turn_end(struct world *world, struct end *end)
{
    struct client *core = end->client ? end->client->core : NULL;
    if (end->closed) {
        return false;
    }
    if (end->refuse_due) {
        end->refuse_due = false;
        end->closed = end->told_closed = true;
        client_connection_event(core, end->id, CLIENT_REFUSED, NULL, 0);
        return true;
    }
    if (end->open_due) {
        end->open_due = false;
        client_connection_event(core, end->id, CLIENT_OPEN, NULL, 0);
        return true;
    }
    if (!core) {
        size_t before = end->in.len;
        if (before) {
            proxy_read(end);
        }
        bool gone = end->other->closed && !end->in.len;
        if (gone) {
            end->closed = true;
            if (end->paired) {
                end->paired->closed = true;
            }
        }
        return before != end->in.len || gone;
    }
    if (end->in.len && end->want_read) {
        size_t segment = world->segment ? world->segment : SEGMENT_MAX;
        size_t len = end->in.len < segment ? end->in.len : segment;
        uint8_t *copy = mem_alloc(len);
        memcpy(copy, end->in.data, len);
        buffer_drop(&end->in, len);
        client_connection_event(core, end->id, CLIENT_DATA, copy, len);
        free(copy);
        return true;
    }
    if (!end->in.len && end->want_read && end->other && end->other->closed &&
        !end->told_closed) {
        end->told_closed = end->closed = true;
        client_connection_event(core, end->id, CLIENT_CLOSED, NULL, 0);
        return true;
    }
    if (end->want_write && end->other && end->other->in.len < PIPE_MAX) {
        client_connection_event(core, end->id, CLIENT_WRITABLE, NULL, 0);
        return true;
    }
    return false;
}

static bool turn_net(struct world *world)
{
    bool moved = false;
    for (size_t i = 0; i < world->net->ends.count; i++) {
        moved = turn_end(world, world->net->ends.items[i]) || moved;
    }
    return moved;
}

void world_run(struct world *world, int64_t until_ms)
{
    while (true) {
        bool moved = world->net_first && turn_net(world);
        moved = moved || deliver_stanza(world);
        moved = turn_net(world) || moved;
        if (moved && world->turns > 0 && --world->turns == 0) {
            return;
        }
        if (moved) {
            continue;
        }
        int64_t next = INT64_MAX;
        for (size_t i = 0; i < world->client_count; i++) {
            int64_t at = client_next_deadline(world->clients[i].core);
            next = at < next ? at : next;
        }
        if (next > until_ms) {
            break;
        }
        world->now_ms = next > world->now_ms ? next : world->now_ms;
        for (size_t i = 0; i < world->client_count; i++) {
            client_tick(world->clients[i].core, world->now_ms);
        }
    }
    world->now_ms = until_ms;
    for (size_t i = 0; i < world->client_count; i++) {
        client_tick(world->clients[i].core, until_ms);
    }
}

/* --- life --- */

struct world *world_new(bool has_proxy)
{
    struct world *world = mem_alloc(sizeof *world);
    world->net = mem_alloc(sizeof *world->net);
    world->net->next_port = 5000;
    world->has_proxy = has_proxy;
    world->pubsub = fake_pubsub_new();
    return world;
}

void world_free(struct world *world)
{
    for (size_t i = 0; i < world->client_count; i++) {
        client_free(world->clients[i].core);
        jet_client_free(world->clients[i].jet);
        for (size_t k = 0; k < world->clients[i].file_count; k++) {
            buffer_free(&world->clients[i].files[k].content);
        }
    }
    struct world_net *net = world->net;
    for (size_t i = 0; i < net->ends.count; i++) {
        buffer_free(&net->ends.items[i]->in);
        free(net->ends.items[i]);
    }
    for (size_t i = 0; i < net->stanzas.count; i++) {
        free(net->stanzas.items[i]);
    }
    vec_free(&net->ends);
    vec_free(&net->stanzas);
    vec_free(&net->listeners);
    free(net);
    fake_pubsub_free(world->pubsub);
    buffer_free(&world->log);
    buffer_free(&world->handshakes);
    free(world);
}

static void apply_settings(struct client_policy *policy, const char *settings)
{
    char *copy = mem_strdup(settings);
    char *line = copy;
    while (line && *line) {
        char *next = strchr(line, '\n');
        if (next) {
            *next++ = '\0';
        }
        char *colon = strchr(line, ':');
        struct error error;
        if (colon) {
            *colon = '\0';
            if (!policy_set(policy, line, colon + 2, &error)) {
                fprintf(stderr, "%s\n", error.message);
                abort();
            }
        }
        line = next;
    }
    free(copy);
}

struct world_client *world_client(struct world *world, const char *jid,
    const char *settings, enum fault fault)
{
    struct world_client *client = &world->clients[world->client_count];
    struct client_config config = {0};
    config.policy = policy_default();
    config.fault = fault;
    config.seed = 42;
    if (settings) {
        apply_settings(&config.policy, settings);
    }
    client->world = world;
    snprintf(client->jid, sizeof client->jid, "%s", jid);
    if (world->secure) {
        client->jet = world->methods != NULL
                          ? jet_client_new(world->methods)
                          : jet_client_omemo(omemo_device_new());
        config.security = jet_client_security(client->jet);
    }
    client->core = client_new(&config, &host, client);
    world->client_count++;
    client_login_done(client->core, jid);
    world_run(world, world->now_ms);
    return client;
}

void world_put(struct world_client *client, const char *path, uint64_t len)
{
    struct world_file *file = add_file(client, path, true);
    file->size = len;
}

void world_inject(struct world *world, const char *xml)
{
    vec_push(&world->net->stanzas, mem_strdup(xml));
    world_run(world, world->now_ms);
}

void world_cut(struct world_client *client)
{
    struct world_net *net = client->world->net;
    for (size_t i = 0; i < net->ends.count; i++) {
        struct end *end = net->ends.items[i];
        end->told_closed = end->closed = end->closed || end->client == client;
    }
}

void world_intrude(struct world *world)
{
    const struct listening *at = &world->net->listeners.items[0];
    struct end *there = end_new(world, at->client);
    there->other = end_new(world, NULL);
    there->other->other = there;
    client_accepted(at->client->core, at->id, there->id);
}

size_t world_connections(const struct world *world)
{
    size_t count = 0;
    for (size_t i = 0; i < world->net->ends.count; i++) {
        count += !world->net->ends.items[i]->closed;
    }
    return count;
}

size_t world_listeners(const struct world *world)
{
    return world->net->listeners.count;
}

size_t world_count(const struct world *world, const char *text)
{
    size_t count = 0;
    const char *at = buffer_text(&world->log);
    while ((at = strstr(at, text)) != NULL) {
        count++;
        at += strcspn(at, "\n"); /* once a stanza */
    }
    return count;
}

/* What was looked for in vain, so that a test fails by what it expected. */
static const struct world_event no_event = {.reason = "no such event",
    .text = "no such event",
    .content = "no such event",
    .hash = CLIENT_BAD};
static const struct world_file no_file = {.name = "no such file"};

const struct world_event *world_find(
    const struct world_client *client, enum client_event_kind kind)
{
    for (size_t i = client->event_count; i-- > 0;) {
        if (client->events[i].kind == kind) {
            return &client->events[i];
        }
    }
    return &no_event;
}

bool world_saw(const struct world_client *client, enum client_event_kind kind)
{
    return world_find(client, kind) != &no_event;
}

const struct world_file *world_received(const struct world_client *client)
{
    for (size_t i = client->file_count; i-- > 0;) {
        if (!client->files[i].ours) {
            return &client->files[i];
        }
    }
    return &no_file;
}

bool world_has_received(const struct world_client *client)
{
    return world_received(client) != &no_file;
}

bool world_same(const struct world_client *to, const struct world_client *from,
    const char *path)
{
    const struct world_file *got = world_received(to);
    const struct world_file *sent = NULL;
    for (size_t i = 0; i < from->file_count; i++) {
        if (from->files[i].ours && !strcmp(from->files[i].name, path)) {
            sent = &from->files[i];
        }
    }
    if (!sent || !got->finished || !got->good ||
        got->content.len != sent->size) {
        return false;
    }
    for (uint64_t i = 0; i < sent->size; i++) {
        if (got->content.data[i] != world_byte(i)) {
            return false;
        }
    }
    return true;
}
