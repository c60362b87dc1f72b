#include "report/ladder_fold.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ACTORS = 16, STANZAS_LEAST = 2, IDS = 4096 };

static bool starts_with_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    return text != NULL && strncmp(text, word, len) == 0 &&
           (text[len] == 0 || text[len] == ' ');
}

static bool is_any_of(const char *label, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (starts_with_word(label, words[i]))
            return true;
    }
    return false;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Logins */

static bool belongs_to_login(const struct record_event *e)
{
    static const char *const labels[] = {"features", "auth", "challenge",
        "response", "success", "iq set bind", "iq result bind",
        "iq set session", "iq result session", "starttls", "proceed"};
    if (e->mark != NULL)
        return false;
    return e->kind == EVENT_STREAM || e->kind == EVENT_CONNECTION ||
           (e->kind == EVENT_STANZA &&
               is_any_of(e->label, labels, COUNT(labels)));
}

static const char *client_of(const struct record_event *e)
{
    bool from_server = e->from == NULL || strcmp(e->from, "server") == 0;
    return from_server ? e->to : e->from;
}

/* The login that has begun for each client: its events so far. */
struct logins {
    struct {
        const char *actor;
        size_t first, count;
        bool failed;
    } list[ACTORS];
    size_t count;
};

static size_t login_of(struct logins *logins, const char *actor)
{
    size_t i = 0;
    while (i < logins->count && strcmp(logins->list[i].actor, actor) != 0)
        i++;
    if (i == logins->count && i < ACTORS) {
        logins->list[i].actor = actor;
        logins->list[i].count = 0;
        logins->count++;
    }
    return i;
}

/* All events of one login, the bind's result being its last. */
static void mark_login(struct fold *folds, const struct record_case *c,
    size_t first, size_t last, const char *actor)
{
    folds[first].actor = actor;
    for (size_t i = first; i <= last; i++) {
        const struct record_event *e = &c->events.items[i];
        const char *client = client_of(e);
        if (client == NULL || strcmp(client, actor) != 0 ||
            !belongs_to_login(e))
            continue;
        folds[i].in_login = true;
        folds[first].login++;
    }
}

static void fold_logins(struct fold *folds, const struct record_case *c)
{
    struct logins logins = {.count = 0};
    for (size_t i = 0; i < c->events.count; i++) {
        const struct record_event *e = &c->events.items[i];
        const char *client = client_of(e);
        if (client == NULL || !belongs_to_login(e))
            continue;
        size_t at = login_of(&logins, client);
        if (at == ACTORS)
            continue;
        if (logins.list[at].count++ == 0) {
            logins.list[at].first = i;
            logins.list[at].failed = false;
        }
        logins.list[at].failed |= e->failed;
        if (e->label != NULL && strcmp(e->label, "closed") == 0)
            logins.list[at].count = 0;
        if (!starts_with_word(e->label, "iq result bind"))
            continue;
        if (!logins.list[at].failed)
            mark_login(folds, c, logins.list[at].first, i, client);
        logins.list[at].count = 0;
    }
}

/* The background */

/* The id of a raw stanza, as far as a look at its first tag tells. */
static size_t id_of(const char *data, const char **id)
{
    const char *end = data == NULL ? NULL : strchr(data, '>');
    const char *at = data;
    while (end != NULL && (at = strstr(at, " id=")) != NULL && at < end) {
        char quote = at[4];
        const char *close =
            quote == '\'' || quote == '"' ? strchr(at + 5, quote) : NULL;
        if (close != NULL && close < end) {
            *id = at + 5;
            return (size_t)(close - at) - 5;
        }
        at += 4;
    }
    return 0;
}

struct ids {
    struct {
        const char *text;
        size_t len;
    } list[IDS];
    size_t count;
};

static bool holds(const struct ids *ids, const char *id, size_t len)
{
    for (size_t i = ids->count; len > 0 && i-- > 0;) {
        if (ids->list[i].len == len && memcmp(ids->list[i].text, id, len) == 0)
            return true;
    }
    return false;
}

static bool is_background(const struct record_event *e, struct ids *ids)
{
    static const char *const labels[] = {"presence", "iq get ping",
        "iq get query disco#info", "iq get query disco#items",
        "iq get query version", "iq get query roster",
        "iq get query bytestreams", "iq get pubsub", "iq get vCard"};
    const char *id = NULL;
    if (e->kind != EVENT_STANZA || e->mark != NULL || e->label == NULL)
        return false;
    size_t len = id_of(e->data, &id);
    if (is_any_of(e->label, labels, COUNT(labels))) {
        if (ids->count < IDS && len > 0) {
            ids->list[ids->count].text = id;
            ids->list[ids->count++].len = len;
        }
        return true;
    }
    bool answer = starts_with_word(e->label, "iq result") ||
                  starts_with_word(e->label, "iq error");
    return answer && holds(ids, id, len);
}

static void fold_background(struct fold *folds, const struct record_case *c)
{
    struct ids *ids = mem_alloc(sizeof *ids);
    size_t others = 0;
    for (size_t i = 0; i < c->events.count; i++) {
        const struct record_event *e = &c->events.items[i];
        folds[i].background = is_background(e, ids) && !folds[i].in_login;
        others += e->kind == EVENT_STANZA && !folds[i].background &&
                  !folds[i].in_login;
    }
    for (size_t i = 0; i < c->events.count; i++) {
        if (others < STANZAS_LEAST || c->events.items[i].failed)
            folds[i].background = false;
    }
    free(ids);
}

struct fold *fold_events(const struct record_case *c)
{
    struct fold *folds = mem_alloc((c->events.count + 1) * sizeof *folds);
    fold_logins(folds, c);
    fold_background(folds, c);
    return folds;
}
