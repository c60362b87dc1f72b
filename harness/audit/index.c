#include "audit/index.h"

#include <stdio.h>
#include <string.h>

struct row {
    const char *key; /* as it stands in the index */
    const char *state;
    bool used;
};

struct rows {
    VEC(struct row);
};

struct index {
    struct arena *arena;
    const struct checkout *checkout;
    struct rows before;
    struct buffer *out;
};

static const char *trimmed(struct arena *arena, const char *text, size_t len)
{
    while (len > 0 && strchr(" \t\r", *text) != NULL)
        text++, len--;
    while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
        len--;
    return arena_strndup(arena, text, len);
}

/* "| `KEY` | ... | STATE |" */
static void read_row(struct index *index, const char *line, size_t len)
{
    if (len < 4 || strncmp(line, "| `", 3) != 0)
        return;
    const char *key = line + 3, *end = line + len;
    const char *tick = memchr(key, '`', (size_t)(end - key));
    while (end > line && end[-1] != '|')
        end--;
    const char *state = end - 1;
    while (state > line && state[-1] != '|')
        state--;
    if (tick == NULL || state <= tick)
        return;
    struct row row = {arena_strndup(index->arena, key, (size_t)(tick - key)),
        trimmed(index->arena, state, (size_t)(end - 1 - state)), false};
    list_push(index->arena, &index->before, row);
}

static void read_rows(struct index *index, const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        read_row(index, text, len);
        text += len + (text[len] == '\n');
    }
}

/* An example is named by its number, not by its caption: that is text of the
 * XEP. */
static const char *path_in_index(struct arena *arena, const struct finding *f)
{
    if (strcmp(f->class, "example-wellformed") != 0)
        return f->path;
    const struct document *d = f->document;
    const struct block *in = NULL;
    for (size_t i = 0; i < d->blocks.count; i++)
        if (d->blocks.items[i].example && d->blocks.items[i].line <= f->line)
            in = &d->blocks.items[i];
    return arena_printf(arena, "(example %d)", in == NULL ? 0 : in->number);
}

static const char *key_in_index(struct arena *arena, const struct finding *f)
{
    const char *parts[] = {
        f->xep, f->ns, f->class, path_in_index(arena, f), f->detail};
    struct buffer key = {0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buffer_add_text(&key, i == 0 ? "" : "\\|");
        for (const char *p = parts[i]; *p != '\0'; p++)
            if (*p == '`')
                buffer_add_text(&key, "'");
            else if (*p == '|')
                buffer_add_text(&key, "\\|");
            else
                buffer_add(&key, *p == '\n' ? " " : p, 1);
    }
    const char *copy = arena_strndup(arena, buffer_text(&key), key.len);
    buffer_free(&key);
    return copy;
}

static const char *state_of(struct index *index, const char *key)
{
    for (size_t i = 0; i < index->before.count; i++) {
        struct row *row = &index->before.items[i];
        if (strcmp(row->key, key) != 0)
            continue;
        row->used = true;
        return *row->state == '\0' ? "found" : row->state;
    }
    return "found";
}

/* The XEPs that this suite has cases or schemas for. */
static bool is_family(const char *xep)
{
    static const char *const families[] = {"0030", "0047", "0065", "0115",
        "0166", "0234", "0260", "0261", "0264", "0300", "0353", "0358", "0380",
        "0384", "0391", "0396", "0420", NULL};
    for (size_t i = 0; families[i] != NULL; i++)
        if (strcmp(families[i], xep) == 0)
            return true;
    return false;
}

static void add_table(
    struct index *index, const char *title, bool family, enum severity severity)
{
    const struct findings *findings = index->checkout->audit->findings;
    buffer_printf(index->out, "\n## %s\n\n%s", title,
        family ? "| key | severity | state |\n|---|---|---|\n"
               : "| key | state |\n|---|---|\n");
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (f->severity == SEVERITY_NOTE || is_family(f->xep) != family ||
            (!family && f->severity != severity))
            continue;
        const char *key = key_in_index(index->arena, f);
        buffer_printf(index->out, "| `%s` | ", key);
        if (family)
            buffer_printf(index->out, "%s | ", finding_severity(f->severity));
        buffer_printf(index->out, "%s |\n", state_of(index, key));
    }
}

/* What was sent and is no longer found: mended, it may be. */
static void add_gone(struct index *index)
{
    bool any = false;
    for (size_t i = 0; i < index->before.count; i++) {
        const struct row *row = &index->before.items[i];
        if (row->used || *row->state == '\0' ||
            strcmp(row->state, "found") == 0)
            continue;
        if (!any)
            buffer_add_text(index->out,
                "\n## No longer found\n\n| key | state |\n|---|---|\n");
        any = true;
        buffer_printf(index->out, "| `%s` | %s |\n", row->key, row->state);
    }
}

/* "519 documents, the last of 2026-11-20": which checkout it is. */
static const char *checkout_name(const struct checkout *checkout)
{
    const char *last = "";
    for (size_t i = 0; i < checkout->documents.count; i++)
        if (strcmp(checkout->documents.items[i]->date, last) > 0)
            last = checkout->documents.items[i]->date;
    return arena_printf(checkout->arena, "%zu documents, the last of %s",
        checkout->documents.count, last);
}

bool index_is_of(const struct checkout *checkout, const char *index)
{
    return strstr(index, checkout_name(checkout)) != NULL;
}

static void add_opening(struct index *index)
{
    const struct findings *findings = index->checkout->audit->findings;
    size_t count = 0, xeps = 0;
    const char *last = "";
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (f->severity == SEVERITY_NOTE)
            continue;
        count++;
        xeps += strcmp(last, f->xep) != 0;
        last = f->xep;
    }
    buffer_printf(index->out,
        "# Schema bugs of the XEPs: what was found, and how far it is\n\n"
        "Made with `jinglespec audit --index reports/upstream/INDEX.md`, "
        "which keeps the last\ncolumn: found, sent, "
        "accepted, or what else a person writes there. The reports and "
        "patches themselves are made\nanew from a checkout "
        "(`jinglespec audit --reports DIR`), never kept here. An example is "
        "named by its number.\n\n%zu errors and warnings in %zu XEPs; the "
        "checkout has %s.\n",
        count, xeps, checkout_name(index->checkout));
}

void index_write(
    const struct checkout *checkout, const char *before, struct buffer *out)
{
    struct index index = {
        .arena = checkout->arena, .checkout = checkout, .out = out};
    read_rows(&index, before);
    add_opening(&index);
    add_table(
        &index, "The families that this suite covers", true, SEVERITY_ERROR);
    add_table(&index, "The others: errors", false, SEVERITY_ERROR);
    add_table(&index, "The others: warnings", false, SEVERITY_WARNING);
    add_gone(&index);
}
