/* JUnit: a test case per finding, so that a CI shows each on its own line;
 * notes pass. */
#include "audit/output.h"

#include <string.h>

static void add_attr(struct buffer *out, const char *name, const char *value)
{
    buffer_printf(out, " %s=\"", name);
    buffer_add_xml(out, value, strlen(value));
    buffer_add_text(out, "\"");
}

void output_junit(const struct checkout *checkout, struct buffer *out)
{
    const struct findings *findings = checkout->audit->findings;
    size_t failures = 0;
    for (size_t i = 0; i < findings->list.count; i++)
        failures += findings->list.items[i]->severity != SEVERITY_NOTE;
    buffer_printf(out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites><testsuite name=\"jinglespec audit\" tests=\"%zu\" "
        "failures=\"%zu\" errors=\"0\" skipped=\"0\">\n",
        findings->list.count, failures);
    for (size_t i = 0; i < findings->list.count; i++) {
        const struct finding *f = findings->list.items[i];
        buffer_add_text(out, "<testcase");
        add_attr(out, "classname", f->xep);
        add_attr(out, "name", f->key);
        buffer_printf(out, ">");
        if (f->severity != SEVERITY_NOTE) {
            buffer_add_text(out, "<failure");
            add_attr(out, "type", f->class);
            add_attr(out, "message", f->message);
            buffer_add_text(out, ">");
            buffer_add_xml(out, f->file, strlen(f->file));
            buffer_printf(out, ":%d\n", f->line);
            for (size_t k = 0; k < f->evidence.count; k++) {
                buffer_add_xml(
                    out, f->evidence.items[k], strlen(f->evidence.items[k]));
                buffer_add_text(out, "\n");
            }
            buffer_add_text(out, "</failure>");
        }
        buffer_add_text(out, "</testcase>\n");
    }
    buffer_add_text(out, "</testsuite></testsuites>\n");
}
