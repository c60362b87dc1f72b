#include "base/utf8.h"
#include "report/report.h"

/* The first form: a table of cases. */
static void add_row(struct buffer *out, const struct record_run *run,
    const struct record_case *c)
{
    struct buffer name = {0}, message = {0};
    report_case_name(c, &name);
    utf8_add_line(&message, c->message, 1000);
    buffer_printf(out, "<tr class=\"%s\"><td>%s</td><td>",
        record_case_ok(run, c) ? "ok" : "bad", verdict_name(c->verdict));
    buffer_add_xml(out, buffer_text(&name), name.len);
    buffer_add_text(out, "</td><td>");
    buffer_add_xml(out, buffer_text(&message), message.len);
    buffer_add_text(out, "</td></tr>\n");
    buffer_free(&name);
    buffer_free(&message);
}

void report_html(
    struct record_run *const *runs, size_t count, struct buffer *out)
{
    buffer_add_text(out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<title>jinglespec</title><style>:root{color-scheme:light dark}"
        "body{font-family:sans-serif}.bad{font-weight:bold}</style></head>"
        "<body><h1>jinglespec</h1>\n");
    for (size_t i = 0; i < count; i++) {
        buffer_add_text(out, "<p>");
        report_counts(runs[i], out);
        buffer_add_text(out, "</p><table>\n");
        for (size_t j = 0; j < runs[i]->cases.count; j++)
            add_row(out, runs[i], runs[i]->cases.items[j]);
        buffer_add_text(out, "</table>\n");
    }
    buffer_add_text(out, "</body></html>\n");
}
