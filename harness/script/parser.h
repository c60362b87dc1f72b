/* Inside of the parser: what its files share. Nobody else includes this. */
#ifndef JS_SCRIPT_PARSER_H
#define JS_SCRIPT_PARSER_H

#include "script/pattern.h"
#include "script/script.h"
#include "script/value.h"

struct line {
    const char *text; /* whole, NUL-terminated */
    size_t len;
    size_t tabs; /* at its beginning */
    bool blank;  /* or a comment ("#" behind the tabs) */
};

/* A file's lines; lines[0] is line 1. */
struct source {
    const char *path;
    struct line *lines;
    size_t count;
};

struct scene {
    const char *name;
    const struct source *source;
    size_t header, first, end; /* indices of lines; end is not included */
};

struct script_library {
    struct arena *arena;
    VEC(struct script_template) templates;
    VEC(struct script_file) files;
    VEC(struct scene) scenes;
};

enum name_kind { NAME_SOCKET, NAME_STANZA, NAME_KEPT, NAME_PARTED };

struct name {
    const char *name;
    enum name_kind kind;
};

struct parser {
    struct arena *arena;
    struct script *script;
    const struct script_library *library;
    struct script_errors *errors;
    script_key_fn *key_known;
    void *owner;
    const struct source *source;
    size_t line;       /* index of the line that errors are about */
    const char *scene; /* whose steps are read; NULL */
    int depth;         /* of scenes within scenes and of branches */
    VEC(struct name) names;
};

/* complain.c: adds an error about a part of the current line and returns
 * false. start and len are bytes in the line. */
bool complain(struct parser *p, size_t start, size_t len, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
/* Likewise about another line. */
bool complain_at(struct parser *p, size_t line, size_t start, size_t len,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Splits a text into lines in the arena. False with a complaint when it is
 * not UTF-8 or too large. */
bool source_read(struct parser *p, const char *path, const char *text,
    struct source *source);

/* parse.c: the lines [*at, source->count) up to the first that is not
 * indented by depth tabs. */
void parse_steps(struct parser *p, size_t *at, size_t end, size_t depth,
    struct script_steps *steps);
/* The block of lines indented deeper than depth that starts at *at, with
 * depth + 1 tabs taken off; "" when there is none. */
char *parse_block(struct parser *p, size_t *at, size_t end, size_t depth);
void steps_free(struct script_steps *steps);

/* header.c: tags, actors, files, templates up to the dashes. library NULL: a
 * script. */
void parse_headers(
    struct parser *p, size_t *at, struct script_library *library);

/* sentence.c: one step without what is indented below it. colon: its line
 * ends in one. */
bool parse_sentence(struct parser *p, const struct line *line,
    struct script_step *step, bool *colon);

/* names.c */
void name_add(struct parser *p, const char *name, enum name_kind kind);
bool name_known(struct parser *p, const char *name, enum name_kind kind);
/* Complains unless it was introduced. */
bool name_check(
    struct parser *p, size_t start, const char *name, enum name_kind kind);
/* Every ${...} in a text of the current line, which begins at column start
 * (bytes) there. */
bool names_check_text(struct parser *p, size_t start, const char *text);
/* The values in the stanza below a step, whose text had tabs taken off. */
bool names_check_xml(
    struct parser *p, const char *xml, size_t first_line, size_t tabs);
/* The values in a template, at the step that uses it. */
bool names_check_template(struct parser *p, size_t start, size_t len,
    const struct script_template *templ);
/* The text of a stanza that is waited for: {scansion:capture:NAME} becomes
 * ${NAME}, and every ${NAME} without a value is a capture from now on. */
char *names_take_captures(struct parser *p, const char *xml);

/* stanza.c: complains unless it is one well-formed element. */
bool stanza_check(
    struct parser *p, const char *xml, size_t first_line, size_t tabs);

/* resolve.c: fills an argument of a step. start: where text begins in the
 * line, in bytes. */
bool resolve_arg(struct parser *p, const struct pattern_arg *place,
    const char *text, size_t start, struct script_arg *arg);
bool parse_duration(const char *text, int64_t *ms);
/* A whole number of at most 15 digits. */
bool parse_number(const char *text, int64_t *number);
int find_actor(const struct script *script, const char *name);
int find_file(const struct script *script, const char *name);
/* The chosen item of a value list, or NULL. */
const char *find_value(const struct script *script, const char *name);
/* A copy with ${NAME} of value lists put in. */
char *put_values(
    struct arena *arena, const struct script *script, const char *text);

/* value.c: "is no value (did you mean ...?)"; returns false. */
bool value_fail(
    struct arena *arena, const char *text, size_t len, struct error *error);

/* xpath.c: *where is the byte that an error is about. */
char *xpath_expand_at(
    struct arena *arena, const char *expr, size_t *where, struct error *error);

/* header.c: the names in a list separated by commas, blanks trimmed, in the
 * arena; empty ones left out. */
struct word_list {
    VEC(const char *) items;
};
void split_list(struct arena *arena, const char *text, struct word_list *out);

#endif
