/* ${...}: finding, parsing and putting in. The stage evaluates. */
#ifndef JS_SCRIPT_VALUE_H
#define JS_SCRIPT_VALUE_H

#include "base/bytes.h"
#include "base/error.h"
#include "script/script.h"

/* One parsed ${...}. args hold the placeholders in order. A VALUE that was
 * written without quotes names a kept value and has the kind PLACE_NEW; a
 * NUMBER of -1 names one too. */
struct value_call {
    const struct value_form *form;
    struct script_arg args[SCRIPT_ARGS];
};

/* Parses the text between ${ and }. Names of actors and files are resolved in
 * the script; sockets and kept names are left to the checker and the stage.
 * Nested ${} inside is not allowed. */
bool value_parse(const struct script *script, const char *text, size_t len,
    struct value_call *call, struct arena *arena, struct error *error);

/* Copies text to out with each ${...} replaced by what resolve appends to out
 * (which must escape for XML itself when asked: xml is passed through).
 * Text without ${ is copied as it stands. */
typedef bool value_fn(void *owner, const struct value_call *call,
    struct buffer *out, struct error *error);
bool value_expand(const struct script *script, const char *text, bool xml,
    value_fn *resolve, void *owner, struct buffer *out, struct error *error);

#endif
