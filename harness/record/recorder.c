#include "record/recorder_parts.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MOST = 20000 };

struct recorder *recorder_new(void)
{
    struct recorder *recorder = mem_alloc(sizeof *recorder);
    recorder->arena = arena_new();
    return recorder;
}

void recorder_free(struct recorder *recorder)
{
    if (recorder == NULL)
        return;
    for (size_t i = 0; i < recorder->entries.count; i++)
        xmlFreeDoc(recorder->entries.items[i].doc);
    vec_free(&recorder->entries);
    vec_free(&recorder->actors);
    vec_free(&recorder->takes);
    vec_free(&recorder->values);
    arena_free(recorder->arena);
    free(recorder);
}

/* The stanza under a stream header, so that its prefixes are declared. */
static xmlDoc *parse(struct bytes text, const char *header)
{
    struct buffer whole = {0};
    if (header != NULL)
        buffer_add_text(&whole, header);
    else
        buffer_add_text(&whole,
            "<stream:stream xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>");
    buffer_add(&whole, text.data, text.len);
    buffer_add_text(&whole, "</stream:stream>");
    xmlDoc *doc = xml_parse(buffer_bytes(&whole), NULL);
    buffer_free(&whole);
    return doc;
}

static void add_stanza(struct recorder *recorder, const char *owner, bool out,
    struct bytes text, const char *header, bool injected)
{
    if (recorder->entries.count >= ENTRIES_MOST)
        return;
    xmlDoc *doc = parse(text, header);
    if (doc == NULL && header != NULL)
        doc = parse(text, NULL);
    const xmlNode *stanza =
        doc == NULL ? NULL : xml_child(xmlDocGetRootElement(doc), NULL, NULL);
    if (stanza == NULL) {
        xmlFreeDoc(doc);
        recorder->unparsable++;
        return;
    }
    struct recorded_entry entry = {
        .owner = arena_strdup(recorder->arena, owner),
        .out = out,
        .injected = injected,
        .doc = doc,
        .stanza = stanza,
    };
    vec_push(&recorder->entries, entry);
}

void recorder_stanza(struct recorder *recorder, const char *owner, bool out,
    struct bytes text, const char *header)
{
    add_stanza(recorder, owner, out, text, header, false);
}

void recorder_subject(struct recorder *recorder, const char *who)
{
    recorder->subject = arena_strdup(recorder->arena, who);
}

/* A case's own words */

/* "${size}" of a value list by the case's choice "size=4096, x=y". */
static const char *with_values(
    struct recorder *recorder, const char *text, const char *values)
{
    struct buffer out = {0};
    for (; *text != 0; text++) {
        const char *end =
            text[0] == '$' && text[1] == '{' ? strchr(text, '}') : NULL;
        size_t len = end == NULL ? 0 : (size_t)(end - text) - 2;
        const char *at = end == NULL || values == NULL ? NULL : values;
        while (
            at != NULL && (strncmp(at, text + 2, len) != 0 || at[len] != '=')) {
            at = strstr(at, ", ");
            at = at == NULL ? NULL : at + 2;
        }
        if (at == NULL) {
            buffer_add(&out, text, 1);
            continue;
        }
        const char *comma = strstr(at, ", ");
        buffer_add(&out, at + len + 1,
            comma ? (size_t)(comma - at) - len - 1 : strlen(at + len + 1));
        text = end;
    }
    const char *copy = arena_strdup(recorder->arena, buffer_text(&out));
    buffer_free(&out);
    return copy;
}

static void read_header(
    struct recorder *recorder, const char *line, bool *copied)
{
    static const char *const kinds[] = {"[Client] ", "[Subject] ", "[File] "};
    *copied = false;
    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(kinds[i]);
        if (strncmp(line, kinds[i], len) != 0)
            continue;
        *copied = true;
        const char *name = arena_strndup(
            recorder->arena, line + len, strcspn(line + len, " \r"));
        if (i == 2) {
            if (recorder->file == NULL)
                recorder->file = name;
            continue;
        }
        struct recorded_actor actor = {.owner = name, .name = name};
        vec_push(&recorder->actors, actor);
        if (i == 1)
            recorder->subject = name;
    }
}

/* The sections of clients, subject and files go into the new script as they
 * are; templates and scenes are not needed any more. */
static void read_headers(struct recorder *recorder, const struct record_case *c)
{
    struct buffer kept = {0};
    char *copy = mem_strdup(c->script), *rest = copy, *line;
    bool copied = false;
    while (
        (line = strsep(&rest, "\n")) != NULL && strncmp(line, "---", 3) != 0) {
        if (line[0] == '[')
            read_header(recorder, line, &copied);
        if (copied && line[0] != '#' && line[0] != 0)
            buffer_printf(&kept,
                line[0] == '[' && kept.len > 0 ? "\n%s\n" : "%s\n", line);
    }
    free(copy);
    recorder->sections = with_values(recorder, buffer_text(&kept), c->values);
    recorder->clients_only = recorder->subject == NULL;
    buffer_free(&kept);
}

/* Steps that stanzas do not tell. */
static bool is_repeated(const char *step)
{
    static const char *const words[] = {" connects", " disconnects",
        " goes offline", " is asked to ", " has received ", " has no file",
        " is still usable", " are quiet"};
    if (strstr(step, " socks5") != NULL ||
        strstr(step, " connects to ") != NULL)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(step, words[i]) != NULL)
            return true;
    }
    return false;
}

static bool is_server(const char *name)
{
    return name == NULL || strcmp(name, "server") == 0 ||
           strcmp(name, "wire") == 0;
}

/* What a step says beyond what its stanza or its bytes show. */
static void read_step(struct recorder *recorder, const char *step)
{
    const char *on = strstr(step, " on "), *comma = strchr(step, ',');
    if (strstr(step, " sends ") == NULL || comma == NULL)
        return;
    if (on != NULL && on < comma)
        recorder->send_clauses = arena_strdup(recorder->arena, comma);
    if (strstr(comma, "with ") != NULL)
        recorder->literal = arena_printf(recorder->arena, "%s\n%s",
            recorder->literal ? recorder->literal : "", comma);
}

static void read_event(struct recorder *recorder, const struct record_case *c,
    const struct record_event *e)
{
    if (e->kind == EVENT_STEP && e->label != NULL) {
        const char *step = with_values(recorder, e->label, c->values);
        read_step(recorder, step);
        if (recorder->untold == NULL && !recorder_tells_step(step))
            recorder->untold = step;
    }
    if (e->kind == EVENT_STEP && e->label != NULL && is_repeated(e->label)) {
        struct recorded_entry entry = {
            .sentence = with_values(recorder, e->label, c->values)};
        vec_push(&recorder->entries, entry);
        return;
    }
    if (e->kind != EVENT_STANZA || e->data == NULL)
        return;
    bool out = !is_server(e->from);
    const char *owner = out ? e->from : e->to;
    bool injected = e->mark != NULL && strcmp(e->mark, "injected") == 0;
    if (owner != NULL)
        add_stanza(recorder, owner, out, bytes_text(e->data), NULL, injected);
}

void recorder_case(struct recorder *recorder, const struct record_case *c)
{
    recorder->from_case = true;
    recorder->c = c;
    if (c->script != NULL)
        read_headers(recorder, c);
    if (recorder->file == NULL)
        recorder->file = "photo"; /* of the library */
    for (size_t i = 0; i < c->events.count; i++)
        read_event(recorder, c, &c->events.items[i]);
}

/* Printing */

/* What happened, as the headers need it. */
struct traits {
    bool sends, accepts, s5b, ibb, proposes, proposed_to, only_ibb, late_hash;
};

static struct traits traits_of(const struct recorder *recorder)
{
    struct traits traits = {0};
    for (size_t i = 0; i < recorder->takes.count; i++) {
        const struct take *take = &recorder->takes.items[i];
        if (take->stanza == NULL)
            continue;
        bool proposal = xml_child(take->stanza, NS_JMI, "propose") != NULL;
        traits.proposes |= proposal && !take->sent;
        traits.proposed_to |= proposal && take->sent;
        const char *action = recorder_action(take->stanza);
        if (action == NULL)
            continue;
        traits.late_hash |=
            !take->sent &&
            xml_child(recorder_jingle(take->stanza), NULL, "checksum") != NULL;
        bool s5b = xml_find(take->stanza, NULL, NS_S5B, NULL) != NULL;
        bool ibb = xml_find(take->stanza, NULL, NS_IBB, NULL) != NULL;
        if (!take->sent && strcmp(action, "session-initiate") == 0) {
            traits.sends = true;
            traits.only_ibb |= ibb && !s5b;
        }
        traits.accepts |= !take->sent && strcmp(action, "session-accept") == 0;
        traits.s5b |= s5b;
        traits.ibb |= ibb;
    }
    return traits;
}

/* What the subject must be able to do. */
static void print_needs(const struct recorder *recorder,
    const struct traits *traits, struct buffer *out)
{
    if (traits->proposes)
        buffer_add_text(out, "\tmessage-initiation: always\n");
    if (traits->late_hash)
        buffer_add_text(out, "\thash-when: later\n");
    if (traits->sends || traits->accepts || traits->s5b || traits->ibb)
        buffer_printf(out, "\tneeds: %s%s%s%s%s\n",
            traits->sends ? "send" : "receive, accept",
            traits->s5b ? ", s5b" : "", traits->ibb ? ", ibb" : "",
            traits->proposes || traits->proposed_to ? ", message-initiate" : "",
            recorder->encrypted ? ", jet, omemo" : "");
}

/* What makes the subject choose as it did. */
static void print_features(const struct recorder *recorder,
    const struct traits *traits, struct buffer *out)
{
    const struct {
        bool wanted;
        const char *feature;
    } rows[] = {{traits->proposes || traits->proposed_to, NS_JMI},
        {recorder->encrypted, NS_JET},
        {recorder->encrypted, "urn:xmpp:jingle:jet-omemo:0"},
        {traits->only_ibb, "-" NS_S5B}};
    bool any = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].wanted)
            continue;
        buffer_printf(
            out, "%s%s", any ? ", " : "\tfeatures: ", rows[i].feature);
        any = true;
    }
    if (any)
        buffer_add_text(out, "\n");
}

static void print_actors(
    const struct recorder *recorder, bool subject, struct buffer *out)
{
    struct traits traits = traits_of(recorder);
    for (size_t i = 0; i < recorder->actors.count; i++) {
        const struct recorded_actor *actor = &recorder->actors.items[i];
        if (actor->subject != subject)
            continue;
        buffer_printf(
            out, "[%s] %s\n", subject ? "Subject" : "Client", actor->name);
        if (recorder->encrypted)
            buffer_add_text(out, "\tomemo: yes\n");
        if (subject) {
            buffer_add_text(out, "\tcontacts: yes\n");
            print_needs(recorder, &traits, out);
        } else if (!recorder->clients_only) {
            print_features(recorder, &traits, out);
        }
        buffer_add_text(out, "\n");
    }
}

/* Proposals are for peers whose presence came before. */
static void print_quiet(const struct recorder *recorder, struct buffer *out)
{
    const char *subject = NULL;
    for (size_t i = 0; i < recorder->actors.count; i++) {
        if (recorder->actors.items[i].subject)
            subject = recorder->actors.items[i].name;
    }
    for (size_t i = 0; subject != NULL && i < recorder->actors.count; i++) {
        if (!recorder->actors.items[i].subject)
            buffer_printf(out, "%s and %s are quiet\n",
                recorder->actors.items[i].name, subject);
    }
}

static void print_headers(const struct recorder *recorder, struct buffer *out)
{
    if (recorder->sections != NULL) {
        buffer_printf(out, "%s\n-----\n\n", recorder->sections);
        return;
    }
    /* The subject comes last: its peers are there when it logs in. */
    for (int pass = 0; pass < 2; pass++)
        print_actors(recorder, pass == 1, out);
    if (recorder->file_header != NULL)
        buffer_printf(out, "%s\n", recorder->file_header);
    buffer_add_text(out, "-----\n\n");
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < recorder->actors.count; i++) {
            if (recorder->actors.items[i].subject == (pass == 1))
                buffer_printf(
                    out, "%s connects\n", recorder->actors.items[i].name);
        }
    }
    struct traits traits = traits_of(recorder);
    if (!recorder->clients_only && (traits.proposes || traits.proposed_to))
        print_quiet(recorder, out);
    buffer_add_text(out, "\n");
}

static void print_title(
    const char *title, const char *id, const char *tags, struct buffer *out)
{
    buffer_add_text(out, "# ");
    utf8_add_line(out, title, 200);
    buffer_add_text(out, "\n## id: ");
    utf8_add_line(out, id, 100);
    buffer_add_text(out, "\n## tags: recorded");
    if (tags != NULL) {
        buffer_add_text(out, ", ");
        utf8_add_line(out, tags, 400);
    }
    buffer_add_text(out, "\n");
}

/* The case's script tells what its stanzas do not. */
static void print_by_script(const struct recorder *recorder, const char *title,
    const char *id, const char *why, struct buffer *out)
{
    print_title(title, id, recorder->c->tags, out);
    buffer_add_text(out, "# Told by the case's own script, for its stanzas do "
                         "not tell it all: ");
    utf8_add_line(out, why, 200);
    buffer_add_text(out, "\n");
    recorder_print_script(recorder, out);
}

bool recorder_print(struct recorder *recorder, const char *title,
    const char *id, struct buffer *out, struct error *error)
{
    struct buffer steps = {0};
    struct error why = {0};
    bool ok = recorder->untold == NULL && recorder_select(recorder, &why) &&
              (!recorder_misses_stanzas(recorder) ||
                  error_set(&why, "its puppets did more than these tell")) &&
              recorder_print_steps(recorder, &steps, &why);
    if (ok) {
        print_title(title, id, NULL, out);
        buffer_add_text(out, "\n");
        print_headers(recorder, out);
        buffer_add(out, steps.data, steps.len);
        if (recorder->unparsable > 0)
            buffer_printf(out,
                "# %d elements of the log did not parse and are not here.\n",
                recorder->unparsable);
    } else if (recorder->c != NULL && recorder->c->script != NULL) {
        print_by_script(recorder, title, id,
            recorder->untold != NULL ? recorder->untold : why.message, out);
        ok = true;
    } else {
        error_set(error, "%s", why.message);
    }
    buffer_free(&steps);
    return ok;
}
