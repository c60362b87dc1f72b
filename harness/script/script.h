/* A script of the case language as a tree, read and checked before anything
 * runs. No I/O here: text in, tree or error out. The language is described in
 * cases/GRAMMAR.md, which is printed from verb.h's table. */
#ifndef JS_SCRIPT_H
#define JS_SCRIPT_H

#include "base/error.h"
#include "base/memory.h"
#include "base/vec.h"
#include "script/verb.h"

#include <stdbool.h>
#include <stdint.h>

/* "## tag: value" of a script, or a "key: value" of a header. */
struct script_key {
    const char *name, *value;
    int line;
};

enum script_role { ROLE_CLIENT, ROLE_SUBJECT };

/* [Client] NAME or [Subject] NAME with its tab-indented keys. */
struct script_actor {
    const char *name;
    enum script_role role;
    int line;
    VEC(struct script_key) keys;
};

/* [File] NAME: bytes that a script sends. Keys: size (bytes, k, M, G; may hold
 * ${value}), seed, content (random, zero, text; default random), from
 * (program: the harness's own binary). */
struct script_file {
    const char *name;
    int line;
    VEC(struct script_key) keys;
};

/* [Template] NAME with an indented stanza; used as "Romeo sends NAME". */
struct script_template {
    const char *name;
    const char *xml; /* de-indented, values not yet put in */
    const char *file;
    int line; /* of the first line of the stanza */
};

/* An argument of a verb or clause, as the placeholder's kind demands. */
struct script_arg {
    enum placeholder kind;
    const char *text;  /* without quotes, ${values} not yet put in; a name
                          inside ${...} that stands for a kept value is
                          written "${name}" here, so expand it again */
    int column;        /* 1-based */
    int actor;         /* index into the script's actors; -1 */
    int file;          /* index into the script's files; -1 */
    int64_t number;    /* NUMBER: value, or -1: text holds ${}; DURATION: ms */
    const char *xpath; /* XPATH: expanded for libxml2 (see xpath.h) */
};

enum { SCRIPT_ARGS = 5 };

struct script_clause {
    const struct clause *clause;
    struct script_arg args[SCRIPT_ARGS];
};

struct script_steps;

struct script_step {
    const struct verb *verb;
    int line;
    const char *file;  /* differs from the script's in a scene */
    const char *scene; /* name of the scene it came from, or NULL */
    const char *text;  /* the line as written */
    struct script_arg args[SCRIPT_ARGS];
    VEC(struct script_clause) clauses;
    const char *xml; /* the indented block, de-indented; NULL */
    int xml_line;    /* of its first line */
    const struct script_template *templ; /* TEMPLATE argument resolved */
    VEC(struct script_steps *)
    branches;     /* Either/or: one each; In any order:
                     one list each step */
    bool carries; /* this step carries the requirement: a failure here is the
                     subject's; elsewhere the case is inconclusive */
};

struct script_steps {
    VEC(struct script_step) list;
};

struct script {
    struct arena *arena; /* owns everything here */
    const char *path, *text, *title;
    const char *id;              /* with the values: "0047-receive.size-4096" */
    const char *base_id;         /* without */
    VEC(struct script_key) tags; /* id, requirement, level, tags, ... */
    VEC(struct script_key) values; /* this case's choice of its value lists */
    VEC(struct script_actor) actors;
    VEC(struct script_file) files;
    VEC(struct script_template) templates; /* the script's and the library's */
    struct script_steps steps;
    int subject; /* index of the [Subject], or -1 */
};

/* Templates and scenes shared by all scripts: cases/library/ *.scs. */
struct script_library;
struct script_library *script_library_new(void);
void script_library_free(struct script_library *library);
/* Adds the templates and scenes of one file's text. */
bool script_library_add(struct script_library *library, const char *path,
    const char *text, struct error *error);

/* Parses and checks one script. On success *scripts receives one script per
 * combination of its value lists (at least one), to be freed each. An error
 * names file, line and column, shows the line and says what was expected:
 *     cases/x.scs:12:8: there is no actor 'Julia' (did you mean Juliet?)
 *         Romeo pings Julia
 *                     ^~~~~
 * key_known(actor key) is asked for header keys that this layer does not know
 * (the subject's policy); it returns false and fills error to refuse. */
typedef bool script_key_fn(void *owner, enum script_role role, const char *name,
    const char *value, struct error *error);
struct script_list {
    VEC(struct script *) items;
};
bool script_parse(const char *path, const char *text,
    const struct script_library *library, script_key_fn *key_known, void *owner,
    struct script_list *scripts, struct error *error);
void script_free(struct script *script);

/* The same with every error of the file, each in the form above. False when
 * there are any; *scripts is then empty. scripts may be NULL. Zero is an
 * empty list of errors. */
struct script_errors {
    VEC(char *) items;
    bool found; /* since the caller last cleared it */
};
bool script_check(const char *path, const char *text,
    const struct script_library *library, script_key_fn *key_known, void *owner,
    struct script_list *scripts, struct script_errors *errors);
/* Every error of the library's scenes, as far as it can be told without the
 * script that uses them. */
bool script_library_check(
    const struct script_library *library, struct script_errors *errors);
/* Like script_library_add, with every error. */
bool script_library_read(struct script_library *library, const char *path,
    const char *text, struct script_errors *errors);
void script_errors_free(struct script_errors *errors);

/* The value of a tag ("requirement") or NULL; the first of several. */
const char *script_tag(const struct script *script, const char *name);
/* True if the comma-separated list of tag "tags" holds it. */
bool script_has_tag(const struct script *script, const char *tag);
/* The value of a header key of an actor, or NULL. */
const char *script_actor_key(const struct script_actor *actor, const char *key);
/* A clause of a step by id, or NULL. */
const struct script_clause *script_clause(
    const struct script_step *step, enum clause_id id);

/* Prints a script in the canonical form; parsing that gives the same tree. */
struct buffer;
void script_print(const struct script *script, struct buffer *out);
/* cases/GRAMMAR.md, made from the tables. */
void script_print_grammar(struct buffer *out);
/* Rows about the scenes of a library file's text, or about its templates; and
 * what stands above all rows. */
void script_print_library(const char *text, bool scenes, struct buffer *out);
void script_print_library_head(bool scenes, struct buffer *out);

#endif
