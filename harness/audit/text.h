/* A text that knows where each of its bytes stands in the XEP's file, through
 * CDATA, references and repairs. */
#ifndef JS_AUDIT_TEXT_H
#define JS_AUDIT_TEXT_H

#include "audit/tree.h"

#include <stdint.h>

struct text {
    const char *data; /* NUL-terminated */
    size_t len;
    const uint32_t *origin; /* len + 1 offsets in the file */
};

/* The part [at, end) of a text; shares nothing that moves. */
struct text text_part(
    struct arena *arena, const struct text *text, size_t at, size_t end);
/* The text with edits applied; what they insert stands where they do. */
struct text text_edited(
    struct arena *arena, const struct text *text, const struct edits *edits);
/* Adds to out the same edits as edits of the file. False when one falls into
 * something that the file does not spell out (an entity). */
bool text_edits_in_file(struct arena *arena, const struct text *text,
    const char *file, size_t file_len, const struct edits *edits,
    struct edits *out);

#endif
