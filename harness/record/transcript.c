#include "record/transcript.h"

#include "base/utf8.h"
#include "base/xml.h"

#include <inttypes.h>
#include <string.h>

static bool is_markup(const char *data)
{
    return data != NULL && data[strspn(data, " \t\r\n")] == '<';
}

/* Only what parses may stand as markup: the rest would break the transcript.
 * Stream headers do not, and say nothing that matters here. */
static bool parses(const char *data)
{
    struct buffer whole = {0};
    buffer_add_text(&whole, "<s xmlns='jabber:client' "
                            "xmlns:stream='http://etherx.jabber.org/streams'>");
    buffer_add_text(&whole, data);
    buffer_add_text(&whole, "</s>");
    xmlDoc *doc = xml_parse(buffer_bytes(&whole), NULL);
    xmlFreeDoc(doc);
    buffer_free(&whole);
    return doc != NULL;
}

static void add_attribute(
    struct buffer *out, const char *name, const char *text)
{
    struct buffer line = {0};
    utf8_add_line(&line, text, 200);
    buffer_printf(out, " %s='", name);
    buffer_add_xml(out, buffer_text(&line), line.len);
    buffer_add_text(out, "'");
    buffer_free(&line);
}

static bool is_server(const char *name)
{
    return name != NULL &&
           (strcmp(name, "server") == 0 || strcmp(name, "wire") == 0);
}

static void add_stanza(struct buffer *out, const struct record_event *e)
{
    bool outwards = !is_server(e->from);
    const char *actor = outwards ? e->from : e->to;
    buffer_printf(out, "<stanza t='%" PRId64 ".%06" PRId64 "' dir='%s'",
        e->time_us / 1000000, e->time_us % 1000000, outwards ? "out" : "in");
    add_attribute(out, "actor", actor ? actor : "?");
    if (e->mark != NULL)
        add_attribute(out, "mark", e->mark);
    buffer_add_text(out, ">");
    buffer_add_text(out, e->data);
    buffer_add_text(out, "</stanza>\n");
}

void record_transcript(const struct record_case *c, struct buffer *out)
{
    buffer_add_text(out, "<transcript xmlns='jabber:client' "
                         "xmlns:stream='http://etherx.jabber.org/streams'>\n");
    for (size_t i = 0; i < c->events.count; i++) {
        const struct record_event *e = &c->events.items[i];
        if (e->kind == EVENT_STANZA && is_markup(e->data) && parses(e->data))
            add_stanza(out, e);
    }
    buffer_add_text(out, "</transcript>\n");
}
