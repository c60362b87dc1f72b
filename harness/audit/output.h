/* Findings as text, JSON, JUnit and HTML. */
#ifndef JS_AUDIT_OUTPUT_H
#define JS_AUDIT_OUTPUT_H

#include "audit/audit.h"

typedef void output_fn(const struct checkout *checkout, struct buffer *out);

/* "text", "json", "junit", "html"; NULL: no such format. */
output_fn *output_named(const char *format);

output_fn output_text, output_json, output_junit, output_html;

#endif
