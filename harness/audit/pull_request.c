#include "audit/pull_request.h"

#include "audit/compile.h"
#include "audit/diff.h"
#include "audit/list.h"
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
static char *with_revision(struct arena *arena, const struct document *d,
    const char *source, const char *initials, const char *remark)
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
        "%s  <initials>%s</initials>\n"
        "%s  <remark><p>%s.</p></remark>\n%s</revision>\n%s",
        in, next_version(arena, d->version), in, today(arena), in, initials, in,
        remark, in, in);
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

/* The message as a sentence of its own. */
static void add_sentence(struct buffer *out, const char *text)
{
    size_t len = strlen(text);
    char *copy = mem_strdup(text);
    *copy = (char)toupper((unsigned char)*copy);
    add_markdown(out, copy);
    free(copy);
    if (len > 0 && text[len - 1] != '.')
        buffer_add_text(out, ".");
}

/* How a proposed schema came about: its authors judge by it. */
static const char drawn[] =
    "\n   It declares the elements that the examples show. An attribute is "
    "required where all of them have it, a type is the narrowest that all "
    "values fit, unless the text says otherwise (or, where jinglespec has a "
    "schema of the namespace, drawn from the text, that one does); the order "
    "of different children is left free, since examples prescribe none.\n";

/* "1. **`received/@name`** (line 1075). What is wrong. / Seen in: ... / The
 * change: ..." */
static void add_finding(
    struct buffer *out, const struct finding *f, size_t number, bool fixed)
{
    buffer_printf(out, "%zu. ", number);
    if (*f->path != '\0' && strncmp(f->class, "example-wellformed", 18) != 0)
        buffer_printf(out, "**`%s`** (line %d): ", f->path, f->line);
    else if (*f->path != '\0')
        buffer_printf(
            out, "**The example \"%s\"** (line %d): ", f->path, f->line);
    else
        buffer_printf(out, "**Line %d**: ", f->line);
    add_sentence(out, f->message);
    buffer_add_text(out, "\n");
    for (size_t i = 0; i < f->evidence.count; i++) {
        buffer_add_text(out, "\n   > ");
        add_sentence(out, f->evidence.items[i]);
        buffer_add_text(out, "\n");
    }
    if (f->fix != NULL) {
        buffer_add_text(
            out, fixed ? "\n   *The change:* " : "\n   *Possible change:* ");
        add_markdown(out, f->fix);
        buffer_add_text(out, ".\n");
        if (fixed && strcmp(f->class, "no-schema") == 0)
            buffer_add_text(out, drawn);
    }
    buffer_add_text(out, "\n");
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
        add_finding(out, f, ++count, fixed);
    }
    return count;
}

/* Faults for which a parser gives up on a schema. */
static bool breaks_schema(const struct finding *f)
{
    static const char *const classes[] = {"wellformed", "structure", "order",
        "undefined-type", "undefined-element", "missing-import", "type-misuse",
        "ambiguous", "all-repeated", "attribute", "compile", NULL};
    for (size_t i = 0; classes[i] != NULL; i++)
        if (f->severity == SEVERITY_ERROR && strcmp(f->class, classes[i]) == 0)
            return true;
    return false;
}

/* Of what a XEP registers, advertises or calls its namespace. */
static bool of_names(const struct finding *f)
{
    return strcmp(f->class, "registry") == 0 ||
           strcmp(f->class, "feature") == 0 ||
           strcmp(f->class, "namespace") == 0;
}

static bool prints_schema(const struct audit *audit, const struct document *d)
{
    for (size_t i = 0; i < audit->catalog.schemas.count; i++)
        if (audit->catalog.schemas.items[i]->document == d)
            return true;
    return false;
}

/* What the change is about, in its title and its first sentence. */
static void add_opening(struct buffer *out, const struct audit *audit,
    const struct document *d, size_t repaired)
{
    bool broken = false, missing = false, schema = false, names = true;
    const struct findings *all = audit->findings;
    for (size_t i = 0; i < all->list.count; i++) {
        const struct finding *f = all->list.items[i];
        if (!ours(f, d))
            continue;
        broken |= breaks_schema(f);
        missing |= strcmp(f->class, "no-schema") == 0;
        schema |= strncmp(f->class, "example-wellformed", 18) != 0 &&
                  strcmp(f->class, "example-elsewhere") != 0 &&
                  strcmp(f->class, "example-prefix") != 0 &&
                  strcmp(f->class, "no-schema") != 0 &&
                  strcmp(f->class, "old-namespace") != 0 && !of_names(f);
        names &= of_names(f);
    }
    buffer_printf(out, "# XEP-%s: %s\n\n", d->number,
        names               ? "Questions on names and registrations"
        : repaired == 0     ? schema || missing ? "Questions on the XML schema"
                                                : "Questions on the examples"
        : missing && schema ? "Correct the XML schemas and add one"
        : missing           ? "Add the missing XML schema"
        : schema            ? "Correct the XML schema"
                            : "Correct the examples");
    buffer_printf(out, "%s (version %s, %s) ", d->title, d->version, d->status);
    buffer_add_text(out,
        names ? "names a namespace, a feature or a document of its own "
                "differently in different places."
        : missing && prints_schema(audit, d)
            ? "prints no XML schema for some of the elements that it defines."
        : missing ? "defines elements and prints no XML schema for them."
        : broken  ? "prints an XML schema that no processor compiles, so that "
                    "nothing can be validated by it."
        : schema  ? "prints an XML schema that says something else than the "
                    "text or the examples do."
                  : "prints examples that a reader cannot rely on.");
    buffer_add_text(out,
        repaired > 0 ? " This pull request changes what is printed, not the "
                       "protocol.\n\n"
                     : " What follows is about what is printed, not about the "
                       "protocol.\n\n");
}

/* What a processor says of the schemas as they are printed. */
static void add_complaints(
    struct buffer *out, const struct audit *audit, const struct document *d)
{
    for (size_t i = 0; i < audit->catalog.schemas.count; i++) {
        const struct schema *s = audit->catalog.schemas.items[i];
        const char *start = s->block->text.data;
        start += strspn(start, " \t\r\n");
        bool first =
            i == 0 || audit->catalog.schemas.items[i - 1]->block != s->block;
        if (s->document != d || !s->faulty || !first)
            continue;
        const char *said = compile_printed(audit->arena, start, strlen(start));
        if (said != NULL)
            buffer_printf(out,
                "libxml2 (`xmllint --schema`) says first of the schema in line "
                "%d, as it is printed:\n\n    %s\n\n",
                s->block->line, said);
    }
}

/* The findings by their names, for who follows them over versions. */
static void add_keys(
    struct buffer *out, const struct findings *all, const struct document *d)
{
    buffer_add_text(out, "---\n\nFound with `jinglespec audit`. Its names for "
                         "the findings above:\n\n");
    for (size_t i = 0; i < all->list.count; i++)
        if (ours(all->list.items[i], d))
            buffer_printf(out, "- `%s`\n", all->list.items[i]->key);
}

static void write_report(struct buffer *out, const struct audit *audit,
    const struct document *d, const struct patch *patch)
{
    const struct findings *all = audit->findings;
    struct buffer fixed = {0}, open = {0};
    size_t repaired = add_findings(&fixed, all, d, patch, true);
    size_t left = add_findings(&open, all, d, patch, false);
    add_opening(out, audit, d, repaired);
    add_complaints(out, audit, d);
    if (repaired > 0) {
        buffer_add_text(out, "## What is wrong, and what the change does\n\n");
        buffer_add(out, fixed.data, fixed.len);
        buffer_printf(out,
            "The changed document was checked again: %s gone, nothing new "
            "appears in this XEP or in those that use it, and the examples "
            "that were valid stay valid.%s\n\n",
            repaired == 1 ? "this is" : "all of this is",
            patch->compiles ? " Every schema in it compiles." : "");
    }
    if (left > 0) {
        buffer_printf(out, "## %s\n\n",
            repaired > 0 ? "Not part of this change: for the authors to decide"
                         : "What is wrong");
        if (patch->source == NULL && patch->why != NULL) {
            buffer_add_text(out, "No change is proposed, since ");
            add_markdown(out, patch->why);
            buffer_add_text(out, ".\n\n");
        }
        buffer_add(out, open.data, open.len);
    }
    buffer_free(&fixed);
    buffer_free(&open);
    add_keys(out, all, d);
}

/* The declared names that the findings are about, "", when there are many:
 * " (checksum, received)". */
static const char *subjects(struct arena *arena, const struct patch *patch)
{
    enum { SHOWN = 4 };
    VEC(const char *) names = {0};
    for (size_t i = 0; i < patch->fixed.count; i++) {
        const struct finding *f = patch->fixed.items[i];
        const char *path = f->path;
        if (strncmp(path, "type:", 5) == 0)
            path += 5;
        const char *name = arena_strndup(arena, path, strcspn(path, "/@="));
        bool there =
            *name == '\0' || strcmp(f->class, "example-wellformed") == 0;
        for (size_t k = 0; k < names.count && !there; k++)
            there = strcmp(names.items[k], name) == 0;
        if (!there)
            list_push(arena, &names, name);
    }
    const char *out = "";
    for (size_t i = 0; i < names.count && names.count <= SHOWN; i++)
        out = arena_printf(
            arena, "%s%s%s", out, i == 0 ? " (" : ", ", names.items[i]);
    return *out == '\0' ? "" : arena_printf(arena, "%s)", out);
}

/* What the revision is told to do. */
static const char *remark_on(struct arena *arena, const struct patch *patch)
{
    bool schema = false, examples = false, adds = false;
    for (size_t i = 0; i < patch->fixed.count; i++) {
        const struct finding *f = patch->fixed.items[i];
        bool example = strcmp(f->class, "example-wellformed") == 0;
        bool missing = strcmp(f->class, "no-schema") == 0;
        adds |= missing;
        examples |= example;
        schema |= !example && !missing;
    }
    const char *out = adds && schema ? "Add a missing XML schema and correct "
                                       "the other"
                      : adds         ? "Add the missing XML schema"
                      : schema       ? "Correct the XML schema"
                                     : "Correct the markup of examples";
    return arena_printf(arena, "%s%s%s", out,
        schema ? subjects(arena, patch) : "",
        examples && (adds || schema) ? "; correct the markup of examples" : "");
}

static bool write_one(struct checkout *c, const struct document *d,
    const char *dir, const char *initials, struct error *error)
{
    struct arena *arena = c->arena;
    const char *folder = arena_printf(arena, "%s/xep-%s", dir, d->number);
    struct patch patch = patch_make(c, d);
    struct buffer report = {0}, diff = {0};
    write_report(&report, c->audit, d, &patch);
    bool ok = file_make_dirs(folder, error) &&
              file_write(arena_printf(arena, "%s/report.md", folder),
                  buffer_bytes(&report), error);
    if (ok && patch.source != NULL) {
        char *revised = with_revision(
            arena, d, patch.source, initials, remark_on(arena, &patch));
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

bool pull_requests_write(struct checkout *c, const char *dir,
    const char *initials, struct error *error)
{
    for (size_t i = 0; i < c->documents.count; i++) {
        const struct document *d = c->documents.items[i];
        bool any = false;
        for (size_t k = 0; k < c->audit->findings->list.count; k++)
            any |= ours(c->audit->findings->list.items[k], d);
        if (any && c->wanted.items[i] && !write_one(c, d, dir, initials, error))
            return false;
    }
    return true;
}
