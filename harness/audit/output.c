#include "audit/output.h"

#include <jansson.h>
#include <string.h>

output_fn *output_named(const char *format)
{
    static const struct {
        const char *name;
        output_fn *fn;
    } formats[] = {
        {"text", output_text},
        {"json", output_json},
        {"junit", output_junit},
        {"html", output_html},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].name, format) == 0)
            return formats[i].fn;
    return NULL;
}

static json_t *finding_json(const struct finding *f)
{
    json_t *evidence = json_array();
    for (size_t i = 0; i < f->evidence.count; i++)
        json_array_append_new(evidence, json_string(f->evidence.items[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:o, "
                     "s:s?}",
        "key", f->key, "xep", f->xep, "status", f->document->status,
        "namespace", f->ns, "class", f->class, "severity",
        finding_severity(f->severity), "file", f->file, "line", f->line,
        "message", f->message, "evidence", evidence, "fix", f->fix);
}

void output_json(const struct checkout *checkout, struct buffer *out)
{
    const struct findings *findings = checkout->audit->findings;
    json_t *list = json_array();
    for (size_t i = 0; i < findings->list.count; i++)
        json_array_append_new(list, finding_json(findings->list.items[i]));
    size_t wanted = checkout_wanted(checkout);
    json_t *whole =
        json_pack("{s:s, s:I, s:o}", "tool", "jinglespec " JINGLESPEC_VERSION,
            "xeps", (json_int_t)wanted, "findings", list);
    char *text = json_dumps(whole, JSON_INDENT(1));
    buffer_add_text(out, text);
    buffer_add_text(out, "\n");
    free(text);
    json_decref(whole);
}

void output_text(const struct checkout *checkout, struct buffer *out)
{
    const struct findings *findings = checkout->audit->findings;
    size_t counts[3] = {0};
    const char *xep = "";
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        if (strcmp(xep, f->xep) != 0)
            buffer_printf(out, "%sXEP-%s %s (%s)\n", *xep ? "\n" : "", f->xep,
                f->document->title, f->document->status);
        xep = f->xep;
        counts[f->severity]++;
        buffer_printf(out, "%s:%d: %s: %s%s%s [%s]\n", f->file, f->line,
            finding_severity(f->severity), f->path, *f->path ? ": " : "",
            f->message, f->class);
        for (size_t k = 0; k < f->evidence.count; k++)
            buffer_printf(out, "    %s\n", f->evidence.items[k]);
        if (f->fix != NULL)
            buffer_printf(out, "    fix: %s\n", f->fix);
    }
    buffer_printf(out, "%s%zu errors, %zu warnings, %zu notes in %zu XEPs\n",
        findings->list.count ? "\n" : "", counts[SEVERITY_ERROR],
        counts[SEVERITY_WARNING], counts[SEVERITY_NOTE],
        checkout_wanted(checkout));
}
