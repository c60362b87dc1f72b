#include "audit/pull_request.h"

#include "audit/diff.h"
#include "audit/patch.h"
#include "base/clock.h"
#include "base/file.h"

#include <ctype.h>
#include <string.h>

/* "1.2.3" -> "1.2.4", "0.8" -> "0.8.1": an editorial change. */
static const char *next_version(struct arena *arena, const char *version)
{
    const char *last = strrchr(version, '.');
    const char *first = strchr(version, '.');
    size_t digits = strspn(version, "0123456789.");
    if (first == NULL || version[digits] != '\0')
        return arena_printf(arena, "%s.1", version);
    if (first == last)
        return arena_printf(arena, "%s.1", version);
    return arena_printf(arena, "%.*s.%ld", (int)(last - version), version,
        strtol(last + 1, NULL, 10) + 1);
}

static const char *today(struct arena *arena)
{
    char stamp[32];
    clock_stamp(stamp);
    return arena_strndup(arena, stamp, 10);
}

/* The <revision/> that the XSF asks for, before the newest one. */
static char *with_revision(
    struct arena *arena, const struct document *d, const char *source)
{
    const char *at = strstr(source, "<revision>");
    if (at == NULL)
        return mem_strdup(source);
    const char *line = at;
    while (line > source && line[-1] != '\n')
        line--;
    const char *in = arena_strndup(arena, line, (size_t)(at - line));
    if (in[strspn(in, " \t")] != '\0')
        in = "";
    struct buffer out = {0};
    buffer_add(&out, source, (size_t)(at - source));
    buffer_printf(&out,
        "<revision>\n%s  <version>%s</version>\n%s  <date>%s</date>\n"
        "%s  <initials>XX</initials>\n"
        "%s  <remark><p>Correct the XML schema and the examples where they "
        "disagree.</p></remark>\n%s</revision>\n%s",
        in, next_version(arena, d->version), in, today(arena), in, in, in, in);
    buffer_add_text(&out, at);
    return buffer_take(&out);
}

static bool in_patch(const struct patch *patch, const struct finding *f)
{
    for (size_t i = 0; i < patch->fixed.count; i++)
        if (patch->fixed.items[i] == f)
            return true;
    return false;
}

/* Tags as code: Markdown takes "<date/>" for one of HTML and shows nothing. */
static void add_markdown(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        size_t len = strcspn(text, ">");
        if (*text == '<' && text[len] == '>') {
            buffer_add_text(out, "`");
            buffer_add(out, text, len + 1);
            buffer_add_text(out, "`");
            text += len;
        } else if (strchr("*_`<", *text) != NULL) {
            buffer_add_text(out, "\\");
            buffer_add(out, text, 1);
        } else {
            buffer_add(out, text, 1);
        }
    }
}

static void add_finding(struct buffer *out, const struct finding *f)
{
    buffer_printf(out, "- **line %d**%s%s%s: ", f->line, *f->path ? ", `" : "",
        f->path, *f->path ? "`" : "");
    add_markdown(out, f->message);
    buffer_add_text(out, ".\n");
    for (size_t i = 0; i < f->evidence.count; i++) {
        buffer_add_text(out, "  - ");
        add_markdown(out, f->evidence.items[i]);
        buffer_add_text(out, "\n");
    }
    if (f->fix != NULL) {
        buffer_add_text(out, "  - Change: ");
        add_markdown(out, f->fix);
        buffer_add_text(out, ".\n");
    }
    buffer_printf(out, "  - Key: `%s`\n", f->key);
}

static bool ours(const struct finding *f, const struct document *d)
{
    return f->document == d && f->severity != SEVERITY_NOTE;
}

static size_t add_findings(struct buffer *out, const struct findings *all,
    const struct document *d, const struct patch *patch, bool fixed)
{
    size_t count = 0;
    for (size_t i = 0; i < all->list.count; i++) {
        const struct finding *f = all->list.items[i];
        if (!ours(f, d) || in_patch(patch, f) != fixed)
            continue;
        add_finding(out, f);
        count++;
    }
    return count;
}

/* Where the text would bear a stricter schema: no fault, an offer. */
static void add_corrected(
    struct buffer *out, const struct findings *all, const struct document *d)
{
    bool any = false;
    for (size_t i = 0; i < all->list.count; i++) {
        const struct finding *f = all->list.items[i];
        if (f->document != d || strcmp(f->class, "corrected") != 0)
            continue;
        if (!any)
            buffer_add_text(out,
                "\n## What could be said more exactly\n\nNo fault, and not "
                "part of the change: where a schema that follows the text to "
                "the letter says something else than the one that is "
                "printed.\n\n");
        any = true;
        buffer_printf(out, "- `%s`: ", *f->path ? f->path : "the whole schema");
        add_markdown(out, f->message);
        if (f->evidence.count > 0)
            buffer_printf(out, " (%s)", f->evidence.items[0]);
        buffer_add_text(out, ".\n");
    }
}

static void write_report(struct buffer *out, const struct findings *all,
    const struct document *d, const struct patch *patch)
{
    struct buffer fixed = {0}, open = {0};
    size_t repaired = add_findings(&fixed, all, d, patch, true);
    size_t left = add_findings(&open, all, d, patch, false);
    buffer_printf(out, "# XEP-%s: Correct the XML schema\n\n", d->number);
    buffer_printf(out,
        "%s (version %s, %s). Holding the schema that this XEP prints against "
        "XML Schema, its own examples, its text and the other XEPs brought up "
        "the following. It is about what is printed, not about the "
        "protocol.\n\n",
        d->title, d->version, d->status);
    if (repaired > 0) {
        buffer_printf(out,
            "## What this change repairs\n\nApplied and checked again: these "
            "are gone, nothing new appears, and the examples that were valid "
            "stay so.%s\n\n",
            patch->compiles
                ? " Every schema of the document compiles afterwards."
                : "");
        buffer_add(out, fixed.data, fixed.len);
    }
    if (left > 0) {
        buffer_printf(out, "%s## What needs the authors' decision\n\n",
            repaired > 0 ? "\n" : "");
        if (patch->source == NULL && patch->why != NULL) {
            buffer_add_text(out, "There is no patch: ");
            add_markdown(out, patch->why);
            buffer_add_text(out, ".\n\n");
        }
        buffer_add(out, open.data, open.len);
    }
    buffer_free(&fixed);
    buffer_free(&open);
    add_corrected(out, all, d);
}

static bool write_one(struct checkout *c, const struct document *d,
    const char *dir, struct error *error)
{
    struct arena *arena = c->arena;
    const char *folder = arena_printf(arena, "%s/xep-%s", dir, d->number);
    struct patch patch = patch_make(c, d);
    struct buffer report = {0}, diff = {0};
    write_report(&report, c->audit->findings, d, &patch);
    bool ok = file_make_dirs(folder, error) &&
              file_write(arena_printf(arena, "%s/report.md", folder),
                  buffer_bytes(&report), error);
    if (ok && patch.source != NULL) {
        char *revised = with_revision(arena, d, patch.source);
        diff_unified(&diff, d->file, d->source, revised);
        free(revised);
        ok = file_write(arena_printf(arena, "%s/fix.patch", folder),
            buffer_bytes(&diff), error);
    }
    buffer_free(&report);
    buffer_free(&diff);
    patch_free(&patch);
    return ok;
}

bool pull_requests_write(
    struct checkout *c, const char *dir, struct error *error)
{
    for (size_t i = 0; i < c->documents.count; i++) {
        const struct document *d = c->documents.items[i];
        bool any = false;
        for (size_t k = 0; k < c->audit->findings->list.count; k++)
            any |= ours(c->audit->findings->list.items[k], d);
        if (any && c->wanted.items[i] && !write_one(c, d, dir, error))
            return false;
    }
    return true;
}
