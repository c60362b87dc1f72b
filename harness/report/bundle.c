#include "report/bundle.h"

#include "base/file.h"
#include "base/utf8.h"
#include "record/results.h"
#include "record/transcript.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BUNDLES_MOST = 200, NAME_MOST = 100 };

char *bundle_name(const char *text)
{
    struct buffer name = {0};
    for (; *text != 0 && name.len < NAME_MOST; text++) {
        bool plain =
            (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
            (*text >= '0' && *text <= '9') || strchr("._-", *text) != NULL;
        bool first_dot = name.len == 0 && *text == '.';
        buffer_add(&name, plain && !first_dot ? text : "_", 1);
    }
    if (name.len == 0)
        buffer_add_text(&name, "case");
    return buffer_take(&name);
}

static bool write_file(const char *dir, const char *name,
    const struct buffer *content, struct error *error)
{
    char *path = file_join(dir, name);
    bool ok = file_write(path, buffer_bytes(content), error);
    free(path);
    return ok;
}

static bool write_text(
    const char *dir, const char *name, const char *text, struct error *error)
{
    struct buffer content = {0};
    buffer_add_text(&content, text);
    bool ok = write_file(dir, name, &content, error);
    buffer_free(&content);
    return ok;
}

/* The run with this case alone; the run is as before afterwards. */
static bool write_results(struct record_run *run, struct record_case *c,
    const char *dir, struct error *error)
{
    struct record_run alone = *run;
    struct buffer content = {0};
    alone.cases.items = &c;
    alone.cases.count = alone.cases.capacity = 1;
    alone.problems.count = alone.coverage.count = alone.namespaces.count = 0;
    results_print(&alone, &content);
    bool ok = write_file(dir, "results.json", &content, error);
    buffer_free(&content);
    return ok;
}

static bool write_logs(
    const struct record_case *c, const char *dir, struct error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < c->logs.count; i++) {
        const struct record_log *log = &c->logs.items[i];
        char *plain = bundle_name(log->name ? log->name : "log");
        char *name = mem_printf("%s.log", plain);
        ok = write_text(dir, name, log->text ? log->text : "", error);
        free(name);
        free(plain);
    }
    return ok;
}

static void add_field(struct buffer *out, const char *text, const char *end)
{
    utf8_add_line(out, text != NULL && *text != 0 ? text : "-", 200);
    buffer_add_text(out, end);
}

/* The streams of bytes as a table: sizes, digests, first bytes. */
static void add_streams(const struct record_case *c, struct buffer *out)
{
    buffer_add_text(out, "name\tkind\tfrom\tto\tbegan s\tended s\tbytes\t"
                         "sha-256\tfirst bytes\n");
    for (size_t i = 0; i < c->streams.count; i++) {
        const struct record_stream *s = &c->streams.items[i];
        add_field(out, s->name, "\t");
        add_field(out, s->kind, "\t");
        add_field(out, s->from, "\t");
        add_field(out, s->to, "\t");
        report_seconds(s->began_us, out);
        buffer_add_text(out, "\t");
        report_seconds(s->ended_us, out);
        buffer_printf(out, "\t%" PRId64 "\t", s->bytes);
        add_field(out, s->sha256, "\t");
        add_field(out, s->first_bytes, "\n");
    }
}

/* False too when one is no base64: whoever made the results says so. */
static bool write_attachments(
    const struct record_case *c, const char *dir, struct error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < c->attachments.count; i++) {
        const struct record_attachment *item = &c->attachments.items[i];
        const char *text = item->base64 ? item->base64 : "";
        struct buffer content = {0};
        char *name = bundle_name(item->name);
        ok = base64_decode(&content, text, strlen(text), false)
                 ? write_file(dir, name, &content, error)
                 : error_set(error, "the attachment %s is no base64", name);
        buffer_free(&content);
        free(name);
    }
    return ok;
}

static bool write_bundle(struct record_run *run, struct record_case *c,
    const char *dir, struct error *error)
{
    struct buffer text = {0}, transcript = {0};
    if (!file_make_dirs(dir, error))
        return false;
    report_case_text(c, true, &text);
    record_transcript(c, &transcript);
    bool ok = write_file(dir, "case.txt", &text, error) &&
              write_file(dir, "transcript.xml", &transcript, error) &&
              write_results(run, c, dir, error) && write_logs(c, dir, error) &&
              write_attachments(c, dir, error);
    if (ok && c->script != NULL)
        ok = write_text(dir, "script.scs", c->script, error);
    if (ok && c->streams.count > 0) {
        buffer_clear(&text);
        add_streams(c, &text);
        ok = write_file(dir, "streams.tsv", &text, error);
    }
    if (ok && c->command != NULL) {
        buffer_clear(&text);
        buffer_printf(&text,
            "#!/bin/sh\n# From the directory where the suite ran.\nexec %s\n",
            c->command);
        ok = write_file(dir, "again.sh", &text, error);
    }
    buffer_free(&text);
    buffer_free(&transcript);
    return ok;
}

static bool is_taken(
    const struct record_run *run, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++) {
        const char *other = run->cases.items[i]->bundle;
        if (other != NULL && strcmp(other, path) == 0)
            return true;
    }
    return false;
}

/* Names that are cut or made plain may be another case's. */
static const char *bundle_of(
    struct record_run *run, size_t index, const char *base)
{
    struct buffer full = {0};
    report_case_name(run->cases.items[index], &full);
    char *name = bundle_name(buffer_text(&full));
    const char *path = arena_printf(run->arena, "%s/%s", base, name);
    if (is_taken(run, index, path))
        path = arena_printf(run->arena, "%s/%s-%zu", base, name, index);
    free(name);
    buffer_free(&full);
    return path;
}

bool bundle_write_all(struct record_run *run, const char *dir, const char *base,
    struct error *error)
{
    int bundles = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < run->cases.count; i++) {
        struct record_case *c = run->cases.items[i];
        if (record_case_ok(run, c) || bundles++ >= BUNDLES_MOST)
            continue;
        c->bundle = bundle_of(run, i, base);
        char *path = file_join(dir, strrchr(c->bundle, '/') + 1);
        ok = write_bundle(run, c, path, error);
        free(path);
    }
    return ok;
}
