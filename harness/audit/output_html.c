/* One page that explains itself: what this is, totals, a section per XEP. */
#include "audit/output.h"

#include <string.h>

static void add(struct buffer *out, const char *text)
{
    buffer_add_xml(out, text, strlen(text));
}

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;"
    "padding:0 1em;color:#222;background:#fff}"
    "h2{border-bottom:1px solid #ccc;margin-top:2em}"
    "table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:left}"
    ".t{overflow-x:auto}td.n,th.n{text-align:right}"
    "@media(max-width:40em){h1{font-size:1.5em}table{font-size:80%}"
    "td,th{padding:.2em .3em}.st{display:none}ul{padding-left:1.2em}}"
    "summary{cursor:pointer}p,li{overflow-wrap:anywhere}"
    ".f{border-left:4px solid #888;padding:.1em 1em;margin:1em 0}"
    ".error{border-color:#b00020}.warning{border-color:#c77700}"
    ".note{border-color:#5577aa}.s{font-weight:bold}"
    "code,.p{font-family:ui-monospace,monospace;font-size:.9em}"
    ".k{color:#666;font-size:.8em;word-break:break-all}"
    "@media (prefers-color-scheme:dark){body{background:#181818;color:#ddd}"
    "h2{border-color:#444}.k{color:#999}a{color:#8ab4f8}}";

static void add_finding(struct buffer *out, const struct finding *f)
{
    buffer_printf(out, "<div class=\"f %s\"><p><span class=\"s\">%s</span> ",
        finding_severity(f->severity), finding_severity(f->severity));
    if (*f->path != '\0') {
        buffer_add_text(out, "in <code>");
        add(out, f->path);
        buffer_add_text(out, "</code>: ");
    }
    add(out, f->message);
    buffer_add_text(out, "</p>");
    if (f->evidence.count > 0) {
        buffer_add_text(out, "<ul>");
        for (size_t i = 0; i < f->evidence.count; i++) {
            buffer_add_text(out, "<li>");
            add(out, f->evidence.items[i]);
            buffer_add_text(out, "</li>");
        }
        buffer_add_text(out, "</ul>");
    }
    if (f->fix != NULL) {
        buffer_add_text(out, "<p>What to change: ");
        add(out, f->fix);
        buffer_add_text(out, "</p>");
    }
    buffer_add_text(out, "<p class=\"k\">");
    add(out, f->document->file);
    buffer_printf(out, ", line %d; key ", f->line);
    add(out, f->key);
    buffer_add_text(out, "</p></div>\n");
}

static void add_summary(struct buffer *out, const struct findings *findings)
{
    buffer_add_text(out,
        "<div class=\"t\"><table><tr><th>XEP</th><th>Title</th>"
        "<th class=\"st\">Status</th><th class=\"n\">errors</th>"
        "<th class=\"n\">warnings</th><th class=\"n\">notes</th></tr>\n");
    for (size_t i = 0; i < findings->list.count;) {
        const struct finding *first = findings->list.items[i];
        size_t counts[3] = {0};
        for (; i < findings->list.count &&
               findings->list.items[i]->document == first->document;
             i++)
            counts[findings->list.items[i]->severity]++;
        buffer_printf(out, "<tr><td><a href=\"#x%s\">%s</a></td><td>",
            first->xep, first->xep);
        add(out, first->document->title);
        buffer_add_text(out, "</td><td class=\"st\">");
        add(out, first->document->status);
        buffer_printf(out,
            "</td><td class=\"n\">%zu</td><td class=\"n\">%zu</td>"
            "<td class=\"n\">%zu</td></tr>\n",
            counts[SEVERITY_ERROR], counts[SEVERITY_WARNING],
            counts[SEVERITY_NOTE]);
    }
    buffer_add_text(out, "</table></div>\n");
}

static void add_heading(struct buffer *out, const struct finding *f)
{
    buffer_printf(out, "<h2 id=\"x%s\">XEP-%s: ", f->xep, f->xep);
    add(out, f->document->title);
    buffer_add_text(out, " (");
    add(out, f->document->status);
    buffer_printf(out,
        ")</h2>\n<p><a href=\"https://xmpp.org/extensions/xep-%s.html\">the "
        "published text</a></p>\n",
        f->xep);
}

/* The findings of one XEP from `first` on: notes behind a click. Returns how
 * many. */
static size_t add_xep(
    struct buffer *out, const struct findings *findings, size_t first)
{
    const struct document *d = findings->list.items[first]->document;
    size_t count = 0, notes = 0;
    add_heading(out, findings->list.items[first]);
    for (size_t i = first;
         i < findings->list.count && findings->list.items[i]->document == d;
         i++, count++)
        if (findings->list.items[i]->severity == SEVERITY_NOTE)
            notes++;
        else
            add_finding(out, findings->list.items[i]);
    if (notes == 0)
        return count;
    buffer_printf(out, "<details><summary>%zu note%s</summary>\n", notes,
        notes == 1 ? "" : "s");
    for (size_t i = first; i < first + count; i++)
        if (findings->list.items[i]->severity == SEVERITY_NOTE)
            add_finding(out, findings->list.items[i]);
    buffer_add_text(out, "</details>\n");
    return count;
}

void output_html(const struct checkout *checkout, struct buffer *out)
{
    const struct findings *findings = checkout->audit->findings;
    size_t counts[3] = {0};
    for (size_t i = 0; i < findings->list.count; i++)
        counts[findings->list.items[i]->severity]++;
    buffer_printf(out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<title>Schemas of the XEPs: what is wrong</title>"
        "<style>%s</style></head><body>\n"
        "<h1>Schemas of the XEPs: what is wrong</h1>\n"
        "<p>This page lists where the XML schemas printed in the XMPP "
        "Extension Protocols do not work, or disagree with the text and the "
        "examples beside them. <b>Errors</b> are faults that can be proved: "
        "the schema is no XML, does not compile, or refuses what the text "
        "demands. <b>Warnings</b> are disagreements between schema, text and "
        "examples in which one side must be wrong. <b>Notes</b> accuse "
        "nobody: they tell what this suite's own schemas say otherwise, and "
        "what other XEPs add.</p>\n"
        "<p>\"in <code>a/@b</code>\" is the attribute b of the element a, "
        "<code>type:t</code> the type t, as the schema declares them. Lines "
        "are those of the XEP's source. A key is the finding's name, which "
        "stays when lines move: an earlier list given as "
        "<code>--baseline</code> hides what was known.</p>\n"
        "<p>%zu errors, %zu warnings, %zu notes.</p>\n",
        style, counts[SEVERITY_ERROR], counts[SEVERITY_WARNING],
        counts[SEVERITY_NOTE]);
    if (findings->list.count == 0)
        buffer_add_text(out, "<p>Nothing was found.</p>\n");
    else
        add_summary(out, findings);
    for (size_t i = 0; i < findings->list.count;)
        i += add_xep(out, findings, i);
    buffer_add_text(out, "</body></html>\n");
}
