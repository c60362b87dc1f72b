#include "xmpp/register.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/xml.h"
#include "server/probe.h"
#include "xmpp/parser.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NS_STREAM "http://etherx.jabber.org/streams"

enum { AT_ONCE = 32 };

/* One connection; it registers one account. */
struct slot {
    struct registration *registration;
    size_t account;
    int fd; /* -1: free */
    struct loop_watch *watch;
    struct stream_parser *parser;
    struct buffer out;
};

struct registration {
    struct loop *loop;
    struct arena *arena;
    const char *address, *domain;
    uint16_t port;
    struct account *accounts;
    size_t count, next, made;
    struct loop_timer *timer;
    int64_t deadline_ms;
    registration_done_fn *done;
    void *owner;
    struct slot slots[AT_ONCE];
};

static void free_slot(struct slot *slot)
{
    if (slot->fd < 0)
        return;
    loop_unwatch(slot->watch);
    close(slot->fd);
    stream_parser_free(slot->parser);
    buffer_free(&slot->out);
    *slot = (struct slot){.registration = slot->registration, .fd = -1};
}

void registration_cancel(struct registration *registration)
{
    if (registration == NULL)
        return;
    for (size_t i = 0; i < AT_ONCE; i++)
        free_slot(&registration->slots[i]);
    loop_timer_cancel(registration->timer);
    arena_free(registration->arena);
    free(registration);
}

static void finish(struct registration *registration, const struct error *error)
{
    registration_done_fn *done = registration->done;
    void *owner = registration->owner;
    registration_cancel(registration);
    done(owner, error);
}

static void fail(struct slot *slot, const char *why)
{
    struct registration *registration = slot->registration;
    struct error error;
    error_set(&error, "cannot register %s@%s at %s port %u: %s",
        registration->accounts[slot->account].user, registration->domain,
        registration->address, registration->port, why);
    finish(registration, &error);
}

static void write_request(struct slot *slot)
{
    struct registration *registration = slot->registration;
    const struct account *account = &registration->accounts[slot->account];
    struct buffer *out = &slot->out;
    buffer_add_text(out,
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
        "xmlns:stream='" NS_STREAM "' version='1.0' to='");
    buffer_add_xml(out, registration->domain, strlen(registration->domain));
    buffer_add_text(out,
        "'><iq type='set' id='register'><query xmlns='jabber:iq:register'>"
        "<username>");
    buffer_add_xml(out, account->user, strlen(account->user));
    buffer_add_text(out, "</username><password>");
    buffer_add_xml(out, account->password, strlen(account->password));
    buffer_add_text(out, "</password></query></iq>");
}

static void work(void *owner, short revents);

/* Takes the next account; false when there is none or no socket. */
static bool fill_slot(struct slot *slot)
{
    struct registration *registration = slot->registration;
    if (registration->next == registration->count)
        return false;
    int fd = probe_connect(registration->address, registration->port);
    if (fd < 0)
        return false;
    slot->account = registration->next++;
    slot->fd = fd;
    slot->parser = stream_parser_new();
    write_request(slot);
    slot->watch =
        loop_watch_fd(registration->loop, fd, POLLIN | POLLOUT, work, slot);
    return true;
}

static bool any_busy(const struct registration *registration)
{
    for (size_t i = 0; i < AT_ONCE; i++) {
        if (registration->slots[i].fd >= 0)
            return true;
    }
    return false;
}

static void late(void *owner)
{
    struct registration *registration = owner;
    struct error error;
    registration->timer = NULL;
    error_set(&error,
        "%zu of %zu accounts were registered at %s port %u "
        "within the deadline",
        registration->made, registration->count, registration->address,
        registration->port);
    finish(registration, &error);
}

/* After an answer: the next account, or the end. */
static void go_on(struct slot *slot)
{
    struct registration *registration = slot->registration;
    free_slot(slot);
    registration->made++;
    if (registration->made == registration->count)
        finish(registration, NULL);
    else if (!fill_slot(slot) && !any_busy(registration))
        fail(slot, strerror(errno));
}

/* What the server said in an error, for people. */
static void describe(const xmlNode *stanza, struct buffer *out)
{
    const xmlNode *error = xml_is(stanza, NS_STREAM, "error")
                               ? stanza
                               : xml_child(stanza, NULL, "error");
    const xmlNode *condition = xml_child(error, NULL, NULL);
    const xmlNode *text = xml_child(error, NULL, "text");
    buffer_printf(out, "the server said %s",
        condition != NULL ? (const char *)condition->name : "no");
    if (text != NULL) {
        buffer_add_text(out, ": ");
        xml_text(text, out);
    }
}

/* False when the slot was given up or went on to another account. */
static bool take_stanza(struct slot *slot, const xmlNode *stanza)
{
    const char *type = xml_attr(stanza, "type");
    bool iq = xml_is(stanza, NULL, "iq") && type != NULL;
    if (iq && strcmp(type, "result") == 0) {
        go_on(slot);
        return false;
    }
    if (!xml_is(stanza, NS_STREAM, "error") &&
        !(iq && strcmp(type, "error") == 0))
        return true;
    struct buffer why = {0};
    describe(stanza, &why);
    fail(slot, buffer_text(&why));
    buffer_free(&why);
    return false;
}

static void take_bytes(struct slot *slot, struct bytes data)
{
    while (data.len > 0) {
        struct stream_event event;
        size_t used = stream_parser_feed(slot->parser, data, &event);
        data = bytes_of(data.data + used, data.len - used);
        if (event.kind == STREAM_ERROR) {
            fail(slot, event.reason);
            return;
        }
        bool same = event.kind != STREAM_STANZA ||
                    take_stanza(slot, stream_stanza(event.doc));
        xmlFreeDoc(event.doc);
        if (!same)
            return;
    }
}

static void work(void *owner, short revents)
{
    struct slot *slot = owner;
    char part[8192];
    if (revents & POLLOUT && slot->out.len > 0) {
        ssize_t put =
            send(slot->fd, slot->out.data, slot->out.len, MSG_NOSIGNAL);
        if (put > 0)
            buffer_drop(&slot->out, (size_t)put);
        else if (errno != EAGAIN && errno != EINTR) {
            fail(slot, strerror(errno));
            return;
        }
        if (slot->out.len == 0)
            loop_watch_events(slot->watch, POLLIN);
    }
    if (!(revents & (POLLIN | POLLHUP | POLLERR)))
        return;
    ssize_t got = recv(slot->fd, part, sizeof part, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        take_bytes(slot, bytes_of(part, (size_t)got));
    else
        fail(slot,
            got == 0 ? "the server closed the connection" : strerror(errno));
}

static void begin(void *owner)
{
    struct registration *registration = owner;
    registration->timer = NULL;
    if (registration->count == 0) {
        finish(registration, NULL);
        return;
    }
    size_t filled = 0;
    while (filled < AT_ONCE && fill_slot(&registration->slots[filled]))
        filled++;
    if (filled == 0) {
        fail(&registration->slots[0], strerror(errno));
        return;
    }
    registration->timer = loop_timer_at(
        registration->loop, registration->deadline_ms, late, registration);
}

static const char *copy(struct arena *arena, const char *text)
{
    return arena_strdup(arena, text);
}

struct registration *registration_start(struct loop *loop, const char *address,
    uint16_t port, const char *domain, const struct account *accounts,
    size_t count, int64_t deadline_ms, registration_done_fn *done, void *owner)
{
    struct registration *registration = mem_alloc(sizeof *registration);
    struct arena *arena = arena_new();
    *registration = (struct registration){.loop = loop,
        .arena = arena,
        .address = copy(arena, address),
        .domain = copy(arena, domain),
        .port = port,
        .accounts = arena_alloc(arena, (count + 1) * sizeof *accounts),
        .count = count,
        .deadline_ms = deadline_ms,
        .done = done,
        .owner = owner};
    for (size_t i = 0; i < count; i++)
        registration->accounts[i] = (struct account){
            copy(arena, accounts[i].user), copy(arena, accounts[i].password)};
    for (size_t i = 0; i < AT_ONCE; i++)
        registration->slots[i] =
            (struct slot){.registration = registration, .fd = -1};
    registration->timer = loop_timer_at(loop, 0, begin, registration);
    return registration;
}

struct waiting {
    bool done, ok;
    struct error *error;
};

static void waited(void *owner, const struct error *error)
{
    struct waiting *waiting = owner;
    waiting->done = true;
    waiting->ok =
        error == NULL || error_set(waiting->error, "%s", error->message);
}

bool register_accounts(struct loop *loop, const char *address, uint16_t port,
    const char *domain, const struct account *accounts, size_t count,
    int64_t deadline_ms, struct error *error)
{
    struct waiting waiting = {.error = error};
    registration_start(loop, address, port, domain, accounts, count,
        deadline_ms, waited, &waiting);
    while (!waiting.done)
        loop_turn(loop, deadline_ms + 1000);
    return waiting.ok;
}
