/* The catalogue of requirements: cases/requirements/xep-NNNN.tsv, one table
 * per XEP, one row per normative sentence (or rule in prose). Who runs a case
 * looks up what it checks; reports show the paraphrase.
 *
 * A table is text in UTF-8: lines "# key: value" (xep, version, source,
 * sections), a header row, then rows of seven columns separated by tabs:
 *     id section level bound fingerprint testable paraphrase
 * section is "2.2#negotiate": number and anchor, in the version named. */
#ifndef JS_REQUIREMENT_H
#define JS_REQUIREMENT_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>

enum requirement_level {
    LEVEL_MUST,
    LEVEL_MUST_NOT,
    LEVEL_SHOULD,
    LEVEL_SHOULD_NOT,
    LEVEL_PROSE, /* a rule without a keyword of RFC 2119 */
    LEVEL_COUNT
};

/* Who is bound; a mask. A client in either role is CLIENT. */
enum {
    BOUND_INITIATOR = 1 << 0,
    BOUND_RESPONDER = 1 << 1,
    BOUND_SENDER = 1 << 2,
    BOUND_RECEIVER = 1 << 3,
    BOUND_CLIENT = 1 << 4,
    BOUND_SERVER = 1 << 5,
    BOUND_PROXY = 1 << 6,
    BOUND_AUTHOR = 1 << 7, /* of an application, a transport, a registry */
    BOUND_ANY_CLIENT = BOUND_INITIATOR | BOUND_RESPONDER | BOUND_SENDER |
                       BOUND_RECEIVER | BOUND_CLIENT,
};

/* All text lives in the catalogue's arena. */
struct requirement {
    const char *id;
    const char *section; /* "2.2" */
    const char *anchor;  /* "negotiate" */
    const char *paraphrase;
    const char *reason; /* why no case can check it; NULL: testable */
    enum requirement_level level;
    unsigned bound;
    char fingerprint[17];
    int line; /* of the table */
};

struct requirement_table {
    const char *xep;     /* "0260", "0384-0.3" */
    const char *version; /* of the XEP that was read */
    const char *source;  /* below a checkout: "xep-0260.xml" */
    /* Anchors of the sections that bind; count 0: all of the XEP. A section
     * counts with all below it. */
    const char **sections;
    size_t section_count;
    const struct requirement *rows; /* in the order of the XEP */
    size_t count;
};

struct requirement_catalogue {
    struct arena *arena;
    const struct requirement_table *tables;
    size_t count;
};

/* Reads one table from text; path is for messages. All strings are the
 * arena's. False: the message says file, line and what is wrong (a column, an
 * unknown level, an id that is there twice). */
bool requirement_table_parse(struct requirement_table *table,
    struct arena *arena, struct bytes text, const char *path,
    struct error *error);

/* Reads all tables of a directory, sorted by name. NULL when one can't be
 * read or there is none. Free it. */
struct requirement_catalogue *requirement_catalogue_read(
    const char *dir, struct error *error);
/* NULL is allowed. */
void requirement_catalogue_free(struct requirement_catalogue *catalogue);

/* xep as "0260" or "XEP-0260". NULL: not in the catalogue. */
const struct requirement_table *requirement_table_of(
    const struct requirement_catalogue *catalogue, const char *xep);
const struct requirement *requirement_of(
    const struct requirement_table *table, const char *id);

/* What a case's header names: "XEP-0260 s2.2 responder-new-candidates (MUST
 * NOT)"; section and level may be left out and are not looked at here. */
struct requirement_name {
    char xep[16]; /* "0260" */
    char id[80];
};
/* False: the text is not such a name. */
bool requirement_name_parse(
    struct requirement_name *name, const char *text, struct error *error);

/* "must", "must-not", ...; as in the tables. */
const char *requirement_level_name(enum requirement_level level);
bool requirement_level_parse(enum requirement_level *level, const char *text);
/* "initiator,sender" in out (of 80 bytes at least). */
void requirement_bound_text(unsigned bound, char *out, size_t size);

#endif
