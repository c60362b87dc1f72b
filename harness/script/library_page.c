/* The part of cases/GRAMMAR.md about the library: what its files say of their
 * scenes and templates, and the names that these leave and take. */
#include "script/script.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct page {
    bool scenes; /* else templates */
    struct buffer *out;
    struct buffer about; /* the comment above a header */
    struct buffer names; /* of the open row, "`a`, `b`" */
    bool open;
};

static void add_name(struct page *page, const char *name, size_t len)
{
    char *quoted = mem_printf("`%.*s`", (int)len, name);
    if (len > 0 && strstr(buffer_text(&page->names), quoted) == NULL)
        buffer_printf(
            &page->names, "%s%s", page->names.len > 0 ? ", " : "", quoted);
    free(quoted);
}

/* Between two sentences of a row, not before the first. */
static const char *space(const struct page *page)
{
    return page->out->data[page->out->len - 1] == ' ' ? "" : " ";
}

static void close_row(struct page *page)
{
    if (!page->open)
        return;
    if (page->names.len > 0)
        buffer_printf(page->out, "%s%s %s.", space(page),
            page->scenes ? "Keeps" : "Takes", buffer_text(&page->names));
    buffer_add_text(page->out, " |\n");
    buffer_clear(&page->names);
    page->open = false;
}

static void open_row(struct page *page, const char *name)
{
    buffer_printf(page->out, "| `%s` | ", name);
    buffer_add_text(page->out, buffer_text(&page->about));
    page->open = true;
}

static size_t word_len(const char *text)
{
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || text[len] == '-')
        len++;
    return len;
}

/* A step of a scene: which one it builds on, and what it keeps. */
static void read_step(struct page *page, const char *line)
{
    if (strncmp(line, "Scene ", 6) == 0)
        buffer_printf(page->out, "%sAfter `%s`.", space(page), line + 6);
    if (strncmp(line, "Let ", 4) == 0)
        add_name(page, line + 4, word_len(line + 4));
    const char *as = line;
    while ((as = strstr(as, " as ")) != NULL) {
        as += 4;
        add_name(page, as, word_len(as));
    }
}

/* A line of a template: the values it puts in, but for JIDs and fresh ids. */
static void read_stanza(struct page *page, const char *line)
{
    while ((line = strstr(line, "${")) != NULL) {
        line += 2;
        size_t len = strcspn(line, "}");
        char *value = mem_strndup(line, len);
        if (strstr(value, "JID") == NULL && strcmp(value, "fresh id") != 0)
            add_name(page, value, len);
        free(value);
    }
}

static void read_line(struct page *page, const char *line)
{
    static const char *const headers[] = {"[Template] ", "[Scene] "};
    const char *header = headers[page->scenes];
    if (line[0] == '#' && line[1] != '\t' && strncmp(line, "# ---", 5) != 0) {
        close_row(page);
        const char *text = line + 1 + strspn(line + 1, " ");
        buffer_printf(
            &page->about, "%s%s", page->about.len > 0 ? " " : "", text);
        return;
    }
    if (line[0] == '[') {
        close_row(page);
        if (strncmp(line, header, strlen(header)) == 0)
            open_row(page, line + strlen(header));
    } else if (page->open && line[0] == '\t' && page->scenes) {
        read_step(page, line + 1);
    } else if (page->open && line[0] == '\t') {
        read_stanza(page, line);
    }
    buffer_clear(&page->about);
}

void script_print_library(const char *text, bool scenes, struct buffer *out)
{
    struct page page = {.scenes = scenes, .out = out};
    while (*text != 0) {
        size_t len = strcspn(text, "\n");
        char *line = mem_strndup(text, len);
        read_line(&page, line);
        free(line);
        text += len + (text[len] != 0);
    }
    close_row(&page);
    buffer_free(&page.about);
    buffer_free(&page.names);
}

void script_print_library_head(bool scenes, struct buffer *out)
{
    buffer_add_text(out,
        scenes
            ? "\n## Scenes\n\nSteps of the library that bring Romeo, a puppet, "
              "and Juliet, the subject, to a state: `## with: NAME` runs one "
              "when both have connected, `Scene NAME` anywhere. What they keep "
              "the templates take.\n\n| Scene | |\n|---|---|\n"
            : "\n## Templates\n\nStanzas of the library that Romeo sends to "
              "Juliet by name; clauses edit them. What they take is kept by a "
              "scene, or by the script itself (`Let content be file`); photo "
              "is a [File] of the library, which one of the script's own "
              "overrides.\n\n"
              "| Template | |\n|---|---|\n");
}
