/* What all drivers of foreign clients share: the list of capabilities, the
 * settings of a script that a stranger cannot take, and the judgement of its
 * login by the wire. */
#ifndef JS_SUBJECT_EXTERNAL_H
#define JS_SUBJECT_EXTERNAL_H

#include "base/vec.h"
#include "subject/subject.h"

struct capability_list {
    VEC(const char *) items; /* names of script/verb.h's table */
};

/* Adds the words of "receive, s5b ibb". False: one is not in the vocabulary;
 * the error names it and source. */
bool external_capabilities(const char *words, const char *source,
    struct capability_list *list, struct error *error);
bool external_has(const struct capability_list *list, const char *capability);
/* Does --can (when given) or else the list have it? */
bool external_can(const struct subject_options *options,
    const struct capability_list *list, const char *capability);

enum { EXTERNAL_VERSION_SIZE = 400 };
/* "NAME VERSION" as one line that may stand in any report, cut to out. */
void external_version(
    char out[EXTERNAL_VERSION_SIZE], const char *name, const char *version);

/* A key of the script's header that changes what the client itself does and
 * that no stranger can be told, so that the case does not apply: "KEY: VALUE"
 * in text. False: there is none. */
bool external_setting(
    const struct subject_stage *stage, char *text, size_t size);

/* One login, watched. Zero is a valid start. */
struct external_login {
    char problem[1200];
};
/* One sentence when the client uses another JID than told, or is logged in
 * twice at the same time; else NULL. */
const char *external_login_problem(
    struct external_login *login, const struct subject_stage *stage);
/* One sentence when the server refused its login and the client gave up: a
 * client may try another mechanism at once, but not after the third refusal
 * or 3 s of silence. Else NULL. */
const char *external_login_refusal(
    struct external_login *login, const struct subject_stage *stage);
/* How far a login got, as the end of "did not log in: ...". */
const char *external_login_state(const struct wire_link *link);

#endif
