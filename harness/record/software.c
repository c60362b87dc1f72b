#include "record/software.h"

#include "base/utf8.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_LIMIT = 60 };

static const char *const version_ns = "jabber:iq:version";
static const char *const info_ns = "http://jabber.org/protocol/disco#info";

/* The name in the script's header "[Subject] NAME", or NULL. */
static const char *subject_of(const struct record_case *c, struct arena *arena)
{
    static const char header[] = "\n[Subject] ";
    const char *at = c->script == NULL ? NULL : strstr(c->script, header);
    if (at == NULL)
        return NULL;
    at += sizeof header - 1;
    return arena_strndup(arena, at, strcspn(at, " \r\n"));
}

static void add_text(struct buffer *out, const char *text)
{
    size_t len = text == NULL ? 0 : strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    if (len == 0)
        return;
    char *word = mem_printf("%.*s", (int)len, text);
    if (out->len > 0)
        buffer_add_text(out, " ");
    utf8_add_line(out, word, NAME_LIMIT);
    free(word);
}

static void add_child(
    struct buffer *out, const xmlNode *query, const char *name)
{
    struct buffer text = {0};
    const xmlNode *child = xml_child(query, NULL, name);
    if (child != NULL)
        xml_text(child, &text);
    add_text(out, buffer_text(&text));
    buffer_free(&text);
}

/* What this stanza says; nothing is added when it says nothing. */
static void read_stanza(
    const char *data, const char *wanted, struct buffer *out)
{
    if (strstr(data, wanted) == NULL)
        return;
    xmlDoc *doc = xml_parse(bytes_text(data), NULL);
    const xmlNode *iq = doc == NULL ? NULL : xmlDocGetRootElement(doc);
    const char *type = iq == NULL ? NULL : xml_attr(iq, "type");
    const xmlNode *query = type != NULL && strcmp(type, "result") == 0
                               ? xml_child(iq, wanted, "query")
                               : NULL;
    if (wanted == version_ns) {
        add_child(out, query, "name");
        add_child(out, query, "version");
    } else {
        add_text(out, xml_attr(xml_child(query, NULL, "identity"), "name"));
    }
    xmlFreeDoc(doc);
}

static void search(
    const struct record_run *run, const char *wanted, struct buffer *out)
{
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *c = run->cases.items[i];
        const char *subject = subject_of(c, run->arena);
        for (size_t j = 0; subject != NULL && j < c->events.count; j++) {
            const struct record_event *e = &c->events.items[j];
            if (e->kind == EVENT_STANZA && e->data != NULL && e->from != NULL &&
                strcmp(e->from, subject) == 0)
                read_stanza(e->data, wanted, out);
            if (out->len > 0)
                return;
        }
    }
}

const char *software_of_subject(const struct record_run *run)
{
    struct buffer name = {0};
    search(run, version_ns, &name);
    if (name.len == 0)
        search(run, info_ns, &name);
    const char *copy =
        name.len == 0 ? NULL : arena_strdup(run->arena, buffer_text(&name));
    buffer_free(&name);
    return copy;
}
